// The tables, brought from version to version.
//
// A Migration is a list of statements that lead from version `number - 1` to `number`. What is
// applied stands in the table `migration` with the digest of its statements: a migration that was
// applied is never edited. Each is applied in one transaction: a store is at one version or the
// next, never between.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace ansinh::store {

struct Migration {
  int number = 0;                            // 1, 2, … without holes
  std::string_view name;                     // "registry"
  std::vector<std::string_view> statements;  // the common dialect; tables are made STRICT in SQLite
};

// The version that a store is at: 0 for an empty one.
Expected<int> version(Store& store, Connection& connection);

// Brings it to the last of `all`. Refuses a store that is newer than `all`, and one whose applied
// migrations differ from `all`. Safe to run twice, and by two processes at once.
Expected<void> migrate(Store& store, std::span<const Migration> all);

// Fills a store that has no tables yet from a backup of either kind of store, made by this An Sinh
// or an older one, and brings it to the last of `all`. The tables are made as they were when the
// backup was, and their indexes after the rows. All or nothing; then as migrate does.
Expected<void> restore(Store& store, const std::string& path, std::span<const Migration> all);

}  // namespace ansinh::store
