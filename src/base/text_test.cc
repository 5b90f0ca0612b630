#include "base/text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ansinh {
namespace {

using namespace std::string_literals;

constexpr std::string_view kComposed = "Bảo hiểm xã hội Việt Nam, mức đóng";
// The same with every mark as a character of its own.
constexpr std::string_view kDecomposed =
    "Ba\xCC\x89o hie\xCC\x82\xCC\x89m xa\xCC\x83 ho\xCC\xA3\xCC\x82i Vie\xCC\xA3\xCC\x82t Nam, "
    "mu\xCC\x9B\xCC\x81"
    "c đo\xCC\x81ng";

std::string normal(std::string_view text) {
  const auto result = normalize(text);
  EXPECT_TRUE(result.has_value());
  return result.value_or("");
}

size_t invalid_at(std::string_view text) {
  const auto result = normalize(text);
  EXPECT_FALSE(result.has_value());
  return result ? size_t{999} : result.error();
}

TEST(Normalize, ComposesVietnamese) {
  EXPECT_EQ(normal(kDecomposed), kComposed);
  EXPECT_EQ(normal(kComposed), kComposed);
  EXPECT_EQ(normal("e\xCC\x82\xCC\xA3"), "ệ");  // marks in either order
  EXPECT_EQ(normal("e\xCC\xA3\xCC\x82"), "ệ");
}

TEST(Normalize, UnifiesLineEndsAndDropsByteOrderMark) {
  EXPECT_EQ(normal("a\r\nb\rc\nd\r"), "a\nb\nc\nd\n");
  EXPECT_EQ(normal("\r\r\n\n"), "\n\n\n");
  EXPECT_EQ(normal("\xEF\xBB\xBFluật"), "luật");
  EXPECT_EQ(normal("\xEF\xBB\xBF"), "");
  EXPECT_EQ(normal(""), "");
  EXPECT_EQ(normal("a\0ư"s), "a\0ư"s);
}

TEST(Normalize, NamesTheFirstInvalidByte) {
  EXPECT_EQ(invalid_at("\xFF"), 0U);
  EXPECT_EQ(invalid_at("abc\x80"), 3U);
  EXPECT_EQ(invalid_at("ư\xC6"), 2U);              // cut short
  EXPECT_EQ(invalid_at("a\xC0\xAF"), 1U);          // overlong
  EXPECT_EQ(invalid_at("a\xE0\x80\xAF"), 1U);      // overlong
  EXPECT_EQ(invalid_at("a\xED\xA0\x80"), 1U);      // surrogate
  EXPECT_EQ(invalid_at("a\xF4\x90\x80\x80"), 1U);  // beyond U+10FFFF
  EXPECT_EQ(invalid_at("\xEF\xBB\xBF\xFE"), 3U);   // counted with the byte order mark
}

TEST(Text, CountsCharactersAndColumns) {
  EXPECT_EQ(character_count("hưu trí"), 7U);
  EXPECT_EQ(display_width("hưu trí"), 7U);
  EXPECT_EQ(character_count("e\xCC\x82\xCC\xA3"), 3U);
  EXPECT_EQ(display_width("e\xCC\x82\xCC\xA3"), 1U);
  EXPECT_EQ(character_count("法律"), 2U);
  EXPECT_EQ(display_width("法律"), 4U);
  EXPECT_EQ(character_count(""), 0U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(Fold, DropsMarksAndCase) {
  EXPECT_EQ(fold("Đường Đặng Thị Ngọc"), "duong dang thi ngoc");
  EXPECT_EQ(fold(kDecomposed), "bao hiem xa hoi viet nam, muc dong");
  EXPECT_EQ(fold(kComposed), fold(kDecomposed));
  EXPECT_EQ(fold("ƯƠĂÂÊÔ ươăâêô"), "uoaaeo uoaaeo");
  EXPECT_EQ(fold("Crème Brûlée 12"), "creme brulee 12");
  EXPECT_EQ(fold(""), "");
}

TEST(IsLetter, TakesLettersAndMarksOnly) {
  for (const char32_t c : U"aZđẶệ法\u0301") {
    if (c != 0) {
      EXPECT_TRUE(is_letter(c)) << static_cast<uint32_t>(c);
    }
  }
  for (const char32_t c : U"0 _-.,%₫\n“²") {
    EXPECT_FALSE(is_letter(c)) << static_cast<uint32_t>(c);
  }
}

TEST(NextCharacter, WalksTheText) {
  const std::string text = "aư法😀";
  std::u32string seen;
  for (size_t offset = 0; offset < text.size();) seen += next_character(text, offset);
  EXPECT_EQ(seen, U"aư法😀");
}

TEST(NextCharacter, AlwaysMovesOnEvenOverBadBytes) {
  size_t offset = 0;
  EXPECT_EQ(next_character("\xFFz", offset), U'\uFFFD');
  EXPECT_EQ(offset, 1U);
}

TEST(GroupDigits, FollowsTheLanguage) {
  EXPECT_EQ(group_digits("1234567.5", true), "1.234.567,5");
  EXPECT_EQ(group_digits("1234567.5", false), "1,234,567.5");
  EXPECT_EQ(group_digits("-1234.56789", true), "-1.234,56789");
  EXPECT_EQ(group_digits("-123", true), "-123");
  EXPECT_EQ(group_digits("123456", false), "123,456");
  EXPECT_EQ(group_digits("0", true), "0");
  EXPECT_EQ(group_digits("10000/30001", true), "10.000/30.001");
  EXPECT_EQ(group_digits("", true), "");
}

TEST(Nearest, FindsLikelyMisspellings) {
  const std::vector<std::string> names = {"mức lương", "tỷ lệ", "trợ cấp", "hưu trí"};
  EXPECT_EQ(nearest("muc luong", names), "mức lương");
  EXPECT_EQ(nearest("tỉ lệ", names), "tỷ lệ");
  EXPECT_EQ(nearest("trợ cáp", names), "trợ cấp");
  EXPECT_EQ(nearest("trợ cấpp", names), "trợ cấp");
  EXPECT_EQ(nearest("hưu tír", names), "hưu trí");
  EXPECT_EQ(nearest("HƯU TRÍ", names), "hưu trí");
  EXPECT_EQ(nearest("xyzzy", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("hưu trí", std::vector<std::string>{}), "");
}

TEST(Nearest, PrefersTheCloserAndThenTheFirst) {
  const std::vector<std::string> names = {"salary", "celery", "salaries"};
  EXPECT_EQ(nearest("salery", names), "salary");
  EXPECT_EQ(nearest("salarie", names), "salaries");
  EXPECT_EQ(nearest("ab", std::vector<std::string>{"ax", "ay"}), "ax");
  EXPECT_EQ(nearest("a", std::vector<std::string>{"b"}), "");
  EXPECT_EQ(nearest("a", std::vector<std::string>{"á"}), "á");
  EXPECT_EQ(nearest(std::string(10'000, 'a'), names), "");
}

TEST(Sha256, MatchesThePublishedVectors) {  // FIPS 180-4 examples
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

class ReadTextFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("ansinh_text_" + std::to_string(reinterpret_cast<uintptr_t>(this)) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(std::string_view bytes) {
    const std::string path = folder_ / "text.md";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(ReadTextFile, NormalizesWhatItReads) {
  const auto text = read_text_file(write("\xEF\xBB\xBF" + std::string(kDecomposed) + "\r\n"));
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text, std::string(kComposed) + "\n");
}

TEST_F(ReadTextFile, ReadsMoreThanOneBlock) {
  const std::string bytes(200'001, 'x');
  const auto text = read_text_file(write(bytes));
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text, bytes);
}

TEST_F(ReadTextFile, SaysWhatWentWrong) {
  EXPECT_EQ(read_text_file(write("ab\xFF")).error(), "not UTF-8 at byte 2");
  EXPECT_EQ(read_text_file(folder_ / "missing.md").error(), "cannot open");
  EXPECT_EQ(read_text_file(folder_).error(), "cannot read");
}

}  // namespace
}  // namespace ansinh
