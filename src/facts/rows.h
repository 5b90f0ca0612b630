// Many people's facts as text, in and out: JSON Lines and CSV (docs/snapshot.md, "Text files").
//
// A reader hands over tree after tree, and every fault with its place; a tree with a fault is
// rejected whole, never in part. Nothing is held but what is needed: JSON Lines one line, CSV one
// tree and an index of 24 bytes for each row that has rows below it.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "facts/columns.h"
#include "facts/person_file.h"

namespace ansinh::facts {

// One thing that is wrong with a row, and where.
struct RowFault {
  std::string file;
  uint64_t line = 0;   // 1-based
  std::string column;  // the name in a CSV's head; the character in a line of JSON
  std::string id;      // what the source calls the tree or row; may be empty
  std::string code;
  Text reason;  // begins with the path of the fact
};

struct RowCounts {
  uint64_t read = 0;      // trees
  uint64_t kept = 0;      // trees handed over
  uint64_t rejected = 0;  // trees with faults: read - kept
  uint64_t stray = 0;     // CSV: rows that belong to no tree
  bool is_clean() const { return rejected == 0 && stray == 0; }
};

// What a reader does with what it finds. Each may end the reading by returning an error.
struct RowReceiver {
  // Digests are left empty.
  std::function<std::optional<Diagnostic>(const PersonFile& file, std::string_view id)> tree;
  std::function<std::optional<Diagnostic>(const RowFault& fault)> fault;
  // Called now and then with the share that is done, 0 to 1 (0 where it is not known).
  std::function<std::optional<Diagnostic>(double done, const RowCounts& counts)> progress;
};

// A document of from_json on each line; a member `$id` at the top names the tree. "-" reads the
// standard input. Errors: "cannot-read", and those of the receiver.
std::expected<RowCounts, Diagnostic> read_json_lines(const law::Program& program,
                                                     const std::string& path,
                                                     std::optional<Date> on,
                                                     const RowReceiver& receiver);

// Tables, one an entity: folders (all their *.csv) or files. Errors: those of the files as a whole
// ("cannot-read", "csv-malformed", "unknown-table", "unknown-column"), and those of the receiver.
std::expected<RowCounts, Diagnostic> read_csv(const law::Program& program,
                                              const std::vector<std::string>& paths,
                                              std::optional<Date> on, const RowReceiver& receiver);

// A line of JSON Lines, with its line feed.
std::string json_line(const law::Program& program, const PersonFile& file, std::string_view name);

// Writes one table an entity into a folder that must not exist or be empty; it stands there when
// finish has returned, or not at all. Rows are numbered; read_csv gives equal trees.
class CsvWriter {
 public:
  // `facts`: by FactId, those that get a column. Errors: "cannot-write".
  static std::expected<CsvWriter, Diagnostic> open(const std::string& folder,
                                                   const law::Program& program,
                                                   const std::vector<bool>& facts);
  CsvWriter(CsvWriter&& other) noexcept;
  CsvWriter& operator=(CsvWriter&&) = delete;
  ~CsvWriter();

  std::optional<Diagnostic> append(const Columns& columns);
  std::optional<Diagnostic> finish();

 private:
  struct State;
  explicit CsvWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ansinh::facts
