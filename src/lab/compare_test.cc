// Comparisons against sums made by hand, and what must not change.
#include "lab/compare.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "engine/explain.h"
#include "lab/figures.h"
#include "lab/lab_test_support.h"
#include "lab/report.h"

namespace ansinh::lab {

namespace {

constexpr const char* kLower = "define is_old of Person : yes/no\n  = age >= 70 years\n";
constexpr const char* kSame = R"(param old_level : VND/month
  | from       | value   |
  | 2000-01-01 | 500_000 |
)";

struct Compared {
  std::shared_ptr<const law::Program> old_law, new_law;
  Statistics old_statistics, new_statistics;
  std::optional<PeopleSource> old_source, new_source;
  std::optional<Comparison> comparison;
  Side before() const { return {old_law.get(), &old_statistics, &*old_source}; }
  Side after() const { return {new_law.get(), &new_statistics, &*new_source}; }
};

// Its sides point into it: it must stay where it is.
std::unique_ptr<Compared> compared(const std::string& path, const std::string& reform,
                                   size_t threads = 1) {
  auto all = std::make_unique<Compared>();
  all->old_law = lab_law();
  all->new_law = lab_law(reform);
  all->old_statistics = lab_statistics(*all->old_law);
  all->new_statistics = lab_statistics(*all->new_law);
  all->old_source.emplace(open_source(path, *all->old_law));
  all->new_source.emplace(open_source(path, *all->new_law));
  auto result = compare(all->before(), all->after(), {kLabDay, threads, {}});
  EXPECT_TRUE(result.has_value());
  all->comparison.emplace(std::move(*result));
  return all;
}

TEST(Compare, AReformWithoutEffectChangesNothing) {
  const LabFolder folder;
  const auto all = compared(folder.write("p.jsonl", random_lines(5, 300)), kSame);
  const Comparison& c = *all->comparison;
  EXPECT_EQ(c.affected.count(), 0U);
  for (law::BenefitId b = 0; b < c.after.benefits.size(); ++b)
    EXPECT_EQ(c.after.benefits[b].groups, c.before.benefits[c.affected.before_of[b]].groups);
  for (const auto& groups : c.changes)
    for (const Change& change : groups) {
      EXPECT_EQ(change.gaining + change.losing, 0U);
      EXPECT_EQ(change.before, change.after);
    }
  EXPECT_TRUE(c.gains.cuts.empty());
  EXPECT_EQ(c.most_gaining, Comparison::kNoTree);
}

TEST(Compare, OnlyWhatRestsOnTheReformIsAffected) {
  const auto before = lab_law();
  const auto names = [&](const std::string& reform) {
    const auto after = lab_law(reform);
    const Affected affected = affected_by(*before, *after);
    std::set<std::string> all;
    for (law::BenefitId b = 0; b < after->benefits.size(); ++b)
      if (affected.after[b]) all.insert(after->benefits[b].name);
    return all;
  };
  EXPECT_EQ(names(kLower), std::set<std::string>{"old_pension"});
  EXPECT_EQ(names("param grant_level : VND\n  | from       | value     |\n"
                  "  | 2020-01-01 | 3_000_000 |\n"),
            std::set<std::string>{"birth_grant"});
  EXPECT_EQ(names("define age of Person : years\n  = years between born and today + 1 year\n"),
            std::set<std::string>{"old_pension"});
  EXPECT_EQ(names("facts of Person\n  fact wage : VND/month \"Lương\" \"Wage\" presumed 1\n"),
            std::set<std::string>{"health"});
}

// By the Explainer under both laws, person by person.
TEST(Compare, GainsAreThoseOfAPlainLoop) {
  const LabFolder folder;
  const std::string lines = random_lines(6, 400);
  const std::string path = make_snapshot(folder, *lab_law(), lines, 29);
  const auto all = compared(path, kLower, 3);
  const Comparison& c = *all->comparison;
  uint64_t gaining = 0, households = 0;
  Rational gained = 0;
  for (uint64_t tree = 0; tree < all->old_source->trees(); ++tree) {
    std::map<size_t, Rational> change;
    for (const bool is_after : {false, true}) {
      const Side side = is_after ? all->after() : all->before();
      const facts::PersonFile file = side.source->tree(tree)->person_file(0);
      engine::Explainer explainer(*side.program, file, kLabDay);
      size_t person = 0;
      for (const engine::Outcome& one : explainer.outcomes()) {
        if (side.program->benefits[one.benefit].name != "old_pension") continue;
        ++person;
        if (one.status != engine::Status::kEntitled) continue;
        if (one.pays[0].until && *one.pays[0].until < kLabDay) continue;
        const Rational year = std::get<Rational>(one.pays[0].amount) * Rational(12);
        change[person] += is_after ? year : -year;
      }
    }
    Rational together = 0;
    for (const auto& [person, amount] : change) {
      gaining += amount > Rational(0) ? 1 : 0;
      together += amount;
    }
    gained += together;
    households += together > Rational(0) ? 1 : 0;
  }
  ASSERT_GT(gaining, 10U);
  for (size_t d = 0; d < c.changes.size(); ++d) {
    Change sum;
    for (const Change& one : c.changes[d]) sum.merge(one);
    EXPECT_EQ(sum.gaining, gaining);
    EXPECT_EQ(sum.losing, 0U);
    EXPECT_EQ(to_rational(sum.gained), gained);
  }
  EXPECT_EQ(c.households_gaining, households);
  // Nothing else has moved.
  for (law::BenefitId b = 0; b < c.after.benefits.size(); ++b) {
    if (all->new_law->benefits[b].name == "old_pension") continue;
    EXPECT_EQ(c.after.benefits[b].groups, c.before.benefits[c.affected.before_of[b]].groups);
  }
  // One thread gives the same figures and the same report.
  const auto one = compared(path, kLower, 1);
  EXPECT_EQ(to_json(figures_of(all->before(), all->after(), c, kLabDay)).dump(),
            to_json(figures_of(one->before(), one->after(), *one->comparison, kLabDay)).dump());
  const ReportOptions page{kLabDay, Language::kEnglish, "people"};
  EXPECT_EQ(report_html(all->before(), all->after(), c, 1, page),
            report_html(one->before(), one->after(), *one->comparison, 1, page));
}

TEST(Compare, PovertyAndGiniOfTwoHouseholds) {
  const LabFolder folder;
  const auto all = compared(
      folder.write(
          "p.jsonl",
          "{\"Household\":{\"place\":\"north\",\"income_per_head\":600000,\"members\":["
          "{\"sex\":\"male\",\"born\":\"1953-01-01\"},{\"sex\":\"female\",\"born\":\"1960-01-01\"}"
          "]}}\n{\"Household\":{\"place\":\"north\",\"income_per_head\":1000000,\"members\":["
          "{\"sex\":\"male\",\"born\":\"1996-01-01\"}]}}\n"),
      kLower);
  const Comparison& c = *all->comparison;
  // 73 years: 500,000 more a month, so 850,000 a head in the first household.
  const Change& change = c.changes[0][0];
  EXPECT_EQ(change.gaining, 1U);
  EXPECT_EQ(change.gained, Wide{6'000'000});
  EXPECT_EQ(change.before.people(), 3U);
  EXPECT_EQ(change.before.poor(), 2U);
  EXPECT_EQ(change.after.poor(), 2U);
  EXPECT_EQ(change.before.gap(), Rational(2, 9));  // 2/3 of people lack a third
  EXPECT_EQ(change.after.gap(), Rational(1, 27));  // 2/3 lack 50,000 of 900,000
  EXPECT_EQ(change.before.money(), Rational(600'000 * 12));
  // 600, 600, 1000: mean 733⅓; Σ|x-y| over pairs 2·2·400 = 1600; 1600 / (2·9·733⅓).
  EXPECT_EQ(c.ginis[0][0].before, Rational(4, 33));
  // 850, 850, 1000: 600 / (2·9·900).
  EXPECT_EQ(c.ginis[0][0].after, Rational(1, 27));
  EXPECT_EQ(c.gains.cuts.size(), 9U);
  EXPECT_EQ(c.gains.most, 6'000'000);
  EXPECT_EQ(c.most_gaining, 0U);
}

TEST(Compare, NewBenefitsNewFactsAndWhatPeoplePay) {
  const LabFolder folder;
  const auto all = compared(
      folder.write(
          "p.jsonl",
          "{\"Household\":{\"members\":[{\"sex\":\"male\",\"born\":\"2024-01-01\",\"wage\":"
          "1000}]}}\n"),
      R"(fund new_pot "Quỹ mới" "New fund"

facts of Person
  fact asked : yes/no "Đã xin" "Asked" presumed yes

benefit child_benefit of Person "Trợ cấp trẻ em" "Child benefit"
  entitled when age < 6 years and asked
  pays 700 VND/month each month from fund new_pot

contribution health of Person "Đóng y tế" "Health"
  owed when wage > 0 VND/month
  worker pays 30% * wage rounded half up to 1 VND each month to fund pot
)");
  const Comparison& c = *all->comparison;
  EXPECT_FALSE(c.affected.has_same_facts);
  EXPECT_EQ(c.affected.count(), 2U);
  // 700 more, and 300 in place of 100 to pay.
  EXPECT_EQ(c.changes[0][0].gained, Wide{12 * 500});
  const law::BenefitId child = all->new_law->benefit_by_name.at("child_benefit");
  EXPECT_EQ(c.affected.before_of[child], law::kNoId);
  EXPECT_EQ(c.after.benefits[child].funds.at(2).month, Wide{700});
  const auto notes = reach_notes(all->before(), all->after(), c, kLabDay);
  std::string text;
  for (const ReachNote& note : notes) text += note.words.en + "\n";
  EXPECT_EQ(text,
            "“Old pension” reaches NOBODY before and after the reform\n"
            "“Birth grant” reaches NOBODY before and after the reform\n"
            "“Child benefit” reaches EVERYBODY after the reform\n"
            "“Health” reaches EVERYBODY before and after the reform\n");
}

TEST(Income, TenthsGiniAndShortfall) {
  std::vector<SharedIncome> incomes;
  for (int64_t i = 1; i <= 20; ++i) incomes.push_back({i * 100, 1});
  EXPECT_EQ(tenth_ends(incomes).end,
            (std::vector<int64_t>{200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000}));
  const TenthEnds ends = tenth_ends(incomes);
  EXPECT_EQ(ends.of(200), 0U);
  EXPECT_EQ(ends.of(201), 1U);
  EXPECT_EQ(ends.of(99'999), 9U);
  EXPECT_EQ(tenth_ends({{7, 3}}).end, std::vector<int64_t>(10, 7));

  EXPECT_EQ(gini({}), Rational(0));
  EXPECT_EQ(gini({{10, 2}, {5, 1}}), Rational(0));                    // all alike
  EXPECT_EQ(gini({{0, 1}, {0, 1}, {0, 1}, {8, 1}}), Rational(3, 4));  // one has all
  EXPECT_EQ(gini({{1, 1}, {3, 1}}), Rational(1, 4));

  Shortfall shortfall;
  shortfall.add(100, {90, 3}, 2);  // 30 a head: two of the three people
  shortfall.add(100, {500, 1}, 1);
  EXPECT_EQ(shortfall.poor(), 2U);
  EXPECT_EQ(shortfall.money(), Rational(140));
  EXPECT_EQ(shortfall.gap(), Rational(140, 300));
}

TEST(Income, DecilesOfAmounts) {
  std::vector<int64_t> amounts;
  for (int64_t i = 100; i >= 1; --i) amounts.push_back(i);
  const Deciles deciles = deciles_of(amounts);
  EXPECT_EQ(deciles.least, 1);
  EXPECT_EQ(deciles.most, 100);
  EXPECT_EQ(deciles.cuts, (std::vector<int64_t>{10, 20, 30, 40, 50, 60, 70, 80, 90}));
}

TEST(Statistics, RefusesWithThePlace) {
  const auto program = lab_law();
  const auto fault = [&](const std::string& text) {
    const auto read = read_statistics(*program, text, 0);
    if (read) return std::string("none");
    const Diagnostic& one = read.error();
    return one.code + " " + std::to_string(one.span.line) + ":" + std::to_string(one.span.column) +
           " " + one.message.en + " / " + one.help.en;
  };
  EXPECT_EQ(fault("{\"person\": \"Persn\"}"),
            "statistics-name 1:12 there is no “Persn” / did you mean “Person”?");
  EXPECT_EQ(fault("{\"person\": \"Birth\"}"),
            "statistics-person 1:12 “Birth” must be the root entity or a child of it / name the "
            "entity that is a human being");
  EXPECT_EQ(
      fault("{\"person\": \"Person\",\n\"groups\": [{\"name\": \"x\", \"label\": {\"vi\": \"\", "
            "\"en\": \"\"}, \"fact\": \"Person.sexx\"}]}"),
      "statistics-name 2:65 there is no “Person.sexx” / did you mean “Person.sex”?");
  EXPECT_EQ(fault("{\"groups\": [{\"name\": \"x\", \"label\": {\"vi\": \"\", \"en\": \"\"}, "
                  "\"birth\": \"Person.born\", \"from\": [0, 5, 5]}]}"),
            "statistics-form 1:97 the ages must ascend / see docs/reforms.md");
}

}  // namespace

}  // namespace ansinh::lab
