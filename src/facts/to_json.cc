#include "facts/to_json.h"

#include <nlohmann/json.hpp>

#include "facts/value_text.h"

namespace ansinh::facts {

namespace {

using SortedJson = nlohmann::json;

SortedJson number_json(const Rational& base, const law::Type& type) {
  const Rational declared = base / declared_unit(type);
  int64_t whole = 0;
  if (declared.to_int64(whole)) return whole;
  if (type.shown == law::Shown::kYears && type.per == law::Per::kNone && base.to_int64(whole)) {
    return base.to_string() + " months";
  }
  return declared.to_string();
}

SortedJson value_json(const law::Value& value, const law::Type& type, const law::Program& program) {
  if (std::holds_alternative<std::monostate>(value)) return "none";
  if (const auto* yes = std::get_if<bool>(&value)) return *yes;
  if (const auto* member = std::get_if<uint32_t>(&value)) {
    return program.enums[type.enumeration].members[*member];
  }
  if (const auto* number = std::get_if<Rational>(&value)) return number_json(*number, type);
  if (const auto* date = std::get_if<Date>(&value)) return date->to_string();
  if (const auto* month = std::get_if<Month>(&value)) return month->to_string();
  return std::get<std::string>(value);
}

// Writes instances below a file's topmost ones; the subject and its parents stand at the top.
class Writer {
 public:
  Writer(const law::Program& program, const PersonFile& file) : program_(program), file_(file) {}

  SortedJson file() const {
    SortedJson all = SortedJson::object();
    for (const Instance* top = file_.subject; top != nullptr; top = top->parent) {
      SortedJson written = instance(*top);
      const bool is_implied = top != file_.subject && written.empty();
      if (!is_implied) all[program_.entities[top->entity].name] = std::move(written);
    }
    return all;
  }

 private:
  bool is_top(const Instance& instance) const {
    for (const Instance* top = file_.subject; top != nullptr; top = top->parent) {
      if (top == &instance) return true;
    }
    return false;
  }

  SortedJson instance(const Instance& from) const {
    const law::EntityInfo& entity = program_.entities[from.entity];
    SortedJson written = SortedJson::object();
    if (entity.list != law::kNoId) write_period(from, program_.lists[entity.list].form, written);
    for (size_t slot = 0; slot < entity.facts.size(); ++slot) {
      const law::FactInfo& info = program_.facts[entity.facts[slot]];
      const FactValue& fact = from.facts[slot];
      if (fact.known == Known::kGiven) {
        written[info.name] = value_json(fact.value, info.type, program_);
      } else if (fact.known == Known::kUnknown && info.presumed) {
        written[info.name] = nullptr;
      }
    }
    for (size_t slot = 0; slot < entity.lists.size(); ++slot) {
      const law::ListInfo& info = program_.lists[entity.lists[slot]];
      const ListValue& list = from.lists[slot];
      if (list.known == Known::kGiven) {
        written[info.name] = rows(list, info.form);
      } else if (list.known == Known::kUnknown && info.presumed_none) {
        written[info.name] = nullptr;
      }
    }
    return written;
  }

  SortedJson rows(const ListValue& list, law::ListForm form) const {
    SortedJson all = SortedJson::array();
    for (const Instance* row : list.rows) {
      if (is_top(*row)) continue;
      all.push_back(form == law::ListForm::kDates ? SortedJson(point_text(row->from, form))
                                                  : instance(*row));
    }
    return all;
  }

  static void write_period(const Instance& from, law::ListForm form, SortedJson& written) {
    const bool is_spell =
        form == law::ListForm::kSpellsByMonth || form == law::ListForm::kSpellsByDay;
    if (!is_spell) return;
    if (from.from != Instance::kNotGiven) written["from"] = point_text(from.from, form);
    if (from.to != Instance::kNotGiven) written["to"] = point_text(from.to, form);
  }

  const law::Program& program_;
  const PersonFile& file_;
};

}  // namespace

std::string to_json(const law::Program& program, const PersonFile& file, int indent) {
  return Writer(program, file).file().dump(indent);
}

std::string value_to_json(const law::Value& value, const law::Type& type,
                          const law::Program& program) {
  return value_json(value, type, program).dump();
}

}  // namespace ansinh::facts
