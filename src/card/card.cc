#include "card/card.h"

#include <cstdio>

#include "card/base45.h"
#include "card/cbor.h"
#include "card/claims.h"
#include "card/cose.h"
#include "card/deflate.h"

namespace ansinh::card {

namespace {

// Unpacked: three times what the largest QR code holds, far more than a card has.
constexpr size_t kCardBytesMax = 8192;

// MOSIP, Claim 169, version 1.2.2, section 3.1.
constexpr int64_t kIdentityId = 1, kIdentityVersion = 2, kIdentityLanguage = 3, kIdentityName = 4,
                  kIdentityBorn = 8, kIdentityGender = 9, kIdentityCountry = 23;
constexpr std::string_view kIdentityVersionNow = "1.2.2";
// Of the coverages.
constexpr int64_t kCoverageList = 1, kCoverageLeftOut = 2;
constexpr size_t kCoverageParts = 6;

// "19880102"
std::string compact(Date date) {
  std::string text = date.to_string();
  std::erase(text, '-');
  return text;
}

std::optional<Date> date_of_compact(const std::string& text) {
  if (text.size() != 8) return std::nullopt;
  const auto date =
      Date::parse(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2));
  return date ? std::optional(*date) : std::nullopt;
}

// 202607; null where there is none.
CborItem month_item(const std::optional<Month>& month) {
  if (!month) return cbor_null();
  return cbor_integer(int64_t{month->year()} * 100 + month->month());
}

bool read_month(const CborItem& item, std::optional<Month>& out) {
  if (item.kind == CborKind::kNull) return true;
  const auto number = item.integer();
  if (!number || *number < 180'001 || *number > 240'012) return false;
  const auto month = static_cast<int>(*number % 100);
  if (month < 1 || month > 12) return false;
  out = Month::of(static_cast<int>(*number / 100), month);
  return true;
}

CborItem coverage_item(const Coverage& one) {
  return cbor_array({cbor_integer(static_cast<int64_t>(one.kind)), cbor_text(one.name),
                     cbor_text(one.label.vi), cbor_text(one.label.en), month_item(one.from),
                     month_item(one.until)});
}

bool read_coverage(const CborItem& item, Coverage& out) {
  if (item.kind != CborKind::kArray || item.items.size() != kCoverageParts) return false;
  const auto kind = item.items[0].integer();
  if (!kind || *kind < 1 || *kind > 3) return false;
  for (size_t i = 1; i <= 3; ++i) {
    if (item.items[i].as_text() == nullptr) return false;
  }
  out.kind = static_cast<CoverageKind>(*kind);
  out.name = item.items[1].text;
  out.label = {item.items[2].text, item.items[3].text};
  return read_month(item.items[4], out.from) && read_month(item.items[5], out.until);
}

CborItem identity_item(const Card& card) {
  std::vector<std::pair<CborItem, CborItem>> entries;
  const auto add = [&entries](int64_t key, CborItem value) {
    entries.emplace_back(cbor_integer(key), std::move(value));
  };
  add(kIdentityId, cbor_text(card.id));
  add(kIdentityVersion, cbor_text(kIdentityVersionNow));
  add(kIdentityLanguage, cbor_text(card.language));
  add(kIdentityName, cbor_text(card.name));
  if (card.birth_date) add(kIdentityBorn, cbor_text(compact(*card.birth_date)));
  if (card.gender != CardGender::kNotSaid) {
    add(kIdentityGender, cbor_integer(static_cast<int64_t>(card.gender)));
  }
  if (!card.country.empty()) add(kIdentityCountry, cbor_text(card.country));
  return cbor_map(std::move(entries));
}

CborItem claims_item(const Card& card) {
  std::vector<std::pair<CborItem, CborItem>> entries;
  const auto add = [&entries](int64_t key, CborItem value) {
    entries.emplace_back(cbor_integer(key), std::move(value));
  };
  add(kClaimIssuer, cbor_text(card.issuer));
  add(kClaimExpires, cbor_integer(card.expires_s));
  add(kClaimValidFrom, cbor_integer(card.valid_from_s));
  add(kClaimIssued, cbor_integer(card.issued_s));
  add(kClaimIdentity, identity_item(card));
  if (card.status) {
    add(kClaimStatus, cbor_map({{cbor_text("status_list"),
                                 cbor_map({{cbor_text("idx"), cbor_integer(card.status->place)},
                                           {cbor_text("uri"), cbor_text(card.status->uri)}})}}));
  }
  std::vector<CborItem> list;
  list.reserve(card.coverages.size());
  for (const Coverage& one : card.coverages) list.push_back(coverage_item(one));
  std::vector<std::pair<CborItem, CborItem>> coverages;
  coverages.emplace_back(cbor_integer(kCoverageList), cbor_array(std::move(list)));
  if (card.coverages_left_out > 0) {
    coverages.emplace_back(cbor_integer(kCoverageLeftOut), cbor_integer(card.coverages_left_out));
  }
  add(kClaimCoverages, cbor_map(std::move(coverages)));
  return cbor_map(std::move(entries));
}

// A text of the identity; empty if it is not there. Of another kind: not a card.
bool read_text(const CborItem& map, int64_t key, std::string& out) {
  const CborItem* found = map.find(key);
  if (found == nullptr) return true;
  if (found->as_text() == nullptr) return false;
  out = found->text;
  return true;
}

bool read_identity(const CborItem& identity, Card& card) {
  std::string born;
  if (!read_text(identity, kIdentityId, card.id) ||
      !read_text(identity, kIdentityLanguage, card.language) ||
      !read_text(identity, kIdentityName, card.name) ||
      !read_text(identity, kIdentityCountry, card.country) ||
      !read_text(identity, kIdentityBorn, born)) {
    return false;
  }
  if (!born.empty()) {
    card.birth_date = date_of_compact(born);
    if (!card.birth_date) return false;
  }
  const CborItem* gender = identity.find(kIdentityGender);
  if (gender == nullptr) return true;
  const auto number = gender->integer();
  if (!number || *number < 1 || *number > 3) return false;
  card.gender = static_cast<CardGender>(*number);
  return true;
}

bool read_status(const CborItem& claims, Card& card) {
  const CborItem* status = claims.find(kClaimStatus);
  if (status == nullptr) return true;
  const CborItem* list = status->find("status_list");
  const CborItem* place = list == nullptr ? nullptr : list->find("idx");
  const CborItem* uri = list == nullptr ? nullptr : list->find("uri");
  if (place == nullptr || uri == nullptr || uri->as_text() == nullptr) return false;
  const auto number = place->integer();
  if (!number || *number < 0 || *number >= kStatusPlaces) return false;
  card.status = StatusPlace{uri->text, *number};
  return true;
}

bool read_coverages(const CborItem& claims, Card& card) {
  const CborItem* coverages = claims.find(kClaimCoverages);
  if (coverages == nullptr) return true;
  const CborItem* list = coverages->find(kCoverageList);
  if (list == nullptr || list->kind != CborKind::kArray) return false;
  for (const CborItem& one : list->items) {
    if (!read_coverage(one, card.coverages.emplace_back())) return false;
  }
  const CborItem* left_out = coverages->find(kCoverageLeftOut);
  if (left_out == nullptr) return true;
  const auto count = left_out->integer();
  if (!count || *count < 1) return false;
  card.coverages_left_out = *count;
  return true;
}

std::optional<Card> card_of_claims(const CborItem& claims) {
  const CborItem* identity = claims.find(kClaimIdentity);
  const auto issuer = text_claim(claims, kClaimIssuer);
  const auto issued = integer_claim(claims, kClaimIssued);
  const auto expires = integer_claim(claims, kClaimExpires);
  if (identity == nullptr || identity->kind != CborKind::kMap || !issuer || !issued || !expires) {
    return std::nullopt;
  }
  const bool has_beginning = claims.find(kClaimValidFrom) != nullptr;
  const auto valid_from = has_beginning ? integer_claim(claims, kClaimValidFrom) : issued;
  if (!valid_from) return std::nullopt;
  Card card{
      .issuer = *issuer, .issued_s = *issued, .valid_from_s = *valid_from, .expires_s = *expires};
  if (!read_identity(*identity, card) || !read_status(claims, card) ||
      !read_coverages(claims, card)) {
    return std::nullopt;
  }
  return card;
}

std::optional<CardFault> fault_of_time_and_status(const Card& card,
                                                  std::span<const StatusList> lists,
                                                  int64_t now_s) {
  if (now_s < card.valid_from_s) return CardFault::kNotYetValid;
  if (now_s >= card.expires_s) return CardFault::kExpired;
  if (lists.empty()) return std::nullopt;
  const StatusList* named = nullptr;
  for (const StatusList& one : lists) {
    const bool is_it = card.status && one.uri == card.status->uri;
    if (is_it && (named == nullptr || one.issued_s > named->issued_s)) named = &one;  // the latest
  }
  if (named == nullptr) return CardFault::kNoStatus;
  if (named->is_revoked(card.status->place)) return CardFault::kRevoked;
  return std::nullopt;
}

}  // namespace

