// The agency over HTTP: who may do what, requests sent again, and the way from a person to a
// decision, on both stores.
#include "http/desk.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "agency/audit.h"
#include "agency/card.h"
#include "agency/clock.h"
#include "agency/law_book.h"
#include "agency/schema.h"
#include "agency/session.h"
#include "agency/statements.h"
#include "agency/user.h"
#include "http/metrics.h"
#include "http/routes.h"
#include "http/service.h"
#include "store/test_store.h"

namespace ansinh::http {
namespace {

using agency::UserRole;

constexpr const char* kDeskPassword = "một mật khẩu đủ dài";

const agency::LawBook& desk_book() {
  static const agency::LawBook book = [] {
    auto made =
        agency::read_law_book({std::string(ANSINH_SOURCE_DIR) + "/law/vn"}, Date::of(2026, 7, 1));
    if (!made) ADD_FAILURE() << made.error().text.en;
    return *made;
  }();
  return book;
}

class DeskTest : public store::StoreTest {
 protected:
  void SetUp() override {
    migrated(agency::migrations());
    start({.today = Date::of(2026, 7, 1), .requests_per_second = 0});
    db_ = connect();
  }
  void start(const DeskOptions& options) { start(store(), options); }
  void start(store::Store& store, const DeskOptions& options) {
    router_ = std::make_unique<Router>();
    auto desk = Desk::open(store, desk_book(), options);
    ASSERT_TRUE(store::done(desk));
    desk_ = std::move(*desk);
    add_service(*router_, desk_book().program, metrics_);
    add_agency(*router_, *desk_);
  }

  template <class Body>
  auto written(Body&& body) {
    auto result = store::transact(*db_, store::Access::kWrite, std::forward<Body>(body));
    EXPECT_TRUE(store::done(result));
    return result;
  }
  // A session's token of a new user.
  std::string token_of(const agency::AccessActor& actor) {
    const auto made = written([&](store::Connection& c) -> agency::Expected<agency::NewSession> {
      if (auto added = agency::add_user(c, actor, kDeskPassword, "test"); !added) {
        return std::unexpected(added.error());
      }
      return agency::begin_session(c, actor.user, agency::machine_time_us());
    });
    return made ? made->token : "";
  }
  int64_t person_in(const std::string& province, const std::string& born) {
    const auto made = written([&](store::Connection& c) -> agency::Expected<int64_t> {
      const agency::Origin origin{"test", "test"};
      const auto number = agency::new_person(c, agency::PersonKind::kPerson, origin);
      if (!number) return number;
      const std::vector<agency::NewStatement> said{
          {.fact = "registry.name", .value = "\"Nguyễn Văn An\""},
          {.fact = "registry.province", .value = "\"" + province + "\""},
          {.fact = "date_of_birth", .value = "\"" + born + "\""}};
      if (auto done = agency::record(c, desk_book(), *number, said, origin); !done) {
        return std::unexpected(done.error());
      }
      return number;
    });
    return made.value_or(0);
  }

  Response ask(const std::string& token, const std::string& method, const std::string& path,
               const Json& body = nullptr, std::map<std::string, std::string> headers = {}) {
    Request request;
    request.method = method;
    const size_t question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.peer = "10.0.0.1";
    if (!token.empty()) request.headers["authorization"] = "Bearer " + token;
    if (!body.is_null()) {
      request.headers["content-type"] = "application/json";
      request.body = body.dump();
    }
    for (const auto& [name, value] : headers) request.headers[name] = value;
    std::string route;
    return router_->answer(std::move(request), route);
  }
  static std::string code(const Response& answer) {
    const Json body = Json::parse(answer.body, nullptr, false);
    const std::string status = std::to_string(answer.status);
    return body.is_object() && body.contains("code")
               ? status + " " + body["code"].get<std::string>()
               : status;
  }
  static Json json(const Response& answer) { return Json::parse(answer.body, nullptr, false); }
  static std::string header(const Response& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
      if (key == name) return value;
    }
    return "";
  }
  static std::string at(int64_t person) { return "/v1/persons/" + std::to_string(person); }

