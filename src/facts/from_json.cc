#include "facts/from_json.h"

#include <unordered_map>

#include "base/text.h"
#include "facts/draft.h"
#include "facts/json_text.h"
#include "facts/value_text.h"

namespace ansinh::facts {

namespace {

// The names that an instance of an entity may carry.
struct EntityNames {
  std::unordered_map<std::string, law::FactId> facts;
  std::unordered_map<std::string, law::ListId> lists;
  std::vector<std::string> all;
};

std::vector<EntityNames> names_of(const law::Program& program) {
  std::vector<EntityNames> names(program.entities.size());
  for (law::EntityId id = 0; id < program.entities.size(); ++id) {
    for (const law::FactId fact : program.entities[id].facts) {
      names[id].facts.emplace(program.facts[fact].name, fact);
      names[id].all.push_back(program.facts[fact].name);
    }
    for (const law::ListId list : program.entities[id].lists) {
      names[id].lists.emplace(program.lists[list].name, list);
      names[id].all.push_back(program.lists[list].name);
    }
  }
  return names;
}

std::string suggestion(const std::string& near) { return near.empty() ? "" : "\"" + near + "\"? "; }

class Loader {
 public:
  Loader(const law::Program& program, const std::vector<EntityNames>& names)
      : program_(program), draft_(program), names_(names) {}

  std::expected<PersonFile, Diagnostics> load(const JsonValue& root, std::optional<Date> on,
                                              bool with_digest) {
    if (root.kind != JsonKind::kObject) {
      draft_.refuse("wrong-shape", root.span,
                    {"tệp phải là một đối tượng JSON {…}", "the file must be one JSON object {…}"},
                    {"bắt đầu bằng {\"" + example_entity() + "\": {…}}",
                     "begin with {\"" + example_entity() + "\": {…}}"});
    } else {
      for (const JsonMember& member : root.members) top(member);
    }
    return draft_.finish(root.span, on, with_digest);
  }

 private:
  std::string example_entity() const { return program_.entities[program_.root_entity].name; }

  void top(const JsonMember& member) {
    if (is_passed_over(member.key)) return;
    const auto found = program_.entity_by_name.find(member.key);
    if (found == program_.entity_by_name.end() || !can_be_top(found->second)) {
      std::vector<std::string> names;
      for (law::EntityId id = 0; id < program_.entities.size(); ++id) {
        if (can_be_top(id)) names.push_back(program_.entities[id].name);
      }
      std::string all;
      for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
      const std::string near = suggestion(nearest(member.key, names));
      draft_.refuse("unknown-entity", member.span,
                    {"/" + member.key + ": pháp luật không khai báo đối tượng này",
                     "/" + member.key + ": the law declares no such entity"},
                    {near + "dùng một trong: " + all, near + "use one of: " + all});
      return;
    }
    if (member.value.kind != JsonKind::kObject) {
      refuse_shape(member.value, "/" + member.key, "một đối tượng {…}", "an object {…}");
      return;
    }
    fill(draft_.add_top(found->second, member.value.span), member.value);
  }

  // Spells and dates make no sense without whom they belong to.
  bool can_be_top(law::EntityId id) const {
    const law::ListId list = program_.entities[id].list;
    return list == law::kNoId || program_.lists[list].form == law::ListForm::kChildren;
  }

  void refuse_shape(const JsonValue& json, const std::string& path, const std::string& vi,
                    const std::string& en) {
    draft_.refuse("wrong-shape", json.span,
                  {path + ": ở đây phải là " + vi, path + ": this must be " + en},
                  {"viết " + vi + ", hoặc null nếu chưa biết",
                   "write " + en + ", or null if it is not known"});
  }

  void fill(DraftRow& row, const JsonValue& object) {
    const law::EntityId entity = row.instance->entity;
    const law::ListId list = program_.entities[entity].list;
    const bool is_spell = list != law::kNoId && is_spells(program_.lists[list].form);
    const EntityNames& names = names_[entity];
    for (const JsonMember& member : object.members) {
      if (draft_.too_many_errors()) return;
      if (is_spell && (member.key == "from" || member.key == "to")) {
        spell_end(row, member, program_.lists[list].form);
      } else if (const auto fact = names.facts.find(member.key); fact != names.facts.end()) {
        read_fact(row, fact->second, member.value);
      } else if (const auto held = names.lists.find(member.key); held != names.lists.end()) {
        read_list(row, held->second, member.value);
      } else if (!is_passed_over(member.key)) {
        refuse_name(row, member, names, is_spell);
      }
    }
  }

  static bool is_spells(law::ListForm form) {
    return form == law::ListForm::kSpellsByMonth || form == law::ListForm::kSpellsByDay;
  }

  void refuse_name(const DraftRow& row, const JsonMember& member, const EntityNames& names,
                   bool is_spell) {
    std::vector<std::string> candidates = names.all;
    if (is_spell) candidates.insert(candidates.end(), {"from", "to"});
    const std::string near = nearest(member.key, candidates);
    const law::EntityInfo& entity = program_.entities[row.instance->entity];
    draft_.refuse(
        "unknown-fact", member.span,
        {draft_.path(row) + "/" + member.key + ": \"" + entity.label.vi +
             "\" không có dữ kiện tên này",
         draft_.path(row) + "/" + member.key + ": \"" + entity.label.en +
             "\" has no fact of this name"},
        near.empty()
            ? Text{"xem các tên bằng lệnh `ansinh schema`", "`ansinh schema` lists the names"}
            : Text{"có phải là \"" + near + "\"?", "did you mean \"" + near + "\"?"});
  }

