#include "engine/exclusions.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "law/check.h"

namespace ansinh::engine {

namespace {

constexpr int kDaysPerMonth = 30;

using Outcomes = std::vector<Outcome>;
// Outcomes by the instance they belong to, as indexes.
using ByInstance = std::unordered_map<const facts::Instance*, std::vector<size_t>>;

// Calls `visit(a, b)` once for every two of the chosen outcomes that belong to one instance or to
// an instance and its ancestor. Linear in the rows: rows of one list never meet.
template <typename Visit>
void each_related_pair(const ByInstance& chosen, const Visit& visit) {
  for (const auto& [instance, mine] : chosen) {
    for (const facts::Instance* above = instance; above != nullptr; above = above->parent) {
      const auto theirs = chosen.find(above);
      if (theirs == chosen.end()) continue;
      for (const size_t a : mine) {
        for (const size_t b : theirs->second) {
          if (above != instance || a < b) visit(a, b);
        }
      }
    }
  }
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
  loser.pays.clear();
  loser.gives.clear();
  FailedCondition failed;
  failed.because = is_highest
                       ? Text{"chỉ hưởng mức cao nhất, là “" + label.vi + "”",
                              "only the highest is paid, which is “" + label.en + "”"}
                       : Text{"đã hưởng “" + label.vi + "”", "“" + label.en + "” is paid instead"};
  for (size_t i = 0; i < cite.size(); ++i) {
    failed.because.vi +=
        (i == 0 ? " (" : "; ") + law::sentence(cite[i], program, Language::kVietnamese);
    failed.because.en +=
        (i == 0 ? " (" : "; ") + law::sentence(cite[i], program, Language::kEnglish);
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

bool is_open(const Outcome& outcome) {
  return outcome.status == Status::kCannotTell || outcome.status == Status::kIncomplete;
}

bool names(const law::Program& program, const Outcome& winner, const Outcome& loser) {
  if (winner.version == law::kNoId) return false;
  const std::vector<law::BenefitId>& instead =
      program.benefits[winner.benefit].versions[winner.version].instead_of;
  return std::ranges::find(instead, loser.benefit) != instead.end();
}

void apply_instead_of(const law::Program& program, Outcomes& outcomes) {
  ByInstance chosen;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].status == Status::kEntitled || is_open(outcomes[i])) {
      chosen[outcomes[i].instance].push_back(i);
    }
  }
  std::vector<std::pair<size_t, size_t>> pairs;  // winner, loser
  each_related_pair(chosen, [&](size_t a, size_t b) {
    if (names(program, outcomes[a], outcomes[b])) pairs.emplace_back(a, b);
    if (names(program, outcomes[b], outcomes[a])) pairs.emplace_back(b, a);
  });
  std::ranges::sort(pairs);
  // By what each gives by its own rules: the outcome of one exclusion does not undo another, but
  // two that name each other do not both fall.
  for (const auto& [w, l] : pairs) {
    const Outcome& winner = outcomes[w];
    Outcome& loser = outcomes[l];
    if (loser.status != Status::kEntitled || winner.replaced_by == loser.benefit) continue;
    if (is_open(winner)) {
      add_unique(loser.unless, winner.benefit);
    } else {
      replace(program, loser, winner,
              program.benefits[winner.benefit].versions[winner.version].cite, false);
    }
  }
}

void apply_highest_of(const law::Program& program, const law::HighestOfRule& rule,
                      Outcomes& outcomes) {
  struct Candidate {
    size_t rank = 0;  // as written
    Rational amount;
    std::optional<size_t> winner;
  };
  std::unordered_map<size_t, Candidate> candidates;
  ByInstance chosen;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const Outcome& outcome = outcomes[i];
    const auto found = std::ranges::find(rule.benefits, outcome.benefit);
    if (found == rule.benefits.end()) continue;
    if (outcome.status != Status::kEntitled && !is_open(outcome)) continue;
    candidates[i] = {static_cast<size_t>(found - rule.benefits.begin()),
                     is_open(outcome) ? Rational(0) : monthly_amount(outcome), std::nullopt};
    chosen[outcome.instance].push_back(i);
  }
  const auto is_higher = [&](size_t a, size_t b) {
    const Candidate& x = candidates.at(a);
    const Candidate& y = candidates.at(b);
    if (x.amount != y.amount) return x.amount > y.amount;
    return x.rank != y.rank ? x.rank < y.rank : a < b;
  };
  const auto weigh = [&](size_t mine, size_t other) {
    if (is_open(outcomes[mine])) return;
    if (is_open(outcomes[other])) {
      add_unique(outcomes[mine].unless, outcomes[other].benefit);
      return;
    }
    std::optional<size_t>& winner = candidates.at(mine).winner;
    if (is_higher(other, mine) && (!winner || is_higher(other, *winner))) winner = other;
  };
  each_related_pair(chosen, [&](size_t a, size_t b) {
    if (candidates.at(a).rank == candidates.at(b).rank) return;
    weigh(a, b);
    weigh(b, a);
  });
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const auto found = candidates.find(i);
    if (found == candidates.end()) continue;
    std::ranges::sort(outcomes[i].unless);
    if (found->second.winner) {
      replace(program, outcomes[i], outcomes[*found->second.winner], rule.cite, true);
    }
  }
}

}  // namespace

void apply_exclusions(const law::Program& program, Date on, Outcomes& outcomes) {
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
