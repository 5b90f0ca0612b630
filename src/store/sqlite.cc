// A store in one SQLite file, with a write-ahead log: one writes while many read.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "store/backup.h"
#include "store/kinds.h"

namespace ansinh::store {

namespace {

constexpr int kPageBytes = 8192;
constexpr int kCacheKib = 64 * 1024;
// Pages in the log before they are brought into the file (32 MiB), and what is kept of a log that
// a large load has made longer.
constexpr int kLogPages = 4096;
constexpr int kLogKeptBytes = 64 << 20;
// "AnSi": in the file's header, so that another's file is not taken for ours.
constexpr int kApplicationId = 0x416E5369;

FailureKind kind_of(int code, int extended, int system) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return FailureKind::kBusy;
    case SQLITE_CONSTRAINT:
      return extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
                     extended == SQLITE_CONSTRAINT_ROWID
                 ? FailureKind::kConflict
                 : FailureKind::kRefused;
    case SQLITE_FULL:
      return FailureKind::kFull;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return FailureKind::kBroken;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return FailureKind::kAbsent;
    case SQLITE_IOERR:
      return system == ENOSPC || system == EDQUOT || system == EFBIG ? FailureKind::kFull
                                                                     : FailureKind::kLost;
    default:
      return FailureKind::kRefused;
  }
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct Prepared {
  std::unique_ptr<sqlite3_stmt, Finalize> statement;
  std::vector<size_t> values;  // by parameter of SQLite: which of our values
};

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement)
      : statement_(statement), size_(static_cast<size_t>(sqlite3_column_count(statement))) {}
  size_t size() const override { return size_; }
  bool is_null(size_t column) const override { return type(column) == SQLITE_NULL; }
  int64_t integer(size_t column) const override {
    assert(type(column) == SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, at(column));
  }
  std::string_view text(size_t column) const override {
    assert(type(column) == SQLITE_TEXT || type(column) == SQLITE_BLOB);
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, at(column)));
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, at(column)));
    return data == nullptr ? std::string_view() : std::string_view(data, size);
  }
  Cell cell(size_t column) const override {
    switch (type(column)) {
      case SQLITE_NULL:
        return std::monostate{};
      case SQLITE_INTEGER:
        return integer(column);
      case SQLITE_BLOB:
        return Bytes{std::string(text(column))};
      default:
        return std::string(text(column));
    }
  }

 private:
  int at(size_t column) const {
    assert(column < size_);
    return static_cast<int>(column);
  }
  int type(size_t column) const { return sqlite3_column_type(statement_, at(column)); }

  sqlite3_stmt* statement_;
  size_t size_;
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(Database database, std::string name)
      : database_(std::move(database)), name_(std::move(name)) {}
  ~SqliteConnection() override { rollback(); }

  Expected<int64_t> run(std::string_view sql, Values values) override {
    auto prepared = prepare(sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    return run(**prepared, sql, values);
  }
  Expected<int64_t> run(const Prepared& prepared, std::string_view sql, Values values) {
    if (auto bound = bind(prepared, sql, values); !bound) {
      return std::unexpected(std::move(bound.error()));
    }
    sqlite3_stmt* statement = prepared.statement.get();
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement);
    if (code != SQLITE_DONE) return failed(sql, statement);
    const int64_t changed = sqlite3_changes64(database_.get());
    release_values(statement);
    return changed;
  }

  Expected<void> each(std::string_view sql, Values values,
                      const std::function<bool(const Row&)>& on_row) override {
    auto prepared = prepare(sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    if (auto bound = bind(**prepared, sql, values); !bound) return bound;
    sqlite3_stmt* statement = (*prepared)->statement.get();
    const SqliteRow row(statement);
    int code = SQLITE_OK;
    // A statement that changes rows is run to its end; its rows are made before the first is given.
    const bool only_reads = sqlite3_stmt_readonly(statement) != 0;
    bool wants_more = true;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      if (wants_more) wants_more = on_row(row);
      if (!wants_more && only_reads) break;
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return failed(sql, statement);
    release_values(statement);
    return {};
  }

  Expected<std::unique_ptr<Bulk>> bulk(std::string_view table, std::string_view columns) override;

  Expected<void> begin(Access access) override {
    assert(!in_transaction());
    return plain(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Expected<void> commit() override { return plain("COMMIT"); }
  void rollback() override {
    if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Expected<void> savepoint() override { return plain("SAVEPOINT part"); }
  Expected<void> release() override { return plain("RELEASE part"); }
  Expected<void> undo() override {
    if (!in_transaction()) {  // the whole was rolled back by SQLite (a full disk)
      return failure(FailureKind::kLost, name_, "the transaction was rolled back");
    }
    if (auto done = plain("ROLLBACK TO part"); !done) return done;
    return plain("RELEASE part");
  }
  bool in_transaction() const override { return sqlite3_get_autocommit(database_.get()) == 0; }

  Expected<void> plain(const char* sql) {
    const auto done = run(sql, {});
    if (!done) return std::unexpected(done.error());
    return {};
  }
  sqlite3* database() const { return database_.get(); }
  const std::string& name() const { return name_; }

  std::unexpected<Failure> failed(std::string_view sql, sqlite3_stmt* statement) {
    auto out = failure(
        kind_of(sqlite3_errcode(database_.get()) & 0xFF, sqlite3_extended_errcode(database_.get()),
                sqlite3_system_errno(database_.get())),
        name_, std::string(sqlite3_errmsg(database_.get())) + ": " + std::string(sql));
    if (statement != nullptr) release_values(statement);
    return out;
  }

  Expected<Prepared*> prepare(std::string_view sql) {
    auto found = prepared_.find(sql);
    if (found == prepared_.end()) {
      sqlite3_stmt* statement = nullptr;
      const char* rest = nullptr;
      if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &statement, &rest) != SQLITE_OK) {
        return failed(sql, nullptr);
      }
      Prepared prepared{std::unique_ptr<sqlite3_stmt, Finalize>(statement), {}};
      if (statement == nullptr || rest != sql.data() + sql.size()) {
        return failure(FailureKind::kRefused, name_, "not one statement: " + std::string(sql));
      }
      const int count = sqlite3_bind_parameter_count(statement);
      for (int i = 1; i <= count; ++i) {
        const char* name = sqlite3_bind_parameter_name(statement, i);
        const size_t number = parameter_number(name == nullptr ? "" : name);
        if (number == 0) {
          return failure(FailureKind::kRefused, name_, "not a parameter $n: " + std::string(sql));
        }
        prepared.values.push_back(number - 1);
      }
      found = prepared_.emplace(std::string(sql), std::move(prepared)).first;
    }
    return &found->second;
  }

 private:
  Expected<void> bind(const Prepared& prepared, std::string_view sql, Values values) {
    sqlite3_stmt* statement = prepared.statement.get();
    if (sqlite3_stmt_busy(statement) != 0) {
      return failure(FailureKind::kRefused, name_,
                     "the statement is being read: " + std::string(sql));
    }
    for (size_t i = 0; i < prepared.values.size(); ++i) {
      if (prepared.values[i] >= values.size()) {
        return failure(FailureKind::kRefused, name_, "a value is missing: " + std::string(sql));
      }
      if (!bind_cell(statement, static_cast<int>(i) + 1, values[prepared.values[i]])) {
        return failed(sql, statement);
      }
    }
    return {};
  }

  static bool bind_cell(sqlite3_stmt* statement, int at, const Cell& cell) {
    if (const auto* number = std::get_if<int64_t>(&cell)) {
      return sqlite3_bind_int64(statement, at, *number) == SQLITE_OK;
    }
    if (const auto* text = std::get_if<std::string>(&cell)) {
      return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8) == SQLITE_OK;
    }
    if (const auto* bytes = std::get_if<Bytes>(&cell)) {
      return sqlite3_bind_blob64(statement, at, bytes->value.data(), bytes->value.size(),
                                 SQLITE_STATIC) == SQLITE_OK;
    }
    return sqlite3_bind_null(statement, at) == SQLITE_OK;
  }

  // The values belong to the caller.
  static void release_values(sqlite3_stmt* statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }

  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  Database database_;
  std::string name_;
  std::unordered_map<std::string, Prepared, TextHash, std::equal_to<>> prepared_;
};

