#include "agency/ledger.h"

#include <filesystem>
#include <fstream>
#include <regex>

#include "agency/money_test_support.h"

namespace ansinh::agency {
namespace {

using test::must;

class LedgerTest : public store::StoreTest {
 protected:
  LedgerTest() {
    migrated(migrations());
    connection_ = connect();
    must(connection_->begin(store::Access::kWrite));
    at_ = must(record_time(*connection_));
  }
  Entry entry(const std::string& key, std::vector<Posting> postings) const {
    return {.person = 17,
            .cause = "test",
            .cause_key = key,
            .day = Date::of(2026, 7, 1),
            .postings = std::move(postings),
            .recorded_at = at_,
            .recorded_by = "an"};
  }
  store::Connection& c() { return *connection_; }

  std::unique_ptr<store::Connection> connection_;
  int64_t at_ = 0;
};
STORE_TEST_SUITE(LedgerTest);

TEST_P(LedgerTest, PostsOnceForACause) {
  const Entry one = entry("1", {{"a", Role::kReceivable, 500}, {"a", Role::kContributions, -500}});
  const EntryId first = must(post(c(), one));
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.entry, 1);
  const EntryId again = must(post(c(), one));
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.entry, 1);
  EXPECT_EQ(must(balance_of(c(), 17, "a", Role::kReceivable)), 500);
  const auto other =
      post(c(), entry("1", {{"a", Role::kReceivable, 400}, {"a", Role::kContributions, -400}}));
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(code_of(other.error()), "posted-otherwise");
}

TEST_P(LedgerTest, RefusesWhatDoesNotBalance) {
  const auto refused = [&](std::vector<Posting> postings) {
    const auto result = post(c(), entry("x", std::move(postings)));
    return result ? std::string("posted") : result.error().text.en;
  };
  EXPECT_EQ(refused({}),
            "the entry does not balance: it has no postings; debit and credit the same amounts in "
            "each fund");
  EXPECT_EQ(refused({{"a", Role::kBank, 5}, {"a", Role::kPayable, -4}}),
            "the entry does not balance: fund a is off by 1; debit and credit the same amounts in "
            "each fund");
  EXPECT_EQ(refused({{"a", Role::kBank, 5}, {"b", Role::kPayable, -5}}),
            "the entry does not balance: fund a is off by 5; debit and credit the same amounts in "
            "each fund");
  EXPECT_EQ(refused({{"a", Role::kBank, 0}}),
            "the entry does not balance: a posting is zero; debit and credit the same amounts in "
            "each fund");
  EXPECT_EQ(refused({{"a", Role::kBank, INT64_MAX}, {"a", Role::kPayable, 1}}),
            "the entry does not balance: the sums are too large; debit and credit the same amounts "
            "in each fund");
  EXPECT_TRUE(must(balances(c())).empty());
}

TEST_P(LedgerTest, AReversalUndoesAnEntryAndNamesIt) {
  const EntryId wrong =
      must(post(c(), entry("1", {{"a", Role::kOverpaid, 70}, {"a", Role::kBenefits, -70}})));
  const EntryId undone =
      must(post_reversal(c(), wrong, "correction", "1", Date::of(2026, 7, 2), at_, "binh"));
  EXPECT_EQ(must(balance_of(c(), 17, "a", Role::kOverpaid)), 0);
  const auto entries = must(entries_of(c(), 17));
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].number, undone.entry);
  EXPECT_EQ(entries[1].entry.corrects, wrong.entry);
  EXPECT_EQ(entries[1].entry.postings[0].amount, -70);
  const auto none = post_reversal(c(), {17, 9}, "correction", "2", Date{}, at_, "binh");
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(code_of(none.error()), "not-found");
}

TEST_P(LedgerTest, BalancesAreByFundAndRoleAndDay) {
  must(post(c(), entry("1", {{"a", Role::kBenefits, 5}, {"a", Role::kPayable, -5}})));
  Entry later = entry("2", {{"a", Role::kPayable, 2}, {"a", Role::kTransit, -2}});
  later.day = Date::of(2026, 8, 1);
  must(post(c(), later));
  const auto july = must(balances(c(), Date::of(2026, 7, 31)));
  ASSERT_EQ(july.size(), 2U);
  EXPECT_EQ(july[0].role, Role::kPayable);
  EXPECT_EQ(july[0].amount(), -5);
  const auto all = must(balances(c()));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].role, Role::kPayable);
  EXPECT_EQ(all[0].debit, 2);
  EXPECT_EQ(all[0].credit, 5);
  test::expect_balanced(c());
}

TEST_P(LedgerTest, TheTrialBalanceFindsWhatIsOff) {
  must(post(c(), entry("1", {{"a", Role::kBenefits, 5}, {"a", Role::kPayable, -5}})));
  test::sql(c(),
            "INSERT INTO posting (person, entry, line, account, amount) VALUES (17, 1, 9, 1, 3)");
  const auto off = must(trial_balance(c()));
  ASSERT_EQ(off.size(), 1U);
  EXPECT_EQ(off[0].fund, "a");
  EXPECT_EQ(off[0].amount, 3);
}

TEST_P(LedgerTest, AFundHasAnAccountOfItsOwn) {
  must(connection_->commit());
  test::give_fund(c(), "a", "111");
  must(connection_->begin(store::Access::kWrite));
  const auto taken = set_fund(c(), {"b", {"b", "b"}, "VND", 0, "B", "BFTVVNVX", "111"}, at_, "an");
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().text.en,
            "this account is that of the fund a; each fund needs an account of its own");
  const auto bad = set_fund(c(), {"b", {"b", "b"}, "VND", 0, "B", "BFTV VNVX", "1"}, at_, "an");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().text.en, "the bank must be a BIC, or a code of capital letters and digits");
  const auto all = must(funds(c()));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].number, "111");
}

TEST(Roles, HaveNamesThatReadBack) {
  for (size_t i = 0; i < kRoleCount; ++i) {
    const Role role = static_cast<Role>(i);
    EXPECT_EQ(role_of(name_of(role)), role);
    EXPECT_FALSE(label_of(role).vi.empty());
  }
  EXPECT_EQ(role_of("nothing"), std::nullopt);
}

// No statement in the program changes or removes what must only be added to.
TEST(AppendOnly, NoStatementChangesEntriesPostingsOrEvents) {
  const std::regex changes(
      "(UPDATE|DELETE FROM) (entry|posting|adjustment|payment_event|bank_entry|fund_event)\\b");
  int files = 0;
  for (const char* room : {"agency", "cli"}) {
    const std::filesystem::path folder = std::string(ANSINH_SOURCE_DIR "/src/") + room;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.path().filename() == "ledger_test.cc") continue;
      std::ifstream stream(file.path());
      const std::string text(std::istreambuf_iterator<char>(stream), {});
      EXPECT_FALSE(std::regex_search(text, changes)) << file.path();
      ++files;
    }
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace ansinh::agency
