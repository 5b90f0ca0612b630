#include "agency/payroll_spell.h"

#include <nlohmann/json.hpp>

namespace ansinh::agency {

namespace {

using facts::JsonKind;
using facts::JsonValue;

std::string quoted_json(std::string_view text) { return nlohmann::json(text).dump(); }

const JsonValue* member_of(const JsonValue& row, std::string_view key) {
  for (const facts::JsonMember& member : row.members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

JsonValue with_end(const JsonValue& row, std::string_view key, Month month) {
  JsonValue copy = row;
  for (facts::JsonMember& member : copy.members) {
    if (member.key != key) continue;
    member.value.kind = JsonKind::kString;
    member.value.text = month.to_string();
  }
  return copy;
}

}  // namespace

std::string spell_json(const law::Program& program, const ContributionRules& rules, Month month,
                       const SpellFacts& facts, std::string_view employer_code,
                       std::string_view kind) {
  SpellFacts all = facts;
  all["from"] = all["to"] = quoted_json(month.to_string());
  if (rules.employer != law::kNoId) {
    all[program.facts[rules.employer].name] = quoted_json(employer_code);
  }
  if (rules.kind != law::kNoId && !kind.empty()) {
    all.try_emplace(program.facts[rules.kind].name, quoted_json(kind));
  }
  return facts_json(all);
}

std::string facts_json(const SpellFacts& facts) {
  std::string out = "{";
  for (const auto& [name, value] : facts) {
    if (out.size() > 1) out += ",";
    out += quoted_json(name) + ":" + value;
  }
  return out + "}";
}

SpellFacts facts_from_json(std::string_view json) {
  SpellFacts facts;
  const auto read = facts::read_json_text(json, 0);
  if (!read) return facts;
  for (const facts::JsonMember& member : read->members) {
    facts[member.key] = to_text(member.value);
  }
  return facts;
}

SpellParts without_month(const JsonValue& row, Month month) {
  const JsonValue* from = member_of(row, "from");
  const JsonValue* to = member_of(row, "to");
  if (from == nullptr || to == nullptr) return {};
  const auto first = Month::parse(from->text);
  const auto last = Month::parse(to->text);
  const bool is_ongoing = to->text == "ongoing";
  if (!first || (!last && !is_ongoing)) return {};
  if (month < *first || (!is_ongoing && *last < month)) return {};
  SpellParts parts;
  parts.covers = true;
  if (*first < month) parts.left.push_back(with_end(row, "to", Month{month.months - 1}));
  if (!is_ongoing && month < *last) {
    parts.left.push_back(with_end(row, "from", Month{month.months + 1}));
  }
  return parts;
}

std::string to_text(const JsonValue& json) {
  switch (json.kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kTrue:
      return "true";
    case JsonKind::kFalse:
      return "false";
    case JsonKind::kNumber:
      return json.text;
    case JsonKind::kString:
      return quoted_json(json.text);
    case JsonKind::kArray:
    case JsonKind::kObject:
      break;
  }
  std::string out(1, json.kind == JsonKind::kArray ? '[' : '{');
  for (const JsonValue& item : json.items) {
    if (out.size() > 1) out += ",";
    out += to_text(item);
  }
  for (const facts::JsonMember& member : json.members) {
    if (out.size() > 1) out += ",";
    out += quoted_json(member.key) + ":" + to_text(member.value);
  }
  return out + (json.kind == JsonKind::kArray ? "]" : "}");
}

}  // namespace ansinh::agency
