// From a block to the facts of the law: columns of households and of people.

#include "lab/population_facts.h"

#include <algorithm>
#include <unordered_map>

#include "lab/row_order.h"

namespace ansinh::lab {

using facts::Cell;
using facts::FactColumn;
using facts::Known;

void FactValues::marks(const Condition& condition, Unit unit, std::vector<uint8_t>& out) {
  out.assign(block_.units(unit), 0);
  block_.select(condition, unit, block_.selected_);
  for (const uint32_t i : block_.selected_) out[i] = 1;
}

int64_t FactValues::value(const FactSource& source, std::span<const uint8_t> trait,
                          uint32_t i) const {
  switch (source.from) {
    case From::kTrait:
      return source.stored[trait[i]];
    case From::kConstant:
      return source.constant;
    case From::kLevel:
    case From::kScaled:
      return 0;
    case From::kAmount:
      break;
  }
  const int64_t amount = block_.amounts[source.amount][i];
  if (amount == kNoAmount) return source.otherwise;
  return source.is_month ? Month::of(Date{static_cast<int32_t>(amount)}).months : amount;
}

void FactValues::of(const FactSource& source, Unit unit, std::vector<int64_t>& out) {
  const bool is_all = source.when.parts.empty();
  if (source.from == From::kConstant && is_all) {
    out.assign(block_.units(unit), source.constant);
    return;
  }
  out.assign(block_.units(unit), kNoAmount);
  const auto trait = source.from == From::kTrait ? block_.trait_of(source.trait, unit)
                                                 : std::span<const uint8_t>();
  if (is_all) {
    for (uint32_t i = 0; i < out.size(); ++i) out[i] = value(source, trait, i);
  } else {
    block_.select(source.when, unit, block_.selected_);
    for (const uint32_t i : block_.selected_) out[i] = value(source, trait, i);
  }
  const bool is_text = columns_.program->facts[source.fact].type.base == law::Base::kText;
  if (is_text) number_texts(source, out);
}

int64_t FactValues::of_one(const FactSource& source, Unit unit, uint32_t i) const {
  for (const Condition::Part& part : source.when.parts) {
    if (part.holds[block_.trait_of(part.trait, unit)[i]] == 0) return kNoAmount;
  }
  const auto trait = source.from == From::kTrait ? block_.trait_of(source.trait, unit)
                                                 : std::span<const uint8_t>();
  return value(source, trait, i);
}

// It writes a column.
// NOLINTNEXTLINE(readability-make-member-function-const)
void FactValues::number_texts(const FactSource& source, std::vector<int64_t>& values) {
  FactColumn& texts = column(source.fact);
  std::unordered_map<int64_t, uint32_t> numbers;
  for (int64_t& value : values) {
    if (value == kNoAmount) continue;
    const auto [found, is_new] = numbers.try_emplace(value, 0);
    if (is_new) found->second = texts.number_of(source.prefix + std::to_string(value));
    value = found->second;
  }
}

namespace {

void write_people(const Block& block, const FactValues& values) {
  const People& people = block.model.people;
  const law::Program& program = *block.model.program;
  Filling sex(values.column(people.sex), block.people, 1);
  Filling birth(values.column(people.birth), block.people, 1);
  for (uint32_t i = 0; i < block.people; ++i) {
    sex.set(i, block.traits[kSex][i] == 0 ? people.female : people.male);
    birth.set(i, block.amounts[kBirth][i]);
  }
  if (people.death == law::kNoId) return;
  const law::FactInfo& info = program.facts[people.death];
  const bool says_none = info.type.or_none && !info.presumed;
  Filling death(values.column(people.death), block.people, 1);
  for (uint32_t i = 0; i < block.people; ++i) {
    const int64_t day = block.amounts[kDeath][i];
    death.set(i, day == kNoAmount && says_none ? kSaidNone : day);
  }
}

}  // namespace

void write_facts(Block& block, facts::Columns& columns) {
  const Model& model = block.model;
  const law::Program& program = *model.program;
  columns.clear();
  columns.trees = block.households;
  columns.entities[program.root_entity].rows = block.households;
  facts::EntityColumns& people = columns.entities[model.people.entity];
  people.rows = block.people;
  people.parent = block.household;
  const law::ListInfo& list = program.lists[program.entities[model.people.entity].list];
  facts::ListColumn& members = columns.entities[list.parent].lists[list.slot];
  members.all = Known::kGiven;
  members.begin = block.first;

  FactValues values(block, columns);
  write_people(block, values);
  std::vector<int64_t> stored;
  for (const FactSource& source : model.facts) {
    const bool is_person = program.facts[source.fact].entity == model.people.entity;
    const Unit unit = is_person ? Unit::kPerson : Unit::kHousehold;
    values.of(source, unit, stored);
    Filling filling(values.column(source.fact), block.units(unit), model.scales[source.fact]);
    for (uint32_t i = 0; i < stored.size(); ++i) filling.set(i, stored[i]);
  }
  const std::vector<uint32_t> order = canonical_order(columns, model.people.entity, block.first);
  reorder(people, order);
  write_lists(block, order, columns);
}

}  // namespace ansinh::lab
