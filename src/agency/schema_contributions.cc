// Employers, what they declared, what they owe and what they paid; the months of their workers.
//
// Rows of `employer` and `worker_month` change and have an event table beside them; all others are
// only added to. `person` is the employer, in worker_month, worker_month_event and arrears_notice
// the worker.
#include "agency/schema.h"

namespace ansinh::agency {

store::Migration contributions_migration() {
  return {
      .number = 4,
      .name = "contributions",
      .statements = {
          // code: what the agency calls it (the law's text fact of a spell). state: active, ended.
          // charged_on: the day up to which late interest was last charged. open_from: the due date
          // of the oldest due that is open; null: nothing is.
          // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): statements of several lines
          "CREATE TABLE employer (person bigint NOT NULL, code text NOT NULL, "
          "name text NOT NULL, state text NOT NULL, charged_on bigint, open_from bigint, version "
          "bigint NOT NULL, "
          "PRIMARY KEY (person))",
          "CREATE INDEX employer_code ON employer (code, person)"
          " -- crosses persons: employers are found by their code",
          "CREATE INDEX employer_open ON employer (open_from, person)"
          " -- crosses persons: the list of employers in arrears",
          "CREATE TABLE employer_event (person bigint NOT NULL, event bigint NOT NULL, "
          "kind text NOT NULL, details text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, PRIMARY KEY (person, event))",

          // A payroll of a month as it came. kind: whole (who is not in it, was not employed), part
          // (the others stay as they were). digest: of what was declared.
          "CREATE TABLE declaration (person bigint NOT NULL, declaration bigint NOT NULL, "
          "month bigint NOT NULL, kind text NOT NULL, source_key text NOT NULL, "
          "digest text NOT NULL, line_count bigint NOT NULL, law_digest text NOT NULL, "
          "recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (person, declaration), UNIQUE (person, source_key))",
          // One worker of it. facts: JSON of the spell as the law names them; null: no longer
          // declared. previous: the declaration whose line this one takes the place of. total: what
          // is due of it, in all.
          "CREATE TABLE declaration_line (person bigint NOT NULL, declaration bigint NOT NULL, "
          "worker bigint NOT NULL, month bigint NOT NULL, facts text, previous bigint, "
          "total bigint NOT NULL, PRIMARY KEY (person, declaration, worker))",
          "CREATE INDEX declaration_line_month ON declaration_line (person, month, worker, "
          "declaration)",
          // What is due of a line, by the law's contribution, party and fund.
          "CREATE TABLE line_due (person bigint NOT NULL, declaration bigint NOT NULL, "
          "worker bigint NOT NULL, contribution text NOT NULL, party text NOT NULL, "
          "fund text NOT NULL, amount bigint NOT NULL, due_on bigint NOT NULL, "
          "PRIMARY KEY (person, declaration, worker, contribution, party, fund))",

          // What the employer owes by it. kind: contribution, interest (contribution and party are
          // then empty, month and due_on those of the debt). reduces: the due that this one lowers;
          // then amount < 0, else > 0. declaration: null for interest.
          "CREATE TABLE due (person bigint NOT NULL, due bigint NOT NULL, kind text NOT NULL, "
          "month bigint NOT NULL, contribution text NOT NULL, party text NOT NULL, "
          "fund text NOT NULL, amount bigint NOT NULL, due_on bigint NOT NULL, "
          "declaration bigint, reduces bigint, recorded_at bigint NOT NULL, "
          "PRIMARY KEY (person, due))",

          // Money that came in. source_key: the bank's reference.
          "CREATE TABLE receipt (person bigint NOT NULL, receipt bigint NOT NULL, "
          "received_on bigint NOT NULL, amount bigint NOT NULL, source_key text NOT NULL, "
          "recorded_at bigint NOT NULL, recorded_by text NOT NULL, PRIMARY KEY (person, receipt), "
          "UNIQUE (person, source_key))",
          "CREATE INDEX receipt_source ON receipt (source_key, person)"
          " -- crosses persons: a movement on a bank account finds the receipt",
          // What of it pays which due; amount < 0: taken back because less was due after all.
          "CREATE TABLE allocation (person bigint NOT NULL, allocation bigint NOT NULL, "
          "receipt bigint NOT NULL, due bigint NOT NULL, amount bigint NOT NULL, "
          "recorded_at bigint NOT NULL, PRIMARY KEY (person, allocation))",

          // A worker's month with an employer as it stands. state: unpaid, paid, exempt (nothing
          // is due), withdrawn (no longer declared). raised_by: the last declaration that raised
          // what is due of it. statement: what says so in the worker's file.
          "CREATE TABLE worker_month (person bigint NOT NULL, month bigint NOT NULL, "
          "employer bigint NOT NULL, state text NOT NULL, facts text, amount bigint NOT NULL, "
          "due_on bigint, raised_by bigint NOT NULL, statement bigint, version bigint NOT NULL, "
          "PRIMARY KEY (person, month, employer))",
          "CREATE INDEX worker_month_unpaid ON worker_month (due_on, person) "
          "WHERE state = 'unpaid'"
          " -- crosses persons: whom to tell that a month is not paid",
          "CREATE INDEX worker_month_employer ON worker_month (employer, month, state, person)"
          " -- crosses persons: the workers of an employer's month that was paid",
          "CREATE TABLE worker_month_event (person bigint NOT NULL, month bigint NOT NULL, "
          "employer bigint NOT NULL, event bigint NOT NULL, state text NOT NULL, "
          "amount bigint NOT NULL, recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (person, month, employer, event))",

          // What a worker is to be told of unpaid months, once a month. months: JSON.
          "CREATE TABLE arrears_notice (person bigint NOT NULL, month bigint NOT NULL, "
          "months text NOT NULL, recorded_at bigint NOT NULL, PRIMARY KEY (person, month))",
      }};
}

}  // namespace ansinh::agency
