// A reform laid over a law: what is replaced, what stays, what is refused.
#include "law/reform.h"

#include <gtest/gtest.h>

#include <string>

namespace ansinh::law {

namespace {

constexpr const char* kLaw = R"(# Law

```luat
currency VND "đồng" "đồng" in steps of 1
fund pot "Quỹ" "Fund"

entity Person "Người" "Person"
  fact age : years "Tuổi" "Age"
  fact citizen : yes/no "Công dân" "Citizen" presumed yes

act XX/1 "Luật" "Act"
  in force from 2020-01-01

param level : VND/month "Mức" "Level"
  cite 1
  | from       | value   | cite |
  | 2020-01-01 | 100_000 | 1(1) |
  | 2022-01-01 | 200_000 | 1(2) |
  | 2024-01-01 | 300_000 | 1(3) |

define old of Person : yes/no "Già" "Old"  cite 2
  = age >= 75 years

benefit pension of Person "Trợ cấp" "Pension"  cite 3
  entitled when citizen
  entitled when old
  pays level each month from fund pot
```
)";

struct Checked {
  std::shared_ptr<const Program> program;
  Diagnostics diagnostics;
  std::string first() const {
    if (diagnostics.empty()) return "";
    const Diagnostic& one = diagnostics.front();
    return one.code + " " + std::to_string(one.span.file) + ":" + std::to_string(one.span.line) +
           ":" + std::to_string(one.span.column) + " " + one.message.en + " / " + one.help.en;
  }
};

Checked reformed(const std::string& blocks) {
  Checked checked;
  checked.program =
      check_reform({{"law.md", kLaw}}, {{"cheaper.md", "# R\n\n```luat\n" + blocks + "```\n"}},
                   CheckOptions{Date::of(2025, 1, 1)}, checked.diagnostics);
  return checked;
}

TEST(Reform, ReplacesTheRowsOfAParameterFromItsFirstDateOn) {
  const Checked checked = reformed(R"(param level : VND/month
  | from       | value   |
  | 2023-06-01 | 700_000 |
)");
  ASSERT_EQ(checked.first(), "");
  ASSERT_EQ(checked.program->params.size(), 1U);
  const ParamInfo& param = checked.program->params[0];
  ASSERT_EQ(param.rows.size(), 3U);
  EXPECT_EQ(param.rows[1].from, Date::of(2022, 1, 1));
  EXPECT_EQ(param.rows[2].from, Date::of(2023, 6, 1));
  EXPECT_EQ(std::get<Rational>(param.rows[2].value.value), Rational(700'000));
  EXPECT_EQ(param.rows[2].cite.at(0).text, "reform cheaper");
  EXPECT_EQ(param.rows[2].span.file, 1U);
  EXPECT_EQ(param.label.en, "Level");
}

TEST(Reform, ReplacesADefinitionForAllDatesOrForSome) {
  const Checked always = reformed("define old of Person : yes/no\n  = age >= 70 years\n");
  ASSERT_EQ(always.first(), "");
  ASSERT_EQ(always.program->definitions.at(0).versions.size(), 1U);
  EXPECT_EQ(always.program->definitions[0].versions[0].file, 1U);
  EXPECT_EQ(always.program->definitions[0].label.en, "Old");

  const Checked some = reformed(
      "define old of Person : yes/no\n  in force from 2023-01-01 until 2023-12-31\n"
      "  = age >= 70 years\n");
  ASSERT_EQ(some.first(), "");
  const auto& versions = some.program->definitions.at(0).versions;
  ASSERT_EQ(versions.size(), 3U);
  EXPECT_EQ(versions[0].force.from, Date::of(2020, 1, 1));
  EXPECT_EQ(versions[0].force.until, Date::of(2022, 12, 31));
  EXPECT_EQ(versions[1].force.from, Date::of(2024, 1, 1));
  EXPECT_EQ(versions[2].force.from, Date::of(2023, 1, 1));

  const Checked act = reformed(
      "act XX/2 \"Cải cách\" \"Reform\"\n  in force from 2025-01-01\n\n"
      "define old of Person : yes/no\n  cite 4\n  = age >= 70 years\n");
  ASSERT_EQ(act.first(), "");
  EXPECT_EQ(act.program->definitions.at(0).versions.at(0).force.until, Date::of(2024, 12, 31));
}

TEST(Reform, AddsABenefitWithWhatItReads) {
  const Checked checked = reformed(R"(param child_level : VND/month "Mức" "Child level"
  | from       | value  |
  | 2025-01-01 | 50_000 |

define child of Person : yes/no "Trẻ em" "Child"
  = age < 6 years

benefit child_benefit of Person "Trợ cấp trẻ em" "Child benefit"
  entitled when child
  pays child_level each month from fund pot
)");
  ASSERT_EQ(checked.first(), "");
  EXPECT_EQ(checked.program->benefits.size(), 2U);
}

TEST(Reform, ReplacesAPresumption) {
  const Checked checked =
      reformed("facts of Person\n  fact citizen : yes/no \"Công dân\" \"Citizen\" presumed no\n");
  ASSERT_EQ(checked.first(), "");
  ASSERT_EQ(checked.program->facts.size(), 2U);
  EXPECT_EQ(std::get<bool>(*checked.program->facts[1].presumed), false);
}

TEST(Reform, RefusesWhatReplacesNothingAndIsReadByNothing) {
  EXPECT_EQ(reformed("param levle : VND/month \"a\" \"b\"\n  | from       | value |\n"
                     "  | 2023-06-01 | 7     |\n")
                .first(),
            "reform-unread 1:4:7 the law has no “levle”, and nothing in the reform reads it / "
            "did you mean “level”?");
  EXPECT_EQ(reformed("define elder of Person : yes/no\n  = age >= 70 years\n").first(),
            "reform-unread 1:4:8 the law has no “elder”, and nothing in the reform reads it / use "
            "the name that the law has, or drop it");
  EXPECT_EQ(reformed("facts of Person\n  fact citzen : yes/no \"a\" \"b\" presumed no\n").first(),
            "reform-unread 1:5:8 the law has no “citzen”, and nothing in the reform reads it / did "
            "you mean “citizen”?");
}

TEST(Reform, RefusesAnEmptyReformAndAnotherType) {
  EXPECT_EQ(reformed("").first(),
            "reform-empty 1:0:0 this reform declares nothing / write a ```luat block with a "
            "parameter, a definition or a benefit");
  EXPECT_EQ(
      reformed("param level : VND\n  | from       | value |\n  | 2023-06-01 | 7     |\n").first(),
      "reform-type 1:4:15 “level” is “VND/month” in the law, and “VND” here / use the same "
      "type");
  EXPECT_EQ(reformed("exception poor to older\n  when age > 3 years: yes\n").first().substr(0, 12),
            "unknown-name");
}

}  // namespace

}  // namespace ansinh::law
