#include "cli/agency_options.h"

#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "agency/schema.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

std::string machine_user() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

}  // namespace

void add_store_option(CLI::App& command, const Terminal& terminal, AgencyOptions& options) {
  command
      .add_option("--db", options.db,
                  terminal.say("Kho dữ liệu: tệp SQLite hoặc postgresql://…; mặc định ANSINH_DB",
                               "The store: an SQLite file or postgresql://…; ANSINH_DB by default"))
      ->type_name("WHERE");
}

std::optional<std::string> named_store(const AgencyOptions& options, const Terminal& terminal) {
  const char* given = std::getenv("ANSINH_DB");
  if (!options.db.empty()) return options.db;
  if (given != nullptr && *given != '\0') return given;
  fail(terminal, kUsage, {"chưa nêu kho dữ liệu", "no store is named"},
       {"dùng --db TỆP hoặc đặt ANSINH_DB", "use --db FILE or set ANSINH_DB"});
  return std::nullopt;
}

void add_agency_options(CLI::App& command, const Terminal& terminal, AgencyOptions& options,
                        bool law) {
  add_store_option(command, terminal, options);
  command
      .add_option("--as", options.user,
                  terminal.say("Người thực hiện; mặc định là người dùng của máy",
                               "Who does it; the user of the machine by default"))
      ->type_name("NAME");
  if (!law) return;
  command
      .add_option("--law", options.law,
                  terminal.say("Thư mục luật, có agency.json",
                               "The folder of the law, with its "
                               "agency.json"))
      ->required()
      ->type_name("PATH");
  command
      .add_option("--on", options.on,
                  terminal.say("Ngày làm việc; mặc định là hôm nay",
                               "The date of the work; today by default"))
      ->type_name("DATE");
}

std::optional<Agency> open_agency(const AgencyOptions& options, const Terminal& terminal,
                                  int& code) {
  Agency agency;
  agency.today = local_today();
  agency.user = options.user.empty() ? machine_user() : options.user;
  code = kUsage;
  if (!options.on.empty() && !read_date_argument(terminal, "--on", options.on, agency.today)) {
    return std::nullopt;
  }
  const auto where = named_store(options, terminal);
  if (!where) return std::nullopt;
  if (!options.law.empty()) {
    auto book = agency::read_law_book(options.law, agency.today);
    if (!book) {
      code = kLawFailed;
      fail(terminal, code, book.error().text,
           {"xem `ansinh check` và docs/registry.md", "see `ansinh check` and docs/registry.md"});
      return std::nullopt;
    }
    agency.book = std::move(*book);
  }
  auto store = store::Store::open(*where, {.create = true});
  if (!store) {
    code = refused_by_agency(terminal, store.error());
    return std::nullopt;
  }
  agency.store = std::move(*store);
  if (auto done = store::migrate(*agency.store, agency::migrations()); !done) {
    code = refused_by_agency(terminal, done.error());
    return std::nullopt;
  }
  auto connection = agency.store->connect();
  if (!connection) {
    code = refused_by_agency(terminal, connection.error());
    return std::nullopt;
  }
  agency.connection = std::move(*connection);
  code = kOk;
  return agency;
}

int refused_by_agency(const Terminal& terminal, const store::Failure& failure) {
  const std::string_view reason = agency::code_of(failure);
  const bool is_ours = reason != "store";
  return fail(terminal, is_ours ? kBadFacts : kCannotReadWrite, failure.text,
              is_ours ? Text{"mã lỗi " + std::string(reason), "code " + std::string(reason)}
                      : Text{failure.detail, failure.detail});
}

}  // namespace ansinh::cli
