#include "agency/merge.h"

#include <map>

#include "agency/clock.h"
#include "agency/person_state.h"

namespace ansinh::agency {

namespace {

struct Registered {
  std::string kind;
  int64_t merged_into = 0;
};

Expected<Registered> registered(store::Connection& connection, int64_t person) {
  const store::Cell one[] = {person};
  const auto row = connection.one("SELECT kind, merged_into FROM person WHERE person = $1", one);
  if (!row) return std::unexpected(row.error());
  if (!*row) {
    const std::string number = std::to_string(person);
    return std::unexpected(
        refused("not-found", {"không có ai mang mã số " + number + "; kiểm tra lại mã số",
                              "nobody has the number " + number + "; look at the number again"}));
  }
  Registered found{std::get<std::string>((**row)[0])};
  if (const auto* into = std::get_if<int64_t>(&(**row)[1])) found.merged_into = *into;
  return found;
}

Expected<void> can_merge(store::Connection& connection, int64_t person, int64_t into) {
  if (person == into) {
    return std::unexpected(refused("bad-value", {"hai mã số này là một; chọn hai mã số khác nhau",
                                                 "these are one number; take two"}));
  }
  const auto one = registered(connection, person);
  if (!one) return std::unexpected(one.error());
  const auto other = registered(connection, into);
  if (!other) return std::unexpected(other.error());
  if (one->kind != other->kind) {
    return std::unexpected(
        refused("bad-value", {"hai mã số không cùng loại (người, hộ, đơn vị) thì không hợp nhất",
                              "two numbers of different kinds (person, household, employer) cannot "
                              "be merged"}));
  }
  for (const auto& [number, found] : {std::pair{person, *one}, std::pair{into, *other}}) {
    if (found.merged_into == 0) continue;
    const std::string is = std::to_string(number), behind = std::to_string(found.merged_into);
    return std::unexpected(
        refused("bad-value", {is + " đã hợp nhất vào " + behind + "; dùng mã số " + behind,
                              is + " was merged into " + behind + "; use " + behind}));
  }
  return {};
}

Expected<void> add_event(store::Connection& connection, int64_t person, const char* kind,
                         int64_t other, int64_t at, const std::string& by,
                         const std::string& reason) {
  const store::Cell values[] = {person, std::string(kind), other, at, by, reason};
  const auto done = connection.run(
      "INSERT INTO merge_event (person, event, kind, other, recorded_at, recorded_by, reason) "
      "VALUES ($1, CAST((SELECT coalesce(max(event), 0) FROM merge_event WHERE person = $1) + 1 "
      "AS bigint), $2, $3, $4, $5, $6)",
      values);
  if (!done) return std::unexpected(done.error());
  return {};
}

Expected<void> add_change(store::Connection& connection, int64_t person, int64_t at) {
  const store::Cell values[] = {person, at};
  const auto done = connection.run(
      "INSERT INTO change (person, change, fact, recorded_at) VALUES ($1, CAST((SELECT "
      "coalesce(max(change), 0) FROM change WHERE person = $1) + 1 AS bigint), 'registry.merge', "
      "$2)",
      values);
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace

Expected<std::vector<MergeConflict>> merge_conflicts(store::Connection& connection,
                                                     const LawBook& book, int64_t person,
                                                     int64_t into, Date on) {
  if (auto can = can_merge(connection, person, into); !can) {
    return std::unexpected(std::move(can.error()));
  }
  const int64_t numbers[] = {person, into};
  const auto states = load_states(connection, numbers);
  if (!states) return std::unexpected(states.error());
  std::vector<MergeConflict> conflicts;
  std::map<std::string, bool> seen;
  for (const Statement& s : (*states)[0]->said) {
    const Word* word = book.words->find((*states)[0]->kind, s.fact);
    if (word == nullptr || word->is_many() || !seen.emplace(s.fact, true).second) continue;
    const Statement* mine = effective((*states)[0]->said, s.fact, on);
    const Statement* theirs = effective((*states)[1]->said, s.fact, on);
    if (mine == nullptr || theirs == nullptr || mine->value == theirs->value) continue;
    constexpr Date kAlways{INT32_MIN};
    const auto order = [&](const Statement& one) {
      return std::pair{one.valid_from.value_or(kAlways), one.recorded_at};
    };
    const bool mine_counts = order(*mine) > order(*theirs);
    conflicts.push_back(
        {s.fact, *(mine_counts ? mine : theirs)->value, *(mine_counts ? theirs : mine)->value});
  }
  return conflicts;
}

Expected<void> merge(store::Connection& connection, int64_t person, int64_t into,
                     const std::string& by, const std::string& reason) {
  if (auto can = can_merge(connection, person, into); !can) return can;
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const store::Cell values[] = {person, into};
  const auto done = connection.run(
      "UPDATE person SET merged_into = $2 WHERE person = $1 AND merged_into IS NULL", values);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return std::unexpected(changed_meanwhile());
  if (auto noted = add_event(connection, person, "into", into, *at, by, reason); !noted) {
    return noted;
  }
  if (auto noted = add_event(connection, into, "from", person, *at, by, reason); !noted) {
    return noted;
  }
  return add_change(connection, into, *at);
}

Expected<void> unmerge(store::Connection& connection, int64_t person, const std::string& by,
                       const std::string& reason) {
  const auto found = registered(connection, person);
  if (!found) return std::unexpected(found.error());
  if (found->merged_into == 0) {
    return std::unexpected(refused("wrong-state", {"mã số này chưa hợp nhất vào ai",
                                                   "this number was not merged into another"}));
  }
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const store::Cell values[] = {person, found->merged_into};
  const auto done = connection.run(
      "UPDATE person SET merged_into = NULL WHERE person = $1 AND merged_into = $2", values);
  if (!done) return std::unexpected(done.error());
  if (*done == 0) return std::unexpected(changed_meanwhile());
  if (auto noted = add_event(connection, person, "out_of", found->merged_into, *at, by, reason);
      !noted) {
    return noted;
  }
  if (auto noted = add_event(connection, found->merged_into, "parted", person, *at, by, reason);
      !noted) {
    return noted;
  }
  if (auto told = add_change(connection, person, *at); !told) return told;
  return add_change(connection, found->merged_into, *at);
}

}  // namespace ansinh::agency
