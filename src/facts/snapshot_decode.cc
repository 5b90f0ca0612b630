// The bytes of a chunk to columns. Every byte may be wrong: checksums find what was altered, and
// what a checksum agrees to is still held against what columns must be.

#include <algorithm>
#include <unordered_set>

#include "facts/fact_range.h"
#include "facts/snapshot_chunk.h"
#include "facts/snapshot_ints.h"

namespace ansinh::facts {

namespace {

const Text kMalformed{"nội dung không đúng dạng", "its content is malformed"};
const Text kAltered{"tổng kiểm tra không khớp: tệp đã bị thay đổi",
                    "the checksum does not agree: the file has been altered"};

// `out` is emptied if all rows are alike, then `all` holds the state.
template <typename State>
bool get_states(ByteReader& in, uint32_t rows, State greatest, std::vector<State>& out,
                State& all) {
  const auto first = in.get<uint8_t>();
  if (first != kByRow) {
    out.clear();
    all = static_cast<State>(first);
    return in.is_good() && first <= static_cast<uint8_t>(greatest);
  }
  out.resize(rows);
  if (!get_pairs(in, {reinterpret_cast<uint8_t*>(out.data()), out.size()})) return false;
  State most{};
  for (const State state : out) most = std::max(most, state);
  return most <= greatest;
}

bool lies_within(const PackedInts& packed, const StoredRange& range) {
  return packed.lies_within(range.low, range.high);
}

class Decoder {
 public:
  Decoder(std::string_view chunk, const law::Program& schema, const SchemaMap& map,
          const ChunkOptions& options, Columns& columns)
      : chunk_(chunk), schema_(schema), map_(map), options_(options), columns_(columns) {}

  std::optional<ChunkFault> decode() {
    auto directory = get_directory(chunk_, schema_.entities.size());
    if (!directory) return std::move(directory.error());
    reset();
    columns_.trees = directory->trees;
    for (law::EntityId id = 0; id < schema_.entities.size(); ++id) start(id, directory->rows[id]);
    if (directory->rows[schema_.root_entity] != directory->trees) return ChunkFault{kMalformed, 0};
    for (const BlockPlace& place : directory->blocks) {
      if (!is_wanted(place)) continue;
      const std::string_view bytes = chunk_.substr(place.offset, place.bytes);
      if (options_.checksums && checksum_of(bytes) != place.checksum) {
        return ChunkFault{named(place, kAltered), place.offset};
      }
      ByteReader in(bytes);
      what_ = kMalformed;
      if (!block(place, in) || !in.is_good() || !in.is_at_end()) {
        return ChunkFault{named(place, what_), place.offset};
      }
    }
    clear_unfilled();
    if (!link_all() || !check_subjects()) return ChunkFault{kMalformed, 0};
    return std::nullopt;
  }

 private:
  // As Columns::clear, except that long vectors keep their size: what is in them is overwritten,
  // and to fill them with zeros first would take as long as that.
  void reset() {
    columns_.subjects.clear();
    columns_.names.clear();
    for (EntityColumns& entity : columns_.entities) {
      entity.rows = 0;
      for (FactColumn& fact : entity.facts) {
        fact.all = Cell::kNotGiven;
        fact.scale = 1;
        fact.texts.clear();
        fact.odd.clear();
        fact.text_numbers.clear();
      }
      for (ListColumn& list : entity.lists) list.all = Known::kPresumed;
    }
    is_fact_filled_.assign(columns_.program->facts.size(), false);
    is_list_filled_.assign(columns_.program->lists.size(), false);
    is_period_filled_.assign(columns_.program->entities.size(), false);
  }

  void clear_unfilled() {
    for (EntityColumns& entity : columns_.entities) {
      if (entity.rows == 0) {
        entity.parent.clear();
        entity.from.clear();
        entity.to.clear();
      }
      if (!is_period_filled_[entity.entity]) {
        std::fill(entity.from.begin(), entity.from.end(), Instance::kNotGiven);
        std::fill(entity.to.begin(), entity.to.end(), Instance::kNotGiven);
      }
      for (FactColumn& fact : entity.facts) {
        if (is_fact_filled_[fact.fact]) continue;
        fact.state.clear();
        fact.value.clear();
      }
      for (ListColumn& list : entity.lists) {
        if (is_list_filled_[list.list]) continue;
        list.known.clear();
        list.begin.clear();
      }
    }
  }

  void start(law::EntityId id, uint32_t rows) {
    EntityColumns& entity = columns_.entities[map_.entities[id]];
    entity.rows = rows;
    if (has_period(id)) {
      entity.from.resize(rows);
      entity.to.resize(rows);
    }
  }

