#include "agency/import_batch.h"

#include <algorithm>

#include "agency/clock.h"

namespace ansinh::agency {

namespace {

constexpr size_t kNumbersAtOnce = 200;
constexpr int64_t kPersonsAtOnce = 1'000;

std::string places_from(size_t first, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += (i == 0 ? "$" : ",$") + std::to_string(first + i);
  return out;
}

std::string joined_key(const std::string& kind, const std::string& number) {
  return kind + '\0' + number;
}

void reject(ImportRow& row, const std::string& column, std::string code, Text reason) {
  row.reject = RowReject{row.line, column, std::move(code), std::move(reason)};
}

}  // namespace

ImportBatch::ImportBatch(store::Connection& connection, const LawBook& book,
                         const ImportTable& table, const ImportOptions& options,
                         PretendedKeys& pretended)
    : connection_(connection),
      book_(book),
      table_(table),
      options_(options),
      pretended_(pretended),
      origin_{options.source, options.recorded_by},
      key_kind_("source:" + options.source),
      household_kind_("source:" + options.source + ":household") {
  if (table.kind == PersonKind::kHousehold) key_kind_ = household_kind_;
}

const std::vector<int64_t>* ImportBatch::found(const std::string& kind,
                                               const std::string& number) const {
  const auto at = numbers_.find(joined_key(kind, number));
  return at == numbers_.end() || at->second.empty() ? nullptr : &at->second;
}

void ImportBatch::remember(const std::string& kind, const std::string& number, int64_t person) {
  auto& persons = numbers_[joined_key(kind, number)];
  if (std::find(persons.begin(), persons.end(), person) == persons.end()) persons.push_back(person);
}

Expected<void> ImportBatch::put(std::vector<ImportRow>& rows, int64_t record_time,
                                ImportCounts& counts) {
  numbers_.clear();
  states_.clear();
  touched_.clear();
  joining_.clear();
  next_person_ = end_person_ = 0;
  if (auto done = find_people(rows); !done) return done;
  if (auto done = load_people(); !done) return done;
  for (ImportRow& row : rows) {
    Outcome outcome;
    if (!row.reject) {
      if (auto done = put_row(row, outcome); !done) return done;
    }
    ++counts.rows;
    counts.statements += outcome.statements;
    if (row.reject) {
      ++counts.rejected;
    } else if (outcome.is_created) {
      ++counts.created;
    } else if (outcome.statements != 0) {
      ++counts.changed;
    } else {
      ++counts.unchanged;
    }
  }
  if (options_.dry_run) return {};
  std::sort(touched_.begin(), touched_.end(),
            [](const PersonState* a, const PersonState* b) { return a->person < b->person; });
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  if (auto done = write_states(connection_, book_, touched_, origin_, record_time); !done) {
    return done;
  }
  for (const Joining& joining : joining_) {
    const auto done = relate(connection_, book_, joining.person, Relation::kHousehold,
                             joining.household, std::nullopt, std::nullopt, origin_);
    if (!done) return std::unexpected(done.error());
  }
  return {};
}

Expected<void> ImportBatch::find_people(const std::vector<ImportRow>& rows) {
  std::map<std::string, std::vector<std::string>> wanted;  // by kind
  for (const ImportRow& row : rows) {
    if (row.reject) continue;
    if (!row.key.empty()) wanted[key_kind_].push_back(row.key);
    if (!row.household.empty()) wanted[household_kind_].push_back(row.household);
    for (const auto& [kind, number] : row.papers) wanted[kind].push_back(number);
  }
  for (auto& [kind, numbers] : wanted) {
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    if (auto done = look_up(kind, std::move(numbers)); !done) return done;
  }
  return {};
}

Expected<void> ImportBatch::look_up(const std::string& kind, std::vector<std::string> numbers) {
  static const std::string kQuery =
      "SELECT number, person FROM identifier WHERE kind = $1 AND number IN (" +
      places_from(2, kNumbersAtOnce) + ")";
  for (size_t begin = 0; begin < numbers.size(); begin += kNumbersAtOnce) {
    std::vector<store::Cell> cells{kind};
    for (size_t i = 0; i < kNumbersAtOnce; ++i) {
      cells.emplace_back(numbers[std::min(begin + i, numbers.size() - 1)]);
    }
    auto done = connection_.each(kQuery, cells, [&](const store::Row& row) {
      remember(kind, std::string(row.text(0)), row.integer(1));
      return true;
    });
    if (!done) return done;
  }
  return {};
}

Expected<void> ImportBatch::load_people() {
  std::vector<int64_t> persons;
  for (const auto& [_, found] : numbers_) {
    persons.insert(persons.end(), found.begin(), found.end());
  }
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  auto loaded = load_states(connection_, persons);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  std::vector<PersonState*> known;
  for (auto& state : *loaded) {
    if (!state) continue;
    const int64_t person = state->person;
    known.push_back(&states_.emplace(person, std::move(*state)).first->second);
  }
  return mark_watched(std::move(known));
}

// The revision wants to know what is new of those about whom something was decided, and of those
// with whom they live. Nobody else's changes are worth a row for each import.
Expected<void> ImportBatch::mark_watched(std::vector<PersonState*> known) {
  static const std::string kQuery =
      "SELECT person FROM decision WHERE person IN (" + places_from(1, kNumbersAtOnce) + ")";
  std::erase_if(known, [](PersonState* state) {
    const bool lives_with_others =
        state->kind == PersonKind::kHousehold ||
        std::any_of(state->said.begin(), state->said.end(),
                    [](const Statement& s) { return s.fact == kHouseholdFact; });
    state->is_watched = lives_with_others;
    return lives_with_others;
  });
  for (size_t begin = 0; begin < known.size(); begin += kNumbersAtOnce) {
    std::vector<store::Cell> cells;
    cells.reserve(kNumbersAtOnce);
    for (size_t i = 0; i < kNumbersAtOnce; ++i) {
      cells.emplace_back(known[std::min(begin + i, known.size() - 1)]->person);
    }
    auto done = connection_.each(kQuery, cells, [&](const store::Row& row) {
      states_.at(row.integer(0)).is_watched = true;
      return true;
    });
    if (!done) return done;
  }
  return {};
}

Expected<PersonState*> ImportBatch::make(PersonKind kind, const std::string& key_kind,
                                         const std::string& key) {
  int64_t number = 0;
  if (options_.dry_run) {
    number = -static_cast<int64_t>(states_.size()) - 1;  // nobody has such a number
  } else {
    if (next_person_ == end_person_) {
      const auto first = take_numbers(connection_, "person", kPersonsAtOnce);
      if (!first) return std::unexpected(first.error());
      next_person_ = *first;
      end_person_ = *first + kPersonsAtOnce;
    }
    number = next_person_++;
  }
  PersonState& state = states_[number];
  state.person = number;
  state.kind = kind;
  state.is_new = true;
  state.is_watched = false;
  if (!key.empty()) {
    state.identifiers.emplace_back(key_kind, key);
    remember(key_kind, key, number);
    if (options_.dry_run) pretended_.insert(joined_key(key_kind, key));
  }
  touched_.push_back(&state);
  return &state;
}

// Whom a row is about: by its key, else by the numbers on its papers, else (of persons and
// households) somebody new. Null: the row is rejected.
Expected<PersonState*> ImportBatch::person_for(ImportRow& row, Outcome& outcome) {
  const std::vector<int64_t>* persons = nullptr;
  if (!row.key.empty()) persons = found(key_kind_, row.key);
  if (persons == nullptr && options_.dry_run && !row.key.empty() &&
      pretended_.contains(joined_key(key_kind_, row.key))) {
    auto made = make(table_.kind, key_kind_, row.key);  // by an earlier row; nothing is known of it
    return made;
  }
  bool by_paper = false;
  for (const auto& [kind, number] : row.papers) {
    if (persons != nullptr) break;
    persons = found(kind, number);
    by_paper = persons != nullptr;
    if (by_paper && persons->size() > 1) {
      reject(row, "", "identifier-ambiguous",
             {"nhiều người cùng mang số " + number + "; hợp nhất họ trước, hoặc sửa số",
              "several people have the number " + number + "; merge them first, or correct it"});
      return nullptr;
    }
  }
  if (persons != nullptr) {
    PersonState& state = states_.at(persons->front());
    if (state.kind != table_.kind) {
      reject(row, "id", "wrong-kind",
             {"khóa này là của một đối tượng khác loại", "this key is that of another kind"});
      return nullptr;
    }
    if (by_paper && !row.key.empty()) {  // the same person in another source
      state.identifiers.emplace_back(key_kind_, row.key);
      remember(key_kind_, row.key, state.person);
    }
    touched_.push_back(&state);
    return &state;
  }
  if (table_.list != nullptr) {
    reject(row, "person", "person-unknown",
           {"chưa có ai mang khóa này; nhập bảng persons của nguồn này trước",
            "nobody has this key yet; import the table persons of this source first"});
    return nullptr;
  }
  outcome.is_created = true;
  auto made = make(table_.kind, key_kind_, row.key);
  if (!made) return made;
  for (const auto& [kind, number] : row.papers) remember(kind, number, (*made)->person);
  return made;
}

Expected<void> ImportBatch::put_row(ImportRow& row, Outcome& outcome) {
  const auto person = person_for(row, outcome);
  if (!person) return std::unexpected(person.error());
  if (*person == nullptr) return {};
  for (auto& [word, said] : row.said) {
    const auto number = add_statement(**person, *word, std::move(said), options_.source);
    if (!number) return std::unexpected(number.error());
    if (*number != 0) ++outcome.statements;
  }
  if (row.household.empty()) return {};
  return join_household(**person, row.household, outcome);
}

Expected<void> ImportBatch::join_household(PersonState& person, const std::string& key,
                                           Outcome& outcome) {
  PersonState* household = nullptr;
  if (const auto* numbers = found(household_kind_, key)) {
    household = &states_.at(numbers->front());
  } else {
    auto made = make(PersonKind::kHousehold, household_kind_, key);
    if (!made) return std::unexpected(made.error());
    household = *made;
  }
  const std::string value = std::to_string(household->person);
  const Word& mine = *book_.words->find(PersonKind::kPerson, kHouseholdFact);
  const Word& theirs = *book_.words->find(PersonKind::kHousehold, kMemberFact);
  for (const Statement& s : person.said) {
    if (s.fact != kHouseholdFact || !stands(s) || s.valid_until) continue;
    if (s.value == value) return {};
    ++outcome.statements;
    if (!options_.dry_run) joining_.push_back({person.person, household->person});
    return {};
  }
  const auto first = add_statement(
      person, mine, {.fact = std::string(kHouseholdFact), .value = value}, options_.source);
  if (!first) return std::unexpected(first.error());
  const auto second = add_statement(
      *household, theirs,
      {.fact = std::string(kMemberFact), .value = std::to_string(person.person)}, options_.source);
  if (!second) return std::unexpected(second.error());
  ++outcome.statements;
  touched_.push_back(household);
  return {};
}

}  // namespace ansinh::agency
