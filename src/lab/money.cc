#include "lab/money.h"

#include <algorithm>

#include "base/text.h"

namespace ansinh::lab {

namespace {

constexpr int64_t kPart = 1'000'000'000'000'000'000;  // 10^18

}  // namespace

std::string to_string(Wide number) {
  if (number == 0) return "0";
  const bool is_negative = number < 0;
  std::string digits;
  while (number != 0) {
    const auto digit = static_cast<int>(number % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    number /= 10;
  }
  if (is_negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

Rational to_rational(Wide number) {
  return Rational(static_cast<int64_t>(number / kPart)) * Rational(kPart) +
         Rational(static_cast<int64_t>(number % kPart));
}

std::string plain_money(Wide steps, const law::Program& program) {
  if (program.currency_step == Rational(1)) return to_string(steps);
  return (to_rational(steps) * program.currency_step).to_string();
}

std::string show_money(Wide steps, const law::Program& program, Language language) {
  return group_digits(plain_money(steps, program), language == Language::kVietnamese);
}

std::string show_large(Wide steps, const law::Program& program, Language language,
                       bool with_currency) {
  const bool vi = language == Language::kVietnamese;
  const Rational amount = to_rational(steps) * program.currency_step;
  const Rational size = amount.is_negative() ? -amount : amount;
  struct Word {
    int64_t of;
    const char* vi;
    const char* en;
  };
  constexpr Word kWords[] = {{1'000'000'000'000, " nghìn tỷ", " trillion"},
                             {1'000'000'000, " tỷ", " billion"},
                             {1'000'000, " triệu", " million"},
                             {1, "", ""}};
  const std::string unit =
      with_currency ? " " + (vi ? program.currency_label.vi : program.currency) : "";
  for (const Word& word : kWords) {
    if (size < Rational(word.of) && word.of != 1) continue;
    bool exact = false;
    const Rational shown = amount / Rational(word.of);
    const int decimals = word.of == 1 || size >= Rational(word.of) * Rational(100) ? 0
                         : size >= Rational(word.of) * Rational(10)                ? 1
                                                                                   : 2;
    return group_digits(shown.to_decimal(decimals, exact), vi) + (vi ? word.vi : word.en) + unit;
  }
  return {};
}

std::string show_ratio(Wide numerator, Wide denominator, int decimals, Language language) {
  if (denominator == 0) return "–";
  bool exact = false;
  return group_digits(
      (to_rational(numerator) / to_rational(denominator)).to_decimal(decimals, exact),
      language == Language::kVietnamese);
}

std::string show_count(uint64_t number, Language language) {
  return group_digits(std::to_string(number), language == Language::kVietnamese);
}

}  // namespace ansinh::lab
