#include <algorithm>
#include <utility>

#include "law/format.h"
#include "law/formatter.h"
#include "law/keywords.h"
#include "law/syntax_kinds.h"

namespace ansinh::law {

namespace {

int level_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kOr:
      return kOrLevel;
    case ExprKind::kAnd:
      return kAndLevel;
    case ExprKind::kNot:
      return kNotLevel;
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
    case ExprKind::kIs:
    case ExprKind::kIsNot:
    case ExprKind::kIsOneOf:
    case ExprKind::kInRange:
      return kComparisonLevel;
    case ExprKind::kAtLeast:
    case ExprKind::kAtMost:
    case ExprKind::kRounded:
      return kFinishLevel;
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
      return kAdditiveLevel;
    case ExprKind::kMultiply:
    case ExprKind::kDivide:
      return kMultiplicativeLevel;
    case ExprKind::kNegate:
      return kUnaryLevel;
    case ExprKind::kOnDate:
    case ExprKind::kUnderLaw:
      return kPostfixLevel;
    default:
      return kPrimaryLevel;
  }
}

bool begins_with_unit(const Expr& expr) {
  const bool postfix = expr.kind == ExprKind::kOnDate || expr.kind == ExprKind::kUnderLaw;
  if (postfix) return begins_with_unit(operand_of(expr, 0));
  return expr.kind == ExprKind::kMonthHere || expr.kind == ExprKind::kYearHere;
}

// Thousands in groups from five digits on.
std::string grouped(const std::string& number) {
  constexpr size_t kUngroupedMax = 4;
  const size_t point = std::min(number.find('.'), number.size());
  if (point <= kUngroupedMax) return number;
  std::string out;
  for (size_t i = 0; i < point; ++i) {
    if (i > 0 && (point - i) % 3 == 0) out += '_';
    out += number[i];
  }
  return out + number.substr(point);
}

}  // namespace

const Expr& operand_of(const Expr& expr, size_t index) {
  static const Expr missing;
  return index < expr.args.size() ? expr.args[index] : missing;
}

std::string format_expression(const Expr& expr, bool vietnamese) {
  return on_one_line(ExpressionWriter(vietnamese).value(expr).text);
}

std::string ExpressionWriter::word(std::string_view key) const {
  return std::string(keyword(key, vietnamese_));
}

std::string ExpressionWriter::unit_word(std::string_view plural, bool one) const {
  if (vietnamese_) return std::string(keyword(plural, true));
  if (one) plural.remove_suffix(1);
  return std::string(plural);
}

// ---- literals ----------------------------------------------------------------------------------

std::string ExpressionWriter::number_part(const Expr& expr) const {
  std::string out = grouped(expr.number.to_string());
  const bool one = expr.number == Rational(1);
  const std::string& of = expr.unit.of;
  if (of == "%") {
    out += of;
  } else if (of == "days" || of == "months" || of == "years" || of == "working days") {
    out += " " + unit_word(of, one);
  } else if (!of.empty()) {
    out += " " + of;
  }
  if (!expr.unit.per.empty()) out += "/" + unit_word(*expr.unit.per + "s", true);
  return out;
}

std::string ExpressionWriter::number(const Expr& expr) const {
  std::string out = number_part(expr);
  for (const Expr& part : expr.args) out += " " + number_part(part);
  return out;
}

std::string ExpressionWriter::rounding(Rounding mode, const Expr& to) {
  std::string out;
  switch (mode) {
    case Rounding::kHalfUp:
      out = word("rounded half up to");
      break;
    case Rounding::kHalfEven:
      out = word("rounded half even to");
      break;
    case Rounding::kUp:
      out = word("rounded up to");
      break;
    case Rounding::kDown:
      out = word("rounded down to");
      break;
  }
  const bool half_years = to.kind == ExprKind::kNumber && to.number == Rational(1, 2) &&
                          to.unit == UnitWords{"years", ""} && to.args.empty();
  return out + " " + (half_years ? word("half years") : value(to, kPrimaryLevel).text);
}

// ---- values ------------------------------------------------------------------------------------

Written ExpressionWriter::in_parentheses(const Expr& expr) {
  const bool outer = std::exchange(no_on_, false);
  Written inner = bare(expr);
  no_on_ = outer;
  return {"(" + weakened(std::move(inner.text)) + ")"};
}

Written ExpressionWriter::value(const Expr& expr, int level) {
  const bool wrap =
      level_of(expr) < level || is_period(expr.kind) || (no_on_ && expr.kind == ExprKind::kOnDate);
  return wrap ? in_parentheses(expr) : bare(expr);
}

