// Unicode text: everything that enters the system is UTF-8 in normal form C.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace ansinh {

// NFC of valid UTF-8; an error names the byte offset of the first invalid byte. A leading BOM is
// dropped, CRLF and CR become LF.
std::expected<std::string, size_t> normalize(std::string_view text);

// The offset of the first byte that is not UTF-8, or the size of the text.
size_t valid_utf8_prefix(std::string_view text);

// Number of Unicode characters, and terminal columns (wide letters 2, combining marks 0).
size_t character_count(std::string_view text);
size_t display_width(std::string_view text);

// Lower case without Vietnamese (or other) marks, đ -> d: for search.
std::string fold(std::string_view text);

bool is_letter(char32_t c);  // Unicode letter or mark
// Decodes one character at `offset` of valid UTF-8 and moves the offset past it.
char32_t next_character(std::string_view text, size_t& offset);

// Thousands grouped: Vietnamese "1.234.567,5", English "1,234,567.5". `number` as made by Rational.
std::string group_digits(std::string_view number, bool vietnamese);

// The nearest of `candidates` to `word` by edit distance, if near enough to be a likely
// misspelling; empty otherwise.
template <typename Range>
std::string nearest(std::string_view word, const Range& candidates);
std::string nearest_of(std::string_view word, const std::string* first, const std::string* last);

template <typename Range>
std::string nearest(std::string_view word, const Range& candidates) {
  std::string best;
  for (const auto& candidate : candidates) {
    const std::string pair[2] = {best, std::string(candidate)};
    best = best.empty() ? nearest_of(word, pair + 1, pair + 2) : nearest_of(word, pair, pair + 2);
  }
  return best;
}

// Lower-case hex SHA-256 of the bytes.
std::string sha256_hex(std::string_view bytes);

// The whole file, normalised; or what went wrong ("cannot open", "not UTF-8 at byte N").
std::expected<std::string, std::string> read_text_file(const std::string& path);

}  // namespace ansinh
