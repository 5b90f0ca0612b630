// Cells: every quantity that conditions name, cut at the bounds they name.
#include <algorithm>

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
}

Rational Analysis::at_of(const Regions& regions, Variable::Kind kind, NodeId a, NodeId b,
                         const std::vector<size_t>& at) const {
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
    case Op::kConstant:
      return std::get<bool>(program_.constants[node.index]);
    case Op::kAnd:
      return std::all_of(node.args.begin(), node.args.end(),
                         [&](NodeId arg) { return holds(arg, regions, at); });
    case Op::kOr:
      return std::any_of(node.args.begin(), node.args.end(),
                         [&](NodeId arg) { return holds(arg, regions, at); });
    case Op::kNot:
      return !holds(node.args[0], regions, at);
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
        y = Rational(
            static_cast<int64_t>(std::get<uint32_t>(program_.constants[program_.nodes[b].index])));
      } else if (type.base == Base::kEnum && is_constant(a)) {
        x = at_of(regions, Variable::kEnum, b, kNoId, at);
        y = Rational(
            static_cast<int64_t>(std::get<uint32_t>(program_.constants[program_.nodes[a].index])));
      } else if (type.base == Base::kYesNo && is_constant(b)) {
        const bool same =
            holds(a, regions, at) == std::get<bool>(program_.constants[program_.nodes[b].index]);
        return same == (node.op == Op::kEqual);
      } else {
        return at_of(regions, Variable::kBool, id, kNoId, at) == Rational(1);
      }
      switch (node.op) {
        case Op::kLess:
          return x < y;
        case Op::kLessEqual:
          return x <= y;
        case Op::kEqual:
          return x == y;
        default:
          return !(x == y);
      }
    }
    default:
      return at_of(regions, Variable::kBool, id, kNoId, at) == Rational(1);
  }
}

void Analysis::step(const Regions& regions, size_t cell, std::vector<size_t>& at) {
  at.resize(regions.variables.size());
  for (size_t i = 0; i < at.size(); ++i) {
    at[i] = cell % regions.variables[i].points.size();
    cell /= regions.variables[i].points.size();
  }
}

const Range& Analysis::cell_of(const Regions& regions, NodeId id, const Range& otherwise,
                               const std::vector<size_t>& at) {
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
    const Range d =
        added(cell_of(regions, v.a, v.of_a, at), negated(cell_of(regions, v.b, v.of_b, at)));
    const Rational& sign = v.points[at[i]];
    const Rational zero = 0;
    if (sign.is_negative() ? d.low && zero <= *d.low
        : zero < sign      ? d.high && *d.high <= zero
                           : (d.low && zero < *d.low) || (d.high && d.high->is_negative()))
      return false;
  }
  return true;
}

// The point of every variable; where a difference says that one is less than the other, values of
// their cells that are.
std::vector<Rational> Analysis::values_in(const Regions& regions, const std::vector<size_t>& at) {
  std::vector<Rational> values;
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

std::string Analysis::witness(const Regions& regions, const std::vector<size_t>& at,
                              Language language) const {
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
