// Rows in an order: `position`, and `so far` over the earlier siblings; evaluate_order.cc is the
// same for one person. Sums are made for whole lists at once, first rows first, so that each finds
// the sums before it ready.
#include <algorithm>

#include "engine/batch_run.h"

namespace ansinh::engine::batch {

using law::NodeId;
using law::Op;

namespace {

int compare_at(const Vec& vec, size_t i, size_t j, law::Base base) {
  if (base == law::Base::kNumber) return compare_numbers(vec, i, vec, j);
  if (base == law::Base::kText) return vec.text(i).compare(vec.text(j));
  return vec.value[i] < vec.value[j] ? -1 : vec.value[i] > vec.value[j] ? 1 : 0;
}

int32_t year_of(int64_t point, law::Base base) {
  const auto value = static_cast<int32_t>(point);
  if (base == law::Base::kMonth) return Month{value}.year();
  return base == law::Base::kDate ? Date{value}.year() : 0;
}

}  // namespace

// Rows of an entity as their own rules see them, asked for from above. Nothing if the date of one
// of them is not known.
std::optional<Domain> Run::siblings_domain(law::EntityId entity, const Places& rows,
                                           const Dates& dates) {
  Domain asking;
  asking.size = static_cast<uint32_t>(rows.size());
  asking.dates = dates;
  const std::vector<uint32_t>& parent = columns_.entities[entity].parent;
  Places above(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) above[i] = parent[rows[i]];
  asking.frames.push_back({program_.entities[entity].parent, {Column<uint32_t>::of(above), false}});
  Column<Mark> why_not;
  bool governed = false;
  Domain inner = enter(entity, {Column<uint32_t>::of(rows), false}, asking, why_not, governed);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (why_not[i] != Mark::kKnown) return std::nullopt;
  }
  return inner;
}

// Puts the lists to which the rows belong in order, where that has not been done.
void Run::put_in_order(const law::DefinitionVersion& version, law::EntityId entity,
                       const Places& rows, const Dates& dates, Order& order) {
  const law::ListInfo& list = program_.lists[program_.entities[entity].list];
  const facts::ListColumn& column = columns_.entities[list.parent].lists[list.slot];
  const std::vector<uint32_t>& parent = columns_.entities[entity].parent;
  if (order.ready.empty()) {
    const size_t n = columns_.entities[entity].rows;
    order.ready.assign(n, 0);
    order.mark.assign(n, Mark::kKnown);
    order.position.assign(n, 1);
    order.before.assign(n, kNoRow);
    order.after.assign(n, kNoRow);
  }
  Places all;                                        // rows of lists of two and more
  std::vector<std::pair<uint32_t, uint32_t>> lists;  // places in `all`
  for (const uint32_t row : rows) {
    if (order.ready[row] != 0) continue;
    const auto begin = static_cast<uint32_t>(all.size());
    for (uint32_t r = column.begin_of(parent[row]); r < column.end_of(parent[row]); ++r) {
      order.ready[r] = 1;
      all.push_back(r);
    }
    if (all.size() - begin == 1) {
      all.pop_back();
    } else {
      lists.emplace_back(begin, all.size());
    }
  }
  if (all.empty()) return;
  const std::optional<Domain> domain = siblings_domain(entity, all, dates);
  if (!domain) {
    for (const uint32_t row : all) order.mark[row] = Mark::kHand;
    return;
  }
  std::vector<Vec> keys;
  std::vector<law::Base> bases;
  for (const NodeId group : version.order_groups) {
    keys.push_back(eval(group, *domain));
    bases.push_back(program_.nodes[group].type.base);
  }
  keys.push_back(eval(version.order, *domain));
  bases.push_back(program_.nodes[version.order].type.base);
  const auto compare_groups = [&](uint32_t a, uint32_t b) {
    if (version.order_within_year) {
      const int32_t year_a = year_of(keys.back().value[a], bases.back());
      const int32_t year_b = year_of(keys.back().value[b], bases.back());
      if (year_a != year_b) return year_a < year_b ? -1 : 1;
    }
    for (size_t k = 0; k + 1 < keys.size(); ++k) {
      if (const int found = compare_at(keys[k], a, b, bases[k]); found != 0) return found;
    }
    return 0;
  };
  const auto comes_first = [&](uint32_t a, uint32_t b) {
    if (const int groups = compare_groups(a, b); groups != 0) return groups < 0;
    if (const int found = compare_at(keys.back(), a, b, bases.back()); found != 0) return found < 0;
    return all[a] < all[b];
  };
  Places sorted;
  for (const auto& [begin, end] : lists) {
    Mark mark = Mark::kKnown;
    for (uint32_t i = begin; i < end; ++i) {
      for (const Vec& key : keys) mark = graver(mark, key.mark[i]);
    }
    if (mark != Mark::kKnown) {
      for (uint32_t i = begin; i < end; ++i) order.mark[all[i]] = mark;
      continue;
    }
    sorted.clear();
    for (uint32_t i = begin; i < end; ++i) sorted.push_back(i);
    std::ranges::sort(sorted, comes_first);
    for (size_t i = 1; i < sorted.size(); ++i) {
      if (compare_groups(sorted[i - 1], sorted[i]) != 0) continue;
      const uint32_t before = all[sorted[i - 1]];
      const uint32_t row = all[sorted[i]];
      order.position[row] = order.position[before] + 1;
      order.before[row] = before;
      order.after[before] = row;
    }
  }
}

