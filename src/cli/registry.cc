// `ansinh registry`: people in and out of the store.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>

#include "agency/duplicates.h"
#include "agency/import.h"
#include "agency/merge.h"
#include "agency/person_facts.h"
#include "agency/registry_snapshot.h"
#include "agency/search.h"
#include "cli/agency_options.h"
#include "cli/files.h"
#include "cli/progress.h"
#include "cli/snapshot.h"
#include "cli/terminal.h"
#include "facts/csv_text.h"

namespace ansinh::cli {

namespace {

struct RegistryOptions {
  AgencyOptions agency;
  std::vector<std::string> files;
  std::string table, source, report, text, born, batch, known, reason, out;
  int64_t person = 0, other = 0, count = 20;
  bool dry_run = false, history = false, undo = false, find = false;
};

std::string shown_date(const std::optional<Date>& date) { return date ? date->to_string() : "-"; }

// ---- import -------------------------------------------------------------------------------------

int import_rows(const RegistryOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto agency = open_agency(options.agency, terminal, code);
  if (!agency) return code;
  watch_interrupt();
  auto progress = std::make_unique<Progress>(terminal);
  uint64_t rejected = 0;
  std::vector<agency::ImportOptions> files;
  for (const std::string& path : options.files) {
    agency::ImportOptions file;
    file.path = path;
    file.table = options.table;
    file.source = options.source;
    file.recorded_by = agency->user;
    file.report_path = options.report;
    if (!options.report.empty() && options.files.size() > 1) {
      file.report_path += "." + std::to_string(files.size() + 1);
    }
    file.dry_run = options.dry_run;
    file.progress = [&, path](double done, const agency::ImportCounts& counts) {
      const auto rows = static_cast<uint64_t>(counts.rows);
      progress->show(done, {path + ": " + counted(rows, Language::kVietnamese) + " dòng",
                            path + ": " + counted(rows, Language::kEnglish) + " rows"});
      return !is_interrupted();
    };
    file.rejected = [&, path](const agency::ImportOptions::Rejected& row) {
      if (++rejected > kPrintedMax || !options.report.empty()) return;
      progress = std::make_unique<Progress>(terminal);
      print_error(path + ":" + std::to_string(row.line) +
                  (row.column.empty() ? "" : ":" + row.column) + ": " +
                  terminal.say("lỗi", "error") + "[" + row.code + "]: " + terminal.say(row.reason) +
                  "\n");
    };
    files.push_back(std::move(file));
  }
  const auto counts = agency::import_files(*agency->store, *agency->book, files);
  progress.reset();
  if (!counts) {
    if (is_interrupted()) return say_interrupted(terminal);
    return refused_by_agency(terminal, counts.error());
  }
  if (options.report.empty() && rejected > kPrintedMax) {
    const std::string more = counted(rejected - kPrintedMax, terminal.language);
    print_error(terminal.say("… và " + more + " dòng nữa; --report TỆP giữ lại tất cả\n",
                             "… and " + more + " more rows; --report FILE keeps them all\n"));
  }
  std::string text;
  for (size_t i = 0; i < counts->size(); ++i) {
    const agency::ImportCounts& c = (*counts)[i];
    const auto number = [&](int64_t n) {
      return counted(static_cast<uint64_t>(n), terminal.language);
    };
    text += options.files[i] + ": " +
            terminal.say("đọc " + number(c.rows) + " dòng: mới " + number(c.created) +
                             ", thay đổi " + number(c.changed) + ", như cũ " + number(c.unchanged) +
                             ", loại " + number(c.rejected),
                         "read " + number(c.rows) + " rows: new " + number(c.created) +
                             ", changed " + number(c.changed) + ", unchanged " +
                             number(c.unchanged) + ", rejected " + number(c.rejected)) +
            "\n";
  }
  if (options.dry_run) {
    text += terminal.say("chạy thử: không ghi gì\n", "a dry run: nothing was written\n");
  }
  const int printed = print(text);
  return rejected != 0 ? kBadFacts : printed;
}

// ---- search -------------------------------------------------------------------------------------

bool take_birth(const std::string& born, agency::SearchQuery& query) {
  if (born.empty()) return true;
  if (born.size() == 4 && born.find_first_not_of("0123456789") == std::string::npos) {
    query.born_year = std::stoi(born);
    return true;
  }
  const auto date = Date::parse(born);
  if (!date) return false;
  query.born = *date;
  return true;
}

// Runs the searches of a CSV (text, born) one after the other and tells how long they took.
int search_batch(const RegistryOptions& options, const Agency& agency, const Terminal& terminal) {
  const auto bytes = read_bytes(options.batch);
  if (!bytes) {
    return fail(terminal, kCannotReadWrite, bytes.error(),
                {"kiểm tra lại đường dẫn", "check the path"});
  }
  std::vector<double> times;
  int64_t found = 0;
  facts::CsvCursor cursor(*bytes);
  cursor.next();  // the head
  while (cursor.next() == facts::CsvStep::kRow) {
    agency::SearchQuery query;
    query.text = cursor.cells()[0].text;
    if (cursor.count() > 1) take_birth(cursor.cells()[1].text, query);
    const auto begin = std::chrono::steady_clock::now();
    const auto result = agency::search(*agency.connection, query);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
            .count());
    if (!result) return refused_by_agency(terminal, result.error());
    found += result->found.empty() ? 0 : 1;
  }
  if (times.empty()) return print("queries 0\n");
  std::sort(times.begin(), times.end());
  const auto at = [&](size_t percent) {
    return std::to_string(times[std::min(times.size() - 1, times.size() * percent / 100)]);
  };
  return print("queries " + std::to_string(times.size()) + " found " + std::to_string(found) +
               " p50_ms " + at(50) + " p99_ms " + at(99) + " max_ms " +
               std::to_string(times.back()) + "\n");
}

int search_people(const RegistryOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto agency = open_agency(options.agency, terminal, code);
  if (!agency) return code;
  if (!options.batch.empty()) return search_batch(options, *agency, terminal);
  agency::SearchQuery query;
  query.text = options.text;
  query.count_max = options.count;
  if (!take_birth(options.born, query)) {
    return fail(terminal, kUsage,
                {"--born: \"" + options.born + "\" không phải là ngày hay năm",
                 "--born: \"" + options.born + "\" is neither a date nor a year"},
                {"viết như 1980-03-02 hoặc 1980", "write it like 1980-03-02 or 1980"});
  }
  const auto result = agency::search(*agency->connection, query);
  if (!result) return refused_by_agency(terminal, result.error());
  std::string text;
  for (const agency::Found& f : result->found) {
    text += std::to_string(f.person) + "\t" + f.name + "\t" + shown_date(f.birth_date) + "\t" +
            (f.sex.empty() ? "-" : f.sex) + "\t" + (f.commune.empty() ? "-" : f.commune);
    if (f.merged_into != 0) text += "\t→ " + std::to_string(f.merged_into);
    text += "\n";
  }
  if (result->is_more) text += terminal.say("… còn nữa\n", "… there are more\n");
  if (text.empty()) text = terminal.say("không tìm thấy ai\n", "nobody was found\n");
  return print(text);
}

// ---- show ---------------------------------------------------------------------------------------

int show_person(const RegistryOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto agency = open_agency(options.agency, terminal, code);
  if (!agency) return code;
  agency::Known known;
  if (!options.known.empty()) known.at = std::stoll(options.known);
  if (!options.history) {
    const auto facts =
        agency::facts_of(*agency->connection, *agency->book, options.person, agency->today, known);
    if (!facts) return refused_by_agency(terminal, facts.error());
    return print(facts->json + "\n");
  }
  const auto history = agency::history_of(*agency->connection, options.person, known);
  if (!history) return refused_by_agency(terminal, history.error());
  std::string text;
  for (const agency::Statement& s : *history) {
    text += std::to_string(s.ref.statement) + "\t" + s.fact + "\t" + s.value.value_or("-") + "\t" +
            shown_date(s.valid_from) + "\t" + shown_date(s.valid_until) + "\t" + s.source + "\t" +
            std::to_string(s.recorded_at) + "\t" + s.recorded_by;
    if (s.replaces != 0) {
      text += terminal.say("\tthay ", "\treplaces ") + std::to_string(s.replaces);
    }
    if (s.replaced_by != 0) {
      text += terminal.say("\tđã thay bằng ", "\treplaced by ") + std::to_string(s.replaced_by);
    }
    text += "\n";
  }
  return print(text);
}

// ---- duplicates, merge --------------------------------------------------------------------------

int duplicates(const RegistryOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto agency = open_agency(options.agency, terminal, code);
  if (!agency) return code;
  if (options.find) {
    watch_interrupt();
    const auto scan =
        agency::find_duplicates(*agency->store, agency->user,
                                [](const agency::DuplicateScan&) { return !is_interrupted(); });
    if (!scan) return refused_by_agency(terminal, scan.error());
    if (!scan->is_done) return say_interrupted(terminal);
    const auto number = [&](int64_t n) {
      return counted(static_cast<uint64_t>(n), terminal.language);
    };
    if (const int printed =
            print(terminal.say("đã xem " + number(scan->people) + " người, thêm " +
                                   number(scan->found) + " cặp vào hàng chờ\n",
                               "looked at " + number(scan->people) + " people, queued " +
                                   number(scan->found) + " pairs\n"));
        printed != kOk) {
      return printed;
    }
  }
  const auto queue = agency::waiting_duplicates(*agency->connection, options.count);
  if (!queue) return refused_by_agency(terminal, queue.error());
  std::string text;
  for (const agency::Duplicate& d : *queue) {
    text += std::to_string(d.score) + "\t" + std::to_string(d.person) + "\t" +
            std::to_string(d.other) + "\t" + d.reasons + "\n";
  }
  return print(text);
}

int merge_people(const RegistryOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto agency = open_agency(options.agency, terminal, code);
  if (!agency) return code;
  const auto done = store::transact(
      *agency->connection, store::Access::kWrite,
      [&](store::Connection& c) -> agency::Expected<void> {
        if (options.undo) return agency::unmerge(c, options.person, agency->user, options.reason);
        return agency::merge(c, options.person, options.other, agency->user, options.reason);
      });
  if (!done) return refused_by_agency(terminal, done.error());
  return kOk;
}

// ---- snapshot -----------------------------------------------------------------------------------

int snapshot(const RegistryOptions& options, const Terminal& terminal) {
  int code = kOk;
  const auto agency = open_agency(options.agency, terminal, code);
  if (!agency) return code;
  watch_interrupt();
  auto progress = std::make_unique<Progress>(terminal);
  uint64_t faults = 0;
  agency::SnapshotOptions asked{.path = options.out, .on = agency->today};
  asked.progress = [&](const agency::SnapshotCounts& counts) {
    const auto persons = static_cast<uint64_t>(counts.persons);
    progress->show(0, {counted(persons, Language::kVietnamese) + " người",
                       counted(persons, Language::kEnglish) + " persons"});
    return !is_interrupted();
  };
  asked.fault = [&](int64_t person, const Text& reason) {
    if (++faults > kPrintedMax) return;
    progress = std::make_unique<Progress>(terminal);
    print_error(std::to_string(person) + ": " + terminal.say(reason) + "\n");
  };
  const auto counts = agency::write_registry_snapshot(*agency->store, *agency->book, asked);
  progress.reset();
  if (!counts) {
    return is_interrupted() ? say_interrupted(terminal)
                            : refused_by_agency(terminal, counts.error());
  }
  const auto number = [&](int64_t n) {
    return counted(static_cast<uint64_t>(n), terminal.language);
  };
  const int printed =
      print(options.out + ": " +
            terminal.say(number(counts->persons) + " người trong " + number(counts->trees) +
                             " hồ sơ; bỏ lại " + number(counts->left_out),
                         number(counts->persons) + " persons in " + number(counts->trees) +
                             " records; left out " + number(counts->left_out)) +
            "\n");
  return counts->left_out != 0 ? kBadFacts : printed;
}

using Work = int (*)(const RegistryOptions&, const Terminal&);

CLI::App* add(CLI::App& registry, const Terminal& terminal, Command& chosen, const char* name,
              const std::string& about, bool law, const std::shared_ptr<RegistryOptions>& options,
              Work work) {
  CLI::App* command = registry.add_subcommand(name, about);
  add_agency_options(*command, terminal, options->agency, law);
  command->callback(
      [=, &terminal, &chosen] { chosen = [=, &terminal] { return work(*options, terminal); }; });
  return command;
}

}  // namespace

