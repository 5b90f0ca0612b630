// What can be known of the rules before anything runs: ranges of values, cases that overlap or leave
// gaps, conditions that are always true or false, paid amounts that are not whole.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "law/checker.h"
#include "law/ranges.h"

namespace ansinh::law {

namespace {

constexpr size_t kCellsMax = 400'000;
constexpr int64_t kRowsMax = 100'000;
constexpr int64_t kMonthsMax = 4'200;
constexpr int64_t kDaysMax = 130'000;

using Report = std::function<void(std::string, const Span&, Text, Text)>;

// What holds where an expression stands: narrower ranges of nodes, and of differences of two nodes.
struct Facts {
  std::map<NodeId, Range> nodes;
  std::map<std::pair<NodeId, NodeId>, Range> differences;
  std::set<NodeId> nonzero;  // where no measure tells how far from zero
};

class Analysis {
 public:
  Analysis(const Program& program, Report report)
      : program_(program), report_(std::move(report)), definitions_(program.definitions.size()) {}

  void run();

 private:
  Range range(NodeId id, const Facts& facts);
  Range bare_range(const Node& node, NodeId id, const Facts& facts);
  Range definition_range(DefinitionId id);
  Range version_range(const DefinitionInfo& info, const DefinitionVersion& version);
  Range branches_range(const std::vector<BranchRule>& branches, const Facts& outer);
  Range exceptions_range(const std::vector<ExceptionRule>& rules, const Range& base, const Type& type);
  Range rows_range(const CellValue& cell, const Type& type, std::optional<Range>& all);
  void assume(NodeId condition, bool holds, Facts& facts);
  void compare(NodeId a, NodeId b, bool strict, Facts& facts);  // a < b (or <=) holds
  bool is_constant(NodeId id) const { return program_.nodes[id].op == Op::kConstant; }
  Rational constant(NodeId id) const { return as_number(program_.constants[program_.nodes[id].index]); }

  // Regions.
  struct Variable {
    enum Kind : uint8_t { kBool, kEnum, kNumber, kDifference } kind;
    NodeId a = kNoId, b = kNoId;
    std::vector<Rational> bounds;  // kNumber, then the points
    std::vector<Rational> points;
    std::vector<Range> cells;      // kNumber: the values for which each point stands
    Range of_a, of_b;              // kDifference: the ranges of its ends
  };
  struct Regions {
    std::vector<Variable> variables;
    size_t cells = 1;
  };
  NodeId inlined(NodeId id) const;
  void collect(NodeId id, Regions& regions, const Facts& facts);
  Variable& variable(Regions& regions, Variable::Kind kind, NodeId a, NodeId b);
  void finish(Regions& regions, const Facts& facts);
  bool holds(NodeId id, const Regions& regions, const std::vector<size_t>& at) const;
  Rational at_of(const Regions& regions, Variable::Kind kind, NodeId a, NodeId b, const std::vector<size_t>& at) const;
  static void step(const Regions& regions, size_t cell, std::vector<size_t>& at);
  // Are there values in this cell? Signs of differences must fit the cells of their ends.
  static bool possible(const Regions& regions, const std::vector<size_t>& at);
  static const Range& cell_of(const Regions& regions, NodeId id, const Range& otherwise, const std::vector<size_t>& at);
  static std::vector<Rational> values_in(const Regions& regions, const std::vector<size_t>& at);
  std::string witness(const Regions& regions, const std::vector<size_t>& at, Language language) const;
  Text witness(const Regions& regions, const std::vector<size_t>& at) const {
    return {witness(regions, at, Language::kVietnamese), witness(regions, at, Language::kEnglish)};
  }
  void check_branches(const std::vector<BranchRule>& branches, bool total, const Span& span, const Facts& facts);
  void check_exceptions(const std::vector<ExceptionRule>& rules);
  bool is_range(const Node& node) const;
  void check_condition(NodeId id, const Facts& facts, bool inside);
  void check_series_conditions();
  void check_payments(const BenefitInfo& benefit, const BenefitVersion& version);

