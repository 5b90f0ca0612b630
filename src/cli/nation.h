// What `run` and `compare` share: the people, how they are counted, and where figures go.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/cli.h"
#include "cli/progress.h"
#include "lab/figures.h"
#include "lab/people_source.h"
#include "lab/statistics.h"

namespace CLI {
class App;
}

namespace ansinh::cli {

struct NationOptions {
  std::vector<std::string> law;
  std::string on, people, statistics;
  std::vector<std::string> by;
  size_t threads = 0;  // 0: as many as there are processors
};
void add_nation_options(CLI::App& command, const Terminal& terminal, NationOptions& options);
// The people may have been taken as one more path of --law or --reform.
void find_people(NationOptions& options, std::vector<std::string>& other_paths);

// statistics.json in the folders of the law, or the file that is named; plain where there is none.
// Nothing and a message, with the exit code in `code`, if it cannot be read.
std::optional<lab::Statistics> load_statistics(const law::Program& program,
                                               const NationOptions& options,
                                               const Terminal& terminal, int& code);
// Prints the records that cannot be read (the first few in full).
std::optional<lab::PeopleSource> open_people(const law::Program& program,
                                             const NationOptions& options, Date on,
                                             const Terminal& terminal, int& code);
// Dimensions named by --by; false and a message if there is no such one.
bool find_dimensions(const lab::Statistics& statistics, const NationOptions& options,
                     const Terminal& terminal, std::vector<size_t>& dimensions);

// Shows how many people are done; false when the user has interrupted.
class RunProgress {
 public:
  RunProgress(const Terminal& terminal, uint64_t trees);
  bool operator()(uint64_t done);
  // "in 1.2 s (820,000 records a second)"
  std::string in_words(const Terminal& terminal) const;

 private:
  Progress progress_;
  uint64_t trees_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Lines of cells, every column as wide as its widest; the first `left` columns to the left.
std::string aligned(const std::vector<std::vector<std::string>>& lines, size_t left,
                    const Terminal& terminal);

// Figures as a folder of CSV files or as one JSON file, by the ending of the path.
int write_figures(const std::string& path, const std::vector<lab::FigureTable>& tables,
                  const nlohmann::ordered_json& head, const Terminal& terminal);

}  // namespace ansinh::cli
