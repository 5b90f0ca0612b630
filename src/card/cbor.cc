#include "card/cbor.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "base/text.h"

namespace ansinh::card {

namespace {

// The first three bits of an item's first byte.
constexpr uint8_t kMajorSimple = 7;
constexpr uint8_t kSimpleNo = 20, kSimpleYes = 21, kSimpleNull = 22;

uint8_t major_of(CborKind kind) {
  switch (kind) {
    case CborKind::kUnsigned:
      return 0;
    case CborKind::kNegative:
      return 1;
    case CborKind::kBytes:
      return 2;
    case CborKind::kText:
      return 3;
    case CborKind::kArray:
      return 4;
    case CborKind::kMap:
      return 5;
    case CborKind::kTag:
      return 6;
    default:
      return kMajorSimple;
  }
}

void write_head(uint8_t major, uint64_t number, std::string& out) {
  const auto first = [&](uint64_t low) {
    out += static_cast<char>(static_cast<uint8_t>(major << 5U) | static_cast<uint8_t>(low));
  };
  int bytes = 0;
  if (number < 24) {
    first(number);
  } else if (number <= std::numeric_limits<uint8_t>::max()) {
    first(24);
    bytes = 1;
  } else if (number <= std::numeric_limits<uint16_t>::max()) {
    first(25);
    bytes = 2;
  } else if (number <= std::numeric_limits<uint32_t>::max()) {
    first(26);
    bytes = 4;
  } else {
    first(27);
    bytes = 8;
  }
  for (int k = bytes - 1; k >= 0; --k) {
    out += static_cast<char>((number >> (8U * static_cast<unsigned>(k))) & 0xFFU);
  }
}

void write_item(const CborItem& item, std::string& out);

void write_map(const CborItem& map, std::string& out) {
  assert(map.items.size() % 2 == 0);
  std::vector<std::pair<std::string, std::string>> entries;
  for (size_t i = 0; i < map.items.size(); i += 2) {
    entries.emplace_back(write_cbor(map.items[i]), write_cbor(map.items[i + 1]));
  }
  // As unsigned bytes: char_traits<char> compares so.
  std::ranges::sort(entries, {}, &std::pair<std::string, std::string>::first);
  for (size_t i = 0; i < entries.size(); ++i) {
    assert(i == 0 || entries[i - 1].first != entries[i].first);
    out += entries[i].first + entries[i].second;
  }
}

void write_item(const CborItem& item, std::string& out) {
  const uint8_t major = major_of(item.kind);
  switch (item.kind) {
    case CborKind::kUnsigned:
    case CborKind::kNegative:
      write_head(major, item.number, out);
      return;
    case CborKind::kBytes:
    case CborKind::kText:
      write_head(major, item.text.size(), out);
      out += item.text;
      return;
    case CborKind::kArray:
      write_head(major, item.items.size(), out);
      for (const CborItem& one : item.items) write_item(one, out);
      return;
    case CborKind::kMap:
      write_head(major, item.items.size() / 2, out);
      write_map(item, out);
      return;
    case CborKind::kTag:
      assert(item.items.size() == 1);
      write_head(major, item.number, out);
      write_item(item.items.front(), out);
      return;
    case CborKind::kYesNo:
      write_head(major, item.number == 0 ? kSimpleNo : kSimpleYes, out);
      return;
    case CborKind::kNull:
      write_head(major, kSimpleNull, out);
  }
}

class CborReader {
 public:
  CborReader(std::string_view bytes, const CborLimits& limits) : bytes_(bytes), limits_(limits) {}

  std::expected<CborItem, CborFault> whole() {
    auto item = read(1);
    if (item && at_ != bytes_.size()) return std::unexpected(CborFault::kTrailing);
    return item;
  }

 private:
  using Read = std::expected<CborItem, CborFault>;
  struct Head {
    uint8_t major = 0;
    uint64_t number = 0;
  };

  std::expected<Head, CborFault> head() {
    if (at_ == bytes_.size()) return std::unexpected(CborFault::kCutOff);
    const auto first = static_cast<uint8_t>(bytes_[at_++]);
    const auto low = static_cast<uint8_t>(first & 0x1FU);
    Head out{static_cast<uint8_t>(first >> 5U), low};
    if (low < 24) return out;
    // Of major 7 what follows would be a float or a simple value that a card does not have.
    if (low > 27 || out.major == kMajorSimple) return std::unexpected(CborFault::kUnknown);
    const unsigned count = 1U << (low - 24U);
    if (bytes_.size() - at_ < count) return std::unexpected(CborFault::kCutOff);
    out.number = 0;
    for (unsigned k = 0; k < count; ++k) {
      out.number = out.number << 8U | static_cast<uint8_t>(bytes_[at_++]);
    }
    const uint64_t least =
        count == 1 ? 24 : uint64_t{1} << (4U * count);  // else a shorter one does
    if (out.number < least) return std::unexpected(CborFault::kForm);
    return out;
  }

