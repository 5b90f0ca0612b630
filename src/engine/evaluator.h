// Private to the room: the evaluator, which walks the nodes of a Program for one PersonFile.
//
// A Scope says where an expression stands: the rows at hand and, around them, the rows or the
// instance outside; a Context says on which dates it is read. Every definition is evaluated once
// for an instance and a context and leaves one step in the trace. Definitions are split by noun
// over evaluate_*.cc.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/answer.h"
#include "engine/issues.h"
#include "engine/memo.h"
#include "engine/numbering.h"
#include "engine/series.h"
#include "engine/trace.h"
#include "facts/person_file.h"
#include "law/program.h"

namespace ansinh::engine {

// Definitions deeper than this within each other are an error of that person, not a broken stack.
inline constexpr int kDepthMax = 2000;
inline constexpr size_t kStackBytesMax = 5'000'000;

struct Context {
  Date law_date, value_date, today;
  bool operator==(const Context&) const = default;
};

struct Scope {
  const Row* rows = nullptr;  // at hand: those of one stretch, or the instance of the rule
  uint32_t row_count = 1;
  const Scope* outer = nullptr;  // nullptr: the rows are the instance of the rule
  Row home = nullptr;            // the instance of the rule; nullptr: from outside
  ContextId context = 0;
  int32_t month = 0, year = 0;  // at hand, if has_...
  bool has_month = false, has_year = false;
  const Answer* base = nullptr;
  const Answer* previous = nullptr;
};

using Keys = boost::container::small_vector<Answer, 4>;  // of a table

struct FailedRecord {
  law::NodeId node = law::kNoId;
  const law::ConditionRule* rule = nullptr;  // nullptr: an amount or a date that is refused
  Answer answer;                             // no, or refused
  InputRange inputs;
};
struct PayRecord {
  const law::PaymentRule* rule = nullptr;
  Answer amount;
  std::optional<Date> on, from, until;
  std::optional<Rational> duration;
};
struct BenefitRecord {
  law::BenefitId benefit = law::kNoId;
  uint32_t version = law::kNoId;
  Row instance = nullptr;
  Status status = Status::kEntitled;
  bool conditions_hold = false;  // known, before amounts and dates
  Answer open;                   // the state that is neither entitled nor not
  std::vector<FailedRecord> failed;
  std::vector<PayRecord> pays;  // kEntitled
  std::vector<std::pair<law::NodeId, Answer>> gives;
  std::optional<Date> apply_before, due;
  StepId step = law::kNoId;
};

class Evaluator {
 public:
  Evaluator(const law::Program& program, const facts::PersonFile& file, Date on);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  const law::Program& program() const { return program_; }
  const facts::PersonFile& file() const { return file_; }
  Issues& issues() { return issues_; }
  const Issues& issues() const { return issues_; }
  const Trace& trace() const { return trace_; }
  const Context& context(ContextId id) const { return contexts_.item(id); }
  bool is_absent(Row row) const { return row->serial >= absent_serial_; }

  // From outside: on the decision date, or as governed by the instance.
  Answer evaluate(law::NodeId node, Row instance);
  // The same with today and the parameters on another date.
  Answer evaluate_on(law::NodeId node, Row instance, Date today);
  // As a step saw it.
  Answer evaluate_as_seen(law::NodeId node, StepRecord step);
  // The fact, list or test for a fact that an input without a step stands for.
  Answer read_input(law::NodeId node, Row row);
  Answer evaluate_definition(law::DefinitionId definition, Row instance);
  const BenefitRecord& evaluate_benefit(law::BenefitId benefit, Row instance);

