// The steps of a model on one block: who is picked, what is drawn.

#include <algorithm>
#include <cassert>
#include <numeric>
#include <unordered_set>

#include "lab/population_block.h"

namespace ansinh::lab {

std::span<const uint8_t> Block::trait_of(TraitId trait, Unit unit) {
  const bool is_spread = unit == Unit::kPerson && model.traits[trait].unit == Unit::kHousehold;
  if (!is_spread) return traits[trait];
  std::vector<uint8_t>& spread = spread_[trait];
  if (spread.empty()) {
    spread.resize(people);
    for (uint32_t person = 0; person < people; ++person) {
      spread[person] = traits[trait][household[person]];
    }
  }
  return spread;
}

void Block::select(const Condition& condition, Unit unit, std::vector<uint32_t>& out) {
  const uint32_t count = units(unit);
  out.resize(count);
  if (condition.parts.empty()) {
    std::iota(out.begin(), out.end(), 0U);
    return;
  }
  size_t kept = 0;
  const auto begin = trait_of(condition.parts[0].trait, unit);
  for (uint32_t i = 0; i < count; ++i) {
    out[kept] = i;
    kept += condition.parts[0].holds[begin[i]];
  }
  for (size_t part = 1; part < condition.parts.size(); ++part) {
    const auto values = trait_of(condition.parts[part].trait, unit);
    size_t still = 0;
    for (size_t k = 0; k < kept; ++k) {
      const uint32_t i = out[k];
      out[still] = i;
      still += condition.parts[part].holds[values[i]];
    }
    kept = still;
  }
  out.resize(kept);
}

namespace {

class Steps {
 public:
  explicit Steps(Block& block) : block_(block), model_(block.model) {}

  void run() {
    for (step_ = 0; step_ < model_.steps.size(); ++step_) {
      std::visit([&](const auto& step) { apply(step); }, model_.steps[step_]);
    }
  }

 private:
  // ---- Pick -------------------------------------------------------------------------------------

  void apply(const Pick& pick) {
    std::vector<uint32_t>& among = block_.selected_;
    block_.select(pick.among, pick.unit, among);
    std::vector<uint8_t>& trait = block_.traits[pick.trait];
    if (pick.size == Pick::Size::kAll) {
      for (const uint32_t i : among) trait[i] = pick.value;
    } else if (!among.empty()) {
      weigh(pick);
      uint64_t wanted = number_of(pick);
      if (pick.fill != kNone) {
        block_.select(model_.targets[pick.fill].among, pick.unit, others_);
        wanted -= std::min<uint64_t>(wanted, others_.size());
      }
      draw(std::min<uint64_t>(wanted, among.size()), trait, pick.value);
    }
    block_.forget_spread(pick.trait);
  }

  // Weights of those among, so small that sums and products stay within 64 bits.
  void weigh(const Pick& pick) {
    const std::vector<uint32_t>& among = block_.selected_;
    std::vector<uint64_t>& weights = block_.weights_;
    weights.assign(among.size(), 1);
    for (const Factor& factor : pick.weights) {
      const auto values = block_.trait_of(factor.trait, pick.unit);
      for (size_t k = 0; k < among.size(); ++k) weights[k] *= factor.by[values[among[k]]];
    }
    constexpr uint64_t kMost = uint64_t{1} << 32;
    const uint64_t most = *std::ranges::max_element(weights);
    int shift = 0;
    while ((most >> shift) > kMost) ++shift;
    if (shift == 0) return;
    for (uint64_t& weight : weights) {
      if (weight != 0) weight = std::max<uint64_t>(weight >> shift, 1);
    }
  }

