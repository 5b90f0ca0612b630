// One payment to one person, from its order to where it ended.
//
// Amounts never change. A payment that came back, or had no account to go to, is suspended: still
// owed, told to the person, and ordered again (another payment, attempt + 1) once there is another
// account (payment_run.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agency/bank_account.h"

namespace ansinh::agency {

enum class PaymentState : uint8_t {
  kOrdered,    // on its way (or its file is not handed over yet)
  kSettled,    // the bank's statement names it as paid
  kSuspended,  // owed; waits for another account
  kRepaid,     // was suspended, and has been ordered again
};
std::string_view name_of(PaymentState state);

struct Payment {
  int64_t person = 0;
  int64_t payment = 0;
  int64_t award = 0;
  int64_t month = 0;  // of the run, since 1970-01
  int64_t attempt = 1;
  int64_t run = 0;
  std::string fund = {};
  int64_t regular = 0;  // what the month is worth
  int64_t back = 0;     // of months before
  int64_t amount = 0;   // both
  std::optional<BankAccount> account = {};
  std::optional<int64_t> file = {};
  PaymentState state = PaymentState::kOrdered;
  std::string reason = {};  // why it is suspended: "no-account", or the bank's code
  int64_t version = 1;
};

struct PaymentEvent {
  std::string what = {};  // settled, rejected, returned, no-account, repaid, resent
  std::string reason = {};
  std::string source = {};  // "report 3", "run 5"
  int64_t recorded_at = 0;
};

Expected<std::vector<Payment>> payments_of(store::Connection& connection, int64_t person);
Expected<std::optional<Payment>> find_payment(store::Connection& connection, int64_t person,
                                              int64_t payment);
Expected<std::vector<PaymentEvent>> payment_events(store::Connection& connection, int64_t person,
                                                   int64_t payment);

// ---- What the bank calls them -------------------------------------------------------------------

// "AS-P17-3-42" (end-to-end identification: person 17, payment 3) and "AS-F12-08" (message 12),
// each with two check digits, at most 35 characters.
struct PaymentKey {
  int64_t person = 0;
  int64_t payment = 0;
  bool operator==(const PaymentKey&) const = default;
};
std::string reference_of(const PaymentKey& key);
std::string reference_of_file(int64_t file);
// Nothing if it is not one of ours, or the check digits do not fit.
std::optional<PaymentKey> payment_of_reference(std::string_view reference);
std::optional<int64_t> file_of_reference(std::string_view reference);

// ---- Inside the room ----------------------------------------------------------------------------

Payment payment_from(const store::Row& row);
inline constexpr std::string_view kPaymentColumns =
    "person, payment, award, month, attempt, run, fund, regular, back, amount, holder, bank, "
    "number, file, state, reason, version";
std::vector<store::Cell> cells_of(const Payment& payment);

// Changes the state if the payment still has its version ("changed-meanwhile"), and writes down
// what happened.
Expected<void> move_payment(store::Connection& connection, Payment& payment, PaymentState state,
                            const PaymentEvent& event);
// Only writes down what happened.
Expected<void> note_payment(store::Connection& connection, const PaymentKey& key,
                            const PaymentEvent& event);

}  // namespace ansinh::agency
