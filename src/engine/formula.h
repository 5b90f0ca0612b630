// A formula with the values of a step in place of the names: "45 % + 2 %/năm × (25 năm − 15 năm)".
#pragma once

#include <string>

#include "engine/explain.h"

namespace ansinh::engine {

// Empty where nothing is gained over the value itself (a single name or constant).
std::string formula_with_values(Explainer& explainer, StepId step, law::NodeId node,
                                Language language);

}  // namespace ansinh::engine
