// Private to the room: statements of a longer piece of work, without a test after each.
//
// Inside, a failure is thrown as a Stop; `guarded` catches it where the work began. No Stop leaves
// the room.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agency/agency.h"
#include "agency/clock.h"

namespace ansinh::agency {

struct Stop {
  Failure failure;
};

[[noreturn]] inline void stop(Failure failure) { throw Stop{std::move(failure)}; }
[[noreturn]] inline void stop(std::string_view code, Text what_and_what_to_do) {
  throw Stop{refused(code, std::move(what_and_what_to_do))};
}

template <class T>
T kept(Expected<T> result) {
  if (!result) stop(std::move(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

using store::Cell;
using store::Record;

// A connection whose failures stop the work.
class Steps {
 public:
  explicit Steps(store::Connection& connection) : connection_(&connection) {}

  int64_t run(std::string_view sql, std::initializer_list<Cell> values = {}) const {
    return kept(connection_->run(sql, {values.begin(), values.size()}));
  }
  std::optional<Record> one(std::string_view sql, std::initializer_list<Cell> values = {}) const {
    return kept(connection_->one(sql, {values.begin(), values.size()}));
  }
  std::vector<Record> all(std::string_view sql, std::initializer_list<Cell> values = {}) const {
    return kept(connection_->all(sql, {values.begin(), values.size()}));
  }
  int64_t number(std::string_view sql, std::initializer_list<Cell> values = {}) const {
    return kept(connection_->number(sql, {values.begin(), values.size()})).value_or(0);
  }
  // The next number of something of a person: in `table`, counted by its column `number`.
  int64_t next(const std::string& table, const std::string& number, int64_t person) const {
    return this->number("SELECT max(" + number + ") FROM " + table + " WHERE person = $1",
                        {person}) +
           1;
  }
  int64_t now() const { return kept(record_time(*connection_)); }
  store::Connection& connection() const { return *connection_; }

 private:
  store::Connection* connection_;
};

// What body(Steps) returns, or the failure that stopped it.
template <class Body>
auto guarded(store::Connection& connection, Body&& body)
    -> Expected<decltype(body(Steps(connection)))> {
  try {
    if constexpr (std::is_void_v<decltype(body(Steps(connection)))>) {
      body(Steps(connection));
      return {};
    } else {
      return body(Steps(connection));
    }
  } catch (Stop& stopped) {
    return std::unexpected(std::move(stopped.failure));
  }
}

inline int64_t cell_number(const Cell& cell) { return std::get<int64_t>(cell); }
inline int64_t cell_number_or(const Cell& cell, int64_t otherwise) {
  const auto* value = std::get_if<int64_t>(&cell);
  return value == nullptr ? otherwise : *value;
}
inline std::string cell_text(const Cell& cell) {
  const auto* value = std::get_if<std::string>(&cell);
  return value == nullptr ? std::string() : *value;
}
inline Cell unless_zero(int64_t number) {  // 0: null
  return number == 0 ? Cell() : Cell(number);
}
inline Cell unless_empty(const std::string& text) {  // empty: null
  return text.empty() ? Cell() : Cell(text);
}
inline Date cell_date(const Cell& cell) { return Date{static_cast<int32_t>(cell_number(cell))}; }

}  // namespace ansinh::agency
