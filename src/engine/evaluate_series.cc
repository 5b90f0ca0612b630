// Series: lists, periods, and what is made from them.
#include <algorithm>
#include <cassert>

#include "engine/dates.h"
#include "engine/evaluator.h"

namespace ansinh::engine {

using facts::Instance;
using facts::Known;
using law::Grain;
using law::NodeId;
using law::Op;

namespace {

Grain unit_of(law::ListForm form) {
  switch (form) {
    case law::ListForm::kSpellsByMonth:
      return Grain::kMonths;
    case law::ListForm::kSpellsByDay:
    case law::ListForm::kDates:
      return Grain::kDays;
    case law::ListForm::kChildren:
      break;
  }
  return Grain::kRows;
}

// A day or month as a point of a series that counts `grain`; for the last day of a month, `last`.
int32_t point_in(const Answer& point, Grain grain, bool last) {
  const auto value = static_cast<int32_t>(point.small);
  if (point.kind == Kind::kMonth && grain == Grain::kDays) {
    return last ? last_day_of_month(value) : first_day_of_month(value);
  }
  if (point.kind == Kind::kDate && grain == Grain::kMonths) return month_of_day(value);
  return value;
}

}  // namespace

Answer Evaluator::of_series(SeriesData&& data, NodeId id) {
  if (row_sets_.full()) return error(CauseKind::kTooManyOverlaps, id);
  return values_.series(std::move(data));
}

Answer Evaluator::series_by(NodeId id, std::optional<Grain> grain, const Scope& scope) {
  Answer answer = eval(id, scope);
  if (!answer.known()) return answer;
  const SeriesData& data = *answer.series;
  const Grain wanted = grain ? *grain : data.unit;
  if (wanted == Grain::kRows || data.grain == wanted) return answer;
  return of_series(by_grain(data, wanted, row_sets_), id);
}

Answer Evaluator::list(const law::Node& node, NodeId id, const Scope& scope) {
  const law::ListInfo& info = program_.lists[node.index];
  const Target holder = target(info.parent, scope);
  const Date today = contexts_.item(scope.context).today;
  const Grain unit = unit_of(info.form);
  const int32_t now = unit == Grain::kMonths ? Month::of(today).months : today.days;
  Merge merge(issues_);
  SeriesData data;
  data.unit = unit;
  for (uint32_t h = 0; h < holder.count; ++h) {
    const Row parent = holder.count == 1 ? holder.row : holder.rows[h];
    if (info.slot >= parent->lists.size() || parent->lists[info.slot].known == Known::kUnknown) {
      merge.add(missing_list(parent, info.parent, node.index, false));
      continue;
    }
    const facts::ListValue& value = parent->lists[info.slot];
    const bool presumed = value.known == Known::kPresumed;
    if (!holder.at_hand || presumed) {
      trace_.input(id, presumed ? InputRecord::kPresumed : law::kNoId, parent);
    }
    data.stretches.reserve(data.stretches.size() + value.rows.size());
    for (Instance* const& row : value.rows) {
      Stretch stretch{0, 0, &row, 1};
      if (unit != Grain::kRows) {
        if (!row->period_known) {
          merge.add(missing_list(row, info.child, node.index, true));
          continue;
        }
        stretch.from = row->from;
        stretch.to = row->to == Instance::kOpen ? now : row->to;
        if (stretch.to < stretch.from) continue;  // ongoing, and yet to begin
      }
      data.stretches.push_back(stretch);
    }
  }
  if (!merge.all_known()) return merge.answer();
  return values_.series(std::move(data));
}

Answer Evaluator::period(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer a = eval(node.args[0], scope);
  const bool has_two = node.args.size() > 1;
  const Answer b = has_two ? eval(node.args[1], scope) : Answer{};
  Merge merge(issues_);
  merge.add(a);
  merge.add(b);
  if (!merge.all_known()) return merge.answer();

  const Grain grain = node.type.grain;
  if (node.op == Op::kPeriod) {
    return of_series(period_series(grain, point_in(a, grain, false), point_in(b, grain, true)), id);
  }
  if (!has_two) {  // calendar year or month
    const Month month = a.kind == Kind::kMonth ? a.month() : Month::of(a.date());
    const int32_t first =
        node.op == Op::kCalendarYear ? month.months - (month.month() - 1) : month.months;
    const int32_t last = node.op == Op::kCalendarYear ? first + kMonthsPerYear - 1 : first;
    if (grain == Grain::kMonths) return of_series(period_series(grain, first, last), id);
    return of_series(period_series(grain, first_day_of_month(first), last_day_of_month(last)), id);
  }
  // The length that ends with b, or just before it.
  const std::optional<int32_t> length = whole(a);
  if (!length) return error(CauseKind::kNotWhole, id);
  const int32_t last = point_in(b, grain, true) - (node.op == Op::kPeriodBefore ? 1 : 0);
  const bool in_months = program_.nodes[node.args[0]].type.month == 1;
  int32_t first = last - *length + 1;
  if (in_months && grain == Grain::kDays) {
    const std::optional<Date> begin = plus_months(Date{last + 1}, -*length, ShortMonth::kLastDay);
    if (!begin) return error(CauseKind::kDateOutOfRange, id);
    first = begin->days;
  }
  const bool in_range = grain == Grain::kMonths
                            ? first >= kMonthMin && last <= kMonthMax
                            : is_in_range(Date{first}) && is_in_range(Date{last});
  if (!in_range) return error(CauseKind::kDateOutOfRange, id);
  return of_series(period_series(grain, first, last), id);
}

Answer Evaluator::where(const law::Node& node, const Scope& scope) {
  const Answer series = eval(node.args[0], scope);
  if (!series.known()) return series;
  const SeriesData& all = *series.series;
  SeriesData kept;
  kept.grain = all.grain;
  kept.unit = all.unit;
  kept.bridges = all.bridges;
  kept.stretches.reserve(all.stretches.size());
  Merge merge(issues_);
  each_part(node.args[1], all, scope, [&](const Part& part, Answer&& answer) {
    if (!merge.add(answer) || answer.small == 0) return true;
    Stretch stretch = *part.stretch;
    stretch.from = part.from;
    stretch.to = part.to;
    kept.stretches.push_back(stretch);
    return true;
  });
  if (!merge.all_known()) return merge.answer();
  if (kept.grain != Grain::kRows) join_neighbours(kept.stretches);
  return values_.series(std::move(kept));
}

// Rows without periods go by the date that orders them; a row whose date is none is left out.
template <typename Keep>
Answer Evaluator::rows_by_date(const SeriesData& data, const Keep& keep) {
  SeriesData kept;
  Merge merge(issues_);
  for (const Stretch& stretch : data.stretches) {
    const Row row = stretch.rows[0];
    const law::FactId id = program_.entities[row->entity].order_fact;
    assert(id != law::kNoId);
    bool none = false;
    const Answer date = known_fact(program_.facts[id], id, row, none);
    if (none) continue;
    if (merge.add(date) && keep(date)) kept.stretches.push_back(stretch);
  }
  if (!merge.all_known()) return merge.answer();
  return values_.series(std::move(kept));
}

Answer Evaluator::clip(const law::Node& node, const Scope& scope) {
  const Answer series = eval(node.args[0], scope);
  if (!series.known()) return series;
  const SeriesData& data = *series.series;
  if (data.unit != Grain::kRows) {
    const Answer period = series_by(node.args[1], data.unit, scope);
    if (!period.known()) return period;
    return values_.series(cut(data, *period.series, true));
  }
  const Answer days = series_by(node.args[1], Grain::kDays, scope);
  if (!days.known()) return days;
  return rows_by_date(data, [&](const Answer& date) {
    return contains(*days.series, point_in(date, Grain::kDays, false));
  });
}

// before, after, from and until a date.
Answer Evaluator::side(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer series = eval(node.args[0], scope);
  const Answer limit = eval(node.args[1], scope);
  Merge merge(issues_);
  merge.add(series);
  merge.add(limit);
  if (!merge.all_known()) return merge.answer();
  const SeriesData& data = *series.series;
  const bool excludes = node.op == Op::kBeforeDate || node.op == Op::kAfterDate;
  const bool is_before = node.op == Op::kBeforeDate || node.op == Op::kUntilDate;
  if (data.unit == Grain::kRows) {
    return rows_by_date(data, [&](const Answer& date) {
      const int32_t at = point_in(date, Grain::kDays, false);
      const int32_t first = point_in(limit, Grain::kDays, false);
      const int32_t last = point_in(limit, Grain::kDays, true);
      switch (node.op) {
        case Op::kBeforeDate:
          return at < first;
        case Op::kUntilDate:
          return at <= last;
        case Op::kAfterDate:
          return at > last;
        default:
          return at >= first;
      }
    });
  }
  // The whole month of the date is excluded or included where months are counted.
  const bool by_last = node.op == Op::kAfterDate || node.op == Op::kUntilDate;
  const int32_t point = point_in(limit, data.unit, by_last);
  constexpr int32_t kFar = Instance::kOpen;
  const SeriesData inside = is_before
                                ? period_series(data.unit, -kFar, excludes ? point - 1 : point)
                                : period_series(data.unit, excludes ? point + 1 : point, kFar);
  return of_series(cut(data, inside, true), id);
}

// union, except, within: in the unit of the first series.
Answer Evaluator::combine_series(const law::Node& node, NodeId id, const Scope& scope) {
  const Grain grain = node.type.grain;
  const std::optional<Grain> wanted =
      grain == Grain::kRows ? std::nullopt : std::optional<Grain>(grain);
  const Answer a = series_by(node.args[0], wanted, scope);
  const Answer b = series_by(node.args[1], a.known() ? a.series->unit : wanted, scope);
  Merge merge(issues_);
  merge.add(a);
  merge.add(b);
  if (!merge.all_known()) return merge.answer();
  if (node.op == Op::kUnion) return of_series(unite(*a.series, *b.series, row_sets_), id);
  return of_series(cut(*a.series, *b.series, node.op == Op::kWithin), id);
}

Answer Evaluator::take(const law::Node& node, NodeId id, const Scope& scope) {
  const Grain grain = node.type.grain;
  const Answer series =
      grain == Grain::kRows ? eval(node.args[0], scope) : series_by(node.args[0], grain, scope);
  const Answer amount = eval(node.args[1], scope);
  Merge merge(issues_);
  merge.add(series);
  merge.add(amount);
  if (!merge.all_known()) return merge.answer();
  int64_t count = 0;
  if (!amount.number().to_int64(count)) return error(CauseKind::kNotWhole, id);
  switch (node.op) {
    case Op::kTakeLast:
      return of_series(take_last(*series.series, count), id);
    case Op::kTakeFirst:
      return of_series(take_first(*series.series, count), id);
    default:
      assert(node.op == Op::kBridge);
      return of_series(bridge(*series.series, count), id);
  }
}

// The calendar years in which the expression, summed over the year's months, is highest.
Answer Evaluator::best(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer series = series_by(node.args[0], Grain::kMonths, scope);
  const Answer amount = eval(node.args[1], scope);
  Merge merge(issues_);
  merge.add(series);
  merge.add(amount);
  if (!merge.all_known()) return merge.answer();
  int64_t years_wanted = 0;
  if (!(amount.number() / Rational(kMonthsPerYear)).to_int64(years_wanted)) {
    return error(CauseKind::kNotWhole, id);
  }
  struct Year {
    int32_t year;
    Answer sum;
  };
  std::vector<Year> years;
  SeriesData by_year = *series.series;
  by_year.stretches.clear();
  for (const Stretch& stretch : series.series->stretches) {  // cut at the ends of years
    for (int32_t from = stretch.from; from <= stretch.to;) {
      const int32_t last = from - (Month{from}.month() - 1) + kMonthsPerYear - 1;
      by_year.stretches.push_back(
          {from, std::min(last, stretch.to), stretch.rows, stretch.row_count});
      from = last + 1;
    }
  }
  // Year by year even where the expression is the same in all of them.
  for (const Stretch& stretch : by_year.stretches) {
    SeriesData piece;
    piece.grain = piece.unit = Grain::kMonths;
    piece.stretches.push_back(stretch);
    const int32_t year = year_of_month(stretch.from);
    if (years.empty() || years.back().year != year) years.push_back({year, Answer::whole(0)});
    each_part(node.args[2], piece, scope, [&](const Part& part, Answer&& answer) {
      if (merge.add(answer)) {
        Answer& sum = years.back().sum;
        sum = values_.add(sum, values_.multiply(answer, Answer::whole(part.count)));
      }
      return true;
    });
  }
  if (!merge.all_known()) return merge.answer();
  std::ranges::stable_sort(years, [](const Year& a, const Year& b) {
    if (!equal(a.sum, b.sum)) return less(b.sum, a.sum);
    return a.year > b.year;
  });
  if (years_wanted < static_cast<int64_t>(years.size())) {
    years.resize(static_cast<size_t>(std::max<int64_t>(years_wanted, 0)));
  }
  std::erase_if(by_year.stretches, [&](const Stretch& stretch) {
    const int32_t year = year_of_month(stretch.from);
    return std::ranges::none_of(years, [&](const Year& best) { return best.year == year; });
  });
  join_neighbours(by_year.stretches);
  return of_series(std::move(by_year), id);
}

Answer Evaluator::series(const law::Node& node, NodeId id, const Scope& scope) {
  switch (node.op) {
    case Op::kList:
      return list(node, id, scope);
    case Op::kCalendar: {
      SeriesData data;
      data.grain = data.unit = Grain::kDays;
      for (const auto& [from, to] : program_.calendars[node.index].days) {
        data.stretches.push_back({from.days, to.days, nullptr, 0});
      }
      return of_series(std::move(data), id);
    }
    case Op::kPeriod:
    case Op::kPeriodEndingWith:
    case Op::kPeriodBefore:
    case Op::kCalendarYear:
    case Op::kCalendarMonth:
      return period(node, id, scope);
    case Op::kWhere:
      return where(node, scope);
    case Op::kClip:
      return clip(node, scope);
    case Op::kBeforeDate:
    case Op::kAfterDate:
    case Op::kFromDate:
    case Op::kUntilDate:
      return side(node, id, scope);
    case Op::kAsMonths:
      return series_by(node.args[0], Grain::kMonths, scope);
    case Op::kAsDays:
      return series_by(node.args[0], Grain::kDays, scope);
    case Op::kTakeLast:
    case Op::kTakeFirst:
    case Op::kBridge:
      return take(node, id, scope);
    case Op::kBest:
      return best(node, id, scope);
    case Op::kLastRun:
    case Op::kLongestRun: {
      const Answer answer = series_by(node.args[0], std::nullopt, scope);
      if (!answer.known()) return answer;
      return of_series(
          node.op == Op::kLastRun ? last_run(*answer.series) : longest_run(*answer.series), id);
    }
    default:
      assert(node.op == Op::kUnion || node.op == Op::kExcept || node.op == Op::kWithin);
      return combine_series(node, id, scope);
  }
}

}  // namespace ansinh::engine
