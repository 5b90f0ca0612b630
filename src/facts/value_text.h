// One value of a fact, read from the text of a JSON file against the type that the law declares.
#pragma once

#include <expected>
#include <string>

#include "facts/json_text.h"
#include "facts/person_file.h"
#include "law/program.h"

namespace ansinh::facts {

// What is wrong with a value, before its place is known.
struct ValueFault {
  std::string code;
  Text message;
  Text help;
};

// Numbers are in the declared unit or carry one ("5000000 VND/month", "26 years 4 months", "75%",
// "3/4", {"years": 26, "months": 4}); dates "2025-07-01"; months "2025-07"; true and false; the
// name of an enumeration's member; "none" for facts `or none` gives monostate. Not for null.
std::expected<law::Value, ValueFault> read_value(const JsonValue& json, const law::Type& type,
                                                 const law::Program& program);

// How many base units (currency units, days, months) one declared unit of the type is: 12 for
// years, 1/12 for a rate per year.
Rational declared_unit(const law::Type& type);
// The declared unit in words: "VND/month", "%", "years"; empty for plain numbers.
std::string unit_words(const law::Type& type, const law::Program& program);

// Dates and months alone: spell ends, rows of date lists.
std::expected<Date, ValueFault> read_date(const JsonValue& json);
std::expected<Month, ValueFault> read_month(const JsonValue& json);
// An instance's `from` or `to` as it is written: "2025-07-01", "2025-07" for spells by month,
// "ongoing"; empty if not given.
std::string point_text(int32_t at, law::ListForm form);

}  // namespace ansinh::facts
