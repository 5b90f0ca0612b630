// Random expressions of the shapes that the parser makes: for tests of the formatter.
#pragma once

#include <random>
#include <utility>
#include <vector>

#include "law/syntax.h"

namespace ansinh::law::testing {

class RandomExpressions {
 public:
  explicit RandomExpressions(unsigned seed) : random_(seed) {}

  Expr value(int depth) {
    using K = ExprKind;
    if (depth <= 0) return leaf();
    switch (below(22)) {
      case 0:
        return of(pick({K::kOr, K::kAnd}), values(depth, 2 + below(2)));
      case 1:
        return of(pick({K::kNot, K::kNegate, K::kAbsolute, K::kHas}), values(depth, 1));
      case 2:
      case 3:
        return of(pick({K::kEqual, K::kNotEqual, K::kLess, K::kLessEqual, K::kGreater,
                        K::kGreaterEqual, K::kIs, K::kIsNot, K::kIsOneOf}),
                  values(depth, 2));
      case 4:
        return of(K::kInRange, {value(depth - 1), below(2) == 0 ? range(depth) : period(depth)});
      case 5:
        return of(pick({K::kAtLeast, K::kAtMost}), values(depth, 2));
      case 6: {
        Expr expr = of(K::kRounded, {value(depth - 1), number()});
        expr.rounding = static_cast<Rounding>(below(4));
        return expr;
      }
      case 7:
      case 8:
      case 9:
        return of(pick({K::kAdd, K::kSubtract, K::kMultiply, K::kDivide}), values(depth, 2));
      case 10:
        return of(pick({K::kOnDate, K::kUnderLaw}), values(depth, 2));
      case 11:
        return of(pick({K::kHigherOf, K::kLowerOf, K::kLaterOf, K::kEarlierOf}),
                  values(depth, 2 + below(2)));
      case 12:
        return of(pick({K::kYearOf, K::kMonthOf, K::kDayOf, K::kWeekdayOf, K::kFirstDayOf,
                        K::kLastDayOf, K::kCalendarYearOf, K::kCalendarMonthOf}),
                  values(depth, 1));
      case 13:
        return of(pick({K::kYearsBetween, K::kMonthsBetween, K::kDaysBetween}), values(depth, 2));
      case 14: {
        std::vector<Expr> args = values(depth, 2);
        if (below(2) == 0) args.push_back(series(depth - 1));
        return of(K::kWorkingDaysAfter, std::move(args));
      }
      case 15:
        return of(pick({K::kDaysIn, K::kMonthsIn, K::kWorkingDaysIn}), {period(depth)});
      case 16:
        return of(K::kWorkingDaysIn, {period(depth), series(depth - 1)});
      case 17:
        return period(depth);
      case 18:
        return of(pick({K::kSum, K::kMean, K::kHighest, K::kLowest, K::kFirst, K::kLast, K::kAnyOf,
                        K::kAllOf}),
                  {value(depth - 1), series(depth - 1)});
      case 19:
        return of(
            pick({K::kCount, K::kLongestGap, K::kStartOf, K::kEndOf, K::kMonthsOf, K::kDaysOf}),
            {series(depth - 1)});
      case 20: {
        Expr expr = of(K::kCall, values(depth, 1 + below(3)));
        expr.name = name();
        return expr;
      }
      default: {
        Expr expr = of(K::kOfEntity, {named(K::kName)});
        expr.name = "Person";
        return expr;
      }
    }
  }

  Expr series(int depth) {
    using K = ExprKind;
    if (depth <= 0) return named(K::kName);
    switch (below(9)) {
      case 0:
        return of(pick({K::kMonthsOf, K::kDaysOf, K::kLastRun, K::kLongestRun}),
                  {series(depth - 1)});
      case 1:
        return of(pick({K::kLastOf, K::kFirstOf}), {value(depth - 1), series(depth - 1)});
      case 2:
        return of(K::kBestOf, {value(depth - 1), series(depth - 1), value(depth - 1)});
      case 3:
        return of(K::kUnion, {series(depth - 1), series(depth - 1)});
      case 4:
        return of(pick({K::kExcept, K::kWithin}), {series(depth - 1), series(depth - 1)});
      case 5:
        return of(pick({K::kBefore, K::kAfter, K::kFrom, K::kUntil, K::kBridging}),
                  {series(depth - 1), value(depth - 1)});
      case 6:
        return of(K::kInPeriod, {series(depth - 1), period(depth)});
      case 7:
        return of(K::kWhere, {series(depth - 1), value(depth - 1)});
      default:
        return period_series(depth);
    }
  }

