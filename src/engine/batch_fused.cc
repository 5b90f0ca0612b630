#include "engine/batch_fused.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "engine/batch_widths.h"

namespace ansinh::engine::batch {

namespace {

constexpr int64_t kMost = (int64_t{1} << 62) - 1;
constexpr size_t kTile = 256;  // places

bool is_narrow(Wide value) { return value >= -Wide{kMost} && value <= Wide{kMost}; }

std::optional<std::pair<int64_t, int64_t>> narrow(Wide low, Wide high) {
  if (!is_narrow(low) || !is_narrow(high)) return std::nullopt;
  return std::pair{static_cast<int64_t>(low), static_cast<int64_t>(high)};
}

Fused::Operand operand(const FusedValue& value) { return {value.at, value.is_input}; }

int64_t least(const FusedValue& a) { return a.is_constant ? a.constant : a.low; }
int64_t greatest_of(const FusedValue& a) { return a.is_constant ? a.constant : a.high; }

// As `nearest` of Vec: a / by as a whole number.
int64_t whole(int64_t a, int64_t by, Rounding mode) {
  int64_t floor = a / by;
  if (a % by < 0) --floor;
  const int64_t rest = a - floor * by;
  switch (mode) {
    case Rounding::kDown:
      return floor;
    case Rounding::kUp:
      return floor + (rest != 0 ? 1 : 0);
    case Rounding::kHalfUp:
      return floor + (rest > by - rest || (rest == by - rest && floor >= 0) ? 1 : 0);
    default:
      return floor + (rest > by - rest || (rest == by - rest && (floor & 1) != 0) ? 1 : 0);
  }
}

}  // namespace

WIDTHS std::pair<int64_t, int64_t> bounds_of(const int64_t* cells, size_t n) {
  int64_t low = cells[0];
  int64_t high = cells[0];
  for (size_t i = 1; i < n; ++i) {
    low = cells[i] < low ? cells[i] : low;
    high = cells[i] > high ? cells[i] : high;
  }
  return {low, high};
}

// ---- Compiling ---------------------------------------------------------------------------------

FusedValue Fused::constant(int64_t numerator, int64_t denominator) {
  FusedValue out;
  out.is_constant = true;
  out.constant = numerator;
  out.denominator = denominator;
  return out;
}

FusedValue Fused::input(const int64_t* cells, size_t n, int64_t denominator) {
  FusedValue out;
  out.is_input = true;
  out.denominator = denominator;
  const auto known = std::ranges::find(inputs_, cells);
  out.at = static_cast<uint32_t>(known - inputs_.begin());
  if (known == inputs_.end()) {
    inputs_.push_back(cells);
    bounds_.push_back(bounds_of(cells, n));
  }
  std::tie(out.low, out.high) = bounds_[out.at];
  return out;
}

FusedValue Fused::emit(Instruction instruction, int64_t low, int64_t high, int64_t denominator) {
  FusedValue out;
  out.at = static_cast<uint32_t>(code_.size());
  out.low = low;
  out.high = high;
  out.denominator = denominator;
  code_.push_back(instruction);
  return out;
}

// The same number, its numerator multiplied.
std::optional<FusedValue> Fused::scaled(const FusedValue& a, int64_t factor) {
  if (factor == 1) return a;
  const auto bounds = narrow(Wide{least(a)} * factor, Wide{greatest_of(a)} * factor);
  const Wide bottom = Wide{a.denominator} * factor;
  if (!bounds || !is_narrow(bottom)) return std::nullopt;
  if (a.is_constant) return constant(bounds->first, static_cast<int64_t>(bottom));
  return emit({Code::kMultiplyBy, operand(a), {}, {}, factor, 0, 0, 0}, bounds->first,
              bounds->second, static_cast<int64_t>(bottom));
}

bool Fused::unify(FusedValue& a, FusedValue& b) {
  if (a.denominator == b.denominator) return true;
  const int64_t common = std::gcd(a.denominator, b.denominator);
  const auto left = scaled(a, b.denominator / common);
  const auto right = scaled(b, a.denominator / common);
  if (!left || !right) return false;
  a = *left;
  b = *right;
  return true;
}

std::optional<FusedValue> Fused::add(const FusedValue& left, const FusedValue& right,
                                     bool subtracts) {
  FusedValue a = left;
  FusedValue b = right;
  if (!unify(a, b)) return std::nullopt;
  const auto bounds =
      subtracts ? narrow(Wide{least(a)} - greatest_of(b), Wide{greatest_of(a)} - least(b))
                : narrow(Wide{least(a)} + least(b), Wide{greatest_of(a)} + greatest_of(b));
  if (!bounds) return std::nullopt;
  const auto [low, high] = *bounds;
  if (a.is_constant && b.is_constant) return constant(low, a.denominator);
  if (b.is_constant) {
    if (b.constant == 0) return a;
    return emit(
        {Code::kAddValue, operand(a), {}, {}, subtracts ? -b.constant : b.constant, 0, 0, 0}, low,
        high, a.denominator);
  }
  if (a.is_constant) {
    return emit({subtracts ? Code::kSubtractFrom : Code::kAddValue,
                 operand(b),
                 {},
                 {},
                 a.constant,
                 0,
                 0,
                 0},
                low, high, a.denominator);
  }
  return emit({subtracts ? Code::kSubtract : Code::kAdd, operand(a), operand(b), {}, 0, 0, 0, 0},
              low, high, a.denominator);
}

std::optional<FusedValue> Fused::multiply(const FusedValue& a, const FusedValue& b) {
  const Wide corners[] = {Wide{least(a)} * least(b), Wide{least(a)} * greatest_of(b),
                          Wide{greatest_of(a)} * least(b), Wide{greatest_of(a)} * greatest_of(b)};
  const auto bounds =
      narrow(*std::ranges::min_element(corners), *std::ranges::max_element(corners));
  const Wide bottom = Wide{a.denominator} * b.denominator;
  if (!bounds || !is_narrow(bottom)) return std::nullopt;
  const auto denominator = static_cast<int64_t>(bottom);
  if (a.is_constant && b.is_constant) return constant(bounds->first, denominator);
  const FusedValue& column = a.is_constant ? b : a;
  const FusedValue& other = a.is_constant ? a : b;
  if (!other.is_constant) {
    return emit({Code::kMultiply, operand(a), operand(b), {}, 0, 0, 0, 0}, bounds->first,
                bounds->second, denominator);
  }
  // By a fraction: in its lowest terms, together with the column's.
  const int64_t common = std::gcd(other.constant, column.denominator);
  const int64_t factor = common == 0 ? 0 : other.constant / common;
  const Wide least_bottom = Wide{common == 0 ? 1 : column.denominator / common} * other.denominator;
  if (factor == 0) return constant(0);
  if (factor == 1) {
    FusedValue out = column;
    out.denominator = static_cast<int64_t>(least_bottom);
    return out;
  }
  const auto reduced = narrow(Wide{column.low} * factor, Wide{column.high} * factor);
  const auto [low, high] = std::minmax(reduced->first, reduced->second);
  return emit({Code::kMultiplyBy, operand(column), {}, {}, factor, 0, 0, 0}, low, high,
              static_cast<int64_t>(least_bottom));
}

std::optional<FusedValue> Fused::divide(const FusedValue& a, const FusedValue& b) {
  if (!b.is_constant || b.constant <= 0) return std::nullopt;
  const int64_t common = std::gcd(b.constant, b.denominator);
  return multiply(a, constant(b.denominator / common, b.constant / common));
}

std::optional<FusedValue> Fused::rounded(const FusedValue& a, Rounding mode,
                                         const FusedValue& multiple) {
  if (!multiple.is_constant || multiple.constant <= 0 || multiple.denominator != 1) {
    return std::nullopt;
  }
  const int64_t times = multiple.constant;
  const Wide divisor = Wide{a.denominator} * times;
  if (divisor > (Wide{1} << 31)) return std::nullopt;
  const auto by = static_cast<int64_t>(divisor);
  const auto bounds = narrow(Wide{whole(least(a), by, mode)} * times,
                             Wide{whole(greatest_of(a), by, mode)} * times);
  if (!bounds) return std::nullopt;
  if (a.is_constant) return constant(bounds->first);
  FusedValue out = a;
  out.denominator = 1;
  if (by != 1) {
    // a / by by a multiplication: floor((a + s·by) · factor / 2^shift) - s. The factor is exact for
    // numbers of 31 bits; others are divided in 64.
    Instruction divide{mode == Rounding::kDown     ? Code::kDivide
                       : mode == Rounding::kUp     ? Code::kDivideUp
                       : mode == Rounding::kHalfUp ? Code::kDivideHalfUp
                                                   : Code::kDivideHalfEven,
                       operand(a),
                       {},
                       {},
                       by,
                       0,
                       0,
                       0};
    constexpr int64_t kSmall = int64_t{1} << 31;
    if (a.low > -kSmall && a.high < kSmall) {
      divide.shift = 31U + static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(by - 1)));
      divide.factor = ((uint64_t{1} << divide.shift) + static_cast<uint64_t>(by) - 1) /
                      static_cast<uint64_t>(by);
    }
    out = emit(divide, whole(a.low, by, mode), whole(a.high, by, mode), 1);
  }
  if (times == 1) return out;
  return emit({Code::kMultiplyBy, operand(out), {}, {}, times, 0, 0, 0}, bounds->first,
              bounds->second, 1);
}

