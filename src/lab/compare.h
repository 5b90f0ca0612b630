// Two laws over the same people on a date: what the later one costs, and who gains and loses.
//
// Of the later law only the benefits that it can change are decided anew (affected.h). A person's
// change is what he or she has from benefits, less what people themselves pay in contributions, a
// year; what is owed to a household as a whole is counted with its first living person. Incomes are
// those of the data, taken to hold what the earlier law pays; the change is added to them.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "lab/affected.h"
#include "lab/income.h"
#include "lab/run.h"

namespace ansinh::lab {

struct Change {
  uint64_t gaining = 0, losing = 0;  // people
  Wide gained = 0, lost = 0;         // a year, in steps; both positive
  Shortfall before, after;           // of the living whose income and line are known
  Wide net() const { return gained - lost; }
  void merge(const Change& other);
  bool operator==(const Change&) const = default;
};

struct GiniPair {
  Rational before, after;
  uint64_t people = 0;
};

// Amounts that divide those who gain (lose) into ten parts: the 1st to the 9th decile, and the
// ends.
struct Deciles {
  int64_t least = 0, most = 0;
  std::vector<int64_t> cuts;  // nine, or none where nobody is concerned
};

Deciles deciles_of(std::vector<int64_t> amounts);

struct CompareOptions {
  Date on;
  size_t threads = 1;
  std::function<bool(uint64_t)> progress;
};

// One of the two laws. The source must be opened for its program.
struct Side {
  const law::Program* program = nullptr;
  const Statistics* statistics = nullptr;
  const PeopleSource* source = nullptr;
};

struct Comparison {
  Affected affected;
  Tables before, after;                      // by BenefitId of each law
  std::vector<std::vector<Change>> changes;  // by dimension and group
  // By dimension and group, where all people of a household are in one group; else empty.
  std::vector<std::vector<GiniPair>> ginis;
  Deciles gains, losses;  // a year, in steps, of people
  uint64_t households = 0, households_gaining = 0, households_losing = 0;
  uint64_t with_income = 0;  // people whose income is known
  // The trees of the largest gain and the largest loss; kNoTree: nobody.
  static constexpr uint64_t kNoTree = UINT64_MAX;
  uint64_t most_gaining = kNoTree, most_losing = kNoTree;
  TenthEnds tenths;
  std::vector<Open> open;  // of the later law's affected benefits
};

// Where `affected.has_same_facts`, the people of `before.source` are read once for both laws.
std::expected<Comparison, Diagnostic> compare(const Side& before, const Side& after,
                                              const CompareOptions& options);

// A benefit in force on the date that reaches nobody, or everybody alive.
struct Reach {
  law::BenefitId benefit = law::kNoId;
  bool is_everybody = false;
};
std::vector<Reach> odd_reaches(const law::Program& program, const Tables& tables, Date on);

// The same of two laws in words: "“Social pension” reaches NOBODY after the reform".
struct ReachNote {
  Text words;  // without a full stop
  bool is_everybody = false;
  bool is_affected = false;  // a benefit that the reform can change
};
std::vector<ReachNote> reach_notes(const Side& before, const Side& after,
                                   const Comparison& comparison, Date on);

}  // namespace ansinh::lab
