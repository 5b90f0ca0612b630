// A revision (what became known, a law that changed back in time, the approval of both) is killed
// at random points, again and again: in the end everything is as if nobody had disturbed it.
#include <cstdlib>
#include <random>

#include "agency/application.h"
#include "agency/decision_test_support.h"
#include "agency/kill_test_support.h"
#include "agency/money_test_support.h"
#include "agency/revision.h"

namespace ansinh::agency {
namespace {

namespace fs = std::filesystem;
using test::must;

constexpr int kPensioners = 30;
constexpr int kRevisionKillsSqlite = 105, kRevisionKillsPostgres = 20;
const ReviewLimits kSmallSlices{.slice = 4};

LawBook law_of_round(int round) {
  return test::book_with(std::to_string(500'000 + 10'000 * round));
}

template <class Body>
auto written(store::Connection& c, Body&& body) {
  return must(store::transact(c, store::Access::kWrite, body));
}

void give_pensioners(store::Connection& c) {
  const LawBook& book = test::decision_book();
  for (int i = 0; i < kPensioners; ++i) {
    const auto at = written(c, [&](store::Connection& in) -> Expected<Application> {
      const Origin origin{"civil registry", "lan"};
      const int64_t who = must(new_person(in, PersonKind::kPerson, origin));
      const std::vector<NewStatement> said{
          {.fact = "registry.name",
           .value = "\"Lê Thị " + std::string(1, char('A' + i % 26)) + "\""},
          {.fact = "date_of_birth", .value = "\"" + std::to_string(1940 + i % 10) + "-03-05\""},
          {.fact = "sex", .value = "\"female\""}};
      must(record(in, book, who, said, origin));
      return receive(in, book, who, "old_pension", test::kDecisionDay, "request", test::kLan);
    });
    written(c, [&](store::Connection& in) -> Expected<Application> {
      must(decide(in, book, at.person, at.application, test::kDecisionDay, test::kLan));
      must(approve(in, book, at.person, at.application, test::kMinh));
      return notify(in, at.person, at.application, test::kMinh);
    });
  }
}

// A month is paid; and of some people another year of birth becomes known: some lose their pension,
// others get it back.
void begin_round(store::Connection& c, int round) {
  must(order_month(c, Month::of(2025, 8).months + round, "lan"));
  for (int64_t person = 1 + round % 3; person <= kPensioners; person += 3) {
    const bool is_young = (person + round) % 4 == 0;
    const std::vector<NewStatement> said{
        {.fact = "date_of_birth",
         .value =
             "\"19" + std::to_string(is_young ? 60 + round % 10 : 30 + round % 10) + "-01-01\""}};
    written(c, [&](store::Connection& in) {
      return record(in, test::decision_book(), person, said, {"civil registry", "lan"});
    });
  }
}

void revise(store::Connection& c, int round) {
  const LawBook book = law_of_round(round);
  must(review_changes(c, book, test::kLan, {}, kSmallSlices));
  must(review_law(c, book, "old_pension", test::kLan, {}, kSmallSlices));
  for (const Revision& one : must(open_revisions(c, 1'000))) {
    if (one.person % 7 == 6) continue;  // these stay open
    written(c, [&](store::Connection& in) {
      return approve_revision(in, book, one.person, one.revision, test::kMinh);
    });
  }
}

TEST(RevisionWorker, WorksWhenItIsStartedByTheTestBelow) {
  const char* where = std::getenv("ANSINH_REVISION_STORE");
  if (where == nullptr) GTEST_SKIP() << "only as the process that is killed";
  auto store = must(store::Store::open(where, {.durable = false}));
  auto c = must(store->connect());
  test::work_begins();
  revise(*c, std::atoi(std::getenv("ANSINH_REVISION_ROUND")));
}

class RevisionFaultsTest : public store::StoreTest {
 protected:
  RevisionFaultsTest()
      : folder_(fs::temp_directory_path() / ("ansinh-revision-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    migrated(migrations());
    give_pensioners(*connect());
    const std::string path = (folder_ / "undisturbed.db").string();
    undisturbed_ = must(store::Store::open(path, {.create = true, .durable = false}));
    must(store::migrate(*undisturbed_, migrations()));
    give_pensioners(*must(undisturbed_->connect()));
  }
  ~RevisionFaultsTest() override {
    undisturbed_.reset();
    fs::remove_all(folder_);
  }

  // Revises a round, killed up to `kills_max` times on the way. How often it was.
  int disturbed(int round, int kills_max, std::mt19937_64& random) const {
    const std::vector<std::string> settings{"ANSINH_REVISION_STORE=" + where(),
                                            "ANSINH_REVISION_ROUND=" + std::to_string(round)};
    // Most of a round is done in twice as long.
    const uint64_t patience_us = GetParam() == store::Kind::kSqlite ? 9'000 : 40'000;
    for (int kills = 0; kills < kills_max; ++kills) {
      test::Worker worker("RevisionWorker.*", settings);
      if (!worker.kill_after(std::chrono::microseconds(random() % patience_us))) return kills;
      test::expect_balanced(*connect());
    }
    test::Worker("RevisionWorker.*", settings).finish();
    return kills_max;
  }

  // Everything but record times.
  void expect_as_undisturbed() const {
    const auto mine = connect();
    const auto other = must(undisturbed_->connect());
    test::expect_same_rows(
        *mine, *other,
        {"SELECT person, decision, application, kind, benefit, decided_for, law_digest, facts, "
         "outcome, status, terms, words_vi, words_en, before, recorded_by FROM decision "
         "ORDER BY person, decision",
         "SELECT person, decision, event, what, recorded_by, reason FROM decision_event "
         "ORDER BY person, decision, event",
         "SELECT person, revision, before, after, cause, state, version FROM revision "
         "ORDER BY person, revision",
         "SELECT person, revision, event, state, recorded_by, reason FROM revision_event "
         "ORDER BY person, revision, event",
         "SELECT person, award, benefit, about, state, version FROM award ORDER BY person, award",
         "SELECT person, award, term, from_month, until_month, amount, fund, decision "
         "FROM award_term ORDER BY person, award, term",
         "SELECT person, award, adjustment, through_month, payable, overpaid, cause "
         "FROM adjustment ORDER BY person, award, adjustment",
         "SELECT person, entry, cause, cause_key, corrects FROM entry ORDER BY person, entry",
         "SELECT p.person, p.entry, p.line, a.role, p.amount FROM posting p JOIN account a "
         "ON a.account = p.account ORDER BY p.person, p.entry, p.line",
         "SELECT person, letter, decision, vi, en FROM letter ORDER BY person, letter",
         "SELECT person, notice, kind, about, en FROM notice ORDER BY person, notice",
         "SELECT person, change, fact, CASE WHEN handled_at IS NULL THEN 0 ELSE 1 END FROM change "
         "ORDER BY person, change"});
    test::expect_balanced(*mine);
    test::expect_proved(*mine);
    EXPECT_EQ(must(mine->number("SELECT count(*) FROM (SELECT r.person FROM revision r JOIN "
                                "decision d ON d.person = r.person AND d.decision = r.after "
                                "GROUP BY r.person, r.before, d.terms, d.outcome HAVING "
                                "count(*) > 1) AS twice")),
              0);
  }

  fs::path folder_;
  std::unique_ptr<store::Store> undisturbed_;
};
STORE_TEST_SUITE(RevisionFaultsTest);

TEST_P(RevisionFaultsTest, SurvivesBeingKilledAtRandomPoints) {
  std::mt19937_64 random(12);
  const bool is_sqlite = GetParam() == store::Kind::kSqlite;
  const int kills_wanted = is_sqlite ? kRevisionKillsSqlite : kRevisionKillsPostgres;
  int kills = 0, round = 0;
  const auto other = must(undisturbed_->connect());
  for (; kills < kills_wanted && !HasFailure(); ++round) {
    ASSERT_LT(round, 60);
    begin_round(*connect(), round);
    begin_round(*other, round);
    kills += disturbed(round, kills_wanted - kills, random);
    revise(*other, round);
    expect_as_undisturbed();
  }
  RecordProperty("rounds", round);
  EXPECT_EQ(kills, kills_wanted);
}

}  // namespace
}  // namespace ansinh::agency
