// Histories as sets of stretches, and the set algebra on them.
//
// A SeriesData is immutable once made; the evaluator's Values own it. Its stretches are ascending;
// by months and by days they never overlap and two that touch have different rows. Functions are
// pure but for RowSets, which owns the sets of overlapping rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/date.h"
#include "facts/person_file.h"
#include "law/program.h"

namespace ansinh::engine {

using Row = const facts::Instance*;

struct Stretch {
  int32_t from = 0, to = 0;   // inclusive, in the unit of the series
  const Row* rows = nullptr;  // owned by the file or by RowSets
  uint32_t row_count = 0;     // 0: a bare period
};

struct SeriesData {
  law::Grain grain = law::Grain::kRows;
  // What from and to count: months or days; kRows where rows have no period (plain children).
  law::Grain unit = law::Grain::kRows;
  std::vector<Stretch> stretches;
  std::vector<std::pair<int32_t, int32_t>> bridges;  // gaps that do not end a run, inclusive
};

// The sets of rows that overlap, each once. Bounded: beyond kRowsMax entries in all, full() is true
// and the evaluation that needed more is an error of that person.
class RowSets {
 public:
  static constexpr size_t kRowsMax = 4'000'000;

  // `rows` sorted by serial, unique. The pointer stays valid as long as this object.
  const Row* intern(const std::vector<Row>& rows);
  bool full() const { return total_ > kRowsMax; }

 private:
  std::deque<std::vector<Row>> sets_;
  std::unordered_map<uint64_t, std::vector<const std::vector<Row>*>> by_hash_;
  size_t total_ = 0;
};

// A bare period; empty if to < from. `grain` is kMonths or kDays.
SeriesData period_series(law::Grain grain, int32_t from, int32_t to);

// Sorts, makes disjoint stretches with the sets of their rows, and joins equal neighbours.
void flatten(std::vector<Stretch>& stretches, RowSets& sets);

// Joins neighbours that touch and have the same rows; `stretches` ascending and disjoint.
void join_neighbours(std::vector<Stretch>& stretches);

// Month by month or day by day; months and days turn into each other (a month that holds one of the
// days; all days of the month). Rows without a period give an empty series.
SeriesData by_grain(const SeriesData& series, law::Grain grain, RowSets& sets);

// The parts of `series` inside (or outside) `cutter`, which is bare or flat and in the same unit.
SeriesData cut(const SeriesData& series, const SeriesData& cutter, bool keep_inside);
SeriesData unite(const SeriesData& a, const SeriesData& b, RowSets& sets);  // same unit, flat

// The last or first `count` rows, months or days.
SeriesData take_last(const SeriesData& series, int64_t count);
SeriesData take_first(const SeriesData& series, int64_t count);

// Bridges gaps of at most `size` months or days.
SeriesData bridge(const SeriesData& series, int64_t size);
// The last stretch without a gap (that no bridge covers); the longest one by months or days
// counted, the later where two are equal.
SeriesData last_run(const SeriesData& series);
SeriesData longest_run(const SeriesData& series);

// Rows, months or days.
int64_t count_of(const SeriesData& series);
// The longest gap between two stretches, 0 if there is none.
int64_t longest_gap(const SeriesData& series);
bool contains(const SeriesData& series, int32_t point);  // flat

int32_t month_of_day(int32_t day);
int32_t first_day_of_month(int32_t month);
int32_t last_day_of_month(int32_t month);
int32_t year_of_month(int32_t month);
// Of a point that counts months or days: its month, and the last point of its month or its year.
int32_t month_at(int32_t point, law::Grain grain);
int32_t last_of_month(int32_t point, law::Grain grain);
int32_t last_of_year(int32_t point, law::Grain grain);

}  // namespace ansinh::engine