void add_registry(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* registry = app.add_subcommand(
      "registry", terminal.say("Đăng ký: nhập, tìm, xem, hợp nhất người",
                               "The registry: import, find, show and merge people"));
  registry->require_subcommand(1);

  auto options = std::make_shared<RegistryOptions>();
  CLI::App* import = add(*registry, terminal, chosen, "import",
                         terminal.say("Nhập tệp CSV hoặc JSON Lines; dừng giữa chừng thì chạy lại "
                                      "để nhập tiếp",
                                      "Import CSV or JSON Lines; after a stop the same command "
                                      "goes on"),
                         true, options, import_rows);
  import
      ->add_option("files", options->files,
                   terminal.say("persons, households hoặc tên một danh sách (work.csv)",
                                "persons, households or the name of a list (work.csv)"))
      ->required()
      ->type_name("FILE");
  import
      ->add_option("--source", options->source, terminal.say("Dữ liệu của ai", "Whose data it is"))
      ->required()
      ->type_name("NAME");
  import
      ->add_option("--table", options->table,
                   terminal.say("Bảng, nếu khác tên tệp", "The table, if not the file's name"))
      ->type_name("NAME");
  import
      ->add_option("--report", options->report,
                   terminal.say("Ghi mọi dòng bị loại vào tệp CSV này",
                                "Write all rejected rows to this CSV file"))
      ->type_name("FILE");
  import->add_flag("--dry-run", options->dry_run,
                   terminal.say("Chỉ đọc và đếm, không ghi", "Read and count, write nothing"));

  options = std::make_shared<RegistryOptions>();
  CLI::App* search = add(*registry, terminal, chosen, "search",
                         terminal.say("Tìm theo mã số, hoặc tên (có dấu hay không, thứ tự nào "
                                      "cũng được) và ngày sinh",
                                      "Find by number, or by name (with or without marks, in any "
                                      "order) and birth date"),
                         false, options, search_people);
  search->add_option("text", options->text, terminal.say("Mã số hoặc tên", "A number or a name"))
      ->type_name("TEXT");
  search
      ->add_option("--born", options->born,
                   terminal.say("Ngày hoặc năm sinh", "Birth date or year"))
      ->type_name("DATE");
  search
      ->add_option("--count", options->count,
                   terminal.say("Nhiều nhất bao nhiêu người", "So many at most"))
      ->check(CLI::Range(1, 200))
      ->type_name("N");
  search
      ->add_option("--batch", options->batch,
                   terminal.say("Đo thời gian của các lần tìm trong tệp CSV (text, born)",
                                "Time the searches of a CSV (text, born)"))
      ->type_name("FILE");

  options = std::make_shared<RegistryOptions>();
  CLI::App* show = add(*registry, terminal, chosen, "show",
                       terminal.say("Những điều đã biết về một người vào ngày --on",
                                    "What is known of a person as of --on"),
                       true, options, show_person);
  show->add_option("person", options->person, terminal.say("Mã số", "The number"))
      ->required()
      ->type_name("NUMBER");
  show->add_flag("--history", options->history,
                 terminal.say("Mọi lời khai, kể cả đã thay", "All statements, replaced ones too"));
  show->add_option("--known", options->known,
                   terminal.say("Như đã biết vào thời điểm ghi nhận này (µs)",
                                "As it was known at this record time (µs)"))
      ->check(CLI::NonNegativeNumber)
      ->type_name("TIME");

  options = std::make_shared<RegistryOptions>();
  CLI::App* queue = add(*registry, terminal, chosen, "duplicates",
                        terminal.say("Những cặp có thể là một người, giống nhất trước",
                                     "Pairs that may be one person, most likely first"),
                        false, options, duplicates);
  queue->add_flag("--find", options->find,
                  terminal.say("Tìm lại trong cả đăng ký", "Search the whole registry again"));
  queue
      ->add_option("--count", options->count,
                   terminal.say("Nhiều nhất bao nhiêu cặp", "So many at most"))
      ->check(CLI::Range(1, 100'000))
      ->type_name("N");

  options = std::make_shared<RegistryOptions>();
  CLI::App* merge = add(*registry, terminal, chosen, "merge",
                        terminal.say("Hợp nhất một mã số vào mã số khác; --undo tách ra lại",
                                     "Merge one number into another; --undo parts them again"),
                        false, options, merge_people);
  merge->add_option("person", options->person, terminal.say("Mã số", "The number"))
      ->required()
      ->type_name("NUMBER");
  merge
      ->add_option("into", options->other,
                   terminal.say("Mã số đứng chung cho cả hai", "The number that stands for both"))
      ->type_name("NUMBER");
  merge->add_flag("--undo", options->undo, terminal.say("Tách ra lại", "Part them again"));
  merge->add_option("--reason", options->reason, terminal.say("Lý do", "Why"))
      ->required()
      ->type_name("TEXT");

  options = std::make_shared<RegistryOptions>();
  CLI::App* columns = add(*registry, terminal, chosen, "snapshot",
                          terminal.say("Ghi cả đăng ký thành cột cho `ansinh run`",
                                       "Write the registry as columns for `ansinh run`"),
                          true, options, snapshot);
  columns->add_option("-o,--out", options->out, terminal.say("Tệp", "The file"))
      ->required()
      ->type_name("FILE");
}

}  // namespace ansinh::cli
