// One expression to typed nodes: names resolved, units checked.
#include <algorithm>

#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

namespace {

constexpr int kDepthMax = 400;


}  // namespace

NodeId Checker::make(Op op, Type type, std::vector<NodeId> args, const Span& span, uint32_t index,
                     uint32_t index2, Rounding rounding) {
  for (const NodeId arg : args)
    if (arg == kNoId) return kNoId;
  std::string key;
  key.reserve(32 + 4 * args.size());
  const auto put = [&key](auto value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  put(op);
  put(index);
  put(index2);
  put(rounding);
  put(type.base);
  put(type.money);
  put(type.day);
  put(type.month);
  put(type.shown);
  put(type.per);
  put(type.grain);
  put(type.row_entity);
  if (op == Op::kAddMonths) put(short_month_);
  for (const NodeId arg : args) put(arg);
  const auto [it, fresh] = interned_.emplace(std::move(key), static_cast<NodeId>(program_.nodes.size()));
  if (!fresh) return it->second;
  Node node;
  node.op = op;
  node.type = type;
  node.index = index;
  node.index2 = index2;
  node.rounding = rounding;
  node.short_month = short_month_;
  node.args = std::move(args);
  node.span = span;
  program_.nodes.push_back(std::move(node));
  return it->second;
}

NodeId Checker::constant(Value value, const Type& type, const Span& span) {
  // Constants are few: a linear look among those of the same type would do, but tables are long.
  std::string key = "c";
  std::visit(
      [&](const auto& v) {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, Rational>) key += "r" + v.to_string();
        else if constexpr (std::is_same_v<V, Date>) key += "d" + std::to_string(v.days);
        else if constexpr (std::is_same_v<V, Month>) key += "m" + std::to_string(v.months);
        else if constexpr (std::is_same_v<V, bool>) key += v ? "y" : "n";
        else if constexpr (std::is_same_v<V, uint32_t>) key += "e" + std::to_string(v);
        else if constexpr (std::is_same_v<V, std::string>) key += "t" + v;
        else key += "-";
      },
      value);
  const auto [it, fresh] = interned_.emplace(std::move(key), static_cast<uint32_t>(program_.constants.size()));
  if (fresh) program_.constants.push_back(std::move(value));
  Type shown = type;
  shown.or_none = false;
  return make(Op::kConstant, shown, {}, span, it->second, shown.enumeration);
}

NodeId Checker::constant_number(const Rational& value, const Type& type, const Span& span) {
  return constant(Value{value}, type, span);
}

void Checker::mismatch(const Span& span, const Type& expected, const Type& found) {
  const auto bare = [this](Type t) { t.or_none = false; return unit_words(t); };
  const bool rate = is_number(expected) && is_number(found) &&
                    ((expected.money == found.money && expected.money != 0) || expected.day != found.day ||
                     expected.month != found.month) &&
                    (expected.per != Per::kNone) != (found.per != Per::kNone);
  error(rate ? "rate-mismatch" : "unit-mismatch", span,
        {"cần “" + bare(expected) + "”, ở đây là “" + bare(found) + "”",
         "“" + bare(expected) + "” is needed, this is “" + bare(found) + "”"},
        rate ? Text{"không thể cộng hay so sánh một số tiền với một mức theo thời gian: hãy nhân với thời gian hoặc chia cho thời gian",
                    "an amount and an amount per time cannot be mixed: multiply by a time, or divide by one"}
        : expected.base == Base::kYesNo ? Text{"viết một điều kiện, ví dụ “age >= 60 years”", "write a condition, such as “age >= 60 years”"}
        : !is_number(expected) || !is_number(found) ? Text{"dùng một giá trị đúng kiểu, hoặc đổi kiểu đã khai báo", "use a value of that type, or change the declared type"}
             : Text{"viết đơn vị (ví dụ “15 years”, “1_000 " + program_.currency + "”) hoặc đổi kiểu", "write the unit (such as “15 years”, “1_000 " + program_.currency + "”), or change the type"});
}

bool Checker::require_type(NodeId node, const Type& expected, const Span& span) {
  if (node == kNoId) return false;
  const Type& found = type_of(node);
  if (found.same_unit(expected) &&
      (expected.base != Base::kEnum || found.enumeration == expected.enumeration))
    return true;
  mismatch(span, expected, found);
  return false;
}

NodeId Checker::condition(const Expr& expr, const Scope& scope) {
  const NodeId node = expression(expr, scope);
  if (node == kNoId) return kNoId;
  return require_type(node, yes_no_type(), expr.span) ? node : kNoId;
}

void Checker::add_guards(NodeId id, std::set<FactId>& guarded) const {
  if (id == kNoId) return;
  const Node& node = program_.nodes[id];
  if (node.op == Op::kHas) guarded.insert(node.index);
  if (node.op == Op::kAnd)
    for (const NodeId arg : node.args) add_guards(arg, guarded);
}