  Metrics metrics_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<store::Connection> db_;
};
STORE_TEST_SUITE(DeskTest);

TEST_P(DeskTest, WantsToKnowWhoAsks) {
  const int64_t person = person_in("ha_noi", "1960-01-01");
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  EXPECT_EQ(code(ask("", "GET", at(person))), "401 unauthenticated");
  EXPECT_EQ(header(ask("", "GET", at(person)), "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(code(ask(officer + "x", "GET", at(person))), "401 unauthenticated");
  EXPECT_EQ(code(ask("a.b.c", "GET", at(person))), "401 unauthenticated");
  EXPECT_EQ(code(ask(officer, "GET", at(person))), "200");
  ASSERT_TRUE(written([](store::Connection& c) { return agency::disable_user(c, "lan", "test"); }));
  EXPECT_EQ(code(ask(officer, "GET", at(person))), "401 unauthenticated");
}

// A token of an issuer whose key is `key`, for the test's audience.
std::string issuer_token(const std::string& secret_key, const std::string& subject,
                         int64_t expires_s) {
  const auto encoded = [](const std::string& bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), 7), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text.substr(0, text.find('\0'));
  };
  const Json claims{
      {"iss", "https://id.test"}, {"aud", "ansinh"}, {"sub", subject}, {"exp", expires_s}};
  const std::string text = encoded(R"({"alg":"EdDSA"})") + "." + encoded(claims.dump());
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                       reinterpret_cast<const unsigned char*>(secret_key.data()));
  return text + "." + encoded(signature);
}

TEST_P(DeskTest, TakesTokensOfItsIssuerAlone) {
  ASSERT_GE(sodium_init(), 0);
  const auto key_pair = [] {
    std::pair<std::string, std::string> keys{std::string(crypto_sign_PUBLICKEYBYTES, '\0'),
                                             std::string(crypto_sign_SECRETKEYBYTES, '\0')};
    crypto_sign_keypair(reinterpret_cast<unsigned char*>(keys.first.data()),
                        reinterpret_cast<unsigned char*>(keys.second.data()));
    return keys;
  };
  const auto ours = key_pair(), others = key_pair();
  std::array<char, 64> published{};
  sodium_bin2base64(published.data(), published.size(),
                    reinterpret_cast<const unsigned char*>(ours.first.data()), ours.first.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  auto keys = agency::KeySet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":")" +
                                    std::string(published.data()) + R"("}]})");
  ASSERT_TRUE(store::done(keys));
  start({.today = Date::of(2026, 7, 1),
         .oidc = {std::make_shared<const agency::KeySet>(std::move(*keys)),
                  {"https://id.test", "ansinh", 60}},
         .requests_per_second = 0});
  const int64_t person = person_in("ha_noi", "1960-01-01");
  ASSERT_TRUE(written([&](store::Connection& c) {
    return agency::add_oidc_user(c, {"oidc:079", UserRole::kCitizen, person, "", ""}, "test");
  }));
  const int64_t now = agency::machine_time_us() / 1'000'000;
  const std::string good = issuer_token(ours.second, "079", now + 600);
  EXPECT_EQ(code(ask(good, "GET", at(person))), "200");
  EXPECT_EQ(code(ask(issuer_token(ours.second, "080", now + 600), "GET", at(person))),
            "401 unauthenticated");  // no account
  EXPECT_EQ(code(ask(issuer_token(ours.second, "079", now - 600), "GET", at(person))),
            "401 unauthenticated");  // expired
  EXPECT_EQ(code(ask(issuer_token(others.second, "079", now + 600), "GET", at(person))),
            "401 unauthenticated");  // forged
  std::string altered = good;
  altered[altered.size() / 2] = altered[altered.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code(ask(altered, "GET", at(person))), "401 unauthenticated");
}

