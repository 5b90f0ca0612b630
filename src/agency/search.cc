#include "agency/search.h"

#include <algorithm>
#include <set>

#include "agency/names.h"
#include "agency/statement_row.h"
#include "base/text.h"

namespace ansinh::agency {

namespace {

// So many are looked at to find those with the same marks; among people of one name the birth date
// must decide.
constexpr size_t kCandidatesMax = 100;
// A pair of words that so many have is not worth counting further.
constexpr std::string_view kCommonMax = "2000";

constexpr std::string_view kColumns =
    "SELECT p.person, q.merged_into, p.kind, p.name, p.birth_date, p.death_date, p.sex, "
    "p.province, p.commune, p.name_key FROM ";
constexpr std::string_view kProfiles = "profile p JOIN person q ON q.person = p.person WHERE ";
constexpr Date kFirstDay{-1'000'000};
constexpr Date kLastDay{1'000'000};

struct Candidate {
  Found found;
  std::string key;
  int rank = 0;
};

Candidate candidate_of(const store::Row& row) {
  Candidate c;
  c.found.person = row.integer(0);
  c.found.merged_into = row.maybe_integer(1).value_or(0);
  c.found.kind = row.text(2);
  c.found.name = row.maybe_text(3).value_or("");
  c.found.birth_date = date_in(row, 4);
  c.found.death_date = date_in(row, 5);
  c.found.sex = row.maybe_text(6).value_or("");
  c.found.province = row.maybe_text(7).value_or("");
  c.found.commune = row.maybe_text(8).value_or("");
  c.key = row.maybe_text(9).value_or("");
  return c;
}

class Search {
 public:
  Search(store::Connection& connection, const SearchQuery& query)
      : connection_(connection), query_(query) {
    if (query.born) {
      from_ = until_ = *query.born;
    } else if (query.born_year && *query.born_year > 1000 && *query.born_year < 3000) {
      from_ = Date::of(*query.born_year, 1, 1);
      until_ = Date::of(*query.born_year, 12, 31);
    }
    has_birth_ = from_ != kFirstDay;
  }

  Expected<SearchResult> run() {
    const std::string text = normalize(query_.text).value_or(std::string());
    words_ = name_words(text);
    std::sort(words_.begin(), words_.end());
    words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
    if (words_.empty() && !has_birth_) {
      return std::unexpected(
          refused("search-empty", {"cần mã số, tên hoặc ngày sinh để tìm",
                                   "a number, a name or a birth date is needed to search"}));
    }
    typed_ = text;
    auto done = is_number() ? by_number() : words_.empty() ? by_birth() : by_name();
    if (!done) return std::unexpected(std::move(done.error()));
    return ranked();
  }

 private:
  // One word with a digit in it, or nothing but digits and blanks.
  bool is_number() const {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (words_.size() == 1) return std::any_of(words_[0].begin(), words_[0].end(), is_digit);
    return !words_.empty() && std::all_of(typed_.begin(), typed_.end(),
                                          [&](char c) { return c == ' ' || is_digit(c); });
  }

  // A query that grows with what is asked; each shape of it is prepared once.
  struct Query {
    std::string sql;
    std::vector<store::Cell> values;
    std::string put(store::Cell value) {
      values.push_back(std::move(value));
      return "$" + std::to_string(values.size());
    }
  };

  void put_birth(Query& query, const std::string& column) const {
    if (!has_birth_) return;
    query.sql += " AND " + column + " BETWEEN " + query.put(int64_t{from_.days});
    query.sql += " AND " + query.put(int64_t{until_.days});
  }

  Expected<void> take(Query query, std::string_view order = {}, bool wants_best = true) {
    if (!query_.province.empty()) query.sql += " AND p.province = " + query.put(query_.province);
    if (!query_.commune.empty()) query.sql += " AND p.commune = " + query.put(query_.commune);
    query.sql += order;
    // Names that have the words among others are all as good: no more than can be shown. A person
    // may be there twice, under the whole name or by two pairs.
    const auto shown = static_cast<size_t>(query_.count_max) + 1;
    const size_t most = wants_best ? std::max(kCandidatesMax, shown) : shown;
    query.sql += " LIMIT " + std::to_string(wants_best ? most : 3 * most);
    const size_t full = wants_best ? most : candidates_.size() + most;
    return connection_.each(query.sql, query.values, [&](const store::Row& row) {
      Candidate c = candidate_of(row);
      if (seen_.insert(c.found.person).second) candidates_.push_back(std::move(c));
      return candidates_.size() < full;
    });
  }

