// CBOR (RFC 8949) as far as a card needs it, in its one deterministic form.
//
// Integers, byte strings, text, arrays, maps, tags, yes, no and null. Floats, other simple values
// and strings or lists of indefinite length are refused: a card has no use for them. Reading wants
// the core deterministic encoding (RFC 8949, section 4.2.1): the shortest form of every number,
// keys ascending by their bytes, none twice. So the same item is always the same bytes.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ansinh::card {

enum class CborKind : uint8_t {
  kUnsigned,  // number
  kNegative,  // -1 - number
  kBytes,     // text
  kText,      // text, UTF-8
  kArray,     // items
  kMap,       // items: a key and its value, by turns
  kTag,       // number; items: the one that is tagged
  kYesNo,     // number: 0 or 1
  kNull,
};

struct CborItem {
  CborKind kind = CborKind::kNull;
  uint64_t number = 0;
  std::string text = {};
  std::vector<CborItem> items = {};
  bool operator==(const CborItem&) const = default;

  // The number if it is one and fits; the text or the bytes if it is such.
  std::optional<int64_t> integer() const;
  const std::string* as_text() const { return kind == CborKind::kText ? &text : nullptr; }
  const std::string* as_bytes() const { return kind == CborKind::kBytes ? &text : nullptr; }
  // Of a map: what stands under the key. Null if there is no such key, or this is no map.
  const CborItem* find(int64_t key) const;
  const CborItem* find(std::string_view key) const;
};

CborItem cbor_integer(int64_t value);
CborItem cbor_text(std::string_view text);
CborItem cbor_bytes(std::string_view bytes);
CborItem cbor_array(std::vector<CborItem> items);
CborItem cbor_map(std::vector<std::pair<CborItem, CborItem>> entries);
CborItem cbor_tag(uint64_t tag, CborItem item);
CborItem cbor_null();

// The keys of a map may stand in any order; two that are the same are our error.
std::string write_cbor(const CborItem& item);

enum class CborFault : uint8_t {
  kCutOff,     // it ends too early
  kTrailing,   // something follows the item
  kForm,       // not the deterministic encoding: a longer number, keys out of order or twice
  kDeep,       // items in items, more than the limit
  kMany,       // more items than the limit
  kUnknown,    // a float, an indefinite length, another simple value
  kNotUnicode  // text that is not UTF-8
};

struct CborLimits {
  int depth_max = 8;     // the outermost item has the depth 1
  int items_max = 1024;  // altogether
};

// One item and nothing after it.
std::expected<CborItem, CborFault> read_cbor(std::string_view bytes, const CborLimits& limits = {});

}  // namespace ansinh::card
