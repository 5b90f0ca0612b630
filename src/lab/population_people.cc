// Who lives with whom: people by quota of age and sex, couples, children, households.

#include <algorithm>
#include <cassert>
#include <numeric>

#include "lab/population_block.h"

namespace ansinh::lab {

namespace {

constexpr int kAdult = 18;
constexpr uint64_t kStepLiving = 1'000'001, kStepDeaths = 1'000'002, kStepOther = 1'000'010;
constexpr int64_t kYear = 365;

Date birthday(Date on, int years_ago) {
  return add_months(on, -12 * years_ago, ShortMonth::kLastDay);
}

class Assembly {
 public:
  Assembly(Block& block, uint32_t people)
      : block_(block), model_(block.model), rules_(model_.households), random_(block.random) {
    make_people(people);
  }

  void run() {
    make_couples();
    make_nuclei();
    give_children();
    join_elders();
    settle();
  }

 private:
  struct Nucleus {
    uint32_t woman = kNobody, man = kNobody;
    uint32_t root = kNobody;  // the nucleus in whose household it lives
    int age = 0;              // of the older
  };

  // ---- People: raw, by sex, then age ----------------------------------------------------------

  // Whole numbers for every cell, exact in sum, from the model's weights.
  void count_cells(const AgeSex& weights, uint64_t people, uint64_t step,
                   std::vector<uint32_t>& out) const {
    const uint64_t total = std::accumulate(weights.begin(), weights.end(), uint64_t{0});
    out.assign(weights.size(), 0);
    if (total == 0 || people == 0) return;
    const auto phase = scaled_down(total, block_.quota.phase(step));
    uint64_t before = 0;
    uint64_t given = 0;
    for (size_t cell = 0; cell < weights.size(); ++cell) {
      before += weights[cell];
      const auto upto =
          static_cast<uint64_t>((static_cast<UnsignedWide>(before) * people + phase) / total);
      out[cell] = static_cast<uint32_t>(upto - given);
      given = upto;
    }
  }

  void make_people(uint32_t people) {
    const People& tables = model_.people;
    const uint64_t dead = block_.quota.of(kStepDeaths, people, tables.dead_total,
                                          tables.living_total + tables.dead_total);
    std::vector<uint32_t> living_cells;
    std::vector<uint32_t> dead_cells;
    count_cells(tables.living, people - dead, kStepLiving, living_cells);
    count_cells(tables.dead, dead, kStepDeaths, dead_cells);
    count_ = people;
    cells_.assign(living_cells.size() + 1, 0);
    for (size_t cell = 0; cell < living_cells.size(); ++cell) {
      const uint32_t here = living_cells[cell] + dead_cells[cell];
      cells_[cell + 1] = cells_[cell] + here;
      const auto sex = static_cast<uint8_t>(cell / kAges);
      const auto age = static_cast<uint8_t>(cell % kAges);
      sex_.insert(sex_.end(), here, sex);
      age_.insert(age_.end(), here, age);
      dead_.insert(dead_.end(), here, 0);
      // The dead stand evenly among their like, from a place drawn.
      const uint32_t gone = dead_cells[cell];
      if (gone == 0) continue;
      const uint32_t start = random_.below(here);
      for (uint32_t i = 0; i < gone; ++i) {
        const uint32_t at = (start + static_cast<uint32_t>(uint64_t{i} * here / gone)) % here;
        dead_[cells_[cell] + at] = 1;
      }
    }
    assert(sex_.size() == people);
    had_birthday_.assign(people, 0);
    partner_.assign(people, kNobody);
    mother_.assign(people, kNobody);
    nucleus_.assign(people, kNobody);
  }

  uint32_t begin_of(int sex, int age) const {
    return cells_[static_cast<size_t>(sex) * kAges + static_cast<size_t>(age)];
  }
  uint32_t end_of(int sex, int age) const {
    return cells_[static_cast<size_t>(sex) * kAges + static_cast<size_t>(age) + 1];
  }

