#include <CLI/CLI.hpp>
#include <memory>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "facts/schema.h"

namespace ansinh::cli {

namespace {

struct SchemaOptions {
  std::vector<std::string> law;
  std::string out;
};

int run(const SchemaOptions& options, const Terminal& terminal) {
  const LoadedLaw law = load_law(options.law, local_today(), terminal);
  if (law.code != kOk) return law.code;
  const std::string text = facts::schema(*law.program);
  if (options.out.empty()) return print(text);
  if (const auto fault = write_file(options.out, text)) return cannot_write(terminal, *fault);
  return kOk;
}

}  // namespace

void add_schema(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<SchemaOptions>();
  CLI::App* command = app.add_subcommand(
      "schema",
      terminal.say("In JSON Schema của các dữ kiện mà luật hỏi đến, kèm nhãn hai thứ tiếng",
                   "Print the JSON Schema of the facts that the law asks for, with labels in both "
                   "languages"));
  command
      ->add_option("law,--law", options->law,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option("-o,--out", options->out, terminal.say("Ghi vào tệp này", "Write to this file"))
      ->type_name("FILE");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
