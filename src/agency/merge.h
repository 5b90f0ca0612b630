// One person under two numbers, made one; and parted again if that was wrong.
//
// Nothing is moved or copied: what was said under either number stays there, and counts for the
// number that stands for both (facts_of). Parting takes only that back, so nothing can be lost.
// What is recorded after merging goes to the number that stands for both, and stays there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/law_book.h"
#include "agency/statements.h"

namespace ansinh::agency {

// A single-valued fact of which the two say different things as of today.
struct MergeConflict {
  std::string fact;
  std::string kept, other;  // the value that will count, and the one that will not
};

// What would disagree if `person` were merged into `into`. Refused as merge().
Expected<std::vector<MergeConflict>> merge_conflicts(store::Connection& connection,
                                                     const LawBook& book, int64_t person,
                                                     int64_t into, Date on);

// From now on `into` stands for both. Refused: "not-found"; "bad-value" (the same person, another
// kind, or one of them was merged before: merge those that stand). Tells the revision of both.
Expected<void> merge(store::Connection& connection, int64_t person, int64_t into,
                     const std::string& by, const std::string& reason);

// `person` stands for itself again. Refused: "wrong-state" (it was not merged).
Expected<void> unmerge(store::Connection& connection, int64_t person, const std::string& by,
                       const std::string& reason);

}  // namespace ansinh::agency
