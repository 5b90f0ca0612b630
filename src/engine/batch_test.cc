// The batch executor against the explaining one: on random programs and random people.
#include "engine/batch.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "engine/batch_test_support.h"
#include "engine/test_world.h"

namespace ansinh::engine {

namespace {

// Expressions of the test law's Person, drawn at random by type. Not all are accepted.
class RandomLaw {
 public:
  explicit RandomLaw(uint32_t seed) : random_(seed) {}

  std::string text() {
    std::string law = R"(
param rate : number "Hệ số" "Rate"
  cite 1
  | from       | value |
  | 1990-01-01 | 2     |
  | 2010-05-01 | 2.5   |
  | 2024-02-01 | 0.375 |

table share by heavy : yes/no, size : number gives number
  "Phần" "Share"
  cite 2
  | heavy | size     | value |
  | yes   | < 3      | 0.5   |
  | yes   | 3 ..< 90 | 2     |
  | yes   | >= 90    | none  |
  | no    | any      | 1.25  |

carry grown of Person : number "Lớn dần" "Grown" cite 3
  starts with m on born + 20 years
  each year on month 3 day 1 becomes previous + 1/3
  on each change of rate becomes previous * rate rounded half even to 0.01

define of_work of work : VND/month cite 4
  when heavy: 2 * salary
  otherwise salary

define of_year of work : VND/month cite 4
  = salary * (year - 1960)

define of_birth of Birth : number cite 4
  = weight * rate + 1

define place of Birth : number cite 4
  in order of birth_day
  = position * 2

define used of Birth : number cite 4
  in order of birth_day
  = higher of weight - so far and 0.5

define half_told of Person : number cite 4
  when flag: not yet expressed "một" "one"
  otherwise n

)";
    for (int i = 0; i < 6; ++i) {
      law += "define v" + std::to_string(i) + " of Person : number cite 5\n" + cases(number(3));
      law += finish() + "\n";
      if (chance(3)) {
        law += "exception x" + std::to_string(i) + " to v" + std::to_string(i) +
               " cite 6\n  when " + yes_no(2) + ": base + " + number(1) + "\n\n";
      }
      numbers_.push_back("v" + std::to_string(i));
    }
    const std::string rivals[] = {"", pick({"", "  instead of b0\n"}),
                                  pick({"", "  instead of b1\n", "  instead of b0, b1\n"})};
    for (int i = 0; i < 3; ++i) {
      const std::string b = std::to_string(i);
      law += "benefit b" + b + " of Person \"B\" \"B\" cite 7\n  entitled when " + yes_no(3) +
             "\n  entitled when " + yes_no(2) + "\n  pays (1 VND * " +
             (chance(3) ? "(half_told + " + number(1) + ")" : number(2)) +
             ") rounded half up to 1 VND once on " + date(2) + "\n  from fund pot\n" + rivals[i] +
             "\n";
    }
    if (chance(2)) law += "highest of b0, b1, b2\n  cite 8\n\n";
    law += R"(benefit b3 of Birth "B" "B" cite 7
  entitled when of_birth > )" +
           number(1) + R"(
  pays (5 VND/month * )" +
           pick({"place", "used", "1"}) +
           R"() rounded down to 1 VND/month each month from birth_day until died
  from fund pot
)" + pick({"", "  instead of b2\n"}) +
           R"(
benefit b4 of Person "B" "B" cite 7
  entitled when entitled to )" +
           pick({"b0", "b1", "b2"}) + R"(
  entitled when )" +
           yes_no(1) + R"(
  pays (amount of )" +
           pick({"b0", "b1", "b2"}) + R"( * 2) rounded half up to 1 VND once on today
  from fund pot
)";
    return law;
  }

 private:
  bool chance(uint32_t in) { return random_() % in == 0; }
  std::string pick(const std::vector<std::string>& choices) {
    return choices[random_() % choices.size()];
  }

  std::string cases(const std::string& value) {
    if (chance(2)) return "  = " + value + "\n";
    return "  when " + yes_no(2) + ": " + value + "\n  otherwise when " + yes_no(1) + ": " +
           number(2) + "\n  otherwise " + number(2) + "\n";
  }
  std::string finish() {
    std::string lines;
    if (chance(3)) lines += "  at least " + number(1) + "\n";
    if (chance(3)) lines += "  at most " + number(1) + "\n";
    if (chance(3))
      lines += pick({"  rounded half up to 1\n", "  rounded down to 0.05\n",
                     "  rounded half even to 0.1\n", "  rounded up to 2\n"});
    return lines;
  }

  std::string number(int depth) {
    if (depth <= 0) {
      std::vector<std::string> leaves{"n", "m", "n", "3", "0.7", "rate", "12"};
      leaves.insert(leaves.end(), numbers_.begin(), numbers_.end());
      return pick(leaves);
    }
    switch (random_() % 16) {
      case 0:
      case 1:
        return "(" + number(depth - 1) + " + " + number(depth - 1) + ")";
      case 2:
        return "(" + number(depth - 1) + " - " + number(depth - 1) + ")";
      case 3:
        return "(" + number(depth - 1) + " * " + number(depth - 1) + ")";
      case 4:
        return "(" + number(depth - 1) + " / " + pick({"3", "7", "(m + 1)"}) + ")";
      case 5:
        return "(higher of " + number(depth - 1) + " and " + number(depth - 1) + ")";
      case 6:
        return "(" + number(depth - 1) + " rounded " +
               pick({"half up", "half even", "up", "down"}) + " to " + pick({"1", "0.5", "0.01"}) +
               ")";
      case 7:
        return "(count of " + pick({"leaves", "births", "(leaves where kind is short)"}) + " + 0)";
      case 8:
        return "(months of (" + months(depth - 1) + ") / 1 month)";
      case 9:
        return "((" + pick({"mean", "highest", "lowest"}) + " of " + pick({"salary", "of_work"}) +
               " over months of (" + spells(depth - 1) + ")) / 1 VND * 1 month)";
      case 10:
        return "((sum of of_year * 1 month over months of (" + spells(depth - 1) + ")) / 1 VND)";
      case 11:
        return "((" + number(depth - 1) + ") on " + date(depth - 1) + ")";
      case 12:
        return "share(" + pick({"flag", "sex is male"}) + ", " + number(depth - 1) + ")";
      case 13:
        return "grown";
      case 14:
        return "((" + pick({"years", "months"}) + " between " + date(depth - 1) + " and " +
               date(depth - 1) + ") / 1 month)";
      default:
        return "(" + pick({"sum", "highest", "last"}) + " of " + pick({"weight", "of_birth"}) +
               " over births)";
    }
  }

  std::string yes_no(int depth) {
    if (depth <= 0) return pick({"flag", "other_flag", "sex is male", "n >= 2", "rural", "poor"});
    switch (random_() % 9) {
      case 0:
        return "(" + yes_no(depth - 1) + " and " + yes_no(depth - 1) + ")";
      case 1:
        return "(" + yes_no(depth - 1) + " or " + yes_no(depth - 1) + ")";
      case 2:
        return "(not " + yes_no(depth - 1) + ")";
      case 3:
        return "(" + number(depth - 1) + pick({" >= ", " < ", " = ", " > "}) + number(depth - 1) +
               ")";
      case 4:
        return pick({"(born", "(today", "(born + 20 years"}) + pick({" >= ", " < "}) +
               date(depth - 1) + ")";
      case 5:
        return "(any of " + pick({"heavy", "salary > 5 VND/month"}) + " over " + spells(depth - 1) +
               ")";
      case 6:
        return "(all of " + pick({"weight > 2", "birth_day > born"}) + " over births)";
      case 7:
        return "(has married and married " + pick({">=", "<"}) + " " + date(depth - 1) + ")";
      default:
        return "(today in " + date(0) + " to " + date(0) + ")";
    }
  }

  std::string date(int depth) {
    if (depth <= 0) return pick({"born", "today", "2001-05-06", "2015-12-31", "1999-02-28"});
    switch (random_() % 5) {
      case 0:
        return "(" + date(depth - 1) + " + " + pick({"3 months", "20 days", "7 years"}) + ")";
      case 1:
        return "(" + date(depth - 1) + " - 13 months)";
      case 2:
        return "(later of " + date(depth - 1) + " and " + date(depth - 1) + ")";
      case 3:
        return "(last day of month of " + date(depth - 1) + ")";
      default:
        return "(5 working days after " + date(depth - 1) + ")";
    }
  }

  std::string spells(int depth) {
    if (depth <= 0) return "work";
    switch (random_() % 5) {
      case 0:
        return "(" + spells(depth - 1) + " where " + pick({"heavy", "salary >= 4 VND/month"}) + ")";
      case 1:
        return "(" + spells(depth - 1) + " " + pick({"before", "after", "from", "until"}) + " " +
               date(0) + ")";
      case 2:
        return "(" + spells(depth - 1) + " in (" + date(0) + " to " + date(0) + "))";
      default:
        return spells(depth - 1);
    }
  }
  std::string months(int depth) {
    switch (random_() % 5) {
      case 0:
        return chance(2) ? "last 5 months of " + spells(depth)
                         : "best " + pick({"1 year", "2 years", "3 years", "5 months"}) + " of (" +
                               spells(depth) + ") by " +
                               pick({"salary", "salary / 7", "(salary - 3 VND/month)"});
      case 1:
        return pick({"last run of ", "longest run of "}) + spells(depth) +
               pick({"", "", " bridging gaps up to 3 months", " bridging gaps up to 1 month",
                     " bridging gaps up to (n * 1 month)", " bridging gaps up to (m * 1 month)"});
      case 2:
        return "union of " + spells(depth) + " and (24 months before " + date(0) + ")";
      case 3:
        return spells(depth) + " except (calendar year of " + date(0) + ")";
      default:
        return spells(depth);
    }
  }

  std::mt19937 random_;
  std::vector<std::string> numbers_;
};

