// The tables of the agency, brought from version to version; one file a theme.
//
// Every large table is keyed first by `person` (a person, household or employer), and every unique
// key contains it: that is how the tables are distributed on PostgreSQL's relatives. The few that
// are not stand in kReferenceTables, whole on every node; a test checks all others. An index that
// crosses persons says why in a comment at its end ("-- crosses persons: …").
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "store/migrate.h"

namespace ansinh::agency {

// For store::migrate.
std::span<const store::Migration> migrations();

// Small tables without a person in their key. Each theme adds its own.
std::span<const std::string_view> reference_tables();

store::Migration registry_migration();
store::Migration decisions_migration();
store::Migration money_migration();
store::Migration contributions_migration();
store::Migration access_migration();
store::Migration card_migration();

}  // namespace ansinh::agency
