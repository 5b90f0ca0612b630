// What is paid because of decisions: awards and their terms.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agency/decision.h"

namespace ansinh::agency {

struct Award {
  int64_t person = 0;
  int64_t award = 0;
  std::string benefit;
  std::string about;  // as Term::about
  int64_t application = 0;
  std::string state;  // approved, in-payment, suspended, ended
  int64_t version = 0;
  std::vector<Term> terms;  // in the order in which they were added
};

Expected<std::vector<Award>> awards_of(store::Connection& connection, int64_t person);

// Of many persons, ascending; in the order of (person, award).
Expected<std::vector<Award>> awards_of_many(store::Connection& connection,
                                            std::span<const int64_t> persons);

// Makes or changes awards so that they pay what an approved decision says: new awards for what is
// new, further terms where the last ones say otherwise, and terms of nothing for what it no longer
// grants. Returns the awards that it touched. `before`: the decision that it changes; 0: none.
Expected<std::vector<int64_t>> grant(store::Connection& connection, const Decision& decision,
                                     const Actor& by);

// Steps of an award; each is an event with its reason. Refused: "not-found", "wrong-step" (which
// steps are possible), "changed-meanwhile".
Expected<void> start_payment(store::Connection& connection, int64_t person, int64_t award,
                             const Actor& by);
Expected<void> suspend(store::Connection& connection, int64_t person, int64_t award,
                       const std::string& reason, const Actor& by);
Expected<void> resume(store::Connection& connection, int64_t person, int64_t award,
                      const std::string& reason, const Actor& by);
// Nothing is paid for months after the last one; it stays in payment until those up to it are paid.
Expected<void> end_award(store::Connection& connection, int64_t person, int64_t award,
                         Month last_month, const std::string& reason, const Actor& by);
// No longer looked at by payment runs.
Expected<void> close_award(store::Connection& connection, int64_t person, int64_t award,
                           const std::string& reason, const Actor& by);

// ---- Inside the room ----------------------------------------------------------------------------

// What grant() does with one award.
struct AwardChange {
  int64_t award = 0;        // 0: a new one
  size_t terms_before = 0;  // how many it has
  std::string state;        // of an award that pays something again or otherwise
  std::vector<Term> terms;  // to be added
};
// `awards`: of the person; `before`: the terms of the decision that this one changes.
std::vector<AwardChange> plan_grant(std::span<const Award> awards, const Finding& finding,
                                    std::span<const Term> before);

}  // namespace ansinh::agency
