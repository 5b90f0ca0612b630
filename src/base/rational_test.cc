#include "base/rational.h"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ansinh {
namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

Rational number(std::string_view text) {
  const auto value = Rational::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Rational());
}

std::string rational_error(std::string_view text) {
  const auto value = Rational::parse(text);
  return value ? "no error: " + value->to_string() : value.error();
}

// The reference model: boost's rational.
cpp_rational model(const Rational& value) {
  const std::string text = value.to_string();
  const size_t point = text.find('.');
  if (point == std::string::npos) return cpp_rational(text);
  std::string digits = text;
  digits.erase(point, 1);
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const cpp_int scale = pow(cpp_int(10), static_cast<unsigned>(text.size() - point - 1));
  const cpp_rational value_of_digits(cpp_int(digits), scale);
  return negative ? cpp_rational(-value_of_digits) : value_of_digits;
}

void expect_well_formed(const Rational& value) {
  const cpp_rational exact = model(value);
  const cpp_int top = numerator(exact);
  const cpp_int bottom = denominator(exact);
  const bool fits = top >= kMin && top <= kMax && bottom <= kMax;
  EXPECT_EQ(value.is_wide(), !fits) << value.to_string();
  int64_t n = 0;
  int64_t d = 0;
  EXPECT_EQ(value.to_int64_pair(n, d), fits);
  if (fits) {
    EXPECT_EQ(top, n);
    EXPECT_EQ(bottom, d);
  }
}

TEST(Rational, IsKeptInLowestTermsWithPositiveDenominator) {
  int64_t n = 0;
  int64_t d = 0;
  ASSERT_TRUE(Rational(6, -8).to_int64_pair(n, d));
  EXPECT_EQ(n, -3);
  EXPECT_EQ(d, 4);
  ASSERT_TRUE(Rational(0, -8).to_int64_pair(n, d));
  EXPECT_EQ(n, 0);
  EXPECT_EQ(d, 1);
  EXPECT_EQ(Rational(kMin, kMin), Rational(1));
  EXPECT_EQ(Rational(kMin, -2), Rational(int64_t{1} << 62));
}

TEST(Rational, SmallestIntegerAsDenominatorIsWide) {
  const Rational tiny(1, kMin);
  EXPECT_TRUE(tiny.is_wide());
  EXPECT_TRUE(tiny.is_negative());
  EXPECT_EQ(tiny * Rational(kMin), Rational(1));
  EXPECT_FALSE((tiny * 2).is_wide());
}

TEST(Rational, ArithmeticStaysExactOnThirds) {
  const Rational third(1, 3);
  EXPECT_EQ(third + third + third, Rational(1));
  EXPECT_EQ(third * 3, Rational(1));
  EXPECT_EQ(Rational(1) / 3 - third, Rational(0));
  EXPECT_EQ(Rational(1, 6) + Rational(1, 10), Rational(4, 15));
  EXPECT_EQ(Rational(-7) / Rational(-14), Rational(1, 2));
}

TEST(Rational, CompoundAssignmentMayReadItself) {
  Rational value(5, 7);
  value += value;
  EXPECT_EQ(value, Rational(10, 7));
  value *= value;
  EXPECT_EQ(value, Rational(100, 49));
  value /= value;
  EXPECT_EQ(value, Rational(1));
  value -= value;
  EXPECT_TRUE(value.is_zero());
}

TEST(Rational, GoesWideAtTheEdgesAndComesBack) {
  const Rational above = Rational(kMax) + 1;
  EXPECT_TRUE(above.is_wide());
  EXPECT_EQ(above.to_string(), "9223372036854775808");
  EXPECT_FALSE((above - 1).is_wide());
  EXPECT_EQ(above - 1, Rational(kMax));

  const Rational below = Rational(kMin) - 1;
  EXPECT_TRUE(below.is_wide());
  EXPECT_EQ(below.to_string(), "-9223372036854775809");
  EXPECT_EQ(below + 1, Rational(kMin));

  EXPECT_TRUE((-Rational(kMin)).is_wide());
  EXPECT_EQ(-(-Rational(kMin)), Rational(kMin));
  EXPECT_FALSE((-(-Rational(kMin))).is_wide());
  EXPECT_EQ(Rational(0) - Rational(kMin), above);
  EXPECT_EQ(Rational(1) / Rational(kMin) * Rational(kMin), Rational(1));

  const Rational square = Rational(kMax) * Rational(kMax);
  EXPECT_TRUE(square.is_wide());
  EXPECT_EQ(square.to_string(), "85070591730234615847396907784232501249");
  EXPECT_EQ(square / Rational(kMax), Rational(kMax));
  EXPECT_FALSE((square / square).is_wide());
}

