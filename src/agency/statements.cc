#include "agency/statements.h"

#include <algorithm>

#include "agency/clock.h"
#include "agency/person_facts.h"
#include "agency/person_state.h"
#include "agency/statement_row.h"

namespace ansinh::agency {

namespace {

std::unexpected<Failure> unknown_fact(const LawBook& book, PersonKind kind,
                                      const std::string& fact) {
  const std::string near = book.words->nearest_to(kind, fact);
  const std::string hint_vi = near.empty() ? "xem các tên trong luật" : "có phải " + near + "?";
  const std::string hint_en = near.empty() ? "see the names in the law" : "is it " + near + "?";
  return std::unexpected(
      refused("unknown-fact", {"không có dữ kiện \"" + fact + "\"; " + hint_vi,
                               "there is no fact \"" + fact + "\"; " + hint_en}));
}

std::unexpected<Failure> bad_statement(const std::string& fact, const facts::ValueFault& fault) {
  return std::unexpected(
      refused("bad-value", {fact + ": " + fault.message.vi + "; " + fault.help.vi,
                            fact + ": " + fault.message.en + "; " + fault.help.en}));
}

std::unexpected<Failure> reversed(const std::string& fact) {
  return std::unexpected(
      refused("bad-value", {fact + ": ngày cuối trước ngày đầu; xem lại hai ngày",
                            fact + ": the last day is before the first; look at both"}));
}

// The state of the person that the number stands for now.
Expected<PersonState> state_behind(store::Connection& connection, int64_t person) {
  const auto number = person_behind(connection, person);
  if (!number) return std::unexpected(number.error());
  const int64_t numbers[] = {*number};
  auto states = load_states(connection, numbers);
  if (!states) return std::unexpected(std::move(states.error()));
  return std::move(*states->front());
}

struct RelationFacts {
  std::string_view mine, theirs;
};

RelationFacts facts_of_relation(Relation relation) {
  constexpr RelationFacts kFacts[] = {{kHouseholdFact, kMemberFact},
                                      {"registry.mother", "registry.child"},
                                      {"registry.father", "registry.child"},
                                      {"registry.spouse", "registry.spouse"},
                                      {"registry.guardian", "registry.ward"}};
  return kFacts[static_cast<size_t>(relation)];
}

const Statement* said_of(const PersonState& state, std::string_view fact, int64_t other) {
  const std::string value = std::to_string(other);
  for (const Statement& s : state.said) {
    if (s.fact == fact && stands(s) && s.value == value) return &s;
  }
  return nullptr;
}

// What a person said of one other, ended on the day before `from` (without it: taken back).
Expected<void> end_relation(PersonState& state, const Word& word, int64_t other,
                            std::optional<Date> from, std::string_view source) {
  const Statement* said = said_of(state, word.name, other);
  if (said == nullptr) return {};
  NewStatement ended{.fact = word.name, .value = said->value, .valid_from = said->valid_from};
  ended.replaces = said->ref.statement;
  const bool was_before = from && (!said->valid_from || *said->valid_from < *from);
  if (was_before) {
    ended.valid_until = Date{from->days - 1};
  } else {
    ended.value = std::nullopt;
  }
  const auto done = add_statement(state, word, std::move(ended), source);
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace

Expected<std::vector<Statement>> history_of(store::Connection& connection, int64_t person,
                                            Known known) {
  static const std::string kQuery = std::string(kStatementColumns) +
                                    " WHERE person = $1 AND recorded_at <= $2 ORDER BY statement";
  std::vector<Statement> history;
  const store::Cell values[] = {person, known.at};
  auto done = connection.each(kQuery, values, [&](const store::Row& row) {
    history.push_back(statement_of(row));
    return true;
  });
  if (!done) return std::unexpected(std::move(done.error()));
  for (const Statement& later : history) {
    if (later.replaces == 0) continue;
    const auto before =
        std::lower_bound(history.begin(), history.end(), later.replaces,
                         [](const Statement& s, int64_t n) { return s.ref.statement < n; });
    if (before != history.end() && before->ref.statement == later.replaces) {
      before->replaced_by = later.ref.statement;
    }
  }
  return history;
}

Expected<Recorded> record(store::Connection& connection, const LawBook& book, int64_t person,
                          std::span<const NewStatement> statements, const Origin& origin) {
  auto state = state_behind(connection, person);
  if (!state) return std::unexpected(std::move(state.error()));
  Recorded recorded;
  for (const NewStatement& given : statements) {
    const Word* word = book.words->find(state->kind, given.fact);
    if (word == nullptr) return unknown_fact(book, state->kind, given.fact);
    if (word->kind == WordKind::kOther || word->kind == WordKind::kOthers) {
      return std::unexpected(refused(
          "unknown-fact", {given.fact + ": quan hệ giữa hai người được ghi từ cả hai phía",
                           given.fact + ": a relation is recorded from both sides, as such"}));
    }
    NewStatement statement = given;
    if (given.value) {
      auto value = book.words->canonical(*word, *given.value);
      if (!value) return bad_statement(given.fact, value.error());
      statement.value = std::move(*value);
      const auto [from, until] = book.words->period_of(*word, *statement.value);
      if (from) statement.valid_from = from;
      if (until) statement.valid_until = until;
    } else if (given.replaces == 0) {
      return std::unexpected(
          refused("bad-value", {given.fact + ": muốn rút lại phải nói rút lời khai số nào",
                                given.fact + ": to take something back, say which statement"}));
    }
    if (statement.valid_from && statement.valid_until &&
        *statement.valid_until < *statement.valid_from) {
      return reversed(given.fact);
    }
    const auto number = add_statement(*state, *word, std::move(statement), origin.source);
    if (!number) return std::unexpected(number.error());
    recorded.statements.push_back(*number);
  }
  if (!state->has_added()) return recorded;
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  recorded.at = *at;
  PersonState* const states[] = {&*state};
  if (auto done = write_states(connection, book, states, origin, *at); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return recorded;
}

Expected<int64_t> new_person(store::Connection& connection, PersonKind kind, const Origin& origin) {
  const auto number = take_numbers(connection, "person");
  if (!number) return number;
  const auto at = record_time(connection);
  if (!at) return at;
  const store::Cell person[] = {*number, std::string(name_of(kind)), *at, origin.recorded_by};
  if (auto done = connection.run("INSERT INTO person (person, kind, recorded_at, recorded_by) "
                                 "VALUES ($1, $2, $3, $4)",
                                 person);
      !done) {
    return std::unexpected(std::move(done.error()));
  }
  const store::Cell profile[] = {*number, std::string(name_of(kind))};
  if (auto done = connection.run("INSERT INTO profile (person, kind) VALUES ($1, $2)", profile);
      !done) {
    return std::unexpected(std::move(done.error()));
  }
  return *number;
}

Expected<Recorded> relate(store::Connection& connection, const LawBook& book, int64_t person,
                          Relation relation, int64_t other, std::optional<Date> from,
                          std::optional<Date> until, const Origin& origin) {
  auto mine = state_behind(connection, person);
  if (!mine) return std::unexpected(std::move(mine.error()));
  auto theirs = state_behind(connection, other);
  if (!theirs) return std::unexpected(std::move(theirs.error()));
  if (mine->person == theirs->person) {
    return std::unexpected(refused("bad-value", {"một người không thể có quan hệ với chính mình",
                                                 "nobody can be related to themselves"}));
  }
  if (from && until && *until < *from) return reversed("registry.household");
  const bool wants_household = relation == Relation::kHousehold;
  if ((theirs->kind == PersonKind::kHousehold) != wants_household ||
      mine->kind != PersonKind::kPerson) {
    return std::unexpected(refused(
        "bad-value", {"mã số không đúng loại cho quan hệ này: chỉ người mới thuộc về một hộ",
                      "the numbers are not of the right kind for this relation: only a person "
                      "belongs to a household"}));
  }
  const RelationFacts facts = facts_of_relation(relation);
  const Word& mine_word = *book.words->find(mine->kind, facts.mine);
  const Word& theirs_word = *book.words->find(theirs->kind, facts.theirs);
  Recorded recorded;
  // One other at a time: who was there before ends on the day before.
  std::vector<PersonState> left;
  for (const Statement& s : std::vector<Statement>(mine->said)) {
    if (s.fact != facts.mine || !stands(s) || *s.value == "null" || s.valid_until ||
        *s.value == std::to_string(theirs->person)) {
      continue;
    }
    const int64_t before = std::stoll(*s.value);
    if (auto done = end_relation(*mine, mine_word, before, from, origin.source); !done) {
      return std::unexpected(std::move(done.error()));
    }
    auto state = state_behind(connection, before);
    if (!state) return std::unexpected(std::move(state.error()));
    const Word& word = *book.words->find(state->kind, facts.theirs);
    if (auto done = end_relation(*state, word, mine->person, from, origin.source); !done) {
      return std::unexpected(std::move(done.error()));
    }
    left.push_back(std::move(*state));
  }
  const auto say = [&](PersonState& state, const Word& word, int64_t whom) -> Expected<int64_t> {
    const Statement* said = said_of(state, word.name, whom);
    NewStatement statement{
        .fact = word.name, .value = std::to_string(whom), .valid_from = from, .valid_until = until};
    if (said != nullptr) statement.replaces = said->ref.statement;
    return add_statement(state, word, std::move(statement), origin.source);
  };
  const auto first = say(*mine, mine_word, theirs->person);
  if (!first) return std::unexpected(first.error());
  const auto second = say(*theirs, theirs_word, mine->person);
  if (!second) return std::unexpected(second.error());
  recorded.statements = {*first, *second};
  std::vector<PersonState*> states{&*mine, &*theirs};
  for (PersonState& state : left) states.push_back(&state);
  std::erase_if(states, [](const PersonState* state) { return !state->has_added(); });
  if (states.empty()) return recorded;
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  recorded.at = *at;
  if (auto done = write_states(connection, book, states, origin, *at); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return recorded;
}

Expected<std::vector<Related>> relations_of(store::Connection& connection, int64_t person,
                                            Known known) {
  static constexpr std::string_view kRelationFacts[] = {
      kHouseholdFact,   kMemberFact,       "registry.mother",   "registry.father",
      "registry.child", "registry.spouse", "registry.guardian", "registry.ward"};
  const auto history = history_of(connection, person, known);
  if (!history) return std::unexpected(history.error());
  std::vector<Related> related;
  for (const Statement& s : *history) {
    if (s.replaced_by != 0 || !s.value || *s.value == "null") continue;
    if (std::find(std::begin(kRelationFacts), std::end(kRelationFacts), s.fact) ==
        std::end(kRelationFacts)) {
      continue;
    }
    related.push_back({s.fact, std::stoll(*s.value), s.valid_from, s.valid_until});
  }
  return related;
}

Expected<std::vector<Change>> waiting_changes(store::Connection& connection, int64_t count_max) {
  std::vector<Change> changes;
  const store::Cell values[] = {count_max};
  auto done = connection.each(
      "SELECT person, change, fact, from_date, recorded_at FROM change WHERE handled_at IS NULL "
      "ORDER BY recorded_at, person, change LIMIT $1",
      values, [&](const store::Row& row) {
        changes.push_back({row.integer(0), row.integer(1), std::string(row.text(2)),
                           date_in(row, 3), row.integer(4)});
        return true;
      });
  if (!done) return std::unexpected(std::move(done.error()));
  return changes;
}

Expected<void> mark_handled(store::Connection& connection, const Change& change,
                            int64_t record_time) {
  const store::Cell values[] = {change.person, change.change, record_time};
  const auto done = connection.run(
      "UPDATE change SET handled_at = $3 WHERE person = $1 AND change = $2 AND handled_at IS NULL",
      values);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return std::unexpected(changed_meanwhile());
  return {};
}

}  // namespace ansinh::agency
