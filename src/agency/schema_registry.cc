// Persons and what is said of them. Statements are never changed or deleted: a correction is a new
// one that names the one it replaces. profile, name_pair and identifier follow from the statements
// and could be made again from them.
#include "agency/schema.h"

namespace ansinh::agency {

store::Migration registry_migration() {
  return {
      .number = 1,
      .name = "registry",
      .statements = {
          // The next number of a series; the last record time is that of "clock".
          "CREATE TABLE counter (name text NOT NULL, next bigint NOT NULL, PRIMARY KEY (name))",
          "INSERT INTO counter (name, next) VALUES ('person', 1), ('job', 1), ('clock', 0)",

          // Work that goes on after a stop: where it is (`place`, the job's own words) is written
          // in the transaction that did it. state: running, done, failed.
          "CREATE TABLE job (job bigint NOT NULL, kind text NOT NULL, key text NOT NULL, "
          "state text NOT NULL, place text NOT NULL, started_at bigint NOT NULL, "
          "changed_at bigint NOT NULL, started_by text NOT NULL, PRIMARY KEY (job), "
          "UNIQUE (kind, key))",

          // The files of each law that anything was decided by, so that it can be decided again.
          "CREATE TABLE law_text (digest text NOT NULL, path text NOT NULL, "
          "content text NOT NULL, PRIMARY KEY (digest, path))",

          // kind: person, household, employer. merged_into: all that is known of this number now
          // counts for that one; nothing was moved.
          "CREATE TABLE person (person bigint NOT NULL, kind text NOT NULL, "
          "recorded_at bigint NOT NULL, recorded_by text NOT NULL, merged_into bigint, "
          "PRIMARY KEY (person))",
          // kind: into (this person was merged into other), from (other was merged into this one),
          // out_of, parted (the same undone). Both sides have a row.
          "CREATE TABLE merge_event (person bigint NOT NULL, event bigint NOT NULL, "
          "kind text NOT NULL, other bigint NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, PRIMARY KEY (person, event))",

          // What others call a person. kind: national (number), source:NAME (key in that source).
          "CREATE TABLE identifier (person bigint NOT NULL, kind text NOT NULL, "
          "number text NOT NULL, PRIMARY KEY (person, kind, number))",
          "CREATE INDEX identifier_number ON identifier (number, kind, person)"
          " -- crosses persons: people are found by the numbers on their papers",

          // One dated fact: value is JSON; null takes back what `replaces` names. Facts are the
          // law's, or begin with \"registry.\"; a row of a list is an object. valid_* are days,
          // both
          // included, null: open. source_key: what the source calls the row of a list.
          "CREATE TABLE statement (person bigint NOT NULL, statement bigint NOT NULL, "
          "fact text NOT NULL, value text, valid_from bigint, valid_until bigint, "
          "source text NOT NULL, source_key text, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, replaces bigint, PRIMARY KEY (person, statement))",

          // What became known of a person of whom something was known before. handled_at: when the
          // revision had looked at it; null: it has not.
          "CREATE TABLE change (person bigint NOT NULL, change bigint NOT NULL, "
          "fact text NOT NULL, from_date bigint, recorded_at bigint NOT NULL, "
          "handled_at bigint, PRIMARY KEY (person, change))",
          "CREATE INDEX change_waiting ON change (recorded_at, person, change) "
          "WHERE handled_at IS NULL"
          " -- crosses persons: the revision takes what is new of anybody",

          // What lists show and what is searched: as known now, today. name_key: the words of the
          // name without marks, in alphabetical order.
          "CREATE TABLE profile (person bigint NOT NULL, kind text NOT NULL, name text, "
          "name_key text, birth_date bigint, death_date bigint, sex text, province text, "
          "commune text, PRIMARY KEY (person))",
          "CREATE INDEX profile_name ON profile (name_key, birth_date, person)"
          " -- crosses persons: search by the whole name",
          "CREATE INDEX profile_birth ON profile (birth_date, person)"
          " -- crosses persons: search by birth date, likely duplicates",

          // Any two words of a name that a person has or had, with the birth date.
          "CREATE TABLE name_pair (person bigint NOT NULL, pair bigint NOT NULL, "
          "birth_date bigint, PRIMARY KEY (person, pair))",
          "CREATE INDEX name_pair_pair ON name_pair (pair, birth_date, person)"
          " -- crosses persons: search by parts of a name",

          // Two that may be one: person < other. state: waiting, same (merged), different.
          "CREATE TABLE duplicate (person bigint NOT NULL, other bigint NOT NULL, "
          "score bigint NOT NULL, reasons text NOT NULL, state text NOT NULL, "
          "version bigint NOT NULL, found_at bigint NOT NULL, PRIMARY KEY (person, other))",
          "CREATE INDEX duplicate_waiting ON duplicate (score, person, other) "
          "WHERE state = 'waiting'"
          " -- crosses persons: the queue of those who look at them, most likely first",
          "CREATE TABLE duplicate_event (person bigint NOT NULL, other bigint NOT NULL, "
          "event bigint NOT NULL, state text NOT NULL, recorded_at bigint NOT NULL, "
          "recorded_by text NOT NULL, reason text NOT NULL, PRIMARY KEY (person, other, event))",
      }};
}

}  // namespace ansinh::agency
