// The ten places where other systems fail, each a public test (docs/checking.md).
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/explain.h"
#include "facts/facts.h"
#include "law/check.h"

namespace ansinh {
namespace {

struct Law {
  std::shared_ptr<const law::Program> program;
  Diagnostics diagnostics;
};

Law check(const std::string& block) {
  Law law;
  const std::string text = "# A law\n\n```luat\n" + block + "```\n";
  law.program = law::check({{"trap.md", text}}, {Date::of(2026, 11, 22)}, law.diagnostics);
  return law;
}

std::string codes(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& d : diagnostics) all += (all.empty() ? "" : " ") + d.code;
  return all;
}

class Person {
 public:
  Person(const Law& law, const std::string& facts, Date on) : law_(law) {
    auto read = facts::from_json(*law.program, "{\"Person\": " + facts + "}", 0, on);
    EXPECT_TRUE(read.has_value()) << codes(read ? Diagnostics{} : read.error());
    if (!read) return;
    file_ = std::move(*read);
    explainer_ = std::make_unique<engine::Explainer>(*law.program, file_, on);
  }
  engine::Result result(const std::string& name) {
    return explainer_->evaluate_definition(law_.program->definition_by_name.at(name),
                                           *file_.subject);
  }
  std::string value(const std::string& name) {
    const engine::Result r = result(name);
    const law::Type& type =
        law_.program->definitions[law_.program->definition_by_name.at(name)].type;
    return r.state == engine::State::kKnown ? law::write(r.value, type, *law_.program) : "-";
  }
  std::vector<engine::Outcome> outcomes() { return explainer_->outcomes(); }
  const engine::Explainer& explainer() const { return *explainer_; }

 private:
  const Law& law_;
  facts::PersonFile file_;
  std::unique_ptr<engine::Explainer> explainer_;
};

const std::string kFrame = R"(currency VND "đồng" "dong" in steps of 1
fund budget "Ngân sách" "Budget"
entity Person "Người" "Person"
  fact date_of_birth : date "Ngày sinh" "Date of birth"
spells work of Person by month "Quá trình" "Work"
  may overlap
  fact salary : VND/month "Lương" "Salary"
act VN/1 "Luật" "Law"
  in force from 2010-01-01
)";

// 1. A salary of 43 million, a 60-month mean, a 30-year total.
TEST(Traps, DongPrecision) {
  const Law law = check(kFrame + R"(
define average of Person : VND/month "Bình quân" "Average" cite 1
  = mean of salary over last 60 months of work
define total of Person : VND "Tổng" "Total" cite 1
  = sum of salary * 1 month over months of work
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  Person person(law, R"({"date_of_birth": "1970-01-01", "work": [
    {"from": "1991-01", "to": "2020-11", "salary": 43000001},
    {"from": "2020-12", "to": "2020-12", "salary": 43000007}]})",
                Date::of(2021, 1, 1));
  EXPECT_EQ(person.value("average"), "43_000_001.1 VND/month");
  EXPECT_EQ(person.value("total"), "15_480_000_366 VND");  // 43_000_001 x 359 + 43_000_007
}

// 2. An indexed pension over five years: each year from the year before, nothing lost.
TEST(Traps, IndexedPension) {
  const Law law = check(kFrame + R"(
define pension of Person : VND/month "Lương hưu" "Pension" cite 1
  = 1_000_000 VND/month
carry pension_in_payment of Person : VND/month "Đang hưởng" "In payment" cite 2
  starts with pension on 2015-06-01
  each year on month 1 day 1 becomes previous * 105% rounded half up to 1 VND
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  const auto on = [&](int year) {
    return Person(law, R"({"date_of_birth": "1955-01-01"})", Date::of(year, 7, 1))
        .value("pension_in_payment");
  };
  EXPECT_EQ(on(2015), "1_000_000 VND/month");
  EXPECT_EQ(on(2016), "1_050_000 VND/month");
  EXPECT_EQ(on(2017), "1_102_500 VND/month");
  EXPECT_EQ(on(2018), "1_157_625 VND/month");
  EXPECT_EQ(on(2019), "1_215_506 VND/month");  // 1_215_506.25
  EXPECT_EQ(on(2020), "1_276_281 VND/month");  // 1_276_281.3
}

// 3. A missing salary is not a salary of zero.
TEST(Traps, MissingSalary) {
  const Law law = check(kFrame + R"(
define average of Person : VND/month "Bình quân" "Average" cite 1
  = mean of salary over months of work
benefit help of Person "Trợ giúp" "Help" cite 2
  entitled when average < 1_000_000 VND/month
  pays 100_000 VND/month each month from fund budget
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  Person person(
      law, R"({"date_of_birth": "1970-01-01", "work": [{"from": "2020-01", "to": "2020-12"}]})",
      Date::of(2021, 1, 1));
  const engine::Result average = person.result("average");
  EXPECT_EQ(average.state, engine::State::kUnknown);
  ASSERT_EQ(average.missing.size(), 1U);
  EXPECT_EQ(law.program->facts[average.missing[0].fact].name, "salary");
  const auto outcomes = person.outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].status, engine::Status::kCannotTell);
}

