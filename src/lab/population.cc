#include "lab/population.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "facts/snapshot.h"
#include "lab/population_block.h"

namespace ansinh::lab {

namespace {

uint64_t block_count(uint64_t people) { return (people + kBlockPeople - 1) / kBlockPeople; }

uint32_t people_of(uint64_t block, uint64_t people) {
  return static_cast<uint32_t>(std::min<uint64_t>(people - block * kBlockPeople, kBlockPeople));
}

struct MadeBlock {
  facts::EncodedChunk chunk;
  Measured measured;
};

// Makes one block after another, keeping its memory.
class Maker {
 public:
  Maker(const Model& model, const PopulationOptions& options)
      : people_(options.people), block_(model, options.seed), columns_(*model.program) {
    block_.rows_per_person = options.rows_per_person;
  }

  const facts::Columns& make(uint64_t number, Measured* measured) {
    assemble(block_, number, people_of(number, people_));
    run_steps(block_);
    write_facts(block_, columns_);
    if (measured == nullptr) return columns_;
    measure(block_, *measured);
    measured->rows.resize(columns_.entities.size());
    for (size_t id = 0; id < columns_.entities.size(); ++id) {
      measured->rows[id] += columns_.entities[id].rows;
    }
    return columns_;
  }

 private:
  uint64_t people_;
  Block block_;
  facts::Columns columns_;
};

// Blocks made by several threads and handed out in order. A thread waits when it is too far ahead.
class Line {
 public:
  Line(const Model& model, const PopulationOptions& options)
      : model_(model), options_(options), count_(block_count(options.people)) {
    const auto threads = std::min<uint64_t>(std::max(options.threads, 1U), count_);
    window_ = 2 * threads;
    for (uint64_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    {
      const std::lock_guard lock(mutex_);
      is_stopped_ = true;
    }
    may_make_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  uint64_t count() const { return count_; }

  // The next block in order; nothing yet after a short while.
  std::optional<MadeBlock> next() {
    std::unique_lock lock(mutex_);
    const auto is_there = [&] { return made_.contains(handed_out_); };
    if (!is_made_.wait_for(lock, std::chrono::milliseconds(50), is_there)) return std::nullopt;
    const auto found = made_.find(handed_out_);
    MadeBlock block = std::move(found->second);
    made_.erase(found);
    ++handed_out_;
    lock.unlock();
    may_make_.notify_all();
    return block;
  }

 private:
  void work() {
    Maker maker(model_, options_);
    for (;;) {
      uint64_t number = 0;
      {
        std::unique_lock lock(mutex_);
        may_make_.wait(lock, [&] {
          return is_stopped_ || begun_ == count_ || begun_ < handed_out_ + window_;
        });
        if (is_stopped_ || begun_ == count_) return;
        number = begun_++;
      }
      MadeBlock block;
      block.chunk = facts::encode_chunk(maker.make(number, &block.measured));
      {
        const std::lock_guard lock(mutex_);
        made_.emplace(number, std::move(block));
      }
      is_made_.notify_one();
    }
  }

  const Model& model_;
  const PopulationOptions& options_;
  uint64_t count_;
  uint64_t window_ = 0;
  std::mutex mutex_;
  std::condition_variable may_make_, is_made_;
  uint64_t begun_ = 0, handed_out_ = 0;
  bool is_stopped_ = false;
  std::map<uint64_t, MadeBlock> made_;
  std::vector<std::thread> threads_;
};

// ---- The report --------------------------------------------------------------------------------

std::string ages_text(const AgeGroup& group) {
  if (group.high == kAgeMax) return std::to_string(group.low) + "+";
  return std::to_string(group.low) + "-" + std::to_string(group.high);
}

class Differences {
 public:
  Differences(const Model& model, const Measured& measured) : model_(model), measured_(measured) {}

  void lines(std::vector<TargetLine>& out) const {
    ages(out);
    deaths(out);
    births(out);
    for (size_t i = 0; i < model_.targets.size(); ++i) out.push_back(line(i));
  }

 private:
  static double ratio(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
  }

  TargetLine line(size_t i) const {
    const Target& target = model_.targets[i];
    TargetLine line;
    line.name = target.name;
    line.label = target.label;
    line.target = static_cast<double>(target.figure);
    line.counted = measured_.counts[i];
    line.source = target.source;
    if (target.measure == Measure::kMean) {
      line.is_mean = true;
      line.reached = line.counted == 0 ? 0
                                       : static_cast<double>(measured_.sums[i]) /
                                             static_cast<double>(line.counted);
      return line;
    }
    line.is_scaled = true;
    const uint64_t all =
        target.unit == Unit::kPerson || target.per_people ? measured_.living : measured_.households;
    line.reached = ratio(line.counted, all) * static_cast<double>(target.per);
    return line;
  }

  static uint64_t sum(const std::vector<uint64_t>& by_age, size_t offset, const AgeGroup& group) {
    uint64_t all = 0;
    for (int age = group.low; age <= group.high; ++age) {
      all += by_age[offset + static_cast<size_t>(age)];
    }
    return all;
  }

  void ages(std::vector<TargetLine>& out) const {
    const People& people = model_.people;
    uint64_t nation = 0;
    for (const uint64_t persons : people.age_group_persons) nation += persons;
    for (size_t sex = 0; sex < 2; ++sex) {
      for (size_t g = 0; g < people.age_groups.size(); ++g) {
        TargetLine line;
        const std::string ages = ages_text(people.age_groups[g]);
        line.name = std::string(sex == 0 ? "female_" : "male_") + ages;
        line.label = {(sex == 0 ? "nữ, " : "nam, ") + ages + " tuổi",
                      (sex == 0 ? "women and girls, " : "men and boys, ") + ages};
        line.is_scaled = true;
        line.target =
            static_cast<double>(people.age_group_persons[sex * people.age_groups.size() + g]);
        line.counted = sum(measured_.ages, sex * kAges, people.age_groups[g]);
        line.reached = ratio(line.counted, measured_.living) * static_cast<double>(nation);
        line.source = people.ages_source;
        out.push_back(std::move(line));
      }
    }
  }

  void deaths(std::vector<TargetLine>& out) const {
    const People& people = model_.people;
    if (people.dead_total == 0) return;
    for (size_t sex = 0; sex < 2; ++sex) {
      uint64_t wanted = 0;
      uint64_t counted = 0;
      for (size_t age = 0; age < kAges; ++age) {
        wanted += people.dead[sex * kAges + age];
        counted += measured_.deaths[sex * kAges + age];
      }
      TargetLine line;
      line.name = sex == 0 ? "deaths_female" : "deaths_male";
      line.label = {sex == 0 ? "nữ chết trong năm" : "nam chết trong năm",
                    sex == 0 ? "women and girls who died within the year"
                             : "men and boys who died within the year"};
      line.is_scaled = true;
      line.target = static_cast<double>(wanted) / 1000;
      line.counted = counted;
      line.reached =
          ratio(counted, measured_.living) * static_cast<double>(people.living_total) / 1000;
      line.source = people.deaths_source;
      out.push_back(std::move(line));
    }
  }

  // Shares of births by the mother's age, in parts of 100 000.
  void births(std::vector<TargetLine>& out) const {
    const People& people = model_.people;
    uint64_t all = 0;
    uint64_t wanted = 0;
    for (const uint64_t mothers : measured_.mothers) all += mothers;
    for (const uint64_t part : people.birth_group_parts) wanted += part;
    for (size_t g = 0; g < people.birth_groups.size(); ++g) {
      TargetLine line;
      const std::string ages = ages_text(people.birth_groups[g]);
      line.name = "births_" + ages;
      line.label = {"trên 100.000 lần sinh: mẹ " + ages + " tuổi",
                    "of 100,000 births: mothers of " + ages};
      line.is_scaled = true;
      line.target = ratio(people.birth_group_parts[g], wanted) * 100'000;
      line.counted = sum(measured_.mothers, 0, people.birth_groups[g]);
      line.reached = ratio(line.counted, all) * 100'000;
      line.source = people.births_source;
      out.push_back(std::move(line));
    }
  }

  const Model& model_;
  const Measured& measured_;
};

}  // namespace

namespace {

// Whether what the model gives is what the law allows, on a few people.
std::optional<Diagnostic> fault_in(const Model& model) {
  constexpr uint64_t kPeople = 2'000;
  const auto fault = facts::fault_of(make_block(model, {kPeople, 1, 0, 1}, 0));
  if (!fault) return std::nullopt;
  return Diagnostic{"model-facts",
                    Severity::kError,
                    {},
                    {model.path + ": mô hình ghi điều mà luật không cho phép: " + *fault,
                     model.path + ": the model gives what the law does not allow: " + *fault},
                    {"sửa phân vị, \"among\" hoặc \"when\" của dữ kiện này",
                     "correct the quantiles, \"among\" or \"when\" of this fact"}};
}

}  // namespace

facts::Columns make_block(const Model& model, const PopulationOptions& options, uint64_t number) {
  return Maker(model, options).make(number, nullptr);
}

std::expected<PopulationReport, Diagnostic> make_population(const Model& model,
                                                            const PopulationOptions& options,
                                                            const std::string& path,
                                                            const PopulationProgress& progress) {
  if (auto fault = fault_in(model)) return std::unexpected(std::move(*fault));
  auto writer = facts::SnapshotWriter::open(path, *model.program);
  if (!writer) return std::unexpected(std::move(writer.error()));
  Measured measured;
  {
    Line line(model, options);
    for (uint64_t done = 0; done < line.count();) {
      const uint64_t people = std::min(done * kBlockPeople, options.people);
      if (auto stop = progress(people, options.people)) return std::unexpected(std::move(*stop));
      const auto block = line.next();
      if (!block) continue;
      if (auto wrong = writer->append(block->chunk)) return std::unexpected(std::move(*wrong));
      measured.add(block->measured);
      ++done;
    }
  }
  if (auto stop = progress(options.people, options.people)) {
    return std::unexpected(std::move(*stop));
  }
  if (auto wrong = writer->finish()) return std::unexpected(std::move(*wrong));

  PopulationReport report;
  report.title = model.title;
  report.on = model.on;
  report.people = measured.people;
  report.living = measured.living;
  report.households = measured.households;
  report.seed = options.seed;
  report.model_digest = model.digest;
  report.law_digest = model.program->digest;
  Differences(model, measured).lines(report.targets);
  for (size_t id = 0; id < measured.rows.size(); ++id) {
    if (measured.rows[id] == 0) continue;
    report.rows.emplace_back(model.program->entities[id].name, measured.rows[id]);
  }
  report.bytes = writer->bytes();
  return report;
}

}  // namespace ansinh::lab
