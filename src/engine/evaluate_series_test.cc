// Series, aggregates, orders: as the law writes them.
#include <map>
#include <random>

#include "engine/test_world.h"

namespace ansinh::engine {
namespace {

const std::string kTwoJobs = R"("work": [
  {"from": "2020-01", "to": "2020-06", "salary": 10},
  {"from": "2020-04", "to": "2020-09", "salary": 5},
  {"from": "2021-01", "to": "2021-03", "salary": 20}])";

TEST(Series, MonthsCountOnceAndAmountsOfOneMonthAreAdded) {
  const World world(R"(
define paid of Person : months cite x
  = months of work
define rows of Person : count cite x
  = count of work
define all_pay of Person : VND/month cite x
  = sum of salary over months of work
define row_pay of Person : VND/month cite x
  = sum of salary over work
define mean_pay of Person : VND/month cite x
  = mean of salary over months of work
define top of Person : VND/month cite x
  = highest of salary over months of work
define bottom of Person : VND/month cite x
  = lowest of salary over months of work
define first_pay of Person : VND/month cite x
  = first of salary over months of work
define last_pay of Person : VND/month cite x
  = last of salary over last 2 months of work
define in_2020 of Person : months cite x
  = months of (work in calendar year of 2020-05-05)
define begins of Person : month cite x
  = start of work
define ends of Person : month cite x
  = end of work
define gap of Person : months cite x
  = longest gap of work
define any_rich of Person : yes/no cite x
  = any of salary > 14 VND/month over months of work
define all_rich of Person : yes/no cite x
  = all of salary >= 5 VND/month over months of work
)");
  EXPECT_EQ(world.value("paid", kTwoJobs), "12 months");
  EXPECT_EQ(world.value("rows", kTwoJobs), "3");
  EXPECT_EQ(world.value("all_pay", kTwoJobs), "150 VND/month");
  EXPECT_EQ(world.value("row_pay", kTwoJobs), "35 VND/month");
  EXPECT_EQ(world.value("mean_pay", kTwoJobs), "12.5 VND/month");
  EXPECT_EQ(world.value("top", kTwoJobs), "20 VND/month");
  EXPECT_EQ(world.value("bottom", kTwoJobs), "5 VND/month");
  EXPECT_EQ(world.value("first_pay", kTwoJobs), "10 VND/month");
  EXPECT_EQ(world.value("last_pay", kTwoJobs), "20 VND/month");
  EXPECT_EQ(world.value("in_2020", kTwoJobs), "9 months");
  EXPECT_EQ(world.value("begins", kTwoJobs), "2020-01");
  EXPECT_EQ(world.value("ends", kTwoJobs), "2021-03");
  EXPECT_EQ(world.value("gap", kTwoJobs), "3 months");
  EXPECT_EQ(world.value("any_rich", kTwoJobs), "yes");
  EXPECT_EQ(world.value("all_rich", kTwoJobs), "yes");
}

TEST(Series, OfNothingIsZeroOrARefusal) {
  const World world(R"(
define all_pay of Person : VND/month cite x
  = sum of salary over months of work
define paid of Person : months cite x
  = months of work
define mean_pay of Person : VND/month cite x
  = mean of salary over months of work
define ends of Person : month cite x
  = end of work
define any_rich of Person : yes/no cite x
  = any of salary > 14 VND/month over months of work
define all_rich of Person : yes/no cite x
  = all of salary > 14 VND/month over months of work
)");
  EXPECT_EQ(world.value("all_pay", ""), "0 VND/month");
  EXPECT_EQ(world.value("paid", ""), "0 months");
  EXPECT_EQ(world.value("mean_pay", ""), "refused: there is no work");
  EXPECT_EQ(world.value("ends", ""), "refused: there is no work");
  EXPECT_EQ(world.value("any_rich", ""), "no");
  EXPECT_EQ(world.value("all_rich", ""), "yes");
  EXPECT_EQ(world.value("paid", R"("work": null)"), "unknown: work");
}

