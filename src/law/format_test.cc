#include "law/format.h"

#include "law/syntax_json.h"
#include "law/syntax_random.h"
#include "law/syntax_test_support.h"

namespace ansinh::law {
namespace {

using testing::fenced;
using testing::parse_text;
using testing::parsed;

// The text parses to the same tree, in both languages, and formatting it again changes nothing.
void expect_round_trip(const File& file, const std::string& where) {
  for (const std::optional<bool> language :
       {std::optional<bool>(), std::optional<bool>(false), std::optional<bool>(true)}) {
    const std::string text = format_file(file, language);
    Diagnostics diagnostics;
    const File again = parse_text(text, diagnostics);
    ASSERT_EQ(testing::all_messages(diagnostics), "") << where << "\n" << text;
    EXPECT_EQ(format_file(again), text) << where;
    const File back = parse_text(format_file(again, false), diagnostics);
    EXPECT_EQ(format_file(back, false), format_file(file, false)) << where;
    File same_path = back;
    same_path.path = file.path;
    same_path.stem = file.stem;
    for (size_t i = 0; i < file.parts.size() && i < same_path.parts.size(); ++i) {
      auto* block = std::get_if<Block>(&same_path.parts[i]);
      const auto* original = std::get_if<Block>(&file.parts[i]);
      if (block != nullptr && original != nullptr) block->vietnamese = original->vietnamese;
    }
    EXPECT_TRUE(same(same_path, file)) << where;
  }
}

TEST(Format, the_reference_and_every_law_file_come_back_the_same) {
  expect_round_trip(parsed(testing::reference_examples()), "docs/language.md");
  for (const auto& path : testing::law_files()) {
    Diagnostics diagnostics;
    const File file = parse_file({path.string(), testing::read_file(path)}, 0, diagnostics);
    if (!has_errors(diagnostics)) expect_round_trip(file, path.string());
  }
}

TEST(Format, gives_one_canonical_spelling) {
  const std::string messy =
      "define  x of Person : ratio   \"a\"  \"b\"   cite 66 ; 67\n"
      "     when a : 1_0%, at most 75%\n"
      "     otherwise: number of births where ((c))\n"
      "     at most   1 years\n";
  const std::string clean =
      "define x of Person : ratio \"a\" \"b\"  cite 66; 67\n"
      "  when a: 10% at most 75%\n"
      "  otherwise count of births where c\n"
      "  at most 1 year\n";
  EXPECT_EQ(format_file(parsed(fenced(messy))), fenced(clean));
}

TEST(Format, aligns_tables_by_what_the_eye_sees) {
  const std::string messy =
      "calendar c \"a\" \"b\"  cite 1\n"
      "  |from|to|name|\n"
      "  |2025-09-01|2025-09-02|Quốc khánh|\n"
      "  |2025-12-31|2025-12-31| |\n";
  const std::string clean =
      "calendar c \"a\" \"b\"  cite 1\n"
      "  | from       | to         | name       |\n"
      "  | 2025-09-01 | 2025-09-02 | Quốc khánh |\n"
      "  | 2025-12-31 | 2025-12-31 |            |\n";
  EXPECT_EQ(format_file(parsed(fenced(messy))), fenced(clean));
}

TEST(Format, breaks_long_lines_at_the_loosest_operator) {
  const std::string long_name(30, 'a');
  const std::string text = "define x of Person : number  cite 1\n  = (" + long_name + " + b) * " +
                           long_name + " + " + long_name + " - " + long_name + " * 2\n";
  const std::string formatted = format_file(parsed(fenced(text)));
  EXPECT_EQ(formatted,
            fenced("define x of Person : number  cite 1\n  = (" + long_name + " + b) * " +
                   long_name + "\n      + " + long_name + " - " + long_name + " * 2\n"));
}

TEST(Format, prose_and_headings_stay_as_they_are) {
  const std::string text =
      "Intro  \n\n#   Title ##\nA *b*.\n\n\n" + fenced("use a-b, c\n") + "\nEnd\n";
  EXPECT_EQ(format_file(parsed(text)),
            "Intro  \n\n# Title\nA *b*.\n\n\n" + fenced("use a-b, c\n") + "\nEnd\n");
}

TEST(Format, inherited_citations_and_labels_are_not_written) {
  const std::string text = "# Law on X\n# Luật về X\n" +
                           fenced("act VN/1\n  in force from 2025-01-01\n") + "## Article 5\n" +
                           fenced("define a of P : days\n  = 1 day\n");
  EXPECT_EQ(format_file(parsed(text)), text);
}

TEST(Format, texts_keep_their_quotes_bars_and_backslashes) {
  const std::string text = fenced(
      "fund f \"a \\\"b\\\" | \\\\\" \"c\\nd\"\n\n"
      "case \"x \\\"y\\\"\" on 2025-01-01\n"
      "  given P\n"
      "    rows\n"
      "      | a      |\n"
      "      | \"b\\|c\" |\n");
  EXPECT_EQ(format_file(parsed(text)), text);
}

// Trees that the grammar can make, at random, in both languages.
TEST(Format, random_expressions_come_back_the_same) {
  testing::RandomExpressions random(20250701);
  for (int round = 0; round < 20000; ++round) {
    const bool as_series = round % 4 == 0;
    Expr wanted = as_series ? random.series(3) : random.value(3);
    DefineItem define;
    define.common.name = "x";
    define.entity = "Person";
    define.type.word = as_series ? "spells" : "number";
    define.type.series_of = as_series ? "work" : "";
    define.formula = wanted;
    Block block;
    block.items.push_back({define, {}});
    File file;
    file.parts.emplace_back(std::move(block));
    for (const bool vietnamese : {false, true}) {
      const std::string text = format_file(file, vietnamese);
      Diagnostics diagnostics;
      const auto items = testing::items_of(parse_text(text, diagnostics));
      ASSERT_EQ(testing::all_messages(diagnostics), "") << text << to_json(wanted).dump();
      const auto& found = std::get<DefineItem>(items.at(0).value).formula;
      ASSERT_TRUE(found.has_value() && same(*found, wanted))
          << text << to_json(wanted).dump() << "\n"
          << to_json(*found).dump();
    }
  }
}

}  // namespace
}  // namespace ansinh::law
