// Columns to tables of CSV.

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "facts/csv_table.h"
#include "facts/csv_text.h"
#include "facts/rows.h"
#include "facts/to_json.h"
#include "facts/value_text.h"

namespace ansinh::facts {

namespace {

namespace fs = std::filesystem;

struct Table {
  std::FILE* file = nullptr;
  std::string text;   // not written yet
  uint64_t rows = 0;  // written or waiting
};

}  // namespace

struct CsvWriter::State {
  State(const std::string& target, const law::Program& of, std::vector<bool> chosen)
      : folder(target),
        temporary(target + ".new" + std::to_string(::getpid())),
        program(of),
        facts(std::move(chosen)),
        tables(of.entities.size()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const Table& table : tables) {
      if (table.file != nullptr) std::fclose(table.file);
    }
    std::error_code ignored;
    if (is_open) fs::remove_all(temporary, ignored);
  }

  Diagnostic fault(int error) const {
    const std::string why = std::strerror(error);
    return {
        "cannot-write",
        Severity::kError,
        {},
        {folder + ": không ghi được (" + why + ")", folder + ": cannot be written (" + why + ")"},
        {"kiểm tra đường dẫn, quyền ghi và chỗ trống; thư mục đích phải trống hoặc chưa có",
         "check the path, the permission and the free space; the folder must be empty or not "
         "be there"}};
  }

  law::ListForm form_of(law::EntityId entity) const {
    const law::ListId list = program.entities[entity].list;
    return list == law::kNoId ? law::ListForm::kChildren : program.lists[list].form;
  }

  std::string head_of(law::EntityId id) const {
    const law::EntityInfo& entity = program.entities[id];
    std::string head = "id";
    head += id == program.root_entity ? ",$id" : ",parent,subject";
    if (form_of(id) == law::ListForm::kDates) {
      head += ",date";
    } else if (form_of(id) != law::ListForm::kChildren) {
      head += ",from,to";
    }
    for (const law::FactId fact : entity.facts) {
      if (!facts[fact]) continue;
      head += is_taken_name(program.facts[fact].name) ? ",fact:" : ",";
      head += program.facts[fact].name;
    }
    for (const law::ListId list : entity.lists) head += "," + program.lists[list].name;
    return head + "\n";
  }

  std::optional<Diagnostic> flush(law::EntityId id) {
    Table& table = tables[id];
    if (table.text.empty()) return std::nullopt;
    if (table.file == nullptr) {
      const fs::path path = fs::path(temporary) / (program.entities[id].name + ".csv");
      table.file = std::fopen(path.c_str(), "wb");
      if (table.file == nullptr) return fault(errno);
      table.text = head_of(id) + table.text;
    }
    if (std::fwrite(table.text.data(), 1, table.text.size(), table.file) != table.text.size()) {
      return fault(errno);
    }
    table.text.clear();
    return std::nullopt;
  }

  void put_fact(std::string& out, const FactColumn& column, uint32_t row) const {
    const law::FactInfo& info = program.facts[column.fact];
    out += ',';
    switch (column.at(row)) {
      case Cell::kNotGiven:
        return;
      case Cell::kUnknown:
        out += "null";
        return;
      case Cell::kNone:
        out += "none";
        return;
      case Cell::kValue:
        break;
    }
    const int64_t value = column.value[row];
    switch (info.type.base) {
      case law::Base::kText: {
        const std::string& text = column.texts[static_cast<size_t>(value)];
        return put_csv_cell(out, text, text.empty() || text == "null");
      }
      case law::Base::kYesNo:
        out += value != 0 ? "true" : "false";
        return;
      case law::Base::kEnum:
        return put_csv_cell(
            out, program.enums[info.type.enumeration].members[static_cast<size_t>(value)]);
      case law::Base::kDate:
        out += Date{static_cast<int32_t>(value)}.to_string();
        return;
      case law::Base::kMonth:
        out += Month{static_cast<int32_t>(value)}.to_string();
        return;
      default:
        break;
    }
    std::string number = value_to_json(column.number(row), info.type, program);
    if (number.starts_with('"')) number = number.substr(1, number.size() - 2);
    out += number;
  }

