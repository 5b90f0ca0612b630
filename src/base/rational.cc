#include "base/rational.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <cassert>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

namespace ansinh {

using boost::multiprecision::cpp_int;
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

// A value in lowest terms of which at least one part does not fit 64 bits.
struct WideRational {
  cpp_int numerator;
  cpp_int denominator;

  static WideRational of(const Rational& value) {
    if (value.wide_) return *value.wide_;
    return {cpp_int(value.numerator_), cpp_int(value.denominator_)};
  }

  static const WideRational* peek(const Rational& value) { return value.wide_.get(); }

  // Takes parts in lowest terms, denominator > 0; stays narrow where they fit.
  static Rational pack(cpp_int numerator, cpp_int denominator) {
    constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
    constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
    Rational result;
    if (numerator >= kMin && numerator <= kMax && denominator <= kMax) {
      result.numerator_ = static_cast<int64_t>(numerator);
      result.denominator_ = static_cast<int64_t>(denominator);
      return result;
    }
    result.numerator_ = 0;
    result.denominator_ = 0;
    result.wide_.reset(new WideRational{std::move(numerator), std::move(denominator)});
    return result;
  }

  static Rational pack_reduced(cpp_int numerator, cpp_int denominator) {
    assert(denominator != 0);
    if (denominator < 0) {
      numerator = -numerator;
      denominator = -denominator;
    }
    const cpp_int divisor = gcd(numerator, denominator);
    if (divisor != 1) {
      numerator /= divisor;
      denominator /= divisor;
    }
    return pack(std::move(numerator), std::move(denominator));
  }

