#include "engine/batch_kernels.h"

#include <bit>

#include "engine/batch_widths.h"

namespace ansinh::engine::batch {

WIDTHS uint64_t bits_of(const int64_t* a, size_t n) {
  uint64_t bits = 0;
  for (size_t i = 0; i < n; ++i) bits |= static_cast<uint64_t>(a[i] < 0 ? ~a[i] : a[i]);
  return bits;
}

namespace {

// Of left + right or left - right by place; in what is returned, the sign says whether any
// overflows.
template <typename Left, typename Right>
[[gnu::always_inline]] inline uint64_t add_each(Left left, Right right, int64_t* out, size_t n) {
  uint64_t over = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint64_t x = left(i);
    const uint64_t y = right(i);
    const uint64_t sum = x + y;
    over |= (x ^ sum) & (y ^ sum);
    out[i] = static_cast<int64_t>(sum);
  }
  return over;
}

template <typename Left, typename Right>
[[gnu::always_inline]] inline uint64_t subtract_each(Left left, Right right, int64_t* out,
                                                     size_t n) {
  uint64_t over = 0;
  for (size_t i = 0; i < n; ++i) {
    const uint64_t x = left(i);
    const uint64_t y = right(i);
    const uint64_t difference = x - y;
    over |= (x ^ y) & (x ^ difference);
    out[i] = static_cast<int64_t>(difference);
  }
  return over;
}

struct EachOf {
  const int64_t* a;
  uint64_t operator()(size_t i) const { return static_cast<uint64_t>(a[i]); }
};

struct Everywhere {
  int64_t value;
  uint64_t operator()(size_t) const { return static_cast<uint64_t>(value); }
};

bool is_negative(uint64_t bits) { return bits >> 63 != 0; }

}  // namespace

WIDTHS bool add_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  return !is_negative(add_each(EachOf{a}, EachOf{b}, out, n));
}

WIDTHS bool subtract_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  return !is_negative(subtract_each(EachOf{a}, EachOf{b}, out, n));
}

WIDTHS bool add_value(const int64_t* a, int64_t value, int64_t* out, size_t n) {
  return !is_negative(add_each(EachOf{a}, Everywhere{value}, out, n));
}

WIDTHS bool subtract_value(const int64_t* a, int64_t value, int64_t* out, size_t n) {
  return !is_negative(subtract_each(EachOf{a}, Everywhere{value}, out, n));
}

WIDTHS bool subtract_from(int64_t value, const int64_t* a, int64_t* out, size_t n) {
  return !is_negative(subtract_each(Everywhere{value}, EachOf{a}, out, n));
}

WIDTHS void multiply_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(a[i]) * static_cast<uint64_t>(b[i]));
  }
}

WIDTHS void multiply_by(const int64_t* a, int64_t by, int64_t* out, size_t n) {
  const auto factor = static_cast<uint64_t>(by);
  for (size_t i = 0; i < n; ++i)
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(a[i]) * factor);
}

WIDTHS void greater_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? b[i] : a[i];
}

WIDTHS void lesser_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = b[i] < a[i] ? b[i] : a[i];
}

WIDTHS void at_least(const int64_t* a, int64_t bound, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] < bound ? bound : a[i];
}

WIDTHS void at_most(const int64_t* a, int64_t bound, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = bound < a[i] ? bound : a[i];
}

namespace {

__extension__ using UnsignedWide = unsigned __int128;

// Division by one divisor, by its reciprocal (Granlund and Montgomery, 1994: division by invariant
// integers using multiplication).
class Reciprocal {
 public:
  explicit Reciprocal(uint64_t divisor)
      : shift_(static_cast<unsigned>(std::bit_width(divisor - 1))),
        factor_(static_cast<uint64_t>((UnsignedWide{(uint64_t{1} << shift_) - divisor} << 64U) /
                                      divisor) +
                1) {}
  uint64_t of(uint64_t value) const {  // the divisor is at least 2
    const auto high = static_cast<uint64_t>((UnsignedWide{factor_} * value) >> 64U);
    return (high + ((value - high) >> 1U)) >> (shift_ - 1);
  }

