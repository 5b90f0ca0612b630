// The agency's routes, by theme. Each takes and gives what its schema in /openapi.json says; what
// they do stands beside the functions of the agency that they call.
#pragma once

#include "http/desk.h"
#include "http/show.h"

namespace ansinh::http {

// All of them. The router and the desk must outlive the server.
void add_agency(Router& router, Desk& desk);

void add_access_routes(Router& router, Desk& desk);    // sessions, users, consents, the audit
void add_person_routes(Router& router, Desk& desk);    // the registry
void add_case_routes(Router& router, Desk& desk);      // applications to appeals
void add_card_routes(Router& router, Desk& desk);      // cards, and what verifies them
void add_employer_routes(Router& router, Desk& desk);  // payrolls and receipts
void add_money_routes(Router& router, Desk& desk);     // runs, files, the ledger

// A route whose path parameters are numbers. `{person}`, or else `{employer}`, is whose file it is.
DeskRoute desk_route(const std::string& method, const std::string& path, const std::string& id,
                     Text summary, agency::Act act, Work work,
                     std::function<agency::Expected<Reply>(Call&)> answer);

// A reply that shows one thing, or all of a list as a page.
template <class T>
agency::Expected<Reply> reply_of(const agency::Expected<T>& result);
template <class T>
agency::Expected<Reply> page_reply(const Call& call,
                                   const agency::Expected<std::vector<T>>& result);

inline Reply done_reply() { return {.json = {{"done", true}}}; }
Json done_schema();
Json any_object();

// ---- inside -------------------------------------------------------------------------------------

template <class T>
agency::Expected<Reply> reply_of(const agency::Expected<T>& result) {
  if (!result) return std::unexpected(result.error());
  Reply reply{.json = shown(*result)};
  if constexpr (requires { result->version; }) reply.version = result->version;
  return reply;
}

template <class T>
agency::Expected<Reply> page_reply(const Call& call,
                                   const agency::Expected<std::vector<T>>& result) {
  if (!result) return std::unexpected(result.error());
  std::vector<Json> items;
  items.reserve(result->size());
  for (const T& one : *result) items.push_back(shown(one));
  return Reply{.json = page_of(call, items)};
}

}  // namespace ansinh::http
