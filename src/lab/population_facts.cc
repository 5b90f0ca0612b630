// From a block to the facts of the law: columns of households, of people, of the rows of lists.

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "lab/population_block.h"
#include "lab/row_order.h"

namespace ansinh::lab {

namespace {

using facts::Cell;
using facts::FactColumn;
using facts::Known;

constexpr int32_t kOngoing = facts::Instance::kOpen;

// Cells of a column that is filled by several sources, each for some rows.
class Filling {
 public:
  Filling(FactColumn& column, uint32_t rows, int64_t scale) : column_(column), rows_(rows) {
    if (column_.state.empty()) {
      column_.state.assign(rows, Cell::kNotGiven);
      column_.value.assign(rows, 0);
      column_.scale = scale;
    }
  }
  void set(uint32_t row, int64_t value) {
    column_.state[row] = Cell::kValue;
    column_.value[row] = value;
  }

 private:
  FactColumn& column_;
  uint32_t rows_;
};

class Facts {
 public:
  Facts(Block& block, facts::Columns& columns)
      : block_(block), model_(block.model), program_(*block.model.program), columns_(columns) {}

  void run() {
    columns_.clear();
    columns_.trees = block_.households;
    facts::EntityColumns& households = columns_.entities[program_.root_entity];
    households.rows = block_.households;
    facts::EntityColumns& people = columns_.entities[model_.people.entity];
    people.rows = block_.people;
    people.parent = block_.household;
    facts::ListColumn& members = list_column(program_.entities[model_.people.entity].list);
    members.all = Known::kGiven;
    members.begin = block_.first;
    for (const law::ListId list : model_.given) list_column(list).all = Known::kGiven;
    write_people();
    for (const FactSource& source : model_.facts) write_units(source);
    order_people();
    for (const ListSource& list : model_.lists) write_list(list);
  }

 private:
  facts::ListColumn& list_column(law::ListId list) const {
    const law::ListInfo& info = program_.lists[list];
    return columns_.entities[info.parent].lists[info.slot];
  }
  FactColumn& fact_column(law::FactId fact) const {
    const law::FactInfo& info = program_.facts[fact];
    return columns_.entities[info.entity].facts[info.slot];
  }

  // ---- Units ------------------------------------------------------------------------------------

  void write_people() {
    const uint32_t count = block_.people;
    Filling sex(fact_column(model_.people.sex), count, 1);
    Filling birth(fact_column(model_.people.birth), count, 1);
    for (uint32_t i = 0; i < count; ++i) {
      sex.set(i, block_.traits[kSex][i] == 0 ? model_.people.female : model_.people.male);
      birth.set(i, block_.amounts[kBirth][i]);
    }
    if (model_.people.death == law::kNoId) return;
    FactColumn& death = fact_column(model_.people.death);
    const bool is_presumed = program_.facts[model_.people.death].presumed.has_value();
    const bool is_or_none = program_.facts[model_.people.death].type.or_none;
    death.state.assign(count, is_presumed || !is_or_none ? Cell::kNotGiven : Cell::kNone);
    death.value.assign(count, 0);
    for (uint32_t i = 0; i < count; ++i) {
      if (block_.amounts[kDeath][i] == kNoAmount) continue;
      death.state[i] = Cell::kValue;
      death.value[i] = block_.amounts[kDeath][i];
    }
  }

  // By unit: what a source gives it; kNoAmount: nothing.
  void values_of(const FactSource& source, Unit unit, std::vector<int64_t>& out) {
    const uint32_t count = block_.units(unit);
    switch (source.from) {
      case From::kTrait: {
        const auto trait = block_.trait_of(source.trait, unit);
        out.resize(count);
        for (uint32_t i = 0; i < count; ++i) out[i] = source.stored[trait[i]];
        break;
      }
      case From::kAmount:
        out = block_.amounts[source.amount];
        if (source.is_month) {
          for (int64_t& value : out) {
            if (value != kNoAmount) value = Month::of(Date{static_cast<int32_t>(value)}).months;
          }
        }
        if (program_.facts[source.fact].type.base == law::Base::kText) number_texts(source, out);
        break;
      case From::kConstant:
        out.assign(count, source.constant);
        break;
      case From::kLevel:
      case From::kScaled:
        out.assign(count, 0);
        break;
    }
    if (source.when.parts.empty()) return;
    holds_of(source.when, unit, holds_);
    for (uint32_t i = 0; i < count; ++i) {
      if (holds_[i] == 0) out[i] = kNoAmount;
    }
  }

  void holds_of(const Condition& condition, Unit unit, std::vector<uint8_t>& out) {
    out.assign(block_.units(unit), 0);
    block_.select(condition, unit, block_.selected_);
    for (const uint32_t i : block_.selected_) out[i] = 1;
  }

