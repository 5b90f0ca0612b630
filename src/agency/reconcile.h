// What the bank has said of what was sent to it, and what it has not: the report for those who
// look after the accounts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/bank_report.h"
#include "agency/ledger.h"
#include "agency/payment_run.h"

namespace ansinh::agency {

struct FileLine {
  BankFile file;
  int64_t month = 0;
  bool is_settled() const { return file.state == "sent" && file.in_transit() == 0; }
};

// One account at the bank.
struct AccountLine {
  std::string fund;
  int64_t ledger = 0;  // what the ledger says is there
  bool has_statement = false;
  int64_t stated = 0;  // the last closing balance that the bank stated
  Date stated_on = {};
  // Statements that do not begin with what the one before them ended with: one is missing.
  std::vector<std::string> gaps = {};
  bool agrees() const { return !has_statement || (ledger == stated && gaps.empty()); }
};

struct Reconciliation {
  std::vector<FileLine> files;
  std::vector<AccountLine> accounts;
  std::vector<BankEntry> unknown;
  int64_t suspended_count = 0;
  int64_t suspended_amount = 0;
  int64_t in_transit = 0;  // sent, and not told of by the bank
  // Nothing is open: every file settled, every account as the bank says, nothing unknown.
  bool is_clean() const;
};

Expected<Reconciliation> reconcile(store::Connection& connection);

}  // namespace ansinh::agency
