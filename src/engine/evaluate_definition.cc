// Definitions: versions, cases, exceptions, what is applied at the end, and carries.
#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/carry.h"
#include "engine/evaluator.h"

namespace ansinh::engine {

using law::NodeId;

namespace {

template <typename Version>
uint32_t version_in_force(const std::vector<Version>& versions, Date date) {
  for (uint32_t v = 0; v < versions.size(); ++v) {
    if (versions[v].force.contains(date)) return v;
  }
  return law::kNoId;
}

}  // namespace

StepId Evaluator::definition_step(law::DefinitionId id, Row instance, ContextId context,
                                  const Scope* at_hand) {
  const law::Depends depends = program_.definitions[id].depends;
  assert(instance->entity == program_.definitions[id].entity);
  int32_t point = MemoKey::kNoPoint;
  if (at_hand == nullptr || !at_hand->has_month || (!depends.month && !depends.year)) {
    at_hand = nullptr;
  } else {
    point = depends.month ? at_hand->month : at_hand->year;
  }
  // Most definitions are asked for in one context alone, and stand in the place of their own.
  if (point == MemoKey::kNoPoint) {
    Cell& cell = cells_[cell_begin_[id] + ordinal_[instance->serial]];
    if (cell.step == Memo::kNone) {
      cell = {context, Memo::kUnderWay};
      cell.step = new_step(id, instance, context, at_hand) + 1;
      return cell.step - 1;
    }
    if (cell.context == context) {
      if (cell.step == Memo::kUnderWay) return circle(id, instance, context);
      return cell.step - 1;
    }
  }
  const MemoKey key{id, instance->serial, context, point};
  const uint32_t found = memo_.at(key);
  if (found == Memo::kUnderWay) return circle(id, instance, context);
  if (found != Memo::kNone) return found - 1;
  memo_.at(key) = Memo::kUnderWay;
  const StepId step = new_step(id, instance, context, at_hand);
  memo_.at(key) = step + 1;
  return step;
}

// No checked program has circles.
StepId Evaluator::circle(law::DefinitionId id, Row instance, ContextId context) {
  StepRecord record;
  record.id = id;
  record.instance = instance;
  record.context = context;
  record.answer = error(CauseKind::kTooDeep, id);
  return trace_.add(record);
}

StepId Evaluator::new_step(law::DefinitionId id, Row instance, ContextId context,
                           const Scope* at_hand) {
  ++depth_;
  const size_t series_before = values_.series_made();
  const StepId step = compute_definition(id, instance, context, at_hand);
  if (trace_.step(step).answer.kind == Kind::kSeries) {
    values_.keep_series();
  } else {
    values_.release(series_before);
  }
  --depth_;
  return step;
}

StepId Evaluator::compute_definition(law::DefinitionId id, Row instance, ContextId context,
                                     const Scope* at_hand) {
  const law::DefinitionInfo& info = program_.definitions[id];
  StepRecord record;
  record.id = id;
  record.instance = instance;
  record.context = context;
  Scope scope = scope_of(record.instance, context);
  if (at_hand != nullptr) {
    scope.has_month = scope.has_year = record.has_point = true;
    scope.month = record.month = at_hand->month;
    scope.year = record.year = at_hand->year;
  }
  const Trace::Mark mark = trace_.open();
  const law::Cites* outer_cites = std::exchange(cites_, nullptr);
  const Date law_date = contexts_.item(context).law_date;
  record.version = version_in_force(info.versions, law_date);
  if (too_deep()) {
    record.answer = error(CauseKind::kTooDeep, id);
  } else if (record.version == law::kNoId) {
    record.answer = refused(CauseKind::kNoDefinitionInForce, id, law_date);
  } else {
    const law::DefinitionVersion& version = info.versions[record.version];
    cites_ = record.cites[0] = &version.cite;
    if (!version.not_yet.empty()) {
      Merge merge(issues_);
      for (const Text& what : version.not_yet) merge.add(written(State::kIncomplete, what));
      record.answer = merge.answer();
    } else if (version.is_carry) {
      record.answer = carry(version, scope, id);
    } else {
      bool none_holds = false;
      Answer answer = branches(version.branches, version.cite, scope, record.branch, none_holds);
      if (none_holds) answer = error(CauseKind::kNoCase, id);
      if (record.branch >= 0) {
        record.cites[1] = &version.branches[static_cast<size_t>(record.branch)].cite;
      }
      answer = finish(version, answer, scope, record);
      record.answer = exceptions(version.exceptions, answer, scope, record);
    }
  }
  cites_ = outer_cites;
  return trace_.close(mark, record);
}

// The result of the branch that holds. Those that are not in order exclude each other, so that one
// that holds decides even where another is not known.
Answer Evaluator::branches(const std::vector<law::BranchRule>& rules, const law::Cites& cite,
                           const Scope& scope, int32_t& taken, bool& none_holds) {
  Merge open(issues_);
  none_holds = false;
  for (size_t i = 0; i < rules.size(); ++i) {
    const law::BranchRule& rule = rules[i];
    const law::Cites* outer = std::exchange(cites_, rule.cite.empty() ? &cite : &rule.cite);
    const bool needs_all_before = rule.in_order || rule.condition == law::kNoId;
    bool holds = !needs_all_before || open.all_known();
    if (holds && rule.condition != law::kNoId) {
      const Answer condition = eval(rule.condition, scope);
      holds = open.add(condition) && condition.small != 0;
    }
    if (holds) {
      taken = static_cast<int32_t>(i);
      Answer answer = eval(rule.result, scope);
      cites_ = outer;
      return answer;
    }
    cites_ = outer;
  }
  none_holds = open.all_known();
  return open.all_known() ? Answer{} : open.answer();
}

Answer Evaluator::finish(const law::DefinitionVersion& version, Answer answer, const Scope& scope,
                         StepRecord& record) {
  for (size_t i = 0; i < version.finish.size(); ++i) {
    const law::FinishRule& rule = version.finish[i];
    Answer argument = eval(rule.argument, scope);
    if (!answer.known() || !argument.known()) {
      Merge merge(issues_);
      merge.add(answer);
      merge.add(argument);
      answer = merge.answer();
      continue;
    }
    if (rule.kind == law::ExprKind::kRounded) {
      if (record.before_rounding == law::kNoId) {
        record.before_rounding = keep_value(answer);
      }
      answer = values_.rounded(answer, rule.rounding, argument);
    } else if (rule.kind == law::ExprKind::kAtLeast ? less(answer, argument)
                                                    : less(argument, answer)) {
      answer = argument;
      if (i < 32) record.finish_hit |= 1U << i;
    }
  }
  return answer;
}

Answer Evaluator::exceptions(const std::vector<law::ExceptionRule>& rules, Answer base,
                             const Scope& scope, StepRecord& record) {
  if (rules.empty()) return base;
  Scope inner = scope;
  inner.base = &base;
  const Date law_date = contexts_.item(scope.context).law_date;
  Merge open(issues_);
  std::optional<Answer> changed;
  bool two = false;
  for (const law::ExceptionRule& rule : rules) {
    if (!rule.force.contains(law_date)) continue;
    int32_t taken = -1;
    bool none_holds = false;
    Answer answer = branches(rule.branches, rule.cite, inner, taken, none_holds);
    if (taken < 0) {
      if (!none_holds) open.add(answer);
      continue;
    }
    two = changed.has_value();
    record.base = keep_value(base);
    record.exception = &rule;
    record.cites[2] = &rule.cite;
    record.cites[3] = &rule.branches[static_cast<size_t>(taken)].cite;
    changed = exceptions(rule.exceptions, answer, scope, record);
    if (two) break;
  }
  if (two) return error(CauseKind::kTwoExceptions, record.id);
  if (changed) return *changed;
  if (open.all_known()) return base;
  // Whether an exception applies is not known: a refusal of the rule itself does not settle it.
  if (base.state == State::kUnknown || base.state == State::kIncomplete) open.add(base);
  return open.answer();
}

Answer Evaluator::carry(const law::DefinitionVersion& version, const Scope& scope,
                        law::DefinitionId id) {
  const Answer start = eval(version.carry_date, scope);
  if (!start.known()) return start;
  const Context now = contexts_.item(scope.context);
  const Date begin = start.date();
  if (now.today < begin) return refused(CauseKind::kNotStarted, id, begin);
  const std::vector<CarryStep> steps = carry_steps(version, program_, begin, now.today);
  if (steps.size() > kCarryStepsMax) return error(CauseKind::kTooManySteps, id);

  Scope inner = scope;
  inner.context = context_id({now.law_date, begin, begin});
  Answer value = eval(version.carry_start, inner);
  for (const CarryStep& step : steps) {
    const law::CarryStepRule& rule = version.steps[step.rule];
    const law::Cites* outer = std::exchange(cites_, rule.cite.empty() ? cites_ : &rule.cite);
    inner.context = context_id({now.law_date, step.date, step.date});
    inner.previous = &value;
    Answer next = eval(rule.value, inner);
    cites_ = outer;
    SegmentRecord record;
    record.aggregate = rule.value;
    record.from = record.to = step.date.days;
    record.grain = law::Grain::kDays;
    record.value = next;
    if (next.known()) trace_.segment(record);
    value = next;
  }
  return value;
}

}  // namespace ansinh::engine
