#include <nanobind/stl/string.h>

#include "lab/chunk_pool.h"
#include "module.h"

namespace ansinh::python {

namespace {

nb::object integer_of(const std::string& digits) {
  return nb::steal(PyLong_FromString(digits.c_str(), nullptr, 10));
}

}  // namespace

nb::object to_python(const Rational& number) {
  int64_t whole = 0;
  if (number.to_int64(whole)) return nb::int_(whole);
  if (number.is_integer()) return integer_of(number.to_string());
  return nb::module_::import_("fractions").attr("Fraction")(number.to_string());
}

nb::dict to_python(const Text& text) {
  nb::dict out;
  out["vi"] = text.vi;
  out["en"] = text.en;
  return out;
}

nb::object to_python(const nlohmann::ordered_json& json) {
  using Kind = nlohmann::ordered_json::value_t;
  switch (json.type()) {
    case Kind::boolean:
      return nb::bool_(json.get<bool>());
    case Kind::number_integer:
      return nb::int_(json.get<int64_t>());
    case Kind::number_unsigned:
      return nb::int_(json.get<uint64_t>());
    case Kind::number_float:
      return nb::float_(json.get<double>());
    case Kind::string:
      return nb::cast(json.get<std::string>());
    case Kind::array: {
      nb::list out;
      for (const auto& item : json) out.append(to_python(item));
      return out;
    }
    case Kind::object: {
      nb::dict out;
      for (const auto& [key, item] : json.items()) out[nb::cast(key)] = to_python(item);
      return out;
    }
    default:
      return nb::none();
  }
}

nb::dict to_python(const Diagnostic& diagnostic, const Sources& sources) {
  const bool has_place = diagnostic.span.file < sources.size();
  nb::dict out;
  out["code"] = diagnostic.code;
  out["severity"] = diagnostic.severity == Severity::kError ? "error" : "warning";
  out["file"] = has_place ? sources[diagnostic.span.file].path : std::string();
  out["line"] = diagnostic.span.line;
  out["column"] = diagnostic.span.column;
  out["message"] = to_python(diagnostic.message);
  out["help"] = to_python(diagnostic.help);
  out["rendered"] = to_python(Text{render(diagnostic, sources, Language::kVietnamese, false),
                                   render(diagnostic, sources, Language::kEnglish, false)});
  return out;
}

Date to_date(const std::string& text) {
  const auto date = Date::parse(text);
  if (date) return *date;
  const std::string words = "not a date of the form 2026-11-23, years 1800 to 2400: '" + text +
                            "' (" + date.error() + ")";
  throw nb::value_error(words.c_str());
}

void raise(const char* kind, const Diagnostics& diagnostics, const Sources& sources) {
  nb::list all;
  for (const Diagnostic& one : diagnostics)
    if (one.severity == Severity::kError) all.append(to_python(one, sources));
  const nb::object error = nb::module_::import_("ansinh._errors").attr("of")(kind, all);
  PyErr_SetObject(error.type().ptr(), error.ptr());
  throw nb::python_error();
}

void raise(const char* kind, const Diagnostic& diagnostic) { raise(kind, {diagnostic}, {}); }

bool Tick::operator()(uint64_t done) {
  constexpr auto kPause = std::chrono::milliseconds(50);
  if (raised_) return false;
  const auto now = std::chrono::steady_clock::now();
  if (last_ && done < all_ && now - *last_ < kPause) return true;
  last_ = now;
  const nb::gil_scoped_acquire lock;
  try {
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!progress_.is_none()) progress_(done, all_);
  } catch (...) {
    raised_ = std::current_exception();
  }
  return raised_ == nullptr;
}

size_t threads_of(int threads) {
  if (threads == 0) return lab::usual_threads();
  if (threads < 0 || static_cast<size_t>(threads) > lab::kThreadsMax) {
    const std::string words = "threads must be 1 to " + std::to_string(lab::kThreadsMax);
    throw nb::value_error(words.c_str());
  }
  return static_cast<size_t>(threads);
}

}  // namespace ansinh::python
