#include "agency/award.h"

#include <algorithm>

#include "agency/people.h"
#include "agency/steps.h"

namespace ansinh::agency {

namespace {

struct AwardStep {
  std::string_view from, to;
};
// The order of steps. One that has ended begins again by a new decision alone.
constexpr AwardStep kAwardSteps[] = {
    {"approved", "in-payment"}, {"in-payment", "suspended"}, {"suspended", "in-payment"},
    {"approved", "ended"},      {"in-payment", "ended"},     {"suspended", "ended"},
    {"ended", "approved"},
};

void add_award_event(const Steps& steps, int64_t person, int64_t award, const std::string& state,
                     const std::string& reason, const Actor& by) {
  steps.run(
      "INSERT INTO award_event (person, award, event, state, recorded_at, recorded_by, reason) "
      "SELECT $1, $2, COALESCE(MAX(event), 0) + 1, $3, $4, $5, $6 FROM award_event "
      "WHERE person = $1 AND award = $2",
      {person, award, state, steps.now(), by.name, reason});
}

void move_award(const Steps& steps, int64_t person, int64_t award, const std::string& to,
                const std::string& reason, const Actor& by) {
  const auto row = steps.one("SELECT state, version FROM award WHERE person = $1 AND award = $2",
                             {person, award});
  const std::string name = std::to_string(person) + "-" + std::to_string(award);
  if (!row) {
    stop("not-found", {"không có khoản hưởng " + name, "there is no award " + name});
  }
  const std::string from = cell_text((*row)[0]);
  const bool is_step = std::ranges::any_of(
      kAwardSteps, [&](const AwardStep& step) { return step.from == from && step.to == to; });
  if (!is_step) {
    stop("wrong-step",
         {"khoản hưởng " + name + " đang ở bước \"" + from + "\", không thể sang \"" + to + "\"",
          "the award " + name + " is " + from + " and cannot become " + to});
  }
  const int64_t changed = steps.run(
      "UPDATE award SET state = $3, version = version + 1 WHERE person = $1 AND award = $2 AND "
      "version = $4",
      {person, award, to, cell_number((*row)[1])});
  if (changed == 0) stop(changed_meanwhile());
  add_award_event(steps, person, award, to, reason, by);
}

void add_term(const Steps& steps, int64_t person, int64_t award, const Term& term,
              int64_t decision) {
  steps.run(
      "INSERT INTO award_term (person, award, term, from_month, until_month, amount, each, fund, "
      "decision, recorded_at) SELECT $1, $2, COALESCE(MAX(term), 0) + 1, $3, $4, $5, $6, $7, $8, "
      "$9 "
      "FROM award_term WHERE person = $1 AND award = $2",
      {person, award, term.from_month,
       term.until_month == Term::kOpenTerm ? Cell() : Cell(term.until_month), term.amount,
       term.each, term.fund, decision, steps.now()});
}

// What a list of terms pays in a month: the last that covers it.
int64_t paid_in(const std::vector<Term>& terms, int64_t month) {
  for (size_t i = terms.size(); i > 0; --i) {
    const Term& term = terms[i - 1];
    if (term.from_month <= month && month <= term.until_month) return term.amount;
  }
  return 0;
}

// Whether two lists pay the same in every month: they can only differ where a term begins or ends.
bool pay_the_same(const std::vector<Term>& a, const std::vector<Term>& b) {
  for (const std::vector<Term>* terms : {&a, &b}) {
    for (const Term& term : *terms) {
      for (const int64_t month : {term.from_month, term.from_month - 1, term.until_month}) {
        if (paid_in(a, month) != paid_in(b, month)) return false;
        if (month != Term::kOpenTerm && paid_in(a, month + 1) != paid_in(b, month + 1))
          return false;
      }
    }
  }
  return true;
}

}  // namespace

Expected<std::vector<Award>> awards_of_many(store::Connection& connection,
                                            std::span<const int64_t> persons) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Award> all;
    kept(each_of(steps.connection(),
                 "SELECT person, award, benefit, about, application, state, version FROM award "
                 "WHERE person IN (@) ORDER BY person, award",
                 persons, {}, [&](const store::Row& row) {
                   all.push_back({row.integer(0),
                                  row.integer(1),
                                  std::string(row.text(2)),
                                  std::string(row.text(3)),
                                  row.integer(4),
                                  std::string(row.text(5)),
                                  row.integer(6),
                                  {}});
                   return true;
                 }));
    auto award = all.begin();
    kept(
        each_of(steps.connection(),
                "SELECT person, award, fund, each, amount, from_month, until_month FROM award_term "
                "WHERE person IN (@) ORDER BY person, award, term",
                persons, {}, [&](const store::Row& row) {
                  const std::pair key(row.integer(0), row.integer(1));
                  while (award != all.end() && std::pair(award->person, award->award) < key) {
                    ++award;
                  }
                  if (award == all.end()) return false;
                  if (std::pair(award->person, award->award) != key) return true;
                  award->terms.push_back({award->about, std::string(row.text(2)),
                                          std::string(row.text(3)), row.integer(4), row.integer(5),
                                          row.maybe_integer(6).value_or(Term::kOpenTerm)});
                  return true;
                }));
    return all;
  });
}

Expected<std::vector<Award>> awards_of(store::Connection& connection, int64_t person) {
  return awards_of_many(connection, {&person, 1});
}

