// The http room: the agency's doors for programs, over HTTP/1.1.
//
//   server   sockets, limits, time; the only file that knows Boost.Beast
//   router   one table of routes: what they take, give and do; openapi.json is made from it
//   problem  what is refused, as application/problem+json (RFC 9457) in both languages
//   metrics  counters for Prometheus
//   json_check  a body or parameter against the schema that openapi.json shows
//   desk     who asks, what they may, transactions, keys of requests sent twice: the same for all
//            routes of the agency
//   routes_* the routes themselves; service: those that need no store
//   show     what the agency knows, as JSON
//
// A handler is a function from a Request to a Response, called from several threads at once. No
// line of the log and no metric holds what a path, a query or a body says of a person.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ansinh::http {

struct Request {
  std::string method;                                       // "GET"
  std::string path;                                         // as sent: percent-encoded
  std::string query;                                        // after ?, as sent
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  std::string peer;                                         // the address of who sent it
  std::shared_ptr<const nlohmann::ordered_json> json = {};  // the body, where a route checks it
  // Filled by the router, decoded: {parameters} of the path, and those of the query.
  std::map<std::string, std::string, std::less<>> parameters;

  std::string_view header(std::string_view lower_case_name) const;
  std::string_view parameter(std::string_view name) const;  // empty: not given
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

using Handler = std::function<Response(const Request&)>;

// Of Accept-Language; Vietnamese if it names neither.
Language language_of(const Request& request);

}  // namespace ansinh::http
