// Outcomes and their reasons as JSON: exact values as written in the language of the law, every
// sentence in both languages, the steps as a graph by number.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/explain.h"
#include "engine/receipt.h"

namespace ansinh::engine {

class LawWords;

// Writes what explainers of one law found, on one line of UTF-8. What the law alone says
// (citations, rules in words) is put into words once and kept: keep the writer where many files are
// decided. May be shared between threads. `program` must outlive it.
class TraceWriter {
 public:
  explicit TraceWriter(const law::Program& program);
  TraceWriter(const TraceWriter&) = delete;
  TraceWriter& operator=(const TraceWriter&) = delete;
  ~TraceWriter();

  // [...]: the outcomes alone, of which the digest of a result is made.
  std::string outcomes(Explainer& explainer, const std::vector<Outcome>& outcomes) const;
  // {"on", "outcomes": [...], "receipt": {...}}.
  std::string decision(Explainer& explainer, const std::vector<Outcome>& outcomes) const;
  // The same with "steps": {"12": {...}}, those that the outcomes rest on; each outcome names its
  // "step", and the inputs of steps name others by number.
  std::string trace(Explainer& explainer, const std::vector<Outcome>& outcomes) const;

 private:
  std::unique_ptr<LawWords> words_;
};

}  // namespace ansinh::engine
