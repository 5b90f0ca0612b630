// The command `population` as its users meet it, on a country of its own.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "base/test_child.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* kLaw = R"(# Luật thử
# Test law

```luat
currency VND "đồng" "đồng" in steps of 1

entity Home "Nhà" "Home"
  fact remote : yes/no "Xa" "Remote" presumed no

entity Dweller of Home as dwellers "Người" "Dweller"
  fact born : date "Ngày sinh" "Date of birth"
  fact gender : man "nam" "man" | woman "nữ" "woman" "Giới" "Gender"

spells jobs of Dweller by month "Việc làm" "Jobs"
  fact pay : VND/month "Lương" "Pay"
```
)";

constexpr const char* kModel = R"({
  "format": "ansinh population 1",
  "title": { "vi": "Nước thử", "en": "A small country" },
  "on": "2025-07-01",
  "people": {
    "entity": "Dweller", "sex": "gender", "female": "woman", "male": "man", "birth": "born",
    "ages": { "csv": "ages.csv", "value": "persons", "when": "2025", "source": "made up", "trust": "assumed" },
    "mothers": { "csv": "births.csv", "value": "share", "when": "2025", "source": "made up", "trust": "assumed" }
  },
  "households": { "partnered_percent": { "20+": 70 }, "man_older_years": [0, 2, 5], "with_parents_percent": { "18-30": 50 },
    "with_children_percent": { "60+": 50 }, "lone_mother_percent": 5 },
  "traits": { "remote": { "of": "household", "values": ["no", "yes"] }, "works": { "values": ["no", "yes"] } },
  "targets": {
    "workers": { "label": { "vi": "người làm việc", "en": "workers" }, "among": { "works": "yes" }, "figure": 500, "per": 1000,
      "when": "2025", "source": "made up", "trust": "assumed" }
  },
  "steps": [
    { "pick": "remote", "of": "household", "value": "yes", "share": "25%" },
    { "pick": "works", "value": "yes", "target": "workers", "among": { "age": "18-64" } },
    { "amount": "pay", "among": { "works": "yes" }, "quantiles": [1000, 2000, 5000] }
  ],
  "facts": { "Home.remote": { "trait": "remote" } },
  "given": ["Dweller.jobs"],
  "lists": [ { "list": "Dweller.jobs", "rows": [
    { "when": { "works": "yes" }, "career": { "months": [1, 100, 300], "age_least": 16, "row_months": [6, 18], "level": "pay", "index": { "2000-01": 1 } },
      "facts": { "pay": { "career": "scaled" } } } ] } ]
}
)";

constexpr const char* kAges =
    "sex,age_group,persons\n"
    "female,0-17,150\nfemale,18-64,280\nfemale,65+,70\n"
    "male,0-17,160\nmale,18-64,290\nmale,65+,50\n";
constexpr const char* kBirths = "age_group,share\n20-29,60\n30-39,40\n";

struct Outcome {
  int code = -1;
  std::string out;
};

class PopulationCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-population-cli-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "law");
    fs::create_directories(folder_ / "model");
    write("law/test.md", kLaw);
    write("model/model.json", kModel);
    write("model/ages.csv", kAges);
    write("model/births.csv", kBirths);
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
  size_t files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  Outcome run(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() +
                                "' && env -u LC_ALL -u LC_MESSAGES LANG=C " + ANSINH_PROGRAM + " " +
                                arguments + " 2>err";
    FILE* pipe = ::popen(command.c_str(), "r");
    Outcome result;
    std::array<char, 4096> block{};
    for (size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
      result.out.append(block.data(), n);
    }
    const int status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }
  Outcome make(const std::string& arguments) const {
    return run("population make --law law --model model --out people.ansinh " + arguments);
  }

  fs::path folder_;
};

TEST_F(PopulationCommand, MakesPeopleAndTellsWhatTheTargetsCameTo) {
  const Outcome made = make("--people 5000 --seed 7 --json targets.json");
  EXPECT_EQ(made.code, 0) << read("err");
  EXPECT_TRUE(
      made.out.starts_with("A small country\non 2025-07-01, 5,000 people (5,000 living) in "))
      << made.out;
  EXPECT_NE(made.out.find("\n  workers "), std::string::npos) << made.out;
  EXPECT_NE(made.out.find("made up, 2025 · assumed"), std::string::npos);
  const auto json = nlohmann::json::parse(read("targets.json"));
  EXPECT_EQ(json["people"], 5000);
  EXPECT_EQ(json["seed"], 7);
  const auto& workers = json["targets"].back();
  EXPECT_EQ(workers["name"], "workers");
  EXPECT_EQ(workers["target"], 500);
  EXPECT_EQ(workers["reached"], 500);
  EXPECT_EQ(workers["difference"], 0);
  EXPECT_EQ(workers["counted"], 2500);
  EXPECT_EQ(workers["trust"], "assumed");

  EXPECT_TRUE(run("snapshot verify people.ansinh").out.starts_with("people.ansinh: whole, "));
  const std::string first = read("people.ansinh");
  EXPECT_EQ(make("--people 5000 --seed 7 --threads 2 --lang vi").code, 0);
  EXPECT_EQ(read("people.ansinh"), first);
  EXPECT_EQ(make("--people 5000 --seed 8").code, 0);
  EXPECT_NE(read("people.ansinh"), first);
}

