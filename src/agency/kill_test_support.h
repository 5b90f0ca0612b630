// For tests that kill a process at a random moment: this test program once more, with a filter for
// the one test that does the work, and settings in its environment.
//
//   TEST(ImportWorker, WorksWhenItIsStarted) { if (getenv(…) == nullptr) GTEST_SKIP(); … }
//   Worker worker("ImportWorker.*", {"ANSINH_IMPORT_STORE=" + where()});
//   if (worker.kill_after(3ms)) …   // killed in the middle; start another
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "agency/agency.h"

extern char** environ;

namespace ansinh::agency::test {

// Called by the work itself: what comes before (the start of the program) is not waited for.
inline void work_begins() {
  if (::write(STDOUT_FILENO, "\1", 1) != 1) ::_exit(1);
}

class Worker {
 public:
  // Returns when its work begins, or it has ended.
  Worker(std::string filter, const std::vector<std::string>& settings) {
    std::vector<std::string> all(settings);
    all.emplace_back("GCOV_PREFIX=/dev/null");  // as test::leave_counts_out
    for (char** one = environ; *one != nullptr; ++one) {
      if (!std::string_view(*one).starts_with("GTEST_")) all.emplace_back(*one);
    }
    std::vector<char*> environment;
    for (std::string& setting : all) environment.push_back(setting.data());
    environment.push_back(nullptr);
    std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    filter = "--gtest_filter=" + filter;
    std::string brief = "--gtest_brief=1";
    char* arguments[] = {program.data(), filter.data(), brief.data(), nullptr};
    int pipe[2];
    EXPECT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    EXPECT_EQ(
        ::posix_spawn(&child_, program.c_str(), &actions, nullptr, arguments, environment.data()),
        0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    out_ = pipe[0];
    for (char said = 0; said != '\1' && ::read(out_, &said, 1) == 1;) {
    }
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    if (!has_ended_) kill_after(std::chrono::microseconds(0));
    ::close(out_);
  }

  // Whether it was killed; false: it had ended by itself, and well.
  bool kill_after(std::chrono::microseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!has_ended(WNOHANG) && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    if (has_ended_) {
      expect_well();
      return false;
    }
    ::kill(child_, SIGKILL);
    has_ended(0);
    return WIFSIGNALED(status_);
  }
  void finish() {
    has_ended(0);
    expect_well();
  }

 private:
  bool has_ended(int options) {
    if (!has_ended_) has_ended_ = ::waitpid(child_, &status_, options) == child_;
    return has_ended_;
  }
  void expect_well() const {
    EXPECT_TRUE(WIFEXITED(status_) && WEXITSTATUS(status_) == 0) << "status " << status_;
  }

  pid_t child_ = 0;
  int out_ = -1, status_ = 0;
  bool has_ended_ = false;
};

// A query's rows, in words: to compare two stores.
inline std::vector<std::string> rows_of(store::Connection& connection, const std::string& query) {
  std::vector<std::string> rows;
  const auto done = connection.each(query, {}, [&](const store::Row& row) {
    std::string text;
    for (size_t column = 0; column < row.size(); ++column) {
      const store::Cell cell = row.cell(column);
      if (const auto* number = std::get_if<int64_t>(&cell)) text += std::to_string(*number);
      if (const auto* words = std::get_if<std::string>(&cell)) text += "'" + *words + "'";
      text += ' ';
    }
    rows.push_back(std::move(text));
    return true;
  });
  EXPECT_TRUE(done.has_value()) << done.error().detail;
  return rows;
}

// By query: the first row that differs.
inline void expect_same_rows(store::Connection& one, store::Connection& other,
                             const std::vector<std::string>& queries) {
  for (const std::string& query : queries) {
    const auto a = rows_of(one, query), b = rows_of(other, query);
    EXPECT_EQ(a.size(), b.size()) << query;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      ASSERT_EQ(a[i], b[i]) << query;
    }
    EXPECT_FALSE(a.empty()) << query;
  }
}

}  // namespace ansinh::agency::test
