// The card room: what a person can show without a network, and how it is checked without one.
//
//   card         who the holder is and what covers them, signed, as the text of a QR code
//   status_list  which cards were revoked, signed and compressed
//   key          keys that sign, and the public ones that a verifier has pinned
//   cose         COSE_Sign1 with Ed25519;  cbor, base45, deflate: what it is written in
//   fault        why something is refused, in both languages
//
// A card is a CBOR Web Token (RFC 8392) with the identity claim 169 of MOSIP (version 1.2), signed
// as COSE_Sign1, packed by zlib, written in base 45:
//
//   claims ──CBOR──▶ COSE_Sign1 ──zlib──▶ base 45 ──▶ QR
//
// Nothing in this room knows a store, a law or a network: it is pure functions over bytes, and
// whatever they read may come from a forger. docs/card.md has the format, number by number.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/error.h"
#include "card/fault.h"
#include "card/key.h"
#include "card/status_list.h"

namespace ansinh::card {

// As MOSIP numbers it.
enum class CardGender : uint8_t { kNotSaid = 0, kMale = 1, kFemale = 2, kOther = 3 };

// Why a scheme stands on the card.
enum class CoverageKind : uint8_t {
  kInsured = 1,    // contributions are owed for the holder now
  kInPayment = 2,  // it was granted and is paid now
  kEntitled = 3,   // the law grants it now; it is not paid yet
};

struct Coverage {
  CoverageKind kind = CoverageKind::kEntitled;
  std::string name = {};  // of the benefit or contribution in the law
  Text label = {};        // in the law's words
  std::optional<Month> from = std::nullopt, until = std::nullopt;  // none: not said; open
  bool operator==(const Coverage&) const = default;
};

struct Card {
  std::string issuer = {};                                // a URI
  int64_t issued_s = 0, valid_from_s = 0, expires_s = 0;  // seconds since 1970 UTC
  std::string id = {};        // of the holder: a number that the issuer chose to show
  std::string language = {};  // of the name: ISO 639-3
  std::string name = {};
  std::optional<Date> birth_date = std::nullopt;
  CardGender gender = CardGender::kNotSaid;
  std::string country = {};  // of issuance: ISO 3166
  std::vector<Coverage> coverages = {};
  int64_t coverages_left_out = 0;  // for which there was no room
  std::optional<StatusPlace> status = std::nullopt;
  std::string key_id = {};  // who signed it; set by reading
  bool operator==(const Card&) const = default;
};

// QR version 25 with error correction M holds so many letters of base 45: a code of 30 mm can be
// read by a phone.
inline constexpr size_t kCardLettersMax = 1451;
// Version 40 with L: no QR code has more.
inline constexpr size_t kTextLettersMax = 4296;

// The text of the QR code. Coverages from the last one on are left out, and counted, until it has
// at most kCardLettersMax letters. Refused: kTooLong (without any it still has more).
std::expected<std::string, CardFault> sign_card(Card card, const SigningKey& key);

// What is genuine of a text: signed by a pinned key that is not retired at `now_s`. Whether it is
// valid at that time is not asked. Refused: kTooLong to kNotCard.
std::expected<Card, CardFault> read_card(std::string_view text, const KeySet& keys, int64_t now_s);

// Whether a card is to be accepted now.
struct CardCheck {
  std::optional<CardFault> fault;  // none: accept it
  std::optional<Card> card;        // if it is genuine, accepted or not
  bool is_status_known = false;    // whether a list was asked; without any, revocation is not known
};
// With lists, the one that the card names must be among them.
CardCheck check_card(std::string_view text, const KeySet& keys, std::span<const StatusList> lists,
                     int64_t now_s);

}  // namespace ansinh::card
