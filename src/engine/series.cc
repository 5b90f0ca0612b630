#include "engine/series.h"
#include "engine/dates.h"

#include <algorithm>
#include <cassert>
#include <functional>

namespace ansinh::engine {

namespace {

bool starts_before(const Stretch& a, const Stretch& b) {
  if (a.from != b.from) return a.from < b.from;
  return a.to < b.to;
}

bool same_rows(const Stretch& a, const Stretch& b) {
  return a.row_count == b.row_count &&
         (a.rows == b.rows || std::equal(a.rows, a.rows + a.row_count, b.rows));
}

bool is_disjoint(const std::vector<Stretch>& stretches) {
  for (size_t i = 1; i < stretches.size(); ++i) {
    if (stretches[i].from <= stretches[i - 1].to) return false;
  }
  return true;
}

// The set of rows of all `active` stretches.
void collect_rows(const std::vector<Stretch>& active, std::vector<Row>& rows) {
  rows.clear();
  for (const Stretch& stretch : active) {
    rows.insert(rows.end(), stretch.rows, stretch.rows + stretch.row_count);
  }
  std::ranges::sort(rows, std::less<>{}, [](Row row) { return row->serial; });
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

// Splits sorted, overlapping stretches at every start and end.
std::vector<Stretch> sweep(const std::vector<Stretch>& sorted, RowSets& sets) {
  std::vector<int32_t> bounds;
  bounds.reserve(sorted.size() * 2);
  for (const Stretch& stretch : sorted) {
    bounds.push_back(stretch.from);
    bounds.push_back(stretch.to + 1);
  }
  std::ranges::sort(bounds);
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());

  std::vector<Stretch> out;
  std::vector<Stretch> active;
  std::vector<Row> rows;
  size_t next = 0;
  for (size_t i = 0; i + 1 < bounds.size() && !sets.full(); ++i) {
    std::erase_if(active, [&](const Stretch& stretch) { return stretch.to < bounds[i]; });
    for (; next < sorted.size() && sorted[next].from == bounds[i]; ++next) {
      active.push_back(sorted[next]);
    }
    if (active.empty()) continue;
    Stretch stretch = active.front();
    stretch.from = bounds[i];
    stretch.to = bounds[i + 1] - 1;
    if (active.size() > 1) {
      collect_rows(active, rows);
      stretch.row_count = static_cast<uint32_t>(rows.size());
      if (rows.size() == 1) {
        const auto bearer =
            std::ranges::find_if(active, [](const Stretch& s) { return s.row_count == 1; });
        stretch.rows = bearer->rows;
      } else {
        stretch.rows = rows.empty() ? nullptr : sets.intern(rows);
      }
    }
    out.push_back(stretch);
  }
  return out;
}

// Index ranges of the runs: [first, last] stretches without an unbridged gap between them.
std::vector<std::pair<size_t, size_t>> runs_of(const SeriesData& series) {
  // Bridges are ascending, and two of them are the same gap or apart.
  const auto is_bridged = [&](int32_t from, int32_t to) {
    const auto after = std::ranges::upper_bound(series.bridges, from, std::less<>{},
                                                &std::pair<int32_t, int32_t>::first);
    return after != series.bridges.begin() && to <= std::prev(after)->second;
  };
  std::vector<std::pair<size_t, size_t>> runs;
  for (size_t i = 0; i < series.stretches.size(); ++i) {
    if (i > 0) {
      const int32_t gap_from = series.stretches[i - 1].to + 1;
      const int32_t gap_to = series.stretches[i].from - 1;
      if (gap_to < gap_from || is_bridged(gap_from, gap_to)) {
        runs.back().second = i;
        continue;
      }
    }
    runs.emplace_back(i, i);
  }
  return runs;
}

SeriesData like(const SeriesData& series) {
  SeriesData out;
  out.grain = series.grain;
  out.unit = series.unit;
  out.bridges = series.bridges;
  return out;
}

SeriesData part_of(const SeriesData& series, size_t first, size_t last) {
  SeriesData out = like(series);
  out.stretches.assign(series.stretches.begin() + static_cast<std::ptrdiff_t>(first),
                       series.stretches.begin() + static_cast<std::ptrdiff_t>(last + 1));
  return out;
}

int64_t length_of(const Stretch& stretch) { return int64_t{stretch.to} - stretch.from + 1; }

}  // namespace

const Row* RowSets::intern(const std::vector<Row>& rows) {
  uint64_t hash = rows.size();
  for (const Row row : rows) hash = (hash ^ row->serial) * 0x9E3779B97F4A7C15U;
  std::vector<const std::vector<Row>*>& bucket = by_hash_[hash];
  for (const std::vector<Row>* set : bucket) {
    if (*set == rows) return set->data();
  }
  total_ += rows.size();
  bucket.push_back(&sets_.emplace_back(rows));
  return bucket.back()->data();
}

SeriesData period_series(law::Grain grain, int32_t from, int32_t to) {
  assert(grain != law::Grain::kRows);
  SeriesData out;
  out.grain = out.unit = grain;
  if (from <= to) out.stretches.push_back({from, to, nullptr, 0});
  return out;
}

void join_neighbours(std::vector<Stretch>& stretches) {
  size_t kept = 0;
  for (size_t i = 0; i < stretches.size(); ++i) {
    if (kept > 0 && stretches[kept - 1].to + 1 == stretches[i].from &&
        same_rows(stretches[kept - 1], stretches[i])) {
      stretches[kept - 1].to = stretches[i].to;
    } else {
      stretches[kept++] = stretches[i];
    }
  }
  stretches.resize(kept);
}

void flatten(std::vector<Stretch>& stretches, RowSets& sets) {
  if (!std::ranges::is_sorted(stretches, starts_before)) {
    std::ranges::stable_sort(stretches, starts_before);
  }
  if (!is_disjoint(stretches)) stretches = sweep(stretches, sets);
  join_neighbours(stretches);
}

SeriesData by_grain(const SeriesData& series, law::Grain grain, RowSets& sets) {
  assert(grain != law::Grain::kRows);
  SeriesData out;
  out.grain = out.unit = grain;
  if (series.unit == law::Grain::kRows) return out;
  const bool to_months = series.unit == law::Grain::kDays && grain == law::Grain::kMonths;
  const bool to_days = series.unit == law::Grain::kMonths && grain == law::Grain::kDays;
  const auto first = [&](int32_t point) {
    return to_months ? month_of_day(point) : to_days ? first_day_of_month(point) : point;
  };
  const auto last = [&](int32_t point) {
    return to_months ? month_of_day(point) : to_days ? last_day_of_month(point) : point;
  };
  out.stretches = series.stretches;
  out.bridges = series.bridges;
  if (to_months || to_days) {
    for (Stretch& stretch : out.stretches) {
      stretch.from = first(stretch.from);
      stretch.to = last(stretch.to);
    }
    for (std::pair<int32_t, int32_t>& bridge : out.bridges) {
      bridge = {first(bridge.first), last(bridge.second)};
    }
  }
  flatten(out.stretches, sets);
  return out;
}

SeriesData cut(const SeriesData& series, const SeriesData& cutter, bool keep_inside) {
  SeriesData out = like(series);
  out.stretches.reserve(series.stretches.size());
  const std::vector<Stretch>& knives = cutter.stretches;
  // The first knife that ends at the stretch or after it; stretches are ascending.
  auto first = knives.begin();
  for (const Stretch& stretch : series.stretches) {
    if (first != knives.end() && first->to < stretch.from) {
      first = std::ranges::lower_bound(first, knives.end(), stretch.from, {}, &Stretch::to);
    }
    auto knife = first;
    int32_t at = stretch.from;
    const auto emit = [&](int32_t from, int32_t to) {
      if (from > to) return;
      Stretch piece = stretch;
      piece.from = from;
      piece.to = to;
      out.stretches.push_back(piece);
    };
    for (; knife != knives.end() && knife->from <= stretch.to; ++knife) {
      const int32_t from = std::max(knife->from, stretch.from);
      const int32_t to = std::min(knife->to, stretch.to);
      if (keep_inside) {
        emit(from, to);
      } else {
        emit(at, from - 1);
        at = to + 1;
      }
    }
    if (!keep_inside) emit(at, stretch.to);
  }
  if (out.grain != law::Grain::kRows) join_neighbours(out.stretches);
  return out;
}

SeriesData unite(const SeriesData& a, const SeriesData& b, RowSets& sets) {
  SeriesData out;
  out.grain = a.grain;
  out.unit = a.unit;
  out.stretches = a.stretches;
  out.stretches.insert(out.stretches.end(), b.stretches.begin(), b.stretches.end());
  flatten(out.stretches, sets);
  return out;
}

SeriesData take_last(const SeriesData& series, int64_t count) {
  SeriesData out = like(series);
  int64_t left = std::max<int64_t>(count, 0);
  for (size_t i = series.stretches.size(); i > 0 && left > 0; --i) {
    Stretch stretch = series.stretches[i - 1];
    if (series.grain == law::Grain::kRows) {
      --left;
    } else if (length_of(stretch) > left) {
      stretch.from = static_cast<int32_t>(stretch.to - left + 1);
      left = 0;
    } else {
      left -= length_of(stretch);
    }
    out.stretches.push_back(stretch);
  }
  std::ranges::reverse(out.stretches);
  return out;
}

SeriesData take_first(const SeriesData& series, int64_t count) {
  SeriesData out = like(series);
  int64_t left = std::max<int64_t>(count, 0);
  for (size_t i = 0; i < series.stretches.size() && left > 0; ++i) {
    Stretch stretch = series.stretches[i];
    if (series.grain == law::Grain::kRows) {
      --left;
    } else if (length_of(stretch) > left) {
      stretch.to = static_cast<int32_t>(stretch.from + left - 1);
      left = 0;
    } else {
      left -= length_of(stretch);
    }
    out.stretches.push_back(stretch);
  }
  return out;
}

SeriesData bridge(const SeriesData& series, int64_t size) {
  SeriesData out = series;
  for (size_t i = 1; i < series.stretches.size(); ++i) {
    const int32_t from = series.stretches[i - 1].to + 1;
    const int32_t to = series.stretches[i].from - 1;
    if (from <= to && int64_t{to} - from + 1 <= size) out.bridges.emplace_back(from, to);
  }
  std::ranges::sort(out.bridges);
  out.bridges.erase(std::unique(out.bridges.begin(), out.bridges.end()), out.bridges.end());
  return out;
}

SeriesData last_run(const SeriesData& series) {
  const auto runs = runs_of(series);
  if (runs.empty()) return like(series);
  return part_of(series, runs.back().first, runs.back().second);
}

SeriesData longest_run(const SeriesData& series) {
  const auto runs = runs_of(series);
  if (runs.empty()) return like(series);
  std::pair<size_t, size_t> best = runs.front();
  int64_t best_length = -1;
  for (const auto& [first, last] : runs) {
    int64_t length = 0;
    for (size_t i = first; i <= last; ++i) length += length_of(series.stretches[i]);
    if (length < best_length) continue;
    best = {first, last};
    best_length = length;
  }
  return part_of(series, best.first, best.second);
}

int64_t count_of(const SeriesData& series) {
  if (series.grain == law::Grain::kRows) return static_cast<int64_t>(series.stretches.size());
  int64_t total = 0;
  for (const Stretch& stretch : series.stretches) total += length_of(stretch);
  return total;
}

int64_t longest_gap(const SeriesData& series) {
  int64_t longest = 0;
  for (size_t i = 1; i < series.stretches.size(); ++i) {
    longest = std::max(longest, int64_t{series.stretches[i].from} - series.stretches[i - 1].to - 1);
  }
  return longest;
}

bool contains(const SeriesData& series, int32_t point) {
  const auto found = std::ranges::lower_bound(series.stretches, point, std::less<>{}, &Stretch::to);
  return found != series.stretches.end() && found->from <= point;
}

int32_t month_of_day(int32_t day) { return Month::of(Date{day}).months; }
int32_t first_day_of_month(int32_t month) { return Month{month}.first_day().days; }
int32_t last_day_of_month(int32_t month) { return Month{month}.last_day().days; }
int32_t year_of_month(int32_t month) { return Month{month}.year(); }

int32_t month_at(int32_t point, law::Grain grain) {
  return grain == law::Grain::kMonths ? point : month_of_day(point);
}

int32_t last_of_month(int32_t point, law::Grain grain) {
  return grain == law::Grain::kMonths ? point : last_day_of_month(month_of_day(point));
}

int32_t last_of_year(int32_t point, law::Grain grain) {
  const int32_t month = month_at(point, grain);
  const int32_t december = month - (Month{month}.month() - 1) + kMonthsPerYear - 1;
  return grain == law::Grain::kMonths ? december : last_day_of_month(december);
}

}  // namespace ansinh::engine
