// People to run a law over, in chunks: a snapshot, JSON Lines, or one person's file.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "facts/columns.h"
#include "facts/rows.h"
#include "facts/snapshot.h"

namespace ansinh::lab {

// May be shared between threads.
class PeopleSource {
 public:
  // By the name of the file: .jsonl is JSON Lines, .json one document of `ansinh decide`, all else
  // a snapshot. Text is read whole, into memory; what is wrong with a line goes to `fault`, and its
  // record is left out. Errors: those of SnapshotReader and read_json_lines; of a document the
  // first fault.
  static std::expected<PeopleSource, Diagnostic> open(
      const std::string& path, const law::Program& program, Date on,
      const std::function<void(const facts::RowFault&)>& fault);

  // People that stand in memory, `counts` of them; columns without trees are left out.
  static PeopleSource of(const law::Program& program, std::vector<facts::Columns> columns,
                         facts::RowCounts counts);

  size_t chunk_count() const;
  uint64_t first_tree(size_t chunk) const { return first_tree_[chunk]; }
  uint64_t trees() const { return first_tree_.back(); }
  const facts::RowCounts& counts() const { return counts_; }

  // With `facts`, by FactId, others may stay "not given".
  std::optional<Diagnostic> read(size_t chunk, facts::Columns& columns,
                                 const std::vector<bool>* facts = nullptr) const;
  // One tree, by its number from 0.
  std::expected<facts::Columns, Diagnostic> tree(uint64_t number) const;
  // The number of the tree with this name, or of this number from 1 if there is no such name.
  std::expected<std::optional<uint64_t>, Diagnostic> find(const std::string& name) const;

 private:
  PeopleSource() = default;
  void number_chunks();

  const law::Program* program_ = nullptr;
  std::optional<facts::SnapshotReader> snapshot_;
  std::vector<facts::Columns> text_;
  std::vector<uint64_t> first_tree_;  // by chunk, and one more
  facts::RowCounts counts_;
};

}  // namespace ansinh::lab
