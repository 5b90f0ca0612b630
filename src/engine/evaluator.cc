#include "engine/evaluator.h"

#include <algorithm>
#include <cassert>

namespace ansinh::engine {

using law::NodeId;
using law::Op;

Evaluator::Evaluator(const law::Program& program, const facts::PersonFile& file, Date on)
    : program_(program), file_(file) {
  context_id({on, on, on});
  const size_t entities = program.entities.size();
  governor_.assign(entities, law::kNoId);
  for (law::EntityId e = 0; e < entities; ++e) {
    for (law::EntityId g = e; g != law::kNoId; g = program.entities[g].parent) {
      if (program.entities[g].governing_fact == law::kNoId) continue;
      governor_[e] = g;
      break;
    }
  }
  for (const facts::Instance& instance : file.instances) {
    absent_serial_ = std::max(absent_serial_, instance.serial + 1);
  }
  absent_.resize(entities);
  for (law::EntityId e = 0; e < entities; ++e) {
    absent_[e].entity = e;
    absent_[e].serial = absent_serial_ + e;
  }
  std::vector<uint32_t> counts(entities, 0);
  ordinal_.resize(absent_serial_ + entities);
  for (const facts::Instance& instance : file.instances) {
    ordinal_[instance.serial] = counts[instance.entity]++;
  }
  for (const facts::Instance& absent : absent_) ordinal_[absent.serial] = counts[absent.entity]++;
  cell_begin_.reserve(program.definitions.size());
  uint32_t cells = 0;
  for (const law::DefinitionInfo& definition : program.definitions) {
    cell_begin_.push_back(cells);
    cells += counts[definition.entity];
  }
  cells_.resize(cells);
  param_steps_.resize(program.params.size());
  table_steps_.resize(program.tables.size());
  table_last_.assign(program.tables.size(), 0);
}

// ---- Scopes and contexts -----------------------------------------------------------------------

uint64_t Evaluator::ContextHash::operator()(const Context& context) const {
  constexpr uint64_t kMix = 0x9E3779B97F4A7C15U;
  uint64_t hash = static_cast<uint32_t>(context.law_date.days);
  hash = hash * kMix + static_cast<uint32_t>(context.value_date.days);
  return hash * kMix + static_cast<uint32_t>(context.today.days);
}

Row Evaluator::climb(Row row, law::EntityId entity) {
  while (row != nullptr && row->entity != entity) row = row->parent;
  return row;
}

Scope Evaluator::scope_of(const Row& instance, ContextId context) const {
  Scope scope;
  scope.rows = &instance;
  scope.home = instance;
  scope.context = context;
  return scope;
}

Evaluator::Target Evaluator::target(law::EntityId entity, const Scope& scope) const {
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    if (at->row_count == 1 && at->rows[0]->entity == entity) {
      return {at->rows[0], nullptr, 1, at->outer != nullptr};
    }
    uint32_t first = 0;
    while (first < at->row_count && at->rows[first]->entity != entity) ++first;
    if (first < at->row_count) {
      uint32_t last = first + 1;
      while (last < at->row_count && at->rows[last]->entity == entity) ++last;
      return {at->rows[first], at->rows + first, last - first, at->outer != nullptr};
    }
    for (uint32_t i = 0; i < at->row_count; ++i) {
      const Row found = climb(at->rows[i], entity);
      if (found != nullptr) return {found, nullptr, 1, climb(scope.home, entity) != found};
    }
  }
  return {absent(entity), nullptr, 1, false};
}

std::optional<ContextId> Evaluator::enter(Row instance, Row home, ContextId context,
                                          Answer& why_not) {
  const law::EntityId governor = governor_[instance->entity];
  if (governor == law::kNoId) return context;
  const Row governing = climb(instance, governor);
  if (governing == nullptr) return context;
  if (home != nullptr && climb(home, governor) == governing) return context;
  const law::FactId id = program_.entities[governor].governing_fact;
  bool none = false;
  const Answer date = known_fact(program_.facts[id], id, governing, none);
  if (!date.known()) {
    why_not = date;
    return std::nullopt;
  }
  const Date on = date.kind == Kind::kMonth ? date.month().first_day() : date.date();
  return context_id({on, on, contexts_.item(context).today});
}

// ---- From outside ------------------------------------------------------------------------------

