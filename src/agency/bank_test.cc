#include <algorithm>
#include <random>

#include "agency/money_test_support.h"

namespace ansinh::agency {
namespace {

using test::Fate;
using test::must;

constexpr int64_t kBankMonth = (2026 - 1970) * 12 + 6;
constexpr const char* kDay = "2026-07-06";

class BankTest : public store::StoreTest {
 protected:
  BankTest() {
    migrated(migrations());
    connection_ = connect();
    test::give_fund(c(), test::kPensions, "0011223344");
  }
  store::Connection& c() { return *connection_; }
  void give(int64_t people) {
    for (int64_t person = 1; person <= people; ++person) {
      test::give_person(c(), person);
      test::give_account(c(), person, "9" + std::to_string(person));
      test::give_award(c(), person, 1);
      test::give_term(c(), person, 1, kBankMonth, store::Cell(), 100 * person);
    }
  }
  std::vector<BankFile> release_files(const std::optional<PaymentRun>& run) {
    must(release(c(), run->run, test::kApprover));
    return must(files_of(c(), run->run));
  }
  test::Message sent() {
    const auto files = release_files(must(order_month(c(), kBankMonth, test::kMaker)));
    return test::read_message(test::text_of_file(c(), files.at(0).file));
  }
  ReportTaken take(const std::string& text) {
    auto taken = must(take_report_text(c(), text, test::kMaker));
    test::expect_balanced(c());
    return taken;
  }
  Failure refused_report(const std::string& text) {
    auto taken = take_report_text(c(), text, test::kMaker);
    EXPECT_FALSE(taken.has_value());
    return taken ? Failure{} : taken.error();
  }
  PaymentState state_of(int64_t person, size_t index = 0) {
    return must(payments_of(c(), person)).at(index).state;
  }

