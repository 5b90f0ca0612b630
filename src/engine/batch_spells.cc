// Histories that are read straight from the spells: where a series is made of rows that stand in
// order, and what is asked of them is a fact of theirs, no part is laid out for each row.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "engine/batch_kernels.h"
#include "engine/batch_run.h"
#include "engine/batch_series.h"
#include "engine/dates.h"

namespace ansinh::engine::batch {

using facts::Instance;
using facts::Known;
using law::Grain;
using law::NodeId;
using law::Op;

namespace {

constexpr size_t kRankedMax = 64;                  // years, ranked each against each
constexpr int64_t kYearSumMax = int64_t{1} << 52;  // sums that fit into a key
constexpr size_t kYearsMax = 512;                  // of a key

// The calendar year of a month, counted from a year before all of them; and its December.
constexpr int32_t kYearsBefore = 10'000;
int32_t year_number(int32_t month) {
  return static_cast<int32_t>(static_cast<uint32_t>(month + kYearsBefore * kMonthsPerYear) /
                              kMonthsPerYear);
}
int32_t december_of(int32_t year_number) {
  return (year_number - kYearsBefore) * kMonthsPerYear + kMonthsPerYear - 1;
}

// A part of a spell within one calendar year.
struct Piece {
  Item item;
  uint32_t year = 0;  // its place among the years
};

// The calendar years of a history, and what is summed up in each.
struct Years {
  // In the last year or one after it. False if the sum is too large.
  bool add(int32_t year, int64_t value, int64_t months) {
    if (count == 0 || last != year) {
      if (count == kYearsMax) return false;
      last = year;
      keys[count++] = 0;
    }
    int64_t weighted = 0;
    return !__builtin_mul_overflow(value, months, &weighted) &&
           !__builtin_add_overflow(keys[count - 1], weighted, &keys[count - 1]);
  }
  // Those with the greatest sums, of equal ones the later, in is_best. False if a sum is too large.
  bool choose(size_t wanted) {
    for (size_t k = 0; k < count; ++k) {
      if (keys[k] >= kYearSumMax || keys[k] <= -kYearSumMax) return false;
      keys[k] = keys[k] * static_cast<int64_t>(kYearsMax) + static_cast<int64_t>(k);
    }
    if (count <= kRankedMax) {
      mark_greatest(keys.data(), count, wanted, is_best.data());
      return true;
    }
    std::array<int64_t, kYearsMax> sorted;
    std::copy_n(keys.begin(), count, sorted.begin());
    std::nth_element(sorted.begin(), sorted.begin() + (wanted - 1), sorted.begin() + count,
                     std::greater<>());
    for (size_t k = 0; k < count; ++k) is_best[k] = keys[k] >= sorted[wanted - 1] ? 1 : 0;
    return true;
  }

  size_t count = 0;
  int32_t last = 0;
  std::array<int64_t, kYearsMax> keys;
  std::array<uint8_t, kYearsMax> is_best;
};

// A value by row of an entity.
struct RowFact {
  explicit RowFact(const Vec& all) : all(all) {
    is_known = all.all_known();
    if (all.value.is_alike()) {
      one = all.value[0];
    } else {
      cells = all.value.cells();
    }
  }
  Mark mark(uint32_t row) const { return is_known ? Mark::kKnown : all.mark[row]; }
  int64_t value(uint32_t row) const { return cells == nullptr ? one : cells[row]; }