  void number_texts(const FactSource& source, std::vector<int64_t>& values) {
    FactColumn& column = fact_column(source.fact);
    std::unordered_map<int64_t, uint32_t> numbers;
    for (int64_t& value : values) {
      if (value == kNoAmount) continue;
      const auto [found, is_new] = numbers.try_emplace(value, 0);
      if (is_new) found->second = column.number_of(source.prefix + std::to_string(value));
      value = found->second;
    }
  }

  void write_units(const FactSource& source) {
    const law::FactInfo& info = program_.facts[source.fact];
    const Unit unit = info.entity == program_.root_entity ? Unit::kHousehold : Unit::kPerson;
    values_of(source, unit, values_);
    Filling filling(fact_column(source.fact), block_.units(unit), model_.scales[source.fact]);
    for (uint32_t i = 0; i < values_.size(); ++i) {
      if (values_[i] != kNoAmount) filling.set(i, values_[i]);
    }
  }

  void order_people() {
    order_ = canonical_order(columns_, model_.people.entity, block_.first);
    reorder(columns_.entities[model_.people.entity], order_);
  }

  // ---- Lists ------------------------------------------------------------------------------------

  struct Row {
    uint32_t unit = 0;
    uint32_t source = 0;
    int64_t level = 0, scaled = 0;
  };
  // A working life before it is cut into rows.
  struct Life {
    int32_t end = 0;     // its last month
    int32_t months = 0;  // 0: none
  };

  void write_list(const ListSource& list) {
    const law::ListInfo& info = program_.lists[list.list];
    facts::EntityColumns& child = columns_.entities[info.child];
    facts::ListColumn& column = list_column(list.list);
    const uint32_t parents = block_.units(list.parent);
    rows_.clear();
    std::vector<std::vector<uint8_t>> holds(list.rows.size());
    lives_.assign(list.rows.size(), {});
    for (size_t i = 0; i < list.rows.size(); ++i) {
      holds_of(list.rows[i].when, list.parent, holds[i]);
      if (list.rows[i].career) draw_lives(*list.rows[i].career, list.parent, holds[i], lives_[i]);
    }
    const int64_t row_length = row_length_of(list);
    column.all = Known::kGiven;
    column.begin.assign(1, 0);
    const bool has_periods = info.form != law::ListForm::kChildren;
    for (uint32_t parent = 0; parent < parents; ++parent) {
      const uint32_t unit =
          list.parent == Unit::kPerson && !order_.empty() ? order_[parent] : parent;
      for (uint32_t source = 0; source < list.rows.size(); ++source) {
        if (holds[source][unit] == 0) continue;
        const RowSource& row = list.rows[source];
        if (row.career) {
          add_life(*row.career, lives_[source][unit], unit, source, row_length, child);
        } else {
          rows_.push_back({unit, source, 0, 0});
          if (has_periods) add_period(row, info.form, unit, child);
        }
      }
      child.parent.resize(rows_.size(), parent);
      column.begin.push_back(static_cast<uint32_t>(rows_.size()));
    }
    child.rows = static_cast<uint32_t>(rows_.size());
    write_rows(list, child);
    reorder(child, canonical_order(columns_, info.child, column.begin));
  }

  void add_period(const RowSource& row, law::ListForm form, uint32_t unit,
                  facts::EntityColumns& child) const {
    const auto point = [&](AmountId id) {
      const int64_t day = block_.amounts[id][unit];
      if (day == kNoAmount) return facts::Instance::kNotGiven;
      const Date date{static_cast<int32_t>(day)};
      return form == law::ListForm::kSpellsByMonth ? Month::of(date).months : date.days;
    };
    child.from.push_back(point(row.from));
    if (form == law::ListForm::kDates) {
      child.to.push_back(child.from.back());
    } else {
      child.to.push_back(row.to == kNone ? kOngoing : point(row.to));
    }
  }

  // ---- Working lives ----------------------------------------------------------------------------

  void draw_lives(const Career& career, Unit unit, const std::vector<uint8_t>& holds,
                  std::vector<Life>& lives) {
    lives.assign(block_.units(unit), {});
    const auto by =
        career.by == kNone ? std::span<const uint8_t>() : block_.trait_of(career.by, unit);
    for (uint32_t i = 0; i < lives.size(); ++i) {
      if (holds[i] == 0) continue;
      const Quantiles& quantiles = career.months[by.empty() ? 0 : by[i]];
      if (quantiles.empty() || block_.amounts[career.level][i] == kNoAmount) continue;
      const int64_t end_day = career.end == kNone ? model_.on.days : block_.amounts[career.end][i];
      if (end_day == kNoAmount) continue;
      Life life;
      life.end = Month::of(Date{static_cast<int32_t>(end_day)}).months;
      const int64_t most = life.end + 1 - first_month(career, i);
      life.months =
          static_cast<int32_t>(std::min(value_at(quantiles, block_.random.fraction()), most));
      if (life.months > 0) lives[i] = life;
    }
  }

  int64_t first_month(const Career& career, uint32_t unit) const {
    return Month::of(Date{static_cast<int32_t>(block_.amounts[kBirth][unit])}).months +
           career.age_least;
  }

