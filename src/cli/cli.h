// The command line `ansinh`: a thin room that reads arguments and files, asks the library, prints.
//
// One file a command. Each add_… puts a subcommand into the app and, when it is chosen, sets
// `chosen` to what it does; main runs that and exits with the code it returns. Results go to
// standard output, errors to standard error, every sentence in the language of the Terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base.h"

namespace CLI {
class App;
}

namespace ansinh::cli {

enum ExitCode : uint8_t {
  kOk = 0,
  kLawFailed = 1,        // the law is refused, or cases fail, or a file is not in canonical form
  kUsage = 2,            // wrong arguments
  kBadFacts = 3,         // the facts cannot be read as facts
  kCannotReadWrite = 4,  // a file cannot be read or written
};

struct Terminal {
  Language language = Language::kEnglish;
  bool color_out = false;
  bool color_err = false;

  const std::string& say(const Text& text) const { return in_language(text, language); }
  std::string say(std::string_view vi, std::string_view en) const {
    return std::string(language == Language::kVietnamese ? vi : en);
  }
};

using Command = std::function<int()>;

void add_check(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_decide(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_schema(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_export(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_import(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_format(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_coverage(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_docs(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_boundaries(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_snapshot(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_population(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_run(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_compare(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_employer(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_worker(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_db(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_registry(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_pay(CLI::App& app, const Terminal& terminal, Command& chosen);
// `ledger` and `prove`.
void add_application(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_ledger(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_serve(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_card(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_user(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_completion(CLI::App& app, const Terminal& terminal, Command& chosen);
void add_version(CLI::App& app, const Terminal& terminal, Command& chosen);

}  // namespace ansinh::cli
