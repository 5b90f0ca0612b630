// A person's file read from JSON: the only door by which facts come in from outside.
//
//   {"Person": {"sex": "female", "date_of_birth": "1963-05-10",
//               "work": [{"from": "1990-02", "to": "2016-05", "salary": 5000000}]},
//    "Household": {"poverty": "poor"}}
//
// The names are the law's. The innermost entity at the top is the subject; the others are its
// parents, and a list of a parent that would hold the subject holds the *other* rows. Members
// `note` and those that begin with `$` are passed over; every other unknown name is an error. null:
// not known, said openly (the law's presumption does not apply then).
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "facts/json_text.h"
#include "facts/person_file.h"

namespace ansinh::facts {

// Whether a member of that name is for people to read, and not a fact.
bool is_passed_over(std::string_view name);

// The file, or every fault found, each with its line, column and JSON pointer. `source_index` is
// the file of the spans. With the decision date `on`, impossible ages are found too.
std::expected<PersonFile, Diagnostics> from_json(const law::Program& program,
                                                 std::string_view json_text, uint32_t source_index,
                                                 std::optional<Date> on = std::nullopt);

// The same for many files of one law, whose names it looks up once. May be shared between threads.
class PersonReader {
 public:
  explicit PersonReader(const law::Program& program);
  PersonReader(const PersonReader&) = delete;
  PersonReader& operator=(const PersonReader&) = delete;
  ~PersonReader();

  // A file's JSON that was read already; the digest is left empty if it is not wanted.
  std::expected<PersonFile, Diagnostics> read(const JsonValue& root, std::optional<Date> on,
                                              bool with_digest) const;

 private:
  struct Names;
  std::unique_ptr<const Names> names_;
};

}  // namespace ansinh::facts
