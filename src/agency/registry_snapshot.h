// The registry as columns, for runs over the whole nation (docs/snapshot.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agency/agency.h"
#include "agency/law_book.h"
#include "agency/statements.h"

namespace ansinh::agency {

struct SnapshotCounts {
  int64_t trees = 0;     // households, and persons without one
  int64_t persons = 0;   // that are in them
  int64_t left_out = 0;  // trees that the law cannot read; told through `fault`
};

struct SnapshotOptions {
  std::string path;  // the file; it stands there when all is done, or not at all
  Date on;           // how things stood then
  Known known = {};  // as far as it was known then
  std::function<bool(const SnapshotCounts&)> progress = {};  // false: stop, and leave nothing
  std::function<void(int64_t person, const Text& reason)> fault = {};
};

// All that facts_of would say, household by household, read from one state of the store. Refused:
// "cannot-write", "stopped".
Expected<SnapshotCounts> write_registry_snapshot(store::Store& store, const LawBook& book,
                                                 const SnapshotOptions& options);

}  // namespace ansinh::agency
