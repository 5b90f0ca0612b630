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
    const auto same = std::ranges::find_if(distinct_texts_, [&](uint32_t number) {
      return *static_cast<const Text*>(things_[number].place) == text;
    });
    if (same == distinct_texts_.end()) {
      unverified_numbers_.push_back(static_cast<uint32_t>(things_.size()));
      distinct_texts_.push_back(unverified_numbers_.back());
      things_.push_back({Kind::kUnverified, 0, &text});
    } else {
      unverified_numbers_.push_back(*same);
    }
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
    if (inputs[i].step == InputRecord::kPresumed) own_presumed(inputs[i]);
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
    if (!inputs[i].has_step()) continue;
    const StepId below = inputs[i].step;
    assert(below < id);
    const uint64_t* const others = words_.data() + sets_[below].begin;
    for (uint32_t w = 0; w < sets_[below].count; ++w) words[w] |= others[w];
  }
  sets_.push_back({begin, count});
}

// The things in the order in which an outcome has them: cites, what is unverified, what is
// presumed.
void Gatherer::put_in_order() {
  if (order_.size() == things_.size()) return;
  order_.clear();
  for (const uint32_t number : cites_) {
    if (number != law::kNoId) order_.push_back(number);
  }
  order_.insert(order_.end(), distinct_texts_.begin(), distinct_texts_.end());
  const auto presumed = static_cast<std::ptrdiff_t>(order_.size());
  order_.insert(order_.end(), presumed_numbers_.begin(), presumed_numbers_.end());
  std::sort(order_.begin() + presumed, order_.end(),
            [&](uint32_t a, uint32_t b) { return things_[a].key < things_[b].key; });
  rank_.resize(things_.size());
  for (uint32_t rank = 0; rank < order_.size(); ++rank) rank_[order_[rank]] = rank;
}

void Gatherer::fill(Outcome& outcome, const Set& set) {
  put_in_order();
  ranked_.assign((things_.size() + 63) / 64, 0);
  size_t counts[3] = {};
  for (uint32_t w = 0; w < set.count; ++w) {
    for (uint64_t word = words_[set.begin + w]; word != 0; word &= word - 1) {
      const uint32_t number = w * 64 + static_cast<uint32_t>(std::countr_zero(word));
      ranked_[rank_[number] / 64] |= uint64_t{1} << (rank_[number] % 64);
      ++counts[static_cast<size_t>(things_[number].kind)];
    }
  }
  outcome.cite.reserve(counts[static_cast<size_t>(Kind::kCite)]);
  outcome.presumed.reserve(counts[static_cast<size_t>(Kind::kPresumed)]);
  const auto add = [&outcome](const Thing& thing) {
    switch (thing.kind) {
      case Kind::kCite:
        outcome.cite.push_back(static_cast<const law::Cite*>(thing.place));
        break;
      case Kind::kUnverified:
        outcome.unverified.push_back(static_cast<const Text*>(thing.place));
        break;
      case Kind::kPresumed: {
        const auto* row = static_cast<Row>(thing.place);
        const auto id = static_cast<uint32_t>(thing.key & 0x7FFFFFFFU);
        const bool is_list = (thing.key >> 31U & 1U) != 0;
        outcome.presumed.push_back(
            {row, row->entity, is_list ? law::kNoId : id, is_list ? id : law::kNoId, false});
        break;
      }
    }
  };
  for (const uint32_t number : own_) {
    const uint64_t bit = uint64_t{1} << (rank_[number] % 64);
    uint64_t& word = ranked_[rank_[number] / 64];
    if (things_[number].kind != Kind::kCite || (word & bit) == 0) continue;
    word ^= bit;
    add(things_[number]);
  }
  for (size_t w = 0; w < ranked_.size(); ++w) {
    for (uint64_t word = ranked_[w]; word != 0; word &= word - 1) {
      add(things_[order_[w * 64 + static_cast<size_t>(std::countr_zero(word))]]);
    }
  }
}

void Gatherer::gather(StepId root, Outcome& outcome) {
  const Trace& trace = evaluator_.trace();
  // All that there are: then the things are put in order once.
  while (sets_.size() < trace.steps().size()) sum_up(static_cast<StepId>(sets_.size()));
  const StepRecord& own = trace.step(root);
  const InputRecord* own_inputs = trace.inputs(own.inputs_begin);
  for (uint32_t i = 0; i < own.inputs_count; ++i) {
    if (own_inputs[i].has_step()) outcome.steps.push_back(own_inputs[i].step);
  }
  own_things(own);
  fill(outcome, sets_[root]);
}

}  // namespace ansinh::engine
