// Names: facts, definitions, and what several rows in one month make of them.
#include "engine/evaluator.h"

namespace ansinh::engine {

using facts::Known;
using law::NodeId;

// The fact of one row; `none` tells that it is known not to exist (the answer is then a refusal).
Answer Evaluator::known_fact(const law::FactInfo& info, law::FactId id, Row row, bool& none) {
  if (info.slot >= row->facts.size()) return missing_fact(row, info.entity, id);
  const facts::FactValue& value = row->facts[info.slot];
  if (value.known == Known::kUnknown) return missing_fact(row, info.entity, id);
  none = std::holds_alternative<std::monostate>(value.value);
  if (none) return refused(CauseKind::kNoFact, id);
  return answer_of(value.value);
}

// One value of several rows in one month: amounts are added, all else must agree.
template <typename Read>
Answer Evaluator::combined(const law::Type& type, uint32_t id, bool is_definition, const Row* rows,
                           uint32_t count, const Scope& scope, const Read& read) {
  Merge merge(issues_);
  const bool adds = type.base == law::Base::kNumber && type.money != 0;
  Answer all;
  bool differ = false;
  bool first = true;
  for (uint32_t i = 0; i < count; ++i) {
    Answer one = read(rows[i]);
    if (!merge.add(one)) continue;
    if (first) {
      all = one;
      first = false;
    } else if (adds) {
      all = values_.add(all, one);
    } else if (!equal(all, one)) {
      differ = true;
    }
  }
  if (differ) {
    const Answer error_here =
        error(CauseKind::kSpellsDiffer, id,
              scope.has_month ? Month{scope.month}.first_day() : Date{}, is_definition);
    merge.add(error_here);
  }
  return merge.all_known() ? all : merge.answer();
}

Answer Evaluator::read_fact(const law::FactInfo& info, law::FactId fact, NodeId id, Row row,
                            bool at_hand) {
  if (info.slot >= row->facts.size()) {
    if (!at_hand) trace_.input(id, law::kNoId, row);
    return missing_fact(row, info.entity, fact);
  }
  const facts::FactValue& value = row->facts[info.slot];
  const bool presumed = value.known == Known::kPresumed;
  if (!at_hand || presumed) {
    trace_.input(id, presumed ? InputRecord::kPresumed : law::kNoId, row);
  }
  if (value.known == Known::kUnknown) return missing_fact(row, info.entity, fact);
  if (value.value.index() == 0) return refused(CauseKind::kNoFact, fact);  // none
  return answer_of(value.value);
}

Answer Evaluator::fact(const law::Node& node, NodeId id, const Scope& scope) {
  const law::FactInfo& info = program_.facts[node.index];
  if (scope.row_count == 1 && scope.rows[0]->entity == info.entity) {
    return read_fact(info, node.index, id, scope.rows[0], scope.outer != nullptr);
  }
  const Target found = target(info.entity, scope);
  const auto read = [&](Row row) { return read_fact(info, node.index, id, row, found.at_hand); };
  if (found.count == 1) return read(found.row);
  return combined(info.type, node.index, false, found.rows, found.count, scope, read);
}

Answer Evaluator::has(const law::Node& node, NodeId id, const Scope& scope) {
  const law::FactInfo& info = program_.facts[node.index];
  const Target found = target(info.entity, scope);
  const auto read = [&](Row row) {
    bool none = false;
    const bool presumed =
        info.slot < row->facts.size() && row->facts[info.slot].known == Known::kPresumed;
    if (!found.at_hand || presumed) {
      trace_.input(id, presumed ? InputRecord::kPresumed : law::kNoId, row);
    }
    const Answer value = known_fact(info, node.index, row, none);
    return none ? Answer::yes_no(false) : value.known() ? Answer::yes_no(true) : value;
  };
  if (found.count == 1) return read(found.row);
  return combined(node.type, node.index, false, found.rows, found.count, scope, read);
}

Answer Evaluator::definition_here(const law::Node& node, NodeId id, const Scope& scope) {
  const law::DefinitionInfo& info = program_.definitions[node.index];
  const Target found = target(info.entity, scope);
  const auto read = [&](Row row) {
    Answer why_not;
    const std::optional<ContextId> context = enter(row, scope.home, scope.context, why_not);
    if (!context) return why_not;
    const StepId step = definition_step(node.index, row, *context, &scope);
    trace_.input(id, step, row);
    return trace_.step(step).answer;
  };
  if (found.count == 1) return read(found.row);
  return combined(info.type, node.index, true, found.rows, found.count, scope, read);
}

}  // namespace ansinh::engine
