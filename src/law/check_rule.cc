// Definitions, exceptions and carries; and that no two versions hold on one day.
#include <algorithm>

#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

std::optional<Text> unverified_of(const Common& common) {
  if (!common.unverified) return std::nullopt;
  if (common.unverified->reason.vi.empty() && common.unverified->reason.en.empty())
    return Text{"chưa đọc được văn bản chính thức", "the official text was not read"};
  return common.unverified->reason;
}

NodeId Checker::result(const Expr& expr, const Scope& scope, const Type& type) {
  if (expr.kind == ExprKind::kNotEntitled || expr.kind == ExprKind::kNotYetExpressed) {
    program_.reasons.push_back(expr.reason);
    return make(expr.kind == ExprKind::kNotEntitled ? Op::kNotEntitled : Op::kNotYet, type, {},
                expr.span, static_cast<uint32_t>(program_.reasons.size() - 1));
  }
  const NodeId node = is_series(type) ? series(expr, scope) : expression(expr, scope, &type);
  if (node == kNoId) return kNoId;
  if (is_series(type)) {
    if (type_of(node).row_entity == type.row_entity) return node;
    error("unit-mismatch", expr.span,
          {"đây không phải là các dòng của danh sách đã khai báo",
           "this series is not of the declared list"},
          {"sửa “spells of …”", "mend “spells of …”"});
    return kNoId;
  }
  return require_type(node, type, expr.span) ? node : kNoId;
}

std::vector<BranchRule> Checker::branches(const std::vector<Branch>& items, Scope scope,
                                          const Type& type, ActId act) {
  std::vector<BranchRule> rules;
  for (const Branch& item : items) {
    BranchRule rule;
    rule.in_order = item.in_order;
    rule.cite = cites_of(item.cite, act);
    Scope inner = scope;
    if (item.condition) {
      rule.condition = condition(*item.condition, scope);
      if (rule.condition == kNoId) {
        result(item.result, inner, type);  // its own errors too
        continue;
      }
      add_guards(rule.condition, inner.guarded);
    }
    rule.result = result(item.result, inner, type);
    // After “when not has X: …” the rest may read X.
    if (item.condition && rule.condition != kNoId && program_.nodes[rule.condition].op == Op::kNot)
      add_guards(program_.nodes[rule.condition].args[0], scope.guarded);
    if (rule.result != kNoId) rules.push_back(std::move(rule));
  }
  return rules;
}

void Checker::check_definition(const DefineItem& item, ActId act, uint32_t file) {
  const auto entity = program_.entity_by_name.find(item.entity);
  if (entity == program_.entity_by_name.end()) return;
  const auto member = members_[entity->second].find(item.common.name);
  if (member == members_[entity->second].end() || member->second.kind != MemberKind::kDefinition)
    return;
  if (retyped_.contains(&item.common)) return;
  const DefinitionId id = member->second.id;
  const Type type = program_.definitions[id].type;
  DefinitionVersion version;
  version.act = act;
  version.file = file;
  version.span = item.common.span;
  version.force = force_of(item.common, act, item.common.span);
  version.cite = required_cites(item.common, act, "định nghĩa", "the definition");
  version.unverified = unverified_of(item.common);
  Scope scope;
  scope.entity = entity->second;
  if (item.order.written) {
    if (program_.entities[scope.entity].list == kNoId) {
      error("no-siblings", item.common.span,
            {"“in order of” cần một danh sách", "“in order of” needs the rows of a list"},
            {"chỉ dùng cho đối tượng thuộc về một đối tượng khác",
             "use it for an entity that belongs to another"});
    } else {
      version.order = expression(item.order.order, scope);
      version.order_within_year = item.order.calendar_year;
      if (version.order != kNoId) {
        const Type& order = type_of(version.order);
        const bool dated = is_date(order) || is_month(order);
        if (!dated && (item.order.calendar_year || !is_number(order)))
          error("order-fact", item.order.order.span,
                {"thứ tự phải theo một ngày, tháng hoặc số",
                 "the order must be by a date, a month or a number"},
                {"dùng một dữ kiện ngày", "use a date fact"});
      }
      for (const Expr& group : item.order.groups) {
        const NodeId node = expression(group, scope);
        if (node != kNoId) version.order_groups.push_back(node);
      }
      scope.ordered = id;
    }
  }
  if (item.formula) {
    const NodeId node = result(*item.formula, scope, type);
    if (node != kNoId) version.branches.push_back({false, kNoId, node, {}});
  } else {
    version.branches = branches(item.branches, scope, type, act);
  }
  for (const FinishClause& finish : item.finish) {
    NodeId argument = expression(finish.argument, scope, &type);
    if (argument == kNoId) continue;
    if (finish.kind == ExprKind::kRounded) {
      argument = rounding_step(argument, type, finish.argument.span);
    } else if (!require_type(argument, type, finish.argument.span)) {
      continue;
    }
    if (argument != kNoId) version.finish.push_back({finish.kind, argument, finish.rounding});
  }
  program_.definitions[id].versions.push_back(std::move(version));
}

