#include "agency/payment_slice.h"

#include <algorithm>
#include <utility>

#include "agency/clock.h"
#include "agency/payment_notice.h"

namespace ansinh::agency {

PaymentSlice::PaymentSlice(store::Connection& connection, const PaymentRun& run,
                           const RunLimits& limits, int64_t at, std::string by)
    : connection_(connection),
      run_(run),
      slices_per_file_(limits.slices_per_file),
      at_(at),
      day_(date_of_record_time(at)),
      by_(std::move(by)) {}

Expected<void> PaymentSlice::prepare(int64_t first, int64_t last) {
  const store::Cell range[] = {first, last};
  if (auto done = connection_.each("SELECT person, max(payment) FROM payment WHERE person >= $1 "
                                   "AND person <= $2 GROUP BY person",
                                   range,
                                   [&](const store::Row& row) {
                                     numbers_[row.integer(0)].last_payment = row.integer(1);
                                     return true;
                                   });
      !done) {
    return done;
  }
  if (auto done = connection_.each("SELECT person, max(entry) FROM entry WHERE person >= $1 "
                                   "AND person <= $2 GROUP BY person",
                                   range,
                                   [&](const store::Row& row) {
                                     numbers_[row.integer(0)].last_entry = row.integer(1);
                                     return true;
                                   });
      !done) {
    return done;
  }
  auto accounts = bank_accounts(connection_, first, last);
  if (!accounts) return std::unexpected(accounts.error());
  accounts_ = std::move(*accounts);
  const bool has_nameless =
      std::any_of(accounts_.begin(), accounts_.end(),
                  [](const auto& account) { return account.second.holder.empty(); });
  if (!has_nameless) return {};
  return connection_.each(
      "SELECT person, name FROM profile WHERE person >= $1 AND person <= $2 AND name IS NOT NULL",
      range, [&](const store::Row& row) {
        names_[row.integer(0)] = row.text(1);
        return true;
      });
}

Expected<int64_t> PaymentSlice::account(const std::string& fund, Role role) {
  const auto found = ledger_accounts_.find({fund, role});
  if (found != ledger_accounts_.end()) return found->second;
  const auto number = account_of(connection_, fund, role);
  if (number) ledger_accounts_[{fund, role}] = *number;
  return number;
}

Expected<void> PaymentSlice::post_lines(int64_t person, const std::string& cause,
                                        const std::string& key, const std::string& fund,
                                        std::initializer_list<std::pair<Role, int64_t>> lines) {
  int64_t sum = 0, line = 0;
  const int64_t entry = next_entry(person);
  for (const auto& [role, amount] : lines) {
    if (amount == 0) continue;
    const auto number = account(fund, role);
    if (!number) return std::unexpected(number.error());
    postings_.push_back({person, entry, ++line, *number, amount});
    sum += amount;
  }
  if (sum != 0) {
    return std::unexpected(refused(
        "unbalanced", {"bút toán của đợt chi không cân", "an entry of the run does not balance"}));
  }
  if (line == 0) {
    --numbers_[person].last_entry;
    return {};
  }
  entries_.push_back({person, entry, cause, key, int64_t{day_.days}, at_, by_, store::Cell()});
  return {};
}

Expected<void> PaymentSlice::adjust_by(const DueAward& award, int64_t difference, AwardDone& done,
                                       int64_t through_month, const std::string& cause) {
  const Adjusted made = adjust(difference, done);
  const int64_t number = ++done.adjustments;
  adjustments_.push_back({award.person, award.award, number, through_month, made.payable,
                          made.overpaid, award.fund, cause, at_, by_});
  done.payable += made.payable;
  done.overpaid += made.overpaid;
  return post_lines(award.person, "adjustment",
                    std::to_string(award.award) + "/" + std::to_string(number), award.fund,
                    {{Role::kBenefits, difference},
                     {Role::kPayable, -made.payable},
                     {Role::kOverpaid, made.overpaid}});
}

Expected<BankFile*> PaymentSlice::file_for(const std::string& fund, int64_t person) {
  const auto known = files_.find(fund);
  if (known != files_.end()) return &known->second;
  const int64_t part = run_.slices / slices_per_file_ + 1;
  BankFile file;
  const store::Cell key[] = {run_.run, fund, part};
  if (auto done = connection_.each(
          "SELECT bank_file, first_person, last_person, count, amount, version FROM bank_file "
          "WHERE run = $1 AND fund = $2 AND part = $3",
          key,
          [&](const store::Row& row) {
            file = {.file = row.integer(0),
                    .first_person = row.integer(1),
                    .last_person = row.integer(2),
                    .count = row.integer(3),
                    .amount = row.integer(4),
                    .version = row.integer(5)};
            return false;
          });
      !done) {
    return std::unexpected(done.error());
  }
  if (file.file == 0) {
    const auto number = take_numbers(connection_, "bank_file");
    if (!number) return std::unexpected(number.error());
    file.file = *number;
    file.first_person = person;
    const store::Cell row[] = {file.file, run_.run, fund, part, person};
    if (auto made =
            connection_.run("INSERT INTO bank_file (bank_file, run, fund, part, first_person, "
                            "last_person, count, amount, settled, rejected, state, version) "
                            "VALUES ($1, $2, $3, $4, $5, $5, 0, 0, 0, 0, 'open', 1)",
                            row);
        !made) {
      return std::unexpected(made.error());
    }
    file.version = 1;
  }
  return &files_.emplace(fund, std::move(file)).first->second;
}

Expected<void> PaymentSlice::place_order(Payment payment) {
  const auto account = accounts_.find(payment.person);
  if (account != accounts_.end()) {
    payment.account = account->second;
    if (payment.account->holder.empty()) payment.account->holder = names_[payment.person];
  }
  payment.payment = ++numbers_[payment.person].last_payment;
  payment.run = run_.run;
  if (payment.account) {
    const auto file = file_for(payment.fund, payment.person);
    if (!file) return std::unexpected(file.error());
    payment.file = (*file)->file;
    (*file)->first_person = std::min((*file)->first_person, payment.person);
    (*file)->last_person = std::max((*file)->last_person, payment.person);
    ++(*file)->count;
    (*file)->amount += payment.amount;
  } else {
    payment.state = PaymentState::kSuspended;
    payment.reason = "no-account";
    events_.push_back({payment.person, payment.payment, int64_t{1}, std::string("no-account"),
                       store::Cell(), "run " + std::to_string(run_.run), at_});
    if (auto told = tell_suspended(connection_, payment, at_); !told) return told;
  }
  payments_.push_back(cells_of(payment));
  return {};
}

Expected<void> PaymentSlice::order(const DueAward& award, int64_t regular, int64_t back) {
  const bool is_payable = accounts_.contains(award.person);
  const int64_t number = numbers_[award.person].last_payment + 1;
  auto posted = is_payable ? post_lines(award.person, "payment", std::to_string(number), award.fund,
                                        {{Role::kBenefits, regular}, {Role::kPayable, -regular}})
                           : post_lines(award.person, "payment", std::to_string(number), award.fund,
                                        {{Role::kBenefits, regular},
                                         {Role::kPayable, back},
                                         {Role::kSuspended, -regular - back}});
  if (!posted) return posted;
  return place_order({.person = award.person,
                      .award = award.award,
                      .month = run_.month,
                      .fund = award.fund,
                      .regular = regular,
                      .back = back,
                      .amount = regular + back});
}

Expected<bool> PaymentSlice::order_again(Payment& old) {
  const auto account = accounts_.find(old.person);
  if (account == accounts_.end()) return false;
  if (old.account && old.account->bank == account->second.bank &&
      old.account->number == account->second.number) {
    return false;
  }
  if (auto moved = move_payment(connection_, old, PaymentState::kRepaid,
                                {"repaid", old.reason, "run " + std::to_string(run_.run), at_});
      !moved) {
    return std::unexpected(moved.error());
  }
  const int64_t number = numbers_[old.person].last_payment + 1;
  if (auto posted = post_lines(old.person, "payment", std::to_string(number), old.fund,
                               {{Role::kSuspended, old.amount}, {Role::kPayable, -old.amount}});
      !posted) {
    return std::unexpected(posted.error());
  }
  auto placed = place_order({.person = old.person,
                             .award = old.award,
                             .month = old.month,
                             .attempt = old.attempt + 1,
                             .fund = old.fund,
                             .regular = old.regular,
                             .back = old.back,
                             .amount = old.amount});
  if (!placed) return std::unexpected(placed.error());
  return true;
}

Expected<void> PaymentSlice::load(std::string_view table, std::string_view columns,
                                  const std::vector<std::vector<store::Cell>>& rows) {
  if (rows.empty()) return {};
  auto bulk = connection_.bulk(table, columns);
  if (!bulk) return std::unexpected(bulk.error());
  for (const auto& row : rows) {
    if (auto added = (*bulk)->add(row); !added) return added;
  }
  return (*bulk)->finish();
}

Expected<void> PaymentSlice::write_files() {
  for (const auto& [fund, file] : files_) {
    const store::Cell row[] = {file.file,  file.first_person, file.last_person,
                               file.count, file.amount,       file.version};
    const auto changed = connection_.run(
        "UPDATE bank_file SET first_person = $2, last_person = $3, count = $4, amount = $5, "
        "version = version + 1 WHERE bank_file = $1 AND version = $6",
        row);
    if (!changed) return std::unexpected(changed.error());
    if (*changed != 1) return std::unexpected(changed_meanwhile());
  }
  return {};
}

Expected<void> PaymentSlice::write_rows() {
  if (auto done = load("payment", kPaymentColumns, payments_); !done) return done;
  if (auto done =
          load("entry", "person, entry, cause, cause_key, day, recorded_at, recorded_by, corrects",
               entries_);
      !done) {
    return done;
  }
  if (auto done = load("posting", "person, entry, line, account, amount", postings_); !done) {
    return done;
  }
  if (auto done = load("adjustment",
                       "person, award, adjustment, through_month, payable, overpaid, fund, cause, "
                       "recorded_at, recorded_by",
                       adjustments_);
      !done) {
    return done;
  }
  return load("payment_event", "person, payment, event, what, reason, source, recorded_at",
              events_);
}

Expected<void> PaymentSlice::write(int64_t place) {
  if (auto done = write_rows(); !done) return done;
  if (auto done = write_files(); !done) return done;
  const store::Cell row[] = {run_.run, place, run_.version};
  const auto changed = connection_.run(
      "UPDATE run SET place = $2, slices = slices + 1, version = version + 1 "
      "WHERE run = $1 AND version = $3",
      row);
  if (!changed) return std::unexpected(changed.error());
  if (*changed != 1) return std::unexpected(changed_meanwhile());
  return {};
}

}  // namespace ansinh::agency
