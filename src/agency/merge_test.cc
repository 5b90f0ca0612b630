#include "agency/merge.h"

#include "agency/duplicates.h"
#include "agency/person_facts.h"
#include "agency/registry_snapshot.h"
#include "agency/registry_test_support.h"
#include "facts/snapshot.h"
#include "facts/to_json.h"

namespace ansinh::agency {
namespace {

class MergeTest : public RegistryStoreTest {
 protected:
  std::string facts(int64_t who) {
    const auto found = facts_of(db(), book(), who, Date::of(2026, 11, 1));
    return found ? found->json : found.error().text.en;
  }
  std::string merged(int64_t who, int64_t into) {
    const auto done = store::transact(db(), store::Access::kWrite, [&](store::Connection& c) {
      return merge(c, who, into, "lan", "one person");
    });
    return done ? "merged" : done.error().text.en;
  }
  std::string parted(int64_t who) {
    const auto done = store::transact(db(), store::Access::kWrite, [&](store::Connection& c) {
      return unmerge(c, who, "lan", "two people");
    });
    return done ? "parted" : done.error().text.en;
  }
  int64_t named(const std::string& name, const std::string& born, const std::string& number = {}) {
    std::vector<NewStatement> said{{"registry.name", json_text(name)},
                                   {"date_of_birth", json_text(born)},
                                   {"sex", R"("female")"},
                                   {"registry.commune", R"("00001")"}};
    if (!number.empty()) said.push_back({"registry.national_number", json_text(number)});
    return person(said);
  }
};
STORE_TEST_SUITE(MergeTest);

TEST_P(MergeTest, WhatWasSaidOfBothCountsForOneAndPartingLosesNothing) {
  const std::string spell = R"({"from":"2020-01","to":"2020-06","salary":5})";
  const int64_t one = person({{"sex", R"("female")"}, {"work", spell}});
  const int64_t two =
      person({{"sex", R"("male")"}, {"work", spell}, {"work", R"({"from":"2021-01"})"}});
  const std::string first = facts(one), second = facts(two);
  const auto conflicts = merge_conflicts(db(), book(), two, one, Date::of(2026, 11, 1));
  ASSERT_TRUE(conflicts);
  ASSERT_EQ(conflicts->size(), 1U);
  EXPECT_EQ((*conflicts)[0].fact, "sex");
  EXPECT_EQ((*conflicts)[0].kept, R"("male")");
  EXPECT_EQ(merged(two, one), "merged");
  const std::string both =
      R"({"Person":{"sex":"male","work":[)" + spell + R"(,{"from":"2021-01"}]}})";
  EXPECT_EQ(facts(one), both);
  EXPECT_EQ(facts(two), both);
  // What is learned now is learned of the one who stands for both.
  say(two, {{"disability", R"("severe")"}});
  EXPECT_EQ(count("SELECT person FROM statement WHERE fact = 'disability'"), one);
  EXPECT_EQ(parted(two), "parted");
  EXPECT_EQ(facts(two), second);
  EXPECT_EQ(facts(one), R"({"Person":{"disability":"severe",)" + first.substr(11));
  EXPECT_EQ(count("SELECT count(*) FROM merge_event"), 4);
  EXPECT_EQ(merged(one, two), "merged");  // the other way round
}

TEST_P(MergeTest, WhatMakesNoSenseIsRefused) {
  const int64_t one = person({}), two = person({}), three = person({});
  const int64_t home = person({}, PersonKind::kHousehold);
  EXPECT_EQ(merged(one, one), "these are one number; take two");
  EXPECT_EQ(merged(one, 99), "nobody has the number 99; look at the number again");
  EXPECT_EQ(merged(one, home),
            "two numbers of different kinds (person, household, employer) cannot be merged");
  EXPECT_EQ(merged(two, one), "merged");
  EXPECT_EQ(merged(two, three), "2 was merged into 1; use 1");
  EXPECT_EQ(merged(one, two), "2 was merged into 1; use 1");  // no circle
  EXPECT_EQ(parted(one), "this number was not merged into another");
}

TEST_P(MergeTest, ASwappedBirthDateIsFoundAcrossTheBorderOfTheScan) {
  // The first is born 2,000 days before the border: the two stand on either side of it.
  const Date first = Date::of(1980, 1, 1);
  named("Lê Văn Xuân", first.to_string());
  const auto swapped = [](Date date) { return Date::of(date.year(), date.day(), date.month()); };
  const Date border{first.days + 2'000 - 1};  // the last day of the first stretch
  const Date before = Date::of(1985, 3, 8), after = swapped(before);
  ASSERT_TRUE(before <= border && border < after);
  const int64_t lan = named("Nguyễn Thị Lan", before.to_string());
  const int64_t other = named("Nguyễn Thị Lan", after.to_string());
  named("Nguyễn Thị Lan", Date::of(1985, 8, 4).to_string());  // one part different: too little
  const auto scan = find_duplicates(store(), "lan", nullptr);
  ASSERT_TRUE(scan) << scan.error().text.en << scan.error().detail;
  EXPECT_EQ(scan->people, 4);
  EXPECT_EQ(scan->pairs, 3);  // the three of one name, each pair once
  const auto queue = waiting_duplicates(db(), 10).value();
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_EQ((std::pair{queue[0].person, queue[0].other}), (std::pair{lan, other}));
}

TEST_P(MergeTest, LikelyDuplicatesAreQueuedOnceMostLikelyFirst) {
  const int64_t lan = named("Nguyễn Thị Lan", "1980-03-02", "001080000001");
  const int64_t same = named("Nguyen Thi Lan", "1980-03-02", "001080000001");
  const int64_t like = named("Nguyễn Thị Lann", "1980-03-02");
  const int64_t swapped = named("Lan Nguyễn Thị", "1980-02-03");
  named("Trần Thị Hoa", "1980-03-02");
  named("Nguyễn Thị Lan", "1999-09-09");
  const auto scan = find_duplicates(store(), "lan", nullptr);
  ASSERT_TRUE(scan) << scan.error().text.en << scan.error().detail;
  EXPECT_TRUE(scan->is_done);
  EXPECT_EQ(find_duplicates(store(), "lan", nullptr)->found, 0);
  const auto queue = waiting_duplicates(db(), 10).value();
  ASSERT_GE(queue.size(), 2U);
  EXPECT_EQ((std::pair{queue[0].person, queue[0].other}), (std::pair{lan, same}));
  EXPECT_TRUE(std::any_of(queue.begin(), queue.end(),
                          [&](const Duplicate& d) { return d.person == lan && d.other == like; }));
  EXPECT_FALSE(std::any_of(queue.begin(), queue.end(), [&](const Duplicate& d) {
    return d.other == swapped + 1 || d.other == swapped + 2;
  }));
  const auto decided = [&](int64_t a, int64_t b, bool is_same) {
    const auto done = store::transact(db(), store::Access::kWrite, [&](store::Connection& c) {
      return decide_duplicate(c, a, b, is_same, "mai", "looked at the papers");
    });
    return done ? "decided" : done.error().text.en;
  };
  EXPECT_EQ(decided(lan, like, false), "decided");
  EXPECT_EQ(decided(lan, like, true), "somebody has decided this already");
  EXPECT_EQ(decided(same, lan, true), "decided");
  EXPECT_EQ(decided(lan, 99, true), "these two numbers are not in the queue");
  EXPECT_EQ(person_behind(db(), same).value(), lan);
  EXPECT_EQ(find_duplicates(store(), "lan", nullptr)->found, 0);
}

TEST_P(MergeTest, AScanThatIsStoppedGoesOn) {
  for (int i = 0; i < 30; ++i) {
    const std::string born = std::to_string(1940 + i) + "-01-01";
    named("Lê Hà", born);
    named("Lê Hà", born);
  }
  int calls = 0;
  int64_t found = 0;
  for (bool is_done = false; !is_done; ++calls) {
    const auto scan = find_duplicates(store(), "lan", [](const DuplicateScan&) { return false; });
    ASSERT_TRUE(scan);
    found += scan->found;
    is_done = scan->is_done;
  }
  EXPECT_GT(calls, 3);
  EXPECT_EQ(found, count("SELECT count(*) FROM duplicate"));
  EXPECT_GE(found, 30);
}

TEST_P(MergeTest, TheRegistryIsWrittenAsColumnsOfTheSameFacts) {
  const int64_t home = person({{"poverty", R"("poor")"}}, PersonKind::kHousehold);
  const int64_t lan = named("Lan", "1980-03-02"), son = named("Sơn", "1979-01-01");
  const int64_t alone = named("Hoa", "1950-05-05");
  const int64_t again = named("Hoa", "1950-05-05");
  for (const int64_t who : {lan, son}) {
    written([&](store::Connection& c) {
      return relate(c, book(), who, Relation::kHousehold, home, std::nullopt, std::nullopt,
                    kRegistryTestOrigin);
    });
  }
  say(alone, {{"work", R"({"from":"2020-01","to":"2020-06","salary":5})"}});
  ASSERT_EQ(merged(again, alone), "merged");
  const auto path = std::filesystem::temp_directory_path() /
                    ("ansinh-registry-" + std::to_string(::getpid()) + ".ansinh");
  const auto counts = write_registry_snapshot(store(), book(),
                                              {.path = path.string(), .on = Date::of(2026, 11, 1)});
  ASSERT_TRUE(counts) << counts.error().text.en;
  EXPECT_EQ(counts->trees, 2);
  EXPECT_EQ(counts->persons, 3);
  EXPECT_EQ(counts->left_out, 0);
  const auto reader = facts::SnapshotReader::open(path.string(), book().law());
  ASSERT_TRUE(reader);
  const auto columns = reader->chunk(0);
  ASSERT_TRUE(columns);
  EXPECT_EQ(facts::to_json(book().law(), columns->person_file(0)),
            R"({"Household":{"members":[{"date_of_birth":"1979-01-01","sex":"female","work":[]},)"
            R"({"date_of_birth":"1980-03-02","sex":"female","work":[]}],"poverty":"poor"}})");
  EXPECT_EQ(facts::to_json(book().law(), columns->person_file(1)),
            R"({"Person":{"date_of_birth":"1950-05-05","sex":"female",)"
            R"("work":[{"from":"2020-01","salary":5,"to":"2020-06"}]}})");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ansinh::agency
