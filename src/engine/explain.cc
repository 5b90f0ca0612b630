#include "engine/explain.h"

#include <algorithm>
#include <utility>

#include "engine/dates.h"
#include "engine/evaluator.h"
#include "engine/exclusions.h"
#include "engine/gather.h"
#include "engine/words.h"

namespace ansinh::engine {

namespace {

std::shared_ptr<const Series> public_series(const SeriesData& data) {
  auto series = std::make_shared<Series>();
  series->grain = data.grain;
  series->segments.reserve(data.stretches.size());
  for (const Stretch& stretch : data.stretches) {
    Segment segment;
    segment.rows.assign(stretch.rows, stretch.rows + stretch.row_count);
    segment.from = stretch.from;
    segment.to = stretch.to;
    series->segments.push_back(std::move(segment));
  }
  series->bridges = data.bridges;
  return series;
}

}  // namespace

Rational in_currency(const Pay& pay) {
  const Rational& amount = std::get<Rational>(pay.amount);
  return pay.type.per == law::Per::kYear ? amount * Rational(kMonthsPerYear) : amount;
}

struct Explainer::Impl {
  Impl(const law::Program& program, const facts::PersonFile& file, Date on_date)
      : evaluator(program, file, on_date), gatherer(evaluator), on(on_date) {}

  Result result_of(const Answer& answer) const;
  Input input_of(const InputRecord& record);
  std::vector<Input> inputs_of(InputRange range);
  Step step_of(StepId id);
  void add_failed(const FailedRecord& failed, Outcome& outcome);
  Outcome outcome_of(const BenefitRecord& record);
  std::vector<Row> instances_of(law::EntityId entity) const;

