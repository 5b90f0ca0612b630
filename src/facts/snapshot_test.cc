#include "facts/snapshot.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/test_child.h"
#include "facts/snapshot_ints.h"
#include "facts/test_people.h"

namespace ansinh::facts {
namespace {

namespace fs = std::filesystem;

class Snapshot : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("ansinh-snapshot-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name = "people.ansinh") const {
    return (folder_ / name).string();
  }

  std::string bytes(const std::string& name = "people.ansinh") const {
    std::ifstream in(folder_ / name, std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
  }

  void write_bytes(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  size_t files() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

Columns random_columns(uint32_t seed, uint32_t trees, std::vector<std::string>& digests) {
  RandomPeople people(seed);
  Columns columns(*test_law());
  for (uint32_t i = 0; i < trees; ++i) {
    const PersonFile file = people.person_file();
    digests.push_back(file.digest);
    columns.append(file, people.chance(3) ? "hộ " + std::to_string(i) : "");
  }
  return columns;
}

void write(const std::string& path, const Columns& columns) {
  auto writer = SnapshotWriter::open(path, *columns.program);
  ASSERT_TRUE(writer.has_value());
  ASSERT_EQ(writer->append(columns), std::nullopt);
  ASSERT_EQ(writer->finish(), std::nullopt);
}

std::shared_ptr<const law::Program> law_of(std::string text) {
  Diagnostics diagnostics;
  auto program = law::check({{"test.md", std::move(text)}}, {Date::of(2025, 7, 1)}, diagnostics);
  for (const Diagnostic& d : diagnostics) ADD_FAILURE() << d.message.en;
  return program;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_F(Snapshot, GivesBackTheTreesThatWereWritten) {
  std::vector<std::string> digests;
  const Columns columns = random_columns(11, 700, digests);
  write(path(), columns);
  EXPECT_EQ(files(), 1U);
  const auto reader = SnapshotReader::open(path(), *test_law());
  ASSERT_TRUE(reader.has_value()) << reader.error().message.en;
  EXPECT_EQ(reader->trees(), 700U);
  EXPECT_EQ(reader->verify(), std::nullopt);
  const auto back = reader->chunk(0);
  ASSERT_TRUE(back.has_value()) << back.error().message.en;
  EXPECT_EQ(fault_of(*back), std::nullopt);
  expect_equal_trees(*back, digests);
  EXPECT_EQ(back->names, columns.names);
}

TEST_F(Snapshot, IsReadWithoutALawToo) {
  std::vector<std::string> digests;
  write(path(), random_columns(12, 200, digests));
  const auto reader = SnapshotReader::open(path());
  ASSERT_TRUE(reader.has_value()) << reader.error().message.en;
  EXPECT_EQ(reader->schema().digest, test_law()->digest);
  EXPECT_EQ(snapshot_schema(reader->schema()), snapshot_schema(*test_law()));
  const auto back = reader->chunk(0);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(fault_of(*back), std::nullopt);
  expect_equal_trees(*back, digests);
}

TEST_F(Snapshot, IsTheSameFileHoweverTheTreesCome) {
  std::vector<std::string> digests;
  const Columns columns = random_columns(13, 300, digests);
  write(path("whole"), columns);
  auto writer = SnapshotWriter::open(path("parts"), *test_law());
  for (uint32_t first = 0; first < 300; first += 60) {
    Columns part(*test_law());
    part.append(columns, first, 60);
    if (first % 120 == 0) part.spell_out();
    ASSERT_EQ(writer->append(part), std::nullopt);
  }
  ASSERT_EQ(writer->finish(), std::nullopt);
  EXPECT_EQ(bytes("whole"), bytes("parts"));
}

TEST_F(Snapshot, ClosesChunksByTreesAndKeepsTheirOrder) {
  const law::Program& program = *test_law();
  Columns columns(program);
  columns.trees = 150'000;
  EntityColumns& root = columns.entities[program.root_entity];
  root.rows = columns.trees;
  FactColumn& poverty = root.facts[0];
  poverty.all = Cell::kValue;
  for (uint32_t i = 0; i < columns.trees; ++i) poverty.value.push_back(i % 7 == 0 ? 1 : 0);
  ASSERT_EQ(fault_of(columns, false), std::nullopt);
  write(path(), columns);
  const auto reader = SnapshotReader::open(path(), program);
  ASSERT_TRUE(reader.has_value());
  ASSERT_EQ(reader->chunk_count(), 3U);
  EXPECT_EQ(reader->chunk_trees(0), kChunkTreesMax);
  EXPECT_EQ(reader->chunk_trees(2), 150'000 - 2 * kChunkTreesMax);
  Columns chunk(program);
  uint32_t tree = 0;
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(reader->read_chunk(i, chunk), std::nullopt);
    const auto& values = chunk.entities[program.root_entity].facts[0].value;
    for (const int64_t value : values) ASSERT_EQ(value, tree++ % 7 == 0 ? 1 : 0);
  }
  EXPECT_LT(reader->bytes(), 150'000U / 8 + 8'000);
}

TEST_F(Snapshot, ReadsOnlyTheFactsAskedFor) {
  std::vector<std::string> digests;
  write(path(), random_columns(14, 50, digests));
  const auto reader = SnapshotReader::open(path(), *test_law());
  std::vector<bool> facts(test_law()->facts.size());
  facts[test_law()->entities[test_law()->root_entity].facts[0]] = true;
  Columns columns(*test_law());
  ASSERT_EQ(reader->read_chunk(0, columns, &facts), std::nullopt);
  for (const EntityColumns& entity : columns.entities) {
    for (const FactColumn& fact : entity.facts) {
      EXPECT_EQ(fact.state.empty() && fact.all == Cell::kNotGiven, !facts[fact.fact]);
    }
  }
}

TEST_F(Snapshot, IsReadWithALawThatDeclaresMoreOrInAnotherOrder) {
  std::vector<std::string> digests;
  write(path(), random_columns(15, 400, digests));
  std::string text = replaced(kTestLaw, "  fact rooms : count",
                              "  fact area : count \"Diện tích\" \"Area\"\n  fact rooms : count");
  text = replaced(text, "female \"nữ\" \"female\" | male \"nam\" \"male\"",
                  "male \"nam\" \"male\" | other \"khác\" \"other\" | female \"nữ\" \"female\"");
  text = replaced(text,
                  "  fact salary : VND/month \"Tiền lương\" \"Salary\"\n"
                  "  fact hazardous : yes/no \"Nặng nhọc\" \"Hazardous\" presumed no\n",
                  "  fact hazardous : yes/no \"Nặng nhọc\" \"Hazardous\" presumed no\n"
                  "  fact salary : VND/month \"Tiền lương\" \"Salary\"\n");
  const auto program = law_of(text);
  const auto reader = SnapshotReader::open(path(), *program);
  ASSERT_TRUE(reader.has_value()) << reader.error().message.en;
  const auto back = reader->chunk(0);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(fault_of(*back), std::nullopt) << *fault_of(*back);
  // The same facts in the same canonical JSON: names in it are sorted.
  size_t equal = 0;
  for (uint32_t tree = 0; tree < back->trees; ++tree) {
    equal += back->person_file(tree).digest == digests[tree] ? 1U : 0U;
  }
  EXPECT_GT(equal, 250U);  // others hold rows that differ in the moved facts only
}

TEST_F(Snapshot, IsRefusedByALawThatLacksSomethingOfIt) {
  std::vector<std::string> digests;
  write(path(), random_columns(16, 5, digests));
  const auto refusal = [&](const std::string& from, const std::string& to) {
    const auto program = law_of(replaced(kTestLaw, from, to));
    const auto reader = SnapshotReader::open(path(), *program);
    if (reader.has_value()) return std::string("accepted");
    EXPECT_EQ(reader.error().code, "snapshot-law");
    EXPECT_NE(reader.error().message.vi, reader.error().message.en);
    return reader.error().message.en;
  };
  EXPECT_NE(refusal("fact income", "fact incomes")
                .find("the law has no fact \"Person.income\" (is it now \"incomes\"?)"),
            std::string::npos);
  EXPECT_NE(
      refusal("near_poor \"cận nghèo\"", "nearly \"cận nghèo\"").find("no value \"near_poor\""),
      std::string::npos);
  EXPECT_NE(refusal("fact notice : days", "fact notice : months").find("is days, in the law it is"),
            std::string::npos);
  EXPECT_NE(refusal("date or none \"Ngày chết\" \"Date of death\" presumed none",
                    "date \"Ngày chết\" \"Date of death\"")
                .find("is date or none, in the law it is date"),
            std::string::npos);
  EXPECT_NE(
      refusal("entity Dwelling of Household as dwellings", "entity Dwelling of Household as homes")
          .find("no list \"Household.dwellings\""),
      std::string::npos);
  EXPECT_NE(refusal("entity Dwelling", "entity House").find("no entity \"Dwelling\""),
            std::string::npos);
  EXPECT_NE(refusal("spells stays of Person by day", "spells stays of Person by month")
                .find("\"Person.stays\" is spells by day"),
            std::string::npos);
  std::string dollars = kTestLaw;
  for (size_t at = 0; (at = dollars.find("VND", at)) != std::string::npos;) {
    dollars.replace(at, 3, "USD");
  }
  const auto program = law_of(dollars);
  EXPECT_NE(SnapshotReader::open(path(), *program).error().message.en.find("its currency is VND"),
            std::string::npos);
}

TEST_F(Snapshot, IsRefusedWhenAValueIsOutsideTheRangeOfTheLaw) {
  Columns columns(*test_law());
  columns.append(from_json(*test_law(), R"({"Person": {"capacity_loss": "75%"}})", 0).value());
  write(path(), columns);
  const auto program = law_of(replaced(kTestLaw, "range 0% .. 100%", "range 0% .. 50%"));
  const auto reader = SnapshotReader::open(path(), *program);
  ASSERT_TRUE(reader.has_value());
  const auto chunk = reader->chunk(0);
  ASSERT_FALSE(chunk.has_value());
  EXPECT_NE(chunk.error().message.en.find("Person.capacity_loss: it holds a value outside"),
            std::string::npos)
      << chunk.error().message.en;
}

// Opens and reads everything; true if something was refused.
bool is_refused(const std::string& path) {
  const auto reader = SnapshotReader::open(path);
  if (!reader) return !reader.error().message.vi.empty() && !reader.error().help.en.empty();
  return reader->verify().has_value();
}

TEST_F(Snapshot, IsRefusedWhicheverByteIsAltered) {
  std::vector<std::string> digests;
  write(path(), random_columns(17, 8, digests));
  const std::string good = bytes();
  ASSERT_FALSE(is_refused(path()));
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << (at % 8)));
    write_bytes("bad", bad);
    ASSERT_TRUE(is_refused(path("bad"))) << "byte " << at << " of " << good.size();
  }
}

TEST_F(Snapshot, IsRefusedWhereverItIsCutOrWhateverIsAdded) {
  std::vector<std::string> digests;
  write(path(), random_columns(18, 8, digests));
  const std::string good = bytes();
  for (size_t size = 0; size < good.size(); size += size < 64 || size + 64 > good.size() ? 1 : 17) {
    write_bytes("bad", good.substr(0, size));
    ASSERT_TRUE(is_refused(path("bad"))) << size;
  }
  write_bytes("bad", good + "x");
  EXPECT_TRUE(is_refused(path("bad")));
  write_bytes("bad", good + good);
  EXPECT_TRUE(is_refused(path("bad")));
}

TEST_F(Snapshot, SaysWhatItMetInsteadOfASnapshot) {
  const auto code = [&](const std::string& name) {
    return SnapshotReader::open(path(name)).error().code;
  };
  write_bytes("text", "id,parent\n");
  EXPECT_EQ(code("text"), "snapshot-foreign");
  write_bytes("empty", "");
  EXPECT_EQ(code("empty"), "snapshot-foreign");
  EXPECT_EQ(code("nowhere"), "cannot-read");
  EXPECT_EQ(code("."), "cannot-read");
  std::vector<std::string> digests;
  write(path(), random_columns(19, 3, digests));
  std::string later = bytes();
  later[8] = 2;
  write_bytes("later", later);
  EXPECT_EQ(code("later"), "snapshot-version");
  write_bytes("half", bytes().substr(0, bytes().size() / 2));
  EXPECT_EQ(code("half"), "snapshot-truncated");
}

// What a checksum does not find, because it was made after the fault: never a crash.
TEST_F(Snapshot, SurvivesFaultsUnderARightChecksum) {
  std::vector<std::string> digests;
  const EncodedChunk chunk = encode_chunk(random_columns(20, 6, digests));
  std::mt19937 random(20);
  SchemaMap map = *map_schema(*test_law(), *test_law());
  size_t refused = 0;
  for (int round = 0; round < 30'000; ++round) {
    std::string bad = chunk.bytes;
    const size_t head = 16 + 4 * test_law()->entities.size();
    for (size_t i = random() % 3; i < 3; ++i) {
      const size_t at = head + random() % (bad.size() - head);
      bad[at] = static_cast<char>(random() % 2 == 0 ? random() : random() % 3);
    }
    const auto directory = get_directory(chunk.bytes, test_law()->entities.size());
    const size_t directory_bytes = directory->blocks.front().offset - 8;
    const uint64_t sum = checksum_of(std::string_view(bad).substr(0, directory_bytes));
    std::memcpy(bad.data() + directory_bytes, &sum, sizeof sum);
    Columns columns(*test_law());
    if (get_chunk(bad, *test_law(), map, {.checksums = false}, columns)) {
      ++refused;
      continue;
    }
    const auto fault = fault_of(columns, false);
    ASSERT_EQ(fault, std::nullopt) << *fault;
    for (uint32_t tree = 0; tree < columns.trees; ++tree) columns.person_file(tree);
  }
  EXPECT_GT(refused, 1'000U);
}

TEST_F(Snapshot, LeavesNothingBehindWhenItIsNotFinished) {
  std::vector<std::string> digests;
  const Columns columns = random_columns(21, 20, digests);
  write(path(), columns);
  const std::string before = bytes();
  {
    auto writer = SnapshotWriter::open(path(), *test_law());
    ASSERT_EQ(writer->append(columns), std::nullopt);
    EXPECT_EQ(files(), 2U);
  }
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(bytes(), before);
  EXPECT_FALSE(SnapshotWriter::open(path("."), *test_law()).has_value());
  EXPECT_FALSE(SnapshotWriter::open("/proc/nowhere/x", *test_law()).has_value());
}

TEST_F(Snapshot, AFullDiskIsAnErrorAndLeavesNothingBehind) {
  std::vector<std::string> digests;
  const Columns columns = random_columns(22, 400, digests);
  write(path(), columns);
  const std::string before = bytes();
  const size_t whole = before.size();
  for (const size_t limit : {size_t{10}, whole / 2, whole - 1}) {
    const pid_t child = ::fork();
    if (child == 0) {
      test::leave_counts_out();
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit most{limit, limit};
      ::setrlimit(RLIMIT_FSIZE, &most);
      auto writer = SnapshotWriter::open(path(), *test_law());
      std::optional<Diagnostic> fault;
      if (!writer) {
        fault = writer.error();
      } else {
        fault = writer->append(columns);
        if (!fault) fault = writer->finish();
      }
      const bool is_told = fault && fault->code == "cannot-write";
      { const auto closed = std::move(writer); }
      ::_exit(is_told ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << limit;
    EXPECT_EQ(files(), 1U) << limit;
    EXPECT_EQ(bytes(), before) << limit;
  }
}

TEST(PackedInts, RoundTripAtEveryWidth) {
  std::mt19937_64 random(1);
  for (int width = 0; width <= 64; ++width) {
    for (const size_t count : {0U, 1U, 3U, 8U, 100U}) {
      for (const uint64_t step : {uint64_t{1}, uint64_t{1000}}) {
        if (width > 50 && step != 1) continue;
        std::vector<int64_t> values(count);
        const uint64_t base = width > 50 ? 0 : random();
        for (int64_t& value : values) {
          const uint64_t part = width == 0 ? 0 : random() >> (64 - width);
          value = static_cast<int64_t>((base >> 2) + part * step - (uint64_t{1} << 61));
        }
        std::string bytes;
        put_ints(bytes, values);
        ByteReader in(bytes);
        const auto packed = get_ints(in, count);
        ASSERT_TRUE(packed && in.is_at_end());
        std::vector<int64_t> back(count);
        packed->unpack(back.data());
        EXPECT_EQ(back, values);
        if (count != 0) {
          EXPECT_EQ(packed->high(), *std::max_element(values.begin(), values.end()));
          EXPECT_LE(packed->bits, std::bit_ceil(static_cast<unsigned>(width)));
        }
      }
    }
  }
}

}  // namespace
}  // namespace ansinh::facts
