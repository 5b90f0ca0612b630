#include "facts/columns.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace ansinh::facts {

namespace {

// All values times `factor`, if none of them overflows by it.
bool scale_up(std::vector<int64_t>& values, int64_t factor) {
  for (const int64_t value : values) {
    int64_t ignored = 0;
    if (__builtin_mul_overflow(value, factor, &ignored)) return false;
  }
  for (int64_t& value : values) value *= factor;
  return true;
}

// Makes the column's scale a multiple of `denominator`, if that can be.
bool refine(FactColumn& column, int64_t denominator) {
  if (column.scale % denominator == 0) return true;
  const int64_t factor = denominator / std::gcd(column.scale, denominator);
  if (factor > FactColumn::kScaleMax / column.scale) return false;
  if (!scale_up(column.value, factor)) return false;
  column.scale *= factor;
  return true;
}

// number × scale, if it is an integer of 64 bits.
bool scaled(const Rational& number, int64_t scale, int64_t& out) {
  int64_t numerator = 0;
  int64_t denominator = 1;
  if (!number.to_int64_pair(numerator, denominator) || scale % denominator != 0) return false;
  return !__builtin_mul_overflow(numerator, scale / denominator, &out);
}

void append_states(FactColumn& to, uint32_t rows, const FactColumn& from, uint32_t first,
                   uint32_t end) {
  if (rows == 0 && to.state.empty()) to.all = from.all;
  if (to.state.empty() && from.state.empty() && to.all == from.all) return;
  if (to.state.empty()) to.state.assign(rows, to.all);
  if (from.state.empty()) {
    to.state.resize(rows + (end - first), from.all);
  } else {
    to.state.insert(to.state.end(), from.state.begin() + first, from.state.begin() + end);
  }
}

void append_numbers(FactColumn& to, uint32_t rows, const FactColumn& from, uint32_t first,
                    uint32_t end) {
  const bool is_fine = refine(to, from.scale);
  const int64_t factor = is_fine ? to.scale / from.scale : 0;
  for (uint32_t row = first; row < end; ++row) {
    const uint32_t at = rows + (row - first);
    int64_t product = 0;
    const bool fits = is_fine ? !__builtin_mul_overflow(from.value[row], factor, &product)
                              : scaled(Rational(from.value[row], from.scale), to.scale, product);
    if (fits) {
      to.value[at] = product;
    } else {
      to.odd[at] = Rational(from.value[row], from.scale);
    }
  }
}

void append_values(FactColumn& to, uint32_t rows, const FactColumn& from, uint32_t first,
                   uint32_t end, law::Base base) {
  if (from.value.empty() && to.value.empty()) return;
  to.value.resize(rows + (end - first), 0);
  if (from.value.empty()) return;
  if (base == law::Base::kNumber) {
    if (from.scale == to.scale) {
      std::copy(from.value.begin() + first, from.value.begin() + end, to.value.begin() + rows);
    } else {
      append_numbers(to, rows, from, first, end);
    }
    for (const auto& [row, number] : from.odd) {
      if (row >= first && row < end) to.odd[rows + (row - first)] = number;
    }
  } else if (base == law::Base::kText) {
    for (uint32_t row = first; row < end; ++row) {
      if (from.at(row) != Cell::kValue) continue;
      to.value[rows + (row - first)] =
          to.number_of(from.texts[static_cast<size_t>(from.value[row])]);
    }
  } else {
    std::copy(from.value.begin() + first, from.value.begin() + end, to.value.begin() + rows);
  }
}

// `rows`: parent rows that `to` has; `children`: the rows of the child that it has.
void append_list(ListColumn& to, uint32_t rows, uint32_t children, const ListColumn& from,
                 uint32_t first, uint32_t end) {
  if (rows == 0 && to.known.empty()) to.all = from.all;
  if (!to.known.empty() || !from.known.empty() || to.all != from.all) {
    if (to.known.empty()) to.known.assign(rows, to.all);
    if (from.known.empty()) {
      to.known.resize(rows + (end - first), from.all);
    } else {
      to.known.insert(to.known.end(), from.known.begin() + first, from.known.begin() + end);
    }
  }
  if (to.begin.empty() && from.begin_of(first) == from.begin_of(end)) return;
  if (to.begin.empty()) to.begin.assign(size_t{rows} + 1, children);
  const uint32_t skipped = from.begin_of(first);
  for (uint32_t row = first; row < end; ++row) {
    to.begin.push_back(children + (from.end_of(row) - skipped));
  }
}

class Appender {
 public:
  Appender(Columns& to, const Columns& from) : to_(to), from_(from) {}

