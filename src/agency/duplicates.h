// Likely duplicates: two numbers that may be one person, scored and queued for somebody to look at.
//
// Points: the same number on the papers 500, or two different ones −300; names that are the same
// without marks 300, or alike 0 to 250; the same birth date 250, day and month swapped 150, one
// part different 120; the same sex 50, different ones −200; the same commune 50. Two that reach
// kLikely are queued once; whoever says "different" is not asked again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/profile.h"

namespace ansinh::agency {

inline constexpr int kLikely = 540;

struct Likeness {
  int score = 0;
  std::string reasons;  // "name, birth_date, sex": what is the same or alike
};
Likeness likeness_of(const Profile& a, const Profile& b);

struct Duplicate {
  int64_t person = 0, other = 0;  // person < other
  int64_t score = 0;
  std::string reasons;
  std::string state;  // waiting, same, different
  int64_t version = 0;
};

struct DuplicateScan {
  int64_t people = 0;    // looked at
  int64_t pairs = 0;     // compared
  int64_t found = 0;     // queued now
  bool is_done = false;  // false: it was stopped, and the next call goes on
};

// Compares everybody with those of the same birth date, the same whole name or the same number on
// the papers, in transactions of some thousands; takes up where it was stopped (`go_on` false).
Expected<DuplicateScan> find_duplicates(store::Store& store, const std::string& by,
                                        const std::function<bool(const DuplicateScan&)>& go_on);

// Those that wait, most likely first.
Expected<std::vector<Duplicate>> waiting_duplicates(store::Connection& connection,
                                                    int64_t count_max);
// What somebody decided: "same" merges `other` into `person` (merge.h), "different" keeps them
// apart. Refused: "not-found", "wrong-state" (decided already).
Expected<void> decide_duplicate(store::Connection& connection, int64_t person, int64_t other,
                                bool is_same, const std::string& by, const std::string& reason);

}  // namespace ansinh::agency
