// Single rules over people made at random: the inputs, as plain arrays that any peer can take, what
// a plain loop makes of them, and the same as columns of the rule's law.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/columns.h"

namespace ansinh::bench {

// Of people in order; of spells, in the order of the people.
struct RuleInputs {
  std::vector<uint8_t> sex;  // 0 female, 1 male
  std::vector<int32_t> months_paid, years_early;
  std::vector<uint32_t> begin;    // by person, and one more: where the person's spells begin
  std::vector<int32_t> from, to;  // months since 1970-01, inclusive
  std::vector<int64_t> salary;    // of people or of spells, VND a month
};

inline constexpr int64_t kRefused = -1;

struct Rule {
  std::string_view name;     // bench/law/NAME.md
  std::string_view benefit;  // whose first payment is the result
  RuleInputs (*inputs)(uint64_t people, uint64_t seed);
  // By person: whole đồng a month, or kRefused.
  void (*plain_loop)(const RuleInputs& inputs, std::vector<int64_t>& results);
  // Columns of the people first … first + count - 1.
  void (*fill)(const RuleInputs& inputs, uint32_t first, uint32_t count, facts::Columns& columns);
};

std::span<const Rule> rules();

// Writes each array as NAME.bin, little-endian, without a head, into a folder that is there.
void write_inputs(const RuleInputs& inputs, const std::string& folder);
void write_bytes(const std::string& path, const void* bytes, size_t size);

}  // namespace ansinh::bench
