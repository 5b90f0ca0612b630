#include "engine/trace_text.h"

#include <algorithm>
#include <set>

#include "engine/formula.h"
#include "engine/words.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using law::NodeId;
using law::Op;
using law::Program;

constexpr size_t kSegmentLinesMax = 12;
constexpr int kTreeDepthMax = 40;

class TextTrace {
 public:
  TextTrace(const Program& program, Explainer& explainer, Language language, bool color)
      : p_(program), explainer_(explainer), language_(language), color_(color) {}

  void outcome(const Outcome& outcome, bool why);
  void step(StepId id, int depth);
  std::string take() { return std::move(out_); }

 private:
  enum class Paint : uint8_t { kGood, kBad, kOpen, kFaint, kStrong };

  bool vi() const { return language_ == Language::kVietnamese; }
  std::string in(const char* vi_words, const char* en_words) const {
    return vi() ? vi_words : en_words;
  }
  const std::string& label(const Text& text) const { return in_language(text, language_); }
  std::string cites(const law::Cites& cites) const { return cites_words(cites, p_, language_); }
  std::string day(Date date) const { return vi() ? date.to_display() : date.to_string(); }
  std::string painted(const std::string& words, Paint paint) const;
  void line(int depth, const std::string& words) {
    out_.append(static_cast<size_t>(depth) * 2, ' ');
    out_ += words + "\n";
  }

  void status_line(const Outcome& outcome);
  void pay_line(const Pay& pay);
  void notes(const Outcome& outcome);
  std::string step_name(const Step& step) const;
  const law::Type& step_type(const Step& step) const;
  void definition_body(StepId id, const Step& step, int depth);
  void how_finished(const Step& step, const law::DefinitionVersion& version, int depth);
  void exception_body(StepId id, const Step& step, const law::DefinitionVersion& version,
                      int depth);
  void formula(StepId id, NodeId node, int depth);
  void segments(const Step& step, int depth);
  std::string segment_words(const SegmentTrace& segment, const law::Type& type) const;
  void inputs(const Step& step, int depth);

  const Program& p_;
  Explainer& explainer_;
  Language language_;
  bool color_;
  std::string out_;
  std::set<StepId> told_;
};

std::string TextTrace::painted(const std::string& words, Paint paint) const {
  if (!color_) return words;
  const char* code = "";
  switch (paint) {
    case Paint::kGood:
      code = "\x1b[1;32m";
      break;
    case Paint::kBad:
      code = "\x1b[1;31m";
      break;
    case Paint::kOpen:
      code = "\x1b[1;33m";
      break;
    case Paint::kFaint:
      code = "\x1b[2m";
      break;
    case Paint::kStrong:
      code = "\x1b[1m";
      break;
  }
  return code + words + "\x1b[0m";
}

// ---- Outcomes ----------------------------------------------------------------------------------

void TextTrace::status_line(const Outcome& outcome) {
  const law::BenefitInfo& benefit = p_.benefits[outcome.benefit];
  const bool owed = benefit.is_contribution;
  std::string status;
  Paint paint = Paint::kOpen;
  switch (outcome.status) {
    case Status::kEntitled:
      status = owed ? in("phải đóng", "owed") : in("được hưởng", "entitled");
      paint = Paint::kGood;
      break;
    case Status::kNotEntitled:
      status = owed ? in("không phải đóng", "not owed") : in("không được hưởng", "not entitled");
      paint = Paint::kBad;
      break;
    case Status::kCannotTell:
      status = in("chưa thể kết luận", "cannot tell yet");
      break;
    case Status::kIncomplete:
      status = in("luật chưa thể hiện đủ", "incomplete");
      break;
    case Status::kError:
      status = in("dữ liệu mâu thuẫn", "error");
      paint = Paint::kBad;
      break;
  }
  std::string words = painted(label(benefit.label), Paint::kStrong);
  const std::string place = place_words(outcome.instance, p_, language_);
  if (!place.empty()) words += " [" + place + "]";
  words += ": " + painted(status, paint);
  if (outcome.version != law::kNoId) {
    const std::string cite = cites(benefit.versions[outcome.version].cite);
    if (!cite.empty()) words += " — " + cite;
  }
  line(0, words);
}

