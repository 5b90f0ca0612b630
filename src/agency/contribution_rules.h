// What the agency must know of the law's contributions that the law's text does not say: the part
// "contributions" of agency.json (docs/contributions.md, "The words of the law").
//
// Which contributions there are, who pays what into which fund and when, comes from the law. The
// part says which of them are collected through employers, which list of a person's file a payroll
// row fills, how a debt is put before the law for its interest, and in which order money pays dues.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agency/agency.h"
#include "agency/law_book.h"

namespace ansinh::agency {

// A value that is announced from time to time: a fact of the debts of some funds.
struct Announced {
  Date from;
  std::string fund;   // empty: all
  std::string value;  // as a file of facts has it: "5.8%"
};

// How an unpaid amount is put before the law.
struct DebtWords {
  law::ListId list = law::kNoId;
  law::FactId amount = law::kNoId, month = law::kNoId, due = law::kNoId, paid = law::kNoId;
  law::FactId scheme = law::kNoId;           // which kind of debt it is, by fund; kNoId: none such
  std::map<std::string, std::string> funds;  // fund: member of `scheme`
  std::string other_funds;                   // the member for all others
  std::map<law::FactId, std::vector<Announced>> announced;  // ascending by date
};

// A definition of the law, on a debt, that gives interest.
struct InterestWords {
  law::DefinitionId definition = law::kNoId;
  // Whether each month has its own, on its last day; else it is all there is up to a day.
  bool each_month = false;
};

enum class PayFirst : uint8_t { kInterest, kContribution, kOldest, kFund };

struct ContributionRules {
  std::vector<law::BenefitId> rules;  // collected through employers
  std::set<uint32_t> remitted;        // the parties whose shares the employer pays in
  law::ListId spells = law::kNoId;    // by month
  law::FactId employer = law::kNoId;  // fact of a spell: the employer's code; kNoId: none
  law::FactId kind = law::kNoId;      // fact of a spell: what kind of month it was
  std::string paid, unpaid;           // its members: as declared and paid; as declared, not paid
  bool one_employer = false;          // a month is declared by one employer only
  int notice_day = 1;                 // of the month on which workers are told of unpaid months
  std::vector<PayFirst> order;
  std::vector<uint32_t> funds;  // in the order in which they are paid; the others follow
  std::string collected_in;     // the ledger's fund into whose account employers pay
  std::optional<DebtWords> debts;
  std::vector<InterestWords> interest;

  // The place of a fund in the order of payment.
  size_t fund_rank(std::string_view fund, const law::Program& program) const;
};

// Refused: "agency-file", with what is wrong; "no-contributions" if there is no such part.
Expected<ContributionRules> read_contribution_rules(const LawBook& book);

}  // namespace ansinh::agency