class SqliteBulk final : public Bulk {
 public:
  SqliteBulk(SqliteConnection& connection, const Prepared& insert, std::string sql)
      : connection_(connection), insert_(insert), sql_(std::move(sql)) {}
  Expected<void> add(Values row) override {
    if (auto done = connection_.run(insert_, sql_, row); !done) {
      return std::unexpected(std::move(done.error()));
    }
    return {};
  }
  Expected<void> finish() override { return {}; }

 private:
  SqliteConnection& connection_;
  const Prepared& insert_;
  std::string sql_;
};

Expected<std::unique_ptr<Bulk>> SqliteConnection::bulk(std::string_view table,
                                                       std::string_view columns) {
  std::string sql =
      "INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES (";
  size_t count = 1;
  for (const char c : columns) count += c == ',' ? 1 : 0;
  for (size_t i = 1; i <= count; ++i) sql += (i == 1 ? "$" : ", $") + std::to_string(i);
  sql += ")";
  auto prepared = prepare(sql);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  return std::make_unique<SqliteBulk>(*this, **prepared, std::move(sql));
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, OpenOptions options) : path_(std::move(path)), options_(options) {}

  Kind kind() const override { return Kind::kSqlite; }
  std::string name() const override { return path_; }

  Expected<std::unique_ptr<Connection>> connect() override {
    auto made = make();
    if (!made) return std::unexpected(std::move(made.error()));
    return std::unique_ptr<Connection>(std::move(*made));
  }

  Expected<void> backup(const std::string& path) override { return write_backup(*this, path); }

  Expected<std::vector<std::string>> verify() override {
    auto connection = make();
    if (!connection) return std::unexpected(std::move(connection.error()));
    std::vector<std::string> faults;
    auto done = (*connection)->each("PRAGMA integrity_check", {}, [&](const Row& row) {
      if (row.text(0) != "ok") faults.emplace_back(row.text(0));
      return true;
    });
    if (!done) return std::unexpected(std::move(done.error()));
    return faults;
  }

  Expected<std::unique_ptr<SqliteConnection>> make() {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | (options_.create ? SQLITE_OPEN_CREATE : 0) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path_.c_str(), &raw, flags, nullptr);
    Database database(raw);
    if (code != SQLITE_OK) {
      return failure(kind_of(code & 0xFF, code, 0), path_,
                     raw == nullptr ? "no memory" : sqlite3_errmsg(raw));
    }
    sqlite3_busy_timeout(raw, static_cast<int>(options_.wait_ms));
    auto connection = std::make_unique<SqliteConnection>(std::move(database), path_);
    const auto id = connection->number("PRAGMA application_id");
    if (!id) return std::unexpected(id.error());
    if (*id != kApplicationId) {
      const auto tables = connection->number("SELECT count(*) FROM sqlite_schema");
      if (!tables) return std::unexpected(tables.error());
      if (*tables != 0) {
        return failure(FailureKind::kBroken, path_, "another program's SQLite file");
      }
      const std::string new_file[] = {"PRAGMA page_size = " + std::to_string(kPageBytes),
                                      "PRAGMA journal_mode = WAL",
                                      "PRAGMA application_id = " + std::to_string(kApplicationId)};
      for (const std::string& sql : new_file) {
        if (auto done = connection->plain(sql.c_str()); !done) {
          return std::unexpected(std::move(done.error()));
        }
      }
    }
    const std::string settings[] = {
        "PRAGMA journal_mode = WAL",
        std::string("PRAGMA synchronous = ") + (options_.durable ? "FULL" : "OFF"),
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA cache_size = -" + std::to_string(kCacheKib),
        "PRAGMA wal_autocheckpoint = " + std::to_string(kLogPages),
        "PRAGMA journal_size_limit = " + std::to_string(kLogKeptBytes)};
    for (const std::string& sql : settings) {
      if (auto done = connection->plain(sql.c_str()); !done) {
        return std::unexpected(std::move(done.error()));
      }
    }
    return connection;
  }

 private:
  std::string path_;
  OpenOptions options_;
};

}  // namespace

Expected<std::unique_ptr<Store>> open_sqlite(std::string_view path, const OpenOptions& options) {
  auto store = std::make_unique<SqliteStore>(std::string(path), options);
  if (auto first = store->make(); !first) return std::unexpected(std::move(first.error()));
  return store;
}

}  // namespace ansinh::store
