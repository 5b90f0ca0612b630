// A run against a plain loop with the Explainer; and that neither threads nor chunks matter.
#include "lab/run.h"

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>

#include "engine/explain.h"
#include "lab/figures.h"
#include "lab/lab_test_support.h"

namespace ansinh::lab {

namespace {

constexpr size_t kHouseholds = 700;

struct Ran {
  RunResult result;
  std::string csv;
};

Ran run_lab(const law::Program& program, const PeopleSource& source, size_t threads,
            bool all = false) {
  const Statistics statistics = lab_statistics(program);
  const CsvResults format(program, Language::kEnglish);
  std::string csv;
  RunOptions options;
  options.on = kLabDay;
  options.threads = threads;
  options.all = all;
  options.format = &format;
  options.sink = [&](std::string_view bytes) -> std::optional<Diagnostic> {
    csv += bytes;
    return std::nullopt;
  };
  auto result = run(program, statistics, source, options);
  EXPECT_TRUE(result.has_value());
  return {std::move(*result), std::move(csv)};
}

// What Explainer says of everybody, counted by hand.
struct Plain {
  std::map<std::string, uint64_t> entitled, open;  // by benefit
  std::map<std::string, Rational> once, month;     // counted
  std::map<std::string, uint64_t> people;          // with something counted
  std::map<std::string, uint64_t> by_sex;          // "old_pension female"
};

Plain plain(const law::Program& program, const PeopleSource& source) {
  Plain plain;
  for (uint64_t tree = 0; tree < source.trees(); ++tree) {
    const facts::PersonFile file = source.tree(tree)->person_file(0);
    engine::Explainer explainer(program, file, kLabDay);
    std::map<std::pair<std::string, const facts::Instance*>, bool> seen;
    for (const engine::Outcome& outcome : explainer.outcomes()) {
      const std::string& name = program.benefits[outcome.benefit].name;
      if (outcome.status == engine::Status::kNotEntitled) continue;
      if (outcome.status != engine::Status::kEntitled) {
        ++plain.open[name];
        continue;
      }
      ++plain.entitled[name];
      const facts::Instance* person = outcome.instance;
      bool is_counted = true;
      if (name == "birth_grant") {
        const auto& day = person->facts[0].value;
        is_counted = std::get<Date>(day) > Date::of(2025, 7, 1) && std::get<Date>(day) <= kLabDay;
        person = person->parent;
      }
      if (name == "old_pension")
        is_counted = !outcome.pays[0].until || *outcome.pays[0].until >= kLabDay;
      if (!is_counted) continue;
      for (const engine::Pay& pay : outcome.pays)
        (name == "birth_grant" ? plain.once : plain.month)[name] += std::get<Rational>(pay.amount);
      if (!seen.emplace(std::pair{name, person}, true).second) continue;
      ++plain.people[name];
      const uint32_t sex = std::get<uint32_t>(person->facts[0].value);
      ++plain.by_sex[name + (sex == 0 ? " female" : " male")];
    }
  }
  return plain;
}

TEST(Run, TablesAreThoseOfAPlainLoop) {
  const LabFolder folder;
  const auto program = lab_law();
  const PeopleSource source =
      open_source(folder.write("p.jsonl", random_lines(1, kHouseholds)), *program);
  const Ran ran = run_lab(*program, source, 1);
  Plain expected = plain(*program, source);
  ASSERT_EQ(expected.entitled.size(), 3U);
  for (law::BenefitId b = 0; b < program->benefits.size(); ++b) {
    const std::string& name = program->benefits[b].name;
    const BenefitTable& table = ran.result.tables.benefits[b];
    const Figures all = total_of(table);
    EXPECT_EQ(table.statuses.rows[0], expected.entitled[name]) << name;
    EXPECT_EQ(table.statuses.rows[2] + table.statuses.rows[3] + table.statuses.rows[4],
              expected.open[name])
        << name;
    EXPECT_EQ(all.people, expected.people[name]) << name;
    EXPECT_EQ(to_rational(all.paid.once), expected.once[name]) << name;
    EXPECT_EQ(to_rational(all.paid.month), expected.month[name]) << name;
    EXPECT_EQ(all.instances + table.statuses.elsewhen, expected.entitled[name]) << name;
    EXPECT_EQ(table.groups[2][0].people, expected.by_sex[name + " female"]) << name;
    EXPECT_EQ(table.groups[2][1].people, expected.by_sex[name + " male"]) << name;
    for (const auto& groups : table.groups) {  // every dimension has everybody
      Figures sum;
      for (const Figures& figures : groups) sum += figures;
      EXPECT_EQ(sum, all) << name;
    }
  }
}

TEST(Run, ThreadsAndChunksDoNotMatter) {
  const LabFolder folder;
  const auto program = lab_law();
  const std::string lines = random_lines(2, kHouseholds);
  const PeopleSource many = open_source(make_snapshot(folder, *program, lines, 37), *program);
  ASSERT_GT(many.chunk_count(), 10U);
  const Ran one = run_lab(*program, many, 1, true);
  const Ran three = run_lab(*program, many, 3, true);
  EXPECT_EQ(one.csv, three.csv);
  EXPECT_EQ(one.result.tables, three.result.tables);

  // The same households the other way round, in other chunks.
  std::istringstream in(lines);
  std::string reversed;
  for (std::string line; std::getline(in, line);) reversed = line + "\n" + reversed;
  const LabFolder other;
  const PeopleSource turned = open_source(make_snapshot(other, *program, reversed, 101), *program);
  Tables back = run_lab(*program, turned, 2).result.tables;
  Tables forth = one.result.tables;
  for (Tables* tables : {&back, &forth})
    for (BenefitTable& table : tables->benefits) table.undecided = {};  // the first of each
  EXPECT_EQ(back, forth);
}

TEST(Run, TablesAreTheSumsOfEveryonesResults) {
  const LabFolder folder;
  const auto program = lab_law();
  const PeopleSource source =
      open_source(folder.write("p.jsonl", random_lines(3, kHouseholds)), *program);
  const Ran ran = run_lab(*program, source, 2);
  std::istringstream in(ran.csv);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line,
            "tree,name,person,row,benefit,status,reason,article,payment,amount,currency,each,on,"
            "from,until,duration,party,fund,counted");
  std::map<std::string, Rational> sums;
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    ASSERT_EQ(cells.size(), 19U) << line;
    if (cells[18] == "1") sums[cells[4] + cells[11]] += *Rational::parse(cells[9]);
  }
  for (law::BenefitId b = 0; b < program->benefits.size(); ++b) {
    const std::string& name = program->benefits[b].name;
    const Figures all = total_of(ran.result.tables.benefits[b]);
    EXPECT_EQ(to_rational(all.paid.once), sums[name + "once"]) << name;
    EXPECT_EQ(to_rational(all.paid.month), sums[name + "month"]) << name;
    Paid<Wide> by_fund;
    for (const auto& paid : ran.result.tables.benefits[b].funds) by_fund += paid;
    EXPECT_EQ(by_fund, all.paid) << name;
  }
}

