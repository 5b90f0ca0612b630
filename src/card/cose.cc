#include "card/cose.h"

#include "card/cbor.h"

namespace ansinh::card {

namespace {

constexpr uint64_t kTagSign1 = 18, kTagCwt = 61;
// Header parameters (IANA, COSE Header Parameters).
constexpr int64_t kHeaderAlgorithm = 1, kHeaderKeyId = 4, kHeaderType = 16;
constexpr int64_t kEdDsa = -8;  // IANA, COSE Algorithms

// The four parts of a COSE_Sign1, if it has the shape of one.
const CborItem* parts_of(const CborItem& item) {
  const CborItem* at = &item;
  if (at->kind == CborKind::kTag && at->number == kTagCwt) at = &at->items.front();
  if (at->kind != CborKind::kTag || at->number != kTagSign1) return nullptr;
  at = &at->items.front();
  if (at->kind != CborKind::kArray || at->items.size() != 4) return nullptr;
  if (at->items[0].kind != CborKind::kBytes || at->items[1].kind != CborKind::kMap ||
      at->items[2].kind != CborKind::kBytes || at->items[3].kind != CborKind::kBytes) {
    return nullptr;
  }
  return at;
}

struct ProtectedHeader {
  std::string key_id, type;
};

// Nothing that we do not know may stand there: it could be critical.
std::expected<ProtectedHeader, CardFault> protected_header(std::string_view bytes) {
  const auto map = read_cbor(bytes);
  if (!map || map->kind != CborKind::kMap) return std::unexpected(CardFault::kNotSigned);
  const CborItem* algorithm = map->find(kHeaderAlgorithm);
  if (algorithm == nullptr || algorithm->integer() != kEdDsa) {
    return std::unexpected(CardFault::kWrongAlgorithm);
  }
  ProtectedHeader out;
  size_t known = 1;
  if (const CborItem* id = map->find(kHeaderKeyId); id != nullptr) {
    if (id->as_bytes() == nullptr) return std::unexpected(CardFault::kNotSigned);
    out.key_id = id->text;
    ++known;
  }
  if (const CborItem* type = map->find(kHeaderType); type != nullptr) {
    if (type->as_text() == nullptr) return std::unexpected(CardFault::kNotSigned);
    out.type = type->text;
    ++known;
  }
  if (map->items.size() != 2 * known) return std::unexpected(CardFault::kNotSigned);
  return out;
}

}  // namespace

std::string signed_bytes(std::string_view protected_header, std::string_view payload) {
  return write_cbor(cbor_array({cbor_text("Signature1"), cbor_bytes(protected_header),
                                cbor_bytes(""), cbor_bytes(payload)}));
}

std::string sign1(const SigningKey& key, std::string_view payload, std::string_view type) {
  std::vector<std::pair<CborItem, CborItem>> entries;
  entries.emplace_back(cbor_integer(kHeaderAlgorithm), cbor_integer(kEdDsa));
  if (!type.empty()) entries.emplace_back(cbor_integer(kHeaderType), cbor_text(type));
  const std::string header = write_cbor(cbor_map(std::move(entries)));
  return write_cbor(cbor_tag(
      kTagSign1,
      cbor_array({cbor_bytes(header),
                  cbor_map({{cbor_integer(kHeaderKeyId), cbor_bytes(key.id())}}),
                  cbor_bytes(payload), cbor_bytes(key.sign(signed_bytes(header, payload)))})));
}

std::expected<SignedPayload, CardFault> read_sign1(std::string_view bytes, const KeySet& keys,
                                                   int64_t now_s) {
  const auto item = read_cbor(bytes);
  if (!item) return std::unexpected(CardFault::kNotCbor);
  const CborItem* parts = parts_of(*item);
  if (parts == nullptr) return std::unexpected(CardFault::kNotSigned);
  auto header = protected_header(parts->items[0].text);
  if (!header) return std::unexpected(header.error());

  const CborItem& unsigned_header = parts->items[1];
  const CborItem* id = unsigned_header.find(kHeaderKeyId);
  if (unsigned_header.items.size() != (id == nullptr ? 0U : 2U)) {
    return std::unexpected(CardFault::kNotSigned);
  }
  if (id != nullptr && (id->as_bytes() == nullptr || !header->key_id.empty())) {
    return std::unexpected(CardFault::kNotSigned);
  }
  const std::string& key_id = id != nullptr ? id->text : header->key_id;
  const PinnedKey* key = find_key(keys, key_id);
  if (key == nullptr) return std::unexpected(CardFault::kUnknownKey);
  const std::string& payload = parts->items[2].text;
  if (!is_signed_by(key->public_key, signed_bytes(parts->items[0].text, payload),
                    parts->items[3].text)) {
    return std::unexpected(CardFault::kForged);
  }
  if (key->is_retired(now_s)) return std::unexpected(CardFault::kRetiredKey);
  return SignedPayload{payload, std::move(header->type), key_id};
}

}  // namespace ansinh::card
