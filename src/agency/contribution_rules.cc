#include "agency/contribution_rules.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ansinh::agency {

namespace {

using nlohmann::json;

// Reads one part of agency.json; the first fault is kept, and everything after it is passed over.
class RulesReader {
 public:
  explicit RulesReader(const law::Program& program) : program_(program) {}

  ContributionRules read(const json& part) {
    static const std::set<std::string> known_entries = {
        "rules", "remitted", "spells", "employer", "kind", "one_employer", "notice_day",
        "order", "funds",    "debts",  "interest", "note", "collected_in"};
    ContributionRules rules;
    for (const auto& [name, value] : part.items()) {
      if (!known_entries.contains(name))
        fault("contributions." + name, "không dùng đến", "is not used");
    }
    for (const std::string& name : texts(part, "rules")) rules.rules.push_back(rule(name));
    for (const std::string& name : texts(part, "remitted")) {
      rules.remitted.insert(named(program_.parties, name, "remitted"));
    }
    for (const std::string& name : texts(part, "funds")) {
      rules.funds.push_back(named(program_.funds, name, "funds"));
    }
    rules.spells = list(text(part, "spells"), law::ListForm::kSpellsByMonth);
    if (!is_good()) return rules;
    const law::EntityId spell = program_.lists[rules.spells].child;
    if (part.contains("employer")) rules.employer = fact(spell, text(part, "employer"));
    if (part.contains("kind")) {
      const json& kind = part["kind"];
      rules.kind = fact(spell, text(kind, "fact"));
      rules.paid = text(kind, "paid");
      rules.unpaid = text(kind, "unpaid");
      member(rules.kind, rules.paid);
      member(rules.kind, rules.unpaid);
    }
    rules.collected_in = text(part, "collected_in");
    rules.one_employer = is_yes(part, "one_employer");
    if (part.contains("notice_day") && part["notice_day"].is_number_integer()) {
      rules.notice_day = part["notice_day"].get<int>();
    }
    if (rules.notice_day < 1 || rules.notice_day > 28) {
      fault("notice_day", "phải từ 1 đến 28", "must be from 1 to 28");
    }
    for (const std::string& name : texts(part, "order")) rules.order.push_back(first(name));
    if (part.contains("debts")) rules.debts = debts(part["debts"]);
    if (part.contains("interest")) read_interest(part["interest"], rules);
    return rules;
  }

  bool is_good() const { return fault_.en.empty(); }
  const Text& fault() const { return fault_; }

 private:
  void fault(const std::string& where, const std::string& vi, const std::string& en) {
    if (is_good()) fault_ = {"\"" + where + "\": " + vi, "\"" + where + "\": " + en};
  }

  std::string text(const json& in, const std::string& name) {
    if (in.is_object() && in.contains(name) && in[name].is_string()) return in[name];
    fault(name, "thiếu, hoặc không phải là chữ", "is missing, or is not a text");
    return {};
  }

  bool is_yes(const json& in, const std::string& name) {
    if (!in.is_object() || !in.contains(name)) return false;
    if (!in[name].is_boolean()) fault(name, "phải là true hoặc false", "must be true or false");
    return in[name].is_boolean() && in[name].get<bool>();
  }

  std::vector<std::string> texts(const json& in, const std::string& name) {
    std::vector<std::string> all;
    if (!in.is_object() || !in.contains(name) || !in[name].is_array()) {
      fault(name, "thiếu, hoặc không phải là danh sách", "is missing, or is not a list");
      return all;
    }
    for (const json& item : in[name]) {
      if (item.is_string()) {
        all.push_back(item);
      } else {
        fault(name, "có mục không phải là chữ", "holds something else than texts");
      }
    }
    return all;
  }

  law::BenefitId rule(const std::string& name) {
    const auto found = program_.benefit_by_name.find(name);
    if (found != program_.benefit_by_name.end() &&
        program_.benefits[found->second].is_contribution) {
      return found->second;
    }
    fault("rules", "luật không có khoản đóng \"" + name + "\"",
          "the law has no contribution \"" + name + "\"");
    return law::kNoId;
  }

  uint32_t named(const std::vector<law::NamedLabel>& all, const std::string& name,
                 const std::string& where) {
    for (uint32_t i = 0; i < all.size(); ++i) {
      if (all[i].name == name) return i;
    }
    fault(where, "luật không có \"" + name + "\"", "the law has no \"" + name + "\"");
    return law::kNoId;
  }

  law::ListId list(const std::string& name, law::ListForm form) {
    for (law::ListId id = 0; id < program_.lists.size(); ++id) {
      if (program_.lists[id].name == name && program_.lists[id].form == form) return id;
    }
    fault(name, "luật không có danh sách này", "the law has no such list");
    return law::kNoId;
  }

