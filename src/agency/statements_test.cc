#include "agency/statements.h"

#include "agency/clock.h"
#include "agency/person_facts.h"
#include "agency/registry_test_support.h"
#include "facts/from_json.h"

namespace ansinh::agency {
namespace {

class StatementsTest : public RegistryStoreTest {
 protected:
  std::string facts(int64_t who, Date on, Known known = {}) {
    const auto found = facts_of(db(), book(), who, on, known);
    if (!found) return found.error().text.en;
    // What it gives can be read by the law.
    const auto read = facts::from_json(book().law(), found->json, 0, on);
    if (!read) ADD_FAILURE() << found->json << ": " << read.error().front().message.en;
    return found->json;
  }
  Recorded related(int64_t a, Relation relation, int64_t b, std::optional<Date> from = {}) {
    return written([&](store::Connection& c) {
             return relate(c, book(), a, relation, b, from, std::nullopt, kRegistryTestOrigin);
           })
        .value_or(Recorded{});
  }
};
STORE_TEST_SUITE(StatementsTest);

const Date kToday = Date::of(2026, 11, 1);

TEST_P(StatementsTest, AFileIsMadeOfWhatStands) {
  const int64_t lan = person({{"sex", R"("female")"},
                              {"date_of_birth", R"("1980-03-02")"},
                              {"registry.name", R"("Nguyễn Thị Lan")"},
                              {"work", R"({"salary":5000000,"from":"2020-01","to":"2020-12"})"}});
  EXPECT_EQ(facts(lan, kToday), R"({"Person":{"date_of_birth":"1980-03-02","sex":"female",)"
                                R"("work":[{"from":"2020-01","to":"2020-12","salary":5000000}]}})");
}

TEST_P(StatementsTest, AListThatIsKeptWholeIsEmptyWhereNothingIsRecorded) {
  EXPECT_EQ(facts(person({}), kToday), R"({"Person":{"work":[]}})");
}

TEST_P(StatementsTest, WhatWasKnownThenStaysKnownAsOfThen) {
  const int64_t lan = person({{"sex", R"("female")"}});
  const int64_t then = last_record_time(db()).value();
  say(lan, {{"sex", R"("male")"}});
  EXPECT_EQ(facts(lan, kToday), R"({"Person":{"sex":"male","work":[]}})");
  EXPECT_EQ(facts(lan, kToday, {then}), R"({"Person":{"sex":"female","work":[]}})");
  EXPECT_EQ(count("SELECT count(*) FROM statement"), 2);
}

TEST_P(StatementsTest, AFactThatChangesOnADayIsReadAsOfThatDay) {
  const int64_t son = person({{"disability", R"("able")"}});
  say(son, {{.fact = "disability", .value = R"("severe")", .valid_from = Date::of(2025, 5, 1)}});
  EXPECT_EQ(facts(son, Date::of(2025, 4, 30)), R"({"Person":{"disability":"able","work":[]}})");
  EXPECT_EQ(facts(son, Date::of(2025, 5, 1)), R"({"Person":{"disability":"severe","work":[]}})");
}

TEST_P(StatementsTest, TheSameSaidAgainIsNotWrittenAgain) {
  const std::vector<NewStatement> said{
      {"sex", R"("female")"},
      {"work", R"({"from":"2020-01","to":"ongoing","salary":5000000})"},
      {.fact = "work", .value = R"({"from":"2019-01","to":"2019-12"})", .source_key = "A7"}};
  const int64_t lan = person(said);
  const Recorded again = say(lan, said);
  EXPECT_EQ(again.at, 0);
  EXPECT_EQ(again.statements, (std::vector<int64_t>{0, 0, 0}));
  // A row with the source's own key is corrected; one from another source stands beside it.
  EXPECT_EQ(
      say(lan,
          {{.fact = "work", .value = R"({"from":"2019-02","to":"2019-12"})", .source_key = "A7"}})
          .statements,
      (std::vector<int64_t>{4}));
  say(lan, {{"work", R"({"from":"2020-01","to":"ongoing","salary":5000000})"}}, {"other", "mai"});
  EXPECT_EQ(facts(lan, kToday),
            R"({"Person":{"sex":"female","work":[{"from":"2020-01","to":"ongoing",)"
            R"("salary":5000000},{"from":"2019-02","to":"2019-12"}]}})");
}

TEST_P(StatementsTest, AStatementCanBeTakenBackAndOnlyOnce) {
  const int64_t lan = person({{"sex", R"("female")"}});
  const NewStatement back{.fact = "sex", .value = std::nullopt, .replaces = 1};
  say(lan, {back});
  EXPECT_EQ(facts(lan, kToday), R"({"Person":{"work":[]}})");
  EXPECT_EQ(refusal(lan, back), "not-found: no statement 1 stands; look at the history again");
  const auto history = history_of(db(), lan, {}).value();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].replaced_by, 2);
  EXPECT_EQ(history[1].replaces, 1);
}

