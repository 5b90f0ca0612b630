// Any bytes as a chunk of a snapshot, its checksums passed over: refused, or columns that hold all
// that columns must hold and give their trees.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "facts/snapshot.h"
#include "facts/snapshot_file.h"
#include "facts/test_law_text.h"
#include "law/check.h"

namespace {

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ansinh::facts;
  const ansinh::law::Program& program = law_of_test();
  std::string bytes(reinterpret_cast<const char*>(data), size);
  (void)read_frame(bytes);
  (void)program_of_schema(bytes);

  // The directory's own checksum is made right, where there is room for it.
  const size_t entities = program.entities.size();
  uint32_t blocks = 0;
  if (size < 16 + 4 * entities) return 0;
  std::memcpy(&blocks, bytes.data() + 12, sizeof blocks);
  const size_t directory = 16 + 4 * entities + size_t{24} * blocks;
  if (blocks > 1'000 || directory + 8 > size) return 0;
  for (size_t i = 0; i < entities; ++i) {  // more rows are right, but take too much memory here
    uint32_t rows = 0;
    std::memcpy(&rows, bytes.data() + 16 + 4 * i, sizeof rows);
    if (rows > 20'000) return 0;
  }
  const uint64_t sum = checksum_of(std::string_view(bytes).substr(0, directory));
  std::memcpy(bytes.data() + directory, &sum, sizeof sum);

  static const SchemaMap map = *map_schema(program, program);
  Columns columns(program);
  if (get_chunk(bytes, program, map, {.checksums = false}, columns)) return 0;
  require(!fault_of(columns, false));
  for (uint32_t tree = 0; tree < columns.trees && tree < 50; ++tree) columns.person_file(tree);
  std::string again;
  put_chunk(again, columns);
  Columns back(program);
  require(!get_chunk(again, program, map, {}, back));
  require(back.trees == columns.trees);
  return 0;
}
