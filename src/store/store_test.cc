// What both stores promise, on both.
#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "store/things_test_support.h"

namespace ansinh::store {

STORE_TEST_SUITE(StoreRoom);

TEST_P(StoreRoom, ValuesComeBackAsTheyWere) {
  auto c = connect();
  const Record rows[] = {
      {int64_t{1}, int64_t{1}, std::string("Nguyễn Thị Ánh ' ; -- $1"),
       Bytes{std::string("\0\xff\n", 3)}},
      {INT64_MAX, INT64_MIN, std::monostate{}, std::monostate{}},
      {int64_t{-1}, int64_t{0}, std::string(), Bytes{}},
  };
  for (const Record& row : rows) {
    ASSERT_TRUE(
        done(c->run("INSERT INTO thing (person, thing, word, data) VALUES ($1, $2, $3, $4)", row)));
  }
  for (const Record& row : rows) {
    const auto back =
        c->one("SELECT person, thing, word, data FROM thing WHERE person = $1 AND thing = $2",
               std::span(row).first(2));
    ASSERT_TRUE(done(back));
    ASSERT_TRUE(back->has_value());
    EXPECT_EQ(**back, row);
  }
  // The same statement with a null where there was a number, and parameters used twice.
  const Cell none[] = {std::monostate{}};
  const auto nobody = c->one("SELECT thing FROM thing WHERE person = $1", none);
  ASSERT_TRUE(done(nobody));
  EXPECT_FALSE(nobody->has_value());
  const Cell one[] = {int64_t{1}, int64_t{7}};
  EXPECT_EQ(*c->number("SELECT CAST($2 + person + $1 AS bigint) FROM thing WHERE person = $1", one),
            9);
}

TEST_P(StoreRoom, RowsChangedAreCounted) {
  auto c = connect();
  for (int64_t i = 1; i <= 5; ++i) ASSERT_TRUE(done(put(*c, 1, i)));
  const Cell two[] = {int64_t{2}, std::string("y")};
  EXPECT_EQ(*c->run("UPDATE thing SET word = $2 WHERE thing > $1", two), 3);
  EXPECT_EQ(*c->run("UPDATE thing SET word = $2 WHERE thing > $1 + 100", two), 0);
  EXPECT_EQ(*c->run("DELETE FROM thing WHERE word = 'y'"), 3);
  std::vector<int64_t> made;
  const Cell row[] = {int64_t{9}};
  ASSERT_TRUE(
      done(c->each("INSERT INTO thing (person, thing) VALUES ($1, 1), ($1, 2) RETURNING thing", row,
                   [&](const Row& r) {
                     made.push_back(r.integer(0));
                     return false;  // the second is inserted all the same
                   })));
  EXPECT_EQ(made, std::vector<int64_t>{1});
  EXPECT_EQ(count(*c), 4);
}

TEST_P(StoreRoom, ATakenKeyIsAConflictAndNamesNoPerson) {
  auto c = connect();
  ASSERT_TRUE(done(put(*c, 123456789, 1, "Bí mật")));
  const auto again = put(*c, 123456789, 1, "Bí mật");
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, FailureKind::kConflict);
  EXPECT_EQ(again.error().detail.find("123456789"), std::string::npos) << again.error().detail;
  EXPECT_EQ(again.error().detail.find("Bí mật"), std::string::npos) << again.error().detail;
  EXPECT_EQ(*c->run("INSERT INTO thing (person, thing) VALUES (123456789, 1) ON CONFLICT (person, "
                    "thing) DO NOTHING"),
            0);
}

TEST_P(StoreRoom, AWrongStatementIsRefusedAndTheConnectionGoesOn) {
  auto c = connect();
  for (const char* sql :
       {"SELEC 1", "SELECT nothing FROM thing", "INSERT INTO thing (person) VALUES (1)"}) {
    const auto result = c->run(sql);
    ASSERT_FALSE(result.has_value()) << sql;
    EXPECT_EQ(result.error().kind, FailureKind::kRefused) << sql;
  }
  EXPECT_TRUE(done(put(*c, 1, 1)));
  EXPECT_FALSE(c->run("INSERT INTO thing (person, thing) VALUES ($1, $2)").has_value());
}

