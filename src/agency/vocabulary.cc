#include "agency/vocabulary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "facts/fact_range.h"
#include "facts/to_json.h"

namespace ansinh::agency {

namespace {

using facts::JsonKind;
using facts::JsonValue;
using facts::ValueFault;

constexpr std::string_view kOneOther[] = {"registry.household", "registry.mother",
                                          "registry.father", "registry.spouse",
                                          "registry.guardian"};
constexpr std::string_view kManyOthers[] = {"registry.member", "registry.child", "registry.ward"};
constexpr size_t kTextBytesMax = 1000;

std::unexpected<ValueFault> bad_value(std::string code, Text message, Text help) {
  return std::unexpected(ValueFault{std::move(code), std::move(message), std::move(help)});
}

std::unexpected<ValueFault> out_of_range(const std::string& name) {
  return bad_value("out-of-range", {name + " ngoài khoảng cho phép", name + " is out of its range"},
                   {"kiểm tra lại giá trị và đơn vị", "look at the value and its unit"});
}

std::string inner(std::string_view name, const ValueFault& fault, bool is_vietnamese) {
  return std::string(name) + ": " + (is_vietnamese ? fault.message.vi : fault.message.en);
}

ValueFault within(std::string_view name, ValueFault fault) {
  fault.message = {inner(name, fault, true), inner(name, fault, false)};
  return fault;
}

bool is_in_range(const law::Program& program, const law::FactInfo& info, const law::Value& value) {
  if (const auto* number = std::get_if<Rational>(&value)) {
    return facts::is_in_range(program, info, *number);
  }
  const auto* date = std::get_if<Date>(&value);
  const auto* month = std::get_if<Month>(&value);
  if (date == nullptr && month == nullptr) return true;
  const facts::StoredRange range = facts::stored_range(program, info, 1);
  const int64_t at = date != nullptr ? date->days : month->months;
  return at >= range.low && at <= range.high;
}

// The day or month written under `name` in a canonical row; empty if it is not there.
std::string_view written_point(std::string_view row, std::string_view name) {
  const std::string wanted = "\"" + std::string(name) + "\":\"";
  const size_t at = row.find(wanted);
  // What is after a bracket belongs to a list inside the row.
  if (at == std::string_view::npos || row.substr(0, at).contains('[')) return {};
  const size_t begin = at + wanted.size();
  return row.substr(begin, row.find('"', begin) - begin);
}

}  // namespace

std::string_view name_of(PersonKind kind) {
  constexpr std::string_view kNames[] = {"person", "household", "employer"};
  return kNames[static_cast<size_t>(kind)];
}

std::optional<PersonKind> person_kind(std::string_view name) {
  for (const auto kind : {PersonKind::kPerson, PersonKind::kHousehold, PersonKind::kEmployer}) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string text_of_json(std::string_view json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Vocabulary::Vocabulary(const law::Program& program, law::EntityId person, law::EntityId household,
                       const std::map<std::string, RegistryFact, std::less<>>& registry)
    : program_(program) {
  add_entity(person, words_[static_cast<size_t>(PersonKind::kPerson)]);
  add_entity(household, words_[static_cast<size_t>(PersonKind::kHousehold)]);
  for (const auto& [name, fact] : registry) {
    const auto index = static_cast<uint32_t>(registry_.size());
    registry_.push_back(fact);
    for (Words& words : words_) words.emplace(name, Word{name, WordKind::kRegistry, index});
  }
  for (Words& words : words_) {
    for (const std::string_view name : kOneOther) {
      words.emplace(name, Word{std::string(name), WordKind::kOther, law::kNoId});
    }
    for (const std::string_view name : kManyOthers) {
      words.emplace(name, Word{std::string(name), WordKind::kOthers, law::kNoId});
    }
  }
}

void Vocabulary::add_entity(law::EntityId entity, Words& words) {
  if (entity == law::kNoId) return;
  const law::EntityInfo& info = program_.entities[entity];
  for (const law::FactId id : info.facts) {
    const std::string& name = program_.facts[id].name;
    words.emplace(name, Word{name, WordKind::kFact, id});
  }
  for (const law::ListId id : info.lists) {
    const std::string& name = program_.lists[id].name;
    words.emplace(name, Word{name, WordKind::kList, id});
  }
}

const Word* Vocabulary::find(PersonKind kind, std::string_view name) const {
  const Words& words = words_[static_cast<size_t>(kind)];
  const auto found = words.find(name);
  return found == words.end() ? nullptr : &found->second;
}

std::string Vocabulary::nearest_to(PersonKind kind, std::string_view name) const {
  std::vector<std::string> names;
  for (const auto& [word, _] : words_[static_cast<size_t>(kind)]) names.push_back(word);
  std::sort(names.begin(), names.end());
  return nearest(name, names);
}

std::expected<std::string, ValueFault> Vocabulary::canonical(const Word& word,
                                                             std::string_view json) const {
  const auto value = facts::read_json_text(json, 0);
  if (!value) {
    return bad_value(value.error().code, value.error().message, value.error().help);
  }
  return canonical(word, *value);
}

std::expected<std::string, ValueFault> Vocabulary::canonical(const Word& word,
                                                             const JsonValue& json) const {
  if (json.kind == JsonKind::kNull) return "null";
  switch (word.kind) {
    case WordKind::kFact:
      return fact_value(word.index, json);
    case WordKind::kList:
      if (json.kind == JsonKind::kArray && json.items.empty()) return "[]";
      return row(word.index, json);
    case WordKind::kRegistry:
      return registry_value(registry_[word.index], json);
    case WordKind::kOther:
    case WordKind::kOthers:
      break;
  }
  const bool is_number = json.kind == JsonKind::kNumber && !json.text.empty() &&
                         json.text.size() <= 18 && json.text.front() != '0' &&
                         json.text.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) {
    return bad_value("not-a-person",
                     {"ở đây cần mã số của một người", "the number of a person is needed here"},
                     {"ghi mã số, ví dụ 17", "write the number, for example 17"});
  }
  return json.text;
}

std::expected<std::string, ValueFault> Vocabulary::fact_value(law::FactId fact,
                                                              const JsonValue& json) const {
  if (json.kind == JsonKind::kNull) return "null";
  const law::FactInfo& info = program_.facts[fact];
  const auto value = facts::read_value(json, info.type, program_);
  if (!value) return std::unexpected(value.error());
  if (!is_in_range(program_, info, *value)) return out_of_range(info.name);
  return facts::value_to_json(*value, info.type, program_);
}

std::expected<std::string, ValueFault> Vocabulary::registry_value(const RegistryFact& fact,
                                                                  const JsonValue& json) const {
  if (fact.type == RegistryFact::Type::kObject) {
    if (json.kind == JsonKind::kObject) {
      std::string out = "{";
      for (const facts::JsonMember& member : json.members) {
        if (member.value.kind != JsonKind::kString) {
          return bad_value("not-a-text",
                           {member.key + " phải là chữ", member.key + " must be a text"},
                           {"đặt giá trị trong dấu nháy", "put the value into quotes"});
        }
        out += (out.size() == 1 ? "" : ",") + json_text(member.key) + ":" +
               json_text(member.value.text);
      }
      return out + "}";
    }
    return bad_value("not-an-object", {"ở đây cần một đối tượng", "an object is needed here"},
                     {"ví dụ {\"bank\": \"…\"}", "for example {\"bank\": \"…\"}"});
  }
  if (json.kind != JsonKind::kString) {
    return bad_value("not-a-text", {"ở đây cần chữ", "a text is needed here"},
                     {"đặt giá trị trong dấu nháy", "put the value into quotes"});
  }
  return cell(Word{fact.name, WordKind::kRegistry, static_cast<uint32_t>(&fact - registry_.data())},
              json.text);
}

std::expected<std::string, ValueFault> Vocabulary::cell(const Word& word,
                                                        std::string_view text) const {
  if (word.kind == WordKind::kFact) return cell(word.index, text);
  if (word.kind != WordKind::kRegistry) return canonical(word, text);
  const RegistryFact& fact = registry_[word.index];
  switch (fact.type) {
    case RegistryFact::Type::kObject:
      return canonical(word, text);
    case RegistryFact::Type::kDate: {
      JsonValue json;
      json.kind = JsonKind::kString;
      json.text = text;
      const auto date = facts::read_date(json);
      if (!date) return std::unexpected(date.error());
      return json_text(date->to_string());
    }
    case RegistryFact::Type::kEnum: {
      const auto& members = program_.enums[fact.enumeration].members;
      if (std::find(members.begin(), members.end(), text) != members.end()) return json_text(text);
      const std::string near = nearest(text, members);
      return bad_value("unknown-member",
                       {"\"" + std::string(text) + "\" không có trong danh mục " + fact.label.vi,
                        "\"" + std::string(text) + "\" is not one of " + fact.label.en},
                       {near.empty() ? "xem danh mục trong luật" : "có phải " + near + "?",
                        near.empty() ? "see the list in the law" : "is it " + near + "?"});
    }
    case RegistryFact::Type::kText:
      break;
  }
  if (text.size() > kTextBytesMax) {
    return bad_value("too-long", {"quá dài (hơn 1000 byte)", "too long (more than 1000 bytes)"},
                     {"rút ngắn lại", "make it shorter"});
  }
  if (text.find('\0') != std::string_view::npos) {
    return bad_value("zero-byte", {"có ký tự số 0", "there is a zero byte in it"},
                     {"bỏ ký tự đó", "take it out"});
  }
  if (fact.digits != 0 && (text.size() != static_cast<size_t>(fact.digits) ||
                           text.find_first_not_of("0123456789") != std::string_view::npos)) {
    const std::string digits = std::to_string(fact.digits);
    return bad_value("not-digits",
                     {fact.label.vi + " phải có đúng " + digits + " chữ số",
                      fact.label.en + " must have exactly " + digits + " digits"},
                     {"xem lại số trên giấy tờ", "look at the number on the paper again"});
  }
  return json_text(text);
}

std::expected<std::string, ValueFault> Vocabulary::cell(law::FactId fact,
                                                        std::string_view text) const {
  const law::FactInfo& info = program_.facts[fact];
  // What most cells are, without a tree around it: whole numbers in the declared unit.
  if (info.type.base == law::Base::kNumber && info.type.shown == law::Shown::kMoney &&
      !text.empty() && text.size() <= 15 && (text.front() != '0' || text.size() == 1) &&
      text.find_first_not_of("0123456789") == std::string_view::npos) {
    if (!info.low && !info.high) return std::string(text);
  }
  if (info.type.base == law::Base::kEnum) {
    const auto& members = program_.enums[info.type.enumeration].members;
    if (std::find(members.begin(), members.end(), text) != members.end()) {
      return "\"" + std::string(text) + "\"";
    }
  }
  if (text == "null" && info.type.base != law::Base::kText) return "null";
  JsonValue json;
  json.kind = JsonKind::kString;
  if (info.type.base == law::Base::kYesNo) {
    if (text == "true" || text == "yes") json.kind = JsonKind::kTrue;
    if (text == "false" || text == "no") json.kind = JsonKind::kFalse;
  }
  json.text = text;
  return fact_value(fact, json);
}

std::expected<std::string, ValueFault> Vocabulary::rows(law::ListId list,
                                                        const JsonValue& json) const {
  if (json.kind == JsonKind::kNull) return "null";
  if (json.kind != JsonKind::kArray) {
    return bad_value("wrong-shape", {"ở đây cần một danh sách", "a list is needed here"},
                     {"viết [ … ]", "write [ … ]"});
  }
  std::string out = "[";
  for (const JsonValue& item : json.items) {
    auto written = row(list, item);
    if (!written) return written;
    out += (out.size() == 1 ? "" : ",") + *written;
  }
  return out + "]";
}

std::expected<std::string, ValueFault> Vocabulary::row(law::ListId list,
                                                       const JsonValue& json) const {
  const law::ListInfo& info = program_.lists[list];
  if (info.form == law::ListForm::kDates) {
    const auto date = facts::read_date(json);
    if (!date) return std::unexpected(date.error());
    return json_text(date->to_string());
  }
  if (json.kind != JsonKind::kObject) {
    return bad_value("wrong-shape", {"mỗi dòng là một đối tượng", "each row is an object"},
                     {"viết { … }", "write { … }"});
  }
  const law::EntityInfo& entity = program_.entities[info.child];
  const bool by_month = info.form == law::ListForm::kSpellsByMonth;
  const bool has_period = by_month || info.form == law::ListForm::kSpellsByDay;
  std::map<std::string, std::string> ends;
  std::vector<std::string> values(entity.facts.size()), lists(entity.lists.size());
  for (const facts::JsonMember& member : json.members) {
    if (member.key == "note" || member.key.starts_with("$")) continue;
    if (has_period && (member.key == "from" || member.key == "to")) {
      if (member.value.kind == JsonKind::kNull) continue;
      if (member.key == "to" && member.value.text == "ongoing") {
        ends["to"] = "ongoing";
        continue;
      }
      if (by_month) {
        const auto month = facts::read_month(member.value);
        if (!month) return std::unexpected(within(member.key, month.error()));
        ends[member.key] = month->to_string();
      } else {
        const auto date = facts::read_date(member.value);
        if (!date) return std::unexpected(within(member.key, date.error()));
        ends[member.key] = date->to_string();
      }
      continue;
    }
    bool is_known = false;
    for (size_t slot = 0; slot < entity.facts.size() && !is_known; ++slot) {
      if (program_.facts[entity.facts[slot]].name != member.key) continue;
      is_known = true;
      auto value = fact_value(entity.facts[slot], member.value);
      if (!value) return std::unexpected(within(member.key, value.error()));
      values[slot] = std::move(*value);
    }
    for (size_t slot = 0; slot < entity.lists.size() && !is_known; ++slot) {
      if (program_.lists[entity.lists[slot]].name != member.key) continue;
      is_known = true;
      auto below = rows(entity.lists[slot], member.value);
      if (!below) return std::unexpected(within(member.key, below.error()));
      lists[slot] = std::move(*below);
    }
    if (!is_known) {
      return bad_value("unknown-fact",
                       {info.name + " không có \"" + member.key + "\"",
                        info.name + " has no \"" + member.key + "\""},
                       {"xem các tên trong luật", "see the names in the law"});
    }
  }
  if (ends.contains("from") && ends.contains("to") && ends["to"] != "ongoing" &&
      ends["to"] < ends["from"]) {
    return bad_value("period-reversed", {"kết thúc trước khi bắt đầu", "it ends before it begins"},
                     {"xem lại from và to", "look at from and to"});
  }
  std::string out = "{";
  const auto put = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) out += (out.size() == 1 ? "\"" : ",\"") + name + "\":" + value;
  };
  for (const auto& [name, value] : ends) put(name, "\"" + value + "\"");
  for (size_t i = 0; i < values.size(); ++i) put(program_.facts[entity.facts[i]].name, values[i]);
  for (size_t i = 0; i < lists.size(); ++i) put(program_.lists[entity.lists[i]].name, lists[i]);
  return out + "}";
}

std::pair<std::optional<Date>, std::optional<Date>> Vocabulary::period_of(
    const Word& word, std::string_view row) const {
  if (word.kind != WordKind::kList) return {};
  const law::ListForm form = program_.lists[word.index].form;
  if (form != law::ListForm::kSpellsByMonth && form != law::ListForm::kSpellsByDay) return {};
  std::pair<std::optional<Date>, std::optional<Date>> out;
  const std::string_view from = written_point(row, "from"), to = written_point(row, "to");
  if (form == law::ListForm::kSpellsByMonth) {
    if (const auto month = Month::parse(from)) out.first = month->first_day();
    if (const auto month = Month::parse(to)) out.second = month->last_day();
  } else {
    if (const auto date = Date::parse(from)) out.first = *date;
    if (const auto date = Date::parse(to)) out.second = *date;
  }
  return out;
}

}  // namespace ansinh::agency
