// Private to the JSON form: the fields of every type of syntax.h, written down once for the writer,
// the reader and the schema. An archive `a` offers
//   a.required(name, field), a.optional(name, field)   the latter left out when empty,
//   a.sized(spans, count)                              spans that stand beside a list,
//   a.implied(flag)                                    true for everything that is read.
#pragma once

#include <concepts>
#include <string_view>
#include <type_traits>

#include "law/syntax.h"

namespace ansinh::law::json_form {

template <typename T, typename U>
concept Is = std::same_as<std::remove_const_t<T>, U>;

// The name of a type in the schema; of an item or a part, its tag.
template <typename T>
inline constexpr std::string_view kTypeName;

template <>
inline constexpr std::string_view kTypeName<Citation> = "citation";
template <typename A, Is<Citation> T>
void fields(A& a, T& v) {
  a.required("text", v.text);
  a.optional("inherited", v.inherited);
}

template <>
inline constexpr std::string_view kTypeName<Mark> = "mark";
template <typename A, Is<Mark> T>
void fields(A& a, T& v) {
  a.optional("reason", v.reason);
}

template <>
inline constexpr std::string_view kTypeName<EnumMember> = "member";
template <typename A, Is<EnumMember> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("label", v.label);
}

template <>
inline constexpr std::string_view kTypeName<TypeExpr> = "type";
template <typename A, Is<TypeExpr> T>
void fields(A& a, T& v) {
  a.optional("word", v.word);
  a.optional("per", v.per);
  a.optional("series_of", v.series_of);
  a.optional("members", v.members);
  a.optional("or_none", v.or_none);
}

template <>
inline constexpr std::string_view kTypeName<Cell> = "cell";
template <typename A, Is<Cell> T>
void fields(A& a, T& v) {
  a.required("text", v.text);
  a.optional("value", v.value);
}

template <>
inline constexpr std::string_view kTypeName<Rows> = "rows";
template <typename A, Is<Rows> T>
void fields(A& a, T& v) {
  a.required("columns", v.columns);
  a.required("rows", v.rows);
  a.sized(v.column_spans, v.columns.size());
}

// Part of the item it belongs to.
template <typename A, Is<Common> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("label", v.label);
  a.optional("cite", v.cite);
  a.optional("from", v.from);
  a.optional("until", v.until);
  a.optional("unverified", v.unverified);
}

// ---- items -------------------------------------------------------------------------------------

template <>
inline constexpr std::string_view kTypeName<CurrencyItem> = "currency";
template <typename A, Is<CurrencyItem> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("label", v.label);
  a.required("step", v.step);
}

template <>
inline constexpr std::string_view kTypeName<ActItem> = "act";
template <typename A, Is<ActItem> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("label", v.label);
  a.required("from", v.from);
  a.optional("until", v.until);
  a.required("short_month", v.short_month);
  a.optional("short_month_written", v.short_month_written);
}

template <>
inline constexpr std::string_view kTypeName<UseItem> = "use";
template <typename A, Is<UseItem> T>
void fields(A& a, T& v) {
  a.required("files", v.files);
  a.sized(v.spans, v.files.size());
}

template <>
inline constexpr std::string_view kTypeName<EnumItem> = "enum";
template <typename A, Is<EnumItem> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("label", v.label);
  a.required("members", v.members);
}

template <>
inline constexpr std::string_view kTypeName<FundItem> = "fund";
template <>
inline constexpr std::string_view kTypeName<PartyItem> = "party";
template <typename A, typename T>
requires(Is<T, FundItem> || Is<T, PartyItem>) void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("label", v.label);
}

template <>
inline constexpr std::string_view kTypeName<FactItem> = "fact";
template <typename A, Is<FactItem> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.required("type", v.type);
  a.optional("label", v.label);
  a.optional("hint", v.hint);
  a.optional("range", v.range);
  a.optional("presumed", v.presumed);
}

template <>
inline constexpr std::string_view kTypeName<EntityItem> = "entity";
template <typename A, Is<EntityItem> T>
void fields(A& a, T& v) {
  a.required("form", v.form);
  a.required("name", v.name);
  a.optional("parent", v.parent);
  a.optional("list", v.list);
  a.optional("label", v.label);
  a.optional("presumed_none", v.presumed_none);
  a.optional("may_overlap", v.may_overlap);
  a.optional("order_fact", v.order_fact);
  a.optional("governing_fact", v.governing_fact);
  a.optional("facts", v.facts);
}

