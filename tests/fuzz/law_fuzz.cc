// Any text given as law: the checker answers with a program or with diagnostics that can be shown.
#include <cstdint>
#include <string_view>

#include "base/base.h"
#include "law/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto text = ansinh::normalize({reinterpret_cast<const char*>(data), size});
  if (!text) return 0;
  const ansinh::Sources sources = {{"fuzz.md", *std::move(text)}};
  ansinh::Diagnostics diagnostics;
  const ansinh::law::CheckOptions options = {ansinh::Date::of(2026, 1, 1)};
  const auto program = ansinh::law::check(sources, options, diagnostics);
  for (const ansinh::Diagnostic& diagnostic : diagnostics) {
    ansinh::render(diagnostic, sources, ansinh::Language::kVietnamese, false);
  }
  return 0;
}
