// A small law with contributions, and employers and workers under it and under law/vn, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agency/declaration.h"
#include "agency/employer_statement.h"
#include "agency/ledger.h"
#include "agency/receipt.h"
#include "agency/schema.h"
#include "agency/statements.h"
#include "law/check.h"
#include "store/test_store.h"

namespace ansinh::agency {

inline constexpr const char* kContributionsTestLaw = R"(# Test

```luat
currency VND "đồng" "đồng" in steps of 1

fund pension "Quỹ hưu trí" "Pension fund"
fund health "Quỹ y tế" "Health fund"
party employer "Đơn vị" "Employer"
party employee "Người lao động" "Employee"
party state "Nhà nước" "State"

enum month_kind "Loại tháng" "Kind of month" :
    contributed "có đóng" "contributed"
  | leave "nghỉ" "on leave"
  | unpaid "chưa đóng" "not paid"

entity Person "Người" "Person"
  fact sex : female "nữ" "female" | male "nam" "male" "Giới tính" "Sex"

spells work of Person by month "Quá trình đóng" "Work"
  may overlap
  fact salary : VND/month "Tiền lương" "Salary"
  fact kind : month_kind "Loại tháng" "Kind" presumed contributed
  fact hazardous : yes/no "Nặng nhọc" "Hazardous" presumed no
  fact employer_id : text "Đơn vị" "Employer" presumed "-"

entity Debt of Person as debts "Khoản nợ" "Debt"
  presumed none
  in order of due_on
  fact debt_amount : VND "Số tiền" "Amount"
  fact owed_for : month "Tháng" "Month"
  fact due_on : date "Hạn" "Due on"
  fact paid_on : date or none "Ngày đóng" "Paid on" presumed none
```

```luat
define insured of Person : yes/no "Phải đóng" "Insured"  cite Test 1
  = count of now > 0

define now of Person : spells of work "Tháng này" "This month"  cite Test 1
  = work in calendar month of today where kind is contributed

define wage of Person : VND/month "Tiền lương đóng" "Insured wage"  cite Test 1
  = sum of salary over now

param share : ratio "Tỷ lệ" "Share"  cite Test 2
  | from       | value |
  | 2020-01-01 | 8%    |
  | 2026-01-01 | 10%   |

define own_share of Person : VND/month "Phần người lao động" "Employee's share"  cite Test 2
  = wage * share
  rounded half up to 1 VND

define pension_share of Person : VND/month "Phần đơn vị" "Employer's share"  cite Test 2
  = wage * 14%
  rounded half up to 1 VND

define health_share of Person : VND/month "Bảo hiểm y tế" "Health share"  cite Test 3
  when wage <= 900_000_000 VND/month: wage * 3%
  otherwise not entitled because "lương quá cao" "the wage is too high"
  rounded half up to 1 VND

contribution pension_contribution of Person "Đóng hưu trí" "Pension contribution"  cite Test 4
  owed when insured
  employee pays own_share each month to fund pension
  employer pays pension_share each month to fund pension
  due by last day of (month of today + 1 month)

contribution health_contribution of Person "Đóng y tế" "Health contribution"  cite Test 5
  owed when insured
  employer pays health_share each month to fund health
  state pays health_share each month to fund health
  due by last day of (month of today + 1 month)

define days_late of Debt : days "Số ngày chậm" "Days late"  cite Test 6
  when has paid_on and paid_on <= today: days between due_on and paid_on
  otherwise days between due_on and today
  at least 0 days

param daily : ratio/day "Lãi một ngày" "Interest a day"  cite Test 6
  | from       | value      |
  | 2020-01-01 | 0.03%/day |

define late_interest of Debt : VND "Tiền lãi" "Interest"  cite Test 6
  = debt_amount * daily * days_late
  rounded half up to 1 VND
```
)";

