#include "agency/award_due.h"

#include <algorithm>
#include <utility>

namespace ansinh::agency {

namespace {

bool covers(const AwardTerm& term, int64_t month) {
  return term.from_month <= month && month <= term.until_month;
}

// The months in which another term may begin to count, up to `month`.
std::vector<int64_t> turns(std::span<const AwardTerm> terms, int64_t month) {
  std::vector<int64_t> all;
  for (const AwardTerm& term : terms) {
    if (term.from_month <= month) all.push_back(term.from_month);
    if (term.until_month < month) all.push_back(term.until_month + 1);
  }
  all.push_back(month + 1);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Expected<void> read_terms(store::Connection& connection, int64_t first, int64_t last,
                          std::vector<DueAward>& awards) {
  auto award = awards.begin();
  const store::Cell range[] = {first, last};
  return connection.each(
      "SELECT person, award, from_month, until_month, amount, each, fund, recorded_at FROM "
      "award_term "
      "WHERE person >= $1 AND person <= $2 ORDER BY person, award, term",
      range, [&](const store::Row& row) {
        const std::pair key(row.integer(0), row.integer(1));
        while (award != awards.end() && std::pair(award->person, award->award) < key) ++award;
        if (award == awards.end()) return false;
        if (std::pair(award->person, award->award) != key) return true;
        const bool is_once = row.text(5) == "once";
        award->terms.push_back(
            {row.integer(2), is_once ? row.integer(2) : row.maybe_integer(3).value_or(kOpenMonth),
             row.integer(4)});
        award->fund = row.text(6);
        award->recorded_at = std::max(award->recorded_at, row.integer(7));
        return true;
      });
}

}  // namespace

int64_t due_in(std::span<const AwardTerm> terms, int64_t month) {
  for (size_t i = terms.size(); i-- > 0;) {
    if (covers(terms[i], month)) return terms[i].amount;
  }
  return 0;
}

std::optional<int64_t> due_through(std::span<const AwardTerm> terms, int64_t month) {
  int64_t sum = 0;
  const auto add = [&](int64_t months, int64_t amount) {
    int64_t product = 0;
    return !__builtin_mul_overflow(months, amount, &product) &&
           !__builtin_add_overflow(sum, product, &sum);
  };
  if (terms.size() == 1) {  // nearly all
    const int64_t last = std::min(month, terms[0].until_month);
    if (last < terms[0].from_month) return 0;
    if (!add(last - terms[0].from_month + 1, terms[0].amount)) return std::nullopt;
    return sum;
  }
  const std::vector<int64_t> all = turns(terms, month);
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    if (!add(all[i + 1] - all[i], due_in(terms, all[i]))) return std::nullopt;
  }
  return sum;
}

Expected<std::vector<DueAward>> awards_after(store::Connection& connection, int64_t after,
                                             int64_t count) {
  std::vector<DueAward> awards;
  const auto take = [&](const store::Row& row) {
    awards.push_back(
        {.person = row.integer(0), .award = row.integer(1), .is_paid = row.text(2) != "suspended"});
    return true;
  };
  const store::Cell from[] = {after, count};
  if (auto done = connection.each("SELECT person, award, state FROM award WHERE person > $1 "
                                  "ORDER BY person, award LIMIT $2",
                                  from, take);
      !done) {
    return std::unexpected(done.error());
  }
  if (awards.empty()) return awards;
  if (static_cast<int64_t>(awards.size()) == count) {
    // The last person may have more of them.
    const store::Cell last[] = {awards.back().person, awards.back().award};
    if (auto done = connection.each(
            "SELECT person, award, state FROM award WHERE person = $1 AND award > $2 "
            "ORDER BY award",
            last, take);
        !done) {
      return std::unexpected(done.error());
    }
  }
  if (auto done = read_terms(connection, awards.front().person, awards.back().person, awards);
      !done) {
    return std::unexpected(done.error());
  }
  return awards;
}

Expected<std::vector<AwardDone>> awards_done(store::Connection& connection, int64_t first,
                                             int64_t last) {
  std::vector<AwardDone> found;
  const store::Cell range[] = {first, last};
  if (auto done = connection.each(
          "SELECT person, award, CAST(sum(regular) AS bigint), CAST(sum(back) AS bigint), "
          "max(month) FROM payment WHERE person >= $1 AND person <= $2 AND attempt = 1 "
          "GROUP BY person, award ORDER BY person, award",
          range,
          [&](const store::Row& row) {
            found.push_back({.person = row.integer(0),
                             .award = row.integer(1),
                             .regular = row.integer(2),
                             .back = row.integer(3),
                             .last_month = row.integer(4)});
            return true;
          });
      !done) {
    return std::unexpected(done.error());
  }
  std::vector<AwardDone> adjusted;
  if (auto done = connection.each(
          "SELECT person, award, CAST(sum(payable) AS bigint), CAST(sum(overpaid) AS bigint), "
          "max(adjustment) FROM adjustment WHERE person >= $1 AND person <= $2 "
          "GROUP BY person, award ORDER BY person, award",
          range,
          [&](const store::Row& row) {
            adjusted.push_back({.person = row.integer(0),
                                .award = row.integer(1),
                                .payable = row.integer(2),
                                .overpaid = row.integer(3),
                                .adjustments = row.integer(4)});
            return true;
          });
      !done) {
    return std::unexpected(done.error());
  }
  const size_t ordered = found.size();
  auto next = found.begin();
  std::vector<AwardDone> alone;
  for (const AwardDone& one : adjusted) {
    const std::pair key(one.person, one.award);
    while (next != found.end() && std::pair(next->person, next->award) < key) ++next;
    if (next != found.end() && std::pair(next->person, next->award) == key) {
      next->payable = one.payable;
      next->overpaid = one.overpaid;
      next->adjustments = one.adjustments;
    } else {
      alone.push_back(one);
    }
  }
  found.insert(found.end(), alone.begin(), alone.end());
  std::inplace_merge(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(ordered),
                     found.end(), [](const AwardDone& a, const AwardDone& b) {
                       return std::pair(a.person, a.award) < std::pair(b.person, b.award);
                     });
  return found;
}

Adjusted adjust(int64_t difference, const AwardDone& done) {
  Adjusted made;
  if (difference > 0) {
    const int64_t cleared = std::min(difference, done.overpaid);
    made = {.payable = difference - cleared, .overpaid = -cleared};
  } else if (difference < 0) {
    const int64_t unpaid = std::min(-difference, done.back_open());
    made = {.payable = -unpaid, .overpaid = -difference - unpaid};
  }
  return made;
}

}  // namespace ansinh::agency
