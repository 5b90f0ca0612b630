// Date arithmetic that stays between the years 1800 and 2400: what leaves them is nullopt, never an
// overflow.
#pragma once

#include <cstdint>
#include <optional>

#include "base/date.h"
#include "engine/answer.h"
#include "engine/series.h"

namespace ansinh::engine {

inline constexpr int kMonthsPerYear = 12;

inline constexpr int32_t kMonthMin = (1800 - 1970) * 12;
inline constexpr int32_t kMonthMax = (2400 - 1970) * 12 + 11;
// More working days than this are not counted.
inline constexpr int64_t kWorkingDaysMax = 100'000;

// A whole number small enough for date arithmetic; nullopt for a fraction or a huge one.
std::optional<int32_t> whole(const Answer& number);

bool is_in_range(Date date);
std::optional<Date> plus_days(Date date, int32_t days);
std::optional<Month> plus_months(Month month, int32_t months);
std::optional<Date> plus_months(Date date, int32_t months, ShortMonth rule);

// The n-th working day (Monday to Friday, not in `except`) after the date; the date itself for 0.
std::optional<Date> working_days_after(int64_t count, Date date, const SeriesData* except);

}  // namespace ansinh::engine