  // Adds rows first..end of an entity, whose parents begin at `parent_first` in `from` and at
  // `parent_rows` in `to`, and all that is below them.
  void entity(law::EntityId id, uint32_t first, uint32_t end, uint32_t parent_first,
              uint32_t parent_rows) {
    const law::Program& program = *to_.program;
    EntityColumns& to = to_.entities[id];
    const EntityColumns& from = from_.entities[id];
    const uint32_t rows = to.rows;
    assert(end - first <= UINT32_MAX - rows);
    const uint32_t added = end - first;
    to.rows += added;
    if (id != program.root_entity) {
      to.parent.reserve(to.rows);
      for (uint32_t row = first; row < end; ++row) {
        to.parent.push_back(parent_rows + (from.parent[row] - parent_first));
      }
    }
    if (!from.from.empty()) {
      to.from.insert(to.from.end(), from.from.begin() + first, from.from.begin() + end);
      to.to.insert(to.to.end(), from.to.begin() + first, from.to.begin() + end);
    }
    if (added == 0) return;
    for (size_t slot = 0; slot < to.facts.size(); ++slot) {
      append_states(to.facts[slot], rows, from.facts[slot], first, end);
      append_values(to.facts[slot], rows, from.facts[slot], first, end,
                    program.facts[to.facts[slot].fact].type.base);
    }
    for (size_t slot = 0; slot < to.lists.size(); ++slot) {
      const ListColumn& list = from.lists[slot];
      const law::EntityId child = program.lists[list.list].child;
      append_list(to.lists[slot], rows, to_.entities[child].rows, list, first, end);
      entity(child, list.begin_of(first), list.begin_of(end), first, rows);
    }
  }

 private:
  Columns& to_;
  const Columns& from_;
};

}  // namespace

Rational FactColumn::number(uint32_t row) const {
  if (!odd.empty()) {
    if (const auto found = odd.find(row); found != odd.end()) return found->second;
  }
  return scale == 1 ? Rational(value[row]) : Rational(value[row], scale);
}

void FactColumn::push(uint32_t row, Cell cell, int64_t value_of_cell) {
  if (row == 0) all = cell;
  if (state.empty() && cell != all) state.assign(row, all);
  if (!state.empty() || cell != all) state.push_back(cell);
  if (cell == Cell::kValue) {
    if (value.empty()) value.assign(row, 0);
    value.push_back(value_of_cell);
  } else if (!value.empty()) {
    value.push_back(0);
  }
}

void FactColumn::push_number(uint32_t row, const Rational& number) {
  int64_t numerator = 0;
  int64_t denominator = 1;
  int64_t whole = 0;
  if (number.to_int64_pair(numerator, denominator) && denominator <= kScaleMax &&
      refine(*this, denominator) && scaled(number, scale, whole)) {
    push(row, Cell::kValue, whole);
    return;
  }
  push(row, Cell::kValue, 0);
  odd.emplace(row, number);
}

uint32_t FactColumn::number_of(std::string_view text) {
  while (text_numbers.size() < texts.size()) {  // a generator has written `texts` itself
    const auto next = static_cast<uint32_t>(text_numbers.size());
    if (!text_numbers.emplace(texts[next], next).second) break;
  }
  const auto [found, is_new] =
      text_numbers.emplace(std::string(text), static_cast<uint32_t>(texts.size()));
  if (is_new) texts.emplace_back(text);
  return found->second;
}

