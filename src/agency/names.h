// Names as they are searched: without marks, in any order of their words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ansinh::agency {

inline constexpr size_t kNameWordsMax = 8;  // further words are not searched by

// The words of a name, folded ("Đặng Thị Hòa" -> "dang", "thi", "hoa"), in their order.
std::vector<std::string> name_words(std::string_view name);
// The words with their marks, in lower case and alphabetical order.
std::vector<std::string> marked_words(std::string_view name);
// The different words in alphabetical order, with blanks between: two names with one key differ at
// most in marks and order.
std::string name_key(std::string_view name);

// Two words as one number; word_range(a) holds the pairs that begin with `a`. Different pairs may
// have the same number: who finds by it must look at the name.
int64_t pair_number(std::string_view a, std::string_view b);
std::pair<int64_t, int64_t> word_range(std::string_view word);
// So that every two words of the name are one of them, in either order, and every word begins one.
std::vector<int64_t> name_pairs(std::string_view name);

// 0 (nothing in common) to 1000 (the same but for marks and order of words): how like two name_keys
// are, by the letters that would have to change.
int name_likeness(std::string_view key, std::string_view other);

}  // namespace ansinh::agency
