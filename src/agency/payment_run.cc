#include "agency/payment_run.h"

#include <algorithm>
#include <utility>

#include "agency/award_due.h"
#include "agency/clock.h"
#include "agency/payment_slice.h"
#include "base/date.h"

namespace ansinh::agency {

namespace {

constexpr std::string_view kRunKinds[] = {"month", "again"};
constexpr std::string_view kRunStates[] = {"ordering", "ordered", "released"};

PaymentRun run_from(const store::Row& row) {
  PaymentRun made{.run = row.integer(0),
                  .kind = row.text(1) == kRunKinds[0] ? RunKind::kMonth : RunKind::kAgain,
                  .month = row.integer(2),
                  .place = row.integer(4),
                  .slices = row.integer(5),
                  .started_at = row.integer(6),
                  .started_by = std::string(row.text(7)),
                  .released_at = row.maybe_integer(8).value_or(0),
                  .released_by = row.maybe_text(9).value_or(""),
                  .version = row.integer(10)};
  for (size_t i = 0; i < std::size(kRunStates); ++i) {
    if (row.text(3) == kRunStates[i]) made.state = static_cast<RunState>(i);
  }
  return made;
}

Expected<std::optional<PaymentRun>> first_run(store::Connection& connection, std::string_view sql,
                                              store::Values values) {
  std::optional<PaymentRun> found;
  const auto done = connection.each(sql, values, [&](const store::Row& row) {
    found = run_from(row);
    return false;
  });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<PaymentRun> make_run(store::Connection& connection, RunKind kind, int64_t month,
                              const std::string& by) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const auto number = take_numbers(connection, "run");
  if (!number) return std::unexpected(number.error());
  const store::Cell row[] = {*number, std::string(name_of(kind)), month, *at, by};
  const auto done = connection.run(
      "INSERT INTO run (run, kind, month, state, place, slices, started_at, started_by, version) "
      "VALUES ($1, $2, $3, 'ordering', -1, 0, $4, $5, 1)",
      row);
  if (!done) return std::unexpected(done.error());
  return PaymentRun{.run = *number,
                    .kind = kind,
                    .month = month,
                    .place = -1,
                    .started_at = *at,
                    .started_by = by,
                    .version = 1};
}

Failure month_passed(int64_t month, int64_t last) {
  const auto vi = [](int64_t m) { return Month{static_cast<int32_t>(m)}.to_display(); };
  const auto en = [](int64_t m) { return Month{static_cast<int32_t>(m)}.to_string(); };
  return refused("month-passed",
                 {"tháng " + vi(last) + " đã lập chi, nên tháng " + vi(month) +
                      " không lập được nữa; tiền còn thiếu của tháng trước được "
                      "chi cùng tháng sau",
                  "the month " + en(last) + " was run already, so that " + en(month) +
                      " cannot be run any more; what is still owed for it is paid "
                      "with the next month"});
}

Expected<PaymentRun> start_month(store::Connection& connection, int64_t month,
                                 const std::string& by) {
  return store::transact(
      connection, store::Access::kWrite, [&](store::Connection& c) -> Expected<PaymentRun> {
        const store::Cell key[] = {month};
        auto found = first_run(
            c,
            "SELECT run, kind, month, state, place, slices, started_at, started_by, released_at, "
            "released_by, version FROM run WHERE kind = 'month' AND month >= $1 "
            "ORDER BY month LIMIT 1",
            key);
        if (!found) return std::unexpected(found.error());
        if (found->has_value() && (*found)->month == month) return **found;
        if (found->has_value()) return std::unexpected(month_passed(month, (*found)->month));
        auto open = first_run(
            c,
            "SELECT run, kind, month, state, place, slices, started_at, started_by, released_at, "
            "released_by, version FROM run WHERE kind = 'month' AND state = 'ordering' "
            "ORDER BY month LIMIT 1",
            {});
        if (!open) return std::unexpected(open.error());
        if (open->has_value()) {
          const Month before{static_cast<int32_t>((*open)->month)};
          return std::unexpected(refused(
              "run-unfinished",
              {"đợt chi tháng " + before.to_display() + " chưa lập xong; hãy lập xong trước",
               "the run of " + before.to_string() + " is not finished; finish it first"}));
        }
        return make_run(c, RunKind::kMonth, month, by);
      });
}

Expected<void> finish_run(store::Connection& connection, PaymentRun& run) {
  const store::Cell row[] = {run.run, run.version};
  const auto changed = connection.run(
      "UPDATE run SET state = 'ordered', version = version + 1 WHERE run = $1 AND version = $2",
      row);
  if (!changed) return std::unexpected(changed.error());
  if (*changed != 1) return std::unexpected(changed_meanwhile());
  run.state = RunState::kOrdered;
  ++run.version;
  return {};
}

Failure too_large(int64_t person, int64_t award) {
  const std::string which = std::to_string(person) + "/" + std::to_string(award);
  return refused("amount-too-large",
                 {"khoản hưởng " + which + " quá lớn để tính; hãy kiểm tra số tiền của nó",
                  "the award " + which + " is too large to be added up; check its amounts"});
}

// What one award is worth in the month and before, against what was made of it.
Expected<void> order_award(PaymentSlice& slice, const PaymentRun& run, const DueAward& award,
                           AwardDone done) {
  if (!award.is_paid || award.terms.empty() || done.last_month >= run.month) return {};
  const auto due = due_through(award.terms, run.month - 1);
  if (!due) return std::unexpected(too_large(award.person, award.award));
  const int64_t difference = *due - done.regular - (done.payable - done.overpaid);
  if (difference != 0) {
    auto adjusted =
        slice.adjust_by(award, difference, done, run.month - 1, "run " + std::to_string(run.run));
    if (!adjusted) return adjusted;
  }
  const int64_t regular = std::max<int64_t>(due_in(award.terms, run.month), 0);
  const int64_t back = std::max<int64_t>(done.back_open(), 0);
  if (regular == 0 && back == 0) return {};
  return slice.order(award, regular, back);
}

Expected<void> order_slice(store::Connection& connection, PaymentRun& run, const std::string& by,
                           const RunLimits& limits) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const auto awards = awards_after(connection, run.place, limits.slice_awards);
  if (!awards) return std::unexpected(awards.error());
  if (awards->empty()) return finish_run(connection, run);
  const int64_t first = awards->front().person, last = awards->back().person;
  const auto done = awards_done(connection, first, last);
  if (!done) return std::unexpected(done.error());
  PaymentSlice slice(connection, run, limits, *at, by);
  if (auto prepared = slice.prepare(first, last); !prepared) return prepared;
  auto next = done->begin();
  for (const DueAward& award : *awards) {
    const std::pair key(award.person, award.award);
    while (next != done->end() && std::pair(next->person, next->award) < key) ++next;
    const bool has = next != done->end() && std::pair(next->person, next->award) == key;
    auto ordered = order_award(slice, run, award, has ? *next : AwardDone{});
    if (!ordered) return ordered;
  }
  if (auto written = slice.write(last); !written) return written;
  run.place = last;
  ++run.slices;
  ++run.version;
  return {};
}

using SliceWork = Expected<void> (*)(store::Connection&, PaymentRun&, const std::string&,
                                     const RunLimits&);

Expected<PaymentRun> order_all(store::Connection& connection, PaymentRun run, const std::string& by,
                               const RunLimits& limits, const RunProgress& progress,
                               SliceWork work) {
  while (run.state == RunState::kOrdering) {
    const PaymentRun before = run;
    const auto done = store::transact(connection, store::Access::kWrite,
                                      [&](store::Connection& c) -> Expected<void> {
                                        run = before;
                                        return work(c, run, by, limits);
                                      });
    if (!done) return std::unexpected(done.error());
    if (progress && !progress(run)) break;
  }
  return run;
}

// The persons whose payments are suspended, above `after`: payments of at most `count`, but all of
// each person.
Expected<std::vector<Payment>> suspended_after(store::Connection& connection, int64_t after,
                                               int64_t count) {
  std::vector<Payment> found;
  const auto take = [&](const store::Row& row) {
    found.push_back(payment_from(row));
    return true;
  };
  const store::Cell from[] = {after, count};
  if (auto done = connection.each(
          "SELECT person, payment, award, month, attempt, run, fund, regular, back, amount, "
          "holder, bank, number, file, state, reason, version FROM payment "
          "WHERE state = 'suspended' AND person > $1 ORDER BY person, payment LIMIT $2",
          from, take);
      !done) {
    return std::unexpected(done.error());
  }
  if (static_cast<int64_t>(found.size()) == count) {
    const store::Cell last[] = {found.back().person, found.back().payment};
    if (auto done = connection.each(
            "SELECT person, payment, award, month, attempt, run, fund, regular, back, amount, "
            "holder, bank, number, file, state, reason, version FROM payment "
            "WHERE state = 'suspended' AND person = $1 AND payment > $2 ORDER BY payment",
            last, take);
        !done) {
      return std::unexpected(done.error());
    }
  }
  return found;
}

Expected<void> again_slice(store::Connection& connection, PaymentRun& run, const std::string& by,
                           const RunLimits& limits) {
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  auto waiting = suspended_after(connection, run.place, limits.slice_awards);
  if (!waiting) return std::unexpected(waiting.error());
  if (waiting->empty()) return finish_run(connection, run);
  const int64_t first = waiting->front().person, last = waiting->back().person;
  PaymentSlice slice(connection, run, limits, *at, by);
  if (auto prepared = slice.prepare(first, last); !prepared) return prepared;
  for (Payment& payment : *waiting) {
    if (auto ordered = slice.order_again(payment); !ordered) {
      return std::unexpected(ordered.error());
    }
  }
  if (auto written = slice.write(last); !written) return written;
  run.place = last;
  ++run.slices;
  ++run.version;
  return {};
}

Failure no_award() {
  return refused("not-found", {"không có khoản hưởng này; hãy xem lại số của nó",
                               "there is no such award; check its number"});
}

// Up to the last month that was run for it; nothing was run yet: the first run pays it.
Expected<AwardAdjustment> adjust_one(PaymentSlice& slice, const DueAward& award, AwardDone done,
                                     int64_t last_run, const std::string& cause) {
  const int64_t through = std::max(done.last_month, last_run);
  if (through == 0) return AwardAdjustment{};
  const auto due = due_through(award.terms, through);
  if (!due) return std::unexpected(too_large(award.person, award.award));
  const int64_t difference = *due - done.regular - (done.payable - done.overpaid);
  if (difference == 0) return AwardAdjustment{};
  const Adjusted adjusted = adjust(difference, done);
  if (auto written = slice.adjust_by(award, difference, done, through, cause); !written) {
    return std::unexpected(written.error());
  }
  return AwardAdjustment{adjusted.payable, adjusted.overpaid};
}

}  // namespace

