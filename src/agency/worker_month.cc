#include "agency/worker_month.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agency/clock.h"
#include "agency/notice.h"
#include "agency/payroll_spell.h"
#include "agency/statements.h"

namespace ansinh::agency {

namespace {

struct StateWords {
  MonthState state;
  std::string_view name;
  Text label;
};
const std::array<StateWords, 4>& state_words() {
  static const std::array<StateWords, 4> all_words = {{
      {MonthState::kUnpaid, "unpaid", {"chưa đóng", "not paid"}},
      {MonthState::kPaid, "paid", {"đã đóng", "paid"}},
      {MonthState::kExempt, "exempt", {"không phải đóng", "nothing due"}},
      {MonthState::kWithdrawn, "withdrawn", {"đã rút khai báo", "no longer declared"}},
  }};
  return all_words;
}

MonthState state_named(std::string_view name) {
  return std::ranges::find(state_words(), name, &StateWords::name)->state;
}

std::string source_of(const Employer& employer) {
  return "employer " + std::to_string(employer.person);
}

// What the worker's file says of the month in that state.
std::string spell_of(const LawBook& book, const ContributionRules& rules, const Employer& employer,
                     const WorkerMonth& month) {
  SpellFacts facts = facts_from_json(month.facts);
  if (month.state == MonthState::kUnpaid && rules.kind != law::kNoId) {
    facts.erase(book.law().facts[rules.kind].name);
  }
  return spell_json(book.law(), rules, month.month, facts, employer.code,
                    month.state == MonthState::kUnpaid ? rules.unpaid : rules.paid);
}

// What others said of the month gives way: their rows are replaced by what is left of them.
Expected<void> make_room(store::Connection& connection, const LawBook& book,
                         const ContributionRules& rules, const Employer& employer, int64_t worker,
                         Month month, const Origin& origin) {
  const std::string& list = book.law().lists[rules.spells].name;
  const auto history = history_of(connection, worker, Known{});
  if (!history) return std::unexpected(history.error());
  std::vector<NewStatement> replacing;
  for (const Statement& statement : *history) {
    if (statement.fact != list || statement.replaced_by != 0 || !statement.value) continue;
    if (statement.source.starts_with("employer ") &&
        (statement.source == source_of(employer) || !rules.one_employer)) {
      continue;
    }
    const auto row = facts::read_json_text(*statement.value, 0);
    if (!row || row->kind != facts::JsonKind::kObject) continue;
    const SpellParts parts = without_month(*row, month);
    if (!parts.covers) continue;
    const std::string of = std::to_string(statement.ref.statement);
    if (parts.left.empty()) {
      replacing.push_back(
          {.fact = list, .value = std::nullopt, .replaces = statement.ref.statement});
    }
    for (size_t i = 0; i < parts.left.size(); ++i) {
      replacing.push_back(
          {.fact = list,
           .value = to_text(parts.left[i]),
           .source_key = (i == 0 ? "before " : "after ") + month.to_string() + " of " + of,
           .replaces = i == 0 ? statement.ref.statement : 0});
    }
  }
  if (replacing.empty()) return {};
  const auto done = record(connection, book, worker, replacing, origin);
  if (!done) return std::unexpected(done.error());
  return {};
}

// The number of the statement that says so now; `before`: the one that said it so far (0: none).
Expected<int64_t> say_month(store::Connection& connection, const LawBook& book,
                            const ContributionRules& rules, const Employer& employer,
                            const WorkerMonth& month, int64_t before, const std::string& by) {
  const std::string& list = book.law().lists[rules.spells].name;
  const Origin origin{source_of(employer), by};
  NewStatement statement{
      .fact = list, .value = std::nullopt, .source_key = month.month.to_string()};
  if (month.state == MonthState::kWithdrawn) {
    if (before == 0) return 0;
    statement.replaces = before;
  } else {
    if (before == 0) {
      const auto room =
          make_room(connection, book, rules, employer, month.worker, month.month, origin);
      if (!room) return std::unexpected(room.error());
    }
    statement.value = spell_of(book, rules, employer, month);
  }
  const auto done = record(connection, book, month.worker, {&statement, 1}, origin);
  if (!done) return std::unexpected(done.error());
  if (month.state == MonthState::kWithdrawn) return 0;
  return done->statements.front() != 0 ? done->statements.front() : before;
}

Expected<void> month_event(store::Connection& connection, const WorkerMonth& month,
                           int64_t recorded_at, const std::string& by) {
  const store::Cell values[] = {month.worker,
                                int64_t{month.month.months},
                                month.employer,
                                std::string(name_of(month.state)),
                                month.amount,
                                recorded_at,
                                by};
  const auto done = connection.run(
      "INSERT INTO worker_month_event (person, month, employer, event, state, amount, recorded_at, "
      "recorded_by) SELECT $1, $2, $3, coalesce(max(event), 0) + 1, $4, $5, $6, $7 "
      "FROM worker_month_event WHERE person = $1 AND month = $2 AND employer = $3",
      values);
  if (!done) return std::unexpected(done.error());
  return {};
}

store::Cell cell_or_null(int64_t value) { return value == 0 ? store::Cell() : store::Cell(value); }

WorkerMonth month_from(const store::Row& row) {
  WorkerMonth month{row.integer(0),
                    Month{static_cast<int32_t>(row.integer(1))},
                    row.integer(2),
                    state_named(row.text(3)),
                    row.maybe_text(4).value_or(""),
                    row.integer(5),
                    std::nullopt,
                    row.integer(7)};
  if (const auto due = row.maybe_integer(6)) month.due_on = Date{static_cast<int32_t>(*due)};
  return month;
}

}  // namespace

std::string_view name_of(MonthState state) {
  return std::ranges::find(state_words(), state, &StateWords::state)->name;
}

Text label_of(MonthState state) {
  return std::ranges::find(state_words(), state, &StateWords::state)->label;
}

Expected<void> put_worker_month(store::Connection& connection, const LawBook& book,
                                const ContributionRules& rules, const Employer& employer,
                                const WorkerMonth& month, int64_t recorded_at,
                                const std::string& by) {
  const store::Cell key[] = {month.worker, int64_t{month.month.months}, month.employer};
  const auto before = connection.one(
      "SELECT statement FROM worker_month WHERE person = $1 AND month = $2 AND employer = $3", key);
  if (!before) return std::unexpected(before.error());
  int64_t statement = 0;
  if (before->has_value() && std::holds_alternative<int64_t>((*before)->front())) {
    statement = std::get<int64_t>((*before)->front());
  }
  const auto said = say_month(connection, book, rules, employer, month, statement, by);
  if (!said) return std::unexpected(said.error());
  const store::Cell values[] = {
      month.worker,
      int64_t{month.month.months},
      month.employer,
      std::string(name_of(month.state)),
      month.facts.empty() ? store::Cell() : store::Cell(month.facts),
      month.amount,
      month.due_on ? store::Cell(int64_t{month.due_on->days}) : store::Cell(),
      month.raised_by,
      cell_or_null(*said)};
  const auto done = connection.run(
      "INSERT INTO worker_month (person, month, employer, state, facts, amount, due_on, raised_by, "
      "statement, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) "
      "ON CONFLICT (person, month, employer) DO UPDATE SET state = excluded.state, "
      "facts = excluded.facts, amount = excluded.amount, due_on = excluded.due_on, "
      "raised_by = excluded.raised_by, statement = excluded.statement, "
      "version = worker_month.version + 1",
      values);
  if (!done) return std::unexpected(done.error());
  return month_event(connection, month, recorded_at, by);
}

Expected<int64_t> update_worker_months(store::Connection& connection, const LawBook& book,
                                       const ContributionRules& rules, const Employer& employer,
                                       const EmployerAccount& account,
                                       const std::set<Month>& months, int64_t recorded_at,
                                       const std::string& by) {
  // By month, the first declaration of which something is not paid.
  std::map<Month, int64_t> open_from;
  for (const Due& due : account.dues()) {
    if (due.group.is_interest || due.open() == 0) continue;
    const auto [place, is_new] = open_from.try_emplace(due.group.month, due.declaration);
    if (!is_new) place->second = std::min(place->second, due.declaration);
  }
  std::vector<WorkerMonth> changed;
  for (const Month month : months) {
    const auto open = open_from.find(month);
    const int64_t first_open = open == open_from.end() ? INT64_MAX : open->second;
    const store::Cell key[] = {employer.person, int64_t{month.months}, first_open};
    const auto read = connection.each(
        "SELECT person, month, employer, state, facts, amount, due_on, raised_by FROM worker_month "
        "WHERE employer = $1 AND month = $2 AND ((state = 'unpaid' AND raised_by < $3) OR "
        "(state = 'paid' AND raised_by >= $3)) ORDER BY person",
        key, [&](const store::Row& row) {
          changed.push_back(month_from(row));
          return true;
        });
    if (!read) return std::unexpected(read.error());
  }
  for (WorkerMonth& month : changed) {
    month.state = month.state == MonthState::kPaid ? MonthState::kUnpaid : MonthState::kPaid;
    const auto done = put_worker_month(connection, book, rules, employer, month, recorded_at, by);
    if (!done) return std::unexpected(done.error());
  }
  return static_cast<int64_t>(changed.size());
}

Expected<std::vector<WorkerMonthShown>> months_of_worker(store::Connection& connection,
                                                         int64_t worker, Date today) {
  std::vector<WorkerMonthShown> months;
  const store::Cell key[] = {worker};
  const auto read = connection.each(
      "SELECT person, month, employer, state, facts, amount, due_on, raised_by FROM worker_month "
      "WHERE person = $1 ORDER BY month, employer",
      key, [&](const store::Row& row) {
        WorkerMonthShown& shown = months.emplace_back();
        shown.month = month_from(row);
        shown.is_overdue = shown.month.state == MonthState::kUnpaid && shown.month.due_on &&
                           *shown.month.due_on < today;
        return true;
      });
  if (!read) return std::unexpected(read.error());
  std::map<int64_t, Employer> known;
  for (WorkerMonthShown& shown : months) {
    auto found = known.find(shown.month.employer);
    if (found == known.end()) {
      const auto employer = employer_of(connection, shown.month.employer);
      if (!employer) return std::unexpected(employer.error());
      found = known.emplace(shown.month.employer, *employer).first;
    }
    shown.employer_code = found->second.code;
    shown.employer_name = found->second.name;
  }
  return months;
}

Expected<NoticeSlice> queue_arrears_notices(store::Connection& connection,
                                            const ContributionRules& rules, Date today,
                                            int64_t after, int64_t count_max) {
  if (today.day() < rules.notice_day) return NoticeSlice{};
  const store::Cell key[] = {int64_t{today.days}, after, count_max};
  std::vector<int64_t> workers;
  auto read = connection.each(
      "SELECT DISTINCT person FROM worker_month WHERE state = 'unpaid' AND due_on < $1 "
      "AND person > $2 ORDER BY person LIMIT $3",
      key, [&](const store::Row& row) {
        workers.push_back(row.integer(0));
        return true;
      });
  if (!read) return std::unexpected(read.error());
  if (workers.empty()) return NoticeSlice{};
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  NoticeSlice slice;
  if (static_cast<int64_t>(workers.size()) == count_max) slice.last = workers.back();
  for (const int64_t worker : workers) {
    const auto months = months_of_worker(connection, worker, today);
    if (!months) return std::unexpected(months.error());
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    Text text{"Các tháng bảo hiểm của bạn đã quá hạn mà đơn vị chưa đóng:",
              "Months for which your employer has not paid contributions in time:"};
    for (const WorkerMonthShown& shown : *months) {
      if (!shown.is_overdue) continue;
      const std::string of = " (" + shown.employer_name + ")";
      text.vi += (list.empty() ? " " : ", ") + shown.month.month.to_display() + of;
      text.en += (list.empty() ? " " : ", ") + shown.month.month.to_string() + of;
      list.push_back({{"month", shown.month.month.to_string()},
                      {"employer", shown.employer_name},
                      {"code", shown.employer_code},
                      {"due", shown.month.due_on->to_string()}});
    }
    const store::Cell values[] = {worker, int64_t{Month::of(today).months}, list.dump(), *at};
    const auto done = connection.run(
        "INSERT INTO arrears_notice (person, month, months, recorded_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (person, month) DO NOTHING",
        values);
    if (!done) return std::unexpected(done.error());
    if (*done == 0) continue;
    const auto queued = queue_notice(connection, worker, "months-unpaid",
                                     "month " + Month::of(today).to_string(), text);
    if (!queued) return std::unexpected(queued.error());
    ++slice.queued;
  }
  return slice;
}

Expected<std::vector<ArrearsNotice>> arrears_notices_of(store::Connection& connection,
                                                        int64_t worker) {
  std::vector<ArrearsNotice> notices;
  const store::Cell key[] = {worker};
  const auto read = connection.each(
      "SELECT person, month, months, recorded_at FROM arrears_notice WHERE person = $1 "
      "ORDER BY month",
      key, [&](const store::Row& row) {
        notices.push_back({row.integer(0), Month{static_cast<int32_t>(row.integer(1))},
                           std::string(row.text(2)), row.integer(3)});
        return true;
      });
  if (!read) return std::unexpected(read.error());
  return notices;
}

}  // namespace ansinh::agency
