#include "law/markdown.h"

#include <gtest/gtest.h>

namespace ansinh::law {
namespace {

std::vector<Piece> split(std::string_view text, Diagnostics& diagnostics) {
  return split_markdown(text, 0, diagnostics);
}

TEST(Markdown, splits_headings_prose_and_blocks_and_loses_nothing) {
  Diagnostics diagnostics;
  const auto pieces = split("# One\n\nProse.\n```luat vi\nx\n```\nAfter", diagnostics);
  ASSERT_EQ(pieces.size(), 4U);
  EXPECT_EQ(pieces[0].kind, PieceKind::kHeading);
  EXPECT_EQ(pieces[0].text, "One");
  EXPECT_EQ(pieces[1].text, "\nProse.\n");
  EXPECT_EQ(pieces[1].line, 2U);
  EXPECT_EQ(pieces[2].kind, PieceKind::kBlock);
  EXPECT_TRUE(pieces[2].vietnamese);
  EXPECT_EQ(pieces[2].text, "x\n");
  EXPECT_EQ(pieces[2].line, 4U);
  EXPECT_EQ(pieces[3].text, "After");
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Markdown, other_fences_are_prose_with_all_that_is_in_them) {
  Diagnostics diagnostics;
  const auto pieces = split("````text\n# no heading\n```luat\n```\n````\n# Yes\n", diagnostics);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].kind, PieceKind::kProse);
  EXPECT_EQ(pieces[1].text, "Yes");
}

TEST(Markdown, a_block_that_is_never_closed_is_an_error) {
  Diagnostics diagnostics;
  const auto pieces = split("a\n```luat\nfund f\n", diagnostics);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[1].text, "fund f\n");
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].code, "unterminated-block");
  EXPECT_EQ(diagnostics[0].span.line, 2U);
}

TEST(Markdown, hash_without_blank_is_no_heading) {
  Diagnostics diagnostics;
  EXPECT_EQ(split("#tag\n", diagnostics)[0].kind, PieceKind::kProse);
  EXPECT_EQ(split("####### seven\n", diagnostics)[0].kind, PieceKind::kProse);
  EXPECT_EQ(split("## C#\n", diagnostics)[0].text, "C#");
  EXPECT_EQ(split("## closed ##\n", diagnostics)[0].text, "closed");
}

TEST(Markdown, finds_the_article_of_a_heading_in_both_languages) {
  EXPECT_EQ(article_of("Article 66. Monthly pension · Điều 66. Mức lương hưu"), "66");
  EXPECT_EQ(article_of("Chương II — Điều 12a. Gì đó"), "12a");
  EXPECT_EQ(article_of("Điều 12đ"), "12đ");
  EXPECT_EQ(article_of("Article 5th"), "5");
  EXPECT_EQ(article_of("Articles of faith"), "");
  EXPECT_EQ(article_of("People · Con người"), "");
}

}  // namespace
}  // namespace ansinh::law
