#include "agency/person_facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "agency/person_state.h"
#include "agency/statement_row.h"

namespace ansinh::agency {

namespace {

// What follows below a household at most: a file that is larger than any real one.
constexpr size_t kMembersMax = 1000;

Failure nobody(int64_t person) {
  const std::string number = std::to_string(person);
  return refused("not-found", {"không có ai mang mã số " + number + "; kiểm tra lại mã số",
                               "nobody has the number " + number + "; look at the number again"});
}

struct Facts {
  PersonKind kind = PersonKind::kPerson;
  int64_t person = 0;
  std::vector<Statement> standing;
};

class FactsReader {
 public:
  FactsReader(store::Connection& connection, const LawBook& book, Date on, Known known)
      : connection_(connection), book_(book), on_(on), known_(known) {}

  // All that stands of a number and of those merged into it.
  Expected<Facts> read(int64_t person) {
    Facts facts;
    const auto behind = person_behind(connection_, person);
    if (!behind) return std::unexpected(behind.error());
    facts.person = *behind;
    std::set<int64_t> read;
    if (auto done = add(facts.person, facts, read); !done) {
      return std::unexpected(std::move(done.error()));
    }
    if (read.size() > 1) {
      std::stable_sort(
          facts.standing.begin(), facts.standing.end(), [](const Statement& a, const Statement& b) {
            return a.recorded_at != b.recorded_at ? a.recorded_at < b.recorded_at : a.ref < b.ref;
          });
    }
    return facts;
  }

  // The number beside which a fact stands on the day; 0: none.
  int64_t other_in(const Facts& facts, std::string_view fact) const {
    const Statement* said = best(facts, fact);
    return said == nullptr || *said->value == "null" ? 0 : std::stoll(*said->value);
  }