TEST_P(StoreRoom, ATransactionIsAllOrNothing) {
  auto c = connect();
  const auto failed = transact(*c, Access::kWrite, [&](Connection& in) -> Expected<void> {
    if (auto made = put(in, 1, 1); !made) return std::unexpected(made.error());
    if (auto made = put(in, 1, 1); !made) return std::unexpected(made.error());
    return {};
  });
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind, FailureKind::kConflict);
  EXPECT_FALSE(c->in_transaction());
  EXPECT_EQ(count(*c), 0);
  const auto kept = transact(*c, Access::kWrite,
                             [&](Connection& in) -> Expected<int64_t> { return put(in, 1, 1); });
  ASSERT_TRUE(done(kept));
  EXPECT_EQ(count(*connect()), 1);
  // Left without an end: undone with the connection.
  {
    auto other = connect();
    ASSERT_TRUE(done(other->begin(Access::kWrite)));
    ASSERT_TRUE(done(put(*other, 2, 2)));
  }
  EXPECT_EQ(count(*c), 1);
}

TEST_P(StoreRoom, APartCanBeUndoneAlone) {
  auto c = connect();
  ASSERT_TRUE(done(c->begin(Access::kWrite)));
  ASSERT_TRUE(done(put(*c, 1, 1)));
  ASSERT_TRUE(done(c->savepoint()));
  ASSERT_TRUE(done(put(*c, 1, 2)));
  EXPECT_FALSE(put(*c, 1, 1).has_value());
  ASSERT_TRUE(done(c->undo()));
  ASSERT_TRUE(done(c->savepoint()));
  ASSERT_TRUE(done(put(*c, 1, 3)));
  ASSERT_TRUE(done(c->release()));
  ASSERT_TRUE(done(c->commit()));
  const auto left = c->all("SELECT thing FROM thing ORDER BY thing");
  ASSERT_TRUE(done(left));
  EXPECT_EQ(*left, (std::vector<Record>{{int64_t{1}}, {int64_t{3}}}));
}

TEST_P(StoreRoom, AReaderSeesOneStateWhileAnotherWrites) {
  auto reader = connect();
  auto writer = connect();
  ASSERT_TRUE(done(put(*writer, 1, 1)));
  ASSERT_TRUE(done(reader->begin(Access::kRead)));
  EXPECT_EQ(count(*reader), 1);
  ASSERT_TRUE(done(put(*writer, 1, 2)));
  EXPECT_EQ(count(*reader), 1);
  reader->rollback();
  EXPECT_EQ(count(*reader), 2);
}

