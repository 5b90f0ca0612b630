// JSON as a tree that knows where each value stands, and in which numbers stay text.
//
// nlohmann-json checks the grammar and decodes the strings; the places and the digits come from the
// text itself, so that no number ever passes through a float.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ansinh::facts {

enum class JsonKind : uint8_t { kNull, kTrue, kFalse, kNumber, kString, kArray, kObject };

struct JsonMember;

struct JsonValue {
  JsonKind kind = JsonKind::kNull;
  Span span;
  std::string text;                 // kString: decoded, NFC; kNumber: as written
  std::vector<JsonValue> items;     // kArray
  std::vector<JsonMember> members;  // kObject, in the order written; keys are different
};

struct JsonMember {
  std::string key;
  Span span;  // of the key
  JsonValue value;
};

inline constexpr size_t kJsonBytesMax = size_t{64} << 20;
inline constexpr int kJsonDepthMax = 32;

// The tree of `text`; spans name file `source_index`. The first fault ends the reading: codes
// "json-too-large", "json-not-utf8", "json-malformed", "json-too-deep", "json-duplicate-key".
std::expected<JsonValue, Diagnostic> read_json_text(std::string_view text, uint32_t source_index);

}  // namespace ansinh::facts
