// Applications, decisions, awards, appeals, letters. Decisions, terms, letters and events are only
// ever added; what has a state has events beside it and a version that every change checks.
#include "agency/schema.h"

namespace ansinh::agency {

store::Migration decisions_migration() {
  return {
      .number = 2,
      .name = "decisions",
      .statements = {
          // state: received, asked, decided, approved, refused, notified, withdrawn. channel:
          // request,
          // automatic (the law grants it by itself), revision. due_on: by when it must be decided.
          "CREATE TABLE application (person bigint NOT NULL, application bigint NOT NULL, "
          "benefit text NOT NULL, channel text NOT NULL, state text NOT NULL, "
          "received_on bigint NOT NULL, due_on bigint NOT NULL, decision bigint, "
          "version bigint NOT NULL, PRIMARY KEY (person, application))",
          "CREATE INDEX application_open ON application (due_on, person, application) "
          "WHERE state IN ('received', 'asked', 'decided')"
          " -- crosses persons: the work list, the most urgent first",
          "CREATE TABLE application_event (person bigint NOT NULL, application bigint NOT NULL, "
          "event bigint NOT NULL, state text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, "
          "PRIMARY KEY (person, application, event))",

          // A decision with all that it rests on, so that it can be made again to the byte: the law
          // by its digest (law_text), the facts as a person's file, the record time up to which
          // they were known, the outcome, and what is to be paid (terms). kind: first, revision,
          // appeal. before: the decision that it changes.
          "CREATE TABLE decision (person bigint NOT NULL, decision bigint NOT NULL, "
          "application bigint NOT NULL, kind text NOT NULL, benefit text NOT NULL, "
          "decided_for bigint NOT NULL, known_at bigint NOT NULL, law_digest text NOT NULL, "
          "engine text NOT NULL, facts text NOT NULL, facts_digest text NOT NULL, "
          "outcome text NOT NULL, outcome_digest text NOT NULL, status text NOT NULL, "
          "terms text NOT NULL, words_vi text NOT NULL, words_en text NOT NULL, before bigint, "
          "recorded_at bigint NOT NULL, recorded_by text NOT NULL, "
          "PRIMARY KEY (person, decision))",
          "CREATE INDEX decision_law ON decision (benefit, person, decision)"
          " -- crosses persons: a law that changes back in time is applied to all whom it "
          "concerned",
          // what: proposed, approved, sent-back, replaced.
          "CREATE TABLE decision_event (person bigint NOT NULL, decision bigint NOT NULL, "
          "event bigint NOT NULL, what text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, "
          "PRIMARY KEY (person, decision, event))",

          // What is paid because of decisions: one for each thing that a benefit is paid for
          // (about: the birth, the sick leave; empty: the person). state: approved, in-payment,
          // suspended, ended.
          "CREATE TABLE award (person bigint NOT NULL, award bigint NOT NULL, "
          "benefit text NOT NULL, about text NOT NULL, application bigint NOT NULL, "
          "state text NOT NULL, version bigint NOT NULL, PRIMARY KEY (person, award), "
          "UNIQUE (person, benefit, about))",
          "CREATE TABLE award_event (person bigint NOT NULL, award bigint NOT NULL, "
          "event bigint NOT NULL, state text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, PRIMARY KEY (person, award, event))",
          // each: month, once. Of the terms that cover a month the last counts.
          "CREATE TABLE award_term (person bigint NOT NULL, award bigint NOT NULL, "
          "term bigint NOT NULL, from_month bigint NOT NULL, until_month bigint, "
          "amount bigint NOT NULL, each text NOT NULL, fund text NOT NULL, "
          "decision bigint NOT NULL, recorded_at bigint NOT NULL, "
          "PRIMARY KEY (person, award, term))",

          // Against a decision. state: received, upheld, changed, withdrawn.
          "CREATE TABLE appeal (person bigint NOT NULL, appeal bigint NOT NULL, "
          "decision bigint NOT NULL, state text NOT NULL, received_on bigint NOT NULL, "
          "due_on bigint NOT NULL, answer bigint, version bigint NOT NULL, "
          "PRIMARY KEY (person, appeal))",
          "CREATE INDEX appeal_open ON appeal (due_on, person, appeal) WHERE state = 'received'"
          " -- crosses persons: the work list of those who answer them",
          "CREATE TABLE appeal_event (person bigint NOT NULL, appeal bigint NOT NULL, "
          "event bigint NOT NULL, state text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, PRIMARY KEY (person, appeal, event))",

          // As it was sent, in both languages (HTML).
          "CREATE TABLE letter (person bigint NOT NULL, letter bigint NOT NULL, "
          "decision bigint NOT NULL, vi text NOT NULL, en text NOT NULL, "
          "recorded_at bigint NOT NULL, PRIMARY KEY (person, letter))",
          // Something to tell a person. about: \"application 3\". sent_at null: it waits.
          "CREATE TABLE notice (person bigint NOT NULL, notice bigint NOT NULL, "
          "kind text NOT NULL, about text NOT NULL, vi text NOT NULL, en text NOT NULL, "
          "queued_at bigint NOT NULL, sent_at bigint, PRIMARY KEY (person, notice))",
          "CREATE INDEX notice_waiting ON notice (queued_at, person, notice) "
          "WHERE sent_at IS NULL"
          " -- crosses persons: the queue of those that send them",

          // A decision that would be otherwise today. state: proposed, approved, refused. cause:
          // the
          // changes or the law that set it off.
          "CREATE TABLE revision (person bigint NOT NULL, revision bigint NOT NULL, "
          "before bigint NOT NULL, after bigint NOT NULL, cause text NOT NULL, state text NOT "
          "NULL, "
          "version bigint NOT NULL, PRIMARY KEY (person, revision))",
          "CREATE INDEX revision_open ON revision (person, revision) WHERE state = 'proposed'"
          " -- crosses persons: the work list of those who approve them",
          "CREATE TABLE revision_event (person bigint NOT NULL, revision bigint NOT NULL, "
          "event bigint NOT NULL, state text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, PRIMARY KEY (person, revision, event))",
      }};
}

}  // namespace ansinh::agency
