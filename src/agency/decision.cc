#include "agency/decision.h"

#include "agency/decision_row.h"
#include "engine/receipt.h"
#include "law/check.h"

namespace ansinh::agency {

void keep_law(const Steps& steps, const LawBook& book) {
  const law::Program& program = book.law();
  if (steps.one("SELECT path FROM law_text WHERE digest = $1 LIMIT 1", {program.digest})) return;
  const auto keep = [&](const std::string& path, const std::string& content) {
    steps.run(
        "INSERT INTO law_text (digest, path, content) VALUES ($1, $2, $3) "
        "ON CONFLICT (digest, path) DO NOTHING",
        {program.digest, path, content});
  };
  for (const SourceFile& source : program.sources) keep(source.path, source.text);
  keep("agency.json", book.agency_json);
}

Record cells_of(const Decision& decision) {
  const Finding& finding = decision.finding;
  return {decision.person,        decision.decision,    decision.application,
          decision.kind,          finding.benefit,      int64_t{finding.decided_for.days},
          finding.known_at,       finding.law_digest,   finding.engine,
          finding.facts,          finding.facts_digest, finding.outcome,
          finding.outcome_digest, finding.status,       text_of_terms(finding.terms),
          finding.words.vi,       finding.words.en,     unless_zero(decision.before),
          decision.recorded_at,   decision.recorded_by};
}

namespace {

const std::string kInsertDecision =
    "INSERT INTO decision (" + std::string(kDecisionTable) +
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
    "$19, $20)";

constexpr const char* kDecisionColumns =
    "SELECT d.person, d.decision, d.application, d.kind, d.benefit, d.decided_for, d.known_at, "
    "d.law_digest, d.engine, d.facts, d.facts_digest, d.outcome, d.outcome_digest, d.status, "
    "d.terms, "
    "d.words_vi, d.words_en, d.before, d.recorded_at, d.recorded_by, "
    "(SELECT e.what FROM decision_event e WHERE e.person = d.person AND e.decision = d.decision "
    "ORDER BY e.event DESC LIMIT 1) FROM decision d WHERE d.person = $1";

Decision decision_from(const Record& row) {
  Decision out;
  out.person = cell_number(row[0]);
  out.decision = cell_number(row[1]);
  out.application = cell_number(row[2]);
  out.kind = cell_text(row[3]);
  Finding& finding = out.finding;
  finding.benefit = cell_text(row[4]);
  finding.decided_for = cell_date(row[5]);
  finding.known_at = cell_number(row[6]);
  finding.law_digest = cell_text(row[7]);
  finding.engine = cell_text(row[8]);
  finding.facts = cell_text(row[9]);
  finding.facts_digest = cell_text(row[10]);
  finding.outcome = cell_text(row[11]);
  finding.outcome_digest = cell_text(row[12]);
  finding.status = cell_text(row[13]);
  finding.terms = terms_of_text(cell_text(row[14]));
  finding.words = {cell_text(row[15]), cell_text(row[16])};
  out.before = cell_number_or(row[17], 0);
  out.recorded_at = cell_number(row[18]);
  out.recorded_by = cell_text(row[19]);
  out.state = cell_text(row[20]);
  return out;
}

}  // namespace

Expected<Decision> write_decision(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t application, const std::string& kind,
                                  const Finding& finding, int64_t before, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    keep_law(steps, book);
    Decision out;
    out.person = person;
    out.decision = steps.next("decision", "decision", person);
    out.application = application;
    out.kind = kind;
    out.finding = finding;
    out.before = before;
    out.recorded_at = steps.now();
    out.recorded_by = by.name;
    out.state = "proposed";
    kept(steps.connection().run(kInsertDecision, cells_of(out)));
    kept(mark_decision(steps.connection(), person, out.decision, "proposed", by, ""));
    return out;
  });
}

Expected<void> mark_decision(store::Connection& connection, int64_t person, int64_t decision,
                             const std::string& what, const Actor& by, const std::string& reason) {
  return guarded(connection, [&](const Steps& steps) {
    steps.run(
        "INSERT INTO decision_event (person, decision, event, what, recorded_at, recorded_by, "
        "reason) "
        "SELECT $1, $2, COALESCE(MAX(event), 0) + 1, $3, $4, $5, $6 FROM decision_event "
        "WHERE person = $1 AND decision = $2",
        {person, decision, what, steps.now(), by.name, reason});
  });
}

Expected<Decision> read_decision(store::Connection& connection, int64_t person, int64_t decision) {
  return guarded(connection, [&](const Steps& steps) {
    const auto row =
        steps.one(std::string(kDecisionColumns) + " AND d.decision = $2", {person, decision});
    if (!row) {
      const std::string name = std::to_string(person) + "-" + std::to_string(decision);
      stop("not-found", {"không có quyết định " + name, "there is no decision " + name});
    }
    return decision_from(*row);
  });
}

Expected<std::vector<Decision>> decisions_of(store::Connection& connection, int64_t person) {
  return guarded(connection, [&](const Steps& steps) {
    std::vector<Decision> all;
    for (const Record& row :
         steps.all(std::string(kDecisionColumns) + " ORDER BY d.decision", {person})) {
      all.push_back(decision_from(row));
    }
    return all;
  });
}

Expected<Replay> replay(store::Connection& connection, const LawBook& book, int64_t person,
                        int64_t decision) {
  return guarded(connection, [&](const Steps& steps) {
    Replay out;
    out.decision = kept(read_decision(steps.connection(), person, decision));
    const Finding& then = out.decision.finding;
    std::shared_ptr<const law::Program> program = book.program;
    if (book.law().digest != then.law_digest) {
      Sources sources;
      for (const Record& row :
           steps.all("SELECT path, content FROM law_text WHERE digest = $1 ORDER BY path",
                     {then.law_digest})) {
        if (cell_text(row[0]) != "agency.json")
          sources.push_back({cell_text(row[0]), cell_text(row[1])});
      }
      Diagnostics diagnostics;
      program = law::check(std::move(sources), {then.decided_for}, diagnostics);
      if (program == nullptr || program->digest != then.law_digest) {
        stop("law-lost", {"kho không còn văn bản luật " + then.law_digest.substr(0, 12) +
                              "; phục hồi từ bản sao lưu",
                          "the store has lost the text of the law " +
                              then.law_digest.substr(0, 12) + "; restore it from a backup"});
      }
    }
    const facts::PersonFile file =
        file_of(facts::PersonReader(*program), then.facts, then.decided_for);
    Finding now;
    apply_law(
        *program, engine::TraceWriter(*program), benefit_named(*program, then.benefit), file,
        then.decided_for, [](const Finding&) { return false; }, now);
    out.outcome = now.outcome;
    out.is_same = now.outcome == then.outcome && now.facts_digest == then.facts_digest;
    out.is_same_engine = then.engine == engine::kEngineVersion;
    const auto known =
        facts_of(steps.connection(), book, person, then.decided_for, Known{then.known_at});
    out.is_known_so = known && known->json == then.facts;
    return out;
  });
}

}  // namespace ansinh::agency
