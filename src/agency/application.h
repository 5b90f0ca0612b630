// From a request to what is paid: applications, step by step.
//
//   received ──ask──▶ asked ──answer──▶ received ──decide──▶ decided ──approve──▶ approved or
//   refused
//                                          ▲                   │                        │
//                                          └────── send back ──┘                     notify ▶
//                                          notified
//
// Each function is one step in the caller's transaction, and an event with who took it. Who wrote
// a decision down never approves it; what a role may approve has a limit (DecisionRules). Any step
// out of order is refused ("wrong-step"), and so is one that another was first with
// ("changed-meanwhile").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agency/award.h"
#include "agency/decision.h"
#include "agency/working_days.h"

namespace ansinh::agency {

struct Application {
  int64_t person = 0;
  int64_t application = 0;
  std::string benefit;
  std::string channel;  // request, automatic
  std::string state;
  Date received_on, due_on;
  int64_t decision = 0;  // the last; 0: none
  int64_t version = 0;
};

struct ApplicationEvent {
  std::string state;
  int64_t recorded_at = 0;
  std::string recorded_by, reason;
};

// Refused: "not-found" (person, benefit), "open-already" (the same benefit is being decided).
Expected<Application> receive(store::Connection& connection, const LawBook& book, int64_t person,
                              const std::string& benefit, Date received_on,
                              const std::string& channel, const Actor& by);

// Asks the person for facts, in words; queues a notice.
Expected<Application> ask(store::Connection& connection, int64_t person, int64_t application,
                          const Text& what, const Actor& by);
// The facts have come (as statements): it goes on.
Expected<Application> answer(store::Connection& connection, int64_t person, int64_t application,
                             const Actor& by);

// Applies the law as it is on `on` to what is known. Where facts are missing, nothing is decided:
// the person is asked for them, and `decision` stays empty.
struct Decided {
  Application application;
  std::optional<Decision> decision;
  std::vector<Text> missing;
};
Expected<Decided> decide(store::Connection& connection, const LawBook& book, int64_t person,
                         int64_t application, Date on, const Actor& by);

// Refused: "maker-approves", "above-limit". The entitled get awards; a letter is made.
Expected<Application> approve(store::Connection& connection, const LawBook& book, int64_t person,
                              int64_t application, const Actor& by);
Expected<Application> send_back(store::Connection& connection, int64_t person, int64_t application,
                                const std::string& reason, const Actor& by);
// The letter went out: what was approved is paid from now on.
Expected<Application> notify(store::Connection& connection, int64_t person, int64_t application,
                             const Actor& by);
Expected<Application> withdraw(store::Connection& connection, int64_t person, int64_t application,
                               const std::string& reason, const Actor& by);

Expected<Application> read_application(store::Connection& connection, int64_t person,
                                       int64_t application);
Expected<std::vector<Application>> applications_of(store::Connection& connection, int64_t person);
Expected<std::vector<ApplicationEvent>> events_of(store::Connection& connection, int64_t person,
                                                  int64_t application);
// The work list: open applications, the most urgent first.
Expected<std::vector<Application>> open_applications(store::Connection& connection,
                                                     int64_t count_max);

// Proposes what the law grants by itself: for each benefit that is paid automatically and that the
// person is entitled to without having an award or an open application for it, an application of
// the channel "automatic" with its decision. Returns them.
Expected<std::vector<Application>> propose(store::Connection& connection, const LawBook& book,
                                           int64_t person, Date on, const Actor& by);

// Whether `by` may approve a decision that somebody else made; nothing if so.
std::optional<Failure> may_approve(const Decision& decision, const DecisionRules& rules,
                                   const Actor& by);

}  // namespace ansinh::agency
