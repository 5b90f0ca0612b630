// Whatever parses as a number must print, parse back and round without loss.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/rational.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using ansinh::Rational;
  using ansinh::Rounding;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t middle = text.find(' ');
  const auto a = Rational::parse(text.substr(0, middle));
  if (!a) return 0;
  const auto back = Rational::parse(a->to_string());
  require(back ? *back == *a && back->hash() == a->hash() : back.error() == "too-long");
  require(*a - *a == Rational(0));
  require(a->floor() <= *a && *a < a->floor() + 1);

  if (middle == std::string_view::npos) return 0;
  const auto b = Rational::parse(text.substr(middle + 1));
  if (!b) return 0;
  require(*a + *b - *b == *a);
  require((*a <=> *b) == (*a - *b <=> Rational(0)));
  if (b->is_zero()) return 0;
  require(*a / *b * *b == *a);
  if (b->is_negative()) return 0;
  const Rational down = a->rounded(Rounding::kDown, *b);
  const Rational up = a->rounded(Rounding::kUp, *b);
  require(down <= *a && *a <= up && (up == down || up - down == *b));
  const Rational near = a->rounded(Rounding::kHalfEven, *b);
  require(near == down || near == up);
  return 0;
}
