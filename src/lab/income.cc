#include "lab/income.h"

#include <algorithm>
#include <atomic>

#include "lab/chunk_pool.h"

namespace ansinh::lab {

TenthEnds tenth_ends(std::vector<SharedIncome> per_head) {
  std::sort(per_head.begin(), per_head.end(),
            [](const SharedIncome& a, const SharedIncome& b) { return a.total < b.total; });
  uint64_t all = 0;
  for (const SharedIncome& one : per_head) all += one.heads;
  TenthEnds ends;
  if (all == 0) return ends;
  uint64_t reached = 0;
  for (const SharedIncome& one : per_head) {
    reached += one.heads;
    while (ends.end.size() < kTenths && reached * kTenths >= all * (ends.end.size() + 1))
      ends.end.push_back(one.total);
  }
  return ends;
}

Rational gini(std::vector<SharedIncome> households) {
  std::erase_if(households, [](const SharedIncome& one) { return one.heads == 0; });
  std::sort(households.begin(), households.end(), [](const SharedIncome& a, const SharedIncome& b) {
    const Wide left = Wide{a.total} * b.heads, right = Wide{b.total} * a.heads;
    return left < right;
  });
  // People of one household have the ranks R + 1 … R + w and the income total / w each:
  // Σ rank·x = (R + (w + 1) / 2)·total. Ties may stand in any order.
  Wide weighted = 0, sum = 0, ranked = 0;
  for (const SharedIncome& one : households) {
    weighted += (2 * ranked + one.heads + 1) * one.total;
    sum += one.total;
    ranked += one.heads;
  }
  if (sum <= 0) return 0;
  return to_rational(weighted - (ranked + 1) * sum) / (to_rational(ranked) * to_rational(sum));
}

void Shortfall::add(int64_t line, const SharedIncome& household, uint32_t people) {
  people_ += people;
  const Wide needed = Wide{line} * household.heads;
  if (people == 0 || household.total >= needed) return;
  poor_ += people;
  lacks_[{line, household.heads}] += (needed - household.total) * people;
}

void Shortfall::merge(const Shortfall& other) {
  people_ += other.people_;
  poor_ += other.poor_;
  for (const auto& [key, sum] : other.lacks_) lacks_[key] += sum;
}

Rational Shortfall::money() const {
  Rational sum = 0;
  for (const auto& [key, lacks] : lacks_) sum += to_rational(lacks) / Rational(key.second);
  return sum;
}

Rational Shortfall::gap() const {
  if (people_ == 0) return 0;
  Rational sum = 0;
  for (const auto& [key, lacks] : lacks_) {
    if (key.first == 0) continue;
    sum += to_rational(lacks) / (Rational(key.second) * Rational(key.first));
  }
  return sum / Rational(static_cast<int64_t>(people_));
}

std::expected<TenthEnds, Diagnostic> survey_incomes(const PeopleSource& source,
                                                    const law::Program& program,
                                                    const Statistics& statistics, Date on,
                                                    size_t threads,
                                                    const std::function<bool()>& tick) {
  if (statistics.income_per_head == law::kNoId) return TenthEnds{};
  std::vector<bool> facts(program.facts.size(), false);
  facts[statistics.income_per_head] = true;
  if (statistics.death != law::kNoId) facts[statistics.death] = true;
  Statistics bare = statistics;  // no groups: only heads and incomes are wanted
  bare.dimensions.resize(1);
  const TenthEnds none;
  struct Worker {
    facts::Columns columns;
    PeopleBlock block;
    std::vector<SharedIncome> incomes;
  };
  threads = std::min(threads, std::max<size_t>(source.chunk_count(), 1));
  std::vector<Worker> workers;
  workers.reserve(threads);
  for (size_t i = 0; i < threads; ++i)
    workers.push_back({facts::Columns(program), PeopleBlock(bare, none, on), {}});
  ChunkWork work;
  work.work = [&](size_t chunk, size_t number, const std::atomic<bool>&,
                  std::string&) -> std::optional<Diagnostic> {
    Worker& worker = workers[number];
    if (auto wrong = source.read(chunk, worker.columns, &facts)) return wrong;
    worker.block.read(worker.columns);
    for (uint32_t tree = 0; tree < worker.block.trees(); ++tree) {
      int64_t income = 0;
      if (worker.block.income(tree, income))
        worker.incomes.push_back({income, worker.block.heads(tree)});
    }
    return std::nullopt;
  };
  work.tick = tick;
  if (auto wrong = run_chunks(source.chunk_count(), threads, work))
    return std::unexpected(std::move(*wrong));
  std::vector<SharedIncome> all;
  for (Worker& worker : workers) {
    all.insert(all.end(), worker.incomes.begin(), worker.incomes.end());
    worker.incomes = {};
  }
  return tenth_ends(std::move(all));
}

}  // namespace ansinh::lab
