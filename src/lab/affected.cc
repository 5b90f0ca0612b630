#include "lab/affected.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "law/check.h"

namespace ansinh::lab {

namespace {

using law::kNoId;
using law::Node;
using law::NodeId;
using law::Op;
using law::Program;

// What a thing is made of: its own content with the names of what it reads, and those names.
struct Content {
  std::string text;
  std::set<std::string> reads;
};
using Contents = std::map<std::string, Content>;

std::string definition_name(const Program& program, law::DefinitionId id) {
  return "define " + program.entities[program.definitions[id].entity].name + "." +
         program.definitions[id].name;
}

class Describer {
 public:
  explicit Describer(const Program& program) : program_(program) {}

  Contents all() {
    for (const law::EntityInfo& entity : program_.entities) describe(entity);
    for (law::FactId id = 0; id < program_.facts.size(); ++id) describe_fact(id);
    for (const law::ListInfo& list : program_.lists) describe(list);
    for (const law::ParamInfo& param : program_.params) describe(param);
    for (const law::TableInfo& table : program_.tables) describe(table);
    for (const law::CalendarInfo& calendar : program_.calendars) describe(calendar);
    for (const law::DefinitionInfo& definition : program_.definitions) describe(definition);
    for (const law::BenefitInfo& benefit : program_.benefits) describe(benefit);
    // Who is replaced depends on who replaces it.
    for (const auto& [replaced, by] : rivals_) {
      contents_[replaced].reads.insert(by);
      contents_[replaced].text += " replaced by " + by;
    }
    for (const law::HighestOfRule& rule : program_.highest_of) {
      std::string text = "highest " + words(rule.force);
      for (const law::BenefitId id : rule.benefits) text += " " + benefit_name(id);
      for (const law::BenefitId id : rule.benefits) {
        Content& content = contents_[benefit_name(id)];
        content.text += text;
        for (const law::BenefitId rival : rule.benefits) content.reads.insert(benefit_name(rival));
      }
    }
    return std::move(contents_);
  }

  std::string benefit_name(law::BenefitId id) const {
    return "benefit " + program_.benefits[id].name;
  }

 private:
  std::string entity_name(law::EntityId id) const {
    return id == kNoId ? std::string("-") : "entity " + program_.entities[id].name;
  }
  std::string fact_name(law::FactId id) const {
    return "fact " + program_.entities[program_.facts[id].entity].name + "." +
           program_.facts[id].name;
  }
  std::string definition_name(law::DefinitionId id) const {
    return lab::definition_name(program_, id);
  }
  static std::string words(const law::Force& force) {
    return std::to_string(force.from.days) + ".." + std::to_string(force.until.days);
  }
  std::string words(const law::Type& type) const {
    std::string text = law::write(type, program_) + "/" + std::to_string(type.money) + "/" +
                       std::to_string(type.day) + "/" + std::to_string(type.month) + "/" +
                       std::to_string(static_cast<int>(type.shown)) +
                       std::to_string(static_cast<int>(type.per)) +
                       std::to_string(static_cast<int>(type.grain));
    if (type.enumeration != kNoId)
      for (const std::string& member : program_.enums[type.enumeration].members)
        text += "|" + member;
    if (type.row_entity != kNoId) text += entity_name(type.row_entity);
    return text;
  }
  std::string words(const law::Value& value, const law::Type& type) const {
    return std::to_string(value.index()) + law::write(value, type, program_);
  }
  std::string words(const law::CellValue& cell, const law::Type& type) const {
    return std::to_string(static_cast<int>(cell.hole)) + cell.what.en +
           (cell.hole == law::Hole::kNotAHole ? words(cell.value, type) : "");
  }
  static std::string words(const std::optional<Text>& text) { return text ? text->en : "-"; }

  Content& open(const std::string& name) {
    now_ = &contents_[name];
    return *now_;
  }
  std::string read(const std::string& name) {
    now_->reads.insert(name);
    return name;
  }

