// What is refused, as application/problem+json (RFC 9457).
//
// {"type": "urn:ansinh:problem:not-found", "title": …, "status": 404, "detail": …,
//  "code": "not-found", "message": {"vi", "en"}, "help": {"vi", "en"}, "errors": […]}
// title is the message and detail the help, in the language of the request.
#pragma once

#include <nlohmann/json.hpp>

#include "http/http.h"
#include "store/database.h"

namespace ansinh::http {

struct Problem {
  int status = 500;
  std::string code;                    // stable, kebab-case
  Text message;                        // what is wrong
  Text help;                           // what to do
  nlohmann::ordered_json errors = {};  // each fault, if there are many
};

Response problem(const Request& request, const Problem& what);

// Of the store or the agency: 404 not-found, 403 forbidden, 409 changed-meanwhile, 503 busy, …
// Nothing of Failure::detail but its code goes out.
Problem problem_of(const store::Failure& failure);

// The JSON Schema of every problem.
nlohmann::ordered_json problem_schema();

}  // namespace ansinh::http