  // Parts in lowest terms, denominator > 0.
  static Rational pack128(Int128 numerator, Int128 denominator) {
    assert(denominator > 0);
    const auto narrow_numerator = static_cast<int64_t>(numerator);
    const auto narrow_denominator = static_cast<int64_t>(denominator);
    if (narrow_numerator == numerator && narrow_denominator == denominator) {
      Rational result;
      result.numerator_ = narrow_numerator;
      result.denominator_ = narrow_denominator;
      return result;
    }
    return pack(cpp_int(numerator), cpp_int(denominator));
  }
};

void WideRationalDeleter::operator()(WideRational* wide) const noexcept { delete wide; }

namespace {

constexpr size_t kParseBytesMax = 10'000;
constexpr int kDecimalsMax = 1000;

uint64_t magnitude(int64_t value) {
  return value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value);
}

UInt128 magnitude(Int128 value) {
  return value < 0 ? ~static_cast<UInt128>(value) + 1 : static_cast<UInt128>(value);
}

// The greatest common divisor of any value and a positive one; fits because `b` does.
int64_t divisor_of(int64_t a, int64_t b) {
  if (b == 1) return 1;
  // One division first: amounts are much larger than the denominators of rates.
  const auto divisor = static_cast<uint64_t>(b);
  return static_cast<int64_t>(std::gcd(magnitude(a) % divisor, divisor));
}

int64_t divisor_of(Int128 a, int64_t b) {
  if (b == 1) return 1;
  const auto divisor = static_cast<uint64_t>(b);
  const UInt128 whole = magnitude(a);
  const uint64_t rest = (whole >> 64U) == 0 ? static_cast<uint64_t>(whole) % divisor
                                            : static_cast<uint64_t>(whole % divisor);
  return static_cast<int64_t>(std::gcd(rest, divisor));
}

struct Fraction {
  int64_t numerator = 0;
  int64_t denominator = 1;
};

// Knuth, The Art of Computer Programming 4.5.1: one gcd of the denominators, and a second only
// where they share a factor. |a.n * b.d| < 2^126, so neither the sum nor the product overflows.
Rational add_narrow(const Fraction& a, const Fraction& b) {
  if (a.denominator == b.denominator) {
    const Int128 sum = Int128{a.numerator} + b.numerator;
    const int64_t divisor = divisor_of(sum, a.denominator);
    return WideRational::pack128(sum / divisor, a.denominator / divisor);
  }
  const int64_t shared = divisor_of(a.denominator, b.denominator);
  if (shared == 1) {
    return WideRational::pack128(
        Int128{a.numerator} * b.denominator + Int128{b.numerator} * a.denominator,
        Int128{a.denominator} * b.denominator);
  }
  const int64_t a_rest = a.denominator / shared;
  const Int128 sum = Int128{a.numerator} * (b.denominator / shared) + Int128{b.numerator} * a_rest;
  const int64_t divisor = divisor_of(sum, shared);
  return WideRational::pack128(sum / divisor, Int128{a_rest} * (b.denominator / divisor));
}

Rational multiply_narrow(const Fraction& a, const Fraction& b) {
  const int64_t left = divisor_of(a.numerator, b.denominator);
  const int64_t right = divisor_of(b.numerator, a.denominator);
  return WideRational::pack128(Int128{a.numerator / left} * (b.numerator / right),
                               Int128{a.denominator / right} * (b.denominator / left));
}

// Rounds numerator / denominator (> 0) to an integer. Works for 64-bit, 128-bit and wide integers;
// twice the denominator must fit.
template <typename Integer>
Integer round_quotient(const Integer& numerator, const Integer& denominator, Rounding mode) {
  Integer quotient = numerator / denominator;
  Integer rest = numerator - quotient * denominator;
  if (rest < 0) {
    quotient -= 1;
    rest += denominator;
  }
  assert(rest >= 0 && rest < denominator);
  if (rest == 0) return quotient;
  const Integer twice = rest * 2;
  bool up = false;
  switch (mode) {
    case Rounding::kUp:
      up = true;
      break;
    case Rounding::kDown:
      break;
    case Rounding::kHalfUp:
      up = twice > denominator || (twice == denominator && numerator > 0);
      break;
    case Rounding::kHalfEven:
      up = twice > denominator || (twice == denominator && quotient % 2 != 0);
      break;
  }
  if (up) quotient += 1;
  return quotient;
}

Rational round_wide(const WideRational& value, const WideRational& multiple, Rounding mode) {
  const cpp_int numerator = value.numerator * multiple.denominator;
  const cpp_int denominator = value.denominator * multiple.numerator;
  const cpp_int quotient = round_quotient(numerator, denominator, mode);
  return WideRational::pack_reduced(quotient * multiple.numerator, multiple.denominator);
}

Rational power_of_ten(int exponent) {
  return WideRational::pack(pow(cpp_int(10), static_cast<unsigned>(exponent)), cpp_int(1));
}

// Digits after the point of a fraction with this denominator, if finitely many.
template <typename Integer>
std::optional<unsigned> finite_decimals(Integer denominator) {
  unsigned twos = 0;
  unsigned fives = 0;
  while (denominator % 2 == 0) {
    denominator /= 2;
    ++twos;
  }
  while (denominator % 5 == 0) {
    denominator /= 5;
    ++fives;
  }
  if (denominator != 1) return std::nullopt;
  return twos > fives ? twos : fives;
}

// `digits` is an integer text, to be divided by 10^decimals.
std::string with_point(std::string digits, size_t decimals) {
  if (decimals == 0) return digits;
  const size_t start = digits.front() == '-' ? 1 : 0;
  if (digits.size() - start <= decimals) {
    digits.insert(start, decimals + 1 - (digits.size() - start), '0');
  }
  digits.insert(digits.size() - decimals, 1, '.');
  return digits;
}

// The digits of "1_234" without the underscores, which may only stand between digits.
bool take_digits(std::string_view text, std::string& digits) {
  char before = '_';
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && (c != '_' || before == '_')) return false;
    if (is_digit) digits.push_back(c);
    before = c;
  }
  return before != '_';
}

cpp_int to_integer(std::string_view digits) {
  // cpp_int reads a leading zero as octal.
  const size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? cpp_int(0) : cpp_int(std::string(digits.substr(first)));
}

int64_t to_small_integer(std::string_view digits) {
  int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

constexpr size_t kSmallDigitsMax = 18;  // 10^18 < 2^63

}  // namespace

