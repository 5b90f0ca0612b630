#include "engine/answer.h"

#include <type_traits>

namespace ansinh::engine {

static_assert(sizeof(Answer) == 24 && std::is_trivially_copyable_v<Answer>);

law::Value value_of(const Answer& answer) {
  assert(answer.known());
  switch (answer.kind) {
    case Kind::kYesNo:
      return answer.small != 0;
    case Kind::kEnum:
      return static_cast<uint32_t>(answer.small);
    case Kind::kNumber:
      return answer.number();
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

bool equal_otherwise(const Answer& a, const Answer& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::kText) return *a.text == *b.text;
  // A boxed number never equals a whole one.
  return a.boxed != nullptr && b.boxed != nullptr && *a.boxed == *b.boxed;
}

bool less_otherwise(const Answer& a, const Answer& b) {
  if (a.kind == Kind::kText) return *a.text < *b.text;
  return a.number() < b.number();
}

}  // namespace ansinh::engine
