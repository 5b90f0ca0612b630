#include "engine/batch_vec.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "engine/batch_kernels.h"

namespace ansinh::engine::batch {

namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kCommonMax = int64_t{1} << 40;  // denominators of whole columns
constexpr int64_t kDivisorMax = int64_t{1} << 61;
// Fractions are reduced only when they grow beyond this.
constexpr int64_t kLooseTop = int64_t{1} << 44;
constexpr int64_t kLooseBottom = int64_t{1} << 16;

bool fits(Wide value) { return value <= kMax && value >= -Wide{kMax}; }

Wide gcd(Wide a, Wide b) {
  if (a < 0) a = -a;
  if (b < 0) b = -b;
  if (a <= kMax && b <= kMax) {
    return std::gcd(static_cast<uint64_t>(a), static_cast<uint64_t>(b));
  }
  while (b != 0) a = std::exchange(b, a % b);
  return a;
}

// How many bits the absolute values need at most.
int width_of(const Column<int64_t>& values) {
  const int64_t one = values.is_alike() ? values[0] : 0;
  const uint64_t bits = values.is_alike() ? static_cast<uint64_t>(one < 0 ? ~one : one)
                                          : bits_of(values.cells(), values.size());
  return static_cast<int>(std::bit_width(bits)) + 1;  // the least is one further than the greatest
}

// The places that are to be computed, and the marks of both, merged.
struct Pair {
  Vec out;
  size_t places = 0;
};
Pair merged(const Vec& a, const Vec& b) {
  Pair pair;
  pair.out.alike = a.alike && b.alike;
  pair.places = pair.out.alike && a.size() != 0 ? 1 : a.size();
  pair.out.mark = pair.out.alike && a.size() != 0
                      ? Column<Mark>::alike(1, graver(a.mark[0], b.mark[0]))
                      : graver(a.mark, b.mark);
  return pair;
}

Vec done(Pair&& pair, const Vec& a) {
  if (pair.out.alike) return std::move(pair.out).stretch(a.size());
  return std::move(pair.out);
}

// values * factor; false if that may overflow.
bool scaled(const Column<int64_t>& values, int64_t factor, size_t places, Column<int64_t>& out) {
  if (factor == 1 && places == values.size()) {
    out = values;
    return true;
  }
  if (width_of(values) + static_cast<int>(std::bit_width(static_cast<uint64_t>(factor))) > 62)
    return false;
  if (values.is_alike()) {
    out = Column<int64_t>::alike(places, values[0] * factor);
    return true;
  }
  out = Column<int64_t>::raw(places);
  multiply_by(values.cells(), factor, out.writable(), places);
  return true;
}

// left + right or left - right, which are not both alike; false if any place overflows.
bool sum_of(const Column<int64_t>& left, const Column<int64_t>& right, bool is_difference,
            int64_t* to, size_t n) {
  if (left.is_alike()) {
    return is_difference ? subtract_from(left[0], right.cells(), to, n)
                         : add_value(right.cells(), left[0], to, n);
  }
  if (right.is_alike()) {
    return is_difference ? subtract_value(left.cells(), right[0], to, n)
                         : add_value(left.cells(), right[0], to, n);
  }
  return (is_difference ? subtract_columns : add_columns)(left.cells(), right.cells(), to, n);
}

// A sum or difference.
Vec sum(const Vec& a, const Vec& b, bool is_difference) {
  Pair pair = merged(a, b);
  Vec& out = pair.out;
  const size_t n = pair.places;
  if (a.denominators.empty() && b.denominators.empty()) {
    const int64_t common = std::lcm(a.denominator, b.denominator);
    Column<int64_t> left;
    Column<int64_t> right;
    if (common > 0 && common <= kCommonMax && scaled(a.value, common / a.denominator, n, left) &&
        scaled(b.value, common / b.denominator, n, right)) {
      out.denominator = common;
      if (left.is_alike() && right.is_alike()) {
        int64_t whole = 0;
        const bool over = is_difference ? __builtin_sub_overflow(left[0], right[0], &whole)
                                        : __builtin_add_overflow(left[0], right[0], &whole);
        if (!over) {
          out.value = Column<int64_t>::alike(n, whole);
          return done(std::move(pair), a);
        }
      } else {
        out.value = Column<int64_t>::raw(n);
        if (sum_of(left, right, is_difference, out.value.writable(), n)) {
          return done(std::move(pair), a);
        }
      }
    }
  }
  out.value = Column<int64_t>::alike(n, 0);
  out.denominator = 1;
  out.spread();
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    const Wide p = a.denominator_of(i);
    const Wide q = b.denominator_of(i);
    Wide x = 0;
    Wide y = 0;
    Wide numerator = 0;
    const bool over = __builtin_mul_overflow(Wide{a.value[i]}, q, &x) ||
                      __builtin_mul_overflow(Wide{b.value[i]} * (is_difference ? -1 : 1), p, &y) ||
                      __builtin_add_overflow(x, y, &numerator);
    if (over) {
      out.mark.set(i, Mark::kHand);
    } else {
      out.set_fraction(i, numerator, p * q);
    }
  }
  if (n != 0) settle_denominators(out);
  return done(std::move(pair), a);
}

