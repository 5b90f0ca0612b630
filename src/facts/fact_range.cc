#include "facts/fact_range.h"

#include <algorithm>
#include <limits>

#include "law/ranges.h"

namespace ansinh::facts {

namespace {

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

// The greatest integer not above `number`, held within 64 bits.
int64_t whole_below(const Rational& number) {
  int64_t whole = 0;
  if (number.floor().to_int64(whole)) return whole;
  return number.is_negative() ? kLowest : kHighest;
}

struct Bounds {
  Rational low, high;
};

Bounds bounds_of(const law::Program& program, const law::FactInfo& info) {
  const law::Range range = law::default_range(info.type, program);
  return {info.low.value_or(range.low.value_or(Rational(0))),
          info.high.value_or(range.high.value_or(Rational(0)))};
}

}  // namespace

StoredRange stored_range(const law::Program& program, const law::FactInfo& info, int64_t scale) {
  const Date low = info.low_date.value_or(Date::of(1850, 1, 1));
  const Date high = info.high_date.value_or(Date::of(2199, 12, 31));
  switch (info.type.base) {
    case law::Base::kYesNo:
      return {0, 1};
    case law::Base::kEnum:
      return {0, static_cast<int64_t>(program.enums[info.type.enumeration].members.size()) - 1};
    case law::Base::kDate:
      return {low.days, high.days};
    case law::Base::kMonth:
      return {Month::of(low).months, Month::of(high).months};
    case law::Base::kNumber: {
      const Bounds bounds = bounds_of(program, info);
      return {-whole_below(-(bounds.low * Rational(scale))),
              whole_below(bounds.high * Rational(scale))};
    }
    default:
      return {0, kHighest};
  }
}

bool is_in_range(const law::Program& program, const law::FactInfo& info, const Rational& number) {
  const Bounds bounds = bounds_of(program, info);
  return number >= bounds.low && number <= bounds.high;
}

StoredRange period_range(law::ListForm form) {
  if (form == law::ListForm::kSpellsByMonth) {
    return {Month::of(1850, 1).months, Month::of(2199, 12).months};
  }
  return {Date::of(1850, 1, 1).days, Date::of(2199, 12, 31).days};
}

}  // namespace ansinh::facts
