// The frame of a snapshot around its chunks: head, index and end (docs/snapshot.md).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ansinh::facts {

struct ChunkEntry {
  uint64_t offset = 0;  // in the file
  uint64_t bytes = 0;
  uint32_t trees = 0;
  uint64_t checksum = 0;  // of its directory
};

struct FileFrame {
  std::string_view schema;
  uint64_t trees = 0;
  std::vector<uint64_t> rows;  // by entity
  std::vector<ChunkEntry> chunks;
};

struct FrameFault {
  std::string code;
  Text what;
  uint64_t offset = 0;
};

std::string file_head(std::string_view schema);
// `offset`: where it will stand.
std::string file_tail(uint64_t offset, uint64_t trees, const std::vector<uint64_t>& rows,
                      const std::vector<ChunkEntry>& chunks);
// The frame of the bytes of a whole file; chunks lie inside it, one after another.
std::expected<FileFrame, FrameFault> read_frame(std::string_view file);

}  // namespace ansinh::facts