// 4. A misspelt or unknown key is an error, in the law and in the facts.
TEST(Traps, Misspelling) {
  EXPECT_EQ(codes(check(kFrame + R"(
define average of Person : VND/month "Bình quân" "Average" cite 1
  = mean of salry over months of work
)")
                      .diagnostics),
            "unknown-name");
  EXPECT_NE(codes(check(kFrame + R"(
define average of Person : VND/month "Bình quân" "Average" cite 1
  = mean of salary over months of work
  ronded half up to 1 VND
)")
                      .diagnostics),
            "");
  const Law law = check(kFrame);
  const auto read = facts::from_json(
      *law.program, R"({"Person": {"date_of_birth": "1970-01-01", "salarie": 5}})", 0);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error()[0].span.line, 1U);
}

// 5. A dated series with day and month swapped, or that ends two years ago, is reported.
TEST(Traps, DatedSeries) {
  EXPECT_EQ(codes(check(kFrame + R"(
param base_pay : VND/month "Cơ sở" "Base"
  renewed every 2 years
  | from       | value     | cite    |
  | 2019-07-01 | 1_490_000 | Decree 1 |
  | 2023-07-01 | 1_800_000 | Decree 2 |
)")
                      .diagnostics),
            "stale");
  EXPECT_EQ(codes(check(kFrame + R"(
param base_amount : VND/month "Cơ sở" "Base"
  | from       | value     | cite    |
  | 2019-07-01 | 1_490_000 | Decree 1 |
  | 2023-01-07 | 1_800_000 | Decree 2 |
  | 2024-07-01 | 2_340_000 | Decree 3 |
)")
                      .diagnostics),
            "day-month-swapped");
}