// An operand that an operator of level `next` follows (or a word that cuts a series).
Written ExpressionWriter::operand(const Expr& expr, int level, int next, bool next_cuts) {
  Written written = value(expr, level);
  const bool takes = next >= written.takes || (next_cuts && written.takes_cuts);
  return takes ? in_parentheses(expr) : written;
}

std::string ExpressionWriter::closed(const Expr& expr, int level) {
  return operand(expr, level, kFinishLevel, true).text;
}

std::string ExpressionWriter::without_on(const Expr& expr) {
  const bool outer = std::exchange(no_on_, true);
  std::string text = operand(expr, kFinishLevel, kFinishLevel).text;
  no_on_ = outer;
  return text;
}

std::string ExpressionWriter::without_of(const Expr& expr) {
  const bool plain = expr.kind == ExprKind::kNumber || expr.kind == ExprKind::kName;
  return plain ? value(expr).text : in_parentheses(expr).text;
}

Written ExpressionWriter::infix(const Expr& expr, int level, const std::string& word,
                                int right_level) {
  Written left = operand(operand_of(expr, 0), level, level);
  Written right = value(operand_of(expr, 1), right_level);
  // `5 VND / month` would read as a rate.
  const bool rate = expr.kind == ExprKind::kDivide && begins_with_unit(operand_of(expr, 1));
  if (rate) right = in_parentheses(operand_of(expr, 1));
  right.text = left.text + word + right.text;
  return right;
}

Written ExpressionWriter::list(const Expr& expr, int level, int item_level,
                               const std::string& word) {
  Written out;
  const char joint = level == kOrLevel ? kOrBreak : kAndBreak;
  for (size_t i = 0; i < expr.args.size(); ++i) {
    const bool last = i + 1 == expr.args.size();
    Written item =
        last ? value(expr.args[i], item_level) : operand(expr.args[i], item_level, level);
    item.text = out.text + (i > 0 ? joint + word + " " : "") + item.text;
    out = std::move(item);
  }
  return out;
}

Written ExpressionWriter::comparison(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kIs:
      return infix(expr, kFinishLevel, " " + word("is") + " ", kAdditiveLevel);
    case ExprKind::kIsNot:
      return infix(expr, kFinishLevel, " " + word("is not") + " ", kAdditiveLevel);
    case ExprKind::kIsOneOf: {
      Written out = operand(operand_of(expr, 0), kFinishLevel, kComparisonLevel);
      out.text += " " + word("is one of") + " ";
      for (size_t i = 1; i < expr.args.size(); ++i) {
        Written item = value(expr.args[i], kAdditiveLevel);
        item.text = out.text + (i > 1 ? std::string(",") + kCommaBreak : "") + item.text;
        out = std::move(item);
      }
      out.takes_commas = true;
      return out;
    }
    default: {
      const Written left = operand(operand_of(expr, 0), kFinishLevel, kComparisonLevel, true);
      const Expr& right = operand_of(expr, 1);
      Written out = right.kind == ExprKind::kRange ? Written{range(right)} : period(right);
      out.text = left.text + " " + word("in") + " " + out.text;
      return out;
    }
  }
}

Written ExpressionWriter::postfix(const Expr& expr) {
  const std::string_view key = expr.kind == ExprKind::kOnDate ? "on" : "under the law of";
  Written left = operand(operand_of(expr, 0), kPostfixLevel, kPostfixLevel);
  // `A on D on E` reads from the left, and so does what is printed.
  Written right = value(operand_of(expr, 1), kPrimaryLevel);
  right.text = left.text + " " + word(key) + " " + right.text;
  return right;
}

Written ExpressionWriter::prefixed(std::string_view key, const Expr& argument) {
  Written out = value(argument, kPrimaryLevel);
  out.text = word(key) + " " + out.text;
  return out;
}

Written ExpressionWriter::chosen(std::string_view key, const Expr& expr) {
  Written out{word(key) + " "};
  const size_t count = expr.args.size();
  for (size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count;
    Written item = last ? value(expr.args[i], kAdditiveLevel)
                        : operand(expr.args[i], kAdditiveLevel, kAndLevel);
    if (!last && item.takes_commas) item = in_parentheses(expr.args[i]);
    const std::string joint = i == 0 ? ""
                              : last ? kCommaBreak + word("and") + " "
                                     : std::string(",") + kCommaBreak;
    item.text = out.text + joint + item.text;
    out = std::move(item);
  }
  out.takes = std::min<int>(out.takes, kAdditiveLevel);
  return out;
}

