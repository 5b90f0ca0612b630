#include "agency/import.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <future>
#include <nlohmann/json.hpp>

#include "agency/clock.h"
#include "agency/import_batch.h"
#include "agency/import_row.h"
#include "base/text.h"
#include "facts/csv_text.h"
#include "facts/snapshot_chunk.h"

namespace ansinh::agency {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kReportHead = "file,line,column,code,reason_vi,reason_en\n";

// Where an import is: written in the transaction that put the rows before it.
struct ImportPlace {
  uint64_t offset = 0;
  int64_t line = 1;
  uint64_t report_bytes = 0;
  ImportCounts counts;
};

std::string written_place(const ImportPlace& place) {
  const ImportCounts& c = place.counts;
  return json{{"offset", place.offset},
              {"line", place.line},
              {"report", place.report_bytes},
              {"counts", {c.rows, c.created, c.changed, c.unchanged, c.rejected, c.statements}}}
      .dump();
}

ImportPlace read_place(const std::string& text) {
  ImportPlace place;
  const json in = json::parse(text, nullptr, false);
  if (!in.is_object()) return place;
  place.offset = in.value("offset", uint64_t{0});
  place.line = in.value("line", int64_t{1});
  place.report_bytes = in.value("report", uint64_t{0});
  const json counts = in.value("counts", json::array());
  if (counts.size() != 6) return place;
  place.counts = {counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
  return place;
}

// What was rejected, as a CSV that is cut back to where the store is when an import goes on.
class RejectReport {
 public:
  ~RejectReport() {
    if (file_ != nullptr) std::fclose(file_);
  }
  Expected<void> open(const std::string& path, uint64_t bytes) {
    path_ = path;
    if (path.empty()) return {};
    std::error_code error;
    const bool goes_on = bytes != 0 && fs::file_size(path, error) >= bytes && !error;
    file_ = std::fopen(path.c_str(), goes_on ? "ab" : "wb");
    if (file_ == nullptr) return fault();
    bytes_ = goes_on ? bytes : 0;
    return goes_on ? cut(bytes) : write(kReportHead);
  }
  // Takes away what was written after so many bytes.
  Expected<void> cut(uint64_t bytes) {
    if (file_ == nullptr || (bytes_ == bytes && bytes == 0)) return {};
    const uint64_t kept = std::max<uint64_t>(bytes, kReportHead.size());
    if (std::fflush(file_) != 0) return fault();
    if (::ftruncate(::fileno(file_), static_cast<off_t>(kept)) != 0) return fault();
    if (std::fseek(file_, 0, SEEK_END) != 0) return fault();
    bytes_ = kept;
    return {};
  }
  Expected<void> add(const std::string& of_file, const RowReject& reject) {
    if (file_ == nullptr) return {};
    std::string row;
    for (const std::string& cell : {of_file, std::to_string(reject.line), reject.column,
                                    reject.code, reject.reason.vi, reject.reason.en}) {
      if (!row.empty()) row += ',';
      facts::put_csv_cell(row, cell);
    }
    return write(row + "\n");
  }
  Expected<void> flush() {
    if (file_ != nullptr && std::fflush(file_) != 0) return fault();
    return {};
  }
  uint64_t bytes() const { return bytes_; }

 private:
  Expected<void> write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) return fault();
    bytes_ += text.size();
    return {};
  }
  Expected<void> fault() const {
    return std::unexpected(
        refused("cannot-write", {"không ghi được báo cáo " + path_ + "; kiểm tra đường dẫn và đĩa",
                                 "cannot write the report " + path_ + "; look at path and disk"}));
  }

  std::string path_;
  std::FILE* file_ = nullptr;
  uint64_t bytes_ = 0;
};

class Import {
 public:
  Import(store::Store& store, const LawBook& book, const ImportOptions& options,
         PretendedKeys& pretended)
      : store_(store), book_(book), options_(options), pretended_(pretended) {}

  Expected<ImportCounts> run() {
    if (auto done = prepare(); !done) return std::unexpected(std::move(done.error()));
    for (bool is_end = false; !is_end;) {
      if (!ahead_.valid()) read_ahead();
      auto piece = ahead_.get();
      if (!piece) return std::unexpected(std::move(piece.error()));
      is_end = piece->is_end;
      if (!is_end) read_ahead();
      const int64_t created = place_.counts.created;
      if (auto done = put(*piece); !done) return std::unexpected(std::move(done.error()));
      const auto count = static_cast<int64_t>(piece->rows.size());
      makes_many_ = (place_.counts.created - created) * 2 > count;
      if (auto done = tell(*piece); !done) return std::unexpected(std::move(done.error()));
    }
    return place_.counts;
  }

 private:
  // Rows that are put in one transaction, and the place behind them.
  struct Piece {
    std::vector<ImportRow> rows;
    uint64_t offset = 0;
    int64_t line = 1;
    bool is_end = false;
  };

