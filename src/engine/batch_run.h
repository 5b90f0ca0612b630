// Private to the room: the batch executor at work on one block of trees.
//
// Every expression is evaluated on a Domain: a list of places, each with the rows that stand at
// hand (inner first; the last is the instance of the rule) and the dates on which it is read. What
// a definition gives is kept by row where it depends on the row and constant dates alone, and only
// rows that someone asks for are evaluated. The meaning is that of Evaluator, case by case; a place
// where this executor cannot keep to it is marked kHand and decided by explain.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/batch_shapes.h"
#include "engine/batch_tables.h"
#include "engine/batch_vec.h"
#include "engine/date_uses.h"
#include "facts/columns.h"
#include "law/program.h"

namespace ansinh::engine::batch {

inline constexpr int kDepthMax = 400;  // definitions, one from within another

// The dates on which a domain is read: the same for all places, or by place.
struct Dates {
  Date law, value, today;                      // if the same
  Column<int32_t> law_at, value_at, today_at;  // else (all three)
  bool varies() const { return !law_at.empty(); }
  Date law_of(size_t i) const { return varies() ? Date{law_at[i]} : law; }
  Date value_of(size_t i) const { return varies() ? Date{value_at[i]} : value; }
  Date today_of(size_t i) const { return varies() ? Date{today_at[i]} : today; }
  // Known without a look at the cells.
  bool is_same(const Dates& other) const {
    return law == other.law && value == other.value && today == other.today &&
           law_at.is_same(other.law_at) && value_at.is_same(other.value_at) &&
           today_at.is_same(other.today_at);
  }
};

// Rows of one entity, by place.
struct Rows {
  Column<uint32_t> index;
  bool is_whole = false;      // all rows of the entity, in order
  uint32_t shape = kNoShape;  // that all of them are of, as far as it is known
  bool fills_shape = false;   // all rows of the shape, in order
  size_t size() const { return index.size(); }
  uint32_t operator[](size_t i) const { return index[i]; }
};

struct Frame {
  law::EntityId entity = law::kNoId;
  Rows row;
};

struct Domain {
  uint32_t size = 0;
  std::vector<Frame> frames;  // inner first
  Dates dates;
  bool is_at_point = false;
  Column<int32_t> month, year;          // at hand, if is_at_point
  bool home_has_point = false;          // the instance of the rule is asked about at a point
  std::shared_ptr<const Vec> base;      // by place: what an exception changes
  std::shared_ptr<const Vec> previous;  // by place: in a carry
  const Frame& home() const { return frames.back(); }
  bool has_point() const { return is_at_point; }
};

// The payments of one version for some rows of the benefit's entity.
struct PayVec {
  const law::PaymentRule* rule = nullptr;
  uint32_t index = 0;  // among the payments of the version
  Column<uint32_t> rows;
  // Aligned with rows. Dates: kRefused where there is none; empty: not stated by the rule.
  Vec amount, on, from, until, duration;
};

// What one benefit gives, by row of its entity.
struct BenefitVec {
  Column<Status> status;
  Column<Mark> mark;           // kHand: to be decided by explain; else kKnown
  Column<uint32_t> version;    // kNoId: none in force
  Column<law::NodeId> failed;  // kNotEntitled: the first conjunct that fails, or kNoId
  Column<Mark> open;           // of the incomplete
  Column<uint8_t> held;        // incomplete, but entitled: only the amount is not given yet
  std::vector<PayVec> pays;    // where entitled
  Vec amount, start, end;      // of the first payment, by row
  Column<uint8_t> done;        // empty: nothing has been asked yet
};

// What is cheap to evaluate, even where nobody asks for it: some operations on facts and
// parameters, without histories.
class Costs {
 public:
  explicit Costs(const law::Program& program);
  bool is_cheap(law::NodeId id) const { return is_cheap_[id] != 0; }
  // Whether it rests on facts of the entity's own row alone, and not on any date: cheap, too.
  bool is_of_row(law::NodeId id, law::EntityId entity) const {
    return is_cheap(id) && row_entity_[id] == entity && entity != law::kNoId;
  }

 private:
  static constexpr uint32_t kNew = 0xFFFFFFFF;
  uint32_t of_node(law::NodeId id);
  uint32_t of_definition(law::DefinitionId id);
  static constexpr law::EntityId kSeveral = law::kNoId - 1;  // or something else than a fact
  law::EntityId row_entity_of(law::NodeId id) const;