  bool has_period(law::EntityId id) const {
    const law::ListId list = schema_.entities[id].list;
    return list != law::kNoId && schema_.lists[list].form != law::ListForm::kChildren;
  }

  bool is_wanted(const BlockPlace& place) const {
    return place.kind != BlockKind::kFact || options_.facts == nullptr ||
           place.index >= map_.facts.size() || (*options_.facts)[map_.facts[place.index]];
  }

  Text named(const BlockPlace& place, const Text& what) const {
    std::string name;
    if (place.kind == BlockKind::kFact && place.index < schema_.facts.size()) {
      const law::FactInfo& info = schema_.facts[place.index];
      name = schema_.entities[info.entity].name + "." + info.name + ": ";
    } else if (place.kind == BlockKind::kList && place.index < schema_.lists.size()) {
      const law::ListInfo& info = schema_.lists[place.index];
      name = schema_.entities[info.parent].name + "." + info.name + ": ";
    } else if (place.kind == BlockKind::kPeriods && place.index < schema_.entities.size()) {
      name = schema_.entities[place.index].name + ".from, to: ";
    }
    return {name + what.vi, name + what.en};
  }

  bool block(const BlockPlace& place, ByteReader& in) {
    switch (place.kind) {
      case BlockKind::kNames:
        return get_texts(in, columns_.trees, columns_.names);
      case BlockKind::kSubjects:
        return subjects(in);
      case BlockKind::kPeriods:
        return place.index < schema_.entities.size() && has_period(place.index) &&
               periods(in, columns_.entities[map_.entities[place.index]],
                       schema_.lists[schema_.entities[place.index].list].form);
      case BlockKind::kFact:
        return place.index < schema_.facts.size() && fact(in, place.index);
      case BlockKind::kList:
        return place.index < schema_.lists.size() && list(in, place.index);
    }
    return false;
  }

  bool subjects(ByteReader& in) {
    const auto entities = get_ints(in, columns_.trees);
    const auto rows = entities ? get_ints(in, columns_.trees) : std::nullopt;
    if (!rows) return false;
    const auto last = static_cast<int64_t>(schema_.entities.size()) - 1;
    if (!lies_within(*entities, {0, last}) || !lies_within(*rows, {0, kChunkRowsMax})) return false;
    std::vector<int64_t> entity(columns_.trees), row(columns_.trees);
    entities->unpack(entity.data());
    rows->unpack(row.data());
    columns_.subjects.resize(columns_.trees);
    for (uint32_t tree = 0; tree < columns_.trees; ++tree) {
      columns_.subjects[tree] = {map_.entities[static_cast<size_t>(entity[tree])],
                                 static_cast<uint32_t>(row[tree])};
    }
    return true;
  }

  bool periods(ByteReader& in, EntityColumns& entity, law::ListForm form) {
    const auto first = in.get<int64_t>();
    const auto shortest = in.get<int64_t>();
    const auto begins = get_ints(in, entity.rows);
    const auto ends = begins ? get_ints(in, entity.rows) : std::nullopt;
    if (!ends) return false;
    const StoredRange range = period_range(form);
    const int64_t span = range.high - range.low;
    const bool is_sane = first >= range.low && first <= range.high && shortest >= -span &&
                         shortest <= span && lies_within(*begins, {0, span + 1}) &&
                         lies_within(*ends, {0, 2 * span + 2});
    if (entity.rows != 0 && !is_sane) return false;
    is_period_filled_[entity.entity] = true;
    begins->unpack(entity.from.data());
    ends->unpack(entity.to.data());
    const auto first32 = static_cast<int32_t>(first);
    const auto shortest32 = static_cast<int32_t>(shortest);
    int32_t low = INT32_MAX;
    int32_t high = INT32_MIN;
    for (uint32_t row = 0; row < entity.rows; ++row) {
      const int32_t begin = entity.from[row];
      const int32_t end = entity.to[row];
      const int32_t start = first32 + (begin == 0 ? 0 : begin - 1);
      const int32_t last = start + shortest32 + end - 2;
      entity.from[row] = begin == 0 ? Instance::kNotGiven : start;
      entity.to[row] = end > 1 ? last : (end == 1 ? Instance::kOpen : Instance::kNotGiven);
      low = std::min(low, std::min(start, end > 1 ? last : start));
      high = std::max(high, std::max(start, end > 1 ? last : start));
    }
    return entity.rows == 0 || (low >= range.low && high <= range.high);
  }

