// Private to the room: the rows that one slice of a payment run adds, gathered and then loaded at
// once.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agency/award_due.h"
#include "agency/ledger.h"
#include "agency/payment_run.h"

namespace ansinh::agency {

// What is known of the persons of a slice before it.
struct PersonNumbers {
  int64_t last_payment = 0;
  int64_t last_entry = 0;
};

class PaymentSlice {
 public:
  // `at`: record time of the transaction.
  PaymentSlice(store::Connection& connection, const PaymentRun& run, const RunLimits& limits,
               int64_t at, std::string by);

  // Reads accounts and last numbers of the persons in a range; call first.
  Expected<void> prepare(int64_t first, int64_t last);

  // Writes down what an award's terms make of it otherwise than what was done; `done` is brought
  // up to date.
  Expected<void> adjust_by(const DueAward& award, int64_t difference, AwardDone& done,
                           int64_t through_month, const std::string& cause);
  // A first payment for an award's month.
  Expected<void> order(const DueAward& award, int64_t regular, int64_t back);
  // Another attempt at a payment that is suspended, if there is now another account; says so.
  Expected<bool> order_again(Payment& old);

  // Loads all of it and brings the files and the run up to date. `place`: the last person done.
  Expected<void> write(int64_t place);
  // Only the rows of persons, outside of a run.
  Expected<void> write_rows();

 private:
  Expected<int64_t> account(const std::string& fund, Role role);
  Expected<BankFile*> file_for(const std::string& fund, int64_t person);
  int64_t next_entry(int64_t person) { return ++numbers_[person].last_entry; }
  Expected<void> post_lines(int64_t person, const std::string& cause, const std::string& key,
                            const std::string& fund,
                            std::initializer_list<std::pair<Role, int64_t>> lines);
  Expected<void> place_order(Payment payment);
  Expected<void> write_files();
  Expected<void> load(std::string_view table, std::string_view columns,
                      const std::vector<std::vector<store::Cell>>& rows);

  store::Connection& connection_;
  const PaymentRun& run_;
  int64_t slices_per_file_;
  int64_t at_;
  Date day_;
  std::string by_;
  std::map<int64_t, PersonNumbers> numbers_;
  std::map<int64_t, BankAccount> accounts_;
  std::map<int64_t, std::string> names_;
  std::map<std::pair<std::string, Role>, int64_t> ledger_accounts_;
  std::map<std::string, BankFile> files_;  // by fund
  std::vector<std::vector<store::Cell>> payments_, entries_, postings_, adjustments_, events_;
};

}  // namespace ansinh::agency
