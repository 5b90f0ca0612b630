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

namespace {

// In how many places each definition stands.
std::vector<uint32_t> count_uses(const law::Program& program) {
  std::vector<uint32_t> uses(program.definitions.size(), 0);
  const auto use = [&](NodeId id) {
    if (id == law::kNoId) return;
    const law::Node& node = program.nodes[id];
    if (node.op == Op::kDefinition) ++uses[node.index];
    // Those that count on its order or its sums ask for every row of it.
    if (node.op == Op::kPosition || node.op == Op::kSoFar) uses[node.index] += 2;
  };
  const auto use_branches = [&](const std::vector<law::BranchRule>& rules) {
    for (const law::BranchRule& rule : rules) {
      use(rule.condition);
      use(rule.result);
    }
  };
  const auto use_exceptions = [&](const auto& self,
                                  const std::vector<law::ExceptionRule>& rules) -> void {
    for (const law::ExceptionRule& rule : rules) {
      use_branches(rule.branches);
      self(self, rule.exceptions);
    }
  };
  for (const law::Node& node : program.nodes) {
    for (const NodeId arg : node.args) use(arg);
  }
  for (const law::DefinitionInfo& info : program.definitions) {
    for (const law::DefinitionVersion& version : info.versions) {
      use_branches(version.branches);
      use_exceptions(use_exceptions, version.exceptions);
      for (const law::FinishRule& rule : version.finish) use(rule.argument);
      for (const NodeId node : {version.order, version.carry_start, version.carry_date}) use(node);
      for (const NodeId node : version.order_groups) use(node);
      for (const law::CarryStepRule& step : version.steps) use(step.value);
    }
  }
  for (const law::BenefitInfo& info : program.benefits) {
    for (const law::BenefitVersion& version : info.versions) {
      for (const law::ConditionRule& rule : version.conditions) use(rule.node);
      for (const law::PaymentRule& rule : version.payments) {
        for (const NodeId node : {rule.amount, rule.on, rule.from, rule.until, rule.duration}) {
          use(node);
        }
      }
      for (const NodeId node : version.gives) use(node);
      for (const NodeId node : {version.within, version.within_of, version.due}) use(node);
    }
  }
  return uses;
}

}  // namespace

Plan::Plan(const law::Program& program)
    : uses(program),
      costs(program),
      bridges(program),
      params(program.params.begin(), program.params.end()),
      tables(program.tables.begin(), program.tables.end()),
      governor(program.entities.size(), law::kNoId),
      asked_about(program.benefits.size(), 0),
      uses_of_definition(count_uses(program)) {
  for (const law::Node& node : program.nodes) {
    if (node.op == Op::kAmountOf || node.op == Op::kBenefitStart || node.op == Op::kBenefitEnd) {
      asked_about[node.index] = 1;
    }
  }
  for (law::EntityId e = 0; e < program.entities.size(); ++e) {
    for (law::EntityId g = e; g != law::kNoId; g = program.entities[g].parent) {
      if (program.entities[g].governing_fact == law::kNoId) continue;
      governor[e] = g;
      break;
    }
  }
}

Run::Run(const law::Program& program, const Plan& plan, const facts::Columns& columns, Date on)
    : program_(program),
      columns_(columns),
      on_(on),
      plan_(plan),
      asked_(program.definitions.size()),
      kept_(program.definitions.size()),
      keys_(plan.uses.classes()),
      dated_(program.definitions.size()),
      facts_(program.facts.size()),
      wholes_(program.entities.size()),
      shapes_(program.entities.size()),
      in_order_(program.entities.size()),
      benefits_(program.benefits.size()) {}

const BenefitVec& Run::benefit(law::BenefitId id) {
  const law::EntityId entity = program_.benefits[id].entity;
  const auto count = static_cast<uint32_t>(shapes(entity).all.size());
  if (count == 0) return benefit_rows(id, whole(entity));
  for (uint32_t shape = 0; shape < count; ++shape) benefit_rows(id, whole_shape(entity, shape));
  return benefits_[id];
}

