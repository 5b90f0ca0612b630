// Working lives: how long each is, and the rows it is cut into.
#pragma once

#include <cstdint>
#include <vector>

#include "lab/population_block.h"

namespace ansinh::lab {

// A working life before it is cut into rows.
struct Life {
  int32_t end = 0;     // its last month
  int32_t months = 0;  // 0: none
};

struct LifeRow {
  int32_t from = 0, to = 0;  // months
  int64_t level = 0, scaled = 0;
};

class CareerMaker {
 public:
  CareerMaker(Block& block, const Career& career, Unit unit)
      : block_(block), career_(career), unit_(unit) {}

  // Of the units that hold, by unit.
  void draw_lives(const std::vector<uint8_t>& holds);
  int64_t months() const { return months_; }  // of all lives together
  // In 1/256 of a month; 0: rows are as long as the model says.
  void set_row_length(int64_t length) { row_length_ = length; }
  // The rows of a unit, the last first.
  void cut(uint32_t unit, std::vector<LifeRow>& out);

 private:
  int64_t draw(const Quantiles& quantiles);
  int32_t row_months(int32_t left, int64_t& wanted);
  int64_t index_at(int32_t month) const;
  int64_t first_month(uint32_t unit) const;

  Block& block_;
  const Career& career_;
  Unit unit_;
  std::vector<Life> lives_;  // by unit
  int64_t months_ = 0;
  int64_t row_length_ = 0;
};

}  // namespace ansinh::lab
