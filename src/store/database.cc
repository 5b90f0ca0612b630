#include "store/database.h"

#include <chrono>
#include <random>
#include <thread>

#include "store/kinds.h"

namespace ansinh::store {

std::optional<int64_t> Row::maybe_integer(size_t column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Row::maybe_text(size_t column) const {
  if (is_null(column)) return std::nullopt;
  return std::string(text(column));
}

namespace {

Record record_of(const Row& row) {
  Record record;
  record.reserve(row.size());
  for (size_t i = 0; i < row.size(); ++i) record.push_back(row.cell(i));
  return record;
}

}  // namespace

Expected<std::optional<Record>> Connection::one(std::string_view sql, Values values) {
  std::optional<Record> found;
  auto done = each(sql, values, [&](const Row& row) {
    found = record_of(row);
    return false;
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return found;
}

Expected<std::vector<Record>> Connection::all(std::string_view sql, Values values) {
  std::vector<Record> found;
  auto done = each(sql, values, [&](const Row& row) {
    found.push_back(record_of(row));
    return true;
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return found;
}

Expected<std::optional<int64_t>> Connection::number(std::string_view sql, Values values) {
  std::optional<int64_t> found;
  auto done = each(sql, values, [&](const Row& row) {
    found = row.maybe_integer(0);
    return false;
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return found;
}

Expected<std::unique_ptr<Store>> Store::open(std::string_view where, const OpenOptions& options) {
  if (where.starts_with("postgresql://") || where.starts_with("postgres://")) {
    return open_postgres(where, options);
  }
  if (where.starts_with("sqlite:")) where.remove_prefix(7);
  return open_sqlite(where, options);
}

std::unexpected<Failure> failure(FailureKind kind, const std::string& where, std::string detail) {
  Text text;
  switch (kind) {
    case FailureKind::kBusy:
      text = {where + " đang bận vì một giao dịch khác; hãy thử lại",
              where + " is busy with another transaction; try again"};
      break;
    case FailureKind::kConflict:
      text = {"dòng này đã có trong " + where, "this row is in " + where + " already"};
      break;
    case FailureKind::kLost:
      text = {
          "mất kết nối với " + where + ", hoặc đĩa của nó không đọc ghi được; kiểm tra rồi thử lại",
          "the connection to " + where +
              " broke, or its disk cannot be read or written; look after it and try again"};
      break;
    case FailureKind::kFull:
      text = {"hết chỗ trên đĩa của " + where + "; không có gì được ghi dở dang",
              "no room is left on the disk of " + where + "; nothing was half written"};
      break;
    case FailureKind::kBroken:
      text = {where + " bị hỏng hoặc không phải kho của An Sinh; hãy phục hồi từ bản sao lưu",
              where + " is damaged or not a store of An Sinh; restore it from a backup"};
      break;
    case FailureKind::kRefused:
      text = {where + " từ chối câu lệnh", where + " refused the statement"};
      break;
    case FailureKind::kAbsent:
      text = {"không mở được " + where + "; kiểm tra đường dẫn hoặc địa chỉ và quyền",
              "cannot open " + where + "; look at the path or the address, and at rights"};
      break;
  }
  return std::unexpected(Failure{kind, std::move(text), std::move(detail)});
}

size_t parameter_number(std::string_view name) {
  if (name.size() < 2 || name.size() > 4 || name.front() != '$') return 0;
  size_t number = 0;
  for (const char c : name.substr(1)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<size_t>(c - '0');
  }
  return number;
}

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string for_sqlite(std::string_view statement) {
  const bool makes_table = statement.starts_with("CREATE TABLE");
  if (!makes_table && !statement.starts_with("ALTER TABLE")) return std::string(statement);
  std::string out;
  bool is_quoted = false;
  for (size_t i = 0; i < statement.size();) {
    if (statement[i] == '\'') is_quoted = !is_quoted;
    if (is_quoted || !is_word(statement[i])) {
      out += statement[i++];
      continue;
    }
    const size_t begin = i;
    while (i < statement.size() && is_word(statement[i])) ++i;
    const std::string_view word = statement.substr(begin, i - begin);
    out += word == "bigint" ? "INTEGER" : word == "text" ? "TEXT" : word == "bytea" ? "BLOB" : word;
  }
  if (!makes_table) return out;
  return out +
         (out.find("PRIMARY KEY") != std::string::npos ? " STRICT, WITHOUT ROWID" : " STRICT");
}

namespace detail {

bool try_again(const Failure& failure, int attempt) {
  constexpr int kAttemptsMax = 10;
  constexpr int kWaitMaxMs = 400;
  if (failure.kind != FailureKind::kBusy || attempt + 1 >= kAttemptsMax) return false;
  // Two that met do not wait equally long, so that they do not meet again.
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most = std::min(kWaitMaxMs, 2 << attempt);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(1 + static_cast<int>(random() % static_cast<unsigned>(most))));
  return true;
}

}  // namespace detail

}  // namespace ansinh::store
