// Values come back from their notation.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "law/check.h"
#include "law/dice_test_support.h"
#include "law/parse.h"
#include "law/types.h"

namespace ansinh::law {
namespace {

constexpr const char* kTypes[] = {
    "yes/no",   "zone",       "count",       "number",     "ratio",      "VND",       "days",
    "months",   "years",      "date",        "month",      "text",       "VND/month", "VND/day",
    "VND/year", "ratio/year", "ratio/month", "days/month", "number/year"};

std::shared_ptr<const Program> program_of_types(std::vector<Type>& types) {
  std::string text =
      "```luat\ncurrency VND \"đồng\" \"dong\" in steps of 1\n"
      "enum zone \"Vùng\" \"Zone\" : I \"Vùng I\" \"Zone I\" | II \"Vùng II\" \"Zone II\"\n"
      "entity Person \"Người\" \"Person\"\n";
  int number = 0;
  for (const char* type : kTypes) {
    text += "  fact v" + std::to_string(number++) + " : " + type + " \"v\" \"v\"\n";
  }
  Diagnostics diagnostics;
  auto program = check({{"types.md", text + "```\n"}}, {Date::of(2026, 1, 1)}, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics[0].message.en;
  for (const FactInfo& fact : program->facts) types.push_back(fact.type);
  return program;
}

// As a case and as a table cell would read it.
std::optional<Value> read_back(const std::string& written, const Type& type,
                               const Program& program) {
  const SourceFile source{"value.md", "```luat\nentity E \"e\" \"e\"\n  fact x : number presumed " +
                                          written + "\n```\n"};
  Diagnostics diagnostics;
  const File file = parse_file(source, 0, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << written << ": " << diagnostics[0].message.en;
  if (!diagnostics.empty()) return std::nullopt;
  for (const auto& part : file.parts) {
    if (const auto* block = std::get_if<Block>(&part)) {
      const auto& entity = std::get<EntityItem>(block->items.at(0).value);
      return literal_value(*entity.facts.at(0).presumed, type, program, diagnostics);
    }
  }
  return std::nullopt;
}

Value random_value(Dice& dice, const Type& type) {
  switch (type.base) {
    case Base::kYesNo:
      return dice.coin();
    case Base::kEnum:
      return static_cast<uint32_t>(dice.roll(0, 1));
    case Base::kDate:
      return Date{static_cast<int32_t>(dice.roll(-40'000, 80'000))};
    case Base::kMonth:
      return Month::of(Date{static_cast<int32_t>(dice.roll(-40'000, 80'000))});
    case Base::kText: {
      const std::string letters[] = {"a", "đ", " ", "\"", "\\", "\n", "|", "ệ", "1"};
      std::string text;
      for (int64_t i = dice.roll(0, 8); i > 0; --i)
        text += letters[static_cast<size_t>(dice.roll(0, 8))];
      return text;
    }
    default:
      break;
  }
  const int64_t most = dice.coin() ? 50 : 5'000'000'000;
  const Rational whole(dice.roll(-most, most));
  if (type.shown == Shown::kCount) return whole;
  if (type.shown == Shown::kYears && type.per == Per::kNone && dice.coin()) return whole;  // months
  const Rational decimal = whole / Rational(dice.coin() ? 1 : 100);
  return decimal * shown_scale(type);
}

TEST(Values, ComeBackFromTheirNotation) {
  std::vector<Type> types;
  const auto program = program_of_types(types);
  ASSERT_EQ(types.size(), std::size(kTypes));
  Dice dice(kSeed + 8);
  for (size_t t = 0; t < types.size(); ++t) {
    EXPECT_EQ(write(types[t], *program), kTypes[t]);
    for (int round = 0; round < 200; ++round) {
      const Value value = random_value(dice, types[t]);
      const std::string written = write(value, types[t], *program);
      const auto back = read_back(written, types[t], *program);
      ASSERT_TRUE(back.has_value()) << kTypes[t] << ": " << written;
      ASSERT_EQ(*back, value) << kTypes[t] << ": " << written;
      if (!written.starts_with("\"\"")) {
        EXPECT_FALSE(show(value, types[t], *program, Language::kVietnamese).empty()) << written;
        EXPECT_FALSE(show(value, types[t], *program, Language::kEnglish).empty()) << written;
      }
    }
  }
}

TEST(Values, AreShownAsPeopleWriteThem) {
  std::vector<Type> types;
  const auto program = program_of_types(types);
  const auto type = [&](std::string_view name) {
    for (size_t t = 0; t < types.size(); ++t)
      if (name == kTypes[t]) return types[t];
    return Type{};
  };
  const auto both = [&](const Value& value, std::string_view of) {
    return show(value, type(of), *program, Language::kVietnamese) + " | " +
           show(value, type(of), *program, Language::kEnglish);
  };
  EXPECT_EQ(both(Value{Rational(2'340'000)}, "VND/month"),
            "2.340.000 đồng/tháng | 2,340,000 VND/month");
  EXPECT_EQ(both(Value{Rational(316)}, "years"), "26 năm 4 tháng | 26 years 4 months");
  EXPECT_EQ(both(Value{Rational(3, 4)}, "ratio"), "75 % | 75%");
  EXPECT_EQ(both(Value{Date::of(2025, 7, 1)}, "date"), "01/07/2025 | 2025-07-01");
  EXPECT_EQ(both(Value{Month::of(2025, 7)}, "month"), "07/2025 | 2025-07");
  EXPECT_EQ(both(Value{uint32_t{1}}, "zone"), "Vùng II | Zone II");
  EXPECT_EQ(both(Value{Rational(1)}, "days"), "1 ngày | 1 day");
  EXPECT_EQ(both(Value{}, "date"), "không có | none");
}

TEST(Values, OfAnotherTypeAreRefused) {
  std::vector<Type> types;
  const auto program = program_of_types(types);
  // What each type refuses.
  const std::multimap<std::string, std::string> wrong = {
      {"yes/no", "1"},         {"yes/no", "2025-07-01"}, {"zone", "III"},
      {"zone", "1"},           {"count", "1.5"},         {"count", "yes"},
      {"VND", "5 days"},       {"VND", "5 VND/month"},   {"VND/month", "5 %"},
      {"days", "1 month"},     {"months", "10 days"},    {"date", "2025-07"},
      {"month", "2025-07-01"}, {"years", "2025-07-01"},  {"ratio", "5 years"},
      {"text", "5"},           {"date", "none"}};
  for (const auto& [name, written] : wrong) {
    for (size_t t = 0; t < types.size(); ++t) {
      if (name != kTypes[t]) continue;
      EXPECT_FALSE(read_back(written, types[t], *program).has_value()) << name << ": " << written;
    }
  }
}

}  // namespace
}  // namespace ansinh::law
