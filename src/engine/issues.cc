#include "engine/issues.h"

#include <algorithm>

namespace ansinh::engine {

namespace {

int gravity(State state) {
  switch (state) {
    case State::kKnown:
      return 0;
    case State::kUnknown:
      return 1;
    case State::kIncomplete:
      return 2;
    case State::kError:
      return 3;
    case State::kRefused:
      return 4;
  }
  return 0;
}

// Adds to `into`, which stays unique, what is in `from`; at most kIssuesMax in all.
void add_all(std::vector<uint32_t>& into, const std::vector<uint32_t>& from) {
  const size_t before = into.size();
  for (const uint32_t id : from) {
    if (into.size() >= kIssuesMax) return;
    const auto end = into.begin() + static_cast<std::ptrdiff_t>(before);
    if (std::find(into.begin(), end, id) == end) into.push_back(id);
  }
}

bool covers(const std::vector<uint32_t>& all, const std::vector<uint32_t>& part) {
  if (all.size() >= kIssuesMax) return true;
  return std::ranges::all_of(part,
                             [&](uint32_t id) { return std::ranges::find(all, id) != all.end(); });
}

}  // namespace

uint64_t Issues::MissingHash::operator()(const Missing& missing) const {
  const uint64_t serial = missing.instance ? missing.instance->serial : 0xFFFFFFFFU;
  const uint64_t what = missing.fact != law::kNoId ? missing.fact : missing.list;
  return (serial << 32U) ^ (what * 2 + (missing.period ? 1 : 0));
}

uint64_t Issues::CauseHash::operator()(const Cause& cause) const {
  return (static_cast<uint64_t>(cause.kind) << 56U) ^ (uint64_t{cause.id} << 20U) ^
         static_cast<uint32_t>(cause.date.days) ^
         static_cast<uint64_t>(reinterpret_cast<uintptr_t>(cause.text));
}

IssuesId Issues::of_missing(const Missing& missing) {
  const uint32_t number = missing_.of(missing);
  if (number == missing_sets_.size()) {
    missing_sets_.push_back(static_cast<IssuesId>(sets_.size()));
    sets_.push_back({{number}, {}});
  }
  return missing_sets_[number];
}

IssuesId Issues::of_cause(const Cause& cause) {
  const uint32_t number = causes_.of(cause);
  if (number == cause_sets_.size()) {
    cause_sets_.push_back(static_cast<IssuesId>(sets_.size()));
    sets_.push_back({{}, {number}});
  }
  return cause_sets_[number];
}

IssuesId Issues::unite(IssuesId a, IssuesId b) {
  if (a == b || b == 0) return a;
  if (a == 0) return b;
  const uint64_t key = (uint64_t{a} << 32U) | b;
  if (const auto found = united_.find(key); found != united_.end()) return found->second;
  IssuesId result = a;
  if (!covers(sets_[a].missing, sets_[b].missing) || !covers(sets_[a].causes, sets_[b].causes)) {
    IssueSet set = sets_[a];
    add_all(set.missing, sets_[b].missing);
    add_all(set.causes, sets_[b].causes);
    result = static_cast<IssuesId>(sets_.size());
    sets_.push_back(std::move(set));
  }
  united_.emplace(key, result);
  return result;
}

std::vector<Missing> Issues::missing_of(IssuesId id) const {
  std::vector<Missing> out;
  out.reserve(sets_[id].missing.size());
  for (const uint32_t i : sets_[id].missing) out.push_back(missing_.item(i));
  sort_unique(out);
  return out;
}

std::vector<Reason> Issues::reasons_of(IssuesId id, const law::Program& program) const {
  std::vector<Reason> out;
  out.reserve(sets_[id].causes.size());
  for (const uint32_t i : sets_[id].causes) out.push_back(reason_of(causes_.item(i), program));
  return out;
}

bool comes_before(const Missing& a, const Missing& b) {
  const auto place = [](const Missing& m) {
    return m.instance ? int64_t{m.instance->serial} : int64_t{-1};
  };
  if (place(a) != place(b)) return place(a) < place(b);
  if (a.entity != b.entity) return a.entity < b.entity;
  if (a.fact != b.fact) return a.fact < b.fact;
  if (a.list != b.list) return a.list < b.list;
  return a.period < b.period;
}

void sort_unique(std::vector<Missing>& missing) {
  std::ranges::sort(missing, comes_before);
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
}

void Merge::add_state(State state, IssuesId issues) {
  if (state == State::kKnown) return;
  const int now = gravity(state_);
  const int then = gravity(state);
  const auto gentle = [](State s) { return s == State::kUnknown || s == State::kIncomplete; };
  if (now == then || (gentle(state_) && gentle(state))) {
    set_ = issues_.unite(set_, issues);
  } else if (then > now) {
    set_ = issues;
  }
  if (then > now) state_ = state;
}

}  // namespace ansinh::engine
