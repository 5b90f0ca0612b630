// The program as its users meet it: run as a process, its output and exit code compared.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kLaw = R"(# Trợ cấp tuổi già
# Old-age allowance

```luat
currency VND "đồng" "đồng" in steps of 1

act XX/1 "Luật thử" "Test act"
  in force from 2020-01-01

fund budget "Ngân sách" "Budget"

entity Household "Hộ" "Household"

entity Person of Household as members "Người" "Person"
  fact date_of_birth : date "Ngày sinh" "Date of birth"
  fact poor : yes/no "Hộ nghèo" "Poor" presumed no

param standard : VND/month "Mức chuẩn" "Base"
  cite 2
  | from | value |
  | 2020-01-01 | 300_000 |
  | 2022-01-01 | 360_000 |
  | 2024-01-01 | 500_000 |
```

## Article 1. Allowance · Điều 1. Trợ cấp

Người từ đủ 75 tuổi được trợ cấp hằng tháng.

Who is 75 or older has a monthly allowance.

```luat
define age of Person : years "Tuổi" "Age"
  = years between date_of_birth and today

benefit allowance of Person "Trợ cấp" "Allowance"
  entitled when age >= 75 years
  pays standard each month from today
  from fund budget
  on application

case OLD "người 75 tuổi" "a person of 75" on 2025-07-01
  given Person
    date_of_birth 1950-07-01
  expect age 75 years
  expect allowance entitled 500_000 VND/month

case YOUNG "người 74 tuổi" "a person of 74" on 2025-07-01
  given Person
    date_of_birth 1950-07-02
  expect allowance not entitled
```
)";

struct Outcome {
  int code = -1;
  std::string out;
};

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

