#include "law/check.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <numeric>
#include <set>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "law/checker.h"
#include "law/parse.h"
#include "law/reform.h"

namespace ansinh::law {

namespace fs = std::filesystem;

Sources read_law(const std::vector<std::string>& paths, Diagnostics& diagnostics) {
  Sources sources;
  std::set<std::string> seen;
  const auto fail =
      [&](const std::string& path, const Text& why,
          Text help = {"kiểm tra đường dẫn và quyền đọc", "check the path and its permissions"}) {
        diagnostics.push_back({.code = "cannot-read",
                               .severity = Severity::kError,
                               .span = {kNoId, 0, 0, 0},
                               .message = {"không đọc được " + path + ": " + why.vi,
                                           "cannot read " + path + ": " + why.en},
                               .help = std::move(help)});
      };
  const auto add = [&](const fs::path& path) {
    std::error_code ec;
    const fs::path canonical = fs::weakly_canonical(path, ec);
    if (!seen.insert((ec ? path : canonical).string()).second) return;
    auto text = read_text_file(path.string());
    if (!text) {
      const std::string utf8 = "not UTF-8 at byte ";
      if (text.error().starts_with(utf8)) {
        const std::string byte = text.error().substr(utf8.size());
        fail(path.string(), {"không phải UTF-8 (byte " + byte + ")", text.error()},
             {"lưu lại tệp với mã UTF-8", "save the file as UTF-8"});
      } else {
        fail(path.string(), {"không mở được", text.error()});
      }
      return;
    }
    sources.push_back({path.string(), std::move(*text)});
  };
  for (const std::string& given : paths) {
    std::error_code ec;
    const fs::file_status status = fs::status(given, ec);
    if (ec || !fs::exists(status)) {
      fail(given, {"không có tệp hoặc thư mục này", "no such file or folder"});
      continue;
    }
    if (!fs::is_directory(status)) {
      add(given);
      continue;
    }
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator it(given, ec), end; !ec && it != end; it.increment(ec))
      if (it->is_regular_file(ec) && it->path().extension() == ".md") found.push_back(it->path());
    if (ec) fail(given, {ec.message(), ec.message()});
    if (found.empty()) fail(given, {"thư mục này không có tệp .md", "no .md file in this folder"});
    std::sort(found.begin(), found.end());
    for (const fs::path& path : found) add(path);
  }
  return sources;
}

namespace {

// Of the texts, whatever the order and the folder in which they were given.
std::string digest_of(const Sources& sources) {
  std::vector<std::pair<std::string, std::string_view>> texts;
  size_t size = 0;
  for (const SourceFile& source : sources) {
    texts.emplace_back(fs::path(source.path).stem().string(), source.text);
    size += source.text.size() + texts.back().first.size() + 24;
  }
  std::sort(texts.begin(), texts.end());
  std::string all;
  all.reserve(size);
  for (const auto& [stem, text] : texts) {
    all += stem;
    all += '\0';
    all += std::to_string(text.size());
    all += '\0';
    all += text;
  }
  return sha256_hex(all);
}

// Every file is parsed on its own, so all processors can help, with the digest as one more piece of
// work; long files come first, lest one processor be left with one at the end. The order of what
// is found stays that of the sources.
Diagnostics parse_all(Program& program) {
  const size_t count = program.sources.size();
  program.files.resize(count);
  std::vector<Diagnostics> found(count);
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return program.sources[a].text.size() > program.sources[b].text.size();
  });
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t piece = next++; piece <= count; piece = next++) {
      if (piece == 0) {
        program.digest = digest_of(program.sources);
        continue;
      }
      const uint32_t i = order[piece - 1];
      program.files[i] = std::make_shared<File>(parse_file(program.sources[i], i, found[i]));
    }
  };
  {
    std::vector<std::jthread> helpers;
    const size_t processors = std::max(1U, std::thread::hardware_concurrency());
    for (size_t i = 1; i < std::min({processors, count, size_t{8}}); ++i)
      helpers.emplace_back(work);
    work();
  }
  Diagnostics all;
  for (Diagnostics& one : found) all.insert(all.end(), one.begin(), one.end());
  return all;
}