  Expected<Piece> read_piece(int64_t count) {
    Piece piece;
    piece.rows.reserve(static_cast<size_t>(count));
    while (static_cast<int64_t>(piece.rows.size()) < count && !piece.is_end) {
      auto row = reader_->next();
      if (!row) return std::unexpected(std::move(row.error()));
      piece.is_end = !*row;
      if (*row) piece.rows.push_back(std::move(**row));
    }
    piece.offset = reader_->offset();
    piece.line = reader_->line();
    return piece;
  }
  // The next piece is read while one is put.
  void read_ahead() {
    const int64_t count = options_.rows_at_once != 0 ? options_.rows_at_once
                          : makes_many_              ? kManyRows
                                                     : kFewRows;
    ahead_ = std::async(std::launch::async, [this, count] { return read_piece(count); });
  }
  // The rows of a piece once more; what was read ahead is read again later.
  Expected<void> read_again(Piece& piece, const ImportPlace& before) {
    if (ahead_.valid()) ahead_.wait();
    ahead_ = {};
    reader_->seek(before.offset, before.line);
    auto again = read_piece(static_cast<int64_t>(piece.rows.size()));
    if (!again) return std::unexpected(std::move(again.error()));
    piece.rows = std::move(again->rows);
    reader_->seek(piece.offset, piece.line);
    return {};
  }

  Expected<void> prepare() {
    const fs::path path = options_.path;
    const std::string table_name = options_.table.empty() ? path.stem().string() : options_.table;
    auto table = import_table(book_, table_name);
    if (!table) return std::unexpected(std::move(table.error()));
    table_ = *table;
    const bool is_csv = path.extension() == ".csv";
    auto reader = is_csv ? open_csv_rows(book_, options_.path, table_)
                         : open_json_rows(book_, options_.path, table_);
    if (!reader) return std::unexpected(std::move(reader.error()));
    reader_ = std::move(*reader);
    auto connection = store_.connect();
    if (!connection) return std::unexpected(std::move(connection.error()));
    connection_ = std::move(*connection);
    if (store_.kind() == store::Kind::kSqlite) {
      // Rows of many people touch every page of the indexes: it pays to keep them in memory.
      if (auto done = connection_->run("PRAGMA cache_size = -400000"); !done) {
        return std::unexpected(std::move(done.error()));
      }
    }
    place_.offset = reader_->offset();
    place_.line = reader_->line();
    if (!options_.dry_run) {
      char digest[17];
      std::snprintf(digest, sizeof digest, "%016llx",
                    static_cast<unsigned long long>(facts::checksum_of(reader_->bytes())));
      key_ = options_.source + "/" + table_name + "/" + digest;
      if (auto done = open_job(); !done) return done;
    }
    reader_->seek(place_.offset, place_.line);
    batch_ = std::make_unique<ImportBatch>(*connection_, book_, table_, options_, pretended_);
    return report_.open(options_.report_path, place_.report_bytes);
  }

  // Takes up the job of this very file where it stopped; a job that is done begins anew.
  Expected<void> open_job() {
    return store::transact(*connection_, store::Access::kWrite,
                           [&](store::Connection& c) -> Expected<void> {
                             const auto at = record_time(c);
                             if (!at) return std::unexpected(at.error());
                             const store::Cell key[] = {key_};
                             const auto found = c.one(
                                 "SELECT job, state, place FROM job WHERE kind = 'import' AND "
                                 "key = $1",
                                 key);
                             if (!found) return std::unexpected(found.error());
                             if (!*found) return add_job(c, *at);
                             job_ = std::get<int64_t>((**found)[0]);
                             written_ = std::get<std::string>((**found)[2]);
                             if (std::get<std::string>((**found)[1]) == "running") {
                               const ImportPlace before = read_place(written_);
                               if (before.offset >= place_.offset) place_ = before;
                               return {};
                             }
                             auto begun = write_place(c, *at, false);
                             if (begun) written_ = next_written_;
                             return begun;
                           });
  }

  Expected<void> add_job(store::Connection& connection, int64_t at) {
    const auto number = take_numbers(connection, "job");
    if (!number) return std::unexpected(number.error());
    job_ = *number;
    written_ = written_place(place_);
    const store::Cell values[] = {job_, key_, written_, at, options_.recorded_by};
    const auto done = connection.run(
        "INSERT INTO job (job, kind, key, state, place, started_at, changed_at, started_by) "
        "VALUES ($1, 'import', $2, 'running', $3, $4, $4, $5)",
        values);
    if (!done) return std::unexpected(done.error());
    return {};
  }

  Expected<void> write_place(store::Connection& connection, int64_t at, bool is_done) {
    std::string now = written_place(place_);
    const store::Cell values[] = {job_, written_, now, at,
                                  std::string(is_done ? "done" : "running")};
    const auto done = connection.run(
        "UPDATE job SET place = $3, state = $5, changed_at = $4 WHERE job = $1 AND place = $2",
        values);
    if (!done) return std::unexpected(done.error());
    if (*done == 0) {
      return std::unexpected(refused("in-use", {"một lần nhập khác của tệp này đang chạy",
                                                "another import of this file is running"}));
    }
    next_written_ = std::move(now);
    return {};
  }

