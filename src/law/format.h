// Writes a law file in its one canonical form.
//
// Prose and headings stay as they are; blocks get two blanks before a clause, aligned tables, lines
// of at most 100 columns where the language lets them be broken, and one spelling for everything.
// The text parses to the same tree (but for spans and the spelling of cells), and formatting it
// again changes nothing.
#pragma once

#include <optional>
#include <string>

#include "law/syntax.h"

namespace ansinh::law {

// The whole file; with English or Vietnamese keywords, or for each block in its own language.
std::string format_file(const File& file, std::optional<bool> vietnamese = std::nullopt);

// One expression on one line.
std::string format_expression(const Expr& expr, bool vietnamese);

}  // namespace ansinh::law
