// Private to the room: what is recorded of persons, read many at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "agency/statements.h"

namespace ansinh::agency {

// A query about many numbers, some hundred at a time: `sql` has `IN (@)` for them, and its
// parameters $1, $2, … for `more`. Numbers in ascending order give rows in the order of the query.
Expected<void> each_of(store::Connection& connection, std::string_view sql,
                       std::span<const int64_t> numbers, std::initializer_list<store::Cell> more,
                       const std::function<bool(const store::Row&)>& on_row);

// A statement that changes rows; returns how many in all.
Expected<int64_t> run_of(store::Connection& connection, std::string_view sql,
                         std::span<const int64_t> numbers, std::initializer_list<store::Cell> more);

struct PersonRecord {
  PersonKind kind = PersonKind::kPerson;
  int64_t merged_into = 0;          // 0: stands for itself
  std::vector<int64_t> merged;      // those merged into it, ascending
  std::vector<Statement> standing;  // neither replaced nor taken back, in their order
};

// Thrown where somebody is asked for who was not read yet; never leaves the room.
struct NotRead {
  std::vector<int64_t> numbers;
};

class People {
 public:
  People(store::Connection& connection, Known known) : connection_(connection), known_(known) {}

  // Those not read yet. Whoever is not there stays unknown.
  Expected<void> read(std::vector<int64_t> numbers);
  // Throws NotRead if one of them was not read.
  void want(std::span<const int64_t> numbers) const;
  // Null: nobody has this number. Throws NotRead.
  const PersonRecord* find(int64_t number) const;

 private:
  Expected<void> read_statements(std::span<const int64_t> numbers);

  store::Connection& connection_;
  Known known_;
  struct Place {
    bool is_there = false;
    PersonRecord record;
  };
  std::unordered_map<int64_t, Place> places_;
};

}  // namespace ansinh::agency