namespace {

// The terms that make `there` pay what `term` says; none if it does already.
std::vector<Term> terms_to_pay(const Award& there, const Term& term) {
  if (pay_the_same(there.terms, {term})) return {};
  std::vector<Term> added;
  // What the terms until now pay in months that the new one does not cover, is paid no longer.
  int64_t first = term.from_month;
  for (const Term& old : there.terms) first = std::min(first, old.from_month);
  Term nothing = term;
  nothing.amount = 0;
  if (first < term.from_month && paid_in(there.terms, first) != 0) {
    nothing.from_month = first;
    nothing.until_month = term.from_month - 1;
    added.push_back(nothing);
  }
  added.push_back(term);
  const bool is_paid_later = std::ranges::any_of(there.terms, [&](const Term& old) {
    return old.until_month > term.until_month && old.amount != 0;
  });
  if (term.until_month != Term::kOpenTerm && is_paid_later) {
    nothing.from_month = term.until_month + 1;
    nothing.until_month = Term::kOpenTerm;
    added.push_back(nothing);
  }
  return added;
}

// The term after which `there` pays nothing at all; none if it does not now.
std::vector<Term> terms_to_end(const Award& there, const Term& old) {
  Term nothing = old;
  nothing.amount = 0;
  for (const Term& term : there.terms) {
    nothing.from_month = std::min(nothing.from_month, term.from_month);
  }
  nothing.until_month = Term::kOpenTerm;
  if (pay_the_same(there.terms, {nothing})) return {};
  return {nothing};
}

}  // namespace

std::vector<AwardChange> plan_grant(std::span<const Award> awards, const Finding& finding,
                                    std::span<const Term> before) {
  std::vector<AwardChange> changes;
  const auto award_about = [&](const std::string& about) {
    return std::ranges::find_if(awards, [&](const Award& award) {
      return award.benefit == finding.benefit && award.about == about;
    });
  };
  for (const Term& term : finding.terms) {
    const auto there = award_about(term.about);
    if (there == awards.end()) {
      changes.push_back({.award = 0, .terms_before = 0, .state = "", .terms = {term}});
      continue;
    }
    std::vector<Term> terms = terms_to_pay(*there, term);
    if (terms.empty()) continue;
    changes.push_back({there->award, there->terms.size(), there->state, std::move(terms)});
  }
  // What the decision before granted, and this one does not.
  for (const Term& old : before) {
    const bool is_still = std::ranges::any_of(
        finding.terms, [&](const Term& term) { return term.about == old.about; });
    const auto there = award_about(old.about);
    if (is_still || there == awards.end()) continue;
    std::vector<Term> terms = terms_to_end(*there, old);
    if (terms.empty()) continue;
    changes.push_back({there->award, there->terms.size(), "", std::move(terms)});
  }
  return changes;
}

Expected<std::vector<int64_t>> grant(store::Connection& connection, const Decision& decision,
                                     const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    const int64_t person = decision.person;
    std::vector<Term> before;
    if (decision.before != 0) {
      before = kept(read_decision(steps.connection(), person, decision.before)).finding.terms;
    }
    std::vector<int64_t> touched;
    const std::vector<Award> awards = kept(awards_of(steps.connection(), person));
    for (const AwardChange& change : plan_grant(awards, decision.finding, before)) {
      int64_t award = change.award;
      if (award == 0) {
        award = steps.next("award", "award", person);
        steps.run(
            "INSERT INTO award (person, award, benefit, about, application, state, version) "
            "VALUES ($1, $2, $3, $4, $5, 'approved', 1)",
            {person, award, decision.finding.benefit, change.terms.front().about,
             decision.application});
        add_award_event(steps, person, award, "approved", "", by);
      }
      for (const Term& term : change.terms) {
        add_term(steps, person, award, term, decision.decision);
      }
      if (change.state == "ended") move_award(steps, person, award, "approved", "", by);
      touched.push_back(award);
    }
    return touched;
  });
}

Expected<void> start_payment(store::Connection& connection, int64_t person, int64_t award,
                             const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    move_award(steps, person, award, "in-payment", "", by);
  });
}

Expected<void> suspend(store::Connection& connection, int64_t person, int64_t award,
                       const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    move_award(steps, person, award, "suspended", reason, by);
  });
}

Expected<void> resume(store::Connection& connection, int64_t person, int64_t award,
                      const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    const auto state =
        steps.one("SELECT state FROM award WHERE person = $1 AND award = $2", {person, award});
    if (state && cell_text((*state)[0]) == "approved") {
      stop("wrong-step",
           {"khoản hưởng chưa từng được chi trả", "the award was not in payment yet"});
    }
    move_award(steps, person, award, "in-payment", reason, by);
  });
}

Expected<void> end_award(store::Connection& connection, int64_t person, int64_t award,
                         Month last_month, const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    const auto row = steps.one(
        "SELECT amount, fund, each, decision FROM award_term WHERE person = $1 "
        "AND award = $2 ORDER BY term DESC LIMIT 1",
        {person, award});
    if (!row) {
      const std::string name = std::to_string(person) + "-" + std::to_string(award);
      stop("not-found", {"không có khoản hưởng " + name, "there is no award " + name});
    }
    const Term nothing{"", cell_text((*row)[1]), cell_text((*row)[2]), 0,
                       int64_t{last_month.months} + 1};
    add_term(steps, person, award, nothing, cell_number((*row)[3]));
    add_award_event(steps, person, award, "ending", reason, by);
  });
}

Expected<void> close_award(store::Connection& connection, int64_t person, int64_t award,
                           const std::string& reason, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    move_award(steps, person, award, "ended", reason, by);
  });
}

}  // namespace ansinh::agency