  // Whether a list is given does not follow from its rows where there are none, or only the
  // subject's.
  std::string_view said_of(const ListColumn& list, uint32_t row, bool has_others) const {
    switch (list.at(row)) {
      case Known::kUnknown:
        return program.lists[list.list].presumed_none ? "null" : "";
      case Known::kGiven:
        return has_others ? "" : "given";
      case Known::kPresumed:
        break;
    }
    return "";
  }

  std::string folder, temporary;
  const law::Program& program;
  std::vector<bool> facts;
  std::vector<Table> tables;  // by entity
  bool is_open = false;
};

CsvWriter::CsvWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvWriter::CsvWriter(CsvWriter&& other) noexcept = default;
CsvWriter::~CsvWriter() = default;

std::expected<CsvWriter, Diagnostic> CsvWriter::open(const std::string& folder,
                                                     const law::Program& program,
                                                     const std::vector<bool>& facts) {
  std::string plain = folder;
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  auto state = std::make_unique<State>(plain, program, facts);
  std::error_code error;
  if (fs::exists(plain, error) && !(fs::is_directory(plain, error) && fs::is_empty(plain, error))) {
    return std::unexpected(state->fault(ENOTEMPTY));
  }
  fs::create_directories(state->temporary, error);
  if (error) return std::unexpected(state->fault(error.value()));
  state->is_open = true;
  return CsvWriter(std::move(state));
}

std::optional<Diagnostic> CsvWriter::append(const Columns& columns) {
  State& state = *state_;
  const law::Program& program = state.program;
  // Rows of the subjects and of those above them, except the roots.
  std::vector<std::vector<bool>> marked(columns.entities.size());
  for (law::EntityId id = 0; id < marked.size(); ++id) marked[id].resize(columns.entities[id].rows);
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    const Subject subject = columns.subject(tree);
    uint32_t row = columns.rows_of(tree, subject.entity).first + subject.row;
    for (law::EntityId id = subject.entity; id != program.root_entity;
         id = program.entities[id].parent) {
      marked[id][row] = true;
      row = columns.entities[id].parent[row];
    }
  }
  std::vector<uint64_t> before(columns.entities.size());
  for (law::EntityId id = 0; id < before.size(); ++id) before[id] = state.tables[id].rows;
  for (law::EntityId id = 0; id < columns.entities.size(); ++id) {
    const EntityColumns& entity = columns.entities[id];
    Table& table = state.tables[id];
    std::string& out = table.text;
    const law::ListForm form = state.form_of(id);
    for (uint32_t row = 0; row < entity.rows; ++row) {
      out += std::to_string(++table.rows);
      out += ',';
      if (id == program.root_entity) {
        put_csv_cell(out, columns.name(row));
      } else {
        out += std::to_string(before[program.entities[id].parent] + entity.parent[row] + 1);
        out += marked[id][row] ? ",yes" : ",";
      }
      if (form != law::ListForm::kChildren) out += "," + point_text(entity.from[row], form);
      if (form == law::ListForm::kSpellsByMonth || form == law::ListForm::kSpellsByDay) {
        out += "," + point_text(entity.to[row], form);
      }
      for (const FactColumn& fact : entity.facts) {
        if (state.facts[fact.fact]) state.put_fact(out, fact, row);
      }
      for (const ListColumn& list : entity.lists) {
        const law::EntityId child = program.lists[list.list].child;
        bool has_others = false;
        for (uint32_t i = list.begin_of(row); i < list.end_of(row) && !has_others; ++i) {
          has_others = !marked[child][i];
        }
        out += ',';
        out += state.said_of(list, row, has_others);
      }
      out += '\n';
      if (out.size() < (size_t{1} << 20)) continue;
      if (auto fault = state.flush(id)) return fault;
    }
  }
  return std::nullopt;
}

std::optional<Diagnostic> CsvWriter::finish() {
  State& state = *state_;
  for (law::EntityId id = 0; id < state.tables.size(); ++id) {
    Table& table = state.tables[id];
    if (id == state.program.root_entity && table.rows == 0) table.text = "\n";
    if (auto fault = state.flush(id)) return fault;
    if (table.file == nullptr) continue;
    const int closed = std::fclose(table.file);
    table.file = nullptr;
    if (closed != 0) return state.fault(errno);
  }
  std::error_code error;
  fs::rename(state.temporary, state.folder, error);
  if (error) return state.fault(error.value());
  state.is_open = false;
  return std::nullopt;
}

}  // namespace ansinh::facts
