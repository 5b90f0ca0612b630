// A small law and its registry's words, for the tests of the registry.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "agency/law_book.h"
#include "agency/schema.h"
#include "agency/statements.h"
#include "law/check.h"
#include "store/test_store.h"

namespace ansinh::agency {

inline constexpr const char* kRegistryTestLaw = R"(# Test

```luat
currency VND "đồng" "đồng" in steps of 1

enum province_name "Tỉnh" "Province" :
    ha_noi "Hà Nội" "Ha Noi"
  | ca_mau "Cà Mau" "Ca Mau"

entity Household "Hộ gia đình" "Household"
  fact poverty : poor "nghèo" "poor" | not_poor "không nghèo" "not poor" "Mức nghèo" "Poverty"
  fact province : province_name "Tỉnh nơi ở" "Province of residence"

entity Person of Household as members "Người" "Person"
  fact sex : female "nữ" "female" | male "nam" "male" "Giới tính" "Sex"
  fact date_of_birth : date "Ngày sinh" "Date of birth"
  fact date_of_death : date or none "Ngày chết" "Date of death" presumed none
  fact citizen : yes/no "Công dân" "Citizen" presumed yes
  fact disability : able "không" "none" | severe "nặng" "severe"
      "Khuyết tật" "Disability" presumed able
  fact capacity_loss : ratio "Mức suy giảm" "Loss of capacity" range 0% .. 100% presumed 0%

spells work of Person by month "Quá trình đóng" "Work"
  may overlap
  fact salary : VND/month "Tiền lương" "Salary"
  fact hazardous : yes/no "Nặng nhọc" "Hazardous" presumed no

entity Birth of Person as births "Lần sinh" "Birth"
  presumed none
  in order of birth_date
  fact birth_date : date "Ngày sinh con" "Date of birth of the child"

dates rest_days of Birth "Ngày nghỉ" "Rest days"
  presumed none
```
)";

inline constexpr const char* kRegistryTestRoles = R"({
  "person": "Person", "household": "Household", "birth_date": "date_of_birth",
  "death_date": "date_of_death", "sex": "sex", "province": "province",
  "complete_lists": ["work"], "hours_east": 7,
  "registry": {
    "name": {"vi": "Họ và tên", "en": "Name"},
    "national_number": {"vi": "Số định danh", "en": "National number", "identifier": "national", "digits": 12},
    "province": {"vi": "Tỉnh nơi ở", "en": "Province of residence", "type": "province_name"},
    "commune": {"vi": "Xã nơi ở", "en": "Commune of residence"},
    "phone": {"vi": "Điện thoại", "en": "Telephone"},
    "account": {"vi": "Tài khoản", "en": "Account", "type": "object"}
  }
})";

inline const LawBook& registry_test_book() {
  static const LawBook book = [] {
    Diagnostics diagnostics;
    const Sources sources{{"test.md", kRegistryTestLaw}};
    auto program = law::check(sources, law::CheckOptions{Date::of(2025, 7, 1)}, diagnostics);
    for (const Diagnostic& d : diagnostics) {
      ADD_FAILURE() << render(d, sources, Language::kEnglish, false);
    }
    auto made = make_law_book(std::move(program), kRegistryTestRoles);
    if (!made) ADD_FAILURE() << made.error().text.en;
    return *made;
  }();
  return book;
}

inline const Origin kRegistryTestOrigin{"test", "lan"};

// A test with a store that has the tables, and shorthands for what every test does.
class RegistryStoreTest : public store::StoreTest {
 protected:
  void SetUp() override {
    migrated(migrations());
    connection_ = connect();
  }
  store::Connection& db() { return *connection_; }
  const LawBook& book() const { return registry_test_book(); }

  // Runs `body` in a write transaction and gives what it returned.
  template <class Body>
  auto written(Body&& body) {
    auto result = store::transact(db(), store::Access::kWrite, std::forward<Body>(body));
    if (!result) ADD_FAILURE() << result.error().text.en << ": " << result.error().detail;
    return result;
  }
  int64_t person(const std::vector<NewStatement>& said, PersonKind kind = PersonKind::kPerson) {
    const auto made = written([&](store::Connection& c) -> Expected<int64_t> {
      auto number = new_person(c, kind, kRegistryTestOrigin);
      if (!number || said.empty()) return number;
      if (auto done = record(c, book(), *number, said, kRegistryTestOrigin); !done) {
        return std::unexpected(done.error());
      }
      return number;
    });
    return made.value_or(0);
  }
  Recorded say(int64_t whom, const std::vector<NewStatement>& said,
               const Origin& origin = kRegistryTestOrigin) {
    const auto made =
        written([&](store::Connection& c) { return record(c, book(), whom, said, origin); });
    return made.value_or(Recorded{});
  }
  // What a refused record() says in English.
  std::string refusal(int64_t whom, const NewStatement& said) {
    const auto done = store::transact(db(), store::Access::kWrite, [&](store::Connection& c) {
      return record(c, book(), whom, {&said, 1}, kRegistryTestOrigin);
    });
    return done ? "recorded" : std::string(code_of(done.error())) + ": " + done.error().text.en;
  }
  int64_t count(std::string_view sql) { return db().number(sql).value().value_or(-1); }

 private:
  std::unique_ptr<store::Connection> connection_;
};

}  // namespace ansinh::agency
