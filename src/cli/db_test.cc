// The command `db` as its users meet it.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

struct Outcome {
  int code = -1;
  std::string text;  // standard output, then standard error
};

class DbCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-db-cli-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Outcome run(const std::string& arguments, const std::string& environment = "LANG=C") const {
    const std::string command = "cd '" + folder_.string() +
                                "' && env -u LC_ALL -u LC_MESSAGES -u ANSINH_DB " + environment +
                                " " + ANSINH_PROGRAM + " db " + arguments + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    Outcome result;
    std::array<char, 4096> block{};
    for (size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
      result.text.append(block.data(), n);
    }
    const int status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }

  fs::path folder_;
};

TEST_F(DbCommand, MakesBacksUpRestoresAndVerifies) {
  const Outcome made = run("migrate --db a.db");
  EXPECT_EQ(made.code, 0) << made.text;
  EXPECT_TRUE(made.text.starts_with("a.db: from version 0 to ")) << made.text;
  EXPECT_NE(run("migrate", "LANG=vi_VN ANSINH_DB=a.db").text.find("a.db: đã ở phiên bản "),
            std::string::npos);
  const Outcome backup = run("backup --db a.db copy");
  EXPECT_EQ(backup.code, 0) << backup.text;
  EXPECT_TRUE(backup.text.starts_with("copy: a backup of a.db, ")) << backup.text;
  const Outcome restored = run("restore --db b.db copy");
  EXPECT_EQ(restored.code, 0) << restored.text;
  EXPECT_TRUE(restored.text.starts_with("b.db: restored from copy, version ")) << restored.text;
  // The same rows: the same backup.
  EXPECT_EQ(run("backup --db b.db copy2").code, 0);
  const auto bytes = [&](const char* name) {
    std::stringstream text;
    text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return text.str();
  };
  EXPECT_EQ(bytes("copy"), bytes("copy2"));
  const Outcome verified = run("verify --db b.db");
  EXPECT_EQ(verified.code, 0) << verified.text;
  EXPECT_TRUE(verified.text.starts_with("b.db: whole, version ")) << verified.text;
}

TEST_F(DbCommand, RefusesWithWhatToDo) {
  const Outcome none = run("migrate");
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.text.find("no store is named"), std::string::npos) << none.text;
  EXPECT_NE(none.text.find("use --db FILE or set ANSINH_DB"), std::string::npos) << none.text;
  EXPECT_EQ(run("verify --db absent.db").code, 4);
  EXPECT_FALSE(fs::exists(folder_ / "absent.db"));
  ASSERT_EQ(run("migrate --db a.db").code, 0);
  ASSERT_EQ(run("backup --db a.db copy").code, 0);
  const Outcome twice = run("backup --db a.db copy");
  EXPECT_EQ(twice.code, 4);
  EXPECT_NE(twice.text.find("copy: the file exists; choose another name"), std::string::npos);
  const Outcome into = run("restore --db a.db copy");
  EXPECT_EQ(into.code, 4);
  EXPECT_NE(into.text.find("a.db: there are tables already; restore into a new store only"),
            std::string::npos)
      << into.text;
  std::ofstream(folder_ / "copy", std::ios::app) << "x";
  EXPECT_NE(run("restore --db b.db copy").text.find("the backup is not whole"), std::string::npos);
}

TEST_F(DbCommand, FindsADamagedFile) {
  ASSERT_EQ(run("migrate --db a.db").code, 0);
  // The middle of a page, behind the header and the first pages that are needed to open it.
  {
    std::fstream file(folder_ / "a.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(8192 * 5);
    file << std::string(4096, 'x');
  }
  const Outcome damaged = run("verify --db a.db");
  EXPECT_NE(damaged.code, 0);
  EXPECT_NE(damaged.text.find("a.db is damaged"), std::string::npos) << damaged.text;
}

}  // namespace