void TextTrace::pay_line(const Pay& pay) {
  std::string words;
  if (pay.party != law::kNoId) words += label(p_.parties[pay.party].label) + ": ";
  words += painted(law::show(pay.amount, pay.type, p_, language_), Paint::kStrong);
  if (pay.each == law::Frequency::kOnce) words += in(" một lần", " once");
  if (pay.on) words += in(", ngày ", " on ") + day(*pay.on);
  if (pay.from) words += in(", từ ", " from ") + day(*pay.from);
  if (pay.until) words += in(" đến ", " until ") + day(*pay.until);
  if (pay.duration) {
    words += in(", trong ", " for ") +
             law::show(law::Value{*pay.duration}, pay.duration_type, p_, language_);
  }
  if (pay.fund != law::kNoId) words += " — " + label(p_.funds[pay.fund].label);
  if (!pay.cite.empty()) words += " — " + cites(pay.cite);
  line(1, words);
}

void TextTrace::notes(const Outcome& outcome) {
  for (const law::BenefitId id : outcome.unless) {
    line(1, in("trừ khi được hưởng: ", "unless entitled to: ") + label(p_.benefits[id].label) +
                in(" (chưa thể kết luận)", " (cannot tell yet)"));
  }
  if (outcome.apply_before) {
    line(1, in("nộp hồ sơ trước hoặc trong ngày ", "apply on or before ") +
                day(*outcome.apply_before));
  }
  if (outcome.due) line(1, in("hạn đóng: ", "due by ") + day(*outcome.due));
  for (const Text* text : outcome.unverified) {
    line(1, painted(in("chưa đối chiếu: ", "unverified: ") + label(*text), Paint::kOpen));
  }
  if (outcome.presumed.empty()) return;
  // The same presumption of many rows is one: "Area allowance coefficient (40 rows)".
  std::string words;
  for (size_t i = 0; i < outcome.presumed.size(); ++i) {
    const Missing& one = outcome.presumed[i];
    const auto same = [&](const Missing& other) {
      return other.fact == one.fact && other.list == one.list && other.entity == one.entity;
    };
    const auto begin = outcome.presumed.begin();
    const auto here = begin + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(begin, here, same)) continue;
    const auto rows = std::count_if(here, outcome.presumed.end(), same);
    words += (words.empty() ? "" : "; ");
    if (rows == 1) {
      words += missing_words(one, p_, language_);
    } else {
      words += label(one.fact != law::kNoId ? p_.facts[one.fact].label : p_.lists[one.list].label) +
               " (" + std::to_string(rows) + in(" dòng)", " rows)");
    }
  }
  line(1, painted(in("suy đoán khi không khai: ", "presumed, as nothing else is stated: ") + words,
                  Paint::kFaint));
}

void TextTrace::outcome(const Outcome& outcome, bool why) {
  status_line(outcome);
  for (const Pay& pay : outcome.pays) pay_line(pay);
  for (const Given& given : outcome.gives) {
    line(1, law::sentence(given.node, p_, language_) + ": " +
                painted(law::show(given.value, given.type, p_, language_), Paint::kStrong));
  }
  for (const FailedCondition& failed : outcome.failed) {
    const bool named = outcome.replaced_by != law::kNoId && failed.node == law::kNoId;
    const std::string cite = named ? std::string() : cites(failed.cite);
    line(1, "✗ " + label(failed.because) + (cite.empty() ? "" : " — " + cite));
  }
  for (const Missing& missing : outcome.missing) {
    line(1, "? " + in("còn thiếu: ", "missing: ") + missing_words(missing, p_, language_));
  }
  for (const Reason& reason : outcome.reasons) {
    const std::string cite = cites(reason.cite);
    line(1, "! " + label(reason.text) + (cite.empty() ? "" : " — " + cite));
  }
  notes(outcome);
  if (!why) return;
  for (const StepId id : outcome.steps) step(id, 1);
}

// ---- Steps -------------------------------------------------------------------------------------

std::string TextTrace::step_name(const Step& step) const {
  std::string words;
  if (step.definition != law::kNoId) words = label(p_.definitions[step.definition].label);
  if (step.param != law::kNoId) words = label(p_.params[step.param].label);
  if (step.table != law::kNoId) words = label(p_.tables[step.table].label);
  if (step.benefit != law::kNoId) words = label(p_.benefits[step.benefit].label);
  const std::string place = place_words(step.instance, p_, language_);
  return place.empty() ? words : words + " [" + place + "]";
}

