#include "law/syntax_json.h"

#include <utility>

#include "law/syntax_fields.h"
#include "law/syntax_names.h"

namespace ansinh::law {

namespace json_form {

namespace {

// ---- what is left out --------------------------------------------------------------------------

bool is_empty(const std::string& v) { return v.empty(); }
bool is_empty(bool v) { return !v; }
bool is_empty(int v) { return v == 1; }  // the month and day of a yearly step
bool is_empty(const Text& v) { return v.vi.empty() && v.en.empty(); }
bool is_empty(const Label& v) { return !v.given(); }
bool is_empty(const OrderClause& v) { return !v.written; }
bool is_empty(Rounding v) { return v == Rounding::kHalfUp; }
bool is_empty(Date v) { return v == Date{}; }
template <typename T>
bool is_empty(const std::optional<T>& v) {
  return !v.has_value();
}
template <typename T>
bool is_empty(const std::vector<T>& v) {
  return v.empty();
}

// ---- writing -----------------------------------------------------------------------------------

template <typename T>
Json write(const T& value);

class Writer {
 public:
  explicit Writer(Json& into) : into_(into) {}
  template <typename T>
  void required(const char* name, const T& value) {
    into_[name] = write(value);
  }
  template <typename T>
  void optional(const char* name, const T& value) {
    if (!is_empty(value)) required(name, value);
  }
  void sized(const std::vector<Span>&, size_t) {}
  void implied(bool) {}

 private:
  Json& into_;
};

Json write_text(const Text& text) { return Json{{"vi", text.vi}, {"en", text.en}}; }

Json write_expr(const Expr& expr) {
  Json json = Json::object();
  json["kind"] = info(expr.kind).name;
  switch (info(expr.kind).field) {
    case KindField::kNothing:
      break;
    case KindField::kName:
      json["name"] = expr.name;
      break;
    case KindField::kMaybeName:
      if (!expr.name.empty()) json["name"] = expr.name;
      break;
    case KindField::kNumber:
      json["number"] = expr.number.to_string();
      if (!expr.unit.of.empty()) json["of"] = *expr.unit.of;
      if (!expr.unit.per.empty()) json["per"] = *expr.unit.per;
      break;
    case KindField::kDate:
      json["date"] = expr.date.to_string();
      break;
    case KindField::kMonth:
      json["month"] = expr.month_literal.to_string();
      break;
    case KindField::kText:
      json["text"] = *expr.text;
      break;
    case KindField::kReason:
      json["reason"] = write_text(expr.reason);
      break;
  }
  if (expr.kind == ExprKind::kRounded) json["rounding"] = write(expr.rounding);
  if (expr.kind == ExprKind::kRange && expr.half_open) json["half_open"] = true;
  if (!expr.args.empty()) json["args"] = write(expr.args);
  return json;
}

template <typename T>
Json write_tagged(const char* tag, const T& value) {
  Json json = Json::object();
  json[tag] = kTypeName<T>;
  Writer writer(json);
  fields(writer, value);
  return json;
}

template <typename T>
Json write(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, int> ||
                std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, Rational> || std::is_same_v<T, Date>) {
    return value.to_string();
  } else if constexpr (std::is_same_v<T, Text>) {
    return write_text(value);
  } else if constexpr (std::is_same_v<T, Label>) {
    return write_text(value.text);
  } else if constexpr (std::is_same_v<T, Expr>) {
    return write_expr(value);
  } else if constexpr (std::is_enum_v<T>) {
    for (const auto& [one, name] : names_of(T{})) {
      if (one == value) return name;
    }
    return nullptr;
  } else if constexpr (IsOptional<T>::value) {
    return write(*value);
  } else if constexpr (IsVector<T>::value) {
    Json json = Json::array();
    for (const auto& one : value) json.push_back(write(one));
    return json;
  } else if constexpr (std::is_same_v<T, Item>) {
    return std::visit([](const auto& item) { return write_tagged("item", item); }, value.value);
  } else if constexpr (IsVariant<T>::value) {
    return std::visit([](const auto& part) { return write_tagged("part", part); }, value);
  } else {
    Json json = Json::object();
    Writer writer(json);
    fields(writer, value);
    return json;
  }
}

// Without the spelling of cells that were read as values.
void strip_spellings(Json& json) {
  if (json.is_object() && json.size() == 2 && json.contains("text") && json.contains("value")) {
    json.erase("text");
  }
  if (json.is_structured()) {
    for (Json& child : json) strip_spellings(child);
  }
}

}  // namespace

Json without_spellings(const File& file) {
  Json json = write(file);
  strip_spellings(json);
  return json;
}

}  // namespace json_form

nlohmann::ordered_json to_json(const File& file) {
  nlohmann::ordered_json json = {{"version", 1}};
  json_form::Writer writer(json);
  json_form::fields(writer, file);
  return json;
}

nlohmann::ordered_json to_json(const Expr& expr) { return json_form::write(expr); }

bool same(const File& a, const File& b) {
  return json_form::without_spellings(a) == json_form::without_spellings(b);
}

}  // namespace ansinh::law
