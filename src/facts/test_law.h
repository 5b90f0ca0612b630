// The checked test law.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "facts/test_law_text.h"
#include "law/check.h"

namespace ansinh::facts {

inline std::shared_ptr<const law::Program> test_law() {
  static const std::shared_ptr<const law::Program> program = [] {
    Diagnostics diagnostics;
    const Sources sources{{"test.md", kTestLaw}};
    auto checked = law::check(sources, law::CheckOptions{Date::of(2025, 7, 1)}, diagnostics);
    for (const Diagnostic& d : diagnostics) {
      ADD_FAILURE() << render(d, sources, Language::kEnglish, false);
    }
    return checked;
  }();
  return program;
}

}  // namespace ansinh::facts
