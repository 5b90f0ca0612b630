// What the law says of a person now: the law applied to what is known, before anybody decides.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agency/law_book.h"
#include "agency/person_facts.h"
#include "engine/trace_json.h"
#include "facts/from_json.h"

namespace ansinh::agency {

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
  std::string outcome, outcome_digest;  // JSON: TraceWriter::outcomes of what concerns the person
  // "entitled", "not-entitled", "cannot-tell", "incomplete", "error": the best of the outcomes.
  std::string status;
  std::vector<Term> terms;      // of the entitled
  std::vector<Text> missing;    // of what cannot be told: the facts, in words
  Text words;                   // the whole in words, with reasons and articles
  std::optional<Date> died_on;  // as the facts say; not kept
};

// Refused: "not-found" (person, benefit), "bad-facts" (what is recorded cannot be read together),
// "not-payable" (an amount that is not whole, without fund, or owed in a way that awards do not
// know).
Expected<Finding> find_out(store::Connection& connection, const LawBook& book, int64_t person,
                           const std::string& benefit, Date on, Known known = {});

// The same for facts that were read already (facts_of), for many persons: what the law is asked by
// is prepared once. May be shared between threads.
using WantsWords = std::function<bool(const Finding&)>;
class Finder {
 public:
  explicit Finder(const LawBook& book) : book_(book), reader_(book.law()), writer_(book.law()) {}

  // Words are made if `wants_words` says so of what was found, or there is none.
  Expected<Finding> find(std::string facts_json, const std::string& benefit, Date on,
                         int64_t known_at, const WantsWords& wants_words = {}) const;

 private:
  const LawBook& book_;
  facts::PersonReader reader_;
  engine::TraceWriter writer_;
};

// ---- Inside the room ----------------------------------------------------------------------------

// Whether two findings come to the same for the person: what is paid, or else why nothing is.
bool says_the_same(const Finding& a, const Finding& b);

// One benefit of a law applied to a file: all but benefit, known_at and facts. Stops (steps.h) with
// "not-payable".
void apply_law(const law::Program& program, const engine::TraceWriter& writer,
               law::BenefitId benefit, const facts::PersonFile& file, Date on,
               const WantsWords& wants_words, Finding& out);
// Stops with "not-found".
law::BenefitId benefit_named(const law::Program& program, const std::string& name);
// A person's file read; stops with "bad-facts".
facts::PersonFile file_of(const facts::PersonReader& reader, const std::string& facts_json,
                          Date on);

std::string text_of_terms(const std::vector<Term>& terms);
std::vector<Term> terms_of_text(const std::string& text);

}  // namespace ansinh::agency
