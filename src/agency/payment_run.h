// The payment run: from awards to orders, files for the bank and entries in the ledger.
//
//   order_month   every award that is in payment, for one month: regular amounts, and back-pay of
//                 what the award was worth before and was not ordered. Once per award and month.
//   order_again   what came back from the bank or had no account, to accounts named since then
//   release       by another person than the one who started it: the files may go to the bank, and
//                 the ledger says that the money is on its way
//
// Orders are made in slices of persons, each in one transaction with the place that was reached: a
// run that was stopped at any point goes on where it was when it is asked for again, and what is
// whole is not done again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agency/payment.h"

namespace ansinh::agency {

enum class RunKind : uint8_t { kMonth, kAgain };
enum class RunState : uint8_t { kOrdering, kOrdered, kReleased };
std::string_view name_of(RunKind kind);
std::string_view name_of(RunState state);

struct PaymentRun {
  int64_t run = 0;
  RunKind kind = RunKind::kMonth;
  int64_t month = 0;
  RunState state = RunState::kOrdering;
  int64_t place = 0;   // persons up to this number are done
  int64_t slices = 0;  // how many it took so far
  int64_t started_at = 0;
  std::string started_by = {};
  int64_t released_at = 0;  // 0: not yet
  std::string released_by = {};
  int64_t version = 0;
};

// A message to the bank.
struct BankFile {
  int64_t file = 0;
  int64_t run = 0;
  std::string fund = {};
  int64_t part = 0;
  int64_t first_person = 0, last_person = 0;
  int64_t count = 0;
  int64_t amount = 0;
  int64_t settled = 0;      // what the bank took for it
  int64_t rejected = 0;     // what the bank did not take, or gave back before it took it
  std::string state = {};   // open, sent, rejected
  BankAccount payer = {};   // the fund's account; empty while it is open
  std::string digest = {};  // SHA-256 of the file; empty: not written yet
  int64_t version = 0;

  // What is still on its way as far as the bank has told.
  int64_t in_transit() const { return state == "sent" ? amount - settled - rejected : 0; }
};

struct RunLimits {
  int64_t slice_awards = 20'000;  // in one transaction
  int64_t slices_per_file = 5;
};

// Called after each slice, with the persons' number that was reached; false: stop (the run can go
// on later).
using RunProgress = std::function<bool(const PaymentRun&)>;

// Starts the run of a month, or goes on with it; months must follow each other: a month before one
// that was run is refused ("month-passed"). Returns the run as it is then.
Expected<PaymentRun> order_month(store::Connection& connection, int64_t month,
                                 const std::string& by, const RunLimits& limits = {},
                                 const RunProgress& progress = {});

// Orders again what is suspended and can be paid now. Goes on with such a run that is not finished;
// nullopt if there is nothing to pay again.
Expected<std::optional<PaymentRun>> order_again(store::Connection& connection, int64_t month,
                                                const std::string& by, const RunLimits& limits = {},
                                                const RunProgress& progress = {});

// Refused: "not-found", "not-ordered" (the run is not whole), "same-person", "fund-without-account"
// (which). A run that was released is left as it is.
Expected<PaymentRun> release(store::Connection& connection, int64_t number, const std::string& by);

// A file that the bank refused as a whole becomes a new one with the same payments, without those
// that were refused one by one. Refused: "not-found", "not-rejected".
Expected<BankFile> resend(store::Connection& connection, int64_t number, const std::string& by);

Expected<std::optional<PaymentRun>> find_run(store::Connection& connection, int64_t run);
Expected<std::vector<PaymentRun>> runs(store::Connection& connection);
Expected<std::vector<BankFile>> files_of(store::Connection& connection, int64_t run);
Expected<std::optional<BankFile>> find_file(store::Connection& connection, int64_t file);

// Puts right what an award's terms say otherwise than what was made of it, up to the last month
// that was run for it: owed money becomes payable with the next run, overpaid money is owed by the
// person. Both are posted now. Nothing if nothing differs. For the approval of a revision; the run
// does the same for whatever was not put right before. Refused: "not-found".
struct AwardAdjustment {
  int64_t payable = 0;
  int64_t overpaid = 0;
};
Expected<AwardAdjustment> adjust_award(store::Connection& connection, int64_t person, int64_t award,
                                       const std::string& cause, int64_t recorded_at,
                                       const std::string& by);

// The same for many, in ascending order of (person, award), read and written together.
struct AwardCause {
  int64_t person = 0;
  int64_t award = 0;
  std::string cause;
};
Expected<std::vector<AwardAdjustment>> adjust_awards(store::Connection& connection,
                                                     std::span<const AwardCause> awards,
                                                     int64_t recorded_at, const std::string& by);

}  // namespace ansinh::agency
