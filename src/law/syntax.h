// The syntax tree of a law file: what the parser makes of the text and the formatter prints again.
//
// One type, `Expr`, for every expression; one struct an item kind. Nothing here is resolved: names
// are as written, units are words. The JSON form (syntax_json.h) mirrors these types one to one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/error.h"
#include "base/rational.h"
#include "law/rare.h"

namespace ansinh::law {

// ---- Expressions -------------------------------------------------------------------------------

// How the pieces of an Expr are used, by kind: `name` (identifier or operator detail), `args`
// (operands in written order), literal fields. Every kind that the grammar has is listed here.
enum class ExprKind : uint8_t {
  // literals
  kNumber,        // number + unit: 12 | 75% | 15 years | 2_340_000 VND/month; compound "26 years 4
                  // months" has args = further kNumber parts
  kDate,          // date
  kMonthLiteral,  // month_literal (2025-07)
  kYes,
  kNo,
  kText,     // text
  kOngoing,  // "ongoing" (cells)
  kNone,     // "none" (cells, presumed)
  kUnknown,  // "unknown" (cells, expect)
  kAny,      // "any" (table cells)
  // names
  kName,      // name
  kCall,      // name(args): table look-up
  kOfEntity,  // args[0] of name: NAME of ENTITY
  kToday,
  kMonthHere,  // month
  kYearHere,   // year
  kBase,
  kPrevious,
  kPosition,
  kSoFar,  // name empty: this definition; else OTHER so far
  // operators
  kOr,
  kAnd,  // args: 2 or more (flattened)
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,  // "=" and "!=" on numbers, dates
  kIs,
  kIsNot,    // args[0] is args[1]
  kIsOneOf,  // args[0] is one of args[1..]
  kInRange,  // args[0] in args[1] where args[1] is kRange, or a period (kPeriodTo, ...)
  kHas,      // has args[0]
  kOwn,      // own args[0]: of the row on which the definition stands, inside a series
  kAtLeast,
  kAtMost,   // args[0] at least args[1]
  kRounded,  // args[0] rounded `rounding` to args[1] (args[1] kNumber; "half years" = 0.5 years)
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kNegate,
  kRange,      // args[0] .. args[1]; half_open for ..<
  kOpenRange,  // table cells: name one of "<" "<=" ">" ">=", args[0]
  kOnDate,     // args[0] on args[1]
  kUnderLaw,   // args[0] under the law of args[1]
  kHigherOf,
  kLowerOf,
  kLaterOf,
  kEarlierOf,  // 2 or more args
  kAbsolute,
  kEntitledTo,  // entitled to name
  kAmountOf,    // amount of name
  kStartOf,
  kEndOf,  // start/end of args[0]: a benefit's name or a series
  // dates
  kYearOf,
  kMonthOf,
  kDayOf,
  kWeekdayOf,
  kFirstDayOf,
  kLastDayOf,
  kYearsBetween,
  kMonthsBetween,
  kDaysBetween,
  kWorkingDaysAfter,  // args[0] working days after args[1] [except args[2]]
  kPeriodTo,          // args[0] to args[1] (dates, months, or duration to month/date)
  kPeriodBefore,      // args[0] before args[1]: duration before date
  kCalendarYearOf,
  kCalendarMonthOf,
  kDaysIn,
  kWorkingDaysIn,
  kMonthsIn,  // args[0] a period; kWorkingDaysIn args[1] optional except
  // series
  kWhere,  // args[0] where args[1]
  kInPeriod,
  kBefore,
  kAfter,
  kFrom,
  kUntil,  // args[0] series, args[1]
  kMonthsOf,
  kDaysOf,  // months of args[0]: a series in series position, a duration as a value
  kLastOf,
  kFirstOf,  // last args[0] of args[1]  (the series form: "last 60 months of work")
  kBestOf,   // best args[0] of args[1] by args[2]
  kLastRun,
  kLongestRun,  // args[0]
  kBridging,    // args[0] bridging gaps up to args[1]
  kUnion,
  kExcept,
  kWithin,
  // aggregates: args[0] = expression, args[1] = series
  kSum,
  kMean,
  kHighest,
  kLowest,
  kFirst,
  kLast,
  kAnyOf,
  kAllOf,
  kCount,       // count of args[0] ("number of" is read as the same)
  kLongestGap,  // args[0]
  // branch results
  kNotEntitled,      // reason
  kNotYetExpressed,  // reason
};

// The words after a number: "VND", "years", "%", "VND/month", "%/year", "days/month"; empty if
// none.
struct UnitWords {
  Rare<std::string> of;  // "", "%", "VND" (any currency), "days", "months", "years", "working days"
  Rare<std::string> per;  // "", "day", "month", "year"
  bool operator==(const UnitWords&) const = default;
};

struct Expr {
  ExprKind kind = ExprKind::kNumber;
  Rounding rounding = Rounding::kHalfUp;
  bool half_open = false;
  Span span;
  Date date;
  Month month_literal;
  std::string name;
  std::vector<Expr> args;
  Rational number;
  UnitWords unit;
  Rare<std::string> text;
  Rare<Text> reason;
};

// Equal but for spans.
bool same(const Expr& a, const Expr& b);

// ---- Pieces shared by items --------------------------------------------------------------------

struct Label {
  Text text;  // both empty if not given
  bool given() const { return !text.vi.empty() || !text.en.empty(); }
};

// One citation as written ("66(1)(a)" or free text). `inherited`: taken from the heading.
struct Citation {
  std::string text;
  bool inherited = false;
};

struct Mark {  // unverified, with its reason (may be empty)
  Text reason;
};

struct Common {  // what most items share
  std::string name;
  Span span;  // of the name
  Label label;
  std::vector<Citation> cite;
  std::optional<Date> from;  // in force from/until, as written on the item
  std::optional<Date> until;
  std::optional<Mark> unverified;
  Span of_span;  // of the name after `of` or `to`
};

struct EnumMember {
  std::string name;
  Label label;
  Span span;
};

struct TypeExpr {
  std::string
      word;  // "yes/no" "count" "number" "ratio" "VND" "days" "months" "years" "date" "month"
             // "text", the name of an enum, "spells" (with name), "" for an inline enum
  std::string per;                  // "", "day", "month", "year"
  std::string series_of;            // for "spells of LIST"
  std::vector<EnumMember> members;  // inline enum
  bool or_none = false;
  Span span;
};

struct Cell {                 // of a Markdown table inside a block
  std::string text;           // trimmed, as written
  std::optional<Expr> value;  // parsed where the column holds a value (not cite, note, name)
  Span span;
};

struct Rows {
  std::vector<std::string> columns;
  std::vector<Span> column_spans;
  std::vector<std::vector<Cell>> rows;

