// One person decided, with the trace that gives every reason.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/explain.h"
#include "facts/person_file.h"
#include "module.h"

namespace ansinh::python {

// Not shared between threads: it is only worked with under the interpreter's lock.
struct Decision {
  std::shared_ptr<const Law> law;
  facts::PersonFile file;
  std::unique_ptr<engine::Explainer> explainer;
  std::vector<engine::Outcome> outcomes;
  std::string trace;  // as `ansinh decide --json` prints it
};

// Of one benefit (`only`, or kNoId), or of those marked in `wanted` (by BenefitId) if it is given.
// Takes no lock, and needs none.
std::unique_ptr<Decision> decide(std::shared_ptr<const Law> law, facts::PersonFile file, Date on,
                                 law::BenefitId only, const std::vector<bool>* wanted);

// A record of many people: by its name, or its number from 1. Raises KeyError, PeopleError.
std::unique_ptr<Decision> decide_record(const People& people, const std::string& record,
                                        const std::vector<bool>* wanted);

}  // namespace ansinh::python
