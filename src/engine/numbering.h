// Distinct items in the order of their first appearance, found again by hash: a number for each.
#pragma once

#include <cstdint>
#include <vector>

namespace ansinh::engine {

// `Hash` gives uint64_t; `Equal` compares two items.
template <typename T, typename Hash, typename Equal>
class Numbering {
 public:
  // The number of the item, given out now if it is new.
  uint32_t of(const T& item) {
    if (items_.size() * 2 >= slots_.size()) grow();
    uint32_t& slot = find(item);
    if (slot == kFree) {
      slot = static_cast<uint32_t>(items_.size());
      items_.push_back(item);
    }
    return slot;
  }
  const T& item(uint32_t number) const { return items_[number]; }
  size_t size() const { return items_.size(); }

 private:
  static constexpr uint32_t kFree = 0xFFFFFFFF;
  static constexpr size_t kSlotsMin = 128;

  uint32_t& find(const T& item) {
    uint64_t hash = Hash{}(item)*0x9E3779B97F4A7C15U;
    hash ^= hash >> 32U;
    size_t at = hash & (slots_.size() - 1);
    while (slots_[at] != kFree && !Equal{}(items_[slots_[at]], item)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at];
  }
  void grow() {
    slots_.assign(slots_.empty() ? kSlotsMin : slots_.size() * 2, kFree);
    for (uint32_t number = 0; number < items_.size(); ++number) find(items_[number]) = number;
  }

  std::vector<T> items_;
  std::vector<uint32_t> slots_;
};

}  // namespace ansinh::engine