class RandomFacts {
 public:
  // Tidy people have all facts, and spells in order: what the columns take a shorter way with.
  RandomFacts(uint32_t seed, bool is_tidy) : random_(seed), is_tidy_(is_tidy) {}

  std::string person() {
    std::string facts;
    const auto add = [&](const std::string& name, const std::string& value) {
      if (!is_tidy_ && random_() % 12 == 0) return;
      facts += (facts.empty() ? "\"" : ", \"") + name + "\": " + value;
    };
    add("sex", random_() % 2 == 0 ? "\"male\"" : "\"female\"");
    add("born", day(1950, 2010));
    if (random_() % 3 == 0) add("died", random_() % 4 == 0 ? day(2011, 2030) : "\"none\"");
    add("married", random_() % 3 == 0 ? "\"none\"" : day(1980, 2020));
    add("flag", yes());
    add("other_flag", yes());
    add("n", std::to_string(random_() % 6));
    add("m", random_() % 2 == 0 ? "\"" + std::to_string(random_() % 9) + "/7\"" : "1.25");
    std::string rows;
    int month = 1980 * 12 + static_cast<int>(random_() % 200);
    for (size_t i = random_() % 6; i > 0; --i) {
      const int from = month + static_cast<int>(random_() % 8) +
                       (is_tidy_             ? 1
                        : random_() % 6 == 0 ? -3
                                             : 0);
      month = from + static_cast<int>(random_() % 50);
      rows += std::string(rows.empty() ? "" : ", ") + "{\"from\": " + month_text(from) +
              ", \"to\": " + (i == 1 && random_() % 3 == 0 ? "\"ongoing\"" : month_text(month));
      if (is_tidy_ || random_() % 8 != 0) rows += ", \"salary\": " + std::to_string(random_() % 9);
      if (random_() % 3 == 0) rows += ", \"heavy\": " + yes();
      rows += "}";
    }
    add("work", "[" + rows + "]");
    rows.clear();
    for (size_t i = random_() % 3; i > 0; --i) {
      rows += std::string(rows.empty() ? "" : ", ") + "{\"first_day\": " + day(2000, 2026) +
              ", \"kind\": " + (random_() % 2 == 0 ? "\"long\"" : "\"short\"") + "}";
    }
    add("leaves", "[" + rows + "]");
    rows.clear();
    for (size_t i = random_() % 3; i > 0; --i) {
      rows += std::string(rows.empty() ? "" : ", ") + "{";
      if (random_() % 6 != 0) rows += "\"birth_day\": " + day(2000, 2026) + ", ";
      rows += "\"weight\": " + std::to_string(random_() % 5) + "}";
    }
    add("births", "[" + rows + "]");
    std::string household = random_() % 2 == 0 ? R"(, "Household": {"poor": true})" : "";
    return "{\"Person\": {" + facts + "}" + household + "}";
  }