Answer Evaluator::evaluate(NodeId node, Row instance) {
  stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
  Answer why_not;
  const std::optional<ContextId> context = enter(instance, nullptr, 0, why_not);
  if (!context) return why_not;
  const Trace::Mark mark = trace_.open();
  Answer answer = eval(node, scope_of(instance, *context));
  trace_.drop(mark);
  return answer;
}

Answer Evaluator::evaluate_on(NodeId node, Row instance, Date today) {
  stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
  Answer why_not;
  const std::optional<ContextId> entered = enter(instance, nullptr, 0, why_not);
  if (!entered) return why_not;
  const ContextId context = context_id({contexts_.item(*entered).law_date, today, today});
  const Trace::Mark mark = trace_.open();
  Answer answer = eval(node, scope_of(instance, context));
  trace_.drop(mark);
  return answer;
}

Answer Evaluator::evaluate_as_seen(NodeId node, StepRecord step) {
  stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
  if (step.instance == nullptr) step.instance = file_.subject;
  Scope scope = scope_of(step.instance, step.context);
  std::optional<Answer> base;
  if (step.base != law::kNoId) base = trace_.value(step.base);
  if (base) scope.base = &*base;
  if (step.has_point) {
    scope.has_month = scope.has_year = true;
    scope.month = step.month;
    scope.year = step.year;
  }
  const Trace::Mark mark = trace_.open();
  Answer answer = eval(node, scope);
  trace_.drop(mark);
  return answer;
}

Answer Evaluator::read_input(NodeId node, Row row) {
  const Trace::Mark mark = trace_.open();
  Answer answer = eval(node, scope_of(row, 0));
  trace_.drop(mark);
  return answer;
}

Answer Evaluator::evaluate_definition(law::DefinitionId definition, Row instance) {
  instance = climb(instance, program_.definitions[definition].entity);
  assert(instance != nullptr);
  stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
  Answer why_not;
  const std::optional<ContextId> context = enter(instance, nullptr, 0, why_not);
  if (!context) return why_not;
  return trace_.step(definition_step(definition, instance, *context, nullptr)).answer;
}

const BenefitRecord& Evaluator::evaluate_benefit(law::BenefitId benefit, Row instance) {
  stack_base_ = static_cast<const char*>(__builtin_frame_address(0));
  return benefits_[benefit_record(benefit, instance, nullptr, 0)];
}

uint32_t Evaluator::keep_value(const Answer& value) {
  if (value.kind == Kind::kSeries) values_.keep_series();
  return trace_.keep_value(value);
}

bool Evaluator::too_deep() const {
  const auto* here = static_cast<const char*>(__builtin_frame_address(0));
  const std::ptrdiff_t used = stack_base_ - here;
  return depth_ > kDepthMax || static_cast<size_t>(used < 0 ? -used : used) > kStackBytesMax;
}

// ---- What is not known -------------------------------------------------------------------------

Answer Evaluator::missing_fact(Row row, law::EntityId entity, law::FactId fact) {
  const Missing missing{is_absent(row) ? nullptr : row, entity, fact, law::kNoId, false};
  return Answer::not_known(State::kUnknown, issues_.of_missing(missing));
}

Answer Evaluator::missing_list(Row row, law::EntityId entity, law::ListId list, bool period) {
  const Missing missing{is_absent(row) ? nullptr : row, entity, law::kNoId, list, period};
  return Answer::not_known(State::kUnknown, issues_.of_missing(missing));
}

Answer Evaluator::refused(CauseKind kind, uint32_t id, Date date) {
  const Cause cause{kind, id, false, date, nullptr, cites_};
  return Answer::not_known(State::kRefused, issues_.of_cause(cause));
}

Answer Evaluator::error(CauseKind kind, uint32_t id, Date date, bool more) {
  const Cause cause{kind, id, more, date, nullptr, cites_};
  return Answer::not_known(State::kError, issues_.of_cause(cause));
}

Answer Evaluator::written(State state, const Text& text) {
  const Cause cause{CauseKind::kWritten, law::kNoId, false, {}, &text, cites_};
  return Answer::not_known(state, issues_.of_cause(cause));
}

// ---- Scalars -----------------------------------------------------------------------------------

