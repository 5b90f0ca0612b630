// Values by date and by key, and dates.
#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/batch_run.h"
#include "engine/dates.h"

namespace ansinh::engine::batch {

using law::NodeId;
using law::Op;

namespace {

constexpr int64_t kWholeMax = 1'000'000;

// As whole() in dates.h.
std::optional<int32_t> whole_at(const Vec& vec, size_t i) {
  const int64_t denominator = vec.denominator_of(i);
  if (vec.value[i] % denominator != 0) return std::nullopt;
  const int64_t whole = vec.value[i] / denominator;
  if (whole < -kWholeMax || whole > kWholeMax) return std::nullopt;
  return static_cast<int32_t>(whole);
}

// -1, 0, 1 as the key is below, at or above the bound.
int compare_key(const Vec& key, size_t i, const law::Value& bound) {
  if (const auto* number = std::get_if<Rational>(&bound)) {
    int64_t numerator = 0;
    int64_t denominator = 1;
    if (!number->to_int64_pair(numerator, denominator)) return 2;
    const Wide left = Wide{key.value[i]} * denominator;
    const Wide right = Wide{numerator} * key.denominator_of(i);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (const auto* text = std::get_if<std::string>(&bound)) {
    const int order = key.text(i).compare(*text);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const int64_t small = answer_of(bound).small;
  return key.value[i] < small ? -1 : key.value[i] > small ? 1 : 0;
}

bool matches(const law::KeyMatch& match, const Vec& key, size_t i) {
  if (match.any) return true;
  if (match.low) {
    const int order = compare_key(key, i, *match.low);
    if (match.low_open ? order <= 0 : order < 0) return false;
  }
  if (match.high) {
    const int order = compare_key(key, i, *match.high);
    if (match.high_open ? order >= 0 : order > 0) return false;
  }
  return true;
}

// Writes the value of a cell into one place; the denominators of `out` are by place.
void put_cell(const law::CellValue& cell, Vec& out, size_t i) {
  if (cell.hole == law::Hole::kNotYet) {
    out.mark.set(i, Mark::kIncomplete);
  } else if (cell.hole == law::Hole::kNone) {
    out.mark.set(i, Mark::kRefused);
  } else if (const auto* number = std::get_if<Rational>(&cell.value)) {
    int64_t numerator = 0;
    int64_t denominator = 1;
    if (!number->to_int64_pair(numerator, denominator)) {
      out.mark.set(i, Mark::kHand);
      return;
    }
    out.value.set(i, numerator);
    out.denominators.set(i, denominator);
  } else if (const auto* text = std::get_if<std::string>(&cell.value)) {
    out.value.set(i, static_cast<int64_t>(reinterpret_cast<intptr_t>(text)));
  } else {
    out.value.set(i, answer_of(cell.value).small);
  }
}

}  // namespace

// ---- Dates of reading --------------------------------------------------------------------------

Vec Run::on_date(const law::Node& node, const Domain& domain) {
  const Vec date = eval(node.args[1], domain);
  const bool is_value = node.op == Op::kOnDate;
  if (date.alike && date.size() != 0 && !domain.dates.varies()) {
    if (!date.known(0)) {
      Vec out = Vec::marked(domain.size, date.mark[0]);
      out.alike = true;
      return out;
    }
    Domain inner = domain;
    inner.dates.value = Date{static_cast<int32_t>(date.value[0])};
    (is_value ? inner.dates.today : inner.dates.law) = inner.dates.value;
    return eval(node.args[0], inner);
  }
  Places known;
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (date.known(i)) known.push_back(i);
  }
  Assembler all(domain.size, node.type.base == law::Base::kSeries);
  if (!known.empty()) {
    Domain inner = known.size() == domain.size ? domain : part_of(domain, known);
    const auto first = static_cast<int32_t>(date.value[known.front()]);
    const bool same = !domain.dates.varies() && std::ranges::all_of(known, [&](uint32_t place) {
      return date.value[place] == first;
    });
    if (same) {
      inner.dates.value = Date{first};
      (is_value ? inner.dates.today : inner.dates.law) = Date{first};
    } else {
      Dates& dates = inner.dates;
      if (!dates.varies()) {
        dates.law_at = Column<int32_t>::alike(known.size(), dates.law.days);
        dates.today_at = Column<int32_t>::alike(known.size(), dates.today.days);
      }
      dates.value_at = Column<int32_t>::raw(known.size());
      int32_t* day = dates.value_at.writable();
      for (size_t i = 0; i < known.size(); ++i) {
        day[i] = static_cast<int32_t>(date.value[known[i]]);
      }
      (is_value ? dates.today_at : dates.law_at) = dates.value_at;
    }
    Vec values = eval(node.args[0], inner);
    if (known.size() == domain.size) return values;
    all.put(known, std::move(values));
  }
  Places rest;
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (!date.known(i)) rest.push_back(i);
  }
  Vec why = Vec::marked(rest.size(), Mark::kKnown);
  for (size_t i = 0; i < rest.size(); ++i) why.mark.set(i, date.mark[rest[i]]);
  all.put(rest, std::move(why));
  return all.take();
}

Vec Run::param(const law::Node& node, const Domain& domain) {
  const ParamIndex& index = plan_.params[node.index];
  const auto row_on = [&](int32_t day) {  // and one more; 0: there is none yet
    return static_cast<size_t>(std::ranges::upper_bound(index.from, day) - index.from.begin());
  };
  const bool varies = domain.dates.varies();
  const bool alike = !varies && domain.size != 0;
  const size_t n = alike ? 1 : domain.size;
  Vec out = index.cells.column(n);
  size_t row = varies ? 0 : row_on(domain.dates.value.days);
  int32_t found_on = INT32_MIN;
  for (size_t i = 0; i < n; ++i) {
    if (varies && domain.dates.value_at[i] != found_on) {
      found_on = domain.dates.value_at[i];
      row = row_on(found_on);
    }
    if (row == 0) {
      out.mark.set(i, Mark::kError);
    } else {
      index.cells.put(row - 1, out, i);
    }
  }
  settle_denominators(out);
  return alike ? std::move(out).stretch(domain.size) : std::move(out);
}

Vec Run::table(const law::Node& node, const Domain& domain) {
  const law::TableInfo& info = program_.tables[node.index];
  std::vector<Vec> keys;
  bool alike = !domain.dates.varies() && domain.size != 0;
  Column<Mark> marks = Column<Mark>::alike(domain.size, Mark::kKnown);
  for (const NodeId arg : node.args) {
    keys.push_back(eval(arg, domain));
    marks = graver(marks, keys.back().mark);
    alike = alike && keys.back().alike;
  }
  const size_t n = alike ? 1 : domain.size;
  if (alike) marks = Column<Mark>::alike(1, marks[0]);
  if (std::optional<Vec> found = look_up(plan_.tables[node.index], info, keys, marks, n,
                                         domain.dates.value, domain.dates.value_at)) {
    return alike ? std::move(*found).stretch(domain.size) : *std::move(found);
  }
  Vec out = Vec::marked(n, Mark::kKnown);
  out.denominators = Column<int64_t>::alike(n, 1);
  out.mark = std::move(marks);
  const law::TableVersion* version = nullptr;
  Date found_on{INT32_MIN};
  size_t last = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    const Date date = domain.dates.value_of(i);
    if (date != found_on) {
      found_on = date;
      version = nullptr;
      last = 0;
      for (const law::TableVersion& v : info.versions) {
        if (v.force.contains(date)) {
          version = &v;
          break;
        }
      }
    }
    if (version == nullptr) {
      out.mark.set(i, Mark::kRefused);
      continue;
    }
    const size_t count = version->rows.size();
    size_t tried = 0;
    for (; tried < count; ++tried) {
      const law::TableRow& row = version->rows[(last + tried) % count];
      bool fits = true;
      for (size_t k = 0; k < keys.size() && fits; ++k) fits = matches(row.keys[k], keys[k], i);
      if (fits) break;
    }
    if (tried == count) {
      out.mark.set(i, Mark::kError);
      continue;
    }
    last = (last + tried) % count;
    put_cell(version->rows[last].value, out, i);
  }
  if (n != 0) settle_denominators(out);
  return alike ? std::move(out).stretch(domain.size) : std::move(out);
}

