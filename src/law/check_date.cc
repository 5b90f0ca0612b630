// Functions of dates, months and periods.
#include "law/checker.h"

namespace ansinh::law {

NodeId Checker::date_function(const Expr& expr, const Scope& scope) {
  const auto dated = [&](const Expr& arg, bool month_too) -> NodeId {
    const NodeId node = expression(arg, scope);
    if (node == kNoId) return kNoId;
    if (is_date(type_of(node)) || (month_too && is_month(type_of(node)))) return node;
    error("not-a-date", arg.span,
          {"cần một ngày, ở đây là “" + unit_words(type_of(node)) + "”",
           "a date is needed, this is “" + unit_words(type_of(node)) + "”"},
          {"dùng một ngày, ví dụ 2025-07-01", "use a date, such as 2025-07-01"});
    return kNoId;
  };
  const Type count = number_type(Shown::kCount);
  switch (expr.kind) {
    case ExprKind::kYearOf:
      return make(Op::kYearOf, count, {dated(expr.args.at(0), true)}, expr.span);
    case ExprKind::kMonthOf: {
      const NodeId arg = dated(expr.args.at(0), true);
      if (arg != kNoId && is_month(type_of(arg))) return arg;
      return make(Op::kMonthOf, month_type(), {arg}, expr.span);
    }
    case ExprKind::kDayOf:
      return make(Op::kDayOf, count, {dated(expr.args.at(0), false)}, expr.span);
    case ExprKind::kWeekdayOf:
      return make(Op::kWeekdayOf, count, {dated(expr.args.at(0), false)}, expr.span);
    case ExprKind::kFirstDayOf:
    case ExprKind::kLastDayOf: {
      const Op op = expr.kind == ExprKind::kFirstDayOf ? Op::kFirstDayOf : Op::kLastDayOf;
      const Expr& arg = expr.args.at(0);
      const ExprKind k = arg.kind;
      if (k == ExprKind::kPeriodTo || k == ExprKind::kPeriodBefore ||
          k == ExprKind::kCalendarYearOf || k == ExprKind::kCalendarMonthOf)
        return make(op, date_type(), {period(arg, scope, Grain::kDays)}, expr.span);
      const NodeId node = expression(arg, scope);
      if (node == kNoId) return kNoId;
      if (is_month(type_of(node)) || is_series(type_of(node)))
        return make(op, date_type(), {node}, expr.span);
      error("not-a-month", arg.span,
            {"cần một tháng hoặc một khoảng thời gian", "a month or a period is needed"},
            {"viết “first day of (month of …)”", "write “first day of (month of …)”"});
      return kNoId;
    }
    case ExprKind::kYearsBetween:
      return make(Op::kYearsBetween, number_type(Shown::kYears),
                  {dated(expr.args.at(0), false), dated(expr.args.at(1), false)}, expr.span);
    case ExprKind::kMonthsBetween: {
      const NodeId a = dated(expr.args.at(0), true);
      const NodeId b = dated(expr.args.at(1), true);
      if (a != kNoId && b != kNoId && !require_type(b, type_of(a), expr.args[1].span)) return kNoId;
      return make(Op::kMonthsBetween, number_type(Shown::kMonths), {a, b}, expr.span);
    }
    case ExprKind::kDaysBetween:
      return make(Op::kDaysBetween, number_type(Shown::kDays),
                  {dated(expr.args.at(0), false), dated(expr.args.at(1), false)}, expr.span);
    case ExprKind::kWorkingDaysAfter: {
      const NodeId n = expression(expr.args.at(0), scope);
      if (n == kNoId) return kNoId;
      if (!is_days(type_of(n)) && !is_plain(type_of(n))) {
        mismatch(expr.args[0].span, number_type(Shown::kDays), type_of(n));
        return kNoId;
      }
      std::vector<NodeId> args = {n, dated(expr.args.at(1), false)};
      if (expr.args.size() > 2)
        args.push_back(as_grain(series(expr.args[2], scope), Grain::kDays, expr.args[2].span));
      return make(Op::kWorkingDaysAfter, date_type(), std::move(args), expr.span);
    }
    case ExprKind::kDaysIn:
      return make(Op::kDaysIn, number_type(Shown::kDays),
                  {period(expr.args.at(0), scope, Grain::kDays)}, expr.span);
    case ExprKind::kMonthsIn:
      return make(Op::kMonthsIn, number_type(Shown::kMonths),
                  {period(expr.args.at(0), scope, Grain::kMonths)}, expr.span);
    default: {  // kWorkingDaysIn
      NodeId days = period(expr.args.at(0), scope, Grain::kDays);
      if (expr.args.size() > 1) {
        const NodeId rest = as_grain(series(expr.args[1], scope), Grain::kDays, expr.args[1].span);
        days = make(Op::kExcept, series_type(kNoId, Grain::kDays), {days, rest}, expr.span);
      }
      return make(Op::kDaysIn, number_type(Shown::kDays), {days}, expr.span);
    }
  }
}

}  // namespace ansinh::law
