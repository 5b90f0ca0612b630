// The commands `run` and `compare` as their users meet them.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/test_child.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* kLaw = R"(# Luật thử
# Test law

```luat
currency VND "đồng" "VND" in steps of 1
fund pot "Quỹ" "Fund"

entity Household "Hộ" "Household"
  fact area : rural "nông thôn" "rural" | urban "thành thị" "urban" "Khu vực" "Area"
  fact income : VND/month "Thu nhập" "Income"

entity Person of Household as members "Người" "Person"
  fact age : years "Tuổi" "Age"

param level : VND/month "Mức" "Level"
  cite A
  | from       | value   |
  | 2000-01-01 | 500_000 |

benefit pension of Person "Trợ cấp già" "Old pension"  cite Law 1/2000
  entitled when age >= 75 years because "chưa đủ tuổi" "too young"
  pays level each month from fund pot
```
)";

constexpr const char* kStatistics = R"({"person": "Person", "income_per_head": "Household.income",
"groups": [{"name": "area", "label": {"vi": "Khu vực", "en": "Area"}, "fact": "Household.area"}],
"poverty_line": {"label": {"vi": "Chuẩn", "en": "Line"}, "source": {"vi": "x", "en": "x"}, "values": {"all": 900000}}}
)";

constexpr const char* kPeople =
    R"({"$id":"a","Household":{"area":"rural","income":500000,"members":[{"age":"30 years"},{"age":"76 years"}]}}
{"$id":"b","Household":{"area":"urban","income":2000000,"members":[{"age":"72 years"}]}}
{"$id":"c","Household":{"members":[{}]}}
)";

constexpr const char* kReform = R"(# Cao hơn
# Higher

```luat
param level : VND/month
  | from       | value   |
  | 2020-01-01 | 900_000 |
```
)";

struct Outcome {
  int code = -1;
  std::string out;
};

class NationCommands : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-nation-cli-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "law");
    write("law/test.md", kLaw);
    write("law/statistics.json", kStatistics);
    write("people.jsonl", kPeople);
    write("higher.md", kReform);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  Outcome run(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() +
                                "' && env -u LC_ALL -u LC_MESSAGES LANG=C " + ANSINH_PROGRAM + " " +
                                arguments + " 2>err";
    FILE* pipe = ::popen(command.c_str(), "r");
    Outcome result;
    char block[4096];
    for (size_t n = 0; (n = ::fread(block, 1, sizeof block, pipe)) > 0;)
      result.out.append(block, n);
    const int status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }
  size_t files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

const std::string kRun = "run --law law --on 2026-07-01 people.jsonl ";
const std::string kCompare = "compare --law law --on 2026-07-01 --reform higher.md people.jsonl ";

TEST_F(NationCommands, RunPrintsTablesAndWritesResults) {
  const Outcome shown = run(kRun + "--by area --out all/out.csv --tables tables.json --all");
  EXPECT_EQ(shown.code, 0) << read("err");
  EXPECT_EQ(shown.out,
            "On 2026-07-01: 3 records, 4 people\n"
            "\nBenefits (VND)\n"
            "  benefit      people  instances  recurring, a year  once, in the year\n"
            "  Old pension       1          1          6,000,000                  –\n"
            "\nOld pension\n"
            "  Area   people  instances  recurring, a year  once, in the year\n"
            "  rural       1          1          6,000,000                  –\n"
            "\nNot decided (facts missing, not yet expressed, or in error; why, of the first few "
            "records)\n"
            "  benefit      because       instances\n"
            "  Old pension  Age (Person)          1\n");
  EXPECT_EQ(read("all/out.csv"),
            "tree,name,person,row,benefit,status,reason,article,payment,amount,currency,each,on,"
            "from,until,duration,party,fund,counted\n"
            "1,a,1,1,pension,not entitled,too young,Law 1/2000,,,,,,,,,,,0\n"
            "1,a,2,2,pension,entitled,,,1,500000,VND,month,,,,,,pot,1\n"
            "2,b,1,1,pension,not entitled,too young,Law 1/2000,,,,,,,,,,,0\n"
            "3,c,1,1,pension,cannot tell,,,,,,,,,,,,,0\n");
  const auto json = nlohmann::json::parse(read("tables.json"));
  EXPECT_EQ(json["benefits"][0]["all_in_a_year"], "6000000");
  EXPECT_EQ(json["undecided"][0]["why_en"], "Age (Person)");
  EXPECT_EQ(run(kRun + "--json").out, read("tables.json"));
  EXPECT_EQ(run(kRun + "--out - --threads 3").out,
            "tree,name,person,row,benefit,status,reason,article,payment,amount,currency,each,on,"
            "from,until,duration,party,fund,counted\n"
            "1,a,2,2,pension,entitled,,,1,500000,VND,month,,,,,,pot,1\n");
}

