#include "base/text.h"

#include <openssl/sha.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

namespace ansinh {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): utf8proc takes unsigned bytes
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

// Code point at `offset` and its length in bytes; negative length if the bytes are not UTF-8.
utf8proc_ssize_t decode(std::string_view text, size_t offset, utf8proc_int32_t& character) {
  const std::string_view rest = text.substr(offset);
  return utf8proc_iterate(bytes_of(rest), static_cast<utf8proc_ssize_t>(rest.size()), &character);
}

// The end of the ASCII letters that begin at `offset`, looked at eight at a time.
size_t skip_ascii(std::string_view text, size_t offset) {
  constexpr uint64_t kHighBits = 0x8080808080808080U;
  while (offset + sizeof(uint64_t) <= text.size()) {
    uint64_t eight = 0;
    std::memcpy(&eight, text.data() + offset, sizeof eight);
    if ((eight & kHighBits) != 0) break;
    offset += sizeof eight;
  }
  while (offset < text.size() && static_cast<unsigned char>(text[offset]) < 0x80) ++offset;
  return offset;
}

// utf8proc's own mapping; the text itself where it cannot (not UTF-8).
std::string map(std::string_view text, int options) {
  struct Free {
    void operator()(utf8proc_uint8_t* memory) const { std::free(memory); }
  };
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &mapped,
                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(mapped);
  if (length < 0) return std::string(text);
  return {mapped, mapped + length};
}

std::string with_line_feeds(std::string_view text) {
  if (text.find('\r') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out += text[i];
      continue;
    }
    out += '\n';
    if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
  }
  return out;
}

bool continues(unsigned char c) { return (c & 0xC0U) == 0x80; }

// True if `text` is UTF-8 in which nothing can change in normal form C: letters below the combining
// marks, Greek ones, the composed Vietnamese letters, and common signs. Others go the long way.
bool is_surely_composed(std::string_view text) {
  const auto at = [text](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  size_t i = 0;
  while (true) {
    i = skip_ascii(text, i);
    if (i == text.size()) return true;
    const unsigned char lead = at(i);
    const unsigned char second = at(i + 1);
    if (!continues(second)) return false;
    if (lead >= 0xC2 && lead <= 0xCF) {
      const bool greek = (lead == 0xCE && second >= 0x91) || (lead == 0xCF && second <= 0x8E);
      if (lead >= 0xCC && !greek) return false;  // from U+0300 on
      i += 2;
    } else if (lead == 0xE1 || lead == 0xE2) {
      const unsigned char third = at(i + 2);
      const bool vietnamese = lead == 0xE1 && second >= 0xB8 && second <= 0xBB;  // U+1E00..U+1EFF
      const bool sign =
          lead == 0xE2 && ((second == 0x80 && third >= 0x90) || second == 0x82 || second == 0x86 ||
                           second == 0x88 || second == 0x89);  // dashes, quotes, ₫, arrows, − ≤ ≥
      if (!continues(third) || (!vietnamese && !sign)) return false;
      i += 3;
    } else {
      return false;
    }
  }
}

struct Letter {
  char32_t exact = 0;
  std::string plain;  // folded
};

std::vector<Letter> letters_of(std::string_view text) {
  std::vector<Letter> letters;
  size_t offset = 0;
  while (offset < text.size()) {
    const size_t start = offset;
    const char32_t c = next_character(text, offset);
    letters.push_back({c, fold(text.substr(start, offset - start))});
  }
  return letters;
}

// Edit distance in halves: a wrong mark or case costs 1; another letter, a missing one, one too
// many or two neighbours swapped cost 2. (Optimal string alignment.)
constexpr size_t kMarkCost = 1;
constexpr size_t kLetterCost = 2;
constexpr size_t kWordLettersMax = 200;

size_t substitution_cost(const Letter& a, const Letter& b) {
  if (a.exact == b.exact) return 0;
  return a.plain == b.plain ? kMarkCost : kLetterCost;
}

size_t edit_distance(const std::vector<Letter>& a, const std::vector<Letter>& b) {
  std::vector<size_t> before_last(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j * kLetterCost;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i * kLetterCost;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + kLetterCost, row[j - 1] + kLetterCost,
                         last[j - 1] + substitution_cost(a[i - 1], b[j - 1])});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1].exact == b[j - 2].exact && a[i - 2].exact == b[j - 1].exact;
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + kLetterCost);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

