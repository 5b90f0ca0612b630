// One CSV of facts: which column is what, and in which order its rows stand below their parents.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "facts/csv_text.h"
#include "facts/mapped_file.h"
#include "law/program.h"

namespace ansinh::facts {

enum class CsvUse : uint8_t {
  kId,
  kName,
  kParent,
  kFrom,
  kTo,
  kDate,
  kSubject,
  kFact,
  kList,
  kNone
};

struct CsvColumn {
  CsvUse use = CsvUse::kNone;
  uint32_t index = law::kNoId;  // kFact: FactId; kList: ListId
  std::string name;
};

// Names that mean something else than a fact at the head of a table.
bool is_taken_name(std::string_view name);

// Line numbers from offsets, without going over the whole text each time.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) : text_(text) {}
  uint64_t line_of(uint64_t offset);

 private:
  static constexpr uint64_t kStep = uint64_t{1} << 20;
  std::string_view text_;
  std::vector<uint64_t> lines_;  // feeds before each multiple of kStep
};

class CsvTable {
 public:
  // `name` without its ".csv". Errors: "cannot-read", "unknown-table", "unknown-column",
  // "csv-malformed", "column-twice", "column-missing".
  static std::expected<CsvTable, Diagnostic> open(const law::Program& program,
                                                  const std::string& path, const std::string& name);

  law::EntityId entity() const { return entity_; }
  const std::string& path() const { return path_; }
  const std::vector<CsvColumn>& columns() const { return columns_; }
  uint64_t line_of(uint64_t offset) { return lines_.line_of(offset); }

  // Called for each row that has a parent which is not there: offset, line, the parent named.
  using Stray = std::function<std::optional<Diagnostic>(uint64_t offset, std::string_view parent)>;

  // Finds the order of the rows: those of one parent together, parents in their own order, then
  // those without a parent. `parent` must have been indexed; null: there is no such table.
  std::optional<Diagnostic> index(const CsvTable* parent, bool has_children, const Stray& stray);

  // ---- Then, the rows in that order ------------------------------------------------------------

  void restart();
  // False at the end. Strays are passed over.
  bool next();
  std::string_view id() const { return cell_of(id_column_); }
  std::string_view parent_id() const { return cell_of(parent_column_); }
  const CsvCell* cell(size_t column) const;  // null: the row is shorter than the head
  size_t cell_count() const { return cursor_.count(); }
  uint64_t offset() const { return cursor_.begin(); }
  // The share of the file that lies before the row.
  double done() const {
    return static_cast<double>(offset()) / static_cast<double>(file_.bytes().size());
  }
  std::string_view id_at(uint64_t offset) const;  // of any row; until the next call
  // Another row has this row's id.
  bool is_id_twice() const { return twice_.contains(offset()); }

 private:
  struct Row {
    uint64_t key = 0;  // the place of its parent among the parents
    uint64_t offset = 0;
    uint64_t hash = 0;  // of its id
  };
  struct Id {
    uint64_t hash = 0, place = 0, offset = 0;
  };
  static constexpr uint64_t kTop = uint64_t{1} << 63;  // keys of rows without a parent
  static constexpr uint64_t kStrayKey = ~uint64_t{0};

  CsvTable(std::string path, MappedFile file);
  std::optional<Diagnostic> read_head(const law::Program& program);
  std::optional<Diagnostic> use_column(const law::Program& program, const std::string& name);
  std::optional<Diagnostic> scan(const CsvTable* parent, const Stray* stray, std::vector<Row>* rows,
                                 bool& is_ordered);
  std::optional<uint64_t> place_of(std::string_view id) const;
  std::string_view cell_of(size_t column) const;
  Diagnostic malformed();

  static constexpr size_t kNoColumn = SIZE_MAX;

  std::string path_;
  MappedFile file_;
  law::EntityId entity_ = law::kNoId;
  std::vector<CsvColumn> columns_;
  size_t id_column_ = kNoColumn, parent_column_ = kNoColumn;
  uint64_t first_row_ = 0;       // its offset
  std::vector<uint64_t> order_;  // offsets; empty: as in the file
  std::vector<Id> ids_;          // by hash, then place
  std::unordered_set<uint64_t> strays_, twice_;
  LineIndex lines_;
  CsvCursor cursor_;
  mutable CsvCursor aside_;
  size_t next_ = 0;  // in order_
};

}  // namespace ansinh::facts
