#include "facts/snapshot_ints.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace ansinh::facts {

namespace {

size_t bytes_of(size_t count, size_t bits) { return (count * bits + 7) / 8; }

uint8_t bits_for(uint64_t greatest) {
  const auto needed = static_cast<uint8_t>(std::bit_width(greatest));
  return needed == 0 ? uint8_t{0} : std::bit_ceil(needed);
}

// Several to a byte, the first in the lowest bits.
template <uint8_t kBits, typename Each>
void for_each_small(std::string_view data, size_t count, Each each) {
  constexpr size_t kInByte = 8 / kBits;
  constexpr uint8_t kMask = (1U << kBits) - 1;
  const size_t whole = count / kInByte;
  for (size_t i = 0; i < whole; ++i) {
    const auto byte = static_cast<uint8_t>(data[i]);
    for (size_t j = 0; j < kInByte; ++j) {
      each(i * kInByte + j, static_cast<uint8_t>((byte >> (j * kBits)) & kMask));
    }
  }
  for (size_t i = whole * kInByte; i < count; ++i) {
    const auto byte = static_cast<uint8_t>(data[i / kInByte]);
    each(i, static_cast<uint8_t>((byte >> (i % kInByte * kBits)) & kMask));
  }
}

template <typename Stored, typename Each>
void for_each_wide(std::string_view data, size_t count, Each each) {
  const char* bytes = data.data();
  for (size_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes + i * sizeof stored, sizeof stored);
    each(i, stored);
  }
}

// In the width of what is stored, so that vectors can do it.
template <typename Stored>
Stored greatest_of(const PackedInts& packed) {
  Stored greatest = 0;
  for_each_wide<Stored>(packed.data, packed.count,
                        [&](size_t, Stored stored) { greatest = std::max(greatest, stored); });
  return greatest;
}

template <typename Each>
void for_each_stored(const PackedInts& packed, Each each) {
  switch (packed.bits) {
    case 1:
      return for_each_small<1>(packed.data, packed.count, each);
    case 2:
      return for_each_small<2>(packed.data, packed.count, each);
    case 4:
      return for_each_small<4>(packed.data, packed.count, each);
    case 8:
      return for_each_wide<uint8_t>(packed.data, packed.count, each);
    case 16:
      return for_each_wide<uint16_t>(packed.data, packed.count, each);
    case 32:
      return for_each_wide<uint32_t>(packed.data, packed.count, each);
    default:
      return for_each_wide<uint64_t>(packed.data, packed.count, each);
  }
}

template <typename Out>
void unpack_into(const PackedInts& packed, Out* out) {
  const auto base = static_cast<uint64_t>(packed.base);
  if (packed.bits == 0) {
    std::fill_n(out, packed.count, static_cast<Out>(packed.base));
  } else if (packed.step == 1) {
    for_each_stored(packed,
                    [=](size_t i, auto stored) { out[i] = static_cast<Out>(base + stored); });
  } else {
    const uint64_t step = packed.step;
    for_each_stored(
        packed, [=](size_t i, auto stored) { out[i] = static_cast<Out>(base + step * stored); });
  }
}

template <typename Stored>
void put_stored(std::string& out, std::span<const int64_t> values, int64_t base, uint64_t step) {
  const size_t begin = out.size();
  out.resize(begin + values.size() * sizeof(Stored));
  char* to = out.data() + begin;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto stored = static_cast<Stored>(
        (static_cast<uint64_t>(values[i]) - static_cast<uint64_t>(base)) / step);
    std::memcpy(to + i * sizeof stored, &stored, sizeof stored);
  }
}

void put_small(std::string& out, std::span<const int64_t> values, int64_t base, uint64_t step,
               uint8_t bits) {
  const size_t begin = out.size();
  const size_t in_byte = 8U / bits;
  out.resize(begin + bytes_of(values.size(), bits), '\0');
  for (size_t i = 0; i < values.size(); ++i) {
    const uint64_t stored = (static_cast<uint64_t>(values[i]) - static_cast<uint64_t>(base)) / step;
    char& byte = out[begin + i / in_byte];
    byte = static_cast<char>(static_cast<uint8_t>(byte) | (stored << (i % in_byte * bits)));
  }
}

}  // namespace

std::optional<int64_t> PackedInts::plus(uint64_t stored) const {
  const uint64_t room = static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(base);
  uint64_t above = 0;
  if (__builtin_mul_overflow(step, stored, &above) || above > room) return std::nullopt;
  return static_cast<int64_t>(static_cast<uint64_t>(base) + above);
}

