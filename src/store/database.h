// Statements, transactions and bulk loads over SQLite and PostgreSQL.
//
// SQL is written once: parameters are $1, $2, …; types are bigint, text and bytea; times are bigint
// microseconds since 1970 UTC, dates bigint days since 1970-01-01, months bigint months since
// 1970-01; money bigint currency steps (đồng). Results of arithmetic are cast: CAST(sum(x) AS
// bigint). Upserts are ON CONFLICT (…) DO …; RETURNING, CTEs and window functions may be used.
// docs/store.md lists what is the same in both and what to keep away from.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace ansinh::store {

enum class FailureKind : uint8_t {
  kBusy,      // another transaction was in the way; the same transaction may be tried again
  kConflict,  // a unique key is taken
  kLost,      // the connection broke; whether a commit under way arrived is not known
  kFull,      // no room on the disk
  kBroken,    // the file or a page is damaged, or is not ours
  kRefused,   // the statement or its values are wrong (our error), or rights are missing
  kAbsent,    // the file, the server or the database is not there
};

// Why the store did not do it. Nothing of the transaction was kept, except as kLost says.
struct Failure {
  FailureKind kind = FailureKind::kRefused;
  Text text;           // for people: what happened and what to do
  std::string detail;  // the store's own words, with the statement; never values of persons
};

template <class T>
using Expected = std::expected<T, Failure>;

struct Bytes {
  std::string value;
  bool operator==(const Bytes&) const = default;
};

// What a row holds. monostate: null. Text is UTF-8 without NUL.
using Cell = std::variant<std::monostate, int64_t, std::string, Bytes>;
using Record = std::vector<Cell>;

// Values of $1, $2, … in this order.
using Values = std::span<const Cell>;

// A row of a result, valid only while the callback that got it runs. Columns from 0. Asking a
// column for a type that it does not have is our error and stops the program.
class Row {
 public:
  virtual ~Row() = default;
  virtual size_t size() const = 0;
  virtual bool is_null(size_t column) const = 0;
  virtual int64_t integer(size_t column) const = 0;
  virtual std::string_view text(size_t column) const = 0;  // also of bytes
  virtual Cell cell(size_t column) const = 0;
  std::optional<int64_t> maybe_integer(size_t column) const;
  std::optional<std::string> maybe_text(size_t column) const;
};

// Rows on their way into one table, much faster than one statement a row. Part of the transaction
// under way; nothing else may be done with the connection before finish().
class Bulk {
 public:
  virtual ~Bulk() = default;
  virtual Expected<void> add(Values row) = 0;
  virtual Expected<void> finish() = 0;
};

enum class Access : uint8_t { kRead, kWrite };

// One conversation with a store: one transaction at a time, one thread at a time.
class Connection {
 public:
  virtual ~Connection() = default;

  // Runs one statement; returns the number of rows that it changed. Statements are prepared once
  // per connection and text: give literals that stay the same, and values as parameters.
  virtual Expected<int64_t> run(std::string_view sql, Values values = {}) = 0;

  // Runs one query and calls `on_row` for each row, until it returns false. The rows are streamed;
  // `on_row` must not use this connection.
  virtual Expected<void> each(std::string_view sql, Values values,
                              const std::function<bool(const Row&)>& on_row) = 0;

  // The first row, if there is one; all rows (for results known to be small).
  Expected<std::optional<Record>> one(std::string_view sql, Values values = {});
  Expected<std::vector<Record>> all(std::string_view sql, Values values = {});
  // The first column of the first row; nullopt for no row or null.
  Expected<std::optional<int64_t>> number(std::string_view sql, Values values = {});

  // `columns` like "person, statement, fact".
  virtual Expected<std::unique_ptr<Bulk>> bulk(std::string_view table,
                                               std::string_view columns) = 0;

  // Transactions: kWrite takes the right to write at once (one has it at a time, others wait up to
  // wait_ms, then kBusy), kRead sees one state of the store from its first query on. Not nested;
  // see transact and savepoint.
  virtual Expected<void> begin(Access access) = 0;
  virtual Expected<void> commit() = 0;
  virtual void rollback() = 0;  // also when nothing is under way; never fails

  // A part of a transaction that can be undone alone. Not nested.
  virtual Expected<void> savepoint() = 0;
  virtual Expected<void> release() = 0;
  virtual Expected<void> undo() = 0;

  // Whether a transaction is under way.
  virtual bool in_transaction() const = 0;
};

struct OpenOptions {
  bool create = false;     // make the SQLite file if it is not there
  bool durable = true;     // false: tests and loads that are thrown away
  int64_t wait_ms = 5000;  // for another writer (SQLite), for the server (PostgreSQL)
};

enum class Kind : uint8_t { kSqlite, kPostgres };

// A database. May be shared between threads; connections may not.
class Store {
 public:
  // `where`: a path (or sqlite:PATH), or postgresql://… as libpq reads it.
  static Expected<std::unique_ptr<Store>> open(std::string_view where, const OpenOptions& options);
  virtual ~Store() = default;

  virtual Kind kind() const = 0;
  // What can be shown to people: without password.
  virtual std::string name() const = 0;
  virtual Expected<std::unique_ptr<Connection>> connect() = 0;

  // Writes a consistent copy of everything, while others read and write, to a file that restore
  // (migrate.h) reads into a store of either kind. Refuses a file that exists. The file appears
  // whole or not at all.
  virtual Expected<void> backup(const std::string& path) = 0;
  // The store's own check of its pages and keys: what is wrong, nothing if all is well.
  virtual Expected<std::vector<std::string>> verify() = 0;
};

// Runs `body` in a transaction: commits if it returns a value, rolls back if it returns a failure;
// tries again (up to 10 times, waiting longer each time) when it or the commit was kBusy. `body`
// must do nothing outside the store that cannot be done twice.
template <class Body>
auto transact(Connection& connection, Access access, Body&& body) -> decltype(body(connection));

// ---- inside -------------------------------------------------------------------------------------

namespace detail {
// Whether to try again: sleeps before it says yes.
bool try_again(const Failure& failure, int attempt);
}  // namespace detail

template <class Body>
auto transact(Connection& connection, Access access, Body&& body) -> decltype(body(connection)) {
  for (int attempt = 0;; ++attempt) {
    Failure failure;
    if (auto begun = connection.begin(access); !begun) {
      failure = std::move(begun.error());
    } else if (auto result = body(connection); !result) {
      connection.rollback();
      failure = std::move(result.error());
    } else if (auto committed = connection.commit(); !committed) {
      connection.rollback();
      failure = std::move(committed.error());
    } else {
      return result;
    }
    if (!detail::try_again(failure, attempt)) return std::unexpected(std::move(failure));
  }
}

}  // namespace ansinh::store