  law::FactId fact(law::EntityId entity, const std::string& name) {
    for (const law::FactId id : program_.entities[entity].facts) {
      if (program_.facts[id].name == name) return id;
    }
    fault(name, "luật không có dữ kiện này", "the law has no such fact");
    return law::kNoId;
  }

  void member(law::FactId fact_id, const std::string& name) {
    if (!is_good()) return;
    const law::Type& type = program_.facts[fact_id].type;
    if (type.base == law::Base::kEnum) {
      const auto& members = program_.enums[type.enumeration].members;
      if (std::find(members.begin(), members.end(), name) != members.end()) return;
    }
    fault(program_.facts[fact_id].name, "không có giá trị \"" + name + "\"",
          "has no value \"" + name + "\"");
  }

  PayFirst first(const std::string& name) {
    if (name == "interest") return PayFirst::kInterest;
    if (name == "contribution") return PayFirst::kContribution;
    if (name == "oldest") return PayFirst::kOldest;
    if (name == "fund") return PayFirst::kFund;
    fault("order", "không có \"" + name + "\"; dùng interest, contribution, oldest, fund",
          "there is no \"" + name + "\"; use interest, contribution, oldest, fund");
    return PayFirst::kOldest;
  }

  DebtWords debts(const json& part) {
    DebtWords words;
    words.list = list(text(part, "list"), law::ListForm::kChildren);
    if (!is_good()) return words;
    const law::EntityId debt = program_.lists[words.list].child;
    words.amount = fact(debt, text(part, "amount"));
    words.month = fact(debt, text(part, "month"));
    words.due = fact(debt, text(part, "due"));
    words.paid = fact(debt, text(part, "paid"));
    if (part.contains("scheme")) {
      const json& scheme = part["scheme"];
      words.scheme = fact(debt, text(scheme, "fact"));
      words.other_funds = text(scheme, "otherwise");
      member(words.scheme, words.other_funds);
      if (scheme.contains("funds")) {
        for (const auto& [fund, value] : scheme["funds"].items()) {
          named(program_.funds, fund, "scheme");
          words.funds[fund] = value.is_string() ? value.get<std::string>() : "";
          member(words.scheme, words.funds[fund]);
        }
      }
    }
    if (part.contains("announced")) {
      for (const auto& [name, rows] : part["announced"].items()) {
        std::vector<Announced>& all = words.announced[fact(debt, name)];
        for (const json& row : rows) {
          Announced& one = all.emplace_back();
          const auto from = Date::parse(text(row, "from"));
          if (!from) fault(name, "\"from\" không phải là ngày", "\"from\" is not a date");
          if (from) one.from = *from;
          if (row.contains("fund")) one.fund = text(row, "fund");
          one.value = text(row, "value");
        }
        std::ranges::stable_sort(all, {}, &Announced::from);
      }
    }
    return words;
  }

  void read_interest(const json& part, ContributionRules& rules) {
    for (const json& row : part) {
      InterestWords& words = rules.interest.emplace_back();
      const std::string name = text(row, "definition");
      const auto found = program_.definition_by_name.find(name);
      if (!rules.debts || found == program_.definition_by_name.end() ||
          program_.definitions[found->second].entity != program_.lists[rules.debts->list].child) {
        fault("interest", "\"" + name + "\" không phải là định nghĩa của một khoản nợ",
              "\"" + name + "\" is not a definition of a debt");
        return;
      }
      words.definition = found->second;
      words.each_month = is_yes(row, "each_month");
    }
  }

  const law::Program& program_;
  Text fault_;
};

}  // namespace

size_t ContributionRules::fund_rank(std::string_view fund, const law::Program& program) const {
  for (size_t i = 0; i < funds.size(); ++i) {
    if (program.funds[funds[i]].name == fund) return i;
  }
  for (size_t i = 0; i < program.funds.size(); ++i) {
    if (program.funds[i].name == fund) return funds.size() + i;
  }
  return funds.size() + program.funds.size();
}

Expected<ContributionRules> read_contribution_rules(const LawBook& book) {
  const json all = json::parse(book.agency_json, nullptr, false);
  if (!all.is_object() || !all.contains("contributions")) {
    return std::unexpected(refused(
        "no-contributions",
        {"tệp agency.json bên cạnh luật không có phần \"contributions\"; xem docs/contributions.md",
         "agency.json beside the law has no part \"contributions\"; see docs/contributions.md"}));
  }
  RulesReader reader(book.law());
  ContributionRules rules = reader.read(all["contributions"]);
  if (!reader.is_good()) {
    return std::unexpected(
        refused("agency-file", {"agency.json, contributions, " + reader.fault().vi,
                                "agency.json, contributions, " + reader.fault().en}));
  }
  return rules;
}

}  // namespace ansinh::agency
