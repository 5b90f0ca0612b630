// Tables of CSV to trees: the root table row by row, and below each row those of the other tables
// that name it, all in step.

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/text.h"
#include "facts/csv_table.h"
#include "facts/draft.h"
#include "facts/rows.h"
#include "facts/value_text.h"

namespace ansinh::facts {

namespace {

namespace fs = std::filesystem;

JsonValue json_of(const CsvCell& cell, std::string text) {
  JsonValue json;
  json.kind = JsonKind::kString;
  if (!cell.is_quoted && (text == "true" || text == "yes")) json.kind = JsonKind::kTrue;
  if (!cell.is_quoted && (text == "false" || text == "no")) json.kind = JsonKind::kFalse;
  json.text = std::move(text);
  return json;
}

class Assembler {
 public:
  Assembler(const law::Program& program, std::optional<Date> on, const RowReceiver& receiver)
      : program_(program),
        on_(on),
        receiver_(receiver),
        tables_(program.entities.size()),
        said_(program.lists.size()) {}

  std::optional<Diagnostic> open(const std::string& path) {
    const std::string name = fs::path(path).stem().string();
    auto table = CsvTable::open(program_, path, name);
    if (!table) return std::move(table.error());
    const law::EntityId entity = table->entity();
    if (tables_[entity]) {
      return Diagnostic{"table-twice",
                        Severity::kError,
                        {},
                        {path + ": bảng này đã có", path + ": this table is there already"},
                        {"bỏ một trong hai tệp", "leave one of the two out"}};
    }
    tables_[entity] = std::make_unique<CsvTable>(std::move(*table));
    return std::nullopt;
  }

  std::expected<RowCounts, Diagnostic> read() {
    if (auto stop = index(program_.root_entity)) return std::unexpected(std::move(*stop));
    // Whom nobody holds comes after those whom the table above holds.
    if (auto stop = tops(program_.root_entity)) return std::unexpected(std::move(*stop));
    return counts_;
  }

 private:
  CsvTable* table(law::EntityId entity) { return tables_[entity].get(); }

  std::optional<Diagnostic> index(law::EntityId entity) {
    const law::EntityInfo& info = program_.entities[entity];
    if (CsvTable* here = table(entity)) {
      const CsvTable* parent = info.parent == law::kNoId ? nullptr : table(info.parent);
      const bool has_children = std::any_of(
          info.lists.begin(), info.lists.end(),
          [&](law::ListId list) { return table(program_.lists[list].child) != nullptr; });
      const auto stray = [&](uint64_t offset, std::string_view named) {
        return tell_stray(*here, offset, named);
      };
      if (auto stop = here->index(parent, has_children, stray)) return stop;
    }
    for (const law::ListId list : info.lists) {
      if (auto stop = index(program_.lists[list].child)) return stop;
    }
    return std::nullopt;
  }

  std::optional<Diagnostic> tell_stray(CsvTable& from, uint64_t offset, std::string_view named) {
    ++counts_.stray;
    const std::string id(from.id());
    const std::string parent(named);
    if (named.empty()) {
      return receiver_.fault(
          {from.path(),
           from.line_of(offset),
           "parent",
           id,
           "parent-missing",
           {"dòng này không nói thuộc về ai", "the row does not say whose it is"}});
    }
    return receiver_.fault({from.path(),
                            from.line_of(offset),
                            "parent",
                            id,
                            "parent-unknown",
                            {"không có dòng nào với id \"" + parent + "\" ở bảng trên",
                             "there is no row with the id \"" + parent + "\" in the table above"}});
  }

  bool can_be_top(law::EntityId entity) const {
    const law::ListId list = program_.entities[entity].list;
    return list == law::kNoId || program_.lists[list].form == law::ListForm::kChildren;
  }

  bool advance(law::EntityId entity) {
    CsvTable* here = table(entity);
    is_here_[entity] = here != nullptr && here->next();
    return is_here_[entity];
  }

