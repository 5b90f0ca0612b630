// `ansinh snapshot export`: a snapshot to JSON Lines or CSV.

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/files.h"
#include "cli/out_file.h"
#include "cli/progress.h"
#include "cli/snapshot.h"
#include "facts/rows.h"

namespace ansinh::cli {

namespace {

struct SnapshotExportOptions {
  std::vector<std::string> law;
  std::string file, out, format = "jsonl";
};

// Hands chunk after chunk to `take`, which returns an exit code; kOk goes on.
template <typename Take>
int each_chunk(const facts::SnapshotReader& reader, const Terminal& terminal, Take take) {
  Progress progress(terminal);
  facts::Columns columns(reader.program());
  uint64_t done = 0;
  for (size_t chunk = 0; chunk < reader.chunk_count(); ++chunk) {
    if (const auto fault = reader.read_chunk(chunk, columns)) return fail_facts(terminal, *fault);
    for (uint32_t first = 0; first < columns.trees; first += 1'024) {
      if (is_interrupted()) return say_interrupted(terminal);
      const uint32_t count = std::min(columns.trees - first, 1'024U);
      if (const int code = take(columns, first, count); code != kOk) return code;
      done += count;
      progress.show(static_cast<double>(done) / static_cast<double>(reader.trees()),
                    {counted(done, Language::kVietnamese) + " hồ sơ",
                     counted(done, Language::kEnglish) + " records"});
    }
  }
  return kOk;
}

int to_json_lines(const facts::SnapshotReader& reader, const SnapshotExportOptions& options,
                  const Terminal& terminal) {
  auto out = OutFile::open(options.out);
  if (!out) return cannot_write(terminal, out.error());
  const auto take = [&](const facts::Columns& columns, uint32_t first, uint32_t count) {
    std::string text;
    for (uint32_t tree = first; tree < first + count; ++tree) {
      text +=
          facts::json_line(reader.program(), columns.person_file(tree, false), columns.name(tree));
    }
    if (const auto fault = out->write(text)) return cannot_write(terminal, *fault);
    return static_cast<int>(kOk);
  };
  if (const int code = each_chunk(reader, terminal, take); code != kOk) return code;
  if (const auto fault = out->finish()) return cannot_write(terminal, *fault);
  return kOk;
}

int to_csv(const facts::SnapshotReader& reader, const SnapshotExportOptions& options,
           const Terminal& terminal) {
  const auto given = reader.facts_given();
  if (!given) return fail_facts(terminal, given.error());
  auto writer = facts::CsvWriter::open(options.out, reader.program(), *given);
  if (!writer) return fail_facts(terminal, writer.error());
  facts::Columns part(reader.program());
  const auto take = [&](const facts::Columns& columns, uint32_t first, uint32_t count) {
    part.clear();
    part.append(columns, first, count);
    const auto fault = writer->append(part);
    return fault ? fail_facts(terminal, *fault) : static_cast<int>(kOk);
  };
  if (const int code = each_chunk(reader, terminal, take); code != kOk) return code;
  if (const auto fault = writer->finish()) return fail_facts(terminal, *fault);
  return kOk;
}

int run(const SnapshotExportOptions& options, const Terminal& terminal) {
  if (options.format != "jsonl" && options.format != "csv") {
    return fail(terminal, kUsage,
                {"--format: không có dạng \"" + options.format + "\"",
                 "--format: there is no format \"" + options.format + "\""},
                {"dùng jsonl hoặc csv", "use jsonl or csv"});
  }
  LoadedLaw law;
  if (!options.law.empty()) {
    law = load_law(options.law, local_today(), terminal);
    if (law.code != kOk) return law.code;
  }
  const auto reader = options.law.empty() ? facts::SnapshotReader::open(options.file)
                                          : facts::SnapshotReader::open(options.file, *law.program);
  if (!reader) return fail_facts(terminal, reader.error());
  watch_interrupt();
  return options.format == "csv" ? to_csv(*reader, options, terminal)
                                 : to_json_lines(*reader, options, terminal);
}

}  // namespace

void add_snapshot_export(CLI::App& snapshot, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<SnapshotExportOptions>();
  CLI::App* command =
      snapshot.add_subcommand("export", terminal.say("Xuất ảnh chụp ra JSON Lines hoặc CSV",
                                                     "Write a snapshot as JSON Lines or CSV"));
  command
      ->add_option("--law", options->law,
                   terminal.say("Đọc theo luật này thay vì theo luật lúc tạo",
                                "Read it for this law instead of the one for which it was made"))
      ->allow_extra_args(false)
      ->type_name("PATH");
  command->add_option("file", options->file, terminal.say("Tệp ảnh chụp", "The snapshot"))
      ->required()
      ->type_name("FILE");
  command
      ->add_option("-o,--out", options->out,
                   terminal.say("Tệp JSON Lines (- là đầu ra chuẩn), hoặc thư mục mới cho CSV",
                                "The JSON Lines file (- for standard output), or a new folder for "
                                "CSV"))
      ->required()
      ->type_name("PATH");
  command->add_option("--format", options->format, terminal.say("Dạng xuất", "What to write"))
      ->type_name("jsonl|csv");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
