// Which benefits are not paid because another one is: `instead of` and `highest of`.
//
// Outcomes of one instance and of its ancestors and descendants are compared, by what each gives by
// its own rules: first all `instead of`, then `highest of` among what is left.
#pragma once

#include <vector>

#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine {

// `on`: the date on which the `highest of` rules must be in force.
void apply_exclusions(const law::Program& program, Date on, std::vector<Outcome>& outcomes);

// The benefits whose outcomes can decide whether `benefit` is paid; itself among them.
std::vector<law::BenefitId> rivals_of(law::BenefitId benefit, const law::Program& program);

}  // namespace ansinh::engine
