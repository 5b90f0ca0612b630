#include "facts/rows.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "facts/csv_text.h"
#include "facts/test_people.h"
#include "facts/to_json.h"

namespace ansinh::facts {
namespace {

namespace fs = std::filesystem;

struct Found {
  std::vector<std::string> digests, names;
  std::vector<RowFault> faults;
  std::expected<RowCounts, Diagnostic> counts;
};

class Rows : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-rows-" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "in");
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }

  static Found found(const auto& read) {
    Found all;
    Columns columns(*test_law());
    RowReceiver receiver;
    receiver.tree = [&](const PersonFile& file, std::string_view id) -> std::optional<Diagnostic> {
      EXPECT_EQ(file.digest, "");
      columns.append(file, id);
      return std::nullopt;
    };
    receiver.fault = [&](const RowFault& fault) -> std::optional<Diagnostic> {
      EXPECT_FALSE(fault.reason.vi.empty());
      EXPECT_NE(fault.reason.vi, fault.reason.en);
      all.faults.push_back(fault);
      return std::nullopt;
    };
    all.counts = read(receiver);
    for (uint32_t tree = 0; tree < columns.trees; ++tree) {
      all.digests.push_back(columns.person_file(tree).digest);
      all.names.emplace_back(columns.name(tree));
    }
    return all;
  }
  Found lines(const std::string& name) const {
    return found([&](const RowReceiver& to) {
      return read_json_lines(*test_law(), path(name), std::nullopt, to);
    });
  }
  Found csv(const std::string& name = "in") const {
    return found([&](const RowReceiver& to) {
      return read_csv(*test_law(), {path(name)}, std::nullopt, to);
    });
  }

  void write_csv(const std::string& folder, const Columns& columns) const {
    auto writer = CsvWriter::open(path(folder), *test_law(),
                                  std::vector<bool>(test_law()->facts.size(), true));
    ASSERT_TRUE(writer.has_value());
    ASSERT_EQ(writer->append(columns), std::nullopt);
    ASSERT_EQ(writer->append(columns), std::nullopt);
    ASSERT_EQ(writer->finish(), std::nullopt);
  }

  fs::path folder_;
};

Columns random_columns(uint32_t seed, uint32_t trees) {
  RandomPeople people(seed);
  Columns columns(*test_law());
  for (uint32_t i = 0; i < trees; ++i) {
    columns.append(people.person_file(), people.chance(3) ? "\"hộ\", " + std::to_string(i) : "");
  }
  return columns;
}

std::vector<std::string> digests_of(const Columns& columns) {
  std::vector<std::string> digests;
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    digests.push_back(columns.person_file(tree).digest);
  }
  return digests;
}

TEST_F(Rows, JsonLinesRoundTrip) {
  const Columns columns = random_columns(31, 500);
  std::string text = "\xEF\xBB\xBF";
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    text += json_line(*test_law(), columns.person_file(tree), columns.name(tree));
    if (tree % 7 == 0) text += " \r\n";
  }
  write("people.jsonl", text);
  const Found back = lines("people.jsonl");
  ASSERT_TRUE(back.counts.has_value());
  EXPECT_EQ(back.counts->kept, 500U);
  EXPECT_TRUE(back.counts->is_clean());
  EXPECT_EQ(back.digests, digests_of(columns));
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    EXPECT_EQ(back.names[tree], columns.name(tree));
  }
}

