// Any bytes as CSV: cells that lie within the text, and as tables of people either clear faults or
// trees that are written and read again unchanged.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/text.h"
#include "facts/csv_text.h"
#include "facts/rows.h"
#include "facts/test_law_text.h"
#include "law/check.h"

namespace {

namespace fs = std::filesystem;

void require(bool holds) {
  if (!holds) std::abort();
}

const ansinh::law::Program& law_of_test() {
  static const auto program = [] {
    ansinh::Diagnostics diagnostics;
    auto checked = ansinh::law::check({{"test.md", ansinh::facts::kTestLaw}},
                                      {ansinh::Date::of(2025, 7, 1)}, diagnostics);
    require(!ansinh::has_errors(diagnostics));
    return checked;
  }();
  return *program;
}

// In memory where there is such a place: thousands of small files a second.
fs::path folder() {
  static const fs::path path = [] {
    const fs::path base = fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    return base / ("ansinh-csv-fuzz-" + std::to_string(::getpid()));
  }();
  return path;
}

}  // namespace

// The bytes are the tables Household, Person and work, parted by a byte 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ansinh::facts;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CsvCursor cursor(text);
  while (cursor.next() == CsvStep::kRow) require(cursor.offset() > cursor.begin());

  fs::remove_all(folder());
  fs::create_directories(folder() / "in");
  std::string_view rest = text;
  for (const char* name : {"Household.csv", "Person.csv", "work.csv"}) {
    if (rest.empty()) break;
    const std::string_view table = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), table.size() + 1));
    if (!table.empty()) std::ofstream(folder() / "in" / name, std::ios::binary) << table;
  }
  Columns columns(law_of_test());
  RowReceiver receiver;
  receiver.tree = [&](const PersonFile& file, std::string_view id) {
    columns.append(file, id.size() == ansinh::valid_utf8_prefix(id) ? id : "");
    return std::optional<ansinh::Diagnostic>();
  };
  receiver.fault = [&](const RowFault& fault) {
    require(!fault.code.empty() && !fault.reason.vi.empty() && !fault.reason.en.empty());
    return std::optional<ansinh::Diagnostic>();
  };
  const auto counts = read_csv(law_of_test(), {(folder() / "in").string()}, {}, receiver);
  if (counts) {
    require(counts->kept + counts->rejected == counts->read && counts->kept == columns.trees);
    require(!fault_of(columns));
    if (columns.trees != 0) {
      auto writer = CsvWriter::open((folder() / "out").string(), law_of_test(),
                                    std::vector<bool>(law_of_test().facts.size(), true));
      require(writer && !writer->append(columns) && !writer->finish());
      uint32_t tree = 0;
      receiver.tree = [&](const PersonFile& file, std::string_view) {
        Columns one(law_of_test());
        one.append(file);
        require(one.person_file(0).digest == columns.person_file(tree++).digest);
        return std::optional<ansinh::Diagnostic>();
      };
      const auto again = read_csv(law_of_test(), {(folder() / "out").string()}, {}, receiver);
      require(again && again->is_clean() && tree == columns.trees);
    }
  }
  fs::remove_all(folder());
  return 0;
}
