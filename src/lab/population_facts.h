// The values that facts receive, from the traits and amounts of a block.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "facts/columns.h"
#include "lab/population_block.h"

namespace ansinh::lab {

// Cells of a column that may be filled by several sources, each for some rows.
class Filling {
 public:
  Filling(facts::FactColumn& column, uint32_t rows, int64_t scale) : column_(column) {
    if (!column.state.empty()) return;
    column.state.assign(rows, facts::Cell::kNotGiven);
    column.value.assign(rows, 0);
    column.scale = scale;
  }
  void set(uint32_t row, int64_t value) {
    if (value == kNoAmount) return;
    const bool is_value = value != kSaidNone;
    column_.state[row] = is_value ? facts::Cell::kValue : facts::Cell::kNone;
    column_.value[row] = is_value ? value : 0;
  }

 private:
  facts::FactColumn& column_;
};

class FactValues {
 public:
  FactValues(Block& block, facts::Columns& columns) : block_(block), columns_(columns) {}

  facts::FactColumn& column(law::FactId fact) const {
    const law::FactInfo& info = columns_.program->facts[fact];
    return columns_.entities[info.entity].facts[info.slot];
  }
  // By unit: what the source gives it, as stored; kNoAmount: nothing. What a career gives is 0.
  void of(const FactSource& source, Unit unit, std::vector<int64_t>& out);
  // The same of one unit, for the few; not of texts.
  int64_t of_one(const FactSource& source, Unit unit, uint32_t i) const;
  // By unit: 1 where the condition holds.
  void marks(const Condition& condition, Unit unit, std::vector<uint8_t>& out);

 private:
  int64_t value(const FactSource& source, std::span<const uint8_t> trait, uint32_t i) const;
  void number_texts(const FactSource& source, std::vector<int64_t>& values);

  Block& block_;
  facts::Columns& columns_;
};

// The rows of all lists of the model. `order`: row i of the people's columns is person order[i] of
// the block; empty: person i.
void write_lists(Block& block, const std::vector<uint32_t>& order, facts::Columns& columns);

}  // namespace ansinh::lab
