// One law over many people on a date: tables by group, and every person's results if wanted.
//
// The outcome does not depend on the number of threads: tables are exact sums, and results are
// handed over in the order of the chunks.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lab/people_source.h"
#include "lab/result_table.h"
#include "lab/statistics.h"
#include "lab/tally.h"

namespace ansinh::lab {

// So many trees are decided at a time: what they need stays in the cache.
inline constexpr uint32_t kBlockTrees = 8'192;

struct RunOptions {
  Date on;
  size_t threads = 1;
  bool all = false;  // results also of those who are not entitled
  // Results, if a format is given: bytes to be written one after another.
  const ResultFormat* format = nullptr;
  std::function<std::optional<Diagnostic>(std::string_view)> sink;
  // Called often with the trees decided so far; false ends the run with "interrupted".
  std::function<bool(uint64_t)> progress;
};

// Why the first people of a benefit could not be decided: what is missing, or what is wrong.
struct Open {
  law::BenefitId benefit = law::kNoId;
  uint64_t rows = 0;                           // that could not be decided, in all
  uint64_t asked = 0;                          // trees that were looked at
  std::vector<std::pair<Text, uint64_t>> why;  // and of how many of them; most frequent first
};

struct RunResult {
  Tables tables;
  TenthEnds tenths;
  uint64_t explained = 0;  // trees that the Explainer decided
  std::vector<Open> open;
};

// `statistics` belong to `program`; all must outlive the call.
std::expected<RunResult, Diagnostic> run(const law::Program& program, const Statistics& statistics,
                                         const PeopleSource& source, const RunOptions& options);

// What is open of each benefit, asked of the trees that its table has kept.
std::expected<std::vector<Open>, Diagnostic> explain_open(const law::Program& program,
                                                          const PeopleSource& source, Date on,
                                                          const Tables& tables);

}  // namespace ansinh::lab
