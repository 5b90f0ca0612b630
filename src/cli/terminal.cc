#include "cli/terminal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "base/text.h"

namespace ansinh::cli {

namespace {

Language language_from_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("vi") ? Language::kVietnamese : Language::kEnglish;
  }
  return Language::kEnglish;
}

bool may_color(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool is_dumb = kind != nullptr && std::string_view(kind) == "dumb";
  return (no_color == nullptr || *no_color == '\0') && !is_dumb && isatty(descriptor) == 1;
}

// False on an error other than a reader that has gone.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EPIPE;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

Terminal terminal_for(int argc, const char* const* argv) {
  Terminal terminal;
  terminal.language = language_from_environment();
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    std::string_view value;
    if (argument == "--lang" && i + 1 < argc) value = argv[i + 1];
    if (argument.starts_with("--lang=")) value = argument.substr(7);
    if (value == "vi") terminal.language = Language::kVietnamese;
    if (value == "en") terminal.language = Language::kEnglish;
  }
  terminal.color_out = may_color(STDOUT_FILENO);
  terminal.color_err = may_color(STDERR_FILENO);
  return terminal;
}

int print(std::string_view text) { return write_all(STDOUT_FILENO, text) ? kOk : kCannotReadWrite; }

void print_error(std::string_view text) { write_all(STDERR_FILENO, text); }

int fail(const Terminal& terminal, int code, const Text& message, const Text& help) {
  std::string text = painted(terminal.say("lỗi: ", "error: "), kRed, terminal.color_err) +
                     terminal.say(message) + "\n";
  if (!terminal.say(help).empty()) {
    text += painted(terminal.say("gợi ý: ", "help: "), kBold, terminal.color_err) +
            terminal.say(help) + "\n";
  }
  print_error(text);
  return code;
}

void print_diagnostics(const Diagnostics& diagnostics, const Sources& sources,
                       const Terminal& terminal) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    text += render(diagnostic, sources, terminal.language, terminal.color_err) + "\n";
  }
  print_error(text);
}

Date local_today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return Date::of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

bool read_date_argument(const Terminal& terminal, std::string_view option, const std::string& text,
                        Date& out) {
  const auto date = Date::parse(text);
  if (date) {
    out = *date;
    return true;
  }
  const std::string name(option);
  fail(terminal, kUsage,
       {name + ": \"" + text + "\" không phải là một ngày",
        name + ": \"" + text + "\" is not a date"},
       {"viết ngày theo dạng năm-tháng-ngày, ví dụ 2025-07-01",
        "write the date as year-month-day, for example 2025-07-01"});
  return false;
}

std::string painted(std::string_view text, std::string_view paint, bool color) {
  if (!color) return std::string(text);
  return std::string(paint) + std::string(text) + "\033[0m";
}

std::string padded(std::string_view text, size_t width, bool is_right) {
  const size_t has = display_width(text);
  const std::string space(has < width ? width - has : 0, ' ');
  return is_right ? space + std::string(text) : std::string(text) + space;
}

}  // namespace ansinh::cli