TEST_P(DeskTest, LogsInAndOut) {
  token_of({"lan", UserRole::kOfficer, 0, "ha_noi", ""});
  const Json right{{"user", "lan"}, {"password", kDeskPassword}};
  EXPECT_EQ(code(ask("", "POST", "/v1/session", {{"user", "lan"}, {"password", "no"}})),
            "401 log-in-failed");
  EXPECT_EQ(code(ask("", "POST", "/v1/session", {{"user", "lan"}})), "422 bad-body");
  const Response in = ask("", "POST", "/v1/session", right);
  ASSERT_EQ(in.status, 201) << in.body;
  EXPECT_NE(header(in, "Set-Cookie").find("HttpOnly; SameSite=Strict"), std::string::npos);
  const std::string token = json(in)["token"], csrf = json(in)["csrf"];
  EXPECT_EQ(json(ask(token, "GET", "/v1/session"))["role"], "officer");
  // A cookie alone reads, and changes nothing without the session's second token.
  const std::map<std::string, std::string> cookie{{"cookie", "a=b; ansinh_session=" + token}};
  EXPECT_EQ(json(ask("", "GET", "/v1/session", nullptr, cookie))["user"], "lan");
  const Json employer{{"code", "A1"}, {"name", "Công ty A"}};
  EXPECT_EQ(code(ask("", "POST", "/v1/employers", employer, cookie)), "401 unauthenticated");
  auto both = cookie;
  both["x-csrf-token"] = csrf;
  EXPECT_EQ(code(ask("", "POST", "/v1/employers", employer, both)), "201");
  EXPECT_EQ(code(ask(token, "DELETE", "/v1/session")), "200");
  EXPECT_EQ(code(ask(token, "GET", "/v1/session")), "401 unauthenticated");
  for (int i = 0; i < 5; ++i) {
    ask("", "POST", "/v1/session", {{"user", "lan"}, {"password", "wrong"}});
  }
  EXPECT_EQ(code(ask("", "POST", "/v1/session", right)), "401 log-in-failed");  // locked
}

TEST_P(DeskTest, OtherPeoplesFilesAreRefusedAndWrittenDown) {
  const int64_t here = person_in("ha_noi", "1960-01-01"), far = person_in("ca_mau", "1960-01-01");
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "ha_noi", ""});
  const std::string citizen = token_of({"an", UserRole::kCitizen, here, "", ""});
  const std::string auditor = token_of({"kiem", UserRole::kAuditor, 0, "", ""});
  EXPECT_EQ(code(ask(officer, "GET", at(here))), "200");
  EXPECT_EQ(code(ask(officer, "GET", at(far))), "403 forbidden");
  EXPECT_EQ(code(ask(officer, "GET", at(999'999))), "403 forbidden");  // not whether it is there
  EXPECT_EQ(code(ask(citizen, "GET", at(here))), "200");
  EXPECT_EQ(code(ask(citizen, "GET", at(far))), "403 forbidden");
  EXPECT_EQ(code(ask(citizen, "GET", "/v1/persons?text=An")), "403 forbidden");
  EXPECT_EQ(code(ask(citizen, "POST", at(here) + "/statements",
                     {{"statements", {{{"fact", "citizen"}, {"value", true}}}}})),
            "403 forbidden");
  EXPECT_EQ(code(ask(auditor, "GET", at(far))), "200");
  EXPECT_EQ(code(ask(auditor, "POST", at(far) + "/applications", {{"benefit", "x"}})),
            "403 forbidden");
  // The person sees who looked; so does the auditor what was refused.
  const Json seen = json(ask(citizen, "GET", at(here) + "/access-log"))["items"];
  ASSERT_GE(seen.size(), 2U) << seen;
  EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), [](const Json& one) {
    return one["user"] == "lan" && one["what"] == "look";
  })) << seen;
  const Json refused = json(ask(auditor, "GET", at(far) + "/access-log"))["items"];
  EXPECT_EQ(std::count_if(refused.begin(), refused.end(),
                          [](const Json& one) { return one["what"] == "refused"; }),
            3)
      << refused;
  EXPECT_EQ(code(ask(officer, "GET", at(here) + "/access-log")), "403 forbidden");
  const Json chain = json(ask(auditor, "GET", "/v1/audit/verify"));
  EXPECT_TRUE(chain["faults"].empty()) << chain;
  EXPECT_GT(chain["entries"], 8);
}

