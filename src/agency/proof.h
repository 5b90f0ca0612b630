// The proof that the sums agree, from awards to the bank: every line counts two ways that share no
// row, and both must come to the same.
//
//   awards       what every award's terms are worth    = what was ordered and adjusted for it
//   orders       what the payments come to             = what the ledger says was ordered
//   files        what the payments of a file come to   = what the file says, and its bytes
//   transit      what the files still wait for         = the ledger
//   suspended    what the payments wait for            = the ledger
//   payable      what is owed and not yet sent         = the ledger
//   overpaid     what persons owe                      = the ledger
//   bank         what the statements' movements make   = the ledger, and the bank's closing balance
//   ledger       debit                                 = credit, in every fund and every entry
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

struct ProofLine {
  std::string name;  // "awards", "files"
  std::string of;    // the fund; empty: all
  Text left_label, right_label;
  int64_t left = 0, right = 0;
  int64_t count = 0;  // how many things were added up
  // The first things that differ, at most 10: "person 17, award 2".
  std::vector<std::string> differing = {};
  bool is_equal() const { return left == right && differing.empty(); }
};

struct Proof {
  std::vector<ProofLine> lines = {};
  // Awards left out of the line "awards", and what the next run will make of them: suspended ones,
  // and what was decided since the last run began.
  int64_t waiting = 0, waiting_count = 0;
  bool is_equal() const;
};

// Of one state of the store, read in a transaction of its own.
Expected<Proof> prove(store::Connection& connection);

}  // namespace ansinh::agency
