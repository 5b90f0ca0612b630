// The law applied to what is known of a person: a decision with its receipt, and its replay.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/finding.h"

namespace ansinh::agency {

// Who acts: a user's name, and the role in which.
struct Actor {
  std::string name;
  std::string role;  // "officer", "approver", …
};

struct Decision {
  int64_t person = 0;
  int64_t decision = 0;
  int64_t application = 0;
  std::string kind;  // first, revision, appeal
  Finding finding;
  int64_t before = 0;  // the decision that it changes; 0: none
  int64_t recorded_at = 0;
  std::string recorded_by;
  std::string state;  // proposed, approved, sent-back, replaced
};

// Writes a decision down as proposed, and keeps the text of the law that it rests on.
Expected<Decision> write_decision(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t application, const std::string& kind,
                                  const Finding& finding, int64_t before, const Actor& by);

// Refused: "not-found".
Expected<Decision> read_decision(store::Connection& connection, int64_t person, int64_t decision);
Expected<std::vector<Decision>> decisions_of(store::Connection& connection, int64_t person);

// Marks a decision: approved, sent-back, replaced.
Expected<void> mark_decision(store::Connection& connection, int64_t person, int64_t decision,
                             const std::string& what, const Actor& by, const std::string& reason);

// The same law and the same facts once more: whether the same outcome came out, to the byte.
struct Replay {
  Decision decision;
  std::string outcome;   // what came out now
  bool is_same = false;  // as what was written then
  bool is_same_engine = false;
  bool is_known_so = false;  // what the registry says of that record time gives the same facts
};
// Refused: "not-found", "law-lost" (its text is not in the store).
Expected<Replay> replay(store::Connection& connection, const LawBook& book, int64_t person,
                        int64_t decision);

}  // namespace ansinh::agency
