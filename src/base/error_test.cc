#include "base/error.h"

#include <gtest/gtest.h>

#include <string>

namespace ansinh {
namespace {

Diagnostic unknown_name(Span span) {
  Diagnostic diagnostic;
  diagnostic.code = "unknown-name";
  diagnostic.span = span;
  diagnostic.message = {"không có tên này", "no such name"};
  diagnostic.help = {"sửa thành `mức`", "did you mean `mức`?"};
  return diagnostic;
}

TEST(HasErrors, WarningsAreNone) {
  Diagnostics diagnostics;
  EXPECT_FALSE(has_errors(diagnostics));
  diagnostics.push_back(unknown_name({}));
  diagnostics.back().severity = Severity::kWarning;
  EXPECT_FALSE(has_errors(diagnostics));
  diagnostics.push_back(unknown_name({}));
  EXPECT_TRUE(has_errors(diagnostics));
}

TEST(Render, PutsCaretsUnderVietnamese) {
  const Sources sources = {{"law/a.md", "dòng một\nlương = mứk * 2\n"}};
  EXPECT_EQ(render(unknown_name({0, 2, 9, 3}), sources, Language::kEnglish, false),
            "law/a.md:2:9: error[unknown-name]: no such name\n"
            " 2 | lương = mứk * 2\n"
            "   |         ^^^\n"
            "help: did you mean `mức`?\n");
  EXPECT_EQ(render(unknown_name({0, 2, 9, 3}), sources, Language::kVietnamese, false),
            "law/a.md:2:9: lỗi[unknown-name]: không có tên này\n"
            " 2 | lương = mứk * 2\n"
            "   |         ^^^\n"
            "gợi ý: sửa thành `mức`\n");
}

TEST(Render, PutsCaretsUnderWideAndCombiningLetters) {
  // Two wide letters (two columns each), then a letter with two marks (one column), then x.
  const Sources sources = {{"b.md", "法律 e\xCC\xA3\xCC\x82x y"}};
  const std::string text = render(unknown_name({0, 1, 4, 4}), sources, Language::kEnglish, false);
  EXPECT_NE(text.find("\n   |      ^^\n"), std::string::npos) << text;
  const std::string wide = render(unknown_name({0, 1, 1, 2}), sources, Language::kEnglish, false);
  EXPECT_NE(wide.find("\n   | ^^^^\n"), std::string::npos) << wide;
}

TEST(Render, LengthZeroMarksTheWholeLineFromItsFirstLetter) {
  const Sources sources = {{"b.md", "\t ab cd"}};
  const std::string text = render(unknown_name({0, 1, 0, 0}), sources, Language::kEnglish, false);
  EXPECT_EQ(text.find("b.md:1: error"), 0U) << text;
  EXPECT_NE(text.find("\n   |   ^^^^^\n"), std::string::npos) << text;
}

TEST(Render, PastTheEndStillShowsOneCaret) {
  const Sources sources = {{"b.md", "ab"}};
  EXPECT_NE(render(unknown_name({0, 1, 3, 5}), sources, Language::kEnglish, false).find("|   ^\n"),
            std::string::npos);
  EXPECT_NE(render(unknown_name({0, 9, 1, 1}), sources, Language::kEnglish, false).find("| ^\n"),
            std::string::npos);
  EXPECT_NE(
      render(unknown_name({0, 1, 4'000'000'000, 4'000'000'000}), sources, Language::kEnglish, false)
          .find("|   ^\n"),
      std::string::npos);
}

TEST(Render, WholeFileAndNoFile) {
  const Sources sources = {{"b.md", "ab"}};
  Diagnostic diagnostic = unknown_name({0, 0, 0, 0});
  diagnostic.severity = Severity::kWarning;
  diagnostic.help = {};
  EXPECT_EQ(render(diagnostic, sources, Language::kEnglish, false),
            "b.md: warning[unknown-name]: no such name\n");
  diagnostic.span.file = 7;
  EXPECT_EQ(render(diagnostic, sources, Language::kVietnamese, false),
            "cảnh báo[unknown-name]: không có tên này\n");
}

TEST(Render, ColoursOnlyWhenAsked) {
  const Sources sources = {{"b.md", "ab"}};
  const Diagnostic diagnostic = unknown_name({0, 1, 1, 1});
  EXPECT_EQ(render(diagnostic, sources, Language::kEnglish, false).find('\033'), std::string::npos);
  const std::string coloured = render(diagnostic, sources, Language::kEnglish, true);
  EXPECT_NE(coloured.find("\033[1;31merror[unknown-name]\033[0m"), std::string::npos) << coloured;
  EXPECT_NE(coloured.find("\033[1;31m^\033[0m"), std::string::npos) << coloured;
}

TEST(Render, ShowsALongLineAroundItsSpanOnly) {
  const std::string line = std::string(5'000, 'a') + "bad" + std::string(5'000, 'z');
  const Diagnostic found{"code", Severity::kError, {0, 1, 5'001, 3}, {"vi", "en"}, {"", ""}};
  const std::string text = render(found, {{"f", line}}, Language::kEnglish, false);
  EXPECT_LT(text.size(), 700U);
  EXPECT_NE(text.find("f:1:5001"), std::string::npos);
  const size_t shown = text.find("bad");
  const size_t carets = text.find("^^^");
  ASSERT_NE(shown, std::string::npos);
  ASSERT_NE(carets, std::string::npos);
  const size_t shown_column =
      shown - text.rfind('\n', shown) - 2;  // the ellipsis has two more bytes
  EXPECT_EQ(carets - text.rfind('\n', carets), shown_column);
}

}  // namespace
}  // namespace ansinh
