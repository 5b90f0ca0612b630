// Files as the commands read and write them.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "law/check.h"

namespace ansinh::cli {

// The law under the paths, checked; nullptr if it was refused or could not be read, with everything
// printed and the exit code in `code`. Warnings are printed and do not refuse. With `quiet` nothing
// is printed: the caller shows `diagnostics` itself.
struct LoadedLaw {
  std::shared_ptr<const law::Program> program;  // also when it was refused (then incomplete)
  Sources sources;
  Diagnostics diagnostics;
  int code = kOk;
};
LoadedLaw load_law(const std::vector<std::string>& paths, Date as_of, const Terminal& terminal,
                   bool quiet = false);

// The same with the files of a reform laid over the law (law/reform.h).
LoadedLaw load_reform(const std::vector<std::string>& law, const std::vector<std::string>& reform,
                      Date as_of, const Terminal& terminal, bool quiet = false);

// Reads the law files without checking them; empty and an exit code in `code` if a path cannot be
// read or there is no law in them.
Sources read_sources(const std::vector<std::string>& paths, const Terminal& terminal, int& code,
                     Diagnostics* collected = nullptr);

// The bytes of a file, or of standard input for "-"; at most 64 MiB.
std::expected<std::string, Text> read_bytes(const std::string& path);

// Writes to a new file beside `path` and renames it, so that a reader sees the old or the new text
// whole. Missing folders are made. What is wrong, or nothing.
std::optional<Text> write_file(const std::string& path, std::string_view bytes);

// Prints what could not be written; kCannotReadWrite.
int cannot_write(const Terminal& terminal, const Text& message);

}  // namespace ansinh::cli
