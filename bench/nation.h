// The whole law over a snapshot of people, and a reform laid over it: seconds, people, memory.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/date.h"

namespace ansinh::bench {

struct NationWork {
  std::vector<std::string> law;
  std::string people, reform;
  Date on;
  size_t threads = 1, repeats = 1;
};

// Reads the law, then runs it over the snapshot as `ansinh run` does: people, seconds (median of
// the runs), seconds of deciding alone, seconds of reading the law, peak memory.
nlohmann::ordered_json measure_nation(const NationWork& work);

// Set-up of a reform; a run of the law alone, the comparison with the reform, and what deciding the
// affected benefits of the reform alone takes.
nlohmann::ordered_json measure_reform(const NationWork& work);

}  // namespace ansinh::bench
