#include <cstdlib>
#include <fstream>

#include "agency/award_due.h"
#include "agency/money_test_support.h"
#include "base/date.h"

namespace ansinh::agency {
namespace {

using test::Fate;
using test::must;

constexpr int64_t month(int year, int number) { return (year - 1970) * 12 + number - 1; }
constexpr int64_t kJuly = month(2026, 7);

class PaymentTest : public store::StoreTest {
 protected:
  PaymentTest() {
    migrated(migrations());
    connection_ = connect();
    test::give_fund(c(), test::kPensions, "0011223344");
  }
  store::Connection& c() { return *connection_; }
  // A person with an award since a month, and an account.
  void give(int64_t person, int64_t amount, int64_t since = kJuly) {
    test::give_person(c(), person);
    test::give_account(c(), person, "9" + std::to_string(person));
    test::give_award(c(), person, 1);
    test::give_term(c(), person, 1, since, store::Cell(), amount);
  }
  PaymentRun run_month(int64_t number, const RunLimits& limits = {}) {
    return must(order_month(c(), number, test::kMaker, limits));
  }
  std::vector<BankFile> run_and_release(int64_t number) {
    const PaymentRun run = run_month(number);
    must(release(c(), run.run, test::kApprover));
    return must(files_of(c(), run.run));
  }
  ReportTaken take(const std::string& text) {
    return must(take_report_text(c(), text, test::kMaker));
  }