  void refuse_value(const DraftRow& row, const std::string& name, Span span,
                    const ValueFault& fault) {
    const std::string at = draft_.path(row) + (name.empty() ? "" : "/" + name) + ": ";
    draft_.refuse(fault.code, span, {at + fault.message.vi, at + fault.message.en}, fault.help);
  }

  void read_fact(DraftRow& row, law::FactId id, const JsonValue& json) {
    const law::FactInfo& info = program_.facts[id];
    if (json.kind == JsonKind::kNull) {
      draft_.state_fact(row, id, std::nullopt, json.span);
      return;
    }
    auto value = read_value(json, info.type, program_);
    if (!value) {
      refuse_value(row, info.name, json.span, value.error());
      return;
    }
    draft_.state_fact(row, id, std::move(*value), json.span);
  }

  void spell_end(DraftRow& row, const JsonMember& member, law::ListForm form) {
    const bool is_from = member.key == "from";
    std::optional<int32_t> at;
    if (!is_from && member.value.kind == JsonKind::kString && member.value.text == "ongoing") {
      at = Instance::kOpen;
    } else if (member.value.kind != JsonKind::kNull) {
      const auto point = spell_point(member.value, form);
      if (!point) {
        refuse_value(row, member.key, member.value.span, point.error());
        return;
      }
      at = *point;
    }
    if (is_from) {
      draft_.state_from(row, at, member.value.span);
    } else {
      draft_.state_to(row, at, member.value.span);
    }
  }

  static std::expected<int32_t, ValueFault> spell_point(const JsonValue& json, law::ListForm form) {
    if (form == law::ListForm::kSpellsByMonth) {
      const auto month = read_month(json);
      if (!month) return std::unexpected(month.error());
      return month->months;
    }
    const auto date = read_date(json);
    if (!date) return std::unexpected(date.error());
    return date->days;
  }

  void read_list(DraftRow& row, law::ListId id, const JsonValue& json) {
    const law::ListInfo& info = program_.lists[id];
    if (json.kind == JsonKind::kNull) {
      draft_.state_list(row, id, Known::kUnknown, json.span);
      return;
    }
    const std::string at = draft_.path(row) + "/" + info.name;
    if (json.kind != JsonKind::kArray) {
      refuse_shape(json, at, "một danh sách […]", "a list […]");
      return;
    }
    draft_.state_list(row, id, Known::kGiven, json.span);
    for (size_t i = 0; i < json.items.size(); ++i) {
      const JsonValue& item = json.items[i];
      if (draft_.too_many_errors()) return;
      if (draft_.rows().size() >= Draft::kRowsMax) {
        draft_.refuse("too-many-rows", item.span,
                      {at + ": quá nhiều dòng (nhiều hơn 1.000.000)",
                       at + ": too many rows (more than 1,000,000)"},
                      {"chia tệp thành nhiều tệp nhỏ hơn", "split the file into smaller ones"});
        return;
      }
      if (info.form == law::ListForm::kDates) {
        date_row(row, id, item);
      } else if (item.kind != JsonKind::kObject) {
        refuse_shape(item, at + "/" + std::to_string(i), "một đối tượng {…}", "an object {…}");
      } else {
        fill(draft_.add_row(row, id, item.span), item);
      }
    }
  }

  void date_row(DraftRow& parent, law::ListId id, const JsonValue& item) {
    DraftRow& row = draft_.add_row(parent, id, item.span);
    const auto date = read_date(item);
    if (!date) {
      refuse_value(row, "", item.span, date.error());
      return;
    }
    draft_.state_from(row, date->days, item.span);
    draft_.state_to(row, date->days, item.span);
  }

  const law::Program& program_;
  Draft draft_;
  const std::vector<EntityNames>& names_;
};

}  // namespace

std::expected<PersonFile, Diagnostics> from_json(const law::Program& program,
                                                 std::string_view json_text, uint32_t source_index,
                                                 std::optional<Date> on) {
  auto root = read_json_text(json_text, source_index);
  if (!root) return std::unexpected(Diagnostics{std::move(root.error())});
  return PersonReader(program).read(*root, on, true);
}

struct PersonReader::Names {
  const law::Program& program;
  std::vector<EntityNames> by_entity;
};

PersonReader::PersonReader(const law::Program& program)
    : names_(new Names{program, names_of(program)}) {}
PersonReader::~PersonReader() = default;

std::expected<PersonFile, Diagnostics> PersonReader::read(const JsonValue& root,
                                                          std::optional<Date> on,
                                                          bool with_digest) const {
  return Loader(names_->program, names_->by_entity).load(root, on, with_digest);
}

bool is_passed_over(std::string_view name) { return name.starts_with('$') || name == "note"; }

}  // namespace ansinh::facts
