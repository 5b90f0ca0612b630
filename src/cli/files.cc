#include "cli/files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

#include "cli/terminal.h"
#include "law/reform.h"

namespace ansinh::cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t kBytesMax = size_t{64} << 20;

// What is plainly wrong with a path before anything is read from it.
std::optional<Text> fault_of(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    return Text{path + ": không có tệp hay thư mục này",
                path + ": there is no such file or folder"};
  }
  if (!fs::is_directory(status) && !fs::is_regular_file(status) &&
      status.type() != fs::file_type::fifo && status.type() != fs::file_type::character) {
    return Text{path + ": không phải là tệp hay thư mục", path + ": neither a file nor a folder"};
  }
  if (::access(path.c_str(), R_OK) != 0) {
    return Text{path + ": không được phép đọc", path + ": may not be read"};
  }
  return std::nullopt;
}

}  // namespace

Sources read_sources(const std::vector<std::string>& paths, const Terminal& terminal, int& code,
                     Diagnostics* collected) {
  for (const std::string& path : paths) {
    if (const auto fault = fault_of(path)) {
      code = fail(terminal, kCannotReadWrite, *fault, {"kiểm tra lại đường dẫn", "check the path"});
      return {};
    }
  }
  Diagnostics diagnostics;
  Sources sources = law::read_law(paths, diagnostics);
  if (has_errors(diagnostics)) {
    code = kCannotReadWrite;
    print_diagnostics(diagnostics, sources, terminal);
    return {};
  }
  if (sources.empty()) {
    code = fail(
        terminal, kCannotReadWrite,
        {"không có tệp luật (*.md) nào trong các đường dẫn này",
         "there is no law file (*.md) under these paths"},
        {"nêu thư mục chứa luật, ví dụ law/vn", "name the folder of the law, for example law/vn"});
  }
  if (collected != nullptr) *collected = std::move(diagnostics);
  return sources;
}

LoadedLaw load_law(const std::vector<std::string>& paths, Date as_of, const Terminal& terminal,
                   bool quiet) {
  LoadedLaw loaded;
  loaded.sources = read_sources(paths, terminal, loaded.code, &loaded.diagnostics);
  if (loaded.code != kOk) return loaded;
  loaded.program = law::check(loaded.sources, law::CheckOptions{as_of}, loaded.diagnostics);
  if (!quiet) print_diagnostics(loaded.diagnostics, loaded.sources, terminal);
  if (has_errors(loaded.diagnostics)) loaded.code = kLawFailed;
  return loaded;
}

LoadedLaw load_reform(const std::vector<std::string>& law, const std::vector<std::string>& reform,
                      Date as_of, const Terminal& terminal, bool quiet) {
  LoadedLaw loaded;
  loaded.sources = read_sources(law, terminal, loaded.code, &loaded.diagnostics);
  if (loaded.code != kOk) return loaded;
  const Sources laid = read_sources(reform, terminal, loaded.code, &loaded.diagnostics);
  if (loaded.code != kOk) return loaded;
  loaded.program =
      law::check_reform(loaded.sources, laid, law::CheckOptions{as_of}, loaded.diagnostics);
  loaded.sources = loaded.program->sources;
  if (!quiet) print_diagnostics(loaded.diagnostics, loaded.sources, terminal);
  if (has_errors(loaded.diagnostics)) loaded.code = kLawFailed;
  return loaded;
}

std::expected<std::string, Text> read_bytes(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    if (const auto fault = fault_of(path)) return std::unexpected(*fault);
    if (fs::is_directory(path)) {
      return std::unexpected(
          Text{path + ": là một thư mục, cần một tệp", path + ": is a folder, a file is needed"});
    }
    file.open(path, std::ios::binary);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string bytes;
  std::string block(size_t{1} << 16, '\0');
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    bytes.append(block, 0, static_cast<size_t>(in.gcount()));
    if (bytes.size() > kBytesMax) {
      return std::unexpected(Text{path + ": lớn hơn 64 MiB", path + ": is larger than 64 MiB"});
    }
  }
  if (in.bad()) return std::unexpected(Text{path + ": không đọc được", path + ": cannot be read"});
  return bytes;
}

std::optional<Text> write_file(const std::string& path, std::string_view bytes) {
  const auto fault = [&](const std::string& vi, const std::string& en) {
    return Text{path + ": " + vi, path + ": " + en};
  };
  std::error_code error;
  const fs::path target(path);
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), error);
  if (error) return fault("không tạo được thư mục", "its folder cannot be made");
  if (fs::is_directory(target, error)) {
    return fault("là một thư mục, cần tên tệp", "is a folder, the name of a file is needed");
  }
  const std::string temporary = path + ".new" + std::to_string(::getpid());
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) {
      fs::remove(temporary, error);
      return fault("không ghi được", "cannot be written");
    }
  }
  fs::rename(temporary, target, error);
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return fault("không ghi được", "cannot be written");
  }
  return std::nullopt;
}

int cannot_write(const Terminal& terminal, const Text& message) {
  return fail(terminal, kCannotReadWrite, message,
              {"kiểm tra đường dẫn, quyền ghi và chỗ trống trên đĩa",
               "check the path, the permission to write and the free space"});
}

}  // namespace ansinh::cli
