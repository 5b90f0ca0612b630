// What is kept of a decision so that it can be replayed: by what law, on what facts, with what
// result.
#pragma once

#include <string>
#include <string_view>

#include "base/date.h"
#include "engine/explain.h"

namespace ansinh::engine {

inline constexpr std::string_view kEngineVersion = "0.1.0";

struct Receipt {
  std::string law_digest;  // Program::digest
  Date law_date;           // the decision date
  std::string engine_version;
  std::string facts_digest;   // PersonFile::digest
  std::string result_digest;  // SHA-256 of the outcomes' JSON without steps
  bool operator==(const Receipt&) const = default;
};

// `outcomes`: their JSON (TraceWriter::outcomes).
Receipt make_receipt(const Explainer& explainer, const std::string& outcomes);

}  // namespace ansinh::engine
