// Standard output and error, and the language and colours to use there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/cli.h"

namespace ansinh::cli {

// The language named by --lang among the arguments, else by LC_ALL, LC_MESSAGES or LANG (vi… is
// Vietnamese, all others English). Colours only on a terminal and without NO_COLOR.
Terminal terminal_for(int argc, const char* const* argv);

// Writes and flushes; kOk, or kCannotReadWrite if the text could not be written whole. A reader
// that has gone away (a closed pipe) is no error: what it wanted it has.
int print(std::string_view text);
void print_error(std::string_view text);

// "error: …" with its help, for what has no place in a file. Returns `code`.
int fail(const Terminal& terminal, int code, const Text& message, const Text& help);

// Records that cannot be read: so many are printed in full, then only how many more there are.
inline constexpr uint64_t kPrintedMax = 20;

void print_diagnostics(const Diagnostics& diagnostics, const Sources& sources,
                       const Terminal& terminal);

// The civil date of this machine.
Date local_today();

// A date argument such as --on; nothing and a message if it is not one.
bool read_date_argument(const Terminal& terminal, std::string_view option, const std::string& text,
                        Date& out);

inline constexpr std::string_view kGreen = "\033[32m";
inline constexpr std::string_view kRed = "\033[31m";
inline constexpr std::string_view kBold = "\033[1m";
inline constexpr std::string_view kDim = "\033[2m";
// Filled with blanks to so many columns of a terminal; to the right: before the text.
std::string padded(std::string_view text, size_t width, bool is_right);
std::string painted(std::string_view text, std::string_view paint, bool color);

}  // namespace ansinh::cli
