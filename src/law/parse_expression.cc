#include <algorithm>
#include <array>
#include <utility>

#include "law/keywords.h"
#include "law/parser.h"

namespace ansinh::law {

namespace {

size_t height_of(const Expr& expr) {
  size_t height = 0;
  for (const Expr& argument : expr.args) height = std::max(height, height_of(argument));
  return height + 1;
}

std::optional<ExprKind> comparison_of(const Token& token) {
  if (token.kind != TokenKind::kPunctuation) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, ExprKind>, 6> kMarks = {
      {{"=", ExprKind::kEqual},
       {"!=", ExprKind::kNotEqual},
       {"<", ExprKind::kLess},
       {"<=", ExprKind::kLessEqual},
       {">", ExprKind::kGreater},
       {">=", ExprKind::kGreaterEqual}}};
  for (const auto& [mark, kind] : kMarks) {
    if (token.text == mark) return kind;
  }
  return std::nullopt;
}

}  // namespace

Expr Parser::prefix(ExprKind kind, size_t start, Expr argument) const {
  Expr expr;
  expr.kind = kind;
  expr.args.push_back(std::move(argument));
  return spanned(std::move(expr), start);
}

Expr Parser::pair(ExprKind kind, size_t start, Expr first, Expr second) const {
  Expr expr;
  expr.kind = kind;
  expr.args.reserve(2);
  expr.args.push_back(std::move(first));
  expr.args.push_back(std::move(second));
  return spanned(std::move(expr), start);
}

// Chains of operators lean to the left: their height grows with their length. `height` is that of
// the chain so far and takes in its last argument.
bool Parser::check_height(const Expr& expr, size_t& height) {
  height = std::max(height, height_of(expr.args.back())) + 1;
  if (height <= kHeightMax) return true;
  fail(
      "too-deep", expr.span, {"Biểu thức quá dài.", "This expression is too long."},
      {"Tách một phần thành định nghĩa riêng.", "Make a definition of its own from a part of it."});
  return false;
}

// ---- conditions --------------------------------------------------------------------------------

Expr Parser::condition() {
  const Nesting nesting(*this);
  const size_t start = index_;
  Expr expr = conjunction();
  if (at("or")) {
    expr = prefix(ExprKind::kOr, start, std::move(expr));
    while (accept("or")) expr.args.push_back(conjunction());
    expr.span = span_from(start);
  }
  return expr;
}

Expr Parser::conjunction() {
  const size_t start = index_;
  Expr expr = negation();
  if (at("and")) {
    expr = prefix(ExprKind::kAnd, start, std::move(expr));
    while (accept("and")) expr.args.push_back(negation());
    expr.span = span_from(start);
  }
  return expr;
}

Expr Parser::negation() {
  if (!at("not")) return comparison();
  const Nesting nesting(*this);
  const size_t start = index_;
  take();
  Expr argument = negation();
  return prefix(ExprKind::kNot, start, std::move(argument));
}

Expr Parser::comparison() {
  const size_t start = index_;
  Expr expr = finished();
  bool compared = true;
  if (pending_range_) {
    Expr right = std::move(*pending_range_);
    pending_range_.reset();
    right = range_or(std::move(right), start);
    expr = pair(ExprKind::kInRange, start, std::move(expr), std::move(right));
  } else if (const auto kind = comparison_of(peek())) {
    take();
    Expr right = finished();
    expr = pair(*kind, start, std::move(expr), std::move(right));
  } else if (accept("is")) {
    expr = is_comparison(std::move(expr), start);
  } else if (accept("in")) {
    expr = in_comparison(std::move(expr), start);
  } else {
    compared = false;
  }
  if (compared && (comparison_of(peek()) || at("is") || at("in"))) {
    fail("chained-comparison", here(),
         {"Hai phép so sánh nối liền nhau.", "Two comparisons in a row."},
         {"Nối chúng bằng `and`, hoặc dùng `in A .. B`.",
          "Join them with `and`, or use `in A .. B`."});
  }
  return expr;
}

Expr Parser::is_comparison(Expr left, size_t start) {
  if (accept("not one of")) {  // read as `not A is one of X, Y`
    Expr list = prefix(ExprKind::kIsOneOf, start, std::move(left));
    do {
      list.args.push_back(additive());
    } while (accept(","));
    return prefix(ExprKind::kNot, start, spanned(std::move(list), start));
  }
  if (accept("one of")) {
    Expr expr = prefix(ExprKind::kIsOneOf, start, std::move(left));
    do {
      expr.args.push_back(additive());
    } while (accept(","));
    return spanned(std::move(expr), start);
  }
  const ExprKind kind = accept("not") ? ExprKind::kIsNot : ExprKind::kIs;
  if (kind == ExprKind::kIsNot && accept("one of")) {  // the same as `not x is one of …`
    Expr expr = prefix(ExprKind::kIsOneOf, start, std::move(left));
    do {
      expr.args.push_back(additive());
    } while (accept(","));
    return prefix(ExprKind::kNot, start, spanned(std::move(expr), start));
  }
  Expr right = additive();
  return pair(kind, start, std::move(left), std::move(right));
}

Expr Parser::in_comparison(Expr left, size_t start) {
  const size_t right_start = index_;
  Expr right = period();
  right = range_or(std::move(right), right_start);
  return pair(ExprKind::kInRange, start, std::move(left), std::move(right));
}

Expr Parser::range_or(Expr first, size_t start) {
  const bool half_open = at("..<");
  if (!half_open && !at("..")) return first;
  take();
  Expr second = additive();
  Expr range = pair(ExprKind::kRange, start, std::move(first), std::move(second));
  range.half_open = half_open;
  return range;
}

// ---- arithmetic --------------------------------------------------------------------------------

std::optional<Rounding> Parser::rounding_mode() {
  if (accept("half up to")) return Rounding::kHalfUp;
  if (accept("half even to")) return Rounding::kHalfEven;
  if (accept("up to")) return Rounding::kUp;
  if (accept("down to")) return Rounding::kDown;
  fail_expected("expected-rounding", {"cách làm tròn (half up to, half even to, up to, down to)",
                                      "how to round (half up to, half even to, up to, down to)"});
  return std::nullopt;
}

Expr Parser::rounding_unit() {
  const size_t start = index_;
  if (accept("half years")) {
    Expr half;
    half.number = Rational(1, 2);
    half.unit.of = "years";
    return spanned(std::move(half), start);
  }
  if (peek().kind == TokenKind::kNumber) return number();
  fail_expected("expected-number", {"đơn vị làm tròn (1 VND, 1 month, half years, 1%)",
                                    "what to round to (1 VND, 1 month, half years, 1%)"});
  return {};
}

Expr Parser::finished() {
  const size_t start = index_;
  Expr expr = additive();
  size_t height = 0;
  while (true) {
    const size_t comma = at(",") ? 1 : 0;
    if (at("at least", comma) || at("at most", comma)) {
      index_ += comma + 1;
      const ExprKind kind = take().text == "least" ? ExprKind::kAtLeast : ExprKind::kAtMost;
      Expr bound = additive();
      if (height == 0) height = height_of(expr);
      expr = pair(kind, start, std::move(expr), std::move(bound));
    } else if (at("rounded", comma)) {
      index_ += comma + 1;
      const auto mode = rounding_mode();
      Expr to = rounding_unit();
      if (height == 0) height = height_of(expr);
      expr = pair(ExprKind::kRounded, start, std::move(expr), std::move(to));
      expr.rounding = mode.value_or(Rounding::kHalfUp);
    } else {
      return expr;
    }
    if (!check_height(expr, height)) return expr;
  }
}

Expr Parser::additive() {
  const size_t start = index_;
  Expr expr = multiplicative();
  size_t height = 0;
  while (at("+") || at("-")) {
    if (height == 0) height = height_of(expr);
    const ExprKind kind = take().text == "+" ? ExprKind::kAdd : ExprKind::kSubtract;
    Expr right = multiplicative();
    expr = pair(kind, start, std::move(expr), std::move(right));
    if (!check_height(expr, height)) break;
  }
  return expr;
}

Expr Parser::multiplicative() {
  const size_t start = index_;
  Expr expr = unary();
  size_t height = 0;
  while (at("*") || at("/")) {
    if (height == 0) height = height_of(expr);
    const ExprKind kind = take().text == "*" ? ExprKind::kMultiply : ExprKind::kDivide;
    Expr right = unary();
    expr = pair(kind, start, std::move(expr), std::move(right));
    if (!check_height(expr, height)) break;
  }
  return expr;
}

Expr Parser::unary() {
  if (!at("-")) return postfix();
  const Nesting nesting(*this);
  const size_t start = index_;
  take();
  Expr argument = unary();
  return prefix(ExprKind::kNegate, start, std::move(argument));
}

Expr Parser::postfix() {
  const size_t start = index_;
  Expr expr = of_level();
  size_t height = 0;
  while ((at("on") && !no_on_) || at("under the law of")) {
    if (height == 0) height = height_of(expr);
    const ExprKind kind = accept("on") ? ExprKind::kOnDate : ExprKind::kUnderLaw;
    if (kind == ExprKind::kUnderLaw) accept("under the law of");
    Expr date = of_level();
    expr = pair(kind, start, std::move(expr), std::move(date));
    if (!check_height(expr, height)) break;
  }
  return expr;
}

Expr Parser::of_level() {
  const size_t start = index_;
  Expr expr = primary();
  const bool is_name = expr.kind == ExprKind::kName || expr.kind == ExprKind::kCall;
  if (is_name && !no_of_ && at("of") && at_name(1)) {
    take();
    const std::string_view entity = take().text;
    expr = prefix(ExprKind::kOfEntity, start, std::move(expr));
    expr.name = entity;
  }
  if (accept("working days after") || accept("working day after")) {
    Expr after = of_level();
    expr = pair(ExprKind::kWorkingDaysAfter, start, std::move(expr), std::move(after));
    if (accept("except")) expr.args.push_back(series_primary());
    expr.span = span_from(start);
  }
  return expr;
}

Expr Parser::duration() {
  const bool outer = std::exchange(no_of_, true);
  Expr expr = additive();
  no_of_ = outer;
  return expr;
}

}  // namespace ansinh::law
