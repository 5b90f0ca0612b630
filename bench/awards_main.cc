// Fills an empty store with pensioners for bench/agency.py: each with facts, an approved decision
// of the law on them, and an award in payment to an account.
//
//   ansinh_bench_awards --db people.db --law law/vn --people 100000 --benefit social_pension
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "agency/bulk_rows.h"
#include "agency/decision_row.h"
#include "agency/letter.h"
#include "agency/person_facts.h"
#include "agency/schema.h"
#include "store/store.h"

namespace ansinh::bench {

namespace {

using agency::BulkRows;
using agency::Steps;

constexpr int64_t kSlice = 2'000;
const Date kDay = Date::of(2025, 9, 15);
const std::string kMaker = "lan", kApprover = "minh";

struct Fill {
  std::string db, law = "law/vn", benefit = "social_pension";
  int64_t people = 100'000;
};

template <class T>
T must(agency::Expected<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s %s\n", result.error().text.en.c_str(), result.error().detail.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

// What is said of a person: those of the social pension, or a worker of eight spells.
std::vector<std::pair<std::string, std::string>> facts_of_somebody(int64_t person, bool is_worker) {
  std::vector<std::pair<std::string, std::string>> said;
  const std::string day = std::to_string(10 + person % 18);
  const std::string month =  // the worker's pension begins in August 2025
      is_worker ? "1964-04-"
                : std::to_string(1930 + person % 19) + "-" + std::to_string(10 + person % 3) + "-";
  said.emplace_back("registry.name", quoted("Nguyễn Thị " + std::to_string(person)));
  said.emplace_back("sex", quoted(is_worker ? "male" : "female"));
  said.emplace_back("date_of_birth", quoted(month + day));
  said.emplace_back("registry.province", quoted(person % 2 == 0 ? "ha_noi" : "ca_mau"));
  said.emplace_back("registry.account", R"({"holder":"NGUYEN THI A","bank":"BFTVVNVX","number":")" +
                                            std::to_string(100'000'000 + person) + "\"}");
  if (!is_worker) {
    said.emplace_back("monthly_si_income", "0");
    said.emplace_back("social_pension_requested", "true");
    return said;
  }
  int64_t at = 1998 * 12;
  for (int spell = 0; spell < 8; ++spell) {
    const int64_t until = at + 36 + (person + spell) % 4;
    const auto text = [](int64_t months) {
      const std::string number = std::to_string(months % 12 + 1);
      return std::to_string(months / 12) + (number.size() == 1 ? "-0" : "-") + number;
    };
    said.emplace_back("work", R"({"from":")" + text(at) + R"(","to":")" + text(until) +
                                  R"(","salary":)" +
                                  std::to_string(300'000 + person % 100 * 1'000) + "}");
    at = until + 1;
  }
  return said;
}

class Filler {
 public:
  Filler(store::Connection& c, const agency::LawBook& book, Fill fill)
      : c_(c), book_(book), finder_(book), fill_(std::move(fill)) {}

  void run() {
    for (int64_t first = 1; first <= fill_.people; first += kSlice) {
      const int64_t last = std::min(first + kSlice - 1, fill_.people);
      must(store::transact(c_, store::Access::kWrite,
                           [&](store::Connection& c) -> agency::Expected<void> {
                             return agency::guarded(c, [&](const Steps& steps) {
                               add_people(steps, first, last);
                               add_decisions(steps, first, last);
                             });
                           }));
    }
    must(store::transact(c_, store::Access::kWrite, [&](store::Connection& c) {
      return agency::guarded(c, [&](const Steps& steps) {
        steps.run("UPDATE counter SET next = $1 WHERE name = 'person'", {fill_.people + 1});
      });
    }));
  }

