#include <utility>

#include "law/parser.h"

namespace ansinh::law {

ItemValue Parser::benefit() {
  BenefitItem item;
  common_header(item.common);
  if (expect("of"))
    item.entity = name_of_header(item.common, {"tên đối tượng", "the name of an entity"});
  clauses([&] {
    const Span span = here();
    if (accept("entitled when")) {
      Condition found = condition_clause();
      if (!failed_) item.conditions.push_back(std::move(found));
    } else if (accept("pays")) {
      Payment found = payment(false);
      if (!failed_) item.payments.push_back(std::move(found));
    } else if (accept("gives")) {
      Expr found = condition();
      if (!failed_) item.gives.push_back(std::move(found));
    } else if (accept("from fund")) {
      if (!item.fund.empty()) repeated(span);
      item.fund_span = here();
      item.fund = name({"tên một quỹ", "the name of a fund"});
    } else if (accept("on application")) {
      item.on_application = true;
      if (accept("within")) {
        item.within = duration();
        if (expect("of")) item.within_of = additive();
      }
    } else if (accept("automatically")) {
      item.automatically = true;
    } else if (accept("instead of")) {
      const auto found = names(&item.instead_of_spans);
      item.instead_of.insert(item.instead_of.end(), found.begin(), found.end());
    } else {
      return common_clause(item.common);
    }
    return true;
  });
  return item;
}

ItemValue Parser::contribution() {
  ContributionItem item;
  common_header(item.common);
  if (expect("of"))
    item.entity = name_of_header(item.common, {"tên đối tượng", "the name of an entity"});
  clauses([&] {
    const Span span = here();
    if (accept("owed when")) {
      Condition found = condition_clause();
      if (!failed_) item.conditions.push_back(std::move(found));
    } else if (at_name() && at("pays", 1)) {
      const Span party_span = here();
      const std::string_view party = take().text;
      take();
      Payment found = payment(true);
      found.party = party;
      found.party_span = party_span;
      if (!failed_) item.payments.push_back(std::move(found));
    } else if (accept("due by")) {
      if (item.due) repeated(span);
      item.due = additive();
    } else {
      return common_clause(item.common);
    }
    return true;
  });
  return item;
}

Condition Parser::condition_clause() {
  Condition clause;
  clause.span = here();
  clause.expr = condition();
  if (accept("because")) clause.because.text = text_pair();
  citations(clause.cite);
  return clause;
}

// `E once [on D]`, `E each month [from D] [until D] [for DURATION] [from|to fund F]`.
Payment Parser::payment(bool contribution) {
  Payment payment;
  payment.span = here();
  payment.amount = condition();
  if (accept("once")) {
    payment.each = Frequency::kOnce;
  } else if (accept("each")) {
    const std::string each = per_word();
    payment.each = each == "day"     ? Frequency::kDay
                   : each == "month" ? Frequency::kMonth
                                     : Frequency::kYear;
  } else {
    fail_expected("expected-frequency", {"`once`, `each day`, `each month` hoặc `each year`",
                                         "`once`, `each day`, `each month` or `each year`"});
  }
  while (!at_end() && peek().kind != TokenKind::kCite) {
    if (contribution ? accept("to fund") : accept("from fund")) {
      payment.fund_span = here();
      payment.fund = name({"tên một quỹ", "the name of a fund"});
    } else if (accept("on")) {
      payment.on = additive();
    } else if (accept("from")) {
      payment.from = additive();
    } else if (accept("until")) {
      payment.until = additive();
    } else if (accept("for")) {
      payment.duration = additive();
    } else {
      break;
    }
  }
  citations(payment.cite);
  return payment;
}

}  // namespace ansinh::law
