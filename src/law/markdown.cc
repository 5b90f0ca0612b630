#include "law/markdown.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ansinh::law {

namespace {

constexpr size_t kIndentMax = 3;  // CommonMark: four blanks make a code block
constexpr size_t kFenceMin = 3;
constexpr size_t kHeadingMax = 6;

std::string_view trim_line(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

// The line without up to three leading blanks.
std::string_view outdent(std::string_view line) {
  size_t blanks = 0;
  while (blanks < kIndentMax && blanks < line.size() && line[blanks] == ' ') ++blanks;
  return line.substr(blanks);
}

struct Fence {
  char mark = 0;  // 0: not a fence
  size_t length = 0;
  std::string_view info;
};

Fence fence_of(std::string_view line) {
  line = outdent(line);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
  const char mark = line[0];
  const size_t length = std::min(line.find_first_not_of(mark), line.size());
  if (length < kFenceMin) return {};
  const std::string_view info = trim_line(line.substr(length));
  if (mark == '`' && info.find('`') != std::string_view::npos) return {};
  return {mark, length, info};
}

bool closes(const Fence& open, std::string_view line) {
  const Fence fence = fence_of(line);
  return fence.mark == open.mark && fence.length >= open.length && fence.info.empty();
}

// 1 to 6 and the text for a heading, level 0 otherwise.
Piece heading_of(std::string_view line) {
  Piece piece;
  line = outdent(line);
  const size_t level = std::min(line.find_first_not_of('#'), line.size());
  if (level == 0 || level > kHeadingMax) return piece;
  if (level < line.size() && line[level] != ' ' && line[level] != '\t') return piece;
  std::string_view text = trim_line(line.substr(level));
  while (text.ends_with('#')) {  // closing #s, after a blank
    const size_t last = text.find_last_not_of('#');
    const bool closing = last == std::string_view::npos || text[last] == ' ' || text[last] == '\t';
    if (!closing) break;
    text = last == std::string_view::npos ? std::string_view() : trim_line(text.substr(0, last));
  }
  piece.kind = PieceKind::kHeading;
  piece.level = static_cast<int>(level);
  piece.text = text;
  return piece;
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Walks the lines of a text.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  bool done() const { return offset_ >= text_.size(); }
  size_t offset() const { return offset_; }
  uint32_t number() const { return number_; }
  std::string_view next() {  // without the line feed
    const size_t end = std::min(text_.find('\n', offset_), text_.size());
    const std::string_view line = text_.substr(offset_, end - offset_);
    offset_ = std::min(end + 1, text_.size());
    ++number_;
    return line;
  }

 private:
  std::string_view text_;
  size_t offset_ = 0;
  uint32_t number_ = 1;
};

class Splitter {
 public:
  Splitter(std::string_view text, uint32_t source, Diagnostics& diagnostics)
      : text_(text), lines_(text), source_(source), diagnostics_(diagnostics) {}

  std::vector<Piece> run() {
    while (!lines_.done()) {
      const uint32_t number = lines_.number();
      const size_t offset = lines_.offset();
      const std::string_view line = lines_.next();
      const Fence fence = fence_of(line);
      if (fence.mark != 0 && is_luat(fence.info)) {
        end_prose(offset);
        read_block(fence, number);
      } else if (fence.mark != 0) {
        while (!lines_.done() && !closes(fence, lines_.next())) {
        }
      } else if (Piece heading = heading_of(line); heading.level > 0) {
        end_prose(offset);
        heading.line = number;
        pieces_.push_back(heading);
        start_prose();
      }
    }
    end_prose(text_.size());
    return std::move(pieces_);
  }

 private:
  static bool is_luat(std::string_view info) {
    return info == "luat" || info.starts_with("luat ") || info.starts_with("luat\t");
  }

  void start_prose() {
    prose_start_ = lines_.offset();
    prose_line_ = lines_.number();
  }

  void end_prose(size_t end) {
    if (end <= prose_start_) return;
    Piece piece;
    piece.line = prose_line_;
    piece.text = text_.substr(prose_start_, end - prose_start_);
    pieces_.push_back(piece);
    prose_start_ = end;
  }

  void read_block(const Fence& fence, uint32_t number) {
    Piece piece;
    piece.kind = PieceKind::kBlock;
    piece.line = number;
    const std::string_view language = trim_line(fence.info.substr(std::string_view("luat").size()));
    piece.vietnamese = language == "vi";
    if (!language.empty() && language != "vi") report_language(number, language);
    const size_t start = lines_.offset();
    size_t end = text_.size();
    bool closed = false;
    while (!lines_.done() && !closed) {
      end = lines_.offset();
      closed = closes(fence, lines_.next());
    }
    if (!closed) end = text_.size();
    piece.text = text_.substr(start, end - start);
    pieces_.push_back(piece);
    if (!closed) report_open(number);
    start_prose();
  }

  void report_language(uint32_t line, std::string_view language) {
    const std::string name(language);
    diagnostics_.push_back(
        {"unknown-block-language",
         Severity::kError,
         {source_, line, 1, 0},
         {"Khối `luat " + name + "` dùng một ngôn ngữ không có.",
          "The block `luat " + name + "` names a language that does not exist."},
         {"Viết ```luat (từ khóa tiếng Anh) hoặc ```luat vi (từ khóa tiếng Việt).",
          "Write ```luat (English keywords) or ```luat vi (Vietnamese keywords)."}});
  }

  void report_open(uint32_t line) {
    diagnostics_.push_back(
        {"unterminated-block",
         Severity::kError,
         {source_, line, 1, 0},
         {"Khối luat này không được đóng.", "This luat block is never closed."},
         {"Thêm một dòng ``` ở cuối khối.", "Add a line ``` at the end of the block."}});
  }

  std::string_view text_;
  Lines lines_;
  uint32_t source_;
  Diagnostics& diagnostics_;
  std::vector<Piece> pieces_;
  size_t prose_start_ = 0;
  uint32_t prose_line_ = 1;
};

}  // namespace

std::vector<Piece> split_markdown(std::string_view text, uint32_t source,
                                  Diagnostics& diagnostics) {
  return Splitter(text, source, diagnostics).run();
}

std::string article_of(std::string_view heading) {
  constexpr std::array<std::string_view, 4> kWords = {"Article ", "article ", "Điều ", "điều "};
  size_t best = std::string_view::npos;
  size_t start = 0;
  for (const std::string_view word : kWords) {
    size_t at = heading.find(word);
    while (at != std::string_view::npos) {
      const size_t digits = at + word.size();
      if (digits < heading.size() && is_ascii_digit(heading[digits])) break;
      at = heading.find(word, at + 1);
    }
    if (at < best) {
      best = at;
      start = at + word.size();
    }
  }
  if (best == std::string_view::npos) return {};
  size_t end = start;
  while (end < heading.size() && is_ascii_digit(heading[end])) ++end;
  size_t after = end;
  if (after < heading.size()) {  // one letter: 12a, 12đ
    const char32_t letter = next_character(heading, after);
    size_t beyond = after;
    const bool alone = after >= heading.size() || !is_letter(next_character(heading, beyond));
    if (is_letter(letter) && alone) end = after;
  }
  return std::string(heading.substr(start, end - start));
}

}  // namespace ansinh::law
