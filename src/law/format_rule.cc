#include <array>
#include <utility>

#include "base/text.h"
#include "law/formatter.h"

namespace ansinh::law {

// ---- definitions -------------------------------------------------------------------------------

void ItemWriter::order(const OrderClause& order) {
  std::string text =
      word("in order of") + " " + expressions_.value(order.order, kPrimaryLevel).text;
  std::string groups;
  for (const Expr& group : order.groups) {
    groups += (groups.empty() ? "" : std::string(",") + kCommaBreak) +
              expressions_.value(group, kPrimaryLevel).text;
  }
  if (order.calendar_year) {
    text +=
        " " + word("within calendar year") + (groups.empty() ? "" : std::string(",") + kCommaBreak);
  } else if (!groups.empty()) {
    text += " " + word("within@order") + " ";
  }
  line(text + groups);
}

void ItemWriter::branch(const Branch& branch, bool as_series) {
  const std::string result = expressions_.result(branch.result, as_series).text;
  std::string text = word("otherwise");
  if (!branch.condition) {
    clause(text + " " + result, branch.cite);
    return;
  }
  const std::string when = word("when") + " " + expressions_.value(*branch.condition).text + ":";
  text = branch.in_order ? text + " " + when : when;
  const size_t width = display_width(on_one_line(text + " " + result));
  if (width + 2 <= kLineWidth) {
    clause(text + " " + result, branch.cite);
    return;
  }
  line(text);
  line(result, 4);
  const std::string cited = cite_text(branch.cite);
  if (cited.empty()) return;
  out_.pop_back();
  out_ += "  " + cited + "\n";
}

void ItemWriter::finish(const FinishClause& clause) {
  if (clause.kind == ExprKind::kRounded) {
    line(expressions_.rounding(clause.rounding, clause.argument));
    return;
  }
  const bool least = clause.kind == ExprKind::kAtLeast;
  line(word(least ? "at least" : "at most") + " " +
       expressions_.value(clause.argument, kAdditiveLevel).text);
}

void ItemWriter::write(const DefineItem& item) {
  common(item.common, word("define") + " " + item.common.name + " " + word("of") + " " +
                          item.entity + " : " + type(item.type));
  const bool as_series = item.type.word == "spells";
  if (item.order.written) order(item.order);
  if (item.formula) line("= " + expressions_.result(*item.formula, as_series).text);
  for (const Branch& one : item.branches) branch(one, as_series);
  for (const FinishClause& one : item.finish) finish(one);
}

void ItemWriter::write(const ExceptionItem& item) {
  common(item.common,
         word("exception") + " " + item.common.name + " " + word("to@exception") + " " + item.to);
  for (const Branch& one : item.branches) branch(one, false);
}

// ---- benefits and contributions ----------------------------------------------------------------

void ItemWriter::condition(std::string_view key, const Condition& condition) {
  std::string text = word(key) + " " + expressions_.value(condition.expr).text;
  if (condition.because.given()) {
    text += kBreak + word("because") + " " + label_text(condition.because.text);
  }
  clause(text, condition.cite);
}

void ItemWriter::payment(const Payment& payment) {
  constexpr std::array<std::string_view, 4> kFrequencies = {"once", "each day", "each month",
                                                            "each year"};
  std::string text =
      payment.party.empty() ? word("pays") : payment.party + " " + word("pays@contribution");
  text += " " + expressions_.value(payment.amount).text + " " +
          word(kFrequencies.at(static_cast<size_t>(payment.each)));
  const auto part = [&](std::string_view key, const std::optional<Expr>& expr, char before) {
    if (expr) text += before + word(key) + " " + expressions_.closed(*expr, kAdditiveLevel);
  };
  part("on", payment.on, ' ');
  part("from", payment.from, kBreak);
  part("until", payment.until, kBreak);
  part("for", payment.duration, kBreak);
  if (!payment.fund.empty()) {
    text += " " + word(payment.party.empty() ? "from fund" : "to fund") + " " + payment.fund;
  }
  clause(text, payment.cite);
}

void ItemWriter::write(const BenefitItem& item) {
  common(item.common,
         word("benefit") + " " + item.common.name + " " + word("of") + " " + item.entity);
  for (const Condition& one : item.conditions) condition("entitled when", one);
  for (const Payment& one : item.payments) payment(one);
  for (const Expr& one : item.gives) line(word("gives") + " " + expressions_.value(one).text);
  if (!item.fund.empty()) line(word("from fund") + " " + item.fund);
  if (item.on_application) {
    std::string text = word("on application");
    if (item.within && item.within_of) {
      text += " " + word("within@application") + " " + expressions_.without_of(*item.within) + " " +
              word("of@application") + " " +
              expressions_.value(*item.within_of, kAdditiveLevel).text;
    }
    line(text);
  }
  if (item.automatically) line(word("automatically"));
  if (!item.instead_of.empty()) line(word("instead of") + " " + names(item.instead_of));
}

void ItemWriter::write(const ContributionItem& item) {
  common(item.common,
         word("contribution") + " " + item.common.name + " " + word("of") + " " + item.entity);
  for (const Condition& one : item.conditions) condition("owed when", one);
  for (const Payment& one : item.payments) payment(one);
  if (item.due) line(word("due by") + " " + expressions_.value(*item.due, kAdditiveLevel).text);
}

// ---- carry -------------------------------------------------------------------------------------

void ItemWriter::step(const CarryStep& step) {
  std::string text;
  switch (step.form) {
    case StepForm::kOnDate:
      text = word("on") + " " + step.date.to_string();
      break;
    case StepForm::kEachYear:
      text = word("each year on month") + " " + std::to_string(step.month) + " " +
             expressions_.unit_word("days", true) + " " + std::to_string(step.day);
      break;
    case StepForm::kEachMonth:
      text = word("each month");
      break;
    case StepForm::kEachChange:
      text = word("on each change of") + " " + step.param;
      break;
  }
  clause(text + kBreak + word("becomes") + " " + expressions_.value(step.value).text, step.cite);
}

void ItemWriter::write(const CarryItem& item) {
  common(item.common, word("carry") + " " + item.common.name + " " + word("of") + " " +
                          item.entity + " : " + type(item.type));
  line(word("starts with") + " " + expressions_.without_on(item.start) + " " + word("on") + " " +
       expressions_.value(item.start_date, kAdditiveLevel).text);
  for (const CarryStep& one : item.steps) step(one);
}

}  // namespace ansinh::law
