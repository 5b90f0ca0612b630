#include "lab/statistics.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "facts/json_text.h"

namespace ansinh::lab {

namespace {

using facts::JsonKind;
using facts::JsonValue;

Dimension everybody() {
  Dimension all;
  all.name = "all";
  all.label = {"Tất cả", "Everybody"};
  all.groups = {{"Tất cả", "Everybody"}};
  all.members = {"all"};
  return all;
}

// Reads; the first fault ends it.
class Reader {
 public:
  Reader(const law::Program& program, Statistics& into) : program_(program), into_(into) {}

  std::optional<Diagnostic> fault;

  void read(const JsonValue& root) {
    if (!is_object(root)) return;
    if (const JsonValue* person = find(root, "person")) read_person(*person);
    for (const facts::JsonMember& member : root.members) {
      if (fault) return;
      if (member.key == "note" || member.key == "person" || member.key.starts_with('$')) continue;
      if (member.key == "died") {
        into_.death = fact(member.value, law::Base::kDate);
      } else if (member.key == "income_per_head") {
        into_.income_per_head = fact(member.value, law::Base::kNumber);
        if (!fault && (program_.facts[into_.income_per_head].entity != program_.root_entity ||
                       program_.facts[into_.income_per_head].type.money != 1 ||
                       program_.facts[into_.income_per_head].type.month != -1))
          form(member.value, {"cần một khoản tiền mỗi tháng của “" + root_name() + "”",
                              "money a month of “" + root_name() + "” is needed"});
      } else if (member.key == "paid_by_people") {
        read_parties(member.value);
      } else if (member.key != "groups" && member.key != "poverty_line" && member.key != "map") {
        name(member.span, member.key,
             {"person", "died", "income_per_head", "paid_by_people", "groups", "poverty_line",
              "map"});
      }
    }
    // These stand on what is above, whatever the order in the file.
    for (const char* key : {"groups", "poverty_line", "map"}) {
      const JsonValue* value = find(root, key);
      if (value == nullptr || fault) continue;
      if (std::string_view(key) == "groups") read_groups(*value);
      if (std::string_view(key) == "poverty_line") read_poverty(*value);
      if (std::string_view(key) == "map") read_map(*value);
    }
  }

 private:
  static const JsonValue* find(const JsonValue& object, std::string_view key) {
    for (const facts::JsonMember& member : object.members)
      if (member.key == key) return &member.value;
    return nullptr;
  }

  std::string root_name() const { return program_.entities[program_.root_entity].name; }

  void form(const JsonValue& value, Text message) {
    if (fault) return;
    fault = Diagnostic{"statistics-form",
                       Severity::kError,
                       value.span,
                       std::move(message),
                       {"xem docs/reforms.md", "see docs/reforms.md"}};
  }

