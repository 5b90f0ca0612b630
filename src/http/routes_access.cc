// Sessions, users, consents, and the audit.

#include "agency/audit.h"
#include "agency/clock.h"
#include "agency/session.h"
#include "agency/user.h"
#include "http/problem.h"
#include "http/routes.h"

namespace ansinh::http {

namespace {

using agency::Act;
using agency::Expected;

Json shown_actor(const agency::AccessActor& actor) {
  return {{"user", actor.user},
          {"role", agency::name_of(actor.role)},
          {"person", actor.person == 0 ? Json() : Json(actor.person)},
          {"province", actor.province},
          {"commune", actor.commune}};
}

Json role_schema() {
  return {{"type", "string"},
          {"enum", {"citizen", "employer", "officer", "approver", "auditor", "administrator"}}};
}

struct LoggedIn {
  agency::AccessActor actor;
  agency::NewSession session;
};

Response session_answer(const Desk& desk, const LoggedIn& in) {
  Response out{.status = 201};
  Json body = shown_actor(in.actor);
  body["token"] = in.session.token;
  body["csrf"] = in.session.csrf;
  out.body = body.dump();
  out.headers.emplace_back("Set-Cookie",
                           "ansinh_session=" + in.session.token + "; Path=/; HttpOnly; " +
                               (desk.options().is_secure ? "Secure; " : "") + "SameSite=Strict");
  return out;
}

Response log_in_over_http(Desk& desk, const Request& request) {
  if (!desk.is_within_rate("log in " + request.peer)) {
    return problem(request, {.status = 429,
                             .code = "too-often",
                             .message = {"quá nhiều lần đăng nhập", "too many log-ins"},
                             .help = {"thử lại sau ít giây", "try again in a few seconds"}});
  }
  const Json& body = *request.json;
  const auto field = [&](const char* name) {
    return body.contains(name) ? body[name].get<std::string>() : std::string();
  };
  const auto password = desk.read([&](store::Connection& connection) {
    return agency::check_password(connection, field("user"), field("password"));
  });
  if (!password) return problem(request, problem_of(password.error()));
  std::optional<LoggedIn> in;
  const auto done = desk.write([&](store::Connection& connection) -> Expected<void> {
    in.reset();
    const int64_t now = agency::machine_time_us();
    const auto actor = agency::log_in(connection, field("user"), *password, field("code"), now);
    if (!actor) return std::unexpected(actor.error());
    if (!*actor) return {};  // a failed try is counted
    auto session = agency::begin_session(connection, (*actor)->user, now);
    if (!session) return std::unexpected(session.error());
    in = LoggedIn{**actor, std::move(*session)};
    return {};
  });
  if (!done) return problem(request, problem_of(done.error()));
  if (in) return session_answer(desk, *in);
  return problem(request,
                 {.status = 401,
                  .code = "log-in-failed",
                  .message = {"tên, mật khẩu hoặc mã không đúng, hoặc tài khoản đang bị khóa",
                              "name, password or code is wrong, or the account is locked"},
                  .help = {"kiểm tra rồi thử lại sau 15 phút nếu đã sai 5 lần",
                           "check them; after 5 failures try again in 15 minutes"}});
}

void add_session_routes(Router& router, Desk& desk) {
  Route begin{.method = "POST",
              .path = "/v1/session",
              .id = "beginSession",
              .summary = {"Đăng nhập", "Log in"}};
  begin.request = object_schema({{"user", string_schema(200)},
                                 {"password", string_schema(1024)},
                                 {"code", string_schema(10, 0)}},
                                {"code"});
  begin.response = answer_schema({{"token", string_schema(200)},
                                  {"csrf", string_schema(200)},
                                  {"user", string_schema(200)},
                                  {"role", role_schema()}});
  begin.success = 201;
  begin.problems = {401};
  begin.handler = [&desk](const Request& request) { return log_in_over_http(desk, request); };
  router.add(std::move(begin));

  Route who{.method = "GET",
            .path = "/v1/session",
            .id = "session",
            .summary = {"Tôi là ai", "Who I am"}};
  who.response = answer_schema({{"user", string_schema(200)}, {"role", role_schema()}});
  who.roles = {"citizen", "employer", "officer", "approver", "auditor", "administrator"};
  who.problems = {401};
  who.handler = [&desk](const Request& request) {
    const auto actor = actor_of_request(desk, request);
    if (!actor) return problem(request, problem_of(actor.error()));
    if (!*actor) {
      return problem(request,
                     {.status = 401,
                      .code = "unauthenticated",
                      .message = {"chưa đăng nhập", "not logged in"},
                      .help = {"đăng nhập: POST /v1/session", "log in: POST /v1/session"}});
    }
    return Response{.body = shown_actor(**actor).dump()};
  };
  router.add(std::move(who));

  Route end{.method = "DELETE",
            .path = "/v1/session",
            .id = "endSession",
            .summary = {"Đăng xuất", "Log out"}};
  end.response = done_schema();
  end.handler = [&desk](const Request& request) {
    const std::string token = session_token_of(request);
    const auto done = desk.write(
        [&](store::Connection& connection) { return agency::end_session(connection, token); });
    if (!done) return problem(request, problem_of(done.error()));
    Response out{.body = done_reply().json.dump()};
    out.headers.emplace_back("Set-Cookie", "ansinh_session=; Path=/; Max-Age=0; HttpOnly");
    return out;
  };
  router.add(std::move(end));
}

void add_consent_routes(Router& router, Desk& desk) {
  auto give = desk_route(
      "POST", "/v1/persons/{person}/consents", "giveConsent",
      {"Cho người khác xem hồ sơ của mình", "Let somebody else see one's own file"}, Act::kConsent,
      Work::kWrite, [](Call& call) -> Expected<Reply> {
        const auto given = agency::give_consent(call.connection, call.person, call.integer("other"),
                                                call.date("until"), call.actor.user);
        if (!given) return std::unexpected(given.error());
        return Reply{.json = {{"consent", *given}}};
      });
  give.route.request =
      object_schema({{"other", integer_schema(1, INT64_MAX)}, {"until", date_schema()}}, {"until"});
  give.route.success = 201;
  add_desk_route(router, desk, std::move(give));

  auto withdraw =
      desk_route("DELETE", "/v1/persons/{person}/consents/{consent}", "withdrawConsent",
                 {"Rút lại sự đồng ý", "Withdraw a consent"}, Act::kConsent, Work::kWrite,
                 [](Call& call) -> Expected<Reply> {
                   const auto done = agency::withdraw_consent(
                       call.connection, call.person, call.number("consent"), call.actor.user);
                   if (!done) return std::unexpected(done.error());
                   return done_reply();
                 });
  withdraw.route.response = done_schema();
  add_desk_route(router, desk, std::move(withdraw));

  auto log = desk_route("GET", "/v1/persons/{person}/access-log", "accessLog",
                        {"Ai đã xem hồ sơ này", "Who looked at this file"}, Act::kReadAccessLog,
                        Work::kRead, [](Call& call) {
                          constexpr int64_t kEntriesMost = 10'000;
                          return page_reply(
                              call, agency::audit_of(call.connection, call.person, kEntriesMost));
                        });
  log.route.parameters = page_parameters();
  log.route.response = page_schema(any_object());
  add_desk_route(router, desk, std::move(log));
}

agency::AccessActor new_actor(const Call& call) {
  return {.user = call.text("user"),
          .role = *agency::role_named(call.text("role")),
          .person = call.integer("person"),
          .province = call.text("province"),
          .commune = call.text("commune")};
}

void add_user_routes(Router& router, Desk& desk) {
  const Json name = {{"type", "string"}, {"pattern", "^[a-z0-9][a-z0-9._@-]{0,99}$"}};
  auto add = desk_route("POST", "/v1/users", "addUser", {"Thêm tài khoản", "Add an account"},
                        Act::kManageUsers, Work::kWrite, [](Call& call) -> Expected<Reply> {
                          const auto done =
                              agency::add_user(call.connection, new_actor(call),
                                               call.text("password"), call.actor.user);
                          if (!done) return std::unexpected(done.error());
                          return done_reply();
                        });
  add.route.request = object_schema({{"user", name},
                                     {"password", string_schema(1024, 12)},
                                     {"role", role_schema()},
                                     {"person", integer_schema(1, INT64_MAX)},
                                     {"province", string_schema(60, 0)},
                                     {"commune", string_schema(60, 0)}},
                                    {"person", "province", "commune"});
  add.route.response = done_schema();
  add.route.success = 201;
  add_desk_route(router, desk, std::move(add));

  auto role = desk_route("POST", "/v1/users/role", "changeRole",
                         {"Đổi vai trò; các phiên kết thúc", "Change a role; its sessions end"},
                         Act::kManageUsers, Work::kWrite, [](Call& call) -> Expected<Reply> {
                           const auto done = agency::change_role(call.connection, new_actor(call),
                                                                 call.actor.user);
                           if (!done) return std::unexpected(done.error());
                           return done_reply();
                         });
  role.route.request = object_schema({{"user", name},
                                      {"role", role_schema()},
                                      {"person", integer_schema(1, INT64_MAX)},
                                      {"province", string_schema(60, 0)},
                                      {"commune", string_schema(60, 0)}},
                                     {"person", "province", "commune"});
  role.route.response = done_schema();
  add_desk_route(router, desk, std::move(role));

  auto disable = desk_route(
      "POST", "/v1/users/disable", "disableUser", {"Khóa tài khoản", "Disable an account"},
      Act::kManageUsers, Work::kWrite, [](Call& call) -> Expected<Reply> {
        const auto done = agency::disable_user(call.connection, call.text("user"), call.actor.user);
        if (!done) return std::unexpected(done.error());
        return done_reply();
      });
  disable.route.request = object_schema({{"user", name}});
  disable.route.response = done_schema();
  add_desk_route(router, desk, std::move(disable));

  auto verify = desk_route(
      "GET", "/v1/audit/verify", "verifyAudit",
      {"Kiểm tra chuỗi nhật ký", "Verify the chain of the audit"}, Act::kReadAudit, Work::kRead,
      [](Call& call) -> Expected<Reply> {
        const auto verified = agency::verify_audit(call.connection, {});
        if (!verified) return std::unexpected(verified.error());
        Json faults = Json::array();
        for (const agency::AuditFault& fault : verified->faults) {
          faults.push_back({{"audit", fault.audit}, {"text", text_json(fault.text)}});
        }
        return Reply{.json = {{"entries", verified->entries}, {"faults", std::move(faults)}}};
      });
  verify.route.response = answer_schema(
      {{"entries", integer_schema(0, INT64_MAX)}, {"faults", list_schema(any_object())}});
  add_desk_route(router, desk, std::move(verify));
}

}  // namespace

void add_access_routes(Router& router, Desk& desk) {
  add_session_routes(router, desk);
  add_consent_routes(router, desk);
  add_user_routes(router, desk);
}

}  // namespace ansinh::http
