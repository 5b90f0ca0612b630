// A law and a reform of it over the same people.

#include "lab/compare.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include "decision.h"
#include "figures.h"
#include "lab/report.h"

namespace ansinh::python {

namespace {

struct Comparison {
  std::shared_ptr<const People> people[2];  // before, after
  lab::Statistics statistics[2];
  std::optional<lab::Comparison> found;

  lab::Side side(size_t when) const {
    return {people[when]->law->program.get(), &statistics[when], &*people[when]->source};
  }
  Date on() const { return people[0]->on; }
};

std::unique_ptr<Comparison> compare(std::shared_ptr<const People> before,
                                    std::shared_ptr<const People> after, int threads,
                                    nb::object progress) {
  auto made = std::make_unique<Comparison>(
      Comparison{{before, after}, {before->law->statistics(), after->law->statistics()}, {}});
  Tick tick(std::move(progress), before->source->trees());
  lab::CompareOptions how;
  how.on = made->on();
  how.threads = threads_of(threads);
  how.progress = [&](uint64_t done) { return tick(done); };
  std::optional<Diagnostic> wrong;
  {
    const nb::gil_scoped_release unlocked;
    auto found = lab::compare(made->side(0), made->side(1), how);
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

std::string html_of(const Comparison& comparison, bool vietnamese) {
  const lab::Side before = comparison.side(0), after = comparison.side(1);
  const lab::ReportOptions page{comparison.on(),
                                vietnamese ? Language::kVietnamese : Language::kEnglish,
                                comparison.people[0]->name};
  return lab::report_html(before, after, *comparison.found, before.program->files.size(), page);
}

nb::list notes_of(const Comparison& comparison) {
  nb::list all;
  for (const lab::ReachNote& note :
       lab::reach_notes(comparison.side(0), comparison.side(1), *comparison.found, comparison.on()))
    if (note.is_affected) all.append(to_python(note.words));
  return all;
}

nb::object record_of(uint64_t tree) {
  if (tree == lab::Comparison::kNoTree) return nb::none();
  return nb::int_(tree + 1);
}

}  // namespace

void bind_compare(nb::module_& module) {
  nb::class_<Comparison>(module, "Comparison")
      .def("figures",
           [](const Comparison& comparison) {
             return to_python(lab::figures_of(comparison.side(0), comparison.side(1),
                                              *comparison.found, comparison.on()));
           })
      .def("notes", &notes_of)
      .def("html", &html_of, nb::arg("vietnamese"))
      .def_prop_ro("affected",
                   [](const Comparison& comparison) {
                     nb::list names;
                     const law::Program& law = *comparison.people[1]->law->program;
                     for (law::BenefitId b = 0; b < law.benefits.size(); ++b)
                       if (comparison.found->affected.after[b])
                         names.append(nb::cast(law.benefits[b].name));
                     return names;
                   })
      .def_prop_ro("records", [](const Comparison& c) { return c.found->households; })
      .def_prop_ro("records_gaining",
                   [](const Comparison& c) { return c.found->households_gaining; })
      .def_prop_ro("records_losing", [](const Comparison& c) { return c.found->households_losing; })
      .def_prop_ro("most_gaining",
                   [](const Comparison& c) { return record_of(c.found->most_gaining); })
      .def_prop_ro("most_losing",
                   [](const Comparison& c) { return record_of(c.found->most_losing); })
      .def(
          "explain",
          [](const Comparison& c, const std::string& record) {
            return nb::make_tuple(
                nb::cast(decide_record(*c.people[0], record, &c.found->affected.before)),
                nb::cast(decide_record(*c.people[1], record, &c.found->affected.after)));
          },
          nb::arg("record"));
  module.def("compare", &compare, nb::arg("before"), nb::arg("after"), nb::arg("threads"),
             nb::arg("progress").none());
}

}  // namespace ansinh::python