// ---- Dates -------------------------------------------------------------------------------------

namespace {

int64_t part_of_date(Op op, int32_t point, bool is_month) {
  switch (op) {
    case Op::kYearOf:
      return is_month ? Month{point}.year() : Date{point}.year();
    case Op::kMonthOf:
      return is_month ? point : Month::of(Date{point}).months;
    case Op::kDayOf:
      return Date{point}.day();
    default:
      return Date{point}.weekday();
  }
}

}  // namespace

// The first and last day of a month or of a series.
Vec Run::day_of_edge(const law::Node& node, const Domain& domain) {
  const bool first = node.op == Op::kFirstDayOf;
  const bool of_series = program_.nodes[node.args[0]].type.base == law::Base::kSeries;
  const Vec from =
      of_series ? series_by(node.args[0], std::nullopt, domain) : eval(node.args[0], domain);
  const bool alike = from.alike && domain.size != 0;
  const size_t n = alike ? 1 : domain.size;
  Vec out = Vec::constant(n, 0);
  out.mark = alike ? Column<Mark>::alike(1, from.mark[0]) : from.mark;
  int64_t* value = out.value.writable();
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    bool in_months = true;
    auto point = static_cast<int32_t>(from.value[i]);
    if (from.series != nullptr) {
      const auto items = from.series->of(i);
      if (items.empty()) {
        out.mark.set(i, Mark::kRefused);
        continue;
      }
      point = first ? items.front().from : items.back().to;
      in_months = from.series->unit != law::Grain::kDays;
    }
    value[i] = !in_months ? point
               : first    ? Month{point}.first_day().days
                          : Month{point}.last_day().days;
  }
  return alike ? std::move(out).stretch(domain.size) : std::move(out);
}

