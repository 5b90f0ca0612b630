// Everyone's results as an Arrow table (docs/arrow.md): a ResultFormat whose chunks are batches
// kept in memory, and a stream of them for any library that speaks Arrow's C interfaces.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "facts/arrow_abi.h"
#include "lab/result_table.h"

namespace ansinh::lab {

struct ArrowBatch;
struct ArrowWords;

class ArrowResults final : public ResultFormat {
 public:
  // Amounts are decimals with so many places; what does not fit stands in amount_exact.
  static constexpr int kPlaces = 6;

  // `program` must outlive it.
  explicit ArrowResults(const law::Program& program);
  ~ArrowResults() override;

  std::string head() const override { return {}; }
  std::string tail() const override { return {}; }
  // What is returned stands for a batch that is kept here; take() brings the batches into order.
  std::string chunk(const ResultTable& table) const override;
  void take(std::string_view tokens);

  // One batch of its own, without keeping it; both are the caller's, to be released.
  void batch(const ResultTable& table, ArrowSchema& schema, ArrowArray& array) const;
  // A stream of what has been taken; it may outlive this. `out` is the caller's, to be released.
  void stream(ArrowArrayStream& out) const;

 private:
  std::shared_ptr<const ArrowBatch> make(const ResultTable& table) const;

  const law::Program& program_;
  ReasonWords vi_, en_;
  std::shared_ptr<const ArrowWords> benefits_, statuses_, currency_, frequencies_, units_, parties_,
      funds_;
  mutable std::mutex mutex_;
  mutable uint64_t next_ = 0;
  mutable std::map<uint64_t, std::shared_ptr<const ArrowBatch>> made_;
  std::shared_ptr<const ArrowBatch> empty_;
  std::vector<std::shared_ptr<const ArrowBatch>> taken_;
};

}  // namespace ansinh::lab
