#include "agency/person_state.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "agency/clock.h"
#include "agency/person_facts.h"
#include "agency/profile.h"
#include "agency/statement_row.h"

namespace ansinh::agency {

namespace {

// Of one query: many small ones cost a journey each.
constexpr size_t kAtOnce = 200;
// From so many rows on it is worth opening a bulk load.
constexpr size_t kBulkMin = 64;

std::string places(size_t count) {
  std::string out;
  for (size_t i = 1; i <= count; ++i) out += (i == 1 ? "$" : ",$") + std::to_string(i);
  return out;
}

// Always the same number of parameters, so that the statement is prepared once.
std::vector<store::Cell> filled(std::span<const int64_t> numbers, size_t count) {
  std::vector<store::Cell> cells(numbers.begin(), numbers.end());
  while (cells.size() < count) cells.emplace_back(cells.front());
  return cells;
}

void mark_replaced(std::vector<Statement>& said, int64_t number, int64_t by) {
  for (Statement& s : said) {
    if (s.ref.statement == number) s.replaced_by = by;
  }
}

bool is_later(const Statement& a, const Statement& b) {
  constexpr Date kAlways{INT32_MIN};
  const Date from_a = a.valid_from.value_or(kAlways), from_b = b.valid_from.value_or(kAlways);
  return from_a != from_b ? from_a > from_b : a.ref.statement > b.ref.statement;
}

void note_change(PersonState& state, const std::string& fact, std::optional<Date> from) {
  const auto [at, is_first] = state.changes.emplace(fact, from);
  if (is_first || !at->second) return;
  at->second = from ? std::optional(std::min(*from, *at->second)) : std::nullopt;
}

// Since when what is known is otherwise if `now` stands in the place of `before`.
std::optional<Date> since(const std::optional<Date>& now, const Statement* before) {
  if (before == nullptr) return now;
  if (!now || !before->valid_from) return std::nullopt;
  return std::min(*now, *before->valid_from);
}

}  // namespace

Expected<std::vector<std::optional<PersonState>>> load_states(store::Connection& connection,
                                                              std::span<const int64_t> persons) {
  static const std::string kPersons =
      "SELECT person, kind, recorded_at FROM person WHERE person IN (" + places(kAtOnce) + ")";
  static const std::string kStatements = std::string(kStatementColumns) + " WHERE person IN (" +
                                         places(kAtOnce) + ") ORDER BY person, statement";
  static const std::string kOnePerson =
      "SELECT person, kind, recorded_at FROM person WHERE person IN ($1)";
  static const std::string kOneStatements =
      std::string(kStatementColumns) + " WHERE person IN ($1) ORDER BY person, statement";
  std::vector<std::optional<PersonState>> states(persons.size());
  std::unordered_map<int64_t, size_t> place;
  for (size_t i = 0; i < persons.size(); ++i) place.emplace(persons[i], i);
  for (size_t begin = 0; begin < persons.size(); begin += kAtOnce) {
    const auto part = persons.subspan(begin, std::min(kAtOnce, persons.size() - begin));
    const bool is_one = part.size() == 1;
    const auto cells = filled(part, is_one ? 1 : kAtOnce);
    auto done = connection.each(is_one ? kOnePerson : kPersons, cells, [&](const store::Row& row) {
      PersonState& state = states[place.at(row.integer(0))].emplace();
      state.person = row.integer(0);
      state.kind = person_kind(row.text(1)).value_or(PersonKind::kPerson);
      return true;
    });
    if (!done) return std::unexpected(std::move(done.error()));
    PersonState* state = nullptr;
    done =
        connection.each(is_one ? kOneStatements : kStatements, cells, [&](const store::Row& row) {
          if (state == nullptr || state->person != row.integer(0)) {
            state = &*states[place.at(row.integer(0))];
          }
          Statement statement = statement_of(row);
          state->last_statement = statement.ref.statement;
          if (statement.replaces != 0) {
            std::erase_if(state->said, [&](const Statement& s) {
              return s.ref.statement == statement.replaces;
            });
          }
          if (statement.value) state->said.push_back(std::move(statement));
          state->written = state->said.size();
          return true;
        });
    if (!done) return std::unexpected(std::move(done.error()));
  }
  return states;
}

const Statement* effective(std::span<const Statement> said, std::string_view fact, Date on) {
  const Statement* best = nullptr;
  for (const Statement& s : said) {
    if (s.fact != fact || !stands(s) || (s.valid_from && *s.valid_from > on) ||
        (s.valid_until && *s.valid_until < on)) {
      continue;
    }
    if (best == nullptr || is_later(s, *best)) best = &s;
  }
  return best;
}

Expected<int64_t> add_statement(PersonState& state, const Word& word, NewStatement statement,
                                std::string_view source) {
  const Statement* before = nullptr;
  if (statement.replaces != 0) {
    for (const Statement& s : state.said) {
      if (s.ref.statement == statement.replaces && stands(s)) before = &s;
    }
    if (before == nullptr) {
      const std::string number = std::to_string(statement.replaces);
      return std::unexpected(refused(
          "not-found",
          {"không có lời khai số " + number + " đang có hiệu lực; xem lại quá trình ghi nhận",
           "no statement " + number + " stands; look at the history again"}));
    }
  } else {
    for (const Statement& s : state.said) {
      if (s.fact != statement.fact || s.source != source || !stands(s)) continue;
      if (!word.is_many()) {
        const bool is_place = statement.valid_from ? s.valid_from == statement.valid_from
                                                   : before == nullptr || is_later(s, *before);
        if (is_place) before = &s;
      } else if (statement.source_key.empty() ? s.value == statement.value
                                              : s.source_key == statement.source_key) {
        before = &s;
      }
    }
    if (before != nullptr && !word.is_many() && !statement.valid_from) {
      statement.valid_from = before->valid_from;
    }
  }
  if (before != nullptr && before->value == statement.value && before->fact == statement.fact &&
      before->valid_from == statement.valid_from && before->valid_until == statement.valid_until) {
    return 0;
  }
  Statement added;
  added.ref = {state.person, ++state.last_statement};
  added.fact = before != nullptr ? before->fact : statement.fact;
  added.value = std::move(statement.value);
  added.valid_from = statement.valid_from;
  added.valid_until = statement.valid_until;
  added.source = source;
  added.source_key = std::move(statement.source_key);
  added.replaces = before != nullptr ? before->ref.statement : 0;
  if (state.is_watched) note_change(state, added.fact, since(added.valid_from, before));
  if (added.replaces != 0) mark_replaced(state.said, added.replaces, added.ref.statement);
  state.said.push_back(std::move(added));
  return state.last_statement;
}

Date today_of(const LawBook& book, int64_t record_time) {
  return date_of_record_time(record_time, book.roles.hours_east);
}

namespace {

store::Cell cell_of(const std::optional<Date>& date) {
  return date ? store::Cell(int64_t{date->days}) : store::Cell();
}

// Puts rows into one table: many by a bulk load, few one by one. The row is made anew for each in
// the same memory.
class Rows {
 public:
  Rows(store::Connection& connection, std::string_view table, std::string_view columns,
       size_t about)
      : connection_(connection), is_bulk_(about >= kBulkMin) {
    const auto count = static_cast<size_t>(std::count(columns.begin(), columns.end(), ',')) + 1;
    row_.resize(count);
    if (is_bulk_) {
      auto bulk = connection.bulk(table, columns);
      if (bulk) {
        bulk_ = std::move(*bulk);
      } else {
        done_ = std::unexpected(std::move(bulk.error()));
      }
    } else {
      sql_ = "INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES (" +
             places(count) + ")";
    }
  }

