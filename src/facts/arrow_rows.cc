#include "facts/arrow_rows.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "facts/arrow_field.h"
#include "facts/from_json.h"

namespace ansinh::facts {

// ---- The table ---------------------------------------------------------------------------------

struct ArrowTable::Held {
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    for (ArrowArray& batch : batches)
      if (batch.release != nullptr) batch.release(&batch);
    if (schema.release != nullptr) schema.release(&schema);
  }

  std::string name;
  ArrowSchema schema{};
  std::vector<ArrowArray> batches;
  uint64_t rows = 0;
};

namespace {

Diagnostic fault_of(std::string code, Text message, Text help) {
  return {std::move(code), Severity::kError, {}, std::move(message), std::move(help)};
}

Diagnostic shape_fault(const std::string& name) {
  return fault_of("arrow-shape",
                  {name + ": không phải là một bảng (một cấu trúc Arrow)",
                   name + ": this is not a table (an Arrow structure)"},
                  {"đưa vào một bảng có các cột", "give a table with columns"});
}

bool is_table(const ArrowSchema& schema) {
  return schema.format != nullptr && std::string_view(schema.format) == "+s";
}

}  // namespace

ArrowTable::ArrowTable(std::shared_ptr<const Held> held) : held_(std::move(held)) {}
const std::string& ArrowTable::name() const { return held_->name; }
uint64_t ArrowTable::rows() const { return held_->rows; }
const ArrowSchema& ArrowTable::schema() const { return held_->schema; }
size_t ArrowTable::batch_count() const { return held_->batches.size(); }
const ArrowArray& ArrowTable::batch(size_t number) const { return held_->batches[number]; }

std::expected<ArrowTable, Diagnostic> ArrowTable::read(ArrowArrayStream& stream, std::string name) {
  const auto held = std::make_shared<Held>();
  held->name = std::move(name);
  int error = stream.get_schema(&stream, &held->schema);
  while (error == 0) {
    ArrowArray batch{};
    error = stream.get_next(&stream, &batch);
    if (error != 0 || batch.release == nullptr) break;
    held->rows += static_cast<uint64_t>(batch.length);
    held->batches.push_back(batch);
  }
  std::string why;
  if (error != 0) {
    const char* words = stream.get_last_error(&stream);
    why = words == nullptr ? "error " + std::to_string(error) : words;
  }
  stream.release(&stream);
  if (error != 0) {
    return std::unexpected(
        fault_of("arrow-stream",
                 {held->name + ": không đọc được: " + why, held->name + ": cannot be read: " + why},
                 {"đây là lời của thư viện đưa bảng ra", "this is what the table's library says"}));
  }
  if (!is_table(held->schema)) return std::unexpected(shape_fault(held->name));
  return ArrowTable(held);
}

std::expected<ArrowTable, Diagnostic> ArrowTable::of(ArrowSchema& schema, ArrowArray& batch,
                                                     std::string name) {
  const auto held = std::make_shared<Held>();
  held->name = std::move(name);
  held->schema = std::exchange(schema, {});
  held->batches.push_back(std::exchange(batch, {}));
  held->rows = static_cast<uint64_t>(held->batches.front().length);
  if (!is_table(held->schema)) return std::unexpected(shape_fault(held->name));
  return ArrowTable(held);
}

// ---- Its columns -------------------------------------------------------------------------------

namespace {

constexpr size_t kNoColumn = SIZE_MAX;

// What an entity may have: facts and lists by name.
struct Members {
  const law::Program& program;
  law::EntityId entity;

  law::FactId fact(const std::string& name) const {
    for (const law::FactId id : program.entities[entity].facts)
      if (program.facts[id].name == name) return id;
    return law::kNoId;
  }
  law::ListId list(const std::string& name) const {
    for (const law::ListId id : program.entities[entity].lists)
      if (program.lists[id].name == name) return id;
    return law::kNoId;
  }
  bool is_end_of_spell(const std::string& name) const {
    const law::ListId held = program.entities[entity].list;
    return held != law::kNoId && program.lists[held].form != law::ListForm::kChildren &&
           program.lists[held].form != law::ListForm::kDates && (name == "from" || name == "to");
  }
  bool has(const std::string& name) const {
    return fact(name) != law::kNoId || list(name) != law::kNoId || is_end_of_spell(name);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const law::FactId id : program.entities[entity].facts)
      all.push_back(program.facts[id].name);
    for (const law::ListId id : program.entities[entity].lists)
      all.push_back(program.lists[id].name);
    return all;
  }
};

// Checks the columns against the law, and marks what is a month.
class ColumnCheck {
 public:
  ColumnCheck(const law::Program& program, const std::string& table)
      : program_(program), table_(table) {}

