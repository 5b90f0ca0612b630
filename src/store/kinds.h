// Private to the room: the two kinds of store, and what both need.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "store/database.h"

namespace ansinh::store {

struct Migration;

Expected<std::unique_ptr<Store>> open_sqlite(std::string_view path, const OpenOptions& options);
Expected<std::unique_ptr<Store>> open_postgres(std::string_view url, const OpenOptions& options);

// A failure with the words that belong to its kind. `where`: name() of the store.
std::unexpected<Failure> failure(FailureKind kind, const std::string& where, std::string detail);

// The number k of a parameter written $k; 0 if it is not one.
size_t parameter_number(std::string_view name);

// What is noted of a migration that was applied.
std::string digest_of(const Migration& migration);

// The parts of applying a migration within a transaction: rows and tables; indexes; the note.
enum class Part : uint8_t { kTables, kIndexes, kNote };
Expected<void> apply(Store& store, Connection& connection, const Migration& migration, Part part);
Expected<void> make_migration_table(Store& store, Connection& connection);

// A statement as SQLite wants it: its types, and tables STRICT and in the order of their keys.
std::string for_sqlite(std::string_view statement);

}  // namespace ansinh::store