  // The trees whose topmost row is of `entity`, then those of the entities below.
  std::optional<Diagnostic> tops(law::EntityId entity) {
    if (is_here_.empty()) {
      is_here_.resize(tables_.size());
      for (law::EntityId id = 0; id < tables_.size(); ++id) advance(id);
    }
    while (is_here_[entity]) {
      CsvTable& here = *table(entity);
      if (can_be_top(entity) && here.parent_id().empty()) {
        if (auto stop = tree(entity)) return stop;
      } else {
        if (auto stop = tell_stray(here, here.offset(), here.parent_id())) return stop;
        advance(entity);
      }
    }
    for (const law::ListId list : program_.entities[entity].lists) {
      if (auto stop = tops(program_.lists[list].child)) return stop;
    }
    return std::nullopt;
  }

  std::optional<Diagnostic> tree(law::EntityId entity) {
    ++counts_.read;
    Draft draft(program_);
    places_.clear();
    name_ = name_of(*table(entity));
    const Span whole = place(*table(entity));
    draft_ = &draft;
    rows(draft.add_top(entity, whole), entity);
    auto file = draft.finish(whole, on_, false);
    if (counts_.read % 512 == 0 && receiver_.progress) {
      const CsvTable& here = *table(entity);
      if (auto stop = receiver_.progress(is_here_[entity] ? here.done() : 1, counts_)) return stop;
    }
    if (file) {
      ++counts_.kept;
      return receiver_.tree(*file, name_);
    }
    ++counts_.rejected;
    for (const Diagnostic& fault : file.error()) {
      if (auto stop = tell(fault)) return stop;
    }
    return std::nullopt;
  }

  std::optional<Diagnostic> tell(const Diagnostic& fault) {
    RowFault row;
    row.code = fault.code;
    row.reason = fault.message;
    row.id = name_;
    if (fault.span.line != 0 && fault.span.line <= places_.size()) {
      const Place& place = places_[fault.span.line - 1];
      row.file = place.table->path();
      row.line = place.table->line_of(place.offset);
      row.id = place.table->id_at(place.offset);
      const bool is_column =
          fault.span.column != 0 && fault.span.column <= place.table->columns().size();
      if (is_column) row.column = place.table->columns()[fault.span.column - 1].name;
    }
    return receiver_.fault(row);
  }

  static std::string name_of(const CsvTable& here) {
    for (size_t i = 0; i < here.columns().size(); ++i) {
      const CsvCell* cell = here.cell(i);
      if (here.columns()[i].use == CsvUse::kName && cell != nullptr) return cell->text;
    }
    for (size_t i = 0; i < here.columns().size(); ++i) {
      if (here.columns()[i].use == CsvUse::kName) return "";
    }
    return std::string(here.id());
  }

  // A span whose line is the number of the row among those of the tree.
  Span place(CsvTable& here) {
    places_.push_back({&here, here.offset()});
    return Span{0, static_cast<uint32_t>(places_.size()), 0, 0};
  }

  static Span in_column(Span row, size_t column) {
    row.column = static_cast<uint32_t>(column + 1);
    return row;
  }

  // Fills `row` from the row at hand of its table, goes to the next one, and adds what is below.
  void rows(DraftRow& row, law::EntityId entity) {
    CsvTable& here = *table(entity);
    const std::string id(here.id());
    fill(row, here);
    advance(entity);
    for (const law::ListId list : program_.entities[entity].lists) {
      const law::EntityId child = program_.lists[list].child;
      while (is_here_[child] && !id.empty() && table(child)->parent_id() == id) {
        add(row, list, child);
      }
    }
  }

