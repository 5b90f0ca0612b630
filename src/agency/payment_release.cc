// What happens to the files of a run as wholes: released by a second person, sent again after the
// bank refused one.
#include <algorithm>
#include <utility>

#include "agency/clock.h"
#include "agency/ledger.h"
#include "agency/payment_run.h"

namespace ansinh::agency {

namespace {

BankFile file_from(const store::Row& row) {
  return {.file = row.integer(0),
          .run = row.integer(1),
          .fund = std::string(row.text(2)),
          .part = row.integer(3),
          .first_person = row.integer(4),
          .last_person = row.integer(5),
          .count = row.integer(6),
          .amount = row.integer(7),
          .settled = row.integer(8),
          .rejected = row.integer(9),
          .state = std::string(row.text(10)),
          .payer = {row.maybe_text(11).value_or(""), row.maybe_text(12).value_or(""),
                    row.maybe_text(13).value_or("")},
          .digest = row.maybe_text(14).value_or(""),
          .version = row.integer(15)};
}

Failure no_such(const char* vi, const char* en) {
  return refused("not-found", {std::string("không có ") + vi + " này; hãy xem lại số của nó",
                               std::string("there is no such ") + en + "; check its number"});
}

Expected<BankAccount> payer_of(const std::vector<Fund>& all, const std::string& fund) {
  for (const Fund& one : all) {
    if (one.fund == fund && !one.number.empty()) {
      return BankAccount{one.holder, one.bank, one.number};
    }
  }
  return std::unexpected(refused(
      "fund-without-account",
      {"quỹ " + fund + " chưa có tài khoản để chi; hãy khai bằng `ansinh ledger fund`",
       "the fund " + fund + " has no account to pay from; name one with `ansinh ledger fund`"}));
}

Expected<void> send_file(store::Connection& connection, const BankFile& file,
                         const BankAccount& payer, int64_t at, const std::string& by) {
  const auto posted = post(connection, {.person = 0,
                                        .cause = "file",
                                        .cause_key = std::to_string(file.file),
                                        .day = date_of_record_time(at),
                                        .postings = {{file.fund, Role::kPayable, file.amount},
                                                     {file.fund, Role::kTransit, -file.amount}},
                                        .recorded_at = at,
                                        .recorded_by = by});
  if (!posted) return std::unexpected(posted.error());
  const store::Cell row[] = {file.file, file.version, payer.holder, payer.bank, payer.number};
  const auto changed = connection.run(
      "UPDATE bank_file SET state = 'sent', holder = $3, bank = $4, number = $5, "
      "version = version + 1 WHERE bank_file = $1 AND version = $2",
      row);
  if (!changed) return std::unexpected(changed.error());
  if (*changed != 1) return std::unexpected(changed_meanwhile());
  return {};
}

std::optional<Failure> release_fault(const PaymentRun& run, const std::string& by) {
  if (run.state == RunState::kOrdering) {
    return refused("not-ordered", {"đợt chi này chưa lập xong; hãy lập xong trước khi duyệt",
                                   "this run is not whole yet; finish it before it is released"});
  }
  if (run.started_by == by) {
    return refused("same-person",
                   {"người lập đợt chi không được tự duyệt; hãy nhờ người khác duyệt",
                    "who started the run may not release it; let somebody else do so"});
  }
  return std::nullopt;
}

}  // namespace

Expected<std::vector<BankFile>> files_of(store::Connection& connection, int64_t run) {
  std::vector<BankFile> found;
  const store::Cell key[] = {run};
  const auto done = connection.each(
      "SELECT bank_file, run, fund, part, first_person, last_person, count, amount, settled, "
      "rejected, state, holder, bank, number, digest, version FROM bank_file WHERE run = $1 ORDER "
      "BY fund, part",
      key, [&](const store::Row& row) {
        found.push_back(file_from(row));
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<std::optional<BankFile>> find_file(store::Connection& connection, int64_t file) {
  std::optional<BankFile> found;
  const store::Cell key[] = {file};
  const auto done = connection.each(
      "SELECT bank_file, run, fund, part, first_person, last_person, count, amount, settled, "
      "rejected, state, holder, bank, number, digest, version FROM bank_file WHERE bank_file = $1",
      key, [&](const store::Row& row) {
        found = file_from(row);
        return false;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<PaymentRun> release(store::Connection& connection, int64_t number, const std::string& by) {
  return store::transact(
      connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<PaymentRun> {
        const auto at = record_time(c);
        if (!at) return std::unexpected(at.error());
        const auto found = find_run(c, number);
        if (!found) return std::unexpected(found.error());
        if (!found->has_value()) return std::unexpected(no_such("đợt chi", "run"));
        PaymentRun run = **found;
        if (run.state == RunState::kReleased) return run;
        if (auto fault = release_fault(run, by)) return std::unexpected(std::move(*fault));
        const auto files = files_of(c, number);
        if (!files) return std::unexpected(files.error());
        const auto all = funds(c);
        if (!all) return std::unexpected(all.error());
        for (const BankFile& file : *files) {
          if (file.count == 0) continue;
          const auto payer = payer_of(*all, file.fund);
          if (!payer) return std::unexpected(payer.error());
          if (auto sent = send_file(c, file, *payer, *at, by); !sent) {
            return std::unexpected(sent.error());
          }
        }
        const store::Cell row[] = {number, *at, by, run.version};
        const auto changed = c.run(
            "UPDATE run SET state = 'released', released_at = $2, released_by = $3, "
            "version = version + 1 WHERE run = $1 AND version = $4",
            row);
        if (!changed) return std::unexpected(changed.error());
        if (*changed != 1) return std::unexpected(changed_meanwhile());
        run.state = RunState::kReleased;
        run.released_at = *at;
        run.released_by = by;
        ++run.version;
        return run;
      });
}

Expected<BankFile> resend(store::Connection& connection, int64_t number, const std::string& by) {
  return store::transact(
      connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<BankFile> {
        const auto at = record_time(c);
        if (!at) return std::unexpected(at.error());
        const auto old = find_file(c, number);
        if (!old) return std::unexpected(old.error());
        if (!old->has_value()) return std::unexpected(no_such("tệp", "file"));
        const store::Cell range[] = {number, (*old)->first_person, (*old)->last_person};
        std::vector<std::pair<int64_t, int64_t>> left;
        int64_t amount = 0;
        if (auto read = c.each("SELECT person, payment, amount FROM payment WHERE file = $1 AND "
                               "person >= $2 AND person <= $3 AND state = 'ordered' "
                               "ORDER BY person, payment",
                               range,
                               [&](const store::Row& row) {
                                 left.emplace_back(row.integer(0), row.integer(1));
                                 amount += row.integer(2);
                                 return true;
                               });
            !read) {
          return std::unexpected(read.error());
        }
        if ((*old)->state != "rejected" || left.empty()) {
          return std::unexpected(
              refused("not-rejected", {"ngân hàng không từ chối cả tệp này, hoặc tệp đã được "
                                       "gửi lại; không có gì để gửi lại",
                                       "the bank did not refuse this whole file, or it was sent "
                                       "again already; there is nothing to send"}));
        }
        const auto made = take_numbers(c, "bank_file");
        if (!made) return std::unexpected(made.error());
        const store::Cell part_key[] = {(*old)->run, (*old)->fund};
        const auto part =
            c.number("SELECT max(part) FROM bank_file WHERE run = $1 AND fund = $2", part_key);
        if (!part) return std::unexpected(part.error());
        BankFile file{.file = *made,
                      .run = (*old)->run,
                      .fund = (*old)->fund,
                      .part = part->value_or(0) + 1,
                      .first_person = left.front().first,
                      .last_person = left.back().first,
                      .count = static_cast<int64_t>(left.size()),
                      .amount = amount,
                      .state = "open",
                      .version = 1};
        const store::Cell row[] = {file.file,         file.run,         file.fund,  file.part,
                                   file.first_person, file.last_person, file.count, file.amount};
        if (auto done = c.run("INSERT INTO bank_file (bank_file, run, fund, part, first_person, "
                              "last_person, count, amount, settled, rejected, state, version) "
                              "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 'open', 1)",
                              row);
            !done) {
          return std::unexpected(done.error());
        }
        const store::Cell move[] = {number, (*old)->first_person, (*old)->last_person, *made};
        if (auto done = c.run("UPDATE payment SET file = $4, version = version + 1 WHERE "
                              "file = $1 AND person >= $2 AND person <= $3 AND state = 'ordered'",
                              move);
            !done) {
          return std::unexpected(done.error());
        }
        for (const auto& [person, payment] : left) {
          if (auto noted = note_payment(c, {person, payment},
                                        {"resent", "", "file " + std::to_string(file.file), *at});
              !noted) {
            return std::unexpected(noted.error());
          }
        }
        if (auto sent = send_file(c, file, (*old)->payer, *at, by); !sent) {
          return std::unexpected(sent.error());
        }
        file.payer = (*old)->payer;
        file.state = "sent";
        ++file.version;
        return file;
      });
}

}  // namespace ansinh::agency
