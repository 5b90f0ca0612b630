#include "http/desk.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "agency/audit.h"
#include "agency/clock.h"
#include "agency/decision.h"
#include "agency/session.h"
#include "agency/user.h"
#include "base/text.h"
#include "http/problem.h"

namespace ansinh::http {

namespace {

using agency::Expected;

constexpr std::string_view kCookie = "ansinh_session=";
constexpr size_t kBucketsMax = 100'000;
constexpr int64_t kPageMost = 1000;
constexpr int64_t kPageUsual = 100;

Problem unknown_caller() {
  return {.status = 401,
          .code = "unauthenticated",
          .message = {"cần đăng nhập", "you must log in"},
          .help = {"gửi Authorization: Bearer với mã của POST /v1/session",
                   "send Authorization: Bearer with the token of POST /v1/session"}};
}

Problem too_often() {
  return {.status = 429,
          .code = "too-often",
          .message = {"quá nhiều yêu cầu", "too many requests"},
          .help = {"thử lại sau một giây", "try again in a second"}};
}

bool is_from_cookie(const Request& request) { return request.header("authorization").empty(); }

// The roles that reach anything with an act.
std::vector<std::string> roles_with(agency::Act act) {
  std::vector<std::string> roles;
  for (const auto role : {agency::UserRole::kCitizen, agency::UserRole::kEmployer,
                          agency::UserRole::kOfficer, agency::UserRole::kApprover,
                          agency::UserRole::kAuditor, agency::UserRole::kAdministrator}) {
    if (agency::reach(role, act) != agency::Reach::kNothing) {
      roles.emplace_back(agency::name_of(role));
    }
  }
  return roles;
}

// Runs the work of a route for one caller.
class Answering {
 public:
  Answering(Desk& desk, const DeskRoute& route, const Request& request,
            const agency::AccessActor& actor)
      : desk_(desk), route_(route), request_(request), actor_(actor) {
    if (!route.person.empty()) {
      const std::string_view text = request.parameter(route.person);
      std::from_chars(text.data(), text.data() + text.size(), person_);
    }
  }

  Response answer() {
    if (route_.work == Work::kWrite) return write();
    if (auto fault = enter()) return problem(request_, problem_of(*fault));
    Expected<Reply> reply = std::unexpected(store::Failure());
    if (route_.work == Work::kRead) {
      reply = desk_.read([this](store::Connection& connection) { return call(connection); });
    } else {
      auto leased = desk_.lease();
      reply = leased ? call(**leased) : Expected<Reply>(std::unexpected(leased.error()));
      if (leased && !reply && reply.error().kind == store::FailureKind::kLost) leased->discard();
    }
    return respond(request_, reply, route_.route.success);
  }

 private:
  Expected<Reply> call(store::Connection& connection) {
    Call one{desk_, request_, actor_, connection, person_};
    return route_.answer(one);
  }

  // Whether the caller may; what was refused is written down.
  std::optional<store::Failure> enter() {
    const bool is_look = person_ != 0;
    const auto allowed = [this](store::Connection& connection) -> Expected<void> {
      return agency::may(connection, actor_, route_.act, person_, desk_.today());
    };
    auto done = is_look || route_.work == Work::kOwn
                    ? desk_.write([&](store::Connection& connection) -> Expected<void> {
                        if (auto yes = allowed(connection); !yes) return yes;
                        return note(connection, is_look ? "look" : "do");
                      })
                    : desk_.read(allowed);
    if (done) return std::nullopt;
    note_refusal(done.error());
    return std::move(done.error());
  }

  Expected<void> note(store::Connection& connection, const char* what) const {
    const auto noted = agency::audit(connection, actor_.user, what, person_, route_.route.id);
    if (!noted) return std::unexpected(noted.error());
    return {};
  }

  void note_refusal(const store::Failure& failure) {
    if (agency::code_of(failure) != "forbidden") return;
    // Nothing more can be done if the store does not take it: the caller is refused anyway.
    [[maybe_unused]] const auto noted =
        desk_.write([this](store::Connection& connection) { return note(connection, "refused"); });
  }

  // A key of the caller's own under which an answer is kept.
  std::string request_key() const {
    const std::string_view key = request_.header("idempotency-key");
    return key.empty() ? std::string() : actor_.user + ":" + std::string(key);
  }