Wide floor_divide(Wide a, Wide b) {  // b > 0
  if (fits(a) && fits(b)) {
    const auto x = static_cast<int64_t>(a);
    const auto y = static_cast<int64_t>(b);
    const int64_t quotient = x / y;
    return x % y < 0 ? quotient - 1 : quotient;
  }
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

// A column whose cells the caller writes; a stretched one has one.
int64_t* fresh(Column<int64_t>& column, size_t places) {
  column = Column<int64_t>::raw(places);
  return column.writable();
}

template <typename P>
Vec picked(const Vec& from, const P& places) {
  Vec out;
  out.alike = from.alike;
  out.mark = from.mark.pick(places);
  out.mark.settle();
  out.value = from.value.pick(places);
  out.denominator = from.denominator;
  if (!from.denominators.empty()) out.denominators = from.denominators.pick(places);
  if (from.series != nullptr) {
    auto series = std::make_shared<Ragged>();
    series->grain = from.series->grain;
    series->unit = from.series->unit;
    series->items = from.series->items;
    series->begin = from.series->begin.pick(places);
    series->end = from.series->end.pick(places);
    out.series = std::move(series);
  }
  return out;
}

}  // namespace

Column<Mark> graver(const Column<Mark>& a, const Column<Mark>& b) {
  if (b.is_alike(Mark::kKnown)) return a;
  if (a.is_alike(Mark::kKnown)) return b;
  const size_t n = a.size();
  if (a.is_alike() && b.is_alike()) return Column<Mark>::alike(n, graver(a[0], b[0]));
  Column<Mark> out = Column<Mark>::raw(n);
  Mark* to = out.writable();
  if (!a.is_alike() && !b.is_alike()) {
    gravest(reinterpret_cast<const uint8_t*>(a.cells()),
            reinterpret_cast<const uint8_t*>(b.cells()), reinterpret_cast<uint8_t*>(to), n);
  } else {
    for (size_t i = 0; i < n; ++i) to[i] = graver(a[i], b[i]);
  }
  return out;
}

Vec Vec::constant(size_t size, int64_t value, int64_t denominator) {
  Vec out;
  out.mark = Column<Mark>::alike(size, Mark::kKnown);
  out.value = Column<int64_t>::alike(size, value);
  out.denominator = denominator;
  return out;
}

Vec Vec::marked(size_t size, Mark mark) {
  Vec out;
  out.mark = Column<Mark>::alike(size, mark);
  out.value = Column<int64_t>::alike(size, 0);
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
  if (bottom > kLooseBottom || numerator > kLooseTop || numerator < -kLooseTop) {
    const Wide common = gcd(numerator, bottom);
    if (common > 1) {
      numerator /= common;
      bottom /= common;
    }
  }
  if (!fits(numerator) || !fits(bottom)) {
    mark.set(i, Mark::kHand);
    return;
  }
  value.set(i, static_cast<int64_t>(numerator));
  denominators.set(i, static_cast<int64_t>(bottom));
}

bool Vec::refine(int64_t factor) {
  if (factor == 1) return true;
  if (width_of(value) + static_cast<int>(std::bit_width(static_cast<uint64_t>(factor))) > 62) {
    return false;
  }
  if (value.is_alike()) {
    value = Column<int64_t>::alike(value.size(), value[0] * factor);
  } else {
    Column<int64_t> larger = Column<int64_t>::raw(value.size());
    multiply_by(value.cells(), factor, larger.writable(), value.size());
    value = std::move(larger);
  }
  denominator *= factor;
  return true;
}