template <>
inline constexpr std::string_view kTypeName<ParamItem> = "param";
template <typename A, Is<ParamItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("type", v.type);
  a.optional("renewed_years", v.renewed_years);
  a.required("rows", v.rows);
}

template <>
inline constexpr std::string_view kTypeName<TableKey> = "key";
template <typename A, Is<TableKey> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.required("type", v.type);
}

template <>
inline constexpr std::string_view kTypeName<TableItem> = "table";
template <typename A, Is<TableItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("keys", v.keys);
  a.required("gives", v.gives);
  a.required("rows", v.rows);
}

template <>
inline constexpr std::string_view kTypeName<CalendarItem> = "calendar";
template <typename A, Is<CalendarItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("rows", v.rows);
}

template <>
inline constexpr std::string_view kTypeName<OrderClause> = "order";
template <typename A, Is<OrderClause> T>
void fields(A& a, T& v) {
  a.required("by", v.order);
  a.optional("calendar_year", v.calendar_year);
  a.optional("groups", v.groups);
  a.implied(v.written);
}

template <>
inline constexpr std::string_view kTypeName<Branch> = "branch";
template <typename A, Is<Branch> T>
void fields(A& a, T& v) {
  a.optional("in_order", v.in_order);
  a.optional("condition", v.condition);
  a.required("result", v.result);
  a.optional("cite", v.cite);
}

template <>
inline constexpr std::string_view kTypeName<FinishClause> = "finish";
template <typename A, Is<FinishClause> T>
void fields(A& a, T& v) {
  a.required("kind", v.kind);
  a.required("argument", v.argument);
  a.optional("rounding", v.rounding);
}

template <>
inline constexpr std::string_view kTypeName<DefineItem> = "define";
template <typename A, Is<DefineItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("entity", v.entity);
  a.required("type", v.type);
  a.optional("order", v.order);
  a.optional("formula", v.formula);
  a.optional("branches", v.branches);
  a.optional("finish", v.finish);
}

template <>
inline constexpr std::string_view kTypeName<ExceptionItem> = "exception";
template <typename A, Is<ExceptionItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("to", v.to);
  a.required("branches", v.branches);
}

template <>
inline constexpr std::string_view kTypeName<Condition> = "condition";
template <typename A, Is<Condition> T>
void fields(A& a, T& v) {
  a.required("expr", v.expr);
  a.optional("because", v.because);
  a.optional("cite", v.cite);
}

template <>
inline constexpr std::string_view kTypeName<Payment> = "payment";
template <typename A, Is<Payment> T>
void fields(A& a, T& v) {
  a.optional("party", v.party);
  a.required("amount", v.amount);
  a.required("each", v.each);
  a.optional("on", v.on);
  a.optional("from", v.from);
  a.optional("until", v.until);
  a.optional("duration", v.duration);
  a.optional("fund", v.fund);
  a.optional("cite", v.cite);
}

template <>
inline constexpr std::string_view kTypeName<BenefitItem> = "benefit";
template <typename A, Is<BenefitItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("entity", v.entity);
  a.optional("conditions", v.conditions);
  a.optional("payments", v.payments);
  a.optional("gives", v.gives);
  a.optional("fund", v.fund);
  a.optional("on_application", v.on_application);
  a.optional("automatically", v.automatically);
  a.optional("within", v.within);
  a.optional("within_of", v.within_of);
  a.optional("instead_of", v.instead_of);
  a.sized(v.instead_of_spans, v.instead_of.size());
}

template <>
inline constexpr std::string_view kTypeName<ContributionItem> = "contribution";
template <typename A, Is<ContributionItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("entity", v.entity);
  a.optional("conditions", v.conditions);
  a.optional("payments", v.payments);
  a.optional("due", v.due);
}

