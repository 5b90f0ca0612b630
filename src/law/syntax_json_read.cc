#include <algorithm>
#include <utility>

#include "base/text.h"
#include "law/format.h"
#include "law/parse.h"
#include "law/syntax_fields.h"
#include "law/syntax_json.h"
#include "law/syntax_names.h"

namespace ansinh::law {

namespace json_form {

namespace {

// Keeps the first error and the JSON pointer of where it reads.
struct Reading {
  std::string pointer;
  std::optional<Diagnostic> error;
  int depth = 0;

  void fail(const Text& message) {
    if (error) return;
    const std::string where = pointer.empty() ? "/" : pointer;
    error = Diagnostic{"bad-law-json",
                       Severity::kError,
                       {},
                       {where + ": " + message.vi, where + ": " + message.en},
                       {"Xem docs/law.schema.json.", "See docs/law.schema.json."}};
  }
};

constexpr int kJsonDepthMax = 500;

class Inside {
 public:
  Inside(Reading& reading, const std::string& step)
      : reading_(reading), length_(reading.pointer.size()) {
    reading_.pointer += "/" + step;
    if (++reading_.depth > kJsonDepthMax) {
      reading_.fail({"lồng nhau quá sâu", "nested too deeply"});
    }
  }
  ~Inside() {
    --reading_.depth;
    reading_.pointer.resize(length_);
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  Reading& reading_;
  size_t length_;
};

template <typename T>
void read(const Json& json, T& value, Reading& reading);

// Reads the members of one object, and complains of those that nobody asked for.
class ObjectReader {
 public:
  ObjectReader(const Json& json, Reading& reading, std::initializer_list<std::string> known = {})
      : json_(json), reading_(reading), known_(known) {
    if (!json.is_object()) reading.fail({"cần một đối tượng", "an object is needed"});
  }
  template <typename T>
  void required(const char* name, T& value) {
    if (!member(name, value)) {
      reading_.fail(
          {"thiếu `" + std::string(name) + "`", "`" + std::string(name) + "` is missing"});
    }
  }
  template <typename T>
  void optional(const char* name, T& value) {
    member(name, value);
  }
  template <typename T>
  void required(const char* name, Rare<T>& value) {
    T plain;
    required(name, plain);
    value = std::move(plain);
  }
  template <typename T>
  void optional(const char* name, Rare<T>& value) {
    T plain;
    optional(name, plain);
    value = std::move(plain);
  }
  void sized(std::vector<Span>& spans, size_t count) { spans.resize(count); }
  void implied(bool& flag) { flag = true; }
  void finish() {
    if (reading_.error) return;
    for (const auto& entry : json_.items()) {
      if (std::find(known_.begin(), known_.end(), entry.key()) != known_.end()) continue;
      const std::string near = nearest(entry.key(), known_);
      const std::string vi = near.empty() ? "" : "; ý bạn là `" + near + "`?";
      const std::string en = near.empty() ? "" : "; do you mean `" + near + "`?";
      reading_.fail({"không có trường `" + entry.key() + "`" + vi,
                     "there is no field `" + entry.key() + "`" + en});
      return;
    }
  }

 private:
  template <typename T>
  bool member(const char* name, T& value) {
    known_.emplace_back(name);
    if (reading_.error) return true;
    const auto found = json_.find(name);
    if (found == json_.end()) return false;
    const Inside inside(reading_, name);
    read(*found, value, reading_);
    return true;
  }

