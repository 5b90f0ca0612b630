// One table of routes, and everything that is the same for all of them.
//
// Before a handler is called the router has found its route (404, 405 with Allow), read the
// parameters (400 for those that it does not know, that are missing, sent twice or not of their
// schema), checked Accept (406) and Content-Type (415), and read a body of JSON by its schema (400,
// 422). After it, a GET that `has_etag` answers 304 to an If-None-Match that names what it would
// send. HEAD is GET without the body.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/http.h"

namespace ansinh::http {

struct Parameter {
  std::string name;
  bool is_required = false;
  Text summary;
  nlohmann::ordered_json schema = nullptr;
};

struct Route {
  std::string method;  // "GET", "POST"
  std::string path;    // "/v1/persons/{person}": those in braces are parameters
  std::string id;      // of the operation, camelCase; the route's name in metrics and the log
  Text summary;
  std::vector<std::string> roles = {};  // who may call it; empty: everybody
  std::vector<Parameter> path_parameters = {};
  std::vector<Parameter> parameters = {};    // of the query
  nlohmann::ordered_json request = nullptr;  // JSON Schema of the body; null: takes none
  std::string request_type = "application/json";
  bool checks_body = true;  // by its schema; false: the handler reads it as it came
  uint64_t body_max = 0;    // bytes, if more than the server's
  nlohmann::ordered_json response = nullptr;  // of the answer
  std::string response_type = "application/json";
  int success = 200;
  std::vector<int> problems = {};  // besides those of the router
  bool has_etag = false;
  Handler handler = {};
};

class Router {
 public:
  // All routes are added before the first request; two of one path and method are our error.
  void add(Route route);

  // The most bytes that the body of this request may have; `otherwise` for most.
  uint64_t body_max(std::string_view method, std::string_view path, uint64_t otherwise) const;

  // `route` is set to the id of the route, "none" if there is none.
  Response answer(Request request, std::string& route) const;

  // OpenAPI 3.1. The document itself is a route that the service adds.
  nlohmann::ordered_json openapi(const std::string& version) const;

 private:
  struct Entry {
    std::vector<std::string> parts;  // of the path; those in braces as written
    Route route;
  };
  static Response call(const Route& route, Request& request);
  std::deque<Entry> entries_;
};

}  // namespace ansinh::http