  std::optional<Diagnostic> entity(std::vector<ArrowField>& fields, law::EntityId id) const {
    const Members members{program_, id};
    std::set<std::string> seen;
    for (ArrowField& field : fields) {
      if (is_passed_over(field.name)) continue;
      if (!seen.insert(field.name).second) return twice(field);
      if (!members.has(field.name)) return unknown(field, members);
      if (auto wrong = form(field)) return wrong;
      if (const law::ListId held = members.list(field.name); held != law::kNoId) {
        if (auto wrong = list(field, program_.lists[held])) return wrong;
      } else if (const law::FactId fact = members.fact(field.name); fact != law::kNoId) {
        mark_months(field, program_.facts[fact].type.base == law::Base::kMonth);
      } else {
        const law::ListForm spells = program_.lists[program_.entities[id].list].form;
        mark_months(field, spells == law::ListForm::kSpellsByMonth);
      }
    }
    return std::nullopt;
  }

  // No float, nothing that cannot be read, here or below.
  std::optional<Diagnostic> form(const ArrowField& field) const {
    if (field.form == ArrowForm::kFloat) {
      return fault_of("float-column",
                      {place(field) + ": kiểu số thực dấu phẩy động (" + field.format +
                           ") không giữ được số tiền chính xác",
                       place(field) + ": a floating-point column (" + field.format +
                           ") cannot hold amounts exactly"},
                      {"đổi sang số nguyên, decimal hoặc văn bản (pandas: Int64 thay cho float64)",
                       "make it integers, decimals or text (pandas: Int64 in place of float64)"});
    }
    const bool is_whole = field.form != ArrowForm::kOther &&
                          (field.form < ArrowForm::kDictionary ||
                           field.form == ArrowForm::kStruct || field.inner != nullptr);
    if (!is_whole) {
      return fault_of("arrow-type",
                      {place(field) + ": không đọc được kiểu Arrow “" + field.format + "”",
                       place(field) + ": the Arrow type “" + field.format + "” cannot be read"},
                      {"các kiểu đọc được ở docs/arrow.md", "docs/arrow.md has those that can be"});
    }
    if (field.inner != nullptr)
      if (auto wrong = form(*field.inner)) return wrong;
    for (const ArrowField& child : field.children)
      if (auto wrong = form(child)) return wrong;
    return std::nullopt;
  }

  std::optional<Diagnostic> twice(const ArrowField& field) const {
    return fault_of(
        "column-twice",
        {place(field) + ": cột này có hai lần", place(field) + ": this column is twice"},
        {"bỏ một cột", "leave one out"});
  }

  std::optional<Diagnostic> unknown(const ArrowField& field, const Members& members) const {
    const law::EntityInfo& entity = program_.entities[members.entity];
    const std::string near = nearest(field.name, members.names());
    return fault_of("unknown-column",
                    {place(field) + ": “" + entity.label.vi + "” không có dữ kiện tên này",
                     place(field) + ": “" + entity.label.en + "” has no fact of this name"},
                    near.empty()
                        ? Text{"bỏ cột này, hoặc xem các tên bằng `ansinh schema`",
                               "leave it out, or see the names with `ansinh schema`"}
                        : Text{"có phải là “" + near + "”?", "did you mean “" + near + "”?"});
  }

 private:
  std::string place(const ArrowField& field) const { return table_ + ": " + field.path; }

  static bool is_list(ArrowForm form) {
    return form == ArrowForm::kList || form == ArrowForm::kListView ||
           form == ArrowForm::kFixedList;
  }

  static void mark_months(ArrowField& field, bool is_month) {
    field.is_month = is_month;
    if (field.inner != nullptr) mark_months(*field.inner, is_month);
  }

  // A column of another shape is left to the rows, which say it by row; unless nobody has any.
  std::optional<Diagnostic> list(ArrowField& field, const law::ListInfo& info) const {
    if (!is_list(field.form) || field.inner->form != ArrowForm::kStruct) return std::nullopt;
    return entity(field.inner->children, info.child);
  }

  const law::Program& program_;
  const std::string& table_;
};

bool can_be_top(const law::Program& program, law::EntityId id) {
  const law::ListId list = program.entities[id].list;
  return list == law::kNoId || program.lists[list].form == law::ListForm::kChildren;
}

}  // namespace

struct ArrowRows::State {
  State(ArrowTable of, const law::Program& law)
      : table(std::move(of)), program(law), reader(law), fields(arrow_field(table.schema(), "")) {}

  ArrowTable table;
  const law::Program& program;
  PersonReader reader;
  ArrowField fields;                  // of the table; its children are the columns
  size_t id = kNoColumn;              // the column that names a record
  law::EntityId entity = law::kNoId;  // whose facts the columns are; kNoId: each is an entity
  std::vector<uint64_t> first;        // row of each batch

  std::optional<Diagnostic> plan();
  JsonValue record(const ArrowArray& batch, int64_t at, Span span) const;
  std::string name_of(const ArrowArray& batch, int64_t at) const;
};

