// The agency room: from a registered person to money that arrived and can be proved right.
//
//   law_book     the law, and what its own data say of the facts that an agency must know
//   schema       the tables, one file a theme; clock: record times that never decrease
//   statements   what is said of persons, households and employers, each with source and time
//   person_facts what was known of a person at a moment, as a file that the engine decides on
//
// Nothing is overwritten: a correction is a new row that names the one that it replaces. Functions
// that take a store::Connection work inside the caller's transaction, and what one of them refuses
// undoes all of it.
#pragma once

#include <string_view>

#include "base/date.h"
#include "base/error.h"
#include "store/database.h"

namespace ansinh::agency {

// A refusal of ours is a Failure of the kind kRefused (or kConflict) whose code begins its detail.
using store::Failure;
template <class T>
using Expected = store::Expected<T>;

// `code` is stable and in kebab-case: "not-found". The text says what is wrong and what to do.
Failure refused(std::string_view code, Text what_and_what_to_do);

// Somebody else was first: kConflict, "changed-meanwhile".
Failure changed_meanwhile();

// The code of a refusal; "store" for what the store itself says.
std::string_view code_of(const Failure& failure);

}  // namespace ansinh::agency
