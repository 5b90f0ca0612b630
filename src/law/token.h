// From the text of a block to tokens.
//
// The tokens of a Vietnamese block are those of the English one: a Vietnamese phrase becomes the
// English words, each with the span of the whole phrase. What takes the rest of its line (`cite`,
// rows of tables) or has a spelling of its own (names of acts, cases and files) is one token.
#pragma once

#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "law/keywords.h"

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
  bool first_on_line = false;
  bool blank_before = false;
  bool is_keyword = false;   // a word: is_keyword_word(text)
  bool is_reserved = false;  // a word: it can be no name
  uint32_t hash = 0;         // words and marks: word_hash(text); else 0
  std::string_view text;
  Span span;
};

// Tokens, with the texts that do not stand in the file as they are. The others point into the text
// that was read, which must outlive them.
struct Tokens {
  std::vector<Token> list;
  std::forward_list<std::string> made;
};

// Tokens of a whole block whose first line is `line`.
Tokens tokenize_block(std::string_view text, uint32_t source, uint32_t line, bool vietnamese,
                      Diagnostics& diagnostics);

// Tokens of a piece of one line (a table's cell) that begins at `place`.
Tokens tokenize_cell(std::string_view text, const Span& place, bool vietnamese,
                     Diagnostics& diagnostics);

}  // namespace ansinh::law
