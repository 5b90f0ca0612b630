// Literals to values, values to words.
#include <algorithm>

#include "base/text.h"
#include "law/check.h"
#include "law/types.h"

namespace ansinh::law {

namespace {

void complain(Diagnostics& diagnostics, std::string code, const Span& span, Text message,
              Text help) {
  diagnostics.push_back({.code = std::move(code),
                         .severity = Severity::kError,
                         .span = span,
                         .message = std::move(message),
                         .help = std::move(help)});
}

std::string decimal(const Rational& value, bool vietnamese, int decimals) {
  bool exact = true;
  std::string text = value.to_decimal(decimals, exact);
  text = group_digits(text, vietnamese);
  return exact ? text : "≈" + text;
}

// As the lexer reads it back.
std::string quoted(const std::string& text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '\n') {
      all += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

std::string spaced(const std::string& name) {
  std::string words = name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace

std::optional<Value> literal_value(const Expr& expr, const Type& type, const Program& program,
                                   Diagnostics& diagnostics) {
  const auto wrong = [&](Text help) -> std::optional<Value> {
    const std::string wanted = write(type, program);
    complain(diagnostics, "bad-value", expr.span,
             {"cần một giá trị kiểu “" + wanted + "”", "a value of “" + wanted + "” is needed"},
             std::move(help));
    return std::nullopt;
  };
  if (expr.kind == ExprKind::kNone) {
    if (type.or_none) return Value{};
    return wrong(
        {"“none” chỉ dùng cho dữ kiện “… or none”", "“none” is only for facts “… or none”"});
  }
  switch (type.base) {
    case Base::kYesNo:
      if (expr.kind == ExprKind::kYes) return Value{true};
      if (expr.kind == ExprKind::kNo) return Value{false};
      return wrong({"viết “yes” hoặc “no”", "write “yes” or “no”"});
    case Base::kEnum: {
      const auto& members = program.enums[type.enumeration].members;
      std::string all;
      for (const std::string& m : members) all += (all.empty() ? "" : ", ") + m;
      if (expr.kind != ExprKind::kName)
        return wrong({"các giá trị: " + all, "the values are " + all});
      const auto it = std::find(members.begin(), members.end(), expr.name);
      if (it != members.end()) return Value{static_cast<uint32_t>(it - members.begin())};
      const std::string near = nearest(expr.name, members);
      complain(diagnostics, "unknown-member", expr.span,
               {"“" + expr.name + "” không phải là một giá trị ở đây",
                "“" + expr.name + "” is not one of the values here"},
               near.empty()
                   ? Text{"các giá trị: " + all, "the values are " + all}
                   : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
      return std::nullopt;
    }
    case Base::kDate:
      if (expr.kind == ExprKind::kDate) return Value{expr.date};
      return wrong({"viết ví dụ 2025-07-01", "write for example 2025-07-01"});
    case Base::kMonth:
      if (expr.kind == ExprKind::kMonthLiteral) return Value{expr.month_literal};
      return wrong({"viết ví dụ 2025-07", "write for example 2025-07"});
    case Base::kText:
      if (expr.kind == ExprKind::kText) return Value{expr.text};
      if (expr.kind == ExprKind::kName) return Value{expr.name};
      return wrong({"viết trong ngoặc kép", "write it in quotes"});
    case Base::kNumber: {
      const Expr* literal = &expr;
      bool negative = false;
      if (expr.kind == ExprKind::kNegate && !expr.args.empty()) {
        literal = &expr.args[0];
        negative = true;
      }
      if (literal->kind != ExprKind::kNumber) return wrong({"viết một số", "write a number"});
      Rational value = 0;
      const auto part = [&](const Expr& one) {
        Type found = type;
        Rational scale = shown_scale(type);
        if (one.unit.of.empty() && one.unit.per.empty()) {
          if (type.shown == Shown::kPercent) scale = 1;  // 0.75 of a ratio is 75 %
          if (type.shown == Shown::kPercent && type.per == Per::kYear) scale = Rational(1, 12);
        } else if (!unit_type(one.unit, program.currency, found, scale)) {
          const std::string unit =
              type.shown == Shown::kPercent && type.per == Per::kNone ? "%" : write(type, program);
          complain(
              diagnostics, "unknown-unit", one.span,
              {"không có đơn vị “" + *one.unit.of + "”", "there is no unit “" + *one.unit.of + "”"},
              {"dùng “" + unit + "”", "use “" + unit + "”"});
          return false;
        } else if (!found.same_unit(type)) {
          // An amount may leave out the time that its type states: 5_000_000 VND for VND/month.
          complain(
              diagnostics, "unit-mismatch", one.span,
              {"cần “" + write(type, program) + "”, ở đây là “" + write(found, program) + "”",
               "“" + write(type, program) + "” is needed, this is “" + write(found, program) + "”"},
              {"sửa đơn vị, hoặc bỏ đơn vị", "mend the unit, or leave it out"});
          return false;
        }
        value += one.number * scale;
        return true;
      };
      if (!part(*literal)) return std::nullopt;
      for (const Expr& more : literal->args)
        if (!part(more)) return std::nullopt;
      if (type.shown == Shown::kCount && !value.is_integer())
        return wrong({"cần một số nguyên", "write a whole number"});
      return Value{negative ? -value : value};
    }
    case Base::kSeries:
      break;
  }
  return wrong({"sửa giá trị", "mend the value"});
}

std::string write(const Type& type, const Program& program) {
  std::string per;
  if (type.per == Per::kDay) per = "/day";
  if (type.per == Per::kMonth) per = "/month";
  if (type.per == Per::kYear) per = "/year";
  std::string words;
  switch (type.base) {
    case Base::kYesNo:
      words = "yes/no";
      break;
    case Base::kEnum:
      if (type.enumeration == kNoId) return "enum";
      words = program.enums[type.enumeration].name;
      if (words.empty())
        for (const std::string& m : program.enums[type.enumeration].members)
          words += (words.empty() ? "" : " | ") + m;
      break;
    case Base::kDate:
      words = "date";
      break;
    case Base::kMonth:
      words = "month";
      break;
    case Base::kText:
      words = "text";
      break;
    case Base::kSeries:
      words = type.row_entity == kNoId ? "period"
                                       : "spells of " + program.entities[type.row_entity].name;
      break;
    case Base::kNumber: {
      const int negative_month = type.month < 0 ? -type.month : 0;
      const int negative_day = type.day < 0 ? -type.day : 0;
      if (type.money > 0)
        words = program.currency;
      else if (type.month > 0)
        words = type.shown == Shown::kYears ? "years" : "months";
      else if (type.day > 0)
        words = "days";
      else if (type.shown == Shown::kPercent)
        words = "ratio";
      else
        words = type.shown == Shown::kCount ? "count" : "number";
      if (type.money > 1 || type.money < 0 || negative_month > 1 || negative_day > 1 ||
          type.month > 1 || type.day > 1 || (type.money > 0 && (type.month > 0 || type.day > 0))) {
        words = program.currency + "^" + std::to_string(type.money) + " day^" +
                std::to_string(type.day) + " month^" + std::to_string(type.month);
        return words;
      }
      if (negative_month > 0 && per.empty()) per = "/month";
      if (negative_day > 0 && per.empty()) per = "/day";
      words += per;
      break;
    }
  }
  return type.or_none ? words + " or none" : words;
}

std::string write(const Value& value, const Type& type, const Program& program) {
  if (std::holds_alternative<std::monostate>(value)) return "none";
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "yes" : "no";
  if (const auto* m = std::get_if<uint32_t>(&value))
    return type.enumeration == kNoId ? std::to_string(*m)
                                     : program.enums[type.enumeration].members.at(*m);
  if (const auto* d = std::get_if<Date>(&value)) return d->to_string();
  if (const auto* m = std::get_if<Month>(&value)) return m->to_string();
  if (const auto* t = std::get_if<std::string>(&value)) return quoted(*t);
  const Rational& r = std::get<Rational>(value);
  const auto grouped = [](std::string text) {
    // 2340000 -> 2_340_000
    const size_t start = !text.empty() && text[0] == '-' ? 1 : 0;
    size_t end = text.find_first_of("./");
    if (end == std::string::npos) end = text.size();
    if (end - start <= 4) return text;
    for (size_t i = end; i > start + 3;) {
      i -= 3;
      text.insert(i, "_");
    }
    return text;
  };
  std::string per = type.per == Per::kDay     ? "/day"
                    : type.per == Per::kMonth ? "/month"
                    : type.per == Per::kYear  ? "/year"
                                              : "";
  if (type.shown == Shown::kYears && type.per == Per::kNone && r.is_integer()) {
    int64_t months = 0;
    if (r.to_int64(months)) {
      const int64_t years = months / 12;
      const int64_t rest = months % 12;
      if (rest == 0) return std::to_string(years) + " years";
      if (years == 0) return std::to_string(rest) + " months";
      if (months > 0) return std::to_string(years) + " years " + std::to_string(rest) + " months";
      return std::to_string(months) + " months";
    }
  }
  const Rational shown = r / shown_scale(type);
  // A third of a year is four months, and half a month no finite number of years.
  if (type.shown == Shown::kYears && type.per == Per::kNone)
    return grouped(r.to_string()) + " months";
  std::string number = grouped(shown.to_string());
  switch (type.shown) {
    case Shown::kPercent:
      return number + "%" + per;
    case Shown::kDays:
      return number + " days" + per;
    case Shown::kMonths:
      return number + " months" + per;
    case Shown::kYears:
      return number + " years" + per;
    case Shown::kMoney:
      return number + " " + program.currency + per;
    case Shown::kPlain:
    case Shown::kCount:
      return number + per;
  }
  return number;
}

std::string show(const Value& value, const Type& type, const Program& program, Language language) {
  const bool vi = language == Language::kVietnamese;
  if (std::holds_alternative<std::monostate>(value)) return vi ? "không có" : "none";
  if (const auto* b = std::get_if<bool>(&value))
    return vi ? (*b ? "có" : "không") : (*b ? "yes" : "no");
  if (const auto* m = std::get_if<uint32_t>(&value))
    return type.enumeration == kNoId
               ? std::to_string(*m)
               : in_language(program.enums[type.enumeration].labels.at(*m), language);
  if (const auto* d = std::get_if<Date>(&value)) return vi ? d->to_display() : d->to_string();
  if (const auto* m = std::get_if<Month>(&value)) return vi ? m->to_display() : m->to_string();
  if (const auto* t = std::get_if<std::string>(&value)) return spaced(*t);
  const Rational& r = std::get<Rational>(value);
  std::string per;
  if (type.per == Per::kDay) per = vi ? "/ngày" : "/day";
  if (type.per == Per::kMonth) per = vi ? "/tháng" : "/month";
  if (type.per == Per::kYear) per = vi ? "/năm" : "/year";
  const auto plural = [&](const Rational& n, const char* one, const char* many) {
    return n == Rational(1) ? one : many;
  };
  if ((type.shown == Shown::kYears || type.shown == Shown::kMonths) && type.per == Per::kNone &&
      r.is_integer()) {
    int64_t months = 0;
    if (r.to_int64(months) && type.shown == Shown::kYears && months >= 0) {
      const int64_t years = months / 12;
      const int64_t rest = months % 12;
      std::string text;
      if (years > 0 || rest == 0)
        text = std::to_string(years) + (vi ? " năm" : years == 1 ? " year" : " years");
      if (rest > 0)
        text += (text.empty() ? "" : " ") + std::to_string(rest) +
                (vi          ? " tháng"
                 : rest == 1 ? " month"
                             : " months");
      return text;
    }
  }
  const Rational shown = r / shown_scale(type);
  switch (type.shown) {
    case Shown::kPercent:
      return decimal(shown, vi, 4) + (vi ? " %" : "%") + per;
    case Shown::kDays:
      return decimal(shown, vi, 4) + (vi ? " ngày" : plural(shown, " day", " days")) + per;
    case Shown::kMonths:
      return decimal(shown, vi, 4) + (vi ? " tháng" : plural(shown, " month", " months")) + per;
    case Shown::kYears:
      return decimal(shown, vi, 4) + (vi ? " năm" : plural(shown, " year", " years")) + per;
    case Shown::kMoney:
      return decimal(shown, vi, 2) + " " + (vi ? program.currency_label.vi : program.currency) +
             per;
    case Shown::kPlain:
    case Shown::kCount: {
      int64_t whole = 0;
      // Years such as 2025 are not grouped.
      if (shown.to_int64(whole) && whole > -10000 && whole < 10000)
        return std::to_string(whole) + per;
      return decimal(shown, vi, 6) + per;
    }
  }
  return {};
}

}  // namespace ansinh::law
