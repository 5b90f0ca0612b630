// One expression to typed nodes: names resolved, each kind sent to its own.
#include <algorithm>

#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

namespace {

constexpr int kDepthMax = 400;

}  // namespace

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
                  {"“" + n + "” có thể không có; ở đây chưa chắc là có",
                   "“" + n + "” may be none, and nothing here says it is there"},
                  {"thêm điều kiện “has " + n + "” trước",
                   "say “has " + n + " and …” before, or in the “when”"});
            return kNoId;
          }
          Type type = fact.type;
          type.or_none = false;
          return make(Op::kFact, type, {}, expr.span, member->id);
        }
        case MemberKind::kDefinition:
          return make(Op::kDefinition, program_.definitions[member->id].type, {}, expr.span,
                      member->id);
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
              {"“" + n + "” là một chế độ, không phải một giá trị",
               "“" + n + "” is a benefit, not a value"},
              {"viết “entitled to " + n + "” hoặc “amount of " + n + "”",
               "write “entitled to " + n + "” or “amount of " + n + "”"});
        return kNoId;
      case SymbolKind::kTable:
        error("table-without-keys", expr.span,
              {"bảng “" + n + "” cần khóa", "the table “" + n + "” needs its keys"},
              {"viết “" + n + "(…)”", "write “" + n + "(…)”"});
        return kNoId;
      default:
        break;
    }
  }
  if (hint != nullptr && hint->base == Base::kEnum && hint->enumeration != kNoId) {
    const auto& members = program_.enums[hint->enumeration].members;
    const std::string near = nearest(n, members);
    std::string all;
    for (const std::string& m : members) all += (all.empty() ? "" : ", ") + m;
    error("unknown-member", expr.span,
          {"“" + n + "” không phải là một giá trị ở đây",
           "“" + n + "” is not one of the values here"},
          near.empty() ? Text{"các giá trị: " + all, "the values are " + all}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return kNoId;
  }
  unknown_name(n, expr.span, scope);
  return kNoId;
}

