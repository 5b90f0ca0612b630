#include "engine/trace.h"

#include <algorithm>

namespace ansinh::engine {

namespace {

// How far back a fact is sought among the inputs before it is listed again.
constexpr size_t kLookBack = 16;
constexpr size_t kStepLookBack = 64;  // the same for steps of an inner frame

template <typename T>
uint32_t move_tail(std::vector<T>& from, size_t begin, std::vector<T>& to) {
  const auto first = from.begin() + static_cast<std::ptrdiff_t>(begin);
  to.insert(to.end(), first, from.end());
  const auto count = static_cast<uint32_t>(from.size() - begin);
  from.resize(begin);
  return count;
}

}  // namespace

Trace::Trace() {
  // For one person under a law of some hundred rules; more is made as needed.
  steps_.reserve(512);
  inputs_.reserve(2048);
  open_inputs_.reserve(128);
  segments_.reserve(512);
  open_segments_.reserve(64);
}

Trace::Mark Trace::open() {
  const Mark mark{frame_begin_, open_segments_.size(), frame_};
  frame_begin_ = open_inputs_.size();
  frame_ = ++frames_;
  return mark;
}

StepId Trace::close(const Mark& mark, StepRecord& record) {
  record.inputs_begin = static_cast<uint32_t>(inputs_.size());
  record.inputs_count = move_tail(open_inputs_, frame_begin_, inputs_);
  record.segments_begin = static_cast<uint32_t>(segments_.size());
  record.segments_count = move_tail(open_segments_, mark.segments, segments_);
  frame_begin_ = mark.inputs;
  frame_ = mark.frame;
  return add(record);
}

InputRange Trace::close_into_outer(const Mark& mark, bool keep) {
  InputRange kept;
  const auto begin = open_inputs_.begin() + static_cast<std::ptrdiff_t>(frame_begin_);
  if (keep) {
    kept.begin = static_cast<uint32_t>(inputs_.size());
    kept.count = static_cast<uint32_t>(open_inputs_.end() - begin);
    inputs_.insert(inputs_.end(), begin, open_inputs_.end());
  }
  again_.assign(begin, open_inputs_.end());
  open_inputs_.resize(frame_begin_);
  frame_begin_ = mark.inputs;
  frame_ = mark.frame;
  for (const InputRecord& record : again_) {
    // The inner frame has taken over the marks of its steps: look for those in the list itself.
    if (record.has_step() && is_listed(record)) continue;
    input(record.node, record.step, record.instance);
  }
  return kept;
}

bool Trace::is_listed(const InputRecord& record) const {
  const size_t begin =
      std::max(frame_begin_, open_inputs_.size() - std::min(open_inputs_.size(), kStepLookBack));
  for (size_t i = begin; i < open_inputs_.size(); ++i) {
    if (open_inputs_[i].step == record.step) return true;
  }
  return false;
}

void Trace::drop(const Mark& mark) {
  open_inputs_.resize(frame_begin_);
  open_segments_.resize(mark.segments);
  frame_begin_ = mark.inputs;
  frame_ = mark.frame;
}

void Trace::input(law::NodeId node, StepId step, Row instance) {
  if (step < InputRecord::kPresumed) {
    if (steps_[step].last_frame == frame_) return;
    steps_[step].last_frame = frame_;
  } else {
    const size_t begin =
        std::max(frame_begin_, open_inputs_.size() - std::min(open_inputs_.size(), kLookBack));
    for (size_t i = begin; i < open_inputs_.size(); ++i) {
      if (open_inputs_[i].node == node && open_inputs_[i].instance == instance) return;
    }
  }
  open_inputs_.push_back({node, step, instance});
}

uint32_t Trace::keep_value(const Answer& value) {
  values_.push_back(value);
  return static_cast<uint32_t>(values_.size() - 1);
}

StepId Trace::add(const StepRecord& record) {
  steps_.push_back(record);
  return static_cast<StepId>(steps_.size() - 1);
}

}  // namespace ansinh::engine
