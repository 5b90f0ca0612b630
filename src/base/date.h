// Civil dates, months and periods of the proleptic Gregorian calendar, without time zones.
//
// Date counts days, Month counts months; both are plain integers inside and cheap to copy. The
// years 1800 to 2400 are valid; a parse outside them is an error.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace ansinh {

struct Month;

struct Date {
  int32_t days = 0;  // days since 1970-01-01

  static bool is_valid(int year, int month, int day);
  static Date of(int year, int month, int day);  // must be valid
  // "2025-07-01". The error text (Vietnamese/English pair joined by the caller) is one of the codes
  // "format", "month", "day", "year", "swapped" (valid if day and month change places).
  static std::expected<Date, std::string> parse(std::string_view text);

  int year() const;
  int month() const;               // 1..12
  int day() const;                 // 1..31
  int weekday() const;             // 1 Monday .. 7 Sunday
  std::string to_string() const;   // "2025-07-01"
  std::string to_display() const;  // "01/07/2025"
  auto operator<=>(const Date&) const = default;
};

struct Month {
  int32_t months = 0;  // months since 1970-01

  static Month of(int year, int month);
  static Month of(Date date);
  static std::expected<Month, std::string> parse(std::string_view text);  // "2025-07"

  int year() const;
  int month() const;
  Date first_day() const;
  Date last_day() const;
  int length_days() const;
  std::string to_string() const;   // "2025-07"
  std::string to_display() const;  // "07/2025"
  auto operator<=>(const Month&) const = default;
};

// What `DATE + n months` gives when the month is too short for the day.
enum class ShortMonth : uint8_t { kLastDay, kNextFirstDay };

Date add_months(Date date, int32_t months, ShortMonth rule);
// Whole months completed from a to b: the largest n with add_months(a, n, kLastDay) <= b; negative
// (and mirrored) where b < a.
int32_t whole_months_between(Date a, Date b);
int32_t whole_years_between(Date a, Date b);

}  // namespace ansinh
