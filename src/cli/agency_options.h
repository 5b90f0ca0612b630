// What all commands of the agency need: a store with its tables, and mostly the law.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agency/law_book.h"
#include "cli/cli.h"
#include "store/store.h"

namespace ansinh::cli {

struct AgencyOptions {
  std::string db;                // --db, else ANSINH_DB
  std::vector<std::string> law;  // --law
  std::string on;                // --on: the date of the work; today if not given
  std::string user;              // --as: who does it; the user of the machine if not given
};

// --db alone.
void add_store_option(CLI::App& command, const Terminal& terminal, AgencyOptions& options);

// --db, else ANSINH_DB; nothing and a printed message if there is neither.
std::optional<std::string> named_store(const AgencyOptions& options, const Terminal& terminal);

// --db and --as; and with `law` also --law and --on.
void add_agency_options(CLI::App& command, const Terminal& terminal, AgencyOptions& options,
                        bool law);

struct Agency {
  std::unique_ptr<store::Store> store;
  std::unique_ptr<store::Connection> connection;
  std::optional<agency::LawBook> book;
  Date today;
  std::string user;
};

// Opens the store (making and bringing up its tables) and reads the law if there is --law. Nothing
// and a printed message with `code` if that fails.
std::optional<Agency> open_agency(const AgencyOptions& options, const Terminal& terminal,
                                  int& code);

// Prints a refusal of the agency or the store; the exit code for it.
int refused_by_agency(const Terminal& terminal, const store::Failure& failure);

}  // namespace ansinh::cli