class Cli : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-cli-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "law");
    write("law/old-age.md", kLaw);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  // `arguments` as for a shell; standard error is thrown away unless they say otherwise.
  Outcome run(const std::string& arguments, const std::string& environment = "LANG=C") const {
    const std::string command = "cd " + shell_quoted(folder_.string()) +
                                " && env -u LC_ALL -u LC_MESSAGES " + environment + " " +
                                ANSINH_PROGRAM + " " + arguments + " 2>err";
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

std::string last_line(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

TEST_F(Cli, CheckRunsTheCasesAndEndsWithTheCount) {
  const Outcome good = run("check law");
  EXPECT_EQ(good.code, 0) << read("err");
  EXPECT_EQ(good.out, "2 passed, 0 failed\n");

  write("more.md",
        "```luat\ncase WRONG \"sai\" \"wrong\" on 2025-07-01\n  given Person\n"
        "    date_of_birth 1950-07-01\n  expect age 70 years\n```\n");
  const Outcome bad = run("check law more.md");
  EXPECT_EQ(bad.code, 1);
  EXPECT_EQ(last_line(bad.out), "2 passed, 1 failed");
  EXPECT_NE(bad.out.find("more.md:2: WRONG"), std::string::npos) << bad.out;
  EXPECT_NE(run("check law more.md --lang vi").out.find("mong đợi"), std::string::npos);
  EXPECT_NE(run("check law more.md", "LANG=vi_VN.UTF-8").out.find("mong đợi"), std::string::npos);
  EXPECT_NE(run("check law --verbose").out.find("OLD"), std::string::npos);
}

TEST_F(Cli, CheckListsEachCaseAsJson) {
  const json all = json::parse(run("check law --json").out);
  ASSERT_EQ(all["cases"].size(), 2U);
  EXPECT_EQ(all["cases"][0]["id"], "OLD");
  EXPECT_EQ(all["cases"][0]["result"], "passed");
  EXPECT_EQ(all["cases"][0]["file"], "law/old-age.md");
  EXPECT_GT(all["cases"][0]["line"], 1);
  EXPECT_EQ(all["passed"], 2);
}

TEST_F(Cli, CheckRefusesABadLaw) {
  write("bad.md", "```luat\ndefine x of Nobody : years \"a\" \"b\"\n  cite 1\n  = 1 year\n```\n");
  const Outcome refused = run("check law bad.md");
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(last_line(refused.out), "0 passed, 0 failed");
  EXPECT_NE(read("err").find("bad.md:2"), std::string::npos) << read("err");
  const json all = json::parse(run("check law bad.md --json").out);
  EXPECT_GE(all["diagnostics"].size(), 1U);
  EXPECT_FALSE(all["diagnostics"][0]["message"]["vi"].get<std::string>().empty());
}

TEST_F(Cli, WrongUsageIsTwoAndSaysWhatToDo) {
  for (const char* arguments :
       {"", "chek law", "check", "check law --no-such-option", "check law --as-of 2025-31-01",
        "check law --lang fr", "decide --law law --on yesterday x.json", "decide --law law x.json",
        "completion tcsh", "decide --law law --on 2025-07-01 --benefit alowance facts.json"}) {
    write("facts.json", R"({"Person": {}})");
    EXPECT_EQ(run(arguments).code, 2) << arguments;
    EXPECT_NE(read("err").find("help: "), std::string::npos) << arguments << read("err");
    EXPECT_EQ(run(std::string(arguments) + " ", "LANG=vi_VN.UTF-8").code, 2) << arguments;
    EXPECT_NE(read("err").find("gợi ý: "), std::string::npos) << arguments << read("err");
  }
}

TEST_F(Cli, WhatCannotBeReadOrWrittenIsFour) {
  fs::create_directories(folder_ / "empty");
  for (const char* arguments :
       {"check nowhere", "check empty", "decide --law law --on 2025-07-01 nowhere.json",
        "decide --law law --on 2025-07-01 law", "schema law -o /proc/nowhere/x",
        "docs law --out /proc/x", "export law -o law", "format nowhere", "coverage empty",
        "import nowhere.json -o x"}) {
    EXPECT_EQ(run(arguments).code, 4) << arguments << read("err");
    EXPECT_FALSE(read("err").empty()) << arguments;
  }
}

TEST_F(Cli, DecideExplains) {
  write("old.json", R"({"Person": {"date_of_birth": "1940-02-03"}})");
  const Outcome why = run("decide --law law --on 2025-07-01 old.json --why");
  EXPECT_EQ(why.code, 0) << read("err");
  EXPECT_NE(why.out.find("500,000"), std::string::npos) << why.out;
  EXPECT_NE(why.out.find("85"), std::string::npos) << why.out;
  EXPECT_EQ(why.out.find("\033["), std::string::npos);  // no colours into a pipe
  const Outcome vietnamese =
      run("decide --law law --on 2025-07-01 --lang vi --benefit allowance - < old.json");
  EXPECT_NE(vietnamese.out.find("500.000"), std::string::npos) << vietnamese.out;
  const json all = json::parse(run("decide --on 2025-07-01 --json --law law old.json").out);
  EXPECT_TRUE(all.contains("outcomes"));
  EXPECT_TRUE(all.contains("receipt"));
}

TEST_F(Cli, BadFactsAreThreeWithTheirPlace) {
  write("bad.json", "{\"Person\": {\n  \"date_of_birt\": \"1940-02-03\"}}");
  const Outcome bad = run("decide --law law --on 2025-07-01 bad.json --json");
  EXPECT_EQ(bad.code, 3);
  EXPECT_NE(read("err").find("bad.json:2:3"), std::string::npos) << read("err");
  EXPECT_NE(read("err").find("date_of_birth"), std::string::npos);
  EXPECT_EQ(json::parse(bad.out)["errors"][0]["code"], "unknown-fact");
  write("bytes.json", "{\"Person\": \"\xFF\"}");
  EXPECT_EQ(run("decide --law law --on 2025-07-01 bytes.json").code, 3);
  write("nothing.json", "");
  EXPECT_EQ(run("decide --law law --on 2025-07-01 nothing.json").code, 3);
}

TEST_F(Cli, SchemaDescribesTheFacts) {
  const json schema = json::parse(run("schema law").out);
  EXPECT_EQ(schema["$defs"]["Person"]["properties"]["poor"]["x-label"]["vi"], "Hộ nghèo");
  EXPECT_EQ(run("schema --law law -o out/schema.json").code, 0);
  EXPECT_EQ(json::parse(read("out/schema.json")), schema);
}

TEST_F(Cli, ExportAndImportLoseNothing) {
  ASSERT_EQ(run("format law").code, 0) << read("err");
  EXPECT_EQ(run("format --check law").code, 0);
  ASSERT_EQ(run("export law -o law.json").code, 0) << read("err");
  ASSERT_EQ(run("import law.json -o back").code, 0) << read("err");
  EXPECT_EQ(read("back/old-age.md"), read("law/old-age.md"));
  EXPECT_EQ(run("check back").out, "2 passed, 0 failed\n");
  write("evil.json", R"({"files": [{"path": "x", "stem": "../evil", "parts": []}]})");
  EXPECT_EQ(run("import evil.json -o back").code, 1);
  EXPECT_FALSE(fs::exists(folder_ / "evil.md"));
  write("broken.json", "{");
  EXPECT_EQ(run("import broken.json -o back").code, 1);
}

TEST_F(Cli, FormatTurnsKeywordsIntoTheOtherLanguage) {
  ASSERT_EQ(run("format law").code, 0);
  const std::string english = read("law/old-age.md");
  ASSERT_EQ(run("format --lang vi law").code, 0) << read("err");
  EXPECT_NE(read("law/old-age.md").find("```luat vi"), std::string::npos);
  EXPECT_EQ(run("check law").out, "2 passed, 0 failed\n") << read("err");
  ASSERT_EQ(run("format --lang en law").code, 0);
  EXPECT_EQ(read("law/old-age.md"), english);
}

TEST_F(Cli, CoverageCountsByAct) {
  const json all = json::parse(run("coverage law --json").out);
  ASSERT_EQ(all["acts"].size(), 1U);
  EXPECT_EQ(all["acts"][0]["articles"], json::array({"1", "2"}));
  EXPECT_NE(run("coverage law").out.find("XX/1"), std::string::npos);
}

TEST_F(Cli, BoundariesStandOnBothSidesAndPass) {
  const Outcome found = run("boundaries law --out boundary --json");
  ASSERT_EQ(found.code, 0) << read("err");
  const json all = json::parse(found.out);
  EXPECT_EQ(all["conditions"], 1);
  EXPECT_EQ(all["both_sides"], 1);
  const Outcome checked = run("check law boundary");
  EXPECT_EQ(checked.out, "4 passed, 0 failed\n")
      << read("err") << read("boundary/old-age-boundaries.md");
}

TEST_F(Cli, DocsMakeASiteThatAsksNobody) {
  ASSERT_EQ(run("docs law --out site").code, 0) << read("err");
  size_t pages = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "site")) {
    if (!entry.is_regular_file()) continue;
    ++pages;
    const std::string text = read(fs::relative(entry.path(), folder_).string());
    for (const char* outside : {"http://", "https://", "src=\"//", "@import"}) {
      EXPECT_EQ(text.find(outside), std::string::npos) << entry.path() << " " << outside;
    }
    EXPECT_EQ(entry.path().string().find(".new"), std::string::npos);
  }
  EXPECT_GT(pages, 15U);
  const std::string law = read("site/vi/law-old-age.html");
  for (const char* part : {"<html lang=\"vi\">", "id=\"allowance\"", "id=\"article-1\"", "✓ đúng",
                           "<svg", "lang=\"en\"", "class=\"skip\""}) {
    EXPECT_NE(law.find(part), std::string::npos) << part;
  }
  EXPECT_NE(read("site/en/search-index.js").find("tro cap"), std::string::npos);
}

