// Benefits and contributions by their own rules: conditions, amounts, periods.
#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/dates.h"
#include "engine/evaluator.h"

namespace ansinh::engine {

using law::NodeId;
using law::Op;

namespace {

// `until` may be a fact that is none, alone or among the earlier (later) of several dates.
bool is_fact(const law::Program& program, NodeId id) {
  return program.nodes[id].op == Op::kFact ||
         (program.nodes[id].op == Op::kLastDayOf &&
          program.nodes[program.nodes[id].args[0]].op == Op::kFact);
}

}  // namespace

uint32_t Evaluator::benefit_record(law::BenefitId id, Row instance, Row home, ContextId context) {
  Answer why_not;
  const std::optional<ContextId> entered = enter(instance, home, context, why_not);
  const auto rule = static_cast<uint32_t>(program_.definitions.size()) + id;
  // Where the governing date is not known there is one record for all contexts.
  const MemoKey key{rule, instance->serial, entered ? *entered : law::kNoId, 0};
  const uint32_t found = memo_.at(key);
  if (found != Memo::kNone && found != Memo::kUnderWay) return found - 1;

  BenefitRecord record;
  record.benefit = id;
  record.instance = instance;
  const Trace::Mark mark = trace_.open();
  StepRecord step;
  step.kind = StepKind::kBenefit;
  step.id = id;
  step.instance = instance;
  step.context = entered ? *entered : 0;
  const law::Cites* outer_cites = std::exchange(cites_, nullptr);
  if (found == Memo::kUnderWay || too_deep()) {
    record.open = error(CauseKind::kTooDeep, id);
    record.status = Status::kError;
  } else if (!entered) {
    record.open = why_not;
    Merge merge(issues_);
    merge.add(why_not);
    settle(record, merge);
    if (why_not.state == State::kRefused)
      record.failed.push_back({law::kNoId, nullptr, why_not, {}});
  } else {
    memo_.at(key) = Memo::kUnderWay;
    ++depth_;
    compute_benefit(record, *entered);
    --depth_;
  }
  cites_ = outer_cites;
  step.version = record.version;
  step.answer = entitled_answer(record);
  if (record.version != law::kNoId) {
    step.cites[0] = &program_.benefits[id].versions[record.version].cite;
  }
  record.step = trace_.close(mark, step);
  benefits_.push_back(std::move(record));
  const auto made = static_cast<uint32_t>(benefits_.size() - 1);
  memo_.at(key) = made + 1;
  return made;
}

void Evaluator::compute_benefit(BenefitRecord& record, ContextId context) {
  const law::BenefitInfo& info = program_.benefits[record.benefit];
  const Date law_date = contexts_.item(context).law_date;
  for (uint32_t v = 0; v < info.versions.size(); ++v) {
    if (info.versions[v].force.contains(law_date)) record.version = v;
  }
  if (record.version == law::kNoId) {
    record.failed.push_back(
        {law::kNoId, nullptr, refused(CauseKind::kNoBenefitInForce, record.benefit, law_date), {}});
    record.status = Status::kNotEntitled;
    return;
  }
  const law::BenefitVersion& version = info.versions[record.version];
  cites_ = &version.cite;
  Merge open(issues_);
  const Scope scope = scope_of(record.instance, context);
  for (const Text& what : version.not_yet) open.add(written(State::kIncomplete, what));
  check_conditions(version, scope, record, open);
  record.conditions_hold = record.failed.empty() && open.all_known();
  if (record.failed.empty()) compute_payments(version, scope, record, open);
  settle(record, open);
}

// What stands in the way of an entitlement decides the status, the gravest first.
void Evaluator::settle(BenefitRecord& record, const Merge& open) {
  if (!open.all_known()) record.open = open.answer();
  if (!record.failed.empty() || open.state() == State::kRefused) {
    record.status = Status::kNotEntitled;
  } else if (open.state() == State::kError) {
    record.status = Status::kError;
  } else if (open.state() == State::kIncomplete) {
    record.status = Status::kIncomplete;
  } else if (open.state() == State::kUnknown) {
    record.status = Status::kCannotTell;
  }
  if (record.status != Status::kEntitled) {
    record.pays.clear();
    record.gives.clear();
  }
}

// By its conditions; an amount that is refused is one more, and so one that may yet be refused
// leaves it open. An amount that the law's text does not give yet leaves open how much, not
// whether.
Answer Evaluator::entitled_answer(const BenefitRecord& record) const {
  if (record.conditions_hold && record.status == Status::kIncomplete &&
      issues_.set(record.open.issues).missing.empty()) {
    return Answer::yes_no(true);
  }
  switch (record.status) {
    case Status::kEntitled:
      return Answer::yes_no(true);
    case Status::kNotEntitled:
      return Answer::yes_no(false);
    case Status::kCannotTell:
    case Status::kIncomplete:
    case Status::kError:
      break;
  }
  return record.open;
}

// ---- Conditions --------------------------------------------------------------------------------

void Evaluator::check_conditions(const law::BenefitVersion& version, const Scope& scope,
                                 BenefitRecord& record, Merge& open) {
  std::vector<NodeId> conjuncts;
  for (const law::ConditionRule& rule : version.conditions) {
    const law::Cites* outer = std::exchange(cites_, rule.cite.empty() ? cites_ : &rule.cite);
    conjuncts.assign(1, rule.node);
    while (!conjuncts.empty()) {
      const NodeId node = conjuncts.back();
      conjuncts.pop_back();
      const law::Node& here = program_.nodes[node];
      if (here.op == Op::kAnd) {
        conjuncts.insert(conjuncts.end(), here.args.rbegin(), here.args.rend());
      } else {
        check_conjunct(node, rule, scope, record, open);
      }
    }
    cites_ = outer;
  }
}

void Evaluator::check_conjunct(NodeId node, const law::ConditionRule& rule, const Scope& scope,
                               BenefitRecord& record, Merge& open) {
  const Trace::Mark mark = trace_.open();
  const Answer answer = eval(node, scope);
  const bool fails = answer.is_no() || answer.state == State::kRefused;
  const InputRange inputs = trace_.close_into_outer(mark, fails);
  if (!fails) {
    open.add(answer);
  } else if (!is_guarded_by_failed(answer, record)) {
    record.failed.push_back({node, &rule, answer, inputs});
  }
}

// A refusal only because a fact is none, where "has FACT" itself has failed: no reason of its own.
bool Evaluator::is_guarded_by_failed(const Answer& answer, const BenefitRecord& record) const {
  if (answer.known()) return false;
  const std::vector<uint32_t>& causes = issues_.set(answer.issues).causes;
  return !causes.empty() && std::ranges::all_of(causes, [&](uint32_t id) {
    const Cause& cause = issues_.cause(id);
    return cause.kind == CauseKind::kNoFact &&
           std::ranges::any_of(record.failed, [&](const FailedRecord& failed) {
             if (failed.node == law::kNoId) return false;
             const law::Node& node = program_.nodes[failed.node];
             return node.op == Op::kHas && node.index == cause.id;
           });
  });
}

// ---- Payments ----------------------------------------------------------------------------------

// A value that the payment needs; a refusal is a reason of its own.
Answer Evaluator::strict_part(NodeId node, const Scope& scope, BenefitRecord& record, Merge& open) {
  Answer answer = eval(node, scope);
  if (answer.state == State::kRefused) {
    const bool told = std::ranges::any_of(record.failed, [&](const FailedRecord& failed) {
      return failed.answer.issues == answer.issues;
    });
    if (!told) record.failed.push_back({law::kNoId, nullptr, answer, {}});
  } else {
    open.add(answer);
  }
  return answer;
}

void Evaluator::compute_payments(const law::BenefitVersion& version, const Scope& scope,
                                 BenefitRecord& record, Merge& open) {
  const law::Cites* outer = cites_;
  for (const law::PaymentRule& rule : version.payments) {
    cites_ = rule.cite.empty() ? outer : &rule.cite;
    PayRecord pay;
    pay.rule = &rule;
    pay.amount = strict_part(rule.amount, scope, record, open);
    const auto date = [&](NodeId node, std::optional<Date>& into) {
      if (node == law::kNoId) return;
      const Answer answer = strict_part(node, scope, record, open);
      if (answer.known()) into = answer.date();
    };
    date(rule.on, pay.on);
    date(rule.from, pay.from);
    if (rule.until != law::kNoId && is_fact(program_, rule.until)) {
      const Answer answer = eval(rule.until, scope);
      if (answer.known()) pay.until = answer.date();
      if (answer.state != State::kRefused) open.add(answer);  // none: an open end
    } else {
      date(rule.until, pay.until);
    }
    if (rule.duration != law::kNoId) {
      const Answer answer = strict_part(rule.duration, scope, record, open);
      if (answer.known()) pay.duration = answer.number();
    }
    record.pays.push_back(std::move(pay));
  }
  cites_ = outer;
  for (const NodeId node : version.gives) {
    const Answer answer = strict_part(node, scope, record, open);
    if (answer.kind == Kind::kSeries) values_.keep_series();
    record.gives.emplace_back(node, answer);
  }
  if (version.within != law::kNoId && version.within_of != law::kNoId) {
    const Answer length = eval(version.within, scope);
    const Answer since = eval(version.within_of, scope);
    if (length.known() && since.known())
      record.apply_before = plus(since.date(), length, version.within);
  }
  if (version.due != law::kNoId) {
    const Answer due = eval(version.due, scope);
    if (due.known()) record.due = due.date();
  }
}

std::optional<Date> Evaluator::plus(Date date, const Answer& length, NodeId node) const {
  const std::optional<int32_t> amount = whole(length);
  if (!amount) return std::nullopt;
  if (program_.nodes[node].type.month == 0) return plus_days(date, *amount);
  return plus_months(date, *amount, program_.nodes[node].short_month);
}

// ---- Benefits inside expressions ---------------------------------------------------------------

Answer Evaluator::benefit_word(const law::Node& node, NodeId id, const Scope& scope) {
  const Target found = target(program_.benefits[node.index].entity, scope);
  const uint32_t at = benefit_record(node.index, found.row, scope.home, scope.context);
  const BenefitRecord& record = benefits_[at];
  trace_.input(id, record.step, found.row);
  const Answer entitled = trace_.step(record.step).answer;
  if (node.op == Op::kEntitledTo || !entitled.known()) return entitled;
  if (!entitled.is_yes()) {
    if (node.op == Op::kAmountOf) return Answer::whole(0);
    return refused(CauseKind::kNotEntitledTo, node.index);
  }
  if (!record.open.known()) return record.open;
  if (node.op == Op::kAmountOf) {
    if (record.pays.empty()) return Answer::whole(0);
    return record.pays.front().amount;
  }
  std::optional<Date> edge;
  if (!record.pays.empty()) {
    const PayRecord& pay = record.pays.front();
    edge = node.op == Op::kBenefitStart ? (pay.from ? pay.from : pay.on) : pay.until;
  }
  return edge ? Answer::of(*edge) : refused(CauseKind::kNoEnd, node.index);
}

}  // namespace ansinh::engine
