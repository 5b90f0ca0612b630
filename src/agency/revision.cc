#include "agency/revision.h"

#include <algorithm>
#include <set>

#include "agency/letter.h"
#include "agency/notice.h"
#include "agency/payment_run.h"
#include "agency/steps.h"

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

// The decisions that hold: the last approved one of each application.
std::vector<Decision> standing_decisions(const Steps& steps, int64_t person) {
  std::vector<Decision> all = kept(decisions_of(steps.connection(), person));
  std::erase_if(all, [](const Decision& one) { return one.state != "approved"; });
  return all;
}

bool says_the_same(const Finding& a, const Finding& b) {
  return a.status == b.status && a.terms == b.terms &&
         (a.status == "entitled" || a.outcome == b.outcome);
}

std::vector<Revision> review_person(const Steps& steps, const LawBook& book, int64_t person,
                                    const std::string& cause, const std::string& only_benefit,
                                    const Actor& by) {
  std::vector<Revision> made;
  for (const Decision& decision : standing_decisions(steps, person)) {
    const Finding& then = decision.finding;
    if (!only_benefit.empty() && then.benefit != only_benefit) continue;
    const Finding now =
        kept(find_out(steps.connection(), book, person, then.benefit, then.decided_for));
    if (says_the_same(then, now)) continue;
    // A proposal that says the same waits already, or was refused by a reviewer.
    bool is_there = false;
    for (const Record& row : steps.all("SELECT after, state FROM revision WHERE person = $1 AND "
                                       "before = $2 ORDER BY revision DESC",
                                       {person, decision.decision})) {
      const Decision proposed =
          kept(read_decision(steps.connection(), person, cell_number(row[0])));
      is_there = is_there || says_the_same(proposed.finding, now);
    }
    if (is_there) continue;
    if (now.status == "incomplete" || now.status == "error") continue;
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

// An approved decision takes the place of the one before, with its letter and its money.
RevisionResult put_in_place(const Steps& steps, const LawBook& book, const Decision& decision,
                            const Actor& by) {
  RevisionResult out;
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
                    "decision " + std::to_string(decision.decision),
                    {"Một quyết định về Quý vị đã được thay đổi; thư nêu rõ lý do.",
                     "A decision about you was changed; the letter gives the reasons."}));
  return out;
}

Expected<ReviewProgress> in_slices(store::Connection& connection,
                                   const std::function<std::vector<int64_t>(const Steps&)>& next,
                                   const std::function<int64_t(const Steps&, int64_t)>& work,
                                   const std::function<bool(const ReviewProgress&)>& progress) {
  ReviewProgress all;
  while (true) {
    ReviewProgress here;
    auto done = store::transact(connection, store::Access::kWrite,
                                [&](store::Connection& c) -> Expected<bool> {
                                  return guarded(c, [&](const Steps& steps) {
                                    here = {};
                                    const std::vector<int64_t> persons = next(steps);
                                    for (const int64_t person : persons) {
                                      here.proposals += work(steps, person);
                                      ++here.persons;
                                    }
                                    return !persons.empty();
                                  });
                                });
    if (!done) return std::unexpected(std::move(done.error()));
    all.persons += here.persons;
    all.proposals += here.proposals;
    if (!*done || (progress && !progress(all))) return all;
  }
}

}  // namespace

Expected<std::vector<Revision>> review(store::Connection& connection, const LawBook& book,
                                       int64_t person, const std::string& cause, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    return review_person(steps, book, kept(person_behind(steps.connection(), person)), cause, "",
                         by);
  });
}

Expected<ReviewProgress> review_changes(store::Connection& connection, const LawBook& book,
                                        const Actor& by,
                                        const std::function<bool(const ReviewProgress&)>& progress,
                                        const ReviewLimits& limits) {
  std::vector<Change> changes;
  const auto next = [&](const Steps& steps) {
    changes = kept(waiting_changes(steps.connection(), limits.slice));
    std::set<int64_t> persons;
    for (const Change& change : changes) persons.insert(change.person);
    return std::vector<int64_t>(persons.begin(), persons.end());
  };
  const auto work = [&](const Steps& steps, int64_t person) {
    const int64_t now = steps.now();
    std::string cause;
    for (const Change& change : changes) {
      if (change.person != person) continue;
      if (cause.find(change.fact) == std::string::npos) {
        cause += (cause.empty() ? "" : ", ") + change.fact;
      }
      kept(mark_handled(steps.connection(), change, now));
    }
    const auto kind = steps.one("SELECT kind FROM person WHERE person = $1", {person});
    if (!kind || cell_text((*kind)[0]) != "person") return int64_t{0};
    const int64_t behind = kept(person_behind(steps.connection(), person));
    return static_cast<int64_t>(review_person(steps, book, behind, cause, "", by).size());
  };
  return in_slices(connection, next, work, progress);
}

