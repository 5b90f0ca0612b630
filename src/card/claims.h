// Private to the room: the numbers of CWT claims (IANA, CBOR Web Token Claims), and reading them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "card/cbor.h"

namespace ansinh::card {

// RFC 8392, section 3.1.
inline constexpr int64_t kClaimIssuer = 1, kClaimSubject = 2, kClaimExpires = 4,
                         kClaimValidFrom = 5, kClaimIssued = 6;
inline constexpr int64_t kClaimIdentity = 169;  // MOSIP, identity-data
// Token Status List, section 14.
inline constexpr int64_t kClaimStatusList = 65533, kClaimTimeToLive = 65534, kClaimStatus = 65535;
// Ours. Below -65536 claims are for private use (RFC 8392, section 9.1).
inline constexpr int64_t kClaimCoverages = -65537;

// Nothing: not there, or of another kind.
inline std::optional<int64_t> integer_claim(const CborItem& claims, int64_t key) {
  const CborItem* found = claims.find(key);
  return found == nullptr ? std::nullopt : found->integer();
}
inline std::optional<std::string> text_claim(const CborItem& claims, int64_t key) {
  const CborItem* found = claims.find(key);
  if (found == nullptr || found->as_text() == nullptr) return std::nullopt;
  return found->text;
}

}  // namespace ansinh::card
