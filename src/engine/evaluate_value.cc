// Values by date and by key: parameters and tables.
#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/evaluator.h"

namespace ansinh::engine {

using law::NodeId;

namespace {

bool matches(const law::KeyMatch& match, const Answer& key) {
  if (match.any) return true;
  if (match.low) {
    const Answer low = answer_of(*match.low);
    if (match.low_open ? !less(low, key) : less(key, low)) return false;
  }
  if (match.high) {
    const Answer high = answer_of(*match.high);
    if (match.high_open ? !less(key, high) : less(high, key)) return false;
  }
  return true;
}

bool row_matches(const law::TableRow& row, const Keys& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!matches(row.keys[i], keys[i])) return false;
  }
  return true;
}

}  // namespace

Answer Evaluator::cell(const law::CellValue& cell, CauseKind hole, uint32_t id, Date date) {
  switch (cell.hole) {
    case law::Hole::kNotAHole:
      return answer_of(cell.value);
    case law::Hole::kNotYet:
      return written(State::kIncomplete, cell.what);
    case law::Hole::kNone:
      break;
  }
  return refused(hole, id, date);
}

Answer Evaluator::param(const law::Node& node, NodeId id, const Scope& scope) {
  const law::ParamInfo& info = program_.params[node.index];
  const Date date = contexts_.item(scope.context).value_date;
  const auto after = std::ranges::upper_bound(info.rows, date, std::less<>{}, &law::ParamRow::from);
  if (after == info.rows.begin()) return error(CauseKind::kNoParamYet, node.index, date);
  const auto row = static_cast<uint32_t>(after - info.rows.begin() - 1);

  std::vector<StepId>& steps = param_steps_[node.index];
  if (steps.empty()) steps.assign(info.rows.size(), law::kNoId);
  if (steps[row] == law::kNoId) {
    StepRecord record;
    record.kind = StepKind::kParam;
    record.id = node.index;
    record.row = row;
    record.context = scope.context;
    record.cites = {&info.cite, &info.rows[row].cite};
    const law::Cites* outer = std::exchange(cites_, &info.rows[row].cite);
    record.answer = cell(info.rows[row].value, CauseKind::kParamHole, node.index, date);
    cites_ = outer;
    steps[row] = trace_.add(record);
  }
  trace_.input(id, steps[row], nullptr);
  return trace_.step(steps[row]).answer;
}

uint32_t Evaluator::table_row(const law::TableVersion& version, uint32_t& last,
                              const Keys& keys) const {
  // Look-ups often ask for the same row again, or (year by year) for the next.
  const auto count = static_cast<uint32_t>(version.rows.size());
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t row = (last + i) % count;
    if (row_matches(version.rows[row], keys)) return last = row;
  }
  return law::kNoId;
}

Answer Evaluator::table(const law::Node& node, NodeId id, const Scope& scope) {
  const law::TableInfo& info = program_.tables[node.index];
  Merge merge(issues_);
  Keys keys;
  for (const NodeId arg : node.args) {
    keys.push_back(eval(arg, scope));
    merge.add(keys.back());
  }
  if (!merge.all_known()) return merge.answer();

  const Date date = contexts_.item(scope.context).value_date;
  uint32_t v = 0;
  while (v < info.versions.size() && !info.versions[v].force.contains(date)) ++v;
  if (v == info.versions.size()) return refused(CauseKind::kNoTableInForce, node.index, date);
  const law::TableVersion& version = info.versions[v];
  const uint32_t row = table_row(version, table_last_[node.index], keys);
  if (row == law::kNoId) return error(CauseKind::kNotInTable, node.index);

  std::vector<std::vector<StepId>>& steps = table_steps_[node.index];
  if (steps.empty()) steps.resize(info.versions.size());
  if (steps[v].empty()) steps[v].assign(version.rows.size(), law::kNoId);
  if (steps[v][row] == law::kNoId) {
    StepRecord record;
    record.kind = StepKind::kTable;
    record.id = node.index;
    record.version = v;
    record.row = row;
    record.context = scope.context;
    record.cites = {&version.cite, &version.rows[row].cite};
    const law::Cites* outer = std::exchange(cites_, &version.cite);
    record.answer = cell(version.rows[row].value, CauseKind::kTableHole, node.index, {});
    cites_ = outer;
    steps[v][row] = trace_.add(record);
  }
  trace_.input(id, steps[v][row], nullptr);
  return trace_.step(steps[v][row]).answer;
}

}  // namespace ansinh::engine