inline constexpr const char* kContributionsTestRoles = R"({
  "person": "Person", "sex": "sex", "complete_lists": ["work"], "hours_east": 7,
  "registry": {
    "name": {"vi": "Họ và tên", "en": "Name"},
    "national_number": {"vi": "Số định danh", "en": "Number", "identifier": "national", "digits": 12}
  },
  "contributions": {
    "spells": "work", "employer": "employer_id",
    "kind": {"fact": "kind", "paid": "contributed", "unpaid": "unpaid"},
    "rules": ["pension_contribution", "health_contribution"],
    "remitted": ["employee", "employer"],
    "one_employer": true, "notice_day": 10,
    "order": ["interest", "oldest", "fund"], "funds": ["health", "pension"],
    "collected_in": "collection",
    "debts": {"list": "debts", "amount": "debt_amount", "month": "owed_for", "due": "due_on",
              "paid": "paid_on"},
    "interest": [{"definition": "late_interest"}]
  }
})";

inline LawBook contributions_book(const char* roles) {
  Diagnostics diagnostics;
  const Sources sources{{"test.md", kContributionsTestLaw}};
  auto program = law::check(sources, law::CheckOptions{Date::of(2026, 7, 1)}, diagnostics);
  for (const Diagnostic& d : diagnostics) {
    ADD_FAILURE() << render(d, sources, Language::kEnglish, false);
  }
  auto made = make_law_book(std::move(program), roles);
  if (!made) ADD_FAILURE() << made.error().text.en;
  return std::move(*made);
}

struct ContributionsWorld {
  LawBook book;
  ContributionRules rules;

  explicit ContributionsWorld(LawBook law) : book(std::move(law)) {
    auto read = read_contribution_rules(book);
    if (!read) ADD_FAILURE() << read.error().text.en;
    if (read) rules = std::move(*read);
  }
  static const ContributionsWorld& small() {
    static const ContributionsWorld world(contributions_book(kContributionsTestRoles));
    return world;
  }
};

inline const Date kContributionsToday = Date::of(2026, 11, 5);

class ContributionsTest : public store::StoreTest {
 protected:
  void SetUp() override {
    migrated(migrations());
    connection_ = connect();
  }
  store::Connection& db() { return *connection_; }
  virtual const ContributionsWorld& world() const { return ContributionsWorld::small(); }

  template <class Body>
  auto tried(Body&& body) {
    return store::transact(db(), store::Access::kWrite, std::forward<Body>(body));
  }
  template <class Body>
  auto written(Body&& body) {
    auto result = tried(std::forward<Body>(body));
    if (!result) ADD_FAILURE() << result.error().text.en << ": " << result.error().detail;
    return result;
  }
  // What a refusal says in English, with its code.
  template <class T>
  static std::string says(const Expected<T>& result) {
    if (result) return "done";
    return std::string(code_of(result.error())) + ": " + result.error().text.en;
  }

