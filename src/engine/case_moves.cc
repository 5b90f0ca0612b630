#include "engine/case_moves.h"

#include <algorithm>

#include "law/check.h"

namespace ansinh::engine {

namespace {

using law::Base;
using law::CaseItem;
using law::Expr;
using law::ExprKind;
using law::Shown;
using law::Type;
using law::Value;

constexpr int64_t kPositionMax = 1'000'000'000'000'000;

Rational step_of(const Type& type, const law::Program& program) {
  switch (type.shown) {
    case Shown::kMoney:
      return program.currency_step;
    case Shown::kPercent:
    case Shown::kPlain:
      return Rational(1, 100);
    case Shown::kCount:
    case Shown::kDays:
    case Shown::kMonths:
    case Shown::kYears:
      break;
  }
  return 1;
}

Expr number_part(Rational number, std::string unit) {
  Expr part;
  part.kind = ExprKind::kNumber;
  part.number = std::move(number);
  part.unit.of = std::move(unit);
  return part;
}

Expr number_literal(const Rational& base, const Type& type) {
  const bool is_rate = type.per != law::Per::kNone;
  if (type.shown == Shown::kPercent && !is_rate) return number_part(base * Rational(100), "%");
  if (type.shown == Shown::kDays && !is_rate) return number_part(base, "days");
  const bool is_months = (type.shown == Shown::kMonths || type.shown == Shown::kYears) && !is_rate;
  if (is_months) {
    const Rational years =
        type.shown == Shown::kYears ? (base / Rational(12)).floor() : Rational(0);
    const Rational months = base - years * Rational(12);
    if (years.is_zero()) return number_part(months, "months");
    Expr all = number_part(years, "years");
    if (!months.is_zero()) all.args.push_back(number_part(months, "months"));
    return all;
  }
  const Rational per_year = type.per == law::Per::kYear ? Rational(12) : Rational(1);
  return number_part(base * per_year, "");  // in the declared unit
}

// A plain value to begin with where there is none.
Value some_value(const law::Program& program, const Type& type, Date on) {
  switch (type.base) {
    case Base::kYesNo:
      return false;
    case Base::kEnum:
      return uint32_t{0};
    case Base::kDate:
      return on;
    case Base::kMonth:
      return Month::of(on);
    case Base::kNumber:
      return step_of(type, program);
    case Base::kText:
      return std::string("-");
    case Base::kSeries:
      break;
  }
  return {};
}

// Collects the moves of one case.
class Collector {
 public:
  Collector(const law::Program& program, CaseItem& item) : program_(program), item_(item) {}

  std::vector<CaseMove> run() {
    for (law::GivenBlock& block : item_.given) {
      const auto entity = program_.entity_by_name.find(block.entity);
      if (entity == program_.entity_by_name.end()) continue;
      for (law::GivenFact& fact : block.facts) add(entity->second, fact);
    }
    CaseMove decision;
    decision.on = &item_.on;
    decision.type.base = Base::kDate;
    decision.position = decision.start = item_.on.days;
    decision.low = Date::of(1900, 1, 1).days;
    decision.high = Date::of(2100, 12, 31).days;
    moves_.push_back(std::move(decision));
    return std::move(moves_);
  }

 private:
  void add(law::EntityId entity, law::GivenFact& given) {
    for (const law::FactId id : program_.entities[entity].facts) {
      if (program_.facts[id].name == given.name && given.value) add_fact(id, *given.value, nullptr);
    }
    const law::ListId own = program_.entities[entity].list;
    if (own != law::kNoId && given.value && (given.name == "from" || given.name == "to")) {
      add_end(own, *given.value, nullptr);
    }
    for (const law::ListId id : program_.entities[entity].lists) {
      if (program_.lists[id].name == given.name) add_list(id, given);
    }
  }

  void add_list(law::ListId id, law::GivenFact& given) {
    const law::EntityId child = program_.lists[id].child;
    if (program_.lists[id].form == law::ListForm::kDates) {
      if (given.value) add_end(id, *given.value, nullptr);
      for (Expr& date : given.dates) add_end(id, date, nullptr);
      return;
    }
    for (law::GivenRow& row : given.rows) {
      for (law::GivenFact& inner : row.facts) add(child, inner);
    }
    if (!given.table) return;
    law::Rows& rows = *given.table;
    for (std::vector<law::Cell>& cells : rows.rows) {
      for (size_t i = 0; i < cells.size() && i < rows.columns.size(); ++i) {
        if (!cells[i].value) continue;
        if (rows.columns[i] == "from" || rows.columns[i] == "to") {
          add_end(id, *cells[i].value, &cells[i].text);
          continue;
        }
        for (const law::FactId fact : program_.entities[child].facts) {
          if (program_.facts[fact].name == rows.columns[i]) {
            add_fact(fact, *cells[i].value, &cells[i].text);
          }
        }
      }
    }
  }

