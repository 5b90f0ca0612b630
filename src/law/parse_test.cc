#include "law/parse.h"

#include "law/format.h"
#include "law/syntax_kinds.h"
#include "law/syntax_test_support.h"

namespace ansinh::law {
namespace {

using testing::fenced;
using testing::formula;
using testing::item;
using testing::items_of;
using testing::parsed;

// (kind arg arg …) with names and numbers: the whole of a tree in one line.
std::string tree(const Expr& expr) {
  std::string out = describe(expr.kind);
  if (expr.kind == ExprKind::kNumber) {
    out = expr.number.to_string() + *expr.unit.of +
          (expr.unit.per.empty() ? "" : "/" + *expr.unit.per);
  }
  if (expr.kind == ExprKind::kName) return expr.name;
  if (expr.kind == ExprKind::kDate) return expr.date.to_string();
  if (expr.kind == ExprKind::kMonthLiteral) return expr.month_literal.to_string();
  if (!expr.name.empty()) out += ":" + expr.name;
  if (expr.args.empty()) return out;
  for (const Expr& argument : expr.args) out += " " + tree(argument);
  return "(" + out + ")";
}

TEST(Parse, the_reference_and_every_law_file_have_no_syntax_error) {
  parsed(testing::reference_examples());
  for (const auto& path : testing::law_files()) {
    Diagnostics diagnostics;
    parse_file({path.string(), testing::read_file(path)}, 0, diagnostics);
    EXPECT_EQ(testing::all_messages(diagnostics), "") << path;
  }
}

TEST(Parse, expressions_have_the_tree_the_reference_says) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a or b and not c = 1", "(or a (and b (not (equal c 1))))"},
      {"a - b - c * -d", "(subtract (subtract a b) (multiply c (negate d)))"},
      {"45% + 2%/year * (n - 15 years)", "(add 45% (multiply 2%/year (subtract n 15years)))"},
      {"26 years 4 months", "(26years 4months)"},
      {"2_340_000 VND/month", "2340000VND/month"},
      {"a at least b, at most c, rounded half even to 1 VND",
       "(rounded (at-most (at-least a b) c) 1VND)"},
      {"a >= b at least c", "(greater-equal a (at-least b c))"},
      {"s is one of x, y", "(is-one-of s x y)"},
      {"s is not one of x, y", "(not (is-one-of s x y))"},
      {"n in 15 years ..< 20 years", "(in-range n (range 15years 20years))"},
      {"d in calendar year of today", "(in-range d (calendar-year-of today))"},
      {"d in 12 months before e", "(in-range d (period-before 12months e))"},
      {"has death and death <= today", "(and (has death) (less-equal death today))"},
      {"base_salary on last day of m * 2", "(multiply (on-date base_salary (last-day-of m)) 2)"},
      {"x under the law of d on e", "(on-date (under-law x d) e)"},
      {"poverty of Household", "(of-entity:Household poverty)"},
      {"f(a, b + 1)", "(call:f a (add b 1))"},
      {"wage_index(year)", "(call:wage_index year-here)"},
      {"cap - so far", "(subtract cap so-far)"},
      {"other so far", "so-far:other"},
      {"higher of a and b", "(higher-of a b)"},
      {"lower of a, b and c + 1", "(lower-of a b (add c 1))"},
      {"first day of (month of d + 1 month)", "(first-day-of (add (month-of d) 1months))"},
      {"years between a and today", "(years-between a today)"},
      {"10 working days after d except holidays", "(working-days-after 10 d holidays)"},
      {"working days in a to b except rest", "(working-days-in (period-to a b) rest)"},
      {"days in (a to b)", "(days-in (period-to a b))"},
      {"months of work where kind is contributed",
       "(months-of (where work (is kind contributed)))"},
      {"months of work >= 15 years", "(greater-equal (months-of work) 15years)"},
      {"months of work rounded up to half years", "(rounded (months-of work) 0.5years)"},
      {"sum of salary * wage_index(year) over last 60 months of work before today",
       "(sum (multiply salary (call:wage_index year-here)) (last-of 60months (before work "
       "today)))"},
      {"first of x over births", "(first x births)"},
      {"count of first 3 of births", "(count (first-of 3 births))"},
      {"number of births in a to b where c",
       "(count (where (in-period births (period-to a b)) c))"},
      {"mean of salary over best 5 years of work by salary",
       "(mean salary (best-of 5years work salary))"},
      {"longest gap of work bridging gaps up to 3 months", "(longest-gap (bridging work 3months))"},
      {"start of last run of work", "(start-of (last-run work))"},
      {"any of sick or old over members", "(any-of (or sick old) members)"},
      {"count of union of a and b before d", "(count (before (union a b) d))"},
      {"days of (a to b)", "(days-of (period-to a b))"},
      {"count of work in 2020-01 to 2020-12",
       "(count (in-period work (period-to 2020-01 2020-12)))"},
      {"count of work in 1 .. 2", "(in-range (count work) (range 1 2))"},
      {"sum of taken over leaves where child is own child",
       "(sum taken (where leaves (is child (own child))))"},
      {"entitled to pension and amount of pension > 0",
       "(and entitled-to:pension (greater amount-of:pension 0))"},
      {"absolute a - b", "(subtract (absolute a) b)"},
  };
  for (const auto& [text, wanted] : cases) EXPECT_EQ(tree(formula(text)), wanted) << text;
}