TEST_P(DeskTest, SearchShowsTheAreaAlone) {
  person_in("ha_noi", "1960-01-01");
  person_in("ca_mau", "1960-01-01");
  const std::string one = token_of({"lan", UserRole::kOfficer, 0, "ha_noi", ""});
  const std::string all = token_of({"mai", UserRole::kOfficer, 0, "", ""});
  EXPECT_EQ(json(ask(one, "GET", "/v1/persons?text=nguyen+van+an"))["items"].size(), 1U);
  EXPECT_EQ(json(ask(all, "GET", "/v1/persons?text=nguyen+van+an"))["items"].size(), 2U);
  EXPECT_EQ(code(ask(all, "GET", "/v1/persons")), "422 search-empty");
  EXPECT_EQ(code(ask(all, "GET", "/v1/persons?born=1960-02-30")), "400 bad-parameter");
  // What is of the whole country is not for those of a part of it.
  EXPECT_EQ(code(ask(one, "POST", "/v1/payment-runs", {{"month", "2026-07"}})), "403 forbidden");
}

TEST_P(DeskTest, TheSameRequestThreeTimesIsOneApplication) {
  const int64_t person = person_in("ha_noi", "1940-01-01");
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  const std::string path = at(person) + "/applications";
  const Json body{{"benefit", "social_pension"}};
  const Response first = ask(officer, "POST", path, body, {{"idempotency-key", "k1"}});
  ASSERT_EQ(first.status, 201) << first.body;
  for (int i = 0; i < 2; ++i) {
    const Response again = ask(officer, "POST", path, body, {{"idempotency-key", "k1"}});
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(header(again, "Idempotency-Replayed"), "true");
  }
  EXPECT_EQ(code(ask(officer, "POST", path, {{"benefit", "retirement_pension"}},
                     {{"idempotency-key", "k1"}})),
            "422 key-taken");
  EXPECT_EQ(code(ask(officer, "POST", path, body)), "409 open-already");
  EXPECT_EQ(json(ask(officer, "GET", path))["items"].size(), 1U);
  // Another user's key is another key.
  const std::string other = token_of({"mai", UserRole::kOfficer, 0, "", ""});
  EXPECT_EQ(code(ask(other, "POST", path, body, {{"idempotency-key", "k1"}})), "409 open-already");
}

TEST_P(DeskTest, FromAPersonToADecision) {
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  const std::string approver = token_of({"mai", UserRole::kApprover, 0, "", ""});
  const Json statements{{{"fact", "registry.name"}, {"value", "Trần Thị Bình"}},
                        {{"fact", "date_of_birth"}, {"value", "1945-03-02"}}};
  const Response added =
      ask(officer, "POST", "/v1/persons", {{"kind", "person"}, {"statements", statements}});
  ASSERT_EQ(added.status, 201) << added.body;
  const int64_t person = json(added)["person"];
  const Json said = json(ask(officer, "GET", at(person) + "/decide?benefit=social_pension"));
  ASSERT_TRUE(said.contains("outcomes")) << said;
  EXPECT_TRUE(json(ask(officer, "GET", at(person) + "/decide?why=true")).contains("steps"));
  EXPECT_EQ(code(ask(officer, "GET", at(person) + "/decide?benefit=none")), "404 not-found");

  const Response applied =
      ask(officer, "POST", at(person) + "/applications", {{"benefit", "social_pension"}});
  ASSERT_EQ(applied.status, 201) << applied.body;
  const std::string path = at(person) + "/applications/1";
  EXPECT_EQ(code(ask(officer, "POST", path + "/notify")), "409 wrong-step");
  EXPECT_EQ(code(ask(officer, "POST", path + "/decide", nullptr, {{"if-match", "\"9\""}})),
            "412 other-version");
  const Response asked =
      ask(officer, "POST", path + "/decide", nullptr, {{"if-match", header(applied, "ETag")}});
  ASSERT_EQ(asked.status, 200) << asked.body;
  ASSERT_FALSE(json(asked)["missing"].empty()) << asked.body;  // facts are asked for, not guessed
  EXPECT_EQ(json(asked)["decided"], nullptr);
  EXPECT_EQ(code(ask(approver, "POST", path + "/decide")), "403 forbidden");
  EXPECT_EQ(code(ask(officer, "POST", path + "/approve")), "403 forbidden");
  EXPECT_EQ(json(ask(officer, "GET", path))["events"].size(), 2U);
  EXPECT_EQ(json(ask(officer, "GET", "/v1/applications"))["items"].size(), 1U);
  EXPECT_EQ(json(ask(officer, "GET", at(person) + "/notices"))["items"].size(), 1U);
}

