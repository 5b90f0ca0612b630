// What must hold between the values of a file, beyond the type of each: shared by from_json and
// from_case.
#pragma once

#include <optional>

#include "facts/draft.h"

namespace ansinh::facts {

// Refuses, at the place of each: values outside their declared range ("out-of-range"), spells that
// end before they start ("period-reversed"), rows that overlap where the law forbids it
// ("periods-overlap"), a date listed twice ("date-twice"), death before birth
// ("death-before-birth") and a life longer than 130 years ("too-old"). Rows must be sorted.
void validate(Draft& draft, std::optional<Date> on);

}  // namespace ansinh::facts
