// Scalars, states, definitions, exceptions, dates that govern, parameters, tables.
#include "engine/test_world.h"

namespace ansinh::engine {
namespace {

TEST(States, AndOrFollowThreeValuedLogicInEveryCombination) {
  const World world(R"(
define zero of Person : number cite x
  = n - n
define refuses of Person : yes/no cite x
  when flag: not entitled because "từ chối" "refuses"
  otherwise no
define incomplete of Person : yes/no cite x
  when flag: not yet expressed "chưa" "hole"
  otherwise no
define yes_and of Person : yes/no cite x
  = flag and other_flag
define yes_or of Person : yes/no cite x
  = flag or other_flag
define not_flag of Person : yes/no cite x
  = not other_flag
define refused_and of Person : yes/no cite x
  = refuses and other_flag
define refused_or of Person : yes/no cite x
  = refuses or other_flag
define incomplete_and of Person : yes/no cite x
  = incomplete and other_flag
define both of Person : yes/no cite x
  = refuses and incomplete
)");
  EXPECT_EQ(world.value("yes_and", R"("flag": true, "other_flag": true)"), "yes");
  EXPECT_EQ(world.value("yes_and", R"("flag": true, "other_flag": false)"), "no");
  EXPECT_EQ(world.value("yes_and", R"("flag": false)"), "no");
  EXPECT_EQ(world.value("yes_and", R"("other_flag": false)"), "no");
  EXPECT_EQ(world.value("yes_and", R"("other_flag": true)"), "unknown: flag");
  EXPECT_EQ(world.value("yes_and", ""), "unknown: flag, other_flag");
  EXPECT_EQ(world.value("yes_or", R"("other_flag": true)"), "yes");
  EXPECT_EQ(world.value("yes_or", R"("other_flag": false)"), "unknown: flag");
  EXPECT_EQ(world.value("yes_or", R"("flag": false, "other_flag": false)"), "no");
  EXPECT_EQ(world.value("not_flag", R"("other_flag": false)"), "yes");
  EXPECT_EQ(world.value("not_flag", ""), "unknown: other_flag");
  EXPECT_EQ(world.value("refused_and", R"("flag": true, "other_flag": false)"), "no");
  EXPECT_EQ(world.value("refused_and", R"("flag": true, "other_flag": true)"), "refused: refuses");
  EXPECT_EQ(world.value("refused_and", R"("flag": true)"), "refused: refuses");
  EXPECT_EQ(world.value("refused_or", R"("flag": true, "other_flag": true)"), "yes");
  EXPECT_EQ(world.value("incomplete_and", R"("flag": true)"), "incomplete: hole, other_flag");
  EXPECT_EQ(world.value("incomplete_and", R"("flag": true, "other_flag": false)"), "no");
  EXPECT_EQ(world.value("both", R"("flag": true)"), "refused: refuses");
}

TEST(States, StrictOperationsTakeTheGravestStateAndUniteWhatIsMissing) {
  const World world(R"(
define refuses of Person : number cite x
  when flag: not entitled because "từ chối" "refuses"
  otherwise 1
define incomplete of Person : number cite x
  when other_flag: not yet expressed "chưa" "hole"
  otherwise 1
define total of Person : number cite x
  = n + m
define all_three of Person : number cite x
  = refuses + incomplete + n
define two of Person : number cite x
  = incomplete + n
)");
  EXPECT_EQ(world.value("total", R"("n": 1, "m": 2)"), "3");
  EXPECT_EQ(world.value("total", R"("n": 1)"), "unknown: m");
  EXPECT_EQ(world.value("total", ""), "unknown: n, m");
  EXPECT_EQ(world.value("all_three", R"("flag": true, "other_flag": true)"), "refused: refuses");
  EXPECT_EQ(world.value("all_three", R"("flag": false, "other_flag": true)"),
            "incomplete: hole, n");
  EXPECT_EQ(world.value("two", R"("other_flag": true, "n": 3)"), "incomplete: hole");
  EXPECT_EQ(world.value("all_three", R"("flag": false, "other_flag": false, "n": 5)"), "7");
}

TEST(Scalars, ArithmeticIsExact) {
  const World world(R"(
define third of Person : number cite x
  = n / 3
define minus of Person : number cite x
  = -n
define size of Person : number cite x
  = absolute (n - m)
define lesser of Person : number cite x
  = lower of n and m
define greater of Person : number cite x
  = higher of n and m
define half_up of Person : number cite x
  = n rounded half up to 1
define half_even of Person : number cite x
  = n rounded half even to 1
define rounded_up of Person : number cite x
  = n rounded up to 0.25
define rounded_down of Person : number cite x
  = n rounded down to 1
define bounded of Person : number cite x
  = n
  at least 2
  at most 5
)");
  EXPECT_EQ(world.value("third", R"("n": 1)"), "1/3");
  EXPECT_EQ(world.value("minus", R"("n": 2)"), "-2");
  EXPECT_EQ(world.value("size", R"("n": 2, "m": 5.5)"), "3.5");
  EXPECT_EQ(world.value("lesser", R"("n": 2, "m": 5)"), "2");
  EXPECT_EQ(world.value("greater", R"("n": 2, "m": 5)"), "5");
  EXPECT_EQ(world.value("half_up", R"("n": 2.5)"), "3");
  EXPECT_EQ(world.value("half_even", R"("n": 2.5)"), "2");
  EXPECT_EQ(world.value("rounded_up", R"("n": 2.51)"), "2.75");
  EXPECT_EQ(world.value("rounded_down", R"("n": 2.99)"), "2");
  EXPECT_EQ(world.value("bounded", R"("n": 1)"), "2");
  EXPECT_EQ(world.value("bounded", R"("n": 3)"), "3");
  EXPECT_EQ(world.value("bounded", R"("n": 9)"), "5");
}

TEST(Scalars, ComparisonsOfEveryKind) {
  const World world(R"(
define is_less of Person : yes/no cite x
  = n < m
define at_most of Person : yes/no cite x
  = n <= m
define more of Person : yes/no cite x
  = n > m
define is_same of Person : yes/no cite x
  = n = m
define differ of Person : yes/no cite x
  = n != m
define within_range of Person : yes/no cite x
  = n in 2 ..< 5
define woman of Person : yes/no cite x
  = sex is female
define not_woman of Person : yes/no cite x
  = sex is not female
define said of Person : yes/no cite x
  = word is "abc"
define early of Person : yes/no cite x
  = born < 1970-01-01
define in_1980 of Person : yes/no cite x
  = born in calendar year of 1980-06-01
)");
  EXPECT_EQ(world.value("is_less", R"("n": 1, "m": 2)"), "yes");
  EXPECT_EQ(world.value("is_less", R"("n": 2, "m": 2)"), "no");
  EXPECT_EQ(world.value("at_most", R"("n": 2, "m": 2)"), "yes");
  EXPECT_EQ(world.value("more", R"("n": 3, "m": 2)"), "yes");
  EXPECT_EQ(world.value("is_same", R"("n": 3, "m": 2)"), "no");
  EXPECT_EQ(world.value("differ", R"("n": 3, "m": 2)"), "yes");
  EXPECT_EQ(world.value("within_range", R"("n": 2)"), "yes");
  EXPECT_EQ(world.value("within_range", R"("n": 5)"), "no");
  EXPECT_EQ(world.value("woman", R"("sex": "female")"), "yes");
  EXPECT_EQ(world.value("not_woman", R"("sex": "female")"), "no");
  EXPECT_EQ(world.value("said", R"("word": "abc")"), "yes");
  EXPECT_EQ(world.value("early", R"("born": "1969-12-31")"), "yes");
  EXPECT_EQ(world.value("in_1980", R"("born": "1980-12-31")"), "yes");
  EXPECT_EQ(world.value("in_1980", R"("born": "1981-01-01")"), "no");
}

TEST(Scalars, Dates) {
  const World world(R"(
define age of Person : years cite x
  = years between born and today
define months_old of Person : months cite x
  = months between born and today
define days_old of Person : days cite x
  = days between born and today
define due of Person : date cite x
  = born + 1 month
define soon of Person : date cite x
  = born - 1 day
define year_of_birth of Person : count cite x
  = year of born
define month_of_birth of Person : month cite x
  = month of born
define day_of_birth of Person : count cite x
  = day of born
define weekday_of_birth of Person : count cite x
  = weekday of born
define month_start of Person : date cite x
  = first day of (month of born)
define month_end of Person : date cite x
  = last day of (month of born + 1 month)
define working_day of Person : date cite x
  = 10 working days after born except rest
define far of Person : date cite x
  = born + 6000 months
define year_end of Person : date cite x
  = last day of calendar year of born
)");
  const std::string leap = R"("born": "2024-02-29")";
  EXPECT_EQ(world.value("age", leap, "2025-02-28"), "1 years");
  EXPECT_EQ(world.value("age", leap, "2025-02-27"), "0 years");
  EXPECT_EQ(world.value("months_old", leap, "2024-02-28"), "0 months");
  EXPECT_EQ(world.value("months_old", leap, "2024-01-29"), "-1 months");
  EXPECT_EQ(world.value("days_old", leap, "2024-03-01"), "1 days");
  EXPECT_EQ(world.value("days_old", leap, "2024-02-01"), "-28 days");
  EXPECT_EQ(world.value("due", R"("born": "2025-01-31")"), "2025-02-28");
  EXPECT_EQ(world.value("soon", R"("born": "2025-03-01")"), "2025-02-28");
  EXPECT_EQ(world.value("year_of_birth", leap), "2024");
  EXPECT_EQ(world.value("month_of_birth", leap), "2024-02");
  EXPECT_EQ(world.value("day_of_birth", leap), "29");
  EXPECT_EQ(world.value("weekday_of_birth", leap), "4");
  EXPECT_EQ(world.value("month_start", leap), "2024-02-01");
  EXPECT_EQ(world.value("month_end", leap), "2024-03-31");
  EXPECT_EQ(world.value("working_day", R"("born": "2025-07-04", "rest": ["2025-07-07"])"),
            "2025-07-21");
  EXPECT_EQ(world.value("year_end", leap), "2024-12-31");
  EXPECT_TRUE(world.value("far", leap).starts_with("error: a date outside the years"));
}

TEST(Facts, NoneIsReadOnlyBehindHas) {
  const World world(R"(
define lived of Person : yes/no cite x
  = has died and died < 2000-01-01
define when_died of Person : date cite x
  when has died: died
  otherwise today
)");
  EXPECT_EQ(world.value("lived", ""), "no");
  EXPECT_EQ(world.value("lived", R"("died": "1999-05-05")"), "yes");
  EXPECT_EQ(world.value("lived", R"("died": null)"), "unknown: died");
  EXPECT_EQ(world.value("when_died", ""), "2025-07-01");
}

TEST(Facts, OfAnAncestorThatIsNotInTheFileAreUnknown) {
  const World world(R"(
define in_need of Person : yes/no cite x
  = poor
define household_in_need of Household : yes/no cite x
  = poor or rural
define through of Person : yes/no cite x
  = household_in_need
)");
  EXPECT_EQ(world.value("in_need", R"("n": 1)"), "unknown: poor");
  EXPECT_EQ(world.value("in_need", R"({"Person": {}, "Household": {"poor": true}})"), "yes");
  EXPECT_EQ(world.value("through", R"({"Person": {}, "Household": {"poor": true}})"), "yes");
  EXPECT_TRUE(world.value("through", "").starts_with("unknown: poor"));
}

TEST(Cases, ExcludeEachOtherSoThatOneThatHoldsDecides) {
  const World world(R"(
define graded of Person : number cite x
  when n < 1: 10
  when n in 1 ..< 2: 20
  when n >= 2: 30
define ordered of Person : number cite x
  when n > 5: 1
  otherwise when flag: 2
  otherwise 3
define other of Person : number cite x
  when flag and n > 5: 1
  when not flag: 2
  otherwise 3
)");
  EXPECT_EQ(world.value("graded", R"("n": 0)"), "10");
  EXPECT_EQ(world.value("graded", R"("n": 1.5)"), "20");
  EXPECT_EQ(world.value("graded", R"("n": 2)"), "30");
  EXPECT_EQ(world.value("graded", ""), "unknown: n");
  EXPECT_EQ(world.value("ordered", R"("n": 6)"), "1");
  EXPECT_EQ(world.value("ordered", R"("flag": true)"), "unknown: n");
  EXPECT_EQ(world.value("ordered", R"("n": 1)"), "unknown: flag");
  EXPECT_EQ(world.value("ordered", R"("n": 1, "flag": true)"), "2");
  EXPECT_EQ(world.value("ordered", R"("n": 1, "flag": false)"), "3");
  EXPECT_EQ(world.value("other", R"("flag": false)"), "2");
  EXPECT_EQ(world.value("other", R"("flag": true)"), "unknown: n");
}

TEST(Exceptions, ChangeTheBaseAfterWhatIsAppliedAtItsEnd) {
  const World world(R"(
define rate of Person : number cite 1
  = n
  at most 10
exception lowered to rate cite 2
  when flag: base - 2
exception raised to lowered cite 3
  when other_flag: base * 10
)");
  EXPECT_EQ(world.value("rate", R"("n": 50, "flag": false)"), "10");
  EXPECT_EQ(world.value("rate", R"("n": 50, "flag": true, "other_flag": false)"), "8");
  EXPECT_EQ(world.value("rate", R"("n": 50, "flag": true, "other_flag": true)"), "80");
  EXPECT_EQ(world.value("rate", R"("n": 50, "flag": false, "other_flag": true)"), "10");
  EXPECT_EQ(world.value("rate", R"("n": 50)"), "unknown: flag");
  EXPECT_EQ(world.value("rate", R"("n": 50, "flag": true)"), "unknown: other_flag");
  EXPECT_EQ(world.value("rate", R"("flag": false)"), "unknown: n");
}

TEST(Exceptions, CanReplaceARefusal) {
  const World world(R"(
define rate of Person : number cite 1
  when n >= 10: 1
  otherwise not entitled because "thiếu" "too little"
exception kind to rate cite 2
  when flag: 5
)");
  EXPECT_EQ(world.value("rate", R"("n": 1, "flag": false)"), "refused: too little");
  EXPECT_EQ(world.value("rate", R"("n": 1, "flag": true)"), "5");
  EXPECT_EQ(world.value("rate", R"("n": 1)"), "unknown: flag");
}

TEST(Versions, TheLawInForceOnTheDateIsRead) {
  const World world(R"(
act OLD "Luật cũ" "Old law"
  in force from 2010-01-01 until 2024-12-31
define rate of Person : number cite 1
  = 1
define now of Person : number cite 1
  = n
act NEW "Luật mới" "New law"
  in force from 2025-01-01
define rate of Person : number cite 1
  = 2
define now of Person : number cite 2
  = rate under the law of 2015-05-05
)");
  EXPECT_EQ(world.value("rate", "", "2024-12-31"), "1");
  EXPECT_EQ(world.value("rate", "", "2025-01-01"), "2");
  EXPECT_EQ(world.value("rate", "", "2009-12-31"),
            "refused: no law in force on 2009-12-31 provides “rate”");
  EXPECT_EQ(world.value("now", "", "2025-06-01"), "1");
}

TEST(Parameters, HaveTheValueOfTheirDate) {
  const World world(R"(
param base_salary : VND/month "Lương cơ sở" "Base salary"
  cite x
  | from       | value |
  | 2020-01-01 | 100   |
  | 2024-07-01 | 200   |
  | 2026-01-01 | not yet expressed "chưa có" "to come" |
define now of Person : VND/month cite x
  = base_salary
define earlier_value of Person : VND/month cite x
  = base_salary on 2021-05-05
define at_birth of Person : VND/month cite x
  = base_salary on born
define other_day of Person : date cite x
  = today on 2021-05-05
)");
  EXPECT_EQ(world.value("now", ""), "200 VND/month");
  EXPECT_EQ(world.value("now", "", "2024-06-30"), "100 VND/month");
  EXPECT_EQ(world.value("earlier_value", ""), "100 VND/month");
  EXPECT_EQ(world.value("at_birth", ""), "unknown: born");
  EXPECT_EQ(world.value("other_day", ""), "2021-05-05");
  EXPECT_EQ(world.value("now", "", "2019-12-31"),
            "error: “Base salary” (base_salary) has no value for 2019-12-31");
  EXPECT_EQ(world.value("now", "", "2026-01-01"), "incomplete: to come");
}

TEST(Tables, AreReadByKeyAndByDate) {
  const World world(R"(
table grade by s : number, f : yes/no gives days "Bậc" "Grade"
  cite x
  in force from 2020-01-01 until 2024-12-31
  | s       | f   | value  |
  | < 5     | yes | 1 days |
  | < 5     | no  | 2 days |
  | 5 .. 7  | any | 3 days |
  | > 7     | any | none   |
table grade by s : number, f : yes/no gives days "Bậc" "Grade"
  cite x
  in force from 2025-01-01
  | s   | f   | value   |
  | any | any | 10 days |
define mine of Person : days cite x
  = grade(n, flag)
define then of Person : days cite x
  = grade(n, flag) on 2021-01-01
)");
  EXPECT_EQ(world.value("mine", R"("n": 1, "flag": true)", "2024-01-01"), "1 days");
  EXPECT_EQ(world.value("mine", R"("n": 1, "flag": false)", "2024-01-01"), "2 days");
  EXPECT_EQ(world.value("mine", R"("n": 5, "flag": false)", "2024-01-01"), "3 days");
  EXPECT_EQ(world.value("mine", R"("n": 8, "flag": true)", "2024-01-01"),
            "refused: “Grade” provides nothing here");
  EXPECT_EQ(world.value("mine", R"("n": 1, "flag": true)"), "10 days");
  EXPECT_EQ(world.value("then", R"("n": 7, "flag": true)"), "3 days");
  EXPECT_EQ(world.value("mine", R"("n": 1)"), "unknown: flag");
}

TEST(Governed, DefinitionsAreReadUnderTheLawOfTheirDate) {
  const World world(R"(
param rate : VND "Mức" "Rate"
  cite x
  | from       | value |
  | 2000-01-01 | 10    |
  | 2025-01-01 | 20    |
define grant of Birth : VND cite x
  = rate
define healthy_grant of Twin : VND cite x
  = rate
define mother_rate of Person : VND cite x
  = rate
define through_mother of Birth : VND cite x
  = mother_rate
define born_on of Birth : date cite x
  = today
define all_grants of Person : VND cite x
  = sum of grant over births
define inline_rates of Person : VND cite x
  = sum of rate over births
define twins_grants of Person : VND cite x
  = sum of (sum of healthy_grant over twins) over births
define next_year of Birth : VND cite x
  = grant on 2026-01-01
)");
  const std::string births =
      R"("births": [{"birth_day": "2024-12-31", "weight": 3, "twins": [{}, {}]},
                    {"birth_day": "2025-01-01", "weight": 3}])";
  EXPECT_EQ(world.value("all_grants", births), "30 VND");
  EXPECT_EQ(world.value("inline_rates", births), "40 VND");
  EXPECT_EQ(world.value("twins_grants", births), "20 VND");
  EXPECT_EQ(world.value("all_grants", R"("births": [{"birth_day": null}])"), "unknown: birth_day");
  const facts::PersonFile file = world.person(births);
  Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
  const auto of_first = [&](const std::string& name) {
    const law::DefinitionId id = world.program().definition_by_name.at(name);
    const facts::Instance* first = nullptr;
    for (const facts::Instance& i : file.instances) {
      if (first == nullptr && i.entity == world.program().definitions[id].entity) first = &i;
    }
    return world.in_short(explainer.evaluate_definition(id, *first),
                          world.program().definitions[id].type);
  };
  EXPECT_EQ(of_first("grant"), "10 VND");
  EXPECT_EQ(of_first("through_mother"), "10 VND");
  EXPECT_EQ(of_first("born_on"), "2025-07-01");
  EXPECT_EQ(of_first("next_year"), "20 VND");
}

