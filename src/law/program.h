// The checked program: what `check` makes of the files, and all that the executors read.
//
// Every name is resolved, every node has a type with its unit, and nothing in it can be circular.
// Nodes are hash-consed: the same expression in the same scope is the same node, so a NodeId is
// also the identity of a meaning. All vectors are indexed by the ids below. A Program is immutable
// once made and may be shared between threads.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/error.h"
#include "base/rational.h"
#include "law/syntax.h"

namespace ansinh::law {

using NodeId = uint32_t;
using EntityId = uint32_t;
using FactId = uint32_t;
using ListId = uint32_t;  // a list held by an entity: children, spells, dates
using DefinitionId = uint32_t;
using BenefitId = uint32_t;
using ContributionId = uint32_t;
using ParamId = uint32_t;
using TableId = uint32_t;
using CalendarId = uint32_t;
using EnumId = uint32_t;
using ActId = uint32_t;
inline constexpr uint32_t kNoId = std::numeric_limits<uint32_t>::max();

// ---- Types and values --------------------------------------------------------------------------

enum class Base : uint8_t { kYesNo, kEnum, kNumber, kDate, kMonth, kText, kSeries };

// How a number is shown; its meaning is in the exponents.
enum class Shown : uint8_t { kPlain, kCount, kPercent, kDays, kMonths, kYears, kMoney };
enum class Per : uint8_t { kNone, kDay, kMonth, kYear };
enum class Grain : uint8_t { kRows, kMonths, kDays };  // of a series

// Numbers are kept in base units: currency units, days, months. "years" are 12 months, "ratio/year"
// is 1/12 a month: `shown` and `per` only say how to print (multiply or divide by 12).
struct Type {
  Base base = Base::kNumber;
  int8_t money = 0, day = 0, month = 0;  // exponents of the unit
  Shown shown = Shown::kPlain;
  Per per = Per::kNone;
  EnumId enumeration = kNoId;
  EntityId row_entity = kNoId;  // kSeries: the entity of its rows, kNoId for a bare period
  Grain grain = Grain::kRows;   // kSeries
  bool or_none = false;         // facts
  bool operator==(const Type&) const = default;
  bool same_unit(const Type& o) const {
    return base == o.base && money == o.money && day == o.day && month == o.month;
  }
};

// A known scalar. Numbers in base units (see Type).
using Value = std::variant<std::monostate, bool, uint32_t /*enum member*/, Rational, Date, Month,
                           std::string>;

// ---- Nodes -------------------------------------------------------------------------------------

enum class Op : uint8_t {
  kConstant,    // value: program.constants[index]
  kFact,        // index: FactId; read on the nearest ancestor-or-self of its entity
  kDefinition,  // index: DefinitionId; evaluated on the nearest ancestor-or-self of its entity
  kParam,       // index: ParamId, at the date of the context
  kTable,       // index: TableId, args: keys
  kToday,       // date
  kMonthHere,
  kYearHere,  // month / number of the month at hand in a month series
  kOwn,       // args: expression, read on the instance of the rule, outside the series
  kBase,      // what the definition (or exception) under the exception gives
  kPrevious,  // carry
  kPosition,  // number, 1-based; index: DefinitionId whose order clause counts
  kSoFar,     // index: DefinitionId summed over earlier siblings; args none; `index2`: the
              // definition whose order clause is meant
  kAnd,
  kOr,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,  // numbers, dates, months; also = on enum, text, yes/no
  kHas,        // index: FactId: the fact is known not to be none
  kInPeriod,   // args: date or month, period series
  kMin,
  kMax,    // 2+ args: lower/higher, earlier/later, at most/at least
  kRound,  // args: value, multiple (constant); rounding in `rounding`
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kNegate,
  kAbsolute,
  kAddMonths,  // args: date|month, number of months (must be whole); uses short_month of the act
  kAddDays,    // args: date, days (must be whole)
  kOnDate,     // args: expression, date
  kUnderLaw,   // args: expression, date
  kEntitledTo,
  kAmountOf,
  kBenefitStart,
  kBenefitEnd,  // index: BenefitId
  kYearOf,
  kMonthOf,
  kDayOf,
  kWeekdayOf,
  kFirstDayOf,
  kLastDayOf,  // args: month or period
  kMonthsBetween,
  kYearsBetween,
  kDaysBetween,       // whole; months result in months (years: 12 x n)
  kWorkingDaysAfter,  // args: n, date, [series of excepted days]
  // series
  kList,              // index: ListId held by the nearest ancestor-or-self of its parent entity
  kCalendar,          // index: CalendarId: a day series
  kPeriod,            // args: from, to (dates: days; months: months), inclusive
  kPeriodEndingWith,  // args: duration, month|date: the n months (days) that end with it
  kPeriodBefore,      // args: duration, month|date: the n months (days) just before it
  kCalendarYear,
  kCalendarMonth,  // args: date|month: day series for a date, month series for a month
  kWhere,          // args: series, condition (evaluated with the row, month or day at hand)
  kClip,           // args: series, period series: rows cut to it
  kBeforeDate,
  kAfterDate,
  kFromDate,
  kUntilDate,  // args: series, date|month
  kAsMonths,
  kAsDays,  // args: series: month by month, day by day
  kTakeLast,
  kTakeFirst,  // args: series, amount (months/days/count by grain)
  kBest,       // args: series (months), years amount (in months), expression
  kLastRun,
  kLongestRun,  // args: series
  kBridge,      // args: series, amount
  kUnion,
  kExcept,
  kWithin,  // args: two series
  // over series
  kSum,
  kMean,
  kHighest,
  kLowest,
  kFirst,
  kLast,
  kAny,
  kAll,    // args: expression, series
  kCount,  // args: series
  kMonthsIn,
  kDaysIn,  // args: series: different months, days (a duration)
  kStart,
  kEnd,         // args: series
  kLongestGap,  // args: series
  // branch results
  kNotEntitled,  // index: program.reasons
  kNotYet,       // index: program.reasons
};

// What an expression depends on besides facts: decides how often it is evaluated over a series.
struct Depends {
  bool month = false;  // reads kMonthHere (or an order of days)
  bool year = false;   // reads kYearHere
  bool row = false;    // reads the row at hand
};

struct Node {
  Op op = Op::kConstant;
  Type type;
  uint32_t index = 0;
  uint32_t index2 = 0;
  Rounding rounding = Rounding::kHalfUp;
  ShortMonth short_month = ShortMonth::kLastDay;
  Depends depends;
  EntityId scope = kNoId;  // the entity whose rows it is evaluated on (kNoId: anything)
  std::vector<NodeId> args;
  Span span;  // of its first occurrence
};

// ---- Declarations ------------------------------------------------------------------------------

struct EnumInfo {
  std::string name;  // empty for an inline enumeration
  Text label;
  std::vector<std::string> members;
  std::vector<Text> labels;
};

struct FactInfo {
  std::string name;
  Text label, hint;
  EntityId entity = kNoId;
  uint32_t slot = 0;  // position among the facts of its entity
  Type type;
  std::optional<Rational> low, high;  // range of numbers, in base units, inclusive
  std::optional<Date> low_date, high_date;
  // What is presumed if not given: monostate inside = "none".
  std::optional<Value> presumed;
  Span span;
};

enum class ListForm : uint8_t { kChildren, kSpellsByMonth, kSpellsByDay, kDates };
struct ListInfo {
  std::string name;
  Text label;
  EntityId parent = kNoId;
  EntityId child = kNoId;  // its entity (kDates has one too, without facts)
  uint32_t slot = 0;       // position among the lists of the parent
  ListForm form = ListForm::kChildren;
  bool presumed_none = false;
  bool may_overlap = false;
  Span span;
};

struct EntityInfo {
  std::string name;
  Text label;
  EntityId parent = kNoId;
  ListId list = kNoId;        // the list of the parent that holds it
  std::vector<FactId> facts;  // by slot
  std::vector<ListId> lists;  // by slot
  FactId order_fact = kNoId;
  FactId governing_fact = kNoId;
  Span span;
};

struct ActInfo {
  std::string name;
  Text label;
  Date from;
  std::optional<Date> until;
  uint32_t file = 0;
  Span span;
};

// The dates on which a version of something holds (inclusive).
struct Force {
  Date from{-400000};
  Date until{400000};
  bool contains(Date d) const { return from <= d && d <= until; }
};

// One citation, complete: "VN/41-2024-QH15 art 66(1)(a)" for a clause of an act, else as written.
struct Cite {
  ActId act = kNoId;        // kNoId: free text
  std::string text;         // "66(1)(a)" or the free text
  uint32_t number = kNoId;  // the same for citations that are the same
};
using Cites = std::vector<Cite>;

enum class Hole : uint8_t { kNotAHole, kNotYet, kNone };
struct CellValue {
  Hole hole = Hole::kNotAHole;
  Text what;  // kNotYet
  Value value;
};

struct ParamRow {
  Date from;
  CellValue value;
  Cites cite;
  std::optional<Text> unverified;
  Span span;
};
struct ParamInfo {
  std::string name;
  Text label;
  Type type;
  Cites cite;
  std::vector<ParamRow> rows;  // ascending
  Span span;
};

struct KeyMatch {  // of one key cell
  bool any = false;
  std::optional<Value> low, high;  // numbers, dates, months; enum/yes-no: low == high
  bool low_open = false, high_open = false;
};
struct TableRow {
  std::vector<KeyMatch> keys;
  CellValue value;
  Cites cite;
  std::optional<Text> unverified;
  Span span;
};
struct TableVersion {
  Force force;
  Cites cite;
  std::optional<Text> unverified;
  std::vector<TableRow> rows;
  Span span;
};
struct TableInfo {
  std::string name;
  Text label;
  std::vector<std::string> key_names;
  std::vector<Type> keys;
  Type type;
  std::vector<TableVersion> versions;
};

struct CalendarInfo {
  std::string name;
  Text label;
  std::vector<std::pair<Date, Date>> days;  // ascending, inclusive, not touching
};

// ---- Rules -------------------------------------------------------------------------------------

struct BranchRule {
  bool in_order = false;     // "otherwise when": only if no earlier one holds
  NodeId condition = kNoId;  // kNoId: otherwise
  NodeId result = kNoId;
  Cites cite;
};
struct FinishRule {
  ExprKind kind;            // kAtLeast, kAtMost, kRounded
  NodeId argument = kNoId;  // the bound, or the multiple (constant)
  Rounding rounding = Rounding::kHalfUp;
};
struct ExceptionRule {
  std::string name;
  Text label;
  Force force;
  Cites cite;
  std::optional<Text> unverified;
  std::vector<BranchRule> branches;       // all with conditions; at most one holds
  std::vector<ExceptionRule> exceptions;  // exceptions to this exception
  Span span;
};
struct CarryStepRule {
  StepForm form;
  Date date;
  int month = 1, day = 1;
  ParamId param = kNoId;
  NodeId value = kNoId;
  Cites cite;
};
struct DefinitionVersion {
  Force force;
  ActId act = kNoId;
  uint32_t file = 0;
  Cites cite;
  std::optional<Text> unverified;
  std::vector<BranchRule> branches;  // a plain formula is one branch without condition
  std::vector<FinishRule> finish;
  std::vector<ExceptionRule> exceptions;
  std::vector<Text> not_yet;  // "not yet expressed … needed by": makes the result incomplete
  // order clause
  NodeId order = kNoId;
  bool order_within_year = false;
  std::vector<NodeId> order_groups;
  // carry
  bool is_carry = false;
  NodeId carry_start = kNoId, carry_date = kNoId;
  std::vector<CarryStepRule> steps;
  Span span;
};
struct DefinitionInfo {
  std::string name;
  Text label;  // the name itself where no label is given
  EntityId entity = kNoId;
  Type type;
  std::vector<DefinitionVersion> versions;  // no two in force on one day
  Depends depends;                          // month/year: usable only month by month
};

struct ConditionRule {
  NodeId node = kNoId;
  std::optional<Text> because;
  Cites cite;
};
struct PaymentRule {
  uint32_t party = kNoId;  // index into parties; contributions
  NodeId amount = kNoId;
  Frequency each = Frequency::kOnce;
  NodeId on = kNoId, from = kNoId, until = kNoId,
         duration = kNoId;  // dates; `until` may be a fact or none
  uint32_t fund = kNoId;
  Cites cite;
};
struct BenefitVersion {
  Force force;
  ActId act = kNoId;
  uint32_t file = 0;
  Cites cite;
  std::optional<Text> unverified;
  std::vector<ConditionRule> conditions;
  std::vector<PaymentRule> payments;
  std::vector<NodeId> gives;
  std::vector<BenefitId> instead_of;
  std::vector<Text> not_yet;
  bool on_application = false, automatically = false;
  NodeId within = kNoId, within_of = kNoId;
  NodeId due = kNoId;  // contributions
  Span span;
};
// A benefit, or (is_contribution) a contribution: the same shape.
struct BenefitInfo {
  std::string name;
  Text label;
  EntityId entity = kNoId;
  bool is_contribution = false;
  std::vector<BenefitVersion> versions;
};
struct HighestOfRule {
  std::vector<BenefitId> benefits;
  Cites cite;
  Force force;
};
struct NotYetRule {
  Text what;
  Cites cite;
  ActId act = kNoId;
  uint32_t file = 0;
  Span span;
};

// ---- Cases -------------------------------------------------------------------------------------

struct ExpectRule {
  const Expect* source = nullptr;
  NodeId target = kNoId;                     // scope: the entity at the end of the path
  BenefitId benefit = kNoId;                 // instead of target, for benefit forms
  std::vector<std::pair<ListId, int>> path;  // outermost first, rows 1-based
  std::vector<Value> values;
  std::vector<Type> value_types;
};
struct CaseRule {
  const CaseItem* source = nullptr;  // owned by Program::files
  uint32_t file = 0;
  EntityId subject = kNoId;
  std::vector<ExpectRule> expects;
};

struct NamedLabel {
  std::string name;
  Text label;
};

struct Program {
  std::vector<std::shared_ptr<const File>> files;
  Sources sources;

