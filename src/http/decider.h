// One law applied to persons' files.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/date.h"
#include "engine/trace_json.h"
#include "facts/from_json.h"
#include "http/problem.h"
#include "law/program.h"

namespace ansinh::http {

// May be shared between threads.
class Decider {
 public:
  explicit Decider(std::shared_ptr<const law::Program> program);

  const law::Program& law() const { return *program_; }
  // What the law says of a person's file, as JSON: outcomes and receipt, with every step if asked;
  // one benefit, or all (kNoId). Refused: "bad-facts".
  std::expected<std::string, Problem> decide(const std::string& facts, Date on, law::BenefitId only,
                                             bool with_steps) const;

 private:
  std::shared_ptr<const law::Program> program_;
  facts::PersonReader reader_;
  engine::TraceWriter writer_;
};

}  // namespace ansinh::http
