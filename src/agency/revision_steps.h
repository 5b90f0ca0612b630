// Private to the room: the steps that revisions and appeals are made of, one person at a time.
// These stop (steps.h).
#pragma once

#include <string>
#include <vector>

#include "agency/revision.h"
#include "agency/steps.h"

namespace ansinh::agency {

// As review(); `only_benefit` empty: all that was decided.
std::vector<Revision> review_person(const Steps& steps, const LawBook& book, int64_t person,
                                    const std::string& cause, const std::string& only_benefit,
                                    const Actor& by);

// Somebody who was entitled has died by the day that was decided for: it must be asked what was due
// while they lived.
bool is_after_death(const Finding& then, const Finding& now);

// As approve_revision().
RevisionResult approve_one(const Steps& steps, const LawBook& book, const DecisionRules& rules,
                           int64_t person, int64_t revision, const Actor& by);

// An approved decision takes the place of the one before, with its letter and its money.
RevisionResult put_in_place(const Steps& steps, const LawBook& book, const Decision& decision,
                            const Actor& by);

Text revised_notice();

void settle_revision(const Steps& steps, Revision& at, const std::string& state,
                     const std::string& reason, const Actor& by);

}  // namespace ansinh::agency
