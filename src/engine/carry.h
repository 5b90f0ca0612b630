// The dates on which a `carry` changes its value, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/date.h"
#include "law/program.h"

namespace ansinh::engine {

// More steps than this are an error of that person.
inline constexpr size_t kCarryStepsMax = 20'000;

struct CarryStep {
  Date date;
  uint32_t rule = 0;  // index into DefinitionVersion::steps
};

// The steps of all rules after one date and up to another, by date, then as written.
std::vector<CarryStep> carry_steps(const law::DefinitionVersion& version,
                                   const law::Program& program, Date after, Date until);

}  // namespace ansinh::engine
