#include "engine/batch_vec.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace ansinh::engine::batch {

namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

bool fits(Wide value) { return value <= kMax && value >= -Wide{kMax}; }

Wide gcd(Wide a, Wide b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

// The marks of both, merged.
Vec merged(const Vec& a, const Vec& b) {
  Vec out;
  out.mark.resize(a.size());
  out.value.resize(a.size());
  for (size_t i = 0; i < a.size(); ++i) out.mark[i] = graver(a.mark[i], b.mark[i]);
  return out;
}

void spread(Vec& vec) {
  if (vec.denominators.empty()) vec.denominators.assign(vec.size(), vec.denominator);
}

// A sum or difference; `sign` is 1 or -1.
Vec sum(const Vec& a, const Vec& b, int64_t sign) {
  Vec out = merged(a, b);
  const size_t n = a.size();
  if (a.denominators.empty() && b.denominators.empty()) {
    const int64_t common = std::lcm(a.denominator, b.denominator);
    if (common > 0 && common <= (int64_t{1} << 40)) {
      const int64_t left = common / a.denominator;
      const int64_t right = sign * (common / b.denominator);
      out.denominator = common;
      for (size_t i = 0; i < n; ++i) {
        int64_t x = 0;
        int64_t y = 0;
        int64_t& sum = out.value[i];
        const bool over = __builtin_mul_overflow(a.value[i], left, &x) ||
                          __builtin_mul_overflow(b.value[i], right, &y) ||
                          __builtin_add_overflow(x, y, &sum);
        if (over && out.known(i)) out.mark[i] = Mark::kHand;
      }
      return out;
    }
  }
  spread(out);
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    const Wide p = a.denominator_of(i);
    const Wide q = b.denominator_of(i);
    Wide x = 0;
    Wide y = 0;
    Wide numerator = 0;
    const bool over = __builtin_mul_overflow(Wide{a.value[i]}, q, &x) ||
                      __builtin_mul_overflow(Wide{b.value[i]} * sign, p, &y) ||
                      __builtin_add_overflow(x, y, &numerator);
    if (over) {
      out.mark[i] = Mark::kHand;
    } else {
      out.set_fraction(i, numerator, p * q);
    }
  }
  return out;
}

Wide floor_divide(Wide a, Wide b) {  // b > 0
  const Wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

// The whole number nearest to a / b (b > 0) by the mode.
Wide nearest(Wide a, Wide b, Rounding mode) {
  const Wide floor = floor_divide(a, b);
  const Wide rest = a - floor * b;
  if (rest == 0) return floor;
  switch (mode) {
    case Rounding::kDown:
      return floor;
    case Rounding::kUp:
      return floor + 1;
    case Rounding::kHalfUp:  // halves away from zero
      if (rest * 2 == b) return a < 0 ? floor : floor + 1;
      return rest * 2 > b ? floor + 1 : floor;
    case Rounding::kHalfEven:
      if (rest * 2 == b) return floor % 2 == 0 ? floor : floor + 1;
      return rest * 2 > b ? floor + 1 : floor;
  }
  return floor;
}

}  // namespace

Vec Vec::constant(size_t size, int64_t value, int64_t denominator) {
  Vec out;
  out.mark.assign(size, Mark::kKnown);
  out.value.assign(size, value);
  out.denominator = denominator;
  return out;
}

Vec Vec::marked(size_t size, Mark mark) {
  Vec out;
  out.mark.assign(size, mark);
  out.value.assign(size, 0);
  return out;
}

Vec Vec::of(size_t size, const law::Value& value) {
  if (const auto* number = std::get_if<Rational>(&value)) {
    int64_t numerator = 0;
    int64_t denominator = 1;
    if (!number->to_int64_pair(numerator, denominator)) return marked(size, Mark::kHand);
    return constant(size, numerator, denominator);
  }
  const Answer answer = answer_of(value);
  if (answer.kind == Kind::kText) {
    return constant(size, static_cast<int64_t>(reinterpret_cast<intptr_t>(answer.text)));
  }
  return constant(size, answer.small);
}

void Vec::set_fraction(size_t i, Wide numerator, Wide bottom) {
  if (bottom < 0) {
    numerator = -numerator;
    bottom = -bottom;
  }
  const Wide common = gcd(numerator, bottom);
  if (common > 1) {
    numerator /= common;
    bottom /= common;
  }
  if (!fits(numerator) || !fits(bottom)) {
    mark[i] = Mark::kHand;
    return;
  }
  value[i] = static_cast<int64_t>(numerator);
  denominators[i] = static_cast<int64_t>(bottom);
}

Vec pick(const Vec& from, const Places& places) {
  Vec out;
  const size_t n = places.size();
  out.mark.resize(n);
  out.value.resize(n);
  out.denominator = from.denominator;
  for (size_t i = 0; i < n; ++i) {
    out.mark[i] = from.mark[places[i]];
    out.value[i] = from.value[places[i]];
  }
  if (!from.denominators.empty()) {
    out.denominators.resize(n);
    for (size_t i = 0; i < n; ++i) out.denominators[i] = from.denominators[places[i]];
  }
  if (from.series != nullptr) {
    auto series = std::make_shared<Ragged>();
    series->grain = from.series->grain;
    series->unit = from.series->unit;
    series->begin.reserve(n + 1);
    for (const uint32_t place : places) {
      const auto items = from.series->of(place);
      series->items.insert(series->items.end(), items.begin(), items.end());
      series->close();
    }
    out.series = std::move(series);
  }
  return out;
}

