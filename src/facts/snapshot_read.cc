#include <cassert>
#include <numeric>
#include <unordered_map>

#include "facts/mapped_file.h"
#include "facts/snapshot.h"
#include "facts/snapshot_file.h"

namespace ansinh::facts {

namespace {

Diagnostic diagnostic(std::string code, Text message, Text help) {
  return {std::move(code), Severity::kError, {}, std::move(message), std::move(help)};
}

Diagnostic at(const std::string& path, std::string code, const Text& what, uint64_t offset) {
  const std::string byte = std::to_string(offset);
  Text help{"tạo lại ảnh chụp, hoặc chép lại tệp gốc", "make the snapshot again, or copy it again"};
  if (code == "snapshot-foreign") {
    help = {"tạo ảnh chụp bằng `ansinh snapshot make`", "`ansinh snapshot make` makes one"};
  }
  return diagnostic(
      std::move(code),
      {path + " (byte " + byte + "): " + what.vi, path + " (byte " + byte + "): " + what.en},
      std::move(help));
}

SchemaMap same(const law::Program& program) {
  SchemaMap map;
  map.entities.resize(program.entities.size());
  map.facts.resize(program.facts.size());
  map.lists.resize(program.lists.size());
  std::iota(map.entities.begin(), map.entities.end(), 0U);
  std::iota(map.facts.begin(), map.facts.end(), 0U);
  std::iota(map.lists.begin(), map.lists.end(), 0U);
  map.members.resize(program.facts.size());
  return map;
}

std::string name_of(const law::Program& schema, const BlockPlace& place) {
  switch (place.kind) {
    case BlockKind::kNames:
      return "$id";
    case BlockKind::kSubjects:
      return "subject";
    case BlockKind::kPeriods:
      return schema.entities[place.index].name + ".from, to";
    case BlockKind::kFact:
      return schema.entities[schema.facts[place.index].entity].name + "." +
             schema.facts[place.index].name;
    case BlockKind::kList:
      return schema.entities[schema.lists[place.index].parent].name + "." +
             schema.lists[place.index].name;
  }
  return "";
}

}  // namespace

struct SnapshotReader::State {
  State(std::string of, MappedFile mapped) : path(std::move(of)), file(std::move(mapped)) {}

  std::string_view bytes() const { return file.bytes(); }

  std::string_view bytes_of(size_t chunk) const {
    return bytes().substr(frame.chunks[chunk].offset, frame.chunks[chunk].bytes);
  }

  Diagnostic fault(size_t chunk, const ChunkFault& found) const {
    const std::string number = std::to_string(chunk + 1);
    return at(path, "snapshot-altered",
              {"khối " + number + ": " + found.what.vi, "chunk " + number + ": " + found.what.en},
              frame.chunks[chunk].offset + found.offset);
  }

  std::optional<Diagnostic> read(size_t chunk, const law::Program& of, const SchemaMap& through,
                                 const ChunkOptions& options, Columns& columns) const {
    assert(columns.program == &of);
    if (auto found = get_chunk(bytes_of(chunk), *schema, through, options, columns)) {
      return fault(chunk, *found);
    }
    if (columns.trees == frame.chunks[chunk].trees) return std::nullopt;
    return fault(chunk,
                 {{"số hộ không khớp với mục lục", "its trees are not those of the index"}, 0});
  }

