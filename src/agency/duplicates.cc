#include "agency/duplicates.h"

#include <algorithm>

#include "agency/clock.h"
#include "agency/merge.h"
#include "agency/names.h"
#include "agency/statement_row.h"

namespace ansinh::agency {

namespace {

constexpr int kSamePaper = 500, kOtherPaper = -300, kSameName = 300, kLikeName = 250;
constexpr int kSameBirth = 250, kSwappedBirth = 150, kLikeBirth = 120, kSameSex = 50,
              kOtherSex = -200;
constexpr int kSameCommune = 50;
constexpr int kAlikeMin = 700;  // names less alike than this say nothing
// Of more people of one day or name than this (first of January, registers that know only years)
// each is compared with the following ones only.
constexpr size_t kNeighboursMax = 2'000;
constexpr int64_t kGroupsAtOnce = 2'000;
// Day and month swapped: at most from 12 January to 1 December. Each stretch of days is looked at
// together with so many before it.
constexpr int64_t kSwappedDaysMax = 366;

bool is_swapped(Date a, Date b) {
  return a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
}

bool is_like(Date a, Date b) {
  const int same = (a.year() == b.year() ? 1 : 0) + (a.month() == b.month() ? 1 : 0) +
                   (a.day() == b.day() ? 1 : 0);
  return same == 2;
}

struct Somebody {
  int64_t person = 0;
  Profile profile;
};

constexpr std::string_view kProfileColumns = "p.person, p.name_key, p.birth_date, p.sex, p.commune";

Somebody somebody_of(const store::Row& row) {
  Somebody s;
  s.person = row.integer(0);
  s.profile.name_key = row.maybe_text(1).value_or("");
  s.profile.birth_date = date_in(row, 2);
  s.profile.sex = row.maybe_text(3).value_or("");
  s.profile.commune = row.maybe_text(4).value_or("");
  return s;
}

class Scan {
 public:
  Scan(store::Connection& connection, std::string by)
      : connection_(connection), by_(std::move(by)) {}

  Expected<DuplicateScan> run(const std::function<bool(const DuplicateScan&)>& go_on) {
    if (auto done = open_job(); !done) return std::unexpected(std::move(done.error()));
    while (!counts_.is_done) {
      auto done = store::transact(connection_, store::Access::kWrite,
                                  [&](store::Connection&) { return part(); });
      if (!done) return std::unexpected(std::move(done.error()));
      counts_ = next_counts_;
      place_ = next_place_;
      if (go_on && !go_on(counts_)) break;
    }
    return counts_;
  }

 private:
  Expected<void> open_job() {
    return store::transact(
        connection_, store::Access::kWrite, [&](store::Connection& c) -> Expected<void> {
          const auto at = record_time(c);
          if (!at) return std::unexpected(at.error());
          const auto found =
              c.one("SELECT job, state, place FROM job WHERE kind = 'duplicates' AND key = ''");
          if (!found) return std::unexpected(found.error());
          if (*found) {
            job_ = std::get<int64_t>((**found)[0]);
            place_ = std::get<std::string>((**found)[1]) == "running"
                         ? std::get<std::string>((**found)[2])
                         : std::string();
            return {};
          }
          const auto number = take_numbers(c, "job");
          if (!number) return std::unexpected(number.error());
          job_ = *number;
          const store::Cell values[] = {job_, *at, by_};
          const auto done = c.run(
              "INSERT INTO job (job, kind, key, state, place, started_at, changed_at, started_by) "
              "VALUES ($1, 'duplicates', '', 'running', '', $2, $2, $3)",
              values);
          if (!done) return std::unexpected(done.error());
          return {};
        });
  }

  // place: "" at the beginning; "birth DAY", "number KIND NUMBER" after what was compared.
  Expected<void> part() {
    next_counts_ = counts_;
    next_place_ = place_;
    const auto at = record_time(connection_);
    if (!at) return std::unexpected(at.error());
    auto done = place_.empty() || place_.starts_with("birth ") ? births(*at) : numbers(*at);
    if (!done) return done;
    const store::Cell values[] = {job_, next_place_, *at,
                                  std::string(next_counts_.is_done ? "done" : "running")};
    if (auto kept = connection_.run(
            "UPDATE job SET place = $2, changed_at = $3, state = $4 WHERE job = $1", values);
        !kept) {
      return std::unexpected(std::move(kept.error()));
    }
    return {};
  }

