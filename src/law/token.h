// From the text of a block to tokens.
//
// The tokens of a Vietnamese block are those of the English one: a Vietnamese phrase becomes the
// English words, each with the span of the whole phrase. What takes the rest of its line (`cite`,
// rows of tables) or has a spelling of its own (names of acts, cases and files) is one token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ansinh::law {

enum class TokenKind : uint8_t {
  kWord,    // a word that may be a keyword (or, in an English block, a name)
  kName,    // a word that is no keyword
  kNumber,  // digits, `_` and a point; `text` without `_`
  kDate,    // valid: 2025-07-01
  kMonth,   // valid: 2025-07
  kText,    // "..." without the quotes, escapes undone
  kPunctuation,
  kCite,  // the rest of the line after `cite`, trimmed
  kRow,   // a line of a table, from its first | on
  kRaw,   // the name of an act, a case or a file
  kBad,   // already reported
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  Span span;
  bool first_on_line = false;
  bool blank_before = false;
};

// Tokens of a whole block whose first line is `line`.
std::vector<Token> tokenize_block(std::string_view text, uint32_t source, uint32_t line,
                                  bool vietnamese, Diagnostics& diagnostics);

// Tokens of a piece of one line (a table's cell) that begins at `place`.
std::vector<Token> tokenize_cell(std::string_view text, const Span& place, bool vietnamese,
                                 Diagnostics& diagnostics);

}  // namespace ansinh::law
