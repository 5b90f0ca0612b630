// Private to the room: what can be known of a program's rules before anything runs.
//
// An Analysis finds the range of every value, narrowed by the conditions under which it stands, and
// cuts the space of all people into cells at the bounds that conditions name, so that cases which
// overlap, gaps, and conditions that are always true or false show at one point of a cell.
// Not shared between threads; several may look at one Program.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "law/program.h"
#include "law/ranges.h"

namespace ansinh::law {

inline constexpr size_t kCellsMax = 400'000;

using Report = std::function<void(std::string, const Span&, Text, Text)>;

// What holds where an expression stands: narrower ranges of nodes, and of differences of two nodes.
struct Facts {
  std::map<NodeId, Range> nodes;
  std::map<std::pair<NodeId, NodeId>, Range> differences;
  std::set<NodeId> nonzero;  // where no measure tells how far from zero
};

class Analysis {
 public:
  Analysis(const Program& program, Report report)
      : program_(program), report_(std::move(report)), definitions_(program.definitions.size()) {}

  // The range of every definition, and what cannot be bounded on the way.
  void find_ranges();
  // The conditions of part of the definitions: every `parts`-th from `part` on.
  void check_definitions(uint32_t part, uint32_t parts);
  void check_benefits_and_series();
  // Another one for another thread: it knows the ranges found so far.
  Analysis with_report(Report report) const;

 private:
  Range range(NodeId id, const Facts& facts);
  Range bare_range(const Node& node, NodeId id, const Facts& facts);
  Range definition_range(DefinitionId id);
  Range version_range(const DefinitionInfo& info, const DefinitionVersion& version);
  Range branches_range(const std::vector<BranchRule>& branches, const Facts& outer);
  Range exceptions_range(const std::vector<ExceptionRule>& rules, const Range& base,
                         const Type& type);
  Range rows_range(const CellValue& cell, const Type& type, std::optional<Range>& all);
  void assume(NodeId id, bool holds, Facts& facts);
  void compare(NodeId a, NodeId b, bool strict, Facts& facts);  // a < b (or <=) holds
  bool is_constant(NodeId id) const { return program_.nodes[id].op == Op::kConstant; }
  Rational constant(NodeId id) const {
    return as_number(program_.constants[program_.nodes[id].index]);
  }

  // Regions.
  struct Variable {
    enum Kind : uint8_t { kBool, kEnum, kNumber, kDifference } kind;
    NodeId a = kNoId, b = kNoId;
    std::vector<Rational> bounds;  // kNumber, then the points
    std::vector<Rational> points;
    std::vector<Range> cells;  // kNumber: the values for which each point stands
    Range of_a, of_b;          // kDifference: the ranges of its ends
  };
  // Which signs of a difference fit which cells of its ends.
  struct Fit {
    size_t sign = 0;      // the variable of the difference
    size_t a = 0, b = 0;  // those of its ends; a Variable::kNumber or none (`variables.size()`)
    size_t cells_a = 1, cells_b = 1;
    std::vector<bool> fits;  // by sign, cell of a, cell of b
  };
  struct Regions {
    std::vector<Variable> variables;
    std::vector<Fit> fits;
    size_t cells = 1;
  };
  using Cell = std::vector<size_t>;  // the point of every variable
  // A condition as a function of the cell.
  struct Test {
    enum Kind : uint8_t { kFixed, kAll, kAny, kNot, kPoint } kind = kFixed;
    bool fixed = false;
    size_t variable = 0;  // kPoint: the truth at each of its points
    std::vector<bool> at_point;
    std::vector<Test> parts;
    bool holds(const Cell& cell) const;
  };
  NodeId inlined(NodeId id) const;
  void collect(NodeId id, Regions& regions, const Facts& facts);
  Variable& variable(Regions& regions, Variable::Kind kind, NodeId a, NodeId b);
  void finish(Regions& regions, const Facts& facts);
  Test test(NodeId id, const Regions& regions) const;
  Test test_of_comparison(NodeId id, const Regions& regions) const;
  static Test test_of_fact(NodeId id, const Regions& regions);
  static size_t index_of(const Regions& regions, Variable::Kind kind, NodeId a, NodeId b = kNoId);
  static Fit fit_of(const Regions& regions, size_t sign);
  static Cell first_cell(const Regions& regions) { return Cell(regions.variables.size()); }
  static bool next(const Regions& regions, Cell& cell);  // false after the last
  // Are there values in this cell? Signs of differences must fit the cells of their ends.
  static bool possible(const Regions& regions, const Cell& cell);
  // The first cell, if any, in which both hold.
  std::optional<Cell> common_cell(const Regions& regions, NodeId a, NodeId b) const;
  static std::vector<Rational> values_in(const Regions& regions, const Cell& at);
  std::string witness(const Regions& regions, const Cell& at, Language language) const;
  Text witness(const Regions& regions, const Cell& at) const {
    return {witness(regions, at, Language::kVietnamese), witness(regions, at, Language::kEnglish)};
  }
  void check_branches(const std::vector<BranchRule>& branches, bool total, const Span& span,
                      const Facts& facts);
  void check_exceptions(const std::vector<ExceptionRule>& rules);
  bool is_range(const Node& node) const;
  void check_condition(NodeId id, const Facts& facts, bool inside);
  void check_series_conditions();
  void check_payments(const BenefitInfo& benefit, const BenefitVersion& version);

  const Program& program_;
  Report report_;
  std::vector<std::optional<Range>> definitions_;
  std::set<NodeId> reported_;
  std::set<NodeId> condition_checked_;
  std::optional<Range> base_;
  Facts nothing_;
};

}  // namespace ansinh::law