  // A node with all below it, as text.
  std::string words(NodeId id) {
    if (id == kNoId) return "-";
    const Node& node = program_.nodes[id];
    std::string text = "(" + std::to_string(static_cast<int>(node.op)) + " " + words(node.type);
    if (node.scope != kNoId) text += " " + read(entity_name(node.scope));
    text += " " + std::to_string(static_cast<int>(node.rounding)) +
            std::to_string(static_cast<int>(node.short_month)) + " ";
    switch (node.op) {
      case Op::kConstant:
        text += words(program_.constants[node.index], node.type);
        break;
      case Op::kFact:
      case Op::kHas:
        text += read(fact_name(node.index));
        break;
      case Op::kDefinition:
        text += read(definition_name(node.index));
        break;
      case Op::kPosition:
      case Op::kSoFar:
        text += read(definition_name(node.index));
        if (node.op == Op::kSoFar && node.index2 < program_.definitions.size())
          text += read(definition_name(node.index2));
        break;
      case Op::kParam:
        text += read("param " + program_.params[node.index].name);
        break;
      case Op::kTable:
        text += read("table " + program_.tables[node.index].name);
        break;
      case Op::kCalendar:
        text += read("calendar " + program_.calendars[node.index].name);
        break;
      case Op::kList:
        text += read("list " + entity_name(program_.lists[node.index].parent) + "." +
                     program_.lists[node.index].name);
        break;
      case Op::kEntitledTo:
      case Op::kAmountOf:
      case Op::kBenefitStart:
      case Op::kBenefitEnd:
        text += read(benefit_name(node.index));
        break;
      case Op::kNotEntitled:
      case Op::kNotYet:
        text += program_.reasons[node.index].en;
        break;
      default:
        break;
    }
    for (const NodeId arg : node.args) text += words(arg);
    return text + ")";
  }

  void describe(const law::EntityInfo& entity) {
    Content& content = open("entity " + entity.name);
    content.text = entity_name(entity.parent);
    if (entity.parent != kNoId) read(entity_name(entity.parent));
    for (const law::FactId fact : {entity.order_fact, entity.governing_fact})
      content.text += fact == kNoId ? std::string(" -") : " " + read(fact_name(fact));
  }
  void describe_fact(law::FactId id) {
    const law::FactInfo& fact = program_.facts[id];
    Content& content = open(fact_name(id));
    content.text = words(fact.type);
    if (fact.presumed) content.text += " presumed " + words(*fact.presumed, fact.type);
  }
  void describe(const law::ListInfo& list) {
    Content& content = open("list " + entity_name(list.parent) + "." + list.name);
    content.text = std::to_string(static_cast<int>(list.form)) +
                   std::to_string(static_cast<int>(list.presumed_none)) +
                   std::to_string(static_cast<int>(list.may_overlap)) +
                   read(entity_name(list.child));
  }
  void describe(const law::ParamInfo& param) {
    Content& content = open("param " + param.name);
    content.text = words(param.type);
    for (const law::ParamRow& row : param.rows)
      content.text += " " + std::to_string(row.from.days) + " " + words(row.value, param.type);
  }
  void describe(const law::TableInfo& table) {
    Content& content = open("table " + table.name);
    content.text = words(table.type);
    for (const law::Type& key : table.keys) content.text += " " + words(key);
    for (const law::TableVersion& version : table.versions) {
      content.text += " version " + words(version.force);
      for (const law::TableRow& row : version.rows) {
        for (size_t k = 0; k < row.keys.size(); ++k) {
          const law::KeyMatch& key = row.keys[k];
          content.text += key.any ? " any" : " ";
          if (key.low) content.text += words(*key.low, table.keys[k]);
          content.text += key.low_open ? "<.." : "..";
          if (key.high) content.text += words(*key.high, table.keys[k]);
          content.text += key.high_open ? "<" : "";
        }
        content.text += " = " + words(row.value, table.type);
      }
    }
  }
  void describe(const law::CalendarInfo& calendar) {
    Content& content = open("calendar " + calendar.name);
    for (const auto& [from, to] : calendar.days)
      content.text += std::to_string(from.days) + "-" + std::to_string(to.days) + " ";
  }

