// What is due of one worker's month, by the law's contributions.
#pragma once

#include <compare>
#include <memory>
#include <string>
#include <vector>

#include "agency/payroll_spell.h"
#include "facts/from_json.h"

namespace ansinh::agency {

// What one party owes to one fund by one contribution. The names are the law's.
struct DueKey {
  std::string contribution, party, fund;
  auto operator<=>(const DueKey&) const = default;
};
struct LineDue {
  DueKey key;
  int64_t amount = 0;  // currency steps, > 0
  Date due_on;
};

// Computes dues; keeps what is the same for all rows of a payroll. Not shared between threads.
class PayrollDues {
 public:
  // Both must outlive it.
  PayrollDues(const LawBook& book, const ContributionRules& rules);

  // Decided on the last day of the month, on what is known of the worker now, with the declared
  // month in the place of what was recorded of it. In the order of their keys. Refused:
  // "cannot-compute" with all reasons: what is missing, contradictory or not yet in the law.
  Expected<std::vector<LineDue>> of(store::Connection& connection, int64_t worker, Month month,
                                    const SpellFacts& facts, std::string_view employer_code) const;

 private:
  Expected<facts::PersonFile> file_of(const std::string& known, Month month,
                                      const std::string& spell) const;

  const LawBook& book_;
  const ContributionRules& rules_;
  facts::PersonReader reader_;
};

}  // namespace ansinh::agency
