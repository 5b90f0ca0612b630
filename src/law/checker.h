// Private to the room: the checker's state, shared by check_*.cc. One Checker makes one Program.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "law/check.h"
#include "law/program.h"
#include "law/types.h"

namespace ansinh::law {

// Where an expression stands: what its names may mean.
struct Scope {
  EntityId entity = kNoId;
  EntityId home = kNoId;         // inside a series: the entity of the rule
  bool month_here = false;       // inside a series month by month (or day by day)
  std::optional<Type> base;      // inside an exception
  std::optional<Type> previous;  // inside a carry step
  DefinitionId ordered = kNoId;  // the definition whose order clause `so far` and `position` use
  bool unguarded = false;        // cases: facts `or none` may be read freely
  std::set<FactId> guarded;      // facts `or none` known to be there (`has`)
};

enum class SymbolKind : uint8_t {
  kEntity,
  kEnum,
  kParam,
  kTable,
  kCalendar,
  kBenefit,
  kFund,
  kParty
};
struct Symbol {
  SymbolKind kind;
  uint32_t id;
  Span span;
};

enum class MemberKind : uint8_t { kFact, kList, kDefinition };
struct Member {
  MemberKind kind;
  uint32_t id;
  Span span;
};

// Finds what was made before, by its hash.
class IdTable {
 public:
  // The id for which same(id) holds among those with this hash; if there is none, `fresh` is added
  // and returned.
  template <typename Same>
  uint32_t find_or_add(size_t hash, uint32_t fresh, Same same) {
    if (2 * count_ >= slots_.size()) grow();
    size_t place = hash & (slots_.size() - 1);
    for (; slots_[place].id != kNoId; place = (place + 1) & (slots_.size() - 1))
      if (slots_[place].hash == hash && same(slots_[place].id)) return slots_[place].id;
    slots_[place] = {hash, fresh};
    ++count_;
    return fresh;
  }

 private:
  struct Slot {
    size_t hash = 0;
    uint32_t id = kNoId;
  };
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.id == kNoId) continue;
      size_t place = slot.hash & (slots_.size() - 1);
      while (slots_[place].id != kNoId) place = (place + 1) & (slots_.size() - 1);
      slots_[place] = slot;
    }
  }

  std::vector<Slot> slots_ = std::vector<Slot>(1024);  // a power of two
  size_t count_ = 0;
};

// The reason of the mark, or the usual one.
std::optional<Text> unverified_of(const Common& common);

// The names of entities, benefits, …: one of them may be meant where a name is not known.
template <typename Infos>
std::vector<std::string> names_of(const Infos& infos) {
  std::vector<std::string> names;
  names.reserve(infos.size());
  for (const auto& info : infos) names.push_back(info.name);
  return names;
}

// The names of those that are wanted, in order: what is suggested must not depend on chance.
template <typename Named, typename Wanted>
void add_sorted(const Named& all, std::vector<std::string>& into, Wanted wanted) {
  const auto start = static_cast<std::ptrdiff_t>(into.size());
  for (const auto& [name, one] : all)
    if (wanted(one)) into.push_back(name);
  std::sort(into.begin() + start, into.end());
}

class Checker {
 public:
  Checker(Program& program, const CheckOptions& options, Diagnostics& diagnostics)
      : program_(program), options_(options), diagnostics_(diagnostics) {}

  void run();

 private:
  // Diagnostics.
  void error(std::string code, const Span& span, Text message, Text help);

  // check_declare.cc: names, entities, facts, enumerations.
  void declare_frame();
  void declare_entities();
  void declare_facts();
  void declare_rules();
  bool declare(const std::string& name, SymbolKind kind, uint32_t id, const Span& span);
  bool declare_member(EntityId entity, const std::string& name, MemberKind kind, uint32_t id,
                      const Span& span);
  bool hidden_below(EntityId entity, const std::string& name, const Span& span);
  void add_fact(EntityId entity, const FactItem& item);
  EnumId add_enum(const std::string& name, const Text& label,
                  const std::vector<EnumMember>& members, const Span& span);
  std::optional<Type> resolve_type(const TypeExpr& expr, const std::string& owner,
                                   const Text& label);
  Text label_of(const Label& label, const std::string& name) const;
  Force force_of(const Common& common, ActId act, const Span& span);
  Cites cites_of(const std::vector<Citation>& cite, ActId act);
  std::map<std::pair<ActId, std::string>, uint32_t> cite_numbers_;
  Cites required_cites(const Common& common, ActId act, std::string_view what_vi,
                       std::string_view what_en);

  // check_table.cc: parameters, tables, calendars.
  void check_param(const ParamItem& item, ActId act);
  void check_table(const TableItem& item, ActId act);
  void check_calendar(const CalendarItem& item);
  void check_swapped(const std::vector<std::pair<Date, Span>>& dates,
                     const std::vector<bool>& as_written);
  std::optional<CellValue> cell_value(const Cell& cell, const Type& type);
  std::optional<KeyMatch> key_match(const Cell& cell, const Type& type);
  void check_coverage(const TableInfo& table, const TableVersion& version);
  std::optional<Text> row_note(const Rows& rows, const std::vector<Cell>& row,
                               bool& as_written) const;

