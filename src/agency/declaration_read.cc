#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "agency/declaration.h"
#include "agency/person_facts.h"
#include "base/text.h"
#include "facts/csv_text.h"
#include "facts/to_json.h"

namespace ansinh::agency {

namespace {

constexpr std::string_view kPersonColumn = "person";

// What a column of a payroll means.
struct PayrollColumn {
  std::string name;
  std::string identifier;         // the kind of number that names the worker
  law::FactId fact = law::kNoId;  // a fact of the spell
  bool is_person = false;         // the registry's own number
};

class PayrollReader {
 public:
  PayrollReader(store::Connection& connection, const LawBook& book, const ContributionRules& rules)
      : connection_(connection), book_(book), rules_(rules) {}

  std::optional<PayrollColumn> column(const std::string& name) const {
    if (name == kPersonColumn) return PayrollColumn{name, {}, law::kNoId, true};
    const auto number = book_.roles.registry.find("registry." + name);
    if (number != book_.roles.registry.end() && !number->second.identifier.empty()) {
      return PayrollColumn{name, number->second.identifier, law::kNoId, false};
    }
    const law::Program& program = book_.law();
    for (const law::FactId id : program.entities[program.lists[rules_.spells].child].facts) {
      if (program.facts[id].name == name && id != rules_.employer) {
        return PayrollColumn{name, {}, id, false};
      }
    }
    return std::nullopt;
  }

  Failure unknown_column(const std::string& name) const {
    const law::Program& program = book_.law();
    std::vector<std::string> names = {std::string(kPersonColumn)};
    for (const auto& [key, fact] : book_.roles.registry) {
      if (!fact.identifier.empty()) names.push_back(key.substr(key.find('.') + 1));
    }
    for (const law::FactId id : program.entities[program.lists[rules_.spells].child].facts) {
      if (id != rules_.employer) names.push_back(program.facts[id].name);
    }
    const std::string near = nearest(name, names);
    Text text{"không có cột \"" + name + "\"", "there is no column \"" + name + "\""};
    if (!near.empty()) {
      text.vi += "; có phải là \"" + near + "\"?";
      text.en += "; did you mean \"" + near + "\"?";
    }
    return refused("unknown-column", text);
  }

  // One cell; nothing is done for an empty one.
  Expected<void> cell(PayrollRow& row, const PayrollColumn& column, const facts::JsonValue& value) {
    if (value.kind == facts::JsonKind::kNull || value.text.empty()) {
      if (value.kind != facts::JsonKind::kTrue && value.kind != facts::JsonKind::kFalse) return {};
    }
    if (column.fact == law::kNoId) return worker(row, column, value);
    const law::FactInfo& info = book_.law().facts[column.fact];
    const auto read = facts::read_value(value, info.type, book_.law());
    if (!read) {
      reject(row, column.name,
             {read.error().message.vi + "; " + read.error().help.vi,
              read.error().message.en + "; " + read.error().help.en});
      return {};
    }
    row.facts[column.name] = facts::value_to_json(*read, info.type, book_.law());
    if (column.fact == rules_.kind && value.text == rules_.unpaid) {
      reject(row, column.name,
             {"\"" + rules_.unpaid + "\" do cơ quan ghi, không khai được; bỏ trống nếu phải đóng",
              "\"" + rules_.unpaid +
                  "\" is written by the agency and cannot be declared; leave it empty if "
                  "contributions are owed"});
    }
    return {};
  }

  // After all cells of the row.
  void finish(PayrollRow row, const std::string& key_column) {
    if (row.worker == 0 && !has_reject(row.line)) {
      reject(row, key_column, {"thiếu số của người lao động", "the worker's number is missing"});
    }
    if (row.worker != 0 && !seen_.emplace(row.worker, row.line).second) {
      const std::string line = std::to_string(seen_.at(row.worker));
      reject(row, key_column,
             {"người này đã có ở dòng " + line, "this person stands in line " + line + " already"});
    }
    if (!has_reject(row.line)) payroll_.rows.push_back(std::move(row));
  }