TEST_F(NationCommands, RecordsThatCannotBeReadDoNotEndTheRun) {
  write("people.jsonl", std::string(kPeople) + "{\"Person\":{\"age\":\"old\"}}\n");
  const Outcome shown = run(kRun);
  EXPECT_EQ(shown.code, 3);
  EXPECT_NE(shown.out.find("3 records, 4 people"), std::string::npos);
  EXPECT_NE(read("err").find("people.jsonl:4:"), std::string::npos) << read("err");
  EXPECT_NE(read("err").find("1 records are left out"), std::string::npos) << read("err");
}

TEST_F(NationCommands, CompareSaysCostAndWhoGains) {
  const Outcome shown = run(kCompare + "--by area --explain a --report r/page.html --csv csv");
  EXPECT_EQ(shown.code, 0) << read("err");
  EXPECT_NE(shown.out.find("  fund               before       after  difference\n"
                           "  Fund  benefits  6,000,000  10,800,000  +4,800,000\n"),
            std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("── record a, after the reform\nOld pension [Person 2]: entitled"),
            std::string::npos)
      << shown.out;
  EXPECT_EQ(read("csv/funds.csv"),
            "fund,kind,all_in_a_year_before,all_in_a_year_after,difference\n"
            "pot,benefit,6000000,10800000,4800000\n");
  const std::string page = read("r/page.html");
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  for (const char* outside : {"http://", "https://", "src=", "@import", "url("})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  EXPECT_NE(page.find("<h1>Cao hơn</h1>"), std::string::npos);
  EXPECT_NE(page.find("<h1>Higher</h1>"), std::string::npos);
  EXPECT_EQ(run(kCompare + "--json figures.json").code, 0);
  EXPECT_EQ(run(kCompare + "--json -").out, read("figures.json"));
}

TEST_F(NationCommands, NobodyIsSaidLoudly) {
  write("higher.md",
        "# R\n\n```luat\nbenefit pension of Person \"Trợ cấp\" \"Old pension\"\n"
        "  entitled when age >= 130 years\n  pays level each month from fund pot\n```\n");
  EXPECT_NE(run(kCompare).out.find("!! “Old pension” reaches NOBODY after the reform\n"),
            std::string::npos);
}

TEST_F(NationCommands, BadReformsAreRefusedWithFileAndLine) {
  write("higher.md",
        "# R\n\n```luat\nparam levell : VND/month \"a\" \"b\"\n  | from       | value |\n"
        "  | 2020-01-01 | 5     |\n```\n");
  EXPECT_EQ(run(kCompare + "--report page.html").code, 1);
  EXPECT_EQ(read("err"),
            "higher.md:4:7: error[reform-unread]: the law has no “levell”, and nothing in the "
            "reform reads it\n"
            " 4 | param levell : VND/month \"a\" \"b\"\n"
            "   |       ^^^^^^\n"
            "help: did you mean “level”?\n\n");
  EXPECT_FALSE(fs::exists(folder_ / "page.html"));
  write("higher.md", "# R\n\nnothing\n");
  EXPECT_EQ(run(kCompare).code, 1);
  EXPECT_EQ(read("err"),
            "higher.md: error[reform-empty]: this reform declares nothing\n"
            "help: write a ```luat block with a parameter, a definition or a benefit\n\n");
}

TEST_F(NationCommands, RefusesWrongUse) {
  EXPECT_EQ(run("run --law law --on 2026-07-01").code, 2);
  EXPECT_EQ(run(kRun + "--by areas").code, 2);
  EXPECT_EQ(read("err"), "error: --by: there are no groups “areas”\nhelp: there are: all, area\n");
  EXPECT_EQ(run(kCompare + "--explain z").code, 2);
  EXPECT_EQ(run("run --law law --on 2026-07-01 none.ansinh").code, 4);
  EXPECT_EQ(run(kRun + "--statistics higher.md").code, 3);
}

TEST_F(NationCommands, AKilledRunLeavesNothing) {
  std::string many;
  for (int i = 0; i < 60'000; ++i)
    many += R"({"Household":{"area":"rural","members":[{"age":"76 years"},{"age":"30 years"}]}})"
            "\n";
  write("people.jsonl", many);
  ASSERT_EQ(run("snapshot make --law law --out people.ansinh people.jsonl").code, 0);
  const size_t before = files();
  for (const int milliseconds : {20, 60, 120}) {
    const pid_t child = ::fork();
    if (child == 0) {
      ansinh::test::leave_counts_out();
      if (::chdir(folder_.c_str()) != 0 || ::freopen("err", "w", stderr) == nullptr ||
          ::freopen("/dev/null", "w", stdout) == nullptr)
        ::_exit(99);
      ::execl(ANSINH_PROGRAM, "ansinh", "run", "--law", "law", "--on", "2026-07-01",
              "people.ansinh", "--all", "--out", "out.csv", "--threads", "2", nullptr);
      ::_exit(99);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    ::kill(child, SIGINT);
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool was_done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    EXPECT_EQ(fs::exists(folder_ / "out.csv"), was_done);
    fs::remove(folder_ / "out.csv");
    EXPECT_EQ(files(), before);
  }
}

}  // namespace
