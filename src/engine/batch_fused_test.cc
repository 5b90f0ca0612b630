// Instructions against exact arithmetic, place by place.
#include "engine/batch_fused.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/rational.h"

namespace ansinh::engine::batch {

namespace {

constexpr size_t kPlaces = 700;  // two tiles and a part of one

struct Both {
  FusedValue fused;
  std::vector<Rational> exact;
};

class RandomRule {
 public:
  explicit RandomRule(uint32_t seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) {
      const int bits = 1 + static_cast<int>(random_() % 44);
      const int64_t denominator = pick({1, 1, 2, 3, 12, 100, 1200});
      std::vector<int64_t>& cells = cells_[i];
      cells.resize(kPlaces);
      Both both;
      for (int64_t& cell : cells) {
        cell = static_cast<int64_t>(random_() >> (64 - bits));
        if (i % 2 == 1) cell -= int64_t{1} << (bits - 1);
        both.exact.emplace_back(cell, denominator);
      }
      both.fused = rule.input(cells.data(), kPlaces, denominator);
      made_.push_back(std::move(both));
    }
    for (int i = 0; i < 3; ++i) {
      const auto number = static_cast<int64_t>(random_() % 4000) - 1000;
      const int64_t denominator = pick({1, 1, 10, 7});
      made_.push_back({Fused::constant(number, denominator),
                       std::vector<Rational>(kPlaces, Rational(number, denominator))});
    }
  }