  void add_end(law::ListId list, Expr& expr, std::string* cell) {
    CaseMove move;
    move.list = list;
    const bool by_month = program_.lists[list].form == law::ListForm::kSpellsByMonth;
    move.type.base = by_month ? Base::kMonth : Base::kDate;
    add_move(std::move(move), expr, cell, Date::of(1900, 1, 1), Date::of(2100, 12, 31));
  }

  void add_fact(law::FactId id, Expr& expr, std::string* cell) {
    const law::FactInfo& info = program_.facts[id];
    CaseMove move;
    move.fact = id;
    move.type = info.type;
    add_move(std::move(move), expr, cell, info.low_date.value_or(Date::of(1850, 1, 1)),
             info.high_date.value_or(Date::of(2199, 12, 31)));
  }

  void add_move(CaseMove move, Expr& expr, std::string* cell, Date low, Date high) {
    if (expr.kind == ExprKind::kUnknown || expr.kind == ExprKind::kOngoing) return;
    Diagnostics ignored;
    auto value = law::literal_value(expr, move.type, program_, ignored);
    if (!value) return;
    move.expr = &expr;
    move.cell = cell;
    move.may_be_none = move.type.or_none;
    const bool is_none = std::holds_alternative<std::monostate>(*value);
    if (is_none) value = some_value(program_, move.type, item_.on);
    if (!set_bounds(move, *value, low, high)) return;
    move.start = move.position;
    if (is_none) move.position = CaseMove::kNone;
    moves_.push_back(std::move(move));
  }

  bool set_bounds(CaseMove& move, const Value& value, Date low, Date high) const {
    if (const auto* yes = std::get_if<bool>(&value)) {
      move.is_choice = true;
      move.position = *yes ? 1 : 0;
      move.high = 1;
    } else if (const auto* member = std::get_if<uint32_t>(&value)) {
      move.is_choice = true;
      move.position = *member;
      move.high = static_cast<int64_t>(program_.enums[move.type.enumeration].members.size()) - 1;
    } else if (const auto* date = std::get_if<Date>(&value)) {
      move.position = date->days;
      move.low = low.days;
      move.high = high.days;
    } else if (const auto* month = std::get_if<Month>(&value)) {
      move.position = month->months;
      move.low = Month::of(low).months;
      move.high = Month::of(high).months;
    } else if (const auto* number = std::get_if<Rational>(&value)) {
      return set_number_bounds(move, *number);
    } else {
      return false;
    }
    return true;
  }

  bool set_number_bounds(CaseMove& move, const Rational& number) const {
    move.step = step_of(move.type, program_);
    move.low = 0;
    move.high = kPositionMax;
    if (move.fact != law::kNoId) {
      const law::FactInfo& info = program_.facts[move.fact];
      int64_t bound = 0;
      if (info.low && (-((-(*info.low / move.step)).floor())).to_int64(bound)) move.low = bound;
      if (info.high && (*info.high / move.step).floor().to_int64(bound)) {
        move.high = std::min(bound, kPositionMax);
      }
    }
    return (number / move.step).floor().to_int64(move.position) &&
           number == move.step * Rational(move.position);
  }

  const law::Program& program_;
  CaseItem& item_;
  std::vector<CaseMove> moves_;
};

Value value_at(const CaseMove& move, int64_t position) {
  if (position == CaseMove::kNone) return {};
  switch (move.type.base) {
    case Base::kYesNo:
      return position != 0;
    case Base::kEnum:
      return static_cast<uint32_t>(position);
    case Base::kDate:
      return Date{static_cast<int32_t>(position)};
    case Base::kMonth:
      return Month{static_cast<int32_t>(position)};
    case Base::kNumber:
      return move.step * Rational(position);
    case Base::kText:
    case Base::kSeries:
      break;
  }
  return {};
}

// Finds the places where a fact could be stated and is not.
class Stating {
 public:
  Stating(const law::Program& program, const CaseItem& item, law::FactId fact, size_t most)
      : program_(program), item_(item), info_(program.facts[fact]), most_(most) {
    const Value value = info_.presumed.value_or(some_value(program, info_.type, item.on));
    expr_ = literal_of(value, info_.type, program);
    cell_ = law::write(value, info_.type, program);
  }

  // Every place is found again in a fresh copy, by counting: the copies do not disturb each other.
  std::vector<CaseItem> run() {
    std::vector<CaseItem> all;
    for (wanted_ = 0; wanted_ < most_; ++wanted_) {
      CaseItem copy = item_;
      found_ = 0;
      if (!state(copy)) break;
      all.push_back(std::move(copy));
    }
    return all;
  }