Answer Evaluator::eval(NodeId id, const Scope& scope) {
  const law::Node& node = program_.nodes[id];
  // Most nodes are leaves.
  if (node.op == Op::kConstant) return answer_of(program_.constants[node.index]);
  if (node.op == Op::kFact) {
    // A fact of the row at hand of a series, given: no input of its own.
    const law::FactInfo& info = program_.facts[node.index];
    const Row row = scope.rows[0];
    if (scope.outer != nullptr && scope.row_count == 1 && row->entity == info.entity &&
        info.slot < row->facts.size()) {
      const facts::FactValue& value = row->facts[info.slot];
      if (value.known == facts::Known::kGiven && value.value.index() != 0) {
        return answer_of(value.value);
      }
    }
    return fact(node, id, scope);
  }
  return eval_other(node, id, scope);
}

Answer Evaluator::eval_other(const law::Node& node, NodeId id, const Scope& scope) {
  switch (node.op) {
    case Op::kDefinition:
      return definition_here(node, id, scope);
    case Op::kParam:
      return param(node, id, scope);
    case Op::kTable:
      return table(node, id, scope);
    case Op::kAnd:
      return conjunction(node, scope, false);
    case Op::kOr:
      return conjunction(node, scope, true);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
      return comparison(node, scope);
    case Op::kMin:
      return extreme(node, scope, false);
    case Op::kMax:
      return extreme(node, scope, true);
    case Op::kRound:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kNegate:
    case Op::kAbsolute:
      return arithmetic(node, id, scope);
    case Op::kAddMonths:
    case Op::kAddDays:
    case Op::kYearOf:
    case Op::kMonthOf:
    case Op::kDayOf:
    case Op::kWeekdayOf:
    case Op::kFirstDayOf:
    case Op::kLastDayOf:
    case Op::kMonthsBetween:
    case Op::kYearsBetween:
    case Op::kDaysBetween:
    case Op::kWorkingDaysAfter:
      return date_function(node, id, scope);
    case Op::kEntitledTo:
    case Op::kAmountOf:
    case Op::kBenefitStart:
    case Op::kBenefitEnd:
      return benefit_word(node, id, scope);
    case Op::kSum:
    case Op::kMean:
    case Op::kHighest:
    case Op::kLowest:
    case Op::kFirst:
    case Op::kLast:
    case Op::kAny:
    case Op::kAll:
    case Op::kCount:
    case Op::kMonthsIn:
    case Op::kDaysIn:
    case Op::kStart:
    case Op::kEnd:
    case Op::kLongestGap:
      return aggregate(node, id, scope);
    case Op::kToday:
    case Op::kMonthHere:
    case Op::kYearHere:
    case Op::kBase:
    case Op::kPrevious:
    case Op::kPosition:
    case Op::kSoFar:
    case Op::kNot:
    case Op::kHas:
    case Op::kInPeriod:
    case Op::kOnDate:
    case Op::kUnderLaw:
    case Op::kOwn:
    case Op::kNotEntitled:
    case Op::kNotYet:
      return scalar(node, id, scope);
    default:
      return series(node, id, scope);
  }
}

Answer Evaluator::scalar(const law::Node& node, NodeId id, const Scope& scope) {
  switch (node.op) {
    case Op::kToday:
      return Answer::of(contexts_.item(scope.context).today);
    case Op::kMonthHere:
      if (!scope.has_month) return error(CauseKind::kNoValueHere, id);
      return Answer::of(Month{scope.month});
    case Op::kYearHere:
      if (!scope.has_year) return error(CauseKind::kNoValueHere, id);
      return Answer::whole(scope.year);
    case Op::kBase:
      return scope.base != nullptr ? *scope.base : error(CauseKind::kNoValueHere, id);
    case Op::kPrevious:
      return scope.previous != nullptr ? *scope.previous : error(CauseKind::kNoValueHere, id);
    case Op::kPosition:
      return position(node, scope);
    case Op::kSoFar:
      return so_far(node, id, scope);
    case Op::kNot: {
      Answer answer = eval(node.args[0], scope);
      return answer.known() ? Answer::yes_no(answer.is_no()) : answer;
    }
    case Op::kHas:
      return has(node, id, scope);
    case Op::kInPeriod:
      return in_period(node, scope);
    case Op::kOnDate:
    case Op::kUnderLaw:
      return on_date(node, scope);
    case Op::kOwn:
      return own(node, scope);
    case Op::kNotEntitled:
      return written(State::kRefused, program_.reasons[node.index]);
    default:
      assert(node.op == Op::kNotYet);
      return written(State::kIncomplete, program_.reasons[node.index]);
  }
}

