#include "engine/answer.h"

#include <cassert>

namespace ansinh::engine {

Answer answer_of(const law::Value& value) {
  struct Maker {
    Answer operator()(std::monostate) const { return {}; }
    Answer operator()(bool v) const { return Answer::yes_no(v); }
    Answer operator()(uint32_t v) const { return Answer::of_small(Kind::kEnum, v); }
    Answer operator()(const Rational& v) const { return Answer::of(v); }
    Answer operator()(Date v) const { return Answer::of(v); }
    Answer operator()(Month v) const { return Answer::of(v); }
    Answer operator()(const std::string& v) const {
      Answer answer;
      answer.kind = Kind::kText;
      answer.text = &v;
      return answer;
    }
  };
  return std::visit(Maker{}, value);
}

law::Value value_of(const Answer& answer) {
  assert(answer.known());
  switch (answer.kind) {
    case Kind::kYesNo:
      return answer.small != 0;
    case Kind::kEnum:
      return static_cast<uint32_t>(answer.small);
    case Kind::kNumber:
      return answer.number;
    case Kind::kDate:
      return answer.date();
    case Kind::kMonth:
      return answer.month();
    case Kind::kText:
      return *answer.text;
    case Kind::kNothing:
    case Kind::kSeries:
      break;
  }
  return std::monostate{};
}

bool equal(const Answer& a, const Answer& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::kNumber) return a.number == b.number;
  if (a.kind == Kind::kText) return *a.text == *b.text;
  return a.small == b.small;
}

bool less(const Answer& a, const Answer& b) {
  assert(a.kind == b.kind);
  if (a.kind == Kind::kNumber) return a.number < b.number;
  if (a.kind == Kind::kText) return *a.text < *b.text;
  return a.small < b.small;
}

}  // namespace ansinh::engine
