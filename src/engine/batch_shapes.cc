#include "engine/batch_shapes.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

namespace ansinh::engine::batch {

namespace {

using facts::Cell;
using facts::EntityColumns;
using facts::FactColumn;
using facts::Known;
using facts::ListColumn;

constexpr uint32_t kRowsMin = 4;    // so many rows make a shape of their own,
constexpr uint32_t kShareMin = 48;  // if they are one in so many

// What a row has: a bit for each list and fact that some rows have and others may not, and one more
// for a list that is given though it is empty, where the law presumes nothing.
struct Signatures {
  std::vector<uint64_t> of;                             // by row
  uint64_t lists = 0;                                   // the bits of lists
  std::vector<uint64_t> fact_bit, list_bit, given_bit;  // by slot; 0: none
};

Signatures signatures_of(const law::Program& program, const EntityColumns& columns) {
  Signatures out;
  const uint32_t rows = columns.rows;
  out.of.assign(rows, 0);
  out.list_bit.assign(columns.lists.size(), 0);
  out.given_bit.assign(columns.lists.size(), 0);
  out.fact_bit.assign(columns.facts.size(), 0);
  uint64_t next = 1;  // 0 when there is no bit left
  const auto take = [&](uint64_t& bit, const auto& has) {
    for (uint32_t row = 0; row < rows; ++row) out.of[row] |= has(row) ? next : 0;
    bit = std::exchange(next, next << 1U);
  };
  for (size_t slot = 0; slot < columns.lists.size() && next != 0; ++slot) {
    const ListColumn& list = columns.lists[slot];
    if (list.known.empty() && list.begin.empty()) continue;
    take(out.list_bit[slot], [&](uint32_t row) {
      return list.end_of(row) != list.begin_of(row) || list.at(row) == Known::kUnknown;
    });
    out.lists |= out.list_bit[slot];
    if (next == 0 || list.known.empty() || program.lists[list.list].presumed_none) continue;
    take(out.given_bit[slot], [&](uint32_t row) { return list.known[row] == Known::kGiven; });
    out.lists |= out.given_bit[slot];
  }
  for (size_t slot = 0; slot < columns.facts.size() && next != 0; ++slot) {
    const FactColumn& fact = columns.facts[slot];
    if (fact.state.empty()) continue;
    take(out.fact_bit[slot], [&](uint32_t row) { return fact.state[row] != Cell::kNotGiven; });
  }
  return out;
}

// The groups of rows with the same signature under the mask that are large enough get a number.
void number_groups(const std::vector<uint64_t>& signatures, uint64_t mask,
                   const std::vector<uint32_t>& rows, std::vector<uint32_t>& shape_of,
                   uint32_t& shapes) {
  std::unordered_map<uint64_t, uint32_t> count;
  for (const uint32_t row : rows) ++count[signatures[row] & mask];
  std::vector<uint64_t> large;
  const auto min = std::max<size_t>(kRowsMin, signatures.size() / kShareMin);
  for (const auto& [signature, n] : count) {
    if (n >= min) large.push_back(signature);
  }
  std::ranges::sort(large);
  count.clear();
  for (const uint64_t signature : large) count[signature] = shapes++;
  for (const uint32_t row : rows) {
    const auto found = count.find(signatures[row] & mask);
    if (found != count.end()) shape_of[row] = found->second;
  }
}

}  // namespace

Shapes shapes_of(const law::Program& program, const EntityColumns& columns) {
  Shapes out;
  const uint32_t n = columns.rows;
  if (n < 2 * kRowsMin) return out;
  const Signatures signatures = signatures_of(program, columns);
  if (std::ranges::adjacent_find(signatures.of, std::not_equal_to<>{}) == signatures.of.end()) {
    return out;
  }
  std::vector<uint32_t> shape_of(n, kNoShape);
  std::vector<uint32_t> rest(n);
  for (uint32_t row = 0; row < n; ++row) rest[row] = row;
  uint32_t shapes = 0;
  // By all that they have, then by their lists alone; what is left is one more.
  for (const uint64_t mask : {~uint64_t{0}, signatures.lists}) {
    number_groups(signatures.of, mask, rest, shape_of, shapes);
    std::erase_if(rest, [&](uint32_t row) { return shape_of[row] != kNoShape; });
  }
  if (!rest.empty()) {
    for (const uint32_t row : rest) shape_of[row] = shapes;
    ++shapes;
  }
  if (shapes < 2) return out;

  std::vector<uint32_t> sizes(shapes, 0);
  std::vector<uint64_t> some(shapes, 0);              // the bits that some of its rows have
  std::vector<uint64_t> every(shapes, ~uint64_t{0});  // and those that all have
  out.place_of.resize(n);
  for (uint32_t row = 0; row < n; ++row) {
    out.place_of[row] = sizes[shape_of[row]]++;
    some[shape_of[row]] |= signatures.of[row];
    every[shape_of[row]] &= signatures.of[row];
  }
  out.all.resize(shapes);
  for (uint32_t s = 0; s < shapes; ++s) {
    Shape& shape = out.all[s];
    shape.rows = Column<uint32_t>::raw(sizes[s]);
    // What has no bit is alike in all rows already, or there are too many to tell.
    shape.facts.assign(columns.facts.size(), 1);
    for (size_t slot = 0; slot < columns.facts.size(); ++slot) {
      const uint64_t bit = signatures.fact_bit[slot];
      if (bit != 0 && (some[s] & bit) == 0) shape.facts[slot] = 0;
    }
    shape.lists.assign(columns.lists.size(), 1);
    for (size_t slot = 0; slot < columns.lists.size(); ++slot) {
      const uint64_t bit = signatures.list_bit[slot];
      const uint64_t given = signatures.given_bit[slot];
      const ListColumn& list = columns.lists[slot];
      const bool is_told =
          given != 0 || list.known.empty() || program.lists[list.list].presumed_none;
      const bool same = (some[s] & given) == (every[s] & given);
      if (bit != 0 && is_told && same && (some[s] & bit) == 0) shape.lists[slot] = 0;
    }
  }
  std::vector<uint32_t*> rows(shapes);
  for (uint32_t s = 0; s < shapes; ++s) rows[s] = out.all[s].rows.writable();
  for (uint32_t row = 0; row < n; ++row) rows[shape_of[row]][out.place_of[row]] = row;
  out.shape_of = std::move(shape_of);
  return out;
}

}  // namespace ansinh::engine::batch