std::optional<Diagnostic> ArrowRows::State::plan() {
  uint64_t row = 0;
  for (size_t i = 0; i < table.batch_count(); ++i) {
    first.push_back(row);
    row += static_cast<uint64_t>(table.batch(i).length);
  }
  std::vector<ArrowField>& columns = fields.children;
  const ColumnCheck check(program, table.name());

  // Columns of entities, as a document of `ansinh decide` has them, or those of one entity: of the
  // entity that knows most of them, the uppermost of these.
  const auto is_entity = [&](const ArrowField& field) {
    return field.form == ArrowForm::kStruct && program.entity_by_name.contains(field.name);
  };
  const bool has_entities = std::ranges::any_of(columns, is_entity);
  size_t best = 0;
  for (law::EntityId id = 0; !has_entities && id < program.entities.size(); ++id) {
    if (!can_be_top(program, id)) continue;
    const Members members{program, id};
    const auto known = static_cast<size_t>(std::ranges::count_if(
        columns, [&](const ArrowField& field) { return members.has(field.name); }));
    const bool is_above =
        entity != law::kNoId && known == best && program.is_within(entity, id) && id != entity;
    if (entity == law::kNoId || known > best || is_above) {
      entity = id;
      best = known;
    }
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    const bool is_id =
        columns[i].name == "$id" ||
        (columns[i].name == "id" && (has_entities || !Members{program, entity}.has("id")));
    if (!is_id) continue;
    if (id != kNoColumn) return check.twice(columns[i]);
    if (auto wrong = check.form(columns[i])) return wrong;
    id = i;
    columns[i].name = "$id";
  }
  if (!has_entities) return check.entity(columns, entity);
  for (ArrowField& column : columns) {
    if (is_passed_over(column.name)) continue;
    const auto found = program.entity_by_name.find(column.name);
    const bool is_top = found != program.entity_by_name.end() && is_entity(column) &&
                        can_be_top(program, found->second);
    if (!is_top) return check.unknown(column, Members{program, program.root_entity});
    if (auto wrong = check.entity(column.children, found->second)) return wrong;
  }
  return std::nullopt;
}

// Spans name the row and, from 1, the column.
JsonValue ArrowRows::State::record(const ArrowArray& batch, int64_t at, Span span) const {
  JsonValue facts{JsonKind::kObject, span, {}, {}, {}};
  for (size_t i = 0; i < fields.children.size(); ++i) {
    const ArrowField& column = fields.children[i];
    if (is_passed_over(column.name)) continue;
    span.column = static_cast<uint32_t>(i + 1);
    JsonValue value = arrow_value(column, *batch.children[i], batch.offset + at, span);
    if (value.kind != JsonKind::kNull)
      facts.members.push_back({column.name, span, std::move(value)});
  }
  if (entity == law::kNoId) return facts;
  JsonValue top{JsonKind::kObject, facts.span, {}, {}, {}};
  top.members.push_back({program.entities[entity].name, facts.span, std::move(facts)});
  return top;
}

std::string ArrowRows::State::name_of(const ArrowArray& batch, int64_t at) const {
  if (id == kNoColumn) return {};
  return arrow_value(fields.children[id], *batch.children[id], batch.offset + at, {}).text;
}

ArrowRows::ArrowRows(std::unique_ptr<const State> state) : state_(std::move(state)) {}
ArrowRows::ArrowRows(ArrowRows&& other) noexcept = default;
ArrowRows::~ArrowRows() = default;

std::expected<ArrowRows, Diagnostic> ArrowRows::open(const ArrowTable& table,
                                                     const law::Program& program) {
  auto state = std::make_unique<State>(table, program);
  if (auto wrong = state->plan()) return std::unexpected(std::move(*wrong));
  return ArrowRows(std::move(state));
}

uint64_t ArrowRows::rows() const { return state_->table.rows(); }

RowCounts ArrowRows::read(uint64_t first, uint32_t count, std::optional<Date> on, Columns& columns,
                          std::vector<RowFault>& faults) const {
  RowCounts counts;
  const uint64_t end = std::min(first + count, rows());
  for (uint64_t row = first; row < end; ++row) {
    const auto after = std::upper_bound(state_->first.begin(), state_->first.end(), row);
    const auto number = static_cast<size_t>(after - state_->first.begin()) - 1;
    const ArrowArray& batch = state_->table.batch(number);
    const auto at = static_cast<int64_t>(row - state_->first[number]);
    ++counts.read;
    const std::string name = state_->name_of(batch, at);
    const auto file = state_->reader.read(state_->record(batch, at, Span{0, 1, 0, 0}), on, false);
    if (file) {
      ++counts.kept;
      columns.append(*file, name);
      continue;
    }
    ++counts.rejected;
    for (const Diagnostic& fault : file.error()) {
      RowFault told{state_->table.name(), row + 1, "", name, fault.code, fault.message};
      if (fault.span.column != 0) told.column = state_->fields.children[fault.span.column - 1].path;
      faults.push_back(std::move(told));
    }
  }
  return counts;
}

}  // namespace ansinh::facts
