#include "engine/boundary_atoms.h"

#include <deque>
#include <set>

namespace ansinh::engine {

namespace {

using law::NodeId;
using law::Op;

class AtomCollector {
 public:
  explicit AtomCollector(const law::Program& program) : program_(program) {}

  std::vector<BoundaryAtom> run() {
    for (law::DefinitionId id = 0; id < program_.definitions.size(); ++id) {
      const law::DefinitionInfo& info = program_.definitions[id];
      for (uint32_t v = 0; v < info.versions.size(); ++v) {
        const law::DefinitionVersion& version = info.versions[v];
        at_ = BoundaryAtom{law::kNoId, id, law::kNoId, v, info.entity, version.file, version.span};
        add_branches(version.branches);
        add_exceptions(version.exceptions);
      }
    }
    for (law::BenefitId id = 0; id < program_.benefits.size(); ++id) {
      const law::BenefitInfo& info = program_.benefits[id];
      for (uint32_t v = 0; v < info.versions.size(); ++v) {
        const law::BenefitVersion& version = info.versions[v];
        at_ = BoundaryAtom{law::kNoId, law::kNoId, id, v, info.entity, version.file, version.span};
        for (const law::ConditionRule& condition : version.conditions) add(condition.node);
      }
    }
    return std::move(atoms_);
  }

 private:
  void add_branches(const std::vector<law::BranchRule>& branches) {
    for (const law::BranchRule& branch : branches) {
      if (branch.condition != law::kNoId) add(branch.condition);
    }
  }

  void add_exceptions(const std::vector<law::ExceptionRule>& exceptions) {
    for (const law::ExceptionRule& rule : exceptions) {
      add_branches(rule.branches);
      add_exceptions(rule.exceptions);
    }
  }

  void add(NodeId id) {
    const law::Node& node = program_.node(id);
    if (node.op == Op::kAnd || node.op == Op::kOr || node.op == Op::kNot) {
      for (const NodeId argument : node.args) add(argument);
      return;
    }
    if (node.op == Op::kConstant || !seen_.insert(id).second) return;
    at_.node = id;
    at_.span = node.span.line != 0 ? node.span : at_.span;
    atoms_.push_back(at_);
  }

  const law::Program& program_;
  BoundaryAtom at_;
  std::set<NodeId> seen_;
  std::vector<BoundaryAtom> atoms_;
};

class ReadsFinder {
 public:
  explicit ReadsFinder(const law::Program& program) : program_(program) {}

  Reads run(NodeId root) {
    nodes_.push_back({root, 0});
    while (!nodes_.empty()) {
      const auto [id, distance] = nodes_.front();
      nodes_.pop_front();
      if (id != law::kNoId && seen_.insert(id).second) visit(program_.node(id), distance);
    }
    return std::move(reads_);
  }

 private:
  void visit(const law::Node& node, int distance) {
    if (node.op == Op::kFact || node.op == Op::kHas) reads_.facts.emplace(node.index, distance);
    if (node.op == Op::kList) reads_.lists.emplace(node.index, distance);
    if (node.op == Op::kBase || node.op == Op::kPrevious) reads_.outside |= distance == 0;
    if (node.op == Op::kDefinition || node.op == Op::kSoFar || node.op == Op::kPosition) {
      enter_definition(node.index, distance + 1);
    }
    if (node.op == Op::kEntitledTo || node.op == Op::kAmountOf || node.op == Op::kBenefitStart ||
        node.op == Op::kBenefitEnd) {
      enter_benefit(node.index, distance + 1);
    }
    for (const NodeId argument : node.args) nodes_.push_back({argument, distance});
  }

  void enter_branches(const std::vector<law::BranchRule>& branches, int distance) {
    for (const law::BranchRule& branch : branches) {
      nodes_.push_back({branch.condition, distance});
      nodes_.push_back({branch.result, distance});
    }
  }

  void enter_exceptions(const std::vector<law::ExceptionRule>& rules, int distance) {
    for (const law::ExceptionRule& rule : rules) {
      enter_branches(rule.branches, distance);
      enter_exceptions(rule.exceptions, distance);
    }
  }

  void enter_definition(law::DefinitionId id, int distance) {
    if (!definitions_.insert(id).second) return;
    for (const law::DefinitionVersion& version : program_.definitions[id].versions) {
      enter_branches(version.branches, distance);
      enter_exceptions(version.exceptions, distance);
      for (const law::FinishRule& rule : version.finish)
        nodes_.push_back({rule.argument, distance});
      nodes_.push_back({version.order, distance});
      nodes_.push_back({version.carry_start, distance});
      nodes_.push_back({version.carry_date, distance});
      for (const law::CarryStepRule& step : version.steps) nodes_.push_back({step.value, distance});
    }
  }

  void enter_benefit(law::BenefitId id, int distance) {
    if (!benefits_.insert(id).second) return;
    for (const law::BenefitVersion& version : program_.benefits[id].versions) {
      for (const law::ConditionRule& rule : version.conditions)
        nodes_.push_back({rule.node, distance});
      for (const law::PaymentRule& rule : version.payments) {
        for (const NodeId node : {rule.amount, rule.on, rule.from, rule.until}) {
          nodes_.push_back({node, distance});
        }
      }
    }
  }

  const law::Program& program_;
  std::deque<std::pair<NodeId, int>> nodes_;
  std::set<NodeId> seen_;
  std::set<law::DefinitionId> definitions_;
  std::set<law::BenefitId> benefits_;
  Reads reads_;
};

}  // namespace

std::vector<BoundaryAtom> boundary_atoms(const law::Program& program) {
  return AtomCollector(program).run();
}

Reads reads_of(const law::Program& program, law::NodeId node) {
  return ReadsFinder(program).run(node);
}

}  // namespace ansinh::engine
