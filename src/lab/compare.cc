#include "lab/compare.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "lab/chunk_pool.h"

namespace ansinh::lab {

void Change::merge(const Change& other) {
  gaining += other.gaining;
  losing += other.losing;
  gained += other.gained;
  lost += other.lost;
  before.merge(other.before);
  after.merge(other.after);
}

namespace {

constexpr int kMonths = 12;

// The tree with the largest change so far; of equals the first.
struct Most {
  int64_t change = 0;
  uint64_t tree = Comparison::kNoTree;
  void offer(int64_t of_change, uint64_t of_tree) {
    if (of_change <= 0 || of_change < change || (of_change == change && of_tree >= tree)) return;
    change = of_change;
    tree = of_tree;
  }
};

// What one thread has found.
struct Found {
  Found(const Side& before, const Side& after)
      : tables_before(*before.program, *before.statistics),
        tables_after(*after.program, *after.statistics),
        groups(before.statistics->dimensions.size()) {
    for (const Dimension& dimension : before.statistics->dimensions)
      changes.emplace_back(dimension.size());
  }

  Tables tables_before, tables_after;
  std::vector<std::vector<Change>> changes;
  std::vector<int64_t> gains, losses;  // of people
  // Of households with a known income: before and after, and their groups by dimension.
  std::vector<SharedIncome> incomes_before, incomes_after;
  std::vector<std::vector<uint16_t>> groups;
  uint64_t households_gaining = 0, households_losing = 0, with_income = 0;
  Most gaining, losing;
};

class CompareWorker {
 public:
  CompareWorker(const Side& before, const Side& after, const Affected& affected,
                const TenthEnds& tenths, Date on)
      : found(before, after),
        before_(before),
        after_(after),
        affected_(affected),
        unaffected_(affected.before),
        chunk_(*before.program),
        columns_(*before.program),
        other_chunk_(*after.program),
        other_columns_(*after.program),
        block_(*before.statistics, tenths, on),
        other_block_(*after.statistics, tenths, on),
        counter_before_(*before.program, found.tables_before),
        counter_after_(*after.program, found.tables_after) {
    unaffected_.flip();
  }
  CompareWorker(const CompareWorker&) = delete;
  CompareWorker& operator=(const CompareWorker&) = delete;

  std::optional<Diagnostic> read(size_t chunk) {
    if (auto wrong = before_.source->read(chunk, chunk_)) return wrong;
    if (affected_.has_same_facts) return std::nullopt;
    return after_.source->read(chunk, other_chunk_);
  }
  uint32_t trees() const { return chunk_.trees; }

  void decide(const engine::Batch& before, const engine::Batch& after, uint32_t first,
              uint32_t count, uint64_t first_tree) {
    columns_.clear();
    columns_.append(chunk_, first, count);
    block_.read(columns_);
    counter_before_.add_people(block_);
    net_before_.clear(block_);
    net_after_.clear(block_);
    engine::BatchWork work;
    const engine::BatchResult result = before.decide(columns_, nullptr, &work);
    counter_before_.add(block_, result, first_tree, &unaffected_, nullptr);
    counter_before_.add(block_, result, first_tree, &affected_.before, &net_before_);
    if (affected_.has_same_facts) {
      // The declarations are alike: the same columns, under the other law, and what it has in
      // common with the first was evaluated there.
      const engine::BatchShared shared{&work, &affected_.definition_before};
      columns_.program = after_.program;
      counter_after_.add(block_, after.decide(columns_, &affected_.after, nullptr, &shared),
                         first_tree, &affected_.after, &net_after_);
      columns_.program = before_.program;
    } else {
      other_columns_.clear();
      other_columns_.append(other_chunk_, first, count);
      other_block_.read(other_columns_);
      counter_after_.add(other_block_, after.decide(other_columns_, &affected_.after), first_tree,
                         &affected_.after, &net_after_);
    }
    for (uint32_t tree = 0; tree < block_.trees(); ++tree) add_tree(tree, first_tree + tree);
  }

