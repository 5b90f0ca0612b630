#include "agency/receipt.h"

#include <random>
#include <thread>

#include "agency/contributions_test_support.h"
#include "agency/notice.h"

namespace ansinh::agency {
namespace {

using Pairs = std::map<std::pair<std::string, std::string>, int64_t>;
using Texts = std::vector<std::string>;

class ReceiptTest : public ContributionsTest {
 protected:
  // One worker for 10 million a month: 300,000 to health and 2,400,000 to pension, due at the end
  // of the month after.
  static std::string payroll(int64_t worker, int64_t salary = 10'000'000) {
    return "person,salary\n" + std::to_string(worker) + "," + std::to_string(salary) + "\n";
  }
  // Interest that was charged: by month and fund.
  Pairs charged(int64_t of) {
    Pairs sums;
    for (const DueShown& due : statement(of, today_).dues) {
      if (due.group.is_interest) sums[{due.group.month.to_string(), due.group.key.fund}] += due.due;
    }
    return sums;
  }
  // What pays what: by due group and day.
  std::map<std::pair<DueGroup, Date>, int64_t> payments(int64_t of) {
    std::map<std::pair<DueGroup, Date>, int64_t> sums;
    const auto account = EmployerAccount::load(db(), of);
    for (const Due& due : account->dues()) {
      for (const auto& [day, amount] : account->payments_of(due)) {
        if (amount != 0) sums[{due.group, day}] += amount;
      }
    }
    return sums;
  }
  const Month july_ = Month::of(2026, 7), august_ = Month::of(2026, 8);
  const Date in_time_ = Date::of(2026, 8, 31);  // July is due then
};
STORE_TEST_SUITE(ReceiptTest);

TEST_P(ReceiptTest, WhatIsPaidInTimeIsPaidAndTheMonthCounts) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  const ReceiptTaken taken = receive(a, in_time_, 2'700'000, "r1");
  EXPECT_EQ(taken.allocated, 2'700'000);
  EXPECT_EQ(taken.left, 0);
  EXPECT_EQ(taken.months_changed, 1);
  EXPECT_EQ(months(an), Texts{"2026-07 A paid"});
  EXPECT_EQ(work(an), Texts{R"({"from":"2026-07","to":"2026-07","salary":10000000,)"
                            R"("kind":"contributed","employer_id":"A"})"});
  EXPECT_EQ(open(a), Pairs{});
  EXPECT_TRUE(statement(a, today_).interest.empty());
  expect_proved(a);
}

TEST_P(ReceiptTest, APartPaysInTheLawsOrderAndTheMonthIsNotPaid) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  declare_well(a, august_, payroll(an));
  receive(a, in_time_, 1'300'000, "r1");
  EXPECT_EQ(open(a), (Pairs{{{"2026-07", "pension"}, 1'400'000},
                            {{"2026-08", "health"}, 300'000},
                            {{"2026-08", "pension"}, 2'400'000}}));
  EXPECT_EQ(months(an), (Texts{"2026-07 A unpaid overdue", "2026-08 A unpaid overdue"}));
  receive(a, in_time_, 1'400'000 + 300'000, "r2");
  EXPECT_EQ(months(an), (Texts{"2026-07 A paid", "2026-08 A unpaid overdue"}));
  EXPECT_EQ(open(a), (Pairs{{{"2026-08", "pension"}, 2'400'000}}));
  expect_proved(a);
}

TEST_P(ReceiptTest, TheSameReceiptThreeTimesIsTakenOnce) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  const ReceiptTaken first = receive(a, in_time_, 1'000'000, "r1");
  for (int i = 0; i < 2; ++i) {
    const ReceiptTaken again = receive(a, in_time_, 1'000'000, "r1");
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(again.receipt, first.receipt);
    EXPECT_EQ(again.allocated, 0);
  }
  EXPECT_EQ(count("SELECT count(*) FROM receipt"), 1);
  EXPECT_EQ(says(received(a, in_time_, 1'000'001, "r1")),
            "key-taken: the reference \"r1\" was taken with another amount or day");
  EXPECT_EQ(says(received(a, in_time_, 0, "r2")),
            "bad-amount: the amount must be above 0 and at most 10^15");
  EXPECT_EQ(says(received(a, Date::of(2026, 11, 6), 1, "r2")),
            "date-ahead: the money came in on 2026-11-06, which is after today");
  EXPECT_EQ(says(received(a, in_time_, 1, "")), "key-missing: the bank's reference is missing");
  EXPECT_EQ(says(received(a + 99, in_time_, 1, "r2")),
            "not-found: there is no employer \"#" + std::to_string(a + 99) +
                "\"; check the code, or register the employer");
  expect_proved(a);
}

TEST_P(ReceiptTest, MoneyThatCameTooEarlyWaitsForWhatIsDeclared) {
  const int64_t a = employer(), an = worker();
  EXPECT_EQ(receive(a, in_time_, 3'000'000, "r1").left, 3'000'000);
  expect_proved(a);
  declare_well(a, july_, payroll(an));
  EXPECT_EQ(months(an), Texts{"2026-07 A paid"});
  EXPECT_EQ(statement(a, today_).left, 300'000);
  // It counts from the day on which it came in: nothing was late.
  EXPECT_TRUE(statement(a, today_).interest.empty());
  expect_proved(a);
}

TEST_P(ReceiptTest, LateMoneyPaysInterestFirst) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  // 10 days late: 300,000 × 0.03 % × 10 = 900; 2,400,000 × 0.03 % × 10 = 7,200.
  EXPECT_EQ(statement(a, Date::of(2026, 9, 10)).interest_more, 8'100);
  const ReceiptTaken taken = receive(a, Date::of(2026, 9, 10), 2'700'000, "r1");
  EXPECT_EQ(taken.left, 0);
  EXPECT_EQ(charged(a), (Pairs{{{"2026-07", "health"}, 900}, {{"2026-07", "pension"}, 7'200}}));
  EXPECT_EQ(open(a), (Pairs{{{"2026-07", "pension"}, 8'100}}));
  EXPECT_EQ(months(an), Texts{"2026-07 A unpaid overdue"});
  // What was paid on the tenth bears 7,175.7 and the rest 48.6, each rounded: 7,225 in all.
  EXPECT_EQ(statement(a, Date::of(2026, 9, 20)).interest_more, 25);
  receive(a, Date::of(2026, 9, 20), 8'125, "r2");
  EXPECT_EQ(open(a), Pairs{});
  EXPECT_EQ(months(an), Texts{"2026-07 A paid"});
  EXPECT_TRUE(statement(a, today_).interest.empty());
  expect_proved(a);
}

TEST_P(ReceiptTest, InterestIsChargedOnceForADay) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  const auto charge = [&](Date until) {
    return written([&](store::Connection& c) {
             return charge_late_interest(c, world().book, world().rules, a, until, "lan");
           })
        .value_or(-1);
  };
  EXPECT_EQ(charge(Date::of(2026, 8, 31)), 0);
  EXPECT_EQ(charge(Date::of(2026, 9, 10)), 8'100);
  EXPECT_EQ(charge(Date::of(2026, 9, 10)), 0);
  EXPECT_EQ(charge(Date::of(2026, 9, 5)), 0);  // it was charged beyond that day
  EXPECT_EQ(charge(Date::of(2026, 9, 20)), 8'100);
  expect_proved(a);
}

TEST_P(ReceiptTest, MoneyFoundLaterThatCameInTimeTakesInterestBack) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  receive(a, Date::of(2026, 9, 30), 1'000'000, "r1");  // pays 24,300 of interest
  EXPECT_EQ(charged(a), (Pairs{{{"2026-07", "health"}, 2'700}, {{"2026-07", "pension"}, 21'600}}));
  receive(a, in_time_, 2'700'000, "r0");
  // All was paid in time after all.
  expect_proved(a);
  EXPECT_EQ(open(a), Pairs{});
  EXPECT_EQ(charged(a), Pairs{});
  EXPECT_EQ(statement(a, today_).left, 1'000'000);
  EXPECT_EQ(months(an), Texts{"2026-07 A paid"});
}

TEST_P(ReceiptTest, ALoweredWageFreesMoneyForOtherMonths) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an, 20'000'000));
  receive(a, Date::of(2026, 9, 10), 5'416'200, "r1");  // with 10 days of interest
  EXPECT_EQ(months(an), Texts{"2026-07 A paid"});
  declare_well(a, august_, payroll(an));
  declare_well(a, july_, payroll(an));
  // Half of July, and of its interest, was not owed: it pays August.
  EXPECT_EQ(charged(a), (Pairs{{{"2026-07", "health"}, 900}, {{"2026-07", "pension"}, 7'200}}));
  EXPECT_EQ(open(a), Pairs{});
  EXPECT_EQ(statement(a, today_).left, 8'100);
  EXPECT_EQ(months(an), (Texts{"2026-07 A paid", "2026-08 A paid"}));
  expect_proved(a);
}

TEST_P(ReceiptTest, ALateCorrectionOfOneWorkerLeavesTheOthersPaid) {
  const int64_t a = employer(), an = worker(), binh = worker();
  declare_well(a, july_, payroll(an));
  receive(a, in_time_, 2'700'000, "r1");
  declare_well(a, july_, payroll(binh), false);
  EXPECT_EQ(months(an), Texts{"2026-07 A paid"});
  EXPECT_EQ(months(binh), Texts{"2026-07 A unpaid overdue"});
  receive(a, in_time_, 2'700'000, "r2");
  EXPECT_EQ(months(binh), Texts{"2026-07 A paid"});
  // An's wage is raised: only An has an unpaid month.
  declare_well(a, july_, payroll(an, 11'000'000), false);
  EXPECT_EQ(months(an), Texts{"2026-07 A unpaid overdue"});
  EXPECT_EQ(months(binh), Texts{"2026-07 A paid"});
  expect_proved(a);
}

// The same receipts and declarations in any order of arrival: receipts of one day pay the same.
TEST_P(ReceiptTest, ReceiptsOfOneDayPayTheSameInWhateverOrderTheyArrive) {
  std::mt19937 random(7);
  for (int round = 0; round < 4; ++round) {
    std::vector<std::pair<std::string, int64_t>> receipts;
    for (int i = 0; i < 5; ++i) {
      receipts.emplace_back("r" + std::to_string(i), 1 + random() % 2'000'000);
    }
    const int64_t salary = 3'000'001 + random() % 9'000'000;
    const Date day{Date::of(2026, 9, 1).days + static_cast<int32_t>(random() % 40)};
    std::vector<std::map<std::pair<DueGroup, Date>, int64_t>> results;
    for (int order = 0; order < 3; ++order) {
      const std::string code = std::to_string(round) + "-" + std::to_string(order);
      const int64_t a = employer(code, "Company " + code), an = worker();
      declare_well(a, july_, payroll(an, salary));
      declare_well(a, august_, payroll(an, salary));
      std::ranges::shuffle(receipts, random);
      for (const auto& [key, amount] : receipts) receive(a, day, amount, key);
      expect_proved(a);
      results.push_back(payments(a));
      EXPECT_EQ(results.back(), results.front()) << code;
    }
  }
}

// Random declarations, corrections, receipts and charges: after every step the sums agree, and the
// state of every month is what its dues say.
TEST_P(ReceiptTest, SumsAgreeAfterEveryStep) {
  std::mt19937 random(GetParam() == store::Kind::kSqlite ? 11 : 12);
  const int64_t a = employer();
  std::vector<int64_t> workers;
  for (int i = 0; i < 4; ++i) workers.push_back(worker());
  for (int step = 0; step < 40; ++step) {
    const Month month{july_.months + static_cast<int32_t>(random() % 3)};
    switch (random() % 4) {
      case 0:
      case 1: {
        std::string csv = "person,salary,kind\n";
        for (const int64_t who : workers) {
          if (random() % 3 == 0) continue;
          csv += std::to_string(who) + "," + std::to_string(1 + random() % 30'000'000) +
                 (random() % 5 == 0 ? ",leave\n" : ",\n");
        }
        const bool is_whole = random() % 2 == 0 || csv.size() < 25;
        const auto done = declared(a, month, csv, is_whole, "d" + std::to_string(step));
        EXPECT_TRUE(done.has_value()) << says(done);
        break;
      }
      case 2: {
        const Date day{Date::of(2026, 8, 20).days + static_cast<int32_t>(random() % 70)};
        receive(a, day, 1 + random() % 9'000'000, "r" + std::to_string(step));
        break;
      }
      default: {
        const Date day{Date::of(2026, 8, 20).days + static_cast<int32_t>(random() % 70)};
        const auto done = tried([&](store::Connection& c) {
          return charge_late_interest(c, world().book, world().rules, a, day, "lan");
        });
        EXPECT_TRUE(done.has_value()) << says(done);
      }
    }
    expect_proved(a);
    // A month with nothing open has no unpaid worker; one with all open has no paid one.
    const auto open_now = open(a);
    for (int m = 0; m < 3; ++m) {
      const std::string name = Month{july_.months + m}.to_string();
      const bool is_open = std::ranges::any_of(
          open_now, [&](const auto& entry) { return entry.first.first == name; });
      for (const int64_t who : workers) {
        for (const std::string& line : months(who)) {
          if (line.starts_with(name) && !is_open) {
            EXPECT_FALSE(line.starts_with(name + " A unpaid")) << step << " " << line;
          }
        }
      }
    }
    if (HasFailure()) break;
  }
}

TEST_P(ReceiptTest, WorkersAreToldOfUnpaidMonthsFromTheTenthOnOnceAMonth) {
  const int64_t a = employer("A", "Công ty A"), an = worker(), binh = worker();
  declare_well(a, july_, payroll(an));
  declare_well(a, august_,
               "person,salary\n" + std::to_string(an) + ",10000000\n" + std::to_string(binh) +
                   ",10000000\n");
  const auto queue = [&](Date on) {
    return written([&](store::Connection& c) {
             return queue_arrears_notices(c, world().rules, on, 0, 100);
           })
        .value_or(NoticeSlice{-1, 0})
        .queued;
  };
  EXPECT_EQ(queue(Date::of(2026, 9, 9)), 0);
  EXPECT_EQ(queue(Date::of(2026, 9, 10)), 1);  // August is not due yet
  EXPECT_EQ(queue(Date::of(2026, 9, 11)), 0);
  EXPECT_EQ(queue(Date::of(2026, 10, 15)), 2);
  const auto notices = arrears_notices_of(db(), an).value();
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].months,
            R"([{"month":"2026-07","employer":"Công ty A","code":"A","due":"2026-08-31"}])");
  EXPECT_EQ(notices[1].month, Month::of(2026, 10));
  const auto told = notices_of(db(), an).value();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].kind, "months-unpaid");
  EXPECT_EQ(told[1].text.en,
            "Months for which your employer has not paid contributions in time: 2026-07 (Công ty "
            "A), 2026-08 (Công ty A)");
  EXPECT_EQ(notices[1].months,
            R"([{"month":"2026-07","employer":"Công ty A","code":"A","due":"2026-08-31"},)"
            R"({"month":"2026-08","employer":"Công ty A","code":"A","due":"2026-09-30"}])");
  // In slices.
  const auto slice = written([&](store::Connection& c) {
    return queue_arrears_notices(c, world().rules, Date::of(2026, 11, 10), 0, 1);
  });
  EXPECT_EQ(slice->queued, 1);
  EXPECT_EQ(slice->last, an);
  const auto rest = written([&](store::Connection& c) {
    return queue_arrears_notices(c, world().rules, Date::of(2026, 11, 10), slice->last, 10);
  });
  EXPECT_EQ(rest->queued, 1);
  EXPECT_EQ(rest->last, 0);
}

TEST_P(ReceiptTest, TwoAtOnceTakeEachReceiptOnce) {
  const int64_t a = employer(), an = worker();
  declare_well(a, july_, payroll(an));
  constexpr int kReceipts = 6;
  const auto take_all = [&] {
    const auto connection = connect();
    for (int i = 0; i < kReceipts; ++i) {
      for (int attempt = 0; attempt < 20; ++attempt) {
        const auto done =
            store::transact(*connection, store::Access::kWrite, [&](store::Connection& c) {
              return take_receipt(c, world().book, world().rules, a,
                                  {in_time_, 100'000, "r" + std::to_string(i), "lan"}, today_);
            });
        if (done) break;
        EXPECT_NE(done.error().kind, store::FailureKind::kRefused) << done.error().text.en;
      }
    }
  };
  std::thread other(take_all);
  take_all();
  other.join();
  EXPECT_EQ(count("SELECT count(*) FROM receipt"), kReceipts);
  EXPECT_EQ(statement(a, today_).paid, kReceipts * 100'000);
  expect_proved(a);
}

TEST_P(ReceiptTest, AnEmployerIsToldAllOfIt) {
  const int64_t a = employer("A", "Công ty <A>"), an = worker();
  declare_well(a, july_, payroll(an));
  receive(a, in_time_, 300'000, "r1");
  const EmployerStatement all = statement(a, Date::of(2026, 9, 10));
  EXPECT_EQ(all.due, 2'700'000);
  EXPECT_EQ(all.paid, 300'000);
  EXPECT_EQ(all.open, 2'400'000);
  EXPECT_EQ(all.overdue, 2'400'000);
  EXPECT_EQ(all.interest_more, 7'200);
  EXPECT_EQ(statement(a, in_time_).overdue, 0);
  const std::string html = statement_html(all, world().book.law(), Language::kEnglish);
  EXPECT_NE(html.find("Công ty &lt;A&gt;"), std::string::npos);
  EXPECT_NE(html.find("<td class=n>1,000,000"), std::string::npos) << html;
  EXPECT_EQ(html.find("Công ty <A>"), std::string::npos);
  const std::string json = statement_json(all, world().book.law());
  EXPECT_NE(json.find(R"("overdue": 2400000)"), std::string::npos);
  const auto owing = employers_in_arrears(db(), Date::of(2026, 9, 10), 10).value();
  ASSERT_EQ(owing.size(), 1U);
  EXPECT_EQ(owing.front().overdue, 2'400'000);
  EXPECT_EQ(owing.front().oldest_due, in_time_);
  EXPECT_TRUE(employers_in_arrears(db(), in_time_, 10).value().empty());
}

}  // namespace
}  // namespace ansinh::agency
