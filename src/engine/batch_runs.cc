// Runs: stretches without a gap between them, or with gaps that a rule bridges.
#include <algorithm>

#include "engine/batch_run.h"
#include "engine/batch_series.h"

namespace ansinh::engine::batch {

using law::NodeId;
using law::Op;

// ---- Which series may carry bridges ------------------------------------------------------------

Bridges::Bridges(const law::Program& program)
    : program_(program),
      by_node_(program.nodes.size(), kNew),
      by_definition_(program.definitions.size(), kNew) {
  for (NodeId id = 0; id < program.nodes.size(); ++id) of_node(id);
}

uint8_t Bridges::of_node(NodeId id) {
  if (id == law::kNoId) return kNone;
  const law::Node& node = program_.nodes[id];
  if (node.type.base != law::Base::kSeries) return kNone;
  if (by_node_[id] != kNew) return by_node_[id];
  uint8_t found = kNone;
  if (node.op == Op::kBridge || node.op == Op::kBase) {
    found = kSome;  // a base: whose, is not known here
  } else if (node.op == Op::kDefinition) {
    found = of_definition(node.index);
  } else {
    for (const NodeId arg : node.args) found = std::max(found, of_node(arg));
  }
  by_node_[id] = found;
  return found;
}

uint8_t Bridges::of_definition(law::DefinitionId id) {
  if (by_definition_[id] != kNew) return by_definition_[id];
  by_definition_[id] = kSome;  // until it is found
  uint8_t found = kNone;
  for (const law::DefinitionVersion& version : program_.definitions[id].versions) {
    for (const law::BranchRule& rule : version.branches) {
      found = std::max(found, of_node(rule.result));
    }
    for (const law::ExceptionRule& rule : version.exceptions) {
      found = std::max(found, of_exception(rule));
    }
  }
  return by_definition_[id] = found;
}

uint8_t Bridges::of_exception(const law::ExceptionRule& rule) {
  uint8_t found = kNone;
  for (const law::BranchRule& branch : rule.branches) {
    found = std::max(found, of_node(branch.result));
  }
  for (const law::ExceptionRule& inner : rule.exceptions) {
    found = std::max(found, of_exception(inner));
  }
  return found;
}

// ---- Runs --------------------------------------------------------------------------------------

Vec Run::last_run(const law::Node& node, const Domain& domain) {
  // `last run of S bridging gaps up to E`: the gaps are looked at here, and carried no further.
  const law::Node& argument = program_.nodes[node.args[0]];
  const bool is_bridged = argument.op == Op::kBridge;
  const NodeId source = is_bridged ? argument.args[0] : node.args[0];
  if (plan_.bridges.may_have(source)) return Vec::marked(domain.size, Mark::kHand);
  Vec series = is_bridged ? series_by(source, argument.type.grain, domain)
                          : series_by(source, std::nullopt, domain);
  const Vec gap = is_bridged ? eval(argument.args[1], domain) : Vec::constant(domain.size, 0);
  if (series.series == nullptr) return series;
  const Ragged& data = *series.series;
  const bool alike = series.alike && (!is_bridged || gap.alike);
  Column<Mark> marks = is_bridged ? graver(series.mark, gap.mark) : Column<Mark>(series.mark);
  return build_series(std::move(marks), alike, data.grain, data.unit,
                      [&](size_t i, std::vector<Item>& items, Mark& mark) {
                        const int64_t denominator = gap.denominator_of(i);
                        if (gap.value[i] % denominator != 0) {
                          mark = Mark::kError;
                          return;
                        }
                        const int64_t bridged = std::max<int64_t>(gap.value[i] / denominator, 0);
                        const auto all = data.of(i);
                        size_t best_first = 0;
                        size_t best_last = 0;
                        int64_t best_length = -1;
                        for (size_t first = 0; first < all.size();) {
                          size_t last = first;
                          int64_t length = int64_t{all[first].to} - all[first].from + 1;
                          while (last + 1 < all.size() &&
                                 int64_t{all[last + 1].from} - all[last].to - 1 <= bridged) {
                            ++last;
                            length += int64_t{all[last].to} - all[last].from + 1;
                          }
                          if (node.op == Op::kLastRun || length >= best_length) {
                            best_first = first;
                            best_last = last;
                            best_length = length;
                          }
                          first = last + 1;
                        }
                        if (best_length < 0) return;
                        items.insert(items.end(),
                                     all.begin() + static_cast<std::ptrdiff_t>(best_first),
                                     all.begin() + static_cast<std::ptrdiff_t>(best_last + 1));
                      });
}

}  // namespace ansinh::engine::batch
