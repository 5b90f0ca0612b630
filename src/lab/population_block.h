// One block of a population: a fixed number of people in their households, with their traits and
// amounts, before they become facts.
//
//   assemble    ages, sexes, deaths by quota from the model's tables; couples, parents, households
//   run_steps   the model's steps, one after another
//   write_facts the facts of the law, as columns in canonical order
//   measure     what the targets come to in this block
//
// A Block is made once for a thread and filled again and again; it keeps its memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "facts/columns.h"
#include "lab/population_model.h"
#include "lab/random.h"

namespace ansinh::lab {

// People in a block; the last has what is left.
inline constexpr uint32_t kBlockPeople = 16'384;
inline constexpr uint32_t kNobody = UINT32_MAX;

struct Block {
  Block(const Model& of, uint64_t the_seed) : model(of), seed(the_seed) {}

  const Model& model;
  uint64_t seed;
  uint64_t number = 0;
  Random random{0, 0};
  Quota quota{0, 0};
  // Work rows for each person of the population, in 1/1000; 0: as the model says.
  uint64_t rows_per_person = 0;

  uint32_t people = 0, households = 0, living = 0;
  // By person; people of one household stand together.
  std::vector<uint32_t> household, mother, partner;
  std::vector<uint32_t> first;  // by household, and one more: its first person
  std::vector<uint32_t> alive;  // by household: its living people
  // By TraitId or AmountId, then by its unit.
  std::vector<std::vector<uint8_t>> traits;
  std::vector<std::vector<int64_t>> amounts;

  // A trait by the rows of a unit: of households by person where a person is asked for.
  std::span<const uint8_t> trait_of(TraitId trait, Unit unit);
  uint32_t units(Unit unit) const { return unit == Unit::kPerson ? people : households; }
  // Those of a unit for which the condition holds, in order.
  void select(const Condition& condition, Unit unit, std::vector<uint32_t>& out);
  // Of a household trait that has changed.
  void forget_spread(TraitId trait) { spread_[trait].clear(); }

  // Room to work in.
  // NOLINTBEGIN(readability-identifier-naming)
  std::vector<std::vector<uint8_t>> spread_;  // household traits by person, where asked for
  std::vector<uint32_t> selected_;
  std::vector<uint64_t> weights_;
  // NOLINTEND(readability-identifier-naming)
};

// `people` in 1 … kBlockPeople.
void assemble(Block& block, uint64_t number, uint32_t people);
void run_steps(Block& block);
void write_facts(Block& block, facts::Columns& columns);

// What the targets come to: sums over blocks, in the order of TargetLine of population.h.
struct Measured {
  uint64_t people = 0, households = 0, living = 0;
  std::vector<uint64_t> counts;   // by target: units; of a mean, those that have the amount
  std::vector<int64_t> sums;      // by target: of the amount
  std::vector<uint64_t> ages;     // living by sex, then age
  std::vector<uint64_t> deaths;   // by sex, then age
  std::vector<uint64_t> mothers;  // of infants, by the mother's age at birth
  std::vector<uint64_t> rows;     // by EntityId
  void add(const Measured& other);
};
void measure(Block& block, Measured& out);

// A value between the quantiles, chosen evenly by a fraction of 2^32.
inline int64_t value_at(const Quantiles& quantiles, uint32_t fraction) {
  const uint64_t place = uint64_t{fraction} * (quantiles.size() - 1);
  const size_t i = place >> 32;
  if (i + 1 >= quantiles.size()) return quantiles.back();
  const int64_t step = quantiles[i + 1] - quantiles[i];
  return quantiles[i] +
         static_cast<int64_t>(
             (static_cast<Wide>(step) * static_cast<int64_t>(place & 0xFFFFFFFFU)) >> 32);
}

}  // namespace ansinh::lab