std::string_view name_of(RunKind kind) { return kRunKinds[static_cast<size_t>(kind)]; }
std::string_view name_of(RunState state) { return kRunStates[static_cast<size_t>(state)]; }

Expected<PaymentRun> order_month(store::Connection& connection, int64_t month,
                                 const std::string& by, const RunLimits& limits,
                                 const RunProgress& progress) {
  auto run = start_month(connection, month, by);
  if (!run) return run;
  return order_all(connection, std::move(*run), by, limits, progress, order_slice);
}

Expected<std::optional<PaymentRun>> order_again(store::Connection& connection, int64_t month,
                                                const std::string& by, const RunLimits& limits,
                                                const RunProgress& progress) {
  auto run = store::transact(
      connection, store::Access::kWrite,
      [&](store::Connection& c) -> Expected<std::optional<PaymentRun>> {
        auto open = first_run(
            c,
            "SELECT run, kind, month, state, place, slices, started_at, started_by, released_at, "
            "released_by, version FROM run WHERE kind = 'again' AND state = 'ordering' "
            "ORDER BY run LIMIT 1",
            {});
        if (!open || open->has_value()) return open;
        const auto waiting = c.number(
            "SELECT 1 FROM payment WHERE state = 'suspended' ORDER BY person, payment LIMIT 1");
        if (!waiting) return std::unexpected(waiting.error());
        if (!waiting->has_value()) return std::optional<PaymentRun>();
        auto made = make_run(c, RunKind::kAgain, month, by);
        if (!made) return std::unexpected(made.error());
        return std::optional<PaymentRun>(std::move(*made));
      });
  if (!run || !run->has_value()) return run;
  auto ordered = order_all(connection, std::move(**run), by, limits, progress, again_slice);
  if (!ordered) return std::unexpected(ordered.error());
  return std::optional<PaymentRun>(std::move(*ordered));
}

