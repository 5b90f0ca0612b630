// A comparison as one HTML page that needs nothing else: figures, bars, a map of tiles, in
// Vietnamese and English. Every chart stands beside the table of its figures.
#pragma once

#include <string>
#include <vector>

#include "lab/compare.h"

namespace ansinh::lab {

struct ReportOptions {
  Date on;
  Language language = Language::kEnglish;  // shown first
  std::string people;                      // the file
};

// The level-1 headings of the reform's files are its titles; they are the files of the later law
// from `first_reform_file` on.
std::string report_html(const Side& before, const Side& after, const Comparison& comparison,
                        size_t first_reform_file, const ReportOptions& options);

// ---- Within the room ---------------------------------------------------------------------------

// One language of a page while it is made.
struct Report {
  const Side& before;
  const Side& after;
  const Comparison& comparison;
  size_t first_reform_file;
  const ReportOptions& options;
  Language language;

  const law::Program& law() const { return *after.program; }
  const Statistics& statistics() const { return *before.statistics; }
  bool is_vietnamese() const { return language == Language::kVietnamese; }
  std::string say(std::string_view vi, std::string_view en) const {
    return std::string(is_vietnamese() ? vi : en);
  }
  const std::string& say(const Text& text) const { return in_language(text, language); }
  std::string id(const std::string& name) const { return name + (is_vietnamese() ? "-vi" : "-en"); }
  std::string count(uint64_t number) const;
  std::string money(Wide steps) const;  // "1,234,567"
  std::string large(Wide steps) const;  // "1.2 trillion"
  std::string signed_large(Wide steps) const;
  std::string currency() const;
  std::string percent(Wide part, Wide whole) const;  // "12.3%"
  std::string coefficient(const Rational& number) const;
};

// One row of a table with a bar: `part` of `whole` is filled, from the left; a second bar below it
// where there is one.
struct Bar {
  std::string label;
  Wide part = 0;
  std::optional<Wide> second;
  std::vector<std::string> cells;
};

std::string html(std::string_view text);  // escaped
std::string bar_table(const std::string& caption, const std::string& first,
                      const std::vector<std::string>& heads, const std::vector<Bar>& bars);
std::string plain_table(const std::string& caption, const std::vector<std::string>& heads,
                        const std::vector<std::vector<std::string>>& rows, size_t left);
std::string tile_map(const Report& report);
std::string report_body(const Report& report);

extern const char* const kReportStyle;
extern const char* const kReportScript;

}  // namespace ansinh::lab
