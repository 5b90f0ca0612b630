#include "facts/snapshot_schema.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "facts/json_text.h"
#include "facts/to_json.h"
#include "facts/value_text.h"

namespace ansinh::facts {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<const char*, 6> kBases{"yes/no", "enum", "number", "date", "month", "text"};
constexpr std::array<const char*, 7> kShown{"plain",  "count", "percent", "days",
                                            "months", "years", "money"};
constexpr std::array<const char*, 4> kPer{"", "day", "month", "year"};
constexpr std::array<const char*, 4> kForms{"children", "spells by month", "spells by day",
                                            "dates"};

template <typename Enum, size_t kSize>
bool from_name(const std::array<const char*, kSize>& names, const std::string& name, Enum& out) {
  for (size_t i = 0; i < kSize; ++i) {
    if (name != names[i]) continue;
    out = static_cast<Enum>(i);
    return true;
  }
  return false;
}

template <typename Enum, size_t kSize>
const char* name_of(const std::array<const char*, kSize>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

Json fact_json(const law::Program& program, const law::FactInfo& info) {
  Json fact{{"name", info.name}, {"type", name_of(kBases, info.type.base)}};
  if (info.type.base == law::Base::kEnum) {
    fact["members"] = program.enums[info.type.enumeration].members;
  }
  if (info.type.base == law::Base::kNumber) {
    fact["shown"] = name_of(kShown, info.type.shown);
    if (info.type.per != law::Per::kNone) fact["per"] = name_of(kPer, info.type.per);
    fact["unit"] = {info.type.money, info.type.day, info.type.month};
  }
  if (info.type.or_none) fact["or_none"] = true;
  if (info.presumed) {
    fact["presumed"] = Json::parse(value_to_json(*info.presumed, info.type, program));
  }
  if (info.low) fact["low"] = info.low->to_string();
  if (info.high) fact["high"] = info.high->to_string();
  if (info.low_date) fact["low_date"] = info.low_date->to_string();
  if (info.high_date) fact["high_date"] = info.high_date->to_string();
  return fact;
}

Json list_json(const law::Program& program, const law::ListInfo& info) {
  Json list{{"name", info.name},
            {"child", program.entities[info.child].name},
            {"form", name_of(kForms, info.form)}};
  if (info.presumed_none) list["presumed_none"] = true;
  if (info.may_overlap) list["may_overlap"] = true;
  return list;
}

// ---- Reading -----------------------------------------------------------------------------------

// Every function throws what nlohmann throws, or BadSchema, on anything that is not a schema.
struct BadSchema {};

void require(bool holds) {
  if (!holds) throw BadSchema();
}

Rational rational_of(const Json& json) {
  const auto number = Rational::parse(json.get<std::string>());
  require(number.has_value());
  return *number;
}

Date date_of(const Json& json) {
  const auto date = Date::parse(json.get<std::string>());
  require(date.has_value());
  return *date;
}

law::Type type_of(const Json& json, law::Program& program, const std::string& name) {
  law::Type type;
  require(from_name(kBases, json.at("type").get<std::string>(), type.base));
  type.or_none = json.value("or_none", false);
  if (type.base == law::Base::kEnum) {
    law::EnumInfo info;
    info.label = {name, name};
    for (const Json& member : json.at("members")) {
      info.members.push_back(member.get<std::string>());
      info.labels.push_back({info.members.back(), info.members.back()});
    }
    require(!info.members.empty());
    type.enumeration = static_cast<law::EnumId>(program.enums.size());
    program.enums.push_back(std::move(info));
  }
  if (type.base == law::Base::kNumber) {
    require(from_name(kShown, json.at("shown").get<std::string>(), type.shown));
    require(from_name(kPer, json.value("per", ""), type.per));
    const Json& unit = json.at("unit");
    require(unit.size() == 3);
    type.money = unit[0].get<int8_t>();
    type.day = unit[1].get<int8_t>();
    type.month = unit[2].get<int8_t>();
  }
  return type;
}

law::FactInfo fact_of(const Json& json, law::Program& program) {
  law::FactInfo info;
  info.name = json.at("name").get<std::string>();
  info.label = {info.name, info.name};
  info.type = type_of(json, program, info.name);
  if (const auto found = json.find("presumed"); found != json.end()) {
    const auto text = read_json_text(found->dump(), 0);
    require(text.has_value());
    const auto value = read_value(*text, info.type, program);
    require(value.has_value());
    info.presumed = *value;
  }
  if (json.contains("low")) info.low = rational_of(json["low"]);
  if (json.contains("high")) info.high = rational_of(json["high"]);
  if (json.contains("low_date")) info.low_date = date_of(json["low_date"]);
  if (json.contains("high_date")) info.high_date = date_of(json["high_date"]);
  return info;
}

void read_facts(const Json& json, law::EntityId id, law::Program& program) {
  law::EntityInfo& entity = program.entities[id];
  for (const Json& each : json.at("facts")) {
    law::FactInfo info = fact_of(each, program);
    info.entity = id;
    info.slot = static_cast<uint32_t>(entity.facts.size());
    const auto fact = static_cast<law::FactId>(program.facts.size());
    if (json.value("order", "") == info.name) entity.order_fact = fact;
    for (const law::FactId other : entity.facts) require(program.facts[other].name != info.name);
    entity.facts.push_back(fact);
    program.facts.push_back(std::move(info));
  }
}

void read_lists(const Json& json, law::EntityId id, law::Program& program) {
  for (const Json& each : json.at("lists")) {
    law::ListInfo info;
    info.name = each.at("name").get<std::string>();
    info.label = {info.name, info.name};
    require(from_name(kForms, each.at("form").get<std::string>(), info.form));
    info.presumed_none = each.value("presumed_none", false);
    info.may_overlap = each.value("may_overlap", false);
    const auto child = program.entity_by_name.find(each.at("child").get<std::string>());
    require(child != program.entity_by_name.end());
    info.parent = id;
    info.child = child->second;
    info.slot = static_cast<uint32_t>(program.entities[id].lists.size());
    law::EntityInfo& below = program.entities[info.child];
    require(below.parent == law::kNoId);
    below.parent = id;
    below.list = static_cast<law::ListId>(program.lists.size());
    program.entities[id].lists.push_back(below.list);
    program.lists.push_back(std::move(info));
  }
}

// One root, and every other entity below it.
void find_root(law::Program& program) {
  for (law::EntityId id = 0; id < program.entities.size(); ++id) {
    if (program.entities[id].parent == law::kNoId) {
      require(program.root_entity == law::kNoId);
      program.root_entity = id;
    }
    size_t steps = 0;
    for (law::EntityId up = id; up != law::kNoId; up = program.entities[up].parent) {
      require(++steps <= program.entities.size());
    }
  }
  require(program.root_entity != law::kNoId);
}

// ---- Comparing ---------------------------------------------------------------------------------

std::string in_words(const law::Program& program, const law::FactInfo& info) {
  std::string words = name_of(kBases, info.type.base);
  if (info.type.base == law::Base::kNumber) {
    const std::string unit = unit_words(info.type, program);
    if (!unit.empty()) words = unit;
  }
  return words + (info.type.or_none ? " or none" : "");
}

std::vector<std::string> names_of(const law::Program& program,
                                  const std::vector<law::FactId>& facts) {
  std::vector<std::string> names;
  names.reserve(facts.size());
  for (const law::FactId fact : facts) names.push_back(program.facts[fact].name);
  return names;
}

Text perhaps(const std::string& near) {
  if (near.empty()) return {};
  return {" (có phải nay là \"" + near + "\"?)", " (is it now \"" + near + "\"?)"};
}

class Mapper {
 public:
  Mapper(const law::Program& from, const law::Program& to) : from_(from), to_(to) {
    map_.entities.resize(from.entities.size(), law::kNoId);
    map_.facts.resize(from.facts.size(), law::kNoId);
    map_.lists.resize(from.lists.size(), law::kNoId);
    map_.members.resize(from.facts.size());
  }

  std::expected<SchemaMap, Text> map() {
    if (from_.currency != to_.currency) {
      fault_ = {"đơn vị tiền là " + from_.currency + ", của luật là " + to_.currency,
                "its currency is " + from_.currency + ", that of the law " + to_.currency};
    }
    for (law::EntityId id = 0; id < from_.entities.size(); ++id) map_entity(id);
    for (law::ListId id = 0; id < from_.lists.size(); ++id) {
      if (fault_.en.empty()) map_list(id);
    }
    const auto& root = from_.entities[from_.root_entity].name;
    if (fault_.en.empty() && map_.entities[from_.root_entity] != to_.root_entity) {
      fault_ = {"đối tượng gốc là " + root, "its root entity is " + root};
    }
    if (!fault_.en.empty()) return std::unexpected(fault_);
    return std::move(map_);
  }

 private:
  void map_entity(law::EntityId id) {
    if (!fault_.en.empty()) return;
    const law::EntityInfo& info = from_.entities[id];
    const auto found = to_.entity_by_name.find(info.name);
    if (found == to_.entity_by_name.end()) {
      fault_ = {"luật không khai báo đối tượng \"" + info.name + "\"",
                "the law declares no entity \"" + info.name + "\""};
      return;
    }
    map_.entities[id] = found->second;
    for (const law::FactId fact : info.facts) map_fact(fact, found->second);
    const law::EntityInfo& there = to_.entities[found->second];
    require_order(info.facts, map_.facts);
    const std::string& order =
        info.order_fact == law::kNoId ? kNothing : from_.facts[info.order_fact].name;
    const std::string& order_there =
        there.order_fact == law::kNoId ? kNothing : to_.facts[there.order_fact].name;
    if (order != order_there) map_.may_reorder = true;
  }

  void map_fact(law::FactId id, law::EntityId entity) {
    const law::FactInfo& info = from_.facts[id];
    const std::string name = to_.entities[entity].name + "." + info.name;
    for (const law::FactId other : to_.entities[entity].facts) {
      if (to_.facts[other].name == info.name) map_.facts[id] = other;
    }
    if (map_.facts[id] == law::kNoId) {
      const Text near = perhaps(nearest(info.name, names_of(to_, to_.entities[entity].facts)));
      fault_ = {"luật không có dữ kiện \"" + name + "\"" + near.vi,
                "the law has no fact \"" + name + "\"" + near.en};
      return;
    }
    const law::FactInfo& there = to_.facts[map_.facts[id]];
    if (!info.type.same_unit(there.type) || (info.type.or_none && !there.type.or_none) ||
        (info.type.shown == law::Shown::kCount) != (there.type.shown == law::Shown::kCount)) {
      fault_ = {"dữ kiện \"" + name + "\" có kiểu " + in_words(from_, info) + ", trong luật là " +
                    in_words(to_, there),
                "the fact \"" + name + "\" is " + in_words(from_, info) + ", in the law it is " +
                    in_words(to_, there)};
      return;
    }
    if (info.type.base == law::Base::kEnum) map_members(id, name);
    const auto presumption = [](const law::Program& program, const law::FactInfo& fact) {
      return fact.presumed ? value_to_json(*fact.presumed, fact.type, program) : kNothing;
    };
    if (presumption(from_, info) != presumption(to_, there)) map_.may_reorder = true;
  }

  void map_members(law::FactId id, const std::string& name) {
    const auto& members = from_.enums[from_.facts[id].type.enumeration].members;
    const auto& there = to_.enums[to_.facts[map_.facts[id]].type.enumeration].members;
    std::vector<int64_t> numbers;
    bool is_same = true;
    for (size_t i = 0; i < members.size(); ++i) {
      const auto found = std::find(there.begin(), there.end(), members[i]);
      if (found == there.end()) {
        const Text near = perhaps(nearest(members[i], there));
        fault_ = {
            "dữ kiện \"" + name + "\": luật không còn giá trị \"" + members[i] + "\"" + near.vi,
            "the fact \"" + name + "\": the law has no value \"" + members[i] + "\"" + near.en};
        return;
      }
      numbers.push_back(found - there.begin());
      is_same = is_same && numbers.back() == static_cast<int64_t>(i);
    }
    if (is_same) return;
    map_.may_reorder = map_.may_reorder || !std::is_sorted(numbers.begin(), numbers.end());
    map_.members[id] = std::move(numbers);
  }

  void map_list(law::ListId id) {
    const law::ListInfo& info = from_.lists[id];
    const law::EntityInfo& child = to_.entities[map_.entities[info.child]];
    const std::string name = from_.entities[info.parent].name + "." + info.name;
    const bool is_there = child.list != law::kNoId && to_.lists[child.list].name == info.name &&
                          child.parent == map_.entities[info.parent];
    if (!is_there) {
      fault_ = {"luật không có danh sách \"" + name + "\" gồm " + child.name,
                "the law has no list \"" + name + "\" of " + child.name};
      return;
    }
    const law::ListInfo& there = to_.lists[child.list];
    if (there.form != info.form) {
      fault_ = {"danh sách \"" + name + "\" là " + name_of(kForms, info.form) + ", trong luật là " +
                    name_of(kForms, there.form),
                "the list \"" + name + "\" is " + name_of(kForms, info.form) +
                    ", in the law it is " + name_of(kForms, there.form)};
      return;
    }
    if (there.presumed_none != info.presumed_none) map_.may_reorder = true;
    map_.lists[id] = child.list;
    require_order(from_.entities[info.parent].lists, map_.lists);
  }

  // Rows are compared fact by fact in the order of the declarations.
  void require_order(const std::vector<uint32_t>& ids, const std::vector<uint32_t>& mapped) {
    uint32_t previous = 0;
    for (const uint32_t id : ids) {
      if (mapped[id] == law::kNoId) continue;
      if (mapped[id] < previous) map_.may_reorder = true;
      previous = mapped[id];
    }
  }

  inline static const std::string kNothing;

  const law::Program& from_;
  const law::Program& to_;
  SchemaMap map_;
  Text fault_;
};

}  // namespace

std::string snapshot_schema(const law::Program& program) {
  Json schema{{"law", program.digest}, {"currency", program.currency}};
  Json& entities = schema["entities"] = Json::array();
  for (const law::EntityInfo& info : program.entities) {
    Json entity{{"name", info.name}};
    if (info.order_fact != law::kNoId) entity["order"] = program.facts[info.order_fact].name;
    Json& facts = entity["facts"] = Json::array();
    for (const law::FactId fact : info.facts) {
      facts.push_back(fact_json(program, program.facts[fact]));
    }
    Json& lists = entity["lists"] = Json::array();
    for (const law::ListId list : info.lists) {
      lists.push_back(list_json(program, program.lists[list]));
    }
    entities.push_back(std::move(entity));
  }
  return schema.dump();
}

std::shared_ptr<const law::Program> program_of_schema(std::string_view json) {
  auto program = std::make_shared<law::Program>();
  try {
    const Json schema = Json::parse(json);
    program->digest = schema.at("law").get<std::string>();
    program->currency = schema.at("currency").get<std::string>();
    for (const Json& each : schema.at("entities")) {
      law::EntityInfo info;
      info.name = each.at("name").get<std::string>();
      info.label = {info.name, info.name};
      const auto id = static_cast<law::EntityId>(program->entities.size());
      require(program->entity_by_name.emplace(info.name, id).second);
      program->entities.push_back(std::move(info));
    }
    law::EntityId id = 0;
    for (const Json& each : schema.at("entities")) read_facts(each, id++, *program);
    id = 0;
    for (const Json& each : schema.at("entities")) read_lists(each, id++, *program);
    find_root(*program);
  } catch (const BadSchema&) {
    return nullptr;
  } catch (const Json::exception&) {
    return nullptr;
  }
  return program;
}

std::expected<SchemaMap, Text> map_schema(const law::Program& snapshot, const law::Program& law) {
  return Mapper(snapshot, law).map();
}

}  // namespace ansinh::facts
