#include "agency/late_interest.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/explain.h"

namespace ansinh::agency {

namespace {

// Contributions of one month, fund and due date.
struct LateDebt {
  int64_t open = 0;
  std::map<Date, int64_t> paid_late;  // by day
};
using LateDebts = std::map<DueGroup, LateDebt>;

DueGroup interest_group(const DueGroup& group) {
  return {group.month, true, {{}, {}, group.key.fund}, group.due_on};
}

LateDebts late_debts(const EmployerAccount& account, Date until) {
  LateDebts debts;
  for (const Due& due : account.dues()) {
    if (due.group.is_interest || due.net == 0 || due.group.due_on >= until) continue;
    LateDebt& debt = debts[interest_group(due.group)];
    debt.open += due.open();
    for (const auto& [day, amount] : account.payments_of(due)) {
      if (day > due.group.due_on) debt.paid_late[day] += amount;
    }
  }
  return debts;
}

// One evaluation of the law: the debts as they stood at the beginning of a day.
class DebtFile {
 public:
  DebtFile(const LawBook& book, const ContributionRules& rules, const LateDebts& debts, Date on)
      : program_(book.law()), words_(*rules.debts), on_(on) {
    std::string rows;
    for (const auto& [group, debt] : debts) {
      if (group.due_on >= on) continue;
      int64_t open = debt.open;
      for (const auto& [day, amount] : debt.paid_late) {
        if (day < on) {
          add(rows, group, amount, day);
        } else {
          open += amount;
        }
      }
      if (open > 0) add(rows, group, open, std::nullopt);
    }
    json_ = "{" + quoted_name(program_.entities[program_.lists[words_.list].parent].name) + ":{" +
            quoted_name(program_.lists[words_.list].name) + ":[" + rows + "]}}";
  }

  // Adds what the definition gives on the day for each debt.
  Expected<void> add_to(Interest& interest, law::DefinitionId definition) const {
    if (groups_.empty()) return {};
    const auto file = facts::from_json(program_, json_, 0);
    if (!file) {
      const Text& why = file.error().front().message;
      return std::unexpected(
          refused("debts-not-read", {"luật không đọc được các khoản nợ: " + why.vi,
                                     "the law cannot read the debts: " + why.en}));
    }
    engine::Explainer explainer(program_, *file, on_);
    const facts::ListValue& list = file->subject->lists[program_.lists[words_.list].slot];
    for (size_t i = 0; i < list.rows.size(); ++i) {
      const DueGroup& group = groups_[list.given_position[i]];
      const engine::Result result = explainer.evaluate_definition(definition, *list.rows[i]);
      int64_t steps = 0;
      const Rational* value = std::get_if<Rational>(&result.value);
      if (result.state == engine::State::kKnown && value != nullptr &&
          (*value / program_.currency_step).to_int64(steps) && steps >= 0) {
        interest.amounts[group] += steps;
      } else if (!interest.unclear.contains(group)) {
        interest.unclear[group] = why_not(result);
      }
    }
    return {};
  }

 private:
  static std::string quoted_name(std::string_view text) { return nlohmann::json(text).dump(); }

  void put(std::string& row, law::FactId fact, std::string_view value) const {
    row += (row.empty() ? "{" : ",") + quoted_name(program_.facts[fact].name) + ":" +
           quoted_name(value);
  }

  void add(std::string& rows, const DueGroup& group, int64_t amount, std::optional<Date> paid_on) {
    std::string row;
    put(row, words_.amount, (Rational(amount) * program_.currency_step).to_string());
    put(row, words_.month, group.month.to_string());
    put(row, words_.due, group.due_on.to_string());
    if (paid_on) put(row, words_.paid, paid_on->to_string());
    if (words_.scheme != law::kNoId) {
      const auto scheme = words_.funds.find(group.key.fund);
      put(row, words_.scheme, scheme == words_.funds.end() ? words_.other_funds : scheme->second);
    }
    for (const auto& [fact, values] : words_.announced) {
      const Announced* last = nullptr;
      for (const Announced& value : values) {
        const bool is_for_fund = value.fund.empty() || value.fund == group.key.fund;
        if (value.from <= on_ && is_for_fund) last = &value;
      }
      if (last != nullptr) put(row, fact, last->value);
    }
    rows += (rows.empty() ? "" : ",") + row + "}";
    groups_.push_back(group);
  }

  Text why_not(const engine::Result& result) const {
    if (!result.reasons.empty()) return result.reasons.front().text;
    if (!result.missing.empty() && result.missing.front().fact != law::kNoId) {
      const Text& label = program_.facts[result.missing.front().fact].label;
      return {"thiếu \"" + label.vi + "\"", "\"" + label.en + "\" is missing"};
    }
    return {"luật không cho số tiền", "the law gives no amount"};
  }

