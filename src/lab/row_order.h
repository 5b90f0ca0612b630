// Bringing rows of columns into the canonical order of a person's file without making such files.
#pragma once

#include <cstdint>
#include <vector>

#include "facts/columns.h"

namespace ansinh::lab {

// The order of the rows of an entity that begin at `begin` (by parent row, and one more), parent by
// parent: by period, by order fact, by all facts; not by lists, which must not decide. Empty if
// they are in order as they stand.
std::vector<uint32_t> canonical_order(const facts::Columns& columns, law::EntityId entity,
                                      const std::vector<uint32_t>& begin);

// Moves the facts and periods of the rows: row i is what was row order[i].
void reorder(facts::EntityColumns& entity, const std::vector<uint32_t>& order);

}  // namespace ansinh::lab
