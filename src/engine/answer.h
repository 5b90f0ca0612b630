// What the evaluation of one node gives, in the compact form that the evaluator works with: a known
// value, or a state and the set of issues (issues.h) that explain it. At the boundary of the room
// it becomes a Result.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/date.h"
#include "base/rational.h"
#include "engine/explain.h"
#include "engine/series.h"

namespace ansinh::engine {

enum class Kind : uint8_t { kNothing, kYesNo, kEnum, kNumber, kDate, kMonth, kText, kSeries };

using IssuesId = uint32_t;  // index into Issues; 0: none

struct Answer {
  Rational number;   // kNumber
  SeriesRef series;  // kSeries
  union {
    int64_t small = 0;        // yes/no, enum member, days (kDate), months (kMonth)
    const std::string* text;  // kText; owned by the program or the file
  };
  IssuesId issues = 0;  // if not known
  State state = State::kKnown;
  Kind kind = Kind::kNothing;

  bool known() const { return state == State::kKnown; }
  bool is_yes() const { return known() && small != 0; }
  bool is_no() const { return known() && small == 0; }
  Date date() const { return Date{static_cast<int32_t>(small)}; }
  Month month() const { return Month{static_cast<int32_t>(small)}; }

  static Answer yes_no(bool value) { return of_small(Kind::kYesNo, value ? 1 : 0); }
  static Answer of(Rational value) {
    Answer answer;
    answer.number = std::move(value);
    answer.kind = Kind::kNumber;
    return answer;
  }
  static Answer of(Date value) { return of_small(Kind::kDate, value.days); }
  static Answer of(Month value) { return of_small(Kind::kMonth, value.months); }
  static Answer of(SeriesRef value) {
    Answer answer;
    answer.series = std::move(value);
    answer.kind = Kind::kSeries;
    return answer;
  }
  static Answer of_small(Kind kind, int64_t value) {
    Answer answer;
    answer.small = value;
    answer.kind = kind;
    return answer;
  }
  static Answer not_known(State state, IssuesId issues) {
    Answer answer;
    answer.state = state;
    answer.issues = issues;
    return answer;
  }
};

// A known scalar in both directions. `value` must outlive an Answer made from a text.
Answer answer_of(const law::Value& value);
law::Value value_of(const Answer& answer);  // known, not a series

// Order and equality of two known scalars of one kind.
bool equal(const Answer& a, const Answer& b);
bool less(const Answer& a, const Answer& b);

}  // namespace ansinh::engine
