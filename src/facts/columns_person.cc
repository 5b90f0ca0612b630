// One tree into columns and back.

#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "facts/columns.h"
#include "facts/draft.h"
#include "facts/to_json.h"

namespace ansinh::facts {

namespace {

bool has_period(const law::Program& program, law::EntityId entity) {
  const law::ListId list = program.entities[entity].list;
  return list != law::kNoId && program.lists[list].form != law::ListForm::kChildren;
}

Cell cell_of(const FactValue& fact, const law::FactInfo& info) {
  if (fact.known == Known::kGiven) {
    return std::holds_alternative<std::monostate>(fact.value) ? Cell::kNone : Cell::kValue;
  }
  // Where nothing is presumed, to say nothing is to say that it is unknown.
  return fact.known == Known::kUnknown && info.presumed ? Cell::kUnknown : Cell::kNotGiven;
}

void push_fact(FactColumn& column, uint32_t row, const FactValue& fact, const law::FactInfo& info) {
  const Cell cell = cell_of(fact, info);
  if (cell != Cell::kValue) {
    column.push(row, cell);
  } else if (const auto* number = std::get_if<Rational>(&fact.value)) {
    column.push_number(row, *number);
  } else if (const auto* yes = std::get_if<bool>(&fact.value)) {
    column.push(row, cell, *yes ? 1 : 0);
  } else if (const auto* member = std::get_if<uint32_t>(&fact.value)) {
    column.push(row, cell, *member);
  } else if (const auto* date = std::get_if<Date>(&fact.value)) {
    column.push(row, cell, date->days);
  } else if (const auto* month = std::get_if<Month>(&fact.value)) {
    column.push(row, cell, month->months);
  } else {
    column.push(row, cell, column.number_of(std::get<std::string>(fact.value)));
  }
}

law::Value value_of(const FactColumn& column, uint32_t row, const law::Type& type) {
  if (type.base == law::Base::kNumber) return column.number(row);
  const int64_t value = column.value[row];
  switch (type.base) {
    case law::Base::kYesNo:
      return value != 0;
    case law::Base::kEnum:
      return static_cast<uint32_t>(value);
    case law::Base::kDate:
      return Date{static_cast<int32_t>(value)};
    case law::Base::kMonth:
      return Month{static_cast<int32_t>(value)};
    default:
      return column.texts[static_cast<size_t>(value)];
  }
}

FactValue fact_of(const FactColumn& column, uint32_t row, const law::FactInfo& info) {
  switch (column.at(row)) {
    case Cell::kNotGiven:
      return info.presumed ? FactValue{Known::kPresumed, *info.presumed} : FactValue{};
    case Cell::kUnknown:
      return {};
    case Cell::kNone:
      return {Known::kGiven, {}};
    case Cell::kValue:
      break;
  }
  return {Known::kGiven, value_of(column, row, info.type)};
}

void push_instance(Columns& columns, const Instance& instance, uint32_t parent,
                   const PersonFile& file, uint32_t tree, std::vector<uint32_t>& first) {
  const law::Program& program = *columns.program;
  EntityColumns& to = columns.entities[instance.entity];
  const uint32_t row = to.rows++;
  if (&instance == file.subject) {
    columns.set_subject(tree, {instance.entity, row - first[instance.entity]});
  }
  if (instance.parent != nullptr) to.parent.push_back(parent);
  if (has_period(program, instance.entity)) {
    to.from.push_back(instance.from);
    to.to.push_back(instance.to);
  }
  for (size_t slot = 0; slot < to.facts.size(); ++slot) {
    push_fact(to.facts[slot], row, instance.facts[slot], program.facts[to.facts[slot].fact]);
  }
  for (size_t slot = 0; slot < to.lists.size(); ++slot) {
    const ListValue& list = instance.lists[slot];
    const law::ListInfo& info = program.lists[to.lists[slot].list];
    const bool is_silent = list.known == Known::kUnknown && !info.presumed_none;
    const auto end = columns.entities[info.child].rows + static_cast<uint32_t>(list.rows.size());
    to.lists[slot].push(row, is_silent ? Known::kPresumed : list.known, end);
    for (const Instance* child : list.rows) {
      push_instance(columns, *child, row, file, tree, first);
    }
  }
}

// Makes the instances in the order of their serial numbers.
class Builder {
 public:
  Builder(const Columns& columns, uint32_t tree) : columns_(columns), tree_(tree) {
    const Subject subject = columns.subject(tree);
    subject_entity_ = subject.entity;
    subject_row_ = columns.rows_of(tree, subject.entity).first + subject.row;
  }