  // The next cell of the row; the last one ends it.
  Rows& operator<<(int64_t number) { return put(number); }
  Rows& operator<<(std::string_view text) {
    if (auto* kept = std::get_if<std::string>(&row_[at_])) {
      kept->assign(text);
      return next();
    }
    return put(std::string(text));
  }
  Rows& operator<<(const std::optional<Date>& date) {
    return date ? put(int64_t{date->days}) : none();
  }
  Rows& none() { return put(std::monostate{}); }
  Rows& text_or_none(std::string_view text) { return text.empty() ? none() : *this << text; }

  Expected<void> finish() {
    if (done_ && bulk_ != nullptr) return bulk_->finish();
    return std::move(done_);
  }

 private:
  Rows& put(store::Cell cell) {
    row_[at_] = std::move(cell);
    return next();
  }
  Rows& next() {
    if (++at_ < row_.size()) return *this;
    at_ = 0;
    if (!done_) return *this;
    if (is_bulk_) {
      done_ = bulk_->add(row_);
    } else if (auto ran = connection_.run(sql_, row_); !ran) {
      done_ = std::unexpected(std::move(ran.error()));
    }
    return *this;
  }

  store::Connection& connection_;
  bool is_bulk_;
  std::unique_ptr<store::Bulk> bulk_;
  std::string sql_;
  store::Record row_;
  size_t at_ = 0;
  Expected<void> done_;
};

// Those whose decisions may rest on what is known of this one: itself, the members of its household
// (or, of a household, its own).
Expected<std::vector<int64_t>> touched_by(store::Connection& connection, const PersonState& state) {
  std::vector<int64_t> touched{state.person};
  std::vector<int64_t> households;
  const auto add_others = [](std::span<const Statement> said, std::string_view fact,
                             std::vector<int64_t>& to) {
    for (const Statement& s : said) {
      if (s.fact == fact && stands(s) && *s.value != "null") to.push_back(std::stoll(*s.value));
    }
  };
  if (state.kind == PersonKind::kHousehold) {
    add_others(state.said, kMemberFact, touched);
  } else {
    add_others(state.said, kHouseholdFact, households);
  }
  auto loaded = load_states(connection, households);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  for (const auto& household : *loaded) {
    if (household) add_others(household->said, kMemberFact, touched);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  return touched;
}

Expected<void> write_changes(store::Connection& connection, const PersonState& state,
                             int64_t record_time) {
  if (state.changes.empty()) return {};
  const auto touched = touched_by(connection, state);
  if (!touched) return std::unexpected(touched.error());
  for (const int64_t said_of : *touched) {
    const auto person = person_behind(connection, said_of);
    if (!person) return std::unexpected(person.error());
    for (const auto& [fact, from] : state.changes) {
      const store::Cell values[] = {*person, fact, cell_of(from), record_time};
      const auto done = connection.run(
          "INSERT INTO change (person, change, fact, from_date, recorded_at) VALUES ($1, "
          "CAST((SELECT coalesce(max(change), 0) FROM change WHERE person = $1) + 1 AS bigint), "
          "$2, $3, $4)",
          values);
      if (!done) return std::unexpected(done.error());
    }
  }
  return {};
}

}  // namespace

namespace {

Expected<void> write_persons(store::Connection& connection, std::span<PersonState* const> states,
                             const Origin& origin, int64_t record_time) {
  Rows rows(connection, "person", "person, kind, recorded_at, recorded_by", states.size());
  for (const PersonState* state : states) {
    if (!state->is_new) continue;
    rows << state->person << name_of(state->kind) << record_time << origin.recorded_by;
  }
  return rows.finish();
}

Expected<void> write_statements(store::Connection& connection, std::span<PersonState* const> states,
                                const Origin& origin, int64_t record_time) {
  Rows rows(connection, "statement",
            "person, statement, fact, value, valid_from, valid_until, source, source_key, "
            "recorded_at, recorded_by, replaces",
            states.size());
  for (const PersonState* state : states) {
    for (const Statement& s : std::span(state->said).subspan(state->written)) {
      rows << state->person << s.ref.statement << s.fact;
      s.value ? rows << *s.value : rows.none();
      rows << s.valid_from << s.valid_until << origin.source;
      rows.text_or_none(s.source_key) << record_time << origin.recorded_by;
      s.replaces != 0 ? rows << s.replaces : rows.none();
    }
  }
  return rows.finish();
}

struct Shown {
  const PersonState* state = nullptr;
  Profile profile;
};

// The rows of many people go in by their index's order: page after page of it, instead of to and
// fro. Their own numbers lie together anyway.
Expected<void> write_pairs(store::Connection& connection, std::span<const Shown> all) {
  std::vector<std::tuple<int64_t, int32_t, const Shown*>> pairs;
  for (const Shown& one : all) {
    const int32_t birth = one.profile.birth_date ? one.profile.birth_date->days : 0;
    for (const int64_t pair : one.profile.pairs) pairs.emplace_back(pair, birth, &one);
  }
  std::ranges::sort(pairs);
  Rows rows(connection, "name_pair", "person, pair, birth_date", all.size());
  for (const auto& [pair, birth, one] : pairs) {
    rows << one->state->person << pair << one->profile.birth_date;
  }
  return rows.finish();
}

Expected<void> write_profiles(store::Connection& connection, std::span<const Shown> all) {
  Rows rows(connection, "profile",
            "person, kind, name, name_key, birth_date, death_date, sex, province, commune",
            all.size());
  for (const auto& [state, p] : all) {
    rows << state->person << name_of(p.kind);
    rows.text_or_none(p.name).text_or_none(p.name_key) << p.birth_date << p.death_date;
    rows.text_or_none(p.sex).text_or_none(p.province).text_or_none(p.commune);
  }
  return rows.finish();
}

Expected<void> write_identifiers(store::Connection& connection,
                                 std::span<PersonState* const> states, std::span<const Shown> all) {
  std::vector<std::tuple<std::string_view, std::string_view, int64_t>> all_of;  // as the index
  for (const PersonState* state : states) {
    for (const auto& [kind, number] : state->identifiers) {
      all_of.emplace_back(number, kind, state->person);
    }
  }
  for (const auto& [state, p] : all) {
    for (const auto& [kind, number] : p.identifiers) {
      all_of.emplace_back(number, kind, state->person);
    }
  }
  std::ranges::sort(all_of);
  Rows rows(connection, "identifier", "person, kind, number", states.size());
  for (const auto& [number, kind, person] : all_of) rows << person << kind << number;
  return rows.finish();
}

}  // namespace

Expected<void> write_states(store::Connection& connection, const LawBook& book,
                            std::span<PersonState* const> states, const Origin& origin,
                            int64_t record_time) {
  const Date today = today_of(book, record_time);
  std::vector<Shown> shown;
  for (const PersonState* state : states) {
    const auto added = std::span(state->said).subspan(state->written);
    const bool shows =
        state->is_new || std::any_of(added.begin(), added.end(),
                                     [&](const Statement& s) { return is_shown(book, s.fact); });
    if (!shows) continue;
    if (!state->is_new) {
      if (auto done = forget_profile(connection, book, state->person); !done) return done;
    }
    shown.push_back({state, profile_of(book, state->kind, state->said, today)});
  }
  auto done = write_persons(connection, states, origin, record_time);
  if (done) done = write_statements(connection, states, origin, record_time);
  if (done) done = write_profiles(connection, shown);
  if (done) done = write_pairs(connection, shown);
  if (done) done = write_identifiers(connection, states, shown);
  if (!done) return done;
  for (PersonState* state : states) {
    if (done = write_changes(connection, *state, record_time); !done) return done;
    state->is_new = false;
    state->written = state->said.size();
    state->identifiers.clear();
    state->changes.clear();
  }
  return {};
}

}  // namespace ansinh::agency