  Payroll take(std::string_view text) {
    payroll_.digest = sha256_hex(text);
    return std::move(payroll_);
  }

 private:
  bool has_reject(uint64_t line) const {
    return !payroll_.rejected.empty() && payroll_.rejected.back().line == line;
  }
  void reject(const PayrollRow& row, const std::string& column, const Text& reason) {
    payroll_.rejected.push_back({row.line, column, reason});
  }

  Expected<void> worker(PayrollRow& row, const PayrollColumn& column,
                        const facts::JsonValue& value) {
    std::vector<int64_t> found;
    if (column.is_person) {
      int64_t number = 0;
      const char* end = value.text.data() + value.text.size();
      const auto [stop, error] = std::from_chars(value.text.data(), end, number);
      if (error == std::errc() && stop == end && number > 0) {
        const store::Cell key[] = {number};
        const auto known = connection_.number(
            "SELECT person FROM person WHERE person = $1 AND kind = 'person'", key);
        if (!known) return std::unexpected(known.error());
        if (known->has_value()) found.push_back(number);
      }
    } else {
      const store::Cell key[] = {value.text, column.identifier};
      const auto read = connection_.each(
          "SELECT person FROM identifier WHERE number = $1 AND kind = $2 ORDER BY person LIMIT 2",
          key, [&](const store::Row& record) {
            found.push_back(record.integer(0));
            return true;
          });
      if (!read) return std::unexpected(read.error());
    }
    for (int64_t& number : found) {
      const auto behind = person_behind(connection_, number);
      if (!behind) return std::unexpected(behind.error());
      number = *behind;
    }
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.empty()) {
      reject(row, column.name,
             {"chưa có người nào mang số " + value.text + "; đăng ký người này trước",
              "nobody is registered under " + value.text + "; register the person first"});
    } else if (found.size() > 1) {
      reject(row, column.name,
             {"nhiều người mang số " + value.text + "; xem danh sách trùng lặp",
              "several persons have the number " + value.text + "; see the list of duplicates"});
    } else if (row.worker != 0 && row.worker != found.front()) {
      reject(row, column.name,
             {"các số trong dòng là của những người khác nhau",
              "the numbers in this line belong to different persons"});
    } else {
      row.worker = found.front();
    }
    return {};
  }

  store::Connection& connection_;
  const LawBook& book_;
  const ContributionRules& rules_;
  Payroll payroll_;
  std::map<int64_t, uint64_t> seen_;  // worker: line
};

facts::JsonValue json_of_cell(const PayrollColumn& column, const law::Program& program,
                              const std::string& text) {
  facts::JsonValue json;
  json.kind = facts::JsonKind::kString;
  json.text = text;
  if (column.fact != law::kNoId && program.facts[column.fact].type.base == law::Base::kYesNo) {
    if (text == "yes" || text == "true") json = {facts::JsonKind::kTrue, {}, {}, {}, {}};
    if (text == "no" || text == "false") json = {facts::JsonKind::kFalse, {}, {}, {}, {}};
  }
  return json;
}

std::unexpected<Failure> malformed(std::string_view code, const std::string& vi,
                                   const std::string& en) {
  return std::unexpected(refused(code, {vi, en}));
}

Expected<std::vector<PayrollColumn>> read_payroll_head(const PayrollReader& reader,
                                                       std::span<const facts::CsvCell> cells) {
  std::vector<PayrollColumn> columns;
  bool has_worker = false;
  for (const facts::CsvCell& cell : cells) {
    const auto column = reader.column(cell.text);
    if (!column) return std::unexpected(reader.unknown_column(cell.text));
    if (std::ranges::find(columns, column->name, &PayrollColumn::name) != columns.end()) {
      return malformed("column-twice", "cột \"" + cell.text + "\" có hai lần",
                       "the column \"" + cell.text + "\" is there twice");
    }
    has_worker = has_worker || column->fact == law::kNoId;
    columns.push_back(*column);
  }
  if (!has_worker) {
    return malformed("column-missing",
                     "thiếu cột cho biết người lao động: person, hoặc một số định danh",
                     "a column that names the worker is missing: person, or one of the numbers "
                     "by which people are registered");
  }
  return columns;
}

}  // namespace