void FactColumn::clear() {
  all = Cell::kNotGiven;
  state.clear();
  value.clear();
  scale = 1;
  texts.clear();
  odd.clear();
  text_numbers.clear();
}

void ListColumn::push(uint32_t row, Known known_of_row, uint32_t end) {
  if (row == 0) all = known_of_row;
  if (known.empty() && known_of_row != all) known.assign(row, all);
  if (!known.empty() || known_of_row != all) known.push_back(known_of_row);
  if (begin.empty() && end == 0) return;
  if (begin.empty()) begin.assign(size_t{row} + 1, 0);
  begin.push_back(end);
}

void ListColumn::clear() {
  all = Known::kPresumed;
  known.clear();
  begin.clear();
}

Columns::Columns(const law::Program& checked)
    : program(&checked), entities(checked.entities.size()) {
  for (law::EntityId id = 0; id < entities.size(); ++id) {
    EntityColumns& columns = entities[id];
    const law::EntityInfo& info = checked.entities[id];
    columns.entity = id;
    columns.facts.resize(info.facts.size());
    columns.lists.resize(info.lists.size());
    for (size_t slot = 0; slot < info.facts.size(); ++slot) {
      columns.facts[slot].fact = info.facts[slot];
    }
    for (size_t slot = 0; slot < info.lists.size(); ++slot) {
      columns.lists[slot].list = info.lists[slot];
    }
  }
}

void Columns::append(const Columns& other, uint32_t first, uint32_t count) {
  assert(program == other.program && first + count <= other.trees && this != &other);
  for (uint32_t tree = first; tree < first + count; ++tree) {
    const uint32_t to = trees + (tree - first);
    set_subject(to, other.subject(tree));
    set_name(to, other.name(tree));
  }
  Appender(*this, other).entity(program->root_entity, first, first + count, 0, 0);
  trees += count;
}

Subject Columns::subject(uint32_t tree) const {
  return subjects.empty() ? Subject{program->root_entity, 0} : subjects[tree];
}

void Columns::set_subject(uint32_t tree, Subject subject) {
  const Subject root{program->root_entity, 0};
  if (subjects.empty() && subject == root) return;
  if (subjects.size() <= tree) subjects.resize(size_t{tree} + 1, root);
  subjects[tree] = subject;
}

void Columns::set_name(uint32_t tree, std::string_view name) {
  if (names.empty() && name.empty()) return;
  if (names.size() <= tree) names.resize(size_t{tree} + 1);
  names[tree] = name;
}

std::pair<uint32_t, uint32_t> Columns::rows_of(uint32_t tree, law::EntityId entity) const {
  const law::EntityInfo& info = program->entities[entity];
  if (info.parent == law::kNoId) return {tree, tree + 1};
  const auto [first, end] = rows_of(tree, info.parent);
  const ListColumn& list = entities[info.parent].lists[program->lists[info.list].slot];
  return {list.begin_of(first), list.begin_of(end)};
}

void Columns::spell_out() {
  for (EntityColumns& entity : entities) {
    for (FactColumn& fact : entity.facts) {
      if (fact.state.empty()) fact.state.assign(entity.rows, fact.all);
      if (fact.value.empty()) fact.value.assign(entity.rows, 0);
    }
    for (ListColumn& list : entity.lists) {
      if (list.known.empty()) list.known.assign(entity.rows, list.all);
      if (list.begin.empty()) list.begin.assign(size_t{entity.rows} + 1, 0);
    }
  }
}

void Columns::clear() {
  for (EntityColumns& entity : entities) {
    entity.rows = 0;
    entity.parent.clear();
    entity.from.clear();
    entity.to.clear();
    for (FactColumn& fact : entity.facts) fact.clear();
    for (ListColumn& list : entity.lists) list.clear();
  }
  trees = 0;
  subjects.clear();
  names.clear();
}

}  // namespace ansinh::facts