// 6. "Under the law of 2017" inside today's rule.
TEST(Traps, UnderAnOlderLaw) {
  const Law law = check(R"(currency VND "đồng" "dong" in steps of 1
entity Person "Người" "Person"
  fact years_paid : years "Số năm" "Years"
act VN/1 "Luật cũ" "Old law"
  in force from 2010-01-01 until 2019-12-31
define rate of Person : ratio "Tỷ lệ" "Rate" cite 1
  = 3%/year * years_paid
act VN/2 "Luật mới" "New law"
  in force from 2020-01-01
define rate of Person : ratio "Tỷ lệ" "Rate" cite 1
  = 2%/year * years_paid + (rate under the law of 2017-06-01) / 10
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  EXPECT_EQ(Person(law, R"({"years_paid": 10})", Date::of(2024, 1, 1)).value("rate"), "23%");
  EXPECT_EQ(Person(law, R"({"years_paid": 10})", Date::of(2015, 1, 1)).value("rate"), "30%");
}

// 7. Seniority of exactly 20 years, counted over leap years, is 20 years.
TEST(Traps, ExactSeniority) {
  const Law law = check(R"(currency VND "đồng" "dong" in steps of 1
entity Person "Người" "Person"
  fact hired : date "Ngày vào" "Hired"
spells work of Person by month "Quá trình" "Work"
define seniority of Person : years "Thâm niên" "Seniority" cite Code 1
  = years between hired and today
define paid of Person : months "Đã đóng" "Paid" cite Code 1
  = months of work
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  EXPECT_EQ(Person(law, R"({"hired": "2000-02-29"})", Date::of(2020, 2, 28)).value("seniority"),
            "19 years");
  EXPECT_EQ(Person(law, R"({"hired": "2000-02-29"})", Date::of(2020, 2, 29)).value("seniority"),
            "20 years");
  EXPECT_EQ(Person(law, R"({"hired": "2001-03-01"})", Date::of(2021, 2, 28)).value("seniority"),
            "19 years");
  EXPECT_EQ(Person(law, R"({"hired": "2001-03-01"})", Date::of(2021, 3, 1)).value("seniority"),
            "20 years");
  EXPECT_EQ(
      Person(law, R"({"hired": "2001-03-01", "work": [{"from": "2001-03", "to": "2021-02"}]})",
             Date::of(2021, 3, 1))
          .value("paid"),
      "240 months");
}

// 8. A rule never matches everyone by accident.
TEST(Traps, RuleThatMatchesEverybody) {
  const std::string frame = R"(currency VND "đồng" "dong" in steps of 1
fund budget "Ngân sách" "Budget"
entity Household "Hộ" "Household"
  fact adults : count "Người lớn" "Adults" range 1 .. 50
  fact dependants : count "Phụ thuộc" "Dependants" range 0 .. 50
act VN/1 "Luật" "Law"
  in force from 2010-01-01
define dependency_ratio of Household : number "Tỷ lệ phụ thuộc" "Dependency ratio" cite 1
  = dependants / adults
)";
  EXPECT_EQ(codes(check(frame + R"(
benefit help of Household "Trợ giúp" "Help" cite 2
  entitled when dependency_ratio >= 0
  pays 100_000 VND/month each month from fund budget
)")
                      .diagnostics),
            "always-true");
  EXPECT_EQ(codes(check(frame + R"(
benefit help of Household "Trợ giúp" "Help" cite 2
  entitled when dependency_ratio >= 1.5
  pays 100_000 VND/month each month from fund budget
)")
                      .diagnostics),
            "");
}

// 9. Results do not depend on the order of arrival.
TEST(Traps, OrderOfArrival) {
  const Law law = check(R"(currency VND "đồng" "dong" in steps of 1
entity Person "Người" "Person"
entity Claim of Person as claims "Yêu cầu" "Claim"
  fact visited_on : date "Ngày" "Day"
  fact price : VND "Số tiền" "Price"
define paid of Claim : VND "Được trả" "Paid" cite Code 1
  in order of visited_on within calendar year
  = price at most 1_000 VND - so far at least 0 VND
define total of Person : VND "Tổng" "Total" cite Code 1
  = sum of paid over claims
define in_february of Person : VND "Đầu năm" "Early" cite Code 1
  = sum of paid over (claims where month of visited_on = 2020-02)
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  const std::string a = R"({"visited_on": "2020-02-01", "price": 700})";
  const std::string b = R"({"visited_on": "2020-03-01", "price": 700})";
  const std::string c = R"({"visited_on": "2021-01-01", "price": 700})";
  for (const std::string& order :
       {a + "," + b + "," + c, c + "," + b + "," + a, b + "," + c + "," + a}) {
    Person person(law, R"({"claims": [)" + order + "]}", Date::of(2022, 1, 1));
    EXPECT_EQ(person.value("total"), "1700 VND");
    EXPECT_EQ(person.value("in_february"), "700 VND");
  }
}

// 10. A reason is given for every refusal, with the article.
TEST(Traps, ReasonForEveryRefusal) {
  const Law law = check(kFrame + R"(
define age of Person : years "Tuổi" "Age" cite 1
  = years between date_of_birth and today
benefit pension of Person "Lương hưu" "Pension" cite 5
  entitled when age >= 60 years and months of work >= 15 years  cite 5(1)
  entitled when count of work > 2 because "cần ba hợp đồng" "three contracts are needed"  cite 5(2)
  pays 100_000 VND/month each month from fund budget
)");
  ASSERT_TRUE(law.diagnostics.empty()) << codes(law.diagnostics);
  Person person(
      law,
      R"({"date_of_birth": "1990-01-01", "work": [{"from": "2020-01", "to": "2020-12", "salary": 5}]})",
      Date::of(2021, 1, 1));
  const auto outcomes = person.outcomes();
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].status, engine::Status::kNotEntitled);
  ASSERT_EQ(outcomes[0].failed.size(), 3U);
  for (const engine::FailedCondition& failed : outcomes[0].failed) {
    EXPECT_FALSE(failed.because.vi.empty());
    EXPECT_FALSE(failed.because.en.empty());
    ASSERT_FALSE(failed.cite.empty());
    EXPECT_EQ(failed.cite[0].text.substr(0, 2), "5(");
  }
  EXPECT_EQ(outcomes[0].failed[2].because.en, "three contracts are needed");
}

}  // namespace
}  // namespace ansinh
