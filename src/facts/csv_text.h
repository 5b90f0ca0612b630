// CSV as RFC 4180 has it, in UTF-8: rows of cells, and where each stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ansinh::facts {

struct CsvCell {
  std::string text;  // without its quotes
  bool is_quoted = false;
};

enum class CsvStep : uint8_t {
  kRow,
  kEnd,
  kMalformed,  // a quote that does not end, or text after it
};

// Goes over the text row by row. Lines end with LF or CRLF; empty lines are passed over, and so is
// a byte order mark.
class CsvCursor {
 public:
  static constexpr size_t kRowBytesMax = size_t{1} << 20;

  explicit CsvCursor(std::string_view text) : text_(text) {
    if (text.starts_with("\xEF\xBB\xBF")) offset_ = 3;
  }

  CsvStep next();
  // Goes on at `offset`, where a row begins.
  void seek(uint64_t offset) { offset_ = offset; }
  CsvStep next_at(uint64_t offset) {
    seek(offset);
    return next();
  }

  // Of the row that was read: the first count() of cells().
  const std::vector<CsvCell>& cells() const { return cells_; }
  size_t count() const { return count_; }
  uint64_t begin() const { return begin_; }    // its offset
  uint64_t offset() const { return offset_; }  // that of the next

 private:
  bool cell();

  std::string_view text_;
  uint64_t offset_ = 0;
  uint64_t begin_ = 0;
  std::vector<CsvCell> cells_;  // kept, so that their memory is
  size_t count_ = 0;
};

// A cell as it is written: in quotes where it needs them, or where `always`.
void put_csv_cell(std::string& out, std::string_view text, bool always = false);

}  // namespace ansinh::facts