  // The place of the column of that name, -1 if there is none.
  int column(std::string_view name) const {
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i] == name) return static_cast<int>(i);
    return -1;
  }
};

// ---- Items -------------------------------------------------------------------------------------

struct CurrencyItem {
  std::string name;
  Label label;
  Rational step = 1;
  Span span;
};
struct ActItem {
  std::string name;  // "VN/41-2024-QH15"
  Label label;       // taken from the headings above it if not written
  Date from;
  std::optional<Date> until;
  ShortMonth short_month = ShortMonth::kLastDay;
  bool short_month_written = false;
  Span span;
};
struct UseItem {
  std::vector<std::string> files;
  std::vector<Span> spans;
};
struct EnumItem {
  std::string name;
  Label label;
  std::vector<EnumMember> members;
  Span span;
};
struct FundItem {
  std::string name;
  Label label;
  Span span;
};
struct PartyItem {
  std::string name;
  Label label;
  Span span;
};

struct FactItem {
  std::string name;
  TypeExpr type;
  Label label;
  Label hint;
  std::optional<Expr> range;  // kRange
  std::optional<Expr> presumed;
  Span span;
};

enum class EntityForm : uint8_t { kEntity, kSpellsByMonth, kSpellsByDay, kDates, kFactsOf };
struct EntityItem {
  EntityForm form = EntityForm::kEntity;
  std::string name;    // entity name; for spells and dates the list name as well
  std::string parent;  // empty for the root; for kFactsOf the extended entity is `name`
  std::string list;    // list name in the parent ("members"); spells, dates: same as name
  Label label;
  bool presumed_none = false;
  bool may_overlap = false;
  std::string order_fact;      // in order of
  std::string governing_fact;  // governed by
  std::vector<FactItem> facts;
  Span span;
  Span parent_span, order_span, governing_span;
};

struct ParamItem {
  Common common;
  TypeExpr type;
  std::optional<int> renewed_years;
  Rows rows;
};
struct TableKey {
  std::string name;
  TypeExpr type;
};
struct TableItem {
  Common common;
  std::vector<TableKey> keys;
  TypeExpr gives;
  Rows rows;
};
struct CalendarItem {
  Common common;
  Rows rows;
};

struct OrderClause {  // in order of FACT within calendar year, NAME
  Expr order;
  bool calendar_year = false;
  std::vector<Expr> groups;
  bool written = false;
};

struct Branch {
  bool in_order = false;          // "otherwise when"
  std::optional<Expr> condition;  // none: "otherwise"
  Expr result;
  std::vector<Citation> cite;
  Span span;
};
struct FinishClause {  // at least, at most, rounded: in the order written
  ExprKind kind;       // kAtLeast, kAtMost, kRounded
  Expr argument;
  Rounding rounding = Rounding::kHalfUp;
  Span span;
};
struct DefineItem {
  Common common;
  std::string entity;
  TypeExpr type;
  OrderClause order;
  std::optional<Expr> formula;  // "= E", or
  std::vector<Branch> branches;
  std::vector<FinishClause> finish;
};
struct ExceptionItem {
  Common common;
  std::string to;
  std::vector<Branch> branches;  // all with conditions
};