 private:
  bool is_wanted() { return found_++ == wanted_; }

  bool state(CaseItem& item) {
    bool has_block = false;
    for (law::GivenBlock& block : item.given) {
      const auto entity = program_.entity_by_name.find(block.entity);
      if (entity == program_.entity_by_name.end()) continue;
      has_block |= entity->second == info_.entity;
      if (state(entity->second, block.facts)) return true;
    }
    const auto subject =
        program_.entity_by_name.find(item.given.empty() ? "" : item.given[0].entity);
    const bool is_parent = subject != program_.entity_by_name.end() &&
                           program_.is_within(subject->second, info_.entity);
    if (has_block || !is_parent || !is_wanted()) return false;
    law::GivenBlock block;
    block.entity = program_.entities[info_.entity].name;
    block.facts.push_back(given());
    item.given.push_back(std::move(block));
    return true;
  }

  law::GivenFact given() const {
    law::GivenFact fact;
    fact.name = info_.name;
    fact.value = expr_;
    return fact;
  }

  bool state(law::EntityId entity, std::vector<law::GivenFact>& facts) {
    if (entity == info_.entity) {
      const bool is_stated =
          std::any_of(facts.begin(), facts.end(),
                      [&](const law::GivenFact& fact) { return fact.name == info_.name; });
      if (is_stated || !is_wanted()) return false;
      facts.insert(facts.begin(), given());
      return true;
    }
    for (law::GivenFact& fact : facts) {
      for (const law::ListId id : program_.entities[entity].lists) {
        if (program_.lists[id].name != fact.name) continue;
        for (law::GivenRow& row : fact.rows) {
          if (state(program_.lists[id].child, row.facts)) return true;
        }
        if (fact.table && program_.lists[id].child == info_.entity && state(*fact.table))
          return true;
      }
    }
    return false;
  }

  bool state(law::Rows& rows) {
    auto column = static_cast<size_t>(
        std::find(rows.columns.begin(), rows.columns.end(), info_.name) - rows.columns.begin());
    const bool is_new = column == rows.columns.size();
    for (std::vector<law::Cell>& cells : rows.rows) {
      const bool is_stated = !is_new && column < cells.size() && cells[column].value;
      if (is_stated || !is_wanted()) continue;
      if (is_new) {
        rows.columns.push_back(info_.name);
        rows.column_spans.emplace_back();
        for (std::vector<law::Cell>& others : rows.rows) others.resize(rows.columns.size());
      }
      cells[column].text = cell_;
      cells[column].value = expr_;
      return true;
    }
    return false;
  }

  const law::Program& program_;
  const CaseItem& item_;
  const law::FactInfo& info_;
  size_t most_, wanted_ = 0, found_ = 0;
  Expr expr_;
  std::string cell_;
};

}  // namespace

std::vector<CaseItem> with_fact_stated(const law::Program& program, const CaseItem& item,
                                       law::FactId fact, size_t most) {
  return Stating(program, item, fact, most).run();
}

law::Expr literal_of(const Value& value, const Type& type, const law::Program& program) {
  Expr expr;
  if (const auto* yes = std::get_if<bool>(&value)) {
    expr.kind = *yes ? ExprKind::kYes : ExprKind::kNo;
  } else if (const auto* member = std::get_if<uint32_t>(&value)) {
    expr.kind = ExprKind::kName;
    expr.name = program.enums[type.enumeration].members[*member];
  } else if (const auto* number = std::get_if<Rational>(&value)) {
    expr = number_literal(*number, type);
  } else if (const auto* date = std::get_if<Date>(&value)) {
    expr.kind = ExprKind::kDate;
    expr.date = *date;
  } else if (const auto* month = std::get_if<Month>(&value)) {
    expr.kind = ExprKind::kMonthLiteral;
    expr.month_literal = *month;
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    expr.kind = ExprKind::kText;
    expr.text = *text;
  } else {
    expr.kind = ExprKind::kNone;
  }
  return expr;
}

std::vector<CaseMove> case_moves(const law::Program& program, CaseItem& item) {
  return Collector(program, item).run();
}

void set_position(const law::Program& program, const CaseMove& move, int64_t position) {
  const Value value = value_at(move, position);
  if (move.on != nullptr) {
    *move.on = std::get<Date>(value);
    return;
  }
  const Span span = move.expr->span;
  *move.expr = literal_of(value, move.type, program);
  move.expr->span = span;
  if (move.cell != nullptr) *move.cell = law::write(value, move.type, program);
}

}  // namespace ansinh::engine
