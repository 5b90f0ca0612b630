#include "cli/snapshot.h"

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/progress.h"

namespace ansinh::cli {

int fail_facts(const Terminal& terminal, const Diagnostic& fault) {
  if (fault.code == interruption().code) return say_interrupted(terminal);
  const bool is_file = fault.code == "cannot-read" || fault.code == "cannot-write";
  return fail(terminal, is_file ? kCannotReadWrite : kBadFacts, fault.message, fault.help);
}

Diagnostic interruption() { return {"interrupted", Severity::kError, {}, {}, {}}; }

std::string counted(uint64_t number, Language language) {
  return group_digits(std::to_string(number), language == Language::kVietnamese);
}

void add_snapshot(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "snapshot", terminal.say("Ảnh chụp dữ kiện của nhiều người: tạo, xem, kiểm tra, xuất",
                               "Snapshots of many people's facts: make, show, verify, export"));
  command->require_subcommand(1);
  add_snapshot_make(*command, terminal, chosen);
  add_snapshot_show(*command, terminal, chosen);
  add_snapshot_verify(*command, terminal, chosen);
  add_snapshot_export(*command, terminal, chosen);
}

}  // namespace ansinh::cli
