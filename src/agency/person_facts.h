// What is known of a person on a date, as a file that the law can be applied to.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agency/law_book.h"
#include "agency/statements.h"

namespace ansinh::agency {

struct PersonFacts {
  // For facts::from_json: the person as the subject, the household of that date with its other
  // members beside it. What cannot be read as facts of this law (a fact that it does not declare)
  // is left out.
  std::string json;
  // What it was made of, in the order of (person, statement).
  std::vector<StatementRef> used;
  // The number that stands for the person asked about, after merging.
  int64_t person = 0;
};

// What was known at `known` of how things stood on `on`. Of several statements about one fact that
// cover the date, the one that begins latest counts, then the one recorded last. Rows of lists
// count as long as they stand; the same row said by two sources counts once. All that is known of
// those merged into the person counts for it. Refused: "not-found".
Expected<PersonFacts> facts_of(store::Connection& connection, const LawBook& book, int64_t person,
                               Date on, Known known = {});

// The same for many at once, in the order asked: their statements are read together.
struct FactsAsked {
  int64_t person = 0;
  Date on;
};
Expected<std::vector<PersonFacts>> facts_of_many(store::Connection& connection, const LawBook& book,
                                                 std::span<const FactsAsked> asked, Known known);

// A household with all its members of that day, or a person who has none, as a tree of the law's
// root. `persons` is 0 for a person who is in a household's tree.
struct PersonTree {
  std::string json;
  int64_t persons = 0;
};
Expected<PersonTree> tree_of(store::Connection& connection, const LawBook& book, int64_t number,
                             Date on, Known known = {});

// The number that stands for this one: itself, or what it was merged into. Refused: "not-found".
Expected<int64_t> person_behind(store::Connection& connection, int64_t person);

}  // namespace ansinh::agency