TEST_F(PopulationCommand, TheDateMovesWithOn) {
  EXPECT_EQ(make("--people 10 --on 2024-02-29").code, 0) << read("err");
  EXPECT_TRUE(
      make("--people 10 --on 2024-02-29 --lang vi").out.starts_with("Nước thử\nngày 29/02/2024, "));
}

TEST_F(PopulationCommand, RowsForEachPersonAreAsManyAsAskedFor) {
  EXPECT_EQ(make("--people 5000 --spells 3.5 --json -").code, 0) << read("err");
  const auto json = nlohmann::json::parse(make("--people 5000 --spells 3.5 --json -").out);
  EXPECT_NEAR(json["rows"]["jobs"].get<double>(), 17'500, 300);
}

TEST_F(PopulationCommand, SaysWhatIsWrongWithItsArguments) {
  EXPECT_EQ(make("").code, 2);  // --people is missing
  EXPECT_EQ(make("--people 0").code, 2);
  EXPECT_EQ(read("err"),
            "error: --people must be 1 to 10,000,000,000\nhelp: for example --people 1000000\n");
  EXPECT_EQ(make("--people 10 --spells nine").code, 2);
  EXPECT_EQ(read("err"),
            "error: --spells must be a number above 0, at most 200, with three decimals\n"
            "help: for example --spells 8\n");
  EXPECT_EQ(make("--people 10 --on 2024-02-30").code, 2);
  EXPECT_EQ(make("--people 10 --on 1900-01-01").code, 2);
  EXPECT_EQ(read("err"),
            "error: --on must be from 1950 to 2300\nhelp: for example --on 2026-01-01\n");
  EXPECT_EQ(run("population make --law law --model nowhere --out p --people 10").code, 4);
  EXPECT_NE(read("err").find("nowhere: cannot be read"), std::string::npos) << read("err");
  EXPECT_EQ(run("population make --law nowhere --model model --out p --people 10").code, 4);
  EXPECT_EQ(run("population make --law law --model model --out law --people 10").code, 4);
  EXPECT_EQ(files(), 3U);  // law, model, err
}

TEST_F(PopulationCommand, ABadModelIsShownWithItsPlace) {
  std::string text = kModel;
  text.replace(text.find("\"pick\": \"works\""), 15, "\"pick\": \"werks\"");
  write("model/model.json", text);
  EXPECT_EQ(make("--people 10").code, 3);
  const std::string said = read("err");
  EXPECT_TRUE(
      said.starts_with("model/model.json:19:15: error[model-unknown-name]: /steps/1/pick: "
                       "there is no trait “werks”\n"))
      << said;
  EXPECT_NE(said.find("help: did you mean “works”?"), std::string::npos) << said;
  EXPECT_FALSE(fs::exists(folder_ / "people.ansinh"));
}

TEST_F(PopulationCommand, AnInterruptionLeavesNothingBehind) {
  const pid_t child = ::fork();
  if (child == 0) {
    ansinh::test::leave_counts_out();
    if (::chdir(folder_.c_str()) != 0) ::_exit(99);
    (void)!std::freopen("err", "w", stderr);
    ::execl(ANSINH_PROGRAM, ANSINH_PROGRAM, "population", "make", "--law", "law", "--model",
            "model", "--people", "1000000000", "--out", "people.ansinh", "--lang", "en",
            static_cast<char*>(nullptr));
    ::_exit(98);
  }
  const auto is_begun = [&] {
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (entry.path().filename().string().starts_with("people.ansinh.new") &&
          entry.file_size() > 100'000) {
        return true;
      }
    }
    return false;
  };
  for (int i = 0; i < 1000 && !is_begun(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_TRUE(is_begun());
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_NE(read("err").find("error: interrupted\n"), std::string::npos) << read("err");
  EXPECT_EQ(files(), 3U);  // law, model, err
}

}  // namespace
