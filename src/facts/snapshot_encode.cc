// Columns to the bytes of a chunk.

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include "facts/snapshot_chunk.h"
#include "facts/snapshot_ints.h"

namespace ansinh::facts {

namespace {

template <typename State>
void put_states(std::string& out, const std::vector<State>& states, State all) {
  static_assert(sizeof(State) == 1);
  if (!states.empty() && std::all_of(states.begin(), states.end(),
                                     [&](State state) { return state == states.front(); })) {
    put(out, static_cast<uint8_t>(states.front()));
  } else if (states.empty()) {
    put(out, static_cast<uint8_t>(all));
  } else {
    put(out, kByRow);
    put_pairs(out, {reinterpret_cast<const uint8_t*>(states.data()), states.size()});
  }
}

class Encoder {
 public:
  explicit Encoder(const Columns& columns) : columns_(columns), program_(*columns.program) {}

  ChunkDirectory encode(std::string& out) {
    names();
    subjects();
    uint32_t fact = 0;
    uint32_t list = 0;
    for (const EntityColumns& entity : columns_.entities) {
      assert(entity.rows <= kChunkRowsMax);
      directory_.rows.push_back(entity.rows);
      if (!entity.from.empty()) periods(entity);
      for (const FactColumn& column : entity.facts) this->fact(column, entity.rows, fact++);
      for (const ListColumn& column : entity.lists) this->list(column, entity.rows, list++);
    }
    directory_.trees = columns_.trees;
    write(out);
    return std::move(directory_);
  }

 private:
  void names() {
    if (std::all_of(columns_.names.begin(), columns_.names.end(),
                    [](const std::string& name) { return name.empty(); })) {
      return;
    }
    const std::vector<std::string_view> names(columns_.names.begin(), columns_.names.end());
    put_texts(blocks_, names);
    end_block(BlockKind::kNames, 0);
  }

  void subjects() {
    const Subject root{program_.root_entity, 0};
    if (std::all_of(columns_.subjects.begin(), columns_.subjects.end(),
                    [&](const Subject& subject) { return subject == root; })) {
      return;
    }
    std::vector<int64_t> entities, rows;
    for (const Subject& subject : columns_.subjects) {
      entities.push_back(subject.entity);
      rows.push_back(subject.row);
    }
    put_ints(blocks_, entities);
    put_ints(blocks_, rows);
    end_block(BlockKind::kSubjects, 0);
  }

  // Beginnings count from the first of all, 0 if not given; ends from their own beginning, 0 if not
  // given and 1 if open.
  void periods(const EntityColumns& entity) {
    const uint32_t rows = entity.rows;
    int64_t first = 0;
    int64_t shortest = 0;
    bool is_new = true;
    for (const int32_t from : entity.from) {
      if (from == Instance::kNotGiven) continue;
      first = is_new ? from : std::min<int64_t>(first, from);
      is_new = false;
    }
    std::vector<int64_t> begins(rows), ends(rows);
    const auto start = [&](uint32_t row) {
      return entity.from[row] == Instance::kNotGiven ? first : int64_t{entity.from[row]};
    };
    const auto is_plain = [&](uint32_t row) {
      return entity.to[row] != Instance::kNotGiven && entity.to[row] != Instance::kOpen;
    };
    is_new = true;
    for (uint32_t row = 0; row < rows; ++row) {
      begins[row] = entity.from[row] == Instance::kNotGiven ? 0 : entity.from[row] - first + 1;
      if (!is_plain(row)) continue;
      const int64_t length = entity.to[row] - start(row);
      shortest = is_new ? length : std::min(shortest, length);
      is_new = false;
    }
    for (uint32_t row = 0; row < rows; ++row) {
      ends[row] = is_plain(row) ? entity.to[row] - start(row) - shortest + 2
                                : (entity.to[row] == Instance::kOpen ? 1 : 0);
    }
    put(blocks_, first);
    put(blocks_, shortest);
    put_ints(blocks_, begins);
    put_ints(blocks_, ends);
    end_block(BlockKind::kPeriods, entity.entity);
  }

