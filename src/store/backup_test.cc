// A backup of either kind of store goes into either, whole or not at all.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "base/test_child.h"
#include "store/things_test_support.h"

namespace ansinh::store {

namespace {

class StoreBackup : public StoreRoom {
 protected:
  std::string scratch(const std::string& name) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("ansinh-backup-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    folder_ = folder;
    return (folder / name).string();
  }
  ~StoreBackup() override { std::filesystem::remove_all(folder_); }

  static std::string new_database() {
    return PostgresServer::the().url(PostgresServer::the().make_database());
  }
  void fill(int64_t rows) {
    const auto c = connect();
    std::mt19937 random(1);
    ASSERT_TRUE(done(c->begin(Access::kWrite)));
    auto bulk = c->bulk("thing", "person, thing, word, data");
    ASSERT_TRUE(done(bulk));
    for (int64_t i = 0; i < rows; ++i) {
      const Cell row[] = {i, static_cast<int64_t>(random()), std::string(random() % 5, 'w'),
                          random() % 2 == 0 ? Cell() : Cell(Bytes{std::string(3, '\0')})};
      ASSERT_TRUE(done((*bulk)->add(row)));
    }
    ASSERT_TRUE(done((*bulk)->finish()));
    ASSERT_TRUE(done(c->commit()));
  }
  static constexpr const char* kAll =
      "SELECT person, thing, word, data FROM thing ORDER BY person, thing";

 private:
  std::filesystem::path folder_;
};

}  // namespace

STORE_TEST_SUITE(StoreBackup);

TEST_P(StoreBackup, GoesIntoEitherKind) {
  const auto c = connect();
  fill(500);
  ASSERT_TRUE(done(c->run("UPDATE tally SET n = 42")));
  const std::string path = scratch("all");
  ASSERT_TRUE(done(store().backup(path)));
  EXPECT_EQ(store().backup(path).error().text.en, path + ": the file exists; choose another name");
  for (const std::string& place : {scratch("all.db"), new_database()}) {
    auto other = Store::open(place, {.create = true, .durable = false});
    ASSERT_TRUE(done(other));
    ASSERT_TRUE(done(restore(**other, path, kBoth)));
    const auto again = restore(**other, path, kBoth);
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().text.en,
              (*other)->name() + ": there are tables already; restore into a new store only");
    auto there = (*other)->connect();
    EXPECT_EQ(*version(**other, **there), 2);
    EXPECT_EQ(*(*there)->all(kAll), *c->all(kAll));
    // The row that a migration put in is as it was when the backup was made, and there once.
    EXPECT_EQ(*(*there)->all("SELECT person, n FROM tally"),
              (std::vector<Record>{{int64_t{0}, int64_t{42}}}));
    EXPECT_EQ((*other)->verify()->size(), 0U);
    // Indexes and keys are there: a key that is taken is refused.
    EXPECT_TRUE(done(put(**there, 1, 1)));
    EXPECT_EQ(put(**there, 1, 1).error().kind, FailureKind::kConflict);
  }
}

TEST_P(StoreBackup, OfAnOlderAnSinhIsBroughtToToday) {
  fill(20);
  const auto c = connect();
  const std::string path = scratch("older");
  ASSERT_TRUE(done(store().backup(path)));
  const std::vector<Migration> today{
      kOne,
      kTwo,
      {3,
       "later",
       {"ALTER TABLE thing ADD COLUMN note text", "ALTER TABLE tally ADD COLUMN m bigint",
        "DROP INDEX thing_word", "UPDATE tally SET m = n + 1"}}};
  for (const std::string& place : {scratch("later.db"), new_database()}) {
    auto other = Store::open(place, {.create = true, .durable = false});
    ASSERT_TRUE(done(restore(**other, path, today)));
    auto there = (*other)->connect();
    EXPECT_EQ(*version(**other, **there), 3);
    EXPECT_EQ(*(*there)->number("SELECT m FROM tally"), 42);
    EXPECT_EQ(*(*there)->all(kAll), *c->all(kAll));
  }
  // A newer one is refused, and leaves nothing.
  for (const std::string& place : {scratch("newer.db"), new_database()}) {
    auto other = Store::open(place, {.create = true, .durable = false});
    const auto refused = restore(**other, path, std::span(today).first(1));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().text.en,
              path + ": another or a newer An Sinh made the backup; use that one");
    auto there = (*other)->connect();
    EXPECT_EQ(*version(**other, **there), 0);
  }
}