void Checker::check_exception(const ExceptionItem& item, ActId act) {
  // The target: a definition by name, or an exception given before.
  std::vector<DefinitionId> targets;
  for (DefinitionId d = 0; d < program_.definitions.size(); ++d)
    if (program_.definitions[d].name == item.to) targets.push_back(d);
  const Cites cite = required_cites(item.common, act, "ngoại lệ", "the exception");
  const Force force = force_of(item.common, act, item.common.span);
  auto& namesakes = exceptions_[item.common.name];
  for (const auto& [other, span] : namesakes) {
    if (force.from > other.until || other.from > force.until) continue;
    error("declared-twice", item.common.span,
          {"đã có ngoại lệ tên “" + item.common.name + "”",
           "there is an exception “" + item.common.name + "” already"},
          {"đổi tên một trong hai (lần đầu: dòng " + std::to_string(span.line) + ")",
           "rename one of them (first at line " + std::to_string(span.line) + ")"});
    return;
  }
  namesakes.emplace_back(force, item.common.span);
  const auto build = [&](DefinitionId id) {
    ExceptionRule rule;
    rule.name = item.common.name;
    rule.label = label_of(item.common.label, item.common.name);
    rule.force = force;
    rule.cite = cite;
    rule.unverified = unverified_of(item.common);
    rule.span = item.common.span;
    Scope scope;
    scope.entity = program_.definitions[id].entity;
    scope.base = program_.definitions[id].type;
    for (const DefinitionVersion& version : program_.definitions[id].versions)
      if (version.order != kNoId) scope.ordered = id;
    rule.branches = branches(item.branches, scope, program_.definitions[id].type, act);
    return rule;
  };
  const auto overlaps = [&](const Force& other) {
    return force.from <= other.until && other.from <= force.until;
  };
  if (targets.size() == 1) {
    const DefinitionId id = targets[0];
    const ExceptionRule rule = build(id);
    bool attached = false;
    for (DefinitionVersion& version : program_.definitions[id].versions) {
      if (version.is_carry || !overlaps(version.force)) continue;
      version.exceptions.push_back(rule);
      attached = true;
    }
    if (!attached)
      error("exception-to-nothing", item.common.span,
            {"không có bản nào của “" + item.to + "” có hiệu lực trong thời gian của ngoại lệ",
             "no version of “" + item.to + "” is in force at the time of this exception"},
            {"kiểm tra ngày hiệu lực", "check the dates in force"});
    exception_owner_[item.common.name].emplace_back(id, 0);
    return;
  }
  if (targets.empty()) {
    const auto owner = exception_owner_.find(item.to);
    if (owner != exception_owner_.end()) {
      const DefinitionId id = owner->second.front().first;
      const ExceptionRule rule = build(id);
      for (DefinitionVersion& version : program_.definitions[id].versions) {
        const auto attach = [&](auto&& self, std::vector<ExceptionRule>& rules) -> void {
          for (ExceptionRule& one : rules) {
            if (one.name == item.to && overlaps(one.force))
              one.exceptions.push_back(rule);
            else
              self(self, one.exceptions);
          }
        };
        attach(attach, version.exceptions);
      }
      exception_owner_[item.common.name].emplace_back(id, 0);
      return;
    }
    const std::string near = nearest(item.to, names_of(program_.definitions));
    error(
        "unknown-name", item.common.of_span,
        {"không có định nghĩa “" + item.to + "”", "there is no definition “" + item.to + "”"},
        near.empty()
            ? Text{"khai báo nó bằng “define”; ngoại lệ của một ngoại lệ phải đứng sau ngoại lệ đó",
                   "declare it with “define”; an exception to an exception stands after that one"}
            : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return;
  }
  error("ambiguous-name", item.common.of_span,
        {"có nhiều định nghĩa tên “" + item.to + "”",
         "several definitions are called “" + item.to + "”"},
        {"đổi tên một định nghĩa", "rename one of them"});
}

void Checker::check_carry(const CarryItem& item, ActId act, uint32_t file) {
  const auto entity = program_.entity_by_name.find(item.entity);
  if (entity == program_.entity_by_name.end()) return;
  const auto member = members_[entity->second].find(item.common.name);
  if (member == members_[entity->second].end() || member->second.kind != MemberKind::kDefinition)
    return;
  DefinitionInfo& info = program_.definitions[member->second.id];
  const Type type = info.type;
  DefinitionVersion version;
  version.is_carry = true;
  version.act = act;
  version.file = file;
  version.span = item.common.span;
  version.force = force_of(item.common, act, item.common.span);
  version.cite = required_cites(item.common, act, "phép chuyển", "the carry");
  version.unverified = unverified_of(item.common);
  Scope scope;
  scope.entity = entity->second;
  version.carry_start = result(item.start, scope, type);
  version.carry_date = expression(item.start_date, scope);
  require_type(version.carry_date, date_type(), item.start_date.span);
  scope.previous = type;
  if (item.steps.empty())
    error("no-steps", item.common.span, {"“carry” không có bước nào", "this carry has no step"},
          {"thêm “on each change of … becomes …”", "add “on each change of … becomes …”"});
  for (const CarryStep& one : item.steps) {
    CarryStepRule rule;
    rule.form = one.form;
    rule.date = one.date;
    rule.month = one.month;
    rule.day = one.day;
    rule.cite = cites_of(one.cite, act);
    if (one.form == StepForm::kEachYear && !Date::is_valid(2001, one.month, one.day))
      error("bad-date", one.span,
            {"không phải năm nào cũng có ngày này", "not every year has this day"},
            {"viết ví dụ “month 3 day 1”", "write for example “month 3 day 1”"});
    if (one.form == StepForm::kEachChange) {
      const auto it = symbols_.find(one.param);
      if (it == symbols_.end() || it->second.kind != SymbolKind::kParam) {
        unknown_name(one.param, one.param_span, Scope{});
        continue;
      }
      rule.param = it->second.id;
    }
    rule.value = result(one.value, scope, type);
    if (rule.value != kNoId) version.steps.push_back(std::move(rule));
  }
  info.versions.push_back(std::move(version));
}

void Checker::check_not_yet(const NotYetItem& item, ActId act, uint32_t file) {
  for (size_t i = 0; i < item.needed_by.size(); ++i) {
    const std::string& name = item.needed_by[i];
    bool found = false;
    if (const auto it = program_.benefit_by_name.find(name); it != program_.benefit_by_name.end()) {
      found = true;
      for (BenefitVersion& version : program_.benefits[it->second].versions)
        if (act == kNoId || version.act == act) version.not_yet.push_back(item.what);
    }
    for (DefinitionInfo& definition : program_.definitions) {
      if (definition.name != name) continue;
      found = true;
      for (DefinitionVersion& version : definition.versions)
        if (act == kNoId || version.act == act) version.not_yet.push_back(item.what);
    }
    if (!found)
      unknown_name(name, i < item.needed_by_spans.size() ? item.needed_by_spans[i] : item.span,
                   Scope{});
  }
  program_.not_yet.push_back({item.what, cites_of(item.cite, act), act, file, item.span});
}

void Checker::check_versions() {
  const auto clash = [this](const std::string& name, const auto& versions) {
    for (size_t i = 0; i < versions.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        const Force& a = versions[i].force;
        const Force& b = versions[j].force;
        if (a.from > b.until || b.from > a.until) continue;
        const Date day = std::max(a.from, b.from);
        const bool always = day.days <= -400000;
        error("defined-twice", versions[i].span,
              {"“" + name + "” được định nghĩa hai lần " +
                   (always ? std::string("cho mọi ngày") : "cho ngày " + day.to_string()),
               "“" + name + "” is defined twice " +
                   (always ? std::string("for all dates") : "for " + day.to_string())},
              {"đặt trong văn bản có ngày hiệu lực khác nhau, hoặc thêm “in force from … until …” "
               "(bản kia: dòng " +
                   std::to_string(versions[j].span.line) + ")",
               "put them under acts with different dates, or add “in force from … until …” (the "
               "other is at line " +
                   std::to_string(versions[j].span.line) + ")"});
        return;
      }
    }
  };
  for (const DefinitionInfo& definition : program_.definitions)
    clash(definition.name, definition.versions);
  for (const BenefitInfo& benefit : program_.benefits) clash(benefit.name, benefit.versions);
  for (const TableInfo& table : program_.tables) {
    clash(table.name, table.versions);
    std::vector<const TableVersion*> versions;
    versions.reserve(table.versions.size());
    for (const TableVersion& version : table.versions) versions.push_back(&version);
    std::stable_sort(versions.begin(), versions.end(),
                     [](const auto* a, const auto* b) { return a->force.from < b->force.from; });
    for (size_t i = 1; i < versions.size(); ++i) {
      const Date day{versions[i - 1]->force.until.days + 1};
      if (versions[i]->force.from <= day) continue;
      error("table-hole", versions[i]->span,
            {"bảng “" + table.name + "” không có giá trị từ " + day.to_string() + " đến trước " +
                 versions[i]->force.from.to_string(),
             "the table “" + table.name + "” has no values from " + day.to_string() +
                 " until before " + versions[i]->force.from.to_string()},
            {"sửa ngày hiệu lực, hoặc thêm một bản có giá trị “none” hay “not yet expressed” cho "
             "thời gian đó",
             "mend the dates in force, or add a version for that time whose values are “none” or "
             "“not yet expressed”"});
      break;
    }
  }
}

}  // namespace ansinh::law