const law::Type& TextTrace::step_type(const Step& step) const {
  static const law::Type yes_no{.base = law::Base::kYesNo};
  if (step.definition != law::kNoId) return p_.definitions[step.definition].type;
  if (step.param != law::kNoId) return p_.params[step.param].type;
  if (step.table != law::kNoId) return p_.tables[step.table].type;
  return yes_no;
}

void TextTrace::step(StepId id, int depth) {
  const Step at = explainer_.step(id);
  std::string words = step_name(at) + " = " +
                      painted(show_result(at.result, step_type(at), p_, language_), Paint::kStrong);
  if (at.param != law::kNoId) {
    words += in(" (từ ", " (from ") + day(p_.params[at.param].rows[at.row].from) + ")";
  }
  if (!at.cite.empty()) words += " (" + cites(at.cite) + ")";
  if (!told_.insert(id).second) {
    const bool has_more = !at.inputs.empty();
    line(depth, words + (has_more ? in(" (xem trên)", " (see above)") : ""));
    return;
  }
  line(depth, words);
  for (const Text* text : at.unverified) {
    line(depth + 1, painted(in("chưa đối chiếu: ", "unverified: ") + label(*text), Paint::kOpen));
  }
  if (at.definition != law::kNoId && at.version != law::kNoId) definition_body(id, at, depth + 1);
  if (depth >= kTreeDepthMax) {
    if (!at.inputs.empty()) line(depth + 1, "…");
    return;
  }
  inputs(at, depth + 1);
}

void TextTrace::definition_body(StepId id, const Step& step, int depth) {
  const law::DefinitionVersion& version = p_.definitions[step.definition].versions[step.version];
  if (version.is_carry) {
    segments(step, depth);
    return;
  }
  if (step.branch >= 0) {
    const law::BranchRule& branch = version.branches[static_cast<size_t>(step.branch)];
    if (branch.condition != law::kNoId) {
      line(depth, in("trường hợp: ", "case: ") + law::sentence(branch.condition, p_, language_));
    }
    formula(id, branch.result, depth);
  }
  segments(step, depth);
  how_finished(step, version, depth);
  if (!step.exception.empty()) exception_body(id, step, version, depth);
}

void TextTrace::formula(StepId id, NodeId node, int depth) {
  const Op op = p_.nodes[node].op;
  if (op == Op::kConstant || op == Op::kNotEntitled || op == Op::kNotYet) return;
  line(depth, "= " + law::sentence(node, p_, language_));
  // Of tests, only comparisons say more with their values: the parts of others follow below.
  if (op == Op::kAnd || op == Op::kOr || op == Op::kNot) return;
  const std::string values = formula_with_values(explainer_, id, node, language_);
  if (!values.empty()) line(depth, "= " + values);
}

void TextTrace::how_finished(const Step& step, const law::DefinitionVersion& version, int depth) {
  const law::Type& type = p_.definitions[step.definition].type;
  for (const int i : step.finish_hit) {
    const law::FinishRule& rule = version.finish[static_cast<size_t>(i)];
    const bool least = rule.kind == law::ExprKind::kAtLeast;
    line(depth, (least ? in("ít nhất bằng ", "at least ") : in("không quá ", "at most ")) +
                    law::sentence(rule.argument, p_, language_));
  }
  if (!step.before_rounding) return;
  for (const law::FinishRule& rule : version.finish) {
    if (rule.kind != law::ExprKind::kRounded) continue;
    line(depth, in("trước khi làm tròn đến ", "before rounding to ") +
                    law::sentence(rule.argument, p_, language_) + ": " +
                    law::show(*step.before_rounding, type, p_, language_));
    return;
  }
}

const law::ExceptionRule* find_exception(const std::vector<law::ExceptionRule>& rules,
                                         const std::string& name) {
  for (const law::ExceptionRule& rule : rules) {
    if (rule.name == name) return &rule;
    if (const law::ExceptionRule* found = find_exception(rule.exceptions, name)) return found;
  }
  return nullptr;
}

