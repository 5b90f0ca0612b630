// The routes: /health, /metrics, /openapi.json, and under /v1 the law and decisions by it.
#pragma once

#include <memory>

#include "http/metrics.h"
#include "http/router.h"
#include "law/program.h"

namespace ansinh::http {

// Adds them to the router. `metrics` and `router` must outlive its use.
void add_service(Router& router, const std::shared_ptr<const law::Program>& program,
                 const Metrics& metrics);

}  // namespace ansinh::http