Rational::Rational(int64_t numerator, int64_t denominator) {
  assert(denominator != 0);
  if (denominator == 1) {
    numerator_ = numerator;
    return;
  }
  Int128 top = numerator;
  Int128 bottom = denominator;
  if (bottom < 0) {
    top = -top;
    bottom = -bottom;
  }
  const auto divisor = static_cast<Int128>(std::gcd(magnitude(numerator), magnitude(denominator)));
  *this = WideRational::pack128(top / divisor, bottom / divisor);
}

void Rational::copy_wide(const Rational& other) {
  wide_.reset(other.wide_ ? new WideRational(*other.wide_) : nullptr);
}

int Rational::wide_sign() const { return wide_->numerator.sign(); }

bool Rational::wide_is_integer() const { return wide_->denominator == 1; }

std::expected<Rational, std::string> Rational::parse(std::string_view text) {
  if (text.size() > kParseBytesMax) return std::unexpected("too-long");
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);

  const size_t mark = text.find_first_of("./");
  const bool has_mark = mark != std::string_view::npos;
  const bool is_fraction = has_mark && text[mark] == '/';
  std::string first;
  std::string second;
  if (!take_digits(text.substr(0, mark), first)) return std::unexpected("format");
  if (has_mark && !take_digits(text.substr(mark + 1), second)) return std::unexpected("format");

  if (is_fraction) {
    const cpp_int denominator = to_integer(second);
    if (denominator == 0) return std::unexpected("zero-denominator");
    const Rational value = WideRational::pack_reduced(to_integer(first), denominator);
    return negative ? -value : value;
  }
  const size_t decimals = second.size();
  first += second;
  if (first.size() <= kSmallDigitsMax) {
    const int64_t digits = to_small_integer(first);
    int64_t scale = 1;
    for (size_t i = 0; i < decimals; ++i) scale *= 10;
    return Rational(negative ? -digits : digits, scale);
  }
  const Rational value = WideRational::pack_reduced(
      to_integer(first), pow(cpp_int(10), static_cast<unsigned>(decimals)));
  return negative ? -value : value;
}

Rational Rational::operator-() const {
  if (wide_) return WideRational::pack(-wide_->numerator, wide_->denominator);
  return WideRational::pack128(-Int128{numerator_}, denominator_);
}

Rational Rational::add(const Rational& a, const Rational& b) {
  if (!a.wide_ && !b.wide_) {
    return add_narrow({a.numerator_, a.denominator_}, {b.numerator_, b.denominator_});
  }
  const WideRational x = WideRational::of(a);
  const WideRational y = WideRational::of(b);
  return WideRational::pack_reduced(x.numerator * y.denominator + y.numerator * x.denominator,
                                    x.denominator * y.denominator);
}

Rational Rational::subtract(const Rational& a, const Rational& b) {
  // The negative of the smallest integer is wide, so the general path covers it.
  if (!b.wide_ && b.numerator_ != std::numeric_limits<int64_t>::min() && !a.wide_) {
    return add_narrow({a.numerator_, a.denominator_}, {-b.numerator_, b.denominator_});
  }
  return add(a, -b);
}

Rational Rational::multiply(const Rational& a, const Rational& b) {
  if (!a.wide_ && !b.wide_) {
    return multiply_narrow({a.numerator_, a.denominator_}, {b.numerator_, b.denominator_});
  }
  const WideRational x = WideRational::of(a);
  const WideRational y = WideRational::of(b);
  return WideRational::pack_reduced(x.numerator * y.numerator, x.denominator * y.denominator);
}

Rational Rational::divide(const Rational& a, const Rational& b) {
  assert(!b.is_zero());
  if (!a.wide_ && !b.wide_ && b.numerator_ != std::numeric_limits<int64_t>::min()) {
    const Fraction inverse = b.numerator_ > 0 ? Fraction{b.denominator_, b.numerator_}
                                              : Fraction{-b.denominator_, -b.numerator_};
    return multiply_narrow({a.numerator_, a.denominator_}, inverse);
  }
  const WideRational x = WideRational::of(a);
  const WideRational y = WideRational::of(b);
  return WideRational::pack_reduced(x.numerator * y.denominator, x.denominator * y.numerator);
}

