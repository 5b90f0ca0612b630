// Incomes of a nation: tenths of people, inequality, poverty. All sums exact.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "lab/money.h"
#include "lab/people_block.h"
#include "lab/people_source.h"

namespace ansinh::lab {

// The income of a household: `total` in steps, for `heads` people who share it alike.
struct SharedIncome {
  int64_t total = 0;
  uint32_t heads = 0;
};

// Ends of tenths: the income per head at which a tenth, two tenths, … of people are reached. Of
// households with `total` as the income a head; a household is never divided.
TenthEnds tenth_ends(std::vector<SharedIncome> per_head);

// The Gini coefficient of people by income per head: half the mean difference between two people,
// over the mean. Exact: with people ranked 1 … n by income x, (2 Σ rank·x / Σ x − (n + 1)) / n. 0
// where there is nobody or no income. Negative incomes count as they are.
Rational gini(std::vector<SharedIncome> households);

// How far people are below a line (Foster–Greer–Thorbecke 0 and 1). Add a household's people of one
// group at a time.
class Shortfall {
 public:
  // `line` and `total` of the same time (a year), line per head; `people` of the household's heads.
  void add(int64_t line, const SharedIncome& household, uint32_t people);
  void merge(const Shortfall& other);

  uint64_t people() const { return people_; }
  uint64_t poor() const { return poor_; }
  // What would lift all of them to the line, in steps.
  Rational money() const;
  // The mean over people of (line - income) / line, 0 for those above.
  Rational gap() const;
  bool operator==(const Shortfall&) const = default;

 private:
  uint64_t people_ = 0, poor_ = 0;
  // By line and heads: Σ people × what the household lacks. Shares of it are fractions.
  std::map<std::pair<int64_t, uint32_t>, Wide> lacks_;
};

// Reads the incomes of all people and nothing else. Empty ends where the statistics name no income.
std::expected<TenthEnds, Diagnostic> survey_incomes(const PeopleSource& source,
                                                    const law::Program& program,
                                                    const Statistics& statistics, Date on,
                                                    size_t threads,
                                                    const std::function<bool()>& tick);

}  // namespace ansinh::lab
