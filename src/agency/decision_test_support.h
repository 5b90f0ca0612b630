// A small law with a pension and a grant for births, for the tests of decisions.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "agency/decision.h"
#include "agency/schema.h"
#include "law/check.h"
#include "store/test_store.h"

namespace ansinh::agency::test {

inline const std::string kDecisionLaw = R"(# Test

```luat
currency VND "đồng" "đồng" in steps of 1
fund old_age "Quỹ tuổi già" "Old-age fund"
calendar holidays "Ngày lễ" "Holidays"  cite Decree 1
  | from       | to         |
  | 2025-09-01 | 2025-09-02 |

entity Household "Hộ gia đình" "Household"
  fact poverty : poor "nghèo" "poor" | not_poor "không nghèo" "not poor" "Mức nghèo" "Poverty"

entity Person of Household as members "Người" "Person"
  fact sex : female "nữ" "female" | male "nam" "male" "Giới tính" "Sex"
  fact date_of_birth : date "Ngày sinh" "Date of birth"
  fact date_of_death : date or none "Ngày chết" "Date of death" presumed none

entity Birth of Person as births "Lần sinh" "Birth"
  presumed none
  in order of birth_date
  fact birth_date : date "Ngày sinh con" "Date of birth of the child"

act T/1 "Luật thử" "Test law"
  in force from 2020-01-01

param level : VND/month "Mức" "Level"  cite 1
  | from       | value   |
  | 2020-01-01 | LEVEL   |

define age of Person : years "Tuổi" "Age"  cite 2
  = years between date_of_birth and today

define dead of Person : yes/no "Đã chết" "Dead"  cite 2
  = has date_of_death and date_of_death <= today

benefit old_pension of Person "Trợ cấp tuổi già" "Old-age pension"  cite 3
  entitled when age >= 75 years because "chưa đủ 75 tuổi" "younger than 75"
  entitled when not dead because "đã chết" "has died"
  pays level each month from first day of month of today until date_of_death
  from fund old_age
  automatically

benefit birth_grant of Birth "Trợ cấp sinh con" "Birth grant"  cite 4
  entitled when birth_date <= today
  pays 2_000_000 VND once on birth_date
  from fund old_age
  on application

benefit home_support of Person "Hỗ trợ hộ nghèo" "Support of poor households"  cite 5
  entitled when poverty is poor because "không thuộc hộ nghèo" "not of a poor household"
  pays level each month from first day of month of today
  from fund old_age
  on application
```
)";

inline const char* const kDecisionRoles = R"({
  "person": "Person", "household": "Household", "birth_date": "date_of_birth", "sex": "sex",
  "death_date": "date_of_death",
  "hours_east": 7,
  "registry": {"name": {"vi": "Họ và tên", "en": "Name"},
               "account": {"vi": "Tài khoản", "en": "Account", "type": "object"}},
  "decisions": {"holidays": "holidays", "decide_within": {"otherwise": 10, "birth_grant": 3},
                "appeal_within": 90, "answer_within": 30, "approve_up_to": {"junior": 400000}}
})";

inline LawBook book_with(const std::string& level) {
  std::string text = kDecisionLaw;
  text.replace(text.find("LEVEL"), 5, level);
  Diagnostics diagnostics;
  const Sources sources{{"test.md", text}};
  auto program = law::check(sources, {Date::of(2025, 7, 1)}, diagnostics);
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::kError)
      ADD_FAILURE() << render(d, sources, Language::kEnglish, false);
  }
  auto book = make_law_book(std::move(program), kDecisionRoles);
  if (!book) ADD_FAILURE() << book.error().text.en;
  return *book;
}

inline const LawBook& decision_book() {
  static const LawBook made = book_with("500_000");
  return made;
}

inline const Date kDecisionDay = Date::of(2025, 8, 29);  // a Friday
inline const Actor kLan{"lan", "officer"}, kMinh{"minh", "approver"}, kThu{"thu", "approver"};

}  // namespace ansinh::agency::test
