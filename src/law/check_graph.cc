// The graph of definitions: no circles, and which of them depend on the month at hand.
#include <algorithm>
#include <functional>
#include <set>

#include "law/checker.h"

namespace ansinh::law {

namespace {

void each_branch(const std::vector<ExceptionRule>& rules,
                 const std::function<void(const BranchRule&)>& visit) {
  for (const ExceptionRule& rule : rules) {
    for (const BranchRule& branch : rule.branches) visit(branch);
    each_branch(rule.exceptions, visit);
  }
}

// Every node that a version of a definition evaluates.
std::vector<NodeId> roots(const DefinitionVersion& version) {
  std::vector<NodeId> found;
  const auto add = [&found](NodeId id) {
    if (id != kNoId) found.push_back(id);
  };
  const auto branch = [&](const BranchRule& b) {
    add(b.condition);
    add(b.result);
  };
  for (const BranchRule& b : version.branches) branch(b);
  each_branch(version.exceptions, branch);
  for (const FinishRule& f : version.finish) add(f.argument);
  add(version.order);
  for (const NodeId g : version.order_groups) add(g);
  add(version.carry_start);
  add(version.carry_date);
  for (const CarryStepRule& s : version.steps) add(s.value);
  return found;
}

std::vector<NodeId> roots(const BenefitVersion& version) {
  std::vector<NodeId> found;
  found.reserve(version.conditions.size());
  for (const ConditionRule& c : version.conditions) found.push_back(c.node);
  for (const PaymentRule& p : version.payments)
    for (const NodeId id : {p.amount, p.on, p.from, p.until, p.duration})
      if (id != kNoId) found.push_back(id);
  for (const NodeId id : version.gives) found.push_back(id);
  for (const NodeId id : {version.within, version.within_of, version.due})
    if (id != kNoId) found.push_back(id);
  return found;
}

struct Rule {  // one version of a definition or benefit
  bool benefit;
  uint32_t id, version;
  auto operator<=>(const Rule&) const = default;
};

}  // namespace

// References are followed version by version: a rule in force on certain dates refers to those
// versions that are in force on some of them; `under the law of DATE` to that of the date.
void Checker::check_cycles() {
  std::vector<Rule> path;
  std::set<Rule> done, open;
  bool found = false;
  const auto governed = [&](EntityId entity) {
    for (; entity != kNoId; entity = program_.entities[entity].parent)
      if (program_.entities[entity].governing_fact != kNoId) return true;
    return false;
  };
  // The rules to which one refers, in the order of its text. A node is nearly always seen under
  // one force only: that one stands beside it, others in a set.
  struct Seen {
    uint32_t walk = 0;
    int64_t force = 0;
  };
  std::vector<Seen> seen(program_.nodes.size());
  std::set<std::pair<NodeId, int64_t>> seen_otherwise;
  uint32_t walks = 0;
  std::vector<Rule>* targets = nullptr;
  const auto first_time = [&](NodeId id, const Force& force) {
    const int64_t key = int64_t{force.from.days} * 1'000'003 + force.until.days;
    if (seen[id].walk != walks) {
      seen[id] = {walks, key};
      return true;
    }
    return seen[id].force != key && seen_otherwise.emplace(id, key).second;
  };
  const std::function<void(NodeId, const Force&)> walk = [&](NodeId id, const Force& force) {
    if (!first_time(id, force)) return;
    const Node& node = program_.nodes[id];
    if (node.op == Op::kUnderLaw) {
      Force inner{};
      const Node& date = program_.nodes[node.args[1]];
      if (date.op == Op::kConstant)
        inner.from = inner.until = std::get<Date>(program_.constants[date.index]);
      walk(node.args[0], inner);
      walk(node.args[1], force);
      return;
    }
    const auto follow = [&](bool benefit, uint32_t target, EntityId entity, const auto& versions) {
      const bool all = governed(entity);
      for (uint32_t v = 0; v < versions.size(); ++v) {
        const Force& other = versions[v].force;
        if (all || (force.from <= other.until && other.from <= force.until))
          targets->push_back({benefit, target, v});
      }
    };
    switch (node.op) {
      case Op::kDefinition:
        follow(false, node.index, program_.definitions[node.index].entity,
               program_.definitions[node.index].versions);
        break;
      case Op::kSoFar:
        if (node.index != node.index2)
          follow(false, node.index, program_.definitions[node.index].entity,
                 program_.definitions[node.index].versions);
        break;
      case Op::kEntitledTo:
      case Op::kAmountOf:
      case Op::kBenefitStart:
      case Op::kBenefitEnd:
        follow(true, node.index, program_.benefits[node.index].entity,
               program_.benefits[node.index].versions);
        break;
      default:
        break;
    }
    for (const NodeId arg : node.args) walk(arg, force);
  };
  const std::function<void(const Rule&)> visit = [&](const Rule& rule) {
    if (found || done.contains(rule)) return;
    const auto name = [&](const Rule& r) {
      return r.benefit ? program_.benefits[r.id].name : program_.definitions[r.id].name;
    };
    if (!open.insert(rule).second) {
      std::string circle;
      auto it = std::find(path.begin(), path.end(), rule);
      for (; it != path.end(); ++it) circle += name(*it) + " → ";
      circle += name(rule);
      const Span& span = rule.benefit ? program_.benefits[rule.id].versions[rule.version].span
                                      : program_.definitions[rule.id].versions[rule.version].span;
      error("circular", span, {"định nghĩa vòng tròn: " + circle, "circular definition: " + circle},
            {"cắt vòng: một định nghĩa không thể cần chính nó (dùng “so far” cho các lần trước, "
             "“carry” cho thời gian)",
             "break the circle: nothing can need itself (use “so far” for earlier ones, “carry” "
             "for time)"});
      found = true;
      return;
    }
    path.push_back(rule);
    std::vector<Rule> next;
    targets = &next;
    ++walks;
    seen_otherwise.clear();
    if (rule.benefit) {
      const BenefitVersion& version = program_.benefits[rule.id].versions[rule.version];
      const Force force = governed(program_.benefits[rule.id].entity) ? Force{} : version.force;
      for (const NodeId id : roots(version)) walk(id, force);
    } else {
      const DefinitionVersion& version = program_.definitions[rule.id].versions[rule.version];
      for (const NodeId id : roots(version)) walk(id, version.force);
    }
    for (const Rule& target : next) visit(target);
    path.pop_back();
    open.erase(rule);
    done.insert(rule);
  };
  for (uint32_t d = 0; d < program_.definitions.size() && !found; ++d)
    for (uint32_t v = 0; v < program_.definitions[d].versions.size(); ++v) visit({false, d, v});
  for (uint32_t b = 0; b < program_.benefits.size() && !found; ++b)
    for (uint32_t v = 0; v < program_.benefits[b].versions.size(); ++v) visit({true, b, v});
}

void Checker::compute_depends() {
  std::vector<std::vector<NodeId>> roots_of(program_.definitions.size());
  for (DefinitionId id = 0; id < program_.definitions.size(); ++id)
    for (const DefinitionVersion& version : program_.definitions[id].versions)
      for (const NodeId root : roots(version)) roots_of[id].push_back(root);
  bool changed = true;
  while (changed) {
    changed = false;
    for (Node& node : program_.nodes) {
      Depends d;
      switch (node.op) {
        case Op::kMonthHere:
          d.month = true;
          break;
        case Op::kYearHere:
          d.year = true;
          break;
        case Op::kFact:
          d.row = true;
          break;
        case Op::kDefinition:
          d = program_.definitions[node.index].depends;
          d.row = true;
          break;
        default:
          break;
      }
      // Over a series, the first operand (an aggregate) or the second (where) sees the rows' own
      // month.
      const bool aggregate = node.op >= Op::kSum && node.op <= Op::kAll;
      for (size_t i = 0; i < node.args.size(); ++i) {
        const Node& arg = program_.nodes[node.args[i]];
        d.row = d.row || arg.depends.row;
        if (node.op == Op::kOwn) continue;
        if ((aggregate && i == 0) || (node.op == Op::kWhere && i == 1) ||
            (node.op == Op::kBest && i == 2)) {
          const size_t over = aggregate ? 1 : 0;
          if (program_.nodes[node.args[over]].type.grain != Grain::kRows) continue;
        }
        d.month = d.month || arg.depends.month;
        d.year = d.year || arg.depends.year;
      }
      if (d.month != node.depends.month || d.year != node.depends.year ||
          d.row != node.depends.row) {
        node.depends = d;
        changed = true;
      }
    }
    for (DefinitionId id = 0; id < program_.definitions.size(); ++id) {
      DefinitionInfo& info = program_.definitions[id];
      Depends d = info.depends;
      for (const NodeId root : roots_of[id]) {
        d.month = d.month || program_.nodes[root].depends.month;
        d.year = d.year || program_.nodes[root].depends.year;
      }
      d.row = true;
      if (d.month != info.depends.month || d.year != info.depends.year || !info.depends.row) {
        info.depends = d;
        changed = true;
      }
    }
  }
}

// What needs a month at hand may be used only where there is one.
void Checker::check_month_use() {
  const auto complain = [this](const Span& span, const std::string& what) {
    error("month-outside", span,
          {"“" + what + "” cần một tháng đang xét", "“" + what + "” needs a month at hand"},
          {"dùng trong “… over months of …”", "use it in “… over months of …”"});
  };
  const auto by_month = [&](EntityId entity) {
    const ListId list = program_.entities[entity].list;
    return list != kNoId && program_.lists[list].form == ListForm::kSpellsByMonth;
  };
  std::set<NodeId> seen;
  // Spans are those of first occurrences: that of the expression around the name is surely here.
  const std::function<void(NodeId, const Span&)> find = [&](NodeId id, const Span& around) {
    const Node& node = program_.nodes[id];
    if (!(node.depends.month || node.depends.year) || !seen.insert(id).second) return;
    if (node.op == Op::kDefinition) {
      complain(around, program_.definitions[node.index].name);
      return;
    }
    for (const NodeId arg : node.args) find(arg, node.span);
  };
  for (const DefinitionInfo& info : program_.definitions)
    if ((info.depends.month || info.depends.year) && !by_month(info.entity))
      for (const DefinitionVersion& version : info.versions)
        for (const NodeId id : roots(version)) find(id, program_.nodes[id].span);
  for (const BenefitInfo& benefit : program_.benefits)
    for (const BenefitVersion& version : benefit.versions)
      for (const NodeId id : roots(version)) find(id, program_.nodes[id].span);
  for (const CaseRule& one : program_.cases)
    for (const ExpectRule& expect : one.expects)
      if (expect.target != kNoId) find(expect.target, program_.nodes[expect.target].span);
}

}  // namespace ansinh::law
