// For the tests of this room: a small law, its people, and both laws of a comparison.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "lab/compare.h"
#include "lab/run.h"
#include "law/reform.h"

namespace ansinh::lab {

inline constexpr const char* kLabLaw = R"(# Law

```luat
currency VND "đồng" "VND" in steps of 1
fund pot "Quỹ" "Fund"
fund purse "Túi" "Purse"
party worker "Người lao động" "Worker"
party boss "Chủ" "Employer"

entity Household "Hộ" "Household"
  fact place : north "Bắc" "North" | south "Nam" "South" "Nơi" "Place"
  fact income_per_head : VND/month "Thu nhập" "Income"

entity Person of Household as members "Người" "Person"
  fact sex : female "nữ" "female" | male "nam" "male" "Giới tính" "Sex"
  fact born : date "Ngày sinh" "Date of birth"
  fact died : date or none "Ngày chết" "Date of death" presumed none
  fact wage : VND/month "Lương" "Wage" presumed 0

entity Birth of Person as births "Lần sinh" "Birth"
  presumed none
  in order of birth_day
  governed by birth_day
  fact birth_day : date "Ngày sinh con" "Birthday"

param old_level : VND/month "Mức" "Level"
  cite A
  | from       | value   |
  | 2000-01-01 | 500_000 |

param grant_level : VND "Mức sinh" "Grant level"
  cite B
  | from       | value     |
  | 2000-01-01 | 2_000_000 |

define age of Person : years "Tuổi" "Age"  cite C
  = years between born and today

define is_old of Person : yes/no "Già" "Old"  cite D
  = age >= 75 years

benefit old_pension of Person "Trợ cấp già" "Old pension"  cite E
  entitled when is_old because "chưa đủ tuổi" "too young"
  pays old_level each month from first day of month of today until died from fund pot

benefit birth_grant of Birth "Trợ cấp sinh" "Birth grant"  cite F
  entitled when birth_day <= today
  pays grant_level once from fund purse

contribution health of Person "Đóng y tế" "Health"  cite G
  owed when wage > 0 VND/month
  worker pays 10% * wage rounded half up to 1 VND each month to fund pot
  boss pays 20% * wage rounded half up to 1 VND each month to fund pot
```
)";

inline constexpr const char* kLabStatistics = R"({
  "person": "Person", "died": "Person.died", "income_per_head": "Household.income_per_head",
  "paid_by_people": ["worker"],
  "groups": [
    {"name": "place", "label": {"vi": "Nơi", "en": "Place"}, "fact": "Household.place"},
    {"name": "sex", "label": {"vi": "Giới", "en": "Sex"}, "fact": "Person.sex"},
    {"name": "age", "label": {"vi": "Tuổi", "en": "Age"}, "birth": "Person.born", "from": [0, 16, 60, 75]},
    {"name": "income", "label": {"vi": "Thu nhập", "en": "Income"}, "tenths": true}
  ],
  "poverty_line": {"label": {"vi": "Chuẩn", "en": "Line"}, "source": {"vi": "x", "en": "x"},
                   "by": "Household.place", "values": {"north": 900000, "south": 1200000}},
  "map": {"group": "place", "tiles": [{"member": "north", "label": "N", "row": 0, "column": 0},
                                      {"member": "south", "label": "S", "row": 1, "column": 0}]}
})";

inline const Date kLabDay = Date::of(2026, 7, 1);

inline std::string lines_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics) text += one.code + ": " + one.message.en + "\n";
  return text;
}

inline std::shared_ptr<const law::Program> lab_law(const std::string& reform = "") {
  Diagnostics found;
  const law::CheckOptions options{kLabDay};
  const Sources law{{"law.md", kLabLaw}};
  auto program = reform.empty() ? law::check(law, options, found)
                                : law::check_reform(
                                      law, {{"reform.md", "# R\n\n```luat\n" + reform + "```\n"}},
                                      options, found);
  EXPECT_EQ(lines_of(found), "");
  return program;
}

inline Statistics lab_statistics(const law::Program& program) {
  auto statistics = read_statistics(program, kLabStatistics, 0);
  EXPECT_TRUE(statistics.has_value()) << statistics.error().message.en;
  return std::move(*statistics);
}

// So many random households as lines of JSON; every seventh lacks something.
inline std::string random_lines(uint32_t seed, size_t households) {
  std::mt19937 random(seed);
  const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  const auto day = [&](int from, uint32_t years) {
    return "\"" +
           Date::of(from + static_cast<int>(below(years)), 1 + static_cast<int>(below(12)),
                    1 + static_cast<int>(below(28)))
               .to_string() +
           "\"";
  };
  std::string text;
  for (size_t h = 0; h < households; ++h) {
    text += "{\"$id\":\"h" + std::to_string(h) + "\",\"Household\":{";
    if (below(9) != 0)
      text += std::string("\"place\":\"") + (below(2) != 0 ? "north" : "south") + "\",";
    if (below(7) != 0) text += "\"income_per_head\":" + std::to_string(below(40) * 100'000) + ",";
    text += "\"members\":[";
    const uint32_t people = below(5);
    for (uint32_t p = 0; p < people; ++p) {
      if (p != 0) text += ",";
      text += std::string("{\"sex\":\"") + (below(2) != 0 ? "female" : "male") + "\"";
      if (below(7) != 0) text += ",\"born\":" + day(1930, 95);
      if (below(10) == 0) text += ",\"died\":" + day(2020, 6);
      if (below(2) != 0) text += ",\"wage\":" + std::to_string(below(20) * 1'000'003);
      if (below(3) == 0) text += ",\"births\":[{\"birth_day\":" + day(2015, 12) + "}]";
      text += "}";
    }
    text += "]}}\n";
  }
  return text;
}

// A folder that is gone when the test is over.
class LabFolder {
 public:
  LabFolder() {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("ansinh-lab-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  ~LabFolder() { std::filesystem::remove_all(path_); }
  LabFolder(const LabFolder&) = delete;
  std::string write(const std::string& name, const std::string& text) const {
    const std::string file = (path_ / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline PeopleSource open_source(const std::string& path, const law::Program& program) {
  auto source = PeopleSource::open(path, program, kLabDay, [](const facts::RowFault& fault) {
    ADD_FAILURE() << fault.reason.en;
  });
  EXPECT_TRUE(source.has_value()) << source.error().message.en;
  return std::move(*source);
}

// The people as a snapshot whose chunks have few trees.
inline std::string make_snapshot(const LabFolder& folder, const law::Program& program,
                                 const std::string& lines, uint32_t chunk_trees) {
  const std::string path = folder.path("people.ansinh");
  const PeopleSource text = open_source(folder.write("people.jsonl", lines), program);
  auto writer = facts::SnapshotWriter::open(path, program);
  EXPECT_TRUE(writer.has_value());
  facts::Columns all(program), some(program);
  for (size_t chunk = 0; chunk < text.chunk_count(); ++chunk) {
    EXPECT_FALSE(text.read(chunk, all).has_value());
    for (uint32_t first = 0; first < all.trees; first += chunk_trees) {
      some.clear();
      some.append(all, first, std::min(chunk_trees, all.trees - first));
      EXPECT_FALSE(writer->append(facts::encode_chunk(some)).has_value());
    }
  }
  EXPECT_FALSE(writer->finish().has_value());
  return path;
}

}  // namespace ansinh::lab
