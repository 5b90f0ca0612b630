// A table that speaks Arrow, read as people's facts: one row a record, facts as columns, lists as
// lists of structures (docs/arrow.md).
//
//   ArrowTable  what a library hands over: a schema and its batches, held and not copied
//   ArrowRows   that table for one law: its columns are checked once, its rows read by any thread
//
// A row says what a line of JSON Lines would say, and is held to the same rules. Nothing is written
// as text on the way but numbers and dates. Buffers are trusted: the interface has no way to check
// them, and their producer runs in the same process.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "facts/arrow_abi.h"
#include "facts/columns.h"
#include "facts/rows.h"

namespace ansinh::facts {

// Copies share what they hold. May be shared between threads.
class ArrowTable {
 public:
  // Reads the stream to its end and releases it. `name`: what faults call the table. Errors:
  // "arrow-stream" (what its producer says), "arrow-shape" (not a table).
  static std::expected<ArrowTable, Diagnostic> read(ArrowArrayStream& stream, std::string name);
  // Takes over one batch. Errors: "arrow-shape".
  static std::expected<ArrowTable, Diagnostic> of(ArrowSchema& schema, ArrowArray& batch,
                                                  std::string name);

  const std::string& name() const;
  uint64_t rows() const;
  const ArrowSchema& schema() const;
  size_t batch_count() const;
  const ArrowArray& batch(size_t number) const;

 private:
  struct Held;
  explicit ArrowTable(std::shared_ptr<const Held> held);
  std::shared_ptr<const Held> held_;
};

class ArrowRows {
 public:
  // The program must outlive it. Errors, each naming its column: "unknown-column", "column-twice",
  // "float-column" (a float cannot hold amounts), "arrow-type" (a type that is no fact).
  static std::expected<ArrowRows, Diagnostic> open(const ArrowTable& table,
                                                   const law::Program& program);
  ArrowRows(ArrowRows&& other) noexcept;
  ArrowRows& operator=(ArrowRows&&) = delete;
  ~ArrowRows();

  uint64_t rows() const;

  // Adds the records of `count` rows from `first` on; those with faults are left out and told, by
  // row from 1 and column. May be called by several threads, each with its own columns.
  RowCounts read(uint64_t first, uint32_t count, std::optional<Date> on, Columns& columns,
                 std::vector<RowFault>& faults) const;

 private:
  struct State;
  explicit ArrowRows(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace ansinh::facts
