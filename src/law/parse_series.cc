#include <algorithm>
#include <array>
#include <utility>

#include "law/parser.h"

namespace ansinh::law {

namespace {

// `12 months before D` is a period; in `S in calendar year of D before E` the `before` cuts S.
bool is_length(ExprKind kind) {
  switch (kind) {
    case ExprKind::kDate:
    case ExprKind::kMonthLiteral:
    case ExprKind::kMonthOf:
    case ExprKind::kCalendarYearOf:
    case ExprKind::kCalendarMonthOf:
    case ExprKind::kPeriodTo:
    case ExprKind::kPeriodBefore:
      return false;
    default:
      return true;
  }
}

}  // namespace

// ---- periods -----------------------------------------------------------------------------------

Expr Parser::period() {
  const size_t start = index_;
  Expr first = additive();
  if (accept("to")) {
    Expr end = additive();
    return pair(ExprKind::kPeriodTo, start, std::move(first), std::move(end));
  }
  if (is_length(first.kind) && accept("before")) {
    Expr end = additive();
    return pair(ExprKind::kPeriodBefore, start, std::move(first), std::move(end));
  }
  return first;
}

// After `(`: does a period stand in these parentheses, not a series?
bool Parser::period_in_parentheses() const {
  constexpr std::array<std::string_view, 9> kSeriesWords = {
      "in", "where", "before", "after", "from", "until", "except", "within", "over"};
  constexpr std::array<std::string_view, 4> kBeforeOtherTo = {"up", "even", "down", "entitled"};
  size_t ahead = 1;
  while (peek(ahead).kind == TokenKind::kNumber && is_unit_word(ahead + 1)) ahead += 2;
  if (ahead > 1 && at("before", ahead)) return true;
  int depth = 0;
  std::string_view before;
  for (ahead = 1; peek(ahead).kind != TokenKind::kEnd; ++ahead) {
    const Token& token = peek(ahead);
    const bool word = token.kind == TokenKind::kWord;
    if (token.kind == TokenKind::kPunctuation && token.text == "(") ++depth;
    if (token.kind == TokenKind::kPunctuation && token.text == ")" && --depth < 0) return false;
    if (depth == 0 && word) {
      const bool other =
          std::find(kBeforeOtherTo.begin(), kBeforeOtherTo.end(), before) != kBeforeOtherTo.end();
      if (token.text == "to" && !other) return true;
      const bool after_days = before == "days" || before == "day" || before == "months";
      const bool of_days = after_days && (token.text == "in" || token.text == "after");
      if (!of_days &&
          std::find(kSeriesWords.begin(), kSeriesWords.end(), token.text) != kSeriesWords.end()) {
        return false;
      }
    }
    before = word ? token.text : std::string_view();
  }
  return false;
}

// ---- series ------------------------------------------------------------------------------------

Expr Parser::series() {
  const Nesting nesting(*this);
  const size_t start = index_;
  return series_modifiers(series_primary(), start);
}

// What may follow a series: the cuts, and `where` last.
Expr Parser::series_modifiers(Expr expr, size_t start) {
  constexpr std::array<KindPhrase, 4> kCuts = {{{"before", ExprKind::kBefore},
                                                {"after", ExprKind::kAfter},
                                                {"from", ExprKind::kFrom},
                                                {"until", ExprKind::kUntil}}};
  int length = 0;
  while (!failed_) {
    if (++length > kNestingMax) {
      fail("too-deep", here(), {"Quá nhiều phần nối tiếp.", "Too many parts in a row."},
           {"Tách một phần thành định nghĩa riêng.",
            "Make a definition of its own from a part of it."});
      return expr;
    }
    const auto cut = std::find_if(kCuts.begin(), kCuts.end(),
                                  [this](const KindPhrase& one) { return at(one.words); });
    if (at("from fund")) return expr;  // a clause of a benefit
    if (cut != kCuts.end()) {
      take();
      Expr argument = additive();
      expr = pair(cut->kind, start, std::move(expr), std::move(argument));
    } else if (accept("in")) {
      Expr argument = period();
      if (at("..") || at("..<")) {
        pending_range_ = std::move(argument);
        return expr;
      }
      expr = pair(ExprKind::kInPeriod, start, std::move(expr), std::move(argument));
    } else if (at("except") || at("within")) {
      const ExprKind kind = take().text == "except" ? ExprKind::kExcept : ExprKind::kWithin;
      Expr argument = series_primary();
      expr = pair(kind, start, std::move(expr), std::move(argument));
    } else if (accept("bridging gaps up to")) {
      Expr argument = additive();
      expr = pair(ExprKind::kBridging, start, std::move(expr), std::move(argument));
    } else if (accept("where")) {
      Expr argument = condition();
      return pair(ExprKind::kWhere, start, std::move(expr), std::move(argument));
    } else {
      return expr;
    }
  }
  return expr;
}

Expr Parser::series_primary() {
  const Nesting nesting(*this);
  if (at("(")) return series_parenthesized();
  if (at_series_prefix()) return series_prefix();
  const size_t start = index_;
  if (accept("base")) {
    Expr expr;
    expr.kind = ExprKind::kBase;
    return spanned(std::move(expr), start);
  }
  if (at("calendar year of") || at("calendar month of")) {
    Expr expr;
    date_primary(expr);
    return expr;
  }
  if (at_name()) {
    const bool outer = std::exchange(no_of_, false);
    Expr expr = of_level();
    no_of_ = outer;
    return expr;
  }
  fail_expected("expected-series", {"một danh sách hoặc quá trình", "a list or a history"});
  return {};
}

Expr Parser::series_parenthesized() {
  if (period_in_parentheses()) return parenthesized();
  const bool outer_on = std::exchange(no_on_, false);
  const bool outer_of = std::exchange(no_of_, false);
  take();
  Expr expr = series();
  if (!accept(")")) fail_expected("expected-parenthesis", {"dấu `)`", "a `)`"});
  no_on_ = outer_on;
  no_of_ = outer_of;
  return expr;
}

bool Parser::at_series_prefix() const {
  if (at("months of") || at("days of") || at("union of")) return true;
  if (at("last run of") || at("longest run of")) return true;
  if (!at("last") && !at("first") && !at("best")) return false;
  const TokenKind next = peek(1).kind;
  if (next == TokenKind::kNumber || at("(", 1)) return true;
  return at_name(1) && at("of", 2);
}

Expr Parser::series_prefix() {
  constexpr std::array<KindPhrase, 4> kOfOne = {{{"months of", ExprKind::kMonthsOf},
                                                 {"days of", ExprKind::kDaysOf},
                                                 {"last run of", ExprKind::kLastRun},
                                                 {"longest run of", ExprKind::kLongestRun}}};
  const size_t start = index_;
  for (const auto& [words, kind] : kOfOne) {
    if (accept(words)) return prefix(kind, start, series());
  }
  if (accept("union of")) {
    Expr first = series_primary();
    expect("and");
    Expr second = series_primary();
    return pair(ExprKind::kUnion, start, std::move(first), std::move(second));
  }
  const std::string_view word = take().text;
  const bool outer = std::exchange(no_of_, true);
  Expr length = primary();
  no_of_ = outer;
  expect("of");
  Expr of = series();
  if (word == "best") {
    Expr expr = pair(ExprKind::kBestOf, start, std::move(length), std::move(of));
    expect("by");
    expr.args.push_back(additive());
    return spanned(std::move(expr), start);
  }
  const ExprKind kind = word == "last" ? ExprKind::kLastOf : ExprKind::kFirstOf;
  return pair(kind, start, std::move(length), std::move(of));
}

Expr Parser::over_series(ExprKind kind, size_t start, Expr argument) {
  expect("over");
  Expr of = series();
  return pair(kind, start, std::move(argument), std::move(of));
}

}  // namespace ansinh::law
