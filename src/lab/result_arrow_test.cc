// Results as an Arrow table say what they say as CSV.
#include "lab/result_arrow.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "facts/arrow_field.h"
#include "facts/arrow_rows.h"
#include "facts/csv_text.h"
#include "lab/lab_test_support.h"

namespace ansinh::lab {

namespace {

RunOptions options_for(const ResultFormat& format, bool all, size_t threads) {
  RunOptions options;
  options.on = kLabDay;
  options.threads = threads;
  options.all = all;
  options.format = &format;
  return options;
}

std::string csv_of(const law::Program& program, const PeopleSource& source, bool all) {
  const CsvResults format(program, Language::kEnglish);
  std::string csv;
  RunOptions options = options_for(format, all, 1);
  options.sink = [&](std::string_view bytes) -> std::optional<Diagnostic> {
    csv += bytes;
    return std::nullopt;
  };
  EXPECT_TRUE(run(program, lab_statistics(program), source, options).has_value());
  return csv;
}

facts::ArrowTable table_of(const law::Program& program, const PeopleSource& source, bool all,
                           size_t threads) {
  ArrowResults results(program);
  RunOptions options = options_for(results, all, threads);
  options.sink = [&](std::string_view bytes) -> std::optional<Diagnostic> {
    results.take(bytes);
    return std::nullopt;
  };
  EXPECT_TRUE(run(program, lab_statistics(program), source, options).has_value());
  ArrowArrayStream stream{};
  results.stream(stream);
  auto table = facts::ArrowTable::read(stream, "results");
  EXPECT_TRUE(table.has_value());
  return std::move(*table);  // outlives the results
}

std::string without_zeros(std::string decimal) {
  if (decimal.find('.') == std::string::npos) return decimal;
  while (decimal.ends_with('0')) decimal.pop_back();
  if (decimal.ends_with('.')) decimal.pop_back();
  return decimal;
}

// As CsvResults writes it.
std::string csv_of(const facts::ArrowTable& table) {
  std::string csv =
      "tree,name,person,row,benefit,status,reason,article,payment,amount,currency,each,on,from,"
      "until,duration,party,fund,counted\n";
  const facts::ArrowField fields = facts::arrow_field(table.schema(), "");
  for (size_t b = 0; b < table.batch_count(); ++b) {
    const ArrowArray& batch = table.batch(b);
    for (int64_t row = 0; row < batch.length; ++row) {
      std::string line;
      const auto cell = [&](const std::string& name) {
        for (size_t i = 0; i < fields.children.size(); ++i) {
          if (fields.children[i].name != name) continue;
          const facts::JsonValue value =
              facts::arrow_value(fields.children[i], *batch.children[i], row, {});
          if (value.kind == facts::JsonKind::kTrue) return std::string("1");
          if (value.kind == facts::JsonKind::kFalse) return std::string("0");
          return value.text;
        }
        ADD_FAILURE() << "no column " << name;
        return std::string();
      };
      const auto put = [&](const std::string& text) {
        if (!line.empty()) line += ',';
        facts::put_csv_cell(line, text);
      };
      line = cell("record");
      for (const char* name :
           {"name", "person", "row", "benefit", "status", "reason_en", "article_en", "payment"})
        put(cell(name));
      put(cell("amount_exact") + without_zeros(cell("amount")));
      for (const char* name : {"currency", "each", "on", "from", "until"}) put(cell(name));
      const std::string unit = cell("duration_unit");
      put(unit.empty() ? "" : without_zeros(cell("duration")) + " " + unit);
      for (const char* name : {"party", "fund", "counted"}) put(cell(name));
      csv += line + "\n";
    }
  }
  return csv;
}

TEST(ArrowResults, SayWhatTheCsvSays) {
  const LabFolder folder;
  const auto program = lab_law();
  const PeopleSource source =
      open_source(make_snapshot(folder, *program, random_lines(5, 400), 37), *program);
  for (const bool all : {false, true}) {
    const std::string csv = csv_of(*program, source, all);
    EXPECT_GT(csv.size(), 20'000U);
    for (const size_t threads : {size_t{1}, size_t{3}})
      EXPECT_EQ(csv_of(table_of(*program, source, all, threads)), csv);
  }
}

// A law must round what it pays; that nothing is lost must not rest on that.
TEST(ArrowResults, AmountsAreDecimalsOrFractions) {
  const auto program = lab_law();
  ArrowResults results(*program);
  ResultTable rows;
  const auto add = [&](int64_t numerator, int64_t denominator) {
    rows.tree.push_back(1);
    rows.name.emplace_back();
    rows.person.push_back(1);
    rows.row.push_back(1);
    rows.benefit.push_back(program->benefit_by_name.at("health"));
    rows.version.push_back(0);
    rows.status.push_back(engine::Status::kEntitled);
    rows.failed.push_back(law::kNoId);
    rows.replaced_by.push_back(law::kNoId);
    rows.payment.push_back(1);
    rows.numerator.push_back(numerator);
    rows.denominator.push_back(denominator);
    for (auto* dates : {&rows.on, &rows.from, &rows.until}) dates->push_back(ResultTable::kNoDate);
    rows.duration.emplace_back(0);
    rows.counted.push_back(1);
  };
  add(1, 3);
  add(-1, 4);
  add(INT64_MAX, 1);
  add(0, 1);
  rows.wide.emplace(3, Rational(INT64_MAX) * Rational(1'000'000'000));
  results.take(results.chunk(rows));
  ArrowArrayStream stream{};
  results.stream(stream);
  const auto table = facts::ArrowTable::read(stream, "results");
  ASSERT_TRUE(table.has_value());
  const std::string csv = csv_of(*table);
  for (const char* amount : {",1,1/3,VND,", ",1,-0.25,VND,", ",1,9223372036854775807,VND,",
                             ",1,9223372036854775807000000000,VND,"})
    EXPECT_NE(csv.find(amount), std::string::npos) << amount << "\n" << csv;
}

TEST(ArrowResults, HaveTheirColumnsWithoutARow) {
  const auto program = lab_law();
  ArrowArrayStream stream{};
  ArrowResults(*program).stream(stream);
  const auto table = facts::ArrowTable::read(stream, "results");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->rows(), 0U);
  EXPECT_EQ(facts::arrow_field(table->schema(), "").children.size(), 23U);
}

}  // namespace

}  // namespace ansinh::lab