std::optional<FusedValue> Fused::extreme(const FusedValue& left, const FusedValue& right,
                                         bool greatest) {
  FusedValue a = left;
  FusedValue b = right;
  if (!unify(a, b)) return std::nullopt;
  const auto best = [&](int64_t x, int64_t y) {
    return greatest ? std::max(x, y) : std::min(x, y);
  };
  const int64_t low = best(least(a), least(b));
  const int64_t high = best(greatest_of(a), greatest_of(b));
  if (a.is_constant && b.is_constant) return constant(low, a.denominator);
  if (a.is_constant) std::swap(a, b);
  if (b.is_constant) {
    return emit(
        {greatest ? Code::kAtLeast : Code::kAtMost, operand(a), {}, {}, b.constant, 0, 0, 0}, low,
        high, a.denominator);
  }
  return emit({greatest ? Code::kGreater : Code::kLesser, operand(a), operand(b), {}, 0, 0, 0, 0},
              low, high, a.denominator);
}

std::optional<FusedValue> Fused::less(const FusedValue& left, const FusedValue& right) {
  FusedValue a = left;
  FusedValue b = right;
  if (!unify(a, b)) return std::nullopt;
  if (greatest_of(a) < least(b)) return constant(1);
  if (least(a) >= greatest_of(b)) return constant(0);
  if (b.is_constant) {
    return emit({Code::kLessThan, operand(a), {}, {}, b.constant, 0, 0, 0}, 0, 1, 1);
  }
  if (a.is_constant) {
    return emit({Code::kGreaterThan, operand(b), {}, {}, a.constant, 0, 0, 0}, 0, 1, 1);
  }
  return emit({Code::kLess, operand(a), operand(b), {}, 0, 0, 0, 0}, 0, 1, 1);
}

