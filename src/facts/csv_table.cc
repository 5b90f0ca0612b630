#include "facts/csv_table.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "facts/snapshot_chunk.h"

namespace ansinh::facts {

namespace {

Diagnostic fault(std::string code, const std::string& path, const Text& what, Text help) {
  return {std::move(code),
          Severity::kError,
          {},
          {path + ": " + what.vi, path + ": " + what.en},
          std::move(help)};
}

bool is_dates(const law::Program& program, law::EntityId entity) {
  const law::ListId list = program.entities[entity].list;
  return list != law::kNoId && program.lists[list].form == law::ListForm::kDates;
}

bool is_spells(const law::Program& program, law::EntityId entity) {
  const law::ListId list = program.entities[entity].list;
  return list != law::kNoId && (program.lists[list].form == law::ListForm::kSpellsByMonth ||
                                program.lists[list].form == law::ListForm::kSpellsByDay);
}

constexpr std::string_view kFactPrefix = "fact:";

}  // namespace

bool is_taken_name(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kTaken{"id", "parent", "from",
                                                          "to", "date",   "subject"};
  return std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
}

uint64_t LineIndex::line_of(uint64_t offset) {
  if (lines_.empty()) lines_.push_back(0);
  const auto feeds = [&](uint64_t begin, uint64_t end) {
    const std::string_view part = text_.substr(begin, end - begin);
    return static_cast<uint64_t>(std::count(part.begin(), part.end(), '\n'));
  };
  while (lines_.size() <= offset / kStep) {
    const uint64_t begin = (lines_.size() - 1) * kStep;
    lines_.push_back(lines_.back() + feeds(begin, begin + kStep));
  }
  return lines_[offset / kStep] + feeds(offset / kStep * kStep, offset) + 1;
}

CsvTable::CsvTable(std::string path, MappedFile file)
    : path_(std::move(path)),
      file_(std::move(file)),
      lines_(file_.bytes()),
      cursor_(file_.bytes()),
      aside_(file_.bytes()) {}

std::expected<CsvTable, Diagnostic> CsvTable::open(const law::Program& program,
                                                   const std::string& path,
                                                   const std::string& name) {
  const auto entity = program.entity_by_name.find(name);
  if (entity == program.entity_by_name.end()) {
    std::vector<std::string> names;
    names.reserve(program.entities.size());
    for (const law::EntityInfo& info : program.entities) names.push_back(info.name);
    std::string all;
    for (const std::string& each : names) all += (all.empty() ? "" : ", ") + each + ".csv";
    const std::string near = nearest(name, names);
    const std::string first = near.empty() ? "" : near + ".csv? ";
    return std::unexpected(fault("unknown-table", path,
                                 {"pháp luật không khai báo đối tượng \"" + name + "\"",
                                  "the law declares no entity \"" + name + "\""},
                                 {first + "các bảng: " + all, first + "the tables are: " + all}));
  }
  auto file = MappedFile::open(path);
  if (!file) return std::unexpected(std::move(file.error()));
  CsvTable table(path, std::move(*file));
  table.entity_ = entity->second;
  if (auto wrong = table.read_head(program)) return std::unexpected(std::move(*wrong));
  return table;
}

std::optional<Diagnostic> CsvTable::read_head(const law::Program& program) {
  const CsvStep step = cursor_.next();
  if (step == CsvStep::kMalformed) return malformed();
  if (step == CsvStep::kEnd) {
    return fault("column-missing", path_,
                 {"bảng không có dòng tên cột", "the table has no line of column names"},
                 {"dòng đầu là tên các cột: id, parent, …",
                  "the first line names the columns: id, parent, …"});
  }
  for (size_t i = 0; i < cursor_.count(); ++i) {
    if (auto wrong = use_column(program, cursor_.cells()[i].text)) return wrong;
  }
  first_row_ = cursor_.offset();
  return std::nullopt;
}

std::optional<Diagnostic> CsvTable::use_column(const law::Program& program,
                                               const std::string& name) {
  const law::EntityInfo& info = program.entities[entity_];
  CsvColumn column;
  column.name = name;
  const bool is_fact_only = name.starts_with(kFactPrefix);
  const std::string fact_name = is_fact_only ? name.substr(kFactPrefix.size()) : name;
  std::vector<std::string> names{"id", "parent", "subject"};
  if (is_spells(program, entity_)) names.insert(names.end(), {"from", "to"});
  if (is_dates(program, entity_)) names.emplace_back("date");
  const bool is_role = !is_fact_only && std::find(names.begin(), names.end(), name) != names.end();
  for (const law::FactId fact : info.facts) {
    names.push_back(program.facts[fact].name);
    if (is_role || program.facts[fact].name != fact_name) continue;
    column.use = CsvUse::kFact;
    column.index = fact;
  }
  for (const law::ListId list : info.lists) {
    names.push_back(program.lists[list].name);
    if (is_role || is_fact_only || program.lists[list].name != name) continue;
    column.use = CsvUse::kList;
    column.index = list;
  }
  if (is_role) {
    column.use = name == "id"        ? CsvUse::kId
                 : name == "parent"  ? CsvUse::kParent
                 : name == "subject" ? CsvUse::kSubject
                 : name == "from"    ? CsvUse::kFrom
                 : name == "to"      ? CsvUse::kTo
                                     : CsvUse::kDate;
    if (name == "id") id_column_ = columns_.size();
    if (name == "parent") parent_column_ = columns_.size();
  } else if (column.use == CsvUse::kNone && name == "$id") {
    column.use = CsvUse::kName;
  }
  for (const CsvColumn& other : columns_) {
    const bool is_same = other.use == column.use && other.index == column.index;
    if (column.use == CsvUse::kNone || !is_same) continue;
    return fault("column-twice", path_,
                 {"cột \"" + name + "\" có hai lần", "the column \"" + name + "\" is there twice"},
                 {"xóa một trong hai cột", "delete one of the two columns"});
  }
  const bool is_passed_over = name == "note" || (name.starts_with('$') && name != "$id");
  if (column.use == CsvUse::kNone && !is_passed_over) {
    const std::string near = nearest(name, names);
    return fault("unknown-column", path_,
                 {"\"" + info.label.vi + "\" không có dữ kiện nào tên \"" + name + "\"",
                  "\"" + info.label.en + "\" has no fact of the name \"" + name + "\""},
                 near.empty()
                     ? Text{"xem các tên bằng lệnh `ansinh schema`; cột `note` và cột bắt "
                            "đầu bằng $ được bỏ qua",
                            "`ansinh schema` lists the names; a column `note` and those "
                            "that begin with $ are passed over"}
                     : Text{"có phải là \"" + near + "\"?", "did you mean \"" + near + "\"?"});
  }
  columns_.push_back(std::move(column));
  return std::nullopt;
}

Diagnostic CsvTable::malformed() {
  const std::string at = path_ + ":" + std::to_string(line_of(cursor_.begin()));
  return fault(
      "csv-malformed", at,
      {"dấu nháy kép mở ở dòng này không đóng đúng chỗ, hoặc dòng dài hơn 1 MiB",
       "a double quote that opens in this row does not close as it should, or the row is "
       "longer than 1 MiB"},
      {"viết dấu nháy kép bên trong ô thành hai dấu", "write a quote inside a cell twice"});
}

std::string_view CsvTable::cell_of(size_t column) const {
  const CsvCell* found = cell(column);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

const CsvCell* CsvTable::cell(size_t column) const {
  return column < cursor_.count() ? &cursor_.cells()[column] : nullptr;
}

std::string_view CsvTable::id_at(uint64_t offset) const {
  if (aside_.next_at(offset) != CsvStep::kRow || id_column_ >= aside_.count()) return {};
  return aside_.cells()[id_column_].text;
}

std::optional<uint64_t> CsvTable::place_of(std::string_view id) const {
  const uint64_t hash = checksum_of(id);
  auto found =
      std::lower_bound(ids_.begin(), ids_.end(), hash,
                       [](const Id& entry, uint64_t wanted) { return entry.hash < wanted; });
  for (; found != ids_.end() && found->hash == hash; ++found) {
    if (id_at(found->offset) == id) return found->place;
  }
  return std::nullopt;
}

// Goes over the file: the key of every row into `rows` (if wanted), strays told (if wanted), and
// whether the rows stand in order already.
std::optional<Diagnostic> CsvTable::scan(const CsvTable* parent, const Stray* stray,
                                         std::vector<Row>* rows, bool& is_ordered) {
  is_ordered = true;
  uint64_t last_key = 0;
  std::string last_parent;
  std::optional<uint64_t> last_place;
  CsvStep step = cursor_.next_at(first_row_);
  for (; step != CsvStep::kEnd; step = cursor_.next()) {
    if (step == CsvStep::kMalformed) return malformed();
    const std::string_view named = parent_id();
    uint64_t key = kTop;
    if (!named.empty()) {
      if (named != last_parent || !last_place) {
        last_place = parent == nullptr ? std::nullopt : parent->place_of(named);
        last_parent = named;
      }
      key = last_place.value_or(kStrayKey);
    }
    if (key == kStrayKey) {
      if (stray == nullptr) continue;
      strays_.insert(offset());
      if (auto stop = (*stray)(offset(), named)) return stop;
      continue;
    }
    if (rows != nullptr) rows->push_back({key, offset(), checksum_of(id())});
    is_ordered = is_ordered && key >= last_key;
    last_key = key;
  }
  return std::nullopt;
}

std::optional<Diagnostic> CsvTable::index(const CsvTable* parent, bool has_children,
                                          const Stray& stray) {
  std::vector<Row> rows;
  bool is_ordered = true;
  if (auto stop = scan(parent, &stray, has_children ? &rows : nullptr, is_ordered)) return stop;
  if (!is_ordered) {
    bool ignored = false;
    if (!has_children) {
      if (auto stop = scan(parent, nullptr, &rows, ignored)) return stop;
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return a.key != b.key ? a.key < b.key : a.offset < b.offset;
    });
    order_.reserve(rows.size());
    for (const Row& row : rows) order_.push_back(row.offset);
  }
  if (has_children && id_column_ != kNoColumn) {
    ids_.reserve(rows.size());
    for (uint64_t place = 0; place < rows.size(); ++place) {
      ids_.push_back({rows[place].hash, place, rows[place].offset});
    }
    std::sort(ids_.begin(), ids_.end(), [](const Id& a, const Id& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.place < b.place;
    });
    for (size_t i = 1; i < ids_.size(); ++i) {
      if (ids_[i].hash != ids_[i - 1].hash) continue;
      const std::string id(id_at(ids_[i].offset));
      if (id.empty() || id != id_at(ids_[i - 1].offset)) continue;
      twice_.insert(ids_[i].offset);
      twice_.insert(ids_[i - 1].offset);
    }
  }
  restart();
  return std::nullopt;
}

void CsvTable::restart() {
  next_ = 0;
  cursor_.seek(first_row_);
}

bool CsvTable::next() {
  if (!order_.empty()) {
    if (next_ == order_.size()) return false;
    return cursor_.next_at(order_[next_++]) == CsvStep::kRow;
  }
  while (cursor_.next() == CsvStep::kRow) {
    if (strays_.empty() || !strays_.contains(offset())) return true;
  }
  return false;
}

}  // namespace ansinh::facts
