// A file mapped from disk for reading: as long as memory needs be, whatever its size.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ansinh::facts {

class MappedFile {
 public:
  // Error: "cannot-read". The file must not be changed while it is mapped.
  static std::expected<MappedFile, Diagnostic> open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(mapped_), size_}; }

 private:
  MappedFile(void* mapped, size_t size) : mapped_(mapped), size_(size) {}
  void* mapped_;  // null for an empty file
  size_t size_;
};

}  // namespace ansinh::facts
