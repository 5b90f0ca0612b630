// Types and units: from the words of the language to Type and back, unit arithmetic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "law/program.h"

namespace ansinh::law {

inline Type yes_no_type() { return Type{.base = Base::kYesNo}; }
inline Type date_type() { return Type{.base = Base::kDate}; }
inline Type month_type() { return Type{.base = Base::kMonth}; }
Type number_type(Shown shown);  // of a plain unit: kCount, kDays, kMonths, kYears, kMoney, ...
Type series_type(EntityId row_entity, Grain grain);

inline bool is_number(const Type& t) { return t.base == Base::kNumber; }
inline bool is_date(const Type& t) { return t.base == Base::kDate; }
inline bool is_month(const Type& t) { return t.base == Base::kMonth; }
inline bool is_series(const Type& t) { return t.base == Base::kSeries; }
inline bool is_plain(const Type& t) { return is_number(t) && !t.money && !t.day && !t.month; }
inline bool is_days(const Type& t) { return is_number(t) && !t.money && t.day == 1 && !t.month; }
inline bool is_months(const Type& t) { return is_number(t) && !t.money && !t.day && t.month == 1; }
inline bool is_money(const Type& t) { return is_number(t) && t.money == 1; }

Type multiplied(const Type& a, const Type& b);
Type divided(const Type& a, const Type& b);

// The number of base units in one unit as shown: 12 for years, 1/12 for "per year", ...
Rational shown_scale(const Type& type);

// A number with unit words, in base units; false if the unit is not known ("%", days, months,
// years, currency; per day, month, year).
bool unit_type(const UnitWords& unit, const std::string& currency, Type& type, Rational& scale);

// A declared type word; false if it is none of the built-in ones.
bool built_in_type(const std::string& word, const std::string& per, const std::string& currency,
                   Type& type);

}  // namespace ansinh::law
