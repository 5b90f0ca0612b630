#include "facts/arrow_rows.h"

#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>

#include "facts/test_people.h"
#include "facts/to_json.h"

namespace ansinh::facts {
namespace {

// A column with its buffers, and the two structures that hand it over. Lives as long as the test.
struct Made {
  ArrowSchema schema{};
  ArrowArray array{};
};

int released = 0;

// Makes columns as a foreign library would; everything stays in the arena.
class Arena {
 public:
  template <typename T>
  Made& column(const std::string& name, const std::string& format,
               const std::vector<std::optional<T>>& values) {
    std::string& bits = bytes_.emplace_back((values.size() + 7) / 8, '\0');
    std::string& data = bytes_.emplace_back();
    int64_t nulls = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i]) bits[i / 8] = static_cast<char>(bits[i / 8] | 1 << (i % 8));
      if (!values[i]) ++nulls;
      const T value = values[i].value_or(T{});
      data.append(reinterpret_cast<const char*>(&value), sizeof(T));
    }
    return make(name, format, static_cast<int64_t>(values.size()), nulls,
                {nulls == 0 ? nullptr : bits.data(), data.data()}, {});
  }
  Made& texts(const std::string& name, const std::vector<std::string>& values) {
    std::string& offsets = bytes_.emplace_back();
    std::string& data = bytes_.emplace_back();
    const auto offset = [&] {
      const auto at = static_cast<int32_t>(data.size());
      offsets.append(reinterpret_cast<const char*>(&at), sizeof(at));
    };
    offset();
    for (const std::string& value : values) {
      data += value;
      offset();
    }
    return make(name, "u", static_cast<int64_t>(values.size()), 0,
                {nullptr, offsets.data(), data.data()}, {});
  }
  Made& list(const std::string& name, const std::vector<int32_t>& offsets, Made& item) {
    std::string& data =
        bytes_.emplace_back(reinterpret_cast<const char*>(offsets.data()), offsets.size() * 4);
    return make(name, "+l", static_cast<int64_t>(offsets.size()) - 1, 0, {nullptr, data.data()},
                {&item});
  }
  Made& rows(const std::string& name, const std::vector<Made*>& columns) {
    return make(name, "+s", columns.empty() ? 0 : columns[0]->array.length, 0, {nullptr}, columns);
  }

 private:
  Made& make(const std::string& name, const std::string& format, int64_t rows, int64_t nulls,
             const std::vector<const void*>& buffers, const std::vector<Made*>& children) {
    Made& made = made_.emplace_back();
    auto& schemas = schema_children_.emplace_back();
    auto& arrays = array_children_.emplace_back();
    for (Made* child : children) {
      schemas.push_back(&child->schema);
      arrays.push_back(&child->array);
    }
    auto& kept = buffers_.emplace_back(buffers);
    const auto count = static_cast<int64_t>(children.size());
    made.schema = {bytes_.emplace_back(format).c_str(),
                   bytes_.emplace_back(name).c_str(),
                   nullptr,
                   kArrowNullable,
                   count,
                   schemas.data(),
                   nullptr,
                   [](ArrowSchema* one) {
                     ++released;
                     one->release = nullptr;
                   },
                   nullptr};
    made.array = {rows,
                  nulls,
                  0,
                  static_cast<int64_t>(kept.size()),
                  count,
                  kept.data(),
                  arrays.data(),
                  nullptr,
                  [](ArrowArray* one) {
                    ++released;
                    one->release = nullptr;
                  },
                  nullptr};
    return made;
  }

  std::deque<std::string> bytes_;
  std::deque<std::vector<const void*>> buffers_;
  std::deque<std::vector<ArrowSchema*>> schema_children_;
  std::deque<std::vector<ArrowArray*>> array_children_;
  std::deque<Made> made_;
};

ArrowTable table_of(Made& made) {
  auto table = ArrowTable::of(made.schema, made.array, "t");
  EXPECT_TRUE(table.has_value());
  return std::move(*table);
}

std::string code_of(Made& made) {
  const ArrowTable table = table_of(made);
  const auto rows = ArrowRows::open(table, *test_law());
  if (rows) return "";
  EXPECT_FALSE(rows.error().message.vi.empty());
  EXPECT_FALSE(rows.error().help.en.empty());
  return rows.error().code + ": " + rows.error().message.en;
}