  std::string currency;
  Text currency_label;
  Rational currency_step = 1;

  std::vector<ActInfo> acts;
  std::vector<EnumInfo> enums;
  std::vector<EntityInfo> entities;
  std::vector<FactInfo> facts;
  std::vector<ListInfo> lists;
  std::vector<ParamInfo> params;
  std::vector<TableInfo> tables;
  std::vector<CalendarInfo> calendars;
  std::vector<NamedLabel> funds, parties;
  std::vector<DefinitionInfo> definitions;
  std::vector<BenefitInfo> benefits;  // contributions among them
  std::vector<HighestOfRule> highest_of;
  std::vector<NotYetRule> not_yet;
  std::vector<CaseRule> cases;

  std::vector<Node> nodes;
  std::vector<Value> constants;
  std::vector<Text> reasons;

  EntityId root_entity = kNoId;
  std::string digest;  // SHA-256 of the canonical text of all files, sorted by stem

  // Names, for those who look things up from outside (facts by "Entity.fact").
  std::unordered_map<std::string, EntityId> entity_by_name;
  std::unordered_map<std::string, DefinitionId> definition_by_name;
  std::unordered_map<std::string, BenefitId> benefit_by_name;

  const Node& node(NodeId id) const { return nodes[id]; }
  // True if `entity` is `ancestor` or below it.
  bool is_within(EntityId entity, EntityId ancestor) const {
    for (; entity != kNoId; entity = entities[entity].parent)
      if (entity == ancestor) return true;
    return false;
  }
};

}  // namespace ansinh::law
