// Items of the law in words: branches, conditions, payments, dated values, facts.

#include <functional>

#include "cli/site.h"
#include "law/check.h"

namespace ansinh::cli {

namespace {

class Words {
 public:
  Words(const Site& site, uint32_t source, uint32_t first, uint32_t last)
      : site_(site), p_(site.program), source_(source), first_(first), last_(last) {}

  std::string of(const law::Item& item) {
    if (const auto* define = std::get_if<law::DefineItem>(&item.value))
      return definition(define->common.name);
    if (const auto* carry = std::get_if<law::CarryItem>(&item.value))
      return definition(carry->common.name);
    if (std::holds_alternative<law::ExceptionItem>(item.value)) return exception();
    if (const auto* benefit = std::get_if<law::BenefitItem>(&item.value))
      return this->benefit(benefit->common.name);
    if (const auto* owed = std::get_if<law::ContributionItem>(&item.value))
      return this->benefit(owed->common.name);
    if (const auto* param = std::get_if<law::ParamItem>(&item.value))
      return this->param(param->common.name);
    if (const auto* table = std::get_if<law::TableItem>(&item.value)) return this->table(*table);
    if (const auto* entity = std::get_if<law::EntityItem>(&item.value)) return facts(*entity);
    if (const auto* members = std::get_if<law::EnumItem>(&item.value)) return enumeration(*members);
    if (const auto* act = std::get_if<law::ActItem>(&item.value)) return this->act(*act);
    if (const auto* hole = std::get_if<law::NotYetItem>(&item.value))
      return "<p>" + escaped(site_.say(hole->what)) + "</p>";
    return "";
  }

 private:
  bool is_here(const Span& span) const {
    return span.file == source_ && span.line >= first_ && span.line <= last_;
  }

  std::string say(std::string_view vi, std::string_view en) const { return site_.say(vi, en); }
  std::string sentence(law::NodeId node) const {
    return node == law::kNoId ? "" : escaped(law::sentence(node, p_, site_.language));
  }
  std::string show(const law::Value& value, const law::Type& type) const {
    return escaped(law::show(value, type, p_, site_.language));
  }

  std::string mark(const std::optional<Text>& unverified) const {
    if (!unverified) return "";
    return "<p class=\"unverified\"><strong>" + say("Chưa kiểm chứng", "Unverified") +
           "</strong> " + escaped(halves(site_, site_.say(*unverified)).ours) + "</p>";
  }

  std::string in_force(const law::Force& force) const {
    const bool from = force.from > Date::of(1801, 1, 1);
    const bool until = force.until < Date::of(2399, 1, 1);
    if (!from && !until) return "";
    std::string text = "<p class=\"force\">";
    if (from) text += say("Áp dụng từ ", "In force from ") + force.from.to_display();
    if (until)
      text += (from ? say(" đến ", " until ") : say("Áp dụng đến ", "In force until ")) +
              force.until.to_display();
    return text + "</p>";
  }

  std::string branches(const std::vector<law::BranchRule>& rules) const {
    if (rules.size() == 1 && rules[0].condition == law::kNoId) {
      return "<p class=\"rule\">" + say("bằng ", "is ") + sentence(rules[0].result) + "</p>";
    }
    std::string html = "<ul class=\"rule\">";
    for (const law::BranchRule& rule : rules) {
      html += "<li>";
      if (rule.condition == law::kNoId) {
        html += "<b>" + say("các trường hợp còn lại", "otherwise") + "</b>";
      } else {
        html +=
            "<b>" +
            (rule.in_order ? say("nếu không, khi ", "otherwise, when ") : say("khi ", "when ")) +
            "</b>" + sentence(rule.condition);
      }
      html += ": " + sentence(rule.result) + " " + cites_html(site_, rule.cite) + "</li>";
    }
    return html + "</ul>";
  }

  std::string rounding(Rounding mode) const {
    switch (mode) {
      case Rounding::kHalfUp:
        return say("làm tròn đến ", "rounded to the nearest ");
      case Rounding::kHalfEven:
        return say("làm tròn (nửa về số chẵn) đến ", "rounded half to even to ");
      case Rounding::kUp:
        return say("làm tròn lên đến ", "rounded up to ");
      case Rounding::kDown:
        break;
    }
    return say("làm tròn xuống đến ", "rounded down to ");
  }

  std::string finish(const std::vector<law::FinishRule>& rules) const {
    std::string html;
    for (const law::FinishRule& rule : rules) {
      html += "<p class=\"rule\">";
      if (rule.kind == law::ExprKind::kAtLeast) html += say("ít nhất ", "at least ");
      if (rule.kind == law::ExprKind::kAtMost) html += say("nhiều nhất ", "at most ");
      if (rule.kind == law::ExprKind::kRounded) html += rounding(rule.rounding);
      html += sentence(rule.argument) + "</p>";
    }
    return html;
  }

