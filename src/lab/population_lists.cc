// The rows of lists: working lives, events, relatives, and lists below them.

#include <algorithm>
#include <deque>

#include "lab/population_career.h"
#include "lab/population_facts.h"
#include "lab/row_order.h"

namespace ansinh::lab {

namespace {

using facts::Known;

// A row, or the household or person at the top: of which unit it speaks and what made it.
struct ListRow {
  uint32_t unit = 0;
  uint32_t source = 0;  // among the sources of its list
  uint32_t relative = kNobody;
  int64_t level = 0, scaled = 0;
};

class Lists {
 public:
  Lists(Block& block, facts::Columns& columns)
      : block_(block), model_(block.model), columns_(columns), values_(block, columns) {}

  void run(const std::vector<uint32_t>& order) {
    for (const law::ListId list : model_.given) column_of(list).all = Known::kGiven;
    std::vector<ListRow> households(block_.households);
    std::vector<ListRow> people(block_.people);
    for (uint32_t i = 0; i < households.size(); ++i) households[i].unit = i;
    for (uint32_t i = 0; i < people.size(); ++i) people[i].unit = order.empty() ? i : order[i];
    for (const ListSource& list : model_.lists) {
      write(list.list, list.parent, list.parent == Unit::kPerson ? people : households, {&list});
    }
  }

 private:
  facts::ListColumn& column_of(law::ListId list) const {
    const law::ListInfo& info = model_.program->lists[list];
    return columns_.entities[info.parent].lists[info.slot];
  }

  // `by_source`: what the parents of each source have in this list; null: nothing.
  void write(law::ListId id, Unit unit, const std::vector<ListRow>& parents,
             const std::vector<const ListSource*>& by_source) {
    const law::ListInfo& info = model_.program->lists[id];
    facts::EntityColumns& child = columns_.entities[info.child];
    facts::ListColumn& column = column_of(id);
    // The sources of all parents, one after another.
    std::vector<const RowSource*> sources;
    std::vector<uint32_t> first_source;
    for (const ListSource* list : by_source) {
      first_source.push_back(static_cast<uint32_t>(sources.size()));
      if (list == nullptr) continue;
      for (const RowSource& source : list->rows) sources.push_back(&source);
    }
    first_source.push_back(static_cast<uint32_t>(sources.size()));
    Made made(sources.size());
    prepare(sources, unit, made);

    std::vector<ListRow> rows;
    rows.reserve(expected_rows(sources, parents.size()));
    column.all = Known::kGiven;
    column.begin.assign(1, 0);
    for (uint32_t parent = 0; parent < parents.size(); ++parent) {
      const ListRow& of = parents[parent];
      for (uint32_t i = first_source[of.source]; i < first_source[of.source + 1]; ++i) {
        if (made.holds[i][of.unit] != 0) add_rows(*sources[i], i, of, info.form, made, child, rows);
      }
      child.parent.resize(rows.size(), parent);
      column.begin.push_back(static_cast<uint32_t>(rows.size()));
    }
    child.rows = static_cast<uint32_t>(rows.size());
    write_facts_of(sources, unit, rows, child);
    const std::vector<uint32_t> order = canonical_order(columns_, info.child, column.begin);
    reorder(child, order);
    if (!order.empty()) {
      std::vector<ListRow> moved(rows.size());
      for (size_t i = 0; i < rows.size(); ++i) moved[i] = rows[order[i]];
      rows.swap(moved);
    }
    write_below(sources, unit, rows);
  }

  size_t expected_rows(const std::vector<const RowSource*>& sources, size_t parents) const {
    const bool has_careers = std::ranges::any_of(
        sources, [](const RowSource* source) { return source->career.has_value(); });
    if (!has_careers) return parents;
    return std::max<size_t>(parents * 3, block_.rows_per_person * parents / 950);
  }

  // What is found once for all units, by source.
  struct Made {
    explicit Made(size_t sources) : holds(sources), relatives(sources), careers(sources) {}
    std::vector<std::vector<uint8_t>> holds, relatives;
    std::vector<std::optional<CareerMaker>> careers;
    std::vector<LifeRow> life;
  };

  void prepare(const std::vector<const RowSource*>& sources, Unit unit, Made& made) {
    int64_t months = 0;
    for (size_t i = 0; i < sources.size(); ++i) {
      const RowSource& source = *sources[i];
      values_.marks(source.when, unit, made.holds[i]);
      if (source.each != Relative::kNobody) {
        values_.marks(source.relative, Unit::kPerson, made.relatives[i]);
      }
      if (!source.career) continue;
      made.careers[i].emplace(block_, *source.career, unit);
      made.careers[i]->draw_lives(made.holds[i]);
      months += made.careers[i]->months();
    }
    if (block_.rows_per_person == 0 || months == 0) return;
    const auto rows = static_cast<int64_t>(block_.rows_per_person * block_.people);
    const auto length = static_cast<int64_t>(static_cast<Wide>(months) * 256 * 1000 / rows);
    for (auto& career : made.careers) {
      if (career) career->set_row_length(std::max<int64_t>(length, 1));
    }
  }

