// Private to the room: one record of the bank, made into payments' states and entries.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agency/bank_report.h"
#include "agency/ledger.h"
#include "agency/payment_run.h"

namespace ansinh::agency {

class BankApply {
 public:
  // Within a write transaction. `at`: its record time. `funds`: by the number of their account.
  BankApply(store::Connection& connection, const std::map<std::string, Fund>& funds,
            ReportTaken& taken, int64_t at, const std::string& by)
      : connection_(connection), funds_(funds), taken_(taken), at_(at), by_(by) {}

  // `place`: which record of the file it is.
  Expected<void> apply(const BankRecord& record, int64_t place);

 private:
  struct History {
    bool is_settled = false, is_refused = false, is_returned = false;
  };
  Expected<History> history_of(const PaymentKey& key);
  Expected<bool> is_repeated(int64_t person, const std::string& key);
  Expected<std::optional<Payment>> payment_named(const BankRecord& record);
  Expected<std::optional<BankFile>> file_named(const BankRecord& record);
  Expected<void> keep(BankEntry entry, int64_t place);
  Expected<void> book(const BankEntry& entry, std::vector<Posting> postings);
  Expected<void> change_file(const BankFile& file, int64_t settled, int64_t refused,
                             const std::string& state);
  Expected<void> suspend(Payment& payment, const std::string& what, const BankRecord& record);
  std::string source() const;

  Expected<void> movement(const BankRecord& record, int64_t place);
  Expected<void> settle(BankEntry entry, Payment payment, int64_t place);
  Expected<void> settle_file(BankEntry entry, const BankFile& file, int64_t place);
  Expected<void> give_back(BankEntry entry, Payment payment, const BankRecord& record,
                           int64_t place);
  Expected<void> unknown(BankEntry entry, int64_t place);
  Expected<void> refuse(const BankRecord& record, int64_t place);
  Expected<void> refuse_file(const BankRecord& record, int64_t place);
  Expected<void> statement_ends(const BankRecord& record);

  store::Connection& connection_;
  const std::map<std::string, Fund>& funds_;
  ReportTaken& taken_;
  int64_t at_;
  const std::string& by_;
};

}  // namespace ansinh::agency
