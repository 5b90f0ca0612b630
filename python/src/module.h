// The Python module ansinh._core: the rooms of src/ as Python sees them.
//
// Only what C++ must do is done here; the classes that people use, with their words and tables, are
// Python (ansinh/*.py). What a user or a file can cause becomes a Python exception here, and
// nowhere else: raise() turns diagnostics into ansinh.LawError and its like.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/base.h"
#include "lab/people_source.h"
#include "lab/statistics.h"
#include "law/program.h"

namespace ansinh::python {

namespace nb = nanobind;

// A checked law, with the files it was made of, so that it can be made again (pickle, reforms).
struct Law {
  Sources base, reform;
  Date as_of;
  std::string statistics_path, statistics_text;  // empty: everybody is one group
  std::shared_ptr<const law::Program> program;
  Diagnostics warnings;

  // Raises LawError where the statistics do not fit the law.
  lab::Statistics statistics() const;
};

// Many people, read for a law on a date.
struct People {
  std::shared_ptr<const Law> law;  // outlives the source
  Date on;
  std::string name;  // of the file or table
  std::optional<lab::PeopleSource> source;
  std::vector<facts::RowFault> faults;
};

// ---- Values ------------------------------------------------------------------------------------

// int where it is whole, else fractions.Fraction.
nb::object to_python(const Rational& number);
// {"vi": …, "en": …}
nb::dict to_python(const Text& text);
// Numbers must be whole, as those of figures are.
nb::object to_python(const nlohmann::ordered_json& json);
nb::dict to_python(const Diagnostic& diagnostic, const Sources& sources);
// "2026-11-23"; raises ValueError.
Date to_date(const std::string& text);

// ---- Errors ------------------------------------------------------------------------------------

// The Python exception ansinh.<kind> of these diagnostics; warnings among them are left out.
[[noreturn]] void raise(const char* kind, const Diagnostics& diagnostics, const Sources& sources);
[[noreturn]] void raise(const char* kind, const Diagnostic& diagnostic);

// ---- Long work ---------------------------------------------------------------------------------

// Runs without the interpreter's lock, and looks at it now and then for Ctrl-C and to tell how far
// the work is.
class Tick {
 public:
  // `progress`: None, or called with what is done and what there is to do.
  Tick(nb::object progress, uint64_t all) : progress_(std::move(progress)), all_(all) {}

  // From the thread that called, without the lock. False when the work is to end: Ctrl-C, or
  // `progress` raised.
  bool operator()(uint64_t done);
  void set_all(uint64_t all) { all_ = all; }
  // With the lock: raises again what ended the work.
  void rethrow() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  nb::object progress_;
  uint64_t all_;
  std::exception_ptr raised_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

// 0: as many as there are processors. Raises ValueError.
size_t threads_of(int threads);

// ---- Parts -------------------------------------------------------------------------------------

void bind_law(nb::module_& module);
void bind_decision(nb::module_& module);
void bind_people(nb::module_& module);
void bind_run(nb::module_& module);
void bind_compare(nb::module_& module);
void bind_population(nb::module_& module);

}  // namespace ansinh::python
