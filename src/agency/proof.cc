#include "agency/proof.h"

#include <algorithm>
#include <map>
#include <utility>

#include "agency/award_due.h"
#include "agency/ledger.h"
#include "agency/pain001.h"
#include "agency/payment_run.h"
#include "agency/reconcile.h"

namespace ansinh::agency {

namespace {

constexpr size_t kDifferingMax = 10;
constexpr int64_t kAwardsAtOnce = 20'000;

void differ(ProofLine& line, std::string what) {
  if (line.differing.size() < kDifferingMax) line.differing.push_back(std::move(what));
}

using SumByFund = std::map<std::string, std::pair<int64_t, int64_t>>;  // amount, count

Expected<SumByFund> sums(store::Connection& connection, std::string_view sql) {
  SumByFund found;
  const auto done = connection.each(sql, {}, [&](const store::Row& row) {
    found[std::string(row.text(0))] = {row.maybe_integer(1).value_or(0), row.integer(2)};
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return found;
}

// What the ledger has in an account, by fund.
std::map<std::string, int64_t> ledger_of(const std::vector<Balance>& all, Role role) {
  std::map<std::string, int64_t> found;
  for (const Balance& balance : all) {
    if (balance.role == role) found[balance.fund] = balance.amount();
  }
  return found;
}

// A line for each fund that is on either side. `sign`: of what the ledger holds.
void compare(Proof& proof, const std::string& name, const Text& left_label, const SumByFund& left,
             const std::map<std::string, int64_t>& ledger, int64_t sign) {
  std::map<std::string, ProofLine> lines;
  const auto line_of = [&](const std::string& fund) -> ProofLine& {
    ProofLine& line = lines[fund];
    line.name = name;
    line.of = fund;
    line.left_label = left_label;
    line.right_label = {"sổ cái", "ledger"};
    return line;
  };
  for (const auto& [fund, sum] : left) {
    line_of(fund).left = sum.first;
    line_of(fund).count = sum.second;
  }
  for (const auto& [fund, amount] : ledger) line_of(fund).right = sign * amount;
  for (auto& [fund, line] : lines) proof.lines.push_back(std::move(line));
}

// ---- Awards against what was made of them -------------------------------------------------------

struct AwardSums {
  ProofLine line;
  // Worth something that no run could know of yet: suspended, or decided since the last run.
  int64_t waiting = 0, waiting_count = 0;
  PaymentRun last = {};  // the last that is whole
  PaymentRun open = {};  // one that is under way
};

// Whether the difference of an award is one that the next run will put right.
Expected<bool> is_waiting(store::Connection& connection, const DueAward& award,
                          const PaymentRun& run) {
  if (!award.is_paid || award.recorded_at > run.started_at) return true;
  const store::Cell key[] = {award.person, award.award, run.started_at};
  const auto changed = connection.number(
      "SELECT count(*) FROM award_event WHERE person = $1 AND award = $2 AND recorded_at > $3",
      key);
  if (!changed) return std::unexpected(changed.error());
  return changed->value_or(0) != 0;
}

Expected<void> add_award(store::Connection& connection, AwardSums& sums, const DueAward& award,
                         const AwardDone* done) {
  const bool is_in_open = sums.open.run != 0 && award.person <= sums.open.place;
  const PaymentRun& run = is_in_open ? sums.open : sums.last;
  const int64_t made = done == nullptr ? 0 : done->regular + done->payable - done->overpaid;
  const auto due = run.run == 0 ? std::optional<int64_t>(0) : due_through(award.terms, run.month);
  if (!due || *due != made) {
    const auto waiting = is_waiting(connection, award, run);
    if (!waiting) return std::unexpected(waiting.error());
    if (*waiting && due) {
      ++sums.waiting_count;
      sums.waiting += *due - made;
      return {};
    }
    differ(sums.line, "person " + std::to_string(award.person) + ", award " +
                          std::to_string(award.award) + ": " + std::to_string(due.value_or(0)) +
                          " / " + std::to_string(made));
  }
  ++sums.line.count;
  sums.line.left += due.value_or(0);
  sums.line.right += made;
  return {};
}

Expected<void> prove_awards(store::Connection& connection, Proof& proof) {
  AwardSums all;
  all.line.name = "awards";
  all.line.left_label = {"các khoản hưởng đến tháng đã chi", "awards up to the month that was run"};
  all.line.right_label = {"đã lập lệnh và điều chỉnh", "ordered and adjusted"};
  const auto every = runs(connection);
  if (!every) return std::unexpected(every.error());
  for (const PaymentRun& run : *every) {
    if (run.kind != RunKind::kMonth) continue;
    (run.state == RunState::kOrdering ? all.open : all.last) = run;
  }
  for (int64_t after = -1;;) {
    const auto awards = awards_after(connection, after, kAwardsAtOnce);
    if (!awards) return std::unexpected(awards.error());
    if (awards->empty()) break;
    const auto done = awards_done(connection, awards->front().person, awards->back().person);
    if (!done) return std::unexpected(done.error());
    auto next = done->begin();
    for (const DueAward& award : *awards) {
      const std::pair key(award.person, award.award);
      while (next != done->end() && std::pair(next->person, next->award) < key) ++next;
      const bool has = next != done->end() && std::pair(next->person, next->award) == key;
      if (auto added = add_award(connection, all, award, has ? &*next : nullptr); !added) {
        return added;
      }
    }
    after = awards->back().person;
  }
  proof.waiting = all.waiting;
  proof.waiting_count = all.waiting_count;
  proof.lines.push_back(std::move(all.line));
  return {};
}

// ---- Files against their payments ---------------------------------------------------------------

Expected<void> prove_files(store::Connection& connection, Proof& proof) {
  ProofLine line{.name = "files",
                 .of = "",
                 .left_label = {"các tệp chi", "payment files"},
                 .right_label = {"lệnh chi trong tệp", "payments in them"}};
  const auto every = runs(connection);
  if (!every) return std::unexpected(every.error());
  for (const PaymentRun& run : *every) {
    const auto files = files_of(connection, run.run);
    if (!files) return std::unexpected(files.error());
    for (const BankFile& file : *files) {
      if (file.state != "sent") continue;
      const auto written = check_pain001(connection, file);
      if (!written) return std::unexpected(written.error());
      ++line.count;
      line.left += file.amount;
      line.right += written->amount;
      if (written->amount != file.amount || written->count != file.count ||
          (!file.digest.empty() && file.digest != written->digest)) {
        differ(line, file_name_of(file.file));
      }
    }
  }
  proof.lines.push_back(std::move(line));
  return {};
}

// ---- The ledger ---------------------------------------------------------------------------------

Expected<void> prove_entries(store::Connection& connection, const std::vector<Balance>& all,
                             Proof& proof) {
  ProofLine line{.name = "ledger",
                 .of = "",
                 .left_label = {"tổng ghi nợ", "debits"},
                 .right_label = {"tổng ghi có", "credits"}};
  std::map<std::string, int64_t> by_fund;
  for (const Balance& balance : all) {
    line.left += balance.debit;
    line.right += balance.credit;
    by_fund[balance.fund] += balance.amount();
  }
  for (const auto& [fund, sum] : by_fund) {
    if (sum != 0) differ(line, "fund " + fund);
  }
  const auto off = connection.each(
      "SELECT p.person, p.entry, a.fund FROM posting p JOIN account a ON a.account = p.account "
      "GROUP BY p.person, p.entry, a.fund HAVING sum(p.amount) <> 0 LIMIT 10",
      {}, [&](const store::Row& row) {
        differ(line, "person " + std::to_string(row.integer(0)) + ", entry " +
                         std::to_string(row.integer(1)));
        return true;
      });
  if (!off) return off;
  const auto entries = connection.number("SELECT count(*) FROM entry");
  if (!entries) return std::unexpected(entries.error());
  line.count = entries->value_or(0);
  proof.lines.push_back(std::move(line));
  return {};
}

// What the ledger booked for one cause in one account, by fund.
Expected<std::map<std::string, int64_t>> booked(store::Connection& connection,
                                                std::string_view sql) {
  const auto found = sums(connection, sql);
  if (!found) return std::unexpected(found.error());
  std::map<std::string, int64_t> made;
  for (const auto& [fund, sum] : *found) made[fund] = sum.first;
  return made;
}

Expected<void> prove_orders(store::Connection& connection, Proof& proof) {
  const auto ordered = sums(
      connection,
      "SELECT fund, CAST(sum(amount) AS bigint), count(*) FROM (SELECT fund, regular AS amount "
      "FROM payment WHERE attempt = 1 UNION ALL SELECT fund, payable - overpaid FROM adjustment) "
      "made GROUP BY fund");
  if (!ordered) return std::unexpected(ordered.error());
  const auto ledger = booked(
      connection,
      "SELECT a.fund, CAST(sum(p.amount) AS bigint), count(*) FROM posting p JOIN account a ON "
      "a.account = p.account JOIN entry e ON e.person = p.person AND e.entry = p.entry WHERE "
      "a.role = 'benefits' AND e.cause IN ('payment', 'adjustment') GROUP BY a.fund");
  if (!ledger) return std::unexpected(ledger.error());
  compare(proof, "orders", {"lệnh chi và điều chỉnh", "orders and adjustments"}, *ordered, *ledger,
          1);
  return {};
}

Expected<void> prove_balances(store::Connection& connection, const std::vector<Balance>& all,
                              Proof& proof) {
  struct Part {
    const char* name;
    Text label;
    Role role;
    int64_t sign;
    std::string_view sql;
  };
  const Part parts[] = {
      {"transit",
       {"tệp đã gửi, ngân hàng chưa báo", "files sent, not told of by the bank"},
       Role::kTransit,
       -1,
       "SELECT fund, CAST(sum(amount - settled - rejected) AS bigint), count(*) FROM bank_file "
       "WHERE state = 'sent' GROUP BY fund"},
      {"suspended",
       {"lệnh chi đang treo", "payments suspended"},
       Role::kSuspended,
       -1,
       "SELECT fund, CAST(sum(amount) AS bigint), count(*) FROM payment "
       "WHERE state = 'suspended' GROUP BY fund"},
      {"payable",
       {"lệnh chưa gửi và truy lĩnh chưa lập lệnh", "not sent, and back-pay not ordered"},
       Role::kPayable,
       -1,
       "SELECT fund, CAST(sum(amount) AS bigint), count(*) FROM (SELECT p.fund, p.amount FROM "
       "payment p JOIN bank_file f ON f.bank_file = p.file WHERE p.state = 'ordered' AND f.state "
       "<> 'sent' UNION ALL SELECT fund, payable FROM adjustment UNION ALL SELECT fund, -back FROM "
       "payment WHERE attempt = 1 AND back <> 0) open GROUP BY fund"},
      {"overpaid",
       {"chi quá phải thu hồi", "overpaid to persons"},
       Role::kOverpaid,
       1,
       "SELECT fund, CAST(sum(overpaid) AS bigint), count(*) FROM adjustment GROUP BY fund"},
  };
  for (const Part& part : parts) {
    const auto left = sums(connection, part.sql);
    if (!left) return std::unexpected(left.error());
    compare(proof, part.name, part.label, *left, ledger_of(all, part.role), part.sign);
  }
  return {};
}

Expected<void> prove_bank(store::Connection& connection, const std::vector<Balance>& all,
                          Proof& proof) {
  auto moved = sums(connection,
                    "SELECT fund, CAST(sum(amount) AS bigint), count(*) FROM bank_entry "
                    "WHERE amount <> 0 GROUP BY fund");
  if (!moved) return std::unexpected(moved.error());
  for (const auto& [fund, amount] : ledger_of(all, Role::kOpening)) {
    (*moved)[fund].first -= amount;
  }
  compare(proof, "bank", {"số dư đầu và phát sinh theo sao kê", "opening and movements stated"},
          *moved, ledger_of(all, Role::kBank), 1);
  const auto accounts = reconcile(connection);
  if (!accounts) return std::unexpected(accounts.error());
  for (const AccountLine& account : accounts->accounts) {
    if (!account.has_statement) continue;
    ProofLine line{.name = "statement",
                   .of = account.fund,
                   .left_label = {"số dư cuối ngân hàng báo", "closing balance of the bank"},
                   .right_label = {"sổ cái", "ledger"},
                   .left = account.stated,
                   .right = account.ledger,
                   .count = 1};
    for (const std::string& gap : account.gaps) differ(line, "before statement " + gap);
    proof.lines.push_back(std::move(line));
  }
  return {};
}

Expected<Proof> prove_all(store::Connection& connection) {
  Proof proof;
  const auto all = balances(connection);
  if (!all) return std::unexpected(all.error());
  Expected<void> done = prove_awards(connection, proof);
  if (done) done = prove_orders(connection, proof);
  if (done) done = prove_files(connection, proof);
  if (done) done = prove_balances(connection, *all, proof);
  if (done) done = prove_bank(connection, *all, proof);
  if (done) done = prove_entries(connection, *all, proof);
  if (!done) return std::unexpected(done.error());
  return proof;
}

}  // namespace

bool Proof::is_equal() const {
  return std::all_of(lines.begin(), lines.end(),
                     [](const ProofLine& line) { return line.is_equal(); });
}

Expected<Proof> prove(store::Connection& connection) {
  if (connection.in_transaction()) return prove_all(connection);
  return store::transact(connection, store::Access::kRead, prove_all);
}

}  // namespace ansinh::agency
