#include "nation.h"

#include <sys/resource.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "engine/batch.h"
#include "lab/compare.h"
#include "lab/figures.h"
#include "lab/run.h"
#include "measure.h"

namespace ansinh::bench {

namespace {

// So many blocks are decided once more from memory, to tell deciding from all else.
constexpr uint32_t kBlocksInMemory = 24;
constexpr size_t kSetUps = 7;

lab::Statistics load_statistics(const law::Program& program, const std::vector<std::string>& law) {
  const std::string path = lab::statistics_beside(law);
  if (path.empty()) return lab::plain_statistics(program);
  auto statistics = lab::read_statistics(program, bytes_of(path), 0);
  if (!statistics) fail(path + ": " + statistics.error().message.en);
  return std::move(*statistics);
}

lab::PeopleSource open_people(const std::string& path, const law::Program& program, Date on) {
  auto source = lab::PeopleSource::open(path, program, on, [](const facts::RowFault&) {});
  if (!source) fail(path + ": " + source.error().message.en);
  return std::move(*source);
}

// The first blocks of a snapshot.
std::vector<facts::Columns> first_blocks(const lab::PeopleSource& source,
                                         const law::Program& program) {
  std::vector<facts::Columns> blocks;
  for (size_t chunk = 0; chunk < source.chunk_count(); ++chunk) {
    facts::Columns all(program);
    if (auto wrong = source.read(chunk, all)) fail(wrong->message.en);
    for (uint32_t first = 0; first < all.trees; first += lab::kBlockTrees) {
      if (blocks.size() == kBlocksInMemory) return blocks;
      blocks.emplace_back(program).append(all, first,
                                          std::min(lab::kBlockTrees, all.trees - first));
    }
  }
  return blocks;
}

uint64_t people_in(const std::vector<facts::Columns>& blocks, const lab::Statistics& statistics) {
  uint64_t people = 0;
  for (const facts::Columns& block : blocks) people += block.entities[statistics.person].rows;
  return people;
}

// A person's seconds of deciding blocks that lie in memory.
double deciding_seconds(const law::Program& program, const lab::Statistics& statistics,
                        const std::vector<facts::Columns>& blocks, Date on, size_t repeats,
                        const std::vector<bool>* wanted) {
  const engine::Batch batch(program, on);
  const double all = median_seconds(repeats, [&] {
    for (const facts::Columns& block : blocks) batch.decide(block, wanted);
  });
  return all / static_cast<double>(people_in(blocks, statistics));
}

template <typename Work>
double processor_seconds(Work&& work) {
  const auto now = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
  };
  const double start = now();
  std::forward<Work>(work)();
  return now() - start;
}

// What deciding these benefits alone takes, without reading and without tables.
double affected_seconds(const law::Program& program, const lab::PeopleSource& source, Date on,
                        const std::vector<bool>& wanted) {
  const engine::Batch batch(program, on);
  facts::Columns chunk(program), block(program);
  double all = 0;
  for (size_t c = 0; c < source.chunk_count(); ++c) {
    if (auto wrong = source.read(c, chunk)) fail(wrong->message.en);
    for (uint32_t first = 0; first < chunk.trees; first += lab::kBlockTrees) {
      block.clear();
      block.append(chunk, first, std::min(lab::kBlockTrees, chunk.trees - first));
      all += seconds([&] { batch.decide(block, &wanted); });
    }
  }
  return all;
}

double peak_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1024.0 * 1024.0);
}

}  // namespace

nlohmann::ordered_json measure_nation(const NationWork& work) {
  std::shared_ptr<const law::Program> program;
  const double loading = seconds([&] { program = load(work.law, work.on); });
  const lab::Statistics statistics = load_statistics(*program, work.law);
  const lab::PeopleSource source = open_people(work.people, *program, work.on);
  lab::RunOptions options;
  options.on = work.on;
  options.threads = work.threads;
  uint64_t people = 0, explained = 0;
  const double running = median_seconds(work.repeats, [&] {
    const auto result = lab::run(*program, statistics, source, options);
    if (!result) fail(result.error().message.en);
    people = lab::total_of(result->tables.people.front());
    explained = result->explained;
  });
  const double peak = peak_gib();  // before the blocks that only the benchmark keeps
  const std::vector<facts::Columns> blocks = first_blocks(source, *program);
  return {{"people", people},
          {"records", source.trees()},
          {"threads", work.threads},
          {"seconds", running},
          {"seconds_a_person_deciding",
           deciding_seconds(*program, statistics, blocks, work.on, work.repeats, nullptr)},
          {"seconds_to_load", loading},
          {"definitions", program->definitions.size()},
          {"benefits", program->benefits.size()},
          {"explained", explained},
          {"peak_gib", peak}};
}

nlohmann::ordered_json measure_reform(const NationWork& work) {
  // What somebody waits for who has changed the reform: all read, checked and made ready anew.
  const double baseline_set_up = median_seconds(kSetUps, [&] {
    const auto program = load(work.law, work.on);
    const engine::Batch batch(*program, work.on);
  });
  const double set_up = median_seconds(kSetUps, [&] {
    const auto program = load(work.law, work.on, work.reform);
    const engine::Batch batch(*program, work.on);
  });

  const auto before = load(work.law, work.on);
  const auto after = load(work.law, work.on, work.reform);
  const lab::Statistics statistics_before = load_statistics(*before, work.law);
  const lab::Statistics statistics_after = load_statistics(*after, work.law);
  const lab::PeopleSource people_before = open_people(work.people, *before, work.on);
  const lab::PeopleSource people_after = open_people(work.people, *after, work.on);
  lab::RunOptions run_options;
  run_options.on = work.on;
  run_options.threads = work.threads;
  lab::CompareOptions compare_options;
  compare_options.on = work.on;
  compare_options.threads = work.threads;

  // By turns, and in seconds of the processor: what is looked for is a small difference of two long
  // times.
  std::vector<double> runs, compares, added, changes;
  uint64_t people = 0;
  std::optional<lab::Affected> affected;
  for (size_t i = 0; i < work.repeats; ++i) {
    runs.push_back(processor_seconds([&] {
      const auto result = lab::run(*before, statistics_before, people_before, run_options);
      if (!result) fail(result.error().message.en);
      people = lab::total_of(result->tables.people.front());
    }));
    compares.push_back(processor_seconds([&] {
      const auto result =
          lab::compare({before.get(), &statistics_before, &people_before},
                       {after.get(), &statistics_after, &people_after}, compare_options);
      if (!result) fail(result.error().message.en);
      affected = result->affected;
    }));
    added.push_back(compares.back() - runs.back());
    changes.push_back(affected_seconds(*after, people_after, work.on, affected->after));
  }
  return {{"people", people},
          {"seconds_to_set_up", set_up},
          {"seconds_to_set_up_baseline", baseline_set_up},
          {"seconds_of_run", median(runs)},
          {"seconds_of_compare", median(compares)},
          {"seconds_added", median(added)},
          {"seconds_of_changed_part", median(changes)},
          {"affected", affected->count()},
          {"benefits", after->benefits.size()}};
}

}  // namespace ansinh::bench
