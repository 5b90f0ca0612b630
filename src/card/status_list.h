// Which cards were revoked: a signed, compressed list of bits (Token Status List, draft-ietf-oauth-
// status-list, sections 4 and 5.2), and how a card names its place in it.
//
// A list has a bit for each of 2^20 cards, 0: valid, 1: revoked. Cards take their places one after
// the other; when a list is full the next begins. Who fetches a list tells its publisher only that
// some card of a million was looked at. Unpacked it has 128 KiB; with one card in a hundred revoked
// it is about 14 KiB on the way.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "card/cose.h"

namespace ansinh::card {

inline constexpr int64_t kStatusPlaces = int64_t{1} << 20;
inline constexpr size_t kStatusBytes = kStatusPlaces / 8;
inline constexpr std::string_view kStatusType = "application/statuslist+cwt";

// Where a card stands: the address of the list, and the place in it, 0 to kStatusPlaces - 1.
struct StatusPlace {
  std::string uri;
  int64_t place = 0;
  bool operator==(const StatusPlace&) const = default;
};

struct StatusList {
  std::string uri;  // as the cards name it
  int64_t issued_s = 0;
  int64_t expires_s = 0;  // from then on it must not be asked any more
  int64_t ttl_s = 0;      // how long to keep it before a new one is fetched
  std::string bits;       // the lowest bit of the first byte is place 0

  // Places beyond the end count as revoked: the list does not speak for them.
  bool is_revoked(int64_t place) const;
};

// All kStatusPlaces bits, of which those of `revoked` are set.
std::string status_bits(std::span<const int64_t> revoked);

// The signed list as it is published.
std::string sign_status_list(const StatusList& list, const SigningKey& key);

// A list that a pinned key vouches for and that is still to be asked at `now_s`. Refused: as
// read_sign1, and kTooLong, kNotStatusList, kStatusExpired, kNotYetValid (of the future).
std::expected<StatusList, CardFault> read_status_list(std::string_view bytes, const KeySet& keys,
                                                      int64_t now_s);

}  // namespace ansinh::card
