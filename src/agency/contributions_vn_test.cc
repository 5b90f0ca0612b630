// Contributions under law/vn: the amounts are those of the cases beside the articles.
#include "agency/contributions_test_support.h"

namespace ansinh::agency {
namespace {

std::string with_rates(std::string text, const std::string& rates) {
  const std::string none = "\"reference_rate\": []";
  const size_t at = text.find(none);
  if (at == std::string::npos) ADD_FAILURE() << "law/vn/agency.json announces rates already";
  return text.replace(at, none.size(), "\"reference_rate\": " + rates);
}

class VietNamContributionsTest : public ContributionsTest {
 protected:
  void SetUp() override {
    ContributionsTest::SetUp();
    today_ = Date::of(2026, 11, 5);
  }
  static const LawBook& law() {
    static const LawBook book = [] {
      auto read = read_law_book({ANSINH_SOURCE_DIR "/law/vn"}, Date::of(2026, 11, 1));
      if (!read) ADD_FAILURE() << read.error().text.en;
      return *read;
    }();
    return book;
  }
  const ContributionsWorld& world() const override {
    static const ContributionsWorld plain(law());
    // As published for the examples of 2019 (late-interest.md, VN-PUB-LATE-01).
    static const ContributionsWorld announced = [] {
      auto made = make_law_book(
          law().program,
          with_rates(law().agency_json,
                     R"([{"from": "2019-01-01", "value": "5.80%"},)"
                     R"({"from": "2019-01-01", "fund": "health_insurance", "value": "5.86%"}])"));
      if (!made) ADD_FAILURE() << made.error().text.en;
      return ContributionsWorld(*made);
    }();
    return has_rates_ ? announced : plain;
  }
  // What is due, by "FUND PARTY".
  std::map<std::string, int64_t> due_of(int64_t of) {
    std::map<std::string, int64_t> sums;
    for (const DueShown& due : statement(of, today_).dues) {
      if (!due.group.is_interest) sums[due.group.key.fund + " " + due.group.key.party] += due.due;
    }
    return sums;
  }
  std::set<std::string> due_dates(int64_t of) {
    std::set<std::string> days;
    for (const DueShown& due : statement(of, today_).dues)
      days.insert(due.group.due_on.to_string());
    return days;
  }
  // Interest up to a day, by fund; "?" and why where it is not clear.
  std::map<std::string, std::string> interest_of(int64_t of, Date on) {
    std::map<std::string, std::string> sums;
    for (const InterestShown& interest : statement(of, on).interest) {
      sums[interest.group.key.fund] =
          interest.unclear ? "? " + interest.unclear->en : std::to_string(interest.more);
    }
    return sums;
  }
  static std::string payroll(int64_t worker, const std::string& names, const std::string& values) {
    return "person," + names + "\n" + std::to_string(worker) + "," + values + "\n";
  }
  bool has_rates_ = false;
};
STORE_TEST_SUITE(VietNamContributionsTest);

using Sums = std::map<std::string, int64_t>;
using Days = std::set<std::string>;

TEST_P(VietNamContributionsTest, AWageOfTenMillionIn2023) {
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2023, 3), payroll(an, "salary,work_region", "10000000,region_1"));
  EXPECT_EQ(due_of(a), (Sums{{"retirement_survivors employee", 800'000},
                             {"retirement_survivors employer", 1'400'000},
                             {"sickness_maternity employer", 300'000},
                             {"work_accident employer", 50'000},
                             {"unemployment employee", 100'000},
                             {"unemployment employer", 100'000},
                             {"health_insurance employee", 150'000},
                             {"health_insurance employer", 300'000}}));
  EXPECT_EQ(due_dates(a), Days{"2023-03-31"});
  expect_proved(a);
}

TEST_P(VietNamContributionsTest, AWageAboveTheCeilingsIn2025) {
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2025, 8), payroll(an, "salary,work_region", "120000000,region_1"));
  EXPECT_EQ(due_of(a), (Sums{{"retirement_survivors employee", 3'744'000},
                             {"retirement_survivors employer", 6'552'000},
                             {"sickness_maternity employer", 1'404'000},
                             {"work_accident employer", 234'000},
                             {"unemployment employee", 992'000},
                             {"unemployment employer", 992'000},
                             {"health_insurance employee", 702'000},
                             {"health_insurance employer", 1'404'000}}));
  EXPECT_EQ(due_dates(a), Days{"2025-09-30"});
}

TEST_P(VietNamContributionsTest, AnOwnerOfAHouseholdBusinessPaysForHimself) {
  const int64_t a = employer(), an = worker();
  declare_well(
      a, Month::of(2025, 9),
      payroll(an, "salary,insured_as,unemployment_insured", "10000000,household_owner,no"));
  const Sums due = due_of(a);
  int64_t sum = 0;
  for (const auto& [key, amount] : due) {
    EXPECT_TRUE(key.ends_with(" member")) << key;
    sum += amount;
  }
  EXPECT_EQ(sum, 2'950'000);
}

TEST_P(VietNamContributionsTest, ThreeMonthsArePaidTogetherWhereTheLawAllows) {
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2025, 8),
               payroll(an, "salary,work_region,pays_every", "8000000,region_4,quarterly"));
  EXPECT_EQ(due_dates(a), Days{"2025-10-31"});
}

TEST_P(VietNamContributionsTest, AMonthOfMaternityLeaveIsNotOwed) {
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2024, 3),
               payroll(an, "salary,kind,work_region", "10000000,maternity_leave,region_2"));
  EXPECT_TRUE(statement(a, today_).dues.empty());
  EXPECT_EQ(months(an), std::vector<std::string>{"2024-03 A exempt"});
}

TEST_P(VietNamContributionsTest, WhatTheLawCannotTellIsRejectedWithItsReason) {
  const int64_t a = employer(), an = worker();
  const auto reason = [&](Month month, const std::string& names, const std::string& values) {
    const auto done = declared(a, month, payroll(an, names, values));
    if (!done || done->rejected.size() != 1) return says(done);
    return done->rejected.front().reason.en;
  };
  EXPECT_EQ(reason(Month::of(2025, 3), "salary", "80000000"),
            "what is due cannot be computed: the region of the workplace is not stated, so that "
            "the ceiling is not known");
  EXPECT_NE(
      reason(Month::of(2025, 8), "salary,insured_as,unemployment_insured", "5000000,conscript,no")
          .find("the insured wage of conscripts and militia from July 2025"),
      std::string::npos);
  EXPECT_NE(reason(Month::of(2025, 8), "insured_as", "worker").find("is missing"),
            std::string::npos);
}

TEST_P(VietNamContributionsTest, FortyDaysLateIn2025) {
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2025, 7), payroll(an, "salary,work_region", "10000000,region_1"));
  // 0.03 % × 40 days of 2,200,000, 300,000, 50,000 and 200,000; health insurance has its own law.
  const auto interest = interest_of(a, Date::of(2025, 10, 10));
  EXPECT_EQ(interest.at("retirement_survivors"), "26400");
  EXPECT_EQ(interest.at("sickness_maternity"), "3600");
  EXPECT_EQ(interest.at("work_accident"), "600");
  EXPECT_EQ(interest.at("unemployment"), "2400");
  EXPECT_EQ(interest.at("health_insurance").substr(0, 2), "? ");
  EXPECT_EQ(interest_of(a, Date::of(2025, 8, 31)).size(), 0U);
  // Paid on that day, with what can be charged: nothing of it is open, and no day is added.
  receive(a, Date::of(2025, 10, 10), 3'200'000 + 33'000, "r1");
  EXPECT_EQ(statement(a, today_).open, 0);
  EXPECT_EQ(statement(a, today_).interest_more, 0);
  EXPECT_EQ(months(an), std::vector<std::string>{"2025-07 A paid"});
  expect_proved(a);
}

TEST_P(VietNamContributionsTest, InterestOf2019IsThatOfEachMonth) {
  has_rates_ = true;
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2019, 3), payroll(an, "salary,work_region", "10000000,region_1"));
  // k is 0.9666 %, for health insurance 0.9766 %; a month's interest is there when it has ended.
  EXPECT_TRUE(interest_of(a, Date::of(2019, 4, 30)).empty());
  using Texts = std::map<std::string, std::string>;
  EXPECT_EQ(interest_of(a, Date::of(2019, 5, 1)), (Texts{{"retirement_survivors", "21265"},
                                                         {"sickness_maternity", "2900"},
                                                         {"work_accident", "483"},
                                                         {"unemployment", "1933"},
                                                         {"health_insurance", "4395"}}));
  EXPECT_EQ(interest_of(a, Date::of(2019, 6, 30)).at("retirement_survivors"), "42530");
  // Until June 2025 by the month (75 of them), then by the day.
  EXPECT_EQ(interest_of(a, Date::of(2025, 7, 31)).at("retirement_survivors"),
            std::to_string(75 * 21'265 + 2'200'000 * 31 * 3 / 10'000));
  // On the last day of a month it is in time for that month.
  receive(a, Date::of(2019, 4, 30), 3'200'000, "r1");
  EXPECT_TRUE(interest_of(a, Date::of(2025, 7, 31)).empty());
  EXPECT_EQ(statement(a, today_).open, 0);
}

TEST_P(VietNamContributionsTest, WithoutAnAnnouncedRateInterestIsNotGuessed) {
  const int64_t a = employer(), an = worker();
  declare_well(a, Month::of(2019, 3), payroll(an, "salary,work_region", "10000000,region_1"));
  EXPECT_EQ(interest_of(a, Date::of(2019, 5, 1)).at("retirement_survivors"),
            "? the reference rate is not stated");
  EXPECT_EQ(statement(a, Date::of(2019, 5, 1)).interest_more, 0);
}

TEST_P(VietNamContributionsTest, WrongWordsInTheDataFileAreNamed) {
  const auto said = [&](const std::string& from, const std::string& to) {
    std::string text = law().agency_json;
    const size_t at = text.find(from);
    if (at == std::string::npos) return "no " + from;
    auto made = make_law_book(law().program, text.replace(at, from.size(), to));
    return made ? says(read_contribution_rules(*made)) : says(made);
  };
  EXPECT_EQ(said("\"retirement_contribution\"", "\"pension\""),
            "agency-file: agency.json, contributions, \"rules\": the law has no contribution "
            "\"pension\"");
  EXPECT_EQ(said("\"late_charge\"", "\"age\""),
            "agency-file: agency.json, contributions, \"interest\": \"age\" is not a definition of "
            "a debt");
  EXPECT_EQ(said("\"oldest\"", "\"newest\""),
            "agency-file: agency.json, contributions, \"order\": there is no \"newest\"; use "
            "interest, contribution, oldest, fund");
  EXPECT_EQ(said("\"notice_day\": 10", "\"notice_day\": 31"),
            "agency-file: agency.json, contributions, \"notice_day\": must be from 1 to 28");
  EXPECT_EQ(said("\"paid\": \"contributed\"", "\"paid\": \"given\""),
            "agency-file: agency.json, contributions, \"kind\": has no value \"given\"");
  EXPECT_EQ(said("\"collected_in\"", "\"gathered_in\""),
            "agency-file: agency.json, contributions, \"contributions.gathered_in\": is not used");
  EXPECT_EQ(said("\"contributions\"", "\"dues\"").substr(0, 17), "no-contributions:");
}

}  // namespace
}  // namespace ansinh::agency
