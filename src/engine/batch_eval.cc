// Scalars: names, logic, comparison and arithmetic.
#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

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

std::vector<uint32_t> Run::rows_of(law::EntityId entity, const Domain& domain) const {
  for (const Frame& frame : domain.frames) {
    if (frame.entity == entity) return frame.row;
    if (!program_.is_within(frame.entity, entity)) continue;
    std::vector<uint32_t> rows = frame.row;
    for (law::EntityId at = frame.entity; at != entity; at = program_.entities[at].parent) {
      const std::vector<uint32_t>& parent = columns_.entities[at].parent;
      for (uint32_t& row : rows) row = parent[row];
    }
    return rows;
  }
  assert(false);  // the checker finds every name
  return std::vector<uint32_t>(domain.size, 0);
}

Domain Run::part_of(const Domain& domain, const Places& places) const {
  Domain out;
  out.size = static_cast<uint32_t>(places.size());
  const auto pick_from = [&](const auto& from) {
    std::remove_cvref_t<decltype(from)> to(places.size());
    for (size_t i = 0; i < places.size(); ++i) to[i] = from[places[i]];
    return to;
  };
  for (const Frame& frame : domain.frames) {
    out.frames.push_back({frame.entity, pick_from(frame.row)});
  }
  out.dates = {domain.dates.law, domain.dates.value, domain.dates.today, {}, {}, {}};
  if (domain.dates.varies()) {
    out.dates.law_at = pick_from(domain.dates.law_at);
    out.dates.value_at = pick_from(domain.dates.value_at);
    out.dates.today_at = pick_from(domain.dates.today_at);
  }
  if (domain.has_point()) {
    out.month = pick_from(domain.month);
    out.year = pick_from(domain.year);
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

Vec Run::fact(const law::Node& node, const Domain& domain, bool is_has) {
  const law::FactInfo& info = program_.facts[node.index];
  const facts::FactColumn& column = columns_.entities[info.entity].facts[info.slot];
  const std::vector<uint32_t> rows = rows_of(info.entity, domain);
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  const bool is_number = info.type.base == law::Base::kNumber && !is_has;
  const bool is_text = info.type.base == law::Base::kText && !is_has;
  if (is_number) out.denominator = column.scale;
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
  if (column.state.empty() && column.all == Cell::kNotGiven) {
    out.mark.assign(domain.size, presumed_mark);
    out.value.assign(domain.size, presumed);
    return out;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const uint32_t row = rows[i];
    switch (column.at(row)) {
      case Cell::kNotGiven:
        out.mark[i] = presumed_mark;
        out.value[i] = presumed;
        break;
      case Cell::kUnknown:
        out.mark[i] = Mark::kUnknown;
        break;
      case Cell::kNone:
        out.mark[i] = is_has ? Mark::kKnown : Mark::kRefused;
        break;
      case Cell::kValue:
        if (is_has) {
          out.value[i] = 1;
        } else if (is_text) {
          out.value[i] = static_cast<int64_t>(
              reinterpret_cast<intptr_t>(&column.texts[static_cast<size_t>(column.value_at(row))]));
        } else {
          out.value[i] = column.value_at(row);
          if (!column.odd.empty() && column.odd.contains(row)) out.mark[i] = Mark::kHand;
        }
        break;
    }
  }
  return out;
}

// ---- Logic -------------------------------------------------------------------------------------

Vec Run::conjunction(const law::Node& node, const Domain& domain, bool dominant) {
  Vec out = Vec::constant(domain.size, dominant ? 0 : 1);
  Places left(domain.size);
  std::iota(left.begin(), left.end(), 0U);
  for (const NodeId arg : node.args) {
    if (left.empty()) break;
    const bool all = left.size() == domain.size;
    const Vec answer = all ? eval(arg, domain) : eval(arg, part_of(domain, left));
    Places open;
    open.reserve(left.size());
    for (size_t i = 0; i < left.size(); ++i) {
      const uint32_t place = left[i];
      if (answer.known(i) && (answer.value[i] != 0) == dominant) {
        out.mark[place] = Mark::kKnown;
        out.value[place] = dominant ? 1 : 0;
      } else {
        out.mark[place] = graver(out.mark[place], answer.mark[i]);
        open.push_back(place);
      }
    }
    left = std::move(open);
  }
  return out;
}

Vec Run::comparison(const law::Node& node, const Domain& domain) {
  const Vec a = eval(node.args[0], domain);
  const Vec b = eval(node.args[1], domain);
  const law::Base base = program_.nodes[node.args[0]].type.base;
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  for (size_t i = 0; i < domain.size; ++i) {
    out.mark[i] = graver(a.mark[i], b.mark[i]);
    if (!out.known(i)) continue;
    bool holds = false;
    switch (node.op) {
      case Op::kEqual:
        holds = equal_at(a, b, i, base);
        break;
      case Op::kNotEqual:
        holds = !equal_at(a, b, i, base);
        break;
      case Op::kLess:
        holds = less_at(a, b, i, base);
        break;
      default:
        holds = !less_at(b, a, i, base);
        break;
    }
    out.value[i] = holds ? 1 : 0;
  }
  return out;
}

Vec Run::extreme(const law::Node& node, const Domain& domain, bool greatest) {
  const law::Base base = node.type.base;
  Vec best = eval(node.args[0], domain);
  for (size_t a = 1; a < node.args.size(); ++a) {
    const Vec next = eval(node.args[a], domain);
    if (next.denominator != best.denominator || !next.denominators.empty()) {
      if (best.denominators.empty()) best.denominators.assign(best.size(), best.denominator);
    }
    for (size_t i = 0; i < domain.size; ++i) {
      best.mark[i] = graver(best.mark[i], next.mark[i]);
      if (!best.known(i)) continue;
      bool takes = false;
      if (base == law::Base::kNumber) {
        const int order = compare_numbers(best, i, next, i);
        takes = greatest ? order < 0 : order > 0;
      } else {
        takes = greatest ? best.value[i] < next.value[i] : next.value[i] < best.value[i];
      }
      if (!takes) continue;
      best.value[i] = next.value[i];
      if (!best.denominators.empty()) best.denominators[i] = next.denominator_of(i);
    }
  }
  return best;
}

Vec Run::arithmetic(const law::Node& node, const Domain& domain) {
  Vec a = eval(node.args[0], domain);
  if (node.args.size() == 1) {
    for (size_t i = 0; i < a.size(); ++i) {
      if (node.op == Op::kNegate || a.value[i] < 0) a.value[i] = -a.value[i];
    }
    return a;
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
      return rounded(std::move(a), node.rounding, b);
    default:
      assert(node.op == Op::kDivide);
      return divide(a, b);
  }
}

// ---- Every node --------------------------------------------------------------------------------

Vec Run::eval(NodeId id, const Domain& domain) {
  const law::Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kConstant:
      return Vec::of(domain.size, program_.constants[node.index]);
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
      for (size_t i = 0; i < domain.size && domain.dates.varies(); ++i) {
        out.value[i] = domain.dates.today_at[i];
      }
      return out;
    }
    case Op::kMonthHere:
    case Op::kYearHere: {
      if (!domain.has_point()) return Vec::marked(domain.size, Mark::kError);
      Vec out = Vec::constant(domain.size, 0);
      const std::vector<int32_t>& point = node.op == Op::kMonthHere ? domain.month : domain.year;
      std::ranges::copy(point, out.value.begin());
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
      for (int64_t& value : answer.value) value = value == 0 ? 1 : 0;
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
      return Vec::marked(domain.size, Mark::kRefused);
    case Op::kNotYet:
      return Vec::marked(domain.size, Mark::kIncomplete);
    case Op::kPrevious:
      return domain.previous != nullptr ? *domain.previous : Vec::marked(domain.size, Mark::kError);
    case Op::kPosition:
    case Op::kSoFar:
      return Vec::marked(domain.size, Mark::kHand);
    default:
      return series(node, domain);
  }
}

}  // namespace ansinh::engine::batch
