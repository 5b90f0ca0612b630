// The conditions of a law taken apart, and what each of them reads: the ground of the search for
// boundaries.
#pragma once

#include <unordered_map>
#include <vector>

#include "engine/boundaries.h"

namespace ansinh::engine {

// Every atom of a branch, an exception or a benefit, once, in the order of the program.
std::vector<BoundaryAtom> boundary_atoms(const law::Program& program);

// Facts and lists that a node may read, with how many definitions away they are.
struct Reads {
  std::unordered_map<law::FactId, int> facts;
  std::unordered_map<law::ListId, int> lists;
  bool outside = false;  // base, previous, the month at hand: it has no meaning by itself
};

Reads reads_of(const law::Program& program, law::NodeId node);

}  // namespace ansinh::engine