TEST(Parse, a_definition_of_spells_is_read_as_a_series) {
  EXPECT_EQ(tree(formula("work where kind is paid", "spells of work")),
            "(where work (is kind paid))");
  EXPECT_EQ(tree(formula("work in a to b except strike", "spells of work")),
            "(except (in-period work (period-to a b)) strike)");
  EXPECT_EQ(tree(formula("(work before d) within (a to b)", "spells of work")),
            "(within (before work d) (period-to a b))");
}

TEST(Parse, a_case_goes_on_over_lines_until_a_clause_word) {
  const auto define = item<DefineItem>(
      "define x of Person : ratio\n"
      "  when a\n"
      "      and b:\n"
      "    45%\n"
      "      + 1%  cite 66(1)(a); 67\n"
      "  otherwise when c: base\n"
      "  otherwise not entitled because \"chưa đủ\" \"too few\"\n"
      "  at most 75%\n"
      "  rounded down to 0.01\n");
  ASSERT_EQ(define.branches.size(), 3U);
  EXPECT_EQ(tree(*define.branches[0].condition), "(and a b)");
  EXPECT_EQ(tree(define.branches[0].result), "(add 45% 1%)");
  ASSERT_EQ(define.branches[0].cite.size(), 2U);
  EXPECT_EQ(define.branches[0].cite[1].text, "67");
  EXPECT_TRUE(define.branches[1].in_order);
  EXPECT_FALSE(define.branches[2].condition.has_value());
  EXPECT_EQ(define.branches[2].result.reason->vi, "chưa đủ");
  ASSERT_EQ(define.finish.size(), 2U);
  EXPECT_EQ(define.finish[1].rounding, Rounding::kDown);
}

TEST(Parse, order_clauses_take_a_year_and_groups) {
  const auto define = item<DefineItem>(
      "define x of Visit : days\n  in order of day_1 within calendar year, child\n  = so far\n");
  EXPECT_TRUE(define.order.written && define.order.calendar_year);
  EXPECT_EQ(define.order.groups.size(), 1U);
  const auto other = item<DefineItem>(
      "define x of Visit : days\n  in order of day_1 within child, illness\n  = so far\n");
  EXPECT_FALSE(other.order.calendar_year);
  EXPECT_EQ(other.order.groups.size(), 2U);
}

TEST(Parse, members_and_labels_of_a_fact_are_told_apart) {
  const auto entity = item<EntityItem>(
      "entity Person\n"
      "  fact a : x \"vx\" \"ex\" | y \"vy\" \"ey\" \"L\" \"M\"\n"
      "  fact b : x | y \"L\" \"M\"\n"
      "  fact c : region \"L\" \"M\" hint \"h\" \"i\" range 0 .. 2 presumed 0\n"
      "  fact d : VND/month or none presumed none\n"
      "  fact e : x \"vx\" \"ex\" | y \"vy\" \"ey\" or none \"L\" \"M\"\n");
  ASSERT_EQ(entity.facts.size(), 5U);
  EXPECT_EQ(entity.facts[0].type.members[1].label.text.en, "ey");
  EXPECT_EQ(entity.facts[0].label.text.en, "M");
  EXPECT_FALSE(entity.facts[1].type.members[1].label.given());
  EXPECT_EQ(entity.facts[1].label.text.vi, "L");
  EXPECT_EQ(entity.facts[2].type.word, "region");
  EXPECT_TRUE(entity.facts[2].range.has_value());
  EXPECT_EQ(entity.facts[3].type.per, "month");
  EXPECT_TRUE(entity.facts[3].type.or_none);
  EXPECT_EQ(entity.facts[4].type.members.size(), 2U);
  EXPECT_EQ(entity.facts[4].label.text.en, "M");
}