Written ExpressionWriter::between(std::string_view key, const Expr& expr) {
  const Written first = operand(operand_of(expr, 0), kAdditiveLevel, kAndLevel);
  Written out = value(operand_of(expr, 1), kAdditiveLevel);
  out.text = word(key) + " " + first.text + " " + word("and") + " " + out.text;
  out.takes = std::min<int>(out.takes, kAdditiveLevel);
  return out;
}

Written ExpressionWriter::aggregate(std::string_view key, const Expr& expr, int level) {
  const Expr& of = operand_of(expr, 0);
  const bool over = of.kind >= ExprKind::kSum && of.kind <= ExprKind::kAllOf;
  const Written first = over ? in_parentheses(of) : value(of, level);
  Written out = series(operand_of(expr, 1));
  out.text = word(key) + " " + first.text + kSeriesBreak + word("over") + " " + out.text;
  return out;
}

Written ExpressionWriter::of_series(std::string_view key, const Expr& of) {
  Written out = series(of);
  out.text = word(key) + " " + out.text;
  return out;
}

Written ExpressionWriter::working_days_after(const Expr& expr) {
  const Expr& count = operand_of(expr, 0);
  const bool plain = (count.kind == ExprKind::kNumber && count.unit == UnitWords{}) ||
                     count.kind == ExprKind::kName || count.kind == ExprKind::kCall ||
                     count.kind == ExprKind::kOfEntity;
  const std::string first = plain ? value(count).text : in_parentheses(count).text;
  const bool one = !vietnamese_ && count.kind == ExprKind::kNumber && count.number == Rational(1);
  const std::string key = one ? "working day after" : word("working days after");
  const bool except = expr.args.size() > 2;
  Written out = operand(operand_of(expr, 1), kPrimaryLevel, kComparisonLevel, except);
  out.text = first + " " + key + " " + out.text;
  if (except) out = {out.text + " " + word("except") + " " + primary_series(expr.args[2]).text};
  out.takes_cuts = true;  // `except` would be read as part of it
  return out;
}

Written ExpressionWriter::days_in(std::string_view key, const Expr& expr) {
  Written out = period(operand_of(expr, 0));
  const bool except = expr.args.size() > 1;
  if (except && out.takes_cuts) out = {"(" + out.text + ")"};
  out.text = word(key) + " " + out.text;
  if (except) out = {out.text + " " + word("except") + " " + primary_series(expr.args[1]).text};
  // `except` would be read as part of it, `before` and `to` as well.
  out.takes_cuts = true;
  return out;
}

Written ExpressionWriter::call(const Expr& expr) {
  const bool outer = std::exchange(no_on_, false);
  std::string text = expr.name + "(";
  for (size_t i = 0; i < expr.args.size(); ++i) {
    Written item = value(expr.args[i]);
    if (item.takes_commas && i + 1 < expr.args.size()) item = in_parentheses(expr.args[i]);
    text += (i > 0 ? std::string(",") + kCommaBreak : "") + item.text;
  }
  no_on_ = outer;
  return {weakened(std::move(text)) + ")"};
}

std::string ExpressionWriter::range(const Expr& expr) {
  const std::string first = closed(operand_of(expr, 0), kAdditiveLevel);
  return first + (expr.half_open ? " ..< " : " .. ") + closed(operand_of(expr, 1), kAdditiveLevel);
}

std::string ExpressionWriter::cell(const Expr& expr) {
  if (expr.kind == ExprKind::kRange) return on_one_line(range(expr));
  if (expr.kind == ExprKind::kOpenRange) {
    return on_one_line(expr.name + " " + closed(operand_of(expr, 0), kAdditiveLevel));
  }
  return on_one_line(value(expr).text);
}

Written ExpressionWriter::result(const Expr& expr, bool as_series) {
  return as_series ? series(expr) : value(expr);
}

// Expressions without operands, and numbers.
Written ExpressionWriter::leaf(const Expr& expr) {
  const std::string_view key = info(expr.kind).key;
  switch (expr.kind) {
    case ExprKind::kNumber: {
      const bool working_days = expr.unit.of == "working days";  // `after` would belong to it
      return {number(expr), kClosed, working_days};
    }
    case ExprKind::kDate:
      return {expr.date.to_string()};
    case ExprKind::kMonthLiteral:
      return {expr.month_literal.to_string()};
    case ExprKind::kText:
      return {in_quotes(*expr.text)};
    case ExprKind::kName:
      return {expr.name};
    case ExprKind::kSoFar:
      return {(expr.name.empty() ? "" : expr.name + " ") + word(key)};
    case ExprKind::kEntitledTo:
    case ExprKind::kAmountOf:
      return {word(key) + " " + expr.name};
    case ExprKind::kNotEntitled:
    case ExprKind::kNotYetExpressed:
      return {word(key) + " " + label_text(expr.reason)};
    default:
      return {key.empty() ? "" : word(key)};
  }
}