  bool chance(uint32_t percent) { return random_.below(100) < percent; }

  // ---- Couples ----------------------------------------------------------------------------------

  void make_couples() {
    std::vector<uint32_t> next_man(kAges);
    for (int age = 0; age < kAges; ++age) next_man[static_cast<size_t>(age)] = begin_of(1, age);
    for (int age = kAgeMax; age >= kAdult; --age) {
      const uint32_t begin = begin_of(0, age);
      const uint32_t women = end_of(0, age) - begin;
      if (women == 0) continue;
      const uint64_t wanted =
          block_.quota.of(kStepOther + static_cast<uint64_t>(age), women,
                          rules_.partnered_percent[static_cast<size_t>(age)], 100);
      const uint32_t start = random_.below(women);
      for (uint64_t i = 0; i < wanted; ++i) {
        const uint32_t woman = begin + (start + static_cast<uint32_t>(i * women / wanted)) % women;
        const int man_age =
            age + static_cast<int>(value_at(rules_.man_older_years, random_.fraction()));
        const uint32_t man = take_man(next_man, std::clamp(man_age, kAdult, kAgeMax));
        if (man == kNobody) continue;
        partner_[woman] = man;
        partner_[man] = woman;
      }
    }
  }

  // A man of that age who has no partner yet, or of one near it.
  uint32_t take_man(std::vector<uint32_t>& next_man, int age) {
    constexpr int kApartMost = 12;
    for (int apart = 0; apart <= kApartMost; ++apart) {
      for (const int at : {age - apart, age + apart}) {
        if (at < kAdult || at > kAgeMax) continue;
        uint32_t& next = next_man[static_cast<size_t>(at)];
        if (next < end_of(1, at)) return next++;
      }
    }
    return kNobody;
  }

  // ---- Nuclei: couples, and adults who live with neither partner nor parents --------------------

  void add_nucleus(uint32_t woman, uint32_t man) {
    const auto id = static_cast<uint32_t>(nuclei_.size());
    Nucleus nucleus{woman, man, id, 0};
    for (const uint32_t person : {woman, man}) {
      if (person == kNobody) continue;
      nucleus_[person] = id;
      nucleus.age = std::max(nucleus.age, int{age_[person]});
    }
    nuclei_.push_back(nucleus);
    if (woman == kNobody) return;
    (man == kNobody ? lone_women_ : couples_)[age_[woman]].push_back(id);
  }

  void make_nuclei() {
    for (uint32_t person = 0; person < count_; ++person) {
      const bool is_minor = age_[person] < kAdult;
      if (!is_minor && partner_[person] != kNobody) {
        if (sex_[person] == 0) add_nucleus(person, partner_[person]);
      } else if (is_minor || chance(rules_.with_parents_percent[age_[person]])) {
        children_.push_back(person);
      } else {
        add_nucleus(sex_[person] == 0 ? person : kNobody, sex_[person] == 0 ? kNobody : person);
      }
    }
  }

  // ---- Children ---------------------------------------------------------------------------------

  int draw_mother_age() {
    const std::vector<uint64_t>& weights = model_.people.mother_age;
    if (mother_up_to_.empty()) {
      uint64_t sum = 0;
      for (const uint64_t weight : weights) mother_up_to_.push_back(sum += weight >> 8);
    }
    const auto at = scaled_down(mother_up_to_.back(), random_.next());
    return static_cast<int>(std::ranges::upper_bound(mother_up_to_, at) - mother_up_to_.begin());
  }

  using ByAge = std::vector<std::vector<uint32_t>>;

  // A nucleus with a woman of that age, or of one near it but not below `least`.
  uint32_t find_nucleus(const ByAge& by_age, int age, int least) {
    for (int apart = 0; apart <= kAgeMax; ++apart) {
      for (const int at : {age + apart, age - apart}) {
        if (at < least || at > kAgeMax || by_age[static_cast<size_t>(at)].empty()) continue;
        const auto& there = by_age[static_cast<size_t>(at)];
        return there[random_.below(static_cast<uint32_t>(there.size()))];
      }
    }
    return kNobody;
  }

