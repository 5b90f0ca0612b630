#include "engine/trace_json.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.h"
#include "engine/words.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using json = nlohmann::ordered_json;
using law::Program;

json text_json(const Text& text) { return {{"vi", text.vi}, {"en", text.en}}; }

template <typename Words>
json both(const Words& words) {
  return {{"vi", words(Language::kVietnamese)}, {"en", words(Language::kEnglish)}};
}

const char* state_name(State state) {
  switch (state) {
    case State::kKnown:
      return "known";
    case State::kUnknown:
      return "unknown";
    case State::kRefused:
      return "refused";
    case State::kIncomplete:
      return "incomplete";
    case State::kError:
      return "error";
  }
  return "";
}

const char* status_name(Status status) {
  switch (status) {
    case Status::kEntitled:
      return "entitled";
    case Status::kNotEntitled:
      return "not entitled";
    case Status::kCannotTell:
      return "cannot tell";
    case Status::kIncomplete:
      return "incomplete";
    case Status::kError:
      return "error";
  }
  return "";
}

const char* frequency_name(law::Frequency each) {
  switch (each) {
    case law::Frequency::kOnce:
      return "once";
    case law::Frequency::kDay:
      return "day";
    case law::Frequency::kMonth:
      return "month";
    case law::Frequency::kYear:
      return "year";
  }
  return "";
}

std::string point_name(int32_t point, law::Grain grain) {
  return grain == law::Grain::kMonths ? Month{point}.to_string() : Date{point}.to_string();
}

class JsonTrace {
 public:
  explicit JsonTrace(Explainer& explainer) : explainer_(explainer), p_(explainer.program()) {}

  json outcome(const Outcome& outcome);
  // All of it but what it rests on, which comes last.
  json outcome_itself(const Outcome& outcome);
  json cites(const law::Cites& cites) const {
    json out = json::array();
    for (const law::Cite& one : cites) out.push_back(cite(one));
    return out;
  }
  json cite(const law::Cite& cite) const {
    json one;
    if (cite.act != law::kNoId) one["act"] = p_.acts[cite.act].name;
    one["text"] = cite.text;
    one["label"] = both([&](Language language) { return law::sentence(cite, p_, language); });
    return one;
  }
  json step(const Step& step);
  // The steps that the outcomes rest on.
  json steps(const std::vector<Outcome>& outcomes);

 private:
  json value(const law::Value& value, const law::Type& type) const {
    return {
        {"value", law::write(value, type, p_)},
        {"text", both([&](Language language) { return law::show(value, type, p_, language); })}};
  }
  // By number in the canonical order of the file.
  json place(const facts::Instance* instance) const {
    if (instance == nullptr) return nullptr;
    return {
        {"entity", p_.entities[instance->entity].name},
        {"serial", instance->serial},
        {"place", both([&](Language language) { return place_words(instance, p_, language); })}};
  }
  json missing(const std::vector<Missing>& all) const;
  json reasons(const std::vector<Reason>& all) const;
  json result(const Result& result, const law::Type& type) const;
  json series(const Series& series) const;
  json input(const Input& input) const;
  json inputs(const std::vector<Input>& all) const {
    json out = json::array();
    for (const Input& one : all) out.push_back(input(one));
    return out;
  }
  json pay(const Pay& pay) const;
  const law::Type& type_of(const Step& step) const;

  Explainer& explainer_;
  const Program& p_;
};

json JsonTrace::missing(const std::vector<Missing>& all) const {
  json out = json::array();
  for (const Missing& one : all) {
    json entry;
    entry["entity"] = p_.entities[one.entity].name;
    if (one.fact != law::kNoId) {
      entry["fact"] = p_.facts[one.fact].name;
    } else {
      entry["list"] = p_.lists[one.list].name;
      if (one.period) entry["period"] = true;
    }
    entry["at"] = place(one.instance);
    entry["text"] = both([&](Language language) { return missing_words(one, p_, language); });
    out.push_back(std::move(entry));
  }
  return out;
}

json JsonTrace::reasons(const std::vector<Reason>& all) const {
  json out = json::array();
  for (const Reason& reason : all) {
    out.push_back({{"text", text_json(reason.text)}, {"cite", cites(reason.cite)}});
  }
  return out;
}

json JsonTrace::series(const Series& series) const {
  json out = json::array();
  for (const Segment& segment : series.segments) {
    json one;
    if (series.grain != law::Grain::kRows) {
      one["from"] = point_name(segment.from, series.grain);
      one["to"] = point_name(segment.to, series.grain);
    }
    one["rows"] = json::array();
    for (const facts::Instance* row : segment.rows) one["rows"].push_back(row->serial);
    out.push_back(std::move(one));
  }
  return out;
}

