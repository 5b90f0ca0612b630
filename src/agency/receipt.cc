#include "agency/receipt.h"

#include <algorithm>

#include "agency/clock.h"

namespace ansinh::agency {

namespace {

constexpr int64_t kReceiptMax = 1'000'000'000'000'000;

Expected<void> check_receipt(const NewReceipt& receipt, Date today) {
  if (receipt.amount <= 0 || receipt.amount > kReceiptMax) {
    return std::unexpected(refused("bad-amount", {"số tiền phải lớn hơn 0 và không quá 10^15",
                                                  "the amount must be above 0 and at most 10^15"}));
  }
  if (today < receipt.received_on) {
    return std::unexpected(refused(
        "date-ahead",
        {"ngày tiền về " + receipt.received_on.to_display() + " ở sau hôm nay",
         "the money came in on " + receipt.received_on.to_string() + ", which is after today"}));
  }
  if (receipt.source_key.empty()) {
    return std::unexpected(refused(
        "key-missing", {"thiếu số tham chiếu của ngân hàng", "the bank's reference is missing"}));
  }
  return {};
}

int64_t interest_in(const EmployerAccount& account) {
  int64_t sum = 0;
  for (const Due& due : account.dues()) {
    if (due.group.is_interest) sum += due.net;
  }
  return sum;
}

// What follows from money, dues or days that went by.
Expected<int64_t> settle_and_save(store::Connection& connection, const LawBook& book,
                                  const ContributionRules& rules, const Employer& employer,
                                  EmployerAccount& account, Date until, int64_t at,
                                  const std::string& by) {
  const bool is_late = employer.charged_on && until < *employer.charged_on;
  const Date charge = is_late ? *employer.charged_on : until;
  const auto settled =
      settle(account, book, rules, charge, is_late ? std::optional(until) : std::nullopt);
  if (!settled) return std::unexpected(settled.error());
  const auto saved =
      account.save(connection, rules, date_of_record_time(at, book.roles.hours_east), at, by);
  if (!saved) return std::unexpected(saved.error());
  const auto noted = set_account_state(connection, employer, charge, account.open_from());
  if (!noted) return std::unexpected(noted.error());
  return update_worker_months(connection, book, rules, employer, account, account.changed_months(),
                              at, by);
}

}  // namespace

Expected<ReceiptTaken> take_receipt(store::Connection& connection, const LawBook& book,
                                    const ContributionRules& rules, int64_t employer,
                                    const NewReceipt& receipt, Date today) {
  const auto checked = check_receipt(receipt, today);
  if (!checked) return std::unexpected(checked.error());
  const auto payer = employer_of(connection, employer);
  if (!payer) return std::unexpected(payer.error());
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  auto account = EmployerAccount::load(connection, employer);
  if (!account) return std::unexpected(account.error());
  for (const Receipt& known : account->receipts()) {
    if (known.source_key != receipt.source_key) continue;
    if (known.amount == receipt.amount && known.received_on == receipt.received_on) {
      return ReceiptTaken{known.receipt, false, 0, account->left(), 0};
    }
    return std::unexpected(refused(
        "key-taken",
        {"số tham chiếu \"" + receipt.source_key + "\" đã ghi với số tiền hoặc ngày khác",
         "the reference \"" + receipt.source_key + "\" was taken with another amount or day"}));
  }
  ReceiptTaken taken;
  taken.is_new = true;
  taken.receipt = account->receive(receipt.received_on, receipt.amount, receipt.source_key);
  const int64_t left_before = account->left();
  if (payer->charged_on && receipt.received_on < *payer->charged_on) {
    account->free_from(receipt.received_on);
  }
  const auto changed = settle_and_save(connection, book, rules, *payer, *account,
                                       receipt.received_on, *at, receipt.by);
  if (!changed) return std::unexpected(changed.error());
  taken.left = account->left();
  taken.allocated = left_before - taken.left;
  taken.months_changed = *changed;
  return taken;
}

Expected<int64_t> charge_late_interest(store::Connection& connection, const LawBook& book,
                                       const ContributionRules& rules, int64_t employer, Date until,
                                       const std::string& by) {
  const auto payer = employer_of(connection, employer);
  if (!payer) return std::unexpected(payer.error());
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  auto account = EmployerAccount::load(connection, employer);
  if (!account) return std::unexpected(account.error());
  const int64_t before = interest_in(*account);
  const auto changed = settle_and_save(connection, book, rules, *payer, *account, until, *at, by);
  if (!changed) return std::unexpected(changed.error());
  return interest_in(*account) - before;
}

}  // namespace ansinh::agency
