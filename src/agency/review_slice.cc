#include "agency/review_slice.h"

#include <algorithm>

#include "agency/bulk_rows.h"
#include "agency/clock.h"
#include "agency/decision_row.h"
#include "agency/people.h"
#include "agency/revision_steps.h"

namespace ansinh::agency {

namespace {

// What says_the_same reads of a decision.
struct DecisionBrief {
  int64_t person = 0, decision = 0, application = 0;
  std::string state;
  Finding finding;
};

std::vector<DecisionBrief> briefs_of(const Steps& steps, std::span<const int64_t> persons) {
  std::vector<DecisionBrief> all;
  kept(each_of(steps.connection(),
               "SELECT d.person, d.decision, d.application, d.benefit, d.decided_for, d.status, "
               "d.terms, CASE WHEN d.status = 'entitled' THEN '' ELSE d.outcome END, "
               "(SELECT e.what FROM decision_event e WHERE e.person = d.person AND "
               "e.decision = d.decision ORDER BY e.event DESC LIMIT 1) "
               "FROM decision d WHERE d.person IN (@) ORDER BY d.person, d.decision",
               persons, {}, [&](const store::Row& row) {
                 DecisionBrief& one = all.emplace_back();
                 one.person = row.integer(0);
                 one.decision = row.integer(1);
                 one.application = row.integer(2);
                 one.finding.benefit = row.text(3);
                 one.finding.decided_for = Date{static_cast<int32_t>(row.integer(4))};
                 one.finding.status = row.text(5);
                 one.finding.terms = terms_of_text(std::string(row.text(6)));
                 one.finding.outcome = row.text(7);
                 one.state = row.maybe_text(8).value_or("");
                 return true;
               }));
  return all;
}

}  // namespace

std::vector<int64_t> ReviewSlice::persons() const {
  std::vector<int64_t> numbers;
  numbers.reserve(subjects_.size());
  for (const ReviewSubject& one : subjects_) numbers.push_back(one.person);
  return numbers;
}

void ReviewSlice::read(const Steps& steps) {
  known_at_ = kept(last_record_time(steps.connection()));
  read_decisions(steps);
  read_facts(steps);
}

void ReviewSlice::read_decisions(const Steps& steps) {
  const std::vector<int64_t> numbers = persons();
  const std::vector<DecisionBrief> briefs = briefs_of(steps, numbers);
  last_.assign(subjects_.size(), {});
  const auto subject_of = [&](int64_t person) {
    return static_cast<size_t>(std::ranges::lower_bound(numbers, person) - numbers.begin());
  };
  for (const DecisionBrief& one : briefs) {
    const size_t subject = subject_of(one.person);
    last_[subject].decision = one.decision;
    if (one.state != "approved") continue;
    if (!only_benefit_.empty() && one.finding.benefit != only_benefit_) continue;
    Standing& standing = standing_.emplace_back();
    standing.subject = subject;
    standing.decision = one.decision;
    standing.application = one.application;
    standing.then = one.finding;
  }
  const auto brief_of = [&](int64_t person, int64_t decision) {
    return std::ranges::lower_bound(
        briefs, std::pair(person, decision), {},
        [](const DecisionBrief& brief) { return std::pair(brief.person, brief.decision); });
  };
  kept(each_of(steps.connection(),
               "SELECT person, revision, before, after, state FROM revision WHERE person IN (@) "
               "ORDER BY person, revision",
               numbers, {}, [&](const store::Row& row) {
                 const size_t subject = subject_of(row.integer(0));
                 last_[subject].revision = row.integer(1);
                 const auto standing = std::ranges::lower_bound(
                     standing_, std::pair(subject, row.integer(2)), {},
                     [](const Standing& one) { return std::pair(one.subject, one.decision); });
                 if (standing == standing_.end() || standing->subject != subject ||
                     standing->decision != row.integer(2)) {
                   return true;
                 }
                 if (row.text(4) == "outdated") return true;
                 standing->proposed.push_back({brief_of(row.integer(0), row.integer(3))->finding,
                                               row.text(4) == "proposed"});
                 return true;
               }));
}

void ReviewSlice::read_facts(const Steps& steps) {
  std::vector<FactsAsked> asked;
  asked.reserve(standing_.size());
  for (const Standing& one : standing_) {
    asked.push_back({subjects_[one.subject].person, one.then.decided_for});
  }
  std::vector<PersonFacts> facts =
      kept(facts_of_many(steps.connection(), book_, asked, Known{known_at_}));
  for (size_t i = 0; i < facts.size(); ++i) standing_[i].facts = std::move(facts[i].json);
}

bool ReviewSlice::is_proposal(const Standing& one, const Finding& now) {
  if (now.status == "incomplete" || now.status == "error") return false;
  return !says_the_same(one.then, now) &&
         std::ranges::none_of(one.proposed, [&](const Standing::Proposed& proposed) {
           return says_the_same(proposed.finding, now);
         });
}

std::vector<int64_t> ReviewSlice::alone() const {
  std::vector<int64_t> persons;
  for (const Standing& one : standing_) {
    if (!one.now || one.now->status == "incomplete" || one.now->status == "error") continue;
    const bool is_outdated =
        std::ranges::any_of(one.proposed, [&](const Standing::Proposed& proposed) {
          return proposed.is_open && !says_the_same(proposed.finding, *one.now);
        });
    const int64_t person = subjects_[one.subject].person;
    if ((is_outdated || is_after_death(one.then, *one.now)) &&
        (persons.empty() || persons.back() != person)) {
      persons.push_back(person);
    }
  }
  return persons;
}

void ReviewSlice::decide(Standing& one) const {
  one.now = finder_.find(std::move(one.facts), one.then.benefit, one.then.decided_for, known_at_,
                         [&](const Finding& now) { return is_proposal(one, now); });
}

void ReviewSlice::start(int threads) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this] {
      for (size_t i = next_++; i < standing_.size(); i = next_++) decide(standing_[i]);
    });
  }
}

