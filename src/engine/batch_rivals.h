// Private to the room: `instead of` and `highest of` over what the columns give; exclusions.h is
// the same for explained outcomes.
#pragma once

#include <algorithm>
#include <vector>

#include "base/date.h"
#include "base/rational.h"
#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine::batch {

// An outcome of one tree that is due or may be.
struct Rival {
  law::BenefitId benefit = law::kNoId;
  uint32_t row = 0;  // of the benefit's entity
  Status status = Status::kEntitled;
  uint32_t version = law::kNoId;
  Rational amount;                          // a month, where it is paid over time; if due
  law::BenefitId replaced_by = law::kNoId;  // out
};

// `rivals`: of one tree, in the order of benefits and rows. `is_related(a, b)`: the rows of both
// are one, or one is above the other.
template <typename IsRelated>
void settle_rivals(const law::Program& program, Date on, std::vector<Rival>& rivals,
                   const IsRelated& is_related) {
  const auto is_open = [](const Rival& rival) {
    return rival.status == Status::kCannotTell || rival.status == Status::kIncomplete;
  };
  const auto names = [&](const Rival& winner, const Rival& loser) {
    if (winner.version == law::kNoId) return false;
    const auto& instead = program.benefits[winner.benefit].versions[winner.version].instead_of;
    return std::ranges::find(instead, loser.benefit) != instead.end();
  };
  // By what each gives by its own rules: the outcome of one exclusion does not undo another, but
  // two that name each other do not both fall.
  for (Rival& winner : rivals) {
    for (Rival& loser : rivals) {
      if (&winner == &loser || !names(winner, loser) || !is_related(winner, loser)) continue;
      if (loser.status != Status::kEntitled || winner.replaced_by == loser.benefit) continue;
      if (is_open(winner)) continue;
      loser.status = Status::kNotEntitled;
      loser.replaced_by = winner.benefit;
    }
  }
  for (const law::HighestOfRule& rule : program.highest_of) {
    if (!rule.force.contains(on)) continue;
    const auto rank_of = [&](const Rival& rival) {
      return std::ranges::find(rule.benefits, rival.benefit) - rule.benefits.begin();
    };
    const auto count = static_cast<std::ptrdiff_t>(rule.benefits.size());
    std::vector<const Rival*> winners(rivals.size(), nullptr);
    const auto is_higher = [&](const Rival& a, const Rival& b) {
      if (a.amount != b.amount) return a.amount > b.amount;
      return rank_of(a) != rank_of(b) ? rank_of(a) < rank_of(b) : &a < &b;
    };
    for (size_t mine = 0; mine < rivals.size(); ++mine) {
      if (rank_of(rivals[mine]) == count || rivals[mine].status != Status::kEntitled) continue;
      for (const Rival& other : rivals) {
        if (rank_of(other) == count || other.status != Status::kEntitled) continue;
        if (rank_of(other) == rank_of(rivals[mine]) || !is_related(rivals[mine], other)) continue;
        if (!is_higher(other, rivals[mine])) continue;
        if (winners[mine] == nullptr || is_higher(other, *winners[mine])) winners[mine] = &other;
      }
    }
    for (size_t mine = 0; mine < rivals.size(); ++mine) {
      if (winners[mine] == nullptr) continue;
      rivals[mine].status = Status::kNotEntitled;
      rivals[mine].replaced_by = winners[mine]->benefit;
    }
  }
}

}  // namespace ansinh::engine::batch
