// Rows in an order: `position`, and `so far` over the earlier siblings.
//
// The order of a list is made once for a rule and a context, and sums are kept by place. A sum over
// the first n rows evaluates them first to last, so that each finds the sums before it ready: no
// evaluation is nested deeper for a longer list.
#include <algorithm>

#include "engine/evaluator.h"

namespace ansinh::engine {

using law::NodeId;

namespace {

// Of the earlier siblings, so many are listed as inputs; each of them lists those before it.
constexpr uint32_t kNotedRows = 16;

struct Placed {
  Row row = nullptr;
  Answer order;
  std::vector<Answer> group;
  int year = 0;
};

int year_of(const Answer& point) {
  if (point.kind == Kind::kMonth) return point.month().year();
  if (point.kind == Kind::kDate) return point.date().year();
  return 0;
}

// -1, 0, 1 as the first is before, in the same group as, or after the second.
int compare_groups(const Placed& a, const Placed& b) {
  if (a.year != b.year) return a.year < b.year ? -1 : 1;
  for (size_t i = 0; i < a.group.size(); ++i) {
    if (less(a.group[i], b.group[i])) return -1;
    if (less(b.group[i], a.group[i])) return 1;
  }
  return 0;
}

bool comes_first(const Placed& a, const Placed& b) {
  if (const int groups = compare_groups(a, b); groups != 0) return groups < 0;
  if (less(a.order, b.order)) return true;
  if (less(b.order, a.order)) return false;
  return a.row->serial < b.row->serial;
}

}  // namespace

void Evaluator::make_order(Order& order, const law::DefinitionVersion& version,
                           const std::vector<Row>& siblings, const Scope& scope) {
  Merge merge(issues_);
  std::vector<Placed> placed;
  placed.reserve(siblings.size());
  for (const Row& sibling : siblings) {
    Answer why_not;
    const std::optional<ContextId> context =
        enter(sibling, sibling->parent, scope.context, why_not);
    if (!context) {
      merge.add(why_not);
      continue;
    }
    const Scope here = scope_of(sibling, *context);
    Placed place{sibling, eval(version.order, here), {}, 0};
    bool known = merge.add(place.order);
    for (const NodeId group : version.order_groups) {
      place.group.push_back(eval(group, here));
      known = merge.add(place.group.back()) && known;
    }
    if (!known) continue;
    if (version.order_within_year) place.year = year_of(place.order);
    placed.push_back(std::move(place));
  }
  if (!merge.all_known()) {
    order.not_known = merge.answer();
    return;
  }
  std::ranges::sort(placed, comes_first);
  for (uint32_t i = 0; i < placed.size(); ++i) {
    const bool begins = i == 0 || compare_groups(placed[i - 1], placed[i]) != 0;
    order.group_begin.push_back(begins ? i : order.group_begin.back());
    order.rows.push_back(placed[i].row);
    order.place.emplace(placed[i].row->serial, i);
  }
}

Evaluator::Order& Evaluator::order_of(law::DefinitionId ordered, Row instance, const Scope& scope) {
  const law::DefinitionInfo& info = program_.definitions[ordered];
  const law::EntityInfo& entity = program_.entities[instance->entity];
  const Row parent = instance->parent;
  // Rows governed by a date of their own do not depend on the dates of the one that asks.
  const Context asking = contexts_.item(scope.context);
  const bool governed = entity.governing_fact != law::kNoId;
  const ContextId context = governed ? context_id({Date{}, Date{}, asking.today}) : scope.context;
  uint32_t version = law::kNoId;
  for (uint32_t v = 0; v < info.versions.size(); ++v) {
    if (info.versions[v].force.contains(asking.law_date)) version = v;
  }
  const MemoKey key{ordered, parent ? parent->serial : instance->serial, context,
                    static_cast<int32_t>(version)};
  const uint64_t hash = (uint64_t{key.serial} << 32U) ^ (uint64_t{ordered} << 16U) ^ context;
  std::deque<std::pair<MemoKey, Order>>& bucket = orders_[hash];
  for (auto& [known, order] : bucket) {
    if (known == key) return order;
  }
  Order& order = bucket.emplace_back(key, Order{}).second;
  std::vector<Row> siblings{instance};
  if (parent != nullptr && entity.list != law::kNoId) {
    const facts::ListValue& list = parent->lists[program_.lists[entity.list].slot];
    siblings.assign(list.rows.begin(), list.rows.end());
  }
  Scope outside = scope;
  outside.context = context;
  if (version == law::kNoId || info.versions[version].order == law::kNoId) {
    order.not_known = refused(CauseKind::kNoDefinitionInForce, ordered, asking.law_date);
  } else if (siblings.size() == 1) {
    order.rows = siblings;
    order.group_begin = {0};
    order.place.emplace(instance->serial, 0);
  } else {
    make_order(order, info.versions[version], siblings, outside);
  }
  return order;
}

Answer Evaluator::position(const law::Node& node, const Scope& scope) {
  const Row row = target(program_.definitions[node.index].entity, scope).row;
  const Order& order = order_of(node.index, row, scope);
  if (order.not_known) return *order.not_known;
  const uint32_t place = order.place.at(row->serial);
  return Answer::whole(int64_t{place} - order.group_begin[place] + 1);
}

// A refused sibling was given nothing: it adds nothing.
Answer Evaluator::so_far(const law::Node& node, NodeId id, const Scope& scope) {
  const Row row = target(program_.definitions[node.index2].entity, scope).row;
  Order& order = order_of(node.index2, row, scope);
  if (order.not_known) return *order.not_known;
  Sums& sums = order.sums[node.index];
  if (sums.before.empty()) {
    sums.before.resize(order.rows.size());
    sums.ready.assign(order.rows.size(), 0);
  }
  const uint32_t place = order.place.at(row->serial);
  uint32_t at = place;
  while (at > order.group_begin[place] && sums.ready[at] == 0) --at;
  if (sums.ready[at] == 0) {
    sums.before[at] = Answer::whole(0);
    sums.ready[at] = 1;
  }
  const uint32_t seen = std::max(order.group_begin[place], place - std::min(place, kNotedRows));
  for (; at < place; ++at) {
    const Row sibling = order.rows[at];
    Answer given;
    const std::optional<ContextId> context = enter(sibling, row->parent, scope.context, given);
    if (context) {
      given = trace_.step(definition_step(node.index, sibling, *context, nullptr)).answer;
    }
    Answer next = sums.before[at];
    if (given.known() && next.known()) {
      next = values_.add(next, given);
    } else if (given.state != State::kRefused) {
      Merge merge(issues_);
      merge.add(next);
      merge.add(given);
      if (!merge.all_known()) next = merge.answer();
    }
    sums.before[at + 1] = next;
    sums.ready[at + 1] = 1;
  }
  for (uint32_t i = seen; i < place; ++i) {
    Answer unused;
    const Row sibling = order.rows[i];
    const std::optional<ContextId> context = enter(sibling, row->parent, scope.context, unused);
    if (context) trace_.input(id, definition_step(node.index, sibling, *context, nullptr), sibling);
  }
  return sums.before[place];
}

}  // namespace ansinh::engine
