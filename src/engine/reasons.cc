// Causes in words.
#include "engine/issues.h"
#include "engine/words.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using law::Program;

Text label_of_definition(const Program& program, uint32_t id) {
  return program.definitions[id].label;
}

// “the label” in quotes of each language.
Text quoted(const Text& label) { return {"“" + label.vi + "”", "“" + label.en + "”"}; }

Text in_words(law::NodeId node, const Program& program) {
  return {law::sentence(node, program, Language::kVietnamese),
          law::sentence(node, program, Language::kEnglish)};
}

// What an aggregate or an edge goes over: its series.
Text series_words(law::NodeId id, const Program& program) {
  const law::Node* node = &program.nodes[id];
  law::NodeId series = node->args.empty() ? id : node->args.back();
  node = &program.nodes[series];
  if (node->op == law::Op::kAsMonths || node->op == law::Op::kAsDays) series = node->args[0];
  return in_words(series, program);
}

Text no_law(const Text& label, Date date) {
  return {"không có quy định nào có hiệu lực ngày " + date.to_display() + " về " + quoted(label).vi,
          "no law in force on " + date.to_string() + " provides " + quoted(label).en};
}

Text words_of(const Cause& cause, const Program& program) {
  const Date date = cause.date;
  switch (cause.kind) {
    case CauseKind::kWritten:
      return *cause.text;
    case CauseKind::kNoFact: {
      const Text& label = program.facts[cause.id].label;
      return {"không có " + in_sentence(label, Language::kVietnamese),
              "there is no " + in_sentence(label, Language::kEnglish)};
    }
    case CauseKind::kNothingIn: {
      const Text series = series_words(cause.id, program);
      return {"không có " + series.vi, "there is no " + series.en};
    }
    case CauseKind::kNoDefinitionInForce:
      return no_law(label_of_definition(program, cause.id), date);
    case CauseKind::kNoBenefitInForce:
      return no_law(program.benefits[cause.id].label, date);
    case CauseKind::kNoTableInForce:
      return no_law(program.tables[cause.id].label, date);
    case CauseKind::kNoParamYet: {
      const law::ParamInfo& param = program.params[cause.id];
      const Text label = quoted(param.label);
      return {label.vi + " (" + param.name + ") không có giá trị cho ngày " + date.to_display(),
              label.en + " (" + param.name + ") has no value for " + date.to_string()};
    }
    case CauseKind::kParamHole: {
      const Text label = quoted(program.params[cause.id].label);
      return {label.vi + " không được quy định vào ngày " + date.to_display(),
              label.en + " is not provided on " + date.to_string()};
    }
    case CauseKind::kTableHole: {
      const Text label = quoted(program.tables[cause.id].label);
      return {label.vi + " không quy định cho trường hợp này", label.en + " provides nothing here"};
    }
    case CauseKind::kNotInTable: {
      const Text label = quoted(program.tables[cause.id].label);
      return {"không có dòng phù hợp trong " + label.vi, "no row of " + label.en + " applies"};
    }
    case CauseKind::kNoCase: {
      const Text label = quoted(label_of_definition(program, cause.id));
      return {"không trường hợp nào của " + label.vi + " áp dụng được",
              "no case of " + label.en + " applies"};
    }
    case CauseKind::kTwoExceptions: {
      const Text label = quoted(label_of_definition(program, cause.id));
      return {"hai ngoại lệ của " + label.vi + " cùng áp dụng",
              "two exceptions to " + label.en + " apply at once"};
    }
    case CauseKind::kSpellsDiffer: {
      const Text& label =
          cause.more ? program.definitions[cause.id].label : program.facts[cause.id].label;
      const std::string month = Month::of(date).to_display();
      return {"các quá trình của tháng " + month + " ghi " + label.vi + " khác nhau",
              "the spells of " + month + " state different " + label.en};
    }
    case CauseKind::kNotWhole: {
      const Text node = quoted(in_words(cause.id, program));
      return {"cần một số nguyên trong " + node.vi, "a whole number is needed in " + node.en};
    }
    case CauseKind::kDateOutOfRange: {
      const Text node = quoted(in_words(cause.id, program));
      return {"ngày nằm ngoài các năm 1800–2400 trong " + node.vi,
              "a date outside the years 1800 to 2400 in " + node.en};
    }
    case CauseKind::kDivisionByZero: {
      const Text node = quoted(in_words(cause.id, program));
      return {"chia cho 0 trong " + node.vi, "division by zero in " + node.en};
    }
    case CauseKind::kNotEntitledTo: {
      const Text& label = program.benefits[cause.id].label;
      return {"không được hưởng " + label.vi, "not entitled to " + label.en};
    }
    case CauseKind::kNoEnd: {
      const Text label = quoted(program.benefits[cause.id].label);
      return {label.vi + " không có ngày này", label.en + " has no such date"};
    }
    case CauseKind::kNotStarted: {
      const Text label = quoted(label_of_definition(program, cause.id));
      return {label.vi + " chỉ bắt đầu từ " + date.to_display(),
              label.en + " begins only on " + date.to_string()};
    }
    case CauseKind::kTooManySteps: {
      const Text label = quoted(label_of_definition(program, cause.id));
      return {label.vi + " có quá nhiều bước", label.en + " has too many steps"};
    }
    case CauseKind::kTooDeep:
      return {"các định nghĩa lồng nhau quá sâu", "the definitions are nested too deeply"};
    case CauseKind::kNoValueHere: {
      const Text node = quoted(in_words(cause.id, program));
      return {node.vi + " không có giá trị ở đây", node.en + " has no value here"};
    }
    case CauseKind::kTooManyOverlaps:
      return {"có quá nhiều quá trình trùng nhau", "too many spells overlap"};
  }
  return {};
}

}  // namespace

Reason reason_of(const Cause& cause, const Program& program) {
  Reason reason;
  reason.text = words_of(cause, program);
  if (cause.cite != nullptr) reason.cite = *cause.cite;
  return reason;
}

}  // namespace ansinh::engine
