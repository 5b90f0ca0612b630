#include "engine/trace_json.h"

#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "base/text.h"
#include "engine/json_writer.h"
#include "engine/words.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using law::Program;

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

template <typename Words>
std::string both(const Words& words) {
  JsonWriter out;
  out.put_both(words(Language::kVietnamese), words(Language::kEnglish));
  return std::move(out.text());
}

// Texts by number, each made when it is first asked for; never moved. For several threads.
class Kept {
 public:
  explicit Kept(size_t size) : texts_(size) {}
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    for (const auto& text : texts_) delete text.load();
  }

  template <typename Make>
  const std::string& get(size_t number, const Make& make) {
    std::atomic<const std::string*>& place = texts_[number];
    if (const std::string* text = place.load(std::memory_order_acquire)) return *text;
    auto made = std::make_unique<const std::string>(make());
    const std::string* text = nullptr;
    // Somebody else may have made the same meanwhile.
    if (place.compare_exchange_strong(text, made.get())) return *made.release();
    return *text;
  }

 private:
  std::vector<std::atomic<const std::string*>> texts_;
};

}  // namespace

// What the law alone says, as JSON.
class LawWords {
 public:
  explicit LawWords(const Program& program)
      : p_(program),
        nodes_(program.nodes.size()),
        definitions_(program.definitions.size()),
        params_(program.params.size()),
        tables_(program.tables.size()),
        benefits_(program.benefits.size()) {}

  // Room for a trace, by those before it.
  void reserve(std::string& text) const {
    text.reserve(usual_size_.load(std::memory_order_relaxed));
  }
  void learn(size_t size) {
    const size_t usual = usual_size_.load(std::memory_order_relaxed);
    const size_t next = size > usual ? size : usual - (usual - size) / 16;
    usual_size_.store(next, std::memory_order_relaxed);
  }

  // What a step is of, as members: "definition":"age","label":{…}.
  const std::string& head(const Step& step) {
    if (step.definition != law::kNoId) {
      return head("definition", definitions_, p_.definitions, step.definition);
    }
    if (step.param != law::kNoId) return head("param", params_, p_.params, step.param);
    if (step.table != law::kNoId) return head("table", tables_, p_.tables, step.table);
    return head("benefit", benefits_, p_.benefits, step.benefit);
  }

  const std::string& sentence(law::NodeId node) {
    return nodes_.get(node, [&] {
      return both([&](Language language) { return law::sentence(node, p_, language); });
    });
  }
  const std::string& cite(const law::Cite& cite) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = cites_.find(cite.number); found != cites_.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);
    return cites_.try_emplace(cite.number, written(cite)).first->second;
  }

 private:
  std::string written(const law::Cite& cite) const {
    JsonWriter out;
    out.open('{');
    if (cite.act != law::kNoId) out.put("act", p_.acts[cite.act].name);
    out.put("text", cite.text);
    out.put_raw("label",
                both([&](Language language) { return law::sentence(cite, p_, language); }));
    out.close('}');
    return std::move(out.text());
  }

  template <typename All>
  static const std::string& head(std::string_view kind, Kept& kept, const All& all, size_t id) {
    return kept.get(id, [&] {
      JsonWriter out;
      out.put(kind, all[id].name);
      out.put("label", all[id].label);
      return std::move(out.text());
    });
  }

  const Program& p_;
  std::atomic<size_t> usual_size_ = 0;
  Kept nodes_, definitions_, params_, tables_, benefits_;
  std::shared_mutex mutex_;
  std::unordered_map<uint32_t, std::string> cites_;  // by number
};

namespace {

// What one explainer found.
class FileWriter {
 public:
  FileWriter(Explainer& explainer, LawWords& words)
      : explainer_(explainer), p_(explainer.program()), words_(words) {}

  void put(const Outcome& outcome);
  // The steps that the outcomes rest on.
  void put_steps(const std::vector<Outcome>& outcomes);

  JsonWriter out;

 private:
  struct Place {
    Text words;
    std::string json;
  };

