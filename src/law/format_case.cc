#include <utility>

#include "base/text.h"
#include "law/formatter.h"

namespace ansinh::law {

namespace {

constexpr size_t kFactIndent = 4;
constexpr size_t kStep = 2;

}  // namespace

void ItemWriter::write(const CaseItem& item) {
  std::string text = word("case") + " " + (item.quoted_name ? in_quotes(item.name) : item.name);
  const std::string labels = item.label.given() ? " " + label_text(item.label.text) : "";
  const std::string date = " " + word("on") + " " + item.on.to_string();
  header(text + labels + date, {}, item.cite);
  if (!item.source.empty()) line(word("source") + " " + item.source);
  for (const GivenBlock& block : item.given) {
    line(word("given") + " " + block.entity);
    for (const GivenFact& fact : block.facts) given_fact(fact, kFactIndent, "");
  }
  for (const Expect& one : item.expects) expectation(one);
}

// `lead`: "- " before the first fact of a row, "" otherwise; `indent` is the column of the fact.
void ItemWriter::given_fact(const GivenFact& fact, size_t indent, const std::string& lead) {
  std::string text = lead + fact.name;
  if (fact.value) text += " " + expressions_.cell(*fact.value);
  for (const Expr& date : fact.dates) text += std::string(",") + kBreak + expressions_.cell(date);
  out_ += laid_out(text, indent - lead.size(), indent + 4) + "\n";
  if (fact.table) rows(*fact.table, indent + kStep);
  for (const GivenRow& row : fact.rows) {
    if (row.facts.empty()) out_ += std::string(indent + kStep, ' ') + "-\n";
    for (size_t i = 0; i < row.facts.size(); ++i) {
      given_fact(row.facts[i], indent + 2 * kStep, i == 0 ? "- " : "");
    }
  }
}

std::string ItemWriter::expected(const Expect& expect) {
  std::string text;
  switch (expect.form) {
    case ExpectForm::kValue:
      break;
    case ExpectForm::kUnknown:
      text = word("unknown");
      break;
    case ExpectForm::kRefused:
      text = word("refused");
      break;
    case ExpectForm::kIncomplete:
      text = word("incomplete");
      break;
    case ExpectForm::kError:
      text = word("error");
      break;
    case ExpectForm::kEntitled:
      text = word("entitled");
      break;
    case ExpectForm::kNotEntitled:
      text = word("not entitled");
      break;
    case ExpectForm::kCannotTell:
      text = word("cannot tell");
      break;
  }
  for (size_t i = 0; i < expect.values.size(); ++i) {
    if (i > 0) text += std::string(",") + kBreak;
    if (i == 0 && !text.empty()) text += " ";
    text += expressions_.cell(expect.values[i]);
  }
  if (!expect.missing.empty()) text += " " + word("missing") + " " + names(expect.missing);
  return text;
}

void ItemWriter::expectation(const Expect& expect) {
  const Expr& target = expect.target;
  const bool of_name = (target.kind == ExprKind::kStartOf || target.kind == ExprKind::kEndOf) &&
                       target.args.at(0).kind == ExprKind::kName;
  const bool plain =
      of_name || target.kind == ExprKind::kName || target.kind == ExprKind::kAmountOf;
  const std::string written = expressions_.value(target).text;
  std::string text = word("expect") + " " + (plain ? written : "(" + written + ")");
  for (const RowPath& path : expect.path) {
    text +=
        " " + word("of row") + " " + std::to_string(path.row) + " " + word("of") + " " + path.list;
  }
  if (expect.on)
    text += " " + word("on") + " " + expressions_.value(*expect.on, kPrimaryLevel).text;
  line(text + " " + expected(expect));
}

}  // namespace ansinh::law
