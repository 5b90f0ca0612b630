// Reads a law file: Markdown, and in its fenced blocks the items of docs/language.md.
//
// Nothing is resolved here: names and units are as written. Where the tree leaves a choice:
//   - `10 working days after D`: args[0] is the bare number 10;
//   - `calendar year of D`, `D to E`, `12 months before D` stand wherever a period may;
//   - the formula and the branches of a definition of type `spells of LIST` are read as series;
//   - `number of S` is read as `count of S`;
//   - items under an Article heading without a `cite` get an inherited one (see Citation);
//   - an act without labels takes them from the level-1 headings above it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "law/syntax.h"

namespace ansinh::law {

// Larger texts are refused.
inline constexpr size_t kSourceBytesMax = size_t{16} * 1024 * 1024;

// Never fails as a whole: what cannot be read is reported and left out of the tree, so that one run
// finds many errors. The tree may only be trusted when no error was added to `diagnostics`.
File parse_file(const SourceFile& source, uint32_t source_index, Diagnostics& diagnostics);

// "people" for "law/vn/people.md".
std::string stem_of(const std::string& path);

}  // namespace ansinh::law
