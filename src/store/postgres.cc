// A store in PostgreSQL: binary values both ways, statements prepared once, rows streamed, COPY for
// bulk loads. One transaction writes at a time, as in SQLite: it holds a lock on the table
// `migration`. So transactions are serial, none fails because of another, and a long one (an
// import) makes short ones wait instead of being overtaken for ever. Writer makes up for it by
// writing many at once; readers never wait.
#include <libpq-fe.h>

#include <cassert>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "store/backup.h"
#include "store/kinds.h"

namespace ansinh::store {

namespace {

constexpr Oid kBool = 16, kBytea = 17, kName = 19, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25,
              kVarchar = 1043;
constexpr size_t kCopyBytes = size_t{1} << 16;
constexpr const char* kSilentMs = "30000";

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

FailureKind kind_of(std::string_view state) {
  if (state == "40001" || state == "40P01" || state == "55P03" || state == "57014") {
    return FailureKind::kBusy;
  }
  if (state == "23505") return FailureKind::kConflict;
  if (state == "53100") return FailureKind::kFull;
  if (state.starts_with("08") || state.starts_with("57P") || state == "25006") {
    return FailureKind::kLost;
  }
  if (state.starts_with("XX")) return FailureKind::kBroken;
  if (state.starts_with("3D") || state.starts_with("28")) return FailureKind::kAbsent;
  return FailureKind::kRefused;
}

void put_big(std::string& out, uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

int64_t big(const char* data, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8U | static_cast<unsigned char>(data[i]);
  const int unused = 64 - 8 * bytes;
  return static_cast<int64_t>(value << unused) >> unused;
}

class PostgresRow final : public Row {
 public:
  explicit PostgresRow(const PGresult* result) : result_(result) {}
  void set_row(int row) { row_ = row; }
  size_t size() const override { return static_cast<size_t>(PQnfields(result_)); }
  bool is_null(size_t column) const override { return PQgetisnull(result_, row_, at(column)) != 0; }
  int64_t integer(size_t column) const override {
    assert(!is_null(column));
    const char* data = PQgetvalue(result_, row_, at(column));
    switch (PQftype(result_, at(column))) {
      case kInt8:
        return big(data, 8);
      case kInt4:
        return big(data, 4);
      case kInt2:
        return big(data, 2);
      default:
        assert(PQftype(result_, at(column)) == kBool);
        return data[0] != 0 ? 1 : 0;
    }
  }
  std::string_view text(size_t column) const override {
    assert(!is_null(column) && (is_text(column) || PQftype(result_, at(column)) == kBytea));
    return {PQgetvalue(result_, row_, at(column)),
            static_cast<size_t>(PQgetlength(result_, row_, at(column)))};
  }
  Cell cell(size_t column) const override {
    if (is_null(column)) return std::monostate{};
    if (is_text(column)) return std::string(text(column));
    if (PQftype(result_, at(column)) == kBytea) return Bytes{std::string(text(column))};
    return integer(column);
  }

 private:
  static int at(size_t column) { return static_cast<int>(column); }
  bool is_text(size_t column) const {
    const Oid type = PQftype(result_, at(column));
    return type == kText || type == kName || type == kVarchar;
  }

  const PGresult* result_;
  int row_ = 0;
};

// Values as libpq takes them; the cells must outlive it.
class Parameters {
 public:
  explicit Parameters(Values values) {
    numbers_.reserve(values.size());
    for (const Cell& cell : values) {
      if (const auto* number = std::get_if<int64_t>(&cell)) {
        std::string& bytes = numbers_.emplace_back();
        put_big(bytes, static_cast<uint64_t>(*number), 8);
        add(kInt8, bytes.data(), bytes.size());
      } else if (const auto* text = std::get_if<std::string>(&cell)) {
        add(kText, text->data(), text->size());
      } else if (const auto* bytes = std::get_if<Bytes>(&cell)) {
        add(kBytea, bytes->value.data(), bytes->value.size());
      } else {
        add(0, nullptr, 0);
      }
    }
  }
  int size() const { return static_cast<int>(types.size()); }
  // What tells statements apart whose parameters have other types.
  std::string signature() const {
    std::string text(1, '\0');
    for (const Oid type : types) {
      text += type == kInt8 ? 'i' : type == kText ? 't' : type == kBytea ? 'b' : 'n';
    }
    return text;
  }

  std::vector<Oid> types;
  std::vector<const char*> data;
  std::vector<int> lengths, formats;

 private:
  void add(Oid type, const char* bytes, size_t size) {
    types.push_back(type);
    data.push_back(bytes);
    lengths.push_back(static_cast<int>(size));
    formats.push_back(1);
  }
  std::vector<std::string> numbers_;
};

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(PGconn* connection, std::string name)
      : connection_(connection), name_(std::move(name)) {}
  ~PostgresConnection() override { rollback(); }

  Expected<int64_t> run(std::string_view sql, Values values) override {
    const Parameters parameters(values);
    auto name = prepare(sql, parameters);
    if (!name) return std::unexpected(std::move(name.error()));
    const Result result(PQexecPrepared(connection_.get(), name->c_str(), parameters.size(),
                                       parameters.data.data(), parameters.lengths.data(),
                                       parameters.formats.data(), 1));
    if (!is_good(result.get())) return failed(result.get(), sql);
    const char* changed = PQcmdTuples(result.get());
    return *changed == '\0' ? 0 : std::strtoll(changed, nullptr, 10);
  }

  Expected<void> each(std::string_view sql, Values values,
                      const std::function<bool(const Row&)>& on_row) override {
    const Parameters parameters(values);
    auto name = prepare(sql, parameters);
    if (!name) return std::unexpected(std::move(name.error()));
    PGconn* const connection = connection_.get();
    if (PQsendQueryPrepared(connection, name->c_str(), parameters.size(), parameters.data.data(),
                            parameters.lengths.data(), parameters.formats.data(), 1) == 0) {
      return failed(nullptr, sql);
    }
    PQsetSingleRowMode(connection);
    bool wants_more = true;
    Expected<void> done;
    while (const Result result{PQgetResult(connection)}) {
      const ExecStatusType status = PQresultStatus(result.get());
      if (status == PGRES_SINGLE_TUPLE && wants_more) {
        const PostgresRow row(result.get());
        wants_more = on_row(row);
      } else if (!is_good(result.get()) && status != PGRES_SINGLE_TUPLE && done) {
        done = failed(result.get(), sql);
      }
    }
    return done;
  }

  Expected<std::unique_ptr<Bulk>> bulk(std::string_view table, std::string_view columns) override;

  Expected<void> begin(Access access) override {
    assert(!in_transaction());
    if (access == Access::kRead) return plain("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // The lock is had before the state that the transaction sees is taken.
    if (const Result result(PQexec(connection_.get(),
                                   "BEGIN ISOLATION LEVEL REPEATABLE READ; "
                                   "LOCK TABLE migration IN EXCLUSIVE MODE"));
        !is_good(result.get())) {
      auto refused = failed(result.get(), "LOCK TABLE migration");
      const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      const bool has_table = state == nullptr || std::string_view(state) != "42P01";
      rollback();
      if (has_table) return refused;
      // A database that is still empty: those who would fill it wait for each other.
      return plain("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(4716253)");
    }
    return {};
  }
  Expected<void> commit() override {
    if (PQtransactionStatus(connection_.get()) == PQTRANS_INERROR) {
      return failure(FailureKind::kRefused, name_, "COMMIT after a failure");
    }
    return plain("COMMIT");
  }
  void rollback() override {
    if (in_transaction()) const Result ignored(PQexec(connection_.get(), "ROLLBACK"));
  }
  Expected<void> savepoint() override { return plain("SAVEPOINT part"); }
  Expected<void> release() override { return plain("RELEASE part"); }
  Expected<void> undo() override {
    if (auto done = plain("ROLLBACK TO part"); !done) return done;
    return plain("RELEASE part");
  }
  bool in_transaction() const override {
    const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
  }

  Expected<void> plain(const char* sql) {
    const Result result(PQexec(connection_.get(), sql));
    if (!is_good(result.get())) return failed(result.get(), sql);
    return {};
  }

  std::unexpected<Failure> failed(const PGresult* result, std::string_view sql) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    FailureKind kind = state == nullptr ? FailureKind::kLost : kind_of(state);
    if (PQstatus(connection_.get()) == CONNECTION_BAD) kind = FailureKind::kLost;
    // The primary message alone: the detail would show values of persons.
    const char* message =
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return failure(kind, name_,
                   std::string(message != nullptr ? message : PQerrorMessage(connection_.get())) +
                       ": " + std::string(sql));
  }
  PGconn* connection() const { return connection_.get(); }

 private:
  static bool is_good(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
  }

  Expected<std::string> prepare(std::string_view sql, const Parameters& parameters) {
    const std::string key = std::string(sql) + parameters.signature();
    if (const auto found = prepared_.find(key); found != prepared_.end()) return found->second;
    std::string name = "s" + std::to_string(prepared_.size());
    const std::string text(sql);
    const Result result(PQprepare(connection_.get(), name.c_str(), text.c_str(), parameters.size(),
                                  parameters.types.data()));
    if (!is_good(result.get())) return failed(result.get(), sql);
    prepared_.emplace(key, name);
    return name;
  }

  std::unique_ptr<PGconn, CloseConnection> connection_;
  std::string name_;
  std::unordered_map<std::string, std::string> prepared_;
};

// COPY … (FORMAT binary).
class PostgresBulk final : public Bulk {
 public:
  PostgresBulk(PostgresConnection& connection, std::string sql, size_t columns)
      : connection_(connection), sql_(std::move(sql)), columns_(columns) {
    buffer_.assign("PGCOPY\n\377\r\n\0", 11);
    put_big(buffer_, 0, 4);  // flags
    put_big(buffer_, 0, 4);  // no extension
  }
  PostgresBulk(const PostgresBulk&) = delete;
  PostgresBulk& operator=(const PostgresBulk&) = delete;
  ~PostgresBulk() override {
    if (is_finished_) return;
    PQputCopyEnd(connection_.connection(), "given up");
    while (const Result rest{PQgetResult(connection_.connection())}) {
    }
  }