  const law::Program& program_;
  std::vector<uint32_t> by_definition_;
  std::vector<uint8_t> is_cheap_;          // by node
  std::vector<law::EntityId> row_entity_;  // by node: whose facts it reads; kNoId: none
};

// Which series may say of gaps that they do not end a run (`bridging gaps`), so that a run over
// them must know which: Items do not keep it.
class Bridges {
 public:
  explicit Bridges(const law::Program& program);
  bool may_have(law::NodeId series) const { return by_node_[series] == kSome; }

 private:
  static constexpr uint8_t kNone = 0, kSome = 1, kNew = 2;
  uint8_t of_node(law::NodeId id);
  uint8_t of_definition(law::DefinitionId id);
  uint8_t of_exception(const law::ExceptionRule& rule);

  const law::Program& program_;
  std::vector<uint8_t> by_node_;  // kNew: not a series
  std::vector<uint8_t> by_definition_;
};

// What is known of a program before anybody's facts are.
struct Plan {
  explicit Plan(const law::Program& program);
  DateUses uses;
  Costs costs;
  Bridges bridges;
  std::vector<ParamIndex> params;            // by parameter
  std::vector<TableIndex> tables;            // by table
  std::vector<law::EntityId> governor;       // by entity: the nearest with a governing fact
  std::vector<uint8_t> asked_about;          // by benefit: its amount or dates, by a rule
  std::vector<uint32_t> uses_of_definition;  // in how many places of the law it is asked for
};

class Run {
 public:
  Run(const law::Program& program, const Plan& plan, const facts::Columns& columns, Date on);

  // The definitions that are the same in `earlier`, by DefinitionId of this program, are asked of
  // it.
  void use_work_of(Run& earlier, const std::vector<law::DefinitionId>& definition_before) {
    earlier_ = &earlier;
    definition_before_ = &definition_before;
  }

  // All rows of the benefit's entity.
  const BenefitVec& benefit(law::BenefitId id);
  // The row of an ancestor.
  uint32_t climb(law::EntityId from, uint32_t row, law::EntityId to) const;

 private:
  // batch_eval.cc: scalars.
  Vec eval(law::NodeId id, const Domain& domain);
  Vec fact(const law::Node& node, const Domain& domain, bool is_has);
  const Vec& whole_fact(law::FactId id, bool is_has);  // of all rows of its entity
  Vec conjunction(const law::Node& node, const Domain& domain, bool dominant);
  Vec comparison(const law::Node& node, const Domain& domain);
  Vec extreme(const law::Node& node, const Domain& domain, bool greatest);
  Vec arithmetic(const law::Node& node, const Domain& domain);
  Vec on_date(const law::Node& node, const Domain& domain);
  Vec param(const law::Node& node, const Domain& domain);
  Vec table(const law::Node& node, const Domain& domain);
  Vec date_function(const law::Node& node, const Domain& domain);
  Vec day_of_edge(const law::Node& node, const Domain& domain);
  Vec benefit_word(const law::Node& node, const Domain& domain);
  Vec among_siblings(const law::Node& node, const Domain& domain);

  // batch_masks.cc
  std::optional<Vec> masked_branches(const std::vector<law::BranchRule>& rules,
                                     const Domain& domain, Column<uint8_t>& taken,
                                     Column<uint8_t>& none);
  size_t masked_conjunction(const law::Node& node, const Domain& domain, bool dominant, Vec& out,
                            std::optional<Vec>& next);

  // batch_series.cc
  Vec series(const law::Node& node, const Domain& domain);
  Vec series_by(law::NodeId id, std::optional<law::Grain> grain, const Domain& domain);
  Vec list(const law::Node& node, const Domain& domain, law::Grain grain);
  Vec period(const law::Node& node, const Domain& domain);
  Vec where(const law::Node& node, const Domain& domain);
  Vec side(const law::Node& node, const Domain& domain);
  Vec combine(const law::Node& node, const Domain& domain);
  Vec take(const law::Node& node, const Domain& domain);
  Vec best_years(const law::Node& node, const Domain& domain);
  Vec in_period(const law::Node& node, const Domain& domain);
  int64_t order_date(law::EntityId entity, uint32_t row, Mark& mark) const;