  std::string path;
  MappedFile file;
  FileFrame frame;
  std::string schema_text;
  std::shared_ptr<const law::Program> schema;
  const law::Program* program = nullptr;
  SchemaMap map;
};

SnapshotReader::SnapshotReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SnapshotReader::SnapshotReader(SnapshotReader&& other) noexcept = default;
SnapshotReader::~SnapshotReader() = default;

std::expected<std::unique_ptr<SnapshotReader::State>, Diagnostic> SnapshotReader::load(
    const std::string& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return std::unexpected(std::move(mapped.error()));
  auto state = std::make_unique<State>(path, std::move(*mapped));
  auto frame = read_frame(state->bytes());
  if (!frame) {
    const FrameFault& found = frame.error();
    return std::unexpected(at(path, found.code, found.what, found.offset));
  }
  state->frame = std::move(*frame);
  state->schema_text = std::string(state->frame.schema);
  state->schema = program_of_schema(state->schema_text);
  if (state->schema == nullptr || state->frame.rows.size() != state->schema->entities.size()) {
    return std::unexpected(at(path, "snapshot-altered",
                              {"phần mô tả dữ kiện không đúng dạng", "its schema is malformed"},
                              24));
  }
  return state;
}

std::expected<SnapshotReader, Diagnostic> SnapshotReader::open(const std::string& path) {
  auto state = load(path);
  if (!state) return std::unexpected(std::move(state.error()));
  (*state)->program = (*state)->schema.get();
  (*state)->map = same(*(*state)->schema);
  return SnapshotReader(std::move(*state));
}

std::expected<SnapshotReader, Diagnostic> SnapshotReader::open(const std::string& path,
                                                               const law::Program& program) {
  auto state = load(path);
  if (!state) return std::unexpected(std::move(state.error()));
  auto map = map_schema(*(*state)->schema, program);
  if (!map) {
    return std::unexpected(
        diagnostic("snapshot-law",
                   {path + ": ảnh chụp này không hợp với luật: " + map.error().vi,
                    path + ": this snapshot does not fit the law: " + map.error().en},
                   {"tạo lại ảnh chụp theo luật này, hoặc dùng luật mà nó được tạo theo",
                    "make the snapshot again for this law, or use the law for which it was made"}));
  }
  (*state)->program = &program;
  (*state)->map = std::move(*map);
  return SnapshotReader(std::move(*state));
}

const law::Program& SnapshotReader::program() const { return *state_->program; }
const law::Program& SnapshotReader::schema() const { return *state_->schema; }
const std::string& SnapshotReader::schema_text() const { return state_->schema_text; }
size_t SnapshotReader::chunk_count() const { return state_->frame.chunks.size(); }
uint32_t SnapshotReader::chunk_trees(size_t chunk) const {
  return state_->frame.chunks[chunk].trees;
}
uint64_t SnapshotReader::trees() const { return state_->frame.trees; }
uint64_t SnapshotReader::rows(law::EntityId entity) const { return state_->frame.rows[entity]; }
uint64_t SnapshotReader::bytes() const { return state_->bytes().size(); }

std::expected<Columns, Diagnostic> SnapshotReader::chunk(size_t chunk) const {
  Columns columns(*state_->program);
  if (auto fault = read_chunk(chunk, columns)) return std::unexpected(std::move(*fault));
  return columns;
}

std::optional<Diagnostic> SnapshotReader::read_chunk(size_t chunk, Columns& columns,
                                                     const std::vector<bool>* facts) const {
  const State& state = *state_;
  ChunkOptions options;
  // To bring rows into order all facts are needed.
  if (!state.map.may_reorder) options.facts = facts;
  if (auto fault = state.read(chunk, *state.program, state.map, options, columns)) return fault;
  if (state.map.may_reorder) columns = in_canonical_order(columns);
  return std::nullopt;
}

std::optional<Diagnostic> SnapshotReader::verify() const {
  const State& state = *state_;
  const SchemaMap map = same(*state.schema);
  Columns columns(*state.schema);
  std::vector<uint64_t> rows(state.frame.rows.size());
  for (size_t chunk = 0; chunk < chunk_count(); ++chunk) {
    if (auto fault = state.read(chunk, *state.schema, map, {}, columns)) return fault;
    const auto directory = get_directory(state.bytes_of(chunk), rows.size());
    if (!directory || directory->checksum != state.frame.chunks[chunk].checksum) {
      return state.fault(chunk,
                         {{"không phải khối mà mục lục ghi", "not the chunk of the index"}, 0});
    }
    for (size_t id = 0; id < rows.size(); ++id) rows[id] += columns.entities[id].rows;
  }
  if (rows == state.frame.rows) return std::nullopt;
  return at(state.path, "snapshot-altered",
            {"số dòng không khớp với mục lục", "its rows are not those of the index"}, 0);
}

std::expected<std::vector<bool>, Diagnostic> SnapshotReader::facts_given() const {
  const State& state = *state_;
  std::vector<bool> given(state.program->facts.size());
  for (size_t chunk = 0; chunk < chunk_count(); ++chunk) {
    const auto directory = get_directory(state.bytes_of(chunk), state.schema->entities.size());
    if (!directory) return std::unexpected(state.fault(chunk, directory.error()));
    for (const BlockPlace& place : directory->blocks) {
      const bool is_fact = place.kind == BlockKind::kFact && place.index < state.map.facts.size();
      if (is_fact) given[state.map.facts[place.index]] = true;
    }
  }
  return given;
}

std::expected<std::vector<BlockSize>, Diagnostic> SnapshotReader::sizes() const {
  const State& state = *state_;
  std::unordered_map<uint64_t, uint64_t> bytes;
  const auto key = [](BlockKind kind, uint32_t index) {
    return (uint64_t{static_cast<uint32_t>(kind)} << 32U) | index;
  };
  for (size_t chunk = 0; chunk < chunk_count(); ++chunk) {
    const auto directory = get_directory(state.bytes_of(chunk), state.schema->entities.size());
    if (!directory) return std::unexpected(state.fault(chunk, directory.error()));
    for (const BlockPlace& place : directory->blocks) {
      bytes[key(place.kind, place.index)] += place.bytes;
    }
  }
  std::vector<BlockSize> sizes;
  const auto add = [&](BlockKind kind, uint32_t index) {
    const auto found = bytes.find(key(kind, index));
    if (found == bytes.end()) return;
    BlockPlace place;
    place.kind = kind;
    place.index = index;
    sizes.push_back({name_of(*state.schema, place), found->second});
  };
  add(BlockKind::kNames, 0);
  add(BlockKind::kSubjects, 0);
  for (law::EntityId id = 0; id < state.schema->entities.size(); ++id) {
    const law::EntityInfo& entity = state.schema->entities[id];
    add(BlockKind::kPeriods, id);
    for (const law::FactId fact : entity.facts) add(BlockKind::kFact, fact);
    for (const law::ListId list : entity.lists) add(BlockKind::kList, list);
  }
  return sizes;
}

}  // namespace ansinh::facts
