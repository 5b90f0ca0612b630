#include "facts/value_text.h"

#include <array>
#include <optional>
#include <vector>

#include "base/text.h"

namespace ansinh::facts {

namespace {

using law::Base;
using law::Per;
using law::Shown;
using law::Type;
using law::Value;

std::unexpected<ValueFault> refuse(std::string code, Text message, Text help) {
  return std::unexpected(ValueFault{std::move(code), std::move(message), std::move(help)});
}

std::string quoted(const JsonValue& json) {
  switch (json.kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kTrue:
      return "true";
    case JsonKind::kFalse:
      return "false";
    case JsonKind::kArray:
      return "[…]";
    case JsonKind::kObject:
      return "{…}";
    case JsonKind::kNumber:
    case JsonKind::kString:
      break;
  }
  std::string text = json.text;
  if (character_count(text) > 60) {
    size_t offset = 0;
    for (int i = 0; i < 60; ++i) next_character(text, offset);
    text = text.substr(0, offset) + "…";
  }
  return json.kind == JsonKind::kString ? "\"" + text + "\"" : text;
}

// ---- Numbers with units ------------------------------------------------------------------------

struct Unit {
  int money = 0, day = 0, month = 0;
  Rational factor = 1;  // base units in one of it
  bool written = false;
  bool percent = false;
};

bool is_one_of(std::string_view word, std::string_view singular, std::string_view plural) {
  return word == singular || word == plural;
}

// "VND", "%", "years", "VND/month", … ; nullopt if there is no such unit.
std::optional<Unit> parse_unit(std::string_view words, const law::Program& program) {
  Unit unit;
  if (words.empty()) return unit;
  unit.written = true;
  const size_t slash = words.find('/');
  const std::string_view of = words.substr(0, slash);
  if (of == "%") {
    unit.factor = Rational(1, 100);
    unit.percent = true;
  } else if (!program.currency.empty() && of == program.currency) {
    unit.money = 1;
  } else if (is_one_of(of, "day", "days")) {
    unit.day = 1;
  } else if (is_one_of(of, "month", "months")) {
    unit.month = 1;
  } else if (is_one_of(of, "year", "years")) {
    unit.month = 1;
    unit.factor = 12;
  } else {
    return std::nullopt;
  }
  if (slash == std::string_view::npos) return unit;
  const std::string_view per = words.substr(slash + 1);
  if (per == "day") {
    unit.day -= 1;
  } else if (per == "month") {
    unit.month -= 1;
  } else if (per == "year") {
    unit.month -= 1;
    unit.factor = unit.factor / Rational(12);
  } else {
    return std::nullopt;
  }
  return unit;
}

bool fits(const Unit& unit, const Type& type) {
  if (unit.percent && type.shown == Shown::kCount) return false;
  return unit.money == type.money && unit.day == type.day && unit.month == type.month;
}

Text number_help(const Type& type, const law::Program& program) {
  const std::string unit = unit_words(type, program);
  if (type.shown == Shown::kPercent && type.per == Per::kNone) {
    return {"viết 0.75, \"75%\" hoặc \"3/4\"", "write 0.75, \"75%\" or \"3/4\""};
  }
  if (type.shown == Shown::kYears || type.shown == Shown::kMonths) {
    return {"viết số nguyên theo " + unit + ", hoặc \"26 years 4 months\"",
            "write a whole number of " + unit + ", or \"26 years 4 months\""};
  }
  if (unit.empty()) return {"viết một con số, ví dụ 2", "write a number, for example 2"};
  return {"viết con số theo đơn vị " + unit + ", ví dụ 12 hoặc \"12 " + unit + "\"",
          "write the number in " + unit + ", for example 12 or \"12 " + unit + "\""};
}

std::unexpected<ValueFault> not_a_number(const JsonValue& json, const Type& type,
                                         const law::Program& program) {
  return refuse("not-a-number",
                {quoted(json) + " không phải là một con số", quoted(json) + " is not a number"},
                number_help(type, program));
}

std::unexpected<ValueFault> wrong_unit(const std::string& written, const Type& type,
                                       const law::Program& program) {
  const std::string unit = unit_words(type, program);
  return refuse("wrong-unit",
                {"đơn vị \"" + written + "\" không đúng" +
                     (unit.empty() ? "; dữ kiện này không có đơn vị" : "; ở đây cần " + unit),
                 "the unit \"" + written + "\" is wrong" +
                     (unit.empty() ? "; this fact has no unit" : "; " + unit + " is needed here")},
                number_help(type, program));
}

std::expected<Rational, ValueFault> read_digits(std::string_view digits, const JsonValue& json,
                                                const Type& type, const law::Program& program) {
  if (digits.find_first_of("eE") != std::string_view::npos) {
    return refuse("number-with-exponent",
                  {quoted(json) + ": số có số mũ dễ bị hiểu sai",
                   quoted(json) + ": a number with an exponent is easily misread"},
                  {"viết đủ các chữ số, ví dụ 5000000", "write all digits, for example 5000000"});
  }
  if (digits.size() > 60) return not_a_number(json, type, program);
  auto number = Rational::parse(digits);
  if (!number) return not_a_number(json, type, program);
  return *number;
}

struct Piece {
  std::string_view digits, unit;
};

// "26 years 4 months" -> two pieces; "75%" -> one. Empty if the text is not of that shape.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  size_t at = 0;
  const auto spaces = [&] {
    while (at < text.size() && text[at] == ' ') ++at;
  };
  const auto is_digit_like = [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '+';
  };
  for (spaces(); at < text.size(); spaces()) {
    Piece piece;
    size_t begin = at;
    while (at < text.size() &&
           (is_digit_like(text[at]) || (text[at] == '/' && at + 1 < text.size() &&
                                        text[at + 1] >= '0' && text[at + 1] <= '9'))) {
      ++at;
    }
    piece.digits = text.substr(begin, at - begin);
    if (piece.digits.empty()) return {};
    spaces();
    begin = at;
    while (at < text.size() && text[at] != ' ' && !(text[at] >= '0' && text[at] <= '9')) ++at;
    piece.unit = text.substr(begin, at - begin);
    pieces.push_back(piece);
    if (pieces.size() > 4) return {};
  }
  return pieces;
}

std::expected<Value, ValueFault> whole_if_count(Rational number, const JsonValue& json,
                                                const Type& type) {
  if (type.shown == Shown::kCount && !number.is_integer()) {
    return refuse(
        "not-whole",
        {quoted(json) + " không phải là số nguyên", quoted(json) + " is not a whole number"},
        {"dữ kiện này là một số đếm: viết số nguyên",
         "this fact is a count: write a whole number"});
  }
  return Value(std::move(number));
}

std::expected<Value, ValueFault> read_number_text(const JsonValue& json, const Type& type,
                                                  const law::Program& program) {
  const std::vector<Piece> pieces = pieces_of(json.text);
  if (pieces.empty()) return not_a_number(json, type, program);
  Rational sum = 0;
  for (const Piece& piece : pieces) {
    const bool is_odd = piece.unit.starts_with(',') ||
                        (pieces.size() > 1 && piece.digits.find('-') != std::string_view::npos);
    if (is_odd) return not_a_number(json, type, program);
    const auto unit = parse_unit(piece.unit, program);
    if (!unit || (unit->written && !fits(*unit, type))) {
      return wrong_unit(std::string(piece.unit), type, program);
    }
    const bool is_duration = unit->written && unit->money == 0 && !unit->percent;
    if (pieces.size() > 1 && !is_duration) return not_a_number(json, type, program);
    auto number = read_digits(piece.digits, json, type, program);
    if (!number) return std::unexpected(number.error());
    sum += *number * (unit->written ? unit->factor : declared_unit(type));
  }
  return whole_if_count(std::move(sum), json, type);
}

// {"years": 26, "months": 4}
std::expected<Value, ValueFault> read_duration_object(const JsonValue& json, const Type& type,
                                                      const law::Program& program) {
  if (json.members.empty() || type.money != 0 || (type.day == 0) == (type.month == 0)) {
    return not_a_number(json, type, program);
  }
  Rational sum = 0;
  for (const JsonMember& member : json.members) {
    const auto unit = parse_unit(member.key, program);
    if (!unit || !fits(*unit, type)) return wrong_unit(member.key, type, program);
    if (member.value.kind != JsonKind::kNumber) return not_a_number(member.value, type, program);
    auto number = read_digits(member.value.text, member.value, type, program);
    if (!number) return std::unexpected(number.error());
    sum += *number * unit->factor;
  }
  return Value(std::move(sum));
}

std::expected<Value, ValueFault> read_number(const JsonValue& json, const Type& type,
                                             const law::Program& program) {
  if (json.kind == JsonKind::kString) return read_number_text(json, type, program);
  if (json.kind == JsonKind::kObject) return read_duration_object(json, type, program);
  if (json.kind != JsonKind::kNumber) return not_a_number(json, type, program);
  auto number = read_digits(json.text, json, type, program);
  if (!number) return std::unexpected(number.error());
  return whole_if_count(*number * declared_unit(type), json, type);
}

// ---- The other types ---------------------------------------------------------------------------

std::expected<Value, ValueFault> read_member(const JsonValue& json, const Type& type,
                                             const law::Program& program) {
  const law::EnumInfo& info = program.enums[type.enumeration];
  if (json.kind == JsonKind::kString) {
    for (uint32_t i = 0; i < info.members.size(); ++i) {
      if (info.members[i] == json.text) return Value(i);
    }
  }
  std::string all;
  for (const std::string& member : info.members) all += (all.empty() ? "" : ", ") + member;
  const std::string near =
      json.kind == JsonKind::kString ? nearest(json.text, info.members) : std::string();
  const std::string first = near.empty() ? "" : "\"" + near + "\"? ";
  return refuse("unknown-member",
                {quoted(json) + " không phải là một giá trị của dữ kiện này",
                 quoted(json) + " is not one of the values of this fact"},
                {first + "viết một trong: " + all, first + "write one of: " + all});
}

}  // namespace

