// Small programs, bad and good. Each of tests/bad is refused with exactly one diagnostic, whose
// text in both languages stands beside it in NAME.expected; each of tests/good is accepted without
// a word.
//
// ANSINH_UPDATE=1 rewrites the expectations: read every one of them before it is kept.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "law/check.h"

namespace ansinh::law {
namespace {

namespace fs = std::filesystem;

const fs::path kTests = fs::path(ANSINH_SOURCE_DIR) / "tests";
constexpr size_t kBadMin = 90;

std::vector<std::string> programs_in(const char* folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kTests / folder))
    if (entry.path().extension() == ".md") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

// The day from which "nothing newer than" is measured, so that the tests do not age.
Diagnostics diagnostics_of(const fs::path& path, Sources& sources) {
  Diagnostics diagnostics;
  const fs::path before = fs::current_path();
  fs::current_path(path.parent_path());  // so that no place names a folder
  sources = read_law({path.filename().string()}, diagnostics);
  fs::current_path(before);
  if (!sources.empty()) check(sources, {Date::of(2026, 1, 1)}, diagnostics);
  return diagnostics;
}

std::string rendered(const Diagnostics& diagnostics, const Sources& sources) {
  std::string all;
  for (const Language language : {Language::kVietnamese, Language::kEnglish})
    for (const Diagnostic& one : diagnostics) all += render(one, sources, language, false);
  return all;
}

class BadProgram : public testing::TestWithParam<std::string> {};

TEST_P(BadProgram, IsRefusedWithItsOneDiagnostic) {
  Sources sources;
  const auto diagnostics = diagnostics_of(kTests / "bad" / (GetParam() + ".md"), sources);
  const std::string found = rendered(diagnostics, sources);
  EXPECT_EQ(diagnostics.size(), 1U) << found;
  const fs::path beside = kTests / "bad" / (GetParam() + ".expected");
  if (std::getenv("ANSINH_UPDATE") != nullptr) {
    std::ofstream(beside) << found;
    return;
  }
  const auto expected = read_text_file(beside.string());
  ASSERT_TRUE(expected.has_value()) << "no expectation: " << beside;
  EXPECT_EQ(found, *expected);
}

// GoogleTest wants letters, digits and underscores.
std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, BadProgram, testing::ValuesIn(programs_in("bad")), test_name);

TEST(BadPrograms, AreManyAndNoExpectationIsLeftBehind) {
  const auto names = programs_in("bad");
  EXPECT_GE(names.size(), kBadMin);
  const std::set<std::string> known(names.begin(), names.end());
  for (const auto& entry : fs::directory_iterator(kTests / "bad"))
    EXPECT_TRUE(known.contains(entry.path().stem().string())) << entry.path();
}

// What no file of this folder can be: read_law refuses bytes that are not UTF-8 before the parser,
// and sixteen megabytes are too many to keep.
TEST(BadPrograms, OfBytesAndOfTooManyBytesAreRefused) {
  const auto code_of = [](std::string text) {
    Diagnostics found;
    check({{"bytes.md", std::move(text)}}, {Date::of(2026, 1, 1)}, found);
    return found.size() == 1 ? found[0].code : std::to_string(found.size()) + " diagnostics";
  };
  EXPECT_EQ(code_of("Luật \xff"), "not-utf8");
  EXPECT_EQ(code_of(std::string(size_t{17} << 20U, ' ')), "file-too-large");
}

class GoodProgram : public testing::TestWithParam<std::string> {};

TEST_P(GoodProgram, IsAccepted) {
  Sources sources;
  const auto diagnostics = diagnostics_of(kTests / "good" / (GetParam() + ".md"), sources);
  EXPECT_TRUE(diagnostics.empty()) << rendered(diagnostics, sources);
}

INSTANTIATE_TEST_SUITE_P(All, GoodProgram, testing::ValuesIn(programs_in("good")), test_name);

}  // namespace
}  // namespace ansinh::law
