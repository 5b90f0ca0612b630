#include "agency/ledger.h"

#include <algorithm>
#include <map>
#include <utility>

#include "agency/clock.h"

namespace ansinh::agency {

namespace {

struct RoleWords {
  Role role;
  std::string_view name;
  std::string_view vi, en;
};

constexpr RoleWords kRoles[] = {
    {Role::kBank, "bank", "Tiền gửi ngân hàng", "At the bank"},
    {Role::kReceivable, "receivable", "Tiền đóng phải thu", "Contributions receivable"},
    {Role::kInterestDue, "interest-due", "Tiền lãi chậm đóng phải thu", "Late interest receivable"},
    {Role::kOverpaid, "overpaid", "Chi quá phải thu hồi", "Overpaid, to be given back"},
    {Role::kPayable, "payable", "Phải trả người hưởng", "Payable to persons"},
    {Role::kTransit, "transit", "Đã chuyển ngân hàng chi, chờ sao kê", "Handed to the bank"},
    {Role::kSuspended, "suspended", "Không chi được, còn nợ người hưởng", "Suspended, still owed"},
    {Role::kUnallocated, "unallocated", "Tiền thu chưa phân bổ", "Received, not allocated"},
    {Role::kUnknown, "unknown", "Bút toán ngân hàng chưa rõ", "Bank entries not known"},
    {Role::kContributions, "contributions", "Thu tiền đóng", "Contributions"},
    {Role::kInterest, "interest", "Thu tiền lãi chậm đóng", "Late interest"},
    {Role::kBenefits, "benefits", "Chi chế độ", "Benefits"},
    {Role::kWrittenOff, "written-off", "Xóa nợ", "Written off"},
    {Role::kCharges, "charges", "Phí ngân hàng", "Bank charges"},
    {Role::kBetweenFunds, "between-funds", "Thanh toán giữa các quỹ", "Between funds"},
    {Role::kOpening, "opening", "Số dư đầu kỳ", "Opening balance"},
};
static_assert(std::size(kRoles) == kRoleCount);

const RoleWords& words_of(Role role) { return kRoles[static_cast<size_t>(role)]; }

Failure unbalanced(const std::string& why_vi, const std::string& why_en) {
  return refused("unbalanced", {"bút toán không cân: " + why_vi + "; hãy ghi nợ và có bằng nhau",
                                "the entry does not balance: " + why_en +
                                    "; debit and credit the same amounts in each fund"});
}

std::optional<Failure> balance_fault(const Entry& entry) {
  if (entry.postings.empty()) return unbalanced("không có dòng nào", "it has no postings");
  std::map<std::string_view, int64_t> sums;
  for (const Posting& posting : entry.postings) {
    if (posting.amount == 0) return unbalanced("có dòng bằng 0", "a posting is zero");
    int64_t& sum = sums[posting.fund];
    if (__builtin_add_overflow(sum, posting.amount, &sum)) {
      return unbalanced("tổng quá lớn", "the sums are too large");
    }
  }
  for (const auto& [fund, sum] : sums) {
    if (sum == 0) continue;
    return unbalanced("quỹ " + std::string(fund) + " lệch " + std::to_string(sum),
                      "fund " + std::string(fund) + " is off by " + std::to_string(sum));
  }
  return std::nullopt;
}

using AccountPostings = std::vector<std::pair<int64_t, int64_t>>;  // account, amount

Expected<AccountPostings> postings_of(store::Connection& connection, int64_t person,
                                      int64_t entry) {
  AccountPostings found;
  const store::Cell key[] = {person, entry};
  const auto done = connection.each(
      "SELECT account, amount FROM posting WHERE person = $1 AND entry = $2 ORDER BY line", key,
      [&](const store::Row& row) {
        found.emplace_back(row.integer(0), row.integer(1));
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<EntryId> write_entry(store::Connection& connection, const Entry& entry,
                              const AccountPostings& postings) {
  const store::Cell cause[] = {entry.person, entry.cause, entry.cause_key};
  const auto before = connection.number(
      "SELECT entry FROM entry WHERE person = $1 AND cause = $2 AND cause_key = $3", cause);
  if (!before) return std::unexpected(before.error());
  if (before->has_value()) {
    auto old = postings_of(connection, entry.person, **before);
    if (!old) return std::unexpected(old.error());
    if (*old != postings) {
      return std::unexpected(refused(
          "posted-otherwise",
          {"việc này đã được hạch toán với số tiền khác; hãy ghi bút toán điều chỉnh",
           "this has been posted before with other amounts; post a correcting entry instead"}));
    }
    return EntryId{entry.person, **before, false};
  }
  const store::Cell person[] = {entry.person};
  const auto last = connection.number("SELECT max(entry) FROM entry WHERE person = $1", person);
  if (!last) return std::unexpected(last.error());
  const int64_t number = last->value_or(0) + 1;
  const store::Cell row[] = {entry.person,
                             number,
                             entry.cause,
                             entry.cause_key,
                             int64_t{entry.day.days},
                             entry.recorded_at,
                             entry.recorded_by,
                             entry.corrects == 0 ? store::Cell() : store::Cell(entry.corrects)};
  if (auto done = connection.run(
          "INSERT INTO entry (person, entry, cause, cause_key, day, recorded_at, recorded_by, "
          "corrects) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
          row);
      !done) {
    return std::unexpected(done.error());
  }
  int64_t line = 0;
  for (const auto& [account, amount] : postings) {
    const store::Cell values[] = {entry.person, number, ++line, account, amount};
    if (auto done = connection.run("INSERT INTO posting (person, entry, line, account, amount) "
                                   "VALUES ($1, $2, $3, $4, $5)",
                                   values);
        !done) {
      return std::unexpected(done.error());
    }
  }
  return EntryId{entry.person, number, true};
}

}  // namespace

std::string_view name_of(Role role) { return words_of(role).name; }

std::optional<Role> role_of(std::string_view name) {
  for (const RoleWords& words : kRoles) {
    if (words.name == name) return words.role;
  }
  return std::nullopt;
}

Text label_of(Role role) {
  return {std::string(words_of(role).vi), std::string(words_of(role).en)};
}

Expected<int64_t> account_of(store::Connection& connection, const std::string& fund, Role role) {
  const store::Cell key[] = {fund, std::string(name_of(role))};
  const auto found =
      connection.number("SELECT account FROM account WHERE fund = $1 AND role = $2", key);
  if (!found) return std::unexpected(found.error());
  if (found->has_value()) return **found;
  const store::Cell name[] = {fund};
  if (auto made =
          connection.run("INSERT INTO fund (fund, name_vi, name_en, currency, decimals, version) "
                         "VALUES ($1, $1, $1, 'VND', 0, 1) ON CONFLICT (fund) DO NOTHING",
                         name);
      !made) {
    return std::unexpected(made.error());
  }
  const auto number = take_numbers(connection, "account");
  if (!number) return std::unexpected(number.error());
  const store::Cell row[] = {*number, fund, std::string(name_of(role))};
  if (auto made = connection.run("INSERT INTO account (account, fund, role) VALUES ($1, $2, $3) "
                                 "ON CONFLICT (fund, role) DO NOTHING",
                                 row);
      !made) {
    return std::unexpected(made.error());
  }
  const auto made =
      connection.number("SELECT account FROM account WHERE fund = $1 AND role = $2", key);
  if (!made) return std::unexpected(made.error());
  return made->value();
}

Expected<EntryId> post(store::Connection& connection, const Entry& entry) {
  if (auto fault = balance_fault(entry)) return std::unexpected(std::move(*fault));
  AccountPostings postings;
  for (const Posting& posting : entry.postings) {
    const auto account = account_of(connection, posting.fund, posting.role);
    if (!account) return std::unexpected(account.error());
    postings.emplace_back(*account, posting.amount);
  }
  return write_entry(connection, entry, postings);
}

Expected<EntryId> post_reversal(store::Connection& connection, const EntryId& wrong,
                                const std::string& cause, const std::string& cause_key, Date day,
                                int64_t recorded_at, const std::string& recorded_by) {
  auto postings = postings_of(connection, wrong.person, wrong.entry);
  if (!postings) return std::unexpected(postings.error());
  if (postings->empty()) {
    return std::unexpected(refused("not-found", {"không có bút toán này; hãy xem lại số bút toán",
                                                 "there is no such entry; check its number"}));
  }
  for (auto& [account, amount] : *postings) amount = -amount;
  return write_entry(connection,
                     {.person = wrong.person,
                      .cause = cause,
                      .cause_key = cause_key,
                      .day = day,
                      .postings = {},
                      .recorded_at = recorded_at,
                      .recorded_by = recorded_by,
                      .corrects = wrong.entry},
                     *postings);
}

Expected<std::vector<Balance>> balances(store::Connection& connection, std::optional<Date> until) {
  std::vector<Balance> found;
  const auto take = [&](const store::Row& row) {
    const auto role = role_of(row.text(1));
    if (role) {
      found.push_back({std::string(row.text(0)), *role, row.integer(2), row.integer(3)});
    }
    return true;
  };
  constexpr std::string_view kAll =
      "SELECT a.fund, a.role, CAST(sum(p.debit) AS bigint), CAST(sum(p.credit) AS bigint) FROM "
      "(SELECT account, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS debit, "
      "sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS credit FROM posting "
      "GROUP BY account) p JOIN account a ON a.account = p.account GROUP BY a.fund, a.role";
  constexpr std::string_view kUntil =
      "SELECT a.fund, a.role, CAST(sum(p.debit) AS bigint), CAST(sum(p.credit) AS bigint) FROM "
      "(SELECT account, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS debit, "
      "sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS credit FROM posting q "
      "JOIN entry e ON e.person = q.person AND e.entry = q.entry WHERE e.day <= $1 "
      "GROUP BY account) p JOIN account a ON a.account = p.account GROUP BY a.fund, a.role";
  Expected<void> done;
  if (until) {
    const store::Cell day[] = {int64_t{until->days}};
    done = connection.each(kUntil, day, take);
  } else {
    done = connection.each(kAll, {}, take);
  }
  if (!done) return std::unexpected(done.error());
  std::sort(found.begin(), found.end(), [](const Balance& a, const Balance& b) {
    return std::pair(std::string_view(a.fund), a.role) <
           std::pair(std::string_view(b.fund), b.role);
  });
  return found;
}

Expected<std::vector<Imbalance>> trial_balance(store::Connection& connection) {
  const auto all = balances(connection);
  if (!all) return std::unexpected(all.error());
  std::map<std::string, int64_t> sums;
  for (const Balance& balance : *all) sums[balance.fund] += balance.amount();
  std::vector<Imbalance> off;
  for (const auto& [fund, sum] : sums) {
    if (sum != 0) off.push_back({fund, sum});
  }
  return off;
}

Expected<int64_t> balance_of(store::Connection& connection, int64_t person, const std::string& fund,
                             Role role) {
  const store::Cell key[] = {person, fund, std::string(name_of(role))};
  const auto sum = connection.number(
      "SELECT CAST(sum(p.amount) AS bigint) FROM posting p JOIN account a "
      "ON a.account = p.account WHERE p.person = $1 AND a.fund = $2 AND a.role = $3",
      key);
  if (!sum) return std::unexpected(sum.error());
  return sum->value_or(0);
}

Expected<std::vector<PostedEntry>> entries_of(store::Connection& connection, int64_t person) {
  std::vector<PostedEntry> found;
  const store::Cell key[] = {person};
  const auto done = connection.each(
      "SELECT e.entry, e.cause, e.cause_key, e.day, e.recorded_at, e.recorded_by, e.corrects, "
      "a.fund, a.role, p.amount FROM entry e JOIN posting p ON p.person = e.person AND "
      "p.entry = e.entry JOIN account a ON a.account = p.account WHERE e.person = $1 "
      "ORDER BY e.entry, p.line",
      key, [&](const store::Row& row) {
        if (found.empty() || found.back().number != row.integer(0)) {
          found.push_back({{.person = person,
                            .cause = std::string(row.text(1)),
                            .cause_key = std::string(row.text(2)),
                            .day = Date{static_cast<int32_t>(row.integer(3))},
                            .postings = {},
                            .recorded_at = row.integer(4),
                            .recorded_by = std::string(row.text(5)),
                            .corrects = row.maybe_integer(6).value_or(0)},
                           row.integer(0)});
        }
        if (const auto role = role_of(row.text(8))) {
          found.back().entry.postings.push_back({std::string(row.text(7)), *role, row.integer(9)});
        }
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

}  // namespace ansinh::agency
