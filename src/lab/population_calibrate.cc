// Means to be met: what the amounts of those whom a target counts are multiplied by.
//
// On a few blocks the mean of each draw is known without drawing: it is that of the quantiles of
// each unit. The factors are then found by going round the targets, each time making one of them
// hold (iterative proportional fitting). Whole numbers only, so that they are the same everywhere.

#include <algorithm>

#include "lab/population_block.h"

namespace ansinh::lab {

namespace {

constexpr uint64_t kPilotBlocks = 4;
constexpr uint64_t kPilotSeed = 20'250'701;
constexpr int kRounds = 30;
constexpr int64_t kOne = 1'000'000;

int64_t mean_of(const Quantiles& quantiles) {
  if (quantiles.size() == 1) return quantiles[0];
  int64_t twice = 0;
  for (size_t i = 0; i + 1 < quantiles.size(); ++i) twice += quantiles[i] + quantiles[i + 1];
  return twice / (2 * (static_cast<int64_t>(quantiles.size()) - 1));
}

// Those whom the same targets count, together: by a bit for each target.
struct Cells {
  std::vector<Wide> sums, counts;
};

void add_block(Block& block, const Draw& draw, Cells& cells) {
  const Model& model = block.model;
  std::vector<uint32_t> units;
  block.select(draw.among, draw.unit, units);
  std::vector<uint8_t> masks(block.units(draw.unit));
  for (size_t k = 0; k < draw.targets.size(); ++k) {
    block.select(model.targets[draw.targets[k]].among, draw.unit, block.selected_);
    for (const uint32_t i : block.selected_) masks[i] |= static_cast<uint8_t>(1U << k);
  }
  for (const uint32_t i : units) {
    const uint8_t by = draw.by == kNone ? uint8_t{0} : block.trait_of(draw.by, draw.unit)[i];
    if (draw.quantiles[by].empty()) continue;
    int64_t mean = mean_of(draw.quantiles[by]);
    for (const Factor& factor : draw.percent) {
      mean = mean * factor.by[block.trait_of(factor.trait, draw.unit)[i]] / 100;
    }
    const uint32_t times = draw.unit == Unit::kPerson ? 1 : block.alive[i];
    cells.sums[masks[i]] += static_cast<Wide>(mean) * times;
    cells.counts[masks[i]] += times;
  }
}

void fit(const Cells& cells, const Model& model, Draw& draw) {
  for (int round = 0; round < kRounds; ++round) {
    for (size_t k = 0; k < draw.targets.size(); ++k) {
      Wide sum = 0;
      Wide count = 0;
      for (size_t mask = 0; mask < cells.sums.size(); ++mask) {
        if ((mask >> k & 1U) == 0) continue;
        Wide cell = cells.sums[mask];
        for (size_t j = 0; j < draw.targets.size(); ++j) {
          if ((mask >> j & 1U) != 0) cell = cell * static_cast<int64_t>(draw.millionths[j]) / kOne;
        }
        sum += cell;
        count += cells.counts[mask];
      }
      if (sum <= 0) continue;
      const Wide wanted = static_cast<Wide>(model.targets[draw.targets[k]].figure) * count;
      const Wide factor = static_cast<Wide>(draw.millionths[k]) * wanted / sum;
      draw.millionths[k] = static_cast<uint64_t>(std::clamp<Wide>(factor, 1, Wide{1000} * kOne));
    }
  }
}

}  // namespace

void calibrate(Model& model) {
  std::vector<Draw*> draws;
  for (Step& step : model.steps) {
    if (auto* draw = std::get_if<Draw>(&step); draw != nullptr && !draw->targets.empty()) {
      draws.push_back(draw);
    }
  }
  if (draws.empty()) return;
  std::vector<Cells> cells(draws.size());
  for (size_t i = 0; i < draws.size(); ++i) {
    const size_t masks = size_t{1} << draws[i]->targets.size();
    cells[i] = {std::vector<Wide>(masks), std::vector<Wide>(masks)};
  }
  Block block(model, kPilotSeed);
  for (uint64_t number = 0; number < kPilotBlocks; ++number) {
    assemble(block, number, kBlockPeople);
    run_steps(block);
    for (size_t i = 0; i < draws.size(); ++i) add_block(block, *draws[i], cells[i]);
  }
  for (size_t i = 0; i < draws.size(); ++i) fit(cells[i], model, *draws[i]);
}

}  // namespace ansinh::lab
