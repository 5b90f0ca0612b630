#include <algorithm>
#include <utility>

#include "law/format.h"
#include "law/formatter.h"
#include "law/keywords.h"

namespace ansinh::law {

namespace {

struct Operator {
  ExprKind kind;
  std::string_view word;  // a mark, or a keyword's key
  int level;
};

constexpr Operator kOperators[] = {
    {ExprKind::kEqual, "=", kComparisonLevel},
    {ExprKind::kNotEqual, "!=", kComparisonLevel},
    {ExprKind::kLess, "<", kComparisonLevel},
    {ExprKind::kLessEqual, "<=", kComparisonLevel},
    {ExprKind::kGreater, ">", kComparisonLevel},
    {ExprKind::kGreaterEqual, ">=", kComparisonLevel},
    {ExprKind::kAdd, "+", kAdditiveLevel},
    {ExprKind::kSubtract, "-", kAdditiveLevel},
    {ExprKind::kMultiply, "*", kMultiplicativeLevel},
    {ExprKind::kDivide, "/", kMultiplicativeLevel},
};

const Operator* operator_of(ExprKind kind) {
  const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                   [kind](const Operator& one) { return one.kind == kind; });
  return found == std::end(kOperators) ? nullptr : found;
}

int level_of(const Expr& expr) {
  if (const Operator* one = operator_of(expr.kind)) return one->level;
  switch (expr.kind) {
    case ExprKind::kOr:
      return kOrLevel;
    case ExprKind::kAnd:
      return kAndLevel;
    case ExprKind::kNot:
      return kNotLevel;
    case ExprKind::kIs:
    case ExprKind::kIsNot:
    case ExprKind::kIsOneOf:
    case ExprKind::kInRange:
      return kComparisonLevel;
    case ExprKind::kAtLeast:
    case ExprKind::kAtMost:
    case ExprKind::kRounded:
      return kFinishLevel;
    case ExprKind::kNegate:
      return kUnaryLevel;
    case ExprKind::kOnDate:
    case ExprKind::kUnderLaw:
      return kPostfixLevel;
    default:
      return kPrimaryLevel;
  }
}

bool is_period(ExprKind kind) {
  return kind == ExprKind::kPeriodTo || kind == ExprKind::kPeriodBefore;
}

// The keyword of kinds that are one word, or one word and what follows; empty for all others.
std::string_view key_of(ExprKind kind) {
  switch (kind) {
    case ExprKind::kYes: return "yes";
    case ExprKind::kNo: return "no";
    case ExprKind::kOngoing: return "ongoing";
    case ExprKind::kNone: return "none";
    case ExprKind::kUnknown: return "unknown";
    case ExprKind::kAny: return "any";
    case ExprKind::kToday: return "today";
    case ExprKind::kMonthHere: return "month";
    case ExprKind::kYearHere: return "year";
    case ExprKind::kBase: return "base";
    case ExprKind::kPrevious: return "previous";
    case ExprKind::kPosition: return "position";
    case ExprKind::kHas: return "has";
    case ExprKind::kOwn: return "own";
    case ExprKind::kAbsolute: return "absolute";
    case ExprKind::kYearOf: return "year of";
    case ExprKind::kMonthOf: return "month of";
    case ExprKind::kDayOf: return "day of";
    case ExprKind::kWeekdayOf: return "weekday of";
    case ExprKind::kFirstDayOf: return "first day of";
    case ExprKind::kLastDayOf: return "last day of";
    case ExprKind::kCalendarYearOf: return "calendar year of";
    case ExprKind::kCalendarMonthOf: return "calendar month of";
    case ExprKind::kHigherOf: return "higher of";
    case ExprKind::kLowerOf: return "lower of";
    case ExprKind::kLaterOf: return "later of";
    case ExprKind::kEarlierOf: return "earlier of";
    case ExprKind::kYearsBetween: return "years between";
    case ExprKind::kMonthsBetween: return "months between";
    case ExprKind::kDaysBetween: return "days between";
    case ExprKind::kDaysIn: return "days in";
    case ExprKind::kWorkingDaysIn: return "working days in";
    case ExprKind::kMonthsIn: return "months in";
    case ExprKind::kEntitledTo: return "entitled to";
    case ExprKind::kAmountOf: return "amount of";
    case ExprKind::kStartOf: return "start of";
    case ExprKind::kEndOf: return "end of";
    case ExprKind::kCount: return "count of";
    case ExprKind::kLongestGap: return "longest gap of";
    case ExprKind::kMonthsOf: return "months of@series";
    case ExprKind::kDaysOf: return "days of@series";
    case ExprKind::kLastRun: return "last run of";
    case ExprKind::kLongestRun: return "longest run of";
    case ExprKind::kLastOf: return "last";
    case ExprKind::kFirstOf: return "first";
    case ExprKind::kBestOf: return "best";
    case ExprKind::kSum: return "sum of";
    case ExprKind::kMean: return "mean of";
    case ExprKind::kHighest: return "highest of";
    case ExprKind::kLowest: return "lowest of";
    case ExprKind::kFirst: return "first of";
    case ExprKind::kLast: return "last of";
    case ExprKind::kAnyOf: return "any of";
    case ExprKind::kAllOf: return "all of";
    case ExprKind::kBefore: return "before";
    case ExprKind::kAfter: return "after";
    case ExprKind::kFrom: return "from";
    case ExprKind::kUntil: return "until";
    case ExprKind::kExcept: return "except";
    case ExprKind::kWithin: return "within";
    case ExprKind::kBridging: return "bridging gaps up to";
    case ExprKind::kInPeriod: return "in";
    default: return {};
  }
}

// Trees with operands missing come only from texts with errors; they are printed somehow.
const Expr& operand_of(const Expr& expr, size_t index) {
  static const Expr kMissing;
  return index < expr.args.size() ? expr.args[index] : kMissing;
}

// Words like `before` or `except` in it would make a period in parentheses look like a series.
bool holds_series(const Expr& expr) {
  const ExprKind kind = expr.kind;
  const bool itself = (kind >= ExprKind::kWorkingDaysAfter && kind <= ExprKind::kLongestGap &&
                       kind != ExprKind::kCalendarYearOf && kind != ExprKind::kCalendarMonthOf) ||
                      kind == ExprKind::kStartOf || kind == ExprKind::kEndOf;
  return itself || std::any_of(expr.args.begin(), expr.args.end(), holds_series);
}

bool begins_with_unit(const Expr& expr) {
  const bool postfix = expr.kind == ExprKind::kOnDate || expr.kind == ExprKind::kUnderLaw;
  if (postfix) return begins_with_unit(operand_of(expr, 0));
  return expr.kind == ExprKind::kMonthHere || expr.kind == ExprKind::kYearHere;
}

// Inside parentheses lines are broken later than outside.
std::string weakened(std::string text) {
  constexpr int kSteps = 4;
  for (char& c : text) {
    if (is_break(c)) c = static_cast<char>(std::min<int>(c + kSteps, kWeakestBreak));
  }
  return text;
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

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string label_text(const Text& text) { return quoted(text.vi) + kWeakestBreak + quoted(text.en); }

std::string on_one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(out.begin(), out.end(), is_break, ' ');
  return out;
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

std::string ExpressionWriter::number_part(const Expr& expr) {
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
  if (!expr.unit.per.empty()) out += "/" + unit_word(expr.unit.per + "s", true);
  return out;
}

std::string ExpressionWriter::number(const Expr& expr) {
  std::string out = number_part(expr);
  for (const Expr& part : expr.args) out += " " + number_part(part);
  return out;
}

std::string ExpressionWriter::rounding(Rounding mode, const Expr& to) {
  std::string out;
  switch (mode) {
    case Rounding::kHalfUp: out = word("rounded half up to"); break;
    case Rounding::kHalfEven: out = word("rounded half even to"); break;
    case Rounding::kUp: out = word("rounded up to"); break;
    case Rounding::kDown: out = word("rounded down to"); break;
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
  const bool wrap = level_of(expr) < level || is_period(expr.kind) ||
                    (no_on_ && expr.kind == ExprKind::kOnDate);
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
    Written item = last ? value(expr.args[i], item_level) : operand(expr.args[i], item_level, level);
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
    const std::string joint = i == 0 ? "" : last ? kCommaBreak + word("and") + " " : std::string(",") + kCommaBreak;
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

// Where a period is expected: without parentheses of its own.
Written ExpressionWriter::period(const Expr& expr) {
  if (!is_period(expr.kind)) {
    Written out = value(expr, kAdditiveLevel);
    out.takes = std::min<int>(out.takes, kAdditiveLevel);
    out.takes_cuts = true;  // `before`, `to`
    return out;
  }
  const bool to = expr.kind == ExprKind::kPeriodTo;
  const Expr& start = operand_of(expr, 0);
  const Written first = holds_series(start)
                            ? in_parentheses(start)
                            : operand(start, kAdditiveLevel, kComparisonLevel, true);
  Written out = value(operand_of(expr, 1), kAdditiveLevel);
  out.text = first.text + " " + word(to ? "to" : "before") + " " + out.text;
  out.takes = std::min<int>(out.takes, kAdditiveLevel);
  return out;
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

Written ExpressionWriter::bare(const Expr& expr) {
  if (const Operator* one = operator_of(expr.kind)) {
    const bool comparing = one->level == kComparisonLevel;
    const std::string mark(one->word);
    if (comparing) return infix(expr, kFinishLevel, " " + mark + " ", kFinishLevel);
    const char joint = one->level == kAdditiveLevel ? kSumBreak : kProductBreak;
    return infix(expr, one->level, joint + mark + " ", one->level + 1);
  }
  const std::string_view key = key_of(expr.kind);
  switch (expr.kind) {
    case ExprKind::kNumber: {
      const bool working_days = expr.unit.of == "working days";  // `after` would belong to it
      return {number(expr), kClosed, working_days};
    }
    case ExprKind::kDate: return {expr.date.to_string()};
    case ExprKind::kMonthLiteral: return {expr.month_literal.to_string()};
    case ExprKind::kText: return {quoted(expr.text)};
    case ExprKind::kName: return {expr.name};
    case ExprKind::kCall: return call(expr);
    case ExprKind::kOfEntity: return {value(operand_of(expr, 0), kPrimaryLevel).text + " " + word("of") + " " + expr.name};
    case ExprKind::kSoFar: return {(expr.name.empty() ? "" : expr.name + " ") + word("so far")};
    case ExprKind::kOr: return list(expr, kOrLevel, kAndLevel, word("or"));
    case ExprKind::kAnd: return list(expr, kAndLevel, kNotLevel, word("and"));
    case ExprKind::kNot: {
      Written out = value(operand_of(expr, 0), kNotLevel);
      out.text = word("not") + " " + out.text;
      return out;
    }
    case ExprKind::kNegate: {
      Written out = value(operand_of(expr, 0), kUnaryLevel);
      out.text = "-" + out.text;
      return out;
    }
    case ExprKind::kIs:
    case ExprKind::kIsNot:
    case ExprKind::kIsOneOf:
    case ExprKind::kInRange:
      return comparison(expr);
    case ExprKind::kAtLeast: return infix(expr, kFinishLevel, " " + word("at least") + " ", kAdditiveLevel);
    case ExprKind::kAtMost: return infix(expr, kFinishLevel, " " + word("at most") + " ", kAdditiveLevel);
    case ExprKind::kRounded: return {operand(operand_of(expr, 0), kFinishLevel, kFinishLevel).text + " " + rounding(expr.rounding, operand_of(expr, 1))};
    case ExprKind::kRange: return {range(expr)};
    case ExprKind::kOpenRange: return {cell(expr)};
    case ExprKind::kOnDate:
    case ExprKind::kUnderLaw:
      return postfix(expr);
    case ExprKind::kHigherOf:
    case ExprKind::kLowerOf:
    case ExprKind::kLaterOf:
    case ExprKind::kEarlierOf:
      return chosen(key, expr);
    case ExprKind::kEntitledTo:
    case ExprKind::kAmountOf:
      return {word(key) + " " + expr.name};
    case ExprKind::kYearsBetween:
    case ExprKind::kMonthsBetween:
    case ExprKind::kDaysBetween:
      return between(key, expr);
    case ExprKind::kWorkingDaysAfter: return working_days_after(expr);
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
    case ExprKind::kNotEntitled: return {word("not entitled because") + " " + label_text(expr.reason)};
    case ExprKind::kNotYetExpressed: return {word("not yet expressed") + " " + label_text(expr.reason)};
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
      break;
  }
  if (expr.kind == ExprKind::kMonthsOf) return of_series("months of", operand_of(expr, 0));
  if (expr.kind == ExprKind::kDaysOf) return of_series("days of", operand_of(expr, 0));
  if (expr.args.empty()) return {key.empty() ? "" : word(key)};
  return series_bare(expr);
}

// ---- series ------------------------------------------------------------------------------------

ExpressionWriter::SeriesForm ExpressionWriter::form_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kName:
    case ExprKind::kCall:
    case ExprKind::kOfEntity:
    case ExprKind::kBase:
    case ExprKind::kCalendarYearOf:
    case ExprKind::kCalendarMonthOf:
      return SeriesForm::kPrimary;
    case ExprKind::kMonthsOf:
    case ExprKind::kDaysOf:
    case ExprKind::kLastRun:
    case ExprKind::kLongestRun:
    case ExprKind::kLastOf:
    case ExprKind::kFirstOf:
    case ExprKind::kBestOf:
      return SeriesForm::kPrefix;
    case ExprKind::kUnion:
      return SeriesForm::kUnion;
    case ExprKind::kInPeriod:
    case ExprKind::kBefore:
    case ExprKind::kAfter:
    case ExprKind::kFrom:
    case ExprKind::kUntil:
    case ExprKind::kExcept:
    case ExprKind::kWithin:
    case ExprKind::kBridging:
      return SeriesForm::kCut;
    case ExprKind::kWhere:
      return SeriesForm::kWhere;
    case ExprKind::kPeriodTo:
    case ExprKind::kPeriodBefore:
      return SeriesForm::kPeriod;
    default:
      return SeriesForm::kValue;
  }
}

Written ExpressionWriter::series(const Expr& expr) {
  const SeriesForm form = form_of(expr);
  Written out;
  if (form == SeriesForm::kPeriod || form == SeriesForm::kValue) {
    out = in_parentheses(expr);
  } else if (form == SeriesForm::kPrimary) {
    out = value(expr, kPrimaryLevel);
  } else {
    out = series_bare(expr);
  }
  out.takes_cuts = true;
  return out;
}

Written ExpressionWriter::primary_series(const Expr& expr) {
  if (form_of(expr) == SeriesForm::kPrimary) return value(expr, kPrimaryLevel);
  const bool outer = std::exchange(no_on_, false);
  Written out = series(expr);
  no_on_ = outer;
  const SeriesForm form = form_of(expr);
  if (form == SeriesForm::kPeriod || form == SeriesForm::kValue) return {out.text};
  return {"(" + weakened(std::move(out.text)) + ")"};
}

// A series that a cut follows.
Written ExpressionWriter::series_operand(const Expr& expr, bool before_cut) {
  const SeriesForm form = form_of(expr);
  const bool open = form == SeriesForm::kWhere || (before_cut && form == SeriesForm::kPrefix);
  return open ? primary_series(expr) : series(expr);
}

Written ExpressionWriter::cut(const Expr& expr) {
  const Expr& of = operand_of(expr, 0);
  // `S in p before D` would read as `S in (p before D)`.
  const bool open = expr.kind == ExprKind::kBefore && of.kind == ExprKind::kInPeriod &&
                    !is_period(operand_of(of, 1).kind);
  const std::string first = open ? primary_series(of).text : series_operand(of, true).text;
  const Expr& argument = operand_of(expr, 1);
  const std::string joint = kSeriesBreak + word(key_of(expr.kind)) + " ";
  Written out;
  if (expr.kind == ExprKind::kExcept || expr.kind == ExprKind::kWithin) {
    out = primary_series(argument);
  } else if (expr.kind == ExprKind::kInPeriod && is_period(argument.kind)) {
    out = period(argument);
    if (out.takes_cuts || out.takes < kAdditiveLevel) out = in_parentheses(argument);
    out.takes = kAdditiveLevel;
  } else {
    out = {closed(argument, kAdditiveLevel), kAdditiveLevel};
  }
  out.text = first + joint + out.text;
  out.takes_cuts = true;
  return out;
}

Written ExpressionWriter::length_of_series(std::string_view key, const Expr& expr) {
  Written out = series(operand_of(expr, 1));
  out.text = word(key) + " " + without_of(operand_of(expr, 0)) + " " + word("of") + " " + out.text;
  return out;
}

Written ExpressionWriter::series_bare(const Expr& expr) {
  const std::string_view key = key_of(expr.kind);
  switch (expr.kind) {
    case ExprKind::kWhere: {
      const Written first = series_operand(operand_of(expr, 0), true);
      Written out = value(operand_of(expr, 1));
      out.text = first.text + kSeriesBreak + word("where") + " " + out.text;
      out.takes = kOrLevel;
      out.takes_cuts = true;
      return out;
    }
    case ExprKind::kUnion: {
      const std::string first = primary_series(operand_of(expr, 0)).text;
      const std::string second = primary_series(operand_of(expr, 1)).text;
      Written out{word("union of") + " " + first + " " + word("and") + " " + second};
      out.takes_cuts = true;
      return out;
    }
    case ExprKind::kLastOf:
    case ExprKind::kFirstOf:
      return length_of_series(key, expr);
    case ExprKind::kBestOf: {
      Written out = length_of_series(key, expr);
      const Written by = value(operand_of(expr, 2), kAdditiveLevel);
      out.text += " " + word("by") + " " + by.text;
      out.takes = std::min<int>(by.takes, kAdditiveLevel);
      out.takes_cuts = true;
      return out;
    }
    case ExprKind::kMonthsOf:
    case ExprKind::kDaysOf:
    case ExprKind::kLastRun:
    case ExprKind::kLongestRun:
      return of_series(key, operand_of(expr, 0));
    default:
      return cut(expr);
  }
}

}  // namespace ansinh::law