  std::unique_ptr<store::Connection> connection_;
};
STORE_TEST_SUITE(PaymentTest);

TEST(AwardDue, CountsForEachMonthTheLastTermThatCoversIt) {
  const AwardTerm pension{10, kOpenMonth, 100};
  EXPECT_EQ(due_through(std::vector{pension}, 9), 0);
  EXPECT_EQ(due_through(std::vector{pension}, 10), 100);
  EXPECT_EQ(due_through(std::vector{pension}, 21), 1200);
  const std::vector<AwardTerm> raised = {pension, {12, 14, 150}};
  EXPECT_EQ(due_in(raised, 11), 100);
  EXPECT_EQ(due_in(raised, 12), 150);
  EXPECT_EQ(due_in(raised, 15), 100);
  EXPECT_EQ(due_through(raised, 15), 2 * 100 + 3 * 150 + 100);
  const std::vector<AwardTerm> ended = {pension, {12, kOpenMonth, 0}};
  EXPECT_EQ(due_through(ended, 400), 200);
  EXPECT_EQ(due_through(std::vector<AwardTerm>{{0, kOpenMonth, INT64_MAX}}, 5), std::nullopt);
}

TEST(AwardDue, ADebtIsClearedBeforeAnythingIsPaidAndUnpaidBackPayIsTakenBackFirst) {
  AwardDone done;
  EXPECT_EQ(adjust(50, done).payable, 50);
  done.overpaid = 30;
  EXPECT_EQ(adjust(50, done).payable, 20);
  EXPECT_EQ(adjust(50, done).overpaid, -30);
  done = {.back = 10, .payable = 40};
  EXPECT_EQ(adjust(-50, done).payable, -30);
  EXPECT_EQ(adjust(-50, done).overpaid, 20);
}

TEST(References, ReadBackAndRefuseMistakes) {
  const PaymentKey key{17, 3};
  const std::string text = reference_of(key);
  EXPECT_TRUE(text.starts_with("AS-P17-3-"));
  EXPECT_EQ(payment_of_reference(text), key);
  EXPECT_LE(reference_of({INT64_MAX / 1000, 9999}).size(), 35U);
  for (size_t i = 4; i < text.size(); ++i) {
    std::string wrong = text;
    wrong[i] = wrong[i] == '9' ? '8' : '9';
    if (wrong == text) continue;
    EXPECT_EQ(payment_of_reference(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(payment_of_reference("NOTPROVIDED"), std::nullopt);
  EXPECT_EQ(file_of_reference(reference_of_file(12)), 12);
  EXPECT_EQ(file_of_reference(text), std::nullopt);
}

TEST(BankAccounts, AreCheckedBeforeAnythingIsPaidToThem) {
  EXPECT_TRUE(is_iban("DE89370400440532013000"));
  EXPECT_FALSE(is_iban("DE88370400440532013000"));
  EXPECT_TRUE(is_bic("BFTVVNVX"));
  EXPECT_FALSE(is_bic("BFTV1NVX"));
  EXPECT_TRUE(read_bank_account(R"({"bank":"970436","number":"0011001234567"})").has_value());
  EXPECT_FALSE(read_bank_account(R"({"bank":"970436","number":"001 100"})").has_value());
  EXPECT_FALSE(read_bank_account(R"({"bank":"970436"})").has_value());
  EXPECT_FALSE(read_bank_account("[").has_value());
}

TEST(Amounts, AreReadExactly) {
  EXPECT_EQ(amount_of_text("1234567", 0), 1234567);
  EXPECT_EQ(amount_of_text("100.00", 0), 100);
  EXPECT_EQ(amount_of_text("100.01", 0), std::nullopt);
  EXPECT_EQ(amount_of_text("12.5", 2), 1250);
  EXPECT_EQ(amount_of_text("-1", 0), std::nullopt);
  EXPECT_EQ(amount_of_text("", 0), std::nullopt);
  EXPECT_EQ(amount_of_text("1e3", 0), std::nullopt);
  EXPECT_EQ(amount_of_text("99999999999999999999", 0), std::nullopt);
  EXPECT_EQ(amount_text(5, 2), "0.05");
  EXPECT_EQ(amount_text(-1234, 2), "-12.34");
}

TEST_P(PaymentTest, AMonthIsOrderedReleasedWrittenSettledAndProved) {
  for (int64_t person = 1; person <= 7; ++person) give(person, 1'000'000 * person);
  const PaymentRun run = run_month(kJuly, {.slice_awards = 2, .slices_per_file = 2});
  EXPECT_EQ(run.state, RunState::kOrdered);
  EXPECT_EQ(run.slices, 4);
  test::expect_balanced(c());
  const auto same = release(c(), run.run, test::kMaker);
  ASSERT_FALSE(same.has_value());
  EXPECT_EQ(same.error().text.en,
            "who started the run may not release it; let somebody else do so");
  const auto early = write_pain001(c(), 1, [](std::string_view) { return true; });
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(code_of(early.error()), "not-released");
  must(release(c(), run.run, test::kApprover));
  test::expect_proved(c());

  test::Bank bank("0011223344", 100'000'000);
  const auto files = must(files_of(c(), run.run));
  ASSERT_EQ(files.size(), 2U);
  int64_t sum = 0;
  for (const BankFile& file : files) {
    const std::string text = test::text_of_file(c(), file.file);
    EXPECT_EQ(text, test::text_of_file(c(), file.file));
    const test::Message message = test::read_message(text);
    EXPECT_EQ(message.sum, file.amount);
    sum += message.sum;
    const auto answer = bank.carry_out(
        message, [](const auto&) { return Fate::kPaid; }, "2026-07-06");
    EXPECT_EQ(take(answer.statement).settled, 1);
    test::expect_proved(c());
  }
  EXPECT_EQ(sum, 28'000'000);
  EXPECT_EQ(test::ledger_by_name(c()),
            (std::map<std::string, int64_t>{{"pension/bank", 72'000'000},
                                            {"pension/benefits", 28'000'000},
                                            {"pension/opening", -100'000'000}}));
  EXPECT_TRUE(must(reconcile(c())).is_clean());
  // Asked for again, nothing happens.
  EXPECT_EQ(run_month(kJuly).run, run.run);
  EXPECT_EQ(must(payments_of(c(), 3)).size(), 1U);
}

TEST_P(PaymentTest, BackPayAndOverpaymentComeFromTheTerms) {
  give(1, 500, kJuly - 2);  // two months before the first run
  run_and_release(kJuly);
  const auto first = must(payments_of(c(), 1));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].regular, 500);
  EXPECT_EQ(first[0].back, 1000);
  test::expect_proved(c());
  // Raised since May: the approval of the revision posts what is owed now, the next run pays it.
  test::give_term(c(), 1, 1, kJuly - 2, store::Cell(), 600);
  const auto adjusted = must(store::transact(
      c(), store::Access::kWrite, [](store::Connection& in) -> Expected<AwardAdjustment> {
        return adjust_award(in, 1, 1, "revision 1", must(record_time(in)), "binh");
      }));
  EXPECT_EQ(adjusted.payable, 300);
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/payable"), -300);
  run_and_release(kJuly + 1);
  EXPECT_EQ(must(payments_of(c(), 1))[1].amount, 900);
  test::expect_proved(c());
  // Lowered again, unnoticed until the next run: the person owes, and is paid the lower amount.
  test::give_term(c(), 1, 1, kJuly - 2, store::Cell(), 550);
  run_and_release(kJuly + 2);
  EXPECT_EQ(must(payments_of(c(), 1))[2].amount, 550);
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/overpaid"), 4 * 50);
  test::expect_proved(c());
  // Raised once more: the debt is cleared first.
  test::give_term(c(), 1, 1, kJuly + 2, store::Cell(), 850);
  run_and_release(kJuly + 3);
  EXPECT_EQ(must(payments_of(c(), 1))[3].amount, 850 + 100);
  EXPECT_FALSE(test::ledger_by_name(c()).contains("pension/overpaid"));
  test::expect_proved(c());
}

TEST_P(PaymentTest, SuspendedAwardsWaitAndEndedOnesArePaidWhatIsLeft) {
  give(1, 500);
  test::sql(c(), "UPDATE award SET state = 'suspended' WHERE person = 1");
  test::give_person(c(), 2);
  test::give_account(c(), 2, "92");
  test::give_award(c(), 2, 1, "ended");
  test::give_term(c(), 2, 1, kJuly - 3, kJuly - 2, 70);
  test::give_award(c(), 2, 2);
  test::give_term(c(), 2, 2, kJuly, store::Cell(), 9000, "once");
  run_and_release(kJuly);
  EXPECT_TRUE(must(payments_of(c(), 1)).empty());
  const auto paid = must(payments_of(c(), 2));
  ASSERT_EQ(paid.size(), 2U);
  EXPECT_EQ(paid[0].amount, 140);
  EXPECT_EQ(paid[1].amount, 9000);
  test::expect_proved(c());
  EXPECT_EQ(must(prove(c())).waiting, 500);
  test::sql(c(), "UPDATE award SET state = 'in-payment' WHERE person = 1");
  run_and_release(kJuly + 1);
  EXPECT_EQ(must(payments_of(c(), 1))[0].amount, 1000);
  EXPECT_EQ(must(payments_of(c(), 2)).size(), 2U);
  test::expect_proved(c());
}

TEST_P(PaymentTest, WhoHasNoAccountIsToldAndPaidOnceThereIsOne) {
  test::give_person(c(), 5);
  test::give_award(c(), 5, 1);
  test::give_term(c(), 5, 1, kJuly - 1, store::Cell(), 800);
  run_and_release(kJuly);
  auto payments = must(payments_of(c(), 5));
  ASSERT_EQ(payments.size(), 1U);
  EXPECT_EQ(payments[0].state, PaymentState::kSuspended);
  EXPECT_EQ(payments[0].reason, "no-account");
  EXPECT_EQ(test::ledger_by_name(c()).at("pension/suspended"), -1600);
  const auto told = must(c().one("SELECT en FROM notice WHERE person = 5"));
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(std::get<std::string>((*told)[0]),
            "The amount of 1,600 for 2026-07 could not be paid: we do not know an account to pay "
            "to. The money is kept for you. Please name another bank account; it will be paid "
            "again right after that.");
  // Nothing to pay again yet.
  const auto idle = must(order_again(c(), kJuly, test::kMaker));
  ASSERT_TRUE(idle.has_value());
  EXPECT_TRUE(must(files_of(c(), idle->run)).empty());
  test::give_account(c(), 5, "95");
  const auto again = must(order_again(c(), kJuly, test::kMaker));
  must(release(c(), again->run, test::kApprover));
  payments = must(payments_of(c(), 5));
  ASSERT_EQ(payments.size(), 2U);
  EXPECT_EQ(payments[0].state, PaymentState::kRepaid);
  EXPECT_EQ(payments[1].attempt, 2);
  EXPECT_EQ(payments[1].amount, 1600);
  EXPECT_FALSE(must(order_again(c(), kJuly, test::kMaker)).has_value());
  test::expect_proved(c());
}

TEST_P(PaymentTest, MonthsGoForwardAndRunsOneAfterTheOther) {
  give(1, 5);
  give(2, 5);
  run_month(kJuly);
  const auto passed = order_month(c(), kJuly - 1, test::kMaker);
  ASSERT_FALSE(passed.has_value());
  EXPECT_EQ(passed.error().text.en,
            "the month 2026-07 was run already, so that 2026-06 cannot be run any more; what is "
            "still owed for it is paid with the next month");
  int slices = 0;
  const PaymentRun stopped = must(order_month(c(), kJuly + 1, test::kMaker, {.slice_awards = 1},
                                              [&](const PaymentRun&) { return ++slices < 1; }));
  EXPECT_EQ(stopped.state, RunState::kOrdering);
  const auto unfinished = order_month(c(), kJuly + 2, test::kMaker);
  ASSERT_FALSE(unfinished.has_value());
  EXPECT_EQ(unfinished.error().text.en, "the run of 2026-08 is not finished; finish it first");
  const auto early = release(c(), stopped.run, test::kApprover);
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(code_of(early.error()), "not-ordered");
  test::expect_proved(c());
  EXPECT_EQ(run_month(kJuly + 1).run, stopped.run);
  EXPECT_EQ(must(payments_of(c(), 2)).size(), 2U);
}

TEST_P(PaymentTest, AFundWithoutAnAccountPaysNothing) {
  test::give_person(c(), 1);
  test::give_account(c(), 1, "91");
  test::give_award(c(), 1, 1);
  test::give_term(c(), 1, 1, kJuly, store::Cell(), 5, "month", "sickness");
  const PaymentRun run = run_month(kJuly);
  const auto refused = release(c(), run.run, test::kApprover);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().text.en,
            "the fund sickness has no account to pay from; name one with `ansinh ledger fund`");
  test::give_fund(c(), "sickness", "777");
  must(release(c(), run.run, test::kApprover));
  test::expect_proved(c());
}

TEST_P(PaymentTest, TwoWhoRunTheSameMonthAtOnceOrderEachAwardOnce) {
  for (int64_t person = 1; person <= 6; ++person) give(person, 10);
  auto other = connect();
  must(order_month(c(), kJuly, test::kMaker, {.slice_awards = 2}, [&](const PaymentRun&) {
    must(order_month(*other, kJuly, test::kApprover, {.slice_awards = 2},
                     [](const PaymentRun&) { return false; }));
    return false;
  }));
  run_month(kJuly);
  for (int64_t person = 1; person <= 6; ++person) {
    EXPECT_EQ(must(payments_of(c(), person)).size(), 1U);
  }
  test::expect_proved(c());
}

TEST_P(PaymentTest, AChangedPaymentIsFound) {
  give(1, 500);
  give(2, 500);
  const auto files = run_and_release(kJuly);
  test::text_of_file(c(), files[0].file);
  test::sql(c(), "UPDATE payment SET amount = 600, regular = 600 WHERE person = 2");
  const auto proof = must(prove(c()));
  EXPECT_FALSE(proof.is_equal());
  for (const ProofLine& line : proof.lines) {
    const bool must_differ = line.name == "awards" || line.name == "orders" || line.name == "files";
    EXPECT_EQ(line.is_equal(), !must_differ) << line.name;
    if (line.name != "awards") continue;
    EXPECT_EQ(line.differing.front(), "person 2, award 1: 500 / 600");
  }
  const auto written = write_pain001(c(), files[0].file, [](std::string_view) { return true; });
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(code_of(written.error()), "file-differs");
}

TEST_P(PaymentTest, FilesAreValidByTheSchema) {
  give(1, 500);
  test::give_person(c(), 2);
  test::sql(c(),
            "INSERT INTO statement (person, statement, fact, value, source, recorded_at, "
            "recorded_by) VALUES (2, 1, 'registry.account', $1, 't', 1, 'x')",
            {std::string(R"({"holder":"Trần <Thị> & \"Bình\"","bank":"970436",)") +
             R"("number":"DE89370400440532013000"})"});
  test::give_award(c(), 2, 1);
  test::give_term(c(), 2, 1, kJuly, store::Cell(), 123'456'789);
  const auto files = run_and_release(kJuly);
  const std::string text = test::text_of_file(c(), files[0].file);
  const test::Message message = test::read_message(text);
  EXPECT_EQ(message.transfers[1].holder, "Trần <Thị> & \"Bình\"");
  test::Bank bank("0011223344", 0);
  const auto fate = [](const test::Transfer& transfer) {
    return transfer.amount == 500 ? Fate::kRefused : Fate::kReturned;
  };
  const auto told = bank.carry_out(message, fate, "2026-07-06");
  const std::pair<const char*, const std::string*> all[] = {{"pain.001.001.09", &text},
                                                            {"pain.002.001.12", &told.answer},
                                                            {"camt.053.001.08", &told.statement}};
  for (const auto& [schema, content] : all) {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("ansinh-" + std::to_string(::getpid()) + ".xml"))
            .string();
    std::ofstream(path) << *content;
    const std::string command = std::string("xmllint --noout --nonet --schema '") +
                                ANSINH_SOURCE_DIR + "/tests/iso20022/" + schema + ".xsd' '" + path +
                                "' 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << schema;
    std::filesystem::remove(path);
  }
}

}  // namespace
}  // namespace ansinh::agency
