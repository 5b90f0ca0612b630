// Private to the room: the tables and dated values of a program, made ready to be looked up in
// plain 64-bit numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/batch_vec.h"
#include "law/program.h"

namespace ansinh::engine::batch {

// The values of cells, as a Vec holds them.
struct Cells {
  explicit Cells(std::span<const law::CellValue* const> cells);
  void put(size_t cell, Vec& out, size_t i) const;  // into one place, whose mark is kKnown
  // A column of `size` places to be filled by put().
  Vec column(size_t size) const;

  std::vector<Mark> mark;
  std::vector<int64_t> value;
  std::vector<int64_t> denominators;  // by cell; empty: `denominator` is that of all
  int64_t denominator = 1;
};

// The values of a parameter from each of its dates on.
struct ParamIndex {
  explicit ParamIndex(const law::ParamInfo& info);
  std::vector<int32_t> from;  // ascending
  Cells cells;
};

// The rows of all versions of a table. A row matches where each key is at or above its low edge and
// below its high edge.
struct TableIndex {
  explicit TableIndex(const law::TableInfo& info);

  static constexpr int64_t kNone = INT64_MIN;
  struct Edge {  // bound + more / infinity
    int64_t bound = kNone;
    int64_t more = 0;  // 1: right after the bound
    auto operator<=>(const Edge&) const = default;
  };
  struct Version {
    law::Force force;
    size_t first_row = 0, rows = 0;  // among the cells
    std::vector<Edge> low, high;     // by row and key
    size_t split = 0;                // the key by which rows are found,
    std::vector<Edge> cuts;          // whose edges these are; ascending
    std::vector<uint32_t> begin;     // of each stretch between cuts, and one more:
    std::vector<uint32_t> matches;   // the rows to be looked at there
  };
  bool is_plain = true;               // else: not to be looked up here
  std::vector<int64_t> denominators;  // of the bounds, by key
  std::vector<Version> versions;
  std::optional<Cells> cells;
};

// One look-up of a column of keys. Nothing if the keys are not plain numbers of 64 bits.
std::optional<Vec> look_up(const TableIndex& table, const law::TableInfo& info,
                           std::span<const Vec> keys, const Column<Mark>& marks, size_t n,
                           Date date, const Column<int32_t>& dates);

}  // namespace ansinh::engine::batch