  Found found;

 private:
  void add_tree(uint32_t tree, uint64_t number) {
    const uint32_t first = block_.first_person(tree), last = block_.first_person(tree + 1);
    int64_t shared = net_after_.tree[tree] - net_before_.tree[tree];
    int64_t all = 0;
    bool is_changed = false;
    for (uint32_t person = first; person < last; ++person) {
      int64_t change = net_after_.person[person] - net_before_.person[person];
      if (shared != 0 && (block_.is_alive(person) || person + 1 == last)) {
        change += shared;
        shared = 0;
      }
      if (change == 0) continue;
      is_changed = true;
      all += change;
      (change > 0 ? found.gains : found.losses).push_back(change > 0 ? change : -change);
      for (size_t d = 0; d < found.changes.size(); ++d) {
        Change& group = found.changes[d][block_.group(d, person)];
        ++(change > 0 ? group.gaining : group.losing);
        (change > 0 ? group.gained : group.lost) += change > 0 ? change : -change;
      }
    }
    if (is_changed) {
      found.households_gaining += all > 0 ? 1 : 0;
      found.households_losing += all < 0 ? 1 : 0;
      found.gaining.offer(all, number);
      found.losing.offer(-all, number);
    }
    add_income(tree, first, last, all);
  }

  void add_income(uint32_t tree, uint32_t first, uint32_t last, int64_t change) {
    int64_t income = 0, line = 0;
    const uint32_t heads = block_.heads(tree);
    if (heads == 0 || block_.statistics().income_per_head == law::kNoId ||
        !block_.income(tree, income))
      return;
    found.with_income += heads;
    const SharedIncome before{income * kMonths * int64_t{heads}, heads};
    const SharedIncome after{before.total + change, heads};
    found.incomes_before.push_back(before);
    found.incomes_after.push_back(after);
    const bool has_line = block_.poverty_line(tree, line);
    for (size_t d = 0; d < found.changes.size(); ++d) {
      if (!block_.statistics().dimensions[d].of_person) {
        found.groups[d].push_back(static_cast<uint16_t>(block_.tree_group(d, tree)));
        if (has_line) add_shortfall(d, block_.tree_group(d, tree), heads, line, before, after);
        continue;
      }
      for (uint32_t person = first; has_line && person < last; ++person)
        if (block_.is_alive(person))
          add_shortfall(d, block_.group(d, person), 1, line, before, after);
    }
  }

  void add_shortfall(size_t dimension, uint32_t group, uint32_t people, int64_t line,
                     const SharedIncome& before, const SharedIncome& after) {
    Change& change = found.changes[dimension][group];
    change.before.add(line * kMonths, before, people);
    change.after.add(line * kMonths, after, people);
  }

