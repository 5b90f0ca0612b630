#include "http/service.h"

#include <optional>
#include <utility>

#include "base/date.h"
#include "base/text.h"
#include "http/decider.h"
#include "http/json_check.h"
#include "http/problem.h"

namespace ansinh::http {

namespace {

using SharedLaw = std::shared_ptr<const law::Program>;

constexpr int32_t kFirstYear = 1900;
constexpr int32_t kLastYear = 2200;

Response json_answer(const Json& body) {
  Response response;
  response.body = body.dump();
  return response;
}

Problem wrong_parameter(const std::string& name, const Text& wanted) {
  return {.status = 400,
          .code = "bad-parameter",
          .message = {"giá trị của \"" + name + "\" không đúng",
                      "the value of \"" + name + "\" is wrong"},
          .help = wanted};
}

Response decide(const Decider& decider, const Request& request) {
  const auto on = Date::parse(request.parameter("on"));
  if (!on || on->year() < kFirstYear || on->year() > kLastYear) {
    return problem(request, wrong_parameter("on", {"ngày dạng 2025-07-01, từ năm 1900 đến 2200",
                                                   "a date like 2025-07-01, from 1900 to 2200"}));
  }
  const std::string_view why = request.parameter("why");
  if (!why.empty() && why != "true" && why != "false") {
    return problem(request, wrong_parameter("why", {"dùng true hoặc false", "use true or false"}));
  }
  law::BenefitId only = law::kNoId;
  if (const std::string name(request.parameter("benefit")); !name.empty()) {
    const auto found = decider.law().benefit_by_name.find(name);
    if (found == decider.law().benefit_by_name.end()) {
      return problem(request, wrong_parameter("benefit", {"xem các tên ở /v1/law/benefits",
                                                          "/v1/law/benefits shows the names"}));
    }
    only = found->second;
  }
  const auto text = normalize(request.body);
  if (!text || !Json::accept(*text)) {
    return problem(request, {.status = 400,
                             .code = "bad-json",
                             .message = {"nội dung không phải JSON viết bằng UTF-8",
                                         "the body is not JSON in UTF-8"},
                             .help = {"sửa nội dung gửi lên", "mend the body"}});
  }
  auto answer = decider.decide(*text, *on, only, why == "true");
  return answer ? Response{.body = std::move(*answer)} : problem(request, answer.error());
}

void add_decide_route(Router& router, const SharedLaw& program) {
  const auto decider = std::make_shared<const Decider>(program);
  Route route{.method = "POST",
              .path = "/v1/decide",
              .id = "decide",
              .summary = {"Xét một người hoặc một hộ theo tệp dữ kiện; không lưu gì",
                          "Decide on a person's file; nothing is kept"}};
  route.parameters = {
      {"on", true, {"Ngày xét", "The decision date"}, {{"type", "string"}, {"format", "date"}}},
      {"why",
       false,
       {"Kèm từng bước và điều luật", "With every step and its article"},
       {{"type", "boolean"}}},
      {"benefit",
       false,
       {"Chỉ chế độ này", "This benefit only"},
       {{"type", "string"}, {"minLength", 1}}},
  };
  route.request = {{"type", "object"}};
  route.checks_body = false;  // facts have their own reader, which names line and column
  route.response = answer_schema({{"on", {{"type", "string"}, {"format", "date"}}},
                                  {"outcomes", {{"type", "array"}}},
                                  {"receipt", {{"type", "object"}}}});
  route.problems = {422};
  route.handler = [decider](const Request& request) { return decide(*decider, request); };
  router.add(std::move(route));
}

void add_law_routes(Router& router, const SharedLaw& program) {
  // The law does not change while the server runs.
  Json benefits = Json::array();
  for (const law::BenefitInfo& info : program->benefits) {
    benefits.push_back({{"name", info.name},
                        {"label", text_json(info.label)},
                        {"is_contribution", info.is_contribution}});
  }
  Route law{.method = "GET",
            .path = "/v1/law",
            .id = "law",
            .summary = {"Luật đang dùng: mã và số chế độ", "The law in use: digest and size"}};
  law.response = answer_schema({{"digest", {{"type", "string"}}},
                                {"files", {{"type", "integer"}}},
                                {"benefits", {{"type", "integer"}}}});
  law.has_etag = true;
  law.handler = [program](const Request&) {
    return json_answer({{"digest", program->digest},
                        {"files", program->sources.size()},
                        {"benefits", program->benefits.size()}});
  };
  router.add(std::move(law));

  Route list{.method = "GET",
             .path = "/v1/law/benefits",
             .id = "benefits",
             .summary = {"Các chế độ và khoản đóng", "The benefits and contributions"}};
  list.response =
      answer_schema({{"benefits",
                      {{"type", "array"},
                       {"items", answer_schema({{"name", {{"type", "string"}}},
                                                {"label", text_schema()},
                                                {"is_contribution", {{"type", "boolean"}}}})}}}});
  list.has_etag = true;
  list.handler = [answer = json_answer({{"benefits", std::move(benefits)}})](const Request&) {
    return answer;
  };
  router.add(std::move(list));
}

}  // namespace

void add_service(Router& router, const std::shared_ptr<const law::Program>& program,
                 const Metrics& metrics) {
  Route health{.method = "GET",
               .path = "/health",
               .id = "health",
               .summary = {"Máy chủ có sống không", "Whether the server is alive"}};
  health.response = answer_schema({{"status", {{"const", "ok"}}}});
  health.handler = [](const Request&) { return json_answer({{"status", "ok"}}); };
  router.add(std::move(health));

  Route numbers{.method = "GET",
                .path = "/metrics",
                .id = "metrics",
                .summary = {"Số đếm cho Prometheus", "Counters for Prometheus"}};
  numbers.response = {{"type", "string"}};
  numbers.response_type = "text/plain";
  numbers.handler = [&metrics](const Request&) {
    return Response{.type = "text/plain; version=0.0.4", .body = metrics.text()};
  };
  router.add(std::move(numbers));

  Route document{.method = "GET",
                 .path = "/openapi.json",
                 .id = "openapi",
                 .summary = {"Mô tả này", "This description"}};
  document.response = {{"type", "object"}};
  document.has_etag = true;
  document.handler = [&router](const Request&) {
    return json_answer(router.openapi(std::string(engine::kEngineVersion)));
  };
  router.add(std::move(document));

  add_law_routes(router, program);
  add_decide_route(router, program);
}

}  // namespace ansinh::http
