// What a decision rests on: all that its steps, and the steps below them, cite, presume or could
// not verify.
//
// Each step is looked through once and summed up as numbers; an outcome then collects the numbers
// of the steps below it, each once.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/evaluator.h"

namespace ansinh::engine {

class Gatherer {
 public:
  explicit Gatherer(const Evaluator& evaluator) : evaluator_(evaluator) {}

  // Fills cite, unverified, presumed and steps of the outcome from its step.
  void gather(StepId root, Outcome& outcome);

 private:
  struct Range {
    uint32_t begin = 0, count = 0;
  };
  struct Summary {
    bool made = false;
    Range cites, unverified, presumed;  // into the vectors below
    uint32_t seen = 0;                  // the outcome that last collected it
  };
  template <typename T>
  struct Pool {
    std::vector<T> items;           // distinct
    std::vector<uint32_t> numbers;  // what summaries point into
    std::vector<uint32_t> seen;     // by item: the outcome that last collected it
    uint32_t add(T item) {
      items.push_back(item);
      seen.push_back(0);
      return static_cast<uint32_t>(items.size() - 1);
    }
  };
  struct CiteHash {
    size_t operator()(const law::Cite* cite) const {
      return std::hash<std::string_view>{}(cite->text) ^ cite->act;
    }
  };
  struct CiteEqual {
    bool operator()(const law::Cite* a, const law::Cite* b) const {
      return a == b || (a->act == b->act && a->text == b->text);
    }
  };

  Summary& summary_of(StepId step);
  void sum_up_cites(const StepRecord& step, Summary& summary);
  void sum_up_unverified(const StepRecord& step, Summary& summary);
  void sum_up_presumed(const StepRecord& step, Summary& summary);
  bool presumed_of(const InputRecord& input, Missing& presumed) const;
  void collect(const Summary& summary, Outcome& outcome);
  template <typename T, typename Take>
  void collect_new(Pool<T>& pool, Range range, const Take& take);

  const Evaluator& evaluator_;
  uint32_t round_ = 0;  // of the outcome at hand
  std::vector<Summary> summaries_;
  Pool<const law::Cite*> cites_;
  Pool<const Text*> unverified_;
  Pool<Missing> presumed_;
  std::unordered_map<const law::Cite*, uint32_t, CiteHash, CiteEqual> cite_numbers_;
  std::unordered_map<uint64_t, uint32_t> presumed_numbers_;
  std::vector<StepId> to_do_;
};

// The notes of a step's rule and rows that say what was not verified.
void unverified_of(const StepRecord& step, const law::Program& program,
                   std::vector<const Text*>& out);

}  // namespace ansinh::engine
