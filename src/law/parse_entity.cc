#include <utility>

#include "law/parser.h"

namespace ansinh::law {

ItemValue Parser::entity() {
  EntityItem item;
  item.form = EntityForm::kEntity;
  item.span = here();
  item.name = name({"tên đối tượng", "the name of the entity"});
  if (accept("of")) {
    item.parent_span = here();
    item.parent = name({"tên đối tượng cha", "the name of the parent"});
    if (expect("as")) item.list = name({"tên danh sách", "the name of the list"});
  }
  entity_body(item);
  return item;
}

ItemValue Parser::spells() {
  EntityItem item;
  item.span = here();
  item.name = name({"tên quá trình", "the name of the spells"});
  item.list = item.name;
  if (expect("of")) {
    item.parent_span = here();
    item.parent = name({"tên đối tượng cha", "the name of the parent"});
  }
  if (expect("by")) {
    const Span span = here();
    const std::string step = per_word();
    item.form = step == "day" ? EntityForm::kSpellsByDay : EntityForm::kSpellsByMonth;
    if (step == "year") {
      complain("expected-unit", span,
               {"Quá trình tính theo tháng hoặc ngày.", "Spells go by month or by day."},
               {"Viết `by month` hoặc `by day`.", "Write `by month` or `by day`."});
    }
  }
  entity_body(item);
  return item;
}

ItemValue Parser::dates() {
  EntityItem item;
  item.form = EntityForm::kDates;
  item.span = here();
  item.name = name({"tên danh sách ngày", "the name of the dates"});
  item.list = item.name;
  if (expect("of")) {
    item.parent_span = here();
    item.parent = name({"tên đối tượng cha", "the name of the parent"});
  }
  entity_body(item);
  return item;
}

ItemValue Parser::facts_of() {
  EntityItem item;
  item.form = EntityForm::kFactsOf;
  item.span = here();
  item.name = name({"tên đối tượng", "the name of an entity"});
  entity_body(item);
  return item;
}

void Parser::entity_body(EntityItem& item) {
  clauses([&] {
    const Span span = here();
    if (accept("fact")) {
      FactItem found = fact();
      if (!found.name.empty()) item.facts.push_back(std::move(found));
    } else if (accept("may overlap")) {
      item.may_overlap = true;
    } else if (accept("presumed")) {
      expect("none");
      item.presumed_none = true;
    } else if (accept("in order of")) {
      if (!item.order_fact.empty()) repeated(span);
      item.order_span = here();
      item.order_fact = name({"tên một dữ kiện", "the name of a fact"});
    } else if (accept("governed by")) {
      if (!item.governing_fact.empty()) repeated(span);
      item.governing_span = here();
      item.governing_fact = name({"tên một dữ kiện", "the name of a fact"});
    } else {
      return label_clause(item.label);
    }
    return true;
  });
}

FactItem Parser::fact() {
  FactItem fact;
  fact.span = here();
  fact.name = name({"tên dữ kiện", "the name of the fact"});
  if (expect(":")) fact.type = type();
  while (!at_end()) {
    const Span span = here();
    if (peek().kind == TokenKind::kText) {
      label_clause(fact.label);
    } else if (accept("hint")) {
      if (fact.hint.given()) repeated(span);
      fact.hint.text = text_pair();
    } else if (accept("range")) {
      const size_t start = index_;
      Expr first = additive();
      Expr range = range_or(std::move(first), start);
      if (range.kind != ExprKind::kRange) {
        fail_expected("expected-range", {"một khoảng A .. B", "a range A .. B"});
      } else {
        fact.range = std::move(range);
      }
    } else if (accept("presumed")) {
      fact.presumed = literal();
    } else {
      return fact;
    }
  }
  return fact;
}

}  // namespace ansinh::law
