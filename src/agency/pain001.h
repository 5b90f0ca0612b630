// Payment files for the bank: ISO 20022 pain.001.001.09, one message for each BankFile.
//
// The bytes of a file follow from the store alone: written twice they are the same, so that writing
// may be stopped and done again. MsgId and PmtInfId are reference_of_file(), EndToEndId is
// reference_of(): by these the bank's answers are known again.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agency/ledger.h"
#include "agency/payment_run.h"

namespace ansinh::agency {

using TextSink = std::function<bool(std::string_view)>;  // false: no more can be written

// What the file says beside its payments.
struct MessageHead {
  BankFile file;
  Fund fund;
  int64_t created_at = 0;  // record time of the release
  Date execution_day;
};

// The head, one payment, the end.
std::string pain001_head(const MessageHead& head);
std::string pain001_payment(const MessageHead& head, const Payment& payment);
std::string pain001_end();

// Streams the message of a file that was released, and writes its digest down the first time.
// Refused: "not-found", "not-released", "file-differs" (the sums or the digest are not those that
// were written down: somebody changed the store).
struct WrittenFile {
  int64_t count = 0;
  int64_t amount = 0;
  std::string digest;
};
Expected<WrittenFile> write_pain001(store::Connection& connection, int64_t file,
                                    const TextSink& sink);

// The message as text with the digest that it has now, without writing anything down.
Expected<WrittenFile> check_pain001(store::Connection& connection, const BankFile& file);

// The name that a message has as a file: "AS-F12-08.xml".
std::string file_name_of(int64_t file);

// An amount in units of the currency: "1234567", "1234.50".
std::string amount_text(int64_t amount, int decimals);
// Back again: nothing if it is not an amount that fits, or has more decimals than the currency.
std::optional<int64_t> amount_of_text(std::string_view text, int decimals);

}  // namespace ansinh::agency