  std::string words(const std::vector<law::BranchRule>& branches) {
    std::string text;
    for (const law::BranchRule& branch : branches)
      text += std::string(branch.in_order ? " then " : " when ") + words(branch.condition) + ":" +
              words(branch.result);
    return text;
  }
  std::string words(const law::ExceptionRule& rule) {
    std::string text = " exception " + words(rule.force) + words(rule.branches);
    for (const law::ExceptionRule& inner : rule.exceptions) text += words(inner);
    return text + " end";
  }
  // Versions in the order of their dates: where in the files they stand does not matter.
  template <typename Versions, typename F>
  void each_version(const Versions& versions, F&& describe_one) {
    std::vector<std::string> texts;
    texts.reserve(versions.size());
    for (const auto& version : versions)
      texts.push_back(std::to_string(version.force.from.days + 1'000'000) + " " +
                      words(version.force) + describe_one(version));
    std::sort(texts.begin(), texts.end());
    for (const std::string& text : texts) now_->text += "\nversion " + text;
  }

  void describe(const law::DefinitionInfo& definition) {
    Content& content =
        open("define " + program_.entities[definition.entity].name + "." + definition.name);
    content.text = words(definition.type) + read(entity_name(definition.entity));
    each_version(definition.versions, [&](const law::DefinitionVersion& version) {
      std::string text = words(version.branches);
      for (const law::FinishRule& finish : version.finish)
        text += " finish " + std::to_string(static_cast<int>(finish.kind)) +
                std::to_string(static_cast<int>(finish.rounding)) + words(finish.argument);
      for (const law::ExceptionRule& rule : version.exceptions) text += words(rule);
      for (const Text& what : version.not_yet) text += " not yet " + what.en;
      text += " order " + words(version.order) + (version.order_within_year ? "year" : "");
      for (const NodeId group : version.order_groups) text += words(group);
      if (!version.is_carry) return text;
      text += " carry " + words(version.carry_start) + words(version.carry_date);
      for (const law::CarryStepRule& step : version.steps) {
        text += " step " + std::to_string(static_cast<int>(step.form)) + " " +
                std::to_string(step.date.days) + " " + std::to_string(step.month) + " " +
                std::to_string(step.day) + words(step.value);
        if (step.param != kNoId) text += read("param " + program_.params[step.param].name);
      }
      return text;
    });
  }

  void describe(const law::BenefitInfo& benefit) {
    Content& content = open("benefit " + benefit.name);
    content.text = read(entity_name(benefit.entity)) + (benefit.is_contribution ? " owed" : "");
    each_version(benefit.versions, [&](const law::BenefitVersion& version) {
      std::string text;
      for (const law::ConditionRule& rule : version.conditions)
        text += " condition " + words(rule.node);
      for (const law::PaymentRule& rule : version.payments) {
        text += " pays " + words(rule.amount) + std::to_string(static_cast<int>(rule.each));
        for (const NodeId date : {rule.on, rule.from, rule.until, rule.duration})
          text += words(date);
        if (rule.fund != kNoId) text += " fund " + program_.funds[rule.fund].name;
        if (rule.party != kNoId) text += " party " + program_.parties[rule.party].name;
      }
      for (const NodeId given : version.gives) text += " gives " + words(given);
      for (const law::BenefitId other : version.instead_of) {
        text += " instead of " + read(benefit_name(other));
        rivals_.emplace_back(benefit_name(other), "benefit " + benefit.name);
      }
      for (const Text& what : version.not_yet) text += " not yet " + what.en;
      return text;
    });
    now_ = nullptr;
  }

