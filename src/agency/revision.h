// Decisions made again: when a fact was corrected, or the law has changed back in time.
//
// `review` looks at one person's approved decisions and makes again those that would come out
// otherwise, with the facts as known now and the law as it stands: each becomes a proposal beside
// the decision that it would change. Nothing is paid or taken back before somebody else than the
// proposer approves it; then the awards follow, and what was paid too little or too much is put
// right (adjust_award). A decision on an appeal is a reviewer's: it is proposed anew like any
// other, and never changed without that approval.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agency/application.h"

namespace ansinh::agency {

struct Revision {
  int64_t person = 0;
  int64_t revision = 0;
  int64_t before = 0, after = 0;  // decisions
  std::string cause;
  std::string state;  // proposed, approved, refused, outdated (withdrawn by a later review)
  int64_t version = 0;
};

// Proposals for one person; those that are there already and say the same are not made again, and
// those that say something else, and nobody has answered, are withdrawn: one waits for a decision
// at most. Of somebody who has died by the day decided for it is asked what was due until then.
Expected<std::vector<Revision>> review(store::Connection& connection, const LawBook& book,
                                       int64_t person, const std::string& cause, const Actor& by);

// Takes what became known (waiting_changes) and reviews whom it concerns, in slices of one
// transaction each; goes on where it was stopped. Returns how many proposals were made.
struct ReviewProgress {
  int64_t persons = 0;
  int64_t proposals = 0;
};
struct ReviewLimits {
  int64_t slice = 1'000;  // persons (or changes) in one transaction
  int threads = 2;        // that apply the law
};
Expected<ReviewProgress> review_changes(
    store::Connection& connection, const LawBook& book, const Actor& by,
    const std::function<bool(const ReviewProgress&)>& progress = {},
    const ReviewLimits& limits = {});

// The same for everybody who has an approved decision on the benefit: after a change of the law.
// A slice is decided while the one before is written. Refused: "not-found" (the law has no such
// benefit), "in-use" (another such review is running).
Expected<ReviewProgress> review_law(store::Connection& connection, const LawBook& book,
                                    const std::string& benefit, const Actor& by,
                                    const std::function<bool(const ReviewProgress&)>& progress = {},
                                    const ReviewLimits& limits = {});

// Refused: "not-found", "wrong-step", "maker-approves", "above-limit", "changed-meanwhile".
struct RevisionResult {
  Revision revision;
  int64_t payable = 0;   // what is now owed to the person
  int64_t overpaid = 0;  // what the person was paid too much
};
Expected<RevisionResult> approve_revision(store::Connection& connection, const LawBook& book,
                                          int64_t person, int64_t revision, const Actor& by);
// Approves all open proposals of one cause (Revision::cause), in slices of one transaction each;
// after a stop the same call goes on. What `by` may not approve (proposed by themselves, above the
// limit of the role) and what changed meanwhile stays open, and is counted in `left`.
struct ApproveProgress {
  int64_t approved = 0;
  int64_t left = 0;
  int64_t payable = 0;
  int64_t overpaid = 0;
};
Expected<ApproveProgress> approve_revisions(
    store::Connection& connection, const LawBook& book, const std::string& cause, const Actor& by,
    const std::function<bool(const ApproveProgress&)>& progress = {},
    const ReviewLimits& limits = {});
Expected<Revision> refuse_revision(store::Connection& connection, int64_t person, int64_t revision,
                                   const std::string& reason, const Actor& by);

Expected<std::vector<Revision>> revisions_of(store::Connection& connection, int64_t person);
Expected<std::vector<Revision>> open_revisions(store::Connection& connection, int64_t count_max);

// ---- Appeals ------------------------------------------------------------------------------------

struct Appeal {
  int64_t person = 0;
  int64_t appeal = 0;
  int64_t decision = 0;  // against which
  std::string state;     // received, upheld, changed, withdrawn
  Date received_on, due_on;
  int64_t answer = 0;  // the new decision, if it was changed
  int64_t version = 0;
};

// Refused: "not-found", "too-late", "open-already".
Expected<Appeal> appeal(store::Connection& connection, const LawBook& book, int64_t person,
                        int64_t decision, Date received_on, const std::string& reason,
                        const Actor& by);
// By somebody who neither made nor approved the decision ("maker-approves"). The decision stands
// (upheld), or is made again with the facts as known now and approved in the same step (changed).
Expected<Appeal> uphold(store::Connection& connection, int64_t person, int64_t appeal,
                        const std::string& reason, const Actor& by);
Expected<Appeal> change_on_appeal(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t appeal, const std::string& reason,
                                  const Actor& by);
Expected<std::vector<Appeal>> appeals_of(store::Connection& connection, int64_t person);

}  // namespace ansinh::agency