  // batch_fuse.cc: nothing where it is not plain arithmetic on facts that are all known.
  class Fuser;
  bool is_fusible(const law::DefinitionVersion& version) const;
  std::optional<Vec> fused(const law::DefinitionVersion& version, const law::Type& type,
                           const Domain& domain);

  // batch_runs.cc
  Vec last_run(const law::Node& node, const Domain& domain);

  // batch_spells.cc: nothing where it is not as they want it.
  // What the expression gives for all rows of the entity, if it reads facts of the row alone.
  const Vec* of_rows(law::NodeId expression, law::EntityId entity);
  std::optional<Vec> where_of_rows(const law::Node& node, const Vec& series);
  // All spells are given, in the order of their dates, and none overlap.
  bool is_in_order(law::EntityId child, const facts::ListColumn& list);
  std::optional<Vec> last_of_list(const law::Node& node, const Domain& domain);
  std::optional<Vec> sum_of_fact(const law::Node& node, const Vec& series, const Domain& domain);
  std::optional<Vec> best_by_fact(const law::Node& node, const Vec& series, const Vec& amount);

  // batch_aggregate.cc
  struct Parts {  // of the series of a domain
    Domain domain;
    std::vector<uint32_t> owner;  // the place outside
    std::vector<int32_t> from, to;
    std::vector<int64_t> count;
  };
  Parts parts_of(const Vec& series, law::NodeId expression, law::EntityId entity,
                 const Domain& domain, bool ends_only = false, bool first = false);
  Vec aggregate(const law::Node& node, const Domain& domain);
  Vec sum_or_mean(const law::Node& node, const Domain& domain);
  Vec any_or_all(const law::Node& node, const Domain& domain);
  Vec highest_or_lowest(const law::Node& node, const Domain& domain);
  Vec first_or_last(const law::Node& node, const Domain& domain);
  Vec edge(const law::Node& node, const Domain& domain);

  // batch_order.cc: rows among their siblings.
  struct Order {  // by row; what is not ready has not been asked for
    std::vector<uint8_t> ready;
    std::vector<Mark> mark;
    std::vector<uint32_t> position;       // in its group, from 1
    std::vector<uint32_t> before, after;  // rows of the group, or kNoRow
  };
  struct Sums {  // by row
    std::vector<uint8_t> ready;
    Vec before;
  };
  std::optional<Domain> siblings_domain(law::EntityId entity, const Places& rows,
                                        const Dates& dates);
  void put_in_order(const law::DefinitionVersion& version, law::EntityId entity, const Places& rows,
                    const Dates& dates, Order& order);
  void sum_up(law::DefinitionId id, const Places& rows, const Dates& dates, const Order& order,
              Sums& sums);