  const Program& program_;
  Contents contents_;
  Content* now_ = nullptr;
  std::vector<std::pair<std::string, std::string>> rivals_;
};

// The names from which a changed one can be reached.
std::set<std::string> touched(const Contents& contents, const std::set<std::string>& changed) {
  std::map<std::string, std::vector<std::string>> read_by;
  for (const auto& [name, content] : contents)
    for (const std::string& read : content.reads) read_by[read].push_back(name);
  std::set<std::string> found = changed;
  std::vector<std::string> open(changed.begin(), changed.end());
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    for (const std::string& reader : read_by[name])
      if (found.insert(reader).second) open.push_back(reader);
  }
  return found;
}

bool same_value(const std::optional<law::Value>& a, const std::optional<law::Value>& b) {
  return a.has_value() == b.has_value() && (!a || *a == *b);
}

bool has_same_facts(const Program& a, const Program& b) {
  const bool is_same_size = a.facts.size() == b.facts.size() && a.lists.size() == b.lists.size() &&
                            a.entities.size() == b.entities.size();
  if (!is_same_size) return false;
  for (size_t i = 0; i < a.entities.size(); ++i) {
    const law::EntityInfo &x = a.entities[i], &y = b.entities[i];
    if (x.name != y.name || x.parent != y.parent || x.facts != y.facts || x.lists != y.lists ||
        x.order_fact != y.order_fact)
      return false;
  }
  for (size_t i = 0; i < a.facts.size(); ++i) {
    const law::FactInfo &x = a.facts[i], &y = b.facts[i];
    if (x.name != y.name || x.entity != y.entity || x.slot != y.slot ||
        law::write(x.type, a) != law::write(y.type, b) || !same_value(x.presumed, y.presumed) ||
        x.low != y.low || x.high != y.high)
      return false;
    if (x.type.base == law::Base::kEnum &&
        a.enums[x.type.enumeration].members != b.enums[y.type.enumeration].members)
      return false;
  }
  for (size_t i = 0; i < a.lists.size(); ++i) {
    const law::ListInfo &x = a.lists[i], &y = b.lists[i];
    if (x.name != y.name || x.parent != y.parent || x.child != y.child || x.form != y.form ||
        x.presumed_none != y.presumed_none || x.slot != y.slot)
      return false;
  }
  return true;
}

}  // namespace

size_t Affected::count() const {
  return static_cast<size_t>(std::count(after.begin(), after.end(), true));
}

Affected affected_by(const Program& before, const Program& after) {
  const Contents old_contents = Describer(before).all();
  const Contents new_contents = Describer(after).all();
  std::set<std::string> changed;
  for (const auto& [name, content] : new_contents) {
    const auto old = old_contents.find(name);
    if (old == old_contents.end() || old->second.text != content.text) changed.insert(name);
  }
  for (const auto& [name, content] : old_contents)
    if (!new_contents.contains(name)) changed.insert(name);
  const std::set<std::string> old_touched = touched(old_contents, changed);
  const std::set<std::string> new_touched = touched(new_contents, changed);

  Affected affected;
  affected.has_same_facts = has_same_facts(before, after);
  std::map<std::string, law::DefinitionId> old_definitions;
  for (law::DefinitionId d = 0; d < before.definitions.size(); ++d)
    old_definitions.emplace(definition_name(before, d), d);
  for (law::DefinitionId d = 0; d < after.definitions.size(); ++d) {
    const std::string name = definition_name(after, d);
    const auto old = old_definitions.find(name);
    const bool is_same =
        old != old_definitions.end() && !old_touched.contains(name) && !new_touched.contains(name);
    affected.definition_before.push_back(is_same ? old->second : kNoId);
  }
  affected.before.assign(before.benefits.size(), false);
  for (law::BenefitId b = 0; b < after.benefits.size(); ++b) {
    const std::string name = "benefit " + after.benefits[b].name;
    const auto old = before.benefit_by_name.find(after.benefits[b].name);
    affected.before_of.push_back(old == before.benefit_by_name.end() ? kNoId : old->second);
    const bool is_touched = old_touched.contains(name) || new_touched.contains(name);
    affected.after.push_back(is_touched);
    if (is_touched && affected.before_of.back() != kNoId)
      affected.before[affected.before_of.back()] = true;
  }
  return affected;
}

}  // namespace ansinh::lab
