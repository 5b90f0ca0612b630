// `ansinh run`: a law over many people.

#include "lab/run.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/files.h"
#include "cli/nation.h"
#include "cli/out_file.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "lab/chunk_pool.h"
#include "lab/result_ipc.h"

namespace ansinh::cli {

namespace {

struct RunOptions {
  NationOptions nation;
  std::string out, tables;
  bool all = false, json = false;
};

Diagnostic cannot_write_out(const Text& message) {
  return {"cannot-write",
          Severity::kError,
          {},
          message,
          {"kiểm tra đường dẫn, quyền ghi và chỗ trống trên đĩa",
           "check the path, the permission to write and the free space"}};
}

class RunText {
 public:
  RunText(const law::Program& program, const lab::Statistics& statistics,
          const lab::RunResult& result, const Terminal& terminal)
      : program_(program), statistics_(statistics), result_(result), terminal_(terminal) {}

  std::string text(const std::vector<size_t>& dimensions) const {
    std::string all = benefits(false) + benefits(true);
    for (const size_t dimension : dimensions) all += by(dimension);
    return all + open();
  }

 private:
  std::string number(uint64_t count) const { return lab::show_count(count, terminal_.language); }
  std::string money(lab::Wide steps) const {
    return steps == 0 ? "–" : lab::show_money(steps, program_, terminal_.language);
  }
  std::string title(const Text& text) const {
    return painted("\n" + terminal_.say(text) + "\n", kBold, terminal_.color_out);
  }
  std::string currency() const {
    return terminal_.say(program_.currency_label.vi, program_.currency);
  }

  // Beside "a month" all that is paid again and again, by the month.
  static lab::Wide once(const lab::Figures& figures) { return figures.paid.once; }
  static lab::Wide again(const lab::Figures& figures) {
    return figures.paid.per_year() - figures.paid.once;
  }

  std::vector<std::string> heading(const std::string& first) const {
    return {first, terminal_.say("người", "people"), terminal_.say("lượt", "instances"),
            terminal_.say("định kỳ, một năm", "recurring, a year"),
            terminal_.say("một lần, trong năm", "once, in the year")};
  }
  std::vector<std::string> line(const std::string& first, const lab::Figures& figures) const {
    return {first, number(figures.people), number(figures.instances), money(again(figures)),
            money(once(figures))};
  }

  std::string benefits(bool contributions) const {
    std::vector<std::vector<std::string>> lines{
        heading(contributions ? terminal_.say("khoản đóng", "contribution")
                              : terminal_.say("chế độ", "benefit"))};
    for (law::BenefitId b = 0; b < program_.benefits.size(); ++b) {
      if (program_.benefits[b].is_contribution != contributions) continue;
      const lab::Figures figures = lab::total_of(result_.tables.benefits[b]);
      if (figures.instances != 0)
        lines.push_back(line(terminal_.say(program_.benefits[b].label), figures));
    }
    if (lines.size() == 1)
      return contributions ? ""
                           : terminal_.say("\nKhông ai được hưởng khoản nào\n",
                                           "\nNobody is entitled to anything\n");
    return title(contributions
                     ? Text{"Đóng góp (" + currency() + ")", "Contributions (" + currency() + ")"}
                     : Text{"Chế độ (" + currency() + ")", "Benefits (" + currency() + ")"}) +
           aligned(lines, 1, terminal_);
  }

  std::string by(size_t d) const {
    const lab::Dimension& dimension = statistics_.dimensions[d];
    std::string text;
    for (law::BenefitId b = 0; b < program_.benefits.size(); ++b) {
      const lab::BenefitTable& table = result_.tables.benefits[b];
      std::vector<std::vector<std::string>> lines{heading(terminal_.say(dimension.label))};
      for (uint32_t g = 0; g < dimension.size(); ++g) {
        if (table.groups[d][g].instances != 0)
          lines.push_back(line(terminal_.say(lab::group_label(dimension, g)), table.groups[d][g]));
      }
      if (lines.size() > 1)
        text += title(program_.benefits[b].label) + aligned(lines, 1, terminal_);
    }
    return text;
  }

  std::string open() const {
    if (result_.open.empty()) return "";
    std::vector<std::vector<std::string>> lines{{terminal_.say("chế độ", "benefit"),
                                                 terminal_.say("vì", "because"),
                                                 terminal_.say("lượt", "instances")}};
    for (const lab::Open& open : result_.open) {
      std::string why;
      for (size_t i = 0; i < open.why.size() && i < 3; ++i)
        why += (i == 0 ? "" : "; ") + terminal_.say(open.why[i].first);
      if (open.why.size() > 3) why += "; …";
      lines.push_back(
          {terminal_.say(program_.benefits[open.benefit].label), why, number(open.rows)});
    }
    return title({"Chưa quyết định được (thiếu dữ kiện, chưa diễn đạt hoặc lỗi; lý do của vài hồ "
                  "sơ đầu)",
                  "Not decided (facts missing, not yet expressed, or in error; why, of the first "
                  "few records)"}) +
           aligned(lines, 2, terminal_);
  }

