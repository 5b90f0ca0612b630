#include <algorithm>
#include <utility>

#include "law/formatter.h"
#include "law/syntax_kinds.h"

namespace ansinh::law {

namespace {

// Words like `before` or `except` in it would make a period in parentheses look like a series.
bool holds_series(const Expr& expr) {
  const ExprKind kind = expr.kind;
  const bool itself = (kind >= ExprKind::kWorkingDaysAfter && kind <= ExprKind::kLongestGap &&
                       kind != ExprKind::kCalendarYearOf && kind != ExprKind::kCalendarMonthOf) ||
                      kind == ExprKind::kStartOf || kind == ExprKind::kEndOf;
  return itself || std::any_of(expr.args.begin(), expr.args.end(), holds_series);
}

}  // namespace

bool is_period(ExprKind kind) {
  return kind == ExprKind::kPeriodTo || kind == ExprKind::kPeriodBefore;
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
  const std::string joint = kSeriesBreak + word(info(expr.kind).key) + " ";
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
  const std::string_view key = info(expr.kind).key;
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
