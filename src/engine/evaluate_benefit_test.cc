// Benefits and contributions, exclusions, what a decision rests on, texts, JSON, receipts, cases.
#include <nlohmann/json.hpp>
#include "engine/cases.h"

#include <nlohmann/json.hpp>

#include "engine/receipt.h"
#include "engine/test_world.h"

#include "engine/trace_json.h"
#include "engine/trace_text.h"

namespace ansinh::engine {
namespace {

const char* const kGrantLaw = R"(
define rate of Person : VND/month cite 5
  = wage * 2
define once_rate of Person : VND cite 6
  when n > 0: 7 VND
  otherwise not entitled because "không có số n" "no number n" cite 6(2)
benefit grant of Person "Trợ cấp" "Grant" cite 1
  entitled when flag and sex is female cite 2
  entitled when n >= 3 because "n nhỏ" "n is small" cite 3
  entitled when has married and married < 2020-01-01
  pays rate each month from first day of (month of born) until died
  from fund pot
benefit single of Person "Một lần" "Once" cite 4
  entitled when flag
  pays once_rate once on born
  from fund pot
define wants of Person : yes/no cite x
  = entitled to grant
define how_much of Person : VND/month cite x
  = amount of grant
define since of Person : date cite x
  = start of grant
define until_day of Person : date cite x
  = end of grant
)";

const std::string kFits =
    R"("flag": true, "sex": "female", "n": 3, "wage": 50, "born": "2001-05-06",
       "married": "2010-01-01")";

TEST(Benefits, PayWhenEveryConditionHolds) {
  const World world(kGrantLaw);
  EXPECT_EQ(world.outcome("grant", kFits), "entitled 100 VND/month from 2001-05-01");
  EXPECT_EQ(world.outcome("grant", kFits + R"(, "died": "2025-01-01")"),
            "entitled 100 VND/month from 2001-05-01 until 2025-01-01");
  EXPECT_EQ(world.outcome("grant", kFits + R"(, "died": null)"), "cannot tell: died");
  EXPECT_EQ(world.value("wants", kFits), "yes");
  EXPECT_EQ(world.value("how_much", kFits), "100 VND/month");
  EXPECT_EQ(world.value("since", kFits), "2001-05-01");
  EXPECT_EQ(world.value("until_day", kFits), "refused: “Grant” has no such date");
}

TEST(Benefits, ListEveryReasonThatFails) {
  const World world(kGrantLaw);
  EXPECT_EQ(world.outcome("grant", R"("flag": false, "sex": "male", "n": 1)"),
            "not entitled: flag: no | sex is female (sex: male) | n is small");
  EXPECT_EQ(world.value("how_much", R"("n": 1)"), "0 VND/month");
  EXPECT_EQ(world.value("wants", R"("n": 1)"), "no");
  EXPECT_EQ(world.value("since", R"("n": 1)"), "refused: not entitled to Grant");
}

TEST(Benefits, DoNotAddAReasonForWhatAFailedHasGuards) {
  const World world(kGrantLaw);
  const std::string reasons = world.outcome("grant", R"("flag": true, "sex": "female", "n": 3,
      "wage": 50, "born": "2001-05-06", "married": "none")");
  EXPECT_EQ(reasons, "not entitled: there is no wedding day");
}

TEST(Benefits, CannotTellNamesAllThatIsMissing) {
  const World world(kGrantLaw);
  EXPECT_EQ(world.outcome("grant", R"("flag": true, "n": 4)"),
            "cannot tell: sex, born, married, wage");
  EXPECT_EQ(world.outcome("grant", R"("n": 1)"), "not entitled: n is small");
  EXPECT_EQ(world.value("wants", R"("flag": true, "n": 4, "wage": 1, "born": "2001-05-06",
      "married": "2010-01-01")"),
            "unknown: sex");
}

TEST(Benefits, ARefusedAmountIsAReason) {
  const World world(kGrantLaw);
  EXPECT_EQ(world.outcome("single", R"("flag": true, "n": 0, "born": "2001-01-01")"),
            "not entitled: no number n");
  EXPECT_EQ(world.outcome("single", R"("flag": true, "n": 1, "born": "2001-01-01")"),
            "entitled 7 VND on 2001-01-01");
}

