#include "facts/from_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "facts/schema.h"
#include "facts/test_law.h"
#include "facts/to_json.h"

namespace ansinh::facts {
namespace {

const Date kOn = Date::of(2025, 7, 1);

PersonFile read(const std::string& json) {
  auto file = from_json(*test_law(), json, 0, kOn);
  if (!file) {
    for (const Diagnostic& d : file.error()) {
      ADD_FAILURE() << render(d, {{"facts.json", json}}, Language::kEnglish, false);
    }
    return from_json(*test_law(), R"({"Person": {}})", 0).value();
  }
  return std::move(*file);
}

const FactValue& fact(const Instance& instance, const std::string& name) {
  const law::Program& program = *test_law();
  for (const law::FactId id : program.entities[instance.entity].facts) {
    if (program.facts[id].name == name) return instance.facts[program.facts[id].slot];
  }
  static const FactValue none;
  ADD_FAILURE() << "no fact " << name;
  return none;
}

const ListValue& list(const Instance& instance, const std::string& name) {
  const law::Program& program = *test_law();
  for (const law::ListId id : program.entities[instance.entity].lists) {
    if (program.lists[id].name == name) return instance.lists[program.lists[id].slot];
  }
  static const ListValue none;
  ADD_FAILURE() << "no list " << name;
  return none;
}

law::Value value_of(const std::string& name, const std::string& json) {
  const PersonFile file = read("{\"Person\": {\"" + name + "\": " + json + "}}");
  EXPECT_EQ(fact(*file.subject, name).known, Known::kGiven);
  return fact(*file.subject, name).value;
}

TEST(FromJson, ReadsEveryWayToWriteAValue) {
  const law::Value five_million{Rational(5'000'000)};
  EXPECT_EQ(value_of("income", "5000000"), five_million);
  EXPECT_EQ(value_of("income", "\"5000000\""), five_million);
  EXPECT_EQ(value_of("income", "\"5_000_000 VND/month\""), five_million);
  EXPECT_EQ(value_of("income", "\"60000000 VND/year\""), five_million);
  EXPECT_EQ(value_of("capacity_loss", "0.75"), law::Value(Rational(3, 4)));
  EXPECT_EQ(value_of("capacity_loss", "\"75%\""), law::Value(Rational(3, 4)));
  EXPECT_EQ(value_of("capacity_loss", "\"3/4\""), law::Value(Rational(3, 4)));
  EXPECT_EQ(value_of("seniority", "\"26 years 4 months\""), law::Value(Rational(316)));
  EXPECT_EQ(value_of("seniority", "{\"years\": 26, \"months\": 4}"), law::Value(Rational(316)));
  EXPECT_EQ(value_of("seniority", "26"), law::Value(Rational(312)));
  EXPECT_EQ(value_of("growth", "\"2%/year\""), law::Value(Rational(1, 600)));
  EXPECT_EQ(value_of("growth", "0.12"), law::Value(Rational(1, 100)));
  EXPECT_EQ(value_of("notice", "\"10 days\""), law::Value(Rational(10)));
  EXPECT_EQ(value_of("date_of_birth", "\"1963-05-10\""), law::Value(Date::of(1963, 5, 10)));
  EXPECT_EQ(value_of("first_month", "\"2025-07\""), law::Value(Month::of(2025, 7)));
  EXPECT_EQ(value_of("sex", "\"male\""), law::Value(uint32_t{1}));
  EXPECT_EQ(value_of("coefficient", "\"none\""), law::Value());
  EXPECT_EQ(value_of("name", "\"Bình\""), law::Value(std::string("Bình")));
}

TEST(FromJson, PresumesWhatTheLawPresumesAndNothingElse) {
  const PersonFile file = read(R"({"Person": {"capacity_loss": null, "births": null}})");
  EXPECT_EQ(fact(*file.subject, "capacity_loss").known, Known::kUnknown);  // said openly
  EXPECT_EQ(fact(*file.subject, "coefficient").known, Known::kPresumed);
  EXPECT_EQ(fact(*file.subject, "sex").known, Known::kUnknown);
  EXPECT_EQ(list(*file.subject, "births").known, Known::kUnknown);
  EXPECT_EQ(list(*file.subject, "work").known, Known::kUnknown);
  EXPECT_EQ(list(*read(R"({"Person": {}})").subject, "births").known, Known::kPresumed);
}

TEST(FromJson, CompletesTheChainOfParents) {
  const PersonFile file = read(R"({"Person": {"sex": "male"}})");
  ASSERT_NE(file.subject->parent, nullptr);
  EXPECT_EQ(file.root, file.subject->parent);
  EXPECT_EQ(fact(*file.root, "rural").known, Known::kPresumed);
  EXPECT_EQ(list(*file.root, "members").known, Known::kUnknown);
  ASSERT_EQ(list(*file.root, "members").rows.size(), 1U);
  EXPECT_EQ(list(*file.root, "members").rows[0], file.subject);
}

TEST(FromJson, ReadsAHouseholdAndAPersonWithTheOthers) {
  const PersonFile family =
      read(R"({"Household": {"members": [{"sex": "male"}, {"sex": "female"}]}})");
  EXPECT_EQ(family.subject, family.root);
  EXPECT_EQ(list(*family.root, "members").rows.size(), 2U);
  const PersonFile person = read(
      R"({"$schema": "x", "note": "y", "Person": {"sex": "male", "$by": 1},
          "Household": {"rural": true, "members": [{"sex": "female"}]}})");
  EXPECT_EQ(list(*person.root, "members").rows.size(), 2U);
  EXPECT_EQ(fact(*person.subject, "sex").value, law::Value(uint32_t{1}));
}

TEST(FromJson, ReadsSpellsAndDates) {
  const PersonFile file = read(R"({"Person": {
    "work": [{"from": "2010-01", "to": "ongoing", "salary": 1}, {"from": "2009-01", "to": "2009-12"}, {"from": "2001-01"}],
    "births": [{"birth_date": "2020-01-01", "rest_days": ["2020-02-02", "2020-01-05"]}]}})");
  const ListValue& work = list(*file.subject, "work");
  ASSERT_EQ(work.rows.size(), 3U);
  EXPECT_FALSE(work.rows[0]->period_known);
  EXPECT_EQ(work.rows[1]->to, Month::of(2009, 12).months);
  EXPECT_EQ(work.rows[2]->to, Instance::kOpen);
  EXPECT_EQ(work.given_position, (std::vector<uint32_t>{2, 1, 0}));
  const ListValue& rest = list(*list(*file.subject, "births").rows[0], "rest_days");
  ASSERT_EQ(rest.rows.size(), 2U);
  EXPECT_EQ(rest.rows[0]->from, Date::of(2020, 1, 5).days);
}

