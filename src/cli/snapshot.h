// The command `snapshot`: one file a thing it does.
#pragma once

#include "cli/cli.h"
#include "cli/terminal.h"
#include "facts/snapshot.h"

namespace ansinh::cli {

void add_snapshot_make(CLI::App& snapshot, const Terminal& terminal, Command& chosen);
void add_snapshot_show(CLI::App& snapshot, const Terminal& terminal, Command& chosen);
void add_snapshot_verify(CLI::App& snapshot, const Terminal& terminal, Command& chosen);
void add_snapshot_export(CLI::App& snapshot, const Terminal& terminal, Command& chosen);

// Prints what a reader or writer of facts has met, and gives the exit code that it stands for.
int fail_facts(const Terminal& terminal, const Diagnostic& fault);

// What a receiver of rows answers to stop the reading when the user has interrupted it.
Diagnostic interruption();

// "1.234.567" or "1,234,567".
std::string counted(uint64_t number, Language language);

}  // namespace ansinh::cli
