#include "engine/batch.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_map>

#include "engine/batch_rivals.h"
#include "engine/batch_run.h"

namespace ansinh::engine {

namespace {

using batch::BenefitVec;
using batch::Mark;
using batch::PayVec;
using batch::Vec;

void set_number(const Vec& from, size_t i, uint32_t row, std::vector<int64_t>& numerator,
                std::vector<int64_t>& denominator, size_t rows) {
  if (numerator.empty()) numerator.assign(rows, 0);
  int64_t top = from.value[i];
  int64_t bottom = from.denominator_of(i);
  if (bottom != 1) {
    const int64_t common = std::gcd(top, bottom);
    top /= common;
    bottom /= common;
  }
  numerator[row] = top;
  if (bottom == 1 && denominator.empty()) return;
  if (denominator.empty()) denominator.assign(rows, 1);
  denominator[row] = bottom;
}

void set_date(const Vec& from, size_t i, uint32_t row, std::vector<int32_t>& dates, size_t rows) {
  if (from.size() == 0 || !from.known(i)) return;
  if (dates.empty()) dates.assign(rows, BatchPay::kNoDate);
  dates[row] = static_cast<int32_t>(from.value[i]);
}

void add_pay(const PayVec& pay, BatchBenefit& out) {
  const size_t rows = out.status.size();
  if (out.pays.size() <= pay.index) out.pays.resize(pay.index + 1);
  BatchPay& to = out.pays[pay.index];
  if (pay.amount.denominators.empty() && pay.amount.denominator == 1 && to.denominator.empty() &&
      pay.on.size() + pay.from.size() + pay.until.size() + pay.duration.size() == 0) {
    if (to.numerator.empty()) to.numerator.assign(rows, 0);
    for (size_t i = 0; i < pay.rows.size(); ++i) to.numerator[pay.rows[i]] = pay.amount.value[i];
    return;
  }
  for (size_t i = 0; i < pay.rows.size(); ++i) {
    const uint32_t row = pay.rows[i];
    set_number(pay.amount, i, row, to.numerator, to.denominator, rows);
    set_date(pay.on, i, row, to.on, rows);
    set_date(pay.from, i, row, to.from, rows);
    set_date(pay.until, i, row, to.until, rows);
    if (pay.duration.size() != 0) {
      set_number(pay.duration, i, row, to.duration_numerator, to.duration_denominator, rows);
    }
  }
}

// Clears what the columns gave to a row.
void clear_row(BatchBenefit& benefit, uint32_t row) {
  benefit.failed.set(row, law::kNoId);
  benefit.replaced_by.set(row, law::kNoId);
  for (BatchPay& pay : benefit.pays) {
    const auto set = [row](auto& values, auto value) {
      if (!values.empty()) values[row] = value;
    };
    set(pay.numerator, int64_t{0});
    set(pay.denominator, int64_t{1});
    set(pay.on, BatchPay::kNoDate);
    set(pay.from, BatchPay::kNoDate);
    set(pay.until, BatchPay::kNoDate);
    set(pay.duration_numerator, int64_t{0});
    set(pay.duration_denominator, int64_t{1});
  }
}

// One number as a column of one place; kHand if it does not fit.
Vec one(const Rational& number) {
  Vec out = Vec::constant(1, 0);
  int64_t denominator = 1;
  int64_t numerator = 0;
  if (!number.to_int64_pair(numerator, denominator)) out.mark.set(0, Mark::kHand);
  out.value.set(0, numerator);
  out.denominator = denominator;
  return out;
}

void set_row(const Outcome& outcome, uint32_t row, BatchBenefit& out) {
  clear_row(out, row);
  out.status.set(row, outcome.status);
  out.version.set(row, outcome.version);
  out.replaced_by.set(row, outcome.replaced_by);
  if (!outcome.failed.empty() && outcome.replaced_by == law::kNoId) {
    out.failed.set(row, outcome.failed.front().node);
  }
  for (uint32_t k = 0; k < outcome.pays.size(); ++k) {
    const Pay& pay = outcome.pays[k];
    const auto& amount = std::get<Rational>(pay.amount);
    PayVec vec;
    vec.index = k;
    vec.rows = Column<uint32_t>::alike(1, row);
    vec.amount = one(amount);
    if (vec.amount.mark[0] == Mark::kHand) out.wide[{row, k}] = amount;
    const auto date = [](const std::optional<Date>& from) {
      return from ? Vec::constant(1, from->days) : Vec{};
    };
    vec.on = date(pay.on);
    vec.from = date(pay.from);
    vec.until = date(pay.until);
    if (pay.duration) vec.duration = one(*pay.duration);
    add_pay(vec, out);
  }
}

// What is compared in `highest of`: as monthly_amount in exclusions.cc.
Rational monthly_amount(const law::Program& program, const BatchBenefit& benefit,
                        const batch::Rival& rival) {
  constexpr int kDaysPerMonth = 30;
  const law::BenefitVersion& version = program.benefits[rival.benefit].versions[rival.version];
  Rational total;
  for (size_t k = 0; k < version.payments.size(); ++k) {
    const law::PaymentRule& rule = version.payments[k];
    const BatchPay& pay = benefit.pays[k];
    const Rational amount(pay.numerator[rival.row],
                          pay.denominator.empty() ? 1 : pay.denominator[rival.row]);
    total += rule.each == law::Frequency::kDay ? amount * Rational(kDaysPerMonth) : amount;
  }
  return total;
}

}  // namespace

Batch::Batch(const law::Program& program, Date on)
    : program_(program),
      on_(on),
      plan_(std::make_shared<const batch::Plan>(program)),
      has_rivals_(program.benefits.size(), 0) {
  for (law::BenefitId b = 0; b < program.benefits.size(); ++b) {
    for (const law::BenefitVersion& version : program.benefits[b].versions) {
      for (const law::BenefitId other : version.instead_of) {
        has_rivals_[b] = has_rivals_[other] = 1;
      }
    }
  }
  for (const law::HighestOfRule& rule : program.highest_of) {
    for (const law::BenefitId b : rule.benefits) has_rivals_[b] = 1;
  }
}

// `instead of` and `highest of`, for trees that are not decided by explain.
void Batch::settle(std::vector<std::pair<uint32_t, batch::Rival>>& rivals,
                   const std::vector<uint8_t>& by_hand, const batch::Run& run,
                   BatchResult& result) const {
  std::ranges::stable_sort(rivals, std::less<>{}, &std::pair<uint32_t, batch::Rival>::first);
  const auto is_related = [&](const batch::Rival& a, const batch::Rival& b) {
    const law::EntityId of_a = program_.benefits[a.benefit].entity;
    const law::EntityId of_b = program_.benefits[b.benefit].entity;
    if (program_.is_within(of_a, of_b)) return run.climb(of_a, a.row, of_b) == b.row;
    return program_.is_within(of_b, of_a) && run.climb(of_b, b.row, of_a) == a.row;
  };
  std::vector<batch::Rival> group;
  for (size_t first = 0; first < rivals.size();) {
    const uint32_t tree = rivals[first].first;
    group.clear();
    for (; first < rivals.size() && rivals[first].first == tree; ++first) {
      group.push_back(rivals[first].second);
    }
    if (group.size() == 1 || by_hand[tree] != 0) continue;
    for (batch::Rival& rival : group) {
      if (rival.status == Status::kEntitled) {
        rival.amount = monthly_amount(program_, result.benefits[rival.benefit], rival);
      }
    }
    batch::settle_rivals(program_, on_, group, is_related);
    for (const batch::Rival& rival : group) {
      if (rival.replaced_by == law::kNoId) continue;
      BatchBenefit& loser = result.benefits[rival.benefit];
      clear_row(loser, rival.row);
      loser.status.set(rival.row, Status::kNotEntitled);
      loser.replaced_by.set(rival.row, rival.replaced_by);
    }
  }
}

BatchWork::BatchWork() = default;
BatchWork::~BatchWork() = default;

BatchResult Batch::decide(const facts::Columns& columns, const std::vector<bool>* wanted,
                          BatchWork* keep, const BatchShared* shared) const {
  auto work = std::make_unique<batch::Run>(program_, *plan_, columns, on_);
  batch::Run& run = *work;
  if (shared != nullptr) run.use_work_of(*shared->earlier->run_, *shared->definition_before);
  BatchResult result;
  result.benefits.resize(program_.benefits.size());
  std::vector<uint8_t> by_hand(columns.trees, 0);
  bool any_by_hand = false;
  // By tree: outcomes that may exclude another.
  std::vector<std::pair<uint32_t, batch::Rival>> rivals;
  for (law::BenefitId b = 0; b < program_.benefits.size(); ++b) {
    result.benefits[b].benefit = b;
    if (wanted != nullptr && !(*wanted)[b] && has_rivals_[b] == 0) continue;
    const BenefitVec& from = run.benefit(b);
    const law::EntityId entity = program_.benefits[b].entity;
    BatchBenefit& to = result.benefits[b];
    to.status = from.status;
    to.version = from.version;
    to.failed = from.failed;
    const size_t rows = from.status.size();
    to.replaced_by = Column<law::BenefitId>::alike(rows, law::kNoId);
    for (const PayVec& pay : from.pays) add_pay(pay, to);
    const bool no_hand = from.mark.is_alike(Mark::kKnown);
    if (no_hand && (has_rivals_[b] == 0 || from.status.is_alike(Status::kNotEntitled))) continue;
    for (uint32_t row = 0; row < rows; ++row) {
      const bool is_hand = from.mark[row] == Mark::kHand;
      const Status status = from.status[row];
      if (!is_hand && (has_rivals_[b] == 0 || status == Status::kNotEntitled)) continue;
      const uint32_t tree = run.climb(entity, row, program_.root_entity);
      if (is_hand) {
        by_hand[tree] = 1;
        any_by_hand = true;
      } else if (status != Status::kError) {
        rivals.push_back({tree, {b, row, status, from.version[row], Rational(), law::kNoId}});
      }
    }
  }
  settle(rivals, by_hand, run, result);
  if (keep != nullptr) keep->run_ = std::move(work);
  if (!any_by_hand) return result;
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    if (by_hand[tree] == 0) continue;
    result.explained.push_back(tree);
    const facts::PersonFile file = columns.person_file(tree, false);
    // Rows of a tree stand in the order of their serials.
    std::vector<std::vector<uint32_t>> serials(program_.entities.size());
    for (const facts::Instance& instance : file.instances) {
      serials[instance.entity].push_back(instance.serial);
    }
    for (std::vector<uint32_t>& one : serials) std::ranges::sort(one);
    Explainer explainer(program_, file, on_);
    for (const Outcome& outcome : explainer.outcomes()) {
      if (result.benefits[outcome.benefit].status.empty()) continue;  // not wanted
      const law::EntityId entity = program_.benefits[outcome.benefit].entity;
      const std::vector<uint32_t>& all = serials[entity];
      const auto place = std::ranges::lower_bound(all, outcome.instance->serial) - all.begin();
      const uint32_t row = columns.rows_of(tree, entity).first + static_cast<uint32_t>(place);
      set_row(outcome, row, result.benefits[outcome.benefit]);
    }
  }
  return result;
}

}  // namespace ansinh::engine