// ---- Bad input ---------------------------------------------------------------------------------

struct Bad {
  const char* code;
  uint32_t line, column;
  const char* json;
  const char* says;  // a part of the English message or help
};

class BadFacts : public testing::TestWithParam<Bad> {};

TEST_P(BadFacts, IsRefusedWithItsPlace) {
  const Bad& bad = GetParam();
  const auto file = from_json(*test_law(), bad.json, 3, kOn);
  ASSERT_FALSE(file.has_value());
  const Diagnostic& found = file.error().front();
  EXPECT_EQ(found.code, bad.code);
  EXPECT_EQ(found.span.line, bad.line) << found.message.en;
  EXPECT_EQ(found.span.column, bad.column) << found.message.en;
  EXPECT_EQ(found.span.file, 3U);
  const std::string english = found.message.en + "\n" + found.help.en;
  EXPECT_NE(english.find(bad.says), std::string::npos) << english;
  EXPECT_FALSE(found.message.vi.empty());
  EXPECT_FALSE(found.help.vi.empty());
  EXPECT_NE(found.message.vi, found.message.en);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFacts,
    testing::Values(
        Bad{"wrong-shape", 1, 1, "[1]", "one JSON object"},
        Bad{"nobody-given", 1, 1, "{}", "no facts"},
        Bad{"unknown-entity", 1, 2, R"({"Persom": {}})", "\"Person\"?"},
        Bad{"unknown-entity", 1, 2, R"({"work": {}})", "use one of"},
        Bad{"wrong-shape", 1, 12, R"({"Person": 5})", "/Person: this must be an object"},
        Bad{"unknown-fact", 1, 13, R"({"Person": {"incom": 5}})", "did you mean \"income\"?"},
        Bad{"unknown-fact", 1, 23, R"({"Person": {"work": [{"form": "2010-01"}]}})",
            "did you mean \"from\"?"},
        Bad{"wrong-unit", 1, 23, R"({"Person": {"income": "5000000 USD"}})", "VND/month is needed"},
        Bad{"wrong-unit", 1, 23, R"({"Person": {"income": "5000000 VND"}})", "VND/month is needed"},
        Bad{"wrong-unit", 1, 26, R"({"Person": {"seniority": "10 days"}})", "years is needed"},
        Bad{"wrong-unit", 1, 26, R"({"Person": {"seniority": {"years": 1, "days": 4}}})",
            "\"days\""},
        Bad{"wrong-unit", 1, 31, R"({"Person": {"children_count": "5%"}})", "no unit"},
        Bad{"wrong-unit", 1, 23, R"({"Person": {"growth": "2%"}})", "%/year"},
        Bad{"not-a-number", 1, 23, R"({"Person": {"income": "5,000,000"}})", "not a number"},
        Bad{"not-a-number", 1, 23, R"({"Person": {"income": true}})", "true is not a number"},
        Bad{"not-a-number", 1, 23, R"({"Person": {"income": ""}})", "not a number"},
        Bad{"not-a-number", 1, 26, R"({"Person": {"seniority": "26 years -4 months"}})",
            "not a number"},
        Bad{"number-with-exponent", 1, 23, R"({"Person": {"income": 5e6}})", "all digits"},
        Bad{"not-whole", 1, 31, R"({"Person": {"children_count": 1.5}})", "whole number"},
        Bad{"none-not-allowed", 1, 23, R"({"Person": {"income": "none"}})", "null"},
        Bad{"not-a-date", 1, 30, R"({"Person": {"date_of_birth": "10.5.1963"}})", "year-month-day"},
        Bad{"not-a-date", 1, 30, R"({"Person": {"date_of_birth": 1963}})", "not a date"},
        Bad{"impossible-date", 1, 30, R"({"Person": {"date_of_birth": "1963-02-30"}})",
            "no such day"},
        Bad{"day-and-month-swapped", 1, 30, R"({"Person": {"date_of_birth": "1963-30-01"}})",
            "changed places"},
        Bad{"not-a-month", 1, 28, R"({"Person": {"first_month": "2025-07-01"}})", "year-month"},
        Bad{"not-a-month", 1, 31, R"({"Person": {"work": [{"from": "2025-13"}]}})", "not a month"},
        Bad{"not-yes-or-no", 1, 25, R"({"Household": {"rural": "yes"}})", "true (yes)"},
        Bad{"unknown-member", 1, 20, R"({"Person": {"sex": "femal"}})", "\"female\"?"},
        Bad{"not-text", 1, 21, R"({"Person": {"name": 5}})", "double quotes"},
        Bad{"wrong-shape", 1, 21, R"({"Person": {"work": {}}})", "a list"},
        Bad{"wrong-shape", 1, 22, R"({"Person": {"work": [1]}})", "/Person/work/0"},
        Bad{"out-of-range", 1, 30, R"({"Person": {"capacity_loss": 1.01}})",
            "outside the allowed range"},
        Bad{"out-of-range", 1, 23, R"({"Person": {"income": 1000000000000001}})", "/Person/income"},
        Bad{"out-of-range", 1, 23, R"({"Person": {"income": -1}})", "outside"},
        Bad{"out-of-range", 1, 30, R"({"Person": {"date_of_birth": "1849-12-31"}})", "outside"},
        Bad{"out-of-range", 1, 31,
            R"({"Person": {"work": [{"from": "2300-01", "to": "ongoing"}]}})",
            "/Person/work/0/from"},
        Bad{"too-old", 1, 30, R"({"Person": {"date_of_birth": "1851-01-01"}})", "174 years"},
        Bad{"death-before-birth", 2, 19,
            "{\"Person\": {\"date_of_birth\": \"1990-01-01\",\n\"date_of_death\" : "
            "\"1989-12-31\"}}",
            "before the date of birth"},
        Bad{"period-reversed", 1, 48,
            R"({"Person": {"work": [{"from": "2010-05", "to": "2010-04"}]}})",
            "ends (2010-04) before"},
        Bad{"periods-overlap", 2, 10,
            "{\"Person\": {\"stays\": [{\"from\": \"2010-05-01\", \"to\": "
            "\"2010-05-09\"},\n{\"from\": \"2010-05-09\", \"to\": \"ongoing\"}]}}",
            "/Person/stays/1: this period overlaps /Person/stays/0"},
        Bad{"date-twice", 1, 53,
            R"({"Person": {"births": [{"rest_days": ["2020-01-01", "2020-01-01"]}]}})",
            "listed twice"},
        Bad{"not-one-line", 1, 28, R"({"Person": {}, "Dwelling": {}})", "not in one line"}));

