// `ansinh snapshot make`: JSON Lines or CSV to a snapshot, with a report of what was rejected.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/files.h"
#include "cli/out_file.h"
#include "cli/progress.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "facts/csv_text.h"
#include "facts/rows.h"

namespace ansinh::cli {

namespace {

namespace fs = std::filesystem;

constexpr uint32_t kTreesAtOnce = 4'096;

struct SnapshotMakeOptions {
  std::vector<std::string> law, in;
  std::string out, report;
};

Diagnostic cannot_write_report(const Text& message) {
  return {"cannot-write",
          Severity::kError,
          {},
          message,
          {"kiểm tra đường dẫn, quyền ghi và chỗ trống trên đĩa",
           "check the path, the permission to write and the free space"}};
}

class Making {
 public:
  Making(const SnapshotMakeOptions& options, const Terminal& terminal, const law::Program& program)
      : options_(options),
        terminal_(terminal),
        program_(program),
        columns_(program),
        progress_(std::make_unique<Progress>(terminal)) {}

  int run() {
    watch_interrupt();
    if (auto wrong = open()) return fail_facts(terminal_, *wrong);
    const auto counts = read();
    progress_.reset();
    if (!counts) return fail_facts(terminal_, counts.error());
    if (auto wrong = finish()) return fail_facts(terminal_, *wrong);
    return tell(*counts);
  }

 private:
  std::optional<Diagnostic> open() {
    auto writer = facts::SnapshotWriter::open(options_.out, program_);
    if (!writer) return std::move(writer.error());
    writer_.emplace(std::move(*writer));
    if (options_.report.empty()) return std::nullopt;
    auto report = OutFile::open(options_.report);
    if (!report) return cannot_write_report(report.error());
    report_.emplace(std::move(*report));
    return write_report("file,line,column,id,code,reason_vi,reason_en\n");
  }

  std::expected<facts::RowCounts, Diagnostic> read() {
    facts::RowReceiver receiver;
    receiver.tree = [&](const facts::PersonFile& file, std::string_view id) {
      columns_.append(file, id);
      return columns_.trees < kTreesAtOnce ? std::nullopt : flush();
    };
    receiver.fault = [&](const facts::RowFault& fault) { return take(fault); };
    receiver.progress = [&](double done, const facts::RowCounts& counts) {
      progress_->show(done, {counted(counts.read, Language::kVietnamese) + " hồ sơ",
                             counted(counts.read, Language::kEnglish) + " records"});
      return is_interrupted() ? std::optional(interruption()) : std::nullopt;
    };
    const bool is_csv = options_.in.size() > 1 || fs::is_directory(options_.in[0]) ||
                        fs::path(options_.in[0]).extension() == ".csv";
    if (is_csv) return facts::read_csv(program_, options_.in, std::nullopt, receiver);
    return facts::read_json_lines(program_, options_.in[0], std::nullopt, receiver);
  }

  std::optional<Diagnostic> flush() {
    auto wrong = writer_->append(columns_);
    columns_.clear();
    return wrong;
  }

  std::optional<Diagnostic> write_report(std::string_view text) {
    if (auto wrong = report_->write(text)) return cannot_write_report(*wrong);
    return std::nullopt;
  }

  std::optional<Diagnostic> take(const facts::RowFault& fault) {
    ++faults_;
    if (report_) {
      std::string row;
      for (const std::string& cell : {fault.file, std::to_string(fault.line), fault.column,
                                      fault.id, fault.code, fault.reason.vi, fault.reason.en}) {
        if (!row.empty()) row += ',';
        facts::put_csv_cell(row, cell);
      }
      return write_report(row + "\n");
    }
    if (faults_ > kPrintedMax) return std::nullopt;
    progress_ = std::make_unique<Progress>(terminal_);  // the line gives way to the message
    std::string place = fault.file + ":" + std::to_string(fault.line);
    if (!fault.column.empty()) place += ":" + fault.column;
    if (!fault.id.empty()) place += " (" + fault.id + ")";
    print_error(place + ": " + terminal_.say("lỗi", "error") + "[" + fault.code +
                "]: " + terminal_.say(fault.reason) + "\n");
    return std::nullopt;
  }

