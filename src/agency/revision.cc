#include <algorithm>

#include "agency/letter.h"
#include "agency/notice.h"
#include "agency/payment_run.h"
#include "agency/revision_steps.h"

namespace ansinh::agency {

namespace {

constexpr const char* kRevisionColumns =
    "SELECT person, revision, before, after, cause, state, version FROM revision ";

Revision revision_from(const Record& row) {
  return {cell_number(row[0]), cell_number(row[1]), cell_number(row[2]), cell_number(row[3]),
          cell_text(row[4]),   cell_text(row[5]),   cell_number(row[6])};
}

void add_revision_event(const Steps& steps, const Revision& at, const std::string& reason,
                        const Actor& by) {
  steps.run(
      "INSERT INTO revision_event (person, revision, event, state, recorded_at, recorded_by, "
      "reason) "
      "SELECT $1, $2, COALESCE(MAX(event), 0) + 1, $3, $4, $5, $6 FROM revision_event "
      "WHERE person = $1 AND revision = $2",
      {at.person, at.revision, at.state, steps.now(), by.name, reason});
}

Revision read_revision(const Steps& steps, int64_t person, int64_t revision) {
  const auto row = steps.one(std::string(kRevisionColumns) + "WHERE person = $1 AND revision = $2",
                             {person, revision});
  const std::string name = std::to_string(person) + "-" + std::to_string(revision);
  if (!row) {
    stop("not-found", {"không có đề nghị xét lại " + name, "there is no revision " + name});
  }
  Revision at = revision_from(*row);
  if (at.state != "proposed") {
    stop("wrong-step", {"đề nghị xét lại " + name + " đã được giải quyết (" + at.state + ")",
                        "the revision " + name + " is " + at.state + " already"});
  }
  return at;
}

}  // namespace

void settle_revision(const Steps& steps, Revision& at, const std::string& state,
                     const std::string& reason, const Actor& by) {
  const int64_t changed = steps.run(
      "UPDATE revision SET state = $3, version = version + 1 WHERE person = $1 AND revision = $2 "
      "AND version = $4",
      {at.person, at.revision, state, at.version});
  if (changed == 0) stop(changed_meanwhile());
  at.state = state;
  ++at.version;
  add_revision_event(steps, at, reason, by);
}

namespace {

// The decisions that hold: the last approved one of each application.
std::vector<Decision> standing_decisions(const Steps& steps, int64_t person) {
  std::vector<Decision> all = kept(decisions_of(steps.connection(), person));
  std::erase_if(all, [](const Decision& one) { return one.state != "approved"; });
  return all;
}

// Those not decided by somebody yet are withdrawn, but the one that is `after`, or says what is
// found now: what they rest on has changed since.
void withdraw_outdated(const Steps& steps, int64_t person, int64_t before, int64_t after,
                       const Finding* now, const Actor& by) {
  for (const Record& row :
       steps.all(std::string(kRevisionColumns) +
                     "WHERE person = $1 AND before = $2 AND state = 'proposed' ORDER BY revision",
                 {person, before})) {
    Revision at = revision_from(row);
    if (at.after == after) continue;
    const Decision proposed = kept(read_decision(steps.connection(), person, at.after));
    if (now != nullptr && says_the_same(proposed.finding, *now)) continue;
    kept(mark_decision(steps.connection(), person, at.after, "sent-back", by, "outdated"));
    settle_revision(steps, at, "outdated", "", by);
  }
}

// What the law says now on the day of a decision. For somebody who had died by then it is what was
// due while they lived: the law is asked about the day before, and nothing begins earlier than it
// was granted.
Finding found_now(const Steps& steps, const LawBook& book, int64_t person, const Finding& then) {
  const auto found = [&](Date on) {
    return kept(find_out(steps.connection(), book, person, then.benefit, on));
  };
  Finding now = found(then.decided_for);
  if (!is_after_death(then, now)) return now;
  Finding alive = found(Date{now.died_on->days - 1});
  std::erase_if(alive.terms, [&](Term& term) {
    const auto granted = std::ranges::find(then.terms, term.about, &Term::about);
    if (granted == then.terms.end()) return true;
    term.from_month = std::max(term.from_month, granted->from_month);
    return term.from_month > term.until_month;
  });
  return alive.terms.empty() ? now : alive;
}

}  // namespace

bool is_after_death(const Finding& then, const Finding& now) {
  return then.status == "entitled" && now.status == "not-entitled" && now.died_on &&
         *now.died_on <= now.decided_for;
}

std::vector<Revision> review_person(const Steps& steps, const LawBook& book, int64_t person,
                                    const std::string& cause, const std::string& only_benefit,
                                    const Actor& by) {
  std::vector<Revision> made;
  for (const Decision& decision : standing_decisions(steps, person)) {
    const Finding& then = decision.finding;
    if (!only_benefit.empty() && then.benefit != only_benefit) continue;
    const Finding now = found_now(steps, book, person, then);
    if (now.status == "incomplete" || now.status == "error") continue;
    withdraw_outdated(steps, person, decision.decision, 0, &now, by);
    if (says_the_same(then, now)) continue;
    // A proposal that says the same waits already, or was refused by a reviewer.
    bool is_there = false;
    for (const Record& row :
         steps.all("SELECT after FROM revision WHERE person = $1 AND before = $2 "
                   "AND state <> 'outdated'",
                   {person, decision.decision})) {
      const Decision proposed =
          kept(read_decision(steps.connection(), person, cell_number(row[0])));
      is_there = is_there || says_the_same(proposed.finding, now);
    }
    if (is_there) continue;
    const Decision after =
        kept(write_decision(steps.connection(), book, person, decision.application, "revision", now,
                            decision.decision, by));
    Revision at{person,
                steps.next("revision", "revision", person),
                decision.decision,
                after.decision,
                cause,
                "proposed",
                1};
    steps.run(
        "INSERT INTO revision (person, revision, before, after, cause, state, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, 1)",
        {person, at.revision, at.before, at.after, cause, at.state});
    add_revision_event(steps, at, cause, by);
    made.push_back(std::move(at));
  }
  return made;
}

Text revised_notice() {
  return {"Một quyết định về Quý vị đã được thay đổi; thư nêu rõ lý do.",
          "A decision about you was changed; the letter gives the reasons."};
}

RevisionResult put_in_place(const Steps& steps, const LawBook& book, const Decision& decision,
                            const Actor& by) {
  RevisionResult out;
  withdraw_outdated(steps, decision.person, decision.before, decision.decision, nullptr, by);
  kept(mark_decision(steps.connection(), decision.person, decision.decision, "approved", by, ""));
  kept(mark_decision(steps.connection(), decision.person, decision.before, "replaced", by, ""));
  const std::vector<int64_t> awards = kept(grant(steps.connection(), decision, by));
  const int64_t now = steps.now();
  for (const Award& award : kept(awards_of(steps.connection(), decision.person))) {
    if (std::ranges::find(awards, award.award) == awards.end()) continue;
    if (award.state == "approved") {
      kept(start_payment(steps.connection(), decision.person, award.award, by));
    }
    const AwardAdjustment done =
        kept(adjust_award(steps.connection(), decision.person, award.award,
                          "decision " + std::to_string(decision.decision), now, by.name));
    out.payable += done.payable;
    out.overpaid += done.overpaid;
  }
  kept(write_letter(steps.connection(), book, decision));
  kept(queue_notice(steps.connection(), decision.person, "revised",
                    "decision " + std::to_string(decision.decision), revised_notice()));
  return out;
}

Expected<std::vector<Revision>> review(store::Connection& connection, const LawBook& book,
                                       int64_t person, const std::string& cause, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    return review_person(steps, book, kept(person_behind(steps.connection(), person)), cause, "",
                         by);
  });
}

