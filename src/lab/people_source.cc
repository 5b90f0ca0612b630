#include "lab/people_source.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "facts/from_json.h"

namespace ansinh::lab {

namespace {

constexpr uint32_t kTextChunkTrees = 4'096;

std::expected<std::string, Diagnostic> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (in && !in.bad()) return text.str();
  return std::unexpected(Diagnostic{"cannot-read",
                                    Severity::kError,
                                    {},
                                    {path + ": không đọc được", path + ": cannot be read"},
                                    {"kiểm tra lại đường dẫn", "check the path"}});
}

}  // namespace

std::expected<PeopleSource, Diagnostic> PeopleSource::open(
    const std::string& path, const law::Program& program, Date on,
    const std::function<void(const facts::RowFault&)>& fault) {
  PeopleSource source;
  source.program_ = &program;
  if (path.ends_with(".jsonl")) {
    facts::RowReceiver receiver;
    receiver.tree = [&](const facts::PersonFile& file,
                        std::string_view id) -> std::optional<Diagnostic> {
      if (source.text_.empty() || source.text_.back().trees == kTextChunkTrees)
        source.text_.emplace_back(program);
      source.text_.back().append(file, id);
      return std::nullopt;
    };
    receiver.fault = [&](const facts::RowFault& one) -> std::optional<Diagnostic> {
      fault(one);
      return std::nullopt;
    };
    auto counts = facts::read_json_lines(program, path, on, receiver);
    if (!counts) return std::unexpected(std::move(counts.error()));
    source.counts_ = *counts;
  } else if (path.ends_with(".json")) {
    auto text = read_whole(path);
    if (!text) return std::unexpected(std::move(text.error()));
    auto file = facts::from_json(program, *text, 0, on);
    if (!file) {
      Diagnostic first = std::move(file.error().front());
      const std::string place = path + ":" + std::to_string(first.span.line) + ": ";
      first.message = {place + first.message.vi, place + first.message.en};
      return std::unexpected(std::move(first));
    }
    source.text_.emplace_back(program);
    source.text_.back().append(*file);
    source.counts_ = {1, 1, 0, 0};
  } else {
    auto snapshot = facts::SnapshotReader::open(path, program);
    if (!snapshot) return std::unexpected(std::move(snapshot.error()));
    source.snapshot_.emplace(std::move(*snapshot));
    source.counts_.read = source.counts_.kept = source.snapshot_->trees();
  }
  source.number_chunks();
  return source;
}

PeopleSource PeopleSource::of(const law::Program& program, std::vector<facts::Columns> columns,
                              facts::RowCounts counts) {
  PeopleSource source;
  source.program_ = &program;
  std::erase_if(columns, [](const facts::Columns& one) { return one.trees == 0; });
  source.text_ = std::move(columns);
  source.counts_ = counts;
  source.number_chunks();
  return source;
}

void PeopleSource::number_chunks() {
  uint64_t first = 0;
  for (size_t chunk = 0; chunk < chunk_count(); ++chunk) {
    first_tree_.push_back(first);
    first += snapshot_ ? snapshot_->chunk_trees(chunk) : text_[chunk].trees;
  }
  first_tree_.push_back(first);
}

size_t PeopleSource::chunk_count() const {
  return snapshot_ ? snapshot_->chunk_count() : text_.size();
}

std::optional<Diagnostic> PeopleSource::read(size_t chunk, facts::Columns& columns,
                                             const std::vector<bool>* facts) const {
  if (snapshot_) return snapshot_->read_chunk(chunk, columns, facts);
  columns.clear();
  columns.append(text_[chunk], 0, text_[chunk].trees);
  return std::nullopt;
}

std::expected<facts::Columns, Diagnostic> PeopleSource::tree(uint64_t number) const {
  const auto after = std::upper_bound(first_tree_.begin(), first_tree_.end(), number);
  const auto chunk = static_cast<size_t>(after - first_tree_.begin()) - 1;
  const auto at = static_cast<uint32_t>(number - first_tree_[chunk]);
  facts::Columns one(*program_);
  if (!snapshot_) {
    one.append(text_[chunk], at, 1);
    return one;
  }
  facts::Columns all(*program_);
  if (auto wrong = snapshot_->read_chunk(chunk, all)) return std::unexpected(std::move(*wrong));
  one.append(all, at, 1);
  return one;
}

std::expected<std::optional<uint64_t>, Diagnostic> PeopleSource::find(
    const std::string& name) const {
  const std::vector<bool> no_facts(program_->facts.size(), false);
  facts::Columns columns(*program_);
  for (size_t chunk = 0; chunk < chunk_count(); ++chunk) {
    const facts::Columns* here = snapshot_ ? &columns : &text_[chunk];
    if (snapshot_) {
      if (auto wrong = snapshot_->read_chunk(chunk, columns, &no_facts))
        return std::unexpected(std::move(*wrong));
    }
    const auto found = std::find(here->names.begin(), here->names.end(), name);
    if (found != here->names.end())
      return first_tree_[chunk] + static_cast<uint64_t>(found - here->names.begin());
  }
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc() && end == name.data() + name.size() && number >= 1 && number <= trees())
    return number - 1;
  return std::nullopt;
}

}  // namespace ansinh::lab
