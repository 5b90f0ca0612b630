// What a bank tells us, record by record: ISO 20022 pain.002 (answers to our files) and camt.053
// (statements of our accounts), of any version that has these elements.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agency/xml_events.h"
#include "base/date.h"

namespace ansinh::agency {

enum class ReportKind : uint8_t { kAnswer, kStatement };  // pain.002, camt.053

struct BankRecord {
  enum class Kind : uint8_t {
    kAccepted,       // pain.002: a payment or a whole file goes on its way
    kRefused,        // pain.002: a payment is not made
    kFileRefused,    // pain.002: nothing of a file is made
    kMovement,       // camt.053: booked on an account of ours
    kStatementEnds,  // camt.053: its balances
  };
  Kind kind = Kind::kMovement;
  std::string file_reference;     // of the message or its part, as we called it
  std::string payment_reference;  // end-to-end identification
  std::string account;            // of ours
  std::string currency;
  std::string amount;      // as the bank wrote it
  bool is_credit = false;  // onto the account
  std::optional<Date> day;
  std::string reason;  // code: "AC04"
  std::string told;    // free text of the bank
  // What the bank calls it; for the same movement the same in every statement.
  std::string key;
  // kStatementEnds
  std::string statement;
  std::string opening, closing;  // amounts with sign; empty: not stated
  Date opening_day, closing_day;
};

struct ReportHead {
  ReportKind kind = ReportKind::kStatement;
  std::string message;  // the bank's name for the message
};

// Reads a whole message. `on_record` may return false to stop. A fault is what is wrong with the
// text: nothing of it should then be taken.
using OnRecord = std::function<bool(const BankRecord&)>;
std::expected<ReportHead, XmlFault> read_bank_records(const XmlSource& source,
                                                      const OnRecord& on_record);

}  // namespace ansinh::agency
