// The range of every value, narrowed by the conditions under which it stands.
#include <algorithm>

#include "law/analysis.h"
#include "law/check.h"
#include "law/types.h"

namespace ansinh::law {

namespace {

constexpr int64_t kRowsMax = 100'000;
constexpr int64_t kMonthsMax = 4'200;
constexpr int64_t kDaysMax = 130'000;

}  // namespace

Range Analysis::range(NodeId id, const Facts& facts) {
  const Node& node = program_.nodes[id];
  Range result = bare_range(node, id, facts);
  if (const auto it = facts.nodes.find(id); it != facts.nodes.end())
    result = intersected(result, it->second);
  return result;
}

Range Analysis::rows_range(const CellValue& cell, const Type&, std::optional<Range>& all) {
  if (cell.hole != Hole::kNotAHole) return all.value_or(Range{});
  const Rational value = as_number(cell.value);
  const Range one{value, value, value.is_negative() ? -value : value};
  all = all ? united(*all, one) : one;
  return *all;
}

Range Analysis::bare_range(const Node& node, NodeId id, const Facts& facts) {
  Range fallback = default_range(node.type, program_);
  switch (node.op) {
    case Op::kConstant: {
      const Rational value = as_number(program_.constants[node.index]);
      return {value, value, value.is_negative() ? -value : value};
    }
    case Op::kFact: {
      const FactInfo& fact = program_.facts[node.index];
      Range r = fallback;
      if (fact.low) r.low = fact.low, r.high = fact.high;
      if (fact.low_date) {
        const bool month = is_month(fact.type);
        r.low = Rational(month ? Month::of(*fact.low_date).months : fact.low_date->days);
        r.high = Rational(month ? Month::of(*fact.high_date).months : fact.high_date->days);
      }
      return r;
    }
    case Op::kDefinition:
      return definition_range(node.index);
    case Op::kParam: {
      std::optional<Range> all;
      for (const ParamRow& row : program_.params[node.index].rows)
        rows_range(row.value, node.type, all);
      return all.value_or(fallback);
    }
    case Op::kTable: {
      for (const NodeId arg : node.args) range(arg, facts);
      std::optional<Range> all;
      for (const TableVersion& version : program_.tables[node.index].versions)
        for (const TableRow& row : version.rows) rows_range(row.value, node.type, all);
      return all.value_or(fallback);
    }
    case Op::kBase:
      return base_.value_or(fallback);
    case Op::kPosition:
      return {Rational(1), Rational(kRowsMax), Rational(1)};
    case Op::kSoFar: {
      const Range one = definitions_[node.index] ? *definitions_[node.index] : fallback;
      Range r = multiplied(one, {Rational(0), Rational(kRowsMax), Rational(1)});
      if (r.low && Rational(0) < *r.low) r.low = Rational(0);
      r.measure = one.measure ? one.measure : fallback.measure;
      return r;
    }
    case Op::kYearHere:
    case Op::kYearOf:
      return {Rational(1850), Rational(2199), Rational(1)};
    case Op::kDayOf:
      return {Rational(1), Rational(31), Rational(1)};
    case Op::kWeekdayOf:
      return {Rational(1), Rational(7), Rational(1)};
    case Op::kMonthsBetween:
      return {Rational(-kMonthsMax), Rational(kMonthsMax), Rational(1)};
    case Op::kYearsBetween:
      return {Rational(-kMonthsMax), Rational(kMonthsMax), Rational(12)};
    case Op::kDaysBetween:
      return {Rational(-kDaysMax), Rational(kDaysMax), Rational(1)};
    case Op::kMonthsIn:
      range(node.args[0], facts);
      return {Rational(0), Rational(kMonthsMax), Rational(1)};
    case Op::kDaysIn:
    case Op::kLongestGap:
      range(node.args[0], facts);
      return {Rational(0), Rational(kDaysMax), Rational(1)};
    case Op::kCount:
      range(node.args[0], facts);
      return {Rational(0), Rational(kRowsMax), Rational(1)};
    case Op::kAmountOf:
      return fallback;
    case Op::kOwn:
      return range(node.args[0], Facts{});
    case Op::kOnDate:
    case Op::kUnderLaw:
      range(node.args[1], facts);
      return range(node.args[0], Facts{});
    case Op::kMin:
    case Op::kMax: {
      Range r = range(node.args[0], facts);
      for (size_t i = 1; i < node.args.size(); ++i) {
        const Range b = range(node.args[i], facts);
        const auto pick = [&](const std::optional<Rational>& x, const std::optional<Rational>& y,
                              bool high) -> std::optional<Rational> {
          const bool min = node.op == Op::kMin;
          if (x && y) return min ? std::min(*x, *y) : std::max(*x, *y);
          return min == high ? (x ? x : y) : std::nullopt;
        };
        const Range all = united(r, b);
        r = {pick(r.low, b.low, false), pick(r.high, b.high, true), all.measure};
      }
      return r;
    }
    case Op::kRound: {
      Range r = range(node.args[0], facts);
      const Rational step = constant(node.args[1]);
      if (r.low) r.low = r.low->rounded(node.rounding, step);
      if (r.high) r.high = r.high->rounded(node.rounding, step);
      r.measure = step;
      return r;
    }
    case Op::kAdd:
      return added(range(node.args[0], facts), range(node.args[1], facts));
    case Op::kSubtract: {
      Range r = added(range(node.args[0], facts), negated(range(node.args[1], facts)));
      if (const auto it = facts.differences.find({node.args[0], node.args[1]});
          it != facts.differences.end())
        r = intersected(r, it->second);
      if (const auto it = facts.differences.find({node.args[1], node.args[0]});
          it != facts.differences.end())
        r = intersected(r, negated(it->second));
      return r;
    }
    case Op::kNegate:
      return negated(range(node.args[0], facts));
    case Op::kAbsolute: {
      const Range a = range(node.args[0], facts);
      const Range n = negated(a);
      Range r = united(a, n);
      r.low = Rational(0);
      if (a.low && Rational(0) < *a.low) r.low = a.low;
      if (n.low && Rational(0) < *n.low) r.low = n.low;
      return r;
    }
    case Op::kMultiply:
      return multiplied(range(node.args[0], facts), range(node.args[1], facts));
    case Op::kDivide: {
      const Range a = range(node.args[0], facts);
      const Range b = range(node.args[1], facts);
      if (auto r = divided(a, b)) return *r;
      if (reported_.insert(id).second) {
        const bool zero = !facts.nonzero.contains(node.args[1]) &&
                          (!b.low || *b.low <= Rational(0)) && (!b.high || !b.high->is_negative());
        const Text divisor{sentence(node.args[1], program_, Language::kVietnamese),
                           sentence(node.args[1], program_, Language::kEnglish)};
        report_(zero ? "division-by-zero" : "unbounded", node.span,
                zero ? Text{"số chia “" + divisor.vi + "” có thể bằng 0",
                            "the divisor “" + divisor.en + "” may be zero"}
                     : Text{"không giới hạn được kết quả của phép chia",
                            "the result of this division cannot be bounded"},
                zero ? Text{"đặt trong một “when” nói rằng số chia lớn hơn 0, dùng “at least …” "
                            "cho số chia, hoặc khai báo “range” của dữ kiện",
                            "put it into a “when” that says the divisor is above zero, use “at "
                            "least …” on the divisor, or declare the “range” of the fact"}
                     : Text{"số chia có thể gần 0 tùy ý: làm tròn số chia trước, hoặc dùng “at "
                            "least …” cho số chia",
                            "the divisor may be as near to zero as it likes: round it first, or "
                            "use “at least …” on it"});
      }
      return {fallback.low, fallback.high, std::nullopt};
    }
    case Op::kAddMonths:
    case Op::kAddDays: {
      range(node.args[0], facts);
      const Range n = range(node.args[1], facts);
      if (!n.measure || (!n.measure->is_zero() && !n.measure->is_integer())) {
        if (reported_.insert(id).second)
          report_("fraction", program_.nodes[node.args[1]].span,
                  {"chỉ cộng được số tháng, số ngày nguyên vào một ngày",
                   "only whole months or days can be added to a date"},
                  {"làm tròn trước: “rounded down to 1 month”",
                   "round it first: “rounded down to 1 month”"});
      }
      return fallback;
    }
    case Op::kSum:
    case Op::kMean:
    case Op::kHighest:
    case Op::kLowest:
    case Op::kFirst:
    case Op::kLast:
    case Op::kAny:
    case Op::kAll: {
      range(node.args[1], facts);
      Facts inner;
      const Node& over = program_.nodes[node.args[1]];
      if (over.op == Op::kWhere) assume(over.args[1], true, inner);
      Range r = range(node.args[0], inner);
      if (node.op == Op::kSum) {
        const Grain grain = over.type.grain;
        const int64_t most = grain == Grain::kMonths ? kMonthsMax
                             : grain == Grain::kDays ? kDaysMax
                                                     : kRowsMax;
        const auto measure = r.measure;
        r = united(multiplied(r, {Rational(most), Rational(most), Rational(1)}),
                   {Rational(0), Rational(0), Rational(0)});
        r.measure = measure;
      } else if (node.op == Op::kMean) {
        r.measure = std::nullopt;
      }
      return r;
    }
    default:
      for (const NodeId arg : node.args) range(arg, facts);
      return fallback;
  }
}

void Analysis::compare(NodeId a, NodeId b, bool strict, Facts& facts) {
  const Node& na = program_.nodes[a];
  if (!is_number(na.type) && !is_date(na.type) && !is_month(na.type)) return;
  if (strict && is_constant(b) && constant(b) <= Rational(0)) facts.nonzero.insert(a);
  if (strict && is_constant(a) && Rational(0) <= constant(a)) facts.nonzero.insert(b);
  if (is_constant(b)) {
    facts.nodes[a] = below(range(a, facts), constant(b), strict);
  } else if (is_constant(a)) {
    facts.nodes[b] = above(range(b, facts), constant(a), strict);
  } else {
    const Range difference = added(range(b, facts), negated(range(a, facts)));
    facts.differences[{b, a}] = above(difference, Rational(0), strict);
    // The bounds of one are bounds of the other.
    const Range ra = range(a, facts);
    const Range rb = range(b, facts);
    if (ra.low) facts.nodes[b] = above(rb, *ra.low, strict);
    if (rb.high) facts.nodes[a] = below(ra, *rb.high, strict);
  }
}

void Analysis::assume(NodeId id, bool holds, Facts& facts) {
  const Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kNot:
      assume(node.args[0], !holds, facts);
      break;
    case Op::kAnd:
      if (holds)
        for (const NodeId arg : node.args) assume(arg, true, facts);
      break;
    case Op::kOr:
      if (!holds)
        for (const NodeId arg : node.args) assume(arg, false, facts);
      break;
    case Op::kLess:
      if (holds)
        compare(node.args[0], node.args[1], true, facts);
      else
        compare(node.args[1], node.args[0], false, facts);
      break;
    case Op::kLessEqual:
      if (holds)
        compare(node.args[0], node.args[1], false, facts);
      else
        compare(node.args[1], node.args[0], true, facts);
      break;
    case Op::kEqual:
    case Op::kNotEqual: {
      const Type& type = program_.nodes[node.args[0]].type;
      if (!is_number(type) && !is_date(type) && !is_month(type)) break;
      if ((node.op == Op::kEqual) == holds) {
        compare(node.args[0], node.args[1], false, facts);
        compare(node.args[1], node.args[0], false, facts);
      } else if (is_constant(node.args[1])) {
        const Range r = range(node.args[0], facts);
        const Rational value = constant(node.args[1]);
        if (r.low && *r.low == value) facts.nodes[node.args[0]] = above(r, value, true);
        if (r.high && *r.high == value) facts.nodes[node.args[0]] = below(r, value, true);
      }
      break;
    }
    default:
      break;
  }
}

