// A text file written in a stream: it stands at its place when it is whole, or not at all.
#pragma once

#include <cstdio>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/base.h"

namespace ansinh::cli {

class OutFile {
 public:
  // "-": the standard output, as it comes. What is wrong, if anything is.
  static std::expected<OutFile, Text> open(const std::string& path);
  OutFile(OutFile&& other) noexcept;
  OutFile& operator=(OutFile&&) = delete;
  ~OutFile();  // removes what was not finished

  std::optional<Text> write(std::string_view text);
  std::optional<Text> finish();

 private:
  OutFile(std::string path, std::string temporary, std::FILE* file);
  Text fault() const;

  std::string path_, temporary_;  // temporary_ is empty for the standard output
  std::FILE* file_;
};

}  // namespace ansinh::cli
