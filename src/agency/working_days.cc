#include "agency/working_days.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ansinh::agency {

namespace {

constexpr int kFriday = 5;

std::unexpected<Failure> bad_rules(const std::string& where) {
  return std::unexpected(
      refused("agency-file", {"agency.json: \"decisions\": " + where + " không đúng",
                              "agency.json: \"decisions\": " + where + " is not right"}));
}

}  // namespace

int DecisionRules::decide_within_of(const std::string& benefit) const {
  auto found = decide_within.find(benefit);
  if (found == decide_within.end()) found = decide_within.find("otherwise");
  return found == decide_within.end() ? 0 : found->second;
}

Expected<DecisionRules> decision_rules(const LawBook& book) {
  DecisionRules rules;
  const auto all = nlohmann::json::parse(book.agency_json, nullptr, false);
  if (!all.is_object() || !all.contains("decisions")) return rules;
  const auto& part = all["decisions"];
  if (!part.is_object()) return bad_rules("decisions");
  for (const auto& [name, value] : part.items()) {
    if (name == "note") continue;
    if (name == "holidays" && value.is_string()) {
      const auto& calendars = book.law().calendars;
      const auto found =
          std::ranges::find(calendars, value.get<std::string>(), &law::CalendarInfo::name);
      if (found == calendars.end()) return bad_rules("holidays");
      rules.holidays = static_cast<law::CalendarId>(found - calendars.begin());
    } else if (name == "decide_within" && value.is_object()) {
      for (const auto& [benefit, days] : value.items()) {
        const bool is_known =
            benefit == "otherwise" || book.law().benefit_by_name.contains(benefit);
        if (!is_known || !days.is_number_integer()) return bad_rules("decide_within: " + benefit);
        rules.decide_within[benefit] = days.get<int>();
      }
    } else if (name == "appeal_within" && value.is_number_integer()) {
      rules.appeal_within_days = value.get<int>();
    } else if (name == "answer_within" && value.is_number_integer()) {
      rules.answer_within = value.get<int>();
    } else if (name == "approve_up_to" && value.is_object()) {
      for (const auto& [role, most] : value.items()) {
        if (!most.is_number_integer()) return bad_rules("approve_up_to: " + role);
        rules.approve_up_to[role] = most.get<int64_t>();
      }
    } else {
      return bad_rules(name);
    }
  }
  return rules;
}

bool is_working_day(const LawBook& book, const DecisionRules& rules, Date date) {
  if (date.weekday() > kFriday) return false;
  if (rules.holidays == law::kNoId) return true;
  const auto& days = book.law().calendars[rules.holidays].days;
  return std::ranges::none_of(days, [&](const std::pair<Date, Date>& stretch) {
    return stretch.first <= date && date <= stretch.second;
  });
}

Date working_days_after(const LawBook& book, const DecisionRules& rules, Date date, int count) {
  while (count > 0) {
    ++date.days;
    if (is_working_day(book, rules, date)) --count;
  }
  return date;
}

}  // namespace ansinh::agency
