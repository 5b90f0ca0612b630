#include "agency/card.h"

#include <sodium.h>

#include <algorithm>

#include "agency/audit.h"
#include "agency/person_facts.h"
#include "agency/person_state.h"
#include "agency/steps.h"

namespace ansinh::agency {

namespace {

constexpr int64_t kDaySeconds = 86'400, kHourSeconds = 3'600;
constexpr int64_t kStatusTtlSeconds = kHourSeconds;  // a verifier with a network asks again then

std::string hex_of_key(std::string_view bytes) {
  std::string out(2 * bytes.size() + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
  out.pop_back();
  return out;
}

std::string key_of_hex(const std::string& hex) {
  std::string out(hex.size() / 2, '\0');
  sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), hex.data(), hex.size(),
                 nullptr, nullptr, nullptr);
  return out;
}

void note_card(const Steps& steps, const std::string& by, int64_t person,
               const std::string& detail) {
  kept(audit(steps.connection(), by, "card", person, detail));
}

card::KeySet keys_in_store(const Steps& steps) {
  card::KeySet keys;
  for (const Record& row : steps.all("SELECT public_key, created_on, retired_on FROM card_key "
                                     "ORDER BY recorded_at, key_id")) {
    card::PinnedKey key{.public_key = key_of_hex(cell_text(row[0])),
                        .created = cell_date(row[1]),
                        .retired = std::nullopt};
    if (std::holds_alternative<int64_t>(row[2])) key.retired = cell_date(row[2]);
    keys.push_back(std::move(key));
  }
  return keys;
}

// Only what verifiers will believe is signed.
void require_key(const Steps& steps, const card::SigningKey& key, int64_t now_s) {
  const card::KeySet keys = keys_in_store(steps);
  const card::PinnedKey* found = card::find_key(keys, key.id());
  if (found == nullptr) stop(refused_card(card::CardFault::kUnknownKey));
  if (found->is_retired(now_s)) stop(refused_card(card::CardFault::kRetiredKey));
}

std::string value_in(std::span<const Statement> said, std::string_view fact, Date on) {
  const Statement* found = fact.empty() ? nullptr : effective(said, fact, on);
  return found == nullptr ? std::string() : text_of_json(*found->value);
}

std::string_view law_fact(const LawBook& book, law::FactId fact) {
  return fact == law::kNoId ? std::string_view() : std::string_view(book.law().facts[fact].name);
}

// The number that the card shows: of the kind that the rules name, else the registry's.
std::string shown_number(const LawBook& book, const CardRules& rules,
                         std::span<const Statement> said, int64_t person, Date on) {
  for (const auto& [name, fact] : book.roles.registry) {
    if (rules.identifier.empty() || fact.identifier != rules.identifier) continue;
    const std::string number = value_in(said, name, on);
    if (!number.empty()) return number;
  }
  return std::to_string(person);
}

card::Card identity_of(const Steps& steps, const LawBook& book, const CardRules& rules,
                       int64_t person, Date on) {
  const int64_t persons[] = {person};
  auto states = kept(load_states(steps.connection(), persons));
  if (!states[0] || states[0]->kind != PersonKind::kPerson) {
    stop("not-found", {"không có người này", "there is no such person"});
  }
  const std::vector<Statement>& said = states[0]->said;
  card::Card made{.issuer = rules.issuer,
                  .language = rules.language,
                  .name = value_in(said, kNameFact, on),
                  .country = rules.country};
  made.id = shown_number(book, rules, said, person, on);
  if (made.name.empty()) {
    stop("bad-facts", {"chưa biết họ tên của người này; ghi họ tên rồi cấp thẻ",
                       "the name of this person is not known; record it, then issue the card"});
  }
  const auto death = Date::parse(value_in(said, law_fact(book, book.roles.death_date), on));
  if (death && *death <= on) {
    stop("wrong-state", {"người này đã chết; không cấp thẻ", "this person has died: no card"});
  }
  if (const auto born = Date::parse(value_in(said, law_fact(book, book.roles.birth_date), on))) {
    made.birth_date = *born;
  }
  const auto gender = rules.gender.find(value_in(said, law_fact(book, book.roles.sex), on));
  if (gender != rules.gender.end()) made.gender = gender->second;
  return made;
}

void insert_revocation(const Steps& steps, const IssuedCard& card, const std::string& why, Date on,
                       const std::string& by) {
  steps.run(
      "INSERT INTO card_revocation (person, card, list, place, revoked_on, why, recorded_at, "
      "recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {card.person, card.card, card.list, card.place, int64_t{on.days}, why, steps.now(), by});
  note_card(steps, by, card.person, "revoked " + std::to_string(card.card));
}

std::vector<IssuedCard> all_cards(const Steps& steps, int64_t person) {
  std::vector<IssuedCard> cards;
  for (const Record& row :
       steps.all("SELECT c.card, c.list, c.place, c.key_id, c.issued_on, c.expires_on, c.text, "
                 "c.recorded_at, c.recorded_by, r.revoked_on, r.why FROM card c LEFT JOIN "
                 "card_revocation r ON r.person = c.person AND r.card = c.card WHERE c.person = $1 "
                 "ORDER BY c.card DESC",
                 {person})) {
    IssuedCard one;
    one.person = person;
    one.card = cell_number(row[0]);
    one.list = cell_number(row[1]);
    one.place = cell_number(row[2]);
    one.key_id = cell_text(row[3]);
    one.issued_on = cell_date(row[4]);
    one.expires_on = cell_date(row[5]);
    one.text = cell_text(row[6]);
    one.recorded_at = cell_number(row[7]);
    one.recorded_by = cell_text(row[8]);
    if (std::holds_alternative<int64_t>(row[9])) one.revoked_on = cell_date(row[9]);
    one.why = cell_text(row[10]);
    cards.push_back(std::move(one));
  }
  return cards;
}

int64_t lists_in_store(const Steps& steps) {
  const int64_t taken =
      steps.number("SELECT next FROM counter WHERE name = $1", {std::string("card_place")});
  return std::max<int64_t>(1, (taken + card::kStatusPlaces - 1) / card::kStatusPlaces);
}

}  // namespace

int64_t seconds_of_day(Date date, int hours_east) {
  return int64_t{date.days} * kDaySeconds - hours_east * kHourSeconds;
}

Failure refused_card(card::CardFault fault) {
  return refused(card::code_of(fault), card::text_of(fault));
}

Expected<card::KeySet> card_keys(store::Connection& connection) {
  return guarded(connection, [](const Steps& steps) { return keys_in_store(steps); });
}

Expected<void> add_card_key(store::Connection& connection, const card::SigningKey& key, Date on,
                            const std::string& by) {
  return guarded(connection, [&](const Steps& steps) {
    const std::string id = card::key_id_text(key.id());
    if (steps.number("SELECT count(*) FROM card_key WHERE key_id = $1", {id}) != 0) {
      stop("wrong-state", {"khóa này đã có", "this key is there already"});
    }
    steps.run(
        "INSERT INTO card_key (key_id, public_key, created_on, retired_on, recorded_at, "
        "recorded_by) VALUES ($1, $2, $3, NULL, $4, $5)",
        {id, hex_of_key(key.public_key()), int64_t{on.days}, steps.now(), by});
    note_card(steps, by, 0, "key added " + id);
  });
}

Expected<void> retire_card_key(store::Connection& connection, const std::string& key_id, Date from,
                               const std::string& by) {
  return guarded(connection, [&](const Steps& steps) {
    const auto row = steps.one("SELECT retired_on FROM card_key WHERE key_id = $1", {key_id});
    if (!row) {
      stop("not-found", {"không có khóa này; xem `ansinh card keys list`",
                         "there is no such key; see `ansinh card keys list`"});
    }
    if (std::holds_alternative<int64_t>((*row)[0])) {
      stop("wrong-state", {"khóa này đã thôi dùng", "this key is retired already"});
    }
    steps.run("UPDATE card_key SET retired_on = $2 WHERE key_id = $1",
              {key_id, int64_t{from.days}});
    note_card(steps, by, 0, "key retired " + key_id);
  });
}

Expected<IssuedCard> issue_card(store::Connection& connection, const LawBook& book, int64_t asked,
                                const card::SigningKey& key, Date on, const std::string& by) {
  return guarded(connection, [&](const Steps& steps) {
    const CardRules rules = kept(card_rules(book));
    const int hours_east = book.roles.hours_east;
    require_key(steps, key, seconds_of_day(on, hours_east));
    const int64_t person = kept(person_behind(steps.connection(), asked));
    card::Card made = identity_of(steps, book, rules, person, on);
    made.coverages = kept(coverages_of(steps.connection(), book, person, on));
    std::erase_if(made.coverages,
                  [&](const card::Coverage& one) { return rules.leaves_out.contains(one.name); });

    const int64_t number = kept(take_numbers(steps.connection(), "card_place"));
    IssuedCard card;
    card.person = person;
    card.card = steps.next("card", "card", person);
    card.list = number / card::kStatusPlaces + 1;
    card.place = number % card::kStatusPlaces;
    card.key_id = card::key_id_text(key.id());
    card.issued_on = on;
    card.expires_on = add_months(on, rules.valid_months, ShortMonth::kNextFirstDay);
    made.issued_s = made.valid_from_s = seconds_of_day(on, hours_east);
    made.expires_s = seconds_of_day(card.expires_on, hours_east);
    made.status = card::StatusPlace{rules.status_uri(card.list), card.place};
    auto text = card::sign_card(std::move(made), key);
    if (!text) {
      stop("card-too-long", {"họ tên hoặc số quá dài cho một mã QR; cần cán bộ xem lại",
                             "name or numbers are too long for a QR code; look at them again"});
    }
    card.text = std::move(*text);
    card.recorded_at = steps.now();
    card.recorded_by = by;

    for (const IssuedCard& before : all_cards(steps, person)) {
      if (!before.revoked_on) insert_revocation(steps, before, "replaced", on, by);
    }
    steps.run(
        "INSERT INTO card (person, card, list, place, key_id, issued_on, expires_on, text, "
        "recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {card.person, card.card, card.list, card.place, card.key_id, int64_t{on.days},
         int64_t{card.expires_on.days}, card.text, card.recorded_at, by});
    note_card(steps, by, person, "issued " + std::to_string(card.card));
    return card;
  });
}

