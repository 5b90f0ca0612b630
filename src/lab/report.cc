#include "lab/report.h"

#include <algorithm>

#include "base/text.h"
#include "lab/figures.h"

namespace ansinh::lab {

std::string Report::count(uint64_t number) const { return show_count(number, language); }
std::string Report::money(Wide steps) const { return show_money(steps, law(), language); }
std::string Report::large(Wide steps) const { return show_large(steps, law(), language, false); }
std::string Report::signed_large(Wide steps) const {
  return (steps > 0 ? "+" : "") + show_large(steps, law(), language, false);
}
std::string Report::currency() const { return say(law().currency_label.vi, law().currency); }
std::string Report::percent(Wide part, Wide whole) const {
  if (whole == 0) return "–";
  return show_ratio(part * 100, whole, 2, language) + (is_vietnamese() ? " %" : "%");
}
std::string Report::coefficient(const Rational& number) const {
  bool exact = false;
  return group_digits(number.to_decimal(4, exact), is_vietnamese());
}

namespace {

struct FundCost {
  Wide before = 0, after = 0;
};

// By fund and whether it is a contribution; the last fund: none.
std::vector<std::array<FundCost, 2>> costs_of(const Report& report) {
  const Comparison& c = report.comparison;
  std::vector<std::array<FundCost, 2>> costs(report.law().funds.size() + 1);
  for (law::BenefitId b = 0; b < c.after.benefits.size(); ++b) {
    const size_t kind = report.law().benefits[b].is_contribution ? 1 : 0;
    const auto& now = c.after.benefits[b].funds;
    for (size_t f = 0; f < now.size(); ++f) costs[f][kind].after += now[f].per_year();
    const law::BenefitId old = c.affected.before_of[b];
    if (old == law::kNoId) continue;
    const auto& then = c.before.benefits[old].funds;
    for (size_t f = 0; f < then.size(); ++f)
      costs[f + 1 == then.size() ? costs.size() - 1 : f][kind].before += then[f].per_year();
  }
  return costs;
}

std::string number_card(const std::string& number, const std::string& words) {
  return "<li><b>" + html(number) + "</b><span>" + html(words) + "</span></li>";
}

Change total_change(const Comparison& comparison) {
  Change all;
  for (const Change& change : comparison.changes.front()) all.merge(change);
  return all;
}

GiniPair total_gini(const Comparison& comparison) {
  if (comparison.ginis.front().empty()) return {};
  return comparison.ginis.front().front();
}

// "# Tiếng Việt" and "# English": the heading that is in this language.
std::string title_of(const Report& report) {
  std::string title;
  for (size_t f = report.first_reform_file; f < report.law().files.size(); ++f) {
    std::vector<std::string> headings;
    for (const auto& part : report.law().files[f]->parts)
      if (const auto* heading = std::get_if<law::Heading>(&part);
          heading != nullptr && heading->level == 1)
        headings.push_back(heading->text);
    if (headings.empty()) headings.push_back(report.law().files[f]->stem);
    const std::string* ours = &headings.front();
    for (const std::string& heading : headings) {
      const bool is_marked = fold(heading).size() < heading.size();
      if (is_marked == report.is_vietnamese()) ours = &heading;
    }
    title += (title.empty() ? "" : "; ") + *ours;
  }
  return title;
}

std::string head(const Report& report) {
  const Comparison& c = report.comparison;
  const Change change = total_change(c);
  const GiniPair gini = total_gini(c);
  Wide cost = 0, income = 0;
  for (const auto& kinds : costs_of(report)) {
    cost += kinds[0].after - kinds[0].before;
    income += kinds[1].after - kinds[1].before;
  }
  const uint64_t people = total_of(c.before.people.front());
  std::string text =
      "<h1>" + html(title_of(report)) + "</h1><p class=\"lead\">" +
      html(report.say("Luật hiện hành và luật sau cải cách, cùng áp dụng cho " +
                          report.count(people) + " người trong " + report.count(c.households) +
                          " hộ, ngày " + report.options.on.to_display() + ".",
                      "The law as it stands and as reformed, over the same " +
                          report.count(people) + " people in " + report.count(c.households) +
                          " households, on " + report.options.on.to_string() + ".")) +
      "</p><ul class=\"numbers\">" +
      number_card(report.signed_large(cost) + " " + report.currency(),
                  report.say("chi trả thêm trong một năm", "more paid in benefits in a year"));
  if (income != 0)
    text +=
        number_card(report.signed_large(income) + " " + report.currency(),
                    report.say("thu đóng góp thêm trong một năm", "more contributions in a year"));
  text += number_card(report.count(change.gaining), report.say("người được thêm", "people gain")) +
          number_card(report.count(change.losing), report.say("người bị giảm", "people lose"));
  if (change.before.people() != 0) {
    const Wide all = static_cast<Wide>(change.before.people());
    text += number_card(report.percent(static_cast<Wide>(change.before.poor()), all) + " → " +
                            report.percent(static_cast<Wide>(change.after.poor()), all),
                        report.say("người dưới chuẩn thu nhập", "people below the income line"));
  }
  if (gini.people != 0)
    text += number_card(report.coefficient(gini.before) + " → " + report.coefficient(gini.after),
                        report.say("hệ số Gini", "Gini coefficient"));
  return text + "</ul>";
}

// The affected ones one by one; of the others only how many.
std::string loud_notes(const Report& report) {
  const Comparison& c = report.comparison;
  std::string text;
  const auto note = [&](const std::string& words) {
    text += "<p class=\"loud\" role=\"note\">" + html(words) + "</p>";
  };
  if (c.affected.count() == 0)
    note(report.say("Cải cách không làm thay đổi chế độ hay khoản đóng nào.",
                    "The reform changes no benefit and no contribution."));
  else if (c.gains.cuts.empty() && c.losses.cuts.empty())
    note(report.say("Cải cách không làm thay đổi gì cho ai trong dữ liệu này vào ngày này.",
                    "The reform changes nothing for anybody in these data on this date."));
  size_t others = 0;
  for (const ReachNote& reach : reach_notes(report.before, report.after, c, report.options.on)) {
    if (reach.is_affected) {
      note(report.say(reach.words) + ".");
    } else if (!reach.is_everybody) {
      ++others;
    }
  }
  if (others != 0)
    text += "<p class=\"small\">" +
            html(report.say(
                report.count(others) + " chế độ khác đang có hiệu lực không đến với ai "
                                       "trong dữ liệu này.",
                report.count(others) + " other benefits in force reach nobody in these data.")) +
            "</p>";
  return text;
}

std::string keys(const Report& report) {
  return "<p class=\"small\"><span class=\"key key-before\"></span>" +
         report.say("trước", "before") + " &nbsp; <span class=\"key key-after\"></span>" +
         report.say("sau", "after") + "</p>";
}

std::string funds(const Report& report) {
  const auto costs = costs_of(report);
  const std::vector<std::string> heads{report.say("trước", "before"), report.say("sau", "after"),
                                       report.say("chênh lệch", "difference")};
  std::string text = "<h2 id=\"" + report.id("cost") + "\">" +
                     report.say("Chi phí theo quỹ", "Cost by fund") + "</h2><p class=\"small\">" +
                     report.say(
                         "Trong một năm: các khoản định kỳ đang chi vào ngày xét, tính cho "
                         "mười hai tháng, và các khoản một lần của mười hai tháng trước đó.",
                         "In a year: what is in payment on the date, kept up for twelve "
                         "months, and what was paid once in the twelve months before.") +
                     "</p>" + keys(report);
  for (const size_t kind : {size_t{0}, size_t{1}}) {
    std::vector<Bar> bars;
    FundCost all;
    for (size_t f = 0; f < costs.size(); ++f) {
      const FundCost& cost = costs[f][kind];
      if (cost.before == 0 && cost.after == 0) continue;
      all.before += cost.before;
      all.after += cost.after;
      bars.push_back({f < report.law().funds.size() ? report.say(report.law().funds[f].label)
                                                    : report.say("không nêu quỹ", "no fund"),
                      cost.before,
                      cost.after,
                      {report.large(cost.before), report.large(cost.after),
                       report.signed_large(cost.after - cost.before)}});
    }
    // Contributions are shown where the reform touches them.
    if (bars.empty() || (kind == 1 && all.before == all.after)) continue;
    bars.push_back({report.say("Cộng", "Together"),
                    0,
                    std::nullopt,
                    {report.large(all.before), report.large(all.after),
                     report.signed_large(all.after - all.before)}});
    text += bar_table(
        kind == 0 ? report.say("Chi trả chế độ", "Benefits paid") + " (" + report.currency() + ")"
                  : report.say("Thu đóng góp", "Contributions") + " (" + report.currency() + ")",
        report.say("Quỹ", "Fund"), heads, bars);
  }
  return text;
}

std::string benefits(const Report& report) {
  const Comparison& c = report.comparison;
  std::vector<Bar> bars;
  for (law::BenefitId b = 0; b < c.after.benefits.size(); ++b) {
    if (!c.affected.after[b]) continue;
    const law::BenefitId old = c.affected.before_of[b];
    const Figures then = old == law::kNoId ? Figures{} : total_of(c.before.benefits[old]);
    const Figures now = total_of(c.after.benefits[b]);
    if (then.instances == 0 && now.instances == 0) continue;
    const Wide before = then.paid.per_year(), after = now.paid.per_year();
    bars.push_back({report.say(report.law().benefits[b].label),
                    before,
                    after,
                    {report.count(then.people), report.count(now.people), report.large(before),
                     report.large(after), report.signed_large(after - before)}});
  }
  if (bars.empty()) return "";
  return "<h2 id=\"" + report.id("benefits") + "\">" +
         report.say("Chế độ mà cải cách chạm đến", "Benefits that the reform touches") + "</h2>" +
         keys(report) +
         bar_table(
             report.say("Người hưởng và số tiền trong một năm", "People and amounts in a year") +
                 " (" + report.currency() + ")",
             report.say("Chế độ", "Benefit"),
             {report.say("người, trước", "people before"), report.say("người, sau", "people after"),
              report.say("tiền, trước", "amount before"), report.say("tiền, sau", "amount after"),
              report.say("chênh lệch", "difference")},
             bars);
}

// Who gains and loses in the groups of a dimension; the bar is the mean change of a person a month.
std::string changes_by(const Report& report, size_t d) {
  const Dimension& dimension = report.statistics().dimensions[d];
  const Comparison& c = report.comparison;
  std::vector<Bar> bars;
  for (uint32_t g = 0; g < dimension.size(); ++g) {
    const Change& change = c.changes[d][g];
    const auto people = static_cast<Wide>(c.before.people[d][g]);
    if (people == 0 && change.gaining == 0 && change.losing == 0) continue;
    const Wide mean = people == 0 ? 0 : change.net() / (12 * people);
    bars.push_back({report.say(group_label(dimension, g)),
                    mean,
                    std::nullopt,
                    {report.money(mean), report.count(change.gaining),
                     report.percent(static_cast<Wide>(change.gaining), people),
                     report.count(change.losing), report.signed_large(change.net())}});
  }
  return bar_table(
      report.say(dimension.label) + ": " +
          report.say("thay đổi bình quân một người mỗi tháng (" + report.law().currency_label.vi +
                         "), người được thêm và bị giảm",
                     "mean change of a person a month (" + report.law().currency +
                         "), people who gain and lose"),
      report.say(dimension.label),
      {report.say("mỗi tháng", "a month"), report.say("được thêm", "gain"),
       report.say("tỷ lệ", "share"), report.say("bị giảm", "lose"),
       report.say("trong một năm", "in a year")},
      bars);
}

std::string groups(const Report& report) {
  const Statistics& statistics = report.statistics();
  std::string text = "<h2 id=\"" + report.id("who") + "\">" +
                     report.say("Ai được thêm, ai bị giảm", "Who gains, who loses") + "</h2>";
  std::string place;
  for (size_t d = 1; d < statistics.dimensions.size(); ++d) {
    if (statistics.map_dimension == d) {
      place = "<h2 id=\"" + report.id("map") + "\">" +
              html(report.say(statistics.dimensions[d].label)) + "</h2><div class=\"place\"><div>" +
              tile_map(report) + "</div>" + changes_by(report, d) + "</div>";
    } else {
      text += "<h3>" + html(report.say(statistics.dimensions[d].label)) + "</h3>" +
              changes_by(report, d);
    }
  }
  if (statistics.dimensions.size() == 1) text += changes_by(report, 0);
  return text + place;
}

std::string deciles(const Report& report) {
  std::string text;
  const auto one = [&](const Deciles& of, const std::string& caption) {
    if (of.cuts.empty()) return;
    std::vector<std::string> heads{report.say("ít nhất", "least")};
    std::vector<std::string> row{report.money(of.least / 12)};
    for (size_t k = 0; k < of.cuts.size(); ++k) {
      heads.push_back(std::to_string((k + 1) * 10) + (report.is_vietnamese() ? " %" : "%"));
      row.push_back(report.money(of.cuts[k] / 12));
    }
    heads.push_back(report.say("nhiều nhất", "most"));
    row.push_back(report.money(of.most / 12));
    text += plain_table(caption, heads, {row}, 0);
  };
  const std::string unit =
      report.say(" (" + report.law().currency_label.vi + " một người mỗi tháng)",
                 " (" + report.law().currency + " a person and month)");
  one(report.comparison.gains, report.say("Mức được thêm", "Gains") + unit);
  one(report.comparison.losses, report.say("Mức bị giảm", "Losses") + unit);
  if (text.empty()) return "";
  return "<h2 id=\"" + report.id("deciles") + "\">" +
         report.say("Được thêm bao nhiêu", "How much is gained and lost") +
         "</h2><p class=\"small\">" +
         report.say("Mười phần trăm người có mức không quá cột 10 %, một nửa không quá cột 50 %.",
                    "A tenth of these people have no more than the column 10%, half no more than "
                    "the column 50%.") +
         "</p>" + text;
}

std::string poverty(const Report& report) {
  const Statistics& statistics = report.statistics();
  const Comparison& c = report.comparison;
  if (total_change(c).before.people() == 0) return "";
  std::string text = "<h2 id=\"" + report.id("poverty") + "\">" +
                     report.say("Nghèo và bất bình đẳng", "Poverty and inequality") + "</h2>";
  if (statistics.poverty)
    text += "<p class=\"small\">" + html(report.say(statistics.poverty->label)) + ": " +
            html(report.say(statistics.poverty->source)) + ". " +
            report.say(
                "Khoảng cách nghèo là phần còn thiếu bình quân so với chuẩn, tính trên mọi "
                "người.",
                "The gap is what is lacking to the line, as a share of it, on average over "
                "all people.") +
            "</p>";
  for (size_t d = 0; d < statistics.dimensions.size(); ++d) {
    const Dimension& dimension = statistics.dimensions[d];
    std::vector<std::vector<std::string>> rows;
    const bool has_gini = !c.ginis[d].empty() && dimension.kind != Dimension::Kind::kTenth;
    for (uint32_t g = 0; g < dimension.size(); ++g) {
      const Change& change = c.changes[d][g];
      const auto people = static_cast<Wide>(change.before.people());
      if (people == 0) continue;
      bool exact = false;
      const auto share = [&](const Rational& part) {
        return group_digits((part * Rational(100)).to_decimal(2, exact), report.is_vietnamese()) +
               (report.is_vietnamese() ? " %" : "%");
      };
      rows.push_back({report.say(group_label(dimension, g)),
                      report.percent(static_cast<Wide>(change.before.poor()), people),
                      report.percent(static_cast<Wide>(change.after.poor()), people),
                      share(change.before.gap()), share(change.after.gap())});
      if (!has_gini) continue;
      rows.back().push_back(report.coefficient(c.ginis[d][g].before));
      rows.back().push_back(report.coefficient(c.ginis[d][g].after));
    }
    if (rows.empty()) continue;
    std::vector<std::string> heads{
        report.say(dimension.label), report.say("nghèo, trước", "poor before"),
        report.say("nghèo, sau", "poor after"), report.say("khoảng cách, trước", "gap before"),
        report.say("khoảng cách, sau", "gap after")};
    if (has_gini) {
      heads.push_back(report.say("Gini, trước", "Gini before"));
      heads.push_back(report.say("Gini, sau", "Gini after"));
    }
    text += plain_table(report.say(dimension.label) + ": " +
                            report.say("tỷ lệ người nghèo", "share of people who are poor"),
                        heads, rows, 1);
  }
  return text;
}

std::string undecided(const Report& report) {
  if (report.comparison.open.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const Open& open : report.comparison.open) {
    std::string why;
    for (size_t i = 0; i < open.why.size() && i < 3; ++i)
      why += (i == 0 ? "" : "; ") + report.say(open.why[i].first);
    rows.push_back(
        {report.say(report.law().benefits[open.benefit].label), why, report.count(open.rows)});
  }
  return "<h2 id=\"" + report.id("open") + "\">" +
         report.say("Chưa quyết định được", "Not decided") + "</h2>" +
         plain_table(report.say("Sau cải cách; lý do của vài hồ sơ đầu",
                                "After the reform; why, of the first few records"),
                     {report.say("Chế độ", "Benefit"), report.say("Vì", "Because"),
                      report.say("lượt", "instances")},
                     rows, 2);
}

std::string foot(const Report& report) {
  return "<h2 id=\"" + report.id("how") + "\">" + report.say("Cách tính", "How it is reckoned") +
         "</h2><p>" +
         report.say(
             "Số liệu là của những người trong tệp <code>" + html(report.options.people) +
                 "</code>, không nhân lên. Mọi phép cộng đều chính xác; chỉ làm tròn khi in. Thay "
                 "đổi của một người là khoản được hưởng trừ phần người dân tự đóng. Thu nhập lấy "
                 "theo dữ liệu, coi như đã gồm những gì luật hiện hành chi trả.",
             "The figures are of the people in <code>" + html(report.options.people) +
                 "</code>, not scaled up. All sums are exact; only what is shown is rounded. A "
                 "person's change is what he or she receives, less what people themselves "
                 "contribute. Incomes are those of the data, taken to hold what the law pays as "
                 "it stands.") +
         "</p><p class=\"small\">" + report.say("Mã luật trước, sau", "Law digests before, after") +
         ": <code>" + report.before.program->digest.substr(0, 16) + "</code>, <code>" +
         report.after.program->digest.substr(0, 16) + "</code></p>";
}

}  // namespace

std::string report_body(const Report& report) {
  return head(report) + loud_notes(report) + funds(report) + benefits(report) + groups(report) +
         deciles(report) + poverty(report) + undecided(report) + foot(report);
}

std::string report_html(const Side& before, const Side& after, const Comparison& comparison,
                        size_t first_reform_file, const ReportOptions& options) {
  const bool is_vietnamese = options.language == Language::kVietnamese;
  std::string bodies, title;
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    const Report report{before, after, comparison, first_reform_file, options, language};
    const std::string code = language == Language::kVietnamese ? "vi" : "en";
    if (language == options.language) title = title_of(report);
    bodies += "<main id=\"main-";
    bodies += code;
    bodies += "\" data-lang=\"";
    bodies += code;
    bodies += "\" lang=\"";
    bodies += code;
    bodies += "\">";
    bodies += report_body(report);
    bodies += "</main>\n";
  }
  return "<!doctype html>\n<html lang=\"" + std::string(is_vietnamese ? "vi" : "en") +
         "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
         "initial-scale=1\"><title>" +
         html(title) + " – An Sinh</title><style>" + kReportStyle +
         "</style></head><body>"
         "<a class=\"skip\" data-lang=\"vi\" lang=\"vi\" href=\"#main-vi\">Đến nội dung chính</a>"
         "<a class=\"skip\" data-lang=\"en\" lang=\"en\" href=\"#main-en\">Skip to the content</a>"
         "<header><div class=\"bar\"><span class=\"home\">An Sinh</span>"
         "<button type=\"button\" data-lang=\"vi\" data-to=\"en\" lang=\"en\">English</button>"
         "<button type=\"button\" data-lang=\"en\" data-to=\"vi\" lang=\"vi\">Tiếng Việt</button>"
         "</div></header>\n" +
         bodies +
         "<footer><p data-lang=\"vi\" lang=\"vi\">Trang này do <code>ansinh compare</code> tạo; "
         "không cần mạng.</p><p data-lang=\"en\" lang=\"en\">Made by <code>ansinh compare</code>; "
         "needs no network.</p></footer><script>" +
         kReportScript + "</script></body></html>\n";
}

}  // namespace ansinh::lab
