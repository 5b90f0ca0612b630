// Sums of money over a nation, exact: whole multiples of the currency's smallest step, in 128 bits.
#pragma once

#include <cstdint>
#include <string>

#include "base/rational.h"
#include "law/program.h"

namespace ansinh::lab {

__extension__ using Wide = __int128;

// A year of daily payments has as many days.
inline constexpr int kDaysPerYear = 365;

// By how often it is paid.
template <typename Number>
struct Paid {
  Number once = 0, day = 0, month = 0, year = 0;

  // In a year: what is paid once in the year before the date, and what is in payment on it, kept up
  // for twelve months.
  Number per_year() const { return once + kDaysPerYear * day + 12 * month + year; }
  template <typename Other>
  Paid& operator+=(const Paid<Other>& other) {
    once += other.once;
    day += other.day;
    month += other.month;
    year += other.year;
    return *this;
  }
  bool operator==(const Paid&) const = default;
};

std::string to_string(Wide number);
Rational to_rational(Wide number);

// "1,234,567" or "1.234.567": an amount in steps, as currency units, without the unit.
std::string show_money(Wide steps, const law::Program& program, Language language);
// A large amount for people: "12.3 billion", "12,3 tỷ", with the currency.
std::string show_large(Wide steps, const law::Program& program, Language language,
                       bool with_currency);
// The exact decimal of an amount in currency units, for CSV and JSON: "1234567" or "12.5".
std::string plain_money(Wide steps, const law::Program& program);
// numerator/denominator with `decimals` decimals, rounded half up: "12.3" or "12,3".
std::string show_ratio(Wide numerator, Wide denominator, int decimals, Language language);
std::string show_count(uint64_t number, Language language);

}  // namespace ansinh::lab