// Operators between or before their operands.
std::optional<Written> ExpressionWriter::operation(const Expr& expr) {
  const std::string mark(info(expr.kind).key);
  switch (expr.kind) {
    case ExprKind::kOr:
      return list(expr, kOrLevel, kAndLevel, word(mark));
    case ExprKind::kAnd:
      return list(expr, kAndLevel, kNotLevel, word(mark));
    case ExprKind::kNot:
    case ExprKind::kNegate: {
      const bool is_not = expr.kind == ExprKind::kNot;
      Written out = value(operand_of(expr, 0), is_not ? kNotLevel : kUnaryLevel);
      out.text = (is_not ? word(mark) + " " : mark) + out.text;
      return out;
    }
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
      return infix(expr, kFinishLevel, " " + mark + " ", kFinishLevel);
    case ExprKind::kIs:
    case ExprKind::kIsNot:
    case ExprKind::kIsOneOf:
    case ExprKind::kInRange:
      return comparison(expr);
    case ExprKind::kAtLeast:
    case ExprKind::kAtMost:
      return infix(expr, kFinishLevel, " " + word(mark) + " ", kAdditiveLevel);
    case ExprKind::kRounded:
      return Written{operand(operand_of(expr, 0), kFinishLevel, kFinishLevel).text + " " +
                     rounding(expr.rounding, operand_of(expr, 1))};
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
      return infix(expr, kAdditiveLevel, kSumBreak + mark + " ", kMultiplicativeLevel);
    case ExprKind::kMultiply:
    case ExprKind::kDivide:
      return infix(expr, kMultiplicativeLevel, kProductBreak + mark + " ", kUnaryLevel);
    case ExprKind::kOnDate:
    case ExprKind::kUnderLaw:
      return postfix(expr);
    default:
      return std::nullopt;
  }
}

Written ExpressionWriter::bare(const Expr& expr) {
  if (expr.args.empty() || expr.kind == ExprKind::kNumber) return leaf(expr);
  if (auto written = operation(expr)) return std::move(*written);
  const std::string_view key = info(expr.kind).key;
  switch (expr.kind) {
    case ExprKind::kCall:
      return call(expr);
    case ExprKind::kOfEntity:
      return {value(operand_of(expr, 0), kPrimaryLevel).text + " " + word(key) + " " + expr.name};
    case ExprKind::kRange:
    case ExprKind::kOpenRange:
      return {cell(expr)};
    case ExprKind::kHigherOf:
    case ExprKind::kLowerOf:
    case ExprKind::kLaterOf:
    case ExprKind::kEarlierOf:
      return chosen(key, expr);
    case ExprKind::kYearsBetween:
    case ExprKind::kMonthsBetween:
    case ExprKind::kDaysBetween:
      return between(key, expr);
    case ExprKind::kWorkingDaysAfter:
      return working_days_after(expr);
    case ExprKind::kPeriodTo:
    case ExprKind::kPeriodBefore:
      return period(expr);
    case ExprKind::kDaysIn:
    case ExprKind::kWorkingDaysIn:
    case ExprKind::kMonthsIn:
      return days_in(key, expr);
    case ExprKind::kStartOf:
    case ExprKind::kEndOf:
    case ExprKind::kCount:
    case ExprKind::kLongestGap:
      return of_series(key, operand_of(expr, 0));
    case ExprKind::kMonthsOf:
      return of_series("months of", operand_of(expr, 0));  // as a value
    case ExprKind::kDaysOf:
      return of_series("days of", operand_of(expr, 0));
    case ExprKind::kSum:
    case ExprKind::kMean:
    case ExprKind::kHighest:
    case ExprKind::kLowest:
    case ExprKind::kFirst:
    case ExprKind::kLast:
      return aggregate(key, expr, kAdditiveLevel);
    case ExprKind::kAnyOf:
    case ExprKind::kAllOf:
      return aggregate(key, expr, kOrLevel);
    case ExprKind::kHas:
    case ExprKind::kOwn:
    case ExprKind::kAbsolute:
    case ExprKind::kYearOf:
    case ExprKind::kMonthOf:
    case ExprKind::kDayOf:
    case ExprKind::kWeekdayOf:
    case ExprKind::kFirstDayOf:
    case ExprKind::kLastDayOf:
    case ExprKind::kCalendarYearOf:
    case ExprKind::kCalendarMonthOf:
      return prefixed(key, operand_of(expr, 0));
    default:
      return series_bare(expr);
  }
}

}  // namespace ansinh::law
