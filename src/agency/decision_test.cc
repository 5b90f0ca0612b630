// From an application to an award, a revision and an appeal, on both stores.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "agency/application.h"
#include "agency/clock.h"
#include "agency/decision_test_support.h"
#include "agency/letter.h"
#include "agency/notice.h"
#include "agency/payment_run.h"
#include "agency/revision.h"
#include "agency/statements.h"
#include "store/test_store.h"

namespace ansinh::agency {

namespace {

using store::done;

using test::book_with;
using test::kDecisionDay;
using test::kLan;
using test::kMinh;
using test::kThu;

const LawBook& book() { return test::decision_book(); }

class DecisionTest : public store::StoreTest {
 protected:
  DecisionTest() {
    migrated(migrations());
    c_ = connect();
  }
  store::Connection& c() { return *c_; }

  // A step in a transaction of its own that must succeed.
  template <class Body>
  auto in(Body&& body) {
    auto result = store::transact(c(), store::Access::kWrite, body);
    EXPECT_TRUE(done(result));
    if (!result) std::abort();
    if constexpr (!std::is_void_v<typename decltype(result)::value_type>) return std::move(*result);
  }

  int64_t person(const std::string& born) {
    return in([&](store::Connection& c) -> Expected<int64_t> {
      const Origin origin{"civil registry", "lan"};
      auto made = new_person(c, PersonKind::kPerson, origin);
      if (!made) return made;
      std::vector<NewStatement> said;
      said.push_back({.fact = "registry.name", .value = "\"Nguyễn Thị Ánh\""});
      if (!born.empty()) said.push_back({.fact = "date_of_birth", .value = "\"" + born + "\""});
      said.push_back({.fact = "sex", .value = "\"female\""});
      auto recorded = record(c, book(), *made, said, origin);
      if (!recorded) return std::unexpected(recorded.error());
      return made;
    });
  }
  void say(int64_t person, const std::string& fact, const std::string& value) {
    in([&](store::Connection& c) {
      const std::vector<NewStatement> said{{.fact = fact, .value = value}};
      return record(c, book(), person, said, {"civil registry", "lan"});
    });
  }
  // One that must be refused, with this code; nothing of it stays.
  template <class Body>
  void refused_with(const std::string& code, Body&& body) {
    const auto result = store::transact(c(), store::Access::kWrite, body);
    ASSERT_FALSE(result.has_value()) << code;
    EXPECT_EQ(code_of(result.error()), code) << result.error().text.en << result.error().detail;
    EXPECT_FALSE(result.error().text.vi.empty());
  }
  Application received(int64_t person, const std::string& benefit) {
    return in([&](store::Connection& c) {
      return receive(c, book(), person, benefit, kDecisionDay, "request", kLan);
    });
  }
  Application granted(int64_t person) {
    const Application at = received(person, "old_pension");
    in([&](store::Connection& c) {
      return decide(c, book(), person, at.application, kDecisionDay, kLan);
    });
    in([&](store::Connection& c) { return approve(c, book(), person, at.application, kMinh); });
    return in([&](store::Connection& c) { return notify(c, person, at.application, kMinh); });
  }

