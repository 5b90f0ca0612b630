// Every case of the law of Viet Nam, decided by both executors: on its own date, and all on one.
// And people who were made by the thousand; ANSINH_AGREE=1000000: so many of them (scripts/ci).
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/batch_test_support.h"
#include "facts/from_case.h"
#include "facts/snapshot.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

std::shared_ptr<const law::Program> law_of_viet_nam() {
  Diagnostics diagnostics;
  auto program = law::check(law::read_law({"law/vn"}, diagnostics), {}, diagnostics);
  EXPECT_FALSE(has_errors(diagnostics));
  return program;
}

// Some facts and lists that were given are unknown now.
void forget_some(facts::PersonFile& file, std::mt19937_64& random) {
  for (size_t times = random() % 6; times > 0; --times) {
    facts::Instance& instance = file.instances[random() % file.instances.size()];
    if (!instance.facts.empty()) {
      facts::FactValue& value = instance.facts[random() % instance.facts.size()];
      if (value.known == facts::Known::kGiven) value = {};
    }
    if (!instance.lists.empty()) {
      facts::ListValue& list = instance.lists[random() % instance.lists.size()];
      if (list.known == facts::Known::kGiven && list.rows.empty()) {
        list.known = facts::Known::kUnknown;
      }
    }
  }
}

}  // namespace

TEST(BatchOnLaw, DecidesMadePeopleAsExplainDoes) {
  const char* wanted = std::getenv("ANSINH_AGREE");
  const std::string people = wanted != nullptr ? wanted : "6000";
  const auto folder =
      std::filesystem::temp_directory_path() / ("ansinh-agree-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string path = (folder / "people.ansinh").string();
  const std::string make = std::string(ANSINH_PROGRAM) + " population make --law law/vn --people " +
                           people + " --seed 7 --out " + path + " > " + path + ".txt";
  ASSERT_EQ(std::system(make.c_str()), 0);
  const auto program = law_of_viet_nam();
  const auto reader = facts::SnapshotReader::open(path, *program);
  ASSERT_TRUE(reader.has_value());

  // Slices of households: each on a day of its own, every second with gaps in what is known.
  constexpr uint32_t kSlice = 400;
  std::atomic<size_t> next = 0;
  std::atomic<size_t> rows = 0;
  std::atomic<size_t> explained = 0;
  std::atomic<size_t> trees = 0;
  const auto work = [&] {
    for (size_t chunk = next++; chunk < reader->chunk_count(); chunk = next++) {
      const auto columns = reader->chunk(chunk);
      if (!columns) {
        ADD_FAILURE() << "chunk " << chunk;
        return;
      }
      std::mt19937_64 random(chunk);
      for (uint32_t first = 0; first < columns->trees; first += kSlice) {
        std::deque<facts::PersonFile> files;
        const uint32_t last = std::min(first + kSlice, columns->trees);
        const Date on{Date::of(2016, 1, 1).days + static_cast<int32_t>(random() % (11 * 365))};
        const bool forgets = random() % 2 == 0;
        for (uint32_t tree = first; tree < last; ++tree) {
          files.push_back(columns->person_file(tree));
          if (forgets) forget_some(files.back(), random);
        }
        const Compared compared = compare(*program, files, on);
        rows += compared.rows;
        explained += compared.explained;
        trees += files.size();
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      threads.emplace_back(work);
    }
  }
  std::filesystem::remove_all(folder);
  RecordProperty("households", static_cast<int>(trees));
  RecordProperty("rows", static_cast<int>(rows));
  RecordProperty("explained", static_cast<int>(explained));
  std::printf("%s people, %zu households, %zu results; %zu households went to explain\n",
              people.c_str(), trees.load(), rows.load(), explained.load());
  EXPECT_GT(rows, trees * 20);
  EXPECT_LT(explained * 20, trees);  // the columns decide for themselves
}

TEST(BatchOnLaw, DecidesTheCasesAsExplainDoes) {
  const auto program = law_of_viet_nam();
  std::map<Date, std::deque<facts::PersonFile>> by_date;
  for (const law::CaseRule& rule : program->cases) {
    auto file = facts::from_case(*program, rule);
    ASSERT_TRUE(file.has_value());
    by_date[rule.source->on].push_back(std::move(*file));
  }
  size_t rows = 0;
  for (const auto& [on, files] : by_date) rows += compare(*program, files, on).rows;
  EXPECT_GT(rows, 7000U);
}

TEST(BatchOnLaw, DecidesAllTheirPeopleOnOneDate) {
  const auto program = law_of_viet_nam();
  std::deque<facts::PersonFile> files;
  for (const law::CaseRule& rule : program->cases) {
    auto file = facts::from_case(*program, rule);
    ASSERT_TRUE(file.has_value());
    files.push_back(std::move(*file));
  }
  for (const Date on : {Date::of(2016, 6, 1), Date::of(2023, 3, 1), Date::of(2026, 8, 1)}) {
    compare(*program, files, on);
  }
}

}  // namespace ansinh::engine
