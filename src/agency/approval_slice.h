// Private to the room: the open proposals of one cause of some hundred persons, approved together.
//
// Where a proposal only adds terms to awards that are in payment, its rows are gathered and loaded
// with all others; everything else goes the way of approve_revision. What comes out is the same,
// but for record times: those of a slice are one.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "agency/award.h"
#include "agency/bulk_rows.h"
#include "agency/payment_run.h"
#include "agency/revision.h"
#include "agency/steps.h"

namespace ansinh::agency {

class ApprovalSlice {
 public:
  ApprovalSlice(const Steps& steps, const LawBook& book, const DecisionRules& rules, Actor by)
      : steps_(steps), book_(book), rules_(rules), by_(std::move(by)) {}

  // Persons ascending. Stops (steps.h).
  ApproveProgress approve(const std::string& cause, std::span<const int64_t> persons);

 private:
  struct Proposal {
    Revision at;
    Decision after;
    std::vector<Term> before_terms;
    std::string before_state;
    int64_t after_event = 0, before_event = 0, revision_event = 0;  // the last ones
  };
  struct PersonNotes {
    std::string name;
    int64_t letter = 0, notice = 0;  // the last ones
  };

  void read(const std::string& cause, std::span<const int64_t> persons);
  std::span<const Award> awards_of_person(int64_t person) const;
  bool may_be(const Proposal& one) const;
  // False: it is not one of the plain ones, and nothing was added.
  bool add(const Proposal& one);
  void add_approved(const Proposal& one);
  void write(const std::string& cause, int64_t at);
  void approve_alone(const Proposal& one, ApproveProgress& here) const;

  const Steps& steps_;
  const LawBook& book_;
  const DecisionRules& rules_;
  const Actor by_;
  int64_t at_ = 0;
  std::vector<Proposal> proposals_;
  std::vector<Award> awards_;
  std::map<int64_t, PersonNotes> notes_;
  std::vector<int64_t> plain_;  // persons
  std::vector<AwardCause> changed_;
  std::vector<AwardAdjustment> made_;
  BulkRows decision_events_{"decision_event",
                            "person, decision, event, what, recorded_at, recorded_by, reason"};
  BulkRows terms_{"award_term",
                  "person, award, term, from_month, until_month, amount, each, fund, decision, "
                  "recorded_at"};
  BulkRows letters_{"letter", "person, letter, decision, vi, en, recorded_at"};
  BulkRows notices_{"notice", "person, notice, kind, about, vi, en, queued_at"};
  BulkRows revision_events_{"revision_event",
                            "person, revision, event, state, recorded_at, recorded_by, reason"};
};

}  // namespace ansinh::agency
