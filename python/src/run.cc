// One law over many people.

#include "lab/run.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "figures.h"

namespace ansinh::python {

namespace {

struct Run {
  std::shared_ptr<const People> people;
  lab::Statistics statistics;
  std::optional<lab::RunResult> found;
};

std::unique_ptr<Run> run(std::shared_ptr<const People> people, bool all, int threads,
                         nb::object progress) {
  auto made = std::make_unique<Run>(Run{people, people->law->statistics(), {}});
  Tick tick(std::move(progress), people->source->trees());
  lab::RunOptions how;
  how.on = people->on;
  how.threads = threads_of(threads);
  how.all = all;
  how.progress = [&](uint64_t done) { return tick(done); };
  std::optional<Diagnostic> wrong;
  {
    const nb::gil_scoped_release unlocked;
    auto found = lab::run(*people->law->program, made->statistics, *people->source, how);
    if (found) {
      made->found.emplace(std::move(*found));
    } else {
      wrong = std::move(found.error());
    }
  }
  tick.rethrow();
  if (wrong) raise("PeopleError", *wrong);
  return made;
}

}  // namespace

void bind_run(nb::module_& module) {
  nb::class_<Run>(module, "Run")
      .def("figures",
           [](const Run& run) {
             return to_python(
                 lab::figures_of(*run.people->law->program, run.statistics, *run.found));
           })
      .def_prop_ro("explained", [](const Run& run) { return run.found->explained; });
  module.def("run", &run, nb::arg("people"), nb::arg("all"), nb::arg("threads"),
             nb::arg("progress").none());
}

}  // namespace ansinh::python
