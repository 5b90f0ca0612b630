// Loading and checking the law; its cases, its schema.

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/text.h"
#include "engine/cases.h"
#include "facts/schema.h"
#include "law/check.h"
#include "law/reform.h"
#include "module.h"

namespace ansinh::python {

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  // path, text

Files read_files(const std::vector<std::string>& paths) {
  Diagnostics diagnostics;
  Sources sources = law::read_law(paths, diagnostics);
  if (has_errors(diagnostics)) raise("LawError", diagnostics, sources);
  if (sources.empty()) {
    raise("LawError", {"no-law",
                       Severity::kError,
                       {},
                       {"không có tệp luật (*.md) nào trong các đường dẫn này",
                        "there is no law file (*.md) under these paths"},
                       {"nêu thư mục chứa luật, ví dụ law/vn",
                        "name the folder of the law, for example law/vn"}});
  }
  Files files;
  for (SourceFile& one : sources) files.emplace_back(std::move(one.path), std::move(one.text));
  return files;
}

Sources sources_of(const Files& files) {
  Sources sources;
  for (const auto& [path, text] : files) {
    auto normal = normalize(text);
    if (!normal) {
      const std::string at = std::to_string(normal.error());
      raise("LawError",
            {"not-utf8",
             Severity::kError,
             {},
             {path + ": không phải UTF-8 ở byte " + at, path + ": not UTF-8 at byte " + at},
             {"ghi tệp dạng UTF-8", "save the file as UTF-8"}});
    }
    sources.push_back({path, std::move(*normal)});
  }
  return sources;
}

std::shared_ptr<const Law> make_law(const Files& base, const Files& reform,
                                    const std::string& as_of, std::string statistics_path,
                                    std::string statistics_text) {
  auto made = std::make_shared<Law>();
  made->base = sources_of(base);
  made->reform = sources_of(reform);
  made->as_of = to_date(as_of);
  made->statistics_path = std::move(statistics_path);
  made->statistics_text = std::move(statistics_text);
  Diagnostics found;
  const law::CheckOptions options{made->as_of};
  {
    const nb::gil_scoped_release unlocked;
    made->program = made->reform.empty()
                        ? law::check(made->base, options, found)
                        : law::check_reform(made->base, made->reform, options, found);
  }
  if (has_errors(found)) raise("LawError", found, made->program->sources);
  made->warnings = std::move(found);
  if (!made->statistics_text.empty()) made->statistics();
  return made;
}

Files files_of(const Sources& sources) {
  Files files;
  for (const SourceFile& one : sources) files.emplace_back(one.path, one.text);
  return files;
}

nb::list benefits_of(const Law& law) {
  nb::list all;
  for (const law::BenefitInfo& info : law.program->benefits) {
    nb::dict one;
    one["name"] = info.name;
    one["label"] = to_python(info.label);
    one["kind"] = info.is_contribution ? "contribution" : "benefit";
    one["entity"] = info.entity == law::kNoId ? "" : law.program->entities[info.entity].name;
    all.append(one);
  }
  return all;
}

nb::list groups_of(const Law& law) {
  nb::list all;
  for (const lab::Dimension& dimension : law.statistics().dimensions) {
    nb::dict one, members;
    for (uint32_t g = 0; g < dimension.groups.size(); ++g)
      members[nb::cast(dimension.members[g])] = to_python(dimension.groups[g]);
    one["name"] = dimension.name;
    one["label"] = to_python(dimension.label);
    one["members"] = members;
    all.append(one);
  }
  return all;
}

nb::dict case_of(const Law& law, const law::CaseRule& rule, const engine::CaseResult& result) {
  const Sources& sources = law.program->sources;
  const Span& span = rule.source->span;
  nb::dict one;
  one["name"] = rule.source->name;
  one["label"] = to_python(rule.source->label.text);
  one["file"] = span.file < sources.size() ? sources[span.file].path : std::string();
  one["line"] = span.line;
  one["source"] = rule.source->source;
  one["passed"] = result.passed;
  nb::list mismatches, diagnostics;
  for (const engine::Mismatch& mismatch : result.mismatches) {
    nb::dict entry;
    entry["line"] = mismatch.span.line;
    entry["target"] = to_python(mismatch.target);
    entry["expected"] = to_python(mismatch.expected);
    entry["got"] = to_python(mismatch.got);
    mismatches.append(entry);
  }
  for (const Diagnostic& found : result.diagnostics) diagnostics.append(to_python(found, sources));
  one["mismatches"] = mismatches;
  one["diagnostics"] = diagnostics;
  return one;
}

// All cases; of a law with a reform the reform's, because a reform changes what the others expect.
nb::list check(const Law& law, nb::object progress) {
  const law::Program& program = *law.program;
  std::vector<size_t> cases;
  for (size_t i = 0; i < program.cases.size(); ++i)
    if (law.reform.empty() || program.cases[i].file >= law.base.size()) cases.push_back(i);
  Tick tick(std::move(progress), cases.size());
  nb::list all;
  for (size_t i = 0; i < cases.size(); ++i) {
    engine::CaseResult result;
    {
      const nb::gil_scoped_release unlocked;
      if (tick(i)) result = engine::run_case(program, cases[i]);
    }
    tick.rethrow();
    all.append(case_of(law, program.cases[cases[i]], result));
  }
  return all;
}

}  // namespace

lab::Statistics Law::statistics() const {
  if (statistics_text.empty()) return lab::plain_statistics(*program);
  auto read = lab::read_statistics(*program, statistics_text, 0);
  if (!read) raise("LawError", {read.error()}, {{statistics_path, statistics_text}});
  return std::move(*read);
}

void bind_law(nb::module_& module) {
  module.def("read_files", &read_files, nb::arg("paths"));
  module.def("statistics_beside", &lab::statistics_beside, nb::arg("paths"));
  nb::class_<Law>(module, "Law")
      .def(nb::new_(&make_law), nb::arg("base"), nb::arg("reform"), nb::arg("as_of"),
           nb::arg("statistics_path"), nb::arg("statistics_text"))
      .def_prop_ro("base", [](const Law& law) { return files_of(law.base); })
      .def_prop_ro("reform", [](const Law& law) { return files_of(law.reform); })
      .def_prop_ro("as_of", [](const Law& law) { return law.as_of.to_string(); })
      .def_prop_ro(
          "statistics",
          [](const Law& law) { return std::pair(law.statistics_path, law.statistics_text); })
      .def_prop_ro("digest", [](const Law& law) { return law.program->digest; })
      .def_prop_ro("currency", [](const Law& law) { return law.program->currency; })
      .def_prop_ro("warnings",
                   [](const Law& law) {
                     nb::list all;
                     for (const Diagnostic& one : law.warnings)
                       all.append(to_python(one, law.program->sources));
                     return all;
                   })
      .def("benefits", &benefits_of)
      .def("groups", &groups_of)
      .def("schema", [](const Law& law) { return facts::schema(*law.program); })
      .def("check", &check, nb::arg("progress").none());
}

}  // namespace ansinh::python