  // check_expression.cc: one expression to nodes. kNoId after an error was reported.
  NodeId expression(const Expr& expr, const Scope& scope, const Type* hint = nullptr);
  NodeId name(const Expr& expr, const Scope& scope, const Type* hint);
  NodeId comparison(const Expr& expr, const Scope& scope);
  NodeId identity(const Expr& expr, const Scope& scope);
  NodeId conjunction(const Expr& expr, const Scope& scope);
  NodeId arithmetic(const Expr& expr, const Scope& scope);
  NodeId in_range(const Expr& expr, const Scope& scope);
  NodeId extreme(const Expr& expr, const Scope& scope, Op op, const Type* hint);
  NodeId date_function(const Expr& expr, const Scope& scope);
  NodeId aggregate(const Expr& expr, const Scope& scope);
  NodeId benefit_word(const Expr& expr, const Scope& scope, Op op);
  NodeId number_literal(const Expr& expr, const Type* hint);
  NodeId condition(const Expr& expr, const Scope& scope);
  NodeId rounding_step(NodeId multiple, const Type& type, const Span& span);
  // check_series.cc
  NodeId series(const Expr& expr, const Scope& scope);
  NodeId period(const Expr& expr, const Scope& scope, Grain wanted);
  NodeId as_grain(NodeId id, Grain grain, const Span& span);
  std::optional<Grain> natural_grain(NodeId id) const;  // months, days; nullopt: rows only
  bool dated_rows(NodeId id) const;
  Scope row_scope(const Scope& outer, const Type& series) const;

  // Nodes.
  NodeId make(Op op, Type type, std::vector<NodeId> args, const Span& span, uint32_t index = 0,
              uint32_t index2 = 0, Rounding rounding = Rounding::kHalfUp);
  NodeId constant(Value value, const Type& type, const Span& span);
  NodeId constant_number(const Rational& value, const Type& type, const Span& span);
  const Type& type_of(NodeId id) const { return program_.nodes[id].type; }
  std::string unit_words(const Type& type) const { return write(type, program_); }
  void mismatch(const Span& span, const Type& expected, const Type& found);
  bool require_type(NodeId node, const Type& expected, const Span& span);
  // Facts that are there for certain where `node` holds / where it does not.
  void add_guards(NodeId id, std::set<FactId>& guarded) const;

  // check_rule.cc: definitions, exceptions, benefits, contributions, carries.
  void check_definition(const DefineItem& item, ActId act, uint32_t file);
  void check_exception(const ExceptionItem& item, ActId act);
  void check_benefit(const BenefitItem& item, ActId act, uint32_t file);
  void check_contribution(const ContributionItem& item, ActId act, uint32_t file);
  void check_carry(const CarryItem& item, ActId act, uint32_t file);
  void check_highest_of(const HighestOfItem& item, ActId act);
  void check_not_yet(const NotYetItem& item, ActId act, uint32_t file);
  std::vector<BranchRule> branches(const std::vector<Branch>& items, Scope scope, const Type& type,
                                   ActId act);
  NodeId result(const Expr& expr, const Scope& scope, const Type& type);
  void conditions(const std::vector<Condition>& items, Scope& scope, BenefitVersion& version,
                  ActId act);
  std::optional<PaymentRule> payment(const Payment& item, const Scope& scope, ActId act,
                                     bool contribution);
  uint32_t fund(const std::string& name, const Span& span);
  void check_versions();  // no two in force on one day

  // check_case.cc
  void check_case(const CaseItem& item, uint32_t file);

  // check_graph.cc
  void check_cycles();
  void compute_depends();
  void check_month_use();

  // check_analysis.cc: the graph, then ranges and regions, of the finished rules.
  void check_whole();

  template <typename F>
  void each_item(F&& visit);  // visit(item, act, file)

  std::optional<EntityId> entity_named(const std::string& name, const Span& span);
  std::optional<Member> member_in(EntityId entity, const std::string& name) const;
  std::vector<std::string> visible_names(EntityId entity) const;
  void unknown_name(const std::string& name, const Span& span, const Scope& scope);

  Program& program_;
  const CheckOptions& options_;
  Diagnostics& diagnostics_;
  std::unordered_map<std::string, Symbol> symbols_;
  std::vector<std::unordered_map<std::string, Member>> members_;  // by entity
  IdTable node_ids_, constant_ids_;
  std::map<const ActItem*, ActId> act_ids_;
  std::map<std::string, std::vector<std::pair<Force, Span>>> exceptions_;  // by name
  std::map<std::string, Span> cases_;                                      // by name
  std::set<std::string> broken_;     // names whose declaration was refused: not unknown
  std::set<const Common*> retyped_;  // given again with another type: reported, not read
  std::map<std::string, std::vector<std::pair<DefinitionId, uint32_t>>> exception_owner_;
  ShortMonth short_month_ = ShortMonth::kLastDay;
  std::vector<ShortMonth> act_short_month_;
  int depth_ = 0;
};

template <typename F>
void Checker::each_item(F&& visit) {
  for (uint32_t f = 0; f < program_.files.size(); ++f) {
    ActId act = kNoId;
    short_month_ = ShortMonth::kLastDay;
    for (const auto& part : program_.files[f]->parts) {
      const Block* block = std::get_if<Block>(&part);
      if (block == nullptr) continue;
      for (const Item& item : block->items) {
        if (const auto* opened = std::get_if<ActItem>(&item.value)) {
          if (auto it = act_ids_.find(opened); it != act_ids_.end()) {
            act = it->second;
            short_month_ = act_short_month_[act];
          }
        }
        visit(item, act, f);
      }
    }
  }
}

}  // namespace ansinh::law
