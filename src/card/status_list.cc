#include "card/status_list.h"

#include <cassert>

#include "card/cbor.h"
#include "card/claims.h"
#include "card/deflate.h"

namespace ansinh::card {

namespace {

// More than the bits could ever need: what does not compress becomes a little longer.
constexpr size_t kStatusTokenMax = kStatusBytes + 4096;

}  // namespace

bool StatusList::is_revoked(int64_t place) const {
  if (place < 0 || place / 8 >= static_cast<int64_t>(bits.size())) return true;
  const auto byte = static_cast<uint8_t>(bits[static_cast<size_t>(place / 8)]);
  return ((byte >> (static_cast<unsigned>(place) % 8U)) & 1U) != 0;
}

std::string status_bits(std::span<const int64_t> revoked) {
  std::string bits(kStatusBytes, '\0');
  for (const int64_t place : revoked) {
    assert(place >= 0 && place < kStatusPlaces);
    char& byte = bits[static_cast<size_t>(place / 8)];
    byte = static_cast<char>(static_cast<uint8_t>(byte) | 1U << static_cast<unsigned>(place % 8));
  }
  return bits;
}

std::string sign_status_list(const StatusList& list, const SigningKey& key) {
  const CborItem claims =
      cbor_map({{cbor_integer(kClaimSubject), cbor_text(list.uri)},
                {cbor_integer(kClaimExpires), cbor_integer(list.expires_s)},
                {cbor_integer(kClaimIssued), cbor_integer(list.issued_s)},
                {cbor_integer(kClaimTimeToLive), cbor_integer(list.ttl_s)},
                {cbor_integer(kClaimStatusList),
                 cbor_map({{cbor_text("bits"), cbor_integer(1)},
                           {cbor_text("lst"), cbor_bytes(deflated(list.bits))}})}});
  return sign1(key, write_cbor(claims), kStatusType);
}

std::expected<StatusList, CardFault> read_status_list(std::string_view bytes, const KeySet& keys,
                                                      int64_t now_s) {
  if (bytes.size() > kStatusTokenMax) return std::unexpected(CardFault::kTooLong);
  const auto token = read_sign1(bytes, keys, now_s);
  if (!token) return std::unexpected(token.error());
  const auto claims = read_cbor(token->payload);
  if (token->type != kStatusType || !claims) return std::unexpected(CardFault::kNotStatusList);
  const auto uri = text_claim(*claims, kClaimSubject);
  const auto issued = integer_claim(*claims, kClaimIssued);
  const auto expires = integer_claim(*claims, kClaimExpires);
  const CborItem* list = claims->find(kClaimStatusList);
  const CborItem* width = list == nullptr ? nullptr : list->find("bits");
  const CborItem* packed = list == nullptr ? nullptr : list->find("lst");
  if (!uri || !issued || !expires || width == nullptr || width->integer() != 1 ||
      packed == nullptr || packed->as_bytes() == nullptr) {
    return std::unexpected(CardFault::kNotStatusList);
  }
  auto bits = inflated(packed->text, kStatusBytes);
  if (!bits) return std::unexpected(CardFault::kNotStatusList);
  if (now_s < *issued) return std::unexpected(CardFault::kNotYetValid);
  if (now_s >= *expires) return std::unexpected(CardFault::kStatusExpired);
  return StatusList{*uri, *issued, *expires,
                    integer_claim(*claims, kClaimTimeToLive).value_or(*expires - *issued),
                    std::move(*bits)};
}

}  // namespace ansinh::card
