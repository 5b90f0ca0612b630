// `ansinh snapshot show` and `verify`.

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/snapshot.h"

namespace ansinh::cli {

namespace {

struct SnapshotShowOptions {
  std::string file;
  bool json = false;
};

std::string as_json(const facts::SnapshotReader& reader,
                    const std::vector<facts::BlockSize>& sizes) {
  using Json = nlohmann::ordered_json;
  Json all{{"version", facts::kSnapshotVersion},
           {"law", reader.schema().digest},
           {"bytes", reader.bytes()},
           {"chunks", reader.chunk_count()},
           {"records", reader.trees()}};
  Json& rows = all["rows"] = Json::object();
  for (law::EntityId id = 0; id < reader.schema().entities.size(); ++id) {
    rows[reader.schema().entities[id].name] = reader.rows(id);
  }
  Json& columns = all["columns"] = Json::object();
  for (const facts::BlockSize& size : sizes) columns[size.name] = size.bytes;
  all["schema"] = Json::parse(reader.schema_text());
  return all.dump(2) + "\n";
}

std::string as_text(const std::string& file, const facts::SnapshotReader& reader,
                    const std::vector<facts::BlockSize>& sizes, const Terminal& terminal) {
  const auto number = [&](uint64_t count) { return counted(count, terminal.language); };
  std::string text = painted(file, kBold, terminal.color_out) + "\n";
  const auto line = [&](const std::string& name, const std::string& value) {
    text += fmt::format("  {:<40} {:>20}\n", name, value);
  };
  text += terminal.say("  luật ", "  law ") + reader.schema().digest + "\n";
  line("byte", number(reader.bytes()));
  line(terminal.say("hồ sơ", "records"), number(reader.trees()));
  line(terminal.say("khối", "chunks"), number(reader.chunk_count()));
  if (reader.trees() != 0) {
    const uint64_t tenths = reader.bytes() * 10 / reader.trees();
    line(terminal.say("byte mỗi hồ sơ", "bytes a record"),
         fmt::format("{}.{}", tenths / 10, tenths % 10));
  }
  text += painted(terminal.say("\nDòng\n", "\nRows\n"), kBold, terminal.color_out);
  for (law::EntityId id = 0; id < reader.schema().entities.size(); ++id) {
    if (reader.rows(id) != 0) line(reader.schema().entities[id].name, number(reader.rows(id)));
  }
  text += painted(terminal.say("\nCột (byte)\n", "\nColumns (bytes)\n"), kBold, terminal.color_out);
  for (const facts::BlockSize& size : sizes) line(size.name, number(size.bytes));
  const auto declared = reader.schema().facts.size();
  const auto said = static_cast<size_t>(
      std::count_if(sizes.begin(), sizes.end(), [&](const facts::BlockSize& size) {
        return size.name.find('.') != std::string::npos && !size.name.ends_with(".from, to");
      }));
  text += terminal.say(
      fmt::format("\nLuật khai báo {} dữ kiện; {} cột ở trên có dữ liệu.\n", declared, said),
      fmt::format("\nThe law declares {} facts; the {} columns above hold anything.\n", declared,
                  said));
  return text;
}

int show(const SnapshotShowOptions& options, const Terminal& terminal) {
  const auto reader = facts::SnapshotReader::open(options.file);
  if (!reader) return fail_facts(terminal, reader.error());
  const auto sizes = reader->sizes();
  if (!sizes) return fail_facts(terminal, sizes.error());
  return print(options.json ? as_json(*reader, *sizes)
                            : as_text(options.file, *reader, *sizes, terminal));
}

int verify(const SnapshotShowOptions& options, const Terminal& terminal) {
  const auto reader = facts::SnapshotReader::open(options.file);
  if (!reader) return fail_facts(terminal, reader.error());
  if (const auto fault = reader->verify()) return fail_facts(terminal, *fault);
  const std::string records = counted(reader->trees(), terminal.language);
  return print(options.file + terminal.say(": nguyên vẹn, " + records + " hồ sơ\n",
                                           ": whole, " + records + " records\n"));
}

void add_file(CLI::App& command, SnapshotShowOptions& options, const Terminal& terminal) {
  command.add_option("file", options.file, terminal.say("Tệp ảnh chụp", "The snapshot"))
      ->required()
      ->type_name("FILE");
}

}  // namespace

void add_snapshot_show(CLI::App& snapshot, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<SnapshotShowOptions>();
  CLI::App* command = snapshot.add_subcommand(
      "show",
      terminal.say("Xem ảnh chụp có gì: luật, số dòng, cỡ từng cột",
                   "Show what a snapshot holds: the law, its rows, the size of each column"));
  add_file(*command, *options, terminal);
  command->add_flag(
      "--json", options->json,
      terminal.say("In dạng JSON, kèm mô tả dữ kiện", "Print as JSON, with the schema"));
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return show(*options, terminal); }; });
}

void add_snapshot_verify(CLI::App& snapshot, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<SnapshotShowOptions>();
  CLI::App* command = snapshot.add_subcommand(
      "verify", terminal.say("Đọc toàn bộ ảnh chụp và kiểm tra mọi tổng kiểm tra",
                             "Read a whole snapshot and check every checksum"));
  add_file(*command, *options, terminal);
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return verify(*options, terminal); }; });
}

}  // namespace ansinh::cli
