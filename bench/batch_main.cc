// What the batch executor does in how much time, as JSON on standard output; bench/run.py runs it
// beside the peers.
//
//   ansinh_bench_batch rule pension_rule --people 2000000 --data FOLDER
//   ansinh_bench_batch nation people.ansinh --law law/vn --on 2026-07-01
//   ansinh_bench_batch reform people.ansinh --law law/vn --on 2026-07-01 --reform REFORM.md
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "engine/batch.h"
#include "lab/run.h"
#include "measure.h"
#include "nation.h"
#include "rules.h"

namespace ansinh::bench {

void fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

namespace {

const Date kRuleDay = Date::of(2026, 1, 1);

struct RuleWork {
  std::string name, data;
  uint32_t people = 100'000, block = 2'048;
  size_t repeats = 7;
  uint64_t seed = 1;
};

// What a block's people are due, at results[0 …].
void take_results(const engine::BatchBenefit& benefit, uint32_t count, int64_t* results) {
  for (uint32_t i = 0; i < count; ++i) {
    if (benefit.status[i] == engine::Status::kNotEntitled) {
      results[i] = kRefused;
      continue;
    }
    const engine::BatchPay& pay = benefit.pays.front();
    if (benefit.status[i] != engine::Status::kEntitled ||
        (!pay.denominator.empty() && pay.denominator[i] != 1))
      fail("a person was neither refused nor entitled to whole đồng");
    results[i] = pay.numerator[i];
  }
}

nlohmann::ordered_json measure_rule(const RuleWork& work) {
  const auto rule = std::ranges::find(rules(), work.name, &Rule::name);
  if (rule == rules().end()) fail("there is no rule " + work.name);
  const auto program = load({"bench/law/" + work.name + ".md"}, kRuleDay);
  const law::BenefitId benefit = program->benefit_by_name.at(std::string(rule->benefit));
  const engine::Batch batch(*program, kRuleDay);
  const RuleInputs inputs = rule->inputs(work.people, work.seed);

  std::vector<int64_t> expected(work.people), results(work.people);
  const double plain = median_seconds(work.repeats, [&] { rule->plain_loop(inputs, expected); });

  std::vector<facts::Columns> blocks;
  const auto size_of = [&](uint32_t first) { return std::min(work.block, work.people - first); };
  for (uint32_t first = 0; first < work.people; first += work.block) {
    blocks.emplace_back(*program);
    rule->fill(inputs, first, size_of(first), blocks.back());
  }
  if (const auto fault = facts::fault_of(blocks.front())) fail(*fault);

  uint64_t explained = 0;
  for (size_t b = 0; b < blocks.size(); ++b) {
    const engine::BatchResult result = batch.decide(blocks[b]);
    explained += result.explained.size();
    take_results(result.benefits[benefit], blocks[b].trees, &results[b * work.block]);
  }
  if (results != expected) fail(work.name + ": the plain loop gives something else");

  uint64_t entitled = 0;
  const auto look = [&](const engine::BatchResult& result) {
    entitled += result.benefits[benefit].status[0] == engine::Status::kEntitled ? 1 : 0;
  };
  const double deciding = median_seconds(work.repeats, [&] {
    for (const facts::Columns& block : blocks) look(batch.decide(block));
  });
  facts::Columns block(*program);
  const double filling_too = median_seconds(work.repeats, [&] {
    for (uint32_t first = 0; first < work.people; first += work.block) {
      block.clear();
      rule->fill(inputs, first, size_of(first), block);
      look(batch.decide(block));
    }
  });
  if (!work.data.empty()) {
    write_inputs(inputs, work.data);
    write_bytes(work.data + "/results.bin", results.data(), results.size() * sizeof(int64_t));
  }
  return {{"people", work.people},        {"block", work.block},
          {"seconds", deciding},          {"seconds_with_filling", filling_too},
          {"seconds_plain_loop", plain},  {"explained", explained},
          {"blocks_seen", entitled != 0}, {"exact", true}};
}

int run(int count, const char* const* arguments) {
  CLI::App app{"Measures the batch executor"};
  app.require_subcommand(1);

  RuleWork rule;
  CLI::App* rule_command = app.add_subcommand("rule", "A rule of bench/law over people at random");
  rule_command->add_option("name", rule.name)->required();
  rule_command->add_option("--people", rule.people)->check(CLI::Range(1U, 100'000'000U));
  rule_command->add_option("--block", rule.block)->check(CLI::Range(1U, 1U << 20));
  rule_command->add_option("--repeats", rule.repeats)->check(CLI::Range(1, 1000));
  rule_command->add_option("--seed", rule.seed);
  rule_command->add_option("--data", rule.data, "Inputs and results go into this folder");

  NationWork nation;
  std::string on = "2026-07-01";
  CLI::App* nation_command = app.add_subcommand("nation", "The law over a snapshot");
  CLI::App* reform_command = app.add_subcommand("reform", "A reform laid over the law");
  for (CLI::App* command : {nation_command, reform_command}) {
    command->add_option("people", nation.people)->required();
    command->add_option("--law", nation.law)->required()->allow_extra_args(false);
    command->add_option("--on", on);
    command->add_option("--threads", nation.threads)->check(CLI::Range(1, 256));
    command->add_option("--repeats", nation.repeats)->check(CLI::Range(1, 1000));
  }
  reform_command->add_option("--reform", nation.reform)->required();
  CLI11_PARSE(app, count, arguments);

  const auto day = Date::parse(on);
  if (!day) fail("--on: " + on + " is no date");
  nation.on = *day;
  const nlohmann::ordered_json found = rule_command->parsed()     ? measure_rule(rule)
                                       : nation_command->parsed() ? measure_nation(nation)
                                                                  : measure_reform(nation);
  std::printf("%s\n", found.dump(2).c_str());
  return 0;
}

}  // namespace

}  // namespace ansinh::bench

int main(int count, char** arguments) { return ansinh::bench::run(count, arguments); }