NodeId Checker::benefit_word(const Expr& expr, const Scope& scope, Op op) {
  const std::string& n = expr.name.empty() && !expr.args.empty() ? expr.args[0].name : expr.name;
  const auto it = program_.benefit_by_name.find(n);
  if (it == program_.benefit_by_name.end()) {
    const std::string near = nearest(n, names_of(program_.benefits));
    error("unknown-benefit", expr.span,
          {"không có chế độ “" + n + "”", "there is no benefit “" + n + "”"},
          near.empty() ? Text{"khai báo nó bằng “benefit”", "declare it with “benefit”"}
                       : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    return kNoId;
  }
  const BenefitInfo& benefit = program_.benefits[it->second];
  if (scope.entity == kNoId || !program_.is_within(scope.entity, benefit.entity)) {
    const std::string& owner = program_.entities[benefit.entity].name;
    error("unknown-benefit", expr.span,
          {"chế độ “" + n + "” thuộc về “" + owner + "”, không nhìn thấy được từ đây",
           "the benefit “" + n + "” belongs to “" + owner + "” and cannot be seen from here"},
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
      if (const auto* b = std::get_if<BenefitItem>(&item.value);
          b != nullptr && b->common.name == n)
        payments = &b->payments;
      if (const auto* c = std::get_if<ContributionItem>(&item.value);
          c != nullptr && c->common.name == n)
        payments = &c->payments;
      if (payments == nullptr || payments->empty()) return;
      switch (payments->front().each) {
        case Frequency::kOnce:
          break;
        case Frequency::kDay:
          type.day = -1;
          type.per = Per::kDay;
          break;
        case Frequency::kMonth:
          type.month = -1;
          type.per = Per::kMonth;
          break;
        case Frequency::kYear:
          type.month = -1;
          type.per = Per::kYear;
          break;
      }
    });
  }
  return make(op, type, {}, expr.span, it->second);
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
    error("misplaced", expr.span, std::move(what),
          {"chỉ dùng ở chỗ đó; ở đây viết một giá trị khác",
           "use it only there; write another value here"});
    return kNoId;
  };
  switch (expr.kind) {
    case ExprKind::kNumber:
      return number_literal(expr, hint);
    case ExprKind::kDate:
      return constant(Value{expr.date}, date_type(), expr.span);
    case ExprKind::kMonthLiteral:
      return constant(Value{expr.month_literal}, month_type(), expr.span);
    case ExprKind::kYes:
      return constant(Value{true}, yes_no_type(), expr.span);
    case ExprKind::kNo:
      return constant(Value{false}, yes_no_type(), expr.span);
    case ExprKind::kText:
      return constant(Value{expr.text}, Type{.base = Base::kText}, expr.span);
    case ExprKind::kOngoing:
    case ExprKind::kNone:
    case ExprKind::kUnknown:
    case ExprKind::kAny:
    case ExprKind::kOpenRange:
    case ExprKind::kRange:
      return misplaced({"từ này chỉ dùng trong bảng và tình huống",
                        "this word stands only in tables and cases"});
    case ExprKind::kName:
      return name(expr, scope, hint);
    case ExprKind::kCall: {
      const auto it = symbols_.find(expr.name);
      if (it == symbols_.end() || it->second.kind != SymbolKind::kTable) {
        const std::string near = nearest(expr.name, names_of(program_.tables));
        error("unknown-table", expr.span,
              {"không có bảng “" + expr.name + "”", "there is no table “" + expr.name + "”"},
              near.empty()
                  ? Text{"khai báo bằng “table”", "declare it with “table”"}
                  : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
        return kNoId;
      }
      const TableId id = it->second.id;
      if (expr.args.size() != program_.tables[id].keys.size()) {
        const std::string n = std::to_string(program_.tables[id].keys.size());
        error("key-count", expr.span,
              {"bảng “" + expr.name + "” có " + n + " khóa",
               "the table “" + expr.name + "” has " + n + (n == "1" ? " key" : " keys")},
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
              {"“" + expr.name + "” không phải là cấp trên ở đây",
               "“" + expr.name + "” does not hold what stands here"},
              {"chỉ gọi tên cấp trên; xuống danh sách bằng “… over …”",
               "name an entity above; go down into lists with “… over …”"});
        return kNoId;
      }
      Scope outer = scope;
      outer.entity = *entity;
      if (*entity != scope.entity) outer.month_here = false;
      return expression(expr.args.at(0), outer, hint);
    }
    case ExprKind::kToday:
      return make(Op::kToday, date_type(), {}, expr.span);
    case ExprKind::kMonthHere:
    case ExprKind::kYearHere: {
      bool spells = false;
      // A definition of spells may be asked month by month; the rows of a series are not months.
      if (scope.home == kNoId && scope.entity != kNoId &&
          program_.entities[scope.entity].list != kNoId)
        spells =
            program_.lists[program_.entities[scope.entity].list].form == ListForm::kSpellsByMonth;
      if (!scope.month_here && !spells) {
        error("no-month-here", expr.span,
              {"ở đây không có tháng nào đang xét", "there is no month at hand here"},
              {"dùng trong “… over months of …”; tháng hiện tại là “month of today”",
               "use it in “… over months of …”; the present month is “month of today”"});
        return kNoId;
      }
      if (expr.kind == ExprKind::kMonthHere)
        return make(Op::kMonthHere, month_type(), {}, expr.span);
      return make(Op::kYearHere, number_type(Shown::kCount), {}, expr.span);
    }
    case ExprKind::kBase:
      if (!scope.base)
        return misplaced({"“base” chỉ dùng trong ngoại lệ", "“base” stands only in an exception"});
      return make(Op::kBase, *scope.base, {}, expr.span);
    case ExprKind::kPrevious:
      if (!scope.previous)
        return misplaced(
            {"“previous” chỉ dùng trong “carry”", "“previous” stands only in a carry"});
      return make(Op::kPrevious, *scope.previous, {}, expr.span);
    case ExprKind::kPosition:
      if (scope.ordered == kNoId)
        return misplaced({"“position” cần “in order of …” trong định nghĩa này",
                          "“position” needs “in order of …” in this definition"});
      return make(Op::kPosition, number_type(Shown::kCount), {}, expr.span, scope.ordered);
    case ExprKind::kSoFar: {
      if (scope.ordered == kNoId)
        return misplaced({"“so far” cần “in order of …” trong định nghĩa này",
                          "“so far” needs “in order of …” in this definition"});
      DefinitionId summed = scope.ordered;
      if (!expr.name.empty()) {
        const auto member = member_in(scope.entity, expr.name);
        if (!member || member->kind != MemberKind::kDefinition ||
            program_.definitions[member->id].entity != program_.definitions[scope.ordered].entity) {
          unknown_name(expr.name, expr.span, scope);
          return kNoId;
        }
        summed = member->id;
      }
      const Type type = program_.definitions[summed].type;
      if (!is_number(type)) {
        error("not-a-number", expr.span, {"“so far” cộng các số", "“so far” adds up numbers"},
              {"dùng với một định nghĩa là số", "use it with a definition that is a number"});
        return kNoId;
      }
      return make(Op::kSoFar, type, {}, expr.span, summed, scope.ordered);
    }
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return conjunction(expr, scope);
    case ExprKind::kNot:
      return make(Op::kNot, yes_no_type(), {condition(expr.args.at(0), scope)}, expr.span);
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
      return comparison(expr, scope);
    case ExprKind::kIs:
    case ExprKind::kIsNot:
    case ExprKind::kIsOneOf:
      return identity(expr, scope);
    case ExprKind::kInRange:
      return in_range(expr, scope);
    case ExprKind::kHas: {
      const std::string& n = expr.args.at(0).name;
      const auto member = scope.entity == kNoId ? std::nullopt : member_in(scope.entity, n);
      if (!member || member->kind != MemberKind::kFact) {
        unknown_name(n, expr.args[0].span, scope);
        return kNoId;
      }
      if (!program_.facts[member->id].type.or_none) {
        error("always-there", expr.span,
              {"“" + n + "” luôn có, “has” ở đây luôn đúng",
               "“" + n + "” is always there: this “has” is always true"},
              {"bỏ “has”, hoặc khai báo dữ kiện là “… or none”",
               "drop it, or declare the fact “… or none”"});
        return kNoId;
      }
      return make(Op::kHas, yes_no_type(), {}, expr.span, member->id);
    }
    case ExprKind::kOwn: {
      if (scope.home == kNoId)
        return misplaced({"“own” chỉ dùng trong “where” hoặc “… over …”",
                          "“own” stands only inside “where” or “… over …”"});
      Scope home;
      home.entity = scope.home;
      const NodeId value = expression(expr.args.at(0), home, hint);
      if (value == kNoId) return kNoId;
      return make(Op::kOwn, type_of(value), {value}, expr.span);
    }
    case ExprKind::kAtLeast:
      return extreme(expr, scope, Op::kMax, hint);
    case ExprKind::kAtMost:
      return extreme(expr, scope, Op::kMin, hint);
    case ExprKind::kHigherOf:
    case ExprKind::kLaterOf:
      return extreme(expr, scope, Op::kMax, hint);
    case ExprKind::kLowerOf:
    case ExprKind::kEarlierOf:
      return extreme(expr, scope, Op::kMin, hint);
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
    case ExprKind::kDivide:
      return arithmetic(expr, scope);
    case ExprKind::kNegate:
    case ExprKind::kAbsolute: {
      const NodeId a = expression(expr.args.at(0), scope);
      if (a == kNoId) return kNoId;
      if (!is_number(type_of(a))) {
        error("not-a-number", expr.args[0].span, {"cần một số", "a number is needed"},
              {"sửa biểu thức", "mend the expression"});
        return kNoId;
      }
      return make(expr.kind == ExprKind::kNegate ? Op::kNegate : Op::kAbsolute, type_of(a), {a},
                  expr.span);
    }
    case ExprKind::kOnDate:
    case ExprKind::kUnderLaw: {
      const NodeId inner = expression(expr.args.at(0), scope, hint);
      const NodeId date = expression(expr.args.at(1), scope);
      if (inner == kNoId || date == kNoId || !require_type(date, date_type(), expr.args[1].span))
        return kNoId;
      return make(expr.kind == ExprKind::kOnDate ? Op::kOnDate : Op::kUnderLaw, type_of(inner),
                  {inner, date}, expr.span);
    }
    case ExprKind::kEntitledTo:
      return benefit_word(expr, scope, Op::kEntitledTo);
    case ExprKind::kAmountOf:
      return benefit_word(expr, scope, Op::kAmountOf);
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
        error("not-spells", arg.span,
              {"danh sách này không có khoảng thời gian", "this list has no periods"},
              {"dùng với “spells”", "use it with spells"});
        return kNoId;
      }
      const NodeId grained = as_grain(s, *grain, arg.span);
      return make(start ? Op::kStart : Op::kEnd,
                  *grain == Grain::kMonths ? month_type() : date_type(), {grained}, expr.span);
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
    case ExprKind::kWorkingDaysIn:
      return date_function(expr, scope);
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
      return make(Op::kLongestGap,
                  number_type(grain == Grain::kMonths ? Shown::kMonths : Shown::kDays),
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
    case ExprKind::kCount:
      return aggregate(expr, scope);
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
    case ExprKind::kWithin:
      return series(expr, scope);
    case ExprKind::kNotEntitled:
    case ExprKind::kNotYetExpressed:
      return misplaced({"chỉ dùng làm kết quả của “when …:” hoặc “otherwise”",
                        "this stands only as the result of “when …:” or “otherwise”"});
  }
  return kNoId;
}

}  // namespace ansinh::law