  const law::Program& program_;
  const DebtWords& words_;
  Date on_;
  std::vector<DueGroup> groups_;  // by row
  std::string json_;
};

// The days on which the law has such a definition.
std::vector<law::Force> times_of(const law::DefinitionInfo& definition) {
  std::vector<law::Force> times;
  times.reserve(definition.versions.size());
  for (const law::DefinitionVersion& version : definition.versions) times.push_back(version.force);
  std::ranges::sort(times, {}, &law::Force::from);
  return times;
}

Expected<void> add_each_month(Interest& interest, law::DefinitionId definition,
                              const LateDebts& debts, const LawBook& book,
                              const ContributionRules& rules, Date until) {
  if (debts.empty()) return {};
  const auto times = times_of(book.law().definitions[definition]);
  Date first = until;
  for (const auto& [group, debt] : debts) first = std::min(first, group.due_on);
  for (Month month = Month::of(first); month.last_day() < until; ++month.months) {
    const Date on = month.last_day();
    const auto is_in_force = [on](const law::Force& force) { return force.contains(on); };
    if (!std::ranges::any_of(times, is_in_force)) continue;
    // What comes in on the last day of the month is in time for it.
    LateDebts then = debts;
    for (auto& [group, debt] : then)
      debt.paid_late.erase(debt.paid_late.begin(), debt.paid_late.upper_bound(on));
    const auto added = DebtFile(book, rules, then, on).add_to(interest, definition);
    if (!added) return added;
  }
  return {};
}

Expected<void> add_all(Interest& interest, law::DefinitionId definition, const LateDebts& debts,
                       const LawBook& book, const ContributionRules& rules, Date until) {
  const auto times = times_of(book.law().definitions[definition]);
  const auto after = std::ranges::upper_bound(times, until, {}, &law::Force::from);
  if (after == times.begin()) return {};
  const Date on = std::min(until, std::prev(after)->until);
  // What was paid before there was such a definition is none of its business.
  LateDebts asked = debts;
  for (auto& [group, debt] : asked) {
    debt.paid_late.erase(debt.paid_late.begin(), debt.paid_late.lower_bound(times.front().from));
  }
  return DebtFile(book, rules, asked, on).add_to(interest, definition);
}

}  // namespace

Expected<Interest> interest_until(const EmployerAccount& account, const LawBook& book,
                                  const ContributionRules& rules, Date until) {
  Interest interest;
  if (!rules.debts) return interest;
  const LateDebts debts = late_debts(account, until);
  for (const auto& [group, debt] : debts) interest.amounts[group] = 0;
  for (const InterestWords& words : rules.interest) {
    const auto added = words.each_month
                           ? add_each_month(interest, words.definition, debts, book, rules, until)
                           : add_all(interest, words.definition, debts, book, rules, until);
    if (!added) return std::unexpected(added.error());
  }
  return interest;
}

Expected<bool> charge_interest(EmployerAccount& account, const LawBook& book,
                               const ContributionRules& rules, Date until) {
  auto interest = interest_until(account, book, rules, until);
  if (!interest) return std::unexpected(interest.error());
  std::map<DueGroup, int64_t> charged;
  for (const Due& due : account.dues()) {
    if (due.group.is_interest) charged[due.group] += due.net;
  }
  // What bears none any more, because nothing was late after all.
  for (const auto& [group, amount] : charged) interest->amounts.try_emplace(group, 0);
  bool is_changed = false;
  for (const auto& [group, amount] : interest->amounts) {
    if (interest->unclear.contains(group)) continue;
    const int64_t more = amount - charged[group];
    if (more > 0) account.raise(group, more, 0);
    if (more < 0) account.lower(group, -more, 0);
    is_changed = is_changed || more != 0;
  }
  return is_changed;
}

Expected<void> settle(EmployerAccount& account, const LawBook& book, const ContributionRules& rules,
                      std::optional<Date> until, std::optional<Date> late_money) {
  constexpr int kRoundsMax = 64;  // each leaves a small part of the interest of the one before
  if (!until || late_money) account.distribute(rules, book.law());
  for (int round = 0; until && round < kRoundsMax; ++round) {
    const auto charged = charge_interest(account, book, rules, *until);
    if (!charged) return std::unexpected(charged.error());
    if (late_money && *charged) account.free_from(*late_money);
    account.distribute(rules, book.law());
    if (!*charged) break;
  }
  return {};
}

}  // namespace ansinh::agency
