// `ansinh population make`: a made population as a snapshot, and what its targets came to.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/text.h"
#include "cli/files.h"
#include "cli/progress.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "lab/population.h"

namespace ansinh::cli {

namespace {

struct PopulationOptions {
  std::vector<std::string> law = {"law/vn"};
  std::string model = "law/vn/population";
  std::string out, json, on, spells;
  uint64_t people = 0, seed = 1;
  unsigned threads = 0;
};

std::string rounded_number(double value, Language language) {
  return group_digits(fmt::format("{:.0f}", value), language == Language::kVietnamese);
}

std::string percent(double ratio, Language language) {
  std::string text = fmt::format("{:+.2f}", ratio * 100);
  if (language == Language::kVietnamese) std::replace(text.begin(), text.end(), '.', ',');
  return text + " %";
}

std::string as_text(const lab::PopulationReport& report, const PopulationOptions& options,
                    const Terminal& terminal) {
  const auto number = [&](uint64_t count) { return counted(count, terminal.language); };
  std::string text = painted(terminal.say(report.title), kBold, terminal.color_out) + "\n";
  text +=
      terminal.say("ngày " + report.on.to_display() + ", " + number(report.people) + " người (" +
                       number(report.living) + " đang sống) trong " + number(report.households) +
                       " hộ, số khởi tạo " + std::to_string(report.seed) + "\n",
                   "on " + report.on.to_string() + ", " + number(report.people) + " people (" +
                       number(report.living) + " living) in " + number(report.households) +
                       " households, seed " + std::to_string(report.seed) + "\n");
  text +=
      painted(terminal.say("\nChỉ tiêu (quy ra cả nước)\n", "\nTargets (scaled to the nation)\n"),
              kBold, terminal.color_out);
  constexpr size_t kNameWidth = 46;
  constexpr size_t kNumberWidth = 15;
  const auto row = [&](const std::string& name, const std::string& target,
                       const std::string& reached, const std::string& difference,
                       const std::string& source) {
    text += "  " + padded(name, kNameWidth, false) + padded(target, kNumberWidth, true) +
            padded(reached, kNumberWidth, true) + padded(difference, 11, true) + "  " + source +
            "\n";
  };
  row("", terminal.say("đã công bố", "published"), terminal.say("đạt được", "reached"),
      terminal.say("chênh", "difference"), terminal.say("nguồn", "source"));
  for (const lab::TargetLine& line : report.targets) {
    row(terminal.say(line.label), rounded_number(line.target, terminal.language),
        rounded_number(line.reached, terminal.language),
        line.target == 0 ? "" : percent(line.relative(), terminal.language),
        line.source.cite + ", " + line.source.when + " · " +
            terminal.say(lab::trust_text(line.source.trust)));
  }
  text += painted(terminal.say("\nDòng\n", "\nRows\n"), kBold, terminal.color_out);
  for (const auto& [name, rows] : report.rows) {
    text +=
        "  " + padded(name, kNameWidth, false) + padded(number(rows), kNumberWidth, true) + "\n";
  }
  return text + "\n" + options.out + ": " + number(report.bytes) + " byte\n";
}

// "8", "2.8": in thousandths; 0 if it is not such a number.
uint64_t read_spells(const std::string& text) {
  const auto number = Rational::parse(text);
  int64_t out = 0;
  const bool is_good =
      number && (*number * Rational(1000)).to_int64(out) && out > 0 && out <= 200'000;
  return is_good ? static_cast<uint64_t>(out) : 0;
}

int make(const PopulationOptions& options, const Terminal& terminal) {
  lab::PopulationOptions wanted;
  wanted.people = options.people;
  wanted.seed = options.seed;
  wanted.threads =
      options.threads != 0 ? options.threads : std::max(std::thread::hardware_concurrency(), 1U);
  if (options.people == 0 || options.people > lab::kPeopleMax) {
    return fail(terminal, kUsage,
                {"--people phải từ 1 đến 10.000.000.000", "--people must be 1 to 10,000,000,000"},
                {"ví dụ --people 1000000", "for example --people 1000000"});
  }
  if (!options.spells.empty()) {
    wanted.rows_per_person = read_spells(options.spells);
    if (wanted.rows_per_person == 0) {
      return fail(terminal, kUsage,
                  {"--spells phải là số dương, nhiều nhất 200, ba chữ số thập phân",
                   "--spells must be a number above 0, at most 200, with three decimals"},
                  {"ví dụ --spells 8", "for example --spells 8"});
    }
  }
  Date on{};
  if (!options.on.empty() && !read_date_argument(terminal, "--on", options.on, on)) return kUsage;
  if (!options.on.empty() && (on.year() < lab::kYearLeast || on.year() > lab::kYearMost)) {
    return fail(terminal, kUsage,
                {"--on phải từ năm 1950 đến năm 2300", "--on must be from 1950 to 2300"},
                {"ví dụ --on 2026-01-01", "for example --on 2026-01-01"});
  }
  const LoadedLaw law = load_law(options.law, local_today(), terminal);
  if (law.code != kOk) return law.code;
  Sources sources;
  auto model = lab::load_model(options.model, *law.program, sources);
  if (!model) {
    print_diagnostics({model.error()}, sources, terminal);
    return model.error().code == "cannot-read" ? kCannotReadWrite : kBadFacts;
  }
  if (!options.on.empty()) model->on = on;

  watch_interrupt();
  auto progress = std::make_unique<Progress>(terminal);
  const auto report = lab::make_population(
      *model, wanted, options.out, [&](uint64_t done, uint64_t all) -> std::optional<Diagnostic> {
        progress->show(static_cast<double>(done) / static_cast<double>(all),
                       {counted(done, Language::kVietnamese) + " người",
                        counted(done, Language::kEnglish) + " people"});
        return is_interrupted() ? std::optional(interruption()) : std::nullopt;
      });
  progress.reset();
  if (!report) return fail_facts(terminal, report.error());
  if (!options.json.empty()) {
    const std::string text = lab::to_json(*report).dump(2) + "\n";
    if (options.json == "-") return print(text);
    if (auto wrong = write_file(options.json, text)) return cannot_write(terminal, *wrong);
  }
  return print(as_text(*report, options, terminal));
}

void add_make(CLI::App& population, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<PopulationOptions>();
  CLI::App* command = population.add_subcommand(
      "make", terminal.say("Tạo dân số giả lập đạt các số liệu đã công bố, thành một ảnh chụp",
                           "Make people who do not exist so that published figures are met, as a "
                           "snapshot"));
  command->add_option("--people", options->people, terminal.say("Số người", "How many people"))
      ->required()
      ->type_name("N");
  command
      ->add_option("--seed", options->seed,
                   terminal.say("Số khởi tạo: cùng số thì cùng một tệp (mặc định 1)",
                                "The same seed gives the same file (default 1)"))
      ->type_name("S");
  command
      ->add_option("--law", options->law,
                   terminal.say("Thư mục hoặc tệp luật (mặc định law/vn)",
                                "Folders or files of the law (default law/vn)"))
      ->allow_extra_args(false)
      ->type_name("PATH");
  command
      ->add_option("--model", options->model,
                   terminal.say("Mô hình dân số (mặc định law/vn/population)",
                                "The model of the population (default law/vn/population)"))
      ->type_name("PATH");
  command->add_option("-o,--out", options->out, terminal.say("Tệp ảnh chụp", "The file to make"))
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--json", options->json,
                   terminal.say("Ghi các chỉ tiêu vào tệp JSON này (- để in ra)",
                                "Write the targets to this JSON file (- to print them)"))
      ->type_name("FILE");
  command
      ->add_option("--on", options->on,
                   terminal.say("Ngày của dân số (mặc định theo mô hình)",
                                "The date of the population (default: the model's)"))
      ->type_name("DATE");
  command
      ->add_option("--spells", options->spells,
                   terminal.say("Số dòng quá trình đóng bảo hiểm, tính trên mỗi người",
                                "Rows of working lives for each person of the population"))
      ->type_name("K");
  command
      ->add_option("--threads", options->threads,
                   terminal.say("Số luồng (mặc định mọi nhân); tệp không phụ thuộc vào số này",
                                "Threads (default: all cores); the file does not depend on it"))
      ->type_name("T");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return make(*options, terminal); }; });
}

}  // namespace

void add_population(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "population", terminal.say("Dân số giả lập theo số liệu đã công bố",
                                 "Made populations that meet published figures"));
  command->require_subcommand(1);
  add_make(*command, terminal, chosen);
}

}  // namespace ansinh::cli
