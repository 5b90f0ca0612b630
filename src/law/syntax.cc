#include "law/syntax.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "law/syntax_kinds.h"

namespace ansinh::law {

namespace {

constexpr auto kKinds = std::to_array<KindInfo>({
    {ExprKind::kNumber, "number", "", 0, 2, KindField::kNumber},
    {ExprKind::kDate, "date", "", 0, 0, KindField::kDate},
    {ExprKind::kMonthLiteral, "month-literal", "", 0, 0, KindField::kMonth},
    {ExprKind::kYes, "yes", "yes", 0, 0, KindField::kNothing},
    {ExprKind::kNo, "no", "no", 0, 0, KindField::kNothing},
    {ExprKind::kText, "text", "", 0, 0, KindField::kText},
    {ExprKind::kOngoing, "ongoing", "ongoing", 0, 0, KindField::kNothing},
    {ExprKind::kNone, "none", "none", 0, 0, KindField::kNothing},
    {ExprKind::kUnknown, "unknown", "unknown", 0, 0, KindField::kNothing},
    {ExprKind::kAny, "any", "any", 0, 0, KindField::kNothing},
    {ExprKind::kName, "name", "", 0, 0, KindField::kName},
    {ExprKind::kCall, "call", "", 1, kAnyNumber, KindField::kName},
    {ExprKind::kOfEntity, "of-entity", "of", 1, 1, KindField::kName},
    {ExprKind::kToday, "today", "today", 0, 0, KindField::kNothing},
    {ExprKind::kMonthHere, "month-here", "month", 0, 0, KindField::kNothing},
    {ExprKind::kYearHere, "year-here", "year", 0, 0, KindField::kNothing},
    {ExprKind::kBase, "base", "base", 0, 0, KindField::kNothing},
    {ExprKind::kPrevious, "previous", "previous", 0, 0, KindField::kNothing},
    {ExprKind::kPosition, "position", "position", 0, 0, KindField::kNothing},
    {ExprKind::kSoFar, "so-far", "so far", 0, 0, KindField::kMaybeName},
    {ExprKind::kOr, "or", "or", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kAnd, "and", "and", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kNot, "not", "not", 1, 1, KindField::kNothing},
    {ExprKind::kEqual, "equal", "=", 2, 2, KindField::kNothing},
    {ExprKind::kNotEqual, "not-equal", "!=", 2, 2, KindField::kNothing},
    {ExprKind::kLess, "less", "<", 2, 2, KindField::kNothing},
    {ExprKind::kLessEqual, "less-equal", "<=", 2, 2, KindField::kNothing},
    {ExprKind::kGreater, "greater", ">", 2, 2, KindField::kNothing},
    {ExprKind::kGreaterEqual, "greater-equal", ">=", 2, 2, KindField::kNothing},
    {ExprKind::kIs, "is", "is", 2, 2, KindField::kNothing},
    {ExprKind::kIsNot, "is-not", "is not", 2, 2, KindField::kNothing},
    {ExprKind::kIsOneOf, "is-one-of", "is one of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kInRange, "in-range", "in", 2, 2, KindField::kNothing},
    {ExprKind::kHas, "has", "has", 1, 1, KindField::kNothing},
    {ExprKind::kOwn, "own", "own", 1, 1, KindField::kNothing},
    {ExprKind::kAtLeast, "at-least", "at least", 2, 2, KindField::kNothing},
    {ExprKind::kAtMost, "at-most", "at most", 2, 2, KindField::kNothing},
    {ExprKind::kRounded, "rounded", "", 2, 2, KindField::kNothing},
    {ExprKind::kAdd, "add", "+", 2, 2, KindField::kNothing},
    {ExprKind::kSubtract, "subtract", "-", 2, 2, KindField::kNothing},
    {ExprKind::kMultiply, "multiply", "*", 2, 2, KindField::kNothing},
    {ExprKind::kDivide, "divide", "/", 2, 2, KindField::kNothing},
    {ExprKind::kNegate, "negate", "-", 1, 1, KindField::kNothing},
    {ExprKind::kRange, "range", "", 2, 2, KindField::kNothing},
    {ExprKind::kOpenRange, "open-range", "", 1, 1, KindField::kName},
    {ExprKind::kOnDate, "on-date", "on", 2, 2, KindField::kNothing},
    {ExprKind::kUnderLaw, "under-law", "under the law of", 2, 2, KindField::kNothing},
    {ExprKind::kHigherOf, "higher-of", "higher of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kLowerOf, "lower-of", "lower of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kLaterOf, "later-of", "later of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kEarlierOf, "earlier-of", "earlier of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kAbsolute, "absolute", "absolute", 1, 1, KindField::kNothing},
    {ExprKind::kEntitledTo, "entitled-to", "entitled to", 0, 0, KindField::kName},
    {ExprKind::kAmountOf, "amount-of", "amount of", 0, 0, KindField::kName},
    {ExprKind::kStartOf, "start-of", "start of", 1, 1, KindField::kNothing},
    {ExprKind::kEndOf, "end-of", "end of", 1, 1, KindField::kNothing},
    {ExprKind::kYearOf, "year-of", "year of", 1, 1, KindField::kNothing},
    {ExprKind::kMonthOf, "month-of", "month of", 1, 1, KindField::kNothing},
    {ExprKind::kDayOf, "day-of", "day of", 1, 1, KindField::kNothing},
    {ExprKind::kWeekdayOf, "weekday-of", "weekday of", 1, 1, KindField::kNothing},
    {ExprKind::kFirstDayOf, "first-day-of", "first day of", 1, 1, KindField::kNothing},
    {ExprKind::kLastDayOf, "last-day-of", "last day of", 1, 1, KindField::kNothing},
    {ExprKind::kYearsBetween, "years-between", "years between", 2, 2, KindField::kNothing},
    {ExprKind::kMonthsBetween, "months-between", "months between", 2, 2, KindField::kNothing},
    {ExprKind::kDaysBetween, "days-between", "days between", 2, 2, KindField::kNothing},
    {ExprKind::kWorkingDaysAfter, "working-days-after", "working days after", 2, 3,
     KindField::kNothing},
    {ExprKind::kPeriodTo, "period-to", "to", 2, 2, KindField::kNothing},
    {ExprKind::kPeriodBefore, "period-before", "before", 2, 2, KindField::kNothing},
    {ExprKind::kCalendarYearOf, "calendar-year-of", "calendar year of", 1, 1, KindField::kNothing},
    {ExprKind::kCalendarMonthOf, "calendar-month-of", "calendar month of", 1, 1,
     KindField::kNothing},
    {ExprKind::kDaysIn, "days-in", "days in", 1, 1, KindField::kNothing},
    {ExprKind::kWorkingDaysIn, "working-days-in", "working days in", 1, 2, KindField::kNothing},
    {ExprKind::kMonthsIn, "months-in", "months in", 1, 1, KindField::kNothing},
    {ExprKind::kWhere, "where", "where", 2, 2, KindField::kNothing},
    {ExprKind::kInPeriod, "in-period", "in", 2, 2, KindField::kNothing},
    {ExprKind::kBefore, "before", "before", 2, 2, KindField::kNothing},
    {ExprKind::kAfter, "after", "after", 2, 2, KindField::kNothing},
    {ExprKind::kFrom, "from", "from", 2, 2, KindField::kNothing},
    {ExprKind::kUntil, "until", "until", 2, 2, KindField::kNothing},
    {ExprKind::kMonthsOf, "months-of", "months of@series", 1, 1, KindField::kNothing},
    {ExprKind::kDaysOf, "days-of", "days of@series", 1, 1, KindField::kNothing},
    {ExprKind::kLastOf, "last-of", "last", 2, 2, KindField::kNothing},
    {ExprKind::kFirstOf, "first-of", "first", 2, 2, KindField::kNothing},
    {ExprKind::kBestOf, "best-of", "best", 3, 3, KindField::kNothing},
    {ExprKind::kLastRun, "last-run", "last run of", 1, 1, KindField::kNothing},
    {ExprKind::kLongestRun, "longest-run", "longest run of", 1, 1, KindField::kNothing},
    {ExprKind::kBridging, "bridging", "bridging gaps up to", 2, 2, KindField::kNothing},
    {ExprKind::kUnion, "union", "union of", 2, 2, KindField::kNothing},
    {ExprKind::kExcept, "except", "except", 2, 2, KindField::kNothing},
    {ExprKind::kWithin, "within", "within", 2, 2, KindField::kNothing},
    {ExprKind::kSum, "sum", "sum of", 2, 2, KindField::kNothing},
    {ExprKind::kMean, "mean", "mean of", 2, 2, KindField::kNothing},
    {ExprKind::kHighest, "highest", "highest of", 2, 2, KindField::kNothing},
    {ExprKind::kLowest, "lowest", "lowest of", 2, 2, KindField::kNothing},
    {ExprKind::kFirst, "first", "first of", 2, 2, KindField::kNothing},
    {ExprKind::kLast, "last", "last of", 2, 2, KindField::kNothing},
    {ExprKind::kAnyOf, "any-of", "any of", 2, 2, KindField::kNothing},
    {ExprKind::kAllOf, "all-of", "all of", 2, 2, KindField::kNothing},
    {ExprKind::kCount, "count", "count of", 1, 1, KindField::kNothing},
    {ExprKind::kLongestGap, "longest-gap", "longest gap of", 1, 1, KindField::kNothing},
    {ExprKind::kNotEntitled, "not-entitled", "not entitled because", 0, 0, KindField::kReason},
    {ExprKind::kNotYetExpressed, "not-yet-expressed", "not yet expressed", 0, 0,
     KindField::kReason},
});

// In the order of the enumeration, so that a kind finds its entry by its value.
constexpr bool in_order() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds.at(i).kind) != i) return false;
  }
  return true;
}
static_assert(in_order());
static_assert(kKinds.back().kind == ExprKind::kNotYetExpressed);

}  // namespace

std::span<const KindInfo> kinds() { return kKinds; }

const KindInfo& info(ExprKind kind) {
  assert(static_cast<size_t>(kind) < kKinds.size());
  return kKinds.at(static_cast<size_t>(kind));
}

std::string describe(ExprKind kind) { return std::string(info(kind).name); }

bool same(const Expr& a, const Expr& b) {
  return a.kind == b.kind && a.name == b.name && a.number == b.number && a.unit == b.unit &&
         a.date == b.date && a.month_literal == b.month_literal && a.text == b.text &&
         a.reason == b.reason && a.rounding == b.rounding && a.half_open == b.half_open &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), same);
}

}  // namespace ansinh::law
