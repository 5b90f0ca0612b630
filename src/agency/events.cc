// Events of life, recorded as the statements that they are.
#include <string>

#include "agency/statements.h"
#include "agency/vocabulary.h"

namespace ansinh::agency {

namespace {

Expected<std::string> fact_for(const LawBook& book, law::FactId fact, const char* role) {
  if (fact != law::kNoId) return book.law().facts[fact].name;
  const std::string name = role;
  return std::unexpected(refused(
      "agency-file", {"agency.json không nói dữ kiện nào của luật là \"" + name + "\"",
                      "agency.json does not say which fact of the law is \"" + name + "\""}));
}

// The household in which a person lives on a day; 0: none known.
Expected<int64_t> household_on(store::Connection& connection, int64_t person, Date on) {
  const auto related = relations_of(connection, person, {});
  if (!related) return std::unexpected(related.error());
  int64_t household = 0;
  for (const Related& r : *related) {
    if (r.fact == kHouseholdFact && (!r.from || *r.from <= on) && (!r.until || on <= *r.until)) {
      household = r.other;
    }
  }
  return household;
}

Recorded joined(Recorded a, const Recorded& b) {
  a.at = std::max(a.at, b.at);
  a.statements.insert(a.statements.end(), b.statements.begin(), b.statements.end());
  return a;
}

}  // namespace

Expected<int64_t> record_birth(store::Connection& connection, const LawBook& book,
                               const BirthEvent& birth, const Origin& origin) {
  const auto birth_fact = fact_for(book, book.roles.birth_date, "birth_date");
  if (!birth_fact) return std::unexpected(birth_fact.error());
  const auto child = new_person(connection, PersonKind::kPerson, origin);
  if (!child) return child;
  std::vector<NewStatement> said;
  said.push_back({.fact = *birth_fact, .value = json_text(birth.date.to_string())});
  if (!birth.name.empty()) {
    said.push_back({.fact = std::string(kNameFact), .value = json_text(birth.name)});
  }
  if (!birth.sex.empty()) {
    const auto sex = fact_for(book, book.roles.sex, "sex");
    if (!sex) return std::unexpected(sex.error());
    said.push_back({.fact = *sex, .value = json_text(birth.sex)});
  }
  if (auto done = record(connection, book, *child, said, origin); !done) {
    return std::unexpected(std::move(done.error()));
  }
  int64_t household = 0;
  for (const auto& [relation, parent] :
       {std::pair{Relation::kMother, birth.mother}, std::pair{Relation::kFather, birth.father}}) {
    if (parent == 0) continue;
    if (auto done =
            relate(connection, book, *child, relation, parent, std::nullopt, std::nullopt, origin);
        !done) {
      return std::unexpected(std::move(done.error()));
    }
    if (household != 0) continue;
    const auto theirs = household_on(connection, parent, birth.date);
    if (!theirs) return theirs;
    household = *theirs;
  }
  if (household != 0) {
    if (auto done = relate(connection, book, *child, Relation::kHousehold, household, birth.date,
                           std::nullopt, origin);
        !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  return *child;
}

Expected<Recorded> record_death(store::Connection& connection, const LawBook& book, int64_t person,
                                Date date, const Origin& origin) {
  const auto fact = fact_for(book, book.roles.death_date, "death_date");
  if (!fact) return std::unexpected(fact.error());
  const NewStatement said[] = {{.fact = *fact, .value = json_text(date.to_string())}};
  return record(connection, book, person, said, origin);
}

Expected<Recorded> record_marriage(store::Connection& connection, const LawBook& book,
                                   int64_t person, int64_t spouse, Date date,
                                   const Origin& origin) {
  return relate(connection, book, person, Relation::kSpouse, spouse, date, std::nullopt, origin);
}

Expected<Recorded> record_move(store::Connection& connection, const LawBook& book, int64_t person,
                               const Move& move, const Origin& origin) {
  Recorded recorded;
  std::vector<NewStatement> said;
  for (const auto& [fact, text] :
       {std::pair{kProvinceFact, &move.province}, std::pair{kCommuneFact, &move.commune}}) {
    if (text->empty()) continue;
    said.push_back({.fact = std::string(fact), .value = json_text(*text), .valid_from = move.date});
  }
  if (!said.empty()) {
    auto done = record(connection, book, person, said, origin);
    if (!done) return done;
    recorded = std::move(*done);
  }
  if (move.household == 0) return recorded;
  const auto done = relate(connection, book, person, Relation::kHousehold, move.household,
                           move.date, std::nullopt, origin);
  if (!done) return done;
  return joined(std::move(recorded), *done);
}

}  // namespace ansinh::agency