TEST(Run, SaysWhyInTheResultsAndWhatIsMissing) {
  const LabFolder folder;
  const auto program = lab_law();
  const PeopleSource source = open_source(
      folder.write("p.jsonl",
                   R"({"$id":"a","Household":{"members":[{"sex":"male","born":"1990-01-01"}]}}
{"$id":"b","Household":{"members":[{"sex":"male"}]}}
)"),
      *program);
  const Ran ran = run_lab(*program, source, 1, true);
  EXPECT_NE(ran.csv.find("1,a,1,1,old_pension,not entitled,too young,E,,,,,,,,,,,0\n"),
            std::string::npos)
      << ran.csv;
  EXPECT_NE(ran.csv.find("2,b,1,1,old_pension,cannot tell,,,,,,,,,,,,,0\n"), std::string::npos)
      << ran.csv;
  ASSERT_EQ(ran.result.open.size(), 1U);
  EXPECT_EQ(ran.result.open[0].rows, 1U);
  ASSERT_EQ(ran.result.open[0].why.size(), 1U);
  EXPECT_EQ(ran.result.open[0].why[0].first.en, "Date of birth (Person)");
}

TEST(Run, EndsWhenItIsInterrupted) {
  const LabFolder folder;
  const auto program = lab_law();
  const Statistics statistics = lab_statistics(*program);
  const PeopleSource source =
      open_source(make_snapshot(folder, *program, random_lines(4, 200), 10), *program);
  RunOptions options;
  options.on = kLabDay;
  options.threads = 2;
  options.progress = [](uint64_t) { return false; };
  const auto result = run(*program, statistics, source, options);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, "interrupted");
}

}  // namespace

}  // namespace ansinh::lab