// `dominant`: the value that decides alone, no for `and`, yes for `or`.
Answer Evaluator::conjunction(const law::Node& node, const Scope& scope, bool dominant) {
  Merge merge(issues_);
  for (const NodeId arg : node.args) {
    const Answer answer = eval(arg, scope);
    if (merge.add(answer) && (answer.small != 0) == dominant) return answer;
  }
  return merge.all_known() ? Answer::yes_no(!dominant) : merge.answer();
}

Answer Evaluator::comparison(const law::Node& node, const Scope& scope) {
  const Answer a = eval(node.args[0], scope);
  const Answer b = eval(node.args[1], scope);
  if (!a.known() || !b.known()) {
    Merge merge(issues_);
    merge.add(a);
    merge.add(b);
    return merge.answer();
  }
  switch (node.op) {
    case Op::kEqual:
      return Answer::yes_no(equal(a, b));
    case Op::kNotEqual:
      return Answer::yes_no(!equal(a, b));
    case Op::kLess:
      return Answer::yes_no(less(a, b));
    default:
      return Answer::yes_no(!less(b, a));
  }
}

Answer Evaluator::extreme(const law::Node& node, const Scope& scope, bool greatest) {
  Merge merge(issues_);
  Answer best = eval(node.args[0], scope);
  merge.add(best);
  for (size_t i = 1; i < node.args.size(); ++i) {
    Answer next = eval(node.args[i], scope);
    if (!merge.add(next) || !merge.all_known()) continue;
    if (greatest ? less(best, next) : less(next, best)) best = next;
  }
  return merge.all_known() ? best : merge.answer();
}

Answer Evaluator::arithmetic(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer a = eval(node.args[0], scope);
  if (node.args.size() == 1) {
    if (!a.known() || (node.op != Op::kNegate && !a.is_negative())) return a;
    return values_.subtract(Answer::whole(0), a);
  }
  const Answer b = eval(node.args[1], scope);
  if (!a.known() || !b.known()) {
    Merge merge(issues_);
    merge.add(a);
    merge.add(b);
    return merge.answer();
  }
  switch (node.op) {
    case Op::kAdd:
      return values_.add(a, b);
    case Op::kSubtract:
      return values_.subtract(a, b);
    case Op::kMultiply:
      return values_.multiply(a, b);
    case Op::kRound:
      return values_.rounded(a, node.rounding, b);
    default:
      assert(node.op == Op::kDivide);
      if (b.is_zero()) return error(CauseKind::kDivisionByZero, id);
      return values_.divide(a, b);
  }
}

Answer Evaluator::in_period(const law::Node& node, const Scope& scope) {
  const Answer point = eval(node.args[0], scope);
  const law::Grain grain = program_.nodes[node.args[0]].type.base == law::Base::kMonth
                               ? law::Grain::kMonths
                               : law::Grain::kDays;
  const Answer period = series_by(node.args[1], grain, scope);
  Merge merge(issues_);
  merge.add(point);
  merge.add(period);
  if (!merge.all_known()) return merge.answer();
  return Answer::yes_no(contains(*period.series, static_cast<int32_t>(point.small)));
}

Answer Evaluator::on_date(const law::Node& node, const Scope& scope) {
  const Answer date = eval(node.args[1], scope);
  if (!date.known()) return date;
  const Context& now = contexts_.item(scope.context);
  Scope inner = scope;
  inner.context = node.op == Op::kOnDate ? context_id({now.law_date, date.date(), date.date()})
                                         : context_id({date.date(), date.date(), now.today});
  return eval(node.args[0], inner);
}

// Outside every series, on the instance of the rule.
Answer Evaluator::own(const law::Node& node, const Scope& scope) {
  const Scope* outermost = &scope;
  while (outermost->outer != nullptr) outermost = outermost->outer;
  Scope outside = *outermost;
  outside.context = scope.context;
  return eval(node.args[0], outside);
}

}  // namespace ansinh::engine
