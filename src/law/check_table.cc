// Values by date and by key: parameters, tables, calendars.
#include <algorithm>

#include "base/text.h"
#include "law/checker.h"
#include "law/ranges.h"

namespace ansinh::law {

namespace {

bool begins(std::string_view text, std::string_view word) {
  return text.substr(0, word.size()) == word;
}

const Expr* value_of(const std::vector<Cell>& row, int index) {
  if (index < 0 || static_cast<size_t>(index) >= row.size()) return nullptr;
  const Cell& cell = row[static_cast<size_t>(index)];
  return cell.value ? &*cell.value : nullptr;
}

}  // namespace

std::optional<Text> Checker::row_note(const Rows& rows, const std::vector<Cell>& row,
                                      bool& as_written) const {
  as_written = false;
  const int note = rows.column("note");
  if (note < 0 || static_cast<size_t>(note) >= row.size()) return std::nullopt;
  const std::string& text = row[static_cast<size_t>(note)].text;
  as_written = text.find("as written") != std::string::npos;
  for (const std::string_view word :
       {std::string_view("unverified"), std::string_view("chưa kiểm chứng")}) {
    if (!begins(text, word)) continue;
    std::string rest = text.substr(word.size());
    rest.erase(0, rest.find_first_not_of(" :,"));
    if (rest.empty())
      return Text{"chưa đọc được văn bản chính thức", "the official text was not read"};
    return Text{rest, rest};
  }
  return std::nullopt;
}

std::optional<CellValue> Checker::cell_value(const Cell& cell, const Type& type) {
  CellValue result;
  if (!cell.value) {
    error("empty-cell", cell.span, {"ô giá trị trống", "the value is missing"},
          {"viết giá trị, “none”, hoặc “not yet expressed "
           "\"…\" \"…\"”",
           "write the value, “none”, or “not yet expressed \"…\" \"…\"”"});
    return std::nullopt;
  }
  if (cell.value->kind == ExprKind::kNotYetExpressed) {
    result.hole = Hole::kNotYet;
    result.what = cell.value->reason;
    return result;
  }
  if (cell.value->kind == ExprKind::kNone) {
    result.hole = Hole::kNone;
    return result;
  }
  auto value = literal_value(*cell.value, type, program_, diagnostics_);
  if (!value) return std::nullopt;
  result.value = std::move(*value);
  return result;
}

void Checker::check_swapped(const std::vector<std::pair<Date, Span>>& dates,
                            const std::vector<bool>& as_written) {
  int firsts = 0;
  for (const auto& [date, span] : dates) firsts += date.day() == 1;
  for (size_t i = 0; i < dates.size(); ++i) {
    const Date date = dates[i].first;
    if (as_written[i] || date.day() == 1 || date.month() != 1 || date.day() > 12) continue;
    if (dates.size() < 2 || firsts + 1 != static_cast<int>(dates.size())) continue;
    const std::string other = Date::of(date.year(), date.day(), 1).to_string();
    error(
        "day-month-swapped", dates[i].second,
        {"ngày này là dòng duy nhất không phải ngày 01: có thể ngày và tháng bị đổi chỗ",
         "this is the only date that is not the first of a month: day and month may have changed "
         "places"},
        {"nếu đúng là " + other + " thì sửa lại; nếu đúng như đã viết, ghi “as written” ở cột note",
         "if " + other + " is meant, mend it; if it is right, put “as written” into its note"});
  }
}

void Checker::check_param(const ParamItem& item, ActId act) {
  ParamInfo info;
  info.name = item.common.name;
  info.label = label_of(item.common.label, item.common.name);
  info.span = item.common.span;
  info.cite = cites_of(item.common.cite, act);
  const auto type = resolve_type(item.type, info.name, info.label);
  if (!type) return;
  info.type = *type;
  const int from = item.rows.column("from");
  const int value = item.rows.column("value");
  const int cite = item.rows.column("cite");
  if (from < 0 || value < 0) {
    error("missing-column", item.common.span,
          {"tham số cần cột “from” và “value”", "a parameter needs the columns “from” and “value”"},
          {"viết “| from | value | cite |”", "write “| from | value | cite |”"});
    return;
  }
  for (size_t i = 0; i < item.rows.columns.size(); ++i) {
    const std::string& name = item.rows.columns[i];
    if (name == "from" || name == "value" || name == "cite" || name == "note") continue;
    error("unknown-column",
          i < item.rows.column_spans.size() ? item.rows.column_spans[i] : item.common.span,
          {"không có cột “" + name + "”", "there is no column “" + name + "”"},
          {"các cột: from, value, cite, note", "the columns are from, value, cite, note"});
  }
  std::vector<std::pair<Date, Span>> dates;
  std::vector<bool> as_written;
  bool ascending = true;
  for (const auto& row : item.rows.rows) {
    ParamRow made;
    const Expr* date = value_of(row, from);
    const Span span = row.empty() ? item.common.span : row[0].span;
    if (date == nullptr ||
        (date->kind != ExprKind::kDate && date->kind != ExprKind::kMonthLiteral)) {
      error("not-a-date", span, {"cột “from” cần một ngày", "the column “from” needs a date"},
            {"viết ví dụ 2024-07-01", "write for example 2024-07-01"});
      continue;
    }
    made.from = date->kind == ExprKind::kDate ? date->date : date->month_literal.first_day();
    made.span = span;
    bool written = false;
    made.unverified = row_note(item.rows, row, written);
    if (!made.unverified && item.common.unverified)
      made.unverified =
          item.common.unverified->reason.vi.empty()
              ? Text{"chưa đọc được văn bản chính thức", "the official text was not read"}
              : item.common.unverified->reason;
    const auto cell = cell_value(row[static_cast<size_t>(value)], info.type);
    if (!cell) continue;
    made.value = *cell;
    if (cite >= 0 && !row[static_cast<size_t>(cite)].text.empty())
      made.cite = cites_of({{row[static_cast<size_t>(cite)].text, false}}, act);
    if (made.cite.empty()) made.cite = info.cite;
    if (made.cite.empty())
      error("no-citation", span, {"dòng này không có trích dẫn", "this row has no citation"},
            {"ghi vào cột “cite”", "fill the column “cite”"});
    if (!info.rows.empty() && made.from <= info.rows.back().from) {
      ascending = false;
      const bool same = made.from == info.rows.back().from;
      const Date d = made.from;
      const bool fits = d.day() <= 12 && Date::is_valid(d.year(), d.day(), d.month()) &&
                        Date::of(d.year(), d.day(), d.month()) > info.rows.back().from;
      error(same ? "date-twice" : "dates-descend", span,
            {same ? "ngày này đã có ở dòng trước" : "ngày phải tăng dần",
             same ? "this date stands above already" : "the dates must ascend"},
            fits && !same ? Text{"ngày và tháng có bị đổi chỗ không (" +
                                     Date::of(d.year(), d.day(), d.month()).to_string() + ")?",
                                 "did day and month change places (" +
                                     Date::of(d.year(), d.day(), d.month()).to_string() + ")?"}
                          : Text{"sắp xếp lại các dòng, bỏ dòng trùng",
                                 "sort the rows and drop what stands twice"});
    }
    dates.emplace_back(made.from, span);
    as_written.push_back(written);
    info.rows.push_back(std::move(made));
  }
  if (ascending) check_swapped(dates, as_written);
  if (item.rows.rows.empty()) {
    error("no-rows", item.common.span, {"tham số không có dòng nào", "the parameter has no rows"},
          {"thêm bảng giá trị theo ngày", "add the table of values by date"});
    return;
  }
  if (item.renewed_years && !info.rows.empty()) {
    const Date limit =
        add_months(info.rows.back().from, 12 * *item.renewed_years, ShortMonth::kLastDay);
    if (limit < options_.as_of)
      error(
          "stale", info.rows.back().span,
          {"giá trị mới nhất từ " + info.rows.back().from.to_string() + ", quá " +
               std::to_string(*item.renewed_years) + " năm tính đến " + options_.as_of.to_string(),
           "the newest value is of " + info.rows.back().from.to_string() + ", more than " +
               std::to_string(*item.renewed_years) + " years before " + options_.as_of.to_string()},
          {"thêm giá trị mới, hoặc sửa “renewed every … years”",
           "add the new value, or mend “renewed every … years”"});
  }
  const auto id = static_cast<ParamId>(program_.params.size());
  if (!declare(info.name, SymbolKind::kParam, id, item.common.span)) return;
  program_.params.push_back(std::move(info));
}

std::optional<KeyMatch> Checker::key_match(const Cell& cell, const Type& type) {
  if (!cell.value) {
    error("empty-cell", cell.span, {"khóa trống", "the key is missing"},
          {"viết giá trị, khoảng, hoặc “any”", "write a value, a range, or “any”"});
    return std::nullopt;
  }
  const Expr& expr = *cell.value;
  KeyMatch match;
  if (expr.kind == ExprKind::kAny) {
    match.any = true;
    return match;
  }
  const bool ordered = is_number(type) || is_date(type) || is_month(type);
  if (expr.kind == ExprKind::kRange || expr.kind == ExprKind::kOpenRange) {
    if (!ordered) {
      error("no-order", cell.span, {"kiểu này không có khoảng", "this type has no ranges"},
            {"viết từng giá trị một dòng", "write one value a row"});
      return std::nullopt;
    }
    if (expr.kind == ExprKind::kRange) {
      // "15 .. 30 years": the unit of the end may serve both.
      auto low = literal_value(expr.args.at(0), type, program_, diagnostics_);
      auto high = literal_value(expr.args.at(1), type, program_, diagnostics_);
      if (!low || !high) return std::nullopt;
      match.low = std::move(low);
      match.high = std::move(high);
      match.high_open = expr.half_open;
      if (*match.high < *match.low) {
        error("range-reversed", cell.span,
              {"đầu khoảng lớn hơn cuối khoảng", "the range ends before it begins"},
              {"đổi chỗ hai giá trị", "change the two values about"});
        return std::nullopt;
      }
      return match;
    }
    auto bound = literal_value(expr.args.at(0), type, program_, diagnostics_);
    if (!bound) return std::nullopt;
    const bool open = expr.name == "<" || expr.name == ">";
    if (expr.name[0] == '<') {
      match.high = std::move(bound);
      match.high_open = open;
    } else {
      match.low = std::move(bound);
      match.low_open = open;
    }
    return match;
  }
  auto value = literal_value(expr, type, program_, diagnostics_);
  if (!value) return std::nullopt;
  match.low = value;
  match.high = std::move(value);
  return match;
}

void Checker::check_table(const TableItem& item, ActId act) {
  TableVersion version;
  version.force = force_of(item.common, act, item.common.span);
  version.cite = cites_of(item.common.cite, act);
  version.span = item.common.span;
  if (item.common.unverified)
    version.unverified =
        item.common.unverified->reason.vi.empty()
            ? Text{"chưa đọc được văn bản chính thức", "the official text was not read"}
            : item.common.unverified->reason;
  std::vector<Type> keys;
  std::vector<std::string> names;
  for (const TableKey& key : item.keys) {
    const auto type = resolve_type(key.type, key.name, {key.name, key.name});
    if (!type) return;
    keys.push_back(*type);
    names.push_back(key.name);
  }
  const auto gives =
      resolve_type(item.gives, item.common.name, label_of(item.common.label, item.common.name));
  if (!gives) return;
  TableId id = kNoId;
  if (const auto it = symbols_.find(item.common.name);
      it != symbols_.end() && it->second.kind == SymbolKind::kTable) {
    id = it->second.id;
    const TableInfo& table = program_.tables[id];
    if (table.keys.size() != keys.size() || !table.type.same_unit(*gives)) {
      error("unit-mismatch", item.common.span,
            {"bảng này có khóa hoặc kiểu khác với lần khai báo trước",
             "this table has other keys or another type than before"},
            {"giữ nguyên khóa và kiểu", "keep the keys and the type"});
      return;
    }
  } else {
    id = static_cast<TableId>(program_.tables.size());
    if (!declare(item.common.name, SymbolKind::kTable, id, item.common.span)) return;
    program_.tables.push_back(
        {item.common.name, label_of(item.common.label, item.common.name), names, keys, *gives, {}});
  }
  std::vector<int> key_columns;
  for (const std::string& name : names) {
    key_columns.push_back(item.rows.column(name));
    if (key_columns.back() < 0) {
      error("missing-column", item.common.span,
            {"thiếu cột khóa “" + name + "”", "the key column “" + name + "” is missing"},
            {"thêm cột đó", "add the column"});
      return;
    }
  }
  const int value = item.rows.column("value");
  const int cite = item.rows.column("cite");
  if (value < 0) {
    error("missing-column", item.common.span,
          {"thiếu cột “value”", "the column “value” is missing"},
          {"thêm cột đó", "add the column"});
    return;
  }
  for (size_t i = 0; i < item.rows.columns.size(); ++i) {
    const std::string& name = item.rows.columns[i];
    if (name == "value" || name == "cite" || name == "note" ||
        std::find(names.begin(), names.end(), name) != names.end())
      continue;
    const std::string near = nearest(name, names);
    error("unknown-column",
          i < item.rows.column_spans.size() ? item.rows.column_spans[i] : item.common.span,
          {"không có cột “" + name + "”", "there is no column “" + name + "”"},
          near.empty() ? Text{"các cột: các khóa, value, cite, note",
                              "the columns are the keys, value, cite, note"}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
  }
  bool complete = true;
  for (const auto& row : item.rows.rows) {
    TableRow made;
    made.span = row.empty() ? item.common.span : row[0].span;
    for (size_t k = 0; k < keys.size(); ++k) {
      auto match = key_match(row[static_cast<size_t>(key_columns[k])], keys[k]);
      if (!match) {
        complete = false;
        break;
      }
      made.keys.push_back(std::move(*match));
    }
    const auto cell = cell_value(row[static_cast<size_t>(value)], *gives);
    if (!cell || made.keys.size() != keys.size()) {
      complete = false;
      continue;
    }
    made.value = *cell;
    bool written = false;
    made.unverified = row_note(item.rows, row, written);
    if (!made.unverified) made.unverified = version.unverified;
    if (cite >= 0 && !row[static_cast<size_t>(cite)].text.empty())
      made.cite = cites_of({{row[static_cast<size_t>(cite)].text, false}}, act);
    if (made.cite.empty()) made.cite = version.cite;
    if (made.cite.empty())
      error("no-citation", made.span, {"dòng này không có trích dẫn", "this row has no citation"},
            {"thêm “cite …” cho bảng hoặc cột “cite”",
             "add “cite …” to the table, or a column “cite”"});
    version.rows.push_back(std::move(made));
  }
  if (version.rows.empty() && complete)
    error("no-rows", item.common.span, {"bảng không có dòng nào", "the table has no rows"},
          {"thêm các dòng", "add rows"});
  if (complete && !version.rows.empty()) check_coverage(program_.tables[id], version);
  program_.tables[id].versions.push_back(std::move(version));
}

void Checker::check_coverage(const TableInfo& table, const TableVersion& version) {
  // Cut every key at the bounds that the rows name; look at one point in every cell of the grid.
  std::vector<std::vector<Value>> points(table.keys.size());
  size_t cells = 1;
  for (size_t k = 0; k < table.keys.size(); ++k) {
    const Type& type = table.keys[k];
    if (type.base == Base::kEnum) {
      for (uint32_t m = 0; m < program_.enums[type.enumeration].members.size(); ++m)
        points[k].emplace_back(m);
    } else if (type.base == Base::kYesNo) {
      points[k] = {Value{false}, Value{true}};
    } else if (type.base == Base::kText) {
      error("key-type", version.span, {"khóa không thể là chữ", "a key cannot be text"},
            {"dùng enum", "use an enumeration"});
      return;
    } else {
      std::vector<Rational> bounds;
      for (const TableRow& row : version.rows) {
        if (row.keys[k].low) bounds.push_back(as_number(*row.keys[k].low));
        if (row.keys[k].high) bounds.push_back(as_number(*row.keys[k].high));
      }
      for (const Rational& point : probe_points(default_range(type, program_), std::move(bounds)))
        points[k].push_back(from_number(point, type));
    }
    cells *= std::max<size_t>(points[k].size(), 1);
  }
  if (cells > 2'000'000) {
    error("table-too-large", version.span,
          {"bảng có quá nhiều tổ hợp khóa để kiểm tra",
           "the table has too many combinations of keys to check"},
          {"tách thành nhiều bảng", "split it into several tables"});
    return;
  }
  const auto covers = [](const KeyMatch& match, const Value& value) {
    if (match.any) return true;
    if (match.low && (match.low_open ? !(*match.low < value) : value < *match.low)) return false;
    if (match.high && (match.high_open ? !(value < *match.high) : *match.high < value))
      return false;
    return true;
  };
  const auto describe = [&](const std::vector<size_t>& at) {
    std::string words;
    for (size_t k = 0; k < at.size(); ++k)
      words += (k == 0 ? "" : ", ") + table.key_names[k] + " = " +
               write(points[k][at[k]], table.keys[k], program_);
    return words;
  };
  std::vector<size_t> at(table.keys.size(), 0);
  for (size_t cell = 0; cell < cells; ++cell) {
    size_t rest = cell;
    for (size_t k = 0; k < at.size(); ++k) {
      at[k] = rest % points[k].size();
      rest /= points[k].size();
    }
    const TableRow* found = nullptr;
    for (const TableRow& row : version.rows) {
      bool all = true;
      for (size_t k = 0; k < at.size() && all; ++k) all = covers(row.keys[k], points[k][at[k]]);
      if (!all) continue;
      if (found != nullptr) {
        error("table-overlap", row.span,
              {"hai dòng cùng khớp với " + describe(at), "two rows match " + describe(at)},
              {"sửa khoảng (dòng kia ở dòng " + std::to_string(found->span.line) +
                   "); “A ..< B” không gồm B",
               "mend the ranges (the other row is at line " + std::to_string(found->span.line) +
                   "); “A ..< B” leaves out B"});
        return;
      }
      found = &row;
    }
    if (found == nullptr) {
      error("table-hole", version.span,
            {"không dòng nào khớp với " + describe(at), "no row matches " + describe(at)},
            {"thêm dòng cho trường hợp này (giá trị “none” nếu luật không quy định)",
             "add a row for it (with the value “none” if the law provides nothing)"});
      return;
    }
  }
}

void Checker::check_calendar(const CalendarItem& item) {
  CalendarInfo info;
  info.name = item.common.name;
  info.label = label_of(item.common.label, item.common.name);
  const int from = item.rows.column("from");
  const int to = item.rows.column("to");
  if (from < 0) {
    error("missing-column", item.common.span,
          {"lịch cần cột “from”", "a calendar needs the column “from”"},
          {"viết “| from | to | name | cite |”", "write “| from | to | name | cite |”"});
    return;
  }
  for (const auto& row : item.rows.rows) {
    const Expr* first = value_of(row, from);
    const Expr* last = to < 0 ? first : value_of(row, to);
    const Span span = row.empty() ? item.common.span : row[0].span;
    if (first == nullptr || first->kind != ExprKind::kDate ||
        (last != nullptr && last->kind != ExprKind::kDate)) {
      error("not-a-date", span, {"lịch cần các ngày", "a calendar needs dates"},
            {"viết ví dụ 2025-09-02", "write for example 2025-09-02"});
      continue;
    }
    const Date end = last == nullptr ? first->date : last->date;
    if (end < first->date) {
      error("dates-reversed", span, {"kết thúc trước khi bắt đầu", "it ends before it begins"},
            {"sửa một trong hai ngày", "mend one of the two dates"});
      continue;
    }
    info.days.emplace_back(first->date, end);
  }
  std::sort(info.days.begin(), info.days.end());
  for (size_t i = 1; i < info.days.size();) {
    if (info.days[i].first.days <= info.days[i - 1].second.days + 1) {
      info.days[i - 1].second = std::max(info.days[i - 1].second, info.days[i].second);
      info.days.erase(info.days.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  const auto id = static_cast<CalendarId>(program_.calendars.size());
  if (declare(info.name, SymbolKind::kCalendar, id, item.common.span))
    program_.calendars.push_back(std::move(info));
}

}  // namespace ansinh::law
