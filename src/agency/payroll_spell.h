// The spell of one month that a payroll row says of its worker.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "agency/contribution_rules.h"
#include "facts/json_text.h"

namespace ansinh::agency {

// What a row says, by the law's names: values as JSON ("\"region_1\"", "5000000").
using SpellFacts = std::map<std::string, std::string>;

// {"from": month, "to": month, …}: with the employer's code, and with the kind of month `kind`
// where the facts name none (empty: not named).
std::string spell_json(const law::Program& program, const ContributionRules& rules, Month month,
                       const SpellFacts& facts, std::string_view employer_code,
                       std::string_view kind);

// The facts as one canonical JSON object, and back.
std::string facts_json(const SpellFacts& facts);
SpellFacts facts_from_json(std::string_view json);

// Takes the month out of a row of the list ("from", "to" by month): what is left of it before and
// after. A row that is ongoing ends with the month before.
struct SpellParts {
  bool covers = false;                 // else the row is left as it is
  std::vector<facts::JsonValue> left;  // none to two rows
};
SpellParts without_month(const facts::JsonValue& row, Month month);

// As text, numbers as they were written.
std::string to_text(const facts::JsonValue& json);

}  // namespace ansinh::agency
