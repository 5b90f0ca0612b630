// A person's file as canonical JSON: what was given, nothing that was presumed.
#pragma once

#include <string>

#include "facts/person_file.h"

namespace ansinh::facts {

// Names in alphabetical order, rows in canonical order, numbers in declared units: two files with
// the same facts give the same bytes, in whatever order they arrived. from_json reads it back
// equal. `indent` < 0: one line.
std::string to_json(const law::Program& program, const PersonFile& file, int indent = -1);

// One value as it stands in such a file: "\"2025-07-01\"", "5000000", "\"none\"".
std::string value_to_json(const law::Value& value, const law::Type& type,
                          const law::Program& program);

}  // namespace ansinh::facts
