#include "facts/json_text.h"

#include <gtest/gtest.h>

namespace ansinh::facts {
namespace {

JsonValue parsed(std::string_view text) {
  auto value = read_json_text(text, 0);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(JsonValue{});
}

Diagnostic fault(std::string_view text) {
  auto value = read_json_text(text, 7);
  EXPECT_FALSE(value.has_value()) << text;
  return value ? Diagnostic{} : value.error();
}

TEST(JsonText, KeepsNumbersAsWritten) {
  const JsonValue value = parsed("[0.10, 12345678901234567890, -0, 1e5]");
  ASSERT_EQ(value.items.size(), 4U);
  EXPECT_EQ(value.items[0].text, "0.10");
  EXPECT_EQ(value.items[1].text, "12345678901234567890");
  EXPECT_EQ(value.items[2].text, "-0");
  EXPECT_EQ(value.items[3].text, "1e5");
}

TEST(JsonText, NamesThePlaceOfEveryValue) {
  const JsonValue value = parsed("{\n  \"tên\": \"Bình\", \"b\\\"\": [true,\n null]\n}");
  ASSERT_EQ(value.members.size(), 2U);
  EXPECT_EQ(value.members[0].value.span, (Span{0, 2, 10, 6}));
  EXPECT_EQ(value.members[1].key, "b\"");
  EXPECT_EQ(value.members[1].span, (Span{0, 2, 18, 5}));
  EXPECT_EQ(value.members[1].value.items[0].span, (Span{0, 2, 26, 4}));
  EXPECT_EQ(value.members[1].value.items[1].span, (Span{0, 3, 2, 4}));
}

TEST(JsonText, BringsTextIntoNormalForm) {
  EXPECT_EQ(parsed("\"a\\u0301\"").text, "á");
  EXPECT_EQ(parsed("\"a\xCC\x81\"").text, "á");
}

TEST(JsonText, RefusesWhatIsNotJson) {
  for (const char* text :
       {"", "{", "{\"a\" 1}", "[1,]", "nul", "\"\x01\"", "1 2", "{\"a\":1e999}"}) {
    EXPECT_EQ(fault(text).code, "json-malformed") << text;
    EXPECT_EQ(fault(text).span.file, 7U);
    EXPECT_FALSE(fault(text).message.vi.empty());
  }
  const Diagnostic missing_comma = fault("{\n \"a\": 1\n \"b\": 2}");
  EXPECT_EQ(missing_comma.span.line, 3U);
}

TEST(JsonText, RefusesADuplicateKey) {
  const Diagnostic found = fault("{\"a\": 1,\n \"a\": 2}");
  EXPECT_EQ(found.code, "json-duplicate-key");
  EXPECT_EQ(found.span.line, 2U);
  EXPECT_EQ(found.span.column, 2U);
}

TEST(JsonText, RefusesDepthAndBytesThatAreNotUtf8) {
  EXPECT_EQ(fault(std::string(100'000, '[')).code, "json-too-deep");
  const Diagnostic bytes = fault("{\"a\": \"\xFF\"}");
  EXPECT_EQ(bytes.code, "json-not-utf8");
  EXPECT_EQ(bytes.span.line, 1U);
}

}  // namespace
}  // namespace ansinh::facts
