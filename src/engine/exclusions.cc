#include "engine/exclusions.h"

#include <algorithm>

#include "law/check.h"

namespace ansinh::engine {

namespace {

constexpr int kDaysPerMonth = 30;

bool is_above_or_same(const facts::Instance* above, const facts::Instance* below) {
  while (below != nullptr && below != above) below = below->parent;
  return below != nullptr;
}

bool are_related(const Outcome& a, const Outcome& b) {
  return is_above_or_same(a.instance, b.instance) || is_above_or_same(b.instance, a.instance);
}

bool has_instead_of(const law::Program& program, law::BenefitId benefit) {
  return std::ranges::any_of(program.benefits[benefit].versions,
                             [](const law::BenefitVersion& v) { return !v.instead_of.empty(); });
}

void add_unique(std::vector<law::BenefitId>& list, law::BenefitId id) {
  if (std::ranges::find(list, id) == list.end()) list.push_back(id);
}

void replace(const law::Program& program, Outcome& loser, const Outcome& winner,
             const law::Cites& cite, bool is_highest) {
  const Text& label = program.benefits[winner.benefit].label;
  loser.status = Status::kNotEntitled;
  loser.replaced_by = winner.benefit;
  loser.replaced_cite = cite;
  loser.unless.clear();
  FailedCondition failed;
  failed.because = is_highest
                       ? Text{"chỉ hưởng mức cao nhất, là “" + label.vi + "”",
                              "only the highest is paid, which is “" + label.en + "”"}
                       : Text{"đã hưởng “" + label.vi + "”", "“" + label.en + "” is paid instead"};
  for (size_t i = 0; i < cite.size(); ++i) {
    failed.because.vi += (i == 0 ? " (" : "; ") + law::sentence(cite[i], program, Language::kVietnamese);
    failed.because.en += (i == 0 ? " (" : "; ") + law::sentence(cite[i], program, Language::kEnglish);
  }
  if (!cite.empty()) {
    failed.because.vi += ")";
    failed.because.en += ")";
  }
  failed.cite = cite;
  loser.failed.push_back(std::move(failed));
}

// What is compared: all payments of the outcome, as an amount a month where it is paid over time.
Rational monthly_amount(const Outcome& outcome) {
  Rational total;
  for (const Pay& pay : outcome.pays) {
    const Rational* amount = std::get_if<Rational>(&pay.amount);
    if (amount == nullptr) continue;
    total += pay.each == law::Frequency::kDay ? *amount * Rational(kDaysPerMonth) : *amount;
  }
  return total;
}

void apply_instead_of(const law::Program& program, std::vector<Outcome>& outcomes) {
  // By what each gives by its own rules: the outcome of one exclusion does not undo another, but
  // two that name each other do not both fall.
  std::vector<Status> own;
  own.reserve(outcomes.size());
  for (const Outcome& outcome : outcomes) own.push_back(outcome.status);
  for (size_t w = 0; w < outcomes.size(); ++w) {
    const Outcome& winner = outcomes[w];
    const bool is_open = own[w] == Status::kCannotTell || own[w] == Status::kIncomplete;
    if ((own[w] != Status::kEntitled && !is_open) || winner.version == law::kNoId) continue;
    if (!has_instead_of(program, winner.benefit)) continue;
    const law::BenefitVersion& version =
        program.benefits[winner.benefit].versions[winner.version];
    for (Outcome& loser : outcomes) {
      if (loser.status != Status::kEntitled || winner.replaced_by == loser.benefit) continue;
      if (std::ranges::find(version.instead_of, loser.benefit) == version.instead_of.end() ||
          !are_related(winner, loser)) {
        continue;
      }
      if (is_open) {
        add_unique(loser.unless, winner.benefit);
      } else {
        replace(program, loser, winner, version.cite, false);
      }
    }
  }
}

void apply_highest_of(const law::Program& program, const law::HighestOfRule& rule,
                      std::vector<Outcome>& outcomes) {
  struct Candidate {
    Outcome* outcome;
    size_t rank;  // as written
    bool open;
    Rational amount;
  };
  std::vector<Candidate> candidates;
  for (Outcome& outcome : outcomes) {
    const auto found = std::ranges::find(rule.benefits, outcome.benefit);
    const bool open = outcome.status == Status::kCannotTell || outcome.status == Status::kIncomplete;
    if (found == rule.benefits.end() || (outcome.status != Status::kEntitled && !open)) continue;
    candidates.push_back({&outcome, static_cast<size_t>(found - rule.benefits.begin()), open,
                          open ? Rational(0) : monthly_amount(outcome)});
  }
  std::vector<std::pair<Outcome*, const Outcome*>> replaced;
  for (const Candidate& mine : candidates) {
    if (mine.open) continue;
    const Candidate* best = nullptr;
    for (const Candidate& other : candidates) {
      if (other.outcome == mine.outcome || other.rank == mine.rank ||
          !are_related(*other.outcome, *mine.outcome)) {
        continue;
      }
      if (other.open) {
        add_unique(mine.outcome->unless, other.outcome->benefit);
        continue;
      }
      const bool higher = other.amount > mine.amount ||
                          (other.amount == mine.amount && other.rank < mine.rank);
      if (!higher) continue;
      if (best == nullptr || other.amount > best->amount ||
          (other.amount == best->amount && other.rank < best->rank)) {
        best = &other;
      }
    }
    if (best != nullptr) replaced.emplace_back(mine.outcome, best->outcome);
  }
  for (const auto& [loser, winner] : replaced) replace(program, *loser, *winner, rule.cite, true);
}

}  // namespace

void apply_exclusions(const law::Program& program, Date on, std::vector<Outcome>& outcomes) {
  apply_instead_of(program, outcomes);
  for (const law::HighestOfRule& rule : program.highest_of) {
    if (rule.force.contains(on)) apply_highest_of(program, rule, outcomes);
  }
}

std::vector<law::BenefitId> rivals_of(law::BenefitId benefit, const law::Program& program) {
  std::vector<law::BenefitId> rivals{benefit};
  // Rivals of rivals too: who replaces a rival decides whether that rival is still compared.
  for (size_t i = 0; i < rivals.size(); ++i) {
    const law::BenefitId of = rivals[i];
    for (law::BenefitId b = 0; b < program.benefits.size(); ++b) {
      for (const law::BenefitVersion& version : program.benefits[b].versions) {
        if (std::ranges::find(version.instead_of, of) != version.instead_of.end()) {
          add_unique(rivals, b);
        }
      }
    }
    for (const law::HighestOfRule& rule : program.highest_of) {
      if (std::ranges::find(rule.benefits, of) == rule.benefits.end()) continue;
      for (const law::BenefitId b : rule.benefits) add_unique(rivals, b);
    }
  }
  return rivals;
}

}  // namespace ansinh::engine
