#include "http/decider.h"

#include "engine/explain.h"
#include "facts/json_text.h"
#include "http/json_check.h"

namespace ansinh::http {

namespace {

Problem refused_facts(const Diagnostics& faults) {
  Json errors = Json::array();
  for (const Diagnostic& fault : faults) {
    errors.push_back({{"code", fault.code},
                      {"line", fault.span.line},
                      {"column", fault.span.column},
                      {"message", text_json(fault.message)},
                      {"help", text_json(fault.help)}});
  }
  return {.status = 422,
          .code = "bad-facts",
          .message = {"dữ kiện không đọc được", "the facts cannot be read"},
          .help = {"sửa từng chỗ nêu trong errors", "mend each place in errors"},
          .errors = std::move(errors)};
}

}  // namespace

Decider::Decider(std::shared_ptr<const law::Program> program)
    : program_(std::move(program)), reader_(*program_), writer_(*program_) {}

std::expected<std::string, Problem> Decider::decide(const std::string& facts, Date on,
                                                    law::BenefitId only, bool with_steps) const {
  const auto root = facts::read_json_text(facts, static_cast<uint32_t>(program_->sources.size()));
  if (!root) return std::unexpected(refused_facts({root.error()}));
  const auto file = reader_.read(*root, on, true);
  if (!file) return std::unexpected(refused_facts(file.error()));
  engine::Explainer explainer(*program_, *file, on);
  const std::vector<engine::Outcome> outcomes = explainer.outcomes(only);
  return with_steps ? writer_.trace(explainer, outcomes) : writer_.decision(explainer, outcomes);
}

}  // namespace ansinh::http
