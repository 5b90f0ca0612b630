// Private to the room: on which of the dates at hand a definition's value can depend.
//
// A value asked for on another day is often the same: it reads no parameter, or the law has not
// changed between the two. The batch executor keeps values by what this says of the dates.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/date.h"
#include "law/program.h"

namespace ansinh::engine {

struct DateKey {
  int32_t law = 0, value = 0, today = 0;
  bool operator==(const DateKey&) const = default;
  auto operator<=>(const DateKey&) const = default;
};

class DateUses {
 public:
  explicit DateUses(const law::Program& program);

  // Two triples of dates (law, value, today) with the same key give the same value.
  DateKey key(law::DefinitionId id, Date law, Date value, Date today) const;
  // Definitions of one class have the same key on the same dates; classes are numbered from 0.
  uint32_t class_of(law::DefinitionId id) const { return class_of_[id]; }
  uint32_t classes() const { return classes_; }
  // Whether the law's date alone makes the key.
  bool is_by_law(law::DefinitionId id) const {
    return !uses_[id].any_value && !uses_[id].today && uses_[id].value_breaks.empty();
  }

 private:
  struct Use {
    bool today = false;                 // today, and periods that go on
    bool any_law = false;               // any other day of the law, not only those of `law_breaks`
    bool any_value = false;             // the same of parameters and tables
    std::vector<int32_t> law_breaks;    // days on which other versions begin; ascending
    std::vector<int32_t> value_breaks;  // days on which other values begin; ascending
    auto operator<=>(const Use&) const = default;
  };
  enum class State : uint8_t { kNew, kOpen, kDone };

  const Use& of(law::DefinitionId id);
  void add(const Use& from, Use& to, bool with_value, bool with_today) const;
  void add_node(law::NodeId id, Use& use);
  void add_branches(const std::vector<law::BranchRule>& branches, Use& use);
  void add_exceptions(const std::vector<law::ExceptionRule>& exceptions, Use& use);

  const law::Program& program_;
  std::vector<Use> uses_;  // by definition
  std::vector<State> states_;
  std::vector<uint32_t> class_of_;  // by definition
  uint32_t classes_ = 0;
};

}  // namespace ansinh::engine
