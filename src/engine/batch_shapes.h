// Private to the room: rows of an entity that have the same facts and lists.
//
// Most people have few of the things that a law asks about, and many have the same few: children,
// farmers, pensioners. The rows of a block are divided by what they have, so that what rests on
// something that none of a shape's rows has is alike in all of them, and computed once.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/column.h"
#include "facts/columns.h"

namespace ansinh::engine::batch {

inline constexpr uint32_t kNoShape = 0xFFFFFFFF;

struct Shape {
  Column<uint32_t> rows;       // ascending
  std::vector<uint8_t> facts;  // by slot: 0 if no row of the shape states anything
  std::vector<uint8_t> lists;  // by slot: 0 if the list of every row is empty, or of none is known
};

struct Shapes {
  std::vector<Shape> all;  // each row is of one; none: the rows are not worth dividing
  std::vector<uint32_t> shape_of, place_of;  // by row: its shape, and its place among its rows
};

Shapes shapes_of(const law::Program& program, const facts::EntityColumns& columns);

}  // namespace ansinh::engine::batch