  PersonFile build() {
    file_.root = &instance(columns_.program->root_entity, tree_, nullptr);
    assert(file_.subject != nullptr);
    return std::move(file_);
  }

 private:
  Instance& instance(law::EntityId entity, uint32_t row, Instance* parent) {
    const law::Program& program = *columns_.program;
    const EntityColumns& from = columns_.entities[entity];
    Instance& made = file_.instances.emplace_back();
    made.entity = entity;
    made.parent = parent;
    made.serial = static_cast<uint32_t>(file_.instances.size() - 1);
    if (!from.from.empty()) {
      made.from = from.from[row];
      made.to = from.to[row];
      made.period_known = made.from != Instance::kNotGiven && made.to != Instance::kNotGiven;
    }
    made.facts.reserve(from.facts.size());
    for (const FactColumn& column : from.facts) {
      made.facts.push_back(fact_of(column, row, program.facts[column.fact]));
    }
    made.lists.resize(from.lists.size());
    for (size_t slot = 0; slot < from.lists.size(); ++slot) {
      const ListColumn& column = from.lists[slot];
      const law::ListInfo& info = program.lists[column.list];
      ListValue& list = made.lists[slot];
      list.known = column.at(row);
      if (list.known == Known::kPresumed && !info.presumed_none) list.known = Known::kUnknown;
      for (uint32_t child = column.begin_of(row); child < column.end_of(row); ++child) {
        list.given_position.push_back(static_cast<uint32_t>(list.rows.size()));
        list.rows.push_back(&instance(info.child, child, &made));
      }
    }
    if (entity == subject_entity_ && row == subject_row_) file_.subject = &made;
    return made;
  }

  const Columns& columns_;
  uint32_t tree_;
  law::EntityId subject_entity_;
  uint32_t subject_row_;
  PersonFile file_;
};

// False if the rows were in order already.
bool sort_rows(Instance& instance, const law::Program& program) {
  bool has_moved = false;
  const auto is_before = [&](const Instance* a, const Instance* b) {
    return compare_rows(*a, *b, program) < 0;
  };
  for (ListValue& list : instance.lists) {
    for (Instance* row : list.rows) has_moved = sort_rows(*row, program) || has_moved;
    if (std::is_sorted(list.rows.begin(), list.rows.end(), is_before)) continue;
    std::sort(list.rows.begin(), list.rows.end(), is_before);
    has_moved = true;
  }
  return has_moved;
}

}  // namespace

void Columns::append(const PersonFile& file, std::string_view name) {
  std::vector<uint32_t> first(entities.size());
  for (law::EntityId id = 0; id < entities.size(); ++id) first[id] = entities[id].rows;
  const uint32_t tree = trees++;
  set_subject(tree, {program->root_entity, 0});
  set_name(tree, name);
  push_instance(*this, *file.root, 0, file, tree, first);
}

PersonFile Columns::person_file(uint32_t tree, bool with_digest) const {
  PersonFile file = Builder(*this, tree).build();
  if (with_digest) file.digest = sha256_hex(to_json(*program, file));
  return file;
}

Columns in_canonical_order(const Columns& columns) {
  Columns sorted(*columns.program);
  uint32_t copied = 0;  // trees that stand in `sorted` already
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    PersonFile file = columns.person_file(tree, false);
    if (!sort_rows(*file.root, *columns.program)) continue;
    sorted.append(columns, copied, tree - copied);
    sorted.append(file, columns.name(tree));
    copied = tree + 1;
  }
  sorted.append(columns, copied, columns.trees - copied);
  return sorted;
}

}  // namespace ansinh::facts
