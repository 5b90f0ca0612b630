#include "agency/declaration.h"

#include "agency/contributions_test_support.h"

namespace ansinh::agency {
namespace {

using Pairs = std::map<std::pair<std::string, std::string>, int64_t>;
using Texts = std::vector<std::string>;

class DeclarationTest : public ContributionsTest {
 protected:
  static std::string rejects(const Expected<Declared>& done) {
    if (!done) return says(done);
    std::string all;
    for (const RejectedRow& row : done->rejected) {
      all += std::to_string(row.line) + " " + row.column + ": " + row.reason.en + "\n";
    }
    return all;
  }
  static std::string row(int64_t worker, int64_t salary) {
    return std::to_string(worker) + "," + std::to_string(salary) + "\n";
  }
  const Month august_ = Month::of(2026, 8);
};
STORE_TEST_SUITE(DeclarationTest);

TEST_P(DeclarationTest, WhatIsDueIsTheLawsSumOverTheWorkers) {
  const int64_t a = employer();
  const int64_t an = worker(), binh = worker();
  const Declared done =
      declare_well(a, august_, "person,salary\n" + row(an, 10'000'000) + row(binh, 20'000'000));
  EXPECT_EQ(done.line_count, 2U);
  EXPECT_EQ(done.changed, 2U);
  EXPECT_EQ(done.due_more, 30'000'000 / 100 * (10 + 14 + 3));
  EXPECT_EQ(open(a),
            (Pairs{{{"2026-08", "health"}, 900'000}, {{"2026-08", "pension"}, 7'200'000}}));
  EXPECT_EQ(months(an), Texts{"2026-08 A unpaid overdue"});
  EXPECT_EQ(months(an, Date::of(2026, 9, 30)), Texts{"2026-08 A unpaid"});
  EXPECT_EQ(work(an), Texts{R"({"from":"2026-08","to":"2026-08","salary":10000000,)"
                            R"("kind":"unpaid","employer_id":"A"})"});
  expect_proved(a);
}

TEST_P(DeclarationTest, TheRatesAreThoseOfTheMonth) {
  const int64_t a = employer();
  const int64_t an = worker();
  EXPECT_EQ(declare_well(a, Month::of(2025, 12), "person,salary\n" + row(an, 1'000'000)).due_more,
            80'000 + 140'000 + 30'000);
  EXPECT_EQ(declare_well(a, Month::of(2026, 1), "person,salary\n" + row(an, 1'000'000)).due_more,
            100'000 + 140'000 + 30'000);
}

TEST_P(DeclarationTest, TheSameFileAgainChangesNothing) {
  const int64_t a = employer();
  const std::string csv = "person,salary\n" + row(worker(), 10'000'000);
  const Declared first = declare_well(a, august_, csv);
  const int64_t statements = count("SELECT count(*) FROM statement");
  const Declared again = declare_well(a, august_, csv);
  EXPECT_TRUE(first.is_new);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.declaration, first.declaration);
  EXPECT_EQ(again.line_count, 1U);
  EXPECT_EQ(count("SELECT count(*) FROM declaration"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM due"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM statement"), statements);
  // The same rows under another key: a declaration that says nothing new.
  const auto other = declared(a, august_, csv, true, "second");
  ASSERT_TRUE(other.has_value()) << says(other);
  EXPECT_TRUE(other->is_new);
  EXPECT_EQ(other->changed, 0U);
  EXPECT_EQ(other->due_more, 0);
  EXPECT_EQ(count("SELECT count(*) FROM due"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM statement"), statements);
}

TEST_P(DeclarationTest, AKeyIsTakenForOnePayroll) {
  const int64_t a = employer();
  const int64_t an = worker();
  ASSERT_TRUE(declared(a, august_, "person,salary\n" + row(an, 1), true, "k").has_value());
  EXPECT_EQ(says(declared(a, august_, "person,salary\n" + row(an, 2), true, "k")),
            "key-taken: the key \"k\" came with another payroll; use another key");
}

TEST_P(DeclarationTest, ACorrectionMakesDueOnlyTheDifference) {
  const int64_t a = employer();
  const int64_t an = worker(), binh = worker(), chi = worker();
  declare_well(a, august_, "person,salary\n" + row(an, 10'000'000) + row(binh, 20'000'000));
  // A part: Bình's wage is another, An's stays.
  const Declared part = declare_well(a, august_, "person,salary\n" + row(binh, 21'000'000), false);
  EXPECT_EQ(part.changed, 1U);
  EXPECT_EQ(part.due_more, 270'000);
  expect_proved(a);
  // The whole: An is no longer in it, Chi is.
  const Declared whole =
      declare_well(a, august_, "person,salary\n" + row(binh, 21'000'000) + row(chi, 1'000'000));
  EXPECT_EQ(whole.changed, 2U);
  EXPECT_EQ(whole.due_more, -2'700'000 + 270'000);
  EXPECT_EQ(months(an), Texts{"2026-08 A withdrawn"});
  EXPECT_EQ(work(an), Texts{});
  EXPECT_EQ(work(chi).size(), 1U);
  EXPECT_EQ(open(a),
            (Pairs{{{"2026-08", "health"}, 660'000}, {{"2026-08", "pension"}, 5'280'000}}));
  expect_proved(a);
}

TEST_P(DeclarationTest, AMonthOfLeaveIsRecordedAndNothingIsDue) {
  const int64_t a = employer();
  const int64_t an = worker();
  const Declared done =
      declare_well(a, august_, "person,salary,kind\n" + std::to_string(an) + ",10000000,leave\n");
  EXPECT_EQ(done.due_more, 0);
  EXPECT_EQ(months(an), Texts{"2026-08 A exempt"});
  EXPECT_EQ(work(an), Texts{R"({"from":"2026-08","to":"2026-08","salary":10000000,)"
                            R"("kind":"leave","employer_id":"A"})"});
}

TEST_P(DeclarationTest, WhatOthersSaidOfTheMonthGivesWay) {
  const int64_t a = employer();
  const int64_t an = worker({{"work", R"({"from":"2020-01","to":"ongoing","salary":5000000})"}});
  const int64_t binh = worker({{"work", R"({"from":"2026-07","to":"2026-10","salary":5000000})"}});
  declare_well(a, august_, "person,salary\n" + row(an, 6'000'000) + row(binh, 7'000'000));
  EXPECT_EQ(work(an), (Texts{R"({"from":"2020-01","to":"2026-07","salary":5000000})",
                             R"({"from":"2026-08","to":"2026-08","salary":6000000,)"
                             R"("kind":"unpaid","employer_id":"A"})"}));
  EXPECT_EQ(work(binh), (Texts{R"({"from":"2026-07","to":"2026-07","salary":5000000})",
                               R"({"from":"2026-08","to":"2026-08","salary":7000000,)"
                               R"("kind":"unpaid","employer_id":"A"})",
                               R"({"from":"2026-09","to":"2026-10","salary":5000000})"}));
  // The history that was there is not counted in what is due.
  EXPECT_EQ(statement(a, today_).due, 13'000'000 / 100 * 27);
}

TEST_P(DeclarationTest, RejectedRowsNameLineColumnAndReason) {
  const int64_t a = employer();
  const int64_t an = worker(), binh = worker(), chi = worker(), dung = worker();
  const std::string n = std::to_string(an);
  const std::string csv = "person,salary,kind,hazardous\n" + n + ",10000000,,no\n" +  //
                          "999999,10000000,,\n" +                                     //
                          std::to_string(binh) + ",ten,,\n" +                         //
                          "\"" + std::to_string(chi) + "\",1,unpaid,\n" +             //
                          n + ",10000000,,\n" +                                       //
                          std::to_string(dung) + ",1000000000,,\n" +                  //
                          ",5,,\n";
  const std::string expected =
      "3 person: nobody is registered under 999999; register the person first\n"
      "4 salary: \"ten\" is not a number; write the number in VND/month, for example 12 or "
      "\"12 VND/month\"\n"
      "5 kind: \"unpaid\" is written by the agency and cannot be declared; leave it empty if "
      "contributions are owed\n"
      "6 person: this person stands in line 2 already\n"
      "7 : what is due cannot be computed: the wage is too high\n"
      "8 person: the worker's number is missing\n";
  const auto whole = declared(a, august_, csv);
  EXPECT_EQ(rejects(whole), expected);
  EXPECT_EQ(whole->declaration, 0);  // nothing of it is taken
  EXPECT_EQ(count("SELECT count(*) FROM declaration"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM worker_month"), 0);
  const auto part = declared(a, august_, csv, false);
  EXPECT_EQ(rejects(part), expected);
  EXPECT_EQ(part->line_count, 1U);
  EXPECT_EQ(months(an), Texts{"2026-08 A unpaid overdue"});
  EXPECT_EQ(months(binh), Texts{});
}

TEST_P(DeclarationTest, AFileThatIsWrongAsAWholeIsRefused) {
  const int64_t a = employer();
  const auto said = [&](const std::string& csv) { return says(declared(a, august_, csv)); };
  EXPECT_EQ(said("person,wage\n"), "unknown-column: there is no column \"wage\"");
  EXPECT_EQ(said("person,salry\n"),
            "unknown-column: there is no column \"salry\"; did you mean \"salary\"?");
  EXPECT_EQ(said("person,employer_id\n"), "unknown-column: there is no column \"employer_id\"");
  EXPECT_EQ(said("salary\n"),
            "column-missing: a column that names the worker is missing: person, or one of the "
            "numbers by which people are registered");
  EXPECT_EQ(said("person,person\n"), "column-twice: the column \"person\" is there twice");
  EXPECT_EQ(said(""), "csv-malformed: the file has no head with the names of its columns");
  EXPECT_EQ(said("person,salary\n1\n"), "csv-malformed: line 2 has 1 cells, the head has 2");
  EXPECT_EQ(said("person,salary\n\"1,2\n"),
            "csv-malformed: line 2: a quote does not end, or text follows it");
  EXPECT_EQ(said("person,salary\n\xFF,2\n"), "csv-malformed: the file is not UTF-8");
  EXPECT_EQ(says(declared(a, Month::of(2026, 12), "person,salary\n")),
            "month-ahead: the month 2026-12 has not begun");
  EXPECT_EQ(says(declared(a, august_, "person,salary\n", false)),
            "empty-payroll: the payroll has no rows");
  EXPECT_EQ(says(declared(a + 1000, august_, "person,salary\n")),
            "not-found: there is no employer \"#" + std::to_string(a + 1000) +
                "\"; check the code, or register the employer");
}

TEST_P(DeclarationTest, WorkersAreFoundByTheirNumbersToo) {
  const int64_t a = employer();
  const int64_t an = worker({{"registry.national_number", R"("001080000001")"}});
  declare_well(a, august_, "national_number,salary\n001080000001,10000000\n");
  EXPECT_EQ(months(an), Texts{"2026-08 A unpaid overdue"});
  EXPECT_EQ(rejects(declared(a, august_, "national_number,person,salary\n001080000001,7,1\n")),
            "2 person: nobody is registered under 7; register the person first\n");
}

TEST_P(DeclarationTest, JsonSaysTheSameAsCsv) {
  const int64_t a = employer(), b = employer("B", "Company B");
  const int64_t an = worker(), binh = worker();
  declare_well(a, august_, "person,salary,hazardous\n" + std::to_string(an) + ",10000000,yes\n");
  const auto done = tried([&](store::Connection& c) -> Expected<Declared> {
    const auto payroll = read_payroll_json(c, world().book, world().rules,
                                           "[{\"person\":" + std::to_string(binh) +
                                               ",\"salary\":10000000,\"hazardous\":true,"
                                               "\"kind\":null}]");
    if (!payroll) return std::unexpected(payroll.error());
    return declare(c, world().book, world().rules, b, *payroll, {august_, true, "", "lan"}, today_);
  });
  ASSERT_TRUE(done.has_value()) << says(done);
  EXPECT_TRUE(done->rejected.empty());
  std::string same = work(binh).front();
  same.replace(same.find("\"B\""), 3, "\"A\"");
  EXPECT_EQ(same, work(an).front());
  EXPECT_EQ(says(tried([&](store::Connection& c) {
              return read_payroll_json(c, world().book, world().rules, "{}");
            })),
            "json-malformed: a list of rows is needed: [{…}, …]");
}

TEST_P(DeclarationTest, AMonthIsDeclaredByOneEmployerOnly) {
  const int64_t a = employer(), b = employer("B", "Company B");
  const std::string csv = "person,salary\n" + row(worker(), 10'000'000);
  declare_well(a, august_, csv);
  EXPECT_EQ(rejects(declared(b, august_, csv)),
            "2 : this month of the worker was declared by the employer \"A\"\n");
  declare_well(a, august_, "person,salary\n");  // A takes it back
  EXPECT_EQ(rejects(declared(b, august_, csv)), "");
}

TEST_P(DeclarationTest, EmployersHaveCodesOfTheirOwn) {
  const int64_t a = employer();
  EXPECT_EQ(employer(), a);  // the same again
  const auto add = [&](const std::string& code, const std::string& name) {
    return says(tried([&](store::Connection& c) { return add_employer(c, code, name, "lan"); }));
  };
  EXPECT_EQ(add("A", "Another"), "code-taken: the code \"A\" is that of \"Company A\"");
  EXPECT_EQ(add("#1", "N"),
            "bad-code: an employer's code has 1 to 60 characters and does not begin with # or a "
            "space");
  EXPECT_EQ(add("B", ""), "bad-name: an employer's name has 1 to 300 characters");
  EXPECT_EQ(find_employer(db(), "A").value().person, a);
  EXPECT_EQ(find_employer(db(), "#" + std::to_string(a)).value().code, "A");
  EXPECT_EQ(says(find_employer(db(), "Z")),
            "not-found: there is no employer \"Z\"; check the code, or register the employer");
  ASSERT_TRUE(written([&](store::Connection& c) { return end_employer(c, a, "closed", "lan"); }));
  EXPECT_EQ(says(declared(a, august_, "person,salary\n")),
            "employer-ended: the employer has ended");
  EXPECT_EQ(employers(db(), "", 10).value().size(), 1U);
}

}  // namespace
}  // namespace ansinh::agency
