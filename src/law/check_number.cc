// Numbers: literals with their units, arithmetic, extremes, rounding, aggregates.
#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

NodeId Checker::number_literal(const Expr& expr, const Type* hint) {
  Type type;
  Rational scale;
  if (!unit_type(expr.unit, program_.currency, type, scale)) {
    const std::string word = *expr.unit.of + (expr.unit.per.empty() ? "" : "/" + *expr.unit.per);
    const std::vector<std::string> units = {"days", "months", "years", "%", program_.currency};
    const std::string near = nearest(*expr.unit.of, units);
    error("unknown-unit", expr.span,
          {"không có đơn vị “" + word + "”", "there is no unit “" + word + "”"},
          near.empty() ? Text{"các đơn vị: days, months, years, %, " + program_.currency +
                                  ", và …/day, …/month, …/year",
                              "the units are days, months, years, %, " + program_.currency +
                                  ", and …/day, …/month, …/year"}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return kNoId;
  }
  Rational value = expr.number * scale;
  for (const Expr& part : expr.args) {
    Type other;
    if (!unit_type(part.unit, program_.currency, other, scale) || !other.same_unit(type)) {
      error("unit-mismatch", part.span,
            {"hai phần của số này không cùng đơn vị",
             "the two parts of this number have different units"},
            {"viết ví dụ “26 years 4 months”", "write for example “26 years 4 months”"});
      return kNoId;
    }
    value += part.number * scale;
  }
  if (expr.unit.of.empty() && expr.unit.per.empty()) {
    type.shown = expr.number.is_integer() ? Shown::kCount : Shown::kPlain;
    if (hint != nullptr && is_plain(*hint) && hint->shown == Shown::kPercent && !value.is_integer())
      type.shown = Shown::kPercent;
  }
  return constant_number(value, type, expr.span);
}

NodeId Checker::extreme(const Expr& expr, const Scope& scope, Op op, const Type* hint) {
  std::vector<NodeId> args;
  for (const Expr& arg : expr.args) {
    const NodeId node = expression(arg, scope, hint);
    if (node == kNoId) return kNoId;
    if (!args.empty() && !require_type(node, type_of(args[0]), arg.span)) return kNoId;
    args.push_back(node);
  }
  const Type type = type_of(args.at(0));
  if (!is_number(type) && !is_date(type) && !is_month(type)) {
    error(
        "no-order", expr.span,
        {"các giá trị của kiểu này không so sánh lớn bé được", "values of this type have no order"},
        {"dùng số hoặc ngày", "use numbers or dates"});
    return kNoId;
  }
  return make(op, type, std::move(args), expr.span);
}

NodeId Checker::arithmetic(const Expr& expr, const Scope& scope) {
  const NodeId a = expression(expr.args.at(0), scope);
  const NodeId b = expression(expr.args.at(1), scope);
  if (a == kNoId || b == kNoId) return kNoId;
  const Type ta = type_of(a);
  const Type tb = type_of(b);
  const bool add = expr.kind == ExprKind::kAdd;
  const bool subtract = expr.kind == ExprKind::kSubtract;
  if ((add || subtract) && (is_date(ta) || is_month(ta))) {
    const NodeId amount =
        subtract && is_number(tb) ? make(Op::kNegate, tb, {b}, expr.args[1].span) : b;
    if (is_months(tb)) return make(Op::kAddMonths, ta, {a, amount}, expr.span);
    if (is_days(tb) && is_date(ta)) return make(Op::kAddDays, ta, {a, amount}, expr.span);
    error("unit-mismatch", expr.args[1].span,
          {"chỉ cộng, trừ được một khoảng thời gian với ngày",
           "only a length of time can be added to or taken from a date"},
          {"viết “+ 3 months”; số ngày giữa hai ngày là “days between A and B”",
           "write “+ 3 months”; the time between two dates is “days between A and B”"});
    return kNoId;
  }
  for (const auto& [node, arg] : {std::pair{a, &expr.args[0]}, std::pair{b, &expr.args[1]}}) {
    if (is_number(type_of(node))) continue;
    error("not-a-number", arg->span,
          {"phép tính cần một số, ở đây là “" + unit_words(type_of(node)) + "”",
           "arithmetic needs a number, this is “" + unit_words(type_of(node)) + "”"},
          is_series(type_of(node)) ? Text{"viết “months of …” hoặc “sum of … over …”",
                                          "write “months of …” or “sum of … over …”"}
                                   : Text{"sửa biểu thức", "mend the expression"});
    return kNoId;
  }
  if (add || subtract) {
    if (!require_type(b, ta, expr.args[1].span)) return kNoId;
    Type type = ta;
    if (tb.shown != ta.shown && is_plain(ta)) {
      type.shown = ta.shown == Shown::kPercent || tb.shown == Shown::kPercent ? Shown::kPercent
                                                                              : Shown::kPlain;
    } else if (tb.shown == Shown::kYears) {
      type.shown = Shown::kYears;
    }
    return make(add ? Op::kAdd : Op::kSubtract, type, {a, b}, expr.span);
  }
  if (expr.kind == ExprKind::kMultiply)
    return make(Op::kMultiply, multiplied(ta, tb), {a, b}, expr.span);
  return make(Op::kDivide, divided(ta, tb), {a, b}, expr.span);
}

// "rounded to 1 VND" of an amount per month or year: the multiple takes the rate of the value.
NodeId Checker::rounding_step(NodeId multiple, const Type& type, const Span& span) {
  if (multiple == kNoId) return kNoId;
  const Node& node = program_.nodes[multiple];
  const Type given = node.type;
  const bool of_rate =
      is_number(type) && given.money == type.money && type.money != 0 && given.per == Per::kNone;
  if (!is_number(type) || (!of_rate && !given.same_unit(type))) {
    mismatch(span, type, given);
    return kNoId;
  }
  if (node.op != Op::kConstant ||
      std::get<Rational>(program_.constants[node.index]) <= Rational(0)) {
    error("bad-step", span,
          {"làm tròn đến một bội số viết sẵn, lớn hơn 0", "round to a written multiple above zero"},
          {"viết ví dụ “to 1 VND”", "write for example “to 1 VND”"});
    return kNoId;
  }
  if (!of_rate || given.same_unit(type)) return multiple;
  Type step_type = type;
  step_type.shown = Shown::kMoney;
  Rational step = std::get<Rational>(program_.constants[node.index]);
  if (type.per == Per::kYear) step = step / Rational(12);
  return constant_number(step, step_type, span);
}

NodeId Checker::aggregate(const Expr& expr, const Scope& scope) {
  if (expr.kind == ExprKind::kCount) {
    return make(Op::kCount, number_type(Shown::kCount), {series(expr.args.at(0), scope)},
                expr.span);
  }
  const NodeId over = series(expr.args.at(1), scope);
  if (over == kNoId) return kNoId;
  const Scope inner = [&] {
    Scope s = row_scope(scope, type_of(over));
    const Node& node = program_.nodes[over];
    if (node.op == Op::kWhere) add_guards(node.args[1], s.guarded);
    return s;
  }();
  const NodeId value = expression(expr.args.at(0), inner);
  if (value == kNoId) return kNoId;
  const Type type = type_of(value);
  const bool ordered = is_number(type) || is_date(type) || is_month(type);
  const auto need = [&](bool ok) {
    if (!ok)
      error("aggregate-type", expr.args[0].span,
            {"không tính được trên kiểu “" + unit_words(type) + "”",
             "this cannot be taken of “" + unit_words(type) + "”"},
            {"sum, mean: số; highest, lowest: số hoặc ngày; any, all: điều kiện",
             "sum, mean: numbers; highest, lowest: numbers or dates; any, all: conditions"});
    return ok;
  };
  switch (expr.kind) {
    case ExprKind::kSum:
      return need(is_number(type)) ? make(Op::kSum, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kMean: {
      Type mean = type;
      if (mean.shown == Shown::kCount) mean.shown = Shown::kPlain;
      return need(is_number(type)) ? make(Op::kMean, mean, {value, over}, expr.span) : kNoId;
    }
    case ExprKind::kHighest:
      return need(ordered) ? make(Op::kHighest, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kLowest:
      return need(ordered) ? make(Op::kLowest, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kFirst:
      return need(!is_series(type)) ? make(Op::kFirst, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kLast:
      return need(!is_series(type)) ? make(Op::kLast, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kAnyOf:
      return need(type.base == Base::kYesNo) ? make(Op::kAny, type, {value, over}, expr.span)
                                             : kNoId;
    default:
      return need(type.base == Base::kYesNo) ? make(Op::kAll, type, {value, over}, expr.span)
                                             : kNoId;
  }
}

}  // namespace ansinh::law