// Where the parser found an error, what the checker says of the same item is but its echo.
class Broken {
 public:
  Broken(const Program& program, const Diagnostics& found) : program_(program) {
    for (const Diagnostic& one : found)
      if (one.severity == Severity::kError) items_.insert(item_of(one.span));
  }
  bool contains(const Span& span) const {
    return !items_.empty() && (span.line == 0 || items_.contains(item_of(span)));
  }

 private:
  // The first line of the item in which a place lies.
  std::pair<uint32_t, uint32_t> item_of(const Span& span) const {
    std::pair<uint32_t, uint32_t> place{span.file, 0};
    if (span.file >= program_.files.size()) return place;
    for (const auto& part : program_.files[span.file]->parts) {
      const Block* block = std::get_if<Block>(&part);
      if (block == nullptr) continue;
      for (const Item& item : block->items)
        if (item.span.line <= span.line) place.second = std::max(place.second, item.span.line);
    }
    return place;
  }

  const Program& program_;
  std::set<std::pair<uint32_t, uint32_t>> items_;
};

// The files from `law_count` on are a reform of those before.
std::shared_ptr<const Program> check_files(Sources sources, size_t law_count,
                                           const CheckOptions& options, Diagnostics& diagnostics) {
  auto program = std::make_shared<Program>();
  program->sources = std::move(sources);
  Diagnostics found = parse_all(*program);
  if (law_count < program->files.size()) lay_over(program->files, law_count, found);
  Checker checker(*program, options, found);
  const Broken broken(*program, found);
  const auto parsed = static_cast<std::ptrdiff_t>(found.size());
  checker.run();
  found.erase(std::remove_if(found.begin() + parsed, found.end(),
                             [&](const Diagnostic& one) { return broken.contains(one.span); }),
              found.end());
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.span.file, a.span.line, a.span.column, a.code) <
           std::tie(b.span.file, b.span.line, b.span.column, b.code);
  });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const Diagnostic& a, const Diagnostic& b) {
                            return a.code == b.code && a.span == b.span && a.message == b.message;
                          }),
              found.end());
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  return program;
}

}  // namespace

std::shared_ptr<const Program> check(Sources sources, const CheckOptions& options,
                                     Diagnostics& diagnostics) {
  const size_t count = sources.size();
  return check_files(std::move(sources), count, options, diagnostics);
}

std::shared_ptr<const Program> check_reform(Sources law, Sources reform,
                                            const CheckOptions& options, Diagnostics& diagnostics) {
  const size_t count = law.size();
  for (SourceFile& source : reform) law.push_back(std::move(source));
  return check_files(std::move(law), count, options, diagnostics);
}

void Checker::run() {
  declare_frame();
  declare_entities();
  declare_facts();
  each_item([&](const Item& item, ActId act, uint32_t) {
    if (const auto* param = std::get_if<ParamItem>(&item.value)) check_param(*param, act);
    if (const auto* table = std::get_if<TableItem>(&item.value)) check_table(*table, act);
    if (const auto* calendar = std::get_if<CalendarItem>(&item.value)) check_calendar(*calendar);
  });
  declare_rules();
  each_item([&](const Item& item, ActId act, uint32_t file) {
    if (const auto* define = std::get_if<DefineItem>(&item.value))
      check_definition(*define, act, file);
    if (const auto* benefit = std::get_if<BenefitItem>(&item.value))
      check_benefit(*benefit, act, file);
    if (const auto* owed = std::get_if<ContributionItem>(&item.value))
      check_contribution(*owed, act, file);
    if (const auto* carry = std::get_if<CarryItem>(&item.value)) check_carry(*carry, act, file);
  });
  each_item([&](const Item& item, ActId act, uint32_t file) {
    if (const auto* exception = std::get_if<ExceptionItem>(&item.value))
      check_exception(*exception, act);
    if (const auto* highest = std::get_if<HighestOfItem>(&item.value))
      check_highest_of(*highest, act);
    if (const auto* not_yet = std::get_if<NotYetItem>(&item.value))
      check_not_yet(*not_yet, act, file);
    if (const auto* test = std::get_if<CaseItem>(&item.value)) check_case(*test, file);
  });
  check_versions();
  check_whole();
}

void Checker::error(std::string code, const Span& span, Text message, Text help) {
  diagnostics_.push_back({.code = std::move(code),
                          .severity = Severity::kError,
                          .span = span,
                          .message = std::move(message),
                          .help = std::move(help)});
}

}  // namespace ansinh::law