void unify(Vec& a, Vec& b) {
  if (!a.denominators.empty() || !b.denominators.empty()) return;
  if (a.denominator == b.denominator) return;
  const int64_t common = std::lcm(a.denominator, b.denominator);
  if (common <= 0 || common > kCommonMax) return;
  // Both or neither: a column that was made finer alone says the same.
  if (a.refine(common / a.denominator)) b.refine(common / b.denominator);
}

void Vec::spread() {
  if (denominators.empty()) denominators = Column<int64_t>::alike(size(), denominator);
}

Vec&& Vec::stretch(size_t size) && {
  alike = true;
  if (size == 0) {
    *this = Vec{};
    return std::move(*this);
  }
  mark.stretch(size);
  value.stretch(size);
  if (!denominators.empty()) {
    denominator = denominators[0];
    denominators = {};
  }
  if (series != nullptr) {
    auto all = std::make_shared<Ragged>(*series);
    all->begin.stretch(size);
    all->end.stretch(size);
    series = std::move(all);
  }
  return std::move(*this);
}

void settle_denominators(Vec& vec) {
  if (vec.denominators.empty()) return;
  const int64_t first = vec.denominators[0];
  if (!vec.denominators.is_alike()) {
    for (size_t i = 1; i < vec.denominators.size(); ++i) {
      if (vec.denominators[i] != first) return;
    }
  }
  vec.denominator = first;
  vec.denominators = {};
}

Vec pick(const Vec& from, const Places& places) { return picked(from, places); }

namespace {

struct ByColumn {
  const Column<uint32_t>& places;
  size_t size() const { return places.size(); }
  uint32_t operator[](size_t i) const { return places[i]; }
};

}  // namespace

Vec pick(const Vec& from, const Column<uint32_t>& places) { return picked(from, ByColumn{places}); }

void put(Vec& all, const Places& places, const Vec& values) {
  if (places.empty()) return;
  all.alike = false;
  Vec finer;  // with the denominator of all
  const bool may_unify = all.denominators.empty() && values.denominators.empty() &&
                         all.denominator != values.denominator;
  if (may_unify) unify(all, finer = values);
  const Vec& part = may_unify ? finer : values;
  if (!part.denominators.empty() || part.denominator != all.denominator) all.spread();
  if (!(part.mark.is_alike() && all.mark.is_alike(part.mark[0]))) {
    all.mark.scatter(places, part.mark);
  }
  if (!(part.value.is_alike() && all.value.is_alike(part.value[0]))) {
    all.value.scatter(places, part.value);
  }
  if (!all.denominators.empty()) {
    all.denominators.scatter(places, part.denominators.empty()
                                         ? Column<int64_t>::alike(places.size(), part.denominator)
                                         : part.denominators);
  }
}

Assembler::Assembler(size_t size, bool is_series)
    : all_(Vec::marked(size, Mark::kHand)), is_series_(is_series) {}

void Assembler::put(const Places& places, Vec&& part) {
  if (places.empty()) return;
  if (is_series_) {
    parts_.emplace_back(places, std::move(part));
    return;
  }
  if (is_first_) {
    is_first_ = false;
    if (places.size() == all_.size()) {
      bool in_order = true;
      for (size_t i = 0; i < places.size() && in_order; ++i) in_order = places[i] == i;
      if (in_order) {
        all_ = std::move(part);
        all_.alike = false;
        return;
      }
    }
    all_.denominator = part.denominator;
  }
  batch::put(all_, places, part);
}