  std::unique_ptr<store::Connection> connection_;
};
STORE_TEST_SUITE(BankTest);

TEST_P(BankTest, RefusedAndReturnedPaymentsAreToldAndPaidAgainOnce) {
  give(4);
  const test::Message message = sent();
  test::Bank bank("0011223344", 5000);
  const auto told = bank.carry_out(
      message,
      [](const test::Transfer& transfer) {
        if (transfer.account == "92") return Fate::kRefused;
        return transfer.account == "93" ? Fate::kReturned : Fate::kPaid;
      },
      kDay);
  EXPECT_EQ(take(told.answer).refused, 1);
  test::expect_proved(c());
  const auto taken = take(told.statement);
  EXPECT_EQ(taken.settled, 1);
  EXPECT_EQ(taken.returned, 1);
  EXPECT_EQ(taken.unknown, 0);
  test::expect_proved(c());
  EXPECT_EQ(state_of(1), PaymentState::kOrdered);  // settled with its file
  EXPECT_EQ(state_of(2), PaymentState::kSuspended);
  EXPECT_EQ(state_of(3), PaymentState::kSuspended);
  EXPECT_EQ(must(payments_of(c(), 3))[0].reason, "AC04");
  EXPECT_EQ(must(c().number("SELECT count(*) FROM notice")), 2);
  EXPECT_EQ(test::ledger_by_name(c()),
            (std::map<std::string, int64_t>{{"pension/bank", 5000 - 500},
                                            {"pension/benefits", 1000},
                                            {"pension/opening", -5000},
                                            {"pension/suspended", -500}}));
  EXPECT_EQ(must(reconcile(c())).suspended_amount, 500);

  // Only who names another account is paid again, and only once.
  test::give_account(c(), 3, "933");
  const auto again = must(order_again(c(), kBankMonth, test::kMaker));
  const auto files = release_files(again);
  ASSERT_EQ(files.size(), 1U);
  const test::Message second = test::read_message(test::text_of_file(c(), files[0].file));
  ASSERT_EQ(second.transfers.size(), 1U);
  EXPECT_EQ(second.transfers[0].account, "933");
  EXPECT_EQ(second.transfers[0].amount, 300);
  const auto third = must(order_again(c(), kBankMonth, test::kMaker));  // person 2 still waits
  EXPECT_TRUE(must(files_of(c(), third->run)).empty());
  take(bank.carry_out(
               second, [](const auto&) { return Fate::kPaid; }, "2026-07-20")
           .statement);
  EXPECT_EQ(state_of(3, 0), PaymentState::kRepaid);
  test::expect_proved(c());
  EXPECT_EQ(bank.paid().size(), 3U);
}

TEST_P(BankTest, AFileTwiceAndAMovementTwiceHaveNoEffect) {
  give(3);
  const test::Message message = sent();
  test::Bank bank("0011223344", 5000);
  const auto told = bank.carry_out(
      message,
      [](const test::Transfer& transfer) {
        return transfer.account == "93" ? Fate::kReturned : Fate::kPaid;
      },
      kDay, true);
  EXPECT_EQ(take(told.statement).settled, 3);
  const auto before = test::ledger_by_name(c());
  const auto known = take(told.statement);
  EXPECT_TRUE(known.is_known);
  EXPECT_EQ(known.settled, 0);
  // The same movements in a statement that is written otherwise.
  std::string rewritten = told.statement;
  rewritten.replace(rewritten.find("T20:00:00"), 9, "T21:00:00");
  const auto repeated = take(rewritten);
  EXPECT_FALSE(repeated.is_known);
  EXPECT_EQ(repeated.repeated, 4);
  EXPECT_EQ(repeated.settled + repeated.returned + repeated.unknown, 0);
  EXPECT_EQ(test::ledger_by_name(c()), before);
  test::expect_proved(c());
}

TEST_P(BankTest, EqualMovementsOfOneStatementAreAllTaken) {
  test::Bank bank("0011223344", 1000);
  std::string one = bank.movement(50, true, kDay, "");
  const std::string two = bank.movement(50, true, kDay, "");
  const size_t at = one.find("REF1");
  one.replace(at, 4, "REF2");
  test::Bank other("0011223344", 1000);
  other.movement(100, true, kDay, "");
  const std::string statement = other.statement(kDay, {one, two});
  const auto taken = take(statement);
  EXPECT_EQ(taken.unknown, 2);
  EXPECT_EQ(taken.unknown_amount, 100);
}

TEST_P(BankTest, UnknownMovementsAreKeptAndReported) {
  give(1);
  const test::Message message = sent();
  test::Bank bank("0011223344", 5000);
  const std::string reference = message.transfers[0].reference;
  const auto told = bank.carry_out(
      message, [](const auto&) { return Fate::kPaid; }, kDay, false,
      {bank.movement(77, true, kDay, "SOMEBODY-ELSE"), bank.movement(33, false, kDay, ""),
       bank.movement(40, true, kDay, "AS-P1-1-00"),      // wrong check digits
       bank.movement(100, false, kDay, "AS-P999-1-00"),  // nobody
       bank.movement(120, true, kDay, reference, "AC04"),
       bank.movement(100, true, kDay, reference, "AC04")});
  (void)told;
  // carry_out took the opening balance after the movements above: state them on their own.
  const auto taken = take(told.statement.substr(0, told.statement.find("<Bal>")) +
                          told.statement.substr(told.statement.find("<Ntry>")));
  EXPECT_EQ(taken.unknown, 5);
  EXPECT_EQ(taken.returned, 1);
  EXPECT_EQ(taken.unknown_amount, 77 + 33 + 40 + 100 + 20 + 100);
  const auto unknown = must(unknown_entries(c()));
  ASSERT_EQ(unknown.size(), 6U);  // with the one that brought back more than was paid
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/unknown"), -77 + 33 - 40 + 100 - 20 - 100);
  EXPECT_FALSE(must(reconcile(c())).is_clean());
  test::expect_proved(c());
}

TEST_P(BankTest, AMovementThatAnEmployersReceiptNamesIsKnown) {
  test::Bank bank("0011223344", 5000);
  ASSERT_TRUE(take(bank.statement(kDay, {bank.movement(77, true, kDay, "SALARIES")})).unknown == 1);
  const auto open = must(unknown_entries(c()));
  ASSERT_EQ(open.size(), 1U);
  EXPECT_FALSE(must(reconcile(c())).is_clean());
  const auto receive = [&](int64_t employer, int64_t amount) {
    const store::Cell values[] = {employer, amount, open[0].key};
    ASSERT_TRUE(store::done(
        c().run("INSERT INTO receipt (person, receipt, received_on, amount, source_key, "
                "recorded_at, recorded_by) VALUES ($1, 1, 20640, $2, $3, 1, 'lan')",
                values)));
  };
  receive(500, 76);  // another amount is another receipt
  EXPECT_EQ(must(unknown_entries(c())).size(), 1U);
  receive(501, 77);
  EXPECT_TRUE(must(unknown_entries(c())).empty());
  EXPECT_TRUE(must(reconcile(c())).is_clean());
  receive(502, 77);  // two receipts of one movement: one of them is wrong
  EXPECT_EQ(must(unknown_entries(c())).size(), 1U);
}

TEST_P(BankTest, AWholeFileThatWasRefusedIsSentAgain) {
  give(3);
  const test::Message message = sent();
  test::Bank bank("0011223344", 5000);
  const auto early = resend(c(), 1, test::kMaker);
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(code_of(early.error()), "not-rejected");
  const std::string refusal = bank.refuse_all(message).answer;
  EXPECT_EQ(take(refusal).files_refused, 1);
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/payable"), -600);
  test::expect_proved(c());
  const BankFile second = must(resend(c(), 1, test::kMaker));
  EXPECT_EQ(second.amount, 600);
  test::expect_proved(c());
  // What is said late of the first message does nothing to the second.
  const auto late =
      take(test::Bank::answer(message.id, "PART",
                              "<TxInfAndSts><OrgnlEndToEndId>" + message.transfers[0].reference +
                                  "</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>"));
  EXPECT_EQ(late.refused, 0);
  EXPECT_FALSE(resend(c(), 1, test::kMaker).has_value());
  const auto again = test::read_message(test::text_of_file(c(), second.file));
  EXPECT_EQ(again.transfers.size(), 3U);
  take(bank.carry_out(
               again, [](const auto&) { return Fate::kPaid; }, kDay)
           .statement);
  test::expect_proved(c());
  EXPECT_FALSE(must(reconcile(c())).unknown.size());
}

TEST_P(BankTest, FilesInAnyOrderComeToTheSameLedger) {
  std::map<std::string, int64_t> first;
  for (uint64_t seed = 0; seed < 12; ++seed) {
    const std::string fund = "fund" + std::to_string(seed);
    const std::string account = "55" + std::to_string(seed);
    test::give_fund(c(), fund, account);
    const auto base = static_cast<int64_t>(1000 * (seed + 1));
    for (int64_t i = 1; i <= 6; ++i) {
      test::give_person(c(), base + i);
      test::give_account(c(), base + i, std::to_string(base + i));
      test::give_award(c(), base + i, 1);
      test::give_term(c(), base + i, 1, kBankMonth + static_cast<int64_t>(seed),
                      kBankMonth + static_cast<int64_t>(seed), 100 * i, "month", fund);
    }
    const auto run = must(order_month(c(), kBankMonth + static_cast<int64_t>(seed), test::kMaker));
    const auto files = release_files(run);
    const auto message = test::read_message(test::text_of_file(c(), files.at(0).file));
    test::Bank bank(account, 9000);
    // Refused and not taken; taken, and both refused and returned; returned on another day; paid.
    const auto& all = message.transfers;
    std::vector<std::string> reports;
    const auto statement = [&](const std::string& day, const std::vector<std::string>& movements) {
      reports.push_back(bank.statement(day, movements));
    };
    bank.statement("2026-07-01", {});
    std::vector<std::string> taken;
    for (size_t i = 1; i < all.size(); ++i) {
      taken.push_back(bank.movement(all[i].amount, false, kDay, all[i].reference));
    }
    statement(kDay, taken);
    statement("2026-07-07",
              {bank.movement(all[1].amount, true, "2026-07-07", all[1].reference, "AC01")});
    statement("2026-07-08",
              {bank.movement(all[2].amount, true, "2026-07-08", all[2].reference, "AC04"),
               bank.movement(7, true, "2026-07-08", "NOTPROVIDED")});
    for (const size_t i : {size_t{0}, size_t{1}}) {
      reports.push_back(
          test::Bank::answer(message.id + (i == 0 ? "" : "-"), "PART",
                             "<TxInfAndSts><OrgnlEndToEndId>" + all[i].reference +
                                 "</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>"));
    }
    std::mt19937_64 random(seed);
    std::shuffle(reports.begin(), reports.end(), random);
    for (const std::string& report : reports) take(report);
    for (const std::string& report : reports) EXPECT_TRUE(take(report).is_known);
    std::map<std::string, int64_t> ledger;
    for (const Balance& balance : must(balances(c()))) {
      if (balance.fund == fund && balance.amount() != 0) {
        ledger[std::string(name_of(balance.role))] = balance.amount();
      }
    }
    if (seed == 0) first = ledger;
    EXPECT_EQ(ledger, first) << "seed " << seed;
    test::expect_proved(c());
  }
  EXPECT_EQ(first, (std::map<std::string, int64_t>{{"bank", 9000 - 2000 + 200 + 300 + 7},
                                                   {"benefits", 2100},
                                                   {"opening", -9000},
                                                   {"suspended", -600},
                                                   {"unknown", -7}}));
}

TEST_P(BankTest, ABrokenFileHasNoEffect) {
  give(2);
  const test::Message message = sent();
  test::Bank bank("0011223344", 5000);
  const std::string good = bank.carry_out(
                                   message, [](const auto&) { return Fate::kPaid; }, kDay, true)
                               .statement;
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  const auto code = [&](const std::string& text) {
    return std::string(code_of(refused_report(text)));
  };
  EXPECT_EQ(code(good.substr(0, good.size() / 2)), "bad-file");
  EXPECT_EQ(code(""), "bad-file");
  EXPECT_EQ(code("<Document><Other/></Document>"), "bad-file");
  EXPECT_EQ(refused_report("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>").text.en,
            "-:1:13: the file declares a document type (DOCTYPE), which is not allowed; nothing of "
            "it was taken in");
  EXPECT_EQ(refused_report(replaced("<Amt Ccy=\"VND\">4700", "<Amt Ccy=\"VND\">4701")).text.en,
            "-: the statement 0011223344-1 does not add up: 5000 and movements of -300 do not make "
            "4701; nothing of it was taken in");
  EXPECT_EQ(code(replaced("<Othr><Id>0011223344", "<Othr><Id>0011223345")), "not-our-account");
  EXPECT_EQ(code(replaced("<Ntry><Amt Ccy=\"VND\">", "<Ntry><Amt Ccy=\"USD\">")), "wrong-currency");
  EXPECT_EQ(code(replaced("<Ntry><Amt Ccy=\"VND\">", "<Ntry><Amt Ccy=\"VND\">0.")), "bad-amount");
  const auto missing = take_report(c(), "/nowhere/at-all.xml", test::kMaker);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().text.en,
            "/nowhere/at-all.xml cannot be read; check its name and your rights");
  EXPECT_EQ(must(c().number("SELECT count(*) FROM bank_entry")), 0);
  EXPECT_EQ(must(c().number("SELECT count(*) FROM bank_report")), 0);
  EXPECT_EQ(take(good).settled, 2);
  EXPECT_EQ(state_of(1), PaymentState::kSettled);
}

TEST_P(BankTest, AnEarlierStatementPutsTheOpeningRightAndAMissingOneIsSeen) {
  test::Bank bank("0011223344", 1000);
  bank.statement("2026-07-01", {});
  const auto on = [&](const std::string& day) {
    return bank.statement(day, {bank.movement(10, true, day, "")});
  };
  const std::string july2 = on("2026-07-02"), july3 = on("2026-07-03"), july4 = on("2026-07-04");
  take(july4);
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/opening"), -1020);
  take(july2);
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/opening"), -1000);
  const auto gap = must(reconcile(c()));
  ASSERT_EQ(gap.accounts.size(), 1U);
  EXPECT_EQ(gap.accounts[0].gaps, std::vector<std::string>{"0011223344-4"});
  EXPECT_FALSE(gap.accounts[0].agrees());
  take(july3);
  EXPECT_TRUE(must(reconcile(c())).accounts[0].agrees());
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/bank"), 1030);
}

TEST_P(BankTest, AReportGoesOnWhereItWasStopped) {
  give(9);
  const test::Message message = sent();
  test::Bank bank("0011223344", 9000);
  const std::string text = bank.carry_out(
                                   message, [](const auto&) { return Fate::kPaid; }, kDay, true)
                               .statement;
  ASSERT_TRUE(take_report_text(c(), text, test::kMaker, {.slice_records = 2}).has_value());
  EXPECT_EQ(must(c().number("SELECT place FROM bank_report")), 10);
  EXPECT_EQ(must(c().number("SELECT count(*) FROM payment WHERE state = 'settled'")), 9);
}

}  // namespace
}  // namespace ansinh::agency
