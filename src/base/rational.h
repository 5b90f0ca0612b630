// Exact rational numbers: the only numbers that touch money.
//
// A value is kept in lowest terms with a positive denominator. While numerator and denominator fit
// 64 bits no memory is allocated (fast path, 128-bit intermediates); beyond that the value moves to
// arbitrary precision (boost::multiprecision) and back as soon as it fits again. No operation
// overflows, rounds or touches a float. Division by zero is the caller's error (assertion).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace ansinh {

enum class Rounding : uint8_t {
  kHalfUp,    // halves away from zero: 2.5 -> 3, -2.5 -> -3
  kHalfEven,  // halves to the even multiple
  kUp,        // towards plus infinity
  kDown,      // towards minus infinity
};

struct WideRational;  // defined in rational.cc

// Here so that the common, narrow case of every copy and destruction is inlined.
struct WideRationalDeleter {
  void operator()(WideRational* wide) const noexcept;
};

class Rational {
 public:
  constexpr Rational() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): integers are rationals
  constexpr Rational(int64_t value) : numerator_(value) {}
  Rational(int64_t numerator, int64_t denominator);  // denominator must not be zero
  Rational(const Rational& other) : numerator_(other.numerator_), denominator_(other.denominator_) {
    if (other.wide_) copy_wide(other);
  }
  // A moved-from value may only be assigned to or destroyed.
  Rational(Rational&& other) noexcept = default;
  Rational& operator=(const Rational& other) {
    if (this == &other) return *this;
    numerator_ = other.numerator_;
    denominator_ = other.denominator_;
    if (wide_ || other.wide_) copy_wide(other);
    return *this;
  }
  Rational& operator=(Rational&& other) noexcept = default;
  ~Rational() = default;

  // "12", "-0.5", "1_234.50", "3/7", at most 10 000 bytes. On anything else the error is one of the
  // codes "format", "zero-denominator", "too-long".
  static std::expected<Rational, std::string> parse(std::string_view text);

  bool is_zero() const { return numerator_ == 0 && !wide_; }
  bool is_negative() const { return wide_ ? wide_sign() < 0 : numerator_ < 0; }
  bool is_integer() const { return wide_ ? wide_is_integer() : denominator_ == 1; }
  bool is_wide() const { return wide_ != nullptr; }
  // The value if it is an integer that fits 64 bits; otherwise false, and `out` is unchanged.
  bool to_int64(int64_t& out) const {
    if (wide_ || denominator_ != 1) return false;
    out = numerator_;
    return true;
  }
  // Numerator and denominator if both fit 64 bits (always true when !is_wide(), and never
  // otherwise); where not, nothing is changed.
  bool to_int64_pair(int64_t& numerator, int64_t& denominator) const {
    if (wide_) return false;
    numerator = numerator_;
    denominator = denominator_;
    return true;
  }

  Rational operator-() const;
  friend Rational operator+(const Rational& a, const Rational& b) {
    int64_t sum = 0;
    if (both_narrow_integers(a, b) && !__builtin_add_overflow(a.numerator_, b.numerator_, &sum)) {
      return sum;
    }
    return add(a, b);
  }
  friend Rational operator-(const Rational& a, const Rational& b) {
    int64_t difference = 0;
    if (both_narrow_integers(a, b) &&
        !__builtin_sub_overflow(a.numerator_, b.numerator_, &difference)) {
      return difference;
    }
    return subtract(a, b);
  }
  friend Rational operator*(const Rational& a, const Rational& b) {
    int64_t product = 0;
    if (both_narrow_integers(a, b) &&
        !__builtin_mul_overflow(a.numerator_, b.numerator_, &product)) {
      return product;
    }
    return multiply(a, b);
  }
  friend Rational operator/(const Rational& a, const Rational& b) {  // b must not be zero
    return divide(a, b);
  }
  Rational& operator+=(const Rational& b) { return *this = *this + b; }
  Rational& operator-=(const Rational& b) { return *this = *this - b; }
  Rational& operator*=(const Rational& b) { return *this = *this * b; }
  Rational& operator/=(const Rational& b) { return *this = *this / b; }
  friend bool operator==(const Rational& a, const Rational& b) {
    if (a.wide_ || b.wide_) return compare(a, b) == std::strong_ordering::equal;
    return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
  }
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
    if (both_narrow_integers(a, b)) return a.numerator_ <=> b.numerator_;
    return compare(a, b);
  }

  // The nearest multiple of `multiple` (> 0) by `mode`.
  Rational rounded(Rounding mode, const Rational& multiple) const;
  // Greatest integer not above the value.
  Rational floor() const;

  // Exact: a finite decimal ("1234.5") where there is one, else "n/d". Parses back to the same.
  std::string to_string() const;
  // For people: at most `decimals` (0 to 1000) digits after the point, rounded half up, without
  // trailing zeros; `exact` tells if nothing was cut.
  std::string to_decimal(int decimals, bool& exact) const;
  size_t hash() const;

 private:
  static bool both_narrow_integers(const Rational& a, const Rational& b) {
    return a.denominator_ == 1 && b.denominator_ == 1;  // a wide value has denominator_ 0
  }
  static Rational add(const Rational& a, const Rational& b);
  static Rational subtract(const Rational& a, const Rational& b);
  static Rational multiply(const Rational& a, const Rational& b);
  static Rational divide(const Rational& a, const Rational& b);
  static std::strong_ordering compare(const Rational& a, const Rational& b);
  void copy_wide(const Rational& other);
  int wide_sign() const;
  bool wide_is_integer() const;

  // Both 0 while wide_ holds the value.
  int64_t numerator_ = 0;
  int64_t denominator_ = 1;
  std::unique_ptr<WideRational, WideRationalDeleter> wide_;
  friend struct WideRational;
};

// The largest rational g > 0 of which both are multiples (gcd of fractions); 0 counts as any
// multiple, so that common_measure(0, x) is |x| and common_measure(0, 0) is 0.
Rational common_measure(const Rational& a, const Rational& b);

}  // namespace ansinh
