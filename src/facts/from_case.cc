#include "facts/from_case.h"

#include <string_view>

#include "base/text.h"
#include "facts/draft.h"
#include "law/check.h"

namespace ansinh::facts {

namespace {

using law::ExprKind;
using law::ListForm;

law::Type date_type(law::Base base) {
  law::Type type;
  type.base = base;
  return type;
}

class CaseLoader {
 public:
  explicit CaseLoader(const law::Program& program) : program_(program), draft_(program) {}

  std::expected<PersonFile, Diagnostics> load(const law::CaseItem& item) {
    for (const law::GivenBlock& block : item.given) {
      const auto found = program_.entity_by_name.find(block.entity);
      if (found == program_.entity_by_name.end()) {
        refuse_name(block.entity, block.span);
        continue;
      }
      DraftRow& row = draft_.add_top(found->second, block.span);
      for (const law::GivenFact& fact : block.facts) given(row, fact);
    }
    return draft_.finish(item.span, item.on);
  }

 private:
  void refuse_name(const std::string& name, Span span) {
    draft_.refuse(
        "unknown-name", span,
        {"không có dữ kiện tên \"" + name + "\"", "there is no fact named \"" + name + "\""},
        {"kiểm tra lại tên", "check the name"});
  }

  law::FactId fact_of(law::EntityId entity, std::string_view name) const {
    for (const law::FactId id : program_.entities[entity].facts) {
      if (program_.facts[id].name == name) return id;
    }
    return law::kNoId;
  }

  law::ListId list_of(law::EntityId entity, std::string_view name) const {
    for (const law::ListId id : program_.entities[entity].lists) {
      if (program_.lists[id].name == name) return id;
    }
    return law::kNoId;
  }

  ListForm form_of(const DraftRow& row) const {
    const law::ListId list = program_.entities[row.instance->entity].list;
    return list == law::kNoId ? ListForm::kChildren : program_.lists[list].form;
  }

  void given(DraftRow& row, const law::GivenFact& fact) {
    const law::EntityId entity = row.instance->entity;
    const bool is_spell =
        form_of(row) == ListForm::kSpellsByMonth || form_of(row) == ListForm::kSpellsByDay;
    if (is_spell && (fact.name == "from" || fact.name == "to") && fact.value) {
      spell_end(row, fact.name, *fact.value);
    } else if (const law::FactId id = fact_of(entity, fact.name); id != law::kNoId && fact.value) {
      state_fact(row, id, *fact.value);
    } else if (const law::ListId id = list_of(entity, fact.name); id != law::kNoId) {
      given_list(row, id, fact);
    } else {
      refuse_name(fact.name, fact.span);
    }
  }

  void state_fact(DraftRow& row, law::FactId id, const law::Expr& expr) {
    if (expr.kind == ExprKind::kUnknown) {
      draft_.state_fact(row, id, std::nullopt, expr.span);
      return;
    }
    auto value = literal(expr, program_.facts[id].type);
    if (value) draft_.state_fact(row, id, std::move(value), expr.span);
  }

  std::optional<law::Value> literal(const law::Expr& expr, const law::Type& type) {
    Diagnostics diagnostics;
    auto value = law::literal_value(expr, type, program_, diagnostics);
    for (Diagnostic& d : diagnostics) draft_.refuse(d.code, d.span, d.message, d.help);
    return value;
  }

  void spell_end(DraftRow& row, std::string_view name, const law::Expr& expr) {
    std::optional<int32_t> at;
    if (expr.kind == ExprKind::kOngoing) {
      at = Instance::kOpen;
    } else if (expr.kind != ExprKind::kUnknown) {
      const bool by_month = form_of(row) == ListForm::kSpellsByMonth;
      const auto value = literal(expr, date_type(by_month ? law::Base::kMonth : law::Base::kDate));
      if (!value) return;
      if (const auto* month = std::get_if<Month>(&*value)) at = month->months;
      if (const auto* date = std::get_if<Date>(&*value)) at = date->days;
    }
    if (name == "from") {
      draft_.state_from(row, at, expr.span);
    } else {
      draft_.state_to(row, at, expr.span);
    }
  }

  void given_list(DraftRow& row, law::ListId id, const law::GivenFact& fact) {
    const bool is_unknown = fact.value && fact.value->kind == ExprKind::kUnknown;
    draft_.state_list(row, id, is_unknown ? Known::kUnknown : Known::kGiven, fact.span);
    if (program_.lists[id].form == ListForm::kDates) {
      if (fact.value) date_row(row, id, *fact.value);
      for (const law::Expr& date : fact.dates) date_row(row, id, date);
      return;
    }
    if (fact.table) table(row, id, *fact.table);
    for (const law::GivenRow& given_row : fact.rows) {
      DraftRow& child = draft_.add_row(row, id, given_row.span);
      for (const law::GivenFact& inner : given_row.facts) given(child, inner);
    }
  }

  void date_row(DraftRow& parent, law::ListId id, const law::Expr& expr) {
    if (expr.kind == ExprKind::kNone || expr.kind == ExprKind::kUnknown) return;
    const auto value = literal(expr, date_type(law::Base::kDate));
    const Date* date = value ? std::get_if<Date>(&*value) : nullptr;
    if (date == nullptr) return;
    DraftRow& row = draft_.add_row(parent, id, expr.span);
    draft_.state_from(row, date->days, expr.span);
    draft_.state_to(row, date->days, expr.span);
  }

  void table(DraftRow& parent, law::ListId id, const law::Rows& rows) {
    const law::EntityId child = program_.lists[id].child;
    for (const std::vector<law::Cell>& cells : rows.rows) {
      DraftRow& row = draft_.add_row(parent, id, cells.empty() ? Span{} : cells.front().span);
      for (size_t i = 0; i < cells.size() && i < rows.columns.size(); ++i) {
        if (!cells[i].value) continue;  // an empty cell: not given
        const std::string& column = rows.columns[i];
        if (column == "from" || column == "to") {
          spell_end(row, column, *cells[i].value);
        } else if (const law::FactId fact = fact_of(child, column); fact != law::kNoId) {
          state_fact(row, fact, *cells[i].value);
        } else {
          refuse_name(column, cells[i].span);
        }
      }
    }
  }

  const law::Program& program_;
  Draft draft_;
};

}  // namespace

std::expected<PersonFile, Diagnostics> from_case(const law::Program& program,
                                                 const law::CaseRule& rule) {
  return CaseLoader(program).load(*rule.source);
}

}  // namespace ansinh::facts