 private:
  std::string yes() { return random_() % 2 == 0 ? "true" : "false"; }
  std::string day(int from, int to) {
    const Date date{Date::of(from, 1, 1).days +
                    static_cast<int32_t>(random_() % static_cast<uint32_t>((to - from) * 365))};
    return "\"" + date.to_string() + "\"";
  }
  static std::string month_text(int month) {
    return "\"" + Month::of(month / 12, month % 12 + 1).to_string() + "\"";
  }
  std::mt19937 random_;
  bool is_tidy_;
};

std::shared_ptr<const law::Program> checked(const std::string& law) {
  Diagnostics diagnostics;
  Sources sources{{"test.md", "# Test\n\n```luat\n" + std::string(kTestPrelude) + law + "\n```\n"}};
  auto program = law::check(std::move(sources), {Date::of(2026, 1, 1)}, diagnostics);
  return has_errors(diagnostics) ? nullptr : program;
}

}  // namespace

TEST(Batch, AgreesWithExplainOnRandomProgramsAndPeople) {
  constexpr int kPrograms = 120;
  constexpr uint32_t kPeople = 80;
  int accepted = 0;
  Compared all;
  for (uint32_t seed = 1; accepted < kPrograms; ++seed) {
    ASSERT_LT(seed, 4000U) << "too few random programs are accepted: " << accepted;
    const std::string law = RandomLaw(seed).text();
    const auto program = checked(law);
    if (program == nullptr) continue;
    ++accepted;
    RandomFacts facts(seed, accepted % 2 == 0);
    std::deque<facts::PersonFile> people;
    for (uint32_t i = 0; i < kPeople; ++i) {
      const std::string json = facts.person();
      auto file = facts::from_json(*program, json, 0);
      ASSERT_TRUE(file.has_value()) << json;
      people.push_back(std::move(*file));
    }
    const Compared one = compare(*program, people, Date::of(2025, 7, 1));
    all.rows += one.rows;
    all.explained += one.explained;
    all.differ += one.differ;
    ASSERT_EQ(one.differ, 0U) << law;
  }
  RecordProperty("rows", static_cast<int>(all.rows));
  RecordProperty("explained", static_cast<int>(all.explained));
  // Most people are decided by the columns themselves.
  EXPECT_LT(all.explained, static_cast<size_t>(kPrograms) * kPeople / 2);
}

