#include <CLI/CLI.hpp>
#include <memory>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "law/parse.h"
#include "law/syntax_json.h"

namespace ansinh::cli {

namespace {

struct ExportOptions {
  std::vector<std::string> paths;
  std::string out;
  bool schema = false;
};

int write(const std::string& text, const std::string& out, const Terminal& terminal) {
  if (out.empty() || out == "-") return print(text);
  if (const auto fault = write_file(out, text)) return cannot_write(terminal, *fault);
  return kOk;
}

int run(const ExportOptions& options, const Terminal& terminal) {
  if (options.schema) return write(law::law_schema().dump(2) + "\n", options.out, terminal);
  if (options.paths.empty()) {
    return fail(terminal, kUsage, {"thiếu đường dẫn của luật", "the path of the law is missing"},
                {"ví dụ: ansinh export law/vn -o law.json",
                 "for example: ansinh export law/vn -o law.json"});
  }
  int code = kOk;
  const Sources sources = read_sources(options.paths, terminal, code);
  if (code != kOk) return code;
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < sources.size(); ++i) {
    Diagnostics diagnostics;
    const law::File file = law::parse_file(sources[i], i, diagnostics);
    print_diagnostics(diagnostics, sources, terminal);
    if (has_errors(diagnostics)) code = kLawFailed;
    files.push_back(law::to_json(file));
  }
  if (code != kOk) return code;
  return write(nlohmann::ordered_json{{"files", std::move(files)}}.dump(1) + "\n", options.out,
               terminal);
}

}  // namespace

void add_export(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", terminal.say("Ghi luật dưới dạng JSON, không mất gì",
                                                "Write the law as JSON, losing nothing"));
  command
      ->add_option("path", options->paths,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->type_name("PATH");
  command
      ->add_option("-o,--out", options->out,
                   terminal.say("Ghi vào tệp này (nếu không thì ra màn hình)",
                                "Write to this file (else to standard output)"))
      ->type_name("FILE");
  command->add_flag(
      "--schema", options->schema,
      terminal.say("In JSON Schema của dạng này", "Print the JSON Schema of this form"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