  Expected<void> add(Values row) override {
    assert(row.size() == columns_);
    put_big(buffer_, columns_, 2);
    for (const Cell& cell : row) {
      if (const auto* number = std::get_if<int64_t>(&cell)) {
        put_big(buffer_, 8, 4);
        put_big(buffer_, static_cast<uint64_t>(*number), 8);
      } else if (const auto* text = std::get_if<std::string>(&cell)) {
        put_big(buffer_, text->size(), 4);
        buffer_ += *text;
      } else if (const auto* bytes = std::get_if<Bytes>(&cell)) {
        put_big(buffer_, bytes->value.size(), 4);
        buffer_ += bytes->value;
      } else {
        put_big(buffer_, 0xFFFFFFFFU, 4);
      }
    }
    return buffer_.size() < kCopyBytes ? Expected<void>() : send();
  }

  Expected<void> finish() override {
    put_big(buffer_, 0xFFFFU, 2);
    auto sent = send();
    is_finished_ = true;
    if (PQputCopyEnd(connection_.connection(), nullptr) != 1 && sent) {
      sent = connection_.failed(nullptr, sql_);
    }
    while (const Result result{PQgetResult(connection_.connection())}) {
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK && sent) {
        sent = connection_.failed(result.get(), sql_);
      }
    }
    return sent;
  }

