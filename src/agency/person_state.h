// What is known of some persons while statements are added: read together, thought over in memory,
// written together. Used by record() for one person and by the import for thousands.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agency/law_book.h"
#include "agency/statements.h"

namespace ansinh::agency {

struct PersonState {
  int64_t person = 0;
  PersonKind kind = PersonKind::kPerson;
  bool is_new = false;     // no row of it is in the store yet
  bool is_watched = true;  // what is new of it is written to `change`
  int64_t last_statement = 0;
  // What was said and is not replaced by what is in the store, and then what was added: source,
  // recorded_at and recorded_by of these are filled when they are written.
  std::vector<Statement> said;
  size_t written = 0;  // of `said`
  bool has_added() const { return said.size() > written; }
  std::vector<std::pair<std::string, std::string>> identifiers;  // new ones: kind, number
  // What became known: facts and since when they are otherwise (none: always).
  std::map<std::string, std::optional<Date>, std::less<>> changes;
};

// Of persons that are there, in the order given; null values where a person is not there.
Expected<std::vector<std::optional<PersonState>>> load_states(store::Connection& connection,
                                                              std::span<const int64_t> persons);

// Whether it was neither replaced nor takes something back.
inline bool stands(const Statement& statement) {
  return statement.value.has_value() && statement.replaced_by == 0;
}

// The statement that counts for a single-valued fact on a day; null: nothing is said.
const Statement* effective(std::span<const Statement> said, std::string_view fact, Date on);

// Adds a statement whose value is canonical, by the rule of record(). The number it got; 0: it was
// known. Refused: "not-found" (what it replaces).
Expected<int64_t> add_statement(PersonState& state, const Word& word, NewStatement statement,
                                std::string_view source);

// The current day of record times.
Date today_of(const LawBook& book, int64_t record_time);

// Writes all that was added, with profiles, identifiers and changes. Leaves the states as read.
Expected<void> write_states(store::Connection& connection, const LawBook& book,
                            std::span<PersonState* const> states, const Origin& origin,
                            int64_t record_time);

}  // namespace ansinh::agency