BenefitVec& Run::benefit_rows(law::BenefitId id, const Rows& rows) {
  BenefitVec& out = benefits_[id];
  const size_t n = columns_.entities[program_.benefits[id].entity].rows;
  if (out.done.size() != n) {
    out.done = Column<uint8_t>::alike(n, 0);
    out.status = Column<Status>::alike(n, Status::kNotEntitled);
    out.mark = Column<Mark>::alike(n, Mark::kKnown);
    out.version = Column<uint32_t>::alike(n, law::kNoId);
    out.failed = Column<law::NodeId>::alike(n, law::kNoId);
    out.open = Column<Mark>::alike(n, Mark::kKnown);
    out.held = Column<uint8_t>::alike(n, 0);
    out.amount = Vec::marked(n, Mark::kRefused);
    out.amount.denominators = Column<int64_t>::alike(n, 1);
    out.start = out.end = Vec::marked(n, Mark::kRefused);
  }
  if (n == 0 || out.done.is_alike(1)) return out;
  if (rows.is_whole && out.done.is_alike(0)) {
    out.done = Column<uint8_t>::alike(n, 1);
    compute_benefit(id, rows);
    return out;
  }
  Places fresh;
  uint8_t* done = out.done.writable();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (done[rows[i]] != 0) continue;
    done[rows[i]] = 1;
    fresh.push_back(rows[i]);
  }
  if (fresh.size() == rows.size()) {
    compute_benefit(id, rows);
  } else if (!fresh.empty()) {
    compute_benefit(id, {Column<uint32_t>::of(fresh), false, rows.shape});
  }
  return out;
}

void Run::compute_benefit(law::BenefitId id, const Rows& rows) {
  const law::BenefitInfo& info = program_.benefits[id];
  BenefitVec& out = benefits_[id];
  Domain domain;
  domain.size = static_cast<uint32_t>(rows.size());
  domain.frames.push_back({info.entity, rows});
  domain.dates = {on_, on_, on_, {}, {}, {}};
  const auto version_on = [&](Date date) {
    uint32_t version = law::kNoId;
    for (uint32_t v = 0; v < info.versions.size(); ++v) {
      if (info.versions[v].force.contains(date)) version = v;
    }
    return version;
  };
  const law::EntityId governor = plan_.governor[info.entity];
  if (governor == law::kNoId) {
    const uint32_t version = version_on(on_);
    if (version != law::kNoId) compute_version(id, version, domain, out);
    return;  // no law in force: not entitled
  }
  const law::FactId fact_id = program_.entities[governor].governing_fact;
  const law::FactInfo& fact_info = program_.facts[fact_id];
  const facts::FactColumn& column = columns_.entities[governor].facts[fact_info.slot];
  domain.dates.law_at = Column<int32_t>::raw(rows.size());
  int32_t* law_at = domain.dates.law_at.writable();
  std::map<uint32_t, Places> by_version;
  for (uint32_t i = 0; i < rows.size(); ++i) {
    const uint32_t governing = climb(info.entity, rows[i], governor);
    law_at[i] = on_.days;
    if (column.at(governing) == facts::Cell::kValue) {
      auto day = static_cast<int32_t>(column.value_at(governing));
      if (fact_info.type.base == law::Base::kMonth) day = Month{day}.first_day().days;
      law_at[i] = day;
      by_version[version_on(Date{day})].push_back(i);
      continue;
    }
    const bool presumed =
        column.at(governing) == facts::Cell::kNotGiven && fact_info.presumed.has_value();
    const bool none = column.at(governing) == facts::Cell::kNone;
    if (presumed) out.mark.set(rows[i], Mark::kHand);
    if (!none) out.status.set(rows[i], Status::kCannotTell);
  }
  domain.dates.value_at = domain.dates.law_at;
  domain.dates.today_at = Column<int32_t>::alike(rows.size(), on_.days);
  for (const auto& [version, places] : by_version) {
    if (version == law::kNoId) continue;
    compute_version(id, version, places.size() == rows.size() ? domain : part_of(domain, places),
                    out);
  }
}

