// The words of the language, in English and in Vietnamese.
//
// One table pairs every keyword phrase with its Vietnamese reading. No two English phrases share a
// Vietnamese one or the other way round, so that a block can be read in either language and turned
// into the other and back. The parser only ever sees the English words.
#pragma once

#include <cstddef>
#include <cstdint>
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

// Two words with different hashes are different (FNV-1a, 32 bits, never 0).
constexpr uint32_t word_hash(std::string_view word) {
  uint32_t hash = 2166136261U;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash == 0 ? 1 : hash;
}

// A phrase of the language as the parser looks for it: words and marks with a blank between them.
// Whether the first word differs shows without looking at its letters.
class Phrase {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): so that phrases are written as they read
  consteval Phrase(const char* text) : text_(text) {
    size_t words = 1;
    for (const char c : text_) words += c == ' ' ? 1 : 0;
    words_ = static_cast<uint32_t>(words);
    first_hash_ = word_hash(text_.substr(0, text_.find(' ')));
  }
  constexpr std::string_view text() const { return text_; }
  constexpr uint32_t first_hash() const { return first_hash_; }
  constexpr size_t words() const { return words_; }

 private:
  std::string_view text_;
  uint32_t first_hash_ = 0;
  uint32_t words_ = 0;
};

// What is known of a word without looking at what stands around it.
struct WordUse {
  bool is_keyword = false;   // is_keyword_word
  bool is_reserved = false;  // is_reserved
};
WordUse use_of_word(std::string_view word, uint32_t hash);  // hash: word_hash(word)

// True for every English word that is part of some keyword phrase.
bool is_keyword_word(std::string_view word);

// Words that can never be names, in either language.
bool is_reserved(std::string_view word);

// Canonical spelling of a table's column heading ("from", "to", "value", "cite", "note", "name")
// in the other language; anything else stays as it is.
std::string column_to_english(std::string_view heading);
std::string column_to_vietnamese(std::string_view heading);

}  // namespace ansinh::law
