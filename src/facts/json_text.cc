#include "facts/json_text.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "base/text.h"

namespace ansinh::facts {

namespace {

// Walks over the text token by token, in step with nlohmann's events.
class Cursor {
 public:
  Cursor(std::string_view text, uint32_t file) : text_(text), file_(file) {}

  // The next token. Only called for text that the parser has already accepted so far.
  std::string_view next(Span& span) {
    skip_to_token();
    const size_t begin = offset_;
    span = here();
    const size_t end = token_end();
    while (offset_ < end) step();
    span.length = span.line == line_ ? column_ - span.column : 0;
    return text_.substr(begin, end - begin);
  }

  Span here() const { return Span{file_, line_, column_, 1}; }

  // Moves to a byte offset ahead: the place of a fault.
  Span at(size_t offset) {
    while (offset_ < offset && offset_ < text_.size()) step();
    return here();
  }

 private:
  void skip_to_token() {
    while (offset_ < text_.size()) {
      const char c = text_[offset_];
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != ',' && c != ':') return;
      step();
    }
  }

  size_t token_end() const {
    if (offset_ >= text_.size()) return text_.size();
    size_t end = offset_ + 1;
    if (text_[offset_] == '"') {
      while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
      return std::min(end + 1, text_.size());
    }
    if (std::string_view("{}[]").find(text_[offset_]) != std::string_view::npos) return end;
    while (end < text_.size() &&
           std::string_view(" \n\t\r,:{}[]").find(text_[end]) == std::string_view::npos) {
      ++end;
    }
    return end;
  }

  void step() {
    const auto byte = static_cast<unsigned char>(text_[offset_++]);
    if (byte == '\n') {
      ++line_;
      column_ = 1;
    } else if (offset_ >= text_.size() ||
               (static_cast<unsigned char>(text_[offset_]) & 0xC0U) != 0x80U) {
      ++column_;  // the next byte begins another character
    }
  }

  std::string_view text_;
  uint32_t file_ = 0;
  size_t offset_ = 0;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
};

Diagnostic fault(std::string code, Span span, Text message, Text help) {
  return Diagnostic{std::move(code), Severity::kError, span, std::move(message), std::move(help)};
}

// Receives the events of nlohmann's parser; every handler returns false to stop.
class Reader {
 public:
  using Json = nlohmann::json;

  Reader(std::string_view text, uint32_t file) : cursor_(text, file) {}

  bool null() { return scalar(JsonKind::kNull, nullptr); }
  bool boolean(bool value) { return scalar(value ? JsonKind::kTrue : JsonKind::kFalse, nullptr); }
  bool number_integer(Json::number_integer_t) { return scalar(JsonKind::kNumber, nullptr); }
  bool number_unsigned(Json::number_unsigned_t) { return scalar(JsonKind::kNumber, nullptr); }
  bool number_float(Json::number_float_t, const std::string&) {
    return scalar(JsonKind::kNumber, nullptr);
  }
  bool string(std::string& value) { return scalar(JsonKind::kString, &value); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(size_t) { return open(JsonKind::kObject); }
  bool start_array(size_t) { return open(JsonKind::kArray); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& value) {
    Span span;
    cursor_.next(span);
    std::string name = normalized(value);
    if (!open_.back().keys.insert(name).second) {
      fault_ = fault(
          "json-duplicate-key", span,
          {"tên \"" + name + "\" được ghi hai lần trong cùng một đối tượng",
           "the name \"" + name + "\" is given twice in one object"},
          {"giữ lại một giá trị và xóa giá trị kia", "keep one of the two and delete the other"});
      return false;
    }
    open_.back().value.members.push_back(JsonMember{std::move(name), span, {}});
    return true;
  }

  bool parse_error(size_t position, const std::string& token, const nlohmann::detail::exception&) {
    const Span span = cursor_.at(position == 0 ? 0 : position - 1);
    fault_ = fault("json-malformed", span,
                   {"tệp không phải là JSON hợp lệ tại đây" + near(token),
                    "this is not valid JSON here" + near(token)},
                   {"kiểm tra dấu phẩy, dấu ngoặc và dấu nháy ở quanh vị trí này",
                    "check the commas, brackets and quotes around this place"});
    return false;
  }

  std::expected<JsonValue, Diagnostic> result() {
    if (fault_) return std::unexpected(std::move(*fault_));
    return std::move(root_);
  }

 private:
  struct Open {
    JsonValue value;
    std::unordered_set<std::string> keys;
  };

  static std::string normalized(const std::string& value) {
    auto text = normalize(value);
    if (text) return std::move(*text);
    return value;  // the parser accepts valid UTF-8 only
  }

  // What the parser last read, if it is short enough to say.
  static std::string near(const std::string& token) {
    if (token.empty() || token.size() > 40 || token.find('\n') != std::string::npos) return "";
    for (const char c : token) {
      if (static_cast<unsigned char>(c) < 0x20) return "";
    }
    return normalize(token) ? " (" + token + ")" : "";
  }

  bool scalar(JsonKind kind, const std::string* decoded) {
    JsonValue value;
    value.kind = kind;
    const std::string_view token = cursor_.next(value.span);
    if (decoded != nullptr) value.text = normalized(*decoded);
    if (kind == JsonKind::kNumber) value.text = std::string(token);
    place(std::move(value));
    return true;
  }

  bool open(JsonKind kind) {
    JsonValue value;
    value.kind = kind;
    cursor_.next(value.span);
    if (open_.size() >= static_cast<size_t>(kJsonDepthMax)) {
      fault_ = fault("json-too-deep", value.span,
                     {"các dấu ngoặc lồng nhau quá sâu (nhiều hơn 32 tầng)",
                      "brackets are nested too deep (more than 32 levels)"},
                     {"dữ kiện của một người không cần nhiều tầng như vậy: kiểm tra tệp",
                      "the facts of a person need no such depth: check the file"});
      return false;
    }
    open_.push_back(Open{std::move(value), {}});
    return true;
  }

  bool close() {
    Span span;
    cursor_.next(span);
    JsonValue value = std::move(open_.back().value);
    open_.pop_back();
    place(std::move(value));
    return true;
  }

  void place(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.kind == JsonKind::kArray) {
      open_.back().value.items.push_back(std::move(value));
    } else {
      open_.back().value.members.back().value = std::move(value);
    }
  }

  Cursor cursor_;
  std::vector<Open> open_;
  JsonValue root_;
  std::optional<Diagnostic> fault_;
};

}  // namespace

std::expected<JsonValue, Diagnostic> read_json_text(std::string_view text, uint32_t source_index) {
  const Span whole{source_index, 0, 0, 0};
  if (text.size() > kJsonBytesMax) {
    return std::unexpected(
        fault("json-too-large", whole, {"tệp lớn hơn 64 MiB", "the file is larger than 64 MiB"},
              {"chia tệp thành từng hộ gia đình", "split the file by household"}));
  }
  if (auto valid = normalize(text); !valid) {
    Cursor cursor(text, source_index);
    return std::unexpected(fault("json-not-utf8", cursor.at(valid.error()),
                                 {"tệp không phải là văn bản UTF-8", "the file is not UTF-8 text"},
                                 {"lưu lại tệp với bảng mã UTF-8", "save the file as UTF-8"}));
  }
  Reader reader(text, source_index);
  nlohmann::json::sax_parse(text, &reader);
  return reader.result();
}

}  // namespace ansinh::facts
