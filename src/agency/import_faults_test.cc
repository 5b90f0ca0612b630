// An import is killed at random points, again and again, and goes on each time it is started anew:
// in the end the store holds what an import that nobody disturbed makes of the same files.
#include <cstdlib>
#include <fstream>
#include <random>

#include "agency/import.h"
#include "agency/kill_test_support.h"
#include "agency/money_test_support.h"
#include "agency/registry_test_support.h"

namespace ansinh::agency {
namespace {

namespace fs = std::filesystem;
using test::must;

constexpr int kPersonsOfRound = 400;
constexpr int kImportKillsSqlite = 105, kImportKillsPostgres = 20;

// The files of a round: some persons are new, some are told otherwise, some rows are wrong.
void write_round(const fs::path& folder, int round) {
  fs::create_directories(folder);
  std::ofstream persons(folder / "persons.csv"), work(folder / "work.csv");
  persons << "id,name,national_number,sex,date_of_birth,household,commune\n";
  work << "person,id,from,to,salary,hazardous\n";
  for (int i = 0; i < kPersonsOfRound; ++i) {
    const int n = i + round * kPersonsOfRound / 2;  // half of them are there already
    const std::string id = "P" + std::to_string(n);
    const std::string day = std::to_string(10 + (n + round) % 18);
    persons << id << ",Nguyễn Thị " << (n % 3 == 0 ? "Lan" : "Hoa") << ' ' << char('A' + n % 26)
            << ",00108" << 1'000'000 + n << ',' << (i % 50 == 7 ? "mal" : "female") << ",1980-03-"
            << day << ",H" << n / 3 << ",0000" << (n + round) % 7 << '\n';
    for (int k = 0; k < 2; ++k) {
      work << id << ",w" << k << ",20" << 10 + 2 * k << "-01,20" << 11 + 2 * k << "-06,"
           << 4'000'000 + n * 1000 + round << ',' << (n % 4 == 0 ? "yes" : "") << '\n';
    }
  }
}

void import_round(store::Store& store, const fs::path& folder) {
  for (const char* table : {"persons", "work"}) {
    ImportOptions options;
    options.path = (folder / (std::string(table) + ".csv")).string();
    options.report_path = (folder / (std::string(table) + ".rejected")).string();
    options.source = "vss";
    options.recorded_by = "lan";
    options.rows_at_once = 60;
    const ImportCounts counts = must(import_file(store, registry_test_book(), options));
    EXPECT_EQ(counts.rows, counts.created + counts.changed + counts.unchanged + counts.rejected);
    EXPECT_EQ(counts.rows,
              std::string_view(table) == "persons" ? kPersonsOfRound : 2 * kPersonsOfRound);
  }
}

TEST(ImportWorker, WorksWhenItIsStartedByTheTestBelow) {
  const char* where = std::getenv("ANSINH_IMPORT_STORE");
  if (where == nullptr) GTEST_SKIP() << "only as the process that is killed";
  auto store = must(store::Store::open(where, {.durable = false}));
  must(store->connect());
  registry_test_book();
  test::work_begins();
  import_round(*store, std::getenv("ANSINH_IMPORT_FOLDER"));
}

std::string text_in(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class ImportFaultsTest : public store::StoreTest {
 protected:
  ImportFaultsTest()
      : folder_(fs::temp_directory_path() / ("ansinh-import-kill-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
    migrated(migrations());
    const std::string path = (folder_ / "undisturbed.db").string();
    undisturbed_ = must(store::Store::open(path, {.create = true, .durable = false}));
    must(store::migrate(*undisturbed_, migrations()));
  }
  ~ImportFaultsTest() override {
    undisturbed_.reset();
    fs::remove_all(folder_);
  }

  // Imports a round, killed up to `kills_max` times on the way. How often it was.
  int disturbed(int round, int kills_max, std::mt19937_64& random) const {
    const fs::path folder = folder_ / std::to_string(round);
    const std::vector<std::string> settings{"ANSINH_IMPORT_STORE=" + where(),
                                            "ANSINH_IMPORT_FOLDER=" + folder.string()};
    for (int kills = 0; kills < kills_max; ++kills) {
      test::Worker worker("ImportWorker.*", settings);
      if (!worker.kill_after(std::chrono::microseconds(random() % 25'000))) return kills;
    }
    test::Worker("ImportWorker.*", settings).finish();
    return kills_max;
  }

  // What the store says of people, and what was rejected; record times are not compared.
  void expect_as_undisturbed(int round) const {
    const auto mine = connect();
    const auto other = must(undisturbed_->connect());
    test::expect_same_rows(
        *mine, *other,
        {"SELECT person, kind, merged_into FROM person ORDER BY person",
         "SELECT person, statement, fact, value, valid_from, valid_until, source, source_key, "
         "recorded_by, replaces FROM statement ORDER BY person, statement",
         "SELECT person, kind, number FROM identifier ORDER BY person, kind, number",
         "SELECT person, name, name_key, birth_date, sex, commune FROM profile ORDER BY person",
         "SELECT person, pair, birth_date FROM name_pair ORDER BY person, pair",
         "SELECT person, change, fact, from_date FROM change ORDER BY person, change",
         "SELECT name, next FROM counter WHERE name = 'person'",
         "SELECT kind, key, state FROM job ORDER BY key"});
    test::expect_balanced(*mine);
    for (const char* table : {"persons.rejected", "work.rejected"}) {
      const fs::path path = fs::path(std::to_string(round)) / table;
      const std::string report = text_in(folder_ / path);
      std::string expected = text_in(folder_ / "undisturbed" / path);
      for (size_t at = 0; (at = expected.find("undisturbed/", at)) != std::string::npos;) {
        expected.erase(at, std::string_view("undisturbed/").size());
      }
      EXPECT_EQ(report, expected) << path;
      EXPECT_GT(report.size(), 50U) << path;
    }
  }

  fs::path folder_;
  std::unique_ptr<store::Store> undisturbed_;
};
STORE_TEST_SUITE(ImportFaultsTest);

TEST_P(ImportFaultsTest, SurvivesBeingKilledAtRandomPoints) {
  std::mt19937_64 random(11);
  const bool is_sqlite = GetParam() == store::Kind::kSqlite;
  const int kills_wanted = is_sqlite ? kImportKillsSqlite : kImportKillsPostgres;
  int kills = 0, round = 0;
  for (; kills < kills_wanted && !HasFailure(); ++round) {
    ASSERT_LT(round, 200);
    write_round(folder_ / std::to_string(round), round);
    write_round(folder_ / "undisturbed" / std::to_string(round), round);
    kills += disturbed(round, kills_wanted - kills, random);
    import_round(*undisturbed_, folder_ / "undisturbed" / std::to_string(round));
    expect_as_undisturbed(round);
  }
  RecordProperty("rounds", round);
  EXPECT_EQ(kills, kills_wanted);
}

}  // namespace
}  // namespace ansinh::agency
