// Why a card, a status list or a key is refused.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace ansinh::card {

enum class CardFault : uint8_t {
  kTooLong,         // more letters than a QR code holds, or more than our own cards may have
  kNotBase45,       // not the text of a card
  kNotZlib,         // damaged
  kTooLarge,        // it unpacks to more than a card has
  kNotCbor,         // what it unpacks to is not CBOR in its deterministic form
  kNotSigned,       // no COSE_Sign1 as ours are
  kWrongAlgorithm,  // signed otherwise than with Ed25519
  kUnknownKey,      // none of the pinned keys
  kRetiredKey,      // a pinned key that is no longer to be believed
  kForged,          // the signature is not that of the key
  kNotCard,         // genuine, but no card: the claims are missing or of another kind
  kNotYetValid,
  kExpired,
  kRevoked,
  kNoStatus,       // none of the status lists given is the one that the card names
  kNotStatusList,  // genuine, but no status list
  kStatusExpired,  // the status list is too old to be asked
  kBadKeyFile,     // not a private key, or readable by others
  kBadKeySet,      // not a set of public keys
};

// Stable, in kebab-case: "expired".
std::string_view code_of(CardFault fault);
// What is wrong, and what to do.
Text text_of(CardFault fault);

}  // namespace ansinh::card
