// Money: the ledger, what is paid to whom, and what the bank says of it. Entries and postings are
// only ever added. `person` 0 stands for the agency itself (a whole file, a bank charge).
#include "agency/schema.h"

namespace ansinh::agency {

store::Migration money_migration() {
  return {
      .number = 3,
      .name = "money",
      .statements = {
          "INSERT INTO counter (name, next) VALUES ('account', 1), ('run', 1), ('bank_file', 1), "
          "('bank_report', 1)",

          // Whose money it is, in the law's word for it. bank, number, holder: the account from
          // which and to which it is paid; null: none yet. decimals: of a unit of the currency.
          "CREATE TABLE fund (fund text NOT NULL, name_vi text NOT NULL, name_en text NOT NULL, "
          "currency text NOT NULL, decimals bigint NOT NULL, holder text, bank text, number text, "
          "version bigint NOT NULL, PRIMARY KEY (fund))",
          "CREATE TABLE fund_event (fund text NOT NULL, event bigint NOT NULL, holder text, "
          "bank text, number text, recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (fund, event))",

          // The chart of accounts: one for each part (role) that a fund's money can play.
          "CREATE TABLE account (account bigint NOT NULL, fund text NOT NULL, role text NOT NULL, "
          "PRIMARY KEY (account), UNIQUE (fund, role))",

          // corrects: the entry of the same person that this one puts right.
          "CREATE TABLE entry (person bigint NOT NULL, entry bigint NOT NULL, "
          "cause text NOT NULL, cause_key text NOT NULL, day bigint NOT NULL, "
          "recorded_at bigint NOT NULL, recorded_by text NOT NULL, corrects bigint, "
          "PRIMARY KEY (person, entry), UNIQUE (person, cause, cause_key))",
          // amount: debit above zero, credit below.
          "CREATE TABLE posting (person bigint NOT NULL, entry bigint NOT NULL, "
          "line bigint NOT NULL, account bigint NOT NULL, amount bigint NOT NULL, "
          "PRIMARY KEY (person, entry, line))",

          // The bank accounts that people named are few among all that is said of them.
          "CREATE INDEX statement_account ON statement (person, statement) "
          "WHERE fact = 'registry.account'",

          // What a changed award makes owed (payable) or owing (overpaid), beside its months.
          "CREATE TABLE adjustment (person bigint NOT NULL, award bigint NOT NULL, "
          "adjustment bigint NOT NULL, through_month bigint NOT NULL, payable bigint NOT NULL, "
          "overpaid bigint NOT NULL, fund text NOT NULL, cause text NOT NULL, "
          "recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (person, award, adjustment))",

          // kind: month (all awards of a month), again (what came back, to new accounts).
          // state: ordering (place: the last person done), ordered, released.
          "CREATE TABLE run (run bigint NOT NULL, kind text NOT NULL, month bigint NOT NULL, "
          "state text NOT NULL, place bigint NOT NULL, slices bigint NOT NULL, "
          "started_at bigint NOT NULL, started_by text NOT NULL, released_at bigint, "
          "released_by text, version bigint NOT NULL, PRIMARY KEY (run))",
          "CREATE UNIQUE INDEX run_month ON run (month) WHERE kind = 'month'"
          " -- a month is paid by one run",

          // One payment to one person for one award. An attempt above 1 pays again what came back.
          // regular: what its month is worth; back: of adjustments before. file null: there is no
          // account to pay to. state: ordered, settled, suspended (came back, or no account),
          // repaid (suspended, and ordered again).
          "CREATE TABLE payment (person bigint NOT NULL, payment bigint NOT NULL, "
          "award bigint NOT NULL, month bigint NOT NULL, attempt bigint NOT NULL, "
          "run bigint NOT NULL, fund text NOT NULL, regular bigint NOT NULL, "
          "back bigint NOT NULL, amount bigint NOT NULL, holder text, bank text, number text, "
          "file bigint, state text NOT NULL, reason text, version bigint NOT NULL, "
          "PRIMARY KEY (person, payment), UNIQUE (person, award, month, attempt))",
          "CREATE INDEX payment_suspended ON payment (state, person, payment) "
          "WHERE state = 'suspended'"
          " -- crosses persons: those who wait to be paid again are few among all",
          // what: settled, rejected, returned, no-account, repaid.
          "CREATE TABLE payment_event (person bigint NOT NULL, payment bigint NOT NULL, "
          "event bigint NOT NULL, what text NOT NULL, reason text, source text NOT NULL, "
          "recorded_at bigint NOT NULL, PRIMARY KEY (person, payment, event))",

          // A message to the bank: payments of one run from one fund. settled: what the bank says
          // it took for it; rejected: what it said it will not pay, less what it gave back of that.
          // state: open (not released), sent, rejected (the whole, by the bank). holder, bank,
          // number: the fund's account from which it is paid, since it was sent.
          "CREATE TABLE bank_file (bank_file bigint NOT NULL, run bigint NOT NULL, "
          "fund text NOT NULL, part bigint NOT NULL, "
          "first_person bigint NOT NULL, last_person bigint NOT NULL, count bigint NOT NULL, "
          "amount bigint NOT NULL, settled bigint NOT NULL, rejected bigint NOT NULL, "
          "state text NOT NULL, holder text, bank text, number text, digest text, version bigint "
          "NOT NULL, PRIMARY KEY (bank_file), "
          "UNIQUE (run, fund, part))",

          // A file that came from the bank. place: how many of its records were taken in.
          "CREATE TABLE bank_report (bank_report bigint NOT NULL, digest text NOT NULL, "
          "kind text NOT NULL, message text NOT NULL, place bigint NOT NULL, "
          "state text NOT NULL, received_at bigint NOT NULL, received_by text NOT NULL, "
          "PRIMARY KEY (bank_report), UNIQUE (digest))",
          // The balances that the bank states.
          "CREATE TABLE bank_balance (fund text NOT NULL, statement text NOT NULL, "
          "kind text NOT NULL, day bigint NOT NULL, amount bigint NOT NULL, "
          "bank_report bigint NOT NULL, recorded_at bigint NOT NULL, "
          "PRIMARY KEY (fund, statement, kind))",
          // A movement on an account of ours, or an answer about a payment, as the bank told it.
          // key: the bank's own reference, so that what is told twice is known. what: settled,
          // settled-file, returned, rejected, rejected-file, unknown. amount: into the account
          // above zero. taken: how much of it was for what it names; the rest is unknown.
          "CREATE TABLE bank_entry (person bigint NOT NULL, bank_entry text NOT NULL, "
          "bank_report bigint NOT NULL, record bigint NOT NULL, fund text NOT NULL, "
          "what text NOT NULL, payment bigint, bank_file bigint, day bigint NOT NULL, "
          "amount bigint NOT NULL, taken bigint NOT NULL, reason text, told text, "
          "recorded_at bigint NOT NULL, PRIMARY KEY (person, bank_entry))",
      }};
}

}  // namespace ansinh::agency
