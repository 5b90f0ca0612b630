// The store room: durable rows in SQLite (one file) or PostgreSQL, behind one interface.
//
//   auto store = Store::open("people.db");               // or "postgresql://host/name?..."
//   auto connection = (*store)->connect();
//   transact(**connection, Access::kWrite, [](Connection& c) -> Expected<void> { ... });
//
// database.h  what both stores can do: statements, transactions, bulk loads, backup
// migrate.h   the tables, brought from version to version
// writer.h    many small writes made durable together
//
// Rooms above write each SQL statement once, in the dialect that both understand
// (docs/store.md). Nothing here knows what the rows mean.
#pragma once

#include "store/database.h"
#include "store/migrate.h"
#include "store/writer.h"