TEST_F(Rows, JsonLinesReportBadLinesAndKeepTheOthers) {
  write("people.jsonl", R"({"$id": "a", "Person": {"sex": "male"}}
{"$id": "b", "Person": {"sex": "mal", "income": "x"}}
{"Person": {
[1]
{"$id": 7, "Person": {}})");
  const Found back = lines("people.jsonl");
  ASSERT_TRUE(back.counts.has_value());
  EXPECT_EQ(back.counts->read, 5U);
  EXPECT_EQ(back.counts->kept, 2U);
  EXPECT_EQ(back.counts->rejected, 3U);
  EXPECT_EQ(back.names, (std::vector<std::string>{"a", "7"}));
  ASSERT_GE(back.faults.size(), 4U);
  EXPECT_EQ(back.faults[0].line, 2U);
  EXPECT_EQ(back.faults[0].id, "b");
  EXPECT_EQ(back.faults[0].code, "unknown-member");
  EXPECT_EQ(back.faults[0].column, "32");
  EXPECT_EQ(back.faults[1].code, "not-a-number");
  EXPECT_EQ(back.faults[2].line, 3U);
  EXPECT_EQ(back.faults[2].code, "json-malformed");
  EXPECT_FALSE(lines("nowhere.jsonl").counts.has_value());
}

TEST_F(Rows, CsvRoundTrips) {
  const Columns columns = random_columns(32, 400);
  write_csv("out", columns);
  const Found back = csv("out");
  ASSERT_TRUE(back.counts.has_value()) << back.counts.error().message.en;
  for (const RowFault& fault : back.faults) ADD_FAILURE() << fault.line << fault.reason.en;
  EXPECT_EQ(back.counts->kept, 800U);
  const std::vector<std::string> once = digests_of(columns);
  std::vector<std::string> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  EXPECT_EQ(back.digests, twice);
  for (uint32_t tree = 0; tree < columns.trees; ++tree) {
    EXPECT_EQ(back.names[tree], columns.name(tree));
  }
}

// The rows of a CSV, in any order below the head; no cell of the random people holds a line feed
// outside quotes, so rows are taken apart by the cursor.
std::string shuffled(const std::string& text, std::mt19937& random) {
  CsvCursor cursor(text);
  cursor.next();
  const std::string head = text.substr(0, cursor.offset());
  std::vector<std::string> rows;
  while (cursor.next() == CsvStep::kRow) {
    rows.push_back(text.substr(cursor.begin(), cursor.offset() - cursor.begin()));
  }
  std::shuffle(rows.begin(), rows.end(), random);
  std::string all = head;
  for (const std::string& row : rows) all += row;
  return all;
}

TEST_F(Rows, CsvMayStandInAnyOrder) {
  const Columns columns = random_columns(33, 200);
  write_csv("out", columns);
  std::mt19937 random(33);
  for (const auto& entry : fs::directory_iterator(folder_ / "out")) {
    const std::string name = "out/" + entry.path().filename().string();
    write(name, shuffled(read(name), random));
  }
  Found back = csv("out");
  ASSERT_TRUE(back.counts.has_value());
  for (const RowFault& fault : back.faults) ADD_FAILURE() << fault.line << fault.reason.en;
  const std::vector<std::string> once = digests_of(columns);
  std::vector<std::string> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  std::sort(twice.begin(), twice.end());
  std::sort(back.digests.begin(), back.digests.end());
  EXPECT_EQ(back.digests, twice);
}

TEST_F(Rows, CsvReadsWhatPeopleWrite) {
  write("in/Household.csv",
        "id,poverty,rural,members\r\nh1,poor,yes,\r\nh2,,,none\r\nh3,null,,null\r\n");
  write("in/Person.csv",
        "\xEF\xBB\xBFid,parent,sex,date_of_birth,income,coefficient,name,note,$x\n"
        "p1,h1,female,1990-01-02,5000000,none,\"An, \"\"Bình\"\"\",a,b\n"
        "p2,h1,male,,null,2.34,,,\n"
        "\n"
        "p3,,male,,\"5000000 VND/month\",,\"null\",,\n");
  write("in/work.csv",
        "parent,from,to,salary\np1,2001-01,ongoing,7\np1,2000-01,2000-12,\np3,,,3\n");
  write("in/Birth.csv", "id,parent,birth_date\nb1,p1,2010-01-01\n");
  write("in/rest_days.csv", "parent,date\nb1,2010-02-03\n");
  const Found back = csv();
  ASSERT_TRUE(back.counts.has_value()) << back.counts.error().message.en;
  for (const RowFault& fault : back.faults) ADD_FAILURE() << fault.file << fault.reason.en;
  const auto digest = [](const std::string& json) {
    return from_json(*test_law(), json, 0).value().digest;
  };
  EXPECT_EQ(back.names, (std::vector<std::string>{"h1", "h2", "h3", "p3"}));
  EXPECT_EQ(back.digests,
            (std::vector<std::string>{
                digest(R"({"Household": {"poverty": "poor", "rural": true, "members": [
                    {"sex": "female", "date_of_birth": "1990-01-02", "income": 5000000,
                     "coefficient": "none", "name": "An, \"Bình\"",
                     "work": [{"from": "2001-01", "to": "ongoing", "salary": 7},
                              {"from": "2000-01", "to": "2000-12"}],
                     "births": [{"birth_date": "2010-01-01", "rest_days": ["2010-02-03"]}]},
                    {"sex": "male", "income": null, "coefficient": 2.34}]}})"),
                digest(R"({"Household": {"members": []}})"),
                digest(R"({"Household": {"poverty": null, "members": null}})"),
                digest(R"({"Person": {"sex": "male", "income": 5000000, "name": "null",
                                      "work": [{"salary": 3}]}})")}));
}

