#include <utility>

#include "law/parser.h"

namespace ansinh::law {

ItemValue Parser::define() {
  DefineItem item;
  common_header(item.common);
  if (expect("of"))
    item.entity = name_of_header(item.common, {"tên đối tượng", "the name of an entity"});
  if (expect(":")) item.type = type();
  const bool as_series = item.type.word == "spells";
  bool formula = false;
  bool finished = false;
  clauses([&] {
    const Span span = here();
    if (at("in order of")) {
      if (item.order.written) repeated(span);
      item.order = order_clause();
    } else if (at("not yet expressed") || accept("=")) {
      if (formula) repeated(span);
      formula = true;
      Expr value = branch_result(as_series);
      if (!failed_) item.formula = std::move(value);
    } else if (at("when") || at("otherwise")) {
      if (!item.branches.empty() && !item.branches.back().condition) {
        complain(
            "otherwise-not-last", span,
            {"`otherwise` phải là trường hợp cuối cùng.", "`otherwise` must be the last case."},
            {"Đưa nó xuống cuối.", "Move it to the end."});
      }
      finished = true;
      Branch found = branch(as_series);
      if (!failed_) item.branches.push_back(std::move(found));
    } else if (!finish_clause(item.finish)) {
      return common_clause(item.common);
    }
    return true;
  });
  if (formula && finished) {
    complain("formula-and-cases", item.common.span,
             {"Định nghĩa này vừa có công thức vừa có các trường hợp.",
              "This definition has both a formula and cases."},
             {"Chỉ giữ một: `= …`, hoặc `when …`.", "Keep one: `= …`, or `when …`."});
  }
  if (!formula && !finished) {
    complain("missing-formula", item.common.span,
             {"Định nghĩa này không nói giá trị là gì.", "This definition does not say its value."},
             {"Thêm `= CÔNG THỨC` hoặc các dòng `when ĐIỀU KIỆN: GIÁ TRỊ`.",
              "Add `= FORMULA` or lines `when CONDITION: VALUE`."});
  }
  return item;
}

ItemValue Parser::exception() {
  ExceptionItem item;
  common_header(item.common);
  if (expect("to"))
    item.to = name_of_header(item.common, {"tên một định nghĩa", "the name of a definition"});
  bool written = false;
  clauses([&] {
    if (!at("when")) return common_clause(item.common);
    written = true;
    Branch found = branch(false);
    if (!failed_) item.branches.push_back(std::move(found));
    return true;
  });
  if (!written) {
    complain("missing-formula", item.common.span,
             {"Ngoại lệ này không có trường hợp nào.", "This exception has no case."},
             {"Thêm `when ĐIỀU KIỆN: GIÁ TRỊ`.", "Add `when CONDITION: VALUE`."});
  }
  return item;
}

Branch Parser::branch(bool as_series) {
  Branch branch;
  branch.span = here();
  branch.in_order = accept("otherwise");
  if (accept("when")) {
    branch.condition = condition();
    if (!failed_) expect(":");
  } else {
    branch.in_order = false;
    accept(":");
  }
  branch.result = branch_result(as_series);
  citations(branch.cite);
  return branch;
}

Expr Parser::branch_result(bool as_series) {
  const size_t start = index_;
  Expr expr;
  if (accept("not entitled because")) {
    expr.kind = ExprKind::kNotEntitled;
    expr.reason = text_pair();
    return spanned(std::move(expr), start);
  }
  if (accept("not yet expressed")) {
    expr.kind = ExprKind::kNotYetExpressed;
    expr.reason = text_pair();
    return spanned(std::move(expr), start);
  }
  if (as_series) return series();
  // An exception may be to a series.
  return series_modifiers(condition(), start);
}

bool Parser::finish_clause(std::vector<FinishClause>& finish) {
  FinishClause clause{ExprKind::kAtLeast, {}, Rounding::kHalfUp, here()};
  accept(",");
  if (accept("at least")) {
    clause.argument = additive();
  } else if (accept("at most")) {
    clause.kind = ExprKind::kAtMost;
    clause.argument = additive();
  } else if (accept("rounded")) {
    clause.kind = ExprKind::kRounded;
    if (const auto mode = rounding_mode()) clause.rounding = *mode;
    clause.argument = rounding_unit();
  } else {
    return false;
  }
  if (!failed_) finish.push_back(std::move(clause));
  return true;
}

OrderClause Parser::order_clause() {
  OrderClause clause;
  clause.written = true;
  accept("in order of");
  clause.order = of_level();
  if (!accept("within")) return clause;
  clause.calendar_year = at("calendar year") && !at("of", 2);
  if (clause.calendar_year) {
    accept("calendar year");
    if (!accept(",")) return clause;
  }
  do {
    clause.groups.push_back(of_level());
  } while (accept(","));
  return clause;
}

// ---- carry -------------------------------------------------------------------------------------

ItemValue Parser::carry() {
  CarryItem item;
  common_header(item.common);
  if (expect("of"))
    item.entity = name_of_header(item.common, {"tên đối tượng", "the name of an entity"});
  if (expect(":")) item.type = type();
  bool started = false;
  clauses([&] {
    const Span span = here();
    if (accept("starts with")) {
      if (started) repeated(span);
      started = true;
      no_on_ = true;
      item.start = finished();
      no_on_ = false;
      if (expect("on")) item.start_date = additive();
    } else if (at("on") || at("each")) {
      CarryStep step = carry_step();
      if (!failed_) item.steps.push_back(std::move(step));
    } else {
      return common_clause(item.common);
    }
    return true;
  });
  if (!started) {
    complain("missing-start", item.common.span,
             {"Mục này không nói giá trị ban đầu.", "This carry does not say its first value."},
             {"Thêm `starts with GIÁ TRỊ on NGÀY`.", "Add `starts with VALUE on DATE`."});
  }
  return item;
}

CarryStep Parser::carry_step() {
  CarryStep step{StepForm::kOnDate, {}, 1, 1, {}, {}, {}, here()};
  if (accept("on each change of")) {
    step.form = StepForm::kEachChange;
    step.param_span = here();
    step.param = name({"tên một tham số", "the name of a parameter"});
  } else if (accept("on")) {
    if (const auto found = date()) step.date = *found;
  } else if (accept("each year on month")) {
    step.form = StepForm::kEachYear;
    const Span span = here();
    const auto month = whole_number();
    if (!accept("days")) expect("day");
    const auto day = whole_number();
    constexpr int kLeapYear = 2000;
    if (month && day) {
      const bool valid =
          *month <= 12 && *day <= 31 &&
          Date::is_valid(kLeapYear, static_cast<int>(*month), static_cast<int>(*day));
      if (valid) {
        step.month = static_cast<int>(*month);
        step.day = static_cast<int>(*day);
      } else {
        fail("bad-date", span, {"Không có ngày này trong năm.", "No year has this day."},
             {"Viết tháng rồi ngày: `month 7 day 1`.",
              "Write the month, then the day: `month 7 day 1`."});
      }
    }
  } else if (accept("each month")) {
    step.form = StepForm::kEachMonth;
  } else {
    fail_expected("expected-step",
                  {"`on NGÀY`, `each year on month 1 day 1`, `each month` hoặc `on each change of`",
                   "`on DATE`, `each year on month 1 day 1`, `each month` or `on each change of`"});
    return step;
  }
  if (expect("becomes")) step.value = condition();
  citations(step.cite);
  return step;
}

}  // namespace ansinh::law
