#include "cli/nation.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.h"
#include "cli/files.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "lab/chunk_pool.h"

namespace ansinh::cli {

void add_nation_options(CLI::App& command, const Terminal& terminal, NationOptions& options) {
  command
      .add_option("--law", options.law,
                  terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command
      .add_option(
          "--on", options.on,
          terminal.say("Ngày xét, ví dụ 2026-07-01", "The decision date, for example 2026-07-01"))
      ->required()
      ->type_name("DATE");
  command
      .add_option(
          "people", options.people,
          terminal.say("Dữ kiện của nhiều người: ảnh chụp, JSON Lines (.jsonl), hoặc một "
                       "hồ sơ (.json)",
                       "The people: a snapshot, JSON Lines (.jsonl), or one record (.json)"))
      ->type_name("PEOPLE");
  command
      .add_option("--statistics", options.statistics,
                  terminal.say("Cách chia nhóm (mặc định: statistics.json trong thư mục luật)",
                               "How people are grouped (default: statistics.json beside the law)"))
      ->type_name("FILE");
  command
      .add_option("--by", options.by,
                  terminal.say("In thêm bảng theo nhóm: province, sex, age, income, …",
                               "Print tables by group, too: province, sex, age, income, …"))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("GROUPS");
  command
      .add_option(
          "--threads", options.threads,
          terminal.say("Số luồng (mặc định: mọi bộ xử lý)", "Threads (default: all processors)"))
      ->check(CLI::Range(size_t{1}, lab::kThreadsMax))
      ->type_name("N");
}

void find_people(NationOptions& options, std::vector<std::string>& other_paths) {
  for (std::vector<std::string>* paths : {&other_paths, &options.law}) {
    if (!options.people.empty() || paths->size() < 2) continue;
    options.people = paths->back();
    paths->pop_back();
  }
}

std::optional<lab::Statistics> load_statistics(const law::Program& program,
                                               const NationOptions& options,
                                               const Terminal& terminal, int& code) {
  const std::string path =
      options.statistics.empty() ? lab::statistics_beside(options.law) : options.statistics;
  if (path.empty()) return lab::plain_statistics(program);
  const auto text = read_bytes(path);
  if (!text) {
    code = fail(terminal, kCannotReadWrite, text.error(),
                {"kiểm tra lại đường dẫn", "check the path"});
    return std::nullopt;
  }
  auto statistics = lab::read_statistics(program, *text, 0);
  if (statistics) return std::move(*statistics);
  print_diagnostics({statistics.error()}, {{path, *text}}, terminal);
  code = kBadFacts;
  return std::nullopt;
}

std::optional<lab::PeopleSource> open_people(const law::Program& program,
                                             const NationOptions& options, Date on,
                                             const Terminal& terminal, int& code) {
  if (options.people.empty()) {
    code = fail(terminal, kUsage, {"thiếu tệp dữ kiện", "the file of people is missing"},
                {"nêu ảnh chụp (xem `ansinh population make`) hoặc tệp .jsonl",
                 "name a snapshot (see `ansinh population make`) or a .jsonl file"});
    return std::nullopt;
  }
  uint64_t faults = 0;
  auto source =
      lab::PeopleSource::open(options.people, program, on, [&](const facts::RowFault& fault) {
        if (++faults > kPrintedMax) return;
        print_error(fault.file + ":" + std::to_string(fault.line) +
                    (fault.column.empty() ? "" : ":" + fault.column) +
                    (fault.id.empty() ? "" : " (" + fault.id + ")") + ": " +
                    terminal.say("lỗi", "error") + "[" + fault.code +
                    "]: " + terminal.say(fault.reason) + "\n");
      });
  if (!source) {
    code = fail_facts(terminal, source.error());
    return std::nullopt;
  }
  if (faults > kPrintedMax)
    print_error(terminal.say("… và " + std::to_string(faults - kPrintedMax) + " lỗi nữa\n",
                             "… and " + std::to_string(faults - kPrintedMax) + " more\n"));
  if (source->counts().rejected != 0) {
    print_error(terminal.say(
        counted(source->counts().rejected, terminal.language) + " hồ sơ bị loại\n",
        counted(source->counts().rejected, terminal.language) + " records are left out\n"));
  }
  return std::move(*source);
}

bool find_dimensions(const lab::Statistics& statistics, const NationOptions& options,
                     const Terminal& terminal, std::vector<size_t>& dimensions) {
  std::vector<std::string> names;
  names.reserve(statistics.dimensions.size());
  for (const lab::Dimension& dimension : statistics.dimensions) names.push_back(dimension.name);
  for (const std::string& name : options.by) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at != names.end()) {
      dimensions.push_back(static_cast<size_t>(at - names.begin()));
      continue;
    }
    std::string all;
    for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
    fail(terminal, kUsage,
         {"--by: không có nhóm “" + name + "”", "--by: there are no groups “" + name + "”"},
         {"có: " + all, "there are: " + all});
    return false;
  }
  return true;
}

RunProgress::RunProgress(const Terminal& terminal, uint64_t trees)
    : progress_(terminal), trees_(trees) {
  watch_interrupt();
}

bool RunProgress::operator()(uint64_t done) {
  progress_.show(trees_ == 0 ? 0 : static_cast<double>(done) / static_cast<double>(trees_),
                 {counted(done, Language::kVietnamese) + " hồ sơ",
                  counted(done, Language::kEnglish) + " records"});
  return !is_interrupted();
}

std::string RunProgress::in_words(const Terminal& terminal) const {
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start_);
  const auto milliseconds = std::max<uint64_t>(static_cast<uint64_t>(passed.count()), 1);
  const std::string seconds = fmt::format("{}.{}", milliseconds / 1000, milliseconds / 100 % 10);
  const std::string speed = counted(trees_ * 1000 / milliseconds, terminal.language);
  return terminal.say("trong " + seconds + " giây (" + speed + " hồ sơ mỗi giây)",
                      "in " + seconds + " s (" + speed + " records a second)");
}

std::string aligned(const std::vector<std::vector<std::string>>& lines, size_t left,
                    const Terminal& terminal) {
  std::vector<size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()), 0);
    for (size_t c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], display_width(line[c]));
  }
  std::string text;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string row = "  ";
    for (size_t c = 0; c < lines[i].size(); ++c) {
      const std::string space(widths[c] - display_width(lines[i][c]), ' ');
      if (c != 0) row += "  ";
      row += c < left ? lines[i][c] + space : space + lines[i][c];
    }
    while (row.ends_with(' ')) row.pop_back();
    text += (i == 0 ? painted(row, kDim, terminal.color_out) : row) + "\n";
  }
  return text;
}

int write_figures(const std::string& path, const std::vector<lab::FigureTable>& tables,
                  const nlohmann::ordered_json& head, const Terminal& terminal) {
  if (path.ends_with(".json")) {
    nlohmann::ordered_json all = head;
    all.update(lab::to_json(tables));
    if (const auto wrong = write_file(path, all.dump(2) + "\n"))
      return cannot_write(terminal, *wrong);
    return kOk;
  }
  for (const lab::FigureTable& table : tables) {
    if (const auto wrong = write_file(path + "/" + table.name + ".csv", lab::to_csv(table)))
      return cannot_write(terminal, *wrong);
  }
  return kOk;
}

}  // namespace ansinh::cli
