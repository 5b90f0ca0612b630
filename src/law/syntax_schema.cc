#include <algorithm>
#include <utility>

#include "law/syntax_fields.h"
#include "law/syntax_json.h"
#include "law/syntax_names.h"

namespace ansinh::law {

namespace json_form {

namespace {

class Schema {
 public:
  template <typename T>
  Json of();

  // The object of one type's fields.
  class Fields {
   public:
    explicit Fields(Schema& schema) : schema_(schema) {}
    template <typename T>
    void required(const char* name, T&) {
      properties[name] = schema_.of<T>();
      needed.push_back(name);
    }
    template <typename T>
    void optional(const char* name, T&) {
      properties[name] = schema_.of<T>();
    }
    void sized(std::vector<Span>&, size_t) {}
    void implied(bool) {}
    Json take() {
      Json json = {{"type", "object"}, {"properties", std::move(properties)}};
      if (!needed.empty()) json["required"] = std::move(needed);
      json["additionalProperties"] = false;
      return json;
    }

    Json properties = Json::object();
    Json needed = Json::array();

   private:
    Schema& schema_;
  };

  template <typename T>
  Json object(const char* tag = nullptr) {
    Fields found(*this);
    if (tag != nullptr) {
      found.properties[tag] = {{"const", kTypeName<T>}};
      found.needed.push_back(tag);
    }
    T value{};
    fields(found, value);
    return found.take();
  }

  template <typename... T>
  Json alternatives(const char* tag, const std::variant<T...>*) {
    Json choice = Json::array();
    (choice.push_back(defined(std::string(kTypeName<T>), [&] { return object<T>(tag); })), ...);
    return {{"oneOf", std::move(choice)}};
  }

  // A reference to a definition, made when first asked for.
  template <typename Make>
  Json defined(const std::string& name, Make make) {
    if (!definitions_.contains(name)) {
      definitions_[name] = true;  // for types that hold themselves
      Json made = make();
      definitions_[name] = std::move(made);
    }
    return {{"$ref", "#/$defs/" + name}};
  }

  Json expression();
  Json take_definitions() { return std::move(definitions_); }

 private:
  Json definitions_ = Json::object();
};

Json string_schema(const char* pattern) { return {{"type", "string"}, {"pattern", pattern}}; }
constexpr const char* kDatePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
constexpr const char* kMonthPattern = "^[0-9]{4}-[0-9]{2}$";
constexpr const char* kNumberPattern = "^[0-9]+(\\.[0-9]+)?$";

// What beside "kind" an expression of a kind must and may have.
struct Shape {
  Json needed = Json::array();
  Json allowed = Json::object();

  explicit Shape(const KindInfo& kind) {
    switch (kind.field) {
      case KindField::kNothing:
        break;
      case KindField::kName:
        need("name");
        break;
      case KindField::kMaybeName:
        allow("name");
        break;
      case KindField::kNumber:
        need("number");
        allow("of");
        allow("per");
        break;
      case KindField::kDate:
        need("date");
        break;
      case KindField::kMonth:
        need("month");
        break;
      case KindField::kText:
        need("text");
        break;
      case KindField::kReason:
        need("reason");
        break;
    }
    if (kind.kind == ExprKind::kRounded) need("rounding");
    if (kind.kind == ExprKind::kRange) allow("half_open");
    if (kind.args_max == 0) return;
    allow("args");
    if (kind.args_min > 0) {
      needed.push_back("args");
      allowed["args"]["minItems"] = kind.args_min;
    }
    if (kind.args_max != kAnyNumber) allowed["args"]["maxItems"] = kind.args_max;
  }

