#include <algorithm>

#include "agency/import_row.h"
#include "base/text.h"
#include "facts/csv_text.h"
#include "facts/mapped_file.h"

namespace ansinh::agency {

namespace {

enum class ColumnUse : uint8_t {
  kId,         // the source's key of the row
  kPerson,     // rows of lists: the source's key of the person
  kHousehold,  // persons: the source's key of the household
  kValidFrom,
  kFrom,
  kTo,
  kDate,     // lists of dates
  kPaper,    // rows of lists: a number by which the person is found
  kFact,     // word
  kRowFact,  // index: FactId; slot: its place in the row
  kNothing,  // "note"
};

struct Column {
  std::string name;
  ColumnUse use = ColumnUse::kNothing;
  const Word* word = nullptr;
  law::FactId fact = law::kNoId;
  size_t slot = 0;
  std::string paper;  // the kind of identifier
};

Failure head_fault(const std::string& path, std::string_view code, const std::string& vi,
                   const std::string& en) {
  return refused(code, {path + ": " + vi, path + ": " + en});
}

class CsvRows final : public RowReader {
 public:
  CsvRows(const LawBook& book, std::string path, facts::MappedFile file, const ImportTable& table)
      : book_(book),
        path_(std::move(path)),
        file_(std::move(file)),
        table_(table),
        cursor_(file_.bytes()) {}

  Expected<void> read_head() {
    if (cursor_.next() != facts::CsvStep::kRow) {
      return std::unexpected(head_fault(path_, "csv-malformed", "tệp trống, hoặc dòng đầu hỏng",
                                        "the file is empty, or its first line is broken"));
    }
    for (size_t i = 0; i < cursor_.count(); ++i) {
      const auto name = normalize(cursor_.cells()[i].text);
      auto column = use(name ? *name : std::string());
      if (!column) return std::unexpected(std::move(column.error()));
      for (const Column& before : columns_) {
        if (before.name == column->name) {
          return std::unexpected(head_fault(path_, "column-twice",
                                            "cột \"" + column->name + "\" có hai lần",
                                            "the column \"" + column->name + "\" is there twice"));
        }
      }
      columns_.push_back(std::move(*column));
    }
    line_ = 1 + lines_in(cursor_.begin(), cursor_.offset());
    return missing_column();
  }

  Expected<std::optional<ImportRow>> next() override {
    const uint64_t before = cursor_.offset();
    const auto step = cursor_.next();
    if (step == facts::CsvStep::kEnd) return std::nullopt;
    ImportRow row;
    row.line = line_ + lines_in(before, cursor_.begin());
    if (step == facts::CsvStep::kMalformed) {
      const std::string at = std::to_string(row.line);
      return std::unexpected(head_fault(
          path_, "csv-malformed", "dòng " + at + ": dấu nháy không đóng, phần sau không đọc được",
          "line " + at + ": a quote does not end; what follows cannot be read"));
    }
    line_ = row.line + lines_in(cursor_.begin(), cursor_.offset());
    fill(row);
    return row;
  }

  void seek(uint64_t offset, int64_t line) override {
    cursor_.seek(offset);
    line_ = line;
  }
  uint64_t offset() const override { return cursor_.offset(); }
  int64_t line() const override { return line_; }
  std::string_view bytes() const override { return file_.bytes(); }

 private:
  int64_t lines_in(uint64_t begin, uint64_t end) const {
    const std::string_view part = file_.bytes().substr(begin, end - begin);
    return std::count(part.begin(), part.end(), '\n');
  }

  Expected<Column> use(const std::string& name) {
    Column column;
    column.name = name;
    if (name == "note" || name.starts_with("$")) return column;
    if (name == "id") {
      column.use = ColumnUse::kId;
      return column;
    }
    return table_.list == nullptr ? use_of_person(std::move(column))
                                  : use_of_row(std::move(column));
  }