  Expected<void> by_number() {
    std::string number;
    for (const char c : typed_) {
      if (c != ' ') number += c;
    }
    Query paper{std::string(kColumns) +
                    "identifier i JOIN profile p ON p.person = i.person JOIN person q ON q.person "
                    "= i.person WHERE i.number = ",
                {}};
    paper.sql += paper.put(number);
    put_birth(paper, "p.birth_date");
    if (auto done = take(std::move(paper)); !done) return done;
    const bool is_plain =
        number.size() <= 18 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!is_plain) return {};
    Query own{std::string(kColumns) + std::string(kProfiles) + "p.person = ", {}};
    own.sql += own.put(int64_t{std::stoll(number)});
    put_birth(own, "p.birth_date");
    return take(std::move(own));
  }

  Expected<void> by_birth() {
    Query query{std::string(kColumns) + std::string(kProfiles) + "p.person > 0", {}};
    put_birth(query, "p.birth_date");
    return take(std::move(query), " ORDER BY p.birth_date, p.person");
  }

  Expected<void> by_name() {
    Query whole{std::string(kColumns) + std::string(kProfiles) + "p.name_key = ", {}};
    whole.sql += whole.put(key());
    put_birth(whole, "p.birth_date");
    if (auto done = take(std::move(whole)); !done) return done;
    if (static_cast<int64_t>(candidates_.size()) > query_.count_max) return {};
    if (words_.size() > 1) return by_pair();
    const auto [low, high] = word_range(words_[0]);  // names that have the word among others
    return by_pairs_in(low, high);
  }

  // Names that have all the words: those of the pair that fewest people have, then the others.
  Expected<void> by_pair() {
    int64_t fewest = INT64_MAX;
    size_t first = 0, second = 1;
    for (size_t i = 0; i < words_.size(); ++i) {
      for (size_t j = i + 1; j < words_.size(); ++j) {
        const auto count = count_of(words_[i], words_[j]);
        if (!count) return std::unexpected(count.error());
        if (*count == 0) return {};
        if (*count >= fewest) continue;
        fewest = *count;
        first = i;
        second = j;
      }
    }
    for (const int64_t pair :
         {pair_number(words_[first], words_[second]), pair_number(words_[second], words_[first])}) {
      if (auto done = by_pairs_in(pair, pair); !done) return done;
    }
    return {};
  }

  // As far as it matters: kCommonMax is many.
  Expected<int64_t> count_of(const std::string& a, const std::string& b) {
    int64_t sum = 0;
    for (const int64_t pair : {pair_number(a, b), pair_number(b, a)}) {
      Query query{"SELECT count(*) FROM (SELECT 1 AS one FROM name_pair WHERE pair = ", {}};
      query.sql += query.put(pair);
      put_birth(query, "birth_date");
      query.sql += " LIMIT " + std::string(kCommonMax) + ") AS part";
      const auto count = connection_.number(query.sql, query.values);
      if (!count) return std::unexpected(count.error());
      sum += count->value_or(0);
    }
    return sum;
  }

  Expected<void> by_pairs_in(int64_t low, int64_t high) {
    Query query{std::string(kColumns) +
                    "name_pair a JOIN profile p ON p.person = a.person JOIN person q ON q.person "
                    "= a.person WHERE a.pair",
                {}};
    if (low == high) {
      query.sql += " = " + query.put(low);
    } else {
      query.sql += " BETWEEN " + query.put(low);
      query.sql += " AND " + query.put(high);
    }
    put_birth(query, "a.birth_date");
    // Every other word beside the first: then the name has all of them.
    for (size_t i = 1; words_.size() > 2 && i < words_.size(); ++i) {
      query.sql +=
          " AND EXISTS (SELECT 1 FROM name_pair b WHERE b.person = a.person AND b.pair IN (";
      query.sql += query.put(pair_number(words_[0], words_[i])) + ", ";
      query.sql += query.put(pair_number(words_[i], words_[0])) + "))";
    }
    return take(std::move(query), {}, false);
  }

  std::string key() const {
    std::string key;
    for (const std::string& word : words_) key += (key.empty() ? "" : " ") + word;
    return key;
  }

  // 0: the same with marks, in any order of words; 1: the same without; 2: some of the words.
  int rank_of(const Candidate& c) const {
    if (c.key != key()) return 2;
    return marked_words(c.found.name) == marked_words(typed_) ? 0 : 1;
  }

  SearchResult ranked() {
    for (Candidate& c : candidates_) c.rank = words_.empty() ? 0 : rank_of(c);
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
    SearchResult result;
    for (Candidate& c : candidates_) {
      if (static_cast<int64_t>(result.found.size()) == query_.count_max) {
        result.is_more = true;
        break;
      }
      result.found.push_back(std::move(c.found));
    }
    return result;
  }

  store::Connection& connection_;
  const SearchQuery& query_;
  Date from_ = kFirstDay, until_ = kLastDay;
  bool has_birth_ = false;
  std::string typed_;
  std::vector<std::string> words_;  // different, in order
  std::set<int64_t> seen_;
  std::vector<Candidate> candidates_;
};

}  // namespace

Expected<SearchResult> search(store::Connection& connection, const SearchQuery& query) {
  return Search(connection, query).run();
}

}  // namespace ansinh::agency
