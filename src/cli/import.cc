#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <set>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "law/format.h"
#include "law/syntax_json.h"

namespace ansinh::cli {

namespace {

using Json = nlohmann::ordered_json;

struct ImportOptions {
  std::string file, out;
};

// A stem becomes the name of a file: nothing in it may lead out of the folder.
bool is_safe(const std::string& stem) {
  return !stem.empty() && stem.front() != '.' && stem.find_first_of("/\\") == std::string::npos &&
         stem.find('\0') == std::string::npos;
}

int refuse(const Terminal& terminal, const std::string& place, const Text& message) {
  return fail(terminal, kLawFailed, {place + ": " + message.vi, place + ": " + message.en},
              {"dạng JSON của luật do `ansinh export` ghi; lược đồ: `ansinh export --schema`",
               "the JSON form of the law is what `ansinh export` writes; its schema: `ansinh "
               "export --schema`"});
}

int run(const ImportOptions& options, const Terminal& terminal) {
  const auto bytes = read_bytes(options.file);
  if (!bytes)
    return fail(terminal, kCannotReadWrite, bytes.error(),
                {"kiểm tra lại đường dẫn", "check the path"});
  const Json json = Json::parse(*bytes, nullptr, false);
  if (json.is_discarded()) {
    return refuse(terminal, options.file, {"không phải là JSON hợp lệ", "not valid JSON"});
  }
  Json files = Json::array({json});
  if (json.is_object() && json.contains("files")) files = json["files"];
  if (!files.is_array())
    return refuse(terminal, options.file,
                  {"\"files\" phải là danh sách", "\"files\" must be a list"});
  std::vector<std::pair<std::string, std::string>> texts;
  std::set<std::string> stems;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string place = options.file + " /files/" + std::to_string(i);
    const auto file = law::from_json(files[i]);
    if (!file) return refuse(terminal, place, file.error().message);
    if (!is_safe(file->stem) || !stems.insert(file->stem).second) {
      return refuse(terminal, place,
                    {"tên \"" + file->stem + "\" không dùng làm tên tệp được",
                     "the name \"" + file->stem + "\" cannot be that of a file"});
    }
    const std::string path = (std::filesystem::path(options.out) / (file->stem + ".md")).string();
    texts.emplace_back(path, law::format_file(*file));
  }
  for (const auto& [path, text] : texts) {
    if (const auto fault = write_file(path, text)) return cannot_write(terminal, *fault);
    print(path + "\n");
  }
  return kOk;
}

}  // namespace

void add_import(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command =
      app.add_subcommand("import", terminal.say("Viết các tệp luật từ dạng JSON của chúng",
                                                "Write law files from their JSON form"));
  command
      ->add_option("file", options->file,
                   terminal.say("Tệp do `export` ghi, hoặc -", "What `export` wrote, or -"))
      ->required()
      ->type_name("FILE");
  command
      ->add_option("-o,--out", options->out,
                   terminal.say("Thư mục để ghi", "The folder to write to"))
      ->required()
      ->type_name("DIR");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
