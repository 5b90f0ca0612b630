#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "law/keywords.h"
#include "law/parser.h"

namespace ansinh::law {

namespace {

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// |---|:--:| under the headings, as Markdown has it.
bool is_rule(const std::vector<std::pair<std::string, Span>>& parts) {
  return std::all_of(parts.begin(), parts.end(), [](const auto& part) {
    return !part.first.empty() && part.first.find('-') != std::string::npos &&
           part.first.find_first_not_of("-:") == std::string::npos;
  });
}

// A note that begins with a keyword says so in English in the tree.
std::string note_in_english(const std::string& text) {
  constexpr std::array<std::string_view, 2> kMarks = {"unverified", "as written"};
  std::string_view english;
  const std::string_view phrase = match_vietnamese(text, english);
  if (std::find(kMarks.begin(), kMarks.end(), english) == kMarks.end()) return text;
  return std::string(english) + text.substr(phrase.size());
}

}  // namespace

// The cells of the row at hand, trimmed, `\|` read as `|`.
std::vector<std::pair<std::string, Span>> Parser::split_row() const {
  const Token& token = peek();
  const std::string_view text = token.text;
  std::vector<std::pair<std::string, Span>> parts;
  size_t offset = 1;
  uint32_t column = token.span.column + 1;
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (offset < text.size()) {
    while (offset < text.size() && is_blank(text[offset])) {
      ++offset;
      ++column;
    }
    Span span = {token.span.file, token.span.line, column, 0};
    const size_t start = offset;
    bool escaped = false;
    while (offset < text.size() && text[offset] != '|') {
      const bool bar = text[offset] == '\\' && offset + 1 < text.size() && text[offset + 1] == '|';
      escaped = escaped || bar;
      offset += bar ? 2 : 1;
    }
    const std::string_view written = text.substr(start, offset - start);
    column += static_cast<uint32_t>(character_count(written)) + 1;
    ++offset;
    std::string part(written);
    for (size_t at = 0; escaped && (at = part.find("\\|", at)) != std::string::npos; ++at) {
      part.erase(at, 1);
    }
    while (!part.empty() && is_blank(part.back())) part.pop_back();
    span.length = std::max(1U, static_cast<uint32_t>(character_count(part)));
    parts.emplace_back(std::move(part), span);
  }
  return parts;
}

Cell Parser::cell_of(std::pair<std::string, Span> part, bool is_text) {
  Cell cell;
  cell.text = std::move(part.first);
  cell.span = part.second;
  if (is_text || cell.text.empty()) return cell;
  const auto tokens = tokenize_cell(cell.text, cell.span, vietnamese_, diagnostics_);
  cell.value = Parser(tokens.list, vietnamese_, diagnostics_).cell();
  return cell;
}

Rows Parser::rows(const std::vector<std::string>& text_columns) {
  Rows rows;
  for (auto& [text, span] : split_row()) {
    rows.columns.push_back(vietnamese_ ? column_to_english(text) : std::move(text));
    rows.column_spans.push_back(span);
  }
  take();
  bool second = true;
  for (; peek().kind == TokenKind::kRow; take()) {
    auto parts = split_row();
    if (std::exchange(second, false) && is_rule(parts)) continue;
    if (parts.size() != rows.columns.size()) {
      complain("bad-table-row", here(),
               {fmt::format("Dòng này có {} ô, bảng có {} cột.", parts.size(), rows.columns.size()),
                fmt::format("This row has {} cells, the table has {} columns.", parts.size(),
                            rows.columns.size())},
               {"Thêm hoặc bớt ô; ô trống viết là `| |`.",
                "Add or remove cells; an empty one is written `| |`."});
      continue;
    }
    std::vector<Cell> cells;
    for (size_t i = 0; i < parts.size(); ++i) {
      const std::string& column = rows.columns[i];
      const bool is_text = contains(text_columns, column);
      if (is_text && column == "note" && vietnamese_) {
        parts[i].first = note_in_english(parts[i].first);
      }
      cells.push_back(cell_of(std::move(parts[i]), is_text));
    }
    rows.rows.push_back(std::move(cells));
  }
  return rows;
}

Rows Parser::declared_rows(const std::vector<std::string>& required,
                           const std::vector<std::string>& optional) {
  Rows found = rows(optional);
  check_columns(found, required, optional);
  for (const auto& row : found.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (!row[i].text.empty() || !contains(required, found.columns[i])) continue;
      const std::string& column = found.columns[i];
      complain(
          "empty-cell", row[i].span,
          {"Ô ở cột `" + column + "` để trống.", "The cell in column `" + column + "` is empty."},
          {"Ghi giá trị, hoặc `none`, hoặc `not yet expressed \"…\" \"…\"`.",
           "Write the value, or `none`, or `not yet expressed \"…\" \"…\"`."});
    }
  }
  return found;
}

void Parser::check_columns(const Rows& rows, const std::vector<std::string>& required,
                           const std::vector<std::string>& optional) {
  std::vector<std::string> allowed = required;
  allowed.insert(allowed.end(), optional.begin(), optional.end());
  std::string all;
  for (const std::string& column : allowed) all += (all.empty() ? "`" : ", `") + column + "`";
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    const std::string& column = rows.columns[i];
    const bool again =
        std::count(rows.columns.begin(), rows.columns.begin() + static_cast<long>(i), column) > 0;
    if (contains(allowed, column) && !again) continue;
    const std::string near = again ? "" : nearest(column, allowed);
    complain(
        "unknown-column", rows.column_spans[i],
        {"Bảng này không có cột `" + column + "`" + (again ? " thứ hai." : "."),
         "This table has no " + std::string(again ? "second " : "") + "column `" + column + "`."},
        near.empty() ? Text{"Các cột: " + all + ".", "Its columns are " + all + "."}
                     : Text{"Ý bạn là `" + near + "`?", "Do you mean `" + near + "`?"});
  }
  for (const std::string& column : required) {
    if (contains(rows.columns, column)) continue;
    const Span span = rows.column_spans.empty() ? here() : rows.column_spans.front();
    complain("missing-column", span,
             {"Thiếu cột `" + column + "`.", "The column `" + column + "` is missing."},
             {"Thêm cột này vào dòng đầu của bảng.", "Add it to the first row of the table."});
  }
}

}  // namespace ansinh::law
