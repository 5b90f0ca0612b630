// The JSON form of a law file: everything of its tree but the spans, both ways.
//
// The objects mirror syntax.h: an expression is {"kind": …, "args": […]}, an item {"item":
// "define", …}, a part of the file {"part": "heading" | "prose" | "block", …}. Numbers are strings
// ("2340000", "0.5"), dates and months as in the language; what is empty is left out.
// docs/law.schema.json describes it and is made by law_schema().
#pragma once

#include <expected>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "law/syntax.h"
#include "law/syntax_kinds.h"

namespace ansinh::law {

nlohmann::ordered_json to_json(const File& file);
nlohmann::ordered_json to_json(const Expr& expr);

// The tree of a JSON form, or the first thing wrong with it, named by its JSON pointer. What comes
// back is a program: formatted and parsed again it is the same tree.
std::expected<File, Diagnostic> from_json(const nlohmann::ordered_json& json);

// JSON Schema 2020-12 of the form.
nlohmann::ordered_json law_schema();

// Equal but for spans and for the spelling of cells whose value was read.
bool same(const File& a, const File& b);

}  // namespace ansinh::law
