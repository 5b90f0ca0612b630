#include "law/ranges.h"

#include <algorithm>

#include "law/types.h"

namespace ansinh::law {

namespace {

std::optional<Rational> measured(const std::optional<Rational>& a,
                                 const std::optional<Rational>& b) {
  if (!a || !b) return std::nullopt;
  return common_measure(*a, *b);
}

}  // namespace

Range default_range(const Type& type, const Program& program) {
  const Rational million = 1'000'000;
  if (is_date(type))
    return {Rational(Date::of(1850, 1, 1).days), Rational(Date::of(2199, 12, 31).days),
            Rational(1)};
  if (is_month(type))
    return {Rational(Month::of(1850, 1).months), Rational(Month::of(2199, 12).months), Rational(1)};
  if (!is_number(type)) return {};
  Range range{Rational(0), std::nullopt, std::nullopt};
  switch (type.shown) {
    case Shown::kMoney:
      range.high = Rational(1'000'000'000'000'000);
      range.measure = program.currency_step;
      break;
    case Shown::kCount:
      range.high = million;
      range.measure = Rational(1);
      break;
    case Shown::kDays:
      range.high = Rational(73'050);
      range.measure = Rational(1, 2);
      break;
    case Shown::kMonths:
    case Shown::kYears:
      range.high = Rational(2'400);
      range.measure = Rational(1);
      break;
    case Shown::kPercent:
    case Shown::kPlain:
      range.high = Rational(1'000);
      range.measure = Rational(1, 1'000'000);
      break;
  }
  if (type.per == Per::kYear) {
    range.high = *range.high / Rational(12);
    range.measure = *range.measure / Rational(12);
  }
  return range;
}

std::vector<Rational> probe_points(const Range& range, std::vector<Rational> bounds) {
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  std::vector<Rational> points;
  const bool stepped = range.measure && !range.measure->is_zero();
  const auto within = [&](const Rational& p) {
    return (!range.low || *range.low <= p) && (!range.high || p <= *range.high);
  };
  const auto fits = [&](const Rational& p) {
    return within(p) && (!stepped || (p / *range.measure).is_integer());
  };
  const auto between = [&](const std::optional<Rational>& a, const std::optional<Rational>& b) {
    // One value strictly between a and b (absent: the end of the range, included).
    if (stepped) {
      Rational p = a           ? (*a / *range.measure).floor() * *range.measure + *range.measure
                   : range.low ? -((-*range.low / *range.measure).floor()) * *range.measure
                               : *b - *range.measure;
      if (range.low && p < *range.low)
        p = -((-*range.low / *range.measure).floor()) * *range.measure;
      if (within(p) && (!b || p < *b)) points.push_back(p);
      return;
    }
    // An end of the range that lies in the gap is a value of it; else the gap lies in the range.
    const auto inside = [&](const Rational& p) {
      return (!a || *a < p) && (!b || p < *b) && within(p);
    };
    const Rational one = 1;
    if (range.low && inside(*range.low))
      points.push_back(*range.low);
    else if (range.high && inside(*range.high))
      points.push_back(*range.high);
    else if (const Rational p = a && b ? (*a + *b) / Rational(2)
                                : a    ? *a + one
                                       : *b - one;
             inside(p))
      points.push_back(p);
  };
  if (bounds.empty()) {
    if (range.low)
      points.push_back(*range.low);
    else
      points.push_back(range.high ? *range.high : Rational(0));
    return points;
  }
  between(std::nullopt, bounds.front());
  for (size_t i = 0; i < bounds.size(); ++i) {
    if (fits(bounds[i])) points.push_back(bounds[i]);
    if (i + 1 < bounds.size()) between(bounds[i], bounds[i + 1]);
  }
  between(bounds.back(), std::nullopt);
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

Rational as_number(const Value& value) {
  if (const auto* d = std::get_if<Date>(&value)) return d->days;
  if (const auto* m = std::get_if<Month>(&value)) return m->months;
  if (const auto* r = std::get_if<Rational>(&value)) return *r;
  return 0;
}

Value from_number(const Rational& number, const Type& type) {
  int64_t whole = 0;
  number.floor().to_int64(whole);
  if (is_date(type)) return Date{static_cast<int32_t>(whole)};
  if (is_month(type)) return Month{static_cast<int32_t>(whole)};
  return number;
}

Range united(const Range& a, const Range& b) {
  Range r;
  if (a.low && b.low) r.low = std::min(*a.low, *b.low);
  if (a.high && b.high) r.high = std::max(*a.high, *b.high);
  r.measure = measured(a.measure, b.measure);
  return r;
}

Range intersected(const Range& a, const Range& b) {
  Range r = a;
  if (b.low && (!r.low || *r.low < *b.low)) r.low = b.low;
  if (b.high && (!r.high || *b.high < *r.high)) r.high = b.high;
  if (!r.measure) r.measure = b.measure;
  return r;
}

Range added(const Range& a, const Range& b) {
  Range r;
  if (a.low && b.low) r.low = *a.low + *b.low;
  if (a.high && b.high) r.high = *a.high + *b.high;
  r.measure = measured(a.measure, b.measure);
  return r;
}

Range negated(const Range& a) {
  Range r;
  if (a.high) r.low = -*a.high;
  if (a.low) r.high = -*a.low;
  r.measure = a.measure;
  return r;
}

Range multiplied(const Range& a, const Range& b) {
  Range r;
  if (a.measure && b.measure) r.measure = *a.measure * *b.measure;
  if (a.bounded() && b.bounded()) {
    const Rational ends[] = {*a.low * *b.low, *a.low * *b.high, *a.high * *b.low,
                             *a.high * *b.high};
    r.low = *std::min_element(std::begin(ends), std::end(ends));
    r.high = *std::max_element(std::begin(ends), std::end(ends));
  } else if (a.low && b.low && !a.low->is_negative() && !b.low->is_negative()) {
    r.low = *a.low * *b.low;
  }
  return r;
}

std::optional<Range> divided(const Range& a, const Range& b) {
  if (!b.bounded()) return std::nullopt;
  if (*b.high < *b.low) return a;  // empty: nobody gets here
  const bool positive = Rational(0) < *b.low;
  const bool negative = b.high->is_negative();
  if (!positive && !negative) return std::nullopt;
  Range inverse{Rational(1) / *b.high, Rational(1) / *b.low, std::nullopt};
  if (*b.low == *b.high) {
    inverse.measure = inverse.low->is_negative() ? -*inverse.low : *inverse.low;
  }
  return multiplied(a, inverse);
}

Range below(const Range& a, const Rational& bound, bool strict) {
  Range r = a;
  Rational high = bound;
  if (strict && a.measure && !a.measure->is_zero()) {
    // The greatest multiple under the bound.
    const Rational steps = bound / *a.measure;
    high = (steps.is_integer() ? steps - Rational(1) : steps.floor()) * *a.measure;
  }
  if (!r.high || high < *r.high) r.high = high;
  return r;
}

Range above(const Range& a, const Rational& bound, bool strict) {
  return negated(below(negated(a), -bound, strict));
}

}  // namespace ansinh::law
