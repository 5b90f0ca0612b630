#include "law/token.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/date.h"
#include "base/text.h"
#include "law/keywords.h"

namespace ansinh::law {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii(std::string_view text) {
  unsigned char all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
// The end of the letters, digits and `_` that begin at `offset`.
size_t word_end(std::string_view text, size_t offset) {
  while (offset < text.size()) {
    const char c = text[offset];
    if (is_ascii_letter(c) || is_digit(c) || c == '_') {
      ++offset;
      continue;
    }
    size_t after = offset;
    if (static_cast<unsigned char>(c) < 0x80 || !is_letter(next_character(text, after))) break;
    offset = after;
  }
  return offset;
}

// The mark at the start of the text, the longest first; empty if there is none.
std::string_view mark_at(std::string_view text) {
  const char second = text.size() > 1 ? text[1] : '\0';
  switch (text.front()) {
    case '.':
      return text.substr(0, text.starts_with("..<") ? 3 : second == '.' ? 2 : 0);
    case '!':
      return text.substr(0, second == '=' ? 2 : 0);
    case '<':
    case '>':
      return text.substr(0, second == '=' ? 2 : 1);
    case '=':
    case '(':
    case ')':
    case ',':
    case ':':
    case '|':
    case '/':
    case '*':
    case '+':
    case '-':
    case '%':
    case ';':
      return text.substr(0, 1);
    default:
      return {};
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

size_t digits_at(std::string_view text, size_t offset) {
  size_t end = offset;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - offset;
}

// What the first word of an item says about how to read the rest of it.
enum class Reading : uint8_t { kPlain, kBars, kFiles, kNamed };

Reading reading_of(std::string_view word) {
  constexpr std::array<std::string_view, 5> kBars = {"enum", "entity", "spells", "dates", "facts"};
  if (std::find(kBars.begin(), kBars.end(), word) != kBars.end()) return Reading::kBars;
  if (word == "use") return Reading::kFiles;
  if (word == "act" || word == "case") return Reading::kNamed;
  return Reading::kPlain;
}

class Lexer {
 public:
  Lexer(uint32_t source, bool vietnamese, Diagnostics& diagnostics)
      : source_(source), vietnamese_(vietnamese), diagnostics_(diagnostics) {}

  void block(std::string_view text, uint32_t line) {
    tokens_.list.reserve(text.size() / kBytesOfToken);
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      read_line(text.substr(0, end), line);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++line;
    }
  }

  void cell(std::string_view text, const Span& place) {
    begin(text, place.line, place.column);
    while (skip_blanks()) next_token();
  }

  Tokens take() { return std::move(tokens_); }

 private:
  static constexpr size_t kBytesOfToken = 6;  // about
  static constexpr size_t kDigitsMax = 1000;

  void begin(std::string_view text, uint32_t line, uint32_t column) {
    text_ = text;
    offset_ = 0;
    line_ = line;
    column_ = column;
    counted_ = 0;
    counted_column_ = 0;
    first_ = true;
    ascii_ = is_ascii(text);
  }

  void read_line(std::string_view text, uint32_t line) {
    begin(text, line, 1);
    size_t indent = 0;
    while (indent < text.size() && is_blank(text[indent])) ++indent;
    if (indent == text.size()) return;
    if (text.substr(0, indent).find('\t') != std::string_view::npos) {
      report("tab-indent", {source_, line, 1, static_cast<uint32_t>(indent)},
             {"Dòng này thụt vào bằng ký tự tab.", "This line is indented with a tab."},
             {"Dùng dấu cách: hai dấu cách mỗi bậc.", "Use spaces: two for each step."});
    }
    if (!check_controls()) return;
    offset_ = indent;
    const bool item_start = indent == 0;
    if (item_start) reading_ = Reading::kPlain;
    if (text[offset_] == '|' && reading_ != Reading::kBars) {
      push(TokenKind::kRow, trim(text.substr(offset_)), offset_, trimmed_end());
      return;
    }
    const size_t before = tokens_.list.size();
    next_token();
    if (item_start && tokens_.list.size() > before &&
        tokens_.list[before].kind == TokenKind::kWord) {
      reading_ = reading_of(tokens_.list[before].text);
      if (reading_ == Reading::kNamed) read_own_name();
    }
    while (skip_blanks()) next_token();
  }

  // Control characters have no place in a law.
  bool check_controls() {
    for (size_t i = 0; i < text_.size(); ++i) {
      const auto c = static_cast<unsigned char>(text_[i]);
      const bool control = (c < 0x20 && !is_blank(text_[i])) || c == 0x7f;
      if (!control) continue;
      report("unexpected-character", span_of(i, i + 1),
             {"Dòng này có một ký tự điều khiển không nhìn thấy.",
              "This line holds a control character that cannot be seen."},
             {"Xóa ký tự đó.", "Remove that character."});
      return false;
    }
    return true;
  }

  size_t trimmed_end() const {
    size_t end = text_.size();
    while (end > offset_ && is_blank(text_[end - 1])) --end;
    return end;
  }

  bool skip_blanks() {
    while (offset_ < text_.size() && is_blank(text_[offset_])) ++offset_;
    return offset_ < text_.size();
  }

  // The name of an act or a case: everything up to a blank, unless it is in quotes.
  void read_own_name() {
    if (!skip_blanks() || text_[offset_] == '"') return;
    const size_t start = offset_;
    while (offset_ < text_.size() && !is_blank(text_[offset_])) ++offset_;
    push(TokenKind::kRaw, text_.substr(start, offset_ - start), start, offset_);
  }

  // 1-based column, in characters, of a byte offset.
  uint32_t column_at(size_t offset) {
    if (ascii_) return column_ + static_cast<uint32_t>(offset);
    if (offset < counted_) {
      counted_ = 0;
      counted_column_ = 0;
    }
    counted_column_ +=
        static_cast<uint32_t>(character_count(text_.substr(counted_, offset - counted_)));
    counted_ = offset;
    return column_ + counted_column_;
  }

  Span span_of(size_t start, size_t end) {
    const uint32_t column = column_at(start);
    const size_t length = ascii_ ? end - start : character_count(text_.substr(start, end - start));
    return {source_, line_, column, static_cast<uint32_t>(length)};
  }

  void push(TokenKind kind, std::string_view text, size_t start, size_t end) {
    push(kind, text, span_of(start, end), start);
    offset_ = end;
  }

  void push(TokenKind kind, std::string_view text, const Span& span, size_t start) {
    Token token;
    token.kind = kind;
    token.text = text;
    token.span = span;
    token.first_on_line = first_;
    token.blank_before = start == 0 || is_blank(text_[start - 1]);
    const bool word = kind == TokenKind::kWord || kind == TokenKind::kName;
    if (word || kind == TokenKind::kPunctuation) token.hash = word_hash(text);
    if (word) {
      const WordUse use = use_of_word(text, token.hash);
      token.is_keyword = use.is_keyword;
      token.is_reserved = use.is_reserved;
    }
    first_ = false;
    tokens_.list.push_back(token);
  }

  // The text where it stands in the line, or a copy that lives as long as the tokens.
  std::string_view kept(std::string text, std::string_view in_line) {
    if (text == in_line) return in_line;
    return tokens_.made.emplace_front(std::move(text));
  }

  void report(std::string code, const Span& span, Text message, Text help) {
    diagnostics_.push_back(
        {std::move(code), Severity::kError, span, std::move(message), std::move(help)});
  }

  void next_token() {
    const char c = text_[offset_];
    if (c == '"') return read_text();
    if (reading_ == Reading::kFiles && c != ',') return read_file();
    if (is_digit(c)) return read_number();
    if (is_ascii_letter(c) || c == '_') return read_word();
    size_t after = offset_;
    if (is_letter(next_character(text_, after))) return read_word();
    if (const std::string_view mark = mark_at(text_.substr(offset_)); !mark.empty()) {
      return push(TokenKind::kPunctuation, mark, offset_, offset_ + mark.size());
    }
    const size_t start = offset_;
    const std::string shown(text_.substr(start, after - start));
    push(TokenKind::kBad, text_.substr(start, after - start), start, after);
    report("unexpected-character", tokens_.list.back().span,
           {"Ký tự `" + shown + "` không có trong ngôn ngữ này.",
            "The character `" + shown + "` has no meaning here."},
           {"Xóa nó, hoặc để nó trong văn bản ngoài khối luat.",
            "Remove it, or keep it in the prose outside the block."});
  }

  void read_file() {
    const size_t start = offset_;
    while (offset_ < text_.size() && !is_blank(text_[offset_]) && text_[offset_] != ',') ++offset_;
    push(TokenKind::kRaw, text_.substr(start, offset_ - start), start, offset_);
  }

  void read_text() {
    const size_t start = offset_;
    size_t at = start + 1;
    while (at < text_.size() && text_[at] != '"' && text_[at] != '\\') ++at;
    if (at < text_.size() && text_[at] == '"') {  // nothing to undo
      push(TokenKind::kText, text_.substr(start + 1, at - start - 1), start, at + 1);
      return;
    }
    std::string text;
    at = start + 1;
    while (at < text_.size() && text_[at] != '"') {
      if (text_[at] == '\\' && at + 1 < text_.size()) {
        ++at;
        if (text_[at] == 'n') {
          text += '\n';
        } else if (text_[at] == '"' || text_[at] == '\\') {
          text += text_[at];
        } else {
          text += '\\';
          continue;
        }
      } else {
        text += text_[at];
      }
      ++at;
    }
    const bool closed = at < text_.size();
    if (closed) {
      push(TokenKind::kText, kept(std::move(text), {}), start, at + 1);
      return;
    }
    push(TokenKind::kBad, kept(std::move(text), {}), start, text_.size());
    report("unterminated-text", tokens_.list.back().span,
           {"Đoạn chữ trong ngoặc kép không được đóng trên dòng này.",
            "This text in quotes is not closed on its line."},
           {"Thêm dấu \" ở cuối đoạn chữ.", "Add a \" at the end of the text."});
  }

  // Digits that look like a date, however wrong: its length, or 0.
  size_t date_like() const {
    const size_t first = digits_at(text_, offset_);
    for (const char mark : {'-', '/'}) {
      size_t at = offset_ + first;
      if (at >= text_.size() || text_[at] != mark) continue;
      const size_t second = digits_at(text_, at + 1);
      if (second == 0 || second > 4) continue;
      at += 1 + second;
      const bool third = at < text_.size() && text_[at] == mark && digits_at(text_, at + 1) > 0;
      if (third) return at + 1 + digits_at(text_, at + 1) - offset_;
      if (mark == '-' && first == 4 && second == 2) return at - offset_;
    }
    return 0;
  }

  void read_number() {
    const size_t start = offset_;
    if (const size_t length = date_like(); length > 0) {
      read_date(start, start + length);
      return;
    }
    size_t end = start + digits_at(text_, start);
    const bool plain = end == text_.size() || is_blank(text_[end]) || text_[end] == ',' ||
                       text_[end] == ')' || text_[end] == '%';
    if (plain && end - start <= kDigitsMax) {
      push(TokenKind::kNumber, text_.substr(start, end - start), start, end);
      return;
    }
    end = start;
    std::string digits;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '_')) {
      if (text_[end] != '_') digits += text_[end];
      ++end;
    }
    int points = 0;
    while (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
      const size_t length = digits_at(text_, end + 1);
      digits += text_.substr(end, length + 1);
      end += length + 1;
      ++points;
    }
    const size_t tail = word_end(text_, end);
    if (tail == end && points <= 1 && digits.size() <= kDigitsMax && text_[end - 1] != '_') {
      push(TokenKind::kNumber, kept(std::move(digits), text_.substr(start, end - start)), start,
           end);
      return;
    }
    push(TokenKind::kBad, kept(std::move(digits), {}), start, tail);
    const std::string shown(text_.substr(start, std::min<size_t>(tail - start, 40)));
    report("bad-number", tokens_.list.back().span,
           {"`" + shown + "` không phải là số viết đúng.", "`" + shown + "` is not a number."},
           {"Tách hàng nghìn bằng `_`, phần lẻ bằng `.`, và để một dấu cách trước đơn vị: "
            "`2_340_000 VND`, `0.5`.",
            "Group thousands with `_`, write decimals with `.`, and put a space before the unit: "
            "`2_340_000 VND`, `0.5`."});
  }

