#include "lab/run.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "engine/explain.h"
#include "engine/words.h"
#include "lab/chunk_pool.h"
#include "lab/income.h"

namespace ansinh::lab {

namespace {

struct RunWorker {
  RunWorker(const law::Program& program, const Statistics& statistics, const TenthEnds& tenths,
            Date on)
      : chunk(program),
        columns(program),
        block(statistics, tenths, on),
        tables(program, statistics),
        counter(program, tables) {}
  RunWorker(const RunWorker&) = delete;

  facts::Columns chunk, columns;
  PeopleBlock block;
  Tables tables;
  Counter counter;
  ResultTable results;
  uint64_t explained = 0;
};

Text name_of(const engine::Missing& missing, const law::Program& program) {
  return {engine::missing_words(missing, program, Language::kVietnamese),
          engine::missing_words(missing, program, Language::kEnglish)};
}

// Without the place of a row: "date of birth", not "date of birth (birth 2)".
engine::Missing without_place(engine::Missing missing) {
  missing.instance = nullptr;
  return missing;
}

}  // namespace

std::expected<std::vector<Open>, Diagnostic> explain_open(const law::Program& program,
                                                          const PeopleSource& source, Date on,
                                                          const Tables& tables) {
  std::vector<Open> all;
  std::map<uint64_t, facts::PersonFile> files;
  for (law::BenefitId b = 0; b < tables.benefits.size(); ++b) {
    const BenefitTable& table = tables.benefits[b];
    if (table.undecided.trees.empty()) continue;
    Open open;
    open.benefit = b;
    for (const engine::Status status :
         {engine::Status::kCannotTell, engine::Status::kIncomplete, engine::Status::kError})
      open.rows += table.statuses.rows[static_cast<size_t>(status)];
    for (const uint64_t tree : table.undecided.trees) {
      auto file = files.find(tree);
      if (file == files.end()) {
        auto columns = source.tree(tree);
        if (!columns) return std::unexpected(std::move(columns.error()));
        file = files.emplace(tree, columns->person_file(0, false)).first;
      }
      ++open.asked;
      std::vector<std::pair<std::string, Text>> reasons;
      engine::Explainer explainer(program, file->second, on);
      for (const engine::Outcome& outcome : explainer.outcomes(b)) {
        if (outcome.benefit != b || outcome.status == engine::Status::kEntitled ||
            outcome.status == engine::Status::kNotEntitled)
          continue;
        for (const engine::Missing& missing : outcome.missing) {
          const Text words = name_of(without_place(missing), program);
          reasons.emplace_back(words.en, words);
        }
        for (const engine::Reason& reason : outcome.reasons)
          reasons.emplace_back(reason.text.en, reason.text);
      }
      std::set<std::string> told;
      for (const auto& [key, words] : reasons) {
        if (!told.insert(key).second) continue;
        const auto known =
            std::ranges::find_if(open.why, [&](const auto& why) { return why.first.en == key; });
        if (known == open.why.end()) {
          open.why.emplace_back(words, 1);
        } else {
          ++known->second;
        }
      }
    }
    std::stable_sort(open.why.begin(), open.why.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    all.push_back(std::move(open));
  }
  return all;
}

std::expected<RunResult, Diagnostic> run(const law::Program& program, const Statistics& statistics,
                                         const PeopleSource& source, const RunOptions& options) {
  std::atomic<uint64_t> decided = 0;
  const auto tick = [&] { return !options.progress || options.progress(decided); };
  auto tenths = survey_incomes(source, program, statistics, options.on, options.threads, tick);
  if (!tenths) return std::unexpected(std::move(tenths.error()));

  const engine::Batch batch(program, options.on);
  const size_t threads =
      std::clamp<size_t>(std::min(options.threads, source.chunk_count()), 1, kThreadsMax);
  std::vector<std::unique_ptr<RunWorker>> workers;
  workers.reserve(threads);
  for (size_t i = 0; i < threads; ++i)
    workers.push_back(std::make_unique<RunWorker>(program, statistics, *tenths, options.on));

  ChunkWork work;
  work.work = [&](size_t chunk, size_t number, const std::atomic<bool>& stop,
                  std::string& bytes) -> std::optional<Diagnostic> {
    RunWorker& worker = *workers[number];
    if (auto wrong = source.read(chunk, worker.chunk)) return wrong;
    for (uint32_t first = 0; first < worker.chunk.trees && !stop; first += kBlockTrees) {
      const uint32_t count = std::min(kBlockTrees, worker.chunk.trees - first);
      worker.columns.clear();
      worker.columns.append(worker.chunk, first, count);
      worker.block.read(worker.columns);
      worker.counter.add_people(worker.block);
      const engine::BatchResult result = batch.decide(worker.columns);
      const uint64_t first_tree = source.first_tree(chunk) + first;
      worker.counter.add(worker.block, result, first_tree, nullptr, nullptr);
      worker.explained += result.explained.size();
      if (options.format != nullptr) {
        worker.results.clear();
        append_results(program, worker.block, result, first_tree, options.all, worker.results);
        bytes += options.format->chunk(worker.results);
      }
      decided += count;
    }
    return std::nullopt;
  };
  if (options.format != nullptr) work.take = [&](const std::string& b) { return options.sink(b); };
  work.tick = tick;
  if (options.format != nullptr)
    if (auto wrong = options.sink(options.format->head())) return std::unexpected(*wrong);
  if (auto wrong = run_chunks(source.chunk_count(), threads, work))
    return std::unexpected(std::move(*wrong));
  if (options.format != nullptr)
    if (auto wrong = options.sink(options.format->tail())) return std::unexpected(*wrong);

  RunResult result{Tables(program, statistics), std::move(*tenths), 0, {}};
  for (const auto& worker : workers) {
    result.tables.merge(worker->tables);
    result.explained += worker->explained;
  }
  auto open = explain_open(program, source, options.on, result.tables);
  if (!open) return std::unexpected(std::move(open.error()));
  result.open = std::move(*open);
  return result;
}

}  // namespace ansinh::lab
