// A snapshot: the facts of a whole population in one file (docs/snapshot.md).
//
//   SnapshotWriter  columns -> file, in a stream, so that the file may exceed memory
//   SnapshotReader  file -> columns, chunk by chunk, mapped from disk
//
// A file is written beside its place and moved there when it is whole. It names the declarations of
// the law for which it was made, and is read with any law that declares the same or more. All bytes
// stand under checksums: a file that is truncated, altered or no snapshot at all is refused, with
// the place. It must not be changed in place while a reader has it open.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "facts/columns.h"
#include "facts/snapshot_chunk.h"
#include "facts/snapshot_schema.h"

namespace ansinh::facts {

inline constexpr uint32_t kSnapshotVersion = 1;

// A chunk made ready for the file; by several threads, if there is much to write.
struct EncodedChunk {
  std::string bytes;
  uint32_t trees = 0;
  std::vector<uint32_t> rows;  // by entity
  uint64_t checksum = 0;
};
// At most kChunkTreesMax trees and kChunkRowsMax rows of an entity.
EncodedChunk encode_chunk(const Columns& columns);

class SnapshotWriter {
 public:
  // Makes a file beside `path`; what stands at `path` stays until finish. Errors: "cannot-write".
  static std::expected<SnapshotWriter, Diagnostic> open(const std::string& path,
                                                        const law::Program& program);
  SnapshotWriter(SnapshotWriter&& other) noexcept;
  SnapshotWriter& operator=(SnapshotWriter&&) = delete;
  // Without finish nothing is left behind.
  ~SnapshotWriter();

  // Adds the trees to those before, in chunks of kChunkTreesMax. After an error only the destructor
  // may follow.
  std::optional<Diagnostic> append(const Columns& columns);
  // Adds a chunk as it is, however few its trees.
  std::optional<Diagnostic> append(const EncodedChunk& chunk);
  // Writes what is left and the index, and moves the file to its place.
  std::optional<Diagnostic> finish();

  uint64_t trees() const;
  uint64_t bytes() const;  // written so far

 private:
  struct State;
  explicit SnapshotWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct BlockSize {
  std::string name;  // "Person.income", "Person.work: from, to", "Household.members"
  uint64_t bytes = 0;
};

// May be shared between threads.
class SnapshotReader {
 public:
  // Reads with the file's own declarations, without a law. Errors: "cannot-read",
  // "snapshot-foreign", "snapshot-version", "snapshot-truncated", "snapshot-altered".
  static std::expected<SnapshotReader, Diagnostic> open(const std::string& path);
  // Reads for a law, which must outlive the reader and its columns; refused also where the law has
  // not what the snapshot has ("snapshot-law").
  static std::expected<SnapshotReader, Diagnostic> open(const std::string& path,
                                                        const law::Program& program);
  SnapshotReader(SnapshotReader&& other) noexcept;
  SnapshotReader& operator=(SnapshotReader&&) = delete;
  ~SnapshotReader();

  // The law given to open, or the declarations of the file alone.
  const law::Program& program() const;
  const law::Program& schema() const;      // those of the file; its digest is the law's
  const std::string& schema_text() const;  // as JSON

  size_t chunk_count() const;
  uint32_t chunk_trees(size_t chunk) const;
  uint64_t trees() const;
  uint64_t rows(law::EntityId entity) const;  // of schema()
  uint64_t bytes() const;

  std::expected<Columns, Diagnostic> chunk(size_t chunk) const;
  // The same into columns that keep their memory. With `facts` (by FactId of program()) others stay
  // "not given": for who knows that they are not read. Errors: "snapshot-altered".
  std::optional<Diagnostic> read_chunk(size_t chunk, Columns& columns,
                                       const std::vector<bool>* facts = nullptr) const;
  // Reads everything and says what is wrong first, if anything is.
  std::optional<Diagnostic> verify() const;
  // By FactId of program(): whether anything is said of it anywhere.
  std::expected<std::vector<bool>, Diagnostic> facts_given() const;
  // What each column takes, in the order of the declarations.
  std::expected<std::vector<BlockSize>, Diagnostic> sizes() const;

 private:
  struct State;
  explicit SnapshotReader(std::unique_ptr<State> state);
  static std::expected<std::unique_ptr<State>, Diagnostic> load(const std::string& path);
  std::unique_ptr<State> state_;
};

}  // namespace ansinh::facts