  Response write() {
    const std::string key = request_key();
    if (key.size() > 300) {
      return problem(request_,
                     {.status = 400,
                      .code = "bad-key",
                      .message = {"Idempotency-Key quá dài", "Idempotency-Key is too long"},
                      .help = {"dùng tối đa 200 ký tự", "use 200 characters at most"}});
    }
    const std::string digest = sha256_hex(request_.method + " " + request_.path + "?" +
                                          request_.query + "\n" + request_.body);
    std::optional<Response> kept;
    auto done = desk_.write([&](store::Connection& connection) -> Expected<void> {
      kept.reset();
      if (auto yes = agency::may(connection, actor_, route_.act, person_, desk_.today()); !yes) {
        return yes;
      }
      if (!key.empty()) {
        auto before = kept_answer(connection, key, digest);
        if (!before) return std::unexpected(before.error());
        if (*before) {
          kept = std::move(**before);
          return {};
        }
      }
      if (auto noted = note(connection, "do"); !noted) return noted;
      auto reply = call(connection);
      if (!reply) return std::unexpected(std::move(reply.error()));
      kept = respond(request_, reply, route_.route.success);
      return key.empty() ? Expected<void>() : keep_answer(connection, key, digest, *kept);
    });
    if (done) return std::move(*kept);
    note_refusal(done.error());
    return problem(request_, problem_of(done.error()));
  }

  Expected<std::optional<Response>> kept_answer(store::Connection& connection,
                                                const std::string& key,
                                                const std::string& digest) const {
    const store::Cell values[] = {person_, key};
    const auto row = connection.one(
        "SELECT digest, status, body FROM request_key WHERE person = $1 AND key = $2", values);
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    if (std::get<std::string>((**row)[0]) != digest) {
      return std::unexpected(agency::refused(
          "key-taken", {"Idempotency-Key này đã dùng cho một yêu cầu khác; hãy dùng khóa mới",
                        "this Idempotency-Key was used for another request; use a new one"}));
    }
    Response before{.status = static_cast<int>(std::get<int64_t>((**row)[1])),
                    .body = std::get<std::string>((**row)[2])};
    before.headers.emplace_back("Idempotency-Replayed", "true");
    return before;
  }

  Expected<void> keep_answer(store::Connection& connection, const std::string& key,
                             const std::string& digest, const Response& answer) const {
    const auto at = agency::record_time(connection);
    if (!at) return std::unexpected(at.error());
    const store::Cell values[] = {person_, key, digest, int64_t{answer.status}, answer.body, *at};
    const auto kept = connection.run(
        "INSERT INTO request_key (person, key, digest, status, body, recorded_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        values);
    if (!kept) return std::unexpected(kept.error());
    return {};
  }

  Desk& desk_;
  const DeskRoute& route_;
  const Request& request_;
  const agency::AccessActor& actor_;
  int64_t person_ = 0;
};

std::string bearer_of(const Request& request) {
  const std::string_view header = request.header("authorization");
  constexpr std::string_view kBearer = "Bearer ";
  return header.starts_with(kBearer) ? std::string(header.substr(kBearer.size())) : std::string();
}

Expected<std::optional<agency::AccessActor>> issuer_actor(Desk& desk, const std::string& token) {
  const OidcOptions& oidc = desk.options().oidc;
  if (!oidc.keys) return std::nullopt;
  const auto claims =
      agency::check_token(token, *oidc.keys, oidc.rules, agency::machine_time_us() / 1'000'000);
  if (!claims) return std::nullopt;
  return desk.read([&](store::Connection& connection) {
    return agency::actor_of_subject(connection, claims->subject);
  });
}

Expected<std::optional<agency::AccessActor>> session_of(Desk& desk, const std::string& token) {
  const int64_t now = agency::machine_time_us();
  auto seen = desk.read(
      [&](store::Connection& connection) { return agency::peek_session(connection, token, now); });
  if (!seen) return std::unexpected(seen.error());
  if (!*seen) return std::nullopt;
  if ((*seen)->is_due_touch) {
    auto touched = desk.write([&](store::Connection& connection) -> Expected<void> {
      const auto done = agency::session_actor(connection, token, now);
      if (!done) return std::unexpected(done.error());
      return {};
    });
    if (!touched) return std::unexpected(touched.error());
  }
  return (*seen)->actor;
}

// A cookie comes along with whatever another site makes a browser send: it needs the second token.
Expected<bool> is_own_request(Desk& desk, const Request& request) {
  if (!is_from_cookie(request) || request.method == "GET" || request.method == "HEAD") return true;
  const std::string token = session_token_of(request);
  const std::string csrf(request.header("x-csrf-token"));
  return desk.read(
      [&](store::Connection& connection) { return agency::is_csrf(connection, token, csrf); });
}

}  // namespace

// ---- Desk ---------------------------------------------------------------------------------------

Expected<std::unique_ptr<Desk>> Desk::open(store::Store& store, agency::LawBook book,
                                           const DeskOptions& options) {
  auto desk = std::unique_ptr<Desk>(new Desk(store, std::move(book), options));
  auto contributions = agency::read_contribution_rules(desk->book_);
  if (!contributions) return std::unexpected(std::move(contributions.error()));
  desk->contributions_ = std::move(*contributions);
  auto decisions = agency::decision_rules(desk->book_);
  if (!decisions) return std::unexpected(std::move(decisions.error()));
  desk->decisions_ = std::move(*decisions);
  auto writer = store::Writer::start(store, {});
  if (!writer) return std::unexpected(std::move(writer.error()));
  desk->writer_ = std::move(*writer);
  return desk;
}

Date Desk::today() const {
  if (options_.today) return *options_.today;
  return agency::date_of_record_time(agency::machine_time_us(), book_.roles.hours_east);
}

Desk::Lease::~Lease() {
  if (!connection_) return;
  const std::lock_guard lock(desk_->mutex_);
  desk_->idle_.push_back(std::move(connection_));
}

Expected<Desk::Lease> Desk::lease() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection));
    }
  }
  auto made = store_.connect();
  if (!made) return std::unexpected(std::move(made.error()));
  return Lease(*this, std::move(*made));
}