  const Json& json_;
  Reading& reading_;
  std::vector<std::string> known_;
};

void read_string(const Json& json, std::string& value, Reading& reading) {
  if (!json.is_string()) return reading.fail({"cần một chuỗi", "a string is needed"});
  value = json.get<std::string>();
  // Not at the start, where a byte order mark would be dropped.
  const std::string inside = "." + value;
  const auto normalized = normalize(inside);
  if (!normalized || *normalized != inside) {
    reading.fail({"chuỗi phải là UTF-8 dạng NFC", "the string must be UTF-8 in normal form C"});
  }
}

template <typename T>
void read_parsed(const Json& json, T& value, Reading& reading, const Text& wanted) {
  std::string text;
  read_string(json, text, reading);
  if (reading.error) return;
  const auto parsed = T::parse(text);
  if (parsed) {
    value = *parsed;
  } else {
    reading.fail({"cần " + wanted.vi + ", không phải `" + text + "`",
                  wanted.en + " is needed, not `" + text + "`"});
  }
}

void read_text(const Json& json, Text& text, Reading& reading) {
  ObjectReader object(json, reading);
  object.required("vi", text.vi);
  object.required("en", text.en);
  object.finish();
}

template <typename T>
void read_name(const Json& json, T& value, Names<T> names, Reading& reading) {
  std::string text;
  read_string(json, text, reading);
  if (reading.error) return;
  std::vector<std::string> all;
  for (const auto& [one, name] : names) {
    if (name == text) {
      value = one;
      return;
    }
    all.emplace_back(name);
  }
  const std::string near = nearest(text, all);
  const std::string vi = near.empty() ? "" : "; ý bạn là `" + near + "`?";
  const std::string en = near.empty() ? "" : "; do you mean `" + near + "`?";
  reading.fail({"không có giá trị `" + text + "`" + vi, "there is no value `" + text + "`" + en});
}

void read_expr(const Json& json, Expr& expr, Reading& reading) {
  ObjectReader object(json, reading);
  object.required("kind", expr.kind);
  if (reading.error) return;
  const KindInfo& kind = info(expr.kind);
  switch (kind.field) {
    case KindField::kNothing:
      break;
    case KindField::kName:
      object.required("name", expr.name);
      break;
    case KindField::kMaybeName:
      object.optional("name", expr.name);
      break;
    case KindField::kNumber:
      object.required("number", expr.number);
      object.optional("of", expr.unit.of);
      object.optional("per", expr.unit.per);
      break;
    case KindField::kDate:
      object.required("date", expr.date);
      break;
    case KindField::kMonth:
      object.required("month", expr.month_literal);
      break;
    case KindField::kText:
      object.required("text", expr.text);
      break;
    case KindField::kReason:
      object.required("reason", expr.reason);
      break;
  }
  if (expr.kind == ExprKind::kRounded) object.required("rounding", expr.rounding);
  if (expr.kind == ExprKind::kRange) object.optional("half_open", expr.half_open);
  if (kind.args_max > 0) object.optional("args", expr.args);
  object.finish();
  const size_t count = expr.args.size();
  if (count >= kind.args_min && count <= kind.args_max) return;
  const std::string has = std::to_string(count);
  const std::string name(kind.name);
  reading.fail({"`" + name + "` không thể có " + has + " toán hạng",
                "`" + name + "` cannot have " + has + " operands"});
}

template <size_t kIndex = 0, typename... T>
void read_alternative(const Json& json, const char* tag, const std::string& name,
                      std::variant<T...>& value, Reading& reading) {
  if constexpr (kIndex < sizeof...(T)) {
    using Alternative = std::variant_alternative_t<kIndex, std::variant<T...>>;
    if (kTypeName<Alternative> != name) {
      read_alternative<kIndex + 1>(json, tag, name, value, reading);
      return;
    }
    Alternative found{};
    ObjectReader object(json, reading, {tag});
    fields(object, found);
    object.finish();
    value = std::move(found);
  } else {
    reading.fail({"không có loại `" + name + "`", "there is no kind `" + name + "`"});
  }
}

template <typename V>
void read_tagged(const Json& json, const char* tag, V& value, Reading& reading) {
  if (!json.is_object()) return reading.fail({"cần một đối tượng", "an object is needed"});
  const auto found = json.find(tag);
  if (found == json.end() || !found->is_string()) {
    const std::string name(tag);
    return reading.fail({"thiếu `" + name + "`", "`" + name + "` is missing"});
  }
  read_alternative(json, tag, found->template get<std::string>(), value, reading);
}

template <typename T>
void read(const Json& json, T& value, Reading& reading) {
  if (reading.error) return;
  if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) return reading.fail({"cần true hoặc false", "true or false is needed"});
    value = json.get<bool>();
  } else if constexpr (std::is_same_v<T, int>) {
    constexpr int64_t kIntMax = 1'000'000;
    const bool whole = json.is_number_integer();
    if (!whole || json.get<int64_t>() < 0 || json.get<int64_t>() > kIntMax)
      return reading.fail({"cần một số nguyên", "a whole number is needed"});
    value = json.get<int>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    read_string(json, value, reading);
  } else if constexpr (std::is_same_v<T, Rational>) {
    read_parsed(json, value, reading, {"một số viết trong chuỗi", "a number in a string"});
  } else if constexpr (std::is_same_v<T, Date>) {
    read_parsed(json, value, reading, {"một ngày", "a date"});
  } else if constexpr (std::is_same_v<T, Month>) {
    read_parsed(json, value, reading, {"một tháng", "a month"});
  } else if constexpr (std::is_same_v<T, Text>) {
    read_text(json, value, reading);
  } else if constexpr (std::is_same_v<T, Label>) {
    read_text(json, value.text, reading);
  } else if constexpr (std::is_same_v<T, Expr>) {
    read_expr(json, value, reading);
  } else if constexpr (std::is_enum_v<T>) {
    read_name(json, value, names_of(T{}), reading);
  } else if constexpr (IsOptional<T>::value) {
    read(json, value.emplace(), reading);
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) return reading.fail({"cần một mảng", "an array is needed"});
    for (size_t i = 0; i < json.size() && !reading.error; ++i) {
      const Inside inside(reading, std::to_string(i));
      read(json[i], value.emplace_back(), reading);
    }
  } else if constexpr (std::is_same_v<T, Item>) {
    read_tagged(json, "item", value.value, reading);
  } else if constexpr (IsVariant<T>::value) {
    read_tagged(json, "part", value, reading);
  } else {
    ObjectReader object(json, reading);
    fields(object, value);
    object.finish();
  }
}

// A tree of the right shape may still be no program (a name with a blank in it): only what is read
// back from its own text is one.
std::optional<Diagnostic> check_program(const File& file, Reading& reading) {
  Diagnostics diagnostics;
  const File again = parse_file({file.path, format_file(file)}, 0, diagnostics);
  const Json wanted = without_spellings(file);
  const Json found = without_spellings(again);
  if (wanted == found) return std::nullopt;
  const Json difference = Json::diff(wanted, found);
  reading.pointer = difference.empty() ? "" : difference[0].value("path", "");
  Text message = {"không thể viết thành văn bản của ngôn ngữ",
                  "this cannot be written in the language"};
  if (!diagnostics.empty()) {
    message.vi += ": " + diagnostics[0].message.vi;
    message.en += ": " + diagnostics[0].message.en;
  }
  reading.fail(message);
  return reading.error;
}

}  // namespace

}  // namespace json_form

std::expected<File, Diagnostic> from_json(const nlohmann::ordered_json& json) {
  json_form::Reading reading;
  File file;
  json_form::ObjectReader object(json, reading);
  int version = 0;
  object.required("version", version);
  if (!reading.error && version != 1) {
    reading.pointer = "/version";
    reading.fail({"chỉ đọc được phiên bản 1", "only version 1 can be read"});
  }
  json_form::fields(object, file);
  object.finish();
  if (reading.error) return std::unexpected(*reading.error);
  if (auto error = json_form::check_program(file, reading)) return std::unexpected(*error);
  return file;
}

}  // namespace ansinh::law