std::optional<int64_t> PackedInts::high() const {
  switch (bits) {
    case 0:
      return plus(0);
    case 8:
      return plus(greatest_of<uint8_t>(*this));
    case 16:
      return plus(greatest_of<uint16_t>(*this));
    case 32:
      return plus(greatest_of<uint32_t>(*this));
    default:
      break;
  }
  uint64_t greatest = 0;
  for_each_stored(*this, [&](size_t, auto stored) {
    greatest = std::max(greatest, static_cast<uint64_t>(stored));
  });
  return plus(greatest);
}

bool PackedInts::lies_within(int64_t low, int64_t most) const {
  if (count == 0) return true;
  if (base < low) return false;
  // No need to look where the width alone keeps them below.
  const auto bound = plus(bits == 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1);
  if (bound && *bound <= most) return true;
  const auto greatest = high();
  return greatest && *greatest <= most;
}

void PackedInts::unpack(int64_t* out) const { unpack_into(*this, out); }
void PackedInts::unpack(int32_t* out) const { unpack_into(*this, out); }

void put_ints(std::string& out, std::span<const int64_t> values) {
  int64_t base = 0;
  uint64_t step = 1;
  uint64_t greatest = 0;
  if (!values.empty()) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    base = *low;
    greatest = static_cast<uint64_t>(*high) - static_cast<uint64_t>(base);
  }
  if (greatest != 0) {
    step = greatest;
    for (size_t i = 0; i < values.size() && step != 1; ++i) {
      const uint64_t above = static_cast<uint64_t>(values[i]) - static_cast<uint64_t>(base);
      if (above % step != 0) step = std::gcd(step, above);  // seldom
    }
    greatest /= step;
  }
  const uint8_t bits = bits_for(greatest);
  put(out, bits);
  put(out, base);
  put(out, step);
  switch (bits) {
    case 0:
      return;
    case 8:
      return put_stored<uint8_t>(out, values, base, step);
    case 16:
      return put_stored<uint16_t>(out, values, base, step);
    case 32:
      return put_stored<uint32_t>(out, values, base, step);
    case 64:
      return put_stored<uint64_t>(out, values, base, step);
    default:
      return put_small(out, values, base, step, bits);
  }
}

std::optional<PackedInts> get_ints(ByteReader& in, size_t count) {
  PackedInts packed;
  packed.bits = in.get<uint8_t>();
  packed.base = in.get<int64_t>();
  packed.step = in.get<uint64_t>();
  packed.count = count;
  const bool is_width = packed.bits == 0 || (packed.bits <= 64 && std::has_single_bit(packed.bits));
  if (!in.is_good() || !is_width || packed.step == 0) return std::nullopt;
  packed.data = in.take(bytes_of(count, packed.bits));
  if (!in.is_good()) return std::nullopt;
  return packed;
}

void put_pairs(std::string& out, std::span<const uint8_t> values) {
  const size_t begin = out.size();
  out.resize(begin + bytes_of(values.size(), 2), '\0');
  for (size_t i = 0; i < values.size(); ++i) {
    char& byte = out[begin + i / 4];
    byte = static_cast<char>(static_cast<uint8_t>(byte) | (values[i] << (i % 4 * 2)));
  }
}

bool get_pairs(ByteReader& in, std::span<uint8_t> out) {
  const std::string_view data = in.take(bytes_of(out.size(), 2));
  if (!in.is_good()) return false;
  uint8_t* to = out.data();
  for_each_small<2>(data, out.size(), [=](size_t i, uint8_t value) { to[i] = value; });
  return true;
}

void put_texts(std::string& out, std::span<const std::string_view> texts) {
  std::vector<int64_t> lengths;
  lengths.reserve(texts.size());
  for (const std::string_view text : texts) lengths.push_back(static_cast<int64_t>(text.size()));
  put_ints(out, lengths);
  for (const std::string_view text : texts) out += text;
}

bool get_texts(ByteReader& in, size_t count, std::vector<std::string>& out) {
  const auto packed = get_ints(in, count);
  if (!packed) return false;
  const auto high = packed->high();
  if (packed->base < 0 || !high || *high > (int64_t{1} << 31)) return false;
  std::vector<int64_t> lengths(count);
  packed->unpack(lengths.data());
  out.clear();
  out.reserve(count);
  for (const int64_t length : lengths) {
    const std::string_view text = in.take(static_cast<size_t>(length));
    if (!in.is_good() || valid_utf8_prefix(text) != text.size()) return false;
    out.emplace_back(text);
  }
  return true;
}

}  // namespace ansinh::facts
