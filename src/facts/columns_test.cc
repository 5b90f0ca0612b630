#include "facts/columns.h"

#include "facts/draft.h"
#include "facts/test_people.h"
#include "facts/to_json.h"

namespace ansinh::facts {
namespace {

PersonFile read_file(const std::string& json) { return from_json(*test_law(), json, 0).value(); }

law::EntityId entity(const char* name) { return test_law()->entity_by_name.at(name); }

FactColumn& fact(Columns& columns, const char* entity_name, const char* name) {
  for (FactColumn& column : columns.entities[entity(entity_name)].facts) {
    if (test_law()->facts[column.fact].name == name) return column;
  }
  throw std::out_of_range(name);
}

void expect_equal(const Instance& a, const Instance& b) {
  EXPECT_EQ(a.serial, b.serial);
  EXPECT_EQ(compare_rows(a, b, *test_law()), std::strong_ordering::equal);
  EXPECT_EQ(a.period_known, b.period_known);
  for (size_t slot = 0; slot < a.facts.size(); ++slot) {
    EXPECT_EQ(a.facts[slot].known, b.facts[slot].known);
  }
  for (size_t slot = 0; slot < a.lists.size(); ++slot) {
    ASSERT_EQ(a.lists[slot].rows.size(), b.lists[slot].rows.size());
    EXPECT_EQ(a.lists[slot].known, b.lists[slot].known);
    for (size_t i = 0; i < a.lists[slot].rows.size(); ++i) {
      expect_equal(*a.lists[slot].rows[i], *b.lists[slot].rows[i]);
    }
  }
}

TEST(Columns, GivesBackTheTreesItWasMadeOf) {
  RandomPeople people(1);
  Columns columns(*test_law());
  for (uint32_t tree = 0; tree < 2'000; ++tree) {
    const PersonFile file = people.person_file();
    columns.append(file, tree % 3 == 0 ? "" : std::to_string(tree));
    const PersonFile back = columns.person_file(tree);
    ASSERT_EQ(back.digest, file.digest);
    expect_equal(*back.root, *file.root);
    EXPECT_EQ(back.subject->serial, file.subject->serial);
  }
  EXPECT_EQ(fault_of(columns), std::nullopt);
  EXPECT_EQ(columns.name(3), "");
  EXPECT_EQ(columns.name(4), "4");
}

TEST(Columns, GivesThemBackAfterLaterTreesMadeTheScaleFiner) {
  RandomPeople people(2);
  Columns columns(*test_law());
  std::vector<std::string> digests;
  for (int i = 0; i < 500; ++i) {
    const PersonFile file = people.person_file();
    digests.push_back(file.digest);
    columns.append(file);
  }
  expect_equal_trees(columns, digests);
  EXPECT_GT(fact(columns, "Person", "capacity_loss").scale, 1);
  EXPECT_FALSE(fact(columns, "Person", "capacity_loss").odd.empty());
  columns.spell_out();
  EXPECT_EQ(fault_of(columns), std::nullopt);
  expect_equal_trees(columns, digests);
}

TEST(Columns, AppendsPartsOfOthers) {
  RandomPeople people(3);
  std::mt19937 random(3);
  std::vector<std::string> digests;
  Columns all(*test_law());
  for (int round = 0; round < 60; ++round) {
    Columns part(*test_law());
    std::vector<std::string> part_digests;
    for (size_t i = random() % 8; i > 0; --i) {
      const PersonFile file = people.person_file();
      part_digests.push_back(file.digest);
      part.append(file, people.chance(4) ? "x" + file.digest : "");
    }
    const uint32_t first = part.trees == 0 ? 0 : static_cast<uint32_t>(random() % part.trees);
    const auto count = static_cast<uint32_t>(random() % (part.trees - first + 1));
    if (people.chance(3)) part.spell_out();
    all.append(part, first, count);
    for (uint32_t i = 0; i < count; ++i) {
      EXPECT_EQ(all.name(all.trees - count + i), part.name(first + i));
    }
    digests.insert(digests.end(), part_digests.begin() + first,
                   part_digests.begin() + first + count);
  }
  EXPECT_EQ(fault_of(all), std::nullopt);
  expect_equal_trees(all, digests);
}

TEST(Columns, StoresWhatItSaysItStores) {
  Columns columns(*test_law());
  columns.append(read_file(R"({"Household": {"rural": null, "members": [
      {"capacity_loss": "25%", "name": "An", "first_month": "1970-03"}, {"coefficient": "none"}]}})"));
  columns.append(read_file(R"({"Person": {"capacity_loss": "1/3", "name": "An", "income": 7}})"));
  EXPECT_EQ(columns.trees, 2U);
  EXPECT_EQ(fact(columns, "Household", "rural").state,
            (std::vector<Cell>{Cell::kUnknown, Cell::kNotGiven}));
  const FactColumn& loss = fact(columns, "Person", "capacity_loss");
  EXPECT_EQ(loss.scale, 12);
  EXPECT_EQ(loss.value, (std::vector<int64_t>{0, 3, 4}));  // who said less stands first
  const FactColumn& name = fact(columns, "Person", "name");
  EXPECT_EQ(name.texts, (std::vector<std::string>{"An"}));
  EXPECT_TRUE(fact(columns, "Person", "sex").state.empty());
  EXPECT_EQ(fact(columns, "Person", "sex").all, Cell::kNotGiven);
  const EntityColumns& household = columns.entities[entity("Household")];
  const uint32_t slot = test_law()->lists[test_law()->entities[entity("Person")].list].slot;
  EXPECT_EQ(household.lists[slot].begin, (std::vector<uint32_t>{0, 2, 3}));
  EXPECT_EQ(household.lists[slot].known, (std::vector<Known>{Known::kGiven, Known::kPresumed}));
  EXPECT_EQ(columns.subject(0), (Subject{entity("Household"), 0}));
  EXPECT_EQ(columns.subject(1), (Subject{entity("Person"), 0}));
  EXPECT_EQ(columns.rows_of(1, entity("Person")), (std::pair<uint32_t, uint32_t>{2, 3}));
}

