// Rules of plain arithmetic on facts that are all known, compiled to Fused.
#include <unordered_map>
#include <utility>

#include "engine/batch_fused.h"
#include "engine/batch_run.h"

namespace ansinh::engine::batch {

using law::NodeId;
using law::Op;

namespace {

constexpr size_t kFusedMin = 64;  // places

}  // namespace

// Makes instructions of one rule; nothing where it cannot.
class Run::Fuser {
 public:
  Fuser(Run& run, const Domain& domain) : run_(run), program_(run.program_), domain_(domain) {}

  std::optional<Vec> version(const law::DefinitionVersion& version, const law::Type& type) {
    const auto result = of_version(version, type);
    if (!result) return std::nullopt;
    return code_.run(*result, domain_.size);
  }

 private:
  using Value = std::optional<FusedValue>;

  Value of_version(const law::DefinitionVersion& version, const law::Type& type) {
    Value result = of_branches(version.branches);
    for (const law::FinishRule& rule : version.finish) {
      if (!result) break;
      const Value argument = of_node(rule.argument);
      if (!argument) return std::nullopt;
      result = rule.kind == law::ExprKind::kRounded
                   ? code_.rounded(*result, rule.rounding, *argument)
                   : code_.extreme(*result, *argument, rule.kind == law::ExprKind::kAtLeast);
    }
    if (type.base == law::Base::kText) return std::nullopt;
    return result;
  }

  // The first case that holds; one must hold everywhere.
  Value of_branches(const std::vector<law::BranchRule>& rules) {
    std::vector<std::pair<FusedValue, FusedValue>> cases;
    Value otherwise;
    for (const law::BranchRule& rule : rules) {
      const Value condition =
          rule.condition == law::kNoId ? Fused::constant(1) : of_node(rule.condition);
      if (!condition) return std::nullopt;
      if (condition->is_constant && condition->constant == 0) continue;
      const Value result = of_node(rule.result);
      if (!result) return std::nullopt;
      if (condition->is_constant) {
        otherwise = result;
        break;
      }
      cases.emplace_back(*condition, *result);
    }
    if (!otherwise) {
      if (cases.empty()) return std::nullopt;
      FusedValue any = cases.front().first;
      for (size_t i = 1; i < cases.size(); ++i) any = code_.either(any, cases[i].first);
      code_.require(any);
      otherwise = cases.back().second;
      cases.pop_back();
    }
    for (size_t i = cases.size(); i > 0 && otherwise; --i) {
      otherwise = code_.choose(cases[i - 1].first, cases[i - 1].second, *otherwise);
    }
    return otherwise;
  }

  Value of_node(NodeId id) {
    if (const auto known = values_.find(id); known != values_.end()) return known->second;
    Value value = make(id);
    if (value) values_.emplace(id, *value);
    return value;
  }

  Value make(NodeId id) {
    const law::Node& node = program_.nodes[id];
    if (node.type.base == law::Base::kText || node.type.base == law::Base::kSeries) {
      return std::nullopt;
    }
    switch (node.op) {
      case Op::kConstant:
        return of_vec(Vec::of(1, program_.constants[node.index]));
      case Op::kToday:
        return Fused::constant(domain_.dates.today.days);
      case Op::kParam:
        return of_vec(run_.param(node, domain_));
      case Op::kFact:
        return of_vec(run_.fact(node, domain_, false));
      case Op::kHas:
        return of_vec(run_.fact(node, domain_, true));
      case Op::kDefinition:
        return of_definition(node.index);
      case Op::kNot: {
        const Value a = of_node(node.args[0]);
        if (!a) return std::nullopt;
        return code_.invert(*a);
      }
      case Op::kNegate: {
        const Value a = of_node(node.args[0]);
        if (!a) return std::nullopt;
        return code_.multiply(*a, Fused::constant(-1));
      }
      default:
        break;
    }
    if (node.args.size() < 2) return std::nullopt;
    for (const NodeId arg : node.args) {
      if (program_.nodes[arg].type.base == law::Base::kText) return std::nullopt;
    }
    Value out = of_node(node.args[0]);
    for (size_t i = 1; i < node.args.size() && out; ++i) {
      const Value b = of_node(node.args[i]);
      if (!b) return std::nullopt;
      out = pair(node, *out, *b);
    }
    return out;
  }

