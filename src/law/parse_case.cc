#include <utility>

#include "law/parser.h"

namespace ansinh::law {

ItemValue Parser::case_item() {
  CaseItem item;
  // Clauses stand in the column of the first; what is deeper is a fact, whatever its name.
  clause_column_ = 0;
  for (size_t i = index_; i < item_end_ && clause_column_ == 0; ++i) {
    const bool text = tokens_[i].kind == TokenKind::kText;
    if (tokens_[i].first_on_line && !text) clause_column_ = tokens_[i].span.column;
  }
  item.span = here();
  item.quoted_name = peek().kind == TokenKind::kText;
  if (item.quoted_name || peek().kind == TokenKind::kRaw) {
    item.name = take().text;
  } else {
    fail_expected("expected-name", {"tên của tình huống", "the name of the case"});
  }
  bool dated = false;
  clauses([&] {
    const Span span = here();
    if (accept("on")) {
      if (dated) repeated(span);
      dated = true;
      if (const auto found = date()) item.on = *found;
    } else if (accept("source")) {
      item.source = name({"nguồn", "a source"});
    } else if (accept("given")) {
      item.given.push_back(given());
    } else if (accept("expect")) {
      Expect found = expectation();
      if (!failed_) item.expects.push_back(std::move(found));
    } else if (peek().kind == TokenKind::kCite) {
      citations(item.cite);
    } else {
      return label_clause(item.label);
    }
    return true;
  });
  clause_column_ = 0;
  if (!dated) {
    complain("case-without-date", item.span,
             {"Tình huống này không ghi ngày quyết định.", "This case has no decision date."},
             {"Thêm `on 2025-07-01` vào dòng đầu.", "Add `on 2025-07-01` to its first line."});
  }
  return item;
}

// ---- what is given -----------------------------------------------------------------------------

// The first later token that begins a line at this column or left of it.
size_t Parser::end_of_lines_deeper_than(uint32_t column) const {
  size_t end = index_ + 1;
  while (end < limit_ && !(tokens_[end].first_on_line && tokens_[end].span.column <= column)) ++end;
  return end;
}

GivenBlock Parser::given() {
  GivenBlock block;
  block.span = here();
  block.entity = name({"tên đối tượng", "the name of an entity"});
  if (!failed_) block.facts = given_facts(clause_column_);
  return block;
}

std::vector<GivenFact> Parser::given_facts(uint32_t column) {
  std::vector<GivenFact> facts;
  while (index_ < limit_ && tokens_[index_].span.column > column) {
    GivenFact found = given_fact();
    if (!found.name.empty()) facts.push_back(std::move(found));
  }
  return facts;
}

GivenFact Parser::given_fact() {
  const size_t outer = limit_;
  GivenFact fact;
  fact.span = tokens_[index_].span;
  limit_ = end_of_lines_deeper_than(fact.span.column);
  {
    const Nesting nesting(*this);
    if (!failed_) fact.name = name({"tên dữ kiện", "the name of a fact"});
    if (peek().kind == TokenKind::kRow) {
      fact.table = rows({});
    } else if (at("-") && peek().first_on_line) {
      fact.rows = given_rows();
    } else if (!failed_) {
      given_values(fact);
    }
    if (!failed_ && !at_end()) {
      fail("unexpected-text", here(),
           {"Không rõ `" + shown() + "` sau giá trị của `" + fact.name + "`.",
            "`" + shown() + "` does not belong after the value of `" + fact.name + "`."},
           {"Mỗi dòng ghi một dữ kiện và giá trị của nó.",
            "Write one fact and its value on a line."});
    }
  }
  failed_ = false;
  pending_range_.reset();
  index_ = limit_;
  limit_ = outer;
  return fact;
}

void Parser::given_values(GivenFact& fact) {
  fact.value = literal();
  while (accept(",")) fact.dates.push_back(literal());
}

std::vector<GivenRow> Parser::given_rows() {
  std::vector<GivenRow> rows;
  const uint32_t column = tokens_[index_].span.column;
  while (at("-") && peek().first_on_line && peek().span.column == column) {
    const size_t outer = limit_;
    GivenRow row;
    row.span = here();
    limit_ = end_of_lines_deeper_than(column);
    take();
    row.facts = given_facts(column);
    index_ = limit_;
    limit_ = outer;
    rows.push_back(std::move(row));
  }
  return rows;
}

// ---- what is expected --------------------------------------------------------------------------

Expect Parser::expectation() {
  const size_t start = index_;
  Expect expect_item;
  if (at("(")) {
    expect_item.target = parenthesized();
  } else if (at("start of") || at("end of") || at("amount of")) {
    const std::string_view word = peek().text;
    const bool amount = word == "amount";
    const ExprKind kind = word == "start" ? ExprKind::kStartOf : ExprKind::kEndOf;
    index_ += 2;
    Expr benefit;
    benefit.kind = amount ? ExprKind::kAmountOf : ExprKind::kName;
    const size_t name_start = index_;
    benefit.name = name({"tên một chế độ", "the name of a benefit"});
    benefit.span = span_from(amount ? start + 1 : name_start);
    expect_item.target = amount ? std::move(benefit) : prefix(kind, start + 1, std::move(benefit));
  } else {
    expect_item.target.kind = ExprKind::kName;
    expect_item.target.name = name({"tên cần kiểm tra", "the name of what is expected"});
    expect_item.target.span = span_from(start);
  }
  while (!at_end()) {
    const Span span = here();
    if (accept("of row")) {
      RowPath path;
      path.span = span;
      if (const auto row = whole_number()) path.row = static_cast<int>(*row);
      if (expect("of")) {
        path.list_span = here();
        path.list = name({"tên danh sách", "the name of a list"});
      }
      expect_item.path.push_back(std::move(path));
    } else if (accept("on")) {
      expect_item.on = of_level();
    } else {
      break;
    }
  }
  expected_value(expect_item);
  expect_item.span = span_from(start);
  return expect_item;
}

void Parser::expected_value(Expect& expect_item) {
  if (accept("not entitled")) {
    expect_item.form = ExpectForm::kNotEntitled;
  } else if (accept("cannot tell")) {
    expect_item.form = ExpectForm::kCannotTell;
    expect_item.missing = missing(expect_item.missing_spans);
  } else if (accept("unknown")) {
    expect_item.form = ExpectForm::kUnknown;
    expect_item.missing = missing(expect_item.missing_spans);
  } else if (accept("refused")) {
    expect_item.form = ExpectForm::kRefused;
  } else if (accept("incomplete")) {
    expect_item.form = ExpectForm::kIncomplete;
  } else if (accept("error")) {
    expect_item.form = ExpectForm::kError;
  } else if (accept("entitled")) {
    expect_item.form = ExpectForm::kEntitled;
    if (at_end()) return;
    do {
      expect_item.values.push_back(literal());
    } while (accept(","));
  } else {
    expect_item.values.push_back(literal());
  }
}

std::vector<std::string> Parser::missing(std::vector<Span>& spans) {
  if (!accept("missing")) return {};
  return names(&spans);
}

}  // namespace ansinh::law
