// The ledger: double entry by fund, in whole steps of the currency, never changed.
//
//   post(connection, {.person = 17, .cause = "contributions", .cause_key = "2026-07/3",
//                     .day = today, .postings = {{"pension", Role::kReceivable, 4'000'000},
//                                                {"pension", Role::kContributions, -4'000'000}},
//                     .recorded_at = time, .recorded_by = user});
//
// An entry says why it is (cause, cause_key): the same person, cause and key are posted once, so
// that work that is done again after a stop posts nothing twice. Within an entry the postings of
// each fund add up to zero, so that the whole ledger does, after every step. What was wrong is put
// right by another entry that names it in `corrects`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

// The part that money plays in a fund. Each fund has one account for each.
enum class Role : uint8_t {
  // What the fund has, or is owed: balances are debits (above zero).
  // On its account at the bank. Only the reading of the bank's statements posts here, so that it is
  // what the bank says: money that is known of in another way (a receipt) goes through kUnknown,
  // which the statement's entry clears, whichever comes first.
  kBank,
  kReceivable,   // contributions that payers owe
  kInterestDue,  // late interest that payers owe
  kOverpaid,     // what persons were paid and must give back
  // What the fund owes: balances are credits (below zero).
  kPayable,      // to persons: ordered or to be ordered
  kTransit,      // handed to the bank to be paid, not yet seen on a statement
  kSuspended,    // to persons: the bank could not pay it, or there is no account to pay it to
  kUnallocated,  // came in from a known payer, not yet allocated
  kUnknown,      // bank entries not yet known for what, or known but not yet seen (either sign)
  // What came in and went out, for good.
  kContributions,
  kInterest,
  kBenefits,
  kWrittenOff,
  kCharges,       // the bank's
  kBetweenFunds,  // what one fund took or gave for another; zero over all funds
  kOpening,       // what the fund had when the ledger was begun
};
inline constexpr size_t kRoleCount = 16;

// "bank", "receivable", …: as stored and printed.
std::string_view name_of(Role role);
std::optional<Role> role_of(std::string_view name);
Text label_of(Role role);

struct Posting {
  std::string fund;  // the law's word for it
  Role role = Role::kBank;
  int64_t amount = 0;  // debit above zero, credit below; never zero
};

struct Entry {
  int64_t person = 0;     // a person, household or employer that it is about; 0: the agency itself
  std::string cause;      // what kind of act: "contributions", "payment"
  std::string cause_key;  // which of them
  Date day;               // on which it counts
  std::vector<Posting> postings;
  int64_t recorded_at = 0;  // from record_time(), taken in the same transaction
  std::string recorded_by;
  int64_t corrects = 0;  // 0: nothing
};

struct EntryId {
  int64_t person = 0;
  int64_t entry = 0;
  bool is_new = false;  // false: it had been posted before, and nothing was done now
};

// Posts within the caller's write transaction. Funds and accounts that are not there yet are made.
// Refused: "unbalanced" (also: no postings, a posting of zero, sums beyond 64 bits), and
// "posted-otherwise" if the same cause and key were posted with other amounts.
Expected<EntryId> post(store::Connection& connection, const Entry& entry);

// The entry that undoes another of the same person: the same accounts with opposite signs.
// Refused: "not-found".
Expected<EntryId> post_reversal(store::Connection& connection, const EntryId& wrong,
                                const std::string& cause, const std::string& cause_key, Date day,
                                int64_t recorded_at, const std::string& recorded_by);

// The number of the account of a fund; makes it (and the fund) if it is not there.
Expected<int64_t> account_of(store::Connection& connection, const std::string& fund, Role role);

struct Balance {
  std::string fund;
  Role role = Role::kBank;
  int64_t debit = 0;   // what was debited in all
  int64_t credit = 0;  // what was credited in all, as a positive number
  int64_t amount() const { return debit - credit; }
};

// All accounts by fund and role, of all entries up to a day (none: all).
Expected<std::vector<Balance>> balances(store::Connection& connection,
                                        std::optional<Date> until = std::nullopt);

// What remains when all is added up, fund by fund: every amount must be zero. Only funds that are
// not balanced are returned: an empty list is how it must be.
struct Imbalance {
  std::string fund;
  int64_t amount = 0;
};
Expected<std::vector<Imbalance>> trial_balance(store::Connection& connection);

// What one person's entries come to in an account.
Expected<int64_t> balance_of(store::Connection& connection, int64_t person, const std::string& fund,
                             Role role);

struct PostedEntry {
  Entry entry;
  int64_t number = 0;
};
// All entries of one person, oldest first.
Expected<std::vector<PostedEntry>> entries_of(store::Connection& connection, int64_t person);

// ---- Funds --------------------------------------------------------------------------------------

struct Fund {
  std::string fund;
  Text name;
  std::string currency;              // ISO 4217
  int decimals = 0;                  // of a unit of the currency: 0 for đồng
  std::string holder, bank, number;  // the account at the bank; empty: none yet
};

Expected<std::vector<Fund>> funds(store::Connection& connection);
// Names a fund and its account; makes it if it is not there. Refused: "bad-account".
Expected<void> set_fund(store::Connection& connection, const Fund& fund, int64_t recorded_at,
                        const std::string& recorded_by);

}  // namespace ansinh::agency