Vec Assembler::take() {
  if (!is_series_) {
    all_.mark.settle();
    all_.value.settle();
    settle_denominators(all_);
    return std::move(all_);
  }
  if (parts_.size() == 1 && parts_[0].first.size() == all_.size()) {
    Places& places = parts_[0].first;
    bool in_order = true;
    for (size_t i = 0; i < places.size() && in_order; ++i) in_order = places[i] == i;
    if (in_order) {
      parts_[0].second.alike = false;
      return std::move(parts_[0].second);
    }
  }
  // By place: which part has it, and where.
  std::vector<std::pair<uint32_t, uint32_t>> home(all_.size(), {kNoRow, 0});
  all_.mark.writable();
  auto series = std::make_shared<Ragged>();
  series->items = std::make_shared<std::vector<Item>>();
  for (uint32_t p = 0; p < parts_.size(); ++p) {
    const auto& [places, part] = parts_[p];
    for (uint32_t i = 0; i < places.size(); ++i) {
      home[places[i]] = {p, i};
      all_.mark.set(places[i], part.mark[i]);
    }
    if (part.series == nullptr) continue;
    series->grain = part.series->grain;
    series->unit = part.series->unit;
  }
  series->begin = Column<uint32_t>::raw(all_.size());
  series->end = Column<uint32_t>::raw(all_.size());
  uint32_t* begin = series->begin.writable();
  uint32_t* end = series->end.writable();
  for (size_t i = 0; i < all_.size(); ++i) {
    begin[i] = static_cast<uint32_t>(series->items->size());
    if (all_.known(i)) {
      const Vec& part = parts_[home[i].first].second;
      if (part.series->grain != series->grain || part.series->unit != series->unit) {
        all_.mark.set(i, Mark::kHand);
      } else {
        const auto items = part.series->of(home[i].second);
        series->items->insert(series->items->end(), items.begin(), items.end());
      }
    }
    end[i] = static_cast<uint32_t>(series->items->size());
  }
  all_.series = std::move(series);
  all_.mark.settle();
  return std::move(all_);
}

Vec add(const Vec& a, const Vec& b) { return sum(a, b, false); }
Vec subtract(const Vec& a, const Vec& b) { return sum(a, b, true); }

Vec multiply(const Vec& a, const Vec& b) {
  Pair pair = merged(a, b);
  Vec& out = pair.out;
  const size_t n = pair.places;
  int64_t common = 0;
  if (a.denominators.empty() && b.denominators.empty() &&
      !__builtin_mul_overflow(a.denominator, b.denominator, &common) && common <= kCommonMax &&
      width_of(a.value) + width_of(b.value) <= 62) {
    out.denominator = common;
    if (a.value.is_alike() && b.value.is_alike()) {
      out.value = Column<int64_t>::alike(n, a.value[0] * b.value[0]);
    } else if (a.value.is_alike()) {
      multiply_by(b.value.cells(), a.value[0], fresh(out.value, n), n);
    } else if (b.value.is_alike()) {
      multiply_by(a.value.cells(), b.value[0], fresh(out.value, n), n);
    } else {
      multiply_columns(a.value.cells(), b.value.cells(), fresh(out.value, n), n);
    }
    return done(std::move(pair), a);
  }
  out.value = Column<int64_t>::alike(n, 0);
  out.denominator = 1;
  out.spread();
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    out.set_fraction(i, Wide{a.value[i]} * b.value[i],
                     Wide{a.denominator_of(i)} * b.denominator_of(i));
  }
  if (n != 0) settle_denominators(out);
  return done(std::move(pair), a);
}

Vec divide(const Vec& a, const Vec& b) {
  // By what is the same everywhere: the quotient has one denominator too.
  if (a.denominators.empty() && b.denominators.empty() && b.value.is_alike() && b.size() != 0 &&
      b.value[0] > 0) {
    Vec inverse = b;
    const Wide common = std::gcd(b.value[0], b.denominator);
    inverse.denominator = static_cast<int64_t>(b.value[0] / common);
    inverse.value = Column<int64_t>::alike(b.size(), static_cast<int64_t>(b.denominator / common));
    return multiply(a, inverse);
  }
  Pair pair = merged(a, b);
  Vec& out = pair.out;
  out.value = Column<int64_t>::alike(pair.places, 0);
  out.denominators = Column<int64_t>::alike(pair.places, 1);
  for (size_t i = 0; i < pair.places; ++i) {
    if (!out.known(i)) continue;
    if (b.value[i] == 0) {
      out.mark.set(i, Mark::kError);
      continue;
    }
    out.set_fraction(i, Wide{a.value[i]} * b.denominator_of(i),
                     Wide{a.denominator_of(i)} * b.value[i]);
  }
  if (pair.places != 0) settle_denominators(out);
  return done(std::move(pair), a);
}

