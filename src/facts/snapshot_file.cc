#include "facts/snapshot_file.h"

#include "facts/snapshot.h"
#include "facts/snapshot_ints.h"

namespace ansinh::facts {

namespace {

// The first byte is no text, the line ends show what a transfer as text has done to the file.
constexpr std::string_view kMagic(
    "\x89"
    "ANSI\r\n\x1a",
    8);
constexpr std::string_view kEnd("\r\nANSEND", 8);
constexpr uint32_t kIndexMagic = 0x58444e49;  // "INDX"
constexpr size_t kTrailerBytes = 32;

std::unexpected<FrameFault> refuse(const char* code, const char* vi, const char* en,
                                   uint64_t offset) {
  return std::unexpected(FrameFault{code, {vi, en}, offset});
}

std::unexpected<FrameFault> truncated(uint64_t offset) {
  return refuse("snapshot-truncated", "tệp bị cắt cụt hoặc ghi chưa xong",
                "the file is truncated or was not written to its end", offset);
}

std::unexpected<FrameFault> altered(uint64_t offset) {
  return refuse("snapshot-altered", "tổng kiểm tra không khớp: tệp đã bị thay đổi",
                "the checksum does not agree: the file has been altered", offset);
}

}  // namespace

std::string file_head(std::string_view schema) {
  std::string head(kMagic);
  put(head, kSnapshotVersion);
  put(head, uint32_t{0});
  put(head, uint64_t{schema.size()});
  head += schema;
  put(head, checksum_of(head));
  return head;
}

std::string file_tail(uint64_t offset, uint64_t trees, const std::vector<uint64_t>& rows,
                      const std::vector<ChunkEntry>& chunks) {
  std::string tail;
  put(tail, kIndexMagic);
  put(tail, static_cast<uint32_t>(rows.size()));
  put(tail, trees);
  put(tail, uint64_t{chunks.size()});
  for (const uint64_t count : rows) put(tail, count);
  for (const ChunkEntry& chunk : chunks) {
    put(tail, chunk.offset);
    put(tail, chunk.bytes);
    put(tail, chunk.checksum);
    put(tail, uint64_t{chunk.trees});
  }
  put(tail, checksum_of(tail));
  std::string trailer;
  put(trailer, offset);
  put(trailer, uint64_t{tail.size()});
  put(trailer, checksum_of(trailer));
  trailer += kEnd;
  return tail + trailer;
}

std::expected<FileFrame, FrameFault> read_frame(std::string_view file) {
  ByteReader in(file);
  const std::string_view magic = in.take(kMagic.size());
  if (magic != kMagic) {
    return refuse("snapshot-foreign", "đây không phải là tệp ảnh chụp dữ kiện của An Sinh",
                  "this is not a snapshot of An Sinh", 0);
  }
  const auto version = in.get<uint32_t>();
  const auto reserved = in.get<uint32_t>();
  const auto schema_bytes = in.get<uint64_t>();
  if (!in.is_good()) return truncated(file.size());
  if (version != kSnapshotVersion || reserved != 0) {
    return refuse("snapshot-version", "phiên bản của tệp này không đọc được ở đây",
                  "the version of this file cannot be read here", kMagic.size());
  }
  FileFrame frame;
  frame.schema = in.take(schema_bytes);
  const size_t head_end = in.offset();
  const auto head_checksum = in.get<uint64_t>();
  if (!in.is_good()) return truncated(file.size());
  if (head_checksum != checksum_of(file.substr(0, head_end))) return altered(0);

  if (in.left() < kTrailerBytes || !file.ends_with(kEnd)) return truncated(file.size());
  const size_t trailer_at = file.size() - kTrailerBytes;
  ByteReader trailer(file.substr(trailer_at));
  const auto index_at = trailer.get<uint64_t>();
  const auto index_bytes = trailer.get<uint64_t>();
  if (trailer.get<uint64_t>() != checksum_of(file.substr(trailer_at, 16))) {
    return altered(trailer_at);
  }
  const bool is_framed = index_at >= in.offset() && index_at <= trailer_at &&
                         index_bytes == trailer_at - index_at && index_bytes >= 32;
  if (!is_framed) return altered(trailer_at);
  const std::string_view index_bytes_all = file.substr(index_at, index_bytes);
  ByteReader index(index_bytes_all);
  const auto index_magic = index.get<uint32_t>();
  const auto entities = index.get<uint32_t>();
  frame.trees = index.get<uint64_t>();
  const auto chunks = index.get<uint64_t>();
  if (index_magic != kIndexMagic || entities > index.left() / 8 || chunks > index.left() / 32) {
    return altered(index_at);
  }
  for (uint32_t i = 0; i < entities; ++i) frame.rows.push_back(index.get<uint64_t>());
  uint64_t offset = in.offset();
  uint64_t trees = 0;
  for (uint64_t i = 0; i < chunks; ++i) {
    ChunkEntry entry;
    entry.offset = index.get<uint64_t>();
    entry.bytes = index.get<uint64_t>();
    entry.checksum = index.get<uint64_t>();
    const auto entry_trees = index.get<uint64_t>();
    const bool is_next =
        entry.offset == offset && entry.bytes <= index_at - offset && entry_trees <= kChunkTreesMax;
    if (!is_next) return altered(index_at);
    entry.trees = static_cast<uint32_t>(entry_trees);
    offset += entry.bytes;
    trees += entry_trees;
    frame.chunks.push_back(entry);
  }
  const size_t summed = index.offset();
  const auto checksum = index.get<uint64_t>();
  const bool is_whole = index.is_good() && index.is_at_end() && offset == index_at &&
                        trees == frame.trees &&
                        checksum == checksum_of(index_bytes_all.substr(0, summed));
  if (!is_whole) return altered(index_at);
  return frame;
}

}  // namespace ansinh::facts