  void give_children() {
    constexpr int kLeastApart = 15;
    std::vector<bool> has_infant(count_);
    for (const uint32_t child : children_) {
      const int age = age_[child];
      // Half of the mothers have had a birthday since the birthday of the child (draw_dates).
      const auto since = static_cast<uint8_t>(random_.below(2));
      had_birthday_[child] = since;
      const int wanted = std::min(age + draw_mother_age() + since, kAgeMax);
      const bool is_lone = chance(rules_.lone_mother_percent);
      uint32_t found = kNobody;
      constexpr int kTries = 8;
      for (int attempt = 0; attempt < kTries; ++attempt) {
        found = find_nucleus(is_lone ? lone_women_ : couples_, wanted, age + kLeastApart);
        if (found == kNobody) {
          found = find_nucleus(is_lone ? couples_ : lone_women_, wanted, age + kLeastApart);
        }
        // Twins are not modelled: each mother has one infant.
        if (age > 0 || found == kNobody || !has_infant[nuclei_[found].woman]) break;
        found = kNobody;
      }
      if (found == kNobody) {
        homeless_.push_back(child);
        continue;
      }
      nucleus_[child] = found;
      mother_[child] = nuclei_[found].woman;
      if (age == 0) has_infant[nuclei_[found].woman] = true;
    }
    // Where the block has no woman who could be the mother: with anybody grown up.
    for (const uint32_t child : homeless_) {
      if (nuclei_.empty()) {
        add_nucleus(sex_[child] == 0 ? child : kNobody, sex_[child] == 0 ? kNobody : child);
      } else {
        nucleus_[child] = random_.below(static_cast<uint32_t>(nuclei_.size()));
      }
    }
  }

  // ---- Generations ------------------------------------------------------------------------------

  void join_elders() {
    std::vector<uint32_t> order(nuclei_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, {}, [&](uint32_t id) { return nuclei_[id].age; });
    for (const uint32_t id : order) {
      Nucleus& nucleus = nuclei_[id];
      const uint32_t percent = rules_.with_children_percent[static_cast<size_t>(nucleus.age)];
      if (percent == 0 || !chance(percent)) continue;
      const bool is_man = nucleus.woman == kNobody;
      const int age =
          age_[is_man ? nucleus.man : nucleus.woman] - draw_mother_age() - (is_man ? 3 : 0);
      if (age < kAdult) continue;
      const uint32_t found = find_below(age, nucleus.age);
      if (found != kNobody) nucleus.root = nuclei_[found].root;
    }
  }

  // A couple that is younger than `above`, so that its own root is settled and is not this one.
  uint32_t find_below(int age, int above) {
    constexpr int kApartMost = 5;
    for (int apart = 0; apart <= kApartMost; ++apart) {
      for (const int at : {age + apart, age - apart}) {
        if (at < kAdult || at > kAgeMax || couples_[static_cast<size_t>(at)].empty()) continue;
        const auto& there = couples_[static_cast<size_t>(at)];
        const uint32_t id = there[random_.below(static_cast<uint32_t>(there.size()))];
        if (nuclei_[id].age < above) return id;
      }
    }
    return kNobody;
  }

  // ---- Households -------------------------------------------------------------------------------