TEST(Parse, tables_read_values_and_keep_texts) {
  const auto table = item<TableItem>(
      "table t by k : years, c : region gives days\n"
      "  | k | c | value | cite | note |\n"
      "  |---|---|---|---|---|\n"
      "  | 15 years ..< 30 years | any | 30 days | art 3 | unverified \"x\\|y\" |\n"
      "  | < 15 years | I | not yet expressed \"v\" \"e\" | | |\n");
  ASSERT_EQ(table.rows.rows.size(), 2U);
  EXPECT_EQ(tree(*table.rows.rows[0][0].value), "(range 15years 30years)");
  EXPECT_TRUE(table.rows.rows[0][0].value->half_open);
  EXPECT_EQ(table.rows.rows[0][1].value->kind, ExprKind::kAny);
  EXPECT_FALSE(table.rows.rows[0][3].value.has_value());
  EXPECT_EQ(table.rows.rows[0][4].text, "unverified \"x|y\"");
  EXPECT_EQ(tree(*table.rows.rows[1][0].value), "(open-range:< 15years)");
  EXPECT_EQ(table.rows.rows[1][2].value->kind, ExprKind::kNotYetExpressed);
}

TEST(Parse, cases_nest_by_their_indentation) {
  const auto found = item<CaseItem>(
      "case C1 \"v\" \"e\" on 2025-01-31\n"
      "  source official\n"
      "  given Person\n"
      "    sex female\n"
      "    claims\n"
      "      - visit 2025-08-01\n"
      "        lines\n"
      "          | service | price |\n"
      "          | exam    |       |\n"
      "      - visit unknown\n"
      "        lines none\n"
      "    rest 2016-01-06,\n"
      "      2016-01-15\n"
      "    source state\n"
      "  given Household\n"
      "    poverty poor\n"
      "  expect days_paid of row 2 of lines of row 1 of claims 7 days\n"
      "  expect pension on 2025-02-01 entitled 5 VND, 6 VND\n"
      "  expect (a + b) -3\n"
      "  expect start of pension 2025-02\n"
      "  expect x unknown missing a, b\n"
      "  expect y cannot tell\n");
  ASSERT_EQ(found.given.size(), 2U);
  const auto& facts = found.given[0].facts;
  ASSERT_EQ(facts.size(), 4U);
  ASSERT_EQ(facts[1].rows.size(), 2U);
  ASSERT_TRUE(facts[1].rows[0].facts[1].table.has_value());
  EXPECT_FALSE(facts[1].rows[0].facts[1].table->rows[0][1].value.has_value());
  EXPECT_EQ(facts[1].rows[1].facts[1].value->kind, ExprKind::kNone);
  EXPECT_EQ(facts[2].dates.size(), 1U);
  EXPECT_EQ(facts[3].name, "source");
  ASSERT_EQ(found.expects.size(), 6U);
  EXPECT_EQ(found.expects[0].path.size(), 2U);
  EXPECT_EQ(found.expects[0].path[1].list, "claims");
  EXPECT_EQ(found.expects[1].values.size(), 2U);
  EXPECT_EQ(tree(found.expects[2].values[0]), "(negate 3)");
  EXPECT_EQ(found.expects[4].missing.size(), 2U);
  EXPECT_EQ(found.expects[5].form, ExpectForm::kCannotTell);
}

TEST(Parse, benefits_and_contributions_keep_every_part) {
  const auto benefit = item<BenefitItem>(
      "benefit b of Person \"v\" \"e\"  cite 64\n"
      "  entitled when age >= 60 years because \"x\" \"y\"  cite 64(1)\n"
      "  pays p each month\n"
      "    from first day of (month of d + 1 month)\n"
      "    until death for 12 months from fund f\n"
      "  pays q once on d\n"
      "  gives 5 days\n"
      "  from fund g\n"
      "  on application within 12 months of d\n"
      "  instead of c, d\n");
  ASSERT_EQ(benefit.payments.size(), 2U);
  EXPECT_EQ(benefit.payments[0].fund, "f");
  EXPECT_TRUE(benefit.payments[0].until.has_value() && benefit.payments[0].duration.has_value());
  EXPECT_EQ(benefit.payments[1].each, Frequency::kOnce);
  EXPECT_EQ(benefit.fund, "g");
  EXPECT_EQ(tree(*benefit.within), "12months");
  EXPECT_EQ(benefit.instead_of.size(), 2U);
  EXPECT_EQ(benefit.conditions[0].cite[0].text, "64(1)");
  const auto contribution = item<ContributionItem>(
      "contribution c of Person\n  owed when insured\n"
      "  employer pays 8% * wage each month to fund f\n  due by last day of month of today\n");
  EXPECT_EQ(contribution.payments[0].party, "employer");
  EXPECT_EQ(contribution.payments[0].fund, "f");
}

