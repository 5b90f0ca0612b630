#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "law/format.h"
#include "law/parse.h"

namespace ansinh::cli {

namespace {

struct FormatOptions {
  std::vector<std::string> paths;
  bool check = false;
  std::string keywords;
};

int run(const FormatOptions& options, const Terminal& terminal) {
  if (!options.keywords.empty() && options.keywords != "vi" && options.keywords != "en") {
    return fail(terminal, kUsage,
                {"--lang: không có ngôn ngữ \"" + options.keywords + "\"",
                 "--lang: there is no language \"" + options.keywords + "\""},
                {"dùng vi hoặc en", "use vi or en"});
  }
  int code = kOk;
  const Sources sources = read_sources(options.paths, terminal, code);
  if (code != kOk) return code;
  std::optional<bool> vietnamese;
  if (!options.keywords.empty()) vietnamese = options.keywords == "vi";
  size_t changed = 0;
  for (uint32_t i = 0; i < sources.size(); ++i) {
    Diagnostics diagnostics;
    const law::File file = law::parse_file(sources[i], i, diagnostics);
    print_diagnostics(diagnostics, sources, terminal);
    if (has_errors(diagnostics)) {
      code = std::max<int>(code, kLawFailed);
      continue;
    }
    const std::string text = law::format_file(file, vietnamese);
    if (text == sources[i].text) continue;
    ++changed;
    print(sources[i].path + "\n");
    if (options.check) {
      code = std::max<int>(code, kLawFailed);
    } else if (const auto fault = write_file(sources[i].path, text)) {
      code = cannot_write(terminal, *fault);
    }
  }
  const std::string count = std::to_string(changed);
  const std::string all = std::to_string(sources.size());
  if (options.check) {
    print_error(terminal.say(count + " trong " + all + " tệp chưa đúng dạng chuẩn\n",
                             count + " of " + all + " files are not in canonical form\n"));
  } else {
    print_error(terminal.say("đã viết lại " + count + " trong " + all + " tệp\n",
                             count + " of " + all + " files rewritten\n"));
  }
  return code;
}

}  // namespace

void add_format(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<FormatOptions>();
  CLI::App* command = app.add_subcommand(
      "format", terminal.say("Viết lại các tệp luật theo dạng chuẩn; nội dung không đổi",
                             "Rewrite law files in canonical form; what they say stays the same"));
  command
      ->add_option("path", options->paths,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command->add_flag("--check", options->check,
                    terminal.say("Không ghi gì; mã thoát 1 nếu có tệp chưa đúng dạng chuẩn",
                                 "Write nothing; exit code 1 if a file is not in canonical form"));
  command
      ->add_option("--lang", options->keywords,
                   terminal.say("Đổi từ khóa của mọi khối sang ngôn ngữ này: vi hoặc en",
                                "Turn the keywords of every block into this language: vi or en"))
      ->type_name("vi|en");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