// What the earlier siblings of the rows were given in all; a refused one was given nothing.
void Run::sum_up(law::DefinitionId id, const Places& rows, const Dates& dates, const Order& order,
                 Sums& sums) {
  const law::EntityId entity = program_.definitions[id].entity;
  const size_t n = columns_.entities[entity].rows;
  if (sums.ready.empty()) {
    sums.ready.assign(n, 0);
    sums.before = Vec::marked(n, Mark::kHand);
  }
  // From the first rows of their groups on.
  Places here;
  for (uint32_t row : rows) {
    if (sums.ready[row] != 0 || order.mark[row] != Mark::kKnown) continue;
    while (order.before[row] != kNoRow && sums.ready[order.before[row]] == 0) {
      row = order.before[row];
    }
    here.push_back(row);
  }
  std::ranges::sort(here);
  here.erase(std::unique(here.begin(), here.end()), here.end());
  Vec total = Vec::constant(here.size(), 0);
  for (size_t i = 0; i < here.size(); ++i) {
    // A row whose predecessor is ready was not asked for then: its sum is made from that.
    if (order.before[here[i]] != kNoRow) total.mark.set(i, Mark::kHand);
  }
  while (!here.empty()) {
    put(sums.before, here, total);
    for (const uint32_t row : here) sums.ready[row] = 1;
    Places going;  // places of `here` that have a next row
    Places next;
    Places earlier;
    for (uint32_t i = 0; i < here.size(); ++i) {
      if (order.after[here[i]] == kNoRow) continue;
      going.push_back(i);
      earlier.push_back(here[i]);
      next.push_back(order.after[here[i]]);
    }
    if (going.empty()) return;
    total = pick(total, going);
    const std::optional<Domain> domain = siblings_domain(entity, earlier, dates);
    if (!domain) {
      total = Vec::marked(going.size(), Mark::kHand);
    } else {
      const Vec given = compute(id, *domain);
      const Vec sum = add(total, given);
      Vec merged = Vec::marked(going.size(), Mark::kKnown);
      merged.spread();
      for (size_t i = 0; i < going.size(); ++i) {
        const bool is_refused = given.mark[i] == Mark::kRefused;
        const Vec& from = is_refused ? total : sum;
        merged.mark.set(i, from.mark[i]);
        merged.value.set(i, from.value[i]);
        merged.denominators.set(i, from.denominator_of(i));
      }
      settle_denominators(merged);
      total = std::move(merged);
    }
    here = std::move(next);
  }
}

Vec Run::among_siblings(const law::Node& node, const Domain& domain) {
  const bool is_position = node.op == Op::kPosition;
  const law::DefinitionId ordered = is_position ? node.index : node.index2;
  const law::DefinitionInfo& info = program_.definitions[ordered];
  const law::EntityInfo& entity = program_.entities[info.entity];
  Vec out = Vec::constant(domain.size, is_position ? 1 : 0);
  if (domain.size == 0) return out;
  const Rows rows = rows_of(info.entity, domain);
  // Rows governed by a date of their own do not depend on the dates of the one that asks.
  const bool is_governed = entity.governing_fact != law::kNoId;
  const bool is_common = is_governed ? !domain.dates.varies() || domain.dates.today_at.is_alike()
                                     : !domain.dates.varies();
  Dates dates{on_, on_, domain.dates.today_of(0), {}, {}, {}};
  if (!is_governed)
    dates = {domain.dates.law_of(0), domain.dates.value_of(0), dates.today, {}, {}, {}};
  std::map<uint32_t, Places> by_version;  // places of rows that have siblings
  for (uint32_t i = 0; i < domain.size; ++i) {
    const Date law = domain.dates.law_of(i);
    uint32_t version = law::kNoId;
    for (uint32_t v = 0; v < info.versions.size(); ++v) {
      if (info.versions[v].force.contains(law)) version = v;
    }
    if (version == law::kNoId || info.versions[version].order == law::kNoId) {
      out.mark.set(i, Mark::kRefused);
    } else if (entity.list != law::kNoId) {
      const law::ListInfo& list = program_.lists[entity.list];
      const uint32_t holder = columns_.entities[info.entity].parent[rows[i]];
      const facts::ListColumn& column = columns_.entities[list.parent].lists[list.slot];
      if (column.end_of(holder) - column.begin_of(holder) != 1) by_version[version].push_back(i);
    }
  }
  for (const auto& [v, places] : by_version) {
    const bool is_same = is_position || program_.definitions[node.index].entity == info.entity;
    if (!is_common || !is_same || ++depth_ > kDepthMax) {
      for (const uint32_t i : places) out.mark.set(i, Mark::kHand);
      continue;
    }
    Places asked;
    for (const uint32_t i : places) asked.push_back(rows[i]);
    const DateKey key = is_governed ? DateKey{INT32_MIN, 0, dates.today.days}
                                    : DateKey{dates.law.days, dates.value.days, dates.today.days};
    Order& order = orders_[{ordered, v, key}];
    put_in_order(info.versions[v], info.entity, asked, dates, order);
    Sums* sums = nullptr;
    if (!is_position) {
      sums = &sums_[{node.index, ordered, v, key}];
      sum_up(node.index, asked, dates, order, *sums);
      if (!sums->before.denominators.empty() || sums->before.denominator != 1) out.spread();
    }
    --depth_;
    for (const uint32_t i : places) {
      const uint32_t row = rows[i];
      out.mark.set(i, order.mark[row]);
      if (order.mark[row] != Mark::kKnown) continue;
      if (is_position) {
        out.value.set(i, order.position[row]);
        continue;
      }
      out.mark.set(i, sums->before.mark[row]);
      out.value.set(i, sums->before.value[row]);
      if (!out.denominators.empty()) out.denominators.set(i, sums->before.denominator_of(row));
    }
  }
  return out;
}

}  // namespace ansinh::engine::batch
