// Reading and checking the whole law, and deciding one person with the full trace.
// Run from the top of the tree; bench/run.py runs it beside the peer.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "engine/explain.h"
#include "facts/facts.h"
#include "law/check.h"

namespace {

using ansinh::Date;

const Date kDay = Date::of(2026, 8, 1);

std::shared_ptr<const ansinh::law::Program> load() {
  ansinh::Diagnostics diagnostics;
  auto program =
      ansinh::law::check(ansinh::law::read_law({"law/vn"}, diagnostics), {kDay}, diagnostics);
  if (ansinh::has_errors(diagnostics)) return nullptr;
  return program;
}

std::string person() {
  std::ifstream file("bench/person-40-spells.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void load_law(benchmark::State& state) {
  for (auto _ : state) {
    auto program = load();
    if (program == nullptr) {
      state.SkipWithError("law/vn does not check");
      return;
    }
    benchmark::DoNotOptimize(program);
    state.PauseTiming();  // what is measured ends when the program can be used
    program.reset();
    state.ResumeTiming();
  }
}
// Several threads read and check: only the time on the wall counts their work.
BENCHMARK(load_law)->Unit(benchmark::kMillisecond)->UseRealTime();

void decide_traced(benchmark::State& state) {
  const auto program = load();
  if (program == nullptr) {
    state.SkipWithError("law/vn does not check");
    return;
  }
  const auto file = ansinh::facts::from_json(*program, person(), 0, kDay);
  if (!file) {
    state.SkipWithError("bench/person-40-spells.json cannot be read");
    return;
  }
  size_t steps = 0;
  size_t outcomes = 0;
  for (auto _ : state) {
    ansinh::engine::Explainer explainer(*program, *file, kDay);
    const auto found = explainer.outcomes();
    steps = explainer.step_count();
    outcomes = found.size();
    benchmark::DoNotOptimize(found);
  }
  state.counters["steps"] = static_cast<double>(steps);
  state.counters["outcomes"] = static_cast<double>(outcomes);
}
BENCHMARK(decide_traced)->Unit(benchmark::kMicrosecond);

}  // namespace