  void settle() {
    // Households in random order, their people together.
    std::vector<uint32_t> household_of(nuclei_.size(), kNobody);
    std::vector<uint32_t> roots;
    for (uint32_t id = 0; id < nuclei_.size(); ++id) {
      if (nuclei_[id].root == id) roots.push_back(id);
    }
    for (uint32_t i = static_cast<uint32_t>(roots.size()); i > 1; --i) {
      std::swap(roots[i - 1], roots[random_.below(i)]);
    }
    for (uint32_t i = 0; i < roots.size(); ++i) household_of[roots[i]] = i;
    block_.people = count_;
    block_.households = static_cast<uint32_t>(roots.size());
    std::vector<uint32_t>& first = block_.first;
    first.assign(size_t{block_.households} + 1, 0);
    std::vector<uint32_t> raw_household(count_);
    for (uint32_t person = 0; person < count_; ++person) {
      raw_household[person] = household_of[nuclei_[nucleus_[person]].root];
      ++first[raw_household[person] + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<uint32_t> next(first.begin(), first.end() - 1);
    place_.resize(count_);
    for (uint32_t person = 0; person < count_; ++person) {
      place_[person] = next[raw_household[person]]++;
    }
    copy_people(raw_household);
    draw_dates();
    count_children();
  }

  template <typename T>
  void put(std::vector<T>& to, const std::vector<T>& from) const {
    to.resize(count_);
    for (uint32_t person = 0; person < count_; ++person) to[place_[person]] = from[person];
  }
  void put_people(std::vector<uint32_t>& to, const std::vector<uint32_t>& from) const {
    to.resize(count_);
    for (uint32_t person = 0; person < count_; ++person) {
      to[place_[person]] = from[person] == kNobody ? kNobody : place_[from[person]];
    }
  }

  void copy_people(const std::vector<uint32_t>& raw_household) {
    block_.traits.resize(model_.traits.size());
    block_.amounts.resize(model_.amounts.size());
    block_.spread_.assign(model_.traits.size(), {});
    for (TraitId id = kBuiltInTraits; id < model_.traits.size(); ++id) {
      block_.traits[id].assign(block_.units(model_.traits[id].unit), 0);
    }
    for (AmountId id = kBuiltInAmounts; id < model_.amounts.size(); ++id) {
      block_.amounts[id].assign(block_.units(model_.amounts[id].unit), kNoAmount);
    }
    put(block_.traits[kSex], sex_);
    put(block_.traits[kAge], age_);
    put(block_.traits[kLiving], dead_);
    put(block_.household, raw_household);
    put_people(block_.mother, mother_);
    put_people(block_.partner, partner_);
    auto& partnered = block_.traits[kPartnered];
    partnered.assign(count_, 0);
    block_.living = 0;
    block_.alive.assign(block_.households, 0);
    for (uint32_t person = 0; person < count_; ++person) {
      partnered[person] = block_.partner[person] != kNobody ? 1 : 0;
      if (block_.traits[kLiving][person] != 0) continue;
      ++block_.living;
      ++block_.alive[block_.household[person]];
    }
    auto& size = block_.traits[kSize];
    const size_t size_most = model_.traits[kSize].values.size() - 1;
    size.resize(block_.households);
    for (uint32_t i = 0; i < block_.households; ++i) {
      size[i] =
          static_cast<uint8_t>(std::min<size_t>(block_.first[i + 1] - block_.first[i], size_most));
    }
  }

  // Births so that ages come out; nobody has the birthday of another of the same sex in the
  // household, so that people can be told apart by their facts. Deaths within the year.
  void draw_dates() {
    const Date on = model_.on;
    std::vector<int64_t> oldest(kAges + 1);  // by age: the last day too early to be that old
    for (int age = 0; age <= kAges; ++age) {
      oldest[static_cast<size_t>(age)] = birthday(on, age).days;
    }
    auto& birth = block_.amounts[kBirth];
    auto& death = block_.amounts[kDeath];
    birth.resize(count_);
    death.assign(count_, kNoAmount);
    block_.amounts[kOn].assign(count_, on.days);
    const std::vector<uint32_t> since = draw_birthdays();
    for (uint32_t person = 0; person < count_; ++person) {
      const uint8_t age = block_.traits[kAge][person];
      const int64_t low = oldest[size_t{age} + 1] + 1;
      const int64_t high = oldest[age];
      birth[person] =
          high - static_cast<int64_t>(
                     (uint64_t{since[person]} * static_cast<uint64_t>(high - low + 1)) >> 32);
      const uint32_t begin = block_.first[block_.household[person]];
      for (uint32_t other = begin; other < person; ++other) {
        const bool is_same = birth[other] == birth[person] &&
                             block_.traits[kSex][other] == block_.traits[kSex][person];
        if (!is_same) continue;
        birth[person] = birth[person] == high ? low : birth[person] + 1;
        other = begin - 1;  // from the start again
      }
      if (block_.traits[kLiving][person] != 0) {
        death[person] = random_.between(std::max(on.days - kYear, birth[person]), int64_t{on.days});
      }
    }
  }

  // By person: how long ago the last birthday was, as a fraction of a year. That of a mother is
  // before that of her infant, or after it, as her age at the birth asks.
  std::vector<uint32_t> draw_birthdays() {
    std::vector<uint32_t> since(count_);
    for (uint32_t& one : since) one = random_.fraction();
    std::vector<uint8_t> had_birthday;
    put(had_birthday, had_birthday_);
    for (uint32_t child = 0; child < count_; ++child) {
      const uint32_t mother = block_.mother[child];
      if (mother == kNobody || block_.traits[kAge][child] != 0) continue;
      const bool is_after = since[mother] < since[child];
      if (is_after != (had_birthday[child] != 0)) std::swap(since[mother], since[child]);
    }
    return since;
  }

  void count_children() {
    std::vector<uint8_t>* counts[] = {&block_.traits[kInfants], &block_.traits[kOlderChildren],
                                      &block_.traits[kYoungChildren], &block_.traits[kLoneChildren],
                                      &block_.traits[kPartnerInfants]};
    for (auto* count : counts) count->assign(count_, 0);
    auto& infant_birth = block_.amounts[kInfantBirth];
    auto& partner_infant_birth = block_.amounts[kPartnerInfantBirth];
    infant_birth.assign(count_, kNoAmount);
    partner_infant_birth.assign(count_, kNoAmount);
    const auto add = [](std::vector<uint8_t>& count, uint32_t person, uint8_t most) {
      count[person] = static_cast<uint8_t>(std::min<int>(count[person] + 1, most));
    };
    for (uint32_t child = 0; child < count_; ++child) {
      const uint32_t mother = block_.mother[child];
      if (mother == kNobody) continue;
      const uint32_t partner = block_.partner[mother];
      const int age = block_.traits[kAge][child];
      const bool is_alive = block_.traits[kLiving][child] == 0;
      if (age == 0) {
        add(block_.traits[kInfants], mother, 9);
        infant_birth[mother] = block_.amounts[kBirth][child];
        if (partner != kNobody) {
          add(block_.traits[kPartnerInfants], partner, 9);
          partner_infant_birth[partner] = block_.amounts[kBirth][child];
        }
      } else if (is_alive) {
        add(block_.traits[kOlderChildren], mother, 30);
      }
      constexpr int kYoung = 3;
      constexpr int kChild = 16;
      if (!is_alive) continue;
      if (age < kYoung) add(block_.traits[kYoungChildren], mother, 30);
      const bool is_lone = partner == kNobody || block_.traits[kLiving][partner] != 0;
      if (age < kChild && is_lone) add(block_.traits[kLoneChildren], mother, 30);
    }
  }

  Block& block_;
  const Model& model_;
  const HouseholdRules& rules_;
  Random& random_;
  uint32_t count_ = 0;
  std::vector<uint32_t> cells_;  // by sex, then age, and one more: its first person
  std::vector<uint8_t> sex_, age_, dead_, had_birthday_;
  std::vector<uint32_t> partner_, mother_, nucleus_, place_;
  std::vector<uint32_t> children_, homeless_;
  std::vector<Nucleus> nuclei_;
  ByAge couples_ = ByAge(kAges), lone_women_ = ByAge(kAges);
  std::vector<uint64_t> mother_up_to_;
};

}  // namespace

void assemble(Block& block, uint64_t number, uint32_t people) {
  assert(people > 0 && people <= kBlockPeople);
  block.number = number;
  block.random = Random(block.seed, number);
  block.quota = Quota(block.seed, number);
  Assembly(block, people).run();
}

}  // namespace ansinh::lab