json JsonTrace::result(const Result& result, const law::Type& type) const {
  json out;
  out["state"] = state_name(result.state);
  if (result.state == State::kKnown) {
    if (result.series) {
      out["series"] = series(*result.series);
      out["text"] =
          both([&](Language language) { return show_result(result, type, p_, language); });
    } else {
      out.update(value(result.value, type));
    }
  }
  if (!result.missing.empty()) out["missing"] = missing(result.missing);
  if (!result.reasons.empty()) out["reasons"] = reasons(result.reasons);
  return out;
}

json JsonTrace::input(const Input& input) const {
  json out;
  out["name"] = both([&](Language language) { return law::sentence(input.node, p_, language); });
  if (input.step != law::kNoId) out["step"] = input.step;
  if (input.instance != nullptr) out["at"] = place(input.instance);
  out["result"] = result(input.result, p_.nodes[input.node].type);
  return out;
}

json JsonTrace::pay(const Pay& pay) const {
  json out;
  if (pay.party != law::kNoId) {
    out["party"] = p_.parties[pay.party].name;
    out["party_label"] = text_json(p_.parties[pay.party].label);
  }
  out["amount"] = value(pay.amount, pay.type);
  out["each"] = frequency_name(pay.each);
  const auto date = [&out](const char* name, const std::optional<Date>& when) {
    if (when) out[name] = when->to_string();
  };
  date("on", pay.on);
  date("from", pay.from);
  date("until", pay.until);
  if (pay.duration) out["for"] = value(*pay.duration, pay.duration_type);
  if (pay.fund != law::kNoId) {
    out["fund"] = p_.funds[pay.fund].name;
    out["fund_label"] = text_json(p_.funds[pay.fund].label);
  }
  if (!pay.cite.empty()) out["cite"] = cites(pay.cite);
  return out;
}

json JsonTrace::outcome_itself(const Outcome& outcome) {
  const law::BenefitInfo& benefit = p_.benefits[outcome.benefit];
  json out;
  out["benefit"] = benefit.name;
  out["label"] = text_json(benefit.label);
  out["kind"] = benefit.is_contribution ? "contribution" : "benefit";
  out["at"] = place(outcome.instance);
  out["status"] = status_name(outcome.status);
  out["pays"] = json::array();
  for (const Pay& one : outcome.pays) out["pays"].push_back(pay(one));
  out["gives"] = json::array();
  for (const Given& given : outcome.gives) {
    json one = value(given.value, given.type);
    one["name"] = both([&](Language language) { return law::sentence(given.node, p_, language); });
    out["gives"].push_back(std::move(one));
  }
  out["failed"] = json::array();
  for (const FailedCondition& failed : outcome.failed) {
    json one;
    one["text"] = text_json(failed.because);
    if (failed.node != law::kNoId) {
      one["condition"] =
          both([&](Language language) { return law::sentence(failed.node, p_, language); });
    }
    one["cite"] = cites(failed.cite);
    one["inputs"] = inputs(failed.inputs);
    for (json& input_json : one["inputs"]) input_json.erase("step");
    out["failed"].push_back(std::move(one));
  }
  out["missing"] = missing(outcome.missing);
  out["reasons"] = reasons(outcome.reasons);
  if (outcome.apply_before) out["apply_before"] = outcome.apply_before->to_string();
  if (outcome.due) out["due"] = outcome.due->to_string();
  if (outcome.replaced_by != law::kNoId) {
    out["replaced_by"] = p_.benefits[outcome.replaced_by].name;
  }
  if (!outcome.unless.empty()) {
    out["unless"] = json::array();
    for (const law::BenefitId id : outcome.unless) out["unless"].push_back(p_.benefits[id].name);
  }
  return out;
}

json JsonTrace::outcome(const Outcome& outcome) {
  json out = outcome_itself(outcome);
  out["cite"] = json::array();
  for (const law::Cite* one : outcome.cite) out["cite"].push_back(cite(*one));
  out["unverified"] = json::array();
  for (const Text* text : outcome.unverified) out["unverified"].push_back(text_json(*text));
  out["presumed"] = missing(outcome.presumed);
  return out;
}

const law::Type& JsonTrace::type_of(const Step& step) const {
  static const law::Type yes_no{.base = law::Base::kYesNo};
  if (step.definition != law::kNoId) return p_.definitions[step.definition].type;
  if (step.param != law::kNoId) return p_.params[step.param].type;
  if (step.table != law::kNoId) return p_.tables[step.table].type;
  return yes_no;
}

