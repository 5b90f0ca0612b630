#include "agency/import.h"

#include <fstream>
#include <sstream>

#include "agency/person_facts.h"
#include "agency/registry_test_support.h"

namespace ansinh::agency {
namespace {

class ImportTest : public RegistryStoreTest {
 protected:
  void SetUp() override {
    RegistryStoreTest::SetUp();
    folder_ = std::filesystem::temp_directory_path() /
              ("ansinh-import-" + std::to_string(::getpid()) + "-" + std::to_string(++count_));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path) << text;
    return path;
  }
  std::string read(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  ImportOptions options(const std::string& path) {
    ImportOptions options;
    options.path = path;
    options.source = "vss";
    options.recorded_by = "lan";
    options.report_path = (folder_ / "report.csv").string();
    return options;
  }
  // "read 2, created 1, …", or what was refused.
  std::string import(const ImportOptions& options) {
    const auto counts = import_file(store(), book(), options);
    if (!counts) return std::string(code_of(counts.error())) + ": " + counts.error().text.en;
    std::string out;
    for (const int64_t n :
         {counts->rows, counts->created, counts->changed, counts->unchanged, counts->rejected}) {
      out += (out.empty() ? "" : " ") + std::to_string(n);
    }
    return out;
  }
  std::string import(const std::string& path) { return import(options(path)); }
  std::string facts(const std::string& key) {
    const store::Cell values[] = {key};
    const auto who = db().number(
        "SELECT person FROM identifier WHERE kind = 'source:vss' AND "
        "number = $1",
        values);
    const auto found = facts_of(db(), book(), who->value(), Date::of(2026, 11, 1));
    return found ? found->json : found.error().text.en;
  }
  const std::filesystem::path& folder() const { return folder_; }

  static constexpr const char* kPersons =
      "id,name,national_number,sex,date_of_birth,commune\n"
      "A1,Nguyễn Thị Lan,001080000001,female,1980-03-02,00001\n"
      "A2,Trần Văn Sơn,001075000002,male,1975-01-01,00002\n";
  static constexpr const char* kWork =
      "person,id,from,to,salary,hazardous\n"
      "A1,w1,2020-01,2020-12,5000000,\n"
      "A1,w2,2021-01,ongoing,6000000,yes\n"
      "A2,w3,2019-05,2019-07,4500000,no\n";

 private:
  inline static int count_ = 0;
  std::filesystem::path folder_;
};
STORE_TEST_SUITE(ImportTest);

TEST_P(ImportTest, PersonsAndTheirSpellsAreTakenAndReadBack) {
  EXPECT_EQ(import(file("persons.csv", kPersons)), "2 2 0 0 0");
  EXPECT_EQ(import(file("work.csv", kWork)), "3 0 3 0 0");
  EXPECT_EQ(facts("A1"),
            R"({"Person":{"date_of_birth":"1980-03-02","sex":"female",)"
            R"("work":[{"from":"2020-01","to":"2020-12","salary":5000000},)"
            R"({"from":"2021-01","to":"ongoing","salary":6000000,"hazardous":true}]}})");
  EXPECT_EQ(count("SELECT count(*) FROM profile WHERE name_key = 'lan nguyen thi' AND "
                  "commune = '00001'"),
            1);
}

TEST_P(ImportTest, TheSameFileTwiceAddsNothing) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(import(file("persons.csv", kPersons)), i == 0 ? "2 2 0 0 0" : "2 0 0 2 0");
    EXPECT_EQ(import(file("work.csv", kWork)), i == 0 ? "3 0 3 0 0" : "3 0 0 3 0");
  }
  EXPECT_EQ(count("SELECT count(*) FROM statement"), 13);
  EXPECT_EQ(count("SELECT count(*) FROM person"), 2);
}

