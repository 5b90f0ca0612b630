#include "facts/csv_text.h"

#include <algorithm>

namespace ansinh::facts {

// Reads one cell up to its comma or the end of the line; false if it is malformed.
bool CsvCursor::cell() {
  if (cells_.size() == count_) cells_.emplace_back();
  CsvCell& cell = cells_[count_++];
  cell.text.clear();
  cell.is_quoted = offset_ < text_.size() && text_[offset_] == '"';
  if (!cell.is_quoted) {
    const size_t end = std::min(text_.find_first_of(",\n", offset_), text_.size());
    cell.text = text_.substr(offset_, end - offset_);
    offset_ = end;
    const bool is_line_end = offset_ == text_.size() || text_[offset_] == '\n';
    if (is_line_end && cell.text.ends_with('\r')) cell.text.pop_back();
    return true;
  }
  ++offset_;
  while (true) {
    const size_t quote = text_.find('"', offset_);
    if (quote == std::string_view::npos || quote - begin_ > kRowBytesMax) return false;
    cell.text += text_.substr(offset_, quote - offset_);
    offset_ = quote + 1;
    if (offset_ == text_.size() || text_[offset_] != '"') break;
    cell.text += '"';
    ++offset_;
  }
  if (offset_ + 1 < text_.size() && text_[offset_] == '\r' && text_[offset_ + 1] == '\n') ++offset_;
  return offset_ == text_.size() || text_[offset_] == ',' || text_[offset_] == '\n';
}

CsvStep CsvCursor::next() {
  while (true) {
    count_ = 0;
    begin_ = offset_;
    if (offset_ >= text_.size()) return CsvStep::kEnd;
    while (true) {
      if (!cell() || offset_ - begin_ > kRowBytesMax) return CsvStep::kMalformed;
      if (offset_ == text_.size() || text_[offset_] == '\n') break;
      ++offset_;  // the comma
    }
    if (offset_ < text_.size()) ++offset_;
    const bool is_empty = count_ == 1 && cells_[0].text.empty() && !cells_[0].is_quoted;
    if (!is_empty) return CsvStep::kRow;
  }
}

void put_csv_cell(std::string& out, std::string_view text, bool always) {
  if (!always && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace ansinh::facts
