// Cases and conditions that are cheap to evaluate: for all places at once, and then chosen by
// masks.
//
// To gather the places of a case, evaluate it on them and put the parts back together costs more
// than an addition or two in places where nobody asks for the result. What is evaluated in vain has
// no effect: values are only chosen, never changed, and an error in a place that is not chosen is
// not looked at.
#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/batch_kernels.h"
#include "engine/batch_run.h"

namespace ansinh::engine::batch {

using law::NodeId;
using law::Op;

namespace {

constexpr size_t kMaskedMin = 64;   // places
constexpr size_t kWorthIt = 8;      // chosen places: one in so many at least
constexpr uint32_t kCheapMax = 96;  // operations
constexpr uint32_t kDear = 1'000'000;

}  // namespace

// ---- What is cheap -----------------------------------------------------------------------------

uint32_t Costs::of_node(NodeId id) {
  if (id == law::kNoId) return 0;
  const law::Node& node = program_.nodes[id];
  uint32_t cost = 1;
  switch (node.op) {
    case Op::kConstant:
    case Op::kToday:
      return 0;
    case Op::kFact:
    case Op::kHas:
    case Op::kParam:
      return 1;
    case Op::kDefinition:
      return of_definition(node.index) + 1;
    case Op::kNot:
    case Op::kAnd:
    case Op::kOr:
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kMin:
    case Op::kMax:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kNegate:
    case Op::kRound:
      break;
    default:
      return kDear;
  }
  for (const NodeId arg : node.args) cost = std::min(cost + of_node(arg), kDear);
  return cost;
}

uint32_t Costs::of_definition(law::DefinitionId id) {
  uint32_t& known = by_definition_[id];
  if (known != kNew) return known;
  known = kDear;  // until it is found
  const law::DefinitionInfo& info = program_.definitions[id];
  uint32_t cost = 0;
  for (const law::DefinitionVersion& version : info.versions) {
    uint32_t here = version.is_carry || !version.exceptions.empty() ? kDear : 0;
    for (const law::BranchRule& rule : version.branches) {
      here += of_node(rule.condition) + of_node(rule.result);
    }
    for (const law::FinishRule& rule : version.finish) here += of_node(rule.argument) + 1;
    cost = std::max(cost, std::min(here, kDear));
  }
  by_definition_[id] = cost;
  return cost;
}

law::EntityId Costs::row_entity_of(NodeId id) const {
  const law::Node& node = program_.nodes[id];
  switch (node.op) {
    case Op::kConstant:
      return law::kNoId;
    case Op::kFact:
    case Op::kHas:
      return program_.facts[node.index].entity;
    case Op::kParam:
    case Op::kToday:
    case Op::kDefinition:
      return kSeveral;
    default:
      break;
  }
  law::EntityId out = law::kNoId;
  for (const NodeId arg : node.args) {
    const law::EntityId entity = row_entity_of(arg);
    if (entity == law::kNoId) continue;
    if (entity == kSeveral || (out != law::kNoId && out != entity)) return kSeveral;
    out = entity;
  }
  return out;
}

Costs::Costs(const law::Program& program)
    : program_(program),
      by_definition_(program.definitions.size(), kNew),
      is_cheap_(program.nodes.size()) {
  row_entity_.reserve(program.nodes.size());
  for (NodeId id = 0; id < program.nodes.size(); ++id) {
    is_cheap_[id] = of_node(id) <= kCheapMax ? 1 : 0;
    row_entity_.push_back(row_entity_of(id));
  }
}

// ---- Cases -------------------------------------------------------------------------------------

namespace {

// Takes the values of `from` where the mask is not 0.
void blend(Vec& all, Vec&& from, const int64_t* mask) {
  const size_t n = all.size();
  unify(all, from);
  const bool is_plain =
      all.denominators.empty() && from.denominators.empty() && all.denominator == from.denominator;
  if (!is_plain) {
    const Places places = places_where(n, [mask](size_t i) { return mask[i] != 0; });
    put(all, places, pick(from, places));
    return;
  }
  all.alike = false;
  if (!all.all_known() || !from.all_known()) {
    Mark* mark = all.mark.writable();
    for (size_t i = 0; i < n; ++i) {
      if (mask[i] != 0) mark[i] = from.mark[i];
    }
  }
  if (from.value.is_alike()) {
    choose_value(mask, from.value[0], all.value.writable(), n);
  } else {
    choose_columns(mask, from.value.cells(), all.value.writable(), n);
  }
}

}  // namespace

std::optional<Vec> Run::masked_branches(const std::vector<law::BranchRule>& rules,
                                        const Domain& domain, Column<uint8_t>& taken,
                                        Column<uint8_t>& none) {
  const size_t n = domain.size;
  if (n < kMaskedMin) return std::nullopt;
  for (const law::BranchRule& rule : rules) {
    if (rule.condition != law::kNoId && !plan_.costs.is_cheap(rule.condition)) return std::nullopt;
    if (!plan_.costs.is_cheap(rule.result)) return std::nullopt;
  }
  Column<int64_t> mask = Column<int64_t>::raw(n);
  Column<int64_t> left;  // 1 where no case has held yet; empty: nowhere
  size_t left_count = n;
  Vec out;
  bool alike = true;  // so far, and all conditions
  for (const law::BranchRule& rule : rules) {
    if (left_count == 0) break;
    const int64_t* holds = nullptr;  // null: everywhere
    Vec condition;
    if (rule.condition != law::kNoId) {
      condition = eval(rule.condition, domain);
      if (!condition.all_known()) return std::nullopt;
      alike = alike && condition.alike;
      if (condition.value.is_alike()) {
        if (condition.value[0] == 0) continue;
      } else {
        holds = condition.value.cells();
      }
    }
    if (left.empty() && holds == nullptr) {
      taken = Column<uint8_t>::alike(n, 1);
      none = Column<uint8_t>::alike(n, 0);
      Vec result = eval(rule.result, domain);
      result.alike = result.alike && alike;
      return result;
    }
    if (left.empty()) left = Column<int64_t>::alike(n, 1);
    const size_t count = take_from(left.writable(), holds, mask.writable(), n);
    if (count == 0) continue;
    left_count -= count;
    if (count * kWorthIt < n) {
      const Places places =
          places_where(n, [cells = mask.cells()](size_t i) { return cells[i] != 0; });
      Vec result = eval(rule.result, part_of(domain, places));
      if (out.size() == 0) out = Vec::marked(n, Mark::kHand);
      out.alike = false;
      put(out, places, result);
      continue;
    }
    Vec result = eval(rule.result, domain);
    if (out.size() == 0) {
      out = std::move(result);
      out.alike = false;
    } else {
      blend(out, std::move(result), mask.cells());
    }
  }
  if (out.size() == 0) return std::nullopt;  // no case holds anywhere
  none = Column<uint8_t>::alike(n, 0);
  taken = Column<uint8_t>::alike(n, 1);
  if (left_count == 0) return out;
  for (size_t i = 0; i < n; ++i) {
    if (left[i] == 0) continue;
    out.mark.set(i, Mark::kError);
    none.set(i, 1);
    taken.set(i, 0);
  }
  return out;
}

// ---- Conditions --------------------------------------------------------------------------------

// The first conditions, as far as they are cheap and known everywhere: what they give together is
// in `out`. How many they are, and in `next` the first that is not known everywhere, if one was
// evaluated.
size_t Run::masked_conjunction(const law::Node& node, const Domain& domain, bool dominant, Vec& out,
                               std::optional<Vec>& next) {
  const size_t n = domain.size;
  if (n < kMaskedMin) return 0;
  size_t count = 0;
  for (const NodeId arg : node.args) {
    if (!plan_.costs.is_cheap(arg)) break;
    Vec answer = eval(arg, domain);
    if (!answer.all_known()) {
      next = std::move(answer);
      break;
    }
    ++count;
    if (answer.value.is_alike()) {
      if ((answer.value[0] != 0) != dominant) {
        out.alike = out.alike && answer.alike;
        continue;
      }
      out = std::move(answer);
      return node.args.size();
    }
    const int64_t* cells = answer.value.cells();
    (dominant ? either_column : both_columns)(cells, out.value.writable(), n);
    out.alike = false;
  }
  return count;
}

}  // namespace ansinh::engine::batch