NodeId Checker::number_literal(const Expr& expr, const Type* hint) {
  Type type;
  Rational scale;
  if (!unit_type(expr.unit, program_.currency, type, scale)) {
    const std::string word = expr.unit.of + (expr.unit.per.empty() ? "" : "/" + expr.unit.per);
    const std::vector<std::string> units = {"days", "months", "years", "%", program_.currency};
    const std::string near = nearest(expr.unit.of, units);
    error("unknown-unit", expr.span, {"không có đơn vị “" + word + "”", "there is no unit “" + word + "”"},
          near.empty() ? Text{"các đơn vị: days, months, years, %, " + program_.currency + ", và …/day, …/month, …/year",
                              "the units are days, months, years, %, " + program_.currency + ", and …/day, …/month, …/year"}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return kNoId;
  }
  Rational value = expr.number * scale;
  for (const Expr& part : expr.args) {
    Type other;
    if (!unit_type(part.unit, program_.currency, other, scale) || !other.same_unit(type)) {
      error("unit-mismatch", part.span, {"hai phần của số này không cùng đơn vị", "the two parts of this number have different units"},
            {"viết ví dụ “26 years 4 months”", "write for example “26 years 4 months”"});
      return kNoId;
    }
    value += part.number * scale;
  }
  if (expr.unit.of.empty() && expr.unit.per.empty()) {
    type.shown = expr.number.is_integer() ? Shown::kCount : Shown::kPlain;
    if (hint != nullptr && is_plain(*hint) && hint->shown == Shown::kPercent && !value.is_integer()) type.shown = Shown::kPercent;
  }
  return constant_number(value, type, expr.span);
}

NodeId Checker::name(const Expr& expr, const Scope& scope, const Type* hint) {
  const std::string& n = expr.name;
  if (hint != nullptr && hint->base == Base::kEnum && hint->enumeration != kNoId) {
    const auto& members = program_.enums[hint->enumeration].members;
    const auto it = std::find(members.begin(), members.end(), n);
    if (it != members.end())
      return constant(Value{static_cast<uint32_t>(it - members.begin())}, *hint, expr.span);
  }
  if (scope.entity != kNoId) {
    if (const auto member = member_in(scope.entity, n)) {
      switch (member->kind) {
        case MemberKind::kFact: {
          const FactInfo& fact = program_.facts[member->id];
          if (fact.type.or_none && !scope.unguarded && !scope.guarded.contains(member->id)) {
            error("unguarded-none", expr.span,
                  {"“" + n + "” có thể không có; ở đây chưa chắc là có", "“" + n + "” may be none, and nothing here says it is there"},
                  {"thêm điều kiện “has " + n + "” trước", "say “has " + n + " and …” before, or in the “when”"});
            return kNoId;
          }
          Type type = fact.type;
          type.or_none = false;
          return make(Op::kFact, type, {}, expr.span, member->id);
        }
        case MemberKind::kDefinition:
          return make(Op::kDefinition, program_.definitions[member->id].type, {}, expr.span, member->id);
        case MemberKind::kList: {
          const ListInfo& list = program_.lists[member->id];
          return make(Op::kList, series_type(list.child, Grain::kRows), {}, expr.span, member->id);
        }
      }
    }
  }
  if (const auto it = symbols_.find(n); it != symbols_.end()) {
    switch (it->second.kind) {
      case SymbolKind::kParam:
        return make(Op::kParam, program_.params[it->second.id].type, {}, expr.span, it->second.id);
      case SymbolKind::kCalendar:
        return make(Op::kCalendar, series_type(kNoId, Grain::kDays), {}, expr.span, it->second.id);
      case SymbolKind::kBenefit:
        error("benefit-as-value", expr.span,
              {"“" + n + "” là một chế độ, không phải một giá trị", "“" + n + "” is a benefit, not a value"},
              {"viết “entitled to " + n + "” hoặc “amount of " + n + "”", "write “entitled to " + n + "” or “amount of " + n + "”"});
        return kNoId;
      case SymbolKind::kTable:
        error("table-without-keys", expr.span,
              {"bảng “" + n + "” cần khóa", "the table “" + n + "” needs its keys"},
              {"viết “" + n + "(…)”", "write “" + n + "(…)”"});
        return kNoId;
      default: break;
    }
  }
  if (hint != nullptr && hint->base == Base::kEnum && hint->enumeration != kNoId) {
    const auto& members = program_.enums[hint->enumeration].members;
    const std::string near = nearest(n, members);
    std::string all;
    for (const std::string& m : members) all += (all.empty() ? "" : ", ") + m;
    error("unknown-member", expr.span,
          {"“" + n + "” không phải là một giá trị ở đây", "“" + n + "” is not one of the values here"},
          near.empty() ? Text{"các giá trị: " + all, "the values are " + all}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return kNoId;
  }
  unknown_name(n, expr.span, scope);
  return kNoId;
}

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
  return make(expr.kind == ExprKind::kAnd ? Op::kAnd : Op::kOr, yes_no_type(), std::move(args), expr.span);
}

NodeId Checker::comparison(const Expr& expr, const Scope& scope) {
  const NodeId a = expression(expr.args.at(0), scope);
  const Type* hint = a == kNoId ? nullptr : &type_of(a);
  const Type hint_copy = hint == nullptr ? Type{} : *hint;
  const NodeId b = expression(expr.args.at(1), scope, hint == nullptr ? nullptr : &hint_copy);
  if (a == kNoId || b == kNoId) return kNoId;
  const Type& type = type_of(a);
  if (is_series(type)) {
    error("series-as-value", expr.args[0].span, {"không so sánh được một danh sách", "a series cannot be compared"},
          {"viết “months of …”, “count of …” hoặc “sum of … over …”", "write “months of …”, “count of …” or “sum of … over …”"});
    return kNoId;
  }
  if (!require_type(b, type, expr.args[1].span)) return kNoId;
  const bool ordered = is_number(type) || is_date(type) || is_month(type);
  const bool equality = expr.kind == ExprKind::kEqual || expr.kind == ExprKind::kNotEqual;
  if (!ordered && !equality) {
    error("no-order", expr.span, {"các giá trị của kiểu này không so sánh lớn bé được", "values of this type have no order"},
          {"dùng “is” hoặc “is one of”", "use “is” or “is one of”"});
    return kNoId;
  }
  switch (expr.kind) {
    case ExprKind::kEqual: return make(Op::kEqual, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kNotEqual: return make(Op::kNotEqual, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kLess: return make(Op::kLess, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kLessEqual: return make(Op::kLessEqual, yes_no_type(), {a, b}, expr.span);
    case ExprKind::kGreater: return make(Op::kLess, yes_no_type(), {b, a}, expr.span, 1);
    default: return make(Op::kLessEqual, yes_no_type(), {b, a}, expr.span, 1);
  }
}

NodeId Checker::identity(const Expr& expr, const Scope& scope) {
  const NodeId a = expression(expr.args.at(0), scope);
  if (a == kNoId) return kNoId;
  const Type type = type_of(a);
  if (is_series(type)) {
    error("series-as-value", expr.args[0].span, {"không so sánh được một danh sách", "a series cannot be compared"},
          {"viết “count of …” hoặc “any of … over …”", "write “count of …” or “any of … over …”"});
    return kNoId;
  }
  std::vector<NodeId> tests;
  for (size_t i = 1; i < expr.args.size(); ++i) {
    const NodeId b = expression(expr.args[i], scope, &type);
    if (b == kNoId || !require_type(b, type, expr.args[i].span)) return kNoId;
    const NodeId test = make(Op::kEqual, yes_no_type(), {a, b}, expr.span);
    if (std::find(tests.begin(), tests.end(), test) != tests.end()) {
      error("declared-twice", expr.args[i].span, {"giá trị này có hai lần", "this value stands twice"}, {"bỏ một lần", "drop one"});
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
    if (!require_type(low, type, where.args[0].span) || !require_type(high, type, where.args[1].span)) return kNoId;
    if (!is_number(type) && !is_date(type) && !is_month(type)) {
      error("no-order", expr.span, {"các giá trị của kiểu này không so sánh lớn bé được", "values of this type have no order"}, {"dùng “is one of”", "use “is one of”"});
      return kNoId;
    }
    return make(Op::kAnd, yes_no_type(),
                {make(Op::kLessEqual, yes_no_type(), {low, a}, expr.span, 1),
                 make(where.half_open ? Op::kLess : Op::kLessEqual, yes_no_type(), {a, high}, expr.span)},
                expr.span);
  }
  if (!is_date(type) && !is_month(type)) {
    error("unit-mismatch", where.span, {"chỉ ngày hoặc tháng mới nằm trong một khoảng thời gian", "only a date or a month lies in a period"},
          {"viết “in A .. B” cho số", "write “in A .. B” for numbers"});
    return kNoId;
  }
  const NodeId inside = period(where, scope, is_date(type) ? Grain::kDays : Grain::kMonths);
  return make(Op::kInPeriod, yes_no_type(), {a, inside}, expr.span);
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
    error("no-order", expr.span, {"các giá trị của kiểu này không so sánh lớn bé được", "values of this type have no order"}, {"dùng số hoặc ngày", "use numbers or dates"});
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
    const NodeId amount = subtract && is_number(tb) ? make(Op::kNegate, tb, {b}, expr.args[1].span) : b;
    if (is_months(tb)) return make(Op::kAddMonths, ta, {a, amount}, expr.span);
    if (is_days(tb) && is_date(ta)) return make(Op::kAddDays, ta, {a, amount}, expr.span);
    error("unit-mismatch", expr.args[1].span,
          {"chỉ cộng, trừ được một khoảng thời gian với ngày", "only a length of time can be added to or taken from a date"},
          {"viết “+ 3 months”; số ngày giữa hai ngày là “days between A and B”", "write “+ 3 months”; the time between two dates is “days between A and B”"});
    return kNoId;
  }
  for (const auto& [node, arg] : {std::pair{a, &expr.args[0]}, std::pair{b, &expr.args[1]}}) {
    if (is_number(type_of(node))) continue;
    error("not-a-number", arg->span, {"phép tính cần một số, ở đây là “" + unit_words(type_of(node)) + "”", "arithmetic needs a number, this is “" + unit_words(type_of(node)) + "”"},
          is_series(type_of(node)) ? Text{"viết “months of …” hoặc “sum of … over …”", "write “months of …” or “sum of … over …”"}
                                   : Text{"sửa biểu thức", "mend the expression"});
    return kNoId;
  }
  if (add || subtract) {
    if (!require_type(b, ta, expr.args[1].span)) return kNoId;
    Type type = ta;
    if (tb.shown != ta.shown && is_plain(ta)) {
      type.shown = ta.shown == Shown::kPercent || tb.shown == Shown::kPercent ? Shown::kPercent : Shown::kPlain;
    } else if (tb.shown == Shown::kYears) {
      type.shown = Shown::kYears;
    }
    return make(add ? Op::kAdd : Op::kSubtract, type, {a, b}, expr.span);
  }
  if (expr.kind == ExprKind::kMultiply) return make(Op::kMultiply, multiplied(ta, tb), {a, b}, expr.span);
  return make(Op::kDivide, divided(ta, tb), {a, b}, expr.span);
}

NodeId Checker::benefit_word(const Expr& expr, const Scope& scope, Op op) {
  const std::string& n = expr.name.empty() && !expr.args.empty() ? expr.args[0].name : expr.name;
  const auto it = program_.benefit_by_name.find(n);
  if (it == program_.benefit_by_name.end()) {
    std::vector<std::string> names;
    for (const BenefitInfo& benefit : program_.benefits) names.push_back(benefit.name);
    const std::string near = nearest(n, names);
    error("unknown-benefit", expr.span, {"không có chế độ “" + n + "”", "there is no benefit “" + n + "”"},
          near.empty() ? Text{"khai báo nó bằng “benefit”", "declare it with “benefit”"}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return kNoId;
  }
  const BenefitInfo& benefit = program_.benefits[it->second];
  if (scope.entity == kNoId || !program_.is_within(scope.entity, benefit.entity)) {
    const std::string& owner = program_.entities[benefit.entity].name;
    error("unknown-benefit", expr.span,
          {"chế độ “" + n + "” thuộc về “" + owner + "”, không nhìn thấy được từ đây", "the benefit “" + n + "” belongs to “" + owner + "” and cannot be seen from here"},
          {"dùng “any of entitled to … over …”", "use “any of entitled to … over …”"});
    return kNoId;
  }
  Type type = yes_no_type();
  if (op == Op::kBenefitStart || op == Op::kBenefitEnd) type = date_type();
  if (op == Op::kAmountOf) {
    // The unit follows from how often it is paid, read from the item: the rule may come later.
    type = number_type(Shown::kMoney);
    each_item([&](const Item& item, ActId, uint32_t) {
      const std::vector<Payment>* payments = nullptr;
      if (const auto* b = std::get_if<BenefitItem>(&item.value); b != nullptr && b->common.name == n) payments = &b->payments;
      if (const auto* c = std::get_if<ContributionItem>(&item.value); c != nullptr && c->common.name == n) payments = &c->payments;
      if (payments == nullptr || payments->empty()) return;
      switch (payments->front().each) {
        case Frequency::kOnce: break;
        case Frequency::kDay: type.day = -1; type.per = Per::kDay; break;
        case Frequency::kMonth: type.month = -1; type.per = Per::kMonth; break;
        case Frequency::kYear: type.month = -1; type.per = Per::kYear; break;
      }
    });
  }
  return make(op, type, {}, expr.span, it->second);
}

NodeId Checker::date_function(const Expr& expr, const Scope& scope) {
  const auto dated = [&](const Expr& arg, bool month_too) -> NodeId {
    const NodeId node = expression(arg, scope);
    if (node == kNoId) return kNoId;
    if (is_date(type_of(node)) || (month_too && is_month(type_of(node)))) return node;
    error("not-a-date", arg.span, {"cần một ngày, ở đây là “" + unit_words(type_of(node)) + "”", "a date is needed, this is “" + unit_words(type_of(node)) + "”"},
          {"dùng một ngày, ví dụ 2025-07-01", "use a date, such as 2025-07-01"});
    return kNoId;
  };
  const Type count = number_type(Shown::kCount);
  switch (expr.kind) {
    case ExprKind::kYearOf: return make(Op::kYearOf, count, {dated(expr.args.at(0), true)}, expr.span);
    case ExprKind::kMonthOf: {
      const NodeId arg = dated(expr.args.at(0), true);
      if (arg != kNoId && is_month(type_of(arg))) return arg;
      return make(Op::kMonthOf, month_type(), {arg}, expr.span);
    }
    case ExprKind::kDayOf: return make(Op::kDayOf, count, {dated(expr.args.at(0), false)}, expr.span);
    case ExprKind::kWeekdayOf: return make(Op::kWeekdayOf, count, {dated(expr.args.at(0), false)}, expr.span);
    case ExprKind::kFirstDayOf:
    case ExprKind::kLastDayOf: {
      const Op op = expr.kind == ExprKind::kFirstDayOf ? Op::kFirstDayOf : Op::kLastDayOf;
      const Expr& arg = expr.args.at(0);
      const ExprKind k = arg.kind;
      if (k == ExprKind::kPeriodTo || k == ExprKind::kPeriodBefore || k == ExprKind::kCalendarYearOf || k == ExprKind::kCalendarMonthOf)
        return make(op, date_type(), {period(arg, scope, Grain::kDays)}, expr.span);
      const NodeId node = expression(arg, scope);
      if (node == kNoId) return kNoId;
      if (is_month(type_of(node)) || is_series(type_of(node))) return make(op, date_type(), {node}, expr.span);
      error("not-a-month", arg.span, {"cần một tháng hoặc một khoảng thời gian", "a month or a period is needed"},
            {"viết “first day of (month of …)”", "write “first day of (month of …)”"});
      return kNoId;
    }
    case ExprKind::kYearsBetween:
      return make(Op::kYearsBetween, number_type(Shown::kYears), {dated(expr.args.at(0), false), dated(expr.args.at(1), false)}, expr.span);
    case ExprKind::kMonthsBetween: {
      const NodeId a = dated(expr.args.at(0), true);
      const NodeId b = dated(expr.args.at(1), true);
      if (a != kNoId && b != kNoId && !require_type(b, type_of(a), expr.args[1].span)) return kNoId;
      return make(Op::kMonthsBetween, number_type(Shown::kMonths), {a, b}, expr.span);
    }
    case ExprKind::kDaysBetween:
      return make(Op::kDaysBetween, number_type(Shown::kDays), {dated(expr.args.at(0), false), dated(expr.args.at(1), false)}, expr.span);
    case ExprKind::kWorkingDaysAfter: {
      const NodeId n = expression(expr.args.at(0), scope);
      if (n == kNoId) return kNoId;
      if (!is_days(type_of(n)) && !is_plain(type_of(n))) {
        mismatch(expr.args[0].span, number_type(Shown::kDays), type_of(n));
        return kNoId;
      }
      std::vector<NodeId> args = {n, dated(expr.args.at(1), false)};
      if (expr.args.size() > 2) args.push_back(as_grain(series(expr.args[2], scope), Grain::kDays, expr.args[2].span));
      return make(Op::kWorkingDaysAfter, date_type(), std::move(args), expr.span);
    }
    case ExprKind::kDaysIn:
      return make(Op::kDaysIn, number_type(Shown::kDays), {period(expr.args.at(0), scope, Grain::kDays)}, expr.span);
    case ExprKind::kMonthsIn:
      return make(Op::kMonthsIn, number_type(Shown::kMonths), {period(expr.args.at(0), scope, Grain::kMonths)}, expr.span);
    default: {  // kWorkingDaysIn
      NodeId days = period(expr.args.at(0), scope, Grain::kDays);
      if (expr.args.size() > 1) {
        const NodeId rest = as_grain(series(expr.args[1], scope), Grain::kDays, expr.args[1].span);
        days = make(Op::kExcept, series_type(kNoId, Grain::kDays), {days, rest}, expr.span);
      }
      return make(Op::kDaysIn, number_type(Shown::kDays), {days}, expr.span);
    }
  }
}

NodeId Checker::expression(const Expr& expr, const Scope& scope, const Type* hint) {
  if (depth_ > kDepthMax) {
    error("too-deep", expr.span, {"biểu thức lồng quá sâu", "the expression is nested too deeply"},
          {"tách thành nhiều định nghĩa", "split it into several definitions"});
    return kNoId;
  }
  struct Depth {
    int& d;
    explicit Depth(int& depth) : d(depth) { ++d; }
    ~Depth() { --d; }
  } deeper(depth_);
  const auto misplaced = [&](Text what) {
    error("misplaced", expr.span, std::move(what), {"chỉ dùng ở chỗ đó; ở đây viết một giá trị khác", "use it only there; write another value here"});
    return kNoId;
  };
  switch (expr.kind) {
    case ExprKind::kNumber: return number_literal(expr, hint);
    case ExprKind::kDate: return constant(Value{expr.date}, date_type(), expr.span);
    case ExprKind::kMonthLiteral: return constant(Value{expr.month_literal}, month_type(), expr.span);
    case ExprKind::kYes: return constant(Value{true}, yes_no_type(), expr.span);
    case ExprKind::kNo: return constant(Value{false}, yes_no_type(), expr.span);
    case ExprKind::kText: return constant(Value{expr.text}, Type{.base = Base::kText}, expr.span);
    case ExprKind::kOngoing:
    case ExprKind::kNone:
    case ExprKind::kUnknown:
    case ExprKind::kAny:
    case ExprKind::kOpenRange:
    case ExprKind::kRange:
      return misplaced({"từ này chỉ dùng trong bảng và tình huống", "this word stands only in tables and cases"});
    case ExprKind::kName: return name(expr, scope, hint);
    case ExprKind::kCall: {
      const auto it = symbols_.find(expr.name);
      if (it == symbols_.end() || it->second.kind != SymbolKind::kTable) {
        std::vector<std::string> names;
        for (const TableInfo& table : program_.tables) names.push_back(table.name);
        const std::string near = nearest(expr.name, names);
        error("unknown-table", expr.span, {"không có bảng “" + expr.name + "”", "there is no table “" + expr.name + "”"},
              near.empty() ? Text{"khai báo bằng “table”", "declare it with “table”"}
                           : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
        return kNoId;
      }
      const TableId id = it->second.id;
      if (expr.args.size() != program_.tables[id].keys.size()) {
        const std::string n = std::to_string(program_.tables[id].keys.size());
        error("key-count", expr.span, {"bảng “" + expr.name + "” có " + n + " khóa", "the table “" + expr.name + "” has " + n + (n == "1" ? " key" : " keys")},
              {"viết đủ các khóa theo thứ tự", "write all the keys in their order"});
        return kNoId;
      }
      std::vector<NodeId> args;
      for (size_t i = 0; i < expr.args.size(); ++i) {
        const Type key = program_.tables[id].keys[i];
        const NodeId arg = expression(expr.args[i], scope, &key);
        if (arg == kNoId || !require_type(arg, key, expr.args[i].span)) return kNoId;
        args.push_back(arg);
      }
      return make(Op::kTable, program_.tables[id].type, std::move(args), expr.span, id);
    }
    case ExprKind::kOfEntity: {
      const auto entity = entity_named(expr.name, expr.span);
      if (!entity) return kNoId;
      if (scope.entity == kNoId || !program_.is_within(scope.entity, *entity)) {
        error("not-an-ancestor", expr.span,
              {"“" + expr.name + "” không phải là cấp trên ở đây", "“" + expr.name + "” does not hold what stands here"},
              {"chỉ gọi tên cấp trên; xuống danh sách bằng “… over …”", "name an entity above; go down into lists with “… over …”"});
        return kNoId;
      }
      Scope outer = scope;
      outer.entity = *entity;
      if (*entity != scope.entity) outer.month_here = false;
      return expression(expr.args.at(0), outer, hint);
    }
    case ExprKind::kToday: return make(Op::kToday, date_type(), {}, expr.span);
    case ExprKind::kMonthHere:
    case ExprKind::kYearHere: {
      bool spells = false;
      // A definition of spells may be asked month by month; the rows of a series are not months.
      if (scope.home == kNoId && scope.entity != kNoId && program_.entities[scope.entity].list != kNoId)
        spells = program_.lists[program_.entities[scope.entity].list].form == ListForm::kSpellsByMonth;
      if (!scope.month_here && !spells) {
        error("no-month-here", expr.span, {"ở đây không có tháng nào đang xét", "there is no month at hand here"},
              {"dùng trong “… over months of …”; tháng hiện tại là “month of today”", "use it in “… over months of …”; the present month is “month of today”"});
        return kNoId;
      }
      if (expr.kind == ExprKind::kMonthHere) return make(Op::kMonthHere, month_type(), {}, expr.span);
      return make(Op::kYearHere, number_type(Shown::kCount), {}, expr.span);
    }
    case ExprKind::kBase:
      if (!scope.base) return misplaced({"“base” chỉ dùng trong ngoại lệ", "“base” stands only in an exception"});
      return make(Op::kBase, *scope.base, {}, expr.span);
    case ExprKind::kPrevious:
      if (!scope.previous) return misplaced({"“previous” chỉ dùng trong “carry”", "“previous” stands only in a carry"});
      return make(Op::kPrevious, *scope.previous, {}, expr.span);
    case ExprKind::kPosition:
      if (scope.ordered == kNoId)
        return misplaced({"“position” cần “in order of …” trong định nghĩa này", "“position” needs “in order of …” in this definition"});
      return make(Op::kPosition, number_type(Shown::kCount), {}, expr.span, scope.ordered);
    case ExprKind::kSoFar: {
      if (scope.ordered == kNoId)
        return misplaced({"“so far” cần “in order of …” trong định nghĩa này", "“so far” needs “in order of …” in this definition"});
      DefinitionId summed = scope.ordered;
      if (!expr.name.empty()) {
        const auto member = member_in(scope.entity, expr.name);
        if (!member || member->kind != MemberKind::kDefinition || program_.definitions[member->id].entity != program_.definitions[scope.ordered].entity) {
          unknown_name(expr.name, expr.span, scope);
          return kNoId;
        }
        summed = member->id;
      }
      const Type type = program_.definitions[summed].type;
      if (!is_number(type)) {
        error("not-a-number", expr.span, {"“so far” cộng các số", "“so far” adds up numbers"}, {"dùng với một định nghĩa là số", "use it with a definition that is a number"});
        return kNoId;
      }
      return make(Op::kSoFar, type, {}, expr.span, summed, scope.ordered);
    }
    case ExprKind::kAnd:
    case ExprKind::kOr: return conjunction(expr, scope);
    case ExprKind::kNot: return make(Op::kNot, yes_no_type(), {condition(expr.args.at(0), scope)}, expr.span);
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual: return comparison(expr, scope);
    case ExprKind::kIs:
    case ExprKind::kIsNot:
    case ExprKind::kIsOneOf: return identity(expr, scope);
    case ExprKind::kInRange: return in_range(expr, scope);
    case ExprKind::kHas: {
      const std::string& n = expr.args.at(0).name;
      const auto member = scope.entity == kNoId ? std::nullopt : member_in(scope.entity, n);
      if (!member || member->kind != MemberKind::kFact) {
        unknown_name(n, expr.args[0].span, scope);
        return kNoId;
      }
      if (!program_.facts[member->id].type.or_none) {
        error("always-there", expr.span, {"“" + n + "” luôn có, “has” ở đây luôn đúng", "“" + n + "” is always there: this “has” is always true"},
              {"bỏ “has”, hoặc khai báo dữ kiện là “… or none”", "drop it, or declare the fact “… or none”"});
        return kNoId;
      }
      return make(Op::kHas, yes_no_type(), {}, expr.span, member->id);
    }
    case ExprKind::kOwn: {
      if (scope.home == kNoId)
        return misplaced({"“own” chỉ dùng trong “where” hoặc “… over …”", "“own” stands only inside “where” or “… over …”"});
      Scope home;
      home.entity = scope.home;
      const NodeId value = expression(expr.args.at(0), home, hint);
      if (value == kNoId) return kNoId;
      return make(Op::kOwn, type_of(value), {value}, expr.span);
    }
    case ExprKind::kAtLeast: return extreme(expr, scope, Op::kMax, hint);
    case ExprKind::kAtMost: return extreme(expr, scope, Op::kMin, hint);
    case ExprKind::kHigherOf:
    case ExprKind::kLaterOf: return extreme(expr, scope, Op::kMax, hint);
    case ExprKind::kLowerOf:
    case ExprKind::kEarlierOf: return extreme(expr, scope, Op::kMin, hint);
    case ExprKind::kRounded: {
      const NodeId value = expression(expr.args.at(0), scope, hint);
      const NodeId multiple = expression(expr.args.at(1), scope);
      if (value == kNoId || multiple == kNoId) return kNoId;
      const Type type = type_of(value);
      const NodeId step = rounding_step(multiple, type, expr.args[1].span);
      if (step == kNoId) return kNoId;
      return make(Op::kRound, type, {value, step}, expr.span, 0, 0, expr.rounding);
    }
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kMultiply:
    case ExprKind::kDivide: return arithmetic(expr, scope);
    case ExprKind::kNegate:
    case ExprKind::kAbsolute: {
      const NodeId a = expression(expr.args.at(0), scope);
      if (a == kNoId) return kNoId;
      if (!is_number(type_of(a))) {
        error("not-a-number", expr.args[0].span, {"cần một số", "a number is needed"}, {"sửa biểu thức", "mend the expression"});
        return kNoId;
      }
      return make(expr.kind == ExprKind::kNegate ? Op::kNegate : Op::kAbsolute, type_of(a), {a}, expr.span);
    }
    case ExprKind::kOnDate:
    case ExprKind::kUnderLaw: {
      const NodeId inner = expression(expr.args.at(0), scope, hint);
      const NodeId date = expression(expr.args.at(1), scope);
      if (inner == kNoId || date == kNoId || !require_type(date, date_type(), expr.args[1].span)) return kNoId;
      return make(expr.kind == ExprKind::kOnDate ? Op::kOnDate : Op::kUnderLaw, type_of(inner), {inner, date}, expr.span);
    }
    case ExprKind::kEntitledTo: return benefit_word(expr, scope, Op::kEntitledTo);
    case ExprKind::kAmountOf: return benefit_word(expr, scope, Op::kAmountOf);
    case ExprKind::kStartOf:
    case ExprKind::kEndOf: {
      const Expr& arg = expr.args.at(0);
      const bool start = expr.kind == ExprKind::kStartOf;
      if (arg.kind == ExprKind::kName && program_.benefit_by_name.contains(arg.name))
        return benefit_word(arg, scope, start ? Op::kBenefitStart : Op::kBenefitEnd);
      const NodeId s = series(arg, scope);
      if (s == kNoId) return kNoId;
      auto grain = natural_grain(s);
      if (!grain) {
        error("not-spells", arg.span, {"danh sách này không có khoảng thời gian", "this list has no periods"}, {"dùng với “spells”", "use it with spells"});
        return kNoId;
      }
      const NodeId grained = as_grain(s, *grain, arg.span);
      return make(start ? Op::kStart : Op::kEnd, *grain == Grain::kMonths ? month_type() : date_type(), {grained}, expr.span);
    }
    case ExprKind::kYearOf:
    case ExprKind::kMonthOf:
    case ExprKind::kDayOf:
    case ExprKind::kWeekdayOf:
    case ExprKind::kFirstDayOf:
    case ExprKind::kLastDayOf:
    case ExprKind::kYearsBetween:
    case ExprKind::kMonthsBetween:
    case ExprKind::kDaysBetween:
    case ExprKind::kWorkingDaysAfter:
    case ExprKind::kDaysIn:
    case ExprKind::kMonthsIn:
    case ExprKind::kWorkingDaysIn: return date_function(expr, scope);
    case ExprKind::kMonthsOf: {
      const NodeId s = as_grain(series(expr.args.at(0), scope), Grain::kMonths, expr.args[0].span);
      return make(Op::kMonthsIn, number_type(Shown::kMonths), {s}, expr.span);
    }
    case ExprKind::kDaysOf: {
      const NodeId s = as_grain(series(expr.args.at(0), scope), Grain::kDays, expr.args[0].span);
      return make(Op::kDaysIn, number_type(Shown::kDays), {s}, expr.span);
    }
    case ExprKind::kLongestGap: {
      const NodeId s = series(expr.args.at(0), scope);
      if (s == kNoId) return kNoId;
      const Grain grain = natural_grain(s).value_or(Grain::kDays);
      return make(Op::kLongestGap, number_type(grain == Grain::kMonths ? Shown::kMonths : Shown::kDays),
                  {as_grain(s, grain, expr.args[0].span)}, expr.span);
    }
    case ExprKind::kSum:
    case ExprKind::kMean:
    case ExprKind::kHighest:
    case ExprKind::kLowest:
    case ExprKind::kFirst:
    case ExprKind::kLast:
    case ExprKind::kAnyOf:
    case ExprKind::kAllOf:
    case ExprKind::kCount: return aggregate(expr, scope);
    case ExprKind::kPeriodTo:
    case ExprKind::kPeriodBefore:
    case ExprKind::kCalendarYearOf:
    case ExprKind::kCalendarMonthOf:
    case ExprKind::kWhere:
    case ExprKind::kInPeriod:
    case ExprKind::kBefore:
    case ExprKind::kAfter:
    case ExprKind::kFrom:
    case ExprKind::kUntil:
    case ExprKind::kLastOf:
    case ExprKind::kFirstOf:
    case ExprKind::kBestOf:
    case ExprKind::kLastRun:
    case ExprKind::kLongestRun:
    case ExprKind::kBridging:
    case ExprKind::kUnion:
    case ExprKind::kExcept:
    case ExprKind::kWithin: return series(expr, scope);
    case ExprKind::kNotEntitled:
    case ExprKind::kNotYetExpressed:
      return misplaced({"chỉ dùng làm kết quả của “when …:” hoặc “otherwise”", "this stands only as the result of “when …:” or “otherwise”"});
  }
  return kNoId;
}

// "rounded to 1 VND" of an amount per month or year: the multiple takes the rate of the value.
NodeId Checker::rounding_step(NodeId multiple, const Type& type, const Span& span) {
  if (multiple == kNoId) return kNoId;
  const Node& node = program_.nodes[multiple];
  const Type given = node.type;
  const bool of_rate = is_number(type) && given.money == type.money && type.money != 0 && given.per == Per::kNone;
  if (!is_number(type) || (!of_rate && !given.same_unit(type))) {
    mismatch(span, type, given);
    return kNoId;
  }
  if (node.op != Op::kConstant || std::get<Rational>(program_.constants[node.index]) <= Rational(0)) {
    error("bad-step", span, {"làm tròn đến một bội số viết sẵn, lớn hơn 0", "round to a written multiple above zero"},
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
    return make(Op::kCount, number_type(Shown::kCount), {series(expr.args.at(0), scope)}, expr.span);
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
            {"không tính được trên kiểu “" + unit_words(type) + "”", "this cannot be taken of “" + unit_words(type) + "”"},
            {"sum, mean: số; highest, lowest: số hoặc ngày; any, all: điều kiện", "sum, mean: numbers; highest, lowest: numbers or dates; any, all: conditions"});
    return ok;
  };
  switch (expr.kind) {
    case ExprKind::kSum: return need(is_number(type)) ? make(Op::kSum, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kMean: {
      Type mean = type;
      if (mean.shown == Shown::kCount) mean.shown = Shown::kPlain;
      return need(is_number(type)) ? make(Op::kMean, mean, {value, over}, expr.span) : kNoId;
    }
    case ExprKind::kHighest: return need(ordered) ? make(Op::kHighest, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kLowest: return need(ordered) ? make(Op::kLowest, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kFirst: return need(!is_series(type)) ? make(Op::kFirst, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kLast: return need(!is_series(type)) ? make(Op::kLast, type, {value, over}, expr.span) : kNoId;
    case ExprKind::kAnyOf: return need(type.base == Base::kYesNo) ? make(Op::kAny, type, {value, over}, expr.span) : kNoId;
    default: return need(type.base == Base::kYesNo) ? make(Op::kAll, type, {value, over}, expr.span) : kNoId;
  }
}

}  // namespace ansinh::law
