#include "agency/declaration.h"

#include <algorithm>
#include <map>

#include "agency/clock.h"
#include "agency/late_interest.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

// What is declared of one worker in a month.
struct Line {
  int64_t declaration = 0;  // 0: nothing was declared
  bool is_there = false;    // false: no longer declared
  std::string facts;
  std::vector<LineDue> dues;
  int64_t raised_by = 0;
  int64_t total() const {
    int64_t sum = 0;
    for (const LineDue& due : dues) sum += due.amount;
    return sum;
  }
};
using Lines = std::map<int64_t, Line>;  // by worker

bool same_dues(const Line& a, const Line& b) {
  return std::ranges::equal(a.dues, b.dues, [](const LineDue& x, const LineDue& y) {
    return x.key == y.key && x.amount == y.amount && x.due_on == y.due_on;
  });
}

// What holds for a month, by all that was declared so far.
Expected<Lines> lines_of(store::Connection& connection, int64_t employer, Month month) {
  Lines lines;
  const store::Cell key[] = {employer, int64_t{month.months}};
  auto read = connection.each(
      "SELECT worker, declaration, facts, total FROM declaration_line "
      "WHERE person = $1 AND month = $2 ORDER BY worker, declaration",
      key, [&, total = std::pair<int64_t, int64_t>{}](const store::Row& row) mutable {
        Line& line = lines[row.integer(0)];
        if (total.first != row.integer(0)) total = {row.integer(0), 0};
        line.declaration = row.integer(1);
        line.is_there = !row.is_null(2);
        line.facts = row.maybe_text(2).value_or("");
        if (row.integer(3) > total.second) line.raised_by = line.declaration;
        total.second = row.integer(3);
        return true;
      });
  if (!read) return std::unexpected(read.error());
  read = connection.each(
      "SELECT d.worker, d.declaration, d.contribution, d.party, d.fund, d.amount, d.due_on "
      "FROM line_due d JOIN declaration_line l ON l.person = d.person "
      "AND l.declaration = d.declaration AND l.worker = d.worker "
      "WHERE l.person = $1 AND l.month = $2 "
      "ORDER BY d.worker, d.declaration, d.contribution, d.party, d.fund",
      key, [&](const store::Row& row) {
        Line& line = lines.at(row.integer(0));
        if (line.declaration != row.integer(1)) return true;
        line.dues.push_back(
            {{std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4))},
             row.integer(5),
             Date{static_cast<int32_t>(row.integer(6))}});
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return lines;
}

struct CameBefore {
  int64_t declaration = 0;
  std::string digest;
  uint64_t line_count = 0;
};
Expected<std::optional<CameBefore>> declared_before(store::Connection& connection, int64_t employer,
                                                    const std::string& source_key) {
  const store::Cell key[] = {employer, source_key};
  const auto found = connection.one(
      "SELECT declaration, digest, line_count FROM declaration "
      "WHERE person = $1 AND source_key = $2",
      key);
  if (!found) return std::unexpected(found.error());
  if (!found->has_value()) return std::optional<CameBefore>();
  const store::Record& row = **found;
  return CameBefore{std::get<int64_t>(row[0]), std::get<std::string>(row[1]),
                    static_cast<uint64_t>(std::get<int64_t>(row[2]))};
}

// The other employer that has declared the worker's month; empty: none has.
Expected<std::string> other_employer(store::Connection& connection, int64_t worker, Month month,
                                     int64_t employer) {
  const store::Cell key[] = {worker, int64_t{month.months}, employer};
  const auto other = connection.number(
      "SELECT employer FROM worker_month WHERE person = $1 AND month = $2 AND employer <> $3 "
      "AND state <> 'withdrawn'",
      key);
  if (!other) return std::unexpected(other.error());
  if (!other->has_value()) return std::string();
  const auto found = employer_of(connection, **other);
  if (!found) return std::unexpected(found.error());
  return found->code;
}

Failure cannot_declare(std::string_view code, const std::string& vi, const std::string& en) {
  return refused(code, {vi, en});
}

class Declaring {
 public:
  Declaring(store::Connection& connection, const LawBook& book, const ContributionRules& rules,
            Employer employer, const NewDeclaration& declaration)
      : connection_(connection),
        book_(book),
        rules_(rules),
        employer_(std::move(employer)),
        new_(declaration),
        dues_(book, rules) {}