  Expected<Column> use_of_person(Column column) {
    if (column.name == "household" && table_.kind == PersonKind::kPerson) {
      column.use = ColumnUse::kHousehold;
      return column;
    }
    if (column.name == "valid_from") {
      column.use = ColumnUse::kValidFrom;
      return column;
    }
    column.use = ColumnUse::kFact;
    column.word = book_.words->find(table_.kind, column.name);
    if (column.word == nullptr) {
      column.word = book_.words->find(table_.kind, "registry." + column.name);
    }
    const bool can_be_a_cell = column.word != nullptr && column.word->kind != WordKind::kOther &&
                               column.word->kind != WordKind::kOthers;
    if (!can_be_a_cell) {
      return unknown(column.name, book_.words->nearest_to(table_.kind, column.name));
    }
    return column;
  }

  Expected<Column> use_of_row(Column column) {
    const law::Program& law = book_.law();
    const law::ListInfo& list = law.lists[table_.list->index];
    const bool is_spells =
        list.form == law::ListForm::kSpellsByMonth || list.form == law::ListForm::kSpellsByDay;
    if (column.name == "person") {
      column.use = ColumnUse::kPerson;
    } else if (is_spells && column.name == "from") {
      column.use = ColumnUse::kFrom;
    } else if (is_spells && column.name == "to") {
      column.use = ColumnUse::kTo;
    } else if (list.form == law::ListForm::kDates && column.name == "date") {
      column.use = ColumnUse::kDate;
    }
    if (column.use != ColumnUse::kNothing) return column;
    const law::EntityInfo& entity = law.entities[list.child];
    std::vector<std::string> names{"id", "person", "from", "to"};
    for (size_t slot = 0; slot < entity.facts.size(); ++slot) {
      names.push_back(law.facts[entity.facts[slot]].name);
      if (names.back() != column.name) continue;
      column.use = ColumnUse::kRowFact;
      column.fact = entity.facts[slot];
      column.slot = slot;
      return column;
    }
    for (const RegistryFact& fact : book_.words->registry()) {
      if (fact.identifier.empty()) continue;
      if (fact.name == column.name || fact.name == "registry." + column.name) {
        column.use = ColumnUse::kPaper;
        column.paper = fact.identifier;
        return column;
      }
    }
    return unknown(column.name, nearest(column.name, names));
  }

  std::unexpected<Failure> unknown(const std::string& name, const std::string& near) const {
    return std::unexpected(
        head_fault(path_, "unknown-column",
                   "không hiểu cột \"" + name + "\"; " +
                       (near.empty() ? "xem các tên trong luật" : "có phải \"" + near + "\"?"),
                   "the column \"" + name + "\" is not known; " +
                       (near.empty() ? "see the names in the law" : "is it \"" + near + "\"?")));
  }

  Expected<void> missing_column() const {
    const auto has = [&](ColumnUse use) {
      return std::any_of(columns_.begin(), columns_.end(),
                         [&](const Column& column) { return column.use == use; });
    };
    const bool is_named = table_.list == nullptr
                              ? has(ColumnUse::kId)
                              : has(ColumnUse::kPerson) || has(ColumnUse::kPaper);
    if (is_named) return {};
    if (table_.list == nullptr) {
      return std::unexpected(
          head_fault(path_, "column-missing", "thiếu cột \"id\": khóa của mỗi dòng ở nguồn",
                     "the column \"id\" is missing: the source's key of each row"));
    }
    return std::unexpected(head_fault(
        path_, "column-missing", "thiếu cột \"person\": khóa của người mà dòng này nói đến",
        "the column \"person\" is missing: the key of the person that the row is about"));
  }

  static void reject(ImportRow& row, const std::string& column, std::string code, Text reason) {
    if (row.reject) return;
    row.reject = RowReject{row.line, column, std::move(code), std::move(reason)};
  }
  static void reject(ImportRow& row, const std::string& column, const facts::ValueFault& fault) {
    reject(row, column, fault.code,
           {fault.message.vi + "; " + fault.help.vi, fault.message.en + "; " + fault.help.en});
  }

