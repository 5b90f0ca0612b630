// Money from employers: taken in, and paid to what is due in the order of the law.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agency/late_interest.h"
#include "agency/worker_month.h"

namespace ansinh::agency {

struct NewReceipt {
  Date received_on;
  int64_t amount = 0;      // currency steps, 1 to 10^15
  std::string source_key;  // the bank's reference; required
  std::string by;
};

struct ReceiptTaken {
  int64_t receipt = 0;
  bool is_new = false;         // false: it had come before, and nothing was done now
  int64_t allocated = 0;       // of all that was left, now
  int64_t left = 0;            // of all money of the employer: nothing is open for it
  int64_t months_changed = 0;  // workers' months that are paid now (or are not any more)
};

// Within the caller's write transaction. Interest is charged up to the day on which the money came
// in, then what is left pays what is open; what comes in on one day pays the same dues in whatever
// order it arrives. Refused: "not-found", "bad-amount", "date-ahead", "key-missing", "key-taken"
// (the reference came with another amount or day).
Expected<ReceiptTaken> take_receipt(store::Connection& connection, const LawBook& book,
                                    const ContributionRules& rules, int64_t employer,
                                    const NewReceipt& receipt, Date today);

// Charges late interest up to a day (not beyond `today`); the amount by which it changed.
Expected<int64_t> charge_late_interest(store::Connection& connection, const LawBook& book,
                                       const ContributionRules& rules, int64_t employer, Date until,
                                       const std::string& by);

}  // namespace ansinh::agency
