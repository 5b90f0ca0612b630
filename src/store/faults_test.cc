// Kills, full disks, servers that stop, connections that are cut.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/test_child.h"
#include "store/things_test_support.h"

namespace ansinh::store {

namespace {

class StoreFaults : public StoreRoom {};

}  // namespace

STORE_TEST_SUITE(StoreFaults);

// What was told to be written is there after a kill at any moment, and nothing is half there.
TEST_P(StoreFaults, KilledWritersLoseNothingThatTheyTold) {
  std::mt19937 random(7);
  int64_t told = 0;
  for (int round = 0; round < 50; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      test::leave_counts_out();
      ::close(pipe[0]);
      const auto mine = Store::open(where(), {.create = false, .durable = true});
      if (!mine) ::_exit(3);
      auto c = (*mine)->connect();
      for (int64_t i = 0;; ++i) {
        const auto written = transact(**c, Access::kWrite, [&](Connection& in) -> Expected<void> {
          for (int64_t part = 0; part < 3; ++part) {
            if (auto made = put(in, round * 1'000'000 + i, part); !made) {
              return std::unexpected(made.error());
            }
          }
          return {};
        });
        if (!written) ::_exit(4);
        if (::write(pipe[1], &i, sizeof i) != sizeof i) ::_exit(5);
      }
    }
    ::close(pipe[1]);
    ::usleep(20'000 + static_cast<useconds_t>(random() % 60'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    std::set<int64_t> numbers;
    int64_t number = 0;
    while (::read(pipe[0], &number, sizeof number) == sizeof number) numbers.insert(number);
    ::close(pipe[0]);
    auto c = connect();
    for (const int64_t i : numbers) {
      const Cell at[] = {round * int64_t{1'000'000} + i};
      ASSERT_EQ(*c->number("SELECT count(*) FROM thing WHERE person = $1", at), 3);
    }
    told += static_cast<int64_t>(numbers.size());
  }
  EXPECT_GT(told, 50);
  EXPECT_EQ(
      *connect()->number("SELECT count(*) FROM (SELECT person FROM thing GROUP BY person HAVING "
                         "count(*) <> 3) AS odd"),
      0);
  EXPECT_EQ(store().verify()->size(), 0U);
}

// A disk that is full: the limit of a file's size stands for it.
TEST(SqliteStore, AFullDiskUndoesTheTransactionAndTheStoreGoesOn) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("ansinh-full-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "full.db";
  const std::vector<Migration> all{kOne, kTwo};
  {
    auto made = Store::open(path, {.create = true});
    ASSERT_TRUE(done(migrate(**made, all)));
  }
  const pid_t child = ::fork();
  if (child == 0) {
    test::leave_counts_out();
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{400'000, 400'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto mine = Store::open(path, {});
    auto c = (*mine)->connect();
    for (int64_t i = 0; i < 200; ++i) {
      const auto written = transact(**c, Access::kWrite, [&](Connection& in) -> Expected<void> {
        for (int64_t part = 0; part < 3; ++part) {
          if (auto put_one = put(in, i, part, std::string(3000, 'w')); !put_one) {
            return std::unexpected(put_one.error());
          }
        }
        return {};
      });
      if (!written) {
        const FailureKind kind = written.error().kind;
        ::_exit(kind == FailureKind::kFull || kind == FailureKind::kLost ? 42 : 1);
      }
    }
    ::_exit(2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
  auto again = Store::open(path, {});
  ASSERT_TRUE(done(again));
  auto c = (*again)->connect();
  EXPECT_GT(count(**c), 3);
  EXPECT_EQ(count(**c) % 3, 0);
  EXPECT_TRUE(done(put(**c, 777, 1)));
  EXPECT_EQ((*again)->verify()->size(), 0U);
  std::filesystem::remove_all(folder);
}

namespace {

// A disk of its own, small enough to be filled.
class SmallDisk {
 public:
  explicit SmallDisk(const char* size)
      : folder_(
            (std::filesystem::temp_directory_path() / ("ansinh-disk-" + std::to_string(::getpid())))
                .string()) {
    std::filesystem::create_directories(folder_);
    is_there_ =
        ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, ("size=" + std::string(size)).c_str()) == 0;
    std::filesystem::permissions(folder_, std::filesystem::perms::all);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (is_there_) ::umount2(folder_.c_str(), MNT_DETACH);
    std::filesystem::remove_all(folder_);
  }
  bool is_there() const { return is_there_; }
  const std::string& folder() const { return folder_; }
  std::string filler() const { return folder_ + "/filler"; }
  void put_filler(size_t bytes) const { std::ofstream(filler()) << std::string(bytes, 'f'); }

 private:
  std::string folder_;
  bool is_there_ = false;
};

// Three rows at once until the disk is full; how many times that went well.
int64_t write_until_full(Connection& c, int64_t first) {
  for (int64_t i = first;; ++i) {
    const auto written = transact(c, Access::kWrite, [&](Connection& in) -> Expected<void> {
      for (int64_t part = 0; part < 3; ++part) {
        if (auto made = put(in, i, part, std::string(1500, static_cast<char>('a' + i % 26)));
            !made) {
          return std::unexpected(made.error());
        }
      }
      return {};
    });
    if (written && i < first + 100'000) continue;
    EXPECT_FALSE(written.has_value()) << "a disk without end";
    if (!written) {
      EXPECT_EQ(written.error().kind, FailureKind::kFull) << written.error().detail;
    }
    return i - first;
  }
}

// Full, then with room again: nothing half written, the same connection goes on.
void fill_and_go_on(Store& store, const SmallDisk& disk) {
  const auto c = std::move(*store.connect());
  const int64_t written = write_until_full(*c, 0);
  EXPECT_GT(written, 20);
  EXPECT_EQ(count(*c), written * 3);
  // A backup that finds no room leaves nothing behind.
  const std::string path = disk.folder() + "/backup";
  const auto backup = store.backup(path);
  ASSERT_FALSE(backup.has_value());
  EXPECT_EQ(backup.error().kind, FailureKind::kFull) << backup.error().detail;
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(disk.filler());
  const int64_t more = write_until_full(*c, 1'000'000);
  EXPECT_GT(more, 20);
  EXPECT_EQ(count(*c), (written + more) * 3);
  EXPECT_EQ(store.verify()->size(), 0U);
}

}  // namespace

TEST(SqliteStore, GoesOnWhenAFullDiskHasRoomAgain) {
  const SmallDisk disk("12m");
  if (!disk.is_there()) GTEST_SKIP() << "only root may mount a small disk";
  auto store = Store::open(disk.folder() + "/a.db", {.create = true});
  ASSERT_TRUE(done(store));
  ASSERT_TRUE(done(migrate(**store, std::vector<Migration>{kOne, kTwo})));
  disk.put_filler(4 << 20);
  fill_and_go_on(**store, disk);
}

TEST(PostgresStore, GoesOnWhenAFullDiskHasRoomAgain) {
  const SmallDisk disk("12m");
  if (!disk.is_there()) GTEST_SKIP() << "only root may mount a small disk";
  PostgresServer& server = PostgresServer::the();
  const std::string name = server.make_database();
  const std::string place = disk.folder() + "/tables";
  std::filesystem::create_directories(place);
  ASSERT_EQ(std::system(("chown postgres '" + place + "'").c_str()), 0);
  {
    auto first = std::move(*Store::open(server.url(name), {}).value()->connect());
    ASSERT_TRUE(done(first->run("CREATE TABLESPACE small LOCATION '" + place + "'")));
    ASSERT_TRUE(done(first->run("ALTER DATABASE " + name + " SET default_tablespace = small")));
  }
  {
    auto store = Store::open(server.url(name), {});
    ASSERT_TRUE(done(store));
    ASSERT_TRUE(done(migrate(**store, std::vector<Migration>{kOne, kTwo})));
    disk.put_filler(4 << 20);
    fill_and_go_on(**store, disk);
  }
  auto last = std::move(*Store::open(server.url(server.make_database()), {}).value()->connect());
  EXPECT_TRUE(done(last->run("DROP DATABASE " + name)));
  EXPECT_TRUE(done(last->run("DROP TABLESPACE small")));
}

TEST(PostgresStore, TheServerMayStopAndStartAndTheWriterGoesOn) {
  PostgresServer& server = PostgresServer::the();
  auto opened = Store::open(server.url(server.make_database()), {});
  ASSERT_TRUE(done(opened));
  Store& store = **opened;
  const std::vector<Migration> all{kOne, kTwo};
  ASSERT_TRUE(done(migrate(store, all)));
  auto held = store.connect();
  auto writer = Writer::start(store, {});
  ASSERT_TRUE(done((*writer)->write([](Connection& c) -> Expected<void> {
    return put(c, 1, 1) ? Expected<void>() : std::unexpected(Failure{});
  })));
  server.stop("immediate");
  const auto lost = (*held)->number("SELECT count(*) FROM thing");
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().kind, FailureKind::kLost);
  const auto refused = (*writer)->write([](Connection& c) -> Expected<void> {
    if (auto made = put(c, 2, 1); !made) return std::unexpected(made.error());
    return {};
  });
  EXPECT_FALSE(refused.has_value());
  EXPECT_EQ(Store::open(server.url("t1"), {}).error().kind, FailureKind::kAbsent);
  server.start();
  ASSERT_TRUE(done((*writer)->write([](Connection& c) -> Expected<void> {
    if (auto made = put(c, 3, 1); !made) return std::unexpected(made.error());
    return {};
  })));
  auto c = store.connect();
  EXPECT_EQ(*(*c)->all("SELECT person FROM thing ORDER BY person"),
            (std::vector<Record>{{int64_t{1}}, {int64_t{3}}}));
}

TEST(PostgresStore, AConnectionThatIsCutLosesItsTransactionOnly) {
  PostgresServer& server = PostgresServer::the();
  auto opened = Store::open(server.url(server.make_database()), {});
  const std::vector<Migration> all{kOne, kTwo};
  ASSERT_TRUE(done(migrate(**opened, all)));
  auto cut = (*opened)->connect();
  auto other = (*opened)->connect();
  const auto pid = (*cut)->number("SELECT CAST(pg_backend_pid() AS bigint)");
  ASSERT_TRUE(done(pid));
  ASSERT_TRUE(done((*cut)->begin(Access::kWrite)));
  ASSERT_TRUE(done(put(**cut, 1, 1)));
  const Cell who[] = {**pid};
  ASSERT_TRUE(done((*other)->run("SELECT pg_terminate_backend(CAST($1 AS integer))", who)));
  ::usleep(100'000);
  EXPECT_EQ(put(**cut, 1, 2).error().kind, FailureKind::kLost);
  EXPECT_FALSE((*cut)->commit().has_value());
  EXPECT_EQ(count(**other), 0);
}

}  // namespace ansinh::store
