// Scalars: names, logic, comparison and arithmetic.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "engine/batch_kernels.h"
#include "engine/batch_run.h"

namespace ansinh::engine::batch {

using facts::Cell;
using law::NodeId;
using law::Op;

namespace {

bool equal_at(const Vec& a, const Vec& b, size_t i, law::Base base) {
  if (base == law::Base::kNumber) return compare_numbers(a, i, b, i) == 0;
  if (base == law::Base::kText) return a.text(i) == b.text(i);
  return a.value[i] == b.value[i];
}

bool less_at(const Vec& a, const Vec& b, size_t i, law::Base base) {
  if (base == law::Base::kNumber) return compare_numbers(a, i, b, i) < 0;
  if (base == law::Base::kText) return a.text(i) < b.text(i);
  return a.value[i] < b.value[i];
}

}  // namespace

// ---- Names -------------------------------------------------------------------------------------

uint32_t Run::climb(law::EntityId from, uint32_t row, law::EntityId to) const {
  while (from != to) {
    row = columns_.entities[from].parent[row];
    from = program_.entities[from].parent;
  }
  return row;
}

Rows Run::whole(law::EntityId entity) {
  Column<uint32_t>& all = wholes_[entity];
  const size_t n = columns_.entities[entity].rows;
  if (all.size() != n) {
    all = Column<uint32_t>::raw(n);
    uint32_t* to = all.writable();
    std::iota(to, to + n, 0U);
  }
  return {all, true};
}

const Shapes& Run::shapes(law::EntityId entity) {
  std::optional<Shapes>& kept = shapes_[entity];
  if (!kept) kept = shapes_of(program_, columns_.entities[entity]);
  return *kept;
}

Rows Run::whole_shape(law::EntityId entity, uint32_t shape) {
  return {shapes(entity).all[shape].rows, false, shape, true};
}

Rows Run::rows_of(law::EntityId entity, const Domain& domain) const {
  for (const Frame& frame : domain.frames) {
    if (frame.entity == entity) return frame.row;
    if (!program_.is_within(frame.entity, entity)) continue;
    Rows rows = frame.row;
    for (law::EntityId at = frame.entity; at != entity; at = program_.entities[at].parent) {
      const std::vector<uint32_t>& parent = columns_.entities[at].parent;
      if (rows.is_whole) {
        rows = {Column<uint32_t>::view(parent.data(), parent.size()), false};
      } else {
        uint32_t* row = rows.index.writable();
        for (size_t i = 0; i < rows.size(); ++i) row[i] = parent[row[i]];
        rows.shape = kNoShape;
        rows.fills_shape = false;
      }
    }
    return rows;
  }
  assert(false);  // the checker finds every name
  return {Column<uint32_t>::alike(domain.size, 0), false};
}

Domain Run::part_of(const Domain& domain, const Places& places) const {
  Domain out;
  out.size = static_cast<uint32_t>(places.size());
  out.frames.reserve(domain.frames.size() + 1);
  for (const Frame& frame : domain.frames) {
    out.frames.push_back({frame.entity, {frame.row.index.pick(places), false, frame.row.shape}});
  }
  out.dates = {domain.dates.law, domain.dates.value, domain.dates.today, {}, {}, {}};
  if (domain.dates.varies()) {
    out.dates.law_at = domain.dates.law_at.pick(places);
    out.dates.value_at = domain.dates.value_at.pick(places);
    out.dates.today_at = domain.dates.today_at.pick(places);
  }
  if (domain.has_point()) {
    out.is_at_point = true;
    out.month = domain.month.pick(places);
    out.year = domain.year.pick(places);
  }
  out.home_has_point = domain.home_has_point;
  if (domain.previous != nullptr) {
    out.previous = std::make_shared<const Vec>(pick(*domain.previous, places));
  }
  if (domain.base != nullptr) {
    out.base = std::make_shared<const Vec>(pick(*domain.base, places));
  }
  return out;
}

const Vec& Run::whole_fact(law::FactId id, bool is_has) {
  std::optional<Vec>& kept = facts_[id][is_has ? 1 : 0];
  if (kept) return *kept;
  const law::FactInfo& info = program_.facts[id];
  const facts::FactColumn& column = columns_.entities[info.entity].facts[info.slot];
  const size_t n = columns_.entities[info.entity].rows;
  const bool is_number = info.type.base == law::Base::kNumber && !is_has;
  const bool is_text = info.type.base == law::Base::kText && !is_has;
  // What is presumed where nothing is given.
  Mark presumed_mark = Mark::kUnknown;
  int64_t presumed = 0;
  if (info.presumed) {
    const Vec one = Vec::of(1, *info.presumed);
    presumed_mark = one.mark[0];
    presumed = one.value[0];
    if (info.presumed->index() == 0) {
      presumed_mark = is_has ? Mark::kKnown : Mark::kRefused;
      presumed = 0;
    } else if (is_has) {
      presumed_mark = Mark::kKnown;
      presumed = 1;
    } else if (is_number && presumed_mark == Mark::kKnown) {
      const Wide scaled = Wide{presumed} * column.scale;
      if (scaled % one.denominator != 0 || scaled / one.denominator > INT64_MAX) {
        presumed_mark = Mark::kHand;
      } else {
        presumed = static_cast<int64_t>(scaled / one.denominator);
      }
    }
  }
  const Mark mark_of[] = {presumed_mark, Mark::kUnknown, is_has ? Mark::kKnown : Mark::kRefused,
                          Mark::kKnown};
  const auto value_of = [&](uint32_t row) -> int64_t {
    const Cell cell = column.at(row);
    if (cell == Cell::kNotGiven) return presumed;
    if (cell != Cell::kValue) return 0;
    if (is_has) return 1;
    if (is_text) {
      return static_cast<int64_t>(
          reinterpret_cast<intptr_t>(&column.texts[static_cast<size_t>(column.value_at(row))]));
    }
    return column.value_at(row);
  };
  Vec out;
  if (is_number) out.denominator = column.scale;
  const bool has_values = column.all == Cell::kValue && !is_has && !column.value.empty();
  if (column.state.empty() && (!has_values || n == 0)) {
    out.mark = Column<Mark>::alike(n, mark_of[static_cast<size_t>(column.all)]);
    out.value = Column<int64_t>::alike(n, n == 0 ? 0 : value_of(0));
    out.alike = true;
  } else {
    if (column.state.empty()) {
      out.mark = Column<Mark>::alike(n, mark_of[static_cast<size_t>(column.all)]);
    } else {
      out.mark = Column<Mark>::raw(n);
      Mark* mark = out.mark.writable();
      for (size_t i = 0; i < n; ++i) mark[i] = mark_of[static_cast<size_t>(column.state[i])];
    }
    // Values of cells that are not given are 0 in the column.
    if (!is_has && !is_text && (presumed == 0 || column.state.empty()) && !column.value.empty()) {
      out.value = Column<int64_t>::view(column.value.data(), n);
    } else {
      out.value = Column<int64_t>::raw(n);
      int64_t* value = out.value.writable();
      for (uint32_t i = 0; i < n; ++i) value[i] = value_of(i);
    }
    if (!is_has) {
      for (const auto& [row, number] : column.odd) {
        if (column.at(row) == Cell::kValue) out.mark.set(row, Mark::kHand);
      }
    }
  }
  kept = std::move(out);
  return *kept;
}

Vec Run::fact(const law::Node& node, const Domain& domain, bool is_has) {
  const Vec& all = whole_fact(node.index, is_has);
  if (all.alike) {
    Vec out = Vec::marked(domain.size, Mark::kKnown);
    if (all.size() == 0) return out;  // nobody asks
    out.mark = Column<Mark>::alike(domain.size, all.mark[0]);
    out.value = Column<int64_t>::alike(domain.size, all.value[0]);
    out.denominator = all.denominator;
    out.alike = true;
    return out;
  }
  const law::FactInfo& info = program_.facts[node.index];
  const Rows rows = rows_of(info.entity, domain);
  if (rows.is_whole) return all;
  if (rows.shape == kNoShape) return pick(all, rows.index);
  if (shapes(info.entity).all[rows.shape].facts[info.slot] == 0) {  // stated of none of them
    Vec out = Vec::marked(domain.size, Mark::kUnknown);
    if (info.presumed && is_has) {
      out = Vec::constant(domain.size, info.presumed->index() != 0 ? 1 : 0);
    } else if (info.presumed && info.presumed->index() == 0) {
      out = Vec::marked(domain.size, Mark::kRefused);
    } else if (info.presumed) {
      out = Vec::of(domain.size, *info.presumed);
    }
    out.alike = true;
    return out;
  }
  if (!rows.fills_shape) return pick(all, rows.index);
  Vec& kept = shape_facts_[{node.index, is_has, rows.shape}];
  if (kept.size() == 0) kept = pick(all, rows.index);
  return kept;
}

// ---- Logic -------------------------------------------------------------------------------------

Vec Run::conjunction(const law::Node& node, const Domain& domain, bool dominant) {
  // Those that are still open: all, until an answer differs from place to place.
  const size_t n = domain.size;
  Vec out = Vec::constant(n, dominant ? 0 : 1);
  out.alike = true;
  Places left;
  bool all = true;
  std::optional<Vec> next;
  const size_t before = masked_conjunction(node, domain, dominant, out, next);
  if (before == node.args.size()) return out;
  if (!out.value.is_alike()) {
    left = places_where(
        n, [&, value = out.value.cells()](size_t i) { return (value[i] != 0) != dominant; });
    all = left.size() == n;
  }
  for (size_t a = before; a < node.args.size(); ++a) {
    if (!all && left.empty()) break;
    const NodeId arg = node.args[a];
    Vec answer;
    if (next) {
      answer = all ? std::move(*next) : pick(*next, left);
      next.reset();
    } else {
      answer = all ? eval(arg, domain) : eval(arg, part_of(domain, left));
    }
    if (answer.alike && answer.size() != 0) {
      if (answer.known(0) && (answer.value[0] != 0) == dominant) {
        if (all) return answer;
        for (const uint32_t place : left) {
          out.mark.set(place, Mark::kKnown);
          out.value.set(place, dominant ? 1 : 0);
        }
        left.clear();
      } else if (answer.mark[0] != Mark::kKnown) {
        if (all) {
          out.mark = graver(out.mark, answer.mark);
        } else {
          for (const uint32_t place : left) {
            out.mark.set(place, graver(out.mark[place], answer.mark[0]));
          }
        }
      }
      continue;
    }
    out.alike = false;
    Places open;
    int64_t* value = out.value.writable();
    const bool known = answer.all_known();
    if (known && !answer.value.is_alike()) {
      const int64_t* cells = answer.value.cells();
      open = places_where(answer.size(), [&](size_t i) { return (cells[i] != 0) != dominant; });
      const int64_t settled = dominant ? 1 : 0;
      if (all && out.mark.is_alike(Mark::kKnown)) {
        for (size_t i = 0; i < n; ++i) value[i] = cells[i] != 0 ? 1 : 0;
      } else {
        for (size_t i = 0; i < answer.size(); ++i) {
          if ((cells[i] != 0) != dominant) continue;
          const uint32_t place = all ? static_cast<uint32_t>(i) : left[i];
          out.mark.set(place, Mark::kKnown);
          value[place] = settled;
        }
      }
      if (!all) {
        for (uint32_t& place : open) place = left[place];
      }
      left = std::move(open);
      all = left.size() == n;
      continue;
    }
    open.reserve(answer.size());
    for (size_t i = 0; i < answer.size(); ++i) {
      const uint32_t place = all ? static_cast<uint32_t>(i) : left[i];
      const int64_t is_dominant =
          (known || answer.known(i)) && (answer.value[i] != 0) == dominant ? 1 : 0;
      if (is_dominant != 0) {
        out.mark.set(place, Mark::kKnown);
        value[place] = dominant ? 1 : 0;
      } else {
        if (!known) out.mark.set(place, graver(out.mark[place], answer.mark[i]));
        open.push_back(place);
      }
    }
    left = std::move(open);
    all = left.size() == n;
  }
  return out;
}

namespace {

// a / p < b / q and the like, for all a at once: against the one number a has to be below.
Wide ceil_divide(Wide a, Wide b) { return a >= 0 ? (a + b - 1) / b : -((-a) / b); }

int64_t clipped(Wide value) {
  if (value > INT64_MAX) return INT64_MAX;
  if (value < INT64_MIN) return INT64_MIN;
  return static_cast<int64_t>(value);
}

}  // namespace

Vec Run::comparison(const law::Node& node, const Domain& domain) {
  const Vec a = eval(node.args[0], domain);
  const Vec b = eval(node.args[1], domain);
  const law::Base base = program_.nodes[node.args[0]].type.base;
  const bool is_equality = node.op == Op::kEqual || node.op == Op::kNotEqual;
  Vec out;
  if (domain.size == 0) return out;
  const bool alike = a.alike && b.alike;
  const size_t n = alike ? 1 : domain.size;
  out.mark = alike ? Column<Mark>::alike(1, graver(a.mark[0], b.mark[0])) : graver(a.mark, b.mark);
  out.value = Column<int64_t>::raw(n);
  int64_t* value = out.value.writable();
  const bool is_plain =
      base != law::Base::kText &&
      (base != law::Base::kNumber || (a.denominators.empty() && b.denominators.empty()));
  const bool is_same = base != law::Base::kNumber || a.denominator == b.denominator;
  // `a < b` is less(a, b); `a <= b` is not less(b, a).
  const bool swaps = node.op == Op::kLessEqual;
  const Vec& left = swaps ? b : a;
  const Vec& right = swaps ? a : b;
  if (is_plain && !alike && !left.value.is_alike() && right.value.is_alike()) {
    // left / p < right / q where left < right * p / q, rounded up
    const Wide bound = Wide{right.value[0]} * (is_same ? 1 : left.denominator);
    const Wide by = is_same ? 1 : right.denominator;
    if (is_equality) {
      if (bound % by == 0 && bound / by == clipped(bound / by)) {
        equal_to(left.value.cells(), clipped(bound / by), value, n);
      } else {
        std::fill_n(value, n, 0);
      }
    } else if (const Wide below = ceil_divide(bound, by); below > INT64_MAX) {
      std::fill_n(value, n, 1);
    } else {
      less_than(left.value.cells(), clipped(below), value, n);
    }
  } else if (is_plain && !alike && left.value.is_alike() && !right.value.is_alike()) {
    // left / p < right / q where right > left * q / p, rounded down: not right < that + 1
    const Wide bound = Wide{left.value[0]} * (is_same ? 1 : right.denominator);
    const Wide by = is_same ? 1 : left.denominator;
    if (is_equality) {
      if (bound % by == 0 && bound / by == clipped(bound / by)) {
        equal_to(right.value.cells(), clipped(bound / by), value, n);
      } else {
        std::fill_n(value, n, 0);
      }
    } else if (const Wide from = -ceil_divide(-bound, by) + 1; from > INT64_MAX) {
      std::fill_n(value, n, 0);
    } else {
      less_than(right.value.cells(), clipped(from), value, n);
      invert(value, n);
    }
  } else if (is_plain && is_same && !left.value.is_alike() && !right.value.is_alike()) {
    (is_equality ? equal_columns : less_columns)(left.value.cells(), right.value.cells(), value, n);
  } else {
    for (size_t i = 0; i < n; ++i) {
      value[i] = 0;
      if (!out.known(i)) continue;
      value[i] = (is_equality ? equal_at(a, b, i, base) : less_at(left, right, i, base)) ? 1 : 0;
    }
  }
  if (node.op == Op::kNotEqual || swaps) invert(value, n);
  return alike ? std::move(out).stretch(domain.size) : std::move(out);
}

Vec Run::extreme(const law::Node& node, const Domain& domain, bool greatest) {
  Vec best = eval(node.args[0], domain);
  for (size_t a = 1; a < node.args.size(); ++a) {
    best = extreme_of(best, eval(node.args[a], domain), node.type.base == law::Base::kNumber,
                      greatest);
  }
  return best;
}

Vec Run::arithmetic(const law::Node& node, const Domain& domain) {
  const Vec a = eval(node.args[0], domain);
  if (node.args.size() == 1) {
    Vec zero = Vec::constant(domain.size, 0, a.denominators.empty() ? a.denominator : 1);
    zero.alike = true;
    Vec negative = subtract(zero, a);
    if (node.op == Op::kNegate) return negative;
    Vec out = a;
    out.mark = negative.mark;
    if (!a.denominators.empty() || !negative.denominators.empty()) {
      out.spread();
      negative.spread();
    }
    for (size_t i = 0; i < a.size(); ++i) {
      if (a.value[i] >= 0) continue;
      if (a.alike) {
        negative.mark = out.mark;
        return negative;
      }
      out.value.set(i, negative.value[i]);
      if (!out.denominators.empty()) out.denominators.set(i, negative.denominators[i]);
    }
    return out;
  }
  const Vec b = eval(node.args[1], domain);
  switch (node.op) {
    case Op::kAdd:
      return add(a, b);
    case Op::kSubtract:
      return subtract(a, b);
    case Op::kMultiply:
      return multiply(a, b);
    case Op::kRound:
      return rounded(a, node.rounding, b);
    default:
      assert(node.op == Op::kDivide);
      return divide(a, b);
  }
}

// ---- Every node --------------------------------------------------------------------------------

namespace {

Vec everywhere(const Domain& domain, Mark mark) {
  Vec out = Vec::marked(domain.size, mark);
  out.alike = true;
  return out;
}

void set_points(Vec& out, const Column<int32_t>& points) {
  int64_t* value = out.value.writable();
  for (size_t i = 0; i < points.size(); ++i) value[i] = points[i];
}

}  // namespace

Vec Run::eval(NodeId id, const Domain& domain) {
  const law::Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kConstant: {
      Vec out = Vec::of(domain.size, program_.constants[node.index]);
      out.alike = true;
      return out;
    }
    case Op::kFact:
      return fact(node, domain, false);
    case Op::kHas:
      return fact(node, domain, true);
    case Op::kDefinition:
      return definition_here(node.index, domain);
    case Op::kParam:
      return param(node, domain);
    case Op::kTable:
      return table(node, domain);
    case Op::kToday: {
      Vec out = Vec::constant(domain.size, domain.dates.today.days);
      out.alike = !domain.dates.varies();
      if (domain.dates.varies()) set_points(out, domain.dates.today_at);
      return out;
    }
    case Op::kMonthHere:
    case Op::kYearHere: {
      if (!domain.has_point()) return Vec::marked(domain.size, Mark::kError);
      Vec out = Vec::constant(domain.size, 0);
      set_points(out, node.op == Op::kMonthHere ? domain.month : domain.year);
      return out;
    }
    case Op::kOwn: {
      if (domain.frames.size() == 1) return eval(node.args[0], domain);
      if (domain.home_has_point) return Vec::marked(domain.size, Mark::kHand);
      Domain outside;
      outside.size = domain.size;
      outside.frames = {domain.home()};
      outside.dates = domain.dates;
      outside.base = domain.base;
      outside.previous = domain.previous;
      return eval(node.args[0], outside);
    }
    case Op::kBase:
      return domain.base != nullptr ? *domain.base : Vec::marked(domain.size, Mark::kError);
    case Op::kAnd:
      return conjunction(node, domain, false);
    case Op::kOr:
      return conjunction(node, domain, true);
    case Op::kNot: {
      Vec answer = eval(node.args[0], domain);
      if (answer.value.is_alike()) {
        answer.value = Column<int64_t>::alike(answer.size(), answer.value[0] == 0 ? 1 : 0);
      } else {
        int64_t* value = answer.value.writable();
        equal_to(value, 0, value, answer.size());
      }
      return answer;
    }
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
      return comparison(node, domain);
    case Op::kInPeriod:
      return in_period(node, domain);
    case Op::kMin:
      return extreme(node, domain, false);
    case Op::kMax:
      return extreme(node, domain, true);
    case Op::kRound:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kNegate:
    case Op::kAbsolute:
      return arithmetic(node, domain);
    case Op::kOnDate:
    case Op::kUnderLaw:
      return on_date(node, domain);
    case Op::kEntitledTo:
    case Op::kAmountOf:
    case Op::kBenefitStart:
    case Op::kBenefitEnd:
      return benefit_word(node, domain);
    case Op::kAddMonths:
    case Op::kAddDays:
    case Op::kYearOf:
    case Op::kMonthOf:
    case Op::kDayOf:
    case Op::kWeekdayOf:
    case Op::kFirstDayOf:
    case Op::kLastDayOf:
    case Op::kMonthsBetween:
    case Op::kYearsBetween:
    case Op::kDaysBetween:
    case Op::kWorkingDaysAfter:
      return date_function(node, domain);
    case Op::kSum:
    case Op::kMean:
    case Op::kHighest:
    case Op::kLowest:
    case Op::kFirst:
    case Op::kLast:
    case Op::kAny:
    case Op::kAll:
    case Op::kCount:
    case Op::kMonthsIn:
    case Op::kDaysIn:
    case Op::kStart:
    case Op::kEnd:
    case Op::kLongestGap:
      return aggregate(node, domain);
    case Op::kNotEntitled:
      return everywhere(domain, Mark::kRefused);
    case Op::kNotYet:
      return everywhere(domain, Mark::kIncomplete);
    case Op::kPrevious:
      return domain.previous != nullptr ? *domain.previous : Vec::marked(domain.size, Mark::kError);
    case Op::kPosition:
    case Op::kSoFar:
      return among_siblings(node, domain);
    default:
      return series(node, domain);
  }
}

}  // namespace ansinh::engine::batch
