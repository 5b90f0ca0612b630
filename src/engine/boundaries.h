// Boundary cases: for every condition of the law, two cases that differ in one fact by one step and
// stand on the two sides of it.
//
// The cases beside the law are the seeds. For each atom of a condition (what stands between `and`,
// `or` and `not`) a seed is sought in which the atom is known; then one given fact (a number, a
// date, a month, a choice, or the decision date) is moved until the atom flips, and the place of
// the flip is found by bisection. What the engine gives on both sides is written down as a `case`,
// for a lawyer to read and for later runs to compare with.
#pragma once

#include <string>
#include <vector>

#include "law/program.h"

namespace ansinh::engine {

// An atom and where it stands.
struct BoundaryAtom {
  law::NodeId node = law::kNoId;
  law::DefinitionId definition = law::kNoId;  // or
  law::BenefitId benefit = law::kNoId;
  uint32_t version = 0;
  law::EntityId entity = law::kNoId;
  uint32_t file = 0;  // of the law
  Span span;
};

enum class Reached : uint8_t { kBothSides, kOneSide, kNever };

struct Boundary {
  BoundaryAtom atom;
  Reached reached = Reached::kNever;
  // With kBothSides: the two cases (first the one in which the atom holds), their expectations as
  // lines of the language ("retirement_pension not entitled").
  std::vector<law::CaseItem> cases;
  std::vector<std::string> expects;
};

struct BoundaryOptions {
  size_t evaluations_max = 2'000;  // for each atom
};

// In the order of the program; each atom once, whatever number of conditions share it.
std::vector<Boundary> find_boundaries(const law::Program& program, const BoundaryOptions& options);

}  // namespace ansinh::engine
