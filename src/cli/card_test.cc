// The command `card` as its users meet it: from a key to a card that is verified without a store.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

namespace fs = std::filesystem;

struct CardOutcome {
  int code = -1;
  std::string text;  // standard output, then standard error
};

class CardCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-card-cli-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ofstream(folder_ / "persons.csv") << "id,name,national_number,sex,date_of_birth\n"
                                              "A,Nguyễn Thị Hạnh,001145012345,female,1945-02-03\n";
    ASSERT_EQ(run("registry import persons.csv --source civil --on 2026-07-01" + law()).code, 0);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string law() { return std::string(" --law ") + ANSINH_SOURCE_DIR + "/law/vn"; }
  CardOutcome run(const std::string& arguments,
                  const std::string& environment = "ANSINH_DB=a.db LANG=C") const {
    const std::string command = "cd '" + folder_.string() +
                                "' && env -u LC_ALL -u LC_MESSAGES -u ANSINH_DB " + environment +
                                " " + ANSINH_PROGRAM + " " + arguments + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    CardOutcome result;
    std::array<char, 4096> block{};
    for (size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
      result.text.append(block.data(), n);
    }
    const int status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }
  bool says(const CardOutcome& outcome, int code, const std::string& words) const {
    const bool is_so = outcome.code == code && outcome.text.find(words) != std::string::npos;
    if (!is_so) ADD_FAILURE() << outcome.code << ": " << outcome.text << "\nwanted " << words;
    return is_so;
  }

  fs::path folder_;
};

TEST_F(CardCommand, FromAKeyToARevokedCard) {
  EXPECT_TRUE(says(run("card keys new --key k.pem --on 2026-07-01"), 0, "Added the key "));
  struct stat about {};
  ASSERT_EQ(::stat((folder_ / "k.pem").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_TRUE(says(run("card keys new --key k.pem"), 3, "this key is there already"));
  EXPECT_EQ(run("card keys export --out keys.json").code, 0);
  EXPECT_TRUE(says(run("card keys list"), 0, "from 01/07/2026"));

  const std::string sign = " --key k.pem --on 2026-07-01" + law();
  const CardOutcome issued = run("card issue 1 --pdf c.pdf --png c.png --svg c.svg" + sign);
  ASSERT_TRUE(says(issued, 0, "Card no. 1-1"));
  // The card alone stands on standard output.
  std::ofstream(folder_ / "c.txt") << issued.text.substr(issued.text.find('\n') + 1);
  for (const char* file : {"c.pdf", "c.png", "c.svg"}) {
    EXPECT_GT(fs::file_size(folder_ / file), 1000U) << file;
  }
  EXPECT_TRUE(says(run("card issue 9" + sign), 3, "not-found"));

  // Without a store: no ANSINH_DB.
  const std::string verify = "card verify c.txt --keys keys.json --on 2026-07-02";
  EXPECT_TRUE(says(run(verify, "LANG=vi_VN"), 0, "Thẻ thật và còn hiệu lực"));
  EXPECT_TRUE(says(run(verify, "LANG=C"), 0, "Whether it was revoked is not known"));
  EXPECT_EQ(run("card status --out s.cwt" + sign).code, 0);
  const CardOutcome known = run(verify + " --status s.cwt");
  EXPECT_TRUE(says(known, 0, "Nguyễn Thị Hạnh"));
  EXPECT_EQ(known.text.find("not known"), std::string::npos);
  EXPECT_TRUE(says(run("card verify c.txt --keys keys.json --on 2026-06-01"), 3, "not-yet-valid"));
  EXPECT_TRUE(says(run("card verify c.txt --keys keys.json --on 2036-06-01"), 3, "expired"));
  EXPECT_TRUE(says(run("card verify XIN --keys keys.json"), 3, "damaged"));
  EXPECT_TRUE(says(run("card verify c.txt --keys c.txt"), 3, "bad-key-set"));
  EXPECT_TRUE(says(run(verify + " --status keys.json"), 3, "not-cbor"));
  EXPECT_TRUE(says(run("card verify c.txt --keys keys.json --on 2026-08-01 --status s.cwt"), 3,
                   "status-expired"));

  EXPECT_TRUE(says(run("card revoke 1 1 --why lost --on 2026-07-02"), 0, "Revoked"));
  EXPECT_EQ(run("card status --out s.cwt" + sign).code, 0);
  EXPECT_TRUE(says(run(verify + " --status s.cwt"), 3, "revoked"));

  std::ofstream(folder_ / "loose.pem") << std::ifstream(folder_ / "k.pem").rdbuf();
  ASSERT_EQ(::chmod((folder_ / "loose.pem").c_str(), 0644), 0);
  EXPECT_TRUE(says(run("card issue 1 --key loose.pem --on 2026-07-01" + law()), 3, "bad-key-file"));
}

}  // namespace
