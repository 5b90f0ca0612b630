// Decisions of many made again and approved together, against one after the other: the same to the
// byte, but for record times.
#include <filesystem>
#include <random>

#include "agency/application.h"
#include "agency/decision_test_support.h"
#include "agency/kill_test_support.h"
#include "agency/merge.h"
#include "agency/money_test_support.h"
#include "agency/revision_steps.h"

namespace ansinh::agency {
namespace {

namespace fs = std::filesystem;
using test::must;

constexpr int kCrowd = 260;
const std::vector<std::string> kBenefits{"old_pension", "home_support", "birth_grant"};
const Origin kBulkOrigin{"civil registry", "lan"};

template <class Body>
auto in_write(store::Connection& c, Body&& body) {
  return must(store::transact(c, store::Access::kWrite, body));
}

// The same people from the same seed: households, births, papers that lack a birth date, some who
// turn out to be one.
class Crowd {
 public:
  Crowd(store::Connection& c, uint64_t seed) : c_(c), random_(seed) {}

  void settle() {
    for (int i = 0; i < kCrowd; ++i) add_person();
    for (int i = 0; i < kCrowd / 3; ++i) add_home();
    for (const int64_t person : persons_) {
      if (is_chance(80)) apply_for(person, "old_pension");
      if (is_chance(50)) apply_for(person, "home_support");
      if (is_chance(25)) apply_for(person, "birth_grant");
    }
    for (int i = 0; i < 12; ++i) merge_two();
    for (const int month : {8, 9, 10}) {
      must(order_month(c_, Month::of(2025, month).months, "lan"));
    }
  }

  // What becomes known afterwards.
  void correct() {
    for (const int64_t person : persons_) {
      if (is_chance(20)) say(person, "date_of_birth", birth());
      if (is_chance(10)) say(person, "births", "{\"birth_date\":\"2025-07-0" + digit() + "\"}");
    }
    for (const int64_t home : homes_) {
      if (is_chance(30)) say(home, "poverty", poverty());
    }
    for (int i = 0; i < 10; ++i) merge_two();
  }

  const std::vector<int64_t>& persons() const { return persons_; }

 private:
  bool is_chance(unsigned percent) { return random_() % 100 < percent; }
  std::string digit() { return std::to_string(1 + random_() % 9); }
  std::string birth() {
    return "\"19" + std::to_string(35 + random_() % 30) + "-0" + digit() + "-1" + digit() + "\"";
  }
  std::string poverty() { return is_chance(50) ? "\"poor\"" : "\"not_poor\""; }
  int64_t anybody() { return persons_[random_() % persons_.size()]; }

  void say(int64_t whom, const std::string& fact, const std::string& value) {
    const std::vector<NewStatement> said{{.fact = fact, .value = value}};
    in_write(c_, [&](store::Connection& c) {
      return record(c, test::decision_book(), whom, said, kBulkOrigin);
    });
  }
  void add_person() {
    const int64_t number = in_write(
        c_, [](store::Connection& c) { return new_person(c, PersonKind::kPerson, kBulkOrigin); });
    persons_.push_back(number);
    say(number, "registry.name", "\"Lê Thị <" + std::to_string(number) + ">\"");
    say(number, "sex", "\"female\"");
    if (is_chance(92)) say(number, "date_of_birth", birth());
    if (is_chance(20)) say(number, "births", "{\"birth_date\":\"2025-05-1" + digit() + "\"}");
  }
  void add_home() {
    const int64_t home = in_write(c_, [](store::Connection& c) {
      return new_person(c, PersonKind::kHousehold, kBulkOrigin);
    });
    homes_.push_back(home);
    say(home, "poverty", poverty());
    for (uint64_t k = 0; k < 1 + random_() % 4; ++k) {
      const int64_t person = anybody();
      in_write(c_, [&](store::Connection& c) {
        return relate(c, test::decision_book(), person, Relation::kHousehold, home, std::nullopt,
                      std::nullopt, kBulkOrigin);
      });
    }
  }
  void merge_two() {
    const int64_t one = anybody(), other = anybody();
    // Some are refused: they were merged already.
    (void)store::transact(c_, store::Access::kWrite, [&](store::Connection& c) {
      return merge(c, one, other, "lan", "one person");
    });
  }
  // Decided and approved, if the facts suffice; some letters have not gone out, some are suspended.
  void apply_for(int64_t person, const std::string& benefit) {
    const LawBook& book = test::decision_book();
    const Application at = in_write(c_, [&](store::Connection& c) {
      return receive(c, book, person, benefit, test::kDecisionDay, "request", test::kLan);
    });
    const Decided decided = in_write(c_, [&](store::Connection& c) {
      return decide(c, book, person, at.application, test::kDecisionDay, test::kLan);
    });
    if (!decided.decision || is_chance(5)) return;
    const auto& maker = is_chance(50) ? test::kMinh : test::kThu;
    const Application approved = in_write(
        c_, [&](store::Connection& c) { return approve(c, book, person, at.application, maker); });
    if (is_chance(10)) return;
    in_write(c_, [&](store::Connection& c) { return notify(c, person, at.application, maker); });
    if (approved.state != "approved" || !is_chance(5)) return;
    in_write(c_, [&](store::Connection& c) {
      return suspend(c, person, must(awards_of(c, person)).back().award, "moved", maker);
    });
  }

