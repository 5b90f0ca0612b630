// A reform of the law of Viet Nam that takes from the work under the law what is the same in both:
// the results are those of the reform decided alone.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "engine/batch.h"
#include "facts/snapshot.h"
#include "lab/affected.h"
#include "law/check.h"
#include "law/reform.h"

namespace ansinh::lab {

namespace {

using engine::BatchBenefit;
using engine::BatchPay;

const Date kDay = Date::of(2026, 7, 1);

std::string made_people(const std::filesystem::path& folder) {
  const std::string path = (folder / "people.ansinh").string();
  const std::string make = std::string(ANSINH_PROGRAM) +
                           " population make --law law/vn --people 4000 --seed 3 --out " + path +
                           " > " + path + ".txt";
  EXPECT_EQ(std::system(make.c_str()), 0);
  return path;
}

template <typename T>
void expect_same(const engine::Column<T>& a, const engine::Column<T>& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a[i], b[i]) << what << " of row " << i;
}

void expect_same(const BatchBenefit& a, const BatchBenefit& b, const std::string& name) {
  expect_same(a.status, b.status, name + ": status");
  expect_same(a.version, b.version, name + ": version");
  expect_same(a.failed, b.failed, name + ": reason");
  expect_same(a.replaced_by, b.replaced_by, name + ": replaced by");
  ASSERT_EQ(a.pays.size(), b.pays.size()) << name;
  for (size_t k = 0; k < a.pays.size(); ++k) {
    const BatchPay &x = a.pays[k], &y = b.pays[k];
    EXPECT_EQ(x.numerator, y.numerator) << name;
    EXPECT_EQ(x.denominator, y.denominator) << name;
    EXPECT_EQ(x.on, y.on) << name;
    EXPECT_EQ(x.from, y.from) << name;
    EXPECT_EQ(x.until, y.until) << name;
    EXPECT_EQ(x.duration_numerator, y.duration_numerator) << name;
    EXPECT_EQ(x.duration_denominator, y.duration_denominator) << name;
  }
  EXPECT_EQ(a.wide, b.wide) << name;
}

}  // namespace

TEST(BatchReform, TakesFromTheWorkUnderTheLawWhatIsTheSame) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("ansinh-shared-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string path = made_people(folder);
  // One that reaches far: base salary stands under dozens of benefits.
  const std::string far =
      "# Base salary\n\n```luat\nparam base_salary : VND/month\n  | from | value |\n"
      "  | 2026-07-01 | 2_600_000 |\n```\n";
  Diagnostics diagnostics;
  const Sources law = law::read_law({"law/vn"}, diagnostics);
  const auto before = law::check(law, {}, diagnostics);
  ASSERT_FALSE(has_errors(diagnostics));
  const auto reader = facts::SnapshotReader::open(path, *before);
  ASSERT_TRUE(reader.has_value());
  for (const std::string name : {"child-benefit", "social-pension-from-70", "far"}) {
    const Sources reform = name == "far"
                               ? Sources{{"far.md", far}}
                               : law::read_law({"examples/reforms/" + name + ".md"}, diagnostics);
    const auto after = law::check_reform(law, reform, {}, diagnostics);
    ASSERT_FALSE(has_errors(diagnostics)) << name;
    const Affected affected = affected_by(*before, *after);
    ASSERT_TRUE(affected.has_same_facts) << name;
    EXPECT_GT(affected.count(), 0U) << name;
    const auto shared_count = std::ranges::count_if(
        affected.definition_before, [](law::DefinitionId id) { return id != law::kNoId; });
    EXPECT_GT(shared_count, 300) << name;
    if (name == "far") {
      EXPECT_LT(static_cast<size_t>(shared_count) + 10, after->definitions.size());
    }
    const engine::Batch batch_before(*before, kDay), batch_after(*after, kDay);
    for (size_t chunk = 0; chunk < reader->chunk_count(); ++chunk) {
      auto columns = reader->chunk(chunk);
      ASSERT_TRUE(columns.has_value());
      engine::BatchWork work;
      batch_before.decide(*columns, nullptr, &work);
      columns->program = after.get();
      const auto alone = batch_after.decide(*columns, &affected.after);
      const engine::BatchShared shared{&work, &affected.definition_before};
      const auto together = batch_after.decide(*columns, &affected.after, nullptr, &shared);
      EXPECT_EQ(alone.explained, together.explained);
      for (law::BenefitId b = 0; b < after->benefits.size(); ++b) {
        expect_same(alone.benefits[b], together.benefits[b], name + ", " + after->benefits[b].name);
      }
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace ansinh::lab
