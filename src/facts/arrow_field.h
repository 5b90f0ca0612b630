// One column of an Arrow table: how its values are read, and what they are to be.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "facts/arrow_abi.h"
#include "facts/json_text.h"

namespace ansinh::facts {

enum class ArrowForm : uint8_t {
  kNull,
  kYesNo,
  kInteger,     // width, is_signed
  kDecimal,     // width, scale
  kText,        // width: 4 or 8 bytes an offset
  kTextView,    // texts in views
  kDays,        // date32
  kMoments,     // date64 and timestamps: per_day
  kDictionary,  // width and is_signed of its index; inner
  kList,        // width: 4 or 8 bytes an offset; inner
  kListView,    // the same with sizes
  kFixedList,   // scale: its length; inner
  kStruct,      // children
  kFloat,       // refused
  kOther,       // refused
};

struct ArrowField {
  std::string name;
  std::string path;  // "members.work.salary"
  ArrowForm form = ArrowForm::kOther;
  int width = 0;
  int scale = 0;
  bool is_signed = true;
  int64_t per_day = 1;
  std::string format;                 // as the schema has it
  bool is_month = false;              // a date stands for its month
  std::vector<ArrowField> children;   // kStruct
  std::unique_ptr<ArrowField> inner;  // lists: of an item; kDictionary: of a word
};

// Of the schema with its children; forms that cannot be facts are there as kFloat and kOther.
ArrowField arrow_field(const ArrowSchema& schema, const std::string& path);

// The value at a place of an array of this field, counted from the array's own beginning: what a
// JSON document would say. kNull where it is not given. Every span is `span`.
JsonValue arrow_value(const ArrowField& field, const ArrowArray& array, int64_t at, Span span);

}  // namespace ansinh::facts
