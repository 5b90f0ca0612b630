// Finding a person among millions: by number, or by name and birth date.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

struct SearchQuery {
  // A number (of the registry, or on papers), or a name: with or without marks, its words in any
  // order, all of it or some of its words.
  std::string text = {};
  std::optional<Date> born = std::nullopt;      // exactly; or
  std::optional<int> born_year = std::nullopt;  // in that year
  // Only of there, if not empty (the scope of who asks).
  std::string province = {}, commune = {};
  int64_t count_max = 20;
};

struct Found {
  int64_t person = 0;
  int64_t merged_into = 0;  // 0: stands for itself
  std::string kind;
  std::string name;
  std::optional<Date> birth_date, death_date;
  std::string sex, province, commune;
};

struct SearchResult {
  std::vector<Found> found;  // names that are the same with marks first, then whole names
  bool is_more = false;      // there are others
};

// Refused: "search-empty" (neither a number nor a name nor a birth date).
Expected<SearchResult> search(store::Connection& connection, const SearchQuery& query);

}  // namespace ansinh::agency
