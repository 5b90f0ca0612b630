// Funds: their names, and the accounts at the bank from which they pay.
#include <algorithm>

#include "agency/bank_account.h"
#include "agency/ledger.h"

namespace ansinh::agency {

namespace {

store::Cell text_or_null(const std::string& text) {
  return text.empty() ? store::Cell() : store::Cell(text);
}

std::optional<Text> fund_fault(const Fund& fund) {
  if (fund.fund.empty()) return Text{"quỹ phải có tên", "a fund must have a name"};
  if (fund.currency.size() != 3 || !std::all_of(fund.currency.begin(), fund.currency.end(),
                                                [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return Text{"đơn vị tiền phải là ba chữ hoa, ví dụ VND",
                "the currency must be three capital letters, such as VND"};
  }
  if (fund.decimals < 0 || fund.decimals > 5) {
    return Text{"số chữ số lẻ phải từ 0 đến 5", "the decimals must be from 0 to 5"};
  }
  if (fund.number.empty() && fund.bank.empty()) return std::nullopt;
  if (fund.holder.empty()) {
    return Text{"tài khoản của quỹ phải có tên chủ tài khoản",
                "a fund's account must have a holder"};
  }
  return fault_of(BankAccount{fund.holder, fund.bank, fund.number});
}

}  // namespace

Expected<std::vector<Fund>> funds(store::Connection& connection) {
  std::vector<Fund> found;
  const auto done = connection.each(
      "SELECT fund, name_vi, name_en, currency, decimals, holder, bank, number FROM fund "
      "ORDER BY fund",
      {}, [&](const store::Row& row) {
        found.push_back({std::string(row.text(0)),
                         {std::string(row.text(1)), std::string(row.text(2))},
                         std::string(row.text(3)),
                         static_cast<int>(row.integer(4)),
                         row.maybe_text(5).value_or(""),
                         row.maybe_text(6).value_or(""),
                         row.maybe_text(7).value_or("")});
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<void> set_fund(store::Connection& connection, const Fund& fund, int64_t recorded_at,
                        const std::string& recorded_by) {
  if (auto fault = fund_fault(fund)) {
    return std::unexpected(refused("bad-account", std::move(*fault)));
  }
  const store::Cell account[] = {fund.fund, fund.number};
  const auto taken = connection.one(
      "SELECT fund FROM fund WHERE number = $2 AND number <> '' AND fund <> $1", account);
  if (!taken) return std::unexpected(taken.error());
  if (taken->has_value()) {
    const auto& other = std::get<std::string>((**taken)[0]);
    return std::unexpected(refused(
        "bad-account",
        {"tài khoản này là của quỹ " + other + "; mỗi quỹ cần tài khoản riêng",
         "this account is that of the fund " + other + "; each fund needs an account of its own"}));
  }
  const store::Cell row[] = {fund.fund,
                             fund.name.vi,
                             fund.name.en,
                             fund.currency,
                             int64_t{fund.decimals},
                             text_or_null(fund.holder),
                             text_or_null(fund.bank),
                             text_or_null(fund.number)};
  if (auto done = connection.run(
          "INSERT INTO fund (fund, name_vi, name_en, currency, decimals, holder, bank, number, "
          "version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (fund) DO UPDATE SET "
          "name_vi = excluded.name_vi, name_en = excluded.name_en, "
          "currency = excluded.currency, decimals = excluded.decimals, "
          "holder = excluded.holder, bank = excluded.bank, number = excluded.number, "
          "version = fund.version + 1",
          row);
      !done) {
    return std::unexpected(done.error());
  }
  const store::Cell event[] = {fund.fund,
                               text_or_null(fund.holder),
                               text_or_null(fund.bank),
                               text_or_null(fund.number),
                               recorded_at,
                               recorded_by};
  const auto done = connection.run(
      "INSERT INTO fund_event (fund, event, holder, bank, number, recorded_at, recorded_by) "
      "SELECT $1, version, $2, $3, $4, $5, $6 FROM fund WHERE fund = $1",
      event);
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace ansinh::agency