  std::string steps(const law::DefinitionVersion& version) const {
    if (!version.is_carry) return "";
    std::string html = "<p class=\"rule\">" + say("bắt đầu bằng ", "starts with ") +
                       sentence(version.carry_start) + say(" vào ", " on ") +
                       sentence(version.carry_date) + "</p><ul class=\"rule\">";
    for (const law::CarryStepRule& step : version.steps) {
      std::string when;
      switch (step.form) {
        case law::StepForm::kOnDate:
          when = say("ngày ", "on ") + step.date.to_display();
          break;
        case law::StepForm::kEachYear:
          when = say("hằng năm, ngày ", "each year on ") + std::to_string(step.day) + "/" +
                 std::to_string(step.month);
          break;
        case law::StepForm::kEachMonth:
          when = say("hằng tháng", "each month");
          break;
        case law::StepForm::kEachChange: {
          const law::ParamInfo& param = p_.params[step.param];
          when = say("mỗi khi đổi ", "on each change of ") + site_.label(param.label, param.name);
          break;
        }
      }
      html += "<li><b>" + escaped(when) + "</b>: " + sentence(step.value) + " " +
              cites_html(site_, step.cite) + "</li>";
    }
    return html + "</ul>";
  }

  std::string definition(const std::string& name) const {
    std::string html;
    for (const law::DefinitionInfo& info : p_.definitions) {
      if (info.name != name) continue;
      for (const law::DefinitionVersion& version : info.versions) {
        if (!is_here(version.span)) continue;
        html += in_force(version.force) +
                branches(version.is_carry ? std::vector<law::BranchRule>{} : version.branches) +
                steps(version) + finish(version.finish) + "<p>" + cites_html(site_, version.cite) +
                "</p>" + mark(version.unverified);
      }
    }
    return html;
  }

  std::string exceptions(const std::vector<law::ExceptionRule>& rules) const {
    std::string html;
    for (const law::ExceptionRule& rule : rules) {
      if (is_here(rule.span)) {
        html += in_force(rule.force) + branches(rule.branches) + "<p>" +
                cites_html(site_, rule.cite) + "</p>" + mark(rule.unverified);
      }
      html += exceptions(rule.exceptions);
    }
    return html;
  }

  std::string exception() const {
    std::string html;
    for (const law::DefinitionInfo& info : p_.definitions) {
      for (const law::DefinitionVersion& version : info.versions) {
        const std::string found = exceptions(version.exceptions);
        if (found.empty() || !html.empty()) continue;
        html += "<p>" + say("Ngoại lệ của ", "Exception to ") +
                link_to(site_, info.name, site_.label(info.label, info.name)) + "</p>" + found;
      }
    }
    return html;
  }

  std::string frequency(law::Frequency each) const {
    switch (each) {
      case law::Frequency::kOnce:
        return say("một lần", "once");
      case law::Frequency::kDay:
        return say("mỗi ngày", "each day");
      case law::Frequency::kMonth:
        return say("hằng tháng", "each month");
      case law::Frequency::kYear:
        break;
    }
    return say("hằng năm", "each year");
  }

  std::string payment(const law::PaymentRule& rule) const {
    std::string html = "<li>";
    if (rule.party != law::kNoId) {
      html += "<b>" +
              escaped(site_.label(p_.parties[rule.party].label, p_.parties[rule.party].name)) +
              "</b> ";
    }
    html += sentence(rule.amount) + ", " + frequency(rule.each);
    if (rule.on != law::kNoId) html += say(", vào ", ", on ") + sentence(rule.on);
    if (rule.from != law::kNoId) html += say(", từ ", ", from ") + sentence(rule.from);
    if (rule.until != law::kNoId) html += say(", đến ", ", until ") + sentence(rule.until);
    if (rule.duration != law::kNoId) html += say(", trong ", ", for ") + sentence(rule.duration);
    if (rule.fund != law::kNoId) {
      html += " · " + escaped(site_.label(p_.funds[rule.fund].label, p_.funds[rule.fund].name));
    }
    return html + " " + cites_html(site_, rule.cite) + "</li>";
  }

