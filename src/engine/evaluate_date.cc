// Dates and the time between them.
#include <cassert>

#include "engine/dates.h"
#include "engine/evaluator.h"

namespace ansinh::engine {

using law::NodeId;
using law::Op;

namespace {

Answer part_of_date(Op op, const Answer& point) {
  const bool is_month = point.kind == Kind::kMonth;
  switch (op) {
    case Op::kYearOf:
      return Answer::whole(is_month ? point.month().year() : point.date().year());
    case Op::kMonthOf:
      return is_month ? point : Answer::of(Month::of(point.date()));
    case Op::kDayOf:
      return Answer::whole(point.date().day());
    default:
      return Answer::whole(point.date().weekday());
  }
}

Answer time_between(Op op, const Answer& a, const Answer& b) {
  if (a.kind == Kind::kMonth) {
    const int64_t months = b.small - a.small;
    if (op != Op::kYearsBetween) return Answer::whole(months);
    return Answer::whole(months / kMonthsPerYear * kMonthsPerYear);
  }
  switch (op) {
    case Op::kDaysBetween:
      return Answer::whole(b.small - a.small);
    case Op::kMonthsBetween:
      return Answer::whole(whole_months_between(a.date(), b.date()));
    default:
      return Answer::whole(int64_t{whole_years_between(a.date(), b.date())} * kMonthsPerYear);
  }
}

// The first or last day of a month or of a series that is not empty.
Date edge_day(bool first, const Answer& of) {
  if (of.kind == Kind::kMonth) return first ? of.month().first_day() : of.month().last_day();
  const SeriesData& data = *of.series;
  const int32_t point = first ? data.stretches.front().from : data.stretches.back().to;
  if (data.unit == law::Grain::kDays) return Date{point};
  return first ? Month{point}.first_day() : Month{point}.last_day();
}

}  // namespace

Answer Evaluator::date_function(const law::Node& node, NodeId id, const Scope& scope) {
  const bool is_edge = node.op == Op::kFirstDayOf || node.op == Op::kLastDayOf;
  const Answer a = is_edge && program_.nodes[node.args[0]].type.base == law::Base::kSeries
                       ? series_by(node.args[0], std::nullopt, scope)
                       : eval(node.args[0], scope);
  if (is_edge) {
    if (!a.known()) return a;
    if (a.kind == Kind::kSeries && a.series->stretches.empty()) {
      return refused(CauseKind::kNothingIn, id);
    }
    return Answer::of(edge_day(node.op == Op::kFirstDayOf, a));
  }
  if (node.args.size() == 1) return a.known() ? part_of_date(node.op, a) : a;

  const Answer b = eval(node.args[1], scope);
  Answer except;
  if (node.args.size() > 2) except = series_by(node.args[2], law::Grain::kDays, scope);
  Merge merge(issues_);
  merge.add(a);
  merge.add(b);
  merge.add(except);
  if (!merge.all_known()) return merge.answer();

  switch (node.op) {
    case Op::kMonthsBetween:
    case Op::kYearsBetween:
    case Op::kDaysBetween:
      return time_between(node.op, a, b);
    case Op::kWorkingDaysAfter: {
      const std::optional<int32_t> count = whole(a);
      if (!count) return error(CauseKind::kNotWhole, id);
      const SeriesData* days = node.args.size() > 2 ? except.series : nullptr;
      const std::optional<Date> date = working_days_after(*count, b.date(), days);
      return date ? Answer::of(*date) : error(CauseKind::kDateOutOfRange, id);
    }
    default:
      break;
  }
  const std::optional<int32_t> amount = whole(b);
  if (!amount) {
    return error(b.number().is_integer() ? CauseKind::kDateOutOfRange : CauseKind::kNotWhole, id);
  }
  if (a.kind == Kind::kMonth) {
    const std::optional<Month> month = plus_months(a.month(), *amount);
    return month ? Answer::of(*month) : error(CauseKind::kDateOutOfRange, id);
  }
  const std::optional<Date> date = node.op == Op::kAddDays
                                       ? plus_days(a.date(), *amount)
                                       : plus_months(a.date(), *amount, node.short_month);
  return date ? Answer::of(*date) : error(CauseKind::kDateOutOfRange, id);
}

}  // namespace ansinh::engine
