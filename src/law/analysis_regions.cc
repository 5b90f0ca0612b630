// Cells: every quantity that conditions name, cut at the bounds they name.
#include <algorithm>
#include <span>

#include "law/analysis.h"
#include "law/check.h"
#include "law/types.h"

namespace ansinh::law {

// A yes/no definition that is one plain formula stands for that formula.
NodeId Analysis::inlined(NodeId id) const {
  for (int depth = 0; depth < 8; ++depth) {
    const Node& node = program_.nodes[id];
    if (node.op != Op::kDefinition || node.type.base != Base::kYesNo) break;
    const DefinitionInfo& info = program_.definitions[node.index];
    if (info.versions.size() != 1 || !info.versions[0].exceptions.empty() ||
        info.versions[0].branches.size() != 1 || info.versions[0].order != kNoId ||
        !info.versions[0].not_yet.empty())
      break;
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
    case Op::kConstant:
      return;
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
      if (number && is_constant(b))
        variable(regions, Variable::kNumber, a, kNoId).bounds.push_back(constant(b));
      else if (number && is_constant(a))
        variable(regions, Variable::kNumber, b, kNoId).bounds.push_back(constant(a));
      else if (number)
        variable(regions, Variable::kDifference, std::min(a, b), std::max(a, b));
      else if (type.base == Base::kEnum && is_constant(b))
        variable(regions, Variable::kEnum, a, kNoId);
      else if (type.base == Base::kEnum && is_constant(a))
        variable(regions, Variable::kEnum, b, kNoId);
      else if (type.base == Base::kYesNo && is_constant(b))
        collect(a, regions, facts);
      else
        variable(regions, Variable::kBool, id, kNoId);
      return;
    }
    default:
      variable(regions, Variable::kBool, id, kNoId);
  }
}