TEST_P(StoreRoom, TwoThatCountTogetherLoseNothing) {
  ASSERT_TRUE(done(connect()->run("INSERT INTO tally (person, n) VALUES (1, 0)")));
  constexpr int kThreads = 4, kTimes = 60;
  std::vector<std::jthread> threads;
  std::atomic<int> failures = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      auto c = connect();
      for (int i = 0; i < kTimes; ++i) {
        // Read first, then write what was read: only one of two at once may have it so.
        auto counted = transact(*c, Access::kWrite, [](Connection& in) -> Expected<int64_t> {
          const auto n = in.number("SELECT n FROM tally WHERE person = 1");
          if (!n) return std::unexpected(n.error());
          const Cell next[] = {**n + 1};
          return in.run("UPDATE tally SET n = $1 WHERE person = 1", next);
        });
        for (; !counted && counted.error().kind == FailureKind::kBusy; ++failures) {
          counted = transact(*c, Access::kWrite, [](Connection& in) {
            return in.run("UPDATE tally SET n = n + 1 WHERE person = 1");
          });
        }
        if (!counted) ADD_FAILURE() << counted.error().detail;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(*connect()->number("SELECT n FROM tally WHERE person = 1"), kThreads * kTimes);
}

TEST_P(StoreRoom, ManyRowsGoInTogetherAndComeOutOneByOne) {
  auto c = connect();
  constexpr int64_t kRows = 30'000;
  ASSERT_TRUE(done(c->begin(Access::kWrite)));
  auto bulk = c->bulk("thing", "person, thing, word, data");
  ASSERT_TRUE(done(bulk));
  for (int64_t i = 0; i < kRows; ++i) {
    const Cell row[] = {i, -i, i % 3 == 0 ? Cell() : Cell(std::to_string(i)), Bytes{"\x01"}};
    ASSERT_TRUE(done((*bulk)->add(row)));
  }
  ASSERT_TRUE(done((*bulk)->finish()));
  bulk->reset();
  ASSERT_TRUE(done(c->commit()));
  int64_t seen = 0;
  ASSERT_TRUE(
      done(c->each("SELECT person, thing, word FROM thing ORDER BY person", {}, [&](const Row& r) {
        EXPECT_EQ(r.integer(0), seen);
        EXPECT_EQ(r.integer(1), -seen);
        EXPECT_EQ(r.maybe_text(2),
                  seen % 3 == 0 ? std::nullopt : std::optional(std::to_string(seen)));
        ++seen;
        return !testing::Test::HasFailure();
      })));
  EXPECT_EQ(seen, kRows);
  // A row that is not wanted undoes all of them.
  ASSERT_TRUE(done(c->begin(Access::kWrite)));
  bulk = c->bulk("thing", "person, thing");
  ASSERT_TRUE(done(bulk));
  bool failed = false;
  for (const int64_t thing : {int64_t{1}, int64_t{-5}}) {
    const Cell row[] = {int64_t{5}, thing};
    failed = !(*bulk)->add(row).has_value() || failed;
  }
  if (!failed) failed = !(*bulk)->finish().has_value();
  EXPECT_TRUE(failed);
  bulk->reset();
  c->rollback();
  EXPECT_EQ(count(*c), kRows);
}

TEST_P(StoreRoom, MigrationsAreAppliedOnceAndNewerOnesRefused) {
  auto c = connect();
  EXPECT_EQ(*version(store(), *c), 2);
  EXPECT_TRUE(done(migrate(store(), kBoth)));
  const auto older = migrate(store(), std::span(kBoth).first(1));
  ASSERT_FALSE(older.has_value());
  EXPECT_NE(older.error().text.en.find("newer An Sinh"), std::string::npos);
  Migration other = kTwo;
  other.statements = {"CREATE TABLE tally (person bigint NOT NULL, PRIMARY KEY (person))"};
  const std::vector<Migration> changed{kOne, other};
  const auto differs = migrate(store(), changed);
  ASSERT_FALSE(differs.has_value());
  EXPECT_EQ(differs.error().kind, FailureKind::kBroken);
  // One that fails leaves the version before.
  const std::vector<Migration> bad{
      kOne, kTwo, {3, "bad", {"CREATE TABLE a (x bigint)", "NOT SQL"}}};
  EXPECT_FALSE(migrate(store(), bad).has_value());
  EXPECT_EQ(*version(store(), *c), 2);
  EXPECT_FALSE(c->run("SELECT x FROM a").has_value());
}

TEST_P(StoreRoom, OneWritesAtATimeAndOthersWait) {
  auto first = connect();
  const auto impatient =
      std::move(*Store::open(where(), {.create = true, .durable = false, .wait_ms = 100}));
  auto second = std::move(*impatient->connect());
  ASSERT_TRUE(done(first->begin(Access::kWrite)));
  const auto busy = second->begin(Access::kWrite);
  ASSERT_FALSE(busy.has_value());
  EXPECT_EQ(busy.error().kind, FailureKind::kBusy);
  EXPECT_FALSE(second->in_transaction());
  EXPECT_EQ(count(*second), 0);  // readers do not wait
  ASSERT_TRUE(done(put(*first, 1, 1)));
  std::jthread later([&] {
    ::usleep(30'000);
    EXPECT_TRUE(done(first->commit()));
  });
  // What the other has written before is seen: nothing was looked at while waiting.
  ASSERT_TRUE(done(second->begin(Access::kWrite)));
  EXPECT_EQ(count(*second), 1);
  ASSERT_TRUE(done(second->run("UPDATE thing SET thing = thing + 1")));
  ASSERT_TRUE(done(second->commit()));
}

TEST(PostgresStore, TwoMayMakeTheFirstTablesAtOnce) {
  PostgresServer& server = PostgresServer::the();
  const std::vector<Migration> all{kOne, kTwo};
  for (int round = 0; round < 3; ++round) {
    const std::string where = server.url(server.make_database());
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const auto mine = Store::open(where, {});
        ASSERT_TRUE(done(mine));
        EXPECT_TRUE(done(migrate(**mine, all)));
      });
    }
  }
}

TEST_P(StoreRoom, TwoMayMigrateAtOnce) {
  const std::vector<Migration> more{
      kOne, kTwo, {3, "more", {"CREATE TABLE more (x bigint NOT NULL)"}}};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        const auto other = open();
        const auto result = migrate(*other, more);
        good += result.has_value() ? 1 : 0;
        if (!result) ADD_FAILURE() << result.error().detail;
      });
    }
  }
  EXPECT_EQ(good, 4);
}