 private:
  std::unique_ptr<store::Connection> c_;
};
STORE_TEST_SUITE(DecisionTest);

}  // namespace

TEST_P(DecisionTest, FromApplicationToAwardStepByStep) {
  const int64_t who = person("1949-03-05");
  const Application at = received(who, "old_pension");
  EXPECT_EQ(at.state, "received");
  // Ten working days after Friday 29 August: over two weekends and the holidays of 1 and 2
  // September.
  EXPECT_EQ(at.due_on, Date::of(2025, 9, 16));
  refused_with("open-already", [&](store::Connection& c) {
    return receive(c, book(), who, "old_pension", kDecisionDay, "request", kLan);
  });
  refused_with("wrong-step", [&](store::Connection& c) {
    return approve(c, book(), who, at.application, kMinh);
  });
  const Decided decided = in([&](store::Connection& c) {
    return decide(c, book(), who, at.application, kDecisionDay, kLan);
  });
  ASSERT_TRUE(decided.decision.has_value());
  const Finding& finding = decided.decision->finding;
  EXPECT_EQ(finding.status, "entitled");
  ASSERT_EQ(finding.terms.size(), 1U);
  EXPECT_EQ(finding.terms[0].amount, 500'000);
  EXPECT_EQ(finding.terms[0].from_month, Month::of(2025, 8).months);
  EXPECT_EQ(finding.terms[0].until_month, Term::kOpenTerm);
  // Who made it does not approve it; who may approve less than it grants does not either.
  refused_with("maker-approves",
               [&](store::Connection& c) { return approve(c, book(), who, at.application, kLan); });
  refused_with("above-limit", [&](store::Connection& c) {
    return approve(c, book(), who, at.application, {"hoa", "junior"});
  });
  in([&](store::Connection& c) { return approve(c, book(), who, at.application, kMinh); });
  auto awards = awards_of(c(), who);
  ASSERT_TRUE(done(awards));
  ASSERT_EQ(awards->size(), 1U);
  EXPECT_EQ((*awards)[0].state, "approved");
  refused_with("wrong-step",
               [&](store::Connection& c) { return approve(c, book(), who, at.application, kThu); });
  in([&](store::Connection& c) { return notify(c, who, at.application, kMinh); });
  awards = awards_of(c(), who);
  EXPECT_EQ((*awards)[0].state, "in-payment");
  std::vector<std::string> states;
  const auto events = events_of(c(), who, at.application);
  for (const ApplicationEvent& event : *events) {
    states.push_back(event.state + " " + event.recorded_by);
  }
  EXPECT_EQ(states, (std::vector<std::string>{"received lan", "decided lan", "approved minh",
                                              "notified minh"}));
  const auto letters = letters_of(c(), who);
  ASSERT_EQ(letters->size(), 1U);
  EXPECT_NE((*letters)[0].html.vi.find("Kính gửi Nguyễn Thị Ánh"), std::string::npos);
  EXPECT_NE((*letters)[0].html.vi.find("500.000 đồng mỗi tháng, từ tháng 08/2025"),
            std::string::npos);
  EXPECT_NE((*letters)[0].html.en.find("within 90 days"), std::string::npos);
  EXPECT_EQ(notices_of(c(), who)->size(), 1U);
}

TEST_P(DecisionTest, ARefusalSaysWhyWithTheArticle) {
  const int64_t who = person("1960-03-05");
  const Application at = received(who, "old_pension");
  in([&](store::Connection& c) {
    return decide(c, book(), who, at.application, kDecisionDay, kLan);
  });
  const Application after =
      in([&](store::Connection& c) { return approve(c, book(), who, at.application, kMinh); });
  EXPECT_EQ(after.state, "refused");
  EXPECT_TRUE(awards_of(c(), who)->empty());
  const std::string html = (*letters_of(c(), who))[0].html.en;
  EXPECT_NE(html.find("younger than 75"), std::string::npos);
  EXPECT_NE(html.find("art 3"), std::string::npos);
  const auto decision = read_decision(c(), who, 1);
  const DecisionRules rules = *decision_rules(book());
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    const auto pdf = letter_pdf(book(), rules, *decision, "Nguyễn Thị Ánh", language);
    ASSERT_TRUE(done(pdf));
    EXPECT_TRUE(pdf->starts_with("%PDF-"));
    EXPECT_GT(pdf->size(), 3000U);
  }
}

TEST_P(DecisionTest, WhatIsMissingIsAskedForAndNothingDecided) {
  const int64_t who = person("");
  const Application at = received(who, "old_pension");
  const Decided asked = in([&](store::Connection& c) {
    return decide(c, book(), who, at.application, kDecisionDay, kLan);
  });
  EXPECT_FALSE(asked.decision.has_value());
  EXPECT_EQ(asked.application.state, "asked");
  ASSERT_EQ(asked.missing.size(), 1U);
  EXPECT_NE(asked.missing[0].en.find("Date of birth"), std::string::npos) << asked.missing[0].en;
  EXPECT_NE((*notices_of(c(), who))[0].text.en.find("Date of birth"), std::string::npos)
      << (*notices_of(c(), who))[0].text.en;
  say(who, "date_of_birth", "\"1940-01-01\"");
  in([&](store::Connection& c) { return answer(c, who, at.application, kLan); });
  const Decided decided = in([&](store::Connection& c) {
    return decide(c, book(), who, at.application, kDecisionDay, kLan);
  });
  EXPECT_TRUE(decided.decision.has_value());
}

TEST_P(DecisionTest, EachBirthIsPaidOnce) {
  const int64_t who = person("1995-01-01");
  say(who, "births", "{\"birth_date\":\"2025-05-10\"}");
  Application at = received(who, "birth_grant");
  EXPECT_EQ(at.due_on, Date::of(2025, 9, 5));
  const auto go = [&] {
    in([&](store::Connection& c) {
      return decide(c, book(), who, at.application, kDecisionDay, kLan);
    });
    in([&](store::Connection& c) { return approve(c, book(), who, at.application, kMinh); });
    in([&](store::Connection& c) { return notify(c, who, at.application, kMinh); });
  };
  go();
  say(who, "births", "{\"birth_date\":\"2025-08-20\"}");
  at = received(who, "birth_grant");
  go();
  const auto awards = awards_of(c(), who);
  ASSERT_EQ(awards->size(), 2U);
  EXPECT_EQ((*awards)[0].about, "births/2025-05-10");
  EXPECT_EQ((*awards)[0].terms.size(), 1U);
  EXPECT_EQ((*awards)[1].about, "births/2025-08-20");
  EXPECT_EQ((*awards)[1].terms[0].each, "once");
  EXPECT_EQ((*awards)[1].terms[0].from_month, Month::of(2025, 8).months);
}

TEST_P(DecisionTest, ReplaysToTheSameBytesAfterFactsAndLawHaveChanged) {
  const int64_t who = person("1949-03-05");
  granted(who);
  say(who, "date_of_birth", "\"1990-03-05\"");
  const LawBook newer = book_with("700_000");
  ASSERT_NE(newer.law().digest, book().law().digest);
  const auto again = replay(c(), newer, who, 1);
  ASSERT_TRUE(done(again));
  EXPECT_TRUE(again->is_same);
  EXPECT_TRUE(again->is_same_engine);
  EXPECT_TRUE(again->is_known_so);
  EXPECT_EQ(again->outcome, again->decision.finding.outcome);
  EXPECT_EQ(code_of(replay(c(), newer, who, 9).error()), "not-found");
  // A decision that somebody altered in the store does not replay.
  ASSERT_TRUE(done(c().run("UPDATE decision SET outcome = '[]'")));
  EXPECT_FALSE(replay(c(), newer, who, 1)->is_same);
}

TEST_P(DecisionTest, WhatTheLawGrantsByItselfIsProposed) {
  const int64_t old = person("1949-03-05");
  const int64_t young = person("1999-03-05");
  const auto proposed = [&](int64_t who) {
    return in([&](store::Connection& c) { return propose(c, book(), who, kDecisionDay, kLan); });
  };
  EXPECT_TRUE(proposed(young).empty());
  const auto first = proposed(old);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].channel, "automatic");
  EXPECT_EQ(first[0].state, "decided");
  EXPECT_TRUE(proposed(old).empty());
  EXPECT_EQ(open_applications(c(), 10)->size(), 1U);
}

