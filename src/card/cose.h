// COSE_Sign1 (RFC 9052) with Ed25519: some bytes, and who vouches for them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "card/fault.h"
#include "card/key.h"

namespace ansinh::card {

// What was read and found genuine.
struct SignedPayload {
  std::string payload;
  std::string type;    // the protected header `typ` (RFC 9596); empty: none
  std::string key_id;  // whose signature it is
};

// What the signature covers (RFC 9052, section 4.4), of the bytes of the protected header.
std::string signed_bytes(std::string_view protected_header, std::string_view payload);

// [protected {1: -8, 16: type}, {4: key id}, payload, signature] under the tag 18. The tag 61 of a
// CWT is left to the reader's choice by RFC 8392 (section 7.1); there are readers of Claim 169 that
// do not know it.
std::string sign1(const SigningKey& key, std::string_view payload, std::string_view type);

// Believes only EdDSA by a pinned key that is not retired at `now_s` (seconds since 1970 UTC). The
// unprotected header may hold nothing but the key's id: what is not signed is not read. Takes the
// tag 61 around it as well. Refused: kNotCbor, kNotSigned, kWrongAlgorithm, kUnknownKey,
// kRetiredKey, kForged.
std::expected<SignedPayload, CardFault> read_sign1(std::string_view bytes, const KeySet& keys,
                                                   int64_t now_s);

}  // namespace ansinh::card