TEST(Carry, MovesThroughEveryStepInDateOrder) {
  const World world(R"(
param increase : ratio "Mức tăng" "Increase"
  cite x
  | from       | value |
  | 2000-01-01 | 50%   |
  | 2010-01-01 | 10%   |
  | 2020-07-01 | 20%   |
carry pension_now of Person : VND/month cite x
  starts with wage on born
  on each change of increase becomes previous * (1 + increase) rounded half up to 1 VND
  on 2015-01-01 becomes previous + 5 VND/month
carry yearly of Person : number cite x
  starts with n on born
  each year on month 1 day 1 becomes previous + 1
carry monthly of Person : number cite x
  starts with n on born
  each month becomes previous + 1
)");
  const std::string person = R"("born": "2005-01-01", "wage": 101, "n": 0)";
  EXPECT_EQ(world.value("pension_now", person, "2009-12-31"), "101 VND/month");
  EXPECT_EQ(world.value("pension_now", person, "2010-01-01"), "111 VND/month");
  EXPECT_EQ(world.value("pension_now", person, "2015-01-01"), "116 VND/month");
  EXPECT_EQ(world.value("pension_now", person, "2025-01-01"), "139 VND/month");
  EXPECT_TRUE(world.value("pension_now", person, "2004-12-31").starts_with("refused:"));
  EXPECT_EQ(world.value("yearly", person, "2007-06-01"), "2");
  EXPECT_EQ(world.value("monthly", person, "2006-01-01"), "12");
  EXPECT_EQ(world.value("yearly", R"("born": "2005-01-01")"), "unknown: n");
}

TEST(NotYet, MakesADefinitionIncomplete) {
  const World world(R"(
define rate of Person : number cite x
  = 1
not yet expressed "điểm c" "point c" cite 42(2)(c)
  needed by rate
)");
  EXPECT_EQ(world.value("rate", ""), "incomplete: point c");
}

}  // namespace
}  // namespace ansinh::engine
