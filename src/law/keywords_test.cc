#include "law/keywords.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "law/token.h"

namespace ansinh::law {
namespace {

TEST(Keywords, the_table_is_injective_and_in_normal_form) {
  std::set<std::string_view> keys;
  std::set<std::string_view> phrases;
  for (const Keyword& one : keywords()) {
    EXPECT_TRUE(keys.insert(one.key).second) << one.key;
    EXPECT_TRUE(phrases.insert(one.vietnamese).second) << one.vietnamese;
    EXPECT_EQ(normalize(one.vietnamese).value_or(""), one.vietnamese) << one.key;
  }
}

TEST(Keywords, every_phrase_is_read_back_as_its_english_words) {
  for (const Keyword& one : keywords()) {
    std::string_view english;
    EXPECT_EQ(match_vietnamese(one.vietnamese, english), one.vietnamese) << one.key;
    EXPECT_EQ(english, one.key.substr(0, one.key.find('@')));
  }
}

TEST(Keywords, the_longest_phrase_wins_and_ends_at_a_word) {
  std::string_view english;
  EXPECT_EQ(match_vietnamese("không phải là x", english), "không phải là");
  EXPECT_EQ(english, "is not");
  EXPECT_EQ(match_vietnamese("không phải x", english), "không phải");
  EXPECT_EQ(match_vietnamese("khôngx", english), "");
  EXPECT_EQ(match_vietnamese("ít   nhất 3", english), "ít   nhất");
}

TEST(Keywords, words_of_either_language_cannot_be_names) {
  EXPECT_TRUE(is_reserved("and"));
  EXPECT_TRUE(is_reserved("năm"));
  EXPECT_FALSE(is_reserved("state"));
  EXPECT_FALSE(is_reserved("lương"));
}

TEST(Keywords, a_vietnamese_block_has_the_tokens_of_the_english_one) {
  Diagnostics diagnostics;
  const auto [english, made_of_english] =
      tokenize_block("  when x is not y: 15 years at least 2%/year\n", 0, 1, false, diagnostics);
  const auto [vietnamese, made_of_vietnamese] =
      tokenize_block("  khi x không phải là y: 15 năm ít nhất 2%/năm\n", 0, 1, true, diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  ASSERT_EQ(english.size(), vietnamese.size());
  for (size_t i = 0; i < english.size(); ++i) {
    const bool unit = english[i].text == "year";
    EXPECT_EQ(unit ? "years" : english[i].text, vietnamese[i].text);
  }
  // The spans point at the Vietnamese text.
  EXPECT_EQ(vietnamese[2].span, (Span{0, 1, 9, 13}));
  EXPECT_EQ(vietnamese[3].span, (Span{0, 1, 9, 13}));
}

}  // namespace
}  // namespace ansinh::law
