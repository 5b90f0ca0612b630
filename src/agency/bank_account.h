// An account at a bank: where a person is paid, and from where a fund pays.
//
// A person's is the registry's fact `registry.account`, said like any other fact (statements.h):
//   {"holder": "NGUYEN VAN AN", "bank": "BFTVVNVX", "number": "0011001234567"}
// `bank` is a BIC, or the code of the bank among the country's banks; `number` an IBAN or the
// bank's own number. `holder` may be missing: then it is the person's name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agency/agency.h"

namespace ansinh::agency {

struct BankAccount {
  std::string holder, bank, number;
  bool operator==(const BankAccount&) const = default;
};

// Two groups of letters at most: 8 or 11 letters and digits as ISO 9362 has them.
bool is_bic(std::string_view text);
// With its check digits (ISO 13616).
bool is_iban(std::string_view text);

// What is wrong with it, if it is: it could not be written into a file for the bank.
std::optional<Text> fault_of(const BankAccount& account);

// From the JSON of the fact; nothing if it is not an account that can be paid to.
std::optional<BankAccount> read_bank_account(std::string_view json);

// The accounts known now of all persons from one number to another (both included) who have one.
// Persons merged into another are not looked at.
Expected<std::map<int64_t, BankAccount>> bank_accounts(store::Connection& connection, int64_t first,
                                                       int64_t last);

// The account of one person, and of the one it was merged into.
Expected<std::optional<BankAccount>> bank_account_of(store::Connection& connection, int64_t person);

}  // namespace ansinh::agency