TEST_P(StoreBackup, IsOfOneMomentWhileOthersWrite) {
  const std::jthread writing([&](const std::stop_token& over) {
    const auto c = connect();
    for (int64_t i = 0; !over.stop_requested(); ++i) {
      const auto both = transact(*c, Access::kWrite, [&](Connection& in) -> Expected<int64_t> {
        if (auto made = put(in, i, 1); !made) return made;
        return in.run("UPDATE tally SET n = n + 1");
      });
      if (!both) ADD_FAILURE() << both.error().detail;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const std::string path = scratch("moment" + std::to_string(i));
    ASSERT_TRUE(done(store().backup(path)));
    auto other = Store::open(path + ".db", {.create = true, .durable = false});
    ASSERT_TRUE(done(restore(**other, path, kBoth)));
    auto there = (*other)->connect();
    EXPECT_EQ(count(**there) + 41, **(*there)->number("SELECT n FROM tally"));
  }
}

// A byte altered anywhere, or a part missing: nothing is restored.
TEST_P(StoreBackup, ThatIsDamagedIsNotRestored) {
  fill(50);
  const std::string path = scratch("whole");
  ASSERT_TRUE(done(store().backup(path)));
  std::ifstream in(path, std::ios::binary);
  std::stringstream buffer;
  buffer << in.rdbuf();
  const std::string whole = buffer.str();
  auto empty = Store::open(scratch("empty.db"), {.create = true, .durable = false});
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    std::string altered = whole;
    if (i % 4 == 0) {
      altered.resize(random() % altered.size());
    } else {
      altered[random() % altered.size()] ^= static_cast<char>(1 + random() % 255);
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << altered;
    const auto restored = restore(**empty, path, kBoth);
    ASSERT_FALSE(restored.has_value());
    EXPECT_EQ(restored.error().text.en, path + ": the backup is not whole; nothing was restored");
  }
  EXPECT_EQ(restore(**empty, path + ".none", kBoth).error().kind, FailureKind::kAbsent);
  EXPECT_EQ(*version(**empty, *(*empty)->connect().value()), 0);
}

// A kill at any moment: the backup is there whole or not at all; the store that is restored into
// has everything or nothing.
TEST_P(StoreBackup, KilledIsWholeOrNotThere) {
  fill(4000);
  const std::string good = scratch("good");
  ASSERT_TRUE(done(store().backup(good)));
  const auto bytes = std::filesystem::file_size(good);
  std::mt19937 random(3);
  int backups = 0, restores = 0;
  const int rounds = GetParam() == Kind::kSqlite ? 16 : 8;
  for (int round = 0; round < rounds; ++round) {
    const std::string path = scratch("killed" + std::to_string(round));
    const std::string place = GetParam() == Kind::kSqlite ? path + ".db" : new_database();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      test::leave_counts_out();
      const auto mine = Store::open(where(), {});
      const bool both = mine && (*mine)->backup(path);
      const auto other = Store::open(place, {.create = true});
      ::_exit(both && other && restore(**other, good, kBoth) ? 0 : 1);
    }
    ::usleep(static_cast<useconds_t>(random() % 160'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    if (std::filesystem::exists(path)) {
      EXPECT_EQ(std::filesystem::file_size(path), bytes);
      ++backups;
    }
    auto other = Store::open(place, {.create = true, .durable = false});
    ASSERT_TRUE(done(other));
    auto there = (*other)->connect();
    if (*version(**other, **there) != 0) {
      EXPECT_EQ(count(**there), 4000);
      ++restores;
    } else {
      EXPECT_TRUE(done(restore(**other, good, kBoth)));  // nothing is in its way
    }
    EXPECT_EQ((*other)->verify()->size(), 0U);
  }
  EXPECT_LE(restores, backups);
}

}  // namespace ansinh::store
