// Ranges of numbers, dates and months: what a value can be, before anything runs.
//
// A Range is an interval of base units (dates count days, months count months) and a measure of
// which every value is a multiple. Used by the checker for division by zero, unbounded arithmetic,
// paid amounts that are not rounded, conditions that are always true, and cases that overlap or
// leave gaps; and by table coverage.
#pragma once

#include <optional>
#include <vector>

#include "law/program.h"

namespace ansinh::law {

struct Range {
  std::optional<Rational> low, high;  // inclusive; absent: unbounded
  std::optional<Rational> measure;    // absent: any real; 0: only zero
  bool bounded() const { return low && high; }
};

// The range that a fact of the type has where none is stated.
Range default_range(const Type& type, const Program& program);

// Points that stand for every cell into which `bounds` cut the range: the bounds themselves and one
// point in each gap (none where the measure leaves no value).
std::vector<Rational> probe_points(const Range& range, std::vector<Rational> bounds);

Rational as_number(const Value& value);                       // dates and months as counts
Value from_number(const Rational& number, const Type& type);  // the inverse, by type

Range united(const Range& a, const Range& b);
Range intersected(const Range& a, const Range& b);
Range added(const Range& a, const Range& b);
Range multiplied(const Range& a, const Range& b);
Range negated(const Range& a);
// nullopt if the divisor may be zero or the quotient cannot be bounded.
std::optional<Range> divided(const Range& a, const Range& b);
// a < b, a <= b as constraints on a (b known).
Range below(const Range& a, const Rational& bound, bool strict);
Range above(const Range& a, const Rational& bound, bool strict);

}  // namespace ansinh::law
