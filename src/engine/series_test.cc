#include "engine/series.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace ansinh::engine {
namespace {

using facts::Instance;
using law::Grain;

// Months as a plain set: what every operation is compared with.
using Points = std::set<int32_t>;
using Rows = std::map<int32_t, std::set<uint32_t>>;  // by month: serials of the rows

Points points_of(const SeriesData& data) {
  Points points;
  for (const Stretch& s : data.stretches) {
    for (int32_t p = s.from; p <= s.to; ++p) points.insert(p);
  }
  return points;
}

Rows rows_of(const SeriesData& data) {
  Rows rows;
  for (const Stretch& s : data.stretches) {
    for (int32_t p = s.from; p <= s.to; ++p) {
      for (uint32_t i = 0; i < s.row_count; ++i) rows[p].insert(s.rows[i]->serial);
    }
  }
  return rows;
}

void expect_flat(const SeriesData& data) {
  for (size_t i = 0; i < data.stretches.size(); ++i) {
    ASSERT_LE(data.stretches[i].from, data.stretches[i].to);
    if (i == 0) continue;
    ASSERT_LT(data.stretches[i - 1].to, data.stretches[i].from);
  }
}

// A list of random spells with its storage.
struct Spells {
  std::vector<Instance> instances;
  std::vector<Row> rows;
  SeriesData data;

  Spells(std::mt19937& random, int count, Grain unit) : instances(static_cast<size_t>(count)) {
    std::uniform_int_distribution<int32_t> start(0, 60);
    std::uniform_int_distribution<int32_t> length(0, 14);
    data.unit = unit;
    uint32_t serial = 1;
    for (Instance& instance : instances) {
      instance.serial = serial++;
      instance.from = start(random);
      instance.to = instance.from + length(random);
    }
    rows.reserve(instances.size());
    for (const Instance& instance : instances) rows.push_back(&instance);
    for (const Row& row : rows) data.stretches.push_back({row->from, row->to, &row, 1});
  }
};

TEST(Series, AgreesWithSetsOfMonthsOnRandomHistories) {
  std::mt19937 random(20250701);
  std::uniform_int_distribution<int> how_many(0, 12);
  std::uniform_int_distribution<int64_t> some(0, 40);
  for (int round = 0; round < 3000; ++round) {
    RowSets sets;
    const Spells a(random, how_many(random), Grain::kMonths);
    const Spells b(random, how_many(random), Grain::kMonths);
    const SeriesData x = by_grain(a.data, Grain::kMonths, sets);
    const SeriesData y = by_grain(b.data, Grain::kMonths, sets);
    expect_flat(x);

    Rows expected_rows;
    for (const Instance& instance : a.instances) {
      for (int32_t p = instance.from; p <= instance.to; ++p) {
        expected_rows[p].insert(instance.serial);
      }
    }
    ASSERT_EQ(rows_of(x), expected_rows);
    const Points px = points_of(x);
    const Points py = points_of(y);
    ASSERT_EQ(count_of(x), static_cast<int64_t>(px.size()));

    Points both = px;
    both.insert(py.begin(), py.end());
    ASSERT_EQ(points_of(unite(x, y, sets)), both);
    expect_flat(unite(x, y, sets));
    Points inside;
    Points outside;
    for (const int32_t p : px) (py.contains(p) ? inside : outside).insert(p);
    ASSERT_EQ(points_of(cut(x, y, true)), inside);
    ASSERT_EQ(points_of(cut(x, y, false)), outside);
    expect_flat(cut(x, y, false));

    const int64_t n = some(random);
    Points last;
    for (auto it = px.rbegin(); it != px.rend() && static_cast<int64_t>(last.size()) < n; ++it) {
      last.insert(*it);
    }
    Points first;
    for (auto it = px.begin(); it != px.end() && static_cast<int64_t>(first.size()) < n; ++it) {
      first.insert(*it);
    }
    ASSERT_EQ(points_of(take_last(x, n)), last);
    ASSERT_EQ(points_of(take_first(x, n)), first);

    // Runs and gaps, with gaps of up to `n % 6` bridged.
    const int64_t bridged = n % 6;
    std::vector<Points> runs;
    int64_t gap = 0;
    for (auto it = px.begin(); it != px.end(); ++it) {
      const int32_t before = it == px.begin() ? *it : *std::prev(it);
      const int64_t here = it == px.begin() ? 0 : *it - before - 1;
      gap = std::max(gap, here);
      if (it == px.begin() || here > bridged) runs.emplace_back();
      runs.back().insert(*it);
    }
    ASSERT_EQ(longest_gap(x), gap);
    const SeriesData bridges = bridge(x, bridged);
    ASSERT_EQ(points_of(last_run(bridges)), runs.empty() ? Points{} : runs.back());
    Points longest;
    for (const Points& run : runs) {
      if (run.size() >= longest.size()) longest = run;
    }
    ASSERT_EQ(points_of(longest_run(bridges)), longest);
    for (int32_t p = -1; p < 80; ++p) ASSERT_EQ(contains(x, p), px.contains(p));
  }
}

TEST(Series, DaysAndMonthsTurnIntoEachOther) {
  RowSets sets;
  const SeriesData days =
      period_series(Grain::kDays, Date::of(2024, 2, 28).days, Date::of(2024, 3, 1).days);
  const SeriesData months = by_grain(days, Grain::kMonths, sets);
  EXPECT_EQ(points_of(months), (Points{Month::of(2024, 2).months, Month::of(2024, 3).months}));
  EXPECT_EQ(count_of(by_grain(months, Grain::kDays, sets)), 29 + 31);
}

TEST(Series, APeriodThatEndsBeforeItBeginsIsEmpty) {
  EXPECT_EQ(count_of(period_series(Grain::kMonths, 5, 4)), 0);
}

TEST(RowSets, KeepsEachSetOnceAndTellsWhenTooManyOverlap) {
  std::vector<Instance> instances(3000);
  std::vector<Row> rows;
  for (size_t i = 0; i < instances.size(); ++i) {
    instances[i].serial = static_cast<uint32_t>(i);
    rows.push_back(&instances[i]);
  }
  RowSets sets;
  EXPECT_EQ(sets.intern(rows), sets.intern(rows));
  EXPECT_FALSE(sets.full());
  SeriesData all;
  all.unit = Grain::kMonths;
  for (size_t i = 0; i < rows.size(); ++i) {
    all.stretches.push_back({static_cast<int32_t>(i), 10'000, &rows[i], 1});
  }
  by_grain(all, Grain::kMonths, sets);
  EXPECT_TRUE(sets.full());
}

}  // namespace
}  // namespace ansinh::engine