 private:
  void add_people(const Steps& steps, int64_t first, int64_t last) const {
    BulkRows persons("person", "person, kind, recorded_at, recorded_by");
    BulkRows profiles("profile", "person, kind, name, name_key, birth_date");
    BulkRows statements("statement",
                        "person, statement, fact, value, source, recorded_at, recorded_by");
    const int64_t at = steps.now();
    for (int64_t person = first; person <= last; ++person) {
      persons.add({person, std::string("person"), at, kMaker});
      profiles.add({person, std::string("person"), "Nguyễn Thị " + std::to_string(person),
                    "nguyen thi " + std::to_string(person), -person % 10'000});
      int64_t number = 0;
      for (auto& [fact, value] : facts_of_somebody(person, fill_.benefit == "retirement_pension")) {
        statements.add({person, ++number, std::move(fact), std::move(value), std::string("bench"),
                        at, kMaker});
      }
    }
    for (const BulkRows* rows : {&persons, &profiles, &statements}) {
      agency::kept(rows->write(steps.connection()));
    }
  }

  // The law's findings, on two threads.
  std::vector<agency::Finding> found(const Steps& steps, int64_t first, int64_t last) const {
    std::vector<agency::FactsAsked> asked;
    for (int64_t person = first; person <= last; ++person) asked.push_back({person, kDay});
    auto facts = agency::kept(agency::facts_of_many(steps.connection(), book_, asked, {}));
    std::vector<agency::Finding> findings(facts.size());
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      for (size_t i = next++; i < facts.size(); i = next++) {
        findings[i] = must(finder_.find(std::move(facts[i].json), fill_.benefit, kDay, 1));
      }
    };
    {
      const std::jthread other(work);
      work();
    }
    return findings;
  }

  void add_decisions(const Steps& steps, int64_t first, int64_t last) const {
    agency::keep_law(steps, book_);
    BulkRows applications("application",
                          "person, application, benefit, channel, state, received_on, due_on, "
                          "decision, version");
    BulkRows decisions("decision", agency::kDecisionTable);
    BulkRows events("decision_event",
                    "person, decision, event, what, recorded_at, recorded_by, reason");
    BulkRows awards("award", "person, award, benefit, about, application, state, version");
    BulkRows terms("award_term",
                   "person, award, term, from_month, until_month, amount, each, fund, decision, "
                   "recorded_at");
    BulkRows letters("letter", "person, letter, decision, vi, en, recorded_at");
    BulkRows notices("notice", "person, notice, kind, about, vi, en, queued_at, sent_at");
    const agency::DecisionRules rules = agency::kept(agency::decision_rules(book_));
    const std::vector<agency::Finding> findings = found(steps, first, last);
    const int64_t at = steps.now(), one = 1;
    for (int64_t person = first; person <= last; ++person) {
      const agency::Finding& finding = findings[static_cast<size_t>(person - first)];
      if (finding.status != "entitled" || finding.terms.size() != 1) {
        std::fprintf(stderr, "%s\n", (finding.facts + finding.words.en).c_str());
        std::exit(1);
      }
      applications.add({person, one, fill_.benefit, std::string("request"), std::string("notified"),
                        int64_t{kDay.days}, int64_t{kDay.days}, one, one});
      const agency::Decision decision{person, 1, 1, "first", finding, 0, at, kMaker, "approved"};
      decisions.add(agency::cells_of(decision));
      const Text letter = agency::letter_texts(book_, rules, decision, "Nguyễn Thị");
      letters.add({person, one, one, letter.vi, letter.en, at});
      notices.add({person, one, std::string("decided"), std::string("application 1"),
                   std::string("Đã duyệt."), std::string("Approved."), at, at});
      events.add({person, one, one, std::string("proposed"), at, kMaker, std::string()});
      events.add({person, one, one + 1, std::string("approved"), at, kApprover, std::string()});
      const agency::Term& term = finding.terms.front();
      awards.add({person, one, fill_.benefit, term.about, one, std::string("in-payment"), one});
      terms.add({person, one, one, term.from_month,
                 term.until_month == agency::Term::kOpenTerm ? store::Cell()
                                                             : store::Cell(term.until_month),
                 term.amount, term.each, term.fund, one, at});
    }
    for (const BulkRows* rows :
         {&applications, &decisions, &events, &awards, &terms, &letters, &notices}) {
      agency::kept(rows->write(steps.connection()));
    }
  }

  store::Connection& c_;
  const agency::LawBook& book_;
  agency::Finder finder_;
  Fill fill_;
};

}  // namespace

}  // namespace ansinh::bench

int main(int argc, char** argv) {
  using namespace ansinh;
  bench::Fill fill;
  CLI::App app("Fills a store with pensioners");
  app.add_option("--db", fill.db)->required();
  app.add_option("--law", fill.law);
  app.add_option("--people", fill.people);
  app.add_option("--benefit", fill.benefit);
  CLI11_PARSE(app, argc, argv);
  const auto store = bench::must(store::Store::open(fill.db, {.create = true, .durable = false}));
  bench::must(store::migrate(*store, agency::migrations()));
  const auto connection = bench::must(store->connect());
  const auto book = bench::must(agency::read_law_book({fill.law}, bench::kDay));
  bench::Filler(*connection, book, fill).run();
}
