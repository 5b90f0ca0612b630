#include "agency/payment.h"

#include <charconv>
#include <utility>

namespace ansinh::agency {

namespace {

constexpr std::string_view kStates[] = {"ordered", "settled", "suspended", "repaid"};

store::Cell text_cell(const std::string& text) {
  return text.empty() ? store::Cell() : store::Cell(text);
}

// Two digits that change with any digit, and with most exchanges of two (ISO 7064, mod 97-10).
std::string check_digits(std::string_view body) {
  int rest = 0;
  for (const char c : body) {
    if (c >= '0' && c <= '9') rest = (rest * 10 + (c - '0')) % 97;
    if (c == '-') rest = (rest * 100 + 36) % 97;
  }
  const int check = 98 - (rest * 100) % 97;
  return {static_cast<char>('0' + check / 10), static_cast<char>('0' + check % 10)};
}

std::optional<int64_t> take_number(std::string_view& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number <= 0 || text[0] == '0') return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

}  // namespace

std::string_view name_of(PaymentState state) { return kStates[static_cast<size_t>(state)]; }

std::string reference_of(const PaymentKey& key) {
  const std::string body = "AS-P" + std::to_string(key.person) + "-" + std::to_string(key.payment);
  return body + "-" + check_digits(body);
}

std::string reference_of_file(int64_t file) {
  const std::string body = "AS-F" + std::to_string(file);
  return body + "-" + check_digits(body);
}

std::optional<PaymentKey> payment_of_reference(std::string_view reference) {
  std::string_view rest = reference;
  if (!rest.starts_with("AS-P")) return std::nullopt;
  rest.remove_prefix(4);
  const auto person = take_number(rest);
  if (!person || !rest.starts_with('-')) return std::nullopt;
  rest.remove_prefix(1);
  const auto payment = take_number(rest);
  if (!payment) return std::nullopt;
  const PaymentKey key{*person, *payment};
  if (reference_of(key) != reference) return std::nullopt;
  return key;
}

std::optional<int64_t> file_of_reference(std::string_view reference) {
  std::string_view rest = reference;
  if (!rest.starts_with("AS-F")) return std::nullopt;
  rest.remove_prefix(4);
  const auto file = take_number(rest);
  if (!file || reference_of_file(*file) != reference) return std::nullopt;
  return file;
}

Payment payment_from(const store::Row& row) {
  Payment made{.person = row.integer(0),
               .payment = row.integer(1),
               .award = row.integer(2),
               .month = row.integer(3),
               .attempt = row.integer(4),
               .run = row.integer(5),
               .fund = std::string(row.text(6)),
               .regular = row.integer(7),
               .back = row.integer(8),
               .amount = row.integer(9),
               .account = std::nullopt,
               .file = row.maybe_integer(13),
               .state = PaymentState::kOrdered,
               .reason = row.maybe_text(15).value_or(""),
               .version = row.integer(16)};
  if (!row.is_null(12)) {
    made.account = BankAccount{row.maybe_text(10).value_or(""), row.maybe_text(11).value_or(""),
                               std::string(row.text(12))};
  }
  for (size_t i = 0; i < std::size(kStates); ++i) {
    if (row.text(14) == kStates[i]) made.state = static_cast<PaymentState>(i);
  }
  return made;
}

std::vector<store::Cell> cells_of(const Payment& payment) {
  const auto account = payment.account.value_or(BankAccount{});
  return {payment.person,
          payment.payment,
          payment.award,
          payment.month,
          payment.attempt,
          payment.run,
          payment.fund,
          payment.regular,
          payment.back,
          payment.amount,
          text_cell(account.holder),
          text_cell(account.bank),
          text_cell(account.number),
          payment.file ? store::Cell(*payment.file) : store::Cell(),
          std::string(name_of(payment.state)),
          text_cell(payment.reason),
          payment.version};
}

Expected<std::vector<Payment>> payments_of(store::Connection& connection, int64_t person) {
  std::vector<Payment> found;
  const store::Cell key[] = {person};
  const auto done = connection.each(
      "SELECT person, payment, award, month, attempt, run, fund, regular, back, amount, holder, "
      "bank, number, file, state, reason, version FROM payment WHERE person = $1 ORDER BY payment",
      key, [&](const store::Row& row) {
        found.push_back(payment_from(row));
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<std::optional<Payment>> find_payment(store::Connection& connection, int64_t person,
                                              int64_t payment) {
  std::optional<Payment> found;
  const store::Cell key[] = {person, payment};
  const auto done = connection.each(
      "SELECT person, payment, award, month, attempt, run, fund, regular, back, amount, holder, "
      "bank, number, file, state, reason, version FROM payment WHERE person = $1 AND payment = $2",
      key, [&](const store::Row& row) {
        found = payment_from(row);
        return false;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<std::vector<PaymentEvent>> payment_events(store::Connection& connection, int64_t person,
                                                   int64_t payment) {
  std::vector<PaymentEvent> found;
  const store::Cell key[] = {person, payment};
  const auto done = connection.each(
      "SELECT what, reason, source, recorded_at FROM payment_event "
      "WHERE person = $1 AND payment = $2 ORDER BY event",
      key, [&](const store::Row& row) {
        found.push_back({std::string(row.text(0)), row.maybe_text(1).value_or(""),
                         std::string(row.text(2)), row.integer(3)});
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<void> note_payment(store::Connection& connection, const PaymentKey& key,
                            const PaymentEvent& event) {
  const store::Cell row[] = {key.person,   key.payment,      event.what, text_cell(event.reason),
                             event.source, event.recorded_at};
  const auto done = connection.run(
      "INSERT INTO payment_event (person, payment, event, what, reason, source, recorded_at) "
      "SELECT $1, $2, coalesce(max(event), 0) + 1, $3, $4, $5, $6 FROM payment_event "
      "WHERE person = $1 AND payment = $2",
      row);
  if (!done) return std::unexpected(done.error());
  return {};
}

Expected<void> move_payment(store::Connection& connection, Payment& payment, PaymentState state,
                            const PaymentEvent& event) {
  const store::Cell row[] = {payment.person, payment.payment, payment.version,
                             std::string(name_of(state)), text_cell(event.reason)};
  const auto changed = connection.run(
      "UPDATE payment SET state = $4, reason = $5, version = version + 1 "
      "WHERE person = $1 AND payment = $2 AND version = $3",
      row);
  if (!changed) return std::unexpected(changed.error());
  if (*changed != 1) return std::unexpected(changed_meanwhile());
  payment.state = state;
  payment.reason = event.reason;
  ++payment.version;
  return note_payment(connection, {payment.person, payment.payment}, event);
}

}  // namespace ansinh::agency
