// The work with money is killed at random points, again and again, and finished each time it is
// started anew: nobody is paid twice or missed, and the trial balance is zero after every kill.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "agency/kill_test_support.h"
#include "agency/money_test_support.h"
#include "base/text.h"

namespace ansinh::agency {
namespace {

namespace fs = std::filesystem;
using test::Fate;
using test::must;

constexpr int64_t kFirstMonth = (2026 - 1970) * 12 + 6;
constexpr int64_t kPeople = 60;
constexpr int kKillsOfEachStore = 105;
constexpr const char* kBankNumber = "0011223344";

int64_t amount_of(int64_t person) { return 1000 + person; }

// What the bank does follows from the account: 7… are closed, 6… do not exist.
Fate fate_of(const test::Transfer& transfer) {
  if (transfer.account.starts_with('7')) return Fate::kReturned;
  return transfer.account.starts_with('6') ? Fate::kRefused : Fate::kPaid;
}

void give_people(store::Connection& c) {
  test::give_fund(c, test::kPensions, kBankNumber);
  for (int64_t person = 1; person <= kPeople; ++person) {
    test::give_person(c, person);
    test::give_award(c, person, 1);
    test::give_term(c, person, 1, kFirstMonth - person % 3, store::Cell(), amount_of(person));
    const char* kind = person % 7 == 0 ? "7" : person % 11 == 0 ? "6" : "9";
    if (person % 13 != 0) test::give_account(c, person, kind + std::to_string(person));
  }
}

void write_whole(const fs::path& path, const std::string& text) {
  const fs::path draft = path.string() + "." + std::to_string(::getpid());
  std::ofstream(draft, std::ios::binary) << text;
  fs::rename(draft, path);
}

// ---- The worker: what an agency does, from whatever point it was stopped at --------------------

void hand_over(store::Connection& c, int64_t run, const fs::path& folder) {
  must(release(c, run, test::kApprover));
  for (const BankFile& file : must(files_of(c, run))) {
    const fs::path out = folder / "out" / file_name_of(file.file);
    if (!fs::exists(out)) write_whole(out, test::text_of_file(c, file.file));
  }
}

void bank_works(const fs::path& folder) {
  for (const auto& file : fs::directory_iterator(folder / "out")) {
    if (file.path().extension() != ".xml") continue;
    const std::string name = file.path().stem().string();
    if (fs::exists(folder / "in" / (name + "-statement.xml"))) continue;
    const auto text = read_text_file(file.path().string());
    const auto message = test::read_message(text.value());
    test::Bank bank(kBankNumber, 0, name + "/");
    const auto told = bank.carry_out(message, fate_of, "2026-07-06", name.size() % 2 == 0);
    if (!told.answer.empty()) write_whole(folder / "in" / (name + "-answer.xml"), told.answer);
    const std::string& all = told.statement;
    write_whole(folder / "in" / (name + "-statement.xml"),
                all.substr(0, all.find("<Bal>")) + all.substr(all.rfind("</Bal>") + 6));
  }
}

void read_answers(store::Connection& c, const fs::path& folder, std::mt19937_64& random) {
  std::vector<std::string> files;
  for (const auto& file : fs::directory_iterator(folder / "in")) {
    if (file.path().extension() != ".xml") continue;
    files.push_back(file.path().string());
    if (random() % 4 == 0) files.push_back(file.path().string());  // twice
  }
  std::shuffle(files.begin(), files.end(), random);
  for (const std::string& file : files) {
    must(take_report(c, file, test::kMaker, {.slice_records = 3}));
  }
  must(reconcile(c));
}

void name_new_accounts(store::Connection& c) {
  test::sql(c,
            "INSERT INTO statement (person, statement, fact, value, source, recorded_at, "
            "recorded_by) SELECT DISTINCT person, CAST(2 AS bigint), 'registry.account', "
            "'{\"holder\":\"A\",\"bank\":\"BFTVVNVX\",\"number\":\"8' || person || '\"}', 't', "
            "CAST(2 AS bigint), 'x' FROM payment WHERE state = 'suspended' "
            "ON CONFLICT (person, statement) DO NOTHING");
}

void work(const std::string& where, const fs::path& folder, int64_t months) {
  auto store = must(store::Store::open(where, {.durable = false}));
  auto c = must(store->connect());
  test::work_begins();
  std::mt19937_64 random(static_cast<uint64_t>(::getpid()));
  const RunLimits limits{.slice_awards = 7, .slices_per_file = 2};
  for (int64_t month = kFirstMonth; month < kFirstMonth + months; ++month) {
    const PaymentRun run = must(order_month(*c, month, test::kMaker, limits));
    hand_over(*c, run.run, folder);
    bank_works(folder);
    read_answers(*c, folder, random);
    name_new_accounts(*c);
    if (const auto again = must(order_again(*c, month, test::kMaker, limits))) {
      hand_over(*c, again->run, folder);
    }
    for (const PaymentRun& one : must(runs(*c))) {
      if (one.state != RunState::kOrdering) hand_over(*c, one.run, folder);  // a later month's
    }
    bank_works(folder);
    read_answers(*c, folder, random);
  }
}

TEST(MoneyWorker, WorksWhenItIsStartedByTheTestBelow) {
  const char* where = std::getenv("ANSINH_MONEY_STORE");
  if (where == nullptr) GTEST_SKIP() << "only as the process that is killed";
  work(where, std::getenv("ANSINH_MONEY_FOLDER"), std::atoi(std::getenv("ANSINH_MONEY_MONTHS")));
}

// ---- The one who kills it ----------------------------------------------------------------------

class MoneyFaultsTest : public store::StoreTest {
 protected:
  MoneyFaultsTest()
      : folder_(fs::temp_directory_path() / ("ansinh-money-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_ / "in");
    fs::create_directories(folder_ / "out");
    migrated(migrations());
    give_people(*connect());
  }
  ~MoneyFaultsTest() override { fs::remove_all(folder_); }

  test::Worker start(int64_t months) const {
    return {"MoneyWorker.*",
            {"ANSINH_MONEY_STORE=" + where(), "ANSINH_MONEY_FOLDER=" + folder_.string(),
             "ANSINH_MONEY_MONTHS=" + std::to_string(months)}};
  }

  // What arrived at people's accounts, by the files that the bank has.
  std::map<int64_t, int64_t> arrived() const {
    std::map<int64_t, int64_t> sums;
    std::set<std::string> seen;
    for (const auto& file : fs::directory_iterator(folder_ / "out")) {
      if (file.path().extension() != ".xml") continue;
      const auto text = read_text_file(file.path().string());
      const auto message = test::read_message(text.value());
      for (const test::Transfer& transfer : message.transfers) {
        EXPECT_TRUE(seen.insert(transfer.reference).second) << transfer.reference << " twice";
        if (fate_of(transfer) != Fate::kPaid) continue;
        sums[payment_of_reference(transfer.reference)->person] += transfer.amount;
      }
    }
    return sums;
  }

  void check_whole(int64_t months) const {
    auto c = connect();
    test::expect_proved(*c);
    const auto sums = arrived();
    for (int64_t person = 1; person <= kPeople; ++person) {
      const auto found = sums.find(person);
      const int64_t paid = found == sums.end() ? 0 : found->second;
      EXPECT_EQ(paid, amount_of(person) * (months + person % 3)) << "person " << person;
    }
    const auto report = must(reconcile(*c));
    EXPECT_EQ(report.in_transit, 0);
    EXPECT_EQ(report.suspended_count, 0);
    EXPECT_TRUE(report.unknown.empty());
  }

  fs::path folder_;
};
STORE_TEST_SUITE(MoneyFaultsTest);

TEST_P(MoneyFaultsTest, SurvivesBeingKilledAtRandomPoints) {
  std::mt19937_64 random(4);
  int kills = 0;
  int64_t months = 1;
  for (int starts = 0; kills < kKillsOfEachStore; ++starts) {
    ASSERT_LT(starts, 3000);
    test::Worker worker = start(months);
    const bool is_killed = worker.kill_after(std::chrono::milliseconds(1 + random() % 140));
    auto c = connect();
    if (is_killed) {
      ++kills;
      test::expect_balanced(*c);
      // The clock jumps: it was a day ahead, and is set right.
      if (kills % 10 == 0) {
        test::sql(*c, "UPDATE counter SET next = next + 86400000000 WHERE name = 'clock'");
      }
    } else {
      check_whole(months);
      ++months;
    }
    if (HasFailure()) break;
  }
  // And then to the end.
  start(months).finish();
  check_whole(months);
  RecordProperty("months", static_cast<int>(months));
}

}  // namespace
}  // namespace ansinh::agency
