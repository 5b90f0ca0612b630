#include <algorithm>
#include <array>
#include <utility>

#include "law/keywords.h"
#include "law/parser.h"

namespace ansinh::law {

// `12`, `75%`, `15 years`, `26 years 4 months`, `2_340_000 VND/month`.
Expr Parser::number() {
  constexpr std::array<std::string_view, 3> kOrder = {"years", "months", "days"};
  const size_t start = index_;
  Expr expr = number_part();
  const auto rank = [&kOrder](std::string_view unit) {
    return std::find(kOrder.begin(), kOrder.end(), unit) - kOrder.begin();
  };
  auto last = rank(*expr.unit.of);
  while (last < 2 && expr.unit.per.empty() && peek().kind == TokenKind::kNumber &&
         is_unit_word(1) && !peek().first_on_line && !peek(1).first_on_line) {
    const size_t before = index_;
    Expr part = number_part();
    const auto next = rank(*part.unit.of);
    if (next <= last || !part.unit.per.empty()) {
      index_ = before;
      break;
    }
    last = next;
    expr.args.push_back(std::move(part));
  }
  return spanned(std::move(expr), start);
}

Expr Parser::number_part() {
  const size_t start = index_;
  Expr expr;
  const auto value = Rational::parse(take().text);
  if (value) expr.number = *value;
  unit(expr);
  return spanned(std::move(expr), start);
}

void Parser::unit(Expr& number) {
  const Token& token = peek();
  if (token.first_on_line) return;
  const bool word = token.kind == TokenKind::kWord || token.kind == TokenKind::kName;
  const bool currency = word && at_name() && (vietnamese_ || !token.is_keyword);
  if (at("%") || currency) {
    number.unit.of = take().text;
  } else if (at("working days") || at("working day")) {
    if (at("after", 2)) return;
    index_ += 2;
    number.unit.of = "working days";
  } else if (is_unit_word(0)) {
    number.unit.of = plural_unit(take().text);
  }
  if (!at("/") || !is_unit_word(1)) return;
  const bool tight = !peek().blank_before && !peek(1).blank_before;
  if (!tight && (at("of", 2) || at("in", 2) || at("between", 2) || number.unit.of.empty())) return;
  const Span slash = here();
  take();
  number.unit.per = per_word();
  if (tight) return;
  complain("unit-slash-space", slash,
           {"Dấu `/` của một mức theo thời gian đứng giữa hai dấu cách.",
            "The slash of a rate stands between blanks."},
           {"Viết liền: `500_000 VND/month`.", "Write it without blanks: `500_000 VND/month`."});
}

Expr Parser::literal() {
  constexpr std::array<KindPhrase, 5> kWords = {{{"yes", ExprKind::kYes},
                                                 {"no", ExprKind::kNo},
                                                 {"none", ExprKind::kNone},
                                                 {"unknown", ExprKind::kUnknown},
                                                 {"ongoing", ExprKind::kOngoing}}};
  const size_t start = index_;
  for (const auto& [word, kind] : kWords) {
    if (!accept(word)) continue;
    Expr expr;
    expr.kind = kind;
    return spanned(std::move(expr), start);
  }
  if (at("-") && peek(1).kind == TokenKind::kNumber) {
    take();
    Expr argument = number();
    return prefix(ExprKind::kNegate, start, std::move(argument));
  }
  const TokenKind kind = peek().kind;
  const bool simple = kind == TokenKind::kNumber || kind == TokenKind::kDate ||
                      kind == TokenKind::kMonth || kind == TokenKind::kText;
  if (simple) return primary();
  if (at_name()) {
    Expr expr;
    expr.kind = ExprKind::kName;
    expr.name = take().text;
    return spanned(std::move(expr), start);
  }
  fail_expected("expected-value", {"một giá trị", "a value"});
  return {};
}

std::optional<Expr> Parser::cell() {
  constexpr std::array<std::string_view, 4> kMarks = {"<", "<=", ">", ">="};
  const size_t start = index_;
  Expr expr;
  const bool alone = tokens_.size() == 1;
  if (alone && (at("none") || at("unknown") || at("ongoing"))) {
    expr = literal();
  } else if (alone && accept("any")) {
    expr.kind = ExprKind::kAny;
    expr.span = span_from(start);
  } else if (accept("not yet expressed")) {
    expr.kind = ExprKind::kNotYetExpressed;
    expr.reason = text_pair();
    expr.span = span_from(start);
  } else if (peek().kind == TokenKind::kPunctuation &&
             std::find(kMarks.begin(), kMarks.end(), peek().text) != kMarks.end()) {
    const std::string_view mark = take().text;
    expr = prefix(ExprKind::kOpenRange, start, additive());
    expr.name = mark;
  } else {
    expr = range_or(condition(), start);
  }
  if (!failed_ && !at_end()) {
    fail("unexpected-text", here(),
         {"Ô này còn thừa `" + shown() + "`.", "The cell goes on with `" + shown() + "`."},
         {"Mỗi ô chỉ ghi một giá trị; chữ để trong ngoặc kép, hàng nghìn tách bằng `_`.",
          "A cell holds one value; put texts in quotes and group thousands with `_`."});
  }
  if (failed_) return std::nullopt;
  return expr;
}

}  // namespace ansinh::law
