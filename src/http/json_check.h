// A JSON value against its schema: the same schema that stands in openapi.json, so that what the
// document promises and what the server takes cannot differ.
//
// Known of JSON Schema: type (one), const, enum, properties, required, additionalProperties (false
// unless said otherwise), items, minItems, maxItems, minLength and maxLength (of code points),
// pattern, minimum, maximum, format date. Beyond it: no text has a NUL, and integers are of 64
// bits.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"

namespace ansinh::http {

using Json = nlohmann::ordered_json;

struct JsonFault {
  std::string at;  // JSON pointer: "/rows/3/amount"; empty: the whole
  Text message;
};

// What is wrong, in the order of the text; at most 20.
std::vector<JsonFault> json_faults(const Json& value, const Json& schema);

// The schema of an object: all properties are required but those named in `optional`.
Json object_schema(const Json& properties, const std::vector<std::string>& optional = {});
// The same for answers: later versions may say more.
Json answer_schema(const Json& properties, const std::vector<std::string>& optional = {});
// {"vi": …, "en": …}
Json text_schema();
Json text_json(const Text& text);
Json string_schema(int longest, int shortest = 1);
Json integer_schema(int64_t least, int64_t most);
Json date_schema();
Json month_schema();  // "2026-08"
Json list_schema(const Json& item);

}  // namespace ansinh::http
