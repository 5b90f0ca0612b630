// What a decision rests on: all that its steps, and the steps below them, cite, presume or could
// not verify.
//
// Each distinct thing has a number. A step's set of them, as bits, is its own with those of the
// steps that it used, which came before it: one pass over the steps serves all outcomes.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/evaluator.h"
#include "engine/numbering.h"

namespace ansinh::engine {

class Gatherer {
 public:
  explicit Gatherer(const Evaluator& evaluator) : evaluator_(evaluator) {}

  // Fills cite, unverified, presumed and steps of the outcome from its step: first what the rule of
  // the benefit itself cites, then the rest in the order in which the law's text has it.
  void gather(StepId root, Outcome& outcome);

 private:
  enum class Kind : uint8_t { kCite, kUnverified, kPresumed };
  struct Thing {
    Kind kind{};
    uint64_t key = 0;  // kPresumed: in the order of comes_before: serial, fact or list, which
    const void* place = nullptr;  // the Cite, the Text (one of those that are the same) or the row
  };
  struct Set {  // bits from words_[begin] on; those beyond are not in it
    uint32_t begin = 0, count = 0;
  };
  struct PlaceHash {
    uint64_t operator()(const void* place) const { return std::hash<const void*>{}(place); }
  };
  struct KeyHash {
    uint64_t operator()(uint64_t key) const { return key; }
  };
  void sum_up(StepId id);
  void own_things(const StepRecord& step);
  void own_cites(const law::Cites& cites);
  void own_presumed(const InputRecord& input);
  void own_unverified(const Text& text);
  void put_in_order();
  void fill(Outcome& outcome, const Set& set);

  const Evaluator& evaluator_;
  std::vector<Thing> things_;
  std::vector<uint32_t> cites_;  // by Cite::number: its thing, or kNoId
  Numbering<const Text*, PlaceHash, std::equal_to<>> unverified_;
  Numbering<uint64_t, KeyHash, std::equal_to<>> presumed_;       // by Thing::key
  std::vector<uint32_t> unverified_numbers_, presumed_numbers_;  // their things
  std::vector<uint32_t> distinct_texts_;                         // things: texts that all differ
  std::vector<uint32_t> order_, rank_;  // the things in the order of an outcome, and their places
  std::vector<Set> sets_;               // by step
  std::vector<uint64_t> words_;
  std::vector<uint32_t> own_;     // of the step at hand
  std::vector<uint64_t> ranked_;  // of the outcome at hand: bits by rank
  std::vector<const Text*> texts_;
};

// The notes of a step's rule and rows that say what was not verified.
void unverified_of(const StepRecord& step, const law::Program& program,
                   std::vector<const Text*>& out);

}  // namespace ansinh::engine
