// What each kind of expression holds: its name in the JSON form, how many operands, which fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "law/syntax.h"

namespace ansinh::law {

// The field, beside its operands, that an expression of a kind must have.
enum class KindField : uint8_t {
  kNothing,
  kName,
  kMaybeName,
  kNumber,
  kDate,
  kMonth,
  kText,
  kReason
};

struct KindInfo {
  ExprKind kind;
  std::string_view name;  // "number", "sum", "first-day-of"
  std::string_view key;   // its words or mark, a key of keywords.h; empty where it has none
  size_t args_min;
  size_t args_max;
  KindField field;
};

inline constexpr size_t kAnyNumber = SIZE_MAX;

// Every kind once, in the order of the enumeration.
std::span<const KindInfo> kinds();
const KindInfo& info(ExprKind kind);

// The name of a kind for messages and logs: "first-day-of".
std::string describe(ExprKind kind);

}  // namespace ansinh::law
