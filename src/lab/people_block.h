// A block of trees made ready for counting: who is a person, in which groups, and on which day
// something happened to a row.
#pragma once

#include <cstdint>
#include <vector>

#include "base/date.h"
#include "facts/columns.h"
#include "lab/statistics.h"

namespace ansinh::lab {

// Ends of the tenths of people by income: a household is in the first tenth whose end is not below
// its income per head. Made by IncomeSurvey.
struct TenthEnds {
  std::vector<int64_t> end;  // kTenths, ascending, in steps a month and head; empty: not known
  uint32_t of(int64_t income) const;
};

class PeopleBlock {
 public:
  static constexpr int32_t kNoDate = INT32_MIN;

  // All must outlive the block.
  PeopleBlock(const Statistics& statistics, const TenthEnds& tenths, Date on);

  // Takes these columns, which must stay as they are until the next call.
  void read(const facts::Columns& columns);

  const facts::Columns& columns() const { return *columns_; }
  const Statistics& statistics() const { return statistics_; }
  Date on() const { return on_; }
  uint32_t trees() const { return columns_->trees; }
  uint32_t people() const { return people_; }  // rows of the person entity, the dead included
  bool is_alive(uint32_t person) const { return alive_[person] != 0; }
  uint32_t heads(uint32_t tree) const { return heads_[tree]; }  // the living
  uint32_t tree_of(uint32_t person) const { return tree_of_[person]; }
  uint32_t first_person(uint32_t tree) const { return first_person_[tree]; }  // also of trees()

  // The group of a person, and of a tree as a whole, in a dimension.
  uint32_t group(size_t dimension, uint32_t person) const { return group_[dimension][person]; }
  uint32_t tree_group(size_t dimension, uint32_t tree) const {
    return tree_group_[dimension][tree];
  }

  // By row of an entity: the person to whom it belongs, or, where the entity is not at or below the
  // person, its tree.
  const std::vector<uint32_t>& holder_of(law::EntityId entity);
  bool is_below_person(law::EntityId entity) const;
  // By row: the day by which the row or what holds it is governed, or kNoDate; empty: none has one.
  const std::vector<int32_t>& event_date(law::EntityId entity);

  // Money a month and head of a tree's income, in steps; false if it is not known.
  bool income(uint32_t tree, int64_t& steps) const;
  // The poverty line that holds for a tree, a month and head, in steps; false if there is none.
  bool poverty_line(uint32_t tree, int64_t& steps) const;

 private:
  void read_people();
  void read_groups();
  uint32_t group_of(const Dimension& dimension, const facts::FactColumn& column,
                    uint32_t row) const;

  const Statistics& statistics_;
  const TenthEnds& tenths_;
  Date on_;
  const facts::Columns* columns_ = nullptr;
  uint32_t people_ = 0;
  std::vector<uint8_t> alive_;
  std::vector<uint32_t> heads_, tree_of_, first_person_;
  std::vector<std::vector<uint16_t>> group_, tree_group_;
  struct Lazy {
    bool is_made = false;
    std::vector<uint32_t> holder;
    bool has_dates = false;
    std::vector<int32_t> date;
  };
  std::vector<Lazy> lazy_;  // by entity
};

// The column of a fact.
const facts::FactColumn& column_of(const facts::Columns& columns, law::FactId fact);

}  // namespace ansinh::lab