Rational declared_unit(const Type& type) {
  Rational unit = 1;
  if (type.shown == Shown::kYears) unit = unit * Rational(12);
  if (type.per == Per::kYear) unit = unit / Rational(12);
  return unit;
}

std::string unit_words(const Type& type, const law::Program& program) {
  if (type.base != Base::kNumber) return "";
  std::string words;
  switch (type.shown) {
    case Shown::kPlain:
    case Shown::kCount:
      break;
    case Shown::kPercent:
      words = "%";
      break;
    case Shown::kDays:
      words = "days";
      break;
    case Shown::kMonths:
      words = "months";
      break;
    case Shown::kYears:
      words = "years";
      break;
    case Shown::kMoney:
      words = program.currency;
      break;
  }
  switch (type.per) {
    case Per::kNone:
      break;
    case Per::kDay:
      words += "/day";
      break;
    case Per::kMonth:
      words += "/month";
      break;
    case Per::kYear:
      words += "/year";
      break;
  }
  return words;
}

std::expected<Date, ValueFault> read_date(const JsonValue& json) {
  const Text help{"viết ngày theo dạng năm-tháng-ngày, ví dụ \"2025-07-01\"",
                  "write the date as year-month-day, for example \"2025-07-01\""};
  if (json.kind != JsonKind::kString) {
    return refuse("not-a-date",
                  {quoted(json) + " không phải là một ngày", quoted(json) + " is not a date"},
                  help);
  }
  auto date = Date::parse(json.text);
  if (date) return *date;
  const std::string& why = date.error();
  if (why == "format") {
    return refuse("not-a-date",
                  {quoted(json) + " không phải là một ngày", quoted(json) + " is not a date"},
                  help);
  }
  if (why == "swapped") {
    return refuse(
        "day-and-month-swapped",
        {quoted(json) + ": không có tháng này; có lẽ ngày và tháng bị đảo chỗ",
         quoted(json) + ": there is no such month; day and month seem to have changed places"},
        help);
  }
  if (why == "year") {
    return refuse("impossible-date",
                  {quoted(json) + ": năm phải từ 1800 đến 2400",
                   quoted(json) + ": the year must be from 1800 to 2400"},
                  help);
  }
  return refuse("impossible-date",
                {quoted(json) + ": không có ngày này trong lịch",
                 quoted(json) + ": there is no such day in the calendar"},
                help);
}