  // The rows as lines with what is due of each; those that cannot be are rejected.
  Expected<void> compute(const Payroll& payroll, Declared& result) {
    for (const PayrollRow& row : payroll.rows) {
      if (rules_.one_employer) {
        const auto other = other_employer(connection_, row.worker, new_.month, employer_.person);
        if (!other) return std::unexpected(other.error());
        if (!other->empty()) {
          result.rejected.push_back(
              {row.line,
               "",
               {"tháng này của người lao động đã do đơn vị \"" + *other + "\" khai",
                "this month of the worker was declared by the employer \"" + *other + "\""}});
          continue;
        }
      }
      auto dues = dues_.of(connection_, row.worker, new_.month, row.facts, employer_.code);
      if (!dues) {
        if (code_of(dues.error()) != "cannot-compute") return std::unexpected(dues.error());
        result.rejected.push_back({row.line, "", dues.error().text});
        continue;
      }
      lines_[row.worker] = {0, true, facts_json(row.facts), std::move(*dues), 0};
    }
    std::ranges::stable_sort(result.rejected, {}, &RejectedRow::line);
    return {};
  }

  size_t count() const { return lines_.size(); }

  Expected<void> write(const Payroll& payroll, Declared& result) {
    const auto at = record_time(connection_);
    if (!at) return std::unexpected(at.error());
    at_ = *at;
    const store::Cell key[] = {employer_.person};
    const auto last =
        connection_.number("SELECT max(declaration) FROM declaration WHERE person = $1", key);
    if (!last) return std::unexpected(last.error());
    number_ = last->value_or(0) + 1;
    auto account = EmployerAccount::load(connection_, employer_.person);
    if (!account) return std::unexpected(account.error());
    auto before = lines_of(connection_, employer_.person, new_.month);
    if (!before) return std::unexpected(before.error());
    find_changes(*before);

    if (const auto head = write_head(payroll); !head) return head;
    if (const auto lines = write_lines(*before); !lines) return lines;
    result.due_more = change_dues(*account, *before);
    account->distribute(rules_, book_.law());  // money that waits, before interest is charged
    const auto settled = settle(*account, book_, rules_, employer_.charged_on);
    if (!settled) return settled;
    const auto saved = account->save(
        connection_, rules_, date_of_record_time(at_, book_.roles.hours_east), at_, new_.by);
    if (!saved) return saved;
    const auto noted =
        set_account_state(connection_, employer_, employer_.charged_on, account->open_from());
    if (!noted) return noted;
    const auto put = put_months(*account, *before);
    if (!put) return put;
    std::set<Month> months = account->changed_months();
    months.insert(new_.month);
    const auto updated =
        update_worker_months(connection_, book_, rules_, employer_, *account, months, at_, new_.by);
    if (!updated) return std::unexpected(updated.error());
    result.declaration = number_;
    result.is_new = true;
    result.line_count = lines_.size();
    result.changed = changed_.size();
    return {};
  }

 private:
  // Keeps of the lines only what differs from before; who is left out of a whole payroll has an
  // empty line.
  void find_changes(const Lines& before) {
    for (const auto& [worker, line] : lines_) {
      const auto old = before.find(worker);
      const bool is_same = old != before.end() && old->second.is_there &&
                           old->second.facts == line.facts && same_dues(old->second, line);
      if (!is_same) changed_[worker] = line;
    }
    if (!new_.is_whole) return;
    for (const auto& [worker, line] : before) {
      if (line.is_there && !lines_.contains(worker)) changed_[worker] = {};
    }
  }