std::optional<FusedValue> Fused::equal(const FusedValue& left, const FusedValue& right) {
  FusedValue a = left;
  FusedValue b = right;
  if (!unify(a, b)) return std::nullopt;
  if (greatest_of(a) < least(b) || greatest_of(b) < least(a)) return constant(0);
  if (a.is_constant && b.is_constant) return constant(1);
  if (a.is_constant) std::swap(a, b);
  if (b.is_constant) {
    return emit({Code::kEqualTo, operand(a), {}, {}, b.constant, 0, 0, 0}, 0, 1, 1);
  }
  return emit({Code::kEqual, operand(a), operand(b), {}, 0, 0, 0, 0}, 0, 1, 1);
}

FusedValue Fused::invert(const FusedValue& a) {
  if (a.is_constant) return constant(a.constant == 0 ? 1 : 0);
  return emit({Code::kEqualTo, operand(a), {}, {}, 0, 0, 0, 0}, 0, 1, 1);
}

FusedValue Fused::both(const FusedValue& a, const FusedValue& b) {
  if (a.is_constant) return a.constant == 0 ? constant(0) : b;
  if (b.is_constant) return b.constant == 0 ? constant(0) : a;
  return emit({Code::kBoth, operand(a), operand(b), {}, 0, 0, 0, 0}, 0, 1, 1);
}

