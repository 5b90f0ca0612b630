// Some thousands of rows put into the registry together.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "agency/import_row.h"
#include "agency/person_state.h"

namespace ansinh::agency {

// Keys that a dry run would have made, so that later rows and files find them.
using PretendedKeys = std::unordered_set<std::string>;

class ImportBatch {
 public:
  ImportBatch(store::Connection& connection, const LawBook& book, const ImportTable& table,
              const ImportOptions& options, PretendedKeys& pretended);

  // Takes all rows or none, counts them, and gives rejected rows their `reject`. Inside a
  // transaction (of a dry run: one that only reads).
  Expected<void> put(std::vector<ImportRow>& rows, int64_t record_time, ImportCounts& counts);

 private:
  struct Outcome {
    bool is_created = false;
    int64_t statements = 0;
  };

  Expected<void> find_people(const std::vector<ImportRow>& rows);
  Expected<void> look_up(const std::string& kind, std::vector<std::string> numbers);
  Expected<void> load_people();
  Expected<void> mark_watched(std::vector<PersonState*> known);
  Expected<PersonState*> person_for(ImportRow& row, Outcome& outcome);
  Expected<PersonState*> make(PersonKind kind, const std::string& key_kind, const std::string& key);
  Expected<void> put_row(ImportRow& row, Outcome& outcome);
  Expected<void> join_household(PersonState& person, const std::string& key, Outcome& outcome);
  const std::vector<int64_t>* found(const std::string& kind, const std::string& number) const;
  void remember(const std::string& kind, const std::string& number, int64_t person);

  store::Connection& connection_;
  const LawBook& book_;
  const ImportTable& table_;
  const ImportOptions& options_;
  PretendedKeys& pretended_;
  Origin origin_;
  std::string key_kind_;        // of the rows' keys, as identifiers
  std::string household_kind_;  // of their households'
  int64_t next_person_ = 0, end_person_ = 0;

  std::unordered_map<std::string, std::vector<int64_t>> numbers_;  // "kind\0number": persons
  std::unordered_map<int64_t, PersonState> states_;
  std::vector<PersonState*> touched_;  // in the order of the rows
  // People who leave one household for another are written one by one.
  struct Joining {
    int64_t person = 0, household = 0;
  };
  std::vector<Joining> joining_;
};

}  // namespace ansinh::agency