  int64_t employer(const std::string& code = "A", const std::string& name = "Company A") {
    return written([&](store::Connection& c) { return add_employer(c, code, name, "lan"); })
        .value_or(EmployerAdded{})
        .person;
  }
  int64_t worker(const std::vector<NewStatement>& said = {}) {
    return written([&](store::Connection& c) -> Expected<int64_t> {
             const Origin origin{"test", "lan"};
             auto number = new_person(c, PersonKind::kPerson, origin);
             if (!number || said.empty()) return number;
             if (auto done = record(c, world().book, *number, said, origin); !done) {
               return std::unexpected(done.error());
             }
             return number;
           })
        .value_or(0);
  }
  // A payroll by CSV; a reading that fails is the result.
  Expected<Declared> declared(int64_t of, Month month, const std::string& csv, bool is_whole = true,
                              const std::string& key = "") {
    return tried([&](store::Connection& c) -> Expected<Declared> {
      const auto payroll = read_payroll_csv(c, world().book, world().rules, csv);
      if (!payroll) return std::unexpected(payroll.error());
      return declare(c, world().book, world().rules, of, *payroll, {month, is_whole, key, "lan"},
                     today_);
    });
  }
  Declared declare_well(int64_t of, Month month, const std::string& csv, bool is_whole = true) {
    const auto done = declared(of, month, csv, is_whole);
    if (!done) ADD_FAILURE() << says(done);
    if (done) {
      for (const RejectedRow& row : done->rejected) {
        ADD_FAILURE() << row.line << " " << row.column << ": " << row.reason.en;
      }
    }
    return done.value_or(Declared{});
  }
  Expected<ReceiptTaken> received(int64_t of, Date on, int64_t amount, const std::string& key) {
    return tried([&](store::Connection& c) {
      return take_receipt(c, world().book, world().rules, of, {on, amount, key, "lan"}, today_);
    });
  }
  ReceiptTaken receive(int64_t of, Date on, int64_t amount, const std::string& key) {
    const auto done = received(of, on, amount, key);
    if (!done) ADD_FAILURE() << says(done);
    return done.value_or(ReceiptTaken{});
  }
  EmployerStatement statement(int64_t of, Date on) {
    auto made = statement_of_employer(db(), world().book, world().rules, of, on);
    if (!made) ADD_FAILURE() << says(made);
    return made.value_or(EmployerStatement{});
  }
  // What is open by month and fund, of contributions.
  std::map<std::pair<std::string, std::string>, int64_t> open(int64_t of) {
    std::map<std::pair<std::string, std::string>, int64_t> sums;
    for (const DueShown& due : statement(of, today_).dues) {
      if (!due.group.is_interest && due.open() != 0) {
        sums[{due.group.month.to_string(), due.group.key.fund}] += due.open();
      }
    }
    return sums;
  }
  // "2026-08 A unpaid overdue" for each month of a worker.
  std::vector<std::string> months(int64_t of, Date on = kContributionsToday) {
    std::vector<std::string> all;
    const auto found = months_of_worker(db(), of, on);
    if (!found) ADD_FAILURE() << says(found);
    for (const WorkerMonthShown& shown : found.value_or(std::vector<WorkerMonthShown>{})) {
      all.push_back(shown.month.month.to_string() + " " + shown.employer_code + " " +
                    std::string(name_of(shown.month.state)) + (shown.is_overdue ? " overdue" : ""));
    }
    return all;
  }
  // The rows of work that stand in the worker's file.
  std::vector<std::string> work(int64_t of) {
    std::vector<std::string> rows;
    const auto history = history_of(db(), of, Known{});
    if (!history) ADD_FAILURE() << says(history);
    for (const Statement& statement : history.value_or(std::vector<Statement>{})) {
      if (statement.fact == "work" && statement.replaced_by == 0 && statement.value) {
        rows.push_back(*statement.value);
      }
    }
    std::ranges::sort(rows);
    return rows;
  }
  int64_t count(std::string_view sql) { return db().number(sql).value().value_or(-1); }
  // Dues, receipts, allocations and the ledger agree.
  void expect_proved(int64_t of) {
    const EmployerStatement all = statement(of, today_);
    const store::Cell key[] = {of};
    const auto sum = [&](const char* sql) { return db().number(sql, key).value().value_or(0); };
    const int64_t allocated =
        sum("SELECT CAST(sum(amount) AS bigint) FROM allocation WHERE person = $1");
    EXPECT_EQ(sum("SELECT CAST(sum(amount) AS bigint) FROM due WHERE person = $1"),
              allocated + all.open);
    EXPECT_EQ(sum("SELECT CAST(sum(amount) AS bigint) FROM receipt WHERE person = $1"),
              allocated + all.left);
    EXPECT_EQ(all.paid, allocated);
    EXPECT_TRUE(trial_balance(db()).value().empty());
    std::map<std::string, int64_t> open_by_fund;
    for (const DueShown& due : all.dues) open_by_fund[due.group.key.fund] += due.open();
    for (const auto& [fund, amount] : open_by_fund) {
      EXPECT_EQ(balance_of(db(), of, fund, Role::kReceivable).value() +
                    balance_of(db(), of, fund, Role::kInterestDue).value(),
                amount)
          << fund;
    }
    EXPECT_EQ(balance_of(db(), of, world().rules.collected_in, Role::kUnallocated).value(),
              -all.left);
  }

  Date today_ = kContributionsToday;

 private:
  std::unique_ptr<store::Connection> connection_;
};

}  // namespace ansinh::agency
