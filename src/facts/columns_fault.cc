// What must hold of columns, checked: for generators, tests and readers of files.

#include <algorithm>
#include <string>

#include "facts/columns.h"
#include "facts/draft.h"
#include "facts/fact_range.h"

namespace ansinh::facts {

namespace {

using Fault = std::optional<std::string>;

// One cell against its state; empty if all is well.
std::string fault_of_cell(const FactColumn& column, uint32_t row, const law::Program& program,
                          const StoredRange& range) {
  const law::FactInfo& info = program.facts[column.fact];
  const Cell cell = column.at(row);
  const int64_t value = column.value_at(row);
  if (cell > Cell::kValue) return "no such state";
  if (cell == Cell::kNone && !info.type.or_none) return "none, but it always exists";
  if (cell != Cell::kValue) return value == 0 ? "" : "a value without its state";
  if (column.value.empty()) return "its value is missing";
  if (const auto odd = column.odd.find(row); odd != column.odd.end()) {
    if (value != 0) return "a value beside the odd one";
    return is_in_range(program, info, odd->second) ? "" : "out of range";
  }
  return value >= range.low && value <= range.high ? "" : "out of range";
}

Fault fault_of_fact(const FactColumn& column, uint32_t rows, const law::Program& program) {
  const law::FactInfo& info = program.facts[column.fact];
  if (!column.state.empty() && column.state.size() != rows) {
    return info.name + ": states are not by row";
  }
  if (!column.value.empty() && column.value.size() != rows) {
    return info.name + ": values are not by row";
  }
  if (column.scale < 1 || column.scale > FactColumn::kScaleMax) return info.name + ": scale";
  StoredRange range = stored_range(program, info, column.scale);
  if (info.type.base == law::Base::kText) {
    range.high = static_cast<int64_t>(column.texts.size()) - 1;
  }
  for (uint32_t row = 0; row < rows; ++row) {
    const std::string fault = fault_of_cell(column, row, program, range);
    if (!fault.empty()) return info.name + ": row " + std::to_string(row) + ": " + fault;
  }
  return std::nullopt;
}

Fault fault_of_list(const ListColumn& column, const EntityColumns& parent, const Columns& columns) {
  const law::ListInfo& info = columns.program->lists[column.list];
  const EntityColumns& child = columns.entities[info.child];
  if (!column.known.empty() && column.known.size() != parent.rows) {
    return info.name + ": knowledge is not by row";
  }
  for (uint32_t row = 0; row < parent.rows; ++row) {
    if (column.at(row) > Known::kPresumed) return info.name + ": no such knowledge";
  }
  if (child.parent.size() != child.rows) return info.name + ": parents are not by row";
  if (column.begin.empty()) {
    return child.rows == 0 ? Fault() : Fault(info.name + ": rows that begin nowhere");
  }
  if (column.begin.size() != size_t{parent.rows} + 1 || column.begin.front() != 0 ||
      column.begin.back() != child.rows ||
      !std::is_sorted(column.begin.begin(), column.begin.end())) {
    return info.name + ": begins are not by row, ascending, over all rows";
  }
  for (uint32_t row = 0; row < parent.rows; ++row) {
    for (uint32_t i = column.begin[row]; i < column.begin[row + 1]; ++i) {
      if (child.parent[i] != row) return info.name + ": row " + std::to_string(i) + ": its parent";
    }
  }
  return std::nullopt;
}

Fault fault_of_periods(const EntityColumns& entity, const law::Program& program) {
  const law::EntityInfo& info = program.entities[entity.entity];
  const bool has_period =
      info.list != law::kNoId && program.lists[info.list].form != law::ListForm::kChildren;
  const size_t wanted = has_period ? entity.rows : 0;
  if (entity.from.size() != wanted || entity.to.size() != wanted) {
    return info.name + ": from or to are not by row";
  }
  if (!has_period) return std::nullopt;
  const StoredRange range = period_range(program.lists[info.list].form);
  const auto is_point = [&](int32_t at) {
    return at == Instance::kNotGiven || (at >= range.low && at <= range.high);
  };
  for (uint32_t row = 0; row < entity.rows; ++row) {
    const bool is_good = is_point(entity.from[row]) &&
                         (is_point(entity.to[row]) || entity.to[row] == Instance::kOpen);
    if (!is_good) return info.name + ": row " + std::to_string(row) + ": its period";
  }
  return std::nullopt;
}

bool is_ordered(const Instance& instance, const law::Program& program) {
  for (const ListValue& list : instance.lists) {
    for (size_t i = 0; i < list.rows.size(); ++i) {
      if (!is_ordered(*list.rows[i], program)) return false;
      if (i > 0 && compare_rows(*list.rows[i - 1], *list.rows[i], program) > 0) return false;
    }
  }
  return true;
}

Fault fault_of_trees(const Columns& columns) {
  const law::Program& program = *columns.program;
  if (columns.trees != columns.entities[program.root_entity].rows) return "trees are not the roots";
  if (!columns.names.empty() && columns.names.size() != columns.trees) {
    return "names are not by tree";
  }
  if (columns.subjects.empty()) return std::nullopt;
  if (columns.subjects.size() != columns.trees) return "subjects are not by tree";
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    const Subject subject = columns.subjects[tree];
    std::string at = "tree " + std::to_string(tree) + ": its subject";
    if (subject.entity >= program.entities.size()) return at;
    const auto [first, end] = columns.rows_of(tree, subject.entity);
    if (subject.row >= end - first) return at;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> fault_of(const Columns& columns, bool order) {
  const law::Program& program = *columns.program;
  if (columns.entities.size() != program.entities.size()) return "entities are not the law's";
  for (const EntityColumns& entity : columns.entities) {
    for (const ListColumn& list : entity.lists) {
      if (auto fault = fault_of_list(list, entity, columns)) return fault;
    }
  }
  for (const EntityColumns& entity : columns.entities) {
    if (auto fault = fault_of_periods(entity, program)) return fault;
    for (const FactColumn& fact : entity.facts) {
      if (auto found = fault_of_fact(fact, entity.rows, program)) return found;
    }
  }
  if (auto fault = fault_of_trees(columns)) return fault;
  for (uint32_t tree = 0; order && tree < columns.trees; ++tree) {
    if (!is_ordered(*columns.person_file(tree, false).root, program)) {
      return "tree " + std::to_string(tree) + ": rows are not in canonical order";
    }
  }
  return std::nullopt;
}

}  // namespace ansinh::facts
