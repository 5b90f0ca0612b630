#include "http/show.h"

#include "agency/pain001.h"

namespace ansinh::http {

namespace {

using Shown = nlohmann::ordered_json;

Shown both(const Text& text) { return {{"vi", text.vi}, {"en", text.en}}; }
Shown day(const std::optional<Date>& date) { return date ? Shown(date->to_string()) : Shown(); }
Shown month(int64_t months) { return Month{static_cast<int32_t>(months)}.to_string(); }
Shown unless_none(int64_t number) { return number == 0 ? Shown() : Shown(number); }

// A stored text that is JSON.
Shown parsed(const std::string& text) { return Shown::parse(text, nullptr, false); }

}  // namespace

Shown shown(const agency::Found& person) {
  return {{"person", person.person},
          {"merged_into", unless_none(person.merged_into)},
          {"kind", person.kind},
          {"name", person.name},
          {"birth_date", day(person.birth_date)},
          {"death_date", day(person.death_date)},
          {"sex", person.sex},
          {"province", person.province},
          {"commune", person.commune}};
}

Shown shown(const agency::Statement& statement) {
  return {{"statement", statement.ref.statement},
          {"fact", statement.fact},
          {"value", statement.value ? parsed(*statement.value) : Shown()},
          {"takes_back", !statement.value.has_value()},
          {"from", day(statement.valid_from)},
          {"until", day(statement.valid_until)},
          {"source", statement.source},
          {"key", statement.source_key},
          {"recorded_at", statement.recorded_at},
          {"recorded_by", statement.recorded_by},
          {"replaces", unless_none(statement.replaces)},
          {"replaced_by", unless_none(statement.replaced_by)}};
}

Shown shown(const agency::Related& relation) {
  return {{"fact", relation.fact},
          {"other", relation.other},
          {"from", day(relation.from)},
          {"until", day(relation.until)}};
}

Shown shown(const agency::Duplicate& pair) {
  return {{"person", pair.person}, {"other", pair.other},     {"score", pair.score},
          {"state", pair.state},   {"reasons", pair.reasons}, {"version", pair.version}};
}

Shown shown(const agency::MergeConflict& conflict) {
  return {
      {"fact", conflict.fact}, {"kept", parsed(conflict.kept)}, {"other", parsed(conflict.other)}};
}

Shown shown(const agency::Application& application) {
  return {{"person", application.person},
          {"application", application.application},
          {"benefit", application.benefit},
          {"channel", application.channel},
          {"state", application.state},
          {"received_on", application.received_on.to_string()},
          {"due_on", application.due_on.to_string()},
          {"decision", unless_none(application.decision)},
          {"version", application.version}};
}

Shown shown(const agency::ApplicationEvent& event) {
  return {{"state", event.state},
          {"recorded_at", event.recorded_at},
          {"recorded_by", event.recorded_by},
          {"reason", event.reason}};
}

namespace {

Shown shown_term(const agency::Term& term) {
  const bool is_open = term.until_month == agency::Term::kOpenTerm;
  return {{"about", term.about},
          {"fund", term.fund},
          {"each", term.each},
          {"amount", term.amount},
          {"from", month(term.from_month)},
          {"until", is_open ? Shown() : month(term.until_month)}};
}

Shown shown_terms(const std::vector<agency::Term>& terms) {
  Shown all = Shown::array();
  for (const agency::Term& term : terms) all.push_back(shown_term(term));
  return all;
}

}  // namespace

Shown shown(const agency::Decision& decision) {
  const agency::Finding& finding = decision.finding;
  Shown missing = Shown::array();
  for (const Text& one : finding.missing) missing.push_back(both(one));
  return {{"person", decision.person},
          {"decision", decision.decision},
          {"application", unless_none(decision.application)},
          {"kind", decision.kind},
          {"state", decision.state},
          {"before", unless_none(decision.before)},
          {"benefit", finding.benefit},
          {"decided_for", finding.decided_for.to_string()},
          {"status", finding.status},
          {"terms", shown_terms(finding.terms)},
          {"missing", std::move(missing)},
          {"words", both(finding.words)},
          {"outcome", parsed(finding.outcome)},
          {"receipt",
           {{"law", finding.law_digest},
            {"facts", finding.facts_digest},
            {"outcome", finding.outcome_digest},
            {"engine", finding.engine},
            {"known_at", finding.known_at}}},
          {"recorded_at", decision.recorded_at},
          {"recorded_by", decision.recorded_by}};
}

Shown shown(const agency::Award& award) {
  return {{"person", award.person},           {"award", award.award},
          {"benefit", award.benefit},         {"about", award.about},
          {"application", award.application}, {"state", award.state},
          {"version", award.version},         {"terms", shown_terms(award.terms)}};
}

Shown shown(const card::Card& card) {
  static constexpr std::string_view kKinds[] = {"", "insured", "in-payment", "entitled"};
  const auto month_or_null = [](const std::optional<Month>& at) {
    return at ? Shown(at->to_string()) : Shown();
  };
  Shown coverages = Shown::array();
  for (const card::Coverage& one : card.coverages) {
    coverages.push_back({{"kind", kKinds[static_cast<size_t>(one.kind)]},
                         {"name", one.name},
                         {"label", both(one.label)},
                         {"from", month_or_null(one.from)},
                         {"until", month_or_null(one.until)}});
  }
  return {{"issuer", card.issuer},
          {"id", card.id},
          {"name", card.name},
          {"birth_date", day(card.birth_date)},
          {"gender", static_cast<int>(card.gender)},
          {"coverages", std::move(coverages)},
          {"coverages_left_out", card.coverages_left_out}};
}

Shown shown(const agency::IssuedCard& card) {
  return {{"person", card.person},
          {"card", card.card},
          {"key", card.key_id},
          {"issued_on", day(card.issued_on)},
          {"expires_on", day(card.expires_on)},
          {"text", card.text},
          {"list", card.list},
          {"place", card.place},
          {"revoked_on", day(card.revoked_on)},
          {"why", card.why},
          {"recorded_at", card.recorded_at},
          {"recorded_by", card.recorded_by}};
}

Shown shown(const agency::Revision& revision) {
  return {{"person", revision.person},  {"revision", revision.revision},
          {"before", revision.before},  {"after", revision.after},
          {"cause", revision.cause},    {"state", revision.state},
          {"version", revision.version}};
}

Shown shown(const agency::Appeal& appeal) {
  return {{"person", appeal.person},
          {"appeal", appeal.appeal},
          {"decision", appeal.decision},
          {"state", appeal.state},
          {"received_on", appeal.received_on.to_string()},
          {"due_on", appeal.due_on.to_string()},
          {"answer", unless_none(appeal.answer)},
          {"version", appeal.version}};
}

Shown shown(const agency::Notice& notice) {
  return {{"notice", notice.notice},       {"kind", notice.kind},
          {"about", notice.about},         {"text", both(notice.text)},
          {"queued_at", notice.queued_at}, {"sent_at", unless_none(notice.sent_at)}};
}

Shown shown(const agency::Payment& payment, const std::vector<agency::PaymentEvent>& events) {
  Shown all{{"payment", payment.payment},
            {"award", payment.award},
            {"month", month(payment.month)},
            {"attempt", payment.attempt},
            {"run", payment.run},
            {"fund", payment.fund},
            {"regular", payment.regular},
            {"back", payment.back},
            {"amount", payment.amount},
            {"bank", payment.account ? Shown(payment.account->bank) : Shown()},
            {"number", payment.account ? Shown(payment.account->number) : Shown()},
            {"state", agency::name_of(payment.state)},
            {"reason", payment.reason},
            {"reference", agency::reference_of({payment.person, payment.payment})},
            {"events", Shown::array()}};
  for (const agency::PaymentEvent& event : events) {
    all["events"].push_back({{"what", event.what},
                             {"reason", event.reason},
                             {"source", event.source},
                             {"recorded_at", event.recorded_at}});
  }
  return all;
}

Shown shown(const agency::WorkerMonthShown& shown_month) {
  const agency::WorkerMonth& one = shown_month.month;
  return {{"month", one.month.to_string()},
          {"state", agency::name_of(one.state)},
          {"overdue", shown_month.is_overdue},
          {"amount", one.amount},
          {"due_on", one.due_on ? one.due_on->to_string() : ""},
          {"employer", shown_month.employer_code},
          {"name", shown_month.employer_name}};
}

Shown shown(const agency::Employer& employer) {
  return {{"employer", employer.person},
          {"code", employer.code},
          {"name", employer.name},
          {"active", employer.is_active},
          {"charged_on", day(employer.charged_on)},
          {"version", employer.version}};
}

Shown shown(const agency::EmployerInArrears& arrears) {
  return {{"employer", arrears.employer.person},
          {"code", arrears.employer.code},
          {"name", arrears.employer.name},
          {"overdue", arrears.overdue},
          {"oldest_due", arrears.oldest_due.to_string()}};
}

Shown shown(const agency::Declared& declared) {
  Shown rejected = Shown::array();
  for (const agency::RejectedRow& row : declared.rejected) {
    rejected.push_back({{"line", row.line}, {"column", row.column}, {"reason", both(row.reason)}});
  }
  return {{"declaration", unless_none(declared.declaration)},
          {"new", declared.is_new},
          {"workers", declared.line_count},
          {"changed", declared.changed},
          {"due_more", declared.due_more},
          {"rejected", std::move(rejected)}};
}

Shown shown(const agency::PaymentRun& run, const std::vector<agency::BankFile>& files) {
  Shown all{{"run", run.run},
            {"kind", agency::name_of(run.kind)},
            {"month", month(run.month)},
            {"state", agency::name_of(run.state)},
            {"files", Shown::array()}};
  for (const agency::BankFile& file : files) {
    all["files"].push_back({{"file", file.file},
                            {"name", agency::file_name_of(file.file)},
                            {"fund", file.fund},
                            {"payments", file.count},
                            {"amount", file.amount},
                            {"state", file.state}});
  }
  return all;
}

Shown shown(const agency::ReportTaken& taken) {
  return {{"report", taken.report},
          {"kind", taken.kind == agency::ReportKind::kAnswer ? "pain.002" : "camt.053"},
          {"message", taken.message},
          {"known", taken.is_known},
          {"records", taken.records},
          {"repeated", taken.repeated},
          {"settled", taken.settled},
          {"refused", taken.refused},
          {"files_refused", taken.files_refused},
          {"returned", taken.returned},
          {"unknown", taken.unknown},
          {"unknown_amount", taken.unknown_amount}};
}

Shown shown(const agency::Reconciliation& report) {
  Shown all{
      {"clean", report.is_clean()},
      {"in_transit", report.in_transit},
      {"suspended", {{"payments", report.suspended_count}, {"amount", report.suspended_amount}}},
      {"files", Shown::array()},
      {"accounts", Shown::array()},
      {"unknown", Shown::array()}};
  for (const agency::FileLine& line : report.files) {
    all["files"].push_back({{"name", agency::file_name_of(line.file.file)},
                            {"fund", line.file.fund},
                            {"state", line.file.state},
                            {"amount", line.file.amount},
                            {"settled", line.file.settled},
                            {"refused", line.file.rejected},
                            {"in_transit", line.file.in_transit()}});
  }
  for (const agency::AccountLine& line : report.accounts) {
    all["accounts"].push_back({{"fund", line.fund},
                               {"ledger", line.ledger},
                               {"stated", line.has_statement ? Shown(line.stated) : Shown()},
                               {"gaps", line.gaps},
                               {"agrees", line.agrees()}});
  }
  for (const agency::BankEntry& entry : report.unknown) {
    all["unknown"].push_back({{"fund", entry.fund},
                              {"day", entry.day.to_string()},
                              {"amount", entry.amount},
                              {"reference", entry.key},
                              {"told", entry.told}});
  }
  return all;
}

Shown shown(const agency::Balance& balance) {
  return {{"fund", balance.fund},
          {"account", agency::name_of(balance.role)},
          {"debit", balance.debit},
          {"credit", balance.credit},
          {"balance", balance.amount()}};
}

Shown shown(const agency::PostedEntry& posted) {
  const agency::Entry& entry = posted.entry;
  Shown postings = Shown::array();
  for (const agency::Posting& posting : entry.postings) {
    postings.push_back({{"fund", posting.fund},
                        {"account", agency::name_of(posting.role)},
                        {"amount", posting.amount}});
  }
  return {{"entry", posted.number},
          {"day", entry.day.to_string()},
          {"cause", entry.cause},
          {"cause_key", entry.cause_key},
          {"corrects", unless_none(entry.corrects)},
          {"postings", std::move(postings)},
          {"recorded_at", entry.recorded_at},
          {"recorded_by", entry.recorded_by}};
}

Shown shown(const agency::Fund& fund) {
  return {{"fund", fund.fund},         {"name", both(fund.name)}, {"currency", fund.currency},
          {"decimals", fund.decimals}, {"holder", fund.holder},   {"bank", fund.bank},
          {"number", fund.number}};
}

Shown shown(const agency::Proof& proof) {
  Shown all{{"equal", proof.is_equal()},
            {"waiting", {{"awards", proof.waiting_count}, {"amount", proof.waiting}}},
            {"lines", Shown::array()}};
  for (const agency::ProofLine& line : proof.lines) {
    all["lines"].push_back({{"name", line.name},
                            {"fund", line.of},
                            {"left", line.left},
                            {"right", line.right},
                            {"count", line.count},
                            {"equal", line.is_equal()},
                            {"differing", line.differing}});
  }
  return all;
}

Shown shown(const agency::AuditEntry& entry) {
  return {{"audit", entry.audit},
          {"at", entry.at},
          {"user", entry.user},
          {"what", entry.what},
          {"person", unless_none(entry.person)},
          {"detail", entry.detail},
          {"hash", entry.hash}};
}

}  // namespace ansinh::http
