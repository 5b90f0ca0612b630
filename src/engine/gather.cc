#include "engine/gather.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <functional>

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

void Gatherer::own_unverified(const Text& text) {
  const uint32_t known = unverified_.of(&text);
  if (known == unverified_numbers_.size()) {
    // The same words elsewhere are the same thing.
    const auto same = std::ranges::find_if(things_, [&](const Thing& thing) {
      return thing.kind == Kind::kUnverified && *static_cast<const Text*>(thing.place) == text;
    });
    unverified_numbers_.push_back(static_cast<uint32_t>(same - things_.begin()));
    if (same == things_.end()) things_.push_back({Kind::kUnverified, 0, &text});
  }
  own_.push_back(unverified_numbers_[known]);
}

void Gatherer::own_cites(const law::Cites& cites) {
  for (const law::Cite& cite : cites) {
    if (cite.number >= cites_.size()) cites_.resize(cite.number + 1, law::kNoId);
    uint32_t& number = cites_[cite.number];
    if (number == law::kNoId) {
      number = static_cast<uint32_t>(things_.size());
      things_.push_back({Kind::kCite, cite.number, &cite});
    }
    own_.push_back(number);
  }
}

void Gatherer::own_presumed(const InputRecord& input) {
  constexpr uint32_t kListBit = 1U << 31U;
  const law::Program& program = evaluator_.program();
  const law::Node& node = program.nodes[input.node];
  const Row row = input.instance;
  const bool is_list = node.op == Op::kList;
  const uint32_t slot = is_list ? program.lists[node.index].slot : program.facts[node.index].slot;
  const bool is_presumed =
      is_list ? slot < row->lists.size() && row->lists[slot].known == facts::Known::kPresumed
              : slot < row->facts.size() && row->facts[slot].known == facts::Known::kPresumed;
  if (!is_presumed) return;
  const uint64_t key = (uint64_t{row->serial} << 32U) | (is_list ? kListBit : 0) | node.index;
  const uint32_t known = presumed_.of(key);
  if (known == presumed_numbers_.size()) {
    presumed_numbers_.push_back(static_cast<uint32_t>(things_.size()));
    things_.push_back({Kind::kPresumed, key, row});
  }
  own_.push_back(presumed_numbers_[known]);
}

void Gatherer::own_things(const StepRecord& step) {
  own_.clear();
  if (step.kind == StepKind::kBenefit && step.version != law::kNoId) {
    const law::BenefitVersion& version =
        evaluator_.program().benefits[step.id].versions[step.version];
    own_cites(version.cite);
    for (const law::ConditionRule& rule : version.conditions) own_cites(rule.cite);
    for (const law::PaymentRule& rule : version.payments) own_cites(rule.cite);
  }
  for (const law::Cites* cites : step.cites) {
    if (cites != nullptr) own_cites(*cites);
  }
  texts_.clear();
  unverified_of(step, evaluator_.program(), texts_);
  for (const Text* text : texts_) own_unverified(*text);
  const InputRecord* inputs = evaluator_.trace().inputs(step.inputs_begin);
  for (uint32_t i = 0; i < step.inputs_count; ++i) {
    if (inputs[i].step == law::kNoId) own_presumed(inputs[i]);
  }
}

void Gatherer::sum_up(StepId id) {
  const StepRecord& step = evaluator_.trace().step(id);
  own_things(step);
  const auto begin = static_cast<uint32_t>(words_.size());
  const auto count = static_cast<uint32_t>((things_.size() + 63) / 64);
  words_.resize(words_.size() + count);
  uint64_t* const words = words_.data() + begin;
  for (const uint32_t number : own_) words[number / 64] |= uint64_t{1} << (number % 64);
  const InputRecord* inputs = evaluator_.trace().inputs(step.inputs_begin);
  for (uint32_t i = 0; i < step.inputs_count; ++i) {
    const StepId below = inputs[i].step;
    if (below == law::kNoId) continue;
    assert(below < id);
    const uint64_t* const others = words_.data() + sets_[below].begin;
    for (uint32_t w = 0; w < sets_[below].count; ++w) words[w] |= others[w];
  }
  sets_.push_back({begin, count});
}

// The things in the order in which an outcome has them.
void Gatherer::put_in_order() {
  if (in_order_ == things_.size()) return;
  for (; in_order_ < things_.size(); ++in_order_) {
    const auto number = static_cast<uint32_t>(in_order_);
    switch (things_[number].kind) {
      case Kind::kCite:
        cites_in_order_.push_back(number);
        break;
      case Kind::kUnverified:
        unverified_in_order_.push_back(number);
        break;
      case Kind::kPresumed:
        presumed_in_order_.push_back(number);
        break;
    }
  }
  const auto key = [&](uint32_t number) { return things_[number].key; };
  std::ranges::sort(cites_in_order_, {}, key);
  std::ranges::sort(presumed_in_order_, {}, key);
}

void Gatherer::fill(Outcome& outcome, const Set& set) {
  put_in_order();
  left_.assign(words_.begin() + set.begin, words_.begin() + set.begin + set.count);
  size_t count = 0;
  for (const uint64_t word : left_) count += static_cast<size_t>(std::popcount(word));
  const auto take = [&](uint32_t number) {
    const uint64_t bit = uint64_t{1} << (number % 64);
    if (number / 64 >= left_.size() || (left_[number / 64] & bit) == 0) return false;
    left_[number / 64] ^= bit;
    --count;
    return true;
  };
  const auto add_cite = [&](uint32_t number) {
    if (take(number)) outcome.cite.push_back(static_cast<const law::Cite*>(things_[number].place));
  };
  outcome.cite.reserve(std::min(count, cites_in_order_.size()));
  for (const uint32_t number : own_) {
    if (things_[number].kind == Kind::kCite) add_cite(number);
  }
  for (const uint32_t number : cites_in_order_) add_cite(number);
  for (const uint32_t number : unverified_in_order_) {
    if (take(number)) outcome.unverified.push_back(static_cast<const Text*>(things_[number].place));
  }
  outcome.presumed.reserve(count);
  for (const uint32_t number : presumed_in_order_) {
    if (!take(number)) continue;
    const Thing& thing = things_[number];
    const auto* row = static_cast<Row>(thing.place);
    const auto id = static_cast<uint32_t>(thing.key & 0x7FFFFFFFU);
    const bool is_list = (thing.key >> 31U & 1U) != 0;
    outcome.presumed.push_back(
        {row, row->entity, is_list ? law::kNoId : id, is_list ? id : law::kNoId, false});
  }
}

void Gatherer::gather(StepId root, Outcome& outcome) {
  const Trace& trace = evaluator_.trace();
  // All that there are: then the things are put in order once.
  while (sets_.size() < trace.steps().size()) sum_up(static_cast<StepId>(sets_.size()));
  const StepRecord& own = trace.step(root);
  const InputRecord* own_inputs = trace.inputs(own.inputs_begin);
  for (uint32_t i = 0; i < own.inputs_count; ++i) {
    if (own_inputs[i].step != law::kNoId) outcome.steps.push_back(own_inputs[i].step);
  }
  own_things(own);
  fill(outcome, sets_[root]);
}

}  // namespace ansinh::engine
