#include "store/migrate.h"

#include "base/text.h"
#include "store/kinds.h"

namespace ansinh::store {

namespace {

constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS migration (number bigint NOT NULL, name text NOT NULL, "
    "digest text NOT NULL, PRIMARY KEY (number))";

Expected<bool> has_table(Store& store, Connection& connection) {
  const auto found = connection.number(
      store.kind() == Kind::kSqlite
          ? "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'"
          : "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = "
            "'migration'");
  if (!found) return std::unexpected(found.error());
  return *found != 0;
}

Failure newer(Store& store, int64_t number) {
  return {FailureKind::kRefused,
          {store.name() + " do một bản An Sinh mới hơn ghi (phiên bản dữ liệu " +
               std::to_string(number) + "); hãy nâng cấp chương trình",
           store.name() + " was written by a newer An Sinh (version " + std::to_string(number) +
               " of the data); upgrade the program"},
          "docs/store.md"};
}

Failure differs(Store& store, const Migration& migration) {
  return {FailureKind::kBroken,
          {store.name() + ": các bảng của bước " + std::to_string(migration.number) + " (" +
               std::string(migration.name) + ") không phải của bản An Sinh này",
           store.name() + ": the tables of step " + std::to_string(migration.number) + " (" +
               std::string(migration.name) + ") are not those of this An Sinh"},
          "docs/store.md"};
}

bool is_about_indexes(std::string_view statement) {
  return statement.starts_with("CREATE INDEX") || statement.starts_with("CREATE UNIQUE INDEX") ||
         statement.starts_with("DROP INDEX");
}

}  // namespace

std::string digest_of(const Migration& migration) {
  std::string all;
  for (const std::string_view statement : migration.statements) {
    all += statement;
    all += ";\n";
  }
  return sha256_hex(all);
}

Expected<void> make_migration_table(Store& store, Connection& connection) {
  const auto made = connection.run(store.kind() == Kind::kSqlite ? for_sqlite(kTable) : kTable);
  if (!made) return std::unexpected(made.error());
  return {};
}

Expected<void> apply(Store& store, Connection& connection, const Migration& migration, Part part) {
  if (part == Part::kNote) {
    const Cell row[] = {int64_t{migration.number}, std::string(migration.name),
                        digest_of(migration)};
    const auto noted =
        connection.run("INSERT INTO migration (number, name, digest) VALUES ($1, $2, $3)", row);
    if (!noted) return std::unexpected(noted.error());
    return {};
  }
  for (const std::string_view statement : migration.statements) {
    if (is_about_indexes(statement) != (part == Part::kIndexes)) continue;
    const auto made = store.kind() == Kind::kSqlite ? connection.run(for_sqlite(statement))
                                                    : connection.run(statement);
    if (!made) return std::unexpected(made.error());
  }
  return {};
}

Expected<int> version(Store& store, Connection& connection) {
  const auto found = has_table(store, connection);
  if (!found) return std::unexpected(found.error());
  if (!*found) return 0;
  const auto number = connection.number("SELECT max(number) FROM migration");
  if (!number) return std::unexpected(number.error());
  return static_cast<int>(number->value_or(0));
}

Expected<void> migrate(Store& store, std::span<const Migration> all) {
  auto connection = store.connect();
  if (!connection) return std::unexpected(std::move(connection.error()));
  for (const Migration& migration : all) {
    // One transaction a step, and the question whether it is needed inside: two processes that
    // start at once do it once.
    auto done = transact(**connection, Access::kWrite, [&](Connection& c) -> Expected<void> {
      if (auto made = make_migration_table(store, c); !made) return made;
      const auto last = c.number("SELECT max(number) FROM migration");
      if (!last) return std::unexpected(last.error());
      if (last->value_or(0) > static_cast<int64_t>(all.size())) {
        return std::unexpected(newer(store, **last));
      }
      const Cell number[] = {int64_t{migration.number}};
      const auto applied = c.one("SELECT digest FROM migration WHERE number = $1", number);
      if (!applied) return std::unexpected(applied.error());
      if (*applied) {
        if (std::get<std::string>((**applied)[0]) == digest_of(migration)) return {};
        return std::unexpected(differs(store, migration));
      }
      for (const Part part : {Part::kTables, Part::kIndexes, Part::kNote}) {
        if (auto made = apply(store, c, migration, part); !made) return made;
      }
      return {};
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace ansinh::store
