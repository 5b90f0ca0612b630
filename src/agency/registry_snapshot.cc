#include "agency/registry_snapshot.h"

#include "agency/person_facts.h"
#include "facts/from_json.h"
#include "facts/json_text.h"
#include "facts/snapshot.h"

namespace ansinh::agency {

namespace {

constexpr uint32_t kTreesAtOnce = 4'096;
constexpr int64_t kSnapshotPersons = 1'000;

Failure cannot_write(const Diagnostic& fault) {
  return refused("cannot-write", {fault.message.vi + "; " + fault.help.vi,
                                  fault.message.en + "; " + fault.help.en});
}

class SnapshotMaking {
 public:
  SnapshotMaking(store::Connection& connection, const LawBook& book, const SnapshotOptions& options,
                 facts::SnapshotWriter& writer)
      : connection_(connection),
        book_(book),
        options_(options),
        writer_(writer),
        reader_(book.law()),
        columns_(book.law()) {}

  Expected<SnapshotCounts> run() {
    for (int64_t after = 0;;) {
      std::vector<int64_t> roots;
      const store::Cell values[] = {after, kSnapshotPersons};
      int64_t seen = 0;
      auto done = connection_.each(
          "SELECT person FROM person WHERE person > $1 AND merged_into IS NULL AND kind <> "
          "'employer' ORDER BY person LIMIT $2",
          values, [&](const store::Row& row) {
            after = row.integer(0);
            ++seen;
            roots.push_back(after);
            return true;
          });
      if (!done) return std::unexpected(std::move(done.error()));
      for (const int64_t root : roots) {
        if (auto added = add(root); !added) return std::unexpected(std::move(added.error()));
      }
      if (options_.progress && !options_.progress(counts_)) {
        return std::unexpected(
            refused("stopped", {"đã dừng; không ghi tệp nào", "stopped; no file was written"}));
      }
      if (seen < kSnapshotPersons) break;
    }
    if (auto wrong = flush(0)) return std::unexpected(cannot_write(*wrong));
    return counts_;
  }

 private:
  Expected<void> add(int64_t root) {
    const auto tree = tree_of(connection_, book_, root, options_.on, options_.known);
    if (!tree) return std::unexpected(tree.error());
    if (tree->persons == 0) return {};  // lives in a household that has a tree of its own
    const auto json = facts::read_json_text(tree->json, 0);
    auto file = json ? reader_.read(*json, options_.on, false)
                     : std::expected<facts::PersonFile, Diagnostics>(std::unexpect,
                                                                     Diagnostics{json.error()});
    if (!file) {
      ++counts_.left_out;
      if (options_.fault) options_.fault(root, file.error().front().message);
      return {};
    }
    ++counts_.trees;
    counts_.persons += tree->persons;
    columns_.append(*file, std::to_string(root));
    if (auto wrong = flush(kTreesAtOnce)) return std::unexpected(cannot_write(*wrong));
    return {};
  }

  std::optional<Diagnostic> flush(uint32_t from) {
    if (columns_.trees < from || columns_.trees == 0) return std::nullopt;
    auto wrong = writer_.append(columns_);
    columns_.clear();
    return wrong;
  }

  store::Connection& connection_;
  const LawBook& book_;
  const SnapshotOptions& options_;
  facts::SnapshotWriter& writer_;
  facts::PersonReader reader_;
  facts::Columns columns_;
  SnapshotCounts counts_;
};

}  // namespace

Expected<SnapshotCounts> write_registry_snapshot(store::Store& store, const LawBook& book,
                                                 const SnapshotOptions& options) {
  auto writer = facts::SnapshotWriter::open(options.path, book.law());
  if (!writer) return std::unexpected(cannot_write(writer.error()));
  auto connection = store.connect();
  if (!connection) return std::unexpected(std::move(connection.error()));
  auto counts = store::transact(**connection, store::Access::kRead,
                                [&](store::Connection& c) -> Expected<SnapshotCounts> {
                                  return SnapshotMaking(c, book, options, *writer).run();
                                });
  if (!counts) return counts;
  if (auto wrong = writer->finish()) return std::unexpected(cannot_write(*wrong));
  return counts;
}

}  // namespace ansinh::agency