TEST_F(Rows, CsvReportsEveryBadRowAndRejectsItsTreeWhole) {
  write("in/Household.csv",
        "id,poverty,members\nh1,poor,\nh2,rich,\nh3,poor,none\nh4,poor,\nh4,poor,\nh5,poor\nh6,"
        "poor,\n");
  write("in/Person.csv",
        "id,parent,income,name\np1,h1,1,\np2,h2,x,\np3,h3,1,\np4,h4,1,\np5,h9,1,\np6,h6,1,\xff\n");
  write("in/work.csv", "parent,from,to\np1,2001-01,2000-01\n,2001-01,\np2,2001-01,2002-01\n");
  write("in/rest_days.csv", "parent,date\nb1,2010-02-03\n");
  const Found back = csv();
  ASSERT_TRUE(back.counts.has_value()) << back.counts.error().message.en;
  EXPECT_EQ(back.counts->read, 7U);
  EXPECT_EQ(back.counts->kept, 0U);
  EXPECT_EQ(back.counts->rejected, 7U);
  EXPECT_EQ(back.counts->stray, 3U);
  std::vector<std::string> said;
  for (const RowFault& fault : back.faults) {
    said.push_back(fs::path(fault.file).stem().string() + ":" + std::to_string(fault.line) + ":" +
                   fault.column + ":" + fault.id + " " + fault.code);
  }
  std::sort(said.begin(), said.end());
  EXPECT_EQ(said, (std::vector<std::string>{
                      "Household:3:poverty:h2 unknown-member",
                      "Household:5::h4 id-twice",
                      "Household:6::h4 id-twice",
                      "Household:7::h5 cell-count",
                      "Person:3:income:p2 not-a-number",
                      "Person:4::p3 list-without-rows",
                      "Person:6:parent:p5 parent-unknown",
                      "Person:7:name:p6 not-utf8",
                      "rest_days:2:parent: parent-unknown",
                      "work:2:to: period-reversed",
                      "work:3:parent: parent-missing",
                  }));
}

TEST_F(Rows, CsvRefusesTablesItCannotRead) {
  const auto code = [&](const std::string& name, const std::string& text) {
    fs::remove_all(folder_ / "in");
    fs::create_directories(folder_ / "in");
    write("in/" + name, text);
    const Found back = csv();
    return back.counts.has_value() ? "read" : back.counts.error().code;
  };
  EXPECT_EQ(code("Persons.csv", "id\n"), "unknown-table");
  EXPECT_EQ(code("Person.csv", "id,incom\n"), "unknown-column");
  EXPECT_EQ(code("Person.csv", "id,from\n"), "unknown-column");
  EXPECT_EQ(code("Person.csv", "id,income,fact:income\n"), "column-twice");
  EXPECT_EQ(code("Person.csv", ""), "column-missing");
  EXPECT_EQ(code("Person.csv", "id,name\n1,\"open\n2,x\n"), "csv-malformed");
  EXPECT_EQ(code("Person.csv", "id,name\n1,\"a\"b\n"), "csv-malformed");
  EXPECT_EQ(code("Person.txt", "id\n"), "cannot-read");
  EXPECT_EQ(code("Person.csv", "id,fact:income\n1,2\n"), "read");
}

TEST_F(Rows, CsvWriterLeavesAFolderThatIsThereAlone) {
  const std::vector<bool> facts(test_law()->facts.size(), true);
  write("in/x", "x");
  EXPECT_EQ(CsvWriter::open(path("in"), *test_law(), facts).error().code, "cannot-write");
  {
    auto writer = CsvWriter::open(path("new"), *test_law(), facts);
    ASSERT_TRUE(writer.has_value());
    ASSERT_EQ(writer->append(random_columns(1, 3)), std::nullopt);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST(CsvText, CellsAsRfc4180HasThem) {
  CsvCursor cursor("a,\"b \"\"c\"\"\r\n,\",\r\n\"\",x\n\n  ,\n");
  ASSERT_EQ(cursor.next(), CsvStep::kRow);
  ASSERT_EQ(cursor.count(), 3U);
  EXPECT_EQ(cursor.cells()[1].text, "b \"c\"\r\n,");
  EXPECT_EQ(cursor.cells()[2].text, "");
  ASSERT_EQ(cursor.next(), CsvStep::kRow);
  EXPECT_TRUE(cursor.cells()[0].is_quoted);
  EXPECT_EQ(cursor.cells()[1].text, "x");
  ASSERT_EQ(cursor.next(), CsvStep::kRow);
  EXPECT_EQ(cursor.cells()[0].text, "  ");
  EXPECT_EQ(cursor.next(), CsvStep::kEnd);
}

}  // namespace
}  // namespace ansinh::facts