TEST_P(StatementsTest, WhatTheLawDoesNotAllowIsRefusedInWords) {
  const int64_t lan = person({});
  EXPECT_EQ(refusal(lan, {"sexx", R"("female")"}),
            "unknown-fact: there is no fact \"sexx\"; is it sex?");
  EXPECT_EQ(refusal(lan, {"capacity_loss", "2"}),
            "bad-value: capacity_loss: capacity_loss is out of its range; look at the value and "
            "its unit");
  EXPECT_EQ(refusal(lan, {"work", R"({"from":"2020-05","to":"2020-01"})"}),
            "bad-value: work: it ends before it begins; look at from and to");
  EXPECT_EQ(refusal(lan, {"work", R"({"wage":1})"}),
            "bad-value: work: work has no \"wage\"; see the names in the law");
  EXPECT_EQ(refusal(lan, {"registry.national_number", R"("12345")"}),
            "bad-value: registry.national_number: National number must have exactly 12 digits; "
            "look at the number on the paper again");
  EXPECT_EQ(refusal(lan, {"registry.member", "1"}),
            "unknown-fact: registry.member: a relation is recorded from both sides, as such");
  EXPECT_EQ(refusal(99, {"sex", R"("female")"}),
            "not-found: nobody has the number 99; look at the number again");
  EXPECT_EQ(refusal(lan, {"sex", std::nullopt}),
            "bad-value: sex: to take something back, say which statement");
  EXPECT_EQ(count("SELECT count(*) FROM statement"), 0);
}

TEST_P(StatementsTest, AHouseholdIsReadWithItsOtherMembersAsOfTheDay) {
  const int64_t home = person({{"poverty", R"("poor")"}}, PersonKind::kHousehold);
  const int64_t other = person({}, PersonKind::kHousehold);
  const int64_t lan = person({{"sex", R"("female")"}});
  const int64_t son = person({{"sex", R"("male")"}});
  related(lan, Relation::kHousehold, home);
  related(son, Relation::kHousehold, home);
  const std::string together =
      R"({"Person":{"sex":"female","work":[]},"Household":{"poverty":"poor",)"
      R"("members":[{"sex":"male","work":[]}]}})";
  EXPECT_EQ(facts(lan, kToday), together);
  // Son moves out: from that day on each lives alone, and it is told of both.
  related(son, Relation::kHousehold, other, Date::of(2026, 3, 1));
  EXPECT_EQ(facts(lan, Date::of(2026, 2, 28)), together);
  EXPECT_EQ(facts(lan, Date::of(2026, 3, 1)),
            R"({"Person":{"sex":"female","work":[]},"Household":{"poverty":"poor","members":[]}})");
  EXPECT_EQ(facts(son, Date::of(2026, 3, 1)),
            R"({"Person":{"sex":"male","work":[]},"Household":{"members":[]}})");
  EXPECT_EQ(relations_of(db(), home, {}).value().size(), 2U);
}

TEST_P(StatementsTest, AMoveSaysWhereSomebodyLives) {
  const int64_t lan = person({});
  const Origin& origin = kRegistryTestOrigin;
  const auto moved = [&](const Move& move) {
    return written([&](store::Connection& c) { return record_move(c, book(), lan, move, origin); });
  };
  moved({.province = "ha_noi", .commune = "00001", .date = Date::of(2020, 1, 1)});
  moved({.province = "ca_mau", .commune = "09999", .date = Date::of(2026, 1, 1)});
  EXPECT_EQ(facts(lan, Date::of(2025, 1, 1)),
            R"({"Person":{"work":[]},"Household":{"province":"ha_noi"}})");
  EXPECT_EQ(facts(lan, Date::of(2026, 1, 1)),
            R"({"Person":{"work":[]},"Household":{"province":"ca_mau"}})");
  EXPECT_EQ(count("SELECT count(*) FROM profile WHERE province = 'ca_mau' AND commune = '09999'"),
            1);
}