// Two people: one with two spells of work, one of whom little is known.
Made& two_people(Arena& arena) {
  Made& spell = arena.rows(
      "item", {&arena.texts("from", {"2000-01", "2010-02"}),
               &arena.column<int32_t>("to", "tdD", {Date::of(2005, 12, 31).days, std::nullopt}),
               &arena.column<int64_t>("salary", "l", {5'000'000, 6'000'000})});
  return arena.rows("", {&arena.texts("id", {"a", "b"}), &arena.texts("sex", {"female", "male"}),
                         &arena.column<int32_t>("date_of_birth", "tdD",
                                                {Date::of(1980, 2, 29).days, std::nullopt}),
                         &arena.column<int64_t>("income", "d:18,2,64", {1'250, std::nullopt}),
                         &arena.list("work", {0, 2, 2}, spell)});
}

TEST(ArrowRows, SayWhatADocumentSays) {
  Arena arena;
  const ArrowTable table = table_of(two_people(arena));
  EXPECT_EQ(table.rows(), 2U);
  const auto rows = ArrowRows::open(table, *test_law());
  ASSERT_TRUE(rows.has_value()) << rows.error().message.en;
  Columns columns(*test_law());
  std::vector<RowFault> faults;
  const RowCounts counts = rows->read(0, 100, std::nullopt, columns, faults);
  EXPECT_EQ(counts.read, 2U);
  EXPECT_TRUE(counts.is_clean());
  ASSERT_TRUE(faults.empty()) << faults[0].reason.en;
  EXPECT_EQ(fault_of(columns), std::nullopt);
  EXPECT_EQ(columns.name(0), "a");
  EXPECT_EQ(columns.name(1), "b");
  const char* documents[] = {
      R"({"Person": {"sex": "female", "date_of_birth": "1980-02-29", "income": 12.5, "work":
          [{"from": "2000-01", "to": "2005-12", "salary": 5000000},
           {"from": "2010-02", "salary": 6000000}]}})",
      R"({"Person": {"sex": "male", "work": []}})"};
  for (uint32_t tree = 0; tree < 2; ++tree) {
    const auto file = from_json(*test_law(), documents[tree], 0);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(columns.person_file(tree).digest, file->digest) << tree;
  }
}

TEST(ArrowRows, PiecesAreRowsFromTheirOffset) {
  Arena arena;
  Made& both = two_people(arena);
  both.array.offset = 1;
  both.array.length = 1;
  const ArrowTable table = table_of(both);
  const auto rows = ArrowRows::open(table, *test_law());
  ASSERT_TRUE(rows.has_value());
  Columns columns(*test_law());
  std::vector<RowFault> faults;
  EXPECT_EQ(rows->read(0, 100, std::nullopt, columns, faults).kept, 1U);
  EXPECT_EQ(columns.name(0), "b");
}

TEST(ArrowRows, FaultsNameRowAndColumnAndLeaveTheRecordOut) {
  Arena arena;
  Made& rows = arena.rows(
      "", {&arena.texts("$id", {"a", "b", "c"}), &arena.texts("sex", {"female", "femal", "\xFF"}),
           &arena.column<int8_t>("children_count", "c", {2, 3, 4})});
  const ArrowTable table = table_of(rows);
  const auto read = ArrowRows::open(table, *test_law());
  ASSERT_TRUE(read.has_value());
  Columns columns(*test_law());
  std::vector<RowFault> faults;
  const RowCounts counts = read->read(0, 100, std::nullopt, columns, faults);
  EXPECT_EQ(counts.kept, 1U);
  EXPECT_EQ(counts.rejected, 2U);
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].file, "t");
  EXPECT_EQ(faults[0].line, 2U);
  EXPECT_EQ(faults[0].column, "sex");
  EXPECT_EQ(faults[0].id, "b");
  EXPECT_EQ(faults[0].code, "unknown-member");
  EXPECT_EQ(faults[1].line, 3U);
}

TEST(ArrowRows, ColumnsAreHeldAgainstTheLaw) {
  Arena arena;
  EXPECT_EQ(code_of(arena.rows("", {&arena.column<double>("income", "g", {1.5})})),
            "float-column: t: income: a floating-point column (g) cannot hold amounts exactly");
  Made& spell = arena.rows("item", {&arena.column<float>("salary", "f", {1.5F})});
  EXPECT_TRUE(code_of(arena.rows("", {&arena.list("work", {0, 1}, spell)}))
                  .starts_with("float-column: t: work.salary: "));
  EXPECT_TRUE(code_of(arena.rows("", {&arena.texts("incom", {"1"}), &arena.texts("sex", {"male"})}))
                  .starts_with("unknown-column: t: incom: "));
  EXPECT_TRUE(code_of(arena.rows("", {&arena.texts("sex", {"1"}), &arena.texts("sex", {"male"})}))
                  .starts_with("column-twice: t: sex: "));
  EXPECT_TRUE(code_of(arena.rows("", {&arena.column<int64_t>("sex", "tsn:UTC", {0})}))
                  .starts_with("arrow-type: t: sex: "));
  EXPECT_EQ(code_of(arena.rows("", {&arena.texts("poverty", {"poor"})})), "");
}

TEST(ArrowTable, IsReleasedOnceWhoeverHoldsIt) {
  released = 0;
  {
    Arena arena;
    const ArrowTable table = table_of(two_people(arena));
    const ArrowTable copy = table;  // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 2);  // the schema and the batch; their children are theirs to release
}

TEST(ArrowTable, IsRefusedIfItIsNone) {
  Arena arena;
  Made& column = arena.texts("sex", {"male"});
  const auto table = ArrowTable::of(column.schema, column.array, "t");
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().code, "arrow-shape");
}

TEST(ArrowTable, TellsWhatItsProducerSays) {
  bool is_released = false;
  ArrowArrayStream stream{[](ArrowArrayStream*, ArrowSchema*) { return EIO; },
                          [](ArrowArrayStream*, ArrowArray*) { return EIO; },
                          [](ArrowArrayStream*) { return "the disk is gone"; },
                          [](ArrowArrayStream* one) {
                            *static_cast<bool*>(one->private_data) = true;
                            one->release = nullptr;
                          },
                          &is_released};
  const auto table = ArrowTable::read(stream, "t");
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().code, "arrow-stream");
  EXPECT_EQ(table.error().message.en, "t: cannot be read: the disk is gone");
  EXPECT_TRUE(is_released);
}

}  // namespace
}  // namespace ansinh::facts