FusedValue Fused::either(const FusedValue& a, const FusedValue& b) {
  if (a.is_constant) return a.constant != 0 ? constant(1) : b;
  if (b.is_constant) return b.constant != 0 ? constant(1) : a;
  return emit({Code::kEither, operand(a), operand(b), {}, 0, 0, 0, 0}, 0, 1, 1);
}

std::optional<FusedValue> Fused::choose(const FusedValue& mask, const FusedValue& left,
                                        const FusedValue& right) {
  if (mask.is_constant) return mask.constant != 0 ? left : right;
  FusedValue a = left;
  FusedValue b = right;
  if (!unify(a, b)) return std::nullopt;
  const int64_t low = std::min(least(a), least(b));
  const int64_t high = std::max(greatest_of(a), greatest_of(b));
  Instruction choose{Code::kChoose, operand(a), operand(b), operand(mask), 0, 0, 0, 0};
  if (a.is_constant && b.is_constant) {
    choose.code = Code::kChooseEither;
    choose.value = a.constant;
    choose.other = b.constant;
  } else if (a.is_constant) {
    choose.code = Code::kChooseRight;
    choose.a = operand(b);
    choose.value = a.constant;
  } else if (b.is_constant) {
    choose.code = Code::kChooseLeft;
    choose.value = b.constant;
  }
  return emit(choose, low, high, a.denominator);
}

void Fused::require(const FusedValue& mask) {
  if (!mask.is_constant || mask.constant == 0) required_.push_back(mask);
}

// ---- Running -----------------------------------------------------------------------------------

