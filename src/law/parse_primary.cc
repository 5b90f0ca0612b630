// What stands between the operators: literals, names, parentheses, and what keywords begin.
#include <array>
#include <utility>

#include "law/parser.h"

namespace ansinh::law {

Expr Parser::primary() {
  const Nesting nesting(*this);
  const size_t start = index_;
  const Token& token = peek();
  Expr expr;
  switch (token.kind) {
    case TokenKind::kNumber:
      return number();
    case TokenKind::kDate:
      expr.kind = ExprKind::kDate;
      expr.date = *Date::parse(take().text);
      return spanned(std::move(expr), start);
    case TokenKind::kMonth:
      expr.kind = ExprKind::kMonthLiteral;
      expr.month_literal = *Month::parse(take().text);
      return spanned(std::move(expr), start);
    case TokenKind::kText:
      expr.kind = ExprKind::kText;
      expr.text = take().text;
      return spanned(std::move(expr), start);
    case TokenKind::kPunctuation:
      if (token.text == "(") return parenthesized();
      break;
    case TokenKind::kName:
      if (at_name()) return name_or_call();
      break;
    case TokenKind::kWord:
      return keyword_primary();
    default:
      break;
  }
  fail_expected("expected-expression", {"một biểu thức", "an expression"});
  return expr;
}

Expr Parser::parenthesized() {
  const bool outer_on = std::exchange(no_on_, false);
  const bool outer_of = std::exchange(no_of_, false);
  const size_t start = index_;
  take();
  Expr expr = condition();
  if (accept("to")) {
    Expr end = additive();
    expr = pair(ExprKind::kPeriodTo, start, std::move(expr), std::move(end));
  } else if (at("before") && expr.kind == ExprKind::kNumber) {
    take();
    Expr end = additive();
    expr = pair(ExprKind::kPeriodBefore, start, std::move(expr), std::move(end));
  } else {
    expr = series_modifiers(std::move(expr), start);
  }
  if (!accept(")")) {
    fail_expected("expected-parenthesis", {"dấu `)`", "a `)`"});
  }
  no_on_ = outer_on;
  no_of_ = outer_of;
  return expr;
}

Expr Parser::name_or_call() {
  const size_t start = index_;
  Expr expr;
  expr.kind = ExprKind::kName;
  expr.name = take().text;
  if (accept("so far")) {
    expr.kind = ExprKind::kSoFar;
  } else if (accept("(")) {
    const bool outer_on = std::exchange(no_on_, false);
    const bool outer_of = std::exchange(no_of_, false);
    expr.kind = ExprKind::kCall;
    do {
      expr.args.push_back(condition());
    } while (accept(","));
    if (!accept(")")) fail_expected("expected-parenthesis", {"dấu `)`", "a `)`"});
    no_on_ = outer_on;
    no_of_ = outer_of;
  }
  return spanned(std::move(expr), start);
}

Expr Parser::keyword_primary() {
  constexpr std::array<KindPhrase, 6> kWords = {{{"yes", ExprKind::kYes},
                                                 {"no", ExprKind::kNo},
                                                 {"today", ExprKind::kToday},
                                                 {"base", ExprKind::kBase},
                                                 {"previous", ExprKind::kPrevious},
                                                 {"position", ExprKind::kPosition}}};
  // All that is looked for below begins with a keyword.
  if (at_name() && !peek().is_keyword) return name_or_call();
  const size_t start = index_;
  Expr expr;
  if (date_primary(expr) || aggregate_primary(expr)) return expr;
  if (at_series_prefix()) return series_prefix();
  for (const auto& [word, kind] : kWords) {
    if (!accept(word)) continue;
    expr.kind = kind;
    expr.span = span_from(start);
    return expr;
  }
  if (at("month") || at("year")) {
    expr.kind = take().text == "month" ? ExprKind::kMonthHere : ExprKind::kYearHere;
    expr.span = span_from(start);
    return expr;
  }
  if (accept("so far")) {
    expr.kind = ExprKind::kSoFar;
    expr.span = span_from(start);
    return expr;
  }
  if (accept("has")) return prefix(ExprKind::kHas, start, of_level());
  if (accept("own")) return prefix(ExprKind::kOwn, start, of_level());
  if (at_name()) return name_or_call();
  if (at("not")) {
    fail("expected-expression", here(),
         {"`not` chỉ đứng đầu một điều kiện.", "`not` can only begin a condition."},
         {"Đặt phần này trong ngoặc: `(not …)`.", "Put this part in parentheses: `(not …)`."});
    return {};
  }
  fail_expected("expected-expression", {"một biểu thức", "an expression"});
  return {};
}

// `higher of A and B`, `higher of A, B and C`.
Expr Parser::chosen_of(ExprKind kind, size_t start) {
  Expr expr;
  expr.kind = kind;
  expr.args.push_back(additive());
  while (accept(",")) expr.args.push_back(additive());
  expect("and");
  expr.args.push_back(additive());
  return spanned(std::move(expr), start);
}

bool Parser::date_primary(Expr& into) {
  constexpr std::array<KindPhrase, 9> kOfOne = {{{"month of", ExprKind::kMonthOf},
                                                 {"year of", ExprKind::kYearOf},
                                                 {"day of", ExprKind::kDayOf},
                                                 {"weekday of", ExprKind::kWeekdayOf},
                                                 {"first day of", ExprKind::kFirstDayOf},
                                                 {"last day of", ExprKind::kLastDayOf},
                                                 {"calendar year of", ExprKind::kCalendarYearOf},
                                                 {"calendar month of", ExprKind::kCalendarMonthOf},
                                                 {"absolute", ExprKind::kAbsolute}}};
  constexpr std::array<KindPhrase, 3> kBetween = {{{"years between", ExprKind::kYearsBetween},
                                                   {"months between", ExprKind::kMonthsBetween},
                                                   {"days between", ExprKind::kDaysBetween}}};
  constexpr std::array<KindPhrase, 4> kChosen = {{{"higher of", ExprKind::kHigherOf},
                                                  {"lower of", ExprKind::kLowerOf},
                                                  {"later of", ExprKind::kLaterOf},
                                                  {"earlier of", ExprKind::kEarlierOf}}};
  constexpr std::array<KindPhrase, 3> kIn = {{{"working days in", ExprKind::kWorkingDaysIn},
                                              {"days in", ExprKind::kDaysIn},
                                              {"months in", ExprKind::kMonthsIn}}};
  const size_t start = index_;
  for (const auto& [words, kind] : kOfOne) {
    if (!accept(words)) continue;
    into = prefix(kind, start, of_level());
    return true;
  }
  for (const auto& [words, kind] : kBetween) {
    if (!accept(words)) continue;
    Expr first = additive();
    expect("and");
    Expr second = additive();
    into = pair(kind, start, std::move(first), std::move(second));
    return true;
  }
  for (const auto& [words, kind] : kChosen) {
    if (!accept(words)) continue;
    into = chosen_of(kind, start);
    return true;
  }
  for (const auto& [words, kind] : kIn) {
    if (!accept(words)) continue;
    into = prefix(kind, start, period());
    if (kind == ExprKind::kWorkingDaysIn && accept("except")) {
      into.args.push_back(series_primary());
    }
    into.span = span_from(start);
    return true;
  }
  return false;
}

bool Parser::aggregate_primary(Expr& into) {
  constexpr std::array<KindPhrase, 6> kOver = {{{"sum of", ExprKind::kSum},
                                                {"mean of", ExprKind::kMean},
                                                {"highest of", ExprKind::kHighest},
                                                {"lowest of", ExprKind::kLowest},
                                                {"first of", ExprKind::kFirst},
                                                {"last of", ExprKind::kLast}}};
  constexpr std::array<KindPhrase, 2> kConditions = {
      {{"any of", ExprKind::kAnyOf}, {"all of", ExprKind::kAllOf}}};
  constexpr std::array<KindPhrase, 5> kOfSeries = {{{"count of", ExprKind::kCount},
                                                    {"number of", ExprKind::kCount},
                                                    {"longest gap of", ExprKind::kLongestGap},
                                                    {"start of", ExprKind::kStartOf},
                                                    {"end of", ExprKind::kEndOf}}};
  const size_t start = index_;
  for (const auto& [words, kind] : kOver) {
    if (!accept(words)) continue;
    into = over_series(kind, start, additive());
    return true;
  }
  for (const auto& [words, kind] : kConditions) {
    if (!accept(words)) continue;
    into = over_series(kind, start, condition());
    return true;
  }
  for (const auto& [words, kind] : kOfSeries) {
    if (!accept(words)) continue;
    into = prefix(kind, start, series());
    return true;
  }
  const bool entitled = at("entitled to");
  if (!entitled && !at("amount of")) return false;
  index_ += 2;
  into.kind = entitled ? ExprKind::kEntitledTo : ExprKind::kAmountOf;
  into.name = name({"tên một chế độ", "the name of a benefit"});
  into.span = span_from(start);
  return true;
}

}  // namespace ansinh::law
