#include "law/syntax.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "law/syntax_kinds.h"

namespace ansinh::law {

namespace {

constexpr auto kKinds = std::to_array<KindInfo>({
    {ExprKind::kNumber, "number", 0, 2, KindField::kNumber},
    {ExprKind::kDate, "date", 0, 0, KindField::kDate},
    {ExprKind::kMonthLiteral, "month-literal", 0, 0, KindField::kMonth},
    {ExprKind::kYes, "yes", 0, 0, KindField::kNothing},
    {ExprKind::kNo, "no", 0, 0, KindField::kNothing},
    {ExprKind::kText, "text", 0, 0, KindField::kText},
    {ExprKind::kOngoing, "ongoing", 0, 0, KindField::kNothing},
    {ExprKind::kNone, "none", 0, 0, KindField::kNothing},
    {ExprKind::kUnknown, "unknown", 0, 0, KindField::kNothing},
    {ExprKind::kAny, "any", 0, 0, KindField::kNothing},
    {ExprKind::kName, "name", 0, 0, KindField::kName},
    {ExprKind::kCall, "call", 1, kAnyNumber, KindField::kName},
    {ExprKind::kOfEntity, "of-entity", 1, 1, KindField::kName},
    {ExprKind::kToday, "today", 0, 0, KindField::kNothing},
    {ExprKind::kMonthHere, "month-here", 0, 0, KindField::kNothing},
    {ExprKind::kYearHere, "year-here", 0, 0, KindField::kNothing},
    {ExprKind::kBase, "base", 0, 0, KindField::kNothing},
    {ExprKind::kPrevious, "previous", 0, 0, KindField::kNothing},
    {ExprKind::kPosition, "position", 0, 0, KindField::kNothing},
    {ExprKind::kSoFar, "so-far", 0, 0, KindField::kMaybeName},
    {ExprKind::kOr, "or", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kAnd, "and", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kNot, "not", 1, 1, KindField::kNothing},
    {ExprKind::kEqual, "equal", 2, 2, KindField::kNothing},
    {ExprKind::kNotEqual, "not-equal", 2, 2, KindField::kNothing},
    {ExprKind::kLess, "less", 2, 2, KindField::kNothing},
    {ExprKind::kLessEqual, "less-equal", 2, 2, KindField::kNothing},
    {ExprKind::kGreater, "greater", 2, 2, KindField::kNothing},
    {ExprKind::kGreaterEqual, "greater-equal", 2, 2, KindField::kNothing},
    {ExprKind::kIs, "is", 2, 2, KindField::kNothing},
    {ExprKind::kIsNot, "is-not", 2, 2, KindField::kNothing},
    {ExprKind::kIsOneOf, "is-one-of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kInRange, "in-range", 2, 2, KindField::kNothing},
    {ExprKind::kHas, "has", 1, 1, KindField::kNothing},
    {ExprKind::kOwn, "own", 1, 1, KindField::kNothing},
    {ExprKind::kAtLeast, "at-least", 2, 2, KindField::kNothing},
    {ExprKind::kAtMost, "at-most", 2, 2, KindField::kNothing},
    {ExprKind::kRounded, "rounded", 2, 2, KindField::kNothing},
    {ExprKind::kAdd, "add", 2, 2, KindField::kNothing},
    {ExprKind::kSubtract, "subtract", 2, 2, KindField::kNothing},
    {ExprKind::kMultiply, "multiply", 2, 2, KindField::kNothing},
    {ExprKind::kDivide, "divide", 2, 2, KindField::kNothing},
    {ExprKind::kNegate, "negate", 1, 1, KindField::kNothing},
    {ExprKind::kRange, "range", 2, 2, KindField::kNothing},
    {ExprKind::kOpenRange, "open-range", 1, 1, KindField::kName},
    {ExprKind::kOnDate, "on-date", 2, 2, KindField::kNothing},
    {ExprKind::kUnderLaw, "under-law", 2, 2, KindField::kNothing},
    {ExprKind::kHigherOf, "higher-of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kLowerOf, "lower-of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kLaterOf, "later-of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kEarlierOf, "earlier-of", 2, kAnyNumber, KindField::kNothing},
    {ExprKind::kAbsolute, "absolute", 1, 1, KindField::kNothing},
    {ExprKind::kEntitledTo, "entitled-to", 0, 0, KindField::kName},
    {ExprKind::kAmountOf, "amount-of", 0, 0, KindField::kName},
    {ExprKind::kStartOf, "start-of", 1, 1, KindField::kNothing},
    {ExprKind::kEndOf, "end-of", 1, 1, KindField::kNothing},
    {ExprKind::kYearOf, "year-of", 1, 1, KindField::kNothing},
    {ExprKind::kMonthOf, "month-of", 1, 1, KindField::kNothing},
    {ExprKind::kDayOf, "day-of", 1, 1, KindField::kNothing},
    {ExprKind::kWeekdayOf, "weekday-of", 1, 1, KindField::kNothing},
    {ExprKind::kFirstDayOf, "first-day-of", 1, 1, KindField::kNothing},
    {ExprKind::kLastDayOf, "last-day-of", 1, 1, KindField::kNothing},
    {ExprKind::kYearsBetween, "years-between", 2, 2, KindField::kNothing},
    {ExprKind::kMonthsBetween, "months-between", 2, 2, KindField::kNothing},
    {ExprKind::kDaysBetween, "days-between", 2, 2, KindField::kNothing},
    {ExprKind::kWorkingDaysAfter, "working-days-after", 2, 3, KindField::kNothing},
    {ExprKind::kPeriodTo, "period-to", 2, 2, KindField::kNothing},
    {ExprKind::kPeriodBefore, "period-before", 2, 2, KindField::kNothing},
    {ExprKind::kCalendarYearOf, "calendar-year-of", 1, 1, KindField::kNothing},
    {ExprKind::kCalendarMonthOf, "calendar-month-of", 1, 1, KindField::kNothing},
    {ExprKind::kDaysIn, "days-in", 1, 1, KindField::kNothing},
    {ExprKind::kWorkingDaysIn, "working-days-in", 1, 2, KindField::kNothing},
    {ExprKind::kMonthsIn, "months-in", 1, 1, KindField::kNothing},
    {ExprKind::kWhere, "where", 2, 2, KindField::kNothing},
    {ExprKind::kInPeriod, "in-period", 2, 2, KindField::kNothing},
    {ExprKind::kBefore, "before", 2, 2, KindField::kNothing},
    {ExprKind::kAfter, "after", 2, 2, KindField::kNothing},
    {ExprKind::kFrom, "from", 2, 2, KindField::kNothing},
    {ExprKind::kUntil, "until", 2, 2, KindField::kNothing},
    {ExprKind::kMonthsOf, "months-of", 1, 1, KindField::kNothing},
    {ExprKind::kDaysOf, "days-of", 1, 1, KindField::kNothing},
    {ExprKind::kLastOf, "last-of", 2, 2, KindField::kNothing},
    {ExprKind::kFirstOf, "first-of", 2, 2, KindField::kNothing},
    {ExprKind::kBestOf, "best-of", 3, 3, KindField::kNothing},
    {ExprKind::kLastRun, "last-run", 1, 1, KindField::kNothing},
    {ExprKind::kLongestRun, "longest-run", 1, 1, KindField::kNothing},
    {ExprKind::kBridging, "bridging", 2, 2, KindField::kNothing},
    {ExprKind::kUnion, "union", 2, 2, KindField::kNothing},
    {ExprKind::kExcept, "except", 2, 2, KindField::kNothing},
    {ExprKind::kWithin, "within", 2, 2, KindField::kNothing},
    {ExprKind::kSum, "sum", 2, 2, KindField::kNothing},
    {ExprKind::kMean, "mean", 2, 2, KindField::kNothing},
    {ExprKind::kHighest, "highest", 2, 2, KindField::kNothing},
    {ExprKind::kLowest, "lowest", 2, 2, KindField::kNothing},
    {ExprKind::kFirst, "first", 2, 2, KindField::kNothing},
    {ExprKind::kLast, "last", 2, 2, KindField::kNothing},
    {ExprKind::kAnyOf, "any-of", 2, 2, KindField::kNothing},
    {ExprKind::kAllOf, "all-of", 2, 2, KindField::kNothing},
    {ExprKind::kCount, "count", 1, 1, KindField::kNothing},
    {ExprKind::kLongestGap, "longest-gap", 1, 1, KindField::kNothing},
    {ExprKind::kNotEntitled, "not-entitled", 0, 0, KindField::kReason},
    {ExprKind::kNotYetExpressed, "not-yet-expressed", 0, 0, KindField::kReason},
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
