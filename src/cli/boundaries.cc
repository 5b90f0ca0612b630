#include "engine/boundaries.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "law/check.h"
#include "law/format.h"

namespace ansinh::cli {

namespace {

struct BoundariesOptions {
  std::vector<std::string> paths;
  std::string out;
  bool json = false;
};

// The case as it stands in a block, with what is expected of it.
std::string case_text(const law::CaseItem& item, const std::string& expect) {
  law::Block block;
  block.items.push_back(law::Item{item, item.span});
  law::File file;
  file.parts.emplace_back(std::move(block));
  std::string text = law::format_file(file, false);
  const std::string fence = "```luat\n";
  const size_t begin = text.find(fence);
  const size_t end = text.rfind("```");
  if (begin == std::string::npos || end <= begin) return "";
  text = text.substr(begin + fence.size(), end - begin - fence.size());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text + "\n  expect " + expect + "\n";
}

std::string file_text(const std::string& stem, const std::vector<const engine::Boundary*>& all) {
  std::string text =
      "# Ca ranh giới của " + stem + "\n# Boundary cases of " + stem +
      "\n\n"
      "Máy tạo các ca này bằng `ansinh boundaries`: mỗi cặp khác nhau một bước ở một dữ kiện và "
      "đứng ở hai bên của một điều kiện. Kết quả là của chương trình; luật gia đọc lại.\n\n"
      "Made by `ansinh boundaries`: each pair differs by one step in one fact and stands on the "
      "two sides of a condition. The outcomes are the program's, for a lawyer to review.\n";
  for (const engine::Boundary* boundary : all) {
    text += "\n```luat\n" + case_text(boundary->cases[0], boundary->expects[0]) + "\n" +
            case_text(boundary->cases[1], boundary->expects[1]) + "```\n";
  }
  return text;
}

bool is_written(const engine::Boundary& boundary) {
  return boundary.reached == engine::Reached::kBothSides && boundary.expects.size() == 2 &&
         !boundary.expects[0].empty() && !boundary.expects[1].empty();
}

int write_cases(const std::vector<engine::Boundary>& all, const law::Program& program,
                const std::string& out, const Terminal& terminal) {
  std::map<uint32_t, std::vector<const engine::Boundary*>> by_file;
  for (const engine::Boundary& boundary : all) {
    if (is_written(boundary)) by_file[boundary.atom.file].push_back(&boundary);
  }
  for (const auto& [file, boundaries] : by_file) {
    const std::string stem = program.files[file]->stem;
    const std::string path = (std::filesystem::path(out) / (stem + "-boundaries.md")).string();
    if (const auto fault = write_file(path, file_text(stem, boundaries))) {
      return cannot_write(terminal, *fault);
    }
  }
  return kOk;
}

std::string place(const engine::BoundaryAtom& atom, const law::Program& program) {
  if (atom.span.file >= program.sources.size()) return "";
  return program.sources[atom.span.file].path + ":" + std::to_string(atom.span.line);
}

const std::string& name_of(const engine::BoundaryAtom& atom, const law::Program& program) {
  return atom.benefit != law::kNoId ? program.benefits[atom.benefit].name
                                    : program.definitions[atom.definition].name;
}

const char* word(engine::Reached reached) {
  switch (reached) {
    case engine::Reached::kBothSides:
      return "both";
    case engine::Reached::kOneSide:
      return "one";
    case engine::Reached::kNever:
      break;
  }
  return "never";
}

std::string as_json(const std::vector<engine::Boundary>& all, const law::Program& program) {
  using Json = nlohmann::ordered_json;
  Json conditions = Json::array();
  size_t both = 0;
  for (const engine::Boundary& boundary : all) {
    both += boundary.reached == engine::Reached::kBothSides ? 1 : 0;
    conditions.push_back(
        {{"name", name_of(boundary.atom, program)},
         {"condition",
          {{"vi", law::sentence(boundary.atom.node, program, Language::kVietnamese)},
           {"en", law::sentence(boundary.atom.node, program, Language::kEnglish)}}},
         {"place", place(boundary.atom, program)},
         {"reached", word(boundary.reached)}});
  }
  return Json{{"conditions", all.size()}, {"both_sides", both}, {"list", std::move(conditions)}}
             .dump(2) +
         "\n";
}

std::string as_text(const std::vector<engine::Boundary>& all, const law::Program& program,
                    const Terminal& terminal) {
  size_t both = 0, one = 0;
  std::string not_reached;
  for (const engine::Boundary& boundary : all) {
    both += boundary.reached == engine::Reached::kBothSides ? 1 : 0;
    one += boundary.reached == engine::Reached::kOneSide ? 1 : 0;
    if (boundary.reached == engine::Reached::kBothSides) continue;
    const bool is_one = boundary.reached == engine::Reached::kOneSide;
    not_reached += place(boundary.atom, program) + ": " + name_of(boundary.atom, program) + ": " +
                   law::sentence(boundary.atom.node, program, terminal.language) + " – " +
                   (is_one ? terminal.say("chỉ gặp một phía", "one side only")
                           : terminal.say("không ca nào xét đến", "no case reaches it")) +
                   "\n";
  }
  const std::string total = std::to_string(all.size());
  return not_reached +
         terminal.say(
             "Điều kiện: " + total + "; đạt cả hai phía: " + std::to_string(both) +
                 "; chỉ một phía: " + std::to_string(one) +
                 "; chưa ca nào xét đến: " + std::to_string(all.size() - both - one) + "\n",
             "Conditions: " + total + "; both sides reached: " + std::to_string(both) +
                 "; one side only: " + std::to_string(one) +
                 "; reached by no case: " + std::to_string(all.size() - both - one) + "\n");
}

int run(const BoundariesOptions& options, const Terminal& terminal) {
  const LoadedLaw law = load_law(options.paths, local_today(), terminal);
  if (law.code != kOk) return law.code;
  const auto all = engine::find_boundaries(*law.program, {});
  if (!options.out.empty()) {
    const int code = write_cases(all, *law.program, options.out, terminal);
    if (code != kOk) return code;
  }
  return print(options.json ? as_json(all, *law.program) : as_text(all, *law.program, terminal));
}

}  // namespace

void add_boundaries(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<BoundariesOptions>();
  CLI::App* command = app.add_subcommand(
      "boundaries",
      terminal.say("Tạo ca ranh giới cho mọi điều kiện: một ca vừa đạt, một ca vừa không đạt",
                   "Make boundary cases for every condition: one just so, one just not"));
  command
      ->add_option("path", options->paths,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option("-o,--out", options->out,
                   terminal.say("Ghi các ca vào thư mục này", "Write the cases into this folder"))
      ->type_name("DIR");
  command->add_flag("--json", options->json, terminal.say("In dạng JSON", "Print as JSON"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