TEST(Series, FactsThatDifferInOneMonthAreAnErrorOfThatPerson) {
  const World world(R"(
define heavy_months of Person : months cite x
  = months of ((months of work) where heavy)
define heavy_rows of Person : months cite x
  = months of (work where heavy)
)");
  const std::string json = R"("work": [
    {"from": "2020-01", "to": "2020-06", "heavy": true},
    {"from": "2020-06", "to": "2020-09", "heavy": false}])";
  EXPECT_EQ(world.value("heavy_months", json),
            "error: the spells of 06/2020 state different Heavy");
  EXPECT_EQ(world.value("heavy_rows", json), "6 months");
}

TEST(Series, TheMonthAndYearAtHandAreRead) {
  const World world(R"(
table wage_index by y : number gives ratio "Chỉ số" "Index"
  cite x
  | y       | value |
  | < 2020  | 200%  |
  | 2020    | 150%  |
  | > 2020  | 100%  |
define indexed of work : VND/month cite x
  = salary * wage_index(year)
define all_pay of Person : VND/month cite x
  = sum of indexed over months of work
define mays of Person : months cite x
  = months of ((months of work) where month = 2020-05)
define years_sum of Person : number cite x
  = sum of year over months of work
)");
  const std::string json = R"("work": [{"from": "2019-12", "to": "2021-01", "salary": 10}])";
  EXPECT_EQ(world.value("all_pay", json), "210 VND/month");
  EXPECT_EQ(world.value("mays", json), "1 months");
  EXPECT_EQ(world.value("years_sum", json), std::to_string(2019 + 12 * 2020 + 2021).insert(2, "_"));
}

TEST(Series, OngoingSpellsRunToToday) {
  const World world(R"(
define paid of Person : months cite x
  = months of work
define then of Person : months cite x
  = months of work on 2020-03-15
define nights of Person : days cite x
  = days of stay
)");
  const std::string json = R"("work": [{"from": "2020-01", "to": "ongoing"}],
                              "stay": [{"from": "2020-01-01", "to": "ongoing"}])";
  EXPECT_EQ(world.value("paid", json, "2020-12-01"), "12 months");
  EXPECT_EQ(world.value("then", json, "2020-12-01"), "3 months");
  EXPECT_EQ(world.value("nights", json, "2020-01-31"), "31 days");
  EXPECT_EQ(world.value("paid", json, "2019-12-31"), "0 months");
  EXPECT_EQ(world.value("paid", R"("work": [{"from": "2020-01", "to": null}])"),
            "unknown: work period");
}

TEST(Series, LastMonthsGoBackOverGapsAndBestYearsBreakTiesByTheLater) {
  const World world(R"(
define recent of Person : spells of work cite x
  = last 5 months of work
define recent_mean of Person : VND/month cite x
  = mean of salary over recent
define early of Person : spells of work cite x
  = first 7 months of work
define top_years of Person : spells of work cite x
  = best 1 year of work by salary
define run of Person : spells of work cite x
  = last run of work
define bridged of Person : spells of work cite x
  = last run of (work bridging gaps up to 3 months)
define longest_stretch of Person : spells of work cite x
  = longest run of work
define later_part of Person : spells of work cite x
  = work from 2020-08-15
define after_part of Person : spells of work cite x
  = work after 2020-08-15
define until_part of Person : spells of work cite x
  = work until 2020-02-01
define before_part of Person : spells of work cite x
  = work before 2020-02-01
define last_year of Person : spells of work cite x
  = work in 12 months before 2021-02-10
define year_to of Person : spells of work cite x
  = work in 12 months to 2021-01
)");
  EXPECT_EQ(world.value("recent", kTwoJobs), "2020-08..2020-09 2021-01..2021-03");
  EXPECT_EQ(world.value("recent_mean", kTwoJobs), "14 VND/month");
  EXPECT_EQ(world.value("early", kTwoJobs), "2020-01..2020-03 2020-04..2020-06 2020-07..2020-07");
  EXPECT_EQ(world.value("top_years", kTwoJobs),
            "2020-01..2020-03 2020-04..2020-06 2020-07..2020-09");
  EXPECT_EQ(world.value("top_years", R"("work": [
    {"from": "2019-01", "to": "2019-02", "salary": 10},
    {"from": "2020-03", "to": "2020-03", "salary": 20},
    {"from": "2021-03", "to": "2021-03", "salary": 19}])"),
            "2020-03..2020-03");
  EXPECT_EQ(world.value("run", kTwoJobs), "2021-01..2021-03");
  EXPECT_EQ(world.value("bridged", kTwoJobs),
            "2020-01..2020-03 2020-04..2020-06 2020-07..2020-09 2021-01..2021-03");
  EXPECT_EQ(world.value("longest_stretch", kTwoJobs),
            "2020-01..2020-03 2020-04..2020-06 2020-07..2020-09");
  EXPECT_EQ(world.value("later_part", kTwoJobs), "2020-08..2020-09 2021-01..2021-03");
  EXPECT_EQ(world.value("after_part", kTwoJobs), "2020-09..2020-09 2021-01..2021-03");
  EXPECT_EQ(world.value("until_part", kTwoJobs), "2020-01..2020-02");
  EXPECT_EQ(world.value("before_part", kTwoJobs), "2020-01..2020-01");
  EXPECT_EQ(world.value("last_year", kTwoJobs),
            "2020-02..2020-06 2020-04..2020-09 2021-01..2021-01");
  EXPECT_EQ(world.value("year_to", kTwoJobs), "2020-02..2020-06 2020-04..2020-09 2021-01..2021-01");
}

