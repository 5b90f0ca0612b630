// Conditions: comparisons, identity, ranges, and their joining.
#include <algorithm>

#include "law/checker.h"

namespace ansinh::law {

NodeId Checker::conjunction(const Expr& expr, const Scope& scope) {
  Scope inner = scope;
  std::vector<NodeId> args;
  bool failed = false;
  for (const Expr& arg : expr.args) {
    const NodeId node = condition(arg, inner);
    if (node == kNoId) failed = true;
    if (expr.kind == ExprKind::kAnd) add_guards(node, inner.guarded);
    args.push_back(node);
  }
  if (failed) return kNoId;
  return make(expr.kind == ExprKind::kAnd ? Op::kAnd : Op::kOr, yes_no_type(), std::move(args),
              expr.span);
}

NodeId Checker::comparison(const Expr& expr, const Scope& scope) {
  const NodeId a = expression(expr.args.at(0), scope);
  const Type* hint = a == kNoId ? nullptr : &type_of(a);
  const Type hint_copy = hint == nullptr ? Type{} : *hint;
  const NodeId b = expression(expr.args.at(1), scope, hint == nullptr ? nullptr : &hint_copy);
  if (a == kNoId || b == kNoId) return kNoId;
  const Type& type = type_of(a);
  if (is_series(type)) {
    error("series-as-value", expr.args[0].span,
          {"không so sánh được một danh sách", "a series cannot be compared"},
          {"viết “months of …”, “count of …” hoặc “sum of … over …”",
           "write “months of …”, “count of …” or “sum of … over …”"});
    return kNoId;
  }
  if (!require_type(b, type, expr.args[1].span)) return kNoId;
  const bool ordered = is_number(type) || is_date(type) || is_month(type);
  const bool equality = expr.kind == ExprKind::kEqual || expr.kind == ExprKind::kNotEqual;
  if (!ordered && !equality) {
    error(
        "no-order", expr.span,
        {"các giá trị của kiểu này không so sánh lớn bé được", "values of this type have no order"},
        {"dùng “is” hoặc “is one of”", "use “is” or “is one of”"});
    return kNoId;
  }
  switch (expr.kind) {
    case ExprKind::kEqual:
      return make(Op::kEqual, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kNotEqual:
      return make(Op::kNotEqual, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kLess:
      return make(Op::kLess, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kLessEqual:
      return make(Op::kLessEqual, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kGreater:
      return make(Op::kLess, yes_no_type(), {b, a}, expr.span, 1);
    default:
      return make(Op::kLessEqual, yes_no_type(), {b, a}, expr.span, 1);
  }
}

NodeId Checker::identity(const Expr& expr, const Scope& scope) {
  const NodeId a = expression(expr.args.at(0), scope);
  if (a == kNoId) return kNoId;
  const Type type = type_of(a);
  if (is_series(type)) {
    error("series-as-value", expr.args[0].span,
          {"không so sánh được một danh sách", "a series cannot be compared"},
          {"viết “count of …” hoặc “any of … over …”", "write “count of …” or “any of … over …”"});
    return kNoId;
  }
  std::vector<NodeId> tests;
  for (size_t i = 1; i < expr.args.size(); ++i) {
    const NodeId b = expression(expr.args[i], scope, &type);
    if (b == kNoId || !require_type(b, type, expr.args[i].span)) return kNoId;
    const NodeId test = make(Op::kEqual, yes_no_type(), {a, b}, expr.span);
    if (std::find(tests.begin(), tests.end(), test) != tests.end()) {
      error("declared-twice", expr.args[i].span,
            {"giá trị này có hai lần", "this value stands twice"}, {"bỏ một lần", "drop one"});
      return kNoId;
    }
    tests.push_back(test);
  }
  if (expr.kind == ExprKind::kIsNot) {
    const Node& node = program_.nodes[tests.at(0)];
    const std::vector<NodeId> args = node.args;
    return make(Op::kNotEqual, yes_no_type(), args, expr.span);
  }
  if (tests.size() == 1) return tests[0];
  return make(Op::kOr, yes_no_type(), std::move(tests), expr.span);
}

NodeId Checker::in_range(const Expr& expr, const Scope& scope) {
  const NodeId a = expression(expr.args.at(0), scope);
  if (a == kNoId) return kNoId;
  const Type type = type_of(a);
  const Expr& where = expr.args.at(1);
  if (where.kind == ExprKind::kRange) {
    const NodeId low = expression(where.args.at(0), scope, &type);
    const NodeId high = expression(where.args.at(1), scope, &type);
    if (!require_type(low, type, where.args[0].span) ||
        !require_type(high, type, where.args[1].span))
      return kNoId;
    if (!is_number(type) && !is_date(type) && !is_month(type)) {
      error("no-order", expr.span,
            {"các giá trị của kiểu này không so sánh lớn bé được",
             "values of this type have no order"},
            {"dùng “is one of”", "use “is one of”"});
      return kNoId;
    }
    return make(
        Op::kAnd, yes_no_type(),
        {make(Op::kLessEqual, yes_no_type(), {low, a}, expr.span, 1),
         make(where.half_open ? Op::kLess : Op::kLessEqual, yes_no_type(), {a, high}, expr.span)},
        expr.span);
  }
  if (!is_date(type) && !is_month(type)) {
    error("unit-mismatch", where.span,
          {"chỉ ngày hoặc tháng mới nằm trong một khoảng thời gian",
           "only a date or a month lies in a period"},
          {"viết “in A .. B” cho số", "write “in A .. B” for numbers"});
    return kNoId;
  }
  const NodeId inside = period(where, scope, is_date(type) ? Grain::kDays : Grain::kMonths);
  return make(Op::kInPeriod, yes_no_type(), {a, inside}, expr.span);
}

}  // namespace ansinh::law
