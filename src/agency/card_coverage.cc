// What stands on a card besides the holder: by awards, by contributions, by the law.

#include <algorithm>
#include <map>

#include "agency/award.h"
#include "agency/card.h"
#include "agency/finding.h"
#include "agency/person_facts.h"
#include "agency/steps.h"
#include "engine/explain.h"
#include "facts/from_json.h"

namespace ansinh::agency {

namespace {

using card::Coverage;
using card::CoverageKind;

// One scheme once, from its first to its last month.
class CoverageList {
 public:
  explicit CoverageList(const law::Program& program) : program_(program) {}

  void add(CoverageKind kind, const std::string& name, std::optional<Month> from,
           std::optional<Month> until) {
    const auto found = std::ranges::find(all_, name, &Coverage::name);
    if (found == all_.end()) {
      const auto benefit = program_.benefit_by_name.find(name);
      const Text label = benefit == program_.benefit_by_name.end()
                             ? Text{name, name}
                             : program_.benefits[benefit->second].label;
      all_.push_back({kind, name, label, from, until});
      return;
    }
    if (found->kind != kind) return;  // an award tells more than the law alone
    found->from = found->from && from ? std::optional(std::min(*found->from, *from)) : std::nullopt;
    found->until =
        found->until && until ? std::optional(std::max(*found->until, *until)) : std::nullopt;
  }

  std::vector<Coverage> sorted() {
    const auto rank = [](const Coverage& one) {
      return one.kind == CoverageKind::kInPayment ? 0 : one.kind == CoverageKind::kInsured ? 1 : 2;
    };
    std::ranges::stable_sort(all_, {}, rank);
    return std::move(all_);
  }

 private:
  const law::Program& program_;
  std::vector<Coverage> all_;
};

Month month_number(int64_t months) { return Month{static_cast<int32_t>(months)}; }

void add_award(const Award& award, Date on, CoverageList& list) {
  if (award.state != "approved" && award.state != "in-payment") return;
  const int64_t now = Month::of(on).months;
  const Term* paid = nullptr;
  for (const Term& term : award.terms) {  // of those that cover a month the last counts
    if (term.from_month <= now && now <= term.until_month) paid = &term;
  }
  if (paid == nullptr || paid->each != "month" || paid->amount <= 0) return;
  int64_t first = paid->from_month;
  for (const Term& term : award.terms) first = std::min(first, term.from_month);
  list.add(CoverageKind::kInPayment, award.benefit, month_number(first),
           paid->until_month == Term::kOpenTerm ? std::nullopt
                                                : std::optional(month_number(paid->until_month)));
}

struct Stretch {
  std::optional<Month> from, until;
};

// When something is owed or paid, if `on` is within.
std::optional<Stretch> stretch_around(const engine::Pay& pay, Date on) {
  Stretch out;
  if (pay.from) out.from = Month::of(*pay.from);
  if (pay.until) out.until = Month::of(*pay.until);
  int64_t months = 0;
  if (out.from && pay.duration && pay.duration_type.month == 1 && pay.duration->to_int64(months)) {
    const Month last{static_cast<int32_t>(out.from->months + months - 1)};
    out.until = out.until ? std::min(*out.until, last) : last;
  }
  const Month now = Month::of(on);
  if ((out.from && now < *out.from) || (out.until && *out.until < now)) return std::nullopt;
  return out;
}

void add_outcome(const law::Program& program, const engine::Outcome& outcome, Date on,
                 CoverageList& list) {
  if (outcome.status != engine::Status::kEntitled || outcome.replaced_by != law::kNoId) return;
  const law::BenefitInfo& benefit = program.benefits[outcome.benefit];
  const auto kind = benefit.is_contribution ? CoverageKind::kInsured : CoverageKind::kEntitled;
  for (const engine::Pay& pay : outcome.pays) {
    // What is paid once covers nobody afterwards.
    if (!benefit.is_contribution && pay.each != law::Frequency::kMonth) continue;
    if (const auto when = stretch_around(pay, on)) {
      list.add(kind, benefit.name, when->from, when->until);
    }
  }
  if (!outcome.gives.empty()) list.add(kind, benefit.name, std::nullopt, std::nullopt);
}

bool is_of_subject(const engine::Outcome& outcome, const facts::PersonFile& file) {
  if (outcome.instance == file.root) return true;  // the household's
  for (const facts::Instance* at = outcome.instance; at != nullptr; at = at->parent) {
    if (at == file.subject) return true;
  }
  return false;
}

}  // namespace

Expected<std::vector<Coverage>> coverages_of(store::Connection& connection, const LawBook& book,
                                             int64_t person, Date on) {
  return guarded(connection, [&](const Steps& steps) {
    CoverageList list(book.law());
    for (const Award& award : kept(awards_of(steps.connection(), person))) {
      add_award(award, on, list);
    }
    const PersonFacts facts = kept(facts_of(steps.connection(), book, person, on));
    const facts::PersonReader reader(book.law());
    const facts::PersonFile file = file_of(reader, facts.json, on);
    engine::Explainer explainer(book.law(), file, on);
    for (const engine::Outcome& outcome : explainer.outcomes()) {
      if (is_of_subject(outcome, file)) add_outcome(book.law(), outcome, on, list);
    }
    return list.sorted();
  });
}

}  // namespace ansinh::agency