TEST(Benefits, ErrorsAndHolesShowInTheirOrder) {
  const World world(R"(
param p : VND "p" "p"
  cite x
  | from       | value |
  | 2020-01-01 | 5     |
define hole of Person : VND cite x
  when flag: not yet expressed "chưa" "hole"
  otherwise 1 VND
benefit b of Person "B" "B" cite 1
  entitled when n > 0
  pays p + hole once
  from fund pot
)");
  EXPECT_EQ(world.outcome("b", R"("n": 1, "flag": false)"), "entitled 6 VND");
  EXPECT_EQ(world.outcome("b", R"("n": 1, "flag": true)"), "incomplete: hole");
  EXPECT_EQ(world.outcome("b", R"("flag": true)"), "incomplete: hole");
  EXPECT_EQ(world.outcome("b", R"("n": 1, "flag": true)", "2019-01-01"),
            "error: “p” (p) has no value for 2019-01-01");
  EXPECT_EQ(world.outcome("b", R"("n": 0, "flag": true)"),
            "not entitled: number n > 0 (number n: 0)");
}

TEST(Benefits, AreKnownToBeDueWhereOnlyTheAmountIsNotYetExpressed) {
  const World world(R"(
define hole of Person : VND cite x
  when money > 9 VND: not yet expressed "chưa" "hole"
  otherwise 1 VND
benefit b of Person "B" "B" cite 1
  entitled when n > 0
  pays hole once
  from fund pot
define due of Person : yes/no cite x
  = entitled to b
define much of Person : VND cite x
  = amount of b
)");
  EXPECT_EQ(world.value("due", R"("n": 1, "money": 10)"), "yes");
  EXPECT_EQ(world.value("much", R"("n": 1, "money": 10)"), "incomplete: hole");
  EXPECT_EQ(world.value("due", R"("n": 0, "money": 10)"), "no");
  EXPECT_EQ(world.value("due", R"("n": 1)"), "unknown: money");
}

TEST(Benefits, OfALawNotInForceAreNotProvided) {
  const World world(R"(
act NEW "Luật" "Law"
  in force from 2025-01-01
benefit b of Person "B" "B" cite 1
  entitled when n > 0
  pays 5 VND once
  from fund pot
)");
  EXPECT_EQ(world.outcome("b", R"("n": 1)", "2024-12-31"),
            "not entitled: no law in force on 2024-12-31 provides “B”");
  EXPECT_EQ(world.outcome("b", R"("n": 1)"), "entitled 5 VND");
}

TEST(Benefits, AYearlyAmountIsShownAYearAndCountedInCurrency) {
  const World world(R"(
benefit b of Person "B" "B" cite 1
  entitled when n > 0
  pays 1_200 VND/year each year
  from fund pot
contribution c of Person "C" "C" cite 1
  owed when n > 0
  employer pays 14% * wage rounded up to 1 VND each month to fund pot
  due by last day of (month of today)
)");
  EXPECT_EQ(world.outcome("b", R"("n": 1)"), "entitled 1200 VND/year");
  const facts::PersonFile file = world.person(R"("n": 1, "wage": 101)");
  Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
  const auto outcomes = explainer.outcomes();
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(in_currency(outcomes[0].pays[0]), Rational(1200));
  EXPECT_EQ(in_currency(outcomes[1].pays[0]), Rational(15));
  EXPECT_EQ(outcomes[1].pays[0].party, 0U);
  EXPECT_EQ(outcomes[1].due, Date::of(2025, 7, 31));
}

const char* const kRivals = R"(
benefit a of Person "A" "A" cite 1
  entitled when flag
  pays 5 VND once
  from fund pot
  instead of b
benefit b of Person "B" "B" cite 2
  entitled when n > 0
  pays 9 VND once
  from fund pot
benefit c of Person "C" "C" cite 3
  entitled when m > 0
  pays m * 1 VND rounded up to 1 VND once
  from fund pot
benefit child of Birth "D" "D" cite 4
  entitled when weight > 0
  pays weight * 1 VND rounded up to 1 VND once
  from fund pot
highest of b, c cite 9
highest of c, child cite 10
)";

