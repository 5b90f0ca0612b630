// The words of the language, in English and in Vietnamese.
//
// One table pairs every keyword phrase with its Vietnamese reading. No two English phrases share a
// Vietnamese one or the other way round, so that a block can be read in either language and turned
// into the other and back. The parser only ever sees the English words.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ansinh::law {

struct Keyword {
  // "at least". Where one English word needs two Vietnamese readings, the rarer key says for what:
  // "month@type" (English "month").
  std::string_view key;
  std::string_view vietnamese;
};

std::span<const Keyword> keywords();

// The phrase of `key` as it is written: the key up to '@', or its Vietnamese reading. The key must
// be in the table.
std::string_view keyword(std::string_view key, bool vietnamese);

// The longest Vietnamese phrase at the start of `text`, ending at a word boundary; empty if there
// is none. `english` receives the English words.
std::string_view match_vietnamese(std::string_view text, std::string_view& english);

// True for every English word that is part of some keyword phrase.
bool is_keyword_word(std::string_view word);

// Words that can never be names, in either language.
bool is_reserved(std::string_view word);

// Canonical spelling of a table's column heading ("from", "to", "value", "cite", "note", "name")
// in the other language; anything else stays as it is.
std::string column_to_english(std::string_view heading);
std::string column_to_vietnamese(std::string_view heading);

}  // namespace ansinh::law
