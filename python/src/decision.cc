// One person decided, with reasons.

#include "decision.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "base/text.h"
#include "engine/trace_json.h"
#include "engine/trace_text.h"
#include "facts/from_json.h"
#include "facts/value_text.h"

namespace ansinh::python {

namespace {

law::BenefitId benefit_of(const law::Program& program, const std::string& name) {
  const auto found = program.benefit_by_name.find(name);
  if (found != program.benefit_by_name.end()) return found->second;
  std::vector<std::string> names;
  names.reserve(program.benefits.size());
  for (const law::BenefitInfo& info : program.benefits) names.push_back(info.name);
  const std::string near = nearest(name, names);
  const std::string words = "the law has no benefit '" + name + "'" +
                            (near.empty() ? "" : "; did you mean '" + near + "'?");
  throw nb::value_error(words.c_str());
}

std::unique_ptr<Decision> decide_json(std::shared_ptr<const Law> law, const std::string& person,
                                      const std::string& name, const std::string& on,
                                      const std::optional<std::string>& benefit) {
  const Date day = to_date(on);
  const law::BenefitId only = benefit ? benefit_of(*law->program, *benefit) : law::kNoId;
  const auto text = normalize(person);
  auto file = facts::from_json(*law->program, text ? *text : person,
                               static_cast<uint32_t>(law->program->sources.size()), day);
  if (!file) {
    Sources sources = law->program->sources;
    sources.push_back({name, text ? *text : std::string()});
    raise("PersonError", file.error(), sources);
  }
  const nb::gil_scoped_release unlocked;
  return decide(std::move(law), std::move(*file), day, only, nullptr);
}

nb::object value_of(const law::Value& value, const law::Type& type, const law::Program& program) {
  if (const bool* yes = std::get_if<bool>(&value)) return nb::bool_(*yes);
  if (const uint32_t* member = std::get_if<uint32_t>(&value))
    return nb::cast(program.enums[type.enumeration].members[*member]);
  if (const Rational* number = std::get_if<Rational>(&value))
    return to_python(*number / facts::declared_unit(type));
  if (const Date* date = std::get_if<Date>(&value)) return nb::cast(date->to_string());
  if (const Month* month = std::get_if<Month>(&value)) return nb::cast(month->to_string());
  if (const std::string* text = std::get_if<std::string>(&value)) return nb::cast(*text);
  return nb::none();
}

// What of the outcomes is a number: by outcome the payments and the gifts, in the order of the
// trace.
nb::list numbers_of(const Decision& decision) {
  const law::Program& program = *decision.law->program;
  nb::list all;
  for (const engine::Outcome& outcome : decision.outcomes) {
    nb::list pays, gives;
    for (const engine::Pay& pay : outcome.pays) {
      nb::dict one;
      one["amount"] = to_python(engine::in_currency(pay));
      one["duration"] = pay.duration ? to_python(*pay.duration) : nb::none();
      one["duration_unit"] = !pay.duration ? "" : pay.duration_type.month != 0 ? "months" : "days";
      pays.append(one);
    }
    for (const engine::Given& given : outcome.gives) {
      nb::dict one;
      one["value"] = value_of(given.value, given.type, program);
      one["unit"] = facts::unit_words(given.type, program);
      gives.append(one);
    }
    nb::dict entry;
    entry["pays"] = pays;
    entry["gives"] = gives;
    all.append(entry);
  }
  return all;
}

std::string text_of(Decision& decision, const std::optional<std::string>& benefit, bool vietnamese,
                    bool why, bool paint) {
  const law::Program& program = *decision.law->program;
  const Language language = vietnamese ? Language::kVietnamese : Language::kEnglish;
  if (!benefit) {
    return engine::explain_text(program, *decision.explainer, decision.outcomes, language, why,
                                paint);
  }
  const law::BenefitId wanted = benefit_of(program, *benefit);
  std::vector<engine::Outcome> some;
  for (const engine::Outcome& outcome : decision.outcomes)
    if (outcome.benefit == wanted) some.push_back(outcome);
  return engine::explain_text(program, *decision.explainer, some, language, why, paint);
}

}  // namespace

std::unique_ptr<Decision> decide(std::shared_ptr<const Law> law, facts::PersonFile file, Date on,
                                 law::BenefitId only, const std::vector<bool>* wanted) {
  auto made = std::make_unique<Decision>();
  made->law = std::move(law);
  made->file = std::move(file);
  made->explainer = std::make_unique<engine::Explainer>(*made->law->program, made->file, on);
  made->outcomes = made->explainer->outcomes(only);
  if (wanted != nullptr) {
    std::erase_if(made->outcomes,
                  [&](const engine::Outcome& one) { return !(*wanted)[one.benefit]; });
  }
  const std::string trace =
      engine::TraceWriter(*made->law->program).trace(*made->explainer, made->outcomes);
  made->trace = nlohmann::ordered_json::parse(trace).dump(2) + "\n";
  return made;
}

std::unique_ptr<Decision> decide_record(const People& people, const std::string& record,
                                        const std::vector<bool>* wanted) {
  const auto tree = people.source->find(record);
  if (!tree) raise("PeopleError", tree.error());
  if (!*tree) {
    const std::string words = "there is no record '" + record + "': give its name, or its number " +
                              "from 1 to " + std::to_string(people.source->trees());
    throw nb::key_error(words.c_str());
  }
  const auto columns = people.source->tree(**tree);
  if (!columns) raise("PeopleError", columns.error());
  return decide(people.law, columns->person_file(0), people.on, law::kNoId, wanted);
}

void bind_decision(nb::module_& module) {
  nb::class_<Decision>(module, "Decision")
      .def_prop_ro("trace", [](const Decision& decision) { return decision.trace; })
      .def("numbers", &numbers_of)
      .def("text", &text_of, nb::arg("benefit").none(), nb::arg("vietnamese"), nb::arg("why"),
           nb::arg("paint"));
  module.def(
      "decide_record",
      [](const People& people, const std::string& record) {
        return decide_record(people, record, nullptr);
      },
      nb::arg("people"), nb::arg("record"));
  module.def("decide", &decide_json, nb::arg("law"), nb::arg("person"), nb::arg("name"),
             nb::arg("on"), nb::arg("benefit").none());
}

}  // namespace ansinh::python
