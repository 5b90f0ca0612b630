// Outcomes and their reasons as JSON: exact values as written in the language of the law, every
// sentence in both languages, the steps as a graph by number.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "engine/explain.h"
#include "engine/receipt.h"

namespace ansinh::engine {

// {"on", "outcomes": [...], "steps": {"12": {...}}, "receipt": {...}}. `steps` holds those that the
// outcomes rest on; their inputs name other steps by number.
nlohmann::ordered_json trace_json(Explainer& explainer, const std::vector<Outcome>& outcomes);

// The outcomes alone: what the digest of a result is made of.
nlohmann::ordered_json outcomes_json(Explainer& explainer, const std::vector<Outcome>& outcomes);

nlohmann::ordered_json receipt_json(const Receipt& receipt);

}  // namespace ansinh::engine
