// What all routes of the agency share: who asks and what they may, the transaction, the record that
// somebody looked, keys of requests that are sent again, limits on how often.
//
// A caller shows a session's token or an issuer's token as `Authorization: Bearer …`, or a
// session's cookie; with a cookie, whatever changes something wants the session's second token in
// X-CSRF-Token. For each request: who asks is found (401), the rate is counted (429), the role is
// looked up (403), and if the route is about a person, the look is written to the audit before
// anything is read. What changes something is one transaction with its audit entry and, under an
// Idempotency-Key, with its answer: the same request again gets the same answer, another under the
// same key is refused (422).
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "agency/access.h"
#include "agency/contribution_rules.h"
#include "agency/decision.h"
#include "agency/law_book.h"
#include "agency/token.h"
#include "agency/working_days.h"
#include "card/key.h"
#include "http/decider.h"
#include "http/json_check.h"
#include "http/router.h"
#include "store/writer.h"

namespace ansinh::http {

// Tokens of an OpenID Connect issuer. No keys: only local accounts.
struct OidcOptions {
  std::shared_ptr<const agency::KeySet> keys;
  agency::TokenRules rules;
};

struct DeskOptions {
  std::optional<Date> today = std::nullopt;  // the date of the work; the machine's if not given
  OidcOptions oidc = {};
  double requests_per_second = 50;  // of one user, or one address without a user; 0: no limit
  bool is_secure = false;           // cookies only over TLS
  // Signs cards and status lists; none: cards can be shown and revoked, but not issued.
  std::shared_ptr<const card::SigningKey> card_key = nullptr;
};

class Desk {
 public:
  // The store must be at the last migration and outlive the desk.
  static agency::Expected<std::unique_ptr<Desk>> open(store::Store& store, agency::LawBook book,
                                                      const DeskOptions& options);

  const agency::LawBook& book() const { return book_; }
  const Decider& decider() const { return decider_; }
  const agency::ContributionRules& contribution_rules() const { return contributions_; }
  const agency::DecisionRules& decision_rules() const { return decisions_; }
  const DeskOptions& options() const { return options_; }
  store::Store& store() const { return store_; }
  Date today() const;

  // A connection while it is needed; one that broke is not given out again.
  class Lease {
   public:
    Lease(Desk& desk, std::unique_ptr<store::Connection> connection)
        : desk_(&desk), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease(const Lease&) = delete;
    ~Lease();
    store::Connection& operator*() const { return *connection_; }
    void discard() { connection_.reset(); }

   private:
    Desk* desk_;
    std::unique_ptr<store::Connection> connection_;
  };
  agency::Expected<Lease> lease();

  // `body` in a read transaction; once more if the connection had broken.
  template <class Body>
  auto read(Body&& body) -> decltype(body(std::declval<store::Connection&>()));
  // Durable when it returns, together with what others write now (store/writer.h).
  agency::Expected<void> write(const store::Writer::Work& work) { return writer_->write(work); }

  // Whether `who` may ask once more now.
  bool is_within_rate(const std::string& who);

 private:
  Desk(store::Store& store, agency::LawBook book, const DeskOptions& options)
      : store_(store), book_(std::move(book)), decider_(book_.program), options_(options) {}

  struct Bucket {
    double left = 0;
    int64_t at_us = 0;
  };

  store::Store& store_;
  agency::LawBook book_;
  Decider decider_;
  agency::ContributionRules contributions_;
  agency::DecisionRules decisions_;
  DeskOptions options_;
  std::unique_ptr<store::Writer> writer_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::Connection>> idle_;
  std::mutex rate_mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

// One request on its way.
struct Call {
  Desk& desk;
  const Request& request;
  const agency::AccessActor& actor;
  store::Connection& connection;
  int64_t person = 0;  // of the path; 0: the route is about nobody's file

  agency::Actor by() const;
  const Json& body() const { return *request.json; }
  std::string text(const char* field) const;  // of the body; empty: not there
  int64_t integer(const char* field) const;   // of the body; 0: not there
  std::optional<Date> date(const char* field) const;
  std::optional<Month> month(const char* field) const;
  std::string query(std::string_view name) const { return std::string(request.parameter(name)); }
  int64_t number(std::string_view name) const;  // of the path or the query; 0: not given
  Date on() const;                              // the query's `on`, else today
};

struct Reply {
  Json json = nullptr;
  int64_t version = 0;                // of what it shows: for ETag and If-Match; 0: none
  std::string type = {}, bytes = {};  // instead of JSON
  std::string file_name = {};         // under which a browser keeps it
  std::vector<std::pair<std::string, std::string>> headers = {};
};

enum class Work : uint8_t {
  kRead,   // in a read transaction
  kWrite,  // in a write transaction
  kOwn,    // makes its own transactions
};

struct DeskRoute {
  Route route;
  agency::Act act = agency::Act::kReadFile;
  std::string person = {};  // the path's parameter that names whose file it is; empty: nobody's
  Work work = Work::kRead;
  std::function<agency::Expected<Reply>(Call&)> answer = {};
};

// Adds it with everything around it, its roles and problems included.
void add_desk_route(Router& router, Desk& desk, DeskRoute added);

// Who sent the request. Nothing: nobody who is known.
agency::Expected<std::optional<agency::AccessActor>> actor_of_request(Desk& desk,
                                                                      const Request& request);
// The session's token that it shows; empty: none.
std::string session_token_of(const Request& request);

Response respond(const Request& request, const agency::Expected<Reply>& reply, int success);

// "If-Match" must name `version` if it is there: 412 "changed-meanwhile".
agency::Expected<void> check_version(const Call& call, int64_t version);

// What concerns the whole country is not for those who work for a part of it: "forbidden".
agency::Expected<void> check_everywhere(const Call& call);

// A page of a list: {"items", "next"}; `next` is where to go on with `after`, null at the end.
Json page_of(const Call& call, const std::vector<Json>& items);
Json page_schema(const Json& item);
std::vector<Parameter> page_parameters();

// ---- inside -------------------------------------------------------------------------------------

template <class Body>
auto Desk::read(Body&& body) -> decltype(body(std::declval<store::Connection&>())) {
  for (int attempt = 0;; ++attempt) {
    auto leased = lease();
    if (!leased) return std::unexpected(std::move(leased.error()));
    auto result = store::transact(**leased, store::Access::kRead, body);
    if (result || result.error().kind != store::FailureKind::kLost) return result;
    leased->discard();
    if (attempt > 0) return result;
  }
}

}  // namespace ansinh::http