TEST(Series, DaysOffAndPeriods) {
  const World world(R"(
define off of Person : days cite x
  = working days in 2025-01-01 to 2025-01-10 except rest
define calendar_days of Person : days cite x
  = days in calendar month of 2024-02-10
define both of Person : days cite x
  = days of (stay within (2025-01-05 to 2025-01-20))
define others of Person : days cite x
  = days of (stay except rest)
define together of Person : days cite x
  = days of (union of stay and rest)
define months_between of Person : months cite x
  = months in 2025-01-15 to 2025-03-02
define rest_count of Person : count cite x
  = count of (rest in 2025-01-01 to 2025-01-05)
)");
  const std::string json = R"("rest": ["2025-01-04", "2025-01-05", "2025-01-11"],
    "stay": [{"from": "2025-01-01", "to": "2025-01-08"}])";
  EXPECT_EQ(world.value("off", json), "8 days");
  EXPECT_EQ(world.value("calendar_days", json), "29 days");
  EXPECT_EQ(world.value("both", json), "4 days");
  EXPECT_EQ(world.value("others", json), "6 days");
  EXPECT_EQ(world.value("together", json), "9 days");
  EXPECT_EQ(world.value("months_between", json), "3 months");
  EXPECT_EQ(world.value("rest_count", json), "2");
}

TEST(Rows, OfAListGoByTheirOrderDate) {
  const World world(R"(
define in_year of Person : days cite x
  = sum of length over (leaves in calendar year of 2025-06-06)
define before_then of Person : count cite x
  = count of (leaves before 2025-02-01)
define from_day of Person : count cite x
  = count of (leaves from 2025-02-01)
define last_kind of Person : days cite x
  = last of length over leaves
define first_two of Person : days cite x
  = sum of length over first 2 of leaves
define long_ones of Person : count cite x
  = count of (leaves where kind is long)
define same_kind of Leave : count cite x
  = count of (leaves where kind is own kind)
define kinds of Person : count cite x
  = sum of same_kind over leaves
)");
  const std::string json = R"("leaves": [
    {"first_day": "2025-03-01", "length": 3, "kind": "short"},
    {"first_day": "2024-12-31", "length": 1},
    {"first_day": "2025-02-01", "length": 2}])";
  EXPECT_EQ(world.value("in_year", json), "5 days");
  EXPECT_EQ(world.value("before_then", json), "1");
  EXPECT_EQ(world.value("from_day", json), "2");
  EXPECT_EQ(world.value("last_kind", json), "3 days");
  EXPECT_EQ(world.value("first_two", json), "3 days");
  EXPECT_EQ(world.value("long_ones", json), "2");
  EXPECT_EQ(world.value("kinds", json), "5");
  EXPECT_EQ(world.value("in_year", R"("leaves": [{"first_day": null, "length": 3}])"),
            "unknown: first_day");
}

const char* const kOrderLaw = R"(
define paid of Leave : days cite x
  in order of first_day within calendar year, kind
  = length
  at most 30 days - so far
  at least 0 days
