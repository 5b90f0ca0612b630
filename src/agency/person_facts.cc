#include "agency/person_facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "agency/people.h"
#include "agency/steps.h"

namespace ansinh::agency {

namespace {

// What follows below a household at most: a file that is larger than any real one.
constexpr size_t kMembersMax = 1000;
// Merging into one that was merged itself is followed; a circle cannot be made (merge.h).
constexpr int kMergesMax = 100;

Failure nobody(int64_t person) {
  const std::string number = std::to_string(person);
  return refused("not-found", {"không có ai mang mã số " + number + "; kiểm tra lại mã số",
                               "nobody has the number " + number + "; look at the number again"});
}

struct Facts {
  PersonKind kind = PersonKind::kPerson;
  int64_t person = 0;
  std::vector<const Statement*> standing;
};

class FactsReader {
 public:
  FactsReader(const People& people, const LawBook& book, Date on)
      : people_(people), book_(book), on_(on) {}

  // All that stands of a number and of those merged into it. Throws NotRead; stops with
  // "not-found".
  Facts read(int64_t person) const {
    Facts facts;
    facts.person = behind(person);
    std::set<int64_t> read;
    add(facts.person, facts, read);
    if (read.size() > 1) {
      std::ranges::stable_sort(facts.standing, [](const Statement* a, const Statement* b) {
        return a->recorded_at != b->recorded_at ? a->recorded_at < b->recorded_at : a->ref < b->ref;
      });
    }
    return facts;
  }
  void want(std::span<const int64_t> numbers) const { people_.want(numbers); }

  // The number beside which a fact stands on the day; 0: none.
  int64_t other_in(const Facts& facts, std::string_view fact) const {
    const Statement* said = best(facts, fact);
    return said == nullptr || *said->value == "null" ? 0 : std::stoll(*said->value);
  }

  std::vector<int64_t> members_of(const Facts& household) const {
    std::vector<int64_t> members;
    for (const Statement* s : household.standing) {
      if (s->fact == kMemberFact && is_on(*s) && *s->value != "null") {
        members.push_back(std::stoll(*s->value));
      }
    }
    std::sort(members.begin(), members.end());
    members.erase(std::unique(members.begin(), members.end()), members.end());
    if (members.size() > kMembersMax) members.resize(kMembersMax);
    return members;
  }

  // The object of one person or household, without its closing brace.
  std::string object(const Facts& facts, std::vector<StatementRef>& used) const {
    std::map<std::string_view, const Statement*> single;
    std::map<std::string_view, std::vector<const Statement*>> lists;
    for (const Statement* s : facts.standing) {
      const Word* word = book_.words->find(facts.kind, s->fact);
      if (word == nullptr) continue;
      if (word->kind == WordKind::kList) {
        lists[s->fact].push_back(s);
      } else if (word->kind == WordKind::kFact && is_on(*s)) {
        const Statement*& best = single[s->fact];
        if (best == nullptr || is_better(*s, *best)) best = s;
      }
    }
    std::string out = "{";
    const auto put = [&](std::string_view name) {
      if (out.size() > 1) out += ',';
      out += '"';
      out += name;
      out += "\":";
    };
    for (const auto& [name, said] : single) {
      put(name);
      out += *said->value;
      used.push_back(said->ref);
    }
    for (const auto& [name, rows] : lists) {
      put(name);
      put_rows(rows, out, used);
    }
    if (facts.kind == PersonKind::kPerson) {
      for (const law::ListId id : book_.roles.complete_lists) {
        const std::string& name = book_.law().lists[id].name;
        if (lists.contains(name)) continue;
        put(name);
        out += "[]";
      }
    }
    return out;
  }

  const Statement* best(const Facts& facts, std::string_view fact) const {
    const Statement* found = nullptr;
    for (const Statement* s : facts.standing) {
      if (s->fact == fact && is_on(*s) && (found == nullptr || is_better(*s, *found))) found = s;
    }
    return found;
  }

 private:
  int64_t behind(int64_t person) const {
    int64_t at = person;
    for (int step = 0; step < kMergesMax; ++step) {
      const PersonRecord* record = people_.find(at);
      if (record == nullptr) break;
      if (record->merged_into == 0) return at;
      at = record->merged_into;
    }
    stop(nobody(person));
  }

