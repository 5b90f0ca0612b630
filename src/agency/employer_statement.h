// What an employer is told: what is due, what was paid, what is in arrears, and what that costs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agency/employer.h"
#include "agency/late_interest.h"

namespace ansinh::agency {

// One line of what is due: a month's contribution of one party to one fund, or interest.
struct DueShown {
  DueGroup group;
  int64_t due = 0, paid = 0;
  int64_t open() const { return due - paid; }
  bool is_overdue = false;  // open, and the due date is past
};

// Interest that was not charged yet, or of which it cannot be told how much.
struct InterestShown {
  DueGroup group;
  int64_t more = 0;             // than was charged; may be below zero
  std::optional<Text> unclear;  // why it cannot be told
};

struct EmployerStatement {
  Employer employer;
  Date on;
  std::vector<DueShown> dues;  // by month, kind and law's order
  std::vector<Receipt> receipts;
  std::vector<InterestShown> interest;  // up to `on`
  int64_t due = 0, paid = 0, open = 0, overdue = 0, left = 0, interest_more = 0;
};

// All of it as known now, on a day: what is overdue then, and interest up to then. `months`: only
// dues of these months (first and last), sums included; receipts are those of the whole account.
Expected<EmployerStatement> statement_of_employer(
    store::Connection& connection, const LawBook& book, const ContributionRules& rules,
    int64_t employer, Date on, std::optional<std::pair<Month, Month>> months = std::nullopt);

// The same as JSON: amounts are whole currency steps, labels in both languages.
std::string statement_json(const EmployerStatement& statement, const law::Program& program);
// As an HTML page that stands alone, for printing and for sending.
std::string statement_html(const EmployerStatement& statement, const law::Program& program,
                           Language language);

// Who owes what is overdue on a day, the longest first. Interest that was charged is counted.
struct EmployerInArrears {
  Employer employer;
  int64_t overdue = 0;
  Date oldest_due;
};
Expected<std::vector<EmployerInArrears>> employers_in_arrears(store::Connection& connection,
                                                              Date on, int64_t count_max);

}  // namespace ansinh::agency
