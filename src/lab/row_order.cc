#include "lab/row_order.h"

#include <algorithm>
#include <compare>
#include <numeric>

namespace ansinh::lab {

namespace {

using facts::Cell;
using facts::FactColumn;

// How a value compares to others of its fact, as compare_rows has it: unknown first, then none,
// then by value; what is given before what is presumed.
struct Key {
  bool is_known = false;
  bool is_value = false;
  int64_t value = 0;
  bool is_presumed = false;
  auto operator<=>(const Key&) const = default;
};

int64_t stored(const law::Value& value, int64_t scale) {
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? 1 : 0;
  if (const auto* member = std::get_if<uint32_t>(&value)) return *member;
  if (const auto* date = std::get_if<Date>(&value)) return date->days;
  if (const auto* month = std::get_if<Month>(&value)) return month->months;
  int64_t out = 0;
  if (const auto* number = std::get_if<Rational>(&value)) {
    (*number * Rational(scale)).rounded(Rounding::kDown, Rational(1)).to_int64(out);
  }
  return out;
}

class RowComparison {
 public:
  RowComparison(const facts::Columns& columns, law::EntityId entity)
      : rows_(columns.entities[entity]) {
    const law::Program& program = *columns.program;
    const law::EntityInfo& info = program.entities[entity];
    const auto add = [&](const FactColumn& column) {
      if (column.state.empty() && column.value.empty()) return;  // all alike
      Fact fact;
      fact.column = &column;
      const law::FactInfo& declared = program.facts[column.fact];
      fact.is_text = declared.type.base == law::Base::kText;
      if (declared.presumed) {
        const bool is_none = std::holds_alternative<std::monostate>(*declared.presumed);
        fact.not_given = {true, !is_none, stored(*declared.presumed, column.scale), true};
        if (const auto* text = std::get_if<std::string>(&*declared.presumed)) {
          fact.presumed_text = *text;
        }
      }
      facts_.push_back(std::move(fact));
    };
    if (info.order_fact != law::kNoId) add(rows_.facts[program.facts[info.order_fact].slot]);
    for (const FactColumn& column : rows_.facts) add(column);
  }

  std::strong_ordering operator()(uint32_t a, uint32_t b) const {
    if (!rows_.from.empty()) {
      if (const auto order = rows_.from[a] <=> rows_.from[b]; order != 0) return order;
      if (const auto order = rows_.to[a] <=> rows_.to[b]; order != 0) return order;
    }
    for (const Fact& fact : facts_) {
      const auto order = fact.is_text ? compare_texts(fact, a, b) : key(fact, a) <=> key(fact, b);
      if (order != 0) return order;
    }
    return std::strong_ordering::equal;
  }

 private:
  struct Fact {
    const FactColumn* column = nullptr;
    Key not_given;
    std::string presumed_text;
    bool is_text = false;
  };

  static Key key(const Fact& fact, uint32_t row) {
    switch (fact.column->at(row)) {
      case Cell::kNotGiven:
        return fact.not_given;
      case Cell::kUnknown:
        return {};
      case Cell::kNone:
        return {true, false, 0, false};
      case Cell::kValue:
        return {true, true, fact.column->value_at(row), false};
    }
    return {};
  }

  static std::strong_ordering compare_texts(const Fact& fact, uint32_t a, uint32_t b) {
    Key left = key(fact, a);
    Key right = key(fact, b);
    if (left.is_known != right.is_known) return left.is_known <=> right.is_known;
    if (left.is_value != right.is_value) return left.is_value <=> right.is_value;
    if (left.is_value) {
      const auto order = text(fact, left) <=> text(fact, right);
      if (order != 0) return order;
    }
    return left.is_presumed <=> right.is_presumed;
  }
  static const std::string& text(const Fact& fact, const Key& key) {
    return key.is_presumed ? fact.presumed_text
                           : fact.column->texts[static_cast<size_t>(key.value)];
  }

  const facts::EntityColumns& rows_;
  std::vector<Fact> facts_;
};

template <typename T>
void gather(std::vector<T>& all, const std::vector<uint32_t>& order, std::vector<T>& spare) {
  if (all.empty()) return;
  spare.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) spare[i] = all[order[i]];
  all.swap(spare);
}

}  // namespace

std::vector<uint32_t> canonical_order(const facts::Columns& columns, law::EntityId entity,
                                      const std::vector<uint32_t>& begin) {
  const RowComparison compare(columns, entity);
  std::vector<uint32_t> order;
  for (size_t parent = 0; parent + 1 < begin.size(); ++parent) {
    const uint32_t first = begin[parent];
    const uint32_t end = begin[parent + 1];
    bool is_sorted = true;
    for (uint32_t row = first + 1; row < end && is_sorted; ++row) {
      is_sorted = compare(row - 1, row) <= 0;
    }
    if (is_sorted) continue;
    if (order.empty()) {
      order.resize(begin.back());
      std::iota(order.begin(), order.end(), 0U);
    }
    std::stable_sort(order.begin() + first, order.begin() + end,
                     [&](uint32_t a, uint32_t b) { return compare(a, b) < 0; });
  }
  return order;
}

void reorder(facts::EntityColumns& entity, const std::vector<uint32_t>& order) {
  if (order.empty()) return;
  std::vector<int32_t> periods;
  gather(entity.from, order, periods);
  gather(entity.to, order, periods);
  std::vector<Cell> states;
  std::vector<int64_t> values;
  for (FactColumn& fact : entity.facts) {
    gather(fact.state, order, states);
    gather(fact.value, order, values);
  }
}

}  // namespace ansinh::lab
