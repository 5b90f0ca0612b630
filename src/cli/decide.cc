#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "engine/explain.h"
#include "engine/receipt.h"
#include "engine/trace_json.h"
#include "engine/trace_text.h"
#include "facts/from_json.h"

namespace ansinh::cli {

namespace {

struct DecideOptions {
  std::vector<std::string> law;
  std::string on, file, benefit;
  bool why = false;
  bool json = false;
};

nlohmann::ordered_json fault_json(const Diagnostic& fault, const Sources& sources) {
  const std::string path = fault.span.file < sources.size() ? sources[fault.span.file].path : "";
  return {{"code", fault.code},
          {"file", path},
          {"line", fault.span.line},
          {"column", fault.span.column},
          {"message", {{"vi", fault.message.vi}, {"en", fault.message.en}}},
          {"help", {{"vi", fault.help.vi}, {"en", fault.help.en}}}};
}

int refuse_facts(const Diagnostics& faults, const Sources& sources, bool json,
                 const Terminal& terminal) {
  print_diagnostics(faults, sources, terminal);
  if (json) {
    nlohmann::ordered_json errors = nlohmann::ordered_json::array();
    for (const Diagnostic& fault : faults) errors.push_back(fault_json(fault, sources));
    print(nlohmann::ordered_json{{"errors", std::move(errors)}}.dump(2) + "\n");
  }
  return kBadFacts;
}

// The benefit named by --benefit; false and a message if there is none.
bool find_benefit(const law::Program& program, const std::string& name, law::BenefitId& id,
                  const Terminal& terminal) {
  if (name.empty()) return true;
  const auto found = program.benefit_by_name.find(name);
  if (found != program.benefit_by_name.end()) {
    id = found->second;
    return true;
  }
  std::vector<std::string> names;
  names.reserve(program.benefits.size());
  for (const law::BenefitInfo& info : program.benefits) names.push_back(info.name);
  const std::string near = nearest(name, names);
  fail(terminal, kUsage,
       {"--benefit: luật không có chế độ \"" + name + "\"",
        "--benefit: the law has no benefit \"" + name + "\""},
       near.empty() ? Text{"xem các chế độ bằng `ansinh docs`", "`ansinh docs` shows the benefits"}
                    : Text{"có phải là \"" + near + "\"?", "did you mean \"" + near + "\"?"});
  return false;
}

std::string head(const law::Program& program, const facts::PersonFile& file, Date on,
                 const Terminal& terminal) {
  return painted(terminal.say("Ngày xét: " + on.to_display(), "Decision date: " + on.to_display()),
                 kBold, terminal.color_out) +
         painted(terminal.say("  (mã luật ", "  (law ") + program.digest.substr(0, 12) +
                     terminal.say(", mã dữ kiện ", ", facts ") + file.digest.substr(0, 12) + ")",
                 kDim, terminal.color_out) +
         "\n\n";
}

int run(DecideOptions options, const Terminal& terminal) {
  if (options.file.empty() && options.law.size() > 1) {  // --law took the file as well
    options.file = options.law.back();
    options.law.pop_back();
  }
  if (options.file.empty()) {
    return fail(terminal, kUsage, {"thiếu tệp dữ kiện", "the file of facts is missing"},
                {"nêu tệp JSON, hoặc - để đọc từ đầu vào chuẩn",
                 "name a JSON file, or - for standard input"});
  }
  Date on;
  if (!read_date_argument(terminal, "--on", options.on, on)) return kUsage;
  auto bytes = read_bytes(options.file);
  if (!bytes)
    return fail(terminal, kCannotReadWrite, bytes.error(),
                {"kiểm tra lại đường dẫn", "check the path"});
  const LoadedLaw law = load_law(options.law, on, terminal);
  if (law.code != kOk) return law.code;
  law::BenefitId only = law::kNoId;
  if (!find_benefit(*law.program, options.benefit, only, terminal)) return kUsage;

  Sources sources = law.program->sources;
  const auto index = static_cast<uint32_t>(sources.size());
  auto text = normalize(*bytes);
  sources.push_back({options.file == "-" ? "stdin" : options.file, text ? *text : std::string()});
  auto file = facts::from_json(*law.program, text ? *text : *bytes, index, on);
  if (!file) return refuse_facts(file.error(), sources, options.json, terminal);

  engine::Explainer explainer(*law.program, *file, on);
  const std::vector<engine::Outcome> outcomes = explainer.outcomes(only);
  if (options.json) {
    const std::string trace = engine::TraceWriter(*law.program).trace(explainer, outcomes);
    return print(nlohmann::ordered_json::parse(trace).dump(2) + "\n");
  }
  return print(head(*law.program, *file, on, terminal) +
               engine::explain_text(*law.program, explainer, outcomes, terminal.language,
                                    options.why, terminal.color_out));
}

}  // namespace

void add_decide(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<DecideOptions>();
  CLI::App* command = app.add_subcommand(
      "decide",
      terminal.say("Xét một người hoặc một hộ: từng chế độ, số tiền, và vì sao",
                   "Decide the case of a person or household: each benefit, its amount, and why"));
  command
      ->add_option("--law", options->law,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option(
          "--on", options->on,
          terminal.say("Ngày xét, ví dụ 2025-07-01", "The decision date, for example 2025-07-01"))
      ->required()
      ->type_name("DATE");
  command
      ->add_option("file", options->file,
                   terminal.say("Tệp dữ kiện JSON, hoặc - để đọc từ đầu vào chuẩn",
                                "The facts as JSON, or - for standard input"))
      ->type_name("FILE");
  command
      ->add_option("--benefit", options->benefit,
                   terminal.say("Chỉ xét chế độ này", "Decide this benefit only"))
      ->type_name("NAME");
  command->add_flag(
      "--why", options->why,
      terminal.say("Giải thích từng bước, kèm điều luật", "Explain every step, with its article"));
  command->add_flag(
      "--json", options->json,
      terminal.say("In dạng JSON, kèm toàn bộ các bước", "Print as JSON, with all steps"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
