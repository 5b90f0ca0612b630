#include "engine/boundaries.h"

#include <algorithm>
#include <map>
#include <optional>

#include "engine/boundary_atoms.h"
#include "engine/case_moves.h"
#include "engine/explain.h"
#include "facts/from_case.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

using facts::Instance;
using law::CaseItem;
using law::NodeId;

constexpr size_t kSeedsMax = 4;   // seeds tried for an atom, on each side
constexpr size_t kMovesMax = 32;  // facts moved in a seed
constexpr size_t kStatedMax = 3;  // places in which a fact that is not given is stated
constexpr int kStatedDistanceMax = 3;

// Which row of which list, from the root down; rows as given.
using Path = std::vector<std::pair<law::ListId, uint32_t>>;

Path path_of(const law::Program& program, const Instance& instance) {
  Path path;
  for (const Instance* at = &instance; at->parent != nullptr; at = at->parent) {
    const law::ListId list = program.entities[at->entity].list;
    const facts::ListValue& rows = at->parent->lists[program.lists[list].slot];
    const auto row = std::find(rows.rows.begin(), rows.rows.end(), at);
    const auto index = static_cast<size_t>(row - rows.rows.begin());
    path.emplace_back(list, row == rows.rows.end() ? 0 : rows.given_position[index]);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

const Instance* at_path(const law::Program& program, const facts::PersonFile& file,
                        const Path& path) {
  const Instance* at = file.root;
  for (const auto& [list, row] : path) {
    const facts::ListValue& rows = at->lists[program.lists[list].slot];
    const auto found = std::find(rows.given_position.begin(), rows.given_position.end(), row);
    if (found == rows.given_position.end()) return nullptr;
    at = rows.rows[static_cast<size_t>(found - rows.given_position.begin())];
  }
  return at;
}

// ---- Search ------------------------------------------------------------------------------------

struct Seed {
  const law::CaseRule* rule = nullptr;
  Path path;
  bool holds = false;
};

class Search {
 public:
  Search(const law::Program& program, const BoundaryOptions& options)
      : program_(program), options_(options) {}

  std::vector<Boundary> run() {
    std::vector<Boundary> all;
    const std::vector<BoundaryAtom> atoms = boundary_atoms(program_);
    all.reserve(atoms.size());
    for (const BoundaryAtom& atom : atoms) all.push_back(Boundary{atom, {}, {}, {}});
    std::vector<std::vector<Seed>> seeds = plant(all);
    std::map<std::string, int> counts;
    for (size_t i = 0; i < all.size(); ++i) {
      if (seeds[i].empty()) continue;
      all[i].reached = Reached::kOneSide;
      grow(all[i], seeds[i], counts);
    }
    return all;
  }

 private:
  Date law_date(const Instance& instance, Date on) const {
    for (const Instance* at = &instance; at != nullptr; at = at->parent) {
      const law::FactId fact = program_.entities[at->entity].governing_fact;
      if (fact == law::kNoId) continue;
      const auto* date = std::get_if<Date>(&at->facts[program_.facts[fact].slot].value);
      return date == nullptr ? on : *date;
    }
    return on;
  }

  bool in_force(const BoundaryAtom& atom, const Instance& instance, Date on) const {
    const law::Force& force =
        atom.benefit != law::kNoId
            ? program_.benefits[atom.benefit].versions[atom.version].force
            : program_.definitions[atom.definition].versions[atom.version].force;
    return force.contains(law_date(instance, on));
  }

  // For each atom some cases in which it is known, of both sides if there are.
  std::vector<std::vector<Seed>> plant(const std::vector<Boundary>& all) {
    std::vector<std::vector<Seed>> seeds(all.size());
    for (const law::CaseRule& rule : program_.cases) {
      const auto file = facts::from_case(program_, rule);
      if (!file) continue;
      Explainer explainer(program_, *file, rule.source->on);
      for (size_t i = 0; i < all.size(); ++i) {
        if (seeds[i].size() >= 2 * kSeedsMax) continue;
        for (const Instance& instance : file->instances) {
          if (instance.entity != all[i].atom.entity) continue;
          const auto holds = probe(explainer, all[i].atom, instance, rule.source->on);
          const auto alike = std::count_if(seeds[i].begin(), seeds[i].end(),
                                           [&](const Seed& seed) { return seed.holds == holds; });
          if (!holds || static_cast<size_t>(alike) >= kSeedsMax) continue;
          seeds[i].push_back(Seed{&rule, path_of(program_, instance), *holds});
          break;
        }
      }
    }
    return seeds;
  }

  std::optional<bool> probe(Explainer& explainer, const BoundaryAtom& atom,
                            const Instance& instance, Date on) const {
    const law::Depends& depends = program_.node(atom.node).depends;
    if (depends.month || depends.year || !in_force(atom, instance, on)) return std::nullopt;
    const Result result = explainer.evaluate(atom.node, instance);
    if (result.state != State::kKnown) return std::nullopt;
    const bool* holds = std::get_if<bool>(&result.value);
    return holds == nullptr ? std::nullopt : std::optional<bool>(*holds);
  }

  // Whether the atom holds in the case as it stands now; nullopt if it is not a possible case or
  // the atom is not known in it. `possible` tells the two apart.
  std::optional<bool> probe(const CaseItem& item, const law::CaseRule& rule, const Path& path,
                            const BoundaryAtom& atom, bool& possible) {
    ++evaluations_;
    const law::CaseRule moved{&item, rule.file, rule.subject, {}};
    const auto file = facts::from_case(program_, moved);
    possible = file.has_value();
    if (!file) return std::nullopt;
    const Instance* instance = at_path(program_, *file, path);
    if (instance == nullptr) return std::nullopt;
    Explainer explainer(program_, *file, item.on);
    return probe(explainer, atom, *instance, item.on);
  }

  void grow(Boundary& boundary, const std::vector<Seed>& seeds,
            std::map<std::string, int>& counts) {
    const Reads reads = reads_of(program_, boundary.atom.node);
    if (reads.outside) return;
    evaluations_ = 0;
    for (const Seed& seed : seeds) {
      CaseItem item = *seed.rule->source;
      if (grow(boundary, item, seed, useful_moves(item, reads), counts)) return;
    }
    std::vector<std::pair<int, law::FactId>> facts;
    for (const auto& [fact, distance] : reads.facts) {
      if (distance <= kStatedDistanceMax) facts.emplace_back(distance, fact);
    }
    std::sort(facts.begin(), facts.end());
    for (const Seed& seed : seeds) {
      for (const auto& [distance, fact] : facts) {
        for (CaseItem& item : with_fact_stated(program_, *seed.rule->source, fact, kStatedMax)) {
          std::vector<CaseMove> moves = case_moves(program_, item);
          std::erase_if(moves, [&, fact = fact](const CaseMove& move) {
            return move.fact != fact || move.expr->span.line != 0;
          });
          if (grow(boundary, item, seed, moves, counts)) return;
        }
      }
    }
  }

  bool grow(Boundary& boundary, CaseItem& item, const Seed& seed,
            const std::vector<CaseMove>& moves, std::map<std::string, int>& counts) {
    for (const CaseMove& move : moves) {
      if (evaluations_ > options_.evaluations_max) return false;
      const auto flip = find_flip(item, seed, boundary.atom, move);
      if (!flip) continue;
      write_down(boundary, item, seed, move, *flip, counts);
      return true;
    }
    return false;
  }

  std::vector<CaseMove> useful_moves(CaseItem& item, const Reads& reads) const {
    std::vector<std::pair<int, CaseMove>> ranked;
    std::map<std::pair<law::FactId, law::ListId>, int> alike;  // rows of one list take turns
    for (CaseMove& move : case_moves(program_, item)) {
      int distance = 1'000;  // the decision date last
      if (move.fact != law::kNoId) {
        const auto found = reads.facts.find(move.fact);
        if (found == reads.facts.end()) continue;
        distance = found->second;
      } else if (move.list != law::kNoId) {
        const auto found = reads.lists.find(move.list);
        if (found == reads.lists.end()) continue;
        distance = found->second;
      }
      distance += alike[{move.fact, move.list}]++;
      ranked.emplace_back(distance, std::move(move));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<CaseMove> moves;
    for (auto& [distance, move] : ranked) {
      if (moves.size() < kMovesMax || move.on != nullptr) moves.push_back(std::move(move));
    }
    return moves;
  }

  // Two neighbouring positions: at `same` the atom is as in the seed, at `other` it is not.
  struct Flip {
    int64_t same = 0, other = 0;
  };

  std::optional<Flip> find_flip(CaseItem& item, const Seed& seed, const BoundaryAtom& atom,
                                const CaseMove& move) {
    const auto at = [&](int64_t position, bool& possible) {
      set_position(program_, move, position);
      return probe(item, *seed.rule, seed.path, atom, possible);
    };
    std::optional<Flip> found;
    bool possible = true;
    const auto flips = [&](int64_t position) {
      const auto holds = at(position, possible);
      return holds && *holds != seed.holds;
    };
    if (move.may_be_none) {
      const int64_t other = move.position == CaseMove::kNone ? move.start : CaseMove::kNone;
      if (flips(other)) found = Flip{move.position, other};
    }
    for (int64_t p = move.low; move.is_choice && p <= move.high && !found; ++p) {
      if (p != move.position && flips(p)) found = Flip{move.position, p};
    }
    for (const int64_t direction : {int64_t{1}, int64_t{-1}}) {
      if (!move.is_choice && !found) found = walk(at, seed.holds, move, direction);
    }
    // The near side may be one at which the atom was not known.
    if (found && at(found->same, possible) != seed.holds) found.reset();
    set_position(program_, move, move.position);
    return found;
  }

  // In strides of 1, 2, 4, … from where the value stands, until the atom flips.
  template <typename At>
  std::optional<Flip> walk(const At& at, bool seed_holds, const CaseMove& move,
                           int64_t direction) const {
    int64_t same = move.start;
    for (int64_t distance = 1; evaluations_ <= options_.evaluations_max; distance *= 2) {
      const int64_t far = move.start + direction * distance;
      const int64_t position = std::clamp(far, move.low, move.high);
      bool possible = true;
      const auto holds = at(position, possible);
      if (!possible) break;
      if (holds && *holds != seed_holds) return bisect(at, seed_holds, same, position);
      if (holds) same = position;
      if (position != far) break;  // at the end of the range
    }
    return std::nullopt;
  }

  template <typename At>
  static std::optional<Flip> bisect(const At& at, bool seed_holds, int64_t same, int64_t other) {
    while (other - same > 1 || same - other > 1) {
      const int64_t middle = same + (other - same) / 2;
      bool possible = true;
      const auto holds = at(middle, possible);
      if (!holds) return std::nullopt;
      (*holds == seed_holds ? same : other) = middle;
    }
    return Flip{same, other};
  }

  // ---- Writing down ----------------------------------------------------------------------------

  const std::string& name_of(const BoundaryAtom& atom) const {
    return atom.benefit != law::kNoId ? program_.benefits[atom.benefit].name
                                      : program_.definitions[atom.definition].name;
  }

  void write_down(Boundary& boundary, CaseItem& item, const Seed& seed, const CaseMove& move,
                  const Flip& flip, std::map<std::string, int>& counts) {
    const std::string base = "boundary-" + name_of(boundary.atom) + "-" +
                             std::to_string(++counts[name_of(boundary.atom)]);
    const std::string vi = law::sentence(boundary.atom.node, program_, Language::kVietnamese);
    const std::string en = law::sentence(boundary.atom.node, program_, Language::kEnglish);
    for (const bool holds : {true, false}) {
      set_position(program_, move, holds == seed.holds ? flip.same : flip.other);
      CaseItem written = item;
      written.name = base + (holds ? "-yes" : "-no");
      written.quoted_name = false;
      written.label.text = {vi + (holds ? " – vừa đạt" : " – vừa không đạt"),
                            en + (holds ? " – just so" : " – just not")};
      written.source = "boundary";
      written.cite.clear();
      written.expects.clear();
      boundary.expects.push_back(expectation(boundary.atom, written, seed));
      boundary.cases.push_back(std::move(written));
    }
    set_position(program_, move, move.position);
    boundary.reached = Reached::kBothSides;
  }

  // " of row 2 of sick_leaves", seen from the subject; nullopt if it cannot be named from there.
  std::optional<std::string> row_words(const Instance& instance, const Instance& subject) const {
    if (program_.is_within(subject.entity, instance.entity)) {
      for (const Instance* at = &subject; at != nullptr; at = at->parent) {
        if (at == &instance) return "";
      }
      return std::nullopt;
    }
    std::string words;
    for (const Instance* at = &instance; at != &subject; at = at->parent) {
      if (at->parent == nullptr) return std::nullopt;
      const law::ListInfo& list = program_.lists[program_.entities[at->entity].list];
      const facts::ListValue& rows = at->parent->lists[list.slot];
      const auto row = std::find(rows.rows.begin(), rows.rows.end(), at);
      if (row == rows.rows.end()) return std::nullopt;
      const uint32_t given = rows.given_position[static_cast<size_t>(row - rows.rows.begin())];
      words += " of row " + std::to_string(given + 1) + " of " + list.name;
    }
    return words;
  }

  std::string expectation(const BoundaryAtom& atom, const CaseItem& item, const Seed& seed) const {
    const law::CaseRule moved{&item, seed.rule->file, seed.rule->subject, {}};
    const auto file = facts::from_case(program_, moved);
    if (!file) return "";
    const Instance* instance = at_path(program_, *file, seed.path);
    if (instance == nullptr) return "";
    const auto rows = row_words(*instance, *file->subject);
    if (!rows) return "";
    Explainer explainer(program_, *file, item.on);
    const std::string outcome = atom.benefit != law::kNoId
                                    ? benefit_words(explainer, atom.benefit, *instance)
                                    : definition_words(explainer, atom.definition, *instance);
    if (outcome.empty()) return "";
    // A fraction is no literal: it is said as a quotient.
    const size_t slash = outcome.find('/');
    const bool is_fraction = slash != std::string::npos && slash + 1 < outcome.size() &&
                             outcome[slash + 1] >= '0' && outcome[slash + 1] <= '9';
    if (!is_fraction) return name_of(atom) + *rows + " " + outcome;
    if (atom.benefit != law::kNoId) return "";
    const size_t end = outcome.find_first_not_of("0123456789_", slash + 1);
    const std::string unit = end == std::string::npos ? "" : outcome.substr(end);
    const std::string denominator =
        outcome.substr(slash + 1, end == std::string::npos ? end : end - slash - 1);
    return "(" + name_of(atom) + " = " + outcome.substr(0, slash) + unit + " / " + denominator +
           ")" + *rows + " yes";
  }

  std::string definition_words(Explainer& explainer, law::DefinitionId id,
                               const Instance& instance) const {
    const law::DefinitionInfo& info = program_.definitions[id];
    if (info.type.base == law::Base::kSeries || info.depends.month || info.depends.year) return "";
    const Result result = explainer.evaluate_definition(id, instance);
    switch (result.state) {
      case State::kKnown:
        return law::write(result.value, info.type, program_);
      case State::kUnknown:
        return "unknown";
      case State::kRefused:
        return "refused";
      case State::kIncomplete:
        return "incomplete";
      case State::kError:
        break;
    }
    return "error";
  }

  std::string benefit_words(Explainer& explainer, law::BenefitId id,
                            const Instance& instance) const {
    for (const Outcome& outcome : explainer.outcomes(id)) {
      if (outcome.benefit != id || outcome.instance != &instance) continue;
      switch (outcome.status) {
        case Status::kEntitled: {
          std::string words = "entitled";
          for (size_t i = 0; i < outcome.pays.size(); ++i) {
            words += (i == 0 ? " " : ", ") +
                     law::write(outcome.pays[i].amount, outcome.pays[i].type, program_);
          }
          return words;
        }
        case Status::kNotEntitled:
          return "not entitled";
        case Status::kCannotTell:
          return "cannot tell";
        case Status::kIncomplete:
          return "incomplete";
        case Status::kError:
          return "error";
      }
    }
    return "";
  }

  const law::Program& program_;
  BoundaryOptions options_;
  size_t evaluations_ = 0;
};

}  // namespace

std::vector<Boundary> find_boundaries(const law::Program& program, const BoundaryOptions& options) {
  return Search(program, options).run();
}

}  // namespace ansinh::engine