  void add(int64_t person, Facts& facts, std::set<int64_t>& read) const {
    if (!read.insert(person).second) return;
    const PersonRecord* record = people_.find(person);
    if (record == nullptr) stop(nobody(person));
    facts.kind = record->kind;
    for (const Statement& s : record->standing) facts.standing.push_back(&s);
    people_.want(record->merged);
    for (const int64_t other : record->merged) add(other, facts, read);
  }

  bool is_on(const Statement& s) const {
    return (!s.valid_from || *s.valid_from <= on_) && (!s.valid_until || on_ <= *s.valid_until);
  }

  // `s` comes after `than` in the order of record.
  static bool is_better(const Statement& s, const Statement& than) {
    constexpr Date kAlways{INT32_MIN};
    return s.valid_from.value_or(kAlways) >= than.valid_from.value_or(kAlways);
  }

  static void put_rows(const std::vector<const Statement*>& rows, std::string& out,
                       std::vector<StatementRef>& used) {
    std::set<std::string_view> said;
    bool is_unknown = false;
    std::string inside;
    for (const Statement* row : rows) {
      used.push_back(row->ref);
      if (*row->value == "null") is_unknown = true;
      if (*row->value == "null" || *row->value == "[]" || !said.insert(*row->value).second)
        continue;
      inside += (inside.empty() ? "" : ",") + *row->value;
    }
    out += inside.empty() && is_unknown ? "null" : "[" + inside + "]";
  }

