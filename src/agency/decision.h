// The law applied to what is known of a person: a decision with its receipt, and its replay.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/law_book.h"
#include "agency/person_facts.h"

namespace ansinh::agency {

// Who acts: a user's name, and the role in which.
struct Actor {
  std::string name;
  std::string role;  // "officer", "approver", …
};

// What is to be paid for one thing. Months since 1970-01; until_month kOpenTerm: until further
// notice.
struct Term {
  static constexpr int64_t kOpenTerm = INT64_MAX;
  std::string about;  // "births/2025-09-20"; empty: the person; a second payment for it: "…#2"
  std::string fund;
  std::string each;  // "month", "once"
  int64_t amount = 0;
  int64_t from_month = 0;
  int64_t until_month = kOpenTerm;
  bool operator==(const Term&) const = default;
};

// What the law says now. Nothing is written.
struct Finding {
  std::string benefit;
  Date decided_for;
  int64_t known_at = 0;
  std::string law_digest, engine;
  std::string facts, facts_digest;      // a person's file
  std::string outcome, outcome_digest;  // JSON: engine::outcomes_json of what concerns the person
  // "entitled", "not-entitled", "cannot-tell", "incomplete", "error": the best of the outcomes.
  std::string status;
  std::vector<Term> terms;    // of the entitled
  std::vector<Text> missing;  // of what cannot be told: the facts, in words
  Text words;                 // the whole in words, with reasons and articles
};

// Refused: "not-found" (person, benefit), "bad-facts" (what is recorded cannot be read together),
// "not-payable" (an amount that is not whole, without fund, or owed in a way that awards do not
// know).
Expected<Finding> find_out(store::Connection& connection, const LawBook& book, int64_t person,
                           const std::string& benefit, Date on, Known known = {});

struct Decision {
  int64_t person = 0;
  int64_t decision = 0;
  int64_t application = 0;
  std::string kind;  // first, revision, appeal
  Finding finding;
  int64_t before = 0;  // the decision that it changes; 0: none
  int64_t recorded_at = 0;
  std::string recorded_by;
  std::string state;  // proposed, approved, sent-back, replaced
};

// Writes a decision down as proposed, and keeps the text of the law that it rests on.
Expected<Decision> write_decision(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t application, const std::string& kind,
                                  const Finding& finding, int64_t before, const Actor& by);

// Refused: "not-found".
Expected<Decision> read_decision(store::Connection& connection, int64_t person, int64_t decision);
Expected<std::vector<Decision>> decisions_of(store::Connection& connection, int64_t person);

// Marks a decision: approved, sent-back, replaced.
Expected<void> mark_decision(store::Connection& connection, int64_t person, int64_t decision,
                             const std::string& what, const Actor& by, const std::string& reason);

// The same law and the same facts once more: whether the same outcome came out, to the byte.
struct Replay {
  Decision decision;
  std::string outcome;   // what came out now
  bool is_same = false;  // as what was written then
  bool is_same_engine = false;
  bool is_known_so = false;  // what the registry says of that record time gives the same facts
};
// Refused: "not-found", "law-lost" (its text is not in the store).
Expected<Replay> replay(store::Connection& connection, const LawBook& book, int64_t person,
                        int64_t decision);

}  // namespace ansinh::agency