  uint64_t number_of(const Pick& pick) const {
    const std::vector<uint32_t>& among = block_.selected_;
    if (pick.size == Pick::Size::kShare && !pick.counts_people) {
      return block_.quota.of(step_, among.size(), pick.part, pick.whole);
    }
    if (pick.unit == Unit::kPerson) {
      return block_.quota.of(step_, block_.living, pick.part, pick.whole);
    }
    if (!pick.counts_people) {
      return block_.quota.of(step_, block_.households, pick.part, pick.whole);
    }
    // So many households that the people in them are expected to be as many as wanted.
    uint64_t all = block_.living;
    if (pick.size == Pick::Size::kShare) {
      all = 0;
      for (const uint32_t i : among) all += block_.alive[i];
    }
    uint64_t weight = 0;
    UnsignedWide weighed_people = 0;
    for (size_t k = 0; k < among.size(); ++k) {
      weight += block_.weights_[k];
      weighed_people += static_cast<UnsignedWide>(block_.weights_[k]) * block_.alive[among[k]];
    }
    if (weighed_people == 0) return 0;
    // Rounded only once: people in 1/1024.
    const auto people = static_cast<UnsignedWide>(all) * pick.part * 1024 / pick.whole;
    const auto part = static_cast<uint64_t>(people * weight / (weighed_people / 16 + 1));
    return block_.quota.of(step_, 1, part, uint64_t{1024} * 16);
  }

  // Systematic sampling with unequal chances: each unit's chance is in proportion to its weight,
  // those that would be certain are taken first, and the number is exact.
  void draw(uint64_t wanted, std::vector<uint8_t>& trait, uint8_t value) {
    const std::vector<uint32_t>& among = block_.selected_;
    std::vector<uint64_t>& weights = block_.weights_;
    uint64_t total = std::accumulate(weights.begin(), weights.end(), uint64_t{0});
    for (bool is_changed = true; is_changed && wanted > 0 && total > 0;) {
      is_changed = false;
      for (size_t k = 0; k < among.size() && wanted > 0; ++k) {
        if (weights[k] == 0 || weights[k] * wanted < total) continue;
        trait[among[k]] = value;
        total -= weights[k];
        weights[k] = 0;
        --wanted;
        is_changed = true;
      }
    }
    if (wanted == 0 || total == 0) return;
    auto reached = scaled_down(total, block_.random.next());
    for (size_t k = 0; k < among.size(); ++k) {
      reached += weights[k] * wanted;
      if (reached < total) continue;
      reached -= total;
      trait[among[k]] = value;
    }
  }

  // ---- Choose -----------------------------------------------------------------------------------

  static uint8_t value_of(const std::vector<uint64_t>& up_to, uint64_t at) {
    return static_cast<uint8_t>(std::ranges::upper_bound(up_to, at) - up_to.begin());
  }

  void apply(const Choose& choose) {
    std::vector<uint32_t>& among = block_.selected_;
    block_.select(choose.among, choose.unit, among);
    std::vector<uint8_t>& trait = block_.traits[choose.trait];
    if (choose.is_even) {
      choose_evenly(choose, among, trait);
    } else {
      const auto by =
          choose.by == kNone ? std::span<const uint8_t>() : block_.trait_of(choose.by, choose.unit);
      for (const uint32_t i : among) {
        const std::vector<uint64_t>& up_to = choose.up_to[by.empty() ? 0 : by[i]];
        const auto at = scaled_down(up_to.back(), block_.random.next());
        trait[i] = value_of(up_to, at);
      }
    }
    block_.forget_spread(choose.trait);
  }

  // Goes through the households with a line of all their people: a household gets the value in
  // whose stretch of the line its first person stands. Where the stretches begin moves from block
  // to block, so that sums come out.
  void choose_evenly(const Choose& choose, const std::vector<uint32_t>& among,
                     std::vector<uint8_t>& trait) const {
    const std::vector<uint64_t>& up_to = choose.up_to[0];
    uint64_t all = 0;
    for (const uint32_t i : among) all += block_.alive[i];
    if (all == 0) return;
    const uint64_t total = up_to.back();
    const auto start = scaled_down(total, block_.quota.phase(step_));
    uint64_t before = 0;
    for (const uint32_t i : among) {
      const uint64_t at =
          static_cast<uint64_t>(static_cast<UnsignedWide>(before) * total / all) + start;
      trait[i] = value_of(up_to, at % total);
      before += block_.alive[i];
    }
  }

