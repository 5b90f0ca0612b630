// What is made of the whole series of every place: sums, means, extremes, counts, tests.
#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/batch_run.h"

namespace ansinh::engine::batch {

using law::Grain;
using law::NodeId;
using law::Op;

Run::Parts Run::parts_of(const Vec& series, NodeId expression, law::EntityId entity,
                         const Domain& domain, bool ends_only, bool first) {
  const Ragged& data = *series.series;
  const law::Depends depends = program_.nodes[expression].depends;
  Parts parts;
  Places rows;
  const bool by_rows = data.grain == Grain::kRows;
  const bool is_split = !by_rows && (depends.month || depends.year);
  const auto add = [&](uint32_t owner, const Item& item, int32_t from, int32_t to) {
    parts.owner.push_back(owner);
    parts.from.push_back(from);
    parts.to.push_back(to);
    parts.count.push_back(by_rows ? 1 : int64_t{to} - from + 1);
    rows.push_back(item.row);
  };
  size_t count = 0;
  for (size_t i = 0; i < domain.size && !ends_only && !is_split; ++i) count += data.of(i).size();
  for (auto* column : {&parts.from, &parts.to}) column->reserve(count);
  parts.owner.reserve(count);
  parts.count.reserve(count);
  rows.reserve(count);
  const bool all_known = series.all_known();
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (!all_known && !series.known(i)) continue;
    const auto items = data.of(i);
    if (ends_only) {
      if (items.empty()) continue;
      const Item& item = first ? items.front() : items.back();
      const int32_t point = first ? item.from : item.to;
      add(i, item, by_rows ? item.from : point, by_rows ? item.to : point);
      continue;
    }
    for (const Item& item : items) {
      if (!is_split) {
        add(i, item, item.from, item.to);
        continue;
      }
      for (int32_t from = item.from; from <= item.to;) {
        const int32_t to = std::min(item.to, depends.month ? last_of_month(from, data.grain)
                                                           : last_of_year(from, data.grain));
        add(i, item, from, to);
        from = to + 1;
      }
    }
  }
  parts.domain = part_of(domain, parts.owner);
  if (entity != law::kNoId) {
    parts.domain.frames.insert(parts.domain.frames.begin(),
                               Frame{entity, {Column<uint32_t>::of(rows), false}});
  }
  if (is_split) {
    parts.domain.is_at_point = true;
    parts.domain.month = Column<int32_t>::raw(parts.owner.size());
    parts.domain.year = Column<int32_t>::raw(parts.owner.size());
    int32_t* month = parts.domain.month.writable();
    int32_t* year = parts.domain.year.writable();
    for (size_t i = 0; i < parts.owner.size(); ++i) {
      month[i] = month_at(parts.from[i], data.grain);
      year[i] = year_of_month(month[i]);
    }
  }
  return parts;
}

Vec Run::any_or_all(const law::Node& node, const Domain& domain) {
  Vec series = eval(node.args[1], domain);
  if (series.series == nullptr) return series;
  const bool dominant = node.op == Op::kAny;
  Vec out = Vec::constant(domain.size, dominant ? 0 : 1);
  out.mark = series.mark;
  if (is_empty(series)) {
    out.alike = true;
    return out;
  }
  const Parts parts =
      parts_of(series, node.args[0], program_.nodes[node.args[1]].type.row_entity, domain);
  const Vec answer = eval(node.args[0], parts.domain);
  int64_t* value = out.value.writable();
  std::vector<uint8_t> decided(domain.size, 0);
  for (size_t part = 0; part < parts.owner.size(); ++part) {
    const uint32_t i = parts.owner[part];
    if (decided[i] != 0) continue;
    if (answer.known(part) && (answer.value[part] != 0) == dominant) {
      decided[i] = 1;
      out.mark.set(i, Mark::kKnown);
      value[i] = dominant ? 1 : 0;
    } else if (answer.mark[part] != Mark::kKnown) {
      out.mark.set(i, graver(out.mark[i], answer.mark[part]));
    }
  }
  return out;
}