size_t valid_utf8_prefix(std::string_view text) {
  size_t offset = 0;
  while (offset < text.size()) {
    offset = skip_ascii(text, offset);
    if (offset == text.size()) break;
    utf8proc_int32_t character = 0;
    const utf8proc_ssize_t length = decode(text, offset, character);
    if (length <= 0) return offset;
    offset += static_cast<size_t>(length);
  }
  return offset;
}

std::expected<std::string, size_t> normalize(std::string_view text) {
  const bool composed = is_surely_composed(text);  // a byte order mark is none of its signs
  if (composed) return with_line_feeds(text);
  const size_t valid = valid_utf8_prefix(text);
  if (valid != text.size()) return std::unexpected(valid);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return map(with_line_feeds(text), UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

size_t character_count(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

size_t display_width(std::string_view text) {
  size_t width = 0;
  size_t offset = 0;
  while (offset < text.size()) {
    const auto c = static_cast<utf8proc_int32_t>(next_character(text, offset));
    width += static_cast<size_t>(std::max(0, utf8proc_charwidth(c)));
  }
  return width;
}

std::string fold(std::string_view text) {
  const std::string mapped =
      map(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  constexpr std::string_view kBarredD = "đ";  // a letter of its own in Unicode: no mark to strip
  std::string out;
  out.reserve(mapped.size());
  for (size_t i = 0; i < mapped.size();) {
    if (std::string_view(mapped).substr(i).starts_with(kBarredD)) {
      out += 'd';
      i += kBarredD.size();
    } else {
      out += mapped[i++];
    }
  }
  return out;
}

bool is_letter(char32_t c) {
  if (c >= 0x1E00 && c <= 0x1EFF) return true;  // most of the Vietnamese ones
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

char32_t next_character(std::string_view text, size_t& offset) {
  if (const auto byte = static_cast<unsigned char>(text[offset]); byte < 0x80) {
    ++offset;
    return byte;
  }
  utf8proc_int32_t character = 0;
  const utf8proc_ssize_t length = decode(text, offset, character);
  if (length <= 0) {
    ++offset;
    return kReplacement;
  }
  offset += static_cast<size_t>(length);
  return static_cast<char32_t>(character);
}

std::string group_digits(std::string_view number, bool vietnamese) {
  constexpr size_t kGroup = 3;
  const char separator = vietnamese ? '.' : ',';
  const char point = vietnamese ? ',' : '.';
  std::string out;
  size_t i = 0;
  bool after_point = false;
  while (i < number.size()) {
    const char c = number[i];
    if (c < '0' || c > '9') {
      after_point = c == '.';
      out += after_point ? point : c;
      ++i;
      continue;
    }
    const size_t end = std::min(number.find_first_not_of("0123456789", i), number.size());
    for (; i < end; ++i) {
      out += number[i];
      const size_t rest = end - i - 1;
      if (!after_point && rest > 0 && rest % kGroup == 0) out += separator;
    }
  }
  return out;
}

std::string nearest_of(std::string_view word, const std::string* first, const std::string* last) {
  const std::vector<Letter> letters = letters_of(word);
  if (letters.empty() || letters.size() > kWordLettersMax) return {};
  const std::string plain = fold(word);
  // A third of the letters may be wrong, but always one.
  size_t distance_max = std::max(kLetterCost, letters.size() * kLetterCost / 3);
  std::string best;
  for (const std::string* candidate = first; candidate != last; ++candidate) {
    const std::vector<Letter> other = letters_of(*candidate);
    if (other.empty() || other.size() > kWordLettersMax) continue;
    size_t distance = edit_distance(letters, other);
    // However many marks and capitals differ, the word is the same.
    if (distance > kMarkCost && plain == fold(*candidate)) distance = kMarkCost;
    // A single letter swapped for another is no misspelling but another name.
    if (distance > distance_max || distance >= letters.size() * kLetterCost) continue;
    if (!best.empty() && distance == distance_max) continue;
    best = *candidate;
    distance_max = distance;
  }
  return best;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(bytes_of(bytes), bytes.size(), digest.data());  // OpenSSL's uses the processor's own
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

std::expected<std::string, std::string> read_text_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected("cannot open");
  std::string bytes;
  std::array<char, 1U << 16U> block;  // NOLINT(*-member-init): filled by what is read
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    bytes.append(block.data(), static_cast<size_t>(file.gcount()));
  }
  if (file.bad()) return std::unexpected("cannot read");  // a folder, say
  std::expected<std::string, size_t> text = normalize(bytes);
  if (!text) return std::unexpected("not UTF-8 at byte " + std::to_string(text.error()));
  return *std::move(text);
}

}  // namespace ansinh
