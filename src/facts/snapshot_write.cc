#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "facts/snapshot.h"
#include "facts/snapshot_file.h"
#include "facts/snapshot_ints.h"

namespace ansinh::facts {

namespace {

// A chunk is closed before its rows pass this, unless one tree alone has more.
constexpr uint32_t kRowsWanted = 1U << 22;

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

uint32_t most_rows(const Columns& columns, uint32_t first, uint32_t count) {
  uint32_t most = count;
  for (law::EntityId id = 0; id < columns.entities.size() && count != 0; ++id) {
    const uint32_t begin = columns.rows_of(first, id).first;
    most = std::max(most, columns.rows_of(first + count - 1, id).second - begin);
  }
  return most;
}

uint32_t most_rows(const Columns& columns) { return most_rows(columns, 0, columns.trees); }

}  // namespace

struct SnapshotWriter::State {
  State(const std::string& target, const law::Program& program)
      : path(target),
        temporary(target + ".new" + std::to_string(::getpid())),
        rows(program.entities.size()),
        waiting(program) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (descriptor >= 0) ::close(descriptor);
    if (is_open) ::unlink(temporary.c_str());
  }

  Diagnostic fault(int error) const {
    const std::string why = std::strerror(error);
    return {"cannot-write",
            Severity::kError,
            {},
            {path + ": không ghi được (" + why + ")", path + ": cannot be written (" + why + ")"},
            {"kiểm tra đường dẫn, quyền ghi và chỗ trống trên đĩa",
             "check the path, the permission to write and the free space"}};
  }

  std::optional<Diagnostic> write(std::string_view bytes) {
    if (!write_all(descriptor, bytes)) return fault(errno);
    offset += bytes.size();
    return std::nullopt;
  }

  std::optional<Diagnostic> add(const EncodedChunk& chunk) {
    entries.push_back({offset, chunk.bytes.size(), chunk.trees, chunk.checksum});
    for (size_t id = 0; id < rows.size(); ++id) rows[id] += chunk.rows[id];
    trees += chunk.trees;
    return write(chunk.bytes);
  }

  std::optional<Diagnostic> flush() {
    if (waiting.trees == 0) return std::nullopt;
    auto fault = add(encode_chunk(waiting));
    waiting.clear();
    return fault;
  }

  std::string path, temporary;
  int descriptor = -1;
  bool is_open = false;  // the temporary file is there
  uint64_t offset = 0;
  uint64_t trees = 0;
  std::vector<uint64_t> rows;  // by entity
  std::vector<ChunkEntry> entries;
  Columns waiting;
};

EncodedChunk encode_chunk(const Columns& columns) {
  assert(columns.trees <= kChunkTreesMax);
  EncodedChunk chunk;
  ChunkDirectory directory = put_chunk(chunk.bytes, columns);
  chunk.trees = directory.trees;
  chunk.rows = std::move(directory.rows);
  chunk.checksum = directory.checksum;
  return chunk;
}

SnapshotWriter::SnapshotWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SnapshotWriter::SnapshotWriter(SnapshotWriter&& other) noexcept = default;
SnapshotWriter::~SnapshotWriter() = default;

std::expected<SnapshotWriter, Diagnostic> SnapshotWriter::open(const std::string& path,
                                                               const law::Program& program) {
  auto state = std::make_unique<State>(path, program);
  std::error_code error;
  const std::filesystem::path target(path);
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), error);
  if (error) return std::unexpected(state->fault(error.value()));
  if (std::filesystem::is_directory(target, error)) return std::unexpected(state->fault(EISDIR));
  state->descriptor =
      ::open(state->temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (state->descriptor < 0) return std::unexpected(state->fault(errno));
  state->is_open = true;
  if (auto fault = state->write(file_head(snapshot_schema(program)))) {
    return std::unexpected(std::move(*fault));
  }
  return SnapshotWriter(std::move(state));
}

std::optional<Diagnostic> SnapshotWriter::append(const Columns& columns) {
  State& state = *state_;
  uint32_t next = 0;
  while (next < columns.trees) {
    const uint32_t left = columns.trees - next;
    const bool is_chunk = state.waiting.trees == 0 && next == 0 && left == kChunkTreesMax &&
                          most_rows(columns) <= kRowsWanted;
    if (is_chunk) return state.add(encode_chunk(columns));
    uint32_t count = std::min(left, kChunkTreesMax - state.waiting.trees);
    const uint32_t room = kRowsWanted - std::min(kRowsWanted, most_rows(state.waiting));
    while (count > 1 && most_rows(columns, next, count) > room) count /= 2;
    const bool is_too_much = most_rows(columns, next, count) > room && state.waiting.trees != 0;
    if (!is_too_much) {
      state.waiting.append(columns, next, count);
      next += count;
    }
    if (is_too_much || state.waiting.trees == kChunkTreesMax) {
      if (auto fault = state.flush()) return fault;
    }
  }
  return std::nullopt;
}

std::optional<Diagnostic> SnapshotWriter::append(const EncodedChunk& chunk) {
  if (auto fault = state_->flush()) return fault;
  return state_->add(chunk);
}

std::optional<Diagnostic> SnapshotWriter::finish() {
  State& state = *state_;
  if (auto fault = state.flush()) return fault;
  if (auto fault = state.write(file_tail(state.offset, state.trees, state.rows, state.entries))) {
    return fault;
  }
  if (::fsync(state.descriptor) != 0 && errno != EINVAL) return state.fault(errno);
  const int closed = ::close(state.descriptor);
  state.descriptor = -1;
  if (closed != 0) return state.fault(errno);
  if (std::rename(state.temporary.c_str(), state.path.c_str()) != 0) return state.fault(errno);
  state.is_open = false;
  return std::nullopt;
}

uint64_t SnapshotWriter::trees() const { return state_->trees + state_->waiting.trees; }
uint64_t SnapshotWriter::bytes() const { return state_->offset; }

}  // namespace ansinh::facts
