// Cards that were issued, and the public keys that signed them. Cards and revocations are only ever
// added; a private key never stands here.
#include "agency/schema.h"

namespace ansinh::agency {

store::Migration card_migration() {
  return {
      .number = 6,
      .name = "card",
      .statements = {
          // key_id: hex, the first 8 bytes of the SHA-256 of the public key (hex). retired_on: from
          // that day nothing that it signed is believed; null: it still is.
          "CREATE TABLE card_key (key_id text NOT NULL, public_key text NOT NULL, "
          "created_on bigint NOT NULL, retired_on bigint, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, PRIMARY KEY (key_id))",

          // list, place: where it stands in the status lists (card/status_list.h); of the series
          // card_place. expires_on: the first day on which it is no longer valid. text: of its QR.
          "CREATE TABLE card (person bigint NOT NULL, card bigint NOT NULL, list bigint NOT NULL, "
          "place bigint NOT NULL, key_id text NOT NULL, issued_on bigint NOT NULL, "
          "expires_on bigint NOT NULL, text text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, PRIMARY KEY (person, card))",

          // list and place as on the card.
          "CREATE TABLE card_revocation (person bigint NOT NULL, card bigint NOT NULL, "
          "list bigint NOT NULL, place bigint NOT NULL, revoked_on bigint NOT NULL, "
          "why text NOT NULL, recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (person, card))",
          "CREATE INDEX card_revocation_list ON card_revocation (list, place, person)"
          " -- crosses persons: a status list is made of all that were revoked",

          "INSERT INTO counter (name, next) VALUES ('card_place', 0)",
      }};
}

}  // namespace ansinh::agency