std::expected<std::string, CardFault> sign_card(Card card, const SigningKey& key) {
  for (;;) {
    std::string text = base45(deflated(sign1(key, write_cbor(claims_item(card)), "")));
    if (text.size() <= kCardLettersMax) return text;
    if (card.coverages.empty()) return std::unexpected(CardFault::kTooLong);
    card.coverages.pop_back();
    ++card.coverages_left_out;
  }
}

std::expected<Card, CardFault> read_card(std::string_view text, const KeySet& keys, int64_t now_s) {
  if (text.size() > kTextLettersMax) return std::unexpected(CardFault::kTooLong);
  const auto packed = bytes_of_base45(text);
  if (!packed) return std::unexpected(CardFault::kNotBase45);
  const auto bytes = inflated(*packed, kCardBytesMax);
  if (!bytes) {
    return std::unexpected(bytes.error() == InflateFault::kTooLarge ? CardFault::kTooLarge
                                                                    : CardFault::kNotZlib);
  }
  const auto token = read_sign1(*bytes, keys, now_s);
  if (!token) return std::unexpected(token.error());
  const auto claims = read_cbor(token->payload);
  if (!token->type.empty() || !claims) return std::unexpected(CardFault::kNotCard);
  auto card = card_of_claims(*claims);
  if (!card) return std::unexpected(CardFault::kNotCard);
  card->key_id = token->key_id;
  return std::move(*card);
}

CardCheck check_card(std::string_view text, const KeySet& keys, std::span<const StatusList> lists,
                     int64_t now_s) {
  CardCheck check;
  auto card = read_card(text, keys, now_s);
  if (!card) {
    check.fault = card.error();
    return check;
  }
  check.fault = fault_of_time_and_status(*card, lists, now_s);
  check.is_status_known = !lists.empty() && check.fault != CardFault::kNoStatus;
  check.card = std::move(*card);
  return check;
}

}  // namespace ansinh::card
