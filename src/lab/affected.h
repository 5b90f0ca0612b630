// Which benefits a reform can change: those that rest, through whatever definitions, parameters,
// tables and rivals, on something that is not the same in both laws.
#pragma once

#include <vector>

#include "law/program.h"

namespace ansinh::lab {

struct Affected {
  std::vector<bool> before, after;        // by BenefitId of each law
  std::vector<law::BenefitId> before_of;  // by BenefitId of the later law; kNoId: a new one
  // By DefinitionId of the later law: the earlier law's, where what it gives cannot differ.
  std::vector<law::DefinitionId> definition_before;
  bool has_same_facts = false;  // columns made for one law may be read with the other
  size_t count() const;         // of the later law
};
Affected affected_by(const law::Program& before, const law::Program& after);

}  // namespace ansinh::lab
