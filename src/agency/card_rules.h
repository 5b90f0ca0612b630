// What the agency's cards say and how long they are valid: the part "card" of agency.json
// (docs/card.md).
//
//   "card": {"issuer": "https://ansinh.example.vn", "country": "VN", "language": "vie",
//            "identifier": "national", "gender": {"male": 1, "female": 2},
//            "valid_months": 60, "status_days": 7, "leaves_out": ["emergency_support"]}
#pragma once

#include <map>
#include <set>
#include <string>

#include "agency/law_book.h"
#include "card/card.h"

namespace ansinh::agency {

struct CardRules {
  std::string issuer;      // an https address; status lists stand below it
  std::string country;     // ISO 3166
  std::string language;    // of names: ISO 639-3
  std::string identifier;  // the kind of number that the card shows; empty: the registry's own
  std::map<std::string, card::CardGender, std::less<>> gender;  // by the law's word for a sex
  int valid_months = 0;
  int status_days = 0;                            // how long a status list may be asked
  std::set<std::string, std::less<>> leaves_out;  // benefits that are nobody else's business

  // The address of a status list, as cards name it.
  std::string status_uri(int64_t list) const;
};

// Refused: "agency-file"; "no-card-rules" (agency.json has no such part).
Expected<CardRules> card_rules(const LawBook& book);

}  // namespace ansinh::agency
