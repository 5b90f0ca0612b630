#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "engine/cases.h"

namespace ansinh::cli {

namespace {

using Json = nlohmann::ordered_json;

struct CheckOptions {
  std::vector<std::string> paths, reform;
  std::string as_of;
  bool json = false;
  bool verbose = false;
};

Json both(const Text& text) { return Json{{"vi", text.vi}, {"en", text.en}}; }

Json diagnostic_json(const Diagnostic& found, const Sources& sources) {
  return Json{{"code", found.code},
              {"severity", found.severity == Severity::kError ? "error" : "warning"},
              {"file", found.span.file < sources.size() ? sources[found.span.file].path : ""},
              {"line", found.span.line},
              {"column", found.span.column},
              {"message", both(found.message)},
              {"help", both(found.help)}};
}

Json case_json(const law::CaseRule& rule, const engine::CaseResult& result,
               const Sources& sources) {
  const Span& span = rule.source->span;
  Json entry{{"id", rule.source->name},
             {"file", span.file < sources.size() ? sources[span.file].path : ""},
             {"line", span.line},
             {"result", result.passed ? "passed" : "failed"}};
  if (!rule.source->source.empty()) entry["source"] = rule.source->source;
  if (result.passed) return entry;
  entry["mismatches"] = Json::array();
  for (const engine::Mismatch& mismatch : result.mismatches) {
    entry["mismatches"].push_back({{"line", mismatch.span.line},
                                   {"target", both(mismatch.target)},
                                   {"expected", both(mismatch.expected)},
                                   {"got", both(mismatch.got)}});
  }
  entry["diagnostics"] = Json::array();
  for (const Diagnostic& found : result.diagnostics) {
    entry["diagnostics"].push_back(diagnostic_json(found, sources));
  }
  return entry;
}

std::string case_text(const law::CaseRule& rule, const engine::CaseResult& result,
                      const Sources& sources, const Terminal& terminal) {
  const Span& span = rule.source->span;
  const std::string path = span.file < sources.size() ? sources[span.file].path : "";
  std::string text = path + ":" + std::to_string(span.line) + ": " +
                     painted(rule.source->name, kBold, terminal.color_out) + " ";
  const std::string& label = terminal.say(rule.source->label.text);
  if (!label.empty()) text += "“" + label + "” ";
  text += result.passed ? painted(terminal.say("đạt", "passed"), kGreen, terminal.color_out)
                        : painted(terminal.say("sai", "failed"), kRed, terminal.color_out);
  text += "\n";
  for (const engine::Mismatch& mismatch : result.mismatches) {
    text += "  " + std::to_string(mismatch.span.line) + ": " + terminal.say(mismatch.target) +
            terminal.say("\n    mong đợi: ", "\n    expected: ") + terminal.say(mismatch.expected) +
            terminal.say("\n    kết quả:  ", "\n    got:      ") + terminal.say(mismatch.got) +
            "\n";
  }
  for (const Diagnostic& found : result.diagnostics) {
    text += render(found, sources, terminal.language, terminal.color_out);
  }
  return text;
}

std::string count_line(size_t passed, size_t failed) {
  return std::to_string(passed) + " passed, " + std::to_string(failed) + " failed\n";
}

bool is_in(const law::CaseRule& rule, const std::vector<std::string>& paths,
           const Sources& sources) {
  const std::string& path = sources[rule.source->span.file].path;
  return std::ranges::any_of(paths,
                             [&](const std::string& start) { return path.starts_with(start); });
}

int run(const CheckOptions& options, const Terminal& terminal) {
  Date as_of = local_today();
  if (!options.as_of.empty() && !read_date_argument(terminal, "--as-of", options.as_of, as_of))
    return kUsage;
  const LoadedLaw law =
      options.reform.empty()
          ? load_law(options.paths, as_of, terminal, options.json)
          : load_reform(options.paths, options.reform, as_of, terminal, options.json);
  if (law.code == kCannotReadWrite) return law.code;
  size_t passed = 0, failed = 0;
  std::string text;
  Json cases = Json::array();
  if (law.code == kOk) {
    for (size_t i = 0; i < law.program->cases.size(); ++i) {
      const law::CaseRule& rule = law.program->cases[i];
      // A reform changes what the law's own cases expect.
      if (!options.reform.empty() && !is_in(rule, options.reform, law.sources)) continue;
      const engine::CaseResult result = engine::run_case(*law.program, i);
      ++(result.passed ? passed : failed);
      if (options.json) {
        cases.push_back(case_json(rule, result, law.program->sources));
      } else if (!result.passed || options.verbose) {
        text += case_text(rule, result, law.program->sources, terminal);
      }
    }
  } else if (!options.json) {
    print_error(terminal.say("luật bị từ chối: các ca thử không được chạy\n",
                             "the law is refused: its cases were not run\n"));
  }
  const int code = law.code != kOk || failed != 0 ? kLawFailed : kOk;
  int written = kOk;
  if (options.json) {
    Json diagnostics = Json::array();
    for (const Diagnostic& found : law.diagnostics) {
      diagnostics.push_back(diagnostic_json(found, law.sources));
    }
    written = print(Json{{"passed", passed},
                         {"failed", failed},
                         {"law_digest", law.code == kOk ? law.program->digest : ""},
                         {"cases", std::move(cases)},
                         {"diagnostics", std::move(diagnostics)}}
                        .dump(2) +
                    "\n");
  } else {
    written = print(text + count_line(passed, failed));
  }
  return written == kOk ? code : written;
}

}  // namespace

void add_check(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command =
      app.add_subcommand("check", terminal.say("Đọc và kiểm tra luật, rồi chạy mọi ca thử của nó",
                                               "Read and check the law, then run all its cases"));
  command
      ->add_option(
          "path", options->paths,
          terminal.say("Thư mục hoặc tệp luật; nhiều thư mục được đọc chung thành một chương trình",
                       "Folders or files of the law; several are read together as one program"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option("--reform", options->reform,
                   terminal.say("Đặt cải cách này lên trên luật, và chỉ chạy các ca thử của nó",
                                "Lay this reform over the law, and run its cases only"))
      ->allow_extra_args(false)
      ->type_name("FILE");
  command
      ->add_option(
          "--as-of", options->as_of,
          terminal.say("Ngày dùng để xét mức nào đã quá hạn đổi mới (mặc định: hôm nay)",
                       "The date by which values are judged to be out of date (default: today)"))
      ->type_name("DATE");
  command->add_flag("--json", options->json,
                    terminal.say("In từng ca dạng JSON: id, file, line, result",
                                 "Print each case as JSON: id, file, line, result"));
  command->add_flag("-v,--verbose", options->verbose,
                    terminal.say("Nêu cả các ca đạt", "List the cases that pass, too"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