  // The words of the law are shared; each citation is asked of them once.
  const std::string& cite(const law::Cite& cite) {
    if (cite.number >= cites_.size()) cites_.resize(cite.number + 1);
    const std::string*& known = cites_[cite.number];
    if (known == nullptr) known = &words_.cite(cite);
    return *known;
  }
  const Place& place_of(const facts::Instance* instance);
  void put_place(std::string_view key, const facts::Instance* instance) {
    out.put_raw(key, place_of(instance).json);
  }
  template <typename Cites>
  void put_cites(const Cites& all) {
    out.open("cite", '[');
    for (const auto& one : all) {
      if constexpr (std::is_pointer_v<std::decay_t<decltype(one)>>) {
        out.put_raw(cite(*one));
      } else {
        out.put_raw(cite(one));
      }
    }
    out.close(']');
  }
  void put_unverified(const std::vector<const Text*>& all) {
    out.open("unverified", '[');
    for (const Text* text : all) out.put(*text);
    out.close(']');
  }
  // The members of a value, without brackets.
  void put_value(const law::Value& value, const law::Type& type) {
    out.put("value", law::write(value, type, p_));
    out.put_key("text");
    out.put_both(law::show(value, type, p_, Language::kVietnamese),
                 law::show(value, type, p_, Language::kEnglish));
  }
  void put_value(std::string_view key, const law::Value& value, const law::Type& type) {
    out.open(key, '{');
    put_value(value, type);
    out.close('}');
  }
  void put_missing(std::string_view key, const std::vector<Missing>& all);
  void put_reasons(const std::vector<Reason>& all);
  void put_series(const Series& series);
  void put_result(const Result& result, const law::Type& type);
  void put_inputs(const std::vector<Input>& all, bool with_steps);
  void put(const Pay& pay);
  void put(const Step& step);
  void put_segments(const std::vector<SegmentTrace>& segments);
  void put_span(int32_t from, int32_t to, law::Grain grain) {
    if (grain == law::Grain::kRows) return;
    out.put("from", point_name(from, grain));
    out.put("to", point_name(to, grain));
  }
  const law::Type& type_of(const Step& step) const;