  Expected<void> births(int64_t at) {
    static const std::string kQuery =
        "SELECT " + std::string(kProfileColumns) +
        " FROM profile p JOIN person q ON q.person = p.person WHERE p.birth_date > $1 AND "
        "p.birth_date <= $2 AND p.kind = 'person' AND q.merged_into IS NULL "
        "ORDER BY p.birth_date, p.person";
    int64_t from = INT32_MIN;
    if (!place_.empty()) {
      from = std::stoll(place_.substr(6));
    } else {
      const auto first = connection_.number("SELECT min(birth_date) FROM profile");
      if (!first) return std::unexpected(first.error());
      if (*first) from = **first - 1;
    }
    const auto last = connection_.number("SELECT max(birth_date) FROM profile");
    if (!last) return std::unexpected(last.error());
    if (!*last || from >= **last) {
      next_place_ = "number  ";
      return {};
    }
    const int64_t until = from + kGroupsAtOnce;
    std::vector<Somebody> people;
    const store::Cell values[] = {from - kSwappedDaysMax, until};
    auto done = connection_.each(kQuery, values, [&](const store::Row& row) {
      people.push_back(somebody_of(row));
      return true;
    });
    if (!done) return done;
    const Date first{static_cast<int32_t>(from + 1)};
    const auto here = std::partition_point(people.begin(), people.end(), [&](const Somebody& one) {
      return *one.profile.birth_date < first;
    });
    next_counts_.people += people.end() - here;
    for (auto i = static_cast<size_t>(here - people.begin()); i < people.size(); ++i) {
      const size_t end = std::min(people.size(), i + 1 + kNeighboursMax);
      for (size_t j = i + 1; j < end; ++j) {
        if (people[i].profile.birth_date != people[j].profile.birth_date) break;
        if (auto kept = compare(people[i], people[j], at); !kept) return kept;
      }
    }
    if (auto kept = same_names(people, first, at); !kept) return kept;
    next_place_ = "birth " + std::to_string(until);
    return {};
  }

  // Those of one whole name whose birth dates differ a little. Two from before `first` were
  // compared with the stretch before.
  Expected<void> same_names(const std::vector<Somebody>& people, Date first, int64_t at) {
    std::vector<const Somebody*> named;
    for (const Somebody& one : people) {
      if (!one.profile.name_key.empty()) named.push_back(&one);
    }
    std::stable_sort(named.begin(), named.end(), [](const Somebody* a, const Somebody* b) {
      return a->profile.name_key < b->profile.name_key;
    });
    for (size_t i = 0; i < named.size(); ++i) {
      const size_t end = std::min(named.size(), i + 1 + kNeighboursMax);
      for (size_t j = i + 1; j < end; ++j) {
        if (named[i]->profile.name_key != named[j]->profile.name_key) break;
        const auto& born = named[i]->profile.birth_date;
        const auto& other_born = named[j]->profile.birth_date;
        if (born == other_born || std::max(*born, *other_born) < first) continue;
        if (auto kept = compare(*named[i], *named[j], at); !kept) return kept;
      }
    }
    return {};
  }

  Expected<void> numbers(int64_t at) {
    static const std::string kQuery =
        "SELECT " + std::string(kProfileColumns) +
        ", i.kind, i.number FROM identifier i JOIN profile p ON p.person = i.person JOIN person q "
        "ON q.person = i.person WHERE q.merged_into IS NULL AND p.kind = 'person' AND i.number IN "
        "(SELECT d.number FROM identifier d WHERE d.kind NOT LIKE 'source:%' GROUP BY d.number, "
        "d.kind HAVING count(*) > 1) AND i.kind NOT LIKE 'source:%' ORDER BY i.number, i.kind, "
        "i.person";
    std::vector<std::pair<std::string, Somebody>> all;
    auto done = connection_.each(kQuery, {}, [&](const store::Row& row) {
      const std::string key = std::string(row.text(5)) + ' ' + std::string(row.text(6));
      all.emplace_back(key, somebody_of(row));
      all.back().second.profile.identifiers.emplace_back(std::string(row.text(5)),
                                                         std::string(row.text(6)));
      return true;
    });
    if (!done) return done;
    for (size_t i = 0; i < all.size(); ++i) {
      const size_t end = std::min(all.size(), i + 1 + kNeighboursMax);
      for (size_t j = i + 1; j < end && all[i].first == all[j].first; ++j) {
        if (auto kept = compare(all[i].second, all[j].second, at); !kept) return kept;
      }
    }
    next_counts_.is_done = true;
    return {};
  }

  Expected<void> compare(const Somebody& a, const Somebody& b, int64_t at) {
    ++next_counts_.pairs;
    const Likeness likeness = likeness_of(a.profile, b.profile);
    if (likeness.score < kLikely) return {};
    const auto [person, other] = std::minmax(a.person, b.person);
    const store::Cell values[] = {person, other, int64_t{likeness.score}, likeness.reasons, at};
    const auto done = connection_.run(
        "INSERT INTO duplicate (person, other, score, reasons, state, version, found_at) VALUES "
        "($1, $2, $3, $4, 'waiting', 1, $5) ON CONFLICT (person, other) DO NOTHING",
        values);
    if (!done) return std::unexpected(done.error());
    next_counts_.found += *done;
    return {};
  }

