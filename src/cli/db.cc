// `ansinh db migrate`, `backup`, `restore` and `verify`: the care of a store.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "agency/schema.h"
#include "cli/agency_options.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

struct DbOptions {
  AgencyOptions agency;
  std::string file;
};

store::Expected<int> version_of(store::Store& store) {
  const auto connection = store.connect();
  if (!connection) return std::unexpected(connection.error());
  return store::version(store, **connection);
}

std::string last_version() { return std::to_string(agency::migrations().size()); }

int migrate_db(store::Store& store, const Terminal& terminal) {
  const auto before = version_of(store);
  if (!before) return refused_by_agency(terminal, before.error());
  if (const auto done = store::migrate(store, agency::migrations()); !done) {
    return refused_by_agency(terminal, done.error());
  }
  const std::string from = std::to_string(*before);
  return print(from == last_version()
                   ? store.name() + terminal.say(": đã ở phiên bản " + from + "\n",
                                                 ": is at version " + from + " already\n")
                   : store.name() +
                         terminal.say(": từ phiên bản " + from + " lên ",
                                      ": from version " + from + " to ") +
                         last_version() + "\n");
}

int backup_db(store::Store& store, const std::string& file, const Terminal& terminal) {
  if (const auto done = store.backup(file); !done) {
    return refused_by_agency(terminal, done.error());
  }
  std::error_code unknown;
  const std::string bytes = std::to_string(std::filesystem::file_size(file, unknown));
  return print(file + terminal.say(": bản sao lưu của ", ": a backup of ") + store.name() + ", " +
               bytes + terminal.say(" byte\n", " bytes\n"));
}

int restore_db(store::Store& store, const std::string& file, const Terminal& terminal) {
  if (const auto done = store::restore(store, file, agency::migrations()); !done) {
    return refused_by_agency(terminal, done.error());
  }
  return print(store.name() + terminal.say(": đã phục hồi từ ", ": restored from ") + file +
               terminal.say(", phiên bản ", ", version ") + last_version() + "\n");
}

int verify_db(store::Store& store, const Terminal& terminal) {
  const auto version = version_of(store);
  if (!version) return refused_by_agency(terminal, version.error());
  const auto faults = store.verify();
  if (!faults) return refused_by_agency(terminal, faults.error());
  const std::string number = std::to_string(*version);
  if (faults->empty()) {
    return print(store.name() + terminal.say(": nguyên vẹn, phiên bản " + number + "\n",
                                             ": whole, version " + number + "\n"));
  }
  std::string text;
  for (const std::string& fault : *faults) text += fault + "\n";
  print(text);
  return fail(terminal, kBadFacts,
              {store.name() + " bị hỏng ở " + std::to_string(faults->size()) + " chỗ",
               store.name() + " is damaged in " + std::to_string(faults->size()) + " places"},
              {"phục hồi bản sao lưu gần nhất vào một kho mới: ansinh db restore",
               "restore the last backup into a new store: ansinh db restore"});
}

template <class Work>
void add_db_command(CLI::App& db, const Terminal& terminal, Command& chosen, const char* name,
                    const Text& about, const Text& file, bool create, Work work) {
  auto options = std::make_shared<DbOptions>();
  CLI::App* command = db.add_subcommand(name, terminal.say(about));
  add_store_option(*command, terminal, options->agency);
  if (!file.en.empty()) {
    command->add_option("file", options->file, terminal.say(file))->required()->type_name("FILE");
  }
  command->callback([=, &terminal, &chosen] {
    chosen = [=, &terminal] {
      const auto where = named_store(options->agency, terminal);
      if (!where) return static_cast<int>(kUsage);
      auto opened = store::Store::open(*where, {.create = create});
      if (!opened) return refused_by_agency(terminal, opened.error());
      return work(**opened, options->file);
    };
  });
}

}  // namespace

void add_db(CLI::App& app, const Terminal& terminal, Command& chosen) {
  CLI::App* db = app.add_subcommand(
      "db", terminal.say("Kho dữ liệu: tạo và nâng cấp bảng, sao lưu, phục hồi, kiểm tra",
                         "The store: make and upgrade tables, back up, restore, verify"));
  db->require_subcommand(1);
  using store::Store;
  add_db_command(*db, terminal, chosen, "migrate",
                 {"Tạo các bảng, hoặc nâng lên phiên bản của chương trình này",
                  "Make the tables, or bring them to the version of this program"},
                 {}, true, [&terminal](Store& store, const std::string&) {
                   return migrate_db(store, terminal);
                 });
  add_db_command(
      *db, terminal, chosen, "backup",
      {"Chép toàn bộ kho, của cùng một thời điểm, ra một tệp mới; người khác vẫn làm việc được",
       "Copy the whole store, as of one moment, to a new file; others go on working"},
      {"Tệp sẽ được ghi", "The file to write"}, false,
      [&terminal](Store& store, const std::string& file) {
        return backup_db(store, file, terminal);
      });
  add_db_command(*db, terminal, chosen, "restore",
                 {"Phục hồi một bản sao lưu, của SQLite hay PostgreSQL, vào một kho mới",
                  "Restore a backup, of SQLite or of PostgreSQL, into a new store"},
                 {"Bản sao lưu", "The backup"}, true,
                 [&terminal](Store& store, const std::string& file) {
                   return restore_db(store, file, terminal);
                 });
  add_db_command(*db, terminal, chosen, "verify",
                 {"Đọc toàn bộ kho và kiểm tra trang, khóa và chỉ mục",
                  "Read the whole store and check its pages, keys and indexes"},
                 {}, false, [&terminal](Store& store, const std::string&) {
                   return verify_db(store, terminal);
                 });
}

}  // namespace ansinh::cli