define place of Leave : count cite x
  in order of first_day within calendar year, kind
  = position
define others of Leave : days cite x
  in order of first_day
  = paid so far
define total_paid of Person : days cite x
  = sum of paid over leaves
define places of Person : count cite x
  = sum of place * place over leaves
define others_last of Person : days cite x
  = last of others over leaves
)";

TEST(Order, SoFarAndPositionCountWithinTheGroup) {
  const World world(kOrderLaw);
  const std::string json = R"("leaves": [
    {"first_day": "2025-03-01", "length": 20},
    {"first_day": "2025-01-01", "length": 15},
    {"first_day": "2025-06-01", "length": 7},
    {"first_day": "2025-04-01", "length": 12, "kind": "short"},
    {"first_day": "2026-01-01", "length": 29}])";
  EXPECT_EQ(world.value("total_paid", json), std::to_string(15 + 15 + 0 + 12 + 29) + " days");
  EXPECT_EQ(world.value("places", json), std::to_string(1 + 4 + 9 + 1 + 1));
  EXPECT_EQ(world.value("others_last", json), "42 days");
  EXPECT_EQ(world.value("total_paid", R"("leaves": [
    {"first_day": "2025-03-01", "length": 20}, {"first_day": null, "length": 1}])"),
            "unknown: first_day");
  EXPECT_EQ(world.value("total_paid", R"("leaves": [
    {"first_day": "2025-03-01", "length": null}, {"first_day": "2025-04-01", "length": 1}])"),
            "unknown: length");
}

std::string random_person(std::mt19937& random, int works, int leaves, bool shuffled) {
  std::uniform_int_distribution<int> month(0, 239);
  std::uniform_int_distribution<int> length(0, 30);
  std::uniform_int_distribution<int> day(0, 900);
  std::vector<std::string> work;
  for (int i = 0; i < works; ++i) {
    const Month from{month(random) + 30 * 12};
    const Month to{from.months + length(random)};
    work.push_back("{\"from\": \"" + from.to_string() + "\", \"to\": \"" + to.to_string() +
                   "\", \"salary\": " + std::to_string(length(random) + 1) + "}");
  }
  std::vector<std::string> leave;
  for (int i = 0; i < leaves; ++i) {
    leave.push_back("{\"first_day\": \"" +
                    Date{Date::of(2024, 1, 1).days + day(random)}.to_string() +
                    "\", \"length\": " + std::to_string(length(random)) + "}");
  }
  if (shuffled) {
    std::shuffle(work.begin(), work.end(), std::mt19937(7));
    std::shuffle(leave.begin(), leave.end(), std::mt19937(9));
  }
  const auto list = [](const std::vector<std::string>& rows) {
    std::string all;
    for (const std::string& row : rows) all += (all.empty() ? "" : ", ") + row;
    return "[" + all + "]";
  };
  return "\"work\": " + list(work) + ", \"leaves\": " + list(leave);
}

TEST(Order, TheOrderOfArrivalNeverShows) {
  const World world(std::string(kOrderLaw) + R"(
define mean_pay of Person : VND/month cite x
  = mean of salary over last 24 months of work
define top_mean of Person : VND/month cite x
  = mean of salary over best 2 years of work by salary
)");
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 a(seed);
    std::mt19937 b(seed);
    const std::string straight = random_person(a, 8, 8, false);
    const std::string shuffled = random_person(b, 8, 8, true);
    for (const char* name : {"total_paid", "places", "others_last", "mean_pay", "top_mean"}) {
      ASSERT_EQ(world.value(name, straight), world.value(name, shuffled)) << name << " " << seed;
    }
  }
}

TEST(Order, TenThousandRowsNeedNoStack) {
  const World world(kOrderLaw);
  std::mt19937 random(5);
  const facts::PersonFile file = world.person(random_person(random, 10'000, 10'000, false));
  Explainer explainer(world.program(), file, Date::of(2026, 7, 1));
  for (const char* name : {"total_paid", "others_last"}) {
    const law::DefinitionId id = world.program().definition_by_name.at(name);
    EXPECT_EQ(explainer.evaluate_definition(id, *file.subject).state, State::kKnown) << name;
  }
}

