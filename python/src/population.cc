// Made populations.

#include "lab/population.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "module.h"

namespace ansinh::python {

namespace {

Diagnostic interrupted() {
  return {"interrupted", Severity::kError, {}, {"đã dừng theo yêu cầu", "interrupted"}, {}};
}

nb::object make(const Law& law, const std::string& model_path, uint64_t people, uint64_t seed,
                const std::string& out, const std::optional<std::string>& on,
                uint64_t rows_per_person, int threads, nb::object progress) {
  lab::PopulationOptions wanted;
  wanted.people = people;
  wanted.seed = seed;
  wanted.rows_per_person = rows_per_person;
  wanted.threads = static_cast<unsigned>(threads_of(threads));
  if (people == 0 || people > lab::kPeopleMax)
    throw nb::value_error("people must be 1 to 10,000,000,000");
  std::optional<Date> date;
  if (on) date = to_date(*on);
  if (date && (date->year() < lab::kYearLeast || date->year() > lab::kYearMost))
    throw nb::value_error("on must be from 1950 to 2300");
  Sources sources;
  auto model = lab::load_model(model_path, *law.program, sources);
  if (!model) raise("ModelError", {model.error()}, sources);
  if (date) model->on = *date;

  Tick tick(std::move(progress), people);
  std::optional<Diagnostic> wrong;
  nlohmann::ordered_json report;
  {
    const nb::gil_scoped_release unlocked;
    const auto made = lab::make_population(
        *model, wanted, out, [&](uint64_t done, uint64_t) -> std::optional<Diagnostic> {
          return tick(done) ? std::nullopt : std::optional(interrupted());
        });
    if (made) {
      report = lab::to_json(*made);
    } else {
      wrong = made.error();
    }
  }
  tick.rethrow();
  if (wrong) raise("ModelError", {*wrong}, sources);
  return to_python(report);
}

}  // namespace

void bind_population(nb::module_& module) {
  module.def("make_population", &make, nb::arg("law"), nb::arg("model"), nb::arg("people"),
             nb::arg("seed"), nb::arg("out"), nb::arg("on").none(), nb::arg("rows_per_person"),
             nb::arg("threads"), nb::arg("progress").none());
}

}  // namespace ansinh::python
