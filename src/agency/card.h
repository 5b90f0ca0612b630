// Cards of persons: issued, shown, revoked; the keys that sign them; the list of those revoked.
//
// A card is a text for a QR code that the card room signs (card/card.h): who the holder is, and
// what covers them by the law on the day of issue. The store keeps every card as it was issued, the
// public keys, and which cards were revoked and why. The private key is given to what signs, and is
// in no table. A person has one card at a time: a new one revokes those before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agency/card_rules.h"
#include "agency/decision.h"

namespace ansinh::agency {

// ---- Keys ---------------------------------------------------------------------------------------

// All public keys, oldest first: what a verifier pins.
Expected<card::KeySet> card_keys(store::Connection& connection);
// From now on cards signed by it are believed. Refused: "wrong-state" (it is there already).
Expected<void> add_card_key(store::Connection& connection, const card::SigningKey& key, Date on,
                            const std::string& by);
// From `from` on nothing that it signed is believed, whenever it was signed. To rotate keys, sign
// with a new one and retire the old one when the last card that it signed has expired, or at once
// if it is no longer a secret. Refused: "not-found", "wrong-state" (it is retired already).
Expected<void> retire_card_key(store::Connection& connection, const std::string& key_id, Date from,
                               const std::string& by);

// ---- Cards --------------------------------------------------------------------------------------

struct IssuedCard {
  int64_t person = 0;
  int64_t card = 0;  // 1, 2, … of the person
  int64_t list = 0, place = 0;
  std::string key_id;  // hex
  Date issued_on, expires_on;
  std::string text;  // of the QR code
  std::optional<Date> revoked_on;
  std::string why;  // it was revoked
  int64_t recorded_at = 0;
  std::string recorded_by;
};

// What covers a person on a day: awards that are paid; contributions that are owed; what the law
// grants each month, or other than in money, and is not paid yet. In this order, a scheme once.
Expected<std::vector<card::Coverage>> coverages_of(store::Connection& connection,
                                                   const LawBook& book, int64_t person, Date on);

// Signs a card of what is known and decided on a day. In a write transaction. Refused: "not-found"
// (no such person), "bad-facts" (no name), "wrong-state" (the person has died), "unknown-key",
// "retired-key" (the key is not one that verifiers believe), "card-too-long", "no-card-rules".
Expected<IssuedCard> issue_card(store::Connection& connection, const LawBook& book, int64_t asked,
                                const card::SigningKey& key, Date on, const std::string& by);

// Of the person, the last first.
Expected<std::vector<IssuedCard>> cards_of(store::Connection& connection, int64_t person);
// The one that is neither revoked nor expired. Refused: "not-found".
Expected<IssuedCard> card_in_use(store::Connection& connection, int64_t person, Date on);
// In a write transaction. Refused: "not-found", "wrong-state" (it was revoked before).
Expected<void> revoke_card(store::Connection& connection, int64_t person, int64_t card,
                           const std::string& why, Date on, const std::string& by);

// How many status lists there are; they are numbered from 1.
Expected<int64_t> status_lists(store::Connection& connection);
// The signed list `list` as of `now_s` (seconds since 1970 UTC). Refused: "not-found",
// "unknown-key", "retired-key", "no-card-rules".
Expected<std::string> status_list(store::Connection& connection, const LawBook& book, int64_t list,
                                  const card::SigningKey& key, int64_t now_s);

// How many cards of a list were revoked: as long as it is the same, so is the list.
Expected<int64_t> revoked_in_list(store::Connection& connection, int64_t list);

// When a civil day of the country begins, in seconds since 1970 UTC.
int64_t seconds_of_day(Date date, int hours_east);

// What the card room refuses, as a refusal of ours under the same code.
Failure refused_card(card::CardFault fault);

}  // namespace ansinh::agency
