#include "engine/evaluator.h"

#include <algorithm>
#include <cassert>

namespace ansinh::engine {

using facts::Known;
using law::NodeId;
using law::Op;

Evaluator::Evaluator(const law::Program& program, const facts::PersonFile& file, Date on)
    : program_(program), file_(file) {
  context_id({on, on, on});
  const size_t entities = program.entities.size();
  governor_.assign(entities, law::kNoId);
  for (law::EntityId e = 0; e < entities; ++e) {
    for (law::EntityId g = e; g != law::kNoId; g = program.entities[g].parent) {
      if (program.entities[g].governing_fact == law::kNoId) continue;
      governor_[e] = g;
      break;
    }
  }
  for (const facts::Instance& instance : file.instances) {
    absent_serial_ = std::max(absent_serial_, instance.serial + 1);
  }
  absent_.resize(entities);
  for (law::EntityId e = 0; e < entities; ++e) {
    absent_[e].entity = e;
    absent_[e].serial = absent_serial_ + e;
  }
  param_steps_.resize(program.params.size());
  table_steps_.resize(program.tables.size());
  table_last_.assign(program.tables.size(), 0);
}

// ---- Scopes and contexts -----------------------------------------------------------------------

ContextId Evaluator::context_id(const Context& context) {
  uint64_t hash = static_cast<uint32_t>(context.law_date.days);
  hash = hash * 0x9E3779B97F4A7C15U + static_cast<uint32_t>(context.value_date.days);
  hash = hash * 0x9E3779B97F4A7C15U + static_cast<uint32_t>(context.today.days);
  std::vector<ContextId>& bucket = context_by_hash_[hash];
  for (const ContextId id : bucket) {
    if (contexts_[id] == context) return id;
  }
  const auto id = static_cast<ContextId>(contexts_.size());
  contexts_.push_back(context);
  bucket.push_back(id);
  return id;
}

Row Evaluator::climb(Row row, law::EntityId entity) {
  while (row != nullptr && row->entity != entity) row = row->parent;
  return row;
}

Scope Evaluator::scope_of(const Row& instance, ContextId context) const {
  Scope scope;
  scope.rows = &instance;
  scope.home = instance;
  scope.context = context;
  return scope;
}

Evaluator::Target Evaluator::target(law::EntityId entity, const Scope& scope) const {
  for (const Scope* at = &scope; at != nullptr; at = at->outer) {
    const bool at_hand = at->outer != nullptr;
    if (at->row_count == 1 || at->rows[0]->entity != entity) {
      for (uint32_t i = 0; i < at->row_count; ++i) {
        if (const Row found = climb(at->rows[i], entity)) {
          // An ancestor of the rows stands outside the series, unless it is itself at hand there.
          if (found == at->rows[i]) return {at->rows + i, 1, at_hand};
          if (at_hand) break;
          for (Row const* link = at->rows; ; link = &absent_[entity].parent_link) {
            (void)link;
            break;
          }
        }
      }
    }
  }
  return {};
}
