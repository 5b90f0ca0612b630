// Benefits and contributions by their own rules, for many rows at once.
#include <algorithm>
#include <cassert>
#include <map>
#include <numeric>
#include <utility>

#include "engine/batch_run.h"

namespace ansinh::engine::batch {

using law::NodeId;
using law::Op;

namespace {

// As in evaluate_benefit.cc: `until` may be a fact that is none.
bool is_fact(const law::Program& program, NodeId id) {
  return program.nodes[id].op == Op::kFact ||
         (program.nodes[id].op == Op::kLastDayOf &&
          program.nodes[program.nodes[id].args[0]].op == Op::kFact);
}

void collect_conjuncts(const law::Program& program, NodeId node, std::vector<NodeId>& out) {
  const law::Node& here = program.nodes[node];
  if (here.op != Op::kAnd) {
    out.push_back(node);
    return;
  }
  for (const NodeId arg : here.args) collect_conjuncts(program, arg, out);
}

}  // namespace

Run::Run(const law::Program& program, const facts::Columns& columns, Date on)
    : program_(program), columns_(columns), on_(on), benefits_(program.benefits.size()) {
  governor_.assign(program.entities.size(), law::kNoId);
  for (law::EntityId e = 0; e < program.entities.size(); ++e) {
    for (law::EntityId g = e; g != law::kNoId; g = program.entities[g].parent) {
      if (program.entities[g].governing_fact == law::kNoId) continue;
      governor_[e] = g;
      break;
    }
  }
}

const BenefitVec& Run::benefit(law::BenefitId id) {
  Places rows(columns_.entities[program_.benefits[id].entity].rows);
  std::iota(rows.begin(), rows.end(), 0U);
  return benefit_rows(id, rows);
}

BenefitVec& Run::benefit_rows(law::BenefitId id, const Places& rows) {
  BenefitVec& out = benefits_[id];
  if (out.done.empty()) {
    const size_t n = columns_.entities[program_.benefits[id].entity].rows;
    out.done.assign(n, 0);
    out.status.assign(n, Status::kNotEntitled);
    out.mark.assign(n, Mark::kHand);
    out.version.assign(n, law::kNoId);
    out.failed.assign(n, law::kNoId);
    out.amount = Vec::marked(n, Mark::kRefused);
    out.amount.denominators.assign(n, 1);
    out.start = out.end = Vec::marked(n, Mark::kRefused);
  }
  Places fresh;
  for (const uint32_t row : rows) {
    if (out.done[row] != 0) continue;
    out.done[row] = 1;
    fresh.push_back(row);
  }
  if (!fresh.empty()) compute_benefit(id, fresh);
  return benefits_[id];
}

void Run::compute_benefit(law::BenefitId id, const Places& rows) {
  const law::BenefitInfo& info = program_.benefits[id];
  BenefitVec& out = benefits_[id];
  Domain domain;
  domain.size = static_cast<uint32_t>(rows.size());
  domain.frames.push_back({info.entity, rows});
  domain.dates = {on_, on_, on_, {}, {}, {}};
  const law::EntityId governor = governor_[info.entity];
  Places known;  // places of domain
  if (governor == law::kNoId) {
    known.resize(rows.size());
    std::iota(known.begin(), known.end(), 0U);
  } else {
    const law::FactId fact_id = program_.entities[governor].governing_fact;
    const law::FactInfo& fact_info = program_.facts[fact_id];
    const facts::FactColumn& column = columns_.entities[governor].facts[fact_info.slot];
    domain.dates.law_at.assign(rows.size(), on_.days);
    domain.dates.today_at.assign(rows.size(), on_.days);
    for (uint32_t i = 0; i < rows.size(); ++i) {
      const uint32_t governing = climb(info.entity, rows[i], governor);
      if (column.at(governing) == facts::Cell::kValue) {
        auto day = static_cast<int32_t>(column.value_at(governing));
        if (fact_info.type.base == law::Base::kMonth) day = Month{day}.first_day().days;
        domain.dates.law_at[i] = day;
        known.push_back(i);
        continue;
      }
      const bool presumed =
          column.at(governing) == facts::Cell::kNotGiven && fact_info.presumed.has_value();
      const bool none = column.at(governing) == facts::Cell::kNone;
      out.mark[rows[i]] = presumed ? Mark::kHand : Mark::kKnown;
      out.status[rows[i]] = none ? Status::kNotEntitled : Status::kCannotTell;
    }
    domain.dates.value_at = domain.dates.law_at;
  }
  std::map<uint32_t, Places> by_version;
  for (const uint32_t i : known) {
    uint32_t version = law::kNoId;
    for (uint32_t v = 0; v < info.versions.size(); ++v) {
      if (info.versions[v].force.contains(domain.dates.law_of(i))) version = v;
    }
    by_version[version].push_back(i);
  }
  for (const auto& [version, places] : by_version) {
    if (version == law::kNoId) {
      for (const uint32_t i : places) {
        out.mark[rows[i]] = Mark::kKnown;
        out.status[rows[i]] = Status::kNotEntitled;
      }
    } else if (places.size() == rows.size()) {
      compute_version(id, version, domain, out);
    } else {
      compute_version(id, version, part_of(domain, places), benefits_[id]);
    }
  }
}

void Run::compute_version(law::BenefitId id, uint32_t v, const Domain& domain, BenefitVec& out) {
  const law::BenefitVersion& version = program_.benefits[id].versions[v];
  const std::vector<uint32_t>& rows = domain.home().row;
  Progress progress;
  progress.open.assign(domain.size, version.not_yet.empty() ? Mark::kKnown : Mark::kIncomplete);
  progress.failed.assign(domain.size, 0);
  progress.left.resize(domain.size);
  std::iota(progress.left.begin(), progress.left.end(), 0U);
  for (const law::ConditionRule& rule : version.conditions) {
    std::vector<NodeId> conjuncts;
    collect_conjuncts(program_, rule.node, conjuncts);
    for (const NodeId node : conjuncts) {
      if (progress.left.empty()) continue;
      const Vec answer = progress.left.size() == domain.size
                             ? eval(node, domain)
                             : eval(node, part_of(domain, progress.left));
      Places left;
      left.reserve(progress.left.size());
      for (size_t i = 0; i < progress.left.size(); ++i) {
        const uint32_t place = progress.left[i];
        if (answer.is_no(i) || answer.mark[i] == Mark::kRefused) {
          progress.failed[place] = 1;
          // What was open before does not matter, but what explain must decide does.
          if (progress.open[place] != Mark::kHand) progress.open[place] = Mark::kKnown;
          out.failed[rows[place]] = node;
          continue;
        }
        progress.open[place] = graver(progress.open[place], answer.mark[i]);
        left.push_back(place);
      }
      progress.left = std::move(left);
    }
  }
  pay(version, domain, progress, out);
  for (uint32_t i = 0; i < domain.size; ++i) {
    const uint32_t row = rows[i];
    out.version[row] = v;
    out.mark[row] = Mark::kKnown;
    if (progress.failed[i] != 0) {
      out.status[row] = Status::kNotEntitled;
      if (progress.open[i] == Mark::kHand) out.mark[row] = Mark::kHand;
      continue;
    }
    switch (progress.open[i]) {
      case Mark::kKnown:
        out.status[row] = Status::kEntitled;
        break;
      case Mark::kUnknown:
        out.status[row] = Status::kCannotTell;
        break;
      case Mark::kIncomplete:
        out.status[row] = Status::kIncomplete;
        break;
      case Mark::kError:
        out.status[row] = Status::kError;
        break;
      case Mark::kRefused:
        out.status[row] = Status::kNotEntitled;
        break;
      case Mark::kHand:
        out.mark[row] = Mark::kHand;
        break;
    }
  }
}

// A value that the payment needs, for some places; a refusal is a failure of its own.
Vec Run::strict_part(NodeId node, const Domain& domain, Progress& progress, const Places& places) {
  Vec answer =
      places.size() == domain.size ? eval(node, domain) : eval(node, part_of(domain, places));
  for (size_t i = 0; i < places.size(); ++i) {
    if (answer.mark[i] == Mark::kRefused) {
      progress.failed[places[i]] = 1;
    } else {
      progress.open[places[i]] = graver(progress.open[places[i]], answer.mark[i]);
    }
  }
  return answer;
}

void Run::pay(const law::BenefitVersion& version, const Domain& domain, Progress& progress,
              BenefitVec& out) {
  if (progress.left.empty()) return;
  const Places places = progress.left;
  const std::vector<uint32_t>& rows = domain.home().row;
  std::vector<PayVec> pays;
  uint32_t index = 0;
  for (const law::PaymentRule& rule : version.payments) {
    PayVec pay;
    pay.rule = &rule;
    pay.index = index++;
    for (const uint32_t place : places) pay.rows.push_back(rows[place]);
    pay.amount = strict_part(rule.amount, domain, progress, places);
    if (rule.on != law::kNoId) pay.on = strict_part(rule.on, domain, progress, places);
    if (rule.from != law::kNoId) pay.from = strict_part(rule.from, domain, progress, places);
    if (rule.until != law::kNoId && is_fact(program_, rule.until)) {
      pay.until = places.size() == domain.size ? eval(rule.until, domain)
                                               : eval(rule.until, part_of(domain, places));
      for (size_t i = 0; i < places.size(); ++i) {
        if (pay.until.mark[i] != Mark::kRefused) {
          progress.open[places[i]] = graver(progress.open[places[i]], pay.until.mark[i]);
        }
      }
    } else if (rule.until != law::kNoId) {
      pay.until = strict_part(rule.until, domain, progress, places);
    }
    if (rule.duration != law::kNoId) {
      pay.duration = strict_part(rule.duration, domain, progress, places);
    }
    pays.push_back(std::move(pay));
  }
  for (const NodeId node : version.gives) strict_part(node, domain, progress, places);
  // Keep the entitled.
  Places kept;
  for (uint32_t i = 0; i < places.size(); ++i) {
    const uint32_t place = places[i];
    if (progress.failed[place] == 0 && progress.open[place] == Mark::kKnown) kept.push_back(i);
  }
  if (kept.empty()) return;
  const auto keep = [&](Vec& vec) {
    if (vec.size() != 0) vec = pick(vec, kept);
  };
  for (PayVec& pay : pays) {
    pay.rows.resize(kept.size());
    for (size_t i = 0; i < kept.size(); ++i) pay.rows[i] = rows[places[kept[i]]];
    keep(pay.amount);
    keep(pay.on);
    keep(pay.from);
    keep(pay.until);
    keep(pay.duration);
    if (pay.index == 0) {
      const Vec& start = pay.from.size() != 0 ? pay.from : pay.on;
      for (size_t i = 0; i < kept.size(); ++i) {
        const uint32_t row = pay.rows[i];
        out.amount.mark[row] = Mark::kKnown;
        out.amount.value[row] = pay.amount.value[i];
        out.amount.denominators[row] = pay.amount.denominator_of(i);
        if (start.size() != 0) {
          out.start.mark[row] = start.mark[i];
          out.start.value[row] = start.value[i];
        }
        if (pay.until.size() != 0) {
          out.end.mark[row] = pay.until.mark[i];
          out.end.value[row] = pay.until.value[i];
        }
      }
    }
    out.pays.push_back(std::move(pay));
  }
}

Vec Run::benefit_word(const law::Node& node, const Domain& domain) {
  const law::BenefitInfo& info = program_.benefits[node.index];
  const std::vector<uint32_t> rows = rows_of(info.entity, domain);
  // Kept on the decision date alone.
  std::vector<Mark> why_not;
  bool governed = false;
  const Domain inner = enter(info.entity, std::vector<uint32_t>(rows), domain, why_not, governed);
  const Dates& dates = domain.dates;
  const bool usual = !dates.varies() && dates.today == on_ &&
                     (governed || (governor_[info.entity] == law::kNoId && dates.law == on_ &&
                                   dates.value == on_));
  if (!usual || depth_ > 400) return Vec::marked(domain.size, Mark::kHand);
  ++depth_;
  Places wanted = rows;
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const BenefitVec& benefit = benefit_rows(node.index, wanted);
  --depth_;
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  const bool is_amount = node.op == Op::kAmountOf;
  if (is_amount) out.denominators.assign(domain.size, 1);
  for (size_t i = 0; i < domain.size; ++i) {
    const uint32_t row = rows[i];
    out.mark[i] = benefit.mark[row];
    if (!out.known(i)) continue;
    switch (benefit.status[row]) {
      case Status::kEntitled:
        break;
      case Status::kNotEntitled:
        if (node.op != Op::kEntitledTo && !is_amount) out.mark[i] = Mark::kRefused;
        continue;
      case Status::kCannotTell:
        out.mark[i] = Mark::kUnknown;
        continue;
      case Status::kIncomplete:  // entitled, if only the amount is
        out.mark[i] = Mark::kHand;
        continue;
      case Status::kError:
        out.mark[i] = Mark::kError;
        continue;
    }
    if (node.op == Op::kEntitledTo) {
      out.value[i] = 1;
    } else if (is_amount) {
      if (benefit.amount.mark[row] == Mark::kKnown) {
        out.value[i] = benefit.amount.value[row];
        out.denominators[i] = benefit.amount.denominators[row];
      }
    } else {
      const Vec& edge = node.op == Op::kBenefitStart ? benefit.start : benefit.end;
      out.mark[i] = edge.mark[row];
      out.value[i] = edge.value[row];
    }
  }
  return out;
}

}  // namespace ansinh::engine::batch