 private:
  Expected<void> send() {
    const int sent =
        PQputCopyData(connection_.connection(), buffer_.data(), static_cast<int>(buffer_.size()));
    buffer_.clear();
    if (sent != 1) return connection_.failed(nullptr, sql_);
    return {};
  }

  PostgresConnection& connection_;
  std::string sql_, buffer_;
  size_t columns_;
  bool is_finished_ = false;
};

Expected<std::unique_ptr<Bulk>> PostgresConnection::bulk(std::string_view table,
                                                         std::string_view columns) {
  const std::string sql =
      "COPY " + std::string(table) + " (" + std::string(columns) + ") FROM STDIN (FORMAT binary)";
  const Result result(PQexec(connection_.get(), sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) return failed(result.get(), sql);
  size_t count = 1;
  for (const char c : columns) count += c == ',' ? 1 : 0;
  return std::make_unique<PostgresBulk>(*this, sql, count);
}

class PostgresStore final : public Store {
 public:
  PostgresStore(std::string url, std::string name, OpenOptions options)
      : url_(std::move(url)), name_(std::move(name)), options_(options) {}

  Kind kind() const override { return Kind::kPostgres; }
  std::string name() const override { return name_; }

  Expected<std::unique_ptr<Connection>> connect() override {
    const std::string wait = std::to_string(std::max<int64_t>(1, options_.wait_ms / 1000));
    // A network that swallows everything is noticed after kSilentMs, not after hours. What the
    // address says itself goes before (it stands last).
    const char* const keys[] = {
        "connect_timeout",     "application_name", "tcp_user_timeout", "keepalives_idle",
        "keepalives_interval", "dbname",           "client_encoding",  nullptr};
    const char* const values[] = {wait.c_str(), "ansinh",     kSilentMs, "10",
                                  "5",          url_.c_str(), "UTF8",    nullptr};
    PGconn* const raw = PQconnectdbParams(keys, values, 1);
    if (raw == nullptr || PQstatus(raw) != CONNECTION_OK) {
      std::string detail = raw == nullptr ? "no memory" : PQerrorMessage(raw);
      PQfinish(raw);
      return failure(FailureKind::kAbsent, name_, std::move(detail));
    }
    PQsetNoticeProcessor(
        raw, [](void*, const char*) {}, nullptr);
    auto connection = std::make_unique<PostgresConnection>(raw, name_);
    const std::string settings[] = {
        std::string("SET synchronous_commit = ") + (options_.durable ? "on" : "off"),
        "SET lock_timeout = " + std::to_string(options_.wait_ms),
        "SET plan_cache_mode = force_generic_plan", "SET jit = off"};
    for (const std::string& sql : settings) {
      if (auto done = connection->plain(sql.c_str()); !done) {
        return std::unexpected(std::move(done.error()));
      }
    }
    return connection;
  }

  Expected<void> backup(const std::string& path) override { return write_backup(*this, path); }

  // Every table is read whole, and every index of a key is compared with its table where the server
  // has the extension amcheck.
  Expected<std::vector<std::string>> verify() override {
    auto connection = connect();
    if (!connection) return std::unexpected(std::move(connection.error()));
    std::vector<std::string> faults, tables;
    auto listed = (*connection)
                      ->each(
                          "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = "
                          "current_schema() ORDER BY tablename",
                          {}, [&](const Row& row) {
                            tables.emplace_back(row.text(0));
                            return true;
                          });
    if (!listed) return std::unexpected(std::move(listed.error()));
    for (const std::string& table : tables) {
      const auto read =
          (*connection)->each("SELECT * FROM " + table, {}, [](const Row&) { return true; });
      if (read) continue;
      if (read.error().kind == FailureKind::kLost) return std::unexpected(read.error());
      faults.push_back(table + ": " + read.error().detail);
    }
    const auto has =
        (*connection)->number("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'");
    if (!has) return std::unexpected(has.error());
    if (*has == 0) return faults;
    std::vector<std::string> indexes;
    listed = (*connection)
                 ->each(
                     "SELECT CAST(indexname AS text) FROM pg_indexes WHERE schemaname = "
                     "current_schema() ORDER BY indexname",
                     {}, [&](const Row& row) {
                       indexes.emplace_back(row.text(0));
                       return true;
                     });
    if (!listed) return std::unexpected(std::move(listed.error()));
    for (const std::string& index : indexes) {
      const auto checked =
          (*connection)->run("SELECT bt_index_check(CAST('" + index + "' AS regclass), true)", {});
      if (!checked) faults.push_back(index + ": " + checked.error().detail);
    }
    return faults;
  }

 private:
  std::string url_, name_;
  OpenOptions options_;
};

}  // namespace

Expected<std::unique_ptr<Store>> open_postgres(std::string_view url, const OpenOptions& options) {
  const std::string text(url);
  char* error = nullptr;
  PQconninfoOption* const parts = PQconninfoParse(text.c_str(), &error);
  if (parts == nullptr) {
    std::string detail = error == nullptr ? "not an address" : error;
    PQfreemem(error);
    return failure(FailureKind::kAbsent, "PostgreSQL", std::move(detail));
  }
  std::string host = "localhost", database;
  for (const PQconninfoOption* part = parts; part->keyword != nullptr; ++part) {
    if (part->val == nullptr) continue;
    if (std::strcmp(part->keyword, "host") == 0) host = part->val;
    if (std::strcmp(part->keyword, "dbname") == 0) database = part->val;
  }
  PQconninfoFree(parts);
  auto store =
      std::make_unique<PostgresStore>(text, "PostgreSQL " + host + "/" + database, options);
  if (auto first = store->connect(); !first) return std::unexpected(std::move(first.error()));
  return store;
}

}  // namespace ansinh::store