void Run::compute_version(law::BenefitId id, uint32_t v, const Domain& domain, BenefitVec& out) {
  const law::BenefitVersion& version = program_.benefits[id].versions[v];
  const Rows& rows = domain.home().row;
  const bool is_all = rows.size() == out.status.size();  // then nothing was there before
  if (is_all) {
    out.version = Column<uint32_t>::alike(rows.size(), v);
  } else {
    uint32_t* versions = out.version.writable();
    for (size_t i = 0; i < rows.size(); ++i) versions[rows[i]] = v;
  }
  Progress progress;
  progress.domain = domain;
  progress.open =
      Column<Mark>::alike(domain.size, version.not_yet.empty() ? Mark::kKnown : Mark::kIncomplete);
  // A condition that fails settles it, whatever is open; but not what explain must decide.
  NodeId* failed = nullptr;
  const auto fail = [&](size_t place, NodeId node) {
    const uint32_t row = progress.domain.home().row[place];
    if (failed == nullptr) failed = out.failed.writable();
    failed[row] = node;
    if (progress.open[place] == Mark::kHand) out.mark.set(row, Mark::kHand);
  };
  for (const law::ConditionRule& rule : version.conditions) {
    std::vector<NodeId> conjuncts;
    collect_conjuncts(program_, rule.node, conjuncts);
    for (const NodeId node : conjuncts) {
      const size_t size = progress.domain.size;
      if (size == 0) return;
      failed = nullptr;
      const Vec answer = eval(node, progress.domain);
      if (answer.alike && answer.known(0) && answer.value[0] != 0) continue;
      if (answer.alike && (answer.is_no(0) || answer.mark[0] == Mark::kRefused)) {
        if (is_all && size == rows.size() && progress.open.is_alike(Mark::kKnown)) {
          out.failed = Column<NodeId>::alike(size, node);
        } else {
          for (size_t i = 0; i < size; ++i) fail(i, node);
        }
        return;
      }
      const Places left =
          answer.all_known() && !answer.value.is_alike()
              ? places_where(size,
                             [value = answer.value.cells()](size_t i) { return value[i] != 0; })
              : places_where(size, [&](size_t i) {
                  return !answer.is_no(i) && answer.mark[i] != Mark::kRefused;
                });
      if (left.size() != size) {
        if (is_all && size == rows.size() && progress.open.is_alike(Mark::kKnown)) {
          out.failed = Column<NodeId>::alike(size, node);  // those left are set right below
        } else {
          size_t next = 0;
          for (uint32_t i = 0; i < size; ++i) {
            if (next < left.size() && left[next] == i) {
              ++next;
            } else {
              fail(i, node);
            }
          }
        }
        progress.domain = part_of(progress.domain, left);
        progress.open = progress.open.pick(left);
      }
      if (!answer.all_known()) {
        for (size_t i = 0; i < left.size(); ++i) {
          progress.open.set(i, graver(progress.open[i], answer.mark[left[i]]));
        }
      }
    }
  }
  if (progress.domain.size == 0) return;
  if (progress.domain.size != domain.size && progress.domain.size * 2 >= domain.size) {
    // Most are left: what is cheap is computed for all, once and in their order, and kept.
    for (const law::PaymentRule& rule : version.payments) {
      if (program_.nodes[rule.amount].op == Op::kDefinition && plan_.costs.is_cheap(rule.amount)) {
        eval(rule.amount, domain);
      }
    }
  }
  const Column<Mark> conditions = progress.open;
  pay(version, progress, out);
  failed = out.failed.writable();
  if (progress.open.is_alike(Mark::kKnown) && progress.lost.is_alike(0)) {
    Status* status = out.status.writable();
    for (size_t i = 0; i < progress.domain.size; ++i) {
      const uint32_t row = progress.domain.home().row[i];
      failed[row] = law::kNoId;
      status[row] = Status::kEntitled;
    }
    return;
  }
  for (uint32_t i = 0; i < progress.domain.size; ++i) {
    const uint32_t row = progress.domain.home().row[i];
    failed[row] = law::kNoId;
    const Mark open = progress.open[i];
    if (progress.lost[i] != 0) {
      if (open == Mark::kHand) out.mark.set(row, Mark::kHand);
      continue;
    }
    switch (open) {
      case Mark::kKnown:
        out.status.set(row, Status::kEntitled);
        break;
      case Mark::kUnknown:
        out.status.set(row, Status::kCannotTell);
        break;
      case Mark::kIncomplete:
      case Mark::kBoth:
        out.status.set(row, Status::kIncomplete);
        out.open.set(row, open);
        // Nothing is open but how much.
        if (open == Mark::kIncomplete && conditions[i] == Mark::kKnown) out.held.set(row, 1);
        break;
      case Mark::kError:
        out.status.set(row, Status::kError);
        break;
      case Mark::kRefused:
        break;
      case Mark::kHand:
        out.mark.set(row, Mark::kHand);
        break;
    }
  }
}

// A value that the payment needs; a refusal is a failure of its own.
Vec Run::strict_part(NodeId node, Progress& progress) {
  Vec answer = eval(node, progress.domain);
  if (answer.all_known()) return answer;
  for (size_t i = 0; i < answer.size(); ++i) {
    if (answer.mark[i] == Mark::kRefused) {
      progress.lost.set(i, 1);
    } else {
      progress.open.set(i, graver(progress.open[i], answer.mark[i]));
    }
  }
  return answer;
}