void TextTrace::exception_body(StepId id, const Step& step, const law::DefinitionVersion& version,
                               int depth) {
  const law::ExceptionRule* rule = find_exception(version.exceptions, step.exception);
  if (rule == nullptr) return;
  std::string words = in("ngoại lệ: ", "exception: ") + label(rule->label);
  if (step.base) {
    words += in(" (mức thông thường: ", " (ordinary value: ") +
             law::show(*step.base, p_.definitions[step.definition].type, p_, language_) + ")";
  }
  line(depth, words);
  for (const law::BranchRule& branch : rule->branches) {
    const Result holds = explainer_.evaluate_in(branch.condition, id);
    const bool* yes = std::get_if<bool>(&holds.value);
    if (holds.state != State::kKnown || yes == nullptr || !*yes) continue;
    line(depth + 1, in("trường hợp: ", "case: ") + law::sentence(branch.condition, p_, language_));
    formula(id, branch.result, depth + 1);
    return;
  }
}

std::string TextTrace::segment_words(const SegmentTrace& segment, const law::Type& type) const {
  const auto point = [&](int32_t at) {
    if (segment.grain == law::Grain::kMonths) {
      return vi() ? Month{at}.to_display() : Month{at}.to_string();
    }
    return day(Date{at});
  };
  std::string words;
  if (segment.grain == law::Grain::kRows) {
    words = place_words(segment.row, p_, language_);
  } else {
    words = point(segment.from);
    if (segment.to != segment.from) words += "–" + point(segment.to);
  }
  words += ": " + law::show(segment.value, type, p_, language_);
  if (segment.count > 1) words += " × " + std::to_string(segment.count);
  return words;
}

// Neighbours with the same value are one line.
void TextTrace::segments(const Step& step, int depth) {
  size_t lines = 0;
  for (size_t i = 0; i < step.segments.size();) {
    SegmentTrace merged = step.segments[i];
    size_t next = i + 1;
    while (next < step.segments.size() && merged.grain != law::Grain::kRows &&
           step.segments[next].aggregate == merged.aggregate &&
           step.segments[next].from == merged.to + 1 && step.segments[next].value == merged.value) {
      merged.to = step.segments[next].to;
      merged.count += step.segments[next].count;
      ++next;
    }
    if (lines++ == kSegmentLinesMax) {
      line(depth, "…");
      return;
    }
    line(depth, "· " + segment_words(merged, p_.nodes[merged.aggregate].type));
    i = next;
  }
}

void TextTrace::inputs(const Step& step_at, int depth) {
  std::string facts;
  for (const Input& input : step_at.inputs) {
    if (input.step != law::kNoId) continue;
    const law::Node& node = p_.nodes[input.node];
    if (node.op != Op::kFact) continue;
    facts += (facts.empty() ? "" : "; ") + law::sentence(input.node, p_, language_) + ": " +
             show_result(input.result, node.type, p_, language_);
  }
  if (!facts.empty()) line(depth, painted(facts, Paint::kFaint));
  for (const Input& input : step_at.inputs) {
    if (input.step != law::kNoId) step(input.step, depth);
  }
}

}  // namespace

std::string explain_text(const Program& program, Explainer& explainer,
                         const std::vector<Outcome>& outcomes, Language language, bool why,
                         bool color) {
  TextTrace writer(program, explainer, language, color);
  const bool has_some = std::ranges::any_of(
      outcomes, [](const Outcome& outcome) { return outcome.version != law::kNoId; });
  // What is paid first, then what more facts would settle, then what is refused.
  const auto rank = [](const Outcome& outcome) {
    if (outcome.status == Status::kEntitled) return 0;
    return outcome.status == Status::kNotEntitled ? 2 : 1;
  };
  for (int wanted = 0; wanted <= 2; ++wanted) {
    for (const Outcome& outcome : outcomes) {
      if (rank(outcome) != wanted) continue;
      if (has_some && outcome.version == law::kNoId && wanted == 2) continue;
      writer.outcome(outcome, why);
    }
  }
  return writer.take();
}

std::string explain_step(const Program& program, Explainer& explainer, StepId step,
                         Language language) {
  TextTrace writer(program, explainer, language, false);
  writer.step(step, 0);
  return writer.take();
}

}  // namespace ansinh::engine