TEST_P(StatementsTest, EventsAreToldToAllWhoseDecisionsMayRestOnThem) {
  const int64_t home = person({}, PersonKind::kHousehold);
  const int64_t lan = person({});
  const int64_t son = person({});
  related(lan, Relation::kHousehold, home);
  related(son, Relation::kHousehold, home);
  const auto marry = written([&](store::Connection& c) {
    return record_marriage(c, book(), lan, son, Date::of(2020, 2, 2), kRegistryTestOrigin);
  });
  ASSERT_TRUE(marry);
  const auto handle_all = [&] {
    const auto waiting = waiting_changes(db(), 100).value();
    written([&](store::Connection& c) -> Expected<void> {
      for (const Change& change : waiting) {
        if (auto done = mark_handled(c, change, 1); !done) return done;
      }
      return {};
    });
    return waiting;
  };
  EXPECT_FALSE(handle_all().empty());
  EXPECT_TRUE(waiting_changes(db(), 100).value().empty());
  const auto child = written([&](store::Connection& c) {
    return record_birth(
        c, book(),
        {.date = Date::of(2026, 5, 6), .name = "An", .sex = "male", .mother = lan, .father = son},
        kRegistryTestOrigin);
  });
  ASSERT_TRUE(child);
  EXPECT_EQ(facts(*child, kToday),
            R"({"Person":{"date_of_birth":"2026-05-06","sex":"male","work":[]},)"
            R"("Household":{"members":[{"work":[]},{"work":[]}]}})");
  std::set<int64_t> told;
  for (const Change& change : handle_all()) told.insert(change.person);
  EXPECT_EQ(told, (std::set<int64_t>{lan, son, *child, home}));
  written([&](store::Connection& c) {
    return record_death(c, book(), lan, Date::of(2026, 6, 1), kRegistryTestOrigin);
  });
  told.clear();
  for (const Change& change : handle_all()) {
    EXPECT_EQ(change.fact, "date_of_death");
    told.insert(change.person);
  }
  EXPECT_EQ(told, (std::set<int64_t>{lan, son, *child}));
}

TEST_P(StatementsTest, RecordTimesGrowWhateverTheClockDoes) {
  const auto times = written([&](store::Connection& c) -> Expected<std::vector<int64_t>> {
    std::vector<int64_t> all;
    for (const int64_t machine : {1000, 500, 500, 2000, -7}) {
      auto time = record_time(c, machine);
      if (!time) return std::unexpected(time.error());
      all.push_back(*time);
    }
    return all;
  });
  EXPECT_EQ(*times, (std::vector<int64_t>{1000, 1001, 1002, 2000, 2001}));
  EXPECT_EQ(last_record_time(db()).value(), 2001);
  EXPECT_EQ(date_of_record_time(0, 7), Date::of(1970, 1, 1));
  EXPECT_EQ(date_of_record_time(int64_t{17} * 3'600'000'000 - 1, 7), Date::of(1970, 1, 1));
  EXPECT_EQ(date_of_record_time(int64_t{17} * 3'600'000'000, 7), Date::of(1970, 1, 2));
  EXPECT_EQ(date_of_record_time(-1, 0), Date::of(1969, 12, 31));
}

TEST(LawBook, SaysWhatIsWrongInTheFileBesideTheLaw) {
  const auto program = registry_test_book().program;
  const auto fault = [&](const std::string& text) {
    const auto made = make_law_book(program, text);
    return made ? "read" : made.error().text.en;
  };
  EXPECT_EQ(fault("{"), "agency.json: is not JSON");
  EXPECT_EQ(fault("[]"), "agency.json: is not an object");
  EXPECT_EQ(fault(R"({"person":"Persona"})"),
            "agency.json: \"person\" is not in the law, or not of the right form");
  EXPECT_EQ(fault(R"({"person":"Person","sex":"gender"})"),
            "agency.json: \"sex\" is not in the law, or not of the right form");
  EXPECT_EQ(fault(R"({"person":"Person","complete_lists":["wrok"]})"),
            "agency.json: \"complete_lists\" is not in the law, or not of the right form");
  EXPECT_EQ(fault(R"({"person":"Person"})"), "read");
}

TEST(LawBook, OfVietNamIsRead) {
  const auto book =
      read_law_book({std::string(ANSINH_SOURCE_DIR) + "/law/vn"}, Date::of(2026, 11, 1));
  ASSERT_TRUE(book) << book.error().text.en;
  EXPECT_EQ(book->law().facts[book->roles.birth_date].name, "date_of_birth");
}

}  // namespace
}  // namespace ansinh::agency
