// What is made of a whole series: sums, means, extremes, counts, tests.
//
// An expression is evaluated once for each stretch of the same rows (once a year in it if it reads
// the year, once a month if it reads the month) and weighs as many months or days as that holds.
#include <algorithm>
#include <cassert>
#include <variant>

#include "engine/evaluator.h"

namespace ansinh::engine {

using law::Grain;
using law::NodeId;
using law::Op;

Evaluator::Quick Evaluator::quick_test(NodeId test, Row row) const {
  const law::Node& node = program_.nodes[test];
  const auto opposite = [](Quick quick) {
    if (quick > Quick::kYes) return quick;
    return quick == Quick::kYes ? Quick::kNo : Quick::kYes;
  };
  // The value of a fact of the row, or why there is none to be used here.
  const auto value_of = [&](const law::Node& fact, Quick& why_not) -> const law::Value* {
    const law::FactInfo& info = program_.facts[fact.index];
    why_not = Quick::kNever;
    if (fact.op != Op::kFact || info.entity != row->entity) return nullptr;
    why_not = Quick::kNotThisRow;
    if (info.slot >= row->facts.size()) return nullptr;
    const facts::FactValue& value = row->facts[info.slot];
    return value.known == facts::Known::kGiven ? &value.value : nullptr;
  };
  switch (node.op) {
    case Op::kFact: {
      if (node.type.base != law::Base::kYesNo) return Quick::kNever;
      Quick why_not{};
      const law::Value* value = value_of(node, why_not);
      if (value == nullptr) return why_not;
      const bool* yes = std::get_if<bool>(value);
      if (yes == nullptr) return Quick::kNotThisRow;  // none
      return *yes ? Quick::kYes : Quick::kNo;
    }
    case Op::kEqual:
    case Op::kNotEqual: {
      const law::Node& fact = program_.nodes[node.args[0]];
      const law::Node& constant = program_.nodes[node.args[1]];
      if (fact.op != Op::kFact || constant.op != Op::kConstant ||
          fact.type.base != law::Base::kEnum) {
        return Quick::kNever;
      }
      Quick why_not{};
      const law::Value* value = value_of(fact, why_not);
      if (value == nullptr) return why_not;
      const auto* member = std::get_if<uint32_t>(value);
      const auto* wanted = std::get_if<uint32_t>(&program_.constants[constant.index]);
      if (member == nullptr || wanted == nullptr) return Quick::kNotThisRow;
      return (*member == *wanted) == (node.op == Op::kEqual) ? Quick::kYes : Quick::kNo;
    }
    case Op::kNot:
      return opposite(quick_test(node.args[0], row));
    case Op::kAnd:
    case Op::kOr: {
      const Quick dominant = node.op == Op::kOr ? Quick::kYes : Quick::kNo;
      for (const NodeId arg : node.args) {
        const Quick one = quick_test(arg, row);
        if (one == dominant || one > Quick::kYes) return one;
      }
      return opposite(dominant);
    }
    default:
      return Quick::kNever;
  }
}

Answer Evaluator::on_part(NodeId expression, const SeriesData& data, const Part& part,
                          const Scope& scope) {
  Scope inner = scope;
  if (part.stretch->row_count > 0) {
    inner.rows = part.stretch->rows;
    inner.row_count = part.stretch->row_count;
    inner.outer = &scope;
  }
  if (data.grain != Grain::kRows) {
    inner.has_month = inner.has_year = true;
    inner.month = month_at(part.from, data.grain);
    inner.year = year_of_month(inner.month);
  }
  return eval(expression, inner);
}

void Evaluator::note_part(NodeId aggregate, const SeriesData& data, const Part& part,
                          const Answer& answer) {
  SegmentRecord record;
  record.aggregate = aggregate;
  record.from = part.from;
  record.to = part.to;
  record.grain = data.grain == Grain::kRows ? data.unit : data.grain;
  record.row = part.stretch->row_count > 0 ? part.stretch->rows[0] : nullptr;
  record.count = part.count;
  record.value = answer;
  trace_.segment(record);
}

Answer Evaluator::any_or_all(const law::Node& node, const Scope& scope) {
  const Answer series = eval(node.args[1], scope);
  if (!series.known()) return series;
  const bool dominant = node.op == Op::kAny;
  Merge merge(issues_);
  bool decided = false;
  each_part(node.args[0], *series.series, scope, [&](const Part&, Answer&& answer) {
    decided = merge.add(answer) && (answer.small != 0) == dominant;
    return !decided;
  });
  if (decided) return Answer::yes_no(dominant);
  return merge.all_known() ? Answer::yes_no(!dominant) : merge.answer();
}

Answer Evaluator::sum_or_mean(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer series = eval(node.args[1], scope);
  if (!series.known()) return series;
  Merge merge(issues_);
  Answer total = Answer::whole(0);
  int64_t count = 0;
  each_part(node.args[0], *series.series, scope, [&](const Part& part, Answer&& answer) {
    if (!merge.add(answer)) return true;
    total = values_.add(
        total, part.count == 1 ? answer : values_.multiply(answer, Answer::whole(part.count)));
    count += part.count;
    note_part(id, *series.series, part, answer);
    return true;
  });
  if (!merge.all_known()) return merge.answer();
  if (node.op == Op::kSum) return total;
  if (count == 0) return refused(CauseKind::kNothingIn, id);
  return values_.divide(total, Answer::whole(count));
}

Answer Evaluator::highest_or_lowest(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer series = eval(node.args[1], scope);
  if (!series.known()) return series;
  Merge merge(issues_);
  std::optional<Answer> best;
  each_part(node.args[0], *series.series, scope, [&](const Part& part, Answer&& answer) {
    if (!merge.add(answer)) return true;
    note_part(id, *series.series, part, answer);
    const bool better =
        !best || (node.op == Op::kHighest ? less(*best, answer) : less(answer, *best));
    if (better) best = answer;
    return true;
  });
  if (!merge.all_known()) return merge.answer();
  return best ? *best : refused(CauseKind::kNothingIn, id);
}

Answer Evaluator::first_or_last(const law::Node& node, NodeId id, const Scope& scope) {
  const Answer series = eval(node.args[1], scope);
  if (!series.known()) return series;
  const SeriesData& data = *series.series;
  if (data.stretches.empty()) return refused(CauseKind::kNothingIn, id);
  const bool is_first = node.op == Op::kFirst;
  const Stretch& stretch = is_first ? data.stretches.front() : data.stretches.back();
  const int32_t point = is_first ? stretch.from : stretch.to;
  const Part part = data.grain == Grain::kRows ? Part{stretch.from, stretch.to, 1, &stretch}
                                               : Part{point, point, 1, &stretch};
  Answer answer = on_part(node.args[0], data, part, scope);
  if (answer.known()) note_part(id, data, part, answer);
  return answer;
}

// Start and end of a series, counts, and the longest gap: nothing is evaluated on the rows.
Answer Evaluator::edge(const law::Node& node, NodeId id, const Scope& scope) {
  std::optional<Grain> grain;
  if (node.op == Op::kMonthsIn) grain = Grain::kMonths;
  if (node.op == Op::kDaysIn) grain = Grain::kDays;
  const Answer series =
      node.op == Op::kCount ? eval(node.args[0], scope) : series_by(node.args[0], grain, scope);
  if (!series.known()) return series;
  const SeriesData& data = *series.series;
  switch (node.op) {
    case Op::kCount:
    case Op::kMonthsIn:
    case Op::kDaysIn:
      return Answer::whole(count_of(data));
    case Op::kLongestGap:
      return Answer::whole(longest_gap(data));
    default:
      break;
  }
  if (data.stretches.empty()) return refused(CauseKind::kNothingIn, id);
  const bool is_start = node.op == Op::kStart;
  const int32_t point = is_start ? data.stretches.front().from : data.stretches.back().to;
  const bool wants_month = node.type.base == law::Base::kMonth;
  if (data.unit == Grain::kMonths) {
    if (wants_month) return Answer::of(Month{point});
    return Answer::of(Date{is_start ? first_day_of_month(point) : last_day_of_month(point)});
  }
  if (wants_month) return Answer::of(Month{month_of_day(point)});
  return Answer::of(Date{point});
}

Answer Evaluator::aggregate(const law::Node& node, NodeId id, const Scope& scope) {
  switch (node.op) {
    case Op::kSum:
    case Op::kMean:
      return sum_or_mean(node, id, scope);
    case Op::kHighest:
    case Op::kLowest:
      return highest_or_lowest(node, id, scope);
    case Op::kFirst:
    case Op::kLast:
      return first_or_last(node, id, scope);
    case Op::kAny:
    case Op::kAll:
      return any_or_all(node, scope);
    default:
      return edge(node, id, scope);
  }
}

}  // namespace ansinh::engine
