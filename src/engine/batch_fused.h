// Private to the room: rules of plain arithmetic, several operations in one pass.
//
// A formula over numbers that are all known is a list of instructions on registers. The places are
// gone over in tiles that stay in the cache, all instructions on one tile, then the next. Before
// that the bounds of the values at hand are known (they are looked at once a column), and from them
// those of every result: what may leave 62 bits is not compiled, so that nothing needs to be tested
// on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/rational.h"
#include "engine/batch_vec.h"

namespace ansinh::engine::batch {

// A number of every place: `numerator` over `denominator`, the numerators between the bounds.
struct FusedValue {
  bool is_constant = false;
  int64_t constant = 0;  // if it is; else:
  uint32_t at = 0;       // the input or the instruction that gives it
  bool is_input = false;
  int64_t low = 0, high = 0;
  int64_t denominator = 1;
};

class Fused {
 public:
  static FusedValue constant(int64_t numerator, int64_t denominator = 1);
  // `cells` must stay as they are; of n places.
  FusedValue input(const int64_t* cells, size_t n, int64_t denominator);

  // Nothing where a result may leave 62 bits.
  std::optional<FusedValue> add(const FusedValue& left, const FusedValue& right, bool subtracts);
  std::optional<FusedValue> multiply(const FusedValue& a, const FusedValue& b);
  std::optional<FusedValue> divide(const FusedValue& a, const FusedValue& b);  // by a constant > 0
  std::optional<FusedValue> rounded(const FusedValue& a, Rounding mode, const FusedValue& multiple);
  std::optional<FusedValue> extreme(const FusedValue& left, const FusedValue& right, bool greatest);
  // 0 or 1.
  std::optional<FusedValue> less(const FusedValue& left, const FusedValue& right);  // left < right
  std::optional<FusedValue> equal(const FusedValue& left, const FusedValue& right);
  FusedValue invert(const FusedValue& a);
  FusedValue both(const FusedValue& a, const FusedValue& b);
  FusedValue either(const FusedValue& a, const FusedValue& b);
  // `mask` (0 or 1) ? left : right.
  std::optional<FusedValue> choose(const FusedValue& mask, const FusedValue& left,
                                   const FusedValue& right);
  // If it is 0 anywhere, there is no result.
  void require(const FusedValue& mask);

  // The values of n places; nothing if what is required does not hold.
  std::optional<Vec> run(const FusedValue& result, size_t n) const;
  size_t instructions() const { return code_.size(); }

  enum class Code : uint8_t {
    kAdd,
    kAddValue,
    kSubtract,
    kSubtractFrom,  // value - a
    kMultiply,
    kMultiplyBy,
    kDivide,        // nearest below of a / value
    kDivideUp,      // nearest above
    kDivideHalfUp,  // nearest, halves away from zero
    kDivideHalfEven,
    kGreater,
    kAtLeast,
    kLesser,
    kAtMost,
    kLess,
    kLessThan,     // a < value
    kGreaterThan,  // value < a
    kEqual,
    kEqualTo,
    kBoth,
    kEither,
    kChoose,        // c ? a : b
    kChooseLeft,    // c ? a : value
    kChooseRight,   // c ? value : a
    kChooseEither,  // c ? value : other
  };
  struct Operand {
    uint32_t at = 0;
    bool is_input = false;
  };
  struct Instruction {
    Code code = Code::kAdd;
    Operand a, b, c;
    int64_t value = 0, other = 0;
    uint64_t factor = 0;  // of a division
    uint32_t shift = 0;
  };

 private:
  FusedValue emit(Instruction instruction, int64_t low, int64_t high, int64_t denominator);
  bool unify(FusedValue& a, FusedValue& b);
  std::optional<FusedValue> scaled(const FusedValue& a, int64_t factor);

  std::vector<const int64_t*> inputs_;
  std::vector<std::pair<int64_t, int64_t>> bounds_;  // by input
  std::vector<Instruction> code_;
  std::vector<FusedValue> required_;
};

// Least and greatest of n > 0 cells.
std::pair<int64_t, int64_t> bounds_of(const int64_t* cells, size_t n);

}  // namespace ansinh::engine::batch