 private:
  // evaluator.cc: scopes, contexts, facts, scalars.
  Answer eval(law::NodeId id, const Scope& scope);
  Answer eval_other(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer scalar(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer conjunction(const law::Node& node, const Scope& scope, bool dominant);
  Answer comparison(const law::Node& node, const Scope& scope);
  Answer extreme(const law::Node& node, const Scope& scope, bool greatest);
  Answer arithmetic(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer in_period(const law::Node& node, const Scope& scope);
  Answer on_date(const law::Node& node, const Scope& scope);
  Answer own(const law::Node& node, const Scope& scope);
  Answer fact(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer read_fact(const law::FactInfo& info, law::FactId fact, law::NodeId id, Row row,
                   bool at_hand);
  Answer has(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer definition_here(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer benefit_word(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer known_fact(const law::FactInfo& info, law::FactId id, Row row, bool& none);
  template <typename Read>
  Answer combined(const law::Type& type, uint32_t id, bool is_definition, const Row* rows,
                  uint32_t count, const Scope& scope, const Read& read);

  // The instances that a name of the entity means in a scope.
  struct Target {
    Row row = nullptr;          // the only one, or the first
    const Row* rows = nullptr;  // all of them where count > 1
    uint32_t count = 1;
    bool at_hand = false;  // of a series, not the instance of the rule or above it
  };
  Target target(law::EntityId entity, const Scope& scope) const;
  static Row climb(Row row, law::EntityId entity);
  Row absent(law::EntityId entity) const { return &absent_[entity]; }
  Scope scope_of(const Row& instance, ContextId context) const;

  ContextId context_id(const Context& context) { return contexts_.of(context); }
  // The context in which rules of the instance are read when they are asked for by `home`.
  std::optional<ContextId> enter(Row instance, Row home, ContextId context, Answer& why_not);

  Answer missing_fact(Row row, law::EntityId entity, law::FactId fact);
  Answer missing_list(Row row, law::EntityId entity, law::ListId list, bool period);
  Answer refused(CauseKind kind, uint32_t id, Date date = {});
  Answer error(CauseKind kind, uint32_t id, Date date = {}, bool more = false);
  Answer written(State state, const Text& text);

  // evaluate_value.cc: parameters and tables.
  Answer param(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer table(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer cell(const law::CellValue& cell, CauseKind hole, uint32_t id, Date date);
  uint32_t table_row(const law::TableVersion& version, uint32_t& last, const Keys& keys) const;

  // evaluate_date.cc
  Answer date_function(const law::Node& node, law::NodeId id, const Scope& scope);

  // evaluate_series.cc
  Answer series(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer list(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer period(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer where(const law::Node& node, const Scope& scope);
  Answer clip(const law::Node& node, const Scope& scope);
  template <typename Keep>
  Answer rows_by_date(const SeriesData& data, const Keep& keep);
  Answer side(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer combine_series(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer take(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer best(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer of_series(SeriesData&& data, law::NodeId id);
  // The series of the node, month by month or day by day where it has periods.
  Answer series_by(law::NodeId id, std::optional<law::Grain> grain, const Scope& scope);

  // evaluate_aggregate.cc
  Answer aggregate(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer any_or_all(const law::Node& node, const Scope& scope);
  Answer sum_or_mean(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer highest_or_lowest(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer first_or_last(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer edge(const law::Node& node, law::NodeId id, const Scope& scope);
  struct Part {  // of a series: what an expression is evaluated on once
    int32_t from = 0, to = 0;
    int64_t count = 1;
    const Stretch* stretch = nullptr;
  };
  // Calls `visit(part, answer)` for each part in order until it returns false.
  template <typename Visit>
  void each_part(law::NodeId expression, const SeriesData& data, const Scope& scope,
                 const Visit& visit);
  // What a test of the row's own facts (`regime is one of state, employer`) gives where these are
  // given: as on_part, which has nothing to note then.
  enum class Quick : uint8_t { kNo, kYes, kNotThisRow, kNever };
  Quick quick_test(law::NodeId test, Row row) const;
  Answer on_part(law::NodeId expression, const SeriesData& data, const Part& part,
                 const Scope& scope);
  void note_part(law::NodeId aggregate, const SeriesData& data, const Part& part,
                 const Answer& answer);

  // evaluate_definition.cc
  StepId definition_step(law::DefinitionId id, Row instance, ContextId context,
                         const Scope* at_hand);
  StepId circle(law::DefinitionId id, Row instance, ContextId context);
  StepId new_step(law::DefinitionId id, Row instance, ContextId context, const Scope* at_hand);
  uint32_t keep_value(const Answer& value);
  StepId compute_definition(law::DefinitionId id, Row instance, ContextId context,
                            const Scope* at_hand);
  Answer branches(const std::vector<law::BranchRule>& rules, const law::Cites& cite,
                  const Scope& scope, int32_t& taken, bool& none_holds);
  Answer finish(const law::DefinitionVersion& version, Answer answer, const Scope& scope,
                StepRecord& record);
  Answer exceptions(const std::vector<law::ExceptionRule>& rules, Answer base, const Scope& scope,
                    StepRecord& record);
  Answer carry(const law::DefinitionVersion& version, const Scope& scope, law::DefinitionId id);
  bool too_deep() const;

  // evaluate_order.cc
  struct Sums {                  // of one definition over the rows of one group
    std::vector<Answer> before;  // before[i]: over the rows of its group that come before i
    std::vector<uint8_t> ready;
  };
  struct Order {  // the rows of one list of one parent
    std::optional<Answer> not_known;
    std::vector<Row> rows;                             // in order, group by group
    std::vector<uint32_t> group_begin;                 // by place: where its group begins
    std::unordered_map<uint32_t, uint32_t> place;      // by serial
    std::unordered_map<law::DefinitionId, Sums> sums;  // by definition
  };
  Answer so_far(const law::Node& node, law::NodeId id, const Scope& scope);
  Answer position(const law::Node& node, const Scope& scope);
  Order& order_of(law::DefinitionId ordered, Row instance, const Scope& scope);
  void make_order(Order& order, const law::DefinitionVersion& version,
                  const std::vector<Row>& siblings, const Scope& scope);

  // evaluate_benefit.cc
  uint32_t benefit_record(law::BenefitId id, Row instance, Row home, ContextId context);
  void compute_benefit(BenefitRecord& record, ContextId context);
  void check_conditions(const law::BenefitVersion& version, const Scope& scope,
                        BenefitRecord& record, Merge& open);
  void check_conjunct(law::NodeId node, const law::ConditionRule& rule, const Scope& scope,
                      BenefitRecord& record, Merge& open);
  void compute_payments(const law::BenefitVersion& version, const Scope& scope,
                        BenefitRecord& record, Merge& open);
  Answer strict_part(law::NodeId node, const Scope& scope, BenefitRecord& record, Merge& open);
  bool is_guarded_by_failed(const Answer& answer, const BenefitRecord& record) const;
  static void settle(BenefitRecord& record, const Merge& open);
  Answer entitled_answer(const BenefitRecord& record) const;
  std::optional<Date> plus(Date date, const Answer& length, law::NodeId node) const;

  const law::Program& program_;
  const facts::PersonFile& file_;
  Issues issues_;
  Values values_;
  Trace trace_;
  // Where the step of a definition for an instance stands, in the context that came first: a place
  // for each instance of the definition's entity. What else there is goes to memo_.
  struct Cell {
    ContextId context = 0;
    uint32_t step = Memo::kNone;  // its number + 1
  };
  std::vector<Cell> cells_;
  std::vector<uint32_t> cell_begin_;  // by definition
  std::vector<uint32_t> ordinal_;     // by serial: the place among the instances of its entity
  Memo memo_;
  RowSets row_sets_;
  struct ContextHash {
    uint64_t operator()(const Context& context) const;
  };
  Numbering<Context, ContextHash, std::equal_to<>> contexts_;
  std::vector<law::EntityId> governor_;  // by entity: the nearest with a governing fact
  std::vector<facts::Instance> absent_;  // by entity: stands for one that is not in the file
  uint32_t absent_serial_ = 0;
  std::vector<std::vector<StepId>> param_steps_;               // by parameter, by row
  std::vector<std::vector<std::vector<StepId>>> table_steps_;  // by table, version, row
  std::vector<uint32_t> table_last_;                           // by table: the row found last
  std::deque<BenefitRecord> benefits_;
  std::unordered_map<uint64_t, std::deque<std::pair<MemoKey, Order>>> orders_;
  const law::Cites* cites_ = nullptr;  // of the rule that is being evaluated
  int depth_ = 0;
  const char* stack_base_ = nullptr;
};

template <typename Visit>
void Evaluator::each_part(law::NodeId expression, const SeriesData& data, const Scope& scope,
                          const Visit& visit) {
  const law::Depends depends = program_.nodes[expression].depends;
  bool may_be_quick = true;
  const auto answer_on = [&](const Part& part) {
    if (may_be_quick && part.stretch->row_count == 1) {
      const Quick quick = quick_test(expression, part.stretch->rows[0]);
      if (quick <= Quick::kYes) return Answer::yes_no(quick == Quick::kYes);
      may_be_quick = quick != Quick::kNever;
    }
    return on_part(expression, data, part, scope);
  };
  for (const Stretch& stretch : data.stretches) {
    Part part{stretch.from, stretch.to, 1, &stretch};
    if (data.grain == law::Grain::kRows) {
      if (!visit(part, answer_on(part))) return;
      continue;
    }
    for (int32_t from = stretch.from; from <= stretch.to; from = part.to + 1) {
      part.from = from;
      part.to = stretch.to;
      if (depends.month) {
        part.to = std::min(stretch.to, last_of_month(from, data.grain));
      } else if (depends.year) {
        part.to = std::min(stretch.to, last_of_year(from, data.grain));
      }
      part.count = int64_t{part.to} - part.from + 1;
      if (!visit(part, answer_on(part))) return;
    }
  }
}

}  // namespace ansinh::engine
