// For tests of all rooms: the same test on SQLite and on PostgreSQL.
//
//   class RegistryTest : public store::StoreTest {};
//   STORE_TEST_SUITE(RegistryTest);
//   TEST_P(RegistryTest, FindsAPerson) { migrated(agency::migrations()); auto c = connect(); ... }
//
// Each test has a store of its own. One PostgreSQL server is started for a test program, in a
// folder of its own with a socket there, and stopped when the program ends.
#pragma once

#include <gtest/gtest.h>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "store/store.h"

namespace ansinh::store {

class PostgresServer {
 public:
  static PostgresServer& the() {
    static PostgresServer server;
    return server;
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() {
    stop("immediate");
    std::filesystem::remove_all(folder_);
  }

  std::string url(const std::string& database) const {
    return "postgresql:///" + database + "?host=" + folder_ + "&user=" + user();
  }
  std::string make_database() {
    const std::string name = "t" + std::to_string(++count_);
    const std::string command = "createdb -h '" + folder_ + "' -U " + user() + " " + name;
    if (std::system(command.c_str()) != 0) ADD_FAILURE() << command;
    return name;
  }
  void start() { control("start -o \"-c config_file=" + folder_ + "/data/postgresql.conf\""); }
  // "fast", or "immediate": as if it had been killed.
  void stop(const std::string& mode) { control("stop -m " + mode); }

 private:
  PostgresServer()
      : folder_((std::filesystem::temp_directory_path() /
                 ("ansinh-postgres-" + std::to_string(::getpid())))
                    .string()) {
    std::filesystem::create_directories(folder_);
    if (::geteuid() == 0) std::system(("chown postgres '" + folder_ + "'").c_str());
    const std::string make = as_user(programs() + "/initdb --no-sync -A trust -U " + user() +
                                     " -E UTF8 --locale=C.UTF-8 -D '" + folder_ + "/data'");
    if (std::system((make + " > /dev/null").c_str()) != 0) ADD_FAILURE() << make;
    const std::string settings = "printf \"listen_addresses=''\\nunix_socket_directories='" +
                                 folder_ + "'\\nfsync=off\\nmax_connections=60\\n\" >> '" +
                                 folder_ + "/data/postgresql.conf'";
    if (std::system(as_user(settings).c_str()) != 0) ADD_FAILURE() << settings;
    start();
  }
  static std::string user() {
    return ::geteuid() == 0 ? "postgres" : ::getpwuid(::geteuid())->pw_name;
  }
  static std::string as_user(const std::string& command) {
    std::string quoted;
    for (const char c : command) quoted += c == '\'' ? "'\\''" : std::string(1, c);
    return ::geteuid() == 0 ? "cd / && runuser -u postgres -- sh -c '" + quoted + "'" : command;
  }
  static std::string programs() {
    std::string found;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
      found = std::max(found, (version.path() / "bin").string());
    }
    return found;
  }
  void control(const std::string& what) {
    const std::string command = as_user(programs() + "/pg_ctl -s -w -t 60 -D '" + folder_ +
                                        "/data' -l '" + folder_ + "/log' " + what);
    if (std::system((command + " > /dev/null 2>&1").c_str()) != 0) ADD_FAILURE() << command;
  }

  std::string folder_;
  int count_ = 0;
};

// The parameter of the tests.
class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  StoreTest() {
    if (GetParam() == Kind::kSqlite) {
      folder_ = std::filesystem::temp_directory_path() /
                ("ansinh-store-" + std::to_string(::getpid()) + "-" + std::to_string(++count_));
      std::filesystem::create_directories(folder_);
      where_ = (folder_ / "test.db").string();
    } else {
      where_ = PostgresServer::the().url(PostgresServer::the().make_database());
    }
    store_ = open();
  }
  ~StoreTest() override {
    store_.reset();
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // What Store::open takes, for other processes and for second stores.
  const std::string& where() const { return where_; }
  std::unique_ptr<Store> open(bool durable = false) const {
    auto opened = Store::open(where_, {.create = true, .durable = durable});
    if (!opened) {
      ADD_FAILURE() << opened.error().text.en << ": " << opened.error().detail;
      std::abort();
    }
    return std::move(*opened);
  }
  Store& store() const { return *store_; }
  std::unique_ptr<Connection> connect() const {
    auto made = store_->connect();
    if (!made) {
      ADD_FAILURE() << made.error().text.en << ": " << made.error().detail;
      std::abort();
    }
    return std::move(*made);
  }
  void migrated(std::span<const Migration> all) const {
    const auto done = migrate(*store_, all);
    ASSERT_TRUE(done.has_value()) << done.error().text.en << ": " << done.error().detail;
  }

 private:
  inline static int count_ = 0;
  std::filesystem::path folder_;
  std::string where_;
  std::unique_ptr<Store> store_;
};

// So that a failed expectation says why.
template <class T>
testing::AssertionResult done(const Expected<T>& result) {
  if (result.has_value()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << result.error().text.en << ": " << result.error().detail;
}

#define STORE_TEST_SUITE(name)                                                                     \
  INSTANTIATE_TEST_SUITE_P(                                                                        \
      Stores, name, testing::Values(ansinh::store::Kind::kSqlite, ansinh::store::Kind::kPostgres), \
      [](const testing::TestParamInfo<ansinh::store::Kind>& info) {                                \
        return std::string(info.param == ansinh::store::Kind::kSqlite ? "sqlite" : "postgres");    \
      })

}  // namespace ansinh::store
