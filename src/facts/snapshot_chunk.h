// One chunk of a snapshot: columns to bytes and back (docs/snapshot.md, "Chunks").
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/columns.h"
#include "facts/snapshot_schema.h"

namespace ansinh::facts {

inline constexpr uint32_t kChunkTreesMax = 65'536;
inline constexpr uint32_t kChunkRowsMax = 1U << 26;  // of one entity
// In place of the state that all rows share: each row has its own.
inline constexpr uint8_t kByRow = 255;

// As wide as in the file, which may hold any number.
// NOLINTNEXTLINE(performance-enum-size)
enum class BlockKind : uint32_t { kNames = 1, kSubjects, kPeriods, kFact, kList };

struct BlockPlace {
  BlockKind kind{};
  uint32_t index = 0;   // kPeriods: the entity; kFact, kList: by the numbers of the schema
  uint64_t offset = 0;  // in the chunk
  uint64_t bytes = 0;
  uint64_t checksum = 0;
};

// The head of a chunk: what is in it and where.
struct ChunkDirectory {
  uint32_t trees = 0;
  std::vector<uint32_t> rows;  // by entity
  std::vector<BlockPlace> blocks;
  uint64_t checksum = 0;  // of the directory, which names those of the blocks
};

uint64_t checksum_of(std::string_view bytes);

// What is wrong with bytes that should be a chunk, and where in them.
struct ChunkFault {
  Text what;
  uint64_t offset = 0;
};

// Appends the columns to `out`, whole; the same columns give the same bytes.
ChunkDirectory put_chunk(std::string& out, const Columns& columns);

std::expected<ChunkDirectory, ChunkFault> get_directory(std::string_view chunk, size_t entities);

struct ChunkOptions {
  const std::vector<bool>* facts = nullptr;  // by the law's FactId: which to read; null: all
  bool checksums = true;
};

// Reads a chunk of a snapshot with the schema `schema` into `columns`, which are cleared first and
// whose program `map` leads to. The columns hold what fault_of asks, rows in the snapshot's order.
std::optional<ChunkFault> get_chunk(std::string_view chunk, const law::Program& schema,
                                    const SchemaMap& map, const ChunkOptions& options,
                                    Columns& columns);

}  // namespace ansinh::facts