std::expected<Month, ValueFault> read_month(const JsonValue& json) {
  if (json.kind == JsonKind::kString) {
    if (auto month = Month::parse(json.text)) return *month;
  }
  return refuse("not-a-month",
                {quoted(json) + " không phải là một tháng", quoted(json) + " is not a month"},
                {"viết tháng theo dạng năm-tháng, ví dụ \"2025-07\"",
                 "write the month as year-month, for example \"2025-07\""});
}

std::expected<Value, ValueFault> read_value(const JsonValue& json, const Type& type,
                                            const law::Program& program) {
  if (json.kind == JsonKind::kString && json.text == "none" && type.or_none) return Value();
  if (json.kind == JsonKind::kString && json.text == "none" && type.base != Base::kEnum &&
      type.base != Base::kText) {
    return refuse("none-not-allowed",
                  {"dữ kiện này luôn phải có giá trị: không thể ghi \"none\"",
                   "this fact always has a value: it cannot be \"none\""},
                  {"nếu chưa biết thì ghi null", "write null if it is not known"});
  }
  switch (type.base) {
    case Base::kNumber:
      return read_number(json, type, program);
    case Base::kEnum:
      return read_member(json, type, program);
    case Base::kYesNo:
      if (json.kind == JsonKind::kTrue) return Value(true);
      if (json.kind == JsonKind::kFalse) return Value(false);
      return refuse(
          "not-yes-or-no",
          {quoted(json) + " không phải là có hoặc không", quoted(json) + " is neither yes nor no"},
          {"viết true (có) hoặc false (không)", "write true (yes) or false (no)"});
    case Base::kDate: {
      auto date = read_date(json);
      if (!date) return std::unexpected(date.error());
      return Value(*date);
    }
    case Base::kMonth: {
      auto month = read_month(json);
      if (!month) return std::unexpected(month.error());
      return Value(*month);
    }
    case Base::kText:
      if (json.kind == JsonKind::kString) return Value(json.text);
      return refuse("not-text",
                    {quoted(json) + " không phải là văn bản", quoted(json) + " is not a text"},
                    {"đặt văn bản trong dấu nháy kép", "put the text in double quotes"});
    case Base::kSeries:
      break;
  }
  return refuse("not-a-fact", {"đây không phải là dữ kiện", "this is not a fact"},
                {"xóa dòng này", "delete this line"});
}

std::string point_text(int32_t at, law::ListForm form) {
  if (at == Instance::kNotGiven) return "";
  if (at == Instance::kOpen) return "ongoing";
  return form == law::ListForm::kSpellsByMonth ? Month{at}.to_string() : Date{at}.to_string();
}

}  // namespace ansinh::facts
