// Private to the room: a decision as it is written.
#pragma once

#include <string_view>

#include "agency/decision.h"
#include "agency/steps.h"

namespace ansinh::agency {

// The columns of the table, in the order of cells_of.
inline constexpr std::string_view kDecisionTable =
    "person, decision, application, kind, benefit, decided_for, known_at, law_digest, engine, "
    "facts, facts_digest, outcome, outcome_digest, status, terms, words_vi, words_en, before, "
    "recorded_at, recorded_by";
Record cells_of(const Decision& decision);

// Keeps the text of the law in the store, once for each law.
void keep_law(const Steps& steps, const LawBook& book);

}  // namespace ansinh::agency