  Expected<void> report(const std::vector<ImportRow>& rows, uint64_t begin) {
    if (auto done = report_.cut(begin); !done) return done;
    for (const ImportRow& row : rows) {
      if (!row.reject) continue;
      if (auto done = report_.add(options_.path, *row.reject); !done) return done;
    }
    return report_.flush();
  }

  Expected<void> put(Piece& piece) {
    const ImportPlace before = place_;
    place_.offset = piece.offset;
    place_.line = piece.line;
    if (options_.dry_run) {
      auto done = store::transact(*connection_, store::Access::kRead,
                                  [&](store::Connection&) -> Expected<void> {
                                    return batch_->put(piece.rows, 0, place_.counts);
                                  });
      if (!done) return done;
      return report(piece.rows, report_.bytes());
    }
    bool is_again = false;
    auto done = store::transact(*connection_, store::Access::kWrite,
                                [&](store::Connection& c) -> Expected<void> {
                                  if (is_again) {  // the rows were used up
                                    place_.counts = before.counts;
                                    if (auto read = read_again(piece, before); !read) return read;
                                  }
                                  is_again = true;
                                  const auto at = record_time(c);
                                  if (!at) return std::unexpected(at.error());
                                  if (auto put = batch_->put(piece.rows, *at, place_.counts); !put)
                                    return put;
                                  // Before the commit: what is reported but not kept is cut off
                                  // again, never the reverse.
                                  if (auto told = report(piece.rows, before.report_bytes); !told)
                                    return told;
                                  place_.report_bytes = report_.bytes();
                                  return write_place(c, *at, piece.is_end);
                                });
    if (!done) return done;
    written_ = std::move(next_written_);
    return {};
  }

  Expected<void> tell(const Piece& piece) {
    for (const ImportRow& row : piece.rows) {
      if (!row.reject) continue;
      if (options_.rejected) options_.rejected(*row.reject);
    }
    if (!options_.progress) return {};
    const double done =
        static_cast<double>(piece.offset) / static_cast<double>(reader_->bytes().size());
    if (options_.progress(done, place_.counts) || piece.is_end) return {};
    return std::unexpected(refused("stopped", {"đã dừng; chạy lại lệnh này để nhập tiếp",
                                               "stopped; the same command goes on from here"}));
  }

  store::Store& store_;
  const LawBook& book_;
  const ImportOptions& options_;
  PretendedKeys& pretended_;
  ImportTable table_;
  std::unique_ptr<store::Connection> connection_;
  std::unique_ptr<RowReader> reader_;
  std::unique_ptr<ImportBatch> batch_;
  RejectReport report_;
  std::string key_;
  int64_t job_ = 0;
  ImportPlace place_;
  bool makes_many_ = false;
  std::string written_, next_written_;  // the place as the store has it
  std::future<Expected<Piece>> ahead_;  // the last: it reads through what stands above
};

}  // namespace

Expected<ImportTable> import_table(const LawBook& book, std::string_view name) {
  if (name == "persons") return ImportTable{PersonKind::kPerson, nullptr};
  if (name == "households") return ImportTable{PersonKind::kHousehold, nullptr};
  const Word* word = book.words->find(PersonKind::kPerson, name);
  if (word != nullptr && word->kind == WordKind::kList) {
    return ImportTable{PersonKind::kPerson, word};
  }
  const std::string is(name);
  std::vector<std::string> names{"persons", "households"};
  for (const law::ListId list : book.law().entities[book.roles.person].lists) {
    names.push_back(book.law().lists[list].name);
  }
  const std::string near = nearest(name, names);
  return std::unexpected(
      refused("unknown-table",
              {"không có bảng \"" + is + "\"; " +
                   (near.empty() ? "dùng persons, households hoặc tên một danh sách của luật"
                                 : "có phải \"" + near + "\"?"),
               "there is no table \"" + is + "\"; " +
                   (near.empty() ? "use persons, households or the name of a list of the law"
                                 : "is it \"" + near + "\"?")}));
}

Expected<std::vector<ImportCounts>> import_files(store::Store& store, const LawBook& book,
                                                 std::span<const ImportOptions> files) {
  PretendedKeys pretended;
  std::vector<ImportCounts> all;
  for (const ImportOptions& options : files) {
    auto counts = Import(store, book, options, pretended).run();
    if (!counts) return std::unexpected(std::move(counts.error()));
    all.push_back(*counts);
  }
  return all;
}

Expected<ImportCounts> import_file(store::Store& store, const LawBook& book,
                                   const ImportOptions& options) {
  auto counts = import_files(store, book, {&options, 1});
  if (!counts) return std::unexpected(std::move(counts.error()));
  return counts->front();
}

}  // namespace ansinh::agency
