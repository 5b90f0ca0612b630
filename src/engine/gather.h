// What a decision rests on: all that its steps, and the steps below them, cite, presume or could not
// verify.
#pragma once

#include <cstdint>
#include <string>
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
  void visit(StepId step, Outcome& outcome);
  void add_cites(const law::Cites& cites, Outcome& outcome);
  void add_unverified(const StepRecord& step, Outcome& outcome);
  void add_presumed(const InputRecord& input, Outcome& outcome);
  // A number for each distinct citation; `first` tells if this outcome did not have it yet.
  bool first_in_outcome(const law::Cite& cite);

  const Evaluator& evaluator_;
  uint32_t round_ = 0;                        // of the outcome at hand
  std::vector<uint32_t> seen_steps_;          // by step: the round that saw it
  std::unordered_map<const law::Cites*, uint32_t> seen_cites_;
  std::unordered_map<const law::Cite*, uint32_t> cite_numbers_;
  std::unordered_map<std::string, uint32_t> cite_by_text_;
  std::vector<uint32_t> seen_numbers_;
  std::vector<StepId> to_do_;
};

// The notes of a step's rule and rows that say what was not verified.
void unverified_of(const StepRecord& step, const law::Program& program,
                   std::vector<const Text*>& out);

}  // namespace ansinh::engine
