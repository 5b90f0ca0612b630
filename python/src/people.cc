// Many people, from a file or a table.

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include "facts/arrow_rows.h"
#include "lab/chunk_pool.h"
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

// ---- Tables ------------------------------------------------------------------------------------

template <typename T>
T* pointer_of(const nb::object& capsule, const char* name) {
  void* pointer = PyCapsule_GetPointer(capsule.ptr(), name);
  if (pointer == nullptr) throw nb::python_error();
  return static_cast<T*>(pointer);
}

facts::ArrowTable table_of(nb::object source, const std::string& name) {
  std::expected<facts::ArrowTable, Diagnostic> table = std::unexpected(Diagnostic{});
  if (nb::hasattr(source, "__arrow_c_stream__")) {
    const nb::object capsule = source.attr("__arrow_c_stream__")();
    auto* stream = pointer_of<ArrowArrayStream>(capsule, "arrow_array_stream");
    if (stream->release == nullptr) throw nb::value_error("this stream has been read already");
    ArrowArrayStream ours = std::exchange(*stream, {});
    // Its producer may run threads that want the lock.
    const nb::gil_scoped_release unlocked;
    table = facts::ArrowTable::read(ours, name);
  } else {
    const nb::object pair = source.attr("__arrow_c_array__")();
    table = facts::ArrowTable::of(*pointer_of<ArrowSchema>(pair[0], "arrow_schema"),
                                  *pointer_of<ArrowArray>(pair[1], "arrow_array"), name);
  }
  if (!table) raise("PeopleError", table.error());
  return std::move(*table);
}

constexpr uint32_t kTableTrees = 4'096;  // rows that become a chunk of the run

std::shared_ptr<People> open_table(std::shared_ptr<const Law> law, const facts::ArrowTable& table,
                                   const std::string& on, int threads) {
  auto people = std::make_shared<People>();
  people->law = std::move(law);
  people->on = to_date(on);
  people->name = table.name();
  const law::Program& program = *people->law->program;
  const auto rows = facts::ArrowRows::open(table, program);
  if (!rows) raise("PeopleError", rows.error());

  const auto chunks = static_cast<size_t>((rows->rows() + kTableTrees - 1) / kTableTrees);
  std::vector<facts::Columns> columns(chunks, facts::Columns(program));
  std::vector<std::vector<facts::RowFault>> faults(chunks);
  std::vector<facts::RowCounts> counts(chunks);
  lab::ChunkWork work;
  work.work = [&](size_t chunk, size_t, const std::atomic<bool>&,
                  std::string&) -> std::optional<Diagnostic> {
    counts[chunk] =
        rows->read(chunk * kTableTrees, kTableTrees, people->on, columns[chunk], faults[chunk]);
    return std::nullopt;
  };
  Tick tick(nb::none(), chunks);
  work.tick = [&] { return tick(0); };
  const size_t workers = threads_of(threads);
  {
    const nb::gil_scoped_release unlocked;
    lab::run_chunks(chunks, workers, work);
  }
  tick.rethrow();
  facts::RowCounts all;
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    all.read += counts[chunk].read;
    all.kept += counts[chunk].kept;
    all.rejected += counts[chunk].rejected;
    std::ranges::move(faults[chunk], std::back_inserter(people->faults));
  }
  people->source.emplace(lab::PeopleSource::of(program, std::move(columns), all));
  return people;
}

// ---- What was wrong with them ------------------------------------------------------------------

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
  nb::class_<facts::ArrowTable>(module, "Table")
      .def(nb::new_(&table_of), nb::arg("source"), nb::arg("name"));
  module.def("open_table", &open_table, nb::arg("law"), nb::arg("table"), nb::arg("on"),
             nb::arg("threads"));
  module.def("open_people", &open, nb::arg("law"), nb::arg("path"), nb::arg("on"));
}

}  // namespace ansinh::python
