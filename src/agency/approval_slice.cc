#include "agency/approval_slice.h"

#include <algorithm>

#include "agency/letter.h"
#include "agency/people.h"
#include "agency/revision_steps.h"

namespace ansinh::agency {

namespace {

constexpr std::string_view kProposals =
    "SELECT r.person, r.revision, r.before, r.after, r.cause, r.state, r.version, a.application, "
    "a.kind, a.benefit, a.decided_for, a.law_digest, a.facts_digest, a.status, a.terms, "
    "a.words_vi, a.words_en, a.recorded_by, b.terms, "
    "(SELECT e.what FROM decision_event e WHERE e.person = r.person AND e.decision = r.before "
    "ORDER BY e.event DESC LIMIT 1), "
    "(SELECT max(e.event) FROM decision_event e WHERE e.person = r.person AND "
    "e.decision = r.before), "
    "(SELECT max(e.event) FROM decision_event e WHERE e.person = r.person AND "
    "e.decision = r.after), "
    "(SELECT max(e.event) FROM revision_event e WHERE e.person = r.person AND "
    "e.revision = r.revision) "
    "FROM revision r JOIN decision a ON a.person = r.person AND a.decision = r.after "
    "JOIN decision b ON b.person = r.person AND b.decision = r.before "
    "WHERE r.state = 'proposed' AND r.cause = $1 AND r.person IN (@) "
    "ORDER BY r.person, r.revision";

}  // namespace

void ApprovalSlice::read(const std::string& cause, std::span<const int64_t> persons) {
  const auto take = [&](const store::Row& row) {
    Proposal& one = proposals_.emplace_back();
    one.at = {row.integer(0),           row.integer(1),           row.integer(2), row.integer(3),
              std::string(row.text(4)), std::string(row.text(5)), row.integer(6)};
    one.after.person = one.at.person;
    one.after.decision = one.at.after;
    one.after.before = one.at.before;
    one.after.application = row.integer(7);
    one.after.kind = row.text(8);
    Finding& finding = one.after.finding;
    finding.benefit = row.text(9);
    finding.decided_for = Date{static_cast<int32_t>(row.integer(10))};
    finding.law_digest = row.text(11);
    finding.facts_digest = row.text(12);
    finding.status = row.text(13);
    finding.terms = terms_of_text(std::string(row.text(14)));
    finding.words = {std::string(row.text(15)), std::string(row.text(16))};
    one.after.recorded_by = row.text(17);
    one.before_terms = terms_of_text(std::string(row.text(18)));
    one.before_state = row.maybe_text(19).value_or("");
    one.before_event = row.maybe_integer(20).value_or(0);
    one.after_event = row.maybe_integer(21).value_or(0);
    one.revision_event = row.maybe_integer(22).value_or(0);
    return true;
  };
  store::Connection& c = steps_.connection();
  kept(each_of(c, kProposals, persons, {cause}, take));
  awards_ = kept(awards_of_many(c, persons));
  kept(each_of(c,
               "SELECT q.person, p.name, "
               "(SELECT max(l.letter) FROM letter l WHERE l.person = q.person), "
               "(SELECT max(n.notice) FROM notice n WHERE n.person = q.person) "
               "FROM person q LEFT JOIN profile p ON p.person = q.person WHERE q.person IN (@)",
               persons, {}, [&](const store::Row& row) {
                 notes_[row.integer(0)] = {row.maybe_text(1).value_or(""),
                                           row.maybe_integer(2).value_or(0),
                                           row.maybe_integer(3).value_or(0)};
                 return true;
               }));
}

std::span<const Award> ApprovalSlice::awards_of_person(int64_t person) const {
  const auto range = std::ranges::equal_range(awards_, person, {}, &Award::person);
  return {range.begin(), range.end()};
}

bool ApprovalSlice::may_be(const Proposal& one) const {
  return one.before_state == "approved" && !may_approve(one.after, rules_, by_);
}

bool ApprovalSlice::add(const Proposal& one) {
  const int64_t person = one.at.person;
  const std::span<const Award> awards = awards_of_person(person);
  const std::vector<AwardChange> changes = plan_grant(awards, one.after.finding, one.before_terms);
  const bool is_plain = std::ranges::all_of(changes, [&](const AwardChange& change) {
    const auto award = std::ranges::find(awards, change.award, &Award::award);
    return award != awards.end() && (award->state == "in-payment" || award->state == "suspended");
  });
  if (!is_plain) return false;
  const std::string cause = "decision " + std::to_string(one.at.after);
  for (const AwardChange& change : changes) {
    auto number = static_cast<int64_t>(change.terms_before);
    for (const Term& term : change.terms) {
      terms_.add({person, change.award, ++number, term.from_month,
                  term.until_month == Term::kOpenTerm ? Cell() : Cell(term.until_month),
                  term.amount, term.each, term.fund, one.at.after, at_});
    }
    changed_.push_back({person, change.award, cause});
  }
  add_approved(one);
  return true;
}

void ApprovalSlice::add_approved(const Proposal& one) {
  const auto& [person, revision, before, after, cause, state, version] = one.at;
  const std::string none, about = "decision " + std::to_string(after);
  decision_events_.add(
      {person, after, one.after_event + 1, std::string("approved"), at_, by_.name, none});
  decision_events_.add(
      {person, before, one.before_event + 1, std::string("replaced"), at_, by_.name, none});
  revision_events_.add(
      {person, revision, one.revision_event + 1, std::string("approved"), at_, by_.name, none});
  PersonNotes& notes = notes_[person];
  const Text letter = letter_texts(book_, rules_, one.after, notes.name);
  letters_.add({person, ++notes.letter, after, letter.vi, letter.en, at_});
  const Text notice = revised_notice();
  notices_.add({person, ++notes.notice, std::string("revised"), about, notice.vi, notice.en, at_});
  plain_.push_back(person);
}

void ApprovalSlice::write(const std::string& cause, int64_t at) {
  store::Connection& c = steps_.connection();
  for (BulkRows* rows : {&decision_events_, &terms_, &letters_, &notices_, &revision_events_}) {
    kept(rows->write(c));
  }
  const auto changed = kept(run_of(c,
                                   "UPDATE revision SET state = 'approved', version = version + 1 "
                                   "WHERE state = 'proposed' AND cause = $1 AND person IN (@)",
                                   plain_, {cause}));
  if (changed != static_cast<int64_t>(plain_.size())) stop(changed_meanwhile());
  std::ranges::sort(changed_, {},
                    [](const AwardCause& one) { return std::pair(one.person, one.award); });
  made_ = kept(adjust_awards(c, changed_, at, by_.name));
}

ApproveProgress ApprovalSlice::approve(const std::string& cause, std::span<const int64_t> persons) {
  ApproveProgress here;
  read(cause, persons);
  at_ = steps_.now();
  const auto same_person = [&](size_t i, size_t k) {
    return k < proposals_.size() && proposals_[k].at.person == proposals_[i].at.person;
  };
  std::vector<const Proposal*> others;
  for (size_t i = 0; i < proposals_.size(); ++i) {
    const Proposal& one = proposals_[i];
    const bool is_alone = !same_person(i, i + 1) && (i == 0 || !same_person(i, i - 1));
    if (is_alone && !may_be(one)) {
      ++here.left;
    } else if (is_alone && add(one)) {
      ++here.approved;
    } else {
      others.push_back(&one);
    }
  }
  write(cause, at_);
  for (const AwardAdjustment& made : made_) {
    here.payable += made.payable;
    here.overpaid += made.overpaid;
  }
  for (const Proposal* one : others) approve_alone(*one, here);
  return here;
}

// What is refused is undone alone and stays open.
void ApprovalSlice::approve_alone(const Proposal& one, ApproveProgress& here) const {
  store::Connection& c = steps_.connection();
  kept(c.savepoint());
  try {
    const RevisionResult done =
        approve_one(steps_, book_, rules_, one.at.person, one.at.revision, by_);
    kept(c.release());
    ++here.approved;
    here.payable += done.payable;
    here.overpaid += done.overpaid;
  } catch (const Stop& stopped) {
    if (code_of(stopped.failure) == "store") throw;
    kept(c.undo());
    ++here.left;
  }
}

}  // namespace ansinh::agency
