// Private to the room: the loops of the batch executor over plain 64-bit columns, each compiled for
// several widths of vectors; the machine's own is chosen when the program starts. Columns of n.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/rational.h"

namespace ansinh::engine::batch {

// At least the greatest absolute value (exact up to the next power of two less one).
uint64_t bits_of(const int64_t* a, size_t n);
// out = a + b, a - b; false if any place overflows (out is then unspecified).
bool add_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
bool subtract_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
// out = a + value, a - value, value - a; false as above.
bool add_value(const int64_t* a, int64_t value, int64_t* out, size_t n);
bool subtract_value(const int64_t* a, int64_t value, int64_t* out, size_t n);
bool subtract_from(int64_t value, const int64_t* a, int64_t* out, size_t n);
// Without regard to overflow.
void multiply_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
void multiply_by(const int64_t* a, int64_t by, int64_t* out, size_t n);
// The greater or the lesser of two columns, or of a column and a bound.
void greater_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
void lesser_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
void at_least(const int64_t* a, int64_t bound, int64_t* out, size_t n);
void at_most(const int64_t* a, int64_t bound, int64_t* out, size_t n);
// out = times * (a / by as a whole number); 0 < by < 2^62, |a| < 2^62.
void divide_by(const int64_t* a, int64_t by, Rounding mode, int64_t times, int64_t* out, size_t n);
// out = 1 where it holds, else 0.
void less_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
void equal_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n);
void less_than(const int64_t* a, int64_t bound, int64_t* out, size_t n);
void equal_to(const int64_t* a, int64_t value, int64_t* out, size_t n);
// out = 1 - out, for columns of 0 and 1.
void invert(int64_t* out, size_t n);
// out = a where the mask is not 0.
void choose_columns(const int64_t* mask, const int64_t* a, int64_t* out, size_t n);
void choose_value(const int64_t* mask, int64_t value, int64_t* out, size_t n);
// Of columns of 0 and 1: mask = left and holds (null: everywhere); left = left and not mask. How
// many the mask has. In `holds` all but 0 is yes.
size_t take_from(int64_t* left, const int64_t* holds, int64_t* mask, size_t n);
// out = out and a, out or a, as 0 and 1; in both all but 0 is yes.
void both_columns(const int64_t* a, int64_t* out, size_t n);
void either_column(const int64_t* a, int64_t* out, size_t n);
// out = 1 where less than `count` others are greater, else 0; all differ.
void mark_greatest(const int64_t* a, size_t n, size_t count, uint8_t* out);
// Whether the spells of each parent, whose rows stand together, have a begin and an end, come one
// after the other, and only the last of them is open.
bool spells_in_order(const uint32_t* parent, const int32_t* from, const int32_t* to,
                     int32_t not_given, int32_t open, size_t n);
// graver(a, b) of Mark.
void gravest(const uint8_t* a, const uint8_t* b, uint8_t* out, size_t n);

}  // namespace ansinh::engine::batch
