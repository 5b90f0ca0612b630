#include "http/json_check.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <regex>

#include "base/date.h"

namespace ansinh::http {

namespace {

constexpr size_t kJsonFaultsMax = 20;
constexpr int32_t kYearMin = 1800;
constexpr int32_t kYearMax = 2400;

size_t code_points(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// Patterns stand in our own code: there are few of them.
bool is_matched(const std::string& text, const std::string& pattern) {
  static std::mutex mutex;
  static std::map<std::string, std::regex> compiled;
  const std::lock_guard lock(mutex);
  auto found = compiled.find(pattern);
  if (found == compiled.end()) found = compiled.emplace(pattern, std::regex(pattern)).first;
  return std::regex_search(text, found->second);
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  return value.is_number_integer() &&
         (!value.is_number_unsigned() || value.get<uint64_t>() <= uint64_t{INT64_MAX});
}

class Check {
 public:
  explicit Check(std::vector<JsonFault>& faults) : faults_(faults) {}

  void check(const Json& value, const Json& schema, const std::string& at) {
    if (faults_.size() >= kJsonFaultsMax || !schema.is_object()) return;
    if (const auto type = schema.find("type"); type != schema.end()) {
      const auto name = type->get<std::string>();
      if (!is_of_type(value, name)) {
        return fault(at, {"phải là " + name, "must be of the type " + name});
      }
    }
    if (const auto wanted = schema.find("const"); wanted != schema.end() && value != *wanted) {
      return fault(at, {"phải là " + wanted->dump(), "must be " + wanted->dump()});
    }
    if (const auto any = schema.find("enum"); any != schema.end()) {
      if (std::find(any->begin(), any->end(), value) == any->end()) {
        return fault(at, {"phải là một trong " + any->dump(), "must be one of " + any->dump()});
      }
    }
    if (value.is_string()) check_text(value.get_ref<const std::string&>(), schema, at);
    if (value.is_number_integer()) check_number(value.get<int64_t>(), schema, at);
    if (value.is_array()) check_array(value, schema, at);
    if (value.is_object()) check_object(value, schema, at);
  }

 private:
  void fault(const std::string& at, Text message) {
    if (faults_.size() < kJsonFaultsMax) faults_.push_back({at, std::move(message)});
  }

  void check_text(const std::string& text, const Json& schema, const std::string& at) {
    if (text.find('\0') != std::string::npos) {
      return fault(at, {"không được có ký tự NUL", "must not have the character NUL"});
    }
    const size_t length = code_points(text);
    const auto least = schema.value("minLength", size_t{0});
    const auto most = schema.value("maxLength", SIZE_MAX);
    if (length < least || length > most) {
      const std::string limits = std::to_string(least) + "–" + std::to_string(most);
      return fault(at, {"phải dài " + limits + " ký tự", "must have " + limits + " characters"});
    }
    if (const auto pattern = schema.find("pattern");
        pattern != schema.end() && !is_matched(text, pattern->get<std::string>())) {
      return fault(at, {"phải theo mẫu " + pattern->get<std::string>(),
                        "must be like " + pattern->get<std::string>()});
    }
    if (schema.value("format", std::string()) == "date") {
      const auto date = Date::parse(text);
      if (!date || date->year() < kYearMin || date->year() > kYearMax) {
        fault(at, {"phải là ngày dạng 2026-07-01, từ năm 1800 đến 2400",
                   "must be a date like 2026-07-01, from 1800 to 2400"});
      }
    }
  }

  void check_number(int64_t number, const Json& schema, const std::string& at) {
    const auto least = schema.value("minimum", INT64_MIN);
    const auto most = schema.value("maximum", INT64_MAX);
    if (number < least || number > most) {
      const std::string limits = std::to_string(least) + "–" + std::to_string(most);
      fault(at, {"phải trong khoảng " + limits, "must be within " + limits});
    }
  }

  void check_array(const Json& array, const Json& schema, const std::string& at) {
    const auto least = schema.value("minItems", size_t{0});
    const auto most = schema.value("maxItems", SIZE_MAX);
    if (array.size() < least || array.size() > most) {
      const std::string limits = std::to_string(least) + "–" + std::to_string(most);
      return fault(at, {"phải có " + limits + " mục", "must have " + limits + " items"});
    }
    const auto items = schema.find("items");
    if (items == schema.end()) return;
    for (size_t i = 0; i < array.size(); ++i) {
      check(array[i], *items, at + "/" + std::to_string(i));
    }
  }

  void check_object(const Json& object, const Json& schema, const std::string& at) {
    const auto properties = schema.find("properties");
    if (properties == schema.end()) return;  // any object
    for (const auto& [name, value] : object.items()) {
      const auto known = properties->find(name);
      if (known != properties->end()) {
        check(value, *known, at + "/" + name);
      } else if (!schema.value("additionalProperties", false)) {
        fault(at + "/" + name, {"không có trường này", "there is no such field"});
      }
    }
    if (const auto required = schema.find("required"); required != schema.end()) {
      for (const Json& name : *required) {
        if (object.contains(name.get_ref<const std::string&>())) continue;
        fault(at, {"thiếu \"" + name.get<std::string>() + "\"",
                   "\"" + name.get<std::string>() + "\" is missing"});
      }
    }
  }

  std::vector<JsonFault>& faults_;
};

}  // namespace

std::vector<JsonFault> json_faults(const Json& value, const Json& schema) {
  std::vector<JsonFault> faults;
  Check(faults).check(value, schema, "");
  return faults;
}

Json object_schema(const Json& properties, const std::vector<std::string>& optional) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) {
    if (std::find(optional.begin(), optional.end(), name) == optional.end()) {
      required.push_back(name);
    }
  }
  return {{"type", "object"},
          {"properties", properties},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

Json answer_schema(const Json& properties, const std::vector<std::string>& optional) {
  Json schema = object_schema(properties, optional);
  schema.erase("additionalProperties");
  return schema;
}

Json text_schema() {
  return answer_schema({{"vi", {{"type", "string"}}}, {"en", {{"type", "string"}}}});
}

Json text_json(const Text& text) { return {{"vi", text.vi}, {"en", text.en}}; }

Json string_schema(int longest, int shortest) {
  return {{"type", "string"}, {"minLength", shortest}, {"maxLength", longest}};
}

Json integer_schema(int64_t least, int64_t most) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json date_schema() { return {{"type", "string"}, {"format", "date"}}; }

Json month_schema() {
  return {{"type", "string"}, {"pattern", "^(1[89]|2[0-3])[0-9]{2}-(0[1-9]|1[0-2])$"}};
}

Json list_schema(const Json& item) { return {{"type", "array"}, {"items", item}}; }

}  // namespace ansinh::http
