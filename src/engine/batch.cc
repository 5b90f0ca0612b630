#include "engine/batch.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

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

}  // namespace

Batch::Batch(const law::Program& program, Date on)
    : program_(program), on_(on), has_rivals_(program.benefits.size(), 0) {
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

BatchResult Batch::decide(const facts::Columns& columns, const std::vector<bool>* wanted) const {
  batch::Run run(program_, columns, on_);
  BatchResult result;
  result.benefits.resize(program_.benefits.size());
  std::vector<uint8_t> by_hand(columns.trees, 0);
  std::vector<uint8_t> rivals(columns.trees, 0);  // outcomes of the tree that may exclude another
  bool any_by_hand = false;
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
      const bool open = from.status[row] != Status::kNotEntitled;
      if (from.mark[row] != Mark::kHand && (has_rivals_[b] == 0 || !open)) continue;
      const uint32_t tree = run.climb(entity, row, program_.root_entity);
      const bool is_rival = has_rivals_[b] != 0 && open && rivals[tree]++ > 0;
      if (from.mark[row] != Mark::kHand && !is_rival) continue;
      by_hand[tree] = 1;
      any_by_hand = true;
    }
  }
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
