// The bank's answers and statements taken in: settled, refused and returned payments, and what
// nobody knows.
//
// A file is read twice: first as a whole, so that one that is broken, or does not add up, or is not
// about an account of ours, has no effect at all; then record by record, in slices that are each
// one transaction with the place that was reached. A file that was stopped goes on where it was; a
// file that was taken in before, and a movement that another statement told before, change nothing.
// Files may come in any order: the same files come to the same ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/bank_records.h"

namespace ansinh::agency {

struct ReportTaken {
  int64_t report = 0;  // its number
  ReportKind kind = ReportKind::kStatement;
  std::string message = {};
  bool is_known = false;  // it was taken in before; nothing was done
  int64_t records = 0;    // in the file
  int64_t repeated = 0;   // of these: known from another file
  int64_t settled = 0;    // payments and files that the bank paid
  int64_t refused = 0;    // payments that it did not
  int64_t files_refused = 0;
  int64_t returned = 0;        // payments that came back
  int64_t unknown = 0;         // movements that belong to nothing of ours; kept and listed
  int64_t unknown_amount = 0;  // what came in and went out with them, without sign
};

struct ReportLimits {
  int64_t slice_records = 2'000;  // in one transaction
};

// Reads a file of the bank. Refused: "cannot-read", "bad-file" (with line and column),
// "not-our-account", "bad-amount", "wrong-currency", "statement-sums".
Expected<ReportTaken> take_report(store::Connection& connection, const std::string& path,
                                  const std::string& by, const ReportLimits& limits = {});
// The same for a text in memory.
Expected<ReportTaken> take_report_text(store::Connection& connection, std::string_view text,
                                       const std::string& by, const ReportLimits& limits = {});

// A movement or an answer, as kept.
struct BankEntry {
  int64_t person = 0;  // 0: of a file, or unknown
  std::string key = {};
  int64_t report = 0;
  std::string fund = {};
  // settled, settled-file, returned, refused, file-refused, unknown, late (an answer about what was
  // sent again since)
  std::string what = {};
  int64_t payment = 0, file = 0;  // 0: none
  Date day;
  int64_t amount = 0;  // onto the account above zero
  int64_t taken = 0;   // how much of it, without sign, was for what it names
  std::string reason = {}, told = {};
};

// Movements of which some or all is not known what it is for, in the order of their days; not those
// that an employer's receipt of the same reference and amount explains. Which of them were
// explained since by other entries the ledger's account kUnknown says.
Expected<std::vector<BankEntry>> unknown_entries(store::Connection& connection);

}  // namespace ansinh::agency
