#include "store/backup.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

#include "store/kinds.h"
#include "store/migrate.h"

namespace ansinh::store {

namespace {

constexpr std::string_view kHead = "ANSINH BACKUP 1\n";
constexpr std::string_view kEnd = "END\n";
constexpr size_t kDigestHex = 64;
constexpr uint64_t kRecordMax = uint64_t{1} << 30;

std::unexpected<Failure> file_failure(FailureKind kind, const std::string& path,
                                      const std::string& vi, const std::string& en) {
  return std::unexpected(Failure{kind, {path + ": " + vi, path + ": " + en}, "docs/store.md"});
}

std::unexpected<Failure> write_failure(const std::string& path, int fault) {
  const bool is_full = fault == ENOSPC || fault == EDQUOT || fault == EFBIG;
  return file_failure(is_full ? FailureKind::kFull : FailureKind::kAbsent, path,
                      std::string("không ghi được bản sao lưu: ") + std::strerror(fault),
                      std::string("the backup cannot be written: ") + std::strerror(fault));
}

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  ~Digest() { EVP_MD_CTX_free(context_); }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }
  std::string hex() {
    unsigned char raw[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(context_, raw, &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      constexpr const char* kHex = "0123456789abcdef";
      text += kHex[raw[i] >> 4U];
      text += kHex[raw[i] & 15U];
    }
    return text;
  }

 private:
  EVP_MD_CTX* context_;
};

// A file that appears under its name when it is whole and on the disk.
class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)), part_(path_ + ".part"), file_(std::fopen(part_.c_str(), "wb")) {
    note(file_ != nullptr);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    ::unlink(part_.c_str());
  }
  bool is_open() const { return file_ != nullptr; }
  bool write(std::string_view bytes) {
    digest_.add(bytes);
    return note(std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size());
  }
  // The first fault's errno.
  int fault() const { return fault_; }
  bool finish() {
    const std::string digest = digest_.hex();
    if (!note(std::fwrite(digest.data(), 1, digest.size(), file_) == digest.size()) ||
        !note(std::fflush(file_) == 0) || !note(::fsync(::fileno(file_)) == 0)) {
      return false;
    }
    std::FILE* const file = std::exchange(file_, nullptr);
    if (!note(std::fclose(file) == 0) || !note(::rename(part_.c_str(), path_.c_str()) == 0)) {
      ::unlink(part_.c_str());
      return false;
    }
    const auto folder = std::filesystem::absolute(path_).parent_path();
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (directory >= 0) {
      ::fsync(directory);
      ::close(directory);
    }
    return true;
  }

 private:
  bool note(bool is_good) {
    if (!is_good && fault_ == 0) fault_ = errno;
    return is_good;
  }

  std::string path_, part_;
  std::FILE* file_;
  int fault_ = 0;
  Digest digest_;
};

template <typename Number>
void put_number(std::string& out, Number number) {
  for (size_t i = 0; i < sizeof(Number); ++i) {
    out += static_cast<char>(static_cast<uint64_t>(number) >> (8 * i) & 0xFFU);
  }
}

template <typename Number>
bool take_number(std::string_view& in, Number& number) {
  if (in.size() < sizeof(Number)) return false;
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    value |= uint64_t{static_cast<unsigned char>(in[i])} << (8 * i);
  }
  number = static_cast<Number>(value);
  in.remove_prefix(sizeof(Number));
  return true;
}

void put_cell(std::string& out, const Cell& cell) {
  if (const auto* number = std::get_if<int64_t>(&cell)) {
    out += 'i';
    put_number(out, *number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    out += 't';
    put_number(out, static_cast<uint32_t>(text->size()));
    out += *text;
  } else if (const auto* bytes = std::get_if<Bytes>(&cell)) {
    out += 'b';
    put_number(out, static_cast<uint32_t>(bytes->value.size()));
    out += bytes->value;
  } else {
    out += 'n';
  }
}

bool take_cell(std::string_view& in, Cell& cell) {
  if (in.empty()) return false;
  const char kind = in.front();
  in.remove_prefix(1);
  if (kind == 'n') {
    cell = std::monostate{};
    return true;
  }
  if (kind == 'i') {
    int64_t number = 0;
    if (!take_number(in, number)) return false;
    cell = number;
    return true;
  }
  uint32_t size = 0;
  if ((kind != 't' && kind != 'b') || !take_number(in, size) || in.size() < size) return false;
  if (kind == 't') {
    cell = std::string(in.substr(0, size));
  } else {
    cell = Bytes{std::string(in.substr(0, size))};
  }
  in.remove_prefix(size);
  return true;
}

using Tables = std::map<std::string, std::string>;  // columns joined, in the order of the table

Expected<Tables> tables_of(Store& store, Connection& connection) {
  Tables tables;
  const auto add = [&](const Row& row) {
    std::string& columns = tables[std::string(row.text(0))];
    columns += (columns.empty() ? "" : ", ") + std::string(row.text(1));
    return true;
  };
  auto done = connection.each(
      store.kind() == Kind::kSqlite
          ? "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type "
            "= "
            "'table' AND s.name NOT LIKE 'sqlite_%' ORDER BY s.name, c.cid"
          : "SELECT CAST(table_name AS text), CAST(column_name AS text) FROM "
            "information_schema.columns WHERE table_schema = current_schema() ORDER BY "
            "table_name, ordinal_position",
      {}, add);
  if (!done) return std::unexpected(std::move(done.error()));
  return tables;
}

}  // namespace