namespace {

using Code = Fused::Code;

// The high 64 bits of a product, from products of 32 bits, which vectors have.
inline uint64_t high_of(uint64_t a, uint64_t b) {
  constexpr uint64_t kLow = 0xFFFFFFFFU;
  const uint64_t ll = (a & kLow) * (b & kLow);
  const uint64_t lh = (a & kLow) * (b >> 32U);
  const uint64_t hl = (a >> 32U) * (b & kLow);
  const uint64_t middle = (ll >> 32U) + (lh & kLow) + (hl & kLow);
  return (a >> 32U) * (b >> 32U) + (lh >> 32U) + (hl >> 32U) + (middle >> 32U);
}

// floor(a / by) of each; then `up(rest, floor)` more.
template <typename Up>
[[gnu::always_inline]] inline void divide_each(const Fused::Instruction& in, const int64_t* a,
                                               int64_t* out, size_t n, Up up) {
  const auto by = static_cast<uint64_t>(in.value);
  if (in.factor != 0) {
    for (size_t i = 0; i < n; ++i) {
      const auto sign = static_cast<uint64_t>(a[i] >> 63U);
      const uint64_t size = static_cast<uint64_t>(a[i]) ^ sign;  // below 2^31
      const uint64_t floor = ((size * in.factor) >> in.shift) ^ sign;
      const auto rest = static_cast<int64_t>(static_cast<uint64_t>(a[i]) - floor * by);
      out[i] = static_cast<int64_t>(floor) + up(rest, static_cast<int64_t>(floor));
    }
    return;
  }
  // Granlund and Montgomery, 1994; numbers below 2^62 and a divisor of at most 2^31.
  const auto bits = static_cast<unsigned>(std::bit_width(by - 1));
  __extension__ using UnsignedWide = unsigned __int128;
  const unsigned shift = 62 + bits;
  const UnsignedWide power = UnsignedWide{1} << shift;
  const auto factor = static_cast<uint64_t>((power + by - 1) / by);
  if (bits < 2) {  // by is 2
    for (size_t i = 0; i < n; ++i) {
      const int64_t floor = a[i] >> 1U;
      out[i] = floor + up(a[i] - 2 * floor, floor);
    }
    return;
  }
  for (size_t i = 0; i < n; ++i) {
    const auto sign = static_cast<uint64_t>(a[i] >> 63U);
    const uint64_t size = static_cast<uint64_t>(a[i]) ^ sign;
    const uint64_t floor = (high_of(size, factor) >> (bits - 2)) ^ sign;
    const auto rest = static_cast<int64_t>(static_cast<uint64_t>(a[i]) - floor * by);
    out[i] = static_cast<int64_t>(floor) + up(rest, static_cast<int64_t>(floor));
  }
}

// Bounds say that nothing overflows.
WIDTHS void run_instruction(const Fused::Instruction& in, const int64_t* a, const int64_t* b,
                            const int64_t* c, int64_t* out, size_t n) {
  const int64_t value = in.value;
  const int64_t other = in.other;
  switch (in.code) {
    case Code::kAdd:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] + b[i];
      return;
    case Code::kAddValue:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] + value;
      return;
    case Code::kSubtract:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] - b[i];
      return;
    case Code::kSubtractFrom:
      for (size_t i = 0; i < n; ++i) out[i] = value - a[i];
      return;
    case Code::kMultiply:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] * b[i];
      return;
    case Code::kMultiplyBy:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] * value;
      return;
    case Code::kDivide:
      divide_each(in, a, out, n, [](int64_t, int64_t) { return int64_t{0}; });
      return;
    case Code::kDivideUp:
      divide_each(in, a, out, n, [](int64_t rest, int64_t) { return int64_t{rest != 0}; });
      return;
    case Code::kDivideHalfUp:
      divide_each(in, a, out, n, [value](int64_t rest, int64_t floor) {
        // Twice the rest, one less where a half goes down.
        return int64_t{2 * rest + (floor >> 63U) >= value};
      });
      return;
    case Code::kDivideHalfEven:
      divide_each(in, a, out, n, [value](int64_t rest, int64_t floor) {
        return int64_t{2 * rest + (floor & 1) > value};
      });
      return;
    case Code::kGreater:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? b[i] : a[i];
      return;
    case Code::kAtLeast:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] < value ? value : a[i];
      return;
    case Code::kLesser:
      for (size_t i = 0; i < n; ++i) out[i] = b[i] < a[i] ? b[i] : a[i];
      return;
    case Code::kAtMost:
      for (size_t i = 0; i < n; ++i) out[i] = value < a[i] ? value : a[i];
      return;
    case Code::kLess:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? 1 : 0;
      return;
    case Code::kLessThan:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] < value ? 1 : 0;
      return;
    case Code::kGreaterThan:
      for (size_t i = 0; i < n; ++i) out[i] = value < a[i] ? 1 : 0;
      return;
    case Code::kEqual:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] == b[i] ? 1 : 0;
      return;
    case Code::kEqualTo:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] == value ? 1 : 0;
      return;
    case Code::kBoth:
      for (size_t i = 0; i < n; ++i) out[i] = a[i] != 0 && b[i] != 0 ? 1 : 0;
      return;
    case Code::kEither:
      for (size_t i = 0; i < n; ++i) out[i] = (a[i] | b[i]) != 0 ? 1 : 0;
      return;
    case Code::kChoose:
      for (size_t i = 0; i < n; ++i) out[i] = c[i] != 0 ? a[i] : b[i];
      return;
    case Code::kChooseLeft:
      for (size_t i = 0; i < n; ++i) out[i] = c[i] != 0 ? a[i] : value;
      return;
    case Code::kChooseRight:
      for (size_t i = 0; i < n; ++i) out[i] = c[i] != 0 ? value : a[i];
      return;
    case Code::kChooseEither:
      for (size_t i = 0; i < n; ++i) out[i] = c[i] != 0 ? value : other;
      return;
  }
}

}  // namespace

