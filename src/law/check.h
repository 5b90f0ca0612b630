// From files to a checked program: every refusal of the language is found here, before anything
// runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "law/program.h"

namespace ansinh::law {

struct CheckOptions {
  Date as_of;  // "nothing newer than" is measured from here
};

// Parses and checks the sources together, as one program. On errors the returned program is
// incomplete and must not be run; has_errors(diagnostics) tells. Cases are checked but not run.
std::shared_ptr<const Program> check(Sources sources, const CheckOptions& options,
                                     Diagnostics& diagnostics);

// The law files under the paths (folders: all *.md below them, sorted; files as they are), each
// once. A path that cannot be read is a diagnostic.
Sources read_law(const std::vector<std::string>& paths, Diagnostics& diagnostics);

// A literal of a table cell, a case or a JSON file, read as a value of the type (units may be left
// out). nullopt and a diagnostic if it is not one. kNone gives monostate where the type allows it.
std::optional<Value> literal_value(const Expr& expr, const Type& type, const Program& program,
                                   Diagnostics& diagnostics);

// A scalar of a type in words: "2.340.000 đồng/tháng", "26 năm 4 tháng", "nữ", "01/07/2025".
std::string show(const Value& value, const Type& type, const Program& program, Language language);
// The same in the notation of the language: "2_340_000 VND/month", "26 years 4 months", "female".
std::string write(const Value& value, const Type& type, const Program& program);
std::string write(const Type& type, const Program& program);

// An expression as a sentence made from the labels: "tuổi ≥ tuổi nghỉ hưu", "age ≥ retirement age".
std::string sentence(NodeId node, const Program& program, Language language);
// "Điều 66(1)(a) VN/41-2024-QH15", "VN/41-2024-QH15 art 66(1)(a)".
std::string sentence(const Cite& cite, const Program& program, Language language);

}  // namespace ansinh::law
