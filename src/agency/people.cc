#include "agency/people.h"

#include <algorithm>

#include "agency/statement_row.h"

namespace ansinh::agency {

namespace {

// How many numbers a query has: few texts, so that each is prepared once.
constexpr size_t kListSizes[] = {1, 8, 200};

std::string with_list(std::string_view sql, size_t count, size_t after) {
  std::string list;
  for (size_t i = 1; i <= count; ++i) {
    list += (i == 1 ? "$" : ",$") + std::to_string(after + i);
  }
  std::string text(sql);
  return text.replace(text.find('@'), 1, list);
}

// `work` with the text and the values of each part of the numbers.
template <class Work>
Expected<void> in_parts(std::string_view sql, std::span<const int64_t> numbers,
                        std::initializer_list<store::Cell> more, const Work& work) {
  std::vector<store::Cell> cells;
  while (!numbers.empty()) {
    const auto* const size = std::ranges::lower_bound(kListSizes, numbers.size());
    const size_t count = size == std::end(kListSizes) ? std::end(kListSizes)[-1] : *size;
    const auto part = numbers.first(std::min(count, numbers.size()));
    cells.assign(more);
    cells.insert(cells.end(), part.begin(), part.end());
    while (cells.size() < more.size() + count) cells.emplace_back(part.front());
    auto done = work(with_list(sql, count, more.size()), cells);
    if (!done) return done;
    numbers = numbers.subspan(part.size());
  }
  return {};
}

}  // namespace

Expected<void> each_of(store::Connection& connection, std::string_view sql,
                       std::span<const int64_t> numbers, std::initializer_list<store::Cell> more,
                       const std::function<bool(const store::Row&)>& on_row) {
  return in_parts(sql, numbers, more, [&](const std::string& text, store::Values values) {
    return connection.each(text, values, on_row);
  });
}

Expected<int64_t> run_of(store::Connection& connection, std::string_view sql,
                         std::span<const int64_t> numbers,
                         std::initializer_list<store::Cell> more) {
  int64_t all = 0;
  auto done = in_parts(sql, numbers, more,
                       [&](const std::string& text, store::Values values) -> Expected<void> {
                         const auto changed = connection.run(text, values);
                         if (!changed) return std::unexpected(changed.error());
                         all += *changed;
                         return {};
                       });
  if (!done) return std::unexpected(std::move(done.error()));
  return all;
}

Expected<void> People::read(std::vector<int64_t> numbers) {
  std::ranges::sort(numbers);
  const auto same = std::ranges::unique(numbers);
  numbers.erase(same.begin(), same.end());
  std::erase_if(numbers, [&](int64_t number) { return places_.contains(number); });
  for (const int64_t number : numbers) places_[number];
  auto done =
      each_of(connection_, "SELECT person, kind, merged_into FROM person WHERE person IN (@)",
              numbers, {}, [&](const store::Row& row) {
                Place& place = places_[row.integer(0)];
                place.is_there = true;
                place.record.kind = person_kind(row.text(1)).value_or(PersonKind::kPerson);
                place.record.merged_into = row.maybe_integer(2).value_or(0);
                return true;
              });
  if (!done) return done;
  done = each_of(connection_,
                 "SELECT person, kind, other FROM merge_event WHERE person IN (@) "
                 "ORDER BY person, event",
                 numbers, {}, [&](const store::Row& row) {
                   std::vector<int64_t>& merged = places_[row.integer(0)].record.merged;
                   const int64_t other = row.integer(2);
                   const auto at = std::ranges::lower_bound(merged, other);
                   const bool is_in = at != merged.end() && *at == other;
                   if (row.text(1) == "from" && !is_in) merged.insert(at, other);
                   if (row.text(1) == "parted" && is_in) merged.erase(at);
                   return true;
                 });
  if (!done) return done;
  return read_statements(numbers);
}

Expected<void> People::read_statements(std::span<const int64_t> numbers) {
  static const std::string kQuery =
      std::string(kStatementColumns) +
      " WHERE recorded_at <= $1 AND person IN (@) ORDER BY person, statement";
  return each_of(connection_, kQuery, numbers, {known_.at}, [&](const store::Row& row) {
    std::vector<Statement>& standing = places_[row.integer(0)].record.standing;
    Statement statement = statement_of(row);
    if (statement.replaces != 0) {
      std::erase_if(standing,
                    [&](const Statement& one) { return one.ref.statement == statement.replaces; });
    }
    if (statement.value) standing.push_back(std::move(statement));
    return true;
  });
}

void People::want(std::span<const int64_t> numbers) const {
  NotRead missing;
  for (const int64_t number : numbers) {
    if (!places_.contains(number)) missing.numbers.push_back(number);
  }
  if (!missing.numbers.empty()) throw missing;
}

const PersonRecord* People::find(int64_t number) const {
  const auto found = places_.find(number);
  if (found == places_.end()) throw NotRead{{number}};
  return found->second.is_there ? &found->second.record : nullptr;
}

}  // namespace ansinh::agency