Assembler::Assembler(size_t size, bool is_series)
    : all_(Vec::marked(size, Mark::kHand)), is_series_(is_series) {}

void Assembler::put(const Places& places, Vec&& part) {
  if (is_series_) {
    parts_.emplace_back(places, std::move(part));
    return;
  }
  if (is_first_) {
    all_.denominator = part.denominator;
    is_first_ = false;
  }
  if (!part.denominators.empty() || part.denominator != all_.denominator) spread(all_);
  for (size_t i = 0; i < places.size(); ++i) {
    all_.mark[places[i]] = part.mark[i];
    all_.value[places[i]] = part.value[i];
  }
  if (!all_.denominators.empty()) {
    for (size_t i = 0; i < places.size(); ++i) {
      all_.denominators[places[i]] = part.denominator_of(i);
    }
  }
}

Vec Assembler::take() {
  if (!is_series_) return std::move(all_);
  // By place: which part has it, and where.
  std::vector<std::pair<uint32_t, uint32_t>> home(all_.size(), {kNoRow, 0});
  auto series = std::make_shared<Ragged>();
  for (uint32_t p = 0; p < parts_.size(); ++p) {
    const auto& [places, part] = parts_[p];
    for (uint32_t i = 0; i < places.size(); ++i) {
      home[places[i]] = {p, i};
      all_.mark[places[i]] = part.mark[i];
    }
    if (part.series == nullptr) continue;
    series->grain = part.series->grain;
    series->unit = part.series->unit;
  }
  series->begin.reserve(all_.size() + 1);
  for (size_t i = 0; i < all_.size(); ++i) {
    if (all_.known(i)) {
      const Vec& part = parts_[home[i].first].second;
      if (part.series->grain != series->grain || part.series->unit != series->unit) {
        all_.mark[i] = Mark::kHand;
      } else {
        const auto items = part.series->of(home[i].second);
        series->items.insert(series->items.end(), items.begin(), items.end());
      }
    }
    series->close();
  }
  all_.series = std::move(series);
  return std::move(all_);
}

Vec add(const Vec& a, const Vec& b) { return sum(a, b, 1); }
Vec subtract(const Vec& a, const Vec& b) { return sum(a, b, -1); }

Vec multiply(const Vec& a, const Vec& b) {
  Vec out = merged(a, b);
  const size_t n = a.size();
  int64_t common = 0;
  if (a.denominators.empty() && b.denominators.empty() &&
      !__builtin_mul_overflow(a.denominator, b.denominator, &common) &&
      common <= (int64_t{1} << 40)) {
    out.denominator = common;
    bool over = false;
    for (size_t i = 0; i < n; ++i) {
      over |= __builtin_mul_overflow(a.value[i], b.value[i], &out.value[i]);
    }
    if (!over) return out;
  }
  spread(out);
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    out.set_fraction(i, Wide{a.value[i]} * b.value[i],
                     Wide{a.denominator_of(i)} * b.denominator_of(i));
  }
  return out;
}

Vec divide(const Vec& a, const Vec& b) {
  Vec out = merged(a, b);
  out.denominators.assign(a.size(), 1);
  for (size_t i = 0; i < a.size(); ++i) {
    if (!out.known(i)) continue;
    if (b.value[i] == 0) {
      out.mark[i] = Mark::kError;
      continue;
    }
    out.set_fraction(i, Wide{a.value[i]} * b.denominator_of(i),
                     Wide{a.denominator_of(i)} * b.value[i]);
  }
  return out;
}

Vec rounded(Vec&& a, Rounding mode, const Vec& multiple) {
  Vec out = merged(a, multiple);
  spread(out);
  bool all_whole = true;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!out.known(i)) continue;
    // a / multiple = (n * q) / (d * m)
    const Wide m = multiple.value[i];
    const Wide q = multiple.denominator_of(i);
    Wide top = 0;
    Wide bottom = 0;
    if (__builtin_mul_overflow(Wide{a.value[i]}, q, &top) ||
        __builtin_mul_overflow(Wide{a.denominator_of(i)}, m, &bottom) || bottom <= 0) {
      out.mark[i] = Mark::kHand;
      continue;
    }
    Wide result = 0;
    if (__builtin_mul_overflow(nearest(top, bottom, mode), m, &result)) {
      out.mark[i] = Mark::kHand;
      continue;
    }
    out.set_fraction(i, result, q);
    all_whole = all_whole && out.denominators[i] == 1;
  }
  if (all_whole) {
    out.denominators.clear();
    out.denominator = 1;
  }
  return out;
}

int compare_numbers(const Vec& a, size_t i, const Vec& b, size_t j) {
  const Wide left = Wide{a.value[i]} * b.denominator_of(j);
  const Wide right = Wide{b.value[j]} * a.denominator_of(i);
  return left < right ? -1 : left > right ? 1 : 0;
}

}  // namespace ansinh::engine::batch
