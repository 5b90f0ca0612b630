#include "http/problem.h"

#include "agency/agency.h"

namespace ansinh::http {

namespace {

int status_of(const store::Failure& failure, std::string_view code) {
  switch (failure.kind) {
    case store::FailureKind::kBusy:
    case store::FailureKind::kLost:
    case store::FailureKind::kAbsent:
      return 503;
    case store::FailureKind::kConflict:
      return 409;
    case store::FailureKind::kFull:
      return 507;
    case store::FailureKind::kBroken:
      return 500;
    case store::FailureKind::kRefused:
      break;
  }
  if (code == "not-found") return 404;
  if (code == "other-version") return 412;
  for (const std::string_view one : {"forbidden", "maker-approves", "above-limit", "same-person"}) {
    if (code == one) return 403;
  }
  for (const std::string_view one :
       {"wrong-step", "wrong-state", "open-already", "in-use", "code-taken", "posted-otherwise"}) {
    if (code == one) return 409;
  }
  return code == "store" ? 500 : 422;
}

}  // namespace

Response problem(const Request& request, const Problem& what) {
  const Language language = language_of(request);
  nlohmann::ordered_json body = {
      {"type", "urn:ansinh:problem:" + what.code},
      {"title", in_language(what.message, language)},
      {"status", what.status},
      {"detail", in_language(what.help, language)},
      {"code", what.code},
      {"message", {{"vi", what.message.vi}, {"en", what.message.en}}},
      {"help", {{"vi", what.help.vi}, {"en", what.help.en}}},
  };
  if (!what.errors.empty()) body["errors"] = what.errors;
  Response response;
  response.status = what.status;
  response.type = "application/problem+json";
  // What a client sent may be named in a message: bytes that are not UTF-8 must not throw.
  response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  response.headers.emplace_back("Content-Language",
                                language == Language::kVietnamese ? "vi" : "en");
  if (what.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Problem problem_of(const store::Failure& failure) {
  const std::string code(agency::code_of(failure));
  return {.status = status_of(failure, code),
          .code = code,
          .message = failure.text,
          .help = {"xem docs/api.md, mục mã lỗi \"" + code + "\"",
                   "see docs/api.md, the error code \"" + code + "\""}};
}

nlohmann::ordered_json problem_schema() {
  const nlohmann::ordered_json text = {
      {"type", "object"},
      {"properties", {{"vi", {{"type", "string"}}}, {"en", {{"type", "string"}}}}},
      {"required", {"vi", "en"}}};
  return {{"type", "object"},
          {"properties",
           {{"type", {{"type", "string"}}},
            {"title", {{"type", "string"}}},
            {"status", {{"type", "integer"}}},
            {"detail", {{"type", "string"}}},
            {"code", {{"type", "string"}}},
            {"message", text},
            {"help", text},
            {"errors", {{"type", "array"}}}}},
          {"required", {"type", "title", "status", "detail", "code", "message", "help"}}};
}

}  // namespace ansinh::http