  const law::Program& program_;
  const lab::Statistics& statistics_;
  const lab::RunResult& result_;
  const Terminal& terminal_;
};

int run(RunOptions options, const Terminal& terminal) {
  std::vector<std::string> none;
  find_people(options.nation, none);
  Date on;
  if (!read_date_argument(terminal, "--on", options.nation.on, on)) return kUsage;
  const LoadedLaw law = load_law(options.nation.law, on, terminal);
  if (law.code != kOk) return law.code;
  int code = kOk;
  const auto statistics = load_statistics(*law.program, options.nation, terminal, code);
  if (!statistics) return code;
  std::vector<size_t> dimensions;
  if (!find_dimensions(*statistics, options.nation, terminal, dimensions)) return kUsage;
  const auto source = open_people(*law.program, options.nation, on, terminal, code);
  if (!source) return code;

  std::optional<OutFile> out;
  if (!options.out.empty()) {
    auto opened = OutFile::open(options.out);
    if (!opened) return cannot_write(terminal, opened.error());
    out.emplace(std::move(*opened));
  }
  const lab::CsvResults csv(*law.program, terminal.language);
  const lab::IpcResults ipc(*law.program);
  const lab::ResultFormat* format = &csv;
  if (options.out.ends_with(".arrow") || options.out.ends_with(".arrows")) format = &ipc;
  auto progress = std::make_unique<RunProgress>(terminal, source->trees());
  lab::RunOptions how;
  how.on = on;
  how.threads = options.nation.threads == 0 ? lab::usual_threads() : options.nation.threads;
  how.all = options.all;
  if (out) how.format = format;
  how.sink = [&](std::string_view bytes) -> std::optional<Diagnostic> {
    if (auto wrong = out->write(bytes)) return cannot_write_out(*wrong);
    return std::nullopt;
  };
  how.progress = [&](uint64_t done) { return (*progress)(done); };
  const auto result = lab::run(*law.program, *statistics, *source, how);
  const std::string time = progress->in_words(terminal);
  progress.reset();
  if (!result) return fail_facts(terminal, result.error());
  if (out) {
    if (auto wrong = out->finish()) return cannot_write(terminal, *wrong);
  }

  const auto figures = lab::figures_of(*law.program, *statistics, *result);
  const nlohmann::ordered_json head{{"law", law.program->digest},
                                    {"on", on.to_string()},
                                    {"people", options.nation.people},
                                    {"records", source->trees()},
                                    {"records_left_out", source->counts().rejected},
                                    {"currency", law.program->currency}};
  if (!options.tables.empty()) {
    code = write_figures(options.tables, figures, head, terminal);
    if (code != kOk) return code;
  }
  const int whole = source->counts().is_clean() ? kOk : kBadFacts;
  if (options.out == "-") return whole;
  if (options.json) {
    nlohmann::ordered_json all = head;
    all.update(lab::to_json(figures));
    code = print(all.dump(2) + "\n");
    return code == kOk ? whole : code;
  }
  const auto number = [&](uint64_t count) { return counted(count, terminal.language); };
  const uint64_t people = lab::total_of(result->tables.people.front());
  print_error(terminal.say(
      "xong " + time + "; " + number(result->explained) + " hồ sơ do bộ giải thích xét\n",
      "done " + time + "; " + number(result->explained) +
          " records decided by the explaining executor\n"));
  code = print(terminal.say("Ngày " + on.to_display() + ": " + number(source->trees()) +
                                " hồ sơ, " + number(people) + " người\n",
                            "On " + on.to_string() + ": " + number(source->trees()) + " records, " +
                                number(people) + " people\n") +
               RunText(*law.program, *statistics, *result, terminal).text(dimensions));
  return code == kOk ? whole : code;
}

}  // namespace

void add_run(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand(
      "run", terminal.say("Xét nhiều người cùng lúc: bảng theo chế độ và nhóm, kết quả từng người",
                          "Decide many people at once: tables by benefit and group, everyone's "
                          "results"));
  add_nation_options(*command, terminal, options->nation);
  command
      ->add_option("-o,--out", options->out,
                   terminal.say("Kết quả từng người dạng CSV (- để in ra đầu ra chuẩn), hoặc luồng "
                                "Arrow IPC nếu tên kết thúc bằng .arrow hay .arrows",
                                "Everyone's results as CSV (- for standard output), or as an Arrow "
                                "IPC stream if the name ends in .arrow or .arrows"))
      ->type_name("FILE");
  command
      ->add_option("--tables", options->tables,
                   terminal.say("Ghi mọi bảng: thư mục các tệp CSV, hoặc một tệp .json",
                                "Write all tables: a folder of CSV files, or one .json file"))
      ->type_name("PATH");
  command->add_flag("--json", options->json,
                    terminal.say("In mọi số liệu dạng JSON", "Print all figures as JSON"));
  command->add_flag("--all", options->all,
                    terminal.say("Trong --out có cả người không được hưởng, kèm lý do",
                                 "In --out also those who are not entitled, with the reason"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
