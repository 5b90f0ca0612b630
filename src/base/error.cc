#include "base/error.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace ansinh {

namespace {

constexpr std::string_view kReset = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kRed = "\033[1;31m";
constexpr std::string_view kYellow = "\033[1;33m";
constexpr std::string_view kBlue = "\033[1;34m";

struct Words {
  std::string_view error;
  std::string_view warning;
  std::string_view help;
};

constexpr Words kVietnamese = {"lỗi", "cảnh báo", "gợi ý"};
constexpr Words kEnglish = {"error", "warning", "help"};

std::string painted(std::string_view text, std::string_view paint, bool color) {
  if (!color) return std::string(text);
  return std::string(paint) + std::string(text) + std::string(kReset);
}

// The 1-based line without its line feed, tabs shown as one space; empty past the end.
std::string line_of(std::string_view text, uint32_t line) {
  for (uint32_t i = 1; i < line; ++i) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  std::string found(text.substr(0, text.find('\n')));
  std::replace(found.begin(), found.end(), '\t', ' ');
  return found;
}

// Byte offset after `characters` characters, at most the size.
size_t byte_offset(std::string_view text, size_t characters) {
  size_t offset = 0;
  while (offset < text.size() && characters > 0) {
    next_character(text, offset);
    --characters;
  }
  return offset;
}

// Spaces and carets as wide on the screen as the characters they stand under; at least one caret.
std::string carets(std::string_view line, const Span& span) {
  size_t start = 0;
  size_t end = line.size();
  if (span.length > 0) {
    const size_t before = span.column > 0 ? span.column - 1 : 0;
    start = byte_offset(line, before);
    end = start + byte_offset(line.substr(start), span.length);
  } else {
    start = std::min(line.find_first_not_of(' '), line.size());
  }
  const size_t width = std::max<size_t>(1, display_width(line.substr(start, end - start)));
  return std::string(display_width(line.substr(0, start)), ' ') + std::string(width, '^');
}

// A very long line (a JSON file without line feeds) is shown around its span only; `span` is moved
// along.
std::string clipped(const std::string& line, Span& span) {
  constexpr size_t kShownMax = 240;
  constexpr uint32_t kBefore = 80;
  if (line.size() <= kShownMax || character_count(line) <= kShownMax) return line;
  const uint32_t skipped = span.column > kBefore + 1 ? span.column - kBefore - 1 : 0;
  const size_t begin = byte_offset(line, skipped);
  const std::string_view rest = std::string_view(line).substr(begin);
  const size_t length = byte_offset(rest, kShownMax);
  if (skipped > 0) span.column -= skipped - 1;  // the ellipsis takes one
  span.length = std::min<uint32_t>(span.length, kShownMax);
  return (skipped > 0 ? "…" : "") + std::string(rest.substr(0, length)) +
         (length < rest.size() ? "…" : "");
}

std::string place_of(const Diagnostic& diagnostic, const Sources& sources) {
  const Span& span = diagnostic.span;
  if (span.file >= sources.size()) return {};
  std::string place = sources[span.file].path;
  if (span.line > 0) {
    place += ":" + std::to_string(span.line);
    if (span.column > 0) place += ":" + std::to_string(span.column);
  }
  return place + ": ";
}

}  // namespace

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

const std::string& in_language(const Text& text, Language language) {
  return language == Language::kVietnamese ? text.vi : text.en;
}

std::string render(const Diagnostic& diagnostic, const Sources& sources, Language language,
                   bool color) {
  const Words& words = language == Language::kVietnamese ? kVietnamese : kEnglish;
  const bool is_error = diagnostic.severity == Severity::kError;
  const std::string_view paint = is_error ? kRed : kYellow;

  std::string out = painted(place_of(diagnostic, sources), kBold, color);
  const std::string_view kind = is_error ? words.error : words.warning;
  out += painted(std::string(kind) + "[" + diagnostic.code + "]", paint, color);
  out += ": " + in_language(diagnostic.message, language) + "\n";

  const Span& span = diagnostic.span;
  if (span.file < sources.size() && span.line > 0) {
    Span shown = span;
    const std::string line = clipped(line_of(sources[span.file].text, span.line), shown);
    const std::string number = std::to_string(span.line);
    out += painted(" " + number + " | ", kBlue, color) + line + "\n";
    out += painted(" " + std::string(number.size(), ' ') + " | ", kBlue, color);
    out += painted(carets(line, shown), paint, color) + "\n";
  }
  const std::string& help = in_language(diagnostic.help, language);
  if (!help.empty()) out += painted(words.help, kBold, color) + ": " + help + "\n";
  return out;
}

}  // namespace ansinh