void Analysis::finish(Regions& regions, const Facts& facts) {
  regions.cells = 1;
  for (Variable& v : regions.variables) {
    switch (v.kind) {
      case Variable::kBool:
        v.points = {Rational(0), Rational(1)};
        break;
      case Variable::kEnum:
        v.points.clear();
        for (size_t m = 0; m < program_.enums[program_.nodes[v.a].type.enumeration].members.size();
             ++m)
          v.points.emplace_back(static_cast<int64_t>(m));
        break;
      case Variable::kNumber: {
        const Range whole = range(v.a, facts);
        v.points = probe_points(whole, v.bounds);
        v.cells.clear();
        for (const Rational& point : v.points) {
          Range cell = whole;
          for (const Rational& bound : v.bounds) {
            if (bound < point)
              cell = above(cell, bound, true);
            else if (point < bound)
              cell = below(cell, bound, true);
            else
              cell = {point, point, whole.measure};
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
        if ((!d.low || *d.low <= Rational(0)) && (!d.high || !d.high->is_negative()))
          v.points.emplace_back(0);
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
  if (regions.cells > kCellsMax) return;
  regions.fits.clear();
  for (size_t i = 0; i < regions.variables.size(); ++i)
    if (regions.variables[i].kind == Variable::kDifference)
      regions.fits.push_back(fit_of(regions, i));
}

size_t Analysis::index_of(const Regions& regions, Variable::Kind kind, NodeId a, NodeId b) {
  const auto found =
      std::find_if(regions.variables.begin(), regions.variables.end(),
                   [&](const Variable& v) { return v.kind == kind && v.a == a && v.b == b; });
  return static_cast<size_t>(found - regions.variables.begin());
}

Analysis::Test Analysis::test_of_comparison(NodeId id, const Regions& regions) const {
  const Node& node = program_.nodes[id];
  const NodeId a = node.args[0];
  const NodeId b = node.args[1];
  const Type& type = program_.nodes[a].type;
  const bool number = is_number(type) || is_date(type) || is_month(type);
  const auto member = [this](NodeId constant) {
    return Rational(static_cast<int64_t>(
        std::get<uint32_t>(program_.constants[program_.nodes[constant].index])));
  };
  Test test;
  test.kind = Test::kPoint;
  Rational bound = 0;
  bool mirrored = false;  // the point stands on the right
  if (number && is_constant(b)) {
    test.variable = index_of(regions, Variable::kNumber, a);
    bound = constant(b);
  } else if (number && is_constant(a)) {
    test.variable = index_of(regions, Variable::kNumber, b);
    bound = constant(a);
    mirrored = true;
  } else if (number) {  // the sign of the lesser id less the greater one
    test.variable = index_of(regions, Variable::kDifference, std::min(a, b), std::max(a, b));
    mirrored = a > b;
  } else if (type.base == Base::kEnum && is_constant(b)) {
    test.variable = index_of(regions, Variable::kEnum, a);
    bound = member(b);
  } else if (type.base == Base::kEnum && is_constant(a)) {
    test.variable = index_of(regions, Variable::kEnum, b);
    bound = member(a);
    mirrored = true;
  } else if (type.base == Base::kYesNo && is_constant(b)) {
    const bool yes = std::get<bool>(program_.constants[program_.nodes[b].index]);
    Test inner = this->test(a, regions);
    if (yes == (node.op == Op::kEqual)) return inner;
    test.kind = Test::kNot;
    test.parts.push_back(std::move(inner));
    return test;
  } else {
    return test_of_fact(id, regions);
  }
  for (const Rational& point : regions.variables[test.variable].points) {
    const Rational& x = mirrored ? bound : point;
    const Rational& y = mirrored ? point : bound;
    test.at_point.push_back(node.op == Op::kLess        ? x < y
                            : node.op == Op::kLessEqual ? x <= y
                            : node.op == Op::kEqual     ? x == y
                                                        : !(x == y));
  }
  return test;
}

Analysis::Test Analysis::test_of_fact(NodeId id, const Regions& regions) {
  Test test;
  test.kind = Test::kPoint;
  test.variable = index_of(regions, Variable::kBool, id);
  for (const Rational& point : regions.variables[test.variable].points)
    test.at_point.push_back(point == Rational(1));
  return test;
}

Analysis::Test Analysis::test(NodeId id, const Regions& regions) const {
  id = inlined(id);
  const Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kConstant: {
      Test test;
      test.fixed = std::get<bool>(program_.constants[node.index]);
      return test;
    }
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot: {
      Test test;
      test.kind = node.op == Op::kAnd ? Test::kAll : node.op == Op::kOr ? Test::kAny : Test::kNot;
      for (const NodeId arg : node.args) test.parts.push_back(this->test(arg, regions));
      return test;
    }
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kEqual:
    case Op::kNotEqual:
      return test_of_comparison(id, regions);
    default:
      return test_of_fact(id, regions);
  }
}

bool Analysis::Test::holds(const Cell& cell) const {
  const auto part_holds = [&cell](const Test& part) { return part.holds(cell); };
  switch (kind) {
    case kFixed:
      return fixed;
    case kAll:
      return std::all_of(parts.begin(), parts.end(), part_holds);
    case kAny:
      return std::any_of(parts.begin(), parts.end(), part_holds);
    case kNot:
      return !parts.front().holds(cell);
    case kPoint:
      return at_point[cell[variable]];
  }
  return false;
}

bool Analysis::next(const Regions& regions, Cell& cell) {
  for (size_t i = 0; i < cell.size(); ++i) {
    if (++cell[i] < regions.variables[i].points.size()) return true;
    cell[i] = 0;
  }
  return false;
}

Analysis::Fit Analysis::fit_of(const Regions& regions, size_t sign) {
  const Variable& difference = regions.variables[sign];
  Fit fit;
  fit.sign = sign;
  fit.a = index_of(regions, Variable::kNumber, difference.a);
  fit.b = index_of(regions, Variable::kNumber, difference.b);
  const auto cells = [&](size_t end, const Range& whole) {
    return end < regions.variables.size() ? std::span(regions.variables[end].cells)
                                          : std::span(&whole, 1);
  };
  const auto of_a = cells(fit.a, difference.of_a);
  const auto of_b = cells(fit.b, difference.of_b);
  fit.cells_a = of_a.size();
  fit.cells_b = of_b.size();
  for (const Rational& point : difference.points) {
    for (const Range& a : of_a) {
      for (const Range& b : of_b) {  // can a - b have this sign?
        const bool below = !a.low || !b.high || *a.low < *b.high;
        const bool above = !a.high || !b.low || *b.low < *a.high;
        const bool equal =
            (!a.low || !b.high || *a.low <= *b.high) && (!a.high || !b.low || *b.low <= *a.high);
        fit.fits.push_back(point.is_negative() ? below : point.is_zero() ? equal : above);
      }
    }
  }
  return fit;
}

bool Analysis::possible(const Regions& regions, const Cell& cell) {
  return std::all_of(regions.fits.begin(), regions.fits.end(), [&](const Fit& fit) {
    const size_t a = fit.a < cell.size() ? cell[fit.a] : 0;
    const size_t b = fit.b < cell.size() ? cell[fit.b] : 0;
    return fit.fits[(cell[fit.sign] * fit.cells_a + a) * fit.cells_b + b];
  });
}

std::optional<Analysis::Cell> Analysis::common_cell(const Regions& regions, NodeId a,
                                                    NodeId b) const {
  const Test first = test(a, regions);
  const Test second = test(b, regions);
  Cell cell = first_cell(regions);
  do {
    if (possible(regions, cell) && first.holds(cell) && second.holds(cell)) return cell;
  } while (next(regions, cell));
  return std::nullopt;
}

// The point of every variable; where a difference says that one is less than the other, values of
// their cells that are.
std::vector<Rational> Analysis::values_in(const Regions& regions, const Cell& at) {
  std::vector<Rational> values;
  values.reserve(regions.variables.size());
  for (size_t i = 0; i < regions.variables.size(); ++i)
    values.push_back(regions.variables[i].points[at[i]]);
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
    if (has_a && has_b && (values[a] < values[b]) == sign.is_negative() &&
        !(values[a] == values[b]))
      continue;
    // As far apart as their cells allow.
    const auto& end_a = sign.is_negative() ? in_a.low : in_a.high;
    const auto& end_b = sign.is_negative() ? in_b.high : in_b.low;
    if (has_a && end_a) values[a] = *end_a;
    if (has_b && end_b) values[b] = *end_b;
  }
  return values;
}

std::string Analysis::witness(const Regions& regions, const Cell& at, Language language) const {
  const std::vector<Rational> values = values_in(regions, at);
  const bool vi = language == Language::kVietnamese;
  std::string words;
  for (size_t i = 0; i < regions.variables.size(); ++i) {
    const Variable& v = regions.variables[i];
    const Rational& point = values[i];
    std::string one;
    const std::string a = sentence(v.a, program_, language);
    switch (v.kind) {
      case Variable::kBool:
        one = a + (point == Rational(1) ? (vi ? ": có" : ": yes") : (vi ? ": không" : ": no"));
        break;
      case Variable::kEnum: {
        int64_t member = 0;
        point.to_int64(member);
        one = a + (vi ? " là " : " is ") +
              show(Value{static_cast<uint32_t>(member)}, program_.nodes[v.a].type, program_,
                   language);
        break;
      }
      case Variable::kNumber:
        one = a + " = " +
              show(from_number(point, program_.nodes[v.a].type), program_.nodes[v.a].type, program_,
                   language);
        break;
      case Variable::kDifference:
        one = a +
              (point == Rational(0)  ? " = "
               : point.is_negative() ? " < "
                                     : " > ") +
              sentence(v.b, program_, language);
        break;
    }
    words += (words.empty() ? "" : ", ") + one;
  }
  return words;
}

}  // namespace ansinh::law