TEST(Series, TenThousandSpellsAreKnown) {
  const World world(R"(
define paid of Person : months cite x
  = months of work
define all_pay of Person : VND/month cite x
  = sum of salary over months of work
define recent of Person : VND/month cite x
  = mean of salary over last 60 months of work
)");
  std::mt19937 random(5);
  const facts::PersonFile file = world.person(random_person(random, 10'000, 0, false));
  Explainer explainer(world.program(), file, Date::of(2026, 7, 1));
  for (const char* name : {"paid", "all_pay", "recent"}) {
    const law::DefinitionId id = world.program().definition_by_name.at(name);
    EXPECT_EQ(explainer.evaluate_definition(id, *file.subject).state, State::kKnown) << name;
  }
}

// Months one by one in a map: what the evaluator's stretches must equal.
TEST(Series, AgreesWithMonthsOneByOneOnThousandsOfPeople) {
  const World world(R"(
define paid of Person : months cite x
  = months of work
define all_pay of Person : VND/month cite x
  = sum of salary over months of work
define recent of Person : VND/month cite x
  = mean of salary over last 24 months of work
define of_2005 of Person : VND/month cite x
  = sum of salary over months of (work in calendar year of 2005-01-01)
define rich of Person : months cite x
  = months of ((months of work) where salary > 30 VND/month)
define weighted of Person : number cite x
  = sum of year over months of work
define top of Person : VND/month cite x
  = sum of salary over best 2 years of work by salary
)");
  std::mt19937 random(42);
  std::uniform_int_distribution<int> how_many(1, 9);
  for (int round = 0; round < 2000; ++round) {
    const facts::PersonFile file = world.person(random_person(random, how_many(random), 0, false));
    std::map<int32_t, Rational> months;
    for (const facts::Instance& row : file.instances) {
      if (row.parent != file.subject) continue;
      for (int32_t m = row.from; m <= row.to; ++m) {
        months[m] += std::get<Rational>(row.facts.at(0).value);
      }
    }
    Rational all;
    Rational of_2005;
    Rational weighted;
    int64_t rich = 0;
    std::map<int, Rational> years;
    for (const auto& [month, salary] : months) {
      all += salary;
      const int year = Month{month}.year();
      years[year] += salary;
      weighted += Rational(year);
      if (year == 2005) of_2005 += salary;
      if (salary > Rational(30)) ++rich;
    }
    Rational recent;
    int64_t taken = 0;
    for (auto it = months.rbegin(); it != months.rend() && taken < 24; ++it, ++taken) {
      recent += it->second;
    }
    std::vector<Rational> sums;
    for (const auto& [year, sum] : years) sums.push_back(sum);
    std::ranges::sort(sums, std::greater<>{});
    Rational top;
    for (size_t i = 0; i < sums.size() && i < 2; ++i) top += sums[i];

    Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
    const auto value = [&](const char* name) {
      const law::DefinitionId id = world.program().definition_by_name.at(name);
      return std::get<Rational>(explainer.evaluate_definition(id, *file.subject).value);
    };
    ASSERT_EQ(value("paid"), Rational(static_cast<int64_t>(months.size())));
    ASSERT_EQ(value("all_pay"), all);
    ASSERT_EQ(value("recent"), recent / Rational(taken));
    ASSERT_EQ(value("of_2005"), of_2005);
    ASSERT_EQ(value("rich"), Rational(rich));
    ASSERT_EQ(value("weighted"), weighted);
    ASSERT_EQ(value("top"), top);
  }
}

TEST(Depth, OfDefinitionsIsAnErrorOfThatPersonNotABrokenStack) {
  std::string law = "define d0 of Person : number cite x\n  = n\n";
  for (int i = 1; i <= 2500; ++i) {
    law += "define d" + std::to_string(i) + " of Person : number cite x\n  = d" +
           std::to_string(i - 1) + " + 1\n";
  }
  const World world(law);
  EXPECT_EQ(world.value("d2500", R"("n": 0)"), "error: the definitions are nested too deeply");
  EXPECT_EQ(world.value("d300", R"("n": 0)"), "300");
}

}  // namespace
}  // namespace ansinh::engine