  Explainer& explainer_;
  const Program& p_;
  LawWords& words_;
  std::unordered_map<const facts::Instance*, Place> places_;
  std::vector<const std::string*> cites_;  // by number; null: not asked for yet
};

// By number in the canonical order of the file.
const FileWriter::Place& FileWriter::place_of(const facts::Instance* instance) {
  const auto [found, is_new] = places_.try_emplace(instance);
  Place& place = found->second;
  if (!is_new) return place;
  if (instance == nullptr) {
    place.json = "null";
    return place;
  }
  place.words = {place_words(instance, p_, Language::kVietnamese),
                 place_words(instance, p_, Language::kEnglish)};
  JsonWriter json;
  json.open('{');
  json.put("entity", p_.entities[instance->entity].name);
  json.put("serial", static_cast<int64_t>(instance->serial));
  json.put("place", place.words);
  json.close('}');
  place.json = std::move(json.text());
  return place;
}

void FileWriter::put_missing(std::string_view key, const std::vector<Missing>& all) {
  out.open(key, '[');
  for (const Missing& one : all) {
    out.open('{');
    out.put("entity", p_.entities[one.entity].name);
    if (one.fact != law::kNoId) {
      out.put("fact", p_.facts[one.fact].name);
    } else {
      out.put("list", p_.lists[one.list].name);
      if (one.period) out.put_raw("period", "true");
    }
    const Place& place = place_of(one.instance);
    out.put_raw("at", place.json);
    out.put_key("text");
    out.put_both(missing_words_at(one, p_, Language::kVietnamese, place.words.vi),
                 missing_words_at(one, p_, Language::kEnglish, place.words.en));
    out.close('}');
  }
  out.close(']');
}

void FileWriter::put_reasons(const std::vector<Reason>& all) {
  out.open("reasons", '[');
  for (const Reason& reason : all) {
    out.open('{');
    out.put("text", reason.text);
    put_cites(reason.cite);
    out.close('}');
  }
  out.close(']');
}

void FileWriter::put_series(const Series& series) {
  out.open("series", '[');
  for (const Segment& segment : series.segments) {
    out.open('{');
    put_span(segment.from, segment.to, series.grain);
    out.open("rows", '[');
    for (const facts::Instance* row : segment.rows) out.put(static_cast<int64_t>(row->serial));
    out.close(']');
    out.close('}');
  }
  out.close(']');
}

void FileWriter::put_result(const Result& result, const law::Type& type) {
  out.open("result", '{');
  out.put("state", state_name(result.state));
  if (result.state == State::kKnown) {
    if (result.series) {
      put_series(*result.series);
      out.put_key("text");
      out.put_both(show_result(result, type, p_, Language::kVietnamese),
                   show_result(result, type, p_, Language::kEnglish));
    } else {
      put_value(result.value, type);
    }
  }
  if (!result.missing.empty()) put_missing("missing", result.missing);
  if (!result.reasons.empty()) put_reasons(result.reasons);
  out.close('}');
}

void FileWriter::put_inputs(const std::vector<Input>& all, bool with_steps) {
  out.open("inputs", '[');
  for (const Input& one : all) {
    out.open('{');
    out.put_raw("name", words_.sentence(one.node));
    if (with_steps && one.step != law::kNoId) out.put("step", static_cast<int64_t>(one.step));
    if (one.instance != nullptr) put_place("at", one.instance);
    put_result(one.result, p_.nodes[one.node].type);
    out.close('}');
  }
  out.close(']');
}

void FileWriter::put(const Pay& pay) {
  out.open('{');
  if (pay.party != law::kNoId) {
    out.put("party", p_.parties[pay.party].name);
    out.put("party_label", p_.parties[pay.party].label);
  }
  put_value("amount", pay.amount, pay.type);
  out.put("each", frequency_name(pay.each));
  if (pay.on) out.put("on", pay.on->to_string());
  if (pay.from) out.put("from", pay.from->to_string());
  if (pay.until) out.put("until", pay.until->to_string());
  if (pay.duration) put_value("for", *pay.duration, pay.duration_type);
  if (pay.fund != law::kNoId) {
    out.put("fund", p_.funds[pay.fund].name);
    out.put("fund_label", p_.funds[pay.fund].label);
  }
  if (!pay.cite.empty()) put_cites(pay.cite);
  out.close('}');
}

void FileWriter::put(const Outcome& outcome) {
  const law::BenefitInfo& benefit = p_.benefits[outcome.benefit];
  out.open('{');
  out.put("benefit", benefit.name);
  out.put("label", benefit.label);
  out.put("kind", benefit.is_contribution ? "contribution" : "benefit");
  put_place("at", outcome.instance);
  out.put("status", status_name(outcome.status));
  out.open("pays", '[');
  for (const Pay& pay : outcome.pays) put(pay);
  out.close(']');
  out.open("gives", '[');
  for (const Given& given : outcome.gives) {
    out.open('{');
    put_value(given.value, given.type);
    out.put_raw("name", words_.sentence(given.node));
    out.close('}');
  }
  out.close(']');
  out.open("failed", '[');
  for (const FailedCondition& failed : outcome.failed) {
    out.open('{');
    out.put("text", failed.because);
    if (failed.node != law::kNoId) out.put_raw("condition", words_.sentence(failed.node));
    put_cites(failed.cite);
    put_inputs(failed.inputs, false);
    out.close('}');
  }
  out.close(']');
  put_missing("missing", outcome.missing);
  put_reasons(outcome.reasons);
  if (outcome.apply_before) out.put("apply_before", outcome.apply_before->to_string());
  if (outcome.due) out.put("due", outcome.due->to_string());
  if (outcome.replaced_by != law::kNoId) {
    out.put("replaced_by", p_.benefits[outcome.replaced_by].name);
  }
  if (!outcome.unless.empty()) {
    out.open("unless", '[');
    for (const law::BenefitId id : outcome.unless) out.put(p_.benefits[id].name);
    out.close(']');
  }
  put_cites(outcome.cite);
  put_unverified(outcome.unverified);
  put_missing("presumed", outcome.presumed);
  out.close('}');
}

const law::Type& FileWriter::type_of(const Step& step) const {
  static const law::Type yes_no{.base = law::Base::kYesNo};
  if (step.definition != law::kNoId) return p_.definitions[step.definition].type;
  if (step.param != law::kNoId) return p_.params[step.param].type;
  if (step.table != law::kNoId) return p_.tables[step.table].type;
  return yes_no;
}

void FileWriter::put_segments(const std::vector<SegmentTrace>& segments) {
  out.open("segments", '[');
  for (const SegmentTrace& segment : segments) {
    out.open('{');
    put_span(segment.from, segment.to, segment.grain);
    if (segment.row != nullptr) out.put("row", static_cast<int64_t>(segment.row->serial));
    out.put("count", segment.count);
    out.put("value", law::write(segment.value, p_.nodes[segment.aggregate].type, p_));
    out.close('}');
  }
  out.close(']');
}

void FileWriter::put(const Step& step) {
  out.open('{');
  out.put_raw(words_.head(step));
  if (step.param != law::kNoId) {
    out.put("row_from", p_.params[step.param].rows[step.row].from.to_string());
  } else if (step.table != law::kNoId) {
    out.put("row", static_cast<int64_t>(step.row) + 1);
  }
  const law::Type& type = type_of(step);
  put_place("at", step.instance);
  out.put("law_date", step.law_date.to_string());
  out.put("value_date", step.value_date.to_string());
  out.put("today", step.today.to_string());
  put_result(step.result, type);
  if (step.before_rounding) put_value("before_rounding", *step.before_rounding, type);
  if (step.base) put_value("base", *step.base, type);
  if (step.branch >= 0) out.put("branch", static_cast<int64_t>(step.branch) + 1);
  if (!step.exception.empty()) out.put("exception", step.exception);
  if (!step.finish_hit.empty()) {
    out.open("finish_hit", '[');
    for (const int index : step.finish_hit) out.put(static_cast<int64_t>(index));
    out.close(']');
  }
  put_cites(step.cite);
  if (!step.unverified.empty()) put_unverified(step.unverified);
  put_inputs(step.inputs, true);
  if (!step.segments.empty()) put_segments(step.segments);
  out.close('}');
}

void FileWriter::put_steps(const std::vector<Outcome>& outcomes) {
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
  out.open("steps", '{');
  for (const auto& [id, step] : reached) {
    out.put_key(std::to_string(id));
    put(step);
  }
  out.close('}');
}

void put_receipt(JsonWriter& out, const Explainer& explainer, const std::string& outcomes) {
  const Receipt receipt = make_receipt(explainer, outcomes);
  out.open("receipt", '{');
  out.put("law_digest", receipt.law_digest);
  out.put("law_date", receipt.law_date.to_string());
  out.put("engine_version", receipt.engine_version);
  out.put("facts_digest", receipt.facts_digest);
  out.put("result_digest", receipt.result_digest);
  out.close('}');
}

}  // namespace

