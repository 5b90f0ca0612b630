// What ranges claim, against enumeration: they hold every result.
#include "law/ranges.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "law/dice_test_support.h"

namespace ansinh::law {
namespace {

// A range of few values, all multiples of its measure.
Range small_range(Dice& dice) {
  const Rational measure(dice.roll(1, 3), dice.roll(1, 3));
  const int64_t low = dice.roll(-6, 4);
  const int64_t high = low + dice.roll(0, 6);
  return {Rational(low) * measure, Rational(high) * measure, measure};
}

std::vector<Rational> values_of(const Range& range) {
  std::vector<Rational> values;
  for (Rational v = *range.low; v <= *range.high; v += *range.measure) values.push_back(v);
  return values;
}

bool holds_value(const Range& range, const Rational& value) {
  if (range.low && value < *range.low) return false;
  if (range.high && *range.high < value) return false;
  if (!range.measure) return true;
  return range.measure->is_zero() ? value.is_zero() : (value / *range.measure).is_integer();
}

TEST(Ranges, HoldEveryResultOfArithmetic) {
  Dice dice(kSeed);
  for (int round = 0; round < 2000; ++round) {
    const Range a = small_range(dice);
    const Range b = small_range(dice);
    const Range sum = added(a, b);
    const Range product = multiplied(a, b);
    const Range both = united(a, b);
    const Range opposite = negated(a);
    const auto quotient = divided(a, b);
    for (const Rational& x : values_of(a)) {
      ASSERT_TRUE(holds_value(opposite, -x));
      ASSERT_TRUE(holds_value(both, x));
      for (const Rational& y : values_of(b)) {
        ASSERT_TRUE(holds_value(both, y));
        ASSERT_TRUE(holds_value(sum, x + y)) << x.to_string() << " + " << y.to_string();
        ASSERT_TRUE(holds_value(product, x * y)) << x.to_string() << " * " << y.to_string();
        if (!quotient) continue;
        ASSERT_FALSE(y.is_zero());
        ASSERT_TRUE(holds_value(*quotient, x / y)) << x.to_string() << " / " << y.to_string();
      }
    }
  }
}

TEST(Ranges, RefuseDivisorsThatMayBeZeroAndNoOthers) {
  Dice dice(kSeed + 1);
  for (int round = 0; round < 2000; ++round) {
    const Range a = small_range(dice);
    const Range b = small_range(dice);
    const auto values = values_of(b);
    const bool zero =
        std::any_of(values.begin(), values.end(), [](const Rational& y) { return y.is_zero(); });
    ASSERT_EQ(divided(a, b).has_value(), !zero);
  }
}

TEST(Ranges, ConstraintsKeepExactlyWhatFits) {
  Dice dice(kSeed + 2);
  for (int round = 0; round < 2000; ++round) {
    const Range a = small_range(dice);
    const Rational bound(dice.roll(-12, 12), dice.roll(1, 4));
    const bool strict = dice.coin();
    const Range under = below(a, bound, strict);
    const Range over = above(a, bound, strict);
    for (const Rational& x : values_of(a)) {
      ASSERT_EQ(holds_value(under, x), strict ? x < bound : x <= bound);
      ASSERT_EQ(holds_value(over, x), strict ? bound < x : bound <= x);
    }
  }
}

TEST(Ranges, OfAnyRealKeepTheirBounds) {
  const Range any{Rational(-5), Rational(5), std::nullopt};
  EXPECT_EQ(*below(any, Rational(1, 3), true).high, Rational(1, 3));
  EXPECT_EQ(*above(any, Rational(1, 3), true).low, Rational(1, 3));
  EXPECT_FALSE(divided(any, any).has_value());
  EXPECT_FALSE(divided(Range{}, Range{}).has_value());
  EXPECT_FALSE(multiplied(Range{}, any).low.has_value());
}

// Below, at or above each bound.
std::vector<int> cell_of(const Rational& value, const std::vector<Rational>& bounds) {
  std::vector<int> cell;
  for (const Rational& bound : bounds) cell.push_back(value < bound ? -1 : bound < value ? 1 : 0);
  return cell;
}

TEST(Ranges, ProbePointsStandForEveryCell) {
  Dice dice(kSeed + 3);
  for (int round = 0; round < 3000; ++round) {
    const Range range = small_range(dice);
    std::vector<Rational> bounds;
    for (int64_t i = dice.roll(0, 4); i > 0; --i)
      bounds.push_back(Rational(dice.roll(-20, 20), dice.roll(1, 3)));
    std::vector<std::vector<int>> cells;
    for (const Rational& point : probe_points(range, bounds)) {
      ASSERT_TRUE(holds_value(range, point)) << point.to_string();
      cells.push_back(cell_of(point, bounds));
    }
    for (const Rational& value : values_of(range)) {
      const auto cell = cell_of(value, bounds);
      ASSERT_NE(std::find(cells.begin(), cells.end(), cell), cells.end()) << value.to_string();
    }
  }
}

TEST(Ranges, ProbePointsOfAnyRealStandForEveryCell) {
  Dice dice(kSeed + 4);
  for (int round = 0; round < 2000; ++round) {
    const int64_t low = dice.roll(-6, 6);
    const Range range{Rational(low), Rational(low + dice.roll(0, 6)), std::nullopt};
    std::vector<Rational> bounds;
    for (int64_t i = dice.roll(0, 4); i > 0; --i) bounds.emplace_back(dice.roll(-8, 14));
    std::vector<std::vector<int>> cells;
    for (const Rational& point : probe_points(range, bounds)) {
      ASSERT_TRUE(holds_value(range, point)) << point.to_string();
      cells.push_back(cell_of(point, bounds));
    }
    for (Rational value = *range.low; value <= *range.high; value += Rational(1, 4)) {
      const auto cell = cell_of(value, bounds);
      ASSERT_NE(std::find(cells.begin(), cells.end(), cell), cells.end()) << value.to_string();
    }
  }
}

}  // namespace
}  // namespace ansinh::law