  // ---- Amounts ----------------------------------------------------------------------------------

  void apply(const Draw& draw) {
    std::vector<uint32_t>& among = block_.selected_;
    block_.select(draw.among, draw.unit, among);
    std::vector<int64_t>& amount = block_.amounts[draw.amount];
    const auto by =
        draw.by == kNone ? std::span<const uint8_t>() : block_.trait_of(draw.by, draw.unit);
    for (const uint32_t i : among) {
      const Quantiles& quantiles = draw.quantiles[by.empty() ? 0 : by[i]];
      const uint32_t fraction = block_.random.fraction();
      if (!quantiles.empty()) amount[i] = value_at(quantiles, fraction);
    }
    for (const Factor& factor : draw.percent) {
      const auto values = block_.trait_of(factor.trait, draw.unit);
      for (const uint32_t i : among) {
        if (amount[i] != kNoAmount) amount[i] = amount[i] * factor.by[values[i]] / 100;
      }
    }
    for (size_t k = 0; k < draw.targets.size(); ++k) {
      if (draw.millionths[k] == 1'000'000) continue;
      block_.select(model_.targets[draw.targets[k]].among, draw.unit, others_);
      marks_.assign(block_.units(draw.unit), 0);
      for (const uint32_t i : others_) marks_[i] = 1;
      for (const uint32_t i : among) {
        if (amount[i] == kNoAmount || marks_[i] == 0) continue;
        amount[i] =
            static_cast<int64_t>(static_cast<Wide>(amount[i]) * draw.millionths[k] / 1'000'000);
      }
    }
    if (draw.from != kNone) {
      const std::vector<int64_t>& from = block_.amounts[draw.from];
      for (const uint32_t i : among) add_days(draw, from[i], amount[i]);
    } else if (draw.round_to > 1) {
      for (const uint32_t i : among) {
        if (amount[i] != kNoAmount) amount[i] = rounded(amount[i], draw.round_to);
      }
    }
  }

  static int64_t rounded(int64_t value, int64_t multiple) {
    return (value + multiple / 2) / multiple * multiple;
  }

  static void add_days(const Draw& draw, int64_t from, int64_t& amount) {
    if (amount == kNoAmount || from == kNoAmount) {
      amount = kNoAmount;
      return;
    }
    amount = draw.is_before ? from - amount : from + amount;
    if (draw.is_month_end) {
      amount = Month::of(Date{static_cast<int32_t>(amount)}).last_day().days;
    }
  }

  void apply(const PerHead& sum) {
    std::vector<int64_t>& amount = block_.amounts[sum.amount];
    const auto& dead = block_.traits[kLiving];
    for (uint32_t household = 0; household < block_.households; ++household) {
      int64_t all = 0;
      int64_t members = 0;
      for (uint32_t person = block_.first[household]; person < block_.first[household + 1];
           ++person) {
        if (dead[person] != 0) continue;
        ++members;
        for (const AmountId id : sum.people) {
          if (block_.amounts[id][person] != kNoAmount) all += block_.amounts[id][person];
        }
      }
      amount[household] = members == 0 ? 0 : all / members;
      if (sum.household != kNone && block_.amounts[sum.household][household] != kNoAmount) {
        amount[household] += block_.amounts[sum.household][household];
      }
    }
  }

  void apply(const Rank& rank) {
    const std::vector<int64_t>& amount = block_.amounts[rank.amount];
    std::vector<uint32_t>& order = block_.selected_;
    order.clear();
    for (uint32_t i = 0; i < block_.units(rank.unit); ++i) {
      if (amount[i] != kNoAmount) order.push_back(i);
    }
    std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
      return amount[a] != amount[b] ? amount[a] < amount[b] : a < b;
    });
    const size_t groups = model_.traits[rank.trait].values.size();
    for (size_t k = 0; k < order.size(); ++k) {
      block_.traits[rank.trait][order[k]] = static_cast<uint8_t>(k * groups / order.size());
    }
    block_.forget_spread(rank.trait);
  }

