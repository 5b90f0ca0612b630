// Names: acts, entities with their facts and lists, enumerations, funds, parties, rules.
#include <algorithm>

#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

Text Checker::label_of(const Label& label, const std::string& name) const {
  if (label.given()) return label.text;
  std::string words = name;
  std::replace(words.begin(), words.end(), '_', ' ');
  return {words, words};
}

void Checker::declare_frame() {
  bool currency_seen = false;
  for (uint32_t f = 0; f < program_.files.size(); ++f) {
    for (const auto& part : program_.files[f]->parts) {
      const Block* block = std::get_if<Block>(&part);
      if (block == nullptr) continue;
      for (const Item& item : block->items) {
        if (const auto* currency = std::get_if<CurrencyItem>(&item.value)) {
          if (currency_seen) {
            error("currency-twice", currency->span,
                  {"đơn vị tiền tệ chỉ được khai báo một lần",
                   "the currency is declared once a program"},
                  {"bỏ khai báo này", "drop this declaration"});
            continue;
          }
          if (currency->step <= Rational(0)) {
            error("bad-step", currency->span,
                  {"đơn vị nhỏ nhất phải lớn hơn 0", "the smallest amount must be above 0"},
                  {"viết ví dụ “in steps of 1”", "write for example “in steps of 1”"});
          } else {
            program_.currency_step = currency->step;
          }
          currency_seen = true;
          program_.currency = currency->name;
          program_.currency_label = label_of(currency->label, currency->name);
        } else if (const auto* act = std::get_if<ActItem>(&item.value)) {
          const auto id = static_cast<ActId>(program_.acts.size());
          act_ids_[act] = id;
          act_short_month_.push_back(act->short_month);
          program_.acts.push_back(
              {act->name, label_of(act->label, act->name), act->from, act->until, f, act->span});
          if (act->until && *act->until < act->from) {
            error("dates-reversed", act->span,
                  {"văn bản hết hiệu lực trước khi có hiệu lực", "the act ends before it begins"},
                  {"sửa một trong hai ngày", "mend one of the two dates"});
          }
        } else if (const auto* fund = std::get_if<FundItem>(&item.value)) {
          const auto id = static_cast<uint32_t>(program_.funds.size());
          program_.funds.push_back({fund->name, label_of(fund->label, fund->name)});
          declare("fund " + fund->name, SymbolKind::kFund, id, fund->span);
        } else if (const auto* party = std::get_if<PartyItem>(&item.value)) {
          const auto id = static_cast<uint32_t>(program_.parties.size());
          program_.parties.push_back({party->name, label_of(party->label, party->name)});
          declare("party " + party->name, SymbolKind::kParty, id, party->span);
        } else if (const auto* list = std::get_if<EnumItem>(&item.value)) {
          const EnumId id =
              add_enum(list->name, label_of(list->label, list->name), list->members, list->span);
          declare(list->name, SymbolKind::kEnum, id, list->span);
        }
      }
    }
  }
  each_item([&](const Item& item, ActId, uint32_t) {
    const auto* use = std::get_if<UseItem>(&item.value);
    if (use == nullptr) return;
    for (size_t i = 0; i < use->files.size(); ++i) {
      std::vector<std::string> stems;
      stems.reserve(program_.files.size());
      for (const auto& file : program_.files) stems.push_back(file->stem);
      if (std::find(stems.begin(), stems.end(), use->files[i]) != stems.end()) continue;
      const std::string near = nearest(use->files[i], stems);
      error("unknown-file", use->spans[i],
            {"không có tệp luật “" + use->files[i] + "”",
             "there is no law file “" + use->files[i] + "”"},
            near.empty()
                ? Text{"đưa tệp này vào lệnh cùng các tệp khác",
                       "give this file to the command together with the others"}
                : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    }
  });
}

EnumId Checker::add_enum(const std::string& name, const Text& label,
                         const std::vector<EnumMember>& members, const Span& span) {
  EnumInfo info{name, label, {}, {}};
  for (const EnumMember& member : members) {
    if (std::find(info.members.begin(), info.members.end(), member.name) != info.members.end()) {
      error("declared-twice", member.span,
            {"giá trị “" + member.name + "” có hai lần trong danh sách",
             "“" + member.name + "” stands twice in the enumeration"},
            {"bỏ một lần", "drop one of them"});
      continue;
    }
    info.members.push_back(member.name);
    info.labels.push_back(label_of(member.label, member.name));
  }
  if (info.members.size() < 2) {
    error(
        "short-enumeration", span,
        {"danh sách giá trị cần ít nhất hai giá trị", "an enumeration needs at least two members"},
        {"thêm giá trị, ngăn cách bằng “|”", "add members, separated by “|”"});
  }
  program_.enums.push_back(std::move(info));
  return static_cast<EnumId>(program_.enums.size() - 1);
}

void Checker::declare_entities() {
  std::vector<std::pair<EntityId, const EntityItem*>> made;
  each_item([&](const Item& item, ActId, uint32_t) {
    const auto* entity = std::get_if<EntityItem>(&item.value);
    if (entity == nullptr || entity->form == EntityForm::kFactsOf) return;
    const auto id = static_cast<EntityId>(program_.entities.size());
    if (program_.entity_by_name.contains(entity->name)) {
      error("declared-twice", entity->span,
            {"tên “" + entity->name + "” đã được khai báo",
             "the name “" + entity->name + "” is declared already"},
            {"đổi tên một trong hai", "rename one of them"});
      return;
    }
    program_.entity_by_name[entity->name] = id;
    EntityInfo info;
    info.name = entity->name;
    info.label = label_of(entity->label, entity->name);
    info.span = entity->span;
    program_.entities.push_back(std::move(info));
    members_.emplace_back();
    made.emplace_back(id, entity);
  });
  for (const auto& [id, item] : made) {
    if (item->parent.empty()) {
      if (program_.root_entity != kNoId) {
        error("two-roots", item->span,
              {"đã có đối tượng gốc “" + program_.entities[program_.root_entity].name + "”",
               "there is a root entity already: “" + program_.entities[program_.root_entity].name +
                   "”"},
              {"viết “of …” để nói nó thuộc về đâu", "write “of …” to say where it belongs"});
      } else {
        program_.root_entity = id;
      }
      continue;
    }
    const auto parent = entity_named(item->parent, item->parent_span);
    if (!parent) continue;
    if (program_.is_within(*parent, id)) {
      error("entity-circle", item->span,
            {"đối tượng này nằm trong chính nó", "this entity lies within itself"},
            {"sửa phần “of …”", "mend its “of …”"});
      continue;
    }
    EntityInfo& info = program_.entities[id];
    info.parent = *parent;
    ListInfo list;
    list.name = item->list.empty() ? item->name : item->list;
    list.label = info.label;
    list.parent = *parent;
    list.child = id;
    list.presumed_none = item->presumed_none;
    list.may_overlap = item->may_overlap;
    list.span = item->span;
    switch (item->form) {
      case EntityForm::kSpellsByMonth:
        list.form = ListForm::kSpellsByMonth;
        break;
      case EntityForm::kSpellsByDay:
        list.form = ListForm::kSpellsByDay;
        break;
      case EntityForm::kDates:
        list.form = ListForm::kDates;
        break;
      case EntityForm::kEntity:
      case EntityForm::kFactsOf:
        list.form = ListForm::kChildren;
        break;
    }
    const auto list_id = static_cast<ListId>(program_.lists.size());
    list.slot = static_cast<uint32_t>(program_.entities[*parent].lists.size());
    if (!declare_member(*parent, list.name, MemberKind::kList, list_id, item->span)) continue;
    info.list = list_id;
    program_.entities[*parent].lists.push_back(list_id);
    program_.lists.push_back(std::move(list));
  }
}

std::optional<Type> Checker::resolve_type(const TypeExpr& expr, const std::string& owner,
                                          const Text& label) {
  Type type;
  if (!expr.members.empty()) {
    type.base = Base::kEnum;
    type.enumeration = add_enum("", label, expr.members, expr.span);
  } else if (expr.word == "spells") {
    const auto entity = entity_named(expr.series_of, expr.span);
    if (!entity) return std::nullopt;
    type = series_type(*entity, Grain::kRows);
  } else if (expr.word.empty()) {  // the parser has said so
    broken_.insert(owner);
    return std::nullopt;
  } else if (built_in_type(expr.word, expr.per, program_.currency, type)) {
  } else if (auto it = symbols_.find(expr.word);
             it != symbols_.end() && it->second.kind == SymbolKind::kEnum) {
    type.base = Base::kEnum;
    type.enumeration = it->second.id;
  } else {
    std::vector<std::string> names = {"yes/no", "count",  "number",         "ratio",
                                      "days",   "months", "years",          "date",
                                      "month",  "text",   program_.currency};
    add_sorted(symbols_, names,
               [](const Symbol& symbol) { return symbol.kind == SymbolKind::kEnum; });
    const std::string written = expr.word + (expr.per.empty() ? "" : "/" + expr.per);
    const std::string near = nearest(expr.word, names);
    broken_.insert(owner);
    error("unknown-type", expr.span,
          {"không có kiểu “" + written + "” (của “" + owner + "”)",
           "there is no type “" + written + "” (of “" + owner + "”)"},
          near.empty() || near == expr.word
              ? Text{"các kiểu: yes/no, count, number, ratio, " + program_.currency +
                         ", days, months, years, date, month, text, và các enum",
                     "the types are yes/no, count, number, ratio, " + program_.currency +
                         ", days, months, years, date, month, text, and the enums"}
              : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return std::nullopt;
  }
  type.or_none = expr.or_none;
  return type;
}

// A name of a descendant that was declared before would hide this one.
void Checker::add_fact(EntityId entity, const FactItem& item) {
  FactInfo fact;
  fact.name = item.name;
  fact.label = label_of(item.label, item.name);
  fact.hint = item.hint.text;
  fact.entity = entity;
  fact.span = item.span;
  const auto type = resolve_type(item.type, item.name, fact.label);
  if (!type) return;
  fact.type = *type;
  if (is_series(fact.type)) {
    error("fact-type", item.type.span,
          {"dữ kiện không thể là một quá trình", "a fact cannot be a series"},
          {"khai báo bằng “spells … of …”", "declare it with “spells … of …”"});
    return;
  }
  if (item.range) {
    const Expr& range = *item.range;
    Diagnostics inner;
    const Type plain = [&] {
      Type t = fact.type;
      t.or_none = false;
      return t;
    }();
    const auto low = literal_value(range.args.at(0), plain, program_, inner);
    const auto high = literal_value(range.args.at(1), plain, program_, inner);
    diagnostics_.insert(diagnostics_.end(), inner.begin(), inner.end());
    if (low && high) {
      bool reversed = false;
      if (const auto* a = std::get_if<Rational>(&*low)) {
        fact.low = *a;
        fact.high = std::get<Rational>(*high);
        reversed = *fact.high < *fact.low;
      } else if (const auto* d = std::get_if<Date>(&*low)) {
        fact.low_date = *d;
        fact.high_date = std::get<Date>(*high);
        reversed = *fact.high_date < *fact.low_date;
      } else if (const auto* m = std::get_if<Month>(&*low)) {
        fact.low_date = m->first_day();
        fact.high_date = std::get<Month>(*high).last_day();
        reversed = *fact.high_date < *fact.low_date;
      } else {
        error("range-type", range.span,
              {"kiểu này không có khoảng giá trị", "this type has no range"},
              {"bỏ “range”", "drop “range”"});
      }
      if (reversed)
        error("range-reversed", range.span,
              {"đầu khoảng lớn hơn cuối khoảng", "the range ends before it begins"},
              {"đổi chỗ hai giá trị", "change the two values about"});
    }
  }
  if (item.presumed) {
    if (item.presumed->kind == ExprKind::kNone && fact.type.or_none) {
      fact.presumed = Value{};
    } else {
      Diagnostics inner;
      fact.presumed = literal_value(*item.presumed, fact.type, program_, inner);
      diagnostics_.insert(diagnostics_.end(), inner.begin(), inner.end());
    }
  }
  const auto id = static_cast<FactId>(program_.facts.size());
  fact.slot = static_cast<uint32_t>(program_.entities[entity].facts.size());
  // A fact may not hide one of an ancestor, nor be hidden by one of a descendant.
  for (EntityId up = program_.entities[entity].parent; up != kNoId;
       up = program_.entities[up].parent) {
    if (members_[up].contains(item.name)) {
      error("hidden-name", item.span,
            {"“" + item.name + "” đã có ở “" + program_.entities[up].name + "”",
             "“" + item.name + "” is declared for “" + program_.entities[up].name + "” already"},
            {"đặt tên khác, để không che tên kia",
             "choose another name, so that neither hides the other"});
      return;
    }
  }
  if (hidden_below(entity, item.name, item.span)) return;
  if (!declare_member(entity, item.name, MemberKind::kFact, id, item.span)) return;
  program_.entities[entity].facts.push_back(id);
  program_.facts.push_back(std::move(fact));
}

void Checker::declare_facts() {
  each_item([&](const Item& item, ActId, uint32_t) {
    const auto* entity = std::get_if<EntityItem>(&item.value);
    if (entity == nullptr) return;
    const auto id = entity_named(entity->name, entity->span);
    if (!id) return;
    for (const FactItem& fact : entity->facts) add_fact(*id, fact);
    const auto date_fact = [&](const std::string& name, const Span& span,
                               bool governing) -> FactId {
      if (name.empty()) return kNoId;
      const auto it = members_[*id].find(name);
      if (it != members_[*id].end() && it->second.kind == MemberKind::kFact) {
        const Type& type = program_.facts[it->second.id].type;
        if (is_date(type) || is_month(type) || (is_number(type) && !governing))
          return it->second.id;
      }
      error("order-fact", span,
            governing
                ? Text{"“" + name + "” phải là một dữ kiện ngày hoặc tháng của đối tượng này",
                       "“" + name + "” must be a date or month fact of this entity"}
                : Text{"“" + name + "” phải là một dữ kiện ngày, tháng hoặc số của đối tượng này",
                       "“" + name + "” must be a date, month or number fact of this entity"},
            {"khai báo nó: “fact " + name + " : date …”",
             "declare it: “fact " + name + " : date …”"});
      return kNoId;
    };
    if (!entity->order_fact.empty())
      program_.entities[*id].order_fact = date_fact(entity->order_fact, entity->order_span, false);
    if (!entity->governing_fact.empty())
      program_.entities[*id].governing_fact =
          date_fact(entity->governing_fact, entity->governing_span, true);
  });
}

void Checker::declare_rules() {
  const auto same_type = [](const Type& a, const Type& b) {
    return a.same_unit(b) && a.enumeration == b.enumeration && a.row_entity == b.row_entity;
  };
  const auto define = [&](const Common& common, const std::string& entity_name,
                          const TypeExpr& type_expr) {
    const auto entity = entity_named(entity_name, common.of_span);
    if (!entity) return;
    const Text label = label_of(common.label, common.name);
    const auto it = members_[*entity].find(common.name);
    if (it != members_[*entity].end() && it->second.kind == MemberKind::kDefinition) {
      DefinitionInfo& info = program_.definitions[it->second.id];
      // An inline enumeration given again is the same type if its members are.
      if (!type_expr.members.empty() && info.type.base == Base::kEnum) {
        const auto& members = program_.enums[info.type.enumeration].members;
        if (std::equal(members.begin(), members.end(), type_expr.members.begin(),
                       type_expr.members.end(),
                       [](const std::string& a, const EnumMember& b) { return a == b.name; }))
          return;
      }
      const auto type = resolve_type(type_expr, common.name, label);
      if (type && !same_type(*type, info.type)) {
        mismatch(type_expr.span, info.type, *type);
        retyped_.insert(&common);
      }
      if (info.label.vi.empty() && common.label.given()) info.label = common.label.text;
      return;
    }
    const auto type = resolve_type(type_expr, common.name, label);
    if (!type) return;
    for (EntityId up = program_.entities[*entity].parent; up != kNoId;
         up = program_.entities[up].parent) {
      if (members_[up].contains(common.name)) {
        error(
            "hidden-name", common.span,
            {"“" + common.name + "” đã có ở “" + program_.entities[up].name + "”",
             "“" + common.name + "” is declared for “" + program_.entities[up].name + "” already"},
            {"đặt tên khác, để không che tên kia",
             "choose another name, so that neither hides the other"});
        return;
      }
    }
    const auto id = static_cast<DefinitionId>(program_.definitions.size());
    if (hidden_below(*entity, common.name, common.span)) return;
    if (!declare_member(*entity, common.name, MemberKind::kDefinition, id, common.span)) return;
    DefinitionInfo info;
    info.name = common.name;
    info.label = label;
    info.entity = *entity;
    info.type = *type;
    program_.definitions.push_back(std::move(info));
    program_.definition_by_name.emplace(common.name, id);
    program_.definition_by_name.emplace(program_.entities[*entity].name + "." + common.name, id);
  };
  const auto benefit = [&](const Common& common, const std::string& entity_name,
                           bool contribution) {
    const auto entity = entity_named(entity_name, common.of_span);
    if (!entity) return;
    if (auto it = program_.benefit_by_name.find(common.name);
        it != program_.benefit_by_name.end()) {
      const BenefitInfo& info = program_.benefits[it->second];
      if (info.entity != *entity || info.is_contribution != contribution)
        error("declared-twice", common.span,
              {"“" + common.name + "” đã được khai báo khác đi",
               "“" + common.name + "” is declared differently elsewhere"},
              {"dùng cùng đối tượng, hoặc đổi tên", "use the same entity, or rename it"});
      return;
    }
    const auto id = static_cast<BenefitId>(program_.benefits.size());
    if (!declare(common.name, SymbolKind::kBenefit, id, common.span)) return;
    program_.benefits.push_back(
        {common.name, label_of(common.label, common.name), *entity, contribution, {}});
    program_.benefit_by_name[common.name] = id;
  };
  each_item([&](const Item& item, ActId, uint32_t) {
    if (const auto* d = std::get_if<DefineItem>(&item.value)) define(d->common, d->entity, d->type);
    if (const auto* c = std::get_if<CarryItem>(&item.value)) define(c->common, c->entity, c->type);
    if (const auto* b = std::get_if<BenefitItem>(&item.value)) benefit(b->common, b->entity, false);
    if (const auto* c = std::get_if<ContributionItem>(&item.value))
      benefit(c->common, c->entity, true);
  });
}

Force Checker::force_of(const Common& common, ActId act, const Span& span) {
  Force force;
  if (act != kNoId) {
    force.from = program_.acts[act].from;
    if (program_.acts[act].until) force.until = *program_.acts[act].until;
  }
  const Force outer = force;
  if (common.from) force.from = *common.from;
  if (common.until) force.until = *common.until;
  if (force.until < force.from) {
    error("dates-reversed", span,
          {"hết hiệu lực trước khi có hiệu lực", "it ends before it begins"},
          {"sửa một trong hai ngày", "mend one of the two dates"});
  } else if (act != kNoId && (force.from < outer.from || force.until > outer.until)) {
    error("outside-act", span,
          {"hiệu lực vượt ra ngoài hiệu lực của văn bản",
           "it is in force outside the dates of its act"},
          {"thu hẹp ngày, hoặc sửa dòng “act”", "narrow the dates, or mend the “act” line"});
  }
  return force;
}

Cites Checker::cites_of(const std::vector<Citation>& cite, ActId act) {
  Cites cites;
  for (const Citation& one : cite) {
    const bool clause = !one.text.empty() && one.text[0] >= '0' && one.text[0] <= '9';
    const ActId of = clause || one.inherited ? act : kNoId;
    const auto fresh = static_cast<uint32_t>(cite_numbers_.size());
    const uint32_t number = cite_numbers_.try_emplace({of, one.text}, fresh).first->second;
    cites.push_back({of, one.text, number});
  }
  return cites;
}

Cites Checker::required_cites(const Common& common, ActId act, std::string_view what_vi,
                              std::string_view what_en) {
  if (common.cite.empty()) {
    error("no-citation", common.span,
          {std::string(what_vi) + " “" + common.name + "” không có trích dẫn",
           std::string(what_en) + " “" + common.name + "” has no citation"},
          {"thêm “cite 66(1)” hoặc đặt dưới tiêu đề “Điều …”",
           "add “cite 66(1)”, or put it under an “Article …” heading"});
  }
  return cites_of(common.cite, act);
}

}  // namespace ansinh::law
