#include "agency/employer_account.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "agency/ledger.h"

namespace ansinh::agency {

namespace {

constexpr std::string_view kInterestKind = "interest", kContributionKind = "contribution";

Date day_from(int64_t days) { return Date{static_cast<int32_t>(days)}; }

// What comes before what, when money is short.
bool is_paid_before(const Due& a, const Due& b, const ContributionRules& rules,
                    const law::Program& program) {
  for (const PayFirst first : rules.order) {
    switch (first) {
      case PayFirst::kInterest:
      case PayFirst::kContribution:
        if (a.group.is_interest != b.group.is_interest) {
          return a.group.is_interest == (first == PayFirst::kInterest);
        }
        break;
      case PayFirst::kOldest:
        if (a.group.due_on != b.group.due_on) return a.group.due_on < b.group.due_on;
        if (a.group.month != b.group.month) return a.group.month < b.group.month;
        break;
      case PayFirst::kFund: {
        const size_t one = rules.fund_rank(a.group.key.fund, program);
        const size_t other = rules.fund_rank(b.group.key.fund, program);
        if (one != other) return one < other;
        break;
      }
    }
  }
  return a.due < b.due;
}

}  // namespace

Expected<EmployerAccount> EmployerAccount::load(store::Connection& connection, int64_t employer) {
  EmployerAccount account;
  account.employer_ = employer;
  const store::Cell key[] = {employer};
  std::map<int64_t, size_t> places;
  auto read = connection.each(
      "SELECT due, kind, month, contribution, party, fund, amount, due_on, declaration, reduces "
      "FROM due WHERE person = $1 ORDER BY due",
      key, [&](const store::Row& row) {
        account.last_due_ = row.integer(0);
        if (const auto reduces = row.maybe_integer(9)) {
          account.dues_[places.at(*reduces)].net += row.integer(6);
          return true;
        }
        places[row.integer(0)] = account.dues_.size();
        account.dues_.push_back(
            {row.integer(0),
             {Month{static_cast<int32_t>(row.integer(2))},
              row.text(1) == kInterestKind,
              {std::string(row.text(3)), std::string(row.text(4)), std::string(row.text(5))},
              day_from(row.integer(7))},
             row.integer(6),
             row.integer(6),
             0,
             row.maybe_integer(8).value_or(0)});
        return true;
      });
  if (!read) return std::unexpected(read.error());
  std::map<int64_t, size_t> receipt_places;
  read = connection.each(
      "SELECT receipt, received_on, amount, source_key FROM receipt WHERE person = $1 "
      "ORDER BY receipt",
      key, [&](const store::Row& row) {
        account.last_receipt_ = row.integer(0);
        receipt_places[row.integer(0)] = account.receipts_.size();
        account.receipts_.push_back({row.integer(0), day_from(row.integer(1)), row.integer(2),
                                     row.integer(2), std::string(row.text(3))});
        return true;
      });
  if (!read) return std::unexpected(read.error());
  account.receipts_loaded_ = account.receipts_.size();
  read = connection.each(
      "SELECT due, receipt, CAST(sum(amount) AS bigint), max(allocation) FROM allocation "
      "WHERE person = $1 GROUP BY due, receipt",
      key, [&](const store::Row& row) {
        account.paid_[{row.integer(0), row.integer(1)}] = row.integer(2);
        account.dues_[places.at(row.integer(0))].paid += row.integer(2);
        account.receipts_[receipt_places.at(row.integer(1))].left -= row.integer(2);
        account.last_allocation_ = std::max(account.last_allocation_, row.integer(3));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return account;
}

int64_t EmployerAccount::open() const {
  return std::accumulate(dues_.begin(), dues_.end(), int64_t{0},
                         [](int64_t sum, const Due& due) { return sum + due.open(); });
}

int64_t EmployerAccount::left() const {
  return std::accumulate(receipts_.begin(), receipts_.end(), int64_t{0},
                         [](int64_t sum, const Receipt& receipt) { return sum + receipt.left; });
}

std::optional<Date> EmployerAccount::open_from() const {
  std::optional<Date> from;
  for (const Due& due : dues_) {
    if (due.open() > 0 && (!from || due.group.due_on < *from)) from = due.group.due_on;
  }
  return from;
}

std::map<Date, int64_t> EmployerAccount::payments_of(const Due& due) const {
  std::map<Date, int64_t> payments;
  for (auto paid = paid_.lower_bound({due.due, 0}); paid != paid_.end(); ++paid) {
    if (paid->first.first != due.due) break;
    const auto receipt = std::ranges::find(receipts_, paid->first.second, &Receipt::receipt);
    if (paid->second != 0) payments[receipt->received_on] += paid->second;
  }
  return payments;
}

void EmployerAccount::raise(const DueGroup& group, int64_t amount, int64_t declaration) {
  assert(amount > 0);
  dues_.push_back({++last_due_, group, amount, amount, 0, declaration});
  new_dues_.push_back({last_due_, group, amount, declaration, 0});
  changed_months_.insert(group.month);
}

void EmployerAccount::lower(const DueGroup& group, int64_t amount, int64_t declaration) {
  assert(amount > 0);
  for (size_t i = dues_.size(); i-- > 0 && amount > 0;) {
    Due& due = dues_[i];
    if (due.group != group || due.net == 0) continue;
    const int64_t less = std::min(amount, due.net);
    amount -= less;
    due.net -= less;
    new_dues_.push_back({++last_due_, group, -less, declaration, due.due});
    // The newest money is free first.
    for (size_t r = receipts_.size(); r-- > 0 && due.open() < 0;) {
      const auto paid = paid_.find({due.due, receipts_[r].receipt});
      if (paid == paid_.end() || paid->second == 0) continue;
      pay(receipts_[r], due, -std::min(paid->second, -due.open()));
    }
    assert(due.open() >= 0);
  }
  assert(amount == 0);
  changed_months_.insert(group.month);
}

int64_t EmployerAccount::receive(Date on, int64_t amount, std::string source_key) {
  assert(amount > 0);
  receipts_.push_back({++last_receipt_, on, amount, amount, std::move(source_key)});
  return last_receipt_;
}

void EmployerAccount::free_from(Date day) {
  for (const auto& [which, amount] : std::map(paid_)) {
    const auto receipt = std::ranges::find(receipts_, which.second, &Receipt::receipt);
    if (amount == 0 || receipt->received_on < day) continue;
    pay(*receipt, *std::ranges::find(dues_, which.first, &Due::due), -amount);
  }
}

void EmployerAccount::pay(Receipt& receipt, Due& due, int64_t amount) {
  receipt.left -= amount;
  due.paid += amount;
  paid_[{due.due, receipt.receipt}] += amount;
  allocations_[{due.due, receipt.receipt}] += amount;
  changed_months_.insert(due.group.month);
}

void EmployerAccount::distribute(const ContributionRules& rules, const law::Program& program) {
  if (left() == 0) return;
  std::vector<Due*> open;
  for (Due& due : dues_) {
    if (due.open() > 0) open.push_back(&due);
  }
  std::ranges::sort(
      open, [&](const Due* a, const Due* b) { return is_paid_before(*a, *b, rules, program); });
  std::vector<Receipt*> money;
  for (Receipt& receipt : receipts_) {
    if (receipt.left > 0) money.push_back(&receipt);
  }
  std::ranges::stable_sort(money, {}, [](const Receipt* receipt) { return receipt->received_on; });
  auto next = open.begin();
  for (Receipt* receipt : money) {
    while (receipt->left > 0 && next != open.end()) {
      pay(*receipt, **next, std::min(receipt->left, (*next)->open()));
      if ((*next)->open() == 0) ++next;
    }
  }
}

Expected<void> EmployerAccount::save(store::Connection& connection, const ContributionRules& rules,
                                     Date day, int64_t recorded_at, const std::string& by) {
  for (const NewDue& due : new_dues_) {
    const DueGroup& group = due.group;
    const store::Cell null;
    const store::Cell values[] = {
        employer_,
        due.due,
        std::string(group.is_interest ? kInterestKind : kContributionKind),
        int64_t{group.month.months},
        group.key.contribution,
        group.key.party,
        group.key.fund,
        due.amount,
        int64_t{group.due_on.days},
        due.declaration == 0 ? null : store::Cell(due.declaration),
        due.reduces == 0 ? null : store::Cell(due.reduces),
        recorded_at};
    const auto done = connection.run(
        "INSERT INTO due (person, due, kind, month, contribution, party, fund, amount, due_on, "
        "declaration, reduces, recorded_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        values);
    if (!done) return std::unexpected(done.error());
  }
  for (size_t i = receipts_loaded_; i < receipts_.size(); ++i) {
    const Receipt& receipt = receipts_[i];
    const store::Cell values[] = {employer_,
                                  receipt.receipt,
                                  int64_t{receipt.received_on.days},
                                  receipt.amount,
                                  receipt.source_key,
                                  recorded_at,
                                  by};
    const auto done = connection.run(
        "INSERT INTO receipt (person, receipt, received_on, amount, source_key, recorded_at, "
        "recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        values);
    if (!done) return std::unexpected(done.error());
  }
  for (const auto& [which, amount] : allocations_) {
    if (amount == 0) continue;
    const store::Cell values[] = {employer_, ++last_allocation_, which.second, which.first,
                                  amount,    recorded_at};
    const auto done = connection.run(
        "INSERT INTO allocation (person, allocation, receipt, due, amount, recorded_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        values);
    if (!done) return std::unexpected(done.error());
  }
  auto posted = post_changes(connection, rules, day, recorded_at, by);
  if (!posted) return posted;
  new_dues_.clear();
  allocations_.clear();
  receipts_loaded_ = receipts_.size();
  return {};
}

Expected<void> EmployerAccount::post_changes(store::Connection& connection,
                                             const ContributionRules& rules, Date day,
                                             int64_t recorded_at, const std::string& by) const {
  // Money in the account that employers pay into.
  for (size_t i = receipts_loaded_; i < receipts_.size(); ++i) {
    const Receipt& receipt = receipts_[i];
    const auto done =
        post(connection, {.person = employer_,
                          .cause = "receipt",
                          .cause_key = std::to_string(receipt.receipt),
                          .day = receipt.received_on,
                          .postings = {{rules.collected_in, Role::kUnknown, receipt.amount},
                                       {rules.collected_in, Role::kUnallocated, -receipt.amount}},
                          .recorded_at = recorded_at,
                          .recorded_by = by});
    if (!done) return std::unexpected(done.error());
  }
  // What is owed to a fund, and what of it the account holds for it.
  std::map<std::pair<std::string, Role>, int64_t> sums;
  for (const NewDue& due : new_dues_) {
    const bool is_interest = due.group.is_interest;
    const std::string& fund = due.group.key.fund;
    sums[{fund, is_interest ? Role::kInterestDue : Role::kReceivable}] += due.amount;
    sums[{fund, is_interest ? Role::kInterest : Role::kContributions}] -= due.amount;
  }
  for (const auto& [which, amount] : allocations_) {
    const auto due = std::ranges::find(dues_, which.first, &Due::due);
    const std::string& fund = due->group.key.fund;
    sums[{fund, due->group.is_interest ? Role::kInterestDue : Role::kReceivable}] -= amount;
    sums[{fund, Role::kBetweenFunds}] += amount;
    sums[{rules.collected_in, Role::kBetweenFunds}] -= amount;
    sums[{rules.collected_in, Role::kUnallocated}] += amount;
  }
  Entry entry{.person = employer_,
              .cause = "contributions",
              .cause_key = std::to_string(recorded_at),
              .day = day,
              .postings = {},
              .recorded_at = recorded_at,
              .recorded_by = by};
  for (const auto& [account, amount] : sums) {
    if (amount != 0) entry.postings.push_back({account.first, account.second, amount});
  }
  if (entry.postings.empty()) return {};
  const auto done = post(connection, entry);
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace ansinh::agency
