#include "engine/formula.h"

#include "engine/words.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using law::NodeId;
using law::Op;

class Writer {
 public:
  Writer(Explainer& explainer, StepId step, Language language)
      : explainer_(explainer), p_(explainer.program()), step_(step), language_(language) {}

  std::string write(NodeId id, int outer) {
    int inner = 0;
    const std::string words = phrase(id, inner);
    return inner != 0 && inner < outer ? "(" + words + ")" : words;
  }
  static bool is_composed(Op op) {
    switch (op) {
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kNegate:
      case Op::kAbsolute:
      case Op::kRound:
      case Op::kMin:
      case Op::kMax:
      case Op::kAddMonths:
      case Op::kAddDays:
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kAnd:
      case Op::kOr:
      case Op::kNot:
        return true;
      default:
        return false;
    }
  }

 private:
  static constexpr int kOr = 1, kAnd = 2, kCompare = 3, kAdd = 4, kMultiply = 5, kUnary = 6;

  std::string binary(const law::Node& node, const char* sign, int level, int right) {
    return write(node.args[0], level) + sign + write(node.args[1], right);
  }
  std::string joined(const law::Node& node, const std::string& sign, int level) {
    std::string out;
    for (size_t i = 0; i < node.args.size(); ++i) {
      out += (i == 0 ? "" : sign) + write(node.args[i], level);
    }
    return out;
  }
  std::string in(const char* vi, const char* en) const {
    return language_ == Language::kVietnamese ? vi : en;
  }
  std::string value(NodeId id) {
    return show_result(explainer_.evaluate_in(id, step_), p_.nodes[id].type, p_, language_);
  }
  std::string compared(const law::Node& node, const char* sign, const char* reversed) {
    if (node.index == 1) return write(node.args[1], kAdd) + reversed + write(node.args[0], kAdd);
    return binary(node, sign, kAdd, kAdd);
  }

  std::string phrase(NodeId id, int& level) {
    const law::Node& node = p_.nodes[id];
    switch (node.op) {
      case Op::kAdd:
      case Op::kAddMonths:
      case Op::kAddDays:
        level = kAdd;
        if (p_.nodes[node.args[1]].op == Op::kNegate) {
          return write(node.args[0], kAdd) + " − " +
                 write(p_.nodes[node.args[1]].args[0], kMultiply);
        }
        return binary(node, " + ", kAdd, kAdd);
      case Op::kSubtract:
        level = kAdd;
        return binary(node, " − ", kAdd, kMultiply);
      case Op::kMultiply:
        level = kMultiply;
        return binary(node, " × ", kMultiply, kMultiply);
      case Op::kDivide:
        level = kMultiply;
        return binary(node, " ÷ ", kMultiply, kUnary);
      case Op::kNegate:
        level = kUnary;
        return "−" + write(node.args[0], kUnary);
      case Op::kAbsolute:
        return "|" + write(node.args[0], 0) + "|";
      case Op::kRound:
        level = kCompare;
        return write(node.args[0], kAdd) + in(" làm tròn đến ", " rounded to ") +
               write(node.args[1], kAdd);
      case Op::kMin:
        return in("nhỏ hơn trong (", "the lower of (") + joined(node, "; ", 0) + ")";
      case Op::kMax:
        return in("lớn hơn trong (", "the higher of (") + joined(node, "; ", 0) + ")";
      case Op::kEqual:
        level = kCompare;
        return binary(node, " = ", kAdd, kAdd);
      case Op::kNotEqual:
        level = kCompare;
        return binary(node, " ≠ ", kAdd, kAdd);
      case Op::kLess:
        level = kCompare;
        return compared(node, " < ", " > ");
      case Op::kLessEqual:
        level = kCompare;
        return compared(node, " ≤ ", " ≥ ");
      case Op::kAnd:
        level = kAnd;
        return joined(node, in(" và ", " and "), kAnd);
      case Op::kOr:
        level = kOr;
        return joined(node, in(" hoặc ", " or "), kOr);
      case Op::kNot:
        level = kUnary;
        return in("không phải ", "not ") + write(node.args[0], kUnary);
      case Op::kConstant:
        return law::show(p_.constants[node.index], node.type, p_, language_);
      default:
        return value(id);
    }
  }

  Explainer& explainer_;
  const law::Program& p_;
  StepId step_;
  Language language_;
};

}  // namespace

std::string formula_with_values(Explainer& explainer, StepId step, NodeId node, Language language) {
  if (!Writer::is_composed(explainer.program().nodes[node].op)) return {};
  return Writer(explainer, step, language).write(node, 0);
}

}  // namespace ansinh::engine