std::strong_ordering Rational::compare(const Rational& a, const Rational& b) {
  if (!a.wide_ && !b.wide_) {
    const Int128 left = Int128{a.numerator_} * b.denominator_;
    const Int128 right = Int128{b.numerator_} * a.denominator_;
    if (left == right) return std::strong_ordering::equal;
    return left < right ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const WideRational x = WideRational::of(a);
  const WideRational y = WideRational::of(b);
  const cpp_int left = x.numerator * y.denominator;
  const cpp_int right = y.numerator * x.denominator;
  return left.compare(right) <=> 0;
}

Rational Rational::rounded(Rounding mode, const Rational& multiple) const {
  assert(!multiple.is_zero() && !multiple.is_negative());
  if (wide_ || multiple.wide_) {
    return round_wide(WideRational::of(*this), WideRational::of(multiple), mode);
  }
  if (multiple.denominator_ == 1) {
    if (denominator_ == 1 && multiple.numerator_ == 1) return *this;
    const Int128 step = multiple.numerator_;
    const Int128 quotient = round_quotient(Int128{numerator_}, denominator_ * step, mode);
    return WideRational::pack128(quotient * step, 1);
  }
  const Int128 numerator = Int128{numerator_} * multiple.denominator_;
  const Int128 denominator = Int128{denominator_} * multiple.numerator_;
  const Int128 quotient = round_quotient(numerator, denominator, mode);
  if (quotient != static_cast<int64_t>(quotient)) {
    return round_wide(WideRational::of(*this), WideRational::of(multiple), mode);
  }
  return multiply_narrow({static_cast<int64_t>(quotient), 1},
                         {multiple.numerator_, multiple.denominator_});
}

Rational Rational::floor() const { return rounded(Rounding::kDown, 1); }

std::string Rational::to_string() const {
  if (!wide_ && denominator_ == 1) return std::to_string(numerator_);
  const WideRational value = WideRational::of(*this);
  const std::optional<unsigned> decimals =
      wide_ ? finite_decimals(value.denominator) : finite_decimals(denominator_);
  if (!decimals) return value.numerator.str() + "/" + value.denominator.str();
  const cpp_int scaled = value.numerator * pow(cpp_int(10), *decimals) / value.denominator;
  return with_point(scaled.str(), *decimals);
}

std::string Rational::to_decimal(int decimals, bool& exact) const {
  assert(decimals >= 0 && decimals <= kDecimalsMax);
  const Rational cut = rounded(Rounding::kHalfUp, Rational(1) / power_of_ten(decimals));
  exact = cut == *this;
  return cut.to_string();
}

size_t Rational::hash() const {
  constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
  const auto mix = [](uint64_t a, uint64_t b) {
    uint64_t h = (a ^ (b * kMix)) * kMix;
    h ^= h >> 32U;
    return h * kMix;
  };
  if (!wide_) {
    return mix(static_cast<uint64_t>(numerator_), static_cast<uint64_t>(denominator_));
  }
  return mix(hash_value(wide_->numerator), hash_value(wide_->denominator));
}

Rational common_measure(const Rational& a, const Rational& b) {
  int64_t n1 = 0, d1 = 0, n2 = 0, d2 = 0;
  if (a.to_int64_pair(n1, d1) && b.to_int64_pair(n2, d2) && n1 != INT64_MIN && n2 != INT64_MIN) {
    // In lowest terms, gcd(n1/d1, n2/d2) = gcd(n1, n2) / lcm(d1, d2), itself in lowest terms.
    int64_t denominator = 0;
    if (!__builtin_mul_overflow(d1 / std::gcd(d1, d2), d2, &denominator)) {
      const int64_t numerator = std::gcd(n1, n2);
      return numerator == 0 ? Rational(0) : Rational(numerator, denominator);
    }
  }
  const WideRational x = WideRational::of(a);
  const WideRational y = WideRational::of(b);
  // In lowest terms, gcd(n1/d1, n2/d2) = gcd(n1, n2) / lcm(d1, d2). 0 is 0/1.
  return WideRational::pack_reduced(gcd(x.numerator, y.numerator),
                                    lcm(x.denominator, y.denominator));
}

}  // namespace ansinh