Expected<Payroll> read_payroll_csv(store::Connection& connection, const LawBook& book,
                                   const ContributionRules& rules, std::string_view csv) {
  const auto text = normalize(csv);
  if (!text) {
    return malformed("csv-malformed", "tệp không phải là UTF-8", "the file is not UTF-8");
  }
  PayrollReader reader(connection, book, rules);
  facts::CsvCursor cursor(*text);
  uint64_t line = 1, counted = 0;
  const auto line_of = [&](uint64_t offset) {
    line += static_cast<uint64_t>(std::count(text->begin() + static_cast<ptrdiff_t>(counted),
                                             text->begin() + static_cast<ptrdiff_t>(offset), '\n'));
    counted = offset;
    return line;
  };
  std::vector<PayrollColumn> columns;
  for (facts::CsvStep step = cursor.next(); step != facts::CsvStep::kEnd; step = cursor.next()) {
    const uint64_t here = line_of(cursor.begin());
    if (step == facts::CsvStep::kMalformed) {
      return malformed("csv-malformed",
                       "dòng " + std::to_string(here) +
                           ": dấu ngoặc kép không đóng, hoặc có chữ "
                           "sau nó",
                       "line " + std::to_string(here) +
                           ": a quote does not end, or text follows "
                           "it");
    }
    const std::span cells(cursor.cells().data(), cursor.count());
    if (columns.empty()) {
      auto head = read_payroll_head(reader, cells);
      if (!head) return std::unexpected(head.error());
      columns = std::move(*head);
      continue;
    }
    if (cells.size() != columns.size()) {
      return malformed("csv-malformed",
                       "dòng " + std::to_string(here) + " có " + std::to_string(cells.size()) +
                           " ô, dòng đầu có " + std::to_string(columns.size()),
                       "line " + std::to_string(here) + " has " + std::to_string(cells.size()) +
                           " cells, the head has " + std::to_string(columns.size()));
    }
    PayrollRow row{here, 0, {}};
    for (size_t i = 0; i < columns.size(); ++i) {
      const auto done =
          reader.cell(row, columns[i], json_of_cell(columns[i], book.law(), cells[i].text));
      if (!done) return std::unexpected(done.error());
    }
    const auto named = std::ranges::find(columns, law::kNoId, &PayrollColumn::fact);
    reader.finish(std::move(row), named->name);
  }
  if (columns.empty()) {
    return malformed("csv-malformed", "tệp không có dòng đầu với tên các cột",
                     "the file has no head with the names of its columns");
  }
  return reader.take(*text);
}

Expected<Payroll> read_payroll_json(store::Connection& connection, const LawBook& book,
                                    const ContributionRules& rules, std::string_view json) {
  const auto root = facts::read_json_text(json, 0);
  if (!root) return malformed("json-malformed", root.error().message.vi, root.error().message.en);
  if (root->kind != facts::JsonKind::kArray) {
    return malformed("json-malformed", "cần một danh sách các dòng: [{…}, …]",
                     "a list of rows is needed: [{…}, …]");
  }
  PayrollReader reader(connection, book, rules);
  for (size_t i = 0; i < root->items.size(); ++i) {
    PayrollRow row{i + 1, 0, {}};
    std::string key_column(kPersonColumn);
    if (root->items[i].kind != facts::JsonKind::kObject) {
      return malformed("json-malformed",
                       "mục " + std::to_string(i + 1) + " không phải là đối tượng",
                       "item " + std::to_string(i + 1) + " is not an object");
    }
    for (const facts::JsonMember& member : root->items[i].members) {
      const auto column = reader.column(member.key);
      if (!column) return std::unexpected(reader.unknown_column(member.key));
      if (column->fact == law::kNoId) key_column = column->name;
      const auto done = reader.cell(row, *column, member.value);
      if (!done) return std::unexpected(done.error());
    }
    reader.finish(std::move(row), key_column);
  }
  return reader.take(json);
}

}  // namespace ansinh::agency