Expected<void> write_backup(Store& store, const std::string& path) {
  if (std::filesystem::exists(path)) {
    return file_failure(FailureKind::kRefused, path, "đã có tệp này; hãy chọn tên khác",
                        "the file exists; choose another name");
  }
  auto connection = store.connect();
  if (!connection) return std::unexpected(std::move(connection.error()));
  Connection& c = **connection;
  if (auto begun = c.begin(Access::kRead); !begun) return begun;
  auto tables = tables_of(store, c);
  if (!tables) return std::unexpected(std::move(tables.error()));
  if (!tables->contains("migration")) {
    return file_failure(FailureKind::kRefused, store.name(), "kho chưa có bảng nào để sao lưu",
                        "the store has no tables to back up");
  }
  NewFile file(path);
  if (!file.is_open() || !file.write(kHead)) return write_failure(path, file.fault());
  std::string record;
  bool is_written = true;
  const auto write_record = [&] {
    std::string length;
    put_number(length, static_cast<uint64_t>(record.size()));
    is_written = is_written && file.write(length) && file.write(record);
    return is_written;
  };
  const auto write_table = [&](const std::string& name, const std::string& columns,
                               const std::string& order) -> Expected<void> {
    record = "T" + name + '\0' + columns;
    if (!write_record()) return write_failure(path, file.fault());
    auto done = c.each("SELECT " + columns + " FROM " + name + order, {}, [&](const Row& row) {
      record = "R";
      for (size_t i = 0; i < row.size(); ++i) put_cell(record, row.cell(i));
      return write_record();
    });
    if (done && !is_written) return write_failure(path, file.fault());
    return done;
  };
  if (auto done = write_table("migration", (*tables)["migration"], " ORDER BY number"); !done) {
    return done;
  }
  for (const auto& [name, columns] : *tables) {
    if (name == "migration") continue;
    if (auto done = write_table(name, columns, ""); !done) return done;
  }
  c.rollback();
  if (!file.write(kEnd) || !file.finish()) return write_failure(path, file.fault());
  return {};
}

namespace {

// The records of a backup, whose digest was found right.
class BackupReader {
 public:
  explicit BackupReader(const std::string& path)
      : path_(path), file_(std::fopen(path.c_str(), "rb")) {}
  BackupReader(const BackupReader&) = delete;
  BackupReader& operator=(const BackupReader&) = delete;
  ~BackupReader() {
    if (file_ != nullptr) std::fclose(file_);
  }

  Expected<void> open() {
    if (file_ == nullptr) {
      return file_failure(FailureKind::kAbsent, path_, "không mở được bản sao lưu",
                          "the backup cannot be opened");
    }
    std::fseek(file_, 0, SEEK_END);
    const int64_t size = std::ftell(file_);
    std::fseek(file_, 0, SEEK_SET);
    if (size < static_cast<int64_t>(kHead.size() + kEnd.size() + kDigestHex)) return broken();
    left_ = static_cast<uint64_t>(size) - kDigestHex;
    Digest digest;
    std::string buffer;
    for (uint64_t todo = left_; todo > 0;) {
      buffer.resize(static_cast<size_t>(std::min<uint64_t>(todo, 1U << 20U)));
      if (!take(buffer)) return broken();
      digest.add(buffer);
      todo -= buffer.size();
    }
    std::string stated(kDigestHex, '\0');
    if (!take(stated) || stated != digest.hex()) return broken();
    records_ = left_ - kHead.size() - kEnd.size();
    std::fseek(file_, 0, SEEK_SET);
    std::string head(kHead.size(), '\0');
    if (!take(head) || head != kHead) return broken();
    to_begin();
    return {};
  }

  // To the first record.
  void to_begin() {
    std::fseek(file_, static_cast<long>(kHead.size()), SEEK_SET);
    left_ = records_;
  }

  // False at the end.
  Expected<bool> next(std::string& record) {
    if (left_ == 0) return false;
    std::string bytes(sizeof(uint64_t), '\0');
    if (left_ < bytes.size() || !take(bytes)) return broken();
    std::string_view view = bytes;
    uint64_t length = 0;
    take_number(view, length);
    left_ -= bytes.size();
    if (length > left_ || length > kRecordMax || length == 0) return broken();
    record.resize(static_cast<size_t>(length));
    if (!take(record)) return broken();
    left_ -= length;
    return true;
  }

  const std::string& path() const { return path_; }

  std::unexpected<Failure> broken() const {
    return file_failure(FailureKind::kBroken, path_,
                        "bản sao lưu không nguyên vẹn; không có gì được phục hồi",
                        "the backup is not whole; nothing was restored");
  }