Vec Run::sum_or_mean(const law::Node& node, const Domain& domain) {
  Vec series = eval(node.args[1], domain);
  if (series.series == nullptr) return series;
  if (is_empty(series)) {
    Vec out = Vec::constant(domain.size, 0);
    out.mark = node.op == Op::kSum
                   ? series.mark
                   : Column<Mark>::alike(domain.size, graver(series.mark[0], Mark::kRefused));
    out.alike = true;
    if (node.op == Op::kMean && series.mark[0] != Mark::kKnown) out.mark = series.mark;
    return out;
  }
  if (std::optional<Vec> sum = sum_of_fact(node, series, domain)) return *std::move(sum);
  const Parts parts =
      parts_of(series, node.args[0], program_.nodes[node.args[1]].type.row_entity, domain);
  const Vec answer = eval(node.args[0], parts.domain);
  const bool is_common = answer.denominators.empty();
  Vec out = Vec::constant(domain.size, 0, is_common ? answer.denominator : 1);
  out.mark = series.mark;
  if (!is_common) out.denominators = Column<int64_t>::alike(domain.size, 1);
  std::vector<int64_t> count(domain.size, 0);
  int64_t* sums = out.value.writable();
  const bool known = answer.all_known();
  for (size_t part = 0; part < parts.owner.size(); ++part) {
    const uint32_t i = parts.owner[part];
    if (!known) {
      if (answer.mark[part] != Mark::kKnown) {
        out.mark.set(i, graver(out.mark[i], answer.mark[part]));
        continue;
      }
    }
    count[i] += parts.count[part];
    if (is_common) {
      int64_t weighted = 0;
      if (__builtin_mul_overflow(answer.value[part], parts.count[part], &weighted) ||
          __builtin_add_overflow(sums[i], weighted, &sums[i])) {
        out.mark.set(i, Mark::kHand);
      }
      continue;
    }
    const Wide bottom = out.denominators[i];
    const Wide other = answer.denominators[part];
    Wide left = 0;
    Wide right = 0;
    Wide top = 0;
    if (__builtin_mul_overflow(Wide{out.value[i]}, other, &left) ||
        __builtin_mul_overflow(Wide{answer.value[part]} * parts.count[part], bottom, &right) ||
        __builtin_add_overflow(left, right, &top)) {
      out.mark.set(i, Mark::kHand);
    } else if (out.mark[i] != Mark::kHand) {
      const Mark before = out.mark[i];
      out.set_fraction(i, top, bottom * other);
      if (out.mark[i] != Mark::kHand) out.mark.set(i, before);
    }
  }
  if (node.op == Op::kSum) return out;
  Vec by = Vec::constant(domain.size, 1);
  int64_t* divisor = by.value.writable();
  for (size_t i = 0; i < domain.size; ++i) {
    divisor[i] = std::max<int64_t>(count[i], 1);
    if (count[i] == 0 && out.known(i)) out.mark.set(i, Mark::kRefused);
  }
  return divide(out, by);
}

Vec Run::highest_or_lowest(const law::Node& node, const Domain& domain) {
  Vec series = eval(node.args[1], domain);
  if (series.series == nullptr) return series;
  const Parts parts =
      parts_of(series, node.args[0], program_.nodes[node.args[1]].type.row_entity, domain);
  const Vec answer = eval(node.args[0], parts.domain);
  const bool is_number = program_.nodes[node.args[0]].type.base == law::Base::kNumber;
  std::vector<uint32_t> best(domain.size, kNoRow);
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  out.mark = series.mark;
  for (uint32_t part = 0; part < parts.owner.size(); ++part) {
    const uint32_t i = parts.owner[part];
    if (answer.mark[part] != Mark::kKnown) {
      out.mark.set(i, graver(out.mark[i], answer.mark[part]));
      continue;
    }
    const auto less = [&](uint32_t a, uint32_t b) {
      return is_number ? compare_numbers(answer, a, answer, b) < 0
                       : answer.value[a] < answer.value[b];
    };
    const bool better =
        best[i] == kNoRow || (node.op == Op::kHighest ? less(best[i], part) : less(part, best[i]));
    if (better) best[i] = part;
  }
  out.denominator = answer.denominator;
  if (!answer.denominators.empty()) out.denominators = Column<int64_t>::alike(domain.size, 1);
  for (size_t i = 0; i < domain.size; ++i) {
    if (!out.known(i)) continue;
    if (best[i] == kNoRow) {
      out.mark.set(i, Mark::kRefused);
      continue;
    }
    out.value.set(i, answer.value[best[i]]);
    if (!out.denominators.empty()) out.denominators.set(i, answer.denominators[best[i]]);
  }
  return out;
}

