// The stored values that a column of a fact may hold.
#pragma once

#include <cstdint>

#include "base/rational.h"
#include "law/program.h"

namespace ansinh::facts {

struct StoredRange {
  int64_t low = 0, high = 0;  // inclusive
};

// As FactColumn::value at `scale`: the declared range of numbers, dates and months (or the one that
// holds where none is declared), the members of an enumeration. Texts: any number not negative.
StoredRange stored_range(const law::Program& program, const law::FactInfo& info, int64_t scale);
// The range of a number in base units.
bool is_in_range(const law::Program& program, const law::FactInfo& info, const Rational& number);
// Of the months or days (by the form of their list) with which a spell or date begins and ends.
StoredRange period_range(law::ListForm form);

}  // namespace ansinh::facts
