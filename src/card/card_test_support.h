// Keys, cards and bytes for the tests of the room and of those above it.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "card/card.h"

namespace ansinh::card::test {

inline std::string of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; };
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return out;
}

inline std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4U];
    out += "0123456789abcdef"[static_cast<uint8_t>(c) & 15U];
  }
  return out;
}

inline SigningKey key_number(char n) { return SigningKey::of_seed(std::string(32, n)); }

inline PinnedKey pinned(const SigningKey& key, std::optional<Date> retired = std::nullopt) {
  return {key.public_key(), Date::of(2026, 1, 1), retired};
}

inline constexpr int64_t kIssued = 1'782'864'000;  // 2026-07-01 in UTC
inline constexpr int64_t kNow = kIssued + 3600;
inline constexpr int64_t kDay = 86'400;

inline Card some_card() {
  return {.issuer = "https://ansinh.example.vn",
          .issued_s = kIssued,
          .valid_from_s = kIssued,
          .expires_s = kIssued + 365 * kDay,
          .id = "001085012345",
          .language = "vie",
          .name = "Nguyễn Thị Hạnh",
          .birth_date = Date::of(1985, 2, 3),
          .gender = CardGender::kFemale,
          .country = "VN",
          .coverages = {{CoverageKind::kInPayment,
                         "social_pension",
                         {"Trợ cấp hưu trí xã hội", "Social pension"},
                         Month::of(2025, 7),
                         std::nullopt}},
          .status = StatusPlace{"https://ansinh.example.vn/v1/card/status?list=1", 12'345}};
}

inline std::string signed_text(const Card& card, const SigningKey& key) {
  const auto text = sign_card(card, key);
  EXPECT_TRUE(text.has_value());
  return text.value_or("");
}

// "expired", or "valid".
inline std::string verdict(const CardCheck& check) {
  return check.fault ? std::string(code_of(*check.fault)) : "valid";
}

// A card of nobody, as random as cards may be.
template <class Random>
Card random_card(Random& random) {
  const auto below = [&random](int64_t most) {
    return std::uniform_int_distribution<int64_t>(0, most - 1)(random);
  };
  static constexpr std::string_view kSyllables[] = {"Nguyễn", "Trần",   "Lê",  "Ưng",  "Đỗ",
                                                    "Phạm",   "Hoàng",  "Thị", "Văn",  "Hữu",
                                                    "Khánh",  "K'Brơi", "字",  "🙂", "O'Neil"};
  const auto words = [&](int64_t most) {
    std::string out;
    for (int64_t k = 0, count = below(most + 1); k < count; ++k) {
      out += (out.empty() ? "" : " ") + std::string(kSyllables[below(std::size(kSyllables))]);
    }
    return out;
  };
  const auto month = [&]() -> std::optional<Month> {
    if (below(3) == 0) return std::nullopt;
    return Month::of(static_cast<int>(1950 + below(150)), static_cast<int>(1 + below(12)));
  };
  Card card{.issuer = "https://" + std::to_string(below(1000)) + ".example",
            .issued_s = below(4'000'000'000),
            .valid_from_s = below(4'000'000'000),
            .expires_s = below(40'000'000'000) - 1000,
            .id = std::to_string(below(1'000'000'000'000)),
            .language = "vie",
            .name = words(6),
            .gender = static_cast<CardGender>(below(4)),
            .country = below(2) == 0 ? "" : "VN"};
  if (below(4) != 0) card.birth_date = Date{static_cast<int32_t>(below(40'000) - 25'000)};
  for (int64_t k = 0, count = below(7); k < count; ++k) {
    card.coverages.push_back({static_cast<CoverageKind>(1 + below(3)),
                              "benefit_" + std::to_string(below(100)),
                              {words(8), words(5)},
                              month(),
                              month()});
  }
  if (below(4) != 0) card.status = StatusPlace{card.issuer + "/s", below(kStatusPlaces)};
  return card;
}

}  // namespace ansinh::card::test