TEST_P(DeskTest, BodiesAreCheckedAgainstTheirSchema) {
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  const auto wrong = [&](const Json& body) {
    const Response answer = ask(officer, "POST", "/v1/employers", body);
    EXPECT_EQ(code(answer), "422 bad-body") << body;
    return json(answer)["errors"][0]["at"].get<std::string>();
  };
  EXPECT_EQ(wrong(Json::array()), "");
  EXPECT_EQ(wrong({{"code", "A"}}), "");
  EXPECT_EQ(wrong({{"code", 1}, {"name", "x"}}), "/code");
  EXPECT_EQ(wrong({{"code", "A"}, {"name", ""}}), "/name");
  EXPECT_EQ(wrong({{"code", "A"}, {"name", std::string("a\0b", 3)}}), "/name");
  EXPECT_EQ(wrong({{"code", "A"}, {"name", "x"}, {"more", 1}}), "/more");
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_EQ(code(ask(officer, "POST", "/v1/employers", Json::parse(deep))), "400 bad-json");
  EXPECT_EQ(code(ask(officer, "POST", "/v1/employers/0/receipts", Json::object())),
            "400 bad-parameter");
  EXPECT_EQ(code(ask(officer, "GET", "/v1/persons/17;drop")), "400 bad-parameter");
  EXPECT_EQ(code(ask(officer, "GET", "/v1/persons?text=%27%3B+drop+table+person%3B--")), "200");
}

TEST_P(DeskTest, TooManyRequestsAreTurnedAway) {
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  start({.today = Date::of(2026, 7, 1), .requests_per_second = 1});
  EXPECT_EQ(code(ask(officer, "GET", "/v1/funds")), "200");
  EXPECT_EQ(code(ask(officer, "GET", "/v1/funds")), "200");
  const Response third = ask(officer, "GET", "/v1/funds");
  EXPECT_EQ(code(third), "429 too-often");
}

// The database is stopped and started under the server: refused meanwhile, nothing lost or doubled.
TEST_P(DeskTest, GoesOnAfterTheDatabaseWasAway) {
  if (GetParam() == store::Kind::kSqlite) GTEST_SKIP() << "has no server";
  const auto durable = open(true);
  start(*durable, {.today = Date::of(2026, 7, 1), .requests_per_second = 0});
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  const auto add = [&](const std::string& name) {
    return code(ask(officer, "POST", "/v1/employers", {{"code", name}, {"name", "Công ty"}}));
  };
  EXPECT_EQ(add("C1"), "201");
  store::PostgresServer::the().stop("immediate");
  EXPECT_TRUE(add("C2").starts_with("503 ")) << add("C2");
  EXPECT_TRUE(code(ask(officer, "GET", "/v1/employers?count=10")).starts_with("503 "));
  store::PostgresServer::the().start();
  EXPECT_EQ(code(ask(officer, "GET", "/v1/employers?count=10")), "200");
  EXPECT_EQ(add("C3"), "201");
  const Json all = json(ask(officer, "GET", "/v1/employers?count=10"))["items"];
  EXPECT_EQ(all.size(), 2U) << all;
  desk_.reset();  // before its store
  db_ = connect();
}

TEST_P(DeskTest, MoneyOverHttp) {
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  const std::string approver = token_of({"mai", UserRole::kApprover, 0, "", ""});
  const Response run = ask(officer, "POST", "/v1/payment-runs", {{"month", "2026-07"}});
  ASSERT_EQ(run.status, 201) << run.body;
  const std::string path = "/v1/payment-runs/" + json(run)["run"].dump();
  EXPECT_EQ(code(ask(officer, "POST", path + "/release")), "403 forbidden");
  EXPECT_EQ(code(ask(approver, "POST", path + "/release")), "200");
  EXPECT_EQ(json(ask(approver, "GET", path))["state"], "released");
  EXPECT_EQ(code(ask(officer, "GET", "/v1/payment-runs/99")), "404 not-found");
  EXPECT_EQ(json(ask(officer, "GET", "/v1/proof"))["equal"], true);
  EXPECT_EQ(json(ask(officer, "GET", "/v1/reconciliation"))["clean"], true);
  EXPECT_EQ(code(ask(officer, "GET", "/v1/ledger")), "200");
}