template <>
inline constexpr std::string_view kTypeName<HighestOfItem> = "highest-of";
template <typename A, Is<HighestOfItem> T>
void fields(A& a, T& v) {
  a.required("benefits", v.benefits);
  a.optional("cite", v.cite);
  a.sized(v.spans, v.benefits.size());
}

template <>
inline constexpr std::string_view kTypeName<CarryStep> = "step";
template <typename A, Is<CarryStep> T>
void fields(A& a, T& v) {
  a.required("form", v.form);
  a.optional("date", v.date);
  a.optional("month", v.month);
  a.optional("day", v.day);
  a.optional("param", v.param);
  a.required("value", v.value);
  a.optional("cite", v.cite);
}

template <>
inline constexpr std::string_view kTypeName<CarryItem> = "carry";
template <typename A, Is<CarryItem> T>
void fields(A& a, T& v) {
  fields(a, v.common);
  a.required("entity", v.entity);
  a.required("type", v.type);
  a.required("start", v.start);
  a.required("start_date", v.start_date);
  a.optional("steps", v.steps);
}

template <>
inline constexpr std::string_view kTypeName<NotYetItem> = "not-yet-expressed";
template <typename A, Is<NotYetItem> T>
void fields(A& a, T& v) {
  a.required("what", v.what);
  a.optional("cite", v.cite);
  a.optional("needed_by", v.needed_by);
  a.sized(v.needed_by_spans, v.needed_by.size());
}

// ---- cases -------------------------------------------------------------------------------------

template <>
inline constexpr std::string_view kTypeName<GivenFact> = "given-fact";
template <>
inline constexpr std::string_view kTypeName<GivenRow> = "given-row";
template <typename A, Is<GivenRow> T>
void fields(A& a, T& v) {
  a.required("facts", v.facts);
}
template <typename A, Is<GivenFact> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("value", v.value);
  a.optional("dates", v.dates);
  a.optional("table", v.table);
  a.optional("rows", v.rows);
}

template <>
inline constexpr std::string_view kTypeName<GivenBlock> = "given";
template <typename A, Is<GivenBlock> T>
void fields(A& a, T& v) {
  a.required("entity", v.entity);
  a.required("facts", v.facts);
}

template <>
inline constexpr std::string_view kTypeName<RowPath> = "row-path";
template <typename A, Is<RowPath> T>
void fields(A& a, T& v) {
  a.required("row", v.row);
  a.required("list", v.list);
}

template <>
inline constexpr std::string_view kTypeName<Expect> = "expectation";
template <typename A, Is<Expect> T>
void fields(A& a, T& v) {
  a.required("target", v.target);
  a.optional("path", v.path);
  a.optional("on", v.on);
  a.required("form", v.form);
  a.optional("values", v.values);
  a.optional("missing", v.missing);
  a.sized(v.missing_spans, v.missing.size());
}

template <>
inline constexpr std::string_view kTypeName<CaseItem> = "case";
template <typename A, Is<CaseItem> T>
void fields(A& a, T& v) {
  a.required("name", v.name);
  a.optional("quoted_name", v.quoted_name);
  a.optional("label", v.label);
  a.required("on", v.on);
  a.optional("source", v.source);
  a.optional("cite", v.cite);
  a.optional("given", v.given);
  a.optional("expects", v.expects);
}

// ---- files -------------------------------------------------------------------------------------

template <>
inline constexpr std::string_view kTypeName<Heading> = "heading";
template <typename A, Is<Heading> T>
void fields(A& a, T& v) {
  a.required("level", v.level);
  a.required("text", v.text);
  a.optional("article", v.article);
}

template <>
inline constexpr std::string_view kTypeName<Prose> = "prose";
template <typename A, Is<Prose> T>
void fields(A& a, T& v) {
  a.required("text", v.text);
}

template <>
inline constexpr std::string_view kTypeName<Block> = "block";
template <typename A, Is<Block> T>
void fields(A& a, T& v) {
  a.optional("vietnamese", v.vietnamese);
  a.required("items", v.items);
}

template <>
inline constexpr std::string_view kTypeName<File> = "file";
template <typename A, Is<File> T>
void fields(A& a, T& v) {
  a.required("path", v.path);
  a.required("stem", v.stem);
  a.required("parts", v.parts);
}

}  // namespace ansinh::law::json_form