json JsonTrace::step(const Step& step) {
  json out;
  if (step.definition != law::kNoId) {
    out["definition"] = p_.definitions[step.definition].name;
    out["label"] = text_json(p_.definitions[step.definition].label);
  } else if (step.param != law::kNoId) {
    out["param"] = p_.params[step.param].name;
    out["label"] = text_json(p_.params[step.param].label);
    out["row_from"] = p_.params[step.param].rows[step.row].from.to_string();
  } else if (step.table != law::kNoId) {
    out["table"] = p_.tables[step.table].name;
    out["label"] = text_json(p_.tables[step.table].label);
    out["row"] = step.row + 1;
  } else {
    out["benefit"] = p_.benefits[step.benefit].name;
    out["label"] = text_json(p_.benefits[step.benefit].label);
  }
  const law::Type& type = type_of(step);
  out["at"] = place(step.instance);
  out["law_date"] = step.law_date.to_string();
  out["value_date"] = step.value_date.to_string();
  out["today"] = step.today.to_string();
  out["result"] = result(step.result, type);
  if (step.before_rounding) out["before_rounding"] = value(*step.before_rounding, type);
  if (step.base) out["base"] = value(*step.base, type);
  if (step.branch >= 0) out["branch"] = step.branch + 1;
  if (!step.exception.empty()) out["exception"] = step.exception;
  if (!step.finish_hit.empty()) out["finish_hit"] = step.finish_hit;
  out["cite"] = cites(step.cite);
  if (!step.unverified.empty()) {
    out["unverified"] = json::array();
    for (const Text* text : step.unverified) out["unverified"].push_back(text_json(*text));
  }
  out["inputs"] = inputs(step.inputs);
  if (step.segments.empty()) return out;
  out["segments"] = json::array();
  for (const SegmentTrace& segment : step.segments) {
    json one;
    if (segment.grain != law::Grain::kRows) {
      one["from"] = point_name(segment.from, segment.grain);
      one["to"] = point_name(segment.to, segment.grain);
    }
    if (segment.row != nullptr) one["row"] = segment.row->serial;
    one["count"] = segment.count;
    one["value"] = law::write(segment.value, p_.nodes[segment.aggregate].type, p_);
    out["segments"].push_back(std::move(one));
  }
  return out;
}

json JsonTrace::steps(const std::vector<Outcome>& outcomes) {
  std::map<StepId, Step> reached;
  std::vector<StepId> to_do;
  for (const Outcome& outcome : outcomes) {
    if (outcome.step != law::kNoId) to_do.push_back(outcome.step);
  }
  while (!to_do.empty()) {
    const StepId next = to_do.back();
    to_do.pop_back();
    const auto [place, fresh] = reached.try_emplace(next);
    if (!fresh) continue;
    place->second = explainer_.step(next);
    for (const Input& one : place->second.inputs) {
      if (one.step != law::kNoId && !reached.contains(one.step)) to_do.push_back(one.step);
    }
  }
  json out = json::object();
  for (const auto& [id, step_at] : reached) out[std::to_string(id)] = step(step_at);
  return out;
}

