// Outcomes and their reasons as JSON: exact values as written in the language of the law, every
// sentence in both languages, the steps as a graph by number.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/explain.h"
#include "engine/receipt.h"

namespace ansinh::engine {

// {"on", "outcomes": [...], "steps": {"12": {...}}, "receipt": {...}}. `steps` holds those that the
// outcomes rest on; their inputs name other steps by number.
nlohmann::ordered_json trace_json(Explainer& explainer, const std::vector<Outcome>& outcomes);

// The outcomes alone: what the digest of a result is made of.
nlohmann::ordered_json outcomes_json(Explainer& explainer, const std::vector<Outcome>& outcomes);

// outcomes_json(…).dump() for many files of one law: what the law alone says is put into words
// once. May be shared between threads.
class OutcomesWriter {
 public:
  explicit OutcomesWriter(const law::Program& program);
  OutcomesWriter(const OutcomesWriter&) = delete;
  OutcomesWriter& operator=(const OutcomesWriter&) = delete;
  ~OutcomesWriter();

  std::string write(Explainer& explainer, const std::vector<Outcome>& outcomes) const;

 private:
  struct Cites;
  const law::Program& program_;
  std::unique_ptr<Cites> cites_;
};

nlohmann::ordered_json receipt_json(const Receipt& receipt);

}  // namespace ansinh::engine
