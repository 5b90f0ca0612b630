#include "engine/dates.h"

namespace ansinh::engine {

namespace {

constexpr int64_t kWholeMax = 1'000'000;
constexpr Date kDateMin{-62'091};  // 1800-01-01
constexpr Date kDateMax{157'419};  // 2400-12-31
constexpr int kFriday = 5;

}  // namespace

std::optional<int32_t> whole(const Answer& number) {
  if (!number.is_whole() || number.small < -kWholeMax || number.small > kWholeMax) {
    return std::nullopt;
  }
  return static_cast<int32_t>(number.small);
}

bool is_in_range(Date date) { return kDateMin <= date && date <= kDateMax; }

std::optional<Date> plus_days(Date date, int32_t days) {
  const int64_t sum = int64_t{date.days} + days;
  if (sum < kDateMin.days || sum > kDateMax.days) return std::nullopt;
  return Date{static_cast<int32_t>(sum)};
}

std::optional<Month> plus_months(Month month, int32_t months) {
  const int64_t sum = int64_t{month.months} + months;
  if (sum < kMonthMin || sum > kMonthMax) return std::nullopt;
  return Month{static_cast<int32_t>(sum)};
}

std::optional<Date> plus_months(Date date, int32_t months, ShortMonth rule) {
  if (!plus_months(Month::of(date), months)) return std::nullopt;
  const Date sum = add_months(date, months, rule);
  if (!is_in_range(sum)) return std::nullopt;
  return sum;
}

std::optional<Date> working_days_after(int64_t count, Date date, const SeriesData* except) {
  if (count < 0 || count > kWorkingDaysMax) return std::nullopt;
  while (count > 0) {
    const std::optional<Date> next = plus_days(date, 1);
    if (!next) return std::nullopt;
    date = *next;
    const bool is_free =
        date.weekday() > kFriday || (except != nullptr && contains(*except, date.days));
    if (!is_free) --count;
  }
  return date;
}

}  // namespace ansinh::engine