  void fact(const FactColumn& column, uint32_t rows, uint32_t index) {
    const bool is_absent = column.state.empty()
                               ? column.all == Cell::kNotGiven
                               : std::all_of(column.state.begin(), column.state.end(),
                                             [](Cell cell) { return cell == Cell::kNotGiven; });
    if (is_absent || rows == 0) return;
    put_states(blocks_, column.state, column.all);
    std::vector<uint32_t> odd;
    odd.reserve(column.odd.size());
    for (const auto& [row, number] : column.odd) odd.push_back(row);
    std::sort(odd.begin(), odd.end());
    put(blocks_, static_cast<uint32_t>(odd.size()));
    if (program_.facts[column.fact].type.base == law::Base::kText) {
      texts(column, rows);
    } else {
      values(column, rows, odd);
    }
    if (!odd.empty()) {
      std::vector<std::string> numbers;
      numbers.reserve(odd.size());
      for (const uint32_t row : odd) numbers.push_back(column.odd.at(row).to_string());
      put_ints(blocks_, std::vector<int64_t>(odd.begin(), odd.end()));
      put_texts(blocks_, std::vector<std::string_view>(numbers.begin(), numbers.end()));
    }
    end_block(BlockKind::kFact, index);
  }

  void values(const FactColumn& column, uint32_t rows, const std::vector<uint32_t>& odd) {
    if (column.state.empty() && column.all == Cell::kValue && odd.empty() && column.scale == 1) {
      put(blocks_, column.scale);
      put_ints(blocks_, column.value);
      return;
    }
    dense_.clear();
    auto next_odd = odd.begin();
    for (uint32_t row = 0; row < rows; ++row) {
      const bool is_odd = next_odd != odd.end() && *next_odd == row;
      if (is_odd) ++next_odd;
      if (!is_odd && column.at(row) == Cell::kValue) dense_.push_back(column.value[row]);
    }
    // The coarsest scale that holds the values, however fine the one was at which they came.
    int64_t excess = column.scale;
    for (size_t i = 0; i < dense_.size() && excess != 1; ++i) excess = std::gcd(excess, dense_[i]);
    if (excess != 1) {
      for (int64_t& value : dense_) value /= excess;
    }
    put(blocks_, column.scale / excess);
    put_ints(blocks_, dense_);
  }

  // Only the texts that occur, in the order in which they do.
  void texts(const FactColumn& column, uint32_t rows) {
    std::vector<int64_t> numbers(column.texts.size(), -1);
    std::vector<std::string_view> used;
    dense_.clear();
    for (uint32_t row = 0; row < rows; ++row) {
      if (column.at(row) != Cell::kValue) continue;
      const auto text = static_cast<size_t>(column.value[row]);
      if (numbers[text] < 0) {
        numbers[text] = static_cast<int64_t>(used.size());
        used.push_back(column.texts[text]);
      }
      dense_.push_back(numbers[text]);
    }
    put(blocks_, int64_t{1});
    put_ints(blocks_, dense_);
    put(blocks_, static_cast<uint32_t>(used.size()));
    put_texts(blocks_, used);
  }

  void list(const ListColumn& column, uint32_t rows, uint32_t index) {
    const bool has_rows = !column.begin.empty() && column.begin.front() != column.begin.back();
    const bool is_absent = !has_rows && column.known.empty() && column.all == Known::kPresumed;
    if (is_absent || rows == 0) return;
    put_states(blocks_, column.known, column.all);
    dense_.clear();
    for (uint32_t row = 0; row < rows; ++row) {
      dense_.push_back(int64_t{column.end_of(row)} - column.begin_of(row));
    }
    put_ints(blocks_, dense_);
    end_block(BlockKind::kList, index);
  }

  void end_block(BlockKind kind, uint32_t index) {
    const uint64_t begin = directory_.blocks.empty()
                               ? 0
                               : directory_.blocks.back().offset + directory_.blocks.back().bytes;
    const std::string_view block = std::string_view(blocks_).substr(begin);
    directory_.blocks.push_back({kind, index, begin, block.size(), checksum_of(block)});
  }

  void write(std::string& out) {
    const size_t begin = out.size();
    put(out, uint32_t{0x4b4e4843});  // "CHNK"
    put(out, directory_.trees);
    put(out, static_cast<uint32_t>(directory_.rows.size()));
    put(out, static_cast<uint32_t>(directory_.blocks.size()));
    for (const uint32_t rows : directory_.rows) put(out, rows);
    for (const BlockPlace& block : directory_.blocks) {
      put(out, static_cast<uint32_t>(block.kind));
      put(out, block.index);
      put(out, block.bytes);
      put(out, block.checksum);
    }
    directory_.checksum = checksum_of(std::string_view(out).substr(begin));
    put(out, directory_.checksum);
    out += blocks_;
  }

  const Columns& columns_;
  const law::Program& program_;
  ChunkDirectory directory_;  // offsets count from the first block while it is made
  std::string blocks_;
  std::vector<int64_t> dense_;
};

}  // namespace

uint64_t checksum_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

ChunkDirectory put_chunk(std::string& out, const Columns& columns) {
  return Encoder(columns).encode(out);
}

}  // namespace ansinh::facts