  void fill(ImportRow& row) {
    if (cursor_.count() != columns_.size()) {
      const std::string has = std::to_string(cursor_.count());
      const std::string wants = std::to_string(columns_.size());
      return reject(
          row, "", "cell-count",
          {"dòng có " + has + " ô, bảng có " + wants + " cột; kiểm tra dấu phẩy, dấu nháy",
           "the row has " + has + " cells, the table " + wants +
               " columns; look at commas and quotes"});
    }
    valid_from_.reset();
    from_.clear();
    to_.clear();
    row_key_.clear();
    const law::Program& law = book_.law();
    if (table_.list != nullptr) {
      const law::EntityInfo& entity = law.entities[law.lists[table_.list->index].child];
      values_.assign(entity.facts.size(), std::string());
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      const facts::CsvCell& cell = cursor_.cells()[i];
      if (cell.text.empty()) continue;  // says nothing: what is known stays
      take(row, columns_[i], cell.text);
      if (row.reject) return;
    }
    table_.list == nullptr ? finish_person(row) : finish_row(row);
  }

  void take(ImportRow& row, const Column& column, const std::string& written) {
    const bool is_plain = std::all_of(written.begin(), written.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80;
    });
    auto text = is_plain ? written : normalize(written).value_or(std::string());
    if (text.empty()) {
      return reject(row, column.name, "not-utf8",
                    {"ô không phải văn bản UTF-8; lưu lại tệp với bảng mã UTF-8",
                     "the cell is not UTF-8 text; save the file as UTF-8"});
    }
    switch (column.use) {
      case ColumnUse::kId:
        (table_.list == nullptr ? row.key : row_key_) = std::move(text);
        return;
      case ColumnUse::kPerson:
        row.key = std::move(text);
        return;
      case ColumnUse::kHousehold:
        row.household = std::move(text);
        return;
      case ColumnUse::kPaper:
        row.papers.emplace_back(column.paper, std::move(text));
        return;
      case ColumnUse::kValidFrom: {
        const auto date = Date::parse(text);
        if (!date) return bad_date(row, column.name, text);
        valid_from_ = *date;
        return;
      }
      case ColumnUse::kFrom:
        return take_point(row, column, text, from_);
      case ColumnUse::kTo:
        return take_point(row, column, text, to_);
      case ColumnUse::kDate: {
        const auto date = Date::parse(text);
        if (!date) return bad_date(row, column.name, text);
        from_ = std::move(text);
        return;
      }
      case ColumnUse::kRowFact: {
        auto value = book_.words->cell(column.fact, text);
        if (!value) return reject(row, column.name, value.error());
        values_[column.slot] = std::move(*value);
        return;
      }
      case ColumnUse::kFact:
        return take_fact(row, column, text);
      case ColumnUse::kNothing:
        return;
    }
  }

  void take_fact(ImportRow& row, const Column& column, const std::string& text) {
    const Word& word = *column.word;
    NewStatement said{.fact = word.name, .value = std::string("[]")};
    if (word.kind != WordKind::kList) {
      auto value = book_.words->cell(word, text);
      if (!value) return reject(row, column.name, value.error());
      said.value = std::move(*value);
      if (word.kind == WordKind::kRegistry) {
        const RegistryFact& fact = book_.words->registry_fact(word);
        if (!fact.identifier.empty()) row.papers.emplace_back(fact.identifier, text);
      }
    } else if (text == "null") {
      said.value = "null";
    } else if (text != "none") {
      return reject(row, column.name, "wrong-shape",
                    {"ô của danh sách chỉ ghi none hoặc null; các dòng để ở tệp riêng",
                     "the cell of a list says none or null; its rows have a file of their own"});
    }
    row.said.emplace_back(&word, std::move(said));
  }

  static void bad_date(ImportRow& row, const std::string& column, const std::string& text) {
    reject(row, column, "not-a-date",
           {"\"" + text + "\" không phải là ngày; viết như 2025-07-01",
            "\"" + text + "\" is not a date; write it like 2025-07-01"});
  }

