// One law over many people.

#include "lab/run.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "figures.h"
#include "lab/result_arrow.h"

namespace ansinh::python {

namespace {

struct Run {
  std::shared_ptr<const People> people;
  lab::Statistics statistics;
  std::optional<lab::RunResult> found;
  std::unique_ptr<lab::ArrowResults> results;
};

void release_stream(PyObject* capsule) {
  auto* stream =
      static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, "arrow_array_stream"));
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

nb::object capsule_of(const lab::ArrowResults& results) {
  auto stream = std::make_unique<ArrowArrayStream>();
  results.stream(*stream);
  PyObject* capsule = PyCapsule_New(stream.get(), "arrow_array_stream", release_stream);
  if (capsule == nullptr) {
    stream->release(stream.get());
    throw nb::python_error();
  }
  stream.release();
  return nb::steal(capsule);
}

std::unique_ptr<Run> run(std::shared_ptr<const People> people, bool all, bool results, int threads,
                         nb::object progress) {
  auto made = std::make_unique<Run>(Run{people, people->law->statistics(), {}, {}});
  if (results) made->results = std::make_unique<lab::ArrowResults>(*people->law->program);
  Tick tick(std::move(progress), people->source->trees());
  lab::RunOptions how;
  how.on = people->on;
  how.threads = threads_of(threads);
  how.all = all;
  how.format = made->results.get();
  how.sink = [&](std::string_view bytes) -> std::optional<Diagnostic> {
    made->results->take(bytes);
    return std::nullopt;
  };
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
      // None if no results were kept.
      .def("stream",
           [](const Run& run) { return run.results ? capsule_of(*run.results) : nb::none(); })
      .def_prop_ro("explained", [](const Run& run) { return run.found->explained; });
  // The columns of results, without a row.
  module.def(
      "result_stream", [](const Law& law) { return capsule_of(lab::ArrowResults(*law.program)); },
      nb::arg("law"));
  module.def("run", &run, nb::arg("people"), nb::arg("all"), nb::arg("results"), nb::arg("threads"),
             nb::arg("progress").none());
}

}  // namespace ansinh::python
