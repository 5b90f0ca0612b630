// Any bytes as a file of the bank: a fault that says where and why, or records whose references,
// amounts and keys can be used; the same bytes give the same records in whatever pieces they come.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "agency/bank_records.h"
#include "agency/pain001.h"
#include "agency/payment.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Result {
  bool is_read = false;
  std::vector<std::string> records;
  bool operator==(const Result&) const = default;
};

Result read_in_pieces(std::string_view text, size_t piece) {
  Result result;
  const auto source = [text, piece]() mutable {
    const std::string_view next = text.substr(0, piece);
    text.remove_prefix(next.size());
    return next;
  };
  const auto read = ansinh::agency::read_bank_records(source, [&](const auto& record) {
    const auto payment = ansinh::agency::payment_of_reference(record.payment_reference);
    if (payment) require(reference_of(*payment) == record.payment_reference);
    const auto amount = ansinh::agency::amount_of_text(record.amount, 2);
    if (amount) require(*amount >= 0);
    if (amount)
      require(ansinh::agency::amount_of_text(ansinh::agency::amount_text(*amount, 2), 2) == amount);
    require(record.key.size() < 300);
    result.records.push_back(record.key + "|" + record.amount + "|" + record.payment_reference);
    return true;
  });
  result.is_read = read.has_value();
  if (!read) require(!read.error().text.vi.empty() && !read.error().text.en.empty());
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result whole = read_in_pieces(text, size + 1);
  const Result parts = read_in_pieces(text, 7);
  require(whole.is_read == parts.is_read);
  if (whole.is_read) require(whole == parts);
  return 0;
}
