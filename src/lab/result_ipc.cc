// A message is the mark 0xFFFFFFFF, the length of its description, the description (a flatbuffer of
// Message.fbs, padded), and its body (buffers, each padded). The tables of Message.fbs and
// Schema.fbs are written field by field: the numbers are their places there.
#include "lab/result_ipc.h"

#include <flatbuffers/flatbuffers.h>

#include <cassert>
#include <cstring>
#include <utility>
#include <vector>

namespace ansinh::lab {

namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::voffset_t;

constexpr size_t kPadding = 8;
constexpr uint32_t kMark = 0xFFFFFFFF;
constexpr int16_t kVersion5 = 4;
enum Header : uint8_t { kSchema = 1, kDictionaryBatch = 2, kRecordBatch = 3 };
enum TypeKind : uint8_t { kInt = 2, kUtf8 = 5, kBool = 6, kDecimal = 7, kDate = 8 };

constexpr voffset_t at(int field) { return static_cast<voffset_t>(4 + 2 * field); }

using Any = Offset<void>;

struct NodeStruct {
  int64_t length, null_count;
};
struct BufferStruct {
  int64_t offset, length;
};

Any int_type(FlatBufferBuilder& to, int32_t bits) {
  const auto start = to.StartTable();
  to.AddElement<int32_t>(at(0), bits, 0);
  to.AddElement<uint8_t>(at(1), 1, 0);  // signed
  return to.EndTable(start);
}

std::pair<TypeKind, Any> type_of(FlatBufferBuilder& to, std::string_view format) {
  if (format == "l") return {kInt, int_type(to, 64)};
  if (format == "i") return {kInt, int_type(to, 32)};
  const auto start = to.StartTable();
  TypeKind kind = kUtf8;
  if (format == "b") {
    kind = kBool;
  } else if (format == "tdD") {
    kind = kDate;
    to.AddElement<int16_t>(at(0), 0, 1);  // days; milliseconds are the default
  } else if (format.starts_with("d:")) {
    kind = kDecimal;
    to.AddElement<int32_t>(at(0), 38, 0);
    to.AddElement<int32_t>(at(1), ArrowResults::kPlaces, 0);
    to.AddElement<int32_t>(at(2), 128, 128);
  } else {
    assert(format == "u");
  }
  return {kind, to.EndTable(start)};
}

void add_padded(std::string& body, const void* bytes, size_t size) {
  if (size != 0) body.append(static_cast<const char*>(bytes), size);
  body.append((kPadding - body.size() % kPadding) % kPadding, '\0');
}

std::string message(FlatBufferBuilder& to, Header kind, Any header, const std::string& body) {
  const auto start = to.StartTable();
  to.AddElement<int64_t>(at(3), static_cast<int64_t>(body.size()), 0);
  to.AddOffset(at(2), header);
  to.AddElement<int16_t>(at(0), kVersion5, 0);
  to.AddElement<uint8_t>(at(1), kind, 0);
  to.Finish(Any(to.EndTable(start)));
  std::string out;
  const size_t size = (to.GetSize() + kPadding - 1) / kPadding * kPadding;
  const auto length = static_cast<uint32_t>(size);
  out.append(reinterpret_cast<const char*>(&kMark), sizeof(kMark));
  out.append(reinterpret_cast<const char*>(&length), sizeof(length));
  out.append(reinterpret_cast<const char*>(to.GetBufferPointer()), to.GetSize());
  out.append(size - to.GetSize(), '\0');
  return out + body;
}

// The columns of a batch, one after another.
class Body {
 public:
  void add(const ArrowArray& column, std::string_view format) {
    assert(column.offset == 0);
    const auto rows = static_cast<size_t>(column.length);
    nodes_.push_back({column.length, column.null_count});
    buffer(column.buffers[0], column.null_count == 0 ? 0 : (rows + 7) / 8);
    if (format == "u") {
      const auto* offsets = static_cast<const int32_t*>(column.buffers[1]);
      buffer(offsets, (rows + 1) * sizeof(int32_t));
      buffer(column.buffers[2], static_cast<size_t>(offsets[rows]));
      return;
    }
    const size_t width = format == "l" ? 8 : format.starts_with("d:") ? 16 : 4;
    buffer(column.buffers[1], format == "b" ? (rows + 7) / 8 : rows * width);
  }
  Any record_batch(FlatBufferBuilder& to, int64_t rows) const {
    const auto buffers = to.CreateVectorOfStructs(buffers_);
    const auto nodes = to.CreateVectorOfStructs(nodes_);
    const auto start = to.StartTable();
    to.AddElement<int64_t>(at(0), rows, 0);
    to.AddOffset(at(1), nodes);
    to.AddOffset(at(2), buffers);
    return to.EndTable(start);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void buffer(const void* bytes, size_t size) {
    buffers_.push_back({static_cast<int64_t>(bytes_.size()), static_cast<int64_t>(size)});
    add_padded(bytes_, bytes, size);
  }
  std::vector<NodeStruct> nodes_;
  std::vector<BufferStruct> buffers_;
  std::string bytes_;
};

std::string schema_message(const ArrowSchema& schema) {
  FlatBufferBuilder to;
  std::vector<Any> fields;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& column = *schema.children[i];
    const bool has_words = column.dictionary != nullptr;
    const auto name = to.CreateString(column.name);
    const auto children = to.CreateVector(std::vector<Any>());
    const auto [kind, type] = type_of(to, has_words ? column.dictionary->format : column.format);
    Any words;
    if (has_words) {
      const Any index = int_type(to, 32);
      const auto start = to.StartTable();
      to.AddElement<int64_t>(at(0), i, -1);
      to.AddOffset(at(1), index);
      words = to.EndTable(start);
    }
    const auto start = to.StartTable();
    to.AddOffset(at(0), name);
    to.AddElement<uint8_t>(at(1), 1, 0);  // may be null
    to.AddElement<uint8_t>(at(2), kind, 0);
    to.AddOffset(at(3), type);
    if (has_words) to.AddOffset(at(4), words);
    to.AddOffset(at(5), children);
    fields.emplace_back(to.EndTable(start));
  }
  const auto all = to.CreateVector(fields);
  const auto start = to.StartTable();
  to.AddOffset(at(1), all);  // little-endian is the default
  const Any header = to.EndTable(start);
  return message(to, kSchema, header, {});
}

std::string dictionary_message(int64_t id, const ArrowArray& words) {
  FlatBufferBuilder to;
  Body body;
  body.add(words, "u");
  const Any data = body.record_batch(to, words.length);
  const auto start = to.StartTable();
  to.AddElement<int64_t>(at(0), id, -1);
  to.AddOffset(at(1), data);
  const Any header = to.EndTable(start);
  return message(to, kDictionaryBatch, header, body.bytes());
}

std::string batch_message(const ArrowSchema& schema, const ArrowArray& table) {
  FlatBufferBuilder to;
  Body body;
  for (int64_t i = 0; i < table.n_children; ++i) {
    body.add(*table.children[i], schema.children[i]->format);
  }
  const Any header = body.record_batch(to, table.length);
  return message(to, kRecordBatch, header, body.bytes());
}

// A schema or an array that is released with it.
template <typename T>
struct Owned {
  T value{};
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (value.release != nullptr) value.release(&value);
  }
};

}  // namespace

std::string IpcResults::head() const {
  Owned<ArrowSchema> schema;
  Owned<ArrowArray> empty;
  results_.batch({}, schema.value, empty.value);
  std::string out = schema_message(schema.value);
  for (int64_t i = 0; i < schema.value.n_children; ++i) {
    const ArrowArray* words = empty.value.children[i]->dictionary;
    if (words != nullptr) out += dictionary_message(i, *words);
  }
  return out;
}

std::string IpcResults::chunk(const ResultTable& table) const {
  if (table.size() == 0) return {};
  Owned<ArrowSchema> schema;
  Owned<ArrowArray> array;
  results_.batch(table, schema.value, array.value);
  return batch_message(schema.value, array.value);
}

std::string IpcResults::tail() const {
  std::string out(8, '\0');
  std::memcpy(out.data(), &kMark, sizeof(kMark));
  return out;
}

}  // namespace ansinh::lab
