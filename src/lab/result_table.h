// What each person is due, as a table of typed columns, a chunk of the run at a time; and the text
// or bytes that become of it.
//
// A ResultFormat turns chunks into bytes that stand one after another in a file. CSV is here,
// Arrow's in result_arrow.h and result_ipc.h.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/batch.h"
#include "lab/people_block.h"
#include "lab/tally.h"

namespace ansinh::lab {

// One row for each payment of a benefit for a row of its entity; one in all where it is not
// entitled or pays nothing. Dates are days since 1970-01-01, kNoDate where not stated.
struct ResultTable {
  static constexpr int32_t kNoDate = engine::BatchPay::kNoDate;
  static constexpr uint32_t kNoPayment = 0;

  std::vector<uint64_t> tree;     // 1-based, from the start of the run
  std::vector<std::string> name;  // of the tree; all empty if the data has no names
  std::vector<uint32_t> person;   // 1-based within the tree; 0: the tree as a whole
  std::vector<uint32_t> row;      // 1-based within the tree, of the benefit's entity
  std::vector<law::BenefitId> benefit;
  std::vector<uint32_t> version;  // of the benefit; kNoId: none in force
  std::vector<engine::Status> status;
  std::vector<law::NodeId> failed;              // see BatchBenefit
  std::vector<law::BenefitId> replaced_by;      // see BatchBenefit
  std::vector<uint32_t> payment;                // 1-based; kNoPayment
  std::vector<int64_t> numerator, denominator;  // currency units; wide ones in `wide`
  std::unordered_map<uint64_t, Rational> wide;  // by place in the table
  std::vector<int32_t> on, from, until;
  std::vector<Rational> duration;  // months or days, 0: not stated
  std::vector<uint8_t> counted;    // in the tables of the run

  size_t size() const { return tree.size(); }
  void clear() { *this = {}; }
};

// "entitled", "not entitled", …; "once", "month", …: as files say it.
const char* word_of(engine::Status status);
const char* word_of(law::Frequency each);

// Adds what a block is due. `first_tree` is the number, from 0, of its first tree in the run; rows
// that are not entitled only with `all`.
void append_results(const law::Program& program, PeopleBlock& block,
                    const engine::BatchResult& result, uint64_t first_tree, bool all,
                    ResultTable& into);

// Why a row is not entitled, in words with its article; empty where it is.
class ReasonWords {
 public:
  ReasonWords(const law::Program& program, Language language);
  struct Words {
    std::string reason, article;
  };
  Words of(law::BenefitId benefit, uint32_t version, engine::Status status, law::NodeId failed,
           law::BenefitId replaced_by) const;

 private:
  const law::Program& program_;
  Language language_;
};

// May be shared between threads.
class ResultFormat {
 public:
  virtual ~ResultFormat() = default;
  virtual std::string head() const = 0;
  virtual std::string chunk(const ResultTable& table) const = 0;
  virtual std::string tail() const = 0;
};

class CsvResults final : public ResultFormat {
 public:
  // `program` must outlive it.
  CsvResults(const law::Program& program, Language language);
  std::string head() const override;
  std::string chunk(const ResultTable& table) const override;
  std::string tail() const override { return {}; }

 private:
  const law::Program& program_;
  ReasonWords words_;
};

}  // namespace ansinh::lab
