#include "agency/card_rules.h"

#include <nlohmann/json.hpp>

namespace ansinh::agency {

namespace {

constexpr int kCardMonthsMax = 240;
constexpr int kStatusDaysMax = 366;

std::unexpected<Failure> bad_card_rules(const std::string& what) {
  return std::unexpected(
      refused("agency-file", {"agency.json, \"card\": " + what + " không đúng; xem docs/card.md",
                              "agency.json, \"card\": " + what + " is wrong; see docs/card.md"}));
}

bool is_between(const nlohmann::json& value, int least, int most) {
  return value.is_number_integer() && value.get<int64_t>() >= least && value.get<int64_t>() <= most;
}

bool read_gender(const nlohmann::json& value, CardRules& rules) {
  if (!value.is_object()) return false;
  for (const auto& [name, number] : value.items()) {
    if (!is_between(number, 1, 3)) return false;
    rules.gender[name] = static_cast<card::CardGender>(number.get<int>());
  }
  return true;
}

bool read_left_out(const nlohmann::json& value, const LawBook& book, CardRules& rules) {
  if (!value.is_array()) return false;
  for (const auto& one : value) {
    if (!one.is_string() || !book.law().benefit_by_name.contains(one.get<std::string>())) {
      return false;
    }
    rules.leaves_out.insert(one.get<std::string>());
  }
  return true;
}

bool names_identifier(const LawBook& book, const std::string& kind) {
  for (const auto& [name, fact] : book.roles.registry) {
    if (fact.identifier == kind) return true;
  }
  return false;
}

}  // namespace

std::string CardRules::status_uri(int64_t list) const {
  return issuer + "/v1/card/status?list=" + std::to_string(list);
}

Expected<CardRules> card_rules(const LawBook& book) {
  const auto all = nlohmann::json::parse(book.agency_json, nullptr, false);
  if (!all.is_object() || !all.contains("card")) {
    return std::unexpected(
        refused("no-card-rules", {"agency.json không có phần \"card\"; xem docs/card.md",
                                  "agency.json has no part \"card\"; see docs/card.md"}));
  }
  const auto& part = all["card"];
  if (!part.is_object()) return bad_card_rules("card");
  CardRules rules;
  for (const auto& [name, value] : part.items()) {
    if (name == "note") continue;
    if (name == "issuer" && value.is_string()) {
      rules.issuer = value.get<std::string>();
    } else if (name == "country" && value.is_string()) {
      rules.country = value.get<std::string>();
    } else if (name == "language" && value.is_string()) {
      rules.language = value.get<std::string>();
    } else if (name == "identifier" && value.is_string()) {
      rules.identifier = value.get<std::string>();
      if (!names_identifier(book, rules.identifier)) return bad_card_rules(name);
    } else if (name == "valid_months" && is_between(value, 1, kCardMonthsMax)) {
      rules.valid_months = value.get<int>();
    } else if (name == "status_days" && is_between(value, 1, kStatusDaysMax)) {
      rules.status_days = value.get<int>();
    } else if (name == "gender" ? !read_gender(value, rules)
                                : name != "leaves_out" || !read_left_out(value, book, rules)) {
      return bad_card_rules(name);
    }
  }
  if (!rules.issuer.starts_with("https://") || rules.issuer.ends_with('/')) {
    return bad_card_rules("issuer");
  }
  if (rules.language.size() != 3) return bad_card_rules("language");
  if (rules.valid_months == 0) return bad_card_rules("valid_months");
  if (rules.status_days == 0) return bad_card_rules("status_days");
  return rules;
}

}  // namespace ansinh::agency