  Expected<void> write_head(const Payroll& payroll) {
    const store::Cell values[] = {employer_.person,
                                  number_,
                                  int64_t{new_.month.months},
                                  std::string(new_.is_whole ? "whole" : "part"),
                                  new_.source_key,
                                  payroll.digest,
                                  static_cast<int64_t>(lines_.size()),
                                  book_.law().digest,
                                  at_,
                                  new_.by};
    const auto done = connection_.run(
        "INSERT INTO declaration (person, declaration, month, kind, source_key, digest, "
        "line_count, law_digest, recorded_at, recorded_by) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values);
    if (!done) return std::unexpected(done.error());
    return {};
  }

  Expected<void> write_lines(const Lines& before) {
    for (const auto& [worker, line] : changed_) {
      const auto old = before.find(worker);
      const store::Cell values[] = {
          employer_.person,
          number_,
          worker,
          int64_t{new_.month.months},
          line.is_there ? store::Cell(line.facts) : store::Cell(),
          old == before.end() ? store::Cell() : store::Cell(old->second.declaration),
          line.total()};
      const auto done = connection_.run(
          "INSERT INTO declaration_line (person, declaration, worker, month, facts, previous, "
          "total) VALUES ($1, $2, $3, $4, $5, $6, $7)",
          values);
      if (!done) return std::unexpected(done.error());
      for (const LineDue& due : line.dues) {
        const store::Cell cells[] = {
            employer_.person, number_,      worker,     due.key.contribution,
            due.key.party,    due.key.fund, due.amount, int64_t{due.due_on.days}};
        const auto added = connection_.run(
            "INSERT INTO line_due (person, declaration, worker, contribution, party, fund, "
            "amount, due_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            cells);
        if (!added) return std::unexpected(added.error());
      }
    }
    return {};
  }

  int64_t change_dues(EmployerAccount& account, const Lines& before) const {
    std::map<DueGroup, int64_t> more;
    const auto add = [&](const Line& line, int64_t sign) {
      for (const LineDue& due : line.dues) {
        more[{new_.month, false, due.key, due.due_on}] += sign * due.amount;
      }
    };
    for (const auto& [worker, line] : changed_) {
      const auto old = before.find(worker);
      if (old != before.end()) add(old->second, -1);
      add(line, 1);
    }
    int64_t sum = 0;
    for (const auto& [group, amount] : more) {
      sum += amount;
      if (amount < 0) account.lower(group, -amount, number_);
      if (amount > 0) account.raise(group, amount, number_);
    }
    return sum;
  }

  Expected<void> put_months(const EmployerAccount& account, const Lines& before) {
    int64_t first_open = INT64_MAX;
    for (const Due& due : account.dues()) {
      if (!due.group.is_interest && due.group.month == new_.month && due.open() > 0) {
        first_open = std::min(first_open, due.declaration);
      }
    }
    for (const auto& [worker, line] : changed_) {
      const auto old = before.find(worker);
      const int64_t total_before = old == before.end() ? 0 : old->second.total();
      WorkerMonth month{worker,     new_.month,   employer_.person, MonthState::kUnpaid,
                        line.facts, line.total(), std::nullopt,     number_};
      if (line.total() <= total_before)
        month.raised_by = old == before.end() ? number_ : old->second.raised_by;
      for (const LineDue& due : line.dues) {
        month.due_on = month.due_on ? std::max(*month.due_on, due.due_on) : due.due_on;
      }
      if (!line.is_there) {
        month.state = MonthState::kWithdrawn;
      } else if (line.total() == 0) {
        month.state = MonthState::kExempt;
      } else {
        month.state = month.raised_by < first_open ? MonthState::kPaid : MonthState::kUnpaid;
      }
      const auto done =
          put_worker_month(connection_, book_, rules_, employer_, month, at_, new_.by);
      if (!done) return done;
    }
    return {};
  }

  store::Connection& connection_;
  const LawBook& book_;
  const ContributionRules& rules_;
  Employer employer_;
  const NewDeclaration& new_;
  PayrollDues dues_;
  Lines lines_, changed_;
  int64_t at_ = 0, number_ = 0;
};

}  // namespace

Expected<Declared> declare(store::Connection& connection, const LawBook& book,
                           const ContributionRules& rules, int64_t employer, const Payroll& payroll,
                           const NewDeclaration& declaration, Date today) {
  auto found = employer_of(connection, employer);
  if (!found) return std::unexpected(found.error());
  NewDeclaration given = declaration;
  if (given.source_key.empty()) {
    given.source_key =
        given.month.to_string() + (given.is_whole ? " whole " : " part ") + payroll.digest;
  }
  const std::string digest = sha256_hex(given.month.to_string() +
                                        (given.is_whole ? " whole " : " part ") + payroll.digest);
  const auto before = declared_before(connection, employer, given.source_key);
  if (!before) return std::unexpected(before.error());
  Declared result;
  if (before->has_value()) {
    if ((*before)->digest != digest) {
      return std::unexpected(cannot_declare(
          "key-taken",
          "khóa \"" + given.source_key + "\" đã dùng cho một bảng khai khác; dùng khóa khác",
          "the key \"" + given.source_key + "\" came with another payroll; use another key"));
    }
    result.declaration = (*before)->declaration;
    result.line_count = (*before)->line_count;
    return result;
  }
  if (!found->is_active) {
    return std::unexpected(
        cannot_declare("employer-ended", "đơn vị đã ngừng hoạt động", "the employer has ended"));
  }
  if (today < given.month.first_day()) {
    return std::unexpected(
        cannot_declare("month-ahead", "tháng " + given.month.to_display() + " chưa bắt đầu",
                       "the month " + given.month.to_string() + " has not begun"));
  }
  result.rejected = payroll.rejected;
  Payroll rows = payroll;
  rows.digest = digest;
  Declaring declaring(connection, book, rules, std::move(*found), given);
  const auto computed = declaring.compute(rows, result);
  if (!computed) return std::unexpected(computed.error());
  if (!result.rejected.empty() && given.is_whole) return result;
  if (!given.is_whole && declaring.count() == 0) {
    if (!result.rejected.empty()) return result;
    return std::unexpected(
        cannot_declare("empty-payroll", "bảng khai không có dòng nào", "the payroll has no rows"));
  }
  const auto written = declaring.write(rows, result);
  if (!written) return std::unexpected(written.error());
  return result;
}

}  // namespace ansinh::agency