struct Condition {
  Expr expr;
  Label because;
  std::vector<Citation> cite;
  Span span;
};
enum class Frequency : uint8_t { kOnce, kDay, kMonth, kYear };
struct Payment {
  std::string party;  // contributions only
  Expr amount;
  Frequency each = Frequency::kOnce;
  std::optional<Expr> on, from, until, duration;
  std::string fund;  // own fund, or empty
  std::vector<Citation> cite;
  Span span;
  Span party_span, fund_span;
};
struct BenefitItem {
  Common common;
  std::string entity;
  std::vector<Condition> conditions;
  std::vector<Payment> payments;
  std::vector<Expr> gives;
  std::string fund;
  Span fund_span;
  bool on_application = false;
  bool automatically = false;
  std::optional<Expr> within, within_of;  // on application within DURATION of DATE
  std::vector<std::string> instead_of;
  std::vector<Span> instead_of_spans;
};
struct ContributionItem {
  Common common;
  std::string entity;
  std::vector<Condition> conditions;  // owed when
  std::vector<Payment> payments;      // PARTY pays ... to fund F
  std::optional<Expr> due;
};
struct HighestOfItem {
  std::vector<std::string> benefits;
  std::vector<Citation> cite;
  std::vector<Span> spans;
  Span span;
};

enum class StepForm : uint8_t { kOnDate, kEachYear, kEachMonth, kEachChange };
struct CarryStep {
  StepForm form;
  Date date;               // kOnDate
  int month = 1, day = 1;  // kEachYear
  std::string param;       // kEachChange
  Expr value;
  std::vector<Citation> cite;
  Span span;
  Span param_span = {};
};
struct CarryItem {
  Common common;
  std::string entity;
  TypeExpr type;
  Expr start, start_date;
  std::vector<CarryStep> steps;
};

struct NotYetItem {
  Text what;
  std::vector<Citation> cite;
  std::vector<std::string> needed_by;
  Span span;
  std::vector<Span> needed_by_spans;
};

// Facts given to a case: a value, a table of rows, or rows as blocks.
struct GivenFact;
struct GivenRow {
  std::vector<GivenFact> facts;
  Span span;
};
struct GivenFact {
  std::string name;
  Span span;
  std::optional<Expr> value;  // a value, kNone for "LIST none", kUnknown
  std::vector<Expr> dates;    // further values of a list of dates
  std::optional<Rows> table;
  std::vector<GivenRow> rows;
};
struct GivenBlock {
  std::string entity;
  std::vector<GivenFact> facts;
  Span span;
};

enum class ExpectForm : uint8_t {
  kValue,
  kUnknown,
  kRefused,
  kIncomplete,
  kError,
  kEntitled,
  kNotEntitled,
  kCannotTell
};
struct RowPath {
  int row = 1;
  std::string list;
  Span span;
  Span list_span;
};  // of row 2 of sick_leaves
struct Expect {
  Expr target;                // without the "of row …" path
  std::vector<RowPath> path;  // innermost first, as written
  std::optional<Expr> on;     // NAME on DATE
  ExpectForm form = ExpectForm::kValue;
  std::vector<Expr> values;  // kValue: one; kEntitled: none or the amounts
  std::vector<std::string> missing;
  Span span;
  std::vector<Span> missing_spans;
};
struct CaseItem {
  std::string name;
  bool quoted_name = false;
  Label label;
  Date on;
  std::string source;  // "official", …
  std::vector<Citation> cite;
  std::vector<GivenBlock> given;
  std::vector<Expect> expects;
  Span span;
};

using ItemValue =
    std::variant<CurrencyItem, ActItem, UseItem, EnumItem, FundItem, PartyItem, EntityItem,
                 ParamItem, TableItem, CalendarItem, DefineItem, ExceptionItem, BenefitItem,
                 ContributionItem, HighestOfItem, CarryItem, NotYetItem, CaseItem>;
struct Item {
  ItemValue value;
  Span span;  // the first line of the item
};

// ---- Files -------------------------------------------------------------------------------------

// A heading of the Markdown, with the language-neutral article number if it is "Article N" / "Điều
// N".
struct Heading {
  int level = 1;
  std::string text;
  std::string article;  // "66", "12a" or empty
  Span span;
};
struct Prose {
  std::string text;
};  // raw Markdown lines between headings and blocks, kept verbatim
struct Block {
  bool vietnamese = false;  // ```luat vi
  std::vector<Item> items;
  Span span;
};
struct File {
  std::string path;
  std::string stem;                                        // "pension-2024"
  uint32_t source = 0;                                     // index into Sources
  std::vector<std::variant<Heading, Prose, Block>> parts;  // in order; nothing of the text is lost
};

}  // namespace ansinh::law