TEST(Exclusions, InsteadOfAndTheHighest) {
  const World world(kRivals);
  EXPECT_EQ(world.outcome("b", R"("flag": true, "n": 1, "m": 0)"),
            "not entitled: “A” is paid instead (1)");
  EXPECT_EQ(world.outcome("b", R"("flag": false, "n": 1, "m": 0)"), "entitled 9 VND");
  EXPECT_EQ(world.outcome("b", R"("flag": false, "n": 1, "m": 10)"),
            "not entitled: only the highest is paid, which is “C” (9)");
  EXPECT_EQ(world.outcome("c", R"("flag": false, "n": 1, "m": 9)"),
            "not entitled: only the highest is paid, which is “B” (9)");
  EXPECT_EQ(world.outcome("c", R"("flag": true, "n": 1, "m": 3)"), "entitled 3 VND");
  EXPECT_EQ(world.outcome("c", R"("flag": true, "n": 0, "m": 3, "births": [
      {"birth_day": "2025-01-01", "weight": 4}])"),
            "not entitled: only the highest is paid, which is “D” (10)");
  EXPECT_EQ(world.outcome("child", R"("flag": true, "n": 0, "m": 3, "births": [
      {"birth_day": "2025-01-01", "weight": 4}, {"birth_day": "2025-02-01", "weight": 1}])"),
            "entitled 4 VND / not entitled: only the highest is paid, which is “C” (10)");
}

TEST(Exclusions, WhatCannotBeToldYetIsSaidNotSilentlyLeftOut) {
  const World world(kRivals);
  EXPECT_EQ(world.outcome("b", R"("n": 1, "m": 0)"), "entitled 9 VND unless a");
  EXPECT_EQ(world.outcome("b", R"("flag": false, "n": 1)"), "entitled 9 VND unless c");
}

TEST(Trace, GathersWhatADecisionRestsOn) {
  const World world(R"(
param p : VND "p" "p"
  cite Decree 1
  | from       | value | note                      |
  | 2020-01-01 | 5     | unverified text not read  |
define q of Household : VND cite 7
  when rural: p * 2
  otherwise p
benefit b of Person "B" "B" cite 1
  entitled when n > 0 cite 2
  pays q once
  from fund pot
)");
  const facts::PersonFile file = world.person(R"({"Person": {"n": 1}, "Household": {}})");
  Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
  const auto outcomes = explainer.outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  std::vector<std::string> cites;
  for (const law::Cite* cite : outcomes[0].cite) cites.push_back(cite->text);
  EXPECT_EQ(cites, (std::vector<std::string>{"1", "2", "Decree 1", "7"}));
  ASSERT_EQ(outcomes[0].unverified.size(), 1U);
  ASSERT_EQ(outcomes[0].presumed.size(), 1U);
  EXPECT_EQ(world.name_of(outcomes[0].presumed[0]), "rural");
  ASSERT_EQ(outcomes[0].steps.size(), 1U);
  const Step step = explainer.step(outcomes[0].steps[0]);
  EXPECT_EQ(step.definition, world.program().definition_by_name.at("q"));
  EXPECT_EQ(step.branch, 1);
  ASSERT_EQ(step.inputs.size(), 2U);
  EXPECT_EQ(step.inputs[0].result.value, law::Value{false});
  EXPECT_EQ(explainer.step(step.inputs[1].step).param, 0U);
}

TEST(Trace, IsToldInBothLanguages) {
  const World world(R"(
define years_paid of Person : years "Số năm đóng" "Years paid" cite 66(1)
  = months of work rounded up to half years
define rate of Person : ratio "Tỷ lệ hưởng" "Pension rate" cite 66(1)
  when sex is female: 45% + 2%/year * (years_paid - 15 years) cite 66(1)(a)
  otherwise not entitled because "chưa" "not yet"
  at most 75%
define mean_pay of Person : VND/month "Bình quân" "Mean pay" cite 67
  = mean of salary over months of work
define pension of Person : VND/month "Lương hưu" "Pension" cite 68
  = rate * mean_pay
  rounded half up to 1 VND
benefit retirement of Person "Hưu trí" "Retirement" cite 64
  entitled when years_paid >= 15 years
  pays pension each month
  from fund pot
)");
  const facts::PersonFile file = world.person(R"("sex": "female", "work": [
    {"from": "1990-01", "to": "2009-12", "salary": 1000},
    {"from": "2010-01", "to": "2014-12", "salary": 1001}])");
  Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
  const auto outcomes = explainer.outcomes();
  const std::string vi =
      explain_text(world.program(), explainer, outcomes, Language::kVietnamese, true, false);
  const std::string en =
      explain_text(world.program(), explainer, outcomes, Language::kEnglish, true, false);
  EXPECT_NE(en.find("Retirement: entitled — 64"), std::string::npos) << en;
  EXPECT_NE(en.find("Pension rate = 65% (66(1); 66(1)(a))"), std::string::npos) << en;
  EXPECT_NE(en.find("= 45% + 2%/year × (25 years − 15 years)"), std::string::npos) << en;
  EXPECT_NE(en.find("before rounding to "), std::string::npos) << en;
  EXPECT_NE(en.find("· 1990-01–2009-12: 1,000 VND/month × 240"), std::string::npos) << en;
  EXPECT_NE(en.find("(see above)"), std::string::npos) << en;
  EXPECT_NE(vi.find("Hưu trí: được hưởng"), std::string::npos) << vi;
  EXPECT_NE(vi.find("(xem trên)"), std::string::npos) << vi;
  const std::string brief =
      explain_text(world.program(), explainer, outcomes, Language::kEnglish, false, true);
  EXPECT_NE(brief.find("\x1b["), std::string::npos);
  EXPECT_EQ(brief.find("Mean pay"), std::string::npos);
}

