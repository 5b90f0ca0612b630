// The command `snapshot` as its users meet it.

#include <gtest/gtest.h>
#include <sys/stat.h>
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

#include "base/test_child.h"

namespace {

namespace fs = std::filesystem;

constexpr const char* kLaw = R"(# Luật thử
# Test law

```luat
currency VND "đồng" "đồng" in steps of 1

entity Household "Hộ" "Household"
  fact poor : yes/no "Hộ nghèo" "Poor" presumed no

entity Person of Household as members "Người" "Person"
  fact date_of_birth : date "Ngày sinh" "Date of birth"
  fact income : VND/month "Thu nhập" "Income"

spells work of Person by month "Quá trình đóng" "Work"
  fact salary : VND/month "Tiền lương" "Salary"
```
)";

constexpr const char* kPeople =
    R"({"$id":"h1","Household":{"members":[{"income":7},{"date_of_birth":"1950-07-01","work":[{"from":"1990-01","salary":5000000,"to":"1999-12"}]}],"poor":true}}
{"Person":{"date_of_birth":"1960-01-02","work":[]}}
)";

struct Outcome {
  int code = -1;
  std::string out;
};

class SnapshotCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-snapshot-cli-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "law");
    write("law/test.md", kLaw);
    write("people.jsonl", kPeople);
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
  bool is_there(const std::string& name) const { return fs::exists(folder_ / name); }
  size_t files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  Outcome run(const std::string& arguments) const {
    const std::string command = "cd '" + folder_.string() +
                                "' && env -u LC_ALL -u LC_MESSAGES LANG=C " + ANSINH_PROGRAM +
                                " snapshot " + arguments + " 2>err";
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

  fs::path folder_;
};

TEST_F(SnapshotCommand, MakesShowsVerifiesAndExports) {
  const Outcome made = run("make --law law --out people.ansinh people.jsonl");
  EXPECT_EQ(made.code, 0) << read("err");
  EXPECT_TRUE(made.out.starts_with("read 2 records, kept 2, rejected 0\npeople.ansinh: "))
      << made.out;

  const Outcome shown = run("show people.ansinh --json");
  EXPECT_EQ(shown.code, 0);
  const auto json = nlohmann::json::parse(shown.out);
  EXPECT_EQ(json["records"], 2);
  EXPECT_EQ(json["rows"]["Person"], 3);
  EXPECT_TRUE(json["columns"].contains("work.salary"));
  EXPECT_EQ(json["schema"]["currency"], "VND");
  EXPECT_NE(run("show people.ansinh").out.find("Person.date_of_birth"), std::string::npos);
  EXPECT_NE(run("show people.ansinh --lang vi").out.find("hồ sơ"), std::string::npos);

  EXPECT_EQ(run("verify people.ansinh").out, "people.ansinh: whole, 2 records\n");
  EXPECT_EQ(run("export people.ansinh --law law --out -").out, kPeople);
  EXPECT_EQ(run("export people.ansinh --out lines.jsonl").code, 0);
  EXPECT_EQ(read("lines.jsonl"), kPeople);

  EXPECT_EQ(run("export people.ansinh --out tables --format csv").code, 0) << read("err");
  EXPECT_EQ(read("tables/Person.csv").substr(0, read("tables/Person.csv").find('\n')),
            "id,parent,subject,date_of_birth,income,work");
  EXPECT_EQ(run("make --law law --out again.ansinh tables").code, 0) << read("err");
  EXPECT_EQ(read("again.ansinh"), read("people.ansinh"));
}

