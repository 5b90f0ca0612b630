// Cases: what they expect, resolved and typed. Their facts are read by the facts room.
#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

void Checker::check_case(const CaseItem& item, uint32_t file) {
  CaseRule rule;
  rule.source = &item;
  if (const auto [first, fresh] = cases_.emplace(item.name, item.span); !fresh) {
    error(
        "declared-twice", item.span,
        {"đã có tình huống tên “" + item.name + "”", "there is a case “" + item.name + "” already"},
        {"đổi tên một trong hai (lần đầu: dòng " + std::to_string(first->second.line) + ")",
         "rename one of them (first at line " + std::to_string(first->second.line) + ")"});
    return;
  }
  rule.file = file;
  if (item.given.empty()) {
    error("case-without-facts", item.span,
          {"tình huống này không nêu dữ kiện nào", "the case gives no facts"},
          {"thêm “given Person” và các dữ kiện", "add “given Person” and the facts"});
    return;
  }
  if (item.expects.empty()) {
    error("case-without-expectation", item.span,
          {"tình huống này không nêu kết quả mong đợi", "the case expects nothing"},
          {"thêm “expect …”", "add “expect …”"});
    return;
  }
  for (size_t i = 0; i < item.given.size(); ++i) {
    const auto entity = entity_named(item.given[i].entity, item.given[i].span);
    if (!entity) return;
    if (i == 0) {
      rule.subject = *entity;
    } else if (*entity == rule.subject || !program_.is_within(rule.subject, *entity)) {
      error("not-an-ancestor", item.given[i].span,
            {"“" + item.given[i].entity + "” không phải là cấp trên của “" + item.given[0].entity +
                 "”",
             "“" + item.given[i].entity + "” does not hold “" + item.given[0].entity + "”"},
            {"khối “given” đầu là chủ thể, các khối sau là cấp trên của nó",
             "the first “given” is the subject, the others are its parents"});
      return;
    }
  }
  for (const Expect& expect : item.expects) {
    ExpectRule made;
    made.source = &expect;
    EntityId entity = rule.subject;
    bool ok = true;
    for (auto it = expect.path.rbegin(); it != expect.path.rend(); ++it) {
      const auto member = member_in(entity, it->list);
      if (!member || member->kind != MemberKind::kList) {
        Scope scope;
        scope.entity = entity;
        unknown_name(it->list, it->list_span, scope);
        ok = false;
        break;
      }
      made.path.emplace_back(member->id, it->row);
      entity = program_.lists[member->id].child;
    }
    if (!ok) continue;
    const bool benefit_form = expect.form == ExpectForm::kEntitled ||
                              expect.form == ExpectForm::kNotEntitled ||
                              expect.form == ExpectForm::kCannotTell;
    Scope scope;
    scope.entity = entity;
    scope.unguarded = true;  // a case may look at facts `or none` freely
    const bool named = expect.target.kind == ExprKind::kName &&
                       program_.benefit_by_name.contains(expect.target.name);
    if (named && (benefit_form || expect.form == ExpectForm::kIncomplete ||
                  expect.form == ExpectForm::kError || expect.form == ExpectForm::kUnknown)) {
      made.benefit = program_.benefit_by_name.at(expect.target.name);
      const BenefitInfo& benefit = program_.benefits[made.benefit];
      if (!program_.is_within(entity, benefit.entity)) {
        error("unknown-benefit", expect.span,
              {"chế độ “" + benefit.name + "” thuộc về “" + program_.entities[benefit.entity].name +
                   "”",
               "the benefit “" + benefit.name + "” belongs to “" +
                   program_.entities[benefit.entity].name + "”"},
              {"viết “of row 1 of …”", "write “of row 1 of …”"});
        continue;
      }
      for (const Expr& value : expect.values) {
        // An amount may be written with or without its unit of time; the runner compares numbers.
        Type type;
        Rational scale;
        if (value.kind != ExprKind::kNumber ||
            !unit_type(value.unit, program_.currency, type, scale) ||
            (!is_money(type) && !is_plain(type))) {
          error("bad-value", value.span, {"cần một số tiền", "an amount of money is needed"},
                {"viết ví dụ “5_886_818 VND/month”", "write for example “5_886_818 VND/month”"});
          ok = false;
          continue;
        }
        made.values.push_back(Value{value.number * scale});
        made.value_types.push_back(type);
      }
    } else if (benefit_form) {
      error("unknown-benefit", expect.target.span,
            {"“entitled”, “not entitled”, “cannot tell” dùng với một chế độ",
             "“entitled”, “not entitled”, “cannot tell” are said of a benefit"},
            {"dùng tên một chế độ, hoặc so sánh giá trị",
             "use the name of a benefit, or expect a value"});
      continue;
    } else {
      NodeId node = expression(expect.target, scope);
      if (node == kNoId) continue;
      if (expect.on) {
        const NodeId date = expression(*expect.on, scope);
        if (!require_type(date, date_type(), expect.on->span)) continue;
        node = make(Op::kOnDate, type_of(node), {node, date}, expect.target.span);
        if (node == kNoId) continue;
      }
      if (is_series(type_of(node)) && expect.form == ExpectForm::kValue) {
        error("series-as-value", expect.target.span,
              {"không so sánh được một danh sách", "a series cannot be compared"},
              {"viết “(months of …)”, “start of …”, “end of …”",
               "write “(months of …)”, “start of …”, “end of …”"});
        continue;
      }
      made.target = node;
      for (const Expr& value : expect.values) {
        Type type = type_of(node);
        type.or_none = false;
        const auto literal = literal_value(value, type, program_, diagnostics_);
        if (!literal) {
          ok = false;
          continue;
        }
        made.values.push_back(*literal);
        made.value_types.push_back(type);
      }
    }
    for (size_t i = 0; i < expect.missing.size(); ++i) {
      const std::string& name = expect.missing[i];
      bool known = false;
      for (const FactInfo& fact : program_.facts) known = known || fact.name == name;
      for (const ListInfo& list : program_.lists) known = known || list.name == name;
      if (!known) {
        unknown_name(name, i < expect.missing_spans.size() ? expect.missing_spans[i] : expect.span,
                     scope);
        ok = false;
      }
    }
    if (ok) rule.expects.push_back(std::move(made));
  }
  program_.cases.push_back(std::move(rule));
}

}  // namespace ansinh::law
