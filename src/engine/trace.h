// What an evaluation leaves behind so that it can be explained: compact records of steps and what
// they read, without a word formatted. explain.cc turns them into Steps when someone asks.
//
// Inputs are gathered in frames: open() begins the frame of a rule, close() ends it and makes its
// step. Frames nest as evaluations do.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/answer.h"
#include "engine/explain.h"
#include "law/program.h"

namespace ansinh::engine {

using ContextId = uint32_t;

struct InputRecord {
  law::NodeId node = law::kNoId;  // a fact, list, parameter, table, definition, benefit
  StepId step = law::kNoId;       // what gave it; facts and lists: kNoId, or kPresumed by the law
  Row instance = nullptr;         // whose fact or list it is

  static constexpr StepId kPresumed = law::kNoId - 1;
  bool has_step() const { return step < kPresumed; }
};

struct SegmentRecord {
  law::NodeId aggregate = law::kNoId;
  int32_t from = 0, to = 0;
  law::Grain grain = law::Grain::kRows;
  Row row = nullptr;
  int64_t count = 1;
  Answer value;
};

enum class StepKind : uint8_t { kDefinition, kParam, kTable, kBenefit };

struct StepRecord {
  StepKind kind = StepKind::kDefinition;
  uint32_t id = law::kNoId;       // of the definition, parameter, table or benefit
  uint32_t version = law::kNoId;  // of the definition, table or benefit; kNoId: none in force
  uint32_t row = law::kNoId;      // of the parameter or table
  Row instance = nullptr;
  ContextId context = 0;
  Answer answer;
  uint32_t before_rounding = law::kNoId;  // index into Trace::values
  uint32_t base = law::kNoId;             // the same: what an exception changed
  int32_t branch = -1;
  int32_t month = 0, year = 0;  // at hand, if it matters
  bool has_point = false;
  const law::ExceptionRule* exception = nullptr;
  uint32_t finish_hit = 0;                   // bit i: finish rule i changed the value
  std::array<const law::Cites*, 4> cites{};  // of the rule, the branch, the exception, its branch
  uint32_t inputs_begin = 0, inputs_count = 0;
  uint32_t segments_begin = 0, segments_count = 0;
  uint32_t last_frame = 0;  // the frame that last listed it as an input
};

struct InputRange {
  uint32_t begin = 0, count = 0;
};

class Trace {
 public:
  Trace();

  struct Mark {
    size_t inputs = 0, segments = 0;
    uint32_t frame = 0;  // of the frame outside
  };

  Mark open();
  // Ends the frame: its inputs and segments become those of the record.
  StepId close(const Mark& mark, StepRecord& record);
  // Ends the frame and gives its inputs to the frame outside; keeps them as a range if `keep`.
  InputRange close_into_outer(const Mark& mark, bool keep);

  // Ends a frame that nobody will ask about.
  void drop(const Mark& mark);

  // Notes an input of the frame at hand, once.
  void input(law::NodeId node, StepId step, Row instance);
  void segment(const SegmentRecord& record) { open_segments_.push_back(record); }
  uint32_t keep_value(const Answer& value);

  // A step without inputs: a parameter's or a table's row.
  StepId add(const StepRecord& record);

  const std::vector<StepRecord>& steps() const { return steps_; }
  const StepRecord& step(StepId id) const { return steps_[id]; }
  const InputRecord* inputs(uint32_t begin) const { return inputs_.data() + begin; }
  const SegmentRecord* segments(uint32_t begin) const { return segments_.data() + begin; }
  const Answer& value(uint32_t id) const { return values_[id]; }

 private:
  bool is_listed(const InputRecord& record) const;

  std::vector<StepRecord> steps_;
  std::vector<InputRecord> inputs_, open_inputs_, again_;
  std::vector<SegmentRecord> segments_, open_segments_;
  std::vector<Answer> values_;
  size_t frame_begin_ = 0;  // of the frame at hand, in open_inputs_
  uint32_t frame_ = 0;      // its number
  uint32_t frames_ = 0;     // numbers given out
};

}  // namespace ansinh::engine