Expected<std::vector<IssuedCard>> cards_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) { return all_cards(steps, person); });
}

Expected<IssuedCard> card_in_use(store::Connection& connection, int64_t person, Date on) {
  return guarded(connection, [&](const Steps& steps) {
    for (IssuedCard& one : all_cards(steps, person)) {
      if (!one.revoked_on && on < one.expires_on) return std::move(one);
    }
    stop("not-found", {"người này chưa có thẻ còn hiệu lực; cấp thẻ trước",
                       "this person has no valid card; issue one first"});
  });
}

Expected<void> revoke_card(store::Connection& connection, int64_t person, int64_t card,
                           const std::string& why, Date on, const std::string& by) {
  return guarded(connection, [&](const Steps& steps) {
    const std::vector<IssuedCard> cards = all_cards(steps, person);
    const auto found = std::ranges::find(cards, card, &IssuedCard::card);
    if (found == cards.end()) stop("not-found", {"không có thẻ này", "there is no such card"});
    if (found->revoked_on) {
      stop("wrong-state", {"thẻ này đã bị thu hồi", "this card was revoked before"});
    }
    insert_revocation(steps, *found, why, on, by);
  });
}

Expected<int64_t> status_lists(store::Connection& connection) {
  return guarded(connection, [](const Steps& steps) { return lists_in_store(steps); });
}

