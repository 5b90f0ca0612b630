// What an employer owes and has paid: dues, receipts, and which receipt paid which due.
//
// Everything is only added to. A due is lowered by another one that names it; money that had paid
// it is then taken back and is free again under the date on which it came in. At all times
//
//   sum of dues     = sum of allocations + what is open
//   sum of receipts = sum of allocations + what is left
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agency/contribution_rules.h"
#include "agency/payroll_dues.h"

namespace ansinh::agency {

// Whatever is due at one time for one purpose. Interest has no contribution and no party; its month
// and day are those of the debt that it is for.
struct DueGroup {
  Month month;
  bool is_interest = false;
  DueKey key;
  Date due_on;
  auto operator<=>(const DueGroup&) const = default;
};

struct Due {
  int64_t due = 0;
  DueGroup group;
  int64_t amount = 0;       // as first stated, > 0
  int64_t net = 0;          // after what lowered it, >= 0
  int64_t paid = 0;         // 0 to net
  int64_t declaration = 0;  // 0: interest
  int64_t open() const { return net - paid; }
};

struct Receipt {
  int64_t receipt = 0;
  Date received_on;
  int64_t amount = 0;
  int64_t left = 0;  // not allocated
  std::string source_key;
};

// An employer's account in memory. load(), change, then save() in the same transaction.
class EmployerAccount {
 public:
  static Expected<EmployerAccount> load(store::Connection& connection, int64_t employer);

  int64_t employer() const { return employer_; }
  const std::vector<Due>& dues() const { return dues_; }
  const std::vector<Receipt>& receipts() const { return receipts_; }
  int64_t open() const;
  int64_t left() const;
  std::optional<Date> open_from() const;  // the earliest due date of what is open
  // By due: what paid it, by the day on which it came in.
  std::map<Date, int64_t> payments_of(const Due& due) const;

  // More (amount > 0) is due of a group, by a declaration (0: interest).
  void raise(const DueGroup& group, int64_t amount, int64_t declaration);
  // Less is due of a group: the newest first. `amount` must not be more than it has.
  void lower(const DueGroup& group, int64_t amount, int64_t declaration);
  // Money came in; returns its number.
  int64_t receive(Date on, int64_t amount, std::string source_key);
  // Takes back what money that came in from a day on has paid, so that it can be distributed anew.
  void free_from(Date day);
  // Money that is left pays what is open, oldest money first, in the law's order.
  void distribute(const ContributionRules& rules, const law::Program& program);

  // Months of which something was raised, lowered, paid or taken back since load().
  const std::set<Month>& changed_months() const { return changed_months_; }
  bool is_changed() const { return !new_dues_.empty() || !allocations_.empty(); }

  // Writes what is new, and posts it to the ledger.
  Expected<void> save(store::Connection& connection, const ContributionRules& rules, Date day,
                      int64_t recorded_at, const std::string& by);

 private:
  struct NewDue {
    int64_t due = 0;
    DueGroup group;
    int64_t amount = 0, declaration = 0, reduces = 0;
  };
  void pay(Receipt& receipt, Due& due, int64_t amount);
  Expected<void> post_changes(store::Connection& connection, const ContributionRules& rules,
                              Date day, int64_t recorded_at, const std::string& by) const;

  int64_t employer_ = 0;
  std::vector<Due> dues_;                                // by number
  std::vector<Receipt> receipts_;                        // by number
  std::map<std::pair<int64_t, int64_t>, int64_t> paid_;  // (due, receipt): how much
  int64_t last_due_ = 0, last_receipt_ = 0, last_allocation_ = 0;

  std::vector<NewDue> new_dues_;
  std::map<std::pair<int64_t, int64_t>, int64_t> allocations_;  // new: (due, receipt), not zero
  size_t receipts_loaded_ = 0;
  std::set<Month> changed_months_;
};

}  // namespace ansinh::agency
