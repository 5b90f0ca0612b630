#include "engine/gather.h"

#include <algorithm>
#include <utility>

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

void Gatherer::sum_up_cites(const StepRecord& step) {
  const auto add = [this](const law::Cites& cites) {
    for (const law::Cite& cite : cites) {
      if (cite.number >= cite_places_.size()) {
        cite_places_.resize(cite.number + 1);
        cites_.seen.resize(cite.number + 1);
      }
      cite_places_[cite.number] = &cite;
      numbers_.push_back(cite.number);
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
}

bool Gatherer::presumed_of(const InputRecord& input, Presumed& presumed) const {
  constexpr uint32_t kListBit = 1U << 31U;
  const law::Program& program = evaluator_.program();
  const law::Node& node = program.nodes[input.node];
  const Row row = input.instance;
  presumed.row = row;
  if (node.op == Op::kList) {
    const law::ListInfo& list = program.lists[node.index];
    presumed.key = (uint64_t{row->serial} << 32U) | kListBit | node.index;
    return list.slot < row->lists.size() && row->lists[list.slot].known == facts::Known::kPresumed;
  }
  const law::FactInfo& fact = program.facts[node.index];
  presumed.key = (uint64_t{row->serial} << 32U) | node.index;
  return fact.slot < row->facts.size() && row->facts[fact.slot].known == facts::Known::kPresumed;
}

void Gatherer::sum_up_presumed(const StepRecord& step) {
  const InputRecord* inputs = evaluator_.trace().inputs(step.inputs_begin);
  for (uint32_t i = 0; i < step.inputs_count; ++i) {
    Presumed presumed;
    if (inputs[i].step != law::kNoId || !presumed_of(inputs[i], presumed)) continue;
    numbers_.push_back(presumed_.number_of(presumed));
  }
}

void Gatherer::sum_up(StepId id) {
  Summary& summary = summaries_[id];
  const StepRecord& step = evaluator_.trace().step(id);
  auto mark = static_cast<uint32_t>(numbers_.size());
  const auto added = [&] {
    const auto end = static_cast<uint32_t>(numbers_.size());
    return end - std::exchange(mark, end);
  };
  summary.begin = mark;
  sum_up_cites(step);
  summary.cites = added();
  texts_.clear();
  unverified_of(step, evaluator_.program(), texts_);
  for (const Text* text : texts_) numbers_.push_back(unverified_.number_of(text));
  summary.unverified = added();
  sum_up_presumed(step);
  summary.presumed = added();
  const InputRecord* inputs = evaluator_.trace().inputs(step.inputs_begin);
  for (uint32_t i = step.inputs_count; i > 0; --i) {  // the first is taken from the stack first
    if (inputs[i - 1].step != law::kNoId) numbers_.push_back(inputs[i - 1].step);
  }
  summary.below = added();
}

// Takes what the root and all steps below it rest on, in the order of use.
void Gatherer::collect(StepId root) {
  summaries_.resize(evaluator_.trace().steps().size());
  to_do_.push_back(root);
  while (!to_do_.empty()) {
    const StepId next = to_do_.back();
    to_do_.pop_back();
    Summary& summary = summaries_[next];
    if (summary.seen == round_) continue;
    summary.seen = round_;
    if (summary.begin == law::kNoId) sum_up(next);
    const uint32_t* number = numbers_.data() + summary.begin;
    const auto take = [&](Taken& pool, uint32_t count) {
      for (const uint32_t* end = number + count; number != end; ++number) {
        pool.take(*number, round_);
      }
    };
    take(cites_, summary.cites);
    take(unverified_, summary.unverified);
    take(presumed_, summary.presumed);
    for (const uint32_t* end = number + summary.below; number != end; ++number) {
      if (summaries_[*number].seen != round_) to_do_.push_back(*number);
    }
  }
}

void Gatherer::fill(Outcome& outcome) {
  outcome.cite.reserve(cites_.taken.size());
  for (const uint32_t number : cites_.taken) outcome.cite.push_back(cite_places_[number]);
  outcome.unverified.reserve(unverified_.taken.size());
  for (const uint32_t number : unverified_.taken) {
    outcome.unverified.push_back(unverified_.items.item(number));
  }
  std::ranges::sort(presumed_.taken, std::less<>{},
                    [&](uint32_t number) { return presumed_.items.item(number).key; });
  outcome.presumed.reserve(presumed_.taken.size());
  for (const uint32_t number : presumed_.taken) {
    const Presumed& presumed = presumed_.items.item(number);
    const auto id = static_cast<uint32_t>(presumed.key & 0x7FFFFFFFU);
    const bool is_list = (presumed.key >> 31U & 1U) != 0;
    outcome.presumed.push_back({presumed.row, presumed.row->entity, is_list ? law::kNoId : id,
                                is_list ? id : law::kNoId, false});
  }
}

void Gatherer::gather(StepId root, Outcome& outcome) {
  ++round_;
  cites_.taken.clear();
  unverified_.taken.clear();
  presumed_.taken.clear();
  const Trace& trace = evaluator_.trace();
  const StepRecord& own = trace.step(root);
  const InputRecord* own_inputs = trace.inputs(own.inputs_begin);
  for (uint32_t i = 0; i < own.inputs_count; ++i) {
    if (own_inputs[i].step != law::kNoId) outcome.steps.push_back(own_inputs[i].step);
  }
  collect(root);
  fill(outcome);
}

}  // namespace ansinh::engine
