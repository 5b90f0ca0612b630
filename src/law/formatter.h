// Private to the formatter: the text of expressions and items in one language.
//
// Expressions are made with marks where a line may be broken; only then is a clause laid out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "law/syntax.h"

namespace ansinh::law {

inline constexpr size_t kLineWidth = 100;

// A blank, or the end of a line: the lower, the sooner a line is broken there. No text can hold
// them.
inline constexpr char kBreak = '\x01';  // between the parts of a clause
inline constexpr char kOrBreak = '\x02';
inline constexpr char kAndBreak = '\x03';
inline constexpr char kSeriesBreak = '\x04';
inline constexpr char kSumBreak = '\x05';
inline constexpr char kProductBreak = '\x06';
inline constexpr char kCommaBreak = '\x07';
inline constexpr char kWeakestBreak = '\x08';
constexpr bool is_break(char c) { return c >= kBreak && c <= kWeakestBreak; }

// How tightly the operators of the language bind.
enum Level : uint8_t {
  kOrLevel,
  kAndLevel,
  kNotLevel,
  kComparisonLevel,
  kFinishLevel,
  kAdditiveLevel,
  kMultiplicativeLevel,
  kUnaryLevel,
  kPostfixLevel,
  kPrimaryLevel,
  kClosed,
};

// The text of an expression, and what its right end would take in if it followed: operators from
// level `takes` on, the cuts of a series, further commas.
struct Written {
  std::string text;
  int takes = kClosed;
  bool takes_cuts = false;
  bool takes_commas = false;
};

class ExpressionWriter {
 public:
  explicit ExpressionWriter(bool vietnamese) : vietnamese_(vietnamese) {}

  std::string word(std::string_view key) const;
  std::string unit_word(std::string_view plural, bool one) const;

  // In parentheses where the level asks for it.
  Written value(const Expr& expr, int level = kOrLevel);
  Written series(const Expr& expr);
  Written result(const Expr& expr, bool as_series);
  Written period(const Expr& expr);
  std::string range(const Expr& expr);
  std::string cell(const Expr& expr);
  // A value whose right end takes nothing in that may follow a clause's part.
  std::string closed(const Expr& expr, int level);
  // `on` outside parentheses belongs to the clause.
  std::string without_on(const Expr& expr);
  // `of` after it belongs to the clause.
  std::string without_of(const Expr& expr);
  std::string rounding(Rounding mode, const Expr& to);

 private:
  enum class SeriesForm : uint8_t { kPrimary, kPrefix, kUnion, kCut, kWhere, kPeriod, kValue };
  static SeriesForm form_of(const Expr& expr);

  Written bare(const Expr& expr);
  Written leaf(const Expr& expr);
  std::optional<Written> operation(const Expr& expr);
  Written operand(const Expr& expr, int level, int next, bool next_cuts = false);
  Written infix(const Expr& expr, int level, const std::string& word, int right_level);
  Written list(const Expr& expr, int level, int item_level, const std::string& word);
  Written comparison(const Expr& expr);
  Written postfix(const Expr& expr);
  Written prefixed(std::string_view key, const Expr& argument);
  Written chosen(std::string_view key, const Expr& expr);
  Written between(std::string_view key, const Expr& expr);
  Written aggregate(std::string_view key, const Expr& expr, int level);
  Written of_series(std::string_view key, const Expr& of);
  Written working_days_after(const Expr& expr);
  Written days_in(std::string_view key, const Expr& expr);
  Written call(const Expr& expr);
  Written in_parentheses(const Expr& expr);
  Written series_operand(const Expr& expr, bool before_cut);
  Written series_bare(const Expr& expr);
  Written cut(const Expr& expr);
  Written length_of_series(std::string_view key, const Expr& expr);
  Written primary_series(const Expr& expr);
  std::string number(const Expr& expr) const;
  std::string number_part(const Expr& expr) const;

  bool vietnamese_;
  bool no_on_ = false;
};

// The operand, or something harmless: trees with operands missing come only from texts with errors.
const Expr& operand_of(const Expr& expr, size_t index);
bool is_period(ExprKind kind);

std::string in_quotes(std::string_view text);
std::string label_text(const Text& text);

// Lays out text with break marks: `indent` blanks before the first line, `further` before the rest.
std::string laid_out(std::string_view text, size_t indent, size_t further);
// The same on one line.
std::string on_one_line(std::string_view text);
// As it stands inside parentheses, where lines are broken later than outside.
std::string weakened(std::string text);

class ItemWriter {
 public:
  explicit ItemWriter(bool vietnamese) : vietnamese_(vietnamese), expressions_(vietnamese) {}

  // Lines of one item, each with its line feed. `act_label`: what an act's label need not say.
  std::string item(const Item& item, const Label& act_label);

 private:
  std::string word(std::string_view key) const { return expressions_.word(key); }
  std::string type(const TypeExpr& type) const;
  std::string members(const std::vector<EnumMember>& members, bool bars_lead) const;
  std::string names(const std::vector<std::string>& names) const;

  void line(std::string_view text, size_t indent = 2);
  void clause(const std::string& text, const std::vector<Citation>& cite);
  void header(const std::string& text, const Label& label, const std::vector<Citation>& cite);
  void citations(const std::vector<Citation>& cite, size_t indent = 2);
  std::string cite_text(const std::vector<Citation>& cite) const;
  void common(const Common& common, const std::string& head);
  void rows(const Rows& rows, size_t indent);

  void write(const CurrencyItem& item);
  void write(const ActItem& item);
  void write(const UseItem& item);
  void write(const EnumItem& item);
  void write(const FundItem& item);
  void write(const PartyItem& item);
  void write(const EntityItem& item);
  void write(const ParamItem& item);
  void write(const TableItem& item);
  void write(const CalendarItem& item);
  void write(const DefineItem& item);
  void write(const ExceptionItem& item);
  void write(const BenefitItem& item);
  void write(const ContributionItem& item);
  void write(const HighestOfItem& item);
  void write(const CarryItem& item);
  void write(const NotYetItem& item);
  void write(const CaseItem& item);

  void members_apart(const std::vector<EnumMember>& members, size_t indent);
  void fact(const FactItem& fact);
  void branch(const Branch& branch, bool as_series);
  void finish(const FinishClause& clause);
  void order(const OrderClause& order);
  void condition(std::string_view key, const Condition& condition);
  void payment(const Payment& payment);
  void step(const CarryStep& step);
  void given_fact(const GivenFact& fact, size_t indent, const std::string& lead);
  void expectation(const Expect& expect);
  std::string expected(const Expect& expect);

  bool vietnamese_;
  ExpressionWriter expressions_;
  const Label* act_label_ = nullptr;
  std::string out_;
};

}  // namespace ansinh::law
