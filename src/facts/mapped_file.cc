#include "facts/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ansinh::facts {

namespace {

std::unexpected<Diagnostic> cannot_read(const std::string& path, const Text& why) {
  return std::unexpected(Diagnostic{
      "cannot-read",
      Severity::kError,
      {},
      {path + ": không đọc được (" + why.vi + ")", path + ": cannot be read (" + why.en + ")"},
      {"kiểm tra lại đường dẫn và quyền đọc", "check the path and the permission to read"}});
}

}  // namespace

std::expected<MappedFile, Diagnostic> MappedFile::open(const std::string& path) {
  const auto system = [&] {
    const std::string why = std::strerror(errno);
    return cannot_read(path, {why, why});
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system();
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return cannot_read(path, {"không phải là tệp", "it is not a file"});
  }
  const auto size = static_cast<size_t>(status.st_size);
  void* mapped = size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  if (mapped == MAP_FAILED) {
    auto fault = system();
    ::close(descriptor);
    return fault;
  }
  ::close(descriptor);
  return MappedFile(mapped, size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (mapped_ != nullptr) ::munmap(mapped_, size_);
}

}  // namespace ansinh::facts
