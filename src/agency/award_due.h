// What an award is worth, month by month, by its terms.
//
// The tables award and award_term belong to decisions. What the payment of money reads of them:
//   award (person, award, state, …)   paid unless its state is 'suspended'; what a suspended award
//                                     is worth meanwhile is paid when it is paid again
//   award_term (person, award, term, from_month, until_month, amount, each, fund, …)
//                                     each 'month': the amount for every month from from_month to
//                                     until_month (both included; null: until further notice);
//                                     'once': once, in from_month. Months since 1970-01.
// Terms are only added: for each month the last term that covers it counts, so that a revision is a
// new term from the month it goes back to. An award is paid from the fund of its last term.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

struct AwardTerm {
  int64_t from_month = 0;
  int64_t until_month = 0;  // kOpenMonth: until further notice
  int64_t amount = 0;
};
inline constexpr int64_t kOpenMonth = INT64_MAX;

// The sum of the months up to `month` (included); terms in the order of their numbers. nullopt if
// it does not fit 64 bits.
std::optional<int64_t> due_through(std::span<const AwardTerm> terms, int64_t month);
// The amount of one month: of the last term that covers it.
int64_t due_in(std::span<const AwardTerm> terms, int64_t month);

struct DueAward {
  int64_t person = 0;
  int64_t award = 0;
  bool is_paid = false;  // its state says so
  std::string fund = {};
  std::vector<AwardTerm> terms = {};
  int64_t recorded_at = 0;  // of its last term
};

// The awards of persons above `after`, in the order of (person, award): about `count` of them, but
// all of each person. Fewer only at the end.
Expected<std::vector<DueAward>> awards_after(store::Connection& connection, int64_t after,
                                             int64_t count);

// What was made of an award so far.
struct AwardDone {
  int64_t person = 0;
  int64_t award = 0;
  int64_t regular = 0;   // ordered for its months
  int64_t back = 0;      // ordered beside them
  int64_t payable = 0;   // adjustments: owed to the person
  int64_t overpaid = 0;  // adjustments: owed by the person
  int64_t last_month = 0;
  int64_t adjustments = 0;  // how many
  // Of what adjustments made payable: what was not ordered yet.
  int64_t back_open() const { return payable - back; }
};

// Of persons from one number to another (both included), in the order of (person, award); awards
// with nothing done are not in it.
Expected<std::vector<AwardDone>> awards_done(store::Connection& connection, int64_t first,
                                             int64_t last);

// How a difference between what an award was worth and what was made of it is put right: unpaid
// back-pay is taken back before a person is asked to give back, and a debt is cleared before
// anything is paid. payable - overpaid = difference.
struct Adjusted {
  int64_t payable = 0;
  int64_t overpaid = 0;
};
Adjusted adjust(int64_t difference, const AwardDone& done);

}  // namespace ansinh::agency