TEST_F(SnapshotCommand, TellsWhatItRejectsAndKeepsTheRest) {
  write("bad.jsonl", std::string(kPeople) + "{\"$id\":\"x\",\"Person\":{\"incom\":5}}\n");
  const Outcome made = run("make --law law --out people.ansinh bad.jsonl --report report.csv");
  EXPECT_EQ(made.code, 3);
  EXPECT_TRUE(made.out.starts_with("read 3 records, kept 2, rejected 1\n")) << made.out;
  const std::string report = read("report.csv");
  EXPECT_TRUE(
      report.starts_with("file,line,column,id,code,reason_vi,reason_en\n"
                         "bad.jsonl,3,"))
      << report;
  EXPECT_NE(report.find(",x,unknown-fact,"), std::string::npos) << report;
  EXPECT_EQ(run("verify people.ansinh").out, "people.ansinh: whole, 2 records\n");

  EXPECT_EQ(run("make --law law --out people.ansinh bad.jsonl").code, 3);
  EXPECT_NE(read("err").find("bad.jsonl:3:"), std::string::npos) << read("err");
  EXPECT_EQ(run("make --law law --out people.ansinh - < bad.jsonl").code, 3);
}

TEST_F(SnapshotCommand, RefusesWhatIsNoSnapshotOrDoesNotFit) {
  EXPECT_EQ(run("verify people.jsonl").code, 3);
  EXPECT_NE(read("err").find("not a snapshot"), std::string::npos);
  EXPECT_EQ(run("verify nowhere").code, 4);
  EXPECT_EQ(run("make --law law --out x nowhere.jsonl").code, 4);
  EXPECT_EQ(run("make --law nowhere --out x people.jsonl").code, 4);
  EXPECT_EQ(run("make --law law --out people.jsonl/x people.jsonl").code, 4);
  EXPECT_EQ(run("make --law law people.jsonl").code, 2);
  EXPECT_EQ(run("").code, 2);

  EXPECT_EQ(run("make --law law --out people.ansinh people.jsonl").code, 0);
  std::string renamed = kLaw;
  renamed.replace(renamed.find("income"), 6, "earned");
  write("law/test.md", renamed);
  EXPECT_EQ(run("export people.ansinh --law law --out -").code, 3);
  EXPECT_NE(read("err").find("the law has no fact \"Person.income\""), std::string::npos)
      << read("err");
  std::string altered = read("people.ansinh");
  altered[altered.size() / 2] ^= 4;
  write("people.ansinh", altered);
  EXPECT_EQ(run("verify people.ansinh").code, 3);
  EXPECT_EQ(run("export people.ansinh --out - --format xml").code, 2);
}

TEST_F(SnapshotCommand, AFullDiskLeavesNothingBehind) {
  const size_t before = files();
  std::string many;
  for (int i = 0; i < 20'000; ++i) {
    many += "{\"$id\":\"" + std::to_string(i * 7919) + "\",\"Household\":{}}\n";
  }
  write("many.jsonl", many);
  const std::string command = "bash -c \"cd '" + folder_.string() + "' && ulimit -f 8 && " +
                              ANSINH_PROGRAM +
                              " snapshot make --law law --out x.ansinh many.jsonl\" 2>/dev/null";
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 4);
  EXPECT_EQ(files(), before + 1);
}

TEST_F(SnapshotCommand, CtrlCLeavesNothingBehind) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const size_t before = files();
  std::signal(SIGPIPE, SIG_IGN);
  const pid_t child = ::fork();
  if (child == 0) {
    ansinh::test::leave_counts_out();
    ::chdir(folder_.c_str());
    std::freopen("err", "w", stderr);
    ::execl(ANSINH_PROGRAM, "ansinh", "snapshot", "make", "--law", "law", "--out", "x.ansinh",
            "--report", "r.csv", "pipe", nullptr);
    ::_exit(127);
  }
  {
    std::ofstream pipe(folder_ / "pipe");  // waits until the child reads
    for (int i = 0; i < 2'000; ++i) pipe << "{\"Household\":{}}\n";
    pipe.flush();
    // err, and the two that are not finished; then it waits for more.
    for (int i = 0; i < 1000 && files() != before + 3; ++i) ::usleep(20'000);
    EXPECT_EQ(files(), before + 3);
    ::kill(child, SIGINT);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130) << status;
  }
  EXPECT_EQ(files(), before + 1);  // err
  EXPECT_FALSE(is_there("x.ansinh"));
}

}  // namespace