std::optional<Vec> Fused::run(const FusedValue& result, size_t n) const {
  for (const FusedValue& mask : required_) {
    if (mask.is_constant) return std::nullopt;  // 0
  }
  if (result.is_constant && required_.empty()) {
    return Vec::constant(n, result.constant, result.denominator);
  }
  // One register an instruction, reused from the last use of what it held.
  constexpr uint32_t kNever = 0xFFFFFFFF;
  std::vector<uint32_t> last_use(code_.size(), kNever);
  const auto use = [&](const Operand& operand, size_t at) {
    if (!operand.is_input && operand.at < code_.size()) {
      last_use[operand.at] = static_cast<uint32_t>(at);
    }
  };
  for (size_t at = 0; at < code_.size(); ++at) {
    const Instruction& in = code_[at];
    use(in.a, at);
    if (in.code == Code::kAdd || in.code == Code::kSubtract || in.code == Code::kMultiply ||
        in.code == Code::kGreater || in.code == Code::kLesser || in.code == Code::kLess ||
        in.code == Code::kEqual || in.code == Code::kBoth || in.code == Code::kEither ||
        in.code == Code::kChoose) {
      use(in.b, at);
    }
    if (in.code >= Code::kChoose) use(in.c, at);
  }
  for (const FusedValue& mask : required_) {
    if (!mask.is_input) last_use[mask.at] = kNever - 1;
  }
  if (!result.is_constant && !result.is_input) last_use[result.at] = kNever - 1;
  std::vector<uint32_t> register_of(code_.size(), 0);
  std::vector<uint32_t> free;
  uint32_t registers = 0;
  std::vector<std::vector<uint32_t>> ending(code_.size());
  for (uint32_t at = 0; at < code_.size(); ++at) {
    if (last_use[at] < code_.size()) ending[last_use[at]].push_back(at);
  }
  for (uint32_t at = 0; at < code_.size(); ++at) {
    if (free.empty()) free.push_back(registers++);
    register_of[at] = free.back();
    free.pop_back();
    // Not before: an instruction does not write over what it reads.
    for (const uint32_t ended : ending[at]) free.push_back(register_of[ended]);
    if (last_use[at] == kNever) free.push_back(register_of[at]);
  }
  Vec out = Vec::constant(n, 0, result.denominator);
  if (result.is_constant) {
    out.value = Column<int64_t>::alike(n, result.constant);
  } else {
    out.value = Column<int64_t>::raw(n);
  }
  int64_t* const to = result.is_constant ? nullptr : out.value.writable();
  // The last instruction most often gives the result: it writes there at once.
  const bool is_last = to != nullptr && !result.is_input && result.at + 1 == code_.size();
  std::vector<int64_t> tile(registers * kTile);
  const auto cells = [&](const Operand& operand, size_t first) -> const int64_t* {
    if (operand.is_input) return inputs_[operand.at] + first;
    if (is_last && operand.at == result.at) return to + first;
    return tile.data() + size_t{register_of[operand.at]} * kTile;
  };
  for (size_t first = 0; first < n; first += kTile) {
    const size_t count = std::min(kTile, n - first);
    for (size_t at = 0; at < code_.size(); ++at) {
      const Instruction& in = code_[at];
      int64_t* const into =
          is_last && at == result.at ? to + first : tile.data() + size_t{register_of[at]} * kTile;
      run_instruction(in, cells(in.a, first), cells(in.b, first), cells(in.c, first), into, count);
    }
    for (const FusedValue& mask : required_) {
      const int64_t* held = cells(operand(mask), first);
      int64_t all = 1;
      for (size_t i = 0; i < count; ++i) all &= held[i];
      if (all == 0) return std::nullopt;
    }
    if (to != nullptr && !is_last) std::copy_n(cells(operand(result), first), count, to + first);
  }
  return out;
}

}  // namespace ansinh::engine::batch
