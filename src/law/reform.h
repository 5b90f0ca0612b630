// A reform: a small law file laid over the law (docs/reforms.md), before anything is checked.
//
// What the reform declares stands in place of what the law declares under the same name:
//   param                      from the first date of the reform's rows on, the reform's rows hold
//   define, carry, benefit,    on the dates on which the reform's version is in force; what the law
//   contribution, table,       says for other dates stays
//   exception
//   a fact, a calendar         as a whole (a fact keeps its name, so that data can be read)
// Everything else is added. The result is checked as any law is. Where an item of a reform has no
// citation, the reform itself is cited.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "law/check.h"
#include "law/program.h"

namespace ansinh::law {

// The law with the files of `reform` laid over it, one after another. Diagnostics as of check, and
//   "reform-empty"   a file of the reform declares nothing
//   "reform-unread"  what it declares is not in the law, and nothing in the reform reads it
//   "reform-type"    a parameter or a fact is declared with another type than in the law
std::shared_ptr<const Program> check_reform(Sources law, Sources reform,
                                            const CheckOptions& options, Diagnostics& diagnostics);

// ---- Within the room ---------------------------------------------------------------------------

using Files = std::vector<std::shared_ptr<const File>>;

// Lays files[law_count …] over those before, in place.
void lay_over(Files& files, size_t law_count, Diagnostics& diagnostics);

// The names that an item reads, as written.
void add_names_read(const Item& item, std::vector<std::string>& names);

}  // namespace ansinh::law
