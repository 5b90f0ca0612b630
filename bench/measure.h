// What the programs of this folder share: a law read and checked, clocks, medians.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "law/check.h"
#include "law/reform.h"

namespace ansinh::bench {

// Ends the program with a message.
[[noreturn]] void fail(const std::string& message);

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The law of these files and folders, with a reform laid over it if one is named.
inline std::shared_ptr<const law::Program> load(const std::vector<std::string>& paths, Date on,
                                                const std::string& reform = {}) {
  Diagnostics diagnostics;
  Sources sources = law::read_law(paths, diagnostics);
  auto program = reform.empty()
                     ? law::check(std::move(sources), {on}, diagnostics)
                     : law::check_reform(std::move(sources), law::read_law({reform}, diagnostics),
                                         {on}, diagnostics);
  if (has_errors(diagnostics)) fail(paths.front() + ": " + diagnostics.front().message.en);
  return program;
}

template <typename Work>
double seconds(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  std::forward<Work>(work)();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
  if (values.empty()) fail("nothing was measured");
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

template <typename Work>
double median_seconds(size_t repeats, Work&& work) {
  std::vector<double> all;
  for (size_t i = 0; i < repeats; ++i) all.push_back(seconds(work));
  return median(std::move(all));
}

}  // namespace ansinh::bench