  // batch_rule.cc: definitions.
  struct KeptKey {
    DateKey dates;
    uint32_t shape = kNoShape;  // of the rows, where they are divided
    auto operator<=>(const KeptKey&) const = default;
  };
  struct Kept {                 // by row, or by place in the shape
    bool is_whole = false;      // `values` are those of all rows
    std::vector<uint8_t> done;  // else by row
    Vec values;                 // by row, or alike
    std::shared_ptr<Ragged> series;
  };
  struct Dated {  // by row: the value on the dates on which it was last asked for
    bool is_busy = false;
    std::vector<DateKey> key;
    std::vector<uint32_t> stamp;  // of the last call that used the row
    // What is alike on all dates of a call, by the law's part of the key and the shape of the rows.
    std::map<std::pair<int32_t, uint32_t>, Vec> alike;
    Vec values;
    std::shared_ptr<Ragged> series;
  };
  // What was asked last of a definition, and what it gave. The columns are held so that others
  // cannot come to stand in their place.
  struct Asked {
    law::EntityId entity = law::kNoId, home_entity = law::kNoId;
    Rows rows;              // at hand, of the definition's entity or of one within it
    Column<uint32_t> home;  // the instance of the rule that asks
    Dates dates;
    Vec values;
  };
  Vec definition_here(law::DefinitionId id, const Domain& domain);
  const Frame& frame_of(law::EntityId entity, const Domain& domain) const;
  Vec definition_at(law::DefinitionId id, const Domain& domain);
  Vec kept(law::DefinitionId id, const Domain& domain, const DateKey& key);
  // What each place's dates mean for the definitions that use them alike.
  struct KeysOfUse {
    Dates dates;
    std::shared_ptr<const std::vector<DateKey>> keys;  // by place
    bool one_key = false, one_law = false;
  };
  const KeysOfUse& keys_of(law::DefinitionId id, const Dates& dates, size_t size);
  Vec dated(law::DefinitionId id, const Domain& domain);
  Vec compute_once(law::DefinitionId id, const Domain& domain, size_t n, const Column<uint32_t>& at,
                   Kept& kept);
  // Whether the rows of the domain's own entity are divided into shapes and may be of several.
  bool is_mixed(const Domain& domain);
  // What `evaluate` gives for the parts of the domain that are of one shape.
  template <typename Evaluate>
  Vec by_shape(bool is_series, const Domain& domain, const Evaluate& evaluate);
  Vec compute(law::DefinitionId id, const Domain& domain);
  Vec compute_version(const law::DefinitionVersion& version, const law::Type& type,
                      const Domain& domain);
  Vec carry(const law::DefinitionVersion& version, const Domain& domain);
  // The branch that holds. `taken`: a branch was taken; `none`: it is known that none holds.
  Vec branches(const std::vector<law::BranchRule>& rules, bool is_series, const Domain& domain,
               Column<uint8_t>& taken, Column<uint8_t>& none);
  Vec exceptions(const std::vector<law::ExceptionRule>& rules, Vec&& base, bool is_series,
                 const Domain& domain);

  // batch_benefit.cc
  BenefitVec& benefit_rows(law::BenefitId id, const Rows& rows);
  void compute_benefit(law::BenefitId id, const Rows& rows);
  void compute_version(law::BenefitId id, uint32_t version, const Domain& domain, BenefitVec& out);
  // Those that have not failed, of the rows of one version.
  struct Progress {
    Domain domain;
    Column<Mark> open;     // by place of `domain`
    Column<uint8_t> lost;  // a refused amount
  };
  Vec strict_part(law::NodeId node, Progress& progress);
  void pay(const law::BenefitVersion& version, Progress& progress, BenefitVec& out);

  // The rows of an entity that its name means in each place.
  Rows rows_of(law::EntityId entity, const Domain& domain) const;
  Rows whole(law::EntityId entity);
  const Shapes& shapes(law::EntityId entity);
  // The rows of a shape.
  Rows whole_shape(law::EntityId entity, uint32_t shape);
  // The domain of an entity's own rules for these rows, as they are asked for from `asking`. Places
  // whose dates are not known are marked in `why_not`.
  Domain enter(law::EntityId entity, Rows&& rows, const Domain& asking, Column<Mark>& why_not,
               bool& governed) const;
  Domain part_of(const Domain& domain, const Places& places) const;

  const law::Program& program_;
  const facts::Columns& columns_;
  Date on_;
  const Plan& plan_;
  Run* earlier_ = nullptr;
  const std::vector<law::DefinitionId>* definition_before_ = nullptr;

  std::vector<Asked> asked_;                                                  // by definition
  std::vector<std::map<KeptKey, Kept>> kept_;                                 // by definition
  std::vector<KeysOfUse> keys_;                                               // by use of dates
  std::vector<std::unique_ptr<Dated>> dated_;                                 // by definition
  uint32_t stamp_ = 0;                                                        // of dated
  std::map<std::tuple<law::DefinitionId, uint32_t, DateKey>, Order> orders_;  // and version
  std::map<std::tuple<law::DefinitionId, law::DefinitionId, uint32_t, DateKey>, Sums> sums_;
  std::vector<std::array<std::optional<Vec>, 2>> facts_;  // whole_fact, by fact and is_has
  std::map<std::tuple<law::FactId, bool, uint32_t>, Vec> shape_facts_;  // and shape
  std::vector<Column<uint32_t>> wholes_;                                // by entity
  std::vector<std::optional<Shapes>> shapes_;                           // by entity
  std::unordered_map<law::NodeId, Vec> of_rows_;                        // of_rows
  std::vector<std::optional<bool>> in_order_;                           // by entity of spells
  std::vector<BenefitVec> benefits_;
  int depth_ = 0;
};

}  // namespace ansinh::engine::batch