TEST_P(StoreRoom, TheWriterMakesManyWritesDurableAndUndoesOnlyTheBad) {
  auto writer = Writer::start(store(), {});
  ASSERT_TRUE(done(writer));
  constexpr int64_t kWrites = 2000;
  std::atomic<int64_t> good = 0, bad = 0;
  for (int64_t i = 0; i < kWrites; ++i) {
    (*writer)->submit(
        [i](Connection& c) -> Expected<void> {
          if (auto made = put(c, i, 1); !made) return std::unexpected(made.error());
          // Every tenth takes a key twice after it has written.
          if (i % 10 == 0) {
            if (auto again = put(c, i, 1); !again) return std::unexpected(again.error());
          }
          return {};
        },
        [&](Expected<void> result) { ++(result ? good : bad); });
  }
  ASSERT_TRUE(done((*writer)->write([](Connection& c) -> Expected<void> {
    if (auto made = put(c, -1, -1); !made) return std::unexpected(made.error());
    return {};
  })));
  writer->reset();
  EXPECT_EQ(good, kWrites - kWrites / 10);
  EXPECT_EQ(bad, kWrites / 10);
  EXPECT_EQ(count(*connect()), kWrites - kWrites / 10 + 1);
}

TEST_P(StoreRoom, OneBadWriteAmongManyIsAloneUndone) {
  auto writer = Writer::start(store(), {});
  ASSERT_TRUE(done(writer));
  // Held back until all wait, so that they are written together. The others come after the gate
  // has begun, or some of them would be in its group.
  std::promise<void> gate, began;
  const std::shared_future<void> open = gate.get_future().share();
  std::atomic<int> good = 0, bad = 0, runs = 0;
  (*writer)->submit(
      [open, &began](Connection&) -> Expected<void> {
        began.set_value();
        open.wait();
        return {};
      },
      [](Expected<void> result) { EXPECT_TRUE(done(result)); });
  began.get_future().wait();
  for (int64_t i = 0; i < 100; ++i) {
    (*writer)->submit(
        [i, &runs](Connection& c) -> Expected<void> {
          ++runs;
          if (auto made = put(c, i == 70 ? 12 : i, 1); !made) return std::unexpected(made.error());
          return {};
        },
        [&](Expected<void> result) {
          ++(result ? good : bad);
          if (!result) {
            EXPECT_EQ(result.error().kind, FailureKind::kConflict);
          }
        });
  }
  gate.set_value();
  writer->reset();
  EXPECT_EQ(good, 99);
  EXPECT_EQ(bad, 1);
  EXPECT_EQ(runs, 71 + 100);  // all began anew once
  EXPECT_EQ(count(*connect()), 99);
}

TEST_P(StoreRoom, TooManyWaitingWritesAreRefusedAtOnce) {
  auto writer = Writer::start(store(), {.together_max = 1, .waiting_max = 2});
  ASSERT_TRUE(done(writer));
  std::promise<void> gate;
  const std::shared_future<void> open = gate.get_future().share();
  std::atomic<int> busy = 0, good = 0;
  for (int i = 0; i < 10; ++i) {
    (*writer)->submit(
        [open](Connection&) -> Expected<void> {
          open.wait();
          return {};
        },
        [&](Expected<void> result) {
          if (result) ++good;
          if (!result && result.error().kind == FailureKind::kBusy) ++busy;
        });
  }
  EXPECT_GE(busy, 7);
  gate.set_value();
  writer->reset();
  EXPECT_EQ(busy + good, 10);
}

TEST(SqliteStore, RefusesWhatIsNotOurs) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("ansinh-other-" + std::to_string(::getpid()));
  EXPECT_EQ(Store::open(path, {}).error().kind, FailureKind::kAbsent);
  std::ofstream(path)
      << "not a database, but a text that is longer than a header of SQLite would be";
  EXPECT_EQ(Store::open(path, {}).error().kind, FailureKind::kBroken);
  std::filesystem::remove(path);
  ASSERT_EQ(std::system(("python3 -c \"import sqlite3; c = sqlite3.connect('" + path +
                         "'); c.execute('create table x (y)'); c.commit()\"")
                            .c_str()),
            0);
  const auto other = Store::open(path, {});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind, FailureKind::kBroken);
  EXPECT_NE(other.error().text.vi.find("không phải kho của An Sinh"), std::string::npos);
  std::filesystem::remove(path);
}

}  // namespace ansinh::store
