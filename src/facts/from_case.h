// A person's file made from the `given` blocks of a case beside the law.
#pragma once

#include <expected>

#include "facts/person_file.h"

namespace ansinh::facts {

// The first block is the subject, further blocks are its parents. Values have passed the checker;
// what is wrong between them (validate.h) and names that it could not find are diagnostics here.
std::expected<PersonFile, Diagnostics> from_case(const law::Program& program,
                                                 const law::CaseRule& rule);

}  // namespace ansinh::facts