TEST_P(DecisionTest, ACorrectedFactIsReviewedAndPutRight) {
  const int64_t who = person("1949-03-05");
  granted(who);
  // Three months are paid.
  for (const int month : {8, 9, 10}) {
    const auto run = order_month(c(), Month::of(2025, month).months, "lan");
    ASSERT_TRUE(done(run));
  }
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 0);
  // She was born a year later: still entitled, the same amount, nothing to propose.
  say(who, "date_of_birth", "\"1950-03-05\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 0);
  // Born in 1960: never entitled.
  say(who, "date_of_birth", "\"1960-03-05\"");
  const auto reviewed = review_changes(c(), book(), kLan);
  ASSERT_TRUE(done(reviewed));
  EXPECT_EQ(reviewed->proposals, 1);
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 0);
  const auto open = open_revisions(c(), 10);
  ASSERT_EQ(open->size(), 1U);
  EXPECT_EQ((*open)[0].cause, "date_of_birth");
  refused_with("maker-approves",
               [&](store::Connection& c) { return approve_revision(c, book(), who, 1, kLan); });
  const RevisionResult result =
      in([&](store::Connection& c) { return approve_revision(c, book(), who, 1, kThu); });
  EXPECT_EQ(result.overpaid, 1'500'000);
  EXPECT_EQ(result.payable, 0);
  refused_with("wrong-step",
               [&](store::Connection& c) { return approve_revision(c, book(), who, 1, kThu); });
  EXPECT_EQ(read_decision(c(), who, 1)->state, "replaced");
  const auto next = order_month(c(), Month::of(2025, 11).months, "lan");
  ASSERT_TRUE(done(next));
  EXPECT_EQ(*c().number("SELECT count(*) FROM payment WHERE person = $1 AND month = $2",
                        std::vector<store::Cell>{who, int64_t{Month::of(2025, 11).months}}),
            0);
}