Vec Run::first_or_last(const law::Node& node, const Domain& domain) {
  Vec series = eval(node.args[1], domain);
  if (series.series == nullptr) return series;
  const Parts parts = parts_of(series, node.args[0], program_.nodes[node.args[1]].type.row_entity,
                               domain, true, node.op == Op::kFirst);
  Assembler all(domain.size, node.type.base == law::Base::kSeries);
  all.put(parts.owner, eval(node.args[0], parts.domain));
  if (parts.owner.size() == domain.size) return all.take();
  std::vector<uint8_t> has(domain.size, 0);
  for (const uint32_t owner : parts.owner) has[owner] = 1;
  Places rest;
  for (uint32_t i = 0; i < domain.size; ++i) {
    if (has[i] == 0) rest.push_back(i);
  }
  Vec none = Vec::marked(rest.size(), Mark::kRefused);
  for (size_t i = 0; i < rest.size(); ++i) {
    if (!series.known(rest[i])) none.mark.set(i, series.mark[rest[i]]);
  }
  all.put(rest, std::move(none));
  return all.take();
}

// Start and end of a series, counts, and the longest gap: nothing is evaluated on the rows.
Vec Run::edge(const law::Node& node, const Domain& domain) {
  std::optional<Grain> grain;
  if (node.op == Op::kMonthsIn) grain = Grain::kMonths;
  if (node.op == Op::kDaysIn) grain = Grain::kDays;
  Vec out =
      node.op == Op::kCount ? eval(node.args[0], domain) : series_by(node.args[0], grain, domain);
  const std::shared_ptr<const Ragged> series = std::exchange(out.series, nullptr);
  if (series == nullptr) return out;
  const bool wants_month = node.type.base == law::Base::kMonth;
  const bool alike = out.alike && domain.size != 0;
  const size_t n = alike ? 1 : domain.size;
  if (alike) out.mark = Column<Mark>::alike(1, out.mark[0]);
  out.value = Column<int64_t>::alike(n, 0);
  int64_t* values = out.value.writable();
  for (size_t i = 0; i < n; ++i) {
    if (!out.known(i)) continue;
    const auto items = series->of(i);
    int64_t value = 0;
    switch (node.op) {
      case Op::kCount:
      case Op::kMonthsIn:
      case Op::kDaysIn:
        if (series->grain == Grain::kRows) {
          value = static_cast<int64_t>(items.size());
        } else {
          for (const Item& item : items) value += int64_t{item.to} - item.from + 1;
        }
        break;
      case Op::kLongestGap:
        for (size_t k = 1; k < items.size(); ++k) {
          value = std::max(value, int64_t{items[k].from} - items[k - 1].to - 1);
        }
        break;
      default: {
        if (items.empty()) {
          out.mark.set(i, Mark::kRefused);
          break;
        }
        const bool is_start = node.op == Op::kStart;
        const int32_t point = is_start ? items.front().from : items.back().to;
        if (series->unit == Grain::kMonths) {
          value = wants_month ? point
                  : is_start  ? first_day_of_month(point)
                              : last_day_of_month(point);
        } else {
          value = wants_month ? month_of_day(point) : point;
        }
        break;
      }
    }
    values[i] = value;
  }
  return alike ? std::move(out).stretch(domain.size) : std::move(out);
}

Vec Run::aggregate(const law::Node& node, const Domain& domain) {
  switch (node.op) {
    case Op::kSum:
    case Op::kMean:
      return sum_or_mean(node, domain);
    case Op::kHighest:
    case Op::kLowest:
      return highest_or_lowest(node, domain);
    case Op::kFirst:
    case Op::kLast:
      return first_or_last(node, domain);
    case Op::kAny:
    case Op::kAll:
      return any_or_all(node, domain);
    default:
      return edge(node, domain);
  }
}

}  // namespace ansinh::engine::batch