 private:
  unsigned shift_;  // the divisor is at most 2^shift
  uint64_t factor_;
};

// `up(rest, is_negative)`: whether the whole number above is taken.
template <typename Up>
void divide_all(const int64_t* a, int64_t by, int64_t times, int64_t* out, size_t n, const Up& up) {
  const Reciprocal reciprocal(static_cast<uint64_t>(by));
  for (size_t i = 0; i < n; ++i) {
    // ~x is -1 - x: the floor of a negative number.
    const auto sign = static_cast<uint64_t>(a[i] >> 63U);
    const auto floor =
        static_cast<int64_t>(reciprocal.of(static_cast<uint64_t>(a[i]) ^ sign) ^ sign);
    const int64_t rest = a[i] - floor * by;
    out[i] = (floor + (up(rest, floor) ? 1 : 0)) * times;
  }
}

}  // namespace

void divide_by(const int64_t* a, int64_t by, Rounding mode, int64_t times, int64_t* out, size_t n) {
  if (by == 1) {
    multiply_by(a, times, out, n);
    return;
  }
  switch (mode) {
    case Rounding::kDown:
      divide_all(a, by, times, out, n, [](int64_t, int64_t) { return false; });
      return;
    case Rounding::kUp:
      divide_all(a, by, times, out, n, [](int64_t rest, int64_t) { return rest != 0; });
      return;
    case Rounding::kHalfUp:  // halves away from zero
      divide_all(a, by, times, out, n, [by](int64_t rest, int64_t floor) {
        return rest > by - rest || (rest == by - rest && floor >= 0);
      });
      return;
    case Rounding::kHalfEven:
      divide_all(a, by, times, out, n, [by](int64_t rest, int64_t floor) {
        return rest > by - rest || (rest == by - rest && (floor & 1) != 0);
      });
      return;
  }
}

WIDTHS void less_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? 1 : 0;
}

WIDTHS void equal_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] == b[i] ? 1 : 0;
}

WIDTHS void less_than(const int64_t* a, int64_t bound, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] < bound ? 1 : 0;
}

WIDTHS void equal_to(const int64_t* a, int64_t value, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] == value ? 1 : 0;
}

WIDTHS void invert(int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = 1 - out[i];
}

WIDTHS void choose_columns(const int64_t* mask, const int64_t* a, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = mask[i] != 0 ? a[i] : out[i];
}

WIDTHS void choose_value(const int64_t* mask, int64_t value, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = mask[i] != 0 ? value : out[i];
}

WIDTHS size_t take_from(int64_t* left, const int64_t* holds, int64_t* mask, size_t n) {
  int64_t count = 0;
  if (holds == nullptr) {
    for (size_t i = 0; i < n; ++i) {
      mask[i] = left[i];
      count += left[i];
      left[i] = 0;
    }
    return static_cast<size_t>(count);
  }
  for (size_t i = 0; i < n; ++i) {
    mask[i] = holds[i] != 0 ? left[i] : 0;
    left[i] -= mask[i];
    count += mask[i];
  }
  return static_cast<size_t>(count);
}

WIDTHS void both_columns(const int64_t* a, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] != 0 && out[i] != 0 ? 1 : 0;
}

WIDTHS void either_column(const int64_t* a, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] != 0 || out[i] != 0 ? 1 : 0;
}

WIDTHS void mark_greatest(const int64_t* a, size_t n, size_t count, uint8_t* out) {
  for (size_t i = 0; i < n; ++i) {
    const int64_t one = a[i];
    int64_t greater = 0;
    for (size_t k = 0; k < n; ++k) greater += a[k] > one ? 1 : 0;
    out[i] = static_cast<size_t>(greater) < count ? 1 : 0;
  }
}

WIDTHS bool spells_in_order(const uint32_t* parent, const int32_t* from, const int32_t* to,
                            int32_t not_given, int32_t open, size_t n) {
  if (n == 0) return true;
  uint32_t wrong = from[0] == not_given || to[0] < from[0] ? 1 : 0;
  for (size_t i = 1; i < n; ++i) {
    const uint32_t is_next = parent[i] == parent[i - 1] ? 1 : 0;
    const uint32_t overlaps = (from[i] <= to[i - 1] ? 1U : 0U) | (to[i - 1] == open ? 1U : 0U);
    wrong |= (is_next & overlaps) | (from[i] == not_given ? 1U : 0U) | (to[i] < from[i] ? 1U : 0U);
  }
  return wrong == 0;
}

WIDTHS void gravest(const uint8_t* a, const uint8_t* b, uint8_t* out, size_t n) {
  constexpr uint8_t kBoth = 3;
  for (size_t i = 0; i < n; ++i) {
    const uint8_t most = a[i] < b[i] ? b[i] : a[i];
    out[i] = most > kBoth ? most : static_cast<uint8_t>(a[i] | b[i]);
  }
}

}  // namespace ansinh::engine::batch
