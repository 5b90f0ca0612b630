// Files of other registers into this one: CSV and JSON Lines, in a stream (docs/registry.md,
// "Import").
//
// A file is a table: persons, households, or the rows of one list of the law ("work"). Rows are
// taken in transactions of some thousands, each with the place that was reached: after a stop the
// same call goes on there. The same file twice, or a file that says what is known, adds nothing. A
// row with a fault is left out whole and reported; the others go in.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/law_book.h"

namespace ansinh::agency {

struct ImportCounts {
  int64_t rows = 0;       // read; those below make them up
  int64_t created = 0;    // rows that made somebody new
  int64_t changed = 0;    // rows that said something new of somebody known
  int64_t unchanged = 0;  // rows that said nothing new
  int64_t rejected = 0;
  int64_t statements = 0;  // that were added
  bool operator==(const ImportCounts&) const = default;
};

inline constexpr int64_t kFewRows = 10'000;
inline constexpr int64_t kManyRows = 50'000;

struct ImportOptions {
  std::string path;         // *.csv, *.jsonl or *.ndjson
  std::string table;        // "persons", "households" or a list; empty: as the file is called
  std::string source;       // whose data it is; keys of rows are this source's
  std::string recorded_by;  // the user
  std::string report_path;  // CSV of what was rejected; empty: none
  bool dry_run = false;     // reads, checks and counts; writes nothing but the report
  // In one transaction; 0: kManyRows while most rows make somebody new, else kFewRows (others can
  // write in between).
  int64_t rows_at_once = 0;
  // Called after each transaction; false: stop here (the next call goes on).
  std::function<bool(double done, const ImportCounts&)> progress;
  // Called for each rejected row, after it was reported.
  struct Rejected {
    int64_t line = 0;    // 1-based
    std::string column;  // the name in the head, or the member of the object; may be empty
    std::string code;
    Text reason;
  };
  std::function<void(const Rejected&)> rejected;
};

// The counts are those of the whole file, also when an earlier call took the first part. Refused:
// "cannot-read", "unknown-table", "unknown-column", "column-missing", "csv-malformed",
// "cannot-write" (the report), "stopped" (by progress), "in-use" (another import of this file).
Expected<ImportCounts> import_file(store::Store& store, const LawBook& book,
                                   const ImportOptions& options);
// One after the other; in a dry run later files know whom earlier ones would have made.
Expected<std::vector<ImportCounts>> import_files(store::Store& store, const LawBook& book,
                                                 std::span<const ImportOptions> files);

}  // namespace ansinh::agency