  void add(DraftRow& parent, law::ListId list, law::EntityId child) {
    CsvTable& below = *table(child);
    const Span span = place(below);
    if (draft_->rows().size() >= Draft::kRowsMax) {
      draft_->refuse(
          "too-many-rows", span,
          {"quá nhiều dòng (nhiều hơn 1.000.000)", "too many rows (more than 1,000,000)"},
          {"chia thành nhiều hộ", "split it"});
      advance(child);
      return;
    }
    if (says_subject(below, span)) {
      const bool is_below_subject = draft_->top(parent.instance->entity) == &parent;
      if (is_below_subject && draft_->top(child) == nullptr) {
        rows(draft_->add_top(child, span), child);
        return;
      }
      draft_->refuse("subject-twice", span,
                     {"chỉ một dòng được là đối tượng xét, và các dòng trên nó cũng phải ghi vậy",
                      "only one row can be the subject, and those above it must say so too"},
                     {"sửa cột subject", "correct the column subject"});
    }
    if (said_[list] == "null" || said_[list] == "none") {
      draft_->refuse(
          "list-without-rows", span,
          {"có dòng này trong khi danh sách ghi " + said_[list],
           "this row is there though its list says " + said_[list]},
          {"sửa ô của danh sách ở bảng trên", "correct the list's cell in the table above"});
    }
    rows(draft_->add_row(parent, list, span), child);
  }

  bool says_subject(const CsvTable& here, Span span) {
    for (size_t i = 0; i < here.columns().size(); ++i) {
      const CsvCell* cell = here.cell(i);
      if (here.columns()[i].use != CsvUse::kSubject || cell == nullptr) continue;
      if (cell->text == "yes" || cell->text == "true") return true;
      if (cell->text.empty() || cell->text == "no" || cell->text == "false") continue;
      draft_->refuse("not-yes-or-no", in_column(span, i),
                     {"\"" + cell->text + "\" không phải là có hoặc không",
                      "\"" + cell->text + "\" is neither yes nor no"},
                     {"viết yes, hoặc để trống", "write yes, or leave it empty"});
    }
    return false;
  }

  void fill(DraftRow& row, CsvTable& here) {
    for (const law::ListId list : program_.entities[row.instance->entity].lists) {
      said_[list].clear();
    }
    if (here.is_id_twice()) {
      draft_->refuse("id-twice", row.span,
                     {"id này có hai lần trong bảng", "this id is twice in the table"},
                     {"mỗi dòng một id", "give each row its own id"});
    }
    if (here.cell_count() != here.columns().size()) {
      const std::string has = std::to_string(here.cell_count());
      const std::string wants = std::to_string(here.columns().size());
      draft_->refuse("cell-count", row.span,
                     {"dòng có " + has + " ô, bảng có " + wants + " cột",
                      "the row has " + has + " cells, the table " + wants + " columns"},
                     {"kiểm tra dấu phẩy và dấu nháy", "check the commas and quotes"});
      return;
    }
    for (size_t i = 0; i < here.columns().size(); ++i) {
      const CsvCell& cell = *here.cell(i);
      if (cell.text.empty() && !cell.is_quoted) continue;
      use(row, here.columns()[i], cell, in_column(row.span, i));
    }
    const law::ListId held = program_.entities[row.instance->entity].list;
    const bool is_date = held != law::kNoId && program_.lists[held].form == law::ListForm::kDates;
    if (is_date && !row.instance->period_known && row.from_span.line == 0) {
      draft_->refuse("date-missing", row.span, {"dòng này không có ngày", "the row has no date"},
                     {"ghi ngày vào cột date", "write the date into the column date"});
    }
  }

  void use(DraftRow& row, const CsvColumn& column, const CsvCell& cell, Span span) {
    auto text = normalize(cell.text);
    if (!text) {
      draft_->refuse("not-utf8", span, {"ô không phải văn bản UTF-8", "the cell is not UTF-8 text"},
                     {"lưu lại tệp với bảng mã UTF-8", "save the file as UTF-8"});
      return;
    }
    switch (column.use) {
      case CsvUse::kFact:
        return fact(row, column.index, cell, std::move(*text), span);
      case CsvUse::kList:
        return list(row, column.index, *text, span);
      case CsvUse::kFrom:
      case CsvUse::kTo:
      case CsvUse::kDate:
        return point(row, column, cell, std::move(*text), span);
      default:
        return;
    }
  }

  void refuse(const DraftRow& row, const std::string& name, Span span, const ValueFault& fault) {
    const std::string at = draft_->path(row) + "/" + name + ": ";
    draft_->refuse(fault.code, span, {at + fault.message.vi, at + fault.message.en}, fault.help);
  }

