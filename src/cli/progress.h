// What a long command shows while it works, and how it is stopped.
#pragma once

#include <chrono>
#include <string>

#include "cli/cli.h"

namespace ansinh::cli {

// From the first call on, Ctrl-C (and a request to terminate) no longer ends the process but makes
// is_interrupted true, so that the command can clean up; a second one ends it.
void watch_interrupt();
bool is_interrupted();
// "interrupted", and the exit code that shells expect.
int say_interrupted(const Terminal& terminal);

// One line on standard error that is written over; nothing where that is not a terminal.
class Progress {
 public:
  explicit Progress(const Terminal& terminal);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  // clears the line

  // `done` from 0 to 1; 0 if it is not known. At most ten times a second.
  void show(double done, const Text& detail);

 private:
  const Terminal& terminal_;
  bool is_shown_ = false;
  bool is_terminal_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace ansinh::cli