void Run::pay(const law::BenefitVersion& version, Progress& progress, BenefitVec& out) {
  const Domain& domain = progress.domain;
  progress.lost = Column<uint8_t>::alike(domain.size, 0);
  std::vector<PayVec> pays;
  uint32_t index = 0;
  for (const law::PaymentRule& rule : version.payments) {
    PayVec pay;
    pay.rule = &rule;
    pay.index = index++;
    pay.rows = domain.home().row.index;
    pay.amount = strict_part(rule.amount, progress);
    if (rule.on != law::kNoId) pay.on = strict_part(rule.on, progress);
    if (rule.from != law::kNoId) pay.from = strict_part(rule.from, progress);
    if (rule.until != law::kNoId && is_fact(program_, rule.until)) {
      pay.until = eval(rule.until, domain);
      for (size_t i = 0; i < domain.size && !pay.until.all_known(); ++i) {
        if (pay.until.mark[i] != Mark::kRefused) {
          progress.open.set(i, graver(progress.open[i], pay.until.mark[i]));
        }
      }
    } else if (rule.until != law::kNoId) {
      pay.until = strict_part(rule.until, progress);
    }
    if (rule.duration != law::kNoId) pay.duration = strict_part(rule.duration, progress);
    pays.push_back(std::move(pay));
  }
  for (const NodeId node : version.gives) strict_part(node, progress);
  // Keep the entitled.
  const Places kept = places_where(domain.size, [&](size_t i) {
    return progress.lost[i] == 0 && progress.open[i] == Mark::kKnown;
  });
  if (kept.empty()) return;
  const bool is_some = kept.size() != domain.size;
  const auto keep = [&](Vec& vec) {
    if (vec.size() != 0) vec = pick(vec, kept);
  };
  for (PayVec& pay : pays) {
    if (is_some) {
      pay.rows = pay.rows.pick(kept);
      keep(pay.amount);
      keep(pay.on);
      keep(pay.from);
      keep(pay.until);
      keep(pay.duration);
    }
    if (pay.index == 0 && plan_.asked_about[static_cast<size_t>(&out - benefits_.data())] != 0) {
      const Vec& start = pay.from.size() != 0 ? pay.from : pay.on;
      for (size_t i = 0; i < kept.size(); ++i) {
        const uint32_t row = pay.rows[i];
        out.amount.mark.set(row, Mark::kKnown);
        out.amount.value.set(row, pay.amount.value[i]);
        out.amount.denominators.set(row, pay.amount.denominator_of(i));
        if (start.size() != 0) {
          out.start.mark.set(row, start.mark[i]);
          out.start.value.set(row, start.value[i]);
        }
        if (pay.until.size() != 0) {
          out.end.mark.set(row, pay.until.mark[i]);
          out.end.value.set(row, pay.until.value[i]);
        }
      }
    }
    out.pays.push_back(std::move(pay));
  }
}

Vec Run::benefit_word(const law::Node& node, const Domain& domain) {
  const law::BenefitInfo& info = program_.benefits[node.index];
  const Rows rows = rows_of(info.entity, domain);
  // Kept on the decision date alone.
  Column<Mark> why_not;
  bool governed = false;
  const Domain inner = enter(info.entity, Rows(rows), domain, why_not, governed);
  const Dates& dates = domain.dates;
  const bool usual = !dates.varies() && dates.today == on_ &&
                     (governed || (plan_.governor[info.entity] == law::kNoId && dates.law == on_ &&
                                   dates.value == on_));
  if (!usual || depth_ > kDepthMax) return Vec::marked(domain.size, Mark::kHand);
  ++depth_;
  const BenefitVec& benefit = benefit_rows(node.index, rows);
  --depth_;
  Vec out = Vec::marked(domain.size, Mark::kKnown);
  const bool is_amount = node.op == Op::kAmountOf;
  if (is_amount) out.denominators = Column<int64_t>::alike(domain.size, 1);
  for (size_t i = 0; i < domain.size; ++i) {
    const uint32_t row = rows[i];
    out.mark.set(i, benefit.mark[row]);
    if (!out.known(i)) continue;
    switch (benefit.status[row]) {
      case Status::kEntitled:
        break;
      case Status::kNotEntitled:
        if (node.op != Op::kEntitledTo && !is_amount) out.mark.set(i, Mark::kRefused);
        continue;
      case Status::kCannotTell:
        out.mark.set(i, Mark::kUnknown);
        continue;
      case Status::kIncomplete:
        if (node.op == Op::kEntitledTo && benefit.held[row] != 0) break;
        out.mark.set(i, benefit.open[row]);
        continue;
      case Status::kError:
        out.mark.set(i, Mark::kError);
        continue;
    }
    if (node.op == Op::kEntitledTo) {
      out.value.set(i, 1);
    } else if (is_amount) {
      if (benefit.amount.mark[row] == Mark::kKnown) {
        out.value.set(i, benefit.amount.value[row]);
        out.denominators.set(i, benefit.amount.denominators[row]);
      }
    } else {
      const Vec& edge = node.op == Op::kBenefitStart ? benefit.start : benefit.end;
      out.mark.set(i, edge.mark[row]);
      out.value.set(i, edge.value[row]);
    }
  }
  return out;
}

}  // namespace ansinh::engine::batch