  const Vec& all;
  bool is_known = false;
  const int64_t* cells = nullptr;  // null: alike
  int64_t one = 0;
};

}  // namespace

const Vec* Run::of_rows(NodeId expression, law::EntityId entity) {
  if (!plan_.costs.is_of_row(expression, entity)) return nullptr;
  const law::Node& node = program_.nodes[expression];
  const Vec* all = nullptr;
  if (node.op == Op::kFact) {
    all = &whole_fact(node.index, false);
  } else {
    auto found = of_rows_.find(expression);
    if (found == of_rows_.end()) {
      Domain rows;
      rows.size = columns_.entities[entity].rows;
      rows.frames.push_back({entity, whole(entity)});
      rows.dates = {on_, on_, on_, {}, {}, {}};  // none of which is read
      found = of_rows_.emplace(expression, eval(expression, rows)).first;
    }
    all = &found->second;
  }
  return all->size() != 0 && all->denominators.empty() ? all : nullptr;
}

bool Run::is_in_order(law::EntityId child, const facts::ListColumn& list) {
  std::optional<bool>& known = in_order_[child];
  if (known) return *known;
  const facts::EntityColumns& rows = columns_.entities[child];
  const bool holds =
      !list.begin.empty() && spells_in_order(rows.parent.data(), rows.from.data(), rows.to.data(),
                                             Instance::kNotGiven, Instance::kOpen, rows.rows);
  known = holds;
  return holds;
}

std::optional<Vec> Run::last_of_list(const law::Node& node, const Domain& domain) {
  const law::Node* of = &program_.nodes[node.args[0]];
  if (of->op == Op::kAsMonths || of->op == Op::kAsDays) {
    if (of->type.grain != node.type.grain) return std::nullopt;
    of = &program_.nodes[of->args[0]];
  }
  if (of->op != Op::kList) return std::nullopt;
  const law::ListInfo& info = program_.lists[of->index];
  const Grain unit = unit_of(info.form);
  if (unit == Grain::kRows || node.type.grain != unit) return std::nullopt;
  const facts::ListColumn& list = columns_.entities[info.parent].lists[info.slot];
  const facts::EntityColumns& child = columns_.entities[info.child];
  const Rows holders = rows_of(info.parent, domain);
  if (holders.shape != kNoShape && shapes(info.parent).all[holders.shape].lists[info.slot] == 0) {
    return std::nullopt;  // alike
  }
  if (!is_in_order(info.child, list)) return std::nullopt;
  const auto is_known = [&](Known known) {
    return known == Known::kGiven || (known == Known::kPresumed && info.presumed_none);
  };
  const Vec amount = eval(node.args[1], domain);
  Column<Mark> marks = amount.mark;
  for (uint32_t i = 0; i < domain.size && !(list.known.empty() && is_known(list.all)); ++i) {
    if (!is_known(list.at(holders[i]))) marks.set(i, graver(marks[i], Mark::kUnknown));
  }
  return build_series(
      std::move(marks), false, unit, unit, [&](size_t i, std::vector<Item>& items, Mark& mark) {
        const int64_t denominator = amount.denominator_of(i);
        if (amount.value[i] % denominator != 0) {
          mark = Mark::kError;
          return;
        }
        int64_t left = amount.value[i] / denominator;
        const size_t begin = items.size();
        const uint32_t holder = holders[i];
        const uint32_t first = list.begin_of(holder);
        for (uint32_t row = list.end_of(holder); row > first && left > 0; --row) {
          int32_t from = child.from[row - 1];
          int32_t to = child.to[row - 1];
          if (to == Instance::kOpen) {
            const Date today = domain.dates.today_of(i);
            to = unit == Grain::kMonths ? Month::of(today).months : today.days;
            if (to < from) continue;
          }
          if (int64_t{to} - from + 1 > left) from = static_cast<int32_t>(to - left + 1);
          left -= int64_t{to} - from + 1;
          items.push_back({from, to, row - 1});
        }
        std::reverse(items.begin() + static_cast<std::ptrdiff_t>(begin), items.end());
      });
}

std::optional<Vec> Run::where_of_rows(const law::Node& node, const Vec& series) {
  const Vec* all = of_rows(node.args[1], program_.nodes[node.args[0]].type.row_entity);
  if (all == nullptr) return std::nullopt;
  const RowFact holds(*all);
  const Ragged& data = *series.series;
  for (size_t i = 0; i < series.size(); ++i) {
    for (const Item& item : data.of(i)) {
      if (item.row == kNoRow) return std::nullopt;
    }
  }
  return build_series(Column<Mark>(series.mark), false, data.grain, data.unit,
                      [&](size_t i, std::vector<Item>& items, Mark& mark) {
                        const size_t first = items.size();
                        for (const Item& item : data.of(i)) {
                          const Mark here = holds.mark(item.row);
                          mark = graver(mark, here);
                          if (here == Mark::kKnown && holds.value(item.row) != 0) {
                            items.push_back(item);
                          }
                        }
                        if (data.grain != Grain::kRows) join_neighbours(items, first);
                      });
}

std::optional<Vec> Run::sum_of_fact(const law::Node& node, const Vec& series,
                                    const Domain& domain) {
  const Vec* all = of_rows(node.args[0], program_.nodes[node.args[1]].type.row_entity);
  if (all == nullptr) return std::nullopt;
  const RowFact fact(*all);
  const Ragged& data = *series.series;
  const bool by_rows = data.grain == Grain::kRows;
  const size_t n = domain.size;
  Vec out = Vec::constant(n, 0, all->denominator);
  out.mark = series.mark;
  Column<int64_t> count = Column<int64_t>::raw(n);
  int64_t* counts = count.writable();
  int64_t* sums = out.value.writable();
  const bool all_known = series.all_known();
  for (size_t i = 0; i < n; ++i) {
    counts[i] = 0;
    if (!all_known && !series.known(i)) continue;
    Mark mark = Mark::kKnown;
    int64_t sum = 0;
    int64_t months = 0;
    bool is_over = false;
    for (const Item& item : data.of(i)) {
      if (item.row == kNoRow) return std::nullopt;
      const Mark here = fact.mark(item.row);
      if (here != Mark::kKnown) {
        mark = graver(mark, here);
        continue;
      }
      const int64_t length = by_rows ? 1 : int64_t{item.to} - item.from + 1;
      int64_t weighted = 0;
      is_over |= __builtin_mul_overflow(fact.value(item.row), length, &weighted);
      is_over |= __builtin_add_overflow(sum, weighted, &sum);
      months += length;
    }
    sums[i] = sum;
    counts[i] = months;
    if (is_over) mark = Mark::kHand;
    if (mark != Mark::kKnown) out.mark.set(i, mark);
  }
  if (node.op == Op::kSum) return out;
  Vec by = Vec::constant(n, 1);
  for (size_t i = 0; i < n; ++i) {
    if (counts[i] != 0) continue;
    counts[i] = 1;
    if (out.known(i)) out.mark.set(i, Mark::kRefused);
  }
  by.value = std::move(count);
  by.value.settle();
  return divide(out, by);
}

std::optional<Vec> Run::best_by_fact(const law::Node& node, const Vec& series, const Vec& amount) {
  const Vec* all = of_rows(node.args[2], program_.nodes[node.args[0]].type.row_entity);
  if (all == nullptr) return std::nullopt;
  const Ragged& data = *series.series;
  for (size_t i = 0; i < series.size(); ++i) {
    for (const Item& item : data.of(i)) {
      if (item.row == kNoRow) return std::nullopt;
    }
  }
  const RowFact fact(*all);
  Years years;  // of one place
  std::vector<Piece> pieces;
  return build_series(
      graver(series.mark, amount.mark), false, Grain::kMonths, Grain::kMonths,
      [&](size_t i, std::vector<Item>& items, Mark& mark) {
        const int64_t unit = amount.denominator_of(i) * int64_t{kMonthsPerYear};
        if (amount.value[i] % unit != 0) {
          mark = Mark::kError;
          return;
        }
        const auto spells = data.of(i);
        bool fits = true;
        years.count = 0;
        pieces.clear();
        for (const Item& item : spells) {
          if (!fact.is_known) mark = graver(mark, fact.mark(item.row));
          const int64_t value = fact.value(item.row);
          for (int32_t from = item.from; fits && from <= item.to;) {
            const int32_t year = year_number(from);
            const int32_t to = std::min(item.to, december_of(year));
            fits = years.add(year, value, int64_t{to} - from + 1);
            pieces.push_back({{from, to, item.row}, static_cast<uint32_t>(years.count - 1)});
            from = to + 1;
          }
        }
        if (mark != Mark::kKnown) return;
        const int64_t wanted = std::max<int64_t>(amount.value[i] / unit, 0);
        const bool takes_all = wanted >= static_cast<int64_t>(years.count);
        if (!fits || (!takes_all && wanted != 0 && !years.choose(static_cast<size_t>(wanted)))) {
          mark = Mark::kHand;
          return;
        }
        if (takes_all) {
          items.insert(items.end(), spells.begin(), spells.end());
          return;
        }
        if (wanted == 0) return;
        const size_t first = items.size();
        items.resize(first + pieces.size());
        Item* kept = &items[first];
        for (const auto& [item, year] : pieces) {
          *kept = item;  // overwritten by the next if it is not one of the best
          kept += years.is_best[year];
        }
        items.resize(static_cast<size_t>(kept - items.data()));
        if (pieces.size() != spells.size()) join_neighbours(items, first);
      });
}

}  // namespace ansinh::engine::batch
