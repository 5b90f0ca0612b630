// How a country counts its people: which facts are groups, who is a person, what an income is.
//
// It is data beside the law (statistics.json, docs/reforms.md): nothing here knows a country. All
// names are resolved against the program when it is read.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/base.h"
#include "law/program.h"

namespace ansinh::lab {

inline constexpr uint32_t kTenths = 10;

// A way to divide people into groups. Two groups stand after the named ones: `unknown`, and
// `whole`, for what is owed to a household as a whole where people are divided.
struct Dimension {
  enum class Kind : uint8_t { kAll, kFact, kAge, kTenth };

  std::string name;
  Text label;
  Kind kind = Kind::kAll;
  law::FactId fact = law::kNoId;     // kFact: an enumeration or yes/no; kAge: the date of birth
  bool of_person = false;            // else all people of a tree are in one group
  std::vector<int32_t> from;         // kAge: the first year of each band, ascending
  std::vector<Text> groups;          // named ones
  std::vector<std::string> members;  // their names in data

  uint32_t unknown() const { return static_cast<uint32_t>(groups.size()); }
  uint32_t whole() const { return static_cast<uint32_t>(groups.size()) + 1; }
  uint32_t size() const { return static_cast<uint32_t>(groups.size()) + 2; }
};

// Of a map of equal tiles, a tile for each group of a dimension.
struct Tile {
  uint32_t group = 0;
  std::string label;  // a few letters
  uint32_t row = 0, column = 0;
};

struct PovertyLine {
  Text label, source;
  law::FactId by = law::kNoId;  // kNoId: one line for all
  // Money a month and head, in the currency's smallest steps, by member of `by`.
  std::vector<std::optional<int64_t>> line;
};

struct Statistics {
  law::EntityId person = law::kNoId;         // the root, or a child of the root
  law::FactId death = law::kNoId;            // who is dead on the date is not counted as a person
  std::vector<Dimension> dimensions;         // the first is everybody
  law::FactId income_per_head = law::kNoId;  // of the root, money a month; kNoId: no incomes
  std::optional<PovertyLine> poverty;
  std::vector<bool> paid_by_people;  // by party: contributions that people bear themselves
  std::optional<uint32_t> map_dimension;
  std::vector<Tile> tiles;
};

// Without a file: everybody is one group, people are the root's first children (or the root).
Statistics plain_statistics(const law::Program& program);

// `text` is JSON; spans name file `source_index`. Errors: those of read_json_text,
// "statistics-form", "statistics-name", "statistics-person".
std::expected<Statistics, Diagnostic> read_statistics(const law::Program& program,
                                                      std::string_view text, uint32_t source_index);

// The file statistics.json in the folders of the law (or of its files); empty if there is none.
std::string statistics_beside(const std::vector<std::string>& law_paths);

}  // namespace ansinh::lab
