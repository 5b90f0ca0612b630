#include "facts/schema.h"

#include <nlohmann/json.hpp>

#include "facts/to_json.h"
#include "facts/value_text.h"

namespace ansinh::facts {

namespace {

using Json = nlohmann::ordered_json;
using law::Base;
using law::ListForm;

Json both(const Text& text) { return Json{{"vi", text.vi}, {"en", text.en}}; }

void describe(Json& schema, const Text& label, const std::string& name) {
  schema["title"] = label.en.empty() ? name : label.en;
  if (!label.en.empty() || !label.vi.empty()) schema["x-label"] = both(label);
}

// Bounds that are whole are bounds of the schema too; others are left to the reader of the facts.
void add_bound(Json& schema, const char* key, const std::optional<Rational>& bound,
               const law::Type& type) {
  int64_t whole = 0;
  if (!bound) return;
  const Rational declared = *bound / declared_unit(type);
  if (declared.to_int64(whole)) {
    schema[key] = whole;
  } else {
    schema[std::string("x-") + key] = declared.to_string();
  }
}

Json number_schema(const law::FactInfo& info) {
  Json number{{"type", info.type.shown == law::Shown::kCount ? "integer" : "number"}};
  add_bound(number, "minimum", info.low, info.type);
  add_bound(number, "maximum", info.high, info.type);
  const char* pattern = "^ *[-+]?[0-9][0-9_./]*( *[^0-9 ]+)?( +[0-9]+ *(years?|months?|days?))* *$";
  Json choices = Json::array({std::move(number), Json{{"type", "string"}, {"pattern", pattern}}});
  const bool is_duration = info.type.money == 0 && (info.type.month != 0) != (info.type.day != 0);
  if (is_duration && info.type.per == law::Per::kNone) {
    const Json part{{"type", "number"}, {"minimum", 0}};
    Json parts = Json::object();
    if (info.type.month != 0) {
      parts["years"] = part;
      parts["months"] = part;
    } else {
      parts["days"] = part;
    }
    choices.push_back({{"type", "object"},
                       {"properties", std::move(parts)},
                       {"minProperties", 1},
                       {"additionalProperties", false}});
  }
  return choices;
}

Json enum_schema(const law::EnumInfo& info) {
  Json choices = Json::array();
  for (size_t i = 0; i < info.members.size(); ++i) {
    Json member{{"const", info.members[i]}};
    describe(member, info.labels[i], info.members[i]);
    choices.push_back(std::move(member));
  }
  return choices;
}

// The ways in which the value of a fact may be written; null is always one.
Json choices_of(const law::FactInfo& info, const law::Program& program) {
  Json choices = Json::array();
  switch (info.type.base) {
    case Base::kYesNo:
      choices.push_back({{"type", "boolean"}});
      break;
    case Base::kEnum:
      choices = enum_schema(program.enums[info.type.enumeration]);
      break;
    case Base::kNumber:
      choices = number_schema(info);
      break;
    case Base::kDate:
      choices.push_back(
          {{"type", "string"}, {"format", "date"}, {"pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}});
      break;
    case Base::kMonth:
      choices.push_back({{"type", "string"}, {"pattern", "^[0-9]{4}-[0-9]{2}$"}});
      break;
    case Base::kText:
      choices.push_back({{"type", "string"}});
      break;
    case Base::kSeries:
      break;
  }
  if (info.type.or_none) {
    Json none{{"const", "none"}};
    describe(none, {"không có", "none"}, "none");
    choices.push_back(std::move(none));
  }
  Json unknown{{"type", "null"}};
  describe(unknown, {"chưa biết", "not known"}, "null");
  choices.push_back(std::move(unknown));
  return choices;
}

Json fact_schema(const law::FactInfo& info, const law::Program& program) {
  Json schema = Json::object();
  describe(schema, info.label, info.name);
  if (!info.hint.en.empty()) {
    schema["description"] = info.hint.en;
    schema["x-hint"] = both(info.hint);
  }
  if (const std::string unit = unit_words(info.type, program); !unit.empty()) {
    schema["x-unit"] = unit;
  }
  if (info.presumed) {
    schema["x-presumed"] = Json::parse(value_to_json(*info.presumed, info.type, program));
  }
  if (info.low_date) schema["x-from"] = info.low_date->to_string();
  if (info.high_date) schema["x-until"] = info.high_date->to_string();
  schema["oneOf"] = choices_of(info, program);
  return schema;
}

Json list_schema(const law::ListInfo& info, const law::Program& program) {
  Json schema = Json::object();
  describe(schema, info.label, info.name);
  schema["type"] = Json::array({"array", "null"});
  if (info.presumed_none) schema["x-presumed"] = "none";
  if (info.form == ListForm::kDates) {
    schema["items"] = {{"type", "string"}, {"format", "date"}};
    return schema;
  }
  if (info.form != ListForm::kChildren) schema["x-may-overlap"] = info.may_overlap;
  schema["items"] = {{"$ref", "#/$defs/" + program.entities[info.child].name}};
  return schema;
}

void add_spell_ends(Json& properties, ListForm form) {
  const bool by_month = form == ListForm::kSpellsByMonth;
  const char* pattern = by_month ? "^[0-9]{4}-[0-9]{2}$" : "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
  const Json point{{"type", "string"}, {"pattern", pattern}};
  const Json unknown{{"type", "null"}};
  Json from = Json::object();
  describe(from, {"Từ", "From"}, "from");
  from["anyOf"] = Json::array({point, unknown});
  Json to = Json::object();
  describe(to, {"Đến", "To"}, "to");
  to["anyOf"] = Json::array({point, Json{{"const", "ongoing"}}, unknown});
  properties["from"] = std::move(from);
  properties["to"] = std::move(to);
}

void close_object(Json& schema, Json properties) {
  schema["type"] = "object";
  properties["note"] = {{"title", "Note"}, {"x-label", both({"Ghi chú", "Note"})}};
  schema["properties"] = std::move(properties);
  schema["patternProperties"] = {{"^\\$", true}};
  schema["additionalProperties"] = false;
}

Json entity_schema(const law::EntityInfo& info, const law::Program& program) {
  Json schema = Json::object();
  describe(schema, info.label, info.name);
  Json properties = Json::object();
  if (info.list != law::kNoId && program.lists[info.list].form != ListForm::kChildren) {
    add_spell_ends(properties, program.lists[info.list].form);
  }
  for (const law::FactId id : info.facts) {
    properties[program.facts[id].name] = fact_schema(program.facts[id], program);
  }
  for (const law::ListId id : info.lists) {
    properties[program.lists[id].name] = list_schema(program.lists[id], program);
  }
  close_object(schema, std::move(properties));
  return schema;
}

}  // namespace

std::string schema(const law::Program& program) {
  Json all{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
           {"title", "Facts of a person"},
           {"x-label", both({"Dữ kiện của một người", "Facts of a person"})},
           {"x-law-digest", program.digest}};
  Json tops = Json::object();
  Json definitions = Json::object();
  for (const law::EntityInfo& info : program.entities) {
    const bool is_dates =
        info.list != law::kNoId && program.lists[info.list].form == ListForm::kDates;
    if (is_dates) continue;
    definitions[info.name] = entity_schema(info, program);
    if (info.list == law::kNoId || program.lists[info.list].form == ListForm::kChildren) {
      tops[info.name] = {{"$ref", "#/$defs/" + info.name}};
    }
  }
  close_object(all, std::move(tops));
  all["minProperties"] = 1;
  all["$defs"] = std::move(definitions);
  return all.dump(2) + "\n";
}

}  // namespace ansinh::facts