  store::Connection& connection_;
  std::string by_;
  int64_t job_ = 0;
  std::string place_, next_place_;
  DuplicateScan counts_, next_counts_;
};

}  // namespace

Likeness likeness_of(const Profile& a, const Profile& b) {
  Likeness out;
  const auto add = [&](int points, const char* reason) {
    out.score += points;
    if (points > 0) out.reasons += (out.reasons.empty() ? "" : ", ") + std::string(reason);
  };
  bool has_same = false, has_other = false;
  for (const auto& [kind, number] : a.identifiers) {
    for (const auto& [other_kind, other] : b.identifiers) {
      if (kind != other_kind) continue;
      (number == other ? has_same : has_other) = true;
    }
  }
  if (has_same) add(kSamePaper, "number");
  if (has_other && !has_same) add(kOtherPaper, "number");
  if (a.birth_date && b.birth_date) {
    if (*a.birth_date == *b.birth_date) {
      add(kSameBirth, "birth_date");
    } else if (is_swapped(*a.birth_date, *b.birth_date)) {
      add(kSwappedBirth, "birth_date");
    } else if (is_like(*a.birth_date, *b.birth_date)) {
      add(kLikeBirth, "birth_date");
    }
  }
  if (!a.sex.empty() && !b.sex.empty()) add(a.sex == b.sex ? kSameSex : kOtherSex, "sex");
  if (!a.commune.empty() && a.commune == b.commune) add(kSameCommune, "commune");
  if (!a.name_key.empty() && a.name_key == b.name_key) {
    add(kSameName, "name");
  } else if (out.score + kLikeName >= kLikely && !a.name_key.empty() && !b.name_key.empty()) {
    const int alike = name_likeness(a.name_key, b.name_key);
    if (alike >= kAlikeMin) add(kLikeName * (alike - kAlikeMin) / (1000 - kAlikeMin), "name");
  }
  return out;
}

Expected<DuplicateScan> find_duplicates(store::Store& store, const std::string& by,
                                        const std::function<bool(const DuplicateScan&)>& go_on) {
  auto connection = store.connect();
  if (!connection) return std::unexpected(std::move(connection.error()));
  return Scan(**connection, by).run(go_on);
}

Expected<std::vector<Duplicate>> waiting_duplicates(store::Connection& connection,
                                                    int64_t count_max) {
  std::vector<Duplicate> all;
  const store::Cell values[] = {count_max};
  auto done = connection.each(
      "SELECT person, other, score, reasons, state, version FROM duplicate WHERE state = "
      "'waiting' ORDER BY score DESC, person DESC, other DESC LIMIT $1",
      values, [&](const store::Row& row) {
        all.push_back({row.integer(0), row.integer(1), row.integer(2), std::string(row.text(3)),
                       std::string(row.text(4)), row.integer(5)});
        return true;
      });
  if (!done) return std::unexpected(std::move(done.error()));
  return all;
}

Expected<void> decide_duplicate(store::Connection& connection, int64_t person, int64_t other,
                                bool is_same, const std::string& by, const std::string& reason) {
  const auto [low, high] = std::minmax(person, other);
  const store::Cell both[] = {low, high};
  const auto row =
      connection.one("SELECT state, version FROM duplicate WHERE person = $1 AND other = $2", both);
  if (!row) return std::unexpected(row.error());
  if (!*row) {
    return std::unexpected(refused("not-found", {"hai mã số này không có trong hàng chờ",
                                                 "these two numbers are not in the queue"}));
  }
  if (std::get<std::string>((**row)[0]) != "waiting") {
    return std::unexpected(refused(
        "wrong-state", {"việc này đã có người quyết định", "somebody has decided this already"}));
  }
  if (is_same) {
    if (auto done = merge(connection, high, low, by, reason); !done) return done;
  }
  const auto at = record_time(connection);
  if (!at) return std::unexpected(at.error());
  const std::string state = is_same ? "same" : "different";
  const store::Cell update[] = {low, high, state, std::get<int64_t>((**row)[1])};
  const auto changed = connection.run(
      "UPDATE duplicate SET state = $3, version = version + 1 WHERE person = $1 AND other = $2 AND "
      "version = $4",
      update);
  if (!changed) return std::unexpected(changed.error());
  if (*changed == 0) return std::unexpected(changed_meanwhile());
  const store::Cell event[] = {low, high, state, *at, by, reason};
  const auto noted = connection.run(
      "INSERT INTO duplicate_event (person, other, event, state, recorded_at, recorded_by, reason) "
      "VALUES ($1, $2, CAST((SELECT coalesce(max(event), 0) FROM duplicate_event WHERE person = $1 "
      "AND other = $2) + 1 AS bigint), $3, $4, $5, $6)",
      event);
  if (!noted) return std::unexpected(noted.error());
  return {};
}

}  // namespace ansinh::agency
