// The cases beside the law: each is run, and what it expects is compared with what comes out.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/error.h"
#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine {

struct Mismatch {
  size_t expect = 0;  // index into CaseRule::expects
  Span span;          // of the `expect` line
  Text target;        // what was asked
  Text expected, got;
};

struct CaseResult {
  bool passed = false;
  std::vector<Mismatch> mismatches;
  Diagnostics diagnostics;  // the case's facts could not be read
};

// Runs case `index` of the program; reads its facts itself.
CaseResult run_case(const law::Program& program, size_t index);

// The same on an Explainer for the case's facts and date, which then holds the trace.
CaseResult run_case(const law::Program& program, size_t index, Explainer& explainer);

// The instance at the end of the path of rows (as they were given) below the subject; nullptr if
// there is no such row.
const facts::Instance* instance_at(const law::Program& program, const facts::Instance& subject,
                                   const std::vector<std::pair<law::ListId, int>>& path);

}  // namespace ansinh::engine