TEST_P(ImportTest, AnEmptyCellLeavesAValueAloneAndAnotherValueReplacesIt) {
  import(file("persons.csv", kPersons));
  import(file("work.csv", kWork));
  EXPECT_EQ(import(file("persons.csv", "id,sex,date_of_birth\nA1,,1980-03-20\nA2,,\n")),
            "2 0 1 1 0");
  EXPECT_EQ(import(file("work.csv", "person,id,from,to,salary\nA1,w2,2021-01,2021-06,6000000\n")),
            "1 0 1 0 0");
  EXPECT_EQ(facts("A1"), R"({"Person":{"date_of_birth":"1980-03-20","sex":"female",)"
                         R"("work":[{"from":"2020-01","to":"2020-12","salary":5000000},)"
                         R"({"from":"2021-01","to":"2021-06","salary":6000000}]}})");
  EXPECT_EQ(count("SELECT count(*) FROM name_pair WHERE birth_date = 3731"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM statement WHERE replaces IS NOT NULL"), 2);
}

TEST_P(ImportTest, AFactMayChangeFromADayOn) {
  import(file("persons.csv", kPersons));
  import(file("persons.csv", "id,valid_from,disability\nA1,2025-01-01,able\n"));
  import(file("persons.csv", "id,valid_from,disability\nA1,2026-01-01,severe\n"));
  EXPECT_EQ(count("SELECT count(*) FROM statement WHERE fact = 'disability' AND replaces IS NULL"),
            2);
}

TEST_P(ImportTest, EachRejectedRowIsReportedWithLineColumnAndReason) {
  const std::string path = file("persons.csv",
                                "id,sex,date_of_birth,national_number\n"
                                "A1,female,1980-13-02,\n"
                                "\n"
                                ",male,1980-01-02,\n"
                                "A3,\"male\nx\",1980-01-02,\n"
                                "A4,male\n"
                                "A5,male,1980-01-02,12\n"
                                "A6,male,1980-01-02,\n");
  EXPECT_EQ(import(path), "6 1 0 0 5");
  EXPECT_EQ(import(file("work.csv",
                        "person,from,to,salary\nA6,2020-05,2020-01,1\nZ9,2020-01,,1\n"
                        "A6,,,1\nA6,2020-1,,1\n")),
            "4 0 0 0 4");
  const std::string report = read(options("").report_path);
  const std::string work = (folder() / "work.csv").string();
  EXPECT_EQ(
      report,
      "file,line,column,code,reason_vi,reason_en\n" + work +
          ",2,to,period-reversed,kết thúc trước khi bắt đầu; xem lại from và to,it ends "
          "before it begins; look at from and to\n" +
          work +
          ",3,person,person-unknown,chưa có ai mang khóa này; nhập bảng persons của nguồn này "
          "trước,nobody has this key yet; import the table persons of this source first\n" +
          work + ",4,from,from-missing,ô này không được để trống,this cell must not be empty\n" +
          work +
          ",5,from,not-a-month,\"\"\"2020-1\"\" không phải là tháng; viết như 2025-07\","
          "\"\"\"2020-1\"\" is not a month; write it like 2025-07\"\n");
}

TEST_P(ImportTest, LinesOfRejectedRowsAreThoseOfTheFile) {
  std::vector<int64_t> lines;
  ImportOptions asked = options(file("persons.csv",
                                     "id,sex,date_of_birth\nA1,female,1980-13-02\n\n"
                                     "A3,\"male\nx\",1980-01-02\nA4,male\nA6,mal,1980-01-02\n"));
  asked.rejected = [&](const ImportOptions::Rejected& r) { lines.push_back(r.line); };
  asked.rows_at_once = 2;
  import(asked);
  EXPECT_EQ(lines, (std::vector<int64_t>{2, 4, 6, 7}));
}

TEST_P(ImportTest, AFileThatIsNotUnderstoodIsRefusedWhole) {
  const std::string path = file("persons.csv", "id,sexx\nA1,female\n");
  EXPECT_EQ(import(path),
            "unknown-column: " + path + ": the column \"sexx\" is not known; is it \"sex\"?");
  const std::string other = file("worc.csv", "person\n");
  EXPECT_EQ(import(other), "unknown-table: there is no table \"worc\"; is it \"work\"?");
  const std::string twice = file("persons.csv", "id,sex,sex\nA1,female,male\n");
  EXPECT_EQ(import(twice), "column-twice: " + twice + ": the column \"sex\" is there twice");
  const std::string keyless = file("persons.csv", "sex\nmale\n");
  EXPECT_EQ(import(keyless), "column-missing: " + keyless +
                                 ": the column \"id\" is missing: the source's key of each row");
  EXPECT_EQ(
      import(file("persons.csv", "id,sex\nA1,\"male\n")),
      "csv-malformed: " + path + ": line 2: a quote does not end; what follows cannot be read");
  EXPECT_EQ(import((folder() / "absent.csv").string()).substr(0, 13), "unknown-table");
  EXPECT_EQ(count("SELECT count(*) FROM person"), 0);
}

TEST_P(ImportTest, ADryRunCountsTheSameAndWritesNothing) {
  const std::string persons = file("persons.csv", std::string(kPersons) + "A3,X,1,female,,\n");
  const std::string work = file("work.csv", std::string(kWork) + "Q,w9,2019-05,,1,\n");
  std::vector<ImportOptions> both{options(persons), options(work)};
  for (ImportOptions& each : both) {
    each.dry_run = true;
    each.rows_at_once = 2;
  }
  const auto dry = import_files(store(), book(), both);
  ASSERT_TRUE(dry) << dry.error().text.en;
  EXPECT_EQ(count("SELECT (SELECT count(*) FROM person) + (SELECT count(*) FROM job)"), 0);
  for (ImportOptions& each : both) each.dry_run = false;
  EXPECT_EQ(*import_files(store(), book(), both), *dry);
}

TEST_P(ImportTest, AStoppedImportGoesOnWhereItWas) {
  std::string text = "id,sex\n";
  for (int i = 0; i < 100; ++i) {
    text += "P" + std::to_string(i) + (i % 10 == 3 ? ",x\n" : ",male\n");
  }
  ImportOptions asked = options(file("persons.csv", text));
  asked.rows_at_once = 7;
  int stops = 0;
  asked.progress = [&](double, const ImportCounts&) { return ++stops % 3 != 0; };
  std::string last;
  int calls = 0;
  do {
    last = import(asked);
    ++calls;
  } while (last.starts_with("stopped"));
  EXPECT_EQ(last, "100 90 0 0 10");
  EXPECT_GT(calls, 3);
  EXPECT_EQ(count("SELECT count(*) FROM person"), 90);
  const std::string report = read(asked.report_path);
  EXPECT_EQ(std::count(report.begin(), report.end(), '\n'), 11);
}

TEST_P(ImportTest, HouseholdsArePutTogetherByTheirKeys) {
  EXPECT_EQ(import(file("households.csv", "id,poverty\nH1,poor\n")), "1 1 0 0 0");
  EXPECT_EQ(import(file("persons.csv", "id,sex,household\nA1,female,H1\nA2,male,H1\nA3,male,H2\n")),
            "3 3 0 0 0");
  const std::string together =
      R"({"Person":{"sex":"female","work":[]},"Household":{"poverty":"poor",)"
      R"("members":[{"sex":"male","work":[]}]}})";
  EXPECT_EQ(facts("A1"), together);
  EXPECT_EQ(import(file("persons.csv", "id,sex,household\nA1,female,H1\nA2,male,H1\nA3,male,H2\n")),
            "3 0 0 3 0");
  // A correction: A2 lives with A3.
  EXPECT_EQ(import(file("persons.csv", "id,household\nA2,H2\n")), "1 0 1 0 0");
  EXPECT_EQ(facts("A1"),
            R"({"Person":{"sex":"female","work":[]},"Household":{"poverty":"poor","members":[]}})");
  EXPECT_EQ(facts("A2"), R"({"Person":{"sex":"male","work":[]},"Household":{"members":)"
                         R"([{"sex":"male","work":[]}]}})");
}

TEST_P(ImportTest, OnePersonInTwoSourcesIsFoundByThePapers) {
  import(file("persons.csv", kPersons));
  ImportOptions other =
      options(file("other.csv", "id,national_number,phone\nX7,001080000001,0912345678\n"));
  other.source = "health";
  other.table = "persons";
  EXPECT_EQ(import(other), "1 0 1 0 0");
  EXPECT_EQ(count("SELECT count(*) FROM person"), 2);
  other.path = file("work.csv", "national_number,from,salary\n001080000001,2022-01,1000000\n");
  other.table = "work";
  EXPECT_EQ(import(other), "1 0 1 0 0");
  EXPECT_EQ(count("SELECT count(*) FROM statement WHERE source = 'health'"), 3);
}

TEST_P(ImportTest, JsonLinesSayAllOfAPersonAtOnce) {
  const std::string path = file(
      "persons.jsonl",
      R"({"id":"A1","name":"Lê Hà","sex":"female","work":[{"from":"2020-01","salary":5}],"births":[]})"
      "\n\n"
      R"({"id":2,"sex":"mal"})"
      "\n"
      R"({"id":"A3","sexx":"male"})"
      "\nnonsense\n"
      R"({"id":"A4","births":[{"birth_date":"2020-02-02","rest_days":["2020-02-03"]}]})"
      "\n");
  EXPECT_EQ(import(path), "5 2 0 0 3");
  EXPECT_EQ(import(path), "5 0 0 2 3");
  EXPECT_EQ(facts("A1"),
            R"({"Person":{"sex":"female","births":[],"work":[{"from":"2020-01","salary":5}]}})");
  EXPECT_EQ(facts("A4"),
            R"({"Person":{"births":[{"birth_date":"2020-02-02","rest_days":["2020-02-03"]}],)"
            R"("work":[]}})");
  EXPECT_EQ(import(file("work.jsonl", R"({"person":"A4","id":"w","from":"2021-01","salary":7})"
                                      "\n")),
            "1 0 1 0 0");
}

}  // namespace
}  // namespace ansinh::agency