Range Analysis::branches_range(const std::vector<BranchRule>& branches, const Facts& outer) {
  std::optional<Range> all;
  Facts before = outer;
  for (const BranchRule& branch : branches) {
    Facts facts = branch.in_order || branch.condition == kNoId ? before : outer;
    if (branch.condition != kNoId) {
      range(branch.condition, branch.in_order ? before : outer);
      assume(branch.condition, true, facts);
      assume(branch.condition, false, before);
    }
    const Op op = program_.nodes[branch.result].op;
    if (op == Op::kNotEntitled || op == Op::kNotYet) continue;
    const Range one = range(branch.result, facts);
    all = all ? united(*all, one) : one;
  }
  return all.value_or(Range{Rational(0), Rational(0), Rational(0)});
}

Range Analysis::exceptions_range(const std::vector<ExceptionRule>& rules, const Range& base,
                                 const Type& type) {
  Range all = base;
  for (const ExceptionRule& rule : rules) {
    const auto saved = base_;
    base_ = base;
    Range one = branches_range(rule.branches, nothing_);
    base_ = saved;
    one = exceptions_range(rule.exceptions, one, type);
    all = united(all, one);
  }
  return all;
}

Range Analysis::version_range(const DefinitionInfo& info, const DefinitionVersion& version) {
  Range r;
  if (version.is_carry) {
    r = range(version.carry_start, nothing_);
    range(version.carry_date, nothing_);
    for (const CarryStepRule& step : version.steps) r = united(r, range(step.value, nothing_));
    return r;
  }
  r = branches_range(version.branches, nothing_);
  for (const FinishRule& finish : version.finish) {
    const Range bound = range(finish.argument, nothing_);
    if (finish.kind == ExprKind::kRounded) {
      const Rational step = constant(finish.argument);
      if (r.low) r.low = r.low->rounded(finish.rounding, step);
      if (r.high) r.high = r.high->rounded(finish.rounding, step);
      r.measure = step;
      continue;
    }
    const Range all = united(r, bound);
    if (finish.kind == ExprKind::kAtMost) {
      if (bound.high && (!r.high || *bound.high < *r.high)) r.high = bound.high;
      if (r.low && (!bound.low || *bound.low < *r.low)) r.low = bound.low;
    } else {
      if (bound.low && (!r.low || *r.low < *bound.low)) r.low = bound.low;
      if (r.high && (!bound.high || *r.high < *bound.high)) r.high = bound.high;
    }
    r.measure = all.measure;
  }
  (void)info;
  return exceptions_range(version.exceptions, r, info.type);
}

Range Analysis::definition_range(DefinitionId id) {
  if (definitions_[id]) return *definitions_[id];
  const DefinitionInfo& info = program_.definitions[id];
  const auto computed = [&](Range before) {  // by what it gave before, for a look back at itself
    definitions_[id] = std::move(before);
    std::optional<Range> all;
    for (const DefinitionVersion& version : info.versions) {
      const Range one = version_range(info, version);
      all = all ? united(*all, one) : one;
    }
    return all.value_or(Range{});
  };
  // What starts above zero and stays there never goes below: else earlier values may be negative.
  const Range usual = default_range(info.type, program_);
  Range found = computed(usual);
  if (is_number(info.type) && (!found.low || found.low->is_negative()))
    found = computed(united(usual, negated(usual)));
  definitions_[id] = found;
  return *definitions_[id];
}

}  // namespace ansinh::law
