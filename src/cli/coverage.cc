#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/coverage_count.h"
#include "cli/files.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

struct CoverageOptions {
  std::vector<std::string> paths;
  bool json = false;
};

std::string place(const Span& span, const Sources& sources) {
  if (span.file >= sources.size()) return "";
  return sources[span.file].path + ":" + std::to_string(span.line);
}

std::string as_json(const std::vector<ActCoverage>& all, const law::Program& program) {
  using Json = nlohmann::ordered_json;
  const auto both = [](const Text& text) { return Json{{"vi", text.vi}, {"en", text.en}}; };
  Json acts = Json::array();
  for (const ActCoverage& act : all) {
    Json entry{{"name", act.name}, {"declared", act.act != law::kNoId}};
    if (act.act != law::kNoId) {
      entry["label"] = both(act.label);
      entry["from"] = program.acts[act.act].from.to_string();
      if (program.acts[act.act].until) entry["until"] = program.acts[act.act].until->to_string();
    }
    entry["articles_encoded"] = act.articles.size();
    entry["articles"] = act.articles;
    entry["unverified"] = Json::array();
    for (const UnverifiedEntry& item : act.unverified) {
      entry["unverified"].push_back({{"name", item.name},
                                     {"reason", both(item.reason)},
                                     {"place", place(item.span, program.sources)}});
    }
    entry["not_yet_expressed"] = Json::array();
    for (const NotYetEntry& item : act.not_yet) {
      entry["not_yet_expressed"].push_back({{"what", both(item.what)},
                                            {"cite", item.cite},
                                            {"place", place(item.span, program.sources)}});
    }
    acts.push_back(std::move(entry));
  }
  return Json{{"acts", std::move(acts)}}.dump(2) + "\n";
}

std::string as_table(const std::vector<ActCoverage>& all, const Terminal& terminal) {
  const std::vector<std::string> titles = {terminal.say("Văn bản", "Text"),
                                           terminal.say("số điều", "articles"),
                                           terminal.say("chưa kiểm chứng", "unverified"),
                                           terminal.say("chưa diễn đạt", "not yet expressed")};
  std::vector<std::vector<std::string>> rows;
  size_t articles = 0, unverified = 0, not_yet = 0;
  for (const ActCoverage& act : all) {
    rows.push_back({act.name, std::to_string(act.articles.size()),
                    std::to_string(act.unverified.size()), std::to_string(act.not_yet.size())});
    articles += act.articles.size();
    unverified += act.unverified.size();
    not_yet += act.not_yet.size();
  }
  rows.push_back({terminal.say("Tổng cộng", "Total"), std::to_string(articles),
                  std::to_string(unverified), std::to_string(not_yet)});
  std::vector<size_t> widths;
  for (size_t column = 0; column < titles.size(); ++column) {
    size_t width = display_width(titles[column]);
    for (const auto& row : rows) width = std::max(width, display_width(row[column]));
    widths.push_back(width);
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column) {
      line += (column == 0 ? "" : "  ") + padded(row[column], widths[column], column != 0);
    }
    return line + "\n";
  };
  text += painted(add(titles), kBold, terminal.color_out);
  for (const auto& row : rows) text += add(row);
  return text;
}

std::string as_lists(const std::vector<ActCoverage>& all, const law::Program& program,
                     const Terminal& terminal) {
  std::string text;
  for (const ActCoverage& act : all) {
    if (act.unverified.empty() && act.not_yet.empty()) continue;
    text += "\n" + painted(act.name, kBold, terminal.color_out) + "\n";
    for (const UnverifiedEntry& item : act.unverified) {
      text += "  " + terminal.say("chưa kiểm chứng: ", "unverified: ") + item.name;
      if (!terminal.say(item.reason).empty()) text += " – " + terminal.say(item.reason);
      text += "  (" + place(item.span, program.sources) + ")\n";
    }
    for (const NotYetEntry& item : act.not_yet) {
      text +=
          "  " + terminal.say("chưa diễn đạt: ", "not yet expressed: ") + terminal.say(item.what);
      if (!item.cite.empty()) text += " [" + item.cite + "]";
      text += "  (" + place(item.span, program.sources) + ")\n";
    }
  }
  return text;
}

int run(const CoverageOptions& options, const Terminal& terminal) {
  const LoadedLaw law = load_law(options.paths, local_today(), terminal);
  if (law.code != kOk) return law.code;
  const auto all = count_coverage(*law.program);
  if (options.json) return print(as_json(all, *law.program));
  return print(as_table(all, terminal) + as_lists(all, *law.program, terminal));
}

}  // namespace

void add_coverage(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<CoverageOptions>();
  CLI::App* command = app.add_subcommand(
      "coverage",
      terminal.say(
          "Cho biết từng văn bản: các điều đã viết thành luật chạy được, điều gì chưa kiểm chứng, "
          "điều gì chưa diễn đạt",
          "Tell for each act: articles encoded, what is unverified, what is not yet expressed"));
  command
      ->add_option("path", options->paths,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command->add_flag("--json", options->json, terminal.say("In dạng JSON", "Print as JSON"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