TEST(Columns, KeepsNumbersThatNoScaleHoldsApart) {
  FactColumn column;
  column.push_number(0, Rational(INT64_MAX));
  column.push_number(1, Rational(1, 2));  // would need INT64_MAX × 2
  column.push_number(2, Rational(1, 1'000'003));
  EXPECT_EQ(column.scale, 1);
  EXPECT_EQ(column.number(0), Rational(INT64_MAX));
  EXPECT_EQ(column.number(1), Rational(1, 2));
  EXPECT_EQ(column.number(2), Rational(1, 1'000'003));
  EXPECT_EQ(column.odd.size(), 2U);
}

TEST(Columns, CanBeUsedAgainAfterClear) {
  RandomPeople people(4);
  Columns columns(*test_law());
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> digests;
    for (int i = 0; i < 30; ++i) {
      const PersonFile file = people.person_file();
      digests.push_back(file.digest);
      columns.append(file);
    }
    expect_equal_trees(columns, digests);
    columns.clear();
    EXPECT_EQ(columns.trees, 0U);
  }
}

TEST(Columns, TellsWhatIsWrongWithThem) {
  const auto wrong = [](auto spoil) {
    Columns columns(*test_law());
    columns.append(read_file(R"({"Household": {"poverty": "poor", "members": [
        {"income": 5, "work": [{"from": "2001-01", "to": "2001-05"},
                               {"from": "2003-01", "to": "2003-05"}]}]}})"));
    EXPECT_EQ(fault_of(columns), std::nullopt);
    spoil(columns);
    return fault_of(columns).value_or("");
  };
  EXPECT_NE(wrong([](Columns& c) { fact(c, "Household", "poverty").value[0] = 2; }), "");
  EXPECT_NE(wrong([](Columns& c) { fact(c, "Person", "income").value[0] = -1; }), "");
  EXPECT_NE(wrong([](Columns& c) { fact(c, "Person", "income").all = Cell::kNone; }), "");
  EXPECT_NE(wrong([](Columns& c) { fact(c, "Person", "income").value.clear(); }), "");
  EXPECT_NE(wrong([](Columns& c) { c.entities[entity("work")].parent[1] = 1; }), "");
  EXPECT_NE(wrong([](Columns& c) { c.entities[entity("work")].from[1] = 1 << 20; }), "");
  EXPECT_NE(wrong([](Columns& c) { c.trees = 2; }), "");
  EXPECT_NE(wrong([](Columns& c) { c.set_subject(0, {entity("Person"), 1}); }), "");
  EXPECT_EQ(wrong([](Columns& c) {
              std::swap(c.entities[entity("work")].from[0], c.entities[entity("work")].from[1]);
            }),
            "tree 0: rows are not in canonical order");
}

TEST(Columns, RowsComeBackIntoOrder) {
  Columns columns(*test_law());
  RandomPeople people(5);
  std::vector<std::string> digests;
  for (int i = 0; i < 10; ++i) {
    if (i == 5) {
      const PersonFile file =
          read_file(R"({"Person": {"work": [{"from": "2001-01", "to": "2001-05"},
                                                           {"from": "2003-01", "to": "2003-05"}]}})");
      digests.push_back(file.digest);
      columns.append(file);
      EntityColumns& work = columns.entities[entity("work")];
      std::swap(work.from[work.rows - 1], work.from[work.rows - 2]);
      std::swap(work.to[work.rows - 1], work.to[work.rows - 2]);
    }
    const PersonFile file = people.person_file();
    digests.push_back(file.digest);
    columns.append(file);
  }
  EXPECT_NE(fault_of(columns), std::nullopt);
  const Columns sorted = in_canonical_order(columns);
  EXPECT_EQ(fault_of(sorted), std::nullopt);
  expect_equal_trees(sorted, digests);
}

}  // namespace
}  // namespace ansinh::facts
