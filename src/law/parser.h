// Private to the parser: one block's tokens and the functions that read them.
//
// Every function reads from the current token on and never past `limit_`, the end of the clause at
// hand. After an error the parser sees only the end until the clause is left, so every loop ends;
// `fail` keeps the first error of a clause, `complain` reports without stopping.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "law/syntax.h"
#include "law/token.h"

namespace ansinh::law {

// What a message calls a thing, in both languages.
struct Words {
  std::string_view vi;
  std::string_view en;
};

// The words with which an expression of a kind begins or goes on.
struct KindPhrase {
  Phrase words;
  ExprKind kind;
};

class Parser {
 public:
  Parser(std::span<const Token> tokens, bool vietnamese, Diagnostics& diagnostics)
      : tokens_(tokens),
        vietnamese_(vietnamese),
        diagnostics_(diagnostics),
        item_end_(tokens.size()),
        limit_(tokens.size()) {}

  std::vector<Item> items();
  // A whole cell of a table; nothing if it could not be read.
  std::optional<Expr> cell();

 private:
  enum class ItemKind : uint8_t {
    kNoBody,
    kEntity,
    kParam,
    kTable,
    kCalendar,
    kDefine,
    kException,
    kBenefit,
    kContribution,
    kCarry,
    kCase,
    kNotYet,
  };

  // ---- tokens (parser.cc) ----
  const Token& peek(size_t ahead = 0) const {
    return failed_ || index_ + ahead >= limit_ ? kEndToken : tokens_[index_ + ahead];
  }
  bool at_end() const { return peek().kind == TokenKind::kEnd; }
  // True if the next tokens are these words and marks, separated by blanks in `phrase`.
  bool at(Phrase phrase, size_t ahead = 0) const {
    return peek(ahead).hash == phrase.first_hash() && at_all_of(phrase, ahead);
  }
  bool at_all_of(Phrase phrase, size_t ahead) const;
  bool accept(Phrase phrase) {
    if (!at(phrase)) return false;
    index_ += phrase.words();
    return true;
  }
  bool expect(Phrase phrase);
  bool at_name(size_t ahead = 0) const;
  const Token& take();
  Span here() const;          // of the next token, or behind the last one
  std::string shown() const;  // the next token as it is quoted in messages
  void fail(std::string code, const Span& span, Text message, Text help);
  void fail_expected(std::string code, Words what);
  void complain(std::string code, const Span& span, Text message, Text help);
  template <typename T>
  T&& spanned(T&& node, size_t start) const {
    node.span = span_from(start);
    return std::forward<T>(node);
  }
  Span span_from(size_t start) const;

  // ---- small pieces (parser.cc) ----
  std::string name(Words what);  // reports and gives "" if there is none
  Label label();                 // at a text
  Text text_pair();              // two texts, reported if they are not there
  std::optional<Date> date();
  std::optional<int64_t> whole_number();
  void citations(std::vector<Citation>& into);  // any number of `cite`
  std::vector<std::string> names(std::vector<Span>* spans);
  TypeExpr type();
  void members(TypeExpr& type);
  std::string per_word();
  static std::string_view plural_unit(std::string_view word);
  bool is_unit_word(size_t ahead) const;

  // ---- expressions (parse_expression.cc) ----
  Expr condition();  // or-level
  Expr conjunction();
  Expr negation();
  Expr comparison();
  Expr is_comparison(Expr left, size_t start);
  Expr in_comparison(Expr left, size_t start);
  Expr finished();  // at least, at most, rounded
  Expr additive();
  Expr multiplicative();
  Expr unary();
  Expr postfix();   // on DATE, under the law of DATE
  Expr of_level();  // NAME of ENTITY
  Expr primary();
  Expr parenthesized();
  Expr keyword_primary();
  bool date_primary(Expr& into);
  bool aggregate_primary(Expr& into);
  Expr name_or_call();
  Expr number();
  Expr number_part();
  void unit(Expr& number);
  Expr rounding_unit();
  Expr literal();  // a value of a case, a presumption
  Expr range_or(Expr first, size_t start);
  Expr chosen_of(ExprKind kind, size_t start);
  Expr prefix(ExprKind kind, size_t start, Expr argument) const;
  Expr pair(ExprKind kind, size_t start, Expr first, Expr second) const;
  bool check_height(const Expr& expr, size_t& height);
  std::optional<Rounding> rounding_mode();  // after `rounded`
  Expr duration();                          // additive that leaves `of` alone

  // ---- periods and series (parse_series.cc) ----
  Expr period();
  Expr series();
  Expr series_without_where();
  Expr series_modifiers(Expr expr, size_t start);
  Expr series_primary();
  bool at_series_prefix() const;
  Expr series_prefix();
  Expr series_parenthesized();
  bool period_in_parentheses() const;
  Expr over_series(ExprKind kind, size_t start, Expr argument);

