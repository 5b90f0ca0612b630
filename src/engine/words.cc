#include "engine/words.h"

#include <algorithm>

#include "law/check.h"

namespace ansinh::engine {

namespace {

constexpr size_t kSegmentsMax = 6;

std::string point(int32_t at, law::Grain grain, Language language) {
  const bool vi = language == Language::kVietnamese;
  if (grain == law::Grain::kMonths) {
    return vi ? Month{at}.to_display() : Month{at}.to_string();
  }
  return vi ? Date{at}.to_display() : Date{at}.to_string();
}

// What from and to of the segments count; kRows where they count nothing.
law::Grain unit_of(const Series& series, const law::Program& program) {
  if (series.grain != law::Grain::kRows) return series.grain;
  const law::ListId list = program.entities[series.segments[0].rows[0]->entity].list;
  switch (program.lists[list].form) {
    case law::ListForm::kSpellsByMonth:
      return law::Grain::kMonths;
    case law::ListForm::kSpellsByDay:
    case law::ListForm::kDates:
      return law::Grain::kDays;
    case law::ListForm::kChildren:
      break;
  }
  return law::Grain::kRows;
}

std::string show_series(const Series& series, const law::Program& program, Language language) {
  const bool vi = language == Language::kVietnamese;
  if (series.segments.empty()) return vi ? "không có" : "none";
  const law::Grain unit = unit_of(series, program);
  if (unit == law::Grain::kRows) {
    return std::to_string(series.segments.size()) + (vi ? " dòng" : " rows");
  }
  std::string out;
  for (size_t i = 0; i < series.segments.size(); ++i) {
    const Segment& segment = series.segments[i];
    if (i == kSegmentsMax) return out + " …";
    if (i > 0) out += ", ";
    out += point(segment.from, unit, language);
    if (segment.to != segment.from) out += "–" + point(segment.to, unit, language);
  }
  return out;
}

// Position among the rows as the file gave them, 1-based; 0 if it is in no list, or the only one
// below the topmost instance (the person a file is about).
size_t given_row(const facts::Instance& instance, const law::Program& program) {
  const law::ListId list = program.entities[instance.entity].list;
  if (list == law::kNoId || instance.parent == nullptr) return 0;
  const facts::ListValue& value = instance.parent->lists[program.lists[list].slot];
  if (instance.parent->parent == nullptr && value.rows.size() == 1) return 0;
  for (size_t i = 0; i < value.rows.size(); ++i) {
    if (value.rows[i] != &instance) continue;
    return (i < value.given_position.size() ? value.given_position[i] : i) + 1;
  }
  return 0;
}

}  // namespace

std::string show_result(const Result& result, const law::Type& type, const law::Program& program,
                        Language language) {
  const bool vi = language == Language::kVietnamese;
  const auto with_reasons = [&](std::string head) {
    for (size_t i = 0; i < result.reasons.size(); ++i) {
      head += (i == 0 ? ": " : "; ") + in_language(result.reasons[i].text, language);
    }
    return head;
  };
  switch (result.state) {
    case State::kKnown:
      if (result.series) return show_series(*result.series, program, language);
      return law::show(result.value, type, program, language);
    case State::kUnknown:
      return vi ? "chưa biết" : "unknown";
    case State::kRefused:
      return with_reasons(vi ? "không có" : "refused");
    case State::kIncomplete:
      return with_reasons(vi ? "chưa thể hiện được" : "not yet expressed");
    case State::kError:
      return with_reasons(vi ? "lỗi" : "error");
  }
  return {};
}

std::string in_sentence(const Text& label, Language language) {
  std::string words = in_language(label, language);
  const auto is_upper = [&](size_t i) {
    return i < words.size() && words[i] >= 'A' && words[i] <= 'Z';
  };
  if (is_upper(0) && !is_upper(1)) words[0] = static_cast<char>(words[0] - 'A' + 'a');
  return words;
}

Text condition_words(law::NodeId node, const std::vector<Input>& inputs,
                     const law::Program& program) {
  if (program.nodes[node].op == law::Op::kHas) {  // that has failed
    const Text& label = program.facts[program.nodes[node].index].label;
    return {"không có " + in_sentence(label, Language::kVietnamese),
            "there is no " + in_sentence(label, Language::kEnglish)};
  }
  const auto in = [&](Language language) {
    std::string words = law::sentence(node, program, language);
    std::string values;
    for (const Input& input : inputs) {
      if (input.node == node) {  // the condition is one name
        return words + ": " +
               show_result(input.result, program.nodes[node].type, program, language);
      }
      const law::Node& named = program.nodes[input.node];
      if (named.op == law::Op::kList || named.op == law::Op::kHas) continue;
      values += (values.empty() ? " (" : "; ") + law::sentence(input.node, program, language) +
                ": " + show_result(input.result, named.type, program, language);
    }
    return words + values + (values.empty() ? "" : ")");
  };
  return {in(Language::kVietnamese), in(Language::kEnglish)};
}

std::string place_words(const facts::Instance* instance, const law::Program& program,
                        Language language) {
  if (instance == nullptr) return {};
  const size_t row = given_row(*instance, program);
  if (row == 0) return {};
  const std::string above = place_words(instance->parent, program, language);
  const std::string here =
      in_language(program.entities[instance->entity].label, language) + " " + std::to_string(row);
  return above.empty() ? here : above + " / " + here;
}

std::string missing_words(const Missing& missing, const law::Program& program, Language language) {
  return missing_words_at(missing, program, language,
                          place_words(missing.instance, program, language));
}

std::string missing_words_at(const Missing& missing, const law::Program& program, Language language,
                             const std::string& place) {
  std::string what;
  if (missing.fact != law::kNoId) {
    what = in_language(program.facts[missing.fact].label, language);
  } else if (missing.period) {
    what = language == Language::kVietnamese ? "khoảng thời gian (từ – đến)" : "period (from, to)";
  } else {
    what = in_language(program.lists[missing.list].label, language);
  }
  if (!place.empty()) return what + " (" + place + ")";
  if (missing.instance != nullptr) return what;
  return what + " (" + in_language(program.entities[missing.entity].label, language) + ")";
}

std::string cites_words(const law::Cites& cites, const law::Program& program, Language language) {
  std::string out;
  for (const law::Cite& cite : cites) {
    out += (out.empty() ? "" : "; ") + law::sentence(cite, program, language);
  }
  return out;
}

}  // namespace ansinh::engine