// ---- Cards --------------------------------------------------------------------------------------

TEST_P(DeskTest, IssuesACardThatAnybodyCanVerify) {
  const auto key =
      std::make_shared<const card::SigningKey>(card::SigningKey::of_seed(std::string(32, 'k')));
  const Date today = Date::of(2026, 7, 1);
  const int64_t person = person_in("ha_noi", "1945-01-01");
  const std::string officer = token_of({"lan", UserRole::kOfficer, 0, "", ""});
  const std::string citizen = token_of({"an", UserRole::kCitizen, person, "", ""});
  const std::string other = token_of({"binh", UserRole::kCitizen, person + 1, "", ""});
  const std::string at_card = at(person) + "/card";
  EXPECT_EQ(code(ask(citizen, "POST", at_card)), "422 no-card-key");
  EXPECT_EQ(code(ask("", "GET", "/v1/card/status")), "422 no-card-key");

  start({.today = today, .requests_per_second = 0, .card_key = key});
  EXPECT_EQ(code(ask(citizen, "POST", at_card)), "422 unknown-key");
  ASSERT_TRUE(written([&](store::Connection& c) -> agency::Expected<void> {
    return agency::add_card_key(c, *key, today, "test");
  }));
  EXPECT_EQ(code(ask(other, "POST", at_card)), "403 forbidden");
  EXPECT_EQ(code(ask(other, "GET", at_card)), "403 forbidden");
  EXPECT_EQ(code(ask(citizen, "GET", at_card + "/pdf")), "404 not-found");
  const Response issued = ask(citizen, "POST", at_card);
  ASSERT_EQ(issued.status, 201) << issued.body;
  const std::string text = json(issued)["text"];

  // What a verifier fetches once, without an account.
  const auto keys = card::key_set_of_jwks(ask("", "GET", "/v1/card/keys").body);
  ASSERT_TRUE(keys.has_value());
  const int64_t now = agency::seconds_of_day(today, 7) + 43'200;
  const auto verdict = [&](const std::string& of) {
    const Response list = ask("", "GET", "/v1/card/status?list=1");
    EXPECT_EQ(list.type, "application/statuslist+cwt");
    const auto read = card::read_status_list(list.body, *keys, now);
    EXPECT_TRUE(read.has_value());
    const auto check = card::check_card(of, *keys, std::vector{*read}, now);
    return check.fault ? std::string(card::code_of(*check.fault)) : "valid";
  };
  EXPECT_EQ(verdict(text), "valid");
  EXPECT_EQ(code(ask("", "GET", "/v1/card/status?list=2")), "404 not-found");

  const Json shown_cards = json(ask(officer, "GET", at_card));
  ASSERT_EQ(shown_cards["cards"].size(), 1U);
  EXPECT_EQ(shown_cards["cards"][0]["state"], "valid");
  EXPECT_EQ(shown_cards["cards"][0]["says"]["name"], "Nguyễn Văn An");
  EXPECT_TRUE(ask(citizen, "GET", at_card + "/pdf?language=en").body.starts_with("%PDF-"));
  EXPECT_TRUE(ask(citizen, "GET", at_card + "/svg").body.starts_with("<svg"));

  const std::string second = json(ask(officer, "POST", at_card))["text"];
  EXPECT_EQ(verdict(text), "revoked");
  EXPECT_EQ(verdict(second), "valid");
  const std::string at_revoke = at_card + "/2/revoke";
  EXPECT_EQ(code(ask(other, "POST", at_revoke, {{"why", "ghen"}})), "403 forbidden");
  EXPECT_EQ(code(ask(citizen, "POST", at_revoke, {{"why", "mất thẻ"}})), "200");
  EXPECT_EQ(code(ask(citizen, "POST", at_revoke, {{"why", "mất thẻ"}})), "409 wrong-state");
  EXPECT_EQ(verdict(second), "revoked");
  const auto looks = agency::audit_of(*db_, person, 1000);
  EXPECT_TRUE(std::ranges::any_of(*looks, [](const agency::AuditEntry& one) {
    return one.user == "lan" && one.what == "look" && one.detail == "cards";
  }));
}

}  // namespace
}  // namespace ansinh::http
