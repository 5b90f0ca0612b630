#include "agency/bank_apply.h"

#include <algorithm>
#include <utility>

#include "agency/clock.h"
#include "agency/pain001.h"
#include "agency/payment_notice.h"

namespace ansinh::agency {

namespace {

store::Cell number_cell(int64_t number) {
  return number == 0 ? store::Cell() : store::Cell(number);
}
store::Cell told_cell(const std::string& text) {
  return text.empty() ? store::Cell() : store::Cell(text);
}

int64_t magnitude(int64_t amount) { return amount < 0 ? -amount : amount; }

std::vector<Posting> without_zero(std::vector<Posting> postings) {
  std::erase_if(postings, [](const Posting& posting) { return posting.amount == 0; });
  return postings;
}

// Text with its sign, as BankRecord has balances.
int64_t signed_amount_of(std::string_view text, int decimals) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const int64_t amount = amount_of_text(text, decimals).value_or(0);
  return is_negative ? -amount : amount;
}

}  // namespace

std::string BankApply::source() const { return "report " + std::to_string(taken_.report); }

Expected<BankApply::History> BankApply::history_of(const PaymentKey& key) {
  History history;
  const store::Cell values[] = {key.person, key.payment};
  const auto done =
      connection_.each("SELECT what FROM payment_event WHERE person = $1 AND payment = $2", values,
                       [&](const store::Row& row) {
                         history.is_settled |= row.text(0) == "settled";
                         history.is_refused |= row.text(0) == "rejected";
                         history.is_returned |= row.text(0) == "returned";
                         return true;
                       });
  if (!done) return std::unexpected(done.error());
  return history;
}

Expected<bool> BankApply::is_repeated(int64_t person, const std::string& key) {
  const store::Cell values[] = {person, key};
  const auto found =
      connection_.number("SELECT 1 FROM bank_entry WHERE person = $1 AND bank_entry = $2", values);
  if (!found) return std::unexpected(found.error());
  return found->has_value();
}

Expected<std::optional<Payment>> BankApply::payment_named(const BankRecord& record) {
  const auto key = payment_of_reference(record.payment_reference);
  if (!key) return std::optional<Payment>();
  auto payment = find_payment(connection_, key->person, key->payment);
  if (payment && payment->has_value() && !(*payment)->file) payment->reset();  // never sent
  return payment;
}

Expected<std::optional<BankFile>> BankApply::file_named(const BankRecord& record) {
  const auto number = file_of_reference(record.file_reference);
  if (!number) return std::optional<BankFile>();
  return find_file(connection_, *number);
}