// As json::dump writes a text.
void put_text(std::string& out, std::string_view text) {
  const bool is_plain = std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\'; });
  if (!is_plain) {
    out += json(text).dump();
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void put_both(std::string& out, std::string_view vi, std::string_view en) {
  out += "{\"vi\":";
  put_text(out, vi);
  out += ",\"en\":";
  put_text(out, en);
  out += '}';
}

// JsonTrace::missing, written at once; places are put into words once a file.
class MissingWriter {
 public:
  explicit MissingWriter(const Program& program) : p_(program) {}

  void put(std::string& out, const std::vector<Missing>& all) {
    out += '[';
    for (const Missing& one : all) {
      if (out.back() != '[') out += ',';
      put_one(out, one);
    }
    out += ']';
  }

 private:
  struct Place {
    Text words;
    std::string json;
  };

  void put_one(std::string& out, const Missing& one) {
    out += "{\"entity\":";
    put_text(out, p_.entities[one.entity].name);
    const bool is_fact = one.fact != law::kNoId;
    out += is_fact ? ",\"fact\":" : ",\"list\":";
    put_text(out, is_fact ? p_.facts[one.fact].name : p_.lists[one.list].name);
    if (!is_fact && one.period) out += ",\"period\":true";
    const Place& place = place_of(one.instance);
    out += ",\"at\":" + place.json + ",\"text\":";
    put_both(out, missing_words_at(one, p_, Language::kVietnamese, place.words.vi),
             missing_words_at(one, p_, Language::kEnglish, place.words.en));
    out += '}';
  }
  const Place& place_of(const facts::Instance* instance) {
    const auto [found, is_new] = places_.try_emplace(instance);
    Place& place = found->second;
    if (!is_new) return place;
    if (instance == nullptr) {
      place.json = "null";
      return place;
    }
    place.words = {place_words(instance, p_, Language::kVietnamese),
                   place_words(instance, p_, Language::kEnglish)};
    place.json = "{\"entity\":";
    put_text(place.json, p_.entities[instance->entity].name);
    place.json += ",\"serial\":" + std::to_string(instance->serial) + ",\"place\":";
    put_both(place.json, place.words.vi, place.words.en);
    place.json += '}';
    return place;
  }

  const Program& p_;
  std::unordered_map<const facts::Instance*, Place> places_;
};

}  // namespace

struct OutcomesWriter::Cites {
  std::shared_mutex mutex;
  std::unordered_map<const law::Cite*, std::string> written;

  // JsonTrace::cite of each, with commas between.
  void put(std::string& out, const JsonTrace& trace, const std::vector<const law::Cite*>& all) {
    size_t done = 0;
    const auto put_known = [&] {
      for (; done < all.size(); ++done) {
        const auto found = written.find(all[done]);
        if (found == written.end()) return;
        if (done > 0) out += ',';
        out += found->second;
      }
    };
    {
      const std::shared_lock lock(mutex);
      put_known();
    }
    while (done < all.size()) {
      const std::unique_lock lock(mutex);
      written.try_emplace(all[done], trace.cite(*all[done]).dump());
      put_known();
    }
  }
};

OutcomesWriter::OutcomesWriter(const law::Program& program)
    : program_(program), cites_(new Cites) {}
OutcomesWriter::~OutcomesWriter() = default;

std::string OutcomesWriter::write(Explainer& explainer,
                                  const std::vector<Outcome>& outcomes) const {
  JsonTrace trace(explainer);
  MissingWriter missing(program_);
  std::string out = "[";
  for (const Outcome& outcome : outcomes) {
    if (out.size() > 1) out += ',';
    out += trace.outcome_itself(outcome).dump();
    out.pop_back();  // the closing brace
    out += ",\"cite\":[";
    cites_->put(out, trace, outcome.cite);
    out += "],\"unverified\":[";
    for (const Text* text : outcome.unverified) {
      if (out.back() != '[') out += ',';
      put_both(out, text->vi, text->en);
    }
    out += "],\"presumed\":";
    missing.put(out, outcome.presumed);
    out += '}';
  }
  return out + "]";
}

json outcomes_json(Explainer& explainer, const std::vector<Outcome>& outcomes) {
  JsonTrace writer(explainer);
  json out = json::array();
  for (const Outcome& outcome : outcomes) out.push_back(writer.outcome(outcome));
  return out;
}

json receipt_json(const Receipt& receipt) {
  return {{"law_digest", receipt.law_digest},
          {"law_date", receipt.law_date.to_string()},
          {"engine_version", receipt.engine_version},
          {"facts_digest", receipt.facts_digest},
          {"result_digest", receipt.result_digest}};
}

Receipt make_receipt(Explainer& explainer, const std::vector<Outcome>& outcomes) {
  return make_receipt(explainer, outcomes_json(explainer, outcomes).dump());
}

Receipt make_receipt(const Explainer& explainer, const std::string& outcomes) {
  Receipt receipt;
  receipt.law_digest = explainer.program().digest;
  receipt.law_date = explainer.on();
  receipt.engine_version = kEngineVersion;
  receipt.facts_digest = explainer.file().digest;
  receipt.result_digest = sha256_hex(outcomes);
  return receipt;
}

json trace_json(Explainer& explainer, const std::vector<Outcome>& outcomes) {
  json out;
  out["on"] = explainer.on().to_string();
  JsonTrace writer(explainer);
  json found = outcomes_json(explainer, outcomes);
  const Receipt receipt = make_receipt(explainer, found.dump());
  out["outcomes"] = std::move(found);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].step != law::kNoId) out["outcomes"][i]["step"] = outcomes[i].step;
  }
  out["steps"] = writer.steps(outcomes);
  out["receipt"] = receipt_json(receipt);
  return out;
}

}  // namespace ansinh::engine
