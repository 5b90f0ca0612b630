#include "agency/employer_statement.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace ansinh::agency {

namespace {

using nlohmann::ordered_json;

Text label_in(const std::vector<law::NamedLabel>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &law::NamedLabel::name);
  return found == all.end() ? Text{name, name} : found->label;
}

Text what_for(const DueGroup& group, const law::Program& program) {
  if (group.is_interest) return {"Tiền lãi chậm đóng", "Interest on late payment"};
  const auto found = program.benefit_by_name.find(group.key.contribution);
  if (found == program.benefit_by_name.end()) {
    return {group.key.contribution, group.key.contribution};
  }
  return program.benefits[found->second].label;
}

ordered_json both_languages(const Text& text) { return {{"vi", text.vi}, {"en", text.en}}; }

ordered_json group_json(const DueGroup& group, const law::Program& program) {
  ordered_json json = {{"month", group.month.to_string()},
                       {"kind", group.is_interest ? "interest" : "contribution"}};
  if (!group.is_interest) {
    json["contribution"] = group.key.contribution;
    json["party"] = group.key.party;
  }
  json["fund"] = group.key.fund;
  json["due_on"] = group.due_on.to_string();
  json["label"] = both_languages(what_for(group, program));
  return json;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

Expected<EmployerStatement> statement_of_employer(store::Connection& connection,
                                                  const LawBook& book,
                                                  const ContributionRules& rules, int64_t employer,
                                                  Date on,
                                                  std::optional<std::pair<Month, Month>> months) {
  const auto found = employer_of(connection, employer);
  if (!found) return std::unexpected(found.error());
  const auto account = EmployerAccount::load(connection, employer);
  if (!account) return std::unexpected(account.error());
  const auto is_asked = [&](const DueGroup& group) {
    return !months || (months->first <= group.month && group.month <= months->second);
  };
  EmployerStatement statement{*found, on, {}, account->receipts(), {}, 0, 0, 0, 0, 0, 0};
  std::map<DueGroup, DueShown> shown;
  std::map<DueGroup, int64_t> charged;
  for (const Due& due : account->dues()) {
    if (due.group.is_interest) charged[due.group] += due.net;
    if (!is_asked(due.group) || due.net == 0) continue;
    DueShown& one = shown[due.group];
    one.group = due.group;
    one.due += due.net;
    one.paid += due.paid;
  }
  for (auto& [group, one] : shown) {
    one.is_overdue = one.open() > 0 && group.due_on < on;
    statement.due += one.due;
    statement.paid += one.paid;
    statement.open += one.open();
    if (one.is_overdue) statement.overdue += one.open();
    statement.dues.push_back(one);
  }
  std::ranges::stable_sort(statement.dues, [&](const DueShown& a, const DueShown& b) {
    if (a.group.month != b.group.month) return a.group.month < b.group.month;
    if (a.group.is_interest != b.group.is_interest) return b.group.is_interest;
    return rules.fund_rank(a.group.key.fund, book.law()) <
           rules.fund_rank(b.group.key.fund, book.law());
  });
  statement.left = account->left();
  const auto interest = interest_until(*account, book, rules, on);
  if (!interest) return std::unexpected(interest.error());
  for (const auto& [group, amount] : interest->amounts) {
    if (!is_asked(group)) continue;
    const auto unclear = interest->unclear.find(group);
    const bool is_unclear = unclear != interest->unclear.end();
    const int64_t more = is_unclear ? 0 : amount - charged[group];
    if (more == 0 && !is_unclear) continue;
    statement.interest.push_back(
        {group, more, is_unclear ? std::optional(unclear->second) : std::nullopt});
    statement.interest_more += more;
  }
  return statement;
}

std::string statement_json(const EmployerStatement& statement, const law::Program& program) {
  ordered_json json = {{"employer",
                        {{"number", statement.employer.person},
                         {"code", statement.employer.code},
                         {"name", statement.employer.name}}},
                       {"on", statement.on.to_string()},
                       {"currency", program.currency},
                       {"due", statement.due},
                       {"paid", statement.paid},
                       {"open", statement.open},
                       {"overdue", statement.overdue},
                       {"not_allocated", statement.left},
                       {"interest_not_charged", statement.interest_more},
                       {"dues", ordered_json::array()},
                       {"interest", ordered_json::array()},
                       {"receipts", ordered_json::array()}};
  for (const DueShown& due : statement.dues) {
    ordered_json row = group_json(due.group, program);
    row["due"] = due.due;
    row["paid"] = due.paid;
    row["open"] = due.open();
    row["overdue"] = due.is_overdue;
    json["dues"].push_back(std::move(row));
  }
  for (const InterestShown& interest : statement.interest) {
    ordered_json row = group_json(interest.group, program);
    row["amount"] = interest.more;
    if (interest.unclear) row["unclear"] = both_languages(*interest.unclear);
    json["interest"].push_back(std::move(row));
  }
  for (const Receipt& receipt : statement.receipts) {
    json["receipts"].push_back({{"receipt", receipt.receipt},
                                {"received_on", receipt.received_on.to_string()},
                                {"amount", receipt.amount},
                                {"not_allocated", receipt.left},
                                {"reference", receipt.source_key}});
  }
  return json.dump(2) + "\n";
}

std::string statement_html(const EmployerStatement& statement, const law::Program& program,
                           Language language) {
  const bool is_vietnamese = language == Language::kVietnamese;
  const auto say = [&](const char* vi, const char* en) { return is_vietnamese ? vi : en; };
  const auto money = [&](int64_t steps) {
    return group_digits((Rational(steps) * program.currency_step).to_string(), is_vietnamese);
  };
  const auto day = [&](Date date) { return is_vietnamese ? date.to_display() : date.to_string(); };
  std::string html = "<!doctype html><html lang=\"" + std::string(say("vi", "en")) +
                     "\"><meta charset=\"utf-8\"><title>" + escaped(statement.employer.name) +
                     "</title><style>body{font:15px/1.45 sans-serif;margin:2em auto;max-width:60em}"
                     "table{border-collapse:collapse;width:100%;margin:1em 0}th,td{padding:.3em "
                     ".6em;border-bottom:1px solid #ccc;text-align:left}td.n,th.n{text-align:right;"
                     "white-space:nowrap}tr.late td{background:#fdecea}</style>";
  html += "<h1>" + std::string(say("Thông báo kết quả đóng", "Statement of contributions")) +
          "</h1><p>" + escaped(statement.employer.name) + " (" + escaped(statement.employer.code) +
          ")<br>" + say("Tính đến ngày ", "As of ") + day(statement.on) + ", " +
          escaped(in_language(program.currency_label, language)) + "</p>";
  html += std::string("<table><tr><th>") + say("Tháng", "Month") + "<th>" +
          say("Khoản", "What for") + "<th>" + say("Bên đóng", "Paid by") + "<th>" +
          say("Quỹ", "Fund") + "<th>" + say("Hạn đóng", "Due on") + "<th class=n>" +
          say("Phải đóng", "Due") + "<th class=n>" + say("Đã đóng", "Paid") + "<th class=n>" +
          say("Còn phải đóng", "Open") + "</tr>";
  for (const DueShown& due : statement.dues) {
    const auto label = [&](const std::vector<law::NamedLabel>& all, const std::string& name) {
      return escaped(in_language(label_in(all, name), language));
    };
    html += std::string(due.is_overdue ? "<tr class=late>" : "<tr>") + "<td>" +
            (is_vietnamese ? due.group.month.to_display() : due.group.month.to_string()) + "<td>" +
            escaped(in_language(what_for(due.group, program), language)) + "<td>" +
            (due.group.is_interest ? "" : label(program.parties, due.group.key.party)) + "<td>" +
            label(program.funds, due.group.key.fund) + "<td>" + day(due.group.due_on) +
            "<td class=n>" + money(due.due) + "<td class=n>" + money(due.paid) + "<td class=n>" +
            money(due.open()) + "</tr>";
  }
  html += std::string("<tr><th colspan=5>") + say("Cộng", "Sum") + "<th class=n>" +
          money(statement.due) + "<th class=n>" + money(statement.paid) + "<th class=n>" +
          money(statement.open) + "</tr></table><p>" +
          say("Trong đó quá hạn: ", "Of it overdue: ") + money(statement.overdue) + "<br>" +
          say("Tiền chưa phân bổ: ", "Money not allocated: ") + money(statement.left) + "<br>" +
          say("Tiền lãi tính đến nay chưa ghi sổ: ", "Interest until now, not charged yet: ") +
          money(statement.interest_more) + "</p>";
  for (const InterestShown& interest : statement.interest) {
    if (!interest.unclear) continue;
    html += "<p>" +
            std::string(say("Chưa xác định được tiền lãi của tháng ", "Interest not clear for ")) +
            (is_vietnamese ? interest.group.month.to_display() : interest.group.month.to_string()) +
            ", " +
            escaped(in_language(label_in(program.funds, interest.group.key.fund), language)) +
            ": " + escaped(in_language(*interest.unclear, language)) + "</p>";
  }
  html += std::string("<table><tr><th>") + say("Ngày tiền về", "Received on") + "<th>" +
          say("Tham chiếu", "Reference") + "<th class=n>" + say("Số tiền", "Amount") +
          "<th class=n>" + say("Chưa phân bổ", "Not allocated") + "</tr>";
  for (const Receipt& receipt : statement.receipts) {
    html += "<tr><td>" + day(receipt.received_on) + "<td>" + escaped(receipt.source_key) +
            "<td class=n>" + money(receipt.amount) + "<td class=n>" + money(receipt.left) + "</tr>";
  }
  return html + "</table></html>\n";
}

Expected<std::vector<EmployerInArrears>> employers_in_arrears(store::Connection& connection,
                                                              Date on, int64_t count_max) {
  std::vector<EmployerInArrears> all;
  const auto owing = employers_overdue(connection, on, count_max);
  if (!owing) return std::unexpected(owing.error());
  for (const Employer& employer : *owing) {
    const auto account = EmployerAccount::load(connection, employer.person);
    if (!account) return std::unexpected(account.error());
    EmployerInArrears& one = all.emplace_back(employer, 0, *account->open_from());
    for (const Due& due : account->dues()) {
      if (due.group.due_on < on) one.overdue += due.open();
    }
  }
  return all;
}

}  // namespace ansinh::agency