  store::Connection& c_;
  std::mt19937_64 random_;
  std::vector<int64_t> persons_, homes_;
};

// ---- One after the other -----------------------------------------------------------------------

void review_law_singly(store::Connection& c, const LawBook& book, const std::string& benefit) {
  const std::string cause = "law " + book.law().digest.substr(0, 12);
  for (const std::string& person :
       test::rows_of(c, "SELECT DISTINCT person FROM decision WHERE benefit = '" + benefit +
                            "' ORDER BY 1")) {
    in_write(c, [&](store::Connection& in) {
      return guarded(in, [&](const Steps& steps) {
        return review_person(steps, book, std::stoll(person), cause, benefit, test::kLan);
      });
    });
  }
}

void review_changes_singly(store::Connection& c, const LawBook& book) {
  std::map<int64_t, std::string> causes;
  in_write(c, [&](store::Connection& in) -> Expected<bool> {
    for (const Change& change : must(waiting_changes(in, 100'000))) {
      must(mark_handled(in, change, change.recorded_at));
      std::string& cause = causes[change.person];
      if (cause.find(change.fact) != std::string::npos) continue;
      cause += (cause.empty() ? "" : ", ") + change.fact;
    }
    return true;
  });
  for (const auto& [person, cause] : causes) {
    if (test::rows_of(c, "SELECT person FROM person WHERE kind = 'person' AND person = " +
                             std::to_string(person))
            .empty()) {
      continue;
    }
    in_write(c, [&](store::Connection& in) { return review(in, book, person, cause, test::kLan); });
  }
}

ApproveProgress approve_singly(store::Connection& c, const LawBook& book, const std::string& cause,
                               const Actor& by) {
  ApproveProgress all;
  for (const Revision& one : must(open_revisions(c, 100'000))) {
    if (one.cause != cause) continue;
    const auto done = store::transact(c, store::Access::kWrite, [&](store::Connection& in) {
      return approve_revision(in, book, one.person, one.revision, by);
    });
    done ? ++all.approved : ++all.left;
    if (!done) continue;
    all.payable += done->payable;
    all.overpaid += done->overpaid;
  }
  return all;
}

// ---- Both --------------------------------------------------------------------------------------

class RevisionBulkTest : public store::StoreTest {
 protected:
  RevisionBulkTest()
      : folder_(fs::temp_directory_path() / ("ansinh-bulk-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    migrated(migrations());
    many_ = connect();
    const std::string path = (folder_ / "singly.db").string();
    other_ = must(store::Store::open(path, {.create = true, .durable = false}));
    must(store::migrate(*other_, migrations()));
    single_ = must(other_->connect());
  }
  ~RevisionBulkTest() override {
    single_.reset();
    other_.reset();
    fs::remove_all(folder_);
  }

  void expect_same() {
    test::expect_same_rows(
        *many_, *single_,
        {"SELECT person, decision, application, kind, benefit, decided_for, law_digest, engine, "
         "facts, facts_digest, outcome, outcome_digest, status, terms, words_vi, words_en, before, "
         "recorded_by FROM decision ORDER BY person, decision",
         "SELECT person, decision, event, what, recorded_by, reason FROM decision_event "
         "ORDER BY person, decision, event",
         "SELECT person, revision, before, after, cause, state, version FROM revision "
         "ORDER BY person, revision",
         "SELECT person, revision, event, state, recorded_by, reason FROM revision_event "
         "ORDER BY person, revision, event",
         "SELECT person, award, benefit, about, application, state, version FROM award "
         "ORDER BY person, award",
         "SELECT person, award, event, state, recorded_by, reason FROM award_event "
         "ORDER BY person, award, event",
         "SELECT person, award, term, from_month, until_month, amount, each, fund, decision "
         "FROM award_term ORDER BY person, award, term",
         "SELECT person, letter, decision, vi, en FROM letter ORDER BY person, letter",
         "SELECT person, notice, kind, about, vi, en FROM notice ORDER BY person, notice",
         "SELECT DISTINCT digest, path, content FROM law_text ORDER BY digest, path",
         "SELECT person, award, adjustment, through_month, payable, overpaid, fund, cause, "
         "recorded_by FROM adjustment ORDER BY person, award, adjustment",
         "SELECT person, entry, cause, cause_key, recorded_by, corrects FROM entry "
         "ORDER BY person, entry",
         "SELECT p.person, p.entry, p.line, a.fund, a.role, p.amount FROM posting p JOIN account a "
         "ON a.account = p.account ORDER BY p.person, p.entry, p.line"});
    test::expect_proved(*many_);
  }
  void expect_same(const ApproveProgress& a, const ApproveProgress& b) {
    EXPECT_EQ(a.approved, b.approved);
    EXPECT_EQ(a.left, b.left);
    EXPECT_EQ(a.payable, b.payable);
    EXPECT_EQ(a.overpaid, b.overpaid);
  }

  fs::path folder_;
  std::unique_ptr<store::Store> other_;
  std::unique_ptr<store::Connection> many_, single_;
};
STORE_TEST_SUITE(RevisionBulkTest);

TEST_P(RevisionBulkTest, ManyAtOnceComeOutAsOneAfterTheOther) {
  Crowd crowd(*many_, 5), same(*single_, 5);
  crowd.settle();
  same.settle();
  const ReviewLimits small{.slice = 37, .threads = 2};
  // The law pays more, back in time.
  const LawBook newer = test::book_with("650_000");
  const std::string cause = "law " + newer.law().digest.substr(0, 12);
  int64_t proposals = 0;
  for (const std::string& benefit : kBenefits) {
    proposals += must(review_law(*many_, newer, benefit, test::kLan, {}, small)).proposals;
    review_law_singly(*single_, newer, benefit);
  }
  EXPECT_GT(proposals, 50);
  expect_same();
  // Nobody approves what they proposed, nor more than their role may.
  EXPECT_EQ(must(approve_revisions(*many_, newer, cause, test::kLan, {}, small)).left, proposals);
  const Actor junior{"hoa", "junior"};
  expect_same(must(approve_revisions(*many_, newer, cause, junior, {}, small)),
              approve_singly(*single_, newer, cause, junior));
  expect_same();
  const ApproveProgress done =
      must(approve_revisions(*many_, newer, cause, test::kMinh, {}, small));
  expect_same(done, approve_singly(*single_, newer, cause, test::kMinh));
  EXPECT_GT(done.approved, 50);
  EXPECT_GT(done.payable, 0);
  expect_same();
  // People move, are merged, get other papers; the law pays less; what was refused stays so.
  crowd.correct();
  same.correct();
  for (store::Connection* c : {many_.get(), single_.get()}) {
    const auto open = must(open_revisions(*c, 10));
    for (const Revision& one : open) {
      in_write(*c, [&](store::Connection& in) {
        return refuse_revision(in, one.person, one.revision, "sai", test::kThu);
      });
    }
  }
  must(review_changes(*many_, newer, test::kLan, {}, {.slice = 100'000, .threads = 2}));
  review_changes_singly(*single_, newer);
  expect_same();
  const LawBook newest = test::book_with("600_000");
  for (const std::string& benefit : kBenefits) {
    must(review_law(*many_, newest, benefit, test::kLan, {}, small));
    review_law_singly(*single_, newest, benefit);
  }
  expect_same();
  for (const std::string& row :
       test::rows_of(*single_, "SELECT DISTINCT cause FROM revision ORDER BY cause")) {
    const std::string each = row.substr(1, row.rfind('\'') - 1);
    expect_same(must(approve_revisions(*many_, newest, each, test::kThu, {}, small)),
                approve_singly(*single_, newest, each, test::kThu));
  }
  expect_same();
}

TEST_P(RevisionBulkTest, AReviewAndAnApprovalThatAreStoppedGoOn) {
  Crowd crowd(*many_, 6);
  crowd.settle();
  const LawBook newer = test::book_with("700_000");
  const ReviewLimits small{.slice = 20, .threads = 1};
  ReviewProgress reviewed;
  int64_t slices = 0, persons = 0;
  for (bool is_stopped = true; is_stopped; ++slices) {
    is_stopped = false;
    const auto stop_here = [&](const ReviewProgress&) { return !(is_stopped = true); };
    reviewed = must(review_law(*many_, newer, "old_pension", test::kLan, stop_here, small));
    persons += reviewed.persons;
    EXPECT_LE(reviewed.persons, 20);
    ASSERT_LT(slices, 100);
  }
  const auto all = must(
      many_->number("SELECT count(DISTINCT person) FROM decision WHERE benefit = 'old_pension'"));
  EXPECT_EQ(persons, all);  // each once
  const std::string cause = "law " + newer.law().digest.substr(0, 12);
  const auto open_count = [&] {
    return must(many_->number("SELECT count(*) FROM revision WHERE state = 'proposed'")).value();
  };
  const int64_t proposals = open_count();
  ASSERT_GT(proposals, 40);
  const auto once = must(approve_revisions(
      *many_, newer, cause, test::kMinh, [](const ApproveProgress&) { return false; }, small));
  EXPECT_EQ(once.approved, proposals - open_count());
  EXPECT_GT(open_count(), 0);
  must(approve_revisions(*many_, newer, cause, test::kMinh, {}, small));
  EXPECT_EQ(open_count(), 0);
  test::expect_proved(*many_);
}

// Somebody approves while the next slice is being decided: their decision counts.
TEST_P(RevisionBulkTest, WhatOthersDecideMeanwhileIsLookedAtAgain) {
  Crowd crowd(*many_, 7);
  crowd.settle();
  const LawBook first = test::book_with("550_000"), second = test::book_with("560_000");
  must(review_law(*many_, first, "old_pension", test::kLan));
  auto colleague = connect();
  const std::string cause = "law " + first.law().digest.substr(0, 12);
  bool is_first = true;
  must(review_law(*many_, second, "old_pension", test::kLan,
                  [&](const ReviewProgress&) {
                    if (is_first) {
                      must(approve_revisions(*colleague, first, cause, test::kMinh));
                    }
                    is_first = false;
                    return true;
                  },
                  {.slice = 30, .threads = 2}));
  // After the first slice, whoever is paid by the first law has a proposal by the second.
  EXPECT_GT(must(many_->number("SELECT count(*) FROM revision WHERE state = 'approved'")), 50);
  EXPECT_EQ(
      test::rows_of(*many_,
                    "SELECT d.person FROM decision d WHERE d.kind = 'revision' AND d.status = "
                    "'entitled' AND d.person > "
                    "(SELECT max(q.person) FROM (SELECT DISTINCT person FROM decision WHERE "
                    "benefit = 'old_pension' ORDER BY person LIMIT 30) AS q) AND (SELECT e.what "
                    "FROM decision_event e WHERE e.person = d.person AND e.decision = d.decision "
                    "ORDER BY e.event DESC LIMIT 1) = 'approved' AND NOT EXISTS (SELECT 1 FROM "
                    "revision r WHERE r.person = d.person AND r.before = d.decision)"),
      std::vector<std::string>{});
}

}  // namespace
}  // namespace ansinh::agency