Expected<void> BankApply::keep(BankEntry entry, int64_t place) {
  const store::Cell row[] = {entry.person,
                             entry.key,
                             taken_.report,
                             place,
                             entry.fund,
                             entry.what,
                             number_cell(entry.payment),
                             number_cell(entry.file),
                             int64_t{entry.day.days},
                             entry.amount,
                             entry.taken,
                             told_cell(entry.reason),
                             told_cell(entry.told),
                             at_};
  const auto done = connection_.run(
      "INSERT INTO bank_entry (person, bank_entry, bank_report, record, fund, what, payment, "
      "bank_file, day, amount, taken, reason, told, recorded_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      row);
  if (!done) return std::unexpected(done.error());
  return {};
}

Expected<void> BankApply::book(const BankEntry& entry, std::vector<Posting> postings) {
  postings = without_zero(std::move(postings));
  if (postings.empty()) return {};
  const auto posted = post(connection_, {.person = entry.person,
                                         .cause = "bank",
                                         .cause_key = entry.key,
                                         .day = entry.day,
                                         .postings = std::move(postings),
                                         .recorded_at = at_,
                                         .recorded_by = by_});
  if (!posted) return std::unexpected(posted.error());
  return {};
}

Expected<void> BankApply::change_file(const BankFile& file, int64_t settled, int64_t refused,
                                      const std::string& state) {
  const store::Cell row[] = {file.file, settled, refused, state, file.version};
  const auto changed = connection_.run(
      "UPDATE bank_file SET settled = settled + $2, rejected = rejected + $3, state = $4, "
      "version = version + 1 WHERE bank_file = $1 AND version = $5",
      row);
  if (!changed) return std::unexpected(changed.error());
  if (*changed != 1) return std::unexpected(changed_meanwhile());
  return {};
}

Expected<void> BankApply::suspend(Payment& payment, const std::string& what,
                                  const BankRecord& record) {
  const std::string reason = record.reason.empty() ? "NARR" : record.reason;
  if (auto moved = move_payment(connection_, payment, PaymentState::kSuspended,
                                {what, reason, source(), at_});
      !moved) {
    return moved;
  }
  return tell_suspended(connection_, payment, at_);
}

Expected<void> BankApply::apply(const BankRecord& record, int64_t place) {
  switch (record.kind) {
    case BankRecord::Kind::kAccepted:
      return {};
    case BankRecord::Kind::kRefused:
      return refuse(record, place);
    case BankRecord::Kind::kFileRefused:
      return refuse_file(record, place);
    case BankRecord::Kind::kMovement:
      return movement(record, place);
    case BankRecord::Kind::kStatementEnds:
      return statement_ends(record);
  }
  return {};
}

// ---- camt.053 -----------------------------------------------------------------------------------

Expected<void> BankApply::movement(const BankRecord& record, int64_t place) {
  const Fund& fund = funds_.at(record.account);
  auto payment = payment_named(record);
  if (!payment) return std::unexpected(payment.error());
  if (payment->has_value() && (*payment)->fund != fund.fund) payment->reset();
  auto file = file_named(record);
  if (!file) return std::unexpected(file.error());
  if (file->has_value() && (*file)->fund != fund.fund) file->reset();

  const int64_t amount = amount_of_text(record.amount, fund.decimals).value_or(0);
  BankEntry entry{.person = payment->has_value() ? (*payment)->person : 0,
                  .key = record.key,
                  .fund = fund.fund,
                  .what = "unknown",
                  .payment = payment->has_value() ? (*payment)->payment : 0,
                  .day = record.day.value_or(date_of_record_time(at_)),
                  .amount = record.is_credit ? amount : -amount,
                  .reason = record.reason,
                  .told = record.told};
  const auto repeated = is_repeated(entry.person, entry.key);
  if (!repeated) return std::unexpected(repeated.error());
  if (*repeated) {
    ++taken_.repeated;
    return {};
  }
  if (payment->has_value() && record.is_credit) {
    return give_back(std::move(entry), std::move(**payment), record, place);
  }
  if (payment->has_value()) return settle(std::move(entry), std::move(**payment), place);
  if (file->has_value() && !record.is_credit && record.payment_reference.empty()) {
    return settle_file(std::move(entry), **file, place);
  }
  return unknown(std::move(entry), place);
}

Expected<void> BankApply::unknown(BankEntry entry, int64_t place) {
  ++taken_.unknown;
  taken_.unknown_amount += magnitude(entry.amount);
  entry.what = "unknown";
  if (auto booked = book(entry, {{entry.fund, Role::kBank, entry.amount},
                                 {entry.fund, Role::kUnknown, -entry.amount}});
      !booked) {
    return booked;
  }
  return keep(std::move(entry), place);
}

Expected<void> BankApply::settle(BankEntry entry, Payment payment, int64_t place) {
  const auto history = history_of({payment.person, payment.payment});
  if (!history) return std::unexpected(history.error());
  const auto file = find_file(connection_, *payment.file);
  if (!file) return std::unexpected(file.error());
  const int64_t amount = -entry.amount;
  const int64_t open = (*file)->state == "sent" ? (*file)->amount - (*file)->settled : 0;
  entry.taken =
      std::clamp<int64_t>(std::min(amount, payment.amount), 0, std::max<int64_t>(open, 0));
  if (history->is_settled || entry.taken == 0) {
    entry.taken = 0;
    return unknown(std::move(entry), place);
  }
  entry.what = "settled";
  entry.file = *payment.file;
  ++taken_.settled;
  taken_.unknown_amount += amount - entry.taken;
  if (auto booked = book(entry, {{entry.fund, Role::kTransit, entry.taken},
                                 {entry.fund, Role::kUnknown, amount - entry.taken},
                                 {entry.fund, Role::kBank, -amount}});
      !booked) {
    return booked;
  }
  if (auto done = change_file(**file, entry.taken, 0, (*file)->state); !done) return done;
  const PaymentEvent event{"settled", "", source(), at_};
  auto noted = payment.state == PaymentState::kOrdered
                   ? move_payment(connection_, payment, PaymentState::kSettled, event)
                   : note_payment(connection_, {payment.person, payment.payment}, event);
  if (!noted) return noted;
  return keep(std::move(entry), place);
}

Expected<void> BankApply::settle_file(BankEntry entry, const BankFile& file, int64_t place) {
  const int64_t amount = -entry.amount;
  const int64_t open = file.state == "sent" ? file.amount - file.settled : 0;
  entry.taken = std::clamp<int64_t>(amount, 0, std::max<int64_t>(open, 0));
  entry.file = file.file;
  if (entry.taken == 0) return unknown(std::move(entry), place);
  entry.what = "settled-file";
  ++taken_.settled;
  taken_.unknown_amount += amount - entry.taken;
  if (auto booked = book(entry, {{entry.fund, Role::kTransit, entry.taken},
                                 {entry.fund, Role::kUnknown, amount - entry.taken},
                                 {entry.fund, Role::kBank, -amount}});
      !booked) {
    return booked;
  }
  if (auto done = change_file(file, entry.taken, 0, file.state); !done) return done;
  return keep(std::move(entry), place);
}

Expected<void> BankApply::give_back(BankEntry entry, Payment payment, const BankRecord& record,
                                    int64_t place) {
  const auto history = history_of({payment.person, payment.payment});
  if (!history) return std::unexpected(history.error());
  if (history->is_returned || entry.amount <= 0) return unknown(std::move(entry), place);
  const auto file = find_file(connection_, *payment.file);
  if (!file) return std::unexpected(file.error());
  entry.what = "returned";
  entry.file = *payment.file;
  entry.taken = std::min(entry.amount, payment.amount);
  const int64_t more = entry.amount - entry.taken;
  ++taken_.returned;
  taken_.unknown_amount += more;
  if (history->is_refused) {
    // It is owed already: the bank had taken it all the same, and gives it back.
    if (auto booked = book(entry, {{entry.fund, Role::kBank, entry.amount},
                                   {entry.fund, Role::kTransit, -entry.taken},
                                   {entry.fund, Role::kUnknown, -more}});
        !booked) {
      return booked;
    }
    if (auto done = change_file(**file, 0, -entry.taken, (*file)->state); !done) return done;
    if (auto noted = note_payment(connection_, {payment.person, payment.payment},
                                  {"returned", record.reason, source(), at_});
        !noted) {
      return noted;
    }
    return keep(std::move(entry), place);
  }
  // What the bank kept for itself, the person is owed all the same.
  if (auto booked = book(entry, {{entry.fund, Role::kBank, entry.amount},
                                 {entry.fund, Role::kCharges, payment.amount - entry.taken},
                                 {entry.fund, Role::kSuspended, -payment.amount},
                                 {entry.fund, Role::kUnknown, -more}});
      !booked) {
    return booked;
  }
  if (auto done = suspend(payment, "returned", record); !done) return done;
  return keep(std::move(entry), place);
}

Expected<void> BankApply::statement_ends(const BankRecord& record) {
  const Fund& fund = funds_.at(record.account);
  struct Stated {
    const char* kind;
    const std::string& amount;
    Date day;
  };
  for (const Stated& stated : {Stated{"opening", record.opening, record.opening_day},
                               Stated{"closing", record.closing, record.closing_day}}) {
    if (stated.amount.empty()) continue;
    const store::Cell row[] = {fund.fund,
                               record.statement,
                               std::string(stated.kind),
                               int64_t{stated.day.days},
                               signed_amount_of(stated.amount, fund.decimals),
                               taken_.report,
                               at_};
    if (auto done = connection_.run(
            "INSERT INTO bank_balance (fund, statement, kind, day, amount, bank_report, "
            "recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7) "
            "ON CONFLICT (fund, statement, kind) DO NOTHING",
            row);
        !done) {
      return std::unexpected(done.error());
    }
  }
  // What the fund had before the first statement that we know: an earlier one puts it right.
  const store::Cell key[] = {fund.fund};
  const auto first = connection_.number(
      "SELECT amount FROM bank_balance WHERE fund = $1 AND kind = 'opening' "
      "ORDER BY day, statement LIMIT 1",
      key);
  if (!first) return std::unexpected(first.error());
  if (!first->has_value()) return {};
  const auto posted = balance_of(connection_, 0, fund.fund, Role::kOpening);
  if (!posted) return std::unexpected(posted.error());
  const int64_t missing = **first + *posted;
  if (missing == 0) return {};
  const auto done =
      post(connection_,
           {.person = 0,
            .cause = "opening",
            .cause_key = fund.fund + "/" + record.statement,
            .day = record.opening_day,
            .postings = {{fund.fund, Role::kBank, missing}, {fund.fund, Role::kOpening, -missing}},
            .recorded_at = at_,
            .recorded_by = by_});
  if (!done) return std::unexpected(done.error());
  return {};
}

// ---- pain.002 -----------------------------------------------------------------------------------

Expected<void> BankApply::refuse(const BankRecord& record, int64_t place) {
  auto named = payment_named(record);
  if (!named) return std::unexpected(named.error());
  BankEntry entry{.person = named->has_value() ? (*named)->person : 0,
                  .key = record.key,
                  .fund = named->has_value() ? (*named)->fund : "",
                  .what = "unknown",
                  .payment = named->has_value() ? (*named)->payment : 0,
                  .day = date_of_record_time(at_),
                  .reason = record.reason,
                  .told = record.told};
  const auto repeated = is_repeated(entry.person, entry.key);
  if (!repeated) return std::unexpected(repeated.error());
  if (*repeated) {
    ++taken_.repeated;
    return {};
  }
  if (!named->has_value()) {
    ++taken_.unknown;
    return keep(std::move(entry), place);
  }
  Payment payment = std::move(**named);
  entry.file = *payment.file;
  const auto about = file_of_reference(record.file_reference);
  const auto history = history_of({payment.person, payment.payment});
  if (!history) return std::unexpected(history.error());
  const bool is_late = about && *about != *payment.file;
  if (is_late || history->is_refused) {
    entry.what = "late";
    return keep(std::move(entry), place);
  }
  entry.what = "refused";
  ++taken_.refused;
  if (history->is_returned) {
    if (auto noted = note_payment(connection_, {payment.person, payment.payment},
                                  {"rejected", record.reason, source(), at_});
        !noted) {
      return noted;
    }
    return keep(std::move(entry), place);
  }
  const auto file = find_file(connection_, *payment.file);
  if (!file) return std::unexpected(file.error());
  const Role from = (*file)->state == "sent" ? Role::kTransit : Role::kPayable;
  if (auto booked = book(entry, {{entry.fund, from, payment.amount},
                                 {entry.fund, Role::kSuspended, -payment.amount}});
      !booked) {
    return booked;
  }
  if (auto done = change_file(**file, 0, payment.amount, (*file)->state); !done) return done;
  if (auto done = suspend(payment, "rejected", record); !done) return done;
  return keep(std::move(entry), place);
}

Expected<void> BankApply::refuse_file(const BankRecord& record, int64_t place) {
  const auto file = file_named(record);
  if (!file) return std::unexpected(file.error());
  BankEntry entry{.key = record.key,
                  .fund = file->has_value() ? (*file)->fund : "",
                  .what = "unknown",
                  .file = file->has_value() ? (*file)->file : 0,
                  .day = date_of_record_time(at_),
                  .reason = record.reason,
                  .told = record.told};
  const auto repeated = is_repeated(0, entry.key);
  if (!repeated) return std::unexpected(repeated.error());
  if (*repeated) {
    ++taken_.repeated;
    return {};
  }
  if (!file->has_value() || (*file)->state != "sent" || (*file)->settled != 0) {
    ++taken_.unknown;  // of no file of ours, or of one that the bank has paid
    return keep(std::move(entry), place);
  }
  entry.what = "file-refused";
  ++taken_.files_refused;
  const int64_t left = (*file)->amount - (*file)->rejected;
  if (auto booked =
          book(entry, {{entry.fund, Role::kTransit, left}, {entry.fund, Role::kPayable, -left}});
      !booked) {
    return booked;
  }
  if (auto done = change_file(**file, 0, 0, "rejected"); !done) return done;
  return keep(std::move(entry), place);
}

}  // namespace ansinh::agency
