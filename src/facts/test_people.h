// Random files against the test law: every kind of fact, state and subject.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "facts/columns.h"
#include "facts/from_json.h"
#include "facts/test_law.h"

namespace ansinh::facts {

class RandomPeople {
 public:
  explicit RandomPeople(uint32_t seed) : random_(seed) {}

  nlohmann::json file() {
    nlohmann::json household = nlohmann::json::object();
    state(household, "poverty", pick({"poor", "near_poor"}));
    state(household, "rural", chance(2));
    if (chance(3)) household["dwellings"] = {{{"rooms", 1 + random_() % 9}}};
    state(household, "members", people(random_() % 4));
    nlohmann::json all = nlohmann::json::object();
    switch (random_() % 5) {
      case 0:
        all["Person"] = person();
        break;
      case 1:
        all["Person"] = person();
        all["Household"] = household;
        break;
      case 2:
        all["Birth"] = birth();
        if (chance(2)) all["Person"] = person();
        if (chance(2)) all["Household"] = household;
        break;
      default:
        all["Household"] = household;
    }
    return all;
  }

  PersonFile person_file() {
    const std::string json = file().dump();
    auto read = from_json(*test_law(), json, 0);
    EXPECT_TRUE(read.has_value()) << json << "\n" << read.error().front().message.en;
    return std::move(*read);
  }

  bool chance(uint32_t in) { return random_() % in == 0; }

 private:
  nlohmann::json pick(const std::vector<nlohmann::json>& choices) {
    return choices[random_() % choices.size()];
  }

  nlohmann::json day() { return Date{static_cast<int32_t>(random_() % 20'000)}.to_string(); }

  void state(nlohmann::json& in, const char* name, nlohmann::json value) {
    if (!chance(4)) in[name] = chance(6) ? nlohmann::json() : std::move(value);
  }

  nlohmann::json people(size_t count) {
    nlohmann::json all = nlohmann::json::array();
    while (count-- > 0) all.push_back(person());
    return all;
  }

  nlohmann::json birth() {
    nlohmann::json row = nlohmann::json::object();
    state(row, "birth_date", pick({"2001-01-01", "2002-01-01"}));
    state(row, "twins", chance(2));
    state(row, "rest_days", pick({{"2001-01-02", "2001-01-01"}, nlohmann::json::array()}));
    return row;
  }

  nlohmann::json person() {
    nlohmann::json person = nlohmann::json::object();
    state(person, "sex", pick({"female", "male"}));
    state(person, "date_of_birth", day());
    state(person, "date_of_death", pick({"none", "2030-01-01"}));
    state(person, "income", random_() % 100'000'000);
    state(person, "capacity_loss",
          pick({"75%", "1/3", "0.125", "1", "1/999983", "7/16777259", "1/2000000"}));
    state(person, "seniority", {{"years", random_() % 40}, {"months", random_() % 12}});
    state(person, "growth", pick({"2%/year", "1/7"}));
    state(person, "children_count", random_() % 5);
    state(person, "coefficient", pick({"none", "2.34", "22/7", "123/98765432109876543211"}));
    state(person, "first_month", pick({"2020-02", "1999-12"}));
    state(person, "notice", random_() % 90);
    state(person, "name", pick({"Bình", "\"", "none", "null", "", "a,b\nc", " đ "}));
    nlohmann::json work = nlohmann::json::array();
    for (size_t i = random_() % 6; i > 0; --i) work.push_back(spell());
    state(person, "work", work);
    if (chance(3)) person["stays"] = {{{"from", "2001-02-03"}, {"to", pick({"ongoing", nullptr})}}};
    nlohmann::json births = nlohmann::json::array();
    for (size_t i = random_() % 3; i > 0; --i) births.push_back(birth());
    state(person, "births", births);
    return person;
  }

  nlohmann::json spell() {
    nlohmann::json row = nlohmann::json::object();
    state(row, "from", pick({"2001-01", "2001-02", "1999-12"}));
    state(row, "to", pick({"2001-02", "2005-02", "ongoing"}));
    state(row, "salary", random_() % 3 * 1'000'000);
    state(row, "hazardous", chance(2));
    return row;
  }

  std::mt19937 random_;
};

inline void expect_equal_trees(const Columns& columns, const std::vector<std::string>& digests) {
  ASSERT_EQ(columns.trees, digests.size());
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    ASSERT_EQ(columns.person_file(tree).digest, digests[tree]) << "tree " << tree;
  }
}

}  // namespace ansinh::facts
