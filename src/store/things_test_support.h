// Private to the room's tests: a store with two small tables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/test_store.h"

namespace ansinh::store {

inline const Migration kOne{
    1,
    "things",
    {"CREATE TABLE thing (person bigint NOT NULL, thing bigint NOT NULL, word text, "
     "data bytea, PRIMARY KEY (person, thing))",
     "CREATE INDEX thing_word ON thing (word, person)"}};
inline const Migration kTwo{2,
                            "counts",
                            {"CREATE TABLE tally (person bigint NOT NULL, n bigint NOT NULL, "
                             "PRIMARY KEY (person))",
                             "INSERT INTO tally (person, n) VALUES (0, 41)"}};

class StoreRoom : public StoreTest {
 protected:
  StoreRoom() { migrated(kBoth); }
  inline static const std::vector<Migration> kBoth{kOne, kTwo};
};

inline Expected<int64_t> put(Connection& c, int64_t person, int64_t thing, std::string word = "x") {
  const Cell row[] = {person, thing, std::move(word)};
  return c.run("INSERT INTO thing (person, thing, word) VALUES ($1, $2, $3)", row);
}

inline int64_t count(Connection& c, const std::string& table = "thing") {
  const auto found = c.number("SELECT count(*) FROM " + table);
  EXPECT_TRUE(done(found));
  return found ? found->value_or(-1) : -1;
}

}  // namespace ansinh::store
