// One table of routes, and everything that is the same for all of them.
//
// Before a handler is called the router has found its route (404, 405 with Allow), read the
// parameters (400 for those that it does not know, that are missing or sent twice), and checked
// Accept (406) and Content-Type (415). After it, a GET that `has_etag` answers 304 to an
// If-None-Match that names what it would send. HEAD is GET without the body.
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
  std::vector<Parameter> parameters = {};     // of the query
  nlohmann::ordered_json request = nullptr;   // JSON Schema of the body; null: takes none
  nlohmann::ordered_json response = nullptr;  // of the answer
  std::string response_type = "application/json";
  std::vector<int> problems = {};  // besides those of the router
  bool has_etag = false;
  Handler handler = {};
};

class Router {
 public:
  // All routes are added before the first request; two of one path and method are our error.
  void add(Route route);

  // `route` is set to the id of the route, "none" if there is none.
  Response answer(Request request, std::string& route) const;

  // OpenAPI 3.1. The document itself is a route that the service adds.
  nlohmann::ordered_json openapi(const std::string& version) const;

 private:
  struct Entry {
    std::vector<std::string> parts;  // of the path; those in braces as written
    Route route;
  };
  Response call(const Route& route, Request& request) const;
  std::deque<Entry> entries_;
};

}  // namespace ansinh::http