 private:
  bool take(std::string& into) {
    return std::fread(into.data(), 1, into.size(), file_) == into.size();
  }

  std::string path_;
  std::FILE* file_;
  uint64_t left_ = 0, records_ = 0;  // bytes
};

}  // namespace

namespace {

// The rows of a backup on their way into the tables of a new store.
class Restore {
 public:
  Restore(Store& store, Connection& connection, BackupReader& reader,
          std::span<const Migration> all)
      : store_(store), connection_(connection), reader_(reader), all_(all) {}

  Expected<void> run() {
    auto tables = tables_of(store_, connection_);
    if (!tables) return std::unexpected(std::move(tables.error()));
    if (!tables->empty()) {
      return file_failure(FailureKind::kRefused, store_.name(),
                          "đã có bảng; chỉ phục hồi vào một kho mới",
                          "there are tables already; restore into a new store only");
    }
    if (auto made = make_migration_table(store_, connection_); !made) return made;
    std::string record;
    while (true) {
      auto more = reader_.next(record);
      if (!more) return std::unexpected(std::move(more.error()));
      if (!*more) break;
      const std::string_view rest = std::string_view(record).substr(1);
      auto done = record.front() == 'T'   ? table(rest)
                  : record.front() == 'R' ? row(rest)
                                          : Expected<void>(reader_.broken());
      if (!done) return done;
    }
    if (auto done = end_table(); !done) return done;
    if (table_.empty()) return reader_.broken();
    for (const Migration& step : all_.first(steps_)) {
      if (auto made = apply(store_, connection_, step, Part::kIndexes); !made) return made;
    }
    return {};
  }

 private:
  Expected<void> table(std::string_view record) {
    if (auto done = end_table(); !done) return done;
    const size_t nul = record.find('\0');
    if (nul == std::string_view::npos) return reader_.broken();
    const bool is_first = table_.empty();
    table_ = record.substr(0, nul);
    if (is_first) return table_ == "migration" ? Expected<void>() : reader_.broken();
    if (tables_.empty()) {
      if (auto made = make_tables(); !made) return made;
    }
    const auto found = tables_.find(table_);
    if (found == tables_.end() || found->second != record.substr(nul + 1)) {
      return file_failure(FailureKind::kRefused, reader_.path(),
                          "bảng " + table_ + " không giống bảng của " + store_.name(),
                          "the table " + table_ + " is not like that of " + store_.name());
    }
    auto made = connection_.bulk(table_, found->second);
    if (!made) return std::unexpected(std::move(made.error()));
    bulk_ = std::move(*made);
    return {};
  }

  Expected<void> row(std::string_view record) {
    row_.clear();
    while (!record.empty()) {
      if (!take_cell(record, row_.emplace_back())) return reader_.broken();
    }
    if (bulk_ != nullptr) return bulk_->add(row_);
    return table_ == "migration" ? step() : reader_.broken();
  }

  // A row of the table `migration`: its number, name and digest.
  Expected<void> step() {
    if (steps_ >= all_.size() || row_.size() != 3 || row_[2] != Cell(digest_of(all_[steps_]))) {
      return file_failure(FailureKind::kRefused, reader_.path(),
                          "bản sao lưu do một bản An Sinh khác hoặc mới hơn ghi; hãy dùng bản đó",
                          "another or a newer An Sinh made the backup; use that one");
    }
    if (auto made = apply(store_, connection_, all_[steps_], Part::kTables); !made) return made;
    return apply(store_, connection_, all_[steps_++], Part::kNote);
  }

  // Every row comes from the backup, also those that migrations put in.
  Expected<void> make_tables() {
    auto tables = tables_of(store_, connection_);
    if (!tables) return std::unexpected(std::move(tables.error()));
    tables_ = std::move(*tables);
    for (const auto& [name, columns] : tables_) {
      if (name == "migration") continue;
      if (auto done = connection_.run("DELETE FROM " + name); !done) {
        return std::unexpected(std::move(done.error()));
      }
    }
    return {};
  }

  Expected<void> end_table() {
    if (bulk_ == nullptr) return {};
    auto done = bulk_->finish();
    bulk_ = nullptr;
    return done;
  }

  Store& store_;
  Connection& connection_;
  BackupReader& reader_;
  std::span<const Migration> all_;
  Tables tables_;
  std::string table_;
  std::unique_ptr<Bulk> bulk_;
  Record row_;
  size_t steps_ = 0;
};

}  // namespace

Expected<void> restore(Store& store, const std::string& path, std::span<const Migration> all) {
  BackupReader reader(path);
  if (auto opened = reader.open(); !opened) return opened;
  auto connection = store.connect();
  if (!connection) return std::unexpected(std::move(connection.error()));
  auto filled = transact(**connection, Access::kWrite, [&](Connection& c) -> Expected<void> {
    reader.to_begin();
    return Restore(store, c, reader, all).run();
  });
  if (!filled) return filled;
  return migrate(store, all);
}

}  // namespace ansinh::store