  void name(const Span& span, const std::string& given, const std::vector<std::string>& names) {
    if (fault) return;
    const std::string near = nearest(given, names);
    fault = Diagnostic{
        "statistics-name",
        Severity::kError,
        span,
        {"không có “" + given + "”", "there is no “" + given + "”"},
        near.empty() ? Text{"xem docs/reforms.md và luật", "see docs/reforms.md and the law"}
                     : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"}};
  }

  bool is_object(const JsonValue& value) {
    if (value.kind != JsonKind::kObject)
      form(value, {"cần một đối tượng { … }", "an object { … } is needed"});
    return !fault;
  }
  bool is_array(const JsonValue& value) {
    if (value.kind != JsonKind::kArray)
      form(value, {"cần một danh sách [ … ]", "a list [ … ] is needed"});
    return !fault;
  }
  std::string text(const JsonValue& value) {
    if (value.kind != JsonKind::kString) form(value, {"cần một chuỗi", "a text is needed"});
    return value.text;
  }
  int64_t whole(const JsonValue& value, int64_t high) {
    int64_t number = 0;
    const auto parsed = Rational::parse(value.text);
    if (value.kind != JsonKind::kNumber || !parsed || !parsed->to_int64(number) || number < 0 ||
        number > high) {
      form(value, {"cần một số nguyên từ 0 đến " + std::to_string(high),
                   "a whole number from 0 to " + std::to_string(high) + " is needed"});
      return 0;
    }
    return number;
  }
  const JsonValue* need(const JsonValue& object, const char* key) {
    if (!is_object(object)) return nullptr;
    const JsonValue* value = find(object, key);
    if (value == nullptr)
      form(object, {"thiếu “" + std::string(key) + "”", "“" + std::string(key) + "” is missing"});
    return value;
  }
  Text both(const JsonValue& object) {
    const JsonValue* vi = need(object, "vi");
    const JsonValue* en = need(object, "en");
    if (fault) return {};
    return {text(*vi), text(*en)};
  }
  Text label(const JsonValue& object) {
    const JsonValue* value = need(object, "label");
    return value == nullptr ? Text{} : both(*value);
  }

  // "Entity.fact"; of the root or of people.
  law::FactId fact(const JsonValue& value, law::Base base) {
    const std::string written = text(value);
    if (fault) return law::kNoId;
    std::vector<std::string> names;
    for (law::FactId id = 0; id < program_.facts.size(); ++id) {
      const law::FactInfo& info = program_.facts[id];
      if (info.entity != program_.root_entity && info.entity != into_.person) continue;
      const std::string full = program_.entities[info.entity].name + "." + info.name;
      names.push_back(full);
      if (full != written) continue;
      const bool is_group = base == law::Base::kEnum && (info.type.base == law::Base::kEnum ||
                                                         info.type.base == law::Base::kYesNo);
      if (info.type.base == base || is_group) return id;
      form(value, {"“" + written + "” không có kiểu cần ở đây",
                   "“" + written + "” has not the type that is needed here"});
      return law::kNoId;
    }
    name(value.span, written, names);
    return law::kNoId;
  }

  void read_person(const JsonValue& value) {
    const std::string written = text(value);
    if (fault) return;
    const auto found = program_.entity_by_name.find(written);
    if (found == program_.entity_by_name.end()) {
      std::vector<std::string> names;
      names.reserve(program_.entities.size());
      for (const law::EntityInfo& info : program_.entities) names.push_back(info.name);
      return name(value.span, written, names);
    }
    into_.person = found->second;
    if (into_.person == program_.root_entity ||
        program_.entities[into_.person].parent == program_.root_entity)
      return;
    fault =
        Diagnostic{"statistics-person",
                   Severity::kError,
                   value.span,
                   {"“" + written + "” phải là đối tượng gốc hoặc thuộc trực tiếp đối tượng gốc",
                    "“" + written + "” must be the root entity or a child of it"},
                   {"nêu đối tượng là con người", "name the entity that is a human being"}};
  }

  void read_parties(const JsonValue& value) {
    if (!is_array(value)) return;
    for (const JsonValue& item : value.items) {
      const std::string written = text(item);
      if (fault) return;
      std::vector<std::string> names;
      names.reserve(program_.parties.size());
      for (const law::NamedLabel& party : program_.parties) names.push_back(party.name);
      const auto at = std::find(names.begin(), names.end(), written);
      if (at == names.end()) return name(item.span, written, names);
      into_.paid_by_people[static_cast<size_t>(at - names.begin())] = true;
    }
  }

  void add_members(Dimension& dimension) {
    const law::Type& type = program_.facts[dimension.fact].type;
    if (type.base == law::Base::kYesNo) {
      dimension.members = {"no", "yes"};
      dimension.groups = {{"không", "no"}, {"có", "yes"}};
      return;
    }
    dimension.members = program_.enums[type.enumeration].members;
    dimension.groups = program_.enums[type.enumeration].labels;
  }

  void add_bands(Dimension& dimension, const JsonValue& object) {
    const JsonValue* from = need(object, "from");
    if (from == nullptr || !is_array(*from)) return;
    for (const JsonValue& item : from->items) {
      const auto year = static_cast<int32_t>(whole(item, 150));
      if (fault) return;
      if (!dimension.from.empty() && year <= dimension.from.back())
        return form(item, {"các tuổi phải tăng dần", "the ages must ascend"});
      dimension.from.push_back(year);
    }
    if (dimension.from.empty() || dimension.from.front() != 0)
      return form(*from, {"nhóm đầu phải bắt đầu từ 0", "the first band must begin at 0"});
    for (size_t i = 0; i < dimension.from.size(); ++i) {
      std::string range = std::to_string(dimension.from[i]);
      const bool is_last = i + 1 == dimension.from.size();
      if (is_last) {
        range += "+";
      } else if (dimension.from[i + 1] - 1 > dimension.from[i]) {
        range += "–" + std::to_string(dimension.from[i + 1] - 1);
      }
      dimension.groups.push_back({range, range});
      dimension.members.push_back(range);
    }
  }

  void read_groups(const JsonValue& value) {
    if (!is_array(value)) return;
    for (const JsonValue& object : value.items) {
      const JsonValue* given = need(object, "name");
      if (given == nullptr) return;
      Dimension dimension;
      dimension.name = text(*given);
      dimension.label = label(object);
      if (fault) return;
      const bool is_twice = std::ranges::any_of(
          into_.dimensions, [&](const Dimension& d) { return d.name == dimension.name; });
      if (is_twice) return form(*given, {"tên này đã có", "this name stands above already"});
      if (const JsonValue* by = find(object, "fact")) {
        dimension.kind = Dimension::Kind::kFact;
        dimension.fact = fact(*by, law::Base::kEnum);
        if (!fault) add_members(dimension);
      } else if (const JsonValue* birth = find(object, "birth")) {
        dimension.kind = Dimension::Kind::kAge;
        dimension.fact = fact(*birth, law::Base::kDate);
        if (!fault) add_bands(dimension, object);
      } else if (find(object, "tenths") != nullptr) {
        dimension.kind = Dimension::Kind::kTenth;
        for (uint32_t i = 1; i <= kTenths; ++i) {
          dimension.groups.push_back({std::to_string(i), std::to_string(i)});
          dimension.members.push_back(std::to_string(i));
        }
        if (into_.income_per_head == law::kNoId)
          return form(object, {"chia mười nhóm thu nhập cần “income_per_head”",
                               "tenths of income need “income_per_head”"});
      } else {
        return form(object,
                    {"cần “fact”, “birth” hoặc “tenths”", "“fact”, “birth” or “tenths” is needed"});
      }
      if (fault) return;
      dimension.of_person = dimension.fact != law::kNoId &&
                            program_.facts[dimension.fact].entity == into_.person &&
                            into_.person != program_.root_entity;
      into_.dimensions.push_back(std::move(dimension));
    }
  }

  void read_poverty(const JsonValue& value) {
    PovertyLine poverty;
    poverty.label = label(value);
    const JsonValue* source = need(value, "source");
    const JsonValue* values = need(value, "values");
    if (fault) return;
    poverty.source = both(*source);
    std::vector<std::string> members{"all"};
    if (const JsonValue* by = find(value, "by")) {
      poverty.by = fact(*by, law::Base::kEnum);
      if (fault) return;
      if (program_.facts[poverty.by].entity != program_.root_entity)
        return form(*by, {"cần một dữ kiện của “" + root_name() + "”",
                          "a fact of “" + root_name() + "” is needed"});
      Dimension members_of;
      members_of.fact = poverty.by;
      add_members(members_of);
      members = members_of.members;
    }
    poverty.line.resize(members.size());
    if (!is_object(*values)) return;
    for (const facts::JsonMember& member : values->members) {
      const auto at = std::find(members.begin(), members.end(), member.key);
      if (at == members.end()) return name(member.span, member.key, members);
      const Rational steps =
          Rational(whole(member.value, 1'000'000'000'000)) / program_.currency_step;
      int64_t line = 0;
      if (!fault && !steps.to_int64(line))
        return form(member.value, {"không phải bội của đơn vị nhỏ nhất", "not a whole amount"});
      poverty.line[static_cast<size_t>(at - members.begin())] = line;
    }
    if (!fault) into_.poverty = std::move(poverty);
  }

  void read_map(const JsonValue& value) {
    const JsonValue* group = need(value, "group");
    const JsonValue* tiles = need(value, "tiles");
    if (fault || !is_array(*tiles)) return;
    const std::string written = text(*group);
    std::vector<std::string> names;
    names.reserve(into_.dimensions.size());
    for (const Dimension& dimension : into_.dimensions) names.push_back(dimension.name);
    const auto at = std::find(names.begin(), names.end(), written);
    if (fault) return;
    if (at == names.end()) return name(group->span, written, names);
    into_.map_dimension = static_cast<uint32_t>(at - names.begin());
    const Dimension& dimension = into_.dimensions[*into_.map_dimension];
    for (const JsonValue& object : tiles->items) {
      const JsonValue* member = need(object, "member");
      const JsonValue* short_label = need(object, "label");
      const JsonValue* row = need(object, "row");
      const JsonValue* column = need(object, "column");
      if (fault) return;
      const std::string of = text(*member);
      const auto found = std::find(dimension.members.begin(), dimension.members.end(), of);
      if (found == dimension.members.end()) return name(member->span, of, dimension.members);
      into_.tiles.push_back({static_cast<uint32_t>(found - dimension.members.begin()),
                             text(*short_label), static_cast<uint32_t>(whole(*row, 99)),
                             static_cast<uint32_t>(whole(*column, 99))});
    }
  }

  const law::Program& program_;
  Statistics& into_;
};

}  // namespace

Statistics plain_statistics(const law::Program& program) {
  Statistics plain;
  plain.person = program.root_entity;
  for (law::EntityId e = 0; e < program.entities.size(); ++e) {
    const law::EntityInfo& info = program.entities[e];
    if (info.parent != program.root_entity || info.list == law::kNoId ||
        program.lists[info.list].form != law::ListForm::kChildren)
      continue;
    plain.person = e;
    break;
  }
  plain.dimensions.push_back(everybody());
  plain.paid_by_people.assign(program.parties.size(), false);
  return plain;
}

std::expected<Statistics, Diagnostic> read_statistics(const law::Program& program,
                                                      std::string_view text,
                                                      uint32_t source_index) {
  auto json = facts::read_json_text(text, source_index);
  if (!json) return std::unexpected(std::move(json.error()));
  Statistics statistics = plain_statistics(program);
  Reader reader(program, statistics);
  reader.read(*json);
  if (reader.fault) return std::unexpected(std::move(*reader.fault));
  return statistics;
}

std::string statistics_beside(const std::vector<std::string>& law_paths) {
  namespace fs = std::filesystem;
  for (const std::string& law : law_paths) {
    std::error_code ignored;
    const fs::path folder =
        fs::is_directory(law, ignored) ? fs::path(law) : fs::path(law).parent_path();
    const fs::path beside = folder / "statistics.json";
    if (fs::exists(beside, ignored)) return beside.string();
  }
  return {};
}

}  // namespace ansinh::lab
