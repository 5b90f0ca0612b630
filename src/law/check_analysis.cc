// Cases that overlap or leave gaps, conditions that are always true or false, amounts that are not
// whole: what the analysis of the finished rules refuses.
#include <algorithm>
#include <thread>

#include "law/analysis.h"
#include "law/check.h"
#include "law/checker.h"
#include "law/types.h"

namespace ansinh::law {

void Analysis::check_branches(const std::vector<BranchRule>& branches, bool total, const Span& span,
                              const Facts& facts) {
  bool otherwise = false;
  for (const BranchRule& branch : branches) otherwise = otherwise || branch.condition == kNoId;
  for (const BranchRule& branch : branches)
    if (branch.condition != kNoId) check_condition(branch.condition, facts, false);
  // Overlaps: pairs of unordered cases.
  for (size_t i = 0; i < branches.size(); ++i) {
    if (branches[i].condition == kNoId || branches[i].in_order) continue;
    for (size_t j = 0; j < i; ++j) {
      if (branches[j].condition == kNoId || branches[j].in_order) continue;
      Regions regions;
      collect(branches[j].condition, regions, facts);
      collect(branches[i].condition, regions, facts);
      finish(regions, facts);
      const Span& at_span = program_.nodes[branches[i].condition].span;
      Text when;
      if (regions.cells <= kCellsMax) {
        const auto clash = common_cell(regions, branches[j].condition, branches[i].condition);
        if (!clash) continue;
        when = witness(regions, *clash);
      }
      report_("cases-overlap", at_span,
              {"hai trường hợp cùng có thể đúng" + (when.vi.empty() ? "" : ": " + when.vi),
               "two cases can both hold" + (when.en.empty() ? "" : ": " + when.en)},
              {"thêm điều kiện để chúng loại trừ nhau, hoặc viết “otherwise when” (trường hợp kia: "
               "dòng " +
                   std::to_string(program_.nodes[branches[j].condition].span.line) + ")",
               "add what tells them apart, or write “otherwise when” (the other is at line " +
                   std::to_string(program_.nodes[branches[j].condition].span.line) + ")"});
      return;
    }
  }
  if (branches.size() < 2 && (branches.empty() || branches[0].condition == kNoId)) return;
  // Gaps, and branches that are never reached.
  Regions regions;
  for (const BranchRule& branch : branches)
    if (branch.condition != kNoId) collect(branch.condition, regions, facts);
  finish(regions, facts);
  if (regions.cells > kCellsMax) {
    if (total && !otherwise)
      report_("cases-gap", span,
              {"không chứng minh được rằng các trường hợp bao trùm hết",
               "it cannot be shown that the cases cover everything"},
              {"thêm “otherwise …”", "add “otherwise …”"});
    return;
  }
  std::vector<bool> reached(branches.size(), false);
  std::vector<Test> tests(branches.size());
  for (size_t i = 0; i < branches.size(); ++i)
    if (branches[i].condition != kNoId) tests[i] = test(branches[i].condition, regions);
  Cell cell = first_cell(regions);
  do {
    if (!possible(regions, cell)) continue;
    bool found = false;
    for (size_t i = 0; i < branches.size(); ++i) {
      if (branches[i].condition == kNoId) {
        if (!found) reached[i] = true;
        found = true;
      } else if (!(branches[i].in_order && found) && tests[i].holds(cell)) {
        reached[i] = true;
        found = true;
      }
    }
    if (!found && total) {
      const Text when = witness(regions, cell);
      report_("cases-gap", span,
              {"không trường hợp nào đúng khi " + when.vi, "no case holds when " + when.en},
              {"thêm trường hợp đó, hoặc “otherwise …”", "add that case, or “otherwise …”"});
      return;
    }
  } while (next(regions, cell));
  // A condition that is always true or false explains what is never reached.
  for (const BranchRule& branch : branches)
    if (branch.condition != kNoId && reported_.contains(branch.condition)) return;
  for (size_t i = 0; i < branches.size(); ++i) {
    if (reached[i] || branches[i].result == kNoId) continue;
    const NodeId where =
        branches[i].condition == kNoId ? branches[i].result : branches[i].condition;
    report_("never-reached", program_.nodes[where].span,
            {"không bao giờ đến trường hợp này", "this case is never reached"},
            {"các trường hợp trước đã bao trùm; bỏ dòng này hoặc sửa điều kiện",
             "those before it cover everything: drop it, or mend the conditions"});
  }
}

void Analysis::check_exceptions(const std::vector<ExceptionRule>& rules) {
  for (size_t i = 0; i < rules.size(); ++i) {
    check_branches(rules[i].branches, false, rules[i].span, nothing_);
    check_exceptions(rules[i].exceptions);
    for (size_t j = 0; j < i; ++j) {
      if (rules[i].force.from > rules[j].force.until || rules[j].force.from > rules[i].force.until)
        continue;
      for (const BranchRule& a : rules[i].branches) {
        for (const BranchRule& b : rules[j].branches) {
          if (a.condition == kNoId || b.condition == kNoId) continue;
          Regions regions;
          collect(a.condition, regions, nothing_);
          collect(b.condition, regions, nothing_);
          finish(regions, nothing_);
          Text when;
          if (regions.cells <= kCellsMax) {
            const auto clash = common_cell(regions, a.condition, b.condition);
            if (!clash) continue;
            when = witness(regions, *clash);
          }
          report_("exceptions-overlap", rules[i].span,
                  {"ngoại lệ “" + rules[i].name + "” và “" + rules[j].name +
                       "” cùng có thể áp dụng: " + when.vi,
                   "the exceptions “" + rules[i].name + "” and “" + rules[j].name +
                       "” can both apply: " + when.en},
                  {"viết “exception " + rules[i].name + " to " + rules[j].name +
                       "”, hoặc thêm điều kiện để loại trừ nhau",
                   "write “exception " + rules[i].name + " to " + rules[j].name +
                       "”, or add what tells them apart"});
          return;
        }
      }
    }
  }
}

// `x in A .. B`, which stands as A <= x and x <= B.
bool Analysis::is_range(const Node& node) const {
  if (node.op != Op::kAnd || node.args.size() != 2) return false;
  const Node& low = program_.nodes[node.args[0]];
  const Node& high = program_.nodes[node.args[1]];
  return low.op == Op::kLessEqual && low.index == 1 &&
         (high.op == Op::kLess || high.op == Op::kLessEqual) && high.args[0] == low.args[1];
}

// A condition, and each comparison in it: neither always true nor always false.
void Analysis::check_condition(NodeId id, const Facts& facts, bool inside) {
  const Node& node = program_.nodes[id];
  if (!condition_checked_.insert(id).second) return;
  if (const NodeId formula = inlined(id); formula != id) {
    // What is wrong with a definition is said where it stands.
    check_condition(formula, nothing_, false);
    if (reported_.contains(formula)) reported_.insert(id);
    return;
  }
  const bool in_range = is_range(node);
  if (!in_range && (node.op == Op::kAnd || node.op == Op::kOr || node.op == Op::kNot))
    for (const NodeId arg : node.args) check_condition(arg, facts, true);
  (void)inside;
  for (const NodeId arg : node.args) {
    if (!reported_.contains(arg)) continue;
    reported_.insert(id);
    return;
  }
  Regions regions;
  collect(id, regions, facts);
  finish(regions, facts);
  if (regions.cells > kCellsMax) return;
  bool yes = false;
  bool no = false;
  const Test condition = test(id, regions);
  Cell cell = first_cell(regions);
  do {
    if (possible(regions, cell)) (condition.holds(cell) ? yes : no) = true;
  } while (!(yes && no) && next(regions, cell));
  if (yes && no) return;
  reported_.insert(id);
  const Text words{sentence(id, program_, Language::kVietnamese),
                   sentence(id, program_, Language::kEnglish)};
  Text known;  // the range that decides it
  if (regions.variables.size() == 1 && regions.variables[0].kind == Variable::kNumber) {
    const NodeId variable = regions.variables[0].a;
    const Range r = range(variable, facts);
    const auto bounds = [&](Language language) {
      const Type& type = program_.nodes[variable].type;
      return " (" + sentence(variable, program_, language) + ": " +
             show(from_number(*r.low, type), type, program_, language) + " .. " +
             show(from_number(*r.high, type), type, program_, language) + ")";
    };
    if (r.bounded()) known = {bounds(Language::kVietnamese), bounds(Language::kEnglish)};
  }
  report_(
      yes ? "always-true" : "always-false", node.span,
      yes ? Text{"điều kiện “" + words.vi + "” luôn đúng, ai cũng thỏa mãn" + known.vi,
                 "the condition “" + words.en + "” is always true: everybody meets it" + known.en}
          : Text{"điều kiện “" + words.vi + "” luôn sai, không ai thỏa mãn" + known.vi,
                 "the condition “" + words.en + "” is always false: nobody meets it" + known.en},
      {"sửa điều kiện, hoặc khai báo “range” của dữ kiện rộng hơn",
       "mend the condition, or declare a wider “range” of the fact"});
}

void Analysis::check_series_conditions() {
  for (NodeId id = 0; id < program_.nodes.size(); ++id) {
    const Node& node = program_.nodes[id];
    if (node.op == Op::kWhere) check_condition(node.args[1], nothing_, false);
    if (node.op == Op::kAny || node.op == Op::kAll) check_condition(node.args[0], nothing_, false);
  }
}

void Analysis::check_payments(const BenefitInfo& benefit, const BenefitVersion& version) {
  Facts facts;
  for (const ConditionRule& condition : version.conditions) {
    check_condition(condition.node, facts, false);
    range(condition.node, facts);
    assume(condition.node, true, facts);
  }
  for (const PaymentRule& payment : version.payments) {
    const Range r = range(payment.amount, facts);
    for (const NodeId node : {payment.on, payment.from, payment.until, payment.duration})
      if (node != kNoId) range(node, facts);
    // A step of the currency per month, day or year of payment.
    Rational step = program_.currency_step;
    if (payment.each == Frequency::kYear) step = step / Rational(12);
    const std::string least = program_.currency_step.to_string() + " " + program_.currency;
    const bool whole = r.measure && (r.measure->is_zero() || (*r.measure / step).is_integer());
    if (!whole && reported_.insert(payment.amount).second)
      report_(
          "not-rounded", program_.nodes[payment.amount].span,
          {"số tiền của “" + benefit.label.vi + "” có thể lẻ, không phải bội số của " + least,
           "the amount of “" + benefit.label.en + "” is not sure to be a multiple of " + least},
          {"thêm “rounded half up to " + least + "”", "add “rounded half up to " + least + "”"});
  }
  for (const NodeId node : version.gives) range(node, facts);
  for (const NodeId node : {version.within, version.within_of, version.due})
    if (node != kNoId) range(node, facts);
}

void Analysis::find_ranges() {
  for (DefinitionId id = 0; id < program_.definitions.size(); ++id) {
    const DefinitionInfo& info = program_.definitions[id];
    const Range r = definition_range(id);
    if (info.type.shown == Shown::kCount && is_plain(info.type) &&
        !(r.measure && (r.measure->is_zero() || r.measure->is_integer())) && !info.versions.empty())
      report_("fraction", info.versions.front().span,
              {"“" + info.name + "” khai báo là số nguyên nhưng có thể là phân số",
               "“" + info.name + "” is declared a whole number and may be a fraction"},
              {"thêm “rounded … to 1”, hoặc khai báo “number”",
               "add “rounded … to 1”, or declare it “number”"});
  }
}

Analysis Analysis::with_report(Report report) const {
  Analysis other = *this;
  other.report_ = std::move(report);
  return other;
}

void Analysis::check_definitions(uint32_t part, uint32_t parts) {
  for (DefinitionId id = part; id < program_.definitions.size(); id += parts) {
    const DefinitionInfo& info = program_.definitions[id];
    for (const DefinitionVersion& version : info.versions) {
      if (!version.is_carry) check_branches(version.branches, true, version.span, nothing_);
      check_exceptions(version.exceptions);
      if (info.type.base != Base::kYesNo) continue;
      for (const BranchRule& branch : version.branches) {
        const Op op = program_.nodes[branch.result].op;
        if (op == Op::kConstant || op == Op::kNotEntitled || op == Op::kNotYet) continue;
        check_condition(branch.result, nothing_, false);
      }
    }
  }
}

void Analysis::check_benefits_and_series() {
  for (const BenefitInfo& benefit : program_.benefits)
    for (const BenefitVersion& version : benefit.versions) check_payments(benefit, version);
  check_series_conditions();
}

void Checker::check_whole() {
  const auto into = [](Diagnostics& found) {
    return [&found](std::string code, const Span& span, Text message, Text help) {
      found.push_back({.code = std::move(code),
                       .severity = Severity::kError,
                       .span = span,
                       .message = std::move(message),
                       .help = std::move(help)});
    };
  };
  constexpr size_t kDefinitionsWorthAThread = 64;
  const bool both = program_.definitions.size() > kDefinitionsWorthAThread &&
                    std::thread::hardware_concurrency() > 1;
  Diagnostics first;
  Diagnostics second;
  Analysis analysis(program_, into(first));
  {
    // Ranges can be found (in vain) even if rules go in circles.
    std::jthread helper;
    if (both && !has_errors(diagnostics_))
      helper = std::jthread([&analysis] { analysis.find_ranges(); });
    check_cycles();
    compute_depends();
    check_month_use();
  }
  if (has_errors(diagnostics_)) return;
  if (!both) analysis.find_ranges();
  {
    // The definitions are looked at independently of each other: half of them by a second thread.
    std::jthread helper;
    if (both)
      helper = std::jthread([other = analysis.with_report(into(second))]() mutable {
        other.check_definitions(1, 2);
      });
    analysis.check_definitions(0, both ? 2 : 1);
    analysis.check_benefits_and_series();
  }
  diagnostics_.insert(diagnostics_.end(), first.begin(), first.end());
  diagnostics_.insert(diagnostics_.end(), second.begin(), second.end());
}

}  // namespace ansinh::law
