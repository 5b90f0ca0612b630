#include "engine/gather.h"

#include <algorithm>

namespace ansinh::engine {

using law::Op;

void unverified_of(const StepRecord& step, const law::Program& program,
                   std::vector<const Text*>& out) {
  const auto add = [&out](const std::optional<Text>& text) {
    if (text) out.push_back(&*text);
  };
  switch (step.kind) {
    case StepKind::kDefinition:
      if (step.version == law::kNoId) return;
      add(program.definitions[step.id].versions[step.version].unverified);
      if (step.exception != nullptr) add(step.exception->unverified);
      return;
    case StepKind::kParam:
      add(program.params[step.id].rows[step.row].unverified);
      return;
    case StepKind::kTable: {
      const law::TableVersion& version = program.tables[step.id].versions[step.version];
      add(version.unverified);
      add(version.rows[step.row].unverified);
      return;
    }
    case StepKind::kBenefit:
      if (step.version != law::kNoId) {
        add(program.benefits[step.id].versions[step.version].unverified);
      }
      return;
  }
}

void Gatherer::sum_up_cites(const StepRecord& step, Summary& summary) {
  summary.cites.begin = static_cast<uint32_t>(cites_.numbers.size());
  const auto add = [this](const law::Cites& cites) {
    for (const law::Cite& cite : cites) {
      const auto [found, fresh] = cite_numbers_.try_emplace(&cite, 0);
      if (fresh) found->second = cites_.add(&cite);
      cites_.numbers.push_back(found->second);
    }
  };
  for (const law::Cites* cites : step.cites) {
    if (cites != nullptr) add(*cites);
  }
  if (step.kind == StepKind::kBenefit && step.version != law::kNoId) {
    const law::BenefitVersion& version =
        evaluator_.program().benefits[step.id].versions[step.version];
    for (const law::ConditionRule& rule : version.conditions) add(rule.cite);
    for (const law::PaymentRule& rule : version.payments) add(rule.cite);
  }
  summary.cites.count = static_cast<uint32_t>(cites_.numbers.size()) - summary.cites.begin;
}

void Gatherer::sum_up_unverified(const StepRecord& step, Summary& summary) {
  summary.unverified.begin = static_cast<uint32_t>(unverified_.numbers.size());
  std::vector<const Text*> texts;
  unverified_of(step, evaluator_.program(), texts);
  for (const Text* text : texts) {
    const auto found = std::ranges::find_if(
        unverified_.items, [&](const Text* other) { return other == text || *other == *text; });
    unverified_.numbers.push_back(found == unverified_.items.end()
                                      ? unverified_.add(text)
                                      : static_cast<uint32_t>(found - unverified_.items.begin()));
  }
  summary.unverified.count =
      static_cast<uint32_t>(unverified_.numbers.size()) - summary.unverified.begin;
}

bool Gatherer::presumed_of(const InputRecord& input, Missing& presumed) const {
  const law::Program& program = evaluator_.program();
  const law::Node& node = program.nodes[input.node];
  const Row row = input.instance;
  if (node.op == Op::kList) {
    const law::ListInfo& list = program.lists[node.index];
    presumed = {row, row->entity, law::kNoId, node.index, false};
    return list.slot < row->lists.size() && row->lists[list.slot].known == facts::Known::kPresumed;
  }
  const law::FactInfo& fact = program.facts[node.index];
  presumed = {row, row->entity, node.index, law::kNoId, false};
  return fact.slot < row->facts.size() && row->facts[fact.slot].known == facts::Known::kPresumed;
}

void Gatherer::sum_up_presumed(const StepRecord& step, Summary& summary) {
  summary.presumed.begin = static_cast<uint32_t>(presumed_.numbers.size());
  const InputRecord* inputs = evaluator_.trace().inputs(step.inputs_begin);
  for (uint32_t i = 0; i < step.inputs_count; ++i) {
    Missing presumed;
    if (inputs[i].step != law::kNoId || !presumed_of(inputs[i], presumed)) continue;
    const uint64_t key = (uint64_t{presumed.instance->serial} << 32U) |
                         (presumed.fact != law::kNoId ? presumed.fact : ~presumed.list);
    const auto [found, fresh] = presumed_numbers_.try_emplace(key, 0);
    if (fresh) found->second = presumed_.add(presumed);
    presumed_.numbers.push_back(found->second);
  }
  summary.presumed.count = static_cast<uint32_t>(presumed_.numbers.size()) - summary.presumed.begin;
}

Gatherer::Summary& Gatherer::summary_of(StepId id) {
  if (summaries_.size() <= id) summaries_.resize(evaluator_.trace().steps().size());
  Summary& summary = summaries_[id];
  if (!summary.made) {
    const StepRecord& step = evaluator_.trace().step(id);
    sum_up_cites(step, summary);
    sum_up_unverified(step, summary);
    sum_up_presumed(step, summary);
    summary.made = true;
  }
  return summary;
}

template <typename T, typename Take>
void Gatherer::collect_new(Pool<T>& pool, Range range, const Take& take) {
  for (uint32_t i = range.begin; i < range.begin + range.count; ++i) {
    const uint32_t number = pool.numbers[i];
    if (pool.seen[number] == round_) continue;
    pool.seen[number] = round_;
    take(pool.items[number]);
  }
}

void Gatherer::collect(const Summary& summary, Outcome& outcome) {
  collect_new(cites_, summary.cites, [&](const law::Cite* cite) { outcome.cite.push_back(*cite); });
  collect_new(unverified_, summary.unverified,
              [&](const Text* text) { outcome.unverified.push_back(*text); });
  collect_new(presumed_, summary.presumed,
              [&](const Missing& presumed) { outcome.presumed.push_back(presumed); });
}

void Gatherer::gather(StepId root, Outcome& outcome) {
  ++round_;
  const Trace& trace = evaluator_.trace();
  const StepRecord& own = trace.step(root);
  const InputRecord* own_inputs = trace.inputs(own.inputs_begin);
  outcome.cite.reserve(16);
  for (uint32_t i = 0; i < own.inputs_count; ++i) {
    if (own_inputs[i].step != law::kNoId) outcome.steps.push_back(own_inputs[i].step);
  }
  to_do_.push_back(root);
  while (!to_do_.empty()) {
    const StepId next = to_do_.back();
    to_do_.pop_back();
    Summary& summary = summary_of(next);
    if (summary.seen == round_) continue;
    summary.seen = round_;
    collect(summary, outcome);
    const StepRecord& step = trace.step(next);
    const InputRecord* inputs = trace.inputs(step.inputs_begin);
    for (uint32_t i = step.inputs_count; i > 0; --i) {  // the first is done next
      const StepId below = inputs[i - 1].step;
      if (below != law::kNoId && summary_of(below).seen != round_) to_do_.push_back(below);
    }
  }
  if (outcome.presumed.size() > 1) sort_unique(outcome.presumed);
}

}  // namespace ansinh::engine