  void fact(DraftRow& row, law::FactId id, const CsvCell& cell, std::string text, Span span) {
    const law::FactInfo& info = program_.facts[id];
    const bool is_text = info.type.base == law::Base::kText;
    if (text.empty() && !is_text) return;
    if (text == "null" && !(is_text && cell.is_quoted)) {
      draft_->state_fact(row, id, std::nullopt, span);
      return;
    }
    JsonValue json = json_of(cell, std::move(text));
    if (info.type.base != law::Base::kYesNo) json.kind = JsonKind::kString;
    auto value = read_value(json, info.type, program_);
    if (!value) return refuse(row, info.name, span, value.error());
    draft_->state_fact(row, id, std::move(*value), span);
  }

  void list(DraftRow& row, law::ListId id, const std::string& text, Span span) {
    const law::ListInfo& info = program_.lists[id];
    if (text.empty()) return;
    if (text == "null" || text == "none" || text == "given") {
      draft_->state_list(row, id, text == "null" ? Known::kUnknown : Known::kGiven, span);
      said_[id] = text;
      return;
    }
    draft_->refuse(
        "wrong-shape", span,
        {draft_->path(row) + "/" + info.name +
             ": ô của danh sách chỉ ghi given, none "
             "hoặc null",
         draft_->path(row) + "/" + info.name + ": the cell of a list says given, none or null"},
        {"ghi các dòng vào bảng " + program_.entities[info.child].name + ".csv",
         "write the rows into " + program_.entities[info.child].name + ".csv"});
  }

  void point(DraftRow& row, const CsvColumn& column, const CsvCell& cell, std::string text,
             Span span) {
    if (text.empty()) return;
    const law::ListForm form = program_.lists[program_.entities[row.instance->entity].list].form;
    std::optional<int32_t> at;
    if (column.use == CsvUse::kTo && text == "ongoing") {
      at = Instance::kOpen;
    } else if (text != "null" && form == law::ListForm::kSpellsByMonth) {
      const auto month = read_month(json_of(cell, std::move(text)));
      if (!month) return refuse(row, column.name, span, month.error());
      at = month->months;
    } else if (text != "null") {
      const auto date = read_date(json_of(cell, std::move(text)));
      if (!date) return refuse(row, column.name, span, date.error());
      at = date->days;
    }
    if (column.use == CsvUse::kDate && !at) {
      draft_->refuse("date-missing", span, {"dòng này không có ngày", "the row has no date"},
                     {"ghi ngày vào cột date", "write the date into the column date"});
    }
    if (column.use != CsvUse::kTo) draft_->state_from(row, at, span);
    if (column.use != CsvUse::kFrom) draft_->state_to(row, at, span);
  }

  struct Place {
    CsvTable* table = nullptr;
    uint64_t offset = 0;
  };

  const law::Program& program_;
  std::optional<Date> on_;
  const RowReceiver& receiver_;
  std::vector<std::unique_ptr<CsvTable>> tables_;  // by entity
  std::vector<bool> is_here_;                      // by entity: a row is at hand
  RowCounts counts_;
  // Of the tree at hand:
  Draft* draft_ = nullptr;
  std::vector<Place> places_;
  std::string name_;
  std::vector<std::string> said_;  // by ListId: the cell of the list at hand
};

}  // namespace

std::expected<RowCounts, Diagnostic> read_csv(const law::Program& program,
                                              const std::vector<std::string>& paths,
                                              std::optional<Date> on, const RowReceiver& receiver) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path, error)) {
      if (entry.path().extension() == ".csv") files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    const std::string root = program.entities[program.root_entity].name + ".csv";
    return std::unexpected(Diagnostic{"cannot-read",
                                      Severity::kError,
                                      {},
                                      {"không có tệp CSV nào", "there is no CSV file"},
                                      {"cần ít nhất một bảng, ví dụ " + root,
                                       "at least one table is needed, for example " + root}});
  }
  Assembler assembler(program, on, receiver);
  for (const std::string& file : files) {
    if (auto wrong = assembler.open(file)) return std::unexpected(std::move(*wrong));
  }
  return assembler.read();
}

}  // namespace ansinh::facts
