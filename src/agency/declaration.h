// Monthly payrolls: who worked for an employer in a month, and for what wage.
//
// A declaration of a whole month says of everybody who is not in it that he or she was not employed
// in it; one of a part leaves the others as they were. A later declaration of the same month
// corrects the earlier: only what differs becomes due, or is due no more. The same source key with
// the same rows is taken once, however often it comes.
//
// A row that is wrong, or whose dues cannot be computed, is rejected with its line, column and
// reason. A whole declaration with a rejected row is not taken at all (nobody may drop out of a
// payroll by a slip of the pen); of a part the good rows are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agency/payroll_dues.h"
#include "agency/worker_month.h"

namespace ansinh::agency {

struct PayrollRow {
  uint64_t line = 0;  // of the file; of JSON the place of the row, from 1
  int64_t worker = 0;
  SpellFacts facts;
};

struct RejectedRow {
  uint64_t line = 0;
  std::string column;  // empty: the row as a whole
  Text reason;
};

struct Payroll {
  std::vector<PayrollRow> rows;
  std::vector<RejectedRow> rejected;
  std::string digest;  // of the text that it was read from
};

// A CSV (UTF-8, commas, RFC 4180) or a JSON array of objects. Its columns: `person` (the number) or
// one of the registry's numbers (national_number), and facts of the spell by the law's names; an
// empty cell is not given. Refused as a whole, because the head is wrong: "csv-malformed",
// "unknown-column", "column-twice", "column-missing", "json-malformed".
Expected<Payroll> read_payroll_csv(store::Connection& connection, const LawBook& book,
                                   const ContributionRules& rules, std::string_view csv);
Expected<Payroll> read_payroll_json(store::Connection& connection, const LawBook& book,
                                    const ContributionRules& rules, std::string_view json);

struct NewDeclaration {
  Month month;
  bool is_whole = true;
  std::string source_key;  // empty: made from the month, the kind and the payroll's digest
  std::string by;
};

struct Declared {
  int64_t declaration = 0;  // 0: not taken, see `rejected`
  bool is_new = false;      // false: it had come before, and nothing was done now
  uint64_t line_count = 0;  // workers declared
  uint64_t changed = 0;     // of them (and of those left out): new, or otherwise than before
  int64_t due_more = 0;     // what is due more (less) by it, in all
  std::vector<RejectedRow> rejected;  // by line
};

// Within the caller's write transaction. Refused: "not-found", "employer-ended", "month-ahead" (the
// month has not begun on `today`), "empty-payroll" (a part without rows), "key-taken" (the source
// key came with another payroll).
Expected<Declared> declare(store::Connection& connection, const LawBook& book,
                           const ContributionRules& rules, int64_t employer, const Payroll& payroll,
                           const NewDeclaration& declaration, Date today);

}  // namespace ansinh::agency