  std::string benefit_version(const law::BenefitInfo& info,
                              const law::BenefitVersion& version) const {
    std::string html = in_force(version.force);
    if (!version.conditions.empty()) {
      html += "<p class=\"rule\"><b>" +
              (info.is_contribution ? say("Phải đóng khi", "Owed when")
                                    : say("Được hưởng khi", "Entitled when")) +
              "</b></p><ul class=\"rule\">";
      for (const law::ConditionRule& rule : version.conditions) {
        html += "<li>" + sentence(rule.node) + " " + cites_html(site_, rule.cite) + "</li>";
      }
      html += "</ul>";
    }
    if (!version.payments.empty() || !version.gives.empty()) {
      html += "<p class=\"rule\"><b>" +
              (info.is_contribution ? say("Mức đóng", "To be paid") : say("Được nhận", "Gives")) +
              "</b></p><ul class=\"rule\">";
      for (const law::PaymentRule& rule : version.payments) html += payment(rule);
      for (const law::NodeId node : version.gives) html += "<li>" + sentence(node) + "</li>";
      html += "</ul>";
    }
    if (version.due != law::kNoId)
      html += "<p>" + say("Hạn đóng: ", "Due by ") + sentence(version.due) + "</p>";
    if (version.on_application) {
      html += "<p>" + say("Phải nộp hồ sơ", "On application");
      if (version.within != law::kNoId)
        html += say(" trong ", " within ") + sentence(version.within) + say(" kể từ ", " of ") +
                sentence(version.within_of);
      html += "</p>";
    }
    if (version.automatically)
      html += "<p>" +
              say("Được giải quyết mà không cần nộp hồ sơ", "Given without an application") +
              "</p>";
    if (!version.instead_of.empty()) {
      html += "<p>" + say("Thay cho: ", "Instead of: ");
      for (size_t i = 0; i < version.instead_of.size(); ++i) {
        const law::BenefitInfo& other = p_.benefits[version.instead_of[i]];
        html +=
            (i == 0 ? "" : ", ") + link_to(site_, other.name, site_.label(other.label, other.name));
      }
      html += "</p>";
    }
    return html + "<p>" + cites_html(site_, version.cite) + "</p>" + mark(version.unverified);
  }

  std::string benefit(const std::string& name) const {
    std::string html;
    for (const law::BenefitInfo& info : p_.benefits) {
      if (info.name != name) continue;
      for (const law::BenefitVersion& version : info.versions) {
        if (is_here(version.span)) html += benefit_version(info, version);
      }
    }
    return html;
  }

  std::string cell(const law::CellValue& value, const law::Type& type) const {
    if (value.hole == law::Hole::kNotYet)
      return "<em>" + say("chưa diễn đạt", "not yet expressed") + "</em>";
    if (value.hole == law::Hole::kNone) return "–";
    return show(value.value, type);
  }

  static std::string scroll(const std::string& label, const std::string& table) {
    return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + escaped(label) +
           "\">" + table + "</div>";
  }

  std::string param(const std::string& name) const {
    for (const law::ParamInfo& info : p_.params) {
      if (info.name != name) continue;
      const std::string label = site_.label(info.label, info.name);
      std::string html = "<table><caption class=\"hidden\">" + escaped(label) +
                         "</caption><thead><tr><th scope=\"col\">" + say("Từ ngày", "From") +
                         "</th><th scope=\"col\" class=\"num\">" + say("Mức", "Value") +
                         "</th><th scope=\"col\">" + say("Căn cứ", "Source") +
                         "</th></tr></thead><tbody>";
      for (const law::ParamRow& row : info.rows) {
        html += "<tr><td>" + row.from.to_display() + "</td><td class=\"num\">" +
                cell(row.value, info.type) + "</td><td>" +
                cites_html(site_, row.cite.empty() ? info.cite : row.cite) + mark(row.unverified) +
                "</td></tr>";
      }
      return chart_svg(site_, info) + scroll(label, html + "</tbody></table>");
    }
    return "";
  }

  std::string key(const law::KeyMatch& match, const law::Type& type) const {
    if (match.any) return say("bất kỳ", "any");
    if (match.low && match.high && *match.low == *match.high) return show(*match.low, type);
    std::string text;
    if (match.low && match.high) {
      return show(*match.low, type) + (match.low_open ? " &lt; … " : " – ") +
             (match.high_open ? say("dưới ", "below ") : "") + show(*match.high, type);
    }
    if (match.low) return (match.low_open ? "&gt; " : "≥ ") + show(*match.low, type);
    if (match.high) return (match.high_open ? "&lt; " : "≤ ") + show(*match.high, type);
    return text;
  }