 private:
  void allow(const char* name) { allowed[name] = Json::object(); }
  void need(const char* name) {
    allow(name);
    needed.push_back(name);
  }
};

// All fields once; then, by groups of kinds of one shape, which of them there must and may be. (One
// alternative a kind would make validators try every kind at every depth.)
Json Schema::expression() {
  const Json text = {{"type", "string"}};
  Json names = Json::array();
  std::vector<std::pair<Shape, Json>> groups;
  for (const KindInfo& one : kinds()) {
    names.push_back(one.name);
    const Shape shape(one);
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.first.needed == shape.needed && group.first.allowed == shape.allowed;
    });
    if (found == groups.end()) {
      groups.emplace_back(shape, Json::array({one.name}));
    } else {
      found->second.push_back(one.name);
    }
  }
  Json args = {{"type", "array"}, {"items", {{"$ref", "#/$defs/expression"}}}};
  const Json properties = {{"kind", {{"enum", std::move(names)}}},
                           {"name", text},
                           {"number", string_schema(kNumberPattern)},
                           {"of", text},
                           {"per", {{"enum", {"day", "month", "year"}}}},
                           {"date", string_schema(kDatePattern)},
                           {"month", string_schema(kMonthPattern)},
                           {"text", text},
                           {"reason", of<Text>()},
                           {"rounding", of<Rounding>()},
                           {"half_open", of<bool>()},
                           {"args", std::move(args)}};
  Json rules = Json::array();
  for (const auto& [shape, kinds_of_shape] : groups) {
    Json then = shape.allowed;
    for (const auto& entry : properties.items()) {
      if (entry.key() != "kind" && !then.contains(entry.key())) then[entry.key()] = false;
    }
    Json rule = {{"properties", std::move(then)}};
    if (!shape.needed.empty()) rule["required"] = shape.needed;
    rules.push_back({{"if", {{"properties", {{"kind", {{"enum", kinds_of_shape}}}}}}},
                     {"then", std::move(rule)}});
  }
  return {{"type", "object"},
          {"properties", properties},
          {"required", Json::array({"kind"})},
          {"additionalProperties", false},
          {"allOf", std::move(rules)}};
}

template <typename T>
Json Schema::of() {
  if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_same_v<T, int>) {
    return {{"type", "integer"}, {"minimum", 0}};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (std::is_same_v<T, Rational>) {
    return string_schema(kNumberPattern);
  } else if constexpr (std::is_same_v<T, Date>) {
    return string_schema(kDatePattern);
  } else if constexpr (std::is_same_v<T, Text> || std::is_same_v<T, Label>) {
    return defined("text", [] {
      const Json text = {{"type", "string"}};
      return Json{{"type", "object"},
                  {"properties", {{"vi", text}, {"en", text}}},
                  {"required", {"vi", "en"}},
                  {"additionalProperties", false}};
    });
  } else if constexpr (std::is_same_v<T, ExprKind>) {
    return {{"enum", {"at-least", "at-most", "rounded"}}};  // of a finishing clause
  } else if constexpr (std::is_enum_v<T>) {
    Json names = Json::array();
    for (const auto& [one, name] : names_of(T{})) names.push_back(name);
    return {{"enum", std::move(names)}};
  } else if constexpr (std::is_same_v<T, Expr>) {
    return defined("expression", [this] { return expression(); });
  } else if constexpr (IsOptional<T>::value) {
    return of<typename T::value_type>();
  } else if constexpr (IsVector<T>::value) {
    return {{"type", "array"}, {"items", of<typename T::value_type>()}};
  } else if constexpr (std::is_same_v<T, Item>) {
    const ItemValue* none = nullptr;
    return defined("item", [&] { return alternatives("item", none); });
  } else if constexpr (IsVariant<T>::value) {
    const T* none = nullptr;
    return defined("part", [&] { return alternatives("part", none); });
  } else {
    return defined(std::string(kTypeName<T>), [this] { return object<T>(); });
  }
}

}  // namespace

}  // namespace json_form

nlohmann::ordered_json law_schema() {
  json_form::Schema schema;
  json_form::Schema::Fields top(schema);
  top.properties["version"] = {{"const", 1}};
  top.needed.push_back("version");
  File file;
  json_form::fields(top, file);
  nlohmann::ordered_json json = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                                 {"$id", "law.schema.json"},
                                 {"title", "A law file of An Sinh"}};
  json.update(top.take());
  json["$defs"] = schema.take_definitions();
  return json;
}

}  // namespace ansinh::law