TEST(Rational, SumOfExtremeFractionsDoesNotOverflow) {
  const Rational a(kMin, kMax);
  const Rational b(kMin, kMax - 1);
  expect_well_formed(a + b);
  expect_well_formed(a + a);
  expect_well_formed(a * b);
  expect_well_formed(a / b);
  EXPECT_EQ(model(a + b), cpp_rational(model(a) + model(b)));
  EXPECT_EQ(a + b - b, a);
}

TEST(Rational, WideValuesAreCopiedMovedAndAssigned) {
  const Rational wide = Rational(kMax) * 4;
  Rational copy = wide;
  EXPECT_EQ(copy, wide);
  Rational moved = std::move(copy);
  EXPECT_EQ(moved, wide);
  Rational target(3);
  target = moved;
  EXPECT_EQ(target, wide);
  target = Rational(5);
  EXPECT_EQ(target, Rational(5));
  EXPECT_FALSE(target.is_wide());
  moved = Rational(6);
  EXPECT_EQ(moved, Rational(6));
  const Rational& same = target;
  target = same;
  EXPECT_EQ(target, Rational(5));
}

TEST(Rational, AnswersWhatItIs) {
  const Rational wide = Rational(kMin) * 3;
  EXPECT_TRUE(wide.is_negative());
  EXPECT_TRUE(wide.is_integer());
  EXPECT_FALSE(wide.is_zero());
  EXPECT_FALSE((wide / Rational(kMax)).is_integer());
  EXPECT_TRUE(Rational().is_zero());
  EXPECT_FALSE(Rational(1, 2).is_integer());
  int64_t out = 42;
  EXPECT_FALSE(wide.to_int64(out));
  EXPECT_FALSE(Rational(1, 2).to_int64(out));
  EXPECT_EQ(out, 42);
  EXPECT_TRUE(Rational(-9).to_int64(out));
  EXPECT_EQ(out, -9);
}

TEST(Rational, OrdersNarrowAndWide) {
  const std::vector<Rational> ascending = {
      Rational(kMin) * 2, Rational(kMin),    Rational(-1),       Rational(-1, 2),
      Rational(0),        Rational(1, kMax), Rational(1, 3),     Rational(1, 2),
      Rational(1),        Rational(kMax),    Rational(kMax) + 1, Rational(kMax) * kMax};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ascending[i] <=> ascending[j], i <=> j) << i << " " << j;
      EXPECT_EQ(ascending[i] == ascending[j], i == j) << i << " " << j;
    }
  }
}

struct RoundingCase {
  const char* value;
  const char* multiple;
  const char* half_up;
  const char* half_even;
  const char* up;
  const char* down;
};

TEST(Rational, RoundsByEveryMode) {
  const std::vector<RoundingCase> cases = {
      {"2.5", "1", "3", "2", "3", "2"},
      {"-2.5", "1", "-3", "-2", "-2", "-3"},
      {"3.5", "1", "4", "4", "4", "3"},
      {"-3.5", "1", "-4", "-4", "-3", "-4"},
      {"2.4", "1", "2", "2", "3", "2"},
      {"-2.4", "1", "-2", "-2", "-2", "-3"},
      {"2.6", "1", "3", "3", "3", "2"},
      {"-2.6", "1", "-3", "-3", "-2", "-3"},
      {"0.5", "1", "1", "0", "1", "0"},
      {"-0.5", "1", "-1", "0", "0", "-1"},
      {"7", "1", "7", "7", "7", "7"},
      {"-7", "1", "-7", "-7", "-7", "-7"},
      {"0", "1000", "0", "0", "0", "0"},
      {"1500", "1000", "2000", "2000", "2000", "1000"},
      {"2500", "1000", "3000", "2000", "3000", "2000"},
      {"-2500", "1000", "-3000", "-2000", "-2000", "-3000"},
      {"1499.99", "1000", "1000", "1000", "2000", "1000"},
      {"0.125", "0.25", "0.25", "0", "0.25", "0"},
      {"0.375", "0.25", "0.5", "0.5", "0.5", "0.25"},
      {"1", "2/3", "4/3", "4/3", "4/3", "2/3"},
      {"1/3", "2/3", "2/3", "0", "2/3", "0"},
      {"-1/3", "2/3", "-2/3", "0", "0", "-2/3"},
  };
  for (const RoundingCase& c : cases) {
    const Rational value = number(c.value);
    const Rational multiple = number(c.multiple);
    EXPECT_EQ(value.rounded(Rounding::kHalfUp, multiple), number(c.half_up)) << c.value;
    EXPECT_EQ(value.rounded(Rounding::kHalfEven, multiple), number(c.half_even)) << c.value;
    EXPECT_EQ(value.rounded(Rounding::kUp, multiple), number(c.up)) << c.value;
    EXPECT_EQ(value.rounded(Rounding::kDown, multiple), number(c.down)) << c.value;
    // The same, far out on the wide path: shifting by an even multiple changes nothing.
    const Rational far = multiple * Rational(kMax) * Rational(kMax - 1);
    const Rational shifted = value + far;
    EXPECT_EQ(shifted.rounded(Rounding::kHalfEven, multiple), number(c.half_even) + far);
    EXPECT_EQ(shifted.rounded(Rounding::kUp, multiple), number(c.up) + far);
    EXPECT_EQ(shifted.rounded(Rounding::kDown, multiple), number(c.down) + far);
  }
}