TEST(Trace, JsonHoldsExactValuesAndTheGraphOfSteps) {
  const World world(kGrantLaw);
  const facts::PersonFile file = world.person(kFits);
  Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
  const auto outcomes = explainer.outcomes();
  const auto json = nlohmann::json::parse(TraceWriter(world.program()).trace(explainer, outcomes));
  EXPECT_EQ(json["outcomes"][0]["benefit"], "grant");
  EXPECT_EQ(json["outcomes"][0]["status"], "entitled");
  EXPECT_EQ(json["outcomes"][0]["pays"][0]["amount"]["value"], "100 VND/month");
  EXPECT_EQ(json["outcomes"][0]["pays"][0]["from"], "2001-05-01");
  const std::string step = std::to_string(json["outcomes"][0]["step"].get<int>());
  EXPECT_EQ(json["steps"][step]["benefit"], "grant");
  for (const auto& input : json["steps"][step]["inputs"]) {
    if (input.contains("step")) {
      EXPECT_TRUE(json["steps"].contains(std::to_string(input["step"].get<int>())));
    }
  }
  EXPECT_EQ(json["receipt"]["law_digest"], world.program().digest);
  EXPECT_EQ(json["receipt"]["result_digest"].get<std::string>().size(), 64U);
}

TEST(Receipt, IsTheSameForTheSameDecisionAndNotForAnother) {
  const World world(kGrantLaw);
  const auto receipt = [&](const std::string& json) {
    const facts::PersonFile file = world.person(json);
    Explainer explainer(world.program(), file, Date::of(2025, 7, 1));
    const std::vector<Outcome> outcomes = explainer.outcomes();
    for (StepId id = 0; id < explainer.step_count(); ++id) explainer.step(id);  // changes nothing
    return make_receipt(explainer, TraceWriter(world.program()).outcomes(explainer, outcomes));
  };
  EXPECT_EQ(receipt(kFits), receipt(kFits));
  EXPECT_NE(receipt(kFits).result_digest, receipt(R"("n": 1)").result_digest);
  EXPECT_NE(receipt(kFits).facts_digest, receipt(R"("n": 1)").facts_digest);
}

TEST(Cases, SayWhatWasExpectedAndWhatCame) {
  const World world(std::string(kGrantLaw) + R"(
case good "đúng" "right" on 2025-07-01
  given Person
    flag yes
    sex female
    n 3
    wage 50
    born 2001-05-06
    married 2010-01-01
    leaves
      - first_day 2025-02-01
        length 3
      - first_day 2025-01-01
        length 5
  expect rate 100 VND/month
  expect grant entitled 100 VND/month
  expect grant entitled 100 VND
  expect single entitled 7 VND
  expect (length + 1 day) of row 2 of leaves 6 days
  expect since 2001-05-01
  expect until_day refused
case wrong "sai" "wrong" on 2025-07-01
  given Person
    flag yes
    n 4
  expect rate 100 VND/month
  expect rate unknown missing wage
  expect grant entitled
  expect grant cannot tell missing sex, born
  expect grant cannot tell missing n
  expect single not entitled
)");
  EXPECT_TRUE(run_case(world.program(), 0).passed);
  const CaseResult result = run_case(world.program(), 1);
  EXPECT_FALSE(result.passed);
  ASSERT_EQ(result.mismatches.size(), 4U);
  EXPECT_EQ(result.mismatches[0].expected.en, "100 VND/month");
  EXPECT_EQ(result.mismatches[0].got.en, "unknown: Wage");
  EXPECT_EQ(result.mismatches[1].expected.en, "entitled");
  EXPECT_EQ(result.mismatches[2].expected.en, "cannot tell missing n");
  EXPECT_EQ(result.mismatches[3].got.en, "cannot tell, missing: Date of birth");
}

}  // namespace
}  // namespace ansinh::engine
