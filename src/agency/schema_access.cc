// Who may do what, and who did it. Local users are those who work here and those of employers; the
// audit's rows are only ever added.
#include "agency/schema.h"

namespace ansinh::agency {

store::Migration access_migration() {
  return {
      .number = 5,
      .name = "access",
      .statements = {
          // person: whose own file it is (citizen, employer), 0: nobody's. province, commune: where
          // an officer works; empty: everywhere. totp: the secret; null: none. totp_step: the last
          // that was used. locked_until: record time. disabled: 0 or 1.
          "CREATE TABLE user_account (user_name text NOT NULL, person bigint NOT NULL, "
          "role text NOT NULL, province text NOT NULL, commune text NOT NULL, "
          "password text NOT NULL, totp bytea, totp_step bigint NOT NULL, failed bigint NOT NULL, "
          "locked_until bigint NOT NULL, disabled bigint NOT NULL, version bigint NOT NULL, "
          "PRIMARY KEY (user_name))",
          "CREATE TABLE user_event (user_name text NOT NULL, event bigint NOT NULL, "
          "what text NOT NULL, recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (user_name, event))",

          // token: the SHA-256 of what the browser holds. csrf: the same of its second token.
          "CREATE TABLE session (token text NOT NULL, user_name text NOT NULL, csrf text NOT NULL, "
          "started_at bigint NOT NULL, seen_at bigint NOT NULL, ends_at bigint NOT NULL, "
          "PRIMARY KEY (token))",
          "CREATE INDEX session_user_name ON session (user_name)",

          // `person` lets `other` see the file until a day (null: open). A row with `withdraws`
          // takes that one back.
          "CREATE TABLE consent (person bigint NOT NULL, consent bigint NOT NULL, "
          "other bigint NOT NULL, until_day bigint, withdraws bigint, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, PRIMARY KEY (person, consent))",

          // Each row's hash is over its fields and the hash of the row before (audit.h). person 0:
          // about nobody's file.
          "CREATE TABLE audit (person bigint NOT NULL, audit bigint NOT NULL, "
          "at bigint NOT NULL, user_name text NOT NULL, what text NOT NULL, detail text NOT NULL, "
          "hash text NOT NULL, PRIMARY KEY (person, audit))",
          "CREATE INDEX audit_chain ON audit (audit, person)"
          " -- crosses persons: the chain is verified in its order",
          "CREATE TABLE audit_head (head bigint NOT NULL, audit bigint NOT NULL, "
          "hash text NOT NULL, PRIMARY KEY (head))",
          "INSERT INTO audit_head (head, audit, hash) VALUES (1, 0, '')",
          // What the chain's end was: rows up to it that are gone are missed.
          "CREATE TABLE audit_anchor (audit bigint NOT NULL, hash text NOT NULL, "
          "recorded_at bigint NOT NULL, PRIMARY KEY (audit))",

          // What was answered to a request that may be sent again. person: whose request it is, 0:
          // of nobody in the registry; key: with the user's name. status 0: under way.
          "CREATE TABLE request_key (person bigint NOT NULL, key text NOT NULL, "
          "digest text NOT NULL, status bigint NOT NULL, body text NOT NULL, "
          "recorded_at bigint NOT NULL, PRIMARY KEY (person, key))",
      }};
}

}  // namespace ansinh::agency