  void apply(const Copy& copy) {
    std::vector<uint8_t>& trait = block_.traits[copy.trait];
    const auto from = block_.trait_of(copy.of_partner, Unit::kPerson);
    for (uint32_t person = 0; person < block_.people; ++person) {
      const uint32_t partner = block_.partner[person];
      trait[person] = partner == kNobody ? uint8_t{0} : from[partner];
    }
  }

  static constexpr uint64_t kGroupsMax = 100'000;  // of a block

  void apply(const Group& group) {
    block_.select(group.among, Unit::kPerson, block_.selected_);
    const uint64_t wanted = std::clamp<uint64_t>(
        block_.quota.of(step_, block_.living, group.part, group.whole), 1, kGroupsMax);
    std::vector<int64_t>& amount = block_.amounts[group.amount];
    // The cube of an even fraction: the first groups are many times as large as the last.
    for (const uint32_t person : block_.selected_) {
      const uint64_t even = block_.random.fraction();
      const uint64_t cubed = ((even * even) >> 32) * even >> 32;
      const uint64_t which = (cubed * wanted) >> 32;
      amount[person] = static_cast<int64_t>(block_.number * kGroupsMax + which);
    }
  }

  Block& block_;
  const Model& model_;
  size_t step_ = 0;
  std::vector<uint32_t> others_;
  std::vector<uint8_t> marks_;
};

}  // namespace

void run_steps(Block& block) { Steps(block).run(); }

// ---- Measuring
// -----------------------------------------------------------------------------------

void Measured::add(const Measured& other) {
  people += other.people;
  households += other.households;
  living += other.living;
  const auto sum = [](auto& to, const auto& from) {
    to.resize(std::max(to.size(), from.size()));
    for (size_t i = 0; i < from.size(); ++i) to[i] += from[i];
  };
  sum(counts, other.counts);
  sum(sums, other.sums);
  sum(ages, other.ages);
  sum(deaths, other.deaths);
  sum(mothers, other.mothers);
  sum(rows, other.rows);
}

void measure(Block& block, Measured& out) {
  const Model& model = block.model;
  constexpr size_t kAges = kAgeMax + 1;
  out.people += block.people;
  out.households += block.households;
  out.living += block.living;
  out.counts.resize(model.targets.size());
  out.sums.resize(model.targets.size());
  out.ages.resize(2 * kAges);
  out.deaths.resize(2 * kAges);
  out.mothers.resize(kAges);
  for (size_t i = 0; i < model.targets.size(); ++i) {
    const Target& target = model.targets[i];
    block.select(target.among, target.unit, block.selected_);
    if (target.measure == Measure::kCount) {
      out.counts[i] += block.selected_.size();
      continue;
    }
    const std::vector<int64_t>& amount = block.amounts[target.amount];
    if (target.measure == Measure::kDistinct) {
      std::unordered_set<int64_t> seen;
      for (const uint32_t unit : block.selected_) {
        if (amount[unit] != kNoAmount) seen.insert(amount[unit]);
      }
      out.counts[i] += seen.size();
      continue;
    }
    for (const uint32_t unit : block.selected_) {
      if (amount[unit] == kNoAmount) continue;
      // A household's mean is that of its people.
      const uint32_t times = target.unit == Unit::kPerson ? 1 : block.alive[unit];
      out.counts[i] += times;
      out.sums[i] += amount[unit] * times;
    }
  }
  for (uint32_t person = 0; person < block.people; ++person) {
    const size_t cell = block.traits[kSex][person] * kAges + block.traits[kAge][person];
    ++(block.traits[kLiving][person] == 0 ? out.ages : out.deaths)[cell];
    const uint32_t mother = block.mother[person];
    if (block.traits[kAge][person] != 0 || mother == kNobody) continue;
    const auto days = block.amounts[kBirth][person] - block.amounts[kBirth][mother];
    ++out.mothers[std::min<size_t>(static_cast<size_t>(days * 10'000 / 3'652'425), kAges - 1)];
  }
}

}  // namespace ansinh::lab