  void read_date(size_t start, size_t end) {
    const std::string_view written = text_.substr(start, end - start);
    const std::string shown(written);
    std::string problem;
    if (shown.size() == 7) {
      const auto month = Month::parse(shown);
      if (month) return push(TokenKind::kMonth, written, start, end);
      problem = month.error();
    } else {
      const auto date = Date::parse(shown);
      if (date) return push(TokenKind::kDate, written, start, end);
      problem = date.error();
    }
    push(TokenKind::kBad, written, start, end);
    Text message = {"`" + shown + "` không phải là ngày hoặc tháng có thật.",
                    "`" + shown + "` is not a date or month that exists."};
    Text help = {"Viết năm-tháng-ngày: `2025-07-01`, hoặc năm-tháng: `2025-07`.",
                 "Write year-month-day: `2025-07-01`, or year-month: `2025-07`."};
    if (problem == "swapped") {
      const std::string swapped = shown.substr(0, 5) + shown.substr(8, 2) + shown.substr(4, 3);
      help = {"Ngày và tháng bị đổi chỗ? Viết `" + swapped + "`.",
              "Have day and month changed places? Write `" + swapped + "`."};
    } else if (problem == "year") {
      help = {"Năm phải từ 1800 đến 2400.", "The year must be from 1800 to 2400."};
    }
    report("bad-date", tokens_.list.back().span, std::move(message), std::move(help));
  }

