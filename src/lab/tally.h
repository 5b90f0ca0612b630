// Tables of a run: by benefit and group of people, how many and how much. Exact, and the same in
// whatever order blocks are added.
//
// What is *counted* on the date of the run: payments a day, month or year that are in payment on
// it, and payments made once in the twelve months that end with it (dated by the rule, or else by
// what governs their row; without any date they count). Entitlements of other times are told apart.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/batch.h"
#include "lab/money.h"
#include "lab/people_block.h"

namespace ansinh::lab {

struct Figures {
  uint64_t people = 0;     // different people of a benefit
  uint64_t instances = 0;  // rows of its entity
  Paid<Wide> paid;

  Figures& operator+=(const Figures& other);
  bool operator==(const Figures&) const = default;
};

// How the rows of a benefit were decided.
struct Statuses {
  std::array<uint64_t, 5> rows{};  // by engine::Status
  uint64_t elsewhen = 0;           // entitled, but not counted on the date
  uint64_t odd = 0;                // entitled to amounts that cannot be added: no whole steps
  uint64_t asked = 0;              // trees in `undecided`
  bool operator==(const Statuses&) const = default;
};

// The first trees of a benefit that could not be decided, by number from the start of the run.
inline constexpr size_t kUndecidedKept = 8;
struct Undecided {
  std::vector<uint64_t> trees;  // ascending
  void add(uint64_t tree);
  bool operator==(const Undecided&) const = default;
};

struct BenefitTable {
  std::vector<std::vector<Figures>> groups;  // by dimension and group
  std::vector<Paid<Wide>> funds;             // by fund; the last: no fund
  Statuses statuses;
  Undecided undecided;
  bool operator==(const BenefitTable&) const = default;
};

// What people have from benefits less what they pay themselves, a year, in steps.
struct Net {
  std::vector<int64_t> person;  // by person of the block
  std::vector<int64_t> tree;    // what is owed to a household as a whole
  void clear(const PeopleBlock& block);
};

struct Tables {
  Tables(const law::Program& program, const Statistics& statistics);

  uint64_t trees = 0;
  std::vector<std::vector<uint64_t>> people;  // the living, by dimension and group
  std::vector<BenefitTable> benefits;         // by BenefitId

  void merge(const Tables& other);
  bool operator==(const Tables&) const = default;
};

// Adds blocks to tables. One for each thread.
class Counter {
 public:
  Counter(const law::Program& program, Tables& tables) : program_(program), tables_(tables) {}

  // The people of a block; once for each.
  void add_people(const PeopleBlock& block);
  // What is owed to them, of these benefits (null: all); `first_tree` is the number of the block's
  // first tree in the run.
  void add(PeopleBlock& block, const engine::BatchResult& result, uint64_t first_tree,
           const std::vector<bool>* wanted, Net* net);

 private:
  void add_benefit(PeopleBlock& block, const engine::BatchBenefit& benefit, uint64_t first_tree,
                   Net* net);

  const law::Program& program_;
  Tables& tables_;
};

// One payment of one row on a date: whether it is counted, and how much it is, in steps.
struct Payment {
  bool is_counted = false;
  bool is_odd = false;
  int64_t steps = 0;
  law::Frequency each = law::Frequency::kOnce;
};
Payment payment_of(const law::Program& program, const engine::BatchBenefit& benefit, uint32_t row,
                   uint32_t number, int32_t event_date, Date on);

}  // namespace ansinh::lab