  // ---- items (parse_item.cc, parse_benefit.cc, parse_entity.cc) ----
  void read_item(std::vector<Item>& items);
  std::optional<ItemValue> item_value();
  ItemValue currency();
  ItemValue act();
  ItemValue use();
  ItemValue enumeration();
  template <typename T>
  ItemValue fund_or_party() {
    T item;
    item.span = here();
    item.name = name({"một tên", "a name"});
    clauses([&] { return label_clause(item.label); });
    return item;
  }
  bool label_clause(Label& into);
  ItemValue entity();
  ItemValue spells();
  ItemValue dates();
  ItemValue facts_of();
  void entity_body(EntityItem& item);
  FactItem fact();
  ItemValue param();
  ItemValue table();
  ItemValue calendar();
  ItemValue define();
  ItemValue exception();
  Branch branch(bool as_series);
  Expr branch_result(bool as_series);
  bool finish_clause(std::vector<FinishClause>& finish);
  OrderClause order_clause();
  ItemValue benefit();
  ItemValue contribution();
  Condition condition_clause();
  Payment payment(bool contribution);
  ItemValue highest_of();
  ItemValue carry();
  CarryStep carry_step();
  ItemValue not_yet();

  void common_header(Common& common);
  std::string name_of_header(Common& common, Words what);  // after `of` or `to`
  bool common_clause(Common& common);
  bool in_force(std::optional<Date>& from, std::optional<Date>& until);
  void repeated(const Span& span);
  bool token_matches(size_t index, Phrase phrase) const;
  bool starts_clause(size_t index) const;
  bool starts_common_clause(size_t index) const;
  // Calls `clause` until the end of the item; it gives false where it does not know the words.
  template <typename Clause>
  void clauses(Clause clause) {
    while (true) {
      const size_t start = index_;
      while (!at_end()) {
        const size_t before = index_;
        if (!clause() || (index_ == before && !failed_)) {
          report_leftover(start);
          break;
        }
      }
      failed_ = false;
      pending_range_.reset();
      index_ = limit_;
      if (index_ >= item_end_) return;
      next_limit();
    }
  }
  void next_limit();
  void report_leftover(size_t clause_start);

  // ---- tables (parse_rows.cc) ----
  // `text_columns`: read as they stand; all others hold values.
  Rows rows(const std::vector<std::string>& text_columns);
  std::vector<std::pair<std::string, Span>> split_row() const;
  Cell cell_of(std::pair<std::string, Span> part, bool is_text);
  Rows declared_rows(const std::vector<std::string>& required,
                     const std::vector<std::string>& optional);
  void check_columns(const Rows& rows, const std::vector<std::string>& required,
                     const std::vector<std::string>& optional);

  // ---- cases (parse_case.cc) ----
  ItemValue case_item();
  GivenBlock given();
  std::vector<GivenFact> given_facts(uint32_t column);
  GivenFact given_fact();
  std::vector<GivenRow> given_rows();
  void given_values(GivenFact& fact);
  Expect expectation();
  void expected_value(Expect& expect);
  std::vector<std::string> missing(std::vector<Span>& spans);
  size_t end_of_lines_deeper_than(uint32_t column) const;

  static constexpr Token kEndToken = {};

  class Nesting;  // counts the depth while it lives

  std::span<const Token> tokens_;
  bool vietnamese_;
  Diagnostics& diagnostics_;
  size_t index_ = 0;
  size_t item_end_;
  size_t limit_;
  bool failed_ = false;
  int depth_ = 0;
  bool no_on_ = false;  // `on` belongs to the clause, not to the expression
  bool no_of_ = false;  // `of` belongs to the clause
  // The start of a range that was read after `SERIES in`: it belongs to the comparison.
  std::optional<Expr> pending_range_;
  ItemKind item_ = ItemKind::kNoBody;
  bool in_header_ = false;  // a text that begins a line is the label
  uint32_t clause_column_ = 0;
};

// Depth of parentheses and operands, and height of the tree, that are refused beyond.
inline constexpr int kNestingMax = 100;
inline constexpr size_t kHeightMax = 400;

class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    ++parser_.depth_;
    if (parser_.depth_ > kNestingMax) {
      parser_.fail("too-deep", parser_.here(),
                   {"Biểu thức lồng nhau quá sâu.", "This is nested too deeply."},
                   {"Tách một phần thành định nghĩa riêng.",
                    "Make a definition of its own from a part of it."});
    }
  }
  ~Nesting() { --parser_.depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Parser& parser_;
};

}  // namespace ansinh::law