// A few who have not said anything of a list stand beside a few who said that it is empty, among
// many who have something in it: too few of either for a shape of their own.
TEST(Batch, DoesNotTakeAnEmptyListForOneThatIsNotGiven) {
  const auto program = checked(R"(
entity Visit of Person as visits "Lần khám" "Visit"
  fact price : VND "Giá" "Price"

benefit visit_money of Person "Tiền khám" "Visit money" cite 7
  entitled when count of visits <= 1
  pays (1 VND * (1000 + count of visits)) once on 2025-01-01
  from fund pot
)");
  ASSERT_NE(program, nullptr);
  std::deque<facts::PersonFile> people;
  for (int i = 0; i < 40; ++i) {
    std::string json = R"({"Person": {"wage": 5, "visits": [{"price": 7}]}})";
    if (i % 16 == 1) json = R"({"Person": {"visits": []}})";
    if (i % 16 == 3) json = R"({"Person": {}})";
    auto file = facts::from_json(*program, json, 0);
    ASSERT_TRUE(file.has_value()) << json;
    people.push_back(std::move(*file));
  }
  const Compared one = compare(*program, people, Date::of(2025, 7, 1));
  EXPECT_EQ(one.rows, 40U);
  EXPECT_EQ(one.differ, 0U);
}

// Six months at 4 and twelve at 2 weigh the same: the later of the two years is the better one.
TEST(Batch, TakesTheLaterOfTwoEquallyGoodYears) {
  const auto program = checked(R"(
define good of Person : months "G" "G" cite 7
  = months of (best (n * 1 year) of work by salary)

benefit good_months of Person "B" "B" cite 7
  entitled when good >= 1 month
  pays (1 VND * (good / 1 month)) once on 2025-01-01
  from fund pot
)");
  ASSERT_NE(program, nullptr);
  const std::string short_year = R"({"from": "2001-03", "to": "2001-08", "salary": 4})";
  const std::string long_year = R"({"from": "2003-01", "to": "2003-12", "salary": 2})";
  const std::string early_long = R"({"from": "1999-01", "to": "1999-12", "salary": 2})";
  const std::string best = R"({"from": "2005-01", "to": "2007-02", "salary": 9})";
  std::deque<facts::PersonFile> people;
  for (const std::string& work :
       {short_year + "," + long_year, early_long + "," + short_year,
        early_long + "," + short_year + "," + long_year, short_year + "," + best, best}) {
    for (const char* n : {"0", "1", "2", "3", "0.5"}) {
      const std::string json =
          R"({"Person": {"n": )" + std::string(n) + R"(, "work": [)" + work + "]}}";
      auto file = facts::from_json(*program, json, 0);
      ASSERT_TRUE(file.has_value()) << json;
      people.push_back(std::move(*file));
    }
  }
  const Compared one = compare(*program, people, Date::of(2025, 7, 1));
  EXPECT_EQ(one.rows, people.size());
  EXPECT_EQ(one.differ, 0U);
  EXPECT_EQ(one.explained, 0U);
}

}  // namespace ansinh::engine
