#include "http/routes.h"

namespace ansinh::http {

namespace {

constexpr int64_t kNumberMax = 9'000'000'000'000'000;

}  // namespace

Json done_schema() { return answer_schema({{"done", {{"const", true}}}}); }

Json any_object() { return {{"type", "object"}}; }

DeskRoute desk_route(const std::string& method, const std::string& path, const std::string& id,
                     Text summary, agency::Act act, Work work,
                     std::function<agency::Expected<Reply>(Call&)> answer) {
  DeskRoute made{.route = {.method = method, .path = path, .id = id, .summary = std::move(summary)},
                 .act = act,
                 .work = work,
                 .answer = std::move(answer)};
  for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
    const std::string name = path.substr(at + 1, path.find('}', at) - at - 1);
    made.route.path_parameters.push_back({name,
                                          true,
                                          {"Số của " + name, "The number of the " + name},
                                          integer_schema(1, kNumberMax)});
    if (name == "person" || (name == "employer" && made.person.empty())) made.person = name;
  }
  made.route.response = any_object();
  return made;
}

void add_agency(Router& router, Desk& desk) {
  add_access_routes(router, desk);
  add_person_routes(router, desk);
  add_case_routes(router, desk);
  add_card_routes(router, desk);
  add_employer_routes(router, desk);
  add_money_routes(router, desk);
}

}  // namespace ansinh::http
