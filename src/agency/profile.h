// What lists show of a person and what is searched: it follows from the standing statements.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agency/law_book.h"
#include "agency/statements.h"

namespace ansinh::agency {

struct Profile {
  PersonKind kind = PersonKind::kPerson;
  std::string name, name_key;  // empty: not known
  std::optional<Date> birth_date, death_date;
  std::string sex, province, commune;
  std::vector<int64_t> pairs;                                    // of all names it has or had
  std::vector<std::pair<std::string, std::string>> identifiers;  // kind, number
};

// Whether the profile says something of this fact.
bool is_shown(const LawBook& book, std::string_view fact);

Profile profile_of(const LawBook& book, PersonKind kind, std::span<const Statement> said,
                   Date today);
// Takes away what was derived from statements; it is written again at once.
Expected<void> forget_profile(store::Connection& connection, const LawBook& book, int64_t person);

}  // namespace ansinh::agency
