// Reading a model's JSON: a cursor that knows its path, and the first fault.
//
// After a fault every reading gives a harmless value, so that the code that follows the form of the
// file need not ask at each step; who reads asks once at the end.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base.h"
#include "facts/json_text.h"
#include "lab/population_model.h"

namespace ansinh::lab {

struct Fault {
  std::optional<Diagnostic> first;
  std::string file;  // before the path in messages
};

class Cursor {
 public:
  Cursor(Fault& fault, const facts::JsonValue& value, std::string path)
      : fault_(&fault), value_(&value), path_(std::move(path)) {}

  bool is(facts::JsonKind kind) const { return value_->kind == kind; }
  const facts::JsonValue& json() const { return *value_; }
  const std::string& path() const { return path_; }
  bool has_fault() const { return fault_->first.has_value(); }

  // `code` without "model-".
  void fail(std::string_view code, const Text& message, const Text& help) const;
  void fail_name(std::string_view what_vi, std::string_view what_en, std::string_view name,
                 const std::vector<std::string>& known) const;

  Cursor at(std::string_view key) const;  // must be there
  std::optional<Cursor> find(std::string_view key) const;
  // Members other than these are faults.
  void only(std::initializer_list<std::string_view> keys) const;
  void each_item(const std::function<void(const Cursor&)>& use) const;
  void each_member(const std::function<void(const std::string& key, const Cursor&)>& use) const;

  std::string text() const;
  bool yes_no() const;
  int64_t whole(int64_t low, int64_t high) const;
  Rational share() const;                                // "12.5%" or a number, 0 to 1
  Text label() const;                                    // {"vi": …, "en": …}
  Quantiles quantiles(int64_t low, int64_t high) const;  // ascending, one or more

  int64_t whole_or(std::string_view key, int64_t low, int64_t high, int64_t otherwise) const;

 private:
  Fault* fault_;
  const facts::JsonValue* value_;
  std::string path_;
};

// The names and what is declared under them, while a model is read.
class Names {
 public:
  explicit Names(Model& model) : model_(model) {}

  Unit unit(const Cursor& at) const;
  // A trait of the unit; one of the household is one of its people, too.
  TraitId trait(const Cursor& at, Unit unit) const;
  AmountId amount(const Cursor& at, Unit unit) const;
  const Target* target(const Cursor& at) const;
  // The values that a text names: "rural", "0-14", "60+", "not none".
  void mark(const Cursor& at, TraitId trait, std::string_view text,
            const std::function<void(size_t)>& use) const;
  uint8_t value(const Cursor& at, TraitId trait) const;
  // The living are meant unless `living` is among the traits.
  Condition condition(const std::optional<Cursor>& at, Unit unit, bool living_only = true) const;
  Factor factor(const Cursor& at, TraitId trait, uint16_t otherwise, uint16_t most) const;
  std::vector<Factor> factors(const std::optional<Cursor>& at, Unit unit, uint16_t otherwise,
                              uint16_t most) const;
  // Quantiles, or {"by": trait, "of": {value: quantiles}}.
  std::vector<Quantiles> quantiles(const Cursor& at, Unit unit, TraitId& by, int64_t low,
                                   int64_t high) const;
  Source source(const Cursor& at) const;
  Model& model() const { return model_; }

 private:
  Model& model_;
};

// The files beside the model: "people" and its tables.
void read_people(const Cursor& root, Names& names, const std::string& folder,
                 std::string& all_bytes);
// "steps"; "facts", "given" and "lists".
void read_steps(const Cursor& at, Names& names);
void read_outputs(const Cursor& root, Names& names);

}  // namespace ansinh::lab