  Read read(int depth) {
    if (depth > limits_.depth_max) return std::unexpected(CborFault::kDeep);
    if (++items_ > limits_.items_max) return std::unexpected(CborFault::kMany);
    const auto start = head();
    if (!start) return std::unexpected(start.error());
    switch (start->major) {
      case 0:
        return CborItem{.kind = CborKind::kUnsigned, .number = start->number};
      case 1:
        return CborItem{.kind = CborKind::kNegative, .number = start->number};
      case 2:
      case 3:
        return string(start->major == 2 ? CborKind::kBytes : CborKind::kText, start->number);
      case 4:
        return list({.kind = CborKind::kArray}, start->number, depth);
      case 5:
        return map(start->number, depth);
      case 6:
        return list({.kind = CborKind::kTag, .number = start->number}, 1, depth);
      default:
        return simple(start->number);
    }
  }

  Read string(CborKind kind, uint64_t size) {
    if (size > bytes_.size() - at_) return std::unexpected(CborFault::kCutOff);
    CborItem out{.kind = kind, .text = std::string(bytes_.substr(at_, size))};
    at_ += size;
    if (kind == CborKind::kText && valid_utf8_prefix(out.text) != out.text.size()) {
      return std::unexpected(CborFault::kNotUnicode);
    }
    return out;
  }

  Read list(CborItem out, uint64_t count, int depth) {
    // Each takes a byte at least: what cannot be there is not made room for.
    if (count > bytes_.size() - at_) return std::unexpected(CborFault::kCutOff);
    for (uint64_t k = 0; k < count; ++k) {
      auto one = read(depth + 1);
      if (!one) return one;
      out.items.push_back(std::move(*one));
    }
    return out;
  }

  Read map(uint64_t count, int depth) {
    if (count > (bytes_.size() - at_) / 2) return std::unexpected(CborFault::kCutOff);
    CborItem out{.kind = CborKind::kMap};
    std::string_view before;
    for (uint64_t k = 0; k < count; ++k) {
      const size_t begin = at_;
      auto key = read(depth + 1);
      if (!key) return key;
      const std::string_view key_bytes = bytes_.substr(begin, at_ - begin);
      if (k > 0 && key_bytes <= before) return std::unexpected(CborFault::kForm);
      before = key_bytes;
      auto value = read(depth + 1);
      if (!value) return value;
      out.items.push_back(std::move(*key));
      out.items.push_back(std::move(*value));
    }
    return out;
  }

  static Read simple(uint64_t number) {
    if (number == kSimpleNull) return CborItem{};
    if (number == kSimpleNo || number == kSimpleYes) {
      return CborItem{.kind = CborKind::kYesNo, .number = number - kSimpleNo};
    }
    return std::unexpected(CborFault::kUnknown);
  }

  std::string_view bytes_;
  CborLimits limits_;
  size_t at_ = 0;
  int items_ = 0;
};

const CborItem* value_under(const CborItem& map, const CborItem& key) {
  if (map.kind != CborKind::kMap) return nullptr;
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (map.items[i] == key) return &map.items[i + 1];
  }
  return nullptr;
}

}  // namespace

std::optional<int64_t> CborItem::integer() const {
  if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  const auto magnitude = static_cast<int64_t>(number);
  if (kind == CborKind::kUnsigned) return magnitude;
  if (kind == CborKind::kNegative) return -1 - magnitude;
  return std::nullopt;
}

const CborItem* CborItem::find(int64_t key) const { return value_under(*this, cbor_integer(key)); }
const CborItem* CborItem::find(std::string_view key) const {
  return value_under(*this, cbor_text(key));
}

CborItem cbor_integer(int64_t value) {
  if (value >= 0) return {.kind = CborKind::kUnsigned, .number = static_cast<uint64_t>(value)};
  return {.kind = CborKind::kNegative, .number = static_cast<uint64_t>(-1 - value)};
}

CborItem cbor_text(std::string_view text) {
  return {.kind = CborKind::kText, .text = std::string(text)};
}

CborItem cbor_bytes(std::string_view bytes) {
  return {.kind = CborKind::kBytes, .text = std::string(bytes)};
}

CborItem cbor_array(std::vector<CborItem> items) {
  return {.kind = CborKind::kArray, .items = std::move(items)};
}

CborItem cbor_map(std::vector<std::pair<CborItem, CborItem>> entries) {
  CborItem out{.kind = CborKind::kMap};
  for (auto& [key, value] : entries) {
    out.items.push_back(std::move(key));
    out.items.push_back(std::move(value));
  }
  return out;
}

CborItem cbor_tag(uint64_t tag, CborItem item) {
  CborItem out{.kind = CborKind::kTag, .number = tag};
  out.items.push_back(std::move(item));
  return out;
}

CborItem cbor_null() { return {}; }

std::string write_cbor(const CborItem& item) {
  std::string out;
  write_item(item, out);
  return out;
}

std::expected<CborItem, CborFault> read_cbor(std::string_view bytes, const CborLimits& limits) {
  return CborReader(bytes, limits).whole();
}

}  // namespace ansinh::card
