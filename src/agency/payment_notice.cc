#include "agency/payment_notice.h"

#include <string_view>

#include "base/date.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

struct ReasonWords {
  std::string_view code, vi, en;
};

// ISO 20022 external return and status reason codes (ExternalStatusReason1Code,
// ExternalReturnReason1Code), in the words of the person concerned.
constexpr ReasonWords kReasons[] = {
    {"no-account", "chúng tôi chưa biết tài khoản ngân hàng của ông/bà",
     "we do not know an account to pay to"},
    {"AC01", "số tài khoản không đúng", "the account number is not right"},
    {"AC04", "tài khoản đã đóng", "the account has been closed"},
    {"AC06", "tài khoản bị phong tỏa", "the account is blocked"},
    {"AC03", "số tài khoản không đúng", "the account number is not right"},
    {"AG01", "tài khoản này không nhận được loại chuyển khoản này",
     "this kind of transfer is not allowed on the account"},
    {"BE01", "tên chủ tài khoản không khớp", "the holder's name does not match the account"},
    {"BE06", "ngân hàng không biết chủ tài khoản này", "the bank does not know the holder"},
    {"MD07", "ngân hàng báo chủ tài khoản đã mất", "the bank says that the holder has died"},
    {"RC01", "mã ngân hàng không đúng", "the bank's code is not right"},
};

}  // namespace

Expected<void> tell_suspended(store::Connection& connection, const Payment& payment,
                              int64_t recorded_at) {
  const Text text = text_of_suspended(payment);
  const store::Cell row[] = {payment.person, "payment " + std::to_string(payment.payment), text.vi,
                             text.en, recorded_at};
  const auto done = connection.run(
      "INSERT INTO notice (person, notice, kind, about, vi, en, queued_at) "
      "SELECT $1, coalesce(max(notice), 0) + 1, 'payment', $2, $3, $4, $5 FROM notice "
      "WHERE person = $1",
      row);
  if (!done) return std::unexpected(done.error());
  return {};
}

Text text_of_suspended(const Payment& payment) {
  std::string vi = "ngân hàng trả lại (mã " + payment.reason + ")";
  std::string en = "the bank sent it back (code " + payment.reason + ")";
  for (const ReasonWords& words : kReasons) {
    if (words.code != payment.reason) continue;
    vi = words.vi;
    en = words.en;
  }
  const Month month{static_cast<int32_t>(payment.month)};
  const std::string amount = std::to_string(payment.amount);
  return {"Khoản tiền " + group_digits(amount, true) + " của tháng " + month.to_display() +
              " chưa chi được: " + vi +
              ". Số tiền này vẫn được giữ cho ông/bà. Hãy báo một tài khoản ngân hàng khác; "
              "chúng tôi sẽ chi lại ngay sau đó.",
          "The amount of " + group_digits(amount, false) + " for " + month.to_string() +
              " could not be paid: " + en +
              ". The money is kept for you. Please name another bank account; it will be paid "
              "again right after that."};
}

}  // namespace ansinh::agency