TEST(Rational, RoundsAtTheEdgesOfSixtyFourBits) {
  EXPECT_EQ(Rational(kMax).rounded(Rounding::kUp, 1000).to_string(), "9223372036854776000");
  EXPECT_EQ(Rational(kMin).rounded(Rounding::kDown, 1000).to_string(), "-9223372036854776000");
  EXPECT_EQ(Rational(kMin).rounded(Rounding::kHalfUp, kMax), Rational(-kMax));
  EXPECT_EQ(Rational(kMin, kMax).rounded(Rounding::kDown, 1), Rational(-2));
  const Rational fine(1, kMax);
  EXPECT_EQ(Rational(kMax).rounded(Rounding::kHalfEven, fine), Rational(kMax));
  EXPECT_EQ(Rational(kMin).rounded(Rounding::kUp, fine), Rational(kMin));
}

TEST(Rational, FloorGoesDownForNegatives) {
  EXPECT_EQ(Rational(7, 2).floor(), Rational(3));
  EXPECT_EQ(Rational(-7, 2).floor(), Rational(-4));
  EXPECT_EQ(Rational(-4).floor(), Rational(-4));
  EXPECT_EQ((Rational(kMin) - Rational(1, 2)).floor(), Rational(kMin) - 1);
}

TEST(Rational, ParsesWhatLawTextsWrite) {
  EXPECT_EQ(number("12"), Rational(12));
  EXPECT_EQ(number("-0.5"), Rational(-1, 2));
  EXPECT_EQ(number("1_234.50"), Rational(2469, 2));
  EXPECT_EQ(number("3/7"), Rational(3, 7));
  EXPECT_EQ(number("-6/4"), Rational(-3, 2));
  EXPECT_EQ(number("007"), Rational(7));
  EXPECT_EQ(number("-0"), Rational(0));
  EXPECT_EQ(number("0/5"), Rational(0));
  EXPECT_EQ(number("2_340_000"), Rational(2'340'000));
  EXPECT_EQ(number("9223372036854775807"), Rational(kMax));
  EXPECT_EQ(number("-9223372036854775808"), Rational(kMin));
  EXPECT_TRUE(number("9223372036854775808").is_wide());
  EXPECT_FALSE(number("0.100000000000000000000000000").is_wide());
  EXPECT_EQ(number("0.100000000000000000000000000"), Rational(1, 10));
}

