// What the evaluation of one node gives, in the compact form that the evaluator works with: a known
// value, or a state and the set of issues (issues.h) that explain it. At the boundary of the room
// it becomes a Result.
//
// An Answer is 24 bytes and copied as such. Whole numbers that fit 64 bits stand in it; every other
// number, texts and series stand elsewhere (in the program, the file or the Values of the
// evaluation) and must outlive it.
#pragma once

#include <cassert>
#include <cstdint>
#include <deque>
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
  int64_t small = 0;  // yes/no, enum member, days (kDate), months (kMonth), a number unless boxed
  union {
    const Rational* boxed = nullptr;  // kNumber that is not whole or too large for 64 bits
    const SeriesData* series;         // kSeries
    const std::string* text;          // kText
  };
  IssuesId issues = 0;  // if not known
  State state = State::kKnown;
  Kind kind = Kind::kNothing;

  bool known() const { return state == State::kKnown; }
  bool is_yes() const { return known() && small != 0; }
  bool is_no() const { return known() && small == 0; }
  bool is_whole() const { return boxed == nullptr; }  // a number that stands in `small`
  Rational number() const { return is_whole() ? Rational(small) : *boxed; }
  bool is_zero() const { return is_whole() && small == 0; }
  bool is_negative() const { return is_whole() ? small < 0 : boxed->is_negative(); }
  Date date() const { return Date{static_cast<int32_t>(small)}; }
  Month month() const { return Month{static_cast<int32_t>(small)}; }

  static Answer yes_no(bool value) { return of_small(Kind::kYesNo, value ? 1 : 0); }
  static Answer whole(int64_t value) { return of_small(Kind::kNumber, value); }
  static Answer of(Date value) { return of_small(Kind::kDate, value.days); }
  static Answer of(Month value) { return of_small(Kind::kMonth, value.months); }
  static Answer of(const SeriesData* value) {
    Answer answer = of_small(Kind::kSeries, 0);
    answer.series = value;
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

// The numbers and series of one evaluation that do not fit into an Answer.
//
// A definition that gives no series has no further use for the series that were made on the way:
// release() takes them back, down to the last one that a step keeps.
class Values {
 public:
  Answer number(Rational&& value) {
    int64_t whole = 0;
    if (value.to_int64(whole)) return Answer::whole(whole);
    Answer answer = Answer::of_small(Kind::kNumber, 0);
    answer.boxed = &numbers_.emplace_back(std::move(value));
    return answer;
  }
  Answer series(SeriesData&& data) {
    if (series_count_ == series_.size()) series_.emplace_back();
    SeriesData& place = series_[series_count_++];
    place = std::move(data);
    return Answer::of(&place);
  }

  Answer add(const Answer& a, const Answer& b) {
    int64_t sum = 0;
    if (a.is_whole() && b.is_whole() && !__builtin_add_overflow(a.small, b.small, &sum)) {
      return Answer::whole(sum);
    }
    return number(a.number() + b.number());
  }
  Answer subtract(const Answer& a, const Answer& b) {
    int64_t difference = 0;
    if (a.is_whole() && b.is_whole() && !__builtin_sub_overflow(a.small, b.small, &difference)) {
      return Answer::whole(difference);
    }
    return number(a.number() - b.number());
  }
  Answer multiply(const Answer& a, const Answer& b) {
    int64_t product = 0;
    if (a.is_whole() && b.is_whole() && !__builtin_mul_overflow(a.small, b.small, &product)) {
      return Answer::whole(product);
    }
    return number(a.number() * b.number());
  }
  Answer divide(const Answer& a, const Answer& b) {  // b must not be zero
    return number(a.number() / b.number());
  }
  Answer rounded(const Answer& a, Rounding mode, const Answer& multiple) {
    if (a.is_whole() && multiple.is_whole() && multiple.small == 1) return a;
    return number(a.number().rounded(mode, multiple.number()));
  }

  size_t series_made() const { return series_count_; }
  void keep_series() { series_kept_ = series_count_; }  // all so far
  void release(size_t mark) { series_count_ = mark > series_kept_ ? mark : series_kept_; }

 private:
  std::deque<Rational> numbers_;
  std::deque<SeriesData> series_;  // the first series_count_ are in use
  size_t series_count_ = 0;
  size_t series_kept_ = 0;
};

// A known scalar in both directions. `value` must outlive the Answer.
inline Answer answer_of(const law::Value& value) {
  switch (value.index()) {
    case 0:
      return {};
    case 1:
      return Answer::yes_no(*std::get_if<bool>(&value));
    case 2:
      return Answer::of_small(Kind::kEnum, *std::get_if<uint32_t>(&value));
    case 3: {
      Answer answer = Answer::of_small(Kind::kNumber, 0);
      const Rational& number = *std::get_if<Rational>(&value);
      if (!number.to_int64(answer.small)) answer.boxed = &number;
      return answer;
    }
    case 4:
      return Answer::of(*std::get_if<Date>(&value));
    case 5:
      return Answer::of(*std::get_if<Month>(&value));
    default:
      Answer answer = Answer::of_small(Kind::kText, 0);
      answer.text = std::get_if<std::string>(&value);
      return answer;
  }
}
law::Value value_of(const Answer& answer);  // known, not a series

// Order and equality of two known scalars of one kind.
bool equal_otherwise(const Answer& a, const Answer& b);
bool less_otherwise(const Answer& a, const Answer& b);
inline bool equal(const Answer& a, const Answer& b) {
  if (a.kind == b.kind && a.boxed == nullptr && b.boxed == nullptr) return a.small == b.small;
  return equal_otherwise(a, b);
}
inline bool less(const Answer& a, const Answer& b) {
  assert(a.kind == b.kind);
  if (a.boxed == nullptr && b.boxed == nullptr) return a.small < b.small;
  return less_otherwise(a, b);
}

}  // namespace ansinh::engine
