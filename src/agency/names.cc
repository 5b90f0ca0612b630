#include "agency/names.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace ansinh::agency {

namespace {

uint32_t word_hash(std::string_view word) {  // FNV-1a
  uint32_t hash = 2'166'136'261U;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash;
}

std::vector<std::string> different_words(std::string_view name) {
  std::vector<std::string> words = name_words(name);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

std::string fold_name(std::string_view name) {
  const bool is_plain =
      std::none_of(name.begin(), name.end(), [](char c) { return (c & 0x80) != 0; });
  if (!is_plain) return fold(name);
  std::string out(name);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

std::vector<std::string> name_words(std::string_view name) {
  const std::string folded = fold_name(name);
  std::vector<std::string> words;
  for (size_t i = 0; i < folded.size() && words.size() < kNameWordsMax;) {
    while (i < folded.size() && !is_word_byte(folded[i])) ++i;
    const size_t begin = i;
    while (i < folded.size() && is_word_byte(folded[i])) ++i;
    if (i > begin) words.push_back(folded.substr(begin, i - begin));
  }
  return words;
}

std::vector<std::string> marked_words(std::string_view name) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
      static_cast<utf8proc_ssize_t>(name.size()), &mapped,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  std::vector<std::string> words(1);
  for (utf8proc_ssize_t i = 0; i < size; ++i) {
    const char c = static_cast<char>(mapped[i]);
    if (is_word_byte(c)) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  std::free(mapped);
  std::sort(words.begin(), words.end());
  std::erase(words, "");
  return words;
}

std::string name_key(std::string_view name) {
  std::string key;
  for (const std::string& word : different_words(name)) key += (key.empty() ? "" : " ") + word;
  return key;
}

int64_t pair_number(std::string_view a, std::string_view b) {
  const uint64_t bits = (uint64_t{word_hash(a)} << 32U) | word_hash(b);
  return static_cast<int64_t>(bits);
}

std::pair<int64_t, int64_t> word_range(std::string_view word) {
  const uint64_t low = uint64_t{word_hash(word)} << 32U;
  return {static_cast<int64_t>(low), static_cast<int64_t>(low | 0xFFFF'FFFFU)};
}

std::vector<int64_t> name_pairs(std::string_view name) {
  const std::vector<std::string> words = different_words(name);
  const size_t last = words.size() - 1;
  std::vector<int64_t> pairs;
  if (words.empty()) return pairs;
  if (words.size() == 1) pairs.push_back(pair_number(words[0], ""));
  for (size_t i = 0; i < words.size(); ++i) {
    for (size_t j = i + 1; j < words.size(); ++j) {
      // The last word begins the pair with the first; every other one that with its next.
      const bool is_turned = i == 0 && j == last && words.size() > 2;
      pairs.push_back(is_turned ? pair_number(words[j], words[i])
                                : pair_number(words[i], words[j]));
    }
  }
  if (words.size() == 2) pairs.push_back(pair_number(words[1], words[0]));
  return pairs;
}

int name_likeness(std::string_view key, std::string_view other) {
  const size_t longest = std::max(key.size(), other.size());
  if (longest == 0) return 0;
  // Letters that would have to change, be added or be left out.
  std::vector<size_t> row(other.size() + 1);
  for (size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= key.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= other.size(); ++j) {
      const size_t changed = diagonal + (key[i - 1] == other[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return static_cast<int>((longest - row[other.size()]) * 1000 / longest);
}

}  // namespace ansinh::agency
