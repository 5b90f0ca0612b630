// JSON Lines in and out.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "facts/from_json.h"
#include "facts/rows.h"
#include "facts/to_json.h"

namespace ansinh::facts {

namespace {

constexpr std::string_view kIdName = "$id";

// Lines of a file or pipe; one that is longer than a document may be is cut, and said to be.
class Lines {
 public:
  static std::expected<Lines, Diagnostic> open(const std::string& path) {
    const int descriptor = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY);
    if (descriptor < 0) return std::unexpected(fault(path));
    return Lines(path, descriptor);
  }
  Lines(Lines&& other) noexcept
      : path_(std::move(other.path_)),
        descriptor_(std::exchange(other.descriptor_, -1)),
        block_(std::move(other.block_)),
        size_(other.size_) {}
  Lines& operator=(Lines&&) = delete;
  ~Lines() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  // False at the end. `wake` is asked whether to go on when a signal ends the waiting for input.
  template <typename Wake>
  std::expected<bool, Diagnostic> next(std::string& line, Wake wake) {
    line.clear();
    bool is_any = false;
    while (true) {
      if (at_ == block_.size()) {
        while (!is_end_ && !fill()) {
          if (errno != EINTR) return std::unexpected(fault(path_));
          if (auto stop = wake()) return std::unexpected(std::move(*stop));
        }
        if (is_end_) return is_any;
      }
      is_any = true;
      const std::string_view rest = std::string_view(block_).substr(at_);
      const size_t end = rest.find('\n');
      const std::string_view piece = rest.substr(0, end);
      if (line.size() <= kJsonBytesMax) line += piece;
      at_ += piece.size();
      if (end == std::string_view::npos) continue;
      ++at_;
      return true;
    }
  }

  double done() const {
    return size_ <= 0 ? 0 : static_cast<double>(read_) / static_cast<double>(size_);
  }

 private:
  static constexpr size_t kBlockBytes = size_t{1} << 20;

  Lines(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {
    size_ = ::lseek(descriptor, 0, SEEK_END);
    if (size_ > 0) ::lseek(descriptor, 0, SEEK_SET);
  }

  static Diagnostic fault(const std::string& path) {
    const std::string why = std::strerror(errno);
    return {"cannot-read",
            Severity::kError,
            {},
            {path + ": không đọc được (" + why + ")", path + ": cannot be read (" + why + ")"},
            {"kiểm tra lại đường dẫn và quyền đọc", "check the path and the permission to read"}};
  }

  bool fill() {
    block_.resize(kBlockBytes);
    const ssize_t got = ::read(descriptor_, block_.data(), block_.size());
    if (got < 0) {
      block_.resize(at_);
      return false;
    }
    block_.resize(static_cast<size_t>(got));
    at_ = 0;
    read_ += static_cast<uint64_t>(got);
    is_end_ = got == 0;
    return true;
  }

  std::string path_;
  int descriptor_;
  std::string block_;
  size_t at_ = 0;
  uint64_t read_ = 0;
  off_t size_ = 0;
  bool is_end_ = false;
};

std::string id_of(const JsonValue& root) {
  for (const JsonMember& member : root.members) {
    const bool is_name = member.key == kIdName && (member.value.kind == JsonKind::kString ||
                                                   member.value.kind == JsonKind::kNumber);
    if (is_name) return member.value.text;
  }
  return "";
}

class LineReader {
 public:
  LineReader(const law::Program& program, const std::string& path, std::optional<Date> on,
             const RowReceiver& receiver)
      : reader_(program), path_(path), on_(on), receiver_(receiver) {}

  std::expected<RowCounts, Diagnostic> read(Lines& lines) {
    const auto wake = [&] {
      return receiver_.progress ? receiver_.progress(lines.done(), counts_) : std::nullopt;
    };
    std::string text;
    for (uint64_t line = 1;; ++line) {
      const auto more = lines.next(text, wake);
      if (!more) return std::unexpected(more.error());
      if (!*more) return counts_;
      if (line == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      if (auto stop = read_line(text, line)) return std::unexpected(std::move(*stop));
      if (line % 512 != 0) continue;
      if (auto stop = wake()) return std::unexpected(std::move(*stop));
    }
  }

 private:
  std::optional<Diagnostic> read_line(const std::string& text, uint64_t line) {
    ++counts_.read;
    const auto root = read_json_text(text, 0);
    if (!root) return reject({root.error()}, line, "");
    const std::string id = id_of(*root);
    const auto file = reader_.read(*root, on_, false);
    if (!file) return reject(file.error(), line, id);
    ++counts_.kept;
    return receiver_.tree(*file, id);
  }

  std::optional<Diagnostic> reject(const Diagnostics& faults, uint64_t line,
                                   const std::string& id) {
    ++counts_.rejected;
    for (const Diagnostic& fault : faults) {
      const std::string column = fault.span.line == 0 ? "" : std::to_string(fault.span.column);
      if (auto stop = receiver_.fault({path_, line, column, id, fault.code, fault.message})) {
        return stop;
      }
    }
    return std::nullopt;
  }

  PersonReader reader_;
  const std::string& path_;
  std::optional<Date> on_;
  const RowReceiver& receiver_;
  RowCounts counts_;
};

}  // namespace

std::expected<RowCounts, Diagnostic> read_json_lines(const law::Program& program,
                                                     const std::string& path,
                                                     std::optional<Date> on,
                                                     const RowReceiver& receiver) {
  auto lines = Lines::open(path);
  if (!lines) return std::unexpected(std::move(lines.error()));
  return LineReader(program, path, on, receiver).read(*lines);
}

std::string json_line(const law::Program& program, const PersonFile& file, std::string_view name) {
  std::string line = to_json(program, file);
  if (!name.empty()) {
    line = "{\"$id\":" + nlohmann::json(name).dump() + "," + line.substr(1);
  }
  return line + "\n";
}

}  // namespace ansinh::facts