Vec rounded(const Vec& a, Rounding mode, const Vec& multiple) {
  Pair pair = merged(a, multiple);
  Vec& out = pair.out;
  // To the same multiple everywhere, from one denominator: by one divisor.
  int64_t divisor = 0;
  if (!pair.out.alike && pair.places != 0 && a.denominators.empty() &&
      multiple.denominators.empty() && multiple.denominator == 1 && multiple.value.is_alike() &&
      multiple.value[0] > 0 && multiple.value[0] <= kCommonMax &&
      !__builtin_mul_overflow(a.denominator, multiple.value[0], &divisor) &&
      divisor <= kDivisorMax && width_of(a.value) <= 62) {
    if (a.value.is_alike()) {
      out.value = Column<int64_t>::alike(
          pair.places,
          static_cast<int64_t>(nearest(a.value[0], divisor, mode)) * multiple.value[0]);
    } else {
      divide_by(a.value.cells(), divisor, mode, multiple.value[0], fresh(out.value, pair.places),
                pair.places);
    }
    return done(std::move(pair), a);
  }
  out.value = Column<int64_t>::alike(pair.places, 0);
  out.denominators = Column<int64_t>::alike(pair.places, 1);
  for (size_t i = 0; i < pair.places; ++i) {
    if (!out.known(i)) continue;
    // a / multiple = (n * q) / (d * m)
    const Wide m = multiple.value[i];
    const Wide q = multiple.denominator_of(i);
    Wide top = 0;
    Wide bottom = 0;
    if (__builtin_mul_overflow(Wide{a.value[i]}, q, &top) ||
        __builtin_mul_overflow(Wide{a.denominator_of(i)}, m, &bottom) || bottom <= 0) {
      out.mark.set(i, Mark::kHand);
      continue;
    }
    Wide result = 0;
    if (__builtin_mul_overflow(nearest(top, bottom, mode), m, &result)) {
      out.mark.set(i, Mark::kHand);
      continue;
    }
    if (q == 1 && fits(result)) {
      out.value.set(i, static_cast<int64_t>(result));
    } else {
      out.set_fraction(i, result, q);
    }
  }
  if (pair.places != 0) settle_denominators(out);
  return done(std::move(pair), a);
}

Vec extreme_of(const Vec& one, const Vec& other, bool is_number, bool greatest) {
  Vec a = one;
  Vec b = other;
  if (is_number) unify(a, b);
  Pair pair = merged(a, b);
  Vec& out = pair.out;
  const size_t n = pair.places;
  if (!out.alike && a.denominators.empty() && b.denominators.empty() &&
      a.denominator == b.denominator && !(a.value.is_alike() && b.value.is_alike())) {
    out.denominator = a.denominator;
    int64_t* to = fresh(out.value, n);
    if (b.value.is_alike()) {
      (greatest ? at_least : at_most)(a.value.cells(), b.value[0], to, n);
    } else if (a.value.is_alike()) {
      (greatest ? at_least : at_most)(b.value.cells(), a.value[0], to, n);
    } else {
      (greatest ? greater_columns : lesser_columns)(a.value.cells(), b.value.cells(), to, n);
    }
    return done(std::move(pair), a);
  }
  out.value = Column<int64_t>::raw(n);
  int64_t* value = out.value.writable();
  int64_t* bottoms = nullptr;
  if (!a.denominators.empty() || !b.denominators.empty() || a.denominator != b.denominator) {
    out.denominators = Column<int64_t>::raw(n);
    bottoms = out.denominators.writable();
  }
  out.denominator = a.denominator;
  for (size_t i = 0; i < n; ++i) {
    const int order = is_number && bottoms != nullptr ? compare_numbers(a, i, b, i)
                      : a.value[i] < b.value[i]       ? -1
                      : a.value[i] > b.value[i]       ? 1
                                                      : 0;
    const bool takes = greatest ? order < 0 : order > 0;
    value[i] = takes ? b.value[i] : a.value[i];
    if (bottoms != nullptr) bottoms[i] = takes ? b.denominator_of(i) : a.denominator_of(i);
  }
  return done(std::move(pair), a);
}

int compare_numbers(const Vec& a, size_t i, const Vec& b, size_t j) {
  const Wide left = Wide{a.value[i]} * b.denominator_of(j);
  const Wide right = Wide{b.value[j]} * a.denominator_of(i);
  return left < right ? -1 : left > right ? 1 : 0;
}

}  // namespace ansinh::engine::batch