TEST_P(DecisionTest, AChangedLawBackInTimePaysTheDifference) {
  std::vector<int64_t> people;
  for (int i = 0; i < 5; ++i) {
    people.push_back(person("1949-03-0" + std::to_string(i + 1)));
    granted(people.back());
  }
  for (const int month : {8, 9}) {
    ASSERT_TRUE(done(order_month(c(), Month::of(2025, month).months, "lan")));
  }
  const LawBook newer = book_with("650_000");
  const auto reviewed = review_law(c(), newer, "old_pension", kLan);
  ASSERT_TRUE(done(reviewed));
  EXPECT_EQ(reviewed->persons, 5);
  EXPECT_EQ(reviewed->proposals, 5);
  EXPECT_EQ(review_law(c(), newer, "old_pension", kLan)->proposals, 0);
  EXPECT_EQ(code_of(review_law(c(), newer, "no_such_pension", kLan).error()), "not-found");
  const auto waiting = open_revisions(c(), 10);
  for (const Revision& one : *waiting) {
    const RevisionResult result = in([&](store::Connection& c) {
      return approve_revision(c, newer, one.person, one.revision, kMinh);
    });
    EXPECT_EQ(result.payable, 300'000);
    EXPECT_EQ(result.overpaid, 0);
  }
  // A reviewer's refusal holds: the same is not proposed again.
  const LawBook newest = book_with("660_000");
  EXPECT_EQ(review_law(c(), newest, "old_pension", kLan)->proposals, 5);
  const auto open = open_revisions(c(), 10);
  in([&](store::Connection& c) {
    return refuse_revision(c, open->front().person, open->front().revision, "sai", kMinh);
  });
  EXPECT_EQ(review_law(c(), newest, "old_pension", kLan)->proposals, 0);
}

TEST_P(DecisionTest, ADeathIsNotLostBesideAnOpenProposal) {
  const int64_t who = person("1949-03-05");
  granted(who);
  const LawBook newer = book_with("650_000");
  EXPECT_EQ(review_law(c(), newer, "old_pension", kLan)->proposals, 1);
  say(who, "date_of_death", "\"2025-10-10\"");
  EXPECT_EQ(review_changes(c(), newer, kLan)->proposals, 1);
  const auto all = revisions_of(c(), who);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].state, "outdated");
  EXPECT_EQ(open_revisions(c(), 10)->size(), 1U);
  refused_with("wrong-step",
               [&](store::Connection& c) { return approve_revision(c, newer, who, 1, kMinh); });
  in([&](store::Connection& c) { return approve_revision(c, newer, who, 2, kMinh); });
  for (const int month : {8, 9, 10, 11}) {
    ASSERT_TRUE(done(order_month(c(), Month::of(2025, month).months, "lan")));
  }
  EXPECT_EQ(*c().number("SELECT CAST(sum(amount) AS bigint) FROM payment WHERE person = $1",
                        std::vector<store::Cell>{who}),
            3 * 650'000);
}

