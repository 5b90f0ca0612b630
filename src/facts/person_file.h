// What is known of one household or person: a tree of instances in the shape that the law declares.
//
// A PersonFile owns its instances in an arena (stable addresses). It is filled by from_json (a file
// or a request) or from_case (a case beside the law) and read by the executors. A fact that is not
// given is unknown, except where the law presumes a value: then it holds the presumption, marked.
// "Unknown" said openly (null) stays unknown even where the law presumes something.
//
// The chain of parents above the subject is always complete: a parent that was not given is there
// with nothing but presumptions. The parent's list holds the subject even while the list as such is
// not known (known == kUnknown): there may be further rows.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "law/program.h"

namespace ansinh::facts {

enum class Known : uint8_t { kUnknown, kGiven, kPresumed };

struct FactValue {
  Known known = Known::kUnknown;
  law::Value value;  // monostate while known: "none" (only for facts `or none`)
};

struct Instance;

struct ListValue {
  Known known = Known::kUnknown;
  // In a canonical order that does not depend on the order of arrival: by period or order fact,
  // then by all facts.
  std::vector<Instance*> rows;
  std::vector<uint32_t> given_position;  // rows[i] came as the given_position[i]-th row (0-based)
};

struct Instance {
  law::EntityId entity = law::kNoId;
  Instance* parent = nullptr;
  uint32_t serial = 0;  // unique in the file, in canonical order: memo tables index by it
  // Spells by month: months since 1970-01; by day and dates: days since 1970-01-01; inclusive.
  // kOpen as `to` = ongoing. Other entities: unused.
  static constexpr int32_t kOpen = 1 << 28;
  // `from` or `to` that was not given (then period_known is false).
  static constexpr int32_t kNotGiven = -(1 << 28);
  int32_t from = 0, to = 0;
  bool period_known = true;      // false: from or to not given
  std::vector<FactValue> facts;  // by slot
  std::vector<ListValue> lists;  // by slot
};

struct PersonFile {
  std::deque<Instance> instances;
  Instance* root = nullptr;     // topmost instance given
  Instance* subject = nullptr;  // whom the question is about (cases: the first `given`)
  std::string digest;           // SHA-256 of the canonical JSON of the facts

  PersonFile() = default;
  PersonFile(const PersonFile&) = delete;
  PersonFile(PersonFile&&) noexcept = default;
  PersonFile& operator=(PersonFile&&) noexcept = default;
};

}  // namespace ansinh::facts