Expected<std::string> status_list(store::Connection& connection, const LawBook& book, int64_t list,
                                  const card::SigningKey& key, int64_t now_s) {
  return guarded(connection, [&](const Steps& steps) {
    const CardRules rules = kept(card_rules(book));
    require_key(steps, key, now_s);
    if (list < 1 || list > lists_in_store(steps)) {
      stop("not-found", {"không có danh sách này", "there is no such list"});
    }
    std::vector<int64_t> revoked;
    const Cell values[] = {list};
    kept(steps.connection().each("SELECT place FROM card_revocation WHERE list = $1", values,
                                 [&revoked](const store::Row& row) {
                                   revoked.push_back(row.integer(0));
                                   return true;
                                 }));
    return card::sign_status_list({.uri = rules.status_uri(list),
                                   .issued_s = now_s,
                                   .expires_s = now_s + rules.status_days * kDaySeconds,
                                   .ttl_s = kStatusTtlSeconds,
                                   .bits = card::status_bits(revoked)},
                                  key);
  });
}

Expected<int64_t> revoked_in_list(store::Connection& connection, int64_t list) {
  return guarded(connection, [list](const Steps& steps) {
    return steps.number("SELECT count(*) FROM card_revocation WHERE list = $1", {list});
  });
}

}  // namespace ansinh::agency
