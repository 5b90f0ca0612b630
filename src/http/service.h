// The routes: /health, /metrics, /openapi.json, and under /v1 the law and decisions by it.
#pragma once

#include <expected>
#include <memory>

#include "base/date.h"
#include "http/json_check.h"
#include "http/metrics.h"
#include "http/problem.h"
#include "http/router.h"
#include "law/program.h"

namespace ansinh::http {

// Adds them to the router. `metrics` and `router` must outlive its use.
void add_service(Router& router, std::shared_ptr<const law::Program> program,
                 const Metrics& metrics);

// What the law says of a person's file, as JSON: outcomes and receipt, with every step if asked.
// Refused: "bad-facts".
std::expected<std::string, Problem> decision_text(const law::Program& program,
                                                  const std::string& facts, Date on,
                                                  law::BenefitId only, bool with_steps);

}  // namespace ansinh::http