  void add_rows(const RowSource& source, uint32_t number, const ListRow& of, law::ListForm form,
                Made& made, facts::EntityColumns& child, std::vector<ListRow>& rows) const {
    if (source.career) {
      made.careers[number]->cut(of.unit, made.life);
      for (auto row = made.life.rbegin(); row != made.life.rend(); ++row) {
        child.from.push_back(row->from);
        child.to.push_back(row->to);
        rows.push_back({of.unit, number, of.relative, row->level, row->scaled});
      }
      return;
    }
    if (source.has_weekdays) {
      add_weekdays(source, number, of, child, rows);
      return;
    }
    if (source.each == Relative::kNobody) {
      add_row(source, {of.unit, number, of.relative, 0, 0}, form, child, rows);
      return;
    }
    const uint32_t household = block_.household[of.unit];
    for (uint32_t other = block_.first[household]; other < block_.first[household + 1]; ++other) {
      if (made.relatives[number][other] == 0 || !is_relative(source.each, of.unit, other)) continue;
      add_row(source, {of.unit, number, other, 0, 0}, form, child, rows);
    }
  }

  bool is_relative(Relative relative, uint32_t person, uint32_t other) const {
    const auto is_parent = [&](uint32_t parent, uint32_t of) {
      const uint32_t mother = block_.mother[of];
      return mother != kNobody && (parent == mother || parent == block_.partner[mother]);
    };
    switch (relative) {
      case Relative::kNobody:
        return false;
      case Relative::kPartner:
        return block_.partner[person] == other;
      case Relative::kChild:
        return is_parent(person, other);
      case Relative::kParent:
        return is_parent(other, person);
    }
    return false;
  }

  int32_t point(AmountId id, uint32_t unit, law::ListForm form) const {
    const int64_t day = block_.amounts[id][unit];
    if (day == kNoAmount) return facts::Instance::kNotGiven;
    const Date date{static_cast<int32_t>(day)};
    return form == law::ListForm::kSpellsByMonth ? Month::of(date).months : date.days;
  }

  void add_row(const RowSource& source, const ListRow& row, law::ListForm form,
               facts::EntityColumns& child, std::vector<ListRow>& rows) const {
    rows.push_back(row);
    if (form == law::ListForm::kChildren) return;
    child.from.push_back(point(source.from, row.unit, form));
    if (form == law::ListForm::kDates) {
      child.to.push_back(child.from.back());
    } else {
      child.to.push_back(source.to == kNone ? facts::Instance::kOpen
                                            : point(source.to, row.unit, form));
    }
  }

  void add_weekdays(const RowSource& source, uint32_t number, const ListRow& of,
                    facts::EntityColumns& child, std::vector<ListRow>& rows) const {
    const int64_t from = block_.amounts[source.from][of.unit];
    const int64_t to = block_.amounts[source.to][of.unit];
    if (from == kNoAmount || to == kNoAmount) return;
    for (int64_t day = from; day <= to; ++day) {
      const auto days = static_cast<int32_t>(day);
      if (!source.weekdays[static_cast<size_t>(Date{days}.weekday())]) continue;
      rows.push_back({of.unit, number, of.relative, 0, 0});
      child.from.push_back(days);
      child.to.push_back(days);
    }
  }

  void write_facts_of(const std::vector<const RowSource*>& sources, Unit unit,
                      const std::vector<ListRow>& rows, const facts::EntityColumns& child) {
    std::vector<std::vector<uint32_t>> by_source(sources.size());
    for (uint32_t i = 0; i < rows.size(); ++i) by_source[rows[i].source].push_back(i);
    for (size_t source = 0; source < sources.size(); ++source) {
      if (by_source[source].empty()) continue;
      for (const FactSource& fact : sources[source]->facts) {
        Filling filling(values_.column(fact.fact), child.rows, model_.scales[fact.fact]);
        write_fact(fact, unit, rows, by_source[source], filling);
      }
    }
  }

  void write_fact(const FactSource& fact, Unit unit, const std::vector<ListRow>& rows,
                  const std::vector<uint32_t>& of_source, Filling& filling) {
    if (fact.from == From::kScaled && fact.when.parts.empty()) {
      for (const uint32_t i : of_source) filling.set(i, rows[i].scaled);
      return;
    }
    if (fact.from == From::kConstant && fact.when.parts.empty()) {
      for (const uint32_t i : of_source) filling.set(i, fact.constant);
      return;
    }
    const Unit read = fact.of_relative ? Unit::kPerson : unit;
    const bool is_text = model_.program->facts[fact.fact].type.base == law::Base::kText;
    const bool is_few = !is_text && of_source.size() < block_.units(read) / 4;
    if (!is_few) values_.of(fact, read, stored_);
    for (const uint32_t i : of_source) {
      const ListRow& row = rows[i];
      const uint32_t of = fact.of_relative ? row.relative : row.unit;
      const int64_t value = is_few ? values_.of_one(fact, read, of) : stored_[of];
      if (value == kNoAmount) continue;
      const bool is_level = fact.from == From::kLevel;
      const bool is_scaled = fact.from == From::kScaled;
      filling.set(i, is_level ? row.level : is_scaled ? row.scaled : value);
    }
  }

  void write_below(const std::vector<const RowSource*>& sources, Unit unit,
                   const std::vector<ListRow>& rows) {
    std::vector<law::ListId> done;
    for (const RowSource* source : sources) {
      for (const ListSource& list : source->lists) {
        if (std::ranges::find(done, list.list) != done.end()) continue;
        done.push_back(list.list);
        std::vector<const ListSource*> by_source(sources.size(), nullptr);
        for (size_t i = 0; i < sources.size(); ++i) {
          for (const ListSource& other : sources[i]->lists) {
            if (other.list == list.list) by_source[i] = &other;
          }
        }
        write(list.list, unit, rows, by_source);
      }
    }
  }

  Block& block_;
  const Model& model_;
  facts::Columns& columns_;
  FactValues values_;
  std::vector<int64_t> stored_;
};

}  // namespace

void write_lists(Block& block, const std::vector<uint32_t>& order, facts::Columns& columns) {
  Lists(block, columns).run(order);
}

}  // namespace ansinh::lab
