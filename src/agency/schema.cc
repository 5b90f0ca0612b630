#include "agency/schema.h"

namespace ansinh::agency {

namespace {

constexpr std::string_view kReferenceTables[] = {
    // registry
    "migration",
    "counter",
    "law_text",
    "job",
    // decisions
    // money
    "fund",
    "fund_event",
    "account",
    "run",
    "bank_file",
    "bank_report",
    "bank_balance",
    // contributions
    // access
    "user_account",
    "user_event",
    "session",
    "audit_head",
    "audit_anchor",
    // card
    "card_key",
};

}  // namespace

std::span<const store::Migration> migrations() {
  static const std::array<store::Migration, 6> kAll = {
      registry_migration(),      decisions_migration(), money_migration(),
      contributions_migration(), access_migration(),    card_migration()};
  return kAll;
}

std::span<const std::string_view> reference_tables() { return kReferenceTables; }

}  // namespace ansinh::agency
