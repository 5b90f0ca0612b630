// Why something is not known: interned sets of missing facts and of causes.
//
// A set is an id; uniting two sets is remembered, so that the same lack that reaches a result by
// many ways costs little. Nothing is formatted here: a cause holds ids and becomes words only when
// a Reason is asked for. A set lists at most kIssuesMax facts and as many causes.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "engine/answer.h"
#include "engine/explain.h"
#include "engine/numbering.h"
#include "law/program.h"

namespace ansinh::engine {

inline constexpr size_t kIssuesMax = 256;

enum class CauseKind : uint8_t {
  kWritten,    // text: not entitled because, not yet expressed
  kNoFact,     // id: fact that is known to be none
  kNothingIn,  // id: node over an empty series
  kNoDefinitionInForce,
  kNoBenefitInForce,
  kNoTableInForce,   // id, date
  kNoParamYet,       // id, date: before the first row
  kParamHole,        // id, date: nothing is provided in that period
  kTableHole,        // id
  kNotInTable,       // id
  kNoCase,           // id: definition; no branch holds
  kTwoExceptions,    // id: definition
  kSpellsDiffer,     // id: fact or definition (`more`), date: first day of the month
  kNotWhole,         // id: node
  kDateOutOfRange,   // id: node
  kDivisionByZero,   // id: node
  kNotEntitledTo,    // id: benefit
  kNoEnd,            // id: benefit
  kNotStarted,       // id: definition (carry), date
  kTooManySteps,     // id: definition (carry)
  kTooDeep,          // id: definition
  kNoValueHere,      // id: node that needs a month at hand, a base or a previous value
  kTooManyOverlaps,  // id: node
};

struct Cause {
  CauseKind kind = CauseKind::kWritten;
  uint32_t id = law::kNoId;
  bool more = false;
  Date date{};
  const Text* text = nullptr;
  const law::Cites* cite = nullptr;
  bool operator==(const Cause&) const = default;
};

// The cause in both languages.
Reason reason_of(const Cause& cause, const law::Program& program);

struct IssueSet {
  std::vector<uint32_t> missing;  // ids, in order of appearance
  std::vector<uint32_t> causes;   // ids, in order of appearance
};

class Issues {
 public:
  Issues() : sets_(1) {}

  IssuesId of_missing(const Missing& missing);
  IssuesId of_cause(const Cause& cause);
  IssuesId unite(IssuesId a, IssuesId b);

  const IssueSet& set(IssuesId id) const { return sets_[id]; }
  const Missing& missing(uint32_t id) const { return missing_.item(id); }
  const Cause& cause(uint32_t id) const { return causes_.item(id); }

  // Sorted by the place in the file, so that the order of arrival does not show.
  std::vector<Missing> missing_of(IssuesId id) const;
  std::vector<Reason> reasons_of(IssuesId id, const law::Program& program) const;

 private:
  std::vector<IssueSet> sets_;
  struct MissingHash {
    uint64_t operator()(const Missing& missing) const;
  };
  struct CauseHash {
    uint64_t operator()(const Cause& cause) const;
  };
  Numbering<Missing, MissingHash, std::equal_to<>> missing_;
  std::vector<IssuesId> missing_sets_;  // by number of what is missing: the set of it alone
  Numbering<Cause, CauseHash, std::equal_to<>> causes_;
  std::vector<IssuesId> cause_sets_;
  std::unordered_map<uint64_t, IssuesId> united_;
};

// By the place in the file: ancestors that are not in the file first, then by serial.
bool comes_before(const Missing& a, const Missing& b);
void sort_unique(std::vector<Missing>& missing);

// Folds the operands of an operation that needs all of them: the gravest state wins (refused,
// error, incomplete, unknown); its issues are united; an incomplete result keeps what is missing.
class Merge {
 public:
  explicit Merge(Issues& issues) : issues_(issues) {}
  // Returns true if the operand is known.
  bool add(const Answer& operand) {
    if (operand.known()) return true;
    add_state(operand.state, operand.issues);
    return false;
  }
  void add_state(State state, IssuesId issues);
  bool all_known() const { return state_ == State::kKnown; }
  State state() const { return state_; }
  Answer answer() const { return Answer::not_known(state_, set_); }  // !all_known()

 private:
  Issues& issues_;
  State state_ = State::kKnown;
  IssuesId set_ = 0;
};

}  // namespace ansinh::engine
