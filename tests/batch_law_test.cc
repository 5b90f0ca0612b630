// Every case of the law of Viet Nam, decided by both executors: on its own date, and all on one.
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "engine/batch_test_support.h"
#include "facts/from_case.h"
#include "law/check.h"

namespace ansinh::engine {

namespace {

std::shared_ptr<const law::Program> law_of_viet_nam() {
  Diagnostics diagnostics;
  auto program = law::check(law::read_law({"law/vn"}, diagnostics), {}, diagnostics);
  EXPECT_FALSE(has_errors(diagnostics));
  return program;
}

}  // namespace

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
