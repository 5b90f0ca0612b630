// Many people, from a file or a table.

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "module.h"

namespace ansinh::python {

namespace {

std::shared_ptr<People> open(std::shared_ptr<const Law> law, const std::string& path,
                             const std::string& on) {
  auto people = std::make_shared<People>();
  people->law = std::move(law);
  people->on = to_date(on);
  people->name = path;
  std::optional<Diagnostic> wrong;
  {
    const nb::gil_scoped_release unlocked;
    auto source = lab::PeopleSource::open(
        path, *people->law->program, people->on,
        [&](const facts::RowFault& fault) { people->faults.push_back(fault); });
    if (source) {
      people->source.emplace(std::move(*source));
    } else {
      wrong = std::move(source.error());
    }
  }
  if (wrong) raise("PeopleError", *wrong);
  return people;
}

nb::list faults_of(const People& people) {
  nb::list all;
  for (const facts::RowFault& fault : people.faults) {
    nb::dict one;
    one["file"] = fault.file;
    one["row"] = fault.line;
    one["column"] = fault.column;
    one["id"] = fault.id;
    one["code"] = fault.code;
    one["reason"] = to_python(fault.reason);
    all.append(one);
  }
  return all;
}

}  // namespace

void bind_people(nb::module_& module) {
  nb::class_<People>(module, "People")
      .def_prop_ro("currency", [](const People& people) { return people.law->program->currency; })
      .def_prop_ro("name", [](const People& people) { return people.name; })
      .def_prop_ro("records", [](const People& people) { return people.source->trees(); })
      .def_prop_ro("left_out",
                   [](const People& people) { return people.source->counts().rejected; })
      .def("faults", &faults_of);
  module.def("open_people", &open, nb::arg("law"), nb::arg("path"), nb::arg("on"));
}

}  // namespace ansinh::python
