#include "law/types.h"

#include <utility>

namespace ansinh::law {

Type number_type(Shown shown) {
  Type type;
  type.shown = shown;
  switch (shown) {
    case Shown::kDays:
      type.day = 1;
      break;
    case Shown::kMonths:
    case Shown::kYears:
      type.month = 1;
      break;
    case Shown::kMoney:
      type.money = 1;
      break;
    case Shown::kPlain:
    case Shown::kCount:
    case Shown::kPercent:
      break;
  }
  return type;
}

Type series_type(EntityId row_entity, Grain grain) {
  Type type;
  type.base = Base::kSeries;
  type.row_entity = row_entity;
  type.grain = grain;
  return type;
}

namespace {

// How a number of these exponents is best shown, given what its operands looked like.
Type dressed(Type type, const Type& a, const Type& b) {
  type.base = Base::kNumber;
  type.shown = Shown::kPlain;
  type.per = Per::kNone;
  const bool years = a.shown == Shown::kYears || b.shown == Shown::kYears;
  if (type.money > 0) {
    type.shown = Shown::kMoney;
  } else if (type.month > 0) {
    type.shown = years ? Shown::kYears : Shown::kMonths;
  } else if (type.day > 0) {
    type.shown = Shown::kDays;
  } else if (a.shown == Shown::kPercent || b.shown == Shown::kPercent) {
    type.shown = Shown::kPercent;
  } else if (a.shown == Shown::kCount && b.shown == Shown::kCount) {
    type.shown = Shown::kCount;
  }
  if (type.month < 0) {
    type.per = a.per == Per::kYear || b.per == Per::kYear ? Per::kYear : Per::kMonth;
  } else if (type.day < 0) {
    type.per = Per::kDay;
  }
  return type;
}

}  // namespace

Type multiplied(const Type& a, const Type& b) {
  Type type;
  type.money = static_cast<int8_t>(a.money + b.money);
  type.day = static_cast<int8_t>(a.day + b.day);
  type.month = static_cast<int8_t>(a.month + b.month);
  return dressed(type, a, b);
}

Type divided(const Type& a, const Type& b) {
  Type type;
  type.money = static_cast<int8_t>(a.money - b.money);
  type.day = static_cast<int8_t>(a.day - b.day);
  type.month = static_cast<int8_t>(a.month - b.month);
  Type result = dressed(type, a, b);
  if (result.shown == Shown::kCount) result.shown = Shown::kPlain;
  return result;
}

Rational shown_scale(const Type& type) {
  Rational scale = 1;
  if (type.shown == Shown::kYears) scale = scale * Rational(12);
  if (type.shown == Shown::kPercent) scale = scale / Rational(100);
  if (type.per == Per::kYear) scale = scale / Rational(12);
  return scale;
}

bool unit_type(const UnitWords& unit, const std::string& currency, Type& type, Rational& scale) {
  if (unit.of.empty()) {
    type = number_type(Shown::kPlain);
  } else if (unit.of == "%") {
    type = number_type(Shown::kPercent);
  } else if (unit.of == "days" || unit.of == "day" || unit.of == "working days") {
    type = number_type(Shown::kDays);
  } else if (unit.of == "months" || unit.of == "month") {
    type = number_type(Shown::kMonths);
  } else if (unit.of == "years" || unit.of == "year") {
    type = number_type(Shown::kYears);
  } else if (unit.of == currency) {
    type = number_type(Shown::kMoney);
  } else {
    return false;
  }
  if (unit.per == "day") {
    type.day = static_cast<int8_t>(type.day - 1);
    type.per = Per::kDay;
  } else if (unit.per == "month" || unit.per == "year") {
    type.month = static_cast<int8_t>(type.month - 1);
    type.per = unit.per == "month" ? Per::kMonth : Per::kYear;
  } else if (!unit.per.empty()) {
    return false;
  }
  scale = shown_scale(type);
  return true;
}

bool built_in_type(const std::string& word, const std::string& per, const std::string& currency,
                   Type& type) {
  Rational scale;
  if (word == "yes/no" && per.empty()) {
    type = yes_no_type();
  } else if (word == "date" && per.empty()) {
    type = date_type();
  } else if (word == "month" && per.empty()) {
    type = month_type();
  } else if (word == "text" && per.empty()) {
    type = Type{.base = Base::kText};
  } else if (word == "count" || word == "number" || word == "ratio") {
    const UnitWords unit{word == "ratio" ? "%" : "", per};
    if (!unit_type(unit, currency, type, scale)) return false;
    if (word == "count") type.shown = Shown::kCount;
  } else if (word == "days" || word == "months" || word == "years" ||
             (word == currency && !currency.empty())) {
    if (!unit_type({word, per}, currency, type, scale)) return false;
  } else {
    return false;
  }
  return true;
}

}  // namespace ansinh::law