  Evaluator evaluator;
  Gatherer gatherer;
  Date on;
};

Result Explainer::Impl::result_of(const Answer& answer) const {
  Result result;
  result.state = answer.state;
  if (answer.known()) {
    if (answer.kind == Kind::kSeries) {
      result.series = public_series(*answer.series);
    } else {
      result.value = value_of(answer);
    }
    return result;
  }
  const Issues& issues = evaluator.issues();
  result.missing = issues.missing_of(answer.issues);
  result.reasons = issues.reasons_of(answer.issues, evaluator.program());
  return result;
}

Input Explainer::Impl::input_of(const InputRecord& record) {
  Input input;
  input.node = record.node;
  if (record.has_step()) input.step = record.step;
  input.instance = record.instance;
  if (record.has_step()) {
    const StepRecord& step = evaluator.trace().step(record.step);
    const law::Op op = evaluator.program().nodes[record.node].op;
    const bool is_own_value =
        op != law::Op::kAmountOf && op != law::Op::kBenefitStart && op != law::Op::kBenefitEnd;
    input.result =
        result_of(is_own_value ? step.answer : evaluator.evaluate_as_seen(record.node, step));
  } else {
    input.result = result_of(evaluator.read_input(record.node, record.instance));
  }
  if (record.instance != nullptr && evaluator.is_absent(record.instance)) input.instance = nullptr;
  return input;
}

std::vector<Input> Explainer::Impl::inputs_of(InputRange range) {
  std::vector<Input> inputs;
  inputs.reserve(range.count);
  for (uint32_t i = 0; i < range.count; ++i) {
    inputs.push_back(input_of(*evaluator.trace().inputs(range.begin + i)));
  }
  return inputs;
}

Step Explainer::Impl::step_of(StepId id) {
  const StepRecord record = evaluator.trace().step(id);  // a copy: evaluation adds steps
  Step step;
  switch (record.kind) {
    case StepKind::kDefinition:
      step.definition = record.id;
      break;
    case StepKind::kParam:
      step.param = record.id;
      break;
    case StepKind::kTable:
      step.table = record.id;
      break;
    case StepKind::kBenefit:
      step.benefit = record.id;
      break;
  }
  step.version = record.version;
  step.row = record.row;
  const bool is_absent = record.instance != nullptr && evaluator.is_absent(record.instance);
  step.instance = is_absent ? nullptr : record.instance;
  const Context& context = evaluator.context(record.context);
  step.law_date = context.law_date;
  step.value_date = context.value_date;
  step.today = context.today;
  step.result = result_of(record.answer);
  const auto kept = [&](uint32_t value) -> std::optional<law::Value> {
    if (value == law::kNoId || !evaluator.trace().value(value).known()) return std::nullopt;
    return value_of(evaluator.trace().value(value));
  };
  step.before_rounding = kept(record.before_rounding);
  step.base = kept(record.base);
  step.branch = record.branch;
  if (record.exception != nullptr) step.exception = record.exception->name;
  for (int bit = 0; bit < 32; ++bit) {
    if ((record.finish_hit >> static_cast<unsigned>(bit) & 1U) != 0) step.finish_hit.push_back(bit);
  }
  for (const law::Cites* cites : record.cites) {
    if (cites == nullptr) continue;
    for (const law::Cite& cite : *cites) {
      const bool is_new = std::ranges::none_of(step.cite, [&](const law::Cite& other) {
        return other.act == cite.act && other.text == cite.text;
      });
      if (is_new) step.cite.push_back(cite);
    }
  }
  unverified_of(record, evaluator.program(), step.unverified);
  step.inputs = inputs_of({record.inputs_begin, record.inputs_count});
  step.segments.reserve(record.segments_count);
  for (uint32_t i = 0; i < record.segments_count; ++i) {
    const SegmentRecord& segment = *evaluator.trace().segments(record.segments_begin + i);
    step.segments.push_back({segment.aggregate, segment.from, segment.to, segment.grain,
                             segment.row, value_of(segment.value), segment.count});
  }
  return step;
}

void Explainer::Impl::add_failed(const FailedRecord& failed, Outcome& outcome) {
  const law::Program& program = evaluator.program();
  FailedCondition condition;
  condition.node = failed.node;
  condition.inputs = inputs_of(failed.inputs);
  if (failed.rule != nullptr) condition.cite = failed.rule->cite;
  if (condition.cite.empty() && outcome.version != law::kNoId) {
    condition.cite = program.benefits[outcome.benefit].versions[outcome.version].cite;
  }
  if (failed.rule != nullptr && failed.rule->because) {
    condition.because = *failed.rule->because;
    outcome.failed.push_back(std::move(condition));
    return;
  }
  if (failed.answer.known()) {
    condition.because = condition_words(failed.node, condition.inputs, program);
    outcome.failed.push_back(std::move(condition));
    return;
  }
  for (Reason& reason : evaluator.issues().reasons_of(failed.answer.issues, program)) {
    FailedCondition one = condition;
    one.because = std::move(reason.text);
    if (!reason.cite.empty()) one.cite = std::move(reason.cite);
    outcome.failed.push_back(std::move(one));
  }
}

Outcome Explainer::Impl::outcome_of(const BenefitRecord& record) {
  const law::Program& program = evaluator.program();
  Outcome outcome;
  outcome.benefit = record.benefit;
  outcome.version = record.version;
  outcome.instance = record.instance;
  outcome.status = record.status;
  outcome.step = record.step;
  outcome.apply_before = record.apply_before;
  outcome.due = record.due;
  for (const PayRecord& pay_record : record.pays) {
    Pay pay;
    pay.party = pay_record.rule->party;
    pay.amount = value_of(pay_record.amount);
    pay.type = program.nodes[pay_record.rule->amount].type;
    pay.each = pay_record.rule->each;
    if (pay.each == law::Frequency::kYear) {
      pay.type.shown = law::Shown::kMoney;
      pay.type.per = law::Per::kYear;
    }
    pay.on = pay_record.on;
    pay.from = pay_record.from;
    pay.until = pay_record.until;
    pay.duration = pay_record.duration;
    if (pay.duration) pay.duration_type = program.nodes[pay_record.rule->duration].type;
    pay.fund = pay_record.rule->fund;
    pay.cite = pay_record.rule->cite;
    outcome.pays.push_back(std::move(pay));
  }
  for (const auto& [node, answer] : record.gives) {
    outcome.gives.push_back({node, value_of(answer), program.nodes[node].type});
  }
  if (!record.open.known() && record.status != Status::kNotEntitled) {
    outcome.missing = evaluator.issues().missing_of(record.open.issues);
    outcome.reasons = evaluator.issues().reasons_of(record.open.issues, program);
  }
  for (const FailedRecord& failed : record.failed) add_failed(failed, outcome);
  gatherer.gather(record.step, outcome);
  return outcome;
}

std::vector<Row> Explainer::Impl::instances_of(law::EntityId entity) const {
  std::vector<Row> rows;
  for (const facts::Instance& instance : evaluator.file().instances) {
    if (instance.entity == entity) rows.push_back(&instance);
  }
  std::ranges::sort(rows, std::less<>{}, [](Row row) { return row->serial; });
  return rows;
}

Explainer::Explainer(const law::Program& program, const facts::PersonFile& file, Date on)
    : impl_(std::make_unique<Impl>(program, file, on)) {}

Explainer::~Explainer() = default;

std::vector<Outcome> Explainer::outcomes(law::BenefitId only) {
  const law::Program& program = impl_->evaluator.program();
  std::vector<law::BenefitId> wanted;
  if (only != law::kNoId) {
    wanted = rivals_of(only, program);
    std::ranges::sort(wanted);
  } else {
    wanted.resize(program.benefits.size());
    for (law::BenefitId b = 0; b < wanted.size(); ++b) wanted[b] = b;
  }
  std::vector<std::optional<std::vector<Row>>> by_entity(program.entities.size());
  std::vector<const BenefitRecord*> records;
  for (const law::BenefitId benefit : wanted) {
    std::optional<std::vector<Row>>& rows = by_entity[program.benefits[benefit].entity];
    if (!rows) rows = impl_->instances_of(program.benefits[benefit].entity);
    for (const Row row : *rows) {
      records.push_back(&impl_->evaluator.evaluate_benefit(benefit, row));
    }
  }
  std::vector<Outcome> outcomes;
  outcomes.reserve(records.size());
  for (const BenefitRecord* record : records) outcomes.push_back(impl_->outcome_of(*record));
  apply_exclusions(program, impl_->on, outcomes);
  if (only != law::kNoId) {
    std::erase_if(outcomes, [&](const Outcome& outcome) { return outcome.benefit != only; });
  }
  return outcomes;
}

Result Explainer::evaluate(law::NodeId node, const facts::Instance& instance) {
  return impl_->result_of(impl_->evaluator.evaluate(node, &instance));
}

Result Explainer::evaluate_definition(law::DefinitionId definition,
                                      const facts::Instance& instance) {
  return impl_->result_of(impl_->evaluator.evaluate_definition(definition, &instance));
}

Result Explainer::evaluate_on(law::NodeId node, const facts::Instance& instance, Date today) {
  return impl_->result_of(impl_->evaluator.evaluate_on(node, &instance, today));
}

Result Explainer::evaluate_in(law::NodeId node, StepId step) {
  const StepRecord record = impl_->evaluator.trace().step(step);
  return impl_->result_of(impl_->evaluator.evaluate_as_seen(node, record));
}

size_t Explainer::step_count() const { return impl_->evaluator.trace().steps().size(); }
Step Explainer::step(StepId id) const { return impl_->step_of(id); }

const law::Program& Explainer::program() const { return impl_->evaluator.program(); }
const facts::PersonFile& Explainer::file() const { return impl_->evaluator.file(); }
Date Explainer::on() const { return impl_->on; }

}  // namespace ansinh::engine
