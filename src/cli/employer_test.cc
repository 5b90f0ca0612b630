// The commands of contributions, as an officer uses them one after another.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

namespace fs = std::filesystem;

struct Ran {
  int code = -1;
  std::string out;  // both streams
};

class EmployerCommands : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-employer-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Ran ansinh(const std::string& arguments) const {
    const std::string command = "ANSINH_DB='" + (folder_ / "a.db").string() +
                                "' LANG=C NO_COLOR=1 " ANSINH_PROGRAM " " + arguments + " 2>&1";
    Ran ran;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      ran.out.append(buffer.data(), size);
    }
    const int status = ::pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

 private:
  fs::path folder_;
};

TEST_F(EmployerCommands, AreUsedOneAfterAnother) {
  EXPECT_EQ(ansinh("employer add C1 --name 'Company A'").out, "Registered employer 1\n");
  EXPECT_EQ(ansinh("employer add C1 --name 'Company A'").out, "There already: employer 1\n");
  const Ran taken = ansinh("employer add C1 --name 'Company B'");
  EXPECT_EQ(taken.code, 3);
  EXPECT_NE(taken.out.find("the code \"C1\" is that of \"Company A\""), std::string::npos);

  const std::string law = " --law law/vn --on 2026-11-05";
  const std::string payroll = file("p.csv", "person,salary\n7,10000000\n");
  const Ran rejected = ansinh("employer declare C1 " + payroll + " --month 2026-08" + law);
  EXPECT_EQ(rejected.code, 3);
  EXPECT_NE(rejected.out.find("p.csv:2: person: nobody is registered under 7"), std::string::npos)
      << rejected.out;
  EXPECT_NE(rejected.out.find("1 rows are rejected, and the payroll is not taken"),
            std::string::npos);
  EXPECT_EQ(ansinh("employer declare C1 " + payroll + " --month 8/2026" + law).code, 2);

  EXPECT_EQ(ansinh("employer receipt C1 --amount 100 --received 2026-10-01 --key FT1" + law).out,
            "Receipt 1: allocated 0, left 100, 0 workers' months changed\n");
  EXPECT_EQ(ansinh("employer receipt C1 --amount 100 --received 2026-10-01 --key FT1" + law).out,
            "This money was taken before: receipt 1\n");
  const Ran statement = ansinh("employer statement C1 --json" + law);
  EXPECT_EQ(statement.code, 0);
  EXPECT_NE(statement.out.find("\"not_allocated\": 100"), std::string::npos) << statement.out;
  EXPECT_EQ(ansinh("employer arrears").out, "Nobody is in arrears\n");
  EXPECT_EQ(ansinh("employer notices" + law).out, "New notices: 0\n");
  EXPECT_EQ(ansinh("worker months 7 --json").out, "[]\n");
  EXPECT_EQ(ansinh("employer statement C9" + law).code, 3);
}

}  // namespace
