// The explaining executor: one person's file on a date, every benefit's outcome, every reason.
//
// Use: Explainer explainer(program, file, on); then outcomes() or evaluate(); explain_text and
// trace_json put what it found into words. Not shared between threads; the Program may be.
// Evaluation never fails as a whole: what cannot be computed is a state of the result (unknown with
// the missing facts, refused with reasons, incomplete, error).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "facts/person_file.h"
#include "law/program.h"

namespace ansinh::engine {

enum class State : uint8_t { kKnown, kUnknown, kRefused, kIncomplete, kError };

// A fact (or list, or period of a spell) that is needed and not given.
struct Missing {
  const facts::Instance* instance = nullptr;  // nullptr: an ancestor that is not in the file
  law::EntityId entity = law::kNoId;
  law::FactId fact = law::kNoId;  // or
  law::ListId list =
      law::kNoId;  // the list itself, or (with fact == kNoId and period) its row's period
  bool period = false;
  auto operator<=>(const Missing&) const = default;
};

// Why something is refused, incomplete or in error.
struct Reason {
  Text text;
  law::Cites cite;
};

// A run of months or days of one or more rows (rows overlap in a month: several instances).
struct Segment {
  std::vector<const facts::Instance*> rows;  // empty for a bare period
  int32_t from = 0, to = 0;                  // by the grain: months, days; rows: unused
};
struct Series {
  law::Grain grain = law::Grain::kRows;
  std::vector<Segment> segments;  // ascending, for months and days not overlapping
  std::vector<std::pair<int32_t, int32_t>> bridges;  // gaps that do not end a run
};

struct Result {
  State state = State::kKnown;
  law::Value value;                      // kKnown scalars
  std::shared_ptr<const Series> series;  // kKnown series
  std::vector<Missing> missing;          // kUnknown (sorted, unique)
  std::vector<Reason> reasons;           // kRefused, kIncomplete, kError
};

using StepId = uint32_t;

// One evaluated definition (or exception, benefit condition, parameter, table): the trace is a
// graph of steps; a value used twice is one step.
struct Input {
  law::NodeId node = law::kNoId;  // the fact, parameter, table, definition as it stands in the rule
  Result result;
  StepId step = law::kNoId;  // for definitions, parameters, tables: the step that gave it
  const facts::Instance* instance = nullptr;
};
struct SegmentTrace {  // of an aggregate: what each stretch gave
  law::NodeId aggregate = law::kNoId;
  int32_t from = 0, to = 0;
  law::Grain grain = law::Grain::kRows;
  const facts::Instance* row = nullptr;
  law::Value value;
  int64_t count = 1;  // months or days
};
struct Step {
  law::DefinitionId definition = law::kNoId;
  law::ParamId param = law::kNoId;  // or
  law::TableId table = law::kNoId;  // or
  law::BenefitId benefit = law::kNoId;
  uint32_t version = 0;       // kNoId: none is in force
  uint32_t row = law::kNoId;  // of the parameter or the table
  const facts::Instance* instance = nullptr;
  Date law_date, value_date, today;  // the context
  Result result;
  std::optional<law::Value> before_rounding;  // if the definition rounds
  std::optional<law::Value> base;             // what the exception changed, where it was known
  int branch = -1;                      // which branch gave it (what stands under an exception)
  std::string exception;                // the exception that applied, or empty
  std::vector<int> finish_hit;          // indexes of at least/at most that changed the value
  law::Cites cite;                      // of the definition, the branch, the row
  std::vector<const Text*> unverified;  // owned by the program
  std::vector<Input> inputs;
  std::vector<SegmentTrace> segments;
};

enum class Status : uint8_t { kEntitled, kNotEntitled, kCannotTell, kIncomplete, kError };

struct FailedCondition {
  law::NodeId node = law::kNoId;  // the conjunct that failed; kNoId: a reason of another kind
  Text because;                   // given by the law, or the condition in words with its values
  law::Cites cite;
  std::vector<Input> inputs;  // the values that made it fail
};
struct Pay {
  uint32_t party = law::kNoId;  // contributions
  // Rational, in base units of `type` like every value (an amount a year is kept per month):
  // in_currency gives currency units per `each`.
  law::Value amount;
  law::Type type;
  law::Frequency each = law::Frequency::kOnce;
  std::optional<Date> on, from, until;  // as far as stated; until absent: open
  std::optional<Rational> duration;     // months or days, by its type
  law::Type duration_type;
  uint32_t fund = law::kNoId;
  law::Cites cite;
};
Rational in_currency(const Pay& pay);

struct Given {  // a benefit that is not money
  law::NodeId node = law::kNoId;
  law::Value value;
  law::Type type;
};

// One benefit (or contribution) for one instance of its entity.
struct Outcome {
  law::BenefitId benefit = law::kNoId;
  uint32_t version = 0;
  const facts::Instance* instance = nullptr;
  Status status = Status::kEntitled;
  std::vector<Pay> pays;                // kEntitled
  std::vector<Given> gives;             // kEntitled
  std::vector<FailedCondition> failed;  // kNotEntitled: every reason
  std::vector<Missing> missing;         // kCannotTell
  std::vector<Reason> reasons;          // kIncomplete, kError
  std::optional<Date> apply_before;
  std::optional<Date> due;                  // contributions
  law::BenefitId replaced_by = law::kNoId;  // not paid because of `instead of` or `highest of`
  law::Cites replaced_cite;
  // kEntitled: unless one of these, of which it cannot be told yet, turns out to be paid instead.
  std::vector<law::BenefitId> unless;
  // What it rests on, gathered over all steps it used:
  std::vector<const law::Cite*> cite;   // owned by the program
  std::vector<const Text*> unverified;  // owned by the program
  std::vector<Missing> presumed;        // facts and lists that the law presumed
  std::vector<StepId> steps;            // the steps of its conditions and amounts, in order of use
  StepId step = law::kNoId;             // its own
};

class Explainer {
 public:
  // `program` and `file` must outlive the Explainer. `on` is the decision date.
  Explainer(const law::Program& program, const facts::PersonFile& file, Date on);
  ~Explainer();
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;

  // All benefits and contributions of the law for the whole file (every instance), in the order of
  // the program and of the rows. With `only`, that benefit alone (exclusions are still applied).
  std::vector<Outcome> outcomes(law::BenefitId only = law::kNoId);

  // One node on one instance (definitions: a kDefinition node or by id), on the decision date.
  Result evaluate(law::NodeId node, const facts::Instance& instance);
  Result evaluate_definition(law::DefinitionId definition, const facts::Instance& instance);
  // The same with *today* (and the parameters) on another date.
  Result evaluate_on(law::NodeId node, const facts::Instance& instance, Date today);

  // One node as a step saw it: on its instance and dates, with its `base` and its month.
  Result evaluate_in(law::NodeId node, StepId step);

  // The steps so far, 0 to step_count() - 1; evaluating adds to them. The trace is kept as compact
  // records; a Step is made from its record when it is asked for (which may itself evaluate).
  size_t step_count() const;
  Step step(StepId id) const;
  const law::Program& program() const;
  const facts::PersonFile& file() const;
  Date on() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ansinh::engine
