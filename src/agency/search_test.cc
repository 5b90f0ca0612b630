#include "agency/search.h"

#include "agency/names.h"
#include "agency/registry_test_support.h"

namespace ansinh::agency {
namespace {

class SearchTest : public RegistryStoreTest {
 protected:
  int64_t named(const std::string& name, const std::string& born = {},
                const std::string& number = {}) {
    std::vector<NewStatement> said{{"registry.name", json_text(name)}};
    if (!born.empty()) said.push_back({"date_of_birth", json_text(born)});
    if (!number.empty()) said.push_back({"registry.national_number", json_text(number)});
    return person(said);
  }
  std::vector<int64_t> found_by(const SearchQuery& query) {
    const auto result = search(db(), query);
    if (!result) ADD_FAILURE() << result.error().text.en << result.error().detail;
    std::vector<int64_t> found;
    for (const Found& f : result->found) found.push_back(f.person);
    return found;
  }
  std::vector<int64_t> find(const std::string& text) { return found_by({.text = text}); }
};
STORE_TEST_SUITE(SearchTest);

using Numbers = std::vector<int64_t>;

TEST_P(SearchTest, ANameIsFoundWithOrWithoutMarksInAnyOrderOfItsWords) {
  const int64_t an = named("Nguyễn Văn An");
  const int64_t marked_an = named("Nguyễn Văn Ân");
  named("Trần Văn An");
  const int64_t dao = named("Đặng Thị Hồng Đào");
  EXPECT_EQ(find("nguyen van an"), (Numbers{an, marked_an}));
  EXPECT_EQ(find("Nguyễn Văn Ân"), (Numbers{marked_an, an}));
  EXPECT_EQ(find("AN  văn, nguyễn"), (Numbers{an, marked_an}));
  EXPECT_EQ(find("dang thi hong dao"), Numbers{dao});
  EXPECT_EQ(find("ĐÀO Đặng"), Numbers{dao});
  EXPECT_EQ(find("hong dao thi"), Numbers{dao});
  EXPECT_EQ(find("dao"), Numbers{dao});
  EXPECT_EQ(find("đặng"), Numbers{dao});
  EXPECT_EQ(find("thi hong dao an"), Numbers{});
  EXPECT_EQ(find("dang dao xuan"), Numbers{});
}

TEST_P(SearchTest, TheBirthDateTellsPeopleOfOneNameApart) {
  const int64_t first = named("Lê Thị Hoa", "1980-03-02");
  const int64_t second = named("Lê Thị Hoa", "1980-11-30");
  const int64_t third = named("Lê Thị Hoa", "1975-01-01");
  EXPECT_EQ(found_by({.text = "le thi hoa", .born = Date::of(1980, 3, 2)}), Numbers{first});
  EXPECT_EQ(found_by({.text = "hoa le", .born_year = 1980}), (Numbers{first, second}));
  EXPECT_EQ(found_by({.text = "hoa", .born_year = 1975}), Numbers{third});
  EXPECT_EQ(found_by({.text = "", .born_year = 1980}), (Numbers{first, second}));
  EXPECT_EQ(found_by({.text = "le thi hoa", .born = Date::of(1999, 1, 1)}), Numbers{});
}

TEST_P(SearchTest, ANumberIsThatOfThePersonOrOneOnThePapers) {
  const int64_t an = named("An", "1980-03-02", "001080000001");
  EXPECT_EQ(find("001080000001"), Numbers{an});
  EXPECT_EQ(find("001 080 000 001"), Numbers{an});
  EXPECT_EQ(find(std::to_string(an)), Numbers{an});
  EXPECT_EQ(find("999"), Numbers{});
  EXPECT_EQ(find("99999999999999999999999"), Numbers{});
}

TEST_P(SearchTest, AFormerNameIsFoundToo) {
  const int64_t an = named("Nguyễn Văn An");
  say(an,
      {{.fact = "registry.name", .value = R"("Phạm Bình")", .valid_from = Date::of(2020, 1, 1)}});
  EXPECT_EQ(find("nguyen an"), Numbers{an});
  EXPECT_EQ(find("pham binh"), Numbers{an});
}

TEST_P(SearchTest, OnlyOfOneProvinceIfSoAsked) {
  const int64_t there =
      person({{"registry.name", R"("Lê Hà")"}, {"registry.province", R"("ca_mau")"}});
  person({{"registry.name", R"("Lê Hà")"}, {"registry.province", R"("ha_noi")"}});
  EXPECT_EQ(found_by({.text = "ha le", .province = "ca_mau"}), Numbers{there});
  EXPECT_EQ(found_by({.text = "ha le", .province = "ca_mau", .commune = "1"}), Numbers{});
}

TEST_P(SearchTest, SaysThatThereAreMore) {
  for (int i = 0; i < 5; ++i) named("Lê Hà");
  const auto result = search(db(), {.text = "le ha", .count_max = 4});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->found.size(), 4U);
  EXPECT_TRUE(result->is_more);
  const auto nothing = search(db(), {.text = " -'; "});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().text.en, "a number, a name or a birth date is needed to search");
}

TEST(Names, AreFoldedAndPaired) {
  EXPECT_EQ(name_key("  Đỗ  Thị-Thu HƯƠNG"), "do huong thi thu");
  EXPECT_EQ(name_key("An An"), "an");
  EXPECT_EQ(name_pairs("").size(), 0U);
  EXPECT_EQ(name_pairs("An").size(), 1U);
  EXPECT_EQ(name_pairs("An Lê").size(), 2U);
  EXPECT_EQ(name_pairs("An Bình Lê").size(), 3U);
  EXPECT_EQ(name_pairs("An Bình Lê Văn").size(), 6U);
  EXPECT_EQ(name_likeness("an le", "an le"), 1000);
  EXPECT_EQ(name_likeness("an le", "an lo"), 800);
  EXPECT_EQ(name_likeness("", ""), 0);
}

}  // namespace
}  // namespace ansinh::agency
