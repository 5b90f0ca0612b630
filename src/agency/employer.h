// Employers: who declares payrolls and pays contributions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agency/agency.h"
#include "agency/law_book.h"

namespace ansinh::agency {

struct Employer {
  int64_t person = 0;  // its number, from the series of persons
  std::string code;    // what the agency calls it; no two have the same
  std::string name;
  bool is_active = true;
  std::optional<Date> charged_on;  // up to when late interest was charged
  int64_t version = 0;             // of the row that says so
};

struct EmployerAdded {
  int64_t person = 0;
  bool is_new = false;
};
// Registers an employer; the same code and name again give the same number. Refused: "bad-code"
// (empty, over 60 characters, or with spaces at its ends), "bad-name", "code-taken".
Expected<EmployerAdded> add_employer(store::Connection& connection, std::string_view code,
                                     std::string_view name, const std::string& by);

// By its code, or by its number as "#17". Refused: "not-found".
Expected<Employer> find_employer(store::Connection& connection, std::string_view code);
Expected<Employer> employer_of(store::Connection& connection, int64_t person);
// By code, from `after` on.
Expected<std::vector<Employer>> employers(store::Connection& connection, std::string_view after,
                                          int64_t count_max);

// After its account changed: up to when late interest is charged, and the due date of the oldest
// due that is open (none: nothing is). kConflict if the employer changed since it was read.
Expected<void> set_account_state(store::Connection& connection, const Employer& employer,
                                 std::optional<Date> charged_on, std::optional<Date> open_from);

// Those with something open whose due date is before `on`, the oldest first.
Expected<std::vector<Employer>> employers_overdue(store::Connection& connection, Date on,
                                                  int64_t count_max);

// An employer that has ended declares nothing any more, but still pays. Refused: "not-found".
Expected<void> end_employer(store::Connection& connection, int64_t person, const std::string& why,
                            const std::string& by);

}  // namespace ansinh::agency
