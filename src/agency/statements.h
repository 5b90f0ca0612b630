// What is said of a person: dated statements that are only ever added to.
//
// A statement holds one fact: a value (JSON as a person's file has it), when it was so (valid time,
// days, both ends included, none: open), who says so (source, and the source's own key for rows of
// lists), when we learned it (record time) and by whom. A fact is
//
//   a fact of the law, by its name        "disability": "\"severe\""
//   a row of a list of the law            "work": "{\"from\":\"2020-01\",\"to\":\"ongoing\",…}"
//                                         "[]": there are none
//   a fact of the registry                "registry.name": "\"Nguyễn Văn An\""
//   a relation, from both sides           "registry.household": "17", "registry.member": "4"
//
// `null` as a value says that it is not known, whatever was said before. No statement is changed:
// one that names another in `replaces` stands in its place from its record time on, and if it has
// no value, takes it back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agency/agency.h"
#include "agency/law_book.h"

namespace ansinh::agency {

struct StatementRef {
  int64_t person = 0;
  int64_t statement = 0;
  auto operator<=>(const StatementRef&) const = default;
};

struct Statement {
  StatementRef ref;
  std::string fact;
  std::optional<std::string> value;
  std::optional<Date> valid_from, valid_until;
  std::string source;
  std::string source_key;  // empty: none
  int64_t recorded_at = 0;
  std::string recorded_by;
  int64_t replaces = 0;     // 0: nothing
  int64_t replaced_by = 0;  // 0: it stands (as far as was asked)
};

// What is known at a record time; kNow: all there is.
struct Known {
  static constexpr int64_t kNow = INT64_MAX;
  int64_t at = kNow;
};

// All statements of one number alone (not of those merged into it), in the order of record, those
// that were replaced by then included.
Expected<std::vector<Statement>> history_of(store::Connection& connection, int64_t person,
                                            Known known);

struct NewStatement {
  std::string fact;
  std::optional<std::string> value =
      std::nullopt;  // JSON; nothing: take back what `replaces` names
  std::optional<Date> valid_from = std::nullopt, valid_until = std::nullopt;
  std::string source_key = {};
  int64_t replaces = 0;  // 0: by the rule of record()
};

// Who says so, and who wrote it down.
struct Origin {
  std::string source;       // "application 3", "civil registry", "import vss"
  std::string recorded_by;  // the user
};

struct Recorded {
  int64_t at = 0;                   // their record time; 0 if nothing was new
  std::vector<int64_t> statements;  // by the statements given: its number, 0 where nothing was new
};

// Writes down what is said of a person, household or employer. Each is checked against the law;
// nothing is written if one is refused ("unknown-fact", "bad-value", "not-found").
// What an earlier statement of the same source says already is not written again. Without
// `replaces`, a fact replaces what the same source said of it with the same valid_from, and a row
// of a list what it said under the same source_key; a row without a key only itself. With
// valid_from a fact changes from that day on; without, it was always so. Relations must be recorded
// by relate().
Expected<Recorded> record(store::Connection& connection, const LawBook& book, int64_t person,
                          std::span<const NewStatement> statements, const Origin& origin);

// A new number for a person, household or employer.
Expected<int64_t> new_person(store::Connection& connection, PersonKind kind, const Origin& origin);

// Two that belong together, written under both: "registry.household" of the member and
// "registry.member" of the household, and so on (docs/registry.md).
enum class Relation : uint8_t { kHousehold, kMother, kFather, kSpouse, kGuardian };
Expected<Recorded> relate(store::Connection& connection, const LawBook& book, int64_t person,
                          Relation relation, int64_t other, std::optional<Date> from,
                          std::optional<Date> until, const Origin& origin);

struct Related {
  std::string fact;  // "registry.mother", seen from the person asked about
  int64_t other = 0;
  std::optional<Date> from, until;
};
Expected<std::vector<Related>> relations_of(store::Connection& connection, int64_t person,
                                            Known known);

// ---- Events that set off revisions (each inside the caller's transaction) -----------------------

// Records the child, its mother, father and household. Returns the child's number.
struct BirthEvent {
  Date date;
  std::string name, sex;           // sex: as the law names it
  int64_t mother = 0, father = 0;  // 0: not known
};
Expected<int64_t> record_birth(store::Connection& connection, const LawBook& book,
                               const BirthEvent& birth, const Origin& origin);
Expected<Recorded> record_death(store::Connection& connection, const LawBook& book, int64_t person,
                                Date date, const Origin& origin);
Expected<Recorded> record_marriage(store::Connection& connection, const LawBook& book,
                                   int64_t person, int64_t spouse, Date date, const Origin& origin);
// To a household (0: none known) and commune from a day on; empty texts leave them as they are.
struct Move {
  int64_t household = 0;
  std::string province, commune;
  Date date;
};
Expected<Recorded> record_move(store::Connection& connection, const LawBook& book, int64_t person,
                               const Move& move, const Origin& origin);

// ---- What the revision reads --------------------------------------------------------------------

// Something that became known of somebody of whom something was known before. Written by record()
// and by everything above, for the person and for all members of a household that a fact is about.
struct Change {
  int64_t person = 0;
  int64_t change = 0;
  std::string fact;
  std::optional<Date> from;  // since when it is otherwise; none: always
  int64_t recorded_at = 0;
};
// Those that were not handled yet, oldest first.
Expected<std::vector<Change>> waiting_changes(store::Connection& connection, int64_t count_max);
Expected<void> mark_handled(store::Connection& connection, const Change& change,
                            int64_t record_time);

}  // namespace ansinh::agency