TraceWriter::TraceWriter(const law::Program& program) : words_(new LawWords(program)) {}
TraceWriter::~TraceWriter() = default;

std::string TraceWriter::outcomes(Explainer& explainer,
                                  const std::vector<Outcome>& outcomes) const {
  FileWriter writer(explainer, *words_);
  writer.out.open('[');
  for (const Outcome& outcome : outcomes) writer.put(outcome);
  writer.out.close(']');
  return std::move(writer.out.text());
}

std::string TraceWriter::decision(Explainer& explainer,
                                  const std::vector<Outcome>& outcomes) const {
  const std::string found = this->outcomes(explainer, outcomes);
  JsonWriter out;
  out.open('{');
  out.put("on", explainer.on().to_string());
  out.put_raw("outcomes", found);
  put_receipt(out, explainer, found);
  out.close('}');
  return std::move(out.text());
}

std::string TraceWriter::trace(Explainer& explainer, const std::vector<Outcome>& outcomes) const {
  FileWriter writer(explainer, *words_);
  // The outcomes twice: the receipt is made of them without their steps.
  std::string found = "[";
  JsonWriter& out = writer.out;
  words_->reserve(out.text());
  out.open('{');
  out.put("on", explainer.on().to_string());
  out.open("outcomes", '[');
  for (const Outcome& outcome : outcomes) {
    const size_t start = out.text().size();
    writer.put(outcome);
    found.append(out.text(), start);
    if (outcome.step == law::kNoId) continue;
    out.text().pop_back();  // the closing brace
    out.put("step", static_cast<int64_t>(outcome.step));
    out.close('}');
  }
  found += ']';
  out.close(']');
  writer.put_steps(outcomes);
  put_receipt(out, explainer, found);
  out.close('}');
  words_->learn(out.text().size());
  return std::move(out.text());
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

}  // namespace ansinh::engine