Expected<ReviewProgress> review_law(store::Connection& connection, const LawBook& book,
                                    const std::string& benefit, const Actor& by,
                                    const std::function<bool(const ReviewProgress&)>& progress,
                                    const ReviewLimits& limits) {
  int64_t after = 0;
  int64_t done_to = 0;
  const auto next = [&](const Steps& steps) {
    done_to = after;
    std::vector<int64_t> persons;
    for (const Record& row :
         steps.all("SELECT DISTINCT person FROM decision WHERE benefit = $1 AND "
                   "person > $2 ORDER BY person LIMIT $3",
                   {benefit, done_to, limits.slice})) {
      persons.push_back(cell_number(row[0]));
    }
    return persons;
  };
  const auto work = [&](const Steps& steps, int64_t person) {
    const auto made =
        review_person(steps, book, person, "law " + book.law().digest.substr(0, 12), benefit, by);
    done_to = std::max(done_to, person);
    return static_cast<int64_t>(made.size());
  };
  return in_slices(connection, next, work, [&](const ReviewProgress& here) {
    after = done_to;
    return !progress || progress(here);
  });
}

Expected<RevisionResult> approve_revision(store::Connection& connection, const LawBook& book,
                                          int64_t person, int64_t revision, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Revision at = read_revision(steps, person, revision);
    const Decision decision = kept(read_decision(steps.connection(), person, at.after));
    const Decision before = kept(read_decision(steps.connection(), person, at.before));
    if (before.state != "approved") stop(changed_meanwhile());
    const DecisionRules rules = kept(decision_rules(book));
    if (auto why_not = may_approve(decision, rules, by)) stop(std::move(*why_not));
    RevisionResult out = put_in_place(steps, book, decision, by);
    settle_revision(steps, at, "approved", "", by);
    out.revision = at;
    return out;
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

// ---- Appeals -----------------------------------------------------------------------------------

namespace {

constexpr const char* kAppealColumns =
    "SELECT person, appeal, decision, state, received_on, due_on, answer, version FROM appeal ";

Appeal appeal_from(const Record& row) {
  return {cell_number(row[0]), cell_number(row[1]), cell_number(row[2]),       cell_text(row[3]),
          cell_date(row[4]),   cell_date(row[5]),   cell_number_or(row[6], 0), cell_number(row[7])};
}

void add_appeal_event(const Steps& steps, const Appeal& at, const std::string& reason,
                      const Actor& by) {
  steps.run(
      "INSERT INTO appeal_event (person, appeal, event, state, recorded_at, recorded_by, reason) "
      "SELECT $1, $2, COALESCE(MAX(event), 0) + 1, $3, $4, $5, $6 FROM appeal_event "
      "WHERE person = $1 AND appeal = $2",
      {at.person, at.appeal, at.state, steps.now(), by.name, reason});
}

Appeal open_appeal(const Steps& steps, int64_t person, int64_t appeal, const Actor& by) {
  const auto row = steps.one(std::string(kAppealColumns) + "WHERE person = $1 AND appeal = $2",
                             {person, appeal});
  const std::string name = std::to_string(person) + "-" + std::to_string(appeal);
  if (!row) stop("not-found", {"không có khiếu nại " + name, "there is no appeal " + name});
  Appeal at = appeal_from(*row);
  if (at.state != "received") {
    stop("wrong-step", {"khiếu nại " + name + " đã được giải quyết (" + at.state + ")",
                        "the appeal " + name + " is " + at.state + " already"});
  }
  const auto had_part = steps.one(
      "SELECT event FROM decision_event WHERE person = $1 AND decision = $2 AND recorded_by = $3 "
      "LIMIT 1",
      {person, at.decision, by.name});
  if (had_part) {
    stop("maker-approves",
         {"người đã lập hoặc duyệt quyết định không được giải quyết khiếu nại về quyết định đó",
          "who made or approved a decision does not answer an appeal against it"});
  }
  return at;
}

void settle_appeal(const Steps& steps, Appeal& at, const std::string& state, int64_t answer,
                   const std::string& reason, const Actor& by) {
  const int64_t changed = steps.run(
      "UPDATE appeal SET state = $3, answer = $4, version = version + 1 WHERE person = $1 AND "
      "appeal = $2 AND version = $5",
      {at.person, at.appeal, state, unless_zero(answer), at.version});
  if (changed == 0) stop(changed_meanwhile());
  at.state = state;
  at.answer = answer;
  ++at.version;
  add_appeal_event(steps, at, reason, by);
  kept(queue_notice(
      steps.connection(), at.person, "appeal-answered", "appeal " + std::to_string(at.appeal),
      state == "upheld"
          ? Text{"Khiếu nại của Quý vị đã được xem xét; quyết định được giữ nguyên: " + reason,
                 "Your appeal was considered; the decision stands: " + reason}
          : Text{"Khiếu nại của Quý vị được chấp nhận; có quyết định mới: " + reason,
                 "Your appeal was successful; there is a new decision: " + reason}));
}

}  // namespace

Expected<Appeal> appeal(store::Connection& connection, const LawBook& book, int64_t person,
                        int64_t decision, Date received_on, const std::string& reason,
                        const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    const Decision against = kept(read_decision(steps.connection(), person, decision));
    if (against.state != "approved") {
      stop("wrong-step", {"chỉ khiếu nại được quyết định đã ban hành và đang có hiệu lực",
                          "only a decision that was issued and holds can be appealed"});
    }
    const DecisionRules rules = kept(decision_rules(book));
    const auto issued = steps.number(
        "SELECT max(recorded_at) FROM decision_event WHERE person = $1 AND "
        "decision = $2 AND what = 'approved'",
        {person, decision});
    const Date last{date_of_record_time(issued, book.roles.hours_east).days +
                    rules.appeal_within_days};
    if (rules.appeal_within_days > 0 && received_on > last) {
      stop("too-late", {"quá hạn khiếu nại (đến hết ngày " + last.to_display() + ")",
                        "the time for an appeal ended on " + last.to_string()});
    }
    if (steps.one(
            "SELECT appeal FROM appeal WHERE person = $1 AND decision = $2 AND state = 'received'",
            {person, decision})) {
      stop("open-already", {"quyết định này đang có khiếu nại chưa giải quyết",
                            "an appeal against this decision is being considered"});
    }
    Appeal at{person,      steps.next("appeal", "appeal", person),
              decision,    "received",
              received_on, working_days_after(book, rules, received_on, rules.answer_within),
              0,           1};
    steps.run(
        "INSERT INTO appeal (person, appeal, decision, state, received_on, due_on, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, 1)",
        {person, at.appeal, decision, at.state, int64_t{at.received_on.days},
         int64_t{at.due_on.days}});
    add_appeal_event(steps, at, reason, by);
    return at;
  });
}