  void take_point(ImportRow& row, const Column& column, std::string& text, std::string& point) {
    if (column.use == ColumnUse::kTo && text == "ongoing") {
      point = std::move(text);
      return;
    }
    if (book_.law().lists[table_.list->index].form == law::ListForm::kSpellsByDay) {
      if (!Date::parse(text)) return bad_date(row, column.name, text);
    } else if (!Month::parse(text)) {
      return reject(row, column.name, "not-a-month",
                    {"\"" + text + "\" không phải là tháng; viết như 2025-07",
                     "\"" + text + "\" is not a month; write it like 2025-07"});
    }
    point = std::move(text);
  }

  void finish_person(ImportRow& row) {
    if (row.key.empty()) {
      return reject(row, "id", "id-missing",
                    {"dòng không có khóa ở nguồn; ghi vào cột id",
                     "the row has no key of the source; write it into the column id"});
    }
    if (!valid_from_) return;
    for (auto& [word, said] : row.said) {
      if (word->kind != WordKind::kList) said.valid_from = valid_from_;
    }
  }

  void finish_row(ImportRow& row) {
    if (row.key.empty() && row.papers.empty()) {
      return reject(row, "person", "person-missing",
                    {"dòng không nói về ai; ghi vào cột person",
                     "the row does not say of whom it is; write it into the column person"});
    }
    const law::Program& law = book_.law();
    const law::ListInfo& list = law.lists[table_.list->index];
    NewStatement said{.fact = table_.list->name, .source_key = std::move(row_key_)};
    if (list.form == law::ListForm::kDates) {
      if (from_.empty()) return missing(row, "date");
      said.value = "\"" + from_ + "\"";
    } else {
      if (list.form != law::ListForm::kChildren && from_.empty()) return missing(row, "from");
      if (!to_.empty() && to_ != "ongoing" && to_ < from_) {
        return reject(row, "to", "period-reversed",
                      {"kết thúc trước khi bắt đầu; xem lại from và to",
                       "it ends before it begins; look at from and to"});
      }
      std::string value;
      value.reserve(96);
      value += '{';
      if (!from_.empty()) value += "\"from\":\"" + from_ + "\"";
      if (!to_.empty()) value += ",\"to\":\"" + to_ + "\"";
      const law::EntityInfo& entity = law.entities[list.child];
      for (size_t slot = 0; slot < values_.size(); ++slot) {
        if (values_[slot].empty()) continue;
        if (value.size() > 1) value += ',';
        value += '"';
        value += law.facts[entity.facts[slot]].name;
        value += "\":";
        value += values_[slot];
      }
      value += '}';
      const auto [from, until] = book_.words->period_of(*table_.list, value);
      said.valid_from = from;
      said.valid_until = until;
      said.value = std::move(value);
    }
    row.said.emplace_back(table_.list, std::move(said));
  }

  static void missing(ImportRow& row, const std::string& column) {
    reject(row, column, column + "-missing",
           {"ô này không được để trống", "this cell must not be empty"});
  }

  const LawBook& book_;
  std::string path_;
  facts::MappedFile file_;
  ImportTable table_;
  facts::CsvCursor cursor_;
  std::vector<Column> columns_;
  int64_t line_ = 1;
  // Of the row at hand:
  std::optional<Date> valid_from_;
  std::string from_, to_, row_key_;
  std::vector<std::string> values_;  // by slot
};

}  // namespace

Failure cannot_read(const Diagnostic& fault) {
  return refused("cannot-read", {fault.message.vi + "; " + fault.help.vi,
                                 fault.message.en + "; " + fault.help.en});
}

Expected<std::unique_ptr<RowReader>> open_csv_rows(const LawBook& book, const std::string& path,
                                                   const ImportTable& table) {
  auto file = facts::MappedFile::open(path);
  if (!file) return std::unexpected(cannot_read(file.error()));
  auto rows = std::make_unique<CsvRows>(book, path, std::move(*file), table);
  if (auto done = rows->read_head(); !done) return std::unexpected(std::move(done.error()));
  return rows;
}

}  // namespace ansinh::agency
