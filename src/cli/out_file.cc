#include "cli/out_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ansinh::cli {

std::expected<OutFile, Text> OutFile::open(const std::string& path) {
  if (path == "-") return OutFile(path, "", stdout);
  std::error_code ignored;
  const std::filesystem::path target(path);
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), ignored);
  const std::string temporary = path + ".new" + std::to_string(::getpid());
  OutFile made(path, temporary, std::fopen(temporary.c_str(), "wb"));
  if (made.file_ == nullptr) return std::unexpected(made.fault());
  return made;
}

OutFile::OutFile(std::string path, std::string temporary, std::FILE* file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(file) {}

OutFile::OutFile(OutFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      file_(std::exchange(other.file_, nullptr)) {}

OutFile::~OutFile() {
  if (file_ == nullptr || temporary_.empty()) return;
  std::fclose(file_);
  ::unlink(temporary_.c_str());
}

Text OutFile::fault() const {
  const std::string why = std::strerror(errno);
  return {path_ + ": không ghi được (" + why + ")", path_ + ": cannot be written (" + why + ")"};
}

std::optional<Text> OutFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return std::nullopt;
  // Whoever has closed the pipe has what he wanted.
  if (temporary_.empty() && errno == EPIPE) return std::nullopt;
  return fault();
}

std::optional<Text> OutFile::finish() {
  if (temporary_.empty()) {
    return std::fflush(file_) == 0 || errno == EPIPE ? std::nullopt : std::optional(fault());
  }
  const int closed = std::fclose(std::exchange(file_, nullptr));
  const bool is_moved = closed == 0 && std::rename(temporary_.c_str(), path_.c_str()) == 0;
  if (is_moved) return std::nullopt;
  Text wrong = fault();
  ::unlink(temporary_.c_str());
  return wrong;
}

}  // namespace ansinh::cli
