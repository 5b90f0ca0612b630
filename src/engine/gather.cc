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
    case StepKind::kParam: add(program.params[step.id].rows[step.row].unverified); return;
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

bool Gatherer::first_in_outcome(const law::Cite& cite) {
  const auto [found, fresh] = cite_numbers_.try_emplace(&cite, 0);
  if (fresh) {
    const auto [by_text, new_text] = cite_by_text_.try_emplace(
        std::to_string(cite.act) + ' ' + cite.text, static_cast<uint32_t>(seen_numbers_.size()));
    if (new_text) seen_numbers_.push_back(0);
    found->second = by_text->second;
  }
  uint32_t& seen = seen_numbers_[found->second];
  if (seen == round_) return false;
  seen = round_;
  return true;
}

void Gatherer::add_cites(const law::Cites& cites, Outcome& outcome) {
  if (cites.empty()) return;
  uint32_t& seen = seen_cites_[&cites];
  if (seen == round_) return;
  seen = round_;
  for (const law::Cite& cite : cites) {
    if (first_in_outcome(cite)) outcome.cite.push_back(cite);
  }
}

void Gatherer::add_unverified(const StepRecord& step, Outcome& outcome) {
  std::vector<const Text*> texts;
  unverified_of(step, evaluator_.program(), texts);
  for (const Text* text : texts) {
    if (std::ranges::find(outcome.unverified, *text) == outcome.unverified.end()) {
      outcome.unverified.push_back(*text);
    }
  }
}

void Gatherer::add_presumed(const InputRecord& input, Outcome& outcome) {
  const law::Program& program = evaluator_.program();
  const law::Node& node = program.nodes[input.node];
  const Row row = input.instance;
  if (node.op == Op::kList) {
    const law::ListInfo& list = program.lists[node.index];
    if (list.slot >= row->lists.size()) return;
    if (row->lists[list.slot].known != facts::Known::kPresumed) return;
    outcome.presumed.push_back({row, row->entity, law::kNoId, node.index, false});
  } else {
    const law::FactInfo& fact = program.facts[node.index];
    if (fact.slot >= row->facts.size()) return;
    if (row->facts[fact.slot].known != facts::Known::kPresumed) return;
    outcome.presumed.push_back({row, row->entity, node.index, law::kNoId, false});
  }
}

void Gatherer::visit(StepId id, Outcome& outcome) {
  const StepRecord& step = evaluator_.trace().step(id);
  for (const law::Cites* cites : step.cites) {
    if (cites != nullptr) add_cites(*cites, outcome);
  }
  add_unverified(step, outcome);
  const InputRecord* inputs = evaluator_.trace().inputs(step.inputs_begin);
  for (uint32_t i = step.inputs_count; i > 0; --i) {  // the first is done next
    const InputRecord& input = inputs[i - 1];
    if (input.step == law::kNoId) {
      add_presumed(input, outcome);
    } else if (seen_steps_[input.step] != round_) {
      to_do_.push_back(input.step);
    }
  }
}

void Gatherer::gather(StepId root, Outcome& outcome) {
  ++round_;
  seen_steps_.resize(evaluator_.trace().steps().size(), 0);
  const StepRecord& own = evaluator_.trace().step(root);
  const InputRecord* inputs = evaluator_.trace().inputs(own.inputs_begin);
  for (uint32_t i = 0; i < own.inputs_count; ++i) {
    if (inputs[i].step != law::kNoId) outcome.steps.push_back(inputs[i].step);
  }
  to_do_.push_back(root);
  while (!to_do_.empty()) {
    const StepId next = to_do_.back();
    to_do_.pop_back();
    if (seen_steps_[next] == round_) continue;
    seen_steps_[next] = round_;
    visit(next, outcome);
  }
  if (outcome.presumed.size() > 1) sort_unique(outcome.presumed);
}

}  // namespace ansinh::engine
