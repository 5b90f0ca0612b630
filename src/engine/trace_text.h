// The trace as sentences for people.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine {

// A block for each outcome: its status, amounts, period, fund and article; every failed reason;
// what is missing and where. With `why`, the steps below it as a tree, each once. `color` adds ANSI
// colours. Outcomes of laws that are not in force are left out where there are others.
std::string explain_text(const law::Program& program, Explainer& explainer,
                         const std::vector<Outcome>& outcomes, Language language, bool why,
                         bool color);

// One step and what it rests on, as in the tree.
std::string explain_step(const law::Program& program, Explainer& explainer, StepId step,
                         Language language);

}  // namespace ansinh::engine
