#include "card/base45.h"

#include <array>
#include <cstdint>

namespace ansinh::card {

namespace {

constexpr std::string_view kBase45Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr uint32_t kBase45Count = 45;

constexpr std::array<int8_t, 256> kBase45Values = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kBase45Letters.size(); ++i) {
    values[static_cast<uint8_t>(kBase45Letters[i])] = static_cast<int8_t>(i);
  }
  return values;
}();

}  // namespace

std::string base45(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() / 2 * 3 + 2);
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const bool is_pair = i + 1 < bytes.size();
    uint32_t value = static_cast<uint8_t>(bytes[i]);
    if (is_pair) value = value << 8U | static_cast<uint8_t>(bytes[i + 1]);
    for (int k = 0; k < (is_pair ? 3 : 2); ++k) {  // the lowest first
      out += kBase45Letters[value % kBase45Count];
      value /= kBase45Count;
    }
  }
  return out;
}

std::optional<std::string> bytes_of_base45(std::string_view text) {
  if (text.size() % 3 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 3 * 2 + 1);
  for (size_t i = 0; i < text.size(); i += 3) {
    const size_t count = text.size() - i < 3 ? 2 : 3;
    uint32_t value = 0;
    for (size_t k = count; k-- > 0;) {
      const int8_t letter = kBase45Values[static_cast<uint8_t>(text[i + k])];
      if (letter < 0) return std::nullopt;
      value = value * kBase45Count + static_cast<uint32_t>(letter);
    }
    if (value > (count == 3 ? 0xFFFFU : 0xFFU)) return std::nullopt;
    if (count == 3) out += static_cast<char>(value >> 8U);
    out += static_cast<char>(value & 0xFFU);
  }
  return out;
}

}  // namespace ansinh::card