  const Side& before_;
  const Side& after_;
  const Affected& affected_;
  std::vector<bool> unaffected_;
  facts::Columns chunk_, columns_, other_chunk_, other_columns_;
  PeopleBlock block_, other_block_;
  Counter counter_before_, counter_after_;
  Net net_before_, net_after_;
};

template <typename T>
void move_to_end(std::vector<T>& into, std::vector<T>& from) {
  into.insert(into.end(), from.begin(), from.end());
  from = {};
}

void merge(Found& into, Found& from) {
  into.tables_before.merge(from.tables_before);
  into.tables_after.merge(from.tables_after);
  for (size_t d = 0; d < into.changes.size(); ++d) {
    for (size_t g = 0; g < into.changes[d].size(); ++g)
      into.changes[d][g].merge(from.changes[d][g]);
    move_to_end(into.groups[d], from.groups[d]);
  }
  move_to_end(into.gains, from.gains);
  move_to_end(into.losses, from.losses);
  move_to_end(into.incomes_before, from.incomes_before);
  move_to_end(into.incomes_after, from.incomes_after);
  into.households_gaining += from.households_gaining;
  into.households_losing += from.households_losing;
  into.with_income += from.with_income;
  into.gaining.offer(from.gaining.change, from.gaining.tree);
  into.losing.offer(from.losing.change, from.losing.tree);
}

// The tables of the later law are the earlier law's where nothing can have changed.
void add_unaffected(Tables& after, const Tables& before, const Affected& affected) {
  after.trees = before.trees;
  after.people = before.people;
  for (law::BenefitId b = 0; b < after.benefits.size(); ++b) {
    if (affected.after[b]) continue;
    const size_t funds = after.benefits[b].funds.size();
    after.benefits[b] = before.benefits[affected.before_of[b]];
    // The last is "no fund", and a reform's own funds stand before it.
    std::vector<Paid<Wide>>& paid = after.benefits[b].funds;
    paid.insert(paid.end() - 1, funds - paid.size(), {});
  }
}

std::vector<std::vector<GiniPair>> ginis_of(const Found& found, const Statistics& statistics) {
  std::vector<std::vector<GiniPair>> all(statistics.dimensions.size());
  for (size_t d = 0; d < all.size(); ++d) {
    const Dimension& dimension = statistics.dimensions[d];
    if (dimension.of_person || found.groups[d].empty()) continue;
    std::vector<std::vector<SharedIncome>> before(dimension.size()), after(dimension.size());
    for (size_t i = 0; i < found.groups[d].size(); ++i) {
      before[found.groups[d][i]].push_back(found.incomes_before[i]);
      after[found.groups[d][i]].push_back(found.incomes_after[i]);
    }
    for (size_t g = 0; g < dimension.size(); ++g) {
      GiniPair pair;
      for (const SharedIncome& one : before[g]) pair.people += one.heads;
      pair.before = gini(std::move(before[g]));
      pair.after = gini(std::move(after[g]));
      all[d].push_back(std::move(pair));
    }
  }
  return all;
}

}  // namespace

Deciles deciles_of(std::vector<int64_t> amounts) {
  Deciles deciles;
  if (amounts.empty()) return deciles;
  std::sort(amounts.begin(), amounts.end());
  deciles.least = amounts.front();
  deciles.most = amounts.back();
  for (size_t k = 1; k < kTenths; ++k)
    deciles.cuts.push_back(amounts[(amounts.size() * k + kTenths - 1) / kTenths - 1]);
  return deciles;
}

std::expected<Comparison, Diagnostic> compare(const Side& before, const Side& after,
                                              const CompareOptions& options) {
  std::atomic<uint64_t> decided = 0;
  const auto tick = [&] { return !options.progress || options.progress(decided); };
  auto tenths = survey_incomes(*before.source, *before.program, *before.statistics, options.on,
                               options.threads, tick);
  if (!tenths) return std::unexpected(std::move(tenths.error()));

  Comparison comparison{.affected = affected_by(*before.program, *after.program),
                        .before = Tables(*before.program, *before.statistics),
                        .after = Tables(*after.program, *after.statistics),
                        .changes = {},
                        .ginis = {},
                        .gains = {},
                        .losses = {},
                        .tenths = std::move(*tenths),
                        .open = {}};
  const engine::Batch batch_before(*before.program, options.on);
  const engine::Batch batch_after(*after.program, options.on);
  const size_t chunks = before.source->chunk_count();
  const size_t threads = std::clamp<size_t>(std::min(options.threads, chunks), 1, kThreadsMax);
  std::vector<std::unique_ptr<CompareWorker>> workers;
  workers.reserve(threads);
  for (size_t i = 0; i < threads; ++i)
    workers.push_back(std::make_unique<CompareWorker>(before, after, comparison.affected,
                                                      comparison.tenths, options.on));
  ChunkWork work;
  work.work = [&](size_t chunk, size_t number, const std::atomic<bool>& stop,
                  std::string&) -> std::optional<Diagnostic> {
    CompareWorker& worker = *workers[number];
    if (auto wrong = worker.read(chunk)) return wrong;
    for (uint32_t first = 0; first < worker.trees() && !stop; first += kBlockTrees) {
      const uint32_t count = std::min(kBlockTrees, worker.trees() - first);
      worker.decide(batch_before, batch_after, first, count,
                    before.source->first_tree(chunk) + first);
      decided += count;
    }
    return std::nullopt;
  };
  work.tick = tick;
  if (auto wrong = run_chunks(chunks, threads, work)) return std::unexpected(std::move(*wrong));

  Found& found = workers.front()->found;
  for (size_t i = 1; i < threads; ++i) merge(found, workers[i]->found);
  comparison.ginis = ginis_of(found, *before.statistics);
  auto open = explain_open(*after.program, *after.source, options.on, found.tables_after);
  if (!open) return std::unexpected(std::move(open.error()));
  comparison.open = std::move(*open);
  add_unaffected(found.tables_after, found.tables_before, comparison.affected);
  comparison.before = std::move(found.tables_before);
  comparison.after = std::move(found.tables_after);
  comparison.changes = std::move(found.changes);
  comparison.gains = deciles_of(std::move(found.gains));
  comparison.losses = deciles_of(std::move(found.losses));
  comparison.households = comparison.before.trees;
  comparison.households_gaining = found.households_gaining;
  comparison.households_losing = found.households_losing;
  comparison.with_income = found.with_income;
  comparison.most_gaining = found.gaining.tree;
  comparison.most_losing = found.losing.tree;
  return comparison;
}

std::vector<Reach> odd_reaches(const law::Program& program, const Tables& tables, Date on) {
  std::vector<Reach> odd;
  uint64_t all = 0;
  for (const uint64_t people : tables.people.front()) all += people;
  for (law::BenefitId b = 0; b < program.benefits.size(); ++b) {
    const bool is_in_force = std::ranges::any_of(
        program.benefits[b].versions,
        [&](const law::BenefitVersion& version) { return version.force.contains(on); });
    if (!is_in_force) continue;
    uint64_t people = 0;
    for (const Figures& figures : tables.benefits[b].groups.front()) people += figures.people;
    if (people == 0) odd.push_back({b, false});
    if (people != 0 && people >= all) odd.push_back({b, true});
  }
  return odd;
}

std::vector<ReachNote> reach_notes(const Side& before, const Side& after,
                                   const Comparison& comparison, Date on) {
  std::vector<Reach> then = odd_reaches(*before.program, comparison.before, on);
  const auto add = [](std::vector<ReachNote>& notes, const Text& label, bool is_everybody,
                      bool is_affected, const Text& when) {
    notes.push_back({is_everybody ? Text{"“" + label.vi + "” đến với TẤT CẢ mọi người " + when.vi,
                                         "“" + label.en + "” reaches EVERYBODY " + when.en}
                                  : Text{"“" + label.vi + "” KHÔNG đến với AI " + when.vi,
                                         "“" + label.en + "” reaches NOBODY " + when.en},
                     is_everybody, is_affected});
  };
  std::vector<ReachNote> notes;
  for (const Reach& now : odd_reaches(*after.program, comparison.after, on)) {
    const law::BenefitId old = comparison.affected.before_of[now.benefit];
    const size_t both = std::erase_if(then, [&](const Reach& one) {
      return one.benefit == old && one.is_everybody == now.is_everybody;
    });
    add(notes, after.program->benefits[now.benefit].label, now.is_everybody,
        comparison.affected.after[now.benefit],
        both != 0 ? Text{"cả trước và sau cải cách", "before and after the reform"}
                  : Text{"sau cải cách", "after the reform"});
  }
  for (const Reach& one : then)
    add(notes, before.program->benefits[one.benefit].label, one.is_everybody,
        comparison.affected.before[one.benefit], {"trước cải cách", "before the reform"});
  return notes;
}

}  // namespace ansinh::lab
