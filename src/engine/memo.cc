#include "engine/memo.h"

#include <utility>

namespace ansinh::engine {

uint64_t Memo::hash(const MemoKey& key) {
  constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
  uint64_t h = ((uint64_t{key.rule} << 32U) | key.serial) * kMix;
  h ^= h >> 29U;
  h = (h + ((uint64_t{key.context} << 32U) ^ static_cast<uint32_t>(key.point))) * kMix;
  return h ^ (h >> 32U);
}

Memo::Cell& Memo::find(const MemoKey& key) {
  size_t at = hash(key) & (cells_.size() - 1);
  while (cells_[at].used && cells_[at].key != key) at = (at + 1) & (cells_.size() - 1);
  return cells_[at];
}

uint32_t& Memo::at(const MemoKey& key) {
  if (used_ * 2 >= cells_.size()) grow();
  Cell& cell = find(key);
  if (!cell.used) {
    cell.used = true;
    cell.key = key;
    ++used_;
  }
  return cell.value;
}

void Memo::grow() {
  constexpr size_t kCellsMin = 256;
  std::vector<Cell> old =
      std::exchange(cells_, std::vector<Cell>(cells_.empty() ? kCellsMin : cells_.size() * 2));
  for (const Cell& cell : old) {
    if (cell.used) find(cell.key) = cell;
  }
}

}  // namespace ansinh::engine