  void read_word() {
    const std::string_view rest = text_.substr(offset_);
    std::string_view english;
    if (vietnamese_) {
      const std::string_view phrase = match_vietnamese(rest, english);
      if (!phrase.empty()) return read_phrase(phrase, english);
    }
    const size_t end = word_end(text_, offset_);
    const std::string_view word = text_.substr(offset_, end - offset_);
    if (!vietnamese_ && word == "cite") return read_cite(offset_, end);
    push(vietnamese_ ? TokenKind::kName : TokenKind::kWord, word, offset_, end);
  }

  void read_phrase(std::string_view phrase, std::string_view english) {
    const size_t start = offset_;
    const size_t end = start + phrase.size();
    if (english == "cite") return read_cite(start, end);
    const Span span = span_of(start, end);
    while (!english.empty()) {
      const std::string_view word = english.substr(0, english.find(' '));
      push(TokenKind::kWord, word, span, start);
      english.remove_prefix(std::min(word.size() + 1, english.size()));
    }
    offset_ = end;
  }

  void read_cite(size_t start, size_t end) {
    const std::string_view rest = trim(text_.substr(end));
    push(TokenKind::kCite, rest, start, text_.size());
  }

  uint32_t source_;
  bool vietnamese_;
  Diagnostics& diagnostics_;
  Tokens tokens_;
  std::string_view text_;
  size_t offset_ = 0;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
  size_t counted_ = 0;
  uint32_t counted_column_ = 0;
  bool ascii_ = true;  // the line: columns are bytes
  bool first_ = true;
  Reading reading_ = Reading::kPlain;
};

}  // namespace

Tokens tokenize_block(std::string_view text, uint32_t source, uint32_t line, bool vietnamese,
                      Diagnostics& diagnostics) {
  Lexer lexer(source, vietnamese, diagnostics);
  lexer.block(text, line);
  return lexer.take();
}

Tokens tokenize_cell(std::string_view text, const Span& place, bool vietnamese,
                     Diagnostics& diagnostics) {
  Lexer lexer(place.file, vietnamese, diagnostics);
  lexer.cell(text, place);
  return lexer.take();
}

}  // namespace ansinh::law