int64_t ReviewSlice::write(const Steps& steps, const Actor& by,
                           std::span<const int64_t> without) const {
  BulkRows decisions("decision", kDecisionTable);
  BulkRows decision_events("decision_event",
                           "person, decision, event, what, recorded_at, recorded_by, reason");
  BulkRows revisions("revision", "person, revision, before, after, cause, state, version");
  BulkRows revision_events("revision_event",
                           "person, revision, event, state, recorded_at, recorded_by, reason");
  std::vector<Numbers> last = last_;
  int64_t at = 0, made = 0;
  for (const Standing& one : standing_) {
    const auto& [person, cause] = subjects_[one.subject];
    if (std::ranges::binary_search(without, person)) continue;
    if (!one.now) stop(one.now.error());
    if (!is_proposal(one, *one.now)) continue;
    if (at == 0) {
      keep_law(steps, book_);
      at = steps.now();
    }
    Numbers& number = last[one.subject];
    decisions.add(cells_of({person, ++number.decision, one.application, "revision", *one.now,
                            one.decision, at, by.name, "proposed"}));
    decision_events.add(
        {person, number.decision, int64_t{1}, std::string("proposed"), at, by.name, std::string()});
    revisions.add({person, ++number.revision, one.decision, number.decision, cause,
                   std::string("proposed"), int64_t{1}});
    revision_events.add(
        {person, number.revision, int64_t{1}, std::string("proposed"), at, by.name, cause});
    ++made;
  }
  for (BulkRows* rows : {&decisions, &decision_events, &revisions, &revision_events}) {
    kept(rows->write(steps.connection()));
  }
  return made;
}

std::vector<int64_t> ReviewSlice::touched_since_read(const Steps& steps) const {
  std::vector<int64_t> changed;
  kept(each_of(steps.connection(),
               "SELECT DISTINCT person FROM decision_event WHERE recorded_at > $1 AND "
               "person IN (@) ORDER BY person",
               persons(), {known_at_}, [&](const store::Row& row) {
                 changed.push_back(row.integer(0));
                 return true;
               }));
  return changed;
}

}  // namespace ansinh::agency
