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

constexpr int kMonthsPerYear = 12;
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
    out.mark[i] = Mark::kIncomplete;
  } else if (cell.hole == law::Hole::kNone) {
    out.mark[i] = Mark::kRefused;
  } else if (const auto* number = std::get_if<Rational>(&cell.value)) {
    if (!number->to_int64_pair(out.value[i], out.denominators[i])) out.mark[i] = Mark::kHand;
  } else if (const auto* text = std::get_if<std::string>(&cell.value)) {
    out.value[i] = static_cast<int64_t>(reinterpret_cast<intptr_t>(text));
  } else {
    out.value[i] = answer_of(cell.value).small;
  }
}

// One denominator for all where they are alike.
void settle_denominators(Vec& vec) {
  if (vec.denominators.empty()) return;
  const int64_t first = vec.denominators.front();
  if (std::ranges::any_of(vec.denominators, [&](int64_t d) { return d != first; })) return;
  vec.denominator = first;
  vec.denominators.clear();
}

}  // namespace

// ---- Dates of reading --------------------------------------------------------------------------

Vec Run::on_date(const law::Node& node, const Domain& domain) {
  const Vec date = eval(node.args[1], domain);
  Places known;
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (date.known(i)) known.push_back(i);
  }
  Assembler all(domain.size, node.type.base == law::Base::kSeries);
  if (!known.empty()) {
    Domain inner = part_of(domain, known);
    const auto first = static_cast<int32_t>(date.value[known.front()]);
    const bool same = !domain.dates.varies() && std::ranges::all_of(known, [&](uint32_t place) {
      return date.value[place] == first;
    });
    const bool is_value = node.op == Op::kOnDate;
    if (same) {
      inner.dates.value = Date{first};
      (is_value ? inner.dates.today : inner.dates.law) = Date{first};
    } else {
      Dates& dates = inner.dates;
      if (!dates.varies()) {
        dates.law_at.assign(known.size(), dates.law.days);
        dates.today_at.assign(known.size(), dates.today.days);
        dates.value_at.resize(known.size());
      }
      for (size_t i = 0; i < known.size(); ++i) {
        const auto day = static_cast<int32_t>(date.value[known[i]]);
        dates.value_at[i] = day;
        (is_value ? dates.today_at : dates.law_at)[i] = day;
      }
    }
    all.put(known, eval(node.args[0], inner));
  }
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (!date.known(i)) all.put({i}, Vec::marked(1, date.mark[i]));
  }
  return all.take();
}

Vec Run::param(const law::Node& node, const Domain& domain) {
  const law::ParamInfo& info = program_.params[node.index];
  const auto row_on = [&](Date date) -> const law::ParamRow* {
    const auto after =
        std::ranges::upper_bound(info.rows, date, std::less<>{}, &law::ParamRow::from);
    return after == info.rows.begin() ? nullptr : &*std::prev(after);
  };
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  out.denominators.assign(domain.size, 1);
  const law::ParamRow* row = domain.dates.varies() ? nullptr : row_on(domain.dates.value);
  for (size_t i = 0; i < domain.size; ++i) {
    if (domain.dates.varies()) row = row_on(domain.dates.value_of(i));
    if (row == nullptr) {
      out.mark[i] = Mark::kError;
    } else {
      put_cell(row->value, out, i);
    }
  }
  settle_denominators(out);
  return out;
}

Vec Run::table(const law::Node& node, const Domain& domain) {
  const law::TableInfo& info = program_.tables[node.index];
  std::vector<Vec> keys;
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  out.denominators.assign(domain.size, 1);
  for (const NodeId arg : node.args) {
    keys.push_back(eval(arg, domain));
    for (size_t i = 0; i < domain.size; ++i) {
      out.mark[i] = graver(out.mark[i], keys.back().mark[i]);
    }
  }
  const law::TableVersion* version = nullptr;
  Date found_on{INT32_MIN};
  size_t last = 0;
  for (size_t i = 0; i < domain.size; ++i) {
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
      out.mark[i] = Mark::kRefused;
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
      out.mark[i] = Mark::kError;
      continue;
    }
    last = (last + tried) % count;
    put_cell(version->rows[last].value, out, i);
  }
  settle_denominators(out);
  return out;
}

// ---- Dates -------------------------------------------------------------------------------------

Vec Run::date_function(const law::Node& node, const Domain& domain) {
  const law::Base base = program_.nodes[node.args[0]].type.base;
  const bool is_month = base == law::Base::kMonth;
  const bool is_edge = node.op == Op::kFirstDayOf || node.op == Op::kLastDayOf;
  if (is_edge) {
    const bool first = node.op == Op::kFirstDayOf;
    Vec out = base == law::Base::kSeries ? series_by(node.args[0], std::nullopt, domain)
                                         : eval(node.args[0], domain);
    const std::shared_ptr<const Ragged> series = std::exchange(out.series, nullptr);
    out.value.resize(domain.size);
    for (size_t i = 0; i < domain.size; ++i) {
      if (!out.known(i)) continue;
      bool in_months = true;
      auto point = static_cast<int32_t>(out.value[i]);
      if (series != nullptr) {
        const auto items = series->of(i);
        if (items.empty()) {
          out.mark[i] = Mark::kRefused;
          continue;
        }
        point = first ? items.front().from : items.back().to;
        in_months = series->unit != law::Grain::kDays;
      }
      out.value[i] = !in_months ? point
                     : first    ? Month{point}.first_day().days
                                : Month{point}.last_day().days;
    }
    return out;
  }
  Vec a = eval(node.args[0], domain);
  if (node.args.size() == 1) {
    for (size_t i = 0; i < domain.size; ++i) {
      if (!a.known(i)) continue;
      const auto point = static_cast<int32_t>(a.value[i]);
      switch (node.op) {
        case Op::kYearOf:
          a.value[i] = is_month ? Month{point}.year() : Date{point}.year();
          break;
        case Op::kMonthOf:
          if (!is_month) a.value[i] = Month::of(Date{point}).months;
          break;
        case Op::kDayOf:
          a.value[i] = Date{point}.day();
          break;
        default:
          a.value[i] = Date{point}.weekday();
          break;
      }
    }
    return a;
  }
  const Vec b = eval(node.args[1], domain);
  Vec except;
  if (node.args.size() > 2) except = series_by(node.args[2], law::Grain::kDays, domain);
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  for (size_t i = 0; i < domain.size; ++i) {
    out.mark[i] = graver(a.mark[i], b.mark[i]);
    if (node.args.size() > 2) out.mark[i] = graver(out.mark[i], except.mark[i]);
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
      out.value[i] = *point;
    } else {
      out.mark[i] = Mark::kError;
    }
  }
  return out;
}

}  // namespace ansinh::engine::batch