bool Desk::is_within_rate(const std::string& who) {
  const double per_second = options_.requests_per_second;
  if (per_second <= 0) return true;
  const double most = 2 * per_second;
  const int64_t now = agency::machine_time_us();
  const std::lock_guard lock(rate_mutex_);
  if (buckets_.size() >= kBucketsMax) {  // forget those that are full again
    std::erase_if(buckets_, [&](const auto& one) {
      return one.second.left + static_cast<double>(now - one.second.at_us) * 1e-6 * per_second >=
             most;
    });
    if (buckets_.size() >= kBucketsMax) return false;
  }
  auto [at, is_new] = buckets_.try_emplace(who, Bucket{most, now});
  Bucket& bucket = at->second;
  if (!is_new) {
    const auto passed = static_cast<double>(std::max<int64_t>(0, now - bucket.at_us)) * 1e-6;
    bucket.left = std::min(most, bucket.left + passed * per_second);
    bucket.at_us = now;
  }
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

// ---- Call ---------------------------------------------------------------------------------------

agency::Actor Call::by() const { return {actor.user, std::string(agency::name_of(actor.role))}; }

std::string Call::text(const char* field) const {
  const auto found = body().find(field);
  return found == body().end() || !found->is_string() ? std::string() : found->get<std::string>();
}

int64_t Call::integer(const char* field) const {
  const auto found = body().find(field);
  return found == body().end() || !found->is_number_integer() ? 0 : found->get<int64_t>();
}

std::optional<Date> Call::date(const char* field) const {
  const auto read = Date::parse(text(field));
  return read ? std::optional<Date>(*read) : std::nullopt;
}

std::optional<Month> Call::month(const char* field) const {
  const auto read = Month::parse(text(field));
  return read ? std::optional<Month>(*read) : std::nullopt;
}

int64_t Call::number(std::string_view name) const {
  const std::string_view text = request.parameter(name);
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Date Call::on() const {
  const auto read = Date::parse(request.parameter("on"));
  return read ? *read : desk.today();
}

Expected<void> check_version(const Call& call, int64_t version) {
  const std::string_view wanted = call.request.header("if-match");
  if (wanted.empty() || wanted == "*" || wanted == "\"" + std::to_string(version) + "\"") return {};
  return std::unexpected(agency::refused(
      "other-version", {"đã có thay đổi từ khi bạn xem; hãy xem lại rồi làm tiếp",
                        "it has changed since you saw it; look at it again, then go on"}));
}

Expected<void> check_everywhere(const Call& call) {
  if (call.actor.province.empty() && call.actor.commune.empty()) return {};
  return std::unexpected(agency::refused(
      "forbidden", {"việc này của cả nước, không thuộc địa bàn của bạn; hãy hỏi người quản trị",
                    "this is about the whole country, not your area; ask the administrator"}));
}

// ---- Routes -------------------------------------------------------------------------------------

std::string session_token_of(const Request& request) {
  if (!is_from_cookie(request)) return bearer_of(request);
  const std::string_view cookies = request.header("cookie");
  const size_t at = cookies.find(kCookie);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = cookies.substr(at + kCookie.size());
  return std::string(rest.substr(0, rest.find(';')));
}

Expected<std::optional<agency::AccessActor>> actor_of_request(Desk& desk, const Request& request) {
  const std::string token = session_token_of(request);
  if (token.empty() || token.size() > 16'000) return std::nullopt;
  // An issuer's token has two dots; ours has none.
  if (token.find('.') != std::string::npos) {
    if (is_from_cookie(request)) return std::nullopt;
    return issuer_actor(desk, token);
  }
  const auto own = is_own_request(desk, request);
  if (!own) return std::unexpected(own.error());
  if (!*own) return std::nullopt;
  return session_of(desk, token);
}

Response respond(const Request& request, const Expected<Reply>& reply, int success) {
  if (!reply) return problem(request, problem_of(reply.error()));
  Response out;
  out.status = success;
  if (reply->type.empty()) {
    out.body = reply->json.dump(-1, ' ', false, Json::error_handler_t::replace);
  } else {
    out.type = reply->type;
    out.body = reply->bytes;
  }
  if (reply->version != 0) {
    out.headers.emplace_back("ETag", "\"" + std::to_string(reply->version) + "\"");
  }
  if (!reply->file_name.empty()) {
    out.headers.emplace_back("Content-Disposition",
                             "attachment; filename=\"" + reply->file_name + "\"");
  }
  for (const auto& header : reply->headers) out.headers.push_back(header);
  return out;
}

void add_desk_route(Router& router, Desk& desk, DeskRoute added) {
  const auto shared = std::make_shared<DeskRoute>(std::move(added));
  shared->route.roles = roles_with(shared->act);
  std::vector<int>& problems = shared->route.problems;
  problems.insert(problems.end(), {401, 403, 404, 409, 422});
  if (shared->work != Work::kRead) problems.push_back(507);
  Route route = shared->route;
  route.handler = [shared, &desk](const Request& request) {
    const auto actor = actor_of_request(desk, request);
    if (!actor) return problem(request, problem_of(actor.error()));
    if (!desk.is_within_rate(*actor ? "user " + (*actor)->user : "peer " + request.peer)) {
      return problem(request, too_often());
    }
    if (!*actor) {
      Response out = problem(request, unknown_caller());
      out.headers.emplace_back("WWW-Authenticate", "Bearer");
      return out;
    }
    return Answering(desk, *shared, request, **actor).answer();
  };
  router.add(std::move(route));
}

Json page_of(const Call& call, const std::vector<Json>& items) {
  const auto after = static_cast<size_t>(std::max<int64_t>(0, call.number("after")));
  const int64_t asked = call.number("count");
  const auto count = static_cast<size_t>(asked == 0 ? kPageUsual : std::min(asked, kPageMost));
  Json page = Json::array();
  for (size_t i = after; i < items.size() && page.size() < count; ++i) page.push_back(items[i]);
  const size_t next = after + page.size();
  return {{"items", std::move(page)}, {"next", next < items.size() ? Json(next) : Json()}};
}

Json page_schema(const Json& item) {
  return answer_schema({{"items", list_schema(item)}, {"next", Json::object()}});
}

std::vector<Parameter> page_parameters() {
  return {{"after",
           false,
           {"Bỏ qua chừng ấy mục (next của trang trước)", "Leave out so many (the last next)"},
           integer_schema(0, 1'000'000'000)},
          {"count",
           false,
           {"Số mục một trang, mặc định 100", "Items a page, 100 unless given"},
           integer_schema(1, kPageMost)}};
}

}  // namespace ansinh::http
