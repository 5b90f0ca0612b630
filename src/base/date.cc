#include "base/date.h"

#include <array>
#include <cassert>

namespace ansinh {

namespace {

constexpr int kYearMin = 1800;
constexpr int kYearMax = 2400;
constexpr int kEpochYear = 1970;
constexpr int kMonthsPerYear = 12;

struct Civil {
  int year = kEpochYear;
  int month = 1;
  int day = 1;
};

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int month_length(int year, int month) {
  constexpr std::array<int, kMonthsPerYear> kLengths = {31, 28, 31, 30, 31, 30,
                                                        31, 31, 30, 31, 30, 31};
  if (month == 2 && is_leap(year)) return 29;
  return kLengths.at(static_cast<size_t>(month - 1));
}

int floor_divide(int a, int b) { return a / b - (a % b < 0 ? 1 : 0); }

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil and
// civil_from_days. Years begin in March there, so that the leap day is the last of its year; an era
// is 400 years, 146 097 days.
constexpr int kDaysPerEra = 146'097;
constexpr int kEpochShiftDays = 719'468;  // 0000-03-01 to 1970-01-01

int32_t days_from_civil(int year, int month, int day) {
  if (month <= 2) year -= 1;
  const int era = floor_divide(year, 400);
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochShiftDays;
}

Civil civil_from_days(int32_t days) {
  const int shifted = days + kEpochShiftDays;
  const int era = floor_divide(shifted, kDaysPerEra);
  const int day_of_era = shifted - era * kDaysPerEra;
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  civil.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  return civil;
}

// Reads exactly the digits of `text`; -1 for anything but digits.
int read_digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

void append_padded(std::string& out, int value, size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

std::string join_padded(Civil civil, bool with_day) {
  std::string out;
  append_padded(out, civil.year, 4);
  out += '-';
  append_padded(out, civil.month, 2);
  if (!with_day) return out;
  out += '-';
  append_padded(out, civil.day, 2);
  return out;
}

bool is_year(int year) { return year >= kYearMin && year <= kYearMax; }
bool is_month(int month) { return month >= 1 && month <= kMonthsPerYear; }

}  // namespace

bool Date::is_valid(int year, int month, int day) {
  return is_year(year) && is_month(month) && day >= 1 && day <= month_length(year, month);
}

Date Date::of(int year, int month, int day) {
  assert(is_valid(year, month, day));
  return {days_from_civil(year, month, day)};
}

std::expected<Date, std::string> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::unexpected("format");
  const int year = read_digits(text.substr(0, 4));
  const int month = read_digits(text.substr(5, 2));
  const int day = read_digits(text.substr(8, 2));
  if (year < 0 || month < 0 || day < 0) return std::unexpected("format");
  if (!is_year(year)) return std::unexpected("year");
  if (is_valid(year, month, day)) return Date::of(year, month, day);
  if (is_valid(year, day, month)) return std::unexpected("swapped");
  return std::unexpected(is_month(month) ? "day" : "month");
}

int Date::year() const { return civil_from_days(days).year; }
int Date::month() const { return civil_from_days(days).month; }
int Date::day() const { return civil_from_days(days).day; }

int Date::weekday() const {
  const int since_monday = days + 3;  // 1970-01-01 was a Thursday
  return since_monday - floor_divide(since_monday, 7) * 7 + 1;
}

std::string Date::to_string() const { return join_padded(civil_from_days(days), true); }

std::string Date::to_display() const {
  const Civil civil = civil_from_days(days);
  std::string out;
  append_padded(out, civil.day, 2);
  out += '/';
  append_padded(out, civil.month, 2);
  out += '/';
  append_padded(out, civil.year, 4);
  return out;
}

Month Month::of(int year, int month) {
  assert(is_year(year) && is_month(month));
  return {(year - kEpochYear) * kMonthsPerYear + month - 1};
}

Month Month::of(Date date) {
  const Civil civil = civil_from_days(date.days);
  return {(civil.year - kEpochYear) * kMonthsPerYear + civil.month - 1};
}

std::expected<Month, std::string> Month::parse(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::unexpected("format");
  const int year = read_digits(text.substr(0, 4));
  const int month = read_digits(text.substr(5, 2));
  if (year < 0 || month < 0) return std::unexpected("format");
  if (!is_year(year)) return std::unexpected("year");
  if (!is_month(month)) return std::unexpected("month");
  return Month::of(year, month);
}

int Month::year() const { return kEpochYear + floor_divide(months, kMonthsPerYear); }
int Month::month() const {
  return months - floor_divide(months, kMonthsPerYear) * kMonthsPerYear + 1;
}
Date Month::first_day() const { return {days_from_civil(year(), month(), 1)}; }
Date Month::last_day() const { return {days_from_civil(year(), month(), length_days())}; }
int Month::length_days() const { return month_length(year(), month()); }

std::string Month::to_string() const { return join_padded({year(), month(), 1}, false); }

std::string Month::to_display() const {
  std::string out;
  append_padded(out, month(), 2);
  out += '/';
  append_padded(out, year(), 4);
  return out;
}

Date add_months(Date date, int32_t months, ShortMonth rule) {
  const Month target = {Month::of(date).months + months};
  const int day = date.day();
  if (day <= target.length_days()) return {target.first_day().days + day - 1};
  if (rule == ShortMonth::kLastDay) return target.last_day();
  return {target.last_day().days + 1};
}

int32_t whole_months_between(Date a, Date b) {
  if (b < a) return -whole_months_between(b, a);
  const int32_t months = Month::of(b).months - Month::of(a).months;
  return add_months(a, months, ShortMonth::kLastDay) <= b ? months : months - 1;
}

int32_t whole_years_between(Date a, Date b) { return whole_months_between(a, b) / kMonthsPerYear; }

}  // namespace ansinh
