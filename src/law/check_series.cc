// Series and periods to nodes.
#include "law/checker.h"

namespace ansinh::law {

std::optional<Grain> Checker::natural_grain(NodeId id) const {
  if (id == kNoId) return std::nullopt;
  const Type& type = program_.nodes[id].type;
  if (type.grain != Grain::kRows) return type.grain;
  if (type.row_entity == kNoId) return std::nullopt;
  const ListId list = program_.entities[type.row_entity].list;
  if (list == kNoId) return std::nullopt;
  switch (program_.lists[list].form) {
    case ListForm::kSpellsByMonth:
      return Grain::kMonths;
    case ListForm::kSpellsByDay:
    case ListForm::kDates:
      return Grain::kDays;
    case ListForm::kChildren:
      return std::nullopt;
  }
  return std::nullopt;
}

// Rows that stand in the order of a date: those can be cut by dates.
bool Checker::dated_rows(NodeId id) const {
  const EntityId entity = program_.nodes[id].type.row_entity;
  if (entity == kNoId || program_.entities[entity].order_fact == kNoId) return false;
  const Type& type = program_.facts[program_.entities[entity].order_fact].type;
  return is_date(type) || is_month(type);
}

NodeId Checker::as_grain(NodeId id, Grain grain, const Span& span) {
  if (id == kNoId) return kNoId;
  const Type type = program_.nodes[id].type;
  if (type.grain == grain) return id;
  const auto natural = natural_grain(id);
  const bool bare = type.row_entity == kNoId && type.grain != Grain::kRows;  // a period: either way
  if (!natural || (*natural == Grain::kDays && grain == Grain::kMonths && !bare)) {
    error("no-such-grain", span,
          natural ? Text{"khoảng thời gian theo ngày không đếm được theo tháng",
                         "spells by day cannot be counted in months"}
                  : Text{"các dòng của danh sách này không có thời gian từ … đến …",
                         "this list has no periods"},
          natural ? Text{"dùng “days of …”, hoặc “months between … and …”",
                         "use “days of …”, or “months between … and …”"}
                  : Text{"dùng “count of …” hoặc “sum of … over …”",
                         "use “count of …” or “sum of … over …”"});
    return kNoId;
  }
  return make(grain == Grain::kMonths ? Op::kAsMonths : Op::kAsDays,
              series_type(type.row_entity, grain), {id}, span);
}

Scope Checker::row_scope(const Scope& outer, const Type& series) const {
  Scope inner = outer;
  if (inner.home == kNoId) inner.home = outer.entity;
  if (series.row_entity != kNoId) {
    // Guards of the rows' own facts (and of anything below) do not carry over from outside.
    std::erase_if(inner.guarded, [&](FactId fact) {
      return program_.is_within(series.row_entity, program_.facts[fact].entity) &&
             !(outer.entity != kNoId && program_.is_within(series.row_entity, outer.entity) &&
               program_.is_within(outer.entity, program_.facts[fact].entity));
    });
    inner.entity = series.row_entity;
    inner.ordered = kNoId;
  }
  inner.month_here = series.grain != Grain::kRows;
  return inner;
}

NodeId Checker::period(const Expr& expr, const Scope& scope, Grain wanted) {
  const auto adapted = [&](NodeId id) -> NodeId { return as_grain(id, wanted, expr.span); };
  const auto dated = [&](const Expr& arg) -> NodeId {
    const NodeId node = expression(arg, scope);
    if (node == kNoId || is_date(type_of(node)) || is_month(type_of(node))) return node;
    error("not-a-date", arg.span, {"cần một ngày hoặc một tháng", "a date or a month is needed"},
          {"ví dụ “calendar year of today”, “2016-01 to 2016-12”",
           "such as “calendar year of today”, “2016-01 to 2016-12”"});
    return kNoId;
  };
  switch (expr.kind) {
    case ExprKind::kCalendarYearOf:
    case ExprKind::kCalendarMonthOf: {
      const NodeId d = dated(expr.args.at(0));
      if (d == kNoId) return kNoId;
      const Op op = expr.kind == ExprKind::kCalendarYearOf ? Op::kCalendarYear : Op::kCalendarMonth;
      return adapted(make(op,
                          series_type(kNoId, is_date(type_of(d)) ? Grain::kDays : Grain::kMonths),
                          {d}, expr.span));
    }
    case ExprKind::kPeriodTo:
    case ExprKind::kPeriodBefore: {
      const NodeId a = expression(expr.args.at(0), scope);
      NodeId b = dated(expr.args.at(1));
      if (a == kNoId || b == kNoId) return kNoId;
      if (is_number(type_of(a))) {
        if (!is_months(type_of(a)) && !is_days(type_of(a))) {
          mismatch(expr.args[0].span, number_type(Shown::kMonths), type_of(a));
          return kNoId;
        }
        // Lengths in months are whole months when months are wanted, else day for day.
        const bool by_month =
            is_months(type_of(a)) && (wanted == Grain::kMonths || is_month(type_of(b)));
        if (by_month && is_date(type_of(b))) b = make(Op::kMonthOf, month_type(), {b}, expr.span);
        if (!by_month && is_month(type_of(b))) {
          error("unit-mismatch", expr.args[0].span,
                {"khoảng thời gian tính đến một tháng phải theo tháng",
                 "a period that ends with a month is counted in months"},
                {"viết “12 months …”", "write “12 months …”"});
          return kNoId;
        }
        const Op op = expr.kind == ExprKind::kPeriodTo ? Op::kPeriodEndingWith : Op::kPeriodBefore;
        return adapted(make(op, series_type(kNoId, by_month ? Grain::kMonths : Grain::kDays),
                            {a, b}, expr.span));
      }
      if (expr.kind == ExprKind::kPeriodBefore) {
        mismatch(expr.args[0].span, number_type(Shown::kMonths), type_of(a));
        return kNoId;
      }
      if (!require_type(b, type_of(a), expr.args[1].span)) return kNoId;
      if (!is_date(type_of(a)) && !is_month(type_of(a))) {
        mismatch(expr.args[0].span, date_type(), type_of(a));
        return kNoId;
      }
      return adapted(make(Op::kPeriod,
                          series_type(kNoId, is_date(type_of(a)) ? Grain::kDays : Grain::kMonths),
                          {a, b}, expr.span));
    }
    default: {
      const NodeId s = series(expr, scope);
      return as_grain(s, wanted, expr.span);
    }
  }
}

NodeId Checker::series(const Expr& expr, const Scope& scope) {
  const auto span = expr.span;
  // Series that are counted month by month or day by day, by their own nature.
  const auto grained = [&](NodeId id, const Span& at) -> NodeId {
    if (id == kNoId) return kNoId;
    const auto grain = natural_grain(id);
    if (grain) return as_grain(id, *grain, at);
    error("not-spells", at,
          {"các dòng của danh sách này không có thời gian từ … đến …", "this list has no periods"},
          {"dùng với “spells … by month” hoặc “by day”",
           "use it with “spells … by month” or “by day”"});
    return kNoId;
  };
  const auto same_grain = [&](Op op) -> NodeId {
    const NodeId a = grained(series(expr.args.at(0), scope), expr.args[0].span);
    NodeId b = series(expr.args.at(1), scope);
    if (a == kNoId || b == kNoId) return kNoId;
    b = as_grain(b, type_of(a).grain, expr.args[1].span);
    if (b == kNoId) return kNoId;
    Type type = type_of(a);
    if (op == Op::kUnion && type_of(b).row_entity != type.row_entity) type.row_entity = kNoId;
    return make(op, type, {a, b}, span);
  };
  switch (expr.kind) {
    case ExprKind::kMonthsOf:
      return as_grain(series(expr.args.at(0), scope), Grain::kMonths, expr.args[0].span);
    case ExprKind::kDaysOf:
      return as_grain(series(expr.args.at(0), scope), Grain::kDays, expr.args[0].span);
    case ExprKind::kWhere: {
      const NodeId s = series(expr.args.at(0), scope);
      if (s == kNoId) return kNoId;
      Scope inner = row_scope(scope, type_of(s));
      if (program_.nodes[s].op == Op::kWhere) add_guards(program_.nodes[s].args[1], inner.guarded);
      const NodeId c = condition(expr.args.at(1), inner);
      return make(Op::kWhere, type_of(s), {s, c}, span);
    }
    case ExprKind::kInPeriod: {
      const NodeId s = series(expr.args.at(0), scope);
      if (s == kNoId) return kNoId;
      const Grain grain = natural_grain(s).value_or(Grain::kDays);
      const NodeId p = period(expr.args.at(1), scope, grain);
      if (!natural_grain(s) && !dated_rows(s)) {
        error("no-order", span,
              {"danh sách này không có ngày để xếp thứ tự", "the rows of this list have no date"},
              {"thêm “in order of …” vào khai báo, hoặc dùng “where”",
               "add “in order of …” to its declaration, or use “where”"});
        return kNoId;
      }
      return make(Op::kClip, type_of(s), {s, p}, span);
    }
    case ExprKind::kBefore:
    case ExprKind::kAfter:
    case ExprKind::kFrom:
    case ExprKind::kUntil: {
      const NodeId s = series(expr.args.at(0), scope);
      NodeId d = expression(expr.args.at(1), scope);
      if (s == kNoId || d == kNoId) return kNoId;
      if (!is_date(type_of(d)) && !is_month(type_of(d))) {
        error("not-a-date", expr.args[1].span,
              {"cần một ngày hoặc một tháng", "a date or a month is needed"},
              {"viết một ngày", "write a date"});
        return kNoId;
      }
      const auto grain = natural_grain(s);
      if (!grain && !dated_rows(s)) {
        error("no-order", span,
              {"danh sách này không có ngày để xếp thứ tự", "the rows of this list have no date"},
              {"thêm “in order of …” vào khai báo, hoặc dùng “where”",
               "add “in order of …” to its declaration, or use “where”"});
        return kNoId;
      }
      if (grain == Grain::kMonths && is_date(type_of(d)))
        d = make(Op::kMonthOf, month_type(), {d}, span);
      if (grain == Grain::kDays && is_month(type_of(d))) {
        const bool first = expr.kind == ExprKind::kBefore || expr.kind == ExprKind::kFrom;
        d = make(first ? Op::kFirstDayOf : Op::kLastDayOf, date_type(), {d}, span);
      }
      const Op op = expr.kind == ExprKind::kBefore  ? Op::kBeforeDate
                    : expr.kind == ExprKind::kAfter ? Op::kAfterDate
                    : expr.kind == ExprKind::kFrom  ? Op::kFromDate
                                                    : Op::kUntilDate;
      return make(op, type_of(s), {s, d}, span);
    }
    case ExprKind::kLastOf:
    case ExprKind::kFirstOf: {
      const NodeId amount = expression(expr.args.at(0), scope);
      NodeId s = series(expr.args.at(1), scope);
      if (amount == kNoId || s == kNoId) return kNoId;
      const Type t = type_of(amount);
      if (is_months(t)) {
        s = as_grain(s, Grain::kMonths, expr.args[1].span);
      } else if (is_days(t)) {
        s = as_grain(s, Grain::kDays, expr.args[1].span);
      } else if (!is_plain(t)) {
        mismatch(expr.args[0].span, number_type(Shown::kMonths), t);
        return kNoId;
      } else if (type_of(s).grain != Grain::kRows) {
        error("unit-mismatch", expr.args[0].span,
              {"viết đơn vị: tháng hoặc ngày", "say the unit: months or days"},
              {"ví dụ “last 60 months of …”", "such as “last 60 months of …”"});
        return kNoId;
      } else if (!natural_grain(s) &&
                 program_.entities[type_of(s).row_entity].order_fact == kNoId) {
        error("no-order", span,
              {"danh sách này không có thứ tự", "the rows of this list have no order"},
              {"thêm “in order of …” vào khai báo", "add “in order of …” to its declaration"});
        return kNoId;
      }
      if (s == kNoId) return kNoId;
      return make(expr.kind == ExprKind::kLastOf ? Op::kTakeLast : Op::kTakeFirst, type_of(s),
                  {s, amount}, span);
    }
    case ExprKind::kBestOf: {
      const NodeId amount = expression(expr.args.at(0), scope);
      const NodeId s = as_grain(series(expr.args.at(1), scope), Grain::kMonths, expr.args[1].span);
      if (amount == kNoId || s == kNoId) return kNoId;
      if (!require_type(amount, number_type(Shown::kYears), expr.args[0].span)) return kNoId;
      const NodeId by = expression(expr.args.at(2), row_scope(scope, type_of(s)));
      if (by == kNoId) return kNoId;
      if (!is_number(type_of(by))) {
        error("not-a-number", expr.args[2].span,
              {"cần một số để so sánh các năm", "a number is needed to compare the years"},
              {"ví dụ “by salary”", "such as “by salary”"});
        return kNoId;
      }
      return make(Op::kBest, type_of(s), {s, amount, by}, span);
    }
    case ExprKind::kLastRun:
    case ExprKind::kLongestRun: {
      const NodeId s = grained(series(expr.args.at(0), scope), expr.args[0].span);
      if (s == kNoId) return kNoId;
      return make(expr.kind == ExprKind::kLastRun ? Op::kLastRun : Op::kLongestRun, type_of(s), {s},
                  span);
    }
    case ExprKind::kBridging: {
      const NodeId s = grained(series(expr.args.at(0), scope), expr.args[0].span);
      const NodeId amount = expression(expr.args.at(1), scope);
      if (s == kNoId || amount == kNoId) return kNoId;
      const Type wanted =
          number_type(type_of(s).grain == Grain::kMonths ? Shown::kMonths : Shown::kDays);
      if (!require_type(amount, wanted, expr.args[1].span)) return kNoId;
      return make(Op::kBridge, type_of(s), {s, amount}, span);
    }
    case ExprKind::kUnion:
      return same_grain(Op::kUnion);
    case ExprKind::kExcept:
      return same_grain(Op::kExcept);
    case ExprKind::kWithin:
      return same_grain(Op::kWithin);
    case ExprKind::kPeriodTo:
    case ExprKind::kPeriodBefore:
    case ExprKind::kCalendarYearOf:
    case ExprKind::kCalendarMonthOf: {
      // The grain is that of the ends.
      const Expr& end = expr.args.back();
      const NodeId node = expression(end, scope);
      if (node == kNoId) return kNoId;
      return period(expr, scope, is_month(type_of(node)) ? Grain::kMonths : Grain::kDays);
    }
    default: {
      const NodeId node = expression(expr, scope);
      if (node == kNoId) return kNoId;
      if (is_series(type_of(node))) return node;
      error("not-a-series", span,
            {"cần một danh sách, ở đây là “" + unit_words(type_of(node)) + "”",
             "a list is needed, this is “" + unit_words(type_of(node)) + "”"},
            {"dùng tên một danh sách, ví dụ “work”", "use the name of a list, such as “work”"});
      return kNoId;
    }
  }
}

}  // namespace ansinh::law