  const People& people_;
  const LawBook& book_;
  Date on_;
};

}  // namespace

Expected<int64_t> person_behind(store::Connection& connection, int64_t person) {
  int64_t at = person;
  for (int step = 0; step < kMergesMax; ++step) {
    const store::Cell one[] = {at};
    const auto row = connection.one("SELECT merged_into FROM person WHERE person = $1", one);
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(nobody(person));
    const auto* next = std::get_if<int64_t>(&(**row)[0]);
    if (next == nullptr) return at;
    at = *next;
  }
  return std::unexpected(nobody(person));
}

namespace {

PersonFacts facts_from(const FactsReader& reader, const LawBook& book, int64_t person) {
  const Facts facts = reader.read(person);
  PersonFacts out;
  out.person = facts.person;
  const law::Program& law = book.law();
  const std::string person_name = law.entities[book.roles.person].name;
  if (facts.kind != PersonKind::kPerson || book.roles.household == law::kNoId) {
    const bool is_household = facts.kind == PersonKind::kHousehold;
    const std::string name = is_household && book.roles.household != law::kNoId
                                 ? law.entities[book.roles.household].name
                                 : person_name;
    out.json = "{\"" + name + "\":" + reader.object(facts, out.used) + "}}";
    std::sort(out.used.begin(), out.used.end());
    return out;
  }
  out.json = "{\"" + person_name + "\":" + reader.object(facts, out.used) + "}";
  std::string household = "{";
  std::string province;
  if (const Statement* said = reader.best(facts, kProvinceFact)) {
    out.used.push_back(said->ref);
    province = *said->value;
  }
  bool has_members = false;
  if (const int64_t number = reader.other_in(facts, kHouseholdFact); number != 0) {
    const Facts home = reader.read(number);
    household = reader.object(home, out.used);
    if (book.roles.province != law::kNoId &&
        reader.best(home, law.facts[book.roles.province].name) != nullptr) {
      province.clear();
    }
    std::string members;
    std::set<int64_t> others;
    const std::vector<int64_t> numbers = reader.members_of(home);
    reader.want(numbers);
    for (const int64_t number_of_member : numbers) {
      if (number_of_member == facts.person) continue;
      const Facts member = reader.read(number_of_member);
      if (member.person == facts.person || !others.insert(member.person).second) continue;
      members += (members.empty() ? "" : ",") + reader.object(member, out.used) + "}";
    }
    household += (household.size() > 1 ? ",\"" : "\"") + law.lists[book.roles.members].name +
                 "\":[" + members + "]";
    has_members = true;
  }
  if (!province.empty() && book.roles.province != law::kNoId) {
    household += (household.size() > 1 ? ",\"" : "\"") + law.facts[book.roles.province].name +
                 "\":" + province;
  }
  if (has_members || household.size() > 1) {
    out.json += ",\"" + law.entities[book.roles.household].name + "\":" + household + "}";
  }
  out.json += "}";
  std::sort(out.used.begin(), out.used.end());
  out.used.erase(std::unique(out.used.begin(), out.used.end()), out.used.end());
  return out;
}

PersonTree tree_from(const FactsReader& reader, const LawBook& book, int64_t number) {
  const Facts root = reader.read(number);
  PersonTree tree;
  const law::Program& law = book.law();
  if (root.kind == PersonKind::kPerson) {
    if (reader.other_in(root, kHouseholdFact) != 0) return tree;
    tree.json = facts_from(reader, book, number).json;
    tree.persons = 1;
    return tree;
  }
  std::vector<StatementRef> used;
  std::string household = reader.object(root, used);
  std::string members, province;
  std::set<int64_t> persons;
  const std::vector<int64_t> numbers = reader.members_of(root);
  reader.want(numbers);
  for (const int64_t person : numbers) {
    const Facts member = reader.read(person);
    if (!persons.insert(member.person).second) continue;
    members += (members.empty() ? "" : ",") + reader.object(member, used) + "}";
    const Statement* said = reader.best(member, kProvinceFact);
    if (said != nullptr && province.empty()) province = *said->value;
  }
  if (persons.empty() || book.roles.household == law::kNoId) return tree;
  const auto put = [&](const std::string& name, const std::string& value) {
    household += (household.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
  };
  put(law.lists[book.roles.members].name, "[" + members + "]");
  const std::string province_name =
      book.roles.province == law::kNoId ? std::string() : law.facts[book.roles.province].name;
  if (!province.empty() && !province_name.empty() && reader.best(root, province_name) == nullptr) {
    put(province_name, province);
  }
  tree.json = "{\"" + law.entities[book.roles.household].name + "\":" + household + "}}";
  tree.persons = static_cast<int64_t>(persons.size());
  return tree;
}

// What `make` returns, once all whom it asks for were read.
template <class Make>
auto with_people(People& people, const Make& make) -> Expected<decltype(make())> {
  while (true) {
    std::vector<int64_t> missing;
    try {
      return make();
    } catch (NotRead& not_read) {
      missing = std::move(not_read.numbers);
    } catch (Stop& stopped) {
      return std::unexpected(std::move(stopped.failure));
    }
    if (auto done = people.read(std::move(missing)); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
}

}  // namespace

Expected<PersonFacts> facts_of(store::Connection& connection, const LawBook& book, int64_t person,
                               Date on, Known known) {
  People people(connection, known);
  return with_people(people,
                     [&] { return facts_from(FactsReader(people, book, on), book, person); });
}

Expected<std::vector<PersonFacts>> facts_of_many(store::Connection& connection, const LawBook& book,
                                                 std::span<const FactsAsked> asked, Known known) {
  People people(connection, known);
  std::vector<PersonFacts> all(asked.size());
  std::vector<size_t> open(asked.size());
  std::vector<int64_t> missing;
  for (size_t i = 0; i < asked.size(); ++i) {
    open[i] = i;
    missing.push_back(asked[i].person);
  }
  try {
    while (!open.empty()) {
      if (auto done = people.read(std::move(missing)); !done) {
        return std::unexpected(std::move(done.error()));
      }
      missing.clear();
      std::erase_if(open, [&](size_t i) {
        try {
          all[i] = facts_from(FactsReader(people, book, asked[i].on), book, asked[i].person);
          return true;
        } catch (NotRead& not_read) {
          missing.insert(missing.end(), not_read.numbers.begin(), not_read.numbers.end());
          return false;
        }
      });
    }
  } catch (Stop& stopped) {
    return std::unexpected(std::move(stopped.failure));
  }
  return all;
}

Expected<PersonTree> tree_of(store::Connection& connection, const LawBook& book, int64_t number,
                             Date on, Known known) {
  People people(connection, known);
  return with_people(people,
                     [&] { return tree_from(FactsReader(people, book, on), book, number); });
}

}  // namespace ansinh::agency