  bool fact(ByteReader& in, uint32_t index) {
    const law::FactInfo& info = columns_.program->facts[map_.facts[index]];
    EntityColumns& entity = columns_.entities[info.entity];
    FactColumn& column = entity.facts[info.slot];
    const uint32_t rows = entity.rows;
    is_fact_filled_[column.fact] = true;
    if (!get_states(in, rows, Cell::kValue, column.state, column.all)) return false;
    if (!info.type.or_none && has(column, Cell::kNone)) return false;
    const auto odd = in.get<uint32_t>();
    column.scale = in.get<int64_t>();
    const auto given = static_cast<size_t>(
        column.state.empty() ? (column.all == Cell::kValue ? rows : 0)
                             : std::count(column.state.begin(), column.state.end(), Cell::kValue));
    const bool is_number = info.type.base == law::Base::kNumber;
    if (!in.is_good() || column.scale < 1 || column.scale > FactColumn::kScaleMax || odd > given ||
        (!is_number && (odd != 0 || column.scale != 1))) {
      return false;
    }
    const auto packed = get_ints(in, given - odd);
    if (!packed) return false;
    if (info.type.base == law::Base::kText) return texts(in, column, *packed, rows);
    StoredRange range = stored_range(*columns_.program, info, column.scale);
    const std::vector<int64_t>& members = map_.members[index];
    if (!members.empty()) range.high = static_cast<int64_t>(members.size()) - 1;
    if (!lies_within(*packed, range)) return out_of_range();
    if (odd != 0 && !get_odd(in, column, odd, rows, info)) return false;
    place(column, *packed, rows);
    if (!members.empty()) {
      for (uint32_t row = 0; row < column.value.size(); ++row) {
        if (column.at(row) != Cell::kValue) continue;
        column.value[row] = members[static_cast<size_t>(column.value[row])];
      }
    }
    return true;
  }

  bool out_of_range() {
    what_ = {"có giá trị nằm ngoài khoảng mà luật cho phép",
             "it holds a value outside the range that the law allows"};
    return false;
  }

  static bool has(const FactColumn& column, Cell cell) {
    if (column.state.empty()) return column.all == cell;
    return std::find(column.state.begin(), column.state.end(), cell) != column.state.end();
  }

  // The values that are there to the rows that have one.
  void place(FactColumn& column, const PackedInts& packed, uint32_t rows) {
    if (packed.count == 0 && column.odd.empty()) {
      column.value.clear();
      return;
    }
    column.value.resize(rows);
    if (packed.count == rows) {
      packed.unpack(column.value.data());
      return;
    }
    dense_.resize(packed.count + 1);  // one more, so that a row without a value may read
    packed.unpack(dense_.data());
    dense_[packed.count] = 0;
    if (column.odd.empty()) {
      spread(column.state, dense_, column.value);
      return;
    }
    size_t next = 0;
    for (uint32_t row = 0; row < rows; ++row) {
      const bool is_here = column.at(row) == Cell::kValue && !column.odd.contains(row);
      column.value[row] = is_here ? dense_[next++] : 0;
    }
  }

  // `states` are by row: were all rows alike, all or none would have a value.
  static void spread(const std::vector<Cell>& states, const std::vector<int64_t>& dense,
                     std::vector<int64_t>& out) {
    const size_t rows = states.size();
    size_t next = 0;
    for (size_t row = 0; row < rows; ++row) {
      const bool is_here = states[row] == Cell::kValue;
      out[row] = is_here ? dense[next] : 0;
      next += is_here ? 1 : 0;
    }
  }

  bool get_odd(ByteReader& in, FactColumn& column, uint32_t count, uint32_t rows,
               const law::FactInfo& info) {
    const auto packed = get_ints(in, count);
    if (!packed || !lies_within(*packed, {0, int64_t{rows} - 1})) return false;
    std::vector<int64_t> at(count);
    packed->unpack(at.data());
    std::vector<std::string> numbers;
    if (!get_texts(in, count, numbers)) return false;
    for (uint32_t i = 0; i < count; ++i) {
      const auto row = static_cast<uint32_t>(at[i]);
      const auto number = Rational::parse(numbers[i]);
      if (!number || column.at(row) != Cell::kValue) return false;
      if (!is_in_range(*columns_.program, info, *number)) return out_of_range();
      if (!column.odd.emplace(row, *number).second) return false;
    }
    return true;
  }

  bool texts(ByteReader& in, FactColumn& column, const PackedInts& packed, uint32_t rows) {
    const auto count = in.get<uint32_t>();
    // No two texts are equal, so at most one of them is empty.
    if (count > packed.count || count > in.left() + 1 || !get_texts(in, count, column.texts))
      return false;
    if (!lies_within(packed, {0, int64_t{count} - 1})) return false;
    place(column, packed, rows);
    return true;
  }

