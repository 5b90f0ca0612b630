// The values of a case that can be moved step by step: what the search for boundaries turns.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "law/program.h"

namespace ansinh::engine {

// One value of a case as a whole number of steps: đồng, days, months, percent points, the index of
// a member. It points into the case, which must outlive it and keep its shape.
struct CaseMove {
  law::Expr* expr = nullptr;
  std::string* cell = nullptr;  // the text of its table cell, kept in step
  Date* on = nullptr;           // instead of expr: the decision date
  law::Type type;
  law::FactId fact = law::kNoId;  // what it gives a value to; neither: the decision date
  law::ListId list = law::kNoId;  // the end of a spell or a date of this list
  bool is_choice = false;         // few values without an order: all are tried
  bool may_be_none = false;       // kNone is a position, too
  Rational step = 1;              // base units in one step
  int64_t position = 0;           // as it stands
  int64_t start = 0;              // where to look first if it stands at kNone
  int64_t low = 0, high = 0;      // inclusive

  static constexpr int64_t kNone = INT64_MIN;  // known not to exist
};

// Every movable value of `item`, the decision date last.
std::vector<CaseMove> case_moves(const law::Program& program, law::CaseItem& item);

// The case with a fact stated that it leaves open, on each block or row where it could stand (at
// most `most` of them): as presumed, or with some value where the law presumes nothing.
std::vector<law::CaseItem> with_fact_stated(const law::Program& program, const law::CaseItem& item,
                                            law::FactId fact, size_t most);

// Writes the value at `position` into the case.
void set_position(const law::Program& program, const CaseMove& move, int64_t position);

// A known scalar as a literal of the language.
law::Expr literal_of(const law::Value& value, const law::Type& type, const law::Program& program);

}  // namespace ansinh::engine
