#include "law/syntax_json.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "law/format.h"
#include "law/parse.h"
#include "law/syntax_fields.h"

namespace ansinh::law {

namespace json_form {

using Json = nlohmann::ordered_json;

// ---- names of values ---------------------------------------------------------------------------

template <typename T>
using Names = std::span<const std::pair<T, std::string_view>>;

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsVariant : std::false_type {};
template <typename... T>
struct IsVariant<std::variant<T...>> : std::true_type {};

Names<Rounding> names_of(Rounding) {
  static constexpr auto kNames = std::to_array<std::pair<Rounding, std::string_view>>(
      {{Rounding::kHalfUp, "half-up"},
       {Rounding::kHalfEven, "half-even"},
       {Rounding::kUp, "up"},
       {Rounding::kDown, "down"}});
  return kNames;
}

Names<ShortMonth> names_of(ShortMonth) {
  static constexpr auto kNames = std::to_array<std::pair<ShortMonth, std::string_view>>(
      {{ShortMonth::kLastDay, "last-day"}, {ShortMonth::kNextFirstDay, "next-first-day"}});
  return kNames;
}

Names<EntityForm> names_of(EntityForm) {
  static constexpr auto kNames = std::to_array<std::pair<EntityForm, std::string_view>>(
      {{EntityForm::kEntity, "entity"},
       {EntityForm::kSpellsByMonth, "spells-by-month"},
       {EntityForm::kSpellsByDay, "spells-by-day"},
       {EntityForm::kDates, "dates"},
       {EntityForm::kFactsOf, "facts-of"}});
  return kNames;
}

Names<Frequency> names_of(Frequency) {
  static constexpr auto kNames = std::to_array<std::pair<Frequency, std::string_view>>(
      {{Frequency::kOnce, "once"},
       {Frequency::kDay, "day"},
       {Frequency::kMonth, "month"},
       {Frequency::kYear, "year"}});
  return kNames;
}

Names<StepForm> names_of(StepForm) {
  static constexpr auto kNames = std::to_array<std::pair<StepForm, std::string_view>>(
      {{StepForm::kOnDate, "on-date"},
       {StepForm::kEachYear, "each-year"},
       {StepForm::kEachMonth, "each-month"},
       {StepForm::kEachChange, "each-change"}});
  return kNames;
}

Names<ExpectForm> names_of(ExpectForm) {
  static constexpr auto kNames = std::to_array<std::pair<ExpectForm, std::string_view>>(
      {{ExpectForm::kValue, "value"},
       {ExpectForm::kUnknown, "unknown"},
       {ExpectForm::kRefused, "refused"},
       {ExpectForm::kIncomplete, "incomplete"},
       {ExpectForm::kError, "error"},
       {ExpectForm::kEntitled, "entitled"},
       {ExpectForm::kNotEntitled, "not-entitled"},
       {ExpectForm::kCannotTell, "cannot-tell"}});
  return kNames;
}

Names<ExprKind> names_of(ExprKind) {
  static const auto kNames = [] {
    std::vector<std::pair<ExprKind, std::string_view>> names;
    for (const KindInfo& one : kinds()) names.emplace_back(one.kind, one.name);
    return names;
  }();
  return kNames;
}

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
      if (!expr.unit.of.empty()) json["of"] = expr.unit.of;
      if (!expr.unit.per.empty()) json["per"] = expr.unit.per;
      break;
    case KindField::kDate:
      json["date"] = expr.date.to_string();
      break;
    case KindField::kMonth:
      json["month"] = expr.month_literal.to_string();
      break;
    case KindField::kText:
      json["text"] = expr.text;
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

// ---- reading -----------------------------------------------------------------------------------

// Keeps the first error and the JSON pointer of where it reads.
struct Reading {
  std::string pointer;
  std::optional<Diagnostic> error;
  int depth = 0;

  void fail(Text message) {
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
      reading_.fail({"thiếu `" + std::string(name) + "`", "`" + std::string(name) + "` is missing"});
    }
  }
  template <typename T>
  void optional(const char* name, T& value) {
    member(name, value);
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
void read_parsed(const Json& json, T& value, Reading& reading, Text wanted) {
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
    if (!whole || json.get<int64_t>() < 0 || json.get<int64_t>() > kIntMax) return reading.fail({"cần một số nguyên", "a whole number is needed"});
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

// ---- the schema --------------------------------------------------------------------------------

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
      case KindField::kNothing: break;
      case KindField::kName: need("name"); break;
      case KindField::kMaybeName: allow("name"); break;
      case KindField::kNumber:
        need("number");
        allow("of");
        allow("per");
        break;
      case KindField::kDate: need("date"); break;
      case KindField::kMonth: need("month"); break;
      case KindField::kText: need("text"); break;
      case KindField::kReason: need("reason"); break;
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

// Without the spelling of cells that were read as values.
void strip_spellings(Json& json) {
  if (json.is_object() && json.size() == 2 && json.contains("text") && json.contains("value")) {
    json.erase("text");
  }
  if (json.is_structured()) {
    for (Json& child : json) strip_spellings(child);
  }
}

Json without_spellings(const File& file) {
  Json json = write(file);
  strip_spellings(json);
  return json;
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
  Text message = {"không thể viết thành văn bản của ngôn ngữ", "this cannot be written in the language"};
  if (!diagnostics.empty()) {
    message.vi += ": " + diagnostics[0].message.vi;
    message.en += ": " + diagnostics[0].message.en;
  }
  reading.fail(std::move(message));
  return reading.error;
}

}  // namespace json_form

nlohmann::ordered_json to_json(const File& file) {
  nlohmann::ordered_json json = {{"version", 1}};
  json_form::Writer writer(json);
  json_form::fields(writer, file);
  return json;
}

nlohmann::ordered_json to_json(const Expr& expr) { return json_form::write(expr); }

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

bool same(const File& a, const File& b) {
  return json_form::without_spellings(a) == json_form::without_spellings(b);
}

}  // namespace ansinh::law
