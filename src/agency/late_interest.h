// Interest on contributions paid late, by the law of each day.
//
// Each month, fund and due date of an employer is put before the law as debts: one for what was
// paid on each day after the due date, one for what is still open. The law's definitions say what
// each bears: one that is each_month adds what it gives on the last day of every month; another
// gives all there is up to a day, of what was not paid before it was in force. What was paid by its
// due date bears none.
#pragma once

#include <map>
#include <vector>

#include "agency/employer_account.h"

namespace ansinh::agency {

struct Interest {
  std::map<DueGroup, int64_t> amounts;  // by the interest's own group; 0 where there is none
  // Where the law, or what is known, does not say how much. Nothing is charged there.
  std::map<DueGroup, Text> unclear;
};

// All interest from the beginning up to a day, with what came in before that day.
Expected<Interest> interest_until(const EmployerAccount& account, const LawBook& book,
                                  const ContributionRules& rules, Date until);

// Raises and lowers the interest in the account to what the law asks for up to the later of `until`
// and the day up to which it was charged before; whether anything changed.
Expected<bool> charge_interest(EmployerAccount& account, const LawBook& book,
                               const ContributionRules& rules, Date until);

// Money pays what is open, with interest up to `until` (nothing: no interest is charged that was
// not charged before). Where interest turns out lower, what had paid it is free and pays again.
// With `late_money`, money came in on that day of which nothing was known when interest was charged
// up to a later day: all that came in from then on is distributed anew, until the interest is that
// of what was not paid in time.
Expected<void> settle(EmployerAccount& account, const LawBook& book, const ContributionRules& rules,
                      std::optional<Date> until, std::optional<Date> late_money = std::nullopt);

}  // namespace ansinh::agency
