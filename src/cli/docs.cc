#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/site.h"
#include "cli/terminal.h"
#include "engine/cases.h"

namespace ansinh::cli {

namespace {

struct DocsOptions {
  std::vector<std::string> paths;
  std::string out;
};

std::vector<ShownCase> run_cases(const law::Program& program) {
  std::vector<ShownCase> all;
  for (size_t i = 0; i < program.cases.size(); ++i) {
    const law::CaseRule& rule = program.cases[i];
    const engine::CaseResult result = engine::run_case(program, i);
    ShownCase shown{rule.source, rule.file, result.passed, {}};
    for (const engine::Mismatch& mismatch : result.mismatches) {
      shown.faults.push_back(
          {mismatch.target.vi + ": mong đợi " + mismatch.expected.vi + ", kết quả " +
               mismatch.got.vi,
           mismatch.target.en + ": expected " + mismatch.expected.en + ", got " + mismatch.got.en});
    }
    for (const Diagnostic& found : result.diagnostics) shown.faults.push_back(found.message);
    all.push_back(std::move(shown));
  }
  return all;
}

int run(const DocsOptions& options, const Terminal& terminal) {
  const LoadedLaw law = load_law(options.paths, local_today(), terminal);
  if (law.code != kOk) return law.code;
  const std::vector<ShownCase> cases = run_cases(*law.program);
  const std::vector<SitePage> pages = make_site(*law.program, cases);
  for (const SitePage& page : pages) {
    const std::string path = (std::filesystem::path(options.out) / page.path).string();
    if (const auto fault = write_file(path, page.bytes)) return cannot_write(terminal, *fault);
  }
  const std::string index = (std::filesystem::path(options.out) / "index.html").string();
  const std::string count = std::to_string(pages.size());
  return print(terminal.say("đã ghi " + count + " tệp; mở " + index + "\n",
                            count + " files written; open " + index + "\n"));
}

}  // namespace

void add_docs(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<DocsOptions>();
  CLI::App* command =
      app.add_subcommand("docs", terminal.say("Tạo trang web tĩnh của luật, hai thứ tiếng",
                                              "Make a static site of the law, in both languages"));
  command
      ->add_option("path", options->paths,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option("-o,--out", options->out,
                   terminal.say("Thư mục để ghi", "The folder to write to"))
      ->required()
      ->type_name("DIR");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