  std::vector<int64_t> members_of(const Facts& household) const {
    std::vector<int64_t> members;
    for (const Statement& s : household.standing) {
      if (s.fact == kMemberFact && is_on(s) && *s.value != "null") {
        members.push_back(std::stoll(*s.value));
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
    for (const Statement& s : facts.standing) {
      const Word* word = book_.words->find(facts.kind, s.fact);
      if (word == nullptr) continue;
      if (word->kind == WordKind::kList) {
        lists[s.fact].push_back(&s);
      } else if (word->kind == WordKind::kFact && is_on(s)) {
        const Statement*& best = single[s.fact];
        if (best == nullptr || is_better(s, *best)) best = &s;
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
    for (const Statement& s : facts.standing) {
      if (s.fact == fact && is_on(s) && (found == nullptr || is_better(s, *found))) found = &s;
    }
    return found;
  }

 private:
  Expected<void> add(int64_t person, Facts& facts, std::set<int64_t>& read) {
    if (!read.insert(person).second) return {};
    const store::Cell one[] = {person};
    const auto row = connection_.one("SELECT kind FROM person WHERE person = $1", one);
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::unexpected(nobody(person));
    facts.kind = person_kind(std::get<std::string>((**row)[0])).value_or(PersonKind::kPerson);
    auto history = history_of(connection_, person, known_);
    if (!history) return std::unexpected(std::move(history.error()));
    for (Statement& s : *history) {
      if (s.replaced_by == 0 && s.value) facts.standing.push_back(std::move(s));
    }
    std::set<int64_t> merged;
    auto done =
        connection_.each("SELECT kind, other FROM merge_event WHERE person = $1 ORDER BY event",
                         one, [&](const store::Row& event) {
                           if (event.text(0) == "from") merged.insert(event.integer(1));
                           if (event.text(0) == "parted") merged.erase(event.integer(1));
                           return true;
                         });
    if (!done) return std::unexpected(std::move(done.error()));
    for (const int64_t other : merged) {
      if (auto more = add(other, facts, read); !more) return more;
    }
    return {};
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

  store::Connection& connection_;
  const LawBook& book_;
  Date on_;
  Known known_;
};

}  // namespace

Expected<int64_t> person_behind(store::Connection& connection, int64_t person) {
  // Merging into one that was merged itself is followed; a circle cannot be made (merge.h).
  constexpr int kStepsMax = 100;
  int64_t at = person;
  for (int step = 0; step < kStepsMax; ++step) {
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

Expected<PersonFacts> facts_of(store::Connection& connection, const LawBook& book, int64_t person,
                               Date on, Known known) {
  FactsReader reader(connection, book, on, known);
  const auto facts = reader.read(person);
  if (!facts) return std::unexpected(facts.error());
  PersonFacts out;
  out.person = facts->person;
  const law::Program& law = book.law();
  const std::string person_name = law.entities[book.roles.person].name;
  if (facts->kind != PersonKind::kPerson || book.roles.household == law::kNoId) {
    const bool is_household = facts->kind == PersonKind::kHousehold;
    const std::string name = is_household && book.roles.household != law::kNoId
                                 ? law.entities[book.roles.household].name
                                 : person_name;
    out.json = "{\"" + name + "\":" + reader.object(*facts, out.used) + "}}";
    std::sort(out.used.begin(), out.used.end());
    return out;
  }
  out.json = "{\"" + person_name + "\":" + reader.object(*facts, out.used) + "}";
  std::string household = "{";
  std::string province;
  if (const Statement* said = reader.best(*facts, kProvinceFact)) {
    out.used.push_back(said->ref);
    province = *said->value;
  }
  bool has_members = false;
  if (const int64_t number = reader.other_in(*facts, kHouseholdFact); number != 0) {
    const auto home = reader.read(number);
    if (!home) return std::unexpected(home.error());
    household = reader.object(*home, out.used);
    if (book.roles.province != law::kNoId &&
        reader.best(*home, law.facts[book.roles.province].name) != nullptr) {
      province.clear();
    }
    std::string members;
    std::set<int64_t> others;
    for (const int64_t number_of_member : reader.members_of(*home)) {
      if (number_of_member == facts->person) continue;
      const auto member = reader.read(number_of_member);
      if (!member) return std::unexpected(member.error());
      if (member->person == facts->person || !others.insert(member->person).second) continue;
      members += (members.empty() ? "" : ",") + reader.object(*member, out.used) + "}";
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

Expected<PersonTree> tree_of(store::Connection& connection, const LawBook& book, int64_t number,
                             Date on, Known known) {
  FactsReader reader(connection, book, on, known);
  const auto root = reader.read(number);
  if (!root) return std::unexpected(root.error());
  PersonTree tree;
  const law::Program& law = book.law();
  if (root->kind == PersonKind::kPerson) {
    if (reader.other_in(*root, kHouseholdFact) != 0) return tree;
    auto alone = facts_of(connection, book, number, on, known);
    if (!alone) return std::unexpected(std::move(alone.error()));
    tree.json = std::move(alone->json);
    tree.persons = 1;
    return tree;
  }
  std::vector<StatementRef> used;
  std::string household = reader.object(*root, used);
  std::string members, province;
  std::set<int64_t> persons;
  for (const int64_t person : reader.members_of(*root)) {
    const auto member = reader.read(person);
    if (!member) return std::unexpected(member.error());
    if (!persons.insert(member->person).second) continue;
    members += (members.empty() ? "" : ",") + reader.object(*member, used) + "}";
    const Statement* said = reader.best(*member, kProvinceFact);
    if (said != nullptr && province.empty()) province = *said->value;
  }
  if (persons.empty() || book.roles.household == law::kNoId) return tree;
  const auto put = [&](const std::string& name, const std::string& value) {
    household += (household.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
  };
  put(law.lists[book.roles.members].name, "[" + members + "]");
  const std::string province_name =
      book.roles.province == law::kNoId ? std::string() : law.facts[book.roles.province].name;
  if (!province.empty() && !province_name.empty() && reader.best(*root, province_name) == nullptr) {
    put(province_name, province);
  }
  tree.json = "{\"" + law.entities[book.roles.household].name + "\":" + household + "}}";
  tree.persons = static_cast<int64_t>(persons.size());
  return tree;
}

}  // namespace ansinh::agency
