#include "agency/profile.h"

#include <algorithm>

#include "agency/names.h"
#include "agency/person_state.h"

namespace ansinh::agency {

namespace {

std::string_view fact_name(const LawBook& book, law::FactId fact) {
  return fact == law::kNoId ? std::string_view() : std::string_view(book.law().facts[fact].name);
}

// The text of an effective value; empty if there is none, or it is "none" or null.
std::string text_of(std::span<const Statement> said, std::string_view fact, Date today) {
  if (fact.empty()) return {};
  const Statement* best = effective(said, fact, today);
  if (best == nullptr) return {};
  const std::string& json = *best->value;
  // Most are words without anything to undo.
  if (json.size() >= 2 && json.front() == '"' && !json.contains('\\')) {
    return json.substr(1, json.size() - 2);
  }
  return text_of_json(json);
}

std::optional<Date> date_of(std::span<const Statement> said, std::string_view fact, Date today) {
  const auto date = Date::parse(text_of(said, fact, today));
  return date ? std::optional(*date) : std::nullopt;
}

}  // namespace

bool is_shown(const LawBook& book, std::string_view fact) {
  if (fact.starts_with("registry.")) {
    if (fact == kNameFact || fact == kProvinceFact || fact == kCommuneFact) return true;
    const auto found = book.roles.registry.find(fact);
    return found != book.roles.registry.end() && !found->second.identifier.empty();
  }
  return fact == fact_name(book, book.roles.birth_date) ||
         fact == fact_name(book, book.roles.death_date) || fact == fact_name(book, book.roles.sex);
}

Profile profile_of(const LawBook& book, PersonKind kind, std::span<const Statement> said,
                   Date today) {
  Profile profile;
  profile.kind = kind;
  profile.name = text_of(said, kNameFact, today);
  profile.name_key = name_key(profile.name);
  profile.birth_date = date_of(said, fact_name(book, book.roles.birth_date), today);
  profile.death_date = date_of(said, fact_name(book, book.roles.death_date), today);
  profile.sex = text_of(said, fact_name(book, book.roles.sex), today);
  profile.province = text_of(said, kProvinceFact, today);
  profile.commune = text_of(said, kCommuneFact, today);
  for (const Statement& s : said) {
    if (!stands(s)) continue;
    if (s.fact == kNameFact) {
      const auto more = name_pairs(text_of_json(*s.value));
      profile.pairs.insert(profile.pairs.end(), more.begin(), more.end());
    }
    if (!s.fact.starts_with("registry.")) continue;
    const auto fact = book.roles.registry.find(s.fact);
    if (fact == book.roles.registry.end() || fact->second.identifier.empty()) continue;
    const std::string number = text_of_json(*s.value);
    if (!number.empty()) profile.identifiers.emplace_back(fact->second.identifier, number);
  }
  std::sort(profile.pairs.begin(), profile.pairs.end());
  profile.pairs.erase(std::unique(profile.pairs.begin(), profile.pairs.end()), profile.pairs.end());
  std::sort(profile.identifiers.begin(), profile.identifiers.end());
  profile.identifiers.erase(std::unique(profile.identifiers.begin(), profile.identifiers.end()),
                            profile.identifiers.end());
  return profile;
}

Expected<void> forget_profile(store::Connection& connection, const LawBook& book, int64_t person) {
  const store::Cell one[] = {person};
  for (const char* sql :
       {"DELETE FROM profile WHERE person = $1", "DELETE FROM name_pair WHERE person = $1"}) {
    if (auto done = connection.run(sql, one); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  for (const auto& [_, fact] : book.roles.registry) {
    if (fact.identifier.empty()) continue;
    const store::Cell values[] = {person, fact.identifier};
    if (auto done =
            connection.run("DELETE FROM identifier WHERE person = $1 AND kind = $2", values);
        !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  return {};
}

}  // namespace ansinh::agency