  std::optional<Diagnostic> finish() {
    if (auto wrong = flush()) return wrong;
    if (is_interrupted()) return interruption();
    if (auto wrong = writer_->finish()) return wrong;
    if (!report_) return std::nullopt;
    if (auto wrong = report_->finish()) return cannot_write_report(*wrong);
    return std::nullopt;
  }

  int tell(const facts::RowCounts& counts) {
    const auto number = [&](uint64_t count) { return counted(count, terminal_.language); };
    if (!report_ && faults_ > kPrintedMax) {
      print_error(terminal_.say(
          "… và " + number(faults_ - kPrintedMax) + " lỗi nữa; --report TỆP giữ lại tất cả\n",
          "… and " + number(faults_ - kPrintedMax) + " more; --report FILE keeps them all\n"));
    }
    std::string text =
        terminal_.say("đọc " + number(counts.read) + " hồ sơ, giữ " + number(counts.kept) +
                          ", loại " + number(counts.rejected),
                      "read " + number(counts.read) + " records, kept " + number(counts.kept) +
                          ", rejected " + number(counts.rejected));
    if (counts.stray != 0) {
      text += terminal_.say("; " + number(counts.stray) + " dòng không thuộc hồ sơ nào",
                            "; " + number(counts.stray) + " rows belong to no record");
    }
    text += "\n" + options_.out + ": " + number(writer_->bytes()) + " byte\n";
    const int printed = print(text);
    return counts.is_clean() ? printed : kBadFacts;
  }

  const SnapshotMakeOptions& options_;
  const Terminal& terminal_;
  const law::Program& program_;
  facts::Columns columns_;
  std::optional<facts::SnapshotWriter> writer_;
  std::optional<OutFile> report_;
  std::unique_ptr<Progress> progress_;
  uint64_t faults_ = 0;
};

int run(const SnapshotMakeOptions& options, const Terminal& terminal) {
  const LoadedLaw law = load_law(options.law, local_today(), terminal);
  if (law.code != kOk) return law.code;
  return Making(options, terminal, *law.program).run();
}

}  // namespace

void add_snapshot_make(CLI::App& snapshot, const Terminal& terminal, Command& chosen) {
  auto options = std::make_shared<SnapshotMakeOptions>();
  CLI::App* command = snapshot.add_subcommand(
      "make", terminal.say("Tạo ảnh chụp từ JSON Lines hoặc CSV; hồ sơ nào có lỗi thì loại cả hồ "
                           "sơ và nói rõ (mã thoát 3)",
                           "Make a snapshot from JSON Lines or CSV; a record with a fault is "
                           "rejected whole and told (exit code 3)"));
  command
      ->add_option("--law", options->law,
                   terminal.say("Thư mục hoặc tệp luật", "Folders or files of the law"))
      ->required()
      ->allow_extra_args(false)
      ->type_name("PATH");
  command->add_option("-o,--out", options->out, terminal.say("Tệp ảnh chụp", "The file to make"))
      ->required()
      ->type_name("FILE");
  command
      ->add_option("in", options->in,
                   terminal.say("Tệp JSON Lines (- để đọc đầu vào chuẩn), hoặc thư mục hay các tệp "
                                "CSV, mỗi đối tượng một bảng",
                                "A JSON Lines file (- for standard input), or a folder or files of "
                                "CSV, a table for each entity"))
      ->required()
      ->type_name("PATH");
  command
      ->add_option("--report", options->report,
                   terminal.say("Ghi mọi lỗi vào tệp CSV này", "Write all faults to this CSV file"))
      ->type_name("FILE");
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return run(*options, terminal); }; });
}

}  // namespace ansinh::cli
