// Making a population: people who do not exist, drawn so that published figures are met.
//
//   load_model       a model's file and tables -> Model            (population_model.h)
//   make_population  Model, number of people, seed -> a snapshot, and what each target came to
//
// The same model, law, people, seed and options give the same bytes on every machine and with any
// number of threads. People are made in blocks of kBlockPeople, each of which is a chunk of the
// snapshot; no more than a few blocks are held in memory.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/base.h"
#include "facts/columns.h"
#include "lab/population_model.h"

namespace ansinh::lab {

inline constexpr uint64_t kPeopleMax = 10'000'000'000;

struct PopulationOptions {
  uint64_t people = 0;  // 1 … kPeopleMax
  uint64_t seed = 0;
  uint64_t rows_per_person = 0;  // of careers, for each person, in 1/1000; 0: as the model says
  unsigned threads = 1;          // at least 1
};

// A target beside what was reached.
struct TargetLine {
  std::string name;
  Text label;
  bool is_mean = false;
  bool is_scaled = false;  // figures are of the nation: what was counted is scaled to it
  double target = 0;       // in the units of the figure; only shown, never counted with
  double reached = 0;
  uint64_t counted = 0;  // units, or units of the mean
  Source source;
  double difference() const { return reached - target; }
  double relative() const { return target == 0 ? 0 : reached / target - 1; }
};

struct PopulationReport {
  Text title;
  Date on;
  uint64_t people = 0, living = 0, households = 0, seed = 0;
  std::string model_digest, law_digest;
  std::vector<TargetLine> targets;
  std::vector<std::pair<std::string, uint64_t>> rows;  // by the name of the entity, those with rows
  uint64_t bytes = 0;
};

// {"title", "on", "people", …, "targets": [...], "rows": {...}}
nlohmann::ordered_json to_json(const PopulationReport& report);

// Called now and then from the calling thread; an error ends the making.
using PopulationProgress =
    std::function<std::optional<Diagnostic>(uint64_t people_done, uint64_t people)>;

// Writes the snapshot `path`; nothing is left there after an error. Errors: "cannot-write",
// "model-facts" (the model gives facts what the law does not allow), those of `progress`.
std::expected<PopulationReport, Diagnostic> make_population(const Model& model,
                                                            const PopulationOptions& options,
                                                            const std::string& path,
                                                            const PopulationProgress& progress);

// One block as columns, for tests and benchmarks; block `number` of a population of so many people.
facts::Columns make_block(const Model& model, const PopulationOptions& options, uint64_t number);

}  // namespace ansinh::lab