  const Program& program_;
  Report report_;
  std::vector<std::optional<Range>> definitions_;
  std::set<NodeId> reported_;
  std::set<NodeId> condition_checked_;
  std::optional<Range> base_;
  Facts nothing_;
};

Range Analysis::range(NodeId id, const Facts& facts) {
  const Node& node = program_.nodes[id];
  Range result = bare_range(node, id, facts);
  if (const auto it = facts.nodes.find(id); it != facts.nodes.end()) result = intersected(result, it->second);
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
  const Range fallback = default_range(node.type, program_);
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
    case Op::kDefinition: return definition_range(node.index);
    case Op::kParam: {
      std::optional<Range> all;
      for (const ParamRow& row : program_.params[node.index].rows) rows_range(row.value, node.type, all);
      return all.value_or(fallback);
    }
    case Op::kTable: {
      for (const NodeId arg : node.args) range(arg, facts);
      std::optional<Range> all;
      for (const TableVersion& version : program_.tables[node.index].versions)
        for (const TableRow& row : version.rows) rows_range(row.value, node.type, all);
      return all.value_or(fallback);
    }
    case Op::kBase: return base_.value_or(fallback);
    case Op::kPosition: return {Rational(1), Rational(kRowsMax), Rational(1)};
    case Op::kSoFar: {
      const Range one = definitions_[node.index] ? *definitions_[node.index] : fallback;
      Range r = multiplied(one, {Rational(0), Rational(kRowsMax), Rational(1)});
      if (r.low && Rational(0) < *r.low) r.low = Rational(0);
      r.measure = one.measure ? one.measure : fallback.measure;
      return r;
    }
    case Op::kYearHere:
    case Op::kYearOf: return {Rational(1850), Rational(2199), Rational(1)};
    case Op::kDayOf: return {Rational(1), Rational(31), Rational(1)};
    case Op::kWeekdayOf: return {Rational(1), Rational(7), Rational(1)};
    case Op::kMonthsBetween: return {Rational(-kMonthsMax), Rational(kMonthsMax), Rational(1)};
    case Op::kYearsBetween: return {Rational(-kMonthsMax), Rational(kMonthsMax), Rational(12)};
    case Op::kDaysBetween: return {Rational(-kDaysMax), Rational(kDaysMax), Rational(1)};
    case Op::kMonthsIn: range(node.args[0], facts); return {Rational(0), Rational(kMonthsMax), Rational(1)};
    case Op::kDaysIn: range(node.args[0], facts); return {Rational(0), Rational(kDaysMax), Rational(1)};
    case Op::kLongestGap: range(node.args[0], facts); return {Rational(0), Rational(kDaysMax), Rational(1)};
    case Op::kCount: range(node.args[0], facts); return {Rational(0), Rational(kRowsMax), Rational(1)};
    case Op::kAmountOf: return fallback;
    case Op::kOwn: return range(node.args[0], Facts{});
    case Op::kOnDate:
    case Op::kUnderLaw: range(node.args[1], facts); return range(node.args[0], Facts{});
    case Op::kMin:
    case Op::kMax: {
      Range r = range(node.args[0], facts);
      for (size_t i = 1; i < node.args.size(); ++i) {
        const Range b = range(node.args[i], facts);
        const auto pick = [&](const std::optional<Rational>& x, const std::optional<Rational>& y, bool high) -> std::optional<Rational> {
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
    case Op::kAdd: return added(range(node.args[0], facts), range(node.args[1], facts));
    case Op::kSubtract: {
      Range r = added(range(node.args[0], facts), negated(range(node.args[1], facts)));
      if (const auto it = facts.differences.find({node.args[0], node.args[1]}); it != facts.differences.end()) r = intersected(r, it->second);
      if (const auto it = facts.differences.find({node.args[1], node.args[0]}); it != facts.differences.end()) r = intersected(r, negated(it->second));
      return r;
    }
    case Op::kNegate: return negated(range(node.args[0], facts));
    case Op::kAbsolute: {
      const Range a = range(node.args[0], facts);
      const Range n = negated(a);
      Range r = united(a, n);
      r.low = Rational(0);
      if (a.low && Rational(0) < *a.low) r.low = a.low;
      if (n.low && Rational(0) < *n.low) r.low = n.low;
      return r;
    }
    case Op::kMultiply: return multiplied(range(node.args[0], facts), range(node.args[1], facts));
    case Op::kDivide: {
      const Range a = range(node.args[0], facts);
      const Range b = range(node.args[1], facts);
      if (auto r = divided(a, b)) return *r;
      if (reported_.insert(id).second) {
        const bool zero = !facts.nonzero.contains(node.args[1]) && (!b.low || *b.low <= Rational(0)) && (!b.high || !b.high->is_negative());
        const Text divisor{sentence(node.args[1], program_, Language::kVietnamese), sentence(node.args[1], program_, Language::kEnglish)};
        report_(zero ? "division-by-zero" : "unbounded", node.span,
                zero ? Text{"số chia “" + divisor.vi + "” có thể bằng 0", "the divisor “" + divisor.en + "” may be zero"}
                     : Text{"không giới hạn được kết quả của phép chia", "the result of this division cannot be bounded"},
                zero ? Text{"đặt trong một “when” nói rằng số chia lớn hơn 0, dùng “at least …” cho số chia, hoặc khai báo “range” của dữ kiện",
                            "put it into a “when” that says the divisor is above zero, use “at least …” on the divisor, or declare the “range” of the fact"}
                     : Text{"số chia có thể gần 0 tùy ý: làm tròn số chia trước, hoặc dùng “at least …” cho số chia",
                            "the divisor may be as near to zero as it likes: round it first, or use “at least …” on it"});
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
                  {"chỉ cộng được số tháng, số ngày nguyên vào một ngày", "only whole months or days can be added to a date"},
                  {"làm tròn trước: “rounded down to 1 month”", "round it first: “rounded down to 1 month”"});
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
        const int64_t most = grain == Grain::kMonths ? kMonthsMax : grain == Grain::kDays ? kDaysMax : kRowsMax;
        const auto measure = r.measure;
        r = united(multiplied(r, {Rational(most), Rational(most), Rational(1)}), {Rational(0), Rational(0), Rational(0)});
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
    case Op::kNot: assume(node.args[0], !holds, facts); break;
    case Op::kAnd:
      if (holds)
        for (const NodeId arg : node.args) assume(arg, true, facts);
      break;
    case Op::kOr:
      if (!holds)
        for (const NodeId arg : node.args) assume(arg, false, facts);
      break;
    case Op::kLess:
      if (holds) compare(node.args[0], node.args[1], true, facts);
      else compare(node.args[1], node.args[0], false, facts);
      break;
    case Op::kLessEqual:
      if (holds) compare(node.args[0], node.args[1], false, facts);
      else compare(node.args[1], node.args[0], true, facts);
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
    default: break;
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

Range Analysis::exceptions_range(const std::vector<ExceptionRule>& rules, const Range& base, const Type& type) {
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
  if (is_number(info.type) && (!found.low || found.low->is_negative())) found = computed(united(usual, negated(usual)));
  definitions_[id] = found;
  return *definitions_[id];
}

// ---- Regions -----------------------------------------------------------------------------------

// A yes/no definition that is one plain formula stands for that formula.
NodeId Analysis::inlined(NodeId id) const {
  for (int depth = 0; depth < 8; ++depth) {
    const Node& node = program_.nodes[id];
    if (node.op != Op::kDefinition || node.type.base != Base::kYesNo) break;
    const DefinitionInfo& info = program_.definitions[node.index];
    if (info.versions.size() != 1 || !info.versions[0].exceptions.empty() || info.versions[0].branches.size() != 1 || info.versions[0].order != kNoId || !info.versions[0].not_yet.empty()) break;
    id = info.versions[0].branches[0].result;
  }
  return id;
}

Analysis::Variable& Analysis::variable(Regions& regions, Variable::Kind kind, NodeId a, NodeId b) {
  for (Variable& v : regions.variables)
    if (v.kind == kind && v.a == a && v.b == b) return v;
  regions.variables.push_back({kind, a, b, {}, {}, {}, {}, {}});
  return regions.variables.back();
}

void Analysis::collect(NodeId id, Regions& regions, const Facts& facts) {
  id = inlined(id);
  const Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kConstant: return;
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
      for (const NodeId arg : node.args) collect(arg, regions, facts);
      return;
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kEqual:
    case Op::kNotEqual: {
      const NodeId a = node.args[0];
      const NodeId b = node.args[1];
      const Type& type = program_.nodes[a].type;
      const bool number = is_number(type) || is_date(type) || is_month(type);
      if (number && is_constant(b)) variable(regions, Variable::kNumber, a, kNoId).bounds.push_back(constant(b));
      else if (number && is_constant(a)) variable(regions, Variable::kNumber, b, kNoId).bounds.push_back(constant(a));
      else if (number) variable(regions, Variable::kDifference, std::min(a, b), std::max(a, b));
      else if (type.base == Base::kEnum && is_constant(b)) variable(regions, Variable::kEnum, a, kNoId);
      else if (type.base == Base::kEnum && is_constant(a)) variable(regions, Variable::kEnum, b, kNoId);
      else if (type.base == Base::kYesNo && is_constant(b)) collect(a, regions, facts);
      else variable(regions, Variable::kBool, id, kNoId);
      return;
    }
    default: variable(regions, Variable::kBool, id, kNoId);
  }
}

void Analysis::finish(Regions& regions, const Facts& facts) {
  regions.cells = 1;
  for (Variable& v : regions.variables) {
    switch (v.kind) {
      case Variable::kBool: v.points = {Rational(0), Rational(1)}; break;
      case Variable::kEnum:
        v.points.clear();
        for (size_t m = 0; m < program_.enums[program_.nodes[v.a].type.enumeration].members.size(); ++m) v.points.emplace_back(static_cast<int64_t>(m));
        break;
      case Variable::kNumber: {
        const Range whole = range(v.a, facts);
        v.points = probe_points(whole, v.bounds);
        v.cells.clear();
        for (const Rational& point : v.points) {
          Range cell = whole;
          for (const Rational& bound : v.bounds) {
            if (bound < point) cell = above(cell, bound, true);
            else if (point < bound) cell = below(cell, bound, true);
            else cell = {point, point, whole.measure};
            if (bound == point) break;
          }
          v.cells.push_back(std::move(cell));
        }
        break;
      }
      case Variable::kDifference: {
        v.of_a = range(v.a, facts);
        v.of_b = range(v.b, facts);
        const Range d = added(v.of_a, negated(v.of_b));
        v.points.clear();
        if (!d.low || d.low->is_negative()) v.points.emplace_back(-1);
        if ((!d.low || *d.low <= Rational(0)) && (!d.high || !d.high->is_negative())) v.points.emplace_back(0);
        if (!d.high || Rational(0) < *d.high) v.points.emplace_back(1);
        break;
      }
    }
    if (v.points.empty()) {
      v.points.emplace_back(0);
      if (v.kind == Variable::kNumber) v.cells.emplace_back();
    }
    regions.cells = regions.cells > kCellsMax ? regions.cells : regions.cells * v.points.size();
  }
}

Rational Analysis::at_of(const Regions& regions, Variable::Kind kind, NodeId a, NodeId b, const std::vector<size_t>& at) const {
  for (size_t i = 0; i < regions.variables.size(); ++i) {
    const Variable& v = regions.variables[i];
    if (v.kind == kind && v.a == a && v.b == b) return v.points[at[i]];
  }
  return 0;
}

bool Analysis::holds(NodeId id, const Regions& regions, const std::vector<size_t>& at) const {
  id = inlined(id);
  const Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kConstant: return std::get<bool>(program_.constants[node.index]);
    case Op::kAnd: return std::all_of(node.args.begin(), node.args.end(), [&](NodeId arg) { return holds(arg, regions, at); });
    case Op::kOr: return std::any_of(node.args.begin(), node.args.end(), [&](NodeId arg) { return holds(arg, regions, at); });
    case Op::kNot: return !holds(node.args[0], regions, at);
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kEqual:
    case Op::kNotEqual: {
      const NodeId a = node.args[0];
      const NodeId b = node.args[1];
      const Type& type = program_.nodes[a].type;
      const bool number = is_number(type) || is_date(type) || is_month(type);
      Rational x, y;
      if (number && is_constant(b)) {
        x = at_of(regions, Variable::kNumber, a, kNoId, at);
        y = constant(b);
      } else if (number && is_constant(a)) {
        x = constant(a);
        y = at_of(regions, Variable::kNumber, b, kNoId, at);
      } else if (number) {
        x = at_of(regions, Variable::kDifference, std::min(a, b), std::max(a, b), at);
        if (a > b) x = -x;
        y = 0;
      } else if (type.base == Base::kEnum && is_constant(b)) {
        x = at_of(regions, Variable::kEnum, a, kNoId, at);
        y = Rational(static_cast<int64_t>(std::get<uint32_t>(program_.constants[program_.nodes[b].index])));
      } else if (type.base == Base::kEnum && is_constant(a)) {
        x = at_of(regions, Variable::kEnum, b, kNoId, at);
        y = Rational(static_cast<int64_t>(std::get<uint32_t>(program_.constants[program_.nodes[a].index])));
      } else if (type.base == Base::kYesNo && is_constant(b)) {
        const bool same = holds(a, regions, at) == std::get<bool>(program_.constants[program_.nodes[b].index]);
        return same == (node.op == Op::kEqual);
      } else {
        return at_of(regions, Variable::kBool, id, kNoId, at) == Rational(1);
      }
      switch (node.op) {
        case Op::kLess: return x < y;
        case Op::kLessEqual: return x <= y;
        case Op::kEqual: return x == y;
        default: return !(x == y);
      }
    }
    default: return at_of(regions, Variable::kBool, id, kNoId, at) == Rational(1);
  }
}

void Analysis::step(const Regions& regions, size_t cell, std::vector<size_t>& at) {
  at.resize(regions.variables.size());
  for (size_t i = 0; i < at.size(); ++i) {
    at[i] = cell % regions.variables[i].points.size();
    cell /= regions.variables[i].points.size();
  }
}

const Range& Analysis::cell_of(const Regions& regions, NodeId id, const Range& otherwise, const std::vector<size_t>& at) {
  for (size_t i = 0; i < regions.variables.size(); ++i) {
    const Variable& v = regions.variables[i];
    if (v.kind == Variable::kNumber && v.a == id) return v.cells[at[i]];
  }
  return otherwise;
}

bool Analysis::possible(const Regions& regions, const std::vector<size_t>& at) {
  for (size_t i = 0; i < regions.variables.size(); ++i) {
    const Variable& v = regions.variables[i];
    if (v.kind != Variable::kDifference) continue;
    const Range d = added(cell_of(regions, v.a, v.of_a, at), negated(cell_of(regions, v.b, v.of_b, at)));
    const Rational& sign = v.points[at[i]];
    const Rational zero = 0;
    if (sign.is_negative() ? d.low && zero <= *d.low : zero < sign ? d.high && *d.high <= zero : (d.low && zero < *d.low) || (d.high && d.high->is_negative())) return false;
  }
  return true;
}

// The point of every variable; where a difference says that one is less than the other, values of
// their cells that are.
std::vector<Rational> Analysis::values_in(const Regions& regions, const std::vector<size_t>& at) {
  std::vector<Rational> values;
  for (size_t i = 0; i < regions.variables.size(); ++i) values.push_back(regions.variables[i].points[at[i]]);
  const auto index = [&](NodeId id) -> size_t {
    for (size_t i = 0; i < regions.variables.size(); ++i)
      if (regions.variables[i].kind == Variable::kNumber && regions.variables[i].a == id) return i;
    return regions.variables.size();
  };
  for (size_t i = 0; i < regions.variables.size(); ++i) {
    const Variable& v = regions.variables[i];
    if (v.kind != Variable::kDifference) continue;
    const size_t a = index(v.a);
    const size_t b = index(v.b);
    const bool has_a = a < values.size();
    const bool has_b = b < values.size();
    const Range& in_a = has_a ? regions.variables[a].cells[at[a]] : v.of_a;
    const Range& in_b = has_b ? regions.variables[b].cells[at[b]] : v.of_b;
    const Rational& sign = v.points[at[i]];
    if (sign == Rational(0)) {
      if (!in_a.low || !in_b.low) continue;
      const Rational same = std::max(*in_a.low, *in_b.low);
      if (has_a) values[a] = same;
      if (has_b) values[b] = same;
      continue;
    }
    if (has_a && has_b && (values[a] < values[b]) == sign.is_negative() && !(values[a] == values[b])) continue;
    // As far apart as their cells allow.
    const auto& end_a = sign.is_negative() ? in_a.low : in_a.high;
    const auto& end_b = sign.is_negative() ? in_b.high : in_b.low;
    if (has_a && end_a) values[a] = *end_a;
    if (has_b && end_b) values[b] = *end_b;
  }
  return values;
}

std::string Analysis::witness(const Regions& regions, const std::vector<size_t>& at, Language language) const {
  const std::vector<Rational> values = values_in(regions, at);
  const bool vi = language == Language::kVietnamese;
  std::string words;
  for (size_t i = 0; i < regions.variables.size(); ++i) {
    const Variable& v = regions.variables[i];
    const Rational& point = values[i];
    std::string one;
    const std::string a = sentence(v.a, program_, language);
    switch (v.kind) {
      case Variable::kBool: one = a + (point == Rational(1) ? (vi ? ": có" : ": yes") : (vi ? ": không" : ": no")); break;
      case Variable::kEnum: {
        int64_t member = 0;
        point.to_int64(member);
        one = a + (vi ? " là " : " is ") + show(Value{static_cast<uint32_t>(member)}, program_.nodes[v.a].type, program_, language);
        break;
      }
      case Variable::kNumber: one = a + " = " + show(from_number(point, program_.nodes[v.a].type), program_.nodes[v.a].type, program_, language); break;
      case Variable::kDifference: one = a + (point == Rational(0) ? " = " : point.is_negative() ? " < " : " > ") + sentence(v.b, program_, language); break;
    }
    words += (words.empty() ? "" : ", ") + one;
  }
  return words;
}

void Analysis::check_branches(const std::vector<BranchRule>& branches, bool total, const Span& span, const Facts& facts) {
  bool otherwise = false;
  for (const BranchRule& branch : branches) otherwise = otherwise || branch.condition == kNoId;
  for (const BranchRule& branch : branches)
    if (branch.condition != kNoId) check_condition(branch.condition, facts, false);
  // Overlaps: pairs of unordered cases.
  for (size_t i = 0; i < branches.size(); ++i) {
    if (branches[i].condition == kNoId || branches[i].in_order) continue;
    for (size_t j = 0; j < i; ++j) {
      if (branches[j].condition == kNoId || branches[j].in_order) continue;
      Regions regions;
      collect(branches[j].condition, regions, facts);
      collect(branches[i].condition, regions, facts);
      finish(regions, facts);
      const Span& at_span = program_.nodes[branches[i].condition].span;
      std::vector<size_t> at;
      bool clash = regions.cells > kCellsMax;
      Text when;
      for (size_t cell = 0; !clash && cell < regions.cells; ++cell) {
        step(regions, cell, at);
        if (!possible(regions, at) || !holds(branches[j].condition, regions, at) || !holds(branches[i].condition, regions, at)) continue;
        clash = true;
        when = witness(regions, at);
      }
      if (!clash) continue;
      report_("cases-overlap", at_span,
              {"hai trường hợp cùng có thể đúng" + (when.vi.empty() ? "" : ": " + when.vi), "two cases can both hold" + (when.en.empty() ? "" : ": " + when.en)},
              {"thêm điều kiện để chúng loại trừ nhau, hoặc viết “otherwise when” (trường hợp kia: dòng " + std::to_string(program_.nodes[branches[j].condition].span.line) + ")",
               "add what tells them apart, or write “otherwise when” (the other is at line " + std::to_string(program_.nodes[branches[j].condition].span.line) + ")"});
      return;
    }
  }
  if (branches.size() < 2 && (branches.empty() || branches[0].condition == kNoId)) return;
  // Gaps, and branches that are never reached.
  Regions regions;
  for (const BranchRule& branch : branches)
    if (branch.condition != kNoId) collect(branch.condition, regions, facts);
  finish(regions, facts);
  if (regions.cells > kCellsMax) {
    if (total && !otherwise)
      report_("cases-gap", span, {"không chứng minh được rằng các trường hợp bao trùm hết", "it cannot be shown that the cases cover everything"}, {"thêm “otherwise …”", "add “otherwise …”"});
    return;
  }
  std::vector<bool> reached(branches.size(), false);
  std::vector<size_t> at;
  for (size_t cell = 0; cell < regions.cells; ++cell) {
    step(regions, cell, at);
    if (!possible(regions, at)) continue;
    bool found = false;
    for (size_t i = 0; i < branches.size(); ++i) {
      if (branches[i].condition == kNoId) {
        if (!found) reached[i] = true;
        found = true;
      } else if (!(branches[i].in_order && found) && holds(branches[i].condition, regions, at)) {
        reached[i] = true;
        found = true;
      }
    }
    if (!found && total) {
      const Text when = witness(regions, at);
      report_("cases-gap", span, {"không trường hợp nào đúng khi " + when.vi, "no case holds when " + when.en}, {"thêm trường hợp đó, hoặc “otherwise …”", "add that case, or “otherwise …”"});
      return;
    }
  }
  // A condition that is always true or false explains what is never reached.
  for (const BranchRule& branch : branches)
    if (branch.condition != kNoId && reported_.contains(branch.condition)) return;
  for (size_t i = 0; i < branches.size(); ++i) {
    if (reached[i] || branches[i].result == kNoId) continue;
    const NodeId where = branches[i].condition == kNoId ? branches[i].result : branches[i].condition;
    report_("never-reached", program_.nodes[where].span, {"không bao giờ đến trường hợp này", "this case is never reached"},
            {"các trường hợp trước đã bao trùm; bỏ dòng này hoặc sửa điều kiện", "those before it cover everything: drop it, or mend the conditions"});
  }
}

void Analysis::check_exceptions(const std::vector<ExceptionRule>& rules) {
  for (size_t i = 0; i < rules.size(); ++i) {
    check_branches(rules[i].branches, false, rules[i].span, nothing_);
    check_exceptions(rules[i].exceptions);
    for (size_t j = 0; j < i; ++j) {
      if (rules[i].force.from > rules[j].force.until || rules[j].force.from > rules[i].force.until) continue;
      for (const BranchRule& a : rules[i].branches) {
        for (const BranchRule& b : rules[j].branches) {
          if (a.condition == kNoId || b.condition == kNoId) continue;
          Regions regions;
          collect(a.condition, regions, nothing_);
          collect(b.condition, regions, nothing_);
          finish(regions, nothing_);
          std::vector<size_t> at;
          Text when;
          bool clash = regions.cells > kCellsMax;
          for (size_t cell = 0; !clash && cell < regions.cells; ++cell) {
            step(regions, cell, at);
            clash = possible(regions, at) && holds(a.condition, regions, at) && holds(b.condition, regions, at);
            if (clash) when = witness(regions, at);
          }
          if (!clash) continue;
          report_("exceptions-overlap", rules[i].span,
                  {"ngoại lệ “" + rules[i].name + "” và “" + rules[j].name + "” cùng có thể áp dụng: " + when.vi, "the exceptions “" + rules[i].name + "” and “" + rules[j].name + "” can both apply: " + when.en},
                  {"viết “exception " + rules[i].name + " to " + rules[j].name + "”, hoặc thêm điều kiện để loại trừ nhau", "write “exception " + rules[i].name + " to " + rules[j].name + "”, or add what tells them apart"});
          return;
        }
      }
    }
  }
}

// `x in A .. B`, which stands as A <= x and x <= B.
bool Analysis::is_range(const Node& node) const {
  if (node.op != Op::kAnd || node.args.size() != 2) return false;
  const Node& low = program_.nodes[node.args[0]];
  const Node& high = program_.nodes[node.args[1]];
  return low.op == Op::kLessEqual && low.index == 1 &&
         (high.op == Op::kLess || high.op == Op::kLessEqual) && high.args[0] == low.args[1];
}

// A condition, and each comparison in it: neither always true nor always false.
void Analysis::check_condition(NodeId id, const Facts& facts, bool inside) {
  const Node& node = program_.nodes[id];
  if (!condition_checked_.insert(id).second) return;
  if (const NodeId formula = inlined(id); formula != id) {
    // What is wrong with a definition is said where it stands.
    check_condition(formula, nothing_, false);
    if (reported_.contains(formula)) reported_.insert(id);
    return;
  }
  const bool in_range = is_range(node);
  if (!in_range && (node.op == Op::kAnd || node.op == Op::kOr || node.op == Op::kNot))
    for (const NodeId arg : node.args) check_condition(arg, facts, true);
  (void)inside;
  for (const NodeId arg : node.args) {
    if (!reported_.contains(arg)) continue;
    reported_.insert(id);
    return;
  }
  Regions regions;
  collect(id, regions, facts);
  finish(regions, facts);
  if (regions.cells > kCellsMax) return;
  bool yes = false;
  bool no = false;
  std::vector<size_t> at;
  for (size_t cell = 0; cell < regions.cells && !(yes && no); ++cell) {
    step(regions, cell, at);
    if (!possible(regions, at)) continue;
    (holds(id, regions, at) ? yes : no) = true;
  }
  if (yes && no) return;
  reported_.insert(id);
  const Text words{sentence(id, program_, Language::kVietnamese), sentence(id, program_, Language::kEnglish)};
  Text known;  // the range that decides it
  if (regions.variables.size() == 1 && regions.variables[0].kind == Variable::kNumber) {
    const NodeId variable = regions.variables[0].a;
    const Range r = range(variable, facts);
    const auto bounds = [&](Language language) {
      const Type& type = program_.nodes[variable].type;
      return " (" + sentence(variable, program_, language) + ": " + show(from_number(*r.low, type), type, program_, language) + " .. " +
             show(from_number(*r.high, type), type, program_, language) + ")";
    };
    if (r.bounded()) known = {bounds(Language::kVietnamese), bounds(Language::kEnglish)};
  }
  report_(yes ? "always-true" : "always-false", node.span,
          yes ? Text{"điều kiện “" + words.vi + "” luôn đúng, ai cũng thỏa mãn" + known.vi, "the condition “" + words.en + "” is always true: everybody meets it" + known.en}
              : Text{"điều kiện “" + words.vi + "” luôn sai, không ai thỏa mãn" + known.vi, "the condition “" + words.en + "” is always false: nobody meets it" + known.en},
          {"sửa điều kiện, hoặc khai báo “range” của dữ kiện rộng hơn", "mend the condition, or declare a wider “range” of the fact"});
}

void Analysis::check_series_conditions() {
  for (NodeId id = 0; id < program_.nodes.size(); ++id) {
    const Node& node = program_.nodes[id];
    if (node.op == Op::kWhere) check_condition(node.args[1], nothing_, false);
    if (node.op == Op::kAny || node.op == Op::kAll) check_condition(node.args[0], nothing_, false);
  }
}

void Analysis::check_payments(const BenefitInfo& benefit, const BenefitVersion& version) {
  Facts facts;
  for (const ConditionRule& condition : version.conditions) {
    check_condition(condition.node, facts, false);
    range(condition.node, facts);
    assume(condition.node, true, facts);
  }
  for (const PaymentRule& payment : version.payments) {
    const Range r = range(payment.amount, facts);
    for (const NodeId node : {payment.on, payment.from, payment.until, payment.duration})
      if (node != kNoId) range(node, facts);
    // A step of the currency per month, day or year of payment.
    Rational step = program_.currency_step;
    if (payment.each == Frequency::kYear) step = step / Rational(12);
    const std::string least = program_.currency_step.to_string() + " " + program_.currency;
    const bool whole = r.measure && (r.measure->is_zero() || (*r.measure / step).is_integer());
    if (!whole && reported_.insert(payment.amount).second)
      report_("not-rounded", program_.nodes[payment.amount].span,
              {"số tiền của “" + benefit.label.vi + "” có thể lẻ, không phải bội số của " + least, "the amount of “" + benefit.label.en + "” is not sure to be a multiple of " + least},
              {"thêm “rounded half up to " + least + "”", "add “rounded half up to " + least + "”"});
  }
  for (const NodeId node : version.gives) range(node, facts);
  for (const NodeId node : {version.within, version.within_of, version.due})
    if (node != kNoId) range(node, facts);
}

void Analysis::run() {
  for (DefinitionId id = 0; id < program_.definitions.size(); ++id) {
    const DefinitionInfo& info = program_.definitions[id];
    const Range r = definition_range(id);
    for (const DefinitionVersion& version : info.versions) {
      if (!version.is_carry) check_branches(version.branches, true, version.span, nothing_);
      check_exceptions(version.exceptions);
      for (const BranchRule& branch : version.branches)
        if (info.type.base == Base::kYesNo && program_.nodes[branch.result].op != Op::kConstant && program_.nodes[branch.result].op != Op::kNotEntitled && program_.nodes[branch.result].op != Op::kNotYet)
          check_condition(branch.result, nothing_, false);
    }
    if (info.type.shown == Shown::kCount && is_plain(info.type) && !(r.measure && (r.measure->is_zero() || r.measure->is_integer())) && !info.versions.empty())
      report_("fraction", info.versions.front().span,
              {"“" + info.name + "” khai báo là số nguyên nhưng có thể là phân số", "“" + info.name + "” is declared a whole number and may be a fraction"},
              {"thêm “rounded … to 1”, hoặc khai báo “number”", "add “rounded … to 1”, or declare it “number”"});
  }
  for (const BenefitInfo& benefit : program_.benefits)
    for (const BenefitVersion& version : benefit.versions) check_payments(benefit, version);
  check_series_conditions();
}

}  // namespace

void Checker::analyse() {
  Analysis(program_, [this](std::string code, const Span& span, Text message, Text help) {
    error(std::move(code), span, std::move(message), std::move(help));
  }).run();
}

}  // namespace ansinh::law
