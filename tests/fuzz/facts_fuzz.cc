// Any bytes as facts: either clear errors, or a file that survives a round trip unchanged.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "facts/facts.h"
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
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ansinh::law::Program& program = law_of_test();
  const auto file = ansinh::facts::from_json(program, text, 0, ansinh::Date::of(2025, 7, 1));
  if (!file) {
    require(!file.error().empty());
    for (const ansinh::Diagnostic& fault : file.error()) {
      require(!fault.code.empty() && !fault.message.vi.empty() && !fault.message.en.empty() &&
              !fault.help.vi.empty() && !fault.help.en.empty());
      ansinh::render(fault, {{"facts.json", std::string(text)}}, ansinh::Language::kEnglish, true);
    }
    return 0;
  }
  const std::string written = ansinh::facts::to_json(program, *file);
  const auto again = ansinh::facts::from_json(program, written, 0);
  require(again.has_value());
  require(ansinh::facts::to_json(program, *again) == written);
  require(again->digest == file->digest);
  return 0;
}
