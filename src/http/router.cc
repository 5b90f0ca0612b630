#include "http/router.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <charconv>
#include <exception>
#include <optional>
#include <set>

#include "base/text.h"
#include "http/json_check.h"
#include "http/problem.h"

namespace ansinh::http {

namespace {

constexpr std::string_view kJson = "application/json";

std::vector<std::string> split_at(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t begin = 0;
  for (;;) {
    const size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::string trimmed_lower(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// %XX decoded (and + in a query); nothing if it is not so written, not UTF-8, or holds a control.
std::optional<std::string> decoded(std::string_view text, bool in_query) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && in_query) {
      c = ' ';
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return std::nullopt;
    out.push_back(c);
  }
  if (valid_utf8_prefix(out) != out.size()) return std::nullopt;
  return out;
}

bool is_parameter(const std::string& part) { return !part.empty() && part.front() == '{'; }

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& parts) {
  if (pattern.size() != parts.size()) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (is_parameter(pattern[i]) ? parts[i].empty() : pattern[i] != parts[i]) return false;
  }
  return true;
}

// Whether Accept lets `type` through; its q are read only as far as q=0.
bool is_accepted(std::string_view accept, const std::string& type) {
  if (accept.empty()) return true;
  const std::string family = type.substr(0, type.find('/')) + "/*";
  for (const std::string& part : split_at(accept, ',')) {
    const std::vector<std::string> pieces = split_at(part, ';');
    const std::string range = trimmed_lower(pieces[0]);
    if (range != type && range != family && range != "*/*") continue;
    const bool is_refused = std::any_of(pieces.begin() + 1, pieces.end(), [](const auto& piece) {
      const std::string q = trimmed_lower(piece);
      return q.starts_with("q=0") && q.find_first_not_of("0.", 2) == std::string::npos;
    });
    if (!is_refused) return true;
  }
  return false;
}

bool is_type(std::string_view content_type, std::string_view wanted) {
  const std::vector<std::string> pieces = split_at(content_type, ';');
  if (trimmed_lower(pieces[0]) != wanted) return false;
  return std::all_of(pieces.begin() + 1, pieces.end(), [](const auto& piece) {
    const std::string parameter = trimmed_lower(piece);
    return !parameter.starts_with("charset=") || parameter == "charset=utf-8" ||
           parameter == "charset=\"utf-8\"";
  });
}

bool names_etag(std::string_view if_none_match, const std::string& etag) {
  for (const std::string& part : split_at(if_none_match, ',')) {
    std::string one = trimmed_lower(part);
    if (one.starts_with("w/")) one.erase(0, 2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

Problem bad_parameter(std::string_view code, const Text& message) {
  return {.status = 400,
          .code = std::string(code),
          .message = message,
          .help = {"xem các tham số trong /openapi.json", "see the parameters in /openapi.json"}};
}

// A parameter as the JSON that its schema speaks of.
Json parameter_value(const std::string& text, const Json& schema) {
  const std::string type = schema.is_object() ? schema.value("type", "string") : "string";
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "integer") {
    int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [at, fault] = std::from_chars(text.data(), end, number);
    if (fault == std::errc() && at == end && !text.empty()) return number;
  }
  return text;
}

// What is wrong with the parameters that were read.
std::optional<Problem> wrong_parameters(const Route& route, const Request& request) {
  for (const auto* all : {&route.path_parameters, &route.parameters}) {
    for (const Parameter& known : *all) {
      const auto given = request.parameters.find(known.name);
      if (given == request.parameters.end()) continue;
      const auto faults = json_faults(parameter_value(given->second, known.schema), known.schema);
      if (faults.empty()) continue;
      const Text& what = faults.front().message;
      return bad_parameter("bad-parameter", {"tham số \"" + known.name + "\" " + what.vi,
                                             "the parameter \"" + known.name + "\" " + what.en});
    }
  }
  return std::nullopt;
}

// Reads the body into request.json; what is wrong, if anything.
std::optional<Problem> read_body(const Route& route, Request& request) {
  constexpr size_t kDepthMax = 64;
  size_t deepest = 0;
  const auto watch = [&deepest](int depth, Json::parse_event_t, Json&) {
    deepest = std::max(deepest, static_cast<size_t>(depth));
    return deepest <= kDepthMax;
  };
  const auto text = normalize(request.body);
  Json body = text ? Json::parse(*text, watch, false) : Json(Json::value_t::discarded);
  if (body.is_discarded() || deepest > kDepthMax) {
    return Problem{
        .status = 400,
        .code = "bad-json",
        .message = {"nội dung không phải JSON viết bằng UTF-8", "the body is not JSON in UTF-8"},
        .help = {"sửa nội dung gửi lên", "mend the body"}};
  }
  const auto faults = json_faults(body, route.request);
  if (!faults.empty()) {
    Json errors = Json::array();
    for (const JsonFault& one : faults) {
      errors.push_back({{"at", one.at}, {"message", text_json(one.message)}});
    }
    return Problem{.status = 422,
                   .code = "bad-body",
                   .message = {"nội dung không đúng với mô tả", "the body is not as described"},
                   .help = {"sửa từng chỗ nêu trong errors; mô tả ở /openapi.json",
                            "mend each place in errors; /openapi.json describes it"},
                   .errors = std::move(errors)};
  }
  request.json = std::make_shared<const Json>(std::move(body));
  return std::nullopt;
}

// Reads the query into request.parameters; what is wrong, if anything.
std::optional<Problem> read_query(const Route& route, Request& request) {
  for (const std::string& pair :
       request.query.empty() ? std::vector<std::string>() : split_at(request.query, '&')) {
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    const auto name = decoded(std::string_view(pair).substr(0, equals), true);
    const auto value =
        equals == std::string::npos ? "" : decoded(std::string_view(pair).substr(equals + 1), true);
    if (!name || !value) {
      return bad_parameter("bad-query",
                           {"phần sau dấu ? viết sai: %XX, UTF-8 hoặc ký tự điều khiển",
                            "what follows ? is not well written: %XX, UTF-8 or a "
                            "control character"});
    }
    const bool is_known = std::any_of(route.parameters.begin(), route.parameters.end(),
                                      [&](const Parameter& known) { return known.name == *name; });
    if (!is_known) {
      return bad_parameter("unknown-parameter", {"không có tham số \"" + *name + "\"",
                                                 "there is no parameter \"" + *name + "\""});
    }
    if (!request.parameters.emplace(*name, *value).second) {
      return bad_parameter("repeated-parameter", {"tham số \"" + *name + "\" được gửi hai lần",
                                                  "the parameter \"" + *name + "\" is sent twice"});
    }
  }
  for (const Parameter& known : route.parameters) {
    if (known.is_required && request.parameter(known.name).empty()) {
      return bad_parameter(
          "missing-parameter",
          {"thiếu tham số \"" + known.name + "\": " + known.summary.vi,
           "the parameter \"" + known.name + "\" is missing: " + known.summary.en});
    }
  }
  return std::nullopt;
}

Json parameter_json(const Parameter& parameter, std::string_view where) {
  return {{"name", parameter.name},
          {"in", where},
          {"required", parameter.is_required},
          {"description", parameter.summary.en + " / " + parameter.summary.vi},
          {"schema", parameter.schema}};
}

Json operation_json(const Route& route) {
  Json out = {
      {"operationId", route.id}, {"summary", route.summary.en}, {"description", route.summary.vi}};
  if (!route.roles.empty()) {
    out["x-roles"] = route.roles;
    out["security"] = {{{"token", Json::array()}}};
  }
  Json parameters = Json::array();
  for (const Parameter& one : route.path_parameters)
    parameters.push_back(parameter_json(one, "path"));
  for (const Parameter& one : route.parameters) parameters.push_back(parameter_json(one, "query"));
  if (!parameters.empty()) out["parameters"] = parameters;
  std::set<int> problems(route.problems.begin(), route.problems.end());
  problems.insert({400, 406, 413, 429, 431, 500, 503});
  if (!route.request.is_null()) {
    out["requestBody"] = {{"required", true},
                          {"content", {{route.request_type, {{"schema", route.request}}}}}};
    problems.insert({415, 422});
  }
  Json schema = route.response;
  if (schema.is_null()) schema = Json::object();
  out["responses"][std::to_string(route.success)] = {
      {"description", "OK"}, {"content", {{route.response_type, {{"schema", schema}}}}}};
  if (route.has_etag) out["responses"]["304"] = {{"description", "Not modified"}};
  for (const int status : problems) {
    out["responses"][std::to_string(status)] = {{"$ref", "#/components/responses/Problem"}};
  }
  return out;
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Request::parameter(std::string_view name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

Language language_of(const Request& request) {
  for (const std::string& part : split_at(request.header("accept-language"), ',')) {
    const std::string one = trimmed_lower(part);
    if (one.starts_with("vi")) return Language::kVietnamese;
    if (one.starts_with("en")) return Language::kEnglish;
  }
  return Language::kVietnamese;
}

void Router::add(Route route) {
  std::vector<std::string> parts = split_at(route.path, '/');
  for ([[maybe_unused]] const Entry& entry : entries_) {
    assert(entry.route.path != route.path || entry.route.method != route.method);
  }
  entries_.push_back({std::move(parts), std::move(route)});
}

Response Router::answer(Request request, std::string& route) const {
  route = "none";
  const bool is_head = request.method == "HEAD";
  const std::string method = is_head ? "GET" : request.method;
  const std::vector<std::string> parts = split_at(request.path, '/');
  std::string allowed;
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (!fits(entry.parts, parts)) continue;
    allowed += (allowed.empty() ? "" : ", ") + entry.route.method;
    if (entry.route.method == "GET") allowed += ", HEAD";
    if (entry.route.method == method) found = &entry;
  }
  Response response;
  if (allowed.empty()) {
    response = problem(request, {.status = 404,
                                 .code = "no-route",
                                 .message = {"không có địa chỉ này", "there is no such address"},
                                 .help = {"xem /openapi.json", "see /openapi.json"}});
  } else if (found == nullptr) {
    response = problem(request, {.status = 405,
                                 .code = "wrong-method",
                                 .message = {"địa chỉ này không nhận phương thức đó",
                                             "this address does not take that method"},
                                 .help = {"dùng " + allowed, "use " + allowed}});
    response.headers.emplace_back("Allow", allowed);
  } else {
    route = found->route.id;
    bool is_well_written = true;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!is_parameter(found->parts[i])) continue;
      auto value = decoded(parts[i], false);
      is_well_written = is_well_written && value.has_value();
      const std::string& name = found->parts[i];
      if (value) request.parameters[name.substr(1, name.size() - 2)] = std::move(*value);
    }
    response = is_well_written
                   ? call(found->route, request)
                   : problem(request, bad_parameter("bad-path", {"đường dẫn viết sai",
                                                                 "the path is not well written"}));
  }
  return response;
}

uint64_t Router::body_max(std::string_view method, std::string_view path,
                          uint64_t otherwise) const {
  const std::vector<std::string> parts = split_at(path, '/');
  for (const Entry& entry : entries_) {
    if (entry.route.method == method && fits(entry.parts, parts)) {
      return std::max(otherwise, entry.route.body_max);
    }
  }
  return otherwise;
}

Response Router::call(const Route& route, Request& request) {
  if (const auto wrong = read_query(route, request)) return problem(request, *wrong);
  if (const auto wrong = wrong_parameters(route, request)) return problem(request, *wrong);
  if (!is_accepted(request.header("accept"), route.response_type)) {
    return problem(request, {.status = 406,
                             .code = "not-acceptable",
                             .message = {"chỉ có thể trả lời bằng " + route.response_type,
                                         "the answer can only be " + route.response_type},
                             .help = {"sửa đầu mục Accept", "change the header Accept"}});
  }
  if (!route.request.is_null()) {
    if (!is_type(request.header("content-type"), route.request_type)) {
      return problem(request,
                     {.status = 415,
                      .code = "wrong-content-type",
                      .message = {"nội dung phải là " + route.request_type + ", UTF-8",
                                  "the body must be " + route.request_type + " in UTF-8"},
                      .help = {"sửa đầu mục Content-Type", "set the header Content-Type"}});
    }
    if (route.checks_body && route.request_type == kJson) {
      if (const auto wrong = read_body(route, request)) return problem(request, *wrong);
    }
  }
  Response response;
  try {
    response = route.handler(request);
  } catch (const std::exception&) {  // our error; the caller cannot mend it
    return problem(request,
                   {.status = 500,
                    .code = "internal",
                    .message = {"máy chủ gặp lỗi của chính nó", "the server made an error"},
                    .help = {"báo cho người vận hành", "tell whoever runs it"}});
  }
  if (route.has_etag && response.status == 200) {
    const std::string etag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
    response.headers.emplace_back("ETag", etag);
    response.headers.emplace_back("Cache-Control", "no-cache");
    if (names_etag(request.header("if-none-match"), etag)) {
      response.status = 304;
      response.body.clear();
    }
  }
  return response;
}

nlohmann::ordered_json Router::openapi(const std::string& version) const {
  nlohmann::ordered_json paths = nlohmann::ordered_json::object();
  for (const Entry& entry : entries_) {
    paths[entry.route.path][trimmed_lower(entry.route.method)] = operation_json(entry.route);
  }
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "An Sinh"}, {"version", version}}},
          {"paths", std::move(paths)},
          {"components",
           {{"securitySchemes", {{"token", {{"type", "http"}, {"scheme", "bearer"}}}}},
            {"responses",
             {{"Problem",
               {{"description", "RFC 9457"},
                {"content", {{"application/problem+json", {{"schema", problem_schema()}}}}}}}}}}}};
}

}  // namespace ansinh::http
