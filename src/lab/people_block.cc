#include "lab/people_block.h"

#include <algorithm>
#include <numeric>

namespace ansinh::lab {

using facts::Cell;

uint32_t TenthEnds::of(int64_t income) const {
  const auto at = std::lower_bound(end.begin(), end.end(), income);
  return static_cast<uint32_t>(std::min<std::ptrdiff_t>(at - end.begin(), kTenths - 1));
}

const facts::FactColumn& column_of(const facts::Columns& columns, law::FactId fact) {
  const law::FactInfo& info = columns.program->facts[fact];
  return columns.entities[info.entity].facts[info.slot];
}

namespace {

// The value of a cell with what the law presumes; false if there is none.
bool value_of(const law::FactInfo& info, const facts::FactColumn& column, uint32_t row,
              int64_t& value) {
  switch (column.at(row)) {
    case Cell::kValue:
      value = column.value_at(row);
      return true;
    case Cell::kNotGiven:
      if (!info.presumed) return false;
      if (const auto* yes = std::get_if<bool>(&*info.presumed))
        value = *yes ? 1 : 0;
      else if (const auto* member = std::get_if<uint32_t>(&*info.presumed))
        value = *member;
      else if (const auto* date = std::get_if<Date>(&*info.presumed))
        value = date->days;
      else if (const auto* month = std::get_if<Month>(&*info.presumed))
        value = month->months;
      else
        return false;
      return true;
    case Cell::kUnknown:
    case Cell::kNone:
      break;
  }
  return false;
}

}  // namespace

PeopleBlock::PeopleBlock(const Statistics& statistics, const TenthEnds& tenths, Date on)
    : statistics_(statistics), tenths_(tenths), on_(on) {}

void PeopleBlock::read(const facts::Columns& columns) {
  columns_ = &columns;
  lazy_.assign(columns.entities.size(), {});
  read_people();
  read_groups();
}

void PeopleBlock::read_people() {
  const law::Program& program = *columns_->program;
  const uint32_t trees = columns_->trees;
  people_ = columns_->entities[statistics_.person].rows;
  tree_of_.resize(people_);
  if (statistics_.person == program.root_entity) {
    std::iota(tree_of_.begin(), tree_of_.end(), 0U);
  } else {
    std::copy_n(columns_->entities[statistics_.person].parent.begin(), people_, tree_of_.begin());
  }
  alive_.assign(people_, 1);
  if (statistics_.death != law::kNoId) {
    const law::FactInfo& info = program.facts[statistics_.death];
    const facts::FactColumn& column = column_of(*columns_, statistics_.death);
    for (uint32_t row = 0; row < people_; ++row) {
      int64_t date = 0;
      if (value_of(info, column, row, date) && date <= on_.days) alive_[row] = 0;
    }
  }
  heads_.assign(trees, 0);
  first_person_.assign(size_t{trees} + 1, 0);
  for (uint32_t row = 0; row < people_; ++row) {
    heads_[tree_of_[row]] += alive_[row];
    ++first_person_[tree_of_[row] + 1];
  }
  for (uint32_t tree = 0; tree < trees; ++tree) first_person_[tree + 1] += first_person_[tree];
}

uint32_t PeopleBlock::group_of(const Dimension& dimension, const facts::FactColumn& column,
                               uint32_t row) const {
  const law::FactInfo& info = columns_->program->facts[dimension.fact];
  int64_t value = 0;
  if (!value_of(info, column, row, value)) return dimension.unknown();
  if (dimension.kind == Dimension::Kind::kFact) return static_cast<uint32_t>(value);
  const int32_t age = whole_years_between(Date{static_cast<int32_t>(value)}, on_);
  if (age < 0) return dimension.unknown();
  const auto at = std::upper_bound(dimension.from.begin(), dimension.from.end(), age);
  return static_cast<uint32_t>(at - dimension.from.begin()) - 1;
}

void PeopleBlock::read_groups() {
  const uint32_t trees = columns_->trees;
  group_.resize(statistics_.dimensions.size());
  tree_group_.resize(statistics_.dimensions.size());
  for (size_t d = 0; d < statistics_.dimensions.size(); ++d) {
    const Dimension& dimension = statistics_.dimensions[d];
    std::vector<uint16_t>& of_person = group_[d];
    std::vector<uint16_t>& of_tree = tree_group_[d];
    of_person.resize(people_);
    if (dimension.of_person) {
      of_tree.assign(trees, static_cast<uint16_t>(dimension.whole()));
      const facts::FactColumn& column = column_of(*columns_, dimension.fact);
      for (uint32_t row = 0; row < people_; ++row)
        of_person[row] = static_cast<uint16_t>(group_of(dimension, column, row));
      continue;
    }
    of_tree.assign(trees, 0);
    if (dimension.kind == Dimension::Kind::kTenth) {
      for (uint32_t tree = 0; tree < trees; ++tree) {
        int64_t steps = 0;
        const bool is_known = !tenths_.end.empty() && income(tree, steps);
        of_tree[tree] = static_cast<uint16_t>(is_known ? tenths_.of(steps) : dimension.unknown());
      }
    } else if (dimension.kind != Dimension::Kind::kAll) {
      const facts::FactColumn& column = column_of(*columns_, dimension.fact);
      for (uint32_t tree = 0; tree < trees; ++tree)
        of_tree[tree] = static_cast<uint16_t>(group_of(dimension, column, tree));
    }
    for (uint32_t row = 0; row < people_; ++row) of_person[row] = of_tree[tree_of_[row]];
  }
}

bool PeopleBlock::is_below_person(law::EntityId entity) const {
  return columns_->program->is_within(entity, statistics_.person);
}

const std::vector<uint32_t>& PeopleBlock::holder_of(law::EntityId entity) {
  Lazy& lazy = lazy_[entity];
  if (lazy.is_made) return lazy.holder;
  lazy.is_made = true;
  lazy.holder.resize(columns_->entities[entity].rows);
  if (entity == statistics_.person || entity == columns_->program->root_entity) {
    std::iota(lazy.holder.begin(), lazy.holder.end(), 0U);
    return lazy.holder;
  }
  const std::vector<uint32_t>& above = holder_of(columns_->program->entities[entity].parent);
  const std::vector<uint32_t>& parent = columns_->entities[entity].parent;
  for (size_t row = 0; row < lazy.holder.size(); ++row) lazy.holder[row] = above[parent[row]];
  return lazy.holder;
}

const std::vector<int32_t>& PeopleBlock::event_date(law::EntityId entity) {
  Lazy& lazy = lazy_[entity];
  if (lazy.has_dates) return lazy.date;
  lazy.has_dates = true;
  const law::Program& program = *columns_->program;
  const law::EntityInfo& info = program.entities[entity];
  const uint32_t rows = columns_->entities[entity].rows;
  if (info.governing_fact != law::kNoId) {
    const law::FactInfo& fact = program.facts[info.governing_fact];
    const facts::FactColumn& column = column_of(*columns_, info.governing_fact);
    lazy.date.assign(rows, kNoDate);
    for (uint32_t row = 0; row < rows; ++row) {
      int64_t value = 0;
      if (!value_of(fact, column, row, value)) continue;
      lazy.date[row] = fact.type.base == law::Base::kMonth
                           ? Month{static_cast<int32_t>(value)}.first_day().days
                           : static_cast<int32_t>(value);
    }
  } else if (info.parent != law::kNoId) {
    const std::vector<int32_t>& above = event_date(info.parent);
    if (!above.empty()) {
      lazy.date.resize(rows);
      const std::vector<uint32_t>& parent = columns_->entities[entity].parent;
      for (uint32_t row = 0; row < rows; ++row) lazy.date[row] = above[parent[row]];
    }
  }
  return lazy.date;
}

bool PeopleBlock::income(uint32_t tree, int64_t& steps) const {
  const facts::FactColumn& column = column_of(*columns_, statistics_.income_per_head);
  if (column.at(tree) != Cell::kValue) return false;
  if (column.scale == 1 && columns_->program->currency_step == Rational(1) && column.odd.empty()) {
    steps = column.value_at(tree);
    return true;
  }
  const Rational exact = column.number(tree) / columns_->program->currency_step;
  return exact.floor().to_int64(steps);  // an income is a survey's answer: parts of a step go
}

bool PeopleBlock::poverty_line(uint32_t tree, int64_t& steps) const {
  if (!statistics_.poverty) return false;
  const PovertyLine& poverty = *statistics_.poverty;
  int64_t member = 0;
  if (poverty.by != law::kNoId && !value_of(columns_->program->facts[poverty.by],
                                            column_of(*columns_, poverty.by), tree, member))
    return false;
  const std::optional<int64_t>& line = poverty.line[static_cast<size_t>(member)];
  if (line) steps = *line;
  return line.has_value();
}

}  // namespace ansinh::lab
