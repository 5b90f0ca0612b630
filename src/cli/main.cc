#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>

#include "cli/cli.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

void translate_help(CLI::App& app) {
  const auto formatter = app.get_formatter();
  for (const auto& [english, vietnamese] :
       std::vector<std::pair<const char*, const char*>>{{"Usage", "Cách dùng"},
                                                        {"OPTIONS", "TÙY CHỌN"},
                                                        {"Options", "Tùy chọn"},
                                                        {"Positionals", "Đối số"},
                                                        {"SUBCOMMAND", "LỆNH"},
                                                        {"SUBCOMMANDS", "CÁC LỆNH"},
                                                        {"Subcommands", "Các lệnh"},
                                                        {"REQUIRED", "bắt buộc"},
                                                        {"TEXT", "VĂN BẢN"}}) {
    formatter->label(english, vietnamese);
  }
}

void describe(CLI::App& app, const Terminal& terminal) {
  app.description(
      terminal.say("An Sinh: luật an sinh xã hội quyết định từng trường hợp, và nói rõ vì sao.",
                   "An Sinh: the law of social protection decides a case, and says why."));
  app.set_help_flag("-h,--help", terminal.say("In trợ giúp này", "Print this help"));
  app.footer(terminal.say(
      "Mã thoát: 0 tốt; 1 luật bị từ chối, có trường hợp sai hoặc tệp chưa đúng dạng chuẩn;\n"
      "2 sai cách dùng; 3 dữ kiện không đọc được; 4 không đọc hoặc ghi được tệp.\n"
      "Ngôn ngữ theo --lang vi|en, nếu không thì theo LANG. NO_COLOR tắt màu.\n\n"
      "Ví dụ:\n"
      "  ansinh check law/vn\n"
      "  ansinh decide --law law/vn --on 2025-07-01 examples/GIA-DINH.json --why\n",
      "Exit codes: 0 well; 1 the law is refused, a case fails or a file is not in canonical form;\n"
      "2 wrong usage; 3 the facts cannot be read; 4 a file cannot be read or written.\n"
      "The language is that of --lang vi|en, else that of LANG. NO_COLOR turns colours off.\n\n"
      "Examples:\n"
      "  ansinh check law/vn\n"
      "  ansinh decide --law law/vn --on 2025-07-01 examples/FAMILY.json --why\n"));
}

int usage_error(const CLI::ParseError& error, const Terminal& terminal) {
  const std::string kind = error.get_name();
  std::string vi = "cách dùng sai";
  if (kind == "RequiredError") vi = "thiếu lệnh hoặc tùy chọn bắt buộc";
  if (kind == "ExtrasError") vi = "có đối số không hiểu được";
  if (kind == "ArgumentMismatch") vi = "tùy chọn thiếu hoặc thừa giá trị";
  if (kind == "ConversionError" || kind == "ValidationError")
    vi = "giá trị của tùy chọn không đúng";
  return fail(terminal, kUsage, {vi + " (" + error.what() + ")", error.what()},
              {"xem `ansinh --help` hoặc `ansinh LỆNH --help`",
               "see `ansinh --help` or `ansinh COMMAND --help`"});
}

int run(int argc, const char* const* argv) {
  const Terminal terminal = terminal_for(argc, argv);
  CLI::App app;
  app.name("ansinh");
  describe(app, terminal);
  if (terminal.language == Language::kVietnamese) translate_help(app);
  std::string language;
  app.fallthrough();
  app.add_option("--lang", language, terminal.say("Ngôn ngữ: vi hoặc en", "Language: vi or en"))
      ->type_name("vi|en");
  app.require_subcommand(1);

  Command chosen;
  add_check(app, terminal, chosen);
  add_decide(app, terminal, chosen);
  add_schema(app, terminal, chosen);
  add_format(app, terminal, chosen);
  add_coverage(app, terminal, chosen);
  add_boundaries(app, terminal, chosen);
  add_docs(app, terminal, chosen);
  add_export(app, terminal, chosen);
  add_import(app, terminal, chosen);
  add_snapshot(app, terminal, chosen);
  add_population(app, terminal, chosen);
  add_run(app, terminal, chosen);
  add_compare(app, terminal, chosen);
  add_employer(app, terminal, chosen);
  add_worker(app, terminal, chosen);
  add_db(app, terminal, chosen);
  add_registry(app, terminal, chosen);
  add_pay(app, terminal, chosen);
  add_application(app, terminal, chosen);
  add_ledger(app, terminal, chosen);
  add_serve(app, terminal, chosen);
  add_card(app, terminal, chosen);
  add_user(app, terminal, chosen);
  add_completion(app, terminal, chosen);
  add_version(app, terminal, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = &app;
    while (!asked->get_subcommands().empty()) asked = asked->get_subcommands().front();
    return print(asked->help());
  } catch (const CLI::ParseError& error) {
    return usage_error(error, terminal);
  }
  if (!language.empty() && language != "vi" && language != "en") {
    return fail(terminal, kUsage,
                {"--lang: không có ngôn ngữ \"" + language + "\"",
                 "--lang: there is no language \"" + language + "\""},
                {"dùng vi hoặc en", "use vi or en"});
  }
  return chosen();
}

}  // namespace

}  // namespace ansinh::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file too large is an error of its writer
  try {
    return ansinh::cli::run(argc, argv);
  } catch (const std::exception& error) {
    ansinh::cli::print_error(std::string("ansinh: ") + error.what() + "\n");
    return ansinh::cli::kCannotReadWrite;
  }
}