TEST_F(Cli, CompletionsAreMadeFromTheCommands) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome script = run(std::string("completion ") + shell);
    EXPECT_EQ(script.code, 0);
    for (const char* word : {"check", "decide", "boundaries", "as-of"}) {
      EXPECT_NE(script.out.find(word), std::string::npos) << shell << " " << word;
    }
  }
  EXPECT_EQ(run("completion bash > done.sh && bash -n done.sh").code, 0);
}

TEST_F(Cli, HelpNamesTheExitCodesInBothLanguages) {
  EXPECT_NE(run("--help").out.find("Exit codes"), std::string::npos);
  EXPECT_NE(run("--help --lang vi").out.find("Mã thoát"), std::string::npos);
  EXPECT_NE(run("decide --help").out.find("--benefit"), std::string::npos);
  EXPECT_EQ(run("version").out.substr(0, 7), "ansinh ");
}

// Every name in the facts has a place in the schema.
void expect_described(const json& facts, const json& described, const json& schema,
                      const std::string& place) {
  for (const auto& [name, value] : facts.items()) {
    if (name == "note") continue;
    ASSERT_TRUE(described["properties"].contains(name)) << place << "/" << name;
    const json& property = described["properties"][name];
    const json& target = property.contains("items") ? property["items"] : property;
    if (!target.contains("$ref")) continue;
    const std::string reference = target["$ref"];
    const json& entity = schema["$defs"][reference.substr(reference.rfind('/') + 1)];
    const json rows = value.is_array() ? value : json::array({value});
    for (const json& row : rows) expect_described(row, entity, schema, place + "/" + name);
  }
}

TEST_F(Cli, EveryExampleIsDecidedAndDescribedByTheSchema) {
  const std::string root = ANSINH_SOURCE_DIR;
  const json schema = json::parse(run("schema " + root + "/law/vn").out);
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(root + "/examples")) {
    if (entry.path().extension() != ".json") continue;
    ++count;
    const std::string name = entry.path().stem().string();
    const std::string on = name.substr(name.rfind("--") + 2);
    const Outcome decided =
        run("decide --law " + root + "/law/vn --on " + on + " " + entry.path().string());
    EXPECT_EQ(decided.code, 0) << name << read("err");
    EXPECT_NE(decided.out.find("entitled"), std::string::npos) << name;
    std::ifstream in(entry.path());
    expect_described(json::parse(in), schema, schema, name);
  }
  EXPECT_GE(count, 12U);
}

TEST_F(Cli, AClosedPipeIsNoCrash) {
  const Outcome closed = run("schema law | head -c 1");
  EXPECT_EQ(closed.out, "{");
  EXPECT_EQ(read("err"), "");
}

}  // namespace