  // One more value from those that there are; false where it may be too large.
  bool step() {
    const Both a = made_[random_() % made_.size()];
    const Both b = made_[random_() % made_.size()];
    const int64_t by = pick({1, 1, 2, 3, 6, 12, 1000, 99'991});
    const auto mode = static_cast<Rounding>(random_() % 4);
    const auto add_made = [&](const std::optional<FusedValue>& fused, auto&& exact) {
      if (!fused) return false;
      Both out{*fused, {}};
      for (size_t i = 0; i < kPlaces; ++i) out.exact.push_back(exact(i));
      made_.push_back(std::move(out));
      return true;
    };
    const auto mask = [&]() -> Both {
      const Both& m = made_[random_() % made_.size()];
      const FusedValue is_zero = *rule.equal(m.fused, Fused::constant(0));
      Both out{is_zero, {}};
      for (const Rational& value : m.exact) out.exact.emplace_back(value.is_zero() ? 1 : 0);
      return out;
    };
    switch (random_() % 12) {
      case 0:
        return add_made(rule.add(a.fused, b.fused, false),
                        [&](size_t i) { return a.exact[i] + b.exact[i]; });
      case 1:
        return add_made(rule.add(a.fused, b.fused, true),
                        [&](size_t i) { return a.exact[i] - b.exact[i]; });
      case 2:
        return add_made(rule.multiply(a.fused, b.fused),
                        [&](size_t i) { return a.exact[i] * b.exact[i]; });
      case 3:
        return add_made(rule.divide(a.fused, Fused::constant(by, 7)),
                        [&](size_t i) { return a.exact[i] / Rational(by, 7); });
      case 4:
      case 5:
        return add_made(rule.rounded(a.fused, mode, Fused::constant(by)),
                        [&](size_t i) { return a.exact[i].rounded(mode, Rational(by)); });
      case 6: {
        const bool greatest = random_() % 2 == 0;
        return add_made(rule.extreme(a.fused, b.fused, greatest), [&](size_t i) {
          return (a.exact[i] < b.exact[i]) == greatest ? b.exact[i] : a.exact[i];
        });
      }
      case 7:
        return add_made(rule.less(a.fused, b.fused),
                        [&](size_t i) { return Rational(a.exact[i] < b.exact[i] ? 1 : 0); });
      case 8:
        return add_made(rule.equal(a.fused, b.fused),
                        [&](size_t i) { return Rational(a.exact[i] == b.exact[i] ? 1 : 0); });
      case 9: {
        const Both m = mask();
        return add_made(rule.choose(m.fused, a.fused, b.fused),
                        [&](size_t i) { return m.exact[i].is_zero() ? b.exact[i] : a.exact[i]; });
      }
      case 10: {
        const Both m = mask();
        const Both n = mask();
        return add_made(rule.both(m.fused, n.fused),
                        [&](size_t i) { return m.exact[i] * n.exact[i]; });
      }
      default: {
        const Both m = mask();
        const Both n = mask();
        return add_made(rule.invert(rule.either(m.fused, n.fused)), [&](size_t i) {
          return Rational(m.exact[i].is_zero() && n.exact[i].is_zero() ? 1 : 0);
        });
      }
    }
  }

  const std::vector<Both>& made() const { return made_; }
  Fused rule;

 private:
  int64_t pick(std::initializer_list<int64_t> of) { return *(of.begin() + random_() % of.size()); }
  std::mt19937_64 random_;
  std::vector<int64_t> cells_[4];
  std::vector<Both> made_;
};

}  // namespace

TEST(Fused, GivesWhatExactArithmeticGives) {
  size_t values = 0;
  size_t too_large = 0;
  for (uint32_t seed = 1; seed <= 400; ++seed) {
    RandomRule random(seed);
    for (int i = 0; i < 16; ++i) too_large += random.step() ? 0 : 1;
    for (const Both& both : random.made()) {
      const auto got = random.rule.run(both.fused, kPlaces);
      ASSERT_TRUE(got.has_value());
      for (size_t i = 0; i < kPlaces; ++i) {
        ASSERT_EQ(got->number(i), both.exact[i]) << "seed " << seed << ", place " << i;
      }
      ++values;
    }
  }
  EXPECT_GT(values, 5000U);
  EXPECT_GT(too_large, 10U);
}

TEST(Fused, DividesAtTheEndsOfEachWay) {
  std::vector<int64_t> cells;
  for (const int64_t around : {int64_t{0}, int64_t{1} << 31, int64_t{1} << 32,
                               (int64_t{1} << 62) - 9, int64_t{999'999'999'999}, int64_t{6}}) {
    for (int64_t d = -8; d <= 8; ++d) {
      cells.push_back(around + d);
      cells.push_back(-around - d);
    }
  }
  for (const bool small : {false, true}) {
    std::vector<int64_t> some;
    for (const int64_t cell : cells) {
      if (!small || (cell > -(int64_t{1} << 31) && cell < int64_t{1} << 31)) some.push_back(cell);
    }
    for (const int64_t by :
         {2L, 3L, 4L, 5L, 7L, 12L, 1000L, 65'536L, 99'991L, (1L << 31) - 1, 1L << 31}) {
      for (const Rounding mode :
           {Rounding::kDown, Rounding::kUp, Rounding::kHalfUp, Rounding::kHalfEven}) {
        Fused rule;
        const auto input = rule.input(some.data(), some.size(), by);
        const auto rounded = rule.rounded(input, mode, Fused::constant(1));
        ASSERT_TRUE(rounded.has_value());
        const auto got = rule.run(*rounded, some.size());
        for (size_t i = 0; i < some.size(); ++i) {
          ASSERT_EQ(got->number(i), Rational(some[i], by).rounded(mode, Rational(1)))
              << some[i] << " / " << by << " mode " << static_cast<int>(mode);
        }
      }
    }
  }
}

TEST(Fused, WhatMayLeave62BitsIsNotCompiled) {
  const std::vector<int64_t> cells{-1, int64_t{1} << 40};
  Fused rule;
  const auto a = rule.input(cells.data(), 2, 1);
  EXPECT_FALSE(rule.multiply(a, a).has_value());
  const auto b = rule.multiply(a, Fused::constant(int64_t{1} << 21));
  ASSERT_TRUE(b.has_value());
  EXPECT_FALSE(rule.multiply(*b, Fused::constant(2)).has_value());
  EXPECT_FALSE(rule.add(*b, *b, false).has_value());
  EXPECT_TRUE(rule.add(*b, *b, true).has_value());
}

TEST(Fused, NothingWhereNoCaseHolds) {
  std::vector<int64_t> cells(1000, 1);
  Fused rule;
  const auto a = rule.input(cells.data(), cells.size(), 1);
  const auto positive = rule.less(Fused::constant(0), a);
  rule.require(*positive);
  EXPECT_TRUE(rule.run(a, cells.size()).has_value());
  cells[999] = 0;
  Fused other;
  const auto b = other.input(cells.data(), cells.size(), 1);
  other.require(*other.less(Fused::constant(0), b));
  EXPECT_FALSE(other.run(b, cells.size()).has_value());
  EXPECT_FALSE(other.run(Fused::constant(5), cells.size()).has_value());
}

}  // namespace ansinh::engine::batch
