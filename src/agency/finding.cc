#include "agency/finding.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agency/clock.h"
#include "agency/steps.h"
#include "base/text.h"
#include "engine/explain.h"
#include "engine/receipt.h"
#include "engine/trace_json.h"
#include "engine/trace_text.h"
#include "engine/words.h"
#include "facts/to_json.h"
#include "facts/value_text.h"

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

}  // namespace

std::string text_of_terms(const std::vector<Term>& terms) {
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
  return all.dump();
}

std::vector<Term> terms_of_text(const std::string& text) {
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

void apply_law(const law::Program& program, const engine::TraceWriter& writer,
               law::BenefitId benefit, const facts::PersonFile& file, Date on,
               const WantsWords& wants_words, Finding& out) {
  engine::Explainer explainer(program, file, on);
  std::vector<Outcome> outcomes = explainer.outcomes(benefit);
  std::erase_if(outcomes, [&](const Outcome& outcome) {
    return outcome.benefit != benefit || !concerns(outcome, file);
  });
  out.law_digest = program.digest;
  out.engine = engine::kEngineVersion;
  out.decided_for = on;
  out.facts_digest = file.digest;
  out.outcome = writer.outcomes(explainer, outcomes);
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
  if (wants_words && !wants_words(out)) return;
  const auto words = [&](Language language) {
    return engine::explain_text(program, explainer, outcomes, language, false, false);
  };
  out.words = {words(Language::kVietnamese), words(Language::kEnglish)};
}

namespace {

[[noreturn]] void bad_facts(const Diagnostics& faults) {
  Text text{"dữ kiện đã ghi không đọc được cùng nhau",
            "the recorded facts cannot be read together"};
  for (const Diagnostic& fault : faults) {
    text.vi += "; " + fault.message.vi;
    text.en += "; " + fault.message.en;
  }
  stop("bad-facts", {text.vi + "; hãy sửa dữ kiện", text.en + "; correct the facts"});
}

}  // namespace

facts::PersonFile file_of(const facts::PersonReader& reader, const std::string& facts_json,
                          Date on) {
  const auto root = facts::read_json_text(facts_json, 0);
  if (!root) bad_facts({root.error()});
  auto file = reader.read(*root, on, true);
  if (!file) bad_facts(file.error());
  return std::move(*file);
}

bool says_the_same(const Finding& a, const Finding& b) {
  return a.status == b.status && a.terms == b.terms &&
         (a.status == "entitled" || a.outcome == b.outcome);
}

law::BenefitId benefit_named(const law::Program& program, const std::string& name) {
  const auto found = program.benefit_by_name.find(name);
  if (found == program.benefit_by_name.end()) {
    stop("not-found",
         {"luật không có chế độ \"" + name + "\"", "the law has no benefit \"" + name + "\""});
  }
  return found->second;
}

namespace {

std::optional<Date> died_on(const LawBook& book, const facts::PersonFile& file) {
  const law::FactId fact = book.roles.death_date;
  if (fact == law::kNoId || file.subject == nullptr) return std::nullopt;
  const facts::FactValue& said = file.subject->facts[book.law().facts[fact].slot];
  const Date* day = std::get_if<Date>(&said.value);
  return said.known != facts::Known::kUnknown && day != nullptr ? std::optional(*day)
                                                                : std::nullopt;
}

}  // namespace

Expected<Finding> Finder::find(std::string facts_json, const std::string& benefit, Date on,
                               int64_t known_at, const WantsWords& wants_words) const {
  try {
    const law::BenefitId id = benefit_named(book_.law(), benefit);
    Finding out;
    out.benefit = benefit;
    out.known_at = known_at;
    out.facts = std::move(facts_json);
    const facts::PersonFile file = file_of(reader_, out.facts, on);
    apply_law(book_.law(), writer_, id, file, on, wants_words, out);
    out.died_on = died_on(book_, file);
    return out;
  } catch (Stop& stopped) {
    return std::unexpected(std::move(stopped.failure));
  }
}

Expected<Finding> find_out(store::Connection& connection, const LawBook& book, int64_t person,
                           const std::string& benefit, Date on, Known known) {
  return guarded(connection, [&](const Steps& steps) {
    benefit_named(book.law(), benefit);
    const int64_t known_at =
        known.at == Known::kNow ? kept(last_record_time(steps.connection())) : known.at;
    PersonFacts facts = kept(facts_of(steps.connection(), book, person, on, Known{known_at}));
    return kept(Finder(book).find(std::move(facts.json), benefit, on, known_at));
  });
}

}  // namespace ansinh::agency
