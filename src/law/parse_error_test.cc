#include <random>

#include "law/format.h"
#include "law/keywords.h"
#include "law/syntax_test_support.h"

namespace ansinh::law {
namespace {

using testing::fenced;
using testing::parse_text;

struct Wrong {
  std::string code;
  std::string block;
  std::string help;  // part of the English help, if it matters
};

std::string define(const std::string& formula) {
  return "define x of Person : number\n  = " + formula + "\n";
}

std::string chain(const std::string& piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}

TEST(ParseErrors, each_has_its_code_and_says_what_to_do_in_both_languages) {
  const std::string param = "param p : VND\n  | from | value |\n";
  const std::vector<Wrong> cases = {
      {"unexpected-character", define("a ≥ b"), ""},
      {"unexpected-character", define("a \x02 b"), ""},
      {"unterminated-text", "fund f \"v\" \"e\n", ""},
      {"tab-indent", "fund f\n\t\"v\" \"e\"\n", ""},
      {"bad-date", "act A in force from 2025-30-06\n", "2025-06-30"},
      {"bad-date", "act A in force from 01/07/2025\n", "year-month-day"},
      {"bad-date", define("2025-02-30"), ""},
      {"bad-date", define("2025-13"), ""},
      {"bad-date", define("1700-01-01"), "1800"},
      {"bad-date",
       "carry c of P : days\n  starts with a on b\n  each year on month 2 day 30 becomes 1\n", ""},
      {"bad-number", define("15years"), "space"},
      {"bad-number", define("2.340.000"), "_"},
      {"indented-item", "  fund f\n", ""},
      {"unknown-item", "defien x\n", "`define`"},
      {"unknown-clause", "define x of P : days\n  wehn a: 1\n  = 2\n", "`when`"},
      {"unexpected-text", define("a b"), ""},
      {"unexpected-text", param + "  | 2020-01-01 | 1 2 |\n", ""},
      {"unexpected-text", "case A on 2025-01-01\n  given P\n    sex female male\n", ""},
      {"repeated-clause", "fund f \"v\" \"e\"\n  \"v\" \"e\"\n", ""},
      {"empty-period", "act A in force from 2025-01-01 until 2024-01-01\n", ""},
      {"empty-cite", "not yet expressed \"v\" \"e\" cite ;\n", ""},
      {"label-pair", "fund f \"v\"\n", ""},
      {"reserved-name", "fund month \"v\" \"e\"\n", "`month_1`"},
      {"reserved-name", "fund năm \"v\" \"e\"\n", ""},
      {"expected-name", "fund \"v\" \"e\"\n", ""},
      {"expected-word", "define x Person : days\n  = 1\n", "`of`"},
      {"expected-text", "not yet expressed\n", ""},
      {"expected-date", "act A in force from today\n", ""},
      {"expected-number", "currency VND in steps of one\n", ""},
      {"expected-number", define("a rounded up to b"), ""},
      {"expected-type", "define x of P : 5\n  = 1\n", ""},
      {"expected-unit", "define x of P : VND/week\n  = 1\n", ""},
      {"expected-unit", "spells s of P by year\n", ""},
      {"expected-expression", define("a +"), ""},
      {"expected-expression", define("a = not b"), "parentheses"},
      {"expected-parenthesis", define("(a + b"), ""},
      {"expected-series", define("count of 5"), ""},
      {"expected-rounding", define("a rounded to 1 VND"), ""},
      {"expected-range", "entity P\n  fact a : count range 5\n", ""},
      {"expected-frequency", "benefit b of P\n  pays x\n", ""},
      {"expected-step", "carry c of P : days\n  starts with a on b\n  each week becomes 1\n", ""},
      {"expected-value", "case A on 2025-01-01\n  given P\n    sex\n", ""},
      {"missing-in-force", "act A \"v\" \"e\"\n", ""},
      {"missing-members", "enum e \"v\" \"e\"\n", ""},
      {"missing-table", "param p : VND\n", ""},
      {"missing-table", "table t by a : years gives days\n", ""},
      {"missing-table", "calendar c \"v\" \"e\"\n", ""},
      {"missing-formula", "define x of P : days\n", ""},
      {"missing-formula", "exception e to x\n", ""},
      {"missing-start", "carry c of P : days\n", ""},
      {"formula-and-cases", "define x of P : days\n  = 1\n  when a: 2\n", ""},
      {"otherwise-not-last", "define x of P : days\n  otherwise 1\n  when a: 2\n", ""},
      {"bad-table-row", param + "  | 2020-01-01 |\n", "cells"},
      {"unknown-column", "param p : VND\n  | from | value | cites |\n  | 2020-01-01 | 1 | x |\n",
       "`cite`"},
      {"missing-column", "param p : VND\n  | from |\n  | 2020-01-01 |\n", ""},
      {"empty-cell", param + "  | 2020-01-01 | |\n", ""},
      {"case-without-date", "case A\n  expect x 1\n", ""},
      {"unit-slash-space", define("5 VND / month"), "VND/month"},
      {"chained-comparison", define("1 < a < 2"), "`in A .. B`"},
      {"too-deep", define(chain("(", 300) + "1" + chain(")", 300)), ""},
      {"too-deep", define("1" + chain(" + 1", 1000)), ""},
      {"too-deep", define(chain("- ", 300) + "1"), ""},
      {"too-deep", define("count of work" + chain(" before d", 300)), ""},
  };
  for (const Wrong& wrong : cases) {
    Diagnostics diagnostics;
    parse_text(fenced(wrong.block), diagnostics);
    ASSERT_FALSE(diagnostics.empty()) << wrong.code << "\n" << wrong.block;
    const auto found = std::find_if(diagnostics.begin(), diagnostics.end(),
                                    [&](const Diagnostic& one) { return one.code == wrong.code; });
    ASSERT_NE(found, diagnostics.end()) << wrong.code << "\n"
                                        << wrong.block << testing::all_messages(diagnostics);
    EXPECT_GT(found->span.line, 0U) << wrong.code;
    EXPECT_NE(found->help.en.find(wrong.help), std::string::npos) << found->help.en;
    for (const std::string& text :
         {found->message.vi, found->message.en, found->help.vi, found->help.en}) {
      EXPECT_FALSE(text.empty()) << wrong.code;
    }
  }
}

TEST(ParseErrors, a_file_as_a_whole_can_be_refused) {
  const auto code = [](const std::string& text) {
    Diagnostics diagnostics;
    parse_text(text, diagnostics);
    return diagnostics.empty() ? "" : diagnostics.front().code;
  };
  EXPECT_EQ(code("```luat klingon\n```\n"), "unknown-block-language");
  EXPECT_EQ(code("```luat\nfund f \"v\" \"e\"\n"), "unterminated-block");
  EXPECT_EQ(code("\xff"), "not-utf8");
  EXPECT_EQ(code(std::string(kSourceBytesMax + 1, ' ')), "file-too-large");
}

TEST(ParseErrors, an_error_stays_in_its_clause) {
  Diagnostics diagnostics;
  const File file = parse_text(
      fenced("define x of P : days\n  when a +: 1 day\n  when b: 2 days\n  otherwise 3 days\n"),
      diagnostics);
  EXPECT_EQ(diagnostics.size(), 1U) << testing::all_messages(diagnostics);
  const auto items = testing::items_of(file);
  EXPECT_EQ(std::get<DefineItem>(items.at(0).value).branches.size(), 2U);
}

// Every word and mark of the language in any order: never a crash, never a loop.
TEST(ParseErrors, token_soup_never_crashes) {
  std::vector<std::string> words = {"x",          "Person",
                                    "1",          "15",
                                    "2025-01-01", "2025-01",
                                    "\"t\"",      "\"a\" \"b\"",
                                    "(",          ")",
                                    ",",          ":",
                                    "|",          "/",
                                    "*",          "+",
                                    "-",          "%",
                                    "=",          "!=",
                                    "<",          "<=",
                                    "..",         "..<",
                                    ";",          "\n",
                                    "\n  ",       "\n    ",
                                    "\n      - ", "\n  | a | b |",
                                    "\n  | 1 |",  "VND",
                                    "VND/month",  "\n```\n```luat\n"};
  std::mt19937 random(7);
  for (const bool vietnamese : {false, true}) {
    std::vector<std::string> all = words;
    for (const Keyword& one : keywords()) all.emplace_back(keyword(one.key, vietnamese));
    for (const std::string first : {"define", "benefit", "case", "entity", "table", "param",
                                    "carry", "contribution", "exception", "act", "enum"}) {
      for (int round = 0; round < 300; ++round) {
        std::string text(keyword(first, vietnamese));
        const size_t length = random() % 60;
        for (size_t i = 0; i < length; ++i) text += " " + all[random() % all.size()];
        Diagnostics diagnostics;
        const File file = parse_text(fenced(text + "\n", vietnamese), diagnostics);
        format_file(file);
        format_file(file, !vietnamese);
      }
    }
  }
}

TEST(ParseErrors, law_files_with_bytes_changed_never_crash) {
  const auto files = testing::law_files();
  std::mt19937 random(11);
  for (const auto& path : files) {
    const std::string original = testing::read_file(path);
    if (original.empty()) continue;
    for (int round = 0; round < 3; ++round) {
      std::string text = original;
      for (int change = 0; change < 40; ++change) {
        const size_t at = random() % text.size();
        switch (random() % 3) {
          case 0:
            text.erase(at, random() % 20);
            break;
          case 1:
            text.insert(at, text.substr(random() % text.size(), random() % 20));
            break;
          default:
            text[at] = static_cast<char>(random() % 128);
            break;
        }
        if (text.empty()) text = " ";
      }
      Diagnostics diagnostics;
      format_file(parse_text(text, diagnostics));
    }
  }
}

}  // namespace
}  // namespace ansinh::law
