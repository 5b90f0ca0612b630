// Where a definition's (or benefit's) step is found again: a hash table by rule, instance, context
// and, for what depends on it, the month or year at hand.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/trace.h"

namespace ansinh::engine {

struct MemoKey {
  uint32_t rule = 0;    // definitions, then benefits
  uint32_t serial = 0;  // of the instance
  ContextId context = 0;
  // The month, or the year, at hand.
  int32_t point = 0;
  static constexpr int32_t kNoPoint = INT32_MIN;  // where none is, or it does not matter
  bool operator==(const MemoKey&) const = default;
};

class Memo {
 public:
  static constexpr uint32_t kNone = 0;  // not evaluated
  static constexpr uint32_t kUnderWay = 0xFFFFFFFF;

  // The cell of the key; kNone when new. Valid until the next call.
  uint32_t& at(const MemoKey& key);

 private:
  struct Cell {
    MemoKey key;
    uint32_t value = kNone;
    bool used = false;
  };
  void grow();
  static uint64_t hash(const MemoKey& key);
  Cell& find(const MemoKey& key);

  std::vector<Cell> cells_;
  size_t used_ = 0;
};

}  // namespace ansinh::engine