Expected<std::optional<PaymentRun>> find_run(store::Connection& connection, int64_t run) {
  const store::Cell key[] = {run};
  return first_run(connection,
                   "SELECT run, kind, month, state, place, slices, started_at, started_by, "
                   "released_at, released_by, version FROM run WHERE run = $1",
                   key);
}

Expected<std::vector<PaymentRun>> runs(store::Connection& connection) {
  std::vector<PaymentRun> found;
  const auto done = connection.each(
      "SELECT run, kind, month, state, place, slices, started_at, started_by, released_at, "
      "released_by, version FROM run ORDER BY run",
      {}, [&](const store::Row& row) {
        found.push_back(run_from(row));
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return found;
}

Expected<std::vector<AwardAdjustment>> adjust_awards(store::Connection& connection,
                                                     std::span<const AwardCause> awards,
                                                     int64_t recorded_at, const std::string& by) {
  std::vector<AwardAdjustment> made;
  if (awards.empty()) return made;
  const int64_t first = awards.front().person, last = awards.back().person;
  const store::Cell range[] = {first, last};
  const auto count =
      connection.number("SELECT count(*) FROM award WHERE person >= $1 AND person <= $2", range);
  if (!count) return std::unexpected(count.error());
  const auto due = awards_after(connection, first - 1, std::max<int64_t>(count->value_or(0), 1));
  if (!due) return std::unexpected(due.error());
  const auto done = awards_done(connection, first, last);
  if (!done) return std::unexpected(done.error());
  const auto ran =
      connection.number("SELECT max(month) FROM run WHERE kind = 'month' AND state <> 'ordering'");
  if (!ran) return std::unexpected(ran.error());
  const PaymentRun none{};
  PaymentSlice slice(connection, none, RunLimits{}, recorded_at, by);
  if (auto prepared = slice.prepare(first, last); !prepared) {
    return std::unexpected(prepared.error());
  }
  const auto key_of = [](const auto& one) { return std::pair(one.person, one.award); };
  auto next_due = due->begin();
  auto next_done = done->begin();
  for (const AwardCause& one : awards) {
    const std::pair key = key_of(one);
    while (next_due != due->end() && key_of(*next_due) < key) ++next_due;
    while (next_done != done->end() && key_of(*next_done) < key) ++next_done;
    if (next_due == due->end() || key_of(*next_due) != key) return std::unexpected(no_award());
    const bool has = next_done != done->end() && key_of(*next_done) == key;
    auto adjusted =
        adjust_one(slice, *next_due, has ? *next_done : AwardDone{}, ran->value_or(0), one.cause);
    if (!adjusted) return std::unexpected(adjusted.error());
    made.push_back(*adjusted);
  }
  if (auto written = slice.write_rows(); !written) return std::unexpected(written.error());
  return made;
}

Expected<AwardAdjustment> adjust_award(store::Connection& connection, int64_t person, int64_t award,
                                       const std::string& cause, int64_t recorded_at,
                                       const std::string& by) {
  const AwardCause one{person, award, cause};
  const auto made = adjust_awards(connection, {&one, 1}, recorded_at, by);
  if (!made) return std::unexpected(made.error());
  return made->front();
}

}  // namespace ansinh::agency