TEST(Parse, carries_keep_the_last_on_for_the_date) {
  const auto carry = item<CarryItem>(
      "carry c of Person : VND/month\n"
      "  starts with (a on b) * 2 on start_date\n"
      "  on 2025-07-01 becomes previous + 1\n"
      "  each year on month 1 day 31 becomes previous\n"
      "  each month becomes previous * 1.01\n"
      "  on each change of p becomes previous * (1 + p) rounded half up to 1 VND\n");
  EXPECT_EQ(tree(carry.start), "(multiply (on-date a b) 2)");
  EXPECT_EQ(tree(carry.start_date), "start_date");
  ASSERT_EQ(carry.steps.size(), 4U);
  EXPECT_EQ(carry.steps[1].day, 31);
  EXPECT_EQ(carry.steps[3].param, "p");
}

TEST(Parse, items_under_an_article_cite_it) {
  const File file =
      parsed("# Act\n## Article 5. X\n### Part\n" + fenced("define a of P : days\n  = 1 day\n") +
             fenced("define b of P : days  cite 7\n  = 1 day\n") + "## Other\n" +
             fenced("define c of P : days\n  = 1 day\n"));
  const auto items = items_of(file);
  const auto cite = [&](size_t i) { return std::get<DefineItem>(items.at(i).value).common.cite; };
  ASSERT_EQ(cite(0).size(), 1U);
  EXPECT_EQ(cite(0)[0].text, "5");
  EXPECT_TRUE(cite(0)[0].inherited);
  EXPECT_EQ(cite(1)[0].text, "7");
  EXPECT_FALSE(cite(1)[0].inherited);
  EXPECT_TRUE(cite(2).empty());
}

TEST(Parse, an_act_takes_its_label_from_the_titles_above) {
  const File file =
      parsed("# Law on X\n# Luật về X\n\n" + fenced("act VN/1 in force from 2025-01-01\n") +
             "# Both · Cả hai\n" + fenced("act VN/2\n  in force from 2025-01-01\n"));
  const auto items = items_of(file);
  EXPECT_EQ(std::get<ActItem>(items.at(0).value).label.text, (Text{"Luật về X", "Law on X"}));
  EXPECT_EQ(std::get<ActItem>(items.at(1).value).label.text, (Text{"Cả hai", "Both"}));
}

TEST(Parse, spans_point_at_the_text) {
  const File file = parsed("x\n\n" + fenced("define tên of P : days\n  = 1 day + xy * 2\n"));
  const auto define = std::get<DefineItem>(items_of(file).at(0).value);
  EXPECT_EQ(define.common.span, (Span{0, 4, 8, 3}));
  EXPECT_EQ(define.formula->span, (Span{0, 5, 5, 14}));
  EXPECT_EQ(define.formula->args[1].args[0].span, (Span{0, 5, 13, 2}));
}

TEST(Parse, a_vietnamese_block_is_the_same_program) {
  const File file = parsed(
      fenced("định nghĩa full_rate của Person : tỷ lệ \"a\" \"b\"  căn cứ 66(1)\n"
             "  khi sex là female và has_1 trong 15 năm ..< 20 năm: 45% + 2%/năm * (y - 15 năm)\n"
             "  còn lại không được hưởng vì \"x\" \"y\"\n"
             "  nhiều nhất 75%\n"
             "  làm tròn nửa lên đến 1%\n",
             true));
  EXPECT_EQ(format_file(file, false),
            fenced("define full_rate of Person : ratio \"a\" \"b\"  cite 66(1)\n"
                   "  when sex is female and has_1 in 15 years ..< 20 years: 45% + 2%/year * (y - "
                   "15 years)\n"
                   "  otherwise not entitled because \"x\" \"y\"\n"
                   "  at most 75%\n"
                   "  rounded half up to 1%\n"));
}

TEST(Parse, one_run_reports_the_errors_of_many_items) {
  Diagnostics diagnostics;
  const File file = testing::parse_text(
      fenced("define a of P : days\n  = 1 +\n  at most )\n\ndefien b\n\nfund ok \"v\" \"e\"\n"),
      diagnostics);
  EXPECT_EQ(diagnostics.size(), 3U) << testing::all_messages(diagnostics);
  EXPECT_EQ(items_of(file).size(), 2U);
}

}  // namespace
}  // namespace ansinh::law
