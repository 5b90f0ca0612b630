#include "agency/decision.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agency/steps.h"
#include "base/text.h"
#include "engine/explain.h"
#include "engine/receipt.h"
#include "engine/trace_json.h"
#include "engine/trace_text.h"
#include "engine/words.h"
#include "facts/from_json.h"
#include "facts/to_json.h"
#include "facts/value_text.h"
#include "law/check.h"

namespace ansinh::agency {

namespace {

using engine::Outcome;
using engine::Status;
using Json = nlohmann::ordered_json;

std::string_view name_of_status(Status status) {
  switch (status) {
    case Status::kEntitled:
      return "entitled";
    case Status::kNotEntitled:
      return "not-entitled";
    case Status::kCannotTell:
      return "cannot-tell";
    case Status::kIncomplete:
      return "incomplete";
    default:
      return "error";
  }
}

// What counts of several outcomes: something that is paid; then what is not known yet.
int rank_of(Status status) {
  switch (status) {
    case Status::kEntitled:
      return 0;
    case Status::kCannotTell:
      return 1;
    case Status::kIncomplete:
      return 2;
    case Status::kError:
      return 3;
    default:
      return 4;
  }
}

bool concerns(const Outcome& outcome, const facts::PersonFile& file) {
  if (outcome.instance == file.root) return true;  // the household's
  for (const facts::Instance* at = outcome.instance; at != nullptr; at = at->parent) {
    if (at == file.subject) return true;
  }
  return false;
}

// What a row is, so that it is found again when others have come or gone: its day or month.
std::string about(const law::Program& program, const facts::Instance& instance,
                  const facts::PersonFile& file) {
  if (&instance == file.subject) return "";
  if (instance.parent == nullptr) return program.entities[instance.entity].name;
  const std::string above = about(program, *instance.parent, file);
  const law::EntityInfo& entity = program.entities[instance.entity];
  const law::ListInfo& list = program.lists[entity.list];
  std::string key;
  if (list.form != law::ListForm::kChildren) {
    key = facts::point_text(instance.from, list.form);
  } else if (entity.order_fact != law::kNoId) {
    const law::FactInfo& fact = program.facts[entity.order_fact];
    const facts::FactValue& value = instance.facts[fact.slot];
    if (value.known != facts::Known::kUnknown) {
      key = facts::value_to_json(value.value, fact.type, program);
      std::erase(key, '"');
    }
  }
  const std::vector<facts::Instance*>& rows = instance.parent->lists[list.slot].rows;
  if (key.empty()) {
    key = std::to_string(std::ranges::find(rows, &instance) - rows.begin() + 1);
  }
  return (above.empty() ? "" : above + "/") + list.name + "/" + key;
}

[[noreturn]] void not_payable(const law::BenefitInfo& benefit, const Text& why) {
  stop("not-payable", {"“" + benefit.label.vi + "”: " + why.vi + "; cán bộ phải xử lý",
                       "“" + benefit.label.en + "”: " + why.en + "; an officer must deal with it"});
}

int64_t months_of(Date date) { return Month::of(date).months; }

Term term_of(const law::Program& program, const Outcome& outcome, const engine::Pay& pay,
             Date decided_for) {
  const law::BenefitInfo& benefit = program.benefits[outcome.benefit];
  Term term;
  if (pay.fund == law::kNoId) {
    not_payable(benefit, {"luật không nêu quỹ chi trả", "the law names no fund that pays it"});
  }
  term.fund = program.funds[pay.fund].name;
  Rational amount = engine::in_currency(pay);
  const Date first = pay.from.value_or(pay.on.value_or(decided_for));
  term.from_month = months_of(first);
  switch (pay.each) {
    case law::Frequency::kMonth: {
      term.each = "month";
      int64_t months = 0;
      if (pay.duration) {
        const bool is_months = pay.duration_type.month == 1;
        if (!is_months || !pay.duration->to_int64(months) || months < 1) {
          not_payable(benefit, {"thời gian hưởng không tính bằng tháng tròn",
                                "it is not paid for whole months"});
        }
        term.until_month = term.from_month + months - 1;
      }
      if (pay.until) term.until_month = std::min(term.until_month, months_of(*pay.until));
      break;
    }
    case law::Frequency::kDay: {
      Rational days;
      if (pay.duration && pay.duration_type.day == 1) {
        days = *pay.duration;
      } else if (pay.from && pay.until) {
        days = Rational(int64_t{pay.until->days} - pay.from->days + 1);
      } else {
        not_payable(benefit, {"không rõ trả bao nhiêu ngày", "it is not known for how many days"});
      }
      amount *= days;
      term.each = "once";
      term.until_month = term.from_month;
      break;
    }
    case law::Frequency::kOnce:
      term.each = "once";
      term.until_month = term.from_month;
      break;
    default:
      not_payable(benefit, {"hồ sơ chi trả chưa biết trả theo năm",
                            "awards do not know payments by the year yet"});
  }
  if (!amount.to_int64(term.amount)) {
    not_payable(benefit, {"số tiền không phải số nguyên", "the amount is not a whole number"});
  }
  if (term.amount < 0) {
    not_payable(benefit, {"số tiền nhỏ hơn 0", "the amount is below zero"});
  }
  return term;
}

Json json_of(const std::vector<Term>& terms) {
  Json all = Json::array();
  for (const Term& term : terms) {
    Json one = {{"about", term.about},
                {"fund", term.fund},
                {"each", term.each},
                {"amount", term.amount},
                {"from", Month{static_cast<int32_t>(term.from_month)}.to_string()}};
    if (term.until_month != Term::kOpenTerm) {
      one["until"] = Month{static_cast<int32_t>(term.until_month)}.to_string();
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<Term> terms_of(const std::string& text) {
  std::vector<Term> terms;
  for (const auto& one : Json::parse(text)) {
    Term term{one["about"], one["fund"], one["each"], one["amount"], 0};
    term.from_month = Month::parse(one["from"].get<std::string>())->months;
    if (one.contains("until")) {
      term.until_month = Month::parse(one["until"].get<std::string>())->months;
    }
    terms.push_back(std::move(term));
  }
  return terms;
}

// The law applied to a file: what is written of it. The words are left out if they are not wanted.
void decide(const law::Program& program, law::BenefitId benefit, const facts::PersonFile& file,
            Date on, bool with_words, Finding& out) {
  engine::Explainer explainer(program, file, on);
  std::vector<Outcome> outcomes = explainer.outcomes(benefit);
  std::erase_if(outcomes, [&](const Outcome& outcome) {
    return outcome.benefit != benefit || !concerns(outcome, file);
  });
  out.law_digest = program.digest;
  out.engine = engine::kEngineVersion;
  out.decided_for = on;
  out.facts_digest = file.digest;
  out.outcome = engine::outcomes_json(explainer, outcomes).dump();
  out.outcome_digest = sha256_hex(out.outcome);
  Status best = Status::kNotEntitled;
  for (const Outcome& outcome : outcomes) {
    if (rank_of(outcome.status) < rank_of(best)) best = outcome.status;
  }
  out.status = name_of_status(best);
  for (const Outcome& outcome : outcomes) {
    for (const engine::Missing& missing : outcome.missing) {
      out.missing.push_back({engine::missing_words(missing, program, Language::kVietnamese),
                             engine::missing_words(missing, program, Language::kEnglish)});
    }
    if (outcome.status != Status::kEntitled || program.benefits[benefit].is_contribution) continue;
    const std::string of = about(program, *outcome.instance, file);
    for (size_t k = 0; k < outcome.pays.size(); ++k) {
      Term term = term_of(program, outcome, outcome.pays[k], on);
      term.about = of + (k == 0 ? "" : "#" + std::to_string(k + 1));
      out.terms.push_back(std::move(term));
    }
  }
  if (!with_words) return;
  const auto words = [&](Language language) {
    return engine::explain_text(program, explainer, outcomes, language, false, false);
  };
  out.words = {words(Language::kVietnamese), words(Language::kEnglish)};
}

[[noreturn]] void bad_facts(const Diagnostics& faults) {
  Text text{"dữ kiện đã ghi không đọc được cùng nhau",
            "the recorded facts cannot be read together"};
  for (const Diagnostic& fault : faults) {
    text.vi += "; " + fault.message.vi;
    text.en += "; " + fault.message.en;
  }
  stop("bad-facts", {text.vi + "; hãy sửa dữ kiện", text.en + "; correct the facts"});
}

law::BenefitId benefit_of(const law::Program& program, const std::string& name) {
  const auto found = program.benefit_by_name.find(name);
  if (found == program.benefit_by_name.end()) {
    stop("not-found",
         {"luật không có chế độ \"" + name + "\"", "the law has no benefit \"" + name + "\""});
  }
  return found->second;
}

void keep_law(const Steps& steps, const law::Program& program, const std::string& agency_json) {
  if (steps.one("SELECT path FROM law_text WHERE digest = $1 LIMIT 1", {program.digest})) return;
  for (const SourceFile& source : program.sources) {
    steps.run(
        "INSERT INTO law_text (digest, path, content) VALUES ($1, $2, $3) "
        "ON CONFLICT (digest, path) DO NOTHING",
        {program.digest, source.path, source.text});
  }
  steps.run(
      "INSERT INTO law_text (digest, path, content) VALUES ($1, $2, $3) "
      "ON CONFLICT (digest, path) DO NOTHING",
      {program.digest, std::string("agency.json"), agency_json});
}

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
  finding.terms = terms_of(cell_text(row[14]));
  finding.words = {cell_text(row[15]), cell_text(row[16])};
  out.before = cell_number_or(row[17], 0);
  out.recorded_at = cell_number(row[18]);
  out.recorded_by = cell_text(row[19]);
  out.state = cell_text(row[20]);
  return out;
}

}  // namespace

Expected<Finding> find_out(store::Connection& connection, const LawBook& book, int64_t person,
                           const std::string& benefit, Date on, Known known) {
  return guarded(connection, [&](const Steps& steps) {
    const law::BenefitId id = benefit_of(book.law(), benefit);
    Finding out;
    out.benefit = benefit;
    out.known_at = known.at == Known::kNow ? kept(last_record_time(steps.connection())) : known.at;
    const PersonFacts facts =
        kept(facts_of(steps.connection(), book, person, on, Known{out.known_at}));
    out.facts = facts.json;
    const auto file = facts::from_json(book.law(), out.facts, 0, on);
    if (!file) bad_facts(file.error());
    decide(book.law(), id, *file, on, true, out);
    return out;
  });
}

Expected<Decision> write_decision(store::Connection& connection, const LawBook& book,
                                  int64_t person, int64_t application, const std::string& kind,
                                  const Finding& finding, int64_t before, const Actor& by) {
  return guarded(connection, [&](const Steps& steps) {
    keep_law(steps, book.law(), book.agency_json);
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
    steps.run(
        "INSERT INTO decision (person, decision, application, kind, benefit, decided_for, "
        "known_at, "
        "law_digest, engine, facts, facts_digest, outcome, outcome_digest, status, terms, "
        "words_vi, "
        "words_en, before, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
        "$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        {person,
         out.decision,
         application,
         kind,
         finding.benefit,
         int64_t{finding.decided_for.days},
         finding.known_at,
         finding.law_digest,
         finding.engine,
         finding.facts,
         finding.facts_digest,
         finding.outcome,
         finding.outcome_digest,
         finding.status,
         json_of(finding.terms).dump(),
         finding.words.vi,
         finding.words.en,
         unless_zero(before),
         out.recorded_at,
         by.name});
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
    const auto file = facts::from_json(*program, then.facts, 0, then.decided_for);
    if (!file) bad_facts(file.error());
    Finding now;
    decide(*program, benefit_of(*program, then.benefit), *file, then.decided_for, false, now);
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
