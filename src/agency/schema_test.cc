#include "agency/schema.h"

#include <algorithm>
#include <set>

#include "store/test_store.h"

namespace ansinh::agency {
namespace {

class SchemaTest : public store::StoreTest {};
STORE_TEST_SUITE(SchemaTest);

TEST_P(SchemaTest, IsMadeAndIsMadeOnce) {
  migrated(migrations());
  migrated(migrations());
  const auto connection = connect();
  EXPECT_EQ(connection->number("SELECT max(number) FROM migration").value(),
            static_cast<int64_t>(migrations().size()));
}

// What one statement of a migration makes: "CREATE TABLE name (…" and so on.
std::string_view word_after(std::string_view text, std::string_view before) {
  const size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find_first_of(" ("));
}

// The columns in the parentheses that begin at `at`.
std::string_view columns_at(std::string_view text, size_t at) {
  const size_t begin = text.find('(', at) + 1;
  return text.substr(begin, text.find(')', begin) - begin);
}

bool names_person(std::string_view columns) {
  for (size_t at = 0; at < columns.size();) {
    const size_t end = std::min(columns.find_first_of(", ", at), columns.size());
    if (columns.substr(at, end - at) == "person") return true;
    at = end + 1;
  }
  return false;
}

TEST(Schema, EveryKeyContainsThePersonAndEveryIndexThatCrossesSaysWhy) {
  std::set<std::string_view> reference(reference_tables().begin(), reference_tables().end());
  size_t tables = 0;
  for (const store::Migration& migration : migrations()) {
    for (const std::string_view sql : migration.statements) {
      if (const auto table = word_after(sql, "CREATE TABLE "); !table.empty()) {
        ++tables;
        if (reference.contains(table)) continue;
        const size_t key = sql.find("PRIMARY KEY");
        ASSERT_NE(key, std::string_view::npos) << sql;
        EXPECT_TRUE(columns_at(sql, key).starts_with("person")) << sql;
        for (size_t at = sql.find("UNIQUE"); at != std::string_view::npos;
             at = sql.find("UNIQUE", at + 1)) {
          EXPECT_TRUE(names_person(columns_at(sql, at))) << sql;
        }
      }
      if (!sql.starts_with("CREATE INDEX") && !sql.starts_with("CREATE UNIQUE INDEX")) continue;
      const auto table = word_after(sql, " ON ");
      if (reference.contains(table)) continue;
      const auto columns = columns_at(sql, sql.find(" ON "));
      if (sql.starts_with("CREATE UNIQUE")) {
        EXPECT_TRUE(names_person(columns)) << sql;
      }
      if (!columns.starts_with("person")) {
        const size_t why = sql.find("-- crosses persons: ");
        EXPECT_TRUE(why != std::string_view::npos && why + 25 < sql.size()) << sql;
      }
    }
  }
  EXPECT_GE(tables, 10U);
}

TEST(Schema, MigrationsAreNumberedWithoutHoles) {
  int number = 0;
  for (const store::Migration& migration : migrations()) EXPECT_EQ(migration.number, ++number);
}

}  // namespace
}  // namespace ansinh::agency
