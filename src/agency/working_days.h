// How long the agency may take, in working days of the country, and who may approve how much: the
// part "decisions" of agency.json (docs/decisions.md).
//
//   "decisions": {"holidays": "public_holidays",
//                 "decide_within": {"otherwise": 20, "social_pension": 10},
//                 "appeal_within": 30, "answer_within": 30,
//                 "approve_up_to": {"approver": 100000000}}
#pragma once

#include <map>
#include <string>

#include "agency/law_book.h"

namespace ansinh::agency {

struct DecisionRules {
  law::CalendarId holidays = law::kNoId;
  std::map<std::string, int, std::less<>> decide_within;  // working days, by benefit; "otherwise"
  int appeal_within_days = 0;  // calendar days after the decision; 0: no end
  int answer_within = 0;       // working days
  // The most that one decision may grant in all that it pays each month or once, by role; a role
  // that is not named has no limit.
  std::map<std::string, int64_t, std::less<>> approve_up_to;

  int decide_within_of(const std::string& benefit) const;
};

// Refused: "agency-file".
Expected<DecisionRules> decision_rules(const LawBook& book);

// Monday to Friday, and no holiday.
bool is_working_day(const LawBook& book, const DecisionRules& rules, Date date);
// The n-th working day after a date; the date itself for 0.
Date working_days_after(const LawBook& book, const DecisionRules& rules, Date date, int count);

}  // namespace ansinh::agency
