#include <CLI/CLI.hpp>

#include "cli/cli.h"
#include "cli/terminal.h"

#ifndef ANSINH_VERSION
#define ANSINH_VERSION "0.1.0"
#endif

namespace ansinh::cli {

void add_version(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("version", terminal.say("In số phiên bản", "Print the version"));
  command->callback([&chosen] { chosen = [] { return print("ansinh " ANSINH_VERSION "\n"); }; });
}

}  // namespace ansinh::cli