TEST(Rational, RefusesWhatIsNoNumber) {
  for (const char* text : {"",     "-",    "+1",   "1.",   ".5",  "1..2",  "1.2.3", "_1",   "1_",
                           "1__2", "1._5", "1_.5", "1/",   "/2",  "1/2/3", "1.5/2", "1/-2", "--1",
                           " 1",   "1 ",   "1e5",  "0x1F", "1,5", "NaN",   "٣",     "1\n"}) {
    EXPECT_EQ(rational_error(text), "format") << '"' << text << '"';
  }
  EXPECT_EQ(rational_error(std::string_view("1\0", 2)), "format");
  EXPECT_EQ(rational_error("1/0"), "zero-denominator");
  EXPECT_EQ(rational_error("0/0"), "zero-denominator");
  EXPECT_EQ(rational_error(std::string(10'001, '1')), "too-long");
  EXPECT_TRUE(Rational::parse(std::string(10'000, '1')).has_value());
}

TEST(Rational, PrintsFiniteDecimalsElseFractions) {
  EXPECT_EQ(Rational(2469, 2).to_string(), "1234.5");
  EXPECT_EQ(Rational(-1, 8).to_string(), "-0.125");
  EXPECT_EQ(Rational(1, 1000).to_string(), "0.001");
  EXPECT_EQ(Rational(-3, 7).to_string(), "-3/7");
  EXPECT_EQ(Rational(1, 6).to_string(), "1/6");
  EXPECT_EQ(Rational(0).to_string(), "0");
  EXPECT_EQ(Rational(kMin).to_string(), "-9223372036854775808");
  EXPECT_EQ((Rational(kMax) * 10 + Rational(1, 4)).to_string(), "92233720368547758070.25");
  EXPECT_EQ((Rational(kMax) * 10 + Rational(1, 3)).to_string(), "276701161105643274211/3");
}

TEST(Rational, ToDecimalTellsWhatWasCut) {
  bool exact = false;
  EXPECT_EQ(Rational(1, 3).to_decimal(2, exact), "0.33");
  EXPECT_FALSE(exact);
  EXPECT_EQ(Rational(-2, 3).to_decimal(2, exact), "-0.67");
  EXPECT_FALSE(exact);
  EXPECT_EQ(Rational(5, 2).to_decimal(2, exact), "2.5");
  EXPECT_TRUE(exact);
  EXPECT_EQ(Rational(5, 2).to_decimal(0, exact), "3");
  EXPECT_FALSE(exact);
  EXPECT_EQ(Rational(-5, 2).to_decimal(0, exact), "-3");
  EXPECT_EQ(Rational(1, 3).to_decimal(25, exact), "0.3333333333333333333333333");
  EXPECT_EQ(Rational(-1, 1000).to_decimal(2, exact), "0");
  EXPECT_FALSE(exact);
}

TEST(Rational, EqualValuesHashAlike) {
  const Rational wide = Rational(kMax) * 7;
  EXPECT_EQ(wide.hash(), (Rational(kMax) * 14 / 2).hash());
  EXPECT_EQ(Rational(2, 4).hash(), Rational(1, 2).hash());
  EXPECT_EQ((wide / 7).hash(), Rational(kMax).hash());
  EXPECT_NE(Rational(1, 2).hash(), Rational(2, 1).hash());
  EXPECT_NE(wide.hash(), (-wide).hash());
}

TEST(Rational, CommonMeasureDividesBoth) {
  EXPECT_EQ(common_measure(12, 18), Rational(6));
  EXPECT_EQ(common_measure(Rational(1, 2), Rational(1, 3)), Rational(1, 6));
  EXPECT_EQ(common_measure(Rational(3, 4), Rational(-9, 2)), Rational(3, 4));
  EXPECT_EQ(common_measure(0, Rational(-5, 7)), Rational(5, 7));
  EXPECT_EQ(common_measure(0, 0), Rational(0));
  EXPECT_TRUE(common_measure(kMin, kMin).is_wide());
  EXPECT_EQ(common_measure(Rational(kMax) * 6, Rational(kMax) * 4), Rational(kMax) * 2);
}

// Random values of every size, with the edges well represented.
class Values {
 public:
  explicit Values(uint64_t seed) : random_(seed) {}

  int64_t integer() {
    constexpr std::array<int64_t, 10> kEdges = {kMin, kMin + 1, -2, -1,       0,
                                                1,    2,        10, kMax - 1, kMax};
    if (random_() % 4 == 0) return kEdges.at(random_() % kEdges.size());
    const auto bits = static_cast<unsigned>(random_() % 64);
    const auto value = static_cast<int64_t>(random_() >> bits);
    return random_() % 2 == 0 ? value : static_cast<int64_t>(~static_cast<uint64_t>(value));
  }

  Rational rational() {
    int64_t denominator = integer();
    if (denominator == 0) denominator = 1;
    const Rational value(integer(), random_() % 3 == 0 ? 1 : denominator);
    return random_() % 5 == 0 ? value * Rational(integer()) : value;
  }

 private:
  std::mt19937_64 random_;
};

TEST(RationalProperty, AgreesWithBoostOnRandomValues) {
  Values values(20250701);
  for (int i = 0; i < 20'000; ++i) {
    const Rational a = values.rational();
    const Rational b = values.rational();
    SCOPED_TRACE(a.to_string() + " and " + b.to_string());
    const cpp_rational x = model(a);
    const cpp_rational y = model(b);
    ASSERT_EQ(model(a + b), cpp_rational(x + y));
    ASSERT_EQ(model(a - b), cpp_rational(x - y));
    ASSERT_EQ(model(a * b), cpp_rational(x * y));
    ASSERT_EQ(model(-a), cpp_rational(-x));
    ASSERT_EQ(a < b, x < y);
    ASSERT_EQ(a == b, x == y);
    expect_well_formed(a + b);
    expect_well_formed(a - b);
    expect_well_formed(a * b);
    if (!b.is_zero()) {
      ASSERT_EQ(model(a / b), cpp_rational(x / y));
      expect_well_formed(a / b);
    }
  }
}

TEST(RationalProperty, KeepsTheLawsOfAlgebra) {
  Values values(41);
  for (int i = 0; i < 10'000; ++i) {
    const Rational a = values.rational();
    const Rational b = values.rational();
    const Rational c = values.rational();
    ASSERT_EQ(a + b, b + a);
    ASSERT_EQ((a + b) + c, a + (b + c));
    ASSERT_EQ((a * b) * c, a * (b * c));
    ASSERT_EQ(a * (b + c), a * b + a * c);
    ASSERT_EQ(a - b, -(b - a));
    if (!b.is_zero()) {
      ASSERT_EQ(a / b * b, a);
    }
    ASSERT_EQ((a + b).hash(), (b + a).hash());
    ASSERT_EQ(number((a + b).to_string()), a + b);
  }
}

TEST(RationalProperty, RoundingIsNearestMultipleAndIdempotent) {
  Values values(97);
  for (int i = 0; i < 10'000; ++i) {
    const Rational a = values.rational();
    Rational step = values.rational();
    if (step.is_zero()) continue;
    if (step.is_negative()) step = -step;
    SCOPED_TRACE(a.to_string() + " by " + step.to_string());
    const Rational down = a.rounded(Rounding::kDown, step);
    const Rational up = a.rounded(Rounding::kUp, step);
    const Rational half_up = a.rounded(Rounding::kHalfUp, step);
    const Rational half_even = a.rounded(Rounding::kHalfEven, step);
    ASSERT_LE(down, a);
    ASSERT_GE(up, a);
    ASSERT_LT(a - down, step);
    ASSERT_LT(up - a, step);
    ASSERT_TRUE((down / step).is_integer());
    ASSERT_TRUE((half_even / step).is_integer());
    ASSERT_TRUE(half_up == down || half_up == up);
    ASSERT_TRUE(half_even == down || half_even == up);
    const Rational off = half_up - a;
    ASSERT_LE((off.is_negative() ? -off : off) * 2, step);
    ASSERT_EQ((-a).rounded(Rounding::kHalfUp, step), -half_up);
    ASSERT_EQ((-a).rounded(Rounding::kHalfEven, step), -half_even);
    ASSERT_EQ((-a).rounded(Rounding::kUp, step), -down);
    ASSERT_EQ(half_even.rounded(Rounding::kHalfEven, step), half_even);
  }
}

TEST(RationalProperty, CommonMeasureGivesCoprimeMultiples) {
  Values values(7);
  for (int i = 0; i < 5'000; ++i) {
    const Rational a = values.rational();
    const Rational b = values.rational();
    const Rational measure = common_measure(a, b);
    if (measure.is_zero()) {
      ASSERT_TRUE(a.is_zero() && b.is_zero());
      continue;
    }
    ASSERT_FALSE(measure.is_negative());
    ASSERT_TRUE((a / measure).is_integer());
    ASSERT_TRUE((b / measure).is_integer());
    ASSERT_EQ(common_measure(a / measure, b / measure), Rational(1));
  }
}

TEST(RationalDeathTest, DivisionByZeroIsAProgrammersError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH({ [[maybe_unused]] const Rational bad = Rational(1) / Rational(0); }, "is_zero");
  EXPECT_DEATH({ [[maybe_unused]] const Rational bad = Rational(1, 0); }, "denominator");
  EXPECT_DEATH((void)Rational(1).rounded(Rounding::kUp, -1), "multiple");
}

}  // namespace
}  // namespace ansinh
