// The batch executor: the law applied to many people at once, column by column.
//
// decide(…) takes Columns (a block of some thousand trees is a good size: what is at work stays in
// the cache) and gives, for each benefit, what each row of its entity is due. The results are those
// of Explainer::outcomes, to the bit; rows that the columns cannot decide (values beyond 64 bits,
// orders among rows, overlaps) are decided by the Explainer itself, and counted. Any tree can be
// handed to the Explainer for its reasons: Columns::person_file.
//
// A Batch holds no state between calls and may be used by several threads, each with its own
// Columns.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/rational.h"
#include "engine/column.h"
#include "engine/explain.h"
#include "facts/columns.h"
#include "law/program.h"

namespace ansinh::engine {

// One payment of a benefit, by row. Values of rows that are not entitled are 0 and mean nothing.
struct BatchPay {
  static constexpr int32_t kNoDate = INT32_MIN;
  static int32_t date_at(const std::vector<int32_t>& dates, uint32_t row) {
    return dates.empty() ? kNoDate : dates[row];
  }

  // In base units of the rule's type (see Pay); denominators are empty where all are 1.
  std::vector<int64_t> numerator, denominator;
  std::vector<int32_t> on, from, until;  // days since 1970-01-01, kNoDate: not stated; or empty
  std::vector<int64_t> duration_numerator, duration_denominator;  // base units; 0/1: not stated
};

struct BatchBenefit {
  law::BenefitId benefit = law::kNoId;
  // By row; alike where nobody is concerned, so ask is_alike() before a loop over all rows.
  Column<Status> status;
  Column<uint32_t> version;            // kNoId: none in force
  Column<law::NodeId> failed;          // kNotEntitled: the first condition that failed; kNoId: a
                                       // refused amount, no law in force, or replaced
  Column<law::BenefitId> replaced_by;  // kNoId: not replaced
  std::vector<BatchPay> pays;          // by place among the payments of the version
  // Amounts that 64 bits do not hold, by row and payment; the columns have 0 there.
  std::map<std::pair<uint32_t, uint32_t>, Rational> wide;
};

struct BatchResult {
  std::vector<BatchBenefit> benefits;  // by BenefitId
  std::vector<uint32_t> explained;     // trees that the Explainer decided, ascending
};

namespace batch {
struct Plan;
struct Rival;
class Run;
}  // namespace batch

// What one law's decide found on the way, for a reform of that law to take from. It points into the
// Batch and the Columns of that decide: both must stay as they are while it is used.
class BatchWork {
 public:
  BatchWork();
  BatchWork(const BatchWork&) = delete;
  BatchWork& operator=(const BatchWork&) = delete;
  ~BatchWork();

 private:
  friend class Batch;
  std::unique_ptr<batch::Run> run_;
};

// The definitions of a reformed law that give what they gave before: they are taken from the work
// under the earlier law, and evaluated there if nobody has asked for them yet.
struct BatchShared {
  BatchWork* earlier = nullptr;
  // By DefinitionId of the reformed law; kNoId: not the same.
  const std::vector<law::DefinitionId>* definition_before = nullptr;
};

class Batch {
 public:
  // `program` must outlive the Batch. `on` is the decision date.
  Batch(const law::Program& program, Date on);

  // With `wanted`, by BenefitId: of these benefits only; the others have no rows. `keep` holds on
  // to the work; `shared` takes from another law's, done on the same columns.
  BatchResult decide(const facts::Columns& columns, const std::vector<bool>* wanted = nullptr,
                     BatchWork* keep = nullptr, const BatchShared* shared = nullptr) const;

 private:
  void settle(std::vector<std::pair<uint32_t, batch::Rival>>& rivals,
              const std::vector<uint8_t>& by_hand, const batch::Run& run,
              BatchResult& result) const;

  const law::Program& program_;
  Date on_;
  std::shared_ptr<const batch::Plan> plan_;
  std::vector<uint8_t> has_rivals_;  // by benefit: another may exclude it, or it another
};

}  // namespace ansinh::engine
