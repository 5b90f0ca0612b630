// The law's declarations as a JSON Schema (2020-12) of a person's file.
//
// Titles are in English, and every label stands in both languages under "x-label"; hints under
// "x-hint", units under "x-unit", presumptions under "x-presumed". A form can be drawn from it.
#pragma once

#include <string>

#include "law/program.h"

namespace ansinh::facts {

std::string schema(const law::Program& program);

}  // namespace ansinh::facts