Expected<Appeal> uphold(store::Connection& connection, int64_t person, int64_t appeal,
                        const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Appeal at = open_appeal(steps, person, appeal, by);
    settle_appeal(steps, at, "upheld", 0, reason, by);
    return at;
  });
}

Expected<Appeal> change_on_appeal(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t appeal, const std::string& reason,
                                  const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    Appeal at = open_appeal(steps, person, appeal, by);
    const Decision before = kept(read_decision(steps.connection(), person, at.decision));
    if (before.state != "approved") stop(changed_meanwhile());
    const Finding now = kept(find_out(steps.connection(), book, person, before.finding.benefit,
                                      before.finding.decided_for));
    if (says_the_same(before.finding, now)) {
      stop("nothing-changes",
           {"với các dữ kiện hiện có, quyết định vẫn như cũ; hãy ghi dữ kiện mới hoặc giữ nguyên "
            "quyết định",
            "with what is known the decision comes out the same; record new facts, or uphold it"});
    }
    if (now.status != "entitled" && now.status != "not-entitled") {
      stop("not-decidable", {"chưa đủ dữ kiện để quyết định lại:\n" + now.words.vi,
                             "it cannot be decided anew yet:\n" + now.words.en});
    }
    const Decision after = kept(write_decision(steps.connection(), book, person, before.application,
                                               "appeal", now, before.decision, by));
    put_in_place(steps, book, after, by);
    settle_appeal(steps, at, "changed", after.decision, reason, by);
    return at;
  });
}

Expected<std::vector<Appeal>> appeals_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Appeal> all;
    for (const Record& row :
         steps.all(std::string(kAppealColumns) + "WHERE person = $1 ORDER BY appeal", {person})) {
      all.push_back(appeal_from(row));
    }
    return all;
  });
}

}  // namespace ansinh::agency