TEST(FromJson, ReportsAtMostFiftyErrors) {
  std::string rows;
  for (int i = 0; i < 1000; ++i) rows += std::string(i == 0 ? "" : ",") + "{\"salary\": -1}";
  const auto file = from_json(*test_law(), "{\"Person\": {\"work\": [" + rows + "]}}", 0);
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().size(), 51U);
  EXPECT_EQ(file.error().back().code, "too-many-errors");
}

TEST(FromJson, ReadsTenThousandSpells) {
  std::string rows;
  for (int i = 9'999; i >= 0; --i) {
    const std::string day = Date{i}.to_string();
    rows +=
        std::string(i == 9'999 ? "" : ",") + "{\"from\":\"" + day + "\",\"to\":\"" + day + "\"}";
  }
  const PersonFile file = read("{\"Person\": {\"stays\": [" + rows + "]}}");
  EXPECT_EQ(list(*file.subject, "stays").rows.size(), 10'000U);
  EXPECT_EQ(list(*file.subject, "stays").rows[0]->from, 0);
}

// ---- Round trip --------------------------------------------------------------------------------

std::string pick(std::mt19937& random, const std::vector<std::string>& choices) {
  return choices[random() % choices.size()];
}

std::string day(std::mt19937& random) {
  return Date{static_cast<int32_t>(random() % 20'000)}.to_string();
}

nlohmann::json random_person(std::mt19937& random) {
  nlohmann::json person = nlohmann::json::object();
  const auto maybe = [&](const char* name, nlohmann::json value) {
    if (random() % 4 != 0) person[name] = random() % 5 == 0 ? nlohmann::json() : std::move(value);
  };
  maybe("sex", pick(random, {"female", "male"}));
  maybe("date_of_birth", day(random));
  maybe("income", random() % 100'000'000);
  maybe("capacity_loss", pick(random, {"75%", "1/3", "0.125", "1"}));
  maybe("seniority", {{"years", random() % 40}, {"months", random() % 12}});
  maybe("growth", pick(random, {"2%/year", "1/7"}));
  maybe("coefficient", pick(random, {"none", "2.34", "22/7"}));
  maybe("first_month", "2025-07");
  maybe("name", pick(random, {"Bình", "\"", "none"}));
  if (random() % 4 != 0) {
    person["work"] = nlohmann::json::array();
    for (size_t i = random() % 5; i > 0; --i) {
      nlohmann::json row = nlohmann::json::object();
      if (random() % 8 != 0) row["from"] = pick(random, {"2001-01", "2001-02", "1999-12"});
      if (random() % 8 != 0) row["to"] = pick(random, {"2001-02", "2005-02", "ongoing"});
      if (random() % 2 != 0) row["salary"] = random() % 3;
      if (random() % 2 != 0) row["hazardous"] = random() % 2 == 0;
      person["work"].push_back(std::move(row));
    }
  }
  if (random() % 4 != 0) {
    person["births"] = nlohmann::json::array();
    for (size_t i = random() % 4; i > 0; --i) {
      nlohmann::json row = nlohmann::json::object();
      if (random() % 4 != 0) row["birth_date"] = pick(random, {"2001-01-01", "2002-01-01"});
      if (random() % 2 != 0) row["rest_days"] = {"2001-01-02", "2001-01-01"};
      person["births"].push_back(std::move(row));
    }
  }
  return person;
}

nlohmann::json random_file(std::mt19937& random) {
  nlohmann::json household = nlohmann::json::object();
  if (random() % 2 != 0) household["poverty"] = pick(random, {"poor", "near_poor"});
  if (random() % 2 != 0) {
    household["members"] = nlohmann::json::array();
    for (size_t i = random() % 4; i > 0; --i) household["members"].push_back(random_person(random));
  }
  nlohmann::json file = nlohmann::json::object();
  if (random() % 3 != 0) file["Person"] = random_person(random);
  if (!file.contains("Person") || random() % 2 != 0) file["Household"] = household;
  return file;
}

void shuffle_lists(nlohmann::json& json, std::mt19937& random) {
  if (json.is_array()) std::shuffle(json.begin(), json.end(), random);
  for (auto& inner : json) {
    if (inner.is_structured()) shuffle_lists(inner, random);
  }
}

TEST(ToJson, ReadsBackEqual) {
  std::mt19937 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const PersonFile first = read(random_file(random).dump());
    const std::string written = to_json(*test_law(), first);
    const PersonFile second = read(written);
    ASSERT_EQ(to_json(*test_law(), second), written);
    ASSERT_EQ(second.digest, first.digest);
  }
}

TEST(ToJson, DoesNotDependOnTheOrderOfArrival) {
  std::mt19937 random(2);
  for (int i = 0; i < 2'000; ++i) {
    nlohmann::json json = random_file(random);
    const PersonFile first = read(json.dump());
    shuffle_lists(json, random);
    const PersonFile second = read(json.dump());
    ASSERT_EQ(to_json(*test_law(), first), to_json(*test_law(), second)) << json.dump(1);
    ASSERT_EQ(first.digest, second.digest);
  }
}

TEST(ToJson, WritesWhatWasGivenOnly) {
  const PersonFile file = read(
      R"({"Person": {"seniority": "26 years 4 months", "capacity_loss": null, "income": "5000000 VND/month"}})");
  EXPECT_EQ(to_json(*test_law(), file),
            R"({"Person":{"capacity_loss":null,"income":5000000,"seniority":"316 months"}})");
}

TEST(Schema, DescribesEveryFactInBothLanguages) {
  const auto schema = nlohmann::json::parse(facts::schema(*test_law()));
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  const auto& person = schema["$defs"]["Person"]["properties"];
  EXPECT_EQ(person["income"]["x-label"]["vi"], "Thu nhập");
  EXPECT_EQ(person["income"]["x-hint"]["vi"], "trước thuế");
  EXPECT_EQ(person["income"]["x-unit"], "VND/month");
  EXPECT_EQ(person["capacity_loss"]["x-presumed"], 0);
  EXPECT_EQ(person["sex"]["oneOf"][0]["const"], "female");
  EXPECT_EQ(person["sex"]["oneOf"][0]["x-label"]["vi"], "nữ");
  EXPECT_EQ(person["work"]["items"]["$ref"], "#/$defs/work");
  EXPECT_EQ(schema["$defs"]["work"]["properties"]["to"]["anyOf"][1]["const"], "ongoing");
  EXPECT_EQ(schema["properties"].size(), 5U);  // Household, Dwelling, Person, Birth, note
  EXPECT_EQ(schema["additionalProperties"], false);
}

}  // namespace
}  // namespace ansinh::facts
