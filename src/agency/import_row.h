// A row of a file on its way into the registry, and what reads such rows.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agency/import.h"
#include "agency/statements.h"

namespace ansinh::agency {

using RowReject = ImportOptions::Rejected;

struct ImportRow {
  int64_t line = 0;
  std::string key;  // the source's name for the person or household; may be empty
  // What is on its papers: kind, number.
  std::vector<std::pair<std::string, std::string>> papers;
  std::string household;                                   // the source's key of it
  std::vector<std::pair<const Word*, NewStatement>> said;  // values are canonical
  std::optional<RowReject> reject;                         // then nothing else counts
};

// What the rows of a table are about.
struct ImportTable {
  PersonKind kind = PersonKind::kPerson;
  const Word* list = nullptr;  // rows of this list; null: persons or households
};
Expected<ImportTable> import_table(const LawBook& book, std::string_view name);

// Reads rows from a place in a file, which stays mapped.
class RowReader {
 public:
  virtual ~RowReader() = default;
  // The next row; nullopt at the end. Refused: the rest cannot be read ("csv-malformed").
  virtual Expected<std::optional<ImportRow>> next() = 0;
  virtual void seek(uint64_t offset, int64_t line) = 0;
  virtual uint64_t offset() const = 0;
  virtual int64_t line() const = 0;  // of the next row
  virtual std::string_view bytes() const = 0;
};

Expected<std::unique_ptr<RowReader>> open_csv_rows(const LawBook& book, const std::string& path,
                                                   const ImportTable& table);
Expected<std::unique_ptr<RowReader>> open_json_rows(const LawBook& book, const std::string& path,
                                                    const ImportTable& table);

Failure cannot_read(const Diagnostic& fault);

}  // namespace ansinh::agency
