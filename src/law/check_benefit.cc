// Benefits and contributions: their conditions and payments, and the highest of several.
#include <algorithm>

#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

void Checker::conditions(const std::vector<Condition>& items, Scope& scope, BenefitVersion& version,
                         ActId act) {
  for (const Condition& item : items) {
    ConditionRule rule;
    rule.node = condition(item.expr, scope);
    if (rule.node == kNoId) continue;
    if (item.because.given()) rule.because = item.because.text;
    rule.cite = cites_of(item.cite, act);
    add_guards(rule.node, scope.guarded);
    version.conditions.push_back(std::move(rule));
  }
}

uint32_t Checker::fund(const std::string& name, const Span& span) {
  if (name.empty()) return kNoId;
  if (const auto it = symbols_.find("fund " + name); it != symbols_.end()) return it->second.id;
  const std::string near = nearest(name, names_of(program_.funds));
  error("unknown-fund", span, {"không có quỹ “" + name + "”", "there is no fund “" + name + "”"},
        near.empty() ? Text{"khai báo bằng “fund”", "declare it with “fund”"}
                     : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
  return kNoId;
}

std::optional<PaymentRule> Checker::payment(const Payment& item, const Scope& scope, ActId act,
                                            bool contribution) {
  PaymentRule rule;
  rule.each = item.each;
  rule.cite = cites_of(item.cite, act);
  if (contribution) {
    const auto it = symbols_.find("party " + item.party);
    if (it == symbols_.end()) {
      const std::string near = nearest(item.party, names_of(program_.parties));
      error("unknown-party", item.party_span,
            {"không có bên đóng “" + item.party + "”", "there is no party “" + item.party + "”"},
            near.empty()
                ? Text{"khai báo bằng “party”", "declare it with “party”"}
                : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
      return std::nullopt;
    }
    rule.party = it->second.id;
  }
  Type type = number_type(Shown::kMoney);
  switch (item.each) {
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
  rule.amount = expression(item.amount, scope, &type);
  if (!require_type(rule.amount, type, item.amount.span)) return std::nullopt;
  bool ok = true;
  const auto date = [&](const std::optional<Expr>& expr, NodeId& node, bool none_allowed) {
    if (!expr) return;
    Scope inner = scope;
    if (none_allowed && expr->kind == ExprKind::kName && scope.entity != kNoId) {
      if (const auto member = member_in(scope.entity, expr->name);
          member && member->kind == MemberKind::kFact)
        inner.guarded.insert(member->id);
    }
    node = expression(*expr, inner);
    if (node != kNoId && is_month(type_of(node)))
      node = make(none_allowed ? Op::kLastDayOf : Op::kFirstDayOf, date_type(), {node}, expr->span);
    ok = require_type(node, date_type(), expr->span) && ok;
  };
  date(item.on, rule.on, false);
  date(item.from, rule.from, false);
  date(item.until, rule.until, true);
  if (item.duration) {
    rule.duration = expression(*item.duration, scope);
    if (rule.duration == kNoId) {
      ok = false;
    } else if (!is_months(type_of(rule.duration)) && !is_days(type_of(rule.duration))) {
      mismatch(item.duration->span, number_type(Shown::kMonths), type_of(rule.duration));
      ok = false;
    }
  }
  rule.fund = fund(item.fund, item.fund_span);
  if (!ok) return std::nullopt;
  return rule;
}

void Checker::check_benefit(const BenefitItem& item, ActId act, uint32_t file) {
  const auto found = program_.benefit_by_name.find(item.common.name);
  if (found == program_.benefit_by_name.end() || program_.benefits[found->second].is_contribution)
    return;
  BenefitVersion version;
  version.act = act;
  version.file = file;
  version.span = item.common.span;
  version.force = force_of(item.common, act, item.common.span);
  version.cite = required_cites(item.common, act, "chế độ", "the benefit");
  version.unverified = unverified_of(item.common);
  version.on_application = item.on_application;
  version.automatically = item.automatically;
  Scope scope;
  scope.entity = program_.benefits[found->second].entity;
  if (item.conditions.empty())
    error("no-condition", item.common.span,
          {"chế độ “" + item.common.name + "” không có điều kiện nào",
           "the benefit “" + item.common.name + "” has no condition: everybody would get it"},
          {"thêm “entitled when …”", "add “entitled when …”"});
  if (item.payments.empty() && item.gives.empty())
    error("no-payment", item.common.span,
          {"chế độ “" + item.common.name + "” không nói hưởng gì",
           "the benefit “" + item.common.name + "” does not say what it gives"},
          {"thêm “pays …” hoặc “gives …”", "add “pays …” or “gives …”"});
  conditions(item.conditions, scope, version, act);
  const uint32_t own_fund = fund(item.fund, item.fund_span);
  for (const Payment& one : item.payments) {
    auto rule = payment(one, scope, act, false);
    if (!rule) continue;
    if (rule->fund == kNoId) rule->fund = own_fund;
    if (rule->fund == kNoId && one.fund.empty() && item.fund.empty())
      error("no-fund", one.span, {"không nói quỹ nào chi trả", "it does not say which fund pays"},
            {"thêm “from fund …”", "add “from fund …”"});
    version.payments.push_back(std::move(*rule));
  }
  for (const Expr& one : item.gives) {
    const NodeId node = expression(one, scope);
    if (node == kNoId) continue;
    if (is_series(type_of(node)))
      error("series-as-value", one.span, {"“gives” cần một giá trị", "“gives” needs a value"},
            {"dùng “days of …” hoặc “count of …”", "use “days of …” or “count of …”"});
    else
      version.gives.push_back(node);
  }
  for (size_t i = 0; i < item.instead_of.size(); ++i) {
    const auto other = program_.benefit_by_name.find(item.instead_of[i]);
    if (other == program_.benefit_by_name.end() || other->second == found->second) {
      Expr name;
      name.name = item.instead_of[i];
      name.span = i < item.instead_of_spans.size() ? item.instead_of_spans[i] : item.common.span;
      if (other == program_.benefit_by_name.end())
        benefit_word(name, scope, Op::kEntitledTo);
      else
        error("instead-of-itself", name.span,
              {"một chế độ không thay chính nó", "a benefit does not replace itself"},
              {"sửa tên", "mend the name"});
    } else {
      version.instead_of.push_back(other->second);
    }
  }
  if (item.within) {
    version.within = expression(*item.within, scope);
    if (version.within != kNoId && !is_months(type_of(version.within)) &&
        !is_days(type_of(version.within)))
      mismatch(item.within->span, number_type(Shown::kMonths), type_of(version.within));
  }
  if (item.within_of) {
    version.within_of = expression(*item.within_of, scope);
    require_type(version.within_of, date_type(), item.within_of->span);
  }
  program_.benefits[found->second].versions.push_back(std::move(version));
}

void Checker::check_contribution(const ContributionItem& item, ActId act, uint32_t file) {
  const auto found = program_.benefit_by_name.find(item.common.name);
  if (found == program_.benefit_by_name.end() || !program_.benefits[found->second].is_contribution)
    return;
  BenefitVersion version;
  version.act = act;
  version.file = file;
  version.span = item.common.span;
  version.force = force_of(item.common, act, item.common.span);
  version.cite = required_cites(item.common, act, "khoản đóng", "the contribution");
  version.unverified = unverified_of(item.common);
  Scope scope;
  scope.entity = program_.benefits[found->second].entity;
  if (item.conditions.empty())
    error("no-condition", item.common.span,
          {"khoản đóng này không có điều kiện",
           "this contribution has no condition: everybody would owe it"},
          {"thêm “owed when …”", "add “owed when …”"});
  if (item.payments.empty())
    error("no-payment", item.common.span,
          {"khoản đóng này không nói ai đóng bao nhiêu",
           "this contribution does not say who pays what"},
          {"thêm “employer pays … to fund …”", "add “employer pays … to fund …”"});
  conditions(item.conditions, scope, version, act);
  for (const Payment& one : item.payments) {
    auto rule = payment(one, scope, act, true);
    if (!rule) continue;
    if (rule->fund == kNoId && one.fund.empty())
      error("no-fund", one.span, {"không nói đóng vào quỹ nào", "it does not say into which fund"},
            {"thêm “to fund …”", "add “to fund …”"});
    version.payments.push_back(std::move(*rule));
  }
  if (item.due) {
    version.due = expression(*item.due, scope);
    require_type(version.due, date_type(), item.due->span);
  }
  program_.benefits[found->second].versions.push_back(std::move(version));
}

void Checker::check_highest_of(const HighestOfItem& item, ActId act) {
  HighestOfRule rule;
  rule.cite = cites_of(item.cite, act);
  if (act != kNoId) {
    rule.force.from = program_.acts[act].from;
    if (program_.acts[act].until) rule.force.until = *program_.acts[act].until;
  }
  for (size_t i = 0; i < item.benefits.size(); ++i) {
    const auto it = program_.benefit_by_name.find(item.benefits[i]);
    if (it == program_.benefit_by_name.end()) {
      Expr name;
      name.name = item.benefits[i];
      name.span = i < item.spans.size() ? item.spans[i] : item.span;
      benefit_word(name, Scope{}, Op::kEntitledTo);
      continue;
    }
    rule.benefits.push_back(it->second);
  }
  if (rule.cite.empty())
    error("no-citation", item.span,
          {"“highest of” không có trích dẫn", "“highest of” has no citation"},
          {"thêm “cite …”", "add “cite …”"});
  if (rule.benefits.size() >= 2) program_.highest_of.push_back(std::move(rule));
}

}  // namespace ansinh::law