  std::string table(const law::TableItem& item) const {
    for (const law::TableInfo& info : p_.tables) {
      if (info.name != item.common.name) continue;
      const std::string label = site_.label(info.label, info.name);
      std::string html;
      for (const law::TableVersion& version : info.versions) {
        if (!is_here(version.span)) continue;
        html += in_force(version.force) + "<p>" + cites_html(site_, version.cite) + "</p>" +
                mark(version.unverified);
        std::string rows =
            "<table><caption class=\"hidden\">" + escaped(label) + "</caption><thead><tr>";
        for (size_t i = 0; i < info.key_names.size(); ++i) {
          const std::string& key_name = info.key_names[i];
          std::string shown = key_name;
          if (info.keys[i].enumeration != law::kNoId)
            shown = site_.label(p_.enums[info.keys[i].enumeration].label, key_name);
          rows += "<th scope=\"col\">" + escaped(shown) + "</th>";
        }
        rows += "<th scope=\"col\" class=\"num\">" + say("Giá trị", "Value") +
                "</th></tr></thead><tbody>";
        for (const law::TableRow& row : version.rows) {
          rows += "<tr>";
          for (size_t i = 0; i < row.keys.size(); ++i)
            rows += "<td>" + key(row.keys[i], info.keys[i]) + "</td>";
          rows += "<td class=\"num\">" + cell(row.value, info.type) + mark(row.unverified) +
                  "</td></tr>";
        }
        html += scroll(label, rows + "</tbody></table>");
      }
      return html;
    }
    return "";
  }

  std::string type_words(const law::FactInfo& info) const {
    std::string words;
    switch (info.type.base) {
      case law::Base::kYesNo:
        words = say("có/không", "yes/no");
        break;
      case law::Base::kDate:
        words = say("ngày", "date");
        break;
      case law::Base::kMonth:
        words = say("tháng", "month");
        break;
      case law::Base::kText:
        words = say("chữ", "text");
        break;
      case law::Base::kEnum:
        for (const Text& label : p_.enums[info.type.enumeration].labels) {
          words += (words.empty() ? "" : " · ") + site_.say(label);
        }
        break;
      case law::Base::kNumber:
      case law::Base::kSeries:
        words = law::write(info.type, p_);
        break;
    }
    if (info.type.or_none) words += say(" hoặc không có", " or none");
    return escaped(words);
  }

  std::string facts(const law::EntityItem& item) const {
    std::string rows;
    for (const law::FactInfo& info : p_.facts) {
      if (!is_here(info.span)) continue;
      rows += "<tr><th scope=\"row\">" + escaped(site_.label(info.label, info.name)) +
              "<br><code>" + escaped(info.name) + "</code></th><td>" + type_words(info);
      if (!site_.say(info.hint).empty())
        rows += "<br><small>" + escaped(site_.say(info.hint)) + "</small>";
      rows += "</td><td>" + (info.presumed ? show(*info.presumed, info.type) : std::string("–")) +
              "</td></tr>";
    }
    if (rows.empty()) return "";
    const std::string label = site_.label(item.label.text, item.name);
    return scroll(label, "<table><caption class=\"hidden\">" + escaped(label) +
                             "</caption><thead><tr><th scope=\"col\">" + say("Dữ kiện", "Fact") +
                             "</th><th scope=\"col\">" + say("Giá trị", "Values") +
                             "</th><th scope=\"col\">" + say("Luật suy đoán", "Presumed") +
                             "</th></tr></thead><tbody>" + rows + "</tbody></table>");
  }

  std::string enumeration(const law::EnumItem& item) const {
    std::string html = "<ul>";
    for (const law::EnumMember& member : item.members) {
      html += "<li>" + escaped(site_.label(member.label.text, member.name)) + " <code>" +
              escaped(member.name) + "</code></li>";
    }
    return html + "</ul>";
  }

  std::string act(const law::ActItem& item) const {
    return "<p>" + say("Có hiệu lực từ ", "In force from ") + item.from.to_display() +
           (item.until ? say(" đến ", " until ") + item.until->to_display() : std::string()) +
           "</p>";
  }

  const Site& site_;
  const law::Program& p_;
  uint32_t source_, first_, last_;
};

}  // namespace

std::string words_of_item(const Site& site, const law::Item& item, uint32_t source,
                          uint32_t last_line) {
  return Words(site, source, item.span.line, last_line).of(item);
}

std::string case_html(const Site& site, const ShownCase& shown) {
  const std::string result =
      shown.passed ? site.say("✓ đúng", "✓ passes") : site.say("✗ sai", "✗ fails");
  std::string html = "<p class=\"kind\">" + site.say("ca thử", "case") + " <code>" +
                     escaped(shown.item->name) + "</code> <span class=\"" +
                     (shown.passed ? "pass" : "fail") + "\">" + result + "</span></p>";
  const std::string& label = site.say(shown.item->label.text);
  html += "<p class=\"label\">" + escaped(label.empty() ? shown.item->name : label) + " · " +
          shown.item->on.to_display() + "</p>";
  if (shown.faults.empty()) return html;
  html += "<ul class=\"faults\">";
  for (const Text& fault : shown.faults) html += "<li>" + escaped(site.say(fault)) + "</li>";
  return html + "</ul>";
}

}  // namespace ansinh::cli