Vec Run::date_function(const law::Node& node, const Domain& domain) {
  if (node.op == Op::kFirstDayOf || node.op == Op::kLastDayOf) return day_of_edge(node, domain);
  const bool is_month = program_.nodes[node.args[0]].type.base == law::Base::kMonth;
  const Vec a = eval(node.args[0], domain);
  if (node.args.size() == 1) {
    const bool same = a.alike && domain.size != 0;
    const size_t places = same ? 1 : domain.size;
    Vec out = Vec::constant(places, 0);
    out.mark = same ? Column<Mark>::alike(1, a.mark[0]) : a.mark;
    int64_t* value = out.value.writable();
    for (size_t i = 0; i < places; ++i) {
      if (out.known(i))
        value[i] = part_of_date(node.op, static_cast<int32_t>(a.value[i]), is_month);
    }
    return same ? std::move(out).stretch(domain.size) : std::move(out);
  }
  const Vec b = eval(node.args[1], domain);
  Vec except;
  if (node.args.size() > 2) except = series_by(node.args[2], law::Grain::kDays, domain);
  const bool alike =
      a.alike && b.alike && (node.args.size() < 3 || except.alike) && domain.size != 0;
  const size_t n = alike ? 1 : domain.size;
  Column<Mark> marks = graver(a.mark, b.mark);
  if (node.args.size() > 2) marks = graver(marks, except.mark);
  Vec out = Vec::constant(n, 0);
  out.mark = alike ? Column<Mark>::alike(1, marks[0]) : std::move(marks);
  int64_t* value = out.value.writable();
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    const auto left = static_cast<int32_t>(a.value[i]);
    const auto right = static_cast<int32_t>(b.value[i]);
    std::optional<int32_t> point;
    switch (node.op) {
      case Op::kDaysBetween:
        point = right - left;
        break;
      case Op::kMonthsBetween:
        point = is_month ? right - left : whole_months_between(Date{left}, Date{right});
        break;
      case Op::kYearsBetween:
        point = is_month ? (right - left) / kMonthsPerYear * kMonthsPerYear
                         : whole_years_between(Date{left}, Date{right}) * kMonthsPerYear;
        break;
      case Op::kWorkingDaysAfter: {
        const std::optional<int32_t> count = whole_at(a, i);
        SeriesData days;
        days.grain = days.unit = law::Grain::kDays;
        if (except.series != nullptr) {
          for (const Item& item : except.series->of(i)) {
            days.stretches.push_back({item.from, item.to, nullptr, 0});
          }
        }
        if (!count) break;
        const auto date = working_days_after(*count, Date{right}, &days);
        if (date) point = date->days;
        break;
      }
      default: {
        const std::optional<int32_t> amount = whole_at(b, i);
        if (!amount) break;
        if (is_month) {
          const auto month = plus_months(Month{left}, *amount);
          if (month) point = month->months;
        } else {
          const auto date = node.op == Op::kAddDays
                                ? plus_days(Date{left}, *amount)
                                : plus_months(Date{left}, *amount, node.short_month);
          if (date) point = date->days;
        }
        break;
      }
    }
    if (point) {
      value[i] = *point;
    } else {
      out.mark.set(i, Mark::kError);
    }
  }
  return alike ? std::move(out).stretch(domain.size) : std::move(out);
}

}  // namespace ansinh::engine::batch