  // In 1/256 of a month, if a number of rows for each person is asked for; else 0.
  int64_t row_length_of(const ListSource& list) const {
    if (block_.rows_per_person == 0) return 0;
    int64_t months = 0;
    for (const auto& lives : lives_) {
      for (const Life& life : lives) months += life.months;
    }
    if (list.rows.empty() || months == 0) return 0;
    const auto rows = static_cast<int64_t>(block_.rows_per_person * block_.people);
    return std::max<int64_t>(static_cast<int64_t>(static_cast<Wide>(months) * 256 * 1000 / rows),
                             1);
  }

  int64_t index_at(const Career& career, int32_t month) const {
    const auto after = std::ranges::upper_bound(career.index, month, {}, &Career::Index::month);
    return after == career.index.begin() ? career.index.front().value : (after - 1)->value;
  }

  // Goes back from the end: row after row, and a gap where a job began.
  void add_life(const Career& career, const Life& life, uint32_t unit, uint32_t source,
                int64_t row_length, facts::EntityColumns& child) {
    if (life.months == 0) return;
    const int32_t earliest = static_cast<int32_t>(first_month(career, unit));
    const int32_t now = Month::of(model_.on).months;
    int64_t wanted = 0;
    if (row_length != 0) {
      wanted =
          (int64_t{life.months} * 256 + block_.random.below(static_cast<uint32_t>(row_length))) /
          row_length;
      wanted = std::clamp<int64_t>(wanted, 1, life.months);
    }
    int32_t left = life.months;
    int32_t end = life.end;
    int64_t job_left = draw(career.job_months);
    life_.clear();
    while (left > 0 && end >= earliest) {
      const int32_t length = std::min({row_months(career, left, wanted), left, end - earliest + 1});
      const int32_t from = end - length + 1;
      int64_t level = block_.amounts[career.level][unit];
      level -= career.step * ((now - from) / career.step_months);
      level = std::max(level, career.level_least);
      const int64_t scaled = level * index_at(career, from) / career.index_unit;
      const bool is_last = life_.empty() && career.end == kNone;
      life_.push_back({from,
                       is_last ? kOngoing : end,
                       {unit, source, level,
                        (scaled + career.round_to / 2) / career.round_to * career.round_to}});
      left -= length;
      end = from - 1;
      job_left -= length;
      if (!career.job_months.empty() && job_left <= 0) {
        end -= static_cast<int32_t>(draw(career.gap_months));
        job_left = draw(career.job_months);
      }
    }
    for (auto row = life_.rbegin(); row != life_.rend(); ++row) {
      child.from.push_back(row->from);
      child.to.push_back(row->to);
      rows_.push_back(row->row);
    }
  }

  int64_t draw(const Quantiles& quantiles) {
    return quantiles.empty() ? 0 : value_at(quantiles, block_.random.fraction());
  }

  // The length of the next row; counts `wanted` down.
  int32_t row_months(const Career& career, int32_t left, int64_t& wanted) {
    if (wanted == 0) return static_cast<int32_t>(draw(career.row_months));
    if (wanted == 1) return left;
    const auto mean = static_cast<int32_t>(left / wanted);
    const int32_t most = left - static_cast<int32_t>(wanted) + 1;
    --wanted;
    const int32_t spread = mean / 3;
    return std::clamp(mean + static_cast<int32_t>(block_.random.between(-spread, spread)), 1, most);
  }

  // ---- Facts of rows ----------------------------------------------------------------------------

  void write_rows(const ListSource& list, const facts::EntityColumns& child) {
    for (uint32_t source = 0; source < list.rows.size(); ++source) {
      for (const FactSource& fact : list.rows[source].facts) {
        values_of(fact, list.parent, values_);
        Filling filling(fact_column(fact.fact), child.rows, model_.scales[fact.fact]);
        for (uint32_t row = 0; row < child.rows; ++row) {
          const Row& of = rows_[row];
          if (of.source != source || values_[of.unit] == kNoAmount) continue;
          if (fact.from == From::kLevel) {
            filling.set(row, of.level);
          } else if (fact.from == From::kScaled) {
            filling.set(row, of.scaled);
          } else {
            filling.set(row, values_[of.unit]);
          }
        }
      }
    }
  }

  struct LifeRow {
    int32_t from = 0, to = 0;
    Row row;
  };

  Block& block_;
  const Model& model_;
  const law::Program& program_;
  facts::Columns& columns_;
  std::vector<uint32_t> order_;  // people: row i of the columns is person order_[i]; empty: i
  std::vector<int64_t> values_;
  std::vector<uint8_t> holds_;
  std::vector<Row> rows_;
  std::vector<std::vector<Life>> lives_;  // by source, then unit
  std::vector<LifeRow> life_;
};

}  // namespace

void write_facts(Block& block, facts::Columns& columns) { Facts(block, columns).run(); }

}  // namespace ansinh::lab
