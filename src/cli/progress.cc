#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

std::atomic<bool> was_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // the handler may store

void on_interrupt(int signal) {
  if (was_interrupted) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  was_interrupted = true;
}

}  // namespace

void watch_interrupt() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // without SA_RESTART: who waits for input wakes up
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool is_interrupted() { return was_interrupted; }

int say_interrupted(const Terminal& terminal) {
  constexpr int kInterrupted = 130;
  return fail(terminal, kInterrupted, {"đã dừng theo yêu cầu", "interrupted"},
              {"không có tệp nào được để lại dở dang", "no unfinished file is left behind"});
}

Progress::Progress(const Terminal& terminal)
    : terminal_(terminal), is_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (is_shown_) print_error("\r\033[K");
}

void Progress::show(double done, const Text& detail) {
  if (!is_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (is_shown_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  is_shown_ = true;
  std::string line = "\r\033[K";
  if (done > 0) line += std::to_string(static_cast<int>(std::min(done, 1.0) * 100)) + " % · ";
  print_error(line + terminal_.say(detail));
}

}  // namespace ansinh::cli