 private:
  size_t below(size_t n) { return random_() % n; }
  ExprKind pick(std::vector<ExprKind> kinds) { return kinds[below(kinds.size())]; }

  static Expr of(ExprKind kind, std::vector<Expr> args) {
    Expr expr;
    expr.kind = kind;
    expr.args = std::move(args);
    return expr;
  }

  std::vector<Expr> values(int depth, size_t count) {
    std::vector<Expr> args;
    for (size_t i = 0; i < count; ++i) args.push_back(value(depth - 1));
    return args;
  }

  std::string name() {
    static const std::vector<std::string> kNames = {"a",      "b_2",   "sex",    "lương",
                                                    "female", "value", "status", "person",
                                                    "party",  "given", "source"};
    return kNames[below(kNames.size())];
  }

  Expr named(ExprKind kind) {
    Expr expr;
    expr.kind = kind;
    expr.name = name();
    return expr;
  }

  Expr number() {
    static const std::vector<UnitWords> kUnits = {
        {"", ""},      {"%", ""},      {"%", "year"}, {"VND", ""},       {"VND", "month"},
        {"years", ""}, {"months", ""}, {"days", ""},  {"days", "month"}, {"working days", ""}};
    Expr expr;
    expr.number = Rational(static_cast<int64_t>(below(3) == 0 ? below(10'000'000) : below(4)),
                           below(5) == 0 ? 2 : 1);
    expr.unit = kUnits[below(kUnits.size())];
    if (expr.unit == UnitWords{"years", ""} && below(3) == 0) {
      Expr part;
      part.number = 4;
      part.unit = {"months", ""};
      expr.args.push_back(part);
    }
    return expr;
  }

  Expr leaf() {
    using K = ExprKind;
    Expr expr;
    switch (below(12)) {
      case 0:
        return number();
      case 1:
        return number();
      case 2:
        return of(pick({K::kToday, K::kMonthHere, K::kYearHere, K::kBase, K::kPrevious,
                        K::kPosition, K::kSoFar, K::kYes, K::kNo}),
                  {});
      case 3:
        return named(pick({K::kEntitledTo, K::kAmountOf, K::kSoFar}));
      case 4:
        expr.kind = K::kDate;
        expr.date = Date::of(2025, 7, 1);
        return expr;
      case 5:
        expr.kind = K::kMonthLiteral;
        expr.month_literal = Month::of(2025, 7);
        return expr;
      case 6:
        expr.kind = K::kText;
        expr.text = "a \"b\" \\ c";
        return expr;
      case 7:
        return of(K::kOwn, {named(K::kName)});
      default:
        return named(K::kName);
    }
  }

  Expr range(int depth) {
    Expr expr = of(ExprKind::kRange, values(depth, 2));
    expr.half_open = below(2) == 0;
    return expr;
  }

  Expr period(int depth) {
    using K = ExprKind;
    if (below(3) == 0) return of(pick({K::kCalendarYearOf, K::kCalendarMonthOf}), values(depth, 1));
    if (below(4) == 0) return value(depth - 1);
    return period_series(depth);
  }

  Expr period_series(int depth) {
    if (below(3) == 0) {
      Expr length = number();
      if (length.args.empty()) length.unit = {below(2) == 0 ? "months" : "days", ""};
      return of(ExprKind::kPeriodBefore, {std::move(length), value(depth - 1)});
    }
    return of(ExprKind::kPeriodTo, values(depth, 2));
  }

  std::mt19937 random_;
};

}  // namespace ansinh::law::testing
