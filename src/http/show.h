// What the agency knows, as JSON: the same words over HTTP and from the shell (--json). Amounts are
// whole currency steps, dates "2026-07-01", months "2026-07", record times microseconds since 1970
// UTC.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "agency/application.h"
#include "agency/audit.h"
#include "agency/bank_report.h"
#include "agency/card.h"
#include "agency/declaration.h"
#include "agency/duplicates.h"
#include "agency/employer_statement.h"
#include "agency/merge.h"
#include "agency/notice.h"
#include "agency/payment.h"
#include "agency/payment_run.h"
#include "agency/proof.h"
#include "agency/reconcile.h"
#include "agency/revision.h"
#include "agency/search.h"
#include "agency/worker_month.h"

namespace ansinh::http {

nlohmann::ordered_json shown(const agency::Found& person);
nlohmann::ordered_json shown(const agency::Statement& statement);
nlohmann::ordered_json shown(const agency::Related& relation);
nlohmann::ordered_json shown(const agency::Duplicate& pair);
nlohmann::ordered_json shown(const agency::MergeConflict& conflict);
nlohmann::ordered_json shown(const agency::Application& application);
nlohmann::ordered_json shown(const agency::ApplicationEvent& event);
nlohmann::ordered_json shown(const agency::Decision& decision);
nlohmann::ordered_json shown(const agency::Award& award);
nlohmann::ordered_json shown(const card::Card& card);
nlohmann::ordered_json shown(const agency::IssuedCard& card);
nlohmann::ordered_json shown(const agency::Revision& revision);
nlohmann::ordered_json shown(const agency::Appeal& appeal);
nlohmann::ordered_json shown(const agency::Notice& notice);
nlohmann::ordered_json shown(const agency::Payment& payment,
                             const std::vector<agency::PaymentEvent>& events);
nlohmann::ordered_json shown(const agency::WorkerMonthShown& month);
nlohmann::ordered_json shown(const agency::Employer& employer);
nlohmann::ordered_json shown(const agency::EmployerInArrears& arrears);
nlohmann::ordered_json shown(const agency::Declared& declared);
nlohmann::ordered_json shown(const agency::PaymentRun& run,
                             const std::vector<agency::BankFile>& files);
nlohmann::ordered_json shown(const agency::ReportTaken& taken);
nlohmann::ordered_json shown(const agency::Reconciliation& report);
nlohmann::ordered_json shown(const agency::Balance& balance);
nlohmann::ordered_json shown(const agency::PostedEntry& posted);
nlohmann::ordered_json shown(const agency::Fund& fund);
nlohmann::ordered_json shown(const agency::Proof& proof);
nlohmann::ordered_json shown(const agency::AuditEntry& entry);

}  // namespace ansinh::http
