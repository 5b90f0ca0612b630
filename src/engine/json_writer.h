// JSON as text, written from front to back, on one line: ten times as fast as a tree that is
// dumped.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/base.h"

namespace ansinh::engine {

// Commas are its own affair; brackets are the caller's. Texts must be UTF-8.
class JsonWriter {
 public:
  void open(char bracket) {
    comma();
    out_ += bracket;
  }
  void close(char bracket) { out_ += bracket; }
  void open(std::string_view key, char bracket) {
    put_key(key);
    out_ += bracket;
  }
  void put_key(std::string_view key) {
    put(key);
    out_ += ':';
  }
  void put(std::string_view text) {
    comma();
    const bool is_plain = !needs_escape(text);
    if (!is_plain) {
      out_ += nlohmann::json(text).dump();
      return;
    }
    out_ += '"';
    out_ += text;
    out_ += '"';
  }
  void put(int64_t number) {
    comma();
    std::array<char, 20> digits{};
    out_.append(digits.data(), std::to_chars(digits.data(), digits.end(), number).ptr);
  }
  void put_raw(std::string_view json) {
    comma();
    out_ += json;
  }
  void put_both(std::string_view vi, std::string_view en) {
    open('{');
    put("vi", vi);
    put("en", en);
    close('}');
  }
  void put(const Text& text) { put_both(text.vi, text.en); }
  template <typename Value>
  void put(std::string_view key, const Value& value) {
    put_key(key);
    put(value);
  }
  void put_raw(std::string_view key, std::string_view json) {
    put_key(key);
    put_raw(json);
  }

  std::string& text() { return out_; }

 private:
  // In pieces of a fixed size, which the compiler turns into a few wide instructions.
  static bool needs_escape(std::string_view text) {
    const auto escapes = [](char c) -> unsigned char {
      return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\';
    };
    constexpr size_t kPiece = 16;
    size_t i = 0;
    for (; i + kPiece <= text.size(); i += kPiece) {
      unsigned char found = 0;
      for (size_t k = 0; k < kPiece; ++k) found |= escapes(text[i + k]);
      if (found != 0) return true;
    }
    return std::any_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), escapes);
  }
  void comma() {
    if (out_.empty()) return;
    const char last = out_.back();
    if (last != '{' && last != '[' && last != ':') out_ += ',';
  }
  std::string out_;
};

}  // namespace ansinh::engine