  Value pair(const law::Node& node, const FusedValue& a, const FusedValue& b) {
    switch (node.op) {
      case Op::kAnd:
        return code_.both(a, b);
      case Op::kOr:
        return code_.either(a, b);
      case Op::kEqual:
        return code_.equal(a, b);
      case Op::kNotEqual: {
        const Value equal = code_.equal(a, b);
        if (!equal) return std::nullopt;
        return code_.invert(*equal);
      }
      case Op::kLess:
        return code_.less(a, b);
      case Op::kLessEqual: {
        const Value more = code_.less(b, a);
        if (!more) return std::nullopt;
        return code_.invert(*more);
      }
      case Op::kMin:
        return code_.extreme(a, b, false);
      case Op::kMax:
        return code_.extreme(a, b, true);
      case Op::kAdd:
        return code_.add(a, b, false);
      case Op::kSubtract:
        return code_.add(a, b, true);
      case Op::kMultiply:
        return code_.multiply(a, b);
      case Op::kDivide:
        return code_.divide(a, b);
      case Op::kRound:
        return code_.rounded(a, node.rounding, b);
      default:
        return std::nullopt;
    }
  }

  // What is asked for here alone becomes part of this; what others ask for too is kept as a column.
  Value of_definition(law::DefinitionId id) {
    const law::DefinitionInfo& info = program_.definitions[id];
    const bool is_here = domain_.frames.size() == 1 && domain_.home().entity == info.entity &&
                         !domain_.has_point() && run_.earlier_ == nullptr;
    if (is_here && run_.plan_.uses_of_definition[id] == 1) {
      for (const law::DefinitionVersion& version : info.versions) {
        if (!version.force.contains(domain_.dates.law)) continue;
        if (run_.is_fusible(version)) return of_version(version, info.type);
        break;
      }
    }
    return of_vec(run_.definition_here(id, domain_));
  }

  Value of_vec(Vec vec) {
    if (vec.size() == 0 || !vec.all_known() || vec.series != nullptr || !vec.denominators.empty()) {
      return std::nullopt;
    }
    if (vec.value.is_alike()) return Fused::constant(vec.value[0], vec.denominator);
    held_.push_back(std::move(vec));
    const Vec& held = held_.back();
    return code_.input(held.value.cells(), held.size(), held.denominator);
  }

  Run& run_;
  const law::Program& program_;
  const Domain& domain_;
  Fused code_;
  std::vector<Vec> held_;  // inputs point into their cells
  std::unordered_map<NodeId, FusedValue> values_;
};

bool Run::is_fusible(const law::DefinitionVersion& version) const {
  if (version.is_carry || !version.exceptions.empty() || !version.not_yet.empty()) return false;
  for (const law::BranchRule& rule : version.branches) {
    if (rule.condition != law::kNoId && !plan_.costs.is_cheap(rule.condition)) return false;
    if (!plan_.costs.is_cheap(rule.result)) return false;
  }
  for (const law::FinishRule& rule : version.finish) {
    if (!plan_.costs.is_cheap(rule.argument)) return false;
  }
  return true;
}

std::optional<Vec> Run::fused(const law::DefinitionVersion& version, const law::Type& type,
                              const Domain& domain) {
  if (domain.size < kFusedMin || domain.dates.varies() || domain.has_point() ||
      domain.base != nullptr || domain.previous != nullptr || type.base == law::Base::kSeries ||
      !is_fusible(version)) {
    return std::nullopt;
  }
  return Fuser(*this, domain).version(version, type);
}

}  // namespace ansinh::engine::batch
