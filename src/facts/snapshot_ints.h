// Integers packed as a snapshot keeps them (docs/snapshot.md, "Integers"): a least value, a step of
// which all differences are multiples, and so many bits for each.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ansinh::facts {

static_assert(std::endian::native == std::endian::little, "snapshots are little-endian");

template <typename T>
void put(std::string& out, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Reads from bytes that may be anything: what is not there reads as zero, and is_good turns false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T get() {
    T value{};
    const std::string_view raw = take(sizeof value);
    raw.copy(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }
  std::string_view take(size_t size) {
    if (size > bytes_.size() - offset_) {
      is_good_ = false;
      return {};
    }
    offset_ += size;
    return bytes_.substr(offset_ - size, size);
  }
  bool is_good() const { return is_good_; }
  bool is_at_end() const { return offset_ == bytes_.size(); }
  size_t offset() const { return offset_; }
  size_t left() const { return bytes_.size() - offset_; }

 private:
  std::string_view bytes_;
  size_t offset_ = 0;
  bool is_good_ = true;
};

// base + step × stored[i]; `bits` is 0, 1, 2, 4, 8, 16, 32 or 64.
struct PackedInts {
  uint8_t bits = 0;
  int64_t base = 0;
  uint64_t step = 1;
  std::string_view data;
  size_t count = 0;

  // The greatest value; nothing if it is beyond 64 bits.
  std::optional<int64_t> high() const;
  bool lies_within(int64_t low, int64_t most) const;
  void unpack(int64_t* out) const;
  void unpack(int32_t* out) const;  // values must fit

 private:
  std::optional<int64_t> plus(uint64_t stored) const;
};

void put_ints(std::string& out, std::span<const int64_t> values);
// Nothing if the bytes are not such integers. The bytes must outlive the result.
std::optional<PackedInts> get_ints(ByteReader& in, size_t count);

// Numbers 0 to 3, four to a byte, the first in the lowest bits.
void put_pairs(std::string& out, std::span<const uint8_t> values);
bool get_pairs(ByteReader& in, std::span<uint8_t> out);

// Texts: their lengths in bytes as packed integers, then their bytes.
void put_texts(std::string& out, std::span<const std::string_view> texts);
bool get_texts(ByteReader& in, size_t count, std::vector<std::string>& out);

}  // namespace ansinh::facts
