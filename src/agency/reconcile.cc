#include "agency/reconcile.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ansinh::agency {

namespace {

struct StatementBalances {
  std::string name;
  std::optional<int64_t> opening, closing;
  int64_t day = 0;
};

Expected<void> read_files(store::Connection& connection, Reconciliation& made) {
  const auto all = runs(connection);
  if (!all) return std::unexpected(all.error());
  for (const PaymentRun& run : *all) {
    auto files = files_of(connection, run.run);
    if (!files) return std::unexpected(files.error());
    for (BankFile& file : *files) {
      if (file.count == 0) continue;
      made.in_transit += file.in_transit();
      made.files.push_back({std::move(file), run.month});
    }
  }
  return {};
}

Expected<std::vector<StatementBalances>> statements_of(store::Connection& connection,
                                                       const std::string& fund) {
  std::map<std::string, StatementBalances> by_name;
  const store::Cell key[] = {fund};
  const auto done = connection.each(
      "SELECT statement, kind, day, amount FROM bank_balance WHERE fund = $1", key,
      [&](const store::Row& row) {
        StatementBalances& statement = by_name[std::string(row.text(0))];
        statement.name = row.text(0);
        statement.day = std::max(statement.day, row.integer(2));
        (row.text(1) == "opening" ? statement.opening : statement.closing) = row.integer(3);
        return true;
      });
  if (!done) return std::unexpected(done.error());
  std::vector<StatementBalances> all;
  all.reserve(by_name.size());
  for (auto& [name, statement] : by_name) all.push_back(std::move(statement));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::pair(a.day, std::string_view(a.name)) < std::pair(b.day, std::string_view(b.name));
  });
  return all;
}

Expected<void> read_accounts(store::Connection& connection, Reconciliation& made) {
  const auto all = funds(connection);
  if (!all) return std::unexpected(all.error());
  const auto ledger = balances(connection);
  if (!ledger) return std::unexpected(ledger.error());
  for (const Fund& fund : *all) {
    if (fund.number.empty()) continue;
    AccountLine line{.fund = fund.fund};
    for (const Balance& balance : *ledger) {
      if (balance.fund == fund.fund && balance.role == Role::kBank) line.ledger = balance.amount();
    }
    const auto statements = statements_of(connection, fund.fund);
    if (!statements) return std::unexpected(statements.error());
    std::optional<int64_t> before;
    for (const StatementBalances& statement : *statements) {
      if (before && statement.opening && *before != *statement.opening) {
        line.gaps.push_back(statement.name);
      }
      if (statement.closing) {
        before = statement.closing;
        line.has_statement = true;
        line.stated = *statement.closing;
        line.stated_on = Date{static_cast<int32_t>(statement.day)};
      }
    }
    made.accounts.push_back(std::move(line));
  }
  return {};
}

}  // namespace

bool Reconciliation::is_clean() const {
  return unknown.empty() &&
         std::all_of(files.begin(), files.end(),
                     [](const FileLine& line) {
                       return line.is_settled() ||
                              (line.file.state == "rejected" && line.file.in_transit() == 0);
                     }) &&
         std::all_of(accounts.begin(), accounts.end(),
                     [](const AccountLine& line) { return line.agrees(); });
}

Expected<Reconciliation> reconcile(store::Connection& connection) {
  Reconciliation made;
  if (auto read = read_files(connection, made); !read) return std::unexpected(read.error());
  if (auto read = read_accounts(connection, made); !read) return std::unexpected(read.error());
  auto unknown = unknown_entries(connection);
  if (!unknown) return std::unexpected(unknown.error());
  made.unknown = std::move(*unknown);
  const auto done = connection.each(
      "SELECT count(*), CAST(sum(amount) AS bigint) FROM payment WHERE state = 'suspended'", {},
      [&](const store::Row& row) {
        made.suspended_count = row.integer(0);
        made.suspended_amount = row.maybe_integer(1).value_or(0);
        return false;
      });
  if (!done) return std::unexpected(done.error());
  return made;
}

}  // namespace ansinh::agency
