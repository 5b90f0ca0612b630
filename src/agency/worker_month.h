// A worker's months with an employer: which are paid, and what the worker's file says of each.
//
// A declared month stands in the worker's file as a spell of that month from the source
// "employer N", under the month as its key: of the declared kind once all that was due of it is
// paid, before that of the law's kind for months not paid. What other sources said of the month
// gives way to it.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agency/contribution_rules.h"
#include "agency/employer.h"
#include "agency/employer_account.h"

namespace ansinh::agency {

enum class MonthState : uint8_t { kUnpaid, kPaid, kExempt, kWithdrawn };
std::string_view name_of(MonthState state);  // as stored: "unpaid"
Text label_of(MonthState state);

struct WorkerMonth {
  int64_t worker = 0;
  Month month;
  int64_t employer = 0;
  MonthState state = MonthState::kUnpaid;
  std::string facts;   // JSON as declared; empty: withdrawn
  int64_t amount = 0;  // due of it, all parties together
  std::optional<Date> due_on;
  int64_t raised_by = 0;  // the declaration that last raised what is due
};

// What a declaration says of a month of a worker: writes its state and what the file says.
Expected<void> put_worker_month(store::Connection& connection, const LawBook& book,
                                const ContributionRules& rules, const Employer& employer,
                                const WorkerMonth& month, int64_t recorded_at,
                                const std::string& by);

// After dues or payments of these months changed: those that are paid now, or not any more.
// Returns how many changed.
Expected<int64_t> update_worker_months(store::Connection& connection, const LawBook& book,
                                       const ContributionRules& rules, const Employer& employer,
                                       const EmployerAccount& account,
                                       const std::set<Month>& months, int64_t recorded_at,
                                       const std::string& by);

struct WorkerMonthShown {
  WorkerMonth month;
  std::string employer_code, employer_name;
  bool is_overdue = false;  // unpaid, and the due date is past
};
// All months of a worker, oldest first, with their employers.
Expected<std::vector<WorkerMonthShown>> months_of_worker(store::Connection& connection,
                                                         int64_t worker, Date today);

// ---- Telling the worker -------------------------------------------------------------------------

struct ArrearsNotice {
  int64_t worker = 0;
  Month month;         // in which it was queued
  std::string months;  // JSON: [{"month": "2026-08", "employer": "Công ty A", "due": "2026-09-30"}]
  int64_t recorded_at = 0;
};
// On the notice day of a month, or later in it, queues one notice for each worker who has a month
// whose due date is past and that is not paid (kind "months-unpaid" of notice.h); before that day
// nothing. Each worker once a month,
// however often it is called. In slices: at most `count_max` workers after number `after`; `last`
// is where to go on (0: that was all).
struct NoticeSlice {
  int64_t queued = 0;
  int64_t last = 0;
};
Expected<NoticeSlice> queue_arrears_notices(store::Connection& connection,
                                            const ContributionRules& rules, Date today,
                                            int64_t after, int64_t count_max);
Expected<std::vector<ArrearsNotice>> arrears_notices_of(store::Connection& connection,
                                                        int64_t worker);

}  // namespace ansinh::agency