RevisionResult approve_one(const Steps& steps, const LawBook& book, const DecisionRules& rules,
                           int64_t person, int64_t revision, const Actor& by) {
  Revision at = read_revision(steps, person, revision);
  const Decision decision = kept(read_decision(steps.connection(), person, at.after));
  const Decision before = kept(read_decision(steps.connection(), person, at.before));
  if (before.state != "approved") stop(changed_meanwhile());
  if (auto why_not = may_approve(decision, rules, by)) stop(std::move(*why_not));
  RevisionResult out = put_in_place(steps, book, decision, by);
  settle_revision(steps, at, "approved", "", by);
  out.revision = at;
  return out;
}

Expected<RevisionResult> approve_revision(store::Connection& connection, const LawBook& book,
                                          int64_t person, int64_t revision, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    return approve_one(steps, book, kept(decision_rules(book)), person, revision, by);
  });
}

Expected<Revision> refuse_revision(store::Connection& connection, int64_t person, int64_t revision,
                                   const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Revision at = read_revision(steps, person, revision);
    kept(mark_decision(steps.connection(), person, at.after, "sent-back", by, reason));
    settle_revision(steps, at, "refused", reason, by);
    return at;
  });
}

Expected<std::vector<Revision>> revisions_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Revision> all;
    for (const Record& row : steps.all(
             std::string(kRevisionColumns) + "WHERE person = $1 ORDER BY revision", {person})) {
      all.push_back(revision_from(row));
    }
    return all;
  });
}

Expected<std::vector<Revision>> open_revisions(store::Connection& connection, int64_t count_max) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Revision> all;
    for (const Record& row :
         steps.all(std::string(kRevisionColumns) +
                       "WHERE state = 'proposed' ORDER BY person, revision LIMIT $1",
                   {count_max})) {
      all.push_back(revision_from(row));
    }
    return all;
  });
}

}  // namespace ansinh::agency
