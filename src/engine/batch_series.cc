// Series of every place: lists, periods, and what is made from them.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "engine/batch_run.h"
#include "engine/batch_series.h"
#include "engine/dates.h"

namespace ansinh::engine::batch {

using facts::Instance;
using facts::Known;
using law::Grain;
using law::NodeId;
using law::Op;

namespace {

constexpr int32_t kFar = Instance::kOpen;

// As point_in in evaluate_series.cc.
int32_t point_in(int64_t point, bool is_month, Grain grain, bool last) {
  const auto value = static_cast<int32_t>(point);
  if (is_month && grain == Grain::kDays) {
    return last ? last_day_of_month(value) : first_day_of_month(value);
  }
  if (!is_month && grain == Grain::kMonths) return month_of_day(value);
  return value;
}

// As flatten in series.cc, from `first` on; false where different rows overlap.
bool flatten(std::vector<Item>& items, size_t first) {
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
  const auto before = [](const Item& a, const Item& b) {
    return a.from != b.from ? a.from < b.from : a.to < b.to;
  };
  if (!std::is_sorted(begin, items.end(), before)) std::stable_sort(begin, items.end(), before);
  size_t kept = first;
  for (size_t i = first; i < items.size(); ++i) {
    if (kept > first && items[i].from <= items[kept - 1].to) {
      if (items[i].row != items[kept - 1].row) return false;
      items[kept - 1].to = std::max(items[kept - 1].to, items[i].to);
    } else {
      items[kept++] = items[i];
    }
  }
  items.resize(kept);
  join_neighbours(items, first);
  return true;
}

// As cut in series.cc.
void cut(std::span<const Item> items, std::span<const Item> knives, bool keep_inside,
         std::vector<Item>& out) {
  for (const Item& item : items) {
    auto knife = std::ranges::lower_bound(knives, item.from, std::less<>{}, &Item::to);
    int32_t at = item.from;
    const auto emit = [&](int32_t from, int32_t to) {
      if (from <= to) out.push_back({from, to, item.row});
    };
    for (; knife != knives.end() && knife->from <= item.to; ++knife) {
      const int32_t from = std::max(knife->from, item.from);
      const int32_t to = std::min(knife->to, item.to);
      if (keep_inside) {
        emit(from, to);
      } else {
        emit(at, from - 1);
        at = to + 1;
      }
    }
    if (!keep_inside) emit(at, item.to);
  }
}

}  // namespace

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

void join_neighbours(std::vector<Item>& items, size_t first) {
  size_t kept = first;
  for (size_t i = first; i < items.size(); ++i) {
    if (kept > first && items[kept - 1].to + 1 == items[i].from &&
        items[kept - 1].row == items[i].row) {
      items[kept - 1].to = items[i].to;
    } else {
      items[kept++] = items[i];
    }
  }
  items.resize(kept);
}

// `grain`: by rows, or by its own unit.
Vec Run::list(const law::Node& node, const Domain& domain, Grain grain) {
  const law::ListInfo& info = program_.lists[node.index];
  const Grain unit = unit_of(info.form);
  const Rows holders = rows_of(info.parent, domain);
  const facts::ListColumn& list = columns_.entities[info.parent].lists[info.slot];
  const facts::EntityColumns& child = columns_.entities[info.child];
  const bool alike =
      (list.known.empty() && list.begin.empty()) ||
      (holders.shape != kNoShape && shapes(info.parent).all[holders.shape].lists[info.slot] == 0);
  return build_series(
      Column<Mark>::alike(domain.size, Mark::kKnown), alike, grain, unit,
      [&](size_t i, std::vector<Item>& items, Mark& mark) {
        const uint32_t holder = holders[i];
        const Known known = list.at(holder);
        if (known == Known::kUnknown || (known == Known::kPresumed && !info.presumed_none)) {
          mark = Mark::kUnknown;
          return;
        }
        const uint32_t last = list.end_of(holder);
        const size_t first = items.size();
        bool is_flat = true;
        for (uint32_t row = list.begin_of(holder); row < last; ++row) {
          if (unit == Grain::kRows) {
            items.push_back({0, 0, row});
            continue;
          }
          if (child.from[row] == Instance::kNotGiven || child.to[row] == Instance::kNotGiven) {
            mark = Mark::kUnknown;
            return;
          }
          int32_t to = child.to[row];
          if (to == Instance::kOpen) {
            const Date today = domain.dates.today_of(i);
            to = unit == Grain::kMonths ? Month::of(today).months : today.days;
          }
          if (to < child.from[row]) continue;
          is_flat = is_flat && (items.size() == first || items.back().to < child.from[row]);
          items.push_back({child.from[row], to, row});
        }
        if (grain != Grain::kRows && !is_flat && !flatten(items, first)) mark = Mark::kHand;
      });
}

Vec Run::series_by(NodeId id, std::optional<Grain> grain, const Domain& domain) {
  const law::Node& node = program_.nodes[id];
  if (node.op == Op::kList && grain && *grain != Grain::kRows &&
      *grain == unit_of(program_.lists[node.index].form)) {
    return list(node, domain, *grain);
  }
  Vec answer = eval(id, domain);
  if (answer.series == nullptr) return answer;
  const Ragged& data = *answer.series;
  const Grain wanted = grain ? *grain : data.unit;
  if (wanted == Grain::kRows || data.grain == wanted) return answer;
  const bool to_months = data.unit == Grain::kDays && wanted == Grain::kMonths;
  const bool to_days = data.unit == Grain::kMonths && wanted == Grain::kDays;
  const bool no_periods = data.unit == Grain::kRows;
  return build_series(std::move(answer.mark), answer.alike, wanted, wanted,
                      [&](size_t i, std::vector<Item>& items, Mark& mark) {
                        if (no_periods) return;
                        const size_t first = items.size();
                        for (Item item : data.of(i)) {
                          if (to_months) {
                            item.from = month_of_day(item.from);
                            item.to = month_of_day(item.to);
                          } else if (to_days) {
                            item.from = first_day_of_month(item.from);
                            item.to = last_day_of_month(item.to);
                          }
                          items.push_back(item);
                        }
                        if (!flatten(items, first)) mark = Mark::kHand;
                      });
}

Vec Run::period(const law::Node& node, const Domain& domain) {
  const Vec a = eval(node.args[0], domain);
  const bool has_two = node.args.size() > 1;
  const Vec b = has_two ? eval(node.args[1], domain) : Vec{};
  const bool a_is_month = program_.nodes[node.args[0]].type.base == law::Base::kMonth;
  const bool b_is_month = has_two && program_.nodes[node.args[1]].type.base == law::Base::kMonth;
  const bool in_months = program_.nodes[node.args[0]].type.month == 1;
  Column<Mark> marks = has_two ? graver(a.mark, b.mark) : a.mark;
  const bool alike = a.alike && (!has_two || b.alike);
  const Grain grain = node.type.grain;
  return build_series(
      std::move(marks), alike, grain, grain, [&](size_t i, std::vector<Item>& items, Mark& mark) {
        int32_t first = 0;
        int32_t last = 0;
        if (node.op == Op::kPeriod) {
          first = point_in(a.value[i], a_is_month, grain, false);
          last = point_in(b.value[i], b_is_month, grain, true);
        } else if (!has_two) {  // calendar year or month
          const auto point = static_cast<int32_t>(a.value[i]);
          const Month month = a_is_month ? Month{point} : Month::of(Date{point});
          first = node.op == Op::kCalendarYear ? month.months - (month.month() - 1) : month.months;
          last = node.op == Op::kCalendarYear ? first + kMonthsPerYear - 1 : first;
          if (grain == Grain::kDays) {
            first = first_day_of_month(first);
            last = last_day_of_month(last);
          }
        } else {
          const int64_t denominator = a.denominator_of(i);
          const int64_t length = a.value[i] / denominator;
          if (a.value[i] % denominator != 0 || length < -1'000'000 || length > 1'000'000) {
            mark = Mark::kError;
            return;
          }
          last = point_in(b.value[i], b_is_month, grain, true) -
                 (node.op == Op::kPeriodBefore ? 1 : 0);
          first = static_cast<int32_t>(last - length + 1);
          if (in_months && grain == Grain::kDays) {
            const std::optional<Date> begin =
                plus_months(Date{last + 1}, static_cast<int32_t>(-length), ShortMonth::kLastDay);
            if (!begin) {
              mark = Mark::kError;
              return;
            }
            first = begin->days;
          }
          const bool in_range = grain == Grain::kMonths
                                    ? first >= kMonthMin && last <= kMonthMax
                                    : is_in_range(Date{first}) && is_in_range(Date{last});
          if (!in_range) {
            mark = Mark::kError;
            return;
          }
        }
        if (first <= last) items.push_back({first, last, kNoRow});
      });
}

Vec Run::where(const law::Node& node, const Domain& domain) {
  Vec series = eval(node.args[0], domain);
  if (series.series == nullptr || is_empty(series)) return series;
  if (std::optional<Vec> kept = where_of_rows(node, series)) return *std::move(kept);
  const law::EntityId entity = program_.nodes[node.args[0]].type.row_entity;
  const Parts parts = parts_of(series, node.args[1], entity, domain);
  const Vec holds = eval(node.args[1], parts.domain);
  const bool has_rows = parts.domain.frames.size() > domain.frames.size();
  const bool joins = series.series->grain != Grain::kRows;
  size_t part = 0;
  Column<Mark> marks = series.mark;
  return build_series(
      std::move(marks), false, series.series->grain, series.series->unit,
      [&](size_t i, std::vector<Item>& items, Mark& mark) {
        const size_t first = items.size();
        for (; part < parts.owner.size() && parts.owner[part] == i; ++part) {
          mark = graver(mark, holds.mark[part]);
          if (!holds.is_yes(part)) continue;
          items.push_back({parts.from[part], parts.to[part],
                           has_rows ? parts.domain.frames.front().row[part] : kNoRow});
        }
        if (joins) join_neighbours(items, first);
      });
}

// The date that orders a row without a period.
int64_t Run::order_date(law::EntityId entity, uint32_t row, Mark& mark) const {
  const law::FactId id = program_.entities[entity].order_fact;
  const law::FactInfo& info = program_.facts[id];
  const facts::FactColumn& column = columns_.entities[entity].facts[info.slot];
  switch (column.at(row)) {
    case facts::Cell::kValue:
      mark = Mark::kKnown;
      return column.value_at(row);
    case facts::Cell::kNone:
      mark = Mark::kRefused;
      return 0;
    case facts::Cell::kUnknown:
      mark = Mark::kUnknown;
      return 0;
    case facts::Cell::kNotGiven:
      break;
  }
  mark = Mark::kUnknown;
  if (!info.presumed) return 0;
  if (info.presumed->index() == 0) {
    mark = Mark::kRefused;
    return 0;
  }
  mark = Mark::kKnown;
  return answer_of(*info.presumed).small;
}

// before, after, from, until a date; and clipped to a period.
Vec Run::side(const law::Node& node, const Domain& domain) {
  Vec series = eval(node.args[0], domain);
  if (series.series == nullptr) return series;
  const Ragged& data = *series.series;
  const law::EntityId entity = program_.nodes[node.args[0]].type.row_entity;
  const bool by_rows = data.unit == Grain::kRows;
  Column<Mark> marks = series.mark;
  if (node.op == Op::kClip) {
    const Vec period = series_by(node.args[1], by_rows ? Grain::kDays : data.unit, domain);
    const bool alike = series.alike && period.alike;
    if (is_empty(series) && period.all_known()) return series;
    if (!period.all_known()) {
      for (size_t i = 0; i < marks.size(); ++i) {
        if (marks[i] == Mark::kKnown) marks.set(i, period.mark[i]);
      }
    }
    return build_series(
        std::move(marks), alike, data.grain, data.unit,
        [&](size_t i, std::vector<Item>& items, Mark& mark) {
          const auto knives = period.series->of(i);
          const size_t first = items.size();
          if (!by_rows) {
            cut(data.of(i), knives, true, items);
            if (data.grain != Grain::kRows) join_neighbours(items, first);
            return;
          }
          const bool is_month =
              program_.facts[program_.entities[entity].order_fact].type.base == law::Base::kMonth;
          for (const Item& item : data.of(i)) {
            Mark known = Mark::kKnown;
            const int64_t date = order_date(entity, item.row, known);
            if (known == Mark::kRefused) continue;
            mark = graver(mark, known);
            if (known != Mark::kKnown) continue;
            const int32_t at = point_in(date, is_month, Grain::kDays, false);
            const auto knife = std::ranges::lower_bound(knives, at, std::less<>{}, &Item::to);
            if (knife != knives.end() && knife->from <= at) items.push_back(item);
          }
        });
  }
  const Vec limit = eval(node.args[1], domain);
  if (is_empty(series) && limit.all_known()) return series;
  const bool limit_is_month = program_.nodes[node.args[1]].type.base == law::Base::kMonth;
  marks = graver(marks, limit.mark);
  const bool alike = series.alike && limit.alike;
  const bool excludes = node.op == Op::kBeforeDate || node.op == Op::kAfterDate;
  const bool is_before = node.op == Op::kBeforeDate || node.op == Op::kUntilDate;
  return build_series(
      std::move(marks), alike, data.grain, data.unit,
      [&](size_t i, std::vector<Item>& items, Mark& mark) {
        const size_t begin = items.size();
        if (by_rows) {
          const bool is_month =
              program_.facts[program_.entities[entity].order_fact].type.base == law::Base::kMonth;
          const int32_t first = point_in(limit.value[i], limit_is_month, Grain::kDays, false);
          const int32_t last = point_in(limit.value[i], limit_is_month, Grain::kDays, true);
          for (const Item& item : data.of(i)) {
            Mark known = Mark::kKnown;
            const int64_t date = order_date(entity, item.row, known);
            if (known == Mark::kRefused) continue;
            mark = graver(mark, known);
            if (known != Mark::kKnown) continue;
            const int32_t at = point_in(date, is_month, Grain::kDays, false);
            const bool keep = node.op == Op::kBeforeDate  ? at < first
                              : node.op == Op::kUntilDate ? at <= last
                              : node.op == Op::kAfterDate ? at > last
                                                          : at >= first;
            if (keep) items.push_back(item);
          }
          return;
        }
        const bool by_last = node.op == Op::kAfterDate || node.op == Op::kUntilDate;
        const int32_t point = point_in(limit.value[i], limit_is_month, data.unit, by_last);
        const Item knife = is_before ? Item{-kFar, excludes ? point - 1 : point, kNoRow}
                                     : Item{excludes ? point + 1 : point, kFar, kNoRow};
        if (knife.from <= knife.to) cut(data.of(i), {&knife, 1}, true, items);
        if (data.grain != Grain::kRows) join_neighbours(items, begin);
      });
}

// union, except, within: in the unit of the first series.
Vec Run::combine(const law::Node& node, const Domain& domain) {
  const Grain grain = node.type.grain;
  const std::optional<Grain> wanted =
      grain == Grain::kRows ? std::nullopt : std::optional<Grain>(grain);
  Vec a = series_by(node.args[0], wanted, domain);
  const Vec b = series_by(node.args[1], a.series != nullptr ? a.series->unit : wanted, domain);
  Column<Mark> marks = graver(a.mark, b.mark);
  // Rows of two entities have no common name: nothing can be asked of them, and they are dropped.
  const bool differ = node.op == Op::kUnion && program_.nodes[node.args[0]].type.row_entity !=
                                                   program_.nodes[node.args[1]].type.row_entity;
  if (a.series == nullptr || b.series == nullptr) {
    for (size_t i = 0; i < marks.size(); ++i) {
      if (marks[i] == Mark::kKnown) marks.set(i, Mark::kHand);
    }
    Vec out = Vec::marked(domain.size, Mark::kHand);
    out.mark = std::move(marks);
    return out;
  }
  if (node.op != Op::kUnion && is_empty(a) && b.all_known()) return a;
  const Ragged& first = *a.series;
  return build_series(std::move(marks), a.alike && b.alike, first.grain, first.unit,
                      [&](size_t i, std::vector<Item>& items, Mark& mark) {
                        const size_t begin = items.size();
                        const auto left = first.of(i);
                        const auto right = b.series->of(i);
                        if (node.op == Op::kUnion) {
                          items.insert(items.end(), left.begin(), left.end());
                          items.insert(items.end(), right.begin(), right.end());
                          for (size_t k = begin; k < items.size() && differ; ++k)
                            items[k].row = kNoRow;
                          if (!flatten(items, begin)) mark = Mark::kHand;
                          return;
                        }
                        cut(left, right, node.op == Op::kWithin, items);
                        if (first.grain != Grain::kRows) join_neighbours(items, begin);
                      });
}

Vec Run::take(const law::Node& node, const Domain& domain) {
  const Grain grain = node.type.grain;
  if (node.op == Op::kTakeLast) {
    if (std::optional<Vec> last = last_of_list(node, domain)) return *std::move(last);
  }
  Vec series =
      grain == Grain::kRows ? eval(node.args[0], domain) : series_by(node.args[0], grain, domain);
  const Vec amount = eval(node.args[1], domain);
  if (series.series == nullptr) return series;
  if (node.op == Op::kBridge) {  // the same series: only `last run` and `longest run` ask for gaps
    series.mark = graver(series.mark, amount.mark);
    for (size_t i = 0; i < domain.size; ++i) {
      if (series.known(i) && amount.value[i] % amount.denominator_of(i) != 0) {
        series.mark.set(i, Mark::kError);
      }
    }
    series.alike = series.alike && amount.alike;
    return series;
  }
  const bool is_whole = amount.denominators.empty() && amount.denominator == 1;
  if (is_empty(series) && amount.all_known() && is_whole) return series;
  const Ragged& data = *series.series;
  Column<Mark> marks = graver(series.mark, amount.mark);
  const bool is_last = node.op == Op::kTakeLast;
  return build_series(std::move(marks), series.alike && amount.alike, data.grain, data.unit,
                      [&](size_t i, std::vector<Item>& items, Mark& mark) {
                        const int64_t denominator = amount.denominator_of(i);
                        if (amount.value[i] % denominator != 0) {
                          mark = Mark::kError;
                          return;
                        }
                        int64_t left = std::max<int64_t>(amount.value[i] / denominator, 0);
                        const size_t begin = items.size();
                        const auto all = data.of(i);
                        for (size_t k = 0; k < all.size() && left > 0; ++k) {
                          Item item = is_last ? all[all.size() - 1 - k] : all[k];
                          const int64_t length = int64_t{item.to} - item.from + 1;
                          if (data.grain == Grain::kRows) {
                            --left;
                          } else if (length > left) {
                            if (is_last) {
                              item.from = static_cast<int32_t>(item.to - left + 1);
                            } else {
                              item.to = static_cast<int32_t>(item.from + left - 1);
                            }
                            left = 0;
                          } else {
                            left -= length;
                          }
                          items.push_back(item);
                        }
                        if (is_last) {
                          std::reverse(items.begin() + static_cast<std::ptrdiff_t>(begin),
                                       items.end());
                        }
                      });
}

// The months of the years in which the sum of an expression is greatest; of equal years the later.
Vec Run::best_years(const law::Node& node, const Domain& domain) {
  const Vec series = series_by(node.args[0], Grain::kMonths, domain);
  const Vec amount = eval(node.args[1], domain);
  Column<Mark> marks = graver(series.mark, amount.mark);
  if (series.series == nullptr) {
    Vec out = series;
    out.mark = std::move(marks);
    return out;
  }
  if (std::optional<Vec> best = best_by_fact(node, series, amount)) return *std::move(best);
  Vec by_year =
      build_series(std::move(marks), series.alike && amount.alike, Grain::kMonths, Grain::kMonths,
                   [&](size_t i, std::vector<Item>& items, Mark& mark) {
                     if (amount.value[i] % (amount.denominator_of(i) * kMonthsPerYear) != 0) {
                       mark = Mark::kError;
                       return;
                     }
                     for (Item item : series.series->of(i)) {
                       for (const int32_t to = item.to; item.from <= to; item.from = item.to + 1) {
                         item.to = std::min(to, last_of_year(item.from, Grain::kMonths));
                         items.push_back(item);
                       }
                     }
                   });
  if (is_empty(by_year)) return by_year;
  const law::EntityId entity = program_.nodes[node.args[0]].type.row_entity;
  const Parts parts = parts_of(by_year, node.args[2], entity, domain);
  const Vec answer = eval(node.args[2], parts.domain);
  struct Year {
    int32_t year = 0;
    Wide sum = 0;
  };
  std::vector<Year> years;  // of one place
  size_t part = 0;
  return build_series(Column<Mark>(by_year.mark), false, Grain::kMonths, Grain::kMonths,
                      [&](size_t i, std::vector<Item>& items, Mark& mark) {
                        years.clear();
                        while (part < parts.owner.size() && parts.owner[part] < i) ++part;
                        for (; part < parts.owner.size() && parts.owner[part] == i; ++part) {
                          mark = graver(mark, answer.mark[part]);
                          const int32_t year = year_of_month(parts.from[part]);
                          if (years.empty() || years.back().year != year)
                            years.push_back({year, 0});
                          years.back().sum += Wide{answer.value[part]} * parts.count[part];
                        }
                        if (mark != Mark::kKnown) return;
                        if (!answer.denominators.empty()) {
                          mark = Mark::kHand;
                          return;
                        }
                        const int64_t wanted = std::max<int64_t>(
                            amount.value[i] / (amount.denominator_of(i) * kMonthsPerYear), 0);
                        const auto all = by_year.series->of(i);
                        const size_t first = items.size();
                        if (wanted >= static_cast<int64_t>(years.size())) {
                          items.insert(items.end(), all.begin(), all.end());
                        } else if (wanted > 0) {
                          const auto last = years.begin() + (wanted - 1);
                          const auto better = [](const Year& a, const Year& b) {
                            return a.sum != b.sum ? a.sum > b.sum : a.year > b.year;
                          };
                          std::nth_element(years.begin(), last, years.end(), better);
                          std::sort(years.begin(), last + 1,
                                    [](const Year& a, const Year& b) { return a.year < b.year; });
                          auto next = years.begin();
                          for (const Item& item : all) {
                            const int32_t year = year_of_month(item.from);
                            while (next != last + 1 && next->year < year) ++next;
                            if (next != last + 1 && next->year == year) {
                              items.push_back(item);
                            }
                          }
                        }
                        join_neighbours(items, first);
                      });
}

Vec Run::in_period(const law::Node& node, const Domain& domain) {
  const Vec point = eval(node.args[0], domain);
  const Grain grain =
      program_.nodes[node.args[0]].type.base == law::Base::kMonth ? Grain::kMonths : Grain::kDays;
  const Vec period = series_by(node.args[1], grain, domain);
  Vec out = Vec::constant(domain.size, 0);
  out.mark = graver(point.mark, period.mark);
  int64_t* value = out.value.writable();
  for (size_t i = 0; i < domain.size; ++i) {
    if (!out.known(i)) continue;
    const auto items = period.series->of(i);
    const auto at = static_cast<int32_t>(point.value[i]);
    const auto found = std::ranges::lower_bound(items, at, std::less<>{}, &Item::to);
    value[i] = found != items.end() && found->from <= at ? 1 : 0;
  }
  return out;
}

Vec Run::series(const law::Node& node, const Domain& domain) {
  switch (node.op) {
    case Op::kList:
      return list(node, domain, Grain::kRows);
    case Op::kCalendar:
      return build_series(Column<Mark>::alike(domain.size, Mark::kKnown), true, Grain::kDays,
                          Grain::kDays, [&](size_t, std::vector<Item>& items, Mark&) {
                            for (const auto& [from, to] : program_.calendars[node.index].days) {
                              items.push_back({from.days, to.days, kNoRow});
                            }
                          });
    case Op::kPeriod:
    case Op::kPeriodEndingWith:
    case Op::kPeriodBefore:
    case Op::kCalendarYear:
    case Op::kCalendarMonth:
      return period(node, domain);
    case Op::kWhere:
      return where(node, domain);
    case Op::kClip:
    case Op::kBeforeDate:
    case Op::kAfterDate:
    case Op::kFromDate:
    case Op::kUntilDate:
      return side(node, domain);
    case Op::kAsMonths:
      return series_by(node.args[0], Grain::kMonths, domain);
    case Op::kAsDays:
      return series_by(node.args[0], Grain::kDays, domain);
    case Op::kTakeLast:
    case Op::kTakeFirst:
    case Op::kBridge:
      return take(node, domain);
    case Op::kLastRun:
    case Op::kLongestRun:
      return last_run(node, domain);
    case Op::kUnion:
    case Op::kExcept:
    case Op::kWithin:
      return combine(node, domain);
    default:
      assert(node.op == Op::kBest);
      return best_years(node, domain);
  }
}

}  // namespace ansinh::engine::batch
