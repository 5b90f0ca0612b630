// Errors that a user or a file can cause, in Vietnamese and English.
//
// A Diagnostic names its place (file, line, column), says what is wrong and what to do. Functions
// return std::expected<T, Error>, or append to a Diagnostics list where one pass can find many.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ansinh {

// One sentence in both languages. Both are always filled.
struct Text {
  std::string vi;
  std::string en;
  bool operator==(const Text&) const = default;
};

// A place in a file: 1-based line, 1-based column counted in Unicode characters, and a length in
// characters (0: the whole line). line 0 means the file as a whole.
struct Span {
  uint32_t file = 0;  // index into Sources
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t length = 0;
  bool operator==(const Span&) const = default;
};

enum class Severity : uint8_t { kError, kWarning };

struct Diagnostic {
  std::string code;  // stable kebab-case name, e.g. "unknown-name"
  Severity severity = Severity::kError;
  Span span;
  Text message;  // what is wrong
  Text help;     // what to do
};

using Diagnostics = std::vector<Diagnostic>;

// True if any entry is an error (not a warning).
bool has_errors(const Diagnostics& diagnostics);

// The texts that spans point into.
struct SourceFile {
  std::string path;
  std::string text;  // UTF-8, NFC
};
using Sources = std::vector<SourceFile>;

enum class Language : uint8_t { kVietnamese, kEnglish };

const std::string& in_language(const Text& text, Language language);

// "path:line:column: error[code]: message", the source line, a caret line, and "help: ...". Carets
// stand under the right characters for wide and combining letters. `color` adds ANSI colours.
std::string render(const Diagnostic& diagnostic, const Sources& sources, Language language,
                   bool color);

}  // namespace ansinh
