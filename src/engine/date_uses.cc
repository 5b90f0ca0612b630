#include "engine/date_uses.h"

#include <algorithm>
#include <map>

namespace ansinh::engine {

namespace {

using law::NodeId;
using law::Op;

void add_force(const law::Force& force, std::vector<int32_t>& breaks) {
  breaks.push_back(force.from.days);
  breaks.push_back(force.until.days + 1);
}

void settle(std::vector<int32_t>& breaks) {
  std::ranges::sort(breaks);
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
}

}  // namespace

DateUses::DateUses(const law::Program& program)
    : program_(program),
      uses_(program.definitions.size()),
      states_(program.definitions.size(), State::kNew) {
  for (law::DefinitionId id = 0; id < program.definitions.size(); ++id) of(id);
  std::map<Use, uint32_t> classes;
  for (const Use& use : uses_) {
    class_of_.push_back(
        classes.try_emplace(use, static_cast<uint32_t>(classes.size())).first->second);
  }
  classes_ = static_cast<uint32_t>(classes.size());
}

DateKey DateUses::key(law::DefinitionId id, Date law, Date value, Date today) const {
  const Use& use = uses_[id];
  const auto part = [](bool any, const std::vector<int32_t>& breaks, Date date) {
    if (any || breaks.empty()) return any ? date.days : 0;
    return static_cast<int32_t>(std::ranges::upper_bound(breaks, date.days) - breaks.begin());
  };
  return {part(use.any_law, use.law_breaks, law), part(use.any_value, use.value_breaks, value),
          use.today ? today.days : 0};
}

void DateUses::add(const Use& from, Use& to, bool with_value, bool with_today) const {
  to.today = to.today || (from.today && with_today);
  to.any_law = to.any_law || from.any_law;
  to.law_breaks.insert(to.law_breaks.end(), from.law_breaks.begin(), from.law_breaks.end());
  if (!with_value) return;
  to.any_value = to.any_value || from.any_value;
  to.value_breaks.insert(to.value_breaks.end(), from.value_breaks.begin(), from.value_breaks.end());
}

const DateUses::Use& DateUses::of(law::DefinitionId id) {
  if (states_[id] == State::kDone) return uses_[id];
  Use use;
  if (states_[id] == State::kOpen) {  // a value that refers to itself, over other rows
    use.any_value = use.today = use.any_law = true;
    uses_[id] = std::move(use);
    return uses_[id];
  }
  states_[id] = State::kOpen;
  for (const law::DefinitionVersion& version : program_.definitions[id].versions) {
    add_force(version.force, use.law_breaks);
    add_branches(version.branches, use);
    for (const law::FinishRule& rule : version.finish) add_node(rule.argument, use);
    add_exceptions(version.exceptions, use);
    if (version.order != law::kNoId) add_node(version.order, use);
    for (const NodeId group : version.order_groups) add_node(group, use);
    if (version.is_carry) {
      use.any_value = use.today = true;
      add_node(version.carry_start, use);
      add_node(version.carry_date, use);
      for (const law::CarryStepRule& step : version.steps) add_node(step.value, use);
    }
  }
  settle(use.law_breaks);
  settle(use.value_breaks);
  uses_[id] = std::move(use);
  states_[id] = State::kDone;
  return uses_[id];
}

void DateUses::add_branches(const std::vector<law::BranchRule>& branches, Use& use) {
  for (const law::BranchRule& branch : branches) {
    if (branch.condition != law::kNoId) add_node(branch.condition, use);
    add_node(branch.result, use);
  }
}

void DateUses::add_exceptions(const std::vector<law::ExceptionRule>& exceptions, Use& use) {
  for (const law::ExceptionRule& exception : exceptions) {
    add_force(exception.force, use.law_breaks);
    add_branches(exception.branches, use);
    add_exceptions(exception.exceptions, use);
  }
}

void DateUses::add_node(NodeId id, Use& use) {
  const law::Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kDefinition:
      add(of(node.index), use, true, true);
      return;
    case Op::kParam:
      for (const law::ParamRow& row : program_.params[node.index].rows) {
        use.value_breaks.push_back(row.from.days);
      }
      break;
    case Op::kTable:
      for (const law::TableVersion& version : program_.tables[node.index].versions) {
        add_force(version.force, use.value_breaks);
      }
      break;
    case Op::kToday:
      use.today = true;
      break;
    case Op::kList:
      // Spells that go on end today.
      if (program_.lists[node.index].form != law::ListForm::kChildren) use.today = true;
      break;
    case Op::kOnDate:
    case Op::kUnderLaw: {
      // The first argument is read on the date of the second.
      Use inner;
      add_node(node.args[0], inner);
      add(inner, use, false, node.op == Op::kUnderLaw);
      add_node(node.args[1], use);
      return;
    }
    case Op::kPosition:
    case Op::kSoFar:
    case Op::kEntitledTo:
    case Op::kAmountOf:
    case Op::kBenefitStart:
    case Op::kBenefitEnd:
      use.any_value = use.today = true;
      if (node.op == Op::kPosition || node.op == Op::kSoFar) {
        add(of(node.op == Op::kPosition ? node.index : node.index2), use, true, true);
        if (node.op == Op::kSoFar) add(of(node.index), use, true, true);
      } else {
        // Decided by hand on other dates than the decision's own: any day may differ.
        use.any_law = true;
      }
      break;
    default:
      break;
  }
  for (const NodeId arg : node.args) add_node(arg, use);
}

}  // namespace ansinh::engine
