#include "lab/tally.h"

#include <algorithm>

namespace ansinh::lab {

using engine::BatchBenefit;
using engine::BatchPay;
using engine::Status;

Figures& Figures::operator+=(const Figures& other) {
  people += other.people;
  instances += other.instances;
  paid += other.paid;
  return *this;
}

void Undecided::add(uint64_t tree) {
  const auto at = std::lower_bound(trees.begin(), trees.end(), tree);
  if (at != trees.end() && *at == tree) return;
  if (trees.size() == kUndecidedKept && at == trees.end()) return;
  trees.insert(at, tree);
  if (trees.size() > kUndecidedKept) trees.pop_back();
}

void Net::clear(const PeopleBlock& block) {
  person.assign(block.people(), 0);
  tree.assign(block.trees(), 0);
}

Tables::Tables(const law::Program& program, const Statistics& statistics) {
  for (const Dimension& dimension : statistics.dimensions) people.emplace_back(dimension.size(), 0);
  benefits.resize(program.benefits.size());
  for (BenefitTable& table : benefits) {
    for (const Dimension& dimension : statistics.dimensions)
      table.groups.emplace_back(dimension.size());
    table.funds.resize(program.funds.size() + 1);
  }
}

void Tables::merge(const Tables& other) {
  trees += other.trees;
  for (size_t d = 0; d < people.size(); ++d)
    for (size_t g = 0; g < people[d].size(); ++g) people[d][g] += other.people[d][g];
  for (size_t b = 0; b < benefits.size(); ++b) {
    BenefitTable& into = benefits[b];
    const BenefitTable& from = other.benefits[b];
    for (size_t d = 0; d < into.groups.size(); ++d)
      for (size_t g = 0; g < into.groups[d].size(); ++g) into.groups[d][g] += from.groups[d][g];
    for (size_t f = 0; f < into.funds.size(); ++f) into.funds[f] += from.funds[f];
    for (size_t s = 0; s < into.statuses.rows.size(); ++s)
      into.statuses.rows[s] += from.statuses.rows[s];
    into.statuses.elsewhen += from.statuses.elsewhen;
    into.statuses.odd += from.statuses.odd;
    for (const uint64_t tree : from.undecided.trees) into.undecided.add(tree);
  }
}

namespace {

// Whether a payment that comes again and again is made on the date.
bool is_running(const law::Program& program, const law::PaymentRule& rule, const BatchPay& pay,
                uint32_t row, Date on) {
  const int32_t from = BatchPay::date_at(pay.from, row);
  const int32_t until = BatchPay::date_at(pay.until, row);
  if (from != BatchPay::kNoDate && from > on.days) return false;
  if (until != BatchPay::kNoDate && until < on.days) return false;
  if (rule.duration == law::kNoId || from == BatchPay::kNoDate || pay.duration_numerator.empty())
    return true;
  const int64_t denominator = pay.duration_denominator.empty() ? 1 : pay.duration_denominator[row];
  const auto length = static_cast<int32_t>(
      std::clamp<int64_t>(pay.duration_numerator[row] / denominator, 0, 100'000));
  const Date end = program.nodes[rule.duration].type.month != 0
                       ? add_months(Date{from}, length, ShortMonth::kLastDay)
                       : Date{from + length};
  return on < end;
}

bool is_in_the_year(int32_t date, Date on) {
  if (date == BatchPay::kNoDate) return true;
  return date <= on.days && date > add_months(on, -12, ShortMonth::kLastDay).days;
}

// In steps; false where it is no whole number of them.
bool in_steps(const law::Program& program, const law::PaymentRule& rule, const BatchPay& pay,
              uint32_t row, int64_t& steps) {
  steps = pay.numerator.empty() ? 0 : pay.numerator[row];
  const bool is_yearly = program.nodes[rule.amount].type.per == law::Per::kYear;
  const int64_t denominator = pay.denominator.empty() ? 1 : pay.denominator[row];
  if (denominator == 1 && !is_yearly && program.currency_step == Rational(1)) return true;
  const Rational amount = Rational(steps, denominator) * Rational(is_yearly ? 12 : 1);
  return (amount / program.currency_step).to_int64(steps);
}

void put(Paid<int64_t>& paid, law::Frequency each, int64_t steps) {
  switch (each) {
    case law::Frequency::kOnce:
      paid.once += steps;
      break;
    case law::Frequency::kDay:
      paid.day += steps;
      break;
    case law::Frequency::kMonth:
      paid.month += steps;
      break;
    case law::Frequency::kYear:
      paid.year += steps;
      break;
  }
}

}  // namespace

Payment payment_of(const law::Program& program, const BatchBenefit& benefit, uint32_t row,
                   uint32_t number, int32_t event_date, Date on) {
  const law::BenefitVersion& version =
      program.benefits[benefit.benefit].versions[benefit.version[row]];
  const law::PaymentRule& rule = version.payments[number];
  const BatchPay& pay = benefit.pays[number];
  Payment payment;
  payment.each = rule.each;
  if (rule.each == law::Frequency::kOnce) {
    const int32_t date = BatchPay::date_at(pay.on, row);
    payment.is_counted = is_in_the_year(date != BatchPay::kNoDate ? date : event_date, on);
  } else {
    payment.is_counted = is_running(program, rule, pay, row, on);
  }
  payment.is_odd = (!benefit.wide.empty() && benefit.wide.contains({row, number})) ||
                   !in_steps(program, rule, pay, row, payment.steps);
  if (payment.is_odd) payment.steps = 0;
  return payment;
}

void Counter::add_people(const PeopleBlock& block) {
  tables_.trees += block.trees();
  for (size_t d = 0; d < tables_.people.size(); ++d)
    for (uint32_t person = 0; person < block.people(); ++person)
      tables_.people[d][block.group(d, person)] += block.is_alive(person) ? 1 : 0;
}

void Counter::add(PeopleBlock& block, const engine::BatchResult& result, uint64_t first_tree,
                  const std::vector<bool>* wanted, Net* net) {
  for (law::BenefitId b = 0; b < result.benefits.size(); ++b)
    if (wanted == nullptr || (*wanted)[b]) add_benefit(block, result.benefits[b], first_tree, net);
}

void Counter::add_benefit(PeopleBlock& block, const BatchBenefit& benefit, uint64_t first_tree,
                          Net* net) {
  const law::BenefitInfo& info = program_.benefits[benefit.benefit];
  BenefitTable& table = tables_.benefits[benefit.benefit];
  const auto rows = static_cast<uint32_t>(benefit.status.size());
  if (benefit.status.is_alike() && rows != 0 && benefit.status[0] == Status::kNotEntitled) {
    table.statuses.rows[static_cast<size_t>(Status::kNotEntitled)] += rows;
    return;
  }
  const bool is_below = block.is_below_person(info.entity);
  const std::vector<uint32_t>& holder_of = block.holder_of(info.entity);
  const std::vector<int32_t>& events = block.event_date(info.entity);
  const Statistics& statistics = block.statistics();
  uint32_t last_holder = law::kNoId;  // rows of one holder stand together
  for (uint32_t row = 0; row < rows; ++row) {
    const Status status = benefit.status[row];
    ++table.statuses.rows[static_cast<size_t>(status)];
    if (status == Status::kNotEntitled) continue;
    const uint32_t holder = holder_of[row];
    const uint32_t tree = is_below ? block.tree_of(holder) : holder;
    if (status != Status::kEntitled) {
      table.undecided.add(first_tree + tree);
      continue;
    }
    const law::BenefitVersion& version = info.versions[benefit.version[row]];
    const int32_t event = events.empty() ? PeopleBlock::kNoDate : events[row];
    Paid<int64_t> paid;
    int64_t own = 0;  // what the people have of it, a year
    bool is_counted = version.payments.empty() && is_in_the_year(event, block.on());
    for (uint32_t k = 0; k < version.payments.size(); ++k) {
      const Payment payment = payment_of(program_, benefit, row, k, event, block.on());
      if (payment.is_odd) ++table.statuses.odd;
      if (!payment.is_counted) continue;
      is_counted = true;
      Paid<int64_t> one;
      put(one, payment.each, payment.steps);
      paid += one;
      const law::PaymentRule& rule = version.payments[k];
      const size_t fund = std::min<size_t>(rule.fund, program_.funds.size());
      table.funds[fund] += one;
      if (!info.is_contribution) own += one.per_year();
      if (info.is_contribution && rule.party != law::kNoId && statistics.paid_by_people[rule.party])
        own -= one.per_year();
    }
    if (!is_counted) {
      ++table.statuses.elsewhen;
      continue;
    }
    if (net != nullptr) (is_below ? net->person[holder] : net->tree[tree]) += own;
    const bool is_first = holder != last_holder;
    last_holder = holder;
    for (size_t d = 0; d < table.groups.size(); ++d) {
      const uint32_t group = is_below ? block.group(d, holder) : block.tree_group(d, tree);
      Figures& figures = table.groups[d][group];
      if (is_first) figures.people += is_below ? 1 : block.heads(tree);
      ++figures.instances;
      figures.paid += paid;
    }
  }
}

}  // namespace ansinh::lab
