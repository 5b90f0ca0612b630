// What a decision rests on: all that its steps, and the steps below them, cite, presume or could
// not verify.
//
// Each step is looked through once and summed up as numbers; an outcome then collects the numbers
// of the steps below it, each once.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/evaluator.h"
#include "engine/numbering.h"

namespace ansinh::engine {

class Gatherer {
 public:
  explicit Gatherer(const Evaluator& evaluator) : evaluator_(evaluator) {}

  // Fills cite, unverified, presumed and steps of the outcome from its step.
  void gather(StepId root, Outcome& outcome);

 private:
  struct Summary {
    uint32_t seen = 0;            // the outcome that last collected it
    uint32_t begin = law::kNoId;  // in numbers_; kNoId: not made yet
    // So many numbers of the pools below stand there one after another, then the steps it used.
    uint32_t cites = 0, unverified = 0, presumed = 0, below = 0;
  };
  struct TextHash {
    uint64_t operator()(const Text* text) const { return std::hash<std::string_view>{}(text->en); }
  };
  struct TextEqual {
    bool operator()(const Text* a, const Text* b) const { return a == b || *a == *b; }
  };
  struct Presumed {    // a fact or list of an instance
    uint64_t key = 0;  // in the order of comes_before: serial, fact or list, which
    Row row = nullptr;
  };
  struct PresumedHash {
    uint64_t operator()(const Presumed& presumed) const { return presumed.key; }
  };
  struct PresumedEqual {
    bool operator()(const Presumed& a, const Presumed& b) const { return a.key == b.key; }
  };
  // Things that steps rest on: each distinct one has a number, and the outcome at hand takes each
  // once.
  struct Taken {
    std::vector<uint32_t> seen;   // by number: the outcome that last took it
    std::vector<uint32_t> taken;  // by the outcome at hand, in order
    void take(uint32_t number, uint32_t round) {
      if (seen[number] == round) return;
      seen[number] = round;
      taken.push_back(number);
    }
  };
  template <typename T, typename Hash, typename Equal>
  struct Pool : Taken {
    Numbering<T, Hash, Equal> items;
    uint32_t number_of(const T& item) {
      const uint32_t number = items.of(item);
      if (number == seen.size()) seen.push_back(0);
      return number;
    }
  };

  void sum_up(StepId id);
  void sum_up_cites(const StepRecord& step);
  void sum_up_presumed(const StepRecord& step);
  bool presumed_of(const InputRecord& input, Presumed& presumed) const;
  void collect(StepId root);
  void fill(Outcome& outcome);

  const Evaluator& evaluator_;
  uint32_t round_ = 0;  // of the outcome at hand
  std::vector<Summary> summaries_;
  std::vector<uint32_t> numbers_;              // what summaries point into
  Taken cites_;                                // by Cite::number
  std::vector<const law::Cite*> cite_places_;  // by number: one of those that are the same
  Pool<const Text*, TextHash, TextEqual> unverified_;
  Pool<Presumed, PresumedHash, PresumedEqual> presumed_;
  std::vector<const Text*> texts_;
  std::vector<StepId> to_do_;
};

// The notes of a step's rule and rows that say what was not verified.
void unverified_of(const StepRecord& step, const law::Program& program,
                   std::vector<const Text*>& out);

}  // namespace ansinh::engine