TEST_P(DecisionTest, ADeathBeforeTheDayDecidedForLeavesWhatWasDueWhileTheyLived) {
  const int64_t who = person("1949-03-05");
  granted(who);  // on 29 August
  for (const int month : {8, 9}) {
    ASSERT_TRUE(done(order_month(c(), Month::of(2025, month).months, "lan")));
  }
  say(who, "date_of_death", "\"2025-08-20\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 1);
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 0);
  const RevisionResult result =
      in([&](store::Connection& c) { return approve_revision(c, book(), who, 1, kThu); });
  EXPECT_EQ(result.overpaid, 500'000);  // September
  EXPECT_EQ(read_decision(c(), who, 2)->finding.decided_for, Date::of(2025, 8, 19));
  // It was a mistake: they live.
  say(who, "date_of_death", "\"none\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 1);
  const RevisionResult again =
      in([&](store::Connection& c) { return approve_revision(c, book(), who, 2, kThu); });
  EXPECT_EQ(again.payable, 0);  // September was paid
  EXPECT_EQ(again.overpaid, -500'000);
}

TEST_P(DecisionTest, ADeathBeforeTheFirstMonthTakesAllBack) {
  const int64_t who = person("1949-03-05");
  granted(who);
  ASSERT_TRUE(done(order_month(c(), Month::of(2025, 8).months, "lan")));
  say(who, "date_of_death", "\"2025-07-20\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 1);
  EXPECT_EQ(
      in([&](store::Connection& c) { return approve_revision(c, book(), who, 1, kThu); }).overpaid,
      500'000);
}

TEST_P(DecisionTest, AFactCorrectedBackWithdrawsTheProposal) {
  const int64_t who = person("1949-03-05");
  granted(who);
  say(who, "date_of_birth", "\"1960-03-05\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 1);
  say(who, "date_of_birth", "\"1949-03-05\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 0);
  EXPECT_TRUE(open_revisions(c(), 10)->empty());
  // Wrong once more: what was withdrawn may be proposed again.
  say(who, "date_of_birth", "\"1960-03-05\"");
  EXPECT_EQ(review_changes(c(), book(), kLan)->proposals, 1);
}

TEST_P(DecisionTest, AnAppealIsAnsweredBySomebodyElse) {
  const int64_t who = person("1960-03-05");
  const Application at = received(who, "old_pension");
  in([&](store::Connection& c) {
    return decide(c, book(), who, at.application, kDecisionDay, kLan);
  });
  in([&](store::Connection& c) { return approve(c, book(), who, at.application, kMinh); });
  const auto file = [&](Date on) {
    return [&, on](store::Connection& c) {
      return appeal(c, book(), who, 1, on, "tôi sinh năm 1940", kLan);
    };
  };
  const Date today = date_of_record_time(machine_time_us(), 7);
  refused_with("too-late", file(Date{today.days + 200}));
  in(file(today));
  refused_with("open-already", file(today));
  refused_with("maker-approves",
               [&](store::Connection& c) { return uphold(c, who, 1, "đúng luật", kMinh); });
  refused_with("nothing-changes", [&](store::Connection& c) {
    return change_on_appeal(c, book(), who, 1, "giấy khai sinh", kThu);
  });
  say(who, "date_of_birth", "\"1940-03-05\"");
  const Appeal changed = in([&](store::Connection& c) {
    return change_on_appeal(c, book(), who, 1, "giấy khai sinh", kThu);
  });
  EXPECT_EQ(changed.state, "changed");
  const auto awards = awards_of(c(), who);
  ASSERT_EQ(awards->size(), 1U);
  EXPECT_EQ((*awards)[0].state, "in-payment");
  EXPECT_EQ(read_decision(c(), who, changed.answer)->kind, "appeal");
  // The same kind of thing, upheld.
  const int64_t other = person("1961-03-05");
  const Application second = received(other, "old_pension");
  in([&](store::Connection& c) {
    return decide(c, book(), other, second.application, kDecisionDay, kLan);
  });
  in([&](store::Connection& c) { return approve(c, book(), other, second.application, kMinh); });
  in([&](store::Connection& c) { return appeal(c, book(), other, 1, today, "xem lại", kLan); });
  const Appeal stands =
      in([&](store::Connection& c) { return uphold(c, other, 1, "chưa đủ tuổi", kThu); });
  EXPECT_EQ(stands.state, "upheld");
  EXPECT_NE(notices_of(c(), other)->back().text.en.find("stands"), std::string::npos);
}

TEST_P(DecisionTest, TwoApproversAtOnceAreOne) {
  const int64_t who = person("1949-03-05");
  const Application at = received(who, "old_pension");
  in([&](store::Connection& c) {
    return decide(c, book(), who, at.application, kDecisionDay, kLan);
  });
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (const Actor* by : {&kMinh, &kThu}) {
      threads.emplace_back([&, by] {
        auto mine = connect();
        const auto result = store::transact(
            *mine, store::Access::kWrite,
            [&](store::Connection& c) { return approve(c, book(), who, at.application, *by); });
        good += result.has_value() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, 1);
  EXPECT_EQ(awards_of(c(), who)->size(), 1U);
  EXPECT_EQ(letters_of(c(), who)->size(), 1U);
}

}  // namespace ansinh::agency