  bool list(ByteReader& in, uint32_t index) {
    const law::ListInfo& info = columns_.program->lists[map_.lists[index]];
    EntityColumns& parent = columns_.entities[info.parent];
    ListColumn& column = parent.lists[info.slot];
    is_list_filled_[column.list] = true;
    if (!get_states(in, parent.rows, Known::kPresumed, column.known, column.all)) return false;
    const auto counts = get_ints(in, parent.rows);
    if (!counts || !lies_within(*counts, {0, kChunkRowsMax})) return false;
    if (counts->bits == 0 && counts->base == 0) {
      column.begin.clear();
      return true;
    }
    dense_.resize(parent.rows);
    counts->unpack(dense_.data());
    column.begin.resize(size_t{parent.rows} + 1);
    int64_t at = 0;
    for (uint32_t row = 0; row < parent.rows; ++row) {
      column.begin[row] = static_cast<uint32_t>(at);
      at += dense_[row];
      if (at > kChunkRowsMax) return false;
    }
    column.begin[parent.rows] = static_cast<uint32_t>(at);
    return true;
  }

  // The parents of all rows; false if an entity has other rows than its list says.
  bool link_all() {
    for (law::EntityId id = 0; id < schema_.entities.size(); ++id) {
      if (id == schema_.root_entity) continue;
      const law::EntityId target = map_.entities[id];
      EntityColumns& entity = columns_.entities[target];
      const law::EntityInfo& info = columns_.program->entities[target];
      const EntityColumns& parent = columns_.entities[info.parent];
      const ListColumn& list = parent.lists[columns_.program->lists[info.list].slot];
      const uint32_t listed = list.begin.empty() ? 0 : list.begin.back();
      if (listed != entity.rows) return false;
      entity.parent.resize(entity.rows);
      if (list.begin.empty()) continue;
      for (uint32_t row = 0; row < parent.rows; ++row) {
        std::fill(entity.parent.begin() + list.begin[row],
                  entity.parent.begin() + list.begin[row + 1], row);
      }
    }
    return true;
  }

  bool check_subjects() const {
    for (uint32_t tree = 0; tree < columns_.subjects.size(); ++tree) {
      const Subject subject = columns_.subjects[tree];
      const auto [first, end] = columns_.rows_of(tree, subject.entity);
      if (subject.row >= end - first) return false;
    }
    return true;
  }

  std::string_view chunk_;
  const law::Program& schema_;
  const SchemaMap& map_;
  const ChunkOptions& options_;
  Columns& columns_;
  Text what_;
  std::vector<bool> is_fact_filled_, is_list_filled_, is_period_filled_;  // by the law's ids
  std::vector<int64_t> dense_;
};

}  // namespace

std::expected<ChunkDirectory, ChunkFault> get_directory(std::string_view chunk, size_t entities) {
  ByteReader in(chunk);
  const auto malformed = [&] { return std::unexpected(ChunkFault{kMalformed, in.offset()}); };
  ChunkDirectory directory;
  const auto magic = in.get<uint32_t>();
  directory.trees = in.get<uint32_t>();
  const auto entity_count = in.get<uint32_t>();
  const auto block_count = in.get<uint32_t>();
  if (!in.is_good() || magic != 0x4b4e4843 || entity_count != entities) return malformed();
  if (block_count > chunk.size() / 24 || directory.trees > kChunkTreesMax) return malformed();
  for (size_t i = 0; i < entities; ++i) directory.rows.push_back(in.get<uint32_t>());
  for (uint32_t i = 0; i < block_count; ++i) {
    BlockPlace place;
    place.kind = static_cast<BlockKind>(in.get<uint32_t>());
    place.index = in.get<uint32_t>();
    place.bytes = in.get<uint64_t>();
    place.checksum = in.get<uint64_t>();
    directory.blocks.push_back(place);
  }
  if (!in.is_good()) return malformed();
  directory.checksum = checksum_of(chunk.substr(0, in.offset()));
  if (in.get<uint64_t>() != directory.checksum) {
    return std::unexpected(ChunkFault{kAltered, 0});
  }
  for (const uint32_t rows : directory.rows) {
    if (rows > kChunkRowsMax) return malformed();
  }
  std::unordered_set<uint64_t> seen;
  for (BlockPlace& place : directory.blocks) {
    place.offset = in.offset();
    const uint64_t key = (uint64_t{static_cast<uint32_t>(place.kind)} << 32U) | place.index;
    if (!seen.insert(key).second) return malformed();
    in.take(place.bytes);
    if (!in.is_good()) return malformed();
  }
  if (!in.is_at_end()) return malformed();
  return directory;
}

std::optional<ChunkFault> get_chunk(std::string_view chunk, const law::Program& schema,
                                    const SchemaMap& map, const ChunkOptions& options,
                                    Columns& columns) {
  auto fault = Decoder(chunk, schema, map, options, columns).decode();
  if (fault) columns.clear();
  return fault;
}

}  // namespace ansinh::facts
